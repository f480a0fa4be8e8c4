//! Rain on a grid: series with weights a tile, and gridded series.

use twin_physics::kernels::surface::grid::TILE;

use super::series::Series;
use crate::io::raster::Raster;

const MM_PER_H: f64 = 1e-3 / 3600.0;

/// All rain of a case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rain {
    /// Series [mm/h] with a weight for each tile.
    pub series: Vec<(Series, Vec<f64>)>,
    /// Instants [s] with the intensity of each tile [mm/h], held until the next.
    pub grids: Vec<Vec<(f64, Vec<f64>)>>,
}

impl Rain {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty() && self.grids.is_empty()
    }

    /// Intensity of every tile at an instant [m/s]; nothing where it does not rain anywhere.
    pub fn at(&self, t_s: f64, tiles: usize, out: &mut Vec<f64>) {
        out.clear();
        let mut add = |weights: &[f64], factor: f64| {
            out.resize(tiles, 0.0);
            for (o, w) in out.iter_mut().zip(weights) {
                *o += w * factor * MM_PER_H;
            }
        };
        for (series, weights) in &self.series {
            let now = series.held(t_s);
            if now > 0.0 {
                add(weights, now);
            }
        }
        for grids in &self.grids {
            if let Some((_, tiles)) = grids.iter().rev().find(|(t, _)| *t <= t_s) {
                add(tiles, 1.0);
            }
        }
    }

    /// The next instant after `t_s` at which it may change.
    #[must_use]
    pub fn next_change(&self, t_s: f64) -> Option<f64> {
        let series = self.series.iter().filter_map(|(s, _)| s.next_row(t_s));
        let grids = self.grids.iter().filter_map(|g| g.iter().map(|(t, _)| *t).find(|t| *t > t_s));
        series.chain(grids).reduce(f64::min)
    }
}

/// Tiles along x and y of a terrain.
pub fn tiles(dem: &Raster) -> [usize; 2] {
    [dem.frame.columns.div_ceil(TILE), dem.frame.rows.div_ceil(TILE)]
}

/// Mean of a raster over the ground of each tile, tiles from the south-west.
pub fn tile_means(raster: &Raster, dem: &Raster) -> Vec<f64> {
    let [across, up] = tiles(dem);
    let (mut sums, mut counts) = (vec![0.0; across * up], vec![0.0_f64; across * up]);
    let (columns, rows) = (dem.frame.columns, dem.frame.rows);
    for (at, value) in raster.values.iter().enumerate().filter(|(at, _)| !dem.values[*at].is_nan()) {
        let (row, column) = (rows - 1 - at / columns, at % columns);
        let tile = row / TILE * across + column / TILE;
        sums[tile] += value;
        counts[tile] += 1.0;
    }
    sums.iter().zip(&counts).map(|(s, n)| s / n.max(1.0)).collect()
}

/// For each tile the nearest of `gauges` to its centre; of equally near ones the first.
pub fn nearest(gauges: &[[f64; 2]], dem: &Raster) -> Vec<usize> {
    let [across, up] = tiles(dem);
    let f = dem.frame;
    let centre = |k: usize, count: usize| 0.5 * ((k * TILE) as f64 + (((k + 1) * TILE).min(count)) as f64) * f.cell_m;
    let mut found = Vec::with_capacity(across * up);
    for y in 0..up {
        for x in 0..across {
            let (cx, cy) = (f.west_m + centre(x, f.columns), f.south_m + centre(y, f.rows));
            let away = |g: &[f64; 2]| (g[0] - cx).powi(2) + (g[1] - cy).powi(2);
            let best = (0..gauges.len()).min_by(|a, b| away(&gauges[*a]).total_cmp(&away(&gauges[*b])));
            found.push(best.unwrap_or(0));
        }
    }
    found
}

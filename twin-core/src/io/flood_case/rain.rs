//! Rain on the tiles of a grid.

use twin_physics::kernels::surface::grid::TILE;

use crate::io::raster::Raster;

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

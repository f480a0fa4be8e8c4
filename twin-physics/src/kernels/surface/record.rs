//! What was worst, and when: maxima kept while a flood runs.
//!
//! *Source:* hazard rating `h (v + 0.5)` without its debris term: DEFRA/Environment Agency, Flood Risks to People,
//! FD2321/TR2, 2006, § 3.

use serde::{Deserialize, Serialize};

use super::grid::{Grid, TILE};
use super::real::Real;
use super::step::Runner;
use super::water::Water;

/// Maxima of every cell since the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Depth from which a cell counts as flooded [m].
    pub threshold_m: f64,
    /// Largest depth [m].
    pub depth_m: Vec<f32>,
    /// Largest speed where deeper than the threshold [m/s].
    pub speed_ms: Vec<f32>,
    /// Largest hazard `h (v + 0.5)` where deeper than the threshold [m²/s].
    pub hazard_m2s: Vec<f32>,
    /// When the threshold was first passed [s]; negative where it never was.
    pub arrival_s: Vec<f32>,
    /// How long the depth was above the threshold [s].
    pub flooded_s: Vec<f32>,
    noted_s: f64,
}

impl Record {
    /// An empty record of a grid.
    #[must_use]
    pub fn new<T: Real>(grid: &Grid<T>, threshold_m: f64) -> Self {
        let zero = vec![0.0; grid.columns * grid.rows];
        Self {
            threshold_m,
            depth_m: zero.clone(),
            speed_ms: zero.clone(),
            hazard_m2s: zero.clone(),
            arrival_s: vec![-1.0; grid.columns * grid.rows],
            flooded_s: zero,
            noted_s: f64::NEG_INFINITY,
        }
    }

    /// Takes note of the water now. What lies between two notes is not seen, so the caller notes as often as it
    /// matters. Tiles at most `rest_m` deep, and below the threshold, are passed over.
    pub fn note<T: Real>(&mut self, grid: &Grid<T>, water: &Water<T>, rest_m: f64, runner: &dyn Runner) {
        let since = if self.noted_s.is_finite() { (water.time_s - self.noted_s) as f32 } else { 0.0 };
        self.noted_s = water.time_s;
        let now = water.time_s as f32;
        let (columns, across) = (grid.columns, grid.tiles_x());
        let (cells, least_m) = (TILE * columns, rest_m.min(self.threshold_m));
        let threshold = self.threshold_m as f32;
        let worst = self.depth_m.chunks_mut(cells).zip(self.speed_ms.chunks_mut(cells));
        let times = self.arrival_s.chunks_mut(cells).zip(self.flooded_s.chunks_mut(cells));
        let bands = worst.zip(self.hazard_m2s.chunks_mut(cells)).zip(times).zip(water.deepest.chunks(across));
        let bands = bands.enumerate().map(|(band, ((((depth, speed), hazard), (arrival, flooded)), deepest))| {
            let tiles = deepest.iter().map(move |d| d.wide() > least_m);
            let first = band * cells;
            Band { water, first, columns, depth, speed, hazard, arrival, flooded, tiles, at: [now, since, threshold] }
        });
        runner.run(
            bands.map(|b| -> Box<dyn FnOnce() + Send + '_> { Box::new(|| pulp::Arch::new().dispatch(b)) }).collect(),
        );
    }
}

/// A row of tiles, with those of them that are looked at.
struct Band<'a, T: Real, I> {
    water: &'a Water<T>,
    /// Its first cell.
    first: usize,
    columns: usize,
    depth: &'a mut [f32],
    speed: &'a mut [f32],
    hazard: &'a mut [f32],
    arrival: &'a mut [f32],
    flooded: &'a mut [f32],
    tiles: I,
    /// Time, time since the last look, threshold.
    at: [f32; 3],
}

impl<T: Real, I: Iterator<Item = bool>> pulp::NullaryFnOnce for Band<'_, T, I> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let ([now, since, threshold], rows) = (self.at, self.depth.len() / self.columns);
        for (t, _) in self.tiles.enumerate().filter(|(_, looked)| *looked) {
            let (from, to) = (t * TILE, (t * TILE + TILE).min(self.columns));
            for j in 0..rows {
                let (here, there) = (j * self.columns + from, self.first + j * self.columns + from);
                let n = to - from;
                let (h, u) = (&self.water.depth[there..there + n], &self.water.u[there..there + n]);
                let v = &self.water.v[there..there + n];
                let (depth, speed) = (&mut self.depth[here..here + n], &mut self.speed[here..here + n]);
                let (hazard, arrival) = (&mut self.hazard[here..here + n], &mut self.arrival[here..here + n]);
                let flooded = &mut self.flooded[here..here + n];
                for k in 0..n {
                    let h = h[k].wide() as f32;
                    let (u, v) = (u[k].wide() as f32, v[k].wide() as f32);
                    let (over, now_ms) = (h > threshold, (u * u + v * v).root());
                    let rating = h * (now_ms + 0.5);
                    depth[k] = depth[k].most(h);
                    speed[k] = speed[k].most(if over { now_ms } else { 0.0 });
                    hazard[k] = hazard[k].most(if over { rating } else { 0.0 });
                    flooded[k] += if over { since } else { 0.0 };
                    arrival[k] = if over & (arrival[k] < 0.0) { now } else { arrival[k] };
                }
            }
        }
    }
}

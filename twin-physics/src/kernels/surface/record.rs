//! What was worst, and when: maxima kept while a flood runs.
//!
//! *Source:* hazard rating `h (v + 0.5)` without its debris term: DEFRA/Environment Agency, Flood Risks to People,
//! FD2321/TR2, 2006, § 3.

use serde::{Deserialize, Serialize};

use super::grid::{Grid, TILE};
use super::real::Real;
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
    pub fn note<T: Real>(&mut self, grid: &Grid<T>, water: &Water<T>, rest_m: f64) {
        let since = if self.noted_s.is_finite() { (water.time_s - self.noted_s) as f32 } else { 0.0 };
        self.noted_s = water.time_s;
        let now = water.time_s as f32;
        for (tile, deepest) in water.deepest.iter().enumerate() {
            if deepest.wide() <= rest_m.min(self.threshold_m) {
                continue;
            }
            let (x, y) = (tile % grid.tiles_x() * TILE, tile / grid.tiles_x() * TILE);
            let width = TILE.min(grid.columns - x);
            for j in y..(y + TILE).min(grid.rows) {
                let at = j * grid.columns + x;
                self.row(water, at..at + width, now, since);
            }
        }
    }

    fn row<T: Real>(&mut self, water: &Water<T>, cells: std::ops::Range<usize>, now: f32, since: f32) {
        let threshold = self.threshold_m as f32;
        for c in cells {
            let depth = water.depth[c].wide() as f32;
            self.depth_m[c] = self.depth_m[c].max(depth);
            if depth <= threshold {
                continue;
            }
            let (u, v) = (water.u[c].wide() as f32, water.v[c].wide() as f32);
            let speed = (u * u + v * v).sqrt();
            self.speed_ms[c] = self.speed_ms[c].max(speed);
            self.hazard_m2s[c] = self.hazard_m2s[c].max(depth * (speed + 0.5));
            self.flooded_s[c] += since;
            if self.arrival_s[c] < 0.0 {
                self.arrival_s[c] = now;
            }
        }
    }
}

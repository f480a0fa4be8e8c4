//! Infiltration from standing water.
//!
//! *Source:* W. H. Green and G. A. Ampt, Studies on soil physics, J. Agric. Sci. 4, 1911, with ponded water as in
//! R. G. Mein and C. L. Larson, Modeling infiltration during a steady rain, Water Resour. Res. 9, 1973, advanced by the
//! implicit Euler rule, a quadratic for the wetted depth that has no singular start.

use serde::{Deserialize, Serialize};

use super::grid::{Grid, TILE};
use super::real::Real;
use super::water::{Booking, Water};

/// How a class of ground takes water in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum SoakLaw {
    /// Not at all: paved.
    Sealed,
    /// At a steady rate [m/s].
    Steady {
        /// The rate [m/s].
        rate_ms: f64,
    },
    /// Green and Ampt.
    GreenAmpt {
        /// Saturated conductivity [m/s].
        conductivity_ms: f64,
        /// Suction at the wetting front [m].
        suction_m: f64,
        /// Share of the volume that water can still fill.
        deficit: f64,
    },
}

/// The ground's classes, cell by cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Soak {
    /// Laws by class.
    pub laws: Vec<SoakLaw>,
    /// Class of each cell.
    pub class: Vec<u8>,
}

/// What the ground has taken.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Soaked {
    /// By cell [m].
    pub taken_m: Vec<f64>,
    /// Time up to which each tile has been seen to [s].
    until_s: Vec<f64>,
}

impl SoakLaw {
    /// What the ground would take in `dt` [m] after `taken` [m], under `depth` of water [m].
    #[must_use]
    pub fn capacity_m(self, taken: f64, depth: f64, dt: f64) -> f64 {
        match self {
            Self::Sealed => 0.0,
            Self::Steady { rate_ms } => rate_ms * dt,
            Self::GreenAmpt { conductivity_ms, suction_m, deficit } => {
                let passed = conductivity_ms * dt;
                let sum = taken + passed;
                let pull = (suction_m + depth) * deficit;
                0.5 * (sum + (sum * sum + 4.0 * passed * pull).sqrt()) - taken
            }
        }
    }
}

impl Soak {
    /// Takes from the cells what their ground takes up to the water's time, and books it; tiles at most `rest_m` deep,
    /// rain that waits included, are left for later. Returns the volume [m³].
    pub fn step<T: Real>(&self, grid: &Grid<T>, water: &mut Water<T>, soaked: &mut Soaked, rest_m: f64) -> f64 {
        soaked.taken_m.resize(grid.columns * grid.rows, 0.0);
        soaked.until_s.resize(water.deepest.len(), 0.0);
        let mut total = 0.0;
        for tile in 0..water.deepest.len() {
            let deepest = water.deepest[tile].wide() + water.waiting_m[tile];
            if deepest > 0.0 && deepest <= rest_m {
                continue;
            }
            let dt_s = water.time_s - std::mem::replace(&mut soaked.until_s[tile], water.time_s);
            if deepest <= 0.0 || dt_s <= 0.0 {
                continue;
            }
            water.pour(grid, tile);
            water.touch(tile);
            let (x, y) = (tile % grid.tiles_x() * TILE, tile / grid.tiles_x() * TILE);
            let mut deepest = T::default();
            for j in y..(y + TILE).min(grid.rows) {
                let cells = j * grid.columns + x..j * grid.columns + (x + TILE).min(grid.columns);
                for (cell, soaked) in cells.clone().zip(&mut soaked.taken_m[cells]) {
                    let there = water.depth[cell].wide() + water.rest[cell].wide();
                    let law = self.laws[usize::from(self.class[cell])];
                    let taken = law.capacity_m(*soaked, there, dt_s).min(there.max(0.0));
                    let left = there - taken;
                    *soaked += taken;
                    total += taken;
                    water.depth[cell] = T::of(left.max(0.0));
                    water.rest[cell] = T::of(left - water.depth[cell].wide());
                    deepest = deepest.most(water.depth[cell]);
                }
            }
            water.deepest[tile] = deepest;
        }
        let volume_m3 = total * grid.area_m2();
        water.booked.add(Booking::Soaked, volume_m3);
        volume_m3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn green_and_ampt_meets_its_implicit_solution() {
        let law = SoakLaw::GreenAmpt { conductivity_ms: 3e-6, suction_m: 0.17, deficit: 0.3 };
        let (mut taken, dt) = (0.0, 1.0);
        for _ in 0..7200 {
            taken += law.capacity_m(taken, 0.0, dt);
        }
        // F − ψΔθ ln(1 + F/(ψΔθ)) = K t
        let pull = 0.17 * 0.3;
        let time = (taken - pull * (1.0 + taken / pull).ln()) / 3e-6;
        assert!((time / 7200.0 - 1.0).abs() < 5e-3, "{time}");
    }
}

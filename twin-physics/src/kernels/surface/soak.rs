//! Infiltration from standing water.
//!
//! *Source:* W. H. Green and G. A. Ampt, Studies on soil physics, J. Agric. Sci. 4, 1911, with ponded water as in
//! R. G. Mein and C. L. Larson, Modeling infiltration during a steady rain, Water Resour. Res. 9, 1973, advanced by the
//! implicit Euler rule, a quadratic for the wetted depth that has no singular start.

use serde::{Deserialize, Serialize};

use super::grid::{Grid, TILE};
use super::real::Real;
use super::step::Runner;
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

/// `K Δt` [m], suction at the front [m] and deficit of a law by which all of them read alike: with no deficit the
/// ground takes `K Δt`, with neither it takes nothing.
fn alike(law: SoakLaw, dt_s: f64) -> [f64; 3] {
    match law {
        SoakLaw::Sealed => [0.0; 3],
        SoakLaw::Steady { rate_ms } => [rate_ms * dt_s, 0.0, 0.0],
        SoakLaw::GreenAmpt { conductivity_ms, suction_m, deficit } => [conductivity_ms * dt_s, suction_m, deficit],
    }
}

impl Soak {
    /// Takes from the cells what their ground takes up to the water's time, and books it; tiles at most `rest_m` deep,
    /// rain that waits included, are left for later. Returns the volume [m³].
    pub fn step<T: Real>(
        &self,
        grid: &Grid<T>,
        water: &mut Water<T>,
        soaked: &mut Soaked,
        rest_m: f64,
        runner: &dyn Runner,
    ) -> f64 {
        soaked.taken_m.resize(grid.columns * grid.rows, 0.0);
        soaked.until_s.resize(water.deepest.len(), 0.0);
        for (tile, until_s) in soaked.until_s.iter().enumerate() {
            let deepest = water.deepest[tile].wide() + water.waiting_m[tile];
            if deepest > rest_m && *until_s < water.time_s {
                water.pour(grid, tile);
                water.touched.push(tile);
            }
        }
        let (cells, across, now_s) = (TILE * grid.columns, grid.tiles_x(), water.time_s);
        let mut totals = vec![0.0; grid.tiles_y()];
        let rows = water.depth.chunks_mut(cells).zip(water.rest.chunks_mut(cells));
        let rows = rows.zip(soaked.taken_m.chunks_mut(cells).zip(self.class.chunks(cells)));
        let tiles = water.deepest.chunks_mut(across).zip(soaked.until_s.chunks_mut(across));
        let tiles = tiles.zip(water.waiting_m.chunks(across));
        let bands = rows.zip(tiles).zip(&mut totals).map(|((((depth, rest), (taken, class)), tiles), total)| {
            let ((deepest, until_s), waiting_m) = tiles;
            let laws = &self.laws[..];
            Band {
                laws,
                columns: grid.columns,
                depth,
                rest,
                taken,
                class,
                deepest,
                waiting_m,
                until_s,
                now_s,
                rest_m,
                total,
            }
        });
        let job =
            |band| -> Box<dyn FnOnce() + Send + '_> { Box::new(|| pulp::Arch::new().dispatch::<Band<'_, T>>(band)) };
        runner.run(bands.map(job).collect());
        let volume_m3 = totals.iter().sum::<f64>() * grid.area_m2();
        water.booked.add(Booking::Soaked, volume_m3);
        volume_m3
    }
}

/// A row of tiles.
struct Band<'a, T> {
    laws: &'a [SoakLaw],
    columns: usize,
    depth: &'a mut [T],
    rest: &'a mut [T],
    taken: &'a mut [f64],
    class: &'a [u8],
    deepest: &'a mut [T],
    waiting_m: &'a [f64],
    until_s: &'a mut [f64],
    now_s: f64,
    rest_m: f64,
    total: &'a mut f64,
}

impl<T: Real> pulp::NullaryFnOnce for Band<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let mut laws = Vec::with_capacity(self.laws.len());
        let (mut laws_dt_s, mut sums) = (f64::NAN, [0.0; TILE]);
        for t in 0..self.deepest.len() {
            let deepest = self.deepest[t].wide() + self.waiting_m[t];
            if deepest > 0.0 && deepest <= self.rest_m {
                continue;
            }
            let dt_s = self.now_s - std::mem::replace(&mut self.until_s[t], self.now_s);
            if deepest <= 0.0 || dt_s <= 0.0 {
                continue;
            }
            if dt_s != laws_dt_s {
                laws.clear();
                laws.extend(self.laws.iter().map(|law| alike(*law, dt_s)));
                laws_dt_s = dt_s;
            }
            let (from, to) = (t * TILE, (t * TILE + TILE).min(self.columns));
            let mut deepest = T::default();
            for j in 0..self.depth.len() / self.columns {
                let at = j * self.columns + from;
                let lanes = if to - from == TILE {
                    self.cells::<TILE>(&laws, at, &mut sums)
                } else {
                    (at..at + to - from).fold(T::default(), |most, k| most.most(self.cells::<1>(&laws, k, &mut sums)))
                };
                deepest = deepest.most(lanes);
            }
            self.deepest[t] = deepest;
        }
        *self.total = sums.iter().sum();
    }
}

impl<T: Real> Band<'_, T> {
    /// `N` cells from `at`; returns the largest depth that is left.
    #[inline(always)]
    fn cells<const N: usize>(&mut self, laws: &[[f64; 3]], at: usize, sums: &mut [f64; TILE]) -> T {
        let (depth, rest) = (&mut self.depth[at..at + N], &mut self.rest[at..at + N]);
        let (taken, class) = (&mut self.taken[at..at + N], &self.class[at..at + N]);
        let mut law = [[0.0; N]; 3];
        for k in 0..N {
            [law[0][k], law[1][k], law[2][k]] = laws[usize::from(class[k])];
        }
        let mut deepest = [T::default(); N];
        for k in 0..N {
            let there = depth[k].wide() + rest[k].wide();
            let sum = taken[k] + law[0][k];
            let pull = (law[1][k] + there) * law[2][k];
            let capacity = 0.5 * (sum + (sum * sum + 4.0 * law[0][k] * pull).sqrt()) - taken[k];
            let takes = capacity.least(there.most(0.0));
            let left = there - takes;
            taken[k] += takes;
            sums[k] += takes;
            depth[k] = T::of(left.most(0.0));
            rest[k] = T::of(left - depth[k].wide());
            deepest[k] = depth[k];
        }
        deepest.iter().fold(T::default(), |most, &h| most.most(h))
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

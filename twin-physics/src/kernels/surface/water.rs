//! The water on a surface: everything that changes with time.
//!
//! *Source:* own derivation: what is booked is what was moved.

use serde::{Deserialize, Serialize};

use super::grid::{Grid, TILE};
use super::real::Real;
use super::strip::Field;
use crate::constants::GRAVITY_MS2;

/// State of a surface. Cells row by row, from south to north and from west to east.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Water<T: Real> {
    /// Model time [s].
    pub time_s: f64,
    /// Depth [m].
    pub depth: Vec<T>,
    /// What `depth` could not hold [m].
    pub rest: Vec<T>,
    /// Velocity along x [m/s].
    pub u: Vec<T>,
    /// Velocity along y [m/s].
    pub v: Vec<T>,
    /// Flows through western faces and the eastern edge under local inertia [m²/s]; empty under other schemes.
    pub flow_x: Vec<T>,
    /// Flows through southern faces and the northern edge under local inertia [m²/s].
    pub flow_y: Vec<T>,
    /// Largest depth of each tile [m].
    pub deepest: Vec<T>,
    /// Rain on each tile at rest that its cells have not been given yet [m].
    pub waiting_m: Vec<f64>,
    /// Largest speed (|u| + |v| + 2c) in each tile [m/s].
    pub fastest: Vec<T>,
    /// Tiles whose cells were changed from outside since the last step.
    pub touched: Vec<usize>,
    /// What has come and gone.
    pub booked: Booked,
}

/// Volumes since the start [m³].
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Booked {
    /// What stood on the surface at the start.
    pub start_m3: f64,
    /// Rain.
    pub rain_m3: f64,
    /// In through edges.
    pub entered_m3: f64,
    /// Out through edges.
    pub left_m3: f64,
    /// Given to cells by others.
    pub given_m3: f64,
    /// Taken from cells by others.
    pub taken_m3: f64,
    /// Into the ground.
    pub soaked_m3: f64,
    /// What the sums could not hold [m³], in their order from rain on.
    carried_m3: [f64; 6],
}

/// Where a volume came from or went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Booking {
    Rain,
    Entered,
    Left,
    Given,
    Taken,
    Soaked,
}

impl Booked {
    /// What should stand on the surface now [m³].
    #[must_use]
    pub fn expected_m3(&self) -> f64 {
        let [rain, entered, left, given, taken, soaked] = self.carried_m3;
        self.start_m3 + (self.rain_m3 + self.entered_m3 + self.given_m3)
            - (self.left_m3 + self.taken_m3 + self.soaked_m3)
            + (rain + entered + given - (left + taken + soaked))
    }

    /// What others gave to cells, less what they took [m³].
    #[must_use]
    pub fn exchanged_m3(&self) -> f64 {
        let [_, _, _, given, taken, _] = self.carried_m3;
        (self.given_m3 - self.taken_m3) + (given - taken)
    }

    /// Adds a volume [m³]. What a sum cannot hold is carried: a steady inflow over a hundred thousand steps is
    /// rounded the same way each time.
    pub(super) fn add(&mut self, what: Booking, volume_m3: f64) {
        let sum = match what {
            Booking::Rain => &mut self.rain_m3,
            Booking::Entered => &mut self.entered_m3,
            Booking::Left => &mut self.left_m3,
            Booking::Given => &mut self.given_m3,
            Booking::Taken => &mut self.taken_m3,
            Booking::Soaked => &mut self.soaked_m3,
        };
        let (now, lost) = two_sum(*sum, volume_m3);
        *sum = now;
        self.carried_m3[what as usize] += lost;
    }

    /// All that was ever here [m³].
    #[must_use]
    pub fn turnover_m3(&self) -> f64 {
        self.start_m3 + self.rain_m3 + self.entered_m3 + self.given_m3
    }
}

/// A sum and what it could not hold.
///
/// *Source:* D. E. Knuth, The Art of Computer Programming 2, 1969, § 4.2.2, theorem B.
#[inline(always)]
pub(super) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let back = sum - a;
    (sum, (a - (sum - back)) + (b - back))
}

impl<T: Real> Water<T> {
    /// Water of given depths [m] and velocities [m/s] at time 0; outside cells stay dry.
    #[must_use]
    pub fn new(grid: &Grid<T>, depth_m: &[f64], u_ms: &[f64], v_ms: &[f64]) -> Self {
        let cells = grid.columns * grid.rows;
        let tiles = grid.tiles_x() * grid.tiles_y();
        let zero = vec![T::default(); cells];
        let mut water = Self {
            time_s: 0.0,
            depth: zero.clone(),
            rest: zero.clone(),
            u: zero.clone(),
            v: zero,
            flow_x: Vec::new(),
            flow_y: Vec::new(),
            deepest: vec![T::default(); tiles],
            waiting_m: vec![0.0; tiles],
            fastest: vec![T::default(); tiles],
            touched: Vec::new(),
            booked: Booked::default(),
        };
        for cell in (0..cells).filter(|&c| !grid.bed_m[c].is_nan()) {
            let depth = depth_m.get(cell).copied().unwrap_or(0.0).max(0.0);
            water.depth[cell] = T::of(depth);
            water.rest[cell] = T::of(depth - water.depth[cell].wide());
            if depth > T::DRY_M {
                water.u[cell] = T::of(u_ms.get(cell).copied().unwrap_or(0.0));
                water.v[cell] = T::of(v_ms.get(cell).copied().unwrap_or(0.0));
            }
            water.note(grid, cell);
        }
        water.touched.clear();
        water.booked.start_m3 = water.volume_m3(grid);
        water
    }

    /// Dry ground at time 0.
    #[must_use]
    pub fn dry(grid: &Grid<T>) -> Self {
        Self::new(grid, &[], &[], &[])
    }

    /// Depth and velocities, read only.
    #[must_use]
    pub fn field(&self) -> Field<'_, T> {
        Field { depth: &self.depth, u: &self.u, v: &self.v }
    }

    /// Depth of a cell with its remainder and the rain that waits [m].
    #[must_use]
    pub fn depth_m(&self, grid: &Grid<T>, cell: usize) -> f64 {
        let waiting = self.waiting_m[grid.tile_of(cell)] * grid.catch[cell].wide();
        self.depth[cell].wide() + self.rest[cell].wide() + waiting
    }

    /// Level of a cell's water surface [m]; its bed where it is dry.
    #[must_use]
    pub fn level_m(&self, grid: &Grid<T>, cell: usize) -> f64 {
        grid.bed_m[cell] + self.depth_m(grid, cell)
    }

    /// Water on the surface [m³], summed in the order of rows.
    #[must_use]
    pub fn volume_m3(&self, grid: &Grid<T>) -> f64 {
        // Remainders are too small to be added to their own depths.
        let row = |j: usize| -> f64 {
            let (mut depths, mut rests) = (0.0, 0.0);
            for c in j * grid.columns..(j + 1) * grid.columns {
                depths += self.depth[c].wide();
                rests += self.rest[c].wide() + self.waiting_m[grid.tile_of(c)] * grid.catch[c].wide();
            }
            depths + rests
        };
        (0..grid.rows).map(row).sum::<f64>() * grid.area_m2()
    }

    /// Gives a cell water that has no velocity of its own, or takes what is there of it; returns the volume moved [m³].
    pub fn exchange(&mut self, grid: &Grid<T>, cell: usize, volume_m3: f64) -> f64 {
        let before = self.depth[cell].wide() + self.rest[cell].wide();
        let change = (volume_m3 / grid.area_m2()).max(-before.max(0.0));
        let after = before + change;
        self.depth[cell] = T::of(after.max(0.0));
        self.rest[cell] = T::of(after - self.depth[cell].wide());
        if change > 0.0 {
            let share = T::of(before.max(0.0) / after);
            (self.u[cell], self.v[cell]) = (self.u[cell] * share, self.v[cell] * share);
        }
        if after <= T::DRY_M {
            (self.u[cell], self.v[cell]) = (T::default(), T::default());
        }
        self.note(grid, cell);
        let moved = change * grid.area_m2();
        if moved > 0.0 {
            self.booked.add(Booking::Given, moved);
        } else {
            self.booked.add(Booking::Taken, -moved);
        }
        moved
    }

    /// Gives the cells of a tile at rest the rain that waits for them.
    pub fn pour(&mut self, grid: &Grid<T>, tile: usize) {
        let fall = std::mem::take(&mut self.waiting_m[tile]);
        if fall == 0.0 {
            return;
        }
        self.touch(tile);
        for cell in Self::cells_of(grid, tile) {
            let after = self.depth[cell].wide() + self.rest[cell].wide() + fall * grid.catch[cell].wide();
            self.depth[cell] = T::of(after.max(0.0));
            self.rest[cell] = T::of(after - self.depth[cell].wide());
            self.deepest[tile] = self.deepest[tile].most(self.depth[cell]);
        }
    }

    /// Lets the next step know that cells of a tile were changed.
    pub(super) fn touch(&mut self, tile: usize) {
        if self.touched.last() != Some(&tile) {
            self.touched.push(tile);
        }
    }

    /// Lets tile and time step know of a cell that was changed.
    fn note(&mut self, grid: &Grid<T>, cell: usize) {
        let tile = grid.tile_of(cell);
        self.touch(tile);
        self.deepest[tile] = self.deepest[tile].most(self.depth[cell]);
        let wave = 2.0 * (GRAVITY_MS2 * self.depth[cell].wide()).sqrt();
        let speed = self.u[cell].wide().abs() + self.v[cell].wide().abs() + wave;
        self.fastest[tile] = self.fastest[tile].most(T::of(speed));
    }

    /// Largest rate at which a wave crosses a cell [1/s].
    #[must_use]
    pub fn rate_1s(&self, grid: &Grid<T>) -> f64 {
        self.fastest.iter().fold(T::default(), |most, &s| most.most(s)).wide() / grid.cell_m
    }

    /// Cells of a tile, row by row.
    pub fn cells_of(grid: &Grid<T>, tile: usize) -> impl Iterator<Item = usize> + use<T> {
        let (columns, rows) = (grid.columns, grid.rows);
        let (tx, ty) = (tile % grid.tiles_x(), tile / grid.tiles_x());
        let x = tx * TILE..((tx + 1) * TILE).min(columns);
        (ty * TILE..((ty + 1) * TILE).min(rows)).flat_map(move |j| x.clone().map(move |i| j * columns + i))
    }
}

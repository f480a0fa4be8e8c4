//! A step of local inertia over all bands.
//!
//! *Source:* as [`super::inertial`].

use super::band::{BandReport, Reads};
use super::grid::TILE;
use super::inertial::{self, Flows};
use super::real::Real;
use super::step::{Buffers, StepError, Surface};
use super::strip::Field;
use super::update::{Part, Peaks};
use super::water::Water;

impl<T: Real> Surface<T> {
    /// A step of local inertia: flows of all faces, what each cell can give, new depths.
    pub(super) fn inertial(
        &self,
        water: &mut Water<T>,
        dt: f64,
        b: &mut Buffers<T>,
    ) -> Result<(usize, f64), StepError> {
        let grid = self.grid();
        let (columns, rows, across) = (grid.columns, grid.rows, grid.tiles_x());
        for flows in [&mut water.flow_x, &mut b.flow_x] {
            flows.resize((columns + 1) * rows, T::default());
        }
        for flows in [&mut water.flow_y, &mut b.flow_y] {
            flows.resize(columns * (rows + 1), T::default());
        }
        b.shares.resize(columns * rows, T::default());
        let reads = Reads {
            grid,
            field: Field { depth: &water.depth, u: &water.u, v: &water.v },
            rest: &water.rest,
            ghosts: &b.ghosts,
            active: &b.active,
            stale: &b.stale,
            rain_m: &b.rain_m,
            advance: self.advance_by(dt),
        };
        let (reads, old) = (&reads, Flows { x: &water.flow_x, y: &water.flow_y });
        // The last band has the northern edge as well.
        let (mut x, mut y) = (&mut b.flow_x[..], &mut b.flow_y[..]);
        let mut jobs: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
        for band in 0..grid.tiles_y() {
            let count = TILE.min(rows - band * TILE);
            let (mine, others) = x.split_at_mut(count * (columns + 1));
            let edge = usize::from(band + 1 == grid.tiles_y());
            let (mine_y, others_y) = y.split_at_mut((count + edge) * columns);
            (x, y) = (others, others_y);
            jobs.push(Box::new(move || inertial::flows(reads, old, band, mine, mine_y)));
        }
        b.runner.run(jobs);
        let new = Flows { x: &b.flow_x, y: &b.flow_y };
        let mut jobs: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
        for (band, out) in b.shares.chunks_mut(TILE * columns).enumerate() {
            jobs.push(Box::new(move || inertial::shares(reads, new, band, out)));
        }
        b.runner.run(jobs);
        let shares = &b.shares;
        let size = TILE * columns;
        let parts = b.depth.chunks_mut(size).zip(b.rest.chunks_mut(size));
        let parts = parts.zip(b.u.chunks_mut(size).zip(b.v.chunks_mut(size)));
        let rooms = water.deepest.chunks_mut(across).zip(b.reports.iter_mut());
        let mut jobs: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::new();
        for (band, (((depth, rest), (u, v)), (deepest, report))) in parts.zip(rooms).enumerate() {
            jobs.push(Box::new(move || {
                let mut part = Part { depth, rest, u, v };
                let mut peaks = Peaks::default();
                let done = inertial::update(reads, new, shares, band, &mut part, deepest, &mut peaks);
                *report = BandReport { peaks, entered_m: done.entered_m, left_m: done.left_m, cells: done.cells };
            }));
        }
        b.runner.run(jobs);
        self.keep_flows(water, b);
        self.take_in(water, &b.reports, 1.0)
    }

    /// Flows as they were held to what was there, for the next step, and the new water.
    fn keep_flows(&self, water: &mut Water<T>, b: &mut Buffers<T>) {
        let (grid, columns) = (self.grid(), self.grid().columns);
        let new = Flows { x: &b.flow_x, y: &b.flow_y };
        for j in 0..=grid.rows {
            for i in 0..=columns {
                let [x, y] = inertial::held_flows(grid, new, &b.shares, i, j);
                if j < grid.rows {
                    water.flow_x[j * (columns + 1) + i] = x;
                }
                if i < columns {
                    water.flow_y[j * columns + i] = y;
                }
            }
        }
        std::mem::swap(&mut water.depth, &mut b.depth);
        std::mem::swap(&mut water.rest, &mut b.rest);
        std::mem::swap(&mut water.u, &mut b.u);
        std::mem::swap(&mut water.v, &mut b.v);
    }
}

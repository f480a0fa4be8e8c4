//! A step of local inertia over all bands.
//!
//! *Source:* as [`super::inertial`].

use super::band::{BandReport, Reads};
use super::grid::TILE;
use super::inertial::{self, Flows};
use super::real::Real;
use super::step::{Buffers, Runner, StepError, Surface};
use super::strip::Field;
use super::update::{Part, Peaks};
use super::water::Water;

impl<T: Real> Surface<T> {
    /// A step of local inertia: flows of all faces, what each cell can give, flows held to that, new depths.
    pub(super) fn inertial(&self, water: &mut Water<T>, b: &mut Buffers<T>) -> Result<(usize, f64), StepError> {
        let grid = self.grid();
        let (columns, rows, across) = (grid.columns, grid.rows, grid.tiles_x());
        for flows in [&mut water.flow_x, &mut b.flow_x] {
            flows.resize((columns + 1) * rows, T::default());
        }
        for flows in [&mut water.flow_y, &mut b.flow_y] {
            flows.resize(columns * (rows + 1), T::default());
        }
        b.shares.resize(columns * rows, T::default());
        let reads = &Reads {
            grid,
            field: Field { depth: &water.depth, u: &water.u, v: &water.v },
            rest: &water.rest,
            ghosts: &b.ghosts,
            pace: &b.pace,
            stale: &b.stale,
            rain_m: &b.rain_m,
            advance: self.advances(&b.pace),
        };
        let old = Flows { x: &water.flow_x, y: &water.flow_y };
        let jobs = self.by_band(&mut b.flow_x, &mut b.flow_y).into_iter().enumerate();
        run(&*b.runner, jobs.map(|(band, [x, y])| Work { reads, band, pass: Pass::Flows { old, x, y } }));
        let new = Flows { x: &b.flow_x, y: &b.flow_y };
        let jobs = b.shares.chunks_mut(TILE * columns).enumerate();
        run(&*b.runner, jobs.map(|(band, out)| Work { reads, band, pass: Pass::Shares { new, out } }));
        let shares = &b.shares[..];
        let jobs = self.by_band(&mut water.flow_x, &mut water.flow_y).into_iter().enumerate();
        run(&*b.runner, jobs.map(|(band, [x, y])| Work { reads, band, pass: Pass::Hold { new, shares, x, y } }));
        let held = Flows { x: &water.flow_x, y: &water.flow_y };
        let size = TILE * columns;
        let parts = b.depth.chunks_mut(size).zip(b.rest.chunks_mut(size));
        let parts = parts.zip(b.u.chunks_mut(size).zip(b.v.chunks_mut(size)));
        let rooms = water.deepest.chunks_mut(across).zip(water.fastest.chunks_mut(across)).zip(b.reports.iter_mut());
        let jobs = parts.zip(rooms).enumerate();
        let jobs = jobs.map(|(band, (((depth, rest), (u, v)), ((deepest, fastest), report)))| {
            let part = Part { depth, rest, u, v };
            Work { reads, band, pass: Pass::Update { held, part, tops: [deepest, fastest], report } }
        });
        run(&*b.runner, jobs);
        std::mem::swap(&mut water.depth, &mut b.depth);
        std::mem::swap(&mut water.rest, &mut b.rest);
        std::mem::swap(&mut water.u, &mut b.u);
        std::mem::swap(&mut water.v, &mut b.v);
        self.take_in(water, &b.reports, 1.0)
    }

    /// The flows along x and y that belong to each band; the last one has the northern edge as well.
    fn by_band<'a>(&self, mut x: &'a mut [T], mut y: &'a mut [T]) -> Vec<[&'a mut [T]; 2]> {
        let (grid, columns) = (self.grid(), self.grid().columns);
        let mut bands = Vec::with_capacity(grid.tiles_y());
        for band in 0..grid.tiles_y() {
            let count = TILE.min(grid.rows - band * TILE);
            let (mine, others) = x.split_at_mut(count * (columns + 1));
            let edge = usize::from(band + 1 == grid.tiles_y());
            let (mine_y, others_y) = y.split_at_mut((count + edge) * columns);
            (x, y) = (others, others_y);
            bands.push([mine, mine_y]);
        }
        bands
    }
}

/// Runs one pass over all bands.
fn run<'a, T: Real>(runner: &dyn Runner, works: impl Iterator<Item = Work<'a, T>>) {
    let job = |work: Work<'a, T>| -> Box<dyn FnOnce() + Send + 'a> { Box::new(|| pulp::Arch::new().dispatch(work)) };
    runner.run(works.map(job).collect());
}

/// A pass over a band as work that is compiled for several instruction sets.
struct Work<'a, T: Real> {
    reads: &'a Reads<'a, T>,
    band: usize,
    pass: Pass<'a, T>,
}

enum Pass<'a, T: Real> {
    Flows { old: Flows<'a, T>, x: &'a mut [T], y: &'a mut [T] },
    Shares { new: Flows<'a, T>, out: &'a mut [T] },
    Hold { new: Flows<'a, T>, shares: &'a [T], x: &'a mut [T], y: &'a mut [T] },
    Update { held: Flows<'a, T>, part: Part<'a, T>, tops: [&'a mut [T]; 2], report: &'a mut BandReport<T> },
}

impl<T: Real> pulp::NullaryFnOnce for Work<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (r, band) = (self.reads, self.band);
        match self.pass {
            Pass::Flows { old, x, y } => inertial::flows(r, old, band, x, y),
            Pass::Shares { new, out } => inertial::shares(r, new, band, out),
            Pass::Hold { new, shares, x, y } => inertial::hold(r, new, shares, band, x, y),
            Pass::Update { held, mut part, tops, report } => {
                let mut peaks = Peaks::default();
                let done = inertial::update(r, held, band, &mut part, tops, &mut peaks);
                *report = BandReport { peaks, entered_m: done.entered_m, left_m: done.left_m, cells: done.cells };
            }
        }
    }
}

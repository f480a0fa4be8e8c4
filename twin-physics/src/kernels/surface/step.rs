//! Steps of a surface: how far, which tiles, in which order.
//!
//! *Source:* the limit of the step: E. F. Toro, Shock-Capturing Methods for Free-Surface Shallow Flows, 2001, § 10.8,
//! with the rates of both directions added, under which depths stay positive (Audusse et al. 2004, § 4).

use std::sync::Arc;

use super::band::{self, BandReport, Reads, Writes};
use super::edge::{self, Boundary, Edge, Ghosts, Stretch};
use super::face::WALL;
use super::grid::{Grid, Ground, GroundError, TILE};
use super::pace::Pace;
use super::real::Real;
use super::strip::Strip;
use super::update::{Advance, Part};
use super::water::{Booking, Water};

/// Which scheme advances the water.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Order {
    /// Piecewise constant, one stage.
    First,
    /// Piecewise linear, two stages.
    Second,
    /// Local inertia: fast, and wrong where the Froude number nears 1.
    Inertial,
}

/// How a surface is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The scheme.
    pub order: Order,
    /// Depth up to which water does not run [m], 0 to 0.01.
    pub film_m: f64,
    /// Longest step [s].
    pub longest_step_s: f64,
    /// Levels of local time steps: 0 = all tiles step together, up to 3 = slow ones in every eighth step only. First
    /// order only.
    pub levels: u8,
}

/// A surface: ground, open edges and scheme.
#[derive(Debug, Clone)]
pub struct Surface<T: Real> {
    grid: Grid<T>,
    settings: Settings,
    stretches: Vec<Stretch>,
    /// Share of a tile's cells that catch rain, as a count of cells.
    caught: Vec<f64>,
    /// Tiles at an open edge.
    at_edge: Vec<bool>,
    /// Tiles that take part in every step.
    eager: Vec<bool>,
}

/// What drives a surface over a step.
#[derive(Debug, Clone, Copy)]
pub struct Forcing<'a> {
    /// What holds along each stretch, in their order.
    pub boundaries: &'a [Boundary],
    /// Rain intensity [m/s]: none, one for all, or one a tile. It holds until tiles are in step.
    pub rain_ms: &'a [f64],
}

impl Forcing<'_> {
    /// Rain intensity on a tile [m/s].
    #[must_use]
    pub fn rain_on(&self, tile: usize) -> f64 {
        match self.rain_ms {
            [] => 0.0,
            [one] => *one,
            many => many[tile],
        }
    }
}

/// What a step did.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stepped {
    /// How far [s].
    pub dt_s: f64,
    /// Cells computed, once however many stages.
    pub cells: usize,
    /// Largest Froude number where water is deeper than a centimetre.
    pub froude: f64,
    /// Whether all tiles are at the water's time. Until then only [`Surface::step`] and those who change the tiles it
    /// was told of may touch the water.
    pub even: bool,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// A velocity or depth is not a number.
    #[error("a depth or velocity is not finite after {time_s} s")]
    NotFinite {
        /// Model time [s].
        time_s: f64,
    },
    /// The forcing does not fit the surface.
    #[error("{what}: {given} values where {wanted} are wanted")]
    Forcing {
        /// Which part of it.
        what: &'static str,
        /// How many there are.
        given: usize,
        /// How many there should be.
        wanted: usize,
    },
}

/// Runs independent jobs to their end, in any order, on any threads.
pub trait Runner: Send + Sync {
    /// Runs all jobs.
    fn run<'a>(&self, jobs: Vec<Box<dyn FnOnce() + Send + 'a>>);
}

/// Runs jobs one after the other where it is called.
#[derive(Debug, Clone, Copy, Default)]
pub struct Serial;

impl Runner for Serial {
    fn run<'a>(&self, jobs: Vec<Box<dyn FnOnce() + Send + 'a>>) {
        for job in jobs {
            job();
        }
    }
}

/// Buffers; dropping them changes no result.
pub struct Buffers<T: Real> {
    pub(super) depth: Vec<T>,
    pub(super) rest: Vec<T>,
    pub(super) u: Vec<T>,
    pub(super) v: Vec<T>,
    pub(super) stale: Vec<bool>,
    pub(super) pace: Pace,
    pub(super) rain_m: Vec<f64>,
    pub(super) flow_x: Vec<T>,
    pub(super) flow_y: Vec<T>,
    pub(super) shares: Vec<T>,
    pub(super) ghosts: Ghosts<T>,
    strips: Vec<Strip<T>>,
    pub(super) reports: Vec<BandReport<T>>,
    pub(super) runner: Arc<dyn Runner>,
}

impl<T: Real> Default for Buffers<T> {
    fn default() -> Self {
        Self::on(Arc::new(Serial))
    }
}

impl<T: Real> Buffers<T> {
    /// Buffers whose bands run on `runner`.
    #[must_use]
    pub fn on(runner: Arc<dyn Runner>) -> Self {
        Self {
            depth: Vec::new(),
            rest: Vec::new(),
            u: Vec::new(),
            v: Vec::new(),
            stale: Vec::new(),
            pace: Pace::default(),
            rain_m: Vec::new(),
            flow_x: Vec::new(),
            flow_y: Vec::new(),
            shares: Vec::new(),
            ghosts: Ghosts::default(),
            strips: Vec::new(),
            reports: Vec::new(),
            runner,
        }
    }

    fn fit(&mut self, grid: &Grid<T>) {
        let (cells, tiles) = (grid.columns * grid.rows, grid.tiles_x() * grid.tiles_y());
        for row in [&mut self.depth, &mut self.rest, &mut self.u, &mut self.v] {
            row.resize(cells, T::default());
        }
        self.stale.resize(tiles, true);
        self.pace.reset(tiles);
        self.rain_m.resize(tiles, 0.0);
        self.strips.resize_with(grid.tiles_y(), Strip::default);
        self.reports.resize_with(grid.tiles_y(), BandReport::default);
    }
}

impl<T: Real> Surface<T> {
    /// A surface with stretches of its edge open.
    ///
    /// # Errors
    /// [`GroundError`] where the ground cannot be used or a stretch lies off the grid.
    pub fn new(ground: &Ground, stretches: Vec<Stretch>, settings: Settings) -> Result<Self, GroundError> {
        let mut grid = Grid::new(ground)?;
        let mut at_edge = vec![false; grid.tiles_x() * grid.tiles_y()];
        for s in &stretches {
            let length = if matches!(s.edge, Edge::West | Edge::East) { grid.rows } else { grid.columns };
            if s.to > length || s.from >= s.to {
                return Err(GroundError::Size { what: "stretch of an edge", given: s.to, wanted: length });
            }
            edge::open(&mut grid, *s);
            for k in s.from..s.to {
                at_edge[grid.tile_of(edge::cell_at(&grid, s.edge, k))] = true;
            }
        }
        let tiles = 0..grid.tiles_x() * grid.tiles_y();
        let caught = tiles.map(|t| Water::<T>::cells_of(&grid, t).map(|c| grid.catch[c].wide()).sum()).collect();
        let eager = at_edge.clone();
        Ok(Self { grid, settings, stretches, caught, at_edge, eager })
    }

    /// Lets the tiles of cells take part in every step, because others change them while tiles are not in step.
    #[must_use]
    pub fn with_eager(mut self, cells: impl IntoIterator<Item = usize>) -> Self {
        for cell in cells {
            let tile = self.grid.tile_of(cell);
            self.eager[tile] = true;
        }
        self
    }

    pub(super) fn is_eager(&self, tile: usize) -> bool {
        self.eager[tile]
    }

    pub(super) fn is_at_edge(&self, tile: usize) -> bool {
        self.at_edge[tile]
    }

    /// Cells of a tile that catch rain.
    pub(super) fn caught(&self, tile: usize) -> f64 {
        self.caught[tile]
    }

    /// The ground.
    #[must_use]
    pub fn grid(&self) -> &Grid<T> {
        &self.grid
    }

    /// How it is computed.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Advances by at most `dt_s`, as far as the waves allow; with local steps some tiles only, until one step brings
    /// all to the same instant: at the latest that which goes as far as `dt_s`. Call [`Surface::begin`] first where
    /// `buffers` may have been used with another state.
    ///
    /// # Errors
    /// [`StepError`]; `water` is then undefined.
    pub fn step(
        &self,
        water: &mut Water<T>,
        forcing: Forcing<'_>,
        dt_s: f64,
        buffers: &mut Buffers<T>,
    ) -> Result<Stepped, StepError> {
        T::step(self, water, forcing, dt_s, buffers)
    }

    /// What [`Surface::step`] does, compiled where the precision is known.
    pub(super) fn step_here(
        &self,
        water: &mut Water<T>,
        forcing: Forcing<'_>,
        dt_s: f64,
        buffers: &mut Buffers<T>,
    ) -> Result<Stepped, StepError> {
        self.check(forcing)?;
        let pairs: Vec<_> = self.stretches.iter().copied().zip(forcing.boundaries.iter().copied()).collect();
        for tile in water.touched.drain(..) {
            buffers.stale[tile] = true;
        }
        buffers.ghosts.fill(&self.grid, water.field(), &pairs);
        let (dt, even) = self.set_pace(water, forcing, dt_s, buffers);
        let (cells, froude) = match self.settings.order {
            Order::First => {
                let done = self.stage::<false, false>(water, buffers, 1.0)?;
                std::mem::swap(&mut water.depth, &mut buffers.depth);
                std::mem::swap(&mut water.rest, &mut buffers.rest);
                std::mem::swap(&mut water.u, &mut buffers.u);
                std::mem::swap(&mut water.v, &mut buffers.v);
                buffers.stale.copy_from_slice(&buffers.pace.due);
                done
            }
            Order::Inertial => self.inertial(water, buffers)?,
            Order::Second => {
                self.stage::<true, false>(water, buffers, 0.5)?;
                self.stage::<true, true>(water, buffers, 0.5)?
            }
        };
        buffers.pace.end_step(buffers.strips.iter().flat_map(|s| &s.seams.passed), even);
        water.time_s += dt;
        Ok(Stepped { dt_s: dt, cells, froude, even })
    }

    /// Prepares buffers for a state they may not have been used with.
    pub fn begin(&self, buffers: &mut Buffers<T>) {
        buffers.fit(&self.grid);
        buffers.stale.fill(true);
    }

    fn check(&self, forcing: Forcing<'_>) -> Result<(), StepError> {
        let (given, wanted) = (forcing.boundaries.len(), self.stretches.len());
        if given != wanted {
            return Err(StepError::Forcing { what: "boundaries", given, wanted });
        }
        let (given, wanted) = (forcing.rain_ms.len(), self.caught.len());
        if given > 1 && given != wanted {
            return Err(StepError::Forcing { what: "rain", given, wanted });
        }
        Ok(())
    }

    /// One stage: from the water into the buffers, or in the last stage of two from the buffers into the water.
    fn stage<const SECOND: bool, const LAST: bool>(
        &self,
        water: &mut Water<T>,
        buffers: &mut Buffers<T>,
        share: f64,
    ) -> Result<(usize, f64), StepError> {
        let b = buffers;
        let here = [&mut water.depth, &mut water.rest, &mut water.u, &mut water.v];
        let there = [&mut b.depth, &mut b.rest, &mut b.u, &mut b.v];
        let (from, to) = if LAST { (there, here) } else { (here, there) };
        let reads = Reads {
            grid: &self.grid,
            field: super::strip::Field { depth: from[0], u: from[2], v: from[3] },
            rest: from[1],
            ghosts: &b.ghosts,
            pace: &b.pace,
            stale: &b.stale,
            rain_m: &b.rain_m,
            advance: self.advances(&b.pace),
        };
        let rows = TILE * self.grid.columns;
        let [depth, rest, u, v] = to;
        let parts = depth.chunks_mut(rows).zip(rest.chunks_mut(rows)).zip(u.chunks_mut(rows).zip(v.chunks_mut(rows)));
        let across = self.grid.tiles_x();
        let tops = water.deepest.chunks_mut(across).zip(water.fastest.chunks_mut(across));
        let rooms = tops.zip(b.strips.iter_mut()).zip(b.reports.iter_mut());
        let mut jobs: Vec<Box<dyn FnOnce() + Send + '_>> = Vec::with_capacity(self.grid.tiles_y());
        for (band, (((depth, rest), (u, v)), (((deepest, fastest), strip), report))) in parts.zip(rooms).enumerate() {
            let reads = &reads;
            let part = Part { depth, rest, u, v };
            jobs.push(Box::new(move || {
                let writes = Writes { part, tops: [deepest, fastest], strip, report };
                pulp::Arch::new().dispatch(Band::<'_, T, SECOND, LAST> { reads, band, writes });
            }));
        }
        b.runner.run(jobs);
        self.take_in(water, &b.reports, share)
    }

    pub(super) fn advance_by(&self, dt: f64) -> Advance<T> {
        Advance {
            dt: T::of(dt),
            per_cell: T::of(dt / self.grid.cell_m),
            film: T::of(self.settings.film_m.max(T::DRY_M)),
            law: self.grid.law,
        }
    }

    /// Sums up the bands in their order.
    pub(super) fn take_in(
        &self,
        water: &mut Water<T>,
        reports: &[BandReport<T>],
        share: f64,
    ) -> Result<(usize, f64), StepError> {
        let area = self.grid.area_m2();
        let mut cells = 0;
        let mut froude = 0.0_f64;
        for report in reports {
            if report.peaks.trace.iter().any(|t| !t.wide().is_finite()) {
                return Err(StepError::NotFinite { time_s: water.time_s });
            }
            froude = froude.max(report.peaks.froude());
            water.booked.add(Booking::Entered, share * report.entered_m * area);
            water.booked.add(Booking::Left, share * report.left_m * area);
            cells += report.cells;
        }
        Ok((cells, froude))
    }
}

/// A band as work that is compiled for several instruction sets. A named type, because a closure's call would not be
/// inlined into the code for the wider ones.
struct Band<'a, T: Real, const SECOND: bool, const LAST: bool> {
    reads: &'a Reads<'a, T>,
    band: usize,
    writes: Writes<'a, T>,
}

impl<T: Real, const SECOND: bool, const LAST: bool> pulp::NullaryFnOnce for Band<'_, T, SECOND, LAST> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        band::compute::<T, SECOND, LAST>(self.reads, self.band, &mut self.writes);
    }
}

const _: () = assert!(WALL > 1e20, "no bed rises as far as a wall");

//! A flood: a surface with its rain, edges, sources, dams, barriers, fillings and ground, advanced as one.
//!
//! # Steps
//! 1. Boundaries and rain are taken at the start of a step; a step ends where the rain changes. 2. The water runs.
//!    3. What point sources and dams bring over the step, what passes barriers and portals is moved. 4. Once a second,
//!    and where the caller wants, the ground takes what it can and maxima are noted.
//!
//! *Source:* own derivation; the parts name theirs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::barrier::{Barrier, BarrierError, BarrierEvent, BarrierState, BarrierStep, Barriers};
use super::check_dam::{CheckDam, CheckDams, DamError, DamEvent, DamState, DamStep, FedDam};
use super::dam_books::DamBooks;
use super::drive::{Inflow, OpenEdge, Rain};
use super::edge::Boundary;
use super::filling::{Filling, FillingError, FillingEvent, FillingState, FillingStep, Fillings};
use super::grid::{Grid, Ground, GroundError};
use super::pace;
use super::real::Real;
use super::record::Record;
use super::soak::{Soak, Soaked};
use super::step::{Buffers, Forcing, Runner, Serial, Settings, StepError, Surface};
use super::water::Water;
use crate::num::series::Series;

/// Longest time between two looks at every cell by ground and record, where steps are shorter [s].
const LOOK_S: f64 = 1.0;
/// The same for tiles whose water does not run [s].
const REST_S: f64 = 10.0;

/// A flood as it is given.
#[derive(Debug, Clone, PartialEq)]
pub struct FloodModel {
    /// The ground: bed, friction, walls of buildings; those of barriers are added.
    pub ground: Ground,
    /// Depth at the start [m], from the south-west; empty = dry.
    pub depth_m: Vec<f64>,
    /// Velocity along x at the start [m/s]; empty = at rest.
    pub u_ms: Vec<f64>,
    /// Velocity along y at the start [m/s]; empty = at rest.
    pub v_ms: Vec<f64>,
    /// How it is computed.
    pub settings: Settings,
    /// Depth from which ground counts as flooded [m].
    pub threshold_m: f64,
    /// What holds along open edges.
    pub edges: Vec<OpenEdge>,
    /// Point sources.
    pub inflows: Vec<Inflow>,
    /// Rain.
    pub rain: Rain,
    /// Infiltration.
    pub soak: Option<Soak>,
    /// Levees and walls.
    pub barriers: Vec<Barrier>,
    /// Underpasses, portals, basements.
    pub fillings: Vec<Filling>,
    /// Check dams above the ground.
    pub dams: Vec<FedDam>,
}

/// Why a flood cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FloodError {
    /// The ground.
    #[error("the ground cannot be used: {0}")]
    Ground(#[from] GroundError),
    /// A barrier.
    #[error(transparent)]
    Barrier(#[from] BarrierError),
    /// A filling.
    #[error(transparent)]
    Filling(#[from] FillingError),
    /// A check dam.
    #[error(transparent)]
    Dam(#[from] DamError),
    /// A source, rain or the ground's classes do not fit the grid.
    #[error("{what}: {given} where {wanted} are wanted")]
    Fit {
        /// Which part.
        what: &'static str,
        /// What is given.
        given: usize,
        /// What should be.
        wanted: usize,
    },
}

/// A flood, compiled. Immutable.
#[derive(Debug, Clone)]
pub struct Flood<T: Real> {
    surface: Surface<T>,
    threshold_m: f64,
    edges: Vec<OpenEdge>,
    inflows: Vec<Inflow>,
    rain: Rain,
    soak: Option<Soak>,
    barriers: Barriers,
    fillings: Fillings,
    dams: CheckDams,
    /// What comes into each dam from outside [m³/s].
    dam_inflows: Vec<Option<Series>>,
}

/// Everything of a flood that changes with time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct FloodState<T: Real> {
    /// The water on the surface; its time is the model time.
    pub water: Water<T>,
    /// What the ground has taken.
    pub soaked: Soaked,
    /// When ground and record last looked at the cells [s].
    looked_s: f64,
    /// When they last looked at tiles at rest too [s].
    rested_s: f64,
    /// Levees and walls.
    pub barriers: BarrierState,
    /// Underpasses, portals, basements.
    pub fillings: Vec<FillingState>,
    /// Check dams.
    pub dams: Vec<DamState>,
    /// What was worst, and when.
    pub record: Record,
}

/// Buffers.
#[derive(Default)]
pub struct FloodScratch<T: Real> {
    buffers: Buffers<T>,
    barriers: BarrierStep,
    fillings: FillingStep,
    dams: DamStep,
    dam_inflow_m3s: Vec<f64>,
    boundaries: Vec<Boundary>,
    rain_ms: Vec<f64>,
}

impl<T: Real> std::fmt::Debug for FloodScratch<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FloodScratch").finish_non_exhaustive()
    }
}

impl<T: Real> FloodScratch<T> {
    /// Buffers whose bands run on `runner`.
    #[must_use]
    pub fn on(runner: Arc<dyn Runner>) -> Self {
        Self { buffers: Buffers::on(runner), ..Self::default() }
    }
}

/// How an advance went.
#[derive(Debug, Clone, PartialEq)]
pub struct Advanced {
    /// Steps.
    pub steps: u64,
    /// Cells computed, summed over steps; both stages of a step count once.
    pub cell_steps: u64,
    /// Wet cells among those computed, summed over steps by their share at the next look.
    pub wet_cell_steps: u64,
    /// Cells computed since the last look.
    unlooked: u64,
    /// Shortest and longest step [s].
    pub step_range_s: (f64, f64),
    /// Largest Froude number where water was deeper than a centimetre.
    pub max_froude: f64,
    /// What happened to barriers.
    pub barriers: Vec<BarrierEvent>,
    /// What happened to fillings.
    pub fillings: Vec<FillingEvent>,
    /// What happened to check dams.
    pub dams: Vec<DamEvent>,
}

impl Default for Advanced {
    fn default() -> Self {
        Self {
            steps: 0,
            cell_steps: 0,
            wet_cell_steps: 0,
            unlooked: 0,
            step_range_s: (f64::INFINITY, 0.0),
            max_froude: 0.0,
            barriers: Vec::new(),
            fillings: Vec::new(),
            dams: Vec::new(),
        }
    }
}

impl<T: Real> Flood<T> {
    /// Compiles a flood.
    ///
    /// # Errors
    /// [`FloodError`]
    pub fn new(model: &FloodModel) -> Result<Self, FloodError> {
        let barriers = Barriers::new(&model.ground, &model.barriers)?;
        let mut ground = model.ground.clone();
        ground.walls.extend(barriers.walls());
        let stretches = model.edges.iter().map(|b| b.stretch).collect();
        let dams = model.dams.iter().map(|d| d.dam.clone()).collect();
        let dams = CheckDams::new(ground.columns * ground.rows, dams)?;
        let portals = model.fillings.iter().flat_map(|f| f.portals.iter().map(|p| p.cell));
        let others = portals.chain(model.inflows.iter().map(|i| i.cell)).chain(barriers.cells()).chain(dams.cells());
        let surface = Surface::new(&ground, stretches, model.settings)?;
        let grid = surface.grid();
        let (cells, tiles) = (grid.columns * grid.rows, grid.tiles_x() * grid.tiles_y());
        if let Some(inflow) = model.inflows.iter().find(|i| i.cell >= cells || grid.bed_m[i.cell].is_nan()) {
            return Err(FloodError::Fit { what: "cell of an inflow", given: inflow.cell, wanted: cells });
        }
        let weights = model.rain.series.iter().map(|(_, w)| w.len());
        let grids = model.rain.grids.iter().flatten().map(|(_, g)| g.len());
        if let Some(given) = weights.chain(grids).find(|n| *n != tiles) {
            return Err(FloodError::Fit { what: "tiles of rain", given, wanted: tiles });
        }
        if let Some(soak) = &model.soak {
            let known = soak.class.iter().all(|c| usize::from(*c) < soak.laws.len());
            if !known || soak.class.len() != cells {
                return Err(FloodError::Fit { what: "classes of the ground", given: soak.class.len(), wanted: cells });
            }
        }
        Ok(Self {
            fillings: Fillings::new(cells, model.fillings.clone())?,
            surface: surface.with_eager(others.filter(|c| *c < cells)),
            threshold_m: model.threshold_m,
            edges: model.edges.clone(),
            inflows: model.inflows.clone(),
            rain: model.rain.clone(),
            soak: model.soak.clone(),
            barriers,
            dam_inflows: model.dams.iter().map(|d| d.inflow_m3s.clone()).collect(),
            dams,
        })
    }

    /// The ground.
    #[must_use]
    pub fn grid(&self) -> &Grid<T> {
        self.surface.grid()
    }

    /// The surface.
    #[must_use]
    pub fn surface(&self) -> &Surface<T> {
        &self.surface
    }

    /// Underpasses, portals, basements.
    #[must_use]
    pub fn fillings(&self) -> &[Filling] {
        self.fillings.list()
    }

    /// Check dams.
    #[must_use]
    pub fn dams(&self) -> &[CheckDam] {
        self.dams.list()
    }

    /// What all check dams together had and have.
    #[must_use]
    pub fn dam_books(&self, state: &FloodState<T>) -> DamBooks {
        DamBooks::of(&self.dams, &state.dams, self.grid())
    }

    /// The state at model time 0.
    #[must_use]
    pub fn start(&self, model: &FloodModel) -> FloodState<T> {
        let water = Water::new(self.grid(), &model.depth_m, &model.u_ms, &model.v_ms);
        let mut record = Record::new(self.grid(), self.threshold_m);
        record.note(self.grid(), &water, 0.0, &Serial);
        FloodState {
            water,
            soaked: Soaked::default(),
            looked_s: 0.0,
            rested_s: 0.0,
            barriers: self.barriers.start(),
            fillings: self.fillings.start(),
            dams: self.dams.start(&model.dams.iter().map(|d| d.volume_m3).collect::<Vec<_>>()),
            record,
        }
    }

    /// Prepares buffers for a state they may not have been used with.
    pub fn begin(&self, scratch: &mut FloodScratch<T>) {
        self.surface.begin(&mut scratch.buffers);
    }

    /// Advances to an instant, exactly. `rain_ms` takes the place of the model's own rain: one intensity for all, or
    /// one a tile. Adds to `done`.
    ///
    /// # Errors
    /// [`StepError`]; the state is then undefined.
    pub fn advance(
        &self,
        state: &mut FloodState<T>,
        until_s: f64,
        rain_ms: Option<&[f64]>,
        scratch: &mut FloodScratch<T>,
        done: &mut Advanced,
    ) -> Result<(), StepError> {
        let tiles = self.grid().tiles_x() * self.grid().tiles_y();
        while state.water.time_s < until_s {
            let now_s = state.water.time_s;
            let own = if rain_ms.is_none() { self.rain.next_change(now_s) } else { None };
            let change_s = own.map_or(until_s, |t| t.min(until_s));
            scratch.boundaries.clear();
            scratch.boundaries.extend(self.edges.iter().map(|e| e.at(now_s)));
            if rain_ms.is_none() {
                self.rain.at(now_s, tiles, &mut scratch.rain_ms);
            }
            let forcing = Forcing { boundaries: &scratch.boundaries, rain_ms: rain_ms.unwrap_or(&scratch.rain_ms) };
            let step = self.surface.step(&mut state.water, forcing, change_s - now_s, &mut scratch.buffers)?;
            // A remainder below the resolution of time is no step.
            if change_s - state.water.time_s < 1e-9 * change_s.abs().max(1.0) {
                state.water.time_s = change_s;
            }
            self.move_others(state, now_s, scratch, done)?;
            done.steps += 1;
            done.cell_steps += step.cells as u64;
            done.unlooked += step.cells as u64;
            if step.even && state.water.time_s - state.looked_s >= LOOK_S {
                self.look(state, scratch, done);
            }
            done.max_froude = done.max_froude.max(step.froude);
            let (least, most) = done.step_range_s;
            done.step_range_s = (least.min(step.dt_s), most.max(step.dt_s));
        }
        Ok(())
    }

    /// Point sources, dams, barriers and portals, over the step that began at `from_s`.
    fn move_others(
        &self,
        state: &mut FloodState<T>,
        from_s: f64,
        scratch: &mut FloodScratch<T>,
        done: &mut Advanced,
    ) -> Result<(), StepError> {
        let grid = self.grid();
        let water = &mut state.water;
        let dt_s = water.time_s - from_s;
        for inflow in &self.inflows {
            let volume_m3 = inflow.flow_m3s.integral(from_s, water.time_s);
            water.exchange(grid, inflow.cell, volume_m3);
        }
        if !self.dams.is_empty() && dt_s > 0.0 {
            let mean = |q: &Option<Series>| q.as_ref().map_or(0.0, |q| q.integral(from_s, water.time_s) / dt_s);
            scratch.dam_inflow_m3s.clear();
            scratch.dam_inflow_m3s.extend(self.dam_inflows.iter().map(mean));
            self.dams.step(&mut state.dams, &scratch.dam_inflow_m3s, grid, water, dt_s, &mut scratch.dams)?;
            done.dams.extend_from_slice(&scratch.dams.events);
        }
        if !self.barriers.is_empty() {
            self.barriers.step(&mut state.barriers, grid, water, dt_s, &mut scratch.barriers)?;
            done.barriers.extend_from_slice(&scratch.barriers.events);
        }
        if !self.fillings.list().is_empty() {
            self.fillings.step(&mut state.fillings, grid, water, dt_s, &mut scratch.fillings)?;
            done.fillings.extend_from_slice(&scratch.fillings.events);
        }
        Ok(())
    }

    /// What the ground takes, and maxima, since the last look; a second or more after it [`Flood::advance`] looks by
    /// itself.
    pub fn look(&self, state: &mut FloodState<T>, scratch: &FloodScratch<T>, done: &mut Advanced) {
        let runner = &*scratch.buffers.runner;
        let now_s = state.water.time_s;
        if now_s <= state.looked_s {
            return;
        }
        let all = now_s - state.rested_s >= REST_S;
        let rest_m = if all { 0.0 } else { self.surface.settings().film_m };
        if let Some(soak) = &self.soak {
            soak.step(self.grid(), &mut state.water, &mut state.soaked, rest_m, runner);
        }
        state.record.note(self.grid(), &state.water, rest_m, runner);
        if all {
            state.rested_s = now_s;
        }
        done.wet_cell_steps += (self.wet_share(&state.water) * std::mem::take(&mut done.unlooked) as f64) as u64;
        state.looked_s = now_s;
    }

    /// Share of cells with water that runs, among those of tiles that have some and their neighbours.
    fn wet_share(&self, water: &Water<T>) -> f64 {
        let grid = self.grid();
        let dry = T::of(self.surface.settings().film_m.max(T::DRY_M));
        let size = [grid.tiles_x(), grid.tiles_y()];
        let runs = |tile: usize| water.deepest[tile] > dry;
        let (mut wet, mut computed) = (0_u64, 0_u64);
        for tile in 0..water.deepest.len() {
            if runs(tile) || pace::around(size, tile, false).any(runs) {
                wet += Water::cells_of(grid, tile).filter(|c| water.depth[*c] > dry).count() as u64;
                computed += Water::<T>::cells_of(grid, tile).count() as u64;
            }
        }
        wet as f64 / computed.max(1) as f64
    }
}

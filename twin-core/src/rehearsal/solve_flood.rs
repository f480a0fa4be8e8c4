//! One flood case run over its own duration, as `twin solve flood` does it.
//!
//! # Steps
//! 1. Boundaries and rain are taken at the start of a step; a step ends where the rain changes, a raster or a gauge's
//!    row is due. 2. The kernel advances. 3. What point sources bring over the step, what passes barriers and what the
//!    ground takes are moved. 4. Maxima are noted.

use std::path::Path;
use std::sync::Arc;

use twin_physics::kernels::surface::barrier::{BarrierEvent, BarrierState, BarrierStep, Barriers};
use twin_physics::kernels::surface::edge::Boundary;
use twin_physics::kernels::surface::grid::{Grid, GroundError};
use twin_physics::kernels::surface::real::Real;
use twin_physics::kernels::surface::record::Record;
use twin_physics::kernels::surface::soak::Soaked;
use twin_physics::kernels::surface::step::{Buffers, Forcing, Order, Runner, Settings, StepError, Surface};
use twin_physics::kernels::surface::water::{Booked, Water};

use super::flood_files::{FloodFiles, GaugeRow};
use super::solve_water::Watch;
use crate::io::flood_case::{FloodCase, OpenKind, Precision};
use crate::world::hash;

/// Longest step [s]: forcing is taken at a step's start.
const LONGEST_STEP_S: f64 = 10.0;
/// Froude number from which local inertia is not to be trusted.
const INERTIAL_FROUDE: f64 = 1.0;

/// Why a case could not be run over its duration.
#[derive(Debug, thiserror::Error)]
pub enum SolveFloodError {
    /// The ground.
    #[error("the ground cannot be used: {0}")]
    Ground(#[from] GroundError),
    /// The equations.
    #[error(transparent)]
    Step(#[from] StepError),
    /// The results.
    #[error("cannot write the result: {0}")]
    Write(#[from] std::io::Error),
}

/// How the run went.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FloodSolved {
    /// Steps.
    pub steps: u64,
    /// Cells computed, summed over steps; both stages of a step count once.
    pub cell_steps: u64,
    /// Wet cells, summed over steps.
    pub wet_cell_steps: u64,
    /// Shortest and longest step [s].
    pub step_range_s: (f64, f64),
    /// Largest Froude number where water was deeper than a centimetre.
    pub max_froude: f64,
    /// Volumes.
    pub booked: Booked,
    /// Water at the end [m³].
    pub stored_m3: f64,
    /// What is missing or too much at the end, relative to all water that ever was there.
    pub mass_error_rel: f64,
    /// Hash of the last state.
    pub state_hash: String,
    /// Model time reached [s].
    pub time_s: f64,
    /// What happened to barriers.
    pub events: Vec<BarrierEvent>,
    /// What the solver noticed.
    pub warnings: Vec<String>,
    /// It was stopped before its end.
    pub stopped: bool,
}

/// Runs a case and writes its results into a folder that exists.
///
/// # Errors
/// [`SolveFloodError`]; what was written until then is usable.
pub fn run(
    case: &FloodCase,
    folder: &Path,
    runner: Arc<dyn Runner>,
    watch: &mut impl Watch,
) -> Result<FloodSolved, SolveFloodError> {
    match case.precision {
        Precision::F32 => run_in::<f32>(case, folder, runner, watch),
        Precision::F64 => run_in::<f64>(case, folder, runner, watch),
    }
}

fn run_in<T: Real>(
    case: &FloodCase,
    folder: &Path,
    runner: Arc<dyn Runner>,
    watch: &mut impl Watch,
) -> Result<FloodSolved, SolveFloodError> {
    let mut files = FloodFiles::create(case, folder)?;
    let mut run = watch.solving(|| Run::<T>::new(case, runner))?;
    files.gauges(&run.gauges())?;
    if case.output_every_s.is_some() {
        files.depth(0.0, &run.depths())?;
    }
    let mut due = Due { case, gauges: 0, rasters: 0 };
    due.passed(0.0);
    while run.water.time_s < case.duration_s {
        let until_s = due.next_s();
        watch.solving(|| run.advance(until_s))?;
        watch.at(run.water.time_s);
        let stops = watch.stops();
        let (gauge, raster) = due.passed(run.water.time_s);
        if gauge || stops {
            files.gauges(&run.gauges())?;
        }
        if raster {
            files.depth(run.water.time_s, &run.depths())?;
        }
        if stops && run.water.time_s < case.duration_s {
            run.solved.stopped = true;
            break;
        }
    }
    let solved = watch.solving(|| run.finish());
    files.depth(solved.time_s, &run.depths())?;
    let wide = |row: &[T]| row.iter().map(|x| x.wide()).collect::<Vec<f64>>();
    files.speeds(solved.time_s, &wide(&run.water.u), &wide(&run.water.v))?;
    files.record(&run.record)?;
    files.finish()?;
    Ok(solved)
}

/// When something is to be written.
struct Due<'a> {
    case: &'a FloodCase,
    gauges: u64,
    rasters: u64,
}

impl Due<'_> {
    fn gauge_s(&self) -> f64 {
        self.gauges as f64 * self.case.gauge_every_s
    }

    fn raster_s(&self) -> f64 {
        self.case.output_every_s.map_or(f64::INFINITY, |every| self.rasters as f64 * every)
    }

    fn next_s(&self) -> f64 {
        self.gauge_s().min(self.raster_s()).min(self.case.duration_s)
    }

    /// Whether a row of gauges and a raster are due now; the last raster is written at the end.
    fn passed(&mut self, now_s: f64) -> (bool, bool) {
        let end = now_s >= self.case.duration_s;
        let (gauge, raster) = (now_s >= self.gauge_s() || end, now_s >= self.raster_s() && !end);
        while self.gauge_s() <= now_s {
            self.gauges += 1;
        }
        while self.raster_s() <= now_s {
            self.rasters += 1;
        }
        (gauge, raster)
    }
}

/// A run under way.
struct Run<'a, T: Real> {
    case: &'a FloodCase,
    surface: Surface<T>,
    water: Water<T>,
    buffers: Buffers<T>,
    record: Record,
    soaked: Soaked,
    barriers: Barriers,
    barrier_state: BarrierState,
    barrier_step: BarrierStep,
    boundaries: Vec<Boundary>,
    rain_ms: Vec<f64>,
    solved: FloodSolved,
}

impl<'a, T: Real> Run<'a, T> {
    fn new(case: &'a FloodCase, runner: Arc<dyn Runner>) -> Result<Self, GroundError> {
        let stretches = case.boundaries.iter().map(|b| b.stretch).collect();
        let settings = Settings { order: case.order, film_m: case.film_m, longest_step_s: LONGEST_STEP_S };
        let surface = Surface::new(&case.ground, stretches, settings)?;
        let water = Water::new(surface.grid(), &case.depth_m, &case.u_ms, &case.v_ms);
        let mut buffers = Buffers::on(runner);
        surface.begin(&mut buffers);
        let mut record = Record::new(surface.grid(), case.threshold_m);
        record.note(surface.grid(), &water);
        // The case was read with these barriers on this ground.
        let barriers = Barriers::new(&case.ground, &case.barriers).unwrap_or_default();
        Ok(Self {
            case,
            water,
            buffers,
            record,
            soaked: Soaked::new(),
            barrier_state: barriers.start(),
            barriers,
            barrier_step: BarrierStep::default(),
            boundaries: Vec::new(),
            rain_ms: Vec::new(),
            solved: FloodSolved { step_range_s: (f64::INFINITY, 0.0), ..FloodSolved::default() },
            surface,
        })
    }

    /// Advances to an instant, exactly.
    fn advance(&mut self, until_s: f64) -> Result<(), StepError> {
        while self.water.time_s < until_s {
            let now_s = self.water.time_s;
            let change_s = self.case.rain.next_change(now_s).map_or(until_s, |t| t.min(until_s));
            self.force(now_s);
            let forcing = Forcing { boundaries: &self.boundaries, rain_ms: &self.rain_ms };
            let done = self.surface.step(&mut self.water, forcing, change_s - now_s, &mut self.buffers)?;
            // A remainder below the resolution of time is no step.
            if change_s - self.water.time_s < 1e-9 * change_s.abs().max(1.0) {
                self.water.time_s = change_s;
            }
            self.move_others(now_s)?;
            self.record.note(self.surface.grid(), &self.water);
            let solved = &mut self.solved;
            solved.steps += 1;
            solved.cell_steps += done.cells as u64;
            solved.wet_cell_steps += wet_cells(&self.surface, &self.water);
            solved.max_froude = solved.max_froude.max(done.froude);
            let (least, most) = solved.step_range_s;
            solved.step_range_s = (least.min(done.dt_s), most.max(done.dt_s));
        }
        Ok(())
    }

    /// What holds along the edges and what rains, now.
    fn force(&mut self, now_s: f64) {
        self.boundaries.clear();
        self.boundaries.extend(self.case.boundaries.iter().map(|b| match &b.kind {
            OpenKind::Level(level) => Boundary::Level { level_m: level.at(now_s) },
            OpenKind::Flow(flow, level) => {
                Boundary::Flow { flow_m3s: flow.at(now_s), level_m: level.as_ref().map(|l| l.at(now_s)) }
            }
            OpenKind::Free => Boundary::Free,
        }));
        let grid = self.surface.grid();
        self.case.rain.at(now_s, grid.tiles_x() * grid.tiles_y(), &mut self.rain_ms);
    }

    /// Point sources, barriers and the ground, over the step that began at `from_s`.
    fn move_others(&mut self, from_s: f64) -> Result<(), StepError> {
        let grid = self.surface.grid();
        let dt_s = self.water.time_s - from_s;
        for inflow in &self.case.inflows {
            let volume_m3 = inflow.flow_m3s.integral(from_s, self.water.time_s);
            self.water.exchange(grid, inflow.cell, volume_m3);
        }
        if !self.barriers.is_empty() {
            self.barriers.step(&mut self.barrier_state, grid, &mut self.water, dt_s, &mut self.barrier_step)?;
            self.solved.events.extend_from_slice(&self.barrier_step.events);
        }
        if let Some(soak) = &self.case.soak {
            soak.step(grid, &mut self.water, &mut self.soaked, dt_s);
        }
        Ok(())
    }

    fn gauges(&self) -> Vec<GaugeRow> {
        let grid = self.surface.grid();
        let row = |cell: usize| GaugeRow {
            t_s: self.water.time_s,
            depth_m: self.water.depth_m(grid, cell),
            level_m: self.water.level_m(grid, cell),
            u_ms: self.water.u[cell].wide(),
            v_ms: self.water.v[cell].wide(),
        };
        self.case.gauges.iter().map(|g| row(g.cell)).collect()
    }

    fn depths(&self) -> Vec<f64> {
        let grid = self.surface.grid();
        (0..self.water.depth.len()).map(|cell| self.water.depth_m(grid, cell)).collect()
    }

    fn finish(&mut self) -> FloodSolved {
        let mut solved = std::mem::take(&mut self.solved);
        solved.time_s = self.water.time_s;
        solved.booked = self.water.booked;
        solved.stored_m3 = self.water.volume_m3(self.surface.grid());
        let turnover_m3 = solved.booked.turnover_m3();
        let off_m3 = (solved.stored_m3 - solved.booked.expected_m3()).abs();
        solved.mass_error_rel = if turnover_m3 > 0.0 { off_m3 / turnover_m3 } else { off_m3 };
        solved.state_hash = hash::hex(&hash::state_hash(&(&self.water, &self.soaked, &self.barrier_state)));
        if self.case.order == Order::Inertial && solved.max_froude > INERTIAL_FROUDE {
            solved.warnings.push(format!(
                "scheme inertial: the Froude number reached {:.2}; it is wrong above {INERTIAL_FROUDE}, run with hllc1",
                solved.max_froude
            ));
        }
        solved
    }
}

fn wet_cells<T: Real>(surface: &Surface<T>, water: &Water<T>) -> u64 {
    let grid: &Grid<T> = surface.grid();
    let dry = T::of(surface.settings().film_m.max(T::DRY_M));
    let wet = water.deepest.iter().enumerate().filter(|(_, d)| **d > dry);
    wet.map(|(tile, _)| Water::cells_of(grid, tile).filter(|c| water.depth[*c] > dry).count() as u64).sum()
}

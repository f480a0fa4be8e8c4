//! One flood case run over its own duration, as `twin solve flood` does it.

use std::path::Path;
use std::sync::Arc;

use twin_physics::kernels::surface::barrier::BarrierEvent;
use twin_physics::kernels::surface::check_dam::{CheckDam, DamEvent, DamState};
use twin_physics::kernels::surface::dam_books::DamBooks;
use twin_physics::kernels::surface::filling::{Filling, FillingEvent, FillingState};
use twin_physics::kernels::surface::flood::{Advanced, Flood, FloodError, FloodScratch, FloodState};
use twin_physics::kernels::surface::real::Real;
use twin_physics::kernels::surface::step::{Order, Runner, StepError};
use twin_physics::kernels::surface::water::Booked;

use super::flood_files::{DamRow, FloodFiles, GaugeRow, UnderpassRow};
use super::solve_water::Watch;
use crate::io::flood_case::{FloodCase, Precision};
use crate::world::hash;

/// Froude number from which local inertia is not to be trusted.
const INERTIAL_FROUDE: f64 = 1.0;

/// Why a case could not be run over its duration.
#[derive(Debug, thiserror::Error)]
pub enum SolveFloodError {
    /// The case.
    #[error(transparent)]
    Flood(#[from] FloodError),
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
    /// What is missing or too much at the end on the surface, in underpasses, pumped away, behind and gone from dams,
    /// relative to all water that ever was there.
    pub mass_error_rel: f64,
    /// Hash of the last state.
    pub state_hash: String,
    /// Model time reached [s].
    pub time_s: f64,
    /// What happened to barriers.
    pub events: Vec<BarrierEvent>,
    /// What happened to underpasses and basements.
    pub filled: Vec<FillingEvent>,
    /// How underpasses and basements stand at the end.
    pub underpasses: Vec<UnderpassEnd>,
    /// What happened to check dams.
    pub dammed: Vec<DamEvent>,
    /// How check dams stand at the end.
    pub dams: Vec<DamEnd>,
    /// What all check dams together had and have.
    pub dam_books: DamBooks,
    /// What the solver noticed.
    pub warnings: Vec<String>,
    /// It was stopped before its end.
    pub stopped: bool,
}

/// How an underpass stands at the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnderpassEnd {
    /// Its last row.
    pub last: UnderpassRow,
    /// Greatest depth over the floor there was [m].
    pub greatest_depth_m: f64,
    /// When it was first closed to traffic [s].
    pub closed_s: Option<f64>,
}

/// How a check dam stands at the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DamEnd {
    /// Its last row.
    pub last: DamRow,
    /// When it was first overtopped [s].
    pub overtopped_s: Option<f64>,
    /// When it failed [s].
    pub failed_s: Option<f64>,
    /// When its breach had grown out [s].
    pub grown_s: Option<f64>,
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
    files.underpasses(0.0, &run.underpasses())?;
    files.dams(0.0, &run.dams())?;
    if case.output_every_s.is_some() {
        files.depth(0.0, &run.depths())?;
    }
    let mut stopped = false;
    let mut due = Due { case, gauges: 0, rasters: 0 };
    due.passed(0.0);
    while run.state.water.time_s < case.duration_s {
        let until_s = due.next_s();
        watch.solving(|| run.advance(until_s))?;
        watch.at(run.state.water.time_s);
        let stops = watch.stops();
        let (gauge, raster) = due.passed(run.state.water.time_s);
        if gauge || stops {
            files.gauges(&run.gauges())?;
            files.underpasses(run.state.water.time_s, &run.underpasses())?;
            files.dams(run.state.water.time_s, &run.dams())?;
        }
        if raster {
            files.depth(run.state.water.time_s, &run.depths())?;
        }
        if stops && run.state.water.time_s < case.duration_s {
            stopped = true;
            break;
        }
    }
    let solved = FloodSolved { stopped, ..watch.solving(|| run.finish()) };
    files.depth(solved.time_s, &run.depths())?;
    let wide = |row: &[T]| row.iter().map(|x| x.wide()).collect::<Vec<f64>>();
    files.speeds(solved.time_s, &wide(&run.state.water.u), &wide(&run.state.water.v))?;
    files.record(&run.state.record)?;
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
    flood: Flood<T>,
    state: FloodState<T>,
    scratch: FloodScratch<T>,
    done: Advanced,
}

impl<'a, T: Real> Run<'a, T> {
    fn new(case: &'a FloodCase, runner: Arc<dyn Runner>) -> Result<Self, FloodError> {
        let flood = Flood::new(&case.model)?;
        let state = flood.start(&case.model);
        let mut scratch = FloodScratch::on(runner);
        flood.begin(&mut scratch);
        Ok(Self { case, flood, state, scratch, done: Advanced::default() })
    }

    fn advance(&mut self, until_s: f64) -> Result<(), StepError> {
        self.flood.advance(&mut self.state, until_s, None, &mut self.scratch, &mut self.done)?;
        self.flood.look(&mut self.state, &self.scratch, &mut self.done);
        Ok(())
    }

    fn gauges(&self) -> Vec<GaugeRow> {
        let (grid, water) = (self.flood.grid(), &self.state.water);
        let row = |cell: usize| GaugeRow {
            t_s: water.time_s,
            depth_m: water.depth_m(grid, cell),
            level_m: water.level_m(grid, cell),
            u_ms: water.u[cell].wide(),
            v_ms: water.v[cell].wide(),
        };
        self.case.gauges.iter().map(|g| row(g.cell)).collect()
    }

    /// Underpasses with their states, in their order.
    fn fillings(&self) -> impl Iterator<Item = (&Filling, &FillingState)> {
        self.flood.fillings().iter().zip(&self.state.fillings)
    }

    fn underpasses(&self) -> Vec<UnderpassRow> {
        self.fillings().map(|(filling, state)| row(filling, state)).collect()
    }

    fn dams(&self) -> Vec<DamRow> {
        self.flood.dams().iter().zip(&self.state.dams).map(|(dam, state)| dam_row(dam, state)).collect()
    }

    fn depths(&self) -> Vec<f64> {
        let (grid, water) = (self.flood.grid(), &self.state.water);
        (0..water.depth.len()).map(|cell| water.depth_m(grid, cell)).collect()
    }

    fn finish(&mut self) -> FloodSolved {
        let FloodState { water, soaked, barriers, fillings, dams, .. } = &self.state;
        let done = std::mem::take(&mut self.done);
        let (booked, stored_m3) = (water.booked, water.volume_m3(self.flood.grid()));
        // What passes a portal is taken from the surface and given to it: not lost, and not come a second time.
        let within = |s: &FillingState| s.volume_m3 + s.pumped_m3 - (s.entered_m3 - s.left_m3);
        let behind = self.flood.dam_books(&self.state);
        let others_m3 = fillings.iter().map(within).sum::<f64>() + behind.residual_m3();
        let off_m3 = (stored_m3 - booked.expected_m3() + others_m3).abs();
        // What dams pour onto the ground was behind them or came to them.
        let had_m3 = behind.start_m3 + behind.given_m3 - behind.poured_m3;
        let turnover_m3 = booked.turnover_m3() + had_m3 - fillings.iter().map(|s| s.left_m3).sum::<f64>();
        let end = |(filling, state): (&Filling, &FillingState)| UnderpassEnd {
            last: row(filling, state),
            greatest_depth_m: filling.depth_m(state.most_m3),
            closed_s: state.closed_s,
        };
        let underpasses = self.fillings().map(end).collect();
        let dam_end = |(state, last): (&DamState, DamRow)| DamEnd {
            last,
            overtopped_s: state.overtopped_s,
            failed_s: state.failed_s,
            grown_s: state.grown_s,
        };
        let dam_ends = dams.iter().zip(self.dams()).map(dam_end).collect();
        let mut warnings = Vec::new();
        if self.case.model.settings.order == Order::Inertial && done.max_froude > INERTIAL_FROUDE {
            warnings.push(format!(
                "scheme inertial: the Froude number reached {:.2}; it is wrong above {INERTIAL_FROUDE}, run with hllc1",
                done.max_froude
            ));
        }
        FloodSolved {
            steps: done.steps,
            cell_steps: done.cell_steps,
            wet_cell_steps: done.wet_cell_steps,
            step_range_s: done.step_range_s,
            max_froude: done.max_froude,
            booked,
            stored_m3,
            mass_error_rel: if turnover_m3 > 0.0 { off_m3 / turnover_m3 } else { off_m3 },
            state_hash: hash::hex(&hash::state_hash(&(water, soaked, barriers, fillings, dams))),
            time_s: water.time_s,
            events: done.barriers,
            filled: done.fillings,
            underpasses,
            dammed: done.dams,
            dams: dam_ends,
            dam_books: behind,
            warnings,
            stopped: false,
        }
    }
}

fn row(filling: &Filling, state: &FillingState) -> UnderpassRow {
    UnderpassRow {
        depth_m: filling.depth_m(state.volume_m3),
        volume_m3: state.volume_m3,
        entered_m3: state.entered_m3,
        left_m3: state.left_m3,
        pumped_m3: state.pumped_m3,
    }
}

fn dam_row(dam: &CheckDam, state: &DamState) -> DamRow {
    DamRow {
        level_m: dam.level_m(state),
        volume_m3: state.volume_m3,
        entered_m3: state.entered_m3.value(),
        left_m3: state.left_m3.value(),
        peak_m3s: state.peak_m3s,
        breach_width_m: state.breach.width_m,
    }
}

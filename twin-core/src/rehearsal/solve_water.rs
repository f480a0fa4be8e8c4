//! One water network solved over its own duration, as `twin solve water` does it: EPANET's result file and report.

use std::io::{self, Seek, Write};

use twin_physics::domains::water::{LinkKind, NodeKind, TankScheme, WaterModel, WaterScratch, WaterSolver, WaterState};
use twin_physics::ledger::Account;
use twin_physics::port::{Element, Inputs, Outputs, PortIx, Quantity};
use twin_physics::solver::{SolveError, Solver, SolverEvent, StepReport};

use crate::io::epanet_out::{EpanetResults, LinkState, OutWriter, Period, PumpUse};
use crate::io::epanet_rpt::{Event, ReportWriter};

/// Iteration tolerance of a default run: far below what any reader of the result file can see.
const TIGHT: f64 = 1e-8;

/// Why a network could not be solved over its duration.
#[derive(Debug, thiserror::Error)]
pub enum SolveWaterError {
    /// The equations.
    #[error("at {time_s} s: {error}")]
    Solve {
        /// Model time [s].
        time_s: f64,
        /// Why.
        error: SolveError,
    },
    /// The result file or report.
    #[error("cannot write the result: {0}")]
    Write(#[from] io::Error),
}

/// Who looks on at a run: is told how far it has come, and may time the solving without reading and writing.
pub trait Watch {
    /// The run stands at this model time [s].
    fn at(&mut self, now_s: f64);

    /// Whether the run is to end at the next reporting time, with what it has.
    fn stops(&self) -> bool {
        false
    }

    /// Carries the solving of one step; a watch that keeps time does so here.
    fn solving<T>(&mut self, work: impl FnOnce() -> T) -> T {
        work()
    }
}

/// How the run went.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Solved {
    /// Hydraulic steps.
    pub steps: u64,
    /// Iterations of all solves.
    pub iterations: u64,
    /// Steps with a solve that was accepted by its residuals although it missed the tolerance asked for.
    pub unconverged: u64,
    /// Largest mass residual at a node over the largest flow [–].
    pub mass_residual: f64,
    /// Largest energy residual on a link [m].
    pub energy_residual: f64,
    /// Reporting times written.
    pub periods: u64,
    /// What the solver noticed, a line each, at most [`Solved::WARNINGS_MAX`].
    pub warnings: Vec<String>,
    /// Notices beyond those kept.
    pub more_warnings: u64,
    /// Accounts at the end.
    pub accounts: Vec<Account>,
}

impl Solved {
    /// Notices kept.
    pub const WARNINGS_MAX: usize = 100;

    fn take(&mut self, report: &StepReport) {
        self.steps += 1;
        self.iterations += u64::from(report.iterations);
        self.unconverged += u64::from(report.unconverged > 0);
        self.mass_residual = self.mass_residual.max(report.mass_residual);
        self.energy_residual = self.energy_residual.max(report.energy_residual);
    }
}

/// The model as a run takes it: the file's own tolerance and Euler tanks on whole seconds for comparison with EPANET,
/// otherwise tight convergence, second-order tanks and closed links that are tight.
#[must_use]
pub fn prepared(mut model: WaterModel, compat_epanet: bool) -> WaterModel {
    if compat_epanet {
        model.options.tank_scheme = TankScheme::Euler;
    } else {
        model.options.tank_scheme = TankScheme::Heun;
        model.options.closed_seepage_m2s = 0.0;
        model.options.closed_seepage_m2s = 0.0;
        model.options.accuracy = model.options.accuracy.min(TIGHT);
        model.options.trials = model.options.trials.max(200);
    }
    model
}

/// A run under way.
struct Run<'a> {
    solver: &'a WaterSolver,
    inputs: Inputs,
    scratch: WaterScratch,
    state: WaterState,
    outputs: Outputs,
    energy: Vec<Energy>,
    solved: Solved,
}

/// What one pump has used.
struct Energy {
    link: usize,
    power: PortIx,
    on_s: f64,
    joules: f64,
    peak_w: f64,
    volume_m3: f64,
}

/// Solves a network over its duration and writes every reporting time.
///
/// # Errors
/// When an instant has no acceptable answer, or a file cannot be written. What was written until then is usable.
pub fn run<W: Write + Seek, R: Write>(
    solver: &WaterSolver,
    efficiency: f64,
    mut out: OutWriter<W>,
    mut report: Option<ReportWriter<'_, R>>,
    watch: &mut impl Watch,
) -> Result<Solved, SolveWaterError> {
    let times = &solver.model().times;
    let mut run = Run::start(solver, watch)?;
    let mut next_report_s = times.report_start_s;
    loop {
        let now_s = solver.time_s(&run.state);
        watch.at(now_s);
        if now_s >= next_report_s {
            run.write(&mut out, report.as_mut())?;
            run.solved.periods += 1;
            next_report_s += times.report_step_s.max(1.0);
        }
        if now_s >= times.duration_s {
            break;
        }
        let target_s = next_report_s.min(times.duration_s);
        let result = run.step(target_s - now_s, report.as_mut(), watch);
        if let Err(error) = result {
            // The periods so far stay readable.
            out.finish(&run.results(efficiency))?;
            return Err(error);
        }
    }
    let results = run.results(efficiency);
    out.finish(&results)?;
    if let Some(report) = report {
        report.finish(&results)?;
    }
    run.solved.accounts = solver.accounts(&run.state);
    Ok(run.solved)
}

impl<'a> Run<'a> {
    fn start(solver: &'a WaterSolver, watch: &mut impl Watch) -> Result<Self, SolveWaterError> {
        let ports = solver.ports();
        let inputs = Inputs::new(ports.input_len());
        let mut scratch = WaterScratch::default();
        // The start is solved once more from its own answer: a state says nothing of its residuals, a step does.
        let (state, first) = watch
            .solving(|| {
                let mut state = solver.initial_state(&inputs, &mut scratch)?;
                let first = solver.step(&mut state, &inputs, 0.0, &mut scratch)?;
                Ok((state, first))
            })
            .map_err(|error| SolveWaterError::Solve { time_s: 0.0, error })?;
        let pumps = solver.model().links.iter().enumerate().filter(|(_, l)| matches!(l.kind, LinkKind::Pump(_)));
        let energy = pumps.filter_map(|(link, _)| {
            let power = ports.output("pump_power", link)?;
            Some(Energy { link, power, on_s: 0.0, joules: 0.0, peak_w: 0.0, volume_m3: 0.0 })
        });
        let energy = energy.collect();
        let outputs = Outputs::new(ports.output_len());
        let mut run = Self { solver, inputs, scratch, state, outputs, energy, solved: Solved::default() };
        run.solved.take(&first);
        run.notice(&first.events);
        Ok(run)
    }

    fn field(&self, quantity: Quantity) -> &[f64] {
        self.solver.field(&self.state, quantity).map_or(&[], |f| f.values)
    }

    fn step<R: Write>(
        &mut self,
        dt_s: f64,
        report: Option<&mut ReportWriter<'_, R>>,
        watch: &mut impl Watch,
    ) -> Result<(), SolveWaterError> {
        let time_s = self.solver.time_s(&self.state);
        self.solver.outputs(&self.state, &mut self.outputs);
        let powers: Vec<f64> = self.energy.iter().map(|e| self.outputs.get_or(e.power, 0.0)).collect();
        let flows: Vec<f64> = self.energy.iter().map(|e| self.field(Quantity::Flow)[e.link].abs()).collect();
        let before = self.states();
        let step = watch.solving(|| self.solver.step(&mut self.state, &self.inputs, dt_s, &mut self.scratch));
        let step = step.map_err(|error| SolveWaterError::Solve { time_s, error })?;
        for ((energy, power_w), flow_m3s) in self.energy.iter_mut().zip(powers).zip(flows) {
            if flow_m3s > 0.0 {
                energy.on_s += step.advanced_s;
                energy.joules += power_w * step.advanced_s;
                energy.volume_m3 += flow_m3s * step.advanced_s;
                energy.peak_w = energy.peak_w.max(power_w);
            }
        }
        self.solved.take(&step);
        self.notice(&step.events);
        if let Some(report) = report {
            self.tell(report, &step, &before)?;
        }
        Ok(())
    }

    /// The lines of one step in the report: that it balanced, what controls did, which links changed.
    fn tell<R: Write>(
        &self,
        report: &mut ReportWriter<'_, R>,
        step: &StepReport,
        before: &[LinkState],
    ) -> Result<(), SolveWaterError> {
        let now_s = self.solver.time_s(&self.state);
        report.event(now_s, &Event::Balanced { trials: step.iterations })?;
        for event in &step.events {
            match (event.code, event.element) {
                ("control", Element::Link) => {
                    report.event(event.time_s, &Event::Controlled { link: event.slot, node: None })?;
                }
                _ => report.warning(event.time_s, &self.words(event))?,
            }
        }
        for (link, (from, to)) in before.iter().zip(self.states()).enumerate().filter(|(_, (from, to))| **from != *to) {
            report.event(now_s, &Event::LinkChanged { link, from: *from, to })?;
        }
        Ok(())
    }

    fn notice(&mut self, events: &[SolverEvent]) {
        for event in events.iter().filter(|e| e.code != "control") {
            if self.solved.warnings.len() < Solved::WARNINGS_MAX {
                let words = self.words(event);
                self.solved.warnings.push(format!("{} s: {words}", event.time_s));
            } else {
                self.solved.more_warnings += 1;
            }
        }
    }

    fn words(&self, event: &SolverEvent) -> String {
        let name = self.solver.element_name(event.element, event.slot);
        format!("{name}: {} ({:.6} {})", event.code, event.value, event.unit)
    }

    fn states(&self) -> Vec<LinkState> {
        self.solver.epanet_status(&self.state).into_iter().map(LinkState::from_code).collect()
    }

    fn write<W: Write + Seek, R: Write>(
        &self,
        out: &mut OutWriter<W>,
        report: Option<&mut ReportWriter<'_, R>>,
    ) -> Result<(), SolveWaterError> {
        let (delivered, leak) = (self.field(Quantity::Delivered), self.field(Quantity::LeakFlow));
        let net_inflow = self.field(Quantity::NetInflow);
        let nodes = self.solver.model().nodes.iter().enumerate();
        let demand_m3s: Vec<f64> = nodes
            .map(|(n, node)| match node.kind {
                NodeKind::Junction(_) => delivered[n] + leak[n],
                NodeKind::Reservoir(_) | NodeKind::Tank(_) => net_inflow[n],
            })
            .collect();
        let state = self.states();
        let period = Period {
            demand_m3s: &demand_m3s,
            head_m: self.field(Quantity::Head),
            node_quality: &[],
            flow_m3s: self.field(Quantity::Flow),
            state: &state,
            setting: self.field(Quantity::Setting),
            link_quality: &[],
            reaction_rate: &[],
        };
        out.period(&period)?;
        if let Some(report) = report {
            report.period(self.solver.time_s(&self.state), &period)?;
        }
        Ok(())
    }

    /// Use of pumps at one efficiency for all [–]; efficiency curves and prices by hour come with the energy report.
    fn results(&self, efficiency: f64) -> EpanetResults {
        let duration_s = self.solver.time_s(&self.state);
        let pumps = self.energy.iter().map(|e| {
            let kwh = e.joules / efficiency / 3.6e6;
            PumpUse {
                link: e.link,
                online_percent: if duration_s > 0.0 { 100.0 * e.on_s / duration_s } else { 0.0 },
                efficiency_percent: if e.on_s > 0.0 { 100.0 * efficiency } else { 0.0 },
                kwh_per_m3: if e.volume_m3 > 0.0 { kwh / e.volume_m3 } else { 0.0 },
                mean_kw: if e.on_s > 0.0 { kwh / (e.on_s / 3600.0) } else { 0.0 },
                peak_kw: e.peak_w / efficiency / 1000.0,
                cost_per_day: 0.0,
            }
        });
        EpanetResults { pumps: pumps.collect(), ..EpanetResults::default() }
    }
}

//! One drainage model run over its own duration, as `twin solve drainage` does it: SWMM's result file.

use std::io::{self, Write};

use twin_physics::domains::drainage::control::ControlAction;
use twin_physics::domains::drainage::hydrology::RunoffSlice;
use twin_physics::domains::drainage::model::{Defects, DrainageModel, Scheme};
use twin_physics::domains::drainage::network::{LinkClass, NetworkState, NodeClass, RoutingStep};
use twin_physics::domains::drainage::routing::{Drainage, DrainageState, Outside, RoutingScratch};
use twin_physics::domains::drainage::statistics::Statistics;
use twin_physics::domains::drainage::structure::Structure;
use twin_physics::ledger::Account;
use twin_physics::solver::SolveError;

use super::drainage_averages::Averages;
use super::drainage_described::describe;
use super::drainage_files::{self, Inflows, catchment_values};
use super::solve_water::Watch;
use crate::bindings::drainage::{External, Units, drainage_model_in};
use crate::io::swmm_inp::deck::{self, SwmmDeck};
use crate::io::swmm_out::{OutPeriod, SYSTEM_VARIABLES, SwmmOutWriter};

/// Depth below which SWMM reports no velocity: 0.01 ft [m].
const NO_VELOCITY_M: f64 = 0.01 * 0.3048;

/// Position of the capacity or setting among the variables of a link.
const CAPACITY: usize = 4;

/// Position of the total inflow among the variables of a node.
const NODE_INFLOW: usize = 4;

/// Why a model could not be run over its duration.
#[derive(Debug, thiserror::Error)]
pub enum SolveDrainageError {
    /// The equations.
    #[error("at {time_s} s: {error}")]
    Solve {
        /// Model time [s].
        time_s: f64,
        /// Why.
        error: SolveError,
    },
    /// The result file.
    #[error("cannot write the result: {0}")]
    Write(#[from] io::Error),
}

/// How the run went.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Solved {
    /// Routing steps.
    pub steps: u64,
    /// Iterations of all steps.
    pub iterations: u64,
    /// Steps that missed their tolerance.
    pub unconverged: u64,
    /// Shortest and longest step [s].
    pub step_range_s: (f64, f64),
    /// Routing continuity error, as SWMM reports it [%].
    pub routing_error_percent: f64,
    /// Runoff continuity error [%].
    pub runoff_error_percent: f64,
    /// Reporting times written.
    pub periods: u64,
    /// Accounts at the end.
    pub accounts: Vec<Account>,
    /// It was stopped before its end.
    pub stopped: bool,
}

/// What a run does beside its result file.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// State to begin with; `None` = the model's own.
    pub begin: Option<DrainageState>,
    /// Count what a report tells.
    pub statistics: bool,
    /// Flows that enter nodes beside the model's own.
    pub inflows: Option<Inflows>,
    /// Keep the flows of outlets at reporting times.
    pub outflows: bool,
    /// Keep every runoff step.
    pub runoff: bool,
    /// Keep the state after the first step that reaches each of these times [s].
    pub snapshots_s: Vec<f64>,
}

/// A run at its end.
#[derive(Debug, Clone)]
pub struct Ended {
    /// How it went.
    pub solved: Solved,
    /// Its last state.
    pub state: DrainageState,
    /// What was counted, where asked for.
    pub statistics: Option<Statistics>,
    /// What control rules did, where that was asked for.
    pub actions: Vec<ControlAction>,
    /// Dates [days], and flow and concentrations of each outlet in the units of the deck, where asked for.
    pub outflows: Vec<(f64, Vec<f64>)>,
    /// Runoff steps, where asked for.
    pub runoff: Vec<RunoffSlice>,
    /// States at the times asked for, in their order.
    pub snapshots: Vec<DrainageState>,
}

/// The model as a run takes it: SWMM's own scheme with its known defects for comparison, otherwise the default.
#[must_use]
pub fn prepared(mut model: DrainageModel, compat_swmm: bool) -> DrainageModel {
    if compat_swmm {
        model.options.scheme = Scheme::Picard;
        model.options.defects = Defects::SWMM_5_2;
    } else {
        model.options.scheme = Scheme::Implicit;
        model.options.defects = Defects::default();
    }
    model
}

/// The model of a deck as a run takes it, see [`prepared`]; SWMM's own units too for comparison.
#[must_use]
pub fn model_of(deck: &SwmmDeck, external: &External, compat_swmm: bool) -> DrainageModel {
    let flow = deck.options.flow_units;
    let units = if compat_swmm { Units::of_swmm(flow) } else { Units::new(flow) };
    prepared(drainage_model_in(deck, external, units), compat_swmm)
}

/// What the reported values at the start of a step were.
#[derive(Debug, Clone, Default)]
struct Before {
    time_s: f64,
    depth_m: Vec<f64>,
    volume_m3: Vec<f64>,
    inflow_m3s: Vec<f64>,
    outflow_m3s: Vec<f64>,
    flow_m3s: Vec<f64>,
    link_depth_m: Vec<f64>,
    link_volume_m3: Vec<f64>,
    stored_m3: f64,
}

impl Before {
    fn take(&mut self, state: &NetworkState) {
        self.time_s = state.time_s;
        for (to, from) in [
            (&mut self.depth_m, &state.nodes.depth_m),
            (&mut self.volume_m3, &state.nodes.volume_m3),
            (&mut self.inflow_m3s, &state.nodes.inflow_m3s),
            (&mut self.outflow_m3s, &state.nodes.outflow_m3s),
            (&mut self.flow_m3s, &state.links.flow_m3s),
            (&mut self.link_depth_m, &state.links.depth_m),
            (&mut self.link_volume_m3, &state.links.volume_m3),
        ] {
            to.clone_from(from);
        }
    }
}

/// Runs a model over its duration and writes every reporting time.
///
/// # Errors
/// When a step has no acceptable answer, or the file cannot be written. What was written until then is usable.
pub fn run<W: Write>(
    drainage: &Drainage,
    deck: &SwmmDeck,
    out: W,
    extras: Extras,
    watch: &mut impl Watch,
) -> Result<Ended, SolveDrainageError> {
    let description = describe(deck, drainage);
    let start_days = start_days(deck);
    let mut out = SwmmOutWriter::new(out, &description)?;
    let options = &drainage.model.options;
    let state = extras.begin.unwrap_or_else(|| watch.solving(|| drainage.initial_state()));
    let mut run = Run {
        drainage,
        units: match options.defects.others {
            true => Units::of_swmm(deck.options.flow_units),
            false => Units::new(deck.options.flow_units),
        },
        statistics: extras.statistics.then(|| Statistics::new(drainage, &state)),
        actions: Vec::new(),
        inflows: extras.inflows,
        snapshots: extras.snapshots_s.iter().map(|at_s| (*at_s, None)).collect(),
        state,
        scratch: RoutingScratch::default(),
        outside: Outside::default(),
        before: Before::default(),
        routed_before: Before::default(),
        averages: deck.report.averages.then(Averages::default),
        solved: Solved { step_range_s: (f64::INFINITY, 0.0), ..Solved::default() },
    };
    run.scratch.runoff_steps = extras.runoff.then(Vec::new);
    let mut report_s = options.report_step_s.max(1.0);
    let mut frame = Frame::default();
    let outlets = if extras.outflows { drainage_files::outlets(drainage) } else { Vec::new() };
    let mut outflows = Vec::new();
    if extras.outflows && options.report_start_s <= 0.0 {
        // SWMM's file begins with the state at the start.
        outflows.push((start_days, run.outlets_now(&outlets)));
    }
    loop {
        let until_s = report_s.min(options.duration_s);
        let result = watch.solving(|| run.advance(until_s, options.duration_s));
        if let Err(error) = result {
            out.finish(1)?;
            return Err(SolveDrainageError::Solve { time_s: run.state.network.time_s, error });
        }
        watch.at(run.state.network.time_s);
        if report_s > options.duration_s + 1e-6 {
            break;
        }
        if report_s >= options.report_start_s {
            run.fill(report_s, &mut frame);
            out.period(&OutPeriod {
                date_days: start_days + report_s / 86_400.0,
                subcatchments: &frame.subcatchments,
                nodes: &frame.nodes,
                links: &frame.links,
                system: &frame.system,
            })?;
            run.solved.periods += 1;
            if extras.outflows {
                outflows.push((start_days + report_s / 86_400.0, run.outlets(&outlets, &frame)));
            }
        }
        run.go_on(report_s, report_s >= options.report_start_s);
        if watch.stops() {
            run.solved.stopped = true;
            break;
        }
        if run.state.network.time_s >= options.duration_s - 1e-6 && report_s >= options.duration_s - 1e-6 {
            break;
        }
        report_s += options.report_step_s.max(1.0);
    }
    out.finish(0)?;
    Ok(Ended { outflows, ..run.finish() })
}

/// First instant of a deck's run [days since 1899-12-30].
#[must_use]
pub fn start_days(deck: &SwmmDeck) -> f64 {
    let calendar = crate::bindings::drainage::calendar(deck);
    calendar.start_day as f64 + calendar.start_second / 86_400.0
}

/// A run under way.
struct Run<'a> {
    drainage: &'a Drainage,
    units: Units,
    state: DrainageState,
    scratch: RoutingScratch,
    outside: Outside,
    before: Before,
    /// Before the last step that was routed, where SWMM's pauses are followed.
    routed_before: Before,
    /// Where averages are reported.
    averages: Option<Averages>,
    solved: Solved,
    statistics: Option<Statistics>,
    actions: Vec<ControlAction>,
    inflows: Option<Inflows>,
    snapshots: Vec<(f64, Option<DrainageState>)>,
}

/// One reporting time in the units of the file.
#[derive(Debug, Default)]
struct Frame {
    subcatchments: Vec<f64>,
    nodes: Vec<f64>,
    links: Vec<f64>,
    system: [f64; SYSTEM_VARIABLES],
}

impl Run<'_> {
    /// Routes until `until_s` is reached or passed.
    fn advance(&mut self, until_s: f64, end_s: f64) -> Result<(), SolveError> {
        let longest_s = self.drainage.model.options.routing_step_s;
        let pauses = self.drainage.pauses.any();
        while self.state.network.time_s < until_s - 1e-9 {
            // Only the step that may pass the reporting time needs what stood before it.
            if pauses || self.averages.is_some() || self.state.network.time_s + longest_s >= until_s - 1e-6 {
                self.before.take(&self.state.network);
                self.before.stored_m3 = self.drainage.stored_m3(&self.state);
            }
            if let Some(inflows) = &self.inflows {
                let Outside { given_m3s, given_quality, .. } = &mut self.outside;
                inflows.at(self.state.network.time_s, self.drainage.net.nodes.len(), given_m3s, given_quality);
            }
            let step = self.drainage.route(&mut self.state, &self.outside, end_s, &mut self.scratch)?;
            if pauses && self.drainage.model.options.defects.others {
                self.keep_routed(&step);
            }
            if let Some(statistics) = &mut self.statistics {
                statistics.observe(self.drainage, &self.state, &step);
                self.actions.extend_from_slice(&self.scratch.control_actions);
            }
            for (at_s, kept) in &mut self.snapshots {
                if kept.is_none() && self.state.network.time_s >= *at_s - 1e-6 {
                    *kept = Some(self.state.clone());
                }
            }
            if self.state.network.time_s <= until_s + 1e-9 {
                self.average();
            }
            let solved = &mut self.solved;
            solved.steps += 1;
            solved.iterations += u64::from(step.iterations);
            solved.unconverged += u64::from(!step.converged);
            solved.step_range_s = (solved.step_range_s.0.min(step.dt_s), solved.step_range_s.1.max(step.dt_s));
        }
        Ok(())
    }

    /// SWMM interpolates from what stood before the last step that was routed.
    fn keep_routed(&mut self, step: &RoutingStep) {
        if step.pause.is_none() || self.routed_before.depth_m.is_empty() {
            self.routed_before.clone_from(&self.before);
        } else {
            let time_s = self.before.time_s;
            self.before.clone_from(&self.routed_before);
            self.before.time_s = time_s;
        }
    }

    /// Adds the state to the averages, where they are asked for.
    fn average(&mut self) {
        let Some(mut averages) = self.averages.take() else { return };
        let mut frame = Frame::default();
        self.fill_nodes(1.0, &mut frame);
        self.fill_links(1.0, &mut frame);
        let links = &self.drainage.net.links;
        let per = frame.links.len() / links.len().max(1);
        let lasts = |at: usize| at % per == CAPACITY && matches!(links[at / per].class, LinkClass::Structure(_));
        averages.add(&frame.nodes, &frame.links, lasts);
        self.averages = Some(averages);
    }

    fn finish(mut self) -> Ended {
        let stored_m3 = self.drainage.stored_m3(&self.state);
        self.solved.routing_error_percent = self.state.totals.continuity_percent(stored_m3);
        let surface = self.drainage.hydrology.stored(&self.state.hydrology);
        self.solved.runoff_error_percent = 100.0 * self.state.hydrology.totals.continuity_error(surface);
        self.solved.accounts = vec![self.state.totals.account(stored_m3), self.state.hydrology.totals.account(surface)];
        Ended {
            solved: self.solved,
            state: self.state,
            statistics: self.statistics,
            actions: self.actions,
            outflows: Vec::new(),
            runoff: self.scratch.runoff_steps.unwrap_or_default(),
            snapshots: self.snapshots.into_iter().map_while(|(_, state)| state).collect(),
        }
    }

    /// Flow and concentrations of outlets as the last step left them.
    fn outlets_now(&self, outlets: &[usize]) -> Vec<f64> {
        let n = self.drainage.model.pollutants.len();
        let one = |node: &usize| {
            let flow = self.state.network.nodes.inflow_m3s[*node] / self.units.flow_m3s;
            let quality = (0..n).map(|p| slot(&self.state.quality.node, *node * n + p));
            std::iter::once(flow).chain(quality).collect::<Vec<_>>()
        };
        outlets.iter().flat_map(one).collect()
    }

    /// The same at a reporting time. SWMM writes those of the last step there, too.
    fn outlets(&self, outlets: &[usize], frame: &Frame) -> Vec<f64> {
        if self.drainage.model.options.defects.others {
            return self.outlets_now(outlets);
        }
        let per = frame.nodes.len() / self.drainage.net.nodes.len().max(1);
        let one = |node: &usize| {
            let row = &frame.nodes[node * per..(node + 1) * per];
            std::iter::once(row[NODE_INFLOW]).chain(row[NODE_INFLOW + 2..].iter().copied()).collect::<Vec<_>>()
        };
        outlets.iter().flat_map(one).collect()
    }

    /// Values at a reporting time, linear between the two ends of the last step.
    fn fill(&mut self, time_s: f64, frame: &mut Frame) {
        let after_s = self.state.network.time_s;
        let span_s = after_s - self.before.time_s;
        let f = if span_s > 0.0 { ((time_s - self.before.time_s) / span_s).clamp(0.0, 1.0) } else { 1.0 };
        self.fill_subcatchments(time_s, frame);
        self.fill_nodes(f, frame);
        self.fill_links(f, frame);
        self.fill_system(time_s, if self.averages.is_some() { 1.0 } else { f }, frame);
        let (old, now) = (&self.before.depth_m, &self.state.network.nodes.depth_m);
        let averaged = self.averages.as_mut().map(|averages| averages.take(&mut frame.nodes, &mut frame.links));
        if let Some(statistics) = &mut self.statistics {
            if averaged.is_some() {
                statistics.report_depths(now.iter().copied());
            } else {
                statistics.report_depths(old.iter().zip(now).map(|(old, now)| (1.0 - f) * old + f * now));
            }
        }
    }

    /// Goes on from a reporting time: a step that has passed it counts for the next.
    fn go_on(&mut self, time_s: f64, reported: bool) {
        // SWMM's first averages reach back to the start of the run.
        if let Some(averages) =
            self.averages.as_mut().filter(|_| !reported && !self.drainage.model.options.defects.others)
        {
            averages.clear();
        }
        if self.state.network.time_s > time_s + 1e-9 {
            self.average();
        }
    }

    fn fill_subcatchments(&self, time_s: f64, frame: &mut Frame) {
        let u = &self.units;
        let pollutants = self.drainage.model.pollutants.len();
        frame.subcatchments.clear();
        for at in 0..self.drainage.model.subcatchments.len() {
            let r = self.drainage.hydrology.result(&self.state.hydrology, at, time_s);
            frame.subcatchments.extend(catchment_values(u, &r));
            let concentration = |p: usize| {
                let (old, new) = (&self.state.quality.runoff_old, &self.state.quality.runoff);
                let f = self.state.hydrology.fraction(time_s);
                (1.0 - f) * slot(old, at * pollutants + p) + f * slot(new, at * pollutants + p)
            };
            frame.subcatchments.extend((0..pollutants).map(concentration));
        }
    }

    fn fill_nodes(&self, f: f64, frame: &mut Frame) {
        let (u, now, old) = (&self.units, &self.state.network.nodes, &self.before);
        let between = |a: &[f64], b: &[f64], i: usize| (1.0 - f) * a[i] + f * b[i];
        let pollutants = self.drainage.model.pollutants.len();
        frame.nodes.clear();
        for (i, node) in self.drainage.net.nodes.iter().enumerate() {
            let depth_m = between(&old.depth_m, &now.depth_m, i);
            let inflow_m3s = match node.class {
                // The file has no sign for an outfall that gives water: SWMM shows what it gives.
                NodeClass::Outfall => {
                    (1.0 - f) * through_m3s(old.inflow_m3s[i], old.outflow_m3s[i])
                        + f * through_m3s(now.inflow_m3s[i], now.outflow_m3s[i])
                }
                _ => between(&old.inflow_m3s, &now.inflow_m3s, i),
            };
            frame.nodes.extend([
                depth_m / u.length_m,
                (depth_m + node.invert_m) / u.length_m,
                between(&old.volume_m3, &now.volume_m3, i) / u.stored_m3,
                between(&now.lateral_old_m3s, &now.lateral_m3s, i) / u.flow_m3s,
                inflow_m3s / u.flow_m3s,
                now.overflow_m3s[i] / u.flow_m3s,
            ]);
            let quality = &self.state.quality;
            let at = |p: usize| {
                (1.0 - f) * slot(&quality.node_old, i * pollutants + p) + f * slot(&quality.node, i * pollutants + p)
            };
            frame.nodes.extend((0..pollutants).map(at));
        }
    }

    fn pumps(&self, link: usize) -> bool {
        let LinkClass::Structure(at) = self.drainage.net.links[link].class else { return false };
        matches!(self.drainage.net.structures[at as usize], Structure::Pump(_))
    }

    fn fill_links(&self, f: f64, frame: &mut Frame) {
        let (u, now, old) = (&self.units, &self.state.network.links, &self.before);
        let between = |a: &[f64], b: &[f64], i: usize| (1.0 - f) * a[i] + f * b[i];
        let pollutants = self.drainage.model.pollutants.len();
        frame.links.clear();
        for (i, link) in self.drainage.net.links.iter().enumerate() {
            // A pump runs or stands: between the two SWMM reports the nearer.
            let switches = self.pumps(i) && old.flow_m3s[i] * now.flow_m3s[i] == 0.0;
            let flow_m3s = match switches {
                true if f >= 0.5 => now.flow_m3s[i],
                true => old.flow_m3s[i],
                false => between(&old.flow_m3s, &now.flow_m3s, i),
            } * link.direction;
            let depth_m = between(&old.link_depth_m, &now.depth_m, i);
            let (velocity_ms, capacity) = match &link.class {
                LinkClass::Conduit(conduit) => {
                    let area_m2 = conduit.section.area(depth_m.min(link.full_depth_m));
                    let moves = depth_m > NO_VELOCITY_M && area_m2 > 0.0;
                    let velocity_ms = if moves { flow_m3s / conduit.barrels / area_m2 } else { 0.0 };
                    let full = depth_m >= link.full_depth_m;
                    (velocity_ms, if full { 1.0 } else { area_m2 / conduit.section.full_area_m2 })
                }
                LinkClass::Structure(_) => (0.0, now.setting[i]),
            };
            frame.links.extend([
                flow_m3s / u.flow_m3s,
                depth_m / u.length_m,
                velocity_ms / u.length_m,
                between(&old.link_volume_m3, &now.volume_m3, i) / u.stored_m3,
                capacity,
            ]);
            let quality = &self.state.quality;
            let at = |p: usize| {
                (1.0 - f) * slot(&quality.link_old, i * pollutants + p) + f * slot(&quality.link, i * pollutants + p)
            };
            frame.links.extend((0..pollutants).map(at));
        }
    }

    fn fill_system(&self, time_s: f64, f: f64, frame: &mut Frame) {
        let (u, model) = (&self.units, &self.drainage.model);
        let rates = &self.state.totals.rates;
        let area_m2: f64 = model.subcatchments.iter().map(|s| s.area_m2).sum();
        let mut mean = [0.0; 4];
        let mut runoff_m3s = 0.0;
        for (at, subcatchment) in model.subcatchments.iter().enumerate() {
            let r = self.drainage.hydrology.result(&self.state.hydrology, at, time_s);
            let weight = subcatchment.area_m2 / area_m2;
            for (sum, v) in mean.iter_mut().zip([r.rain_ms, r.snow_m, r.infiltration_ms, r.evaporation_ms]) {
                *sum += weight * v;
            }
            mean[3] += weight * self.drainage.hydrology.groundwater_evaporation_ms(&self.state.hydrology, at);
            runoff_m3s += r.runoff_m3s;
        }
        // SWMM looks at the weather for its catchments alone.
        let watched = if model.subcatchments.is_empty() { 0.0 } else { 1.0 };
        let climate = &self.state.hydrology.climate;
        let celsius = climate.temperature_c;
        let temperature = if u.system == deck::UnitSystem::Us { celsius * 1.8 + 32.0 } else { celsius };
        // SWMM counts all runoff, wherever it goes.
        let wet_m3s = if model.options.defects.others { runoff_m3s } else { rates.wet_weather_m3s };
        let entered = rates.dry_weather_m3s + wet_m3s + rates.groundwater_m3s;
        let entered = entered + rates.rdii_m3s + rates.external_m3s + rates.exchange_m3s;
        frame.system = [
            watched * temperature,
            mean[0] / u.rate_ms,
            mean[1] / u.depth_m,
            mean[2] / u.rate_ms,
            runoff_m3s / u.flow_m3s,
            rates.dry_weather_m3s / u.flow_m3s,
            rates.groundwater_m3s / u.flow_m3s,
            rates.rdii_m3s / u.flow_m3s,
            (rates.external_m3s + rates.exchange_m3s) / u.flow_m3s,
            entered / u.flow_m3s,
            rates.flooding_m3s / u.flow_m3s,
            rates.outflow_m3s / u.flow_m3s,
            ((1.0 - f) * self.before.stored_m3 + f * self.drainage.stored_m3(&self.state)) / u.stored_m3,
            mean[3] / u.daily_ms,
            watched * climate.evaporation_ms / u.daily_ms,
        ];
    }
}

/// Flow through an outfall that takes water, or gives it and takes none.
fn through_m3s(inflow_m3s: f64, outflow_m3s: f64) -> f64 {
    if inflow_m3s == 0.0 { outflow_m3s } else { inflow_m3s }
}

/// A concentration; none where quality is left out.
fn slot(table: &[f64], at: usize) -> f64 {
    table.get(at).copied().unwrap_or(0.0)
}

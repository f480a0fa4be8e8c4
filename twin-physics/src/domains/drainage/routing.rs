//! One routing step of the whole model: runoff up to it, controls, inflows, flow.
//!
//! Settings are found at the start of the step, lateral inflows are those of its start, runoff runs ahead on steps of
//! its own and is interpolated.
//!
//! *Source:* the order is SWMM's (EPA/600/R-17/111, section 1.3).

use serde::{Deserialize, Serialize};

use super::control::{ControlAction, ControlState, ControlView, Controls};
use super::hydrology::infiltration::SoilFactors;
use super::hydrology::{
    Hydrology, HydrologyScratch, HydrologyState, LateralInflow, RdiiRecord, RunoffRecord, RunoffSlice, SurfaceForcing,
};
use super::inflow;
use super::model::DrainageModel;
use super::network::{Actions, Door, LinkClass, Network, NetworkState, NodeClass, Pause, RoutingStep, routing_step_s};
use super::pause::{PauseState, Pauses};
use super::quality::{Aside, NodeFlows, Quality, QualityScratch, QualityState, Reactors, Snapshot, Transfer};
use super::scheme::{Engine, EngineScratch, EngineState};
use super::street::{InletState, Inlets};
use super::structure::Structure;
use super::structure::seepage::{Bed, Held, SeepageState, storage_loss};
use super::totals::{Rates, Totals};
use crate::solver::SolveError;

/// Shortest routing step [s].
const SHORTEST_S: f64 = 0.001;

/// A model, compiled. Immutable.
#[derive(Debug)]
pub struct Drainage {
    /// The description it was compiled from.
    pub model: DrainageModel,
    /// Network.
    pub net: Network,
    /// Hydrology.
    pub hydrology: Hydrology,
    /// Control rules.
    pub controls: Controls,
    /// Pollutants.
    pub quality: Quality,
    /// Routing scheme.
    pub engine: Engine,
    /// Storm drain inlets.
    pub inlets: Inlets,
    /// When routing pauses.
    pub pauses: Pauses,
    /// Seeping surfaces of storage units, `None` elsewhere.
    beds: Vec<Option<Bed>>,
    /// Runoff that is given in place of what the hydrology would compute.
    runoff: Option<RunoffRecord>,
}

/// Everything that changes with time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrainageState {
    /// Heads, flows, settings; its time is the model time.
    pub network: NetworkState,
    /// Catchments.
    pub hydrology: HydrologyState,
    /// What the scheme keeps.
    pub engine: EngineState,
    /// Soil below storage units that seep.
    pub seepage: Vec<SeepageState>,
    /// Water account of the network.
    pub totals: Totals,
    /// What control rules keep.
    pub control: ControlState,
    /// Pollutants.
    pub quality: QualityState,
    /// When rules are evaluated next [s].
    pub next_rule_s: f64,
    /// Volume that left by each node since the last runoff step [m³].
    pub outfall_volume_m3: Vec<f64>,
    /// Evaporation and seepage of storage units [m³/s].
    pub storage_losses: Vec<(f64, f64)>,
    /// What others wanted to take by node and was not there, since the start [m³].
    pub not_taken_m3: Vec<f64>,
    /// What inlets take.
    pub inlets: InletState,
    /// Pauses of routing.
    pub pause: PauseState,
}

/// What acts from outside over a step. Empty slices where nothing of their kind does.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Rain by gage in place of its record; NaN = the record [m/s].
    pub rain_ms: Vec<f64>,
    /// What other networks give by node [m³/s].
    pub given_m3s: Vec<f64>,
    /// Concentrations of what is given: `node * pollutants + pollutant`; empty = clean.
    pub given_quality: Vec<f64>,
    /// What other networks take by node; no more than stands there is taken [m³/s].
    pub taken_m3s: Vec<f64>,
    /// Potential evaporation in place of the model's own [m/s].
    pub evaporation_ms: Option<f64>,
    /// Time beyond which runoff is not computed ahead, so that rain imposed then acts at once [s].
    pub runoff_limit_s: Option<f64>,
    /// Level at outfalls; NaN = their own law [m].
    pub stage_m: Vec<f64>,
    /// Blocked share of links.
    pub blocked: Vec<f64>,
    /// Power of pumps.
    pub powered: Vec<bool>,
    /// Setting of links in place of the model's own control; NaN = its own.
    pub setting: Vec<f64>,
    /// Ways to the water on the streets, for [`Engine::takes_doors`].
    pub doors: Vec<Door>,
}

/// Buffers.
#[derive(Debug, Default)]
pub struct RoutingScratch {
    engine: EngineScratch,
    hydrology: HydrologyScratch,
    lateral: LateralInflow,
    external: Vec<f64>,
    dry_weather: Vec<f64>,
    /// What control rules changed in the last step, modulated settings apart.
    pub control_actions: Vec<ControlAction>,
    /// Runoff steps made, where they are to be kept.
    pub runoff_steps: Option<Vec<RunoffSlice>>,
    targets: Vec<f64>,
    before: Snapshot,
    reactors: Vec<f64>,
    quality: QualityScratch,
    transfers: Vec<Transfer>,
}

impl RoutingScratch {
    /// What went through each door into its node over the last step [m³].
    #[must_use]
    pub fn door_m3(&self) -> &[f64] {
        self.engine.door_m3()
    }
}

fn model_error(error: &dyn std::fmt::Display) -> SolveError {
    SolveError::Infeasible { at: String::from("drainage model"), why: error.to_string() }
}

impl Drainage {
    /// Compiles a model.
    ///
    /// # Errors
    /// What no scheme can take, by name.
    pub fn new(model: DrainageModel) -> Result<Self, SolveError> {
        let net = Network::new(&model).map_err(|e| model_error(&e))?;
        let hydrology = Hydrology::new(&model).map_err(|e| model_error(&e))?;
        let controls = Controls::new(&model, &net).map_err(|e| model_error(&e))?;
        let quality = Quality::new(&model, &net).map_err(|e| model_error(&e))?;
        let engine = Engine::new(&model, &net)?;
        let beds = net.nodes.iter().map(|node| match &node.class {
            NodeClass::Storage { shape, exfiltration: Some(_), .. } => {
                Some(Bed::new(shape, model.options.defects.others))
            }
            _ => None,
        });
        let beds = beds.collect();
        let inlets = Inlets::new(&model, &net);
        let pauses = Pauses::new(&model.options);
        Ok(Self { model, net, hydrology, controls, quality, engine, inlets, pauses, beds, runoff: None })
    }

    /// The same with runoff of an earlier run in place of what the hydrology would compute.
    #[must_use]
    pub fn with_runoff(mut self, record: RunoffRecord) -> Self {
        self.runoff = Some(record);
        self
    }

    /// The same with RDII that is given instead of computed.
    #[must_use]
    pub fn with_rdii(mut self, record: RdiiRecord) -> Self {
        self.hydrology = self.hydrology.with_rdii(record);
        self
    }

    /// State at model time 0.
    #[must_use]
    pub fn initial_state(&self) -> DrainageState {
        self.state_of(self.net.initial_state(&self.model))
    }

    /// State at model time 0 with the network as it stands in `network`; everything else as the model begins.
    #[must_use]
    pub fn state_of(&self, network: NetworkState) -> DrainageState {
        let engine = self.engine.initial(&self.net, &network);
        let soils = self.net.nodes.iter().map(|node| match &node.class {
            NodeClass::Storage { exfiltration: Some(soil), .. } => SeepageState::new(soil),
            _ => SeepageState::default(),
        });
        let mut state = DrainageState {
            seepage: soils.collect(),
            hydrology: self.hydrology.initial(&self.model),
            totals: Totals::default(),
            control: self.controls.initial(),
            quality: self.quality.initial(&self.model, &network, engine.reactors()),
            next_rule_s: 0.0,
            outfall_volume_m3: vec![0.0; self.net.nodes.len()],
            storage_losses: vec![(0.0, 0.0); self.net.nodes.len()],
            not_taken_m3: vec![0.0; self.net.nodes.len()],
            inlets: self.inlets.initial(&self.net),
            pause: self.pauses.initial(&network),
            network,
            engine,
        };
        state.totals.initial_m3 = self.engine.stored_m3(&state.network, &state.engine);
        state
    }

    /// Begins the accounts of pollutants with what a state now holds of them.
    pub fn restart_quality(&self, state: &mut DrainageState) {
        let DrainageState { network, engine, quality, .. } = state;
        self.quality.restart(network, engine.reactors(), quality);
    }

    /// Routes one step, at most up to `until_s`.
    ///
    /// # Errors
    /// When the scheme refuses its own answer.
    pub fn route(
        &self,
        state: &mut DrainageState,
        outside: &Outside,
        until_s: f64,
        scratch: &mut RoutingScratch,
    ) -> Result<RoutingStep, SolveError> {
        let length = self.step_length(state, until_s);
        let (start_s, dt_s) = (state.network.time_s, length.dt_s);
        self.run_off(state, outside, start_s + dt_s, scratch);
        if self.model.options.ignore.routing {
            state.network.time_s = start_s + dt_s;
            return Ok(RoutingStep { converged: true, ..length });
        }
        if !self.engine.books_end_rates() {
            let rates = state.totals.rates;
            state.totals.add(&rates, 0.5 * dt_s);
        }
        let acts = self.set(state, outside, start_s, dt_s, scratch);
        if self.pauses.enter(&mut state.pause, start_s) {
            self.hold(state, dt_s);
            return Ok(RoutingStep { converged: true, pause: Some(Pause::BetweenEvents), ..length });
        }
        let actions = self.actions(state, outside);
        self.lose(state, &actions, dt_s);
        let mut rates = self.gather(state, outside, (start_s, dt_s), scratch);
        self.inlets.capture(&self.net, &mut state.network, &mut state.inlets, dt_s);
        let imposed = !(outside.stage_m.is_empty()
            && outside.blocked.is_empty()
            && outside.powered.is_empty()
            && outside.doors.is_empty());
        let moves = start_s == 0.0 || acts || imposed;
        let steady = !moves && self.pauses.steady(&self.net, &state.network.nodes, &state.pause, &state.totals.rates);
        if !steady {
            self.pauses.routed(&state.network, &mut state.pause);
        }
        self.before_routing(state, outside, start_s, scratch);
        let step = if steady {
            state.network.time_s = start_s + dt_s;
            RoutingStep { converged: true, pause: Some(Pause::Steady), ..length }
        } else {
            let (engine, buffers) = (&mut state.engine, &mut scratch.engine);
            let step = self.engine.step(&self.net, &mut state.network, engine, &actions, dt_s, buffers)?;
            RoutingStep { bounded_by: length.bounded_by, ..step }
        };
        self.route_quality(state, dt_s, scratch);
        self.tally(state, &mut rates, dt_s);
        if !outside.doors.is_empty() {
            rates.exchange_m3s += scratch.engine.door_m3().iter().sum::<f64>() / dt_s;
        }
        state.totals.rates = rates;
        state.totals.add(&rates, if self.engine.books_end_rates() { dt_s } else { 0.5 * dt_s });
        Ok(step)
    }

    /// Passes a step between events.
    fn hold(&self, state: &mut DrainageState, dt_s: f64) {
        let NetworkState { nodes, time_s, .. } = &mut state.network;
        std::mem::swap(&mut nodes.lateral_old_m3s, &mut nodes.lateral_m3s);
        nodes.lateral_m3s.fill(0.0);
        *time_s += dt_s;
        state.totals.rates = Rates::default();
        self.quality.pause(dt_s, !self.engine.books_end_rates(), &mut state.quality);
    }

    fn step_length(&self, state: &mut DrainageState, until_s: f64) -> RoutingStep {
        let now_s = state.network.time_s;
        let mut step = match self.pause_s(state, now_s) {
            Some(dt_s) => RoutingStep { dt_s, ..RoutingStep::default() },
            None => self.engine.step_length(&state.network, &mut state.engine),
        };
        let rule_s = self.model.options.rule_step_s;
        if rule_s > 0.0 && now_s + step.dt_s >= state.next_rule_s + rule_s {
            step.dt_s = state.next_rule_s + rule_s - now_s;
        }
        // A remainder shorter than the shortest step belongs to this one.
        if now_s + step.dt_s > until_s - SHORTEST_S {
            step.dt_s = (until_s - now_s).max(SHORTEST_S);
        }
        step
    }

    /// Length of a step between events, up to the next runoff or report at most.
    fn pause_s(&self, state: &DrainageState, now_s: f64) -> Option<f64> {
        let options = &self.model.options;
        let report_s = options.report_step_s.max(1.0);
        let reported_s = ((now_s + SHORTEST_S) / report_s).floor() * report_s + report_s;
        self.pauses.step_s(&state.pause, now_s, state.hydrology.time_s.min(reported_s), routing_step_s(options))
    }

    /// Runoff up to a time.
    fn run_off(&self, state: &mut DrainageState, outside: &Outside, until_s: f64, scratch: &mut RoutingScratch) {
        // Without catchments the steps still bring the weather, from which storage units and channels evaporate.
        if self.model.options.ignore.rainfall {
            return;
        }
        while state.hydrology.time_s < until_s {
            let nodes = &state.network.nodes;
            let forcing = SurfaceForcing {
                rain_override_ms: &outside.rain_ms,
                evaporation_override_ms: outside.evaporation_ms.unwrap_or(f64::NAN),
                limit_s: outside.runoff_limit_s.unwrap_or(f64::INFINITY),
                node_depth_m: &nodes.depth_m,
                node_inflow_m3s: &nodes.inflow_m3s,
                node_volume_m3: &nodes.volume_m3,
                outfall_volume_m3: &state.outfall_volume_m3,
                ..SurfaceForcing::default()
            };
            if let Some(record) = &self.runoff {
                self.hydrology.replay(&self.model, &mut state.hydrology, &forcing, record);
                let time_s = state.hydrology.time_s;
                self.quality.replay(record.quality_until(time_s), state.hydrology.dt_s(), &mut state.quality);
            } else {
                self.hydrology.advance(&self.model, &mut state.hydrology, &forcing, &mut scratch.hydrology);
                self.quality.runoff_step(&self.model, &self.hydrology, &state.hydrology, &mut state.quality);
            }
            if let Some(steps) = &mut scratch.runoff_steps {
                steps.push(self.hydrology.slice(&state.hydrology, &state.quality.runoff));
            }
            state.outfall_volume_m3.fill(0.0);
        }
    }

    /// Settings of pumps, gates and conduits for the step; whether one changes.
    fn set(
        &self,
        state: &mut DrainageState,
        outside: &Outside,
        start_s: f64,
        dt_s: f64,
        scratch: &mut RoutingScratch,
    ) -> bool {
        scratch.control_actions.clear();
        let NetworkState { nodes, links, .. } = &mut state.network;
        for (at, link) in self.net.links.iter().enumerate() {
            if let LinkClass::Structure(i) = link.class
                && let Structure::Pump(pump) = &self.net.structures[i as usize]
            {
                links.target[at] = pump.own_target(links.target[at], nodes.depth_m[link.from as usize]);
            }
        }
        let rule_s = self.model.options.rule_step_s;
        if rule_s == 0.0 || (start_s - state.next_rule_s).abs() < SHORTEST_S {
            self.apply_rules(state, start_s, dt_s, scratch);
        }
        if rule_s > 0.0 && (start_s + dt_s - (state.next_rule_s + rule_s)).abs() < SHORTEST_S {
            state.next_rule_s += rule_s;
        }
        let (links, mut changes) = (&mut state.network.links, false);
        for (at, link) in self.net.links.iter().enumerate() {
            let imposed = outside.setting.get(at).copied().filter(|v| !v.is_nan());
            let target = imposed.unwrap_or(links.target[at]);
            if target == links.setting[at] {
                continue;
            }
            changes = true;
            if target * links.setting[at] == 0.0 {
                links.changed_s[at] = start_s;
            }
            links.setting[at] = match link.class {
                LinkClass::Structure(i) => self.net.structures[i as usize].travel(links.setting[at], target, dt_s),
                LinkClass::Conduit(_) => target,
            };
        }
        changes
    }

    fn apply_rules(&self, state: &mut DrainageState, time_s: f64, dt_s: f64, scratch: &mut RoutingScratch) {
        if self.controls.is_empty() {
            return;
        }
        scratch.targets.clone_from(&state.network.links.target);
        let DrainageState { network, control, hydrology, .. } = state;
        let view = ControlView { time_s, dt_s, gages: &hydrology.gages };
        let (targets, log) = (&mut scratch.targets, Some(&mut scratch.control_actions));
        self.controls.evaluate(&self.model, &self.net, network, control, view, targets, log);
        network.links.target.clone_from(targets);
    }

    fn actions(&self, state: &DrainageState, outside: &Outside) -> Actions {
        let climate = &state.hydrology.climate;
        Actions {
            evaporation_ms: outside.evaporation_ms.unwrap_or(climate.evaporation_ms),
            evaporates: true,
            conductivity_factor: climate.conductivity_factor,
            stage_m: outside.stage_m.clone(),
            blocked: outside.blocked.clone(),
            powered: outside.powered.clone(),
            doors: outside.doors.clone(),
        }
    }

    /// Evaporation and seepage of storage units over the step.
    fn lose(&self, state: &mut DrainageState, actions: &Actions, dt_s: f64) {
        for (at, node) in self.net.nodes.iter().enumerate() {
            let NodeClass::Storage { shape, evaporation, exfiltration } = &node.class else { continue };
            let nodes = &mut state.network.nodes;
            let depth_m = nodes.depth_m[at];
            let held = Held { depth_m, area_m2: shape.area_m2(depth_m), volume_m3: nodes.volume_m3[at] };
            let rate_ms = if actions.evaporates { actions.evaporation_ms * evaporation } else { 0.0 };
            let seeps = match (&self.beds[at], exfiltration) {
                (Some(bed), Some(soil)) => Some((bed, soil, &mut state.seepage[at])),
                _ => None,
            };
            let factors =
                SoilFactors { conductivity: actions.conductivity_factor, recovery: state.hydrology.climate.recovery };
            let loss = storage_loss(&held, rate_ms, seeps, factors, dt_s);
            nodes.losses_m3s[at] = loss.total_m3s();
            state.storage_losses[at] = (loss.evaporation_m3s, loss.seepage_m3s);
        }
    }

    /// Lateral inflows of the step.
    fn gather(
        &self,
        state: &mut DrainageState,
        outside: &Outside,
        (start_s, dt_s): (f64, f64),
        scratch: &mut RoutingScratch,
    ) -> Rates {
        let count = self.net.nodes.len();
        // SWMM's dates stand a millisecond after the time they are computed from.
        let lag_s = if self.model.options.defects.others { 1e-3 } else { 0.0 };
        let now = inflow::civil(&self.model.calendar, start_s + lag_s);
        for flows in [&mut scratch.external, &mut scratch.dry_weather] {
            flows.clear();
            flows.resize(count, 0.0);
        }
        inflow::external(&self.model, start_s + lag_s, &now, &mut scratch.external);
        inflow::dry_weather(&self.model, &now, &mut scratch.dry_weather);
        self.hydrology.lateral(&state.hydrology, start_s, &mut scratch.lateral);
        let mut rates = Rates::default();
        let nodes = &mut state.network.nodes;
        std::mem::swap(&mut nodes.lateral_old_m3s, &mut nodes.lateral_m3s);
        for node in 0..count {
            let (external, dry) = (scratch.external[node], scratch.dry_weather[node]);
            let wet = scratch.lateral.wet_weather_m3s(node);
            let (ground, rdii) = (scratch.lateral.groundwater_m3s[node], scratch.lateral.rdii_m3s[node]);
            let own = external + dry + wet + ground + rdii;
            let mut exchange = outside.given_m3s.get(node).copied().unwrap_or(0.0);
            let wanted = outside.taken_m3s.get(node).copied().unwrap_or(0.0);
            if wanted > 0.0 {
                let there_m3s = self.engine.node_m3(nodes, &state.engine, node) / dt_s + own + exchange;
                let taken = wanted.min((there_m3s - nodes.losses_m3s[node]).max(0.0));
                state.not_taken_m3[node] += (wanted - taken) * dt_s;
                exchange -= taken;
            }
            nodes.lateral_m3s[node] = own + exchange;
            rates.external_m3s += external;
            rates.dry_weather_m3s += dry;
            rates.wet_weather_m3s += wet;
            rates.groundwater_m3s += ground;
            rates.rdii_m3s += rdii;
            rates.exchange_m3s += exchange;
        }
        rates
    }

    /// Keeps what quality needs of the step's start, and gathers loads.
    fn before_routing(&self, state: &mut DrainageState, outside: &Outside, time_s: f64, scratch: &mut RoutingScratch) {
        if self.quality.is_empty() {
            return;
        }
        self.pauses.before(&state.network, &state.pause, &mut scratch.before);
        scratch.reactors.clear();
        scratch.reactors.extend_from_slice(state.engine.reactors().unwrap_or_default());
        let flows = NodeFlows {
            external_m3s: &scratch.external,
            dry_weather_m3s: &scratch.dry_weather,
            exchange_m3s: &outside.given_m3s,
            exchange: &outside.given_quality,
        };
        let hydrology = (&self.hydrology, &state.hydrology, &scratch.lateral);
        self.quality.node_loads(&self.model, &self.net, hydrology, &flows, &state.network, &mut state.quality, time_s);
    }

    /// Moves pollutants by what the scheme found.
    fn route_quality(&self, state: &mut DrainageState, dt_s: f64, scratch: &mut RoutingScratch) {
        if self.quality.is_empty() {
            return;
        }
        let DrainageState { network, engine, storage_losses, quality, inlets, .. } = state;
        let (model, net) = (&self.model, &self.net);
        scratch.transfers.clear();
        scratch.transfers.extend(self.inlets.places().zip(&inlets.flows).map(|((_, street, sewer), flow)| Transfer {
            street: street as u32,
            sewer: sewer as u32,
            captured_m3s: flow.captured_m3s,
            back_m3s: flow.backflow_m3s,
        }));
        let aside = Aside { losses: storage_losses, transfers: &scratch.transfers };
        if let Some(after_m3) = engine.reactors() {
            let before_depth_m = &scratch.before.node_depth_m;
            let water = Reactors { before_m3: &scratch.reactors, after_m3, before_depth_m };
            let buffers = &mut scratch.quality;
            self.quality.route_conserving(model, net, water, network, aside, dt_s, quality, buffers);
        } else {
            self.quality.route(model, net, &scratch.before, network, aside, dt_s, quality);
        }
    }

    /// What left the network over the step.
    fn tally(&self, state: &mut DrainageState, rates: &mut Rates, dt_s: f64) {
        // What ponds is kept; SWMM counts it as lost in the step in which it has drained.
        let swmm = !self.engine.books_end_rates();
        let NetworkState { nodes, links, .. } = &mut state.network;
        for (at, node) in self.net.nodes.iter().enumerate() {
            if node.class == NodeClass::Outfall {
                let out = nodes.inflow_m3s[at] - nodes.outflow_m3s[at];
                if out < 0.0 {
                    rates.external_m3s -= out;
                } else {
                    rates.outflow_m3s += out;
                }
                state.outfall_volume_m3[at] += out.max(0.0) * dt_s;
            } else if self.inlets.returns_overflow(at) {
                // It flows back onto the street, through the inlet.
            } else if node.ponded_area_m2 == 0.0 || (swmm && nodes.volume_m3[at] <= node.full_volume_m3) {
                rates.flooding_m3s += nodes.overflow_m3s[at];
            }
            let (evaporation, seepage) = state.storage_losses[at];
            rates.evaporation_m3s += evaporation;
            rates.seepage_m3s += seepage;
        }
        rates.evaporation_m3s += links.evaporation_m3s.iter().sum::<f64>();
        rates.seepage_m3s += links.seepage_m3s.iter().sum::<f64>();
    }

    /// Water that stands at a node, what others may take of it [m³].
    #[must_use]
    pub fn node_m3(&self, state: &DrainageState, node: usize) -> f64 {
        self.engine.node_m3(&state.network.nodes, &state.engine, node)
    }

    /// Water in the network [m³].
    #[must_use]
    pub fn stored_m3(&self, state: &DrainageState) -> f64 {
        self.engine.stored_m3(&state.network, &state.engine)
    }
}

//! The drainage model as a [`Solver`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::model::DrainageModel;
use super::network::{LinkClass, RoutingStep};
use super::overland::{StreetModel, StreetScratch, StreetState, Streets};
use super::ports::{check, drive, element_name, misplaced, table};
use super::routing::{Drainage, DrainageState, Outside, RoutingScratch};
use super::shown::Shown;
use super::structure::Structure;
use super::watch::Watch;
use crate::domain::Domain;
use crate::kernels::surface::step::Runner;
use crate::ledger::Account;
use crate::num::fingerprint::fingerprint;
use crate::port::{Element, FieldView, Inputs, Outputs, PortIx, PortTable, Quantity};
use crate::solver::{SolveError, Solver, StepReport};

pub use super::ports::{link_word, node_word};

/// Times closer than this are one instant [s].
const SAME_INSTANT_S: f64 = 1e-6;

/// A drainage model ready to be driven from outside.
#[derive(Debug)]
pub struct DrainageSolver {
    drainage: Drainage,
    ports: PortTable,
    fingerprint: u64,
    follows_rain: bool,
    begins: Option<Box<DrainageState>>,
    streets: Option<Box<Streets>>,
}

/// A state with what is read of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LiveState {
    /// The model's state.
    pub routed: DrainageState,
    /// What is read of it.
    pub shown: Shown,
    /// The streets over it.
    pub streets: Option<Box<StreetState>>,
    /// What was told of it.
    watch: Watch,
}

/// Buffers.
#[derive(Debug, Default)]
pub struct DrainageScratch {
    outside: Outside,
    routing: RoutingScratch,
    streets: StreetScratch,
}

impl DrainageSolver {
    /// Compiles a model. Runoff is computed ahead on the steps of its file.
    ///
    /// # Errors
    /// What cannot be computed, by element.
    pub fn new(model: DrainageModel) -> Result<Self, SolveError> {
        let drainage = Drainage::new(model)?;
        let (ports, fingerprint) = (table(&drainage.model, false), fingerprint(&drainage.model));
        Ok(Self { drainage, ports, fingerprint, follows_rain: false, begins: None, streets: None })
    }

    /// Compiles a model with streets over it, their surface computed on the threads of `runner`. The lids of nodes with
    /// doors are opened.
    ///
    /// # Errors
    /// What cannot be computed, by element.
    pub fn under(
        mut model: DrainageModel,
        streets: StreetModel,
        runner: Option<Arc<dyn Runner>>,
    ) -> Result<Self, SolveError> {
        streets.open(&mut model);
        let marks = fingerprint(&streets);
        let mut solver = Self::new(model)?;
        let streets = Streets::new(streets, &solver.drainage)?;
        solver.drainage.hydrology.hear(streets.model().gage_of_tile.iter().flatten().copied());
        solver.streets = Some(Box::new(match runner {
            Some(runner) => streets.on(runner),
            None => streets,
        }));
        solver.fingerprint ^= marks.rotate_left(3);
        solver.ports = table(&solver.drainage.model, solver.streets.is_some());
        Ok(solver)
    }

    /// Lets runoff end with every step of the driver, so that rain imposed at any instant acts from that instant, not
    /// from where runoff was already known. Costs one runoff step per step.
    #[must_use]
    pub fn following_rain(mut self) -> Self {
        self.follows_rain = true;
        self.fingerprint = self.fingerprint.rotate_left(1);
        self
    }

    /// Lets every run begin from a state of this model at time 0 in place of the model's own, as a hot start gives it.
    #[must_use]
    pub fn beginning(mut self, state: DrainageState) -> Self {
        self.fingerprint ^= fingerprint(&state).rotate_left(2);
        self.begins = Some(Box::new(state));
        self
    }

    /// The compiled model.
    #[must_use]
    pub fn drainage(&self) -> &Drainage {
        &self.drainage
    }

    /// The model as given.
    #[must_use]
    pub fn model(&self) -> &DrainageModel {
        &self.drainage.model
    }

    /// The streets over it.
    #[must_use]
    pub fn streets(&self) -> Option<&Streets> {
        self.streets.as_deref()
    }

    /// What the inputs make of the steps until `until_s`.
    fn drive<'a>(&self, inputs: &Inputs, until_s: f64, outside: &'a mut Outside) -> Result<&'a Outside, SolveError> {
        check(&self.drainage.model, &self.ports, inputs)?;
        drive(&self.ports, inputs, outside);
        let imposed = !outside.rain_ms.is_empty() || outside.evaporation_ms.is_some();
        outside.runoff_limit_s = (imposed || self.follows_rain).then_some(until_s);
        Ok(outside)
    }

    /// Settings that act at once: those of pumps and conduits, and of gates that need no time to travel.
    fn set_now(&self, state: &mut DrainageState, outside: &Outside) {
        let now_s = state.network.time_s;
        let links = &mut state.network.links;
        for (at, &setting) in outside.setting.iter().enumerate().filter(|(_, v)| !v.is_nan()) {
            let reached = match self.drainage.net.links[at].class {
                LinkClass::Structure(i) => {
                    self.drainage.net.structures[i as usize].travel(links.setting[at], setting, 0.0)
                }
                LinkClass::Conduit(_) => setting,
            };
            if reached != links.setting[at] {
                if reached * links.setting[at] == 0.0 {
                    links.changed_s[at] = now_s;
                }
                links.setting[at] = reached;
            }
        }
    }

    fn route(
        &self,
        state: &mut LiveState,
        until_s: f64,
        scratch: &mut DrainageScratch,
    ) -> Result<StepReport, SolveError> {
        let start_s = state.routed.network.time_s;
        let mut report = StepReport::default();
        state.shown.overflow_m3s.fill(0.0);
        if let (Some(streets), Some(above)) = (&self.streets, &mut state.streets) {
            streets.begin(above, &scratch.outside, &mut scratch.streets);
        }
        while until_s - state.routed.network.time_s > SAME_INSTANT_S {
            let before_s = state.routed.network.time_s;
            let step = self.route_once(state, until_s, scratch)?;
            let network = &state.routed.network;
            if network.time_s <= before_s {
                let why = format!("it stands still at {before_s} s");
                return Err(SolveError::Infeasible { at: "drainage network".into(), why });
            }
            report.solves += 1;
            report.iterations += step.iterations;
            report.unconverged += u32::from(!step.converged);
            let dt_s = network.time_s - before_s;
            let over = state.shown.overflow_m3s.iter_mut().zip(&network.nodes.overflow_m3s);
            for ((mean, over), node) in over.zip(&self.drainage.net.nodes) {
                if node.ponded_area_m2 == 0.0 {
                    *mean += over * dt_s;
                }
            }
            state.watch.look(&self.drainage, network, &mut report.events);
        }
        state.routed.network.time_s = until_s;
        let whole_s = until_s - start_s;
        for mean in &mut state.shown.overflow_m3s {
            *mean /= whole_s;
        }
        if let (Some(streets), Some(above)) = (&self.streets, &mut state.streets) {
            above.flood.water.time_s = until_s;
            streets.finish(above, &self.drainage, whole_s, &mut scratch.streets, &mut report.events);
        }
        Ok(report)
    }

    /// One step of the network, and of the streets over it.
    fn route_once(
        &self,
        state: &mut LiveState,
        until_s: f64,
        scratch: &mut DrainageScratch,
    ) -> Result<RoutingStep, SolveError> {
        let DrainageScratch { outside, routing, streets: buffers } = scratch;
        let (Some(streets), Some(above)) = (&self.streets, &mut state.streets) else {
            return self.drainage.route(&mut state.routed, outside, until_s, routing);
        };
        let before_s = state.routed.network.time_s;
        let target_s = until_s.min(before_s + streets.model().every_s);
        let span_s = target_s - before_s;
        streets.offer(above, &self.drainage, span_s, outside, buffers);
        outside.runoff_limit_s = Some(target_s);
        let step = self.drainage.route(&mut state.routed, outside, target_s, routing)?;
        let dt_s = state.routed.network.time_s - before_s;
        streets.follow(above, (&self.drainage, &state.routed), (dt_s, span_s), routing, buffers)?;
        Ok(step)
    }

    /// Totals of the network, in the order of the ports.
    fn figures(&self, state: &LiveState) -> [f64; 10] {
        let (totals, shown) = (&state.routed.totals, &state.shown);
        let rates = &totals.rates;
        let entering =
            rates.net_m3s() + rates.flooding_m3s + rates.outflow_m3s + rates.evaporation_m3s + rates.seepage_m3s;
        [
            entering,
            rates.outflow_m3s,
            rates.flooding_m3s,
            totals.outflow.value(),
            totals.flooding.value() + shown.ponded_m3,
            shown.stored_m3,
            shown.flooded_nodes,
            shown.surcharged_links,
            shown.runoff_m3s.iter().sum(),
            shown.pump_power_w.iter().sum(),
        ]
    }
}

impl Solver for DrainageSolver {
    type State = LiveState;
    type Scratch = DrainageScratch;
    const DOMAIN: Domain = Domain::Drainage;

    fn ports(&self) -> &PortTable {
        &self.ports
    }

    fn initial_state(&self, inputs: &Inputs, scratch: &mut DrainageScratch) -> Result<LiveState, SolveError> {
        let own = || self.drainage.initial_state();
        let mut routed = self.begins.as_deref().cloned().unwrap_or_else(own);
        let outside = self.drive(inputs, 0.0, &mut scratch.outside)?;
        self.set_now(&mut routed, outside);
        let mut shown = Shown::new(&self.drainage);
        shown.refresh(&self.drainage, &routed);
        let watch = Watch::new(&self.drainage, &routed.network);
        let streets = self.streets.as_ref().map(|s| Box::new(s.start(&self.drainage)));
        Ok(LiveState { routed, shown, streets, watch })
    }

    fn step(
        &self,
        state: &mut LiveState,
        inputs: &Inputs,
        dt_s: f64,
        scratch: &mut DrainageScratch,
    ) -> Result<StepReport, SolveError> {
        if !(dt_s >= 0.0 && dt_s.is_finite()) {
            let why = format!("a step of {dt_s} s cannot be taken");
            return Err(SolveError::Infeasible { at: "drainage network".into(), why });
        }
        let until_s = state.routed.network.time_s + dt_s;
        let outside = self.drive(inputs, until_s, &mut scratch.outside)?;
        self.set_now(&mut state.routed, outside);
        let mut report = StepReport::default();
        if dt_s > 0.0 {
            report = self.route(state, until_s, scratch)?;
        } else {
            state.watch.look(&self.drainage, &state.routed.network, &mut report.events);
        }
        state.shown.refresh(&self.drainage, &state.routed);
        Ok(StepReport { advanced_s: dt_s, ..report })
    }

    fn accepts(&self, input: PortIx) -> bool {
        let group = self.ports.input_group(input);
        group.is_none_or(|(group, slot)| !misplaced(self.model(), group.name, slot))
    }

    fn time_s(&self, state: &LiveState) -> f64 {
        state.routed.network.time_s
    }

    fn outputs(&self, state: &LiveState, out: &mut Outputs) {
        let LiveState { routed, shown, .. } = state;
        let mut at = 0;
        let mut put = |value: Option<f64>| {
            match value {
                Some(value) => out.set(PortIx(at), value),
                None => out.clear(PortIx(at)),
            }
            at += 1;
        };
        self.figures(state).into_iter().for_each(|v| put(Some(v)));
        routed.network.nodes.depth_m.iter().for_each(|v| put(Some(*v)));
        shown.head_m.iter().for_each(|v| put(Some(*v)));
        shown.overflow_m3s.iter().for_each(|v| put(Some(*v)));
        (0..shown.head_m.len()).for_each(|node| put(Some(self.drainage.node_m3(routed, node))));
        routed.not_taken_m3.iter().for_each(|v| put(Some(*v)));
        shown.flow_m3s.iter().for_each(|v| put(Some(*v)));
        routed.network.links.setting.iter().for_each(|v| put(Some(*v)));
        for (power, link) in shown.pump_power_w.iter().zip(&self.drainage.net.links) {
            let pump = match link.class {
                LinkClass::Structure(i) => matches!(self.drainage.net.structures[i as usize], Structure::Pump(_)),
                LinkClass::Conduit(_) => false,
            };
            put(pump.then_some(*power));
        }
        shown.rain_ms[..self.model().gages.len()].iter().for_each(|v| put(Some(*v)));
        if let (Some(streets), Some(above)) = (&self.streets, &state.streets) {
            let meets = streets.meets();
            let mut node = |values: &[f64]| meets.iter().zip(values).for_each(|(m, v)| put(m.then_some(*v)));
            node(&above.depth_m);
            node(&above.into_m3s);
            put(Some(above.flood.water.volume_m3(streets.grid())));
            put(Some(streets.flooded_m2(above)));
        }
    }

    fn field<'a>(&self, state: &'a LiveState, quantity: Quantity) -> Option<FieldView<'a>> {
        let (LiveState { shown, .. }, network) = (state, &state.routed.network);
        let (element, values) = match quantity {
            Quantity::Depth => (Element::Node, &network.nodes.depth_m),
            Quantity::Volume => (Element::Node, &network.nodes.volume_m3),
            Quantity::NetInflow => (Element::Node, &network.nodes.lateral_m3s),
            Quantity::Head => (Element::Node, &shown.head_m),
            Quantity::Flooding => (Element::Node, &shown.overflow_m3s),
            Quantity::Flow => (Element::Link, &shown.flow_m3s),
            Quantity::Velocity => (Element::Link, &shown.velocity_ms),
            Quantity::Filling => (Element::Link, &shown.filling),
            Quantity::Setting => (Element::Link, &network.links.setting),
            Quantity::Power => (Element::Link, &shown.pump_power_w),
            Quantity::Rain => (Element::Cell, &shown.rain_ms),
            Quantity::Runoff => (Element::Cell, &shown.runoff_m3s),
            Quantity::StreetDepth => (Element::Node, &state.streets.as_ref()?.depth_m),
            Quantity::Exchange => (Element::Node, &state.streets.as_ref()?.into_m3s),
            Quantity::Level => (Element::Cell, &state.streets.as_ref()?.level_m),
            _ => return None,
        };
        Some(FieldView { element, values })
    }

    fn accounts(&self, state: &LiveState) -> Vec<Account> {
        let (drainage, routed) = (&self.drainage, &state.routed);
        let mut accounts = vec![routed.totals.account(drainage.stored_m3(routed))];
        if !self.model().subcatchments.is_empty() {
            let hydrology = &routed.hydrology;
            accounts.push(hydrology.totals.account(drainage.hydrology.stored(hydrology)));
        }
        if self.model().subcatchments.iter().any(|s| s.groundwater.is_some()) {
            let hydrology = &routed.hydrology;
            let ground_m3 = drainage.hydrology.groundwater_stored_m3(self.model(), hydrology);
            accounts.push(hydrology.groundwater_totals.account(ground_m3));
        }
        if let (Some(streets), Some(above)) = (&self.streets, &state.streets) {
            accounts.extend(streets.accounts(above));
        }
        accounts
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    fn element_name(&self, element: Element, slot: usize) -> String {
        let above = self.streets.as_ref().and_then(|s| {
            let at = slot.checked_sub(s.first_underpass(&self.drainage)).filter(|_| element == Element::Cell)?;
            let StreetModel { filling_ids, dam_ids, .. } = s.model();
            let dam = || dam_ids.get(at.checked_sub(filling_ids.len())?).map(|id| format!("check dam {id}"));
            filling_ids.get(at).map(|id| format!("underpass {id}")).or_else(dam)
        });
        above.unwrap_or_else(|| element_name(self.model(), element, slot))
    }
}

#[cfg(test)]
pub(in crate::domains::drainage) mod tests;

//! The gas network as a [`Solver`]: transient flow under valves, regulators, holes and loads that change.

use std::sync::Arc;

use super::model::{GasModel, ModelError};
use super::net::GasNet;
use super::newton::{Failed, Problem};
use super::outlet::Drawn;
use super::ports::{Drive, accepts, table};
use super::state::GasState;
use super::steady::Scratch;
use crate::domain::Domain;
use crate::ledger::Account;
use crate::num::fingerprint::fingerprint;
use crate::port::{Element, FieldView, Inputs, Outputs, PortIx, PortTable, Quantity};
use crate::solver::{SolveError, Solver, StepReport};

/// How a network is computed in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GasSettings {
    /// Longest part of a pipe [m].
    pub cell_m: f64,
    /// Longest step [s].
    pub longest_step_s: f64,
    /// Gauge pressure that loads need, as a share of what they have at the start; 0 = they are taken at any pressure.
    pub needed_share: f64,
}

impl Default for GasSettings {
    /// Cells of 2 km, steps of 60 s, three quarters of the first pressure needed (GB 50028, § 10.2: an appliance works
    /// from 0.75 of its nominal pressure).
    fn default() -> Self {
        Self { cell_m: 2000.0, longest_step_s: 60.0, needed_share: 0.75 }
    }
}

/// A gas network ready to be solved.
#[derive(Debug)]
pub struct GasSolver {
    net: GasNet,
    settings: GasSettings,
    ports: PortTable,
    fingerprint: u64,
}

/// Buffers of a solve; dropping them changes no result.
pub type GasScratch = Scratch;

impl GasSolver {
    /// Checks a model and prepares it.
    ///
    /// # Errors
    /// [`ModelError`]
    pub fn new(model: Arc<GasModel>, settings: GasSettings) -> Result<Self, ModelError> {
        let net = GasNet::in_cells(model, settings.cell_m)?;
        let ports = table(net.model.nodes.len(), net.model.links.len());
        let fingerprint = fingerprint(&(&net.model, &settings));
        Ok(Self { net, settings, ports, fingerprint })
    }

    /// The model as given.
    #[must_use]
    pub fn model(&self) -> &GasModel {
        &self.net.model
    }

    fn refused(&self, failed: &Failed) -> SolveError {
        let at = |node: &usize| format!("node {}", self.net.node_name(*node));
        match failed {
            Failed::NotConverged { iterations, change, node } => SolveError::NotConverged {
                iterations: *iterations,
                residual: *change,
                tolerance: super::newton::TOLERANCE,
                at: at(node),
            },
            Failed::NotFinite { node } => SolveError::NonFinite { quantity: "pressure", at: at(node) },
            Failed::Singular { node } => SolveError::Singular { at: at(node) },
        }
    }
}

impl Solver for GasSolver {
    type State = GasState;
    type Scratch = GasScratch;
    const DOMAIN: Domain = Domain::Gas;

    fn ports(&self) -> &PortTable {
        &self.ports
    }

    fn initial_state(&self, inputs: &Inputs, scratch: &mut GasScratch) -> Result<GasState, SolveError> {
        let net = &self.net;
        let drive = Drive::new(inputs, &net.model, &self.ports)?;
        let everywhere = vec![true; net.nodes.len()];
        let open: Vec<bool> = net.model.links.iter().map(|l| l.open).collect();
        let mut state = net.state_of(net.guess(&everywhere, &open), open);
        net.hear(&mut state, drive, scratch);
        let supplied = net.supplied(|link| state.open[link]);
        let mut point = net.guess(&supplied, &state.open);
        for (i, node) in net.model.nodes.iter().enumerate().filter(|(_, n)| n.source_pa.is_some()) {
            point.z[i] = drive.source_pa(i).or(node.source_pa).map_or(point.z[i], |p| p * p);
        }
        let Scratch { work, outlets, told, .. } = scratch;
        let drawn = Drawn { net, outlets, needed: &[] };
        let problem = Problem {
            net,
            outflow: &drawn,
            dynamics: None,
            open: &state.open,
            supplied: &supplied,
            told,
            scale: net.scale(),
        };
        problem.solve(&mut point, true, work).map_err(|failed| self.refused(&failed))?;
        if let Some(node) = (0..net.nodes.len()).find(|&i| supplied[i] && point.z[i] <= 0.0) {
            let why = "the loads cannot be delivered: pressure would have to fall below zero here".to_owned();
            return Err(SolveError::Infeasible { at: format!("node {}", net.node_name(node)), why });
        }
        let (shut, hole_m2, open) = (state.shut, state.hole_m2, state.open);
        let mut state = GasState { shut, hole_m2, wanted: state.wanted, ..net.state_of(point, open) };
        for (i, node) in net.model.nodes.iter().enumerate() {
            let gauge = super::element::root(state.z[i]) - node.ambient_pa;
            state.needed_pa[i] = self.settings.needed_share * gauge.max(0.0);
        }
        net.show(&mut state, scratch);
        state.source_kgs = state.delivered.iter().sum::<f64>() + state.hole_flow.iter().sum::<f64>();
        Ok(state)
    }

    fn step(
        &self,
        state: &mut GasState,
        inputs: &Inputs,
        dt_s: f64,
        scratch: &mut GasScratch,
    ) -> Result<StepReport, SolveError> {
        let drive = Drive::new(inputs, &self.net.model, &self.ports)?;
        if !(dt_s >= 0.0 && dt_s.is_finite()) {
            let why = format!("a step of {dt_s} s cannot be taken");
            return Err(SolveError::Infeasible { at: "gas network".into(), why });
        }
        self.net.hear(state, drive, scratch);
        let mut report = StepReport::default();
        if dt_s > 0.0 {
            let (advanced_s, ended) = self
                .net
                .advance(state, dt_s.min(self.settings.longest_step_s), scratch)
                .map_err(|failed| self.refused(&failed))?;
            report.advanced_s = advanced_s;
            report.iterations = ended.iterations;
            report.solves = 1;
            report.mass_residual = ended.mass_kgs / self.net.flow_scale_kgs;
            report.energy_residual = ended.loss_rel;
            self.net.protect(state, &mut report.events);
        }
        self.net.show(state, scratch);
        Ok(report)
    }

    fn accepts(&self, input: PortIx) -> bool {
        self.ports.input_group(input).is_none_or(|(group, slot)| accepts(&self.net.model, group.name, slot))
    }

    fn time_s(&self, state: &GasState) -> f64 {
        state.time_s
    }

    fn outputs(&self, state: &GasState, out: &mut Outputs) {
        let totals = [
            state.source_kgs,
            state.wanted.iter().sum(),
            state.delivered.iter().sum(),
            state.hole_flow.iter().sum(),
            state.account.stored_now,
        ];
        let gauge: Vec<f64> = state.pressure.iter().zip(&self.net.model.nodes).map(|(p, n)| p - n.ambient_pa).collect();
        let rows: [&[f64]; 7] =
            [&totals, &state.pressure, &gauge, &state.delivered, &state.flow, &state.hole_flow, &state.status];
        for (at, value) in rows.into_iter().flatten().enumerate() {
            out.set(PortIx(at), *value);
        }
    }

    fn field<'a>(&self, state: &'a GasState, quantity: Quantity) -> Option<FieldView<'a>> {
        let (element, values) = match quantity {
            Quantity::Pressure => (Element::Node, &state.pressure),
            Quantity::Delivered => (Element::Node, &state.delivered),
            Quantity::Supplied => (Element::Node, &state.supplied),
            Quantity::MassFlow => (Element::Link, &state.flow),
            Quantity::LeakFlow => (Element::Link, &state.hole_flow),
            Quantity::Status => (Element::Link, &state.status),
            _ => return None,
        };
        Some(FieldView { element, values })
    }

    fn accounts(&self, state: &GasState) -> Vec<Account> {
        vec![state.account]
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    fn element_name(&self, element: Element, slot: usize) -> String {
        let model = &self.net.model;
        let name = match element {
            Element::Node => model.nodes.get(slot).map(|n| format!("node {}", n.id)),
            Element::Link => model.links.get(slot).map(|l| format!("link {}", l.id)),
            Element::Network | Element::Cell => None,
        };
        name.unwrap_or_else(|| "gas network".into())
    }
}

#[cfg(test)]
#[path = "tests/transient.rs"]
mod tests;

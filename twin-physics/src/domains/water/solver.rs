//! The water network as a [`Solver`].

use super::assemble::Work;
use super::check::{ModelError, check, link_name, node_name};
use super::control::commanded;
use super::model::{LinkKind, NodeKind, Status, WaterModel};
use super::net::{Kind, Net};
use super::ports::{Drive, table};
use super::solve::{Effort, Solve};
use super::state::{Command, WaterState};
use crate::domain::Domain;
use crate::ledger::{Account, Conserved};
use crate::num::fingerprint::fingerprint;
use crate::port::{Element, FieldView, Inputs, Outputs, PortIx, PortTable, Quantity};
use crate::solver::{SolveError, Solver, StepReport};

/// A water network ready to be solved: the checked model and what follows from it once.
#[derive(Debug)]
pub struct WaterSolver {
    model: WaterModel,
    net: Net,
    ports: PortTable,
    fingerprint: u64,
}

/// Buffers and factorisation of a solve.
#[derive(Debug, Default)]
pub struct WaterScratch {
    work: Option<Work>,
}

impl WaterSolver {
    /// Checks a model and prepares it.
    ///
    /// # Errors
    /// Everything that has no physical answer, each naming its element.
    pub fn new(model: WaterModel) -> Result<Self, Vec<ModelError>> {
        let errors = check(&model);
        if !errors.is_empty() {
            return Err(errors);
        }
        let net =
            Net::new(&model).map_err(|e| vec![ModelError { element: "network".into(), problem: e.to_string() }])?;
        let ports = table(model.nodes.len(), model.links.len());
        let fingerprint = fingerprint(&model);
        Ok(Self { model, net, ports, fingerprint })
    }

    /// The model as given.
    #[must_use]
    pub fn model(&self) -> &WaterModel {
        &self.model
    }

    /// EPANET's status code of each link: 0 pump cannot deliver its head, 1 closed by a full or empty tank, 2 closed,
    /// 3 open, 4 active, 6 flow valve that cannot reach its flow.
    #[must_use]
    pub fn epanet_status(&self, state: &WaterState) -> Vec<u8> {
        state.status.iter().map(|s| *s as u8).collect()
    }

    fn own_command(&self, k: usize) -> Command {
        let link = &self.model.links[k];
        match &link.kind {
            LinkKind::Pipe(_) => Command {
                status: if link.status == Status::Closed { Status::Closed } else { Status::Open },
                setting: 0.0,
            },
            LinkKind::Pump(pump) => {
                let runs = link.status != Status::Closed && pump.speed > 0.0;
                if runs {
                    Command { status: Status::Open, setting: pump.speed }
                } else {
                    Command { status: Status::Closed, setting: 0.0 }
                }
            }
            LinkKind::Valve(valve) => Command { status: link.status, setting: valve.setting },
        }
    }

    fn blank_state(&self) -> WaterState {
        let (nodes, links) = (self.net.nodes, self.net.kind.len());
        let volume: Vec<f64> = self
            .net
            .tanks
            .iter()
            .map(|t| match &self.model.nodes[t.node].kind {
                NodeKind::Tank(tank) => t.shape.volume_m3(tank.level_init_m),
                _ => 0.0,
            })
            .collect();
        let stored = volume.iter().sum();
        let own: Vec<Command> = (0..links).map(|k| self.own_command(k)).collect();
        let status: Vec<_> = own.iter().map(|c| commanded(*c)).collect();
        let flow = (0..links)
            .map(|k| match self.net.kind[k] {
                _ if !status[k].passes() => 0.0,
                Kind::Pump => self.net.start_flow[k] * own[k].setting,
                _ => self.net.start_flow[k],
            })
            .collect();
        WaterState {
            time_s: 0.0,
            flow,
            status,
            target: own.clone(),
            own,
            hole_area: vec![0.0; links],
            hole_ends: vec![[0.0; 2]; links],
            velocity: vec![0.0; links],
            head_loss: vec![0.0; links],
            status_field: vec![1.0; links],
            setting_field: vec![0.0; links],
            hole_flow: vec![0.0; links],
            pump_power: vec![0.0; links],
            head: self.net.elevation.clone(),
            demand: vec![0.0; nodes],
            delivered: vec![0.0; nodes],
            emitter: vec![0.0; nodes],
            node_hole: vec![0.0; nodes],
            leak: vec![0.0; nodes],
            net_inflow: vec![0.0; nodes],
            pressure_head: vec![0.0; nodes],
            supplied: vec![1.0; nodes],
            level: vec![0.0; nodes],
            volume,
            spilled_m3: 0.0,
            clipped_m3: 0.0,
            account: Account::open(Conserved::WaterVolume, stored),
        }
    }

    fn begin<'a>(
        &'a self,
        state: &'a mut WaterState,
        inputs: &'a Inputs,
        scratch: &'a mut WaterScratch,
    ) -> Result<Solve<'a>, SolveError> {
        let drive = Drive::new(inputs, &self.model);
        drive.check(&self.model, &self.ports)?;
        let work = scratch.work.get_or_insert_with(|| Work::new(&self.net));
        if !work.fits(&self.net) {
            *work = Work::new(&self.net);
        }
        Ok(Solve {
            model: &self.model,
            net: &self.net,
            drive,
            state,
            work,
            events: Vec::new(),
            effort: Effort::default(),
            predicting_from: None,
        })
    }
}

impl Solver for WaterSolver {
    type State = WaterState;
    type Scratch = WaterScratch;
    const DOMAIN: Domain = Domain::Water;

    fn ports(&self) -> &PortTable {
        &self.ports
    }

    fn initial_state(&self, inputs: &Inputs, scratch: &mut WaterScratch) -> Result<WaterState, SolveError> {
        let mut state = self.blank_state();
        let mut solve = self.begin(&mut state, inputs, scratch)?;
        solve.apply_time();
        // Iterations begin from the highest source: every demand can be met there.
        let sources = &solve.state.head[self.net.junctions..];
        let highest = sources.iter().fold(f64::NEG_INFINITY, |a, h| a.max(*h));
        solve.state.head[..self.net.junctions].fill(highest);
        solve.controls();
        solve.apply_inputs();
        solve.solve()?;
        Ok(state)
    }

    fn step(
        &self,
        state: &mut WaterState,
        inputs: &Inputs,
        dt_s: f64,
        scratch: &mut WaterScratch,
    ) -> Result<StepReport, SolveError> {
        let mut solve = self.begin(state, inputs, scratch)?;
        if !(dt_s >= 0.0 && dt_s.is_finite()) {
            let why = format!("a step of {dt_s} s cannot be taken");
            return Err(SolveError::Infeasible { at: "water network".into(), why });
        }
        if solve.apply_inputs() || dt_s == 0.0 {
            solve.solve()?;
        }
        let advanced_s = if dt_s > 0.0 { solve.advance(dt_s)? } else { 0.0 };
        let Solve { events, effort, .. } = solve;
        Ok(StepReport {
            advanced_s,
            iterations: effort.iterations,
            solves: effort.solves,
            unconverged: effort.unconverged,
            mass_residual: effort.mass,
            energy_residual: effort.energy,
            events,
        })
    }

    fn accepts(&self, input: crate::port::PortIx) -> bool {
        let group = self.ports().input_group(input);
        group.is_none_or(|(group, slot)| !super::ports::misplaced(self.model(), group.name, slot))
    }

    fn time_s(&self, state: &WaterState) -> f64 {
        state.time_s
    }

    fn outputs(&self, state: &WaterState, out: &mut Outputs) {
        let (nodes, links) = (self.net.nodes, self.net.kind.len());
        let sources = (self.net.junctions..nodes).filter(|&n| self.net.tank_of[n].is_none());
        let totals = [
            sources.map(|n| -state.net_inflow[n]).sum::<f64>(),
            state.demand.iter().sum(),
            state.delivered.iter().sum(),
            state.leak.iter().sum(),
            state.volume.iter().sum(),
        ];
        for (at, total) in totals.into_iter().enumerate() {
            out.set(PortIx(at), total);
        }
        let mut base = totals.len();
        for (at, value) in state.pressure_head.iter().enumerate() {
            out.set(PortIx(base + at), *value);
        }
        base += nodes;
        for at in 0..nodes {
            match self.net.tank_of[at] {
                Some(_) => out.set(PortIx(base + at), state.level[at]),
                None => out.clear(PortIx(base + at)),
            }
        }
        base += nodes;
        for k in 0..links {
            out.set(PortIx(base + k), state.hole_flow[k]);
            out.set(PortIx(base + links + k), state.status_field[k]);
            match self.net.kind[k] {
                Kind::Pump => out.set(PortIx(base + 2 * links + k), state.pump_power[k]),
                _ => out.clear(PortIx(base + 2 * links + k)),
            }
        }
        base += 3 * links;
        out.set(PortIx(base), state.clipped_m3);
        out.set(PortIx(base + 1), state.spilled_m3);
    }

    fn field<'a>(&self, state: &'a WaterState, quantity: Quantity) -> Option<FieldView<'a>> {
        let (element, values) = match quantity {
            Quantity::Head => (Element::Node, &state.head),
            Quantity::PressureHead => (Element::Node, &state.pressure_head),
            Quantity::Demand => (Element::Node, &state.demand),
            Quantity::Delivered => (Element::Node, &state.delivered),
            Quantity::LeakFlow => (Element::Node, &state.leak),
            Quantity::NetInflow => (Element::Node, &state.net_inflow),
            Quantity::Level => (Element::Node, &state.level),
            Quantity::Supplied => (Element::Node, &state.supplied),
            Quantity::Flow => (Element::Link, &state.flow),
            Quantity::Velocity => (Element::Link, &state.velocity),
            Quantity::HeadLoss => (Element::Link, &state.head_loss),
            Quantity::Status => (Element::Link, &state.status_field),
            Quantity::Setting => (Element::Link, &state.setting_field),
            _ => return None,
        };
        Some(FieldView { element, values })
    }

    fn accounts(&self, state: &WaterState) -> Vec<Account> {
        vec![state.account]
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    fn element_name(&self, element: Element, slot: usize) -> String {
        let name = match element {
            Element::Node => self.model.nodes.get(slot).map(node_name),
            Element::Link => self.model.links.get(slot).map(link_name),
            Element::Network | Element::Cell => None,
        };
        name.unwrap_or_else(|| "water network".into())
    }
}

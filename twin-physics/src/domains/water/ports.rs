//! Inputs and outputs of a water network, and what the inputs make of the controls' commands.

use super::check::link_name;
use super::model::{Link, LinkKind, NodeKind, Status, ValveKind, WaterModel};
use super::state::Command;
use crate::port::{Element, Inputs, PortGroup, PortIx, PortTable, Quantity};
use crate::solver::SolveError;

/// Largest relative speed of a pump [–].
const MAX_SPEED: f64 = 5.0;
/// Largest pressure head or drop a valve holds [m].
const MAX_HELD_M: f64 = 1e4;
/// Largest flow a valve holds [m³·s⁻¹].
const MAX_FLOW_M3S: f64 = 1e4;
/// Largest loss coefficient of a throttle valve [–].
const MAX_LOSS_COEFFICIENT: f64 = 1e10;

/// Ports of a network with `nodes` and `links`.
pub(super) fn table(nodes: usize, links: usize) -> PortTable {
    let link = |name, quantity| PortGroup::signal(name, quantity, Element::Link, links);
    let node = |name, quantity| PortGroup::signal(name, quantity, Element::Node, nodes);
    let net = |name, quantity| PortGroup::signal(name, quantity, Element::Network, 1);
    PortTable {
        inputs: vec![
            link("isolate_from", Quantity::Closed).within(0.0, 1.0),
            link("isolate_to", Quantity::Closed).within(0.0, 1.0),
            link("closed", Quantity::Closed).within(0.0, 1.0),
            link("setting", Quantity::Setting),
            link("powered", Quantity::Powered).within(0.0, 1.0),
            link("hole_area", Quantity::HoleArea).within(0.0, f64::MAX),
            node("extra_demand", Quantity::Demand),
            node("demand_factor", Quantity::Demand).within(0.0, f64::MAX),
        ],
        outputs: vec![
            net("source_flow", Quantity::Flow),
            net("demand_total", Quantity::Demand),
            net("delivered_total", Quantity::Delivered),
            net("leak_total", Quantity::LeakFlow),
            net("stored_volume", Quantity::Volume),
            node("pressure_head", Quantity::PressureHead),
            node("level", Quantity::Level),
            link("hole_flow", Quantity::LeakFlow),
            link("status", Quantity::Status),
            link("pump_power", Quantity::Power),
            net("clipped_volume", Quantity::Volume),
            net("spilled_volume", Quantity::Volume),
        ],
    }
}

/// What an order not to be shut makes of a link's own command: a pipe opens, a pump runs at the speed it has or, if it
/// was stopped, at its model's, and a control valve goes on as it is or, if it was closed, as its model has it.
fn not_shut(link: &Link, target: &mut Command) {
    match &link.kind {
        LinkKind::Pipe(_) => target.status = Status::Open,
        LinkKind::Pump(pump) => {
            target.status = Status::Open;
            if target.setting <= 0.0 {
                target.setting = pump.speed;
            }
        }
        LinkKind::Valve(_) if target.status == Status::Closed => {
            target.status = if link.status == Status::Closed { Status::Active } else { link.status };
        }
        LinkKind::Valve(_) => {}
    }
}

/// Smallest and largest setting a device can have, in SI. Beyond them lies nothing built, and equations whose terms
/// overflow.
fn setting_range(kind: &LinkKind) -> (f64, f64) {
    match kind {
        LinkKind::Pump(_) => (0.0, MAX_SPEED),
        LinkKind::Valve(valve) => match valve.kind {
            ValveKind::Prv | ValveKind::Psv | ValveKind::Pbv => (0.0, MAX_HELD_M),
            ValveKind::Fcv => (0.0, MAX_FLOW_M3S),
            ValveKind::Tcv => (0.0, MAX_LOSS_COEFFICIENT),
            ValveKind::Pcv => (0.0, 100.0),
            ValveKind::Gpv => (f64::MIN, f64::MAX),
        },
        LinkKind::Pipe(_) => (f64::MIN, f64::MAX),
    }
}

fn between_reservoirs(model: &WaterModel, k: usize) -> bool {
    let ends = [model.links[k].from, model.links[k].to];
    ends.iter().all(|n| matches!(model.nodes[n.at()].kind, NodeKind::Reservoir(_)))
}

/// Inputs read by name of group; slots are checked once by [`Drive::check`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive<'a> {
    pub inputs: &'a Inputs,
    links: usize,
    nodes: usize,
}

impl<'a> Drive<'a> {
    pub fn new(inputs: &'a Inputs, model: &WaterModel) -> Self {
        Self { inputs, links: model.links.len(), nodes: model.nodes.len() }
    }

    fn link(&self, group: usize, k: usize) -> Option<f64> {
        self.inputs.get(PortIx(group * self.links + k))
    }
    fn on(&self, group: usize, k: usize) -> bool {
        self.link(group, k).is_some_and(|v| v >= 0.5)
    }
    pub fn isolated_from(&self, k: usize) -> bool {
        self.on(0, k)
    }
    pub fn isolated_to(&self, k: usize) -> bool {
        self.on(1, k)
    }
    pub fn hole_area(&self, k: usize) -> f64 {
        self.link(5, k).unwrap_or(0.0)
    }
    pub fn extra_demand(&self, node: usize) -> f64 {
        self.inputs.get_or(PortIx(6 * self.links + node), 0.0)
    }
    pub fn demand_factor(&self, node: usize) -> f64 {
        self.inputs.get_or(PortIx(6 * self.links + self.nodes + node), 1.0)
    }

    /// What a link shall do: its own command under the overrides.
    pub fn target(&self, model: &WaterModel, k: usize, own: Command) -> Command {
        let mut target = own;
        let pump = matches!(model.links[k].kind, LinkKind::Pump(_));
        let setting = self.link(3, k);
        if let Some(setting) = setting {
            target = Command { status: if pump { Status::Open } else { Status::Active }, setting };
        }
        match self.link(2, k) {
            Some(closed) if closed >= 0.5 => target.status = Status::Closed,
            Some(_) if setting.is_none() => not_shut(&model.links[k], &mut target),
            _ => {}
        }
        let unpowered = pump && self.link(4, k).is_some_and(|v| v < 0.5);
        let still = pump && target.setting <= 0.0;
        if unpowered || still || self.isolated_from(k) || self.isolated_to(k) {
            target.status = Status::Closed;
        }
        target
    }

    /// Refuses values outside their range and inputs that have no meaning where they stand.
    pub fn check(&self, model: &WaterModel, table: &PortTable) -> Result<(), SolveError> {
        if self.inputs.len() != table.input_len() {
            return Err(SolveError::Infeasible {
                at: "water network".into(),
                why: format!("{} inputs given, {} expected", self.inputs.len(), table.input_len()),
            });
        }
        for (port, value) in self.inputs.iter_valid() {
            let Some((group, slot)) = table.input_group(port) else { continue };
            let name = || match group.element {
                Element::Node => super::check::node_name(&model.nodes[slot]),
                _ => link_name(&model.links[slot]),
            };
            let (min, max) = match group.name {
                "setting" => setting_range(&model.links[slot].kind),
                _ => (group.min, group.max),
            };
            if !(value >= min && value <= max) {
                let port = format!("{} of {}", group.name, name());
                return Err(SolveError::InputOutOfRange { port, value, min, max });
            }
            if group.name == "hole_area" && value > 0.0 && between_reservoirs(model, slot) {
                let why =
                    "a hole between two reservoirs has no known elevation: put a junction on the pipe where it is";
                return Err(SolveError::Infeasible { at: name(), why: why.into() });
            }
            if misplaced(model, group.name, slot) {
                let why =
                    format!("it has no {}: only pumps and valves have a setting, only junctions a demand", group.name);
                return Err(SolveError::Infeasible { at: name(), why });
            }
        }
        Ok(())
    }
}

/// Whether an input of this group means nothing for its element.
pub(super) fn misplaced(model: &WaterModel, group: &str, slot: usize) -> bool {
    match group {
        "setting" => matches!(model.links[slot].kind, LinkKind::Pipe(_)),
        "extra_demand" => !matches!(model.nodes[slot].kind, NodeKind::Junction(_)),
        _ => false,
    }
}

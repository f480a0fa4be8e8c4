//! Inputs and outputs of a water network, and what the inputs make of the controls' commands.

use super::check::link_name;
use super::model::{LinkKind, NodeKind, Status, WaterModel};
use super::state::Command;
use crate::port::{Element, Inputs, PortGroup, PortIx, PortTable, Quantity};
use crate::solver::SolveError;

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
        ],
    }
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
            Some(_) if setting.is_none() => {
                target.status = Status::Open;
                if let LinkKind::Pump(p) = &model.links[k].kind
                    && target.setting <= 0.0
                {
                    target.setting = p.speed;
                }
            }
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
            if !(value >= group.min && value <= group.max) {
                let (min, max) = (group.min, group.max);
                let port = format!("{} of {}", group.name, name());
                return Err(SolveError::InputOutOfRange { port, value, min, max });
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

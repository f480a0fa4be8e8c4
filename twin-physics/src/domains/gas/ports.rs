//! Inputs and outputs of a gas network.

use super::model::{GasModel, LinkKind};
use crate::port::{Element, Inputs, PortGroup, PortIx, PortTable, Quantity};
use crate::solver::SolveError;

/// Highest pressure a source or regulator can be told [Pa].
const MOST_PA: f64 = 1e8;

/// Ports of a network with `nodes` and `links`.
pub(super) fn table(nodes: usize, links: usize) -> PortTable {
    let link = |name, quantity| PortGroup::signal(name, quantity, Element::Link, links);
    let node = |name, quantity| PortGroup::signal(name, quantity, Element::Node, nodes);
    let net = |name, quantity| PortGroup::signal(name, quantity, Element::Network, 1);
    PortTable {
        inputs: vec![
            link("closed", Quantity::Closed).within(0.0, 1.0),
            link("setting", Quantity::Setting).within(0.0, MOST_PA),
            link("hole_area", Quantity::HoleArea).within(0.0, 100.0),
            link("reset", Quantity::Closed).within(0.0, 1.0),
            node("source_pressure", Quantity::Pressure).within(100.0, MOST_PA),
            node("extra_load", Quantity::MassFlow).within(-1e6, 1e6),
            node("load_factor", Quantity::Demand).within(0.0, 1e6),
        ],
        outputs: vec![
            net("source_flow", Quantity::MassFlow),
            net("load_total", Quantity::MassFlow),
            net("delivered_total", Quantity::MassFlow),
            net("leak_total", Quantity::MassFlow),
            net("line_pack", Quantity::Mass),
            node("pressure", Quantity::Pressure),
            node("gauge_pressure", Quantity::Pressure),
            node("delivered", Quantity::MassFlow),
            link("flow", Quantity::MassFlow),
            link("hole_flow", Quantity::MassFlow),
            link("status", Quantity::Status),
        ],
    }
}

/// Inputs read by element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive<'a> {
    inputs: &'a Inputs,
    links: usize,
    nodes: usize,
}

impl<'a> Drive<'a> {
    /// Reads inputs that the table allows and that their elements know.
    pub fn new(inputs: &'a Inputs, model: &GasModel, table: &PortTable) -> Result<Self, SolveError> {
        for (port, value) in inputs.iter_valid() {
            let Some((group, slot)) = table.input_group(port) else { continue };
            let legal = value >= group.min && value <= group.max && accepts(model, group.name, slot);
            if !legal {
                let name = match group.element {
                    Element::Link => &model.links[slot].id,
                    _ => &model.nodes[slot].id,
                };
                let port = format!("{} of {name}", group.name);
                return Err(SolveError::InputOutOfRange { port, value, min: group.min, max: group.max });
            }
        }
        Ok(Self { inputs, links: model.links.len(), nodes: model.nodes.len() })
    }

    fn link(&self, group: usize, k: usize) -> Option<f64> {
        self.inputs.get(PortIx(group * self.links + k))
    }
    fn node(&self, group: usize, i: usize) -> Option<f64> {
        self.inputs.get(PortIx(4 * self.links + group * self.nodes + i))
    }
    /// Whether a link is told to be closed, or not to be.
    pub fn closed(&self, k: usize) -> Option<bool> {
        self.link(0, k).map(|v| v >= 0.5)
    }
    pub fn setting(&self, k: usize) -> Option<f64> {
        self.link(1, k)
    }
    pub fn hole_m2(&self, k: usize) -> f64 {
        self.link(2, k).unwrap_or(0.0)
    }
    pub fn reset(&self, k: usize) -> bool {
        self.link(3, k).is_some_and(|v| v >= 0.5)
    }
    pub fn source_pa(&self, i: usize) -> Option<f64> {
        self.node(0, i)
    }
    /// What is wanted at a node whose own load is `load` [kg/s].
    pub fn load_kgs(&self, i: usize, load: f64) -> f64 {
        load * self.node(2, i).unwrap_or(1.0) + self.node(1, i).unwrap_or(0.0)
    }
}

/// Whether an input means anything to its element.
pub(super) fn accepts(model: &GasModel, group: &str, slot: usize) -> bool {
    match group {
        "setting" => matches!(model.links[slot].kind, LinkKind::Regulator(_) | LinkKind::Ratio(_)),
        "hole_area" => matches!(model.links[slot].kind, LinkKind::Pipe(_)),
        "reset" => matches!(&model.links[slot].kind, LinkKind::Regulator(r) if r.slam_shut_pa.is_some()),
        "source_pressure" => model.nodes[slot].source_pa.is_some(),
        _ => true,
    }
}

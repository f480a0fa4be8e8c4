//! Inputs and outputs of a drainage network, and what the inputs make of a routing step.
//!
//! A cell is a rain gage; after the gages come the subcatchments, which have fields but no ports of their own.

use super::model::{DrainageModel, LinkKind, NodeKind};
use super::routing::Outside;
use crate::ledger::Conserved;
use crate::port::{Element, Inputs, PortGroup, PortIx, PortTable, Quantity};
use crate::solver::SolveError;

/// Largest rain intensity taken [m·s⁻¹]: 3.6 m in an hour, ten times the world's record.
const MAX_RAIN_MS: f64 = 1e-3;
/// Largest potential evaporation taken [m·s⁻¹]: 0.36 m in an hour.
const MAX_EVAPORATION_MS: f64 = 1e-4;
/// Largest relative speed of a pump [–].
const MAX_SETTING: f64 = 5.0;

/// Input groups in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Group {
    In,
    Out,
    Stage,
    Blocked,
    Setting,
    Powered,
    Rain,
    Evaporation,
}

/// Ports of a model, with those of the streets over it.
pub(super) fn table(model: &DrainageModel, streets: bool) -> PortTable {
    let (nodes, links, gages) = (model.nodes.len(), model.links.len(), model.gages.len());
    let water = Conserved::WaterVolume;
    let node = |name, quantity| PortGroup::signal(name, quantity, Element::Node, nodes);
    let link = |name, quantity| PortGroup::signal(name, quantity, Element::Link, links);
    let net = |name, quantity| PortGroup::signal(name, quantity, Element::Network, 1);
    let gage = |name, quantity| PortGroup::signal(name, quantity, Element::Cell, gages);
    let mut table = PortTable {
        inputs: vec![
            PortGroup::amount("exchange_in", water, Element::Node, nodes),
            PortGroup::amount("exchange_out", water, Element::Node, nodes),
            node("stage", Quantity::Head),
            link("blocked", Quantity::Blockage).within(0.0, 1.0),
            link("setting", Quantity::Setting).within(0.0, MAX_SETTING),
            link("powered", Quantity::Powered).within(0.0, 1.0),
            gage("rain", Quantity::Rain).within(0.0, MAX_RAIN_MS),
            net("evaporation", Quantity::Evaporation).within(0.0, MAX_EVAPORATION_MS),
        ],
        outputs: vec![
            net("inflow_total", Quantity::Flow),
            net("outfall_flow", Quantity::Flow),
            net("flooding_flow", Quantity::Flooding),
            net("outfall_volume", Quantity::Volume),
            net("flooded_volume", Quantity::Volume),
            net("stored_volume", Quantity::Volume),
            net("flooded_nodes", Quantity::Status),
            net("surcharged_links", Quantity::Status),
            net("runoff_total", Quantity::Runoff),
            net("pump_power_total", Quantity::Power),
            node("depth", Quantity::Depth),
            node("head", Quantity::Head),
            PortGroup::amount("overflow", water, Element::Node, nodes),
            PortGroup::amount("stock", water, Element::Node, nodes),
            PortGroup::amount("not_taken", water, Element::Node, nodes),
            link("flow", Quantity::Flow),
            link("setting", Quantity::Setting),
            link("pump_power", Quantity::Power),
            gage("rain", Quantity::Rain),
        ],
    };
    if streets {
        table.outputs.extend([
            node("street_depth", Quantity::StreetDepth),
            node("exchange", Quantity::Exchange),
            net("street_volume", Quantity::Volume),
            net("flooded_area", Quantity::Area),
        ]);
    }
    table
}

/// Name of an element for messages.
pub(super) fn element_name(model: &DrainageModel, element: Element, slot: usize) -> String {
    let name = match element {
        Element::Node => model.nodes.get(slot).map(|n| format!("{} {}", node_word(&n.kind), n.id)),
        Element::Link => model.links.get(slot).map(|l| format!("{} {}", link_word(&l.kind), l.id)),
        Element::Cell => match slot.checked_sub(model.gages.len()) {
            None => Some(format!("rain gage {}", model.gages[slot].id)),
            Some(catchment) => model.subcatchments.get(catchment).map(|c| format!("subcatchment {}", c.id)),
        },
        Element::Network => None,
    };
    name.unwrap_or_else(|| "drainage network".into())
}

/// The word for a node.
#[must_use]
pub fn node_word(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Junction => "junction",
        NodeKind::Outfall(_) => "outfall",
        NodeKind::Divider(_) => "divider",
        NodeKind::Storage(_) => "storage",
    }
}

/// The word for a link.
#[must_use]
pub fn link_word(kind: &LinkKind) -> &'static str {
    match kind {
        LinkKind::Conduit(_) => "conduit",
        LinkKind::Pump(_) => "pump",
        LinkKind::Orifice(_) => "orifice",
        LinkKind::Weir(_) => "weir",
        LinkKind::Outlet(_) => "outlet",
    }
}

/// Whether an input of this group means nothing for its element.
pub(super) fn misplaced(model: &DrainageModel, group: &str, slot: usize) -> bool {
    let outfall = || matches!(model.nodes.get(slot).map(|n| &n.kind), Some(NodeKind::Outfall(_)));
    match group {
        "stage" => !outfall(),
        "exchange_in" | "exchange_out" => outfall(),
        "powered" => !matches!(model.links.get(slot).map(|l| &l.kind), Some(LinkKind::Pump(_))),
        _ => false,
    }
}

/// Largest setting of a link: a pump may run faster than its curve says, all else is between closed and open.
fn max_setting(kind: &LinkKind) -> f64 {
    if matches!(kind, LinkKind::Pump(_)) { MAX_SETTING } else { 1.0 }
}

/// Refuses values outside their range and inputs that mean nothing where they stand.
///
/// # Errors
/// The first of them, by port and element.
pub(super) fn check(model: &DrainageModel, table: &PortTable, inputs: &Inputs) -> Result<(), SolveError> {
    if inputs.len() != table.input_len() {
        let why = format!("{} inputs given, {} expected", inputs.len(), table.input_len());
        return Err(SolveError::Infeasible { at: "drainage network".into(), why });
    }
    for (port, value) in inputs.iter_valid() {
        let Some((group, slot)) = table.input_group(port) else { continue };
        let name = || element_name(model, group.element, slot);
        let max = if group.name == "setting" { max_setting(&model.links[slot].kind) } else { group.max };
        if !(value >= group.min && value <= max) {
            let port = format!("{} of {}", group.name, name());
            return Err(SolveError::InputOutOfRange { port, value, min: group.min, max });
        }
        if misplaced(model, group.name, slot) {
            let why = format!(
                "it has no {}: only outfalls have a stage, only pumps lose power, only other nodes exchange water",
                group.name
            );
            return Err(SolveError::Infeasible { at: name(), why });
        }
    }
    Ok(())
}

/// Puts the valid inputs into what acts from outside; a vector stays empty where none of its group is valid.
pub(super) fn drive(table: &PortTable, inputs: &Inputs, outside: &mut Outside) {
    let mut base = 0;
    let mut offsets = [0; 8];
    for (offset, group) in offsets.iter_mut().zip(&table.inputs) {
        *offset = base;
        base += group.count;
    }
    let fill = |group: Group, none: f64, into: &mut Vec<f64>| {
        let (first, count) = (offsets[group as usize], table.inputs[group as usize].count);
        into.clear();
        let slots = || (first..first + count).map(|at| inputs.get(PortIx(at)));
        if slots().any(|v| v.is_some()) {
            into.extend(slots().map(|v| v.unwrap_or(none)));
        }
    };
    fill(Group::In, 0.0, &mut outside.given_m3s);
    fill(Group::Out, 0.0, &mut outside.taken_m3s);
    fill(Group::Stage, f64::NAN, &mut outside.stage_m);
    fill(Group::Blocked, 0.0, &mut outside.blocked);
    fill(Group::Setting, f64::NAN, &mut outside.setting);
    fill(Group::Rain, f64::NAN, &mut outside.rain_ms);
    let powered = offsets[Group::Powered as usize];
    let links = table.inputs[Group::Powered as usize].count;
    outside.powered.clear();
    outside.powered.extend((powered..powered + links).map(|at| inputs.get(PortIx(at)).is_none_or(|v| v >= 0.5)));
    outside.evaporation_ms = inputs.get(PortIx(offsets[Group::Evaporation as usize]));
}

//! Inputs and outputs of a surface, and what the inputs make of a step.

use super::model::SurfaceModel;
use crate::kernels::surface::flood::FloodState;
use crate::port::{Element, Inputs, PortGroup, PortIx, PortTable, Quantity};
use crate::solver::SolveError;

/// Largest rain intensity taken [m·s⁻¹]: 3.6 m in an hour, ten times the world's record.
const MAX_RAIN_MS: f64 = 1e-3;

/// Ports of a model.
pub(super) fn table(model: &SurfaceModel) -> PortTable {
    let (gauges, cells) = (model.gauges.len(), model.filling_ids.len() + model.dam_ids.len());
    let net = |name, quantity| PortGroup::signal(name, quantity, Element::Network, 1);
    let gauge = |name, quantity| PortGroup::signal(name, quantity, Element::Node, gauges);
    let cell = |name, quantity| PortGroup::signal(name, quantity, Element::Cell, cells);
    PortTable {
        inputs: vec![
            net("rain", Quantity::Rain).within(0.0, MAX_RAIN_MS),
            cell("powered", Quantity::Powered).within(0.0, 1.0),
            cell("blocked", Quantity::Blockage).within(0.0, 1.0),
        ],
        outputs: vec![
            net("street_volume", Quantity::Volume),
            net("flooded_area", Quantity::Area),
            net("underpass_volume", Quantity::Volume),
            net("dam_volume", Quantity::Volume),
            gauge("depth", Quantity::Depth),
            gauge("speed", Quantity::Velocity),
            cell("inside", Quantity::Level),
            cell("held", Quantity::Volume),
            cell("outflow", Quantity::Flow),
        ],
    }
}

/// Whether an input of this group means something for its element: only pumps lose power, only spillways are blocked.
pub(super) fn placed(model: &SurfaceModel, group: &str, slot: usize) -> bool {
    let dam = || model.flood.dams.get(slot.checked_sub(model.filling_ids.len())?);
    match group {
        "powered" => model.flood.fillings.get(slot).is_some_and(|f| f.pump.is_some()),
        "blocked" => dam().is_some_and(|d| d.dam.spillway.is_some()),
        _ => true,
    }
}

/// Refuses values outside their range and inputs that mean nothing where they stand.
///
/// # Errors
/// The first of them, by port and element.
pub(super) fn check(model: &SurfaceModel, table: &PortTable, inputs: &Inputs) -> Result<(), SolveError> {
    if inputs.len() != table.input_len() {
        let why = format!("{} inputs given, {} expected", inputs.len(), table.input_len());
        return Err(SolveError::Infeasible { at: "surface".into(), why });
    }
    for (port, value) in inputs.iter_valid() {
        let Some((group, slot)) = table.input_group(port) else { continue };
        let name = || model.cell_name(slot).filter(|_| group.element == Element::Cell).unwrap_or("surface".into());
        if !(value >= group.min && value <= group.max) {
            let port = format!("{} of {}", group.name, name());
            return Err(SolveError::InputOutOfRange { port, value, min: group.min, max: group.max });
        }
        if !placed(model, group.name, slot) {
            let why = format!("it has no {}: only pumps lose power, only spillways are blocked", group.name);
            return Err(SolveError::Infeasible { at: name(), why });
        }
    }
    Ok(())
}

/// Puts the inputs into a state; the rain that takes the place of the model's own, where somebody says it [m/s].
pub(super) fn drive(table: &PortTable, inputs: &Inputs, state: &mut FloodState<f32>) -> Option<f64> {
    let value = |name, slot| table.input(name, slot).and_then(|port: PortIx| inputs.get(port));
    for (slot, filling) in state.fillings.iter_mut().enumerate() {
        filling.pump_share = value("powered", slot).unwrap_or(1.0);
    }
    let fillings = state.fillings.len();
    for (at, dam) in state.dams.iter_mut().enumerate() {
        dam.blocked_share = value("blocked", fillings + at).unwrap_or(0.0);
    }
    value("rain", 0)
}

//! Isothermal networks: pressures and flows by name, for each equation of state.

use serde_json::{Map, Value, json};
use twin_physics::domains::gas::model::GasModel;

use super::{Cost, Figures, closing, join};
use crate::io::gas_case::SteadyCase;

/// The whole result: for each equation, by its key, the model solved and what was found.
#[must_use]
pub fn steady(case: &SteadyCase, solved: &[(&str, &GasModel, Figures<'_>)], cost: &Cost) -> Value {
    let mut result = json!({ "tool": "twin", "T": case.t_k, "G": case.gravity });
    let (mut iterations, mut mass, mut loss) = (0, 0.0_f64, 0.0_f64);
    for (key, model, figures) in solved {
        result[*key] = one(case, model, figures);
        iterations += figures.iterations;
        mass = mass.max(figures.mass_residual);
        loss = loss.max(figures.loss_residual);
    }
    join(&mut result, closing(iterations, &json!({ "mass_kg_s": mass, "loss": loss }), cost));
    result
}

fn one(case: &SteadyCase, model: &GasModel, figures: &Figures<'_>) -> Value {
    let supplied = |node: usize, value: f64| if figures.supplied[node] { json!(value) } else { Value::Null };
    let nodes = case.nodes.iter().enumerate();
    let pressures: Map<String, Value> =
        nodes.map(|(at, id)| (id.clone(), supplied(at, figures.pressure_pa[at]))).collect();
    let flows: Map<String, Value> =
        case.links.iter().zip(figures.flow_kgs).map(|(id, flow)| (id.clone(), json!(flow))).collect();
    let fed_kgs = figures.fed_kgs(model);
    let sources = model.nodes.iter().enumerate().filter(|(_, n)| n.source_pa.is_some());
    let fed: Map<String, Value> = sources.map(|(at, _)| (case.nodes[at].clone(), json!(fed_kgs[at]))).collect();
    json!({
        "p_pa": pressures,
        "flow_kg_s": flows,
        "slack_injection_kg_s": fed,
        "max_residual": figures.loss_residual.max(figures.mass_residual),
        "iterations": figures.iterations,
    })
}

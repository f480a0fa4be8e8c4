//! Flow in time: one object for each instant.

use serde_json::{Map, Value, json};

use super::{Cost, closing, join};
use crate::io::gas_case::GasTransientCase;

/// What is told of an instant, by nodes and pipes of the case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Instant {
    /// When [s].
    pub t_s: f64,
    /// Pressures [Pa].
    pub pressure_pa: Vec<f64>,
    /// Flow into each pipe at its first node [kg/s].
    pub flow_in_kgs: Vec<f64>,
    /// Flow out of each pipe at its second node [kg/s].
    pub flow_out_kgs: Vec<f64>,
    /// Gas in the pipes [kg].
    pub linepack_kg: f64,
    /// Gas escaping, where the case has a hole [kg/s].
    pub leak_kgs: Option<f64>,
}

/// The whole result; `solver` is what every result tells of its solver.
#[must_use]
pub fn transient(case: &GasTransientCase, series: &[Instant], steps: u64, residuals: &Value, cost: &Cost) -> Value {
    let named = |names: &[String], values: &[f64]| {
        Value::Object(names.iter().zip(values).map(|(n, v)| (n.clone(), json!(v))).collect::<Map<_, _>>())
    };
    let told: Vec<Value> = series
        .iter()
        .map(|i| {
            let mut told = json!({
                "t": i.t_s,
                "p_node": named(&case.nodes, &i.pressure_pa),
                "flow_in": named(&case.pipes, &i.flow_in_kgs),
                "flow_out": named(&case.pipes, &i.flow_out_kgs),
                "linepack_kg": i.linepack_kg,
            });
            if let Some(leak) = i.leak_kgs {
                told["leak_kg_s"] = json!(leak);
            }
            told
        })
        .collect();
    let mut result = json!({ "tool": "twin", "a_m_s": case.sound_ms, "series": told });
    join(&mut result, closing(0, residuals, cost));
    result["solver"]["steps"] = json!(steps);
    result
}

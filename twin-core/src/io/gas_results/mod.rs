//! Results of gas networks as JSON, in the layout of the reference of each kind: tables by index with one list for
//! each column (pandapipes), nodes and links by name for each equation of state, a series of instants.

mod branch;
mod pandapipes;
mod steady;
mod transient;

use serde_json::{Value, json};

pub use pandapipes::pandapipes;
pub use steady::steady;
pub use transient::{Instant, transient};

/// What a steady solve found, by nodes and links of its model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures<'a> {
    /// Absolute pressure of each node [Pa].
    pub pressure_pa: &'a [f64],
    /// Whether a source reaches each node.
    pub supplied: &'a [bool],
    /// Flow of each link, positive from its first to its second node [kg/s].
    pub flow_kgs: &'a [f64],
    /// Linear systems solved.
    pub iterations: u32,
    /// Largest balance left at a node [kg/s].
    pub mass_residual: f64,
    /// Largest equation of a link left, relative.
    pub loss_residual: f64,
}

/// What solving took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cost {
    /// Processor time of solving alone [s].
    pub cpu_s: f64,
    /// Time on the wall, reading and writing within [s].
    pub wall_s: f64,
    /// What the solver noticed.
    pub warnings: Vec<String>,
    /// Times of repeated solves, where they were asked for.
    pub repeated: Option<Repeated>,
}

/// Times of repeated solves: the best and the middle of them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Repeated {
    /// How many.
    pub times: u32,
    /// From the model on: order, compile, solve; processor time of the best and the median run [s].
    pub cold_cpu_s: [f64; 2],
    /// From the answer before, with other loads [s].
    pub warm_cpu_s: [f64; 2],
    /// Iterations of a cold and of a warm solve.
    pub iterations: [u32; 2],
}

impl Figures<'_> {
    /// Gas that sources feed into a node, beside its load [kg/s].
    pub(super) fn fed_kgs(&self, model: &twin_physics::domains::gas::model::GasModel) -> Vec<f64> {
        let mut fed: Vec<f64> = model.nodes.iter().map(|n| n.load_kgs).collect();
        for (link, flow) in model.links.iter().zip(self.flow_kgs).filter(|(l, _)| l.open) {
            fed[link.from] += flow;
            fed[link.to] -= flow;
        }
        fed
    }
}

/// The part that every result has: how the solver did, and what it took.
#[must_use]
pub fn closing(iterations: u32, residuals: &Value, cost: &Cost) -> Value {
    let mut told = json!({
        "solver": {
            "iterations": iterations, "steps": 1, "unconverged_steps": 0,
            "residuals": residuals, "warnings": cost.warnings,
        },
        "cpu_s": cost.cpu_s,
        "wall_s": cost.wall_s,
    });
    if let Some(r) = &cost.repeated {
        told["repeated"] = json!({
            "times": r.times,
            "cold_cpu_s": { "best": r.cold_cpu_s[0], "median": r.cold_cpu_s[1] },
            "warm_cpu_s": { "best": r.warm_cpu_s[0], "median": r.warm_cpu_s[1] },
            "cold_iterations": r.iterations[0], "warm_iterations": r.iterations[1],
        });
    }
    told
}

/// Puts the entries of one object into another.
pub(super) fn join(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

//! Tables of pandapipes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{LinkKind, Pipe};

use super::branch::{Branch, PA_PER_BAR, factor, factor_of_valve};
use super::{Cost, Figures, closing, join};
use crate::io::pandapipes::{LINK_ROUGHNESS_M, LinkRow, LoadRow, PandapipesNet, PipeRow, ROUNDED_GAS_CONSTANT};

/// Columns of a table: one value for each row, none where the row is not part of the network in operation.
#[derive(Default)]
struct Columns {
    index: Vec<i64>,
    columns: BTreeMap<&'static str, Vec<Option<f64>>>,
}

impl Columns {
    fn put(&mut self, index: i64, values: &[(&'static str, Option<f64>)]) {
        self.index.push(index);
        for (name, value) in values {
            self.columns.entry(name).or_default().push(value.filter(|v| v.is_finite()));
        }
    }

    /// Adds the table to a result, if it has rows.
    fn into(self, result: &mut Map<String, Value>, name: &str) {
        if self.index.is_empty() {
            return;
        }
        let mut table = json!({ "index": self.index });
        for (column, values) in self.columns {
            table[column] = json!(values);
        }
        result.insert(name.to_owned(), table);
    }
}

/// The whole result.
#[must_use]
pub fn pandapipes(net: &PandapipesNet, figures: &Figures<'_>, cost: &Cost) -> Value {
    let mut tables = Map::new();
    nodes(net, figures, &mut tables);
    pipes(net, figures).into(&mut tables, "res_pipe");
    links(net, figures, &mut tables);
    let mut result = json!({
        "tool": "twin",
        "options": { "friction_model": word(net.model.friction) },
        "fluid": net.fluid.name,
        "iterations": { "iterations_hydraulics": figures.iterations },
    });
    join(&mut result, Value::Object(tables));
    let residuals = json!({ "mass_kg_s": figures.mass_residual, "loss": figures.loss_residual });
    join(&mut result, closing(figures.iterations, &residuals, cost));
    result
}

const fn word(law: Friction) -> &'static str {
    match law {
        Friction::Nikuradse => "nikuradse",
        Friction::Colebrook => "colebrook",
        Friction::SwameeJain => "swamee-jain",
        Friction::Hofer => "hofer",
        Friction::Fixed(_) => "fixed",
    }
}

fn nodes(net: &PandapipesNet, figures: &Figures<'_>, tables: &mut Map<String, Value>) {
    let mut junctions = Columns::default();
    for (node, index) in net.junctions.iter().enumerate() {
        let n = &net.model.nodes[node];
        let gauge_bar = (figures.pressure_pa[node] - n.ambient_pa) / PA_PER_BAR;
        let p_bar = figures.supplied[node].then_some(gauge_bar);
        junctions.put(*index, &[("p_bar", p_bar), ("t_k", Some(n.temperature_k))]);
    }
    junctions.into(tables, "res_junction");
    let fed_kgs = figures.fed_kgs(&net.model);
    let mut grids = Columns::default();
    for grid in &net.ext_grids {
        let sharing = net.ext_grids.iter().filter(|g| g.active && g.node == grid.node).count();
        // A feed is negative in pandapipes, and sources at one junction share it.
        let share = grid.active.then(|| -fed_kgs[grid.node] / sharing as f64);
        grids.put(grid.index, &[("mdot_kg_per_s", share)]);
    }
    grids.into(tables, "res_ext_grid");
    let loads =
        [("res_sink", &net.loads.sinks), ("res_source", &net.loads.sources), ("res_mass_storage", &net.loads.storages)];
    for (name, rows) in loads {
        let mut table = Columns::default();
        for LoadRow { index, node, flow_kgs, active } in rows {
            let flow = (*active && figures.supplied[*node]).then_some(*flow_kgs);
            table.put(*index, &[("mdot_kg_per_s", flow)]);
        }
        table.into(tables, name);
    }
}

/// The law of a pipe.
fn law(net: &PandapipesNet, pipe: &Pipe) -> Friction {
    pipe.friction.unwrap_or(net.model.friction)
}

fn pipes(net: &PandapipesNet, figures: &Figures<'_>) -> Columns {
    let mut table = Columns::default();
    for PipeRow { index, first, sections } in &net.pipes {
        let section = |at: usize| {
            let LinkKind::Pipe(pipe) = &net.model.links.get(at)?.kind else { return None };
            let branch = Branch::of(&net.model, figures, at, pipe.diameter_m)?;
            let factor = factor(law(net, pipe), branch.reynolds, pipe.roughness_m / pipe.diameter_m);
            Some((branch, factor))
        };
        let all: Vec<_> = (*first..first + sections).filter_map(section).collect();
        let whole = all.len() == *sections;
        let mean =
            |of: &dyn Fn(&(Branch, f64)) -> f64| whole.then(|| all.iter().map(of).sum::<f64>() / all.len() as f64);
        let (start, end) = (all.first().filter(|_| whole), all.last().filter(|_| whole));
        table.put(
            *index,
            &[
                ("p_from_bar", start.map(|s| s.0.p_from_bar)),
                ("p_to_bar", end.map(|s| s.0.p_to_bar)),
                ("t_from_k", start.map(|s| s.0.t_from_k)),
                ("t_to_k", end.map(|s| s.0.t_to_k)),
                ("t_outlet_k", end.map(|s| s.0.t_to_k)),
                ("mdot_from_kg_per_s", start.map(|s| s.0.flow_kgs)),
                ("vdot_norm_m3_per_s", mean(&|s| s.0.normal_m3s)),
                ("v_from_m_per_s", start.map(|s| s.0.v_from_ms)),
                ("v_to_m_per_s", end.map(|s| s.0.v_to_ms)),
                ("v_mean_m_per_s", mean(&|s| s.0.v_mean_ms)),
                ("reynolds", mean(&|s| s.0.reynolds)),
                ("lambda", mean(&|s| s.1)),
            ],
        );
    }
    table
}

fn links(net: &PandapipesNet, figures: &Figures<'_>, tables: &mut Map<String, Value>) {
    let all = [
        ("res_valve", &net.links.valves),
        ("res_press_control", &net.links.press_controls),
        ("res_compressor", &net.links.compressors),
        ("res_pump", &net.links.pumps),
        ("res_flow_control", &net.links.flow_controls),
    ];
    for (name, rows) in all {
        let mut table = Columns::default();
        for row in rows {
            let branch = Branch::of(&net.model, figures, row.link, row.diameter_m);
            let get = |of: fn(&Branch) -> f64| branch.as_ref().map(of);
            let mut values = vec![
                ("p_from_bar", get(|b| b.p_from_bar)),
                ("p_to_bar", get(|b| b.p_to_bar)),
                ("t_from_k", get(|b| b.t_from_k)),
                ("t_to_k", get(|b| b.t_to_k)),
                ("t_outlet_k", get(|b| b.t_to_k)),
                ("mdot_from_kg_per_s", get(|b| b.flow_kgs)),
                ("vdot_norm_m3_per_s", get(|b| b.normal_m3s)),
            ];
            match name {
                "res_valve" => {
                    let rough = LINK_ROUGHNESS_M / row.diameter_m;
                    let law = net.model.friction;
                    values.push(("v_from_m_per_s", get(|b| b.v_from_ms)));
                    values.push(("v_to_m_per_s", get(|b| b.v_to_ms)));
                    values.push(("v_mean_m_per_s", get(|b| b.v_normal_ms)));
                    values.push(("reynolds", get(|b| b.reynolds)));
                    values.push(("lambda", branch.map(|b| factor_of_valve(law, b.reynolds, rough))));
                }
                "res_press_control" => values.push(("deltap_bar", get(|b| b.p_to_bar - b.p_from_bar))),
                "res_compressor" | "res_pump" => {
                    values.push(("deltap_bar", branch.map(|b| lift_pa(net, row, &b) / PA_PER_BAR)));
                    values.push(("compr_power_mw", branch.and_then(|b| power_mw(net, &b))));
                }
                _ => {}
            }
            table.put(row.index, &values);
        }
        table.into(tables, name);
    }
}

/// What a machine lifts the pressure by [Pa]; nothing against its direction.
fn lift_pa(net: &PandapipesNet, row: &LinkRow, branch: &Branch) -> f64 {
    if branch.flow_kgs < 0.0 {
        return 0.0;
    }
    match net.model.links.get(row.link).map(|l| &l.kind) {
        Some(LinkKind::Ratio(ratio)) => (ratio - 1.0) * branch.p_abs_pa[0],
        Some(LinkKind::Booster(curve)) => {
            let inlet_kgm3 = net.model.gas.density(branch.p_abs_pa[0], branch.t_from_k).kgm3;
            let inlet_m3s = branch.flow_kgs / inlet_kgm3;
            curve.iter().fold(0.0, |sum, c| sum * inlet_m3s + c).max(0.0)
        }
        _ => 0.0,
    }
}

/// Power of isentropic compression [MW]; none where the fluid does not say its molar mass and heat capacity.
fn power_mw(net: &PandapipesNet, branch: &Branch) -> Option<f64> {
    let specific = 1e3 * ROUNDED_GAS_CONSTANT / net.fluid.molar_kgkmol?;
    let cp = net.fluid.heat_capacity.as_ref()?.at(branch.t_from_k);
    let k = cp / (cp - specific);
    let [p1, p2] = branch.p_abs_pa;
    let (z, _) = net.model.gas.compressibility.at(p1, branch.t_from_k);
    let work = k / (k - 1.0) * specific * z * branch.t_from_k * ((p2 / p1).powf((k - 1.0) / k) - 1.0);
    Some(work * branch.flow_kgs.abs() / 1e6)
}

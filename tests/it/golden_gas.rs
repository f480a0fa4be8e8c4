//! Gas networks against their references: pandapipes 0.16.0 for the `pp` cases of the shared data and for a fixture
//! with every component, the shared generator's own Newton for the `gaslib` cases.
//!
//! The law for `pp`: pressures within 1e-7 bar and flows within 1e-7 kg/s where pandapipes solved to 1e-9; within 1e-5
//! of both where it stalls with Colebrook's law and was stopped there (`tol_p` of the reference says which). What is
//! derived of them lies within the same share of itself, beside what a flow of that tolerance makes of it: numbers
//! stand with nine digits. The law for `gaslib`: 1e-8 of every pressure and of the largest flow, for each equation of
//! state; those files have nine digits too, so half of one in the last place is added.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use twin_core::io::gas_case::{self, EquationOfState, GasProblem, Options};
use twin_core::io::gas_results::{self, Cost};
use twin_core::io::pandapipes::{self, PandapipesNet};
use twin_core::rehearsal::solve_gas::{self, SolvedNet};
use twin_core::rehearsal::solve_water::Watch;
use twin_physics::domains::gas::friction::Friction;

struct Quiet;

impl Watch for Quiet {
    fn at(&mut self, _: f64) {}
}

fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("networks/gas");
    folder.is_dir().then_some(folder)
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// Names of the cases of a kind.
fn cases(folder: &Path, kind: &str) -> Vec<String> {
    let all = json(&folder.join("cases.json"));
    let of_kind = all.as_array().expect("a list").iter().filter(|c| c["kind"] == kind);
    of_kind.map(|c| c["name"].as_str().expect("a name").to_owned()).collect()
}

fn problem(folder: &Path, name: &str) -> GasProblem {
    let (problem, found) = gas_case::read(&folder.join("cases.json"), Some(name), &Options::default());
    assert!(!found.has_errors(), "{name}: {found:#?}");
    problem.unwrap_or_else(|| panic!("{name} is not read"))
}

fn solved(net: &PandapipesNet) -> (SolvedNet, Value) {
    let solved = solve_gas::pandapipes(net, &mut Quiet).unwrap_or_else(|e| panic!("{}: {e}", net.name));
    let told = gas_results::pandapipes(net, &solved.figures(), &Cost::default());
    (solved, told)
}

/// Largest difference met of pressures [bar], of flows [kg/s], and of the rest as a share of what is allowed.
#[derive(Debug, Default)]
struct Apart {
    bar: f64,
    kgs: f64,
    rest: f64,
    at: String,
}

/// What a column may differ by: absolute, and as a share of the value.
fn allowed(column: &str, tight: f64) -> [f64; 2] {
    match column {
        _ if column.ends_with("_bar") || column.starts_with("mdot") => [tight, 0.0],
        _ if column.starts_with("t_") => [1e-6, 0.0],
        // A flow that is wrong by the tolerance in a pipe of 25 mm: 4 m / (π D η) and m / (ρ A).
        "reynolds" => [4.0 * tight / (std::f64::consts::PI * 0.025 * 1e-5), tight],
        "lambda" => [1e-8, 100.0 * tight],
        "compr_power_mw" => [1e-8, 10.0 * tight],
        _ => [300.0 * tight, 10.0 * tight],
    }
}

/// Compares every table and column of a reference with a result.
fn compare(name: &str, told: &Value, reference: &Value, tight: f64) -> Apart {
    let mut apart = Apart::default();
    let tables = reference.as_object().expect("an object").iter().filter(|(k, _)| k.starts_with("res_"));
    for (table, columns) in tables {
        let own = &told[table];
        assert_eq!(own["index"], columns["index"], "{name}: rows of {table}");
        let known = columns.as_object().expect("columns").iter();
        let known = known.filter(|(c, _)| *c != "index" && own.get(*c).is_some());
        for (column, values) in known {
            let ours = own[column].as_array().expect("a column");
            let values = values.as_array().expect("a column");
            assert_eq!(ours.len(), values.len());
            for (at, (x, y)) in ours.iter().zip(values).enumerate() {
                let place = format!("{name}: {table} {} {column}", columns["index"][at]);
                assert_eq!(x.is_null(), y.is_null(), "{place}: {x} and {y}");
                // A friction factor is as sure as its Reynolds number, and any where the flow lies within its
                // tolerance.
                let unsure = if column == "lambda" {
                    allowed("reynolds", tight)[0] / columns["reynolds"][at].as_f64().unwrap_or(0.0)
                } else {
                    0.0
                };
                if unsure > 1.0 {
                    continue;
                }
                let (Some(x), Some(y)) = (x.as_f64(), y.as_f64()) else { continue };
                let [absolute, share] = allowed(column, tight);
                apart.take(column, [x, y], absolute + (share + unsure) * y.abs(), place);
            }
        }
    }
    apart
}

impl Apart {
    fn take(&mut self, column: &str, [x, y]: [f64; 2], allowed: f64, place: String) {
        let d = (x - y).abs();
        if column.ends_with("_bar") {
            self.bar = self.bar.max(d);
        } else if column.starts_with("mdot") {
            self.kgs = self.kgs.max(d);
        }
        let part = d / allowed;
        if part > self.rest {
            (self.rest, self.at) = (part, format!("{place}: {x} and {y}"));
        }
    }
}

/// Columns of a result that its reference has as well.
fn columns(of: &Value) -> usize {
    let tables = of.as_object().expect("an object").iter().filter(|(k, _)| k.starts_with("res_"));
    tables.map(|(_, t)| t.as_object().map_or(0, Map::len)).sum()
}

/// Every `pp` case of the shared data is what pandapipes found, table by table.
#[test]
fn gas_networks_are_those_of_pandapipes() {
    let Some(folder) = shared() else {
        eprintln!("skipped: no shared networks");
        return;
    };
    let names = cases(&folder, "pp");
    assert!(names.len() >= 7);
    let mut missed = Vec::new();
    for name in names {
        let GasProblem::Pandapipes(net) = problem(&folder, &name) else { panic!("{name} has no tables") };
        let (steady, told) = solved(&net);
        let reference = json(&folder.join(format!("{name}.ref.json")));
        let tight = if reference["options"]["tol_p"].as_f64() == Some(1e-9) { 1e-7 } else { 1e-5 };
        let apart = compare(&name, &told, &reference, tight);
        let iterations = steady.steady.iterations;
        eprintln!("{name}: {:.1e} bar, {:.1e} kg/s, {iterations} iterations", apart.bar, apart.kgs);
        if apart.rest > 1.0 {
            missed.push(format!("{} is {:.2} times what is allowed", apart.at, apart.rest));
        }
        assert!(columns(&told) >= columns(&reference), "{name} tells every column");
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Every component, with what the shared networks do not have, is what pandapipes makes of it.
#[test]
fn gas_components_are_those_of_pandapipes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/gas/components");
    let (net, found) = pandapipes::read_file(&folder.join("net.pp.json"));
    assert_eq!(found.list().iter().map(|d| d.code.as_str()).collect::<Vec<_>>(), [pandapipes::codes::REVIVED]);
    let mut net = net.expect("a network without errors");
    net.model.friction = Friction::Colebrook;
    let (_, told) = solved(&net);
    // pandapipes weighs the gas in a pipe at the temperature of each end, this model at their mean: 1.4e-7 bar here.
    let apart = compare("components", &told, &json(&folder.join("net.ref.json")), 2e-7);
    assert!(apart.rest <= 1.0, "{apart:?}");
}

/// Pressures and flows by name, against the reference of one equation of state.
fn compare_named(place: &str, told: &Value, reference: &Value) -> f64 {
    let mut worst = 0.0_f64;
    for key in ["p_pa", "flow_kg_s", "slack_injection_kg_s"] {
        let (own, other) = (told[key].as_object().expect("values"), reference[key].as_object().expect("values"));
        assert!(own.keys().eq(other.keys()), "{place}: names of {key}");
        let get = |v: &Value| v.as_f64().expect("a number");
        let largest = other.values().map(get).fold(0.0_f64, |a, b| a.max(b.abs()));
        for (x, y) in own.values().zip(other.values()).map(|(x, y)| (get(x), get(y))) {
            // Flows in loops of links without loss are not determined; there are none in these networks.
            let scale = if key == "p_pa" { y.abs() } else { largest };
            let rounding = 5e-9 * y.abs() / scale;
            worst = worst.max(((x - y).abs() / scale - rounding).max(0.0));
        }
    }
    worst
}

/// The GasLib networks under three equations of state are those of the independent Newton, to 1e-8.
#[test]
fn gas_pipelines_are_solved_under_each_equation_of_state() {
    let Some(folder) = shared() else {
        eprintln!("skipped: no shared networks");
        return;
    };
    for name in cases(&folder, "gaslib") {
        let GasProblem::Steady(case) = problem(&folder, &name) else { panic!("{name} is not steady") };
        let nets = solve_gas::steady(&case, &mut Quiet).unwrap_or_else(|e| panic!("{name}: {e}"));
        let all: Vec<_> = nets.iter().map(|n| (n.key, &n.model, n.figures())).collect();
        let told = gas_results::steady(&case, &all, &Cost::default());
        let reference = json(&folder.join(format!("{name}.ref.json")));
        for equation in EquationOfState::ALL {
            let key = equation.key();
            let worst = compare_named(&format!("{name} {key}"), &told[key], &reference[key]);
            eprintln!("{name} {key}: {worst:.1e}");
            assert!(worst <= 1e-8, "{name} {key}: {worst:e}");
        }
    }
}

/// The transient cases of the shared data are read whole.
#[test]
fn gas_cases_in_time_are_read() {
    let Some(folder) = shared() else {
        eprintln!("skipped: no shared networks");
        return;
    };
    for name in cases(&folder, "moc") {
        let GasProblem::Transient(case) = problem(&folder, &name) else { panic!("{name} is not transient") };
        let reference = json(&folder.join(format!("{name}.ref.json")));
        let sound = reference["a_m_s"].as_f64().expect("a speed");
        assert!((case.sound_ms / sound - 1.0).abs() < 1e-7, "{name}: {} and {sound}", case.sound_ms);
        let first = &reference["series"][0];
        assert_eq!(case.nodes.len(), first["p_node"].as_object().expect("nodes").len());
        assert_eq!(case.pipes.len(), first["flow_in"].as_object().expect("pipes").len());
        assert_eq!(case.leak.is_some(), first.get("leak_kg_s").is_some());
        case.model.check().unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

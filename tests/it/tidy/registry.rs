//! What every domain owes: a domain that can be computed can also be read about, tried, measured and checked.

use twin_physics::Domain;

use super::tree::{Source, code, root, sources, walk};
use super::{expect_none, expect_one};

/// The tree as far as domains are concerned.
struct Tree {
    paths: Vec<String>,
    scenarios: Vec<Source>,
    benches: Vec<Source>,
    manifests: Vec<Source>,
    solvers: Vec<Source>,
}

/// Whether a scenario's TOML drives a domain: by a table of its name, or a `domain = "…"` anywhere.
fn drives(scenario: &Source, key: &str) -> bool {
    fn says(value: &toml::Value, key: &str) -> bool {
        match value {
            toml::Value::Table(t) => t.iter().any(|(k, v)| (k == "domain" && v.as_str() == Some(key)) || says(v, key)),
            toml::Value::Array(a) => a.iter().any(|v| says(v, key)),
            _ => false,
        }
    }
    scenario.text.parse::<toml::Table>().is_ok_and(|t| t.contains_key(key) || says(&toml::Value::Table(t), key))
}

fn owed(tree: &Tree, domains: &[Domain]) -> Vec<String> {
    let mut out = Vec::new();
    let has = |p: &dyn Fn(&str) -> bool| tree.paths.iter().any(|path| p(path));
    for key in domains.iter().map(|d| d.key()) {
        let home = format!("twin-physics/src/domains/{key}/");
        if !has(&|p| p == home) {
            continue;
        }
        let mut owes = |what: &str, there: bool| {
            if !there {
                out.push(format!("{key} owes {what}"));
            }
        };
        // A folder of the domain's name, or a file of it within a city: fixtures/water/…, fixtures/district/water.inp.
        let named = |p: &str| p.split('/').any(|part| part == key || part.split('.').next() == Some(key));
        let fixture = |p: &str| p.starts_with("fixtures/") && !p.ends_with('/') && !p.ends_with(".md") && named(p);
        owes("a fixture, a file below fixtures/ under its name", has(&fixture));
        owes("a scenario that drives it", tree.scenarios.iter().any(|s| drives(s, key)));
        let bench = format!("\"{key}/");
        owes("a bench named KEY/case/size", tree.benches.iter().any(|b| b.text.contains(&bench)));
        owes("a theory page, theory.md", has(&|p| p == format!("{home}theory.md")));
        let solver = |s: &&Source| s.path.starts_with(&home) && code(&s.text).contains("Solver for");
        let solver = tree.solvers.iter().find(solver);
        owes("a Solver with its ledger", solver.is_some_and(|s| code(&s.text).contains("fn accounts(")));
        let binding = has(&|p| {
            p == format!("twin-core/src/bindings/{key}.rs") || p.starts_with(&format!("twin-core/src/bindings/{key}/"))
        });
        owes("a binding, twin-core/src/bindings/KEY", binding);
    }
    let folders = tree.paths.iter().filter_map(|p| p.strip_prefix("twin-physics/src/domains/")?.strip_suffix('/'));
    for folder in folders.filter(|f| !f.contains('/')) {
        if !domains.iter().any(|d| d.key() == folder) {
            out.push(format!("{folder} is a folder of domains/ and no Domain"));
        }
    }
    // A bench that no manifest names still runs, but under the test harness, where it measures nothing.
    for bench in &tree.benches {
        let name = bench.path.rsplit('/').next().unwrap_or("").trim_end_matches(".rs");
        let direct = bench.path.split("/benches/").nth(1).is_some_and(|p| !p.contains('/'));
        if direct && !tree.manifests.iter().any(|m| m.text.contains(&format!("name = \"{name}\""))) {
            out.push(format!("{} is named in no manifest", bench.path));
        }
    }
    out
}

/// Every domain with a module has a fixture, a scenario, a bench, a theory page, a binding and a ledger.
#[test]
fn every_domain_pays_what_it_owes() {
    let all = sources("");
    let only = |p: &dyn Fn(&str) -> bool| all.iter().filter(|s| p(&s.path)).cloned().collect::<Vec<_>>();
    let tree = Tree {
        paths: walk(""),
        scenarios: only(&|p| p.starts_with("scenarios/") && p.ends_with(".toml")),
        benches: only(&|p| p.contains("/benches/") && p.ends_with(".rs")),
        manifests: only(&|p| p.ends_with("Cargo.toml")),
        solvers: only(&|p| p.starts_with("twin-physics/src/domains/") && p.ends_with(".rs")),
    };
    assert!(root().join("twin-physics/src/domains").is_dir());
    expect_none(&owed(&tree, Domain::ALL));
}

fn paid() -> Tree {
    let paths = [
        "fixtures/gas/belgium.json",
        "twin-core/src/bindings/gas.rs",
        "twin-physics/src/domains/gas/",
        "twin-physics/src/domains/gas/theory.md",
    ];
    let solver = "impl Solver for GasSolver { fn accounts(&self) -> Vec<Account> { vec![] } }";
    Tree {
        paths: paths.map(str::to_owned).to_vec(),
        scenarios: vec![Source::new("scenarios/leak/scenario.toml", "[[network]]\ndomain = \"gas\"")],
        benches: vec![Source::new("twin-core/benches/gas.rs", "c.bench_function(\"gas/belgium/day\", f)")],
        manifests: vec![Source::new("twin-core/Cargo.toml", "[[bench]]\nname = \"gas\"")],
        solvers: vec![Source::new("twin-physics/src/domains/gas/solver.rs", solver)],
    }
}

/// Each thing owed is missed by itself.
#[test]
fn a_debt_is_seen() {
    expect_none(&owed(&paid(), Domain::ALL));
    let without = |take: &dyn Fn(&mut Tree)| {
        let mut tree = paid();
        take(&mut tree);
        owed(&tree, Domain::ALL)
    };
    expect_one(&without(&|t| drop(t.paths.remove(0))), "fixture");
    expect_one(&without(&|t| drop(t.paths.remove(1))), "binding");
    expect_one(&without(&|t| drop(t.paths.remove(3))), "theory");
    expect_one(&without(&|t| t.scenarios.clear()), "scenario");
    expect_one(&without(&|t| t.benches.clear()), "bench");
    expect_one(&without(&|t| t.solvers[0].text = "impl Solver for GasSolver {}".to_owned()), "ledger");
    expect_one(&without(&|t| t.manifests.clear()), "manifest");
    expect_one(&without(&|t| t.paths.push("twin-physics/src/domains/telecom/".to_owned())), "telecom");
}

//! Who may know whom: crates, rooms within a crate, domains.

use std::collections::BTreeMap;

use super::tree::{Source, code, names, root, rust};
use super::{expect_none, expect_one};

/// What each crate may take from the workspace.
const CRATES: &[(&str, &[&str])] = &[
    ("twin-physics", &[]),
    ("twin-core", &["twin-physics"]),
    ("twin-viz", &["twin-core"]),
    ("tests", &["twin-physics", "twin-core", "twin-viz"]),
];

/// Rooms of `twin-physics` from the highest to the lowest; rooms on one line may know one another.
const PHYSICS: &[&[&str]] = &[
    &["domains"],
    &["kernels"],
    &["num", "graph", "medium"],
    &["solver", "driver", "domain", "ledger", "port", "units", "constants"],
];

/// Rooms of `twin-core` from the highest to the lowest.
const CORE: &[&[&str]] = &[
    &["bin"],
    &["api"],
    &["runtime"],
    &["rehearsal"],
    &["world"],
    &["generator"],
    &["ops"],
    &["sensing"],
    &["cascade"],
    &["bindings"],
    &["behaviour"],
    &["io"],
    &["model"],
    &["wire"],
    &["ids", "time", "diagnostic"],
];

/// Who may look up, at what, and why.
const EXCEPTIONS: &[(&[&str], &str, &str)] = &[
    (&["io", "model"], "cascade::record", "the words of the record, plain data that readers and writers carry"),
    (&["io", "model"], "cascade::CascadeRecord", "the same by its short name"),
    (
        &["io", "model", "cascade"],
        "world::command",
        "the words of a command, plain data that rules and scenarios speak",
    ),
    (&["io", "model", "cascade"], "world::agenda", "the words of an agenda, plain data that rules and scenarios speak"),
    (&["io", "model"], "world::observe", "the words of probes and metrics, plain data that a scenario is read into"),
    (&["bindings"], "world::network", "a binding hands its solver to the world's driver, behind this trait"),
    (&["bindings"], "world::sim", "the driver itself"),
    (&["bindings"], "world::spec", "what the world has to know of the network"),
    (
        &["io", "model"],
        "behaviour",
        "an asset is registered with the state machine it starts with; that knows only time",
    ),
];

/// Rooms re-exported at the crate root under a short name would hide where a word comes from, so the root's own names
/// are counted as the contract's.
const ROOT_WORDS: &[&str] = &[
    "Domain",
    "Account",
    "Conserved",
    "ExactSum",
    "FieldView",
    "Inputs",
    "Outputs",
    "PortGroup",
    "PortIx",
    "PortTable",
    "Quantity",
    "SolveError",
    "Solver",
    "StepReport",
];

/// The module path of a file within its crate, `domains::water::model` for `…/src/domains/water/model.rs`.
fn module(path: &str) -> Vec<&str> {
    let inside = path.split_once("/src/").map_or("", |(_, p)| p);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    inside.split('/').filter(|p| !matches!(*p, "mod" | "lib")).collect()
}

/// Paths a file names from the crate root, at most three names deep: `crate::a::b`, `crate::{a::b, c}`, `super::…`.
fn named_paths(file: &Source) -> Vec<(usize, String)> {
    let code = code(&file.text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        expand("", &code[at + "crate::".len()..], &mut |path| found.push((line, path)));
    }
    let here = module(&file.path);
    let mut done = 0;
    for (at, _) in code.match_indices("super::") {
        if at < done || code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = code[at..].trim_start_matches("super::");
        done = code.len() - rest.len();
        let ups = (done - at) / "super::".len();
        let full: Vec<&str> = here.iter().copied().chain(inline_modules(&code[..at])).collect();
        let base = full[..full.len().saturating_sub(ups)].join("::");
        let line = code[..at].matches('\n').count() + 1;
        expand(&base, rest, &mut |path| found.push((line, path)));
    }
    found
}

/// Names of the inline modules that are open at the end of a piece of code.
fn inline_modules(before: &str) -> Vec<&str> {
    let mut open: Vec<Option<&str>> = Vec::new();
    for (at, c) in before.char_indices() {
        match c {
            '{' => {
                let mut words = before[..at].split_whitespace().rev();
                let name = words.next();
                open.push(name.filter(|_| words.next() == Some("mod")));
            }
            '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.into_iter().flatten().collect()
}

/// Gives every path of a use tree to `found`.
fn expand(base: &str, tree: &str, found: &mut dyn FnMut(String)) {
    let tree = tree.trim_start();
    if let Some(list) = tree.strip_prefix('{') {
        let (mut depth, mut from) = (0, 0);
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    if !list[from..at].trim().is_empty() {
                        expand(base, &list[from..at], found);
                    }
                    from = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let name: String = tree.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let path = if base.is_empty() { name.clone() } else { format!("{base}::{name}") };
    match tree[name.len()..].strip_prefix("::") {
        Some(rest) if path.split("::").count() < 3 && !name.is_empty() => expand(&path, rest, found),
        _ => found(path),
    }
}

fn rank(rooms: &[&[&str]], room: &str) -> Option<usize> {
    rooms.iter().position(|row| row.contains(&room))
}

/// Complaints about uses that look up, and about rooms nobody gave a place.
fn upward(rooms: &[&[&str]], files: &[Source]) -> Vec<String> {
    let mut out = Vec::new();
    for file in files {
        let Some(from) = module(&file.path).first().copied() else { continue };
        // Within the program, `crate` is the program itself; of the library it may use everything.
        if from == "main" || from == "bin" {
            continue;
        }
        let Some(own) = rank(rooms, from) else {
            out.push(format!("{}: the room {from} has no place in the order of rooms", file.path));
            continue;
        };
        for (line, path) in named_paths(file) {
            let to = path.split("::").next().unwrap_or("");
            let allowed = EXCEPTIONS
                .iter()
                .any(|(who, what, _)| who.contains(&from) && format!("{path}::").starts_with(&format!("{what}::")));
            match rank(rooms, to) {
                Some(other) if other < own && !allowed => {
                    out.push(format!("{}:{line}: {from} looks up at {path}", file.path));
                }
                None if !ROOT_WORDS.contains(&to)
                    && to.chars().next().is_some_and(char::is_lowercase)
                    && to != "self" =>
                {
                    out.push(format!("{}:{line}: {path} is in no room", file.path));
                }
                _ => {}
            }
        }
    }
    out
}

/// Complaints about a domain that names another.
fn domains_knowing_domains(files: &[Source]) -> Vec<String> {
    let mut out = Vec::new();
    for file in files {
        let here = module(&file.path);
        let (Some(&"domains"), Some(own)) = (here.first(), here.get(1)) else { continue };
        for (line, path) in named_paths(file) {
            let mut parts = path.split("::");
            if parts.next() == Some("domains") && parts.next().is_some_and(|d| d != *own) {
                out.push(format!("{}:{line}: the domain {own} knows {path}", file.path));
            }
        }
    }
    out
}

fn crate_direction(manifests: &[(&str, String)]) -> Vec<String> {
    let allowed: BTreeMap<_, _> = CRATES.iter().copied().collect();
    let mut out = Vec::new();
    for (krate, text) in manifests {
        let Ok(manifest) = text.parse::<toml::Table>() else {
            out.push(format!("{krate}/Cargo.toml is not TOML"));
            continue;
        };
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(section).and_then(toml::Value::as_table) else { continue };
            for name in table.keys().filter(|n| allowed.contains_key(n.as_str()) || *n == "twin-tests") {
                if !allowed[krate].contains(&name.as_str()) {
                    out.push(format!("{krate}/Cargo.toml: {section} name {name}"));
                }
            }
        }
    }
    out
}

fn viewer_strays(files: &[Source]) -> Vec<String> {
    let mut out = Vec::new();
    for file in files {
        let code = code(&file.text);
        for (at, _) in code.match_indices("twin_core::") {
            expand("", &code[at + "twin_core::".len()..], &mut |path| {
                if !["wire", "ids", "time"].contains(&path.split("::").next().unwrap_or("")) {
                    out.push(format!("{}: twin_core::{path}", file.path));
                }
            });
        }
        if names(&code, "twin_physics") {
            out.push(format!("{}: twin_physics", file.path));
        }
    }
    out
}

/// tests → twin-viz → twin-core → twin-physics, never the other way.
#[test]
fn crates_depend_downwards() {
    let read = |k: &'static str| (k, std::fs::read_to_string(root().join(k).join("Cargo.toml")).unwrap());
    expect_none(&crate_direction(&CRATES.iter().map(|c| read(c.0)).collect::<Vec<_>>()));
    let bad = ("twin-physics", "[dev-dependencies]\ntwin-core.workspace = true".to_owned());
    expect_one(&crate_direction(&[bad]), "twin-core");
}

/// A room of `twin-physics` knows only rooms below it.
#[test]
fn rooms_of_the_physics_look_down() {
    expect_none(&upward(PHYSICS, &rust(&["twin-physics/src"])));
    let bad = Source::new("twin-physics/src/num/newton.rs", "use crate::{port::Inputs, domains::water};");
    expect_one(&upward(PHYSICS, &[bad]), "looks up at domains::water");
    let lost = Source::new("twin-physics/src/attic/mod.rs", "");
    expect_one(&upward(PHYSICS, &[lost]), "attic");
}

/// A room of `twin-core` knows only rooms below it; the exceptions are listed with their reasons.
#[test]
fn rooms_of_the_core_look_down() {
    expect_none(&upward(CORE, &rust(&["twin-core/src"])));
    let bad = Source::new(
        "twin-core/src/io/inp/read.rs",
        "fn f() { crate::world::tick::go(); }\nuse crate::world::command::Rank;",
    );
    expect_one(&upward(CORE, &[bad]), "world::tick");
    let sly = Source::new(
        "twin-core/src/io/inp/read.rs",
        "mod tests { use super::super::super::runtime::X; }\nuse super::file;",
    );
    expect_none(
        &upward(CORE, std::slice::from_ref(&sly)).into_iter().filter(|c| c.contains("runtime")).collect::<Vec<_>>(),
    );
    let sly = Source::new("twin-core/src/io/inp/read.rs", "use super::super::super::runtime::X;");
    expect_one(&upward(CORE, &[sly]), "runtime");
}

/// No domain knows another; only drainage drives the surface, and that through its kernel.
#[test]
fn domains_do_not_know_one_another() {
    expect_none(&domains_knowing_domains(&rust(&["twin-physics/src"])));
    for text in ["use crate::domains::gas::Pipe;", "use super::super::gas::Pipe;", "use super::super::{gas, heat::X};"]
    {
        let found = domains_knowing_domains(&[Source::new("twin-physics/src/domains/water/solver.rs", text)]);
        assert!(found.first().is_some_and(|c| c.contains("gas")), "{text}: {found:?}");
    }
}

/// The viewer sees `twin_core::{wire, ids, time}` and nothing else.
#[test]
fn the_viewer_sees_the_wire_alone() {
    expect_none(&viewer_strays(&rust(&["twin-viz"])));
    expect_one(
        &viewer_strays(&[Source::new("twin-viz/src/x.rs", "use twin_core::{wire, model::Asset};")]),
        "model::Asset",
    );
}

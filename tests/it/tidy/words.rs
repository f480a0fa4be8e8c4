//! Words that must not stand in the sources, and words that must.

use super::tree::{Source, code, code_lines, names, rust, sources};
use super::{expect_none, expect_one};

/// Complaints about words in the code of files.
fn banned(files: &[Source], words: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    for file in files {
        for (line, text) in code_lines(&file.text) {
            for word in words.iter().filter(|w| names(&text, w)) {
                out.push(format!("{}:{line}: {word}", file.path));
            }
        }
    }
    out
}

/// Complaints about words anywhere in files, comments and data included.
fn banned_anywhere(files: &[Source], words: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    for file in files {
        for (at, line) in file.text.lines().enumerate() {
            for word in words.iter().filter(|w| line.contains(w.as_str())) {
                out.push(format!("{}:{}: {word}", file.path, at + 1));
            }
        }
    }
    out
}

fn physics_strays(files: &[Source]) -> Vec<String> {
    let mut out =
        banned(files, &["fs", "thread", "async", "await", "tokio", "actix", "tracing", "log", "println", "eprintln"]);
    // `use std::{fs, …}` is caught by the bare words above, these by their paths: the words alone are common nouns.
    for file in files {
        let code = code(&file.text);
        for path in ["std::env", "std::time", "std::net", "std::process", "std::path", "SystemTime"] {
            if code.contains(path) {
                out.push(format!("{}: {path}", file.path));
            }
        }
    }
    out.retain(|c| !c.ends_with(": log") || c.contains("::log"));
    out
}

/// Complaints about law files without a source.
fn unsourced(files: &[Source]) -> Vec<String> {
    let structural = ["mod.rs", "solver.rs", "model.rs", "check.rs", "tests.rs", "ports.rs", "state.rs", "net.rs"];
    let law = |f: &&Source| {
        let name = f.path.rsplit('/').next().unwrap_or("");
        let depth = f.path.split("/domains/").nth(1).map_or(0, |p| p.matches('/').count());
        (f.path.contains("/domains/") && depth > 0 || f.path.contains("/kernels/"))
            && !f.path.contains("/tests/")
            && !structural.contains(&name)
    };
    let sourced = |f: &&Source| {
        f.text.lines().map(str::trim_start).filter(|l| l.starts_with("//")).any(|l| {
            let l = l.to_lowercase();
            l.contains("*source") || l.contains("# source") || l.contains("own derivation")
        })
    };
    let has_law = |f: &&Source| names(&code(&f.text), "fn") && names(&code(&f.text), "f64");
    files
        .iter()
        .filter(law)
        .filter(has_law)
        .filter(|f| !sourced(f))
        .map(|f| format!("{}: no *Source:*", f.path))
        .collect()
}

/// The physics reads no file, clock or environment, starts no thread, and says nothing.
#[test]
fn the_physics_is_pure() {
    expect_none(&physics_strays(&rust(&["twin-physics/src"])));
    let bad = |text| physics_strays(&[Source::new("twin-physics/src/num/x.rs", text)]);
    expect_one(&bad("use std::{fs, fmt};"), "fs");
    expect_one(&bad("let t = std::time::Instant::now();"), "std::time");
    expect_none(&bad("// std::time is not for us\nlet x = flow.log10();"));
}

/// Iteration order never leaks into a result: no hashed collection in physics and core.
#[test]
fn no_hashed_collections() {
    let words = ["HashMap", "HashSet", "RandomState", "DefaultHasher"];
    expect_none(&banned(&rust(&["twin-physics/src", "twin-core/src"]), &words));
    expect_one(&banned(&[Source::new("a.rs", "use std::collections::{BTreeMap, HashMap};")], &words), "HashMap");
}

/// actix is named in the runtime alone, and `do_send`, which goes past the mailbox bound, nowhere.
#[test]
fn actix_stays_in_the_runtime() {
    let all = rust(&["twin-physics", "twin-core", "twin-viz", "tests"]);
    let outside: Vec<_> = all.iter().filter(|f| !f.path.starts_with("twin-core/src/runtime/")).cloned().collect();
    expect_none(&banned(&outside, &["actix", "actix_rt"]));
    expect_none(&banned(&all, &["do_send"]));
    expect_one(&banned(&[Source::new("a.rs", "addr.do_send(x);")], &["do_send"]), "do_send");
}

/// Nothing is left to be done, switched off or printed for a look.
#[test]
fn nothing_is_unfinished() {
    let all = rust(&["twin-physics", "twin-core", "twin-viz", "tests"]);
    let macros = ["todo", "unimplemented", "dbg"].map(|w| format!("{w}!("));
    let code_only = |files: &[Source]| {
        let stripped: Vec<_> = files.iter().map(|f| Source::new(&f.path, &code(&f.text))).collect();
        banned_anywhere(&stripped, &[&macros[..], &["#[ignore".to_owned()]].concat())
    };
    expect_none(&code_only(&all));
    expect_one(&code_only(&[Source::new("a.rs", "#[ignore = \"slow\"]\nfn x() {}")]), "#[ignore");
    let marks =
        ["TO", "FIX", "XX"].into_iter().zip(["DO", "ME", "X"]).map(|(a, b)| format!("{a}{b}")).collect::<Vec<_>>();
    let texts: Vec<_> = sources("").into_iter().filter(|f| is_prose_or_code(&f.path)).collect();
    let words = |files: &[Source]| {
        let marks = &marks;
        files
            .iter()
            .flat_map(|f| f.text.lines().map(move |l| (&f.path, l)))
            .flat_map(|(p, l)| marks.iter().filter(|m| names(l, m)).map(move |m| format!("{p}: {m}")))
            .collect::<Vec<_>>()
    };
    expect_none(&words(&texts));
    expect_one(&words(&[Source::new("a.md", &format!("- {}: more", marks[0]))]), &marks[0]);
}

fn is_prose_or_code(path: &str) -> bool {
    [".rs", ".md", ".toml", ".yml", ".sh", ".py", ".ts", ".svelte", "Makefile", ".ci/run"]
        .iter()
        .any(|e| path.ends_with(e))
}

/// The tree knows no machine it was made on and no package registry; lock files alone name one.
#[test]
fn no_path_of_a_machine_and_no_registry() {
    // Put together here, so that this file does not name them itself.
    let words: Vec<String> = [
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("/Us", "ers/"),
        ("/wo", "rk/"),
        ("crates", ".io"),
        ("pypi", ".org"),
        ("npmjs", ".org"),
        ("rsproxy", ".cn"),
    ]
    .iter()
    .map(|(a, b)| format!("{a}{b}"))
    .collect();
    let ours: Vec<_> = sources("").into_iter().filter(|f| !f.path.ends_with("Cargo.lock")).collect();
    expect_none(&banned_anywhere(&ours, &words));
    expect_one(&banned_anywhere(&[Source::new("a.md", &format!("see {}x", words[0]))], &words), &words[0]);
}

/// Every file that holds a law of physics says where the law comes from.
#[test]
fn every_law_names_its_source() {
    expect_none(&unsourced(&rust(&["twin-physics/src"])));
    let path = "twin-physics/src/domains/water/headloss.rs";
    expect_one(&unsourced(&[Source::new(path, "/// Head loss.\npub fn h(q: f64) -> f64 { q }")]), "Source");
    expect_none(&unsourced(&[Source::new(path, "//! # Source\n//! X (1999).\npub fn h(q: f64) -> f64 { q }")]));
}

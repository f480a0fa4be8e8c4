//! Where things stand, and how large they may be.

use super::tree::{Source, rust, walk};
use super::{expect_none, expect_one};

const LINES: usize = 600;
const COLUMNS: usize = 120;

/// The layout asked for: these must be there.
const MUST: &[&str] =
    &["Cargo.toml", "twin-core/", "twin-physics/", "twin-viz/", "scenarios/", "fixtures/", "tests/", "README.md"];

/// These may be there beside them: licence and tool configuration.
const MAY: &[&str] = &[
    "Cargo.lock",
    "Makefile",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "deny.toml",
    "clippy.toml",
    "rustfmt.toml",
    ".ci/",
    ".config/",
    ".gitignore",
    ".gitattributes",
    ".editorconfig",
];

fn top_level(paths: &[String]) -> Vec<String> {
    let top: Vec<&str> =
        paths.iter().map(String::as_str).filter(|p| p.trim_end_matches('/').split('/').count() == 1).collect();
    let extra = top.iter().filter(|p| !MUST.contains(p) && !MAY.contains(p)).map(|p| format!("{p} has no place here"));
    let missing = MUST.iter().filter(|m| !top.contains(m)).map(|m| format!("{m} is missing"));
    extra.chain(missing).collect()
}

fn oversized(files: &[Source]) -> Vec<String> {
    let mut out = Vec::new();
    for file in files {
        let lines = file.text.lines().count();
        if lines > LINES {
            out.push(format!("{}: {lines} lines; find the two things in it", file.path));
        }
        let long = file.text.lines().enumerate().filter(|(_, l)| l.chars().count() > COLUMNS);
        out.extend(long.map(|(at, l)| format!("{}:{}: {} columns", file.path, at + 1, l.chars().count())));
    }
    out
}

/// Folders of the kind `scenarios/NAME/` without a scenario, and folders of files under `fixtures/` that neither say
/// where they come from nor stand in one that does.
fn unexplained(paths: &[String]) -> Vec<String> {
    let has = |p: String| paths.binary_search(&p).is_ok();
    let mut out = Vec::new();
    for folder in paths.iter().filter(|p| p.ends_with('/')) {
        let parts: Vec<&str> = folder.trim_end_matches('/').split('/').collect();
        if parts[0] == "scenarios" && parts.len() == 2 && !has(format!("{folder}scenario.toml")) {
            out.push(format!("{folder} has no scenario.toml"));
        }
        let holds_files = || {
            paths
                .iter()
                .any(|p| p.strip_prefix(folder.as_str()).is_some_and(|rest| !rest.is_empty() && !rest.contains('/')))
        };
        if parts[0] == "fixtures" && parts.len() >= 2 && holds_files() {
            let above = (2..=parts.len()).map(|n| parts[..n].join("/"));
            if !above.into_iter().any(|f| has(format!("{f}/SOURCE.md")) || has(format!("{f}/scenario.toml"))) {
                out.push(format!("{folder} has no SOURCE.md"));
            }
        }
    }
    out
}

fn sorted(paths: &[&str]) -> Vec<String> {
    let mut paths: Vec<String> = paths.iter().map(|p| (*p).to_owned()).collect();
    paths.sort();
    paths
}

/// The top level is the one asked for, with licence and tool configuration and nothing else.
#[test]
fn the_top_level_is_as_agreed() {
    expect_none(&top_level(&walk("")));
    let bad: Vec<&str> = MUST.iter().copied().chain(["notes.txt"]).collect();
    expect_one(&top_level(&sorted(&bad)), "notes.txt");
    expect_one(&top_level(&sorted(&MUST[1..])), "Cargo.toml");
}

/// A file fits in a head, a line on a screen.
#[test]
fn files_and_lines_are_short() {
    expect_none(&oversized(&rust(&["twin-physics", "twin-core", "twin-viz", "tests"])));
    expect_one(&oversized(&[Source::new("a.rs", &"\n".repeat(LINES + 1))]), "601 lines");
    expect_one(&oversized(&[Source::new("a.rs", &"长".repeat(COLUMNS + 1))]), "121 columns");
}

/// Every scenario folder holds a scenario, every fixture says where it comes from.
#[test]
fn data_says_where_it_comes_from() {
    expect_none(&unexplained(&walk("")));
    expect_one(&unexplained(&sorted(&["scenarios/", "scenarios/x/", "scenarios/x/notes.md"])), "scenario.toml");
    expect_one(
        &unexplained(&sorted(&["fixtures/", "fixtures/a/", "fixtures/a/b/", "fixtures/a/b/x.inp"])),
        "fixtures/a/b/",
    );
    expect_none(&unexplained(&sorted(&["fixtures/a/", "fixtures/a/SOURCE.md", "fixtures/a/b/", "fixtures/a/b/x.inp"])));
}

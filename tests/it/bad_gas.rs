//! Wrong gas networks: each file of `fixtures/malformed/gas` is told what is wrong, where, and what to do about it; no
//! text makes the reader of pandapipes files panic.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::Deserialize;
use twin_core::diagnostic::{Diagnostics, Severity};
use twin_core::io::gas_case::{self, GasProblem, Options};
use twin_core::io::pandapipes;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    case: Vec<Case>,
}

/// A file, or a case of a list, and what is to be told of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    file: String,
    case: Option<String>,
    code: String,
    line: u32,
    subject: String,
    severity: Severity,
    about: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/malformed/gas")
}

fn expected() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("expected.toml")).expect("expected.toml stands with the files");
    toml::from_str::<Expected>(&text).expect("expected.toml is as this test reads it").case
}

fn read(file: &str, case: Option<&str>) -> (Option<GasProblem>, Diagnostics) {
    gas_case::read(&folder().join(file), case, &Options::default())
}

/// Every finding has a remedy and a code of one of the tables.
fn are_in_form(found: &Diagnostics) {
    let tables = pandapipes::codes::TABLE.iter().chain(gas_case::codes::TABLE);
    let codes: BTreeSet<&str> = tables.map(|row| row.0).collect();
    for d in found.list() {
        assert!(codes.contains(d.code.as_str()), "{d}");
        assert!(!d.message.is_empty() && !d.remedy.is_empty(), "{d}");
        assert!(d.to_string().len() < 600, "{d}");
    }
}

#[test]
fn each_gas_network_is_told_what_is_wrong_and_where() {
    let mut missed = Vec::new();
    for case in expected() {
        let (problem, found) = read(&case.file, case.case.as_deref());
        let name = format!("{} {}", case.file, case.case.as_deref().unwrap_or_default());
        assert_eq!(problem.is_none(), found.has_errors(), "{name}");
        are_in_form(&found);
        let about = folder().join(case.about.as_ref().unwrap_or(&case.file)).display().to_string();
        let hit = found.list().iter().any(|d| {
            d.code == case.code
                && d.line == case.line
                && d.subject == case.subject
                && d.severity == case.severity
                && d.file == about
        });
        if !hit {
            missed.push(format!("{name}: no {} at line {}: {:#?}", case.code, case.line, found.list()));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// The list names every file of the folder, and shows every code of the tables.
#[test]
fn the_corpus_of_gas_networks_is_whole() {
    let listed: BTreeSet<String> = expected().into_iter().map(|c| c.file).collect();
    let there = std::fs::read_dir(folder()).expect("the corpus is there").map(|e| e.expect("readable").file_name());
    let there = there.map(|n| n.to_string_lossy().into_owned());
    let there: BTreeSet<String> = there.filter(|n| n.ends_with(".pp.json") && n != "sound.pp.json").collect();
    let missing: Vec<_> = there.difference(&listed).collect();
    assert!(missing.is_empty() && there.len() >= 30, "not listed: {missing:?}");
    let shown: BTreeSet<String> = expected().into_iter().map(|c| c.code).collect();
    let tables = pandapipes::codes::TABLE.iter().chain(gas_case::codes::TABLE);
    let missing: Vec<_> = tables.filter(|row| !shown.contains(row.0)).collect();
    assert!(missing.is_empty(), "no file shows {missing:?}");
}

/// The file that the lists name is sound, with Python's words for numbers in it.
#[test]
fn words_for_numbers_are_read() {
    let text = std::fs::read_to_string(folder().join("sound.pp.json")).expect("the file");
    assert!(text.contains("NaN"));
    let (problem, found) = read("sound.pp.json", None);
    assert!(problem.is_some() && found.list().is_empty(), "{found:#?}");
}

fn sound() -> String {
    std::fs::read_to_string(folder().join("sound.pp.json")).expect("the file")
}

fn reads(text: &str) {
    let (net, found) = pandapipes::read_text("net.pp.json", text);
    assert_eq!(net.is_none(), found.has_errors());
    are_in_form(&found);
}

proptest! {
    /// A file that ends early.
    #[test]
    fn a_gas_network_cut_off_is_no_panic(share in 0.0..1.0_f64) {
        let text = sound();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        reads(&text[..(text.len() as f64 * share) as usize]);
    }

    /// Numbers, names and signs exchanged for others, within the tables too.
    #[test]
    fn a_gas_network_with_odd_words_is_no_panic(
        changes in prop::collection::vec((0..2000_usize, prop::sample::select(vec![
            "0", "-1", "1e308", "NaN", "Infinity", "null", "true", "\\\"x\\\"", "[]", "{}", "1.5", "99999999999", "",
            "\"", "\\", "pi", "FluidPropertyInterExtra", "\u{65e0}",
        ])), 1..4)
    ) {
        let mut text = sound();
        for (at, word) in changes {
            let places: Vec<(usize, usize)> = words(&text);
            let (from, to) = places[at % places.len()];
            text.replace_range(from..to, word);
        }
        reads(&text);
    }

    /// Bytes exchanged.
    #[test]
    fn a_gas_network_with_odd_bytes_is_no_panic(changes in prop::collection::vec((0..100_000_usize, any::<u8>()), 1..6)) {
        let mut bytes = sound().into_bytes();
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[at % length] = byte;
        }
        reads(&String::from_utf8_lossy(&bytes));
    }
}

/// Places of runs of letters, digits and points.
fn words(text: &str) -> Vec<(usize, usize)> {
    let inside = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let mut out = Vec::new();
    let mut from = None;
    for (at, c) in text.char_indices() {
        match (from, inside(c)) {
            (None, true) => from = Some(at),
            (Some(start), false) => {
                out.push((start, at));
                from = None;
            }
            _ => {}
        }
    }
    out
}

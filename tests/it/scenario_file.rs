//! The scenario file: what is read, what is refused and how it is said. Malformed files stand in
//! `fixtures/malformed/scenario/`, each with one fault put into the same small scenario.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use twin_core::diagnostic::Diagnostics;
use twin_core::io::scenario::{SIZE_MAX, open, read};
use twin_core::model::scenario::{Action, Hole, Scenario, Site, Start};
use twin_core::time::SimTime;
use twin_physics::domains::water::DemandModel;

/// File, code, line, and what the message must name: the offending word or the nearest valid one.
const MALFORMED: &[(&str, &str, u32, &str)] = &[
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn drill() -> Vec<u8> {
    std::fs::read(root().join("scenarios/burst-main/scenario.toml")).unwrap()
}

fn said(found: &Diagnostics) -> String {
    found.list().iter().map(|d| format!("{d}\n")).collect()
}

fn edited(from: &str, to: &str) -> Result<Scenario, Diagnostics> {
    let text = String::from_utf8(drill()).unwrap();
    assert!(text.contains(from), "{from}");
    read(text.replacen(from, to, 1).as_bytes(), "scenario.toml")
}

/// Every malformed file is refused with its code at its line, naming what is wrong or what was probably meant.
#[test]
fn malformed_files_are_refused_by_name_and_line() {
    let folder = root().join("fixtures/malformed/scenario");
    let mut wrong = String::new();
    for &(file, code, line, names) in MALFORMED {
        let path = folder.join(file);
        let found = open(&path).expect_err(file);
        let first = &found.list()[0];
        let text = first.to_string();
        let fits = first.code == code && first.line == line && text.contains(names) && first.file.ends_with(file);
        if !fits {
            wrong += &format!("wanted {code} line {line} naming {names:?}, got {text}\n");
        }
        assert!(text.len() < 1000, "{file}: {} bytes", text.len());
    }
    assert!(wrong.is_empty(), "{wrong}");
    let mut on_disk: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    on_disk.sort();
    let listed: Vec<&str> = MALFORMED.iter().map(|m| m.0).collect();
    assert_eq!(on_disk, listed, "every file is tested, in order of name");
}

//! The project's own drainage fixture (`fixtures/drainage/valley-town`): the deck is what the generator makes today,
//! and SWMM's results beside it are of that deck and close.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use twin_core::generator::sewershed::{self, SewershedOptions};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/drainage/valley-town")
}

fn deck() -> String {
    std::fs::read_to_string(folder().join("town.inp")).unwrap()
}

/// Columns of the reference by name.
fn reference() -> BTreeMap<String, Vec<f64>> {
    let text = std::fs::read_to_string(folder().join("reference.csv")).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns: BTreeMap<String, Vec<f64>> = names.iter().map(|n| ((*n).to_owned(), Vec::new())).collect();
    assert_eq!(columns.len(), names.len(), "two columns have one name");
    for line in lines {
        let values: Vec<f64> = line.split(',').map(|v| v.parse().unwrap()).collect();
        assert_eq!(values.len(), names.len());
        for (name, value) in names.iter().zip(values) {
            columns.get_mut(*name).unwrap().push(value);
        }
    }
    columns
}

/// First words of the rows of a section.
fn names(deck: &str, sections: &[&str]) -> BTreeSet<String> {
    let of = |section: &&str| {
        let head = format!("[{section}]");
        let lines = deck.lines().skip_while(move |l| *l != head).skip(1).take_while(|l| !l.starts_with('['));
        lines.filter(|l| !l.starts_with(';')).filter_map(|l| l.split_whitespace().next()).collect::<Vec<_>>()
    };
    sections.iter().flat_map(of).map(str::to_owned).collect()
}

/// The command in SOURCE.md makes these bytes.
#[test]
fn the_deck_is_what_the_generator_makes() {
    let options = SewershedOptions {
        storm_years: 10.0,
        lid_share: 0.3,
        ..SewershedOptions::new(60, 17).expect("a sound formula")
    };
    let made = sewershed::generate(&options).unwrap();
    assert!(made.deck() == deck(), "the generator has changed: make the deck and its reference anew");
    let counts = made.counts();
    assert_eq!((counts.sewers, counts.ponds, counts.pump_stations, counts.outfalls), (60, 3, 2, 3));
    assert_eq!(counts.measures, 17);
}

/// There is a series for every catchment, node and link of the deck and for nothing else, over the whole run as SWMM
/// counts it (see SOURCE.md).
#[test]
fn the_reference_is_of_this_deck() {
    let (deck, reference) = (deck(), reference());
    let with = |kind: &str| -> BTreeSet<String> {
        reference.keys().filter_map(|name| name.strip_prefix(kind)).map(str::to_owned).collect()
    };
    assert_eq!(with("runoff:"), names(&deck, &["SUBCATCHMENTS"]));
    assert_eq!(with("depth:"), names(&deck, &["JUNCTIONS", "OUTFALLS", "STORAGE"]));
    assert_eq!(with("flow:"), names(&deck, &["CONDUITS", "PUMPS", "ORIFICES", "WEIRS"]));
    assert_eq!(reference["t_s"].first(), Some(&300.0));
    assert_eq!(reference["t_s"].last(), Some(&14_100.0));
    assert_eq!(reference["t_s"].len(), 47);
}

/// What runs off leaves or is stored, to what 5-minute samples can show; every pump, orifice and weir works at some
/// time, and nothing floods.
#[test]
fn the_reference_closes_and_is_in_motion() {
    let reference = reference();
    let volume_m3 = |name: &str| reference[name].iter().sum::<f64>() * 300.0;
    let (runoff, outflow) = (volume_m3("system:runoff"), volume_m3("system:outflow"));
    let stored = *reference["system:storage"].last().unwrap();
    assert!(runoff > 5000.0, "{runoff}");
    assert!((runoff - outflow - stored).abs() < 0.01 * runoff, "{runoff} = {outflow} + {stored}");
    assert!(reference["system:flooding"].iter().all(|q| *q == 0.0));
    let works =
        reference.iter().filter(|(name, _)| ["flow:P", "flow:OR", "flow:W"].iter().any(|kind| name.starts_with(kind)));
    for (name, flow) in works {
        assert!(flow.iter().copied().fold(0.0, f64::max) > 1e-3, "{name} never works");
    }
}

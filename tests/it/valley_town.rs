//! The project's own drainage fixture (`fixtures/drainage/valley-town`): the deck is what the generator makes today,
//! and SWMM's results beside it are of that deck and close.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use twin_core::diagnostic::Diagnostics;
use twin_core::generator::sewershed::{self, SewershedOptions};
use twin_core::io::raster;
use twin_core::io::swmm_out::{LinkVariable, NodeVariable, SubcatchmentVariable, SwmmResults};

use super::golden_drainage::run_deck;

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

/// The command in SOURCE.md makes these bytes and this ground.
#[test]
fn the_deck_is_what_the_generator_makes() {
    let options = SewershedOptions {
        storm_years: 10.0,
        lid_share: 0.3,
        ..SewershedOptions::new(60, 17).expect("a sound formula")
    };
    let made = sewershed::generate(&options).unwrap();
    assert!(made.deck() == deck(), "the generator has changed: make the deck and its reference anew");
    let frame = made.frame(5.0);
    let (ground, mut found) = (folder().join("ground.asc"), Diagnostics::default());
    let ground = raster::read(&ground, &mut found).expect("the ground");
    let near = |(a, b): (&f64, f64)| (a - b).abs() < 0.0051;
    assert_eq!(ground.frame, frame);
    assert!(ground.from_south().iter().zip(made.ground(&frame)).all(near), "the generator's ground has changed");
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

/// Series of a run under the names of the reference's columns.
fn series(ours: &SwmmResults) -> BTreeMap<String, Vec<f32>> {
    let d = &ours.description;
    let catchments = d
        .subcatchments
        .iter()
        .enumerate()
        .map(|(at, s)| (format!("runoff:{}", s.name), ours.subcatchment_series(at, SubcatchmentVariable::Runoff)));
    let nodes = d.nodes.iter().enumerate();
    let nodes = nodes.map(|(at, n)| (format!("depth:{}", n.name), ours.node_series(at, NodeVariable::Depth)));
    let links = d.links.iter().enumerate();
    let links = links.map(|(at, l)| (format!("flow:{}", l.name), ours.link_series(at, LinkVariable::Flow)));
    catchments.chain(nodes).chain(links).collect()
}

/// By SWMM's own rules every series that matters is within 1 % of its largest value, and nearly all within 0.1 %.
#[test]
fn a_compatible_run_repeats_the_reference() {
    let (results, solved) = run_deck(&folder().join("town.inp"), true).expect("a run");
    assert!(solved.unconverged * 100 <= solved.steps);
    let (ours, reference) = (series(&results), reference());
    let flows = reference.iter().filter(|(name, _)| name.starts_with("flow:"));
    let largest_m3s = flows.flat_map(|(_, v)| v).fold(0.0, |m: f64, v| m.max(v.abs()));
    let (mut compared, mut close, mut wrong) = (0, 0, Vec::new());
    for (name, theirs) in &reference {
        let Some(mine) = ours.get(name) else { continue };
        let largest = theirs.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        if largest < if name.starts_with("depth:") { 1e-3 } else { 1e-4 * largest_m3s } {
            continue;
        }
        assert!(mine.len() >= theirs.len(), "{name}: {} of {} report steps", mine.len(), theirs.len());
        let squares: f64 = theirs.iter().zip(mine).map(|(a, b)| (a - f64::from(*b)).powi(2)).sum();
        let off = (squares / theirs.len() as f64).sqrt() / largest;
        compared += 1;
        close += usize::from(off <= 1e-3);
        if off.is_nan() || off > 0.01 {
            wrong.push(format!("{name} {off:.2e}"));
        }
    }
    eprintln!("valley town: {close} of {compared} series within 0.1 %, off by more than 1 %: {wrong:?}");
    assert!(compared > 150, "{compared}");
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(close * 100 >= 95 * compared, "{close} of {compared}");
}

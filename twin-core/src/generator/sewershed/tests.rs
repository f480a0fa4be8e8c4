//! What holds for every sewershed, whatever its seed.

use proptest::prelude::*;

use super::layout::Kind;
use super::sizing::Section;
use super::*;

fn options(conduits: usize, seed: u64) -> SewershedOptions {
    SewershedOptions::new(conduits, seed).expect("the example formula is sound")
}

fn made(conduits: usize, seed: u64) -> Sewershed {
    generate(&options(conduits, seed)).expect("in range")
}

/// Rows of a section of a deck, comments left out, as words.
fn rows<'a>(deck: &'a str, section: &str) -> Vec<Vec<&'a str>> {
    let head = format!("[{section}]");
    let lines = deck.lines().skip_while(|l| *l != head).skip(1).take_while(|l| !l.starts_with('['));
    lines.filter(|l| !l.is_empty() && !l.starts_with(';')).map(|l| l.split_whitespace().collect()).collect()
}

/// The same options give the same bytes, today and tomorrow; another seed gives others.
#[test]
fn the_same_seed_gives_the_same_bytes() {
    let hash = |deck: String| blake3::hash(deck.as_bytes()).to_hex()[..16].to_owned();
    assert_eq!(hash(made(300, 7).deck()), hash(made(300, 7).deck()));
    assert_eq!(hash(made(300, 7).deck()), "c64f7a494eaa6c6e");
    let full = SewershedOptions { lid_share: 0.3, dual: true, storm_years: 50.0, ..options(60, 7) };
    assert_eq!(hash(generate(&full).expect("in range").deck()), "9060938645093589");
    let seeds: std::collections::BTreeSet<String> = (0..20).map(|seed| hash(made(40, seed).deck())).collect();
    assert_eq!(seeds.len(), 20);
}

/// Asked for many, there are as many, in several valleys; each outfall serves part of the town.
#[test]
fn there_are_as_many_as_asked_for() {
    for conduits in [10, 11, 50, 299, 1800, 20_000, 100_000] {
        let counts = made(conduits, 5).counts();
        assert_eq!((counts.sewers, counts.manholes), (conduits, conduits));
        assert_eq!((counts.streets, counts.measures), (0, 0));
        assert!(counts.outfalls >= 1 && counts.outfalls <= 3 + conduits / 15, "{counts:?}");
    }
    let counts = made(50, 5).counts();
    assert!(counts.ponds >= 1 && counts.pump_stations >= 1, "{counts:?}");
    let south_m = made(20_000, 5).nodes.iter().map(|n| n.y).fold(0.0, f64::max);
    assert!(south_m > 15_000.0, "20 000 sewers need several valleys: {south_m}");
}

/// Features draw from streams of their own: switching one on moves nothing else.
#[test]
fn a_feature_moves_nothing_else() {
    let (plain, base) = (made(200, 9).deck(), options(200, 9));
    let with = |o: SewershedOptions| generate(&o).expect("in range").deck();
    let sponge = with(SewershedOptions { lid_share: 0.5, ..base.clone() });
    let dual = with(SewershedOptions { dual: true, ..base.clone() });
    for section in ["SUBAREAS", "CONDUITS", "STORAGE", "PUMPS", "OUTFALLS"] {
        assert_eq!(rows(&plain, section), rows(&sponge, section), "{section}");
        let kept = rows(&dual, section);
        assert!(rows(&plain, section).iter().all(|row| kept.contains(row)), "{section}");
    }
    let (half, all) = (rows(&sponge, "LID_USAGE"), with(SewershedOptions { lid_share: 1.0, ..base.clone() }));
    assert!(half.len() > 60 && half.len() < 140, "{}", half.len());
    assert_eq!(rows(&all, "LID_USAGE").len(), 200);
    assert!(half.iter().all(|row| rows(&all, "LID_USAGE").contains(row)));
    assert!(rows(&plain, "LID_USAGE").is_empty() && rows(&plain, "INLETS").is_empty());
    // Every catchment of a street drains to it, and its inlets drain to a manhole that is there.
    let manholes: Vec<&str> = rows(&plain, "JUNCTIONS").iter().map(|row| row[0]).collect();
    let inlets = rows(&dual, "INLET_USAGE");
    assert!(!inlets.is_empty() && inlets.iter().all(|row| manholes.contains(&row[2])));
    let to_street = rows(&dual, "SUBCATCHMENTS").iter().filter(|row| row[2].starts_with('K')).count();
    assert_eq!(to_street, inlets.len());
}

/// The unit of flow changes the pumps' curves alone, by a thousand.
#[test]
fn the_unit_of_flow_changes_pumps_alone() {
    let cms = made(60, 3).deck();
    let lps = generate(&SewershedOptions { flow_unit: FlowUnit::Lps, ..options(60, 3) }).expect("in range").deck();
    let changed: Vec<(&str, &str)> = cms.lines().zip(lps.lines()).filter(|(a, b)| a != b).collect();
    assert!(changed.len() > 2);
    for (a, b) in &changed[1..] {
        let last = |row: &str| row.split_whitespace().last().and_then(|v| v.parse::<f64>().ok()).expect("a number");
        assert!(a.starts_with("LIFT") || a.starts_with("STEP"), "{a}");
        assert!((last(a) * 1000.0 - last(b)).abs() < 1e-6, "{a} and {b}");
    }
    assert_eq!(changed[0], ("FLOW_UNITS            CMS", "FLOW_UNITS            LPS"));
}

/// What cannot be made is refused, and says what is allowed.
#[test]
fn what_cannot_be_made_is_refused() {
    for (bad, words) in [
        (options(9, 1), "10 to 100000"),
        (options(100_001, 1), "10 to 100000"),
        (SewershedOptions { lid_share: 1.5, ..options(20, 1) }, "0 to 1"),
        (SewershedOptions { lid_share: f64::NAN, ..options(20, 1) }, "0 to 1"),
        (SewershedOptions { storm_years: 0.0, ..options(20, 1) }, "above 0"),
        (SewershedOptions { design_years: 1e-9, ..options(20, 1) }, "no rain"),
        (SewershedOptions { storm_s: f64::INFINITY, ..options(20, 1) }, "above 0"),
    ] {
        let error = generate(&bad).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    }
}

/// A pipe for a hundred years is nowhere smaller and somewhere larger than one for two.
#[test]
fn rarer_storms_get_larger_pipes() {
    let height = |years: f64| -> Vec<f64> {
        let made = generate(&SewershedOptions { design_years: years, ..options(400, 4) }).expect("in range");
        made.nodes.iter().filter_map(|n| n.pipe).map(|p| p.section.height_m()).collect()
    };
    let (often, rare) = (height(2.0), height(100.0));
    assert!(rare.iter().sum::<f64>() > 1.2 * often.iter().sum::<f64>());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every sewer falls, lies under its cover, never narrows downstream, meets crowns no lower than its own, and
    /// ends in an outfall; no two things have one name.
    #[test]
    fn every_sewer_can_be_built(conduits in 10..2000_usize, seed in any::<u64>(), dual in any::<bool>()) {
        let made = generate(&SewershedOptions { dual, ..options(conduits, seed) }).unwrap();
        let nodes = &made.nodes;
        for (ix, node) in nodes.iter().enumerate() {
            prop_assert!(node.down.is_none_or(|down| down < ix), "{}", node.id);
            let (Some(pipe), Some(down)) = (&node.pipe, node.down) else { continue };
            let slope = (pipe.from_m - pipe.to_m) / pipe.length_m;
            prop_assert!((0.000_999_9..0.25).contains(&slope), "{}: slope {slope}", node.id);
            prop_assert!(node.ground_m - pipe.from_m - pipe.section.height_m() > 1.19, "{}: cover", node.id);
            let Some(next) = &nodes[down].pipe else { continue };
            prop_assert!(next.section.height_m() >= pipe.section.height_m() - 1e-9, "{} narrows", nodes[down].id);
            prop_assert!(next.from_m <= pipe.to_m + 1e-9, "{} lies above what comes in", nodes[down].id);
            if let (Section::Circle(from), Section::Circle(to)) = (pipe.section, next.section) {
                prop_assert!(pipe.to_m + from >= next.from_m + to - 1e-3, "{}: crowns", node.id);
            }
        }
        let deck = made.deck();
        let mut names: Vec<&str> = ["JUNCTIONS", "OUTFALLS", "STORAGE"]
            .iter().flat_map(|section| rows(&deck, section)).map(|row| row[0]).collect();
        let count = names.len();
        prop_assert_eq!(rows(&deck, "COORDINATES").len(), count);
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), count);
        let outfalls = nodes.iter().filter(|n| matches!(n.kind, Kind::Outfall(_))).count();
        prop_assert_eq!(outfalls, nodes.iter().filter(|n| n.down.is_none()).count());
    }
}

//! `twin solve drainage --report` and hot starts, by the library: the valley town against figures of SWMM 5.2.4's own
//! report, and a run that is split by a hot start against the same run in one piece.

use std::path::{Path, PathBuf};

use twin_core::bindings::drainage::{External, drainage_model, hot_start};
use twin_core::io::swmm_hotstart::{self, HotStart};
use twin_core::io::swmm_inp::deck::SwmmDeck;
use twin_core::io::swmm_inp::{self, external};
use twin_core::io::swmm_out::{self, LinkVariable, NodeVariable, SwmmResults};
use twin_core::rehearsal::drainage_files;
use twin_core::rehearsal::drainage_report::{self, Facts};
use twin_core::rehearsal::solve_drainage::{self, Ended, Extras, start_days};
use twin_core::rehearsal::solve_water::Watch;
use twin_physics::domains::drainage::routing::Drainage;

struct Still;

impl Watch for Still {
    fn at(&mut self, _now_s: f64) {}
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/drainage/valley-town")
}

fn town() -> String {
    std::fs::read_to_string(folder().join("town.inp")).expect("the fixture")
}

struct Run {
    deck: SwmmDeck,
    drainage: Drainage,
    ended: Ended,
    results: SwmmResults,
}

fn run(text: &str, begin: Option<&HotStart>) -> Run {
    let (deck, found) = swmm_inp::read_str("town.inp", text.as_bytes());
    let deck = deck.unwrap_or_else(|| panic!("{found:?}"));
    let (files, _) = external::read(&deck, &folder());
    let model = drainage_model(&deck, &External::new(&deck, &files));
    let drainage = Drainage::new(solve_drainage::prepared(model, true)).expect("a sound model");
    let mut out = Vec::new();
    let begin = begin.map(|hot| hot_start::begin(&deck, &drainage, hot));
    let extras = Extras { begin, statistics: true, ..Extras::default() };
    let ended =
        solve_drainage::run(&drainage, &deck, std::io::Cursor::new(&mut out), extras, &mut Still).expect("it runs");
    let results = swmm_out::read(&out).expect("its own file");
    Run { deck, drainage, ended, results }
}

/// Numbers after a name on the line of a section that begins with it.
fn row(report: &str, section: &str, name: &str) -> Vec<f64> {
    let from = report.find(section).unwrap_or_else(|| panic!("no {section}"));
    let line = report[from..].lines().find(|l| l.split_whitespace().next() == Some(name) || l.trim().starts_with(name));
    let line = line.unwrap_or_else(|| panic!("no {name} in {section}"));
    let rest = line.trim().strip_prefix(name).expect("it begins so");
    rest.split([' ', ':']).filter_map(|w| w.parse().ok()).collect()
}

/// Section, row and what SWMM 5.2.4 prints there for `town.inp`.
const PRINTED: &[(&str, &str, &[f64])] = &[
    ("Runoff Quantity Continuity", "Continuity Error (%)", &[-0.039]),
    ("Flow Routing Continuity", "Continuity Error (%)", &[-0.121]),
    ("Routing Time Step Summary", "Average Time Step", &[5.00]),
    ("Subcatchment Runoff Summary", "AR000B00S00", &[51.36, 0.00, 0.00, 18.75, 25.58, 6.47, 32.05, 0.08, 0.05, 0.624]),
    ("Node Depth Summary", "R000B01S00", &[0.12, 0.55, 997.31, 0.0, 0.0, 52.0, 0.52]),
    ("Node Inflow Summary", "R000B01S00", &[0.046, 0.503, 0.0, 0.0, 50.0, 0.0772, 0.921, 0.427]),
    ("Node Inflow Summary", "R000B01POND", &[0.0, 0.496, 0.0, 0.0, 50.0, 0.0, 0.917, -0.432]),
    ("Storage Volume Summary", "R000B01POND", &[0.057, 16.8, 0.0, 0.0, 0.176, 51.6, 0.0, 0.0, 53.0, 0.418]),
    ("Outfall Loading Summary", "O001", &[98.99, 0.122, 0.772, 1.741]),
    ("Outfall Loading Summary", "System", &[99.09, 0.398, 2.471, 5.679]),
    ("Link Flow Summary", "CR000B01S00", &[0.496, 0.0, 0.0, 50.0, 2.02, 1.08, 0.95]),
    ("Link Flow Summary", "WR000B01POND", &[0.322, 0.0, 0.0, 53.0, 0.21]),
    ("Flow Classification Summary", "CR000B01S00", &[1.0, 0.0, 0.0, 0.0, 0.24, 0.01, 0.0, 0.75, 0.17, 0.0]),
    ("Conduit Surcharge Summary", "CR000B01S00", &[0.01, 0.01, 0.07, 0.04, 0.01]),
    ("Pumping Summary", "PAR002U01WELL", &[18.37, 3.0, 0.0, 0.02, 0.02, 0.046, 0.65, 0.0, 0.0]),
    ("Pumping Summary", "PBR000U01WELL", &[7.71, 1.0, 0.0, 0.01, 0.01, 0.012, 0.15, 0.0, 13.1]),
];

#[test]
fn the_report_says_what_swmm_says() {
    let run = run(&town(), None);
    let facts = Facts {
        deck: &run.deck,
        drainage: &run.drainage,
        state: &run.ended.state,
        statistics: run.ended.statistics.as_ref().expect("asked for"),
        actions: &run.ended.actions,
        start_days: start_days(&run.deck),
    };
    let report = drainage_report::report(facts, Vec::new()).to_text();
    let mut wrong = Vec::new();
    for (section, name, printed) in PRINTED {
        let found = row(&report, section, name);
        assert_eq!(found.len(), printed.len(), "{section}, {name}: {found:?}");
        for (ours, swmm) in found.iter().zip(*printed) {
            // 1 %, or a little more than what the last digit tells: 0.005 % of error, 0.01 or a minute elsewhere.
            let least: f64 = if name.contains("(%)") {
                0.005
            } else if swmm.fract() == 0.0 && *swmm >= 1.0 {
                1.0
            } else {
                0.0101
            };
            let allowed = (0.01 * swmm.abs()).max(if swmm.abs() < 0.2 { least.min(0.0101) } else { least });
            if (ours - swmm).abs() > allowed {
                wrong.push(format!("{section}, {name}: {ours} is not {swmm} in {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The town with what a hot start keeps: no LID units, rain by date, pumps that follow their wells.
fn split(start: &str, end: &str) -> String {
    let mut section = String::new();
    let mut text = String::new();
    for line in town().lines() {
        if line.starts_with('[') {
            section = line.to_owned();
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let line = match (section.as_str(), words.as_slice()) {
            ("[LID_USAGE]", _) => continue,
            ("[PUMPS]", [name, ..]) if name.starts_with("PB") => continue,
            ("[PUMPS]", [.., "1.2", "0.4"]) => line.replace("1.2 0.4", "0 0"),
            ("[OPTIONS]", ["START_TIME" | "REPORT_START_TIME", _]) => format!("{} {start}", words[0]),
            ("[OPTIONS]", ["END_TIME", _]) => format!("END_TIME {end}"),
            ("[TIMESERIES]", [name, hours, value]) if !name.starts_with(';') => {
                let minutes = (hours.parse::<f64>().expect("hours") * 60.0).round() as u32 + 14 * 60;
                format!("{name} 07/15/2026 {:02}:{:02} {value}", minutes / 60, minutes % 60)
            }
            _ => line.to_owned(),
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Largest differences of depth and of flow between the last reports of a whole run and those of its second part.
fn differences(whole: &Run, part: &Run) -> (f64, f64) {
    let late = whole.results.periods() - part.results.periods();
    let most =
        |a: Vec<f32>, b: Vec<f32>| a[late..].iter().zip(&b).fold(0.0, |m: f64, (a, b)| m.max(f64::from((a - b).abs())));
    let series = |run: &Run, i: usize| run.results.node_series(i, NodeVariable::Depth);
    let depths = (0..whole.deck.nodes.len()).map(|i| most(series(whole, i), series(part, i)));
    let series = |run: &Run, i: usize| run.results.link_series(i, LinkVariable::Flow);
    let flows = (0..whole.deck.links.len()).map(|i| most(series(whole, i), series(part, i)));
    (depths.fold(0.0, f64::max), flows.fold(0.0, f64::max))
}

#[test]
fn a_run_goes_on_from_a_hot_start() {
    let whole = run(&split("14:00:00", "18:00:00"), None);
    let first = run(&split("14:00:00", "15:00:00"), None);
    let shape = hot_start::shape(&first.deck);
    let mut bytes = Vec::new();
    let hot = hot_start::save(&first.deck, &first.drainage, &first.ended.state);
    swmm_hotstart::write(&mut bytes, &hot, &shape).expect("memory");
    let (hot, found) = swmm_hotstart::read("hot.hsf", &bytes, &shape);
    let second = run(&split("15:00:00", "18:00:00"), Some(&hot.unwrap_or_else(|| panic!("{found:?}"))));
    assert_eq!((whole.results.periods(), second.results.periods()), (48, 36));
    let (depth_m, flow_m3s) = differences(&whole, &second);
    assert!(depth_m < 1e-4 && flow_m3s < 1e-4, "{depth_m} m, {flow_m3s} m³/s");
}

#[test]
fn a_run_goes_on_from_swmms_hot_start() {
    let second = split("15:00:00", "18:00:00");
    let (deck, _) = swmm_inp::read_str("town.inp", second.as_bytes());
    let bytes = std::fs::read(folder().join("hour1.hsf")).expect("the fixture");
    let (hot, found) = swmm_hotstart::read("hour1.hsf", &bytes, &hot_start::shape(&deck.expect("a deck")));
    let hot = hot.unwrap_or_else(|| panic!("{found:?}"));
    let (depth_m, flow_m3s) = differences(&run(&split("14:00:00", "18:00:00"), None), &run(&second, Some(&hot)));
    // SWMM stood elsewhere after that hour by as much as its hour and this one differ.
    assert!(depth_m < 0.02 && flow_m3s < 0.01, "{depth_m} m, {flow_m3s} m³/s");
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let refused = |row: &str| {
        let text = town().replacen("[OPTIONS]", &format!("[FILES]\n{row}\n\n[OPTIONS]"), 1);
        let (deck, found) = swmm_inp::read_str("town.inp", text.as_bytes());
        let deck = deck.unwrap_or_else(|| panic!("{found:?}"));
        let (_, found) = drainage_files::open(&deck, &folder(), Path::new("results"), false);
        found.list().iter().map(|d| (d.code.clone(), d.line)).collect::<Vec<_>>()
    };
    let one = |code: &str| vec![(code.to_owned(), 6)];
    assert_eq!(refused("SAVE RUNOFF runoff.bin"), []);
    assert_eq!(refused("SAVE RDII rdii.dat"), one(drainage_files::NOTHING));
    assert_eq!(refused("USE HOTSTART nowhere.hsf"), one(drainage_files::UNREADABLE));
    assert_eq!(refused("SAVE HOTSTART hot.hsf"), []);
}

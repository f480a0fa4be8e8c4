//! Pollutants in the report, averages, and routing that pauses, against SWMM 5.2.4 on an own deck and two of EPA's
//! examples; how the references were made stands in `fixtures/drainage/two-showers/SOURCE.md`.

use std::path::{Path, PathBuf};

use twin_core::bindings::drainage::External;
use twin_core::io::swmm_inp::deck::SwmmDeck;
use twin_core::io::swmm_inp::{self, external};
use twin_core::io::swmm_out::{self, SwmmResults};
use twin_core::rehearsal::drainage_report::{self, Facts};
use twin_core::rehearsal::solve_drainage::{self, Ended, Extras, start_days};
use twin_core::rehearsal::solve_water::Watch;
use twin_physics::domains::drainage::routing::Drainage;

/// Sections whose last column is a logarithm.
const WITH_COUNTS: [&str; 5] = [
    "Runoff Quality Continuity",
    "Quality Routing Continuity",
    "Subcatchment Washoff Summary",
    "Outfall Loading Summary",
    "Link Pollutant Load Summary",
];

struct Still;

impl Watch for Still {
    fn at(&mut self, _now_s: f64) {}
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/drainage/two-showers");
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The deck with what a variant adds.
fn showers(variant: &str) -> String {
    let more = if variant == "plain" { String::new() } else { fixture(&format!("{variant}.txt")) };
    format!("{}\n{more}", fixture("showers.inp"))
}

/// A shared deck, or nothing where the data is not at hand.
fn shared(name: &str) -> Option<String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    let text = std::fs::read_to_string(folder.join("networks/drainage").join(name)).ok();
    if text.is_none() {
        eprintln!("skipped: no shared networks");
    }
    text
}

struct Run {
    deck: SwmmDeck,
    drainage: Drainage,
    ended: Ended,
    results: SwmmResults,
}

impl Run {
    fn new(text: &str, compat: bool) -> Self {
        let (deck, found) = swmm_inp::read_str("deck.inp", text.as_bytes());
        let deck = deck.unwrap_or_else(|| panic!("{found:?}"));
        let (files, _) = external::read(&deck, Path::new(""));
        let model = solve_drainage::model_of(&deck, &External::new(&deck, &files), compat);
        let drainage = Drainage::new(model).expect("a sound model");
        let mut out = Vec::new();
        let extras = Extras { statistics: true, ..Extras::default() };
        let bytes = std::io::Cursor::new(&mut out);
        let ended = solve_drainage::run(&drainage, &deck, bytes, extras, &mut Still).expect("it runs");
        let results = swmm_out::read(&out).expect("its own file");
        Self { deck, drainage, ended, results }
    }

    fn report(&self) -> String {
        let facts = Facts {
            deck: &self.deck,
            drainage: &self.drainage,
            state: &self.ended.state,
            statistics: self.ended.statistics.as_ref().expect("asked for"),
            actions: &self.ended.actions,
            start_days: start_days(&self.deck),
        };
        drainage_report::report(facts, Vec::new()).to_text()
    }

    /// The values of a row of `reference.csv`, by their positions in a period.
    fn values(&self, period: usize) -> Vec<f32> {
        let mut values = Vec::new();
        for at in 0..self.deck.nodes.len() {
            let node = self.results.node(at, period);
            values.extend([0, 3, 4, 7].map(|v| node[v]));
        }
        for at in 0..self.deck.links.len() {
            let link = self.results.link(at, period);
            values.extend([0, 4, 6].map(|v| link[v]));
        }
        values
    }
}

/// Numbers of a line behind its name.
fn numbers(line: &str) -> Vec<f64> {
    let words = line.split([' ', ':', '(', ')', '%']).filter(|w| !w.is_empty());
    words.skip(1).filter_map(|w| w.parse().ok()).collect()
}

/// Lines with numbers of a section of our report.
fn section<'a>(report: &'a str, name: &str) -> Vec<&'a str> {
    let lines: Vec<&str> = report.lines().map(str::trim).collect();
    let at = (1..lines.len()).find(|i| lines[*i].starts_with(name) && lines[i - 1].starts_with("****"));
    let at = at.unwrap_or_else(|| panic!("no {name}"));
    let rest = lines[at + 2..].iter().take_while(|l| !l.starts_with("****") && !l.starts_with("Analysis"));
    rest.filter(|l| l.bytes().any(|c| c.is_ascii_digit()) || l.contains("LogN")).copied().collect()
}

/// Differences of a report from the sections that SWMM printed: more than 0.1 % and one in the last digit, or 1e-5 of
/// the section's largest where that is more; logarithms by their digits alone, continuity errors by 0.005 % at least.
fn differences(report: &str, printed: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for part in printed.split("# ").skip(1) {
        let mut lines = part.lines();
        let name = lines.next().expect("a name");
        let (theirs, ours): (Vec<&str>, _) = (lines.collect(), section(report, name));
        if theirs.len() != ours.len() {
            wrong.push(format!("{name}: {} lines, not {}", ours.len(), theirs.len()));
            continue;
        }
        let largest = theirs.iter().flat_map(|l| numbers(l)).fold(0.0, |m: f64, v| m.max(v.abs()));
        let counts = WITH_COUNTS.contains(&name) && part.contains("LogN");
        for (swmm, own) in theirs.iter().zip(&ours) {
            let (a, b) = (numbers(swmm), numbers(own));
            let digits = swmm.rsplit('.').next().map_or(0, |d| d.bytes().take_while(u8::is_ascii_digit).count());
            let last = 0.1_f64.powi(digits as i32) * 1.1;
            let near = |i: usize| {
                let error = swmm.starts_with("Continuity Error");
                let log = counts && i + 1 == a.len() && !error;
                let least = if error { 0.005 } else { 1e-5 * largest };
                let allowed = if log { last } else { (1e-3 * a[i].abs() + last).max(least) };
                (a[i] - b[i]).abs() <= allowed
            };
            let same_name = swmm.split_whitespace().next() == own.split_whitespace().next();
            if !(same_name && a.len() == b.len() && (0..a.len()).all(near)) {
                wrong.push(format!("{name}: {own} is not {swmm}"));
            }
        }
    }
    wrong
}

fn holds(variant: &str) {
    let run = Run::new(&showers(variant), true);
    let wrong = differences(&run.report(), &fixture(&format!("report-{variant}.txt")));
    assert!(wrong.is_empty(), "{wrong:#?}");
    let (reference, mut rows) = (fixture("reference.csv"), 0);
    for line in reference.lines().filter_map(|l| l.strip_prefix(variant)?.strip_prefix(',')) {
        let mut values = line.split(',');
        let period = values.next().and_then(|v| v.parse().ok()).expect("a period");
        let theirs: Vec<f32> = values.map(|v| v.parse().expect("a value")).collect();
        let ours = run.values(period);
        assert_eq!(ours.len(), theirs.len());
        for (at, (own, swmm)) in ours.iter().zip(&theirs).enumerate() {
            let allowed = 1e-3 * swmm.abs() + 1e-4;
            assert!((own - swmm).abs() <= allowed, "{variant}, period {period}, value {at}: {own} is not {swmm}");
        }
        rows += 1;
    }
    assert!(rows >= 45, "{rows} rows of {variant}");
}

#[test]
fn pollutants_are_reported_as_swmm_reports_them() {
    holds("plain");
}

#[test]
fn steady_flow_is_skipped_as_in_swmm() {
    holds("steady");
}

#[test]
fn routing_keeps_to_events_as_in_swmm() {
    holds("events");
}

#[test]
fn events_and_steady_flow_go_together_on_a_variable_step() {
    holds("both");
}

#[test]
fn averages_are_those_of_swmm() {
    holds("averages");
}

#[test]
fn the_reports_of_epas_examples_hold() {
    if let Some(text) = shared("epa_example1_kw_wq.inp") {
        let wrong = differences(&Run::new(&text, true).report(), &fixture("report-example1.txt"));
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
    let Some(text) = shared("epa_extran1.inp") else { return };
    for variant in ["extran1-steady", "extran1-events"] {
        let run = Run::new(&format!("{text}\n{}", fixture(&format!("{variant}.txt"))), true);
        let wrong = differences(&run.report(), &fixture(&format!("report-{variant}.txt")));
        assert!(wrong.is_empty(), "{variant}: {wrong:#?}");
    }
}

/// The default run follows the options too, and loses neither water nor pollutants to events.
#[test]
fn the_default_run_pauses_where_swmm_does() {
    let swmm_steady = 81.19;
    let steady = Run::new(&showers("steady"), false);
    let share = numbers(section(&steady.report(), "Routing Time Step Summary")[3])[0];
    assert!((share - swmm_steady).abs() < 2.0, "{share} %");
    let plain = Run::new(&showers("plain"), false);
    assert!(steady.ended.solved.iterations * 4 < plain.ended.solved.iterations, "routing was skipped");

    let events = Run::new(&showers("events"), false);
    let stored = events.drainage.stored_m3(&events.ended.state);
    let error = events.ended.state.totals.continuity_percent(stored);
    assert!(error.abs() < 1e-6, "{error} % of the water");
    let (quality, state) = (&events.drainage.quality, &events.ended.state);
    for (p, account) in state.quality.network.iter().enumerate() {
        let stored = quality.stored(&state.network, state.engine.reactors(), &state.quality, p);
        let error = account.continuity_percent(stored);
        assert!(error.abs() < 1e-6, "{error} % of pollutant {p}");
    }
    // Period 20 lies in the first event, 60 between the two.
    let lateral = |period: usize| events.values(period)[1];
    assert!(lateral(20) > 0.0 && lateral(60) == 0.0, "{} {}", lateral(20), lateral(60));
    assert_eq!(events.values(60)[0], events.values(80)[0], "the network is held");
}

/// What leaves by the outfalls is what the network's account says, pollutant by pollutant.
#[test]
fn outfall_loads_are_what_left() {
    let run = Run::new(&showers("plain"), false);
    let loads = &run.ended.statistics.as_ref().expect("asked for").outfall_loads;
    for (load, account) in loads.iter().zip(&run.ended.state.quality.network) {
        let left = account.outflow.value();
        assert!((load - left).abs() <= 1e-9 * left, "{load} is not {left}");
    }
}

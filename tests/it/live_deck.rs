//! Decks that name files, in a city: a rehearsal takes them as `twin solve drainage` does.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use twin_core::bindings::drainage::{live, open};
use twin_core::rehearsal::live_deck::{self, LiveDeck};
use twin_core::rehearsal::stage::{Request, Stage};
use twin_core::world::network::Network;
use twin_core::world::sim::Sim;
use twin_physics::port::Inputs;
use twin_physics::solver::Solver;

use crate::rehearsal::root;

fn town() -> String {
    fs::read_to_string(root().join("fixtures/drainage/valley-town/town.inp")).expect("the fixture")
}

/// The town's rows of a section, those of comments left out.
fn rows<'a>(text: &'a str, section: &str) -> Vec<Vec<&'a str>> {
    let body = text.split_once(&format!("[{section}]\n")).expect("the section").1;
    let body = body.split("\n[").next().expect("a body");
    body.lines().filter(|l| !l.starts_with(";;") && !l.is_empty()).map(|l| l.split_whitespace().collect()).collect()
}

/// Puts the town into a folder with its series `STORM` in a file, its rain in another where `rain`, and more rows.
fn with_files(folder: &Path, rain: bool, more: &str) -> String {
    let town = town();
    let mut series = String::new();
    let mut record = String::new();
    for row in rows(&town, "TIMESERIES").into_iter().filter(|r| r[0] == "STORM") {
        series += &format!("{} {}\n", row[1], row[2]);
        let minutes = (row[1].parse::<f64>().expect("hours") * 60.0).round() as u32 + 14 * 60;
        record += &format!("GAUGE 2026 7 15 {} {} {}\n", minutes / 60, minutes % 60, row[2]);
    }
    fs::write(folder.join("storm.dat"), series).unwrap();
    fs::write(folder.join("rain.dat"), record).unwrap();
    let kept = town.lines().filter(|l| !l.starts_with("STORM "));
    let mut text: String = kept.map(|l| format!("{l}\n")).collect();
    text = text.replacen("[TIMESERIES]\n", "[TIMESERIES]\nSTORM FILE \"storm.dat\"\n", 1);
    if rain {
        let (from, to) = ("0:05 1.0 TIMESERIES STORM", "0:05 1.0 FILE \"rain.dat\" GAUGE MM");
        assert!(text.contains(from));
        text = text.replacen(from, to, 1);
    }
    text = format!("{more}\n{text}");
    fs::write(folder.join("town.inp"), &text).unwrap();
    text
}

/// Depths after an hour as a rehearsal steps it.
fn after_an_hour(deck: LiveDeck) -> Vec<f64> {
    let solver = live::solver("town.inp", deck.model, None, deck.hot_start.as_ref()).expect("a sound network");
    let inputs = Arc::new(Inputs::new(solver.ports().input_len()));
    let mut sim = Sim::start("town", solver, &inputs).expect("it has an answer");
    sim.advance(&inputs, 3600.0).expect("it goes on");
    sim.state().routed.network.nodes.depth_m.clone()
}

fn largest(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()))
}

/// A storm in a file of series or in a rain file is the same storm as in the deck itself.
#[test]
fn rain_and_series_may_stand_in_files() {
    let file = root().join("fixtures/drainage/valley-town/town.inp");
    let own = after_an_hour(live_deck::read(&file).expect("a sound deck"));
    assert!(own.iter().any(|d| *d > 0.2), "the storm fills sewers");
    for rain in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        with_files(dir.path(), rain, "");
        let live = live_deck::read(&dir.path().join("town.inp")).expect("a sound deck");
        assert!(live.model.gages.iter().all(|g| !g.record.is_empty() && g.from_file == rain));
        let most_m = largest(&own, &after_an_hour(live));
        assert!(most_m < 1e-6, "{most_m} m, in a rain file: {rain}");
    }
}

/// Both ways in make the same physics of the same files.
#[test]
fn a_rehearsal_reads_what_solve_reads() {
    let dir = tempfile::tempdir().unwrap();
    with_files(
        dir.path(),
        true,
        "[TEMPERATURE]\nFILE \"climate.dat\"\n[ADJUSTMENTS]\nTEMPERATURE 0 0 0 0 0 0 1 0 0 0 0 0",
    );
    fs::write(dir.path().join("climate.dat"), "S 2026 7 14 20 10 4 3\nS 2026 7 15 30 20 5 2\n").unwrap();
    let file = dir.path().join("town.inp");
    let solved = open(&file).0.expect("a sound deck").model();
    let live = live_deck::read(&file).expect("a sound deck").model;
    assert_eq!(live, solved);
    assert_eq!(live.climate.daily.len(), 2);
}

/// The state of a hot start file is what a rehearsal begins with, and what tells its snapshots from others.
#[test]
fn a_hot_start_is_where_a_rehearsal_begins() {
    let dir = tempfile::tempdir().unwrap();
    let fixture = root().join("fixtures/drainage/valley-town/hour1.hsf");
    let plain = without_units(&town());
    fs::write(dir.path().join("town.inp"), format!("[FILES]\nUSE HOTSTART hour1.hsf\n\n{plain}")).unwrap();
    fs::copy(fixture, dir.path().join("hour1.hsf")).unwrap();
    let LiveDeck { model, hot_start, .. } = live_deck::read(&dir.path().join("town.inp")).expect("a sound deck");
    let hot = hot_start.expect("the state");
    let begun = |hot| {
        let solver = live::solver("town.inp", model.clone(), None, hot).expect("a sound network");
        let inputs = Inputs::new(solver.ports().input_len());
        let state = solver.initial_state(&inputs, &mut Default::default()).expect("it has an answer");
        (solver.fingerprint(), state)
    };
    let (of_hot, at_hot) = begun(Some(&hot));
    let (of_dry, at_dry) = begun(None);
    assert_ne!(of_hot, of_dry);
    let depths = &at_hot.routed.network.nodes.depth_m;
    let saved = hot.hot.nodes.iter().map(|n| f64::from(n.depth_ft) * 0.3048).collect::<Vec<_>>();
    assert!(largest(depths, &saved) < 1e-9);
    assert!(largest(depths, &at_dry.routed.network.nodes.depth_m) > 0.2);
}

/// The town as its hot start file knows it: without LID units and standby pumps.
fn without_units(town: &str) -> String {
    let mut section = "";
    let mut text = String::new();
    for line in town.lines() {
        if line.starts_with('[') {
            section = line;
        }
        if section != "[LID_USAGE]" && !(section == "[PUMPS]" && line.starts_with("PB")) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// A file that is not there, and flows from an interface file, are told by their codes.
#[test]
fn files_that_cannot_be_taken_are_told() {
    let dir = tempfile::tempdir().unwrap();
    with_files(dir.path(), false, "");
    fs::remove_file(dir.path().join("storm.dat")).unwrap();
    let codes = || {
        let found = live_deck::read(&dir.path().join("town.inp")).expect_err("it lacks a file");
        found.list().iter().map(|d| (d.code.clone(), d.line > 0)).collect::<Vec<_>>()
    };
    assert_eq!(codes(), [(twin_core::io::swmm_inp::codes::SERIES_OPEN.to_owned(), true)]);
    with_files(dir.path(), false, "[FILES]\nUSE INFLOWS flows.txt");
    assert_eq!(codes(), [(twin_core::rehearsal::drainage_files::UNREADABLE.to_owned(), true)]);
    let flows = "SWMM5 Interface File\nx\n300 - reporting time step in sec\n\
                 1    - number of constituents as listed below:\nFLOW CMS\n\
                 1    - number of nodes as listed below:\nR000T00\nNode Year Mon Day Hr Min Sec FLOW\n\
                 R000T00 2026 07 15 14 00 00 1.0\n";
    fs::write(dir.path().join("flows.txt"), flows).unwrap();
    assert_eq!(codes(), [("NET-204".to_owned(), true)]);
}

/// A city whose deck names files is rehearsed; on a day that its climate file lacks it is refused.
#[test]
fn a_city_of_such_a_deck_is_rehearsed() {
    let dir = tempfile::tempdir().unwrap();
    let fixture = root().join("fixtures/drainage/valley-town");
    let climate = "[TEMPERATURE]\nFILE \"climate.dat\"\n";
    with_files(dir.path(), true, climate);
    fs::copy(fixture.join("city.toml"), dir.path().join("city.toml")).unwrap();
    fs::create_dir(dir.path().join("standards")).unwrap();
    for entry in fs::read_dir(fixture.join("standards")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), dir.path().join("standards").join(entry.file_name())).unwrap();
    }
    fs::write(dir.path().join("climate.dat"), "S 2026 7 15 30 20 5 2\n").unwrap();
    let request = Request {
        scenario: root().join("scenarios/storm-sewer"),
        network: None,
        city: Some(dir.path().to_path_buf()),
        seed: None,
    };
    let stage = Stage::set(&request).unwrap_or_else(|found| panic!("{:?}", found.list()));
    // The scenario's own storm stands in the place of the file's.
    let gage = &stage.drainage().expect("drainage").model().gages[0];
    assert!(!gage.from_file && gage.record.len() > 2);
    stage.course().expect("it has an answer");
    fs::write(dir.path().join("climate.dat"), "S 1998 7 15 30 20 5 2\nS 1998 7 16 30 20 5 2\n").unwrap();
    let found = Stage::set(&request).err().expect("the day is not in the file");
    let told = &found.list()[0];
    assert!(told.code == "NET-205" && told.message.contains("1998-07-15 to 1998-07-16"), "{told}");
    assert!(told.message.contains("2026-07-15"), "{told}");
}

//! A rehearsal on a drainage network: what it shows, how it goes on from bytes, what it refuses.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use twin_core::bindings::drainage::live;
use twin_core::io::report::Lang;
use twin_core::io::results::ResultFolder;
use twin_core::rehearsal::course::{Course, Outcome};
use twin_core::rehearsal::live_deck;
use twin_core::rehearsal::outcome::{self, Cost, Place};
use twin_core::rehearsal::stage::{Request, Stage};
use twin_core::time::SimTime;
use twin_core::world::network::Network;
use twin_core::world::sim::Sim;
use twin_physics::port::Inputs;
use twin_physics::solver::Solver;

use crate::rehearsal::root;

fn request(scenario: PathBuf) -> Request {
    Request { scenario, network: None, city: None, seed: None }
}

fn stage() -> Stage {
    Stage::set(&request(root().join("scenarios/storm-sewer"))).expect("the drill is sound")
}

fn run(course: &mut Course, pause_s: Option<f64>) -> Outcome {
    let pause = pause_s.and_then(SimTime::from_seconds);
    course.run(pause, &AtomicBool::new(false), |_| {}).expect("the instants settle")
}

/// The drill with some of its text changed, in a folder of its own.
fn changed(folder: &Path, edits: &[(&str, &str)]) -> PathBuf {
    let root = root().canonicalize().unwrap();
    let mut text = std::fs::read_to_string(root.join("scenarios/storm-sewer/scenario.toml")).unwrap();
    let city = format!("city = \"{}\"", root.join("fixtures/drainage/valley-town").display());
    for (from, to) in [("city = \"../../fixtures/drainage/valley-town\"", city.as_str())].iter().chain(edits) {
        assert!(text.contains(from), "{from} is not in the drill");
        text = text.replace(from, to);
    }
    let path = folder.join("scenario.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// The faults flood the town, the rain alone does not; both conserve water; the report says so in both languages.
#[test]
fn the_drill_shows_what_the_faults_cost() {
    let stage = stage();
    let mut course = stage.course().expect("it has an answer");
    assert_eq!(run(&mut course, None), Outcome::Finished);
    let dir = tempfile::tempdir().unwrap();
    let request = request(root().join("scenarios/storm-sewer"));
    let place = Place::fresh(dir.path(), &stage, &request).unwrap();
    let facts = outcome::write(&place, &stage, &course, Cost::default(), true, Lang::Zh).unwrap();
    let last = |variant: usize, name: &str| {
        let metric = facts.variants[variant].metrics.iter().find(|m| m.name == name).expect("a metric");
        *metric.value.last().unwrap()
    };
    assert_eq!(facts.variants[1].name, "no-fault");
    assert!(last(0, "flooded_volume_m3") > 30.0, "{} m3", last(0, "flooded_volume_m3"));
    assert_eq!(last(1, "flooded_volume_m3"), 0.0);
    for variant in &facts.variants {
        assert_eq!(variant.ledgers.len(), 2);
        assert!(variant.ledgers.iter().all(|(_, l)| l.relative_residual <= 1e-9), "{:?}", variant.ledgers);
        assert_eq!(variant.solver.unconverged_steps, 0);
    }
    let codes: Vec<&str> = facts.variants[0].records.iter().map(|r| r.effect.as_str()).collect();
    for code in ["flooding-begins", "surcharge-begins", "pump-on", "weir-spills"] {
        assert!(codes.contains(&code), "{code} is not among the records");
    }
    let report = std::fs::read_to_string(dir.path().join("report.html")).unwrap();
    for words in ["排水管网", "设计降雨：20 年一遇", "DN1000", "溢流节点", "flooded node", "Highest filling"]
    {
        assert!(report.contains(words), "the report does not say {words}");
    }
    assert!(ResultFolder::open(dir.path()).unwrap().read_summary().unwrap().complete);
}

/// A course that is saved in the storm and goes on elsewhere ends in the same bits.
#[test]
fn a_paused_storm_goes_on_alike() {
    let stage = stage();
    let mut straight = stage.course().unwrap();
    run(&mut straight, Some(3600.0));
    let bytes = straight.save();
    let mut again = stage.course().unwrap();
    again.load(&bytes).expect("the bytes fit");
    run(&mut straight, Some(6000.0));
    run(&mut again, Some(6000.0));
    let hashes = |c: &Course| c.tracks().iter().map(|t| (t.name.clone(), t.world.hash())).collect::<Vec<_>>();
    assert_eq!(straight.tracks().len(), 2);
    assert_eq!(hashes(&straight), hashes(&again));
}

/// A snapshot of the town at every ten minutes of the storm goes on bit for bit, buffers or not.
#[test]
fn snapshots_go_on_bit_for_bit() {
    let file = root().join("fixtures/drainage/valley-town/town.inp");
    let deck = live_deck::read(&file).expect("a sound deck");
    let solver = live::solver("town.inp", deck.model, None, None).expect("a sound network");
    let inputs = Arc::new(Inputs::new(solver.ports().input_len()));
    let mut town = Sim::start("town", Arc::clone(&solver), &inputs).unwrap();
    for stop in 1..=12 {
        let mut other = Sim::start("town", Arc::clone(&solver), &inputs).unwrap();
        other.load(&town.save()).expect("the bytes fit");
        for sim in [&mut town, &mut other] {
            sim.advance(&inputs, f64::from(stop) * 600.0).expect("it goes on");
            sim.drop_scratch();
        }
        assert!(town.state() == other.state(), "they differ at {stop}0 min");
        let residual = town.accounts().iter().map(|a| a.relative_residual()).fold(0.0, f64::max);
        assert!(residual <= 1e-9, "{residual}");
    }
}

/// Rain, outfall level, a gate and a clearing are carried over, and act.
#[test]
fn other_actions_act() {
    let dir = tempfile::tempdir().unwrap();
    let path = changed(
        dir.path(),
        &[
            ("do = \"power_off\"\nplace = \"duty-pump\"", "do = \"rain\"\nplace = \"gauges\"\nintensity_mm_h = 90.0"),
            ("do = \"power_off\"\nplace = \"standby-pump\"", "do = \"stage\"\nplace = \"outfall\"\nlevel_m = 997.0"),
            ("do = \"power_on\"\nplace = \"duty-pump\"", "do = \"clear\"\nplace = \"trunk\""),
            (
                "[[place]]\nid = \"outfall\"",
                "[[place]]\nid = \"gauges\"\nrule = \"every\"\nclass = \"gage\"\n\n[[place]]\nid = \"outfall\"",
            ),
        ],
    );
    let stage = Stage::set(&request(path)).unwrap_or_else(|found| panic!("{:?}", found.list()));
    let mut course = stage.course().unwrap();
    run(&mut course, Some(9000.0));
    let probe = |track: usize, wanted: &str| {
        let recorder = &course.tracks()[track].recorder;
        let at =
            stage.plan.probes.iter().position(|p| {
                format!("{} {}", stage.spec().register.get(p.asset).id.local(), p.quantity.key()) == wanted
            });
        *recorder.probes[at.expect("a probe")].last().unwrap()
    };
    assert!((probe(0, "O001 head") - 997.0).abs() < 1e-9, "{}", probe(0, "O001 head"));
    let runoff = |track: usize| *course.tracks()[track].recorder.metrics[4].last().unwrap();
    assert!(runoff(0) > 10.0 * runoff(1), "{} against {}", runoff(0), runoff(1));
}

/// What does not fit is refused by code and line.
#[test]
fn what_does_not_fit_is_refused() {
    for (from, to, code) in [
        ("formula = \"storm.intensity\"", "formula = \"storm.intensiti\"", "SCN-411"),
        ("peak_share = 0.4", "peak_share = 1.4", "SCN-301"),
        (
            "do = \"block\"\nplace = \"trunk\"\nshare = 0.8",
            "do = \"stage\"\nplace = \"trunk\"\nlevel_m = 2.0",
            "SCN-403",
        ),
        (
            "do = \"block\"\nplace = \"trunk\"\nshare = 0.8",
            "do = \"block\"\nplace = \"outfall\"\nshare = 0.8",
            "SCN-403",
        ),
        ("share = 0.8 ", "share = 0.8\nlevel_m = 1.0 ", "SCN-108"),
        ("asset = \"conduit/CR001T00\"", "asset = \"conduit/CR001T99\"", "SCN-401"),
        ("port = \"runoff_total\"", "port = \"leak_total\"", "SCN-404"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = changed(dir.path(), &[(from, to)]);
        let found = Stage::set(&request(path)).err().unwrap_or_else(|| panic!("{to} was taken"));
        let finding = found.list().iter().find(|d| d.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{to}: {:?}", found.list()));
        assert!(finding.line > 0 && !finding.message.is_empty(), "{finding:?}");
    }
    let dir = tempfile::tempdir().unwrap();
    let district = root().canonicalize().unwrap().join("fixtures/district");
    let path = changed(dir.path(), &[]);
    let mut elsewhere = request(path);
    elsewhere.city = Some(district);
    let found = Stage::set(&elsewhere).err().expect("a city without sewers");
    assert!(found.list().iter().any(|d| d.code == "SCN-410"), "{:?}", found.list());
}

//! Streets and sewers of a town in a cloudburst.
//!
//! Measured on the whole town by `cargo run --release -p twin-tests --example cloudburst`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use twin_core::io::city;
use twin_core::io::report::Lang;
use twin_core::rehearsal::course::{Course, Outcome};
use twin_core::rehearsal::outcome::{self, Cost, Place};
use twin_core::rehearsal::stage::{Request, Stage};
use twin_core::rehearsal::threads::Threads;
use twin_core::time::SimTime;
use twin_physics::kernels::surface::step::Serial;
use twin_tests::cloudburst::{Town, Weather};

use crate::rehearsal::root;

/// 60 conduits under 300 × 180 cells for an hour: all water accounted for, the sewers take and give, and no bit depends
/// on the number of threads.
#[test]
fn a_town_keeps_its_water_through_a_storm() {
    let mut town = Town::new(60, [300, 180], Weather::Storm, Arc::new(Serial));
    let mut other = Town::new(60, [300, 180], Weather::Storm, Arc::new(Threads::new(2).expect("threads")));
    let (mut taken, mut back) = (false, false);
    for k in 0..180 {
        town.step(20.0);
        if k < 90 {
            other.step(20.0);
        }
        if k == 89 {
            assert_eq!(town.state, other.state, "two threads");
        }
        assert!(town.imbalance() < 1e-9, "{} after {} s", town.imbalance(), 20 * k);
        taken |= town.above().into_m3s.iter().any(|q| *q > 1e-3);
        back |= town.above().into_m3s.iter().any(|q| *q < -1e-3);
    }
    assert!(taken && back, "water goes down: {taken}, comes up: {back}");
    assert!(town.wet_share() > 0.2, "{} of the cells are wet", town.wet_share());
}

/// At steady inflow no exchange swings: at most two changes of sign after the first minute, and at the end a ripple of
/// at most 1 % of its mean, or 0.02 L/s where a film still drains.
#[test]
fn exchanges_come_to_rest_at_steady_inflow() {
    let mut town = Town::new(60, [300, 180], Weather::Steady(0.05), Arc::new(Serial));
    let nodes = town.above().into_m3s.len();
    let mut flows = vec![Vec::new(); nodes];
    for _ in 0..1800 {
        town.step(2.0);
        flows.iter_mut().zip(&town.above().into_m3s).for_each(|(list, q)| list.push(*q));
    }
    let doors: Vec<usize> = town.model().doors.iter().map(|d| d.node as usize).collect();
    let mut bad = Vec::new();
    for node in doors {
        let list: Vec<f64> = flows[node][30..].to_vec();
        let signs: Vec<f64> = list.iter().filter(|q| q.abs() > 1e-6).map(|q| q.signum()).collect();
        let turns = signs.windows(2).filter(|p| p[0] != p[1]).count();
        let end = &list[list.len() - 60..];
        let mean = end.iter().sum::<f64>() / end.len() as f64;
        let [low, high] = end.iter().fold([f64::MAX, f64::MIN], |[a, b], q| [a.min(*q), b.max(*q)]);
        if turns > 2 || high - low > 0.01 * mean.abs() + 2e-5 {
            bad.push(format!("node {node}: {turns} changes of sign, {low} to {high} m³/s at the end"));
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(town.imbalance() < 1e-9, "{}", town.imbalance());
}

/// Inlets of a deck's streets are openings of the sewers they lead to, on both sides of the street.
#[test]
fn inlets_of_a_deck_open_onto_the_streets() {
    let [manholes, dual] = twin_tests::cloudburst::doors();
    assert!(manholes.is_empty() && !dual.is_empty(), "{manholes:?} {dual:?}");
    assert!(dual.iter().all(|(_, count)| *count >= 2 && count % 2 == 0), "{dual:?}");
}

fn request() -> Request {
    Request { scenario: root().join("scenarios/cloudburst"), network: None, city: None, seed: None }
}

fn run(course: &mut Course, pause_s: Option<f64>) -> Outcome {
    let pause = pause_s.and_then(SimTime::from_seconds);
    course.run(pause, &AtomicBool::new(false), |_| {}).expect("the instants settle")
}

/// The drill: without power the low road is under water and the switch room beside it is lost, with power neither;
/// every account closes, and the maps of the streets are there.
#[test]
fn the_drill_floods_the_low_road_and_what_lies_beside_it() {
    let stage = Stage::set(&request()).expect("the drill is sound");
    let mut course = stage.course().expect("it has an answer");
    assert_eq!(run(&mut course, None), Outcome::Finished);
    let dir = tempfile::tempdir().unwrap();
    let place = Place::fresh(dir.path(), &stage, &request()).unwrap();
    let facts = outcome::write(&place, &stage, &course, Cost::default(), true, Lang::Zh).unwrap();
    let most = |variant: usize, name: &str| {
        let metric = facts.variants[variant].metrics.iter().find(|m| m.name == name).expect("a metric");
        metric.value.iter().copied().fold(0.0, f64::max)
    };
    assert!(most(0, "flooded_area_m2") > 500.0, "{} m²", most(0, "flooded_area_m2"));
    assert_eq!(most(1, "flooded_area_m2"), 0.0);
    let lost = |variant: usize| {
        let records = &facts.variants[variant].records;
        records.iter().any(|r| r.effect == "underpass-closed" && r.target == "drainage/underpass/switch-room")
    };
    assert!(lost(0) && !lost(1), "the switch room: {} without power, {} with it", lost(0), lost(1));
    for variant in &facts.variants {
        let names: Vec<&str> = variant.ledgers.keys().map(String::as_str).collect();
        assert_eq!(names, ["drainage", "drainage catchments", "drainage streets", "drainage underpasses"]);
        assert!(variant.ledgers.iter().all(|(_, l)| l.relative_residual <= 1e-9), "{:?}", variant.ledgers);
        assert_eq!(variant.solver.unconverged_steps, 0);
    }
    for name in
        ["street_depth.tif", "street_depth.png", "street_depth.geojson", "street_hazard.tif", "street_arrival.tif"]
    {
        for folder in [dir.path().to_path_buf(), dir.path().join("variants/no-fault")] {
            assert!(folder.join("maps").join(name).is_file(), "{name} is not in {}", folder.display());
        }
    }
}

/// A course that is saved while water runs on the streets goes on elsewhere with the same bits.
#[test]
fn a_paused_cloudburst_goes_on_alike() {
    let stage = Stage::set(&request()).expect("the drill is sound");
    let mut straight = stage.course().unwrap();
    run(&mut straight, Some(3300.0));
    let bytes = straight.save();
    let mut again = stage.course().unwrap();
    again.load(&bytes).expect("the bytes fit");
    run(&mut straight, Some(4000.0));
    run(&mut again, Some(4000.0));
    let hashes = |c: &Course| c.tracks().iter().map(|t| (t.name.clone(), t.world.hash())).collect::<Vec<_>>();
    assert_eq!(straight.tracks().len(), 2);
    assert_eq!(hashes(&straight), hashes(&again));
}

const DAMS: &str = "
[[check_dam]]
id = \"upper\"
floor_m = 1040.0
area_m2 = 800.0
crest_m = 1045.0
crest_length_m = 12.0
failure = { overflow_m = 0.2, foot_m = 1040.0, breach_width_m = 5.0, breach_time_s = 120.0 }
volume_m3 = 3900.0
inflow = 3.0
into = \"lower\"

[[check_dam]]
id = \"lower\"
floor_m = 1020.0
area_m2 = 700.0
crest_m = 1024.0
crest_length_m = 10.0
failure = { overflow_m = 0.2, foot_m = 1020.0 }
volume_m3 = 2000.0
x = 328.0
y = 80.0
";

/// Check dams above a city's streets are assets of it: they fail one after the other within the first minutes, the
/// record tells it, their water has an account that closes, and a course that is saved between the two failures goes on
/// with the same bits.
#[test]
fn check_dams_above_the_streets_of_a_city_fail_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let asked = valley_town(dir.path());
    let streets = dir.path().join("streets.toml");
    let text = std::fs::read_to_string(&streets).unwrap();
    std::fs::write(&streets, text + DAMS).unwrap();
    let stage = Stage::set(&asked).unwrap_or_else(|found| panic!("{found:?}"));
    let mut straight = stage.course().expect("it has an answer");
    run(&mut straight, Some(300.0));
    let mut again = stage.course().unwrap();
    again.load(&straight.save()).expect("the bytes fit");
    run(&mut straight, Some(1200.0));
    run(&mut again, Some(1200.0));
    let hashes = |c: &Course| c.tracks().iter().map(|t| (t.name.clone(), t.world.hash())).collect::<Vec<_>>();
    assert_eq!(hashes(&straight), hashes(&again));
    let out = tempfile::tempdir().unwrap();
    let place = Place::fresh(out.path(), &stage, &asked).unwrap();
    let facts = outcome::write(&place, &stage, &straight, Cost::default(), false, Lang::Zh).unwrap();
    let base = &facts.variants[0];
    let breached: Vec<_> = base.records.iter().filter(|r| r.effect == "check-dam-breached").collect();
    let names: Vec<_> = breached.iter().map(|r| r.target.as_str()).collect();
    assert_eq!(names, ["drainage/check_dam/upper", "drainage/check_dam/lower"]);
    let at = breached.iter().map(|r| r.t.seconds()).collect::<Vec<_>>();
    assert!(at[0] < 300.0 && at[0] < at[1], "saved while it grows: {at:?}");
    let ledger = &base.ledgers["drainage check dams"];
    assert!(ledger.relative_residual <= 1e-12, "{ledger:?}");
    assert!(base.ledgers.values().all(|l| l.relative_residual <= 1e-9), "{:?}", base.ledgers);
}

/// The valley town with its streets in a folder of its own, and the drill that is played there.
fn valley_town(dir: &Path) -> Request {
    let from = root().join("fixtures/drainage/valley-town");
    for name in ["town.inp", "ground.asc", "river.asc", "streets.toml", "city-with-streets.toml"] {
        std::fs::copy(from.join(name), dir.join(name)).unwrap();
    }
    std::fs::create_dir(dir.join("standards")).unwrap();
    std::fs::copy(from.join("standards/storm.toml"), dir.join("standards/storm.toml")).unwrap();
    let scenario = std::fs::read_to_string(root().join("scenarios/cloudburst/scenario.toml")).unwrap();
    let place = dir.join("city-with-streets.toml");
    let scenario =
        scenario.replace("../../fixtures/drainage/valley-town/city-with-streets.toml", &place.display().to_string());
    let path = dir.join("scenario.toml");
    std::fs::write(&path, scenario).unwrap();
    Request { scenario: path, network: None, city: None, seed: None }
}

/// Streets that do not fit are told by code and place: over a water network, far from the sewers, pumped into nowhere.
#[test]
fn streets_that_do_not_fit_are_told() {
    let from = root().join("fixtures/drainage/valley-town");
    let dir = tempfile::tempdir().unwrap();
    let asked = valley_town(dir.path());
    let place = dir.path().join("city-with-streets.toml");
    let told = |file: &str, edits: &[(&str, &str)]| {
        let sound = std::fs::read_to_string(from.join(file)).unwrap();
        let mut text = sound.clone();
        for (old, new) in edits {
            assert!(text.contains(old), "{old} is not in {file}");
            text = text.replace(old, new);
        }
        std::fs::write(dir.path().join(file), text).unwrap();
        let found = Stage::set(&asked).err().expect("it does not fit");
        std::fs::write(dir.path().join(file), sound).unwrap();
        found.list().iter().map(|d| d.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told("ground.asc", &[("xllcorner 35", "xllcorner 90000")])[0], "FLD-012");
    let away = [("xllcorner 35", "xllcorner 90000")];
    assert!(!told("ground.asc", &away).is_empty());
    let pumped = "closure_depth_m = 0.27\npump = { rate_m3s = 0.1, start_m3 = 2.0, stop_m3 = 1.0, into = \"M9\" }";
    assert_eq!(told("streets.toml", &[("closure_depth_m = 0.27", pumped)]), ["NET-205"]);
    assert_eq!(told("streets.toml", &[("rain = \"case\"", "rain = \"clouds\"")]), ["FLD-005"]);
    assert_eq!(
        told("city-with-streets.toml", &[("surface = \"streets.toml\"", "surface = \"roads.toml\"")]),
        ["CITY-101"]
    );
    let water = root().join("fixtures/district/networks/water.inp");
    std::fs::copy(water, dir.path().join("water.inp")).unwrap();
    let text = std::fs::read_to_string(&place).unwrap();
    let text = text.replace("domain = \"drainage\"", "domain = \"water\"").replace("town.inp", "water.inp");
    std::fs::write(&place, text).unwrap();
    let (_, found) = city::read(&place);
    assert!(found.list().iter().any(|d| d.code == "CITY-112" && d.line > 0), "{found:?}");
}

//! A city whose streets have no sewers: a chain of check dams fails above its town, dam after dam, and the wave fills a
//! low road.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use twin_core::bindings::surface;
use twin_core::io::report::Lang;
use twin_core::io::{city, flood_case};
use twin_core::model::storm::RainSeries;
use twin_core::rehearsal::course::{Course, Outcome};
use twin_core::rehearsal::outcome::{self, Cost, Place};
use twin_core::rehearsal::solve_flood;
use twin_core::rehearsal::solve_water::Watch;
use twin_core::rehearsal::stage::{Request, Stage};
use twin_core::time::SimTime;
use twin_core::world::hash;
use twin_physics::domains::surface::solver::SurfaceScratch;
use twin_physics::kernels::surface::step::Serial;
use twin_physics::port::Inputs;
use twin_physics::solver::Solver;

use crate::rehearsal::root;

const TOWN: &str = "fixtures/surface/gully-town";

fn request(scenario: PathBuf) -> Request {
    Request { scenario, network: None, city: None, seed: None }
}

fn drill() -> Request {
    request(root().join("scenarios/check-dam-chain"))
}

fn run(course: &mut Course, pause_s: Option<f64>) -> Outcome {
    let pause = pause_s.and_then(SimTime::from_seconds);
    course.run(pause, &AtomicBool::new(false), |_| {}).expect("the instants settle")
}

/// With its spillway blocked the uppermost dam breaches, the others follow in order, the wave closes the low road after
/// the last of them; with the spillway free no dam fails and the road stays dry. Every account closes, and report and
/// maps are there.
#[test]
fn the_drill_fails_dam_after_dam_down_to_the_town() {
    let stage = Stage::set(&drill()).unwrap_or_else(|found| panic!("{found:?}"));
    let mut course = stage.course().expect("it has an answer");
    assert_eq!(run(&mut course, None), Outcome::Finished);
    let dir = tempfile::tempdir().unwrap();
    let place = Place::fresh(dir.path(), &stage, &drill()).unwrap();
    let facts = outcome::write(&place, &stage, &course, Cost::default(), true, Lang::Zh).unwrap();
    let when = |variant: usize, effect: &str| {
        let records = facts.variants[variant].records.iter().filter(|r| r.effect == effect);
        records.map(|r| (r.target.clone(), r.t.seconds())).collect::<Vec<_>>()
    };
    let breached = when(0, "check-dam-breached");
    let names: Vec<_> = breached.iter().map(|b| b.0.as_str()).collect();
    assert_eq!(names, ["upper", "middle", "lower"].map(|id| format!("ground/check_dam/{id}")));
    assert!(breached.windows(2).all(|w| w[0].1 < w[1].1), "{breached:?}");
    let closed = when(0, "underpass-closed");
    assert!(
        closed.len() == 1 && closed[0].0 == "ground/underpass/low-road" && closed[0].1 > breached[2].1,
        "{closed:?}"
    );
    assert!(when(1, "check-dam-breached").is_empty() && when(1, "underpass-closed").is_empty());
    let most = |variant: usize, name: &str| {
        let metric = facts.variants[variant].metrics.iter().find(|m| m.name == name).expect("a metric");
        metric.value.iter().copied().fold(0.0, f64::max)
    };
    let areas = [0, 1].map(|v| most(v, "flooded_area_m2"));
    assert!(areas[0] > 3.0 * areas[1] && areas[1] > 0.0, "{areas:?} m²");
    for variant in &facts.variants {
        let names: Vec<&str> = variant.ledgers.keys().map(String::as_str).collect();
        assert_eq!(names, ["ground", "ground check dams", "ground underpasses"]);
        assert!(variant.ledgers.values().all(|l| l.relative_residual <= 1e-12), "{:?}", variant.ledgers);
        assert_eq!(variant.solver.unconverged_steps, 0);
    }
    for name in ["street_depth.tif", "street_depth.png", "street_hazard.tif", "street_arrival.tif", "max_depth.geojson"]
    {
        for folder in [dir.path().to_path_buf(), dir.path().join("variants/free")] {
            assert!(folder.join("maps").join(name).is_file(), "{name} is not in {}", folder.display());
        }
    }
    let report = std::fs::read_to_string(dir.path().join("report.html")).unwrap();
    for words in ["淤地坝 upper", "check dam upper", "溃决", "it breaches", "测点最大水深"] {
        assert!(report.contains(words), "{words} is not in the report");
    }
}

/// A course that is saved while the first breach grows goes on elsewhere with the same bits.
#[test]
fn a_paused_chain_goes_on_alike() {
    let stage = Stage::set(&drill()).expect("the drill is sound");
    let mut straight = stage.course().unwrap();
    run(&mut straight, Some(2490.0));
    let mut again = stage.course().unwrap();
    again.load(&straight.save()).expect("the bytes fit");
    run(&mut straight, Some(3600.0));
    run(&mut again, Some(3600.0));
    let hashes = |c: &Course| c.tracks().iter().map(|t| (t.name.clone(), t.world.hash())).collect::<Vec<_>>();
    assert_eq!(straight.tracks().len(), 2);
    assert_eq!(hashes(&straight), hashes(&again));
}

struct Quiet;

impl Watch for Quiet {
    fn at(&mut self, _: f64) {}
}

/// The solver a city drives takes the same steps as `twin solve flood` with rows as far apart: not a bit is different.
#[test]
fn a_city_and_the_command_compute_the_same_flood() {
    let (case, found) = flood_case::read_file(&root().join(TOWN).join("gully.toml"));
    let mut case = case.unwrap_or_else(|| panic!("{found:?}"));
    (case.duration_s, case.gauge_every_s, case.output_every_s) = (3600.0, 60.0, None);
    let dir = tempfile::tempdir().unwrap();
    let solved = solve_flood::run(&case, dir.path(), Arc::new(Serial), &mut Quiet).expect("it runs");
    let solver = surface::solver("gully.toml", surface::model(case, None)).expect("a sound surface");
    let inputs = Inputs::new(solver.ports().input_len());
    let mut scratch = SurfaceScratch::default();
    let mut state = solver.initial_state(&inputs, &mut scratch).expect("a start");
    for _ in 0..60 {
        solver.step(&mut state, &inputs, 60.0, &mut scratch).expect("a step");
    }
    let flood = &state.flood;
    let seen = (&flood.water, &flood.soaked, &flood.barriers, &flood.fillings, &flood.dams);
    assert_eq!(hash::hex(&hash::state_hash(&seen)), solved.state_hash);
    assert!(flood.water.booked.given_m3 > 1000.0, "water comes out of the gully");
}

/// The scenario's rain falls whole, on all the ground, and no longer than it lasts.
#[test]
fn a_storm_falls_on_all_the_ground() {
    let (case, _) = flood_case::read_file(&root().join(TOWN).join("gully.toml"));
    let rain = RainSeries { step_s: 300.0, intensity_ms: vec![1e-5, 2e-5] };
    let model = surface::model(case.expect("a case"), Some((&rain, 120.0)));
    let ground_m2 = (model.flood.ground.columns * model.flood.ground.rows) as f64 * 100.0;
    let solver = surface::solver("gully.toml", model).expect("a sound surface");
    let inputs = Inputs::new(solver.ports().input_len());
    let mut scratch = SurfaceScratch::default();
    let mut state = solver.initial_state(&inputs, &mut scratch).expect("a start");
    for _ in 0..15 {
        solver.step(&mut state, &inputs, 60.0, &mut scratch).expect("a step");
    }
    assert!((state.flood.water.booked.rain_m3 / (ground_m2 * rain.depth_m()) - 1.0).abs() < 1e-9);
}

/// The drill and its city in a folder of their own, with some of a file's text changed.
fn changed(dir: &Path, file: &str, edits: &[(&str, &str)]) -> Request {
    let town = root().join(TOWN);
    std::fs::create_dir_all(dir.join("standards")).unwrap();
    let names = ["city.toml", "gully.toml", "ground.asc", "flood.csv", "upper.csv", "middle.csv", "lower.csv"];
    for name in names.into_iter().chain(["standards/storm.toml"]) {
        std::fs::copy(town.join(name), dir.join(name)).unwrap();
    }
    let drill = std::fs::read_to_string(root().join("scenarios/check-dam-chain/scenario.toml")).unwrap();
    let here = drill.replace("../../fixtures/surface/gully-town", &dir.display().to_string());
    std::fs::write(dir.join("scenario.toml"), here).unwrap();
    let mut text = std::fs::read_to_string(dir.join(file)).unwrap();
    for (from, to) in edits {
        assert!(text.contains(from), "{from} is not in {file}");
        text = text.replace(from, to);
    }
    std::fs::write(dir.join(file), text).unwrap();
    request(dir.join("scenario.toml"))
}

/// What does not fit is told by its code: two tables of where it plays, streets over a surface, a chain in a circle, a
/// spillway that is not there, a city without a surface.
#[test]
fn what_does_not_fit_a_surface_is_told() {
    let told = |file: &str, edits: &[(&str, &str)]| {
        let dir = tempfile::tempdir().unwrap();
        let found = Stage::set(&changed(dir.path(), file, edits)).err().expect("it does not fit");
        found.list().iter().map(|d| d.code.clone()).collect::<Vec<_>>()
    };
    let both = [("[surface.storm]", "[drainage]\n\n[surface.storm]")];
    assert_eq!(told("scenario.toml", &both), ["SCN-108"]);
    let over = [("file = \"gully.toml\"", "file = \"gully.toml\"\nsurface = \"gully.toml\"")];
    assert_eq!(told("city.toml", &over)[0], "CITY-112");
    assert_eq!(told("gully.toml", &[("x = 5.0\ny = 245.0", "into = \"upper\"")]), ["FLD-023"]);
    assert_eq!(told("scenario.toml", &[("[surface.storm]", "[drainage.storm]")]), ["SCN-410"]);
    let whole = "spillway = { sill_m = 1078.5, width_m = 10.0 }\n";
    assert_eq!(told("gully.toml", &[(whole, "")]), ["SCN-403"], "a dam without a spillway has none to be blocked");
    let (city, found) = city::read(&root().join(TOWN));
    assert!(city.is_some() && found.list().is_empty(), "{found:?}");
}

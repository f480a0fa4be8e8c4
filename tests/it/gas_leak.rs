//! A rehearsal on a gas network: what it shows, how it goes on from bytes, what it refuses.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use twin_core::behaviour::Role;
use twin_core::io::city;
use twin_core::io::report::Lang;
use twin_core::io::results::ResultFolder;
use twin_core::model::spatial;
use twin_core::rehearsal::course::{Course, Outcome};
use twin_core::rehearsal::outcome::{self, Cost, Place};
use twin_core::rehearsal::stage::{Request, Stage};
use twin_core::time::SimTime;

use crate::rehearsal::root;

fn request(scenario: PathBuf) -> Request {
    Request { scenario, network: None, city: None, seed: None }
}

fn stage() -> Stage {
    Stage::set(&request(root().join("scenarios/gas-leak"))).unwrap_or_else(|found| panic!("{:?}", found.list()))
}

fn run(course: &mut Course, pause_s: Option<f64>) -> Outcome {
    let pause = pause_s.and_then(SimTime::from_seconds);
    course.run(pause, &AtomicBool::new(false), |_| {}).expect("the instants settle")
}

fn hashes(course: &Course) -> Vec<(String, [u8; 32])> {
    course.tracks().iter().map(|t| (t.name.clone(), t.world.hash())).collect()
}

/// The drill with some of its text changed, in a folder of its own.
fn changed(folder: &Path, edits: &[(&str, &str)]) -> PathBuf {
    let root = root().canonicalize().unwrap();
    let mut text = std::fs::read_to_string(root.join("scenarios/gas-leak/scenario.toml")).unwrap();
    let city = format!("city = \"{}\"", root.join("fixtures/gas/town").display());
    for (from, to) in [("city = \"../../fixtures/gas/town\"", city.as_str())].iter().chain(edits) {
        assert!(text.contains(from), "{from} is not in the drill");
        text = text.replace(from, to);
    }
    let path = folder.join("scenario.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// Shutting the valves ends the leak; doing nothing loses a multiple of the gas; both keep their mass to the last
/// digits. Report and map say so in both languages.
#[test]
fn shutting_the_valves_saves_the_gas() {
    let stage = stage();
    let mut course = stage.course().expect("it has an answer");
    assert_eq!(run(&mut course, None), Outcome::Finished);
    let dir = tempfile::tempdir().unwrap();
    let place = Place::fresh(dir.path(), &stage, &request(root().join("scenarios/gas-leak"))).unwrap();
    let facts = outcome::write(&place, &stage, &course, Cost::default(), true, Lang::Zh).unwrap();
    let (base, idle) = (&facts.variants[0], &facts.variants[1]);
    assert_eq!(idle.name, "do-nothing");
    let metric = |variant: usize, name: &str| {
        let found = facts.variants[variant].metrics.iter().find(|m| m.name == name);
        found.expect("a metric").figures()
    };
    let lost_kg = [0, 1].map(|v| metric(v, "gas_lost_kgs").integral.unwrap());
    assert!(lost_kg[0] > 100.0 && lost_kg[1] > 3.0 * lost_kg[0], "{lost_kg:?} kg");
    assert!(metric(0, "gas_lost_kgs").last.unwrap() < 1e-3, "the piece between the valves is empty in the end");
    assert!(metric(1, "gas_lost_kgs").last.unwrap() > 0.1);
    let short = [0, 1].map(|v| metric(v, "shortfall_kgs").last.unwrap());
    assert!(short[0] < 1e-3 && short[1] > short[0], "{short:?} kg/s");
    for v in [0, 1] {
        let pack = metric(v, "line_pack_kg");
        assert!(pack.min.unwrap() < pack.first.unwrap(), "the pipes give of their gas");
    }
    for variant in [base, idle] {
        assert_eq!(variant.ledgers.len(), 1);
        assert!(variant.ledgers["gas"].relative_residual <= 1e-12, "{:?}", variant.ledgers);
        assert_eq!(variant.solver.unconverged_steps, 0, "{:?}", variant.solver);
    }
    let report = std::fs::read_to_string(dir.path().join("report.html")).unwrap();
    for words in
        ["燃气管网", "DN74 燃气管 ring-3", "DN74 gas pipe ring-3", "管存", "不处置", "Lowest pressure as a share"]
    {
        assert!(report.contains(words), "the report does not say {words}");
    }
    assert!(dir.path().join("maps/min_pressure.geojson").is_file());
    assert!(ResultFolder::open(dir.path()).unwrap().read_summary().unwrap().complete);
}

/// A course that is saved while gas flows out, and again between the valves, ends in the same bits; so does one on
/// another number of threads.
#[test]
fn a_paused_leak_goes_on_alike_on_any_number_of_threads() {
    let stage = stage();
    let on = |threads: usize, pauses: &[f64]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut course = stage.course().unwrap();
            for pause in pauses {
                run(&mut course, Some(*pause));
                let bytes = course.save();
                course = stage.course().unwrap();
                course.load(&bytes).expect("the bytes fit");
            }
            run(&mut course, Some(5400.0));
            hashes(&course)
        })
    };
    let straight = on(1, &[]);
    assert_eq!(straight.len(), 2);
    assert_eq!(on(2, &[]), straight);
    assert_eq!(on(1, &[900.0, 2700.0]), straight);
}

/// A source that gives less, loads that rise for an hour, a regulator set lower, a hole that is mended: all are carried
/// over, and act.
#[test]
fn other_actions_act() {
    let dir = tempfile::tempdir().unwrap();
    let here = "asset = \"pipe/ring-3\"             # 环网东侧 / on the eastern side of the ring\n";
    let source = "\n[[place]]\nid = \"source\"\nrule = \"asset\"\nasset = \"source/S0\"\n";
    let loads = "\n[[place]]\nid = \"loads\"\nrule = \"every\"\nclass = \"junction\"\n";
    let more = format!("{here}{source}{loads}");
    let events = "[[variant]]\nid = \"do-nothing\"";
    let added = "[[event]]\nid = \"weak\"\nat_s = 60.0\ndo = \"source_pressure\"\nplace = \"source\"\npressure_pa = \
                 6.0e5\n\n[[event]]\nid = \"cold\"\nat_s = 120.0\ndo = \"load_factor\"\nplace = \"loads\"\nfactor = \
                 1.2\nduration_s = 240.0\n\n[[event]]\nid = \"lower\"\nat_s = 300.0\ndo = \"set\"\nplace = \
                 \"gate\"\nsetting = 3.5e5\n\n[[event]]\nid = \"mend\"\nat_s = 1200.0\ndo = \"repair\"\nplace = \
                 \"hole\"\n\n";
    let path = changed(dir.path(), &[(here, more.as_str()), (events, &format!("{added}{events}"))]);
    let stage = Stage::set(&request(path)).unwrap_or_else(|found| panic!("{:?}", found.list()));
    let mut course = stage.course().unwrap();
    run(&mut course, Some(1800.0));
    let recorder = &course.tracks()[0].recorder;
    let at = |name: &str, t_s: f64| {
        let metric = stage.plan.metrics.iter().position(|m| m.name == name).expect("a metric");
        let row = recorder.t_s.iter().position(|t| *t == t_s).expect("an instant");
        recorder.metrics[metric][row]
    };
    let gate = stage.plan.probes.iter().position(|p| {
        let asset = stage.spec().register.get(p.asset);
        asset.id.local() == "M3" && p.quantity.key() == "pressure"
    });
    let boiler = &recorder.probes[gate.expect("a probe")];
    assert!(*boiler.last().unwrap() < 3.5e5, "{boiler:?}");
    assert!(at("source_kgs", 330.0) > 0.0);
    assert!(at("gas_lost_kgs", 900.0) > 0.1);
    assert_eq!(at("gas_lost_kgs", 1800.0), 0.0);
}

/// What does not fit is refused by code and line.
#[test]
fn what_does_not_fit_is_refused() {
    let burst = "do = \"burst\"\nplace = \"hole\"\nhole_diameter_m = 0.03";
    for (from, to, code) in [
        ("[gas]\n", "[drainage]\n\n[gas]\n", "SCN-108"),
        ("needed_share = 0.75", "needed_share = 1.75", "SCN-301"),
        (burst, "do = \"burst\"\nplace = \"gate\"\nhole_diameter_m = 0.03", "SCN-403"),
        (burst, "do = \"burst\"\nplace = \"hole\"\nhole_diameter_m = 0.3", "SCN-406"),
        (burst, "do = \"source_pressure\"\nplace = \"hole\"\npressure_pa = 1e5", "SCN-403"),
        (burst, "do = \"load_factor\"\nplace = \"hole\"\nfactor = 2.0", "SCN-403"),
        (burst, "do = \"load_factor\"\nplace = \"district-b\"\nfactor = -2.0", "SCN-301"),
        (burst, "do = \"set\"\nplace = \"hole\"\nsetting = 2e5", "SCN-403"),
        (burst, "do = \"isolate\"\nplace = \"hole\"", "SCN-403"),
        ("asset = \"pipe/ring-3\"", "asset = \"pipe/ring-33\"", "SCN-401"),
        ("port = \"hole_flow\"", "port = \"hole_flaw\"", "SCN-404"),
        ("port = \"line_pack\"", "port = \"linepack\"", "SCN-404"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = changed(dir.path(), &[(from, to)]);
        let found = Stage::set(&request(path)).err().unwrap_or_else(|| panic!("{to} was taken"));
        let finding = found.list().iter().find(|d| d.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{to}: {:?}", found.list()));
        assert!(finding.line > 0 && !finding.message.is_empty(), "{finding:?}");
    }
    let dir = tempfile::tempdir().unwrap();
    let mut elsewhere = request(changed(dir.path(), &[]));
    elsewhere.city = Some(root().canonicalize().unwrap().join("fixtures/district"));
    let found = Stage::set(&elsewhere).err().expect("a city without gas");
    assert!(found.list().iter().any(|d| d.code == "SCN-410"), "{:?}", found.list());
    elsewhere.city = None;
    elsewhere.network = Some(root().canonicalize().unwrap().join("fixtures/gas/town/town.pp.json"));
    Stage::set(&elsewhere).expect("a gas network from its file alone");
}

/// The town has every class of asset its file says, each where it lies and on its ports; a name that stands twice is an
/// error.
#[test]
fn the_town_knows_its_assets() {
    let stage = stage();
    let count = |class: &str| stage.city.register.assets().iter().filter(|a| a.id.class() == class).count();
    for (class, n) in [("source", 1), ("junction", 40), ("pipe", 45), ("valve", 5), ("regulator", 4)] {
        assert_eq!(count(class), n, "{class}");
    }
    assert!(stage.city.register.assets().iter().all(|a| a.position.is_some()), "all of them lie somewhere");
    let gate = stage.city.register.find("regulator/gate").expect("the gate");
    let roles = &stage.city.register.get(gate).roles;
    assert!(roles.contains_key(&Role::Closed) && roles.contains_key(&Role::Setting));
    let near = stage.city.spatial.nearest("valve", (1500.0, -100.0)).expect("a valve");
    let spatial::Place::Asset(valve) = near.0 else { panic!("{near:?}") };
    assert_eq!(stage.city.register.get(valve).id.as_str(), "gas/valve/V2");

    let dir = tempfile::tempdir().unwrap();
    let town = root().join("fixtures/gas/town");
    let text = std::fs::read_to_string(town.join("town.pp.json")).unwrap();
    std::fs::write(dir.path().join("town.pp.json"), text.replace("\\\"A0\\\"", "\\\"A1\\\"")).unwrap();
    let manifest = std::fs::read_to_string(town.join("city.toml")).unwrap();
    std::fs::write(dir.path().join("city.toml"), manifest.replace("standards = \"standards/\"\n", "")).unwrap();
    let (none, found) = city::read(dir.path());
    assert!(none.is_none() && found.list().iter().any(|d| d.code == "CITY-113"), "{:?}", found.list());
}

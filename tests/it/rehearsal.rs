//! Rehearsals as a library: what a run shows, forks, pauses, replays and what it leaves on disk.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use twin_core::io::report::Lang;
use twin_core::io::results::{MetricSeries, ResultFolder, SeriesColumns, VariantFacts, read_events, read_series};
use twin_core::rehearsal::course::{Course, Outcome, ResumeError};
use twin_core::rehearsal::outcome::{self, Cost, PAUSED, Place};
use twin_core::rehearsal::stage::{Request, Stage};
use twin_core::time::SimTime;
use twin_core::world::command::{Command, Input, Lane, NetPort, Rank};
use twin_core::world::journal::{Journal, SqliteJournal};
use twin_physics::domains::water::LinkKind;

/// The last valve of the isolation is shut here, the pipe is mended there [s].
const ISOLATED_S: f64 = 11_400.0;
const MENDED_S: f64 = 25_800.0;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn networks() -> Option<PathBuf> {
    let beside = || root().join("../shared");
    let shared = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    Some(shared.join("networks/water")).filter(|folder| folder.is_dir())
}

/// The drill of the repository with some of its text changed, in a folder of its own.
pub fn drill(folder: &Path, edits: &[(&str, &str)]) -> PathBuf {
    let root = root().canonicalize().unwrap();
    let mut text = std::fs::read_to_string(root.join("scenarios/burst-main/scenario.toml")).unwrap();
    let city = format!("city = \"{}\"", root.join("fixtures/district").display());
    for (from, to) in [("city = \"../../fixtures/district\"", city.as_str())].iter().chain(edits) {
        assert!(text.contains(from), "{from} is not in the drill");
        text = text.replace(from, to);
    }
    let path = folder.join("scenario.toml");
    std::fs::write(&path, text).unwrap();
    path
}

fn request(scenario: PathBuf) -> Request {
    Request { scenario, network: None, city: None, seed: None }
}

fn stage() -> Stage {
    Stage::set(&request(root().join("scenarios/burst-main"))).expect("the drill is sound")
}

fn run(course: &mut Course, pause_at: Option<f64>) -> Outcome {
    let pause_at = pause_at.map(|s| SimTime::from_seconds(s).unwrap());
    course.run(pause_at, &AtomicBool::new(false), |_| {}).expect("the instants settle")
}

fn finished(stage: &Stage) -> Course {
    let mut course = stage.course().expect("the network has an answer");
    assert_eq!(run(&mut course, None), Outcome::Finished);
    course
}

fn hashes(course: &Course) -> Vec<(String, [u8; 32])> {
    course.tracks().iter().map(|t| (t.name.clone(), t.world.hash())).collect()
}

fn metric<'a>(variant: &'a VariantFacts, name: &str) -> &'a MetricSeries {
    variant.metrics.iter().find(|m| m.name == name).expect("a metric of the drill")
}

/// Values of a series in `from_s ≤ t < to_s`.
fn between(series: &MetricSeries, from_s: f64, to_s: f64) -> Vec<f64> {
    let inside: Vec<f64> = series.samples().filter(|(t, _)| (from_s..to_s).contains(t)).map(|(_, v)| v).collect();
    assert!(!inside.is_empty(), "{} has samples from {from_s} to {to_s}", series.name);
    inside
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b))
}

/// The drill shows a burst: customers lose pressure, nothing leaks once the last valve is shut, all have water again
/// after the repair; mass is kept, every step is taken.
#[test]
fn the_drill_falls_and_recovers() {
    let stage = stage();
    let facts = outcome::facts(&stage, &finished(&stage), Cost::default(), true);
    let (base, idle) = (&facts.variants[0], &facts.variants[1]);
    assert_eq!((base.name.as_str(), idle.name.as_str()), ("base", "do-nothing"));

    let low = metric(base, "customers_low_pressure");
    assert_eq!(largest(&between(low, 0.0, 3600.0)), 0.0);
    assert!(largest(&between(low, 3600.0, MENDED_S)) > 1000.0);
    assert_eq!(between(low, 42_000.0, 1e9).last(), Some(&0.0));
    let idle_low = metric(idle, "customers_low_pressure");
    assert!(*between(idle_low, 42_000.0, 1e9).last().unwrap() > 1000.0);

    // The leak of the main itself, not that of the emitters that are always there.
    let hole = base.probes.iter().find(|p| p.name.ends_with("leak_flow")).expect("the drill records it");
    assert!(largest(&between(hole, 3700.0, 5400.0)) > 0.1);
    assert!(largest(&between(hole, ISOLATED_S + 60.0, 1e9)).abs() < 1e-9);
    let idle_hole = idle.probes.iter().find(|p| p.name.ends_with("leak_flow")).unwrap();
    assert!(*between(idle_hole, 42_000.0, 1e9).last().unwrap() > 0.01);

    for variant in [base, idle] {
        assert!(variant.ledgers["water"].relative_residual <= 1e-9, "{:?}", variant.ledgers);
        assert_eq!(variant.solver.unconverged_steps, 0);
        assert!(variant.solver.warnings.is_empty(), "{:?}", variant.solver.warnings);
        assert!(variant.solver.residuals["mass"] < 1e-9 && variant.solver.residuals["energy_m"] < 1e-4);
    }
}

/// A variant is the base run until it parts from it, and changes nothing of it.
#[test]
fn variants_part_where_they_differ() {
    let stage = stage();
    let together = finished(&stage);
    let (base, idle) = (&together.tracks()[0], &together.tracks()[1]);
    let before = |t: &f64| *t <= 5400.0;
    let shared = base.recorder.t_s.iter().filter(|t| before(t)).count();
    assert_eq!(base.recorder.t_s[..shared], idle.recorder.t_s[..shared]);
    for (ours, theirs) in base.recorder.metrics.iter().zip(&idle.recorder.metrics) {
        assert_eq!(ours[..shared], theirs[..shared]);
    }
    assert_ne!(base.recorder.metrics, idle.recorder.metrics);
    let early = |r: &&twin_core::cascade::CascadeRecord| r.t.seconds() < 5400.0;
    let ours: Vec<_> = base.recorder.records.iter().filter(early).collect();
    assert_eq!(ours, idle.recorder.records.iter().filter(early).collect::<Vec<_>>());
    assert!(ours.iter().any(|r| r.rule == "burst"));
    assert!(base.recorder.records.iter().any(|r| r.rule == "isolate"));
    assert!(!idle.recorder.records.iter().any(|r| r.rule.starts_with("isolate") || r.rule.starts_with("repair")));

    let folder = tempfile::tempdir().unwrap();
    let variant = "[[variant]]\nid = \"do-nothing\"\ntitle = { zh = \"不处置\", en = \"Nothing is done\" }\n";
    let alone = drill(folder.path(), &[(variant, ""), ("not_in = [\"do-nothing\"]\n", "")]);
    let alone = finished(&Stage::set(&request(alone)).expect("sound without variants"));
    assert_eq!(alone.tracks().len(), 1);
    assert_eq!(alone.tracks()[0].world.hash(), base.world.hash());
}

/// Paused before the variant parts and in the middle of the valve work, kept as bytes and taken up on a fresh stage:
/// the same bits as straight on.
#[test]
fn a_paused_course_goes_on_to_the_same_bits() {
    let straight = finished(&stage());
    let mut first = stage().course().unwrap();
    let mut bytes = Vec::new();
    for (pause_s, tracks) in [(4000.0, 1), (9300.0, 2), (20_000.0, 2)] {
        assert_eq!(run(&mut first, Some(pause_s)), Outcome::Paused);
        assert_eq!(first.tracks().len(), tracks);
        assert!((0.0..60.0).contains(&(first.now().seconds() - pause_s)), "{}", first.now());
        bytes = first.save();
        let mut second = stage().course().unwrap();
        second.load(&bytes).expect("its own bytes");
        assert_eq!(hashes(&second), hashes(&first));
        assert_eq!(run(&mut second, None), Outcome::Finished);
        assert_eq!(hashes(&second), hashes(&straight));
        for (ours, theirs) in second.tracks().iter().zip(straight.tracks()) {
            assert_eq!(ours.recorder.records, theirs.recorder.records);
            assert_eq!(ours.recorder.metrics, theirs.recorder.metrics);
        }
    }

    // What is cut off or of another scenario is refused, and nothing has changed then.
    let mut third = stage().course().unwrap();
    let start = hashes(&third);
    assert!(third.load(&bytes[..bytes.len() / 2]).is_err());
    let folder = tempfile::tempdir().unwrap();
    let other = drill(folder.path(), &[("hole_share = 0.5", "hole_share = 0.4")]);
    let mut other = Stage::set(&request(other)).unwrap().course().unwrap();
    assert!(matches!(other.load(&bytes), Err(ResumeError::Snapshot(_))));
    assert_eq!(hashes(&third), start);
}

/// The number of threads changes no bit.
#[test]
fn threads_change_no_bit() {
    let stage = stage();
    let on = |threads| {
        let pool = rayon_pool(threads);
        pool.install(|| hashes(&finished(&stage)))
    };
    let one = on(1);
    assert_eq!(one.len(), 2);
    assert_ne!(one[0].1, one[1].1);
    assert_eq!(on(2), one);
    assert_eq!(on(4), one);
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// Chance comes from the seed alone, and what it drew stands in the journal: told to a stage, it gives the same bits.
#[test]
fn the_seed_and_the_journal_decide() {
    let folder = tempfile::tempdir().unwrap();
    let wide = drill(folder.path(), &[("[water]\n", "[water]\ndemand_spread = 0.2\n")]);
    let seeded = |seed| Request { seed: Some(seed), ..request(wide.clone()) };
    let stage = Stage::set(&seeded(7)).expect("sound");
    let course = finished(&stage);
    assert_eq!(hashes(&finished(&Stage::set(&seeded(7)).unwrap())), hashes(&course));
    let other = Stage::set(&seeded(8)).unwrap();
    assert_ne!(hashes(&finished(&other)), hashes(&course));

    let dir = folder.path().join("result");
    let place = Place::fresh(&dir, &stage, &seeded(7)).unwrap();
    outcome::write(&place, &stage, &course, Cost::default(), true, Lang::En).unwrap();
    let told = SqliteJournal::open(&dir.join("journal.db")).unwrap().read_from(SimTime::ZERO).unwrap();
    assert!(told.len() >= 63, "a factor for each junction, {} found", told.len());
    // On the stage of another seed: the inputs decide, not the stage's own draws.
    let mut again = other.course_with(told).unwrap();
    assert_eq!(run(&mut again, None), Outcome::Finished);
    let demand = |c: &Course| c.tracks()[0].world.core().body.metrics.clone();
    assert_eq!(demand(&again), demand(&course));
    assert_eq!(hashes(&again), hashes(&course));
}

/// A second run into the same folder leaves nothing of the first: no inputs, no snapshots, no variants.
#[test]
fn a_new_run_replaces_an_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("result");
    let wide = drill(folder.path(), &[("[water]\n", "[water]\ndemand_spread = 0.2\n")]);
    let old = Request { seed: Some(3), ..request(wide) };
    let stage = Stage::set(&old).unwrap();
    let mut course = stage.course().unwrap();
    run(&mut course, Some(9300.0));
    let place = Place::fresh(&dir, &stage, &old).unwrap();
    outcome::write(&place, &stage, &course, Cost::default(), false, Lang::En).unwrap();
    assert!(dir.join("snapshots").join(PAUSED).is_file() && dir.join("variants/do-nothing").is_dir());

    let variant = "[[variant]]\nid = \"do-nothing\"\ntitle = { zh = \"不处置\", en = \"Nothing is done\" }\n";
    let new = request(drill(folder.path(), &[(variant, ""), ("not_in = [\"do-nothing\"]\n", "")]));
    let stage = Stage::set(&new).unwrap();
    let course = finished(&stage);
    let place = Place::fresh(&dir, &stage, &new).unwrap();
    outcome::write(&place, &stage, &course, Cost::default(), true, Lang::En).unwrap();
    let journal = SqliteJournal::open(&dir.join("journal.db")).unwrap();
    assert_eq!(journal.read_from(SimTime::ZERO).unwrap(), course.inputs());
    assert_eq!(journal.fact("state_hash do-nothing").unwrap(), None);
    drop(journal);
    assert!(!dir.join("variants/do-nothing").exists());
    let left: Vec<_> = std::fs::read_dir(dir.join("snapshots")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["base.snap"]);
}

/// A run that is told to stop leaves a folder that can be read, and goes on from there to the same bits.
#[test]
fn a_stopped_run_is_usable_and_goes_on() {
    let stage = stage();
    let asked = request(root().join("scenarios/burst-main"));
    let folder = tempfile::tempdir().unwrap();
    let place = Place::fresh(folder.path(), &stage, &asked).unwrap();
    let mut course = stage.course().unwrap();
    let stop = AtomicBool::new(false);
    let outcome = course.run(None, &stop, |now| stop.store(now.seconds() >= 8000.0, Ordering::Relaxed)).unwrap();
    assert_eq!(outcome, Outcome::Stopped);
    let reached_s = course.now().seconds();
    assert!((8000.0..8100.0).contains(&reached_s), "{reached_s}");
    outcome::write(&place, &stage, &course, Cost::default(), false, Lang::Zh).unwrap();

    let summary = ResultFolder::open(folder.path()).unwrap().read_summary().unwrap();
    assert!(!summary.complete);
    assert_eq!(summary.duration_s, reached_s);
    for name in ["metrics", "probes", "fields"] {
        let series: SeriesColumns = read_series(folder.path(), name).unwrap();
        assert!(series.len() > 50, "{name}: {} rows", series.len());
        assert!(series.t_s.iter().all(|t| *t <= reached_s));
    }
    let records = read_events(&folder.path().join("events.jsonl")).unwrap().records;
    assert_eq!(records, course.tracks()[0].recorder.records);

    let bytes = std::fs::read(folder.path().join("snapshots").join(PAUSED)).unwrap();
    let mut again = self::stage().course().unwrap();
    again.load(&bytes).unwrap();
    assert_eq!(run(&mut again, None), Outcome::Finished);
    assert_eq!(hashes(&again), hashes(&finished(&stage)));
}

/// A hole beyond all numbers, at half past seven, is nothing the network can take: it stands still and says so, the run
/// goes on, and the folder is whole. Taken back, the network catches up.
#[test]
fn a_network_that_fails_on_the_way_is_a_warning() {
    let stage = stage();
    let pipe = stage.model.links.iter().position(|l| matches!(l.kind, LinkKind::Pipe(_))).unwrap();
    let bad = stage.solver_ports().input("hole_area", pipe).unwrap();
    let factor = stage.solver_ports().input("demand_factor", 5).unwrap();
    let drive = |port, seq, at_s, value| Input {
        at: SimTime::from_seconds(at_s).unwrap(),
        lane: Lane::Control,
        source: "operator".to_owned(),
        seq,
        command: Command::Drive { port: NetPort { network: stage.network, port }, rank: Rank::Manual, value },
    };
    let say = |seq, at_s, value| drive(bad, seq, at_s, value);
    let told = |inputs: &[Input]| {
        let folder = tempfile::tempdir().unwrap();
        let mut course = stage.course_with(inputs.to_vec()).unwrap();
        assert_eq!(run(&mut course, None), Outcome::Finished);
        let place = Place::fresh(folder.path(), &stage, &request(root())).unwrap();
        outcome::write(&place, &stage, &course, Cost::default(), true, Lang::En).unwrap();
        (folder, course)
    };
    // What is out of all range is not even taken in.
    let refused = stage.course_with(vec![drive(factor, 1, 5400.0, Some(-1.0))]).err().expect("it is refused");
    assert!(refused.list()[0].to_string().contains("operator"), "{}", refused.list()[0]);
    let (folder, course) = told(&[say(1, 5400.0, Some(1e200))]);
    let summary = ResultFolder::open(folder.path()).unwrap().read_summary().unwrap();
    assert!(summary.complete && summary.solver.unconverged_steps > 100);
    let warned = summary.solver.warnings.join("\n");
    assert!(warned.contains("degraded since"), "{warned}");
    let records = read_events(&folder.path().join("events.jsonl")).unwrap().records;
    let (at, last) = (5400.0, records.iter().rfind(|r| r.effect == "degraded").expect("it is in the record"));
    assert!(last.t.seconds() >= at && last.t.seconds() <= at + 60.0, "{last:?}");
    assert!(course.tracks().iter().all(|t| t.world.now() == course.end()));

    let (folder, course) = told(&[say(1, 5400.0, Some(1e200)), say(2, 7000.0, None)]);
    let summary = ResultFolder::open(folder.path()).unwrap().read_summary().unwrap();
    let warned = summary.solver.warnings.join("\n");
    assert!(warned.contains("could not be taken") && !warned.contains("degraded since"), "{warned}");
    assert!(summary.ledgers["water"].relative_residual <= 1e-9, "{:?}", summary.ledgers);
    assert!(course.tracks()[0].recorder.records.iter().any(|r| r.effect == "recovered"));
}

/// The drill on a town of somebody else's: places are found, nothing degrades, mass is kept.
#[test]
fn the_drill_carries_over_to_another_network() {
    let Some(network) = networks().map(|n| n.join("L-TOWN.inp")) else {
        eprintln!("no shared networks here: the drill is not played on another one");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    // As far as the last valve and a while beyond.
    let short = drill(folder.path(), &[("duration_s = 43200.0", "duration_s = 28800.0")]);
    let stage = Stage::set(&Request { network: Some(network), ..request(short) }).expect("places are found");
    let facts = outcome::facts(&stage, &finished(&stage), Cost::default(), true);
    for variant in &facts.variants {
        assert_eq!(variant.solver.unconverged_steps, 0, "{}", variant.name);
        assert!(variant.solver.warnings.is_empty(), "{:?}", variant.solver.warnings);
        let ledger = variant.ledgers.values().next().expect("a ledger");
        assert!(ledger.entered > 0.0 && ledger.relative_residual <= 1e-9, "{ledger:?}");
        assert!(variant.records.iter().any(|r| r.rule == "burst"));
    }
    let (base, idle) = (&facts.variants[0], &facts.variants[1]);
    let low = |v| *metric(v, "customers_low_pressure").value.last().unwrap();
    assert!(low(base) < low(idle));
}

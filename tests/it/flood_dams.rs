//! Chains of check dams above a valley: dam after dam fails, the wave reaches the town below later, and no water is
//! lost on the way.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use twin_core::diagnostic::Severity;
use twin_core::io::flood_case::{self, FloodCase, codes};
use twin_core::rehearsal::solve_flood::{self, FloodSolved};
use twin_core::rehearsal::solve_water::Watch;
use twin_core::rehearsal::threads::Threads;
use twin_physics::kernels::surface::barrier::Happened;
use twin_physics::kernels::surface::check_dam::{DamFailure, Next};
use twin_physics::kernels::surface::step::{Runner, Serial};
use twin_physics::kernels::surface::vessel::Vessel;

struct Quiet;

impl Watch for Quiet {
    fn at(&mut self, _: f64) {}
}

/// A gully with three dams above a valley of 600 m; `town` lies at its lower end. The top dam breaches as Froehlich
/// says, the middle one to a width and in a time that are known, and the last one holds what a table says.
const CHAIN: &str = "\
dem = \"dem.asc\"
friction = { manning = 0.04 }
duration_s = 3600
gauge_every_s = 20
KEYS
[[boundary]]
edge = \"east\"
kind = \"free\"
[[check_dam]]
id = \"top\"
floor_m = 80
area_m2 = 3000
crest_m = 86
crest_length_m = 20
spillway = { sill_m = 85.8, width_m = 1 }
failure = { overflow_m = 0.3, foot_m = 80 }
volume_m3 = 17000
inflow = \"storm.csv\"
into = \"middle\"
[[check_dam]]
id = \"last\"
storage = \"last.csv\"
crest_m = 45
crest_length_m = 30
failure = { overflow_m = 0.3, foot_m = 40 }
volume_m3 = 12000
x = 12
y = 52
[[check_dam]]
id = \"middle\"
floor_m = 60
area_m2 = 2500
crest_m = 66
crest_length_m = 25
failure = { overflow_m = 0.4, foot_m = 60, breach_width_m = 12, breach_time_s = 300 }
volume_m3 = 14000
into = \"last\"
[[gauge]]
id = \"mouth\"
x = 12
y = 52
[[gauge]]
id = \"town\"
x = 580
y = 52
";

/// 12 m³/s for half an hour, then less until none after 40 minutes: 25 200 m³.
const STORM: &str = "t_s,value\n0,12\n1800,12\n2400,0\n";
const LAST: &str = "level_m,volume_m3\n40,0\n42,2500\n44,10000\n46,22500\n49,50000\n";

fn write(dir: &Path, text: &str) {
    let bed = |i: usize, j: usize| 35.0 - 0.05 * i as f64 + 0.3 * (j as f64 - 5.0).abs();
    let rows = (0..11).map(|j| (0..120).map(|i| format!("{:.3}", bed(i, j))).collect::<Vec<_>>().join(" "));
    let dem = "ncols 120\nnrows 11\nxllcorner 0\nyllcorner 25\ncellsize 5\n".to_owned();
    for (name, text) in [
        ("dem.asc", dem + &rows.collect::<Vec<_>>().join("\n")),
        ("storm.csv", STORM.to_owned()),
        ("last.csv", LAST.to_owned()),
        ("case.toml", text.to_owned()),
    ] {
        std::fs::write(dir.join(name), text).expect("written");
    }
}

fn read(dir: &Path) -> FloodCase {
    let (case, found) = flood_case::read_file(&dir.join("case.toml"));
    case.unwrap_or_else(|| panic!("{found:#?}"))
}

fn solve(text: &str, runner: Arc<dyn Runner>) -> (FloodSolved, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), text);
    let solved = solve_flood::run(&read(dir.path()), dir.path(), runner, &mut Quiet).expect("it runs");
    (solved, dir)
}

fn chain(keys: &str, runner: Arc<dyn Runner>) -> (FloodSolved, tempfile::TempDir) {
    solve(&CHAIN.replace("KEYS", keys), runner)
}

/// Rows of a table of a folder, those of one id: t, then the columns behind the id.
fn rows(dir: &Path, table: &str, id: &str) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(dir.join(table)).expect("a table");
    let words = text.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>());
    let number = |w: &&str| w.parse::<f64>().expect("a number");
    words.filter(|w| w[1] == id).map(|w| w[..1].iter().chain(&w[2..]).map(number).collect()).collect()
}

/// Greatest depth at a gauge and when it was there; when water first stood a centimetre deep.
fn peak(dir: &Path, gauge: &str) -> (f64, f64, f64) {
    let all = rows(dir, "gauges.csv", gauge);
    let deepest = all.iter().fold([0.0, 0.0], |m, r| if r[1] > m[1] { [r[0], r[1]] } else { m });
    (deepest[1], deepest[0], all.iter().find(|r| r[1] > 0.01).map_or(f64::INFINITY, |r| r[0]))
}

/// The top dam is overtopped by the storm and breaches, the middle one follows it, the last one follows that, and the
/// wave reaches the town after it has left the gully.
#[test]
fn a_chain_of_check_dams_fails_from_the_top_down_to_the_town() {
    let (solved, dir) = chain("", Arc::new(Serial));
    let order =
        ["top", "middle", "last"].map(|id| read(dir.path()).dam_ids.iter().position(|k| k == id).expect("a dam"));
    for dam in order {
        let told: Vec<_> = solved.dammed.iter().filter(|e| e.dam == dam).collect();
        let end = &solved.dams[dam];
        assert!(
            matches!(
                told[..].iter().map(|e| e.what).collect::<Vec<_>>()[..],
                [Happened::Overtopped(_), Happened::Breached(_), Happened::GrownOut(_)]
            ),
            "{dam}: {told:?}"
        );
        let times = [Some(told[0].at_s), Some(told[1].at_s), Some(told[2].at_s)];
        assert_eq!(times, [end.overtopped_s, end.failed_s, end.grown_s]);
    }
    let failed = order.map(|dam| solved.dams[dam].failed_s.expect("it failed"));
    assert!(failed[0] > 60.0 && failed[0] < failed[1] && failed[1] < failed[2], "{failed:?}");
    // Known width and time against Froehlich's.
    assert!((solved.dams[order[1]].last.breach_width_m - 12.0).abs() < 1e-9, "{:?}", solved.dams[order[1]]);
    let [grown, began] = [solved.dams[order[1]].grown_s, solved.dams[order[1]].failed_s].map(|t| t.expect("a time"));
    assert!((grown - began - 300.0).abs() < 11.0, "{began} to {grown}");
    let ((_, mouth_s, _), (deep_m, town_s, arrived_s)) = (peak(dir.path(), "mouth"), peak(dir.path(), "town"));
    assert!(
        town_s > mouth_s && mouth_s > failed[2] && arrived_s > failed[1],
        "{mouth_s} {town_s} {arrived_s} {failed:?}"
    );
    // Had the dams stood, the town would have had the storm alone, later and less deep.
    let standing: Vec<_> = CHAIN.lines().filter(|l| !l.starts_with("failure") && *l != "KEYS").collect();
    let (stood, other) = solve(&standing.join("\n"), Arc::new(Serial));
    let (shallow_m, _, later_s) = peak(other.path(), "town");
    assert!(stood.dams[order[0]].failed_s.is_none() && stood.dams[order[0]].overtopped_s.is_some(), "{:?}", stood.dams);
    assert!(deep_m > 1.5 * shallow_m && later_s >= arrived_s, "{deep_m} m against {shallow_m} m");
}

/// What came, known from the case alone, is behind dams, on the ground or has left through the edge; one thread or two
/// and any depth raster between give the same bits.
#[test]
fn a_chain_keeps_its_water_on_any_threads_and_with_any_output() {
    let came = 17_000.0 + 14_000.0 + 12_000.0 + 12.0 * 1800.0 + 6.0 * 600.0;
    for (precision, limit) in [("precision = \"f64\"", 1e-12), ("precision = \"f32\"", 1e-7)] {
        let (one, _) = chain(precision, Arc::new(Serial));
        let (two, _) = chain(precision, Arc::new(Threads::new(2).expect("two threads")));
        assert_eq!(one, two, "{precision}");
        let (between, dir) = chain(&format!("{precision}\noutput_every_s = 300"), Arc::new(Serial));
        assert_eq!(one.state_hash, between.state_hash, "{precision}");
        assert!(dir.path().join("depth_300.asc").is_file());
        let stands = one.stored_m3 + one.dam_books.stored_m3 + one.dam_books.away_m3 + one.booked.left_m3;
        assert!((stands / came - 1.0).abs() <= limit, "{precision}: {stands} of {came}");
        assert!(one.mass_error_rel <= limit, "{precision}: {}", one.mass_error_rel);
        assert!(one.dam_books.poured_m3 > 20_000.0 && one.dam_books.away_m3 == 0.0, "{:?}", one.dam_books);
    }
}

/// Every dam has its row at every instant of the gauges, and each row's books close.
#[test]
fn the_table_of_check_dams_closes_row_by_row() {
    let (solved, dir) = chain("", Arc::new(Serial));
    for (dam, (id, start)) in [("top", 17_000.0), ("last", 12_000.0), ("middle", 14_000.0)].into_iter().enumerate() {
        let rows = rows(dir.path(), "check_dams.csv", id);
        assert_eq!((rows.len(), rows[0][2]), (181, start));
        for row in &rows {
            let [_, _, volume, entered, left, ..] = row[..] else { panic!("{row:?}") };
            assert!((volume - (start + entered - left)).abs() < 1e-8, "{id}: {row:?}");
        }
        let end = solved.dams[dam].last;
        let last = [end.level_m, end.volume_m3, end.entered_m3, end.left_m3, end.peak_m3s, end.breach_width_m];
        assert_eq!(rows[180][1..], last);
        assert!(rows.windows(2).all(|w| w[0][5] <= w[1][5] && w[0][6] <= w[1][6]), "peaks and breaches grow");
    }
}

/// Every key of a dam arrives where it belongs.
#[test]
fn what_a_dam_is_given_arrives_whole() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), &CHAIN.replace("KEYS", ""));
    let case = read(dir.path());
    assert_eq!(case.dam_ids, ["top", "last", "middle"]);
    let [top, last, middle] = &case.model.dams[..] else { panic!("{:?}", case.model.dams) };
    assert_eq!(top.dam.storage, Vessel::Prism { floor_m: 80.0, area_m2: 3000.0, height_m: 12.0 });
    assert_eq!((top.dam.spillway, top.dam.next, top.volume_m3), (Some([85.8, 1.0]), Next::Dam(2), 17_000.0));
    assert_eq!(top.inflow_m3s.as_ref().map(|q| q.integral(0.0, 1e4)), Some(25_200.0));
    assert_eq!((last.dam.next, last.inflow_m3s.is_none()), (Next::Cell(5 * 120 + 2), true));
    assert_eq!((last.dam.storage.floor_m(), last.dam.storage.capacity_m3()), (40.0, 50_000.0));
    let known = DamFailure { overflow_m: 0.4, foot_m: 60.0, breach: Some([12.0, 300.0]) };
    assert_eq!((middle.dam.failure, middle.dam.next), (Some(known), Next::Dam(1)));
    assert_eq!(top.dam.failure, Some(DamFailure { overflow_m: 0.3, foot_m: 80.0, breach: None }));
}

/// A dam whose last water goes nowhere pours away, and that is told of it.
#[test]
fn a_dam_that_pours_nowhere_pours_away() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = CHAIN.replace("KEYS", "").replace("x = 12\ny = 52\n[[check_dam]]", "[[check_dam]]");
    write(dir.path(), &text);
    let solved = solve_flood::run(&read(dir.path()), dir.path(), Arc::new(Serial), &mut Quiet).expect("it runs");
    assert!(solved.dam_books.away_m3 > 20_000.0 && solved.stored_m3 == 0.0, "{:?}", solved.dam_books);
    assert!(solved.mass_error_rel <= 1e-12, "{}", solved.mass_error_rel);
}

/// Each thing a dam cannot be has its code at the line of the key that says it.
#[test]
fn a_check_dam_that_cannot_be_is_refused_at_its_line() {
    let whole = "dem = \"dem.asc\"\nfriction = { manning = 0.03 }\nduration_s = 60\n\
        [[check_dam]]\nid = \"D\"\nfloor_m = 20\narea_m2 = 900\ncrest_m = 26\ncrest_length_m = 30\n\
        failure = { overflow_m = 0.3, foot_m = 20, breach_width_m = 9, breach_time_s = 600 }\n";
    let dir = tempfile::tempdir().expect("a folder");
    let told = |text: &str| {
        write(dir.path(), text);
        let (case, found) = flood_case::read_file(&dir.path().join("case.toml"));
        assert_eq!(case.is_none(), found.has_errors());
        let errors = found.list().iter().filter(|d| d.severity == Severity::Error && !d.remedy.is_empty());
        errors.map(|d| (d.code.clone(), d.line)).collect::<Vec<_>>()
    };
    assert!(told(whole).is_empty());
    for (from, to, code, line) in [
        ("breach_width_m = 9", "breach_width_m = 0", codes::DAM_VALUE, 10),
        ("breach_width_m = 9", "breach_width_m = nan", codes::DAM_VALUE, 10),
        ("breach_time_s = 600", "breach_time_s = -1", codes::DAM_VALUE, 10),
        ("overflow_m = 0.3", "overflow_m = 0", codes::DAM_VALUE, 10),
        ("overflow_m = 0.3", "overflow_m = 6.1", codes::DAM_VALUE, 10),
        ("area_m2 = 900", "area_m2 = 0", codes::DAM_VALUE, 7),
        ("crest_length_m = 30", "crest_length_m = inf", codes::DAM_VALUE, 9),
        ("crest_m = 26", "crest_m = 1e5", codes::VALUE, 8),
        ("crest_m = 26\n", "crest_m = 26\nspillway = { sill_m = 25, width_m = 0 }\n", codes::DAM_VALUE, 9),
        ("crest_m = 26\n", "crest_m = 26\ninflow = \"none.csv\"\n", codes::UNREADABLE, 0),
        ("crest_m = 26\n", "crest_m = 26\nx = 10\n", codes::CHOICE, 4),
        ("crest_m = 26\n", "crest_m = 26\ndepth_m = 3\n", codes::UNKNOWN_KEY, 9),
        ("crest_m = 26\n", "", codes::MISSING_KEY, 4),
        ("id = \"D\"", "id = \"D,\"", codes::DUPLICATE, 5),
    ] {
        assert!(whole.contains(from), "{from}");
        let found = told(&whole.replacen(from, to, 1));
        assert!(found.contains(&(code.to_owned(), line)), "{to}: {found:?}, not {code} at {line}");
    }
}

/// `twin solve flood` tells of dams as it does of gates: events by name in the order of time, volumes, and how each
/// stands.
#[test]
fn the_command_tells_of_check_dams() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), &CHAIN.replace("KEYS", ""));
    let out = dir.path().join("out");
    let case = dir.path().join("case.toml");
    let words = ["solve".as_ref(), "flood".as_ref(), case.as_os_str(), "-o".as_ref(), out.as_os_str()];
    let ran = crate::cli::command(words).output().expect("it starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let summary: Value =
        serde_json::from_slice(&std::fs::read(out.join("summary.json")).expect("a summary")).expect("JSON");
    let events = summary["events"].as_array().expect("events");
    let breached = events.iter().filter(|e| e["what"]["Breached"].is_f64()).map(|e| e["id"].as_str());
    assert_eq!(breached.collect::<Vec<_>>(), [Some("top"), Some("middle"), Some("last")]);
    let dams = summary["check_dams"].as_array().expect("dams");
    assert!(dams.iter().all(|d| d["failed_s"].is_f64() && d["peak_m3s"].as_f64() > Some(12.0)), "{dams:?}");
    assert_eq!(summary["volumes_m3"]["dams_start"], 43_000.0);
    assert!(summary["mass_error_rel"].as_f64() <= Some(1e-12));
}

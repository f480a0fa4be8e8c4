//! Flood cases: those that are wrong are told what and where; a small one runs whole, alike on any number of threads;
//! water goes into underpasses and out of them again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use twin_core::diagnostic::Severity;
use twin_core::io::{flood_case, raster};
use twin_core::rehearsal::solve_flood::{self, FloodSolved};
use twin_core::rehearsal::solve_water::Watch;
use twin_core::rehearsal::threads::Threads;
use twin_physics::kernels::surface::filling::Filled;
use twin_physics::kernels::surface::step::{Runner, Serial};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The case file.
    file: String,
    code: String,
    /// The file the finding is about.
    about: String,
    line: u32,
    severity: Severity,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/malformed/flood")
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("expected.toml")).expect("expected.toml stands with the files");
    toml::from_str::<Expected>(&text).expect("expected.toml is as this test reads it").case
}

/// Each case of the corpus is told its code at its file and line, with a remedy, and is refused if it is an error.
#[test]
fn each_flood_case_is_told_what_is_wrong_and_where() {
    let mut missed = Vec::new();
    for case in cases() {
        let (read, found) = flood_case::read_file(&folder().join(&case.file));
        assert_eq!(read.is_none(), found.has_errors(), "{}", case.file);
        let about = folder().join(&case.about).display().to_string();
        let hit = |d: &&_| -> bool {
            let d: &twin_core::diagnostic::Diagnostic = d;
            d.code == case.code && d.line == case.line && d.file == about && d.severity == case.severity
        };
        match found.list().iter().find(hit) {
            Some(d) => assert!(!d.message.is_empty() && !d.remedy.is_empty(), "{d}"),
            None => missed.push(format!("{}: {:#?}", case.file, found.list())),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// The list and the folder name the same cases; each code of both tables is shown by one of them, or elsewhere.
#[test]
fn the_corpus_of_flood_cases_is_whole() {
    let listed: BTreeSet<String> = cases().into_iter().map(|c| c.file).collect();
    let there = std::fs::read_dir(folder()).expect("the corpus is there").map(|e| e.expect("readable").file_name());
    let there = there.map(|n| n.to_string_lossy().into_owned());
    let there: BTreeSet<String> = there.filter(|n| n.ends_with(".toml") && n != "expected.toml").collect();
    assert_eq!(listed, there);
    let shown: BTreeSet<String> = cases().into_iter().map(|c| c.code).collect();
    // Shown by tests of the readers themselves, or by no file small enough to keep.
    let elsewhere = [raster::codes::SQUARE, raster::codes::PLACE, raster::codes::UNITS, raster::codes::TRUNCATED];
    let more = [raster::codes::CRS_MISSING, raster::codes::CRS_OTHER, flood_case::codes::GROUND];
    let tables = raster::codes::TABLE.iter().chain(flood_case::codes::TABLE).map(|row| row.0);
    let missing: Vec<_> =
        tables.filter(|c| !shown.contains(*c) && !elsewhere.contains(c) && !more.contains(c)).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

struct Quiet;

impl Watch for Quiet {
    fn at(&mut self, _: f64) {}
}

const VALLEY: &str = "\
dem = \"dem.asc\"
friction = { manning = 0.03 }
duration_s = 180
output_every_s = 60
SCHEME
infiltration = { conductivity_mm_h = 10, suction_mm = 100, deficit = 0.3 }
[[boundary]]
edge = \"east\"
kind = \"free\"
[[inflow]]
x = 100
y = 55
series = 4
[[rain]]
series = 60
[[wall]]
line = [[120, -10], [120, 200]]
crest = { over_ground_m = 0.1 }
trigger = { time_s = 40 }
[[gauge]]
id = \"below\"
x = 150
y = 55
";

fn valley(scheme: &str, runner: Arc<dyn Runner>) -> (FloodSolved, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let bed = |i: usize, j: usize| 20.0 - 0.04 * i as f64 + 0.02 * (j as f64 - 20.0).abs();
    let rows = (0..40).map(|j| (0..70).map(|i| format!("{:.3}", bed(i, j))).collect::<Vec<_>>().join(" "));
    let head = "ncols 70\nnrows 40\nxllcorner 0\nyllcorner 0\ncellsize 3\n";
    std::fs::write(dir.path().join("dem.asc"), head.to_owned() + &rows.collect::<Vec<_>>().join("\n"))
        .expect("written");
    let path = dir.path().join("case.toml");
    std::fs::write(&path, VALLEY.replace("SCHEME", scheme)).expect("written");
    let (case, found) = flood_case::read_file(&path);
    let case = case.unwrap_or_else(|| panic!("{found:#?}"));
    let solved = solve_flood::run(&case, dir.path(), runner, &mut Quiet).expect("it runs");
    (solved, dir)
}

/// A valley with rain, a spring, a wall that falls, and soil: water is neither lost nor made, one thread or two give
/// the same bits, and what is written can be read again.
#[test]
fn a_valley_runs_whole_and_alike_on_two_threads() {
    for (scheme, limit) in [
        ("scheme = \"hllc1\"\nprecision = \"f32\"", 1e-7),
        ("scheme = \"hllc2\"\nprecision = \"f64\"", 1e-12),
        ("scheme = \"inertial\"\nprecision = \"f32\"", 1e-7),
    ] {
        let (one, dir) = valley(scheme, Arc::new(Serial));
        let (two, _) = valley(scheme, Arc::new(Threads::new(2).expect("two threads")));
        assert_eq!(one, two, "{scheme}");
        assert!(one.mass_error_rel <= limit, "{scheme}: {}", one.mass_error_rel);
        assert!(one.booked.soaked_m3 > 0.0 && one.booked.left_m3 > 0.0 && one.wet_cell_steps > 0, "{one:?}");
        assert!((one.booked.given_m3 - one.booked.taken_m3 - 720.0).abs() < 1e-6, "{:?}", one.booked);
        assert!(one.events.iter().any(|e| e.at_s >= 40.0), "the wall falls: {:?}", one.events);
        let mut out = twin_core::diagnostic::Diagnostics::default();
        let depth = raster::read(&dir.path().join("depth_180.asc"), &mut out).expect("a raster");
        let stored: f64 = depth.values.iter().sum::<f64>() * 9.0;
        assert!((stored / one.stored_m3 - 1.0).abs() < 1e-5, "{stored} {}", one.stored_m3);
        for name in ["depth_0.asc", "depth_60.asc", "max_depth.png", "depth_bands.geojson", "arrival_s.asc"] {
            assert!(dir.path().join(name).is_file(), "{name}");
        }
        let gauges = std::fs::read_to_string(dir.path().join("gauges.csv")).expect("gauges");
        assert_eq!(gauges.lines().count(), 5, "a header, and rows at 0, 60, 120 and 180 s:\n{gauges}");
    }
}

/// A street of 40 m by 20 m at 10 m, and beside it, where a case does not say otherwise, no way out.
fn street(case: &str, files: &[(&str, &str)], runner: Arc<dyn Runner>) -> (FloodSolved, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let row = (0..30).map(|i| if i < 20 { "10" } else { "8" }).collect::<Vec<_>>().join(" ");
    let dem = format!("ncols 30\nnrows 10\nxllcorner 0\nyllcorner 0\ncellsize 2\n{}", format!("{row}\n").repeat(10));
    let head = "dem = \"dem.asc\"\nfriction = { manning = 0.02 }\n";
    for (name, text) in [("dem.asc", dem.as_str())].iter().chain(files) {
        std::fs::write(dir.path().join(name), text).expect("written");
    }
    let path = dir.path().join("case.toml");
    std::fs::write(&path, head.to_owned() + case).expect("written");
    let (case, found) = flood_case::read_file(&path);
    let case = case.unwrap_or_else(|| panic!("{found:#?}"));
    let solved = solve_flood::run(&case, dir.path(), runner, &mut Quiet).expect("it runs");
    (solved, dir)
}

/// Rows of `underpasses.csv` without their ids: t, depth, volume, entered, left, pumped.
fn underpass_rows(dir: &Path) -> Vec<[f64; 6]> {
    let text = std::fs::read_to_string(dir.join("underpasses.csv")).expect("underpasses");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("t_s,id,depth_m,volume_m3,entered_m3,left_m3,pumped_m3"));
    let number = |words: &[&str], at: usize| words[at].parse::<f64>().expect("a number");
    let row = |line: &str| {
        let words: Vec<_> = line.split(',').collect();
        [0, 2, 3, 4, 5, 6].map(|at| number(&words, at))
    };
    lines.map(row).collect()
}

/// All the water that came, known from the case alone, against what stands on the street and in the underpass and what
/// was pumped away, relative to it.
fn joint_error(solved: &FloodSolved, came_m3: f64) -> f64 {
    let under: f64 = solved.underpasses.iter().map(|u| u.last.volume_m3 + u.last.pumped_m3).sum();
    (solved.stored_m3 + under - came_m3).abs() / came_m3
}

const INTO_AN_UNDERPASS: &str = "\
duration_s = 600
gauge_every_s = 20
PRECISION
[[wall]]
line = [[40, -10], [40, 30]]
crest = 15
[[inflow]]
x = 5
y = 9
series = 0.5
[[underpass]]
id = \"sag\"
floor_m = 4
ceiling_m = 10
width_m = 10
grade = 0.05
sump_m3 = 10
pump = { rate_m3s = 0.05, start_m3 = 8, stop_m3 = 3 }
closure_depth_m = 0.27
marks_m = [0.15, 0.5, 5.9]
[[underpass.portal]]
x = 37
y = 9
sill_m = 10.1
width_m = 6
";

/// A street floods until water goes over the sill of an underpass: the pump starts, cannot keep up, and the underpass
/// is closed at 0.27 m; no water is lost between street, underpass and pump.
#[test]
fn a_street_floods_an_underpass_until_it_is_closed() {
    for (precision, limit) in [("precision = \"f64\"", 1e-12), ("precision = \"f32\"", 1e-7)] {
        let case = INTO_AN_UNDERPASS.replace("PRECISION", precision);
        let (solved, dir) = street(&case, &[], Arc::new(Serial));
        let (again, _) = street(&case, &[], Arc::new(Threads::new(2).expect("two threads")));
        assert_eq!(solved, again, "{precision}");
        let joint = joint_error(&solved, 300.0);
        assert!(joint <= limit && solved.mass_error_rel <= limit, "{precision}: {joint} {}", solved.mass_error_rel);
        let end = solved.underpasses[0];
        assert!(end.last.entered_m3 > 100.0 && end.last.pumped_m3 > 10.0 && end.last.left_m3 == 0.0, "{end:?}");
        assert_eq!(end.greatest_depth_m, end.last.depth_m, "it still fills");
        let when = |what: Filled| solved.filled.iter().find(|e| e.what == what).map(|e| e.at_s);
        let (pump, mark, closed) = (when(Filled::PumpOn), when(Filled::Mark(0.15)), when(Filled::Closed));
        assert!(pump.is_some() && pump < mark && mark < closed && closed == end.closed_s, "{:?}", solved.filled);
        assert_eq!((when(Filled::Mark(5.9)), when(Filled::Full)), (None, None));
        // 80 m³ stand on the street before the first goes over the sill; then all that comes goes on.
        assert!(pump > Some(150.0), "{pump:?}");
        let rows = underpass_rows(dir.path());
        assert_eq!((rows.len(), rows[0], rows[30][2]), (31, [0.0; 6], end.last.volume_m3));
        for row in &rows {
            let [t_s, depth, volume, entered, left, pumped] = *row;
            assert!((volume - (entered - left - pumped)).abs() < 1e-9, "{row:?}");
            assert!((depth - ((volume - 10.0).max(0.0) * 0.005).sqrt()).abs() < 1e-9, "{row:?}");
            assert_eq!(depth >= 0.27, closed.is_some_and(|at| t_s >= at), "{row:?} {closed:?}");
        }
    }
}

const OUT_OF_AN_UNDERPASS: &str = "\
duration_s = 600
gauge_every_s = 20
[[wall]]
id = \"gate\"
line = [[40, -10], [40, 30]]
crest = 15
trigger = { time_s = 200 }
[[inflow]]
x = 5
y = 9
series = \"q.csv\"
[[underpass]]
id = \"cellar\"
floor_m = 5
ceiling_m = 10.25
area_m2 = 10
[[underpass.portal]]
x = 21
y = 9
sill_m = 10.05
width_m = 4
";

/// A cellar fills to its ceiling; then the street falls, and the cellar gives back what stands above its sill.
#[test]
fn a_full_underpass_gives_back_to_a_falling_street() {
    let (solved, dir) = street(OUT_OF_AN_UNDERPASS, &[("q.csv", "t_s,value\n0,2\n150,2\n151,0\n")], Arc::new(Serial));
    let joint = joint_error(&solved, 301.0);
    assert!(joint <= 1e-12 && solved.mass_error_rel <= 1e-12, "{joint} {}", solved.mass_error_rel);
    let full: Vec<f64> = solved.filled.iter().filter(|e| e.what == Filled::Full).map(|e| e.at_s).collect();
    assert!(full.len() == 1 && full[0] < 200.0, "{:?}", solved.filled);
    let end = solved.underpasses[0];
    assert!((end.greatest_depth_m - 5.25).abs() < 1e-12 && end.closed_s.is_none(), "{end:?}");
    // Of 52.5 m³ the 2 m³ above the sill go back, the last of them slowly.
    assert!((end.last.volume_m3 - 50.5).abs() < 0.02 && end.last.left_m3 > 1.9, "{end:?}");
    let rows = underpass_rows(dir.path());
    assert!(rows.windows(2).all(|w| w[1][0] <= 200.0 || w[1][2] <= w[0][2]), "{rows:?}");
}

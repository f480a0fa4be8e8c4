//! Flood cases: those that are wrong are told what and where; a small one runs whole, alike on any number of threads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use twin_core::diagnostic::Severity;
use twin_core::io::{flood_case, raster};
use twin_core::rehearsal::solve_flood::{self, FloodSolved};
use twin_core::rehearsal::solve_water::Watch;
use twin_core::rehearsal::threads::Threads;
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

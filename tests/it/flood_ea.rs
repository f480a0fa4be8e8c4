//! The Environment Agency's tests 1, 2 and 4 of two-dimensional models, as far as they were published, and a dam that
//! breaks in a loess valley of our own. `TWIN_SLOW=1` runs them on the published grids, or on finer ones.
//!
//! The agency compares models in figures; what is gated is what the equations and the ground alone decide: volumes,
//! levels at sills, which ground stays dry, symmetry, order, convergence.

mod depressions;
mod disconnected;
mod fixture;
mod plain;
mod valley;

use std::path::Path;
use std::sync::Arc;

use twin_core::diagnostic::Diagnostics;
use twin_core::io::{flood_case, raster};
use twin_core::rehearsal::solve_flood::{self, FloodSolved};
use twin_core::rehearsal::solve_water::Watch;
use twin_core::rehearsal::threads::Threads;
use twin_physics::kernels::surface::step::{Runner, Serial};
use twin_tests::flood_ea::Case;

const HLLC1: &str = "scheme = \"hllc1\"\n";
const HLLC2: &str = "scheme = \"hllc2\"\n";
const INERTIAL: &str = "scheme = \"inertial\"\n";

fn slow() -> bool {
    std::env::var_os("TWIN_SLOW").is_some_and(|v| v == "1")
}

struct Quiet;

impl Watch for Quiet {
    fn at(&mut self, _: f64) {}
}

/// One row of a gauge.
#[derive(Debug, Clone, Copy)]
struct Row {
    t_s: f64,
    depth_m: f64,
    level_m: f64,
    speed_ms: f64,
}

/// A case that was run: what came of it, and its folder.
struct Done {
    case: Case,
    solved: FloodSolved,
    dir: tempfile::TempDir,
}

/// Runs a case from its files, as the command does.
fn run(case: Case, threads: usize) -> Done {
    let dir = tempfile::tempdir().expect("a folder");
    let path = case.write(dir.path()).expect("written");
    let (read, found) = flood_case::read_file(&path);
    let read = read.unwrap_or_else(|| panic!("{found:#?}"));
    assert!(found.list().is_empty(), "{found:#?}");
    let runner: Arc<dyn Runner> =
        if threads > 1 { Arc::new(Threads::new(threads).expect("threads")) } else { Arc::new(Serial) };
    let solved = solve_flood::run(&read, dir.path(), runner, &mut Quiet).expect("it runs");
    let done = Done { case, solved, dir };
    done.nothing_is_lost();
    done
}

impl Done {
    /// Water is neither lost nor made, and stands nowhere below the ground.
    fn nothing_is_lost(&self) {
        let limit = if self.case.toml.contains("\"f32\"") { 1e-7 } else { 1e-12 };
        assert!(self.solved.mass_error_rel <= limit, "mass {}", self.solved.mass_error_rel);
        let depth = self.raster(&format!("depth_{}", self.solved.time_s));
        assert!(depth.iter().all(|h| *h >= 0.0), "negative depth");
        let written = depth.iter().sum::<f64>() * self.case.cell_m.powi(2);
        assert!((written / self.solved.stored_m3 - 1.0).abs() < 1e-6, "{written} {}", self.solved.stored_m3);
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A raster of the result, row by row from the south.
    fn raster(&self, name: &str) -> Vec<f64> {
        let mut out = Diagnostics::default();
        let path = self.path().join(format!("{name}.asc"));
        raster::read(&path, &mut out).unwrap_or_else(|| panic!("{out:#?}")).from_south()
    }

    /// All rows of a gauge.
    fn gauge(&self, id: &str) -> Vec<Row> {
        let text = std::fs::read_to_string(self.path().join("gauges.csv")).expect("gauges");
        let rows = text.lines().map(|l| l.split(',').collect::<Vec<_>>()).filter(|w| w[1] == id);
        let number = |w: &[&str], k: usize| w[k].parse::<f64>().expect("a number");
        let row = |w: Vec<&str>| Row {
            t_s: number(&w, 0),
            depth_m: number(&w, 2),
            level_m: number(&w, 3),
            speed_ms: number(&w, 4).hypot(number(&w, 5)),
        };
        let rows: Vec<Row> = rows.map(row).collect();
        assert!(!rows.is_empty(), "no gauge {id}");
        rows
    }

    /// The row of a gauge at an instant.
    fn at(&self, id: &str, t_s: f64) -> Row {
        let rows = self.gauge(id);
        *rows.iter().find(|r| (r.t_s - t_s).abs() < 1e-6).unwrap_or_else(|| panic!("no row at {t_s}"))
    }

    /// When the depth at a gauge first passes `depth_m` [s].
    fn arrival(&self, id: &str, depth_m: f64) -> f64 {
        self.gauge(id).iter().find(|r| r.depth_m > depth_m).map_or(f64::INFINITY, |r| r.t_s)
    }
}

//! `twin solve DOMAIN INPUT -o OUTPUT`: solve one network file over its own duration.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, anyhow};
use serde_json::json;
use twin_core::bindings::water;
use twin_core::diagnostic::Diagnostics;
use twin_core::io::epanet_out::OutWriter;
use twin_core::io::epanet_rpt::ReportWriter;
use twin_core::io::inp::{self, Constants, InpFile};
use twin_core::rehearsal::solve_water::{self, SolveWaterError, Solved, Watch};

use crate::Failure;
use crate::console::{Console, Progress, Stopwatch};
use crate::drainage;
use crate::flood::{self, FloodArgs};
use crate::gas::{self, GasArgs};

/// Options of `twin solve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    domain: DomainArgs,
}

#[derive(Debug, clap::Subcommand)]
enum DomainArgs {
    /// Water supply: EPANET `.inp` in, EPANET binary `.out` out.
    Water(WaterArgs),
    /// Drainage: SWMM 5 `.inp` in, SWMM binary `.out` out.
    Drainage(DrainageArgs),
    /// Surface flood: a case in TOML in, a folder of rasters, gauges and a summary out.
    Flood(FloodArgs),
    /// Gas: a pandapipes file or a case of a list in, JSON tables out.
    Gas(GasArgs),
}

#[derive(Debug, clap::Args)]
struct WaterArgs {
    /// The network file.
    input: PathBuf,
    /// The result file.
    #[arg(short, long)]
    out: PathBuf,
    /// A text report beside it.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Follow EPANET: Euler tanks, whole seconds, its control timing, the file's own ACCURACY.
    #[arg(long, value_parser = ["epanet"])]
    compat: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct DrainageArgs {
    /// The model.
    pub input: PathBuf,
    /// The result file.
    #[arg(short, long)]
    pub out: PathBuf,
    /// A text report beside it, in SWMM's layout.
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// Follow SWMM 5.2.4: its scheme, its time steps, its known defects.
    #[arg(long, value_parser = ["swmm5.2"])]
    pub compat: Option<String>,
}

/// Solves one network.
pub fn solve(console: &Console, args: &Args, threads: usize) -> Result<(), Failure> {
    match &args.domain {
        DomainArgs::Water(args) => solve_water_file(console, args),
        DomainArgs::Drainage(args) => drainage::solve(console, args),
        DomainArgs::Flood(args) => flood::solve(console, args, threads),
        DomainArgs::Gas(args) => gas::solve(console, args),
    }
}

pub fn refused(console: &Console, found: &Diagnostics) -> Failure {
    console.diagnostics(found, false);
    let n = found.error_count();
    Failure::Failed(anyhow!(console.text(&format!("{n} 个错误，未求解"), &format!("{n} errors, nothing was solved"))))
}

fn solve_water_file(console: &Console, args: &WaterArgs) -> Result<(), Failure> {
    let whole = Stopwatch::start();
    let (file, mut found) = inp::read_file(&args.input);
    let Some(file) = file.filter(|_| !found.has_errors()) else { return Err(refused(console, &found)) };
    let (model, more) = inp::to_water_model(&file);
    found.append(more);
    if found.has_errors() {
        return Err(refused(console, &found));
    }
    console.diagnostics(&found, false);
    let model = solve_water::prepared(model, args.compat.is_some());
    let name = args.input.display().to_string();
    let solver = water::solver(&name, model).map_err(|errors| refused(console, &Diagnostics::of(errors)))?;
    let out = BufWriter::new(create(&args.out)?);
    let report_name = args.report.as_deref().unwrap_or(Path::new("")).display().to_string();
    let out = OutWriter::new(out, &file, solver.model(), Constants::Epanet, &report_name)?;
    let report = match &args.report {
        Some(path) => {
            let to = BufWriter::new(create(path)?);
            Some(ReportWriter::new(to, &file, solver.model(), Constants::Epanet)?)
        }
        None => None,
    };
    let mut meter = Meter { bar: console.progress(&name, solver.model().times.duration_s), cpu_s: 0.0, stop: None };
    let result = solve_water::run(&solver, efficiency(&file), out, report, &mut meter);
    let cpu_s = meter.cpu_s;
    drop(meter);
    let solved = result.map_err(|error| {
        let about = if matches!(error, SolveWaterError::Write(_)) { args.out.display().to_string() } else { name };
        anyhow::Error::new(error).context(about)
    })?;
    tell(console, args, &solved, &found, cpu_s, whole.wall_s());
    Ok(())
}

/// Shows how far a run has come and adds up the processor time of its solving.
pub struct Meter {
    /// Progress.
    pub bar: Progress,
    /// Processor time so far [s].
    pub cpu_s: f64,
    /// Raised by Ctrl-C, where it is heard.
    pub stop: Option<Arc<AtomicBool>>,
}

impl Watch for Meter {
    fn at(&mut self, now_s: f64) {
        self.bar.at(now_s);
    }

    fn stops(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    fn solving<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let watch = Stopwatch::start();
        let result = work();
        self.cpu_s += watch.cpu_s();
        result
    }
}

/// Global efficiency of pumps [–].
fn efficiency(file: &InpFile) -> f64 {
    (file.energy.efficiency / 100.0).clamp(0.01, 1.0)
}

pub fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("{}: cannot be written", path.display()))
}

fn tell(console: &Console, args: &WaterArgs, solved: &Solved, found: &Diagnostics, cpu_s: f64, wall_s: f64) {
    for warning in &solved.warnings {
        console.note(warning);
    }
    if solved.more_warnings > 0 {
        let n = solved.more_warnings;
        console.note(&console.text(&format!("另有 {n} 条提示"), &format!("and {n} more notices")));
    }
    let (mass, energy) = (solved.mass_residual, solved.energy_residual);
    console.say(&console.text(
        &format!(
            "{}：{} 步，{} 次迭代，{} 个报告时刻；质量残差 {mass:.1e}，能量残差 {energy:.1e} m",
            args.out.display(),
            solved.steps,
            solved.iterations,
            solved.periods
        ),
        &format!(
            "{}: {} steps, {} iterations, {} reported times; mass residual {mass:.1e}, energy residual {energy:.1e} m",
            args.out.display(),
            solved.steps,
            solved.iterations,
            solved.periods
        ),
    ));
    let ledger = solved.accounts.first().map(|a| {
        json!({ "in": a.entered.value(), "out": a.left.value(), "stored": a.stored_now,
                "relative_residual": a.relative_residual() })
    });
    console.object(&json!({
        "periods": solved.periods,
        "output": args.out.display().to_string(),
        "solver": {
            "iterations": solved.iterations, "steps": solved.steps, "unconverged_steps": solved.unconverged,
            "residuals": { "mass": mass, "energy_m": energy },
            "warnings": solved.warnings, "warnings_not_listed": solved.more_warnings,
        },
        "ledgers": { "water": ledger },
        "diagnostics": found.list(),
        "cpu_s": cpu_s, "wall_s": wall_s,
    }));
}

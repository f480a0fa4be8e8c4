//! `twin solve flood CASE.toml -o DIR`: run one flood over its own duration.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use serde_json::{Value, json};
use twin_core::diagnostic::Diagnostics;
use twin_core::io::flood_case::{self, FloodCase};
use twin_core::rehearsal::flood_files::UnderpassRow;
use twin_core::rehearsal::solve_flood::{self, DamEnd, FloodSolved, SolveFloodError};
use twin_core::rehearsal::threads::Threads;
use twin_physics::kernels::surface::barrier::BarrierEvent;
use twin_physics::kernels::surface::check_dam::DamEvent;
use twin_physics::kernels::surface::filling::{Filled, FillingEvent};
use twin_physics::kernels::surface::step::{Runner, Serial};

use crate::Failure;
use crate::console::{Console, Stopwatch};
use crate::run::stop_flag;
use crate::solve::{Meter, refused};

#[derive(Debug, clap::Args)]
pub struct FloodArgs {
    /// The case.
    pub input: PathBuf,
    /// The folder of the result.
    #[arg(short, long)]
    pub out: PathBuf,
}

/// Runs one case.
pub fn solve(console: &Console, args: &FloodArgs, threads: usize) -> Result<(), Failure> {
    let whole = Stopwatch::start();
    let (case, found) = flood_case::read_file(&args.input);
    let Some(case) = case else { return Err(refused(console, &found)) };
    console.diagnostics(&found, false);
    let name = args.input.display().to_string();
    std::fs::create_dir_all(&args.out).with_context(|| format!("{}: cannot be made", args.out.display()))?;
    let runner: Arc<dyn Runner> = if threads > 1 { Arc::new(Threads::new(threads)?) } else { Arc::new(Serial) };
    let stop = Some(stop_flag(console)?);
    let mut meter = Meter { bar: console.progress(&name, case.duration_s), cpu_s: 0.0, stop };
    let result = solve_flood::run(&case, &args.out, runner, &mut meter);
    let cpu_s = meter.cpu_s;
    drop(meter);
    let solved = result.map_err(|error| {
        let about = if matches!(error, SolveFloodError::Write(_)) { args.out.display().to_string() } else { name };
        anyhow::Error::new(error).context(about)
    })?;
    let summary = summary(&solved, &case, &found, cpu_s, whole.wall_s());
    let path = args.out.join("summary.json");
    let text = serde_json::to_string_pretty(&summary)? + "\n";
    std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    tell(console, args, &solved);
    console.object(&summary);
    if solved.stopped { Err(Failure::Stopped(None)) } else { Ok(()) }
}

/// What happened to barriers, underpasses and check dams, in the order of time.
fn events(solved: &FloodSolved, case: &FloodCase) -> Vec<Value> {
    let barrier = |e: &BarrierEvent| {
        let id = case.barrier_ids.get(e.barrier);
        (e.at_s, json!({ "t_s": e.at_s, "id": id, "what": e.what }))
    };
    let dam = |e: &DamEvent| {
        let id = case.dam_ids.get(e.dam);
        (e.at_s, json!({ "t_s": e.at_s, "id": id, "what": e.what }))
    };
    let filling = |e: &FillingEvent| {
        let (what, depth_m) = match e.what {
            Filled::Closed => ("closed", None),
            Filled::Mark(depth_m) => ("mark", Some(depth_m)),
            Filled::PumpOn => ("pump_on", None),
            Filled::PumpOff => ("pump_off", None),
            Filled::Full => ("full", None),
        };
        let mut told = json!({ "t_s": e.at_s, "id": case.underpass_ids.get(e.filling), "what": what });
        if let Some(depth_m) = depth_m {
            told["depth_m"] = json!(depth_m);
        }
        (e.at_s, told)
    };
    let told = solved.events.iter().map(barrier).chain(solved.filled.iter().map(filling));
    let mut all: Vec<_> = told.chain(solved.dammed.iter().map(dam)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.into_iter().map(|(_, told)| told).collect()
}

/// How a check dam stands at the end.
fn dam((id, d): (&String, &DamEnd)) -> Value {
    let last = d.last;
    json!({
        "id": id, "volume_m3": last.volume_m3, "level_m": last.level_m, "entered_m3": last.entered_m3,
        "left_m3": last.left_m3, "peak_m3s": last.peak_m3s, "breach_width_m": last.breach_width_m,
        "overtopped_s": d.overtopped_s, "failed_s": d.failed_s, "grown_s": d.grown_s,
    })
}

fn summary(solved: &FloodSolved, case: &FloodCase, found: &Diagnostics, cpu_s: f64, wall_s: f64) -> Value {
    let (b, dams) = (solved.booked, solved.dam_books);
    let underpasses = case.underpass_ids.iter().zip(&solved.underpasses).map(|(id, u)| {
        json!({
            "id": id, "volume_m3": u.last.volume_m3, "depth_m": u.last.depth_m,
            "greatest_depth_m": u.greatest_depth_m, "closed_s": u.closed_s, "entered_m3": u.last.entered_m3,
            "left_m3": u.last.left_m3, "pumped_m3": u.last.pumped_m3,
        })
    });
    let total = |of: fn(&UnderpassRow) -> f64| 0.0 + solved.underpasses.iter().map(|u| of(&u.last)).sum::<f64>();
    json!({
        "mass_error_rel": solved.mass_error_rel,
        "steps": solved.steps,
        "cell_steps": solved.cell_steps,
        "wet_cell_steps": solved.wet_cell_steps,
        "max_froude": solved.max_froude,
        "state_hash": solved.state_hash,
        "time_s": solved.time_s,
        "stopped": solved.stopped,
        "volumes_m3": {
            "start": b.start_m3, "rain": b.rain_m3, "entered": b.entered_m3, "left": b.left_m3,
            "given": b.given_m3, "taken": b.taken_m3, "soaked": b.soaked_m3, "stored": solved.stored_m3,
            "in_underpasses": total(|u| u.volume_m3), "pumped": total(|u| u.pumped_m3),
            "dams_start": dams.start_m3, "dams_given": dams.given_m3, "dams_poured": dams.poured_m3,
            "dams_away": dams.away_m3, "behind_dams": dams.stored_m3,
        },
        "events": events(solved, case),
        "underpasses": underpasses.collect::<Vec<_>>(),
        "check_dams": case.dam_ids.iter().zip(&solved.dams).map(dam).collect::<Vec<_>>(),
        "solver": {
            // Steps are explicit: none iterates, none can miss a tolerance.
            "iterations": solved.steps, "steps": solved.steps, "unconverged_steps": 0,
            "residuals": { "mass": solved.mass_error_rel }, "warnings": solved.warnings,
            "shortest_step_s": solved.step_range_s.0, "longest_step_s": solved.step_range_s.1,
        },
        "diagnostics": found.list(),
        "cpu_s": cpu_s, "wall_s": wall_s,
    })
}

fn tell(console: &Console, args: &FloodArgs, solved: &FloodSolved) {
    for warning in &solved.warnings {
        console.note(warning);
    }
    let (out, steps, cells) = (args.out.display(), solved.steps, solved.wet_cell_steps);
    let (mass, froude) = (solved.mass_error_rel, solved.max_froude);
    console.say(&console.text(
        &format!("{out}：{steps} 步，{cells} 个湿单元步；质量误差 {mass:.1e}，最大弗劳德数 {froude:.2}"),
        &format!(
            "{out}: {steps} steps, {cells} wet cell-steps; mass error {mass:.1e}, largest Froude number {froude:.2}"
        ),
    ));
}

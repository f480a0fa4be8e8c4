//! `twin solve drainage INPUT -o OUTPUT`: run one SWMM deck over its own duration.

use std::io::BufWriter;
use std::path::Path;

use anyhow::Context;
use serde_json::json;
use twin_core::bindings::drainage::{Opened, open};
use twin_core::diagnostic::Diagnostics;
use twin_core::io::swmm_inp::deck::SwmmDeck;
use twin_core::rehearsal::drainage_files;
use twin_core::rehearsal::drainage_report::{self, Facts};
use twin_core::rehearsal::solve_drainage::{self, Ended, Extras, SolveDrainageError, start_days};
use twin_physics::domains::drainage::routing::Drainage;

use crate::Failure;
use crate::console::{Console, Stopwatch};
use crate::run::stop_flag;
use crate::solve::{DrainageArgs, Meter, create, refused};

/// Runs one deck.
pub fn solve(console: &Console, args: &DrainageArgs) -> Result<(), Failure> {
    let whole = Stopwatch::start();
    let (opened, mut found, more) = open(&args.input);
    found.append(more);
    let Some(Opened { deck, mut external }) = opened else { return Err(refused(console, &found)) };
    let folder = args.input.parent().unwrap_or(Path::new(""));
    let name = args.input.display().to_string();
    let compat_swmm = args.compat.is_some();
    let beside = args.out.parent().unwrap_or(Path::new(""));
    let (interface, more) = drainage_files::open(&deck, folder, beside, compat_swmm);
    found.append(more);
    if found.has_errors() {
        return Err(refused(console, &found));
    }
    interface.supply(&mut external);
    let model = solve_drainage::model_of(&deck, &external, compat_swmm);
    let drainage = Drainage::new(model).map_err(|e| anyhow::Error::new(e).context(name.clone()))?;
    let drainage = interface.equip(drainage);
    found.append(drainage_files::adjustments(&deck, &drainage));
    console.diagnostics(&found, false);
    let out = BufWriter::new(create(&args.out)?);
    let mut meter = Meter { bar: console.progress(&name, drainage.model.options.duration_s), cpu_s: 0.0, stop: None };
    meter.stop = Some(stop_flag(console)?);
    let extras = Extras { statistics: args.report.is_some(), ..interface.extras(&deck, &drainage) };
    let result = solve_drainage::run(&drainage, &deck, out, extras, &mut meter);
    let cpu_s = meter.cpu_s;
    drop(meter);
    let ended = result.map_err(|error| {
        let about = if matches!(error, SolveDrainageError::Write(_)) { args.out.display().to_string() } else { name };
        anyhow::Error::new(error).context(about)
    })?;
    write_report(args, &deck, &drainage, &ended, &found)?;
    if ended.solved.stopped {
        let out = args.out.display();
        console.note(&console.text(
            &format!("已停止；{out} 可用，止于最后的报告时刻"),
            &format!("stopped; {out} holds all reported times so far"),
        ));
        return Err(Failure::Stopped(None));
    }
    drainage_files::save(&interface, &deck, &external, &drainage, &ended)
        .with_context(|| beside.display().to_string())?;
    tell(console, args, &ended, &found, (cpu_s, whole.wall_s()));
    Ok(())
}

fn write_report(
    args: &DrainageArgs,
    deck: &SwmmDeck,
    drainage: &Drainage,
    ended: &Ended,
    found: &Diagnostics,
) -> anyhow::Result<()> {
    let (Some(path), Some(statistics)) = (&args.report, &ended.statistics) else { return Ok(()) };
    let (state, actions) = (&ended.state, ended.actions.as_slice());
    let facts = Facts { deck, drainage, state, statistics, actions, start_days: start_days(deck) };
    let warnings = found.list().iter().map(|d| format!("{}: {} {}", d.code, d.subject, d.message));
    drainage_report::report(facts, warnings.collect()).write(BufWriter::new(create(path)?))?;
    Ok(())
}

fn tell(console: &Console, args: &DrainageArgs, ended: &Ended, found: &Diagnostics, (cpu_s, wall_s): (f64, f64)) {
    let solved = &ended.solved;
    let (out, steps, iterations) = (args.out.display(), solved.steps, solved.iterations);
    let (unconverged, periods, error) = (solved.unconverged, solved.periods, solved.routing_error_percent);
    console.say(&console.text(
        &format!(
            "{out}：{steps} 步，{iterations} 次迭代，{unconverged} 步未收敛，{periods} 个报告时刻；连续性误差 {error:.4} %"
        ),
        &format!(
            "{out}: {steps} steps, {iterations} iterations, {unconverged} unconverged, {periods} reported times; \
             continuity error {error:.4} %"
        ),
    ));
    console.object(&json!({
        "periods": periods,
        "output": out.to_string(),
        "solver": {
            "iterations": iterations, "steps": steps, "unconverged_steps": unconverged,
            "continuity_error_percent": error,
            "runoff_error_percent": solved.runoff_error_percent,
            "residuals": {}, "warnings": [],
        },
        "diagnostics": found.list(),
        "cpu_s": cpu_s, "wall_s": wall_s,
    }));
}

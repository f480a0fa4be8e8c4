//! `twin run SCENARIO`: rehearse, write the result folder, tell the story.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, anyhow};
use serde_json::json;
use twin_core::diagnostic::Diagnostics;
use twin_core::io::report::Lang;
use twin_core::io::results::{ResultFolder, RunFacts};
use twin_core::rehearsal::course::{Course, Outcome};
use twin_core::rehearsal::outcome::{self, Cost, PAUSED, Place, REQUEST};
use twin_core::rehearsal::stage::{Request, Stage};
use twin_core::time::SimTime;
use twin_core::world::tick::TickError;

use crate::Failure;
use crate::console::{Console, Stopwatch};

/// Options of `twin run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder that holds scenario.toml, or that file.
    #[arg(required_unless_present = "resume")]
    scenario: Option<PathBuf>,
    /// Result folder; `runs/<name>-<seed>/` where not given.
    #[arg(short, long)]
    out: Option<PathBuf>,
    /// Play on this network file instead of the scenario's city.
    #[arg(long, conflicts_with = "city")]
    network: Option<PathBuf>,
    /// Play in this city folder instead of the scenario's.
    #[arg(long)]
    city: Option<PathBuf>,
    /// Seed of everything drawn by chance, instead of the scenario's.
    #[arg(long)]
    seed: Option<u64>,
    /// Pause at the first instant at or past this many seconds; `--resume` goes on.
    #[arg(long, value_name = "SECONDS")]
    pause_at: Option<f64>,
    /// Go on with a paused or stopped run in its folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scenario", "network", "city", "seed", "out"])]
    resume: Option<PathBuf>,
}

/// Runs a scenario with its variants.
pub fn run(console: &Console, args: &Args, threads: usize) -> Result<(), Failure> {
    use_threads(threads)?;
    let pause_at = args.pause_at.map(|s| SimTime::from_seconds(s).filter(|t| *t >= SimTime::ZERO));
    if pause_at == Some(None) {
        return Err(Failure::Usage("--pause-at takes seconds from the start, 0 or more".to_owned()));
    }
    let before = args.resume.as_deref().map(|dir| paused(console, dir)).transpose()?;
    let request = request(args)?;
    let stage = set(console, &request)?;
    let mut course = stage.course().map_err(|found| refused(console, &found))?;
    let stop = stop_flag(console)?;
    let place = match (&args.resume, &before) {
        (Some(dir), Some(before)) => {
            course.load(&before.bytes).with_context(|| dir.join("snapshots").join(PAUSED).display().to_string())?;
            Place::again(dir)?
        }
        _ => Place::fresh(&folder(args, &stage), &stage, &request)?,
    };
    let (ended, mut cost) = go(console, &stage, &mut course, pause_at.flatten(), &stop);
    if let Some(before) = before {
        cost = Cost { cpu_s: cost.cpu_s + before.cost.cpu_s, wall_s: cost.wall_s + before.cost.wall_s };
    }
    let lang = if console.zh() { Lang::Zh } else { Lang::En };
    let facts = outcome::write(&place, &stage, &course, cost, ended == Ok(Outcome::Finished), lang)?;
    let outcome = match ended {
        Ok(outcome) => outcome,
        Err(error) => {
            // It stands in the middle of an instant: what came before can be read, but nothing goes on from there.
            let _ = std::fs::remove_file(place.dir().join("snapshots").join(PAUSED));
            let what = format!("{error}; the hours before it are in {}", place.dir().display());
            return Err(Failure::Failed(anyhow!(what)));
        }
    };
    tell(console, &facts, place.dir(), outcome);
    if outcome == Outcome::Stopped { Err(Failure::Stopped(Some(place.dir().to_owned()))) } else { Ok(()) }
}

/// The result folder of a new run.
fn folder(args: &Args, stage: &Stage) -> PathBuf {
    let usual = || PathBuf::from("runs").join(format!("{}-{}", stage.scenario.name, stage.seed));
    args.out.clone().unwrap_or_else(usual)
}

/// A run that was paused or stopped.
struct Before {
    bytes: Vec<u8>,
    cost: Cost,
}

/// What there is to go on with in a folder.
fn paused(console: &Console, dir: &Path) -> Result<Before, Failure> {
    let summary = ResultFolder::open(dir)?.read_summary()?;
    let cost = Cost { cpu_s: summary.cpu_s, wall_s: summary.wall_s };
    if summary.complete {
        let message = console.text("该运行已完成，无需继续", "this run is finished, there is nothing to resume");
        return Err(Failure::Failed(anyhow!("{}: {message}", dir.display())));
    }
    let path = dir.join("snapshots").join(PAUSED);
    let bytes = std::fs::read(&path).with_context(|| {
        let zh = format!("{}：没有可继续的状态；请重新运行", path.display());
        console.text(&zh, &format!("{}: the run left no state to go on from; run it anew", path.display()))
    })?;
    Ok(Before { bytes, cost })
}

/// The flag that Ctrl-C raises. The first one asks the run to stop and keep what it has, the second leaves at once.
pub fn stop_flag(console: &Console) -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    let words = console.text("正在停止并保存；再按一次 Ctrl-C 立即退出", "stopping; Ctrl-C again to leave at once");
    ctrlc::set_handler(move || {
        if heard.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        let _ = writeln!(std::io::stderr(), "{words}");
    })?;
    Ok(stop)
}

/// Threads of everything computed side by side.
pub fn use_threads(threads: usize) -> Result<(), Failure> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?)
}

fn request(args: &Args) -> Result<Request, Failure> {
    if let Some(dir) = &args.resume {
        return Ok(stored_request(dir)?);
    }
    let whole = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let scenario = args.scenario.as_ref().ok_or_else(|| Failure::Usage("name a scenario".to_owned()))?;
    Ok(Request {
        scenario: whole(scenario),
        network: args.network.as_ref().map(whole),
        city: args.city.as_ref().map(whole),
        seed: args.seed,
    })
}

/// The request a result folder was made by.
pub fn stored_request(dir: &Path) -> anyhow::Result<Request> {
    let path = dir.join(REQUEST);
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{}: not a result folder of twin run", dir.display()))?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// Sets the stage, showing what was found in the files.
pub fn set(console: &Console, request: &Request) -> Result<Stage, Failure> {
    let stage = Stage::set(request).map_err(|found| refused(console, &found))?;
    let remarks = stage.found.list().len() + stage.found.dropped();
    if remarks > 0 {
        console.note(&console.text(
            &format!("读入文件时有 {remarks} 条提示（twin check 可查看）"),
            &format!("{remarks} remarks on the files (twin check shows them)"),
        ));
    }
    Ok(stage)
}

fn refused(console: &Console, found: &Diagnostics) -> Failure {
    console.diagnostics(found, false);
    let n = found.error_count();
    Failure::Failed(anyhow!(console.text(&format!("{n} 个错误，未运行"), &format!("{n} errors, nothing was run"))))
}

/// Runs the course with progress until it ends or `stop` is raised, and says how it ended and what it took.
pub fn go(
    console: &Console,
    stage: &Stage,
    course: &mut Course,
    pause_at: Option<SimTime>,
    stop: &AtomicBool,
) -> (Result<Outcome, TickError>, Cost) {
    let title = if console.zh() { &stage.scenario.title.zh } else { &stage.scenario.title.en };
    let bar = console.progress(title, course.end().seconds());
    let watch = Stopwatch::start();
    let outcome = course.run(pause_at, stop, |now| bar.at(now.seconds()));
    let cost = Cost { cpu_s: watch.cpu_s(), wall_s: watch.wall_s() };
    (outcome, cost)
}

fn tell(console: &Console, facts: &RunFacts, dir: &Path, outcome: Outcome) {
    let lang = if console.zh() { Lang::Zh } else { Lang::En };
    console.say(&outcome::text(facts, lang));
    let place = dir.join("report.html");
    let how = match outcome {
        Outcome::Finished => console.text("结果", "result"),
        Outcome::Paused => console.text("已暂停，--resume 继续", "paused, --resume goes on"),
        Outcome::Stopped => console.text("已停止，--resume 继续", "stopped, --resume goes on"),
    };
    console.say(&format!("{how}: {}\n{}: {}", dir.display(), console.text("报告", "report"), place.display()));
    let mut object = json!(facts.summary());
    object["dir"] = json!(dir.display().to_string());
    object["report"] = json!(place.display().to_string());
    console.object(&object);
}

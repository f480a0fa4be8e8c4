//! `twin replay DIR`: run a result folder again from its request and journal, and compare the state hashes.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use serde_json::json;
use twin_core::rehearsal::course::Outcome;
use twin_core::time::SimTime;
use twin_core::world::hash;
use twin_core::world::journal::{Journal, SqliteJournal};

use crate::Failure;
use crate::console::Console;
use crate::run;

/// Options of `twin replay`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The result folder.
    dir: PathBuf,
}

/// Replays; fails when a state hash differs.
pub fn replay(console: &Console, args: &Args, threads: usize) -> Result<(), Failure> {
    run::use_threads(threads)?;
    let request = run::stored_request(&args.dir)?;
    let path = args.dir.join("journal.db");
    if !path.is_file() {
        return Err(Failure::Failed(anyhow!("{}: there is no journal here", path.display())));
    }
    let journal = SqliteJournal::open(&path).with_context(|| path.display().to_string())?;
    let fact = |key: &str| -> anyhow::Result<String> {
        journal.fact(key)?.ok_or_else(|| anyhow!("{}: the journal does not say {key}", path.display()))
    };
    let stage = run::set(console, &request)?;
    let (kept, now) = (fact("fingerprint")?, format!("{:016x}", stage.spec().fingerprint()));
    if kept != now {
        let message = format!("the files have changed since: fingerprint {kept} then, {now} now");
        return Err(Failure::Failed(anyhow!("{}: {message}", args.dir.display())));
    }
    let end_ms: i64 = fact("end_ms")?.parse().context("end_ms in the journal")?;
    let mut course = stage.course_with(journal.read_from(SimTime::ZERO)?).map_err(|found| {
        console.diagnostics(&found, false);
        anyhow!("the run cannot be started")
    })?;
    let stop = run::stop_flag(console)?;
    let (ended, _) = run::go(console, &stage, &mut course, Some(SimTime::from_millis(end_ms)), &stop);
    let outcome = ended?;
    if outcome == Outcome::Stopped {
        return Err(Failure::Stopped(None));
    }
    let mut same = true;
    let mut tracks = serde_json::Map::new();
    for track in course.tracks() {
        let (then, now) = (fact(&format!("state_hash {}", track.name))?, hash::hex(&track.world.hash()));
        same &= then == now;
        let word = if then == now { console.text("一致", "equal") } else { console.text("不一致", "DIFFERENT") };
        console.say(&format!("{}: {word}  {now}", track.name));
        tracks.insert(track.name.clone(), json!({ "then": then, "now": now, "equal": then == now }));
    }
    console.object(&json!({ "equal": same, "tracks": tracks }));
    if same {
        return Ok(());
    }
    let message = console.text("重放结果与原结果不一致", "the replay differs from the result");
    Err(Failure::Failed(anyhow!(message)))
}

//! The course of a rehearsal: the base run and its variants, side by side in time.
//!
//! A variant is forked from the base at the first item of the agenda it leaves out, so that what they share is computed
//! once. All tracks move on together, which makes pausing a matter of stopping between two rounds.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::recorder::Recorder;
use crate::time::SimTime;
use crate::world::World;
use crate::world::agenda::{Item, Progress, Trigger};
use crate::world::command::Input;
use crate::world::snapshot::SnapshotError;
use crate::world::tick::{TickError, TickFrame};

/// Name of the base run among the tracks.
pub const BASE: &str = "base";

/// One variant under way.
pub struct Track {
    /// Its name.
    pub name: String,
    /// Its world.
    pub world: World,
    /// What it has shown so far.
    pub recorder: Recorder,
}

/// The base run and its variants.
pub struct Course {
    inputs: Vec<Input>,
    tracks: Vec<Track>,
    waiting: Vec<String>,
    end: SimTime,
}

/// How a call of [`Course::run`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// At the end of the run.
    Finished,
    /// At the instant asked for.
    Paused,
    /// Because it was told to stop.
    Stopped,
}

/// A paused course as bytes keep it.
#[derive(Serialize, Deserialize)]
struct Paused {
    tracks: Vec<(String, Vec<u8>, Recorder)>,
    waiting: Vec<String>,
}

/// Why a paused course cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// The bytes are no paused course.
    #[error("RUN-101: not a paused run: {0}; start it anew")]
    Damaged(String),
    /// A world refused its part.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl Course {
    /// A course at its start; `inputs` are those its world was told, `variants` the forks to come.
    #[must_use]
    pub fn new(world: World, first: TickFrame, inputs: Vec<Input>, end: SimTime, variants: Vec<String>) -> Self {
        let recorder = Recorder::start(&world, first);
        Self { inputs, tracks: vec![Track { name: BASE.to_owned(), world, recorder }], waiting: variants, end }
    }

    /// What it was told at its start, for the journal.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The tracks so far, the base first.
    #[must_use]
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// The end of the run.
    #[must_use]
    pub fn end(&self) -> SimTime {
        self.end
    }

    /// How far all tracks have come.
    #[must_use]
    pub fn now(&self) -> SimTime {
        self.tracks.iter().map(|t| t.world.now()).min().unwrap_or(self.end)
    }

    /// Runs on until the end, an instant to pause at, or `stop`. `progress` is told how far all tracks have come.
    ///
    /// # Errors
    /// When an instant does not settle. Its track then stands in the middle of that instant and goes no further; what
    /// was recorded before it can still be written.
    pub fn run(
        &mut self,
        pause_at: Option<SimTime>,
        stop: &AtomicBool,
        mut progress: impl FnMut(SimTime),
    ) -> Result<Outcome, TickError> {
        loop {
            let now = self.now();
            progress(now);
            if now >= self.end {
                // What nothing parted from the base is the base, and is shown as such.
                for name in std::mem::take(&mut self.waiting) {
                    self.fork_one(name);
                }
                return Ok(Outcome::Finished);
            }
            if pause_at.is_some_and(|at| now >= at) {
                return Ok(Outcome::Paused);
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(Outcome::Stopped);
            }
            self.fork_due();
            let end = self.end;
            // Each track only writes itself; which thread carries it changes no bit.
            self.tracks.par_iter_mut().filter(|track| track.world.now() == now).try_for_each(|track| {
                let frame = track.world.tick(end)?;
                track.recorder.take(&track.world, frame);
                Ok(())
            })?;
        }
    }

    /// Forks every variant that leaves out something the base is about to do.
    fn fork_due(&mut self) {
        self.fork(|item, due| {
            // When a condition comes true is not known before the tick: such a variant is forked at once.
            due || matches!(item.trigger, Trigger::When(_))
        });
    }

    /// Forks every waiting variant that leaves out an item for which `parts` holds, told whether it is due now.
    fn fork(&mut self, parts: impl Fn(&Item, bool) -> bool) {
        let Some(base) = self.tracks.first() else { return };
        let agenda = &base.world.spec().agenda;
        let (due, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting).into_iter().partition(|variant| {
            let mut left_out = agenda.iter().enumerate().filter(|(_, item)| item.not_in.contains(variant));
            left_out.any(|(at, item)| parts(item, base.world.is_due(at)))
        });
        self.waiting = waiting;
        for name in due {
            self.fork_one(name);
        }
    }

    fn fork_one(&mut self, name: String) {
        let Some(base) = self.tracks.first() else { return };
        let mut world = base.world.fork();
        for (at, item) in base.world.spec().agenda.iter().enumerate() {
            if item.not_in.contains(&name) && world.core().body.agenda[at] == Progress::Waiting {
                world.skip(at);
            }
        }
        let recorder = base.recorder.clone();
        self.tracks.push(Track { name, world, recorder });
    }

    /// The bytes of a course under way.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let track = |t: &Track| (t.name.clone(), t.world.save(), t.recorder.clone());
        let paused = Paused { tracks: self.tracks.iter().map(track).collect(), waiting: self.waiting.clone() };
        // Serialising plain vectors to memory fails only without memory.
        postcard::to_stdvec(&paused).unwrap_or_default()
    }

    /// Takes a course under way out of its bytes; this one is at its start and of the same specification.
    ///
    /// # Errors
    /// When the bytes do not fit; this course is then what it was.
    pub fn load(&mut self, bytes: &[u8]) -> Result<(), ResumeError> {
        let paused: Paused = postcard::from_bytes(bytes).map_err(|e| ResumeError::Damaged(e.to_string()))?;
        let base = self.tracks.first().ok_or_else(|| ResumeError::Damaged("no base run".to_owned()))?;
        let mut tracks = Vec::new();
        for (name, bytes, recorder) in paused.tracks {
            let mut world = base.world.fork();
            world.load(&bytes)?;
            tracks.push(Track { name, world, recorder });
        }
        if tracks.first().is_none_or(|t| t.name != BASE) {
            return Err(ResumeError::Damaged("no base run".to_owned()));
        }
        (self.tracks, self.waiting) = (tracks, paused.waiting);
        Ok(())
    }
}

//! Starting, steering and ending a live run.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use actix::prelude::{Addr, Arbiter, SendError, System};
use tokio::sync::{broadcast, mpsc};

use super::asset_actor::{AssetRunner, plain_runner};
use super::clock::Clock;
use super::compute::Compute;
use super::coordinator::{Control, Coordinator, NetworkSeat, Status};
use super::frames::{Frames, LiveFrame};
use super::inquiry::{Inquiry, Question, What};
use super::intake::{Entrance, LaneBounds, Lanes, Refusal, Reply, lanes};
use super::journal_actor::JournalActor;
use super::network_actor::{NetworkActor, Vault};
use super::supervision::{Limits, Tally};
use crate::ids::{AssetIx, NetworkIx};
use crate::time::SimTime;
use crate::world::command::Input;
use crate::world::core::Submitted;
use crate::world::journal::{Journal, JournalError};
use crate::world::snapshot::SnapshotError;
use crate::world::spec::WorldSpec;
use crate::world::{Parts, World};

/// Controls that may wait for the end of a tick.
const CONTROLS: usize = 256;

/// How a live run is set up. Nothing here changes a bit of any result, but for `end`.
#[derive(Clone)]
pub struct Config {
    /// The end of the run; the last step is cut there, as in [`World::run_until`].
    pub end: SimTime,
    /// Threads that solve, at least one.
    pub threads: usize,
    /// Whether it begins paused.
    pub paused: bool,
    /// Ticks between frames that carry the state's hash; 0 = none does.
    pub hash_every_ticks: u64,
    /// Frames a slow subscriber may fall behind before it loses some.
    pub frames: usize,
    /// Inputs that may wait.
    pub lanes: LaneBounds,
    /// How much failure is borne.
    pub limits: Limits,
    /// What runs the behaviours of promoted assets. Other than [`plain_runner`] only where failures are rehearsed.
    pub asset_runner: AssetRunner,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            end: SimTime::from_millis(i64::MAX / 4),
            threads: 2,
            paused: true,
            hash_every_ticks: 0,
            frames: 1024,
            lanes: LaneBounds::default(),
            limits: Limits::default(),
            asset_runner: plain_runner(),
        }
    }
}

/// Why a live run could not be started or brought back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// A thread could not be started.
    #[error("LIVE-THREADS: a thread could not be started: {0}")]
    Threads(#[from] io::Error),
    /// The snapshot does not fit.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The coordinator ended before it was told to.
    #[error("LIVE-CRASHED: the coordinator ended by itself: {0}")]
    Crashed(String),
}

/// Brings a world to where a run ended: its last snapshot, if there is one, and every input journalled since. Returns
/// how many inputs are to take effect anew. Give `world` at its start.
///
/// # Errors
/// When the snapshot is of another world or the journal cannot be read.
pub fn recover(world: &mut World, snapshot: Option<&[u8]>, journal: &dyn Journal) -> Result<usize, LiveError> {
    if let Some(bytes) = snapshot {
        world.load(bytes)?;
    }
    let inputs = journal.read_from(world.now())?;
    Ok(inputs.into_iter().filter(|input| world.submit(input.clone()) == Submitted::Accepted).count())
}

/// A live run. Dropping it ends the run.
pub struct Live {
    handle: LiveHandle,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Option<World>>>,
}

/// The way to a live run, for any number of threads.
#[derive(Clone)]
pub struct LiveHandle {
    spec: Arc<WorldSpec>,
    controls: mpsc::Sender<Control>,
    entrance: Entrance,
    inquiry: Addr<Inquiry>,
    frames: broadcast::WeakSender<Arc<LiveFrame>>,
}

/// The coordinator's ends of what a handle holds.
struct Ends {
    controls: mpsc::Receiver<Control>,
    weak: mpsc::WeakSender<Control>,
    lanes: Lanes,
    frames: broadcast::Sender<Arc<LiveFrame>>,
    stop: Arc<AtomicBool>,
}

impl Live {
    /// Starts a run from a world's present state.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(
        world: World,
        journal: Box<dyn Journal>,
        clock: Box<dyn Clock>,
        config: Config,
    ) -> Result<Self, LiveError> {
        let (ready, is_ready) = std::sync::mpsc::channel();
        let (controls, obeyed) = mpsc::channel(CONTROLS);
        let (entrance, taken) = lanes(config.lanes);
        let (frames, _) = broadcast::channel(config.frames.max(1));
        let (spec, stop) = (Arc::clone(world.spec()), Arc::<AtomicBool>::default());
        let weak = (controls.downgrade(), frames.downgrade());
        let ends = Ends { controls: obeyed, weak: weak.0, lanes: taken, frames, stop: Arc::clone(&stop) };
        let thread = std::thread::Builder::new().name("twin-coordinator".to_owned()).spawn(move || {
            System::new().block_on(async move {
                let parts = world.into_parts();
                match open(parts, journal, clock, config, ends) {
                    Ok(coordinator) => {
                        ready.send(Ok(coordinator.inquiry.clone())).ok();
                        Some(coordinator.run().await)
                    }
                    Err(error) => {
                        ready.send(Err(error)).ok();
                        None
                    }
                }
            })
        })?;
        let gone = |_| LiveError::Crashed("it did not come up".to_owned());
        let inquiry = is_ready.recv().map_err(gone)??;
        let handle = LiveHandle { spec, controls, entrance, inquiry, frames: weak.1 };
        Ok(Self { handle, stop, thread: Some(thread) })
    }

    /// The way to it.
    #[must_use]
    pub fn handle(&self) -> &LiveHandle {
        &self.handle
    }

    /// Ends the run after the present tick and gives its world back. The journal is closed when this returns.
    ///
    /// # Errors
    /// When the coordinator had ended by itself.
    pub fn stop(mut self) -> Result<World, LiveError> {
        let crashed = || LiveError::Crashed("it panicked".to_owned());
        self.end().ok_or_else(crashed)
    }

    fn end(&mut self) -> Option<World> {
        let thread = self.thread.take()?;
        self.stop.store(true, Ordering::Release);
        self.handle.entrance.ring();
        thread.join().ok().flatten()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.end();
    }
}

fn open(
    parts: Parts,
    journal: Box<dyn Journal>,
    clock: Box<dyn Clock>,
    config: Config,
    ends: Ends,
) -> io::Result<Coordinator> {
    let Parts { spec, wiring, plans, core, networks } = parts;
    let (services, journal_thread, asset_thread) = (Arbiter::try_new()?, Arbiter::try_new()?, Arbiter::try_new()?);
    let compute = Compute::start(config.threads)?;
    let mut seats = Vec::with_capacity(networks.len());
    for (at, network) in networks.into_iter().enumerate() {
        let (vault, shown) = (Vault::of(&*network), network.fork());
        let (plans, at) = (Arc::clone(&plans), NetworkIx::new(at));
        let address = NetworkActor::launch(network, plans, at, compute.clone(), &services.handle());
        let (tally, last_error) = (Tally::default(), String::new());
        seats.push(NetworkSeat { address: Some(address), shown, vault, tally, last_error });
    }
    let addresses = seats.iter().filter_map(|seat| seat.address.clone()).collect();
    let inquiry = Inquiry::launch(Arc::clone(&spec.register), addresses, ends.weak, &services.handle());
    Ok(Coordinator {
        spec,
        wiring,
        plans,
        core,
        networks: seats,
        assets: std::collections::BTreeMap::new(),
        compute,
        clock,
        paused: config.paused,
        config,
        inquiry,
        journal: JournalActor::launch(journal, &journal_thread.handle()),
        services,
        journal_thread,
        asset_thread,
        controls: ends.controls,
        lanes: ends.lanes,
        stop: ends.stop,
        frames: ends.frames,
        next_seq: 0,
        rebuilt: 0,
        hold: None,
        halted: None,
    })
}

impl LiveHandle {
    /// The specification: names, register, ports.
    #[must_use]
    pub fn spec(&self) -> &Arc<WorldSpec> {
        &self.spec
    }

    /// Offers an input. The answer comes once it is judged and, if taken, synced to the journal.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when its lane is full.
    pub fn submit(&self, input: Input) -> Result<Reply<Submitted>, Refusal> {
        self.entrance.offer(input)
    }

    /// Stops between two ticks; the answer is the instant it stands at.
    ///
    /// # Errors
    /// When too many controls wait, or the run has ended.
    pub fn pause(&self) -> Result<Reply<SimTime>, Refusal> {
        self.control(Control::Pause)
    }

    /// Goes on.
    ///
    /// # Errors
    /// As [`LiveHandle::pause`].
    pub fn resume(&self) -> Result<Reply<SimTime>, Refusal> {
        self.control(Control::Resume)
    }

    /// Goes on to the first instant at or past `at` (at most the end of the run) and pauses there; answers when it
    /// stands. A later call replaces an earlier one, which then ends with [`Refusal::Ended`].
    ///
    /// # Errors
    /// As [`LiveHandle::pause`].
    pub fn run_to(&self, at: SimTime) -> Result<Reply<SimTime>, Refusal> {
        self.control(|answer| Control::RunTo(at, answer))
    }

    /// A headless world of the present instant, made between two ticks while the run goes on. A [`World`] has neither
    /// journal nor device, so whatever is done with it stays in it.
    ///
    /// # Errors
    /// As [`LiveHandle::pause`].
    pub fn fork(&self) -> Result<Reply<Box<World>>, Refusal> {
        self.control(Control::Fork)
    }

    /// Where the run stands.
    ///
    /// # Errors
    /// As [`LiveHandle::pause`].
    pub fn status(&self) -> Result<Reply<Status>, Refusal> {
        self.control(Control::Status)
    }

    /// Asks one asset; a value per question, `None` where nobody knows it.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when too many questions wait.
    pub fn ask(&self, asset: AssetIx, what: &[What]) -> Result<Reply<Vec<Option<f64>>>, Refusal> {
        self.ask_many(what.iter().map(|what| (asset, *what)).collect())
    }

    /// Asks many assets at once; answers in the order asked.
    ///
    /// # Errors
    /// As [`LiveHandle::ask`].
    pub fn ask_many(&self, asked: Vec<(AssetIx, What)>) -> Result<Reply<Vec<Option<f64>>>, Refusal> {
        let (answer, reply) = Reply::channel();
        self.inquiry.try_send(Question { asked, answer }).map_err(|error| match error {
            SendError::Full(_) => Refusal::Busy("inquiry"),
            SendError::Closed(_) => Refusal::Ended,
        })?;
        Ok(reply)
    }

    /// All frames from now on.
    ///
    /// # Errors
    /// When the run has ended.
    pub fn subscribe(&self) -> Result<Frames, Refusal> {
        self.frames.upgrade().map(|frames| Frames::new(frames.subscribe())).ok_or(Refusal::Ended)
    }

    fn control<T>(&self, make: impl FnOnce(super::intake::Answer<T>) -> Control) -> Result<Reply<T>, Refusal> {
        let (answer, reply) = Reply::channel();
        self.controls.try_send(make(answer)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Refusal::Busy("coordinator"),
            mpsc::error::TrySendError::Closed(_) => Refusal::Ended,
        })?;
        Ok(reply)
    }
}

//! The way into a live run: bounded queues that refuse when full, and answers that can be awaited or waited for.
//!
//! Inputs have a queue per lane, so that a flood of readings cannot keep a command out. All that waits between two
//! ticks is judged in the order it came and synced to the journal in one go.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::ids::AssetIx;
use crate::world::command::{Input, Lane};
use crate::world::core::Submitted;

/// Why a live run did not take something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The queue is full. Nothing was taken; try again later.
    #[error("LIVE-BUSY: the queue {0} is full; try again later")]
    Busy(&'static str),
    /// The run has ended.
    #[error("LIVE-ENDED: the run has ended")]
    Ended,
    /// The journal could not keep it, so it was not taken.
    #[error("LIVE-JOURNAL: the journal did not keep the input: {0}")]
    Journal(String),
    /// There is no such asset.
    #[error("LIVE-ASSET: there is no asset number {}", .0.0)]
    UnknownAsset(AssetIx),
    /// Whoever owns the value is being rebuilt.
    #[error("LIVE-REBUILDING: {0}")]
    Unavailable(String),
    /// The run stands still: an instant did not settle.
    #[error("LIVE-HALTED: {0}")]
    Halted(String),
}

/// An answer to come: await it, or [`Reply::wait`] for it outside any async worker.
#[derive(Debug)]
pub struct Reply<T>(oneshot::Receiver<Result<T, Refusal>>);

impl<T> Reply<T> {
    pub(super) fn channel() -> (Answer<T>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self(receiver))
    }

    /// Waits for it.
    ///
    /// # Errors
    /// When it was refused.
    ///
    /// # Panics
    /// On an async worker, which must not be held up.
    pub fn wait(self) -> Result<T, Refusal> {
        self.0.blocking_recv().unwrap_or(Err(Refusal::Ended))
    }
}

impl<T> Future for Reply<T> {
    type Output = Result<T, Refusal>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|answer| answer.unwrap_or(Err(Refusal::Ended)))
    }
}

/// The other end of a [`Reply`].
pub(super) type Answer<T> = oneshot::Sender<Result<T, Refusal>>;

/// An input waiting to be judged.
pub(super) struct Offer {
    pub stamp: u64,
    pub input: Input,
    pub answer: Answer<Submitted>,
}

/// How many inputs wait per lane before one is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneBounds {
    /// Commands of people and rules.
    pub control: usize,
    /// Acknowledgements and alarms.
    pub alarm: usize,
    /// Device and boundary states.
    pub state: usize,
    /// Everything else.
    pub bulk: usize,
}

impl Default for LaneBounds {
    fn default() -> Self {
        Self { control: 1024, alarm: 1024, state: 4096, bulk: 16_384 }
    }
}

/// What became of all inputs offered. `received = accepted + late + duplicate + rejected + unjournalled + in flight`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InputCounts {
    /// Taken into a queue.
    pub received: u64,
    /// Took effect, or will, at their own instant.
    pub accepted: u64,
    /// Took effect, or will, at the tick after they came.
    pub late: u64,
    /// Known already.
    pub duplicate: u64,
    /// Could not be carried out.
    pub rejected: u64,
    /// Refused because the journal did not keep them.
    pub unjournalled: u64,
    /// In a queue.
    pub in_flight: u64,
    /// Not received: their queue was full.
    pub busy: u64,
}

#[derive(Default)]
struct Gauges {
    stamp: AtomicU64,
    received: AtomicU64,
    busy: AtomicU64,
}

/// The senders' side of the lanes.
#[derive(Clone)]
pub(super) struct Entrance {
    lanes: [mpsc::Sender<Offer>; 4],
    gauges: Arc<Gauges>,
    wake: Arc<Notify>,
}

/// The coordinator's side.
pub(super) struct Lanes {
    lanes: [mpsc::Receiver<Offer>; 4],
    /// Came while the lanes were being emptied.
    held: Vec<Offer>,
    gauges: Arc<Gauges>,
    /// Told whenever something was put in.
    pub wake: Arc<Notify>,
    /// What became of those taken out.
    pub counts: InputCounts,
}

const NAMES: [&str; 4] = ["control", "alarm", "state", "bulk"];

/// Makes the lanes.
pub(super) fn lanes(bounds: LaneBounds) -> (Entrance, Lanes) {
    let bounded = |n: usize| mpsc::channel(n.max(1));
    let ((c, c2), (a, a2)) = (bounded(bounds.control), bounded(bounds.alarm));
    let ((s, s2), (b, b2)) = (bounded(bounds.state), bounded(bounds.bulk));
    let (gauges, wake) = (Arc::<Gauges>::default(), Arc::<Notify>::default());
    let entrance = Entrance { lanes: [c, a, s, b], gauges: Arc::clone(&gauges), wake: Arc::clone(&wake) };
    (entrance, Lanes { lanes: [c2, a2, s2, b2], held: Vec::new(), gauges, wake, counts: InputCounts::default() })
}

impl Entrance {
    /// Puts an input into its lane.
    pub fn offer(&self, input: Input) -> Result<Reply<Submitted>, Refusal> {
        let lane = match input.lane {
            Lane::Control => 0,
            Lane::Alarm => 1,
            Lane::State => 2,
            Lane::Bulk => 3,
        };
        let place = self.lanes[lane].try_reserve().map_err(|error| match error {
            TrySendError::Full(()) => {
                self.gauges.busy.fetch_add(1, Ordering::Relaxed);
                Refusal::Busy(NAMES[lane])
            }
            TrySendError::Closed(()) => Refusal::Ended,
        })?;
        let (answer, reply) = Reply::channel();
        let stamp = self.gauges.stamp.fetch_add(1, Ordering::SeqCst);
        self.gauges.received.fetch_add(1, Ordering::Relaxed);
        place.send(Offer { stamp, input, answer });
        self.wake.notify_one();
        Ok(reply)
    }
}

impl Entrance {
    /// Wakes the coordinator.
    pub fn ring(&self) {
        self.wake.notify_one();
    }
}

impl Lanes {
    /// Takes out all that waits, in the order it came. All lanes are emptied up to one stamp: a source's numbers must
    /// not overtake one another from lane to lane.
    pub fn take(&mut self) -> Vec<Offer> {
        let before = self.gauges.stamp.load(Ordering::SeqCst);
        let mut offers = std::mem::take(&mut self.held);
        for lane in &mut self.lanes {
            for _ in 0..lane.len() {
                offers.extend(lane.try_recv().ok());
            }
        }
        offers.sort_by_key(|offer| offer.stamp);
        self.held = offers.split_off(offers.partition_point(|offer| offer.stamp < before));
        offers
    }

    /// What became of all inputs so far.
    pub fn counts(&self) -> InputCounts {
        let c = self.counts;
        let received = self.gauges.received.load(Ordering::Relaxed);
        let settled = c.accepted + c.late + c.duplicate + c.rejected + c.unjournalled;
        let busy = self.gauges.busy.load(Ordering::Relaxed);
        InputCounts { received, in_flight: received.saturating_sub(settled), busy, ..c }
    }
}

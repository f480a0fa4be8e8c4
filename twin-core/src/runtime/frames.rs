//! What a live run publishes: a frame per tick to any number of subscribers, none of whom can hold the run up.

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::ids::AssetIx;
use crate::world::core::Health;
use crate::world::tick::TickFrame;

/// What one tick shows.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveFrame {
    /// Number within the run, from 0, without gaps.
    pub seq: u64,
    /// What the same tick of a headless run shows.
    pub frame: TickFrame,
    /// Every metric after it.
    pub metrics: Vec<f64>,
    /// Every probe after it.
    pub probes: Vec<f64>,
    /// Health per network.
    pub health: Vec<Health>,
    /// Promoted assets that stand at their last good state.
    pub stale: Vec<AssetIx>,
    /// The state's hash, when the run was asked to show it.
    pub hash: Option<[u8; 32]>,
}

/// What a subscriber gets.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// The next frame.
    Frame(Arc<LiveFrame>),
    /// It was too slow: frames from `from` on, `missed` of them, are gone. The next frame follows.
    Gap {
        /// Number of the first frame lost.
        from: u64,
        /// How many.
        missed: u64,
    },
}

/// One subscription. It holds a bounded number of frames; who reads too slowly loses the oldest and is told so.
pub struct Frames {
    receiver: broadcast::Receiver<Arc<LiveFrame>>,
    next: Option<u64>,
    /// Lost since the last frame seen: all that tells of frames lost before the first.
    lost: u64,
    held: Option<Arc<LiveFrame>>,
}

impl Frames {
    pub(super) fn new(receiver: broadcast::Receiver<Arc<LiveFrame>>) -> Self {
        Self { receiver, next: None, lost: 0, held: None }
    }

    /// The next frame or gap; `None` once the run has ended.
    pub async fn next(&mut self) -> Option<Seen> {
        loop {
            if let Some(frame) = self.held.take() {
                return Some(self.see(frame));
            }
            match self.receiver.recv().await {
                Ok(frame) => self.held = Some(frame),
                Err(RecvError::Lagged(lost)) => self.lost += lost,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Like [`Frames::next`], for threads outside any async worker.
    pub fn wait(&mut self) -> Option<Seen> {
        loop {
            if let Some(frame) = self.held.take() {
                return Some(self.see(frame));
            }
            match self.receiver.blocking_recv() {
                Ok(frame) => self.held = Some(frame),
                Err(RecvError::Lagged(lost)) => self.lost += lost,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// A frame or gap that is there already.
    pub fn try_next(&mut self) -> Option<Seen> {
        loop {
            if let Some(frame) = self.held.take() {
                return Some(self.see(frame));
            }
            match self.receiver.try_recv() {
                Ok(frame) => self.held = Some(frame),
                Err(TryRecvError::Lagged(lost)) => self.lost += lost,
                Err(TryRecvError::Closed | TryRecvError::Empty) => return None,
            }
        }
    }

    fn see(&mut self, frame: Arc<LiveFrame>) -> Seen {
        let lost = std::mem::take(&mut self.lost);
        match self.next.or(frame.seq.checked_sub(lost)) {
            Some(next) if frame.seq > next => {
                let gap = Seen::Gap { from: next, missed: frame.seq - next };
                self.next = Some(frame.seq);
                self.held = Some(frame);
                gap
            }
            _ => {
                self.next = Some(frame.seq + 1);
                Seen::Frame(frame)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(seq: u64) -> Arc<LiveFrame> {
        let (metrics, probes, health, stale) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Arc::new(LiveFrame { seq, frame: TickFrame::default(), metrics, probes, health, stale, hash: None })
    }

    /// A slow subscriber is told exactly which frames it lost, and goes on with those that are there.
    #[test]
    fn a_slow_subscriber_is_told_the_gap() {
        let (sender, receiver) = broadcast::channel(4);
        let mut frames = Frames::new(receiver);
        sender.send(frame(0)).expect("subscribed");
        assert_eq!(frames.wait(), Some(Seen::Frame(frame(0))));
        for seq in 1..=10 {
            sender.send(frame(seq)).expect("subscribed");
        }
        drop(sender);
        assert_eq!(frames.wait(), Some(Seen::Gap { from: 1, missed: 6 }));
        for seq in 7..=10 {
            assert_eq!(frames.wait(), Some(Seen::Frame(frame(seq))));
        }
        assert_eq!(frames.wait(), None);
    }
}

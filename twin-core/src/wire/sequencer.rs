//! The publisher's side: numbers frames and leaves out what has not changed.

use std::collections::BTreeMap;

use super::{Event, Frame, KeyframeRequest, Layer, Mode, NetworkHealth, Quality};
use crate::ids::{AssetIx, NetworkIx};
use crate::time::SimTime;

/// The whole picture of one tick, as the world gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Macro step.
    pub tick: u64,
    /// Simulation time.
    pub time: SimTime,
    /// What is being looked at.
    pub mode: Mode,
    /// Every layer in full.
    pub layers: Vec<Layer>,
    /// What happened since the picture before, numbered without gaps.
    pub events: Vec<Event>,
    /// Every network's health.
    pub health: Vec<NetworkHealth>,
}

type Key = (NetworkIx, String, AssetIx);

/// Makes frames of pictures. All clients of a run read the same frames.
#[derive(Debug, Clone)]
pub struct Sequencer {
    run: String,
    next: u64,
    keyframe_due: bool,
    resend_after: Option<u64>,
    sent: BTreeMap<Key, (u64, Quality)>,
    events: Vec<Event>,
}

impl Sequencer {
    /// For one run; its first frame is a keyframe.
    #[must_use]
    pub fn new(run: &str) -> Self {
        Self {
            run: run.to_owned(),
            next: 0,
            keyframe_due: true,
            resend_after: None,
            sent: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    /// Makes the next frame a keyframe that carries every event after the one the client has. Requests of several
    /// clients before the next frame are met by one keyframe. A request for another run changes nothing.
    pub fn request(&mut self, request: &KeyframeRequest) {
        if request.run == self.run {
            self.keyframe_due = true;
            let after = self.resend_after.map_or(request.events_after, |a| a.min(request.events_after));
            self.resend_after = Some(after);
        }
    }

    /// The next frame. It is a keyframe where one is due, or where a value is no longer there: a delta cannot say that.
    pub fn frame(&mut self, picture: Picture) -> Frame {
        let now: BTreeMap<Key, (u64, Quality)> = picture
            .layers
            .iter()
            .flat_map(|l| {
                l.indices
                    .iter()
                    .zip(&l.values)
                    .map(|(ix, v)| ((l.network, l.quantity.clone(), *ix), (v.to_bits(), l.quality)))
            })
            .collect();
        let Picture { tick, time, mode, mut layers, events: news, health } = picture;
        let keyframe = self.keyframe_due || self.sent.keys().any(|key| !now.contains_key(key));
        if !keyframe {
            for layer in &mut layers {
                self.keep_changes(layer);
            }
        }
        self.events.extend_from_slice(&news);
        let events = match self.resend_after.take() {
            Some(after) => self.events[self.events.partition_point(|e| e.id <= after)..].to_vec(),
            None => news,
        };
        (self.sent, self.keyframe_due) = (now, false);
        let sequence = self.next;
        self.next += 1;
        Frame { run: self.run.clone(), sequence, keyframe, tick, time, mode, layers, events, health }
    }

    fn keep_changes(&self, layer: &mut Layer) {
        let same = |ix: AssetIx, v: f64| {
            self.sent.get(&(layer.network, layer.quantity.clone(), ix)) == Some(&(v.to_bits(), layer.quality))
        };
        let (indices, values) =
            layer.indices.iter().zip(&layer.values).filter(|(ix, v)| !same(**ix, **v)).map(|(ix, v)| (*ix, *v)).unzip();
        (layer.indices, layer.values) = (indices, values);
    }
}

//! The client's side: puts the picture together and notices what is missing.

use std::collections::BTreeMap;

use super::{Event, Frame, Health, Hello, KeyframeRequest, Mode, Quality, WireError};
use crate::ids::{AssetIx, NetworkIx};
use crate::time::SimTime;

/// What became of a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Accepted {
    /// The picture is that of the frame; these events are new.
    Shown(Vec<Event>),
    /// The frame is older than the picture or a repetition; nothing changed.
    Old,
    /// Frames or events are missing: a request is to be sent. A picture that hangs in the air is not shown.
    Gap {
        /// Events that are new and not preceded by a missing one.
        events: Vec<Event>,
        /// To be sent to the publisher.
        request: KeyframeRequest,
    },
}

/// A value with what a person must know beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// The value in SI.
    pub value: f64,
    /// Where it comes from.
    pub quality: Quality,
    /// The instant it holds for.
    pub as_of: SimTime,
}

type LayerKey = (NetworkIx, String);

/// Follows one run: checks each frame, keeps the latest picture, detects gaps.
#[derive(Debug, Clone)]
pub struct FrameReader {
    hello: Hello,
    sequence: Option<u64>,
    last_event: u64,
    time: SimTime,
    mode: Option<Mode>,
    units: BTreeMap<LayerKey, String>,
    values: BTreeMap<LayerKey, BTreeMap<AssetIx, (f64, Quality)>>,
    as_of: BTreeMap<(LayerKey, Quality), SimTime>,
    health: BTreeMap<NetworkIx, Health>,
}

impl FrameReader {
    /// Begins with the run's hello.
    ///
    /// # Errors
    /// A hello that contradicts itself or is of another version.
    pub fn new(hello: Hello) -> Result<Self, WireError> {
        hello.check()?;
        Ok(Self {
            hello,
            sequence: None,
            last_event: 0,
            time: SimTime::ZERO,
            mode: None,
            units: BTreeMap::new(),
            values: BTreeMap::new(),
            as_of: BTreeMap::new(),
            health: BTreeMap::new(),
        })
    }

    /// Takes the next frame.
    ///
    /// # Errors
    /// A frame that contradicts itself or the hello; the picture stays as it was.
    pub fn accept(&mut self, frame: Frame) -> Result<Accepted, WireError> {
        frame.check(&self.hello)?;
        if self.sequence.is_some_and(|have| frame.sequence <= have) {
            return Ok(Accepted::Old);
        }
        let follows = self.sequence.is_some_and(|have| frame.sequence == have + 1);
        let (events, whole) = self.new_events(&frame.events);
        let readable = frame.keyframe || follows;
        if readable {
            self.show(frame);
        }
        Ok(if readable && whole { Accepted::Shown(events) } else { Accepted::Gap { events, request: self.request() } })
    }

    /// A request that brings everything this reader lacks.
    #[must_use]
    pub fn request(&self) -> KeyframeRequest {
        KeyframeRequest { run: self.hello.run.clone(), events_after: self.last_event }
    }

    /// The run's hello.
    #[must_use]
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Number of the frame on show, `None` before the first keyframe.
    #[must_use]
    pub fn sequence(&self) -> Option<u64> {
        self.sequence
    }

    /// Simulation time of the picture.
    #[must_use]
    pub fn time(&self) -> SimTime {
        self.time
    }

    /// What is being looked at, `None` before the first keyframe.
    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        self.mode
    }

    /// The layers there are, as network, key of the quantity and unit, in fixed order.
    pub fn layers(&self) -> impl Iterator<Item = (NetworkIx, &str, &str)> {
        self.units.iter().map(|((network, quantity), unit)| (*network, quantity.as_str(), unit.as_str()))
    }

    /// The values of a layer, ascending by asset; empty where there is no such layer.
    pub fn values(&self, network: NetworkIx, quantity: &str) -> impl Iterator<Item = (AssetIx, Shown)> {
        let key = (network, quantity.to_owned());
        self.values.get(&key).into_iter().flatten().map(move |(ix, (value, quality))| {
            let as_of = self.as_of.get(&(key.clone(), *quality)).copied().unwrap_or(self.time);
            (*ix, Shown { value: *value, quality: *quality, as_of })
        })
    }

    /// The health of a network; `None` until a frame has said it.
    #[must_use]
    pub fn health(&self, network: NetworkIx) -> Option<&Health> {
        self.health.get(&network)
    }

    /// Events after the last one seen, as far as their numbers go on without a gap, and whether that was all of them.
    fn new_events(&mut self, events: &[Event]) -> (Vec<Event>, bool) {
        let mut fresh = Vec::new();
        for event in events.iter().filter(|e| e.id > self.last_event) {
            if event.id != self.last_event + 1 + fresh.len() as u64 {
                break;
            }
            fresh.push(event.clone());
        }
        let whole = events.last().is_none_or(|last| last.id <= self.last_event + fresh.len() as u64);
        self.last_event += fresh.len() as u64;
        (fresh, whole)
    }

    fn show(&mut self, frame: Frame) {
        if frame.keyframe {
            self.values.clear();
            self.as_of.clear();
            self.units.clear();
        }
        for layer in frame.layers {
            let key = (layer.network, layer.quantity);
            self.as_of.insert((key.clone(), layer.quality), layer.as_of);
            let quality = layer.quality;
            let values = layer.indices.into_iter().zip(layer.values).map(|(ix, v)| (ix, (v, quality)));
            self.values.entry(key.clone()).or_default().extend(values);
            self.units.insert(key, layer.unit);
        }
        self.health = frame.health.into_iter().map(|h| (h.network, h.health)).collect();
        (self.sequence, self.time, self.mode) = (Some(frame.sequence), frame.time, Some(frame.mode));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AssetId;
    use crate::wire::{AssetInfo, Element, Layer, NetworkInfo, Picture, Sequencer, Urgency, WIRE_VERSION};

    const NET: NetworkIx = NetworkIx(0);

    fn hello() -> Hello {
        let asset = |n: usize| AssetInfo {
            id: AssetId::new("north", "junction", &format!("J{n}")),
            network: NET,
            element: Element::Node,
            line_m: Vec::new(),
            elevation_m: None,
            ends: None,
            attributes: BTreeMap::new(),
        };
        Hello {
            version: WIRE_VERSION,
            run: "r".to_owned(),
            start: "2026-07-01T08:00:00+08:00".to_owned(),
            networks: vec![NetworkInfo { name: "north".to_owned(), domain: "water".to_owned() }],
            assets: (0..3).map(asset).collect(),
            content_hash: String::new(),
        }
    }

    fn layer(quality: Quality, tick: u64, cells: &[(u32, f64)]) -> Layer {
        Layer {
            network: NET,
            quantity: "pressure_head".to_owned(),
            unit: "m".to_owned(),
            quality,
            as_of: at(tick),
            indices: cells.iter().map(|c| AssetIx(c.0)).collect(),
            values: cells.iter().map(|c| c.1).collect(),
        }
    }

    fn at(tick: u64) -> SimTime {
        SimTime::from_millis(i64::try_from(tick).expect("small") * 10_000)
    }

    fn picture(tick: u64, layers: Vec<Layer>, events: &[u64]) -> Picture {
        let event = |id: &u64| Event {
            id: *id,
            parent: None,
            at: at(tick),
            urgency: Urgency::Alarm,
            source: "north".to_owned(),
            rule: "tank-empty".to_owned(),
            target: "north/tank/T1".to_owned(),
            effect: "empty".to_owned(),
            value: 0.0,
            threshold: 0.0,
            unit: "m".to_owned(),
        };
        Picture {
            tick,
            time: at(tick),
            mode: Mode::Live,
            layers,
            events: events.iter().map(event).collect(),
            health: Vec::new(),
        }
    }

    fn computed(tick: u64, a: f64, b: f64, c: f64) -> Vec<Layer> {
        vec![layer(Quality::Computed, tick, &[(0, a), (1, b), (2, c)])]
    }

    fn seen(reader: &FrameReader) -> Vec<(u32, f64, Quality, SimTime)> {
        reader.values(NET, "pressure_head").map(|(ix, s)| (ix.0, s.value, s.quality, s.as_of)).collect()
    }

    /// Deltas put together are the picture that was cut up, and the age of an unchanged value moves on.
    #[test]
    fn deltas_add_up_to_the_picture() {
        let (mut from, mut to) = (Sequencer::new("r"), FrameReader::new(hello()).expect("sound"));
        to.accept(from.frame(picture(0, computed(0, 1.0, 2.0, 3.0), &[]))).expect("sound");
        let delta = from.frame(picture(1, computed(1, 1.0, 2.5, 3.0), &[]));
        assert_eq!(
            (delta.keyframe, &delta.layers[0].indices[..], delta.layers[0].values[0]),
            (false, &[AssetIx(1)][..], 2.5)
        );
        to.accept(delta).expect("sound");
        let q = Quality::Computed;
        assert_eq!(seen(&to), [(0, 1.0, q, at(1)), (1, 2.5, q, at(1)), (2, 3.0, q, at(1))]);
    }

    /// A lost frame is noticed, the old picture stays, later deltas are not applied, and a keyframe heals it with
    /// every event that was lost.
    #[test]
    fn a_gap_keeps_the_picture_and_loses_no_event() {
        let (mut from, mut to) = (Sequencer::new("r"), FrameReader::new(hello()).expect("sound"));
        to.accept(from.frame(picture(0, computed(0, 1.0, 2.0, 3.0), &[1]))).expect("sound");
        let _lost = from.frame(picture(1, computed(1, 9.0, 2.0, 3.0), &[2, 3]));
        let before = seen(&to);
        let answer = to.accept(from.frame(picture(2, computed(2, 9.0, 8.0, 3.0), &[4]))).expect("sound");
        let request = KeyframeRequest { run: "r".to_owned(), events_after: 1 };
        assert_eq!(answer, Accepted::Gap { events: Vec::new(), request: request.clone() });
        assert_eq!((seen(&to), to.sequence()), (before, Some(0)));
        from.request(&request);
        let healed = to.accept(from.frame(picture(3, computed(3, 9.0, 8.0, 3.0), &[5]))).expect("sound");
        let Accepted::Shown(events) = healed else { panic!("not shown: {healed:?}") };
        assert_eq!(events.iter().map(|e| e.id).collect::<Vec<_>>(), [2, 3, 4, 5]);
        assert_eq!(seen(&to).iter().map(|s| s.1).collect::<Vec<_>>(), [9.0, 8.0, 3.0]);
    }

    /// A reader that comes late asks first, and a repeated frame changes nothing.
    #[test]
    fn a_late_reader_asks_and_a_repetition_is_dropped() {
        let (mut from, mut to) = (Sequencer::new("r"), FrameReader::new(hello()).expect("sound"));
        from.frame(picture(0, computed(0, 1.0, 2.0, 3.0), &[]));
        let delta = from.frame(picture(1, computed(1, 1.0, 2.5, 3.0), &[]));
        assert!(matches!(to.accept(delta), Ok(Accepted::Gap { .. })));
        from.request(&to.request());
        let key = from.frame(picture(2, computed(2, 1.0, 2.5, 3.0), &[]));
        assert_eq!(to.accept(key.clone()), Ok(Accepted::Shown(Vec::new())));
        assert_eq!(to.accept(key), Ok(Accepted::Old));
    }

    /// A value that turns stale is sent although it did not change; one that disappears makes a keyframe.
    #[test]
    fn quality_is_a_change_and_a_vanished_value_makes_a_keyframe() {
        let (mut from, mut to) = (Sequencer::new("r"), FrameReader::new(hello()).expect("sound"));
        to.accept(from.frame(picture(0, computed(0, 1.0, 2.0, 3.0), &[]))).expect("sound");
        let split = vec![layer(Quality::Computed, 1, &[(0, 1.0), (1, 2.0)]), layer(Quality::Stale, 0, &[(2, 3.0)])];
        to.accept(from.frame(picture(1, split, &[]))).expect("sound");
        assert_eq!(seen(&to)[2], (2, 3.0, Quality::Stale, at(0)));
        assert_eq!(seen(&to)[0], (0, 1.0, Quality::Computed, at(1)));
        let fewer = from.frame(picture(2, vec![layer(Quality::Computed, 2, &[(0, 1.0)])], &[]));
        assert!(fewer.keyframe);
        to.accept(fewer).expect("sound");
        assert_eq!(seen(&to).len(), 1);
    }

    /// A frame that cannot be true is refused with its reason and changes nothing.
    #[test]
    fn an_impossible_frame_is_refused_by_name() {
        let (mut from, mut to) = (Sequencer::new("r"), FrameReader::new(hello()).expect("sound"));
        to.accept(from.frame(picture(0, computed(0, 1.0, 2.0, 3.0), &[]))).expect("sound");
        let before = seen(&to);
        for (layers, word) in [
            (vec![layer(Quality::Computed, 1, &[(7, 1.0)])], "asset 7"),
            (vec![layer(Quality::Computed, 1, &[(1, f64::NAN)])], "north/junction/J1"),
            (vec![layer(Quality::Computed, 1, &[(1, 1.0), (0, 1.0)])], "ascending"),
        ] {
            let why = to.accept(from.clone().frame(picture(1, layers, &[]))).expect_err("impossible").to_string();
            assert!(why.contains(word), "{why}");
        }
        let foreign = Sequencer::new("other").frame(picture(1, Vec::new(), &[]));
        assert!(to.accept(foreign).is_err());
        assert_eq!(seen(&to), before);
    }
}

//! The messages themselves.
//!
//! Plain structs and externally tagged enums only, so that self-describing (JSON) and compact (postcard) encodings both
//! carry them. Unknown keys are errors: a field that one side ignores is a value somebody does not see.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{AssetId, AssetIx, NetworkIx};
use crate::time::SimTime;

/// Version of every message here. It changes with any change of a field or of its meaning.
pub const WIRE_VERSION: u16 = 1;

/// One message, either way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Publisher to client, first of all and again after the topology has changed.
    Hello(Box<Hello>),
    /// Publisher to client, every tick.
    Frame(Box<Frame>),
    /// Client to publisher, after a gap.
    KeyframeRequest(KeyframeRequest),
}

/// Topology and static attributes of a run, sent once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// [`WIRE_VERSION`] of the publisher.
    pub version: u16,
    /// Name of the run; every frame repeats it.
    pub run: String,
    /// Date and time at [`SimTime::ZERO`], ISO 8601 with offset.
    pub start: String,
    /// Networks; a [`NetworkIx`] is a position here.
    pub networks: Vec<NetworkInfo>,
    /// Assets; an [`AssetIx`] is a position here.
    pub assets: Vec<AssetInfo>,
    /// Hash of networks and assets in lower-case hex: equal hash, equal topology, so a client may keep what it built.
    pub content_hash: String,
}

/// One network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkInfo {
    /// Name, unique in the run; the first part of its assets' ids.
    pub name: String,
    /// Key of its domain, for example `water`.
    pub domain: String,
}

/// What an asset is in the topology of its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Element {
    /// The network as a whole.
    Network,
    /// A node.
    Node,
    /// A link between two nodes.
    Link,
    /// A cell or compartment.
    Cell,
}

/// One asset with what does not change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetInfo {
    /// Its name; [`AssetId::class`] is its class.
    pub id: AssetId,
    /// The network it belongs to.
    pub network: NetworkIx,
    /// What it is in that network.
    pub element: Element,
    /// Where it stands or runs, east and north in the city's projected coordinates [m]: one point, or the line of a
    /// link from its first to its second node. Empty where nobody knows.
    pub line_m: Vec<[f64; 2]>,
    /// Elevation of its ground or bottom, where known [m].
    pub elevation_m: Option<f64>,
    /// First and second node of a link.
    pub ends: Option<[AssetIx; 2]>,
    /// Survey attributes as given, for people to read.
    pub attributes: BTreeMap<String, String>,
}

/// What is being looked at. It is shown by colour and by word at every moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// The city as the sensors see it now (实时).
    #[serde(rename = "LIVE")]
    Live,
    /// A recording (回放).
    #[serde(rename = "REPLAY")]
    Replay,
    /// A fork of the live state (推演).
    #[serde(rename = "WHAT_IF")]
    WhatIf,
    /// An exercise (演练).
    #[serde(rename = "DRILL")]
    Drill,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// By a sensor.
    Measured,
    /// By the model for this instant.
    Computed,
    /// By the model for an instant to come.
    Forecast,
    /// Once measured or computed, and not renewed since.
    Stale,
}

/// Values of one quantity in one network, all of one quality.
///
/// In a keyframe it lists every value; in another frame only those that changed. `as_of` holds for all values of this
/// network, quantity and quality, listed or not: a value that does not change still grows younger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// The network.
    pub network: NetworkIx,
    /// Key of the quantity, for example `pressure_head`.
    pub quantity: String,
    /// Its SI unit.
    pub unit: String,
    /// Where the values come from.
    pub quality: Quality,
    /// The instant they hold for.
    pub as_of: SimTime,
    /// The assets, ascending.
    pub indices: Vec<AssetIx>,
    /// Their values in SI, finite, one per index.
    pub values: Vec<f64>,
}

/// How urgent an event is for a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// For the record.
    Record,
    /// To be looked at.
    Warning,
    /// To be acted on.
    Alarm,
}

/// One line of the cascade record as a viewer needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Number within its run, from 1, without gaps.
    pub id: u64,
    /// The event that caused this one.
    pub parent: Option<u64>,
    /// When.
    pub at: SimTime,
    /// How urgent.
    pub urgency: Urgency,
    /// What it came from.
    pub source: String,
    /// The rule, coupling or solver code that made it.
    pub rule: String,
    /// What it acts on.
    pub target: String,
    /// What happened, in words that stay the same.
    pub effect: String,
    /// The value that mattered.
    pub value: f64,
    /// The threshold it met; equal to `value` where there is none.
    pub threshold: f64,
    /// SI unit of both.
    pub unit: String,
}

/// Whether a network is being computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Health {
    /// It advances with the clock.
    Ok,
    /// It stands at its last good state.
    Degraded {
        /// Since when.
        since: SimTime,
        /// Why, in the words of the solver.
        error: String,
    },
}

/// The health of one network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkHealth {
    /// The network.
    pub network: NetworkIx,
    /// How it is.
    pub health: Health,
}

/// The picture of one tick, whole (a keyframe) or as changes against the frame with the number before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// The run it belongs to.
    pub run: String,
    /// Number of the frame, counting every frame of the run by one.
    pub sequence: u64,
    /// True where the frame stands by itself.
    pub keyframe: bool,
    /// Macro step.
    pub tick: u64,
    /// Simulation time.
    pub time: SimTime,
    /// What is being looked at.
    pub mode: Mode,
    /// Values.
    pub layers: Vec<Layer>,
    /// What happened since the frame before, or since the event a client named; ascending by id.
    pub events: Vec<Event>,
    /// Every network's health, in the order of [`Hello::networks`].
    pub health: Vec<NetworkHealth>,
}

/// Asks for a keyframe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyframeRequest {
    /// The run.
    pub run: String,
    /// The last event the client has; 0 for none. The keyframe carries every later one.
    pub events_after: u64,
}

/// Why a message cannot be used. The reader's picture stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireError {
    /// The text is no message.
    Syntax(String),
    /// The publisher speaks another version.
    Version {
        /// Its version.
        theirs: u16,
    },
    /// The message contradicts itself or the [`Hello`].
    Content(String),
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(why) => write!(f, "not a message: {why}"),
            Self::Version { theirs } => {
                write!(
                    f,
                    "the publisher speaks wire version {theirs}, this client {WIRE_VERSION}: update the older one"
                )
            }
            Self::Content(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for WireError {}

impl Message {
    /// Reads one line of a recording or one text message.
    ///
    /// # Errors
    /// Text that is no message, or a [`Hello`] of another version.
    pub fn from_json(text: &str) -> Result<Self, WireError> {
        let message: Self = serde_json::from_str(text).map_err(|e| WireError::Syntax(e.to_string()))?;
        match &message {
            Self::Hello(hello) if hello.version != WIRE_VERSION => Err(WireError::Version { theirs: hello.version }),
            _ => Ok(message),
        }
    }

    /// Writes it as one line without a line end.
    ///
    /// # Errors
    /// Where the encoder refuses.
    pub fn to_json(&self) -> Result<String, WireError> {
        serde_json::to_string(self).map_err(|e| WireError::Syntax(e.to_string()))
    }
}

impl Hello {
    /// The bytes a content hash is taken of: networks and assets, not the run.
    ///
    /// # Errors
    /// Where the encoder refuses.
    pub fn content(&self) -> Result<Vec<u8>, WireError> {
        serde_json::to_vec(&(&self.networks, &self.assets)).map_err(|e| WireError::Syntax(e.to_string()))
    }

    /// The same with [`Hello::content_hash`] filled in (BLAKE3).
    ///
    /// # Errors
    /// Where the encoder refuses.
    #[cfg(feature = "full")]
    pub fn sealed(mut self) -> Result<Self, WireError> {
        self.content_hash = blake3::hash(&self.content()?).to_hex().to_string();
        Ok(self)
    }

    /// Checks that every index and coordinate can be used.
    ///
    /// # Errors
    /// The first asset that refers to a network or node that is not there, or stands at no finite place.
    pub fn check(&self) -> Result<(), WireError> {
        if self.version != WIRE_VERSION {
            return Err(WireError::Version { theirs: self.version });
        }
        for asset in &self.assets {
            let bad = |why: &str| Err(WireError::Content(format!("hello of run {}: {} {why}", self.run, asset.id)));
            if asset.network.at() >= self.networks.len() {
                return bad("belongs to a network that is not listed");
            }
            if asset.ends.is_some_and(|ends| ends.iter().any(|end| end.at() >= self.assets.len())) {
                return bad("ends at an asset that is not listed");
            }
            if !asset.line_m.iter().flatten().chain(&asset.elevation_m).all(|x| x.is_finite()) {
                return bad("has a coordinate that is not finite");
            }
        }
        Ok(())
    }
}

impl Frame {
    /// Checks the frame against its [`Hello`].
    ///
    /// # Errors
    /// Another run, an index that is not there or out of order, as many values as indices missing, a value that is not
    /// finite, events out of order.
    pub fn check(&self, hello: &Hello) -> Result<(), WireError> {
        let bad = |why: String| Err(WireError::Content(format!("frame {} of run {}: {why}", self.sequence, self.run)));
        if self.run != hello.run {
            return bad(format!("run {} is being followed", hello.run));
        }
        for layer in &self.layers {
            let name = &layer.quantity;
            if layer.network.at() >= hello.networks.len() {
                return bad(format!("{name} of network {}, which is not listed", layer.network.0));
            }
            if layer.indices.len() != layer.values.len() {
                return bad(format!("{name} has {} indices and {} values", layer.indices.len(), layer.values.len()));
            }
            if !layer.indices.is_sorted_by(|a, b| a < b) {
                return bad(format!("the assets of {name} are not in ascending order"));
            }
            if let Some(last) = layer.indices.last().filter(|last| last.at() >= hello.assets.len()) {
                return bad(format!("{name} of asset {}, which is not listed", last.0));
            }
            if let Some(at) = layer.values.iter().position(|v| !v.is_finite()) {
                return bad(format!("{name} of {} is not finite", hello.assets[layer.indices[at].at()].id));
            }
        }
        if self.health.iter().any(|h| h.network.at() >= hello.networks.len()) {
            return bad("health of a network that is not listed".to_owned());
        }
        if !self.events.is_sorted_by(|a, b| a.id < b.id) {
            return bad("events are not in ascending order".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello() -> Hello {
        Hello {
            version: WIRE_VERSION,
            run: "drill-1".to_owned(),
            start: "2026-07-01T08:00:00+08:00".to_owned(),
            networks: vec![NetworkInfo { name: "north".to_owned(), domain: "water".to_owned() }],
            assets: vec![AssetInfo {
                id: AssetId::new("north", "junction", "J1"),
                network: NetworkIx::new(0),
                element: Element::Node,
                line_m: vec![[500_000.25, 3_400_000.5]],
                elevation_m: Some(12.5),
                ends: None,
                attributes: BTreeMap::from([("owner".to_owned(), "自来水公司".to_owned())]),
            }],
            content_hash: String::new(),
        }
    }

    /// What is written is read back equal, in the words other programs rely on.
    #[test]
    fn a_message_survives_json_in_its_fixed_words() {
        let frame = Frame {
            run: "drill-1".to_owned(),
            sequence: 7,
            keyframe: false,
            tick: 70,
            time: SimTime::from_millis(700_000),
            mode: Mode::WhatIf,
            layers: vec![Layer {
                network: NetworkIx::new(0),
                quantity: "pressure_head".to_owned(),
                unit: "m".to_owned(),
                quality: Quality::Computed,
                as_of: SimTime::from_millis(700_000),
                indices: vec![AssetIx::new(0)],
                values: vec![31.25],
            }],
            events: Vec::new(),
            health: vec![NetworkHealth {
                network: NetworkIx::new(0),
                health: Health::Degraded { since: SimTime::from_millis(690_000), error: "not converged".to_owned() },
            }],
        };
        assert_eq!(frame.check(&hello()), Ok(()));
        let message = Message::Frame(Box::new(frame));
        let text = message.to_json().expect("encodes");
        assert_eq!(
            text,
            "{\"frame\":{\"run\":\"drill-1\",\"sequence\":7,\"keyframe\":false,\"tick\":70,\"time\":700000,\
             \"mode\":\"WHAT_IF\",\"layers\":[{\"network\":0,\"quantity\":\"pressure_head\",\"unit\":\"m\",\
             \"quality\":\"computed\",\"as_of\":700000,\"indices\":[0],\"values\":[31.25]}],\"events\":[],\
             \"health\":[{\"network\":0,\"health\":{\"degraded\":{\"since\":690000,\"error\":\"not converged\"}}}]}}"
        );
        assert_eq!(Message::from_json(&text), Ok(message));
    }

    /// Another version and an unknown key are refused, by name.
    #[test]
    fn another_version_and_an_unknown_key_are_refused() {
        let text = |h: &Hello| Message::Hello(Box::new(h.clone())).to_json().expect("encodes");
        let other = Hello { version: WIRE_VERSION + 1, ..hello() };
        assert_eq!(Message::from_json(&text(&other)), Err(WireError::Version { theirs: WIRE_VERSION + 1 }));
        let more = text(&hello()).replace("\"start\"", "\"colour\":\"red\",\"start\"");
        assert!(matches!(Message::from_json(&more), Err(WireError::Syntax(why)) if why.contains("colour")));
    }

    /// A hello that refers to what is not there is refused with the asset's name.
    #[test]
    fn a_dangling_reference_is_named() {
        let mut bad = hello();
        bad.assets[0].ends = Some([AssetIx::new(0), AssetIx::new(9)]);
        let why = bad.check().expect_err("dangling").to_string();
        assert!(why.contains("north/junction/J1"), "{why}");
        let mut far = hello();
        far.assets[0].line_m[0][1] = f64::NAN;
        assert!(far.check().is_err());
        assert_eq!(hello().check(), Ok(()));
    }

    /// The compact encoding carries the same, and the hash knows the topology but not the run.
    #[cfg(feature = "full")]
    #[test]
    fn postcard_carries_it_and_the_hash_is_of_the_topology() {
        let sealed = hello().sealed().expect("hashes");
        let message = Message::Hello(Box::new(sealed.clone()));
        let bytes = postcard::to_stdvec(&message).expect("encodes");
        assert_eq!(postcard::from_bytes::<Message>(&bytes), Ok(message));
        let renamed = Hello { run: "other".to_owned(), ..hello() }.sealed().expect("hashes");
        assert_eq!(renamed.content_hash, sealed.content_hash);
        let mut moved = hello();
        moved.assets[0].line_m[0][0] += 1.0;
        assert_ne!(moved.sealed().expect("hashes").content_hash, sealed.content_hash);
    }
}

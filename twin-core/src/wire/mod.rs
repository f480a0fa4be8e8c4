//! What leaves the twin: frames for viewers and consoles. Knows nothing of physics, actors or the city model.
//!
//! 1. The publisher sends one [`Hello`]: topology and static attributes, with a content hash so that it can be cached.
//! 2. Its [`Sequencer`] turns the full picture of each tick into a [`Frame`]: a *keyframe* holds everything, any other
//!    frame only what changed since the frame before.
//! 3. The client's [`FrameReader`] puts the picture together again. A missing number is a *gap*: the deltas after it
//!    mean nothing, so the reader keeps the last good picture and asks for a keyframe with [`KeyframeRequest`].
//! 4. Ticks may be lost, events may not: the request says which event was seen last, the keyframe brings the rest.
//!
//! The same messages on disk, one JSON object a line, are a recording. Values are finite SI numbers, instants are
//! milliseconds since the start of the run; labels and other units are the business of whoever draws.

mod message;
mod reader;
mod sequencer;

pub use message::{
    AssetInfo, Element, Event, Frame, Health, Hello, KeyframeRequest, Layer, Message, Mode, NetworkHealth, NetworkInfo,
    Quality, Urgency, WIRE_VERSION, WireError,
};
pub use reader::{Accepted, FrameReader, Shown};
pub use sequencer::{Picture, Sequencer};

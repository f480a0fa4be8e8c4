//! A scene from wire frames: what to draw, where, in which colour and how sure. It draws nothing itself.
//!
//! 1. [`Feed`] reads messages, one a line, and hands the picture on with every gap it met.
//! 2. [`Scene`] lays the topology out once, round a local origin, and colours one quantity per picture.
//!
//! The crate knows `twin_core::{wire, ids, time}` and nothing else of the twin.

mod colour;
mod feed;
mod scene;

pub use colour::{Ramp, Range};
pub use feed::{Feed, FeedError, Heard};
pub use scene::{Look, Mark, Origin, Scene, SceneLink, SceneNode, Staleness};

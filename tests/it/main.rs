//! All integration tests in one binary: it links once.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, missing_docs)]

mod live;
mod live_faults;
mod toys;
mod world_tick;

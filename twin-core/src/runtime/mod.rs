//! The live runtime: actors round the same world tick.
//!
//! 1. [`Live::start`] takes a [`crate::world::World`] apart: its networks go to an actor each (level 1), its core to
//!    the coordinator, its journal to a service actor (level 4).
//! 2. Each tick the coordinator calls the phase functions of [`crate::world::tick`]; networks solve on compute threads,
//!    promoted assets (level 3) answer from actors of their own, and all ends in the bits of a headless run.
//! 3. [`LiveHandle`] offers inputs, steers, forks, and asks any asset (level 2) by message.
//! 4. [`Live::stop`] gives the world back. [`recover`] brings it back from snapshot and journal after a crash.
//!
//! **Invariants.** actix is named in this module alone. Every queue is bounded; what does not fit is refused with
//! [`Refusal::Busy`]. An input is synced to the journal before it is acknowledged. No async worker solves. A clock
//! decides when, never what.

mod asset_actor;
pub mod clock;
pub mod compute;
mod coordinator;
mod frames;
mod inquiry;
mod intake;
mod journal_actor;
mod live;
mod network_actor;
mod step;
pub mod supervision;

pub use asset_actor::{AssetRunner, plain_runner};
pub use coordinator::Status;
pub use frames::{Frames, LiveFrame, Seen};
pub use inquiry::{BATCH, What};
pub use intake::{InputCounts, LaneBounds, Refusal, Reply};
pub use live::{Config, Live, LiveError, LiveHandle, recover};

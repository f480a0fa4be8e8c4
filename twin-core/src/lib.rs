//! City model, readers and writers, world tick, actors, store, and the command `twin`.
//!
//! Without default features this crate is [`wire`], [`ids`] and [`time`] alone: what a viewer needs.

pub mod ids;
pub mod time;
pub mod wire;

#[cfg(feature = "full")]
pub mod behaviour;
#[cfg(feature = "full")]
pub mod bindings;
#[cfg(feature = "full")]
pub mod cascade;
#[cfg(feature = "full")]
pub mod diagnostic;
#[cfg(feature = "full")]
pub mod generator;
#[cfg(feature = "full")]
pub mod io;
#[cfg(feature = "full")]
pub mod model;
#[cfg(feature = "full")]
pub mod rehearsal;
#[cfg(feature = "full")]
pub mod runtime;
#[cfg(feature = "full")]
pub mod world;

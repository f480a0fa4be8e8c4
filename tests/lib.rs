#![allow(missing_docs, clippy::missing_panics_doc)]
//! What several suites and examples need.

pub mod cloudburst;
pub mod flood2d;
pub mod flood_ea;

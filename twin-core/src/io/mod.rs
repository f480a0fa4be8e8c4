//! Readers and writers.

pub mod epanet_out;
pub mod inp;

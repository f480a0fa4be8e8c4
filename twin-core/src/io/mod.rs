//! Readers and writers.

pub mod epanet_out;
pub mod epanet_rpt;
pub mod inp;

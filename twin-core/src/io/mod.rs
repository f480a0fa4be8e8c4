//! Readers and writers.

pub mod inp;
pub mod scenario;

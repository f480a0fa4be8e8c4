//! Readers and writers.

pub mod compare;
pub mod inp;
pub mod report;
pub mod results;
pub mod scenario;

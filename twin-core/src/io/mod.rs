//! Readers and writers.

pub mod inp;

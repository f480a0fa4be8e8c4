//! The domains, one folder each; none knows another.

pub mod water;

//! The domains, one folder each; none knows another.

pub mod drainage;
pub mod gas;
pub mod surface;
pub mod water;

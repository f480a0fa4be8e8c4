//! Equations that several domains stand on.

pub mod hazard;
pub mod surface;

//! Equations that several domains stand on.

pub mod surface;

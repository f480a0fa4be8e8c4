//! From the city to the physics: one file per domain.

pub mod drainage;
pub mod gas;
pub mod surface;
pub mod water;
pub mod water_register;

//! From the city to the physics: one file per domain.

pub mod water_register;

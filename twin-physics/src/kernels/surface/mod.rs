//! Shallow water on a grid of square cells.

pub mod band;
pub mod edge;
pub mod face;
pub mod friction;
pub mod grid;
pub mod inertial;
pub mod real;
pub mod record;
pub mod soak;
pub mod step;
pub mod strip;
pub mod update;
pub mod water;

#[cfg(test)]
mod tests;

//! Surface: streets and valleys without sewers, with their levees, underpasses and check dams.
//!
//! [`solver`] puts the flood of `kernels::surface` behind the contract of every domain; streets over sewers are part of
//! the drainage domain.

pub mod model;
mod ports;
pub mod solver;

pub use model::{GaugePlace, SurfaceModel};
pub use solver::SurfaceSolver;

#[cfg(test)]
mod tests;

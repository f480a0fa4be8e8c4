//! From a hole in a gas pipe to who stands inside a blast radius, and the failures of the ground itself.
//!
//! Each module is one step of the chain and knows nothing of the others but numbers; `theory.md` here has every law
//! with its source, its limits and the numbers it was checked against. Thresholds are arguments: none is a constant.

pub mod blast;
pub mod cavity;
pub mod collapse;
pub mod damage;
pub mod error;
pub mod ignition;
pub mod jet;
pub mod pipe_hole;
pub mod plume;
pub mod release;
pub mod slope;
pub mod soil;
pub mod space;
pub mod unsupported;
pub mod vented;

pub use error::HazardError;

/// Molar gas constant [J·mol⁻¹·K⁻¹]. *Source:* 26th CGPM (2018), exact product of N_A and k.
pub const GAS_CONSTANT_JMOLK: f64 = 8.314_462_618_153_24;

//! The city: its assets, networks, terrain and standards.

pub mod asset;
pub mod isolation;
pub mod place;
pub mod scenario;
pub mod water_assets;

pub use asset::{Asset, LookupError, Register};

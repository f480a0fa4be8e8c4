//! The city: its assets, networks, terrain and standards.

pub mod asset;
pub mod city;
pub mod drainage_city;
pub mod gas_city;
pub mod isolation;
pub mod place;
pub mod scenario;
pub mod spatial;
pub mod standards;
pub mod storm;
pub mod terrain;
pub mod water_assets;
pub mod water_register;

pub use asset::{Asset, LookupError, Register};
pub use city::{City, CityNetwork, Point, PointAsset, WaterCity};

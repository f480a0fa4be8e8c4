//! Properties of what networks carry.

pub mod gas;

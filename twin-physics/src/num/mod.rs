//! Numerics shared by the networks.

pub mod cube_root;
pub mod curve;
pub mod newton;
pub mod ode;
pub mod ode_adaptive;
pub mod regular;
pub mod root;
pub mod spd;

//! Numerics shared by the networks.

pub mod spd;

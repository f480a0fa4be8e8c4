//! Numerics shared by the networks.

pub mod cash_karp;
pub mod cube_root;
pub mod curve;
pub mod fingerprint;
pub mod m_matrix;
pub mod newton;
pub mod ode;
pub mod ode_adaptive;
pub mod regular;
pub mod root;
pub mod series;
pub mod spd;

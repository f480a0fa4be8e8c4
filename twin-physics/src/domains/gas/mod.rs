//! Gas networks (燃气): pressure, flow and line pack, steady and in time.

mod element;
pub mod friction;
pub mod model;
pub mod net;
mod newton;
mod outlet;
mod ports;
pub mod solver;
pub mod state;
pub mod steady;
mod transient;

pub use element::Mode;
pub use solver::{GasSettings, GasSolver};

//! Gas networks (燃气): pressure, flow and line pack, steady and in time.

mod element;
pub mod friction;
pub mod model;
pub mod net;
mod newton;
pub mod steady;

pub use element::Mode;

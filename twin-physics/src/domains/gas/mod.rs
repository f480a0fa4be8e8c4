//! Gas networks (燃气): pressure, flow and line pack, steady and in time.

pub mod friction;
pub mod model;

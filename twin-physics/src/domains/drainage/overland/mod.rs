//! Streets over the sewers: a surface whose water goes down manholes and inlets and comes up again.
//!
//! # A step
//! 1. Every door is told the level, area and volume of the street's cell it lies in; an outfall in the water of the
//!    surface has that level as its stage. 2. The network is routed, its nodes taking and giving through the doors
//!    within their own iteration. 3. The street books what passed, to the last digit. 4. The water on it runs for as
//!    long. So both sides hold the same volume, and neither gives what it does not have.
//!
//! What an outfall in shallow water takes back and its cell no longer has is owed and paid by what comes next.
//!
//! *Source:* coupling at the routing step as in J. Leandro and R. Martins, A methodology for linking 2D overland flow
//! models with the sewer network model SWMM 5.1, Water Sci. Technol. 73, 2016; the implicit door: own derivation, see
//! [`Door`](super::network::Door).

mod account;
mod couple;
mod inlet;
mod place;

pub use couple::{StreetScratch, StreetState, Streets};
pub use inlet::opening;
pub use place::{DoorPlace, Mouth, StreetModel};

#[cfg(test)]
mod tests;

//! The default dynamic wave: heads by one sparse system a step, solved by Newton's method.
//!
//! Each step solves `V_i(h_i) = V_i⁰ + Δt·(Σ±Q_j(h) + lateral)` for the heads h of all nodes at once, V rising strictly
//! with head ([`node`]) and each flow Q rising with the head at its one end and falling with the head at the other
//! ([`conduit`], structures). The matrix of Newton's method then has dominant columns, is never singular, and is
//! eliminated without pivoting ([`crate::num::m_matrix`]).
//!
//! **Mass is exact.** What a step books is `V⁰ + Δt·ΣQ` with the flows of the last linear system, each taken from one
//! node and given to the other. Heads follow the booked volumes within the tolerance, and what is left over is part of
//! the next step's right-hand side, so it cannot build up.
//!
//! **It converges, or says so**: a step that does not meet the tolerance is taken again in halves. Steps are bounded by
//! the option and, within it, by the error of the heads; not by Courant's condition.

mod assemble;
mod conduit;
mod engine;
mod node;
mod setup;
mod table;
#[cfg(test)]
mod tests;

pub use conduit::{ConduitFlow, ConduitLaw, Meets, flow};
pub use engine::{ImplicitEngine, ImplicitScratch, ImplicitState};
pub use table::{Conveyance, Geometry, HydraulicTable};

//! Streets and their inlets: what drops from the street into the sewer, and what comes back up.
//!
//! Before a routing step every inlet takes its share of the flow (on a grade) or of the depth (in a sag) at the end of
//! the last one; lateral inflows carry it from the node behind the street to the sewer's node, and an overflow of that
//! node back. Notes in `theory/streets.md`.
//!
//! *Source:* HEC-22 (see `gutter.rs`); Rossman (2022), *SWMM User's Manual Version 5.2*, EPA-600/R-22/030.

mod grade;
mod gutter;
mod sag;
mod site;
mod statistics;
#[cfg(test)]
mod tests;

pub(in crate::domains::drainage) use grade::open_share;
pub use gutter::Gutter;
pub use site::{InletFlow, InletState, Inlets};
pub use statistics::InletStatistics;

use super::model::InletKind;
use super::structure::table::lookup_extended;
use crate::units::{M_PER_FT, M3_PER_FT3};

/// Below this a flow does not reach an inlet, SWMM's 0.001 ft³/s [m³/s].
pub const LEAST_FLOW_M3S: f64 = 1.0e-3 * M3_PER_FT3;

/// Flow that one unclogged inlet takes of the flow on one side of a street on a grade; `depth_m` is that at the node
/// behind the street, what a drop inlet with curb openings and a custom inlet by depth see [m³/s].
#[must_use]
pub fn capture_on_grade(kind: &InletKind, gutter: &Gutter, flow_m3s: f64, depth_m: f64) -> f64 {
    if flow_m3s <= 0.0 {
        return 0.0;
    }
    let taken = match kind {
        InletKind::CustomDiversion(curve) => lookup_extended(curve, flow_m3s),
        InletKind::CustomRating(curve) => lookup_extended(curve, depth_m),
        _ => grade::capture(kind, gutter, flow_m3s / M3_PER_FT3, depth_m / M_PER_FT) * M3_PER_FT3,
    };
    taken.clamp(0.0, flow_m3s)
}

/// Flow that one unclogged inlet takes of water that stands `depth_m` deep at the curb; a diversion curve gives
/// nothing, for it knows no depth [m³/s].
#[must_use]
pub fn capture_by_depth(kind: &InletKind, gutter: &Gutter, depth_m: f64) -> f64 {
    match kind {
        InletKind::CustomRating(curve) => lookup_extended(curve, depth_m).max(0.0),
        _ => sag::capture(kind, gutter, depth_m / M_PER_FT) * M3_PER_FT3,
    }
}

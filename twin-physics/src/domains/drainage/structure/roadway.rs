//! Flow over a road above a culvert.
//!
//! *Source:* Shearman et al. (1986), *Bridge Waterways Analysis Model: Research Report*, FHWA/RD-86/108, figure 10, as
//! used in HDS-5 and tabulated in SWMM 5.2 (public domain). Coefficients and heads are in feet.

use super::table::lookup;
use super::weir::WeirLaw;
use super::{Directed, FUDGE_M, StructureFlow};
use crate::units::M_PER_FT;

/// Coefficient over head [ft → ft^½/s] where the head is at most 0.15 of the road's width.
const LOW_PAVED: [(f64, f64); 4] = [(0.0, 2.85), (0.2, 2.95), (0.7, 3.03), (4.0, 3.05)];
const LOW_GRAVEL: [(f64, f64); 8] =
    [(0.0, 2.5), (0.5, 2.7), (1.0, 2.8), (1.5, 2.9), (2.0, 2.98), (2.5, 3.02), (3.0, 3.03), (4.0, 3.05)];
/// Coefficient over head per width [– → ft^½/s] above that.
const HIGH_PAVED: [(f64, f64); 2] = [(0.15, 3.05), (0.25, 3.10)];
const HIGH_GRAVEL: [(f64, f64); 2] = [(0.15, 2.95), (0.30, 3.10)];
/// Submergence factor over tailwater per headwater.
const DROWNED_PAVED: [(f64, f64); 9] = [
    (0.80, 1.0),
    (0.85, 0.98),
    (0.90, 0.92),
    (0.93, 0.85),
    (0.95, 0.80),
    (0.97, 0.70),
    (0.98, 0.60),
    (0.99, 0.50),
    (1.00, 0.40),
];
const DROWNED_GRAVEL: [(f64, f64); 12] = [
    (0.75, 1.00),
    (0.80, 0.985),
    (0.83, 0.97),
    (0.86, 0.93),
    (0.89, 0.90),
    (0.90, 0.87),
    (0.92, 0.80),
    (0.94, 0.70),
    (0.96, 0.60),
    (0.98, 0.50),
    (0.99, 0.40),
    (1.00, 0.24),
];

/// Coefficient of free flow over a road of a width [m^½/s].
pub(super) fn free_coefficient(head_m: f64, width_m: f64, paved: bool) -> f64 {
    let ratio = head_m / width_m;
    let us = match (ratio <= 0.15, paved) {
        (true, true) => lookup(&LOW_PAVED, head_m / M_PER_FT),
        (true, false) => lookup(&LOW_GRAVEL, head_m / M_PER_FT),
        (false, true) => lookup(&HIGH_PAVED, ratio),
        (false, false) => lookup(&HIGH_GRAVEL, ratio),
    };
    us * M_PER_FT.sqrt()
}

/// Curve of the submergence factor.
pub(super) fn drowned_curve(paved: bool) -> &'static [(f64, f64)] {
    if paved { &DROWNED_PAVED } else { &DROWNED_GRAVEL }
}

/// Flow over the road. Neither setting (but 0) nor flap gate act on it, as in SWMM.
pub(super) fn flow(law: &WeirLaw, way: &Directed) -> StructureFlow {
    let crest_m = law.place.crest_m();
    let (head_m, tail_m) = (way.high_m - crest_m, way.low_m - crest_m);
    let mut out = StructureFlow { depth_m: head_m.max(0.0), class: way.class(crest_m), ..StructureFlow::default() };
    if head_m > FUDGE_M {
        let coefficient = match law.road {
            None => law.coefficient,
            Some((width_m, paved)) => {
                let drowned = if tail_m > 0.0 { lookup(drowned_curve(paved), tail_m / head_m) } else { 1.0 };
                free_coefficient(head_m, width_m, paved) * drowned
            }
        };
        let flow_m3s = coefficient * law.section.max_width_m * head_m.powf(1.5);
        out.flow_m3s = way.sign * flow_m3s;
        out.dqdh_m2s = 1.5 * flow_m3s / head_m;
    }
    out
}

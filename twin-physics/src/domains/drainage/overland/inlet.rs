//! Storm drain inlets as doors.
//!
//! *Source:* Brown, Schall, Morris et al., *Urban Drainage Design Manual*, HEC-22 third edition, FHWA-NHI-10-009, 2009,
//! § 4.4.5: grates in a sag as a weir along the sides that water reaches and an orifice of the clear area, eqs. 4-26
//! and 4-27; curb openings, eqs. 4-28 and 4-31.

use crate::domains::drainage::model::{CurbOpening, Grate, InletKind};
use crate::domains::drainage::street::open_share;
use crate::kernels::surface::manhole::Opening;

/// Weir coefficient of a grate, 3.0 ft^½/s [m^½/s].
const GRATE_WEIR: f64 = 1.66;
/// Weir coefficient of a curb opening without depression, 3.0 ft^½/s [m^½/s].
const CURB_WEIR: f64 = 1.66;
/// Orifice coefficient of both [–].
const ORIFICE: f64 = 0.67;
/// Length over which a local difference of levels is rounded [m].
const SMOOTH_M: f64 = 0.005;

/// An inlet in a street as an opening with its rim at `crest_m`, a share of it clogged. `None` where a design has no
/// size of its own: what it takes is a curve of a flow that the surface does not know.
#[must_use]
pub fn opening(kind: &InletKind, crest_m: f64, clogged: f64) -> Option<Opening> {
    let (weir_m, area_m2, weir) = match kind {
        InletKind::Grate(grate) => (sides(grate), clear(grate), GRATE_WEIR),
        InletKind::DropGrate(grate) => (2.0 * (grate.length_m + grate.width_m), clear(grate), GRATE_WEIR),
        InletKind::Curb(curb) => (curb.length_m, throat(curb), CURB_WEIR),
        // Four openings, one a side.
        InletKind::DropCurb(curb) => (4.0 * curb.length_m, 4.0 * throat(curb), CURB_WEIR),
        // A sweeper: what of the curb opening lies upstream of the grate adds to it.
        InletKind::Combination(grate, curb) => {
            let beyond_m = (curb.length_m - grate.length_m).max(0.0);
            (sides(grate) + beyond_m, clear(grate) + throat(curb), GRATE_WEIR)
        }
        InletKind::Slotted { length_m, width_m } => (*length_m, length_m * width_m, GRATE_WEIR),
        InletKind::CustomDiversion(_) | InletKind::CustomRating(_) => return None,
    };
    let free = 1.0 - clogged.clamp(0.0, 1.0);
    let (perimeter_m, area_m2) = (weir_m * free, area_m2 * free);
    let opening = Opening { crest_m, perimeter_m, area_m2, weir, orifice: ORIFICE, smooth_m: SMOOTH_M };
    opening.fault().is_none().then_some(opening)
}

/// Sides of a grate at a kerb that water reaches [m].
fn sides(grate: &Grate) -> f64 {
    grate.length_m + 2.0 * grate.width_m
}

fn clear(grate: &Grate) -> f64 {
    open_share(grate.kind) * grate.length_m * grate.width_m
}

fn throat(curb: &CurbOpening) -> f64 {
    curb.length_m * curb.height_m
}

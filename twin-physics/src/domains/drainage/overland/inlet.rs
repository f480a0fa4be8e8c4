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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constants::GRAVITY_MS2;
    use crate::domains::drainage::model::{GrateKind, Throat};
    use crate::kernels::surface::manhole::{Sides, exchange};

    /// What goes into an empty node from `depth` over the rim.
    fn takes(kind: &InletKind, depth: f64, clogged: f64) -> f64 {
        let sides =
            Sides { street_level_m: 10.0 + depth, street_volume_m3: 1e9, node_head_m: 0.0, node_volume_m3: 1e9 };
        exchange(&opening(kind, 10.0, clogged).expect("an opening"), sides, 1.0).flow_m3s
    }

    /// In shallow water the weir of HEC-22, eq. 4-26, in deep water its orifice, eq. 4-27; half clogged, half of both.
    #[test]
    fn inlets_take_what_the_manual_says() {
        let grate = Grate { kind: GrateKind::P50, length_m: 0.9, width_m: 0.6 };
        let curb = CurbOpening { length_m: 1.5, height_m: 0.15, throat: Throat::Horizontal };
        let near = |got: f64, want: f64| assert!((got / want - 1.0).abs() < 0.01, "{got} for {want} m³/s");
        let fall = |area: f64, depth: f64| 0.67 * area * (2.0 * GRAVITY_MS2 * depth).sqrt();
        near(takes(&InletKind::Grate(grate), 0.04, 0.0), 1.66 * (0.9 + 2.0 * 0.6) * 0.04_f64.powf(1.5));
        near(takes(&InletKind::Grate(grate), 2.0, 0.0), fall(0.9 * 0.9 * 0.6, 2.0));
        near(takes(&InletKind::Grate(grate), 2.0, 0.5), 0.5 * fall(0.9 * 0.9 * 0.6, 2.0));
        near(takes(&InletKind::Curb(curb), 0.03, 0.0), 1.66 * 1.5 * 0.03_f64.powf(1.5));
        near(takes(&InletKind::DropGrate(grate), 0.04, 0.0), 1.66 * 3.0 * 0.04_f64.powf(1.5));
        // The part of the curb opening upstream of the grate adds to it.
        let both = takes(&InletKind::Combination(grate, curb), 0.03, 0.0);
        near(both, 1.66 * (0.9 + 2.0 * 0.6 + 0.6) * 0.03_f64.powf(1.5));
        assert!(opening(&InletKind::CustomRating(vec![(0.0, 0.0), (1.0, 1.0)]), 10.0, 0.0).is_none());
        assert!(opening(&InletKind::Grate(grate), 10.0, 1.0).is_none(), "all of it clogged");
    }
}

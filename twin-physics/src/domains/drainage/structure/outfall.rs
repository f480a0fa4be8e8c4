//! Depth of water at an outfall.
//!
//! *Source:* EPA/600/R-17/111, section 3.3.

use super::table::lookup;

/// Which law gives the depth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OutfallLaw {
    /// Lesser of critical and normal depth in the conduit.
    Free,
    /// Normal depth in the conduit.
    Normal,
    /// Water level outside: fixed, tidal, of a series, or from another domain [m].
    Stage(f64),
}

/// Flow at the outfall's end of its conduit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OutfallEnd {
    /// Outfall's invert [m].
    pub invert_m: f64,
    /// Height of the conduit's bottom above it [m].
    pub offset_m: f64,
    /// Normal depth of the flow; 0 where the link is no conduit [m].
    pub normal_m: f64,
    /// Critical depth of the flow; 0 where the link is no conduit [m].
    pub critical_m: f64,
}

/// Depth at the outfall [m]. With `offset_defect` a free or normal outfall below an offset conduit is dry, as in SWMM up
/// to 5.2.4 (USEPA issue 154): the conduit then ends in free fall.
#[must_use]
pub fn depth_m(law: OutfallLaw, end: &OutfallEnd, offset_defect: bool) -> f64 {
    let free_m = end.normal_m.min(end.critical_m);
    let dropped = offset_defect && end.offset_m > 0.0;
    match law {
        OutfallLaw::Free | OutfallLaw::Normal if dropped => 0.0,
        OutfallLaw::Free => end.offset_m + free_m,
        OutfallLaw::Normal => end.offset_m + end.normal_m,
        OutfallLaw::Stage(stage_m) => {
            let stage_depth_m = stage_m - end.invert_m;
            if free_m + end.offset_m < stage_depth_m {
                stage_depth_m
            } else if end.offset_m > 0.0 && stage_depth_m < end.offset_m {
                stage_depth_m.max(0.0)
            } else {
                end.offset_m + free_m
            }
        }
    }
}

/// Level of a tide at a second of the day: points (hour, level), linear, level beyond the last; hours count from the
/// first point, as in SWMM [m].
#[must_use]
pub fn tide_m(points: &[(f64, f64)], second_of_day: f64) -> f64 {
    let first_hour = points.first().map_or(0.0, |p| p.0);
    lookup(points, first_hour + second_of_day / 3600.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stage_critical_and_normal_depth_are_weighed() {
        let end = OutfallEnd { invert_m: 10.0, offset_m: 0.0, normal_m: 0.4, critical_m: 0.3 };
        let raised = OutfallEnd { offset_m: 1.0, ..end };
        let at = |law, end: &OutfallEnd| depth_m(law, end, false);
        assert_eq!((at(OutfallLaw::Free, &end), at(OutfallLaw::Normal, &end)), (0.3, 0.4));
        assert_eq!((at(OutfallLaw::Free, &raised), depth_m(OutfallLaw::Free, &raised, true)), (1.3, 0.0));
        assert_eq!((at(OutfallLaw::Stage(9.0), &end), at(OutfallLaw::Stage(12.0), &end)), (0.3, 2.0));
        // Below the raised conduit the pool stands at its own level; between its bottom and critical depth it does not
        // reach into the flow.
        assert_eq!([9.0, 10.5, 11.2, 12.0].map(|s| at(OutfallLaw::Stage(s), &raised)), [0.0, 0.5, 1.3, 2.0]);
        assert_eq!(tide_m(&[(0.0, 1.0), (12.0, 2.0), (24.0, 1.0)], 6.0 * 3600.0), 1.5);
    }
}

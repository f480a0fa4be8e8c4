//! A completely mixed reactor over one step.
//!
//! *Source:* EPA/600/R-16/093, section 5.3 (equations 5-17 to 5-19).

use crate::units::{M_PER_FT, M3_PER_FT3};

/// Inflow that counts as none: SWMM's 1e-10 ft³/s [m³/s].
pub(super) const NO_FLOW_M3S: f64 = 1e-10 * M3_PER_FT3;
/// Volume that counts as none: SWMM's 0.035 314 7 ft³, a litre [m³].
pub(super) const NO_VOLUME_M3: f64 = 0.035_314_7 * M3_PER_FT3;

/// Depth that counts as none: SWMM's 0.003281 ft, a millimetre [m].
pub(super) const NO_DEPTH_M: f64 = 0.003_281 * M_PER_FT;

/// What flows in over a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Feed {
    /// Load [load/s].
    pub load: f64,
    /// Flow [m³/s].
    pub flow_m3s: f64,
    /// Step [s].
    pub dt_s: f64,
}

/// Concentration after an inflow has mixed with what was there, never above both nor below 0.
pub(super) fn mixed(c: f64, volume_m3: f64, feed: Feed) -> f64 {
    if feed.flow_m3s <= NO_FLOW_M3S {
        return c;
    }
    let new_m3 = feed.flow_m3s * feed.dt_s;
    let limit = c.max(feed.load / feed.flow_m3s);
    ((c * volume_m3 + feed.load * feed.dt_s) / (volume_m3 + new_m3)).min(limit).max(0.0)
}

/// Concentration after first-order decay, explicit as in SWMM.
pub(super) fn decayed(c: f64, decay_per_s: f64, dt_s: f64) -> f64 {
    (c * (1.0 - decay_per_s * dt_s)).max(0.0)
}

/// Factor by which evaporation over a step concentrates what is left.
pub(super) fn evaporation_factor(evaporated_m3: f64, volume_m3: f64) -> f64 {
    if evaporated_m3 > 0.0 && volume_m3 > NO_VOLUME_M3 { 1.0 + evaporated_m3 / volume_m3 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_weighs_by_volume_and_stays_between() {
        let feed = Feed { load: 3.0, flow_m3s: 1.0, dt_s: 10.0 };
        assert!((mixed(1.0, 10.0, feed) - 2.0).abs() < 1e-15);
        assert_eq!(mixed(1.0, 10.0, Feed { flow_m3s: 0.0, ..feed }), 1.0);
        assert_eq!(mixed(0.0, 0.0, feed), 3.0);
        // A negative load cannot make a negative concentration.
        assert_eq!(mixed(0.1, 1.0, Feed { load: -1.0, ..feed }), 0.0);
    }

    #[test]
    fn decay_ends_at_nothing_and_evaporation_spares_puddles() {
        assert!((decayed(8.0, 0.01, 50.0) - 4.0).abs() < 1e-15);
        assert_eq!(decayed(8.0, 0.01, 500.0), 0.0);
        assert!(decayed(8.0, -0.01, 10.0) > 8.0);
        assert_eq!(evaporation_factor(1.0, 4.0), 1.25);
        assert_eq!(evaporation_factor(1.0, 5e-4), 1.0);
    }
}

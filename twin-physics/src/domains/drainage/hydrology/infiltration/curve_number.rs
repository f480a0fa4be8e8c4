//! The SCS curve-number method as a rate.
//!
//! *Source:* SCS (1986), *Technical Release 55*; EPA/600/R-15/162A, section 4.5.

use serde::{Deserialize, Serialize};

use super::ZERO;
use crate::units::{M_PER_FT, M_PER_IN};

/// Standing water below this does not infiltrate by this method between rains: SWMM's 0.05 in [m].
const MIN_DEPTH_M: f64 = 0.004_167 * M_PER_FT;

/// Constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurveNumber {
    max_storage_m: f64,
    regeneration_per_s: f64,
    event_gap_s: f64,
}

/// State of the soil.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurveNumberState {
    /// Storage capacity now [m].
    pub storage_m: f64,
    /// Storage capacity when the present event began [m].
    pub event_storage_m: f64,
    /// Rain of the present event [m].
    pub rain_m: f64,
    /// Infiltrated in the present event [m].
    pub infiltrated_m: f64,
    /// Time since the last rain [s].
    pub dry_s: f64,
    /// Last rate [m/s].
    pub rate_ms: f64,
}

impl CurveNumber {
    /// Derives the constants; the number is held within 10..99.
    ///
    /// # Errors
    /// What is out of range, in words.
    pub fn new(number: f64, dry_time_s: f64) -> Result<Self, String> {
        if !number.is_finite() || !dry_time_s.is_finite() || dry_time_s <= 0.0 {
            return Err(format!("a curve number (is {number}) needs a drying time above 0 (is {dry_time_s} s)"));
        }
        let max_storage_m = (1000.0 / number.clamp(10.0, 99.0) - 10.0) * M_PER_IN;
        Ok(Self { max_storage_m, regeneration_per_s: 1.0 / dry_time_s, event_gap_s: 0.06 * dry_time_s })
    }

    /// Dry soil.
    #[must_use]
    pub fn initial(&self) -> CurveNumberState {
        CurveNumberState {
            storage_m: self.max_storage_m,
            event_storage_m: self.max_storage_m,
            rain_m: 0.0,
            infiltrated_m: 0.0,
            dry_s: 0.0,
            rate_ms: 0.0,
        }
    }

    /// Mean rate over a step [m/s]; `depth_m` is water that stands, run-on included.
    pub fn rate_ms(&self, state: &mut CurveNumberState, dt_s: f64, rain_ms: f64, depth_m: f64, recovery: f64) -> f64 {
        let mut rate = 0.0;
        if rain_ms > ZERO {
            if state.dry_s >= self.event_gap_s {
                state.rain_m = 0.0;
                state.infiltrated_m = 0.0;
                state.event_storage_m = state.storage_m;
            }
            state.dry_s = 0.0;
            state.rain_m += rain_ms * dt_s;
            let infiltrated_m = state.rain_m * (1.0 - state.rain_m / (state.rain_m + state.event_storage_m));
            rate = (infiltrated_m - state.infiltrated_m) / dt_s;
            if rate < 0.0 || state.storage_m <= 0.0 {
                rate = 0.0;
            }
        } else if depth_m > MIN_DEPTH_M && state.storage_m > 0.0 {
            rate = state.rate_ms.min(state.storage_m / dt_s);
        } else {
            state.dry_s += dt_s;
        }
        if rate > 0.0 {
            rate = rate.min(rain_ms + depth_m / dt_s).max(0.0);
            state.infiltrated_m += rate * dt_s;
            state.storage_m = (state.storage_m - rate * dt_s).max(0.0);
        } else {
            let regained_m = self.regeneration_per_s * self.max_storage_m * dt_s * recovery;
            state.storage_m = (state.storage_m + regained_m).min(self.max_storage_m);
        }
        state.rate_ms = rate;
        rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_leaves_the_runoff_of_tr55() {
        // S = 1000/80 − 10 = 2.5 in; P = 4 in without initial abstraction: Q = P²/(P + S).
        let soil = CurveNumber::new(80.0, 7.0 * 86_400.0).expect("valid");
        let mut state = soil.initial();
        let rain = 4.0 * M_PER_IN / 7200.0;
        let infiltrated: f64 = (0..24).map(|_| 300.0 * soil.rate_ms(&mut state, 300.0, rain, 0.0, 1.0)).sum();
        let expected = (4.0 - 16.0 / 6.5) * M_PER_IN;
        assert!((infiltrated / expected - 1.0).abs() < 1e-12, "{infiltrated} {expected}");
    }

    #[test]
    fn storage_comes_back_in_the_drying_time() {
        let soil = CurveNumber::new(90.0, 86_400.0).expect("valid");
        let mut state = soil.initial();
        soil.rate_ms(&mut state, 3600.0, 1e-5, 0.0, 1.0);
        assert!(state.storage_m < soil.max_storage_m);
        for _ in 0..24 {
            assert_eq!(soil.rate_ms(&mut state, 3600.0, 0.0, 0.0, 1.0), 0.0);
        }
        assert!((state.storage_m - soil.max_storage_m).abs() < 1e-12);
        assert!(CurveNumber::new(80.0, 0.0).is_err());
    }
}

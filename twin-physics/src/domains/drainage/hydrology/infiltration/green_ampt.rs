//! Green–Ampt infiltration with a recovering upper zone, and its modified form.
//!
//! *Source:* Green & Ampt (1911), *J. Agric. Sci.* 4, 1–24; Mein & Larson (1973), *Water Resour. Res.* 9(2), 384–394;
//! EPA/600/R-15/162A, section 4.4.

use serde::{Deserialize, Serialize};

use super::{SoilFactors, ZERO};
use crate::units::{M_PER_FT, M_PER_IN, S_PER_HOUR};

/// Constants. Usable alone, as by LID units and by seepage from storage units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GreenAmpt {
    suction_m: f64,
    conductivity_ms: f64,
    deficit: f64,
    upper_depth_m: f64,
    modified: bool,
}

/// State of the soil.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct GreenAmptState {
    /// Moisture deficit at the start of the present event [–].
    pub deficit: f64,
    /// Infiltrated in the present event [m].
    pub infiltrated_m: f64,
    /// Water in the upper zone [m].
    pub upper_m: f64,
    /// Time until the next event may begin [s].
    pub until_event_s: f64,
    /// Whether the surface is saturated.
    pub saturated: bool,
}

impl GreenAmpt {
    /// Derives the constants; `deficit` is the largest moisture deficit, 0..1.
    ///
    /// # Errors
    /// What is out of range, in words.
    pub fn new(suction_m: f64, conductivity_ms: f64, deficit: f64, modified: bool) -> Result<Self, String> {
        let valid = suction_m >= 0.0 && conductivity_ms > 0.0 && (0.0..=1.0).contains(&deficit);
        if !valid || !suction_m.is_finite() || !conductivity_ms.is_finite() {
            return Err(format!(
                "Green-Ampt needs suction ≥ 0 (is {suction_m} m), conductivity > 0 (is {conductivity_ms} m/s) and a \
                 deficit of 0 to 1 (is {deficit})"
            ));
        }
        // Depth of the upper zone after Mein: 4·√K, in inches for K in inches per hour.
        let upper_depth_m = 4.0 * (conductivity_ms * S_PER_HOUR / M_PER_IN).sqrt() * M_PER_IN;
        Ok(Self { suction_m, conductivity_ms, deficit, upper_depth_m, modified })
    }

    /// Soil with its largest deficit.
    #[must_use]
    pub fn initial(&self) -> GreenAmptState {
        let deficit = self.deficit;
        GreenAmptState { deficit, infiltrated_m: 0.0, upper_m: 0.0, until_event_s: 0.0, saturated: false }
    }

    /// Saturated conductivity [m/s].
    #[must_use]
    pub fn conductivity_ms(&self) -> f64 {
        self.conductivity_ms
    }

    /// Mean rate over a step [m/s]: `rain_ms` reaches the surface beside the water that stands on it.
    pub fn rate_ms(
        &self,
        state: &mut GreenAmptState,
        dt_s: f64,
        rain_ms: f64,
        depth_m: f64,
        factors: SoilFactors,
    ) -> f64 {
        state.until_event_s -= dt_s;
        let soil = Soil {
            law: self,
            conductivity_ms: self.conductivity_ms * factors.conductivity,
            upper_depth_m: self.upper_depth_m * factors.conductivity.sqrt(),
            recovery: factors.recovery,
            dt_s,
            available_ms: rain_ms + depth_m / dt_s,
            depth_m,
        };
        if state.saturated { soil.saturated(state) } else { soil.unsaturated(state) }
    }
}

/// The soil over one step, factors of the month applied.
struct Soil<'a> {
    law: &'a GreenAmpt,
    conductivity_ms: f64,
    upper_depth_m: f64,
    recovery: f64,
    dt_s: f64,
    available_ms: f64,
    depth_m: f64,
}

impl Soil<'_> {
    /// Largest water content of the upper zone [m].
    fn capacity_m(&self) -> f64 {
        self.law.deficit * self.upper_depth_m
    }

    /// Time without heavy rain after which a new event begins: 5400 s over the upper depth in feet [s].
    fn event_gap_s(&self) -> f64 {
        5400.0 / (self.upper_depth_m / M_PER_FT) / self.recovery
    }

    fn take_in(&self, state: &mut GreenAmptState, volume_m: f64) {
        state.infiltrated_m += volume_m;
        state.upper_m = (state.upper_m + volume_m).min(self.capacity_m());
    }

    fn new_event(&self, state: &mut GreenAmptState) {
        state.deficit = (self.capacity_m() - state.upper_m) / self.upper_depth_m;
        state.infiltrated_m = 0.0;
    }

    fn recover(&self, state: &mut GreenAmptState) {
        if state.upper_m <= 0.0 {
            return;
        }
        let rate_per_s = self.upper_depth_m / M_PER_FT / 90_000.0 * self.recovery;
        let drained_m = rate_per_s * self.capacity_m() * self.dt_s;
        state.infiltrated_m -= drained_m;
        state.upper_m -= drained_m;
        if state.upper_m <= 0.0 {
            state.upper_m = 0.0;
            state.infiltrated_m = 0.0;
            state.deficit = self.law.deficit;
        } else if state.until_event_s <= 0.0 {
            self.new_event(state);
        }
    }

    fn unsaturated(&self, state: &mut GreenAmptState) -> f64 {
        let offered = if self.available_ms < ZERO { 0.0 } else { self.available_ms };
        let conductivity = self.conductivity_ms;
        if offered == 0.0 {
            self.recover(state);
            return 0.0;
        }
        if offered <= conductivity {
            self.take_in(state, offered * self.dt_s);
            if !self.law.modified && state.until_event_s <= 0.0 {
                self.new_event(state);
            }
            return offered;
        }
        state.until_event_s = self.event_gap_s();
        let tension = (self.law.suction_m + self.depth_m) * state.deficit;
        // Volume at which the surface saturates under this rain.
        let to_saturate = conductivity * tension / (offered - conductivity);
        if state.infiltrated_m > to_saturate {
            state.saturated = true;
            return self.saturated(state);
        }
        if state.infiltrated_m + offered * self.dt_s < to_saturate {
            self.take_in(state, offered * self.dt_s);
            return offered;
        }
        let saturated_for_s = (self.dt_s - (to_saturate - state.infiltrated_m) / offered).max(0.0);
        let after = cumulative_m(to_saturate, tension, conductivity, saturated_for_s)
            .min(to_saturate + offered * saturated_for_s);
        let volume_m = after - state.infiltrated_m;
        self.take_in(state, volume_m);
        state.saturated = true;
        volume_m / self.dt_s
    }

    fn saturated(&self, state: &mut GreenAmptState) -> f64 {
        if self.available_ms < ZERO {
            // SWMM leaves a saturated soil saturated here, so that it does not dry while the surface is empty.
            return 0.0;
        }
        state.until_event_s = self.event_gap_s();
        let tension = (self.law.suction_m + self.depth_m) * state.deficit;
        let after = cumulative_m(state.infiltrated_m, tension, self.conductivity_ms, self.dt_s);
        let mut volume_m = after - state.infiltrated_m;
        if volume_m > self.available_ms * self.dt_s {
            volume_m = self.available_ms * self.dt_s;
            state.saturated = false;
        }
        self.take_in(state, volume_m);
        volume_m / self.dt_s
    }
}

/// Cumulative infiltration after `dt_s` of saturation from `before_m`, by Newton's method on
/// `F − c·ln(F + c) = F₁ − c·ln(F₁ + c) + K·t` with `c = tension_m` (head times deficit) [m].
fn cumulative_m(before_m: f64, tension_m: f64, conductivity_ms: f64, dt_s: f64) -> f64 {
    let least = before_m + conductivity_ms * dt_s;
    if tension_m == 0.0 {
        return least;
    }
    // Short steps on a soil that took in something already: the law itself.
    if dt_s < 10.0 && before_m > 0.01 * tension_m {
        return (before_m + conductivity_ms * (1.0 + tension_m / before_m) * dt_s).max(least);
    }
    let constant = tension_m * (before_m + tension_m).ln() - conductivity_ms * dt_s;
    let mut after = before_m;
    for _ in 0..20 {
        let residual = after - before_m - tension_m * (after + tension_m).ln() + constant;
        let correction = residual / (1.0 - tension_m / (after + tension_m));
        if correction.abs() < 1e-5 * M_PER_FT {
            return after.max(least);
        }
        after -= correction;
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    const MM_H: f64 = 1e-3 / 3600.0;

    #[test]
    fn the_integrated_law_holds_under_ponding() {
        let (k, c) = (10.0 * MM_H, 0.03);
        let f = cumulative_m(0.005, c, k, 3600.0);
        let law = |f: f64| f - c * (f + c).ln();
        assert!((law(f) - law(0.005) - k * 3600.0).abs() < 3e-6, "{f}");
    }

    #[test]
    fn light_rain_goes_in_whole_and_heavy_rain_saturates() {
        let soil = GreenAmpt::new(0.1, 10.0 * MM_H, 0.3, false).expect("valid");
        let mut state = soil.initial();
        assert_eq!(soil.rate_ms(&mut state, 300.0, 5.0 * MM_H, 0.0, SoilFactors::default()), 5.0 * MM_H);
        assert!(!state.saturated);
        let mut last = f64::INFINITY;
        for _ in 0..24 {
            let rate = soil.rate_ms(&mut state, 300.0, 100.0 * MM_H, 0.0, SoilFactors::default());
            assert!(rate <= last && rate >= 10.0 * MM_H, "{rate} {last}");
            last = rate;
        }
        assert!(state.saturated && last < 50.0 * MM_H);
    }

    #[test]
    fn the_month_changes_conductivity_and_recovery() {
        let soil = GreenAmpt::new(0.1, 10.0 * MM_H, 0.3, true).expect("valid");
        let run = |factors: SoilFactors| {
            let mut state = soil.initial();
            let wet: f64 = (0..12).map(|_| soil.rate_ms(&mut state, 300.0, 90.0 * MM_H, 0.01, factors)).sum();
            for _ in 0..10 {
                soil.rate_ms(&mut state, 3600.0, 0.0, 1e-12, factors);
            }
            (wet, state.upper_m)
        };
        let (base, doubled) = (run(SoilFactors::default()), run(SoilFactors { conductivity: 2.0, recovery: 1.0 }));
        assert!(doubled.0 > 1.2 * base.0);
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        assert!(GreenAmpt::new(0.1, 0.0, 0.3, false).is_err());
        assert!(GreenAmpt::new(0.1, 1e-6, 1.3, false).is_err());
    }
}

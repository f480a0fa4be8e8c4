//! Green–Ampt infiltration through the surface of a LID unit, in SWMM's modified form.
//!
//! The soil of the unit (or, under a swale, the native soil) takes water at `f = K·(1 + (ψ + d)·θ/F)` once its surface is
//! saturated and all that comes before. *Source:* Rossman & Huber (2016), *SWMM Reference Manual vol. I*,
//! EPA/600/R-15/162A, section 4.4; the modified form leaves the moisture deficit alone while rain stays below `K`.

use serde::{Deserialize, Serialize};

use crate::units::{M_PER_FT, M_PER_IN, S_PER_HOUR};

/// SWMM's smallest rate and depth that count, 1e-10 ft.
const ZERO_M: f64 = 1e-10 * M_PER_FT;

/// A soil under a water surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Soil {
    /// Suction head at the wetting front [m].
    pub suction_m: f64,
    /// Saturated conductivity [m/s].
    pub conductivity_ms: f64,
    /// Largest moisture deficit [–].
    pub deficit: f64,
}

/// What infiltration remembers of the soil below one surface.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct GreenAmptState {
    /// Moisture deficit at the start of the present event [–].
    pub deficit: f64,
    /// Infiltrated in the present event [m].
    pub event_m: f64,
    /// Held in the upper zone [m].
    pub upper_m: f64,
    /// Whether the surface is saturated.
    pub saturated: bool,
    /// Time until a new event may begin [s].
    pub recovery_s: f64,
}

/// What drives the soil over a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Supply {
    /// Water arriving [m/s].
    pub inflow_ms: f64,
    /// Ponded depth [m].
    pub depth_m: f64,
    /// Step [s].
    pub dt_s: f64,
    /// Multiplies conductivity [–].
    pub conductivity_factor: f64,
    /// Multiplies the recovery of the upper zone [–].
    pub recovery_factor: f64,
}

impl Soil {
    /// A soil that has not been wetted.
    pub(super) fn dry(&self) -> GreenAmptState {
        GreenAmptState { deficit: self.deficit, ..GreenAmptState::default() }
    }

    /// Thickness of the upper zone [m]: 4·√K inches with K in in/hr.
    fn upper_zone_m(&self, factor: f64) -> f64 {
        4.0 * (self.conductivity_ms / (M_PER_IN / S_PER_HOUR)).sqrt() * M_PER_IN * factor.sqrt()
    }

    /// Infiltration over a step [m/s].
    pub(super) fn rate_ms(&self, state: &mut GreenAmptState, supply: &Supply) -> f64 {
        state.recovery_s -= supply.dt_s;
        let available = supply.inflow_ms + supply.depth_m / supply.dt_s;
        if available < ZERO_M {
            // As in SWMM, a saturated surface stays so until water comes again.
            if !state.saturated {
                self.dry_out(state, supply);
            }
            return 0.0;
        }
        if state.saturated {
            self.saturated_ms(state, supply, available)
        } else {
            self.open_ms(state, supply, available)
        }
    }

    /// Recession of the upper zone in dry weather.
    fn dry_out(&self, state: &mut GreenAmptState, supply: &Supply) {
        if state.upper_m <= 0.0 {
            return;
        }
        let zone_m = self.upper_zone_m(supply.conductivity_factor);
        let full_m = self.deficit * zone_m;
        let lost_m = zone_m / M_PER_FT / 90_000.0 * supply.recovery_factor * full_m * supply.dt_s;
        state.event_m -= lost_m;
        state.upper_m -= lost_m;
        if state.upper_m <= 0.0 {
            *state = GreenAmptState { recovery_s: state.recovery_s, ..self.dry() };
        } else if state.recovery_s <= 0.0 {
            state.deficit = (full_m - state.upper_m) / zone_m;
            state.event_m = 0.0;
        }
    }

    fn book(&self, state: &mut GreenAmptState, supply: &Supply, added_m: f64) {
        state.event_m += added_m;
        let full_m = self.deficit * self.upper_zone_m(supply.conductivity_factor);
        state.upper_m = (state.upper_m + added_m).min(full_m);
    }

    /// Time until the next event when the soil is wetted now [s].
    fn event_s(&self, supply: &Supply) -> f64 {
        5400.0 / (self.upper_zone_m(supply.conductivity_factor) / M_PER_FT) / supply.recovery_factor
    }

    fn open_ms(&self, state: &mut GreenAmptState, supply: &Supply, available: f64) -> f64 {
        let k = self.conductivity_ms * supply.conductivity_factor;
        if available <= k {
            self.book(state, supply, available * supply.dt_s);
            return available;
        }
        state.recovery_s = self.event_s(supply);
        let head_deficit = (self.suction_m + supply.depth_m) * state.deficit;
        let to_saturation_m = k * head_deficit / (available - k);
        if state.event_m > to_saturation_m {
            state.saturated = true;
            return self.saturated_ms(state, supply, available);
        }
        if state.event_m + available * supply.dt_s < to_saturation_m {
            self.book(state, supply, available * supply.dt_s);
            return available;
        }
        let after_s = (supply.dt_s - (to_saturation_m - state.event_m) / available).max(0.0);
        let end_m = cumulative_m(to_saturation_m, head_deficit, k, after_s).min(to_saturation_m + available * after_s);
        let added_m = end_m - state.event_m;
        self.book(state, supply, added_m);
        state.event_m = end_m;
        state.saturated = true;
        added_m / supply.dt_s
    }

    fn saturated_ms(&self, state: &mut GreenAmptState, supply: &Supply, available: f64) -> f64 {
        let k = self.conductivity_ms * supply.conductivity_factor;
        state.recovery_s = self.event_s(supply);
        let head_deficit = (self.suction_m + supply.depth_m) * state.deficit;
        let mut added_m = cumulative_m(state.event_m, head_deficit, k, supply.dt_s) - state.event_m;
        if added_m > available * supply.dt_s {
            added_m = available * supply.dt_s;
            state.saturated = false;
        }
        self.book(state, supply, added_m);
        added_m / supply.dt_s
    }
}

/// Infiltrated since the event's start after `dt_s` more of saturated surface [m].
fn cumulative_m(start_m: f64, head_deficit: f64, k_ms: f64, dt_s: f64) -> f64 {
    let least_m = start_m + k_ms * dt_s;
    if head_deficit == 0.0 {
        return least_m;
    }
    if dt_s < 10.0 && start_m > 0.01 * head_deficit {
        return (start_m + k_ms * (1.0 + head_deficit / start_m) * dt_s).max(least_m);
    }
    let mut end_m = start_m;
    for _ in 0..20 {
        let excess =
            end_m - start_m - head_deficit * ((end_m + head_deficit) / (start_m + head_deficit)).ln() - k_ms * dt_s;
        let change = excess / (1.0 - head_deficit / (end_m + head_deficit));
        if change.abs() < 1e-5 * M_PER_FT {
            return end_m.max(least_m);
        }
        end_m -= change;
    }
    least_m
}

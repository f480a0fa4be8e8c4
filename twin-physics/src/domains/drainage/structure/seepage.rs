//! Losses of storage units: evaporation, and Green–Ampt seepage through bottom and banks.
//!
//! *Source:* EPA/600/R-17/111, section 3.2; Green–Ampt in the modified form of Reference Manual vol. I
//! (EPA/600/R-15/162A), section 4.4, with ponded water as the supply.

use serde::{Deserialize, Serialize};

use super::super::model::{Exfiltration, StorageShape};
use super::FUDGE_M;
use crate::units::{M_PER_FT, M_PER_IN, S_PER_HOUR};

/// Convergence of the infiltrated depth, SWMM's 0.00001 ft [m].
const TOLERANCE_M: f64 = 1.0e-5 * M_PER_FT;
/// Below this a supply counts as nothing, SWMM's 1e-10 ft/s [m/s].
const NO_SUPPLY_MS: f64 = 1.0e-10 * M_PER_FT;

/// Moisture below one area.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Soil {
    /// Moisture deficit now [–].
    pub deficit: f64,
    /// Water infiltrated since the event began [m].
    pub infiltrated_m: f64,
    /// Water in the upper zone [m].
    pub upper_m: f64,
    /// Whether its surface is saturated.
    pub saturated: bool,
    /// Time until the next event may begin [s].
    pub until_event_s: f64,
}

/// Moisture below the bottom and behind the banks of a storage unit.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SeepageState {
    /// Below the bottom.
    pub bottom: Soil,
    /// Behind the banks.
    pub banks: Soil,
}

impl SeepageState {
    /// At the start: the full deficit.
    #[must_use]
    pub fn new(soil: &Exfiltration) -> Self {
        let soil = Soil { deficit: soil.deficit, ..Soil::default() };
        Self { bottom: soil, banks: soil }
    }
}

/// Factors of the climate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoilFactors {
    /// Multiplies conductivity.
    pub conductivity: f64,
    /// Multiplies recovery.
    pub recovery: f64,
}

/// What a storage unit loses over a step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StorageLoss {
    /// Evaporation [m³/s].
    pub evaporation_m3s: f64,
    /// Seepage [m³/s].
    pub seepage_m3s: f64,
}

impl StorageLoss {
    /// Both together [m³/s].
    #[must_use]
    pub fn total_m3s(&self) -> f64 {
        self.evaporation_m3s + self.seepage_m3s
    }
}

/// A unit's seeping surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bed {
    /// Area of the bottom [m²].
    pub bottom_m2: f64,
    /// Depth where the banks begin [m].
    pub bank_from_m: f64,
    /// Depth where they end [m].
    pub bank_to_m: f64,
    /// Water surface at the top of the banks [m²].
    pub top_m2: f64,
}

impl Bed {
    /// From the shape: of a table, the banks reach from where its area first rises to where it stops rising.
    ///
    /// SWMM 5.2.4 forgets the paraboloid, the one shape without a bottom that widens in proportion to its depth: with
    /// `defects` it does not seep.
    #[must_use]
    pub fn new(shape: &StorageShape, defects: bool) -> Self {
        let endless = |bottom_m2| Self { bottom_m2, bank_from_m: 0.0, bank_to_m: f64::INFINITY, top_m2: f64::INFINITY };
        match shape {
            StorageShape::Functional { a0, a1, a2 } => endless(if *a2 == 0.0 { a0 + a1 } else { *a0 }),
            StorageShape::Quadratic { a0: 0.0, a2: 0.0, .. } if defects => Self::default(),
            StorageShape::Quadratic { a0, .. } => endless(*a0),
            StorageShape::Tabular(points) => {
                let mut bed = Self { bottom_m2: shape.area_m2(0.0), bank_from_m: 0.0, bank_to_m: 0.0, top_m2: 0.0 };
                for pair in points.windows(2) {
                    let (before, (depth_m, area_m2)) = (pair[0].1, pair[1]);
                    if area_m2 > before {
                        (bed.top_m2, bed.bank_to_m) = (area_m2, depth_m);
                    } else if area_m2 == before && bed.top_m2 == 0.0 {
                        bed.bank_from_m = depth_m;
                    } else {
                        break;
                    }
                }
                bed
            }
        }
    }
}

/// What a storage unit holds at the start of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Depth [m].
    pub depth_m: f64,
    /// Water surface [m²].
    pub area_m2: f64,
    /// Volume [m³].
    pub volume_m3: f64,
}

/// Evaporation and seepage over a step, together never more than is stored. `evaporation_ms` is the potential rate
/// times the unit's own share.
pub fn storage_loss(
    held: &Held,
    evaporation_ms: f64,
    seepage: Option<(&Bed, &Exfiltration, &mut SeepageState)>,
    factors: SoilFactors,
    dt_s: f64,
) -> StorageLoss {
    let mut loss = StorageLoss::default();
    if held.volume_m3 > FUDGE_M * M_PER_FT * M_PER_FT {
        loss.evaporation_m3s = held.area_m2 * evaporation_ms;
    }
    if let Some((bed, soil, state)) = seepage {
        loss.seepage_m3s = seepage_m3s(held, bed, soil, state, factors, dt_s);
    }
    let lost_m3 = loss.total_m3s() * dt_s;
    if lost_m3 > held.volume_m3 {
        let share = held.volume_m3.max(0.0) / lost_m3;
        loss.evaporation_m3s *= share;
        loss.seepage_m3s *= share;
    }
    loss
}

fn seepage_m3s(
    held: &Held,
    bed: &Bed,
    soil: &Exfiltration,
    state: &mut SeepageState,
    factors: SoilFactors,
    dt_s: f64,
) -> f64 {
    let banks_m2 = if held.depth_m > bed.bank_from_m { held.area_m2.min(bed.top_m2) - bed.bottom_m2 } else { 0.0 };
    if soil.deficit == 0.0 {
        return soil.conductivity_ms * factors.conductivity * (bed.bottom_m2 + banks_m2.max(0.0));
    }
    let mut rate_m3s = bed.bottom_m2 * infiltration_ms(soil, &mut state.bottom, held.depth_m, factors, dt_s);
    if banks_m2 > 0.0 {
        let mean_m = if held.depth_m > bed.bank_to_m {
            held.depth_m - bed.bank_to_m + (bed.bank_to_m - bed.bank_from_m) / 2.0
        } else {
            (held.depth_m - bed.bank_from_m) / 2.0
        };
        rate_m3s += banks_m2 * infiltration_ms(soil, &mut state.banks, mean_m, factors, dt_s);
    }
    rate_m3s
}

/// Infiltration below standing water by the modified Green–Ampt law over a step [m/s].
fn infiltration_ms(soil: &Exfiltration, state: &mut Soil, depth_m: f64, factors: SoilFactors, dt_s: f64) -> f64 {
    let ks = soil.conductivity_ms * factors.conductivity;
    // Mein's depth of the upper zone: 4·√K inches with K in in/h.
    let upper_zone_m = 4.0 * (soil.conductivity_ms / M_PER_IN * S_PER_HOUR).sqrt() * M_PER_IN;
    let zone_m = upper_zone_m * factors.conductivity.sqrt();
    let most_m = soil.deficit * zone_m;
    let pause_s = 5400.0 / (zone_m / M_PER_FT) / factors.recovery;
    let supply_ms = depth_m / dt_s;
    state.until_event_s -= dt_s;
    if state.saturated {
        if supply_ms < NO_SUPPLY_MS {
            return 0.0;
        }
        state.until_event_s = pause_s;
        return saturated(soil, state, depth_m, ks, most_m, dt_s);
    }
    if supply_ms < NO_SUPPLY_MS {
        recover(soil, state, zone_m, most_m, factors.recovery, dt_s);
        return 0.0;
    }
    if supply_ms <= ks {
        return take(state, supply_ms * dt_s, most_m, dt_s);
    }
    state.until_event_s = pause_s;
    let to_saturate_m = ks * (soil.suction_m + depth_m) * state.deficit / (supply_ms - ks);
    if state.infiltrated_m > to_saturate_m {
        state.saturated = true;
        return saturated(soil, state, depth_m, ks, most_m, dt_s);
    }
    if state.infiltrated_m + supply_ms * dt_s < to_saturate_m {
        return take(state, supply_ms * dt_s, most_m, dt_s);
    }
    let rest_s = (dt_s - (to_saturate_m - state.infiltrated_m) / supply_ms).max(0.0);
    let pull_m = (soil.suction_m + depth_m) * state.deficit;
    let total_m = infiltrated_after(to_saturate_m, pull_m, ks, rest_s).min(to_saturate_m + supply_ms * rest_s);
    state.saturated = true;
    take(state, total_m - state.infiltrated_m, most_m, dt_s)
}

fn saturated(soil: &Exfiltration, state: &mut Soil, depth_m: f64, ks: f64, most_m: f64, dt_s: f64) -> f64 {
    let pull_m = (soil.suction_m + depth_m) * state.deficit;
    let mut taken_m = infiltrated_after(state.infiltrated_m, pull_m, ks, dt_s) - state.infiltrated_m;
    if taken_m > depth_m {
        taken_m = depth_m;
        state.saturated = false;
    }
    take(state, taken_m, most_m, dt_s)
}

fn take(state: &mut Soil, taken_m: f64, most_m: f64, dt_s: f64) -> f64 {
    state.infiltrated_m += taken_m;
    state.upper_m = (state.upper_m + taken_m).min(most_m);
    taken_m / dt_s
}

fn recover(soil: &Exfiltration, state: &mut Soil, zone_m: f64, most_m: f64, recovery: f64, dt_s: f64) {
    if state.upper_m <= 0.0 {
        return;
    }
    let drained_m = zone_m / M_PER_FT / 90_000.0 * recovery * most_m * dt_s;
    state.infiltrated_m -= drained_m;
    state.upper_m -= drained_m;
    if state.upper_m <= 0.0 {
        (state.upper_m, state.infiltrated_m, state.deficit) = (0.0, 0.0, soil.deficit);
    } else if state.until_event_s <= 0.0 {
        (state.deficit, state.infiltrated_m) = ((most_m - state.upper_m) / zone_m, 0.0);
    }
}

/// Depth infiltrated after a time below a saturated surface: the integrated Green–Ampt equation
/// `F − c·ln(F + c) = F₀ − c·ln(F₀ + c) + K·t` [m].
fn infiltrated_after(before_m: f64, pull_m: f64, ks: f64, time_s: f64) -> f64 {
    let least_m = before_m + ks * time_s;
    if pull_m == 0.0 {
        return least_m;
    }
    // Explicit for short steps, as SWMM has it.
    if time_s < 10.0 && before_m > 0.01 * pull_m {
        return least_m.max(before_m + ks * (1.0 + pull_m / before_m) * time_s);
    }
    let constant = pull_m * (before_m + pull_m).ln() - ks * time_s;
    let mut depth_m = before_m;
    for _ in 0..20 {
        let step_m =
            (depth_m - before_m - pull_m * (depth_m + pull_m).ln() + constant) / (1.0 - pull_m / (depth_m + pull_m));
        if step_m.abs() < TOLERANCE_M {
            return depth_m.max(least_m);
        }
        depth_m -= step_m;
    }
    least_m
}

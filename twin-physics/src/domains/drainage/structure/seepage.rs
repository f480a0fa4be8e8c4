//! Losses of storage units: evaporation, and Green–Ampt seepage through bottom and banks.
//!
//! *Source:* EPA/600/R-17/111, section 3.2; Green–Ampt in the modified form of Reference Manual vol. I
//! (EPA/600/R-15/162A), section 4.4, with ponded water as the supply.

use serde::{Deserialize, Serialize};

use super::super::hydrology::infiltration::{GreenAmpt, GreenAmptState, SoilFactors};
use super::super::model::{Exfiltration, StorageShape};
use super::FUDGE_M;
use crate::units::M_PER_FT;

/// Moisture below the bottom and behind the banks of a storage unit.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SeepageState {
    /// Below the bottom.
    pub bottom: GreenAmptState,
    /// Behind the banks.
    pub banks: GreenAmptState,
}

impl SeepageState {
    /// At the start: the full deficit.
    #[must_use]
    pub fn new(soil: &Exfiltration) -> Self {
        let soil = GreenAmptState { deficit: soil.deficit, ..GreenAmptState::default() };
        Self { bottom: soil, banks: soil }
    }
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

/// Infiltration below standing water by the modified Green–Ampt law over a step [m/s]; none into what conducts nothing.
fn infiltration_ms(
    soil: &Exfiltration,
    state: &mut GreenAmptState,
    depth_m: f64,
    factors: SoilFactors,
    dt_s: f64,
) -> f64 {
    let law = GreenAmpt::new(soil.suction_m, soil.conductivity_ms, soil.deficit, true);
    law.map_or(0.0, |law| law.rate_ms(state, dt_s, 0.0, depth_m, factors))
}

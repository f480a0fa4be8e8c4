//! Infiltration of the pervious area: five laws, one state per subcatchment.
//!
//! *Source:* Rossman & Huber (2016), *SWMM Reference Manual Volume I – Hydrology*, EPA/600/R-15/162A, chapter 4.

mod curve_number;
mod green_ampt;
mod horton;

use serde::{Deserialize, Serialize};

pub use curve_number::{CurveNumber, CurveNumberState};
pub use green_ampt::{GreenAmpt, GreenAmptState};
pub use horton::{Horton, HortonState};

use super::super::model::Infiltration;

/// Rates, depths and moistures below this are nothing: SWMM's 1e-10 ft [m or m/s].
pub(super) const ZERO: f64 = 1e-10 * crate::units::M_PER_FT;

/// What changes an infiltration law with the calendar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoilFactors {
    /// Multiplies conductivity (and the rates of Horton's curve) [–].
    pub conductivity: f64,
    /// Multiplies the rate of drying [–].
    pub recovery: f64,
}

impl Default for SoilFactors {
    fn default() -> Self {
        Self { conductivity: 1.0, recovery: 1.0 }
    }
}

/// Water offered to the soil over one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaterOffered {
    /// Length of the step [s].
    pub dt_s: f64,
    /// Rain and melt [m/s].
    pub rain_ms: f64,
    /// Run-on from elsewhere [m/s].
    pub runon_ms: f64,
    /// Water standing at its start [m].
    pub depth_m: f64,
}

/// A law with its constants derived.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// Horton.
    Horton(Horton),
    /// Green–Ampt.
    GreenAmpt(GreenAmpt),
    /// Curve number.
    CurveNumber(CurveNumber),
}

/// State of whichever law.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum SoilState {
    /// Horton.
    Horton(HortonState),
    /// Green–Ampt.
    GreenAmpt(GreenAmptState),
    /// Curve number.
    CurveNumber(CurveNumberState),
}

impl Law {
    /// Derives the constants of a law; `fmax_defect` keeps the modified Horton law of SWMM 5.2.4 (see [`Horton`]).
    ///
    /// # Errors
    /// What is out of range, in words.
    pub fn new(law: &Infiltration, fmax_defect: bool) -> Result<Self, String> {
        match *law {
            Infiltration::Horton {
                max_rate_ms,
                min_rate_ms,
                decay_per_s,
                dry_time_s,
                max_infiltration_m,
                modified,
            } => {
                let rates = [max_rate_ms, min_rate_ms];
                Horton::new(rates, decay_per_s, dry_time_s, max_infiltration_m, modified, fmax_defect).map(Self::Horton)
            }
            Infiltration::GreenAmpt { suction_m, conductivity_ms, deficit, modified } => {
                GreenAmpt::new(suction_m, conductivity_ms, deficit, modified).map(Self::GreenAmpt)
            }
            Infiltration::CurveNumber { number, dry_time_s } => {
                CurveNumber::new(number, dry_time_s).map(Self::CurveNumber)
            }
        }
    }

    /// Soil as dry as its parameters say.
    #[must_use]
    pub fn initial(&self) -> SoilState {
        match self {
            Self::Horton(_) => SoilState::Horton(HortonState::default()),
            Self::GreenAmpt(law) => SoilState::GreenAmpt(law.initial()),
            Self::CurveNumber(law) => SoilState::CurveNumber(law.initial()),
        }
    }

    /// Mean rate over a step [m/s]. A state of another law counts as fresh soil.
    pub fn rate_ms(&self, state: &mut SoilState, water: WaterOffered, factors: SoilFactors) -> f64 {
        let offered_ms = water.rain_ms + water.runon_ms;
        loop {
            return match (self, &mut *state) {
                (Self::Horton(law), SoilState::Horton(s)) => {
                    law.rate_ms(s, water.dt_s, offered_ms, water.depth_m, factors)
                }
                (Self::GreenAmpt(law), SoilState::GreenAmpt(s)) => {
                    law.rate_ms(s, water.dt_s, offered_ms, water.depth_m, factors)
                }
                (Self::CurveNumber(law), SoilState::CurveNumber(s)) => {
                    let depth_m = water.depth_m + water.runon_ms * water.dt_s;
                    law.rate_ms(s, water.dt_s, water.rain_ms, depth_m, factors.recovery)
                }
                _ => {
                    *state = self.initial();
                    continue;
                }
            };
        }
    }
}

//! Water accounts and running statistics.
//!
//! SWMM's runoff does not conserve water: a step's outflow is its end's rate, run-on keeps a rate over a step of
//! another length. What that makes or loses is booked by its cause as [`RunoffTotals::scheme_m3`], so that the account
//! closes to round-off and the scheme's error is a figure of its own (SWMM's "continuity error").
//!
//! *Source:* Rossman & Huber (2016), *Storm Water Management Model Reference Manual*, vol. I Hydrology,
//! EPA/600/R-15/162A, section 3.4 (computational scheme); own derivation of the scheme's own error.

use serde::{Deserialize, Serialize};

use crate::ledger::{Account, Conserved, ExactSum};

/// Surface water since the start [m³].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RunoffTotals {
    /// Rain and snow.
    pub rain_m3: ExactSum,
    /// From outfalls.
    pub runon_m3: ExactSum,
    /// Evaporated.
    pub evaporation_m3: ExactSum,
    /// Infiltrated.
    pub infiltration_m3: ExactSum,
    /// Run off to nodes (or out of the model).
    pub runoff_m3: ExactSum,
    /// Through LID drains to nodes (or out of the model).
    pub drains_m3: ExactSum,
    /// Snow plowed out of the model.
    pub snow_removed_m3: ExactSum,
    /// Made (positive) or lost by the scheme.
    pub scheme_m3: ExactSum,
    /// Stored on surfaces and in LID units at the start.
    pub initial_storage_m3: f64,
    /// Snow and its free water at the start.
    pub initial_snow_m3: f64,
}

/// Stored above ground now [m³].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stored {
    /// On surfaces and in LID units.
    pub surface_m3: f64,
    /// Snow and its free water.
    pub snow_m3: f64,
    /// Left one area and arrives at another in the next step.
    pub transit_m3: f64,
}

impl RunoffTotals {
    /// The account, with the scheme's error booked as what entered or left.
    #[must_use]
    pub fn account(&self, stored: Stored) -> Account {
        let mut account = Account::open(Conserved::WaterVolume, self.initial_storage_m3 + self.initial_snow_m3);
        for amount in [self.rain_m3, self.runon_m3, self.scheme_m3] {
            account.book(amount.value());
        }
        let left = [self.evaporation_m3, self.infiltration_m3, self.runoff_m3, self.drains_m3, self.snow_removed_m3];
        for amount in left {
            account.book(-amount.value());
        }
        account.stored_now = stored.surface_m3 + stored.snow_m3 + stored.transit_m3;
        account
    }

    /// SWMM's continuity error, share of what entered that is not accounted for [–].
    #[must_use]
    pub fn continuity_error(&self, stored: Stored) -> f64 {
        let entered = self.rain_m3.value() + self.runon_m3.value() + self.initial_storage_m3 + self.initial_snow_m3;
        let left = [self.evaporation_m3, self.infiltration_m3, self.runoff_m3, self.drains_m3, self.snow_removed_m3];
        let left = left.into_iter().map(ExactSum::value).sum::<f64>() + stored.surface_m3 + stored.snow_m3;
        relative_error(entered, left)
    }
}

/// Groundwater since the start [m³].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct GroundwaterTotals {
    /// From the surface.
    pub infiltration_m3: ExactSum,
    /// Evaporated from the upper zone.
    pub upper_evaporation_m3: ExactSum,
    /// Evaporated from the lower zone.
    pub lower_evaporation_m3: ExactSum,
    /// To deep groundwater.
    pub deep_m3: ExactSum,
    /// To nodes, less what came from them.
    pub lateral_m3: ExactSum,
    /// Made (positive) or lost by the scheme: fluxes of a step's end stand for the step.
    pub scheme_m3: ExactSum,
    /// Stored at the start.
    pub initial_m3: f64,
}

impl GroundwaterTotals {
    fn left(&self) -> [ExactSum; 4] {
        [self.upper_evaporation_m3, self.lower_evaporation_m3, self.deep_m3, self.lateral_m3]
    }

    /// The account, with the scheme's error booked as what entered or left.
    #[must_use]
    pub fn account(&self, stored_m3: f64) -> Account {
        let mut account = Account::open(Conserved::WaterVolume, self.initial_m3);
        account.book(self.infiltration_m3.value());
        account.book(self.scheme_m3.value());
        for amount in self.left() {
            account.book(-amount.value());
        }
        account.stored_now = stored_m3;
        account
    }

    /// SWMM's continuity error [–].
    #[must_use]
    pub fn continuity_error(&self, stored_m3: f64) -> f64 {
        let left = self.left().into_iter().map(ExactSum::value).sum::<f64>() + stored_m3;
        relative_error(self.infiltration_m3.value() + self.initial_m3, left)
    }
}

/// 1 − out/in; 0 where less than a cubic foot is missing, as in SWMM.
fn relative_error(entered: f64, left: f64) -> f64 {
    if (entered - left).abs() < crate::units::M3_PER_FT3 {
        0.0
    } else if entered > 0.0 {
        1.0 - left / entered
    } else {
        entered / left - 1.0
    }
}

/// Sums and peaks of a catchment since the start.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CatchmentStatistics {
    /// Rain and snow [m³].
    pub rain_m3: f64,
    /// Run-on [m³].
    pub runon_m3: f64,
    /// Evaporation [m³].
    pub evaporation_m3: f64,
    /// Infiltration [m³].
    pub infiltration_m3: f64,
    /// Runoff of the impervious area before any routing [m³].
    pub impervious_runoff_m3: f64,
    /// Runoff of the pervious area before any routing [m³].
    pub pervious_runoff_m3: f64,
    /// Runoff that left, LID drains included [m³].
    pub runoff_m3: f64,
    /// Its peak [m³/s].
    pub peak_runoff_m3s: f64,
}

/// Sums and peaks of an aquifer since the start, as depths over the catchment.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct AquiferStatistics {
    /// Infiltration [m].
    pub infiltration_m: f64,
    /// Evaporation [m].
    pub evaporation_m: f64,
    /// Lateral flow [m].
    pub lateral_m: f64,
    /// Deep flow [m].
    pub deep_m: f64,
    /// Moisture, times seconds [s].
    pub moisture_s: f64,
    /// Water table, times seconds [m·s].
    pub water_table_ms: f64,
    /// Seconds counted [s].
    pub time_s: f64,
    /// Lateral flow of largest amount [m/s].
    pub peak_lateral_ms: f64,
}

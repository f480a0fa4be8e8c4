//! What changes with time in a LID unit, and its water account.

use serde::{Deserialize, Serialize};

use crate::domains::drainage::hydrology::infiltration::GreenAmptState;
use crate::ledger::ExactSum;

/// Water in the layers of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidLayers {
    /// Ponded depth on the surface [m].
    pub surface_m: f64,
    /// Depth of water in the pavement [m].
    pub pavement_m: f64,
    /// Moisture of the soil [–].
    pub moisture: f64,
    /// Depth of water in the storage layer, the drainage mat or the barrel [m].
    pub storage_m: f64,
}

/// Flows through a unit, mean over the last step, per area of the unit [m/s].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidFluxes {
    /// Rain and runon onto the surface.
    pub inflow_ms: f64,
    /// Evaporation from the surface.
    pub surface_evap_ms: f64,
    /// Infiltration through the surface.
    pub infiltration_ms: f64,
    /// Runoff from the surface.
    pub outflow_ms: f64,
    /// Evaporation from the pavement.
    pub pavement_evap_ms: f64,
    /// Percolation out of the pavement.
    pub pavement_perc_ms: f64,
    /// Evaporation from the soil.
    pub soil_evap_ms: f64,
    /// Percolation out of the soil.
    pub soil_perc_ms: f64,
    /// Evaporation from the storage layer.
    pub storage_evap_ms: f64,
    /// Exfiltration into the native soil.
    pub exfiltration_ms: f64,
    /// Flow in the underdrain, the drainage mat, the barrel's spigot or the roof drain.
    pub drain_ms: f64,
}

impl LidFluxes {
    /// Evaporation of all layers [m/s].
    #[must_use]
    pub fn evaporation_ms(&self) -> f64 {
        self.surface_evap_ms + self.pavement_evap_ms + self.soil_evap_ms + self.storage_evap_ms
    }
}

/// Water account of a unit since the start, as depth over its area [m] (SWMM's LID Performance Summary).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidBalance {
    /// Rain and runon.
    pub inflow_m: ExactSum,
    /// Evaporated.
    pub evaporation_m: ExactSum,
    /// Exfiltrated into the native soil.
    pub infiltration_m: ExactSum,
    /// Run off the surface.
    pub surface_m: ExactSum,
    /// Left through the drain.
    pub drain_m: ExactSum,
    /// Stored at the start, water below the wilting point included [m].
    pub initial_m: f64,
    /// Stored now, likewise [m].
    pub stored_m: f64,
}

impl LidBalance {
    /// What the bookings fail to explain, `stored − (initial + inflow − all outflow)` [m].
    ///
    /// Round-off, unless defects of SWMM are reproduced ([`crate::domains::drainage::model::Defects::others`]).
    #[must_use]
    pub fn residual_m(&self) -> f64 {
        let mut sum = ExactSum::default();
        sum.add(self.stored_m);
        sum.add(-self.initial_m);
        sum.add(-self.inflow_m.value());
        for out in [self.evaporation_m, self.infiltration_m, self.surface_m, self.drain_m] {
            sum.add(out.value());
        }
        sum.value()
    }

    /// Adds a step.
    pub(super) fn book(&mut self, fluxes: &LidFluxes, stored_m: f64, dt_s: f64) {
        self.inflow_m.add(fluxes.inflow_ms * dt_s);
        self.evaporation_m.add(fluxes.evaporation_ms() * dt_s);
        self.infiltration_m.add(fluxes.exfiltration_ms * dt_s);
        self.surface_m.add(fluxes.outflow_ms * dt_s);
        self.drain_m.add(fluxes.drain_ms * dt_s);
        self.stored_m = stored_m;
    }
}

/// State of the units of one design in a subcatchment.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidUnitState {
    /// Water in the layers.
    pub layers: LidLayers,
    /// Infiltration through the surface.
    pub soil: Option<GreenAmptState>,
    /// Rise of the swale's water at the end of the last step [m/s]; only read where SWMM's scheme is reproduced.
    pub rise_ms: f64,
    /// Whether the drain ran in the last step.
    pub drain_open: bool,
    /// Time since it rained [s].
    pub dry_s: f64,
    /// Inflow since the pavement was last cleaned, weighted by how well [m].
    pub treated_m: f64,
    /// When the pavement is cleaned next, days since the start [d].
    pub next_cleaning_d: f64,
    /// Flow of the drains before the last step [m³/s].
    pub drain_old_m3s: f64,
    /// Flow of the drains now, without what returns to the pervious area [m³/s].
    pub drain_m3s: f64,
    /// Flows through the unit over the last step.
    pub fluxes: LidFluxes,
    /// Water account.
    pub balance: LidBalance,
}

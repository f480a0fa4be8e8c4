//! What changes with time above the pipes.

use serde::{Deserialize, Serialize};

use super::super::lid::LidUnitState;
use super::climate::ClimateState;
use super::gage::GageState;
use super::groundwater::GroundwaterState;
use super::infiltration::SoilState;
use super::rdii::RdiiState;
use super::snow::SnowState;
use super::totals::{AquiferStatistics, CatchmentStatistics, GroundwaterTotals, RunoffTotals};

/// Impervious without depression storage, impervious with it, pervious: positions of the three subareas.
pub const IMPERVIOUS_BARE: usize = 0;
/// See [`IMPERVIOUS_BARE`].
pub const IMPERVIOUS: usize = 1;
/// See [`IMPERVIOUS_BARE`].
pub const PERVIOUS: usize = 2;

/// Volumes of a catchment over the last step, as quality needs them [m³].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct StepVolumes {
    /// Onto the area without LID: water that stood, run-on, rain and melt.
    pub inflow_m3: f64,
    /// Evaporation, LID units included.
    pub evaporation_m3: f64,
    /// Evaporation that counts against groundwater's.
    pub pervious_evaporation_m3: f64,
    /// Infiltration of the area without LID.
    pub infiltration_m3: f64,
    /// Runoff of the area without LID towards the outlet, before LID units take their share.
    pub outflow_m3: f64,
    /// Runoff that LID units took.
    pub lid_inflow_m3: f64,
    /// Infiltration of LID units.
    pub lid_infiltration_m3: f64,
    /// Surface outflow of LID units towards the outlet.
    pub lid_outflow_m3: f64,
    /// Flow of LID drains.
    pub lid_drain_m3: f64,
    /// Outflow of LID units that returns to the pervious area.
    pub lid_return_m3: f64,
}

/// A catchment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatchmentState {
    /// Water standing on each subarea [m].
    pub depth_m: [f64; 3],
    /// Runoff of each subarea at the end of the last step [m/s].
    pub subarea_runoff_ms: [f64; 3],
    /// Inflow of each subarea in the present step [m/s].
    pub(super) inflow_ms: [f64; 3],
    /// Soil.
    pub soil: SoilState,
    /// Rain and snow of the last step [m/s].
    pub rain_ms: f64,
    /// Run-on from other catchments, outfalls and drains, over the area without LID [m/s].
    pub runon_ms: f64,
    /// Runoff that left before the last step [m³/s].
    pub old_runoff_m3s: f64,
    /// Runoff that leaves now, LID drains apart [m³/s].
    pub runoff_m3s: f64,
    /// Runoff of all subareas before any routing between them, over the whole area [m/s].
    pub generated_ms: f64,
    /// Evaporation over the whole area in the last step [m/s].
    pub evaporation_ms: f64,
    /// Infiltration over the whole area in the last step [m/s].
    pub infiltration_ms: f64,
    /// Snow before the last step, as water over the whole area [m].
    pub old_snow_m: f64,
    /// Snow now [m].
    pub snow_m: f64,
    /// Flow of LID drains before the last step [m³/s].
    pub old_drain_m3s: f64,
    /// Flow of LID drains now [m³/s].
    pub drain_m3s: f64,
    /// Outflow of LID units that returns to the pervious area in the next step [m³/s].
    pub lid_return_m3s: f64,
    /// What is under way to other areas and arrives in the next step [m³/s].
    pub(super) transit_m3s: f64,
    /// Volumes of the last step.
    pub volumes: StepVolumes,
}

/// What decides between the wet and the dry step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wetness {
    /// Any gage has rain.
    pub raining: bool,
    /// Any catchment produced runoff.
    pub runoff: bool,
    /// Any catchment has snow.
    pub snow: bool,
    /// Any LID unit has water on the move.
    pub lids: bool,
}

/// State of the hydrology.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HydrologyState {
    /// Start of the last step [s].
    pub old_time_s: f64,
    /// Its end: up to where runoff is known [s].
    pub time_s: f64,
    /// Wet or dry.
    pub wetness: Wetness,
    /// Climate.
    pub climate: ClimateState,
    /// Gages, as in the model.
    pub gages: Vec<GageState>,
    /// Catchments, as in the model.
    pub catchments: Vec<CatchmentState>,
    /// Snow packs, by catchment; catchments without one have an empty pack.
    pub snow: Vec<SnowState>,
    /// Groundwater, one for each catchment that has it, in their order.
    pub groundwater: Vec<GroundwaterState>,
    /// LID units of all catchments.
    pub lids: Vec<LidUnitState>,
    /// RDII.
    pub rdii: RdiiState,
    /// Surface water account.
    pub totals: RunoffTotals,
    /// Groundwater account.
    pub groundwater_totals: GroundwaterTotals,
    /// Sums and peaks by catchment.
    pub statistics: Vec<CatchmentStatistics>,
    /// Sums and peaks by aquifer, beside `groundwater`.
    pub aquifer_statistics: Vec<AquiferStatistics>,
    /// Largest runoff of all catchments together [m³/s].
    pub peak_runoff_m3s: f64,
}

impl HydrologyState {
    /// Length of the last step [s].
    #[must_use]
    pub fn dt_s(&self) -> f64 {
        self.time_s - self.old_time_s
    }

    /// Where a time lies within the last step, 0..1.
    #[must_use]
    pub fn fraction(&self, time_s: f64) -> f64 {
        if self.dt_s() > 0.0 { ((time_s - self.old_time_s) / self.dt_s()).clamp(0.0, 1.0) } else { 0.0 }
    }
}

#![doc = include_str!("../theory/hydrology.md")]

mod catchment;
mod climate;
mod compile;
mod forcing;
mod gage;
mod groundwater;
pub mod infiltration;
mod rdii;
mod report;
mod snow;
mod state;
mod step;
mod surface;
mod temperature;
#[cfg(test)]
mod tests;
mod totals;

pub use climate::{ClimateState, DEFAULT_TEMPERATURE_C};
pub use compile::Hydrology;
pub use forcing::{CatchmentResult, LateralInflow, RunoffStep, SurfaceForcing};
pub use gage::{GageState, PAST_HOURS, RainCursor};
pub use groundwater::{AquiferData, GroundwaterState};
pub use rdii::{RdiiData, RdiiState};
pub use snow::{SnowState, SurfaceSnow};
pub use state::{
    CatchmentState, HydrologyState, IMPERVIOUS, IMPERVIOUS_BARE, PERVIOUS, StepVolumes, Wetness,
};
pub use surface::CatchmentData;
pub use totals::{AquiferStatistics, CatchmentStatistics, GroundwaterTotals, RunoffTotals, Stored};

/// Buffers of a step; can be dropped at any time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HydrologyScratch {
    /// Snow that plowing sends to each catchment, as volume [m³].
    snow_sent_m3: Vec<f64>,
    /// Snow falling on each gage, and rain [m/s].
    precipitation: Vec<(f64, f64)>,
}

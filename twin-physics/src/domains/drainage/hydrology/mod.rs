#![doc = include_str!("../theory/hydrology.md")]

mod catchment;
mod climate;
mod compile;
mod error;
mod forcing;
mod gage;
mod groundwater;
pub mod infiltration;
mod rdii;
mod replay;
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
pub use error::HydrologyError;
pub use forcing::{CatchmentResult, LateralInflow, RunoffStep, SurfaceForcing};
pub use gage::{GageState, PAST_HOURS, RainCursor};
pub use groundwater::{AquiferData, GroundwaterState};
pub use rdii::{RdiiData, RdiiState};
pub use replay::{RdiiRecord, RunoffRecord, RunoffSlice};
pub use snow::{SnowState, SurfaceSnow};
pub use state::{CatchmentState, HydrologyState, IMPERVIOUS, IMPERVIOUS_BARE, PERVIOUS, StepVolumes, Wetness};
pub use surface::CatchmentData;
pub use totals::{AquiferStatistics, CatchmentStatistics, GroundwaterTotals, RunoffTotals, Stored};

/// Buffers of a step; can be dropped at any time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HydrologyScratch {
    /// Rain and snow of each gage [m/s].
    precipitation: Vec<(f64, f64)>,
}

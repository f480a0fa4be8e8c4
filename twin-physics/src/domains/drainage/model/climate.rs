//! Evaporation, temperature, wind and monthly adjustments.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! appendix D, sections EVAPORATION, TEMPERATURE and ADJUSTMENTS.

use serde::{Deserialize, Serialize};

use super::{PatternIx, SeriesIx};

/// Where potential evaporation comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Evaporation {
    /// Constant [m/s].
    Constant(f64),
    /// By month [m/s].
    Monthly([f64; 12]),
    /// Series of rates, each holding until the next, with the factor to m/s.
    Series(SeriesIx, f64),
    /// From the temperature record (Hargreaves), latitude of [`Climate`].
    Temperature,
    /// Daily values of a climate file with pan coefficients by month, in [`Climate::daily`].
    File([f64; 12]),
}

impl Default for Evaporation {
    fn default() -> Self {
        Self::Constant(0.0)
    }
}

/// Where air temperature comes from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Temperature {
    /// SWMM's 70 °F.
    #[default]
    None,
    /// Series, linear between points; °C after `v·factor + offset`.
    Series(SeriesIx, f64, f64),
    /// Daily extremes of a climate file, in [`Climate::daily`].
    File,
}

/// Where wind comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Wind {
    /// By month [m/s].
    Monthly([f64; 12]),
    /// Daily values of a climate file.
    File,
}

impl Default for Wind {
    fn default() -> Self {
        Self::Monthly([0.0; 12])
    }
}

/// One day of a climate file. NaN-free: what is missing is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ClimateDay {
    /// Days since 1899-12-30.
    pub day: i64,
    /// Lowest temperature [°C].
    pub temp_min_c: Option<f64>,
    /// Highest temperature [°C].
    pub temp_max_c: Option<f64>,
    /// Evaporation [m/s].
    pub evaporation_ms: Option<f64>,
    /// Wind [m/s].
    pub wind_ms: Option<f64>,
}

/// What snow melt needs of the place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SnowMelt {
    /// Temperature that divides snow from rain [°C].
    pub snow_temp_c: f64,
    /// Weight of antecedent temperature [–].
    pub antecedent_weight: f64,
    /// Ratio of negative melt [–].
    pub negative_melt_ratio: f64,
    /// Elevation above sea level [m].
    pub elevation_m: f64,
    /// Latitude [°].
    pub latitude_deg: f64,
    /// Correction of longitude [s].
    pub longitude_correction_s: f64,
    /// Areal depletion curves of impervious and pervious areas, 10 points each.
    pub depletion: [[f64; 10]; 2],
}

impl Default for SnowMelt {
    /// SWMM's defaults: 34 °F, 0.5, 0.6, sea level, 50°, no depletion.
    fn default() -> Self {
        Self {
            snow_temp_c: 10.0 / 9.0,
            antecedent_weight: 0.5,
            negative_melt_ratio: 0.6,
            elevation_m: 0.0,
            latitude_deg: 50.0,
            longitude_correction_s: 0.0,
            depletion: [[1.0; 10]; 2],
        }
    }
}

/// Climate.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Climate {
    /// Potential evaporation.
    pub evaporation: Evaporation,
    /// Only in periods without rain.
    pub dry_only: bool,
    /// Monthly pattern of soil recovery.
    pub recovery: Option<PatternIx>,
    /// Air temperature.
    pub temperature: Temperature,
    /// Wind.
    pub wind: Wind,
    /// Days of the climate file, rising.
    pub daily: Vec<ClimateDay>,
    /// Snow melt.
    pub snow: SnowMelt,
    /// Added to temperature by month [K].
    pub temperature_change_k: [f64; 12],
    /// Added to evaporation by month [m/s].
    pub evaporation_change_ms: [f64; 12],
    /// Multiplies rain by month; 0 everywhere = no adjustment is written as 1.
    pub rain_factor: Monthly,
    /// Multiplies soil conductivity by month.
    pub conductivity_factor: Monthly,
}

/// Twelve factors, 1 where nobody says anything.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Monthly(pub [f64; 12]);

impl Default for Monthly {
    fn default() -> Self {
        Self([1.0; 12])
    }
}

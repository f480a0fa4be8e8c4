//! Rain gauges, climate, subcatchments, infiltration, aquifers, snow packs.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{AquiferIx, Expr, GageIx, LanduseIx, NodeIx, PatternIx, PollutantIx, SeriesIx, SnowpackIx, SubcatchmentIx};

/// What rain data are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RainForm {
    /// Intensity over each interval.
    Intensity,
    /// Volume in each interval.
    Volume,
    /// Volume since the beginning of a storm.
    Cumulative,
}

/// A rain gauge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gage {
    /// Id.
    pub id: String,
    /// What its data are (for files that say it themselves, of no effect).
    pub form: RainForm,
    /// Recording interval [s].
    pub interval_s: i64,
    /// Snow catch deficiency factor.
    pub snow_factor: f64,
    /// Where the data come from.
    pub source: GageSource,
}

/// Source of a gauge's data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum GageSource {
    /// A time series of the deck.
    Series(SeriesIx),
    /// An external file.
    File {
        /// Path as written.
        path: String,
        /// Station id; `*` or empty = any.
        station: String,
        /// Whether depths are in millimetres (else inches).
        millimetres: bool,
        /// First date to read.
        start: Option<Date>,
    },
}

/// Monthly values, January first.
type Monthly = [f64; 12];

/// Climate: `[EVAPORATION]`, `[TEMPERATURE]`, and the monthly rows of `[ADJUSTMENTS]`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Climate {
    /// Evaporation.
    pub evaporation: Evaporation,
    /// Pattern of soil recovery.
    pub recovery: Option<PatternIx>,
    /// Evaporation only in dry weather.
    pub dry_only: bool,
    /// Air temperature.
    pub temperature: TemperatureSource,
    /// Wind.
    pub wind: Wind,
    /// Snowmelt parameters.
    pub snowmelt: Snowmelt,
    /// Areal depletion of snow.
    pub depletion: ArealDepletion,
    /// Adjustments by month.
    pub adjustments: Adjustments,
}

/// Evaporation [in/day or mm/day].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Evaporation {
    /// One value.
    Constant(f64),
    /// A value for each month.
    Monthly(Monthly),
    /// A time series.
    Series(SeriesIx),
    /// From the daily temperatures of the climate file (Hargreaves).
    Temperature,
    /// From the climate file, by pan coefficients for each month.
    File(Monthly),
}

impl Default for Evaporation {
    fn default() -> Self {
        Self::Constant(0.0)
    }
}

/// The external climate file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClimateFile {
    /// Path as written.
    pub path: String,
    /// First date to read; `None` = the start of the simulation.
    pub start: Option<Date>,
    /// Unit of GHCN temperatures and the like (`C10`, `C` or `F`), SWMM 5.2; `None` = not given.
    pub units: Option<String>,
}

/// Source of air temperature.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum TemperatureSource {
    /// None: 70 °F.
    #[default]
    None,
    /// A time series [°F or °C].
    Series(SeriesIx),
    /// The climate file.
    File(ClimateFile),
}

/// Wind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Wind {
    /// Mean speed of each month [mph or km/h].
    Monthly(Monthly),
    /// From the climate file.
    File,
}

impl Default for Wind {
    fn default() -> Self {
        Self::Monthly([0.0; 12])
    }
}

/// Snowmelt parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snowmelt {
    /// Temperature at which precipitation falls as snow [°F or °C]; `None` = no row, 34 °F in either unit system.
    pub snow_temperature: Option<f64>,
    /// Antecedent temperature index weight, 0 to 1.
    pub ati_weight: f64,
    /// Negative melt ratio, 0 to 1.
    pub negative_melt_ratio: f64,
    /// Mean elevation above sea level [ft or m].
    pub elevation: f64,
    /// Latitude [° north].
    pub latitude_deg: f64,
    /// Correction from standard to solar time [min].
    pub longitude_correction_min: f64,
}

impl Default for Snowmelt {
    fn default() -> Self {
        Self {
            snow_temperature: None,
            ati_weight: 0.5,
            negative_melt_ratio: 0.6,
            elevation: 0.0,
            latitude_deg: 40.0,
            longitude_correction_min: 0.0,
        }
    }
}

/// Areal depletion curves at 0, 10, … 90 % of depth ratio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArealDepletion {
    /// Of impervious areas.
    pub impervious: [f64; 10],
    /// Of pervious areas.
    pub pervious: [f64; 10],
}

impl Default for ArealDepletion {
    fn default() -> Self {
        Self { impervious: [1.0; 10], pervious: [1.0; 10] }
    }
}

/// Adjustments by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adjustments {
    /// Added to temperature [°F or °C].
    pub temperature: Monthly,
    /// Added to evaporation [in/day or mm/day].
    pub evaporation: Monthly,
    /// Factor of rainfall.
    pub rainfall: Monthly,
    /// Factor of soil conductivity; 0 and below are read as 1.
    pub conductivity: Monthly,
}

impl Default for Adjustments {
    fn default() -> Self {
        Self { temperature: [0.0; 12], evaporation: [0.0; 12], rainfall: [1.0; 12], conductivity: [1.0; 12] }
    }
}

/// Where a subcatchment or an outfall sends its water.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outlet {
    /// A node.
    Node(NodeIx),
    /// A subcatchment; its own = it stays there, which drains nowhere.
    Subcatchment(SubcatchmentIx),
}

/// A subcatchment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subcatchment {
    /// Id.
    pub id: String,
    /// Its gauge; `None` = `*`, no rain.
    pub gage: Option<GageIx>,
    /// Where runoff goes.
    pub outlet: Outlet,
    /// Area [ac or ha].
    pub area: f64,
    /// Impervious share [%].
    pub impervious_pct: f64,
    /// Width [ft or m].
    pub width: f64,
    /// Slope [%].
    pub slope_pct: f64,
    /// Curb length, any unit.
    pub curb_length: f64,
    /// Snow pack.
    pub snowpack: Option<SnowpackIx>,
    /// Subareas; `None` = no row, all 0 in SWMM.
    pub subarea: Option<Subarea>,
    /// Infiltration; `None` = no row.
    pub infiltration: Option<Infiltration>,
    /// Groundwater.
    pub groundwater: Option<Groundwater>,
    /// `[GWF] LATERAL`, as written and read: added to lateral groundwater flow [cfs/ac or cms/ha].
    pub gwf_lateral: Option<(String, Expr<GroundwaterVariable>)>,
    /// `[GWF] DEEP`, as written and read: replaces deep percolation [in/h or mm/h].
    pub gwf_deep: Option<(String, Expr<GroundwaterVariable>)>,
    /// Shares of land uses [%].
    pub coverage: Vec<(LanduseIx, f64)>,
    /// Initial build-up [lb/ac or kg/ha].
    pub loadings: Vec<(PollutantIx, f64)>,
    /// Monthly pattern of pervious roughness.
    pub n_pervious_pattern: Option<PatternIx>,
    /// Monthly pattern of depression storage.
    pub storage_pattern: Option<PatternIx>,
    /// Monthly pattern of infiltration rates.
    pub infiltration_pattern: Option<PatternIx>,
}

/// Routing among subareas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SubareaRoute {
    /// Each to the outlet.
    #[default]
    Outlet,
    /// Pervious to impervious.
    Impervious,
    /// Impervious to pervious.
    Pervious,
}

/// Subareas of a subcatchment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Subarea {
    /// Manning's n of the impervious part.
    pub n_impervious: f64,
    /// Manning's n of the pervious part.
    pub n_pervious: f64,
    /// Depression storage of the impervious part [in or mm].
    pub storage_impervious: f64,
    /// Depression storage of the pervious part [in or mm].
    pub storage_pervious: f64,
    /// Share of the impervious part without depression storage [%].
    pub zero_storage_pct: f64,
    /// Routing among them.
    pub route: SubareaRoute,
    /// Share routed so [%].
    pub routed_pct: f64,
}

/// Method of infiltration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum InfiltrationMethod {
    /// Horton.
    #[default]
    Horton,
    /// Modified Horton.
    ModifiedHorton,
    /// Green–Ampt.
    GreenAmpt,
    /// Modified Green–Ampt.
    ModifiedGreenAmpt,
    /// Curve number.
    CurveNumber,
}

/// Infiltration of a subcatchment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Infiltration {
    /// Horton, or modified Horton.
    Horton {
        /// Whether modified.
        modified: bool,
        /// Parameters.
        params: HortonParams,
    },
    /// Green–Ampt, or modified Green–Ampt.
    GreenAmpt {
        /// Whether modified.
        modified: bool,
        /// Suction head [in or mm].
        suction: f64,
        /// Saturated conductivity [in/h or mm/h].
        conductivity: f64,
        /// Initial moisture deficit, 0 to 1.
        deficit: f64,
    },
    /// Curve number.
    CurveNumber {
        /// Curve number, kept within 10 to 99 by SWMM.
        number: f64,
        /// Conductivity, of no effect since SWMM 5.1.
        conductivity: f64,
        /// Days to dry.
        drying_days: f64,
    },
}

impl Infiltration {
    /// Its method.
    #[must_use]
    pub const fn method(&self) -> InfiltrationMethod {
        match self {
            Self::Horton { modified: false, .. } => InfiltrationMethod::Horton,
            Self::Horton { modified: true, .. } => InfiltrationMethod::ModifiedHorton,
            Self::GreenAmpt { modified: false, .. } => InfiltrationMethod::GreenAmpt,
            Self::GreenAmpt { modified: true, .. } => InfiltrationMethod::ModifiedGreenAmpt,
            Self::CurveNumber { .. } => InfiltrationMethod::CurveNumber,
        }
    }
}

/// Horton's parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HortonParams {
    /// Initial rate [in/h or mm/h].
    pub max_rate: f64,
    /// Final rate [in/h or mm/h].
    pub min_rate: f64,
    /// Decay [1/h].
    pub decay: f64,
    /// Days to dry.
    pub drying_days: f64,
    /// Most volume [in or mm]; 0 = no limit.
    pub max_volume: f64,
}

/// An aquifer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aquifer {
    /// Id.
    pub id: String,
    /// Porosity.
    pub porosity: f64,
    /// Wilting point.
    pub wilting_point: f64,
    /// Field capacity.
    pub field_capacity: f64,
    /// Saturated conductivity [in/h or mm/h].
    pub conductivity: f64,
    /// Slope of ln conductivity against moisture deficit.
    pub conductivity_slope: f64,
    /// Slope of tension against moisture [in or mm].
    pub tension_slope: f64,
    /// Share of evaporation for the upper zone.
    pub upper_evaporation: f64,
    /// Depth to which the lower zone loses to evaporation [ft or m].
    pub lower_evaporation_depth: f64,
    /// Loss to deep groundwater at full saturation [in/h or mm/h].
    pub deep_loss: f64,
    /// Elevation of the bottom [ft or m].
    pub bottom: f64,
    /// Water table at the start [ft or m].
    pub water_table: f64,
    /// Moisture of the unsaturated zone at the start.
    pub moisture: f64,
    /// Monthly pattern of upper evaporation.
    pub evaporation_pattern: Option<PatternIx>,
}

/// Groundwater of a subcatchment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Groundwater {
    /// Aquifer.
    pub aquifer: AquiferIx,
    /// Node that receives its flow.
    pub node: NodeIx,
    /// Elevation of the ground [ft or m].
    pub surface: f64,
    /// Coefficient of groundwater flow.
    pub a1: f64,
    /// Exponent of groundwater flow.
    pub b1: f64,
    /// Coefficient of surface water flow.
    pub a2: f64,
    /// Exponent of surface water flow.
    pub b2: f64,
    /// Coefficient of their product.
    pub a3: f64,
    /// Fixed depth of surface water [ft or m]; 0 = the node's.
    pub fixed_depth: f64,
    /// Least water table for flow [ft or m]; `None` = the node's invert.
    pub threshold: Option<f64>,
    /// Bottom in place of the aquifer's.
    pub bottom: Option<f64>,
    /// Water table in place of the aquifer's.
    pub water_table: Option<f64>,
    /// Moisture in place of the aquifer's.
    pub moisture: Option<f64>,
}

/// Variables of groundwater flow expressions, by SWMM's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroundwaterVariable {
    /// `HGW`: height of the water table above the bottom [ft or m].
    Hgw,
    /// `HSW`: height of surface water above the bottom.
    Hsw,
    /// `HCB`: height of the channel bottom above the bottom.
    Hcb,
    /// `HGS`: height of the ground above the bottom.
    Hgs,
    /// `KS`: saturated conductivity [in/h or mm/h].
    Ks,
    /// `K`: conductivity at the present moisture.
    K,
    /// `THETA`: moisture of the upper zone.
    Theta,
    /// `PHI`: porosity.
    Phi,
    /// `FI`: infiltration rate [in/h or mm/h].
    Fi,
    /// `FU`: percolation rate from the upper zone [in/h or mm/h].
    Fu,
    /// `A`: area [ac or ha].
    A,
}

/// A snow pack.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snowpack {
    /// Id.
    pub id: String,
    /// Plowable impervious surface; `None` = no row, all 0.
    pub plowable: Option<SnowSurface>,
    /// Share of the impervious area that is plowable.
    pub plowable_share: f64,
    /// Other impervious surface.
    pub impervious: Option<SnowSurface>,
    /// Pervious surface.
    pub pervious: Option<SnowSurface>,
    /// Depth at which removal begins [in or mm]; 1e6 where the file does not say.
    pub removal_depth: f64,
    /// Shares removed: out of the watershed, to impervious, to pervious, melted at once, to a subcatchment.
    pub removal: [f64; 5],
    /// The subcatchment of the last share.
    pub removal_to: Option<SubcatchmentIx>,
}

/// Snow parameters of a surface.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SnowSurface {
    /// Least melt coefficient [in/h/°F or mm/h/°C].
    pub melt_min: f64,
    /// Greatest melt coefficient.
    pub melt_max: f64,
    /// Base temperature [°F or °C].
    pub base_temperature: f64,
    /// Free water capacity, as a fraction.
    pub free_water: f64,
    /// Depth at the start [in or mm].
    pub initial_depth: f64,
    /// Free water at the start [in or mm].
    pub initial_free_water: f64,
    /// Depth at full cover [in or mm]; unused for the plowable surface.
    pub full_cover_depth: f64,
}

//! Subcatchments and what lies below them: infiltration, groundwater, snow, RDII.

use serde::{Deserialize, Serialize};

use super::{
    AquiferIx, CatchmentIx, Expression, GageIx, LandUseIx, LidUnit, NodeIx, PatternIx, SnowpackIx, UnitHydrographIx,
};

/// Where water goes that leaves a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receiver {
    /// A node.
    Node(NodeIx),
    /// Another subcatchment.
    Catchment(CatchmentIx),
}

/// Routing between the subareas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SubareaRouting {
    /// Both to the outlet.
    #[default]
    ToOutlet,
    /// Pervious runs onto impervious.
    ToImpervious,
    /// Impervious runs onto pervious.
    ToPervious,
}

/// A subcatchment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subcatchment {
    /// Name.
    pub id: String,
    /// Its rain.
    pub gage: Option<GageIx>,
    /// Where its runoff goes; `None` = to nowhere (the ground of the model), itself its own outlet in SWMM's words.
    pub outlet: Option<Receiver>,
    /// Area, LID units included [m²].
    pub area_m2: f64,
    /// Impervious share of the part without LID, 0..1.
    pub impervious: f64,
    /// Width of overland flow [m].
    pub width_m: f64,
    /// Slope [–].
    pub slope: f64,
    /// Length of curb, for build-up [m, or the land use's own unit].
    pub curb_length: f64,
    /// Manning's n of the impervious area.
    pub manning_impervious: f64,
    /// Manning's n of the pervious area.
    pub manning_pervious: f64,
    /// Depression storage of the impervious area [m].
    pub storage_impervious_m: f64,
    /// Depression storage of the pervious area [m].
    pub storage_pervious_m: f64,
    /// Share of the impervious area without depression storage, 0..1.
    pub zero_storage: f64,
    /// Routing between the subareas.
    pub subarea_routing: SubareaRouting,
    /// Share of runoff so routed, 0..1.
    pub routed: f64,
    /// Infiltration.
    pub infiltration: Infiltration,
    /// Groundwater below.
    pub groundwater: Option<Groundwater>,
    /// Snow pack.
    pub snowpack: Option<SnowpackIx>,
    /// LID units.
    pub lid_units: Vec<LidUnit>,
    /// Shares of land uses, 0..1.
    pub coverage: Vec<(LandUseIx, f64)>,
    /// Build-up at the start per pollutant, [own unit · m³ per m²]; shorter than the list of pollutants where none.
    pub initial_buildup: Vec<f64>,
    /// Monthly multipliers: pervious Manning's n, pervious depression storage, infiltration conductivity.
    pub adjustments: [Option<PatternIx>; 3],
}

/// Infiltration of the pervious area.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Infiltration {
    /// Horton's curve; `modified` keeps the time only for water infiltrated above the minimum rate.
    Horton {
        /// Largest rate [m/s].
        max_rate_ms: f64,
        /// Smallest rate [m/s].
        min_rate_ms: f64,
        /// Decay [1/s].
        decay_per_s: f64,
        /// Time of full drying [s].
        dry_time_s: f64,
        /// Largest volume; 0 = unlimited [m].
        max_infiltration_m: f64,
        /// Modified Horton.
        modified: bool,
    },
    /// Green–Ampt; `modified` does not deplete the deficit at low rain.
    GreenAmpt {
        /// Suction head [m].
        suction_m: f64,
        /// Saturated conductivity [m/s].
        conductivity_ms: f64,
        /// Moisture deficit at the start [–].
        deficit: f64,
        /// Modified Green–Ampt.
        modified: bool,
    },
    /// SCS curve number.
    CurveNumber {
        /// Curve number, 10..99.
        number: f64,
        /// Time of full drying [s].
        dry_time_s: f64,
    },
}

/// An aquifer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aquifer {
    /// Name.
    pub id: String,
    /// Porosity [–].
    pub porosity: f64,
    /// Wilting point [–].
    pub wilting_point: f64,
    /// Field capacity [–].
    pub field_capacity: f64,
    /// Saturated conductivity [m/s].
    pub conductivity_ms: f64,
    /// Slope of log conductivity against moisture deficit [–].
    pub conductivity_slope: f64,
    /// Slope of soil tension against moisture [m].
    pub tension_slope_m: f64,
    /// Share of evaporation for the upper zone, 0..1.
    pub upper_evap_share: f64,
    /// Depth to which the lower zone evaporates [m].
    pub lower_evap_depth_m: f64,
    /// Rate to deep groundwater when full to the ground [m/s].
    pub lower_loss_ms: f64,
    /// Bottom [m].
    pub bottom_m: f64,
    /// Water table at the start [m].
    pub water_table_m: f64,
    /// Moisture of the upper zone at the start [–].
    pub upper_moisture: f64,
    /// Monthly pattern of the upper evaporation share.
    pub upper_evap_pattern: Option<PatternIx>,
}

/// Groundwater between a subcatchment and a node.
///
/// Lateral flow per area [m/s] is `a1·(Hgw−Hcb)^b1 − a2·(Hsw−Hcb)^b2 + a3·Hgw·Hsw` in SI coefficients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Groundwater {
    /// Aquifer.
    pub aquifer: AquiferIx,
    /// Receiving node.
    pub node: Option<NodeIx>,
    /// Ground surface [m].
    pub surface_m: f64,
    /// a1 [m^(1−b1)/s].
    pub a1: f64,
    /// b1 [–].
    pub b1: f64,
    /// a2 [m^(1−b2)/s].
    pub a2: f64,
    /// b2 [–].
    pub b2: f64,
    /// a3 [1/(m·s)].
    pub a3: f64,
    /// Constant depth of surface water above the channel's bottom; 0 = from the node [m].
    pub fixed_depth_m: f64,
    /// Level below which no flow occurs; `None` = the node's invert [m].
    pub threshold_m: Option<f64>,
    /// Overrides of the aquifer's own values.
    pub bottom_m: Option<f64>,
    /// See `bottom_m`.
    pub water_table_m: Option<f64>,
    /// See `bottom_m`.
    pub upper_moisture: Option<f64>,
    /// User's formula of lateral flow in file units, with the factor from its value to m/s.
    pub lateral: Option<(Expression<GroundwaterVariable>, f64)>,
    /// User's formula of deep flow in file units, with the factor from its value to m/s.
    pub deep: Option<(Expression<GroundwaterVariable>, f64)>,
    /// From m to the file's length unit, for the formulas.
    pub length_factor: f64,
    /// From m/s to the file's rate unit (in/hr or mm/hr), for the formulas.
    pub rate_factor: f64,
    /// From m² to the file's land area unit, for the formulas.
    pub area_factor: f64,
}

/// What a groundwater formula may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroundwaterVariable {
    /// HGW, water table above the aquifer's bottom.
    WaterTable,
    /// HSW, surface water above the aquifer's bottom.
    SurfaceWater,
    /// HCB, channel bottom above the aquifer's bottom.
    ChannelBottom,
    /// HGS, ground surface above the aquifer's bottom.
    GroundSurface,
    /// KS, saturated conductivity.
    SaturatedConductivity,
    /// K, conductivity at the present moisture.
    Conductivity,
    /// THETA, moisture of the upper zone.
    Moisture,
    /// PHI, porosity.
    Porosity,
    /// FI, infiltration from the surface.
    SurfaceInfiltration,
    /// FU, percolation from the upper zone.
    UpperPercolation,
    /// A, area of the subcatchment.
    Area,
}

/// A surface of a snow pack.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SnowSurface {
    /// Smallest melt coefficient [m/(s·K)].
    pub melt_min: f64,
    /// Largest melt coefficient [m/(s·K)].
    pub melt_max: f64,
    /// Temperature at which melting begins [°C].
    pub base_temp_c: f64,
    /// Share of free water held [–].
    pub free_water: f64,
    /// Snow depth at the start, water equivalent [m].
    pub initial_snow_m: f64,
    /// Free water at the start [m].
    pub initial_free_water_m: f64,
    /// Depth at which all is covered (impervious and pervious) [m].
    pub full_cover_m: f64,
}

/// A snow pack.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snowpack {
    /// Name.
    pub id: String,
    /// Plowable impervious, other impervious, pervious.
    pub surfaces: [SnowSurface; 3],
    /// Share of the impervious area that is plowed [–].
    pub plowable: f64,
    /// Depth at which removal begins [m].
    pub removal_depth_m: f64,
    /// Shares moved: out of the watershed, to impervious, to pervious, melted at once, to another subcatchment.
    pub removal: [f64; 5],
    /// Subcatchment that receives moved snow.
    pub removal_to: Option<CatchmentIx>,
}

/// One of the three responses of a unit hydrograph.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct UnitResponse {
    /// Share of rain that comes (R) [–].
    pub r: f64,
    /// Time to the peak (T) [s].
    pub t_s: f64,
    /// Recession over rise (K) [–].
    pub k: f64,
    /// Largest initial abstraction [m].
    pub abstraction_max_m: f64,
    /// Its recovery [m/s].
    pub recovery_ms: f64,
    /// Abstraction used at the start [m].
    pub abstraction_used_m: f64,
}

/// Unit hydrographs of rain-derived infiltration and inflow.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UnitHydrograph {
    /// Name.
    pub id: String,
    /// Rain gage.
    pub gage: Option<GageIx>,
    /// Short, medium and long response for each month.
    pub months: Vec<[UnitResponse; 3]>,
}

/// RDII of a node.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rdii {
    /// Unit hydrograph.
    pub hydrograph: UnitHydrographIx,
    /// Area of the sewershed [m²].
    pub area_m2: f64,
}

//! What a report says, in the units of the `.inp`: feet, inches, acre-feet and pounds, or metres, millimetres,
//! hectare-metres and kilograms; volumes of water in nodes and links in 10⁶ gal or 10⁶ ltr.

use crate::io::swmm_out::{FlowUnits, NodeKind, PollutantEntry};

/// A whole report. Parts that are `None` or empty where SWMM leaves them out are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct SwmmReport {
    /// Program and version that computed it, for the second line.
    pub program: String,
    /// Lines of `[TITLE]`.
    pub title: Vec<String>,
    /// Warnings of the input, one line each, without the word `WARNING`.
    pub warnings: Vec<String>,
    /// Numbers of objects, where `[REPORT] INPUT YES`.
    pub element_count: Option<ElementCount>,
    /// Options of the analysis.
    pub options: AnalysisOptions,
    /// Pollutants in the order of all loads below; a load is in lbs, kg or (units `#/L`) a count.
    pub pollutants: Vec<PollutantEntry>,
    /// Rainfall-dependent infiltration and inflow, where there is any.
    pub rdii: Option<RdiiSummary>,
    /// Control actions, where `[REPORT] CONTROLS YES`.
    pub control_actions: Option<Vec<ControlAction>>,
    /// Whether `[REPORT] CONTINUITY` allows the five balances that follow.
    pub continuity: bool,
    /// Balance of surface runoff, where there are subcatchments.
    pub runoff: Option<RunoffContinuity>,
    /// Balance of surface loads, one for each pollutant; empty without runoff quality.
    pub runoff_quality: Vec<LoadingContinuity>,
    /// Balance of groundwater, where there is any.
    pub groundwater: Option<GroundwaterContinuity>,
    /// Balance of routing.
    pub routing: Option<RoutingContinuity>,
    /// Balance of routed loads, one for each pollutant.
    pub routing_quality: Vec<QualityContinuity>,
    /// How the routing went, where there are links and `[REPORT] FLOWSTATS` allows it.
    pub steps: Option<StepSummary>,
    /// Subcatchments.
    pub subcatchments: Vec<SubcatchmentRow>,
    /// LID units.
    pub lids: Vec<LidRow>,
    /// Subcatchments with groundwater.
    pub groundwater_rows: Vec<GroundwaterRow>,
    /// Loads washed off each subcatchment.
    pub washoff: Vec<LoadRow>,
    /// Tables of nodes and links, where there are links and routing is not ignored.
    pub network: Option<NetworkTables>,
    /// Times of the wall clock for the last lines; `None` (not recorded) keeps a report equal from run to run.
    pub timing: Option<Timing>,
}

/// Numbers of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct ElementCount {
    pub rain_gages: usize,
    pub subcatchments: usize,
    pub nodes: usize,
    pub links: usize,
    pub pollutants: usize,
    pub land_uses: usize,
}

/// Options of the analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisOptions {
    /// Flow units.
    pub flow_units: FlowUnits,
    /// Whether runoff is computed.
    pub rainfall_runoff: bool,
    /// Whether RDII is computed.
    pub rdii: bool,
    /// Whether snow melt is computed.
    pub snowmelt: bool,
    /// Whether groundwater is computed.
    pub groundwater: bool,
    /// Whether ponding is allowed; `None` where flow is not routed.
    pub ponding: Option<bool>,
    /// Whether quality is computed.
    pub quality: bool,
    /// Where there are subcatchments.
    pub hydrology: Option<HydrologyOptions>,
    /// Where there are links.
    pub routing: Option<RoutingOptions>,
    /// First instant [days since 1899-12-30].
    pub start_days: f64,
    /// Last instant [days since 1899-12-30].
    pub end_days: f64,
    /// Days without rain before the start.
    pub antecedent_dry_days: f64,
    /// Reporting step [s].
    pub report_step_s: f64,
}

/// Options of hydrology.
#[derive(Debug, Clone, PartialEq)]
pub struct HydrologyOptions {
    /// SWMM's keyword of the default infiltration method.
    pub infiltration: String,
    /// Step while it is wet [s].
    pub wet_step_s: f64,
    /// Step while it is dry [s].
    pub dry_step_s: f64,
}

/// Options of routing.
#[derive(Debug, Clone, PartialEq)]
pub struct RoutingOptions {
    /// SWMM's keyword: `STEADY`, `KINWAVE` or `DYNWAVE`.
    pub method: String,
    /// Routing step [s].
    pub step_s: f64,
    /// For `DYNWAVE`.
    pub dynamic_wave: Option<DynamicWaveOptions>,
}

/// Options of dynamic-wave routing.
#[derive(Debug, Clone, PartialEq)]
pub struct DynamicWaveOptions {
    /// SWMM's keyword: `EXTRAN` or `SLOT`.
    pub surcharge_method: String,
    /// Whether the step varies.
    pub variable_step: bool,
    /// Most trials of a step.
    pub max_trials: u32,
    /// Threads.
    pub threads: u32,
    /// Head tolerance [ft or m].
    pub head_tolerance: f64,
}

/// Rainfall-dependent infiltration and inflow.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RdiiSummary {
    /// Rain on the sewershed [acre-ft, 10⁶ gal or ha-m, 10⁶ ltr].
    pub rainfall: [f64; 2],
    /// Inflow it made, same units.
    pub rdii: [f64; 2],
}

/// One act of a control rule.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlAction {
    /// When [days since 1899-12-30].
    pub date_days: f64,
    /// Name of the link.
    pub link: String,
    /// Its new setting.
    pub setting: f64,
    /// Name of the rule.
    pub rule: String,
}

/// Balance of surface runoff; each a volume [acre-ft or ha-m] and its depth over the whole area [in or mm].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RunoffContinuity {
    /// Water in LIDs at the start; not shown where 0.
    pub initial_lid_storage: [f64; 2],
    /// Snow at the start, snow carried out, snow at the end; where snow is simulated.
    pub snow: Option<[[f64; 2]; 3]>,
    /// Rain and snow.
    pub precipitation: [f64; 2],
    /// Water from outfalls onto subcatchments; not shown where 0.
    pub outfall_runon: [f64; 2],
    /// Evaporated.
    pub evaporation: [f64; 2],
    /// Infiltrated.
    pub infiltration: [f64; 2],
    /// Run off.
    pub runoff: [f64; 2],
    /// Drained from LIDs; not shown where 0.
    pub lid_drainage: [f64; 2],
    /// On the surface at the end.
    pub final_storage: [f64; 2],
    /// Error [%].
    pub error_percent: f64,
}

/// Balance of the load of one pollutant on the surface.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[allow(missing_docs)]
pub struct LoadingContinuity {
    pub initial_buildup: f64,
    pub surface_buildup: f64,
    pub wet_deposition: f64,
    pub sweeping_removal: f64,
    pub infiltration_loss: f64,
    pub bmp_removal: f64,
    pub surface_runoff: f64,
    pub remaining_buildup: f64,
    pub error_percent: f64,
}

/// Balance of groundwater; each a volume [acre-ft or ha-m] and its depth over the area with groundwater [in or mm].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[allow(missing_docs)]
pub struct GroundwaterContinuity {
    pub initial_storage: [f64; 2],
    pub infiltration: [f64; 2],
    pub upper_zone_et: [f64; 2],
    pub lower_zone_et: [f64; 2],
    pub deep_percolation: [f64; 2],
    pub groundwater_flow: [f64; 2],
    pub final_storage: [f64; 2],
    pub error_percent: f64,
}

/// Balance of routing; each in acre-ft and 10⁶ gal, or ha-m and 10⁶ ltr.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[allow(missing_docs)]
pub struct RoutingContinuity {
    pub dry_weather_inflow: [f64; 2],
    pub wet_weather_inflow: [f64; 2],
    pub groundwater_inflow: [f64; 2],
    pub rdii_inflow: [f64; 2],
    pub external_inflow: [f64; 2],
    pub external_outflow: [f64; 2],
    pub flooding_loss: [f64; 2],
    pub evaporation_loss: [f64; 2],
    pub exfiltration_loss: [f64; 2],
    pub initial_stored: [f64; 2],
    pub final_stored: [f64; 2],
    pub error_percent: f64,
}

/// Balance of the routed load of one pollutant.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[allow(missing_docs)]
pub struct QualityContinuity {
    pub dry_weather_inflow: f64,
    pub wet_weather_inflow: f64,
    pub groundwater_inflow: f64,
    pub rdii_inflow: f64,
    pub external_inflow: f64,
    pub external_outflow: f64,
    pub flooding_loss: f64,
    pub exfiltration_loss: f64,
    pub mass_reacted: f64,
    pub initial_stored: f64,
    pub final_stored: f64,
    pub error_percent: f64,
}

/// How the routing went. Lists hold at most what is to be printed (SWMM: five), the worst first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepSummary {
    /// Nodes with the largest balance errors [%]; dynamic wave.
    pub continuity_errors: Vec<(String, f64)>,
    /// Elements that set the step: `Node` or `Link`, name, share of steps [%]; `None` where the step does not vary.
    pub critical: Option<Vec<(&'static str, String, f64)>>,
    /// Links whose flow turns most often, and how often.
    pub instability: Vec<(String, f64)>,
    /// Nodes that fail to converge, and share of steps [%]; `None` where not dynamic wave.
    pub nonconverging: Option<Vec<(String, f64)>>,
    /// Shortest step [s].
    pub min_step_s: f64,
    /// Mean step [s].
    pub average_step_s: f64,
    /// Longest step [s].
    pub max_step_s: f64,
    /// Time in steady state [%].
    pub steady_percent: f64,
    /// Trials of a step, mean.
    pub average_iterations: f64,
    /// Steps that did not converge [%].
    pub nonconverging_percent: f64,
    /// Steps between two lengths [s], the longer first, and their share [%]; empty where the step does not vary.
    pub frequencies: Vec<(f64, f64, f64)>,
}

/// A subcatchment: depths [in or mm] over its area but for the last three.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct SubcatchmentRow {
    pub name: String,
    pub precipitation: f64,
    pub runon: f64,
    pub evaporation: f64,
    pub infiltration: f64,
    pub impervious_runoff: f64,
    pub pervious_runoff: f64,
    pub runoff: f64,
    /// [10⁶ gal or 10⁶ ltr]
    pub runoff_volume: f64,
    /// [flow units]
    pub peak_runoff: f64,
    /// Runoff over precipitation and run-on.
    pub coefficient: f64,
}

/// A LID of a subcatchment: depths [in or mm] over its own area.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct LidRow {
    pub subcatchment: String,
    pub control: String,
    pub inflow: f64,
    pub evaporation: f64,
    pub infiltration: f64,
    pub surface_outflow: f64,
    pub drain_outflow: f64,
    pub initial_storage: f64,
    pub final_storage: f64,
    pub error_percent: f64,
}

/// Groundwater below a subcatchment: depths [in or mm] but for the last five.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct GroundwaterRow {
    pub name: String,
    pub infiltration: f64,
    pub evaporation: f64,
    pub lower_seepage: f64,
    pub lateral_outflow: f64,
    /// [flow units]
    pub max_lateral_outflow: f64,
    /// Moisture of the upper zone, mean over time, a fraction.
    pub average_moisture: f64,
    /// Water table, mean over time [ft or m].
    pub average_water_table: f64,
    pub final_moisture: f64,
    /// [ft or m]
    pub final_water_table: f64,
}

/// Loads of one object, in the order of the pollutants: lbs, kg or counts.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct LoadRow {
    pub name: String,
    pub loads: Vec<f64>,
}

/// Tables of nodes and links.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NetworkTables {
    /// All nodes.
    pub nodes: Vec<NodeRow>,
    /// Surcharged nodes; `None` where not dynamic wave.
    pub surcharged: Option<Vec<SurchargeRow>>,
    /// Flooded nodes.
    pub flooded: Vec<FloodingRow>,
    /// Storage units.
    pub storage: Vec<StorageRow>,
    /// Outfalls.
    pub outfalls: Vec<OutfallRow>,
    /// Largest sum of all outfalls' flows at one time [flow units].
    pub max_system_outflow: f64,
    /// Street conduits.
    pub streets: Vec<StreetRow>,
    /// All links.
    pub links: Vec<LinkRow>,
    /// Conduits by flow class; `None` where not dynamic wave.
    pub flow_classes: Option<Vec<FlowClassRow>>,
    /// Surcharged conduits.
    pub surcharged_conduits: Vec<ConduitSurchargeRow>,
    /// Pumps.
    pub pumps: Vec<PumpRow>,
    /// Loads carried by each link; empty without quality.
    pub loads: Vec<LoadRow>,
}

/// Difference between what came into a node and what left it or stayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NodeBalance {
    /// Share of the outflow [%].
    Percent(f64),
    /// Volume [gal or ltr], where the outflow is less than 1 ft³.
    Volume(f64),
}

/// Depths and inflows of a node; times since the start of the run.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct NodeRow {
    pub name: String,
    pub kind: NodeKind,
    /// Lengths [ft or m].
    pub average_depth: f64,
    pub max_depth: f64,
    pub max_head: f64,
    pub max_depth_s: f64,
    /// Largest depth at a reporting time.
    pub max_reported_depth: f64,
    /// Flows [flow units].
    pub max_lateral_inflow: f64,
    pub max_inflow: f64,
    pub max_inflow_s: f64,
    /// Volumes [10⁶ gal or 10⁶ ltr].
    pub lateral_volume: f64,
    pub inflow_volume: f64,
    pub balance: NodeBalance,
}

/// A surcharged node.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct SurchargeRow {
    pub name: String,
    pub kind: NodeKind,
    pub hours: f64,
    /// [ft or m]
    pub above_crown: f64,
    /// [ft or m]
    pub below_rim: f64,
}

/// A flooded node.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct FloodingRow {
    pub name: String,
    pub hours: f64,
    /// [flow units]
    pub max_rate: f64,
    /// Since the start of the run [s].
    pub max_rate_s: f64,
    /// [10⁶ gal or 10⁶ ltr]
    pub volume: f64,
    /// Depth [ft or m] by dynamic wave, else volume [1000 ft³ or 1000 m³].
    pub max_ponded: f64,
}

/// A storage unit; volumes [1000 ft³ or 1000 m³], shares [%].
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct StorageRow {
    pub name: String,
    pub average_volume: f64,
    pub average_percent: f64,
    pub evaporation_percent: f64,
    pub exfiltration_percent: f64,
    pub max_volume: f64,
    pub max_percent: f64,
    /// Since the start of the run [s].
    pub max_volume_s: f64,
    /// [flow units]
    pub max_outflow: f64,
}

/// An outfall.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct OutfallRow {
    pub name: String,
    /// Share of time with flow [%].
    pub frequency_percent: f64,
    /// Mean over the time with flow [flow units].
    pub average_flow: f64,
    pub max_flow: f64,
    /// [10⁶ gal or 10⁶ ltr]
    pub volume: f64,
    pub loads: Vec<f64>,
}

/// A street.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct StreetRow {
    pub name: String,
    /// [flow units]
    pub peak_flow: f64,
    /// [ft or m]
    pub max_spread: f64,
    /// [ft or m]
    pub max_depth: f64,
    pub inlet: Option<StreetInlet>,
}

/// The inlets of a street; shares [%], flows [flow units].
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct StreetInlet {
    pub design: String,
    /// `ON-GRADE` or `ON-SAG`.
    pub location: String,
    /// Inlets on each side.
    pub count: u32,
    pub peak_capture_percent: f64,
    pub average_capture_percent: f64,
    pub bypass_percent: f64,
    pub backflow_percent: f64,
    pub peak_capture_per_inlet: f64,
    pub peak_bypass: f64,
}

/// A link; what a kind of link has none of is `None`.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct LinkRow {
    pub name: String,
    /// SWMM's word: `CONDUIT`, `CHANNEL` (irregular), `DUMMY`, `PUMP`, `ORIFICE`, `WEIR` or `OUTLET`.
    pub kind: &'static str,
    /// Magnitude [flow units].
    pub max_flow: f64,
    /// Since the start of the run [s].
    pub max_flow_s: f64,
    /// [ft/s or m/s]
    pub max_velocity: Option<f64>,
    pub flow_ratio: Option<f64>,
    pub depth_ratio: Option<f64>,
}

/// Share of time of a conduit in each flow class.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct FlowClassRow {
    pub name: String,
    /// Lengthened over actual length.
    pub length_ratio: f64,
    /// Dry, upstream dry, downstream dry, subcritical, supercritical, upstream critical, downstream critical.
    pub fractions: [f64; 7],
    pub normal_limited: f64,
    pub inlet_controlled: f64,
}

/// Hours of a conduit.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct ConduitSurchargeRow {
    pub name: String,
    pub full_both_ends: f64,
    pub full_upstream: f64,
    pub full_downstream: f64,
    pub above_normal_flow: f64,
    pub capacity_limited: f64,
}

/// A pump; flows [flow units].
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub struct PumpRow {
    pub name: String,
    pub utilized_percent: f64,
    pub start_ups: u32,
    pub min_flow: f64,
    pub average_flow: f64,
    pub max_flow: f64,
    /// [10⁶ gal or 10⁶ ltr]
    pub volume: f64,
    pub energy_kwh: f64,
    /// Time below its curve, share of the time on [%].
    pub below_curve_percent: f64,
    /// Time above its curve, share of the time on [%].
    pub above_curve_percent: f64,
}

/// When the program ran, by the wall clock, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct Timing {
    pub begun: String,
    pub ended: String,
    pub elapsed: String,
}

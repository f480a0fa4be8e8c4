//! Options, report selection, interface files.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::Row;
pub use crate::io::swmm_out::FlowUnits;

/// Unit system of a deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnitSystem {
    /// Feet, inches, acres, in/h, °F, lb.
    Us,
    /// Metres, millimetres, hectares, mm/h, °C, kg.
    Si,
}

impl FlowUnits {
    /// The unit system they choose.
    #[must_use]
    pub const fn system(self) -> UnitSystem {
        if self.is_si() { UnitSystem::Si } else { UnitSystem::Us }
    }
}

/// Routing method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Routing {
    /// Steady flow.
    Steady,
    /// Kinematic wave.
    #[default]
    Kinematic,
    /// Dynamic wave.
    Dynamic,
}

/// How much of the inertial terms is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum InertialDamping {
    /// `NONE`: kept always.
    None,
    /// `PARTIAL`: reduced as flow comes near critical.
    #[default]
    Partial,
    /// `FULL`: dropped.
    Full,
}

/// What limits flow to normal flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum NormalFlowLimit {
    /// Slope of the water surface.
    Slope,
    /// Froude number.
    Froude,
    /// Either.
    #[default]
    Both,
}

/// Law of pressurised force mains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ForceMainEquation {
    /// Hazen–Williams.
    #[default]
    HazenWilliams,
    /// Darcy–Weisbach.
    DarcyWeisbach,
}

/// How offsets of links are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Offsets {
    /// Height above the node's invert.
    #[default]
    Depth,
    /// Elevation; `*` stands for the node's invert.
    Elevation,
}

/// How surcharge is handled in dynamic wave routing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Surcharge {
    /// EXTRAN's point iteration.
    #[default]
    Extran,
    /// Preissmann slot.
    Slot,
}

/// Options with SWMM's defaults for what the file omits. Times in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Units of flow.
    pub flow_units: FlowUnits,
    /// Infiltration method of subcatchments that name none.
    pub infiltration: super::InfiltrationMethod,
    /// Routing method.
    pub routing: Routing,
    /// Offsets of links.
    pub link_offsets: Offsets,
    /// Law of force mains.
    pub force_main_equation: ForceMainEquation,
    /// `IGNORE_RAINFALL`: no rain, no runoff.
    pub ignore_rainfall: bool,
    /// `IGNORE_SNOWMELT`.
    pub ignore_snowmelt: bool,
    /// `IGNORE_GROUNDWATER`.
    pub ignore_groundwater: bool,
    /// `IGNORE_RDII`.
    pub ignore_rdii: bool,
    /// `IGNORE_ROUTING`, or `FLOW_ROUTING NONE`: runoff only.
    pub ignore_routing: bool,
    /// `IGNORE_QUALITY`.
    pub ignore_quality: bool,
    /// `ALLOW_PONDING`.
    pub allow_ponding: bool,
    /// `SKIP_STEADY_STATE`.
    pub skip_steady_state: bool,
    /// `SYS_FLOW_TOL` [%].
    pub system_flow_tolerance_pct: f64,
    /// `LAT_FLOW_TOL` [%].
    pub lateral_flow_tolerance_pct: f64,
    /// Start of the simulation.
    pub start: DateTime,
    /// End of the simulation.
    pub end: DateTime,
    /// Start of reporting, not before the start of the simulation.
    pub report_start: DateTime,
    /// Street sweeping from this (month, day) …
    pub sweep_start: (i8, i8),
    /// … to this (month, day).
    pub sweep_end: (i8, i8),
    /// Dry days before the start.
    pub dry_days: f64,
    /// Runoff step in wet weather [s].
    pub wet_step_s: i64,
    /// Runoff step in dry weather [s].
    pub dry_step_s: i64,
    /// Routing step [s]; may be fractional.
    pub routing_step_s: f64,
    /// Reporting step [s].
    pub report_step_s: i64,
    /// Step at which control rules are evaluated [s]; 0 = each routing step.
    pub rule_step_s: i64,
    /// Inertial damping.
    pub inertial_damping: InertialDamping,
    /// Normal flow limit.
    pub normal_flow_limited: NormalFlowLimit,
    /// Surcharge method.
    pub surcharge: Surcharge,
    /// Safety factor of the variable step, 0 to 2; 0 = the step is fixed.
    pub variable_step: f64,
    /// Step by which short conduits are lengthened [s]; 0 = not at all.
    pub lengthening_step_s: f64,
    /// Least step of the variable step [s].
    pub minimum_step_s: f64,
    /// Least surface area of a node [ft² or m²]; 0 = SWMM's default, 12.566 ft². See [`Options::min_surface_area_m2`].
    pub min_surface_area: f64,
    /// Least slope of a conduit [%]; 0 = SWMM's least drop alone.
    pub min_slope_pct: f64,
    /// Most trials of a dynamic wave step; 0 = SWMM's default, 8. See [`Options::trials`].
    pub max_trials: u32,
    /// Head tolerance of the trials [ft or m]; 0 = SWMM's default, 0.005 ft. See [`Options::head_tolerance_m`].
    pub head_tolerance: f64,
    /// Threads SWMM would use, 0 = as many as it likes; of no effect on results.
    pub threads: u32,
    /// `TEMPDIR`; of no effect here.
    pub temp_dir: Option<String>,
}

/// Which objects a report lists.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Selection<T> {
    /// None.
    #[default]
    None,
    /// All.
    All,
    /// These.
    Some(Vec<T>),
}

/// What the report shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// `DISABLED YES`: no report.
    pub disabled: bool,
    /// Echo of the input.
    pub input: bool,
    /// Continuity errors.
    pub continuity: bool,
    /// Flow statistics.
    pub flow_stats: bool,
    /// Control actions.
    pub controls: bool,
    /// Averages over a reporting step instead of values at its end.
    pub averages: bool,
    /// Node statistics (`NODESTATS`).
    pub node_stats: bool,
    /// Subcatchments in the results.
    pub subcatchments: Selection<super::SubcatchmentIx>,
    /// Nodes in the results.
    pub nodes: Selection<super::NodeIx>,
    /// Links in the results.
    pub links: Selection<super::LinkIx>,
    /// Detailed report files of LID units (`LID name subcatchment file`): the words after `LID`.
    pub lids: Vec<Row<Vec<String>>>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            disabled: false,
            input: false,
            continuity: true,
            flow_stats: true,
            controls: false,
            averages: false,
            node_stats: false,
            subcatchments: Selection::None,
            nodes: Selection::None,
            links: Selection::None,
            lids: Vec::new(),
        }
    }
}

/// What an interface file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// Rainfall of all gauges, in SWMM's binary form.
    Rainfall,
    /// Runoff.
    Runoff,
    /// Hot start.
    HotStart,
    /// Rain-derived inflow and infiltration.
    Rdii,
    /// Routing inflows.
    Inflows,
    /// Routing outflows.
    Outflows,
}

/// How an interface file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileMode {
    /// Read.
    Use,
    /// Written.
    Save,
    /// Written and deleted.
    Scratch,
}

/// A row of `[FILES]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileUse {
    /// How.
    pub mode: FileMode,
    /// What.
    pub kind: FileKind,
    /// Path as written; empty for a scratch file without one.
    pub path: String,
    /// When a saved hot start is taken (SWMM 5.2.5 and later: `SAVE HOTSTART file date time`); `None` = at the end.
    pub at: Option<DateTime>,
}

/// One foot [m].
const FT_M: f64 = 0.3048;

impl Options {
    /// Metres in the deck's unit of length.
    #[must_use]
    pub const fn length_m(&self) -> f64 {
        match self.flow_units.system() {
            UnitSystem::Us => FT_M,
            UnitSystem::Si => 1.0,
        }
    }

    /// Most trials of a dynamic wave step, SWMM's default for 0.
    #[must_use]
    pub const fn trials(&self) -> u32 {
        if self.max_trials == 0 { 8 } else { self.max_trials }
    }

    /// Head tolerance [m], SWMM's default (0.005 ft) for 0.
    #[must_use]
    pub fn head_tolerance_m(&self) -> f64 {
        if self.head_tolerance == 0.0 { 0.005 * FT_M } else { self.head_tolerance * self.length_m() }
    }

    /// Least surface area of a node [m²], SWMM's default (12.566 ft²) for 0.
    #[must_use]
    pub fn min_surface_area_m2(&self) -> f64 {
        if self.min_surface_area == 0.0 {
            12.566 * FT_M * FT_M
        } else {
            self.min_surface_area * self.length_m() * self.length_m()
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        let start = jiff::civil::date(2004, 1, 1).at(0, 0, 0, 0);
        Self {
            flow_units: FlowUnits::Cfs,
            infiltration: super::InfiltrationMethod::Horton,
            routing: Routing::Kinematic,
            link_offsets: Offsets::Depth,
            force_main_equation: ForceMainEquation::HazenWilliams,
            ignore_rainfall: false,
            ignore_snowmelt: false,
            ignore_groundwater: false,
            ignore_rdii: false,
            ignore_routing: false,
            ignore_quality: false,
            allow_ponding: false,
            skip_steady_state: false,
            system_flow_tolerance_pct: 5.0,
            lateral_flow_tolerance_pct: 5.0,
            start,
            end: start,
            report_start: start,
            sweep_start: (1, 1),
            sweep_end: (12, 31),
            dry_days: 0.0,
            wet_step_s: 300,
            dry_step_s: 3600,
            routing_step_s: 300.0,
            report_step_s: 900,
            rule_step_s: 0,
            inertial_damping: InertialDamping::Partial,
            normal_flow_limited: NormalFlowLimit::Both,
            surcharge: Surcharge::Extran,
            variable_step: 0.0,
            lengthening_step_s: 0.0,
            minimum_step_s: 0.5,
            min_surface_area: 0.0,
            min_slope_pct: 0.0,
            max_trials: 0,
            head_tolerance: 0.0,
            threads: 0,
            temp_dir: None,
        }
    }
}

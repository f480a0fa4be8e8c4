//! Methods, steps and tolerances of a run.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! appendix D, section OPTIONS.

use serde::{Deserialize, Serialize};

use crate::units::M_PER_FT;

/// How flow is routed through the links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Routing {
    /// Flow passes at once, translated; no storage in conduits.
    Steady,
    /// Kinematic wave, on tree-like networks.
    Kinematic,
    /// Full de Saint-Venant equations.
    #[default]
    Dynamic,
}

/// Which scheme solves the dynamic wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Scheme {
    /// Semi-implicit heads by one sparse system, nested Newton: always converges, conserves mass to round-off.
    #[default]
    Implicit,
    /// SWMM 5.2's explicit links with Picard iteration over nodes.
    Picard,
}

/// What the momentum equation keeps of inertia near critical flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum InertialDamping {
    /// All inertia kept.
    None,
    /// Fades between Froude numbers 0.5 and 1.
    #[default]
    Partial,
    /// No inertia.
    Full,
}

/// Which test limits flow to its normal value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum NormalFlowLimit {
    /// No limit.
    Neither,
    /// Water surface flatter than the conduit.
    Slope,
    /// Supercritical at the upstream end.
    Froude,
    /// Either of both.
    #[default]
    Both,
}

/// How a surcharged node finds its head in the Picard scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Surcharge {
    /// EXTRAN's point iteration on the sum of dQ/dH.
    #[default]
    Extran,
    /// Preissmann slot (Sjöberg's form).
    Slot,
}

/// Which formula gives the friction of a full force main.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ForceMainFriction {
    /// Hazen–Williams; the conduit's roughness is C.
    #[default]
    HazenWilliams,
    /// Darcy–Weisbach; the conduit's roughness is a height [m].
    DarcyWeisbach,
}

/// Which known defects of SWMM 5.2.4 are reproduced. All `false` = corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Defects {
    /// A FREE or NORMAL outfall has depth 0 when its link has an offset (USEPA issue 154).
    pub outfall_offset_depth_zero: bool,
    /// Depth and volume of closed storage under EXTRAN surcharge drift apart (USEPA issue 210).
    pub closed_storage_volume: bool,
    /// The remaining known ones, each described where it is reproduced.
    pub others: bool,
}

impl Defects {
    /// Everything as SWMM 5.2.4 does it.
    pub const SWMM_5_2: Self = Self { outfall_offset_depth_zero: true, closed_storage_volume: true, others: true };
}

/// Methods, steps and tolerances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// How flow is routed.
    pub routing: Routing,
    /// Which scheme solves the dynamic wave.
    pub scheme: Scheme,
    /// Defects of SWMM that are reproduced.
    pub defects: Defects,
    /// Whether nodes with a ponded area keep what floods them.
    pub allow_ponding: bool,
    /// Inertia near critical flow.
    pub inertial_damping: InertialDamping,
    /// Normal-flow limit.
    pub normal_flow_limit: NormalFlowLimit,
    /// Surcharge method of the Picard scheme.
    pub surcharge: Surcharge,
    /// Friction of full force mains.
    pub force_main: ForceMainFriction,
    /// Whether SWMM skips routing in steady periods, with its two tolerances [–]: system flow, lateral inflow.
    pub skip_steady: Option<(f64, f64)>,
    /// Which processes are left out.
    pub ignore: Ignore,
    /// Step of runoff while it rains or water stands [s].
    pub wet_step_s: f64,
    /// Step of runoff in dry weather [s].
    pub dry_step_s: f64,
    /// Largest routing step [s].
    pub routing_step_s: f64,
    /// Courant factor of the variable step; 0 = fixed step [–].
    pub courant_factor: f64,
    /// Smallest routing step [s].
    pub min_step_s: f64,
    /// Step by which short conduits are lengthened; 0 = none [s].
    pub lengthening_step_s: f64,
    /// Step at which control rules are evaluated; 0 = every routing step [s].
    pub rule_step_s: f64,
    /// Picard trials at most.
    pub max_trials: u32,
    /// Picard tolerance of head [m].
    pub head_tolerance_m: f64,
    /// Smallest surface area of a node [m²].
    pub min_surface_area_m2: f64,
    /// Smallest conduit slope [–].
    pub min_slope: f64,
    /// Days without rain before the start [d].
    pub dry_days: f64,
    /// Duration of the run [s].
    pub duration_s: f64,
    /// First instant of reports since the start [s].
    pub report_start_s: f64,
    /// Step of reports [s].
    pub report_step_s: f64,
    /// Street sweeping season, first and last day of the year (1..366).
    pub sweeping_season: (u16, u16),
    /// Periods in which hydraulics are solved; empty = always [s since the start].
    pub events: Vec<(f64, f64)>,
}

/// Which processes a run leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ignore {
    /// No rain and runoff.
    pub rainfall: bool,
    /// No snow melt.
    pub snowmelt: bool,
    /// No groundwater.
    pub groundwater: bool,
    /// No rain-derived infiltration and inflow.
    pub rdii: bool,
    /// No routing.
    pub routing: bool,
    /// No water quality.
    pub quality: bool,
}

impl Default for Options {
    /// SWMM's defaults.
    fn default() -> Self {
        Self {
            routing: Routing::default(),
            scheme: Scheme::default(),
            defects: Defects::default(),
            allow_ponding: false,
            inertial_damping: InertialDamping::default(),
            normal_flow_limit: NormalFlowLimit::default(),
            surcharge: Surcharge::default(),
            force_main: ForceMainFriction::default(),
            skip_steady: None,
            ignore: Ignore::default(),
            wet_step_s: 300.0,
            dry_step_s: 3600.0,
            routing_step_s: 20.0,
            courant_factor: 0.0,
            min_step_s: 0.5,
            lengthening_step_s: 0.0,
            rule_step_s: 0.0,
            max_trials: 8,
            head_tolerance_m: 0.005 * M_PER_FT,
            min_surface_area_m2: 12.566 * M_PER_FT * M_PER_FT,
            min_slope: 0.0,
            dry_days: 0.0,
            duration_s: 0.0,
            report_start_s: 0.0,
            report_step_s: 900.0,
            sweeping_season: (1, 366),
            events: Vec::new(),
        }
    }
}

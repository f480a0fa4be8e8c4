//! The description of a water network: plain data in SI, as a reader or a generator fills it.
//!
//! Order matters and is kept: nodes are junctions first, then reservoirs and tanks in the order given; links stand in
//! the order given. [`super::WaterSolver::new`] checks the description and refuses what has no answer.

use serde::{Deserialize, Serialize};

macro_rules! index {
    ($($name:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);
        impl $name {
            /// As a position in a vector.
            #[must_use]
            pub const fn at(self) -> usize { self.0 as usize }
            /// From a position in a vector.
            ///
            /// # Panics
            /// Beyond `u32::MAX` elements.
            #[must_use]
            pub fn new(at: usize) -> Self { Self(u32::try_from(at).expect("more than u32::MAX elements")) }
        }
    )*};
}
index! {
    NodeIx "Position of a node in [`WaterModel::nodes`].";
    LinkIx "Position of a link in [`WaterModel::links`].";
    PatternIx "Position of a pattern in [`WaterModel::patterns`].";
    CurveIx "Position of a curve in [`WaterModel::curves`].";
}

/// A complete network.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WaterModel {
    /// Junctions first, then reservoirs and tanks.
    pub nodes: Vec<Node>,
    /// Pipes, pumps and valves.
    pub links: Vec<Link>,
    /// Multipliers over time.
    pub patterns: Vec<Pattern>,
    /// Pump, volume, head-loss and efficiency curves.
    pub curves: Vec<Curve>,
    /// Simple controls, in file order (a later one wins at one instant).
    pub controls: Vec<Control>,
    /// Laws and tolerances.
    pub options: HydraulicOptions,
    /// Clock of the model.
    pub times: Times,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Name given by its owner.
    pub id: String,
    /// Elevation of a junction, bottom of a tank; a reservoir's head [m].
    pub elevation_m: f64,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum NodeKind {
    /// A junction of pipes with its demand.
    Junction(Junction),
    /// A source of fixed or patterned head, never empty.
    Reservoir(Reservoir),
    /// A tank with a free surface.
    Tank(Tank),
}

/// Demand of a junction.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Junction {
    /// Categories; their products with patterns and the global multiplier are summed.
    pub demands: Vec<DemandCategory>,
    /// Emitter coefficient, flow at 1 m of pressure head [m³·s⁻¹·m⁻ⁿ], n = [`HydraulicOptions::emitter_exponent`].
    pub emitter_coefficient: f64,
}

/// One kind of use at a junction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemandCategory {
    /// Base demand; negative is an inflow [m³·s⁻¹].
    pub base_m3s: f64,
    /// Multipliers over time; `None` = constant.
    pub pattern: Option<PatternIx>,
    /// Name of the category, may be empty.
    pub name: String,
}

/// A reservoir: its head is the node's elevation times its pattern.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reservoir {
    /// Multipliers of the head over time.
    pub pattern: Option<PatternIx>,
}

/// A tank. Levels are above its bottom, the node's elevation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tank {
    /// Level at the start [m].
    pub level_init_m: f64,
    /// Lowest usable level [m].
    pub level_min_m: f64,
    /// Highest level [m].
    pub level_max_m: f64,
    /// Diameter where there is no volume curve; 0 with a curve is legal [m].
    pub diameter_m: f64,
    /// Volume at the lowest level; 0 = that of the cylinder below it [m³].
    pub volume_min_m3: f64,
    /// Volume over level [m → m³].
    pub volume_curve: Option<CurveIx>,
    /// Whether a full tank spills instead of closing its inlets.
    pub can_overflow: bool,
}

/// A link from one node to another; positive flow runs that way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Name given by its owner.
    pub id: String,
    /// First node.
    pub from: NodeIx,
    /// Second node.
    pub to: NodeIx,
    /// Status at the start.
    pub status: Status,
    /// What it is.
    pub kind: LinkKind,
}

/// Status of a link as its owner or a control sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// No flow.
    Closed,
    /// Fully open, whatever its setting (a valve), or running (a pump).
    Open,
    /// Following its setting (control valves).
    Active,
}

/// What a link is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LinkKind {
    /// A pipe.
    Pipe(Pipe),
    /// A pump.
    Pump(Pump),
    /// A control valve.
    Valve(Valve),
}

/// A pipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pipe {
    /// Length [m].
    pub length_m: f64,
    /// Inner diameter [m].
    pub diameter_m: f64,
    /// Roughness: Hazen–Williams C [–], Darcy–Weisbach wall roughness [m], or Manning's n [s·m⁻¹ᐟ³].
    pub roughness: f64,
    /// Minor-loss coefficient on the velocity head [–].
    pub minor_k: f64,
    /// Whether a check valve lets flow run only from first to second node.
    pub check_valve: bool,
}

/// A pump lifting from first to second node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// Head over flow, or power.
    pub law: PumpLaw,
    /// Relative speed at the start [–].
    pub speed: f64,
    /// Relative speed over time.
    pub speed_pattern: Option<PatternIx>,
}

/// How a pump's head follows its flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PumpLaw {
    /// A curve of head [m] over flow [m³·s⁻¹]. One point (q, h): `4/3·h` at no flow, 0 at `2·q`, parabola. Three points
    /// that start at no flow: a power function through them. Otherwise straight lines between the points.
    Head(CurveIx),
    /// Constant hydraulic power given to the water [W].
    Power(f64),
}

/// A control valve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Valve {
    /// Which law it follows.
    pub kind: ValveKind,
    /// Diameter [m].
    pub diameter_m: f64,
    /// Pressure head held [m] (PRV, PSV), drop [m] (PBV), flow [m³·s⁻¹] (FCV), loss coefficient [–] (TCV),
    /// percent open (PCV), unused (GPV).
    pub setting: f64,
    /// Minor-loss coefficient when fully open [–].
    pub minor_k: f64,
    /// Head loss over flow (GPV) or loss ratio over opening (PCV).
    pub curve: Option<CurveIx>,
}

/// Kinds of control valve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValveKind {
    /// Pressure reducing: holds the pressure downstream.
    Prv,
    /// Pressure sustaining: holds the pressure upstream.
    Psv,
    /// Pressure breaker: forces a drop.
    Pbv,
    /// Flow control.
    Fcv,
    /// Throttle control: a loss coefficient.
    Tcv,
    /// General purpose: a head-loss curve.
    Gpv,
    /// Positional: a percentage open.
    Pcv,
}

/// Multipliers, one per pattern step, repeated for ever. Empty means 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// Name.
    pub id: String,
    /// Multipliers [–].
    pub factors: Vec<f64>,
}

/// Points of a curve, in SI, x strictly increasing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Name.
    pub id: String,
    /// Points.
    pub points: Vec<(f64, f64)>,
}

/// A simple control: one link, one action, one trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// The link acted on.
    pub link: LinkIx,
    /// What is done.
    pub action: ControlAction,
    /// When.
    pub trigger: Trigger,
}

/// What a control does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum ControlAction {
    /// Opens the link; a pump runs at its speed of the model.
    Open,
    /// Closes it.
    Close,
    /// Sets a valve's setting or a pump's speed (SI as [`Valve::setting`]); a speed of 0 closes the pump, any other
    /// opens it; a valve becomes active.
    Setting(f64),
}

/// When a control acts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Trigger {
    /// Pressure head of a junction, or level of a tank, at or below [m].
    Below(NodeIx, f64),
    /// At or above [m].
    Above(NodeIx, f64),
    /// At a model time since the start [s].
    Time(f64),
    /// At a time of day [s since midnight].
    ClockTime(f64),
}

/// Head-loss law of all pipes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum HeadLossLaw {
    /// Hazen–Williams.
    #[default]
    HazenWilliams,
    /// Darcy–Weisbach with laminar, transition and Swamee–Jain friction.
    DarcyWeisbach,
    /// Chézy–Manning for full pipes.
    ChezyManning,
}

/// How demand answers to pressure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
pub enum DemandModel {
    /// Always delivered in full.
    #[default]
    DemandDriven,
    /// Wagner's law: nothing at or below `min_m`, all at or above `required_m`, a power `exponent` between.
    PressureDriven {
        /// Pressure head of no delivery [m].
        min_m: f64,
        /// Pressure head of full delivery [m].
        required_m: f64,
        /// Exponent [–].
        exponent: f64,
    },
}

/// What happens when the iteration limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unbalanced {
    /// The run fails.
    Stop,
    /// This many more trials with statuses frozen, then the answer is judged by its residuals.
    Continue(u32),
}

/// How tank levels are advanced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum TankScheme {
    /// Explicit Euler, events on whole seconds: EPANET's way.
    #[default]
    Euler,
    /// Heun's method, second order; events at their instant.
    Heun,
}

/// Laws and tolerances of the hydraulic solution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HydraulicOptions {
    /// Law of all pipes.
    pub head_loss: HeadLossLaw,
    /// Demand against pressure.
    pub demand_model: DemandModel,
    /// Multiplies every demand [–].
    pub demand_multiplier: f64,
    /// Exponent of emitters [–].
    pub emitter_exponent: f64,
    /// Whether an emitter may take water in when its pressure is negative.
    pub emitter_backflow: bool,
    /// Kinematic viscosity [m²·s⁻¹].
    pub viscosity_m2s: f64,
    /// Specific gravity of the liquid [–].
    pub specific_gravity: f64,
    /// Iterate until Σ|Δq| / Σ|q| is at or below this [–].
    pub accuracy: f64,
    /// and no link's head loss is off by more than this [m]; 0 = not asked.
    pub head_error_m: f64,
    /// and no flow changes by more than this [m³·s⁻¹]; 0 = not asked.
    pub flow_change_m3s: f64,
    /// Iterations before giving up.
    pub trials: u32,
    /// Iterations between checks of pumps, check valves and links to tanks.
    pub check_frequency: u32,
    /// Last iteration with such checks.
    pub max_check: u32,
    /// Accuracy at which damping and valve checks begin; 0 = from the start, undamped.
    pub damp_limit: f64,
    /// What to do at the limit.
    pub unbalanced: Unbalanced,
    /// How tank levels are advanced.
    pub tank_scheme: TankScheme,
    /// Flow a closed link between two supplied nodes lets through per head between its ends, 0 and more [m²·s⁻¹]. 0 =
    /// it is tight; [`EPANET_SEEPAGE_M2S`] gives EPANET's answers, 5 litres a day back through a pump at rest against
    /// 60 m: little, but a tank's event may fall on another second by it.
    pub closed_seepage_m2s: f64,
}

/// What EPANET's closed links let through: 1e-8 ft³·s⁻¹ per foot of head [m²·s⁻¹].
///
/// *Source:* EPANET 2.3, `hydcoeffs.c`, the constant `CBIG`.
pub const EPANET_SEEPAGE_M2S: f64 = 1e-8 * crate::units::M_PER_FT * crate::units::M_PER_FT;

impl Default for HydraulicOptions {
    fn default() -> Self {
        Self {
            head_loss: HeadLossLaw::default(),
            demand_model: DemandModel::default(),
            demand_multiplier: 1.0,
            emitter_exponent: 0.5,
            emitter_backflow: true,
            viscosity_m2s: crate::constants::WATER_VISCOSITY_M2S,
            specific_gravity: 1.0,
            accuracy: 1e-6,
            head_error_m: 1e-4,
            flow_change_m3s: 0.0,
            trials: 200,
            check_frequency: 2,
            max_check: 10,
            damp_limit: 0.0,
            unbalanced: Unbalanced::Continue(10),
            tank_scheme: TankScheme::default(),
            closed_seepage_m2s: 0.0,
        }
    }
}

/// Clock of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Length of the run; 0 = a single instant [s].
    pub duration_s: f64,
    /// Longest hydraulic step [s].
    pub hydraulic_step_s: f64,
    /// Length of one pattern entry [s].
    pub pattern_step_s: f64,
    /// Time into the patterns at the start [s].
    pub pattern_start_s: f64,
    /// Time between reported results [s].
    pub report_step_s: f64,
    /// First reported time [s].
    pub report_start_s: f64,
    /// Time of day at the start [s since midnight].
    pub start_clock_s: f64,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            duration_s: 0.0,
            hydraulic_step_s: 3600.0,
            pattern_step_s: 3600.0,
            pattern_start_s: 0.0,
            report_step_s: 3600.0,
            report_start_s: 0.0,
            start_clock_s: 0.0,
        }
    }
}

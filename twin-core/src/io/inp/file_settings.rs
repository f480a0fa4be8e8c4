//! The rest of what an `.inp` file says: energy, emitters, leakage, quality, clock, report, options.

use serde::{Deserialize, Serialize};
use twin_physics::domains::water::HeadLossLaw;

use super::file::{Line, Row};
use super::units::{FlowUnits, PressureUnits};

/// `[ENERGY]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Energy {
    /// Price per kWh.
    pub price: f64,
    /// Price pattern.
    pub pattern: Option<String>,
    /// Efficiency of pumps without a curve [%].
    pub efficiency: f64,
    /// Charge per peak kW.
    pub demand_charge: f64,
    /// Rows of single pumps.
    pub pumps: Vec<Row<PumpEnergy>>,
}

impl Default for Energy {
    fn default() -> Self {
        Self { price: 0.0, pattern: None, efficiency: 75.0, demand_charge: 0.0, pumps: Vec::new() }
    }
}

/// Energy data of one pump.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PumpEnergy {
    /// The pump.
    pub pump: String,
    /// What is given.
    pub what: PumpEnergyWhat,
}

/// What an energy row of a pump gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PumpEnergyWhat {
    /// Price per kWh.
    Price(f64),
    /// Price pattern.
    Pattern(String),
    /// Efficiency curve.
    Efficiency(String),
}

/// An emitter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Emitter {
    /// Junction.
    pub junction: String,
    /// Flow at a pressure of 1.
    pub coefficient: f64,
}

/// FAVAD leakage of a pipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leakage {
    /// Pipe.
    pub pipe: String,
    /// Leak area [mm² per 100 units of length].
    pub area: f64,
    /// Its growth with pressure head [mm² per unit of head].
    pub expansion: f64,
}

/// Initial quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InitialQuality {
    /// Node, or first of a range.
    pub node: String,
    /// Last of a range.
    pub last: Option<String>,
    /// Value.
    pub value: f64,
}

/// A quality source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Node.
    pub node: String,
    /// Kind.
    pub kind: SourceKind,
    /// Strength.
    pub strength: f64,
    /// Pattern.
    pub pattern: Option<String>,
}

/// Kinds of quality source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// Concentration of what enters.
    Concentration,
    /// Mass per minute.
    Mass,
    /// Concentration leaving is held at least at this.
    Setpoint,
    /// Added to the concentration.
    FlowPaced,
}

/// `[REACTIONS]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reactions {
    /// Order in the bulk of pipes.
    pub order_bulk: f64,
    /// Order in tanks.
    pub order_tank: f64,
    /// Order at walls, 0 or 1.
    pub order_wall: f64,
    /// Coefficient in the bulk.
    pub global_bulk: f64,
    /// Coefficient at walls.
    pub global_wall: f64,
    /// Limiting concentration.
    pub limiting: f64,
    /// Roughness correlation.
    pub roughness: f64,
    /// Rows of single pipes and tanks.
    pub rows: Vec<Row<Reaction>>,
}

impl Default for Reactions {
    fn default() -> Self {
        Self {
            order_bulk: 1.0,
            order_tank: 1.0,
            order_wall: 1.0,
            global_bulk: 0.0,
            global_wall: 0.0,
            limiting: 0.0,
            roughness: 0.0,
            rows: Vec::new(),
        }
    }
}

/// A reaction coefficient of single pipes or tanks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reaction {
    /// Which.
    pub kind: ReactionKind,
    /// Pipe or tank, or first of a range.
    pub id: String,
    /// Last of a range.
    pub last: Option<String>,
    /// Coefficient per day.
    pub coefficient: f64,
}

/// Where a reaction takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ReactionKind {
    Bulk,
    Wall,
    Tank,
}

/// Mixing model of a tank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mixing {
    /// Tank.
    pub tank: String,
    /// Model.
    pub model: MixingModel,
    /// Fraction of the mixed compartment (two compartments only).
    pub fraction: Option<f64>,
}

/// Mixing models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MixingModel {
    /// Complete mixing.
    Mixed,
    /// Two compartments.
    TwoCompartments,
    /// First in, first out.
    Fifo,
    /// Last in, first out.
    Lifo,
}

/// `[TIMES]`, whole seconds; `None` = not given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[allow(missing_docs)] // named as in the file
pub struct Times {
    pub duration_s: Option<i64>,
    pub hydraulic_step_s: Option<i64>,
    pub quality_step_s: Option<i64>,
    pub rule_step_s: Option<i64>,
    pub pattern_step_s: Option<i64>,
    pub pattern_start_s: Option<i64>,
    pub report_step_s: Option<i64>,
    pub report_start_s: Option<i64>,
    pub start_clock_s: Option<i64>,
    pub statistic: Statistic,
    /// Line of the hydraulic step, for messages.
    pub line: Line,
}

/// Statistic over the reported times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Statistic {
    #[default]
    None,
    Average,
    Minimum,
    Maximum,
    Range,
}

/// `[REPORT]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Lines per page; 0 = no pages.
    pub page: u32,
    /// Hydraulic status lines.
    pub status: StatusReport,
    /// Summary table.
    pub summary: bool,
    /// Warnings.
    pub messages: bool,
    /// Energy table.
    pub energy: bool,
    /// Nodes shown.
    pub nodes: Selection,
    /// Links shown.
    pub links: Selection,
    /// Another file for the tables.
    pub file: Option<String>,
    /// Rows about single variables, in order.
    pub fields: Vec<Row<Field>>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            page: 0,
            status: StatusReport::No,
            summary: true,
            messages: true,
            energy: false,
            nodes: Selection::None,
            links: Selection::None,
            file: None,
            fields: Vec::new(),
        }
    }
}

/// How much is reported of statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatusReport {
    /// Nothing.
    No,
    /// Changes.
    Yes,
    /// Changes and each trial.
    Full,
}

/// Which nodes or links are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selection {
    /// None.
    None,
    /// All.
    All,
    /// These.
    Some(Vec<String>),
}

/// A row about one report variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The variable, as EPANET spells it.
    pub variable: String,
    /// What is asked.
    pub rule: FieldRule,
}

/// What is asked of a report variable.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum FieldRule {
    /// Shown or not.
    Show(bool),
    /// Only values below.
    Below(f64),
    /// Only values above.
    Above(f64),
    /// Decimals.
    Precision(u32),
}

/// `[OPTIONS]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Flow units.
    pub units: FlowUnits,
    /// Pressure units; `None` = those of the unit system.
    pub pressure: Option<PressureUnits>,
    /// Head-loss law.
    pub head_loss: HeadLossLaw,
    /// Hydraulics file: whether it is used (else saved), and its name.
    pub hydraulics: Option<(bool, String)>,
    /// Quality analysis.
    pub quality: QualityOption,
    /// Map file.
    pub map: Option<String>,
    /// Viscosity: a multiple of 1.1e-5 ft²/s if above 1e-3, else itself.
    pub viscosity: Option<f64>,
    /// Diffusivity, likewise.
    pub diffusivity: Option<f64>,
    /// Specific gravity.
    pub specific_gravity: f64,
    /// Trials.
    pub trials: u32,
    /// Accuracy, as written (EPANET keeps it within 1e-5 … 0.1).
    pub accuracy: f64,
    /// Head error limit.
    pub head_error: f64,
    /// Flow change limit.
    pub flow_change: f64,
    /// More trials when unbalanced; `None` = stop.
    pub unbalanced_continue: Option<u32>,
    /// Default demand pattern; not given, it is `1`.
    pub pattern: Option<String>,
    /// Demand multiplier.
    pub demand_multiplier: f64,
    /// Whether demand follows pressure.
    pub pressure_driven: bool,
    /// Pressure of no delivery.
    pub minimum_pressure: f64,
    /// Pressure of full delivery; not given, 0.1 above the minimum.
    pub required_pressure: Option<f64>,
    /// Exponent of pressure-driven demand.
    pub pressure_exponent: f64,
    /// Exponent of emitters.
    pub emitter_exponent: f64,
    /// Whether emitters may take water in.
    pub emitter_backflow: bool,
    /// Quality tolerance.
    pub tolerance: Option<f64>,
    /// Trials between status checks.
    pub check_frequency: u32,
    /// Last trial with status checks.
    pub max_check: u32,
    /// Accuracy at which damping begins.
    pub damp_limit: f64,
    /// `HTOL`, `QTOL`, `RQTOL`: internal to EPANET's solver.
    pub internal_tolerances: [Option<f64>; 3],
    /// Lines for messages: pressure, default pattern, accuracy, quality, hydraulics, internal tolerances.
    pub lines: [Line; 6],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            units: FlowUnits::Gpm,
            pressure: None,
            head_loss: HeadLossLaw::HazenWilliams,
            hydraulics: None,
            quality: QualityOption::None,
            map: None,
            viscosity: None,
            diffusivity: None,
            specific_gravity: 1.0,
            trials: 200,
            accuracy: 1e-3,
            head_error: 0.0,
            flow_change: 0.0,
            unbalanced_continue: None,
            pattern: None,
            demand_multiplier: 1.0,
            pressure_driven: false,
            minimum_pressure: 0.0,
            required_pressure: None,
            pressure_exponent: 0.5,
            emitter_exponent: 0.5,
            emitter_backflow: true,
            tolerance: None,
            check_frequency: 2,
            max_check: 10,
            damp_limit: 0.0,
            internal_tolerances: [None; 3],
            lines: [Line(0); 6],
        }
    }
}

/// Which quality analysis is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum QualityOption {
    /// None.
    #[default]
    None,
    /// A chemical, its name and mass units.
    Chemical(String, String),
    /// Age of the water.
    Age,
    /// Share of the water from this node.
    Trace(String),
}

//! What an `.inp` file says, as typed values in the file's own units, with the line each row came from.

use std::ops::Deref;

use serde::{Deserialize, Serialize};
use twin_physics::domains::water::{HeadLossLaw, ValveKind};

use super::section::Section;
use super::units::{FlowUnits, PressureUnits};

/// Line of the source, 1-based; 0 = none. Where a row stood is no part of what it says: all lines are equal.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line(pub u32);

impl PartialEq for Line {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A row with its owner's note (text after `;`) and its line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row<T> {
    /// What the row says.
    pub value: T,
    /// Text after `;`, trimmed, may be empty.
    pub comment: String,
    /// Where it stood.
    pub line: Line,
}

impl<T> Deref for Row<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// A whole file. Numbers are in the file's units; ids are as written, case included.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InpFile {
    /// The file as the user named it.
    pub name: String,
    /// Lines of the title.
    pub title: Vec<String>,
    /// Junctions in file order.
    pub junctions: Vec<Row<Junction>>,
    /// Reservoirs and tanks in file order; as nodes they come after all junctions.
    pub storages: Vec<Row<Storage>>,
    /// Pipes, pumps and valves in order of appearance.
    pub links: Vec<Row<Link>>,
    /// Labels of nodes and links.
    pub tags: Vec<Row<Tag>>,
    /// Demand categories; the first of a junction replaces its own demand.
    pub demands: Vec<Row<Demand>>,
    /// Initial statuses and settings.
    pub statuses: Vec<Row<InitialStatus>>,
    /// Patterns.
    pub patterns: Vec<Row<Pattern>>,
    /// Curves.
    pub curves: Vec<Row<Curve>>,
    /// Simple controls.
    pub controls: Vec<Row<Control>>,
    /// Rule-based controls.
    pub rules: Vec<Row<Rule>>,
    /// Energy prices and efficiencies.
    pub energy: Energy,
    /// Emitters.
    pub emitters: Vec<Row<Emitter>>,
    /// FAVAD leakage of pipes (EPANET 2.3).
    pub leakage: Vec<Row<Leakage>>,
    /// Initial quality.
    pub quality: Vec<Row<InitialQuality>>,
    /// Quality sources.
    pub sources: Vec<Row<Source>>,
    /// Reaction orders and coefficients.
    pub reactions: Reactions,
    /// Mixing models of tanks.
    pub mixing: Vec<Row<Mixing>>,
    /// Clock.
    pub times: Times,
    /// What a report shows.
    pub report: Report,
    /// Options.
    pub options: Options,
    /// Node positions.
    pub coordinates: Vec<Row<Point>>,
    /// Bends of links, in order along each link.
    pub vertices: Vec<Row<Point>>,
    /// Texts on the map.
    pub labels: Vec<Row<Label>>,
    /// Rows of the backdrop section, token by token.
    pub backdrop: Vec<Row<Vec<String>>>,
    /// Full-line comments, by section (those above a curve or pattern stand with it).
    pub notes: Vec<Note>,
}

/// A full-line comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The section it stands in; `None` = before the first.
    pub section: Option<Section>,
    /// Text after `;`, trimmed.
    pub text: String,
    /// Where it stood.
    pub line: Line,
}

/// A junction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Junction {
    /// Id.
    pub id: String,
    /// Elevation.
    pub elevation: f64,
    /// Base demand; `None` = not given, 0.
    pub demand: Option<f64>,
    /// Demand pattern.
    pub pattern: Option<String>,
}

/// A reservoir or tank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Storage {
    /// Id.
    pub id: String,
    /// Head of a reservoir, bottom elevation of a tank.
    pub elevation: f64,
    /// What it is.
    pub kind: StorageKind,
}

/// Reservoir or tank. A row of two or three fields is a reservoir in whichever section it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum StorageKind {
    /// A reservoir with its head pattern.
    Reservoir(Option<String>),
    /// A tank.
    Tank(Tank),
}

/// A tank; levels are above its bottom.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tank {
    /// Level at the start.
    pub level_init: f64,
    /// Lowest level.
    pub level_min: f64,
    /// Highest level.
    pub level_max: f64,
    /// Diameter.
    pub diameter: f64,
    /// Volume at the lowest level; 0 = that of the cylinder.
    pub volume_min: f64,
    /// Volume curve.
    pub volume_curve: Option<String>,
    /// Whether it may overflow.
    pub overflow: bool,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Id.
    pub id: String,
    /// First node.
    pub from: String,
    /// Second node.
    pub to: String,
    /// What it is.
    pub kind: LinkKind,
}

/// Pipe, pump or valve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LinkKind {
    /// A pipe.
    Pipe(Pipe),
    /// A pump.
    Pump(Pump),
    /// A valve.
    Valve(Valve),
}

/// A pipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pipe {
    /// Length.
    pub length: f64,
    /// Diameter.
    pub diameter: f64,
    /// Roughness, by the head-loss law.
    pub roughness: f64,
    /// Minor-loss coefficient.
    pub minor: f64,
    /// Status at the start.
    pub status: PipeStatus,
}

/// Status column of a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PipeStatus {
    /// Open.
    #[default]
    Open,
    /// Closed.
    Closed,
    /// Has a check valve.
    CheckValve,
}

/// A pump.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Pump {
    /// Head curve.
    pub head_curve: Option<String>,
    /// Constant power; prevails over a head curve.
    pub power: Option<f64>,
    /// Relative speed.
    pub speed: Option<f64>,
    /// Speed pattern.
    pub pattern: Option<String>,
    /// EPANET 1 form: `power`, `h q`, or `h0 h1 q1 h2 q2`; empty otherwise.
    pub old_form: Vec<f64>,
}

/// A valve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Valve {
    /// Law.
    pub kind: ValveKind,
    /// Diameter.
    pub diameter: f64,
    /// Setting; 0 for a GPV.
    pub setting: f64,
    /// Minor-loss coefficient.
    pub minor: f64,
    /// Head-loss curve (GPV) or loss curve (PCV).
    pub curve: Option<String>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// Whether it is a link's (else a node's).
    pub link: bool,
    /// Id.
    pub id: String,
    /// Text.
    pub text: String,
}

/// A demand category; its name is the row's comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    /// Junction.
    pub junction: String,
    /// Base demand.
    pub base: f64,
    /// Pattern.
    pub pattern: Option<String>,
}

/// A row of `[STATUS]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InitialStatus {
    /// Link, or first of a range.
    pub link: String,
    /// Last of a range of ids, by number if both are numbers, else by letters.
    pub last: Option<String>,
    /// Status or setting.
    pub set: Set,
}

/// What a status row or a control sets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Set {
    /// Opens.
    Open,
    /// Closes.
    Closed,
    /// Speed of a pump, setting of a valve.
    Value(f64),
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// Id.
    pub id: String,
    /// Multipliers.
    pub factors: Vec<f64>,
    /// Full-line comments right above it.
    pub description: Vec<String>,
}

/// A curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Id.
    pub id: String,
    /// Points.
    pub points: Vec<(f64, f64)>,
    /// Full-line comments right above it.
    pub description: Vec<String>,
}

/// A simple control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// The link.
    pub link: String,
    /// What is set.
    pub set: Set,
    /// When.
    pub when: When,
}

/// When a simple control acts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum When {
    /// Pressure of a junction or level of a tank below.
    Below(String, f64),
    /// … above.
    Above(String, f64),
    /// Time since the start [s].
    Time(i64),
    /// Time of day [s].
    ClockTime(i64),
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Id.
    pub id: String,
    /// Premises, then actions.
    pub clauses: Vec<Clause>,
    /// Priority; the higher wins.
    pub priority: Option<f64>,
}

/// A clause of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// Its first word.
    pub word: ClauseWord,
    /// `NODE`, `TANK`, `PUMP`, … or `SYSTEM`, upper case.
    pub object: String,
    /// Id of the object; empty for `SYSTEM`.
    pub id: String,
    /// `LEVEL`, `STATUS`, `CLOCKTIME`, …, upper case.
    pub variable: String,
    /// `=`, `<>`, `<`, `<=`, `>`, `>=` (words such as `IS` or `BELOW` are turned into them).
    pub relation: String,
    /// A number, a status, or a time.
    pub value: ClauseValue,
    /// Where it stood.
    pub line: Line,
}

/// First word of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ClauseWord {
    If,
    And,
    Or,
    Then,
    Else,
}

/// Value of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum ClauseValue {
    /// A number, in the file's units.
    Number(f64),
    /// Open.
    Open,
    /// Closed.
    Closed,
    /// Active.
    Active,
    /// A time or time of day [s].
    Seconds(i64),
}

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

/// A position of a node, or a bend of a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Node or link.
    pub id: String,
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
}

/// A text on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
    /// Text.
    pub text: String,
    /// Node it is anchored to.
    pub anchor: Option<String>,
}

impl InpFile {
    /// Ids of all nodes, in EPANET's order: junctions, then reservoirs and tanks as they stand in the file.
    pub fn node_ids(&self) -> impl Iterator<Item = &str> {
        self.junctions.iter().map(|j| j.id.as_str()).chain(self.storages.iter().map(|s| s.id.as_str()))
    }

    /// Ids of all links, in order of appearance.
    pub fn link_ids(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|l| l.id.as_str())
    }

    /// Position of a node, if the file gives one.
    #[must_use]
    pub fn coordinates_of(&self, node: &str) -> Option<(f64, f64)> {
        self.coordinates.iter().rev().find(|p| p.id == node).map(|p| (p.x, p.y))
    }

    /// Bends of a link from its first node to its second.
    #[must_use]
    pub fn vertices_of(&self, link: &str) -> Vec<(f64, f64)> {
        self.vertices.iter().filter(|p| p.id == link).map(|p| (p.x, p.y)).collect()
    }

    /// Tag of a node.
    #[must_use]
    pub fn node_tag(&self, node: &str) -> Option<&str> {
        self.tags.iter().rev().find(|t| !t.link && t.id == node).map(|t| t.text.as_str())
    }

    /// Tag of a link.
    #[must_use]
    pub fn link_tag(&self, link: &str) -> Option<&str> {
        self.tags.iter().rev().find(|t| t.link && t.id == link).map(|t| t.text.as_str())
    }
}

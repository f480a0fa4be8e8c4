//! What an `.inp` file says, as typed values in the file's own units, with the line each row came from.

use std::ops::Deref;

use serde::{Deserialize, Serialize};
use twin_physics::domains::water::ValveKind;

pub use super::file_settings::{
    Emitter, Energy, Field, FieldRule, InitialQuality, Leakage, Mixing, MixingModel, Options, PumpEnergy,
    PumpEnergyWhat, QualityOption, Reaction, ReactionKind, Reactions, Report, Selection, Source, SourceKind, Statistic,
    StatusReport, Times,
};
use super::section::Section;

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

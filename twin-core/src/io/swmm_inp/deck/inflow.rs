//! Inflows, patterns, RDII, unit hydrographs.

use serde::{Deserialize, Serialize};

use super::{GageIx, NodeIx, PatternIx, PollutantIx, SeriesIx, UnitHydrographIx};

/// What flows in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Constituent {
    /// Water.
    Flow,
    /// A pollutant.
    Pollutant(PollutantIx),
}

/// How the inflow of a pollutant is given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum InflowForm {
    /// Flow: flow units.
    Flow,
    /// Concentration, in the pollutant's units, times the node's external flow.
    Concentration,
    /// Mass rate; the factor turns the file's unit into mass units of the pollutant per second.
    Mass(f64),
}

/// An external inflow: `scale · series(t) + baseline · pattern(t)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inflow {
    /// Node.
    pub node: NodeIx,
    /// What flows in.
    pub constituent: Constituent,
    /// Time series; `None` = `""` or `*`.
    pub series: Option<SeriesIx>,
    /// How it is given.
    pub form: InflowForm,
    /// Factor of the series.
    pub scale: f64,
    /// Baseline.
    pub baseline: f64,
    /// Pattern of the baseline.
    pub pattern: Option<PatternIx>,
}

/// Dry-weather inflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DryWeather {
    /// Node.
    pub node: NodeIx,
    /// What flows in.
    pub constituent: Constituent,
    /// Mean value.
    pub mean: f64,
    /// Up to four patterns, as written.
    pub patterns: [Option<PatternIx>; 4],
}

/// Kind of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatternKind {
    /// 12 factors.
    Monthly,
    /// 7 factors, Sunday first.
    Daily,
    /// 24 factors.
    Hourly,
    /// 24 factors for Saturday and Sunday.
    Weekend,
}

impl PatternKind {
    /// How many factors it has.
    #[must_use]
    pub const fn len(self) -> usize {
        match self {
            Self::Monthly => 12,
            Self::Daily => 7,
            Self::Hourly | Self::Weekend => 24,
        }
    }
    /// Never.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        false
    }
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: PatternKind,
    /// Factors as written; those that lack are 1.
    pub factors: Vec<f64>,
}

/// RDII at a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rdii {
    /// Node.
    pub node: NodeIx,
    /// Unit hydrographs.
    pub unit_hydrograph: UnitHydrographIx,
    /// Sewershed [ac or ha].
    pub area: f64,
}

/// A unit hydrograph group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitHydrograph {
    /// Id.
    pub id: String,
    /// Gauge.
    pub gage: Option<GageIx>,
    /// Rows as written, in order: a later one replaces an earlier for its months and term.
    pub responses: Vec<Response>,
}

/// Which of the three hydrographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseTerm {
    /// Short.
    Short,
    /// Medium.
    Medium,
    /// Long.
    Long,
}

/// A row of a unit hydrograph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// Month 1 to 12; `None` = all.
    pub month: Option<u8>,
    /// Which; a row of nine values (older files) is split into three.
    pub term: ResponseTerm,
    /// Share of rain.
    pub r: f64,
    /// Time to peak [h].
    pub t_h: f64,
    /// Recession over rise.
    pub k: f64,
    /// Most initial abstraction [in or mm].
    pub abstraction_max: f64,
    /// Recovery of abstraction [in/day or mm/day].
    pub abstraction_recovery: f64,
    /// Abstraction used at the start [in or mm].
    pub abstraction_initial: f64,
}

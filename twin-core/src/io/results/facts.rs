//! The facts of a run as plain data: all that the summary and the report need to know of a world.

use std::collections::BTreeMap;

use crate::cascade::CascadeRecord;
use crate::io::results::maps::MapLayer;
use crate::io::results::summary::{LedgerFigures, MetricFigures, SolverFigures, Summary, VariantFigures};

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both at once.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
    /// The same in both languages: a name, a number.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        let zh = text.into();
        Self { en: zh.clone(), zh }
    }
}

/// Which way of a metric is the good one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Better {
    /// Small values are good: customers without water. The worst is the largest.
    #[default]
    Lower,
    /// Large values are good: the lowest pressure. The worst is the smallest.
    Higher,
    /// Neither: shown without a judgement.
    Neither,
}

/// One metric or probe over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MetricSeries {
    /// Key in the summary and in `series/metrics.parquet`.
    pub name: String,
    /// What it means, in Chinese.
    pub title_zh: String,
    /// What it means, in English.
    pub title_en: String,
    /// SI unit as [`twin_physics::port::Quantity::unit`] writes it.
    pub unit: String,
    /// Seconds since the start, never decreasing.
    pub t_s: Vec<f64>,
    /// Value in SI at each `t_s`; not finite where there is none.
    pub value: Vec<f64>,
    /// Which way is good.
    pub better: Better,
}

impl MetricSeries {
    /// The samples that are finite, as (`t_s`, value).
    pub fn samples(&self) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
        self.t_s.iter().copied().zip(self.value.iter().copied()).filter(|(t, v)| t.is_finite() && v.is_finite())
    }
    /// Its figures.
    #[must_use]
    pub fn figures(&self) -> MetricFigures {
        MetricFigures::of(self)
    }
}

/// What a mark on the map stands for. Each has a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkerKind {
    /// A burst or break.
    Burst,
    /// A valve that was shut to isolate it.
    ShutValve,
    /// A node without supply.
    NoSupply,
    /// A pump that stopped or lost its power.
    PumpOff,
    /// A reservoir, tank or plant: where supply comes from.
    Source,
    /// An outfall of a drainage network.
    Outfall,
    /// A node from which water flooded.
    Flooded,
    /// A blocked conduit.
    Blocked,
}

/// A mark on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    /// What it stands for.
    pub kind: MarkerKind,
    /// Where, in the coordinates of the map.
    pub at: [f64; 2],
    /// The asset.
    pub id: String,
}

/// How a map is coloured.
#[derive(Debug, Clone, PartialEq)]
pub struct Paint {
    /// Key of the value among [`crate::io::results::MapFeature::values`].
    pub value: String,
    /// What it is, for the legend.
    pub title: Text,
    /// SI unit of the values and the limits.
    pub unit: String,
    /// Limits between classes in SI, worst first: `[0, 10, 14]` with `Better::Higher` makes `< 0`, `0–10`, `10–14` and
    /// a calm class above; with `Better::Lower`, `[4, 2]` makes `> 4`, `2–4` and a calm class below. At most 4 are
    /// used.
    pub limits: Vec<f64>,
    /// Which way is good.
    pub better: Better,
}

/// One way the story may go: the base case, doing nothing, another plan.
#[derive(Debug, Clone, Default)]
pub struct VariantFacts {
    /// Key, unique in its run.
    pub name: String,
    /// For people.
    pub title: Text,
    /// The cascade record in order.
    pub records: Vec<CascadeRecord>,
    /// Metrics, in the order in which they are to be shown; the first is the headline.
    pub metrics: Vec<MetricSeries>,
    /// Probes to be plotted.
    pub probes: Vec<MetricSeries>,
    /// Accounts by name.
    pub ledgers: BTreeMap<String, LedgerFigures>,
    /// How the solvers did.
    pub solver: SolverFigures,
    /// Hash of the last state.
    pub state_hash: String,
    /// The network with its values, if it has coordinates.
    pub map: Option<MapLayer>,
    /// How the map is coloured.
    pub paint: Option<Paint>,
    /// Marks on the map.
    pub markers: Vec<Marker>,
}

/// A whole run.
#[derive(Debug, Clone, Default)]
pub struct RunFacts {
    /// Name of the scenario.
    pub name: String,
    /// Its title for people.
    pub title: Text,
    /// What is supposed, in a sentence or two, may be empty.
    pub description: Text,
    /// The seed of all random streams.
    pub seed: u64,
    /// Local date and time of `t = 0`.
    pub start: jiff::civil::DateTime,
    /// How much of it was simulated [s].
    pub duration_s: f64,
    /// Whether the run came to its end.
    pub complete: bool,
    /// Variants; the first is the base case, all others are compared with it.
    pub variants: Vec<VariantFacts>,
    /// Names of assets for people, by the id the records use: `water/pipe/P12` → `DN500 main P12`.
    pub asset_titles: BTreeMap<String, Text>,
    /// Words for rules and effects that are the scenario's own, by the key the records use.
    pub rule_titles: BTreeMap<String, Text>,
    /// What was assumed: data not surveyed, defaults taken.
    pub assumptions: Vec<Text>,
    /// What the model leaves out.
    pub not_modelled: Vec<Text>,
    /// Processor time of the simulation [s].
    pub cpu_s: f64,
    /// Time on the wall [s].
    pub wall_s: f64,
}

impl RunFacts {
    /// The figures of the run, as `summary.json` holds them.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let figures = |v: &VariantFacts| VariantFigures {
            metrics: v.metrics.iter().map(|m| (m.name.clone(), m.figures())).collect(),
            state_hash: v.state_hash.clone(),
            ledgers: v.ledgers.clone(),
            solver: v.solver.clone(),
            events: v.records.len(),
        };
        let base = self.variants.first().map(figures).unwrap_or_default();
        Summary {
            name: self.name.clone(),
            seed: self.seed,
            complete: self.complete,
            duration_s: self.duration_s,
            start: self.start.to_string(),
            metrics: base.metrics,
            state_hash: base.state_hash,
            ledgers: base.ledgers,
            solver: base.solver,
            events: base.events,
            cpu_s: self.cpu_s,
            wall_s: self.wall_s,
            variants: self.variants.iter().map(|v| (v.name.clone(), figures(v))).collect(),
            ..Summary::default()
        }
    }
}

//! `summary.json`: the figures of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use twin_physics::ledger::Account;

use super::facts::MetricSeries;

/// The figures of one metric over a run. All in the SI unit of the metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricFigures {
    /// SI unit.
    pub unit: String,
    /// Largest value; none where no sample was finite.
    pub max: Option<f64>,
    /// When it was first reached [s].
    pub t_max_s: Option<f64>,
    /// Smallest value.
    pub min: Option<f64>,
    /// When it was first reached [s].
    pub t_min_s: Option<f64>,
    /// First value.
    pub first: Option<f64>,
    /// Last value.
    pub last: Option<f64>,
    /// Integral over time by the trapezoidal rule [unit·s]; for customers, customer-seconds.
    pub integral: Option<f64>,
}

impl MetricFigures {
    /// The figures of a series; samples that are not finite are left out, the integral bridges them.
    #[must_use]
    pub fn of(series: &MetricSeries) -> Self {
        let mut f = Self { unit: series.unit.clone(), ..Self::default() };
        let mut before: Option<(f64, f64)> = None;
        let mut integral = 0.0;
        for (t, v) in series.samples() {
            f.first = f.first.or(Some(v));
            if f.max.is_none_or(|m| v > m) {
                (f.max, f.t_max_s) = (Some(v), Some(t));
            }
            if f.min.is_none_or(|m| v < m) {
                (f.min, f.t_min_s) = (Some(v), Some(t));
            }
            if let Some((t0, v0)) = before {
                integral += 0.5 * (v + v0) * (t - t0);
            }
            before = Some((t, v));
            f.last = Some(v);
        }
        f.integral = f.last.and(Some(integral)).filter(|i| i.is_finite());
        f
    }
}

/// One account of a conserved quantity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LedgerFigures {
    /// What it is kept of: `water_volume`, `gas_mass`, `energy`, `count`.
    pub of: String,
    /// SI unit of all amounts.
    pub unit: String,
    /// All that entered since the start.
    #[serde(rename = "in", with = "super::clean")]
    pub entered: f64,
    /// All that left since the start.
    #[serde(rename = "out", with = "super::clean")]
    pub left: f64,
    /// Stored at the end.
    #[serde(with = "super::clean")]
    pub stored: f64,
    /// Stored at the start.
    #[serde(with = "super::clean")]
    pub stored_start: f64,
    /// What the bookings fail to explain, against the largest figure of the account [–].
    #[serde(with = "super::clean")]
    pub relative_residual: f64,
}

impl From<&Account> for LedgerFigures {
    fn from(account: &Account) -> Self {
        let of = serde_json::to_value(account.of).ok().and_then(|v| v.as_str().map(str::to_owned));
        Self {
            of: of.unwrap_or_default(),
            unit: account.of.unit().to_owned(),
            entered: account.entered.value(),
            left: account.left.value(),
            stored: account.stored_now,
            stored_start: account.stored_start,
            relative_residual: account.relative_residual(),
        }
    }
}

/// How the solvers did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SolverFigures {
    /// Iterations of all solves.
    pub iterations: u64,
    /// Steps taken.
    pub steps: u64,
    /// Steps whose tolerance was not reached.
    pub unconverged_steps: u64,
    /// Largest residuals by name, each in its own unit.
    pub residuals: BTreeMap<String, f64>,
    /// Warnings in words.
    pub warnings: Vec<String>,
}

/// The figures of one variant.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VariantFigures {
    /// Figures by metric.
    pub metrics: BTreeMap<String, MetricFigures>,
    /// Hash of the last state.
    pub state_hash: String,
    /// Accounts by name.
    pub ledgers: BTreeMap<String, LedgerFigures>,
    /// How the solvers did.
    pub solver: SolverFigures,
    /// Number of cascade records.
    pub events: usize,
}

/// `summary.json`. Members may be added, never renamed; readers skip what they do not know.
///
/// The members beside `variants` are those of the base case.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Name of the scenario.
    pub name: String,
    /// The seed of all random streams.
    pub seed: u64,
    /// Whether the run came to its end.
    pub complete: bool,
    /// Local date and time of `t = 0`, ISO 8601 without zone; empty where unknown.
    pub start: String,
    /// How much was simulated [s].
    #[serde(with = "super::clean")]
    pub duration_s: f64,
    /// Figures by metric.
    pub metrics: BTreeMap<String, MetricFigures>,
    /// Hash of the last state.
    pub state_hash: String,
    /// Accounts by name.
    pub ledgers: BTreeMap<String, LedgerFigures>,
    /// How the solvers did.
    pub solver: SolverFigures,
    /// Number of cascade records.
    pub events: usize,
    /// Processor time of the simulation, without reading and writing [s].
    #[serde(with = "super::clean")]
    pub cpu_s: f64,
    /// Time on the wall [s].
    #[serde(with = "super::clean")]
    pub wall_s: f64,
    /// Every variant by name, the base case among them.
    pub variants: BTreeMap<String, VariantFigures>,
    /// How many numbers were not finite and stand as `null` in this file; 0 in a sound run.
    pub non_finite: usize,
    /// Remarks of the writers: maps left out, samples without a value.
    pub notes: Vec<String>,
}

impl Summary {
    /// Counts the numbers that are not finite, and takes those out of the tables that cannot hold a `null`.
    pub(super) fn settle(&mut self) {
        let mut bad = count_bad([self.duration_s, self.cpu_s, self.wall_s]);
        bad += settle_part(&mut self.metrics, &self.ledgers, &mut self.solver);
        for v in self.variants.values_mut() {
            bad += settle_part(&mut v.metrics, &v.ledgers, &mut v.solver);
        }
        self.non_finite = bad;
    }
}

fn count_bad(values: impl IntoIterator<Item = f64>) -> usize {
    values.into_iter().filter(|v| !v.is_finite()).count()
}

fn settle_part(
    metrics: &mut BTreeMap<String, MetricFigures>,
    ledgers: &BTreeMap<String, LedgerFigures>,
    solver: &mut SolverFigures,
) -> usize {
    let mut bad = 0;
    for m in metrics.values_mut() {
        let all = [&mut m.max, &mut m.t_max_s, &mut m.min, &mut m.t_min_s, &mut m.first, &mut m.last, &mut m.integral];
        for value in all {
            if value.is_some_and(|v| !v.is_finite()) {
                *value = None;
                bad += 1;
            }
        }
    }
    for l in ledgers.values() {
        bad += count_bad([l.entered, l.left, l.stored, l.stored_start, l.relative_residual]);
    }
    let before = solver.residuals.len();
    solver.residuals.retain(|_, v| v.is_finite());
    bad + before - solver.residuals.len()
}

//! How long the routing steps were.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! chapter 9 (status and summary reports); behaviour of SWMM 5.2.4.

use serde::{Deserialize, Serialize};

use super::super::model::Options;
use super::super::network::{RoutingStep, routing_step_s};

/// Number of classes of step length.
pub const INTERVALS: usize = 5;

/// Statistics of the routing steps; all but `steps` and `time_s` since the start of the run.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct StepStatistics {
    /// Steps since the report began, those of steady flow included, those between events not.
    pub steps: u64,
    /// Their time [s].
    pub time_s: f64,
    /// Steps that were routed.
    pub routed: u64,
    /// Their time [s].
    pub routed_s: f64,
    /// Time of steady flow, which was not [s].
    pub steady_s: f64,
    /// The shortest, the first of the run apart [s].
    pub min_step_s: f64,
    /// The longest [s].
    pub max_step_s: f64,
    /// Iterations.
    pub iterations: u64,
    /// Steps that did not converge.
    pub unconverged: u64,
    /// Bounds of the classes of length, falling from the routing step to the smallest by equal ratios [s].
    pub bounds_s: [f64; INTERVALS + 1],
    /// Steps in each class.
    pub counts: [u64; INTERVALS],
}

impl StepStatistics {
    pub(super) fn new(options: &Options) -> Self {
        let longest_s = routing_step_s(options);
        let shortest_s = options.min_step_s.min(longest_s).max(1e-3);
        let ratio = shortest_s / longest_s;
        let bounds_s = std::array::from_fn(|i| longest_s * ratio.powf(i as f64 / INTERVALS as f64));
        Self { min_step_s: longest_s, bounds_s, ..Self::default() }
    }

    pub(super) fn count(&mut self, step: &RoutingStep, end_s: f64, reported: bool) {
        if reported {
            self.steps += 1;
            self.time_s += step.dt_s;
        }
        if step.pause.is_some() {
            self.steady_s += step.dt_s;
            return;
        }
        if end_s > step.dt_s {
            self.min_step_s = self.min_step_s.min(step.dt_s);
        }
        self.max_step_s = self.max_step_s.max(step.dt_s);
        self.routed += 1;
        self.routed_s += step.dt_s;
        self.iterations += u64::from(step.iterations);
        self.unconverged += u64::from(!step.converged);
        if end_s <= step.dt_s {
            return;
        }
        // A step at the bound to within round-off lies in the longer class.
        let class = self.bounds_s[1..].iter().position(|bound| step.dt_s >= bound * (1.0 - 1e-12));
        if let Some(class) = class {
            self.counts[class] += 1;
        }
    }
}

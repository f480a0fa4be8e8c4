//! How an inlet has done so far, as SWMM's street flow summary reports it.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! section 9.6 (street flow summary).

use serde::{Deserialize, Serialize};

use super::{InletFlow, LEAST_FLOW_M3S};

/// Performance of an inlet.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct InletStatistics {
    /// Steps with flow or backflow.
    pub flow_steps: u64,
    /// Steps in which more was captured than came back.
    pub capture_steps: u64,
    /// Steps in which more came back.
    pub backflow_steps: u64,
    /// Steps with capture in which some flow went past.
    pub bypass_steps: u64,
    /// Sum of captured shares over the capturing steps.
    pub captured_shares: f64,
    /// Largest approaching flow [m³/s].
    pub peak_flow_m3s: f64,
    /// Share captured of it.
    pub peak_share: f64,
}

impl InletStatistics {
    /// Counts a step.
    pub fn add(&mut self, flow: &InletFlow) {
        if flow.approach_m3s < LEAST_FLOW_M3S && flow.backflow_m3s <= 0.0 {
            return;
        }
        self.flow_steps += 1;
        let net_m3s = flow.captured_m3s - flow.backflow_m3s;
        let mut share = 0.0;
        if net_m3s > 0.0 {
            self.capture_steps += 1;
            share = (net_m3s / flow.approach_m3s).min(1.0);
            self.captured_shares += share;
            self.bypass_steps += u64::from(flow.approach_m3s - net_m3s > LEAST_FLOW_M3S);
        } else {
            self.backflow_steps += 1;
        }
        if flow.approach_m3s > self.peak_flow_m3s {
            self.peak_flow_m3s = flow.approach_m3s;
            self.peak_share = share;
        }
    }

    /// Mean share captured in the capturing steps, 0..1.
    #[must_use]
    pub fn mean_share(&self) -> f64 {
        ratio(self.captured_shares, self.capture_steps)
    }

    /// Share of the capturing steps in which some flow went past, 0..1.
    #[must_use]
    pub fn bypass_frequency(&self) -> f64 {
        ratio(self.bypass_steps as f64, self.capture_steps)
    }

    /// Share of the steps with flow in which water came back, 0..1.
    #[must_use]
    pub fn backflow_frequency(&self) -> f64 {
        ratio(self.backflow_steps as f64, self.flow_steps)
    }
}

fn ratio(part: f64, steps: u64) -> f64 {
    if steps > 0 { part / steps as f64 } else { 0.0 }
}

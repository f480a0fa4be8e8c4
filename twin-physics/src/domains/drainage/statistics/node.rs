//! What a node has seen.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! chapter 9 (status and summary reports); behaviour of SWMM 5.2.4.

use serde::{Deserialize, Serialize};

use super::super::network::{NodeClass, NodeData, NodeStates};
use super::super::routing::DrainageState;
use super::super::structure::FUDGE_M;
use super::LEAST_FLOW_M3S;

/// Statistics of a node.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct NodeStatistics {
    /// Depths at the ends of all counted steps, summed [m].
    pub depths_m: f64,
    /// Largest depth [m].
    pub max_depth_m: f64,
    /// When it was [s].
    pub max_depth_s: f64,
    /// Largest depth at a reporting time [m].
    pub max_reported_depth_m: f64,
    /// Lateral inflow of largest amount [m³/s].
    pub max_lateral_m3s: f64,
    /// Largest total inflow [m³/s].
    pub max_inflow_m3s: f64,
    /// When it was [s].
    pub max_inflow_s: f64,
    /// Lateral inflow [m³].
    pub lateral_m3: f64,
    /// Time under flooding [s].
    pub flooded_s: f64,
    /// Flooding [m³].
    pub flooded_m3: f64,
    /// Largest rate of flooding [m³/s].
    pub max_flooding_m3s: f64,
    /// When it was [s].
    pub max_flooding_s: f64,
    /// Largest ponded volume [m³].
    pub max_ponded_m3: f64,
    /// Time with the level at or above the highest crown [s]; means something under dynamic wave alone.
    pub surcharged_s: f64,
    /// Volumes at the ends of all counted steps, summed; storage units [m³].
    pub volumes_m3: f64,
    /// Largest volume, at most the full one; storage units [m³].
    pub max_volume_m3: f64,
    /// When it was [s].
    pub max_volume_s: f64,
    /// Largest outflow [m³/s].
    pub max_outflow_m3s: f64,
    /// Evaporated; storage units [m³].
    pub evaporation_m3: f64,
    /// Seeped; storage units [m³].
    pub seepage_m3: f64,
    /// Outfalls.
    pub outfall: OutfallStatistics,
    /// Volume at the start and inflow since [m³].
    pub inflow_m3: f64,
    /// Outflow since the start, flooding that is lost included [m³].
    pub outflow_m3: f64,
    /// Steps it bounded.
    pub critical_steps: u64,
    /// Steps in which it had not converged at the end.
    pub unconverged_steps: u64,
    /// Inflow and outflow at the end of the last step [m³/s].
    rates_m3s: (f64, f64),
}

/// Statistics of an outfall.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct OutfallStatistics {
    /// Steps with flow.
    pub flow_steps: u64,
    /// Flows in them, summed [m³/s].
    pub flows_m3s: f64,
    /// Largest of them [m³/s].
    pub max_flow_m3s: f64,
}

/// What enters a node and what leaves it for good [m³/s].
fn rates(node: &NodeData, nodes: &NodeStates, at: usize) -> (f64, f64) {
    let inflow = nodes.inflow_m3s[at];
    let storage = matches!(node.class, NodeClass::Storage { .. });
    if node.class == NodeClass::Outfall || (node.degree == 0 && !storage) {
        return (inflow, inflow);
    }
    let lost = if nodes.volume_m3[at] <= node.full_volume_m3 { nodes.overflow_m3s[at] } else { 0.0 };
    (inflow, nodes.outflow_m3s[at] + lost)
}

impl NodeStatistics {
    pub(super) fn new(node: &NodeData, nodes: &NodeStates, at: usize) -> Self {
        Self { inflow_m3: nodes.volume_m3[at], rates_m3s: rates(node, nodes, at), ..Self::default() }
    }

    /// Books inflow and outflow of a step, by the rates that the scheme itself books.
    pub(super) fn balance(&mut self, node: &NodeData, nodes: &NodeStates, at: usize, dt_s: f64, end_rates: bool) {
        let now = rates(node, nodes, at);
        let old = if end_rates { now } else { self.rates_m3s };
        self.inflow_m3 += 0.5 * (old.0 + now.0) * dt_s;
        self.outflow_m3 += 0.5 * (old.1 + now.1) * dt_s;
        self.rates_m3s = now;
    }

    /// Counts a step; gives the flow through the node where it is an outfall [m³/s].
    pub(super) fn count(&mut self, node: &NodeData, state: &DrainageState, at: usize, dt_s: f64) -> f64 {
        let (nodes, time_s) = (&state.network.nodes, state.network.time_s);
        let (depth_m, inflow_m3s, lateral_m3s) = (nodes.depth_m[at], nodes.inflow_m3s[at], nodes.lateral_m3s[at]);
        self.depths_m += depth_m;
        most(&mut self.max_depth_m, &mut self.max_depth_s, depth_m, time_s);
        most(&mut self.max_inflow_m3s, &mut self.max_inflow_s, inflow_m3s, time_s);
        most(&mut self.max_flooding_m3s, &mut self.max_flooding_s, nodes.overflow_m3s[at], time_s);
        self.lateral_m3 += 0.5 * (nodes.lateral_old_m3s[at] + lateral_m3s) * dt_s;
        if lateral_m3s.abs() > self.max_lateral_m3s.abs() {
            self.max_lateral_m3s = lateral_m3s;
        }
        if node.class == NodeClass::Outfall {
            if inflow_m3s >= LEAST_FLOW_M3S {
                self.outfall.flow_steps += 1;
                self.outfall.flows_m3s += inflow_m3s;
                self.outfall.max_flow_m3s = self.outfall.max_flow_m3s.max(inflow_m3s);
            }
            return inflow_m3s;
        }
        self.flooding(node, nodes, at, dt_s);
        if matches!(node.class, NodeClass::Storage { .. }) {
            let (evaporation_m3s, seepage_m3s) = state.storage_losses[at];
            self.storage(node, nodes, at, time_s);
            self.evaporation_m3 += evaporation_m3s * dt_s;
            self.seepage_m3 += seepage_m3s * dt_s;
        }
        0.0
    }

    fn flooding(&mut self, node: &NodeData, nodes: &NodeStates, at: usize, dt_s: f64) {
        let (volume_m3, overflow_m3s) = (nodes.volume_m3[at], nodes.overflow_m3s[at]);
        if volume_m3 > node.full_volume_m3 || overflow_m3s > 0.0 {
            self.flooded_s += dt_s;
            self.flooded_m3 += overflow_m3s * dt_s;
            if node.ponded_area_m2 > 0.0 {
                self.max_ponded_m3 = self.max_ponded_m3.max(volume_m3 - node.full_volume_m3);
            }
        }
        let closed = !matches!(node.class, NodeClass::Storage { .. }) || node.surcharge_depth_m > 0.0;
        if closed && nodes.depth_m[at] + FUDGE_M >= node.crown_depth_m {
            self.surcharged_s += dt_s;
        }
    }

    fn storage(&mut self, node: &NodeData, nodes: &NodeStates, at: usize, time_s: f64) {
        let volume_m3 = nodes.volume_m3[at];
        self.volumes_m3 += volume_m3;
        most(&mut self.max_volume_m3, &mut self.max_volume_s, volume_m3.min(node.full_volume_m3), time_s);
        self.max_outflow_m3s = self.max_outflow_m3s.max(nodes.outflow_m3s[at]);
    }

    /// What came in, less what left and what stays [m³]; `None` of the share where nothing left: that share of it [–].
    #[must_use]
    pub fn balance_error(&self, volume_m3: f64) -> (f64, f64) {
        let outflow_m3 = self.outflow_m3 + volume_m3;
        (self.inflow_m3 - outflow_m3, outflow_m3)
    }
}

fn most(largest: &mut f64, when_s: &mut f64, value: f64, time_s: f64) {
    if value > *largest {
        (*largest, *when_s) = (value, time_s);
    }
}

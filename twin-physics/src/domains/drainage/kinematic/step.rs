//! One step through the network.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 4.

use super::super::network::{
    Actions, ConduitData, DRY_M3S, LinkClass, Network, NetworkState, NodeClass, NodeData, RoutingStep,
};
use super::super::structure::{Ends, Structure, WetWell};
use super::conduit::{Passed, steady, wave};
use super::{KinematicEngine, KinematicScratch};
use crate::units::M3_PER_FT3;

/// Below this a stored volume counts as none, SWMM's 0.0001 ft³ [m³].
const DRY_M3: f64 = 1.0e-4 * M3_PER_FT3;
/// Bits of the link's flags, as the dynamic wave sets them: full at the first end, at the second, limited by capacity.
const FULL_FROM: u8 = 4;
const FULL_TO: u8 = 8;
const CAPACITY_LIMITED: u8 = 16;

impl KinematicEngine {
    /// Routes one step of `dt_s` and advances the model time.
    ///
    /// Before it, lateral inflows, losses of storage units and settings of the step must stand in `state`. After it all
    /// of [`NetworkState`] belongs to the end of the step.
    pub fn step(
        &self,
        net: &Network,
        state: &mut NetworkState,
        actions: &Actions,
        dt_s: f64,
        scratch: &mut KinematicScratch,
    ) -> RoutingStep {
        self.begin(net, state, dt_s, scratch);
        let mut iterations = 0_u64;
        for at in 0..self.order.len() {
            let link = self.order[at] as usize;
            let from = net.links[link].from as usize;
            if matches!(net.nodes[from].class, NodeClass::Storage { .. }) && !scratch.updated[from] {
                let after = &self.order[at..];
                let count = after.iter().take_while(|&&l| net.links[l as usize].from as usize == from).count();
                self.update_storage(net, state, actions, dt_s, scratch, (from, &after[..count]));
            }
            let inflow_m3s = self.link_inflow(net, state, actions, dt_s, scratch, link);
            let passed = match &net.links[link].class {
                LinkClass::Structure(_) => Passed { inflow_m3s, outflow_m3s: inflow_m3s, iterations: 1 },
                LinkClass::Conduit(data) if self.steady => steady(data, &mut state.links, link, inflow_m3s, actions),
                LinkClass::Conduit(data) => wave(data, &mut state.links, link, inflow_m3s, actions, dt_s),
            };
            iterations += u64::from(passed.iterations);
            state.links.inflow_m3s[link] = passed.inflow_m3s;
            state.links.flow_m3s[link] = passed.outflow_m3s;
            state.nodes.outflow_m3s[from] += passed.inflow_m3s;
            state.nodes.inflow_m3s[net.links[link].to as usize] += passed.outflow_m3s;
        }
        for node in 0..net.nodes.len() {
            self.end_node(net, state, actions, dt_s, scratch, node);
        }
        for link in 0..net.links.len() {
            self.end_link(net, state, link);
        }
        state.time_s += dt_s;
        let mean = (iterations as f64 / self.order.len().max(1) as f64).round();
        RoutingStep { dt_s, iterations: mean as u32, converged: true, ..RoutingStep::default() }
    }

    /// Keeps what belongs to the start of the step and empties the sums.
    fn begin(&self, net: &Network, state: &mut NetworkState, dt_s: f64, scratch: &mut KinematicScratch) {
        scratch.updated.clear();
        scratch.updated.resize(net.nodes.len(), false);
        scratch.volume_old_m3.clone_from(&state.nodes.volume_m3);
        scratch.net_old_m3s.clear();
        let nodes = &mut state.nodes;
        for (at, node) in net.nodes.iter().enumerate() {
            let net_m3s = nodes.inflow_m3s[at] - nodes.outflow_m3s[at];
            scratch.net_old_m3s.push(net_m3s);
            nodes.net_old_m3s[at] = net_m3s;
            nodes.inflow_m3s[at] = nodes.lateral_m3s[at];
            nodes.outflow_m3s[at] = nodes.losses_m3s[at];
            let excess_m3 = nodes.volume_m3[at] - node.full_volume_m3;
            let drains = !matches!(node.class, NodeClass::Storage { .. }) && excess_m3 > 0.0;
            nodes.overflow_m3s[at] = if drains { excess_m3 / dt_s } else { 0.0 };
        }
    }

    /// What enters a link from its first node in the state as it is now [m³/s].
    pub(super) fn link_inflow(
        &self,
        net: &Network,
        state: &NetworkState,
        actions: &Actions,
        dt_s: f64,
        scratch: &KinematicScratch,
        at: usize,
    ) -> f64 {
        let link = &net.links[at];
        let from = link.from as usize;
        let free = 1.0 - actions.blocked.get(at).copied().unwrap_or(0.0).clamp(0.0, 1.0);
        let offered_m3s = if state.links.setting[at] == 0.0 {
            0.0
        } else {
            match &link.class {
                LinkClass::Conduit(data) => {
                    let most_m3s = if free < 1.0 { free * data.full_flow_m3s * data.barrels } else { f64::INFINITY };
                    self.conduit_inflow(net, state, data, at).min(data.max_flow_m3s).min(most_m3s)
                }
                LinkClass::Structure(index) => {
                    let powered = actions.powered.get(at).copied().unwrap_or(true);
                    free * structure_inflow(net, state, &net.structures[*index as usize], at, powered)
                }
            }
        };
        let well = WetWell {
            inflow_m3s: state.nodes.inflow_m3s[from],
            volume_old_m3: scratch.volume_old_m3[from],
            full_volume_m3: net.nodes[from].full_volume_m3,
            ..WetWell::default()
        };
        well.at_most(offered_m3s, dt_s)
    }

    fn conduit_inflow(&self, net: &Network, state: &NetworkState, data: &ConduitData, at: usize) -> f64 {
        let link = &net.links[at];
        let from = link.from as usize;
        let all_m3s = state.nodes.inflow_m3s[from] + state.nodes.overflow_m3s[from];
        if let Some(divider) = self.divider(from) {
            let diverts = divider.diversion as usize == at;
            return divider.law.offered_m3s(all_m3s, state.nodes.outflow_m3s[from], diverts);
        }
        if !matches!(net.nodes[from].class, NodeClass::Storage { .. }) {
            return all_m3s;
        }
        // Out of a storage unit, normal flow at its depth. SWMM gives several barrels what one takes.
        let barrels = if self.compat { 1.0 } else { data.barrels };
        let depth_m = state.nodes.depth_m[from] - link.offset_from_m;
        if depth_m <= 0.0 {
            0.0
        } else if depth_m >= link.full_depth_m {
            barrels * data.full_flow_m3s
        } else {
            barrels * data.flow_per_factor * data.section.section_factor_of_area(data.section.area(depth_m))
        }
    }

    /// Volume, overflow and own depth of a node at the end of the step.
    fn end_node(
        &self,
        net: &Network,
        state: &mut NetworkState,
        actions: &Actions,
        dt_s: f64,
        scratch: &mut KinematicScratch,
        node: usize,
    ) {
        let data = &net.nodes[node];
        if matches!(data.class, NodeClass::Storage { .. }) {
            self.update_storage(net, state, actions, dt_s, scratch, (node, &[]));
            return;
        }
        let nodes = &mut state.nodes;
        let old_m3 = scratch.volume_old_m3[node];
        let mut volume_m3 = old_m3 + (nodes.inflow_m3s[node] - nodes.outflow_m3s[node]) * dt_s;
        if volume_m3 < DRY_M3 {
            volume_m3 = 0.0;
        }
        let mut overflow_m3s = 0.0;
        if volume_m3 > data.full_volume_m3 {
            overflow_m3s = (volume_m3 - old_m3.max(data.full_volume_m3)) / dt_s;
            if overflow_m3s < DRY_M3S {
                overflow_m3s = 0.0;
            }
            if data.ponded_area_m2 == 0.0 {
                volume_m3 = data.full_volume_m3;
            }
        }
        // Water that reaches an end of the network has left it: it neither floods nor is stored.
        if self.degree[node] == 0 {
            (overflow_m3s, volume_m3) = (0.0, 0.0);
        }
        nodes.overflow_m3s[node] = overflow_m3s;
        nodes.volume_m3[node] = volume_m3;
        nodes.depth_m[node] = 0.0;
    }

    /// Depth and volume of a link, and the depths it brings to its ends.
    fn end_link(&self, net: &Network, state: &mut NetworkState, at: usize) {
        let link = &net.links[at];
        let LinkClass::Conduit(data) = &link.class else {
            state.links.depth_m[at] = 0.0;
            return;
        };
        let links = &mut state.links;
        let areas = [links.area_from_m2[at], links.area_to_m2[at]];
        let mean_m2 = 0.5 * (areas[0] + areas[1]);
        links.area_mid_m2[at] = mean_m2;
        links.volume_m3[at] = mean_m2 * data.length_m * data.barrels;
        let depths = areas.map(|area| if data.dummy { 0.0 } else { data.section.depth_of_area(area) });
        links.depth_m[at] = 0.5 * (depths[0] + depths[1]);
        let full = !data.dummy && areas[0] >= data.section.full_area_m2;
        links.flags[at] = if full { FULL_FROM | FULL_TO | CAPACITY_LIMITED } else { 0 };
        let ends = [(link.from, link.offset_from_m), (link.to, link.offset_to_m)];
        for ((node, offset_m), depth_m) in ends.into_iter().zip(depths) {
            let node = node as usize;
            let floods = self.degree[node] > 0 && state.nodes.overflow_m3s[node] > 0.0;
            raise(&net.nodes[node], &mut state.nodes.depth_m[node], depth_m + offset_m, floods);
        }
    }
}

/// Raises a node's depth to that of a link's end, at most to the ground, or to the ground where it floods.
fn raise(node: &NodeData, depth_m: &mut f64, link_depth_m: f64, floods: bool) {
    match node.class {
        NodeClass::Storage { .. } => return,
        NodeClass::Outfall => *depth_m = depth_m.max(link_depth_m),
        _ => *depth_m = depth_m.max(if floods { node.full_depth_m } else { link_depth_m }),
    }
    if node.full_depth_m > 0.0 {
        *depth_m = depth_m.min(node.full_depth_m);
    }
}

/// What a structure would take: pumps anywhere, regulators out of storage units only.
fn structure_inflow(net: &Network, state: &NetworkState, law: &Structure, at: usize, powered: bool) -> f64 {
    let link = &net.links[at];
    let (from, to) = (link.from as usize, link.to as usize);
    let head = |node: usize| net.nodes[node].invert_m + state.nodes.depth_m[node];
    let pump = matches!(law, Structure::Pump(_));
    if (pump && !powered) || (!pump && !matches!(net.nodes[from].class, NodeClass::Storage { .. })) {
        return 0.0;
    }
    let ends = Ends {
        head_from_m: head(from),
        // Nothing downstream acts on a regulator.
        head_to_m: if pump { head(to) } else { net.nodes[from].invert_m },
        depth_from_m: state.nodes.depth_m[from],
        depth_to_m: state.nodes.depth_m[to],
        inflow_from_m3s: state.nodes.inflow_m3s[from] + state.nodes.overflow_m3s[from],
        volume_from_m3: state.nodes.volume_m3[from],
        gate_from: false,
        gate_to: false,
    };
    law.flow(&ends, state.links.setting[at]).flow_m3s
}

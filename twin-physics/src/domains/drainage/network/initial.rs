//! The state at the start of a run.
//!
//! *Source:* Rossman (2017), *SWMM Reference Manual vol. II – Hydraulics*, EPA/600/R-17/111, section 3.4.5 (initial
//! conditions); behaviour of SWMM 5.2.4.

use super::super::model::{DrainageModel, LinkKind, Routing};
use super::{DRY_M, FlowClass, LinkClass, LinkStates, Network, NetworkState, NodeClass, NodeStates};

/// Values of a hot start, by node and by link; flows in the compiled direction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HotValues {
    /// Depth of nodes [m].
    pub depth_m: Vec<f64>,
    /// Lateral inflow of nodes [m³/s].
    pub lateral_m3s: Vec<f64>,
    /// Flow of links, all barrels [m³/s].
    pub flow_m3s: Vec<f64>,
    /// Depth of links [m].
    pub link_depth_m: Vec<f64>,
    /// Setting of links.
    pub setting: Vec<f64>,
}

impl Network {
    /// State at the start: depths, flows and settings of the file.
    ///
    /// Under dynamic wave a junction without a depth of its own takes the mean of the depths in its links, and a
    /// conduit without a flow of its own the mean of those at its ends. `model` must be the one the network was
    /// compiled from.
    #[must_use]
    pub fn initial_state(&self, model: &DrainageModel) -> NetworkState {
        let mut state = self.blank(model);
        if model.options.routing == Routing::Dynamic {
            self.level_nodes(model, &mut state);
            let offset_defect = model.options.defects.outfall_offset_depth_zero;
            self.set_outfall_depths(&mut state, 0.0, &[], offset_defect);
            self.level_conduits(&mut state);
        }
        self.fill(model, &mut state);
        state
    }

    /// State with the values of a hot start: a step later it stands where the run that saved it stood, to the precision
    /// of the values. Lists are as the network's; what a short list lacks keeps the file's start.
    #[must_use]
    pub fn hot_state(&self, model: &DrainageModel, hot: &HotValues) -> NetworkState {
        let mut state = self.blank(model);
        let over = |to: &mut Vec<f64>, from: &[f64]| to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        over(&mut state.nodes.depth_m, &hot.depth_m);
        over(&mut state.nodes.lateral_m3s, &hot.lateral_m3s);
        over(&mut state.links.flow_m3s, &hot.flow_m3s);
        over(&mut state.links.inflow_m3s, &hot.flow_m3s);
        over(&mut state.links.depth_m, &hot.link_depth_m);
        over(&mut state.links.setting, &hot.setting);
        over(&mut state.links.target, &hot.setting);
        for (inflow, lateral) in state.nodes.inflow_m3s.iter_mut().zip(&state.nodes.lateral_m3s) {
            *inflow = *lateral;
        }
        self.fill(model, &mut state);
        state
    }

    fn blank(&self, model: &DrainageModel) -> NetworkState {
        let (nodes, links) = (self.nodes.len(), self.links.len());
        let none = || vec![0.0; nodes];
        let still = || vec![0.0; links];
        let mut setting = vec![1.0; links];
        let mut flow = still();
        let mut depth = still();
        for (i, link) in self.links.iter().enumerate() {
            if let LinkKind::Pump(pump) = &model.links[i].kind {
                setting[i] = pump.initial_setting;
            }
            if let LinkClass::Conduit(conduit) = &link.class {
                flow[i] = conduit.initial_flow_m3s;
                depth[i] = conduit.normal_depth(conduit.initial_flow_m3s / conduit.barrels);
            }
        }
        NetworkState {
            time_s: 0.0,
            nodes: NodeStates {
                depth_m: model.nodes.iter().map(|n| n.initial_depth_m).collect(),
                volume_m3: none(),
                lateral_m3s: none(),
                lateral_old_m3s: none(),
                inflow_m3s: none(),
                outflow_m3s: none(),
                overflow_m3s: none(),
                losses_m3s: none(),
                net_old_m3s: none(),
            },
            links: LinkStates {
                inflow_m3s: flow.clone(),
                flow_m3s: flow,
                depth_m: depth,
                volume_m3: still(),
                area_from_m2: still(),
                area_to_m2: still(),
                area_mid_m2: still(),
                froude: still(),
                class: vec![FlowClass::Dry; links],
                target: setting.clone(),
                setting,
                // SWMM dates what never changed from the midnight before the start.
                changed_s: vec![if model.options.defects.others { -model.calendar.start_second } else { 0.0 }; links],
                evaporation_m3s: still(),
                seepage_m3s: still(),
                flags: vec![0; links],
            },
        }
    }

    fn level_nodes(&self, model: &DrainageModel, state: &mut NetworkState) {
        let mut sum = vec![(0.0, 0.0); self.nodes.len()];
        for (i, link) in self.links.iter().enumerate() {
            let depth = state.links.depth_m[i];
            let y = if depth > DRY_M { depth + link.offset_from_m } else { 0.0 };
            for node in [link.from as usize, link.to as usize] {
                sum[node].0 += y;
                sum[node].1 += 1.0;
            }
        }
        for (i, node) in self.nodes.iter().enumerate() {
            let given = model.nodes[i].initial_depth_m > 0.0;
            let levelled = matches!(node.class, NodeClass::Junction | NodeClass::Divider);
            if levelled && !given && sum[i].1 > 0.0 {
                state.nodes.depth_m[i] = sum[i].0 / sum[i].1;
            }
        }
    }

    fn level_conduits(&self, state: &mut NetworkState) {
        for (i, link) in self.links.iter().enumerate() {
            let LinkClass::Conduit(conduit) = &link.class else { continue };
            if conduit.initial_flow_m3s != 0.0 {
                continue;
            }
            let end =
                |node: u32, offset: f64| (state.nodes.depth_m[node as usize] - offset).max(0.0).min(link.full_depth_m);
            let mean = 0.5 * (end(link.from, link.offset_from_m) + end(link.to, link.offset_to_m));
            state.links.depth_m[i] = mean.max(DRY_M);
        }
    }

    /// Volumes and node flows that go with depths and flows.
    fn fill(&self, model: &DrainageModel, state: &mut NetworkState) {
        let nodes = &mut state.nodes;
        for (i, node) in self.nodes.iter().enumerate() {
            let depth = nodes.depth_m[i];
            nodes.volume_m3[i] = if node.ponded_area_m2 > 0.0 && depth > node.full_depth_m {
                node.full_volume_m3 + (depth - node.full_depth_m) * node.ponded_area_m2
            } else {
                node.volume_m3(depth)
            };
        }
        let links = &mut state.links;
        if model.options.routing == Routing::Steady {
            links.flow_m3s.fill(0.0);
            links.inflow_m3s.fill(0.0);
        }
        for (i, link) in self.links.iter().enumerate() {
            let flow = links.flow_m3s[i];
            let (from, to) = if flow >= 0.0 { (link.from, link.to) } else { (link.to, link.from) };
            nodes.outflow_m3s[from as usize] += flow.abs();
            nodes.inflow_m3s[to as usize] += flow.abs();
            let LinkClass::Conduit(conduit) = &link.class else { continue };
            let area = conduit.section.area(links.depth_m[i]);
            links.area_from_m2[i] = area;
            links.area_mid_m2[i] = area;
            links.area_to_m2[i] = area;
            links.volume_m3[i] = area * conduit.length_m * conduit.barrels;
        }
    }
}

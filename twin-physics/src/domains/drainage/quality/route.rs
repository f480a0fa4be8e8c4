//! Transport through the network over one routing step: links and nodes as completely mixed reactors.
//!
//! *Source:* EPA/600/R-16/093, sections 5.2 and 5.3.

use serde::{Deserialize, Serialize};

use super::super::model::{DrainageModel, Routing};
use super::super::network::{LinkClass, Network, NetworkState, NodeClass};
use super::mix::{Feed, NO_DEPTH_M, NO_FLOW_M3S, NO_VOLUME_M3, decayed, evaporation_factor, mixed};
use super::treatment::Site;
use super::{Quality, QualityState};

/// The network at the start of a step, as far as quality needs it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// Volume of nodes [m³].
    pub node_volume_m3: Vec<f64>,
    /// Depth of nodes [m].
    pub node_depth_m: Vec<f64>,
    /// Volume of links [m³].
    pub link_volume_m3: Vec<f64>,
}

impl Snapshot {
    /// Takes over volumes and depths.
    pub fn take(&mut self, state: &NetworkState) {
        self.node_volume_m3.clone_from(&state.nodes.volume_m3);
        self.node_depth_m.clone_from(&state.nodes.depth_m);
        self.link_volume_m3.clone_from(&state.links.volume_m3);
    }
}

/// Water that leaves a node by other ways than links.
#[derive(Debug, Clone, Copy, Default)]
pub struct Aside<'a> {
    /// What storage units lose over the step, by node: evaporation and seepage [m³/s].
    pub losses: &'a [(f64, f64)],
    /// What street inlets pass, contained in the lateral inflows of both nodes.
    pub transfers: &'a [Transfer],
}

/// Water that a street inlet passes between two nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transfer {
    /// Node of the street, behind the inlet.
    pub street: u32,
    /// Node of the sewer.
    pub sewer: u32,
    /// From street to sewer [m³/s].
    pub captured_m3s: f64,
    /// From sewer to street: what flooded there in the step before [m³/s].
    pub back_m3s: f64,
}

/// Lateral inflows without what inlets pass.
pub(super) fn own_lateral(after: &NetworkState, transfers: &[Transfer], own: &mut Vec<f64>) {
    own.clone_from(&after.nodes.lateral_m3s);
    for t in transfers {
        own[t.street as usize] += t.captured_m3s - t.back_m3s;
        own[t.sewer as usize] -= t.captured_m3s;
    }
}

/// A step between two states of the network.
struct Step<'a> {
    model: &'a DrainageModel,
    net: &'a Network,
    before: &'a Snapshot,
    after: &'a NetworkState,
    aside: Aside<'a>,
    /// Lateral inflows without what inlets pass [m³/s].
    lateral_m3s: &'a [f64],
    dt_s: f64,
}

impl Step<'_> {
    /// Flow into a node, each inlet's net flow on its own [m³/s].
    fn inflow_m3s(&self, at: usize) -> f64 {
        let nodes = &self.after.nodes;
        let mut flow = nodes.inflow_m3s[at] - nodes.lateral_m3s[at].max(0.0) + self.lateral_m3s[at].max(0.0);
        for t in self.aside.transfers {
            let net_m3s = t.captured_m3s - t.back_m3s;
            if t.sewer as usize == at {
                flow += net_m3s.max(0.0);
            } else if t.street as usize == at {
                flow += (-net_m3s).max(0.0);
            }
        }
        if self.aside.transfers.is_empty() { nodes.inflow_m3s[at] } else { flow }
    }
}

impl Quality {
    /// Moves pollutants over a step, after [`Quality::node_loads`] has gathered what enters.
    ///
    /// `before` and `after` are the network at both ends of the step of `dt_s`.
    #[allow(clippy::too_many_arguments)] // The step's two ends and what it is a step of.
    pub fn route(
        &self,
        model: &DrainageModel,
        net: &Network,
        before: &Snapshot,
        after: &NetworkState,
        aside: Aside<'_>,
        dt_s: f64,
        quality: &mut QualityState,
    ) {
        let n = self.pollutants;
        if n == 0 || dt_s <= 0.0 {
            return;
        }
        let mut lateral_m3s = Vec::new();
        own_lateral(after, aside.transfers, &mut lateral_m3s);
        let step = Step { model, net, before, after, aside, lateral_m3s: &lateral_m3s, dt_s };
        for t in aside.transfers {
            let net_m3s = t.captured_m3s - t.back_m3s;
            let (from, to) = if net_m3s > 0.0 { (t.street, t.sewer) } else { (t.sewer, t.street) };
            for p in 0..n {
                let load = net_m3s.abs() * quality.node_old[from as usize * n + p];
                quality.node[to as usize * n + p] += load;
            }
        }
        for at in 0..net.links.len() {
            let flow_m3s = after.links.flow_m3s[at];
            let to = downstream(net, at, flow_m3s);
            for p in 0..n {
                let load = flow_m3s.abs() * quality.link_old[at * n + p];
                quality.node[to * n + p] += load;
                quality.carried[at * n + p] += load * dt_s;
            }
        }
        let mut buffers = (vec![0.0; n], vec![0.0; n]);
        for at in 0..net.nodes.len() {
            self.node(&step, at, quality, &mut buffers);
        }
        for at in 0..net.links.len() {
            self.link(&step, at, quality);
        }
        self.remove_outflows(&step, quality);
        // SWMM books half a step by the rates of each of its ends.
        for (p, total) in quality.network.iter_mut().enumerate() {
            total.add(&quality.rates_old[p], 0.5 * dt_s);
            total.add(&quality.rates[p], 0.5 * dt_s);
            // And what falls dry twice.
            total.dried.add(quality.rates[p].dried * if self.defects { 2.0 } else { 1.0 });
        }
    }

    /// Mixes a node and treats it.
    fn node(&self, step: &Step<'_>, at: usize, quality: &mut QualityState, buffers: &mut (Vec<f64>, Vec<f64>)) {
        let n = self.pollutants;
        let flow_m3s = step.inflow_m3s(at);
        let treatments = self.treatments.nodes[at].as_deref();
        let (inflow, mixture) = buffers;
        if treatments.is_some() {
            let entering = if flow_m3s < NO_FLOW_M3S { 0.0 } else { flow_m3s };
            for (c, load) in inflow.iter_mut().zip(&quality.node[at * n..]) {
                *c = if entering > 0.0 { load / entering } else { 0.0 };
            }
        }
        let stores = matches!(step.net.nodes[at].class, NodeClass::Storage { .. });
        if stores || step.before.node_volume_m3[at] > NO_VOLUME_M3 {
            self.reactor(step, (at, stores, treatments.is_some()), quality);
        } else {
            // Without inflow what stands there stays as it is, until it has fallen dry.
            let wet = step.after.nodes.depth_m[at] > NO_DEPTH_M;
            let slots = at * n..(at + 1) * n;
            for (c, old) in quality.node[slots.clone()].iter_mut().zip(&quality.node_old[slots]) {
                *c = match flow_m3s > NO_FLOW_M3S {
                    true => *c / flow_m3s,
                    false if wet => *old,
                    false => 0.0,
                };
            }
        }
        if let Some(treatments) = treatments {
            mixture.clone_from_slice(&quality.node[at * n..(at + 1) * n]);
            let depths = [step.before.node_depth_m[at], step.after.nodes.depth_m[at]];
            let areas = depths.map(|d| step.net.nodes[at].surface_m2(d));
            let site = Site {
                treatments,
                inflow,
                mixture,
                flow_m3s: if flow_m3s < NO_FLOW_M3S { 0.0 } else { flow_m3s },
                depth_m: f64::midpoint(depths[0], depths[1]),
                area_m2: f64::midpoint(areas[0], areas[1]),
                residence_s: quality.residence_s[at],
                dt_s: step.dt_s,
            };
            treat(step, &site, at, quality);
        }
    }

    /// A node that stores water.
    fn reactor(&self, step: &Step<'_>, (at, stores, treats): (usize, bool, bool), quality: &mut QualityState) {
        let (n, dt_s, v1) = (self.pollutants, step.dt_s, step.before.node_volume_m3[at]);
        let (v2, flow_m3s) = (step.after.nodes.volume_m3[at], step.inflow_m3s(at));
        let (mut seepage_m3s, mut concentrates) = (0.0, 1.0);
        if stores {
            let age = &mut quality.residence_s[at];
            *age = if v1 < NO_FLOW_M3S { 0.0 } else { ((*age + dt_s) * v1 / (v1 + flow_m3s * dt_s)).max(0.0) };
            let (evaporation_m3s, seeps) = step.aside.losses.get(at).copied().unwrap_or_default();
            seepage_m3s = seeps;
            concentrates = evaporation_factor(evaporation_m3s * dt_s, v1);
        }
        for p in 0..n {
            let mut c = quality.node_old[at * n + p];
            let rates = &mut quality.rates[p];
            rates.seepage += seepage_m3s * c;
            c *= concentrates;
            let treated = treats && self.treatments.nodes[at].as_ref().is_some_and(|t| t[p].is_some());
            let decay = step.model.pollutants[p].decay_per_s;
            if !treated && decay != 0.0 {
                let left = decayed(c, decay, dt_s);
                rates.reacted += (c - left) * v1 / dt_s;
                c = left;
            }
            let feed = Feed { load: quality.node[at * n + p], flow_m3s, dt_s };
            c = mixed(c, v1, feed);
            let dry = v2 <= NO_VOLUME_M3 || step.after.nodes.depth_m[at] <= NO_DEPTH_M;
            if dry && flow_m3s <= NO_FLOW_M3S {
                rates.dried += c * v2;
                c = 0.0;
            }
            quality.node[at * n + p] = c;
        }
    }

    /// New concentrations in a link.
    fn link(&self, step: &Step<'_>, at: usize, quality: &mut QualityState) {
        let (n, links, dt_s) = (self.pollutants, &step.after.links, step.dt_s);
        let data = &step.net.links[at];
        let from = upstream(step.net, at, links.flow_m3s[at]);
        let passes = match &data.class {
            LinkClass::Conduit(conduit) => conduit.dummy,
            LinkClass::Structure(_) => true,
        };
        if passes {
            let (node, link) = (&quality.node, &mut quality.link);
            link[at * n..(at + 1) * n].copy_from_slice(&node[from * n..(from + 1) * n]);
            return;
        }
        let (v1, v2) = (step.before.link_volume_m3[at], links.volume_m3[at]);
        let (seepage_m3s, evaporated_m3) = (links.seepage_m3s[at], links.evaporation_m3s[at] * dt_s);
        let concentrates = evaporation_factor(evaporated_m3, v1);
        let mut inflow_m3s = links.inflow_m3s[at].abs();
        if self.routing == Routing::Dynamic {
            // One flow for the whole conduit: what its volume gained came in at the upstream end.
            inflow_m3s = (inflow_m3s + (v2 + seepage_m3s * dt_s + evaporated_m3 - v1) / dt_s).max(0.0);
        }
        for p in 0..n {
            let decay = step.model.pollutants[p].decay_per_s;
            let steady = self.routing == Routing::Steady;
            let start = if steady { quality.node[data.from as usize * n + p] } else { quality.link_old[at * n + p] };
            let rates = &mut quality.rates[p];
            rates.seepage += seepage_m3s * start;
            let mut c = start * concentrates;
            if steady {
                if decay > 0.0 {
                    let left = c * (-decay * dt_s).exp();
                    rates.reacted += (c - left) * links.flow_m3s[at];
                    c = left;
                }
                quality.link[at * n + p] = c;
                continue;
            }
            if decay != 0.0 {
                let left = decayed(c, decay, dt_s);
                rates.reacted += (c - left) * v1 / dt_s;
                c = left;
            }
            let feed = Feed { load: quality.node[from * n + p] * inflow_m3s, flow_m3s: inflow_m3s, dt_s };
            c = mixed(c, v1, feed);
            if v2 < NO_VOLUME_M3 || links.depth_m[at] <= NO_DEPTH_M {
                rates.dried += c * v2;
                c = 0.0;
            }
            quality.link[at * n + p] = c;
        }
    }

    /// What leaves by outfalls, floods, or is taken by negative inflows.
    fn remove_outflows(&self, step: &Step<'_>, quality: &mut QualityState) {
        let (n, nodes) = (self.pollutants, &step.after.nodes);
        for (at, node) in step.net.nodes.iter().enumerate() {
            let terminal = self.routing != Routing::Dynamic
                && node.degree == 0
                && !matches!(node.class, NodeClass::Storage { .. });
            let leaves = node.class == NodeClass::Outfall || terminal;
            let out_m3s = if leaves {
                if nodes.outflow_m3s[at] == 0.0 { nodes.inflow_m3s[at] } else { 0.0 }
            } else if nodes.volume_m3[at] <= node.full_volume_m3 {
                nodes.overflow_m3s[at]
            } else {
                0.0
            };
            let taken_m3s = (-step.lateral_m3s[at]).max(0.0);
            // What floods a sewer under inlets comes back by them.
            let returns = step.aside.transfers.iter().any(|t| t.sewer as usize == at);
            let out_m3s = if returns { 0.0 } else { out_m3s };
            for p in 0..n {
                let c = quality.node[at * n + p];
                let rates = &mut quality.rates[p];
                *(if leaves { &mut rates.outflow } else { &mut rates.flooding }) += out_m3s.max(0.0) * c;
                rates.outflow += taken_m3s * c;
                if node.class == NodeClass::Outfall {
                    quality.outfall_load[at * n + p] += nodes.inflow_m3s[at].max(0.0) * c * step.dt_s;
                }
            }
        }
    }
}

pub(super) fn downstream(net: &Network, at: usize, flow_m3s: f64) -> usize {
    let link = &net.links[at];
    (if flow_m3s < 0.0 { link.from } else { link.to }) as usize
}

pub(super) fn upstream(net: &Network, at: usize, flow_m3s: f64) -> usize {
    let link = &net.links[at];
    (if flow_m3s < 0.0 { link.to } else { link.from }) as usize
}

/// Treats a node and books what it removes.
fn treat(step: &Step<'_>, site: &Site<'_>, at: usize, quality: &mut QualityState) {
    let n = site.mixture.len();
    let (entered_m3, held_m3) = (site.flow_m3s * step.dt_s, step.before.node_volume_m3[at]);
    for p in 0..n {
        let Some(c) = site.treated(p, site.flow_m3s <= NO_FLOW_M3S) else { continue };
        let offered = site.inflow[p] * entered_m3 + quality.node_old[at * n + p] * held_m3;
        quality.rates[p].reacted += ((offered - c * (entered_m3 + held_m3)) / step.dt_s).max(0.0);
        quality.node[at * n + p] = c;
    }
}

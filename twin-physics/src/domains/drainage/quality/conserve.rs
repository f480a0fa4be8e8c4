//! Transport that loses nothing, for schemes whose water balance closes at every node.
//!
//! Each node with its share of the conduits is a reactor, mixed at the end of the step:
//! `V₂c + Δt·c·(outflow + κV₂) = V₁c₁ + Δt·(loads + Σ inflow·c_upstream)`.
//! Every row is a mean of what enters when the water balance closes, so concentrations stay within its range for any
//! step; evaporation alone concentrates. Nodes are solved in the order of the flow, circles by Gauss–Seidel iteration.
//!
//! *Source:* Patankar (1980), *Numerical Heat Transfer and Fluid Flow*, section 5.2 (upwind), rules of section 3.4.

use super::super::model::DrainageModel;
use super::super::network::{Network, NetworkState, NodeClass};
use super::mix::{NO_FLOW_M3S, NO_VOLUME_M3};
use super::route::{Aside, downstream, own_lateral, upstream};
use super::treatment::Site;
use super::{Quality, QualityState};

/// Sweeps at most where water runs in a circle.
const SWEEPS: usize = 500;
/// Change of a concentration that ends them, relative.
const TOLERANCE: f64 = 1e-14;

/// Water of each node's reactor over a step.
#[derive(Debug, Clone, Copy)]
pub struct Reactors<'a> {
    /// Volumes at the start [m³].
    pub before_m3: &'a [f64],
    /// Volumes at the end [m³].
    pub after_m3: &'a [f64],
    /// Depths at the start [m].
    pub before_depth_m: &'a [f64],
}

/// Buffers.
#[derive(Debug, Clone, Default)]
pub struct QualityScratch {
    order: Vec<u32>,
    waiting: Vec<u32>,
    leaving: Vec<u32>,
    arcs: Arcs,
    /// Flow that leaves each node, seepage and flooding included [m³/s].
    out_m3s: Vec<f64>,
    /// Row of concentrations, before.
    row: Vec<f64>,
    inflow: Vec<f64>,
    mixture: Vec<f64>,
}

/// A step.
struct Step<'a> {
    model: &'a DrainageModel,
    net: &'a Network,
    water: Reactors<'a>,
    after: &'a NetworkState,
    aside: Aside<'a>,
    dt_s: f64,
}

impl Step<'_> {
    /// Whether a node passes on all it receives.
    fn leaves(&self, at: usize) -> bool {
        self.net.nodes[at].class == NodeClass::Outfall
    }

    fn flooding_m3s(&self, at: usize) -> f64 {
        let nodes = &self.after.nodes;
        let floods = !self.leaves(at) && nodes.volume_m3[at] <= self.net.nodes[at].full_volume_m3;
        if floods { nodes.overflow_m3s[at].max(0.0) } else { 0.0 }
    }

    fn seepage_m3s(&self, at: usize) -> f64 {
        self.aside.losses.get(at).map_or(0.0, |l| l.1)
            + 0.5 * self.around(at).map(|l| self.after.links.seepage_m3s[l]).sum::<f64>()
    }

    fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        let (from, to) = (self.net.start[at] as usize, self.net.start[at + 1] as usize);
        self.net.incidence[from..to].iter().map(|l| *l as usize)
    }
}

/// Which water goes where in a step: arcs along links and through inlets.
#[derive(Debug, Clone, Default)]
struct Arcs {
    /// From, to, flow [m³/s].
    arcs: Vec<(u32, u32, f64)>,
    /// Arcs by the node they enter: those of node `i` are `entering[start[i]..start[i + 1]]`.
    entering: Vec<u32>,
    start: Vec<u32>,
    /// Flow that arcs take out of each node [m³/s].
    sent_m3s: Vec<f64>,
    /// Flow that arcs and lateral inflow bring [m³/s].
    brought_m3s: Vec<f64>,
    /// Lateral inflow without what inlets pass [m³/s].
    lateral_m3s: Vec<f64>,
}

impl Arcs {
    fn find(&mut self, step: &Step<'_>) {
        let count = step.net.nodes.len();
        own_lateral(step.after, step.aside.transfers, &mut self.lateral_m3s);
        self.arcs.clear();
        // The mean over the step, which may have been taken in parts.
        for (l, q) in step.after.links.inflow_m3s.iter().enumerate().filter(|q| *q.1 != 0.0) {
            self.arcs.push((upstream(step.net, l, *q) as u32, downstream(step.net, l, *q) as u32, q.abs()));
        }
        for t in step.aside.transfers.iter().filter(|t| t.captured_m3s > 0.0) {
            self.arcs.push((t.street, t.sewer, t.captured_m3s));
        }
        self.sent_m3s.clear();
        self.sent_m3s.resize(count, 0.0);
        self.brought_m3s.clear();
        self.brought_m3s.extend(self.lateral_m3s.iter().map(|q| q.max(0.0)));
        self.start.clear();
        self.start.resize(count + 2, 0);
        for (from, to, q) in &self.arcs {
            self.sent_m3s[*from as usize] += q;
            self.brought_m3s[*to as usize] += q;
            self.start[*to as usize + 2] += 1;
        }
        for at in 2..count + 2 {
            self.start[at] += self.start[at - 1];
        }
        self.entering.clear();
        self.entering.resize(self.arcs.len(), 0);
        for (i, (_, to, _)) in (0..).zip(&self.arcs) {
            let place = &mut self.start[*to as usize + 1];
            self.entering[*place as usize] = i;
            *place += 1;
        }
        for t in step.aside.transfers {
            self.brought_m3s[t.street as usize] += t.back_m3s;
        }
    }

    /// Arcs that enter a node: where from, how much [m³/s].
    fn entering(&self, at: usize) -> impl Iterator<Item = (usize, f64)> {
        let (from, to) = (self.start[at] as usize, self.start[at + 1] as usize);
        self.entering[from..to].iter().map(|i| {
            let (from, _, q) = self.arcs[*i as usize];
            (from as usize, q)
        })
    }

    fn taken_m3s(&self, at: usize) -> f64 {
        (-self.lateral_m3s[at]).max(0.0)
    }

    /// Flow that leaves the network at an outfall [m³/s].
    fn outflow_m3s(&self, step: &Step<'_>, at: usize) -> f64 {
        if step.leaves(at) { (self.brought_m3s[at] - self.sent_m3s[at]).max(0.0) } else { 0.0 }
    }

    /// Load that arcs bring [load/s].
    fn load(&self, at: usize, concentrations: &[f64], (n, p): (usize, usize)) -> f64 {
        self.entering(at).map(|(from, q)| q * concentrations[from * n + p]).sum()
    }
}

impl Quality {
    /// Moves pollutants over a step of a scheme whose nodes balance, after [`Quality::node_loads`]; the rates at the
    /// step's end hold over all of it.
    #[allow(clippy::too_many_arguments)] // The step's two ends and what it is a step of.
    pub fn route_conserving(
        &self,
        model: &DrainageModel,
        net: &Network,
        water: Reactors<'_>,
        after: &NetworkState,
        aside: Aside<'_>,
        dt_s: f64,
        quality: &mut QualityState,
        scratch: &mut QualityScratch,
    ) {
        let n = self.pollutants;
        if n == 0 || dt_s <= 0.0 {
            return;
        }
        let step = Step { model, net, water, after, aside, dt_s };
        scratch.arcs.find(&step);
        let circles = sort(scratch);
        scratch.out_m3s.clear();
        let leaving = |at| {
            let arcs = &scratch.arcs;
            let out = arcs.sent_m3s[at] + step.flooding_m3s(at) + step.seepage_m3s(at);
            out + arcs.taken_m3s(at) + arcs.outflow_m3s(&step, at)
        };
        scratch.out_m3s.extend((0..net.nodes.len()).map(leaving));
        // Loads were gathered where concentrations go; start from those of the last step.
        let mut loads = std::mem::replace(&mut quality.node, quality.node_old.clone());
        for t in aside.transfers {
            for p in 0..n {
                // It was booked as flooding when it left the sewer.
                let load = t.back_m3s * quality.node_old[t.sewer as usize * n + p];
                loads[t.street as usize * n + p] += load;
                quality.rates[p].flooding -= load;
            }
        }
        scratch.row.clear();
        scratch.row.resize(n, 0.0);
        (scratch.inflow, scratch.mixture) = (vec![0.0; n], vec![0.0; n]);
        for _ in 0..if circles { SWEEPS } else { 1 } {
            let mut change = 0.0_f64;
            for i in 0..scratch.order.len() {
                let at = scratch.order[i] as usize;
                change = change.max(self.solve(&step, at, &loads, quality, scratch));
            }
            if change <= TOLERANCE {
                break;
            }
        }
        self.settle(&step, &loads, quality, scratch);
    }

    /// Mixture of a node and its pollutants' concentrations after treatment. Returns the largest relative change.
    fn solve(
        &self,
        step: &Step<'_>,
        at: usize,
        loads: &[f64],
        quality: &mut QualityState,
        scratch: &mut QualityScratch,
    ) -> f64 {
        let n = self.pollutants;
        self.mix(step, at, loads, quality, scratch);
        let treatments = self.treatments.nodes[at].as_deref();
        let mut row = std::mem::take(&mut scratch.row);
        if let Some(treatments) = treatments {
            let site = site(step, at, treatments, quality.residence_s[at], scratch);
            for (p, c) in row.iter_mut().enumerate() {
                *c = site.treated(p, site.flow_m3s <= NO_FLOW_M3S).unwrap_or(site.mixture[p]);
            }
        } else {
            row.copy_from_slice(&scratch.mixture);
        }
        let mut change = 0.0_f64;
        for (p, c) in row.iter().enumerate() {
            let held = &mut quality.node[at * n + p];
            let size = c.abs().max(held.abs());
            if size > 0.0 {
                change = change.max((c - *held).abs() / size);
            }
            *held = *c;
        }
        scratch.row = row;
        change
    }

    /// Mixture of a node and concentration of its inflow, before treatment.
    fn mix(&self, step: &Step<'_>, at: usize, loads: &[f64], quality: &QualityState, scratch: &mut QualityScratch) {
        let (n, dt_s) = (self.pollutants, step.dt_s);
        let (v1, v2) = (step.water.before_m3[at], step.water.after_m3[at]);
        let holds_m3 = v2 + scratch.out_m3s[at] * dt_s;
        let enters_m3s = scratch.arcs.brought_m3s[at];
        for p in 0..n {
            let load = loads[at * n + p] + scratch.arcs.load(at, &quality.node, (n, p));
            let decay = self.decay(step, at, p);
            let all = quality.node_old[at * n + p] * v1 * (1.0 + (-decay).max(0.0) * dt_s) + load * dt_s;
            let room_m3 = holds_m3 + decay.max(0.0) * dt_s * v2;
            scratch.mixture[p] = if room_m3 > NO_VOLUME_M3 * 1e-6 { (all / room_m3).max(0.0) } else { 0.0 };
            scratch.inflow[p] = if enters_m3s > NO_FLOW_M3S { load / enters_m3s } else { 0.0 };
        }
    }

    /// Decay at a node; treatment of the pollutant stands in its place [1/s].
    fn decay(&self, step: &Step<'_>, at: usize, p: usize) -> f64 {
        let treated = self.treatments.nodes[at].as_ref().is_some_and(|t| t[p].is_some());
        if treated { 0.0 } else { step.model.pollutants[p].decay_per_s }
    }

    /// Books the step and sets concentrations of links.
    fn settle(&self, step: &Step<'_>, loads: &[f64], quality: &mut QualityState, scratch: &mut QualityScratch) {
        let (n, dt_s) = (self.pollutants, step.dt_s);
        for at in 0..step.net.nodes.len() {
            self.mix(step, at, loads, quality, scratch);
            let (v1, v2) = (step.water.before_m3[at], step.water.after_m3[at]);
            let (flooding, seepage) = (step.flooding_m3s(at), step.seepage_m3s(at));
            let (taken, outflow) = (scratch.arcs.taken_m3s(at), scratch.arcs.outflow_m3s(step, at));
            for p in 0..n {
                let c = quality.node[at * n + p];
                let decay = self.decay(step, at, p);
                let brought = scratch.arcs.load(at, &quality.node, (n, p));
                let (grown, all) = {
                    let held = quality.node_old[at * n + p] * v1;
                    (held * (-decay).max(0.0), held + (loads[at * n + p] + brought) * dt_s)
                };
                let kept = c * (v2 + scratch.out_m3s[at] * dt_s);
                let rates = &mut quality.rates[p];
                let decayed = decay.max(0.0) * v2 * c;
                let rest = all + grown * dt_s - decayed * dt_s - kept;
                let treats = self.treatments.nodes[at].as_ref().is_some_and(|t| t[p].is_some());
                // What is left when a node falls dry stays behind; what treatment takes is gone.
                if treats {
                    rates.reacted += rest / dt_s;
                } else if scratch.mixture[p] == 0.0 {
                    rates.dried += rest;
                }
                rates.reacted += decayed - grown;
                rates.flooding += flooding * c;
                rates.seepage += seepage * c;
                rates.outflow += (outflow + taken) * c;
                if step.leaves(at) {
                    quality.outfall_load[at * n + p] += outflow * c * dt_s;
                }
            }
            let age = &mut quality.residence_s[at];
            let enters = scratch.arcs.brought_m3s[at];
            *age = if v1 < NO_FLOW_M3S { 0.0 } else { ((*age + dt_s) * v1 / (v1 + enters * dt_s)).max(0.0) };
        }
        for (at, flow_m3s) in step.after.links.flow_m3s.iter().enumerate() {
            let from = upstream(step.net, at, *flow_m3s);
            for p in 0..n {
                quality.link[at * n + p] = quality.node[from * n + p];
                quality.carried[at * n + p] += flow_m3s.abs() * quality.node[from * n + p] * dt_s;
            }
        }
        for (total, rates) in quality.network.iter_mut().zip(&quality.rates) {
            total.add(rates, dt_s);
            total.dried.add(rates.dried);
        }
    }
}

fn site<'a>(
    step: &Step<'_>,
    at: usize,
    treatments: &'a [Option<super::super::model::Treatment>],
    residence_s: f64,
    scratch: &'a QualityScratch,
) -> Site<'a> {
    let depths = [step.water.before_depth_m[at], step.after.nodes.depth_m[at]];
    let areas = depths.map(|d| step.net.nodes[at].surface_m2(d));
    Site {
        treatments,
        inflow: &scratch.inflow,
        mixture: &scratch.mixture,
        flow_m3s: scratch.arcs.brought_m3s[at],
        depth_m: f64::midpoint(depths[0], depths[1]),
        area_m2: f64::midpoint(areas[0], areas[1]),
        residence_s,
        dt_s: step.dt_s,
    }
}

/// Orders nodes so that water comes from earlier ones. Returns whether some of it runs in circles.
fn sort(scratch: &mut QualityScratch) -> bool {
    let QualityScratch { order, waiting, leaving, arcs, .. } = scratch;
    let count = arcs.sent_m3s.len();
    // Arcs by the node they leave.
    leaving.clear();
    leaving.extend(0..arcs.arcs.len() as u32);
    leaving.sort_unstable_by_key(|i| arcs.arcs[*i as usize].0);
    waiting.clear();
    waiting.extend((0..count).map(|at| arcs.start[at + 1] - arcs.start[at]));
    order.clear();
    order.extend((0..count as u32).filter(|at| waiting[*at as usize] == 0));
    let mut next = 0;
    while next < order.len() {
        let at = order[next];
        next += 1;
        let first = leaving.partition_point(|i| arcs.arcs[*i as usize].0 < at);
        for i in leaving[first..].iter().take_while(|i| arcs.arcs[**i as usize].0 == at) {
            let to = arcs.arcs[*i as usize].1;
            waiting[to as usize] -= 1;
            if waiting[to as usize] == 0 {
                order.push(to);
            }
        }
    }
    let circles = order.len() < count;
    order.extend((0..count as u32).filter(|at| waiting[*at as usize] > 0));
    circles
}

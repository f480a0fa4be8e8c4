//! One routing step.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! section 3.3.

use super::super::network::{Actions, Network, NetworkState, RoutingStep, StageLaw, outfall_depth};
use super::super::section::SWMM_GRAVITY_MS2;
use super::junction::Level;
use super::momentum::CAPACITY_LIMITED;
use super::work::NodeWork;
use super::{LinkClass, Pass, PicardEngine, PicardScratch, PicardState, class, junction, momentum, regulator};

impl PicardEngine {
    /// Routes one step of `dt_s` and advances the model time.
    ///
    /// Before it, lateral inflows, losses of storage units and settings of the step must stand in `state`. After it all
    /// of [`NetworkState`] belongs to the end of the step.
    pub fn step(
        &self,
        net: &Network,
        state: &mut NetworkState,
        own: &mut PicardState,
        actions: &Actions,
        dt_s: f64,
        scratch: &mut PicardScratch,
    ) -> RoutingStep {
        self.load(state, actions, dt_s, scratch);
        self.read_levels(net, state, actions, dt_s, scratch);
        let mut iterations = 0;
        let mut converged = false;
        while iterations < self.settings.trials {
            let pass = self.pass(net, actions, dt_s, iterations > 0);
            self.start_nodes(net, scratch);
            self.link_flows(&pass, scratch);
            converged = self.node_depths(&pass, own, scratch);
            iterations += 1;
            if iterations > 1 {
                if converged {
                    break;
                }
                self.bypass(scratch);
            }
        }
        self.store(net, state, own, dt_s, scratch);
        RoutingStep { dt_s, iterations, converged, ..RoutingStep::default() }
    }

    fn pass<'a>(&'a self, net: &'a Network, actions: &Actions, dt: f64, relaxed: bool) -> Pass<'a> {
        let settings = &self.settings;
        Pass {
            net,
            tables: &self.tables,
            rare: &self.rare,
            dt,
            gravity_dt: SWMM_GRAVITY_MS2 * dt,
            relaxed,
            slot: settings.slot,
            damping: settings.damping,
            normal_limit: settings.normal_limit,
            force_main: settings.force_main,
            keeps_flags: settings.defects,
            rounded_exponent: settings.defects,
            evaporation: if actions.evaporates { actions.evaporation_ms } else { 0.0 },
            conductivity: actions.conductivity_factor,
        }
    }

    /// The state at the start of the step, where the passes work on it.
    fn load(&self, state: &mut NetworkState, actions: &Actions, dt: f64, scratch: &mut PicardScratch) {
        for (i, (work, vertex)) in scratch.nodes.iter_mut().zip(&self.vertices).enumerate() {
            let nodes = &mut state.nodes;
            nodes.net_old_m3s[i] = nodes.inflow_m3s[i] - nodes.outflow_m3s[i];
            let (depth, volume, lateral) = (nodes.depth_m[i], nodes.volume_m3[i], nodes.lateral_m3s[i]);
            // Ponded water is offered to ideal pumps and dummy conduits in the first pass.
            let excess = volume - vertex.full_volume;
            *work = NodeWork {
                depth,
                depth_old: depth,
                volume,
                volume_old: volume,
                net_old: nodes.net_old_m3s[i],
                lateral_in: lateral.max(0.0),
                lateral_out: nodes.losses_m3s[i] + (-lateral).max(0.0),
                overflow: if !vertex.storage && excess > 0.0 { excess / dt } else { 0.0 },
                ..NodeWork::default()
            };
        }
        let links = &state.links;
        let open = |at: usize| 1.0 - actions.blocked.get(at).copied().unwrap_or(0.0).clamp(0.0, 1.0);
        for (work, pipe) in scratch.pipes.iter_mut().zip(&self.pipes) {
            let at = pipe.link as usize;
            work.flow = links.flow_m3s[at] / pipe.barrels;
            work.flow_old = work.flow;
            work.area = links.area_mid_m2[at];
            work.area_old = work.area;
            work.depth = links.depth_m[at];
            work.depth_old = work.depth;
            work.volume = links.volume_m3[at];
            work.froude = links.froude[at];
            work.flags = links.flags[at] & !CAPACITY_LIMITED;
            work.open = if links.setting[at] == 0.0 { 0.0 } else { open(at) };
            (work.normal_of, work.critical_of) = (f64::NAN, f64::NAN);
            work.bypassed = false;
        }
        for (work, other) in scratch.others.iter_mut().zip(&self.others) {
            let at = other.link as usize;
            work.flow = links.flow_m3s[at];
            work.setting = links.setting[at];
            work.open = open(at);
            if other.pump && !actions.powered.get(at).copied().unwrap_or(true) {
                work.open = 0.0;
            }
            (work.surface_from, work.surface_to, work.dqdh) = (0.0, 0.0, 0.0);
            work.bypassed = false;
        }
    }

    /// Levels outside the outfalls at the end of the step.
    fn read_levels(
        &self,
        net: &Network,
        state: &NetworkState,
        actions: &Actions,
        dt: f64,
        scratch: &mut PicardScratch,
    ) {
        scratch.levels.clear();
        scratch.levels.extend(net.outfalls.iter().map(|end| {
            let imposed = actions.stage_m.get(end.node as usize).copied().unwrap_or(f64::NAN);
            if imposed.is_nan() { end.law.level_m(state.time_s + dt).unwrap_or(f64::NAN) } else { imposed }
        }));
    }

    /// Nodes at the start of a pass.
    fn start_nodes(&self, net: &Network, scratch: &mut PicardScratch) {
        for (i, (work, vertex)) in scratch.nodes.iter_mut().zip(&self.vertices).enumerate() {
            work.surface = vertex.surface(&net.nodes[i], work.depth);
            work.inflow = work.lateral_in;
            work.outflow = work.lateral_out;
            work.dqdh = 0.0;
        }
    }

    /// Flows of all links and their sums at the nodes: conduits first, then the rest, each in the order of the links.
    fn link_flows(&self, pass: &Pass<'_>, scratch: &mut PicardScratch) {
        let nodes = &mut scratch.nodes[..];
        for (pipe, work) in self.pipes.iter().zip(&mut scratch.pipes) {
            let (from, to) = (pipe.from as usize, pipe.to as usize);
            if !work.bypassed {
                momentum::update(pass, pipe, work, &nodes[from], &nodes[to]);
            }
            let flow = work.flow * pipe.barrels;
            let forward = flow.max(0.0);
            let backward = (-flow).max(0.0);
            let mut lost = (work.evaporation + work.seepage) * pipe.barrels;
            let outfalls = [self.vertices[from].outfall, self.vertices[to].outfall];
            if lost > 0.0 && !outfalls[0] && !outfalls[1] {
                lost *= 0.5;
            }
            let node = &mut nodes[from];
            node.outflow += forward;
            node.inflow += backward;
            node.outflow += if outfalls[0] { 0.0 } else { lost };
            node.surface += work.surface_from * pipe.barrels;
            node.dqdh += work.dqdh;
            let node = &mut nodes[to];
            node.inflow += forward;
            node.outflow += backward;
            node.outflow += if outfalls[1] { 0.0 } else { lost };
            node.surface += work.surface_to * pipe.barrels;
            node.dqdh += work.dqdh;
        }
        for (other, work) in self.others.iter().zip(&mut scratch.others) {
            if !work.bypassed {
                regulator::update(pass, other, work, nodes);
            }
            let (forward, backward) = (work.flow.max(0.0), (-work.flow).max(0.0));
            let node = &mut nodes[other.from as usize];
            node.outflow += forward;
            node.inflow += backward;
            node.surface += work.surface_from;
            node.dqdh += work.dqdh;
            let node = &mut nodes[other.to as usize];
            node.inflow += forward;
            node.outflow += backward;
            node.surface += work.surface_to;
            if other.acts_on_outlet {
                node.dqdh += work.dqdh;
            }
        }
    }

    /// Depths of all nodes; whether all but the outfalls have settled.
    fn node_depths(&self, pass: &Pass<'_>, own: &mut PicardState, scratch: &mut PicardScratch) -> bool {
        self.outfall_depths(pass, scratch);
        let level = Level {
            dt: pass.dt,
            relaxed: pass.relaxed,
            min_surface: self.settings.min_surface_m2,
            tolerance: self.settings.tolerance_m,
        };
        let mut settled = true;
        let parts = scratch.nodes.iter_mut().zip(&self.vertices).zip(&pass.net.nodes).zip(&mut own.surface_old_m2);
        for (((work, vertex), node), surface_old) in parts {
            if !vertex.outfall {
                settled &= junction::update(&level, vertex, node, work, surface_old);
            }
        }
        settled
    }

    fn outfall_depths(&self, pass: &Pass<'_>, scratch: &mut PicardScratch) {
        for (end, &level) in pass.net.outfalls.iter().zip(&scratch.levels) {
            let node = end.node as usize;
            let level = if level.is_nan() { None } else { Some(level) };
            if level.is_none() && self.settings.offset_defect && end.offset_m > 0.0 {
                scratch.nodes[node].depth = 0.0;
                continue;
            }
            let only_normal = end.law == StageLaw::Normal;
            let (normal, critical) = match self.slots[end.link as usize] {
                Some(at) => {
                    let (pipe, work) = (&self.pipes[at as usize], &mut scratch.pipes[at as usize]);
                    // But for a normal-depth outfall only the lesser of both matters.
                    if only_normal && level.is_none() {
                        (class::normal_depth(pass, pipe, work), f64::INFINITY)
                    } else {
                        let lesser = class::lesser_depth(pass, pipe, work).0;
                        (lesser, lesser)
                    }
                }
                None => (0.0, 0.0),
            };
            let invert = pass.net.nodes[node].invert_m;
            scratch.nodes[node].depth = outfall_depth(level, only_normal, invert, end.offset_m, normal, critical);
        }
    }

    /// Links between settled nodes keep their flow in the next pass.
    fn bypass(&self, scratch: &mut PicardScratch) {
        let nodes = &scratch.nodes;
        let settled = |from: u32, to: u32| nodes[from as usize].converged && nodes[to as usize].converged;
        for (pipe, work) in self.pipes.iter().zip(&mut scratch.pipes) {
            work.bypassed = settled(pipe.from, pipe.to);
        }
        for (other, work) in self.others.iter().zip(&mut scratch.others) {
            work.bypassed = settled(other.from, other.to);
        }
    }

    /// The end of the step, back into the state.
    fn store(&self, net: &Network, state: &mut NetworkState, own: &mut PicardState, dt: f64, scratch: &PicardScratch) {
        state.time_s += dt;
        let nodes = &mut state.nodes;
        for (i, (work, vertex)) in scratch.nodes.iter().zip(&self.vertices).enumerate() {
            nodes.depth_m[i] = work.depth;
            nodes.volume_m3[i] = work.volume;
            nodes.inflow_m3s[i] = work.inflow;
            nodes.outflow_m3s[i] = work.outflow;
            nodes.overflow_m3s[i] = work.overflow;
            own.rise_ms[i] = if vertex.outfall { 0.0 } else { (work.depth - work.depth_old).abs() / dt };
            own.converged[i] = work.converged;
        }
        let links = &mut state.links;
        for (work, pipe) in scratch.pipes.iter().zip(&self.pipes) {
            let at = pipe.link as usize;
            let flow = work.flow * pipe.barrels;
            (links.flow_m3s[at], links.inflow_m3s[at]) = (flow, flow);
            links.depth_m[at] = work.depth;
            links.volume_m3[at] = work.volume;
            links.area_from_m2[at] = work.area_from;
            links.area_to_m2[at] = work.area_to;
            links.area_mid_m2[at] = work.area;
            links.froude[at] = work.froude;
            links.class[at] = work.class;
            links.evaporation_m3s[at] = work.evaporation * pipe.barrels;
            links.seepage_m3s[at] = work.seepage * pipe.barrels;
            let mut flags = work.flags;
            if work.area >= pipe.full_area && steeper_than_bed(net, scratch, pipe.link as usize) {
                flags |= CAPACITY_LIMITED;
            }
            links.flags[at] = flags;
        }
        for (work, other) in scratch.others.iter().zip(&self.others) {
            let at = other.link as usize;
            (links.flow_m3s[at], links.inflow_m3s[at]) = (work.flow, work.flow);
            links.depth_m[at] = work.depth;
            links.class[at] = work.class;
        }
    }
}

/// Whether the head line of a full conduit falls more than its bed: then it carries what it can.
fn steeper_than_bed(net: &Network, scratch: &PicardScratch, at: usize) -> bool {
    let link = &net.links[at];
    let LinkClass::Conduit(conduit) = &link.class else { return false };
    let head = |node: u32| net.nodes[node as usize].invert_m + scratch.nodes[node as usize].depth;
    head(link.from) - head(link.to) > conduit.slope.abs() * conduit.length_m
}

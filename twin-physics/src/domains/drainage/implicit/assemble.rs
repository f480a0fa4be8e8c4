//! The parts of one step: what it starts from, the system at given heads, and what it leaves.
//!
//! *Source:* own derivation; see [`super`].

use super::conduit::{self, Meets};
use super::engine::{FADE_M, FASTEST_MS, ImplicitEngine, ImplicitScratch, ImplicitState, SMALL_MOVE_M};
use super::node::{own, spill_depth_m};
use super::setup::Law;
use super::table::Geometry;
use crate::constants::GRAVITY_MS2;
use crate::domains::drainage::model::PumpCurve;
use crate::domains::drainage::network::{
    Actions, FlowClass, Network, NetworkState, NodeClass, StageLaw, full_friction, outfall_depth,
};
use crate::domains::drainage::structure::{Ends, Structure};

/// Share of its height at which a free end of a closed conduit counts as full.
const NEARLY_FULL: f64 = 0.97;

/// A flow with its slopes: ∂Q/∂h₁ ≥ 0 and −∂Q/∂h₂ ≥ 0.
pub(super) type Flow = (f64, f64, f64);

impl ImplicitEngine {
    /// What holds over the whole part: momentum of neighbours, weights by Froude number, losses, volumes at its start.
    pub(super) fn begin(
        &self,
        net: &Network,
        state: &NetworkState,
        own: &ImplicitState,
        actions: &Actions,
        dt_s: f64,
        scratch: &mut ImplicitScratch,
    ) {
        let setup = &self.setup;
        scratch.fixed_m3.clear();
        for (node, volume) in own.volume_m3.iter().enumerate() {
            let net_m3s = state.nodes.lateral_m3s[node] - state.nodes.losses_m3s[node];
            scratch.fixed_m3.push(volume + dt_s * net_m3s);
        }
        scratch.momentum.clear();
        scratch.central.clear();
        scratch.losses.clear();
        scratch.falls_m.clear();
        let velocity = |link: usize| {
            let Law::Conduit(c) = setup.links[link] else { return 0.0 };
            let area = state.links.area_mid_m2[link] * setup.conduits[c as usize].barrels;
            if area > 1e-6 { (state.links.flow_m3s[link] / area).clamp(-FASTEST_MS, FASTEST_MS) } else { 0.0 }
        };
        for (link, law) in setup.links.iter().enumerate() {
            let Law::Conduit(c) = *law else { continue };
            let c = c as usize;
            let (q, u) = (state.links.flow_m3s[link], velocity(link));
            let conduit = &setup.conduits[c];
            let froude = state.links.froude[link].abs();
            scratch.central.push(conduit::centred(froude));
            scratch.falls_m.push(conduit.fall_m(&setup.tables[conduit.table as usize], q));
            // Flux of momentum through each end: mean flow of both conduits times the velocity upstream.
            let mut fastest = u.abs();
            let mut flux = [q * u; 2];
            for (end, neighbour) in setup.neighbours[c].iter().enumerate() {
                if let Some((other, sign)) = *neighbour {
                    let other = other as usize;
                    let (q2, u2) = (sign * state.links.flow_m3s[other], sign * velocity(other));
                    let mean = 0.5 * (q + q2);
                    let upstream_is_other = (mean > 0.0) == (end == 0);
                    flux[end] = mean * if upstream_is_other { u2 } else { u };
                    fastest = fastest.max(u2.abs());
                }
            }
            // Explicit, so it fades where water crosses the conduit within the step.
            let courant = fastest * dt_s / conduit.length_m;
            let fade = if courant > 1.0 { 1.0 / courant } else { 1.0 };
            scratch.momentum.push(fade * dt_s * (flux[0] - flux[1]) / conduit.length_m);
            scratch.losses.push(self.conduit_losses(net, own, actions, link, c, dt_s));
        }
        for (link, law) in setup.links.iter().enumerate() {
            let Law::Conduit(c) = *law else { continue };
            let [first, second] = scratch.losses[c as usize];
            scratch.fixed_m3[net.links[link].from as usize] -= first * dt_s;
            scratch.fixed_m3[net.links[link].to as usize] -= second * dt_s;
        }
    }

    /// Evaporation and seepage of a conduit, by the end whose node stores its water [m³/s].
    fn conduit_losses(
        &self,
        net: &Network,
        own: &ImplicitState,
        actions: &Actions,
        link: usize,
        c: usize,
        dt_s: f64,
    ) -> [f64; 2] {
        let Some(special) = &self.setup.special[c] else { return [0.0; 2] };
        let evaporates = special.open && actions.evaporates && actions.evaporation_ms > 0.0;
        if special.seepage_ms == 0.0 && !evaporates {
            return [0.0; 2];
        }
        let conduit = &self.setup.conduits[c];
        let table = &self.setup.tables[conduit.table as usize];
        let ends = [net.links[link].from as usize, net.links[link].to as usize];
        [0, 1].map(|end| {
            let length = conduit.length_m * conduit.barrels * self.setup.shares[c][end];
            let at = table.geometry((own.head_m[ends[end]] - conduit.bottom_m[end]).min(table.depth_m()));
            let seeps = special.seepage_ms * actions.conductivity_factor;
            let rate = if evaporates { seeps + actions.evaporation_ms } else { seeps };
            (rate * at.width_m * length).min(0.5 * at.area_m2 * length / dt_s)
        })
    }

    /// Heads at outfalls at the end of the part.
    pub(super) fn outfall_heads(&self, net: &Network, time_s: f64, actions: &Actions, head: &mut [f64]) {
        for end in &net.outfalls {
            let node = end.node as usize;
            let imposed = actions.stage_m.get(node).copied().filter(|level| !level.is_nan());
            // Without a level the conduit falls freely; its own law then finds the depth.
            head[node] = imposed.or_else(|| end.law.level_m(time_s)).unwrap_or(net.nodes[node].invert_m);
        }
    }

    /// Flows, volumes and residuals at these heads.
    pub(super) fn evaluate(
        &self,
        net: &Network,
        state: &NetworkState,
        actions: &Actions,
        head: &[f64],
        dt_s: f64,
        scratch: &mut ImplicitScratch,
    ) {
        self.store_own(net, head, scratch);
        let nothing = conduit::ConduitFlow::default();
        scratch.flows.resize(self.setup.conduits.len(), nothing);
        scratch.others.clear();
        scratch.residual.clear();
        scratch.residual.extend(scratch.fixed_m3.iter().map(|v| -v));
        for (link, law) in self.setup.links.iter().enumerate() {
            let data = &net.links[link];
            let ends = [data.from as usize, data.to as usize];
            let (flow, first, second) = match *law {
                Law::Conduit(c) => {
                    let c = c as usize;
                    let moved_m = ends.map(|node| scratch.moved_m[node]);
                    // What is not a number is not small.
                    let out = if moved_m.iter().all(|m| m.abs() < SMALL_MOVE_M) {
                        scratch.flows[c].followed(moved_m)
                    } else {
                        self.conduit(net, state, actions, head, dt_s, link, c, scratch)
                    };
                    let conduit = &self.setup.conduits[c];
                    for end in [0, 1] {
                        let length = conduit.length_m * conduit.barrels * self.setup.shares[c][end];
                        scratch.volume[ends[end]] += length * out.ends[end].area_m2;
                        scratch.slope[ends[end]] += length * out.ends[end].width_m;
                    }
                    let flow = (out.flow_m3s, out.by_first, out.by_second);
                    scratch.flows[c] = out;
                    flow
                }
                Law::Dummy => {
                    // Empties its node within a tenth of the step.
                    let node = &net.nodes[ends[0]];
                    let rate = 10.0 * self.setup.shaft_m2 / dt_s;
                    let depth = head[ends[0]] - node.invert_m - data.offset_from_m;
                    if depth > 0.0 { (rate * depth, rate, 0.0) } else { (0.0, 0.0, 0.0) }
                }
                Law::Structure(i) => self.structure(net, state, actions, head, (link, i, dt_s)),
            };
            scratch.others.push((flow, first, second));
            scratch.residual[ends[0]] += dt_s * flow;
            scratch.residual[ends[1]] -= dt_s * flow;
        }
        for (residual, volume) in scratch.residual.iter_mut().zip(&scratch.volume) {
            *residual += volume;
        }
        scratch.doors.clear();
        for (door, taken_m3) in actions.doors.iter().zip(&scratch.door_m3) {
            let node = door.node as usize;
            let flow = door.flow(*taken_m3, head[node], dt_s);
            scratch.doors.push((flow.flow_m3s, flow.slope_m2s));
            scratch.residual[node] -= dt_s * flow.flow_m3s;
        }
    }

    #[allow(clippy::too_many_arguments)] // one link of `evaluate`
    fn conduit(
        &self,
        net: &Network,
        state: &NetworkState,
        actions: &Actions,
        head: &[f64],
        dt_s: f64,
        link: usize,
        c: usize,
        scratch: &ImplicitScratch,
    ) -> conduit::ConduitFlow {
        let (data, law) = (&net.links[link], &self.setup.conduits[c]);
        let heads_m = [head[data.from as usize], head[data.to as usize]];
        let table = &self.setup.tables[law.table as usize];
        let old_m3s = state.links.flow_m3s[link];
        let special = self.setup.special[c].as_ref();
        let main_per_s = special.and_then(|s| s.main.as_ref()).map_or(0.0, |main| {
            let full = (0..2).all(|end| heads_m[end] - law.bottom_m[end] >= table.depth_m());
            let velocity = old_m3s.abs() / (law.barrels * table.geometry(table.depth_m()).area_m2);
            if full { full_friction(main.law, main.factor, main.roughness_m, velocity, main.radius_m) } else { 0.0 }
        });
        let meets = Meets {
            heads_m,
            old_m3s,
            fall_m: scratch.falls_m[c],
            momentum_m3s: scratch.momentum[c],
            central: scratch.central[c],
            blocked: actions.blocked.get(link).copied().unwrap_or(0.0).clamp(0.0, 0.999_999),
            main_per_s,
            dt_s,
        };
        let mut out = conduit::flow(law, table, &meets);
        if state.links.setting[link] <= 0.0 {
            (out.flow_m3s, out.by_first, out.by_second) = (0.0, 0.0, 0.0);
        }
        if let Some((inlet, section)) = special.and_then(|s| s.inlet.as_ref())
            && out.flow_m3s > 0.0
        {
            let entering = inlet.flow(section, (heads_m[0] - law.bottom_m[0]).max(0.0));
            if entering.flow_m3s * law.barrels < out.flow_m3s {
                out.flow_m3s = entering.flow_m3s * law.barrels;
                out.by_first = (entering.dqdh_m2s * law.barrels).max(0.0);
                out.by_second = 0.0;
            }
        }
        out
    }

    fn structure(
        &self,
        net: &Network,
        state: &NetworkState,
        actions: &Actions,
        head: &[f64],
        (link, i, dt_s): (usize, u32, f64),
    ) -> Flow {
        let data = &net.links[link];
        let (from, to) = (data.from as usize, data.to as usize);
        let structure = &net.structures[i as usize];
        let setting = state.links.setting[link];
        let pump = matches!(structure, Structure::Pump(_));
        // A step of a pump's curve is taken where the part of the step begins.
        let steps = matches!(structure, Structure::Pump(p) if matches!(p.curve, PumpCurve::StepDepth(_)));
        if pump && !actions.powered.get(link).copied().unwrap_or(true) {
            return (0.0, 0.0, 0.0);
        }
        let depth = |n: usize| head[n] - net.nodes[n].invert_m;
        if matches!(structure, Structure::Pump(p) if matches!(p.curve, PumpCurve::Ideal)) {
            // It takes what comes: empties its node within a tenth of the step.
            let rate = 10.0 * self.setup.shaft_m2 / dt_s * setting.max(0.0);
            return if depth(from) > 0.0 { (rate * depth(from), rate, 0.0) } else { (0.0, 0.0, 0.0) };
        }
        let ends = Ends {
            head_from_m: head[from],
            head_to_m: head[to],
            depth_from_m: if steps { state.nodes.depth_m[from] } else { depth(from).max(0.0) },
            depth_to_m: depth(to).max(0.0),
            inflow_from_m3s: state.nodes.inflow_m3s[from],
            volume_from_m3: state.nodes.volume_m3[from],
            gate_from: self.setup.gated[from],
            gate_to: self.setup.gated[to],
        };
        let open = 1.0 - actions.blocked.get(link).copied().unwrap_or(0.0).clamp(0.0, 1.0);
        let law = structure.smooth_flow(&ends, setting);
        let (mut q, mut first, mut second) =
            (law.flow_m3s * open, law.by_head_from_m2s.max(0.0) * open, (-law.by_head_to_m2s).max(0.0) * open);
        // The end that gives cannot be drawn dry.
        let giver = depth(if q >= 0.0 { from } else { to });
        if giver < FADE_M {
            let fade = (giver / FADE_M).max(0.0);
            let by_depth = if giver > 0.0 { q.abs() / FADE_M } else { 0.0 };
            (first, second) = (first * fade, second * fade);
            if q >= 0.0 {
                first += by_depth
            } else {
                second += by_depth
            }
            q *= fade;
        }
        (q, first, second)
    }

    /// The system of Newton's method.
    pub(super) fn assemble(&self, net: &Network, actions: &Actions, dt_s: f64, scratch: &mut ImplicitScratch) {
        let setup = &self.setup;
        let (factor, pattern) = (&mut scratch.factor, &setup.pattern);
        factor.clear(pattern);
        for (node, unknown) in setup.unknown.iter().enumerate() {
            if let Some(row) = *unknown {
                // The least slope keeps dry ends of conduits without a node's own area regular.
                let slope = scratch.slope[node].max(1e-6);
                factor.add_node(pattern, row as usize, slope, -scratch.residual[node]);
            }
        }
        for (door, &(_, slope)) in actions.doors.iter().zip(&scratch.doors) {
            if let Some(row) = setup.unknown[door.node as usize] {
                factor.add_node(pattern, row as usize, -dt_s * slope, 0.0);
            }
        }
        for (link, &(_, first, second)) in scratch.others.iter().enumerate() {
            let data = &net.links[link];
            let rows = [setup.unknown[data.from as usize], setup.unknown[data.to as usize]];
            if let Some(row) = rows[0] {
                factor.add_node(pattern, row as usize, dt_s * first, 0.0);
            }
            if let Some(row) = rows[1] {
                factor.add_node(pattern, row as usize, dt_s * second, 0.0);
            }
            if rows[0].is_some() && rows[1].is_some() {
                factor.add_edge(pattern, link, -dt_s * second, -dt_s * first);
            }
        }
    }

    /// Flows of the accepted linear system, so that what is booked balances to round-off.
    pub(super) fn follow(&self, net: &Network, actions: &Actions, change: &[f64], scratch: &mut ImplicitScratch) {
        let moved = |node: u32| self.setup.unknown[node as usize].map_or(0.0, |row| change[row as usize]);
        for (door, flow) in actions.doors.iter().zip(&mut scratch.doors) {
            flow.0 += flow.1 * moved(door.node);
        }
        for (link, flow) in scratch.others.iter_mut().enumerate() {
            let data = &net.links[link];
            flow.0 += flow.1 * moved(data.from) - flow.2 * moved(data.to);
        }
    }

    /// Flows of a part accepted without convergence: those at its last heads, held to what each node has. What heads
    /// and volumes then differ by is part of the next step.
    pub(super) fn guard(&self, net: &Network, actions: &Actions, dt_s: f64, scratch: &mut ImplicitScratch) {
        let ImplicitScratch { others, doors, fixed_m3, volume, .. } = scratch;
        volume.fill(0.0);
        for (door, flow) in actions.doors.iter().zip(doors.iter()) {
            volume[door.node as usize] += dt_s * (-flow.0).max(0.0);
        }
        let giver = |link: usize, flow: f64| {
            let data = &net.links[link];
            (if flow >= 0.0 { data.from } else { data.to }) as usize
        };
        for (link, flow) in others.iter().enumerate() {
            volume[giver(link, flow.0)] += dt_s * flow.0.abs();
        }
        let share = |node: usize| {
            let (asked, has) = (volume[node], fixed_m3[node].max(0.0));
            if asked > has && self.setup.unknown[node].is_some() { has / asked } else { 1.0 }
        };
        for (link, flow) in others.iter_mut().enumerate() {
            flow.0 *= share(giver(link, flow.0));
        }
        for (door, flow) in actions.doors.iter().zip(doors.iter_mut()).filter(|(_, flow)| flow.0 < 0.0) {
            flow.0 *= share(door.node as usize);
        }
    }

    /// Books volumes and flows, takes off what spills, and fills in what others read.
    #[allow(clippy::too_many_arguments)] // the step's own arguments and what it found
    pub(super) fn book(
        &self,
        net: &Network,
        actions: &Actions,
        state: &mut NetworkState,
        own: &mut ImplicitState,
        head: &mut [f64],
        dt_s: f64,
        scratch: &mut ImplicitScratch,
    ) {
        own.volume_m3.copy_from_slice(&scratch.fixed_m3);
        let nodes = &mut state.nodes;
        for (i, inflow) in nodes.inflow_m3s.iter_mut().enumerate() {
            *inflow = nodes.lateral_m3s[i].max(0.0);
            nodes.outflow_m3s[i] = nodes.losses_m3s[i] + (-nodes.lateral_m3s[i]).max(0.0);
        }
        for (link, &(flow, ..)) in scratch.others.iter().enumerate() {
            let (from, to) = (net.links[link].from as usize, net.links[link].to as usize);
            own.volume_m3[from] -= dt_s * flow;
            own.volume_m3[to] += dt_s * flow;
            let (giver, taker) = if flow >= 0.0 { (from, to) } else { (to, from) };
            nodes.outflow_m3s[giver] += flow.abs();
            nodes.inflow_m3s[taker] += flow.abs();
            state.links.flow_m3s[link] = flow;
            state.links.inflow_m3s[link] = flow;
        }
        for (at, door) in actions.doors.iter().enumerate() {
            let (node, there_m3) = (door.node as usize, door.volume_m3 - scratch.door_m3[at]);
            let flow = scratch.doors[at].0.min((there_m3 / dt_s).max(0.0));
            scratch.door_m3[at] += dt_s * flow;
            own.volume_m3[node] += dt_s * flow;
            if flow > 0.0 { nodes.inflow_m3s[node] += flow } else { nodes.outflow_m3s[node] -= flow }
        }
        self.spill(net, state, own, head, dt_s);
        for (i, node) in net.nodes.iter().enumerate() {
            let nodes = &mut state.nodes;
            if node.class == NodeClass::Outfall {
                own.volume_m3[i] = 0.0;
                own.rise_ms[i] = 0.0;
                own.head_m[i] = head[i];
                continue;
            }
            own.rise_ms[i] = (head[i] - own.head_m[i]) / dt_s;
            own.head_m[i] = head[i];
            let depth = (head[i] - node.invert_m).max(0.0);
            nodes.depth_m[i] = depth;
            let within = depth.min(node.full_depth_m);
            let ponded = (depth - node.full_depth_m).max(0.0) * node.ponded_area_m2;
            nodes.volume_m3[i] = node.volume_m3(within) + ponded;
            nodes.net_old_m3s[i] = nodes.inflow_m3s[i] - nodes.outflow_m3s[i];
        }
        self.show_links(net, state, scratch);
        self.show_outfalls(net, state, head);
    }

    /// Depths at outfalls: the level outside, or critical or normal depth above it.
    fn show_outfalls(&self, net: &Network, state: &mut NetworkState, head: &[f64]) {
        for end in &net.outfalls {
            let (node, link) = (end.node as usize, end.link as usize);
            let (normal_m, critical_m) = match self.setup.links[link] {
                Law::Conduit(c) => {
                    let law = &self.setup.conduits[c as usize];
                    let table = &self.setup.tables[law.table as usize];
                    let each = state.links.flow_m3s[link].abs() / law.barrels;
                    let normal = if law.normal > 0.0 { table.normal_depth(each / law.normal) } else { f64::INFINITY };
                    (normal, table.critical_depth(each))
                }
                Law::Dummy | Law::Structure(_) => (0.0, 0.0),
            };
            let invert_m = net.nodes[node].invert_m;
            let follows = matches!(end.law, StageLaw::Free | StageLaw::Normal) && head[node] <= invert_m;
            let level_m = (!follows).then_some(head[node]);
            let normal_only = end.law == StageLaw::Normal;
            state.nodes.depth_m[node] =
                outfall_depth(level_m, normal_only, invert_m, end.offset_m, normal_m, critical_m);
        }
    }

    /// What stands above the level at which a node spills leaves it; what ponds stays and is shown as flooding.
    fn spill(&self, net: &Network, state: &mut NetworkState, own: &mut ImplicitState, head: &mut [f64], dt_s: f64) {
        for (i, node) in net.nodes.iter().enumerate() {
            if node.class == NodeClass::Outfall {
                continue;
            }
            let depth = head[i] - node.invert_m;
            if node.ponded_area_m2 > 0.0 {
                let above = |h: f64| (h - node.invert_m - node.full_depth_m).max(0.0);
                let grown = node.ponded_area_m2 * (above(head[i]) - above(own.head_m[i]));
                state.nodes.overflow_m3s[i] = (grown / dt_s).max(0.0);
                continue;
            }
            let top = spill_depth_m(node);
            if depth > top {
                // What the spill's own area holds above the top; small differences stay booked.
                let over = self.over(net, i, depth) - self.over(net, i, top);
                own.volume_m3[i] -= over;
                state.nodes.overflow_m3s[i] = over / dt_s;
                head[i] = node.invert_m + top;
            } else {
                state.nodes.overflow_m3s[i] = 0.0;
            }
        }
    }

    fn over(&self, net: &Network, node: usize, depth_m: f64) -> f64 {
        own(&net.nodes[node], self.setup.shaft_m2, depth_m).volume_m3
    }

    fn show_links(&self, net: &Network, state: &mut NetworkState, scratch: &ImplicitScratch) {
        let links = &mut state.links;
        for (link, law) in self.setup.links.iter().enumerate() {
            let Law::Conduit(c) = *law else { continue };
            let c = c as usize;
            let (law, flow) = (&self.setup.conduits[c], &scratch.flows[c]);
            let table = &self.setup.tables[law.table as usize];
            let each = links.flow_m3s[link] / law.barrels;
            let full = table.depth_m();
            let [y1, y2] = flow.depths_m.map(|y| y.min(full));
            let mean = 0.5 * (y1 + y2);
            // What the flow was computed with, where it is the same.
            let moved = flow.mid.area_m2 > 0.0;
            let Geometry { area_m2: area, width_m: width } = if moved { flow.mid } else { table.geometry(mean) };
            let [from, to] = [0, 1].map(|end| {
                let same = !flow.falls[end] && flow.depths_m[end] <= full;
                if same { flow.ends[end].area_m2 } else { table.geometry(flow.depths_m[end].min(full)).area_m2 }
            });
            links.depth_m[link] = mean;
            links.volume_m3[link] = 0.5 * (from + to) * law.length_m * law.barrels;
            (links.area_from_m2[link], links.area_to_m2[link], links.area_mid_m2[link]) = (from, to, area);
            links.froude[link] =
                if area > 1e-9 && width > 0.0 { each.abs() / area / (GRAVITY_MS2 * area / width).sqrt() } else { 0.0 };
            let closed = !net_open(net, link);
            // Critical depth nears a crown without reaching it: a pipe that presses out freely is full at its end.
            let brim = |end: usize| if flow.falls[end] { NEARLY_FULL * full } else { full };
            let at_full = |end: usize| closed && flow.depths_m[end] >= brim(end);
            links.flags[link] = u8::from(at_full(0)) << 2 | u8::from(at_full(1)) << 3;
            links.class[link] = classify(flow, y1, y2, links.froude[link]);
            let [first, second] = scratch.losses[c];
            links.seepage_m3s[link] = first + second;
        }
    }
}

fn net_open(net: &Network, link: usize) -> bool {
    matches!(&net.links[link].class, crate::domains::drainage::network::LinkClass::Conduit(c) if c.open)
}

fn classify(flow: &conduit::ConduitFlow, y1: f64, y2: f64, froude: f64) -> FlowClass {
    let dry = conduit::FILM_M;
    match (y1 > dry, y2 > dry) {
        (false, false) => FlowClass::Dry,
        (false, true) => FlowClass::UpDry,
        (true, false) => FlowClass::DownDry,
        (true, true) if flow.falls[1] => FlowClass::DownCritical,
        (true, true) if flow.falls[0] => FlowClass::UpCritical,
        (true, true) if froude > 1.0 => FlowClass::Supercritical,
        (true, true) => FlowClass::Subcritical,
    }
}

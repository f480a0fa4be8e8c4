//! Everything a solved instant shows, worked out once from heads and flows.
//!
//! *Source:* energy of a link and power of a pump from their definitions, own derivation: loss is the difference of
//! end heads, power is ρ·g·q·lift.

use super::assemble::Role;
use super::model::TankScheme;
use super::net::Kind;
use super::outlet::{OutletKind, hole_resistance};
use super::pump::WEIGHT_WATER_NM3;
use super::solve::Solve;
use super::state::LinkState;
use super::status::HEAD_TOLERANCE_M;
use crate::port::Element;
use crate::solver::SolverEvent;

impl Solve<'_> {
    /// Fills the state's results and reports what newly went wrong.
    pub(super) fn refresh(&mut self) {
        self.refresh_outflows();
        self.refresh_nodes();
        self.refresh_links();
    }

    fn refresh_outflows(&mut self) {
        let state = &mut *self.state;
        state.emitter.fill(0.0);
        state.node_hole.fill(0.0);
        for node in 0..self.net.junctions {
            state.delivered[node] = if self.work.supplied[node] { self.work.fixed_demand[node] } else { 0.0 };
        }
        for outlet in &self.work.outlets {
            let node = outlet.node as usize;
            match outlet.kind {
                OutletKind::Demand => state.delivered[node] += outlet.flow_m3s,
                OutletKind::Emitter => state.emitter[node] += outlet.flow_m3s,
                OutletKind::Hole => state.node_hole[node] += outlet.flow_m3s,
            }
        }
    }

    /// Outflow of a hole at the end of link `k` at source `node` under the source's own head [m³·s⁻¹]: above the bottom
    /// of a tank, or for a reservoir, whose ground nobody gives, above the node at the link's other end.
    fn source_hole(&self, k: usize, node: usize, area_m2: f64) -> f64 {
        let (i, j) = self.net.ends(k);
        let reservoir = self.net.tank_of[node].is_none();
        let ground = if reservoir && node == i {
            j
        } else if reservoir {
            i
        } else {
            node
        };
        let h = self.state.head[node] - self.net.elevation[ground];
        if area_m2 > 0.0 && h > 0.0 { (h / hole_resistance(area_m2)).sqrt() } else { 0.0 }
    }

    /// Takes what holes let out of sources from their net inflow. A tank at its bottom lets out no more than comes in.
    fn refresh_source_holes(&mut self) {
        for k in 0..self.net.kind.len() {
            let (i, j) = self.net.ends(k);
            for (node, area) in [(i, self.state.hole_ends[k][0]), (j, self.state.hole_ends[k][1])] {
                if node >= self.net.junctions {
                    self.state.node_hole[node] += self.source_hole(k, node, area);
                }
            }
        }
        for (at, tank) in self.net.tanks.iter().enumerate() {
            let volume = self.state.volume[at];
            let started = self.predicting_from.as_ref().map_or(volume, |v| v[at]);
            if volume.max(started) <= tank.volume_min + HEAD_TOLERANCE_M * tank.shape.area_m2(volume) {
                let inflow = self.state.net_inflow[tank.node].max(0.0);
                self.state.node_hole[tank.node] = self.state.node_hole[tank.node].min(inflow);
            }
        }
        for node in self.net.junctions..self.net.nodes {
            self.state.net_inflow[node] -= self.state.node_hole[node];
        }
    }

    fn refresh_nodes(&mut self) {
        // EPANET leaves what seeps through a closed link out of a tank's balance; `book_seepage` makes it good.
        let euler = self.model.options.tank_scheme == TankScheme::Euler;
        let seeps_unseen = |k: usize| euler && matches!(self.work.role[k], Role::Seeps(_));
        self.state.net_inflow.fill(0.0);
        for k in 0..self.net.kind.len() {
            let (i, j) = self.net.ends(k);
            for (node, inflow) in [(i, -self.state.flow[k]), (j, self.state.flow[k])] {
                if !(seeps_unseen(k) && self.net.tank_of[node].is_some()) {
                    self.state.net_inflow[node] += inflow;
                }
            }
        }
        self.refresh_source_holes();
        let state = &mut *self.state;
        for node in 0..self.net.nodes {
            state.leak[node] = state.emitter[node] + state.node_hole[node];
            let reservoir = node >= self.net.junctions && self.net.tank_of[node].is_none();
            let pressure = if reservoir { 0.0 } else { state.head[node] - self.net.elevation[node] };
            let supplied = f64::from(u8::from(self.work.supplied[node]));
            let lost = supplied < state.supplied[node];
            let sucks = pressure < -1e-6 && state.pressure_head[node] >= -1e-6 && state.demand[node] > 0.0;
            (state.pressure_head[node], state.supplied[node]) = (pressure, supplied);
            for (happened, code, value, unit) in
                [(lost, "node-unsupplied", supplied, "1"), (sucks, "negative-pressure", pressure, "m")]
            {
                if happened {
                    let (time_s, element) = (state.time_s, Element::Node);
                    self.events.push(SolverEvent { time_s, code, element, slot: node, value, threshold: 0.0, unit });
                }
            }
        }
    }

    /// Outflow of a link's hole: its part, by area, of what the holes at each end node let out.
    fn hole_flow(&self, k: usize) -> f64 {
        let share = |node: usize, area: f64| {
            let all = self.work.node_hole_area[node];
            if node >= self.net.junctions && self.net.tank_of[node].is_none() {
                self.source_hole(k, node, area)
            } else if all > 0.0 {
                self.state.node_hole[node] * area / all
            } else {
                0.0
            }
        };
        let (i, j) = self.net.ends(k);
        share(i, self.state.hole_ends[k][0]) + share(j, self.state.hole_ends[k][1])
    }

    fn refresh_links(&mut self) {
        let weight_nm3 = WEIGHT_WATER_NM3 * self.model.options.specific_gravity;
        for k in 0..self.net.kind.len() {
            let (i, j) = self.net.ends(k);
            let (q, shut) = (self.state.flow[k], matches!(self.work.role[k], Role::Shut | Role::Seeps(_)));
            let status = self.state.status[k];
            let pump = self.net.kind[k] == Kind::Pump;
            let failed = pump && status == LinkState::CannotDeliver && self.state.status_field[k] != 0.0;
            let hole_flow = self.hole_flow(k);
            let state = &mut *self.state;
            state.velocity[k] = if self.net.area[k] > 0.0 { q / self.net.area[k] } else { 0.0 };
            state.head_loss[k] = if shut { 0.0 } else { state.head[i] - state.head[j] };
            state.status_field[k] = match status {
                s if !s.passes() => 0.0,
                LinkState::Active => 2.0,
                _ => 1.0,
            };
            state.setting_field[k] = state.target[k].setting;
            state.pump_power[k] = if pump { (-state.head_loss[k] * q * weight_nm3).max(0.0) } else { 0.0 };
            state.hole_flow[k] = hole_flow;
            if failed {
                let (time_s, value) = (self.state.time_s, self.state.head[j] - self.state.head[i]);
                let speed = self.state.target[k].setting;
                let threshold = self.net.pump[k].as_ref().map_or(value, |c| c.max_gain(speed));
                let code = "pump-cannot-deliver-head";
                self.events.push(SolverEvent {
                    time_s,
                    code,
                    element: Element::Link,
                    slot: k,
                    value,
                    threshold,
                    unit: "m",
                });
            }
        }
    }
}

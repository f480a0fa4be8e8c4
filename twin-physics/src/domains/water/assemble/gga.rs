//! The global gradient algorithm, one iteration at a time, in increments.
//!
//! With the loss `h(q)` of a link and its slope `h'`, `p = 1/h'` and the energy residual `e = Hᵢ − Hⱼ − h(q)`, Newton's
//! step is `q' = c + p·(δᵢ − δⱼ)`, `c = q + p·e`. Mass balance of the new flows at every free node gives the symmetric
//! system `A·δ = −d − Σ c(out) + Σ c(in)`. Solving for increments of head instead of heads keeps mass exact to
//! round-off even across a valve without resistance, where p is large. A node held by a pressure valve has δ = 0 and
//! leaves the valve's flow to its own mass balance.
//!
//! *Source:* Todini & Pilati (1988), "A gradient algorithm for the analysis of pipe networks", in *Computer
//! Applications in Water Supply* 1, 1–20; form in increments and treatment of held nodes: own derivation.

use super::super::headloss::{HeadLoss, SLOPE_FLOOR, SLOPE_OPEN_VALVE, power_law, quadratic};
use super::super::model::{Status, ValveKind};
use super::super::net::{Kind, Net};
use super::super::outlet::{Outlet, Reach};
use super::super::state::{Command, LinkState, WaterState};
use crate::graph::Reach as Search;
use crate::num::spd::{NO_SLOT, SpdError, SpdFactor};

/// Conductance that keeps the matrix regular beyond a valve of given flow [m²·s⁻¹].
const WEAK: f64 = 1e-10;

/// How a link enters the equations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// No flow.
    Shut,
    /// Closed, and lets a little through: a conductance [m²·s⁻¹].
    Seeps(f64),
    /// Follows a head-loss law.
    Law,
    /// Flow is the setting.
    GivenFlow,
    /// Holds the head of its second (`true`) or first node; flow is what that node's balance needs.
    Holds(bool),
}

/// Buffers of a solve.
#[derive(Debug)]
pub struct Work {
    pub factor: SpdFactor,
    pub role: Vec<Role>,
    pub supplied: Vec<bool>,
    pub free: Vec<bool>,
    /// Links that hold a node.
    pub holders: Vec<u32>,
    pub loss: Vec<f64>,
    pub slope: Vec<f64>,
    pub outlets: Vec<Outlet>,
    pub search: Search,
    /// Outflow of each junction that does not depend on pressure.
    pub fixed_demand: Vec<f64>,
    /// Area of the holes at each node.
    pub node_hole_area: Vec<f64>,
    p: Vec<f64>,
    c: Vec<f64>,
    rhs: Vec<f64>,
    delta: Vec<f64>,
    excess: Vec<f64>,
    held_flow: Vec<f64>,
    outlet_p: Vec<f64>,
    outlet_c: Vec<f64>,
}

/// What one iteration did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trial {
    /// Σ|Δq| / Σ|q|.
    pub relative_change: f64,
    /// Largest |Δq| of a link [m³·s⁻¹].
    pub largest_change: f64,
    /// Whether an outlet moved to another branch of its law.
    pub outlet_moved: bool,
}

/// Loss and slope of an open link at its flow.
pub fn link_loss(net: &Net, k: usize, q: f64, target: Command, status: LinkState) -> HeadLoss {
    match net.kind[k] {
        Kind::Pipe | Kind::CheckValve => {
            let mut h =
                if net.darcy.is_empty() { power_law(q, net.r[k], net.exponent) } else { net.darcy[k].head_loss(q) };
            if net.minor[k] > 0.0 {
                h.loss_m += net.minor[k] * q * q.abs();
                h.slope += 2.0 * net.minor[k] * q.abs();
            }
            h
        }
        Kind::Pump => net.pump[k]
            .as_ref()
            .map_or(HeadLoss { loss_m: 0.0, slope: SLOPE_OPEN_VALVE }, |curve| curve.head_loss(q, target.setting)),
        Kind::Valve(kind) => {
            let acts = target.status == Status::Active && status == LinkState::Active;
            valve_loss(net, k, q, kind, target, acts)
        }
    }
}

fn fitting(q: f64, m: f64) -> HeadLoss {
    if m > 0.0 { quadratic(q, m) } else { HeadLoss { loss_m: SLOPE_OPEN_VALVE * q, slope: SLOPE_OPEN_VALVE } }
}

fn valve_loss(net: &Net, k: usize, q: f64, kind: ValveKind, target: Command, acts: bool) -> HeadLoss {
    let open = net.minor[k];
    match kind {
        ValveKind::Tcv if acts => fitting(q, net.per_k[k] * target.setting),
        ValveKind::Pbv if acts && target.setting > 0.0 && open * q * q <= target.setting => {
            HeadLoss { loss_m: target.setting + SLOPE_OPEN_VALVE * q, slope: SLOPE_OPEN_VALVE }
        }
        ValveKind::Pcv if acts => {
            let ratio = net.valve_curve[k].as_deref().map_or(target.setting, |c| along(c, target.setting).0) / 100.0;
            let ratio = ratio.clamp(1e-6, 1.0);
            fitting(q, open / (ratio * ratio))
        }
        ValveKind::Gpv => {
            let (h, slope) = net.valve_curve[k].as_deref().map_or((0.0, 0.0), |c| along(c, q.abs()));
            HeadLoss { loss_m: if q < 0.0 { -h } else { h }, slope: slope.max(SLOPE_FLOOR) }
        }
        _ => fitting(q, open),
    }
}

/// Value and slope of the line between the points round `x`, the end lines going on.
fn along(points: &[(f64, f64)], x: f64) -> (f64, f64) {
    let at = points.partition_point(|p| p.0 < x).clamp(1, points.len() - 1);
    let ((x0, y0), (x1, y1)) = (points[at - 1], points[at]);
    let slope = (y1 - y0) / (x1 - x0);
    (y0 + slope * (x - x0), slope)
}

impl Work {
    /// Buffers for a network.
    pub fn new(net: &Net) -> Self {
        let links = net.kind.len();
        Self {
            factor: SpdFactor::new(&net.pattern),
            role: vec![Role::Shut; links],
            supplied: vec![true; net.nodes],
            free: vec![true; net.junctions],
            holders: Vec::new(),
            loss: vec![0.0; links],
            slope: vec![0.0; links],
            outlets: Vec::new(),
            search: Search::default(),
            fixed_demand: vec![0.0; net.nodes],
            node_hole_area: Vec::new(),
            p: vec![0.0; links],
            c: vec![0.0; links],
            rhs: vec![0.0; net.junctions],
            delta: vec![0.0; net.nodes],
            excess: vec![0.0; net.nodes],
            held_flow: vec![0.0; links],
            outlet_p: Vec::new(),
            outlet_c: Vec::new(),
        }
    }

    /// Whether the buffers are those of this network's pattern.
    pub fn fits(&self, net: &Net) -> bool {
        self.loss.len() == net.kind.len()
            && self.supplied.len() == net.nodes
            && self.rhs.len() == net.junctions
            && self.factor.is_for(&net.pattern)
    }

    /// Loss and slope of every link that follows a law.
    pub fn coefficients(&mut self, net: &Net, state: &WaterState) {
        for k in 0..net.kind.len() {
            if self.role[k] == Role::Law {
                let h = link_loss(net, k, state.flow[k], state.target[k], state.status[k]);
                (self.loss[k], self.slope[k]) = (h.loss_m, h.slope);
            }
        }
    }

    /// One Newton step of heads and flows, flows relaxed by `relax`.
    pub fn trial(&mut self, net: &Net, state: &mut WaterState, relax: f64) -> Result<Trial, SpdError> {
        self.links_to_matrix(net, state);
        self.outlets_to_matrix(net, state);
        self.nodes_to_matrix(net);
        self.factor.factorise(&net.pattern)?;
        self.solve_increments(net, state);
        Ok(self.update(net, state, relax))
    }

    fn links_to_matrix(&mut self, net: &Net, state: &WaterState) {
        self.factor.values.fill(0.0);
        self.excess.fill(0.0);
        for k in 0..net.kind.len() {
            let (i, j) = net.ends(k);
            match self.role[k] {
                Role::Holds(false) if j < net.junctions && self.free[j] => {
                    // What lies behind a sustaining valve may have no other source.
                    self.factor.values[net.pattern.diagonal()[j] as usize] += WEAK;
                    (self.p[k], self.c[k]) = (0.0, 0.0);
                    continue;
                }
                Role::Shut | Role::Holds(_) => {
                    (self.p[k], self.c[k]) = (0.0, 0.0);
                    continue;
                }
                Role::Law => {
                    let p = 1.0 / self.slope[k];
                    self.p[k] = p;
                    self.c[k] = state.flow[k] + p * (state.head[i] - state.head[j] - self.loss[k]);
                }
                Role::Seeps(p) => (self.p[k], self.c[k]) = (p, p * (state.head[i] - state.head[j])),
                Role::GivenFlow => (self.p[k], self.c[k]) = (WEAK, state.target[k].setting),
            }
            let (p, c) = (self.p[k], self.c[k]);
            self.excess[i] -= c;
            self.excess[j] += c;
            let (fi, fj) = (i < net.junctions && self.free[i], j < net.junctions && self.free[j]);
            if fi {
                self.factor.values[net.pattern.diagonal()[i] as usize] += p;
            }
            if fj {
                self.factor.values[net.pattern.diagonal()[j] as usize] += p;
            }
            let slot = net.pattern.edge()[k];
            if fi && fj && slot != NO_SLOT {
                self.factor.values[slot as usize] -= p;
            }
        }
    }

    fn outlets_to_matrix(&mut self, net: &Net, state: &WaterState) {
        self.outlet_p.resize(self.outlets.len(), 0.0);
        self.outlet_c.resize(self.outlets.len(), 0.0);
        for (at, outlet) in self.outlets.iter().enumerate() {
            let node = outlet.node as usize;
            let (mut p, mut c) = (0.0, outlet.flow_m3s);
            if outlet.reach == Reach::Partial {
                let h = outlet.head_loss();
                p = 1.0 / h.slope;
                c += p * (state.head[node] - outlet.base_head_m - h.loss_m);
                if self.free[node] {
                    self.factor.values[net.pattern.diagonal()[node] as usize] += p;
                }
            }
            (self.outlet_p[at], self.outlet_c[at]) = (p, c);
            self.excess[node] -= c;
        }
    }

    fn nodes_to_matrix(&mut self, net: &Net) {
        for node in 0..net.junctions {
            self.excess[node] -= self.fixed_demand[node];
            if !self.free[node] {
                self.factor.values[net.pattern.diagonal()[node] as usize] = 1.0;
            }
        }
    }

    /// Solves for δ; flows of holding valves are found together with it, each depending on the other.
    fn solve_increments(&mut self, net: &Net, state: &WaterState) {
        for &k in &self.holders {
            self.held_flow[k as usize] = state.flow[k as usize];
        }
        let rounds = if self.holders.is_empty() { 1 } else { 12 };
        for _ in 0..rounds {
            for node in 0..net.junctions {
                self.rhs[net.pattern.row()[node] as usize] = if self.free[node] { self.excess[node] } else { 0.0 };
            }
            for &k in &self.holders {
                let (i, j) = net.ends(k as usize);
                for (node, q) in [(i, -self.held_flow[k as usize]), (j, self.held_flow[k as usize])] {
                    if node < net.junctions && self.free[node] {
                        self.rhs[net.pattern.row()[node] as usize] += q;
                    }
                }
            }
            self.factor.solve(&net.pattern, &mut self.rhs);
            for node in 0..net.junctions {
                self.delta[node] = self.rhs[net.pattern.row()[node] as usize];
            }
            if self.holders.is_empty() || self.balance_holders(net) {
                break;
            }
        }
    }

    /// Sets the flow of each holding valve from its node's balance; true when none moved any more.
    fn balance_holders(&mut self, net: &Net) -> bool {
        let mut settled = true;
        // Valves in series pass the flow on: as many rounds as valves reach the end of any chain.
        for _ in 0..self.holders.len() {
            let mut moved = false;
            for h in 0..self.holders.len() {
                let k = self.holders[h] as usize;
                let q = self.held_need(net, k);
                if (q - self.held_flow[k]).abs() > 1e-14 + 1e-13 * q.abs() {
                    moved = true;
                }
                self.held_flow[k] = q;
            }
            settled &= !moved;
            if !moved {
                break;
            }
        }
        settled
    }

    /// Flow a holding valve must carry so that its node balances under the new flows.
    fn held_need(&self, net: &Net, valve: usize) -> f64 {
        let downstream = self.role[valve] == Role::Holds(true);
        let node = if downstream { net.to[valve] } else { net.from[valve] } as usize;
        // Excess of the node without the valve: flows in less flows out less outflow, δ of the node being 0.
        let mut excess = self.excess[node];
        for step in net.graph.of(node) {
            let k = step.link as usize;
            if k == valve {
                continue;
            }
            let into = match self.role[k] {
                Role::Holds(_) if step.outgoing => -self.held_flow[k],
                Role::Holds(_) => self.held_flow[k],
                _ => self.p[k] * self.delta[step.other as usize],
            };
            excess += into;
        }
        if downstream { -excess } else { excess }
    }

    fn update(&mut self, net: &Net, state: &mut WaterState, relax: f64) -> Trial {
        let mut trial = Trial::default();
        let (mut sum, mut change) = (0.0, 0.0);
        for k in 0..net.kind.len() {
            let (i, j) = net.ends(k);
            let q = state.flow[k];
            let step = match self.role[k] {
                Role::Shut => continue,
                Role::Law | Role::Seeps(_) => self.c[k] + self.p[k] * (self.delta[i] - self.delta[j]) - q,
                Role::GivenFlow => state.target[k].setting - q,
                Role::Holds(_) => self.held_flow[k] - q,
            };
            let mut step = relax * step;
            let constant_power = matches!(&net.pump[k], Some(super::super::pump::PumpCurve::ConstantPower(_)));
            if constant_power && q + step <= 0.0 {
                step = -0.5 * q;
            }
            state.flow[k] = q + step;
            sum += state.flow[k].abs();
            change += step.abs();
            trial.largest_change = trial.largest_change.max(step.abs());
        }
        for node in 0..net.junctions {
            state.head[node] += self.delta[node];
        }
        for (at, outlet) in self.outlets.iter_mut().enumerate() {
            let node = outlet.node as usize;
            let before = outlet.flow_m3s;
            let proposed = self.outlet_c[at] + self.outlet_p[at] * self.delta[node];
            let proposed = before + relax * (proposed - before);
            if self.supplied[node] {
                trial.outlet_moved |= outlet.advance(proposed, state.head[node], 1e-7);
            }
            sum += outlet.flow_m3s.abs();
            change += (outlet.flow_m3s - before).abs();
        }
        trial.relative_change = if sum > 1e-9 { change / sum } else { change };
        trial
    }

    /// Largest mass imbalance of a junction [m³·s⁻¹] and where, and largest energy imbalance of a link [m] and where.
    pub fn residuals(&mut self, net: &Net, state: &WaterState) -> ((f64, usize), (f64, usize)) {
        self.excess.fill(0.0);
        let mut energy = (0.0, 0);
        for k in 0..net.kind.len() {
            let (i, j) = net.ends(k);
            if self.role[k] == Role::Shut {
                continue;
            }
            self.excess[i] -= state.flow[k];
            self.excess[j] += state.flow[k];
            let e = (state.head[i] - state.head[j] - self.loss[k]).abs();
            if self.role[k] == Role::Law && (e > energy.0 || e.is_nan()) {
                energy = (e, k);
            }
        }
        for outlet in &self.outlets {
            self.excess[outlet.node as usize] -= outlet.flow_m3s;
        }
        let mut mass = (0.0, 0);
        for node in 0..net.junctions {
            let r = (self.excess[node] - self.fixed_demand[node]).abs();
            if self.supplied[node] && (r > mass.0 || r.is_nan()) {
                mass = (r, node);
            }
        }
        (mass, energy)
    }

    /// Puts heads on held nodes and says which nodes are unknowns.
    pub fn hold_nodes(&mut self, net: &Net, state: &mut WaterState) {
        self.holders.clear();
        for node in 0..net.junctions {
            self.free[node] = self.supplied[node];
        }
        self.delta.fill(0.0);
        for (at, role) in (0_u32..).zip(&self.role) {
            if let Role::Holds(second) = *role {
                let k = at as usize;
                let node = if second { net.to[k] } else { net.from[k] } as usize;
                state.head[node] = net.elevation[node] + state.target[k].setting;
                self.free[node] = false;
                self.holders.push(at);
            }
        }
    }
}

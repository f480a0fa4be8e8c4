//! What is asked of the network at one instant: patterns, demands, heads of sources, holes.
//!
//! *Source:* Rossman et al. (2020), *EPANET 2.2 User Manual*, EPA/600/R-20/133, ch. 3.1.1 and 3.1.6 (demands,
//! patterns).

use super::model::{DemandModel, LinkKind, NodeKind, PatternIx, Status, WaterModel};
use super::outlet::{Outlet, OutletKind, Reach, hole_resistance};
use super::solve::Solve;

/// Factor of a pattern at a model time; 1 without a pattern or with an empty one.
pub(super) fn factor(model: &WaterModel, pattern: Option<PatternIx>, time_s: f64) -> f64 {
    let Some(pattern) = pattern.and_then(|p| model.patterns.get(p.at())) else { return 1.0 };
    if pattern.factors.is_empty() {
        return 1.0;
    }
    let step = ((time_s + model.times.pattern_start_s) / model.times.pattern_step_s + 1e-9).floor().max(0.0);
    let at = step % pattern.factors.len() as f64;
    pattern.factors[at as usize]
}

/// Time from `time_s` to the next pattern step [s].
pub(super) fn to_next_pattern(model: &WaterModel, time_s: f64) -> f64 {
    let (start, step) = (model.times.pattern_start_s, model.times.pattern_step_s);
    let next = (((time_s + start) / step + 1e-9).floor() + 1.0) * step;
    next - start - time_s
}

impl Solve<'_> {
    /// Demands, heads of reservoirs and tanks, and speeds of pumps with a pattern, at the state's instant.
    pub(super) fn apply_time(&mut self) {
        let t = self.state.time_s;
        for (k, link) in self.model.links.iter().enumerate() {
            if let LinkKind::Pump(pump) = &link.kind
                && pump.speed_pattern.is_some()
            {
                let speed = factor(self.model, pump.speed_pattern, t);
                let own = &mut self.state.own[k];
                own.setting = speed;
                own.status = if speed > 0.0 { Status::Open } else { Status::Closed };
            }
        }
        for (i, node) in self.model.nodes.iter().enumerate() {
            if let NodeKind::Reservoir(reservoir) = &node.kind {
                self.state.head[i] = node.elevation_m * factor(self.model, reservoir.pattern, t);
            }
        }
        self.raise_tanks();
    }

    /// Puts tank heads where their volumes are.
    pub(super) fn raise_tanks(&mut self) {
        for (at, tank) in self.net.tanks.iter().enumerate() {
            let level = tank.shape.level_m(self.state.volume[at]);
            self.state.level[tank.node] = level;
            self.state.head[tank.node] = self.net.elevation[tank.node] + level;
        }
    }

    /// Takes demands, holes and targets from the inputs; true if any differs from what the state was solved for.
    pub(super) fn apply_inputs(&mut self) -> bool {
        let mut changed = self.apply_demands();
        for k in 0..self.net.kind.len() {
            let area = self.drive.hole_area(k);
            let ends = self.hole_ends(k, area);
            changed |= area != self.state.hole_area[k] || ends != self.state.hole_ends[k];
            self.state.hole_area[k] = area;
            self.state.hole_ends[k] = ends;
            changed |= self.retarget(k);
        }
        changed
    }

    fn apply_demands(&mut self) -> bool {
        let mut changed = false;
        for (i, node) in self.model.nodes.iter().enumerate() {
            let NodeKind::Junction(junction) = &node.kind else { continue };
            let base: f64 = junction
                .demands
                .iter()
                .map(|d| d.base_m3s * factor(self.model, d.pattern, self.state.time_s))
                .sum::<f64>()
                * self.model.options.demand_multiplier;
            let demand = base * self.drive.demand_factor(i) + self.drive.extra_demand(i);
            changed |= demand != self.state.demand[i];
            self.state.demand[i] = demand;
        }
        changed
    }

    /// Half of a hole at each end that is not shut and not a source; all at the other where one falls away. Sources
    /// bear a hole only where no junction does.
    fn hole_ends(&self, k: usize, area: f64) -> [f64; 2] {
        let (i, j) = self.net.ends(k);
        let open = (!self.drive.isolated_from(k), !self.drive.isolated_to(k));
        let at_junctions = (open.0 && i < self.net.junctions, open.1 && j < self.net.junctions);
        let ends = if at_junctions == (false, false) { open } else { at_junctions };
        match ends {
            (true, true) => [0.5 * area, 0.5 * area],
            (true, false) => [area, 0.0],
            (false, true) => [0.0, area],
            (false, false) => [0.0, 0.0],
        }
    }

    /// Lists the outflows that depend on pressure, each starting where the last solution left it.
    pub(super) fn list_outlets(&mut self) {
        self.work.outlets.clear();
        self.work.node_hole_area.clear();
        self.work.node_hole_area.resize(self.net.nodes, 0.0);
        for k in 0..self.net.kind.len() {
            let (i, j) = self.net.ends(k);
            let [a, b] = self.state.hole_ends[k];
            self.work.node_hole_area[i] += a;
            self.work.node_hole_area[j] += b;
        }
        for node in 0..self.net.junctions {
            self.list_demand(node);
            self.list_emitter(node);
            let area = self.work.node_hole_area[node];
            if area > 0.0 {
                let outlet =
                    Outlet { kind: OutletKind::Hole, r: hole_resistance(area), n: 2.0, ..self.open_outlet(node) };
                self.push_outlet(outlet, self.state.node_hole[node]);
            }
        }
    }

    fn open_outlet(&self, node: usize) -> Outlet {
        Outlet {
            node: u32::try_from(node).unwrap_or(u32::MAX),
            kind: OutletKind::Emitter,
            r: 1.0,
            n: 2.0,
            base_head_m: self.net.elevation[node],
            full_m3s: f64::INFINITY,
            backflow: false,
            reach: Reach::Partial,
            flow_m3s: 0.0,
        }
    }

    fn list_demand(&mut self, node: usize) {
        let demand = self.state.demand[node];
        self.work.fixed_demand[node] = demand;
        let DemandModel::PressureDriven { min_m, required_m, exponent } = self.model.options.demand_model else {
            return;
        };
        if demand <= 0.0 {
            return;
        }
        self.work.fixed_demand[node] = 0.0;
        let n = 1.0 / exponent;
        let outlet = Outlet {
            kind: OutletKind::Demand,
            r: (required_m - min_m) / demand.powf(n),
            n,
            base_head_m: self.net.elevation[node] + min_m,
            full_m3s: demand,
            ..self.open_outlet(node)
        };
        self.push_outlet(outlet, self.state.delivered[node]);
    }

    fn list_emitter(&mut self, node: usize) {
        if let NodeKind::Junction(junction) = &self.model.nodes[node].kind
            && junction.emitter_coefficient > 0.0
        {
            let n = 1.0 / self.model.options.emitter_exponent;
            let outlet = Outlet {
                r: junction.emitter_coefficient.powf(-n),
                n,
                backflow: self.model.options.emitter_backflow,
                ..self.open_outlet(node)
            };
            self.push_outlet(outlet, self.state.emitter[node]);
        }
    }

    fn push_outlet(&mut self, mut outlet: Outlet, last_flow: f64) {
        let head = self.state.head[outlet.node as usize];
        if head >= outlet.full_head_m() {
            (outlet.reach, outlet.flow_m3s) = (Reach::Full, outlet.full_m3s);
        } else if head <= outlet.base_head_m && !outlet.backflow {
            (outlet.reach, outlet.flow_m3s) = (Reach::Dry, 0.0);
        } else {
            let usable = last_flow > 0.0 || (outlet.backflow && last_flow != 0.0);
            outlet.flow_m3s = if usable { last_flow.min(outlet.full_m3s) } else { outlet.flow_at(head) };
        }
        self.work.outlets.push(outlet);
    }
}

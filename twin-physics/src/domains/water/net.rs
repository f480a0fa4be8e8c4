//! The model turned into flat arrays for the hot loops. Built once, shared by every state.

use std::f64::consts::PI;

use super::headloss::{DarcyWeisbach, K_MINOR, N_HAZEN_WILLIAMS, hazen_williams_resistance, manning_resistance};
use super::model::{Curve, HeadLossLaw, LinkKind, NodeKind, Pipe, PumpLaw, Tank, ValveKind, WaterModel};
use super::pump::{PumpCurve, WEIGHT_WATER_NM3};
use super::tank::TankShape;
use crate::graph::Incidence;
use crate::num::spd::{SpdError, SpdPattern};

/// What a link is to the solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pipe,
    CheckValve,
    Pump,
    Valve(ValveKind),
}

/// A tank as the solver sees it.
#[derive(Debug)]
pub(super) struct TankNet {
    pub node: usize,
    pub shape: TankShape,
    pub volume_min: f64,
    pub volume_max: f64,
    pub overflows: bool,
}

/// Flat arrays of one network.
#[derive(Debug)]
pub(super) struct Net {
    pub junctions: usize,
    pub nodes: usize,
    pub elevation: Vec<f64>,
    pub from: Vec<u32>,
    pub to: Vec<u32>,
    pub kind: Vec<Kind>,
    /// Resistance of a pipe's friction.
    pub r: Vec<f64>,
    /// Exponent of a pipe's friction.
    pub exponent: f64,
    /// Factor of q² of minor losses.
    pub minor: Vec<f64>,
    /// `8/(π²g·d⁴)`: factor of q² per loss coefficient.
    pub per_k: Vec<f64>,
    pub darcy: Vec<DarcyWeisbach>,
    /// Curve of each pump by position, else `None`.
    pub pump: Vec<Option<PumpCurve>>,
    pub valve_curve: Vec<Option<Vec<(f64, f64)>>>,
    pub area: Vec<f64>,
    pub start_flow: Vec<f64>,
    pub tanks: Vec<TankNet>,
    /// Tank at each node.
    pub tank_of: Vec<Option<u32>>,
    pub valves: Vec<u32>,
    /// Links whose state is checked every few trials: check valves, pumps, flow control valves, links to tanks.
    pub checked: Vec<u32>,
    pub graph: Incidence,
    pub pattern: SpdPattern,
}

/// Velocity from which iterations start, EPANET's 1 ft·s⁻¹ [m·s⁻¹].
const START_VELOCITY: f64 = 0.3048;

fn points(curves: &[Curve], at: super::model::CurveIx) -> &[(f64, f64)] {
    curves.get(at.at()).map_or(&[], |c| &c.points)
}

/// Volume over level of a tank; `None` if its volume curve cannot be one.
pub(super) fn tank_shape(tank: &Tank, curves: &[Curve]) -> Option<TankShape> {
    match tank.volume_curve {
        Some(curve) => TankShape::curve(points(curves, curve), tank.level_min_m, tank.level_max_m),
        None if tank.diameter_m > 0.0 => {
            Some(TankShape::cylinder(tank.diameter_m, tank.level_min_m, tank.level_max_m, tank.volume_min_m3))
        }
        None => None,
    }
}

/// Curve of a pump; `None` if its points or power cannot be a pump's.
pub(super) fn pump_curve(law: PumpLaw, curves: &[Curve], specific_gravity: f64) -> Option<PumpCurve> {
    match law {
        PumpLaw::Head(curve) => PumpCurve::from_points(points(curves, curve)),
        PumpLaw::Power(w) => {
            (w > 0.0 && w.is_finite()).then(|| PumpCurve::ConstantPower(w / (WEIGHT_WATER_NM3 * specific_gravity)))
        }
    }
}

impl Net {
    /// From a model that has passed its checks.
    pub fn new(model: &WaterModel) -> Result<Self, SpdError> {
        let nodes = model.nodes.len();
        let junctions = model.nodes.iter().filter(|n| matches!(n.kind, NodeKind::Junction(_))).count();
        let (from, to): (Vec<u32>, Vec<u32>) = model.links.iter().map(|l| (l.from.0, l.to.0)).unzip();
        let limit = u32::try_from(junctions).unwrap_or(u32::MAX);
        let edges: Vec<_> = from.iter().zip(&to).map(|(&i, &j)| (i < limit && j < limit).then_some((i, j))).collect();
        let links = model.links.len();
        let mut net = Self {
            junctions,
            nodes,
            elevation: model.nodes.iter().map(|n| n.elevation_m).collect(),
            graph: Incidence::new(nodes, &from, &to),
            pattern: SpdPattern::new(junctions, &edges)?,
            from,
            to,
            kind: Vec::with_capacity(links),
            r: vec![0.0; links],
            exponent: match model.options.head_loss {
                HeadLossLaw::HazenWilliams => N_HAZEN_WILLIAMS,
                HeadLossLaw::DarcyWeisbach | HeadLossLaw::ChezyManning => 2.0,
            },
            minor: vec![0.0; links],
            per_k: vec![0.0; links],
            darcy: Vec::new(),
            pump: vec![None; links],
            valve_curve: vec![None; links],
            area: vec![0.0; links],
            start_flow: vec![0.0; links],
            tanks: Vec::new(),
            tank_of: vec![None; nodes],
            valves: Vec::new(),
            checked: Vec::new(),
        };
        net.add_tanks(model);
        for k in 0..links {
            net.add_link(model, k);
        }
        Ok(net)
    }

    fn add_tanks(&mut self, model: &WaterModel) {
        for (node, n) in model.nodes.iter().enumerate() {
            if let NodeKind::Tank(tank) = &n.kind
                && let Some(shape) = tank_shape(tank, &model.curves)
            {
                self.tank_of[node] = u32::try_from(self.tanks.len()).ok();
                let (volume_min, volume_max) = (shape.volume_m3(tank.level_min_m), shape.volume_m3(tank.level_max_m));
                self.tanks.push(TankNet { node, shape, volume_min, volume_max, overflows: tank.can_overflow });
            }
        }
    }

    fn add_link(&mut self, model: &WaterModel, k: usize) {
        let link = &model.links[k];
        let at = u32::try_from(k).unwrap_or(u32::MAX);
        let kind = match &link.kind {
            LinkKind::Pipe(pipe) => {
                self.set_diameter(k, pipe.diameter_m, pipe.minor_k);
                self.set_friction(model, k, pipe);
                if pipe.check_valve { Kind::CheckValve } else { Kind::Pipe }
            }
            LinkKind::Pump(pump) => {
                self.pump[k] = pump_curve(pump.law.clone(), &model.curves, model.options.specific_gravity);
                self.start_flow[k] = self.pump[k].as_ref().map_or(0.0, PumpCurve::design_flow);
                Kind::Pump
            }
            LinkKind::Valve(valve) => {
                self.set_diameter(k, valve.diameter_m, valve.minor_k);
                self.valve_curve[k] = valve.curve.map(|c| points(&model.curves, c).to_vec());
                self.valves.push(at);
                Kind::Valve(valve.kind)
            }
        };
        self.kind.push(kind);
        let at_tank = [link.from, link.to].iter().any(|n| self.tank_of[n.at()].is_some());
        if at_tank || matches!(kind, Kind::CheckValve | Kind::Pump | Kind::Valve(ValveKind::Fcv)) {
            self.checked.push(at);
        }
    }

    fn set_diameter(&mut self, k: usize, diameter_m: f64, minor_k: f64) {
        self.area[k] = PI * diameter_m * diameter_m / 4.0;
        self.per_k[k] = K_MINOR / diameter_m.powi(4);
        self.minor[k] = self.per_k[k] * minor_k;
        self.start_flow[k] = START_VELOCITY * self.area[k];
    }

    fn set_friction(&mut self, model: &WaterModel, k: usize, pipe: &Pipe) {
        let (l, d, rough) = (pipe.length_m, pipe.diameter_m, pipe.roughness);
        match model.options.head_loss {
            HeadLossLaw::HazenWilliams => self.r[k] = hazen_williams_resistance(l, d, rough),
            HeadLossLaw::ChezyManning => self.r[k] = manning_resistance(l, d, rough),
            HeadLossLaw::DarcyWeisbach => {
                if self.darcy.is_empty() {
                    self.darcy = vec![DarcyWeisbach::new(1.0, 1.0, 0.0, 1.0); model.links.len()];
                }
                self.darcy[k] = DarcyWeisbach::new(l, d, rough, model.options.viscosity_m2s);
            }
        }
    }

    /// End nodes of a link.
    pub fn ends(&self, k: usize) -> (usize, usize) {
        (self.from[k] as usize, self.to[k] as usize)
    }
}

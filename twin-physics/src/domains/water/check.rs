//! Checks of a model before anything is computed.

use std::fmt;

use super::model::{Curve, CurveIx, Link, LinkKind, Node, NodeKind, Trigger, ValveKind, WaterModel};
use super::net::{pump_curve, tank_shape};

/// Something in a model that has no physical answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{element}: {problem}")]
pub struct ModelError {
    /// Kind and name of the element, for example `pipe P12`.
    pub element: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

/// Kind and name of a node.
pub(super) fn node_name(node: &Node) -> String {
    let kind = match node.kind {
        NodeKind::Junction(_) => "junction",
        NodeKind::Reservoir(_) => "reservoir",
        NodeKind::Tank(_) => "tank",
    };
    format!("{kind} {}", node.id)
}

/// Kind and name of a link.
pub(super) fn link_name(link: &Link) -> String {
    let kind = match &link.kind {
        LinkKind::Pipe(_) => "pipe",
        LinkKind::Pump(_) => "pump",
        LinkKind::Valve(_) => "valve",
    };
    format!("{kind} {}", link.id)
}

struct Checks<'a> {
    model: &'a WaterModel,
    errors: Vec<ModelError>,
}

/// Everything wrong with a model, in order.
pub(super) fn check(model: &WaterModel) -> Vec<ModelError> {
    let mut checks = Checks { model, errors: Vec::new() };
    checks.nodes();
    for link in &model.links {
        checks.link(link);
    }
    if checks.errors.is_empty() {
        checks.valve_places();
    }
    checks.controls();
    checks.options();
    checks.errors
}

impl Checks<'_> {
    fn add(&mut self, element: impl Into<String>, problem: impl fmt::Display) {
        self.errors.push(ModelError { element: element.into(), problem: problem.to_string() });
    }

    fn positive(&mut self, element: &str, what: &str, value: f64) {
        if !(value > 0.0 && value.is_finite()) {
            self.add(element, format_args!("{what} is {value}; it must be above 0"));
        }
    }

    fn not_negative(&mut self, element: &str, what: &str, value: f64) {
        if !(value >= 0.0 && value.is_finite()) {
            self.add(element, format_args!("{what} is {value}; it must not be below 0"));
        }
    }

    fn nodes(&mut self) {
        let mut seen_source = false;
        for node in &self.model.nodes {
            let name = node_name(node);
            if !node.elevation_m.is_finite() {
                self.add(&name, format_args!("elevation is {}; it must be a number", node.elevation_m));
            }
            match &node.kind {
                NodeKind::Junction(junction) => {
                    if seen_source {
                        self.add(&name, "stands after a reservoir or tank; junctions come first");
                    }
                    self.not_negative(&name, "emitter coefficient", junction.emitter_coefficient);
                    for demand in &junction.demands {
                        if !demand.base_m3s.is_finite() {
                            self.add(&name, format_args!("base demand is {}", demand.base_m3s));
                        }
                        self.pattern(&name, demand.pattern);
                    }
                }
                NodeKind::Reservoir(reservoir) => {
                    seen_source = true;
                    self.pattern(&name, reservoir.pattern);
                }
                NodeKind::Tank(tank) => {
                    seen_source = true;
                    let (low, at, high) = (tank.level_min_m, tank.level_init_m, tank.level_max_m);
                    if !(low <= at && at <= high && high.is_finite() && low.is_finite()) {
                        self.add(
                            &name,
                            format_args!("level {at} m is outside its lowest {low} m and highest {high} m"),
                        );
                    }
                    if tank_shape(tank, &self.model.curves).is_none() {
                        self.add(&name, "needs a diameter above 0 or a volume curve that rises");
                    }
                }
            }
        }
        if !seen_source {
            self.add("network", "has no reservoir or tank, so no head is known anywhere");
        }
    }

    fn pattern(&mut self, name: &str, pattern: Option<super::model::PatternIx>) {
        let missing = pattern.is_some_and(|p| p.at() >= self.model.patterns.len());
        if missing {
            self.add(name, "names a pattern that does not exist");
        }
    }

    fn curve(&mut self, name: &str, curve: CurveIx) -> Option<&Curve> {
        if curve.at() >= self.model.curves.len() {
            self.add(name, "names a curve that does not exist");
        }
        self.model.curves.get(curve.at())
    }

    fn link(&mut self, link: &Link) {
        let name = link_name(link);
        let nodes = self.model.nodes.len();
        if link.from.at() >= nodes || link.to.at() >= nodes {
            self.add(&name, "ends at a node that does not exist");
        } else if link.from == link.to {
            self.add(&name, "starts and ends at the same node");
        }
        match &link.kind {
            LinkKind::Pipe(pipe) => {
                self.positive(&name, "length", pipe.length_m);
                self.positive(&name, "diameter", pipe.diameter_m);
                self.positive(&name, "roughness", pipe.roughness);
                self.not_negative(&name, "minor-loss coefficient", pipe.minor_k);
            }
            LinkKind::Pump(pump) => {
                self.not_negative(&name, "speed", pump.speed);
                self.pattern(&name, pump.speed_pattern);
                let gravity = self.model.options.specific_gravity;
                if pump_curve(pump.law.clone(), &self.model.curves, gravity).is_none() {
                    self.add(&name, "needs a power above 0 or a curve on which head falls as flow rises");
                }
            }
            LinkKind::Valve(valve) => {
                self.positive(&name, "diameter", valve.diameter_m);
                self.not_negative(&name, "minor-loss coefficient", valve.minor_k);
                if !valve.setting.is_finite() {
                    self.add(&name, format_args!("setting is {}; it must be a number", valve.setting));
                }
                match valve.curve {
                    Some(curve) => {
                        let rises = self
                            .curve(&name, curve)
                            .is_some_and(|c| c.points.len() >= 2 && c.points.windows(2).all(|w| w[1].0 > w[0].0));
                        if !rises {
                            self.add(&name, "needs a curve of at least two points in rising order");
                        }
                    }
                    None if valve.kind == ValveKind::Gpv => self.add(&name, "needs a head-loss curve"),
                    None => {}
                }
            }
        }
    }

    /// Two valves may not hold the same node, nor hold a node whose head is given.
    fn valve_places(&mut self) {
        let mut holder: Vec<Option<usize>> = vec![None; self.model.nodes.len()];
        for k in 0..self.model.links.len() {
            let link = &self.model.links[k];
            let held = match &link.kind {
                LinkKind::Valve(v) if v.kind == ValveKind::Prv => link.to.at(),
                LinkKind::Valve(v) if v.kind == ValveKind::Psv => link.from.at(),
                _ => continue,
            };
            let name = link_name(link);
            if !matches!(self.model.nodes[held].kind, NodeKind::Junction(_)) {
                let node = node_name(&self.model.nodes[held]);
                self.add(name, format_args!("cannot hold the pressure of {node}, whose head is given"));
            } else if let Some(other) = holder[held] {
                let (other, node) = (link_name(&self.model.links[other]), node_name(&self.model.nodes[held]));
                self.add(name, format_args!("and {other} would both hold the pressure of {node}"));
            } else {
                holder[held] = Some(k);
            }
        }
    }

    fn controls(&mut self) {
        for (i, control) in self.model.controls.iter().enumerate() {
            let name = format!("control {}", i + 1);
            if control.link.at() >= self.model.links.len() {
                self.add(&name, "acts on a link that does not exist");
            }
            if let Trigger::Below(node, _) | Trigger::Above(node, _) = control.trigger {
                match self.model.nodes.get(node.at()).map(|n| &n.kind) {
                    None => self.add(&name, "watches a node that does not exist"),
                    Some(NodeKind::Reservoir(_)) => {
                        self.add(&name, "watches a reservoir; it must watch a junction or a tank");
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn options(&mut self) {
        let (o, t) = (&self.model.options, &self.model.times);
        let checks = [
            ("emitter exponent", o.emitter_exponent),
            ("viscosity", o.viscosity_m2s),
            ("specific gravity", o.specific_gravity),
            ("accuracy", o.accuracy),
            ("hydraulic step", t.hydraulic_step_s),
            ("pattern step", t.pattern_step_s),
            ("number of trials", f64::from(o.trials)),
            ("check frequency", f64::from(o.check_frequency)),
        ];
        for (what, value) in checks {
            self.positive("options", what, value);
        }
        if !(o.closed_seepage_m2s >= 0.0 && o.closed_seepage_m2s.is_finite()) {
            self.add(
                "options",
                format_args!("seepage of closed links {} m²/s must be 0 or more", o.closed_seepage_m2s),
            );
        }
        if let super::model::DemandModel::PressureDriven { min_m, required_m, exponent } = o.demand_model {
            self.positive("options", "pressure exponent", exponent);
            if required_m <= min_m || (required_m - min_m).is_nan() {
                self.add(
                    "options",
                    format_args!("required pressure head {required_m} m must be above the lowest, {min_m} m"),
                );
            }
        }
    }
}

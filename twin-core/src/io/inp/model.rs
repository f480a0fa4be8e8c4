//! From an `.inp` file to the water model: SI, and EPANET's defaults and adjustments made explicit.

use std::collections::BTreeMap;

use twin_physics::constants::WATER_VISCOSITY_M2S;
use twin_physics::domains::water;
use water::{ControlAction, CurveIx, DemandModel, NodeIx, PatternIx, PumpLaw, Status, Trigger, ValveKind, WaterModel};

use super::check::{Names, old_pump_points};
use super::codes;
use super::file::{
    Control, InpFile, Line, Link, LinkKind, PipeStatus, Pump, Set, Statistic, StorageKind, Tank, Valve, When,
};
use super::file::{PumpEnergyWhat, QualityOption};
use super::units::{Constants, PressureUnits, Units};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// The water model of a file that [`super::read_str`] found without error, by EPANET's unit constants.
#[must_use]
pub fn to_water_model(file: &InpFile) -> (WaterModel, Diagnostics) {
    to_water_model_with(file, Constants::Epanet)
}

/// Pressure units of a file: those it names, else psi with US flow units and metres with SI ones (EPANET 2.3).
#[must_use]
pub fn pressure_units(file: &InpFile) -> PressureUnits {
    let usual = if file.options.units.is_si() { PressureUnits::Metres } else { PressureUnits::Psi };
    file.options.pressure.unwrap_or(usual)
}

/// As [`to_water_model`], with a choice of unit constants.
#[must_use]
pub fn to_water_model_with(file: &InpFile, constants: Constants) -> (WaterModel, Diagnostics) {
    let units = Units::new(file.options.units, pressure_units(file), file.options.specific_gravity, constants);
    let mut b = Builder {
        file,
        names: Names::new(file),
        units,
        model: WaterModel::default(),
        curves: BTreeMap::new(),
        out: Diagnostics::default(),
    };
    b.model.patterns =
        file.patterns.iter().map(|p| water::Pattern { id: p.id.clone(), factors: p.factors.clone() }).collect();
    b.nodes();
    b.demands();
    b.links();
    b.statuses();
    b.controls();
    b.options();
    b.times();
    b.not_solved();
    (b.model, b.out)
}

/// What the axes of a curve are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CurveUse {
    /// Head over flow.
    FlowHead,
    /// Volume over level.
    LevelVolume,
    /// Loss ratio over opening, both in percent.
    Percent,
}

struct Builder<'a> {
    file: &'a InpFile,
    names: Names<'a>,
    units: Units,
    model: WaterModel,
    /// Curves already turned into SI, by position and use: one curve may serve two uses of different units.
    curves: BTreeMap<(usize, CurveUse), CurveIx>,
    out: Diagnostics,
}

impl Builder<'_> {
    fn say(&mut self, severity: Severity, code: &str, line: Line, subject: &str, message: String, remedy: &str) {
        self.out.push(Diagnostic {
            severity,
            code: code.to_owned(),
            file: self.file.name.clone(),
            line: line.0,
            subject: subject.to_owned(),
            message,
            remedy: remedy.to_owned(),
        });
    }

    fn pattern(&self, id: Option<&str>) -> Option<PatternIx> {
        id.and_then(|p| self.names.patterns.get(p)).map(|i| PatternIx::new(*i))
    }

    /// Pattern of demands that name none.
    fn default_pattern(&self) -> Option<PatternIx> {
        self.pattern(Some(self.file.options.pattern.as_deref().unwrap_or("1")))
    }

    fn node(&self, id: &str) -> NodeIx {
        NodeIx::new(self.names.nodes.get(id).copied().unwrap_or(0))
    }

    fn curve(&mut self, id: &str, what: CurveUse) -> Option<CurveIx> {
        let at = *self.names.curves.get(id)?;
        if let Some(ix) = self.curves.get(&(at, what)) {
            return Some(*ix);
        }
        let ix = self.push_curve(id.to_owned(), &self.file.curves[at].points, what);
        self.curves.insert((at, what), ix);
        Some(ix)
    }

    fn push_curve(&mut self, id: String, points: &[(f64, f64)], what: CurveUse) -> CurveIx {
        let (x, y) = match what {
            CurveUse::FlowHead => (self.units.flow_m3s, self.units.length_m),
            CurveUse::LevelVolume => (self.units.length_m, self.units.volume_m3),
            CurveUse::Percent => (1.0, 1.0),
        };
        let ix = CurveIx::new(self.model.curves.len());
        self.model.curves.push(water::Curve { id, points: points.iter().map(|p| (p.0 * x, p.1 * y)).collect() });
        ix
    }

    fn nodes(&mut self) {
        for j in &self.file.junctions {
            self.model.nodes.push(water::Node {
                id: j.id.clone(),
                elevation_m: j.elevation * self.units.length_m,
                kind: water::NodeKind::Junction(water::Junction::default()),
            });
        }
        for s in &self.file.storages {
            let mut elevation = s.elevation;
            let kind = match &s.kind {
                StorageKind::Reservoir(p) => {
                    water::NodeKind::Reservoir(water::Reservoir { pattern: self.pattern(p.as_deref()) })
                }
                StorageKind::Tank(t) if t.diameter == 0.0 && t.volume_curve.is_none() => {
                    elevation += t.level_init;
                    water::NodeKind::Reservoir(water::Reservoir { pattern: None })
                }
                StorageKind::Tank(t) => water::NodeKind::Tank(self.tank(t)),
            };
            let elevation_m = elevation * self.units.length_m;
            self.model.nodes.push(water::Node { id: s.id.clone(), elevation_m, kind });
        }
        for e in &self.file.emitters {
            let u = self.units;
            let at = self.node(&e.junction).at();
            if let Some(water::NodeKind::Junction(j)) = self.model.nodes.get_mut(at).map(|n| &mut n.kind) {
                // q = C·pⁿ in the file's units; p = h / pressure_m.
                let exponent = self.file.options.emitter_exponent;
                j.emitter_coefficient = e.coefficient * u.flow_m3s * u.pressure_m.powf(-exponent);
            }
        }
    }

    fn tank(&mut self, t: &Tank) -> water::Tank {
        let u = self.units;
        water::Tank {
            level_init_m: t.level_init * u.length_m,
            level_min_m: t.level_min * u.length_m,
            level_max_m: t.level_max * u.length_m,
            diameter_m: t.diameter * u.length_m,
            volume_min_m3: t.volume_min * u.volume_m3,
            volume_curve: t.volume_curve.as_deref().and_then(|c| self.curve(c, CurveUse::LevelVolume)),
            can_overflow: t.overflow,
        }
    }

    /// A junction's own demand stands unless `[DEMANDS]` has rows for it.
    fn demands(&mut self) {
        let default = self.default_pattern();
        let junctions = self.file.junctions.len();
        let mut rows: Vec<Vec<water::DemandCategory>> = vec![Vec::new(); junctions];
        for d in &self.file.demands {
            let category = water::DemandCategory {
                base_m3s: d.base * self.units.flow_m3s,
                pattern: self.pattern(d.pattern.as_deref()).or(default),
                name: d.comment.clone(),
            };
            if let Some(of) = rows.get_mut(self.node(&d.junction).at()) {
                of.push(category);
            }
        }
        for (at, mut demands) in rows.into_iter().enumerate() {
            let row = &self.file.junctions[at];
            if demands.is_empty() && row.demand.is_some_and(|d| d != 0.0) {
                demands.push(water::DemandCategory {
                    base_m3s: row.demand.unwrap_or(0.0) * self.units.flow_m3s,
                    pattern: self.pattern(row.pattern.as_deref()).or(default),
                    name: String::new(),
                });
            }
            if let water::NodeKind::Junction(j) = &mut self.model.nodes[at].kind {
                j.demands = demands;
            }
        }
    }

    fn links(&mut self) {
        for l in &self.file.links {
            let link = self.link(l);
            self.model.links.push(link);
        }
    }

    fn link(&mut self, l: &Link) -> water::Link {
        let u = self.units;
        let (status, kind) = match &l.kind {
            LinkKind::Pipe(p) => {
                let darcy = self.file.options.head_loss == water::HeadLossLaw::DarcyWeisbach;
                let pipe = water::Pipe {
                    length_m: p.length * u.length_m,
                    diameter_m: p.diameter * u.diameter_m,
                    roughness: if darcy { p.roughness * u.roughness_m } else { p.roughness },
                    minor_k: p.minor,
                    check_valve: p.status == PipeStatus::CheckValve,
                };
                let closed = p.status == PipeStatus::Closed;
                (if closed { Status::Closed } else { Status::Open }, water::LinkKind::Pipe(pipe))
            }
            LinkKind::Pump(p) => (Status::Open, water::LinkKind::Pump(self.pump(&l.id, p))),
            LinkKind::Valve(v) => {
                let status = if v.kind == ValveKind::Gpv { Status::Open } else { Status::Active };
                (status, water::LinkKind::Valve(self.valve(v)))
            }
        };
        water::Link { id: l.id.clone(), from: self.node(&l.from), to: self.node(&l.to), status, kind }
    }

    fn pump(&mut self, id: &str, p: &Pump) -> water::Pump {
        let power = match p.old_form.as_slice() {
            [power] => Some(*power),
            _ => p.power,
        };
        let law = match (power, &p.head_curve) {
            (Some(power), _) => PumpLaw::Power(power * self.units.power_w),
            (None, Some(curve)) => PumpLaw::Head(self.curve(curve, CurveUse::FlowHead).unwrap_or(CurveIx(0))),
            (None, None) => {
                let points = old_pump_points(&p.old_form);
                PumpLaw::Head(self.push_curve(format!("pump {id}"), &points, CurveUse::FlowHead))
            }
        };
        water::Pump { law, speed: p.speed.unwrap_or(1.0), speed_pattern: self.pattern(p.pattern.as_deref()) }
    }

    fn setting(&self, kind: ValveKind, value: f64) -> f64 {
        match kind {
            ValveKind::Prv | ValveKind::Psv | ValveKind::Pbv => value * self.units.pressure_m,
            ValveKind::Fcv => value * self.units.flow_m3s,
            ValveKind::Pcv => value.min(100.0),
            ValveKind::Tcv | ValveKind::Gpv => value,
        }
    }

    fn valve(&mut self, v: &Valve) -> water::Valve {
        let what = if v.kind == ValveKind::Pcv { CurveUse::Percent } else { CurveUse::FlowHead };
        water::Valve {
            kind: v.kind,
            diameter_m: v.diameter * self.units.diameter_m,
            setting: self.setting(v.kind, v.setting),
            minor_k: v.minor,
            curve: v.curve.as_deref().and_then(|c| self.curve(c, what)),
        }
    }

    fn statuses(&mut self) {
        for s in &self.file.statuses {
            let range = match &s.last {
                None => self.names.links.get(s.link.as_str()).copied().into_iter().collect(),
                Some(last) => in_range(self.file.link_ids(), &s.link, last),
            };
            for at in range {
                self.set_status(at, s.set);
            }
        }
    }

    /// EPANET: a pump opened runs at speed 1; a valve given a number becomes active; a pipe takes no number, and a
    /// check valve keeps its state.
    fn set_status(&mut self, at: usize, set: Set) {
        let setting = match (&self.model.links[at].kind, set) {
            (water::LinkKind::Valve(v), Set::Value(x)) => self.setting(v.kind, x),
            (_, Set::Value(x)) => x,
            _ => 0.0,
        };
        let link = &mut self.model.links[at];
        match (&mut link.kind, set) {
            (water::LinkKind::Pipe(p), _) if p.check_valve => {}
            (water::LinkKind::Pipe(_), Set::Value(_)) => {}
            (water::LinkKind::Pump(p), Set::Value(speed)) => {
                p.speed = speed;
                link.status = if speed == 0.0 { Status::Closed } else { Status::Open };
            }
            (water::LinkKind::Valve(v), Set::Value(_)) if v.kind == ValveKind::Gpv => {}
            (water::LinkKind::Valve(v), Set::Value(_)) => {
                v.setting = setting;
                link.status = Status::Active;
            }
            (water::LinkKind::Pump(p), Set::Open) => {
                p.speed = 1.0;
                link.status = Status::Open;
            }
            (_, Set::Open) => link.status = Status::Open,
            (_, Set::Closed) => link.status = Status::Closed,
        }
    }

    fn controls(&mut self) {
        for c in &self.file.controls {
            let control = self.control(c);
            self.model.controls.extend(control);
        }
    }

    #[allow(clippy::cast_precision_loss)] // whole seconds below 2^53
    fn control(&self, c: &Control) -> Option<water::Control> {
        let at = *self.names.links.get(c.link.as_str())?;
        let pump = matches!(self.model.links[at].kind, water::LinkKind::Pump(_));
        let action = match (&self.model.links[at].kind, c.set) {
            // A control that opens a pump sets its speed to 1 (EPANET), whatever it was.
            (_, Set::Open) if pump => ControlAction::Setting(1.0),
            (_, Set::Open) => ControlAction::Open,
            (_, Set::Closed) => ControlAction::Close,
            (water::LinkKind::Pipe(_), Set::Value(0.0)) => ControlAction::Close,
            (water::LinkKind::Pipe(_), Set::Value(_)) => ControlAction::Open,
            (water::LinkKind::Pump(_), Set::Value(v)) => ControlAction::Setting(v),
            (water::LinkKind::Valve(v), Set::Value(x)) => ControlAction::Setting(self.setting(v.kind, x)),
        };
        let value = |node: &str, v: f64| {
            let node = self.node(node);
            let junction = node.at() < self.file.junctions.len();
            (node, v * if junction { self.units.pressure_m } else { self.units.length_m })
        };
        let trigger = match &c.when {
            When::Below(node, v) => {
                let (node, v) = value(node, *v);
                Trigger::Below(node, v)
            }
            When::Above(node, v) => {
                let (node, v) = value(node, *v);
                Trigger::Above(node, v)
            }
            When::Time(s) => Trigger::Time(*s as f64),
            When::ClockTime(s) => Trigger::ClockTime(*s as f64),
        };
        Some(water::Control { link: water::LinkIx::new(at), action, trigger })
    }

    fn options(&mut self) {
        let (o, u) = (&self.file.options, self.units);
        let accuracy = o.accuracy.clamp(1e-5, 0.1);
        let viscosity_m2s = match o.viscosity {
            None => WATER_VISCOSITY_M2S,
            Some(v) if v > 1e-3 => v * WATER_VISCOSITY_M2S,
            Some(v) => v * u.viscosity_m2s,
        };
        let demand_model = if o.pressure_driven {
            let required = o.required_pressure.unwrap_or(o.minimum_pressure + 0.1);
            DemandModel::PressureDriven {
                min_m: o.minimum_pressure * u.pressure_m,
                required_m: required * u.pressure_m,
                exponent: o.pressure_exponent,
            }
        } else {
            DemandModel::DemandDriven
        };
        self.model.options = water::HydraulicOptions {
            head_loss: o.head_loss,
            demand_model,
            demand_multiplier: o.demand_multiplier,
            emitter_exponent: o.emitter_exponent,
            emitter_backflow: o.emitter_backflow,
            viscosity_m2s,
            specific_gravity: o.specific_gravity,
            accuracy,
            head_error_m: o.head_error * u.length_m,
            flow_change_m3s: o.flow_change * u.flow_m3s,
            trials: o.trials,
            check_frequency: o.check_frequency,
            max_check: o.max_check,
            damp_limit: o.damp_limit,
            unbalanced: match o.unbalanced_continue {
                None => water::Unbalanced::Stop,
                Some(n) => water::Unbalanced::Continue(n),
            },
            tank_scheme: water::TankScheme::Euler,
            closed_seepage_m2s: water::EPANET_SEEPAGE_M2S,
        };
        if accuracy != o.accuracy {
            let message = format!("ACCURACY {} is taken as {accuracy}", o.accuracy);
            let remedy = "EPANET allows 1e-5 to 0.1";
            self.say(Severity::Info, codes::CLAMPED, o.lines[2], "ACCURACY", message, remedy);
        }
        // Before 2.3, EPANET took the units of the flow's system whatever was named, kPa in SI excepted.
        let before = match o.pressure {
            Some(PressureUnits::Kpa) if o.units.is_si() => PressureUnits::Kpa,
            _ if o.units.is_si() => PressureUnits::Metres,
            _ => PressureUnits::Psi,
        };
        if let Some(p) = o.pressure.filter(|p| *p != before) {
            let (named, old) = (p.keyword(), before.keyword());
            let message = format!("pressures are in {named} with {} flow units", o.units.keyword());
            let remedy = format!("EPANET before 2.3 takes {old} here: check which was meant");
            self.say(Severity::Warning, codes::PRESSURE_UNITS, o.lines[0], "PRESSURE", message, &remedy);
        }
    }

    /// EPANET's adjustments: no step longer than the pattern's or the report's, none of them zero.
    #[allow(clippy::cast_precision_loss)] // whole seconds below 2^53
    fn times(&mut self) {
        let t = &self.file.times;
        let or_hour = |s: Option<i64>| s.filter(|s| *s > 0).unwrap_or(3600);
        let pattern = or_hour(t.pattern_step_s);
        let report = match t.report_step_s {
            Some(0) => pattern,
            given => or_hour(given),
        };
        let asked = or_hour(t.hydraulic_step_s);
        let hydraulic = asked.min(pattern).min(report);
        let duration = t.duration_s.unwrap_or(0);
        let start = t.report_start_s.unwrap_or(0);
        let report_start = if start > duration { 0 } else { start };
        self.model.times = water::Times {
            duration_s: duration as f64,
            hydraulic_step_s: hydraulic as f64,
            pattern_step_s: pattern as f64,
            pattern_start_s: t.pattern_start_s.unwrap_or(0) as f64,
            report_step_s: report as f64,
            report_start_s: report_start as f64,
            start_clock_s: t.start_clock_s.unwrap_or(0) as f64,
        };
        if hydraulic != asked && t.hydraulic_step_s.is_some() {
            let message = format!("the hydraulic step of {asked} s is shortened to {hydraulic} s");
            let remedy = "it cannot exceed the pattern and report steps";
            self.say(Severity::Info, codes::STEP_ADJUSTED, t.line, "HYDRAULIC TIMESTEP", message, remedy);
        }
        if report_start != start {
            let message = format!("REPORT START {start} s is beyond the duration: reports begin at 0");
            let remedy = "give a start within the duration";
            self.say(Severity::Warning, codes::STEP_ADJUSTED, Line(0), "REPORT START", message, remedy);
        }
    }

    fn feature(&mut self, code: &str, count: usize, line: Line, what: &str) {
        if count > 0 {
            let message = format!("{what} ({count}) read but not solved yet: results are as if not given");
            self.say(Severity::Warning, code, line, "", message, "");
        }
    }

    fn not_solved(&mut self) {
        let f = self.file;
        fn first<T>(rows: &[super::file::Row<T>]) -> Line {
            rows.first().map_or(Line(0), |r| r.line)
        }
        self.feature(codes::RULES, f.rules.len(), first(&f.rules), "rule-based controls");
        self.feature(codes::LEAKAGE, f.leakage.len(), first(&f.leakage), "FAVAD leakage of pipes");
        // Without an analysis the rows of quality are idle.
        if f.options.quality != QualityOption::None {
            self.feature(codes::QUALITY, 1, f.options.lines[3], "water quality analysis");
            self.feature(codes::SOURCES, f.sources.len(), first(&f.sources), "quality sources");
            let r = &f.reactions;
            let global = usize::from(r.global_bulk != 0.0) + usize::from(r.global_wall != 0.0);
            if matches!(f.options.quality, QualityOption::Chemical(..)) {
                self.feature(codes::REACTIONS, r.rows.len() + global, first(&r.rows), "reaction coefficients");
            }
            self.feature(codes::MIXING, f.mixing.len(), first(&f.mixing), "tank mixing models");
        }
        let priced = |w: &PumpEnergyWhat| !matches!(w, PumpEnergyWhat::Price(0.0));
        let pumps = f.energy.pumps.iter().filter(|e| priced(&e.what)).count();
        let global = usize::from(f.energy.price != 0.0) + usize::from(f.energy.demand_charge != 0.0);
        self.feature(codes::ENERGY, pumps + global, first(&f.energy.pumps), "energy prices and pump efficiencies");
        let statistic = usize::from(f.times.statistic != Statistic::None);
        self.feature(codes::STATISTIC, statistic, Line(0), "time statistic");
        let hydraulics = usize::from(f.options.hydraulics.is_some());
        self.feature(codes::HYDRAULICS_FILE, hydraulics, f.options.lines[4], "hydraulics file");
        let others = [f.report.page > 0, f.report.file.is_some(), f.options.map.is_some()];
        let others = others.iter().filter(|given| **given).count();
        self.feature(codes::OTHER_FILES, others, Line(0), "page breaks, report file, map file");
        let internal = f.options.internal_tolerances.iter().flatten().count();
        self.feature(codes::TOLERANCES, internal, f.options.lines[5], "HTOL, QTOL, RQTOL");
    }
}

/// Positions of the ids in a range: by number if both ends begin with one above 0, else by letters (EPANET's rule).
fn in_range<'a>(ids: impl Iterator<Item = &'a str>, first: &str, last: &str) -> Vec<usize> {
    let (low, high) = (leading_number(first), leading_number(last));
    let numbers = low > 0 && high > 0;
    let within = |id: &str| {
        if numbers { (low..=high).contains(&leading_number(id)) } else { first <= id && id <= last }
    };
    ids.enumerate().filter(|(_, id)| within(id)).map(|(i, _)| i).collect()
}

/// The whole number a text begins with; 0 if it does not.
fn leading_number(text: &str) -> u64 {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..digits].parse().unwrap_or(0)
}

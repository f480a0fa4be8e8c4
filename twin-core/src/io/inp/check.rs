//! What rows say of one another: ids that must be unique, references that must lead somewhere, curves that must fit.

use std::collections::BTreeMap;

use twin_physics::domains::water::ValveKind;

use super::codes;
use super::file::PipeStatus;
use super::file::{
    ClauseWord, InpFile, Line, Link, LinkKind, Pump, PumpEnergyWhat, QualityOption, ReactionKind, Row, Selection, Set,
    StorageKind, Tank, When,
};
use super::read::cut;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Where each id stands.
pub(super) struct Names<'a> {
    /// Nodes: position, junctions first.
    pub nodes: BTreeMap<&'a str, usize>,
    /// Links.
    pub links: BTreeMap<&'a str, usize>,
    /// Patterns.
    pub patterns: BTreeMap<&'a str, usize>,
    /// Curves.
    pub curves: BTreeMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(file: &'a InpFile) -> Self {
        Self {
            nodes: file.node_ids().enumerate().map(|(i, id)| (id, i)).collect(),
            links: file.link_ids().enumerate().map(|(i, id)| (id, i)).collect(),
            patterns: file.patterns.iter().enumerate().map(|(i, p)| (p.id.as_str(), i)).collect(),
            curves: file.curves.iter().enumerate().map(|(i, c)| (c.id.as_str(), i)).collect(),
        }
    }
}

/// Checks a whole file.
pub(super) fn check(file: &InpFile, out: &mut Diagnostics) {
    let mut c = Checker { file, names: Names::new(file), out };
    c.unique();
    c.network();
    c.links();
    c.valve_pairs();
    c.statuses_and_controls();
    c.node_rows();
    c.patterns();
    c.rules();
    c.quality_and_energy();
    c.map_and_report();
}

struct Checker<'a, 'o> {
    file: &'a InpFile,
    names: Names<'a>,
    out: &'o mut Diagnostics,
}

impl<'a> Checker<'a, '_> {
    fn say(&mut self, severity: Severity, code: &str, line: Line, id: &str, message: String, remedy: &str) {
        self.out.push(Diagnostic {
            severity,
            code: code.to_owned(),
            file: self.file.name.clone(),
            line: line.0,
            subject: cut(id),
            message,
            remedy: remedy.to_owned(),
        });
    }

    fn error(&mut self, code: &str, line: Line, id: &str, message: String, remedy: &str) {
        self.say(Severity::Error, code, line, id, message, remedy);
    }

    fn warn(&mut self, code: &str, line: Line, id: &str, message: String, remedy: &str) {
        self.say(Severity::Warning, code, line, id, message, remedy);
    }

    fn unique(&mut self) {
        let file = self.file;
        let nodes = file.junctions.iter().map(|j| (j.id.as_str(), j.line));
        let nodes = nodes.chain(file.storages.iter().map(|s| (s.id.as_str(), s.line)));
        let links = file.links.iter().map(|l| (l.id.as_str(), l.line));
        self.unique_among(nodes, codes::DUPLICATE_NODE, "node");
        self.unique_among(links, codes::DUPLICATE_LINK, "link");
    }

    fn unique_among(&mut self, ids: impl Iterator<Item = (&'a str, Line)>, code: &str, what: &str) {
        let mut first: BTreeMap<&str, Line> = BTreeMap::new();
        for (id, line) in ids {
            if let Some(before) = first.insert(id, line) {
                let message = format!("the {what} of line {} has the same id", before.0);
                self.error(code, line, id, message, "rename one of the two");
            }
        }
    }

    fn network(&mut self) {
        let file = self.file;
        if file.junctions.is_empty() {
            let message = "there is no junction".to_owned();
            self.error(codes::NO_JUNCTION, Line(0), "", message, "add at least one row to [JUNCTIONS]");
        }
        if file.storages.is_empty() {
            let message = "no reservoir and no tank: nothing fixes the heads".to_owned();
            self.error(codes::NO_SOURCE, Line(0), "", message, "add one to [RESERVOIRS] or [TANKS]");
        }
        let mut linked = vec![false; self.names.nodes.len()];
        for l in &file.links {
            for end in [&l.from, &l.to] {
                if let Some(at) = self.names.nodes.get(end.as_str()).and_then(|i| linked.get_mut(*i)) {
                    *at = true;
                }
            }
        }
        for j in &file.junctions {
            let at = self.names.nodes.get(j.id.as_str());
            if !at.and_then(|i| linked.get(*i)).copied().unwrap_or(true) {
                let message = "no link ends at this junction".to_owned();
                self.error(codes::UNLINKED, j.line, &j.id, message, "connect it or remove it");
            }
        }
        for s in &file.storages {
            if let StorageKind::Tank(tank) = &s.kind {
                self.tank(&s.id, s.line, tank);
            }
        }
    }

    fn tank(&mut self, id: &str, line: Line, t: &Tank) {
        let remedy = "give minimum <= initial <= maximum, within the levels of the volume curve";
        if t.level_init > t.level_max || t.level_min > t.level_max || t.level_init < t.level_min {
            let message = format!("levels: initial {}, minimum {}, maximum {}", t.level_init, t.level_min, t.level_max);
            return self.error(codes::TANK_LEVELS, line, id, message, remedy);
        }
        if let Some(name) = &t.volume_curve {
            let Some(curve) = self.curve(name, line, id) else { return };
            let span = curve.first().map(|p| p.0).zip(curve.last().map(|p| p.0));
            if span.is_some_and(|(low, high)| t.level_min < low || t.level_max > high) {
                let message = format!("levels {} to {} are not all on curve {name}", t.level_min, t.level_max);
                self.error(codes::TANK_LEVELS, line, id, message, remedy);
            }
        } else if t.diameter == 0.0 {
            let message = "a tank without diameter or volume curve".to_owned();
            let remedy = "it is taken as a reservoir at its initial level; move it to [RESERVOIRS] if that is meant";
            self.warn(codes::TANK_AS_RESERVOIR, line, id, message, remedy);
        }
    }

    fn curve(&mut self, name: &str, line: Line, id: &str) -> Option<&'a [(f64, f64)]> {
        let at = self.names.curves.get(name).copied();
        if at.is_none() {
            let message = format!("curve `{}` does not exist", cut(name));
            self.error(codes::UNKNOWN_CURVE, line, id, message, "add it to [CURVES] or correct the name");
        }
        at.map(|i| self.file.curves[i].points.as_slice())
    }

    fn pattern(&mut self, name: Option<&str>, line: Line, id: &str) {
        if let Some(name) = name.filter(|n| !self.names.patterns.contains_key(n)) {
            let message = format!("pattern `{}` does not exist", cut(name));
            self.error(codes::UNKNOWN_PATTERN, line, id, message, "add it to [PATTERNS] or correct the name");
        }
    }

    fn node(&mut self, name: &str, line: Line, id: &str) -> Option<usize> {
        let at = self.names.nodes.get(name).copied();
        if at.is_none() {
            let message = format!("node `{}` does not exist", cut(name));
            let remedy = "add it to [JUNCTIONS], [RESERVOIRS] or [TANKS], or correct the name";
            self.error(codes::UNKNOWN_NODE, line, id, message, remedy);
        }
        at
    }

    fn link(&mut self, name: &str, line: Line, id: &str) -> Option<&'a Row<Link>> {
        let at = self.names.links.get(name).copied();
        if at.is_none() {
            let message = format!("link `{}` does not exist", cut(name));
            self.error(codes::UNKNOWN_LINK, line, id, message, "add it to its section or correct the name");
        }
        at.map(|i| &self.file.links[i])
    }

    fn links(&mut self) {
        for l in &self.file.links {
            let ends = (self.node(&l.from, l.line, &l.id), self.node(&l.to, l.line, &l.id));
            if l.from == l.to && ends.0.is_some() {
                let message = format!("begins and ends at node {}", cut(&l.from));
                self.error(codes::SAME_ENDS, l.line, &l.id, message, "correct one of its nodes");
            }
            match &l.kind {
                LinkKind::Pipe(_) => {}
                LinkKind::Pump(p) => self.pump(l, p),
                LinkKind::Valve(v) => {
                    let tank = [ends.0, ends.1].into_iter().flatten().any(|n| n >= self.file.junctions.len());
                    if tank && matches!(v.kind, ValveKind::Prv | ValveKind::Psv | ValveKind::Fcv) {
                        let message = "this kind of valve must not stand at a tank or reservoir".to_owned();
                        self.error(codes::VALVE_AT_TANK, l.line, &l.id, message, "put a short pipe between them");
                    }
                    match &v.curve {
                        Some(curve) => _ = self.curve(curve, l.line, &l.id),
                        None if v.kind == ValveKind::Gpv => {
                            let message = "a GPV needs a head-loss curve".to_owned();
                            self.error(codes::UNKNOWN_CURVE, l.line, &l.id, message, "name it as its setting");
                        }
                        None => {}
                    }
                }
            }
        }
    }

    fn pump(&mut self, l: &Row<Link>, pump: &Pump) {
        self.pattern(pump.pattern.as_deref(), l.line, &l.id);
        let points = match (&pump.head_curve, pump.old_form.as_slice()) {
            (Some(name), _) => match self.curve(name, l.line, &l.id) {
                Some(points) => points.to_vec(),
                None => return,
            },
            (None, old) if old.len() > 1 => old_pump_points(old),
            (None, [_]) => return,
            (None, _) => {
                if pump.power.is_none() {
                    let message = "the pump has neither a head curve nor a power".to_owned();
                    self.error(codes::NO_PUMP_LAW, l.line, &l.id, message, "add HEAD and a curve, or POWER");
                }
                return;
            }
        };
        if pump.power.is_none()
            && let Err(why) = pump_curve_fits(&points)
        {
            let remedy = "give one point, three points from flow 0, or more whose head falls";
            self.error(codes::PUMP_CURVE, l.line, &l.id, why.to_owned(), remedy);
        }
    }

    /// EPANET's error 220: valves that would each set the head of one node.
    fn valve_pairs(&mut self) {
        let mut at: BTreeMap<&str, Vec<ValveEnd<'_>>> = BTreeMap::new();
        for l in &self.file.links {
            if let LinkKind::Valve(v) = &l.kind
                && matches!(v.kind, ValveKind::Prv | ValveKind::Psv | ValveKind::Fcv)
            {
                at.entry(&l.from).or_default().push((v.kind, true, l));
                at.entry(&l.to).or_default().push((v.kind, false, l));
            }
        }
        for (node, valves) in at {
            // The later of two is named; among many at one node, neighbours in the list suffice to say so.
            for pair in valves.windows(2) {
                if valves_conflict((pair[0].0, pair[0].1), (pair[1].0, pair[1].1)) {
                    let (a, b) = (pair[0].2, pair[1].2);
                    let message =
                        format!("works against valve {} (line {}) at node {}", cut(&a.id), a.line.0, cut(node));
                    self.error(codes::VALVE_PAIR, b.line, &b.id, message, "put a pipe between the two valves");
                }
            }
        }
    }

    fn statuses_and_controls(&mut self) {
        for s in &self.file.statuses {
            if s.last.is_none()
                && let Some(link) = self.link(&s.link, s.line, &s.link)
            {
                self.settable(link, s.set, s.line, false);
            }
        }
        for c in &self.file.controls {
            if let Some(link) = self.link(&c.link, c.line, &c.link) {
                self.settable(link, c.set, c.line, true);
            }
            if let When::Below(node, _) | When::Above(node, _) = &c.when {
                let at = self.node(node, c.line, &c.link);
                if at
                    .and_then(|n| n.checked_sub(self.file.junctions.len()))
                    .is_some_and(|s| matches!(self.file.storages[s].kind, StorageKind::Reservoir(_)))
                {
                    let message = format!("reservoir {} has no level that changes by flow", cut(node));
                    self.warn(codes::NO_EFFECT, c.line, &c.link, message, "name a tank or a junction");
                }
            }
        }
    }

    fn settable(&mut self, link: &Row<Link>, set: Set, line: Line, control: bool) {
        let (code, fault) = match (&link.kind, set) {
            (LinkKind::Pipe(p), _) if p.status == PipeStatus::CheckValve => {
                (codes::CONTROL_TARGET, "the status of a check-valve pipe cannot be set")
            }
            (LinkKind::Valve(v), Set::Value(_)) if v.kind == ValveKind::Gpv => {
                (codes::CONTROL_TARGET, "a GPV has no setting but its curve")
            }
            (LinkKind::Pipe(_) | LinkKind::Pump(_), Set::Value(v)) if v < 0.0 && control => {
                (codes::OUT_OF_RANGE, "the setting is negative")
            }
            (LinkKind::Pipe(_), Set::Value(_)) if !control => {
                let message = "a number is no status of a pipe: it has no effect".to_owned();
                return self.warn(codes::NO_EFFECT, line, &link.id, message, "write OPEN or CLOSED");
            }
            _ => return,
        };
        self.error(code, line, &link.id, fault.to_owned(), "remove the row, or name another link");
    }

    fn junction_row(&mut self, name: &str, line: Line, what: &str) {
        if self.node(name, line, name).is_some_and(|n| n >= self.file.junctions.len()) {
            let message = format!("{what} at a tank or reservoir has no effect");
            self.warn(codes::NO_EFFECT, line, name, message, "name a junction");
        }
    }

    fn node_rows(&mut self) {
        for d in &self.file.demands {
            self.junction_row(&d.junction, d.line, "a demand");
        }
        for e in &self.file.emitters {
            self.junction_row(&e.junction, e.line, "an emitter");
        }
        for l in &self.file.leakage {
            let link = self.link(&l.pipe, l.line, &l.pipe);
            if link.is_some_and(|k| !matches!(k.kind, LinkKind::Pipe(_))) {
                let message = "leakage of a link that is no pipe has no effect".to_owned();
                self.warn(codes::NO_EFFECT, l.line, &l.pipe, message, "name a pipe");
            }
        }
    }

    fn patterns(&mut self) {
        for j in &self.file.junctions {
            self.pattern(j.pattern.as_deref(), j.line, &j.id);
        }
        for d in &self.file.demands {
            self.pattern(d.pattern.as_deref(), d.line, &d.junction);
        }
        for s in &self.file.storages {
            if let StorageKind::Reservoir(pattern) = &s.kind {
                self.pattern(pattern.as_deref(), s.line, &s.id);
            }
        }
        let o = &self.file.options;
        if let Some(p) = o.pattern.as_deref().filter(|p| !p.is_empty() && *p != "1")
            && !self.names.patterns.contains_key(p)
        {
            let message =
                format!("the default pattern `{}` does not exist: demands without pattern are constant", cut(p));
            self.warn(codes::DEFAULT_PATTERN, o.lines[1], p, message, "add it to [PATTERNS], or remove the option");
        }
    }

    fn rules(&mut self) {
        for rule in &self.file.rules {
            for c in &rule.clauses {
                if ["NODE", "JUNC", "RESER", "TANK"].iter().any(|o| c.object.starts_with(o)) {
                    self.node(&c.id, c.line, &rule.id);
                } else if c.object != "SYSTEM" {
                    self.link(&c.id, c.line, &rule.id);
                }
            }
            if !rule.clauses.iter().any(|c| c.word == ClauseWord::Then) {
                let message = "the rule has no THEN".to_owned();
                self.error(codes::BAD_RULE, rule.line, &rule.id, message, "add THEN and what it does");
            }
        }
    }

    fn quality_and_energy(&mut self) {
        let file = self.file;
        if let QualityOption::Trace(node) = &file.options.quality
            && !node.is_empty()
        {
            self.node(node, file.options.lines[3], node);
        }
        for q in file.quality.iter().filter(|q| q.last.is_none()) {
            self.node(&q.node, q.line, &q.node);
        }
        for s in &file.sources {
            self.node(&s.node, s.line, &s.node);
            self.pattern(s.pattern.as_deref(), s.line, &s.node);
        }
        for m in &file.mixing {
            self.node(&m.tank, m.line, &m.tank);
        }
        for r in file.reactions.rows.iter().filter(|r| r.last.is_none()) {
            if r.kind == ReactionKind::Tank {
                self.node(&r.id, r.line, &r.id);
            } else {
                self.link(&r.id, r.line, &r.id);
            }
        }
        self.pattern(file.energy.pattern.as_deref(), Line(0), "[ENERGY]");
        for e in &file.energy.pumps {
            if self.link(&e.pump, e.line, &e.pump).is_some_and(|l| !matches!(l.kind, LinkKind::Pump(_))) {
                let message = "energy data of a link that is no pump".to_owned();
                self.error(codes::WRONG_KIND, e.line, &e.pump, message, "name a pump");
            }
            match &e.what {
                PumpEnergyWhat::Price(_) => {}
                PumpEnergyWhat::Pattern(p) => self.pattern(Some(p), e.line, &e.pump),
                PumpEnergyWhat::Efficiency(c) => _ = self.curve(c, e.line, &e.pump),
            }
        }
    }

    fn map_and_report(&mut self) {
        let file = self.file;
        let nodes = file.coordinates.iter().map(|p| (p.id.as_str(), p.line, false));
        let links = file.vertices.iter().map(|p| (p.id.as_str(), p.line, true));
        let tags = file.tags.iter().map(|t| (t.id.as_str(), t.line, t.link));
        for (id, line, link) in nodes.chain(links).chain(tags) {
            let found = if link { self.names.links.contains_key(id) } else { self.names.nodes.contains_key(id) };
            if !found {
                let message = format!("there is no such {}", if link { "link" } else { "node" });
                self.warn(codes::NOT_PLACED, line, id, message, "the row has no effect: correct or remove it");
            }
        }
        if let Selection::Some(ids) = &file.report.nodes {
            for id in ids {
                self.node(id, Line(0), "[REPORT]");
            }
        }
        if let Selection::Some(ids) = &file.report.links {
            for id in ids {
                self.link(id, Line(0), "[REPORT]");
            }
        }
    }
}

/// Points (flow, head) of a pump in EPANET 1 form.
pub(super) fn old_pump_points(old: &[f64]) -> Vec<(f64, f64)> {
    match *old {
        [h, q] => vec![(q, h)],
        [h0, h1, q1, h2, q2] => vec![(0.0, h0), (q1, h1), (q2, h2)],
        _ => Vec::new(),
    }
}

/// Whether a head curve is one EPANET can use (its errors 226 and 227).
fn pump_curve_fits(points: &[(f64, f64)]) -> Result<(), &'static str> {
    const TINY: f64 = 1e-6;
    let fit = |(h0, h1, h2, q1, q2): (f64, f64, f64, f64, f64)| {
        if h0 < TINY || h0 - h1 < TINY || h1 - h2 < TINY || q1 < TINY || q2 - q1 < TINY {
            return Err("the head curve must fall from a positive head, over growing positive flow");
        }
        let exponent = ((h0 - h2) / (h0 - h1)).ln() / (q2 / q1).ln();
        if exponent > 0.0 && exponent <= 20.0 { Ok(()) } else { Err("no power function fits the three points") }
    };
    match *points {
        [] => Err("the head curve has no point"),
        [(q, h)] => fit((4.0 / 3.0 * h, h, 0.0, q, 2.0 * q)),
        [(0.0, h0), (q1, h1), (q2, h2)] => fit((h0, h1, h2, q1, q2)),
        _ if points.windows(2).any(|w| w[1].1 >= w[0].1) => Err("the head does not fall with flow"),
        _ => Ok(()),
    }
}

/// A valve's kind, whether it begins at the node in question, and its row.
type ValveEnd<'a> = (ValveKind, bool, &'a Row<Link>);

/// Whether two valves at one node conflict; each with whether the node is where it begins.
fn valves_conflict(a: (ValveKind, bool), b: (ValveKind, bool)) -> bool {
    use ValveKind::{Fcv, Prv, Psv};
    let one = |x: (ValveKind, bool), y: (ValveKind, bool)| match (x.0, y.0) {
        // Both set the head here, or they stand in series.
        (Prv, Prv) => !(x.1 && y.1),
        (Psv, Psv) => x.1 || y.1,
        // A PRV sets the head at its end, a PSV at its beginning.
        (Prv, Psv) => !x.1 && y.1,
        (Fcv, Psv) => !x.1 && y.1,
        (Fcv, Prv) => x.1 && !y.1,
        _ => false,
    };
    one(a, b) || one(b, a)
}

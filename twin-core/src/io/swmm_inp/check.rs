//! What rows of a deck say of one another: the network. Hydrology stands beside.

use std::collections::BTreeMap;

use super::codes;
use super::deck::{
    CurveIx, CurveKind, DividerKind, InletDesign, Link, LinkKind, NodeIx, NodeKind, Routing, Row, Shape, StorageShape,
    SwmmDeck,
};
use super::read::cut;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Checking in progress.
pub(super) struct Check<'a> {
    pub(super) deck: &'a SwmmDeck,
    pub(super) out: &'a mut Diagnostics,
}

/// Checks a deck whose rows are in order by themselves.
pub(super) fn check(deck: &mut SwmmDeck, out: &mut Diagnostics) {
    steps(deck, out);
    let mut c = Check { deck, out };
    c.links();
    c.ends();
    c.nodes();
    c.transects();
    c.inlets();
    c.curves();
    c.treatments();
    c.hydrology();
    c.something();
}

/// Steps that SWMM changes, and times that stop it.
fn steps(deck: &mut SwmmDeck, out: &mut Diagnostics) {
    let name = deck.name.clone();
    let mut say = |severity, code: &str, message: &str, remedy: &str| {
        let mut d = Diagnostic::of_file(&name, code, message, remedy);
        d.severity = severity;
        out.push(d);
    };
    let o = &mut deck.options;
    if o.end <= o.start {
        let remedy = "correct END_DATE and END_TIME";
        return say(Severity::Error, codes::START, "the simulation does not end after its start", remedy);
    }
    if o.end <= o.report_start {
        let remedy = "correct REPORT_START_DATE and REPORT_START_TIME";
        return say(Severity::Error, codes::REPORT_START, "reporting begins after the end", remedy);
    }
    let duration = o.end.duration_since(o.start).as_secs();
    o.report_step_s = o.report_step_s.min(duration);
    #[allow(clippy::cast_precision_loss)] // below 2^53
    let (report, wet) = (o.report_step_s as f64, o.wet_step_s as f64);
    if report < o.routing_step_s {
        let remedy = "give a shorter ROUTING_STEP";
        say(
            Severity::Error,
            codes::REPORT_STEP,
            "the reporting step or the duration is below the routing step",
            remedy,
        );
    }
    if o.dry_step_s < o.wet_step_s {
        o.dry_step_s = o.wet_step_s;
        say(Severity::Warning, codes::STEP_DRY, "the dry step is raised to the wet step", "give a longer DRY_STEP");
    }
    if o.routing_step_s > wet {
        o.routing_step_s = wet;
        let remedy = "give a shorter ROUTING_STEP";
        say(Severity::Warning, codes::STEP_ROUTE, "the routing step is lowered to the wet step", remedy);
    }
}

impl<'a> Check<'a> {
    pub(super) fn say(&mut self, severity: Severity, code: &str, line: u32, id: &str, message: String, remedy: &str) {
        self.out.push(Diagnostic {
            severity,
            code: code.to_owned(),
            file: self.deck.name.clone(),
            line,
            subject: cut(id),
            message,
            remedy: remedy.to_owned(),
        });
    }

    pub(super) fn error<T>(&mut self, code: &str, row: &Row<T>, id: &str, message: impl Into<String>, remedy: &str) {
        self.say(Severity::Error, code, row.line.0, id, message.into(), remedy);
    }

    pub(super) fn warn<T>(&mut self, code: &str, row: &Row<T>, id: &str, message: impl Into<String>, remedy: &str) {
        self.say(Severity::Warning, code, row.line.0, id, message.into(), remedy);
    }

    fn curve(&self, at: CurveIx) -> (CurveKind, &'a [(f64, f64)]) {
        self.deck.curves.get(at.0).map_or((CurveKind::Storage, &[][..]), |c| (c.kind, c.points.as_slice()))
    }

    fn links(&mut self) {
        let deck = self.deck;
        for l in &deck.links {
            match &l.kind {
                LinkKind::Conduit(c) => {
                    let dummy = matches!(l.xsection, Some(x) if x.shape == Shape::Dummy);
                    let shape = l.xsection.map(|x| x.shape);
                    let own_n = !matches!(shape, Some(Shape::Irregular { .. } | Shape::Street { .. }));
                    if c.length <= 0.0 && !dummy {
                        self.error(codes::LENGTH, l, &l.id, format!("the length is {}", c.length), "give one above 0");
                    }
                    if c.roughness <= 0.0 && own_n && !dummy {
                        let message = format!("the roughness is {}", c.roughness);
                        self.error(codes::ROUGHNESS, l, &l.id, message, "give Manning's n above 0");
                    }
                    self.force_main(l);
                }
                LinkKind::Pump(p) => {
                    let kind = p.curve.map(|c| self.curve(c));
                    let pumps = |k| {
                        use CurveKind as K;
                        matches!(k, K::Pump1 | K::Pump2 | K::Pump3 | K::Pump4 | K::Pump5)
                    };
                    if kind.is_some_and(|(k, points)| !pumps(k) || points.is_empty()) {
                        self.error(
                            codes::PUMP_CURVE,
                            l,
                            &l.id,
                            "the curve is not a pump's",
                            "give a PUMP1 to PUMP5 curve",
                        );
                    }
                    if p.startup_depth > 0.0 && p.startup_depth <= p.shutoff_depth {
                        let remedy = "start the pump at a greater depth than it stops at";
                        self.error(codes::PUMP_DEPTHS, l, &l.id, "it starts at or below the depth it stops at", remedy);
                    }
                }
                LinkKind::Orifice(_) => self.regulator(l, "circular or closed rectangular", |s| {
                    matches!(s, Shape::Circular { .. } | Shape::RectClosed { .. })
                }),
                LinkKind::Weir(w) => {
                    use super::deck::WeirKind as W;
                    let kind = w.kind;
                    self.regulator(l, "open rectangular, triangular (V-notch) or trapezoidal, by its kind", |s| {
                        match kind {
                            W::Transverse | W::SideFlow | W::Roadway => matches!(s, Shape::RectOpen { .. }),
                            W::VNotch => matches!(s, Shape::Triangular { .. }),
                            W::Trapezoidal => matches!(s, Shape::Trapezoidal { .. }),
                        }
                    });
                }
                LinkKind::Outlet(_) => {}
            }
            let needs = !matches!(l.kind, LinkKind::Pump(_) | LinkKind::Outlet(_));
            if needs && l.xsection.is_none() {
                self.error(codes::NO_XSECTION, l, &l.id, "no cross section is given", "add a row to [XSECTIONS]");
            }
            self.shape_curve(l);
        }
    }

    fn force_main(&mut self, l: &Row<Link>) {
        let Some(Shape::ForceMain { roughness, .. }) = l.xsection.map(|x| x.shape) else { return };
        if roughness <= 0.0 {
            let remedy = "give Hazen–Williams C or a roughness height above 0";
            self.error(codes::XSECTION, l, &l.id, "a force main without roughness", remedy);
        }
    }

    fn shape_curve(&mut self, l: &Row<Link>) {
        let Some(Shape::Custom { curve, .. }) = l.xsection.map(|x| x.shape) else { return };
        let (kind, points) = self.curve(curve);
        if kind != CurveKind::Shape || points.is_empty() {
            self.error(codes::XSECTION, l, &l.id, "the curve of its shape is not a SHAPE curve", "give a SHAPE curve");
        }
    }

    fn regulator(&mut self, l: &Row<Link>, shapes: &str, fits: impl Fn(&Shape) -> bool) {
        if l.xsection.is_some_and(|x| !fits(&x.shape)) {
            let remedy = format!("its shape can be {shapes}");
            self.error(codes::REGULATOR_SHAPE, l, &l.id, "this shape does not fit this regulator", &remedy);
        }
    }

    /// Which links leave and enter each node.
    fn ends(&mut self) {
        let deck = self.deck;
        let (mut leave, mut enter) = (vec![0_u32; deck.nodes.len()], vec![0_u32; deck.nodes.len()]);
        for l in &deck.links {
            if let (Some(a), Some(b)) = (leave.get_mut(l.from.0), enter.get_mut(l.to.0)) {
                *a += 1;
                *b += 1;
            }
            if l.from == l.to {
                self.error(codes::CYCLE, l, &l.id, "it begins and ends at one node", "correct one of its nodes");
            }
        }
        let dynamic = deck.options.routing == Routing::Dynamic;
        let routed = !deck.options.ignore_routing && !deck.links.is_empty();
        let mut outlets = false;
        for (i, n) in deck.nodes.iter().enumerate() {
            let (out, inward) = (leave[i], enter[i]);
            match &n.kind {
                NodeKind::Outfall(_) => {
                    outlets = true;
                    if (dynamic && out + inward > 1) || (!dynamic && out > 0) {
                        let message = format!("{inward} links enter and {out} leave it");
                        let remedy = "let one link enter the outfall, and none leave it";
                        self.error(codes::OUTFALL_LINKS, n, &n.id, message, remedy);
                    }
                }
                NodeKind::Divider(_) if !dynamic && out > 2 => {
                    let message = format!("{out} links leave it");
                    self.error(codes::DIVIDER_LINKS, n, &n.id, message, "a divider has at most two outlet links");
                }
                NodeKind::Junction(_) if !dynamic && routed && out > 1 => {
                    let remedy = "use a divider or storage, or FLOW_ROUTING DYNWAVE";
                    self.error(codes::TWO_OUTLETS, n, &n.id, format!("{out} links leave it"), remedy);
                }
                _ => outlets |= !dynamic && out == 0,
            }
        }
        if routed && !outlets {
            let remedy = "add an outfall";
            self.say(Severity::Error, codes::NO_OUTLET, 0, "", "the network has no outlet".to_owned(), remedy);
        }
        self.dummies(&leave, dynamic);
        if !dynamic && routed {
            self.loops();
        }
    }

    /// Ideal pumps and dummy conduits must be the only outlet of their node.
    fn dummies(&mut self, leave: &[u32], dynamic: bool) {
        let deck = self.deck;
        for l in &deck.links {
            let dummy = match &l.kind {
                LinkKind::Conduit(_) => matches!(l.xsection, Some(x) if x.shape == Shape::Dummy),
                LinkKind::Pump(p) => p.curve.is_none(),
                _ => false,
            };
            if dynamic && dummy && leave.get(l.from.0).is_some_and(|n| *n > 1) {
                let remedy = "let a dummy conduit or ideal pump be the only link that leaves its node";
                self.error(codes::DUMMY, l, &l.id, "a dummy link shares its first node with other links", remedy);
            }
            let regulator = matches!(l.kind, LinkKind::Orifice(_) | LinkKind::Weir(_) | LinkKind::Outlet(_));
            let stored = deck.nodes.get(l.from.0).is_some_and(|n| matches!(n.kind, NodeKind::Storage(_)));
            if !dynamic && regulator && !stored {
                let remedy = "let it leave a storage unit, or use FLOW_ROUTING DYNWAVE";
                self.error(codes::REGULATOR, l, &l.id, "a regulator leaves a node that stores nothing", remedy);
            }
        }
    }

    /// Loops, which steady and kinematic wave routing cannot order: links that are left when all without anything
    /// above them are taken away, again and again.
    fn loops(&mut self) {
        let deck = self.deck;
        let mut above = vec![0_u32; deck.nodes.len()];
        let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); deck.nodes.len()];
        for (i, l) in deck.links.iter().enumerate() {
            above[l.to.0] += 1;
            leaving[l.from.0].push(i);
        }
        let mut free: Vec<usize> = (0..above.len()).filter(|n| above[*n] == 0).collect();
        let mut left = vec![true; deck.links.len()];
        while let Some(n) = free.pop() {
            for i in &leaving[n] {
                left[*i] = false;
                let to = deck.links[*i].to.0;
                above[to] -= 1;
                if above[to] == 0 {
                    free.push(to);
                }
            }
        }
        if let Some(l) = deck.links.iter().zip(left).find(|(_, left)| *left).map(|(l, _)| l) {
            let remedy = "break the loop, or use FLOW_ROUTING DYNWAVE";
            self.error(codes::CYCLE, l, &l.id, "it is in a loop, or below one", remedy);
        }
    }

    fn nodes(&mut self) {
        let deck = self.deck;
        let mut linked = vec![false; deck.nodes.len()];
        for l in &deck.links {
            for end in [l.from, l.to] {
                linked[end.0] |= matches!(l.kind, LinkKind::Conduit(_));
            }
        }
        for (i, n) in deck.nodes.iter().enumerate() {
            let (max, initial, surcharge) = match &n.kind {
                NodeKind::Junction(j) => (j.max_depth, j.initial_depth, j.surcharge_depth),
                NodeKind::Divider(d) => (d.junction.max_depth, d.junction.initial_depth, d.junction.surcharge_depth),
                NodeKind::Storage(s) => (s.max_depth, s.initial_depth, s.surcharge_depth),
                NodeKind::Outfall(_) => continue,
            };
            // A greatest depth grows to the crown of the highest conduit: with one, the fault is told when it is known.
            if initial > max + surcharge && !linked[i] {
                let message = format!("the initial depth {initial} is above the greatest {max}");
                self.error(codes::DEPTH, n, &n.id, message, "lower the initial depth");
            }
            match &n.kind {
                NodeKind::Storage(s) => {
                    if let StorageShape::Tabular(c) = s.shape {
                        self.storage_curve(n, c, s.max_depth);
                    }
                }
                NodeKind::Divider(d) => {
                    let of = d.link.and_then(|l| deck.links.get(l.0));
                    if of.is_none_or(|l| l.from != NodeIx(i)) {
                        let remedy = "name a link that leaves the divider";
                        self.error(codes::DIVIDER_LINK, n, &n.id, "no valid diversion link", remedy);
                    }
                    if let DividerKind::Weir { min_flow, max_depth, coefficient } = d.kind
                        && (max_depth <= 0.0 || coefficient <= 0.0 || min_flow < 0.0)
                    {
                        let remedy = "give a depth and a coefficient above 0";
                        self.error(codes::DIVIDER_WEIR, n, &n.id, "invalid parameters of its weir", remedy);
                    }
                }
                _ => {}
            }
        }
    }

    fn storage_curve(&mut self, n: &Row<super::deck::Node>, c: CurveIx, depth: f64) {
        let (_, points) = self.curve(c);
        if points.is_empty() {
            return self.error(codes::CURVE, n, &n.id, "its storage curve has no points", "give depth and area");
        }
        let mut volume = 0.0;
        let mut last = (0.0, points[0].1);
        for &(y, a) in points.iter().filter(|p| p.0 > 0.0 && p.0 <= depth) {
            volume += (y - last.0) * (a + last.1) / 2.0;
            last = (y, a);
        }
        // Beyond its last point the curve goes on with its last slope, if that is not downwards.
        let tail = &points[points.len().saturating_sub(2)..];
        if let [(y1, a1), (y2, a2)] = *tail
            && depth > y2
        {
            let end = a2 + ((a2 - a1) / (y2 - y1)).max(0.0) * (depth - y2);
            volume += (depth - y2) * (a2 + end) / 2.0;
        }
        if volume < 0.0 {
            let remedy = "let the curve reach the greatest depth with areas above 0";
            self.error(codes::VOLUME, n, &n.id, "its volume at full depth is negative", remedy);
        }
    }

    fn transects(&mut self) {
        let deck = self.deck;
        for t in &deck.transects {
            let elevations = || t.stations.iter().map(|s| s.1);
            let high = elevations().fold(f64::NEG_INFINITY, f64::max);
            let low = elevations().fold(f64::INFINITY, f64::min);
            if t.stations.len() < 2 {
                self.error(codes::FEW_STATIONS, t, &t.id, "fewer than two stations", "add GR rows");
            } else if t.n_channel <= 0.0 {
                self.error(codes::NO_MANNING, t, &t.id, "no roughness of the channel", "give an NC row above it");
            } else if t.left_bank > t.right_bank {
                let remedy = "correct the bank stations of its X1 row";
                self.error(codes::OVERBANK, t, &t.id, "the left bank lies right of the right bank", remedy);
            } else if low >= high {
                self.error(codes::NO_DEPTH, t, &t.id, "all its stations have one elevation", "correct its GR rows");
            }
        }
    }

    fn inlets(&mut self) {
        let deck = self.deck;
        for l in &deck.links {
            let Some(design) = l.inlets.and_then(|u| deck.inlets.get(u.inlet.0)).map(|i| i.design) else { continue };
            let street = matches!(l.xsection, Some(x) if matches!(x.shape, Shape::Street { .. }));
            let channel =
                matches!(l.xsection, Some(x) if matches!(x.shape, Shape::RectOpen { .. } | Shape::Trapezoidal { .. }));
            let fits = match design {
                InletDesign::Custom(c) => matches!(self.curve(c).0, CurveKind::Diversion | CurveKind::Rating),
                InletDesign::DropGrate(_) | InletDesign::DropCurb(_) => channel,
                _ => street,
            };
            if !fits {
                let remedy = "drop inlets belong in open rectangular or trapezoidal channels, others in streets";
                self.warn(codes::INLET_PLACE, l, &l.id, "its inlets do not fit its cross section: passed over", remedy);
            }
        }
    }

    fn curves(&mut self) {
        let deck = self.deck;
        for c in deck.curves.iter().filter(|c| c.kind == CurveKind::Shape) {
            let wrong = c.points.iter().any(|p| p.0 < 0.0 || p.1 < 0.0);
            if wrong || c.points.len() < 2 {
                let remedy = "give widths and depths of 0 or above, at least two";
                self.error(codes::CURVE, c, &c.id, "invalid data of a shape curve", remedy);
            }
        }
    }

    fn treatments(&mut self) {
        use super::deck::{Expr, TreatmentVariable};
        fn removals(e: &Expr<TreatmentVariable>, into: &mut Vec<usize>) {
            match e {
                Expr::Variable(TreatmentVariable::Removal(p)) => into.push(p.0),
                Expr::Number(_) | Expr::Variable(_) => {}
                Expr::Negative(a) | Expr::Call(_, a) => removals(a, into),
                Expr::Binary(_, a, b) => {
                    removals(a, into);
                    removals(b, into);
                }
            }
        }
        let deck = self.deck;
        let mut needs: BTreeMap<usize, BTreeMap<usize, (Vec<usize>, usize)>> = BTreeMap::new();
        for (i, t) in deck.treatments.iter().enumerate() {
            let mut list = Vec::new();
            removals(&t.expression, &mut list);
            needs.entry(t.node.0).or_default().insert(t.pollutant.0, (list, i));
        }
        for at in needs.values() {
            // Each is looked at once: what needs only what is settled is settled.
            let mut open = at.clone();
            loop {
                let before = open.len();
                let keys: Vec<usize> = open.keys().copied().collect();
                open.retain(|_, (list, _)| list.iter().any(|p| keys.contains(p)));
                if open.len() == before {
                    break;
                }
            }
            if let Some(t) = open.values().next().and_then(|(_, i)| deck.treatments.get(*i)) {
                let id = deck.nodes.get(t.node.0).map_or("", |n| n.id.as_str());
                let remedy = "let removals depend on one another in one direction only";
                self.error(codes::CYCLIC_TREATMENT, t, id, "its treatment depends on itself", remedy);
            }
        }
    }

    fn something(&mut self) {
        if self.deck.nodes.is_empty() && self.deck.subcatchments.is_empty() {
            let message = "the deck has neither nodes nor subcatchments".to_owned();
            self.say(Severity::Warning, codes::NOTHING, 0, "", message, "check that this is the file you meant");
        }
    }
}

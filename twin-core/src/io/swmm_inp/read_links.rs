//! Conduits, pumps, orifices, weirs, outlets, losses.

use super::deck::{
    Conduit, CurveIx, Discharge, Link, LinkKind, Losses, NodeIx, Orifice, OrificeKind, OutletLink, Pump, RatedBy,
    RoadSurface, Weir, WeirKind,
};
use super::lex;
use super::names::Class;
use super::read::{Bound, Reader, absent, field};

/// Kinds of weirs by SWMM's words.
pub(super) const WEIRS: &[(&str, WeirKind)] = &[
    ("TRANSVERSE", WeirKind::Transverse),
    ("SIDEFLOW", WeirKind::SideFlow),
    ("V-NOTCH", WeirKind::VNotch),
    ("TRAPEZOIDAL", WeirKind::Trapezoidal),
    ("ROADWAY", WeirKind::Roadway),
];

impl Reader<'_> {
    fn link(&mut self, t: &[&str], kind: LinkKind) {
        let (from, to) = (NodeIx(self.find(Class::Node, t, 1)), NodeIx(self.find(Class::Node, t, 2)));
        let link = Link { id: t[0].to_owned(), from, to, kind, xsection: None, losses: None, inlets: None };
        let row = self.keep(link);
        self.deck.links.push(row);
    }

    /// An offset; `*` is the node's invert.
    fn offset(&mut self, t: &[&str], i: usize) -> Option<f64> {
        (field(t, i) != "*").then(|| self.num(t, i, "offset", Bound::Any))
    }

    pub(super) fn conduit(&mut self, t: &[&str]) {
        let conduit = Conduit {
            length: self.num(t, 3, "length", Bound::Any),
            roughness: self.num(t, 4, "roughness", Bound::Any),
            inlet_offset: self.offset(t, 5),
            outlet_offset: self.offset(t, 6),
            initial_flow: self.num_or(t, 7, "initial flow", Bound::Any, 0.0),
            max_flow: self.num_or(t, 8, "greatest flow", Bound::Any, 0.0),
        };
        self.at_most(t, 9);
        self.link(t, LinkKind::Conduit(conduit));
    }

    pub(super) fn pump(&mut self, t: &[&str]) {
        let ideal = field(t, 3).eq_ignore_ascii_case("IDEAL") && self.names.find(Class::Curve, field(t, 3)).is_none();
        let curve = if ideal { None } else { self.find_or(Class::Curve, t, 3).map(CurveIx) };
        let pump = Pump {
            curve,
            on: self.choose_or(t, 4, &[("OFF", false), ("ON", true)], true),
            startup_depth: self.num_or(t, 5, "startup depth", Bound::NotNegative, 0.0),
            shutoff_depth: self.num_or(t, 6, "shutoff depth", Bound::NotNegative, 0.0),
        };
        self.at_most(t, 7);
        self.link(t, LinkKind::Pump(pump));
    }

    pub(super) fn orifice(&mut self, t: &[&str]) {
        let orifice = Orifice {
            kind: self.choose(t, 3, &[("SIDE", OrificeKind::Side), ("BOTTOM", OrificeKind::Bottom)]),
            offset: self.offset(t, 4),
            coefficient: self.num(t, 5, "discharge coefficient", Bound::NotNegative),
            gated: self.yes_or(t, 6, false),
            open_close_h: self.num_or(t, 7, "time to open", Bound::NotNegative, 0.0),
        };
        self.at_most(t, 8);
        self.link(t, LinkKind::Orifice(orifice));
    }

    pub(super) fn weir(&mut self, t: &[&str]) {
        let kind = self.choose(t, 3, WEIRS);
        let roadway = kind == WeirKind::Roadway;
        let surfaces = [("PAVED", Some(RoadSurface::Paved)), ("GRAVEL", Some(RoadSurface::Gravel))];
        let weir = Weir {
            kind,
            offset: self.offset(t, 4),
            coefficient: self.num(t, 5, "discharge coefficient", Bound::NotNegative),
            gated: self.yes_or(t, 6, false),
            end_contractions: self.num_or(t, 7, "end contractions", Bound::NotNegative, 0.0),
            end_coefficient: self.num_or(t, 8, "end coefficient", Bound::NotNegative, 0.0),
            can_surcharge: self.yes_or(t, 9, true),
            road_width: if roadway { self.num_or(t, 10, "road width", Bound::NotNegative, 0.0) } else { 0.0 },
            road_surface: if roadway { self.choose_or(t, 11, &surfaces, None) } else { None },
            coefficient_curve: self.find_or(Class::Curve, t, 12).map(CurveIx),
        };
        self.at_most(t, 13);
        self.link(t, LinkKind::Weir(weir));
    }

    pub(super) fn outlet(&mut self, t: &[&str]) {
        let offset = self.offset(t, 3);
        let tabular = self.choose(t, 4, &[("TABULAR", true), ("FUNCTIONAL", false)]);
        let rated_by = match field(t, 4).split_once('/') {
            None => RatedBy::Depth,
            Some((_, by)) if lex::is(by, "HEAD") => RatedBy::Head,
            Some((_, by)) => {
                let words = [("DEPTH", RatedBy::Depth), ("HEAD", RatedBy::Head)];
                self.choose(&[field(t, 0), by], 1, &words)
            }
        };
        let (discharge, next) = if tabular {
            (Discharge::Tabular(CurveIx(self.find(Class::Curve, t, 5))), 6)
        } else {
            let [coefficient, exponent] = self.numbers(t, 5, "rating parameter", Bound::Any);
            (Discharge::Functional { coefficient, exponent }, 7)
        };
        let gated = self.yes_or(t, next, false);
        self.at_most(t, next + 1);
        self.link(t, LinkKind::Outlet(OutletLink { offset, rated_by, discharge, gated }));
    }

    pub(super) fn losses(&mut self, t: &[&str]) {
        let at = self.find(Class::Link, t, 0);
        let [entry, exit, average] = self.numbers(t, 1, "loss coefficient", Bound::NotNegative);
        let losses = Losses {
            entry,
            exit,
            average,
            gated: self.yes_or(t, 4, false),
            seepage: self.num_or(t, 5, "seepage", Bound::Any, 0.0),
        };
        if !absent(t, 0) {
            self.state.links.push((at, self.line, super::read_shapes::ToLink::Losses(losses)));
        }
    }
}

//! The sewershed as text of SWMM 5.2: the only file that knows how a deck looks.
//!
//! *Source of the form:* Storm Water Management Model User's Manual Version 5.2, EPA-600/R-22/030 (2022), appendix D.

use std::fmt::Write as _;

use super::catchment::{Catchment, MeasureKind};
use super::layout::{Kind, Node};
use super::sizing::{Pipe, ROUGHNESS, Section};
use super::street::Street;
use super::works::{ORIFICE, Pond, WEIR, WetWell};
use super::{FlowUnit, Infiltration, Sewershed};

/// Depth of a street point before it floods [m].
const STREET_M: f64 = 0.5;

/// A deck as it grows.
struct Deck<'a> {
    of: &'a Sewershed,
    /// Invert of each node [m].
    inverts_m: Vec<f64>,
    text: String,
}

/// Writes a formatted line.
macro_rules! line {
    ($deck:expr, $($part:tt)*) => {{ let _ = writeln!($deck.text, $($part)*); }};
}

/// The whole deck.
pub fn write(of: &Sewershed) -> String {
    let mut deck = Deck { of, inverts_m: inverts_m(&of.nodes), text: String::new() };
    deck.title();
    deck.options();
    deck.rain();
    deck.catchments();
    deck.measures();
    deck.junctions();
    deck.outfalls();
    deck.storages();
    deck.conduits();
    deck.pumps();
    deck.orifices_and_weirs();
    deck.sections();
    deck.inlets();
    deck.curves();
    deck.series();
    deck.map();
    deck.text
}

fn inverts_m(nodes: &[Node]) -> Vec<f64> {
    let mut inverts = vec![f64::INFINITY; nodes.len()];
    for (ix, node) in nodes.iter().enumerate() {
        match (&node.kind, &node.pipe) {
            (Kind::Pond(pond), _) => inverts[ix] = pond.floor_m,
            (Kind::WetWell(well), _) => inverts[ix] = well.floor_m,
            (_, Some(pipe)) => inverts[ix] = pipe.from_m,
            (_, None) => {}
        }
        if let (Some(down), Some(pipe)) = (node.down, &node.pipe)
            && matches!(nodes[down].kind, Kind::Outfall(_))
        {
            inverts[down] = inverts[down].min(pipe.to_m);
        }
    }
    inverts
}

impl<'a> Deck<'a> {
    fn section(&mut self, name: &str, columns: &str) {
        line!(self, "\n[{name}]");
        if !columns.is_empty() {
            line!(self, ";;{columns}");
        }
    }

    fn nodes(&self) -> impl Iterator<Item = (usize, &'a Node)> + use<'a> {
        self.of.nodes.iter().enumerate()
    }

    /// Nodes whose sewer leads on, with it and the node it leads to.
    fn pipes(&self) -> impl Iterator<Item = (&'a Node, &'a Pipe, usize)> + use<'a> {
        self.of.nodes.iter().filter_map(|n| Some((n, n.pipe.as_ref()?, n.down?)))
    }

    fn ponds(&self) -> impl Iterator<Item = (&'a Node, &'a Pond)> + use<'a> {
        self.of.nodes.iter().filter_map(|n| if let Kind::Pond(pond) = &n.kind { Some((n, pond)) } else { None })
    }

    fn wells(&self) -> impl Iterator<Item = (&'a Node, &'a WetWell)> + use<'a> {
        self.of.nodes.iter().filter_map(|n| if let Kind::WetWell(well) = &n.kind { Some((n, well)) } else { None })
    }

    fn down_id(&self, node: &Node) -> &'a str {
        node.down.map_or("", |down| &self.of.nodes[down].id)
    }

    /// A flow in the unit of the deck.
    fn flow(&self, flow_m3s: f64) -> f64 {
        match self.of.options.flow_unit {
            FlowUnit::Cms => flow_m3s,
            FlowUnit::Lps => flow_m3s * 1000.0,
        }
    }

    fn title(&mut self) {
        let o = &self.of.options;
        let (design, storm) = (o.design_years, o.storm_years);
        line!(self, "[TITLE]");
        line!(self, "Storm sewers of an invented valley town: {} conduits, seed {}", o.conduits, o.seed);
        line!(self, "sized for {design} years, storm of {storm} years in {:.0} min", o.storm_s / 60.0);
    }

    fn options(&mut self) {
        let o = &self.of.options;
        let unit = if o.flow_unit == FlowUnit::Cms { "CMS" } else { "LPS" };
        let method = if o.infiltration == Infiltration::Horton { "HORTON" } else { "GREEN_AMPT" };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // minutes of a storm
        let minutes = (o.storm_s / 60.0).ceil() as u64 + 120;
        let (day, hour, minute) = (15 + (14 * 60 + minutes) / 1440, (14 + minutes / 60) % 24, minutes % 60);
        self.section("OPTIONS", "");
        for (key, value) in [
            ("FLOW_UNITS", unit),
            ("INFILTRATION", method),
            ("FLOW_ROUTING", "DYNWAVE"),
            ("LINK_OFFSETS", "DEPTH"),
            ("MIN_SLOPE", "0"),
            ("ALLOW_PONDING", "NO"),
            ("SKIP_STEADY_STATE", "NO"),
            ("START_DATE", "07/15/2026"),
            ("START_TIME", "14:00:00"),
            ("REPORT_START_DATE", "07/15/2026"),
            ("REPORT_START_TIME", "14:00:00"),
            ("END_DATE", &format!("07/{day}/2026")),
            ("END_TIME", &format!("{hour:02}:{minute:02}:00")),
            ("DRY_DAYS", "2"),
            ("REPORT_STEP", "00:05:00"),
            ("WET_STEP", "00:01:00"),
            ("DRY_STEP", "00:10:00"),
            ("ROUTING_STEP", "0:00:05"),
            ("INERTIAL_DAMPING", "PARTIAL"),
            ("NORMAL_FLOW_LIMITED", "BOTH"),
            ("FORCE_MAIN_EQUATION", "H-W"),
            ("VARIABLE_STEP", "0.75"),
            ("LENGTHENING_STEP", "0"),
            ("MIN_SURFAREA", "1.167"),
            ("MAX_TRIALS", "8"),
            ("HEAD_TOLERANCE", "0.0015"),
            ("MINIMUM_STEP", "0.5"),
            ("THREADS", "1"),
        ] {
            line!(self, "{key:<22}{value}");
        }
        self.section("EVAPORATION", "");
        line!(self, "CONSTANT 0.0\nDRY_ONLY NO");
        self.section("REPORT", "");
        line!(self, "INPUT NO\nCONTROLS NO\nSUBCATCHMENTS ALL\nNODES ALL\nLINKS ALL");
    }

    fn rain(&mut self) {
        self.section("RAINGAGES", "name format interval snow source");
        line!(self, "GAUGE INTENSITY 0:05 1.0 TIMESERIES STORM");
    }

    fn catchments(&mut self) {
        let catchments: Vec<(&Node, &Catchment)> =
            self.of.nodes.iter().filter_map(|n| Some((n, n.catchment.as_ref()?))).collect();
        let on_street = self.street_points();
        self.section("SUBCATCHMENTS", "name gauge outlet area_ha %imperv width slope% curb");
        for (node, c) in &catchments {
            let street = on_street.binary_search(&node.id.as_str()).is_ok();
            let outlet = if street { Street::point_id(&node.id) } else { node.id.clone() };
            let (area, impervious, slope) = (c.area_m2 / 1e4, c.impervious * 100.0, c.slope * 100.0);
            line!(self, "A{} GAUGE {outlet} {area:.4} {impervious:.1} {:.1} {slope:.2} 0", node.id, c.width_m);
        }
        self.section("SUBAREAS", "name n_imp n_perv s_imp s_perv %zero route");
        for (node, _) in &catchments {
            line!(self, "A{} 0.013 0.20 1.5 5.0 25 OUTLET", node.id);
        }
        let (columns, values) = match self.of.options.infiltration {
            Infiltration::Horton => ("name f0_mm/h fmin_mm/h decay_1/h dry_d max_mm", "76.0 8.0 3.5 7 0"),
            Infiltration::GreenAmpt => ("name suction_mm ksat_mm/h deficit", "110.0 7.0 0.25"),
        };
        self.section("INFILTRATION", columns);
        for (node, _) in &catchments {
            line!(self, "A{} {values}", node.id);
        }
    }

    /// Names of manholes under a street, in order.
    fn street_points(&self) -> Vec<&'a str> {
        let points = self.of.streets.iter().flat_map(|s| &s.points);
        let mut names: Vec<&str> = points.map(|p| self.of.nodes[p.manhole].id.as_str()).collect();
        names.sort_unstable();
        names
    }

    fn measures(&mut self) {
        let of = self.of;
        let measured =
            || of.nodes.iter().filter_map(|n| Some((n, n.catchment.as_ref().and_then(|c| c.measure.as_ref())?)));
        if measured().next().is_none() {
            return;
        }
        self.section("LID_CONTROLS", "name layer parameters (mm, mm/h)");
        for kind in MeasureKind::ALL {
            for layer in layers(kind) {
                line!(self, "{} {layer}", kind.id());
            }
        }
        self.section("LID_USAGE", "catchment measure number area_m2 width_m %saturated %from_imp to_perv");
        for (node, m) in measured() {
            let (number, area) = if m.kind == MeasureKind::RainBarrels { (4, 0.25) } else { (1, 1.0) };
            let from = 100.0 * m.from_impervious;
            let width = if m.kind == MeasureKind::RainBarrels { 0.0 } else { m.area_m2.sqrt() };
            let each = area * m.area_m2;
            line!(self, "A{} {} {number} {each:.2} {width:.2} 10 {from:.0} 0", node.id, m.kind.id());
        }
    }

    fn junctions(&mut self) {
        self.section("JUNCTIONS", "name invert_m depth_m initial surcharge ponded");
        for (ix, node) in self.nodes().filter(|(_, n)| matches!(n.kind, Kind::Manhole)) {
            let invert = self.inverts_m[ix];
            line!(self, "{} {invert:.3} {:.3} 0 0 0", node.id, node.ground_m - invert);
        }
        for point in self.of.streets.iter().flat_map(|s| &s.points) {
            let id = Street::point_id(&self.of.nodes[point.manhole].id);
            line!(self, "{id} {:.3} {STREET_M} 0 0 0", point.level_m);
        }
    }

    fn outfalls(&mut self) {
        self.section("OUTFALLS", "name invert_m type stage gated");
        for (ix, node) in self.nodes() {
            let Kind::Outfall(stage) = &node.kind else { continue };
            let invert = self.inverts_m[ix];
            if stage.rise_m > 0.0 {
                line!(self, "{} {invert:.3} TIMESERIES LEVEL{} YES", node.id, node.id);
            } else {
                line!(self, "{} {invert:.3} FIXED {:.3} YES", node.id, stage.level_m);
            }
        }
        for street in &self.of.streets {
            line!(self, "{} {:.3} FREE NO", street.spill, street.spill_m);
        }
    }

    fn storages(&mut self) {
        self.section("STORAGE", "name invert_m depth_m initial shape parameters surcharge evaporation");
        for (node, pond) in self.ponds() {
            let depth = node.ground_m - pond.floor_m;
            line!(self, "{} {:.3} {depth:.3} 0 TABULAR AREA{} 0 0", node.id, pond.floor_m, node.id);
        }
        for (node, well) in self.wells() {
            let depth = node.ground_m - well.floor_m;
            line!(self, "{} {:.3} {depth:.3} 0 FUNCTIONAL 0 0 {} 0 0", node.id, well.floor_m, well.area_m2);
        }
    }

    fn conduits(&mut self) {
        self.section("CONDUITS", "name from to length_m n in_offset out_offset initial max");
        for (node, pipe, down) in self.pipes() {
            let (to, drop) = (&self.of.nodes[down].id, pipe.to_m - self.inverts_m[down]);
            line!(self, "C{} {} {to} {:.3} {ROUGHNESS} 0 {drop:.3} 0 0", node.id, node.id, pipe.length_m);
        }
        for street in &self.of.streets {
            let mut below = street.spill.clone();
            for point in &street.points {
                let manhole = &self.of.nodes[point.manhole].id;
                let id = Street::point_id(manhole);
                line!(self, "S{manhole} {id} {below} {:.3} 0.016 0 0 0 0", point.length_m);
                below = id;
            }
        }
    }

    fn pumps(&mut self) {
        if self.wells().next().is_none() {
            return;
        }
        self.section("PUMPS", "name from to curve status on_m off_m");
        for (node, _) in self.wells() {
            let to = self.down_id(node);
            line!(self, "PA{0} {0} {to} LIFT{0} ON 1.2 0.4", node.id);
            line!(self, "PB{0} {0} {to} STEP{0} ON 1.8 0.8", node.id);
        }
    }

    fn orifices_and_weirs(&mut self) {
        if self.ponds().next().is_none() {
            return;
        }
        self.section("ORIFICES", "name from to type offset_m coefficient gated close_h");
        for (node, _) in self.ponds() {
            line!(self, "OR{0} {0} {1} SIDE 0 {ORIFICE} NO 0", node.id, self.down_id(node));
        }
        self.section("WEIRS", "name from to type crest_m coefficient gated contractions end_coefficient surcharge");
        for (node, pond) in self.ponds() {
            line!(self, "W{0} {0} {1} TRANSVERSE {2} {WEIR} NO 0 0 YES", node.id, self.down_id(node), pond.crest_m);
        }
    }

    fn sections(&mut self) {
        self.section("XSECTIONS", "link shape dimensions barrels");
        for (node, pipe, _) in self.pipes() {
            match pipe.section {
                Section::Circle(d) => line!(self, "C{} CIRCULAR {d} 0 0 0 {}", node.id, pipe.barrels),
                Section::Box(w, h) => line!(self, "C{} RECT_CLOSED {h} {w} 0 0 {}", node.id, pipe.barrels),
            }
        }
        for point in self.of.streets.iter().flat_map(|s| &s.points) {
            line!(self, "S{} STREET STREET8M", self.of.nodes[point.manhole].id);
        }
        for (node, pond) in self.ponds() {
            let opening = node.ground_m - pond.floor_m - pond.crest_m;
            line!(self, "OR{} CIRCULAR {} 0 0 0", node.id, pond.orifice_m);
            line!(self, "W{} RECT_OPEN {opening:.3} {} 0 0", node.id, pond.weir_m);
        }
    }

    fn inlets(&mut self) {
        if self.of.streets.is_empty() {
            return;
        }
        self.section("STREETS", "name crown_m kerb_m slope% n gutter_m gutter_width_m sides back_m back% back_n");
        line!(self, "STREET8M 4.0 0.15 2.0 0.016 0.05 0.6 2 2.0 2.0 0.02");
        self.section("INLETS", "name type length_m width_or_height_m kind");
        line!(self, "COMBINED GRATE 0.75 0.45 P_BAR-50\nCOMBINED CURB 1.5 0.15 VERTICAL");
        self.section("INLET_USAGE", "street inlet manhole number %clogged qmax local_mm local_m placement");
        for point in self.of.streets.iter().flat_map(|s| &s.points) {
            let (street, catch) = (&self.of.nodes[point.manhole].id, &self.of.nodes[point.catch].id);
            line!(self, "S{street} COMBINED {catch} 2 10 0 0 0 ON_GRADE");
        }
    }

    fn curves(&mut self) {
        if self.ponds().next().is_none() && self.wells().next().is_none() {
            return;
        }
        self.section("CURVES", "name type x y");
        for (node, pond) in self.ponds() {
            let top = node.ground_m - pond.floor_m;
            line!(self, "AREA{} STORAGE 0 {:.1}", node.id, 0.8 * pond.area_m2);
            line!(self, "AREA{} {:.3} {:.1}", node.id, pond.crest_m, pond.area_m2);
            line!(self, "AREA{} {top:.3} {:.1}", node.id, 1.3 * pond.area_m2);
        }
        for (node, well) in self.wells() {
            let pump = self.flow(well.pump_m3s);
            let q = |share: f64| share * pump;
            let points = [(0.0, q(1.3)), (well.lift_m, q(1.0)), (1.5 * well.lift_m, q(0.6)), (2.0 * well.lift_m, 0.0)];
            for (at, (head, flow)) in points.into_iter().enumerate() {
                line!(self, "LIFT{} {}{head:.3} {flow:.5}", node.id, if at == 0 { "PUMP3 " } else { "" });
            }
            for (at, (depth, flow)) in [(1.0, q(0.6)), (2.2, q(1.0)), (4.0, q(1.1))].into_iter().enumerate() {
                line!(self, "STEP{} {}{depth:.3} {flow:.5}", node.id, if at == 0 { "PUMP2 " } else { "" });
            }
        }
    }

    fn series(&mut self) {
        self.section("TIMESERIES", "name hours value");
        let rain = &self.of.rain;
        for (k, mm_h) in rain.mm_per_h().enumerate() {
            line!(self, "STORM {:.6} {mm_h:.4}", k as f64 * rain.step_s / 3600.0);
        }
        line!(self, "STORM {:.6} 0", rain.end_s() / 3600.0);
        for node in &self.of.nodes {
            if let Kind::Outfall(stage) = &node.kind
                && stage.rise_m > 0.0
            {
                for (hours, share) in [(0.0, 0.0), (0.5, 0.2), (1.0, 0.7), (2.0, 1.0), (3.0, 0.8), (8.0, 0.0)] {
                    line!(self, "LEVEL{} {hours} {:.3}", node.id, stage.level_m + share * stage.rise_m);
                }
            }
        }
    }

    fn map(&mut self) {
        self.section("COORDINATES", "node x_m y_m");
        for node in &self.of.nodes {
            line!(self, "{} {:.2} {:.2}", node.id, node.x, node.y);
        }
        for street in &self.of.streets {
            let lowest = street.points.first().map(|p| &self.of.nodes[p.manhole]);
            if let Some(node) = lowest {
                line!(self, "{} {:.2} {:.2}", street.spill, node.x + 12.0, node.y - node.y.signum() * 16.0);
            }
            for point in &street.points {
                let node = &self.of.nodes[point.manhole];
                line!(self, "{} {:.2} {:.2}", Street::point_id(&node.id), node.x + 3.0, node.y);
            }
        }
        self.section("SYMBOLS", "gauge x_m y_m");
        line!(self, "GAUGE 0 0");
    }
}

/// Lines of a measure's design.
const fn layers(kind: MeasureKind) -> &'static [&'static str] {
    match kind {
        MeasureKind::Bioretention => &[
            "BC",
            "SURFACE 200 0.1 0.15 1.0 5",
            "SOIL 500 0.45 0.20 0.10 50 10 90",
            "STORAGE 300 0.75 8 0",
            "DRAIN 1.5 0.5 100 6 0 0",
        ],
        MeasureKind::PermeablePavement => &[
            "PP",
            "SURFACE 2 0 0.015 1.0 5",
            "PAVEMENT 100 0.15 0 360 0 0 0",
            "STORAGE 300 0.65 8 0",
            "DRAIN 1.5 0.5 100 6 0 0",
        ],
        MeasureKind::GreenRoof => {
            &["GR", "SURFACE 30 0.2 0.15 2.0 5", "SOIL 120 0.50 0.30 0.10 1000 15 60", "DRAINMAT 30 0.50 0.03"]
        }
        MeasureKind::RainBarrels => &["RB", "STORAGE 1500 1 0 0", "DRAIN 3 0.5 50 6 0 0"],
    }
}

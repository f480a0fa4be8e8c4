//! The writer: soil, links, cross sections, transects, streets, inlets, controls.

use super::deck::{Attribute, RuleObject};
use super::deck::{
    CurbThroat, CurveIx, Discharge, Grate, GrateKind, InletDesign, LinkKind, OrificeKind, Placement, Quantity, RatedBy,
    RoadSurface, Shape, TimeQuantity,
};
use super::read_links::WEIRS;
use super::section::Section;
use super::write::{Writer, num, nums, token, word, yes};

fn star() -> String {
    "*".to_owned()
}

/// Name of a shape and its sizes.
fn sizes(shape: &Shape) -> (&'static str, [f64; 4]) {
    let one = |v: f64| [v, 0.0, 0.0, 0.0];
    match *shape {
        Shape::Dummy => ("DUMMY", one(0.0)),
        Shape::Circular { diameter } => ("CIRCULAR", one(diameter)),
        Shape::FilledCircular { diameter, filled_depth } => ("FILLED_CIRCULAR", [diameter, filled_depth, 0.0, 0.0]),
        Shape::RectClosed { height, width } => ("RECT_CLOSED", [height, width, 0.0, 0.0]),
        Shape::RectOpen { height, width, sides_removed } => ("RECT_OPEN", [height, width, sides_removed, 0.0]),
        Shape::Trapezoidal { height, bottom_width, left_slope, right_slope } => {
            ("TRAPEZOIDAL", [height, bottom_width, left_slope, right_slope])
        }
        Shape::Triangular { height, top_width } => ("TRIANGULAR", [height, top_width, 0.0, 0.0]),
        Shape::Parabolic { height, top_width } => ("PARABOLIC", [height, top_width, 0.0, 0.0]),
        Shape::Power { height, top_width, exponent } => ("POWER", [height, top_width, exponent, 0.0]),
        Shape::RectTriangular { height, top_width, triangle_height } => {
            ("RECT_TRIANGULAR", [height, top_width, triangle_height, 0.0])
        }
        Shape::RectRound { height, top_width, bottom_radius } => {
            ("RECT_ROUND", [height, top_width, bottom_radius, 0.0])
        }
        Shape::ModBasketHandle { height, bottom_width, top_radius } => {
            ("MODBASKETHANDLE", [height, bottom_width, top_radius, 0.0])
        }
        Shape::HorizEllipse { height, max_width, standard_size } => {
            ("HORIZ_ELLIPSE", standard(height, max_width, standard_size))
        }
        Shape::VertEllipse { height, max_width, standard_size } => {
            ("VERT_ELLIPSE", standard(height, max_width, standard_size))
        }
        Shape::Arch { height, max_width, standard_size } => ("ARCH", standard(height, max_width, standard_size)),
        Shape::Egg { height } => ("EGG", one(height)),
        Shape::Horseshoe { height } => ("HORSESHOE", one(height)),
        Shape::Gothic { height } => ("GOTHIC", one(height)),
        Shape::Catenary { height } => ("CATENARY", one(height)),
        Shape::SemiElliptical { height } => ("SEMIELLIPTICAL", one(height)),
        Shape::BasketHandle { height } => ("BASKETHANDLE", one(height)),
        Shape::SemiCircular { height } => ("SEMICIRCULAR", one(height)),
        Shape::ForceMain { diameter, roughness } => ("FORCE_MAIN", [diameter, roughness, 0.0, 0.0]),
        Shape::Irregular { .. } => ("IRREGULAR", one(0.0)),
        Shape::Custom { height, .. } => ("CUSTOM", one(height)),
        Shape::Street { .. } => ("STREET", one(0.0)),
    }
}

/// A standard size stands in the place of the full depth, with a width of 0.
fn standard(height: f64, width: f64, size: u32) -> [f64; 4] {
    if size > 0 { [f64::from(size), 0.0, 0.0, 0.0] } else { [height, width, 0.0, 0.0] }
}

impl Writer<'_> {
    fn offset(v: Option<f64>) -> String {
        v.map_or_else(star, num)
    }

    fn curve_or(&self, at: Option<CurveIx>) -> String {
        at.map_or_else(star, |c| self.curve(c))
    }

    pub(super) fn links(&mut self) {
        let deck = self.deck;
        let mut open = None;
        for l in &deck.links {
            let section = match l.kind {
                LinkKind::Conduit(_) => Section::Conduits,
                LinkKind::Pump(_) => Section::Pumps,
                LinkKind::Orifice(_) => Section::Orifices,
                LinkKind::Weir(_) => Section::Weirs,
                LinkKind::Outlet(_) => Section::Outlets,
            };
            if open != Some(section) {
                self.head(section);
                open = Some(section);
            }
            let ends = vec![token(&l.id), self.node(l.from), self.node(l.to)];
            let fields = [ends, self.link_fields(&l.kind)].concat();
            self.row(&fields, &l.comment);
        }
    }

    fn link_fields(&self, kind: &LinkKind) -> Vec<String> {
        match kind {
            LinkKind::Conduit(c) => {
                let offsets = vec![Self::offset(c.inlet_offset), Self::offset(c.outlet_offset)];
                [nums(&[c.length, c.roughness]), offsets, nums(&[c.initial_flow, c.max_flow])].concat()
            }
            LinkKind::Pump(p) => {
                let on = if p.on { "ON" } else { "OFF" };
                let depths = nums(&[p.startup_depth, p.shutoff_depth]);
                [vec![self.curve_or(p.curve), on.to_owned()], depths].concat()
            }
            LinkKind::Orifice(o) => {
                let kind = if o.kind == OrificeKind::Side { "SIDE" } else { "BOTTOM" };
                let end = num(o.open_close_h);
                vec![kind.to_owned(), Self::offset(o.offset), num(o.coefficient), yes(o.gated), end]
            }
            LinkKind::Weir(w) => {
                let mut f = vec![word(WEIRS, &w.kind), Self::offset(w.offset), num(w.coefficient), yes(w.gated)];
                f.extend(nums(&[w.end_contractions, w.end_coefficient]));
                f.extend([yes(w.can_surcharge), num(w.road_width)]);
                let surface = match w.road_surface {
                    Some(RoadSurface::Paved) => "PAVED",
                    Some(RoadSurface::Gravel) => "GRAVEL",
                    None => "*",
                };
                f.extend([surface.to_owned(), self.curve_or(w.coefficient_curve)]);
                f
            }
            LinkKind::Outlet(o) => {
                let by = if o.rated_by == RatedBy::Head { "HEAD" } else { "DEPTH" };
                let law = match o.discharge {
                    Discharge::Tabular(c) => vec![format!("TABULAR/{by}"), self.curve(c)],
                    Discharge::Functional { coefficient, exponent } => {
                        [vec![format!("FUNCTIONAL/{by}")], nums(&[coefficient, exponent])].concat()
                    }
                };
                [vec![Self::offset(o.offset)], law, vec![yes(o.gated)]].concat()
            }
        }
    }

    pub(super) fn shapes(&mut self) {
        let deck = self.deck;
        self.head(Section::Xsections);
        for l in &deck.links {
            let Some(x) = &l.xsection else { continue };
            let (name, size) = sizes(&x.shape);
            let start = vec![token(&l.id), name.to_owned()];
            let sizes = match x.shape {
                Shape::Irregular { transect } => {
                    deck.transects.get(transect.0).map(|t| token(&t.id)).into_iter().collect()
                }
                Shape::Street { street } => deck.streets.get(street.0).map(|s| token(&s.id)).into_iter().collect(),
                Shape::Custom { height, curve } => {
                    let end = vec!["0".to_owned(), "0".to_owned(), x.barrels.to_string(), x.culvert.to_string()];
                    [vec![num(height), self.curve(curve)], end].concat()
                }
                _ => [nums(&size), vec![x.barrels.to_string(), x.culvert.to_string()]].concat(),
            };
            self.row(&[start, sizes].concat(), "");
        }
        self.losses();
        self.transects();
        self.streets();
    }

    fn losses(&mut self) {
        self.head(Section::Losses);
        for l in &self.deck.links {
            let Some(k) = l.losses else { continue };
            let end = vec![yes(k.gated), num(k.seepage)];
            self.row(&[vec![token(&l.id)], nums(&[k.entry, k.exit, k.average]), end].concat(), "");
        }
    }

    fn transects(&mut self) {
        let deck = self.deck;
        if !deck.transects.is_empty() {
            self.head(Section::Transects);
        }
        for t in &deck.transects {
            self.row(&[vec!["NC".to_owned()], nums(&[t.n_left, t.n_right, t.n_channel])].concat(), "");
            let mut f = vec!["X1".to_owned(), token(&t.id), t.stations.len().to_string()];
            f.extend(nums(&[t.left_bank, t.right_bank, 0.0, 0.0, t.meander, t.width_factor, t.elevation_offset]));
            self.row(&f, &t.comment);
            for part in t.stations.chunks(5) {
                let pairs = part.iter().flat_map(|(x, y)| [num(*y), num(*x)]);
                let fields: Vec<String> = std::iter::once("GR".to_owned()).chain(pairs).collect();
                self.row(&fields, "");
            }
        }
    }

    fn streets(&mut self) {
        let deck = self.deck;
        if !deck.streets.is_empty() {
            self.head(Section::Streets);
        }
        for s in &deck.streets {
            let mut f = vec![token(&s.id)];
            f.extend(nums(&[s.crown_width, s.curb_height, s.cross_slope_pct, s.roughness]));
            f.extend(nums(&[s.gutter_depression, s.gutter_width]));
            f.push(s.sides.to_string());
            f.extend(nums(&[s.back_width, s.back_slope_pct, s.back_roughness]));
            self.row(&f, &s.comment);
        }
        if !deck.inlets.is_empty() {
            self.head(Section::Inlets);
        }
        for i in &deck.inlets {
            let id = token(&i.id);
            let rows = match &i.design {
                InletDesign::Grate(g) => vec![grate("GRATE", g)],
                InletDesign::DropGrate(g) => vec![grate("DROP_GRATE", g)],
                InletDesign::Curb(c) => vec![curb("CURB", c)],
                InletDesign::DropCurb(c) => vec![curb("DROP_CURB", c)],
                InletDesign::Combination(g, c) => vec![grate("GRATE", g), curb("CURB", c)],
                InletDesign::Slotted(s) => vec![[vec!["SLOTTED".to_owned()], nums(&[s.length, s.width])].concat()],
                InletDesign::Custom(c) => vec![vec!["CUSTOM".to_owned(), self.curve(*c)]],
            };
            for (k, row) in rows.into_iter().enumerate() {
                let comment = if k == 0 { i.comment.as_str() } else { "" };
                self.row(&[vec![id.clone()], row].concat(), comment);
            }
        }
        self.inlet_usage();
    }

    fn inlet_usage(&mut self) {
        let deck = self.deck;
        if deck.links.iter().any(|l| l.inlets.is_some()) {
            self.head(Section::InletUsage);
        }
        for l in &deck.links {
            let Some(u) = l.inlets else { continue };
            let inlet = deck.inlets.get(u.inlet.0).map_or_else(String::new, |i| token(&i.id));
            let place = match u.placement {
                Placement::Automatic => "AUTOMATIC",
                Placement::OnGrade => "ON_GRADE",
                Placement::OnSag => "ON_SAG",
            };
            let mut f = vec![token(&l.id), inlet, self.node(u.node), u.number.to_string()];
            f.extend(nums(&[u.clogged_pct, u.max_flow, u.local_depression, u.local_width]));
            f.push(place.to_owned());
            self.row(&f, "");
        }
    }

    pub(super) fn controls(&mut self) {
        let deck = self.deck;
        self.head(Section::Controls);
        for v in &deck.variables {
            let start = vec!["VARIABLE".to_owned(), token(&v.name), "=".to_owned()];
            self.row(&[start, self.quantity(&v.quantity)].concat(), &v.comment);
        }
        for e in &deck.expressions {
            let head = format!("EXPRESSION {} = {}", token(&e.name), e.text);
            let comment = if e.comment.is_empty() { String::new() } else { format!(" ;{}", e.comment) };
            self.line(&(head + &comment));
        }
        for r in &deck.rules {
            for (k, (_, words)) in r.text.iter().enumerate() {
                let line = words.iter().map(|w| token(w)).collect::<Vec<_>>().join(" ");
                let comment = if k > 0 || r.comment.is_empty() { String::new() } else { format!(" ;{}", r.comment) };
                self.line(&(line + &comment));
            }
        }
    }

    fn quantity(&self, q: &Quantity) -> Vec<String> {
        match *q {
            Quantity::Simulation(t) => vec!["SIMULATION".to_owned(), time_word(t).to_owned()],
            Quantity::Gage { gage, past_hours } => {
                let what = if past_hours == 0 { "INTENSITY".to_owned() } else { format!("{past_hours}-HR_DEPTH") };
                vec!["GAGE".to_owned(), self.gage_id(gage), what]
            }
            Quantity::Node(n, a) => vec!["NODE".to_owned(), self.node(n), attribute_word(a).to_owned()],
            Quantity::Link(o, l, a) => {
                let id = self.deck.links.get(l.0).map_or_else(String::new, |l| token(&l.id));
                vec![object_word(o).to_owned(), id, attribute_word(a).to_owned()]
            }
        }
    }
}

fn grate(name: &str, g: &Grate) -> Vec<String> {
    let kind = match g.kind {
        GrateKind::PBar50 => "P_BAR-50",
        GrateKind::PBar50x100 => "P_BAR-50x100",
        GrateKind::PBar30 => "P_BAR-30",
        GrateKind::CurvedVane => "CURVED_VANE",
        GrateKind::TiltBar45 => "TILT_BAR-45",
        GrateKind::TiltBar30 => "TILT_BAR-30",
        GrateKind::Reticuline => "RETICULINE",
        GrateKind::Generic { .. } => "GENERIC",
    };
    let end = match g.kind {
        GrateKind::Generic { open, splash_velocity } => nums(&[open, splash_velocity]),
        _ => Vec::new(),
    };
    [vec![name.to_owned()], nums(&[g.length, g.width]), vec![kind.to_owned()], end].concat()
}

fn curb(name: &str, c: &super::deck::CurbOpening) -> Vec<String> {
    let throat = match c.throat {
        CurbThroat::Horizontal => "HORIZONTAL",
        CurbThroat::Inclined => "INCLINED",
        CurbThroat::Vertical => "VERTICAL",
    };
    [vec![name.to_owned()], nums(&[c.length, c.height]), vec![throat.to_owned()]].concat()
}

fn time_word(t: TimeQuantity) -> &'static str {
    match t {
        TimeQuantity::Time => "TIME",
        TimeQuantity::Date => "DATE",
        TimeQuantity::ClockTime => "CLOCKTIME",
        TimeQuantity::DayOfYear => "DAYOFYEAR",
        TimeQuantity::Day => "DAY",
        TimeQuantity::Month => "MONTH",
    }
}

fn object_word(o: RuleObject) -> &'static str {
    match o {
        RuleObject::Link => "LINK",
        RuleObject::Conduit => "CONDUIT",
        RuleObject::Pump => "PUMP",
        RuleObject::Orifice => "ORIFICE",
        RuleObject::Weir => "WEIR",
        RuleObject::Outlet => "OUTLET",
    }
}

fn attribute_word(a: Attribute) -> &'static str {
    match a {
        Attribute::Depth => "DEPTH",
        Attribute::MaxDepth => "MAXDEPTH",
        Attribute::Head => "HEAD",
        Attribute::Volume => "VOLUME",
        Attribute::Inflow => "INFLOW",
        Attribute::Flow => "FLOW",
        Attribute::FullFlow => "FULLFLOW",
        Attribute::FullDepth => "FULLDEPTH",
        Attribute::Status => "STATUS",
        Attribute::Setting => "SETTING",
        Attribute::Length => "LENGTH",
        Attribute::Slope => "SLOPE",
        Attribute::Velocity => "VELOCITY",
        Attribute::TimeOpen => "TIMEOPEN",
        Attribute::TimeClosed => "TIMECLOSED",
    }
}

//! Cross sections, transects, streets, inlets and their use.

use super::codes;
use super::deck::{
    CurbOpening, CurbThroat, CurveIx, Grate, GrateKind, Inlet, InletDesign, InletIx, Inlets, LinkKind, Losses, NodeIx,
    Placement, Shape, SlottedDrain, Street, StreetIx, Transect, TransectIx, Xsection,
};
use super::names::Class;
use super::read::{Bound, Reader, absent, cut, field};

/// What a row adds to a link.
pub(super) enum ToLink {
    Losses(Losses),
    Xsection(Xsection),
    Inlets(Inlets),
}

/// Words of shapes, in SWMM's order; the number is the place in [`Reader::shape`].
const SHAPES: &[(&str, u8)] = &[
    ("DUMMY", 0),
    ("CIRCULAR", 1),
    ("FILLED_CIRCULAR", 2),
    ("RECT_CLOSED", 3),
    ("RECT_OPEN", 4),
    ("TRAPEZOIDAL", 5),
    ("TRIANGULAR", 6),
    ("PARABOLIC", 7),
    ("POWER", 8),
    ("RECT_TRIANGULAR", 9),
    ("RECT_ROUND", 10),
    ("MODBASKETHANDLE", 11),
    ("HORIZ_ELLIPSE", 12),
    ("VERT_ELLIPSE", 13),
    ("ARCH", 14),
    ("EGG", 15),
    ("HORSESHOE", 16),
    ("GOTHIC", 17),
    ("CATENARY", 18),
    ("SEMIELLIPTICAL", 19),
    ("BASKETHANDLE", 20),
    ("SEMICIRCULAR", 21),
    ("IRREGULAR", 22),
    ("CUSTOM", 23),
    ("FORCE_MAIN", 24),
    ("STREET", 25),
];
/// Standard sizes of ellipses and of arches.
const SIZES: (f64, f64) = (23.0, 102.0);
/// Most stations of a transect (SWMM's `MAXSTATION`).
const STATIONS_MAX: usize = 1500;

fn simple(code: u8, p: [f64; 4]) -> Shape {
    let [height, b, c, d] = p;
    match code {
        0 => Shape::Dummy,
        1 => Shape::Circular { diameter: height },
        2 => Shape::FilledCircular { diameter: height, filled_depth: b },
        3 => Shape::RectClosed { height, width: b },
        4 => Shape::RectOpen { height, width: b, sides_removed: c },
        5 => Shape::Trapezoidal { height, bottom_width: b, left_slope: c, right_slope: d },
        6 => Shape::Triangular { height, top_width: b },
        7 => Shape::Parabolic { height, top_width: b },
        8 => Shape::Power { height, top_width: b, exponent: c },
        9 => Shape::RectTriangular { height, top_width: b, triangle_height: c },
        10 => Shape::RectRound { height, top_width: b, bottom_radius: c },
        11 => Shape::ModBasketHandle { height, bottom_width: b, top_radius: c },
        15 => Shape::Egg { height },
        16 => Shape::Horseshoe { height },
        17 => Shape::Gothic { height },
        18 => Shape::Catenary { height },
        19 => Shape::SemiElliptical { height },
        20 => Shape::BasketHandle { height },
        21 => Shape::SemiCircular { height },
        _ => Shape::ForceMain { diameter: height, roughness: b },
    }
}

/// What is wrong with the sizes of a shape.
fn fault(code: u8, p: [f64; 4]) -> Option<&'static str> {
    let [height, b, c, d] = p;
    match code {
        0 => None,
        _ if height <= 0.0 => Some("the full depth must be above 0"),
        2 if b >= height => Some("the filled depth must be below the diameter"),
        3 | 4 | 6 | 7 | 8 | 9 | 10 | 11 if b <= 0.0 => Some("the width must be above 0"),
        4 if !(0.0..=2.0).contains(&c) => Some("0, 1 or 2 sides can be removed"),
        5 if b < 0.0 || c < 0.0 || d < 0.0 => Some("width and slopes must not be negative"),
        8 if c <= 0.0 => Some("the exponent must be above 0"),
        9 if c <= 0.0 => Some("the triangle's height must be above 0"),
        _ => None,
    }
}

impl Reader<'_> {
    /// Ellipses and arches are sized by height and width, or by a code of a standard size.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within 1 to 102
    fn standard(&mut self, t: &[&str], code: u8, p: [f64; 4]) -> Shape {
        let [height, max_width, size, _] = p;
        let size = if max_width == 0.0 { height } else { size };
        let most = if code == 14 { SIZES.1 } else { SIZES.0 };
        let standard_size = if size > 0.0 {
            if size.floor() < 1.0 || size.floor() > most {
                let remedy = format!("give a code from 1 to {most}, or height and width");
                self.error(codes::NUMBER, field(t, 0), format!("`{size}` is not a standard size"), remedy);
            }
            size.floor().clamp(1.0, most) as u32
        } else {
            0
        };
        let (height, max_width) = if standard_size > 0 { (0.0, 0.0) } else { (height, max_width) };
        match code {
            12 => Shape::HorizEllipse { height, max_width, standard_size },
            13 => Shape::VertEllipse { height, max_width, standard_size },
            _ => Shape::Arch { height, max_width, standard_size },
        }
    }

    fn shape(&mut self, t: &[&str], conduit: bool) -> Option<Shape> {
        let code = self.choose(t, 1, SHAPES);
        if code == 22 {
            return Some(Shape::Irregular { transect: TransectIx(self.find(Class::Transect, t, 2)) });
        }
        if code == 25 {
            return Some(Shape::Street { street: StreetIx(self.find(Class::Street, t, 2)) });
        }
        if code == 0 && t.len() < 6 || !self.at_least(t, 6, "link shape geom1 geom2 geom3 geom4 (barrels culvert)") {
            return (code == 0).then_some(Shape::Dummy);
        }
        if code == 23 {
            let height = self.num(t, 2, "full depth", Bound::Positive);
            return Some(Shape::Custom { height, curve: CurveIx(self.find(Class::Curve, t, 3)) });
        }
        let mut p: [f64; 4] = self.numbers(t, 2, "size", Bound::Any);
        if !conduit && code == 4 {
            (p[2], p[3]) = (0.0, 0.0);
        }
        if let Some(why) = fault(code, p).filter(|_| (2..6).all(|i| Self::is_number(t, i))) {
            self.error(codes::NUMBER, field(t, 0), format!("invalid sizes of a {} section", cut(field(t, 1))), why);
        }
        Some(if matches!(code, 12..=14) { self.standard(t, code, p) } else { simple(code, p) })
    }

    pub(super) fn xsection(&mut self, t: &[&str]) {
        let at = self.find(Class::Link, t, 0);
        let Some(shape) = self.shape(t, self.state.conduits.get(at).copied().unwrap_or(true)) else { return };
        let by_name = matches!(shape, Shape::Irregular { .. } | Shape::Street { .. });
        let (mut barrels, mut culvert) = (1, 0);
        if !by_name {
            if !absent(t, 6) && self.state.conduits.get(at).copied().unwrap_or(true) {
                barrels = self.count(t, 6, "number of barrels", Bound::Positive).max(1);
            }
            if !absent(t, 7) {
                culvert = self.count(t, 7, "culvert code", Bound::NotNegative);
            }
            self.at_most(t, 8);
        }
        let section = Xsection { shape, barrels, culvert };
        self.state.links.push((at, self.line, ToLink::Xsection(section)));
    }

    /// Puts to each link what rows said of it.
    pub(super) fn finish_links(&mut self) {
        for (at, line, what) in std::mem::take(&mut self.state.links) {
            let Some(link) = self.deck.links.get_mut(at).map(|r| &mut r.value) else { continue };
            let conduit = matches!(link.kind, LinkKind::Conduit(_));
            let again = match what {
                ToLink::Losses(v) => link.losses.replace(v).is_some(),
                ToLink::Xsection(_) if matches!(link.kind, LinkKind::Pump(_) | LinkKind::Outlet(_)) => false,
                ToLink::Xsection(mut v) => {
                    if !conduit {
                        (v.barrels, v.culvert) = (1, 0);
                    }
                    link.xsection.replace(v).is_some()
                }
                ToLink::Inlets(v) => link.inlets.replace(v).is_some(),
            };
            if again {
                let id = link.id.clone();
                self.line = line;
                self.replaced(&id);
            }
        }
    }

    pub(super) fn transect(&mut self, t: &[&str]) {
        const WORDS: &[(&str, u8)] = &[("NC", 0), ("X1", 1), ("GR", 2)];
        match self.choose(t, 0, WORDS) {
            0 if self.at_least(t, 4, "NC left right channel") => self.manning(t),
            1 if self.at_least(t, 10, "X1 name stations left right 0 0 0 meander width elevation") => {
                let v: [f64; 8] = self.numbers(t, 2, "transect parameter", Bound::Any);
                let [n_left, n_right, n_channel] = self.state.manning;
                let row = self.keep(Transect {
                    id: t[1].to_owned(),
                    n_left,
                    n_right,
                    n_channel,
                    left_bank: v[1],
                    right_bank: v[2],
                    meander: v[5],
                    width_factor: v[6],
                    elevation_offset: v[7],
                    stations: Vec::new(),
                });
                self.deck.transects.push(row);
                self.state.transect = true;
            }
            2 => self.stations(t),
            _ => {}
        }
    }

    /// Roughness holds until it is given again; 0 leaves it as it was.
    fn manning(&mut self, t: &[&str]) {
        let n: [f64; 3] = self.numbers(t, 1, "Manning's n", Bound::NotNegative);
        let now = &mut self.state.manning;
        for (now, new) in now.iter_mut().zip(n) {
            if new > 0.0 {
                *now = new;
            }
        }
        let channel = now[2];
        for side in &mut now[..2] {
            if *side == 0.0 {
                *side = channel;
            }
        }
    }

    fn stations(&mut self, t: &[&str]) {
        if !self.state.transect {
            self.error(codes::NO_TRANSECT, t[0], "stations before any X1 row", "begin the transect by NC and X1 rows");
            return;
        }
        if t.len().is_multiple_of(2) {
            self.error(codes::FEW_FIELDS, t[0], "an elevation without a station", "give pairs: elevation station …");
        }
        for i in (1..t.len().saturating_sub(1)).step_by(2) {
            let [elevation, station] = self.numbers(t, i, "station", Bound::Any);
            let Some(transect) = self.deck.transects.last_mut() else { return };
            let before = transect.stations.last().map(|s| s.0);
            transect.value.stations.push((station, elevation));
            let (id, many) = (transect.id.clone(), transect.stations.len() == STATIONS_MAX);
            if before.is_some_and(|x| station < x) {
                let remedy = "order the stations from left to right";
                self.error(codes::STATION, &id, format!("station {station} stands left of the one before"), remedy);
            }
            if many {
                self.error(codes::MANY_STATIONS, &id, "1500 stations or more", "leave out some");
            }
        }
    }

    pub(super) fn street(&mut self, t: &[&str]) {
        let [crown_width, curb_height, cross_slope_pct, roughness] = self.numbers(t, 1, "size", Bound::Positive);
        let sides = if absent(t, 7) { 2 } else { self.count(t, 7, "sides", Bound::Within(1.0, 2.0)) };
        let back_width = self.num_or(t, 8, "width of backing", Bound::NotNegative, 0.0);
        let back = if back_width > 0.0 && self.at_least(t, 11, "… width slope roughness of the backing") {
            self.numbers(t, 9, "backing", Bound::Positive)
        } else {
            [0.0; 2]
        };
        let gutter_depression = self.num_or(t, 5, "gutter depression", Bound::NotNegative, 0.0);
        let gutter_width = self.num_or(t, 6, "gutter width", Bound::NotNegative, 0.0);
        let row = self.keep(Street {
            id: t[0].to_owned(),
            crown_width,
            curb_height,
            cross_slope_pct,
            roughness,
            gutter_depression,
            gutter_width,
            sides,
            back_width,
            back_slope_pct: back[0],
            back_roughness: back[1],
        });
        self.deck.streets.push(row);
    }

    pub(super) fn inlet(&mut self, t: &[&str]) {
        let at = self.find(Class::Inlet, t, 0);
        const WORDS: &[(&str, u8)] =
            &[("GRATE", 0), ("CURB", 1), ("SLOTTED", 2), ("DROP_GRATE", 3), ("DROP_CURB", 4), ("CUSTOM", 5)];
        let design = match self.choose(t, 1, WORDS) {
            0 => InletDesign::Grate(self.grate(t)),
            1 => InletDesign::Curb(self.curb(t, true)),
            2 => {
                let [length, width] = self.numbers(t, 2, "size", Bound::Positive);
                InletDesign::Slotted(SlottedDrain { length, width })
            }
            3 => InletDesign::DropGrate(self.grate(t)),
            4 => InletDesign::DropCurb(self.curb(t, false)),
            _ => InletDesign::Custom(CurveIx(self.find(Class::Curve, t, 2))),
        };
        if at >= self.deck.inlets.len() {
            let row = self.keep(Inlet { id: t[0].to_owned(), design });
            self.deck.inlets.push(row);
            return;
        }
        let Some(old) = self.deck.inlets.get(at).map(|i| i.design) else { return };
        // A grate and a curb opening of one id are a combination inlet.
        let new = match (old, design) {
            (InletDesign::Grate(g) | InletDesign::Combination(g, _), InletDesign::Curb(c))
            | (InletDesign::Curb(c) | InletDesign::Combination(_, c), InletDesign::Grate(g)) => {
                InletDesign::Combination(g, c)
            }
            _ => {
                self.replaced(t[0]);
                design
            }
        };
        if let Some(inlet) = self.deck.inlets.get_mut(at) {
            inlet.value.design = new;
        }
    }

    fn grate(&mut self, t: &[&str]) -> Grate {
        if !self.at_least(t, 5, "id GRATE length width type (open splash)") {
            return Grate { length: 0.0, width: 0.0, kind: GrateKind::Reticuline };
        }
        let kinds = [
            ("P_BAR-50x100", GrateKind::PBar50x100),
            ("P_BAR-50", GrateKind::PBar50),
            ("P_BAR-30", GrateKind::PBar30),
            ("CURVED_VANE", GrateKind::CurvedVane),
            ("TILT_BAR-45", GrateKind::TiltBar45),
            ("TILT_BAR-30", GrateKind::TiltBar30),
            ("RETICULINE", GrateKind::Reticuline),
            ("GENERIC", GrateKind::Generic { open: 1.0, splash_velocity: 0.0 }),
        ];
        let [length, width] = self.numbers(t, 2, "size", Bound::Positive);
        let kind = match self.choose(t, 4, &kinds) {
            GrateKind::Generic { .. } => {
                let open = self.num(t, 5, "open share", Bound::Within(f64::MIN_POSITIVE, 1.0));
                let splash_velocity = self.num_or(t, 6, "splash-over velocity", Bound::NotNegative, 0.0);
                GrateKind::Generic { open, splash_velocity }
            }
            kind => kind,
        };
        Grate { length, width, kind }
    }

    fn curb(&mut self, t: &[&str], throated: bool) -> CurbOpening {
        let words = [
            ("HORIZONTAL", CurbThroat::Horizontal),
            ("INCLINED", CurbThroat::Inclined),
            ("VERTICAL", CurbThroat::Vertical),
        ];
        let [length, height] = self.numbers(t, 2, "size", Bound::Positive);
        let throat = if throated { self.choose_or(t, 4, &words, CurbThroat::Vertical) } else { CurbThroat::Vertical };
        CurbOpening { length, height, throat }
    }

    pub(super) fn inlet_usage(&mut self, t: &[&str]) {
        let at = self.find(Class::Link, t, 0);
        let places =
            [("AUTOMATIC", Placement::Automatic), ("ON_GRADE", Placement::OnGrade), ("ON_SAG", Placement::OnSag)];
        let inlets = Inlets {
            inlet: InletIx(self.find(Class::Inlet, t, 1)),
            node: NodeIx(self.find(Class::Node, t, 2)),
            number: if absent(t, 3) { 1 } else { self.count(t, 3, "number", Bound::Positive) },
            clogged_pct: self.num_or(t, 4, "clogged share", Bound::Within(0.0, 99.0), 0.0),
            max_flow: self.num_or(t, 5, "most flow", Bound::NotNegative, 0.0),
            local_depression: self.num_or(t, 6, "local depression", Bound::NotNegative, 0.0),
            local_width: self.num_or(t, 7, "local width", Bound::NotNegative, 0.0),
            placement: self.choose_or(t, 8, &places, Placement::Automatic),
        };
        self.state.links.push((at, self.line, ToLink::Inlets(inlets)));
    }
}

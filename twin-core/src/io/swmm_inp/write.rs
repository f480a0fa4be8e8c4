//! The writer: a deck that reads back equal. Options, hydrology, LID and nodes; links and the rest stand beside.

use std::fmt::Write as _;

use super::deck::{
    DividerKind, Evaporation, FileMode, ForceMainEquation, GageSource, InertialDamping, Infiltration, NodeKind,
    NormalFlowLimit, Offsets, OutfallStage, Outlet, RainForm, Routing, Selection, StorageShape, SubareaRoute,
    Surcharge, SwmmDeck, TemperatureSource, Wind,
};
use super::read_lid::KINDS;
use super::read_options::{FILE_KINDS, FLOW_UNITS, METHODS};
use super::section::Section;
use super::when;

/// Rows longer than this are written without columns, so that they stay within SWMM's longest line.
const PADDED_MAX: usize = 300;
/// Names in one row of a selection.
const NAMES_PER_ROW: usize = 8;

/// Writes a deck in SWMM 5.2 form; reading it gives an equal [`SwmmDeck`].
#[must_use]
pub fn write(deck: &SwmmDeck) -> String {
    let mut w = Writer { deck, text: String::new(), headed: Vec::new() };
    w.notes(None);
    w.title();
    w.options();
    w.files();
    w.climate();
    w.land();
    w.lids();
    w.soil();
    w.nodes();
    w.links();
    w.shapes();
    w.controls();
    w.quality();
    w.inflows();
    w.tables();
    w.report();
    w.map();
    w.leftover_notes();
    w.text
}

pub(super) struct Writer<'a> {
    pub(super) deck: &'a SwmmDeck,
    text: String,
    headed: Vec<Section>,
}

/// A number as it is written: it reads back bit for bit, and takes few letters.
pub(super) fn num(v: f64) -> String {
    if v != 0.0 && !(1e-5..1e15).contains(&v.abs()) { format!("{v:e}") } else { v.to_string() }
}

/// A token as it must be written to be read as one.
pub(super) fn token(text: &str) -> String {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}');
    if text.is_empty() || text.starts_with('[') || text.contains(blank) {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

/// `YES` or `NO`.
pub(super) fn yes(v: bool) -> String {
    if v { "YES".to_owned() } else { "NO".to_owned() }
}

/// The word of a value in a table of words.
pub(super) fn word<T: PartialEq>(table: &[(&str, T)], value: &T) -> String {
    table.iter().find(|(_, v)| v == value).map_or_else(String::new, |(w, _)| (*w).to_owned())
}

/// Numbers as fields.
pub(super) fn nums(values: &[f64]) -> Vec<String> {
    values.iter().map(|v| num(*v)).collect()
}

impl Writer<'_> {
    pub(super) fn notes(&mut self, section: Option<Section>) {
        for n in self.deck.notes.iter().filter(|n| n.section == section) {
            self.text.push(';');
            self.text.push_str(&n.text);
            self.text.push('\n');
        }
    }

    /// Heading of a section; its column heads and notes where it is first met.
    pub(super) fn head(&mut self, section: Section) {
        let _ = writeln!(self.text, "\n[{}]", section.name());
        if self.headed.contains(&section) {
            return;
        }
        self.headed.push(section);
        if !section.heads().is_empty() {
            let heads: Vec<&str> = section.heads().split(' ').collect();
            let _ = writeln!(self.text, ";;{}", heads.join("\t"));
        }
        self.notes(Some(section));
    }

    /// Sections that hold nothing but notes.
    fn leftover_notes(&mut self) {
        for section in Section::ALL {
            if !self.headed.contains(section) && self.deck.notes.iter().any(|n| n.section == Some(*section)) {
                self.head(*section);
            }
        }
    }

    /// A row of fields, which must be tokens already.
    pub(super) fn row(&mut self, fields: &[String], comment: &str) {
        let long = fields.iter().map(|f| f.len().max(16) + 1).sum::<usize>() > PADDED_MAX;
        let mut row = String::new();
        for field in fields {
            let _ = if long { write!(row, "{field} ") } else { write!(row, "{field:<16} ") };
        }
        row.truncate(row.trim_end_matches(' ').len());
        if !comment.is_empty() {
            let _ = write!(row, " ;{comment}");
        }
        self.text.push_str(&row);
        self.text.push('\n');
    }

    /// A line as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn pair(&mut self, key: &str, value: impl Into<String>) {
        self.row(&[key.to_owned(), value.into()], "");
    }

    pub(super) fn node(&self, at: super::deck::NodeIx) -> String {
        self.deck.nodes.get(at.0).map_or_else(String::new, |n| token(&n.id))
    }

    pub(super) fn land_id(&self, at: super::deck::SubcatchmentIx) -> String {
        self.deck.subcatchments.get(at.0).map_or_else(String::new, |s| token(&s.id))
    }

    pub(super) fn curve(&self, at: super::deck::CurveIx) -> String {
        self.deck.curves.get(at.0).map_or_else(String::new, |c| token(&c.id))
    }

    pub(super) fn series_id(&self, at: super::deck::SeriesIx) -> String {
        self.deck.series.get(at.0).map_or_else(String::new, |s| token(&s.id))
    }

    pub(super) fn pattern_id(&self, at: super::deck::PatternIx) -> String {
        self.deck.patterns.get(at.0).map_or_else(String::new, |p| token(&p.id))
    }

    pub(super) fn gage_id(&self, at: super::deck::GageIx) -> String {
        self.deck.gages.get(at.0).map_or_else(String::new, |g| token(&g.id))
    }

    fn outlet(&self, to: Outlet) -> String {
        match to {
            Outlet::Node(n) => self.node(n),
            Outlet::Subcatchment(s) => self.land_id(s),
        }
    }

    fn title(&mut self) {
        self.head(Section::Title);
        for line in &self.deck.title {
            self.line(line);
        }
    }

    fn options(&mut self) {
        let o = &self.deck.options;
        self.head(Section::Options);
        self.pair("FLOW_UNITS", word(FLOW_UNITS, &o.flow_units));
        self.pair("INFILTRATION", word(METHODS, &o.infiltration));
        let routing = match o.routing {
            Routing::Steady => "STEADY",
            Routing::Kinematic => "KINWAVE",
            Routing::Dynamic => "DYNWAVE",
        };
        self.pair("FLOW_ROUTING", routing);
        self.pair("LINK_OFFSETS", if o.link_offsets == Offsets::Depth { "DEPTH" } else { "ELEVATION" });
        let law = if o.force_main_equation == ForceMainEquation::HazenWilliams { "H-W" } else { "D-W" };
        self.pair("FORCE_MAIN_EQUATION", law);
        for (key, v) in [
            ("IGNORE_RAINFALL", o.ignore_rainfall),
            ("IGNORE_SNOWMELT", o.ignore_snowmelt),
            ("IGNORE_GROUNDWATER", o.ignore_groundwater),
            ("IGNORE_RDII", o.ignore_rdii),
            ("IGNORE_ROUTING", o.ignore_routing),
            ("IGNORE_QUALITY", o.ignore_quality),
            ("ALLOW_PONDING", o.allow_ponding),
            ("SKIP_STEADY_STATE", o.skip_steady_state),
        ] {
            self.pair(key, yes(v));
        }
        for (date, time, at) in [
            ("START_DATE", "START_TIME", o.start),
            ("REPORT_START_DATE", "REPORT_START_TIME", o.report_start),
            ("END_DATE", "END_TIME", o.end),
        ] {
            self.pair(date, when::date_text(at.date()));
            self.pair(time, when::time_text(at));
        }
        for (key, (m, d)) in [("SWEEP_START", o.sweep_start), ("SWEEP_END", o.sweep_end)] {
            self.pair(key, format!("{m:02}/{d:02}"));
        }
        self.option_steps();
        self.option_waves();
        self.events();
    }

    fn option_steps(&mut self) {
        let o = &self.deck.options;
        for (key, s) in [
            ("WET_STEP", o.wet_step_s),
            ("DRY_STEP", o.dry_step_s),
            ("REPORT_STEP", o.report_step_s),
            ("RULE_STEP", o.rule_step_s),
        ] {
            self.pair(key, when::clock_text(s));
        }
        for (key, v) in [
            ("DRY_DAYS", o.dry_days),
            ("ROUTING_STEP", o.routing_step_s),
            ("LENGTHENING_STEP", o.lengthening_step_s),
            ("MINIMUM_STEP", o.minimum_step_s),
            ("VARIABLE_STEP", o.variable_step),
            ("MIN_SURFAREA", o.min_surface_area),
            ("MIN_SLOPE", o.min_slope_pct),
            ("MAX_TRIALS", f64::from(o.max_trials)),
            ("HEAD_TOLERANCE", o.head_tolerance),
            ("SYS_FLOW_TOL", o.system_flow_tolerance_pct),
            ("LAT_FLOW_TOL", o.lateral_flow_tolerance_pct),
            ("THREADS", f64::from(o.threads)),
        ] {
            self.pair(key, num(v));
        }
    }

    fn option_waves(&mut self) {
        let o = &self.deck.options;
        let damping = match o.inertial_damping {
            InertialDamping::None => "NONE",
            InertialDamping::Partial => "PARTIAL",
            InertialDamping::Full => "FULL",
        };
        self.pair("INERTIAL_DAMPING", damping);
        let limit = match o.normal_flow_limited {
            NormalFlowLimit::Slope => "SLOPE",
            NormalFlowLimit::Froude => "FROUDE",
            NormalFlowLimit::Both => "BOTH",
        };
        self.pair("NORMAL_FLOW_LIMITED", limit);
        self.pair("SURCHARGE_METHOD", if o.surcharge == Surcharge::Extran { "EXTRAN" } else { "SLOT" });
        if let Some(dir) = &o.temp_dir {
            self.pair("TEMPDIR", token(dir));
        }
    }

    fn events(&mut self) {
        if self.deck.events.is_empty() {
            return;
        }
        self.head(Section::Events);
        for e in &self.deck.events {
            let at = |t: jiff::civil::DateTime| [when::date_text(t.date()), when::time_text(t)];
            self.row(&[at(e.start), at(e.end)].concat(), &e.comment);
        }
    }

    fn files(&mut self) {
        if self.deck.files.is_empty() {
            return;
        }
        self.head(Section::Files);
        for f in &self.deck.files {
            let mode = match f.mode {
                FileMode::Use => "USE",
                FileMode::Save => "SAVE",
                FileMode::Scratch => "SCRATCH",
            };
            let mut fields = vec![mode.to_owned(), word(FILE_KINDS, &f.kind)];
            if f.mode != FileMode::Scratch || !f.path.is_empty() || f.at.is_some() {
                fields.push(token(&f.path));
            }
            if let Some(at) = f.at {
                fields.extend([when::date_text(at.date()), when::time_text(at)]);
            }
            self.row(&fields, &f.comment);
        }
    }

    fn climate(&mut self) {
        let c = &self.deck.climate;
        self.head(Section::Evaporation);
        let with = |key: &str, values: &[f64]| [vec![key.to_owned()], nums(values)].concat();
        match &c.evaporation {
            Evaporation::Constant(v) => self.pair("CONSTANT", num(*v)),
            Evaporation::Monthly(v) => self.row(&with("MONTHLY", v), ""),
            Evaporation::Series(s) => self.pair("TIMESERIES", self.series_id(*s)),
            Evaporation::Temperature => self.line("TEMPERATURE"),
            Evaporation::File(v) => self.row(&with("FILE", v), ""),
        }
        self.pair("DRY_ONLY", yes(c.dry_only));
        if let Some(p) = c.recovery {
            self.pair("RECOVERY", self.pattern_id(p));
        }
        self.head(Section::Temperature);
        match &c.temperature {
            TemperatureSource::None => {}
            TemperatureSource::Series(s) => self.pair("TIMESERIES", self.series_id(*s)),
            TemperatureSource::File(f) => {
                let start = f.start.map_or_else(|| "*".to_owned(), when::date_text);
                let mut fields = vec!["FILE".to_owned(), token(&f.path), start];
                fields.extend(f.units.iter().map(|u| token(u)));
                self.row(&fields, "");
            }
        }
        match &c.wind {
            Wind::File => self.line("WINDSPEED FILE"),
            Wind::Monthly(v) => self.row(&[vec!["WINDSPEED".to_owned()], with("MONTHLY", v)].concat(), ""),
        }
        if let Some(t) = c.snowmelt.snow_temperature {
            let s = &c.snowmelt;
            let rest =
                [t, s.ati_weight, s.negative_melt_ratio, s.elevation, s.latitude_deg, s.longitude_correction_min];
            self.row(&with("SNOWMELT", &rest), "");
        }
        for (key, curve) in [("IMPERV", &c.depletion.impervious), ("PERV", &c.depletion.pervious)] {
            self.row(&[vec!["ADC".to_owned()], with(key, curve)].concat(), "");
        }
        self.adjustments();
        self.gages();
    }

    fn adjustments(&mut self) {
        let a = &self.deck.climate.adjustments;
        self.head(Section::Adjustments);
        for (key, values) in [
            ("TEMPERATURE", &a.temperature),
            ("EVAPORATION", &a.evaporation),
            ("RAINFALL", &a.rainfall),
            ("CONDUCTIVITY", &a.conductivity),
        ] {
            self.row(&[vec![key.to_owned()], nums(values)].concat(), "");
        }
        for s in &self.deck.subcatchments {
            let patterns =
                [("N-PERV", s.n_pervious_pattern), ("DSTORE", s.storage_pattern), ("INFIL", s.infiltration_pattern)];
            for (key, p) in patterns {
                if let Some(p) = p {
                    self.row(&[key.to_owned(), token(&s.id), self.pattern_id(p)], "");
                }
            }
        }
    }

    fn gages(&mut self) {
        self.head(Section::Raingages);
        for g in &self.deck.gages {
            let form = match g.form {
                RainForm::Intensity => "INTENSITY",
                RainForm::Volume => "VOLUME",
                RainForm::Cumulative => "CUMULATIVE",
            };
            let mut f = vec![token(&g.id), form.to_owned(), when::clock_text(g.interval_s), num(g.snow_factor)];
            match &g.source {
                GageSource::Series(s) => f.extend(["TIMESERIES".to_owned(), self.series_id(*s)]),
                GageSource::File { path, station, millimetres, start } => {
                    let unit = if *millimetres { "MM" } else { "IN" };
                    f.extend(["FILE".to_owned(), token(path), token(station), unit.to_owned()]);
                    f.extend(start.map(when::date_text));
                }
            }
            self.row(&f, &g.comment);
        }
    }

    fn land(&mut self) {
        let deck = self.deck;
        self.head(Section::Subcatchments);
        for s in &deck.subcatchments {
            let gage = s.gage.map_or_else(|| "*".to_owned(), |g| self.gage_id(g));
            let mut f = vec![token(&s.id), gage, self.outlet(s.outlet)];
            f.extend(nums(&[s.area, s.impervious_pct, s.width, s.slope_pct, s.curb_length]));
            f.extend(s.snowpack.and_then(|p| deck.snowpacks.get(p.0)).map(|p| token(&p.id)));
            self.row(&f, &s.comment);
        }
        self.head(Section::Subareas);
        for s in &deck.subcatchments {
            let Some(a) = &s.subarea else { continue };
            let values = [a.n_impervious, a.n_pervious, a.storage_impervious, a.storage_pervious, a.zero_storage_pct];
            let route = match a.route {
                SubareaRoute::Outlet => "OUTLET",
                SubareaRoute::Impervious => "IMPERV",
                SubareaRoute::Pervious => "PERV",
            };
            let end = vec![route.to_owned(), num(a.routed_pct)];
            self.row(&[vec![token(&s.id)], nums(&values), end].concat(), "");
        }
        self.head(Section::Infiltration);
        for s in &deck.subcatchments {
            let Some(i) = &s.infiltration else { continue };
            let values = match i {
                Infiltration::Horton { params: p, .. } => {
                    vec![p.max_rate, p.min_rate, p.decay, p.drying_days, p.max_volume]
                }
                Infiltration::GreenAmpt { suction, conductivity, deficit, .. } => {
                    vec![*suction, *conductivity, *deficit]
                }
                Infiltration::CurveNumber { number, conductivity, drying_days } => {
                    vec![*number, *conductivity, *drying_days]
                }
            };
            self.row(&[vec![token(&s.id)], nums(&values), vec![word(METHODS, &i.method())]].concat(), "");
        }
    }

    fn lids(&mut self) {
        let deck = self.deck;
        if !deck.lids.is_empty() {
            self.head(Section::LidControls);
        }
        for l in &deck.lids {
            let id = token(&l.id);
            self.row(&[id.clone(), word(KINDS, &l.kind)], &l.comment);
            let mut layer = |name: &str, values: &[f64], end: Vec<String>| {
                self.row(&[vec![id.clone(), name.to_owned()], nums(values), end].concat(), "");
            };
            if let Some(s) = l.surface {
                let v = [s.storage_height, s.vegetation, s.roughness, s.slope_pct, s.side_slope];
                layer("SURFACE", &v, Vec::new());
            }
            if let Some(p) = l.pavement {
                let v = [p.thickness, p.void_ratio, p.impervious, p.permeability, p.clogging];
                layer("PAVEMENT", &v, nums(&[p.regeneration_days, p.regeneration_degree]));
            }
            if let Some(s) = l.soil {
                let v = [s.thickness, s.porosity, s.field_capacity, s.wilting_point, s.conductivity];
                layer("SOIL", &v, nums(&[s.conductivity_slope, s.suction]));
            }
            if let Some(s) = l.storage {
                layer("STORAGE", &[s.thickness, s.void_ratio, s.seepage, s.clogging], vec![yes(s.covered)]);
            }
            if let Some(d) = &l.drain {
                let v = [d.coefficient, d.exponent, d.offset, d.delay_h, d.open_level, d.close_level];
                let curve = d.curve.and_then(|c| deck.curves.get(c.0)).map(|c| token(&c.id));
                layer("DRAIN", &v, curve.into_iter().collect());
            }
            if let Some(m) = l.drain_mat {
                layer("DRAINMAT", &[m.thickness, m.void_fraction, m.roughness], Vec::new());
            }
            for (of, share) in &l.removals {
                let name = deck.pollutants.get(of.0).map_or_else(String::new, |p| token(&p.id));
                layer("REMOVALS", &[], vec![name, num(*share)]);
            }
        }
        self.lid_usage();
    }

    fn lid_usage(&mut self) {
        let deck = self.deck;
        if !deck.lid_usage.is_empty() {
            self.head(Section::LidUsage);
        }
        for u in &deck.lid_usage {
            let lid = deck.lids.get(u.lid.0).map_or_else(String::new, |l| token(&l.id));
            let mut f = vec![self.land_id(u.subcatchment), lid, u.number.to_string()];
            f.extend(nums(&[u.area, u.width, u.saturation_pct, u.from_impervious_pct]));
            f.push(u8::from(u.to_pervious).to_string());
            f.push(u.report_file.as_ref().map_or_else(|| "*".to_owned(), |p| token(p)));
            f.push(u.drain_to.map_or_else(|| "*".to_owned(), |to| self.outlet(to)));
            f.push(num(u.from_pervious_pct));
            self.row(&f, &u.comment);
        }
    }

    fn nodes(&mut self) {
        let deck = self.deck;
        let mut open = None;
        for n in &deck.nodes {
            let section = match n.kind {
                NodeKind::Junction(_) => Section::Junctions,
                NodeKind::Outfall(_) => Section::Outfalls,
                NodeKind::Divider(_) => Section::Dividers,
                NodeKind::Storage(_) => Section::Storage,
            };
            // Nodes keep the order of their rows: a section is begun again where the kind changes.
            if open != Some(section) {
                self.head(section);
                open = Some(section);
            }
            let fields = [vec![token(&n.id), num(n.invert)], self.node_fields(&n.kind)].concat();
            self.row(&fields, &n.comment);
        }
    }

    fn node_fields(&self, kind: &NodeKind) -> Vec<String> {
        let depths =
            |j: &super::deck::Junction| nums(&[j.max_depth, j.initial_depth, j.surcharge_depth, j.ponded_area]);
        match kind {
            NodeKind::Junction(j) => depths(j),
            NodeKind::Outfall(o) => {
                let mut f = match o.stage {
                    OutfallStage::Free => vec!["FREE".to_owned()],
                    OutfallStage::Normal => vec!["NORMAL".to_owned()],
                    OutfallStage::Fixed(v) => vec!["FIXED".to_owned(), num(v)],
                    OutfallStage::Tidal(c) => vec!["TIDAL".to_owned(), self.curve(c)],
                    OutfallStage::Series(s) => vec!["TIMESERIES".to_owned(), self.series_id(s)],
                };
                f.push(yes(o.gated));
                f.extend(o.route_to.map(|s| self.land_id(s)));
                f
            }
            NodeKind::Divider(d) => {
                let link =
                    d.link.and_then(|l| self.deck.links.get(l.0)).map_or_else(|| "*".to_owned(), |l| token(&l.id));
                let law = match d.kind {
                    DividerKind::Cutoff(v) => vec!["CUTOFF".to_owned(), num(v)],
                    DividerKind::Overflow => vec!["OVERFLOW".to_owned()],
                    DividerKind::Tabular(c) => vec!["TABULAR".to_owned(), self.curve(c)],
                    DividerKind::Weir { min_flow, max_depth, coefficient } => {
                        [vec!["WEIR".to_owned()], nums(&[min_flow, max_depth, coefficient])].concat()
                    }
                };
                [vec![link], law, depths(&d.junction)].concat()
            }
            NodeKind::Storage(s) => {
                let shape = |name: &str, v: [f64; 3]| [vec![name.to_owned()], nums(&v)].concat();
                let shape = match s.shape {
                    StorageShape::Tabular(c) => vec!["TABULAR".to_owned(), self.curve(c)],
                    StorageShape::Functional { coefficient, exponent, constant } => {
                        shape("FUNCTIONAL", [coefficient, exponent, constant])
                    }
                    StorageShape::Cylindrical { length, width } => shape("CYLINDRICAL", [length, width, 0.0]),
                    StorageShape::Conical { length, width, side_slope } => {
                        shape("CONICAL", [length, width, side_slope])
                    }
                    StorageShape::Paraboloid { length, width, height } => shape("PARABOLIC", [length, width, height]),
                    StorageShape::Pyramidal { length, width, side_slope } => {
                        shape("PYRAMIDAL", [length, width, side_slope])
                    }
                };
                let end = s.exfiltration.map(|e| nums(&[e.suction, e.conductivity, e.deficit])).unwrap_or_default();
                let depths = nums(&[s.max_depth, s.initial_depth]);
                [depths, shape, nums(&[s.surcharge_depth, s.evaporation]), end].concat()
            }
        }
    }

    pub(super) fn selection<T: Copy>(&mut self, key: &str, of: &Selection<T>, id: impl Fn(T) -> String) {
        match of {
            Selection::None => self.pair(key, "NONE"),
            Selection::All => self.pair(key, "ALL"),
            Selection::Some(list) => {
                for part in list.chunks(NAMES_PER_ROW) {
                    let names = part.iter().map(|at| id(*at));
                    let fields: Vec<String> = std::iter::once(key.to_owned()).chain(names).collect();
                    self.row(&fields, "");
                }
            }
        }
    }
}

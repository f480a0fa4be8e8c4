//! The writer: aquifers, groundwater, snow, quality, inflows, tables, report, map.

use super::deck::{
    BuildupFunction, Constituent, InflowForm, Normalizer, Response, ResponseTerm, SeriesData, SnowSurface, TagOf,
    TreatmentKind, WashoffFunction,
};
use super::read_inflow::{CURVES, PATTERNS};
use super::read_quality::UNITS;
use super::section::Section;
use super::when;
use super::write::{Writer, num, nums, token, word, yes};

/// Factors in one row of a pattern.
const FACTORS_PER_ROW: usize = 6;
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

impl Writer<'_> {
    fn head_if(&mut self, any: bool, section: Section) {
        if any {
            self.head(section);
        }
    }

    fn pollutant_id(&self, at: super::deck::PollutantIx) -> String {
        self.deck.pollutants.get(at.0).map_or_else(String::new, |p| token(&p.id))
    }

    pub(super) fn soil(&mut self) {
        let deck = self.deck;
        self.head_if(!deck.aquifers.is_empty(), Section::Aquifers);
        for a in &deck.aquifers {
            let v =
                [a.porosity, a.wilting_point, a.field_capacity, a.conductivity, a.conductivity_slope, a.tension_slope];
            let end =
                [a.upper_evaporation, a.lower_evaporation_depth, a.deep_loss, a.bottom, a.water_table, a.moisture];
            let pattern = a.evaporation_pattern.map(|p| self.pattern_id(p)).into_iter().collect();
            self.row(&[vec![token(&a.id)], nums(&v), nums(&end), pattern].concat(), &a.comment);
        }
        self.head_if(deck.subcatchments.iter().any(|s| s.groundwater.is_some()), Section::Groundwater);
        for s in &deck.subcatchments {
            let Some(g) = &s.groundwater else { continue };
            let aquifer = deck.aquifers.get(g.aquifer.0).map_or_else(String::new, |a| token(&a.id));
            let mut f = vec![token(&s.id), aquifer, self.node(g.node)];
            f.extend(nums(&[g.surface, g.a1, g.b1, g.a2, g.b2, g.a3, g.fixed_depth]));
            let optional = [g.threshold, g.bottom, g.water_table, g.moisture];
            f.extend(optional.map(|v| v.map_or_else(|| "*".to_owned(), num)));
            self.row(&f, "");
        }
        let any = deck.subcatchments.iter().any(|s| s.gwf_lateral.is_some() || s.gwf_deep.is_some());
        self.head_if(any, Section::Gwf);
        for s in &deck.subcatchments {
            for (kind, e) in [("LATERAL", &s.gwf_lateral), ("DEEP", &s.gwf_deep)] {
                if let Some((text, _)) = e {
                    self.line(&format!("{} {kind} {text}", token(&s.id)));
                }
            }
        }
        self.snow();
    }

    fn snow(&mut self) {
        let deck = self.deck;
        self.head_if(!deck.snowpacks.is_empty(), Section::Snowpacks);
        for p in &deck.snowpacks {
            let id = token(&p.id);
            let mut f = vec![id.clone(), "REMOVAL".to_owned(), num(p.removal_depth)];
            f.extend(nums(&p.removal));
            f.extend(p.removal_to.map(|s| self.land_id(s)));
            self.row(&f, &p.comment);
            let surfaces = [("PLOWABLE", &p.plowable), ("IMPERVIOUS", &p.impervious), ("PERVIOUS", &p.pervious)];
            for (name, surface) in surfaces {
                let Some(s) = surface else { continue };
                let last = if name == "PLOWABLE" { p.plowable_share } else { s.full_cover_depth };
                self.row(&[vec![id.clone(), name.to_owned()], snow_values(s), vec![num(last)]].concat(), "");
            }
        }
    }

    pub(super) fn quality(&mut self) {
        let deck = self.deck;
        self.head_if(!deck.pollutants.is_empty(), Section::Pollutants);
        for p in &deck.pollutants {
            let mut f = vec![token(&p.id), word(UNITS, &p.units)];
            f.extend(nums(&[p.rain, p.groundwater, p.rdii, p.decay]));
            f.push(yes(p.snow_only));
            f.push(p.co_pollutant.map_or_else(|| "*".to_owned(), |c| self.pollutant_id(c)));
            f.extend(nums(&[p.co_fraction, p.dry_weather, p.initial]));
            self.row(&f, &p.comment);
        }
        self.head_if(!deck.landuses.is_empty(), Section::Landuses);
        for l in &deck.landuses {
            let v = [l.sweep_interval_days, l.sweep_availability, l.last_swept_days];
            self.row(&[vec![token(&l.id)], nums(&v)].concat(), &l.comment);
        }
        self.head_if(deck.subcatchments.iter().any(|s| !s.coverage.is_empty()), Section::Coverages);
        for s in &deck.subcatchments {
            for (of, share) in &s.coverage {
                let landuse = deck.landuses.get(of.0).map_or_else(String::new, |l| token(&l.id));
                self.row(&[token(&s.id), landuse, num(*share)], "");
            }
        }
        self.head_if(deck.subcatchments.iter().any(|s| !s.loadings.is_empty()), Section::Loadings);
        for s in &deck.subcatchments {
            for (of, load) in &s.loadings {
                self.row(&[token(&s.id), self.pollutant_id(*of), num(*load)], "");
            }
        }
        self.buildup();
        self.washoff();
        self.head_if(!deck.treatments.is_empty(), Section::Treatment);
        for t in &deck.treatments {
            let kind = if t.kind == TreatmentKind::Removal { "R" } else { "C" };
            let comment = if t.comment.is_empty() { String::new() } else { format!(" ;{}", t.comment) };
            self.line(&format!(
                "{} {} {kind} = {}{comment}",
                self.node(t.node),
                self.pollutant_id(t.pollutant),
                t.text
            ));
        }
    }

    fn buildup(&mut self) {
        let deck = self.deck;
        self.head_if(deck.landuses.iter().any(|l| !l.buildup.is_empty()), Section::Buildup);
        for l in &deck.landuses {
            for b in &l.buildup {
                let start = vec![token(&l.id), self.pollutant_id(b.pollutant)];
                let per = if b.per == Normalizer::Area { "AREA" } else { "CURB" };
                let law = |name: &str, v: [f64; 3]| [vec![name.to_owned()], nums(&v), vec![per.to_owned()]].concat();
                let rest = match b.function {
                    BuildupFunction::None => vec!["NONE".to_owned()],
                    BuildupFunction::Power { max, rate, exponent } => law("POW", [max, rate, exponent]),
                    BuildupFunction::Exponential { max, rate } => law("EXP", [max, rate, 0.0]),
                    BuildupFunction::Saturation { max, half_days } => law("SAT", [max, 0.0, half_days]),
                    BuildupFunction::External { max, scaling, series } => {
                        vec!["EXT".to_owned(), num(max), num(scaling), self.series_id(series), per.to_owned()]
                    }
                };
                self.row(&[start, rest].concat(), "");
            }
        }
    }

    fn washoff(&mut self) {
        let deck = self.deck;
        self.head_if(deck.landuses.iter().any(|l| !l.washoff.is_empty()), Section::Washoff);
        for l in &deck.landuses {
            for w in &l.washoff {
                let (name, c, e) = match w.function {
                    WashoffFunction::None => ("NONE", 0.0, 0.0),
                    WashoffFunction::Exponential { coefficient, exponent } => ("EXP", coefficient, exponent),
                    WashoffFunction::Rating { coefficient, exponent } => ("RC", coefficient, exponent),
                    WashoffFunction::Emc(c) => ("EMC", c, 0.0),
                };
                let mut f = vec![token(&l.id), self.pollutant_id(w.pollutant), name.to_owned()];
                f.extend(nums(&[c, e, w.sweep_efficiency_pct, w.bmp_efficiency_pct]));
                self.row(&f, "");
            }
        }
    }

    fn constituent(&self, c: Constituent) -> String {
        match c {
            Constituent::Flow => "FLOW".to_owned(),
            Constituent::Pollutant(p) => self.pollutant_id(p),
        }
    }

    pub(super) fn inflows(&mut self) {
        let deck = self.deck;
        self.head_if(!deck.inflows.is_empty(), Section::Inflows);
        for i in &deck.inflows {
            let (form, factor) = match i.form {
                InflowForm::Flow => ("FLOW", 1.0),
                InflowForm::Concentration => ("CONCEN", 1.0),
                InflowForm::Mass(factor) => ("MASS", factor),
            };
            let series = i.series.map_or_else(|| "\"\"".to_owned(), |s| self.series_id(s));
            let mut f = vec![self.node(i.node), self.constituent(i.constituent), series, form.to_owned()];
            f.extend(nums(&[factor, i.scale, i.baseline]));
            f.extend(i.pattern.map(|p| self.pattern_id(p)));
            self.row(&f, &i.comment);
        }
        self.head_if(!deck.dry_weather.is_empty(), Section::Dwf);
        for d in &deck.dry_weather {
            let mut f = vec![self.node(d.node), self.constituent(d.constituent), num(d.mean)];
            f.extend(d.patterns.map(|p| p.map_or_else(|| "\"\"".to_owned(), |p| self.pattern_id(p))));
            self.row(&f, &d.comment);
        }
        self.head_if(!deck.unit_hydrographs.is_empty(), Section::Hydrographs);
        for u in &deck.unit_hydrographs {
            let mut comment = u.comment.as_str();
            if let Some(g) = u.gage {
                self.row(&[token(&u.id), self.gage_id(g)], comment);
                comment = "";
            }
            for r in &u.responses {
                self.row(&[vec![token(&u.id)], response(r)].concat(), comment);
                comment = "";
            }
        }
        self.head_if(!deck.rdii.is_empty(), Section::Rdii);
        for r in &deck.rdii {
            let uh = deck.unit_hydrographs.get(r.unit_hydrograph.0).map_or_else(String::new, |u| token(&u.id));
            self.row(&[self.node(r.node), uh, num(r.area)], &r.comment);
        }
    }

    pub(super) fn tables(&mut self) {
        let deck = self.deck;
        self.head_if(!deck.curves.is_empty(), Section::Curves);
        for c in &deck.curves {
            self.row(&[token(&c.id), word(CURVES, &c.kind)], &c.comment);
            for (x, y) in &c.points {
                self.row(&[token(&c.id), num(*x), num(*y)], "");
            }
        }
        self.head_if(!deck.series.is_empty(), Section::Timeseries);
        for s in &deck.series {
            let mut comment = s.comment.as_str();
            match &s.data {
                SeriesData::File(path) => self.row(&[token(&s.id), "FILE".to_owned(), token(path)], comment),
                SeriesData::Points(points) => {
                    for p in points {
                        let date = p.date.map(when::date_text).into_iter().collect();
                        self.row(&[vec![token(&s.id)], date, nums(&[p.hours, p.value])].concat(), comment);
                        comment = "";
                    }
                }
            }
        }
        self.head_if(!deck.patterns.is_empty(), Section::Patterns);
        for p in &deck.patterns {
            let mut start = vec![token(&p.id), word(PATTERNS, &p.kind)];
            let mut comment = p.comment.as_str();
            if p.factors.is_empty() {
                self.row(&start, comment);
            }
            for part in p.factors.chunks(FACTORS_PER_ROW) {
                self.row(&[start, nums(part)].concat(), comment);
                start = vec![token(&p.id)];
                comment = "";
            }
        }
    }

    pub(super) fn report(&mut self) {
        let deck = self.deck;
        let r = &deck.report;
        self.head(Section::Report);
        for (key, v) in [
            ("DISABLED", r.disabled),
            ("INPUT", r.input),
            ("CONTINUITY", r.continuity),
            ("FLOWSTATS", r.flow_stats),
            ("CONTROLS", r.controls),
            ("AVERAGES", r.averages),
        ] {
            self.pair(key, yes(v));
        }
        if r.node_stats {
            self.pair("NODESTATS", "YES");
        }
        let id = |text: Option<&str>| text.map_or_else(String::new, token);
        self.selection("SUBCATCHMENTS", &r.subcatchments, |s| id(deck.subcatchments.get(s.0).map(|s| s.id.as_str())));
        self.selection("NODES", &r.nodes, |n| id(deck.nodes.get(n.0).map(|n| n.id.as_str())));
        self.selection("LINKS", &r.links, |l| id(deck.links.get(l.0).map(|l| l.id.as_str())));
        for lid in &r.lids {
            let words = lid.value.iter().map(|w| token(w));
            let fields: Vec<String> = std::iter::once("LID".to_owned()).chain(words).collect();
            self.row(&fields, &lid.comment);
        }
    }

    pub(super) fn map(&mut self) {
        let deck = self.deck;
        let m = &deck.map;
        self.head_if(!m.tags.is_empty(), Section::Tags);
        for t in &m.tags {
            let of = match t.of {
                TagOf::Node => "Node",
                TagOf::Link => "Link",
                TagOf::Subcatchment => "Subcatch",
                TagOf::Gage => "Gage",
            };
            self.row(&[of.to_owned(), token(&t.id), token(&t.text)], &t.comment);
        }
        for (section, rows) in
            [(Section::Map, &m.settings), (Section::Backdrop, &m.backdrop), (Section::Profiles, &m.profiles)]
        {
            self.head_if(!rows.is_empty(), section);
            for r in rows {
                let fields: Vec<String> = r.value.iter().map(|w| token(w)).collect();
                self.row(&fields, &r.comment);
            }
        }
        for (section, rows) in [
            (Section::Coordinates, &m.coordinates),
            (Section::Vertices, &m.vertices),
            (Section::Polygons, &m.polygons),
            (Section::Symbols, &m.symbols),
        ] {
            self.head_if(!rows.is_empty(), section);
            for p in rows {
                self.row(&[token(&p.id), num(p.x), num(p.y)], &p.comment);
            }
        }
        self.head_if(!m.labels.is_empty(), Section::Labels);
        for l in &m.labels {
            let rest = l.rest.iter().map(|w| token(w)).collect();
            let text = format!("\"{}\"", l.text);
            self.row(&[nums(&[l.x, l.y]), vec![text], rest].concat(), &l.comment);
        }
    }
}

fn snow_values(s: &SnowSurface) -> Vec<String> {
    nums(&[s.melt_min, s.melt_max, s.base_temperature, s.free_water, s.initial_depth, s.initial_free_water])
}

fn response(r: &Response) -> Vec<String> {
    let month = r.month.and_then(|m| MONTHS.get(usize::from(m).wrapping_sub(1))).copied().unwrap_or("ALL");
    let term = match r.term {
        ResponseTerm::Short => "SHORT",
        ResponseTerm::Medium => "MEDIUM",
        ResponseTerm::Long => "LONG",
    };
    let v = [r.r, r.t_h, r.k, r.abstraction_max, r.abstraction_recovery, r.abstraction_initial];
    [vec![month.to_owned(), term.to_owned()], nums(&v)].concat()
}

//! Inflows, dry weather, RDII, unit hydrographs, patterns, curves, time series.

use super::codes;
use super::deck::{
    Constituent, Curve, CurveKind, DryWeather, GageIx, Inflow, InflowForm, NodeIx, Pattern, PatternIx, PatternKind,
    PollutantIx, Rdii, Response, ResponseTerm, Series, SeriesData, SeriesIx, SeriesPoint, UnitHydrograph,
    UnitHydrographIx,
};
use super::lex;
use super::names::Class;
use super::read::{Bound, Reader, cut, field};
use super::when;

/// Kinds of curves by SWMM's words.
pub(super) const CURVES: &[(&str, CurveKind)] = &[
    ("STORAGE", CurveKind::Storage),
    ("DIVERSION", CurveKind::Diversion),
    ("TIDAL", CurveKind::Tidal),
    ("RATING", CurveKind::Rating),
    ("CONTROL", CurveKind::Control),
    ("SHAPE", CurveKind::Shape),
    ("WEIR", CurveKind::Weir),
    ("PUMP1", CurveKind::Pump1),
    ("PUMP2", CurveKind::Pump2),
    ("PUMP3", CurveKind::Pump3),
    ("PUMP4", CurveKind::Pump4),
    ("PUMP5", CurveKind::Pump5),
];
/// Kinds of patterns by SWMM's words.
pub(super) const PATTERNS: &[(&str, PatternKind)] = &[
    ("MONTHLY", PatternKind::Monthly),
    ("DAILY", PatternKind::Daily),
    ("HOURLY", PatternKind::Hourly),
    ("WEEKEND", PatternKind::Weekend),
];
const TERMS: [(&str, ResponseTerm); 3] =
    [("SHORT", ResponseTerm::Short), ("MEDIUM", ResponseTerm::Medium), ("LONG", ResponseTerm::Long)];

impl Reader<'_> {
    fn constituent(&mut self, t: &[&str]) -> Constituent {
        match self.names.find(Class::Pollutant, field(t, 1)) {
            Some(p) => Constituent::Pollutant(PollutantIx(p)),
            None => {
                if !lex::is(field(t, 1), "FLOW") {
                    self.undefined(Class::Pollutant, t[0], field(t, 1));
                }
                Constituent::Flow
            }
        }
    }

    pub(super) fn inflow(&mut self, t: &[&str]) {
        let node = NodeIx(self.find(Class::Node, t, 0));
        let constituent = self.constituent(t);
        let series = self.find_or(Class::Series, t, 2).map(SeriesIx);
        let form = match constituent {
            Constituent::Flow => InflowForm::Flow,
            Constituent::Pollutant(_) => {
                if self.choose_or(t, 3, &[("CONCEN", false), ("MASS", true)], false) {
                    InflowForm::Mass(self.num_or(t, 4, "units factor", Bound::Positive, 1.0))
                } else {
                    InflowForm::Concentration
                }
            }
        };
        let inflow = Inflow {
            node,
            constituent,
            series,
            form,
            scale: self.num_or(t, 5, "scale factor", Bound::Any, 1.0),
            baseline: self.num_or(t, 6, "baseline", Bound::Any, 0.0),
            pattern: self.find_or(Class::Pattern, t, 7).map(PatternIx),
        };
        self.at_most(t, 8);
        let row = self.keep(inflow);
        let next = self.deck.inflows.len();
        let at = *self.state.inflows.entry((node.0, constituent)).or_insert(next);
        if at < next {
            self.deck.inflows[at] = row;
            self.replaced(t[0]);
        } else {
            self.deck.inflows.push(row);
        }
    }

    pub(super) fn dry_weather(&mut self, t: &[&str]) {
        let node = NodeIx(self.find(Class::Node, t, 0));
        let constituent = self.constituent(t);
        let mean = self.num(t, 2, "mean value", Bound::Any);
        let patterns = std::array::from_fn(|i| self.find_or(Class::Pattern, t, 3 + i).map(PatternIx));
        self.at_most(t, 7);
        let row = self.keep(DryWeather { node, constituent, mean, patterns });
        let next = self.deck.dry_weather.len();
        let at = *self.state.dry.entry((node.0, constituent)).or_insert(next);
        if at < next {
            self.deck.dry_weather[at] = row;
            self.replaced(t[0]);
        } else {
            self.deck.dry_weather.push(row);
        }
    }

    pub(super) fn rdii(&mut self, t: &[&str]) {
        let node = NodeIx(self.find(Class::Node, t, 0));
        let unit_hydrograph = UnitHydrographIx(self.find(Class::UnitHydrograph, t, 1));
        let area = self.num(t, 2, "sewershed", Bound::NotNegative);
        let row = self.keep(Rdii { node, unit_hydrograph, area });
        let next = self.deck.rdii.len();
        let at = *self.state.rdii.entry(node.0).or_insert(next);
        if at < next {
            self.deck.rdii[at] = row;
            self.replaced(t[0]);
        } else {
            self.deck.rdii.push(row);
        }
    }

    pub(super) fn hydrograph(&mut self, t: &[&str]) {
        let at = self.find(Class::UnitHydrograph, t, 0);
        if at >= self.deck.unit_hydrographs.len() {
            let new = UnitHydrograph { id: t[0].to_owned(), gage: None, responses: Vec::new() };
            let row = self.keep(new);
            self.deck.unit_hydrographs.push(row);
        }
        if t.len() == 2 {
            let gage = Some(GageIx(self.find(Class::Gage, t, 1)));
            if let Some(uh) = self.deck.unit_hydrographs.get_mut(at) {
                uh.value.gage = gage;
            }
            return;
        }
        if !self.at_least(t, 6, "name month term R T K (Dmax Drecov Dinit)") {
            return;
        }
        let month = when::month(t[1]).and_then(|m| u8::try_from(m).ok());
        if month.is_none() && !lex::is(t[1], "ALL") {
            let message = format!("`{}` is not a month", cut(t[1]));
            self.error(codes::KEYWORD, t[0], message, "give the first three letters of a month, or ALL");
        }
        let responses = match TERMS.iter().find(|(w, _)| lex::is(t[2], w)) {
            Some((_, term)) => {
                let [r, t_h, k] = self.numbers(t, 3, "unit hydrograph parameter", Bound::Any);
                vec![self.response(t, 6, month, *term, [r, t_h, k])]
            }
            None if !Self::is_number(t, 2) => {
                self.choose(t, 2, &TERMS);
                Vec::new()
            }
            // Older files have nine values for the three terms in one row.
            None if self.at_least(t, 11, "name month R T K R T K R T K (Dmax Drecov Dinit)") => {
                let v: [f64; 9] = self.numbers(t, 2, "unit hydrograph parameter", Bound::Any);
                (0..3)
                    .map(|i| self.response(t, 11, month, TERMS[i].1, [v[3 * i], v[3 * i + 1], v[3 * i + 2]]))
                    .collect()
            }
            None => Vec::new(),
        };
        if let Some(uh) = self.deck.unit_hydrographs.get_mut(at) {
            uh.value.responses.extend(responses);
        }
    }

    fn response(&mut self, t: &[&str], i: usize, month: Option<u8>, term: ResponseTerm, rtk: [f64; 3]) -> Response {
        Response {
            month,
            term,
            r: rtk[0],
            t_h: rtk[1],
            k: rtk[2],
            abstraction_max: self.num_or(t, i, "abstraction", Bound::Any, 0.0),
            abstraction_recovery: self.num_or(t, i + 1, "recovery", Bound::Any, 0.0),
            abstraction_initial: self.num_or(t, i + 2, "abstraction", Bound::Any, 0.0),
        }
    }

    pub(super) fn pattern(&mut self, t: &[&str]) {
        let at = self.find(Class::Pattern, t, 0);
        let mut from = 1;
        if at >= self.deck.patterns.len() {
            let kind = self.choose(t, 1, PATTERNS);
            from = 2;
            let row = self.keep(Pattern { id: t[0].to_owned(), kind, factors: Vec::new() });
            self.deck.patterns.push(row);
        }
        for i in from..t.len() {
            let factor = self.num(t, i, "factor", Bound::Any);
            let Some(p) = self.deck.patterns.get_mut(at) else { return };
            if p.factors.len() < 24 {
                p.value.factors.push(factor);
            } else {
                self.at_most(t, i);
                return;
            }
        }
    }

    pub(super) fn curve(&mut self, t: &[&str]) {
        let at = self.find(Class::Curve, t, 0);
        let mut from = 1;
        if at >= self.deck.curves.len() {
            let kind = self.choose(t, 1, CURVES);
            from = 2;
            let row = self.keep(Curve { id: t[0].to_owned(), kind, points: Vec::new() });
            self.deck.curves.push(row);
        }
        for i in (from..t.len()).step_by(2) {
            let [x, y] = self.numbers(t, i, "value", Bound::Any);
            let Some(curve) = self.deck.curves.get_mut(at) else { return };
            let before = curve.points.last().map(|p| p.0);
            curve.value.points.push((x, y));
            if before.is_some_and(|b| x <= b) && Self::is_number(t, i) {
                let message = format!("the curve goes back: x = {x} after {}", before.unwrap_or(0.0));
                self.error(codes::CURVE, t[0], message, "order its points so that x increases");
            }
        }
    }

    pub(super) fn series(&mut self, t: &[&str]) {
        let at = self.find(Class::Series, t, 0);
        if at >= self.deck.series.len() {
            let row = self.keep(Series { id: t[0].to_owned(), data: SeriesData::Points(Vec::new()) });
            self.deck.series.push(row);
            self.state.series_lines.push(Vec::new());
        }
        if field(t, 1).eq_ignore_ascii_case("FILE") {
            if let Some(s) = self.deck.series.get_mut(at) {
                s.value.data = SeriesData::File(field(t, 2).to_owned());
            }
            return;
        }
        let mut i = 1;
        while i < t.len() {
            if let Some(date) = when::date(t[i]) {
                self.state.series_date.insert(at, date);
                i += 1;
            } else if t[i].contains('/') {
                self.date(t, i, "date");
                return;
            }
            if i + 1 >= t.len() {
                // SWMM passes over it without a word.
                self.warn(codes::MANY_FIELDS, t[0], "a time without a value is not read", "give a value for each time");
                return;
            }
            // Decimal hours may be negative: before the start.
            let hours = lex::number(t[i]).unwrap_or_else(|_| self.hours(t, i, "time"));
            let value = self.num(t, i + 1, "value", Bound::Any);
            let date = self.state.series_date.get(&at).copied();
            let Some(s) = self.deck.series.get_mut(at) else { return };
            if let SeriesData::Points(points) = &mut s.value.data {
                points.push(SeriesPoint { date, hours, value });
                self.state.series_lines[at].push(self.line);
            }
            i += 2;
        }
    }

    /// Says where a time series goes back; its hours count from the start, which is known only now.
    pub(super) fn finish_series(&mut self) {
        let start = self.deck.options.start;
        let lines = std::mem::take(&mut self.state.series_lines);
        let mut found = Vec::new();
        for (series, lines) in self.deck.series.iter().zip(&lines) {
            let SeriesData::Points(points) = &series.data else { continue };
            let at: Vec<f64> = points.iter().map(|p| p.seconds_from(start)).collect();
            if let Some(k) = at.windows(2).position(|w| w[1] <= w[0]) {
                found.push((lines.get(k + 1).copied().unwrap_or(series.line.0), series.id.clone()));
            }
        }
        for (line, id) in found {
            self.line = line;
            self.error(codes::SERIES, &id, "the time series goes back", "order its points so that time increases");
        }
    }
}

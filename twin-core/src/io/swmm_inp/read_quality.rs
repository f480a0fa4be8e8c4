//! Pollutants, land uses, coverage, loadings, build-up, wash-off, treatment.

use super::codes;
use super::deck::{
    Buildup, BuildupFunction, ConcentrationUnits, Landuse, LanduseIx, NodeIx, Normalizer, Pollutant, PollutantIx,
    SeriesIx, Treatment, TreatmentKind, TreatmentVariable, Washoff, WashoffFunction,
};
use super::lex;
use super::names::Class;
use super::read::{Bound, Reader, cut, field, rest};
use super::read_land::ToLand;

/// Units by SWMM's words.
pub(super) const UNITS: &[(&str, ConcentrationUnits)] = &[
    ("MG/L", ConcentrationUnits::MgPerL),
    ("UG/L", ConcentrationUnits::UgPerL),
    ("#/L", ConcentrationUnits::CountPerL),
];
/// Process variables by SWMM's words.
const PROCESS: &[(&str, TreatmentVariable)] = &[
    ("HRT", TreatmentVariable::ResidenceTime),
    ("DT", TreatmentVariable::Step),
    ("FLOW", TreatmentVariable::Flow),
    ("DEPTH", TreatmentVariable::Depth),
    ("AREA", TreatmentVariable::Area),
];

impl Reader<'_> {
    pub(super) fn pollutant(&mut self, t: &[&str]) {
        let units = self.choose(t, 1, UNITS);
        let [rain, groundwater, rdii] = self.numbers(t, 2, "concentration", Bound::NotNegative);
        let decay = self.num(t, 5, "decay", Bound::Any);
        let snow_only = self.yes_or(t, 6, false);
        let co_pollutant = if t.len() >= 9 { self.find_or(Class::Pollutant, t, 7).map(PollutantIx) } else { None };
        let co_fraction = match co_pollutant {
            Some(_) => self.num(t, 8, "share of the co-pollutant", Bound::NotNegative),
            None => 0.0,
        };
        let pollutant = Pollutant {
            id: t[0].to_owned(),
            units,
            rain,
            groundwater,
            rdii,
            decay,
            snow_only,
            co_pollutant,
            co_fraction,
            dry_weather: self.num_or(t, 9, "concentration", Bound::NotNegative, 0.0),
            initial: self.num_or(t, 10, "concentration", Bound::NotNegative, 0.0),
        };
        let row = self.keep(pollutant);
        self.deck.pollutants.push(row);
    }

    pub(super) fn landuse(&mut self, t: &[&str]) {
        let with = t.len() > 1 && self.at_least(t, 4, "name interval availability last");
        let landuse = Landuse {
            id: t[0].to_owned(),
            sweep_interval_days: if with { self.num(t, 1, "interval", Bound::Any) } else { 0.0 },
            sweep_availability: if with { self.num(t, 2, "availability", Bound::Within(0.0, 1.0)) } else { 0.0 },
            last_swept_days: if with { self.num(t, 3, "days", Bound::Any) } else { 0.0 },
            buildup: Vec::new(),
            washoff: Vec::new(),
        };
        let row = self.keep(landuse);
        self.deck.landuses.push(row);
    }

    pub(super) fn coverage(&mut self, t: &[&str]) {
        let at = self.find(Class::Subcatchment, t, 0);
        for i in (1..t.len()).step_by(2) {
            let of = LanduseIx(self.find(Class::Landuse, t, i));
            let share = self.num(t, i + 1, "share", Bound::Any);
            self.state.land.push((at, self.line, ToLand::Coverage(of, share)));
        }
    }

    pub(super) fn loading(&mut self, t: &[&str]) {
        let at = self.find(Class::Subcatchment, t, 0);
        for i in (1..t.len()).step_by(2) {
            let of = PollutantIx(self.find(Class::Pollutant, t, i));
            let load = self.num(t, i + 1, "load", Bound::Any);
            self.state.land.push((at, self.line, ToLand::Loading(of, load)));
        }
    }

    pub(super) fn buildup(&mut self, t: &[&str]) {
        let at = self.find(Class::Landuse, t, 0);
        let pollutant = PollutantIx(self.find(Class::Pollutant, t, 1));
        const WORDS: &[(&str, u8)] = &[("NONE", 0), ("POW", 1), ("EXP", 2), ("SAT", 3), ("EXT", 4)];
        let kind = self.choose(t, 2, WORDS);
        if kind == 0 {
            let row = Buildup { pollutant, function: BuildupFunction::None, per: Normalizer::Area };
            self.state.buildups.push((at, self.line, row));
            return;
        }
        if !self.at_least(t, 7, "landuse pollutant function c1 c2 c3 AREA/CURB") {
            return;
        }
        let per = self.choose(t, 6, &[("AREA", Normalizer::Area), ("CURB", Normalizer::Curb)]);
        let function = if kind == 4 {
            let [max, scaling] = self.numbers(t, 3, "build-up parameter", Bound::NotNegative);
            BuildupFunction::External { max, scaling, series: SeriesIx(self.find(Class::Series, t, 5)) }
        } else {
            let [max, rate, third] = self.numbers(t, 3, "build-up parameter", Bound::NotNegative);
            match kind {
                1 => {
                    if third > 0.0 && !(0.01..=10.0).contains(&third) {
                        let message = format!("the exponent is {third}");
                        self.error(codes::KEYWORD, t[0], message, "it must be 0, or from 0.01 to 10");
                    }
                    BuildupFunction::Power { max, rate, exponent: third }
                }
                2 => BuildupFunction::Exponential { max, rate },
                _ => BuildupFunction::Saturation { max, half_days: third },
            }
        };
        self.state.buildups.push((at, self.line, Buildup { pollutant, function, per }));
    }

    pub(super) fn washoff(&mut self, t: &[&str]) {
        let at = self.find(Class::Landuse, t, 0);
        let pollutant = PollutantIx(self.find(Class::Pollutant, t, 1));
        const WORDS: &[(&str, u8)] = &[("NONE", 0), ("EXP", 1), ("RC", 2), ("EMC", 3)];
        let kind = self.choose(t, 2, WORDS);
        if kind != 0 && !self.at_least(t, 5, "landuse pollutant function c1 c2 (sweeping BMP)") {
            return;
        }
        let (mut c, mut e) = (0.0, 0.0);
        if kind != 0 {
            c = self.num(t, 3, "wash-off coefficient", Bound::NotNegative);
            e = self.num(t, 4, "wash-off exponent", Bound::Within(-10.0, 10.0));
        }
        let function = match kind {
            0 => WashoffFunction::None,
            1 => WashoffFunction::Exponential { coefficient: c, exponent: e },
            2 => WashoffFunction::Rating { coefficient: c, exponent: e },
            _ => WashoffFunction::Emc(c),
        };
        let share = Bound::Within(0.0, 100.0);
        let with = kind != 0;
        let row = Washoff {
            pollutant,
            function,
            sweep_efficiency_pct: if with { self.num_or(t, 5, "efficiency", share, 0.0) } else { 0.0 },
            bmp_efficiency_pct: if with { self.num_or(t, 6, "efficiency", share, 0.0) } else { 0.0 },
        };
        self.state.washoffs.push((at, self.line, row));
    }

    /// Puts build-up and wash-off to their land uses.
    pub(super) fn finish_landuses(&mut self) {
        for (at, line, row) in std::mem::take(&mut self.state.buildups) {
            let Some(landuse) = self.deck.landuses.get_mut(at).map(|r| &mut r.value) else { continue };
            let again = landuse.buildup.iter().position(|b| b.pollutant == row.pollutant);
            let id = landuse.id.clone();
            match again {
                Some(i) => landuse.buildup[i] = row,
                None => landuse.buildup.push(row),
            }
            self.line = line;
            if again.is_some() {
                self.replaced(&id);
            }
        }
        for (at, line, row) in std::mem::take(&mut self.state.washoffs) {
            let Some(landuse) = self.deck.landuses.get_mut(at).map(|r| &mut r.value) else { continue };
            let again = landuse.washoff.iter().position(|b| b.pollutant == row.pollutant);
            let id = landuse.id.clone();
            match again {
                Some(i) => landuse.washoff[i] = row,
                None => landuse.washoff.push(row),
            }
            self.line = line;
            if again.is_some() {
                self.replaced(&id);
            }
        }
    }

    pub(super) fn treatment(&mut self, t: &[&str]) {
        let node = NodeIx(self.find(Class::Node, t, 0));
        let pollutant = PollutantIx(self.find(Class::Pollutant, t, 1));
        let text = rest(t, 2);
        let kind = match text.chars().next().map(|c| c.to_ascii_uppercase()) {
            Some('R') => TreatmentKind::Removal,
            Some('C') => TreatmentKind::Concentration,
            _ => {
                let message = format!("`{}` is neither R = … nor C = …", cut(&text));
                self.error(codes::KEYWORD, t[0], message, "begin the expression with R = or C =");
                return;
            }
        };
        let Some((_, right)) = text.split_once('=') else {
            self.error(codes::KEYWORD, t[0], "the expression has no `=`", "write R = … or C = …");
            return;
        };
        let right = right.trim().to_owned();
        let names = &self.names;
        let find = |name: &str| {
            let process = PROCESS.iter().find(|(w, _)| lex::is(name, w)).map(|v| v.1);
            let of = |name: &str| names.find(Class::Pollutant, name).map(PollutantIx);
            let removal = || {
                let rest = name.get(2..).filter(|_| lex::is(name, "R_"))?;
                of(rest).map(TreatmentVariable::Removal)
            };
            process.or_else(|| of(name).map(TreatmentVariable::Concentration)).or_else(removal)
        };
        match super::expression::parse(&right, find) {
            Ok(expression) => {
                let row = self.keep(Treatment { node, pollutant, kind, text: right, expression });
                match self.state.treated.insert((node.0, pollutant.0), self.deck.treatments.len()) {
                    Some(before) if before < self.deck.treatments.len() => {
                        self.state.treated.insert((node.0, pollutant.0), before);
                        self.deck.treatments[before] = row;
                        self.replaced(field(t, 0));
                    }
                    _ => self.deck.treatments.push(row),
                }
            }
            Err(why) => self.bad_expression(t, &why),
        }
    }
}

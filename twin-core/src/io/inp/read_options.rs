//! Rows of options, times and the report.

use twin_physics::domains::water::HeadLossLaw;

use super::codes;
use super::file::{Field, FieldRule, Line, QualityOption, Selection, Statistic, StatusReport};
use super::lex::{self, is};
use super::read::{Bound, Reader, cut};
use super::section::Section;
use super::units::{FlowUnits, PressureUnits};

const OPTIONS: [&str; 32] = [
    "UNITS",
    "PRESSURE",
    "HEADLOSS",
    "HYDRAULICS",
    "QUALITY",
    "MAP",
    "VERIFY",
    "UNBALANCED",
    "PATTERN",
    "DEMAND",
    "BACKFLOW",
    "EMITTER",
    "VISCOSITY",
    "DIFFUSIVITY",
    "SPECIFIC",
    "TRIALS",
    "ACCURACY",
    "HEADERROR",
    "FLOWCHANGE",
    "MINIMUM",
    "REQUIRED",
    "TOLERANCE",
    "SEGMENTS",
    "HTOL",
    "QTOL",
    "RQTOL",
    "CHECKFREQ",
    "MAXCHECK",
    "DAMPLIMIT",
    "PRESSURE EXPONENT",
    "DEMAND MODEL",
    "DEMAND MULTIPLIER",
];

/// Report variables as EPANET spells them.
pub(super) const FIELDS: [&str; 13] = [
    "Elevation",
    "Demand",
    "Head",
    "Pressure",
    "Quality",
    "Length",
    "Diameter",
    "Flow",
    "Velocity",
    "Headloss",
    "Setting",
    "Reaction",
    "F-Factor",
];

impl Reader<'_> {
    /// EPANET takes a keyword without value as not given.
    pub(super) fn option(&mut self, t: &[&str]) {
        if t.len() < 2 {
            if !OPTIONS.iter().any(|k| is(k, t[0])) {
                self.bad_keyword(t[0], Section::Options, &OPTIONS);
            }
            return;
        }
        if !self.option_choice(t) && !self.option_pressure(t) && !self.option_number(t) {
            self.bad_keyword(t[0], Section::Options, &OPTIONS);
        }
    }

    fn option_choice(&mut self, t: &[&str]) -> bool {
        let (key, value) = (t[0], t[1]);
        let line = Line(self.line);
        if is(key, "UNIT") {
            match FlowUnits::parse(value) {
                Some(u) => self.file.options.units = u,
                None => self.bad_choice(key, value, &FlowUnits::ALL.map(FlowUnits::keyword)),
            }
        } else if is(key, "HEADL") {
            match value {
                v if is(v, "H-W") => self.file.options.head_loss = HeadLossLaw::HazenWilliams,
                v if is(v, "D-W") => self.file.options.head_loss = HeadLossLaw::DarcyWeisbach,
                v if is(v, "C-M") => self.file.options.head_loss = HeadLossLaw::ChezyManning,
                v => self.bad_choice(key, v, &["H-W", "D-W", "C-M"]),
            }
        } else if is(key, "HYDR") {
            if self.at_least(t, 3, "HYDRAULICS USE|SAVE file") {
                match value {
                    v if is(v, "USE") => self.file.options.hydraulics = Some((true, t[2].to_owned())),
                    v if is(v, "SAVE") => self.file.options.hydraulics = Some((false, t[2].to_owned())),
                    v => self.bad_choice(key, v, &["USE", "SAVE"]),
                }
                self.file.options.lines[4] = line;
            }
        } else if is(key, "QUAL") {
            self.option_quality(t);
            self.file.options.lines[3] = line;
        } else if is(key, "MAP") {
            self.file.options.map = Some(value.to_owned());
        } else if is(key, "VERI") || is(key, "SEGM") {
            self.warn(codes::OBSOLETE, key, "this option is not used any more", "remove it");
        } else if is(key, "UNBA") {
            match value {
                v if is(v, "STOP") => self.file.options.unbalanced_continue = None,
                v if is(v, "CONT") => {
                    let n = t.get(2).map_or(0, |n| self.count(key, n, "extra trials", Bound::NotNegative));
                    self.file.options.unbalanced_continue = Some(n);
                }
                v => self.bad_choice(key, v, &["STOP", "CONTINUE"]),
            }
        } else if is(key, "PATT") {
            self.file.options.pattern = Some(value.to_owned());
            self.file.options.lines[1] = line;
        } else {
            return false;
        }
        true
    }

    fn option_quality(&mut self, t: &[&str]) {
        let name = t.get(2).map_or("", |s| *s).to_owned();
        self.file.options.quality = match t[1] {
            v if is(v, "NONE") => QualityOption::None,
            v if is(v, "AGE") => QualityOption::Age,
            v if is(v, "TRACE") => {
                if name.is_empty() {
                    self.error(codes::FEW_FIELDS, t[0], "no node to trace", "write QUALITY TRACE and the node");
                }
                QualityOption::Trace(name)
            }
            v => QualityOption::Chemical(v.to_owned(), name),
        };
    }

    fn option_pressure(&mut self, t: &[&str]) -> bool {
        let (key, value) = (t[0], t[1]);
        let number = |r: &mut Self, what: &str, bound| (t.len() > 2).then(|| r.parse(key, t[2], what, bound));
        if is(key, "PRESSURE") {
            if is(value, "EXP") {
                if let Some(v) = number(self, "pressure exponent", Bound::NotNegative) {
                    self.file.options.pressure_exponent = v;
                }
                return true;
            }
            let unit = if is(value, "UNIT") { t.get(2).copied().unwrap_or("") } else { value };
            match PressureUnits::parse(unit) {
                Some(u) => self.file.options.pressure = Some(u),
                None => self.bad_choice(key, unit, &PressureUnits::ALL.map(PressureUnits::keyword)),
            }
            self.file.options.lines[0] = Line(self.line);
        } else if is(key, "DEMAND") && is(value, "MODEL") {
            match t.get(2) {
                Some(v) if is(v, "PDA") => self.file.options.pressure_driven = true,
                Some(v) if is(v, "DDA") => self.file.options.pressure_driven = false,
                Some(v) => self.bad_choice("DEMAND MODEL", v, &["DDA", "PDA"]),
                None => {}
            }
        } else if is(key, "DEMAND") {
            if let Some(v) = number(self, "demand multiplier", Bound::Positive) {
                self.file.options.demand_multiplier = v;
            }
        } else if is(key, "BACK") || (is(key, "EMIT") && is(value, "BACK")) {
            if let Some(yes) = t.last().and_then(|v| self.yes_no("BACKFLOW", v)) {
                self.file.options.emitter_backflow = yes;
            }
        } else if is(key, "EMIT") {
            if let Some(v) = number(self, "emitter exponent", Bound::Positive) {
                self.file.options.emitter_exponent = v;
            }
        } else if is(key, "SPEC") {
            if let Some(v) = number(self, "specific gravity", Bound::Positive) {
                self.file.options.specific_gravity = v;
            }
        } else if is(key, "MINI") {
            if let Some(v) = number(self, "minimum pressure", Bound::NotNegative) {
                self.file.options.minimum_pressure = v;
            }
        } else if is(key, "REQ") {
            self.file.options.required_pressure = number(self, "required pressure", Bound::NotNegative);
        } else {
            return false;
        }
        self.required_pressure(key);
        true
    }

    fn required_pressure(&mut self, key: &str) {
        let o = &self.file.options;
        if o.required_pressure.is_some_and(|r| r - o.minimum_pressure < 0.1 - 1e-12)
            && (is(key, "REQ") || is(key, "MINI"))
        {
            let message =
                format!("required {} over minimum {}", o.required_pressure.unwrap_or(0.0), o.minimum_pressure);
            self.error(
                codes::PDA_PRESSURE,
                key,
                message,
                "the required pressure must be at least 0.1 above the minimum",
            );
        }
    }

    fn option_number(&mut self, t: &[&str]) -> bool {
        let (key, value) = (t[0], t[1]);
        let tolerances = ["HTOL", "QTOL", "RQTOL"];
        if let Some(i) = tolerances.iter().position(|k| is(key, k)) {
            self.file.options.internal_tolerances[i] = Some(self.parse(key, value, "tolerance", Bound::Positive));
            self.file.options.lines[5] = Line(self.line);
        } else if is(key, "VISC") {
            self.file.options.viscosity = Some(self.parse(key, value, "viscosity", Bound::Positive));
        } else if is(key, "DIFF") {
            self.file.options.diffusivity = Some(self.parse(key, value, "diffusivity", Bound::NotNegative));
        } else if is(key, "TRIAL") {
            self.file.options.trials = self.count(key, value, "trials", Bound::Positive).max(1);
        } else if is(key, "ACCU") {
            self.file.options.accuracy = self.parse(key, value, "accuracy", Bound::Positive);
            self.file.options.lines[2] = Line(self.line);
        } else if is(key, "HEADERROR") {
            self.file.options.head_error = self.parse(key, value, "head error", Bound::NotNegative);
        } else if is(key, "FLOWCHANGE") {
            self.file.options.flow_change = self.parse(key, value, "flow change", Bound::NotNegative);
        } else if is(key, "TOLER") {
            self.file.options.tolerance = Some(self.parse(key, value, "tolerance", Bound::NotNegative));
        } else if is(key, "CHECKFREQ") {
            self.file.options.check_frequency = self.count(key, value, "check frequency", Bound::Positive).max(1);
        } else if is(key, "MAXCHECK") {
            self.file.options.max_check = self.count(key, value, "last check", Bound::Positive);
        } else if is(key, "DAMPLIMIT") {
            self.file.options.damp_limit = self.parse(key, value, "damping limit", Bound::NotNegative);
        } else {
            return false;
        }
        true
    }

    pub(super) fn time(&mut self, t: &[&str]) {
        if !self.at_least(t, 2, "keyword [keyword] time [unit]") {
            return;
        }
        if is(t[0], "STAT") {
            let choices = ["NONE", "AVERAGE", "MINIMUM", "MAXIMUM", "RANGE"];
            let kinds = [Statistic::None, Statistic::Average, Statistic::Minimum, Statistic::Maximum, Statistic::Range];
            let last = t[t.len() - 1];
            match choices.iter().position(|c| is(last, c)) {
                Some(i) => self.file.times.statistic = kinds[i],
                None if is(last, "NO") => self.file.times.statistic = Statistic::None,
                None => self.bad_choice(t[0], last, &choices),
            }
            return;
        }
        let last = t[t.len() - 1];
        // A unit is a last word that is no time by itself.
        let (text, unit) =
            if lex::hours(last, "").is_some() || t.len() < 3 { (last, "") } else { (t[t.len() - 2], last) };
        let s = Some(self.seconds(t[0], text, unit));
        let line = Line(self.line);
        let times = &mut self.file.times;
        match (t[0], t[1]) {
            (k, _) if is(k, "DURA") => times.duration_s = s,
            (k, _) if is(k, "HYDR") => (times.hydraulic_step_s, times.line) = (s, line),
            (k, _) if is(k, "QUAL") => times.quality_step_s = s,
            (k, _) if is(k, "RULE") => times.rule_step_s = s,
            (k, _) if is(k, "MINI") => {
                self.warn(codes::OBSOLETE, k, "the minimum travel time is not used any more", "remove it");
            }
            (k, w) if is(k, "PATT") && is(w, "TIME") => times.pattern_step_s = s,
            (k, w) if is(k, "PATT") && is(w, "STAR") => times.pattern_start_s = s,
            (k, w) if is(k, "REPO") && is(w, "TIME") => times.report_step_s = s,
            (k, w) if is(k, "REPO") && is(w, "STAR") => times.report_start_s = s,
            (k, _) if is(k, "STAR") => times.start_clock_s = s.map(|s| s.rem_euclid(86_400)),
            (k, w) if is(k, "PATT") || is(k, "REPO") => self.bad_choice(k, w, &["TIMESTEP", "START"]),
            (k, _) => {
                let words = ["DURATION", "HYDRAULIC", "QUALITY", "RULE", "PATTERN", "REPORT", "START", "STATISTIC"];
                self.bad_keyword(k, Section::Times, &words);
            }
        }
    }

    pub(super) fn report(&mut self, t: &[&str], comment: &str) {
        if t.len() < 2 && !FIELDS.iter().any(|f| is(t[0], &f[..4])) {
            self.at_least(t, 2, "keyword value");
            return;
        }
        let last = t[t.len() - 1];
        if is(t[0], "PAGE") {
            self.file.report.page = self.count(t[0], last, "page length", Bound::NotNegative);
        } else if is(t[0], "STATUS") {
            match last {
                w if is(w, "YES") => self.file.report.status = StatusReport::Yes,
                w if is(w, "NO") => self.file.report.status = StatusReport::No,
                w if is(w, "FULL") => self.file.report.status = StatusReport::Full,
                w => self.bad_choice(t[0], w, &["NO", "YES", "FULL"]),
            }
        } else if is(t[0], "NODE") {
            let all = std::mem::replace(&mut self.file.report.nodes, Selection::None);
            self.file.report.nodes = select(all, &t[1..]);
        } else if is(t[0], "LINK") {
            let all = std::mem::replace(&mut self.file.report.links, Selection::None);
            self.file.report.links = select(all, &t[1..]);
        } else if is(t[0], "FILE") {
            self.file.report.file = Some(t[1].to_owned());
        } else if is(t[0], "SUMM") || is(t[0], "MESS") || is(t[0], "ENER") {
            if let Some(yes) = self.yes_no(t[0], last) {
                let report = &mut self.file.report;
                match t[0] {
                    k if is(k, "SUMM") => report.summary = yes,
                    k if is(k, "MESS") => report.messages = yes,
                    _ => report.energy = yes,
                }
            }
        } else {
            self.field(t, comment);
        }
    }

    fn field(&mut self, t: &[&str], comment: &str) {
        // HEAD is a beginning of HEADLOSS: the longer must be asked first.
        let name = FIELDS.iter().rev().find(|f| is(t[0], &f[..f.len().min(5)]) || t[0].eq_ignore_ascii_case(f));
        let Some(variable) = name else {
            let mut words = vec!["PAGE", "STATUS", "SUMMARY", "MESSAGES", "ENERGY", "NODES", "LINKS", "FILE"];
            words.extend(FIELDS);
            return self.bad_keyword(t[0], Section::Report, &words);
        };
        let rule = match t.get(1) {
            None => FieldRule::Show(true),
            Some(w) if is(w, "YES") => FieldRule::Show(true),
            Some(w) if is(w, "NO") => FieldRule::Show(false),
            Some(w) if is(w, "BELOW") => FieldRule::Below(self.num(t, 2, "limit", Bound::Any)),
            Some(w) if is(w, "ABOVE") => FieldRule::Above(self.num(t, 2, "limit", Bound::Any)),
            Some(w) if is(w, "PREC") => {
                let n = t.get(2).map_or(2, |n| self.count(t[0], n, "decimals", Bound::NotNegative));
                FieldRule::Precision(n.min(12))
            }
            Some(w) => return self.bad_choice(&cut(t[0]), w, &["YES", "NO", "BELOW", "ABOVE", "PRECISION"]),
        };
        let row = self.keep(Field { variable: (*variable).to_owned(), rule }, comment);
        self.file.report.fields.push(row);
    }
}

/// `NONE`, `ALL`, or ids added to those before.
fn select(before: Selection, ids: &[&str]) -> Selection {
    let last = ids.last().copied().unwrap_or("");
    if last.eq_ignore_ascii_case("NONE") {
        return Selection::None;
    }
    if last.eq_ignore_ascii_case("ALL") {
        return Selection::All;
    }
    let mut some = if let Selection::Some(ids) = before { ids } else { Vec::new() };
    some.extend(ids.iter().map(|s| (*s).to_owned()));
    Selection::Some(some)
}

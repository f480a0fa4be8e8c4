//! Rows of patterns, curves, the map, controls and rules.

use std::collections::BTreeMap;

use super::codes;
use super::file::{Clause, ClauseValue, ClauseWord, Control, Curve, Label, Pattern, Point, Rule, Tag, When};
use super::lex;
use super::read::{Bound, Reader, cut, optional};

/// Ids of patterns and of curves, with the line each began at.
#[derive(Default)]
pub(super) struct Seen {
    patterns: BTreeMap<String, u32>,
    curves: BTreeMap<String, u32>,
}

impl Reader<'_> {
    pub(super) fn pattern(&mut self, t: &[&str], comment: &str) {
        self.at_least(t, 2, "id multiplier multiplier …");
        if self.file.patterns.last().is_none_or(|p| p.id != t[0]) {
            if let Some(first) = self.seen.patterns.insert(t[0].to_owned(), self.line) {
                let message = format!("pattern begun at line {first} is given again");
                self.error(codes::DUPLICATE_PATTERN, t[0], message, "put all its rows together, or rename one");
            }
            let row = self.keep(Pattern { id: t[0].to_owned(), factors: Vec::new(), description: Vec::new() }, "");
            self.file.patterns.push(row);
        }
        if let Some(p) = self.file.patterns.last_mut() {
            p.value.description.append(&mut self.above);
            if p.comment.is_empty() {
                comment.clone_into(&mut p.comment);
            }
        }
        for i in 1..t.len() {
            let factor = self.num(t, i, "multiplier", Bound::Any);
            if let Some(p) = self.file.patterns.last_mut() {
                p.value.factors.push(factor);
            }
        }
    }

    pub(super) fn curve(&mut self, t: &[&str], comment: &str) {
        self.at_least(t, 3, "id x y");
        self.at_most(t, 3);
        let point = (self.num_or(t, 1, "x", Bound::Any, 0.0), self.num_or(t, 2, "y", Bound::Any, 0.0));
        if self.file.curves.last().is_none_or(|c| c.id != t[0]) {
            if let Some(first) = self.seen.curves.insert(t[0].to_owned(), self.line) {
                let message = format!("curve begun at line {first} is given again");
                self.error(codes::DUPLICATE_CURVE, t[0], message, "put all its rows together, or rename one");
            }
            let row = self.keep(Curve { id: t[0].to_owned(), points: Vec::new(), description: Vec::new() }, "");
            self.file.curves.push(row);
        }
        let Some(curve) = self.file.curves.last_mut() else { return };
        curve.value.description.append(&mut self.above);
        if curve.comment.is_empty() {
            comment.clone_into(&mut curve.comment);
        }
        let before = curve.points.last().map(|p| p.0);
        curve.value.points.push(point);
        if let Some(before) = before.filter(|x| point.0 <= *x) {
            let message = format!("the curve goes back: x = {} after {before}", point.0);
            self.error(codes::CURVE_ORDER, t[0], message, "order its points so that x increases");
        }
    }

    pub(super) fn tag(&mut self, t: &[&str], comment: &str) {
        if !self.at_least(t, 3, "NODE|LINK id tag") {
            return;
        }
        self.at_most(t, 3);
        let link = lex::is(t[0], "LINK");
        if !link && !lex::is(t[0], "NODE") {
            self.bad_choice(t[1], t[0], &["NODE", "LINK"]);
        }
        let row = self.keep(Tag { link, id: t[1].to_owned(), text: t[2].to_owned() }, comment);
        self.file.tags.push(row);
    }

    fn point(&mut self, t: &[&str]) -> Option<Point> {
        if !self.at_least(t, 3, "id x y") {
            return None;
        }
        self.at_most(t, 3);
        Some(Point { id: t[0].to_owned(), x: self.num(t, 1, "x", Bound::Any), y: self.num(t, 2, "y", Bound::Any) })
    }

    pub(super) fn coordinate(&mut self, t: &[&str], comment: &str) {
        if let Some(p) = self.point(t) {
            let row = self.keep(p, comment);
            self.file.coordinates.push(row);
        }
    }

    pub(super) fn vertex(&mut self, t: &[&str], comment: &str) {
        if let Some(p) = self.point(t) {
            let row = self.keep(p, comment);
            self.file.vertices.push(row);
        }
    }

    pub(super) fn label(&mut self, t: &[&str], comment: &str) {
        if !self.at_least(t, 3, "x y \"text\" [anchor node]") {
            return;
        }
        let (x, y) = (self.num(t, 0, "x", Bound::Any), self.num(t, 1, "y", Bound::Any));
        let row = self.keep(Label { x, y, text: t[2].to_owned(), anchor: optional(t, 3) }, comment);
        self.file.labels.push(row);
    }

    pub(super) fn control(&mut self, t: &[&str], comment: &str) {
        const FORM: &str = "LINK id OPEN|CLOSED|value IF NODE id ABOVE|BELOW value, or … AT TIME|CLOCKTIME time";
        if !self.at_least(t, 6, FORM) {
            return;
        }
        if !["LINK", "PIPE", "PUMP", "VALV"].iter().any(|k| lex::is(t[0], k)) {
            self.bad_choice(t[1], t[0], &["LINK", "PIPE", "PUMP", "VALVE"]);
        }
        let set = self.set(t[1], t[2]);
        let clock = lex::is(t[4], "CLOCKTIME");
        let when = if clock || lex::is(t[4], "TIME") {
            self.at_most(t, 7);
            let s = self.seconds(t[1], t[5], t.get(6).copied().unwrap_or(""));
            if clock { When::ClockTime(s.rem_euclid(86_400)) } else { When::Time(s) }
        } else {
            if !self.at_least(t, 8, FORM) {
                return;
            }
            self.at_most(t, 8);
            let value = self.parse(t[1], t[7], "level or pressure", Bound::Any);
            let node = t[5].to_owned();
            if lex::is(t[6], "BELOW") {
                When::Below(node, value)
            } else {
                if !lex::is(t[6], "ABOVE") {
                    self.bad_choice(t[1], t[6], &["ABOVE", "BELOW"]);
                }
                When::Above(node, value)
            }
        };
        let row = self.keep(Control { link: t[1].to_owned(), set, when }, comment);
        self.file.controls.push(row);
    }

    /// A time in whole seconds; 0 where it is wrong, and said so.
    pub(super) fn seconds(&mut self, id: &str, text: &str, unit: &str) -> i64 {
        if let Some(s) = lex::hours(text, unit).and_then(lex::whole_seconds) {
            return s;
        }
        let shown = cut(&format!("{text} {unit}"));
        let remedy = "write hours (1.5), h:mm[:ss], a number with SEC, MIN, HOURS or DAYS, or a clock time with AM, PM";
        self.error(codes::BAD_TIME, id, format!("`{}` is not a time", shown.trim()), remedy);
        0
    }

    pub(super) fn rule(&mut self, t: &[&str], comment: &str) {
        if lex::is(t[0], "RULE") {
            self.at_least(t, 2, "RULE id");
            self.at_most(t, 2);
            let id = t.get(1).map_or_else(String::new, |s| (*s).to_owned());
            let row = self.keep(Rule { id, clauses: Vec::new(), priority: None }, comment);
            self.file.rules.push(row);
            return;
        }
        if self.file.rules.is_empty() {
            return self.error(codes::BAD_RULE, t[0], "a clause before any RULE", "begin with RULE and its id");
        }
        if lex::is(t[0], "PRIO") {
            let priority = self.num(t, 1, "priority", Bound::Any);
            if let Some(rule) = self.file.rules.last_mut() {
                rule.value.priority = Some(priority);
            }
            return;
        }
        let words = [
            ("IF", ClauseWord::If),
            ("AND", ClauseWord::And),
            ("OR", ClauseWord::Or),
            ("THEN", ClauseWord::Then),
            ("ELSE", ClauseWord::Else),
        ];
        let Some(word) = words.iter().find(|w| t[0].eq_ignore_ascii_case(w.0)).map(|w| w.1) else {
            let words = ["RULE", "IF", "AND", "OR", "THEN", "ELSE", "PRIORITY"];
            return self.bad_keyword(t[0], super::section::Section::Rules, &words);
        };
        let first = self.file.rules.last().is_some_and(|r| r.clauses.is_empty());
        if first != (word == ClauseWord::If) {
            let message = if first { "a rule must begin with IF" } else { "a rule has one IF" };
            self.error(codes::BAD_RULE, t[0], message, "write IF … [AND|OR …] THEN … [ELSE …]");
        }
        if let Some(clause) = self.clause(word, t)
            && let Some(rule) = self.file.rules.last_mut()
        {
            rule.value.clauses.push(clause);
        }
    }

    fn clause(&mut self, word: ClauseWord, t: &[&str]) -> Option<Clause> {
        const OBJECTS: [&str; 9] = ["NODE", "JUNC", "RESER", "TANK", "LINK", "PIPE", "PUMP", "VALVE", "SYSTEM"];
        if !self.at_least(t, 5, "IF object id variable relation value") {
            return None;
        }
        let object = OBJECTS.iter().find(|o| lex::is(t[1], o));
        if object.is_none() {
            self.bad_choice(t[1], t[1], &OBJECTS);
            return None;
        }
        let system = lex::is(t[1], "SYSTEM");
        if !system && !self.at_least(t, 6, "IF object id variable relation value") {
            return None;
        }
        let shift = usize::from(!system);
        let relation = match t[3 + shift].to_uppercase().as_str() {
            "=" | "IS" => "=",
            "<>" | "NOT" => "<>",
            "<" | "BELOW" => "<",
            ">" | "ABOVE" => ">",
            "<=" => "<=",
            ">=" => ">=",
            other => {
                self.bad_choice(t[1 + shift], other, &["=", "<>", "<", "<=", ">", ">=", "IS", "NOT", "BELOW", "ABOVE"]);
                return None;
            }
        };
        let variable = t[2 + shift].to_uppercase();
        let value = self.clause_value(&variable, t[4 + shift], t.get(5 + shift).copied().unwrap_or(""), t[1 + shift]);
        self.at_most(t, 6 + shift);
        Some(Clause {
            word,
            object: t[1].to_uppercase(),
            id: if system { String::new() } else { t[2].to_owned() },
            variable,
            relation: relation.to_owned(),
            value,
            line: super::file::Line(self.line),
        })
    }

    fn clause_value(&mut self, variable: &str, token: &str, unit: &str, id: &str) -> ClauseValue {
        match token {
            w if lex::is(w, "OPEN") => ClauseValue::Open,
            w if lex::is(w, "CLOSED") => ClauseValue::Closed,
            w if lex::is(w, "ACTIVE") => ClauseValue::Active,
            w if lex::is(variable, "CLOCKTIME") || lex::is(variable, "TIME") => {
                ClauseValue::Seconds(self.seconds(id, w, unit))
            }
            w if w.contains(':') => ClauseValue::Seconds(self.seconds(id, w, unit)),
            w => ClauseValue::Number(self.parse(id, w, "value", Bound::Any)),
        }
    }
}

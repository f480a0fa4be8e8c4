//! Rows of the network itself: nodes, links, demands, statuses, emitters, leakage.

use twin_physics::domains::water::ValveKind;

use super::codes;
use super::file::{
    Demand, Emitter, InitialStatus, Junction, Leakage, Link, LinkKind, Pipe, PipeStatus, Pump, Set, Storage,
    StorageKind, Tank, Valve,
};
use super::lex;
use super::read::{Bound, Reader, cut, optional};

const PIPE_FORM: &str = "id node1 node2 length diameter roughness [minor loss] [OPEN|CLOSED|CV]";
const PUMP_FORM: &str = "id node1 node2 HEAD curve | POWER p [SPEED s] [PATTERN id]";
const VALVE_FORM: &str = "id node1 node2 diameter type setting [minor loss]";
const VALVES: [&str; 7] = ["PRV", "PSV", "PBV", "FCV", "TCV", "GPV", "PCV"];

/// Valve kinds by keyword.
pub(super) const VALVE_KINDS: [ValveKind; 7] =
    [ValveKind::Prv, ValveKind::Psv, ValveKind::Pbv, ValveKind::Fcv, ValveKind::Tcv, ValveKind::Gpv, ValveKind::Pcv];

/// Keyword of a valve kind.
pub(super) fn valve_keyword(kind: ValveKind) -> &'static str {
    VALVE_KINDS.iter().position(|k| *k == kind).map_or("", |i| VALVES[i])
}

impl Reader<'_> {
    pub(super) fn junction(&mut self, t: &[&str], comment: &str) {
        self.at_least(t, 2, "id elevation [demand] [pattern]");
        self.at_most(t, 4);
        let junction = Junction {
            id: t[0].to_owned(),
            elevation: self.num_or(t, 1, "elevation", Bound::Any, 0.0),
            demand: (t.len() > 2).then(|| self.num(t, 2, "demand", Bound::Any)),
            pattern: optional(t, 3),
        };
        let row = self.keep(junction, comment);
        self.file.junctions.push(row);
    }

    pub(super) fn storage(&mut self, t: &[&str], comment: &str) {
        self.at_least(t, 2, "id head [pattern], or id elevation level min max diameter [volume] [curve] [overflow]");
        let elevation = self.num_or(t, 1, "head or elevation", Bound::Any, 0.0);
        let kind = if t.len() <= 3 { StorageKind::Reservoir(optional(t, 2)) } else { StorageKind::Tank(self.tank(t)) };
        let row = self.keep(Storage { id: t[0].to_owned(), elevation, kind }, comment);
        self.file.storages.push(row);
    }

    fn tank(&mut self, t: &[&str]) -> Tank {
        self.at_least(t, 6, "id elevation level min max diameter [volume] [curve] [overflow]");
        self.at_most(t, 9);
        let overflow = match t.get(8) {
            Some(word) => self.yes_no(t[0], word).unwrap_or(false),
            None => false,
        };
        Tank {
            level_init: self.num_or(t, 2, "initial level", Bound::NotNegative, 0.0),
            level_min: self.num_or(t, 3, "minimum level", Bound::NotNegative, 0.0),
            level_max: self.num_or(t, 4, "maximum level", Bound::NotNegative, 0.0),
            diameter: self.num_or(t, 5, "diameter", Bound::NotNegative, 0.0),
            volume_min: self.num_or(t, 6, "minimum volume", Bound::NotNegative, 0.0),
            volume_curve: optional(t, 7).filter(|c| !c.starts_with('*')),
            overflow,
        }
    }

    fn link(&mut self, t: &[&str], kind: LinkKind, comment: &str) {
        let at = |i: usize| t.get(i).map_or_else(String::new, |s| (*s).to_owned());
        let row = self.keep(Link { id: at(0), from: at(1), to: at(2), kind }, comment);
        self.file.links.push(row);
    }

    pub(super) fn pipe(&mut self, t: &[&str], comment: &str) {
        self.at_least(t, 6, PIPE_FORM);
        self.at_most(t, 8);
        let status = |token: &str| match token {
            s if lex::is(s, "CV") => Some(PipeStatus::CheckValve),
            s if lex::is(s, "CLOSED") => Some(PipeStatus::Closed),
            s if lex::is(s, "OPEN") => Some(PipeStatus::Open),
            _ => None,
        };
        let mut pipe = Pipe {
            length: self.num_or(t, 3, "length", Bound::Positive, 1.0),
            diameter: self.num_or(t, 4, "diameter", Bound::Positive, 1.0),
            roughness: self.num_or(t, 5, "roughness", Bound::Positive, 1.0),
            minor: 0.0,
            status: PipeStatus::Open,
        };
        match (t.get(6).map(|s| status(s)), t.get(7)) {
            (Some(Some(s)), None) => pipe.status = s,
            (Some(_), last) => {
                pipe.minor = self.num(t, 6, "minor loss", Bound::NotNegative);
                if let Some(word) = last {
                    match status(word) {
                        Some(s) => pipe.status = s,
                        None => self.bad_choice(t[0], word, &["OPEN", "CLOSED", "CV"]),
                    }
                }
            }
            (None, _) => {}
        }
        self.link(t, LinkKind::Pipe(pipe), comment);
    }

    pub(super) fn pump(&mut self, t: &[&str], comment: &str) {
        self.at_least(t, 4, PUMP_FORM);
        let mut pump = Pump::default();
        if t.get(3).is_some_and(|s| lex::number(s).is_ok()) {
            pump.old_form = (3..t.len()).map(|i| self.num(t, i, "pump curve value", Bound::NotNegative)).collect();
            if !matches!(pump.old_form.len(), 1 | 2 | 5) {
                let remedy = "EPANET 1 wrote `power`, `head flow`, or `h0 h1 q1 h2 q2`";
                self.error(codes::FEW_FIELDS, t[0], format!("{} numbers", pump.old_form.len()), remedy);
            }
        } else {
            self.pump_words(t, &mut pump);
        }
        self.link(t, LinkKind::Pump(pump), comment);
    }

    fn pump_words(&mut self, t: &[&str], pump: &mut Pump) {
        let mut i = 3;
        while i < t.len() {
            let word = t[i];
            if i + 1 >= t.len() {
                self.error(codes::FEW_FIELDS, t[0], format!("nothing after `{}`", cut(word)), PUMP_FORM);
            } else if lex::is(word, "POWER") {
                pump.power = Some(self.num(t, i + 1, "power", Bound::Positive));
            } else if lex::is(word, "HEAD") {
                pump.head_curve = Some(t[i + 1].to_owned());
            } else if lex::is(word, "PATT") {
                pump.pattern = optional(t, i + 1);
            } else if lex::is(word, "SPEE") {
                pump.speed = Some(self.num(t, i + 1, "speed", Bound::NotNegative));
            } else {
                self.bad_keyword(word, super::section::Section::Pumps, &["HEAD", "POWER", "SPEED", "PATTERN"]);
            }
            i += 2;
        }
    }

    pub(super) fn valve(&mut self, t: &[&str], comment: &str) {
        self.at_least(t, 6, VALVE_FORM);
        self.at_most(t, 8);
        let word = t.get(4).copied().unwrap_or("TCV");
        let found = VALVES.iter().position(|k| lex::is(word, k));
        if found.is_none() {
            self.bad_choice(t[0], word, &VALVES);
        }
        let kind = found.map_or(ValveKind::Tcv, |i| VALVE_KINDS[i]);
        let gpv = kind == ValveKind::Gpv;
        let valve = Valve {
            kind,
            diameter: self.num_or(t, 3, "diameter", Bound::Positive, 1.0),
            setting: if gpv || found.is_none() { 0.0 } else { self.num_or(t, 5, "setting", Bound::Any, 0.0) },
            minor: self.num_or(t, 6, "minor loss", Bound::NotNegative, 0.0),
            curve: match kind {
                ValveKind::Gpv => optional(t, 5),
                ValveKind::Pcv => optional(t, 7),
                _ => None,
            },
        };
        self.link(t, LinkKind::Valve(valve), comment);
    }

    pub(super) fn demand(&mut self, t: &[&str], comment: &str) {
        if !self.at_least(t, 2, "junction demand [pattern]") {
            return;
        }
        self.at_most(t, 3);
        if lex::is(t[0], "MULTIPLY") {
            self.file.options.demand_multiplier = self.num(t, 1, "demand multiplier", Bound::Positive);
            return;
        }
        let base = self.num(t, 1, "demand", Bound::Any);
        let row = self.keep(Demand { junction: t[0].to_owned(), base, pattern: optional(t, 2) }, comment);
        self.file.demands.push(row);
    }

    /// What a status, setting or speed sets.
    pub(super) fn set(&mut self, id: &str, token: &str) -> Set {
        if lex::is(token, "OPEN") {
            Set::Open
        } else if lex::is(token, "CLOSED") {
            Set::Closed
        } else {
            Set::Value(self.parse(id, token, "status or setting", Bound::Any))
        }
    }

    pub(super) fn status(&mut self, t: &[&str], comment: &str) {
        if !self.at_least(t, 2, "link OPEN|CLOSED|setting") {
            return;
        }
        self.at_most(t, 3);
        let last = t.len().min(3) - 1;
        let set = self.set(t[0], t[last]);
        if matches!(set, Set::Value(v) if v < 0.0) {
            self.error(codes::OUT_OF_RANGE, t[0], "the setting is negative", "it must not be");
        }
        let status = InitialStatus { link: t[0].to_owned(), last: (last == 2).then(|| t[1].to_owned()), set };
        let row = self.keep(status, comment);
        self.file.statuses.push(row);
    }

    pub(super) fn emitter(&mut self, t: &[&str], comment: &str) {
        if self.at_least(t, 2, "junction coefficient") {
            self.at_most(t, 2);
            let coefficient = self.num(t, 1, "emitter coefficient", Bound::NotNegative);
            let row = self.keep(Emitter { junction: t[0].to_owned(), coefficient }, comment);
            self.file.emitters.push(row);
        }
    }

    pub(super) fn leakage(&mut self, t: &[&str], comment: &str) {
        if self.at_least(t, 3, "pipe area expansion") {
            self.at_most(t, 3);
            let area = self.num(t, 1, "leak area", Bound::NotNegative);
            let expansion = self.num(t, 2, "leak expansion", Bound::NotNegative);
            let row = self.keep(Leakage { pipe: t[0].to_owned(), area, expansion }, comment);
            self.file.leakage.push(row);
        }
    }
}

//! Rows of water quality and energy: read and kept whole, solved elsewhere.

use super::file::{
    InitialQuality, Mixing, MixingModel, PumpEnergy, PumpEnergyWhat, Reaction, ReactionKind, Source, SourceKind,
};
use super::lex::is;
use super::read::{Bound, Reader, optional};
use super::section::Section;

impl Reader<'_> {
    pub(super) fn quality(&mut self, t: &[&str], comment: &str) {
        if !self.at_least(t, 2, "node [last node] value") {
            return;
        }
        self.at_most(t, 3);
        let at = t.len().min(3) - 1;
        let value = self.num(t, at, "quality", Bound::NotNegative);
        let last = (at == 2).then(|| t[1].to_owned());
        let row = self.keep(InitialQuality { node: t[0].to_owned(), last, value }, comment);
        self.file.quality.push(row);
    }

    pub(super) fn source(&mut self, t: &[&str], comment: &str) {
        if !self.at_least(t, 2, "node [CONCEN|MASS|SETPOINT|FLOWPACED] strength [pattern]") {
            return;
        }
        let kinds = [
            ("CONCEN", SourceKind::Concentration),
            ("MASS", SourceKind::Mass),
            ("SETPOINT", SourceKind::Setpoint),
            ("FLOWPACED", SourceKind::FlowPaced),
        ];
        let named = kinds.iter().find(|k| is(t[1], k.0));
        let at = if named.is_some() { 2 } else { 1 };
        let strength = self.num(t, at, "strength", Bound::Any);
        let source = Source {
            node: t[0].to_owned(),
            kind: named.map_or(SourceKind::Concentration, |k| k.1),
            strength,
            pattern: optional(t, at + 1).filter(|p| p != "*"),
        };
        let row = self.keep(source, comment);
        self.file.sources.push(row);
    }

    /// EPANET passes over reaction rows of fewer than three fields.
    pub(super) fn reaction(&mut self, t: &[&str], comment: &str) {
        if !self.at_least(t, 3, "ORDER|GLOBAL|BULK|WALL|TANK …") {
            return;
        }
        let value = self.num(t, t.len() - 1, "coefficient", Bound::Any);
        let single = [("BULK", ReactionKind::Bulk), ("WALL", ReactionKind::Wall), ("TANK", ReactionKind::Tank)];
        let r = &mut self.file.reactions;
        match (t[0], t[1]) {
            (k, w) if is(k, "ORDER") && is(w, "BULK") => r.order_bulk = value,
            (k, w) if is(k, "ORDER") && is(w, "TANK") => r.order_tank = value,
            (k, w) if is(k, "ORDER") && is(w, "WALL") => {
                r.order_wall = value;
                if value != 0.0 && value != 1.0 {
                    self.bad_choice("ORDER WALL", t[2], &["0", "1"]);
                }
            }
            (k, w) if is(k, "ORDER") => self.bad_choice(k, w, &["BULK", "WALL", "TANK"]),
            (k, _) if is(k, "ROUG") => r.roughness = value,
            (k, _) if is(k, "LIMIT") => r.limiting = value,
            (k, w) if is(k, "GLOB") && is(w, "BULK") => r.global_bulk = value,
            (k, w) if is(k, "GLOB") && is(w, "WALL") => r.global_wall = value,
            (k, w) if is(k, "GLOB") => self.bad_choice(k, w, &["BULK", "WALL"]),
            (k, _) => match single.iter().find(|s| is(k, s.0)) {
                Some((_, kind)) => {
                    self.at_most(t, 4);
                    let last = (t.len() > 3).then(|| t[2].to_owned());
                    let reaction = Reaction { kind: *kind, id: t[1].to_owned(), last, coefficient: value };
                    let row = self.keep(reaction, comment);
                    self.file.reactions.rows.push(row);
                }
                None => {
                    let words = ["ORDER", "GLOBAL", "BULK", "WALL", "TANK", "LIMITING", "ROUGHNESS"];
                    self.bad_keyword(k, Section::Reactions, &words);
                }
            },
        }
    }

    pub(super) fn mixing(&mut self, t: &[&str], comment: &str) {
        const MODELS: [&str; 4] = ["MIXED", "2COMP", "FIFO", "LIFO"];
        if !self.at_least(t, 2, "tank MIXED|2COMP|FIFO|LIFO [fraction]") {
            return;
        }
        let models = [MixingModel::Mixed, MixingModel::TwoCompartments, MixingModel::Fifo, MixingModel::Lifo];
        let Some(model) = MODELS.iter().position(|m| is(t[1], m)).map(|i| models[i]) else {
            return self.bad_choice(t[0], t[1], &MODELS);
        };
        let fraction = (t.len() > 2).then(|| self.num(t, 2, "fraction", Bound::NotNegative));
        let row = self.keep(Mixing { tank: t[0].to_owned(), model, fraction }, comment);
        self.file.mixing.push(row);
    }

    pub(super) fn energy(&mut self, t: &[&str], comment: &str) {
        const KEYS: [&str; 3] = ["PRICE", "PATTERN", "EFFICIENCY"];
        if !self.at_least(t, 3, "GLOBAL|PUMP … PRICE|PATTERN|EFFICIENCY value, or DEMAND CHARGE value") {
            return;
        }
        let last = t[t.len() - 1];
        if is(t[0], "DEMAN") {
            self.file.energy.demand_charge = self.num(t, 2, "demand charge", Bound::NotNegative);
            return;
        }
        let pump = is(t[0], "PUMP");
        if !pump && !is(t[0], "GLOB") {
            return self.bad_keyword(t[0], Section::Energy, &["GLOBAL", "PUMP", "DEMAND CHARGE"]);
        }
        if pump && !self.at_least(t, 4, "PUMP id PRICE|PATTERN|EFFICIENCY value") {
            return;
        }
        let what = match t[t.len() - 2] {
            k if is(k, "PRICE") => PumpEnergyWhat::Price(self.parse(t[1], last, "price", Bound::NotNegative)),
            k if is(k, "PATT") => PumpEnergyWhat::Pattern(last.to_owned()),
            k if is(k, "EFFI") && pump => PumpEnergyWhat::Efficiency(last.to_owned()),
            k if is(k, "EFFI") => {
                self.file.energy.efficiency = self.parse(t[1], last, "efficiency", Bound::Positive);
                return;
            }
            k => return self.bad_choice(t[1], k, &KEYS),
        };
        if pump {
            let row = self.keep(PumpEnergy { pump: t[1].to_owned(), what }, comment);
            self.file.energy.pumps.push(row);
        } else {
            match what {
                PumpEnergyWhat::Price(p) => self.file.energy.price = p,
                PumpEnergyWhat::Pattern(p) | PumpEnergyWhat::Efficiency(p) => {
                    self.file.energy.pattern = Some(p).filter(|p| !p.is_empty());
                }
            }
        }
    }
}

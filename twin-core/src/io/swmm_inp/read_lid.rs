//! LID controls and their use.

use super::codes;
use super::deck::{
    CurveIx, LidControl, LidDrain, LidDrainMat, LidIx, LidKind, LidPavement, LidSoil, LidStorage, LidSurface, LidUsage,
    NodeIx, Outlet, PollutantIx, SubcatchmentIx,
};
use super::lex;
use super::names::Class;
use super::read::{Bound, Reader, absent, cut, field};

/// Kinds by SWMM's words.
pub(super) const KINDS: &[(&str, LidKind)] = &[
    ("BC", LidKind::Bioretention),
    ("RG", LidKind::RainGarden),
    ("GR", LidKind::GreenRoof),
    ("IT", LidKind::InfiltrationTrench),
    ("PP", LidKind::PermeablePavement),
    ("RB", LidKind::RainBarrel),
    ("VS", LidKind::VegetativeSwale),
    ("RD", LidKind::RooftopDisconnection),
];

/// Layers by SWMM's words. `DRAINMAT` begins with `DRAIN`, so it comes first.
const LAYERS: &[(&str, Layer)] = &[
    ("SURFACE", Layer::Surface),
    ("SOIL", Layer::Soil),
    ("STORAGE", Layer::Storage),
    ("PAVEMENT", Layer::Pavement),
    ("DRAINMAT", Layer::DrainMat),
    ("DRAIN", Layer::Drain),
    ("REMOVALS", Layer::Removals),
];

#[derive(Clone, Copy)]
enum Layer {
    Surface,
    Soil,
    Storage,
    Pavement,
    DrainMat,
    Drain,
    Removals,
}

impl Reader<'_> {
    pub(super) fn lid(&mut self, t: &[&str]) {
        let at = self.find(Class::Lid, t, 0);
        if at >= self.deck.lids.len() {
            let row = self.keep(LidControl { id: t[0].to_owned(), ..LidControl::default() });
            self.deck.lids.push(row);
            self.state.lid_kind.push(false);
        }
        // A kind's word may begin a layer's: RD and REMOVALS do not, so the order is SWMM's.
        if let Some((_, kind)) = KINDS.iter().find(|(w, _)| lex::is(field(t, 1), w)) {
            if let Some(lid) = self.deck.lids.get_mut(at) {
                lid.value.kind = *kind;
            }
            if let Some(given) = self.state.lid_kind.get_mut(at) {
                *given = true;
            }
            return;
        }
        match self.choose(t, 1, LAYERS) {
            Layer::Surface => self.lid_surface(at, t),
            Layer::Soil => self.lid_soil(at, t),
            Layer::Storage => self.lid_storage(at, t),
            Layer::Pavement => self.lid_pavement(at, t),
            Layer::DrainMat => self.lid_mat(at, t),
            Layer::Drain => self.lid_drain(at, t),
            Layer::Removals => self.lid_removals(at, t),
        }
    }

    fn lid_surface(&mut self, at: usize, t: &[&str]) {
        if !self.at_least(t, 7, "id SURFACE height vegetation roughness slope sides") {
            return;
        }
        let [height, vegetation, roughness, slope_pct, side_slope] = self.numbers(t, 2, "value", Bound::NotNegative);
        if vegetation >= 1.0 {
            self.error(codes::NUMBER, t[0], format!("the vegetation share is {vegetation}"), "it must be below 1");
        }
        let layer = LidSurface { storage_height: height, vegetation, roughness, slope_pct, side_slope };
        if let Some(lid) = self.deck.lids.get_mut(at) {
            lid.value.surface = Some(layer);
        }
    }

    fn lid_soil(&mut self, at: usize, t: &[&str]) {
        if !self.at_least(t, 9, "id SOIL thickness porosity FC WP Ksat Kslope suction") {
            return;
        }
        let v: [f64; 7] = self.numbers(t, 2, "value", Bound::NotNegative);
        let layer = LidSoil {
            thickness: v[0],
            porosity: v[1],
            field_capacity: v[2],
            wilting_point: v[3],
            conductivity: v[4],
            conductivity_slope: v[5],
            suction: v[6],
        };
        if let Some(lid) = self.deck.lids.get_mut(at) {
            lid.value.soil = Some(layer);
        }
    }

    fn lid_storage(&mut self, at: usize, t: &[&str]) {
        if !self.at_least(t, 6, "id STORAGE thickness voids seepage clogging (covered)") {
            return;
        }
        let [thickness, void_ratio, seepage, clogging] = self.numbers(t, 2, "value", Bound::NotNegative);
        let covered = self.yes_or(t, 6, false);
        if let Some(lid) = self.deck.lids.get_mut(at) {
            lid.value.storage = Some(LidStorage { thickness, void_ratio, seepage, clogging, covered });
        }
    }

    fn lid_pavement(&mut self, at: usize, t: &[&str]) {
        if !self.at_least(t, 7, "id PAVEMENT thickness voids impervious permeability clogging") {
            return;
        }
        let v: [f64; 5] = self.numbers(t, 2, "value", Bound::NotNegative);
        let layer = LidPavement {
            thickness: v[0],
            void_ratio: v[1],
            impervious: v[2],
            permeability: v[3],
            clogging: v[4],
            regeneration_days: self.num_or(t, 7, "days", Bound::NotNegative, 0.0),
            regeneration_degree: self.num_or(t, 8, "degree", Bound::Within(0.0, 1.0), 0.0),
        };
        if let Some(lid) = self.deck.lids.get_mut(at) {
            lid.value.pavement = Some(layer);
        }
    }

    fn lid_mat(&mut self, at: usize, t: &[&str]) {
        if !self.at_least(t, 5, "id DRAINMAT thickness voids roughness") {
            return;
        }
        let [thickness, void_fraction, roughness] = self.numbers(t, 2, "value", Bound::NotNegative);
        if let Some(lid) = self.deck.lids.get_mut(at) {
            lid.value.drain_mat = Some(LidDrainMat { thickness, void_fraction, roughness });
        }
    }

    fn lid_drain(&mut self, at: usize, t: &[&str]) {
        if !self.at_least(t, 6, "id DRAIN coefficient exponent offset delay (open close curve)") {
            return;
        }
        let [coefficient, exponent, offset, delay_h] = self.numbers(t, 2, "value", Bound::NotNegative);
        let layer = LidDrain {
            coefficient,
            exponent,
            offset,
            delay_h,
            open_level: self.num_or(t, 6, "level", Bound::NotNegative, 0.0),
            close_level: self.num_or(t, 7, "level", Bound::NotNegative, 0.0),
            curve: self.find_or(Class::Curve, t, 8).map(CurveIx),
        };
        if let Some(lid) = self.deck.lids.get_mut(at) {
            lid.value.drain = Some(layer);
        }
    }

    fn lid_removals(&mut self, at: usize, t: &[&str]) {
        self.at_least(t, 4, "id REMOVALS pollutant percent …");
        for i in (2..t.len()).step_by(2) {
            let of = PollutantIx(self.find(Class::Pollutant, t, i));
            let share = self.num(t, i + 1, "removal", Bound::Within(0.0, 100.0));
            let Some(lid) = self.deck.lids.get_mut(at) else { return };
            match lid.value.removals.iter_mut().find(|r| r.0 == of) {
                Some(entry) => entry.1 = share,
                None => lid.value.removals.push((of, share)),
            }
        }
    }

    pub(super) fn lid_usage(&mut self, t: &[&str]) {
        let subcatchment = SubcatchmentIx(self.find(Class::Subcatchment, t, 0));
        let lid = LidIx(self.find(Class::Lid, t, 1));
        let number = self.count(t, 2, "number of units", Bound::NotNegative);
        let [area, width] = self.numbers(t, 3, "value", Bound::NotNegative);
        let [saturation_pct, from_impervious_pct] = self.numbers(t, 5, "share", Bound::Within(0.0, 100.0));
        let to_pervious = self.num(t, 7, "outflow flag", Bound::NotNegative) > 0.0;
        let usage = LidUsage {
            subcatchment,
            lid,
            number,
            area,
            width,
            saturation_pct,
            from_impervious_pct,
            to_pervious,
            report_file: (!absent(t, 8)).then(|| t[8].to_owned()),
            drain_to: self.drain_to(t),
            from_pervious_pct: self.num_or(t, 10, "share", Bound::Within(0.0, 100.0), 0.0),
        };
        if number == 0 {
            self.info(codes::ADJUSTED, t[0], "a row of 0 units has no effect", "remove it");
            return;
        }
        let row = self.keep(usage);
        self.deck.lid_usage.push(row);
    }

    fn drain_to(&mut self, t: &[&str]) -> Option<Outlet> {
        if absent(t, 9) {
            return None;
        }
        let name = field(t, 9);
        let land = self.names.find(Class::Subcatchment, name).map(|s| Outlet::Subcatchment(SubcatchmentIx(s)));
        let found = land.or_else(|| self.names.find(Class::Node, name).map(|n| Outlet::Node(NodeIx(n))));
        if found.is_none() {
            self.undefined(Class::Node, t[0], &cut(name));
        }
        found
    }

    /// Says which LIDs have no kind.
    pub(super) fn finish_lids(&mut self) {
        let given = std::mem::take(&mut self.state.lid_kind);
        let lacking = self.deck.lids.iter().zip(given).filter(|(_, given)| !given);
        let lacking: Vec<(u32, String)> = lacking.map(|(l, _)| (l.line.0, l.id.clone())).collect();
        for (line, id) in lacking {
            self.line = line;
            self.error(
                codes::LID_TYPE,
                &id,
                "no type is given",
                "add a row of its name and BC, RG, GR, IT, PP, RB, VS or RD",
            );
        }
    }
}

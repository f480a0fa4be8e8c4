//! What rows of a deck say of one another: hydrology, LID, inflows.

use std::collections::BTreeMap;

use super::check::Check;
use super::codes;
use super::deck::{
    BuildupFunction, Evaporation, GageSource, LidControl, LidKind, PatternKind, Row, SeriesData, TemperatureSource,
    Wind,
};

/// Square feet in an acre, square metres in a hectare.
const AREAS: (f64, f64) = (43_560.0, 10_000.0);

impl Check<'_> {
    pub(super) fn hydrology(&mut self) {
        self.gages();
        self.climate();
        self.subcatchments();
        self.patterns();
        self.lids();
        self.lid_areas();
        self.unit_hydrographs();
    }

    /// Time series that something besides gauges uses.
    fn series_in_use(&self) -> Vec<bool> {
        let deck = self.deck;
        let mut used = vec![false; deck.series.len()];
        let mut mark = |at: usize| {
            if let Some(u) = used.get_mut(at) {
                *u = true;
            }
        };
        deck.inflows.iter().filter_map(|i| i.series).for_each(|s| mark(s.0));
        if let Evaporation::Series(s) = deck.climate.evaporation {
            mark(s.0);
        }
        if let TemperatureSource::Series(s) = deck.climate.temperature {
            mark(s.0);
        }
        for b in deck.landuses.iter().flat_map(|l| &l.buildup) {
            if let BuildupFunction::External { series, .. } = b.function {
                mark(series.0);
            }
        }
        used
    }

    fn gages(&mut self) {
        let deck = self.deck;
        let mut used = vec![false; deck.gages.len()];
        let of_land = deck.subcatchments.iter().filter_map(|s| s.gage);
        for g in of_land.chain(deck.unit_hydrographs.iter().filter_map(|u| u.gage)) {
            if let Some(u) = used.get_mut(g.0) {
                *u = true;
            }
        }
        let elsewhere = self.series_in_use();
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for (i, g) in deck.gages.iter().enumerate().filter(|(i, _)| used[*i]) {
            let GageSource::Series(s) = g.source else { continue };
            if let Some(k) = first.get(&s.0) {
                if deck.gages[*k].form != g.form {
                    let remedy = "give gauges of one series one form";
                    self.error(codes::GAGE_FORM, g, &g.id, "another gauge reads its series in another form", remedy);
                }
                continue;
            }
            first.insert(s.0, i);
            if elsewhere.get(s.0) == Some(&true) {
                let remedy = "give the gauge a series of its own";
                self.error(codes::GAGE_SERIES, g, &g.id, "its time series is also used by another object", remedy);
            }
            let Some(SeriesData::Points(points)) = deck.series.get(s.0).map(|s| &s.data) else { continue };
            let at: Vec<f64> = points.iter().map(|p| p.seconds_from(deck.options.start)).collect();
            let least = at.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min).round();
            #[allow(clippy::cast_precision_loss)] // below 2^53
            let interval = g.interval_s as f64;
            if least >= 1.0 && least.is_finite() && interval > least {
                let message = format!("it records every {interval} s, its series has {least} s");
                self.error(codes::GAGE_INTERVAL, g, &g.id, message, "give the interval of the series");
            } else if least.is_finite() && interval < least {
                let message = format!("it records every {interval} s, its series has {least} s");
                self.warn(codes::GAGE_COARSE, g, &g.id, message, "give the interval of the series");
            }
        }
    }

    fn climate(&mut self) {
        let c = &self.deck.climate;
        let file = matches!(c.temperature, TemperatureSource::File(_));
        let needed = matches!(c.evaporation, Evaporation::File(_) | Evaporation::Temperature) || c.wind == Wind::File;
        if needed && !file {
            let message = "evaporation or wind is to come from a climate file, but none is named".to_owned();
            let remedy = "add FILE to [TEMPERATURE]";
            self.say(crate::diagnostic::Severity::Error, codes::NO_CLIMATE, 0, "", message, remedy);
        }
    }

    fn subcatchments(&mut self) {
        let deck = self.deck;
        for s in &deck.subcatchments {
            if s.subarea.is_none() {
                let remedy = "add a row to [SUBAREAS]";
                self.warn(codes::NO_ROW, s, &s.id, "no row in [SUBAREAS]: it gives no runoff", remedy);
            }
            if s.infiltration.is_none() {
                let remedy = "add a row to [INFILTRATION]";
                self.warn(codes::NO_ROW, s, &s.id, "no row in [INFILTRATION]: nothing infiltrates", remedy);
            }
            if let Some(g) = &s.groundwater {
                let aquifer = deck.aquifers.get(g.aquifer.0);
                let table = g.water_table.or(aquifer.map(|a| a.water_table));
                if table.is_some_and(|t| g.surface < t) {
                    let remedy = "raise the ground or lower the water table";
                    self.error(codes::GROUND, s, &s.id, "the ground is below the water table", remedy);
                }
            }
        }
        let pattern = |p: Option<super::deck::PatternIx>| p.and_then(|p| deck.patterns.get(p.0)).map(|p| p.kind);
        for a in &deck.aquifers {
            if pattern(a.evaporation_pattern).is_some_and(|k| k != PatternKind::Monthly) {
                let remedy = "give a MONTHLY pattern";
                self.error(codes::AQUIFER, a, &a.id, "the evaporation pattern is not monthly", remedy);
            }
        }
    }

    fn patterns(&mut self) {
        for p in &self.deck.patterns {
            if p.factors.len() != p.kind.len() {
                let message = format!("{} factors of {}: those that lack are 1", p.factors.len(), p.kind.len());
                self.warn(codes::PATTERN_COUNT, p, &p.id, message, "give all factors");
            }
        }
    }

    fn lids(&mut self) {
        for l in &self.deck.lids {
            let thick = |v: Option<f64>| v.unwrap_or(0.0) > 0.0;
            let soil = thick(l.soil.map(|s| s.thickness));
            let missing = match l.kind {
                LidKind::Bioretention | LidKind::RainGarden => !soil,
                LidKind::GreenRoof => !soil || !thick(l.drain_mat.map(|m| m.thickness)),
                LidKind::PermeablePavement => !thick(l.pavement.map(|p| p.thickness)),
                LidKind::InfiltrationTrench => !thick(l.storage.map(|s| s.thickness)),
                LidKind::RainBarrel | LidKind::VegetativeSwale | LidKind::RooftopDisconnection => false,
            };
            if missing {
                let remedy = "give every layer its kind needs, with a thickness above 0";
                self.error(codes::LID_LAYER, l, &l.id, "a layer that its kind needs is missing", remedy);
            } else {
                self.lid_values(l);
            }
        }
    }

    fn lid_values(&mut self, l: &Row<LidControl>) {
        let wrong = |c: &mut Self, layer: &str, remedy: &str| {
            c.error(codes::LID_VALUE, l, &l.id, format!("invalid parameters of its {layer}"), remedy);
        };
        if let Some(p) = l.pavement.filter(|_| l.kind == LidKind::PermeablePavement)
            && (p.permeability <= 0.0 || p.void_ratio <= 0.0 || p.impervious > 1.0)
        {
            wrong(self, "pavement", "permeability and voids above 0, impervious share at most 1");
        }
        if let Some(s) = l.soil.filter(|s| s.thickness > 0.0) {
            let order = s.porosity > 0.0 && s.field_capacity < s.porosity && s.wilting_point < s.field_capacity;
            if !order || s.conductivity <= 0.0 {
                wrong(self, "soil", "wilting point < field capacity < porosity, conductivity above 0");
            }
        }
        if let Some(s) = l.storage.filter(|s| s.thickness > 0.0 && l.kind != LidKind::RainBarrel)
            && s.void_ratio <= 0.0
        {
            wrong(self, "storage", "give a void ratio above 0");
        }
        if let Some(d) = &l.drain
            && d.open_level > 0.0
            && d.open_level <= d.close_level
        {
            wrong(self, "drain", "let it open at a higher level than it closes");
        }
        if l.kind == LidKind::VegetativeSwale {
            let fits = l.surface.is_some_and(|s| s.roughness * s.slope_pct > 0.0 && s.storage_height > 0.0);
            if !fits {
                wrong(self, "swale surface", "give roughness, slope and height above 0");
            }
        }
    }

    fn lid_areas(&mut self) {
        let deck = self.deck;
        let unit = match deck.units() {
            super::deck::UnitSystem::Us => AREAS.0,
            super::deck::UnitSystem::Si => AREAS.1,
        };
        let mut sums = vec![[0.0; 3]; deck.subcatchments.len()];
        for u in &deck.lid_usage {
            let Some(sum) = sums.get_mut(u.subcatchment.0) else { continue };
            sum[0] += u.area * f64::from(u.number);
            sum[1] += u.from_impervious_pct;
            sum[2] += u.from_pervious_pct;
        }
        for (s, [area, impervious, pervious]) in deck.subcatchments.iter().zip(sums) {
            if area > s.area * unit * 1.001 {
                let message = format!("its LIDs take {area} of {}", s.area * unit);
                self.error(codes::LID_AREA, s, &s.id, message, "use fewer or smaller units");
            }
            if impervious > 100.1 || pervious > 100.1 {
                let remedy = "let the shares sum to at most 100 %";
                self.error(codes::LID_CAPTURE, s, &s.id, "its LIDs capture more than all runoff", remedy);
            }
        }
    }

    fn unit_hydrographs(&mut self) {
        let deck = self.deck;
        let mut used = vec![false; deck.unit_hydrographs.len()];
        for r in &deck.rdii {
            if let Some(u) = used.get_mut(r.unit_hydrograph.0) {
                *u = true;
            }
        }
        for (u, used) in deck.unit_hydrographs.iter().zip(used) {
            // Sum of the shares of rain for each month, as later rows leave them.
            let mut shares = [[0.0; 3]; 12];
            for r in &u.responses {
                if r.t_h < 0.0 || r.k < 0.0 {
                    let remedy = "give T and K of 0 or above";
                    self.error(codes::UH_TIME, u, &u.id, "invalid time base", remedy);
                }
                for (m, month) in shares.iter_mut().enumerate() {
                    if r.month.is_none_or(|x| usize::from(x) == m + 1) {
                        month[r.term as usize] = r.r;
                    }
                }
            }
            let wrong = |m: &[f64; 3]| m.iter().any(|r| *r < 0.0) || m.iter().sum::<f64>() > 1.01;
            if shares.iter().any(wrong) {
                let remedy = "let R be 0 or above and sum to at most 1 for each month";
                self.error(codes::UH_RATIO, u, &u.id, "invalid response ratios", remedy);
            }
            if used && u.gage.is_none() {
                let remedy = "add a row of its name and its gauge";
                self.warn(codes::NO_ROW, u, &u.id, "no gauge is given: it has no rain", remedy);
            }
        }
    }
}

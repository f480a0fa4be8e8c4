//! Rain gauges, evaporation, temperature, wind, snowmelt, adjustments.

use super::codes;
use super::deck::{ClimateFile, Evaporation, Gage, GageSource, PatternIx, RainForm, SeriesIx, TemperatureSource, Wind};
use super::lex;
use super::names::Class;
use super::read::{Bound, Reader, absent, cut, field};
use super::when;

impl Reader<'_> {
    pub(super) fn gage(&mut self, t: &[&str]) {
        let forms =
            [("INTENSITY", RainForm::Intensity), ("VOLUME", RainForm::Volume), ("CUMULATIVE", RainForm::Cumulative)];
        let form = self.choose(t, 1, &forms);
        let interval_s = self.seconds(t, 2, "recording interval");
        if interval_s == 0 && when::hours(field(t, 2)).is_some() {
            self.error(codes::DATE, t[0], "the recording interval is 0", "give hours or h:mm");
        }
        let snow_factor = self.num(t, 3, "snow catch factor", Bound::Any);
        let source = if self.choose(t, 4, &[("TIMESERIES", true), ("FILE", false)]) {
            self.at_least(t, 6, "name form interval factor TIMESERIES series");
            GageSource::Series(SeriesIx(self.find(Class::Series, t, 5)))
        } else {
            let units = [("IN", false), ("MM", true)];
            let millimetres = if self.at_least(t, 8, "name form interval factor FILE \"file\" station IN/MM (date)") {
                self.choose(t, 7, &units)
            } else {
                false
            };
            GageSource::File {
                path: field(t, 5).to_owned(),
                station: field(t, 6).to_owned(),
                millimetres,
                start: (!absent(t, 8)).then(|| self.date(t, 8, "start date")),
            }
        };
        let row = self.keep(Gage { id: t[0].to_owned(), form, interval_s, snow_factor, source });
        self.deck.gages.push(row);
    }

    pub(super) fn evaporation(&mut self, t: &[&str]) {
        const WORDS: &[(&str, u8)] = &[
            ("CONSTANT", 0),
            ("MONTHLY", 1),
            ("TIMESERIES", 2),
            ("TEMPERATURE", 3),
            ("FILE", 4),
            ("RECOVERY", 5),
            ("DRY_ONLY", 6),
        ];
        let kind = self.choose(t, 0, WORDS);
        if !matches!(kind, 3 | 4) && !self.at_least(t, 2, "source value") {
            return;
        }
        match kind {
            0 => self.deck.climate.evaporation = Evaporation::Constant(self.num(t, 1, "evaporation", Bound::Any)),
            1 if self.at_least(t, 13, "MONTHLY and twelve values") => {
                self.deck.climate.evaporation = Evaporation::Monthly(self.numbers(t, 1, "evaporation", Bound::Any));
            }
            2 => {
                self.deck.climate.evaporation = Evaporation::Series(SeriesIx(self.find(Class::Series, t, 1)));
            }
            3 => self.deck.climate.evaporation = Evaporation::Temperature,
            4 if t.len() == 1 => self.deck.climate.evaporation = Evaporation::File([1.0; 12]),
            4 if self.at_least(t, 13, "FILE and twelve pan coefficients") => {
                self.deck.climate.evaporation = Evaporation::File(self.numbers(t, 1, "pan coefficient", Bound::Any));
            }
            5 => self.deck.climate.recovery = Some(PatternIx(self.find(Class::Pattern, t, 1))),
            6 => self.deck.climate.dry_only = self.yes_or(t, 1, false),
            _ => {}
        }
    }

    pub(super) fn temperature(&mut self, t: &[&str]) {
        const WORDS: &[(&str, u8)] = &[("TIMESERIES", 0), ("FILE", 1), ("WINDSPEED", 2), ("SNOWMELT", 3), ("ADC", 4)];
        match self.choose(t, 0, WORDS) {
            0 => {
                let series = SeriesIx(self.find(Class::Series, t, 1));
                self.deck.climate.temperature = TemperatureSource::Series(series);
            }
            1 if self.at_least(t, 2, "FILE \"file\" (start date) (units)") => {
                let start = (!absent(t, 2)).then(|| self.date(t, 2, "start date"));
                let units = (!absent(t, 3)).then(|| t[3].to_owned());
                self.deck.climate.temperature =
                    TemperatureSource::File(ClimateFile { path: t[1].to_owned(), start, units });
            }
            2 if lex::is(field(t, 1), "FILE") => self.deck.climate.wind = Wind::File,
            2 if self.at_least(t, 14, "WINDSPEED MONTHLY and twelve values") => {
                self.deck.climate.wind = Wind::Monthly(self.numbers(t, 2, "wind speed", Bound::Any));
            }
            3 if self.at_least(t, 7, "SNOWMELT divide ATI RNM elevation latitude correction") => {
                let v: [f64; 6] = self.numbers(t, 1, "snowmelt parameter", Bound::Any);
                let fraction = 0.0..=1.0;
                if !fraction.contains(&v[1]) || !fraction.contains(&v[2]) || v[4].abs() >= 89.99 {
                    let remedy = "ATI weight and negative melt ratio are from 0 to 1, latitude from -89.99 to 89.99";
                    self.error(codes::SNOWMELT, t[0], "invalid snowmelt parameters", remedy);
                }
                let s = &mut self.deck.climate.snowmelt;
                s.snow_temperature = Some(v[0]);
                (s.ati_weight, s.negative_melt_ratio, s.elevation) = (v[1], v[2], v[3]);
                (s.latitude_deg, s.longitude_correction_min) = (v[4], v[5]);
            }
            4 if self.at_least(t, 12, "ADC IMPERV/PERV and ten fractions") => {
                let pervious = self.choose(t, 1, &[("IMPERV", false), ("PERV", true)]);
                let values = self.numbers(t, 2, "fraction", Bound::Within(0.0, 1.0));
                let curves = &mut self.deck.climate.depletion;
                *(if pervious { &mut curves.pervious } else { &mut curves.impervious }) = values;
            }
            _ => {}
        }
    }

    pub(super) fn adjustment(&mut self, t: &[&str]) {
        const WORDS: &[(&str, u8)] =
            &[("TEMP", 0), ("EVAP", 1), ("RAIN", 2), ("CONDUCT", 3), ("N-PERV", 4), ("DSTORE", 5), ("INFIL", 6)];
        if t.len() == 1 {
            return;
        }
        let kind = self.choose(t, 0, WORDS);
        if kind >= 4 {
            return self.subcatchment_pattern(kind, t);
        }
        if !self.at_least(t, 13, "parameter and twelve values") {
            return;
        }
        let values: [f64; 12] = self.numbers(t, 1, "adjustment", Bound::Any);
        if kind == 3 && values.iter().any(|v| *v <= 0.0) {
            self.warn(codes::ADJUSTED, t[0], "a factor of 0 or below is read as 1", "give factors above 0");
        }
        let a = &mut self.deck.climate.adjustments;
        match kind {
            0 => a.temperature = values,
            1 => a.evaporation = values,
            2 => a.rainfall = values,
            _ => a.conductivity = values.map(|v| if v <= 0.0 { 1.0 } else { v }),
        }
    }

    fn subcatchment_pattern(&mut self, kind: u8, t: &[&str]) {
        if !self.at_least(t, 3, "parameter subcatchment pattern") {
            return;
        }
        let (at, pattern) = (self.find(Class::Subcatchment, t, 1), PatternIx(self.find(Class::Pattern, t, 2)));
        self.state.later.push((at, kind, pattern));
    }

    /// Sets the patterns of subcatchments, which may stand below the rows that name them.
    pub(super) fn finish_patterns(&mut self) {
        for (at, kind, pattern) in std::mem::take(&mut self.state.later) {
            let Some(s) = self.deck.subcatchments.get_mut(at) else { continue };
            match kind {
                4 => s.value.n_pervious_pattern = Some(pattern),
                5 => s.value.storage_pattern = Some(pattern),
                _ => s.value.infiltration_pattern = Some(pattern),
            }
        }
    }

    /// Says what a value was replaced by.
    pub(super) fn adjusted(&mut self, id: &str, what: &str, from: f64, to: f64) {
        self.warn(
            codes::ADJUSTED,
            id,
            format!("{what} {from} is read as {to}"),
            format!("give {}", cut(&to.to_string())),
        );
    }
}

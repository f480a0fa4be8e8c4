//! Evaporation, air temperature, wind and the factors of the month.
//!
//! *Source:* EPA/600/R-15/162A, chapter 2 (sections 2.3 temperature, 2.4 evaporation, 2.5 wind, 2.6 adjustments);
//! Hargreaves & Samani (1985), *Appl. Eng. Agric.* 1(2), 96–99; Huber & Dickinson (1988), *SWMM 4 User's Manual*,
//! appendix II, for the sinusoid between daily extremes.

use serde::{Deserialize, Serialize};

use super::super::model::{Climate, ClimateDay, DrainageModel, Evaporation, PatternKind, Temperature, Wind};
use super::temperature::{DayCurve, WeekMean, hargreaves_ms};
use crate::units::S_PER_DAY;

/// SWMM's air temperature where nothing is known: 70 °F [°C].
pub const DEFAULT_TEMPERATURE_C: f64 = (70.0 - 32.0) * 5.0 / 9.0;
/// "Not within this run": what SWMM looks ahead for changes it does not know [s].
const FAR_S: f64 = 365.0 * S_PER_DAY;
/// SWMM's dates stand a millisecond after the time they are computed from [s].
pub(super) const DATE_LAG_S: f64 = 1e-3;

/// Climate now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClimateState {
    /// Potential evaporation [m/s].
    pub evaporation_ms: f64,
    /// Air temperature [°C].
    pub temperature_c: f64,
    /// Wind [m/s].
    pub wind_ms: f64,
    /// Multiplies the drying of soil [–].
    pub recovery: f64,
    /// Multiplies rain [–].
    pub rain_factor: f64,
    /// Multiplies soil conductivity [–].
    pub conductivity_factor: f64,
    /// Season of melt, −1 (21 December) to 1 (21 June); `None` = no temperatures, nothing melts by the day.
    pub season: Option<f64>,
    /// When evaporation changes next [s].
    pub next_evaporation_s: f64,
    next_evaporation: f64,
    series_read: u32,
    /// Rate of the series before the adjustment of the month [m/s].
    series_ms: f64,
    day: Option<i64>,
    file_day: i64,
    file: FileValues,
    curve: DayCurve,
    week: WeekMean,
}

/// Last known values of a climate file.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct FileValues {
    min_c: f64,
    max_c: f64,
    evaporation_ms: f64,
    wind_ms: f64,
}

impl FileValues {
    fn take(&mut self, day: &ClimateDay) {
        let set = |to: &mut f64, value: Option<f64>| *to = value.unwrap_or(*to);
        set(&mut self.min_c, day.temp_min_c);
        set(&mut self.max_c, day.temp_max_c);
        set(&mut self.evaporation_ms, day.evaporation_ms);
        set(&mut self.wind_ms, day.wind_ms);
    }
}

fn file_day(climate: &Climate, day: i64) -> Option<&ClimateDay> {
    climate.daily.binary_search_by_key(&day, |d| d.day).ok().map(|at| &climate.daily[at])
}

impl ClimateState {
    /// At time 0, before the first step.
    #[must_use]
    pub fn start(model: &DrainageModel) -> Self {
        let climate = &model.climate;
        let mut state = Self {
            evaporation_ms: 0.0,
            temperature_c: DEFAULT_TEMPERATURE_C,
            wind_ms: 0.0,
            recovery: 1.0,
            rain_factor: 1.0,
            conductivity_factor: 1.0,
            season: None,
            next_evaporation_s: -model.calendar.start_second,
            next_evaporation: 0.0,
            series_read: 0,
            series_ms: 0.0,
            day: None,
            file_day: model.calendar.start_day,
            file: FileValues {
                min_c: DEFAULT_TEMPERATURE_C,
                max_c: DEFAULT_TEMPERATURE_C,
                evaporation_ms: 0.0,
                wind_ms: 0.0,
            },
            curve: DayCurve::default(),
            week: WeekMean::default(),
        };
        if let Some(day) = file_day(climate, state.file_day) {
            state.file.take(day);
        }
        if let Evaporation::Series(series, factor) = climate.evaporation {
            state.start_series(model, series.at(), factor);
        }
        state
    }

    /// The first value at or after midnight of the start rules from the start on, whatever stands before it.
    fn start_series(&mut self, model: &DrainageModel, series: usize, factor: f64) {
        let midnight_s = -model.calendar.start_second;
        let Some(&(first_s, first)) = model.series.get(series).and_then(|s| s.points.first()) else { return };
        (self.next_evaporation_s, self.next_evaporation, self.series_read) = (first_s, first * factor, 1);
        if first_s < midnight_s {
            self.look_ahead(model, midnight_s);
        }
        self.series_ms = self.next_evaporation;
        self.evaporation_ms = self.series_ms;
        self.look_ahead(model, self.next_evaporation_s);
    }

    /// Finds the next change of evaporation once `date_s` has reached the present one.
    fn look_ahead(&mut self, model: &DrainageModel, date_s: f64) {
        if self.next_evaporation_s > date_s {
            return;
        }
        let calendar = &model.calendar;
        let day_start_s = |day: i64| (day - calendar.start_day) as f64 * S_PER_DAY - calendar.start_second;
        let day = (calendar.absolute_s(date_s) / S_PER_DAY).floor() as i64;
        self.next_evaporation_s = match model.climate.evaporation {
            Evaporation::Monthly(_) => {
                let now = calendar.civil(date_s);
                let of_month = |ahead: i64| calendar.civil(day_start_s(day + ahead)).month;
                // The first of the next month: at most 31 days ahead.
                let ahead = (1..=31).find(|&n| of_month(n) != now.month).unwrap_or(31);
                day_start_s(day + ahead)
            }
            Evaporation::File(_) => day_start_s(day + 1),
            Evaporation::Series(series, factor) => {
                let points = model.series.get(series.at()).map_or(&[][..], |s| &s.points);
                let mut next_s = date_s + FAR_S;
                while let Some(&(time_s, value)) = points.get(self.series_read as usize) {
                    self.series_read += 1;
                    if time_s > model.options.duration_s {
                        break;
                    }
                    if time_s >= date_s {
                        next_s = time_s;
                        self.next_evaporation = value * factor;
                        break;
                    }
                }
                next_s
            }
            Evaporation::Constant(_) | Evaporation::Temperature => date_s + FAR_S,
        };
    }

    /// Moves to time `time_s`, never back.
    pub fn advance(&mut self, model: &DrainageModel, time_s: f64) {
        let date_s = time_s + DATE_LAG_S;
        let civil = model.calendar.civil(date_s);
        let month = usize::from(civil.month) - 1;
        let climate = &model.climate;
        if !climate.daily.is_empty() {
            let today = (model.calendar.absolute_s(date_s) / S_PER_DAY).floor() as i64;
            while self.file_day < today {
                self.file_day += 1;
                if let Some(day) = file_day(climate, self.file_day) {
                    self.file.take(day);
                }
            }
        }
        if !matches!(climate.temperature, Temperature::None) {
            self.set_temperature(model, date_s, month);
        }
        self.set_evaporation(model, date_s, month);
        self.wind_ms = match climate.wind {
            Wind::Monthly(values) => values[month],
            Wind::File => self.file.wind_ms,
        };
        self.rain_factor = climate.rain_factor.0[month];
        let factor = climate.conductivity_factor.0[month];
        self.conductivity_factor = if factor > 0.0 { factor } else { 1.0 };
        self.look_ahead(model, date_s);
    }

    fn set_temperature(&mut self, model: &DrainageModel, date_s: f64, month: usize) {
        let (climate, civil) = (&model.climate, model.calendar.civil(date_s));
        let change_k = climate.temperature_change_k[month];
        let today = (model.calendar.absolute_s(date_s) / S_PER_DAY).floor() as i64;
        if self.day.is_none_or(|day| today > day) {
            self.day = Some(today);
            let day_of_year = f64::from(civil.day_of_year);
            if matches!(climate.temperature, Temperature::File) {
                let (a, b) = (self.file.min_c + change_k, self.file.max_c + change_k);
                let (low, high) = (a.min(b), a.max(b));
                self.curve = self.curve.next(low, high, day_of_year, &climate.snow);
                if matches!(climate.evaporation, Evaporation::Temperature) {
                    self.week.add(low, high);
                    self.file.evaporation_ms = hargreaves_ms(day_of_year, &self.week, climate.snow.latitude_deg);
                }
            }
            self.season = Some((0.017_261_5 * (day_of_year - 81.0)).sin());
        }
        match climate.temperature {
            Temperature::None => {}
            Temperature::File => self.temperature_c = self.curve.at(civil.second_of_day / 3600.0),
            Temperature::Series(series, factor, offset) => {
                if let Some(series) = model.series.get(series.at()) {
                    self.temperature_c = held_ends(&series.points, date_s) * factor + offset + change_k;
                }
            }
        }
    }

    fn set_evaporation(&mut self, model: &DrainageModel, date_s: f64, month: usize) {
        let climate = &model.climate;
        let change_ms = climate.evaporation_change_ms[month];
        let base = match climate.evaporation {
            Evaporation::Constant(rate) => rate,
            Evaporation::Monthly(rates) => rates[month],
            Evaporation::Series(..) => {
                if date_s >= self.next_evaporation_s {
                    self.series_ms = self.next_evaporation;
                } else if model.options.defects.others {
                    // SWMM 5.2.4 adds the month's change again at every step until the series changes.
                    self.series_ms = self.evaporation_ms;
                }
                self.series_ms
            }
            Evaporation::File(pan) => self.file.evaporation_ms * pan[month],
            Evaporation::Temperature => self.file.evaporation_ms,
        };
        self.evaporation_ms = base + change_ms;
        self.recovery = climate.recovery.and_then(|p| model.patterns.get(p.at())).map_or(1.0, |p| match p.kind {
            PatternKind::Monthly => p.factors.get(month).copied().unwrap_or(1.0),
            _ => 1.0,
        });
    }

    /// Saturation vapour pressure at the air's temperature [inHg], the unit of SWMM's law of melt under rain.
    #[must_use]
    pub fn vapour_pressure_in_hg(&self) -> f64 {
        8.1175e6 * (-7701.544 / (fahrenheit(self.temperature_c) + 405.0265)).exp()
    }
}

/// From °C to °F, for laws given in °F.
pub(super) fn fahrenheit(celsius: f64) -> f64 {
    celsius * 1.8 + 32.0
}

/// Linear between points, the first and last value beyond them; 0 for none.
fn held_ends(points: &[(f64, f64)], x: f64) -> f64 {
    let after = points.partition_point(|p| p.0 < x);
    match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
        (None, None) => 0.0,
        (None, Some(p)) => p.1,
        (Some(p), None) => p.1,
        (Some((x0, y0)), Some(&(x1, y1))) => y0 + (x - x0) * (y1 - y0) / (x1 - x0),
    }
}

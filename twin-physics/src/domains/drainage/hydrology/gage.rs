//! Rain gages: from a record to an intensity that holds over intervals.
//!
//! A value of a record holds for one recording interval from its time; then it is dry until the next value. Values of 0
//! are passed over, so that the time of the next rain, which bounds the runoff step, is the time it really rains again.
//!
//! *Source:* EPA/600/R-15/162A, sections 3.2 and 3.3; Rossman (2022), EPA-600/R-22/030, appendix D, RAINGAGES.

use serde::{Deserialize, Serialize};

use super::super::model::{Gage, RainForm};

/// SWMM's margin when it looks up a date: 1.1574074e-5 d [s].
const MARGIN_S: f64 = 1.157_407_4e-5 * 86_400.0;
/// Hours of rain totals kept for control rules.
pub const PAST_HOURS: usize = 48;
const HOUR_S: f64 = 3600.0;

/// Place in a record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RainCursor {
    /// Start of the present interval; `None` = no record [s].
    pub start_s: Option<f64>,
    /// Its end [s].
    pub end_s: f64,
    /// Intensity now [m/s].
    pub rate_ms: f64,
    /// Start of the next interval with rain; `None` = no more [s].
    pub next_s: Option<f64>,
    /// Its intensity [m/s].
    pub next_ms: f64,
    /// Values read.
    read: u32,
    /// Last value of a running total [m].
    total_m: f64,
}

impl RainCursor {
    /// At the start of a run, time 0. `factor` multiplies rain in the month of the start.
    #[must_use]
    pub fn start(gage: &Gage, factor: f64) -> Self {
        let mut cursor = Self::default();
        let Some((start_s, rate_ms)) = cursor.read(gage, factor) else { return cursor };
        if start_s > 0.0 {
            // Dry until the record begins.
            (cursor.next_s, cursor.next_ms) = (Some(start_s), rate_ms);
            (cursor.start_s, cursor.end_s) = (Some(0.0), start_s);
        } else {
            (cursor.start_s, cursor.end_s) = (Some(start_s), start_s + gage.interval_s);
            cursor.rate_ms = rate_ms;
            cursor.read_next(gage, factor);
        }
        cursor
    }

    /// Next value of the record as an intensity.
    fn read(&mut self, gage: &Gage, factor: f64) -> Option<(f64, f64)> {
        let &(time_s, value) = gage.record.get(self.read as usize)?;
        self.read += 1;
        let rate = match gage.form {
            RainForm::Intensity => value,
            RainForm::Volume => value / gage.interval_s,
            RainForm::Cumulative => {
                // A total that falls has been reset.
                let depth_m = if value < self.total_m { value } else { value - self.total_m };
                self.total_m = value;
                depth_m / gage.interval_s
            }
        };
        Some((time_s, rate * factor))
    }

    fn read_next(&mut self, gage: &Gage, factor: f64) {
        self.next_ms = 0.0;
        self.next_s = loop {
            match self.read(gage, factor) {
                None => break None,
                Some((_, 0.0)) => {}
                Some((time_s, rate)) => {
                    self.next_ms = rate;
                    break Some(time_s);
                }
            }
        };
    }

    /// Moves to time `time_s`, never back. The factor applies to the value read ahead, as in SWMM.
    pub fn advance(&mut self, gage: &Gage, time_s: f64, factor: f64) {
        let t = time_s + MARGIN_S;
        loop {
            match self.start_s {
                Some(start_s) if t >= start_s => {}
                _ => break self.rate_ms = 0.0,
            }
            if t < self.end_s {
                break;
            }
            match self.next_s {
                Some(next_s) if t >= next_s => {
                    self.start_s = Some(next_s);
                    self.end_s = next_s + gage.interval_s;
                    self.rate_ms = self.next_ms;
                    self.read_next(gage, factor);
                }
                _ => break self.rate_ms = 0.0,
            }
        }
    }

    /// When intensity changes next after `time_s`; `None` = not foreseen [s].
    #[must_use]
    pub fn next_change_s(&self, time_s: f64) -> Option<f64> {
        let t = time_s + MARGIN_S;
        match self.start_s {
            Some(start_s) if t < start_s => Some(start_s),
            _ if t < self.end_s => Some(self.end_s),
            _ => self.next_s,
        }
    }

    /// Intensity in a report at `time_s`, which may be up to one runoff step behind or ahead [m/s].
    #[must_use]
    pub fn report_ms(&self, time_s: f64) -> f64 {
        let t = time_s + MARGIN_S;
        if t < self.end_s {
            self.rate_ms
        } else if self.next_s.is_some_and(|next_s| t < next_s) {
            0.0
        } else {
            self.next_ms
        }
    }
}

/// A gage during a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GageState {
    /// Its own record.
    pub cursor: RainCursor,
    /// Imposed from outside in the present step; `None` = the record rules [m/s].
    pub imposed_ms: Option<f64>,
    /// Rain of the running hour, then of each full hour before [m].
    past_m: Vec<f64>,
    /// Seconds into the running hour [s].
    past_s: f64,
}

impl GageState {
    /// At time 0.
    #[must_use]
    pub fn start(gage: &Gage, factor: f64) -> Self {
        Self {
            cursor: RainCursor::start(gage, factor),
            imposed_ms: None,
            past_m: vec![0.0; PAST_HOURS + 1],
            past_s: 0.0,
        }
    }

    /// Intensity now, rain or snow [m/s].
    #[must_use]
    pub fn rate_ms(&self) -> f64 {
        self.imposed_ms.unwrap_or(self.cursor.rate_ms)
    }

    /// Intensity in a report at `time_s` [m/s].
    #[must_use]
    pub fn report_ms(&self, time_s: f64) -> f64 {
        self.imposed_ms.unwrap_or_else(|| self.cursor.report_ms(time_s))
    }

    /// Books `dt_s` of the present intensity in the hourly totals. An hour counts once time goes on beyond it.
    pub fn remember(&mut self, mut dt_s: f64) {
        let rate = self.rate_ms();
        while dt_s > 0.0 {
            if self.past_s >= HOUR_S {
                self.past_m.rotate_right(1);
                (self.past_m[0], self.past_s) = (0.0, 0.0);
            }
            let part_s = dt_s.min(HOUR_S - self.past_s);
            self.past_m[0] += rate * part_s;
            self.past_s += part_s;
            dt_s -= part_s;
        }
    }

    /// Rain of the last `hours` full hours, 1..48; 0 otherwise [m].
    #[must_use]
    pub fn past_rain_m(&self, hours: usize) -> f64 {
        if (1..=PAST_HOURS).contains(&hours) { self.past_m[1..=hours].iter().sum() } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gage(form: RainForm, record: &[(f64, f64)]) -> Gage {
        Gage { form, interval_s: 300.0, record: record.to_vec(), ..Gage::default() }
    }

    fn at(gage: &Gage, times: &[f64]) -> Vec<f64> {
        let mut cursor = RainCursor::start(gage, 1.0);
        let step = |t: &f64| {
            cursor.advance(gage, *t, 1.0);
            cursor.rate_ms
        };
        times.iter().map(step).collect()
    }

    #[test]
    fn a_value_holds_for_one_interval_and_gaps_are_dry() {
        let g = gage(RainForm::Intensity, &[(600.0, 2.0), (900.0, 3.0), (2400.0, 4.0)]);
        let times = [0.0, 599.5, 600.0, 899.0 - 1.0, 900.0, 1199.0 - 1.0, 1200.0, 2400.0, 2700.0];
        assert_eq!(at(&g, &times), [0.0, 2.0, 2.0, 2.0, 3.0, 3.0, 0.0, 4.0, 0.0]);
    }

    #[test]
    fn volumes_and_totals_become_intensities() {
        let g = gage(RainForm::Volume, &[(0.0, 3.0)]);
        assert_eq!(at(&g, &[0.0, 300.0]), [0.01, 0.0]);
        let g = gage(RainForm::Cumulative, &[(0.0, 3.0), (300.0, 3.0), (600.0, 9.0), (900.0, 1.5)]);
        assert_eq!(at(&g, &[0.0, 300.0, 600.0, 900.0]), [0.01, 0.0, 0.02, 0.005]);
    }

    #[test]
    fn the_next_change_is_an_end_or_the_next_rain() {
        let g = gage(RainForm::Intensity, &[(-600.0, 1.0), (0.0, 2.0), (300.0, 0.0), (900.0, 3.0)]);
        let mut cursor = RainCursor::start(&g, 1.0);
        cursor.advance(&g, 0.0, 1.0);
        assert_eq!((cursor.rate_ms, cursor.next_change_s(0.0)), (2.0, Some(300.0)));
        cursor.advance(&g, 300.0, 1.0);
        assert_eq!((cursor.rate_ms, cursor.next_change_s(300.0)), (0.0, Some(900.0)));
        assert_eq!((cursor.report_ms(300.0), cursor.report_ms(900.0)), (0.0, 3.0));
    }

    #[test]
    fn hourly_totals_count_full_hours() {
        let g = gage(RainForm::Intensity, &[]);
        let mut state = GageState::start(&g, 1.0);
        state.imposed_ms = Some(1.0 / 1024.0);
        state.remember(5400.0);
        assert_eq!((state.past_rain_m(1), state.past_rain_m(2)), (3600.0 / 1024.0, 3600.0 / 1024.0));
        state.imposed_ms = Some(0.0);
        state.remember(1800.0);
        assert_eq!(state.past_rain_m(1), 3600.0 / 1024.0);
        state.remember(1.0);
        assert_eq!((state.past_rain_m(1), state.past_rain_m(2)), (1800.0 / 1024.0, 5400.0 / 1024.0));
        assert_eq!((state.past_rain_m(0), state.past_rain_m(49)), (0.0, 0.0));
    }
}

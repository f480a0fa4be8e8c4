//! Temperature within a day, and evaporation from it.
//!
//! *Source:* EPA/600/R-15/162A, sections 2.3 and 2.4; Hargreaves & Samani (1985), *Appl. Eng. Agric.* 1(2), 96–99.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::super::model::SnowMelt;

/// Temperature over one day: the lowest at sunrise, the highest three hours before sunset, sine waves between.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct DayCurve {
    low_c: f64,
    high_c: f64,
    /// Highest of the day before; `None` before the first day [°C].
    high_before_c: Option<f64>,
    /// Hours of the lowest and the highest [h].
    low_h: f64,
    high_h: f64,
    /// Fall from the day before's highest [K].
    fall_k: f64,
}

impl DayCurve {
    /// The curve of the day after this one.
    #[must_use]
    pub fn next(&self, low_c: f64, high_c: f64, day_of_year: f64, place: &SnowMelt) -> Self {
        let declination = 0.409_28 * (0.017_202 * (172.0 - day_of_year)).cos();
        let angle = -declination.tan() * place.latitude_deg.to_radians().tan();
        let half_day_h = 3.8197 * angle.clamp(-1.0, 1.0).acos();
        let noon_h = 12.0 + place.longitude_correction_s / 3600.0;
        let before = self.high_before_c.unwrap_or(high_c);
        Self {
            low_c,
            high_c,
            high_before_c: Some(high_c),
            low_h: noon_h - half_day_h,
            high_h: noon_h + half_day_h - 3.0,
            fall_k: before - low_c,
        }
    }

    /// Temperature at an hour of the day, 0..24 [°C].
    #[must_use]
    pub fn at(&self, hour: f64) -> f64 {
        let rise_h = self.low_h - self.high_h;
        let night_h = 24.0 + rise_h;
        let (mean_c, half_k) = (f64::midpoint(self.low_c, self.high_c), (self.high_c - self.low_c) / 2.0);
        if hour < self.low_h {
            self.low_c + self.fall_k / 2.0 * (PI / night_h * (self.low_h - hour)).sin()
        } else if hour <= self.high_h {
            mean_c + half_k * (PI / rise_h * (f64::midpoint(self.low_h, self.high_h) - hour)).sin()
        } else {
            self.high_c - half_k * (PI / night_h * (hour - self.high_h)).sin()
        }
    }
}

/// Means of the last days' temperature and range, seven at most.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct WeekMean {
    mean_c: f64,
    range_k: f64,
    days: [(f64, f64); 7],
    count: u8,
    oldest: u8,
}

impl WeekMean {
    /// Adds a day.
    pub fn add(&mut self, low_c: f64, high_c: f64) {
        let day = (f64::midpoint(low_c, high_c), (high_c - low_c).abs());
        let slot = &mut self.days[usize::from(self.oldest)];
        let before = f64::from(self.count);
        let (after, dropped) = if self.count == 7 { (before, *slot) } else { (before + 1.0, (0.0, 0.0)) };
        self.mean_c = (self.mean_c * before + day.0 - dropped.0) / after;
        self.range_k = (self.range_k * before + day.1 - dropped.1) / after;
        *slot = day;
        self.count = (self.count + 1).min(7);
        self.oldest = (self.oldest + 1) % 7;
    }
}

/// Potential evaporation from the week's temperatures by Hargreaves' method [m/s].
#[must_use]
pub fn hargreaves_ms(day_of_year: f64, week: &WeekMean, latitude_deg: f64) -> f64 {
    let (latent, turn) = (2.50 - 0.002_361 * week.mean_c, 2.0 * PI / 365.0);
    let distance = 1.0 + 0.033 * (turn * day_of_year).cos();
    let latitude = latitude_deg.to_radians();
    let declination = 0.4093 * (turn * (284.0 + day_of_year)).sin();
    let sunset = (-latitude.tan() * declination.tan()).clamp(-1.0, 1.0).acos();
    let radiation = 37.6
        * distance
        * (sunset * latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * sunset.sin());
    let mm_per_day = 0.0023 * radiation / latent * week.range_k.sqrt() * (week.mean_c + 17.8);
    mm_per_day.max(0.0) * 1e-3 / 86_400.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_runs_through_its_extremes() {
        let place = SnowMelt { latitude_deg: 45.0, ..SnowMelt::default() };
        let day = DayCurve::default().next(5.0, 15.0, 172.0, &place);
        assert!((day.at(day.low_h) - 5.0).abs() < 1e-9 && (day.at(day.high_h) - 15.0).abs() < 1e-9);
        assert!((4.0..5.0).contains(&day.low_h) && (16.0..17.0).contains(&day.high_h), "{day:?}");
        assert!(day.at(0.0) > 5.0 && day.at(23.9) < 15.0);
    }

    #[test]
    fn the_week_forgets_its_eighth_day() {
        let mut week = WeekMean::default();
        for day in 0..8 {
            week.add(f64::from(day), f64::from(day) + 10.0);
        }
        assert!((week.mean_c - 9.0).abs() < 1e-12 && (week.range_k - 10.0).abs() < 1e-12, "{week:?}");
    }
}

//! What drives a model over time: gages, series, patterns, inflows, the calendar.

use serde::{Deserialize, Serialize};

use super::{NodeIx, PatternIx, PollutantIx, SeriesIx};

/// When model time 0 is.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Calendar {
    /// Days of the start date since 1899-12-30 (SWMM's and Excel's day number) [d].
    pub start_day: i64,
    /// Seconds of the start since midnight [s].
    pub start_second: f64,
}

/// A date and time of day, as calendar rules need it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CivilTime {
    /// Year.
    pub year: i32,
    /// Month, 1..12.
    pub month: u8,
    /// Day of the month, 1..31.
    pub day: u8,
    /// Day of the year, 1..366.
    pub day_of_year: u16,
    /// Day of the week, 1 = Sunday.
    pub weekday: u8,
    /// Seconds since midnight [s].
    pub second_of_day: f64,
}

impl Calendar {
    /// Seconds between midnight of day 0 and model time `time_s` [s].
    #[must_use]
    pub fn absolute_s(&self, time_s: f64) -> f64 {
        self.start_day as f64 * 86_400.0 + self.start_second + time_s
    }

    /// The date and time of day at model time `time_s`.
    ///
    /// Proleptic Gregorian calendar. *Source:* Hinnant (2021), *chrono-Compatible Low-Level Date Algorithms*,
    /// civil_from_days.
    #[must_use]
    pub fn civil(&self, time_s: f64) -> CivilTime {
        let absolute_s = self.absolute_s(time_s);
        let day_number = (absolute_s / 86_400.0).floor();
        let second_of_day = absolute_s - day_number * 86_400.0;
        let days = day_number as i64;
        // Day 0 is 1899-12-30, 25 569 days before 1970-01-01, and a Saturday.
        let shifted = days - 25_569 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let from_march = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * from_march + 2) / 153;
        let day = from_march - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let day_of_year = before[month as usize - 1] + day + i64::from(leap && month > 2);
        CivilTime {
            year: year as i32,
            month: month as u8,
            day: day as u8,
            day_of_year: day_of_year as u16,
            weekday: ((days + 6).rem_euclid(7) + 1) as u8,
            second_of_day,
        }
    }
}

/// Values over time, as in the file; linear between points unless the use says otherwise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TimeSeries {
    /// Name.
    pub id: String,
    /// Model time [s], rising, may be negative; value in the file's unit.
    pub points: Vec<(f64, f64)>,
}

/// How a pattern repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatternKind {
    /// 12 factors by month.
    Monthly,
    /// 7 factors by day of the week, Sunday first.
    Daily,
    /// 24 factors by hour of working days (and weekends where there is no weekend pattern).
    Hourly,
    /// 24 factors by hour of Saturday and Sunday.
    Weekend,
}

/// Multipliers by the calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// Name.
    pub id: String,
    /// How it repeats.
    pub kind: PatternKind,
    /// Multipliers [–].
    pub factors: Vec<f64>,
}

/// What the numbers of a rain record mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum RainForm {
    /// Intensity over the interval that begins at the time given.
    #[default]
    Intensity,
    /// Depth within the interval.
    Volume,
    /// Running total of depth.
    Cumulative,
}

/// A rain gage.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Gage {
    /// Name.
    pub id: String,
    /// What the numbers mean.
    pub form: RainForm,
    /// Recording interval [s].
    pub interval_s: f64,
    /// Multiplier of snowfall [–].
    pub snow_catch: f64,
    /// Rain record: model time [s]; intensity [m/s] or depth [m] by `form`. Empty = no rain.
    pub record: Vec<(f64, f64)>,
    /// Whether the record came from a rain file, whose gaps mean no rain and whose intervals are exact.
    pub from_file: bool,
}

/// What an external inflow brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InflowKind {
    /// Flow [m³/s].
    Flow,
    /// Concentration of a pollutant in the node's external flow [its own unit, see [`super::Pollutant`]].
    Concentration(PollutantIx),
    /// Mass rate of a pollutant [its own unit · m³/s].
    Mass(PollutantIx),
}

/// A user-given inflow of a node: `scale · series + baseline · pattern`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inflow {
    /// Where.
    pub node: NodeIx,
    /// What.
    pub kind: InflowKind,
    /// Series, linear between points; 0 outside of them.
    pub series: Option<SeriesIx>,
    /// From the file's unit to SI, the file's own scale factor included.
    pub factor: f64,
    /// Constant part [SI].
    pub baseline: f64,
    /// Multiplier of the constant part.
    pub pattern: Option<PatternIx>,
}

/// Dry-weather inflow of a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DryWeather {
    /// Where.
    pub node: NodeIx,
    /// `None` = flow [m³/s]; otherwise a concentration of that pollutant [its own unit, see [`super::Pollutant`]].
    pub pollutant: Option<PollutantIx>,
    /// Mean value [SI].
    pub mean: f64,
    /// Up to one pattern of each kind.
    pub patterns: Vec<PatternIx>,
}

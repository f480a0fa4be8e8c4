//! User-given and dry-weather inflows of nodes.
//!
//! *Source:* Rossman (2022), EPA-600/R-22/030, appendix D, sections INFLOWS, DWF and PATTERNS.

use super::model::{Calendar, CivilTime, DrainageModel, InflowKind, Pattern, PatternKind, PollutantIx, TimeSeries};
use crate::units::{M3_PER_FT3, S_PER_DAY};

/// Flow below which an inflow counts as none: SWMM's 1e-5 ft³/s [m³/s].
const FLOW_TOLERANCE_M3S: f64 = 1e-5 * M3_PER_FT3;

/// The calendar at a model time, rounded to the millisecond so that an hour begins at its beginning.
#[must_use]
pub fn civil(calendar: &Calendar, time_s: f64) -> CivilTime {
    calendar.civil((time_s * 1000.0).round() / 1000.0)
}

/// Value of a series: linear between its points, 0 outside of them.
#[must_use]
pub fn value_at(series: &TimeSeries, time_s: f64) -> f64 {
    let points = &series.points;
    let after = points.partition_point(|p| p.0 <= time_s);
    match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (time_s - a.0) / (b.0 - a.0),
        (Some(last), None) if last.0 == time_s => last.1,
        _ => 0.0,
    }
}

/// The same as SWMM finds it: from dates in days, which are whole multiples of 6e-7 s in our century. Models with
/// thresholds multiply even that.
#[must_use]
pub fn value_by_date(series: &TimeSeries, calendar: &Calendar, time_s: f64) -> f64 {
    let points = &series.points;
    let after = points.partition_point(|p| p.0 <= time_s);
    let (Some(a), Some(b)) = (after.checked_sub(1).map(|i| points[i]), points.get(after)) else {
        return value_at(series, time_s);
    };
    let first_day = calendar.start_day as f64;
    let now = first_day + (calendar.start_second + time_s) / S_PER_DAY;
    let date = |time_s: f64| first_day + calendar.start_second / S_PER_DAY + time_s / S_PER_DAY;
    let (from, to) = (date(a.0), date(b.0));
    a.1 + (b.1 - a.1) * (now - from) / (to - from)
}

/// Factor of one pattern at a time; a weekend pattern counts on Saturdays and Sundays alone.
#[must_use]
pub fn factor_at(pattern: &Pattern, now: &CivilTime) -> f64 {
    let hour = (now.second_of_day / 3600.0) as usize;
    let weekend = matches!(now.weekday, 1 | 7);
    let at = match pattern.kind {
        PatternKind::Monthly => usize::from(now.month) - 1,
        PatternKind::Daily => usize::from(now.weekday) - 1,
        PatternKind::Hourly => hour,
        PatternKind::Weekend if weekend => hour,
        PatternKind::Weekend => return 1.0,
    };
    pattern.factors.get(at).copied().unwrap_or(1.0)
}

/// Product of up to one pattern of each kind; on weekends the weekend pattern stands for the hourly one.
fn product(model: &DrainageModel, patterns: &[super::model::PatternIx], now: &CivilTime) -> f64 {
    let weekend = matches!(now.weekday, 1 | 7);
    let of = |kind| patterns.iter().map(|p| &model.patterns[p.at()]).find(|p| p.kind == kind);
    let hourly = of(PatternKind::Weekend).filter(|_| weekend).or_else(|| of(PatternKind::Hourly));
    [of(PatternKind::Monthly), of(PatternKind::Daily), hourly]
        .into_iter()
        .flatten()
        .map(|p| factor_at(p, now))
        .product()
}

/// A value that is small enough to count as none.
fn heard(flow_m3s: f64) -> f64 {
    if flow_m3s.abs() < FLOW_TOLERANCE_M3S { 0.0 } else { flow_m3s }
}

/// Adds the user-given flows of an instant to `flow_m3s`, a slot per node.
pub fn external(model: &DrainageModel, time_s: f64, now: &CivilTime, flow_m3s: &mut [f64]) {
    for inflow in model.inflows.iter().filter(|i| i.kind == InflowKind::Flow) {
        flow_m3s[inflow.node.at()] += heard(external_value(model, inflow, time_s, now));
    }
}

/// Value of a user-given inflow, in the SI unit of its kind.
#[must_use]
pub fn external_value(model: &DrainageModel, inflow: &super::model::Inflow, time_s: f64, now: &CivilTime) -> f64 {
    let value = |series: &TimeSeries| match model.options.defects.others {
        true => value_by_date(series, &model.calendar, time_s),
        false => value_at(series, time_s),
    };
    let series = inflow.series.map_or(0.0, |s| inflow.factor * value(&model.series[s.at()]));
    let pattern = inflow.pattern.map_or(1.0, |p| factor_at(&model.patterns[p.at()], now));
    series + inflow.baseline * pattern
}

/// Adds the dry-weather flows of an instant to `flow_m3s`, a slot per node.
pub fn dry_weather(model: &DrainageModel, now: &CivilTime, flow_m3s: &mut [f64]) {
    for dwf in model.dry_weather.iter().filter(|d| d.pollutant.is_none()) {
        flow_m3s[dwf.node.at()] += heard(dwf.mean * product(model, &dwf.patterns, now));
    }
}

/// Concentration of a pollutant in the dry-weather flow of a node: its own value there, else the pollutant's.
#[must_use]
pub fn dry_weather_concentration(model: &DrainageModel, node: usize, pollutant: PollutantIx, now: &CivilTime) -> f64 {
    let own = model.dry_weather.iter().find(|d| d.node.at() == node && d.pollutant == Some(pollutant));
    own.map_or(model.pollutants[pollutant.at()].dry_weather, |d| d.mean * product(model, &d.patterns, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_coarse_as_doubles_of_days() {
        let series = TimeSeries { id: String::from("s"), points: vec![(0.0, 0.0), (900.0, 45.0)] };
        let calendar = Calendar { start_day: 37_257, start_second: 0.0 };
        // SWMM 5.2.4 a millisecond after the start of EXTRAN's example 6 [ft³/s].
        let swmm = 5.000_852_979_719_639e-5;
        assert!((value_by_date(&series, &calendar, 1e-3) / swmm - 1.0).abs() < 1e-6);
        assert!((value_at(&series, 1e-3) / 5e-5 - 1.0).abs() < 1e-12);
        for time_s in [450.001, 900.0, 1000.0] {
            let off = value_by_date(&series, &calendar, time_s) - value_at(&series, time_s);
            assert!(off.abs() < 4e-8, "{off} at {time_s}");
        }
    }
}

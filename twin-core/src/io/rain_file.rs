//! Rain written for others: a table, a time series or a rain file of SWMM. Intensities in mm/h.
//!
//! *Source of the forms:* Storm Water Management Model User's Manual Version 5.2, EPA-600/R-22/030 (2022), appendix D
//! (`[TIMESERIES]` with `FILE`) and section on rainfall files (user-prepared format).

use std::fmt::Write as _;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::model::storm::RainSeries;

/// `t_s,mm_per_h`: the instant from which an intensity holds, and a last row of 0 where the rain ends.
#[must_use]
pub fn csv(rain: &RainSeries) -> String {
    let mut text = "t_s,mm_per_h\n".to_owned();
    for (t_s, mm_h) in rows(rain) {
        let _ = writeln!(text, "{t_s},{mm_h:.6}");
    }
    text
}

/// What a `FILE` line of SWMM's `[TIMESERIES]` names: hours since the start of the run and intensity, 0 at the end.
#[must_use]
pub fn swmm_time_series(rain: &RainSeries, title: &str) -> String {
    let mut text = format!(";{}\n;hours  mm/h\n", one_line(title));
    for (t_s, mm_h) in rows(rain) {
        let _ = writeln!(text, "{:.6} {mm_h:.6}", t_s / 3600.0);
    }
    text
}

/// A rain file in SWMM's own format: station, date, time and intensity, dry steps left out, as a gauge with `FILE`
/// reads it. The step has to be whole minutes, for the format has no seconds.
///
/// # Errors
/// The step in seconds, where it is not whole minutes.
pub fn swmm_rain_file(rain: &RainSeries, station: &str, start: DateTime) -> Result<String, f64> {
    let minutes = rain.step_s / 60.0;
    if minutes.fract().abs() > 1e-9 || minutes < 1.0 {
        return Err(rain.step_s);
    }
    let mut text = ";station  year month day hour minute  mm/h\n".to_owned();
    for (t_s, mm_h) in rows(rain).filter(|row| row.1 > 0.0) {
        #[allow(clippy::cast_possible_truncation)] // seconds of a storm
        let at = start.saturating_add(SignedDuration::from_secs(t_s.round() as i64));
        let (date, time) = (at.date(), at.time());
        let _ = writeln!(
            text,
            "{station} {} {:02} {:02} {:02} {:02} {mm_h:.6}",
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute()
        );
    }
    Ok(text)
}

/// Start of each step [s] and its intensity [mm/h], and the end with 0.
fn rows(rain: &RainSeries) -> impl Iterator<Item = (f64, f64)> + '_ {
    let steps = rain.mm_per_h().enumerate().map(|(k, mm_h)| (k as f64 * rain.step_s, mm_h));
    steps.chain(std::iter::once((rain.end_s(), 0.0)))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rain() -> RainSeries {
        RainSeries::from_mm_per_h(300.0, &[12.0, 0.0, 36.5])
    }

    /// Every form holds every step, and says when the rain ends.
    #[test]
    fn every_form_holds_every_step() {
        assert_eq!(csv(&rain()), "t_s,mm_per_h\n0,12.000000\n300,0.000000\n600,36.500000\n900,0.000000\n");
        let series = swmm_time_series(&rain(), "three\nsteps");
        assert_eq!(
            series,
            ";three steps\n;hours  mm/h\n0.000000 12.000000\n0.083333 0.000000\n0.166667 36.500000\n0.250000 0.000000\n"
        );
    }

    /// The rain file goes over midnight and leaves dry steps out; it has no word for seconds.
    #[test]
    fn a_rain_file_has_dates_and_whole_minutes() {
        let start = DateTime::constant(2024, 2, 29, 23, 55, 0, 0);
        let text = swmm_rain_file(&rain(), "S1", start).expect("five minutes");
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(rows, ["S1 2024 02 29 23 55 12.000000", "S1 2024 03 01 00 05 36.500000"]);
        assert_eq!(swmm_rain_file(&RainSeries::from_mm_per_h(90.0, &[1.0]), "S1", start), Err(90.0));
    }
}

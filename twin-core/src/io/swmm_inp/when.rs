//! Dates and times as SWMM writes them.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

use super::lex;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
/// Longest time read: some thousand years [h].
const HOURS_MAX: f64 = 1e8;

/// The month, 1 to 12, a word begins with.
pub(super) fn month(word: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|m| lex::is(word, m))?;
    i8::try_from(at + 1).ok()
}

/// A date `month/day/year`, with `/` or `-`, the month as a number or as its first three letters.
pub(super) fn date(word: &str) -> Option<Date> {
    let mut parts = word.split(['/', '-']);
    let (m, d, y) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let m = m.parse().ok().or_else(|| month(m))?;
    Date::new(y.parse().ok()?, m, d.parse().ok()?).ok().filter(|d| d.year() >= 1)
}

/// A day of the year `month/day`.
pub(super) fn day_of_year(word: &str) -> Option<(i8, i8)> {
    // SWMM reads it in a year without a leap day.
    date(&format!("{word}/1947")).map(|d| (d.month(), d.day()))
}

/// Hours: decimal, or `h:mm` or `h:mm:ss`; not negative.
pub(super) fn hours(word: &str) -> Option<f64> {
    if let Ok(v) = lex::number(word) {
        return (0.0..=HOURS_MAX).contains(&v).then_some(v);
    }
    lex::hours(word, "").filter(|v| *v <= HOURS_MAX)
}

/// Hours to whole seconds, to the nearest.
#[allow(clippy::cast_possible_truncation)] // below 2^53
pub(super) fn seconds(hours: f64) -> Option<i64> {
    let s = (hours * 3600.0).round();
    (s.abs() <= HOURS_MAX * 3600.0).then_some(s as i64)
}

/// The instant some hours after midnight of a date, to the second.
pub(super) fn instant(date: Date, hours: f64) -> Option<DateTime> {
    date.at(0, 0, 0, 0).checked_add(SignedDuration::from_secs(seconds(hours)?)).ok()
}

/// A date as it is written.
pub(super) fn date_text(d: Date) -> String {
    format!("{:02}/{:02}/{:04}", d.month(), d.day(), d.year())
}

/// A time of day as it is written.
pub(super) fn time_text(t: DateTime) -> String {
    format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
}

/// Seconds as they are written.
pub(super) fn clock_text(s: i64) -> String {
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

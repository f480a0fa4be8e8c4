//! SWMM's dates: days since 1899-12-30, a whole number at midnight.

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};

const DAY_S: i64 = 86_400;

/// The instant a day number means, to the nearest second; `None` outside the years 1 to 9999 and for what is no number.
#[must_use]
pub fn to_datetime(days: f64) -> Option<DateTime> {
    let seconds = (days * DAY_S as f64).round();
    // Far beyond the calendar's ends; the calendar judges what is left.
    if !seconds.is_finite() || seconds.abs() > 4e11 {
        return None;
    }
    #[allow(clippy::cast_possible_truncation)]
    let at = epoch().checked_add(SignedDuration::from_secs(seconds as i64)).ok()?;
    (at.year() > 0).then_some(at)
}

/// The day number of an instant.
#[must_use]
pub fn from_datetime(at: DateTime) -> f64 {
    let seconds = at.duration_since(epoch()).as_secs();
    let days = seconds.div_euclid(DAY_S);
    days as f64 + seconds.rem_euclid(DAY_S) as f64 / DAY_S as f64
}

fn epoch() -> DateTime {
    date(1899, 12, 30).at(0, 0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_swmms() {
        // What SWMM 5.2.4 writes for 1 January 1998 and 2020.
        assert_eq!(from_datetime(date(1998, 1, 1).at(0, 0, 0, 0)), 35_796.0);
        assert_eq!(from_datetime(date(2020, 1, 1).at(12, 0, 0, 0)), 43_831.5);
        assert_eq!(to_datetime(43_831.5), Some(date(2020, 1, 1).at(12, 0, 0, 0)));
        // A second before midnight by a day number just below it.
        assert_eq!(to_datetime(43_832.0 - 1e-9), Some(date(2020, 1, 2).at(0, 0, 0, 0)));
        assert_eq!(to_datetime(-1.0), Some(date(1899, 12, 29).at(0, 0, 0, 0)));
        assert_eq!([f64::NAN, f64::INFINITY, 1e300, -1e9].map(to_datetime), [None; 4]);
    }
}

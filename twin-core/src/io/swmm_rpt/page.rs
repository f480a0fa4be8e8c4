//! The page: lines with SWMM's margin, headings, and the forms of its numbers.

use std::fmt::Display;

use crate::io::swmm_date;
use crate::io::swmm_out::{ConcentrationUnits, FlowUnits, PollutantEntry};

const DAY_S: f64 = 86_400.0;

/// A report as it grows.
pub(super) struct Page {
    pub text: String,
    pub flow: FlowUnits,
}

impl Page {
    pub fn new(flow: FlowUnits) -> Self {
        Self { text: "\n".to_owned(), flow }
    }

    /// A line in SWMM's margin of two blanks, none at its end.
    pub fn line(&mut self, line: impl Display) {
        let line = format!("  {line}");
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub fn blank(&mut self) {
        self.text.push_str("  \n");
    }

    /// A heading between rows of stars; the section before it has left its blank line.
    pub fn heading(&mut self, title: &str) {
        self.stars(title, title.len());
    }

    /// A heading whose stars are not as long as its title.
    pub fn stars(&mut self, title: &str, stars: usize) {
        self.blank();
        self.line("*".repeat(stars));
        self.line(title);
        self.line("*".repeat(stars));
    }

    /// Column heads between rules of a length.
    pub fn table(&mut self, rule: usize, heads: &[String]) {
        self.line("-".repeat(rule));
        heads.iter().for_each(|h| self.line(h));
        self.line("-".repeat(rule));
    }

    /// A flow: three decimals where the units are large.
    pub fn flow(&self, value: f64) -> String {
        match self.flow {
            FlowUnits::Mgd | FlowUnits::Cms => format!("{value:9.3}"),
            _ => format!("{value:9.2}"),
        }
    }

    pub const fn is_si(&self) -> bool {
        self.flow.is_si()
    }

    /// The word for US or SI units.
    pub const fn pick(&self, us: &'static str, si: &'static str) -> &'static str {
        if self.is_si() { si } else { us }
    }

    /// Volumes of water.
    pub const fn volume(&self) -> &'static str {
        self.pick("10^6 gal", "10^6 ltr")
    }

    /// Unit of a pollutant's load.
    pub fn load_unit(&self, pollutant: &PollutantEntry) -> &'static str {
        match pollutant.units {
            ConcentrationUnits::CountsPerL => "LogN",
            _ => self.pick("lbs", "kg"),
        }
    }
}

/// A load as SWMM prints it: the logarithm of a count.
pub(super) fn load(pollutant: &PollutantEntry, value: f64) -> f64 {
    if pollutant.units == ConcentrationUnits::CountsPerL && value > 0.0 { value.log10() } else { value }
}

/// Days, hours and minutes since the start, as SWMM's tables have them.
pub(super) fn elapsed(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    let days = (seconds / DAY_S).floor();
    let minutes = ((seconds - days * DAY_S).round().min(DAY_S - 1.0) / 60.0).floor();
    format!("{days:4.0}  {:02.0}:{:02.0}", (minutes / 60.0).floor(), minutes % 60.0)
}

/// Seconds as `hh:mm:ss`.
pub(super) fn clock(seconds: f64) -> String {
    let s = seconds.round().max(0.0);
    format!("{:02.0}:{:02.0}:{:02.0}", (s / 3600.0).floor(), (s / 60.0).floor() % 60.0, s % 60.0)
}

/// Date (`mm/dd/yyyy`) and time of a day number; stars where it is no date.
pub(super) fn date_time(days: f64) -> (String, String) {
    swmm_date::to_datetime(days).map_or_else(
        || ("***********".to_owned(), "********".to_owned()),
        |t| {
            let date = format!("{:02}/{:02}/{:04}", t.month(), t.day(), t.year());
            (date, format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second()))
        },
    )
}

/// Three significant digits in C's `%g` form.
pub(super) fn general(value: f64) -> String {
    const DIGITS: i32 = 3;
    let tidy =
        |s: &str| if s.contains('.') { s.trim_end_matches('0').trim_end_matches('.').to_owned() } else { s.to_owned() };
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let scientific = format!("{value:.2e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..DIGITS).contains(&exponent) {
        let decimals = usize::try_from(DIGITS - 1 - exponent).unwrap_or(0);
        return tidy(&format!("{value:.decimals$}"));
    }
    format!("{}e{}{:02}", tidy(mantissa), if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// A number in C's `%.3e` form.
pub(super) fn scientific(value: f64) -> String {
    let text = format!("{value:.3e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

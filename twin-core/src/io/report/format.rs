//! Numbers, units and clock times as people in Chinese practice read them.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::catalogue::{Lang, Msg};

/// How an SI unit is shown: `shown = SI · factor + offset`.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    factor: f64,
    offset: f64,
    zh: String,
    en: String,
    whole: bool,
}

impl Shown {
    /// The usual unit for an SI unit: m³/h for flow, MPa for pressure, °C for temperature. `name` is the key of the
    /// figure: customers are counted in 户.
    #[must_use]
    pub fn of(unit: &str, name: &str) -> Self {
        let (factor, offset, text) = match unit {
            "m3/s" => (3600.0, 0.0, "m³/h"),
            "Pa" => (1e-6, 0.0, "MPa"),
            "K" => (1.0, -273.15, "°C"),
            "W" => (1e-3, 0.0, "kW"),
            "J" => (1e-9, 0.0, "GJ"),
            "m3" => (1.0, 0.0, "m³"),
            "m2" => (1.0, 0.0, "m²"),
            "s" => (1.0 / 60.0, 0.0, "min"),
            "1" | "SI" | "" => (1.0, 0.0, ""), // "SI": a unit the record does not name
            other => (1.0, 0.0, other),
        };
        let mut shown = Self { factor, offset, zh: text.to_owned(), en: text.to_owned(), whole: false };
        if unit == "s" {
            (shown.zh, shown.en) = (Msg::UnitMinutes.text(Lang::Zh).into(), Msg::UnitMinutes.text(Lang::En).into());
        }
        if text.is_empty() && name.contains("customer") {
            (shown.zh, shown.en) = (Msg::UnitCustomers.text(Lang::Zh).into(), Msg::UnitCustomers.text(Lang::En).into());
            shown.whole = true;
        }
        shown
    }

    /// How the time integral of such a figure is shown, where it means something: customer-hours, volume.
    #[must_use]
    pub fn integral_of(unit: &str, name: &str) -> Option<Self> {
        match unit {
            "m3/s" => Some(Self::of("m3", name)),
            "kg/s" => Some(Self::of("kg", name)),
            "W" => Some(Self::of("J", name)),
            "1" if name.contains("customer") => Some(Self {
                factor: 1.0 / 3600.0,
                offset: 0.0,
                zh: Msg::UnitCustomerHours.text(Lang::Zh).into(),
                en: Msg::UnitCustomerHours.text(Lang::En).into(),
                whole: true,
            }),
            _ => None,
        }
    }

    /// The value in the unit shown.
    #[must_use]
    pub fn value(&self, si: f64) -> f64 {
        si * self.factor + self.offset
    }

    /// The unit alone.
    #[must_use]
    pub fn unit(&self, lang: Lang) -> &str {
        if lang == Lang::Zh { &self.zh } else { &self.en }
    }

    /// Number and unit.
    #[must_use]
    pub fn text(&self, si: f64, lang: Lang) -> String {
        self.join(self.value(si), lang)
    }

    /// A difference between two values: no offset.
    #[must_use]
    pub fn difference(&self, si: f64, lang: Lang) -> String {
        self.join((si * self.factor).abs(), lang)
    }

    fn join(&self, value: f64, lang: Lang) -> String {
        let number = number(if self.whole { value.round() } else { value });
        let unit = self.unit(lang);
        if unit.is_empty() { number } else { format!("{number} {unit}") }
    }
}

/// A number with about three figures; thousands are set apart from 1 000 on.
#[must_use]
pub fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "–".to_owned();
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e9).contains(&size) {
        return scientific(value);
    }
    let decimals = match size {
        s if s >= 99.95 => 0,
        s if s >= 9.995 => 1,
        s if s >= 0.9995 => 2,
        s if s >= 0.1 => 3,
        _ => 4,
    };
    let text = format!("{value:.decimals$}");
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    thousands(&text).replace('-', "−")
}

fn thousands(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |d| ("-", d));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::from(sign);
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out + rest
}

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// A number as `2.1×10⁻¹³`.
#[must_use]
pub fn scientific(value: f64) -> String {
    let text = format!("{value:.1e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let raised: String = exponent
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(digit) => RAISED[digit as usize],
            None => '⁻',
        })
        .collect();
    format!("{}×10{raised}", mantissa.replace('-', "−"))
}

/// Turns seconds since the start into local clock times.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// Local date and time of `t = 0`; none where only elapsed time is known.
    pub start: Option<DateTime>,
}

impl Clock {
    /// `07:40`; from the second day on with the day.
    #[must_use]
    pub fn minutes(&self, t_s: f64, lang: Lang) -> String {
        self.text(t_s, lang, false)
    }

    /// `07:40:00`; from the second day on with the day.
    #[must_use]
    pub fn seconds(&self, t_s: f64, lang: Lang) -> String {
        self.text(t_s, lang, true)
    }

    /// Seconds from midnight of the first day.
    #[must_use]
    pub fn of_first_day(&self, t_s: f64) -> f64 {
        let midnight = self
            .start
            .map_or(0.0, |s| f64::from(s.hour()) * 3600.0 + f64::from(s.minute()) * 60.0 + f64::from(s.second()));
        midnight + t_s
    }

    fn text(&self, t_s: f64, lang: Lang, seconds: bool) -> String {
        let unit = if seconds { 1.0 } else { 60.0 };
        // Rounded to what is shown, so that 07:59:59.9 does not read 07:59.
        let at = (self.of_first_day(t_s) / unit).round() * unit;
        let day = (at / 86_400.0).floor();
        let s = at - day * 86_400.0;
        let (h, m, s) = ((s / 3600.0).floor(), (s / 60.0).floor() % 60.0, s % 60.0);
        let time = if seconds { format!("{h:02.0}:{m:02.0}:{s:02.0}") } else { format!("{h:02.0}:{m:02.0}") };
        if day == 0.0 { time } else { Msg::ClockDay.with(lang, &[&format!("{:.0}", day + 1.0), &time]) }
    }

    /// Date and time of an instant, `2026-03-01 07:00`, if the start is known.
    #[must_use]
    pub fn date(&self, t_s: f64) -> Option<String> {
        let at = self.start?.checked_add(SignedDuration::try_from_secs_f64(t_s).ok()?).ok()?;
        Some(at.strftime("%Y-%m-%d %H:%M").to_string())
    }
}

/// A duration in words: `6 小时`, `90 min`.
#[must_use]
pub fn duration(seconds: f64, lang: Lang) -> String {
    let (value, unit) =
        if seconds >= 7200.0 { (seconds / 3600.0, Msg::UnitHours) } else { (seconds / 60.0, Msg::UnitMinutes) };
    format!("{} {}", number(value), unit.text(lang))
}

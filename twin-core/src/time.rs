//! Instants of a simulation: integer milliseconds since its start, and the round within one instant.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds since the start of a simulation. Whole numbers, so that instants compare exactly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SimTime(i64);

impl SimTime {
    /// The start.
    pub const ZERO: Self = Self(0);

    /// From milliseconds.
    #[must_use]
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }
    /// From seconds, rounded to the millisecond; `None` if not finite or out of range (±100 million years).
    #[must_use]
    pub fn from_seconds(s: f64) -> Option<Self> {
        let ms = (s * 1000.0).round();
        #[allow(clippy::cast_possible_truncation)] // checked: below 2^53
        (ms.is_finite() && ms.abs() < 9.0e15).then_some(Self(ms as i64))
    }
    /// In milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }
    /// In seconds.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // |ms| < 2^53
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }
    /// Seconds from an earlier instant to this one.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0) as f64 / 1000.0
    }
    /// Later by milliseconds.
    #[must_use]
    pub const fn plus_millis(self, ms: i64) -> Self {
        Self(self.0 + ms)
    }
}

impl fmt::Display for SimTime {
    /// `1d 02:03:04`, with milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, ms) = if self.0 < 0 { ("-", self.0.unsigned_abs()) } else { ("", self.0.unsigned_abs()) };
        let (d, s, milli) = (ms / 86_400_000, ms / 1000 % 86_400, ms % 1000);
        f.write_str(sign)?;
        if d > 0 {
            write!(f, "{d}d ")?;
        }
        write!(f, "{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)?;
        if milli > 0 { write!(f, ".{milli:03}") } else { Ok(()) }
    }
}

/// An instant and the round within it: discrete states settle in rounds while time stands still (superdense time).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant {
    /// The instant.
    pub t: SimTime,
    /// The round within it, from 0.
    pub micro: u32,
}

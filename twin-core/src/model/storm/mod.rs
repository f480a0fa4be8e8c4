//! Design storms: the intensity formula of a city, storms made from it, and the levels of rain warnings.
//!
//! `i = A1·(1 + C·lg P)/(t + b)ⁿ`: mean intensity i [mm/min] of the heaviest t minutes of a storm that comes once in P
//! years. So the depth of the heaviest t minutes is `H(t) = i·t`, and a storm whose every window about the peak has
//! that depth is the Chicago storm.
//!
//! # Assumptions
//! One storm holds the design depth of every duration at once, which no real storm does: it is for design and drills.
//! # Limits
//! The formula is fitted to some durations (often 5 to 180 min) and periods; outside them it extrapolates in silence.
//! # Source
//! GB 50014-2021 室外排水设计标准, section on design rainfall intensity (form of the formula); hyetographs as in
//! [`DesignStorm`], warnings as in [`RainSignal`]. Coefficients are data of a city.

mod hyetograph;
mod series;
mod signal;

use serde::{Deserialize, Serialize};

use crate::model::standards::Confidence;

pub use hyetograph::{DesignStorm, StormKind};
pub use series::RainSeries;
pub use signal::{RainSignal, SignalReached, signals_reached, worst_signal};

/// Metres a second in one millimetre a minute.
const MS_PER_MM_MIN: f64 = 1e-3 / 60.0;

/// Why there is no such storm.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StormError {
    /// A number that has to be positive (or, for `b`, not negative) and finite.
    #[error("{what} is {value}; give {wanted}")]
    Number {
        /// What it is.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed.
        wanted: &'static str,
    },
    /// `1 + C lg P` is not positive.
    #[error("the formula gives no rain for a return period of {years} years; give a longer one")]
    NoRain {
        /// Return period [years].
        years: f64,
    },
    /// The depth would fall with duration.
    #[error("with n > 1 the formula's depth falls from {falls_from_min:.1} min on; give a shorter storm")]
    DepthFalls {
        /// Duration from which the depth falls [min].
        falls_from_min: f64,
    },
    /// More steps than anybody can use.
    #[error("{steps} steps are more than {limit}; give a longer step or a shorter storm")]
    TooManySteps {
        /// Steps asked for.
        steps: f64,
        /// Steps allowed.
        limit: usize,
    },
}

/// `value` if it is finite and above zero.
fn positive(what: &'static str, value: f64) -> Result<f64, StormError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(StormError::Number { what, value, wanted: "a number above 0" })
    }
}

/// The intensity formula `i = A1·(1 + C·lg P)/(t + b)ⁿ`, its coefficients in the units they are published in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct IntensityFormula {
    a1: f64,
    c: f64,
    b: f64,
    n: f64,
}

impl IntensityFormula {
    /// From its coefficients: `a1` > 0 (i in mm/min), `c` ≥ 0 (lg of years), `b` ≥ 0 [min], `n` > 0 [–].
    ///
    /// # Errors
    /// [`StormError::Number`] where a coefficient is out of its range.
    pub fn new(a1: f64, c: f64, b: f64, n: f64) -> Result<Self, StormError> {
        let not_negative = |what, value: f64| {
            let good = value.is_finite() && value >= 0.0;
            if good { Ok(value) } else { Err(StormError::Number { what, value, wanted: "a number from 0" }) }
        };
        let formula =
            Self { a1: positive("A1", a1)?, c: not_negative("C", c)?, b: not_negative("b", b)?, n: positive("n", n)? };
        if formula.b == 0.0 && formula.n >= 1.0 {
            let wanted = "b above 0 where n is 1 or more, or the shortest rain has infinite depth";
            return Err(StormError::Number { what: "b", value: b, wanted });
        }
        Ok(formula)
    }

    /// Coefficients A1 [mm/min], C [–], b [min], n [–].
    #[must_use]
    pub const fn coefficients(&self) -> [f64; 4] {
        [self.a1, self.c, self.b, self.n]
    }

    /// The formula of one return period.
    ///
    /// # Errors
    /// [`StormError::Number`] for a period that is not positive, [`StormError::NoRain`] for one below the formula's
    /// reach.
    pub fn at_years(&self, years: f64) -> Result<DepthCurve, StormError> {
        let a = self.a1 * self.c.mul_add(positive("the return period", years)?.log10(), 1.0);
        if a > 0.0 { Ok(DepthCurve { a, b: self.b, n: self.n }) } else { Err(StormError::NoRain { years }) }
    }
}

/// Depth against duration for one return period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DepthCurve {
    /// A1·(1 + C·lg P) [mm/min].
    a: f64,
    /// [min]
    b: f64,
    n: f64,
}

impl DepthCurve {
    /// Depth of the heaviest `duration_s` [m]; 0 for a duration of 0 or less.
    #[must_use]
    pub fn depth_m(&self, duration_s: f64) -> f64 {
        if duration_s <= 0.0 {
            return 0.0;
        }
        let t = duration_s / 60.0;
        1e-3 * self.a * t / (t + self.b).powf(self.n)
    }

    /// Mean intensity over the heaviest `duration_s` > 0 [m/s].
    #[must_use]
    pub fn intensity_ms(&self, duration_s: f64) -> f64 {
        MS_PER_MM_MIN * self.a / (duration_s.max(0.0) / 60.0 + self.b).powf(self.n)
    }

    /// Depth has to rise with duration: H' ∝ (1 − n)·t + b > 0.
    fn check_rising(&self, duration_s: f64) -> Result<(), StormError> {
        if (1.0 - self.n).mul_add(duration_s / 60.0, self.b) > 0.0 {
            return Ok(());
        }
        Err(StormError::DepthFalls { falls_from_min: self.b / (self.n - 1.0) })
    }
}

/// The intensity formula of a city, as its `standards/` hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StormStandard {
    /// Name, unique among the formulas of the city, for example `storm.intensity`.
    pub key: String,
    /// A1 [mm/min].
    pub a1_mm_min: f64,
    /// C [–].
    pub c: f64,
    /// b [min].
    pub b_min: f64,
    /// n [–].
    pub n: f64,
    /// Where it comes from.
    pub source: String,
    /// How well founded it is.
    pub confidence: Confidence,
    /// What it is, in Chinese.
    pub zh: String,
    /// What it is, in English.
    pub en: String,
}

impl StormStandard {
    /// The formula.
    ///
    /// # Errors
    /// [`StormError::Number`] where a coefficient is out of its range.
    pub fn formula(&self) -> Result<IntensityFormula, StormError> {
        IntensityFormula::new(self.a1_mm_min, self.c, self.b_min, self.n)
    }
}

#[cfg(test)]
mod tests;

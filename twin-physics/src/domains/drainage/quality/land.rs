//! What land uses build up, and what washes off them.
//!
//! *Source:* EPA/600/R-16/093, chapters 3 (build-up) and 4 (wash-off), section 3.4 (street sweeping).

use super::super::inflow::value_at;
use super::super::model::{BuildupLaw, DrainageModel, WashoffLaw};
use super::DATE_LAG_S;

const DAY_S: f64 = 86_400.0;
/// Build-up counts as complete when this share is missing.
const MISSING_SHARE: f64 = 1e-3;

impl BuildupLaw {
    fn max(&self) -> f64 {
        match *self {
            Self::Power { max, .. }
            | Self::Exponential { max, .. }
            | Self::Saturation { max, .. }
            | Self::External { max, .. } => max,
        }
    }

    /// Days until build-up is complete; 0 where a coefficient is.
    fn full_d(&self) -> f64 {
        match *self {
            Self::Power { rate, exponent, .. } if rate * exponent == 0.0 => 0.0,
            Self::Power { max, rate, exponent } => (max / rate).powf(1.0 / exponent),
            Self::Exponential { rate_per_d: 0.0, .. } => 0.0,
            Self::Exponential { rate_per_d, .. } => -MISSING_SHARE.ln() / rate_per_d,
            Self::Saturation { half_d, .. } => half_d / MISSING_SHARE,
            Self::External { .. } => 0.0,
        }
    }

    /// Days that lead to a build-up.
    fn days(&self, b: f64) -> f64 {
        if b == 0.0 {
            return 0.0;
        }
        if b >= self.max() {
            return self.full_d();
        }
        match *self {
            Self::Power { rate, exponent, .. } if rate * exponent == 0.0 => 0.0,
            Self::Power { rate, exponent, .. } => (b / rate).powf(1.0 / exponent),
            Self::Exponential { rate_per_d: 0.0, .. } => 0.0,
            Self::Exponential { max, rate_per_d } => -(-b / max).ln_1p() / rate_per_d,
            Self::Saturation { max, half_d } => b * half_d / (max - b),
            Self::External { .. } => 0.0,
        }
    }

    /// Build-up after so many days.
    fn after(&self, days: f64) -> f64 {
        if days == 0.0 {
            return 0.0;
        }
        if days >= self.full_d() {
            return self.max();
        }
        match *self {
            Self::Power { max, rate, exponent } => (rate * days.powf(exponent)).min(max),
            Self::Exponential { max, rate_per_d } => -max * (-days * rate_per_d).exp_m1(),
            Self::Saturation { max, half_d } => days * max / (half_d + days),
            Self::External { .. } => 0.0,
        }
    }

    /// Whether a coefficient of 0 keeps anything from building up; SWMM 5.2.4 takes it for build-up at once.
    fn is_void(&self) -> bool {
        !matches!(self, Self::External { .. }) && (self.full_d() == 0.0 || self.max() == 0.0)
    }

    /// Build-up [load per unit of area or curb] after another step that ends at a model time. Never less than before.
    pub(super) fn grown(&self, model: &DrainageModel, b: f64, step: (f64, f64), defects: bool) -> f64 {
        let (end_s, dt_s) = step;
        let new = match *self {
            Self::External { max, factor, series } => {
                let rate = model.series.get(series.at()).map_or(0.0, |s| factor * value_at(s, end_s + DATE_LAG_S));
                (b + rate * dt_s / DAY_S).min(max)
            }
            _ if self.is_void() && !defects => b,
            _ => self.after(self.days(b) + dt_s / DAY_S),
        };
        if new.is_nan() { b } else { new.max(b) }
    }
}

/// Runoff as wash-off sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wash {
    /// Runoff of the catchment before any routing within it [m/s].
    pub runoff_ms: f64,
    /// Area of the land use in the catchment [m²].
    pub area_m2: f64,
    /// Load built up on it.
    pub buildup: f64,
}

impl WashoffLaw {
    /// Concentration in the runoff.
    pub(super) fn concentration(&self, wash: Wash) -> f64 {
        let flow_m3s = wash.runoff_ms * wash.area_m2;
        if flow_m3s <= 0.0 {
            return 0.0;
        }
        match *self {
            Self::Exponential { coefficient, exponent, rate_factor } => {
                coefficient / 3600.0 * (wash.runoff_ms * rate_factor).powf(exponent) * wash.buildup / flow_m3s
            }
            Self::Rating { coefficient, exponent, flow_factor, load_factor } => {
                coefficient * (flow_m3s * flow_factor).powf(exponent) * load_factor / flow_m3s
            }
            Self::Emc { concentration } => concentration,
        }
    }
}

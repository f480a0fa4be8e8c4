//! Levels of rain warnings (暴雨预警信号): so much rain within so many hours, reached or about to be.
//!
//! The levels are data of a city. Here is when a series of rain, measured or forecast, reaches them: the depth over a
//! moving window is piecewise linear in time, so the instant is exact for the series as it is given.

use serde::{Deserialize, Serialize};

use super::RainSeries;
use crate::model::standards::{Confidence, WarningLevel};

/// A part of the threshold that is rounding: a uniform rain of exactly the depth reaches it.
const ROUNDING: f64 = 1e-9;

/// A level of the rain warning as a city's `standards/` hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RainSignal {
    /// Its level; each once in a city.
    pub level: WarningLevel,
    /// Depth that gives the warning [mm], above 0.
    pub depth_mm: f64,
    /// Within how long [h], above 0.
    pub window_h: f64,
    /// Where it comes from.
    pub source: String,
    /// How well founded it is.
    pub confidence: Confidence,
    /// What it says, in Chinese.
    pub zh: String,
    /// What it says, in English.
    pub en: String,
}

impl RainSignal {
    /// Depth that gives the warning [m].
    #[must_use]
    pub fn depth_m(&self) -> f64 {
        self.depth_mm * 1e-3
    }

    /// Within how long [s].
    #[must_use]
    pub fn window_s(&self) -> f64 {
        self.window_h * 3600.0
    }

    /// When the rain of the last [`window_s`](Self::window_s) first holds the depth [s]; `None` if it never does.
    #[must_use]
    pub fn reached_s(&self, rain: &RainSeries) -> Option<f64> {
        let window_s = self.window_s();
        let wanted_m = self.depth_m() * (1.0 - ROUNDING);
        let cumulative_m = rain.cumulative_m();
        let in_window_m = |t: f64| fallen_m(rain, &cumulative_m, t) - fallen_m(rain, &cumulative_m, t - window_s);
        // Between these instants the depth in the window is linear; behind the end of the rain it only falls.
        let ends = (0..cumulative_m.len()).map(|k| k as f64 * rain.step_s);
        let mut bends: Vec<f64> = ends.clone().chain(ends.map(|t| t + window_s)).collect();
        bends.retain(|&t| t <= rain.end_s());
        bends.sort_by(f64::total_cmp);
        let (mut before_s, mut before_m) = (0.0, 0.0);
        for t in bends {
            let now_m = in_window_m(t);
            if now_m >= wanted_m {
                let share = if now_m > before_m { (wanted_m - before_m) / (now_m - before_m) } else { 1.0 };
                return Some(share.clamp(0.0, 1.0).mul_add(t - before_s, before_s));
            }
            (before_s, before_m) = (t, now_m);
        }
        None
    }
}

/// Depth fallen up to `t_s` [m].
fn fallen_m(rain: &RainSeries, cumulative_m: &[f64], t_s: f64) -> f64 {
    let steps = t_s.max(0.0) / rain.step_s;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative; saturates
    let whole = (steps.floor() as usize).min(cumulative_m.len() - 1);
    let rest = rain.intensity_ms.get(whole).map_or(0.0, |i| i * (t_s.max(0.0) - whole as f64 * rain.step_s));
    cumulative_m[whole] + rest
}

/// A level and when a series of rain reached it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SignalReached {
    /// The level.
    pub level: WarningLevel,
    /// First instant at which its depth had fallen within its window [s].
    pub at_s: f64,
}

/// The levels a series reaches, in order of time; at one instant the mildest comes first.
#[must_use]
pub fn signals_reached(signals: &[RainSignal], rain: &RainSeries) -> Vec<SignalReached> {
    let reached = |s: &RainSignal| s.reached_s(rain).map(|at_s| SignalReached { level: s.level, at_s });
    let mut found: Vec<SignalReached> = signals.iter().filter_map(reached).collect();
    found.sort_by(|a, b| a.at_s.total_cmp(&b.at_s).then(a.level.cmp(&b.level)));
    found
}

/// The worst level a series reaches, with the first instant it does.
#[must_use]
pub fn worst_signal(signals: &[RainSignal], rain: &RainSeries) -> Option<SignalReached> {
    signals_reached(signals, rain).into_iter().max_by_key(|s| s.level)
}

//! From a formula to rain in time: the Chicago storm and blocks.
//!
//! With `H(t)` the depth of the heaviest t and r the place of the peak, the Chicago storm of duration T has by time t
//! shed `F(t) = r·[H(T) − H(T − t/r)]` before the peak at rT, and `F(t) = r·H(T) + (1 − r)·H((t − rT)/(1 − r))` after
//! it (own integration of the published intensities: each side is the formula stretched by its share of time). A step
//! holds `F(t₂) − F(t₁)`, so no volume is lost however coarse the steps are.
//!
//! # Source
//! Keifer & Chu (1957), *Journal of the Hydraulics Division ASCE* 83(HY4), 1332-1–25 (Chicago storm); Chow, Maidment &
//! Mays (1988), *Applied Hydrology*, section 14.4 (alternating blocks).

use serde::{Deserialize, Serialize};

use super::{DepthCurve, IntensityFormula, RainSeries, StormError, positive};

/// Most steps a storm may have.
const STEPS_MAX: usize = 1_000_000;

/// How the depth is spread over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StormKind {
    /// Keifer & Chu: every window about the peak holds the design depth of its length.
    Chicago,
    /// The mean intensity throughout.
    Block,
    /// Design depths of one, two, three … steps as blocks, the heaviest at the peak, the others by turns after and
    /// before.
    Alternating,
}

/// What storm is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DesignStorm {
    /// Return period [years], above 0.
    pub years: f64,
    /// Duration [s], above 0.
    pub duration_s: f64,
    /// Length of a step [s], above 0. Where it does not divide the duration the last step is partly dry; the depth
    /// stays.
    pub step_s: f64,
    /// Place of the peak as a share of the duration, 0 to 1 [–].
    pub peak: f64,
    /// How the depth is spread.
    pub kind: StormKind,
}

impl DesignStorm {
    /// The rain of this storm by a formula. Its depth is the formula's depth of the duration.
    ///
    /// # Errors
    /// [`StormError`] where a number is out of its range, the formula gives no rain for the period or a depth that
    /// falls with duration, or there would be more than a million steps.
    pub fn rain(&self, formula: &IntensityFormula) -> Result<RainSeries, StormError> {
        let duration_s = positive("the duration", self.duration_s)?;
        let step_s = positive("the step", self.step_s)?;
        if !(0.0..=1.0).contains(&self.peak) {
            return Err(StormError::Number { what: "the place of the peak", value: self.peak, wanted: "0 to 1" });
        }
        let curve = formula.at_years(self.years)?;
        curve.check_rising(duration_s)?;
        let steps = steps(duration_s, step_s)?;
        let depth_m = match self.kind {
            StormKind::Chicago => {
                let at = |k: usize| shed_m(&curve, duration_s, self.peak, (k as f64 * step_s).min(duration_s));
                differences(steps, at)
            }
            StormKind::Block => {
                let total_m = curve.depth_m(duration_s);
                differences(steps, |k| total_m * (k as f64 * step_s / duration_s).min(1.0))
            }
            StormKind::Alternating => {
                let fall = differences(steps, |k| curve.depth_m((k as f64 * step_s).min(duration_s)));
                alternate(fall, self.peak)
            }
        };
        Ok(RainSeries { step_s, intensity_ms: depth_m.into_iter().map(|d| d / step_s).collect() })
    }
}

/// How many steps cover the duration; a rest below a millionth of a step is rounding and gets none.
fn steps(duration_s: f64, step_s: f64) -> Result<usize, StormError> {
    let steps = (duration_s / step_s - 1e-6).ceil().max(1.0);
    if steps > STEPS_MAX as f64 {
        return Err(StormError::TooManySteps { steps, limit: STEPS_MAX });
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 1 to a million
    Ok(steps as usize)
}

/// `f(1) − f(0)`, `f(2) − f(1)` …, never below zero by rounding.
fn differences(steps: usize, f: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut before = f(0);
    let mut out = Vec::with_capacity(steps);
    for k in 1..=steps {
        let now = f(k);
        out.push((now - before).max(0.0));
        before = now;
    }
    out
}

/// Depth the Chicago storm has shed by `t_s` [m].
fn shed_m(curve: &DepthCurve, duration_s: f64, peak: f64, t_s: f64) -> f64 {
    let total_m = curve.depth_m(duration_s);
    let peak_s = peak * duration_s;
    if t_s < peak_s {
        peak * (total_m - curve.depth_m(duration_s - t_s / peak))
    } else if t_s < duration_s {
        peak.mul_add(total_m, (1.0 - peak) * curve.depth_m((t_s - peak_s) / (1.0 - peak)))
    } else {
        total_m
    }
}

/// The blocks with the greatest at the peak's step and the others by turns after and before it.
fn alternate(mut blocks: Vec<f64>, peak: f64) -> Vec<f64> {
    blocks.sort_by(|a, b| b.total_cmp(a));
    let steps = blocks.len();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of the steps
    let centre = ((peak * steps as f64) as usize).min(steps - 1);
    let turns = (1..steps).flat_map(|k| [centre.checked_add(k), centre.checked_sub(k)]);
    let places = std::iter::once(Some(centre)).chain(turns).flatten().filter(|&place| place < steps);
    let mut out = vec![0.0; steps];
    for (place, block) in places.zip(blocks) {
        out[place] = block;
    }
    out
}

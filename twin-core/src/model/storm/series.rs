//! Rain as equal steps of constant intensity.

use serde::{Deserialize, Serialize};

/// Millimetres an hour in one metre a second.
const MM_H_PER_MS: f64 = 3.6e6;

/// Rain over equal steps from time 0, constant within a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RainSeries {
    /// Length of a step [s], above 0.
    pub step_s: f64,
    /// Intensity of each step [m/s], not negative.
    pub intensity_ms: Vec<f64>,
}

impl RainSeries {
    /// End of the last step [s].
    #[must_use]
    pub fn end_s(&self) -> f64 {
        self.step_s * self.intensity_ms.len() as f64
    }

    /// Depth of the whole [m].
    #[must_use]
    pub fn depth_m(&self) -> f64 {
        self.step_s * self.intensity_ms.iter().sum::<f64>()
    }

    /// Depth up to the end of each step, from 0 at the start [m]; one entry more than there are steps.
    #[must_use]
    pub fn cumulative_m(&self) -> Vec<f64> {
        let mut sum = 0.0;
        let ends = self.intensity_ms.iter().map(|i| {
            sum += i * self.step_s;
            sum
        });
        std::iter::once(0.0).chain(ends).collect()
    }

    /// Step of the greatest intensity (the first of equals) and that intensity [m/s]; `None` for no steps.
    #[must_use]
    pub fn peak(&self) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for (at, &i) in self.intensity_ms.iter().enumerate() {
            if best.is_none_or(|(_, most)| i > most) {
                best = Some((at, i));
            }
        }
        best
    }

    /// Intensity of each step [mm/h], for writers and people.
    pub fn mm_per_h(&self) -> impl Iterator<Item = f64> + '_ {
        self.intensity_ms.iter().map(|i| i * MM_H_PER_MS)
    }

    /// From intensities in mm/h.
    #[must_use]
    pub fn from_mm_per_h(step_s: f64, mm_per_h: &[f64]) -> Self {
        Self { step_s, intensity_ms: mm_per_h.iter().map(|i| i / MM_H_PER_MS).collect() }
    }
}

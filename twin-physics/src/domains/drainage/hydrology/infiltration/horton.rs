//! Horton's infiltration curve, and its modified form.
//!
//! *Source:* Horton (1933), *Trans. AGU* 14, 446–460; Akan (1992) for the modified form; EPA/600/R-15/162A, sections
//! 4.2 and 4.3.

use serde::{Deserialize, Serialize};

use super::{SoilFactors, ZERO};
use crate::units::S_PER_DAY;

/// Constants of the curve `f = f_min + (f_max − f_min)·exp(−k·t)`.
///
/// The modified form keeps the water infiltrated above the minimum rate instead of a time. SWMM 5.2.4 does not limit it
/// by the largest volume: once any water went in, that memory is set to the volume and infiltration ends (mended in
/// 5.2.5). `fmax_defect` keeps that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horton {
    max_rate_ms: f64,
    min_rate_ms: f64,
    decay_per_s: f64,
    regeneration_per_s: f64,
    max_infiltration_m: f64,
    modified: bool,
    fmax_defect: bool,
}

/// Where on the curve a soil stands.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct HortonState {
    /// Equivalent time on the curve (unmodified form) [s].
    pub time_s: f64,
    /// Infiltrated volume that counts: all of it, or in the modified form what was above the minimum rate [m].
    pub infiltrated_m: f64,
    /// All that infiltrated, against the largest volume (modified form) [m].
    pub total_m: f64,
}

impl Horton {
    /// Derives the constants; rates are largest and smallest [m/s].
    ///
    /// # Errors
    /// What is out of range, in words.
    pub fn new(
        rates: [f64; 2],
        decay_per_s: f64,
        dry_time_s: f64,
        max_infiltration_m: f64,
        modified: bool,
        fmax_defect: bool,
    ) -> Result<Self, String> {
        let [max_rate_ms, min_rate_ms] = rates;
        let all = [max_rate_ms, min_rate_ms, decay_per_s, dry_time_s, max_infiltration_m];
        if all.iter().any(|x| !x.is_finite() || *x < 0.0) {
            return Err(format!("Horton parameters {all:?} must be finite and not negative"));
        }
        if max_rate_ms < min_rate_ms {
            return Err(format!("Horton's largest rate {max_rate_ms} m/s is below the smallest {min_rate_ms} m/s"));
        }
        // 98 % of the capacity is regained in the time of drying; none given counts as a millionth of a day.
        let days = if dry_time_s == 0.0 { 1e-6 } else { dry_time_s / S_PER_DAY };
        let regeneration_per_s = -(1.0_f64 - 0.98).ln() / days / S_PER_DAY;
        Ok(Self {
            max_rate_ms,
            min_rate_ms,
            decay_per_s,
            regeneration_per_s,
            max_infiltration_m,
            modified,
            fmax_defect,
        })
    }

    /// Mean rate over a step [m/s]; water offered is `rain_ms` beside what stands.
    pub fn rate_ms(&self, state: &mut HortonState, dt_s: f64, rain_ms: f64, depth_m: f64, factors: SoilFactors) -> f64 {
        let max = self.max_rate_ms * factors.conductivity;
        let min = self.min_rate_ms * factors.conductivity;
        let recovery = self.regeneration_per_s * factors.recovery;
        if max < min || recovery < 0.0 {
            return 0.0;
        }
        let available = rain_ms + depth_m / dt_s;
        if max == min || self.decay_per_s == 0.0 {
            return max.min(available).max(0.0);
        }
        match (available > ZERO, self.modified) {
            (true, false) => self.wet(state, dt_s, available, [max, min]),
            (true, true) => self.wet_modified(state, dt_s, available, [max, min]),
            (false, modified) => {
                if recovery > 0.0 {
                    self.dry(state, (-recovery * dt_s).exp(), modified, [max, min]);
                }
                0.0
            }
        }
    }

    /// Volume infiltrated by a time on the curve [m].
    fn volume_m(&self, time_s: f64, [max, min]: [f64; 2]) -> f64 {
        min * time_s + (max - min) / self.decay_per_s * (1.0 - (-self.decay_per_s * time_s).exp())
    }

    fn wet(&self, state: &mut HortonState, dt_s: f64, available: f64, rates: [f64; 2]) -> f64 {
        let [max, min] = rates;
        let (k, df) = (self.decay_per_s, max - min);
        let (start, end, flat_from) = (state.time_s, state.time_s + dt_s, 16.0 / k);
        let (before, after) = if start >= flat_from {
            let before = min * start + df / k;
            (before, before + min * dt_s)
        } else {
            (self.volume_m(start, rates), self.volume_m(end, rates))
        };
        let mut rate = ((after - before) / dt_s).max(min).min(available);
        if end > flat_from || rate < available {
            state.time_s = end;
        } else {
            // All available water went in: find the time at which the curve had taken in that much.
            let target = before + rate * dt_s;
            let mut t = start + dt_s / 2.0;
            for _ in 0..20 {
                let decayed = (-(k * t).min(60.0)).exp();
                let correction = (min * t + df / k * (1.0 - decayed) - target) / (min + df * decayed);
                t -= correction;
                if correction.abs() <= 0.001 * dt_s {
                    break;
                }
            }
            state.time_s = t;
        }
        if self.max_infiltration_m > 0.0 {
            let left = self.max_infiltration_m - state.infiltrated_m;
            if rate * dt_s > left {
                rate = left / dt_s;
            }
            rate = rate.max(0.0);
            state.infiltrated_m += rate * dt_s;
        }
        rate
    }

    fn wet_modified(&self, state: &mut HortonState, dt_s: f64, available: f64, [max, min]: [f64; 2]) -> f64 {
        let limit = self.max_infiltration_m;
        if limit > 0.0 && state.infiltrated_m >= limit {
            return 0.0;
        }
        let mut rate = (max - self.decay_per_s * state.infiltrated_m).max(min).min(available);
        if limit > 0.0 && !self.fmax_defect {
            if state.total_m + rate * dt_s > limit {
                rate = (limit - state.total_m) / dt_s;
            }
            rate = rate.max(0.0);
            state.total_m += rate * dt_s;
        }
        state.infiltrated_m += (rate - min).max(0.0) * dt_s;
        if limit > 0.0 && self.fmax_defect {
            state.infiltrated_m = state.infiltrated_m.max(limit);
        }
        rate
    }

    fn dry(&self, state: &mut HortonState, kept: f64, modified: bool, rates: [f64; 2]) {
        if modified {
            state.infiltrated_m = (state.infiltrated_m * kept).max(0.0);
            state.total_m = (state.total_m * kept).max(0.0);
            return;
        }
        let used = 1.0 - (-self.decay_per_s * state.time_s).exp();
        state.time_s = -(1.0 - kept * used).ln() / self.decay_per_s;
        if self.max_infiltration_m > 0.0 {
            state.infiltrated_m = self.volume_m(state.time_s, rates);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MM_H: f64 = 1e-3 / 3600.0;

    fn law(modified: bool, limit: f64) -> Horton {
        let rates = [60.0 * MM_H, 6.0 * MM_H];
        Horton::new(rates, 4.0 / 3600.0, 5.0 * S_PER_DAY, limit, modified, false).expect("valid")
    }

    #[test]
    fn flooded_soil_follows_the_integral_of_the_curve() {
        let (law, mut state) = (law(false, 0.0), HortonState::default());
        let total: f64 = (0..30).map(|_| 60.0 * law.rate_ms(&mut state, 60.0, 1.0, 1.0, SoilFactors::default())).sum();
        let exact = 6.0 * MM_H * 1800.0 + 54.0 * MM_H / (4.0 / 3600.0) * (1.0 - (-2.0_f64).exp());
        assert!((total / exact - 1.0).abs() < 1e-12, "{total} {exact}");
    }

    #[test]
    fn the_largest_volume_is_not_exceeded_by_either_form() {
        for modified in [false, true] {
            let (law, mut state) = (law(modified, 0.02), HortonState::default());
            let step = |s: &mut HortonState| 300.0 * law.rate_ms(s, 300.0, 1.0, 0.0, SoilFactors::default());
            let total: f64 = (0..100).map(|_| step(&mut state)).sum();
            assert!((total - 0.02).abs() < 1e-12, "{modified} {total}");
        }
    }

    #[test]
    fn dry_time_restores_the_capacity() {
        for modified in [false, true] {
            let (law, mut state) = (law(modified, 0.0), HortonState::default());
            let first = law.rate_ms(&mut state, 600.0, 1.0, 0.0, SoilFactors::default());
            let second = law.rate_ms(&mut state, 600.0, 1.0, 0.0, SoilFactors::default());
            for _ in 0..200 {
                law.rate_ms(&mut state, 3600.0, 0.0, 0.0, SoilFactors::default());
            }
            let third = law.rate_ms(&mut state, 600.0, 1.0, 0.0, SoilFactors::default());
            assert!(second < first && (third / first - 1.0).abs() < 0.02, "{first} {second} {third}");
        }
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        assert!(Horton::new([1.0, 2.0], 1.0, 1.0, 0.0, false, false).is_err());
        assert!(Horton::new([2.0, 1.0], f64::NAN, 1.0, 0.0, false, false).is_err());
    }
}

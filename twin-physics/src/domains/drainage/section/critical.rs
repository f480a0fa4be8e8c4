//! Critical depth, by SWMM's procedures.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5 (cross-section geometry).

use super::SWMM_GRAVITY_MS2;
use super::compiled::{Kind, Section};
use crate::units::M_PER_FT;

/// Intervals of depth that are searched.
const INTERVALS: i32 = 25;
/// SWMM's tolerance on depth in Ridder's method, 0.001 ft [m].
const RIDDER_TOLERANCE_M: f64 = 0.001 * M_PER_FT;

impl Section {
    /// Depth at which a flow is critical, Q²·W = g·A³, at most the full depth [m].
    ///
    /// Closed forms for rectangle, triangle, parabola and power law. Otherwise SWMM's: linear in critical flow between
    /// twenty-fifths of the full depth where the area is within a factor of two of the circle's, else P. Ridders'
    /// method to 0.001 ft.
    #[must_use]
    pub fn critical_depth(&self, flow_m3s: f64) -> f64 {
        let q2g = flow_m3s * flow_m3s / SWMM_GRAVITY_MS2;
        if q2g == 0.0 || !q2g.is_finite() {
            return 0.0;
        }
        let depth = match self.kind {
            Kind::Dummy => return 0.0,
            Kind::RectOpen(_) | Kind::RectClosed => (q2g / (self.max_width_m * self.max_width_m)).cbrt(),
            Kind::Prism(prism) if prism.triangle => (2.0 * q2g / (prism.slope * prism.slope)).powf(0.2),
            Kind::Parabolic(scale) => (27.0 / 32.0 * q2g / (scale * scale)).powf(0.25),
            Kind::Power(law) => {
                (q2g * (law.exponent + 1.0) / (law.scale * law.scale)).powf(1.0 / (2.0 * law.exponent + 3.0))
            }
            _ => self.critical_by_search(flow_m3s.abs(), q2g),
        };
        depth.min(self.full_depth_m)
    }

    fn critical_by_search(&self, flow_m3s: f64, q2g: f64) -> f64 {
        let full = self.full_depth_m;
        let mut guess = 1.01 * (q2g / full).powf(0.25);
        if guess >= full {
            guess = 0.97 * full;
        }
        let to_circle = self.full_area_m2 / (0.25 * std::f64::consts::PI * full * full);
        if (0.5..=2.0).contains(&to_circle) {
            self.critical_by_intervals(flow_m3s, guess)
        } else {
            self.critical_by_ridder(flow_m3s, guess)
        }
    }

    /// Critical flow at a depth [m³·s⁻¹]; zero where there is no surface.
    fn critical_flow(&self, depth_m: f64) -> f64 {
        let area = self.area(depth_m);
        let width = self.width(depth_m);
        if width > 0.0 { area * (SWMM_GRAVITY_MS2 * area / width).sqrt() } else { 0.0 }
    }

    fn critical_by_intervals(&self, flow_m3s: f64, guess_m: f64) -> f64 {
        let dy = self.full_depth_m / f64::from(INTERVALS);
        let start = (guess_m / dy) as i32;
        let mut q0 = self.critical_flow(f64::from(start) * dy);
        if q0 < flow_m3s {
            for i in start + 1..=INTERVALS {
                let q1 = self.critical_flow(f64::from(i) * dy);
                if q1 >= flow_m3s {
                    return ((flow_m3s - q0) / (q1 - q0) + f64::from(i - 1)) * dy;
                }
                q0 = q1;
            }
            return self.full_depth_m;
        }
        for i in (0..start).rev() {
            let q1 = self.critical_flow(f64::from(i) * dy);
            if q1 < flow_m3s {
                return ((flow_m3s - q1) / (q0 - q1) + f64::from(i)) * dy;
            }
            q0 = q1;
        }
        0.0
    }

    fn critical_by_ridder(&self, flow_m3s: f64, guess_m: f64) -> f64 {
        let (mut low, mut high) = (0.0, 0.99 * self.full_depth_m);
        let half = 0.5 * self.full_depth_m;
        if self.critical_flow(high) < flow_m3s {
            return self.full_depth_m;
        }
        if self.critical_flow(guess_m) > flow_m3s {
            high = guess_m;
            if self.critical_flow(half) < flow_m3s {
                low = half;
            }
        } else {
            low = guess_m;
            if self.critical_flow(half) > flow_m3s {
                high = half;
            }
        }
        ridder(low, high, RIDDER_TOLERANCE_M, |depth| self.critical_flow(depth) - flow_m3s)
    }
}

/// Root of `f` in [low, high] by C. Ridders (IEEE Trans. Circuits Syst. 26, 1979), stopped at the first estimate that
/// moves by no more than `tolerance`, which is SWMM's test: a root finder with another test would answer otherwise
/// within the tolerance. An end of the bracket if there is no change of sign.
fn ridder(low: f64, high: f64, tolerance: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    let (mut f_low, mut f_high) = (f(low), f(high));
    if f_low == 0.0 || f_low * f_high > 0.0 {
        return low;
    }
    if f_high == 0.0 {
        return high;
    }
    let mut best = 0.5 * (low + high);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        let f_middle = f(middle);
        let root = (f_middle * f_middle - f_low * f_high).sqrt();
        if root == 0.0 {
            return best;
        }
        let sign = if f_low >= f_high { 1.0 } else { -1.0 };
        let next = middle + (middle - low) * sign * f_middle / root;
        if (next - best).abs() <= tolerance {
            return best;
        }
        best = next;
        let f_best = f(best);
        if opposite(f_middle, f_best) {
            (low, f_low, high, f_high) = (middle, f_middle, best, f_best);
        } else if opposite(f_low, f_best) {
            (high, f_high) = (best, f_best);
        } else if opposite(f_high, f_best) {
            (low, f_low) = (best, f_best);
        } else {
            return best;
        }
        if (high - low).abs() <= tolerance {
            return best;
        }
    }
    best
}

/// True if the signs differ; zero counts as positive beside a negative value only.
fn opposite(a: f64, b: f64) -> bool {
    a != 0.0 && (a > 0.0) != (b >= 0.0)
}

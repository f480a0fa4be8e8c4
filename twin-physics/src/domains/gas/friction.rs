//! Friction factor of a pipe as `y(Re) = λ Re²`, which rises with the Reynolds number and is smooth through no flow.
//!
//! Below the least Reynolds number of a law `y` goes to zero in proportion, as it does in laminar flow: the laws have
//! no meaning there, two of them a pole, and losses are far below a pascal.
//!
//! *Sources:* J. Nikuradse, VDI-Forschungsheft 361, 1933, with `64/Re` added to it as pandapipes has it (D. Lohmeier et
//! al., Sustainability 12, 2020, eq. 9); C. F. Colebrook, J. ICE 11, 1939; P. K. Swamee, A. K. Jain, J. Hydraul. Div.
//! ASCE 102, 1976; P. Hofer, GWF Gas/Erdgas 114, 1973.

use std::f64::consts::LN_10;

use serde::{Deserialize, Serialize};

/// A law of friction in pipes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Friction {
    /// `64/Re + (2 log10(D/k) + 1.14)⁻²`.
    Nikuradse,
    /// Colebrook–White, solved to round-off.
    Colebrook,
    /// Swamee–Jain.
    SwameeJain,
    /// Hofer.
    Hofer,
    /// The same factor at any flow.
    Fixed(f64),
}

impl Friction {
    /// `y = λ Re²` and `dy/dRe` at a Reynolds number ≥ 0 for a pipe of relative roughness `k/D`.
    #[must_use]
    pub fn at(self, re: f64, roughness: f64) -> (f64, f64) {
        let least = self.least_reynolds();
        if re < least {
            let slope = self.law(least, roughness).0 * least;
            return (slope * re, slope);
        }
        let (factor, slope) = self.law(re, roughness);
        (factor * re * re, re * (2.0 * factor + re * slope))
    }

    /// As [`Friction::at`], but not below laminar flow, `y = 64 Re`, where the law is one of turbulent flow: it then
    /// has no meaning under a Reynolds number of about 1000, and hardly a slope to find a flow by.
    #[must_use]
    pub fn with_laminar(self, re: f64, roughness: f64) -> (f64, f64) {
        let (y, slope) = self.at(re, roughness);
        if matches!(self, Self::Fixed(_)) || y >= 64.0 * re { (y, slope) } else { (64.0 * re, 64.0) }
    }

    /// The friction factor λ; that of the least Reynolds number over the flow below it, and 0 at no flow.
    #[must_use]
    pub fn factor(self, re: f64, roughness: f64) -> f64 {
        if re > 0.0 { self.at(re, roughness).0 / (re * re) } else { 0.0 }
    }

    fn least_reynolds(self) -> f64 {
        match self {
            // Exact at any flow: its own branch is the laminar one.
            Self::Nikuradse => 1e-3,
            Self::Colebrook => 1.0,
            Self::SwameeJain | Self::Hofer => 64.0,
            Self::Fixed(_) => 1e-9,
        }
    }

    /// λ and `dλ/dRe`.
    fn law(self, re: f64, e: f64) -> (f64, f64) {
        match self {
            Self::Nikuradse => {
                let rough = 2.0 * (1.0 / e).log10() + 1.14;
                (64.0 / re + 1.0 / (rough * rough), -64.0 / (re * re))
            }
            Self::Colebrook => colebrook(re, e),
            Self::SwameeJain => {
                let flow = 5.74 * re.powf(-0.9);
                let inside = e / 3.7 + flow;
                let log = inside.log10();
                (0.25 / (log * log), 0.45 * flow / (re * inside * log * log * log * LN_10))
            }
            Self::Hofer => {
                let log = (re / 7.0).log10();
                let flow = 4.518 / re * log;
                let inside = flow + e / 3.71;
                let root = -2.0 * inside.log10();
                let inner = 4.518 / (re * re) * (1.0 / LN_10 - log);
                (1.0 / (root * root), 4.0 * inner / (root * root * root * inside * LN_10))
            }
            Self::Fixed(factor) => (factor, 0.0),
        }
    }
}

/// Colebrook–White by Newton's method on `x = 1/√λ`, which its logarithm makes nearly linear.
fn colebrook(re: f64, e: f64) -> (f64, f64) {
    let (per_x, rough, k) = (2.51 / re, e / 3.71, 2.0 / LN_10);
    // Swamee–Jain lies within a few percent wherever flow is turbulent.
    let mut x = -2.0 * (e / 3.7 + 5.74 * re.max(64.0).powf(-0.9)).log10();
    for _ in 0..50 {
        let inside = per_x * x + rough;
        let step = (x + k * inside.ln()) / (1.0 + k * per_x / inside);
        let next = x - step;
        x = if next > 0.1 * x { next } else { 0.1 * x };
        if step.abs() <= 1e-15 * x {
            break;
        }
    }
    let inside = per_x * x + rough;
    let slope = k * per_x * x / (re * inside) / (1.0 + k * per_x / inside);
    (1.0 / (x * x), -2.0 * slope / (x * x * x))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAWS: [Friction; 5] =
        [Friction::Nikuradse, Friction::Colebrook, Friction::SwameeJain, Friction::Hofer, Friction::Fixed(0.02)];

    #[test]
    fn loss_rises_with_flow_and_its_slope_is_exact() {
        for law in LAWS {
            for e in [1e-5, 5e-4, 0.02] {
                let mut before = 0.0;
                let mut re = 1e-4;
                while re < 1e9 {
                    let (y, slope) = law.at(re, e);
                    assert!(y > before && slope > 0.0, "{law:?} {e} {re}");
                    let d = 1e-4 * re;
                    let found = (law.at(re + d, e).0 - law.at(re - d, e).0) / (2.0 * d);
                    let kink = law.least_reynolds() / re;
                    if !(0.999..1.001).contains(&kink) {
                        assert!((found / slope - 1.0).abs() < 1e-6, "{law:?} {e} {re}: {found} {slope}");
                    }
                    (before, re) = (y, re * 1.37);
                }
            }
        }
    }

    #[test]
    fn slow_flow_is_laminar_where_that_is_asked_for() {
        for law in [Friction::Colebrook, Friction::SwameeJain, Friction::Hofer] {
            assert_eq!(law.with_laminar(200.0, 1e-3), (12_800.0, 64.0));
            assert_eq!(law.with_laminar(1e4, 1e-3), law.at(1e4, 1e-3));
        }
        assert_eq!(Friction::Fixed(0.02).with_laminar(5.0, 1e-3), Friction::Fixed(0.02).at(5.0, 1e-3));
    }

    #[test]
    fn colebrook_solves_its_equation() {
        for (re, e) in [(3.0, 1e-3), (40.0, 0.01), (2300.0, 1e-4), (1e5, 1e-3), (1e8, 1e-6)] {
            let x = 1.0 / colebrook(re, e).0.sqrt();
            assert!((x + 2.0 * (2.51 * x / re + e / 3.71).log10()).abs() < 1e-13 * x.max(1.0), "{re} {e}");
        }
    }

    #[test]
    fn published_values() {
        // Moody (1944): Re 1e5, k/D 1e-3 gives 0.0222; all turbulent laws lie within 3 % of it.
        for law in [Friction::Colebrook, Friction::SwameeJain, Friction::Hofer] {
            assert!((law.factor(1e5, 1e-3) / 0.0222 - 1.0).abs() < 0.03, "{law:?}");
        }
        assert!((Friction::Nikuradse.factor(61_138.437_7, 0.1 / 40.0) - 0.025_892_847_2).abs() < 1e-9);
    }
}

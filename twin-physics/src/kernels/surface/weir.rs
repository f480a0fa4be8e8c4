//! Flow over a crest between two levels, free and drowned, either way.
//!
//! Broad crest: critical flow over it, `q = ⅔√(⅔g)·h₁^1.5` while the lower side stands at most ⅔ of the upper above the
//! crest, else `q = h₂·√(2g(h₁ − h₂))`, the energy of the upper side without recovery. The two meet with the same slope
//! in both depths. Sharp crest: the free weir times `(1 − (h₂/h₁)^1.5)^0.385`. A root that would begin upright at equal
//! levels begins as a cubic, so that the flow changes sign smoothly.
//!
//! *Source:* broad crest: M. G. Bos, Discharge Measurement Structures, 3rd ed. 1989, § 1.9 and 1.15; sharp crest:
//! J. R. Villemonte, Submerged-weir discharge studies, Engineering News-Record 139, 1947.

use serde::{Deserialize, Serialize};

use crate::num::regular::signed_sqrt;

/// Difference of levels within which the root is a cubic [m].
const SMOOTH_M: f64 = 1e-3;
const VILLEMONTE: f64 = 0.385;

/// What a crest is like to the water that runs over it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Crest {
    /// Coefficient C of the free weir, `Q = C·b·h^1.5` [m^½/s]: 1.7 for a broad crest (critical flow has 1.705), 1.84
    /// for a sharp one.
    pub coefficient: f64,
    /// How the lower side holds it back.
    pub form: CrestForm,
}

/// How the water behind a crest holds back the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CrestForm {
    /// Levee, kerb, sill, road, breach: not before two thirds.
    Broad,
    /// Thin wall, board: from the first.
    Sharp,
}

impl Crest {
    /// A levee, kerb, portal or breach: C = 1.7.
    pub const BROAD: Self = Self { coefficient: 1.7, form: CrestForm::Broad };
    /// A thin wall: C = 1.84.
    pub const SHARP: Self = Self { coefficient: 1.84, form: CrestForm::Sharp };

    /// Flow per metre of crest [m²/s] from the first side to the second; `first_m` and `second_m` are their levels
    /// above the crest [m], at most 0 where they do not reach it.
    #[must_use]
    pub fn flow_m2s(self, first_m: f64, second_m: f64) -> f64 {
        let (high, low) = (first_m.max(second_m), first_m.min(second_m).max(0.0));
        if high <= 0.0 || high.is_nan() {
            return 0.0;
        }
        let share = match self.form {
            CrestForm::Broad => drowned_broad(low / high, high),
            CrestForm::Sharp => drowned_sharp(low / high, high),
        };
        let flow = self.coefficient * high * high.sqrt() * share;
        if first_m >= second_m { flow } else { -flow }
    }
}

/// Share of the free flow over a broad crest: `(3√3/2)·r·√(1 − r)` above r = ⅔.
fn drowned_broad(ratio: f64, high_m: f64) -> f64 {
    if ratio <= 2.0 / 3.0 {
        return 1.0;
    }
    // At most a sixth of the depth, so that the cubic ends before the modular limit.
    let width = SMOOTH_M / (high_m + 6.0 * SMOOTH_M);
    1.5 * 3.0_f64.sqrt() * ratio * signed_sqrt(1.0 - ratio, width).0
}

/// Villemonte's share, its power begun as a cubic.
fn drowned_sharp(ratio: f64, high_m: f64) -> f64 {
    let x = 1.0 - ratio * ratio.sqrt();
    let width = SMOOTH_M / (high_m + 6.0 * SMOOTH_M);
    if x >= width {
        return x.powf(VILLEMONTE);
    }
    let edge = width.powf(VILLEMONTE - 1.0);
    let (a, b) = (0.5 * (3.0 - VILLEMONTE) * edge, 0.5 * (VILLEMONTE - 1.0) * edge / (width * width));
    x * (a + b * x * x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn free_drowned_and_dry_have_their_textbook_values() {
        let q = Crest::BROAD.flow_m2s(0.3, -2.0) * 13.1;
        assert!((q - 3.659_334_406_692_014).abs() < 1e-12, "{q}");
        let critical = Crest { coefficient: (2.0 / 3.0_f64).powf(1.5) * 9.806_65_f64.sqrt(), form: CrestForm::Broad };
        let drowned = 0.9 * (2.0 * 9.806_65 * 0.1_f64).sqrt();
        assert!((critical.flow_m2s(1.0, 0.9) / drowned - 1.0).abs() < 1e-12);
        // Villemonte at r = 0.5: (1 − 0.35355)^0.385 = 0.845386.
        assert!((Crest::SHARP.flow_m2s(1.0, 0.5) / 1.84 - 0.845_386).abs() < 1e-6);
        assert_eq!(Crest::BROAD.flow_m2s(-0.1, -0.4), 0.0);
        assert_eq!(Crest::SHARP.flow_m2s(0.4, 0.4), 0.0);
    }

    proptest! {
        /// No side is preferred, a higher first level never gives less, a higher second level never more, and there is
        /// no jump and, at equal levels, no kink.
        #[test]
        fn flow_is_odd_monotone_and_smooth(a in -0.5..3.0_f64, b in -0.5..3.0_f64, sharp: bool, e in -6.0..0.0_f64) {
            let crest = if sharp { Crest::SHARP } else { Crest::BROAD };
            let q = |a, b| crest.flow_m2s(a, b);
            let d = 10f64.powf(e);
            prop_assert_eq!(q(a, b), -q(b, a));
            let at = q(a, b);
            prop_assert!(q(a + d, b) >= at - 1e-12 && q(a, b + d) <= at + 1e-12, "{} {}", q(a, b + d), at);
            prop_assert!((q(a + 1e-9, b) - q(a, b)).abs() < 1e-6 && (q(a, b + 1e-9) - q(a, b)).abs() < 1e-6);
            let (before, after) = (q(b - 1e-7, b), q(b + 1e-7, b));
            prop_assert!((before + after).abs() <= 1e-5 * after + 1e-9, "{} {}", before, after);
        }
    }
}

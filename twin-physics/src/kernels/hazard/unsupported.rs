//! A pipe over ground that is gone: bending, sag, and joints that pull out (C17).
//!
//! *Source:* beams: W. C. Young, R. G. Budynas, Roark's Formulas for Stress and Strain, 7th ed. 2002, ch. 8; stress of
//! a thin closed pipe under pressure, `p·D/4t` along it, ch. 13. Joints: geometry of rigid lengths over a gap, own
//! derivation. Small deflections of an elastic beam; a pipe that hangs as a rope carries more, one with a flaw less.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, keep, not_negative, positive};
use crate::constants::GRAVITY_MS2;

/// A round pipe.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Outer diameter [m].
    pub outer_m: f64,
    /// Wall [m].
    pub wall_m: f64,
    /// Young's modulus [Pa].
    pub young_pa: f64,
    /// Density of the wall [kg/m³].
    pub density_kgm3: f64,
}

/// How the pipe is held where the ground begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ends {
    /// Soft ground: it may turn.
    Pinned,
    /// Firm ground: it may not.
    Clamped,
}

/// What a span carries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Density of the contents [kg/m³].
    pub contents_kgm3: f64,
    /// Earth and pavement that still lie on it [N/m].
    pub on_top_nm: f64,
    /// Overpressure inside [Pa].
    pub inner_pa: f64,
}

/// A span and what it suffers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Largest stress of bending [Pa].
    pub bending_pa: f64,
    /// Stress along the pipe in all [Pa].
    pub stress_pa: f64,
    /// Sag in the middle [m].
    pub sag_m: f64,
    /// Turn at the ends [rad].
    pub end_turn_rad: f64,
}

impl Section {
    fn check(&self) -> Result<f64, HazardError> {
        positive("diameter of a pipe", self.outer_m)?;
        let wall = positive("wall of a pipe", self.wall_m)?;
        keep(2.0 * wall < self.outer_m, "wall of a pipe", wall, "below its radius")?;
        positive("Young's modulus", self.young_pa)?;
        positive("density of a pipe", self.density_kgm3)?;
        Ok(self.outer_m - 2.0 * wall)
    }

    /// Second moment of area [m⁴].
    #[must_use]
    pub fn inertia_m4(&self) -> f64 {
        let inner = self.outer_m - 2.0 * self.wall_m;
        std::f64::consts::PI / 64.0 * (self.outer_m.powi(4) - inner.powi(4))
    }

    /// Load of a metre [N/m].
    fn weight_nm(&self, load: &Load) -> Result<f64, HazardError> {
        let inner = self.check()?;
        let quarter = 0.25 * std::f64::consts::PI;
        let wall = quarter * (self.outer_m * self.outer_m - inner * inner) * self.density_kgm3;
        let contents = quarter * inner * inner * not_negative("density of contents", load.contents_kgm3)?;
        Ok(GRAVITY_MS2 * (wall + contents) + not_negative("load on a pipe", load.on_top_nm)?)
    }

    /// Stress along the pipe from its pressure [Pa].
    fn pressure_stress_pa(&self, load: &Load) -> Result<f64, HazardError> {
        Ok(not_negative("pressure in a pipe", load.inner_pa)? * self.outer_m / (4.0 * self.wall_m))
    }

    /// A span of this length.
    ///
    /// *Source:* Roark, table 8.1: `w·L²/8`, `5w·L⁴/384EI`, `w·L³/24EI` pinned; `w·L²/12`, `w·L⁴/384EI` clamped.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn span(&self, length_m: f64, ends: Ends, load: &Load) -> Result<Span, HazardError> {
        let w = self.weight_nm(load)?;
        let l = not_negative("span of a pipe", length_m)?;
        let stiffness = self.young_pa * self.inertia_m4();
        let (moment, sag, turn) = match ends {
            Ends::Pinned => (w * l * l / 8.0, 5.0, w * l * l * l / (24.0 * stiffness)),
            Ends::Clamped => (w * l * l / 12.0, 1.0, 0.0),
        };
        let bending_pa = moment * 0.5 * self.outer_m / self.inertia_m4();
        Ok(Span {
            bending_pa,
            stress_pa: bending_pa + self.pressure_stress_pa(load)?,
            sag_m: sag * w * l * l * l * l / (384.0 * stiffness),
            end_turn_rad: turn,
        })
    }

    /// The longest span [m] that stays within `allowed_pa`; 0 where pressure alone is above that.
    ///
    /// *Source:* inverse of [`Section::span`].
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn longest_span_m(&self, allowed_pa: f64, ends: Ends, load: &Load) -> Result<f64, HazardError> {
        let w = positive("load of a pipe", self.weight_nm(load)?)?;
        let left = positive("allowed stress", allowed_pa)? - self.pressure_stress_pa(load)?;
        let factor = match ends {
            Ends::Pinned => 8.0,
            Ends::Clamped => 12.0,
        };
        let moment = left.max(0.0) * self.inertia_m4() / (0.5 * self.outer_m);
        Ok((factor * moment / w).sqrt())
    }
}

/// Push-fit lengths without stiffness at their joints.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Joints {
    /// Length of a pipe between joints [m].
    pub pitch_m: f64,
    /// How far one pulls before it opens [m].
    pub pull_m: f64,
    /// How far one turns before it opens [rad].
    pub turn_rad: f64,
}

/// What opens the joints of a span, with the sag at which it does [m].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Opens {
    /// One is pulled out.
    Pulled(f64),
    /// The one in the middle is turned too far.
    Turned(f64),
}

impl Opens {
    /// The sag [m].
    #[must_use]
    pub fn sag_m(self) -> f64 {
        match self {
            Self::Pulled(sag) | Self::Turned(sag) => sag,
        }
    }
}

impl Joints {
    /// What opens first as a span sinks in the middle, its joints sharing the pull evenly; a span shorter than one
    /// pitch has one joint. It breaks where the ground is gone deeper than this sag.
    ///
    /// *Source:* two straight halves: way `2·√(L²/4 + s²)`, turn in the middle `2·atan(2s/L)`; own derivation.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn opens(&self, span_m: f64) -> Result<Opens, HazardError> {
        let l = positive("span of a pipe", span_m)?;
        let number = (l / positive("length between joints", self.pitch_m)?).floor().max(1.0);
        let longer = l + number * not_negative("pull of a joint", self.pull_m)?;
        let turn = not_negative("turn of a joint", self.turn_rad)?;
        let pulled = 0.5 * (longer * longer - l * l).sqrt();
        let turned = 0.5 * l * (0.5 * turn).tan();
        Ok(if pulled <= turned { Opens::Pulled(pulled) } else { Opens::Turned(turned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEEL: Section = Section { outer_m: 0.219, wall_m: 0.006, young_pa: 2.06e11, density_kgm3: 7850.0 };
    const GAS: Load = Load { contents_kgm3: 3.4, on_top_nm: 0.0, inner_pa: 4e5 };

    #[test]
    fn a_beam_has_its_closed_form() {
        // DN 200 × 6: I = 2.2786e-5 m⁴, 309.8 N/m; 10 m pinned: 3.87 kNm, 18.6 MPa; 4 bar add 3.65 MPa.
        assert!((STEEL.inertia_m4() / 2.278_6e-5 - 1.0).abs() < 2e-3, "{}", STEEL.inertia_m4());
        let span = STEEL.span(10.0, Ends::Pinned, &GAS).unwrap();
        assert!((span.bending_pa / 18.6e6 - 1.0).abs() < 5e-3, "{span:?}");
        assert!((span.stress_pa - span.bending_pa - 3.65e6).abs() < 1e3);
        let clamped = STEEL.span(10.0, Ends::Clamped, &GAS).unwrap();
        assert!((clamped.bending_pa * 1.5 / span.bending_pa - 1.0).abs() < 1e-12);
        assert!((clamped.sag_m * 5.0 / span.sag_m - 1.0).abs() < 1e-12);
        let far = STEEL.longest_span_m(235e6, Ends::Pinned, &GAS).unwrap();
        assert!((STEEL.span(far, Ends::Pinned, &GAS).unwrap().stress_pa / 235e6 - 1.0).abs() < 1e-12);
        assert!(far > 30.0 && far < 40.0, "{far}");
        let burst = Load { inner_pa: 1e8, ..GAS };
        assert_eq!(STEEL.longest_span_m(235e6, Ends::Pinned, &burst).unwrap(), 0.0);
        assert!(Section { wall_m: 0.2, ..STEEL }.span(1.0, Ends::Pinned, &GAS).is_err());
    }

    #[test]
    fn joints_open_by_pull_or_turn() {
        // 6 m over one joint: 50 mm of pull allow ½·√(6.05² − 36) = 0.388 m, 0.07 rad of turn 0.105 m.
        let joints = Joints { pitch_m: 6.0, pull_m: 0.05, turn_rad: 0.07 };
        let opens = joints.opens(6.0).unwrap();
        assert!((opens.sag_m() - 3.0 * 0.035_f64.tan()).abs() < 1e-12 && matches!(opens, Opens::Turned(_)));
        let free = Joints { turn_rad: 1.0, ..joints }.opens(6.0).unwrap();
        assert!(matches!(free, Opens::Pulled(s) if (s - 0.388_104).abs() < 1e-5), "{free:?}");
        assert!(joints.opens(0.0).is_err());
    }

    proptest! {
        /// A longer or heavier span suffers more.
        #[test]
        fn longer_is_worse(l in 0.1..40.0_f64, top in 0.0..2e4_f64, p in 0.0..4e6_f64) {
            for ends in [Ends::Pinned, Ends::Clamped] {
                let load = Load { on_top_nm: top, inner_pa: p, ..GAS };
                let here = STEEL.span(l, ends, &load).unwrap();
                prop_assert!(STEEL.span(1.1 * l, ends, &load).unwrap().stress_pa > here.stress_pa);
                let heavier = Load { on_top_nm: top + 10.0, ..load };
                prop_assert!(STEEL.span(l, ends, &heavier).unwrap().sag_m > here.sag_m && here.sag_m >= 0.0);
            }
        }

        /// The longest span has the stress allowed; joints that give more sag more.
        #[test]
        fn limits_are_met(allowed in 50e6..400e6_f64, top in 0.0..2e4_f64, l in 1.0..30.0_f64, pull in 0.01..0.1_f64) {
            let load = Load { on_top_nm: top, ..GAS };
            let far = STEEL.longest_span_m(allowed, Ends::Clamped, &load).unwrap();
            prop_assert!((STEEL.span(far, Ends::Clamped, &load).unwrap().stress_pa / allowed - 1.0).abs() < 1e-9);
            let opens = |pull_m| Joints { pitch_m: 6.0, pull_m, turn_rad: 0.09 }.opens(l).unwrap().sag_m();
            prop_assert!(opens(1.2 * pull) >= opens(pull) && opens(pull) > 0.0);
        }
    }
}

//! A cavity that a leaking main washes out over a defective sewer (C15).
//!
//! Water takes ground with it, `dV/dt = c·Q/(1 − n)`, as long as the sewer takes the solids on: no more than its flow
//! carries, and nothing where the defect is so narrow that grains bridge it. The cavity is a dome whose flat floor lies
//! at the defect.
//!
//! *Source:* the balance and its cap: own derivation from the project's coupling C15; that leaks and defects of sewers
//! drive ground losses: H. Kwak et al., Nat. Hazards Earth Syst. Sci. 20, 2020, 3343. The share of solids is an
//! argument without a published value for loess, to be fitted to a case; loess gives up more once wet, so fit it wet.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, not_negative, positive, share};

/// Ground that is washed out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Washout {
    /// Solids that a volume of water takes along [m³/m³].
    pub solids_share: f64,
    /// Share of pores in the ground [–].
    pub porosity: f64,
    /// Size of the grains that form its skeleton, d85 [m].
    pub grain_m: f64,
    /// How many grains wide a defect has to be for them to pass; own assumption, 2 to 3.
    pub bridging: f64,
}

/// The sewer that takes the ground away.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Drain {
    /// Width of its defect [m].
    pub defect_m: f64,
    /// Its flow [m³/s].
    pub flow_m3s: f64,
    /// Solids that flow can carry [m³/m³].
    pub carries_share: f64,
}

/// Growth of the cavity [m³/s] under a leak of `leak_m3s`.
///
/// *Source:* own derivation; see the head of the file.
///
/// # Errors
/// If a value makes no sense.
pub fn growth_m3s(washout: &Washout, drain: &Drain, leak_m3s: f64) -> Result<f64, HazardError> {
    share("solids in washing water", washout.solids_share)?;
    share("solids in a sewer", drain.carries_share)?;
    let solid = positive("solid share of ground", 1.0 - share("porosity", washout.porosity)?)?;
    let passes = positive("grain", washout.grain_m)? * not_negative("bridging of grains", washout.bridging)?;
    if not_negative("defect of a sewer", drain.defect_m)? <= passes {
        return Ok(0.0);
    }
    let taken = washout.solids_share * not_negative("leak", leak_m3s)?;
    let carried = drain.carries_share * not_negative("flow of a sewer", drain.flow_m3s)?;
    Ok(taken.min(carried) / solid)
}

/// A cavity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Cavity {
    /// Volume [m³].
    pub volume_m3: f64,
}

impl Cavity {
    /// The cavity after `dt_s` of this growth.
    #[must_use]
    pub fn grown(self, growth_m3s: f64, dt_s: f64) -> Self {
        Self { volume_m3: self.volume_m3 + growth_m3s * dt_s }
    }

    /// Radius of a half sphere of its volume [m]; its span is twice that.
    ///
    /// *Source:* geometry.
    #[must_use]
    pub fn radius_m(self) -> f64 {
        (1.5 * self.volume_m3 / std::f64::consts::PI).cbrt()
    }

    /// Ground left over its crown [m], its floor lying at `floor_depth_m`; 0 once it has come through.
    #[must_use]
    pub fn cover_m(self, floor_depth_m: f64) -> f64 {
        (floor_depth_m - self.radius_m()).max(0.0)
    }

    /// Time [s] until it has this radius at this growth; `None` if it does not grow.
    #[must_use]
    pub fn until_radius_s(self, radius_m: f64, growth_m3s: f64) -> Option<f64> {
        let volume = 2.0 / 3.0 * std::f64::consts::PI * radius_m * radius_m * radius_m;
        let missing = (volume - self.volume_m3).max(0.0);
        (growth_m3s > 0.0 || missing == 0.0).then(|| if missing == 0.0 { 0.0 } else { missing / growth_m3s })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOESS: Washout = Washout { solids_share: 0.01, porosity: 0.45, grain_m: 5e-5, bridging: 3.0 };
    const SEWER: Drain = Drain { defect_m: 0.02, flow_m3s: 0.02, carries_share: 5e-4 };

    #[test]
    fn growth_is_that_of_the_slower_partner() {
        // 0.5 L/s of leak take 5e-6 m³/s of solids, the sewer carries 1e-5: 5e-6/0.55 = 0.785 m³ a day.
        let growth = growth_m3s(&LOESS, &SEWER, 5e-4).unwrap();
        assert!((growth * 86_400.0 - 0.785_45).abs() < 1e-4, "{growth}");
        let full = growth_m3s(&LOESS, &SEWER, 5e-2).unwrap();
        assert!((full / (1e-5 / 0.55) - 1.0).abs() < 1e-12);
        assert_eq!(growth_m3s(&LOESS, &Drain { defect_m: 1e-4, ..SEWER }, 5e-4).unwrap(), 0.0);
        assert!(growth_m3s(&Washout { porosity: 1.0, ..LOESS }, &SEWER, 1e-3).is_err());
        // C15's scale is weeks to months: a dome of 3 m radius holds 56.5 m³, 72 days.
        let days = Cavity::default().until_radius_s(3.0, growth).unwrap() / 86_400.0;
        assert!((days - 72.0).abs() < 0.1, "{days}");
        assert_eq!(Cavity::default().until_radius_s(1.0, 0.0), None);
    }

    proptest! {
        /// A cavity never shrinks, its cover never grows, and more leak never washes less.
        #[test]
        fn cavities_grow(v in 0.0..500.0_f64, q in 0.0..0.1_f64, t in 0.0..1e7_f64, depth in 0.5..15.0_f64) {
            let growth = growth_m3s(&LOESS, &SEWER, q).unwrap();
            prop_assert!(growth >= 0.0 && growth_m3s(&LOESS, &SEWER, 1.5 * q).unwrap() >= growth);
            let (old, new) = (Cavity { volume_m3: v }, Cavity { volume_m3: v }.grown(growth, t));
            prop_assert!(new.radius_m() >= old.radius_m() && new.cover_m(depth) <= old.cover_m(depth));
        }

        /// The time until a radius is the time after which the cavity has it.
        #[test]
        fn time_until_a_radius_is_right(v in 0.0..5.0_f64, r in 1.5..5.0_f64, q in 1e-4..1e-2_f64) {
            let (cavity, growth) = (Cavity { volume_m3: v }, growth_m3s(&LOESS, &SEWER, q).unwrap());
            let time = cavity.until_radius_s(r, growth).unwrap();
            prop_assert!((cavity.grown(growth, time).radius_m() / r - 1.0).abs() < 1e-9);
        }
    }
}

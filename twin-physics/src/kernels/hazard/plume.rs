//! Gas in the wind: Gaussian plume and puff over ground that reflects them.
//!
//! *Source:* plume, puff and the table of stability: D. B. Turner, Workbook of Atmospheric Dispersion Estimates, EPA
//! AP-26, 1970, ch. 3 and 5; widths: G. A. Briggs, Diffusion estimation for small emissions, ATDL 79, 1973, as
//! tabulated in F. A. Gifford, Nuclear Safety 17, 1976, valid for 100 m to 10 km (below, they are used as they stand);
//! wind over height: EPA, User's Guide for the Industrial Source Complex Models, EPA-454/B-95-003b, 1995, § 1.1.3. Open
//! country or town, wind of at least 0.5 m/s, gas without weight: near a methane leak take the jet first.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, keep, not_negative, positive};
use crate::num::root::brent;

/// Pasquill's classes, from very unstable to stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stability {
    /// Very unstable.
    A,
    /// Unstable.
    B,
    /// Slightly unstable.
    C,
    /// Neutral.
    D,
    /// Slightly stable.
    E,
    /// Stable.
    F,
}

/// What the sky does to the air near the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sky {
    /// Sun higher than 60°, clear.
    StrongSun,
    /// Sun at 35° to 60°, or strong sun behind broken cloud.
    ModerateSun,
    /// Sun at 15° to 35°.
    SlightSun,
    /// Heavy cloud, day or night.
    Overcast,
    /// Night with at least half the sky under cloud.
    CloudyNight,
    /// Night with less cloud.
    ClearNight,
}

/// What the wind blows over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Terrain {
    /// Open country.
    Rural,
    /// A town.
    Urban,
}

/// The class, or the two it lies between; the wind at 10 m. Below 2 m/s at night, where the table has no entry, F.
///
/// *Source:* Turner 1970, table 3-1.
#[must_use]
pub fn stability(wind_ms: f64, sky: Sky) -> (Stability, Stability) {
    use Stability::{A, B, C, D, E, F};
    let row = [2.0, 3.0, 5.0, 6.0].iter().filter(|&&limit| wind_ms >= limit).count();
    match sky {
        Sky::StrongSun => [(A, A), (A, B), (B, B), (C, C), (C, C)][row],
        Sky::ModerateSun => [(A, B), (B, B), (B, C), (C, D), (D, D)][row],
        Sky::SlightSun => [(B, B), (C, C), (C, C), (D, D), (D, D)][row],
        Sky::Overcast => (D, D),
        Sky::CloudyNight => [(F, F), (E, E), (D, D), (D, D), (D, D)][row],
        Sky::ClearNight => [(F, F), (F, F), (E, E), (D, D), (D, D)][row],
    }
}

/// Widths of a plume across the wind and upwards [m].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Widths {
    /// Across the wind [m].
    pub across_m: f64,
    /// Upwards [m].
    pub up_m: f64,
}

/// Briggs's widths at a distance downwind.
///
/// *Source:* Briggs 1973 by Gifford 1976.
#[must_use]
pub fn briggs(terrain: Terrain, class: Stability, x_m: f64) -> Widths {
    use Stability::{A, B, C, D, E, F};
    let root = |c: f64| (1.0 + c * x_m).sqrt();
    let (across, up) = match (terrain, class) {
        (Terrain::Rural, A) => (0.22, 0.20),
        (Terrain::Rural, B) => (0.16, 0.12),
        (Terrain::Rural, C) => (0.11, 0.08 / root(2e-4)),
        (Terrain::Rural, D) => (0.08, 0.06 / root(1.5e-3)),
        (Terrain::Rural, E) => (0.06, 0.03 / (1.0 + 3e-4 * x_m)),
        (Terrain::Rural, F) => (0.04, 0.016 / (1.0 + 3e-4 * x_m)),
        (Terrain::Urban, A | B) => (0.32, 0.24 * root(1e-3)),
        (Terrain::Urban, C) => (0.22, 0.20),
        (Terrain::Urban, D) => (0.16, 0.14 / root(3e-4)),
        (Terrain::Urban, E | F) => (0.11, 0.08 / root(1.5e-3)),
    };
    let bend = match terrain {
        Terrain::Rural => root(1e-4),
        Terrain::Urban => root(4e-4),
    };
    Widths { across_m: across * x_m / bend, up_m: up * x_m }
}

/// Mean widths of the two classes that [`stability`] gives.
///
/// *Source:* Turner 1970, note to table 3-1: the average of both.
#[must_use]
pub fn briggs_between(terrain: Terrain, classes: (Stability, Stability), x_m: f64) -> Widths {
    let (a, b) = (briggs(terrain, classes.0, x_m), briggs(terrain, classes.1, x_m));
    Widths { across_m: 0.5 * (a.across_m + b.across_m), up_m: 0.5 * (a.up_m + b.up_m) }
}

/// Wind [m/s] at a height, from that at 10 m; below 10 m too, and not below 1 m.
///
/// *Source:* EPA 1995, § 1.1.3, default exponents.
#[must_use]
pub fn wind_ms(at_10_m_ms: f64, height_m: f64, terrain: Terrain, class: Stability) -> f64 {
    let exponents = match terrain {
        Terrain::Rural => [0.07, 0.07, 0.10, 0.15, 0.35, 0.55],
        Terrain::Urban => [0.15, 0.15, 0.20, 0.25, 0.30, 0.30],
    };
    at_10_m_ms * (height_m.max(1.0) / 10.0).powf(exponents[class as usize])
}

/// A steady source in the wind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Plume {
    /// Release [kg/s].
    pub flow_kgs: f64,
    /// Wind at the plume's height [m/s].
    pub wind_ms: f64,
    /// Height of its axis [m].
    pub height_m: f64,
}

/// Share of a Gaussian upwards that reaches a height, with its reflection.
fn reflected(z_m: f64, height_m: f64, up_m: f64) -> f64 {
    let bell = |d: f64| (-0.5 * (d / up_m) * (d / up_m)).exp();
    bell(z_m - height_m) + bell(z_m + height_m)
}

impl Plume {
    /// The plume with values that make sense.
    ///
    /// # Errors
    /// If not, or the wind is below 0.5 m/s.
    pub fn checked(self) -> Result<Self, HazardError> {
        positive("release", self.flow_kgs)?;
        not_negative("height of a plume", self.height_m)?;
        keep(self.wind_ms >= 0.5 && self.wind_ms.is_finite(), "wind", self.wind_ms, "at least 0.5 m/s")?;
        Ok(self)
    }

    /// Concentration [kg/m³] where the widths are these, `y_m` beside the axis and `z_m` over the ground.
    #[must_use]
    pub fn at_kgm3(&self, widths: Widths, y_m: f64, z_m: f64) -> f64 {
        let Widths { across_m, up_m } = widths;
        let side = (-0.5 * (y_m / across_m) * (y_m / across_m)).exp();
        let scale = self.flow_kgs / (2.0 * std::f64::consts::PI * self.wind_ms * across_m * up_m);
        scale * side * reflected(z_m, self.height_m, up_m)
    }

    /// The farthest distance [m], up to 100 km, at which the axis on the ground still has `kgm3`; `None` if it never
    /// has.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn reach_m(
        &self,
        terrain: Terrain,
        classes: (Stability, Stability),
        kgm3: f64,
    ) -> Result<Option<f64>, HazardError> {
        self.checked()?;
        positive("concentration", kgm3)?;
        let over = |ln: f64| self.at_kgm3(briggs_between(terrain, classes, ln.exp()), 0.0, 0.0) / kgm3 - 1.0;
        // From far to near: beyond the highest concentration it falls with distance.
        let (far, near, steps) = (1e5_f64.ln(), 0.1_f64.ln(), 400);
        let place = |n: i32| far + (near - far) * f64::from(n) / f64::from(steps);
        if over(far) >= 0.0 {
            return Ok(Some(far.exp()));
        }
        for n in 1..=steps {
            if over(place(n)) >= 0.0 {
                return Ok(Some(brent(place(n), place(n - 1), 1e-12, over)?.exp()));
            }
        }
        Ok(None)
    }
}

/// Concentration [kg/m³] in a puff of `mass_kg`, `from_centre_m` along, across and `z_m` over the ground, its centre at
/// `height_m`; widths along, across and up.
///
/// *Source:* Turner 1970, ch. 5, with reflection.
#[must_use]
pub fn puff_kgm3(mass_kg: f64, widths_m: [f64; 3], from_centre_m: [f64; 2], (z_m, height_m): (f64, f64)) -> f64 {
    let [along, across, up] = widths_m;
    let bell = |d: f64, s: f64| (-0.5 * (d / s) * (d / s)).exp();
    let volume = (2.0 * std::f64::consts::PI).powf(1.5) * along * across * up;
    let side = bell(from_centre_m[0], along) * bell(from_centre_m[1], across);
    mass_kg / volume * side * reflected(z_m, height_m, up)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plumes_of_the_textbooks() {
        // Turner 1970, problem 1: 3 g/s, 7 m/s, σ 190 and 65 m: 1.1e-5 g/m³ (two digits; closed form 1.1046e-5).
        let plume = Plume { flow_kgs: 3e-3, wind_ms: 7.0, height_m: 0.0 };
        let at = plume.at_kgm3(Widths { across_m: 190.0, up_m: 65.0 }, 0.0, 0.0);
        assert!((at - 1.104_6e-8).abs() < 1e-12, "{at}");
        // Stack: 80 g/s, 6 m/s, H 60 m, σ 36 and 18.5 m: 3.31e-5 g/m³.
        let stack = Plume { flow_kgs: 0.08, wind_ms: 6.0, height_m: 60.0 };
        let at = stack.at_kgm3(Widths { across_m: 36.0, up_m: 18.5 }, 0.0, 0.0);
        assert!((at / 3.31e-8 - 1.0).abs() < 2e-3, "{at}");
        // CCPS 1999, p. 97: 0.1 kg/s, 2 m/s, F, 500 m, with the widths used there (Spicer & Havens; Seinfeld).
        let plume = Plume { flow_kgs: 0.1, wind_ms: 2.0, height_m: 0.0 };
        let (x, ln) = (500.0_f64, 500.0_f64.ln());
        let widths =
            Widths { across_m: 0.0674 * x.powf(0.9), up_m: 0.011_22 * x.powf(1.402_4) * (-0.054 * ln * ln).exp() };
        let at = plume.at_kgm3(widths, 0.0, 0.0);
        assert!((at / 1.034_7e-4 - 1.0).abs() < 1e-3, "{at}");
    }

    #[test]
    fn the_puff_of_ccps() {
        // CCPS 1999, p. 101: 1 kg, σ 5.048 and 2.2148 m: 2.25e-3 kg/m³.
        let at = puff_kgm3(1.0, [5.048, 5.048, 2.214_8], [0.0, 0.0], (0.0, 0.0));
        assert!((at / 2.25e-3 - 1.0).abs() < 2e-3, "{at}");
    }

    #[test]
    fn classes_and_widths_are_those_of_the_tables() {
        use Stability::{A, B, C, D, E, F};
        assert_eq!(stability(1.5, Sky::StrongSun), (A, A));
        assert_eq!(stability(4.0, Sky::ModerateSun), (B, C));
        assert_eq!(stability(2.5, Sky::ClearNight), (F, F));
        assert_eq!(stability(4.0, Sky::ClearNight), (E, E));
        assert_eq!(stability(9.0, Sky::StrongSun), (C, C));
        assert_eq!(stability(4.0, Sky::Overcast), (D, D));
        let d = briggs(Terrain::Rural, D, 1000.0);
        assert!((d.across_m - 76.277).abs() < 1e-3 && (d.up_m - 37.947).abs() < 1e-3, "{d:?}");
        let town = briggs(Terrain::Urban, A, 1000.0);
        assert!((town.up_m - 339.411).abs() < 1e-3 && (town.across_m - 270.449).abs() < 1e-3, "{town:?}");
        let mean = briggs_between(Terrain::Rural, (A, B), 200.0);
        assert!((mean.up_m - 0.16 * 200.0).abs() < 1e-12);
        assert!((wind_ms(5.0, 2.0, Terrain::Urban, D) - 5.0 * 0.2_f64.powf(0.25)).abs() < 1e-12);
        assert!(Plume { flow_kgs: 1.0, wind_ms: 0.1, height_m: 0.0 }.checked().is_err());
        assert!(B < E);
    }

    proptest! {
        /// The gas that passes a plane is what is released, wherever the axis lies.
        #[test]
        fn a_plume_keeps_its_gas(x in 100.0..5000.0_f64, h in 0.0..60.0_f64, u in 0.5..12.0_f64) {
            let widths = briggs(Terrain::Rural, Stability::D, x);
            let plume = Plume { flow_kgs: 0.7, wind_ms: u, height_m: h };
            let n = 80;
            let (dy, dz) = (12.0 * widths.across_m / f64::from(n), (8.0 * widths.up_m + h) / f64::from(n));
            let mut sum = 0.0;
            for i in 0..n {
                for j in 0..n {
                    let y = (f64::from(i) + 0.5) * dy - 6.0 * widths.across_m;
                    sum += plume.at_kgm3(widths, y, (f64::from(j) + 0.5) * dz) * u * dy * dz;
                }
            }
            prop_assert!((sum / 0.7 - 1.0).abs() < 1e-3, "{}", sum);
            let side = |y: f64| plume.at_kgm3(widths, y, 1.5);
            prop_assert!((side(30.0) - side(-30.0)).abs() <= 1e-18 && side(0.0) >= side(30.0));
        }

        /// A stronger source reaches farther, and at the reach the ground has just that.
        #[test]
        fn reach_is_where_the_concentration_is(q in 0.01..20.0_f64, c in 1e-5..1e-2_f64, h in 0.0..30.0_f64) {
            let plume = Plume { flow_kgs: q, wind_ms: 3.0, height_m: h };
            let classes = (Stability::C, Stability::D);
            let reach = |p: Plume| p.reach_m(Terrain::Urban, classes, c).unwrap();
            if let Some(x) = reach(plume) {
                let at = plume.at_kgm3(briggs_between(Terrain::Urban, classes, x), 0.0, 0.0);
                prop_assert!((at / c - 1.0).abs() < 1e-6 || x > 9e4);
                let more = reach(Plume { flow_kgs: 1.5 * q, ..plume });
                prop_assert!(more.is_some_and(|m| m >= x));
            }
        }
    }
}

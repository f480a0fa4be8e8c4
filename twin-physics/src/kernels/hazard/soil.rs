//! Gas in the ground: pushed by its own pressure near the hole, by diffusion beyond, under an open or a sealed surface.
//!
//! *Source:* diffusion in porous ground: R. J. Millington, J. P. Quirk, Permeability of porous solids, Trans. Faraday
//! Soc. 57, 1961, `D_e = D₀·θ^(10/3)/φ²`, which is `D₀·φ^(4/3)` in dry ground; point sources: H. S. Carslaw, J. C.
//! Jaeger, Conduction of Heat in Solids, 2nd ed. 1959, § 10.4 and 14.9 (images). Concentrations are mole fractions of
//! an ideal, dilute gas: values above 1 stand for pure gas. Near field: METEC field study (Elementa 9, 2021, 00008)
//! finds flow by pressure within 1 to 1.5 m. Even ground without layers, trenches or wind on the surface.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, keep, not_negative, positive, share};
use crate::num::root::brent;

/// Ground and how a gas spreads in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ground {
    /// Share of pores [–].
    pub porosity: f64,
    /// Share filled with gas [–], at most the porosity; what water fills is closed to diffusion.
    pub air_share: f64,
    /// Diffusivity of the gas in free air [m²/s]: methane 2.1e-5 at 15 °C.
    pub free_diffusivity_m2s: f64,
}

/// What lies on the ground, in the way it changes the spread.
///
/// The factors are measured over field tests, not derived: the front reaches `farther` times the distance and runs
/// `faster` times as fast. *Source of values:* tests of SMU and CSU 2024 as quoted in the project's practice notes
/// (C19): 3 to 4 times as far and 3.5 times as fast under wet, frozen or paved cover; own form of the law.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cover {
    /// What the surface does to gas that reaches it: −1 open to the air, 0 as if there were ground without end, 1
    /// sealed.
    pub reflection: f64,
    /// How many times as far a concentration reaches.
    pub farther: f64,
    /// How many times as fast it travels.
    pub faster: f64,
}

impl Cover {
    /// Bare dry ground, open to the air.
    pub const BARE: Self = Self { reflection: -1.0, farther: 1.0, faster: 1.0 };

    /// The cover with values that make sense.
    ///
    /// # Errors
    /// If a factor is below 1 or the reflection outside −1 to 1.
    pub fn checked(self) -> Result<Self, HazardError> {
        keep(self.reflection.abs() <= 1.0, "reflection of a cover", self.reflection, "from -1 to 1")?;
        keep(self.farther >= 1.0 && self.farther.is_finite(), "reach of a cover", self.farther, "at least 1")?;
        keep(self.faster >= 1.0 && self.faster.is_finite(), "speed of a cover", self.faster, "at least 1")?;
        Ok(self)
    }
}

/// A leak in the ground.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Flow of pure gas at ambient pressure and temperature [m³/s].
    pub flow_m3s: f64,
    /// Depth below the surface [m].
    pub depth_m: f64,
    /// Radius within which the gas's own pressure drives it [m]; 1 to 1.5 in the field study.
    pub near_field_m: f64,
}

/// A place in the ground, seen from the leak.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Distance along the surface [m].
    pub away_m: f64,
    /// Depth [m].
    pub depth_m: f64,
}

impl Ground {
    /// The ground with values that make sense.
    ///
    /// # Errors
    /// If it has no pores, or more gas than pores.
    pub fn checked(self) -> Result<Self, HazardError> {
        keep(self.porosity > 0.0 && self.porosity < 1.0, "porosity", self.porosity, "between 0 and 1")?;
        let holds = self.air_share > 0.0 && self.air_share <= self.porosity;
        keep(holds, "air in the ground", self.air_share, "above 0 and at most the porosity")?;
        positive("diffusivity", self.free_diffusivity_m2s)?;
        Ok(self)
    }

    /// Effective diffusivity of the gas-filled pores [m²/s], per area of ground.
    #[must_use]
    pub fn diffusivity_m2s(&self) -> f64 {
        self.free_diffusivity_m2s * self.air_share.powf(10.0 / 3.0) / (self.porosity * self.porosity)
    }
}

/// Darcy's velocity [m/s] at a distance from a hole in ground without end that passes `flow_m3s` at the pressure there.
///
/// *Source:* conservation of volume over a sphere; own derivation.
#[must_use]
pub fn darcy_speed_ms(flow_m3s: f64, distance_m: f64) -> f64 {
    flow_m3s / (4.0 * std::f64::consts::PI * distance_m * distance_m)
}

/// Pressure [Pa] at a distance from such a hole, isothermal gas: `p² = p_a² + Q·p_a·μ/(2π·κ·r)`, Q at ambient pressure.
///
/// *Source:* Darcy's law with ρ ∝ p, integrated from r to infinity; own derivation.
#[must_use]
pub fn darcy_pressure_pa(
    flow_m3s: f64,
    distance_m: f64,
    (permeability_m2, viscosity_pas): (f64, f64),
    ambient_pa: f64,
) -> f64 {
    let rise = flow_m3s * viscosity_pas / (2.0 * std::f64::consts::PI * permeability_m2 * distance_m);
    (ambient_pa * (ambient_pa + rise)).sqrt()
}

/// Steady mole fraction at a distance from a leak on the surface of sealed ground, `Q/(2π·D·r)`, at most 1.
///
/// *Source:* Carslaw & Jaeger 1959, § 10.4, doubled by the sealed surface.
#[must_use]
pub fn half_space_share(flow_m3s: f64, diffusivity_m2s: f64, distance_m: f64) -> f64 {
    (flow_m3s / (2.0 * std::f64::consts::PI * diffusivity_m2s * distance_m)).min(1.0)
}

/// Distance [m] within which the steady half space holds at least `share`: the dangerous radius.
///
/// *Source:* inverse of [`half_space_share`]; the 5 % contour as danger zone: Ren et al. 2022, as in the project's
/// notes.
#[must_use]
pub fn half_space_radius_m(flow_m3s: f64, diffusivity_m2s: f64, share: f64) -> f64 {
    flow_m3s / (2.0 * std::f64::consts::PI * diffusivity_m2s * share)
}

/// A leak in its ground under its cover.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    source: Source,
    ground: Ground,
    cover: Cover,
}

impl Spread {
    /// The three together.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn new(source: Source, ground: Ground, cover: Cover) -> Result<Self, HazardError> {
        positive("flow of a leak", source.flow_m3s)?;
        not_negative("depth of a leak", source.depth_m)?;
        not_negative("near field of a leak", source.near_field_m)?;
        Ok(Self { source, ground: ground.checked()?, cover: cover.checked()? })
    }

    /// Distances to the leak and to its image above the surface, in bare ground [m].
    fn ways(&self, place: Place) -> (f64, f64) {
        let scale = 1.0 / self.cover.farther;
        let way = |down: f64| scale * place.away_m.hypot(down);
        (way(place.depth_m - self.source.depth_m), way(place.depth_m + self.source.depth_m))
    }

    /// Mole fraction from source and image, each by `at`; at most 1.
    fn sum(&self, place: Place, at: impl Fn(f64) -> f64) -> f64 {
        let (direct, image) = self.ways(place);
        let scale = self.source.flow_m3s / (4.0 * std::f64::consts::PI * self.ground.diffusivity_m2s());
        let least = 1e-3;
        let both =
            at(direct.max(least)) / direct.max(least) + self.cover.reflection * at(image.max(least)) / image.max(least);
        (scale * both).clamp(0.0, 1.0)
    }

    /// Mole fraction once nothing changes any more.
    #[must_use]
    pub fn steady_share(&self, place: Place) -> f64 {
        self.sum(place, |_| 1.0)
    }

    /// Mole fraction by diffusion `time_s` after the leak began, `C·erfc(r/√(4·D·t/θ))`.
    ///
    /// *Source:* Carslaw & Jaeger 1959, § 10.4 (2), with the pores' share as storage.
    #[must_use]
    pub fn share_at(&self, place: Place, time_s: f64) -> f64 {
        let time_s = time_s * self.cover.faster / self.cover.farther;
        let reach = (4.0 * self.ground.diffusivity_m2s() / self.ground.air_share * time_s.max(0.0)).sqrt();
        if reach <= 0.0 {
            return 0.0;
        }
        self.sum(place, |r| libm::erfc(r / reach))
    }

    /// Time [s] in which the gas fills the ground out to a distance by its own flow, `4/3·π·r³·θ/Q`.
    ///
    /// *Source:* plug flow from a point; own derivation.
    #[must_use]
    pub fn displacement_s(&self, distance_m: f64) -> f64 {
        let bare = distance_m / self.cover.farther;
        let volume = 4.0 / 3.0 * std::f64::consts::PI * bare * bare * bare * self.ground.air_share;
        volume / self.source.flow_m3s * self.cover.farther / self.cover.faster
    }

    /// Time [s] until the place holds `threshold`; `None` if it never does. Within the near field the front is the plug
    /// of gas or the diffusing one, whichever comes first; beyond it the diffusing one.
    ///
    /// # Errors
    /// If the threshold is no share above 0.
    pub fn arrival_s(&self, place: Place, threshold: f64) -> Result<Option<f64>, HazardError> {
        share("threshold", positive("threshold", threshold)?)?;
        let distance_m = place.away_m.hypot(place.depth_m - self.source.depth_m);
        let near = distance_m <= self.source.near_field_m;
        let plug = near.then(|| self.displacement_s(distance_m));
        let diffused = self.diffused_s(place, threshold)?;
        Ok(match (plug, diffused) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        })
    }

    fn diffused_s(&self, place: Place, threshold: f64) -> Result<Option<f64>, HazardError> {
        // A hair below the steady value would take for ever.
        if self.steady_share(place) <= threshold * (1.0 + 1e-6) {
            return Ok(None);
        }
        let excess = |ln: f64| self.share_at(place, ln.exp()) - threshold;
        let (low, high) = (1e-3_f64.ln(), 1e14_f64.ln());
        if excess(low) >= 0.0 {
            return Ok(Some(0.0));
        }
        if excess(high) <= 0.0 {
            return Ok(None);
        }
        Ok(Some(brent(low, high, 1e-12, excess)?.exp()))
    }

    /// Share of the leak that a space in the ground takes in once nothing changes: `space_m` away (centre to leak), its
    /// centre at `depth_m`, its walls of `area_m2` open to gas by `openness` (0 tight, 1 as the ground itself).
    ///
    /// The space is a sphere of that surface held at 0, with images of leak and sphere in the surface of the ground:
    /// `(1/L + s/L')/(1/b + s/(2h))`. *Source:* capture by an absorbing sphere, b/L: H. C. Berg, Random Walks in
    /// Biology, 1983, ch. 3; images: own derivation, first order in b/L, so that L has to be above twice b.
    ///
    /// # Errors
    /// If a value makes no sense, or the space is nearer than it is wide.
    pub fn taken_share(&self, place: Place, area_m2: f64, openness: f64) -> Result<f64, HazardError> {
        let radius = (positive("area of a space", area_m2)? / (4.0 * std::f64::consts::PI)).sqrt();
        share("openness of a space", openness)?;
        let depth = keep(place.depth_m >= radius, "depth of a space", place.depth_m, "at least its radius")?;
        let (direct, image) = self.ways(place);
        keep(direct >= 2.0 * radius, "distance of a space", direct, "at least twice its radius")?;
        let s = self.cover.reflection;
        let taken = (1.0 / direct + s / image) / (1.0 / radius + 0.5 * s / depth);
        Ok((openness * taken).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOESS: Ground = Ground { porosity: 0.45, air_share: 0.30, free_diffusivity_m2s: 2.1e-5 };
    const LEAK: Source = Source { flow_m3s: 2.5e-4, depth_m: 1.0, near_field_m: 1.2 };
    const SEALED: Cover = Cover { reflection: 1.0, farther: 1.0, faster: 1.0 };

    #[test]
    fn diffusivity_and_half_space_have_their_closed_forms() {
        let dry = Ground { air_share: 0.45, ..LOESS };
        assert!((dry.diffusivity_m2s() / (2.1e-5 * 0.45_f64.powf(4.0 / 3.0)) - 1.0).abs() < 1e-12);
        // C = Q/(2πDr): 1e-6/(2π·2e-6·2) = 0.0397887.
        assert!((half_space_share(1e-6, 2e-6, 2.0) - 0.039_788_7).abs() < 1e-7);
        assert!((half_space_radius_m(1e-6, 2e-6, 0.039_788_736) - 2.0).abs() < 1e-7);
        let flat = Source { depth_m: 0.0, flow_m3s: 1e-6, ..LEAK };
        let spread = Spread::new(flat, LOESS, SEALED).unwrap();
        let at = Place { away_m: 3.0, depth_m: 0.0 };
        let d = LOESS.diffusivity_m2s();
        assert!((spread.steady_share(at) - half_space_share(1e-6, d, 3.0)).abs() < 1e-12);
        // erfc(1) = 0.157299 when r² = 4·D·t/θ.
        let time = 9.0 * LOESS.air_share / (4.0 * d);
        let ratio = spread.share_at(at, time) / spread.steady_share(at);
        assert!((ratio - 0.157_299_207).abs() < 1e-8, "{ratio}");
    }

    #[test]
    fn pressure_near_the_hole_obeys_darcy() {
        let p = |r: f64| darcy_pressure_pa(1e-3, r, (1e-12, 1.1e-5), 101_325.0);
        let (r, h) = (0.5, 1e-4);
        let gradient = (p(r + h) - p(r - h)) / (2.0 * h);
        let speed = -1e-12 / 1.1e-5 * gradient;
        assert!((speed / (darcy_speed_ms(1e-3, r) * 101_325.0 / p(r)) - 1.0).abs() < 1e-6);
    }

    /// Practice note C19: 3 to 4 times as far, 3.5 times as fast.
    #[test]
    fn a_paved_cover_carries_farther_and_faster() {
        let bare = Spread::new(LEAK, LOESS, Cover::BARE).unwrap();
        let paved = Spread::new(LEAK, LOESS, Cover { farther: 3.5, faster: 3.5, ..Cover::BARE }).unwrap();
        let level = |away_m: f64| Place { away_m, depth_m: 1.0 };
        let (a, b) = (bare.displacement_s(1.0), paved.displacement_s(3.5));
        assert!((3.5 / b / (1.0 / a) - 3.5).abs() < 1e-12, "the front runs 3.5 times as fast");
        let same = paved.arrival_s(level(3.5 * 3.0), 0.05).unwrap();
        let sealed = Spread::new(LEAK, LOESS, Cover { farther: 3.5, faster: 3.5, ..SEALED }).unwrap();
        let early = sealed.arrival_s(level(10.5), 0.05).unwrap().expect("arrives");
        assert!(same.is_none_or(|t| t > early), "{same:?} {early}");
    }

    #[test]
    fn a_space_takes_what_a_sphere_would() {
        let deep = Source { depth_m: 500.0, ..LEAK };
        let spread = Spread::new(deep, LOESS, Cover::BARE).unwrap();
        let area = 4.0 * std::f64::consts::PI * 0.25;
        let taken = spread.taken_share(Place { away_m: 5.0, depth_m: 500.0 }, area, 1.0).unwrap();
        assert!((taken - 0.1).abs() < 1e-3, "{taken}");
        assert_eq!(spread.taken_share(Place { away_m: 5.0, depth_m: 500.0 }, area, 0.0).unwrap(), 0.0);
        assert!(spread.taken_share(Place { away_m: 0.6, depth_m: 500.0 }, area, 1.0).is_err());
        assert!(Spread::new(LEAK, Ground { air_share: 0.5, ..LOESS }, Cover::BARE).is_err());
        assert!(Spread::new(LEAK, LOESS, Cover { farther: 0.5, ..Cover::BARE }).is_err());
    }

    proptest! {
        /// A share, more with time up to the steady one, less with distance, more under a sealed surface.
        #[test]
        fn gas_spreads_one_way(
            flow in 1e-7..1e-3_f64, away in 0.1..40.0_f64, depth in 0.0..4.0_f64, t in 1.0..1e8_f64, s in -1.0..1.0_f64,
        ) {
            let source = Source { flow_m3s: flow, ..LEAK };
            let with = |reflection| Spread::new(source, LOESS, Cover { reflection, ..Cover::BARE }).unwrap();
            let spread = with(s);
            let at = |away_m| Place { away_m, depth_m: depth };
            let here = spread.share_at(at(away), t);
            prop_assert!((0.0..=1.0).contains(&here));
            prop_assert!(spread.share_at(at(away), 1.3 * t) >= here - 1e-12);
            prop_assert!(spread.steady_share(at(away)) >= here - 1e-12);
            prop_assert!(with(1.0).steady_share(at(away)) >= spread.steady_share(at(away)) - 1e-12);
            prop_assert!(with(1.0).share_at(at(1.2 * away), t) <= with(1.0).share_at(at(away), t) + 1e-12);
        }

        /// When it arrives it is there: the concentration at the time of arrival by diffusion is the threshold.
        #[test]
        fn arrival_is_when_the_threshold_is_met(flow in 1e-5..1e-3_f64, away in 1.5..15.0_f64, c in 0.001..0.2_f64) {
            let spread = Spread::new(Source { flow_m3s: flow, ..LEAK }, LOESS, SEALED).unwrap();
            let place = Place { away_m: away, depth_m: 1.0 };
            match spread.arrival_s(place, c).unwrap() {
                Some(t) if t > 0.0 => prop_assert!((spread.share_at(place, t) / c - 1.0).abs() < 1e-6),
                Some(_) => prop_assert!(spread.share_at(place, 1e-3) >= c),
                None => prop_assert!(spread.steady_share(place) <= c * (1.0 + 1e-5)),
            }
        }
    }
}

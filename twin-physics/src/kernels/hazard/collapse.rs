//! The roof of a cavity under a road: earth that arches, a slab that bridges, walls that follow (C16).
//!
//! The earth over a round cavity of radius R stands by itself as long as it needs no support,
//! `σ = R·(γ − 2c/R)/(2K·tanφ)·(1 − e^(−2K·tanφ·H/R)) + q·e^(−2K·tanφ·H/R) ≤ 0`. Where it has fallen, the slab carries
//! itself and a wheel as a round plate on its rim. Where that has fallen, walls higher than they can stand fall too, a
//! while later: the second collapse.
//!
//! *Source:* arching: K. Terzaghi, Theoretical Soil Mechanics, 1943, ch. V, for a round shaft (2c/R for c/B); plate: S.
//! Timoshenko, S. Woinowsky-Krieger, Theory of Plates and Shells, 2nd ed. 1959, § 16 and 19; height of a wall:
//! Rankine's
//! `4c/γ·tan(45° + φ/2) − 2q/γ`, Terzaghi 1943, ch. III. The sequence and its delay are own assumptions, after Xining
//! 2020 (second fall after tens of seconds); the delay is an argument. Dry strength of loess may be lost on wetting:
//! give the wet one.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, keep, not_negative, positive};

/// Earth over and around a cavity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Earth {
    /// Unit weight [N/m³].
    pub weight_nm3: f64,
    /// Cohesion [Pa].
    pub cohesion_pa: f64,
    /// Angle of friction [rad].
    pub friction_rad: f64,
    /// Ratio of lateral to vertical stress [–]; Terzaghi takes 1.
    pub lateral: f64,
}

impl Earth {
    fn check(&self) -> Result<(), HazardError> {
        positive("unit weight of earth", self.weight_nm3)?;
        not_negative("cohesion", self.cohesion_pa)?;
        keep((0.0..1.2).contains(&self.friction_rad), "friction of earth", self.friction_rad, "from 0 to 1.2 rad")?;
        not_negative("lateral ratio", self.lateral)?;
        Ok(())
    }

    /// Support [Pa] that a roof of `cover_m` over a round cavity asks for under `surface_pa`; it stands by itself at 0
    /// and below.
    ///
    /// *Source:* Terzaghi 1943, ch. V.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn support_pa(&self, radius_m: f64, cover_m: f64, surface_pa: f64) -> Result<f64, HazardError> {
        self.check()?;
        let (r, h) = (positive("radius of a cavity", radius_m)?, not_negative("cover of a cavity", cover_m)?);
        not_negative("load on the surface", surface_pa)?;
        let grip = 2.0 * self.lateral * self.friction_rad.tan() / r;
        let hold = (-grip * h).exp();
        // (1 − e^(−g·h))/g, which is h without friction.
        let reach = if grip * h > 1e-12 { -(-grip * h).exp_m1() / grip } else { h };
        Ok((self.weight_nm3 - 2.0 * self.cohesion_pa / r) * reach + surface_pa * hold)
    }

    /// Height [m] at which an upright wall still stands under `surface_pa`.
    ///
    /// *Source:* Rankine by Terzaghi 1943, ch. III.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn wall_m(&self, surface_pa: f64) -> Result<f64, HazardError> {
        self.check()?;
        let passive = (std::f64::consts::FRAC_PI_4 + 0.5 * self.friction_rad).tan();
        let free = 4.0 * self.cohesion_pa * passive - 2.0 * not_negative("load on the surface", surface_pa)?;
        Ok((free / self.weight_nm3).max(0.0))
    }

    /// Radius of the hole [m] once walls `depth_m` high have fallen back to planes of 45° + φ/2 over what stands.
    ///
    /// *Source:* Rankine's planes; own derivation.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn widened_m(&self, radius_m: f64, depth_m: f64, surface_pa: f64) -> Result<f64, HazardError> {
        let over = (not_negative("depth of a hole", depth_m)? - self.wall_m(surface_pa)?).max(0.0);
        let plane = (std::f64::consts::FRAC_PI_4 + 0.5 * self.friction_rad).tan();
        Ok(positive("radius of a hole", radius_m)? + over / plane)
    }
}

/// The road's bound layers as a plate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Slab {
    /// Thickness [m].
    pub thickness_m: f64,
    /// Unit weight [N/m³].
    pub weight_nm3: f64,
    /// Poisson's ratio [–].
    pub poisson: f64,
    /// Tensile strength in bending [Pa].
    pub strength_pa: f64,
}

/// A wheel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Wheel {
    /// Its load [N].
    pub load_n: f64,
    /// Radius of the patch it stands on [m].
    pub patch_m: f64,
}

impl Slab {
    /// Stress [Pa] below the middle of a plate resting on a rim, under its weight and, perhaps, a wheel there.
    ///
    /// *Source:* Timoshenko & Woinowsky-Krieger 1959, § 16 (even load, `3(3 + ν)/8·q·a²/t²`) and 19 (load on an inner
    /// circle, `M = P/4π·[(1 + ν)·ln(a/c) + 1 − (1 − ν)·c²/4a²]`). Thin plates: thickness below a fifth of the span.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn stress_pa(&self, radius_m: f64, wheel: Option<Wheel>) -> Result<f64, HazardError> {
        let a = positive("radius of a cavity", radius_m)?;
        let t = positive("thickness of a slab", self.thickness_m)?;
        not_negative("unit weight of a slab", self.weight_nm3)?;
        let nu = keep((0.0..0.5).contains(&self.poisson), "Poisson's ratio", self.poisson, "from 0 to below 0.5")?;
        let own = 3.0 * (3.0 + nu) / 8.0 * self.weight_nm3 * a * a / t;
        let Some(wheel) = wheel else { return Ok(own) };
        let c = positive("patch of a wheel", wheel.patch_m)?;
        let load = not_negative("load of a wheel", wheel.load_n)?;
        // A patch wider than the cavity rests on the rim with what lies beyond it.
        let (c, load) = if c < a { (c, load) } else { (a, load * (a / c) * (a / c)) };
        let moment = ((1.0 + nu) * (a / c).ln() + 1.0 - 0.25 * (1.0 - nu) * (c / a) * (c / a)) * load
            / (4.0 * std::f64::consts::PI);
        Ok(own + 6.0 * moment / (t * t))
    }
}

/// How far a collapse has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    /// All stands.
    #[default]
    Standing,
    /// The earth has fallen below a slab that bridges: nothing is seen from above.
    Hidden,
    /// The slab has fallen: the first collapse.
    Fallen,
    /// The walls have followed: the second collapse.
    Widened,
}

/// A roof as it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Roof {
    /// Its stage.
    pub stage: Stage,
    /// Time since the slab fell [s].
    pub fallen_s: f64,
    /// Radius of the hole in the road [m].
    pub hole_m: f64,
}

/// The place of a cavity and what is on it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// The earth.
    pub earth: Earth,
    /// The slab.
    pub slab: Slab,
    /// Depth of the cavity's floor below the slab [m].
    pub floor_m: f64,
    /// Time from the first collapse to the second [s].
    pub delay_s: f64,
}

impl Roof {
    /// The roof after `dt_s` over a cavity of this radius, with or without a wheel on it. A stage never goes back.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn advance(self, site: &Site, radius_m: f64, wheel: Option<Wheel>, dt_s: f64) -> Result<Self, HazardError> {
        not_negative("delay of a collapse", site.delay_s)?;
        let mut next = self;
        let slab_pa = site.slab.weight_nm3 * site.slab.thickness_m;
        if next.stage == Stage::Standing {
            let cover = (site.floor_m - radius_m).max(0.0);
            // The slab spreads a wheel so far that the earth below feels its own weight alone.
            if cover == 0.0 || site.earth.support_pa(radius_m, cover, slab_pa)? > 0.0 {
                next.stage = Stage::Hidden;
            }
        }
        let stress = site.slab.stress_pa(radius_m, wheel)?;
        if next.stage == Stage::Hidden && stress > site.slab.strength_pa {
            return Ok(Self { stage: Stage::Fallen, fallen_s: 0.0, hole_m: radius_m });
        }
        if next.stage == Stage::Fallen {
            next.fallen_s += not_negative("step", dt_s)?;
            let widened = site.earth.widened_m(next.hole_m, site.floor_m, slab_pa)?;
            if next.fallen_s >= site.delay_s && widened > next.hole_m {
                next.stage = Stage::Widened;
                next.hole_m = widened;
            }
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WET: Earth = Earth { weight_nm3: 18e3, cohesion_pa: 12e3, friction_rad: 0.40, lateral: 1.0 };
    const SLAB: Slab = Slab { thickness_m: 0.25, weight_nm3: 24e3, poisson: 0.2, strength_pa: 2e6 };
    const AXLE: Wheel = Wheel { load_n: 50e3, patch_m: 0.15 };

    #[test]
    fn arch_wall_and_plate_have_their_closed_forms() {
        // Without friction the plug weighs γ·H and its mantle holds 2c·H/R: R = 2c/γ = 1.333 m is the limit.
        let clay = Earth { friction_rad: 0.0, ..WET };
        assert!(clay.support_pa(4.0 / 3.0, 2.0, 0.0).unwrap().abs() < 1e-9);
        assert!((clay.support_pa(2.0, 2.0, 5e3).unwrap() - 17e3).abs() < 1e-9);
        // Deep, with friction: R·(γ − 2c/R)/(2·tan φ).
        let deep = WET.support_pa(2.0, 500.0, 0.0).unwrap();
        assert!((deep / (2.0 * 6e3 / (2.0 * 0.4_f64.tan())) - 1.0).abs() < 1e-9);
        // φ = 0: 4c/γ = 2.667 m.
        assert!((clay.wall_m(0.0).unwrap() - 8.0 / 3.0).abs() < 1e-12);
        // Plate of 2 m radius: 3·3.2/8·24e3·4/0.25 = 460.8 kPa; wheel: 50e3/4π·(1.2·ln(13.33) + 1 − 0.2·0.005625)·96.
        let own = SLAB.stress_pa(2.0, None).unwrap();
        assert!((own - 460.8e3).abs() < 1e-6);
        let wheel = SLAB.stress_pa(2.0, Some(AXLE)).unwrap() - own;
        let by_hand =
            50e3 / (4.0 * std::f64::consts::PI) * (1.2 * (2.0 / 0.15_f64).ln() + 1.0 - 0.2 * 0.005_625) * 96.0;
        assert!((wheel / by_hand - 1.0).abs() < 1e-12 && (wheel / 1.568e6 - 1.0).abs() < 2e-3, "{wheel}");
    }

    /// C16: the earth falls unseen, a wheel breaks the slab, the walls follow after the delay.
    #[test]
    fn a_road_falls_in_two_stages() {
        let site = Site { earth: WET, slab: SLAB, floor_m: 8.0, delay_s: 30.0 };
        let step = |roof: Roof, r: f64, wheel: Option<Wheel>| roof.advance(&site, r, wheel, 10.0).unwrap();
        let roof = step(Roof::default(), 1.0, Some(AXLE));
        assert_eq!(roof.stage, Stage::Standing);
        let roof = step(roof, 2.0, None);
        assert_eq!(roof.stage, Stage::Hidden);
        let roof = step(roof, 2.0, Some(AXLE));
        assert_eq!((roof.stage, roof.hole_m), (Stage::Fallen, 2.0));
        let second = (0..3).fold(roof, |roof, _| step(roof, 2.0, None));
        assert_eq!(second.stage, Stage::Widened);
        assert!(second.hole_m > 4.0, "{second:?}");
        assert_eq!(step(step(roof, 2.0, None), 2.0, None).stage, Stage::Fallen);
        assert!(WET.support_pa(0.0, 1.0, 0.0).is_err());
        assert!(Slab { poisson: 0.5, ..SLAB }.stress_pa(1.0, None).is_err());
    }

    proptest! {
        /// A wider cavity asks for more support and bends the slab more; cohesion holds.
        #[test]
        fn wider_is_worse(r in 0.3..6.0_f64, h in 0.1..10.0_f64, c in 0.0..50e3_f64, phi in 0.0..0.7_f64,
            q in 0.0..2e4_f64) {
            let earth = Earth { cohesion_pa: c, friction_rad: phi, ..WET };
            let at = |r: f64| earth.support_pa(r, h, q).unwrap();
            let here = at(r);
            prop_assert!(at(1.1 * r) >= here - 1e-6 * here.abs() || here < 0.0);
            let stiffer = Earth { cohesion_pa: c + 1e3, ..earth };
            prop_assert!(stiffer.support_pa(r, h,
                q).unwrap() < here && stiffer.wall_m(q).unwrap() >= earth.wall_m(q).unwrap());
            prop_assert!(SLAB.stress_pa(1.1 * r, Some(AXLE)).unwrap() > SLAB.stress_pa(r, Some(AXLE)).unwrap());
        }

        /// Stages only go on.
        #[test]
        fn stages_go_on(steps in prop::collection::vec((0.2..5.0_f64, any::<bool>()), 1..40)) {
            let site = Site { earth: WET, slab: SLAB, floor_m: 6.0, delay_s: 25.0 };
            let mut roof = Roof::default();
            for (r, wheel) in steps {
                let next = roof.advance(&site, r, wheel.then_some(AXLE), 10.0).unwrap();
                prop_assert!(next.stage >= roof.stage && next.hole_m >= roof.hole_m);
                roof = next;
            }
        }
    }
}

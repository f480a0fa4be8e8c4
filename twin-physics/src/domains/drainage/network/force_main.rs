//! Friction of force mains.
//!
//! *Source:* Rossman (2017), *SWMM Reference Manual vol. II – Hydraulics*, EPA/600/R-17/111, section 3.5 (force mains);
//! Swamee & Jain (1976), Explicit equations for pipe-flow problems, J. Hydraul. Div. ASCE 102(5).

use super::super::model::ForceMainFriction;
use super::super::section::SWMM_GRAVITY_MS2;
use crate::constants::WATER_VISCOSITY_M2S;
use crate::units::M_PER_FT;

/// Darcy–Weisbach friction factor by Swamee and Jain, laminar below Re 2000, linear from there to 4000.
///
/// `roughness_m` ≥ 0, `radius_m` > 0 the hydraulic radius; SWMM's transition line starts at 0.032.
#[must_use]
pub fn friction_factor(roughness_m: f64, radius_m: f64, reynolds: f64) -> f64 {
    let turbulent = |re: f64| {
        let mut x = roughness_m / 3.7 / (4.0 * radius_m);
        if re < 1e10 {
            x += 5.74 / re.powf(0.9);
        }
        let log = x.log10();
        0.25 / (log * log)
    };
    let re = reynolds.max(10.0);
    if re <= 2000.0 {
        64.0 / re
    } else if re < 4000.0 {
        0.032 + (turbulent(4000.0) - 0.032) * (re - 2000.0) / 2000.0
    } else {
        turbulent(re)
    }
}

/// Manning's n with which a full force main has the same normal flow: Hazen–Williams C or roughness height [m] in
/// `coefficient`, diameter [m], slope [–].
#[must_use]
pub fn equivalent_manning(law: ForceMainFriction, coefficient: f64, diameter_m: f64, slope: f64) -> f64 {
    let diameter_ft = diameter_m / M_PER_FT;
    match law {
        ForceMainFriction::HazenWilliams => 1.067 / coefficient * (diameter_ft / slope).powf(0.04),
        ForceMainFriction::DarcyWeisbach => {
            let f = friction_factor(coefficient, diameter_m / 4.0, 1e12);
            (f / 185.0).sqrt() * diameter_ft.powf(1.0 / 6.0)
        }
    }
}

/// Constant of [`full_friction`] for a main that is computed `lengthening` times as long as it is.
pub(super) fn pressure_factor(law: ForceMainFriction, coefficient: f64, lengthening: f64) -> f64 {
    match law {
        ForceMainFriction::HazenWilliams => {
            let r = 1.318 * coefficient * lengthening.powf(0.54);
            // From feet: v^0.852 / R^1.1667.
            SWMM_GRAVITY_MS2 / M_PER_FT / r.powf(1.852) * M_PER_FT.powf(1.1667 - 0.852)
        }
        ForceMainFriction::DarcyWeisbach => 1.0 / 8.0 / lengthening,
    }
}

/// Rate at which friction slows the flow of a full force main, `g·Sf / v` [1/s].
///
/// `factor` is [`super::ConduitData::pressure_factor`], velocity ≥ 0.
#[must_use]
pub fn full_friction(law: ForceMainFriction, factor: f64, roughness_m: f64, velocity_ms: f64, radius_m: f64) -> f64 {
    match law {
        ForceMainFriction::HazenWilliams => factor * velocity_ms.powf(0.852) / radius_m.powf(1.1667),
        ForceMainFriction::DarcyWeisbach => {
            let reynolds = 4.0 * radius_m * velocity_ms / WATER_VISCOSITY_M2S;
            friction_factor(roughness_m, radius_m, reynolds) * factor * velocity_ms / radius_m
        }
    }
}

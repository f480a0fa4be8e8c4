//! A buoyant jet of gas in still air: from the hole over the notional nozzle to where it is no longer flammable.
//!
//! Integral model: fluxes of mass, gas and momentum along a curved axis, air drawn in at `α·2π·b·u` of Gaussian
//! profiles, with `α` from that of a jet to that of a plume by the local Richardson number. Written for mass, a pure
//! jet of it draws in what Ricou and Spalding (1961) measured, `0.28·√(M·ρ_a)`. The axis holds `(1 + λ²)/λ²` of the
//! mean.
//!
//! *Source:* notional nozzle: A. D. Birch, D. J. Hughes, F. Swaffield, Velocity decay of high pressure jets, Combust.
//! Sci. Technol. 52, 1987 (mass and momentum kept, ambient pressure, stagnation temperature). Entrainment and profiles:
//! H. B. Fischer et al., Mixing in Inland and Coastal Waters, 1979, § 9.2 (α_j 0.0535, α_p 0.0833, λ 1.19, R_p 0.557,
//! α = α_j·exp(ln(α_p/α_j)·(R/R_p)²)). Large differences of density enter by the momentum flux of the mass, own
//! derivation; mixing at ambient temperature. No wind, no obstacles, no ground; far below the sound's speed but for the
//! nozzle itself.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, keep, positive};
use super::release::Throat;
use crate::constants::GRAVITY_MS2;
use crate::num::ode::{Scheme, Stages};

const ALPHA_JET: f64 = 0.0535;
const ALPHA_PLUME: f64 = 0.0833;
const LAMBDA: f64 = 1.19;
const RICHARDSON_PLUME: f64 = 0.557;

/// A jet at ambient pressure, as wide as it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Nozzle {
    /// Diameter [m].
    pub diameter_m: f64,
    /// Speed [m/s].
    pub speed_ms: f64,
    /// Density of the gas at ambient pressure [kg/m³].
    pub density_kgm3: f64,
}

impl Nozzle {
    /// The notional nozzle behind a throat: `u = u_t·C_d + (p_t − p_a)/(ρ_t·u_t·C_d)`, the area by the flow.
    ///
    /// *Source:* Birch et al. 1987.
    ///
    /// # Errors
    /// If there is no flow.
    pub fn notional(
        throat: &Throat,
        discharge_coefficient: f64,
        flow_kgs: f64,
        (ambient_pa, density_kgm3): (f64, f64),
    ) -> Result<Self, HazardError> {
        let mean = throat.speed_ms * discharge_coefficient;
        positive("flow of a jet", flow_kgs)?;
        positive("density of a jet", density_kgm3)?;
        let push = (throat.pressure_pa - ambient_pa).max(0.0) / (throat.density_kgm3 * positive("speed", mean)?);
        let speed_ms = mean + push;
        let area = flow_kgs / (density_kgm3 * speed_ms);
        Ok(Self { diameter_m: (4.0 * area / std::f64::consts::PI).sqrt(), speed_ms, density_kgm3 })
    }
}

/// Where a jet blows and into what.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Surround {
    /// Density of the air [kg/m³].
    pub air_kgm3: f64,
    /// Angle of the nozzle over the horizontal [rad].
    pub angle_rad: f64,
}

/// A place on a jet's axis.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AxisPoint {
    /// Way along the axis [m].
    pub along_m: f64,
    /// Distance from the nozzle along the ground [m].
    pub away_m: f64,
    /// Height over the nozzle [m].
    pub up_m: f64,
    /// Mole fraction of gas on the axis.
    pub share: f64,
    /// Flow in the jet, gas and air [kg/s].
    pub flow_kgs: f64,
    /// Gas between the nozzle and here [kg].
    pub gas_kg: f64,
}

/// Mass flow, momentum along and up, way along and up, gas passed.
type State = [f64; 6];

fn slope(y: &[f64], gas_kgs: f64, jet_kgm3: f64, air_kgm3: f64) -> State {
    let (flow, along, up) = (y[0], y[1], y[2]);
    let momentum = along.hypot(up);
    let speed = momentum / flow;
    let density = mean_density(gas_kgs / flow, jet_kgm3, air_kgm3);
    let area = flow / (density * speed);
    let buoyancy = GRAVITY_MS2 * (air_kgm3 - density) * area;
    // Fluxes by volume of air, as the laws are written: volume, specific momentum, specific buoyancy.
    let (mu, m, beta) = (flow / air_kgm3, momentum / air_kgm3, (buoyancy * speed / air_kgm3).abs());
    let richardson = mu * beta.sqrt() / m.powf(1.25);
    let part = (richardson / RICHARDSON_PLUME).min(1.0);
    let alpha = ALPHA_JET * ((ALPHA_PLUME / ALPHA_JET).ln() * part * part).exp();
    // α·2π·b·u of Gaussian profiles is α·2·√(2π)·√m by volume.
    let entrained = air_kgm3 * alpha * 2.0 * (2.0 * std::f64::consts::PI * m).sqrt();
    [entrained, 0.0, buoyancy, along / momentum, up / momentum, gas_kgs / speed]
}

/// Density of gas and air mixed at one temperature [kg/m³].
fn mean_density(gas: f64, jet_kgm3: f64, air_kgm3: f64) -> f64 {
    1.0 / (gas / jet_kgm3 + (1.0 - gas) / air_kgm3)
}

/// Mole fraction on the axis from the mean mass fraction.
fn axis_share(gas: f64, jet_kgm3: f64, air_kgm3: f64) -> f64 {
    let peak = (gas * (1.0 + LAMBDA * LAMBDA) / (LAMBDA * LAMBDA)).min(1.0);
    peak / jet_kgm3 / (peak / jet_kgm3 + (1.0 - peak) / air_kgm3)
}

/// Follows a jet until its axis holds `share` of gas by volume.
///
/// # Errors
/// If a value makes no sense, or the share is not between 0.0001 and 1.
pub fn until_share(nozzle: &Nozzle, surround: &Surround, share: f64) -> Result<AxisPoint, HazardError> {
    positive("diameter of a jet", nozzle.diameter_m)?;
    positive("speed of a jet", nozzle.speed_ms)?;
    positive("density of a jet", nozzle.density_kgm3)?;
    positive("density of air", surround.air_kgm3)?;
    let angle = keep(surround.angle_rad.is_finite(), "angle of a jet", surround.angle_rad, "a number")?;
    keep((1e-4..1.0).contains(&share), "share in a jet", share, "from 0.0001 to below 1")?;
    let (jet, air) = (nozzle.density_kgm3, surround.air_kgm3);
    let area = 0.25 * std::f64::consts::PI * nozzle.diameter_m * nozzle.diameter_m;
    let gas_kgs = jet * nozzle.speed_ms * area;
    let thrust = gas_kgs * nozzle.speed_ms;
    let mut y: State = [gas_kgs, thrust * angle.cos(), thrust * angle.sin(), 0.0, 0.0, 0.0];
    let mut stages = Stages::default();
    let point = |y: &State, along_m: f64| AxisPoint {
        along_m,
        away_m: y[3],
        up_m: y[4],
        share: axis_share(gas_kgs / y[0], jet, air),
        flow_kgs: y[0],
        gas_kg: y[5],
    };
    let mut along = 0.0;
    let mut last = point(&y, along);
    // Each step draws in a hundredth of the flow, so that 1e-4 of gas is met after some 1 000 of them.
    for _ in 0..4000 {
        let step = 0.01 * y[0] / slope(&y, gas_kgs, jet, air)[0];
        stages.step(Scheme::Rk4, along, step, &mut y, |_, y, dy| dy.copy_from_slice(&slope(y, gas_kgs, jet, air)));
        along += step;
        let here = point(&y, along);
        if here.share <= share {
            return Ok(between(&last, &here, share));
        }
        last = here;
    }
    keep(false, "share in a jet", share, "within reach").map(|_| last)
}

/// The place between two at which 1/share, which is nearly even along a jet, is that asked for.
fn between(a: &AxisPoint, b: &AxisPoint, share: f64) -> AxisPoint {
    let spread = 1.0 / b.share - 1.0 / a.share;
    let part = if spread > 0.0 { ((1.0 / share - 1.0 / a.share) / spread).clamp(0.0, 1.0) } else { 1.0 };
    let mix = |p: f64, q: f64| p + part * (q - p);
    AxisPoint {
        along_m: mix(a.along_m, b.along_m),
        away_m: mix(a.away_m, b.away_m),
        up_m: mix(a.up_m, b.up_m),
        share,
        flow_kgs: mix(a.flow_kgs, b.flow_kgs),
        gas_kg: mix(a.gas_kg, b.gas_kg),
    }
}

/// Distance [m] at which the axis of a momentum jet holds a mass fraction, `K·d·√(ρ_j/ρ_a)/Y`, K = 5.4.
///
/// *Source:* C. J. Chen, W. Rodi, Vertical Turbulent Buoyant Jets, 1980, ch. 3 (decay of the concentration in
/// non-buoyant jets); a check on [`until_share`] where buoyancy is small.
#[must_use]
pub fn momentum_jet_m(nozzle: &Nozzle, air_kgm3: f64, mass_fraction: f64) -> f64 {
    5.4 * nozzle.diameter_m * (nozzle.density_kgm3 / air_kgm3).sqrt() / mass_fraction
}

#[cfg(test)]
mod tests {
    use super::super::release::{Orifice, Upstream};
    use super::*;
    use proptest::prelude::*;

    const ATM_PA: f64 = 101_325.0;
    const AIR: f64 = 1.225;
    const METHANE: f64 = 0.6785;

    fn nozzle(gauge_pa: f64, diameter_m: f64) -> (Nozzle, f64) {
        let gas = Upstream::ideal(ATM_PA + gauge_pa, 288.15, 0.016_04, 1.31).unwrap();
        let out = Orifice::round(diameter_m, 0.85).discharge(&gas, ATM_PA).unwrap();
        (Nozzle::notional(&out.throat, 0.85, out.flow_kgs, (ATM_PA, METHANE)).unwrap(), out.flow_kgs)
    }

    #[test]
    fn the_nozzle_keeps_flow_and_thrust() {
        let (n, flow) = nozzle(4e5, 0.02);
        let area = 0.25 * std::f64::consts::PI * n.diameter_m * n.diameter_m;
        assert!((n.density_kgm3 * n.speed_ms * area / flow - 1.0).abs() < 1e-12);
        assert!(n.speed_ms > 445.0 && n.speed_ms < 700.0, "{n:?}");
        // Without pressure left over the nozzle is the hole with its mean speed.
        let (n, _) = nozzle(2e3, 0.02);
        assert!((n.diameter_m / 0.02 - 1.0).abs() < 0.02, "{n:?}");
    }

    #[test]
    fn a_jet_without_buoyancy_thins_as_measured() {
        // Gas as heavy as air: mass and mole fractions are one, Chen & Rodi's 5.4·d/Y within 5 %.
        let n = Nozzle { diameter_m: 0.02, speed_ms: 100.0, density_kgm3: AIR };
        let still = Surround { air_kgm3: AIR, angle_rad: 0.0 };
        for y in [0.05, 0.025] {
            let there = until_share(&n, &still, y).unwrap();
            // The development of the jet shifts its origin by some diameters.
            let ratio = (there.along_m + 3.0 * n.diameter_m) / momentum_jet_m(&n, AIR, y);
            assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
            assert!(there.up_m.abs() < 1e-12);
        }
        // Ricou & Spalding: ṁ/ṁ₀ = 0.32·x/d.
        let far = until_share(&n, &still, 0.01).unwrap();
        let initial = AIR * 100.0 * 0.25 * std::f64::consts::PI * 4e-4;
        let slope = (far.flow_kgs / initial - 1.0) / (far.along_m / n.diameter_m);
        assert!((slope / 0.32 - 1.0).abs() < 0.07, "{slope}");
    }

    #[test]
    fn a_plume_thins_by_the_five_thirds() {
        // Slow and light: μ grows as x^(5/3).
        let n = Nozzle { diameter_m: 0.2, speed_ms: 0.5, density_kgm3: 0.95 * AIR };
        let up = Surround { air_kgm3: AIR, angle_rad: std::f64::consts::FRAC_PI_2 };
        let at = |share: f64| until_share(&n, &up, share).unwrap();
        let (a, b) = (at(0.004), at(0.001));
        let power = (b.flow_kgs / a.flow_kgs).ln() / (b.up_m / a.up_m).ln();
        assert!((power - 5.0 / 3.0).abs() < 0.05, "{power}");
    }

    #[test]
    fn methane_at_four_bar_reaches_some_metres() {
        let (n, _) = nozzle(4e5, 0.02);
        let still = Surround { air_kgm3: AIR, angle_rad: 0.0 };
        let (lfl, half) = (until_share(&n, &still, 0.05).unwrap(), until_share(&n, &still, 0.025).unwrap());
        // The mass fraction at 5 %vol is 0.02834; Chen & Rodi's law gives 3.88 m.
        let plain = momentum_jet_m(&n, AIR, 0.028_34);
        assert!((lfl.along_m / plain - 1.0).abs() < 0.03, "{lfl:?} {plain}");
        assert!(half.along_m > 1.7 * lfl.along_m && half.up_m > lfl.up_m && lfl.gas_kg > 0.0, "{half:?}");
        assert!(until_share(&n, &still, 0.0).is_err());
        assert!(until_share(&Nozzle { speed_ms: 0.0, ..n }, &still, 0.05).is_err());
    }

    proptest! {
        /// Thinner is farther, more pressure is farther, and the momentum along the ground is never lost.
        #[test]
        fn reach_is_monotone(gauge in 1e3..4e6_f64, d in 0.002..0.1_f64, c in 0.02..0.2_f64, angle in -1.5..1.5_f64) {
            let surround = Surround { air_kgm3: AIR, angle_rad: angle };
            let run = |g: f64, c: f64| until_share(&nozzle(g, d).0, &surround, c).unwrap();
            let here = run(gauge, c);
            prop_assert!(run(gauge, 0.8 * c).along_m > here.along_m);
            prop_assert!(here.away_m.hypot(here.up_m) <= here.along_m * (1.0 + 1e-9));
            prop_assert!(here.away_m >= 0.0 && here.gas_kg > 0.0);
            prop_assert!(run(1.2 * gauge, c).gas_kg > here.gas_kg);
        }

        /// A jet twice as wide reaches twice as far where buoyancy is small.
        #[test]
        fn reach_scales_with_the_nozzle(d in 0.001..0.05_f64, c in 0.02..0.2_f64) {
            let still = Surround { air_kgm3: AIR, angle_rad: 0.0 };
            let n = Nozzle { diameter_m: d, speed_ms: 300.0, density_kgm3: AIR };
            let (a, b) = (until_share(&n, &still, c), until_share(&Nozzle { diameter_m: 2.0 * d, ..n }, &still, c));
            prop_assert!((b.unwrap().along_m / a.unwrap().along_m - 2.0).abs() < 1e-9);
        }
    }
}

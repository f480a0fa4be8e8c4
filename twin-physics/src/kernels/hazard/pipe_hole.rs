//! From a small hole to full bore: the flow along the pipe and the flow through the hole found together; and the other
//! end of the scale, a pinhole that the soil throttles.
//!
//! Along the pipe flow with friction and without heat, `λL/D = F(Ma₁) − F(Ma₂)`,
//! `F = (1 − Ma²)/(k·Ma²) + (k+1)/(2k)·ln((k+1)Ma²/(2 + (k−1)Ma²))`; at the hole the isentropic law from the stagnation
//! state there. With a small hole the pipe costs nothing and the hole model is left; with a hole as wide as the pipe
//! and C_d = 1 the end of the pipe is sonic: full bore. No switch lies between them.
//!
//! *Source:* H. Montiel, J. A. Vílchez, J. Casal, J. Arnaldos, Mathematical modelling of accidental gas releases, J.
//! Hazard. Mater. 59, 1998, 211–233 (hole, pipe, and both); flow with friction: A. H. Shapiro, The Dynamics and
//! Thermodynamics of Compressible Fluid Flow, 1953, vol. 1, ch. 6. Here the state at the hole is the stagnation state,
//! not the static one, so that the two ends meet. Steady flow; k and Z even along the pipe.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, keep, not_negative, positive};
use super::release::{Discharge, Orifice, Upstream};
use crate::num::root::brent;

/// A pipe that feeds a hole from a place of known state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    /// The gas at that place (static state).
    pub upstream: Upstream,
    /// Inner diameter [m].
    pub diameter_m: f64,
    /// Way to the hole [m].
    pub length_m: f64,
    /// Darcy's friction factor [–].
    pub friction: f64,
}

/// What leaves a pipe through a hole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PipeRelease {
    /// Flow [kg/s].
    pub flow_kgs: f64,
    /// Mach number where the pipe begins.
    pub mach_start: f64,
    /// Mach number in the pipe before the hole.
    pub mach_end: f64,
    /// Static pressure in the pipe before the hole [Pa].
    pub pressure_pa: f64,
    /// Stagnation pressure there [Pa].
    pub stagnation_pa: f64,
}

/// What a hole is called by its width in the pipe's; the model is one for all three.
///
/// *Source:* Montiel et al. 1998, § 2: a hole below a fifth of the diameter leaves the pressure in the pipe alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Regime {
    /// The pipe's pressure is that before the hole.
    Hole,
    /// Friction and hole both matter.
    HolePipe,
    /// The pipe is severed.
    FullBore,
}

impl Regime {
    /// By the ratio of diameters.
    #[must_use]
    pub fn of(hole_m: f64, pipe_m: f64) -> Self {
        match hole_m / pipe_m {
            r if r < 0.2 => Self::Hole,
            r if r < 1.0 => Self::HolePipe,
            _ => Self::FullBore,
        }
    }
}

/// Friction from a Mach number to the sonic end, `λL*/D`.
///
/// *Source:* Shapiro 1953, vol. 1, ch. 6.
#[must_use]
pub fn friction_to_sonic(mach: f64, k: f64) -> f64 {
    let m2 = mach * mach;
    (1.0 - m2) / (k * m2) + (k + 1.0) / (2.0 * k) * ((k + 1.0) * m2 / (2.0 + (k - 1.0) * m2)).ln()
}

/// The smallest Mach number that is told from rest.
const SLOWEST: f64 = 1e-9;

fn mach_of(friction: f64, k: f64) -> Result<f64, HazardError> {
    if friction <= 0.0 {
        return Ok(1.0);
    }
    let log = brent(SLOWEST.ln(), 0.0, 1e-14, |ln| friction_to_sonic(ln.exp(), k) - friction)?;
    Ok(log.exp())
}

impl Feed {
    fn check(&self) -> Result<f64, HazardError> {
        positive("diameter of a pipe", self.diameter_m)?;
        not_negative("length of a pipe", self.length_m)?;
        positive("friction factor", self.friction)?;
        Ok(self.friction * self.length_m / self.diameter_m)
    }

    /// Area of the pipe [m²].
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        0.25 * std::f64::consts::PI * self.diameter_m * self.diameter_m
    }

    /// The state before the hole at a Mach number of the start: flow, Mach number, static pressure, gas at rest.
    fn state(&self, friction: f64, mach: f64) -> Result<(PipeRelease, Upstream), HazardError> {
        let (gas, k) = (self.upstream, self.upstream.exponent);
        let end = mach_of(friction_to_sonic(mach, k) - friction, k)?;
        let warm = |m: f64| 1.0 + 0.5 * (k - 1.0) * m * m;
        let cooler = warm(mach) / warm(end);
        let pressure_pa = gas.pressure_pa * mach / end * cooler.sqrt();
        let stagnation_pa = pressure_pa * warm(end).powf(k / (k - 1.0));
        let temp_k = gas.temp_k * warm(mach);
        let scale = stagnation_pa / gas.pressure_pa / warm(mach);
        let rest = Upstream {
            pressure_pa: stagnation_pa,
            temp_k,
            density_kgm3: gas.density_kgm3 * scale,
            density_slope_kgm3pa: gas.density_slope_kgm3pa / warm(mach),
            exponent: k,
        };
        let flow_kgs = self.area_m2() * mach * (k * gas.pressure_pa * gas.density_kgm3).sqrt();
        Ok((PipeRelease { flow_kgs, mach_start: mach, mach_end: end, pressure_pa, stagnation_pa }, rest))
    }
}

/// Steady release through a hole in a pipe fed from one side; the hole's effective area is at most the pipe's.
///
/// # Errors
/// If a value makes no sense, or the hole is wider than the pipe.
pub fn through(feed: &Feed, hole: &Orifice, ambient_pa: f64) -> Result<PipeRelease, HazardError> {
    let friction = feed.check()?;
    let exact = Orifice { smooth_pa: 0.0, ..*hole };
    let effective = exact.area_m2 * exact.discharge_coefficient;
    let area = feed.area_m2();
    keep(effective <= area * (1.0 + 1e-9), "effective area of a hole", effective, "at most the pipe's area")?;
    let still = exact.discharge(&feed.upstream, ambient_pa)?;
    let pressure_pa = feed.upstream.pressure_pa;
    if still.flow_kgs <= 0.0 {
        return Ok(PipeRelease {
            flow_kgs: 0.0,
            mach_start: 0.0,
            mach_end: 0.0,
            pressure_pa,
            stagnation_pa: pressure_pa,
        });
    }
    let fastest = mach_of(friction, feed.upstream.exponent)?;
    // The hole takes more than the pipe brings at small Mach numbers, less at the sonic end.
    let surplus = |mach: f64| -> Result<f64, HazardError> {
        let (pipe, rest) = feed.state(friction, mach)?;
        Ok(exact.discharge(&rest, ambient_pa)?.flow_kgs / pipe.flow_kgs - 1.0)
    };
    if surplus(fastest)? >= -1e-9 {
        return Ok(feed.state(friction, fastest)?.0);
    }
    let log = brent(SLOWEST.ln(), fastest.ln(), 1e-13, |ln| surplus(ln.exp()).unwrap_or(f64::NAN))?;
    Ok(feed.state(friction, log.exp())?.0)
}

/// A severed pipe: both ends blow freely, each with C_d = 1; `feeds` are the sides that hold gas.
///
/// # Errors
/// As [`through`].
pub fn full_bore_kgs(feeds: &[Feed], ambient_pa: f64) -> Result<f64, HazardError> {
    let mut total = 0.0;
    for feed in feeds {
        let open = Orifice { area_m2: feed.area_m2(), discharge_coefficient: 1.0, smooth_pa: 0.0 };
        total += through(feed, &open, ambient_pa)?.flow_kgs;
    }
    Ok(total)
}

/// The soil that a pinhole blows into.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SoilSeat {
    /// Intrinsic permeability [m²]: 1e-10 clean sand, 1e-13 loess, 1e-15 clay.
    pub permeability_m2: f64,
    /// Radius of the soil's face that gas enters by [m]: the hole's, or that of the cavity the jet has washed out.
    pub contact_radius_m: f64,
    /// Dynamic viscosity of the gas [Pa·s].
    pub viscosity_pas: f64,
}

/// A release that the soil holds back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BuriedRelease {
    /// Flow [kg/s].
    pub flow_kgs: f64,
    /// Slope over the pipe's pressure [kg/s/Pa].
    pub d_flow_d_pressure_kgspa: f64,
    /// Pressure between hole and soil [Pa].
    pub seat_pa: f64,
}

/// Darcy flow of a gas from a disc into a half space of soil [kg/s]: `2·a·(κ/μ)·(ρ/p)·(p_s² − p_a²)`.
///
/// *Source:* the disc in a half space, `4·K·a·V`: H. S. Carslaw, J. C. Jaeger, Conduction of Heat in Solids, 2nd ed.
/// 1959, § 8.2; the square of the pressure for a gas: own derivation (isothermal, ρ ∝ p). Valid for creeping flow: soil
/// that is blown away or cracked by the gas holds back less, so its radius is an argument.
#[must_use]
pub fn soil_flow_kgs(seat: &SoilSeat, gas: &Upstream, seat_pa: f64, ambient_pa: f64) -> f64 {
    soil_conductance(seat, gas) * (seat_pa * seat_pa - ambient_pa * ambient_pa)
}

fn soil_conductance(seat: &SoilSeat, gas: &Upstream) -> f64 {
    let mobility = seat.permeability_m2 / seat.viscosity_pas;
    2.0 * seat.contact_radius_m * mobility * gas.density_kgm3 / gas.pressure_pa
}

/// A hole and the soil behind it in series: the pressure between them is where both pass the same.
///
/// *Source:* own derivation from the two laws; the slope by the rule for implicit functions, `ρ/p` taken as even.
///
/// # Errors
/// If a value makes no sense.
pub fn buried(gas: &Upstream, hole: &Orifice, seat: &SoilSeat, ambient_pa: f64) -> Result<BuriedRelease, HazardError> {
    positive("permeability of soil", seat.permeability_m2)?;
    positive("radius of the soil's face", seat.contact_radius_m)?;
    positive("viscosity of gas", seat.viscosity_pas)?;
    let exact = Orifice { smooth_pa: 0.0, ..*hole };
    let free = exact.discharge(gas, ambient_pa)?;
    if free.flow_kgs <= 0.0 {
        return Ok(BuriedRelease { flow_kgs: 0.0, d_flow_d_pressure_kgspa: 0.0, seat_pa: ambient_pa });
    }
    let balance =
        |pa: f64| exact.discharge(gas, pa).map_or(f64::NAN, |d| d.flow_kgs) - soil_flow_kgs(seat, gas, pa, ambient_pa);
    let seat_pa = brent(ambient_pa, gas.pressure_pa, 1e-9 * gas.pressure_pa, balance)?;
    let out: Discharge = exact.discharge(gas, seat_pa.min(gas.pressure_pa))?;
    // The soil's law where the hole costs next to nothing, the hole's where the soil does.
    let soil_slope = 2.0 * soil_conductance(seat, gas) * seat_pa;
    let flow_kgs = if out.choked { out.flow_kgs } else { soil_flow_kgs(seat, gas, seat_pa, ambient_pa) };
    let slope = if out.flow_kgs > 0.0 {
        out.d_flow_d_pressure_kgspa * soil_slope / (soil_slope - out.d_flow_d_ambient_kgspa)
    } else {
        soil_slope
    };
    Ok(BuriedRelease { flow_kgs, d_flow_d_pressure_kgspa: slope, seat_pa })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ATM_PA: f64 = 101_325.0;

    fn gas(gauge_pa: f64) -> Upstream {
        Upstream::ideal(ATM_PA + gauge_pa, 288.15, 0.016_04, 1.31).unwrap()
    }

    fn feed(gauge_pa: f64, length_m: f64) -> Feed {
        Feed { upstream: gas(gauge_pa), diameter_m: 0.2, length_m, friction: 0.02 }
    }

    fn hole(diameter_m: f64, cd: f64) -> Orifice {
        Orifice::round(diameter_m, cd)
    }

    #[test]
    fn friction_to_the_sonic_end_is_tabulated() {
        // Shapiro's tables for k = 1.4: 4f·L*/D = 66.9216 at Ma 0.1, 1.0691 at Ma 0.5.
        assert!((friction_to_sonic(0.1, 1.4) - 66.921_6).abs() < 1e-3);
        assert!((friction_to_sonic(0.5, 1.4) - 1.069_1).abs() < 1e-4);
        assert!((mach_of(1.069_06, 1.4).unwrap() - 0.5).abs() < 1e-5);
    }

    #[test]
    fn a_small_hole_is_a_hole_and_a_wide_one_a_severed_pipe() {
        let small = through(&feed(4e5, 500.0), &hole(0.005, 0.62), ATM_PA).unwrap();
        let free = hole(0.005, 0.62).discharge(&gas(4e5), ATM_PA).unwrap().flow_kgs;
        assert!((small.flow_kgs / free - 1.0).abs() < 1e-3, "{small:?} {free}");
        // 50 m: λL/D = 5, short enough for a sonic end.
        let wide = through(&feed(4e5, 50.0), &hole(0.2, 1.0), ATM_PA).unwrap();
        assert!((wide.mach_end - 1.0).abs() < 1e-3, "{wide:?}");
        assert!((friction_to_sonic(wide.mach_start, 1.31) - 5.0).abs() < 1e-6);
        assert!((full_bore_kgs(&[feed(4e5, 50.0); 2], ATM_PA).unwrap() / wide.flow_kgs - 2.0).abs() < 1e-9);
        // Low pressure: the end is not sonic and stands at the ambient pressure.
        let low = through(&feed(2e3, 500.0), &hole(0.2, 1.0), ATM_PA).unwrap();
        assert!((low.pressure_pa / ATM_PA - 1.0).abs() < 1e-6 && low.mach_end < 0.2, "{low:?}");
        let names = [0.01, 0.1, 0.2].map(|d| Regime::of(d, 0.2));
        assert_eq!(names, [Regime::Hole, Regime::HolePipe, Regime::FullBore]);
        assert!(through(&feed(4e5, 500.0), &hole(0.3, 1.0), ATM_PA).is_err());
    }

    #[test]
    fn soil_throttles_a_pinhole() {
        let seat = SoilSeat { permeability_m2: 1e-12, contact_radius_m: 0.01, viscosity_pas: 1.1e-5 };
        let out = buried(&gas(2e5), &hole(0.005, 0.62), &seat, ATM_PA).unwrap();
        let free = hole(0.005, 0.62).discharge(&gas(2e5), ATM_PA).unwrap().flow_kgs;
        assert!(out.flow_kgs < 0.2 * free && out.seat_pa > 0.99 * gas(2e5).pressure_pa, "{out:?} {free}");
        let gravel = SoilSeat { permeability_m2: 1e-6, ..seat };
        let open = buried(&gas(2e5), &hole(0.005, 0.62), &gravel, ATM_PA).unwrap();
        assert!((open.flow_kgs / free - 1.0).abs() < 1e-9, "{open:?}");
    }

    proptest! {
        /// More pressure and a wider hole give more, a longer pipe less, and never more than the hole by itself.
        #[test]
        fn pipe_and_hole_are_monotone(gauge in 2e3..4e6_f64, d in 0.002..0.19_f64, length in 1.0..2e4_f64) {
            let run = |g: f64, l: f64, d: f64| through(&feed(g, l), &hole(d, 0.8), ATM_PA).unwrap().flow_kgs;
            let here = run(gauge, length, d);
            prop_assert!(here > 0.0);
            prop_assert!(run(gauge * 1.01, length, d) > here);
            prop_assert!(run(gauge, length * 1.1, d) <= here * (1.0 + 1e-9));
            prop_assert!(run(gauge, length, d * 1.02) > here * (1.0 - 1e-9));
            let free = hole(d, 0.8).discharge(&gas(gauge), ATM_PA).unwrap().flow_kgs;
            // The velocity head of the feed's static state is on top of its pressure.
            let head = through(&feed(gauge, 0.0), &hole(d, 0.8), ATM_PA).unwrap().flow_kgs;
            prop_assert!(here <= head * (1.0 + 1e-9) && head >= free * (1.0 - 1e-9));
        }

        /// In soil never more than free, more with pressure by its slope, and the same through hole and soil.
        #[test]
        fn buried_flow_is_below_both_laws(gauge in 1e3..2e6_f64, log in -14.0..-8.0_f64, d in 1e-3..0.02_f64) {
            let seat = SoilSeat { permeability_m2: 10f64.powf(log), contact_radius_m: 0.02, viscosity_pas: 1.1e-5 };
            let at = |g: f64| buried(&gas(g), &hole(d, 0.62), &seat, ATM_PA).unwrap();
            let (here, h) = (at(gauge), 1e-3 * gauge);
            let free = hole(d, 0.62).discharge(&gas(gauge), ATM_PA).unwrap().flow_kgs;
            let soil = soil_flow_kgs(&seat, &gas(gauge), gas(gauge).pressure_pa, ATM_PA);
            prop_assert!(here.flow_kgs > 0.0 && here.flow_kgs <= free.min(soil) * (1.0 + 1e-6));
            let slope = (at(gauge + h).flow_kgs - at(gauge - h).flow_kgs) / (2.0 * h);
            prop_assert!((slope / here.d_flow_d_pressure_kgspa - 1.0).abs() < 1e-2, "{} {:?}", slope, here);
        }
    }
}

//! Gas out of a hole: choked and subsonic, ideal and real, with a slope over the pipe's pressure that is exact.
//!
//! Isentropic flow to the throat, `ṁ = C_d·A·√(2k/(k−1)·p·ρ·(x^(2/k) − x^((k+1)/k)))`, where `x` is the pressure at the
//! throat over that upstream: the ambient one, but not below `(2/(k+1))^(k/(k−1))`, where the flow is choked. With
//! `p·ρ = p²·M/(Z·R·T)` this is the textbook form; a real gas enters by its density and, where an equation of state is
//! given, by the exponent `k = γ/(1 − (p/Z)·∂Z/∂p)`.
//!
//! *Source:* choked and subsonic flow: CCPS, Guidelines for Consequence Analysis of Chemical Releases, 1999, ch. 2;
//! exponent of a real gas: API Standard 520 Part I, 9th ed. 2014, annex B. Valid for a dry gas and `1 < k < 2`;
//! against HyRAM+ (an isentrope of the real gas) the flow of methane up to 5 bar is 0.2 % low.

use serde::{Deserialize, Serialize};

use super::GAS_CONSTANT_JMOLK;
use super::error::{HazardError, keep, not_negative, positive};

/// The gas before the hole, at rest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Upstream {
    /// Absolute pressure [Pa].
    pub pressure_pa: f64,
    /// Temperature [K].
    pub temp_k: f64,
    /// Density [kg/m³].
    pub density_kgm3: f64,
    /// Slope of the density over the pressure at this temperature [kg/m³/Pa].
    pub density_slope_kgm3pa: f64,
    /// Isentropic exponent [–].
    pub exponent: f64,
}

impl Upstream {
    /// An ideal gas.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn ideal(pressure_pa: f64, temp_k: f64, molar_mass_kgmol: f64, exponent: f64) -> Result<Self, HazardError> {
        Self::real((pressure_pa, temp_k), molar_mass_kgmol, exponent, (1.0, 0.0))
    }

    /// A real gas of this compressibility factor and its slope over pressure [1/Pa].
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn real(
        (pressure_pa, temp_k): (f64, f64),
        molar_mass_kgmol: f64,
        exponent: f64,
        (z, dz_dp_1pa): (f64, f64),
    ) -> Result<Self, HazardError> {
        let specific = GAS_CONSTANT_JMOLK / positive("molar mass", molar_mass_kgmol)?;
        let density_kgm3 = pressure_pa / (positive("compressibility factor", z)? * specific * temp_k);
        let density_slope_kgm3pa = density_kgm3 / pressure_pa * (1.0 - pressure_pa / z * dz_dp_1pa);
        Self { pressure_pa, temp_k, density_kgm3, density_slope_kgm3pa, exponent }.checked()
    }

    /// A real gas by its equation of state `z(p, T)`; `heat_ratio` is its c_p/c_v. The slope of z is a central
    /// difference of one part in ten thousand.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn with_eos(
        (pressure_pa, temp_k): (f64, f64),
        molar_mass_kgmol: f64,
        heat_ratio: f64,
        z: impl Fn(f64, f64) -> f64,
    ) -> Result<Self, HazardError> {
        let h = 1e-4 * positive("pressure", pressure_pa)?;
        let here = z(pressure_pa, temp_k);
        let slope = (z(pressure_pa + h, temp_k) - z(pressure_pa - h, temp_k)) / (2.0 * h);
        let exponent = heat_ratio / (1.0 - pressure_pa / here * slope);
        Self::real((pressure_pa, temp_k), molar_mass_kgmol, exponent, (here, slope))
    }

    /// This state, or a refusal.
    fn checked(self) -> Result<Self, HazardError> {
        positive("pressure", self.pressure_pa)?;
        positive("temperature", self.temp_k)?;
        positive("density", self.density_kgm3)?;
        positive("slope of density over pressure", self.density_slope_kgm3pa)?;
        keep(self.exponent > 1.0 && self.exponent < 2.0, "isentropic exponent", self.exponent, "between 1 and 2")?;
        Ok(self)
    }

    /// Pressure at a sonic throat over that upstream, `(2/(k+1))^(k/(k−1))`.
    #[must_use]
    pub fn critical_ratio(&self) -> f64 {
        (2.0 / (self.exponent + 1.0)).powf(self.exponent / (self.exponent - 1.0))
    }
}

/// A hole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Orifice {
    /// Area [m²].
    pub area_m2: f64,
    /// Discharge coefficient [–]: 0.62 sharp, 0.8 to 1 round or torn.
    pub discharge_coefficient: f64,
    /// Difference of pressures within which the root at no flow is a cubic [Pa], so that its slope stays finite for a
    /// solver; 0 for the law itself.
    pub smooth_pa: f64,
}

/// The gas in the throat.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Throat {
    /// Pressure [Pa].
    pub pressure_pa: f64,
    /// Temperature [K].
    pub temp_k: f64,
    /// Density [kg/m³].
    pub density_kgm3: f64,
    /// Speed in the core [m/s].
    pub speed_ms: f64,
    /// Flow over the whole hole and this density [m/s]: the speed that CCPS (1999) prints.
    pub mean_speed_ms: f64,
}

/// What leaves a hole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Discharge {
    /// Flow [kg/s].
    pub flow_kgs: f64,
    /// Slope over the upstream pressure at constant temperature and exponent [kg/s/Pa].
    pub d_flow_d_pressure_kgspa: f64,
    /// Slope over the ambient pressure [kg/s/Pa]: 0 when choked, else negative.
    pub d_flow_d_ambient_kgspa: f64,
    /// Whether the throat is sonic.
    pub choked: bool,
    /// The throat.
    pub throat: Throat,
}

impl Orifice {
    /// A round hole, without a smooth start.
    #[must_use]
    pub fn round(diameter_m: f64, discharge_coefficient: f64) -> Self {
        let area_m2 = 0.25 * std::f64::consts::PI * diameter_m * diameter_m;
        Self { area_m2, discharge_coefficient, smooth_pa: 0.0 }
    }

    /// What leaves it into `ambient_pa`; nothing where the pipe's pressure is not above that.
    ///
    /// # Errors
    /// If area, coefficient, ambient pressure or gas make no sense.
    pub fn discharge(&self, gas: &Upstream, ambient_pa: f64) -> Result<Discharge, HazardError> {
        gas.checked()?;
        positive("area of a hole", self.area_m2)?;
        let cd = self.discharge_coefficient;
        keep(cd > 0.0 && cd <= 1.0, "discharge coefficient", cd, "above 0 and at most 1")?;
        not_negative("ambient pressure", ambient_pa)?;
        not_negative("smoothing of a hole", self.smooth_pa)?;
        let over = gas.pressure_pa - ambient_pa;
        if over >= self.smooth_pa && over > 0.0 {
            return Ok(self.isentropic(gas, ambient_pa));
        }
        Ok(self.started(gas, ambient_pa))
    }

    fn isentropic(&self, gas: &Upstream, ambient_pa: f64) -> Discharge {
        let (k, p, rho) = (gas.exponent, gas.pressure_pa, gas.density_kgm3);
        let critical = gas.critical_ratio();
        let ratio = ambient_pa / p;
        let choked = ratio <= critical;
        let x = ratio.max(critical);
        let heat = (k - 1.0) / k;
        // 1 − x^((k−1)/k) without cancellation where hardly anything flows.
        let drop = -(heat * x.ln()).exp_m1();
        let factor = self.discharge_coefficient * self.area_m2;
        let flow_kgs = factor * (2.0 / heat * p * rho * drop).sqrt() * x.powf(1.0 / k);
        let head = 1.0 / p + gas.density_slope_kgm3pa / rho;
        // d ln f / d ln x of f = x^(2/k)·(1 − x^((k−1)/k)); 0 at the critical ratio, where f is largest.
        let bend = if choked { 0.0 } else { 2.0 / k - heat * (1.0 - drop) / drop };
        let speed_ms = (2.0 / heat * p / rho * drop).sqrt();
        let throat = Throat {
            pressure_pa: x * p,
            temp_k: gas.temp_k * (1.0 - drop),
            density_kgm3: rho * x.powf(1.0 / k),
            speed_ms,
            mean_speed_ms: self.discharge_coefficient * speed_ms,
        };
        Discharge {
            flow_kgs,
            d_flow_d_pressure_kgspa: 0.5 * flow_kgs * (head - bend / p),
            d_flow_d_ambient_kgspa: if choked { 0.0 } else { 0.5 * flow_kgs * bend / ambient_pa },
            choked,
            throat,
        }
    }

    /// Below `smooth_pa` over the ambient: `a·d + b·d³`, meeting value and slope of the law at its edge; 0 below the
    /// ambient. *Source:* own derivation, as `num::regular::signed_sqrt`.
    fn started(&self, gas: &Upstream, ambient_pa: f64) -> Discharge {
        let d = (gas.pressure_pa - ambient_pa).max(0.0);
        let w = self.smooth_pa;
        let (mut flow_kgs, mut slope) = (0.0, 0.0);
        if w > 0.0 {
            let pressure_pa = ambient_pa + w;
            let shift = gas.density_slope_kgm3pa * (pressure_pa - gas.pressure_pa);
            let edge = Upstream { pressure_pa, density_kgm3: gas.density_kgm3 + shift, ..*gas };
            let at = self.isentropic(&edge, ambient_pa);
            let (m, s) = (at.flow_kgs, at.d_flow_d_pressure_kgspa);
            let (a, b) = ((3.0 * m - s * w) / (2.0 * w), (s * w - m) / (2.0 * w * w * w));
            (flow_kgs, slope) = (d * (a + b * d * d), a + 3.0 * b * d * d);
        }
        let mean = flow_kgs / (self.area_m2 * gas.density_kgm3);
        let throat = Throat {
            pressure_pa: gas.pressure_pa.min(ambient_pa),
            temp_k: gas.temp_k,
            density_kgm3: gas.density_kgm3,
            speed_ms: mean / self.discharge_coefficient,
            mean_speed_ms: mean,
        };
        let d_flow_d_pressure_kgspa = if gas.pressure_pa < ambient_pa { 0.0 } else { slope };
        Discharge {
            flow_kgs,
            d_flow_d_pressure_kgspa,
            d_flow_d_ambient_kgspa: -d_flow_d_pressure_kgspa,
            choked: false,
            throat,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ATM_PA: f64 = 101_325.0;
    const METHANE_KGMOL: f64 = 0.016_04;

    fn methane(gauge_pa: f64) -> Upstream {
        Upstream::ideal(ATM_PA + gauge_pa, 288.15, METHANE_KGMOL, 1.31).unwrap()
    }

    /// CCPS, Guidelines for Consequence Analysis, 1999, p. 47: a gas known by its density.
    #[test]
    fn the_gas_jet_of_ccps() {
        let gas = Upstream {
            pressure_pa: 501e3,
            temp_k: 298.0,
            density_kgm3: 8.90,
            density_slope_kgm3pa: 8.90 / 501e3,
            exponent: 1.15,
        };
        let out = Orifice::round(0.010, 0.85).discharge(&gas, ATM_PA).unwrap();
        assert!((out.flow_kgs / 0.090_028 - 1.0).abs() < 5e-5, "{out:?}");
        assert!((out.throat.pressure_pa / 287_770.0 - 1.0).abs() < 5e-5, "{out:?}");
        assert!((out.throat.temp_k / 277.21 - 1.0).abs() < 5e-5, "{out:?}");
        assert!((out.throat.mean_speed_ms / 208.59 - 1.0).abs() < 5e-5 && out.choked, "{out:?}");
    }

    /// Closed form for ideal methane, 288.15 K, C_d 0.62, k = 1.31 (check numbers of the shared data).
    #[test]
    fn ideal_methane_has_its_closed_form() {
        for (gauge, d, flow) in [
            (2.5e3, 0.020, 0.011_324),
            (2e5, 0.020, 0.101_606),
            (4e5, 0.020, 0.169_046),
            (4e5, 0.050, 1.056_54),
            (16e5, 0.050, 3.585_52),
            (40e5, 0.100, 34.573_9),
        ] {
            let out = Orifice::round(d, 0.62).discharge(&methane(gauge), ATM_PA).unwrap();
            assert!((out.flow_kgs / flow - 1.0).abs() < 5e-5, "{gauge} {d}: {}", out.flow_kgs);
            assert_eq!(out.choked, gauge > 1e4);
        }
        // Practice note C18: 20 mm, 0.4 MPa gauge, C_d 0.85: 0.23 kg/s. Critical ratios: methane 0.5439, hydrogen
        // 0.527.
        let out = Orifice::round(0.020, 0.85).discharge(&methane(4e5), ATM_PA).unwrap();
        assert!((out.flow_kgs - 0.231_757).abs() < 1e-5, "{}", out.flow_kgs);
        assert!((methane(0.0).critical_ratio() - 0.5439).abs() < 5e-5);
        let hydrogen = Upstream::ideal(5e5, 288.15, 0.002_016, 1.41).unwrap();
        assert!((hydrogen.critical_ratio() - 0.527).abs() < 5e-4);
    }

    /// HyRAM+ 6 at 288.15 K with z of GERG-2008 (methane) and of CoolProp's hydrogen, which is 1.0024 at 5 bar.
    #[test]
    fn real_gas_is_within_a_percent_of_hyram() {
        for (p, d, cd, molar, k, z, flow) in [
            (501_325.0, 0.02, 0.85, METHANE_KGMOL, 1.31, 0.990_24, 0.233_300_12),
            (301_325.0, 0.01, 0.62, METHANE_KGMOL, 1.31, 0.994_1, 0.025_518_093),
            (501_325.0, 0.01, 0.80, 0.002_015_88, 1.41, 1.003, 0.019_837_842),
        ] {
            let gas = Upstream::real((p, 288.15), molar, k, (z, (z - 1.0) / p)).unwrap();
            let out = Orifice::round(d, cd).discharge(&gas, ATM_PA).unwrap();
            assert!((out.flow_kgs / flow - 1.0).abs() < 1e-2, "{} {flow}", out.flow_kgs / flow);
        }
        // The exponent of a gas whose z falls with pressure lies below its ratio of heats.
        let gas = Upstream::with_eos((5e5, 288.15), METHANE_KGMOL, 1.31, |p, _| 1.0 - 2e-8 * p).unwrap();
        assert!((gas.exponent - 1.31 / (1.0 + 0.01 / 0.99)).abs() < 1e-9, "{}", gas.exponent);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let hole = Orifice::round(0.01, 0.62);
        assert!(Orifice { area_m2: 0.0, ..hole }.discharge(&methane(1e5), ATM_PA).is_err());
        assert!(Orifice { discharge_coefficient: 1.2, ..hole }.discharge(&methane(1e5), ATM_PA).is_err());
        assert!(Upstream::ideal(1e5, 288.0, 0.016, 1.0).is_err());
        assert!(Upstream::ideal(-1.0, 288.0, 0.016, 1.3).is_err());
        assert!(hole.discharge(&methane(1e5), f64::NAN).is_err());
        assert_eq!(hole.discharge(&methane(-10.0), ATM_PA).unwrap().flow_kgs, 0.0);
    }

    proptest! {
        /// More pressure gives more gas, more ambient pressure never more, and the slopes are those of the flow.
        #[test]
        fn flow_rises_with_pressure_by_its_slope(
            gauge in 1.0..5e6_f64, d in 1e-4..0.5_f64, k in 1.05..1.67_f64, smooth in 0.0..500.0_f64,
                fall in -3e-8..0.0_f64,
        ) {
            let at = |p: f64| Upstream::real((p, 285.0), METHANE_KGMOL, k, (1.0 + fall * p, fall)).unwrap();
            let hole = Orifice { smooth_pa: smooth, ..Orifice::round(d, 0.7) };
            let (p, h) = (ATM_PA + gauge, (1e-4 * gauge).min(10.0));
            let run = |p: f64, pa: f64| hole.discharge(&at(p), pa).unwrap();
            let here = run(p, ATM_PA);
            let slope = (run(p + h, ATM_PA).flow_kgs - run(p - h, ATM_PA).flow_kgs) / (2.0 * h);
            prop_assert!(here.flow_kgs > 0.0 && slope > 0.0);
            // The cubic start takes the density's slope as even, so its own slope is that of a nearly even one.
            let off = (slope / here.d_flow_d_pressure_kgspa - 1.0).abs();
            prop_assert!(off < 1e-3, "{} {}", slope, here.d_flow_d_pressure_kgspa);
            prop_assert!(run(p, ATM_PA + h).flow_kgs <= here.flow_kgs && here.d_flow_d_ambient_kgspa <= 0.0);
            prop_assert!(here.throat.speed_ms <= (k * p / at(p).density_kgm3).sqrt());
        }

        /// A hole of twice the area passes twice the gas, and the flow has no step where it chokes.
        #[test]
        fn flow_goes_with_area_and_without_a_step(gauge in 1e3..1e6_f64, d in 1e-3..0.3_f64) {
            let hole = Orifice::round(d, 0.62);
            let double = Orifice { area_m2: 2.0 * hole.area_m2, ..hole };
            let run = |o: Orifice, g: f64| o.discharge(&methane(g), ATM_PA).unwrap().flow_kgs;
            prop_assert!((run(double, gauge) / run(hole, gauge) - 2.0).abs() < 1e-12);
            let edge = ATM_PA / methane(0.0).critical_ratio() - ATM_PA;
            prop_assert!((run(hole, edge * (1.0 + 1e-9)) / run(hole, edge * (1.0 - 1e-9)) - 1.0).abs() < 1e-8);
        }
    }
}

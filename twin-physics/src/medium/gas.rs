//! Gas in pipes: equation of state, density, viscosity.
//!
//! `p = Z ρ R_s T` with the specific gas constant `R_s` of the mixture and a compressibility `Z(p, T)` that is one of
//! a few laws. Where tables give density at normal state (0 °C, 101 325 Pa) and `Z` relative to it, `R_s` is
//! `p_n / (T_n ρ_n)`.
//!
//! *Sources:* Papay: J. Papay, OGIL Musz. Tud. Kozl., Budapest, 1968, as printed in T. Koch et al. (eds.), Evaluating
//! Gas Network Capacities, SIAM, 2015, eq. 2.5. CNGA: California Natural Gas Association, as printed in E. S. Menon,
//! Gas Pipeline Hydraulics, 2005, § 1.7, here as a linear law for 1/Z.

use serde::{Deserialize, Serialize};

use crate::num::curve::{Beyond, Curve};

/// Universal gas constant [J/(mol K)]. *Source:* CODATA 2018.
pub const UNIVERSAL_JMOLK: f64 = 8.314_462_618;
/// Normal pressure [Pa].
pub const NORMAL_PRESSURE_PA: f64 = 101_325.0;
/// Normal temperature [K].
pub const NORMAL_TEMPERATURE_K: f64 = 273.15;
/// Smallest compressibility a law may give; below it no gas is meant.
const LEAST_Z: f64 = 0.05;

/// How far a gas departs from an ideal one.
#[derive(Debug, Clone, PartialEq)]
pub enum Compressibility {
    /// The same at any pressure; 1 = ideal.
    Constant(f64),
    /// `at_zero + per_pa p`.
    Linear {
        /// At no pressure [–].
        at_zero: f64,
        /// Slope [1/Pa].
        per_pa: f64,
    },
    /// `1 / (b1 + b2 p)`: CNGA and virial laws cut after the second term.
    Inverse {
        /// At no pressure [–].
        b1: f64,
        /// Slope of the inverse [1/Pa].
        b2_1pa: f64,
    },
    /// Papay's law, for natural gas up to 15 MPa.
    Papay {
        /// Pseudocritical temperature [K].
        critical_k: f64,
        /// Pseudocritical pressure [Pa].
        critical_pa: f64,
    },
    /// Straight lines through points of pressure [Pa] and Z, beyond the ends as their last lines.
    Table(Curve),
}

impl Compressibility {
    /// CNGA's law for a gas of relative density `gravity` (air = 1) at `t_k`.
    #[must_use]
    pub fn cnga(gravity: f64, t_k: f64) -> Self {
        let b2_1pa = 344_400.0 * 10_f64.powf(1.785 * gravity) / (crate::units::PA_PER_PSI * (1.8 * t_k).powf(3.825));
        Self::Inverse { b1: 1.0 + 101_350.0 * b2_1pa, b2_1pa }
    }

    /// Z and its slope over pressure [1/Pa] at an absolute pressure.
    #[must_use]
    pub fn at(&self, pressure_pa: f64, t_k: f64) -> (f64, f64) {
        let p = pressure_pa;
        let (z, slope) = match self {
            Self::Constant(z) => (*z, 0.0),
            Self::Linear { at_zero, per_pa } => (at_zero + per_pa * p, *per_pa),
            Self::Inverse { b1, b2_1pa } => {
                let z = 1.0 / (b1 + b2_1pa * p);
                (z, -b2_1pa * z * z)
            }
            Self::Papay { critical_k, critical_pa } => {
                let (pr, tr) = (p / critical_pa, t_k / critical_k);
                let (first, second) = (3.52 * (-2.26 * tr).exp(), 0.247 * (-1.878 * tr).exp());
                (1.0 - first * pr + second * pr * pr, (2.0 * second * pr - first) / critical_pa)
            }
            Self::Table(curve) => curve.at(p, Beyond::Extend),
        };
        if z > LEAST_Z { (z, slope) } else { (LEAST_Z, 0.0) }
    }
}

/// A gas of fixed composition.
#[derive(Debug, Clone, PartialEq)]
pub struct Gas {
    /// Specific gas constant `R_s` [J/(kg K)].
    pub specific_jkgk: f64,
    /// Its equation of state.
    pub compressibility: Compressibility,
    /// Dynamic viscosity [Pa s] over temperature [K].
    pub viscosity_pas: Viscosity,
    /// Isentropic exponent, for flow through holes [–].
    pub isentropic: f64,
}

/// Dynamic viscosity [Pa s].
#[derive(Debug, Clone, PartialEq)]
pub enum Viscosity {
    /// The same at any temperature.
    Constant(f64),
    /// Over temperature [K].
    Table(Curve),
}

/// Density and compressibility at a state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Density {
    /// Density [kg/m³].
    pub kgm3: f64,
    /// Its slope over pressure [kg/(m³ Pa)].
    pub per_pa: f64,
}

impl Gas {
    /// Natural gas as a textbook has it: methane, `Z = 1 − 2.2e-8 p`, `η = 1.1e-5 Pa s`.
    ///
    /// *Source:* molar mass of methane 16.043 g/mol; slope of Z as usual for distribution (G. Cerbe, Grundlagen der
    /// Gastechnik, 2008, § 3.4).
    #[must_use]
    pub fn methane() -> Self {
        Self {
            specific_jkgk: UNIVERSAL_JMOLK / 0.016_043,
            compressibility: Compressibility::Linear { at_zero: 1.0, per_pa: -2.2e-8 },
            viscosity_pas: Viscosity::Constant(1.1e-5),
            isentropic: 1.31,
        }
    }

    /// Density at an absolute pressure and temperature.
    #[must_use]
    pub fn density(&self, pressure_pa: f64, t_k: f64) -> Density {
        let (z, slope) = self.compressibility.at(pressure_pa, t_k);
        let per_pa = 1.0 / (z * self.specific_jkgk * t_k);
        Density { kgm3: pressure_pa * per_pa, per_pa: per_pa * (1.0 - pressure_pa * slope / z) }
    }

    /// Dynamic viscosity [Pa s].
    #[must_use]
    pub fn viscosity(&self, t_k: f64) -> f64 {
        match &self.viscosity_pas {
            Viscosity::Constant(eta) => *eta,
            Viscosity::Table(curve) => curve.at(t_k, Beyond::Extend).0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laws() -> Vec<Compressibility> {
        vec![
            Compressibility::Constant(0.97),
            Compressibility::Linear { at_zero: 1.0, per_pa: -2.2e-8 },
            Compressibility::cnga(0.6, 288.15),
            Compressibility::Papay { critical_k: 190.6, critical_pa: 4.6e6 },
            Compressibility::Table(Curve::new(vec![(0.0, 1.0), (4e6, 0.92), (8e6, 0.86)]).expect("a curve")),
        ]
    }

    #[test]
    fn slopes_are_those_of_the_values() {
        for law in laws() {
            for p in [1.2e5, 2.9e6, 6.1e6] {
                let (d, t) = (p * 1e-4, 283.15);
                let found = (law.at(p + d, t).0 - law.at(p - d, t).0) / (2.0 * d);
                assert!((found - law.at(p, t).1).abs() < 1e-5 * found.abs().max(1e-12), "{law:?} at {p}");
            }
        }
    }

    #[test]
    fn density_rises_with_pressure_and_its_slope_is_exact() {
        for law in laws() {
            let gas = Gas { compressibility: law, ..Gas::methane() };
            let (p, d) = (3e6, 30.0);
            let found = (gas.density(p + d, 288.0).kgm3 - gas.density(p - d, 288.0).kgm3) / (2.0 * d);
            assert!((found / gas.density(p, 288.0).per_pa - 1.0).abs() < 1e-7);
        }
    }

    #[test]
    fn papay_lies_near_the_reference_equation_of_state() {
        // AGA8 DETAIL for methane at 273.15 K and 4 101.325 kPa: Z = 0.903 941 42.
        let law = Compressibility::Papay { critical_k: 190.564, critical_pa: 4.5992e6 };
        assert!((law.at(4.101_325e6, 273.15).0 - 0.903_94).abs() < 0.015);
    }
}

//! Units of an `.inp` file and their conversion to SI.

use serde::{Deserialize, Serialize};
use twin_physics::units::{M_PER_FT, M_PER_IN, M3_PER_ACRE_FT, M3_PER_FT3, M3_PER_GAL, M3_PER_IMP_GAL};
use twin_physics::units::{PA_PER_PSI, S_PER_DAY, S_PER_HOUR, W_PER_HP};

use super::lex;

/// Flow units; they decide whether all else is in US or SI units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FlowUnits {
    /// Cubic feet per second.
    Cfs,
    /// US gallons per minute.
    #[default]
    Gpm,
    /// Million US gallons per day.
    Mgd,
    /// Million imperial gallons per day.
    Imgd,
    /// Acre-feet per day.
    Afd,
    /// Litres per second.
    Lps,
    /// Litres per minute.
    Lpm,
    /// Megalitres per day.
    Mld,
    /// Cubic metres per hour.
    Cmh,
    /// Cubic metres per day.
    Cmd,
    /// Cubic metres per second.
    Cms,
}

impl FlowUnits {
    /// All, in the order of EPANET's codes (as in the `.out` file).
    pub const ALL: [Self; 11] = [
        Self::Cfs,
        Self::Gpm,
        Self::Mgd,
        Self::Imgd,
        Self::Afd,
        Self::Lps,
        Self::Lpm,
        Self::Mld,
        Self::Cmh,
        Self::Cmd,
        Self::Cms,
    ];

    /// Its keyword.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Cfs => "CFS",
            Self::Gpm => "GPM",
            Self::Mgd => "MGD",
            Self::Imgd => "IMGD",
            Self::Afd => "AFD",
            Self::Lps => "LPS",
            Self::Lpm => "LPM",
            Self::Mld => "MLD",
            Self::Cmh => "CMH",
            Self::Cmd => "CMD",
            Self::Cms => "CMS",
        }
    }

    /// From a keyword; `SI` stands for litres per second.
    #[must_use]
    pub fn parse(token: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|u| lex::is(token, u.keyword()));
        found.or_else(|| lex::is(token, "SI").then_some(Self::Lps))
    }

    /// Whether lengths are in metres (else feet).
    #[must_use]
    pub const fn is_si(self) -> bool {
        matches!(self, Self::Lps | Self::Lpm | Self::Mld | Self::Cmh | Self::Cmd | Self::Cms)
    }

    fn exact_m3s(self) -> f64 {
        match self {
            Self::Cfs => M3_PER_FT3,
            Self::Gpm => M3_PER_GAL / 60.0,
            Self::Mgd => 1e6 * M3_PER_GAL / S_PER_DAY,
            Self::Imgd => 1e6 * M3_PER_IMP_GAL / S_PER_DAY,
            Self::Afd => M3_PER_ACRE_FT / S_PER_DAY,
            Self::Lps => 1e-3,
            Self::Lpm => 1e-3 / 60.0,
            Self::Mld => 1e3 / S_PER_DAY,
            Self::Cmh => 1.0 / S_PER_HOUR,
            Self::Cmd => 1.0 / S_PER_DAY,
            Self::Cms => 1.0,
        }
    }

    /// *Source:* EPANET 2.3, `types.h`: units per cubic foot per second, rounded there to four to six digits.
    fn epanet_per_cfs(self) -> f64 {
        match self {
            Self::Cfs => 1.0,
            Self::Gpm => 448.831,
            Self::Mgd => 0.64632,
            Self::Imgd => 0.5382,
            Self::Afd => 1.9837,
            Self::Lps => 28.317,
            Self::Lpm => 1699.0,
            Self::Mld => 2.4466,
            Self::Cmh => 101.94,
            Self::Cmd => 2446.6,
            Self::Cms => 0.028_317,
        }
    }
}

/// Pressure units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PressureUnits {
    /// Pounds per square inch.
    Psi,
    /// Kilopascals.
    Kpa,
    /// Metres of water.
    Metres,
    /// Bar (EPANET 2.3).
    Bar,
    /// Feet of water (EPANET 2.3).
    Feet,
}

impl PressureUnits {
    /// All, in the order of EPANET's codes (as in the `.out` file).
    pub const ALL: [Self; 5] = [Self::Psi, Self::Kpa, Self::Metres, Self::Bar, Self::Feet];

    /// Its keyword.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Psi => "PSI",
            Self::Kpa => "KPA",
            Self::Metres => "METERS",
            Self::Bar => "BAR",
            Self::Feet => "FEET",
        }
    }

    /// From a keyword; any word that begins with `M` is metres, as in EPANET's own manual.
    #[must_use]
    pub fn parse(token: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|u| lex::is(token, u.keyword()));
        found.or_else(|| (token.eq_ignore_ascii_case("m") || lex::is(token, "METRE")).then_some(Self::Metres))
    }
}

/// Which constants convert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Constants {
    /// Those EPANET has rounded into its source (0.4333 psi per foot, 448.831 gpm per cfs): a file means to its owner
    /// what EPANET makes of it, and only so do results agree to more than four digits.
    #[default]
    Epanet,
    /// The exact definitions (NIST SP 811).
    Exact,
}

/// SI per unit of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Units {
    /// Flow [m³·s⁻¹].
    pub flow_m3s: f64,
    /// Length, elevation, head, level [m].
    pub length_m: f64,
    /// Diameter of pipes and valves [m].
    pub diameter_m: f64,
    /// Volume [m³].
    pub volume_m3: f64,
    /// Pressure, as a column of the liquid [m].
    pub pressure_m: f64,
    /// Power of a pump [W].
    pub power_w: f64,
    /// Darcy–Weisbach roughness [m].
    pub roughness_m: f64,
    /// Absolute kinematic viscosity [m²·s⁻¹].
    pub viscosity_m2s: f64,
}

impl Units {
    /// For a file's flow and pressure units and the specific gravity of its liquid.
    #[must_use]
    pub fn new(flow: FlowUnits, pressure: PressureUnits, specific_gravity: f64, constants: Constants) -> Self {
        let (foot, si) = (M_PER_FT, flow.is_si());
        let length_m = if si { 1.0 } else { foot };
        let (psi_per_ft, kpa_per_psi, bar_per_psi, hp_w) = match constants {
            Constants::Epanet => (0.4333, 6.895, 0.068_948, 745.7),
            Constants::Exact => (PSI_PER_FT, PA_PER_PSI / 1e3, PA_PER_PSI / 1e5, W_PER_HP),
        };
        let per_foot = match pressure {
            PressureUnits::Psi => psi_per_ft,
            PressureUnits::Kpa => psi_per_ft * kpa_per_psi,
            PressureUnits::Bar => psi_per_ft * bar_per_psi,
            PressureUnits::Metres => foot,
            PressureUnits::Feet => 1.0,
        };
        Self {
            flow_m3s: match constants {
                Constants::Epanet => M3_PER_FT3 / flow.epanet_per_cfs(),
                Constants::Exact => flow.exact_m3s(),
            },
            length_m,
            diameter_m: if si { 1e-3 } else { M_PER_IN },
            volume_m3: length_m * length_m * length_m,
            pressure_m: foot / (per_foot * specific_gravity),
            power_w: if si { 1000.0 } else { hp_w },
            roughness_m: 1e-3 * length_m,
            viscosity_m2s: length_m * length_m,
        }
    }
}

/// Pressure under one foot of water of 1000 kg·m⁻³ at standard gravity [psi].
const PSI_PER_FT: f64 =
    twin_physics::constants::WATER_DENSITY_KGM3 * twin_physics::constants::GRAVITY_MS2 * M_PER_FT / PA_PER_PSI;

#[cfg(test)]
mod tests {
    use super::*;

    /// EPANET's rounded constants and the exact ones name the same units: they differ by 0.1 % at most.
    #[test]
    fn rounded_constants_are_the_same_units() {
        for flow in FlowUnits::ALL {
            for pressure in PressureUnits::ALL {
                let a = Units::new(flow, pressure, 1.0, Constants::Epanet);
                let b = Units::new(flow, pressure, 1.0, Constants::Exact);
                for (x, y) in [(a.flow_m3s, b.flow_m3s), (a.pressure_m, b.pressure_m), (a.power_w, b.power_w)] {
                    assert!((x / y - 1.0).abs() < 1e-3, "{flow:?} {pressure:?}: {x} {y}");
                }
            }
        }
    }
}

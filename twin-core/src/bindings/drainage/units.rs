//! From the units of a deck to SI.

use twin_physics::units::{M_PER_FT, M_PER_IN, M3_PER_FT3, M3_PER_GAL, S_PER_DAY, S_PER_HOUR};

use crate::io::swmm_inp::deck::{FlowUnits, UnitSystem};

/// One of each unit of a deck, in SI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Units {
    /// Unit system.
    pub system: UnitSystem,
    /// ft or m [m].
    pub length_m: f64,
    /// in or mm [m].
    pub depth_m: f64,
    /// in/h or mm/h [m/s].
    pub rate_ms: f64,
    /// in/day or mm/day [m/s].
    pub daily_ms: f64,
    /// ac or ha [m²].
    pub land_m2: f64,
    /// Unit of flow [m³/s].
    pub flow_m3s: f64,
    /// mph or km/h [m/s].
    pub wind_ms: f64,
    /// Degree [K].
    pub degree_k: f64,
    /// lb or kg [mg].
    pub mass_mg: f64,
}

/// Square feet of an acre.
const FT2_PER_ACRE: f64 = 43_560.0;
/// Milligrams of a pound. *Source:* NIST SP 811 (2008), appendix B.
const MG_PER_LB: f64 = 453_592.37;

impl Units {
    /// The units that go with a unit of flow.
    #[must_use]
    pub fn new(flow: FlowUnits) -> Self {
        let flow_m3s = match flow {
            FlowUnits::Cfs => M3_PER_FT3,
            FlowUnits::Gpm => M3_PER_GAL / 60.0,
            FlowUnits::Mgd => 1e6 * M3_PER_GAL / S_PER_DAY,
            FlowUnits::Cms => 1.0,
            FlowUnits::Lps => 1e-3,
            FlowUnits::Mld => 1e3 / S_PER_DAY,
        };
        match flow.system() {
            UnitSystem::Us => Self {
                system: UnitSystem::Us,
                length_m: M_PER_FT,
                depth_m: M_PER_IN,
                rate_ms: M_PER_IN / S_PER_HOUR,
                daily_ms: M_PER_IN / S_PER_DAY,
                land_m2: FT2_PER_ACRE * M_PER_FT * M_PER_FT,
                flow_m3s,
                wind_ms: 5_280.0 * M_PER_FT / S_PER_HOUR,
                degree_k: 5.0 / 9.0,
                mass_mg: MG_PER_LB,
            },
            UnitSystem::Si => Self {
                system: UnitSystem::Si,
                length_m: 1.0,
                depth_m: 1e-3,
                rate_ms: 1e-3 / S_PER_HOUR,
                daily_ms: 1e-3 / S_PER_DAY,
                land_m2: 1e4,
                flow_m3s,
                wind_ms: 1e3 / S_PER_HOUR,
                degree_k: 1.0,
                mass_mg: 1e6,
            },
        }
    }

    /// A temperature of the deck [°C].
    #[must_use]
    pub fn celsius(&self, value: f64) -> f64 {
        match self.system {
            UnitSystem::Us => (value - 32.0) * 5.0 / 9.0,
            UnitSystem::Si => value,
        }
    }

    /// ft² or m² [m²].
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.length_m * self.length_m
    }

    /// ft³ or m³ [m³].
    #[must_use]
    pub fn volume_m3(&self) -> f64 {
        self.length_m * self.length_m * self.length_m
    }

    /// Flow of groundwater per land area, cfs/ac or m³/s per ha [m/s].
    #[must_use]
    pub fn groundwater_ms(&self) -> f64 {
        match self.system {
            UnitSystem::Us => M_PER_FT / FT2_PER_ACRE,
            UnitSystem::Si => 1e-4,
        }
    }
}

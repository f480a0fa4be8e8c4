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
    /// ft³ or m³ of stored water [m³].
    pub stored_m3: f64,
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
                stored_m3: M3_PER_FT3,
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
                stored_m3: 1.0,
            },
        }
    }

    /// The same with the rounded factors of SWMM 5.2.4, which counts in feet: a cubic metre is 1/0.02832 ft³ there, an
    /// acre 1/2.2956e-5 ft². Models with thresholds answer to the last digit of these.
    #[must_use]
    pub fn of_swmm(flow: FlowUnits) -> Self {
        let exact = Self::new(flow);
        // Units of flow of a ft³/s.
        let per_cfs = match flow {
            FlowUnits::Cfs => 1.0,
            FlowUnits::Gpm => 448.831,
            FlowUnits::Mgd => 0.646_32,
            FlowUnits::Cms => 0.028_32,
            FlowUnits::Lps => 28.317,
            FlowUnits::Mld => 2.446_6,
        };
        let (land_per_ft2, stored_per_ft3, wind_per_mph, mass_per_mg) = match exact.system {
            UnitSystem::Us => (2.295_6e-5, 1.0, 1.0, 2.203e-6),
            UnitSystem::Si => (0.929_03e-5, 0.028_32, 1.608, 1e-6),
        };
        Self {
            land_m2: M_PER_FT * M_PER_FT / land_per_ft2,
            flow_m3s: M3_PER_FT3 / per_cfs,
            wind_ms: 5_280.0 * M_PER_FT / S_PER_HOUR / wind_per_mph,
            mass_mg: 1.0 / mass_per_mg,
            stored_m3: M3_PER_FT3 / stored_per_ft3,
            ..exact
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

    /// Flow of groundwater per land area, cfs/ac or m³/s per ha [m/s].
    #[must_use]
    pub fn groundwater_ms(&self) -> f64 {
        match self.system {
            UnitSystem::Us => M_PER_FT / FT2_PER_ACRE,
            UnitSystem::Si => 1e-4,
        }
    }
}

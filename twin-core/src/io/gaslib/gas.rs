//! The gas that flows in at sources: their mean by flow.

use roxmltree::Node;
use twin_physics::medium::gas::{Compressibility, Gas, UNIVERSAL_JMOLK, Viscosity};

use super::xml::{Measure, Reader};

/// What a source says of its gas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SourceGas {
    pub normal_kgm3: f64,
    pub molar_kgkmol: f64,
    pub critical_pa: f64,
    pub critical_k: f64,
    pub temperature_k: f64,
}

/// Viscosity of natural gas [Pa s]; the files give none.
const VISCOSITY_PAS: f64 = 1.1e-5;
/// Isentropic exponent of natural gas; the files give none.
const ISENTROPIC: f64 = 1.31;
/// Molar mass of air [kg/kmol].
pub(super) const AIR_KGKMOL: f64 = 28.96;

impl SourceGas {
    pub fn read<'d>(reader: &mut Reader<'_, 'd>, source: Node<'d, 'd>) -> Option<Self> {
        let normal = reader.must(source, "normDensity", Measure::Plain, [0.05, 5.0]);
        let molar = reader.must(source, "molarMass", Measure::Plain, [1.0, 60.0]);
        let pressure = reader.must(source, "pseudocriticalPressure", Measure::Pressure, [1e5, 1e7]);
        let critical_k = reader.must(source, "pseudocriticalTemperature", Measure::Temperature, [10.0, 500.0]);
        let temperature = reader.must(source, "gasTemperature", Measure::Temperature, [200.0, 400.0]);
        Some(Self {
            normal_kgm3: normal?,
            molar_kgkmol: molar?,
            critical_pa: pressure?,
            critical_k: critical_k?,
            temperature_k: temperature?,
        })
    }

    /// The mean of gases by weights; equal ones where all are nothing.
    pub fn mean(all: &[(Self, f64)]) -> Option<Self> {
        let weigh = if all.iter().any(|(_, w)| *w > 0.0) { |w: f64| w.max(0.0) } else { |_: f64| 1.0 };
        let total: f64 = all.iter().map(|(_, w)| weigh(*w)).sum();
        let of = |get: fn(&Self) -> f64| all.iter().map(|(g, w)| weigh(*w) * get(g)).sum::<f64>() / total;
        (!all.is_empty()).then(|| Self {
            normal_kgm3: of(|g| g.normal_kgm3),
            molar_kgkmol: of(|g| g.molar_kgkmol),
            critical_pa: of(|g| g.critical_pa),
            critical_k: of(|g| g.critical_k),
            temperature_k: of(|g| g.temperature_k),
        })
    }

    /// As the model takes it.
    pub fn gas(&self) -> Gas {
        Gas {
            specific_jkgk: 1e3 * UNIVERSAL_JMOLK / self.molar_kgkmol,
            compressibility: Compressibility::Papay { critical_k: self.critical_k, critical_pa: self.critical_pa },
            viscosity_pas: Viscosity::Constant(VISCOSITY_PAS),
            isentropic: ISENTROPIC,
        }
    }
}

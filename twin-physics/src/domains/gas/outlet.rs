//! What leaves a network at a node: loads that fall with the pressure, and holes.
//!
//! An appliance takes its load while the pressure is what it needs; below, its share is `2s − s²` of the share `s` of
//! the needed gauge pressure that is there: level where it meets the full load, as a governor gives out, and nothing
//! at no pressure. Holes are orifices on the pressure of
//! the node in the middle of their pipe (`kernels::hazard::release`).
//!
//! *Source:* own derivation; orifice: see `kernels::hazard::release`.

use super::element::root;
use super::net::GasNet;
use super::newton::Outflow;
use crate::kernels::hazard::release::{Orifice, Upstream};

/// Discharge coefficient of a hole with sharp edges. *Source:* CCPS (1999), Guidelines for Consequence Analysis, § 2.1.
const HOLE_CD: f64 = 0.85;
/// Overpressure under which a hole's law starts smoothly [Pa].
const SMOOTH_PA: f64 = 20.0;

/// What is taken out, by node.
#[derive(Debug, Clone, Default)]
pub(super) struct Outlets {
    /// Wanted [kg/s].
    pub wanted: Vec<f64>,
    /// Holes: area by node [m²], zero where there is none.
    pub hole_m2: Vec<f64>,
}

/// Outlets of a network.
pub(super) struct Drawn<'a> {
    pub net: &'a GasNet,
    pub outlets: &'a Outlets,
    /// Gauge pressure appliances need at each node [Pa]; 0 = the load is taken whatever the pressure.
    pub needed: &'a [f64],
}

impl Drawn<'_> {
    /// Load delivered at a node [kg/s] and its slope over the pressure.
    pub fn load(&self, node: usize, p: f64) -> [f64; 2] {
        let wanted = self.outlets.wanted.get(node).copied().unwrap_or(0.0);
        let needed = self.needed.get(node).copied().unwrap_or(0.0);
        if wanted <= 0.0 || needed <= 0.0 {
            return [wanted, 0.0];
        }
        let share = (p - self.net.nodes[node].ambient_pa) / needed;
        let [f, slope] = supply(share);
        [wanted * f, wanted * slope / needed]
    }

    /// Flow out of a node's hole [kg/s] and its slope over the pressure.
    pub fn hole(&self, node: usize, p: f64) -> [f64; 2] {
        let area_m2 = self.outlets.hole_m2.get(node).copied().unwrap_or(0.0);
        if area_m2 <= 0.0 {
            return [0.0; 2];
        }
        let (gas, n) = (&self.net.model.gas, &self.net.nodes[node]);
        let pressure_pa = p.max(1.0);
        let density = gas.density(pressure_pa, n.temperature_k);
        let upstream = Upstream {
            pressure_pa,
            temp_k: n.temperature_k,
            density_kgm3: density.kgm3,
            density_slope_kgm3pa: density.per_pa,
            exponent: gas.isentropic,
        };
        let orifice = Orifice { area_m2, discharge_coefficient: HOLE_CD, smooth_pa: SMOOTH_PA };
        orifice
            .discharge(&upstream, n.ambient_pa)
            .map_or([0.0; 2], |d| [d.flow_kgs, d.d_flow_d_pressure_kgspa.max(0.0)])
    }
}

impl Outflow for Drawn<'_> {
    fn at(&self, node: usize, z: f64) -> [f64; 2] {
        let p = root(z).max(1.0);
        let ([load, by_load], [hole, by_hole]) = (self.load(node, p), self.hole(node, p));
        [load + hole, (by_load + by_hole) / (2.0 * p)]
    }
}

/// Share of a load that is delivered at a share `s` of the needed pressure, and its slope.
fn supply(s: f64) -> [f64; 2] {
    if s <= 0.0 {
        [0.0, 0.0]
    } else if s >= 1.0 {
        [1.0, 0.0]
    } else {
        [s * (2.0 - s), 2.0 - 2.0 * s]
    }
}

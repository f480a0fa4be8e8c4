//! What pandapipes tells of one link: pressures over the air, velocities, Reynolds number and friction factor.

use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{GasModel, area_m2};
use twin_physics::medium::gas::{NORMAL_PRESSURE_PA, NORMAL_TEMPERATURE_K};

use super::Figures;

/// Pascals in a bar.
pub(super) const PA_PER_BAR: f64 = 1e5;

/// Reynolds number up to which pandapipes takes a flow for none.
const AT_REST: f64 = 1e-8;

/// A link through which gas can pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Branch {
    pub p_from_bar: f64,
    pub p_to_bar: f64,
    pub p_abs_pa: [f64; 2],
    pub t_from_k: f64,
    pub t_to_k: f64,
    pub flow_kgs: f64,
    /// Volume at normal state [m³/s].
    pub normal_m3s: f64,
    pub v_from_ms: f64,
    pub v_to_ms: f64,
    /// At the mean pressure of a pipe.
    pub v_mean_ms: f64,
    /// Of the volume at normal state: what pandapipes gives for the mean velocity of links without a length.
    pub v_normal_ms: f64,
    pub reynolds: f64,
}

impl Branch {
    /// A link of a diameter; `None` where it is shut or no source reaches it.
    pub fn of(model: &GasModel, figures: &Figures<'_>, link: usize, diameter_m: f64) -> Option<Self> {
        let l = model.links.get(link)?;
        if !l.open || !figures.supplied[l.from] || !figures.supplied[l.to] {
            return None;
        }
        let (from, to) = (&model.nodes[l.from], &model.nodes[l.to]);
        let p = [figures.pressure_pa[l.from], figures.pressure_pa[l.to]];
        let flow_kgs = figures.flow_kgs[link];
        let normal_kgm3 = NORMAL_PRESSURE_PA / (NORMAL_TEMPERATURE_K * model.gas.specific_jkgk);
        let normal_m3s = flow_kgs / normal_kgm3;
        let area = area_m2(diameter_m);
        let v_normal_ms = normal_m3s / area;
        let mean_k = 0.5 * (from.temperature_k + to.temperature_k);
        let at = |p_pa: f64, t_k: f64| flow_kgs / (area * model.gas.density(p_pa, t_k).kgm3);
        Some(Self {
            p_from_bar: (p[0] - from.ambient_pa) / PA_PER_BAR,
            p_to_bar: (p[1] - to.ambient_pa) / PA_PER_BAR,
            p_abs_pa: p,
            t_from_k: from.temperature_k,
            t_to_k: to.temperature_k,
            flow_kgs,
            normal_m3s,
            v_from_ms: at(p[0], from.temperature_k),
            v_to_ms: at(p[1], to.temperature_k),
            v_mean_ms: at(mean_pa(p), mean_k),
            v_normal_ms,
            reynolds: flow_kgs.abs() * diameter_m / (model.gas.viscosity(mean_k) * area),
        })
    }
}

/// Mean pressure along a pipe [Pa]; like pandapipes the first one where both are close to one another.
fn mean_pa([p1, p2]: [f64; 2]) -> f64 {
    let close = (p1 - p2).abs() <= 1e-8 * PA_PER_BAR + 1e-5 * p2.abs();
    if close { p1 } else { 2.0 / 3.0 * (p1 * p1 + p1 * p2 + p2 * p2) / (p1 + p2) }
}

/// Friction factor as pandapipes tells it: without flow that of the rough wall.
pub(super) fn factor(law: Friction, reynolds: f64, roughness: f64) -> f64 {
    match law {
        _ if reynolds > AT_REST => law.factor(reynolds, roughness),
        Friction::Nikuradse | Friction::Colebrook | Friction::Hofer => rough(roughness),
        Friction::Fixed(factor) => factor,
        Friction::SwameeJain => 0.0,
    }
}

/// Friction factor of links without a length: they have no loss by it, and Colebrook's is not sought.
pub(super) fn factor_of_valve(law: Friction, reynolds: f64, roughness: f64) -> f64 {
    match law {
        Friction::Colebrook => rough(roughness),
        _ => factor(law, reynolds, roughness),
    }
}

/// Nikuradse's factor of a rough wall.
fn rough(roughness: f64) -> f64 {
    let root = 2.0 * (1.0 / roughness).log10() + 1.14;
    1.0 / (root * root)
}

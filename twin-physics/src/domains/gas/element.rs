//! The equation of each kind of segment, with exact derivatives.
//!
//! Every segment is `G(z₁, z₂, m) = 0` with `z = p|p|`. For a pipe
//!
//! ```text
//! G = z₁ − z₂ + ρ̄ g (h₁ − h₂) (p₁ + p₂) − (R_s T / A²) Z(p_m) m|m| (λ L/D + ζ),   p_m = ⅔ (p₁² + p₁p₂ + p₂²)/(p₁ +
//! p₂)
//! ```
//!
//! which is the isothermal law integrated along the pipe; with 1/Z linear in p it is so without error.
//!
//! *Source:* T. Koch et al. (eds.), Evaluating Gas Network Capacities, SIAM, 2015, § 2.3; p_m: D. Lohmeier et al.,
//! Sustainability 12, 2020, eq. 12. Regulators as complementarity: own derivation on F. Facchinei, J.-S. Pang,
//! Finite-Dimensional Variational Inequalities, 2003, § 9.1 (the min function and its semismooth Newton method).

use serde::{Deserialize, Serialize};

use super::net::{PipeSegment, Segment, SegmentKind};
use crate::medium::gas::Gas;

/// Pressure below which properties of the gas are no longer followed [Pa].
const LEAST_PA: f64 = 10.0;

/// Share of its squared pressure by which a regulator must be short to open, once iterations run long.
const LATE_SHORT: f64 = 1e-9;

/// What a regulator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Mode {
    /// It holds its pressure.
    #[default]
    Active,
    /// It stands fully open and cannot hold it.
    Open,
    /// It is shut: the outlet stands above its pressure, or the inlet below the outlet.
    Closed,
}

/// An equation at a point: its value, its slopes over `z₁`, over `−z₂` and over `−m`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Linear {
    pub g: f64,
    pub a1: f64,
    pub a2: f64,
    pub c: f64,
}

/// Scales of a network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Least slope over flow that a segment is eliminated with [Pa² s/kg]: a lossless one has none of its own.
    pub least: f64,
    /// What a flow is weighed with against a difference of z [Pa² s/kg].
    pub weigh: f64,
    /// Pressure above which properties of the gas are no longer followed [Pa].
    pub most_pa: f64,
}

/// No flow, whatever the pressures.
pub const SHUT: Linear = Linear { g: 0.0, a1: 0.0, a2: 0.0, c: 1.0 };

/// `p` of `z = p|p|`.
#[inline]
pub fn root(z: f64) -> f64 {
    if z >= 0.0 { z.sqrt() } else { -(-z).sqrt() }
}

/// Loss `φ(m) = m|m| (λ L/D + ζ)` and its slope, always above 0.
#[inline]
pub fn loss(pipe: &PipeSegment, m: f64) -> (f64, f64) {
    let size = m.abs();
    let re = size * pipe.reynolds_s_kg;
    let (y, slope) = if pipe.laminar {
        pipe.friction.with_laminar(re, pipe.roughness)
    } else {
        pipe.friction.at(re, pipe.roughness)
    };
    let phi = pipe.wall * y + pipe.loss * size * size;
    (phi.copysign(m), pipe.wall * pipe.reynolds_s_kg * slope + 2.0 * pipe.loss * size)
}

/// A pipe's equation without inertia.
#[inline]
pub fn pipe(gas: &Gas, pipe: &PipeSegment, [z1, z2]: [f64; 2], m: f64, scale: Scale) -> Linear {
    let [p1, p2] = [z1, z2].map(|z| root(z).clamp(LEAST_PA, scale.most_pa));
    let sum = p1 + p2;
    let mean = (p1 * p1 + p1 * p2 + p2 * p2) / (1.5 * sum);
    let (z, slope) = gas.compressibility.at(mean, pipe.temperature_k);
    let (phi, rise) = loss(pipe, m);
    // dp_m/dp over 2 p: the slope over z; none where the gas is no longer followed.
    let moves = |z: f64, p: f64| if root(z) == p { 1.0 } else { 0.0 };
    let [f1, f2] = [moves(z1, p1), moves(z2, p2)];
    let by = |a: f64, b: f64| (a + 2.0 * b) / (3.0 * sum * sum);
    let pull = pipe.kappa * phi * slope;
    let (mut g, mut a1, mut a2) =
        (z1 - z2 - pipe.kappa * phi * z, 1.0 - f1 * pull * by(p1, p2), 1.0 + f2 * pull * by(p2, p1));
    if pipe.fall != 0.0 {
        let [d1, d2] = [p1, p2].map(|p| gas.density(p, pipe.temperature_k));
        let weight = 0.5 * pipe.fall * (d1.kgm3 + d2.kgm3);
        g += weight * sum;
        a1 += f1 * (0.5 * pipe.fall * d1.per_pa * sum + weight) / (2.0 * p1);
        a2 -= f2 * (0.5 * pipe.fall * d2.per_pa * sum + weight) / (2.0 * p2);
    }
    // Slopes below 0 belong to states no gas reaches; the matrix must stay what it is.
    Linear { g, a1: a1.max(0.01), a2: a2.max(0.01), c: (pipe.kappa * z * rise).max(scale.least) }
}

/// The equation of any segment but a pipe. `told` is a setting other than its own; `mode` is kept for a regulator,
/// `held` keeps it from changing,
/// `late` from opening for next to nothing.
pub fn other(
    gas: &Gas,
    segment: &Segment,
    [z1, z2]: [f64; 2],
    m: f64,
    (scale, told): (Scale, Option<f64>),
    (mode, held, late): (&mut Mode, bool, bool),
) -> Linear {
    let through = |loss: f64| Linear {
        g: z1 - z2 - loss * m * m.abs(),
        a1: 1.0,
        a2: 1.0,
        c: (2.0 * loss * m.abs()).max(scale.least),
    };
    match &segment.kind {
        SegmentKind::Pipe(_) => SHUT,
        SegmentKind::Open => through(0.0),
        SegmentKind::Ratio(ratio) => {
            let square = told.unwrap_or(*ratio).powi(2);
            Linear { g: square * z1 - z2, a1: square, a2: 1.0, c: scale.least }
        }
        SegmentKind::Flow(flow) => Linear { g: flow - m, ..SHUT },
        SegmentKind::Booster { lift, temperature_k } => booster(gas, (lift, *temperature_k), [z1, z2], m, scale.least),
        SegmentKind::Regulator(r) => {
            // A regulator that fails open is told a high pressure: its monitor then holds its own.
            let set = told.unwrap_or(r.set_pa).min(r.monitor_pa.unwrap_or(f64::MAX));
            let set = (set - r.droop_pa_s_kg * m.max(0.0)).max(LEAST_PA);
            let (short, pushed) = (set * set - z2, z1 - z2 - r.open_loss * m * m.abs());
            // One that keeps opening and shutting stays shut where its pressure is short by less than anyone can tell.
            let stays = *mode == Mode::Closed && late && short < LATE_SHORT * set * set;
            if !held && !stays {
                *mode = if scale.weigh * m < (-short).max(-pushed) {
                    Mode::Closed
                } else if short <= pushed {
                    Mode::Active
                } else {
                    Mode::Open
                };
            }
            match mode {
                Mode::Closed => Linear { g: -m, ..SHUT },
                Mode::Active => {
                    Linear { g: short, a1: 0.0, a2: 1.0, c: (2.0 * set * r.droop_pa_s_kg).max(scale.least) }
                }
                Mode::Open => through(r.open_loss),
            }
        }
    }
}

fn booster(gas: &Gas, (lift, t_k): (&[f64], f64), [z1, z2]: [f64; 2], m: f64, least: f64) -> Linear {
    let p1 = root(z1).max(LEAST_PA);
    let density = gas.density(p1, t_k);
    let q = m / density.kgm3;
    let (mut pa, mut slope) = (0.0, 0.0);
    for k in lift.iter().filter(|_| q >= 0.0) {
        (pa, slope) = (pa * q + k, slope * q + pa);
    }
    if pa <= 0.0 {
        (pa, slope) = (0.0, 0.0);
    }
    let out = p1 + pa;
    let by_inlet = 1.0 - slope * q * density.per_pa / density.kgm3;
    Linear {
        g: out * out - z2,
        a1: (out * by_inlet / p1).max(0.01),
        a2: 1.0,
        c: (-2.0 * out * slope / density.kgm3).max(least),
    }
}

//! Momentum of one conduit, solved for its flow as a function of the heads at its ends.
//!
//! `(Q − Q₀)/Δt + M + g·A·[(h₂ − h₁)/L + Q·|Q|/K² + Σζ·Q·|Q|/(2g·A²·L)] = 0`, with area A and conveyance K at one depth
//! y and the momentum M that the neighbours bring at the start of the step. For given heads that is a quadratic in Q
//! with one root, in closed form, odd and rising in the driving term. So flow is an explicit function of the two heads;
//! its two slopes make the system of [`super::engine`].
//!
//! # Where the depth is taken
//! Mean of the two ends while flow is subcritical, the upstream end at and above critical flow, weighted between (the
//! factor falls from 1 at Froude 0.5 to 0 at Froude 1). It is held to twice the upstream depth, so that a dry end gives
//! nothing however deep the other is. An end that lies free, above the water of its node, carries the lesser of
//! critical and normal depth. On a steep bed rapid flow does not feel that the depth below it is less; in backwater
//! steady flow is held to normal flow at the upstream depth. See `theory/implicit.md`.
//!
//! # Limits
//! First order in time; one velocity per section; no momentum through junctions of three or more links.
//! *Source:* Casulli & Stelling (2013), *Int. J. Numer. Meth. Fluids* 71, 1345–1367 (semi-implicit flow in open and
//! closed sections); weighting by Froude number Rossman (2017), EPA/600/R-17/111, section 3.3.1.

use super::table::{Conveyance, Geometry, HydraulicTable};
use crate::constants::GRAVITY_MS2;

/// Below this depth nothing flows out of an end [m].
pub const FILM_M: f64 = 1e-5;

/// Depth over the full one below which flow against the fall of head fades.
const SHALLOW_SHARE: f64 = 0.05;

/// What the momentum equation needs of a conduit, in one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConduitLaw {
    /// Its table.
    pub table: u32,
    /// Length [m].
    pub length_m: f64,
    /// Barrels.
    pub barrels: f64,
    /// Manning's n squared over SWMM's factor squared.
    pub n2: f64,
    /// √slope / n: conveyance of normal flow is `Q / (barrels · normal)`.
    pub normal: f64,
    /// Entrance, exit and average loss coefficients.
    pub losses: [f64; 3],
    /// Height of the bottom at the two ends [m].
    pub bottom_m: [f64; 2],
    /// Whether a gate shuts flow that would enter the conduit at each end.
    pub shuts: [bool; 2],
    /// Fall of the bed from the first end to the second, per length.
    pub bed: f64,
    /// Whether each end lies free where its node's water is lower: it has an offset or a free outfall.
    pub free: [bool; 2],
    /// Whether each end is at an outfall of free or normal depth, whatever that node's level.
    pub fall: [bool; 2],
    /// Whether that outfall stands at normal depth even where critical depth is less.
    pub normal_only: [bool; 2],
    /// Largest flow allowed [m³/s].
    pub max_flow_m3s: f64,
}

/// What a conduit meets in one evaluation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meets {
    /// Heads of its nodes [m].
    pub heads_m: [f64; 2],
    /// Flow at the start of the step [m³/s].
    pub old_m3s: f64,
    /// Depth at which that flow would fall freely out of its downstream end, [`ConduitLaw::fall_m`] [m].
    pub fall_m: f64,
    /// Change of flow by the momentum of the neighbours over the step [m³/s].
    pub momentum_m3s: f64,
    /// Share of the mean depth, 0 (upstream end) to 1.
    pub central: f64,
    /// Blocked share of the section.
    pub blocked: f64,
    /// Rate at which friction slows a full force main, in place of Manning's; 0 otherwise [1/s].
    pub main_per_s: f64,
    /// Step [s].
    pub dt_s: f64,
}

/// Flow of a conduit and how it changes with the heads at its ends.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ConduitFlow {
    /// Flow of all barrels [m³/s].
    pub flow_m3s: f64,
    /// ∂Q/∂h₁ ≥ 0 [m²/s].
    pub by_first: f64,
    /// −∂Q/∂h₂ ≥ 0 [m²/s].
    pub by_second: f64,
    /// Depths at the ends as the flow sees them [m].
    pub depths_m: [f64; 2],
    /// Geometry at the ends as the nodes' storage sees it (one barrel).
    pub ends: [Geometry; 2],
    /// Geometry where the flow was computed (one barrel).
    pub mid: Geometry,
    /// Whether each end falls freely.
    pub falls: [bool; 2],
}

impl ConduitFlow {
    /// The same after small moves of both heads, along its slopes.
    #[must_use]
    pub(super) fn followed(mut self, moved_m: [f64; 2]) -> Self {
        self.flow_m3s += self.by_first * moved_m[0] - self.by_second * moved_m[1];
        for (end, moved) in moved_m.into_iter().enumerate() {
            self.ends[end].area_m2 = (self.ends[end].area_m2 + self.ends[end].width_m * moved).max(0.0);
            if !self.falls[end] {
                self.depths_m[end] = (self.depths_m[end] + moved).max(0.0);
            }
        }
        self
    }
}

impl ConduitLaw {
    /// Depth at which a flow falls freely out of its downstream end, the lesser of critical and normal depth; 0 where
    /// that end cannot lie free. Flow in [m³/s], depth in [m].
    #[must_use]
    pub fn fall_m(&self, table: &HydraulicTable, flow_m3s: f64) -> f64 {
        let down = usize::from(flow_m3s > 0.0);
        if flow_m3s == 0.0 || !(self.fall[down] || self.free[down]) {
            return 0.0;
        }
        let each = flow_m3s.abs() / self.barrels;
        // On an adverse slope there is no normal depth.
        let normal =
            if down == 1 && self.normal > 0.0 { table.normal_depth(each / self.normal) } else { f64::INFINITY };
        let critical = if self.normal_only[down] { f64::INFINITY } else { table.critical_depth(each) };
        critical.min(normal)
    }
}

/// Depths of the ends: those of the nodes, or of a free fall.
fn end_depths(law: &ConduitLaw, meets: &Meets) -> ([f64; 2], [bool; 2]) {
    let mut depths = [0, 1].map(|end| (meets.heads_m[end] - law.bottom_m[end]).max(0.0));
    let mut falls = [false; 2];
    // Downstream end by the direction of the last flow; without flow, by the heads.
    let forward = if meets.old_m3s == 0.0 {
        meets.heads_m[0].max(law.bottom_m[0]) >= meets.heads_m[1].max(law.bottom_m[1])
    } else {
        meets.old_m3s > 0.0
    };
    let down = usize::from(forward);
    if law.fall[down] || law.free[down] {
        let fall = meets.fall_m.min(depths[1 - down]);
        if law.fall[down] || depths[down] < fall {
            falls[down] = true;
            depths[down] = fall;
        }
    }
    (depths, falls)
}

/// Flow of a conduit between two heads.
#[must_use]
pub fn flow(law: &ConduitLaw, table: &HydraulicTable, meets: &Meets) -> ConduitFlow {
    if (0..2).all(|end| meets.heads_m[end] <= law.bottom_m[end]) {
        return ConduitFlow::default();
    }
    let (depths, falls) = end_depths(law, meets);
    let nodes = [0, 1].map(|end| table.geometry(meets.heads_m[end] - law.bottom_m[end]));
    let mut out = ConduitFlow { depths_m: depths, ends: nodes, falls, ..ConduitFlow::default() };
    let heads = [0, 1].map(|end| law.bottom_m[end] + depths[end]);
    let up = usize::from(heads[1] > heads[0]);
    if depths[up] <= FILM_M || law.shuts[up] {
        return out;
    }
    let (place, by_up, by_down) = weigh(depths[up], depths[1 - up], meets.central);
    let at = table.conveyance(place);
    out.mid = at.geometry;
    let open = law.barrels * (1.0 - meets.blocked);
    // Rapid flow on a steep bed does not feel that the depth below it is less.
    let lower = depths[up] > depths[1 - up];
    let felt = if lower && up == 0 && meets.central < 1.0 && law.bed > 0.0 {
        1.0 - (1.0 - meets.central) * (1.0 - centred(normal_froude(law, &at)))
    } else {
        1.0
    };
    let (between, bed) = (felt * (depths[up] - depths[1 - up]), law.bottom_m[up] - law.bottom_m[1 - up]);
    let push = if lower && meets.central < 1.0 { push(table, depths, &at, [by_up, by_down]) } else { Push::WHOLE };
    let fall = (bed + push.share * between).max(0.0) / law.length_m;
    let backed = if up == 0 && !lower { backwater(law, table, depths[0], fall, &at, [by_up, by_down]) } else { None };
    let sign = if up == 0 { 1.0 } else { -1.0 };
    let share = solve(law, &at, meets, -sign * fall, open, backed.as_ref().map_or(1.0, |b| b.factor));
    let by_head = share.by_drive * GRAVITY_MS2 * meets.dt_s * open * at.geometry.area_m2 / law.length_m;
    let mut slopes = [by_head * felt * push.share; 2];
    slopes[up] += by_head * between * push.by_up;
    slopes[1 - up] -= by_head * between * push.by_down;
    // More depth carries more: at the upstream end with, at the downstream end against the fall of head.
    slopes[up] += sign * share.by_depth * by_up;
    slopes[1 - up] -= sign * share.by_depth * by_down;
    if let Some(b) = backed {
        slopes[0] -= share.by_friction * b.by_up;
        slopes[1] += share.by_friction * b.by_down;
    }
    for end in [0, 1] {
        let wet = meets.heads_m[end] > law.bottom_m[end];
        slopes[end] = if falls[end] || !wet { 0.0 } else { slopes[end].max(0.0) };
    }
    out.flow_m3s = share.flow.clamp(-law.max_flow_m3s, law.max_flow_m3s);
    // Inertia carries water against the fall of head, but not out of an end that has none.
    let giver = usize::from(out.flow_m3s < 0.0);
    let (left, shallow) = ((meets.heads_m[giver] - law.bottom_m[giver]).max(0.0), SHALLOW_SHARE * table.depth_m());
    if giver != up && left < shallow {
        slopes = slopes.map(|s| s * left / shallow);
        slopes[giver] += if left > 0.0 { out.flow_m3s.abs() / shallow } else { 0.0 };
        out.flow_m3s *= left / shallow;
    }
    if (law.shuts[0] && out.flow_m3s > 0.0) || (law.shuts[1] && out.flow_m3s < 0.0) {
        return ConduitFlow { flow_m3s: 0.0, ..out };
    }
    [out.by_first, out.by_second] = slopes;
    out
}

/// Share of the mean depth at a Froude number: 1 up to 0.5, 0 from 1.
#[must_use]
pub fn centred(froude: f64) -> f64 {
    (2.0 * (1.0 - froude)).clamp(0.0, 1.0)
}

/// Froude number of uniform flow at a depth.
fn normal_froude(law: &ConduitLaw, at: &Conveyance) -> f64 {
    let Geometry { area_m2, width_m } = at.geometry;
    if width_m > 0.0 { at.value * law.normal / (area_m2 * (GRAVITY_MS2 * area_m2 / width_m).sqrt()) } else { 0.0 }
}

/// Depth at which the flow is computed, with its slopes by the upstream and the downstream depth.
fn weigh(up: f64, down: f64, central: f64) -> (f64, f64, f64) {
    // Held to twice the upstream depth: a dry end gives nothing.
    if down > 3.0 * up {
        return (up + central * up, 1.0 + central, 0.0);
    }
    (up + 0.5 * central * (down - up), 1.0 - 0.5 * central, 0.5 * central)
}

/// Area on which the difference of depths presses, over that of the section the flow is computed in.
struct Push {
    share: f64,
    /// Its slopes by the two depths.
    by_up: f64,
    by_down: f64,
}

impl Push {
    const WHOLE: Self = Self { share: 1.0, by_up: 0.0, by_down: 0.0 };
}

/// Pressure acts on the mean section whatever the regime: then a reach gains the momentum `g·(h₁² − h₂²)/2` per width,
/// and a bore runs at the speed that mass and momentum ask for.
fn push(table: &HydraulicTable, depths: [f64; 2], at: &Conveyance, by: [f64; 2]) -> Push {
    let mean = table.geometry(0.5 * (depths[0] + depths[1]));
    let area = at.geometry.area_m2;
    let share = mean.area_m2 / area;
    let slope = |by: f64| (0.5 * mean.width_m - share * at.geometry.width_m * by) / area;
    Push { share, by_up: slope(by[0]), by_down: slope(by[1]) }
}

/// Friction made up so that backwater never asks for less depth upstream than uniform flow has.
struct Backed {
    /// Friction over that of the mean section, > 1.
    factor: f64,
    /// Slopes of its logarithm by the two depths.
    by_up: f64,
    by_down: f64,
}

/// Where the depth rises downstream along a falling bed (M1), the depth upstream lies between normal depth and the one
/// downstream. A conduit longer than the backwater has one mean section only, and conveys too much by it: its steady
/// flow is held to normal flow at the upstream depth.
fn backwater(
    law: &ConduitLaw,
    table: &HydraulicTable,
    up_m: f64,
    fall: f64,
    mean: &Conveyance,
    by: [f64; 2],
) -> Option<Backed> {
    if law.bed <= 0.0 || fall <= 0.0 || up_m >= table.depth_m() {
        return None;
    }
    let up = table.conveyance(up_m);
    let factor = (mean.value / up.value).powi(2) * fall / law.bed;
    if factor.is_nan() || factor <= 1.0 {
        return None;
    }
    let by_fall = 1.0 / (fall * law.length_m);
    let by_mean = 2.0 * mean.slope / mean.value;
    Some(Backed {
        factor,
        by_up: by_mean * by[0] - 2.0 * up.slope / up.value + by_fall,
        by_down: by_mean * by[1] - by_fall,
    })
}

struct Share {
    flow: f64,
    /// ∂Q/∂(driving term).
    by_drive: f64,
    /// ∂Q/∂depth through area and conveyance.
    by_depth: f64,
    /// −∂Q/∂(ln of the friction).
    by_friction: f64,
}

fn solve(law: &ConduitLaw, at: &Conveyance, meets: &Meets, slope: f64, open: f64, more: f64) -> Share {
    let area = at.geometry.area_m2;
    let gravity = GRAVITY_MS2 * meets.dt_s * area * open;
    // Friction and local losses in Q·|Q| for all barrels.
    let friction = if meets.main_per_s > 0.0 { 0.0 } else { more * gravity * law.n2 / (at.value * open).powi(2) };
    let slowed = 1.0 + meets.dt_s * meets.main_per_s;
    let zeta = law.losses.iter().sum::<f64>() + blockage_loss(meets.blocked);
    let local = meets.dt_s * zeta / (2.0 * area * open * law.length_m);
    let a = friction + local;
    let drive = meets.old_m3s + meets.momentum_m3s - gravity * slope;
    let root = (slowed * slowed + 4.0 * a * drive.abs()).sqrt();
    let flow = 2.0 * drive / (slowed + root);
    let by_drive = 1.0 / root;
    let by_area = at.geometry.width_m / area;
    let drive_by_depth = -gravity * by_area * slope;
    let a_by_depth = friction * (by_area - 2.0 * at.slope / at.value) - local * by_area;
    let squared = flow * flow.abs();
    let by_depth = by_drive * (drive_by_depth - squared * a_by_depth);
    Share { flow, by_drive, by_depth, by_friction: by_drive * squared * friction }
}

/// Loss coefficient of a screen or obstacle that blocks a share `b` of a section: contraction and expansion.
///
/// *Source:* Idelchik (1986), *Handbook of Hydraulic Resistance*, 2nd ed., diagram 8-1: thin obstacle, sharp edges.
fn blockage_loss(blocked: f64) -> f64 {
    if blocked <= 0.0 {
        return 0.0;
    }
    let free = (1.0 - blocked).max(1e-6);
    // In terms of the velocity in the free part, which is what the area above stands for.
    let ratio = 1.0 - free;
    (0.707 * ratio.sqrt() + ratio).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domains::drainage::section::{Section, Shape};
    use proptest::prelude::*;

    fn table() -> HydraulicTable {
        HydraulicTable::new(&Section::new(&Shape::Circular { diameter_m: 1.0 }).expect("a circle"))
    }

    fn law() -> ConduitLaw {
        ConduitLaw {
            table: 0,
            length_m: 100.0,
            barrels: 1.0,
            n2: 0.013 * 0.013,
            normal: 0.01_f64.sqrt() / 0.013,
            losses: [0.5, 1.0, 0.0],
            bottom_m: [1.0, 0.0],
            shuts: [false; 2],
            bed: 0.01,
            free: [false; 2],
            fall: [false; 2],
            normal_only: [false; 2],
            max_flow_m3s: f64::INFINITY,
        }
    }

    fn meets(h1: f64, h2: f64, old: f64) -> Meets {
        Meets {
            heads_m: [h1, h2],
            old_m3s: old,
            fall_m: 0.0,
            momentum_m3s: 0.0,
            central: 0.5,
            blocked: 0.0,
            main_per_s: 0.0,
            dt_s: 10.0,
        }
    }

    proptest! {
        /// The slopes are the derivatives wherever the law is smooth.
        #[test]
        fn slopes_are_derivatives(y1 in 0.05..0.9_f64, y2 in 0.05..0.9_f64, old in -0.5..0.5_f64) {
            let (law, table) = (law(), table());
            let at = |h1: f64, h2: f64| flow(&law, &table, &meets(h1, h2, old));
            let (h1, h2, d) = (1.0 + y1, y2, 1e-6);
            let here = at(h1, h2);
            let first = (at(h1 + d, h2).flow_m3s - at(h1 - d, h2).flow_m3s) / (2.0 * d);
            let second = (at(h1, h2 + d).flow_m3s - at(h1, h2 - d).flow_m3s) / (2.0 * d);
            prop_assert!((here.by_first - first.max(0.0)).abs() < 1e-4 * (1.0 + first.abs()));
            let second = (-second).max(0.0);
            prop_assert!((here.by_second - second).abs() < 1e-4 * (1.0 + second));
        }
    }

    #[test]
    fn a_long_step_gives_normal_flow() {
        let (law, table) = (ConduitLaw { losses: [0.0; 3], ..law() }, table());
        let y: f64 = 0.4;
        let half = (1.0 - 2.0 * y).acos();
        let area = 0.25 * (half - half.sin() * half.cos());
        let normal = area * (area / half).powf(2.0 / 3.0) * 0.1 / 0.013;
        let got = flow(&law, &table, &Meets { dt_s: 1e9, ..meets(1.0 + y, y, 0.0) });
        assert!((got.flow_m3s / normal - 1.0).abs() < 1e-4, "{} {normal}", got.flow_m3s);
    }
}

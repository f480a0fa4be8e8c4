//! The momentum equation of one conduit.
//!
//! *Source:* Rossman (2017), EPA/600/R-17/111, sections 3.3.2–3.3.5 (equation 3-14 and what limits it); the factor 2.5
//! of lateral losses from Roesner et al. (1988), EPA/600/3-88/001b.

use super::super::model::{InertialDamping, NormalFlowLimit};
use super::super::network::{DRY_M, DRY_M2, DRY_M3S, FlowClass, LinkClass, full_friction};
use super::super::section::SWMM_GRAVITY_MS2;
use super::Pass;
use super::class::{Classed, Stations, classify};
use super::pipe::{
    CULVERT, FORCE_MAIN, GATED, LOSSES, MAX_VELOCITY_MS, OPEN, OUTFALL_FROM, OUTFALL_TO, Pipe, SEEPS, Wetted,
};
use super::work::{NodeWork, PipeWork};
use crate::num::cube_root::{coarse_ln, inverse_cbrt};
use crate::units::{M_PER_FT, M3_PER_FT3};

/// Under-relaxation of flow and depth.
pub const RELAXATION: f64 = 0.5;
/// Flow that a change of direction goes through: 0.001 ft³/s [m³/s].
pub const TURNING_M3S: f64 = 1e-3 * M3_PER_FT3;

/// Flag of a link: its flow is held to the normal flow.
pub const NORMAL_LIMITED: u8 = 1;
/// Flag of a link: its flow is held by the inlet of a culvert.
pub const INLET_LIMITED: u8 = 2;
/// Flag of a link: full at its first end.
pub const FULL_FROM: u8 = 4;
/// Flag of a link: full at its second end.
pub const FULL_TO: u8 = 8;
/// Flag of a link: full, and its head line falls more than its bed.
pub const CAPACITY_LIMITED: u8 = 16;

/// Section at both ends and in the middle.
struct Reach {
    from: Wetted,
    mid: Wetted,
    to: Wetted,
    depth_from: f64,
    depth_mid: f64,
    depth_to: f64,
    head_from: f64,
    head_to: f64,
    full: bool,
}

/// New flow, depth, volume, dQ/dH and surface areas of a conduit from the depths at its nodes.
#[inline(always)]
pub fn update(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork, from: &NodeWork, to: &NodeWork) {
    let above_from = (from.depth - pipe.offset_from).max(0.0);
    let above_to = (to.depth - pipe.offset_to).max(0.0);
    work.evaporation = 0.0;
    work.seepage = 0.0;
    if above_from <= DRY_M && above_to <= DRY_M {
        dry(pass, pipe, work);
        return;
    }
    let most = if pass.slot { f64::INFINITY } else { pipe.full_depth };
    let at = Stations {
        head_from: pipe.bottom_from + above_from,
        head_to: pipe.bottom_to + above_to,
        depth_from: above_from.max(DRY_M).min(most),
        depth_to: above_to.max(DRY_M).min(most),
        node_from: from.depth,
        node_to: to.depth,
    };
    let reach = surface(pass, pipe, work, &at);
    let standing = matches!(work.class, FlowClass::Dry | FlowClass::UpDry | FlowClass::DownDry);
    if standing || work.open == 0.0 || reach.mid.area <= DRY_M2 {
        rest(pass, pipe, work, &reach);
        return;
    }
    let flow = flow(pass, pipe, work, &reach);
    let flow = limited(pass, pipe, work, flow, from, to);
    work.flow = flow;
    work.area = reach.mid.area;
    work.depth = reach.depth_mid.min(pipe.full_depth);
    work.area_from = reach.from.area;
    work.area_to = reach.to.area;
    work.volume = 0.5 * (reach.from.area + reach.to.area) * pipe.length * pipe.barrels;
    if reach.from.area >= pipe.full_area {
        work.flags |= FULL_FROM;
    }
    if reach.to.area >= pipe.full_area {
        work.flags |= FULL_TO;
    }
}

/// A conduit without water.
#[inline(always)]
fn dry(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork) {
    let area = pipe.dry_area;
    work.class = FlowClass::Dry;
    work.flow = 0.0;
    work.froude = 0.0;
    work.area = area;
    work.area_from = area;
    work.area_to = area;
    work.depth = DRY_M.min(pipe.full_depth);
    work.volume = area * pipe.length * pipe.barrels;
    work.dqdh = pass.gravity_dt * area * pipe.per_long * pipe.barrels;
    work.surface_from = DRY_M * pipe.long / 2.0;
    work.surface_to = work.surface_from;
    if !pass.keeps_flags {
        work.flags = 0;
    }
}

/// Water that stands: one end dry, or the conduit closed.
fn rest(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork, reach: &Reach) {
    work.area = 0.5 * (reach.from.area + reach.to.area);
    work.area_from = reach.from.area;
    work.area_to = reach.to.area;
    work.flow = 0.0;
    work.froude = 0.0;
    work.depth = reach.depth_mid.min(pipe.full_depth);
    work.volume = work.area * pipe.length * pipe.barrels;
    work.dqdh = pass.gravity_dt * reach.mid.area * pipe.per_long * pipe.barrels;
    if !pass.keeps_flags {
        work.flags = 0;
    }
}

/// Class, section geometry, and the water surface lent to the nodes.
#[inline(always)]
fn surface(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork, at: &Stations) -> Reach {
    let full = at.depth_from >= pipe.full_depth && at.depth_to >= pipe.full_depth;
    let classed = if full {
        Classed { class: FlowClass::Subcritical, critical: 0.0, fade: 1.0 }
    } else {
        classify(pass, pipe, work, at)
    };
    let Stations { mut head_from, mut head_to, depth_from: mut y1, depth_to: mut y2, .. } = *at;
    match classed.class {
        FlowClass::UpCritical => {
            y1 = classed.critical.max(DRY_M);
            head_from = pipe.bottom_from + y1;
        }
        FlowClass::DownCritical => {
            y2 = classed.critical.max(DRY_M);
            head_to = pipe.bottom_to + y2;
        }
        _ => {}
    }
    let wetted = |depth: f64| pipe.wetted(pass.net, pass.tables, depth, pass.slot);
    let mid = 0.5 * (y1 + y2);
    let reach = Reach {
        from: wetted(y1),
        mid: wetted(mid),
        to: wetted(y2),
        depth_from: y1,
        depth_mid: mid,
        depth_to: y2,
        head_from,
        head_to,
        full: y1 >= pipe.full_depth && y2 >= pipe.full_depth,
    };
    let upper = reach.from.surface + reach.mid.surface;
    let lower = reach.mid.surface + reach.to.surface;
    let quarter = 0.25 * pipe.long;
    (work.surface_from, work.surface_to) = match classed.class {
        FlowClass::UpCritical => (0.0, 2.0 * lower * quarter),
        FlowClass::DownCritical => (2.0 * upper * quarter, 0.0),
        FlowClass::UpDry => (if pipe.offset_from <= 0.0 { upper * quarter } else { 0.0 }, lower * quarter),
        FlowClass::DownDry => (upper * quarter, if pipe.offset_to <= 0.0 { lower * quarter } else { 0.0 }),
        FlowClass::Dry => (DRY_M * pipe.long / 2.0, DRY_M * pipe.long / 2.0),
        FlowClass::Subcritical | FlowClass::Supercritical => (upper * quarter, lower * quarter * classed.fade),
    };
    work.class = classed.class;
    reach
}

/// Froude number of a velocity at a depth; 0 in a full closed conduit.
#[inline(always)]
fn froude(pipe: &Pipe, velocity: f64, depth: f64, wetted: &Wetted) -> f64 {
    if depth <= DRY_M || (!pipe.has(OPEN) && pipe.full_depth - depth <= DRY_M) {
        return 0.0;
    }
    velocity.abs() * (wetted.width / (SWMM_GRAVITY_MS2 * wetted.area)).sqrt()
}

/// Flow of one barrel by the momentum equation and the limits of inlet control and normal flow.
#[inline(always)]
fn flow(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork, reach: &Reach) -> f64 {
    let last = work.flow;
    let open = work.open;
    let mid_area = reach.mid.area * open;
    let velocity = (last / mid_area).clamp(-MAX_VELOCITY_MS, MAX_VELOCITY_MS);
    let fr = froude(pipe, velocity, reach.depth_mid, &reach.mid);
    work.froude = fr;
    if work.class == FlowClass::Subcritical && fr > 1.0 {
        work.class = FlowClass::Supercritical;
    }
    let mut sigma = if fr <= 0.5 {
        1.0
    } else if fr >= 1.0 {
        0.0
    } else {
        2.0 * (1.0 - fr)
    };
    let upstream = !reach.full && last > 0.0 && reach.head_from >= reach.head_to;
    let rho = if upstream { sigma } else { 1.0 };
    let area = (reach.from.area + (reach.mid.area - reach.from.area) * rho) * open;
    let radius = (reach.from.radius + (reach.mid.radius - reach.from.radius) * rho) * open;
    match pass.damping {
        InertialDamping::Partial => {}
        InertialDamping::None => sigma = 1.0,
        InertialDamping::Full => sigma = 0.0,
    }
    if reach.full && !pipe.has(OPEN) {
        sigma = 0.0;
    }
    let dt = pass.dt;
    let friction = if pipe.has(FORCE_MAIN) && reach.full {
        main_friction(pass, pipe, velocity, reach.mid.radius * open)
    } else {
        dt * manning(pass, pipe.rough, radius) * velocity.abs()
    };
    let pull = pass.gravity_dt * area * pipe.per_long;
    let mut gain = work.flow_old - pull * (reach.head_to - reach.head_from);
    if sigma > 0.0 {
        let stored = 2.0 * velocity * (mid_area - work.area_old.max(DRY_M2) * open);
        let convected = dt * velocity * velocity * (reach.to.area - reach.from.area) * open * pipe.per_long;
        gain += (stored + convected) * sigma;
    }
    let mut denominator = 1.0 + friction;
    if pipe.has(LOSSES) {
        denominator += local_losses(pass, pipe, reach, open, last) * dt;
    }
    if pipe.has(SEEPS) || (pipe.has(OPEN) && pass.evaporation > 0.0) {
        gain += lost(pass, pipe, work) * 2.5 * dt * velocity / pipe.length;
    }
    let per = 1.0 / denominator;
    work.dqdh = per * pull * pipe.barrels;
    work.flags = 0;
    let flow = gain * per;
    if flow > 0.0 { with_inlet(pass, pipe, work, reach, flow) } else { flow }
}

/// Friction of Manning's law per velocity, `g·n²/R^(4/3)` [1/m].
#[inline(always)]
fn manning(pass: &Pass<'_>, rough: f64, radius: f64) -> f64 {
    let y = inverse_cbrt(radius);
    let y2 = y * y;
    let friction = rough * y2 * y2;
    // SWMM's exponent is 1.33333, and its radius in feet.
    if pass.rounded_exponent { friction * (1.0 + coarse_ln(radius * (1.0 / M_PER_FT)) / 300_000.0) } else { friction }
}

#[inline(never)]
fn main_friction(pass: &Pass<'_>, pipe: &Pipe, velocity: f64, radius: f64) -> f64 {
    let rare = &pass.rare[pipe.rare as usize];
    pass.dt * full_friction(pass.force_main, rare.pressure_factor, rare.force_main, velocity.abs(), radius)
}

/// Entrance, exit and average losses, `Σ K·|v| / 2L` [1/s].
#[inline(never)]
fn local_losses(pass: &Pass<'_>, pipe: &Pipe, reach: &Reach, open: f64, flow: f64) -> f64 {
    let losses = &pass.rare[pipe.rare as usize].losses;
    let sections = [reach.from.area, reach.to.area, reach.mid.area];
    let sum: f64 =
        losses.iter().zip(sections).map(|(k, a)| if a > DRY_M2 { k * flow.abs() / (a * open) } else { 0.0 }).sum();
    sum / 2.0 * pipe.per_long
}

/// Evaporation and seepage of one barrel, never more than is stored [m³/s].
#[inline(never)]
fn lost(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork) -> f64 {
    let depth = 0.5 * (work.depth_old + work.depth);
    if depth <= DRY_M {
        return 0.0;
    }
    let width = |depth: f64| pipe.wetted(pass.net, pass.tables, depth, false).width;
    if pipe.has(OPEN) {
        work.evaporation = width(depth) * pipe.length * pass.evaporation;
    }
    if pipe.has(SEEPS) {
        let rare = &pass.rare[pipe.rare as usize];
        let bed = rare.box_width.unwrap_or_else(|| width(depth.min(rare.depth_at_max_width)));
        work.seepage = rare.seepage_ms * bed * pipe.length * pass.conductivity;
    }
    // SWMM compares the loss of one barrel with the volume of all.
    let stored = if pass.keeps_flags { work.volume } else { work.volume / pipe.barrels };
    let (total, most) = (work.evaporation + work.seepage, stored / pass.dt);
    if total <= most {
        return total;
    }
    work.evaporation *= most / total;
    work.seepage *= most / total;
    most
}

/// Inlet control of a culvert, else the limit of normal flow.
#[inline(always)]
fn with_inlet(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork, reach: &Reach, flow: f64) -> f64 {
    if pipe.has(CULVERT) && !reach.full {
        return through_inlet(pass, pipe, work, reach, flow);
    }
    let tested = matches!(work.class, FlowClass::Subcritical | FlowClass::Supercritical);
    if !tested || reach.depth_from >= pipe.full_depth || pass.normal_limit == NormalFlowLimit::Neither {
        return flow;
    }
    let at_outfall = pipe.has(OUTFALL_FROM | OUTFALL_TO);
    let by_slope = at_outfall || matches!(pass.normal_limit, NormalFlowLimit::Slope | NormalFlowLimit::Both);
    let by_froude = !at_outfall && matches!(pass.normal_limit, NormalFlowLimit::Froude | NormalFlowLimit::Both);
    let flat = by_slope && reach.depth_from < reach.depth_to;
    let limited = flat
        || (by_froude
            && reach.depth_from > DRY_M
            && reach.depth_to > DRY_M
            && froude(pipe, flow / (reach.from.area * work.open), reach.depth_from, &reach.from) >= 1.0);
    if !limited {
        return flow;
    }
    let radius = reach.from.radius * work.open;
    let normal = pipe.beta * reach.from.area * work.open * radius * inverse_cbrt(radius);
    if normal < flow {
        work.flags |= NORMAL_LIMITED;
        return normal;
    }
    flow
}

#[inline(never)]
fn through_inlet(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork, reach: &Reach, flow: f64) -> f64 {
    let inlet = pass.rare[pipe.rare as usize].inlet.as_ref();
    let (Some(inlet), LinkClass::Conduit(conduit)) = (inlet, &pass.net.links[pipe.link as usize].class) else {
        return flow;
    };
    let entering = inlet.flow(&conduit.section, reach.head_from - pipe.bottom_from);
    let most = entering.flow_m3s * work.open;
    if most >= flow {
        return flow;
    }
    work.flags |= INLET_LIMITED;
    work.dqdh = entering.dqdh_m2s * work.open * if pass.keeps_flags { 1.0 } else { pipe.barrels };
    most
}

/// Relaxation, and what keeps a flow from leaving: its own limit, gates, a dry node.
#[inline(always)]
fn limited(pass: &Pass<'_>, pipe: &Pipe, work: &PipeWork, flow: f64, from: &NodeWork, to: &NodeWork) -> f64 {
    let mut flow = flow;
    if pass.relaxed {
        flow = (1.0 - RELAXATION) * work.flow + RELAXATION * flow;
        if flow * work.flow < 0.0 {
            flow = TURNING_M3S.copysign(flow);
        }
    }
    flow = flow.clamp(-pipe.max_flow, pipe.max_flow);
    if pipe.has(GATED) {
        let rare = &pass.rare[pipe.rare as usize];
        let shut = if flow > 0.0 { rare.outfall_gates[0] } else { rare.outfall_gates[1] };
        if flow * rare.shuts > 0.0 || shut {
            flow = 0.0;
        }
    }
    if flow > DRY_M3S && from.depth <= DRY_M {
        flow = DRY_M3S;
    }
    if flow < -DRY_M3S && to.depth <= DRY_M {
        flow = -DRY_M3S;
    }
    flow
}

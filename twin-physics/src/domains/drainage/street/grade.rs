//! Capture on a grade: what an inlet takes of the water that runs past it. In feet and ft³/s.
//!
//! *Source:* HEC-22, section 4.4.4 (see `gutter.rs`); splash-over velocities as cubics fitted to its chart 5B by the
//! Denver Urban Drainage and Flood Control District, opening ratios of its chart 9B, both as in SWMM 5.2.

use super::super::model::{CurbOpening, Grate, GrateKind, InletKind};
use super::gutter::Gutter;
use super::sag;
use crate::units::M_PER_FT;

/// Share of a grate that is open.
pub(in crate::domains::drainage) fn open_share(kind: GrateKind) -> f64 {
    match kind {
        GrateKind::P50 => 0.90,
        GrateKind::P50x100 | GrateKind::Reticuline => 0.80,
        GrateKind::P30 => 0.60,
        GrateKind::CurvedVane => 0.35,
        GrateKind::Tilt45x60 | GrateKind::Tilt45x85 => 0.17,
        GrateKind::Tilt30x85 => 0.34,
        GrateKind::Generic { open, .. } => open,
    }
}

/// Velocity from which on water shoots over a grate of a length [ft/s].
fn splash_velocity(kind: GrateKind, length: f64) -> f64 {
    let [a, b, c, d] = match kind {
        GrateKind::P50 => [2.22, 4.03, 0.65, 0.06],
        GrateKind::P50x100 => [0.74, 2.44, 0.27, 0.02],
        GrateKind::P30 => [1.76, 3.12, 0.45, 0.03],
        GrateKind::CurvedVane => [0.30, 4.85, 1.31, 0.15],
        GrateKind::Tilt45x60 | GrateKind::Tilt45x85 => [0.99, 2.64, 0.36, 0.03],
        GrateKind::Tilt30x85 => [0.51, 2.34, 0.20, 0.01],
        GrateKind::Reticuline => [0.28, 2.28, 0.18, 0.01],
        GrateKind::Generic { splash_ms, .. } => return splash_ms / M_PER_FT,
    };
    a + b * length - c * length * length + d * length * length * length
}

/// What one unclogged inlet takes of a flow on one side; `depth` is that at the node behind it.
pub(super) fn capture(kind: &InletKind, gutter: &Gutter, flow: f64, depth: f64) -> f64 {
    match kind {
        InletKind::DropCurb(_) => sag::capture(kind, gutter, depth).min(flow),
        InletKind::DropGrate(grate) => grate_capture(gutter, grate, flow, 0.0).min(flow),
        InletKind::Slotted { length_m, .. } => {
            curb_capture(gutter, flow, length_m / M_PER_FT, gutter.spread(flow)).min(flow)
        }
        InletKind::Grate(grate) => grate_capture(gutter, grate, flow, gutter.spread(flow)),
        InletKind::Curb(curb) => curb_capture(gutter, flow, curb.length_m / M_PER_FT, gutter.spread(flow)),
        InletKind::Combination(grate, curb) => combined(gutter, grate, curb, flow),
        InletKind::CustomDiversion(_) | InletKind::CustomRating(_) => 0.0,
    }
}

/// A grate behind the part of a curb opening that reaches before it and sweeps first.
fn combined(gutter: &Gutter, grate: &Grate, curb: &CurbOpening, flow: f64) -> f64 {
    let sweeper = (curb.length_m - grate.length_m) / M_PER_FT;
    let swept = if sweeper > 0.0 { curb_capture(gutter, flow, sweeper, gutter.spread(flow)) } else { 0.0 };
    let rest = flow - swept;
    if rest > 0.0 { swept + grate_capture(gutter, grate, rest, gutter.spread(rest)) } else { swept }
}

fn grate_capture(gutter: &Gutter, grate: &Grate, flow: f64, spread: f64) -> f64 {
    let (length, width) = (grate.length_m / M_PER_FT, grate.width_m / M_PER_FT);
    let mut cross_slope = gutter.cross_slope;
    let mut street_flow = flow;
    let (share, area) = if let Some(channel) = &gutter.channel {
        let section = &channel.section;
        let factor_m = flow / gutter.conveyance() * M_PER_FT.powf(8.0 / 3.0);
        let area_m2 = section.area_of_section_factor(factor_m);
        let depth = section.depth_of_area(area_m2) / M_PER_FT;
        let share = gutter.conveyance() * (depth * width).powf(1.67) / (width + 2.0 * depth).powf(0.67) / flow;
        if let Some((bottom, run)) = channel.banks
            && width > 0.99 * bottom
            && run > 0.0
        {
            cross_slope = 1.0 / run;
        }
        (share, area_m2 / (M_PER_FT * M_PER_FT))
    } else if gutter.depression == 0.0 {
        if spread >= gutter.crown {
            street_flow = gutter.factor * gutter.crown.powf(2.67);
        }
        (gutter.share_over(width, spread), spread * spread * cross_slope / 2.0)
    } else {
        let area = if spread <= gutter.width {
            spread * spread * gutter.gutter_slope() / 2.0
        } else {
            (spread * spread * cross_slope + gutter.depression * gutter.width) / 2.0
        };
        let mut share = gutter.share_over(gutter.width, spread);
        if share < 1.0 {
            if spread >= gutter.crown {
                street_flow = gutter.factor * gutter.crown.powf(2.67) / (1.0 - share);
            }
            share *= gutter.area_share(width, area, spread); // (4-20a)
        }
        (share, area)
    };
    let velocity = street_flow / area;
    let splash = splash_velocity(grate.kind, length);
    let frontal = if velocity > splash { 1.0 - 0.09 * (velocity - splash) } else { 1.0 }; // (4-18)
    let side = if share < 1.0 {
        1.0 / (1.0 + 0.15 * velocity.powf(1.8) / cross_slope / length.powf(2.3)) // (4-19)
    } else {
        0.0
    };
    flow * (frontal * share + side * (1.0 - share)) // (4-21)
}

fn curb_capture(gutter: &Gutter, flow: f64, length: f64, spread: f64) -> f64 {
    let mut slope = gutter.cross_slope;
    if gutter.depression > 0.0 && gutter.width > 0.0 {
        // All of it while it stays in the gutter (SWMM takes a root of a negative number there, and captures all).
        let share = gutter.share_over(gutter.width, spread);
        slope += gutter.depression / gutter.width * share; // (4-24)
    }
    let full = 0.6 * flow.powf(0.42) * gutter.slope.powf(0.3) * (1.0 / (gutter.manning * slope)).powf(0.6); // (4-22a)
    if length >= full {
        return flow;
    }
    flow * (1.0 - (1.0 - length / full).powf(1.8)).clamp(0.0, 1.0) // (4-23)
}

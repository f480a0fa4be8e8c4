//! Capture in a sag: what an inlet takes of standing water. In feet and ft³/s.
//!
//! *Source:* HEC-22, section 4.4.5 (see `gutter.rs`), in SWMM 5.2's manner of passing from weir to orifice flow.

use super::super::model::{CurbOpening, Grate, InletKind, Throat};
use super::grade::open_share;
use super::gutter::Gutter;
use crate::units::M_PER_FT;

/// Twice HEC-22's gravity, 32.16 ft/s².
const TWICE_G: f64 = 2.0 * 32.16;

/// Flow as weir and as orifice.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    weir: f64,
    orifice: f64,
}

/// What one unclogged inlet takes at a depth of water at the curb (over a drop inlet, over its rim).
pub(super) fn capture(kind: &InletKind, gutter: &Gutter, depth: f64) -> f64 {
    if depth <= 0.0 {
        return 0.0;
    }
    let both = |parts: Parts| parts.weir + parts.orifice;
    match kind {
        InletKind::Slotted { length_m, width_m } => slotted(length_m / M_PER_FT, width_m / M_PER_FT, depth),
        InletKind::Grate(grate) => both(through_grate(gutter, grate, depth, false)),
        InletKind::DropGrate(grate) => both(through_grate(gutter, grate, depth, true)),
        InletKind::Curb(curb) => both(through_curb(gutter, curb, depth, curb.length_m / M_PER_FT)),
        InletKind::DropCurb(curb) => both(through_curb(gutter, curb, depth, 4.0 * curb.length_m / M_PER_FT)),
        InletKind::Combination(grate, curb) => {
            let mut flow = both(through_grate(gutter, grate, depth, false));
            let drowned = through_grate(gutter, grate, depth, false).orifice > 0.0;
            let sweeper = (curb.length_m - grate.length_m) / M_PER_FT;
            if sweeper > 0.0 {
                flow += both(through_curb(gutter, curb, depth, sweeper));
            }
            if drowned {
                // Behind a grate that works as an orifice, so does the opening.
                flow += through_curb(gutter, curb, depth, grate.length_m / M_PER_FT).orifice;
            }
            flow
        }
        InletKind::CustomDiversion(_) | InletKind::CustomRating(_) => 0.0,
    }
}

fn through_grate(gutter: &Gutter, grate: &Grate, depth: f64, drop: bool) -> Parts {
    let (length, mut width) = (grate.length_m / M_PER_FT, grate.width_m / M_PER_FT);
    let (mean, perimeter) = if drop {
        (depth, 2.0 * (length + width))
    } else {
        let slope = gutter.gutter_slope();
        width = width.min(depth / slope);
        (depth - width / 2.0 * slope, length + 2.0 * width)
    };
    let area = length * width * open_share(grate.kind);
    if depth <= 1.79 * area / perimeter {
        Parts { weir: 3.0 * perimeter * mean.powf(1.5), orifice: 0.0 } // (4-26)
    } else {
        Parts { weir: 0.0, orifice: 0.67 * area * (TWICE_G * mean).sqrt() } // (4-27)
    }
}

fn through_curb(gutter: &Gutter, curb: &CurbOpening, depth: f64, length: f64) -> Parts {
    let height = curb.height_m / M_PER_FT;
    let drowned = 1.4 * height;
    if depth > drowned {
        return Parts { weir: 0.0, orifice: curb_orifice(depth, height, length, curb.throat) };
    }
    let (top, weir): (f64, &dyn Fn(f64) -> f64) = if gutter.depression == 0.0 || length > 12.0 {
        (height, &|d: f64| 3.0 * length * d.powf(1.5)) // (4-30)
    } else {
        (height + gutter.depression, &|d: f64| 2.3 * (length + 1.8 * gutter.width) * d.powf(1.5)) // (4-28)
    };
    if depth < top || top >= drowned {
        return Parts { weir: weir(depth), orifice: 0.0 };
    }
    let share = (depth - top) / (drowned - top);
    let orifice = curb_orifice(drowned, height, length, curb.throat);
    Parts { weir: (1.0 - share) * weir(top), orifice: share * orifice }
}

fn curb_orifice(depth: f64, height: f64, length: f64, throat: Throat) -> f64 {
    let head = match throat {
        Throat::Horizontal => depth - height / 2.0,
        Throat::Inclined => depth - height / 2.0 * std::f64::consts::FRAC_1_SQRT_2,
        Throat::Vertical => depth,
    };
    0.67 * height * length * (TWICE_G * head.max(0.0)).sqrt() // (4-31a)
}

fn slotted(length: f64, width: f64, depth: f64) -> f64 {
    if depth <= 2.587 * width {
        2.48 * length * depth.powf(1.5) // (4-32)
    } else {
        0.8 * length * width * (TWICE_G * depth).sqrt() // (4-33)
    }
}

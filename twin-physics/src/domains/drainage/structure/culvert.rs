//! Inlet control of culverts.
//!
//! *Source:* HDS-5 (see `culvert_codes.rs`), equations A.1–A.3; EPA/600/R-17/111, section 5.4. The constants belong to
//! flows in ft³/s over area in ft² times the root of depth in ft.

use super::super::section::{SWMM_GRAVITY_MS2, Section};
use super::culvert_codes::{INLETS, Inlet};
use crate::units::M_PER_FT;

/// Share of full depth up to which an inlet counts as unsubmerged, SWMM's choice.
const UNSUBMERGED: f64 = 0.95;
/// SWMM's tolerance of critical depth, 0.001 ft [m].
const COARSE_M: f64 = 1.0e-3 * M_PER_FT;
/// Trials of a root search.
const TRIALS: u32 = 60;

/// A culvert's inlet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CulvertInlet {
    inlet: Inlet,
    /// Slope correction, in diameters.
    correction: f64,
    /// Whether the critical depth is as inexact as SWMM's.
    coarse: bool,
}

/// Flow that an inlet lets through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InletFlow {
    /// Most that enters one barrel [m³/s].
    pub flow_m3s: f64,
    /// Its change with head [m²/s].
    pub dqdh_m2s: f64,
}

impl CulvertInlet {
    /// The inlet of a code in 1..=57 at a conduit of a slope; `None` for other codes (0 = no culvert).
    ///
    /// With `coarse`, SWMM 5.2.4's flow of equation form 1: that of the last depth its search tried instead of the
    /// critical depth found.
    #[must_use]
    pub fn new(code: u8, slope: f64, coarse: bool) -> Option<Self> {
        let inlet = *INLETS.get(usize::from(code).checked_sub(1)?)?;
        // Mitered inlets: 5, 37, 46.
        let correction = if matches!(code, 5 | 37 | 46) { -7.0 * slope } else { 0.5 * slope };
        Some(Self { inlet, correction, coarse })
    }

    /// Largest flow at a depth of water above the culvert's bottom, which may stand above its crown.
    #[must_use]
    pub fn flow(&self, section: &Section, depth_m: f64) -> InletFlow {
        let Inlet(_, _, _, c, y) = self.inlet;
        if depth_m <= 0.0 {
            return InletFlow { flow_m3s: 0.0, dqdh_m2s: 0.0 };
        }
        let full_m = section.full_depth_m;
        let submerged_m = full_m * (16.0 * c + y - self.correction);
        let unsubmerged_m = UNSUBMERGED * full_m;
        if depth_m >= submerged_m {
            return self.submerged(section, depth_m);
        }
        if depth_m <= unsubmerged_m {
            return self.unsubmerged(section, depth_m);
        }
        let low = self.unsubmerged(section, unsubmerged_m);
        let high = self.submerged(section, submerged_m);
        let dqdh_m2s = (high.flow_m3s - low.flow_m3s) / (submerged_m - unsubmerged_m);
        InletFlow { flow_m3s: low.flow_m3s + dqdh_m2s * (depth_m - unsubmerged_m), dqdh_m2s }
    }

    /// `A·√D`, turned so that a flow over it counts in ft^½/s [m^2.5 · m^½/s per ft^½/s].
    fn scale(section: &Section) -> f64 {
        section.full_area_m2 * (section.full_depth_m * M_PER_FT).sqrt()
    }

    fn submerged(&self, section: &Section, depth_m: f64) -> InletFlow {
        let Inlet(_, _, _, c, y) = self.inlet;
        let share = (depth_m / section.full_depth_m - y + self.correction) / c;
        if share <= 0.0 {
            return InletFlow { flow_m3s: f64::INFINITY, dqdh_m2s: 0.0 };
        }
        let flow_m3s = share.sqrt() * Self::scale(section);
        InletFlow { flow_m3s, dqdh_m2s: 0.5 * flow_m3s / share / section.full_depth_m / c }
    }

    fn unsubmerged(&self, section: &Section, depth_m: f64) -> InletFlow {
        let Inlet(form, k, m, _, _) = self.inlet;
        let flow_m3s = if form == 1 {
            self.form_one(section, depth_m)
        } else {
            Self::scale(section) * (depth_m / section.full_depth_m / k).powf(1.0 / m)
        };
        InletFlow { flow_m3s, dqdh_m2s: flow_m3s / depth_m / m }
    }

    /// Flow whose specific energy at critical depth, with the inlet's loss, makes the head.
    fn form_one(&self, section: &Section, depth_m: f64) -> f64 {
        let Inlet(_, k, m, _, _) = self.inlet;
        let full_m = section.full_depth_m;
        let head = depth_m / full_m + self.correction;
        let critical_flow = |y: f64| {
            let area = section.area(y);
            let mean = area / section.width(y);
            (area * (SWMM_GRAVITY_MS2 * mean).sqrt(), mean)
        };
        let excess = |y: f64| {
            let (flow, mean) = critical_flow(y);
            head - y / full_m - mean / 2.0 / full_m - k * (flow / Self::scale(section)).powf(m)
        };
        let tolerance_m = if self.coarse { COARSE_M } else { 1.0e-12 * full_m };
        let (root, last) = ridders(0.01 * depth_m, depth_m, tolerance_m, excess);
        critical_flow(if self.coarse { last } else { root }).0
    }
}

/// Root of `f` between `low` and `high`, and the last argument at which `f` was asked.
///
/// *Source:* Ridders (1979), *A new algorithm for computing a single root of a real continuous function*, IEEE
/// Transactions on Circuits and Systems 26. Without a change of sign: `high`, the end of the range.
fn ridders(low: f64, high: f64, tolerance: f64, f: impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 {
        return (a, b);
    }
    if fb == 0.0 || fa.signum() == fb.signum() {
        return (b, b);
    }
    let mut root = 0.5 * (a + b);
    for trial in 0..TRIALS {
        let middle = 0.5 * (a + b);
        let fm = f(middle);
        let spread = (fm * fm - fa * fb).sqrt();
        if spread == 0.0 {
            return (root, middle);
        }
        let next = middle + (middle - a) * (fa - fb).signum() * fm / spread;
        if trial > 0 && (next - root).abs() <= tolerance {
            return (if tolerance < COARSE_M { next } else { root }, middle);
        }
        root = next;
        let fr = f(root);
        if fr == 0.0 {
            return (root, root);
        }
        if fm.signum() != fr.signum() {
            (a, fa, b, fb) = (middle, fm, root, fr);
        } else if fa.signum() != fr.signum() {
            (b, fb) = (root, fr);
        } else {
            (a, fa) = (root, fr);
        }
        if (b - a).abs() <= tolerance {
            break;
        }
    }
    (root, root)
}

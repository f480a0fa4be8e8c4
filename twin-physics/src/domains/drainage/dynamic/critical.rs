//! Critical and normal depth where a conduit ends above its node's bottom.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! section 3.3; behaviour of SWMM 5.2.4.

use super::super::section::{SWMM_GRAVITY_MS2, Section};
use super::pipe::Wetted;
use crate::num::cube_root::two_thirds;

/// Intervals of SWMM's search for critical depth.
const INTERVALS: usize = 25;
/// Share of normal and critical flow up to which a depth surely stands above normal and critical depth. SWMM finds
/// critical depth by straight lines between twenty-fifths of the full depth (which lie above the curve, so what it
/// finds is too low) or to 0.001 ft.
const SURELY: f64 = 0.9;
/// Depth from which on that holds [m].
const SURE_DEPTH_M: f64 = 0.01;
/// Relative depth up to which normal flow surely rises with depth.
const SURE_RISE: f64 = 0.8;
/// Relative area within which SWMM finds normal depth, with a margin.
const NORMAL_ERROR: f64 = 2e-4;

/// Critical flow at twenty-fifths of the full depth, in which SWMM searches critical depth along straight lines.
#[derive(Debug, Clone)]
pub struct CriticalTable {
    flow: [f64; INTERVALS + 1],
    interval: f64,
}

impl CriticalTable {
    /// Table of a section; `None` where SWMM searches otherwise, which shows in other answers.
    pub fn new(section: &Section) -> Option<Self> {
        let interval = section.full_depth_m / INTERVALS as f64;
        let mut flow = [0.0; INTERVALS + 1];
        for (i, q) in flow.iter_mut().enumerate() {
            let depth = i as f64 * interval;
            let (area, width) = (section.area(depth), section.width(depth));
            *q = if width > 0.0 { area * (SWMM_GRAVITY_MS2 * area / width).sqrt() } else { 0.0 };
        }
        let table = Self { flow, interval };
        let most = flow.iter().fold(0.0, |a: f64, &b| a.max(b));
        let alike = (1..200).all(|i| {
            let q = most * 1.1 * (f64::from(i) / 200.0).powi(3);
            (table.depth(q) - section.critical_depth(q)).abs() <= 1e-12 * section.full_depth_m
        });
        alike.then_some(table)
    }

    /// Critical depth of a flow ≥ 0.
    pub fn depth(&self, flow: f64) -> f64 {
        let full = self.interval * INTERVALS as f64;
        let q2g = flow * flow / SWMM_GRAVITY_MS2;
        if q2g == 0.0 {
            return 0.0;
        }
        let guess = 1.01 * (q2g / full).sqrt().sqrt();
        let guess = if guess >= full { 0.97 * full } else { guess };
        let start = ((guess / self.interval) as usize).min(INTERVALS);
        let between = |low: usize| {
            let (q0, q1) = (self.flow[low], self.flow[low + 1]);
            ((flow - q0) / (q1 - q0) + low as f64) * self.interval
        };
        let depth = if self.flow[start] < flow {
            (start + 1..=INTERVALS).find(|&i| self.flow[i] >= flow).map_or(full, |i| between(i - 1))
        } else {
            (0..start).rev().find(|&i| self.flow[i] < flow).map_or(0.0, between)
        };
        depth.min(full)
    }
}

/// What a conduit tells about a depth in it.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    pub depth: f64,
    pub full_depth: f64,
    pub full_area: f64,
    /// Normal flow per A·R^(2/3).
    pub flow_per_factor: f64,
    pub wetted: &'a Wetted,
}

impl Standing<'_> {
    /// Whether the depth surely stands above normal, above critical depth of a flow ≥ 0, so that it need not be found.
    #[inline]
    pub fn surely_above(&self, flow: f64) -> (bool, bool) {
        let Wetted { area, radius, width, .. } = *self.wetted;
        if self.depth < SURE_DEPTH_M || self.depth > SURE_RISE * self.full_depth {
            return (false, false);
        }
        // Normal flow of the area less what the search may be wrong by; it rises with more than the area.
        let share = (1.0 - NORMAL_ERROR * self.full_area / area).max(0.0);
        let normal = self.flow_per_factor * area * two_thirds(radius) * share * share;
        let critical = flow * flow * width <= SURELY * SURELY * SWMM_GRAVITY_MS2 * area * area * area;
        (flow <= SURELY * normal, critical)
    }

    /// Whether the depth surely stands below normal depth of a flow ≥ 0.
    #[inline]
    pub fn surely_below_normal(&self, flow: f64) -> bool {
        let Wetted { area, radius, .. } = *self.wetted;
        if self.depth < SURE_DEPTH_M || self.depth > SURE_RISE * self.full_depth {
            return false;
        }
        let share = 1.0 + NORMAL_ERROR * self.full_area / area;
        let normal = self.flow_per_factor * area * two_thirds(radius) * share * share;
        normal <= SURELY * flow
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::section::Shape;
    use super::*;

    #[test]
    fn the_table_answers_as_the_search() {
        let circle = Section::new(&Shape::Circular { diameter_m: 0.8 }).expect("a valid shape");
        let table = CriticalTable::new(&circle).expect("a circle is searched by intervals");
        for i in 1..100 {
            let q = 0.02 * f64::from(i);
            assert!((table.depth(q) - circle.critical_depth(q)).abs() < 1e-12, "{q}");
        }
        let ditch = Shape::Triangular { depth_m: 1.0, top_width_m: 2.0 };
        assert!(CriticalTable::new(&Section::new(&ditch).expect("a valid shape")).is_none());
    }
}

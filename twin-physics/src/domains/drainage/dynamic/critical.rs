//! Critical and normal depth where a conduit ends above its node's bottom.

use super::super::section::{SWMM_GRAVITY_MS2, Section};
use super::pipe::Wetted;

/// Intervals of SWMM's search for critical depth.
const INTERVALS: usize = 25;
/// Share of normal and critical flow up to which a depth surely stands above normal and critical depth: SWMM finds the
/// former to 1e-4 of the full area, the latter by straight lines between twenty-fifths of the full depth (which lie
/// above the curve, so the depth found is too low) or to 0.001 ft.
const SURELY: f64 = 0.9;
/// Relative depths between which [`SURELY`] holds.
const SURE_DEPTHS: std::ops::Range<f64> = 0.03..0.8;

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

/// Whether a depth surely stands above both normal and critical depth of a flow ≥ 0, so that neither need be found.
///
/// `flow_per_factor` gives normal flow from A·R^(2/3).
#[inline]
pub fn surely_above(relative_depth: f64, wetted: &Wetted, flow: f64, flow_per_factor: f64) -> bool {
    let factor = wetted.area * crate::num::cube_root::two_thirds(wetted.radius);
    SURE_DEPTHS.contains(&relative_depth)
        && flow <= SURELY * flow_per_factor * factor
        && flow * flow * wetted.width <= SURELY * SURELY * SWMM_GRAVITY_MS2 * wetted.area * wetted.area * wetted.area
}

/// Whether a depth surely stands above normal or critical depth of a flow ≥ 0.
#[inline]
pub fn surely_above_one(relative_depth: f64, wetted: &Wetted, flow: f64, flow_per_factor: f64) -> bool {
    let factor = wetted.area * crate::num::cube_root::two_thirds(wetted.radius);
    SURE_DEPTHS.contains(&relative_depth)
        && (flow <= SURELY * flow_per_factor * factor
            || flow * flow * wetted.width
                <= SURELY * SURELY * SWMM_GRAVITY_MS2 * wetted.area * wetted.area * wetted.area)
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

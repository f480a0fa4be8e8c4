//! Closed conduits given by width over height.
//!
//! *Source:* EPA SWMM 5.2 User's Manual (EPA-600/R-22/030), `[CURVES]` of type SHAPE; made to 51 entries as SWMM 5.2.4
//! makes them: trapezia between the points of the curve and the entries of the table.

use std::sync::Arc;

use super::build::{base, check, check_zero};
use super::compiled::{Kind, OWN_ENTRIES, OwnTables, Section};
use super::shape::SectionError;
use super::transect::lowest_widest;

const SHAPE: &str = "CUSTOM";

/// Compiles a shape curve.
pub(super) fn compile(depth_m: f64, curve: &[(f64, f64)]) -> Result<Section, SectionError> {
    let depth = check(SHAPE, "height", depth_m)?;
    let points = checked(curve)?;
    let mut tables = integrate(&points);
    let last = OWN_ENTRIES - 1;
    // The widest point of the curve, which the table may step over.
    let top = points.iter().position(|point| point.0 >= 1.0).unwrap_or(points.len() - 1);
    let width = points[..=top].iter().map(|point| point.1).fold(0.0, f64::max);
    let (area, radius) = (tables.area[last], tables.radius[last]);
    if !(area > 0.0 && radius > 0.0 && width > 0.0) {
        return Err(SectionError::Empty { shape: SHAPE });
    }
    let (mut max_factor, mut max_area) = (0.0, 0.0);
    for i in 1..OWN_ENTRIES {
        let factor = tables.area[i] * tables.radius[i].powf(2.0 / 3.0);
        if factor > max_factor {
            (max_factor, max_area) = (factor, tables.area[i]);
        }
    }
    for i in 0..OWN_ENTRIES {
        tables.area[i] /= area;
        tables.radius[i] /= radius;
        tables.width[i] /= width;
    }
    let mut section = base(Kind::Own, depth, width * depth, area * depth * depth, radius * depth);
    section.open = false;
    section.max_section_factor = max_factor * depth * depth * depth.powf(2.0 / 3.0);
    section.area_at_max_flow_m2 = max_area * depth * depth;
    section.depth_at_max_width_m = depth * lowest_widest(&tables.width) as f64 / last as f64;
    section.own = Some(Arc::new(tables));
    Ok(section)
}

/// The curve from height 0, in order, heights held at 1.
fn checked(curve: &[(f64, f64)]) -> Result<Vec<(f64, f64)>, SectionError> {
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(curve.len() + 1);
    for (at, &(height, width)) in curve.iter().enumerate() {
        check_zero(SHAPE, "a height of the curve", height)?;
        check_zero(SHAPE, "a width of the curve", width)?;
        match points.last() {
            None if height >= 1.0 => {
                return Err(SectionError::Dimension {
                    shape: SHAPE,
                    what: "the first height of the curve",
                    value: height,
                    must_be: "below 1",
                });
            }
            None if height > 0.0 => points.push((0.0, 0.0)),
            Some(before) if height.min(1.0) < before.0 => {
                return Err(SectionError::Order { shape: SHAPE, index: at + 1 });
            }
            _ => {}
        }
        points.push((height.min(1.0), width));
    }
    if points.len() < 2 {
        return Err(SectionError::PointCount { shape: SHAPE, count: curve.len(), must_be: "at least 2" });
    }
    Ok(points)
}

/// Walks the curve and the entries of the table together.
fn integrate(points: &[(f64, f64)]) -> OwnTables {
    let mut tables = OwnTables { area: [0.0; OWN_ENTRIES], radius: [0.0; OWN_ENTRIES], width: [0.0; OWN_ENTRIES] };
    let last = OWN_ENTRIES - 1;
    let mut walk = Walk { at: points[0], area: 0.0, perimeter: points[0].1 };
    tables.width[0] = points[0].1;
    let mut next = 1;
    for i in 1..OWN_ENTRIES {
        let height = if i == last { 1.0 } else { i as f64 / last as f64 };
        while next < points.len() && points[next].0 < height {
            walk.to(points[next]);
            next += 1;
        }
        let width = match points.get(next) {
            Some(to) => between(points[next - 1], *to, height),
            // Above the last point the walls are vertical.
            None => points[points.len() - 1].1,
        };
        walk.to((height, width));
        if i == last {
            walk.perimeter += points[next.min(points.len() - 1)].1;
        }
        tables.width[i] = walk.at.1;
        tables.area[i] = walk.area;
        tables.radius[i] = if walk.perimeter > 0.0 { walk.area / walk.perimeter } else { 0.0 };
    }
    tables
}

/// Width of the line between two points at a height.
fn between(from: (f64, f64), to: (f64, f64), height: f64) -> f64 {
    if to.0 == from.0 { to.1 } else { from.1 + (height - from.0) / (to.0 - from.0) * (to.1 - from.1) }
}

struct Walk {
    at: (f64, f64),
    area: f64,
    perimeter: f64,
}

impl Walk {
    fn to(&mut self, point: (f64, f64)) {
        let rise = point.0 - self.at.0;
        let spread = 0.5 * (point.1 - self.at.1).abs();
        self.area += 0.5 * (point.1 + self.at.1) * rise;
        self.perimeter += 2.0 * rise.hypot(spread);
        self.at = point;
    }
}

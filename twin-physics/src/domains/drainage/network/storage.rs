//! Surface area and volume of a node over depth.
//!
//! *Source:* Rossman (2017), *SWMM Reference Manual vol. II – Hydraulics*, EPA/600/R-17/111, section 2.1 (storage units);
//! behaviour of SWMM 5.2.4 outside of a table.

use super::super::model::StorageShape;
use super::{NodeClass, NodeData};

impl NodeData {
    /// Surface area of the node itself, 0 but in storage units [m²].
    #[inline]
    #[must_use]
    pub fn surface_m2(&self, depth_m: f64) -> f64 {
        match &self.class {
            NodeClass::Storage { shape, .. } => surface(shape, depth_m),
            _ => 0.0,
        }
    }

    /// Volume without what is ponded: of a storage unit below a depth, of another node (with the wet well of a type 1
    /// pump) in proportion to depth [m³].
    #[inline]
    #[must_use]
    pub fn volume_m3(&self, depth_m: f64) -> f64 {
        match &self.class {
            NodeClass::Storage { shape, .. } => {
                if depth_m >= self.full_depth_m && self.full_volume_m3 > 0.0 {
                    self.full_volume_m3
                } else {
                    volume(shape, depth_m)
                }
            }
            _ if self.full_depth_m > 0.0 => self.full_volume_m3 * (depth_m / self.full_depth_m),
            _ => 0.0,
        }
    }
}

fn surface(shape: &StorageShape, depth_m: f64) -> f64 {
    match shape {
        StorageShape::Functional { a0, a1, a2 } => a0 + a1 * depth_m.powf(*a2),
        StorageShape::Quadratic { a0, a1, a2 } => a0 + depth_m * (a1 + depth_m * a2),
        StorageShape::Tabular(points) => tabular_surface(points, depth_m),
    }
}

fn volume(shape: &StorageShape, depth_m: f64) -> f64 {
    if depth_m <= 0.0 {
        return 0.0;
    }
    match shape {
        StorageShape::Functional { a0, a1, a2 } => a0 * depth_m + a1 / (a2 + 1.0) * depth_m.powf(a2 + 1.0),
        StorageShape::Quadratic { a0, a1, a2 } => depth_m * (a0 + depth_m * (a1 / 2.0 + depth_m * a2 / 3.0)),
        StorageShape::Tabular(points) => tabular_volume(points, depth_m),
    }
}

/// Below the first point area grows from 0 at depth 0; above the last it goes on rising (not falling).
fn tabular_surface(points: &[(f64, f64)], x: f64) -> f64 {
    let Some(&(x0, a0)) = points.first() else { return 0.0 };
    if x <= x0 {
        return if x0 > 0.0 { x / x0 * a0 } else { a0 };
    }
    let at = points.partition_point(|p| p.0 < x);
    if let (Some(&b), Some(a)) = (points.get(at), at.checked_sub(1).map(|i| points[i])) {
        return a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0);
    }
    let last = points[points.len() - 1];
    last.1 + last_rise(points).max(0.0) * (x - last.0)
}

fn last_rise(points: &[(f64, f64)]) -> f64 {
    match points {
        [.., a, b] if b.0 > a.0 => (b.1 - a.1) / (b.0 - a.0),
        _ => 0.0,
    }
}

fn tabular_volume(points: &[(f64, f64)], x: f64) -> f64 {
    let Some(&(x0, a0)) = points.first() else { return 0.0 };
    if x <= x0 {
        return if x0 > 0.0 { a0 / x0 * x * x / 2.0 } else { 0.0 };
    }
    let mut sum = 0.0;
    for pair in points.windows(2) {
        let ((x1, a1), (x2, a2)) = (pair[0], pair[1]);
        if x2 >= x {
            let a = a1 + (a2 - a1) * (x - x1) / (x2 - x1);
            return sum + (a1 + a) / 2.0 * (x - x1);
        }
        sum += (a1 + a2) / 2.0 * (x2 - x1);
    }
    let last = points[points.len() - 1];
    sum + (last.1 + last_rise(points).max(0.0) * (x - last.0) / 2.0) * (x - last.0)
}

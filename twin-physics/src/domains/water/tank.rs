//! Tanks: volume over level.
//!
//! A tank is a cylinder or follows a volume curve; between the points of the curve the cross-section is constant, and
//! it goes on unchanged beyond the ends. Levels are above the tank's bottom.
//!
//! *Source:* own derivation: with a constant cross-section between two points of the curve, volume is linear in level.

use std::f64::consts::PI;

/// Volume over level of one tank.
#[derive(Debug, Clone, PartialEq)]
pub struct TankShape {
    /// Points of (level [m], volume [m³]), both strictly increasing, at least two.
    points: Vec<(f64, f64)>,
    /// Lowest usable level [m].
    pub level_min_m: f64,
    /// Highest level [m].
    pub level_max_m: f64,
}

impl TankShape {
    /// A cylinder holding `volume_min_m3` at its lowest level; 0 means the cylinder's own volume below it.
    #[must_use]
    pub fn cylinder(diameter_m: f64, level_min_m: f64, level_max_m: f64, volume_min_m3: f64) -> Self {
        let area = PI * diameter_m * diameter_m / 4.0;
        let low = if volume_min_m3 > 0.0 { volume_min_m3 } else { area * level_min_m };
        // The top only gives the slope: a tank that is never more than its bottom still has an area.
        let top = level_max_m.max(level_min_m + 1.0);
        Self { points: vec![(level_min_m, low), (top, low + area * (top - level_min_m))], level_min_m, level_max_m }
    }

    /// From a volume curve; `None` unless it has two points and both coordinates increase strictly.
    #[must_use]
    pub fn curve(points: &[(f64, f64)], level_min_m: f64, level_max_m: f64) -> Option<Self> {
        let rises = points.len() >= 2 && points.windows(2).all(|w| w[1].0 > w[0].0 && w[1].1 > w[0].1);
        rises.then(|| Self { points: points.to_vec(), level_min_m, level_max_m })
    }

    fn segment(&self, at: usize) -> ((f64, f64), (f64, f64)) {
        let at = at.clamp(1, self.points.len() - 1);
        (self.points[at - 1], self.points[at])
    }

    /// Volume at a level [m³].
    #[must_use]
    pub fn volume_m3(&self, level_m: f64) -> f64 {
        let ((x0, y0), (x1, y1)) = self.segment(self.points.partition_point(|p| p.0 < level_m));
        y0 + (level_m - x0) * (y1 - y0) / (x1 - x0)
    }

    /// Level at a volume [m].
    #[must_use]
    pub fn level_m(&self, volume_m3: f64) -> f64 {
        let ((x0, y0), (x1, y1)) = self.segment(self.points.partition_point(|p| p.1 < volume_m3));
        x0 + (volume_m3 - y0) * (x1 - x0) / (y1 - y0)
    }

    /// Cross-section at a volume [m²].
    #[must_use]
    pub fn area_m2(&self, volume_m3: f64) -> f64 {
        let ((x0, y0), (x1, y1)) = self.segment(self.points.partition_point(|p| p.1 < volume_m3));
        (y1 - y0) / (x1 - x0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_and_volume_are_inverse() {
        let curve = TankShape::curve(&[(0.0, 0.0), (2.0, 100.0), (5.0, 500.0)], 0.5, 4.5).expect("curve");
        let cylinder = TankShape::cylinder(10.0, 1.0, 6.0, 0.0);
        for shape in [curve, cylinder] {
            for level in [0.0, 0.7, 2.0, 3.3, 5.0, 6.5] {
                assert!((shape.level_m(shape.volume_m3(level)) - level).abs() < 1e-12);
            }
        }
        assert!((TankShape::cylinder(2.0, 1.0, 3.0, 0.0).volume_m3(2.0) - 2.0 * PI).abs() < 1e-12);
        assert!((TankShape::cylinder(2.0, 1.0, 3.0, 9.0).volume_m3(1.0) - 9.0).abs() < 1e-12);
        assert!(TankShape::curve(&[(0.0, 0.0), (2.0, 0.0)], 0.0, 1.0).is_none());
    }
}

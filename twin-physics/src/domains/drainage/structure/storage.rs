//! Storage units: area, volume and depth.
//!
//! *Source:* EPA/600/R-17/111, section 3.2; tables by the end-area method, as SWMM 5.2 integrates them.

use super::super::model::StorageShape;
use super::table::lookup_extended;

/// Trials of Newton's method for a depth.
const NEWTON_TRIALS: u32 = 60;

impl StorageShape {
    /// Water surface at a depth ≥ 0 [m²].
    #[must_use]
    pub fn area_m2(&self, depth_m: f64) -> f64 {
        match self {
            Self::Functional { a0, a1: 0.0, .. } => *a0,
            Self::Functional { a0, a1, a2 } => a0 + a1 * depth_m.powf(*a2),
            Self::Quadratic { a0, a1, a2 } => a0 + depth_m * (a1 + depth_m * a2),
            Self::Tabular(points) => lookup_extended(points, depth_m),
        }
    }

    /// Volume below a depth ≥ 0 [m³]; above the last point of a table by its last line, down to no area.
    #[must_use]
    pub fn volume_m3(&self, depth_m: f64) -> f64 {
        if depth_m <= 0.0 {
            return 0.0;
        }
        match self {
            Self::Functional { a0, a1: 0.0, .. } => a0 * depth_m,
            Self::Functional { a0, a1, a2 } => a0 * depth_m + a1 / (a2 + 1.0) * depth_m.powf(a2 + 1.0),
            Self::Quadratic { a0, a1, a2 } => depth_m * (a0 + depth_m * (a1 / 2.0 + depth_m * a2 / 3.0)),
            Self::Tabular(points) => volume_of_table(points, depth_m),
        }
    }

    /// Volume at a depth in a unit that is full at `full_depth_m` with `full_volume_m3`: never more than that [m³].
    #[must_use]
    pub fn volume_within_m3(&self, depth_m: f64, full_depth_m: f64, full_volume_m3: f64) -> f64 {
        if depth_m >= full_depth_m && full_volume_m3 > 0.0 { full_volume_m3 } else { self.volume_m3(depth_m) }
    }

    /// Depth below which a volume lies, at most `full_depth_m` [m].
    ///
    /// Tables by the quadratic of each line, other shapes in closed form where there is one, else by Newton's method to
    /// round-off (SWMM stops at a thousandth of the file's unit).
    #[must_use]
    pub fn depth_m(&self, volume_m3: f64, full_depth_m: f64) -> f64 {
        if volume_m3 <= 0.0 {
            return 0.0;
        }
        let depth_m = match *self {
            Self::Functional { a0, a1, a2: 0.0 } => volume_m3 / (a0 + a1),
            Self::Functional { a0: 0.0, a1, a2 } => (volume_m3 * (a2 + 1.0) / a1).powf(1.0 / (a2 + 1.0)),
            Self::Functional { a0, a1, a2: 1.0 } if a1 > 0.0 => rise(a0, a1, volume_m3),
            Self::Quadratic { a0, a1, a2: 0.0 } => rise(a0, a1, volume_m3),
            Self::Tabular(ref points) => depth_of_table(points, volume_m3),
            _ => self.newton(volume_m3, full_depth_m),
        };
        depth_m.min(full_depth_m)
    }

    /// Newton's method kept within a bracket: the volume rises with depth, so it always ends.
    fn newton(&self, volume_m3: f64, full_depth_m: f64) -> f64 {
        let (mut low, mut high) = (0.0, full_depth_m);
        let mut depth = 0.5 * full_depth_m;
        for _ in 0..NEWTON_TRIALS {
            let excess = self.volume_m3(depth) - volume_m3;
            if excess > 0.0 {
                high = depth
            } else {
                low = depth
            }
            let next = depth - excess / self.area_m2(depth);
            let next = if next > low && next < high { next } else { 0.5 * (low + high) };
            if (next - depth).abs() <= 1.0e-13 * full_depth_m {
                return next;
            }
            depth = next;
        }
        depth
    }
}

/// Height over which an area that starts at `area` and widens by `slope` per height holds a volume: the root of
/// `area·d + slope·d²/2 = volume` in a form that is exact for `slope` → 0 too.
fn rise(area: f64, slope: f64, volume: f64) -> f64 {
    let root = (area * area + 2.0 * slope * volume).max(0.0).sqrt();
    if area + root > 0.0 { 2.0 * volume / (area + root) } else { 0.0 }
}

fn volume_of_table(points: &[(f64, f64)], depth: f64) -> f64 {
    let Some(&(mut d, mut a)) = points.first() else { return 0.0 };
    if depth <= d {
        return if d < 1.0e-6 { 0.0 } else { a / d * depth * depth / 2.0 };
    }
    // SWMM leaves out what lies below a first point above the bottom, so that volume falls where the table begins.
    let mut volume = a * d / 2.0;
    let mut slope = None;
    for &(next_d, next_a) in &points[1..] {
        let line = (next_a - a) / (next_d - d);
        if next_d >= depth {
            return volume + (a + line * (depth - d) / 2.0) * (depth - d);
        }
        volume += (a + next_a) / 2.0 * (next_d - d);
        (d, a, slope) = (next_d, next_a, Some(line));
    }
    let Some(slope) = slope else { return volume };
    let end = a + slope * (depth - d);
    if end < 0.0 { volume - a * a / slope / 2.0 } else { volume + (a + end) / 2.0 * (depth - d) }
}

fn depth_of_table(points: &[(f64, f64)], volume: f64) -> f64 {
    let Some(&(mut d, mut a)) = points.first() else { return 0.0 };
    let mut held = a * d / 2.0;
    if volume <= held {
        return (2.0 * volume * d / a).sqrt();
    }
    let mut slope = 0.0;
    for &(next_d, next_a) in &points[1..] {
        slope = (next_a - a) / (next_d - d);
        let next_held = held + (a + next_a) / 2.0 * (next_d - d);
        if volume <= next_held {
            break;
        }
        (d, a, held) = (next_d, next_a, next_held);
    }
    d + rise(a, slope, volume - held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes() -> [StorageShape; 7] {
        [
            StorageShape::Functional { a0: 100.0, a1: 0.0, a2: 0.0 },
            StorageShape::Functional { a0: 0.0, a1: 50.0, a2: 0.7 },
            StorageShape::Functional { a0: 20.0, a1: 30.0, a2: 1.0 },
            StorageShape::Functional { a0: 20.0, a1: 30.0, a2: 1.6 },
            // Frustum of a pyramid 10 m by 6 m, sides 2 to 1: its volume is a known cubic.
            StorageShape::Quadratic { a0: 60.0, a1: 64.0, a2: 16.0 },
            StorageShape::Tabular(vec![(0.0, 10.0), (1.0, 30.0), (2.0, 30.0), (3.0, 20.0)]),
            StorageShape::Tabular(vec![(0.5, 10.0), (1.5, 40.0)]),
        ]
    }

    #[test]
    fn depth_volume_and_area_agree() {
        for shape in shapes() {
            let mut last = 0.0;
            for step in 1..=40 {
                let depth = 0.1 * f64::from(step);
                let volume = shape.volume_m3(depth);
                assert!(volume > last, "{shape:?} at {depth}");
                assert!((shape.depth_m(volume, 10.0) - depth).abs() < 1e-12, "{shape:?} at {depth}");
                // Area is the slope of the volume, tables' last falling line apart, where SWMM keeps the area level.
                let slope = (shape.volume_m3(depth + 1e-6) - shape.volume_m3(depth - 1e-6)) / 2e-6;
                let falls_on = matches!(&shape, StorageShape::Tabular(p) if p.len() == 4 && depth >= 3.0);
                let kink = matches!(&shape, StorageShape::Tabular(p) if p.iter().any(|q| (q.0 - depth).abs() < 1e-9));
                if !falls_on && !kink {
                    assert!((slope - shape.area_m2(depth)).abs() < 1e-5 * slope, "{shape:?} at {depth}");
                }
                last = volume;
            }
        }
    }

    #[test]
    fn volumes_equal_their_closed_forms() {
        let frustum = &shapes()[4];
        // h/3·(A₁ + A₂ + √(A₁A₂)) holds for similar ends only; the integral of (10 + 4z)(6 + 4z) from 0 to 2 m is this.
        assert!((frustum.volume_m3(2.0) - (120.0 + 128.0 + 128.0 / 3.0)).abs() < 1e-12);
        let table = &shapes()[5];
        assert_eq!([0.5, 1.0, 2.0, 3.0].map(|d| table.volume_m3(d)), [7.5, 20.0, 50.0, 75.0]);
        // Falls by 10 m² each metre from 20 m² on: nothing above 5 m.
        assert_eq!(table.volume_m3(9.0), 95.0);
        assert_eq!((table.depth_m(0.0, 3.0), table.depth_m(1e9, 3.0), table.depth_m(-1.0, 3.0)), (0.0, 3.0, 0.0));
    }
}

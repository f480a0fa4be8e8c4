//! Curves of points, read as SWMM reads them.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! appendix D, section CURVES; behaviour of SWMM 5.2.4.

/// Whether a curve can be read: not empty, finite, and rising in its first column.
#[must_use]
pub fn is_valid(points: &[(f64, f64)]) -> bool {
    !points.is_empty()
        && points.iter().all(|p| p.0.is_finite() && p.1.is_finite())
        && points.windows(2).all(|w| w[1].0 > w[0].0)
}

fn between(x: f64, a: (f64, f64), b: (f64, f64)) -> f64 {
    a.1 + (x - a.0) * (b.1 - a.1) / (b.0 - a.0)
}

/// Linear between points, the first and the last value beyond them; 0 of an empty curve.
#[must_use]
pub fn lookup(points: &[(f64, f64)], x: f64) -> f64 {
    let at = points.partition_point(|p| p.0 < x);
    match (at, points) {
        (_, []) => 0.0,
        (0, [first, ..]) => first.1,
        (_, [.., last]) if at == points.len() => last.1,
        _ => between(x, points[at - 1], points[at]),
    }
}

/// Linear between points; below the first in proportion to `x` where that point lies above 0; beyond the last along the
/// last line, level where that falls. As SWMM reads areas of storage units and custom inlets.
#[must_use]
pub fn lookup_extended(points: &[(f64, f64)], x: f64) -> f64 {
    let at = points.partition_point(|p| p.0 < x);
    match (at, points) {
        (_, []) => 0.0,
        (0, [first, ..]) => {
            if first.0 > 0.0 {
                x / first.0 * first.1
            } else {
                first.1
            }
        }
        (_, [.., last]) if at == points.len() => last.1 + last_slope(points).max(0.0) * (x - last.0),
        _ => between(x, points[at - 1], points[at]),
    }
}

/// Slope of the last line, 0 of a single point.
fn last_slope(points: &[(f64, f64)]) -> f64 {
    match points {
        [.., a, b] => (b.1 - a.1) / (b.0 - a.0),
        _ => 0.0,
    }
}

/// Steps: the value of the first point above `x`, else of the last.
#[must_use]
pub fn step(points: &[(f64, f64)], x: f64) -> f64 {
    let at = points.partition_point(|p| p.0 <= x);
    points.get(at).or(points.last()).map_or(0.0, |p| p.1)
}

/// Slope of the line that holds `x`; of the first line below the first point, 0 beyond the last.
#[must_use]
pub fn slope(points: &[(f64, f64)], x: f64) -> f64 {
    let at = points.partition_point(|p| p.0 < x).max(1);
    match (points.get(at - 1), points.get(at)) {
        (Some(a), Some(b)) => (b.1 - a.1) / (b.0 - a.0),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVE: [(f64, f64); 3] = [(1.0, 10.0), (2.0, 20.0), (4.0, 10.0)];

    #[test]
    fn curves_are_read_between_and_beyond_their_points() {
        let read = |f: fn(&[(f64, f64)], f64) -> f64| [0.5, 1.0, 1.5, 3.0, 4.0, 6.0].map(|x| f(&CURVE, x));
        assert_eq!(read(lookup), [10.0, 10.0, 15.0, 15.0, 10.0, 10.0]);
        assert_eq!(read(lookup_extended), [5.0, 10.0, 15.0, 15.0, 10.0, 10.0]);
        assert_eq!(read(step), [10.0, 20.0, 20.0, 10.0, 10.0, 10.0]);
        assert_eq!(read(slope), [10.0, 10.0, 10.0, -5.0, -5.0, 0.0]);
        assert_eq!(lookup_extended(&[(0.0, 1.0), (1.0, 3.0)], 2.0), 5.0);
        assert_eq!((lookup(&[], 1.0), step(&[], 1.0), slope(&[(1.0, 1.0)], 1.0)), (0.0, 0.0, 0.0));
        assert!(!is_valid(&[]) && !is_valid(&[(1.0, 1.0), (1.0, 2.0)]) && is_valid(&CURVE));
    }
}

//! Curves of straight lines between points: value, slope, and inverse where the curve is monotone.

/// Points in order of strictly increasing x, at least two.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    points: Vec<(f64, f64)>,
}

/// What lies beyond the ends of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// The value of the end point.
    Hold,
    /// The line of the last segment.
    Extend,
}

impl Curve {
    /// A curve through `points`; `None` unless there are two or more, all finite, x strictly increasing.
    #[must_use]
    pub fn new(points: Vec<(f64, f64)>) -> Option<Self> {
        let finite = points.iter().all(|p| p.0.is_finite() && p.1.is_finite());
        let rises = points.windows(2).all(|w| w[1].0 > w[0].0);
        (points.len() >= 2 && finite && rises).then_some(Self { points })
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// Whether y rises (`true`) or falls strictly; `None` if neither.
    #[must_use]
    pub fn rises(&self) -> Option<bool> {
        let rises = self.points.windows(2).all(|w| w[1].1 > w[0].1);
        let falls = self.points.windows(2).all(|w| w[1].1 < w[0].1);
        (rises || falls).then_some(rises)
    }

    /// Value and slope at `x`; at a point, those of the segment before it.
    #[must_use]
    pub fn at(&self, x: f64, beyond: Beyond) -> (f64, f64) {
        let last = self.points.len() - 1;
        let i = self.points.partition_point(|p| p.0 < x);
        if beyond == Beyond::Hold && (i == 0 || i > last) {
            return (self.points[i.min(last)].1, 0.0);
        }
        let i = i.clamp(1, last);
        let ((x0, y0), (x1, y1)) = (self.points[i - 1], self.points[i]);
        let slope = (y1 - y0) / (x1 - x0);
        (y0 + slope * (x - x0), slope)
    }

    /// The x at which a monotone curve has the value `y`, its end segments going on; `None` if it is not monotone.
    #[must_use]
    pub fn inverse(&self, y: f64) -> Option<f64> {
        let rises = self.rises()?;
        let before = |p: &(f64, f64)| if rises { p.1 < y } else { p.1 > y };
        let i = self.points.partition_point(before).clamp(1, self.points.len() - 1);
        let ((x0, y0), (x1, y1)) = (self.points[i - 1], self.points[i]);
        Some(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_slopes_ends_and_inverse() {
        let c = Curve::new(vec![(0.0, 1.0), (2.0, 5.0), (3.0, 6.0)]).expect("a curve");
        assert_eq!(c.at(1.0, Beyond::Hold), (3.0, 2.0));
        assert_eq!(c.at(4.0, Beyond::Hold), (6.0, 0.0));
        assert_eq!(c.at(4.0, Beyond::Extend), (7.0, 1.0));
        assert_eq!(c.at(-1.0, Beyond::Hold), (1.0, 0.0));
        assert_eq!(c.at(-1.0, Beyond::Extend), (-1.0, 2.0));
        for x in [-1.0, 0.0, 1.3, 2.0, 2.5, 4.0] {
            assert!((c.inverse(c.at(x, Beyond::Extend).0).expect("monotone") - x).abs() < 1e-12);
        }
        let falling = Curve::new(vec![(0.0, 5.0), (1.0, 3.0)]).expect("a curve");
        assert_eq!((falling.rises(), falling.inverse(4.0)), (Some(false), Some(0.5)));
        assert!(Curve::new(vec![(0.0, 1.0), (0.0, 2.0)]).is_none());
        let flat = Curve::new(vec![(0.0, 1.0), (1.0, 1.0)]).expect("a curve");
        assert_eq!((flat.rises(), flat.inverse(1.0)), (None, None));
    }
}

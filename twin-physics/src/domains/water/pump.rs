//! Pumps: head gained over flow at any speed.
//!
//! A curve is given at nominal speed; at relative speed ω the affinity laws hold, `q ∝ ω`, `h ∝ ω²`. Gains are returned
//! as negative losses, so that a pump is a link like any other: its slope is positive.
//!
//! *Source:* Rossman et al. (2020), *EPANET 2.2 User Manual*, EPA/600/R-20/133, ch. 3.1.3 (curve shapes) and 12.

use super::headloss::{HeadLoss, SLOPE_FLOOR};

/// Weight of water used to turn power into head, EPANET's 550/8.814 lbf·ft⁻³ [N·m⁻³].
pub const WEIGHT_WATER_NM3: f64 = 9_802.371_807_968_617;
/// Slope at which a constant-power pump's hyperbola becomes a line, EPANET's 1e8 ft per ft³·s⁻¹ [s·m⁻²].
const SLOPE_STEEPEST: f64 = 1.076_391_041_670_972_3e9;

/// How head follows flow at nominal speed.
#[derive(Debug, Clone, PartialEq)]
pub enum PumpCurve {
    /// `h = h₀ − r·qⁿ`.
    Power {
        /// Head at no flow [m].
        shutoff_m: f64,
        /// Factor [m·(m³·s⁻¹)⁻ⁿ].
        r: f64,
        /// Exponent [–].
        n: f64,
    },
    /// Straight lines between points of (flow [m³·s⁻¹], head [m]), the end lines going on.
    Lines(Vec<(f64, f64)>),
    /// `h = W/(γ·q)`, the product [m⁴·s⁻¹].
    ConstantPower(f64),
}

/// The power function through `(0, h0)`, `(q1, h1)` and `(q2, h2)`; `None` if heads or flows do not fall and rise
/// strictly or the shape is not that of a pump (exponent outside 0..20).
#[must_use]
pub fn power_curve(h0: f64, (q1, h1): (f64, f64), (q2, h2): (f64, f64)) -> Option<PumpCurve> {
    let (d1, d2) = (h0 - h1, h0 - h2);
    if h0 <= 0.0 || d1 <= 0.0 || d2 <= d1 || q1 <= 0.0 || q2 <= q1 {
        return None;
    }
    let n = (d2 / d1).ln() / (q2 / q1).ln();
    (n > 0.0 && n <= 20.0).then(|| PumpCurve::Power { shutoff_m: h0, r: d1 / q1.powf(n), n })
}

impl PumpCurve {
    /// From the points of a curve: one (4/3 of its head at no flow, none at twice its flow), three starting at no flow
    /// (power function), or lines. `None` if the points cannot be a pump's.
    #[must_use]
    pub fn from_points(points: &[(f64, f64)]) -> Option<Self> {
        match *points {
            [(q, h)] => power_curve(4.0 / 3.0 * h, (q, h), (2.0 * q, 0.0)),
            [(0.0, h0), a, b] => power_curve(h0, a, b),
            [_, _, ..] => {
                let falls = points.windows(2).all(|w| w[1].0 > w[0].0 && w[1].1 < w[0].1);
                falls.then(|| Self::Lines(points.to_vec()))
            }
            [] => None,
        }
    }

    /// Loss (negative gain) and slope at flow `q` and relative speed `speed > 0`.
    #[must_use]
    pub fn head_loss(&self, q: f64, speed: f64) -> HeadLoss {
        match self {
            Self::Power { shutoff_m, r, n } => {
                let lift = speed * speed * shutoff_m;
                let r = r * speed.powf(2.0 - n);
                let slope = n * r * q.abs().powf(n - 1.0);
                if slope < SLOPE_FLOOR {
                    let slope = SLOPE_FLOOR / n;
                    return HeadLoss { loss_m: slope * q - lift, slope };
                }
                if !slope.is_finite() {
                    // An exponent below 1 is vertical at no flow: the steepest line stands in.
                    return HeadLoss { loss_m: SLOPE_STEEPEST * q - lift, slope: SLOPE_STEEPEST };
                }
                HeadLoss { loss_m: slope * q / n - lift, slope }
            }
            Self::Lines(points) => {
                let x = q / speed;
                let at = points.partition_point(|p| p.0 < x).clamp(1, points.len() - 1);
                let ((x0, y0), (x1, y1)) = (points[at - 1], points[at]);
                let slope = (y0 - y1) / (x1 - x0) * speed;
                let head = y0 * speed * speed - slope * (q - x0 * speed);
                HeadLoss { loss_m: -head, slope: slope.max(SLOPE_FLOOR) }
            }
            Self::ConstantPower(product) => {
                let slope = product / (q * q);
                if slope > SLOPE_STEEPEST || slope.is_nan() {
                    // Next to no flow the gain falls back to nothing instead of rising without bound.
                    return HeadLoss { loss_m: -SLOPE_STEEPEST * q, slope: SLOPE_STEEPEST };
                }
                HeadLoss { loss_m: -product / q, slope: slope.max(SLOPE_FLOOR) }
            }
        }
    }

    /// Largest head the pump can give at `speed` [m]; of a constant-power pump where its hyperbola is cut off.
    #[must_use]
    pub fn max_gain(&self, speed: f64) -> f64 {
        match self {
            Self::Power { shutoff_m, .. } => speed * speed * shutoff_m,
            Self::Lines(points) => speed * speed * points[0].1,
            Self::ConstantPower(product) => (product * SLOPE_STEEPEST).sqrt(),
        }
    }

    /// A flow to start the iteration from at nominal speed [m³·s⁻¹].
    #[must_use]
    pub fn design_flow(&self) -> f64 {
        match self {
            Self::Power { shutoff_m, r, n } => (0.25 * shutoff_m / r).powf(1.0 / n),
            Self::Lines(points) => 0.5 * (points[0].0 + points[points.len() - 1].0),
            Self::ConstantPower(_) => 0.028_316_846_592,
        }
    }

    /// Largest flow of the curve at nominal speed; `None` where it has no end [m³·s⁻¹].
    #[must_use]
    pub fn max_flow(&self) -> Option<f64> {
        match self {
            Self::Power { shutoff_m, r, n } => Some((shutoff_m / r).powf(1.0 / n)),
            Self::Lines(points) => points.last().map(|p| p.0),
            Self::ConstantPower(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_point_three_points_and_lines_pass_through_their_points() {
        let one = PumpCurve::from_points(&[(0.1, 30.0)]).expect("curve");
        for (q, h) in [(0.0, 40.0), (0.1, 30.0), (0.2, 0.0)] {
            assert!((one.head_loss(q, 1.0).loss_m + h).abs() < 1e-6, "{q}");
        }
        let three = [(0.0, 50.0), (0.1, 45.0), (0.2, 20.0)];
        let lines = [(0.01, 50.0), (0.1, 45.0), (0.2, 20.0), (0.25, 5.0)];
        for points in [&three[..], &lines[..]] {
            let curve = PumpCurve::from_points(points).expect("curve");
            for &(q, h) in points {
                assert!((curve.head_loss(q, 1.0).loss_m + h).abs() < 1e-5, "{q}");
                // Affinity: the point moves to (ω·q, ω²·h).
                assert!((curve.head_loss(0.8 * q, 0.8).loss_m + 0.64 * h).abs() < 1e-5, "{q}");
            }
        }
        assert!(PumpCurve::from_points(&[(0.0, 10.0), (0.1, 11.0), (0.2, 5.0)]).is_none());
        assert!(PumpCurve::from_points(&[(0.1, 10.0), (0.05, 5.0)]).is_none());
        assert!(PumpCurve::from_points(&[]).is_none());
    }

    #[test]
    fn constant_power_gives_the_same_power_at_any_flow_and_is_continuous() {
        let product = 10_000.0 / WEIGHT_WATER_NM3;
        let pump = PumpCurve::ConstantPower(product);
        for q in [0.01, 0.1, 0.7] {
            assert!((-pump.head_loss(q, 1.0).loss_m * q - product).abs() < 1e-12);
        }
        let cut = (product / SLOPE_STEEPEST).sqrt();
        let (a, b) = (pump.head_loss(cut * 0.999_999_9, 1.0).loss_m, pump.head_loss(cut * 1.000_000_1, 1.0).loss_m);
        assert!((a - b).abs() < 1e-5 * b.abs(), "{a} {b}");
    }
}

//! Smooth stand-ins for functions with a kink or an infinite slope at zero.

/// `√|x|·sign(x)` with a bounded slope: a cubic through the origin inside `|x| < width`, meeting value and slope at its
/// edge. Returns value and slope.
///
/// *Source:* own derivation: `a·x + b·x³` with `a = 5/4·w⁻½`, `b = −1/4·w⁻⁵ᐟ²`.
#[must_use]
pub fn signed_sqrt(x: f64, width: f64) -> (f64, f64) {
    let size = x.abs();
    if size >= width {
        let root = size.sqrt();
        return (root.copysign(x), 0.5 / root);
    }
    let (a, b) = (1.25 / width.sqrt(), -0.25 / (width * width * width.sqrt()));
    (x * (a + b * x * x), a + 3.0 * b * x * x)
}

/// `|x|` rounded off within about `width` of zero: `√(x² + w²) − w`. Returns value and slope.
#[must_use]
pub fn smooth_abs(x: f64, width: f64) -> (f64, f64) {
    let root = x.hypot(width);
    (root - width, x / root)
}

/// A step from 0 to 1 as x runs from `low` to `high`, with slope 0 at both: `3t² − 2t³`. Returns value and slope.
#[must_use]
pub fn smooth_step(x: f64, low: f64, high: f64) -> (f64, f64) {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    (t * t * (3.0 - 2.0 * t), 6.0 * t * (1.0 - t) / (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_continuous_with_its_slope() {
        let w = 1e-3;
        let (inside, outside) = (signed_sqrt(w * (1.0 - 1e-9), w), signed_sqrt(w, w));
        assert!((inside.0 - outside.0).abs() < 1e-9 && (inside.1 / outside.1 - 1.0).abs() < 1e-6);
        assert_eq!(signed_sqrt(-4.0, w).0, -2.0);
        assert_eq!(smooth_abs(0.0, w), (0.0, 0.0));
        assert!((smooth_abs(-3.0, w).0 - 3.0).abs() < 2.0 * w);
        assert_eq!(smooth_step(0.5, 0.0, 1.0), (0.5, 1.5));
        assert_eq!((smooth_step(-1.0, 0.0, 1.0), smooth_step(2.0, 0.0, 1.0)), ((0.0, 0.0), (1.0, 0.0)));
        for f in [|x| signed_sqrt(x, 0.1), |x| smooth_abs(x, 0.1), |x| smooth_step(x, -1.0, 1.0)] {
            for x in [-0.9, -0.05, 0.02, 0.3] {
                let d = (f(x + 1e-6).0 - f(x - 1e-6).0) / 2e-6;
                assert!((d - f(x).1).abs() < 1e-6, "{x}");
            }
        }
    }
}

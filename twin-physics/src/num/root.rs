//! A root of one equation in one unknown, kept inside a bracket.
//!
//! *Source:* Brent (1973), *Algorithms for Minimization without Derivatives*, ch. 4: inverse quadratic interpolation
//! and secant steps, bisection when they do not halve the bracket.

/// Why no root was found.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RootError {
    /// The function has the same sign at both ends.
    #[error("no change of sign: f({a}) = {fa}, f({b}) = {fb}")]
    NoBracket {
        /// First end.
        a: f64,
        /// Second end.
        b: f64,
        /// Value at the first.
        fa: f64,
        /// Value at the second.
        fb: f64,
    },
    /// A value is NaN, or the limit of evaluations was reached.
    #[error("no root within {evaluations} evaluations, last at {x} where f = {fx}")]
    NotConverged {
        /// Evaluations made.
        evaluations: u32,
        /// Last abscissa.
        x: f64,
        /// Value there.
        fx: f64,
    },
}

const MOST: u32 = 200;

/// A root of `f` between `a` and `b` within `tolerance`.
///
/// # Errors
/// If `f` does not change sign between the ends, or is NaN on the way.
pub fn brent(a: f64, b: f64, tolerance: f64, mut f: impl FnMut(f64) -> f64) -> Result<f64, RootError> {
    let (mut a, mut b) = (a, b);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 {
        return Ok(a);
    }
    if fa.is_nan() || fb.is_nan() || fa * fb > 0.0 {
        return Err(RootError::NoBracket { a, b, fa, fb });
    }
    let (mut c, mut fc) = (a, fa);
    let mut step = b - a;
    let mut last = step;
    for _ in 0..MOST {
        if fb * fc > 0.0 {
            (c, fc) = (a, fa);
            step = b - a;
            last = step;
        }
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let close = 2.0 * f64::EPSILON * b.abs() + 0.5 * tolerance;
        let half = 0.5 * (c - b);
        if half.abs() <= close || fb == 0.0 {
            return Ok(b);
        }
        (step, last) = next_step((a, fa), (b, fb), (c, fc), (step, last), half, close);
        (a, fa) = (b, fb);
        b += if step.abs() > close { step } else { close.copysign(half) };
        fb = f(b);
        if fb.is_nan() {
            break;
        }
    }
    Err(RootError::NotConverged { evaluations: MOST, x: b, fx: fb })
}

/// The interpolated step where it is inside the bracket and shrinks, else half of the bracket.
fn next_step(
    (a, fa): (f64, f64),
    (b, fb): (f64, f64),
    (c, fc): (f64, f64),
    (step, last): (f64, f64),
    half: f64,
    close: f64,
) -> (f64, f64) {
    if last.abs() < close || fa.abs() <= fb.abs() {
        return (half, half);
    }
    let s = fb / fa;
    let (p, q) = if a == c {
        (2.0 * half * s, 1.0 - s)
    } else {
        let (q, r) = (fa / fc, fb / fc);
        (s * (2.0 * half * q * (q - r) - (b - a) * (r - 1.0)), (q - 1.0) * (r - 1.0) * (s - 1.0))
    };
    let q = if p > 0.0 { -q } else { q };
    let p = p.abs();
    let inside = 2.0 * p < (3.0 * half * q - (close * q).abs()).min((last * q).abs());
    if inside { (p / q, step) } else { (half, half) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_of_smooth_flat_and_stepped_functions() {
        type Case = (f64, f64, fn(f64) -> f64, f64);
        let cases: [Case; 4] = [
            (0.0, 2.0, |x| x * x - 2.0, std::f64::consts::SQRT_2),
            (-1.0, 4.0, |x| (x - 1.0).powi(9), 1.0),
            (0.0, 1.0, |x| x.cos() - x, 0.739_085_133_215_160_6),
            (-3.0, 5.0, |x| if x < 0.3 { -1.0 } else { 1.0 }, 0.3),
        ];
        for (a, b, f, exact) in cases {
            let root = brent(a, b, 1e-12, f).expect("a bracket");
            let flat = f(root).abs() < 1e-30; // a flat root is met in value long before it is in place
            assert!((root - exact).abs() < 1e-10 || flat, "{root} {exact}");
        }
    }

    #[test]
    fn a_missing_bracket_and_nan_are_errors() {
        assert!(matches!(brent(0.0, 1.0, 1e-9, |x| x + 1.0), Err(RootError::NoBracket { .. })));
        let broken = |x: f64| if x == 0.0 || x == 1.0 { x - 0.5 } else { f64::NAN };
        assert!(matches!(brent(0.0, 1.0, 1e-9, broken), Err(RootError::NotConverged { .. })));
    }
}

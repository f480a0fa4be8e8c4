//! A small autonomous system over an interval by the embedded Runge–Kutta pair of orders 5 and 4 of Cash and Karp.
//!
//! Kept beside [`super::ode_adaptive`] because surface runoff and groundwater are compared with SWMM, whose answers at
//! its tolerance of 1e-4 depend on this pair, on this error norm and on this rule for the next step.
//!
//! *Source:* Cash & Karp (1990), *ACM Transactions on Mathematical Software* 16(3), 201–222.

/// Butcher tableau: rows of the stages 2 to 6.
const STAGES: [[f64; 5]; 5] = [
    [0.2, 0.0, 0.0, 0.0, 0.0],
    [3.0 / 40.0, 9.0 / 40.0, 0.0, 0.0, 0.0],
    [0.3, -0.9, 1.2, 0.0, 0.0],
    [-11.0 / 54.0, 2.5, -70.0 / 27.0, 35.0 / 27.0, 0.0],
    [1631.0 / 55_296.0, 175.0 / 512.0, 575.0 / 13_824.0, 44_275.0 / 110_592.0, 253.0 / 4096.0],
];
/// Weights of order 5.
const FIFTH: [f64; 6] = [37.0 / 378.0, 0.0, 250.0 / 621.0, 125.0 / 594.0, 0.0, 512.0 / 1771.0];
/// Weights of order 5 less those of order 4.
const ERROR: [f64; 6] = [
    37.0 / 378.0 - 2825.0 / 27_648.0,
    0.0,
    250.0 / 621.0 - 18_575.0 / 48_384.0,
    125.0 / 594.0 - 13_525.0 / 55_296.0,
    -277.0 / 14_336.0,
    512.0 / 1771.0 - 0.25,
];
/// Keeps the next step below what the error estimate allows.
const SAFETY: f64 = 0.9;
/// Error below which the step grows by its largest factor, 5: `(5 / SAFETY)^(−5)`.
const GROW_BELOW: f64 = 1.89e-4;
/// Steps at most.
const MAX_STEPS: usize = 10_000;

/// One step of length `h` from `y` with derivative `dy`: the new state and the error estimate.
fn step<const N: usize>(
    y: &[f64; N],
    dy: &[f64; N],
    h: f64,
    f: &mut impl FnMut(&[f64; N]) -> [f64; N],
) -> ([f64; N], [f64; N]) {
    let mut k = [*dy, [0.0; N], [0.0; N], [0.0; N], [0.0; N], [0.0; N]];
    for (s, row) in STAGES.iter().enumerate() {
        let mut trial = *y;
        for (i, value) in trial.iter_mut().enumerate() {
            *value += h * row[..=s].iter().zip(&k).map(|(b, k)| b * k[i]).sum::<f64>();
        }
        k[s + 1] = f(&trial);
    }
    let (mut new, mut error) = (*y, [0.0; N]);
    for i in 0..N {
        new[i] += h * FIFTH.iter().zip(&k).map(|(c, k)| c * k[i]).sum::<f64>();
        error[i] = h * ERROR.iter().zip(&k).map(|(c, k)| c * k[i]).sum::<f64>();
    }
    (new, error)
}

/// Advances `y` by `dt` under `dy/dt = f(y)`, each step's error at most `tolerance` of `|y| + |h·dy/dt|`.
///
/// Returns the number of steps, or `None` where 10 000 were not enough or a step vanished; `y` is then as far as it
/// got.
pub fn integrate<const N: usize>(
    dt: f64,
    y: &mut [f64; N],
    tolerance: f64,
    mut f: impl FnMut(&[f64; N]) -> [f64; N],
) -> Option<usize> {
    let (mut t, mut h) = (0.0, dt);
    for taken in 1..=MAX_STEPS {
        let dy = f(y);
        let scale: [f64; N] = std::array::from_fn(|i| y[i].abs() + (dy[i] * h).abs() + 1e-30);
        if t + h > dt {
            h = dt - t;
        }
        let (done, next) = loop {
            let (new, error) = step(y, &dy, h, &mut f);
            let mut worst = 0.0_f64;
            for i in 0..N {
                worst = worst.max((error[i] / scale[i]).abs());
            }
            worst /= tolerance;
            if worst > 1.0 {
                h = (SAFETY * h * worst.powf(-0.25)).max(0.1 * h);
                if t + h == t {
                    return None;
                }
                continue;
            }
            *y = new;
            break (h, if worst > GROW_BELOW { SAFETY * h * worst.powf(-0.2) } else { 5.0 * h });
        };
        t += done;
        if t >= dt {
            return Some(taken);
        }
        if next <= 0.0 {
            return None;
        }
        h = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decay_and_rotation_meet_their_closed_forms() {
        let mut y = [1.0];
        integrate(3.0, &mut y, 1e-8, |y| [-y[0]]).expect("smooth");
        assert!((y[0] - (-3.0_f64).exp()).abs() < 1e-9, "{y:?}");
        let mut y = [1.0, 0.0];
        let steps = integrate(std::f64::consts::TAU, &mut y, 1e-8, |y| [-y[1], y[0]]).expect("smooth");
        assert!((y[0] - 1.0).abs() < 1e-6 && y[1].abs() < 1e-6 && steps > 5, "{y:?} {steps}");
    }

    #[test]
    fn the_order_is_five() {
        let error = |h: f64| {
            let (y, _) = step(&[1.0], &[-1.0], h, &mut |y| [-y[0]]);
            (y[0] - (-h).exp()).abs()
        };
        let order = (error(0.1) / error(0.05)).log2();
        assert!((order - 6.0).abs() < 0.2, "local order {order}");
    }

    #[test]
    fn a_blow_up_ends() {
        let mut y = [1.0];
        assert_eq!(integrate(2.0, &mut y, 1e-6, |y| [y[0] * y[0]]), None);
    }
}

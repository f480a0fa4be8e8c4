//! An ordinary differential equation over an interval with steps chosen by the error they make.
//!
//! *Source:* Bogacki & Shampine (1989), *Applied Mathematics Letters* 2(4), 321–325: a pair of orders 3 and 2 whose
//! last stage is the next step's first; step control after Hairer, Nørsett & Wanner (1993), II.4.

/// Tolerances and limits of the steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Control {
    /// Error allowed per step, relative to the value.
    pub relative: f64,
    /// Error allowed per step, absolute.
    pub absolute: f64,
    /// Shortest step.
    pub dt_min: f64,
}

/// The step that meets the tolerance is shorter than allowed, or a derivative is not finite.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("at t = {t} a step of {dt} still has {error} times the error allowed")]
pub struct StepTooSmall {
    /// Where.
    pub t: f64,
    /// Last step tried.
    pub dt: f64,
    /// Its error over the tolerance.
    pub error: f64,
}

/// Advances `y` from `t0` to `t1`; `f(t, y, dy)` writes the derivative. Returns the number of steps taken.
///
/// # Errors
/// [`StepTooSmall`] when the tolerance cannot be met; `y` is then the state at the time named.
pub fn integrate(
    (t0, t1): (f64, f64),
    y: &mut [f64],
    control: Control,
    mut f: impl FnMut(f64, &[f64], &mut [f64]),
) -> Result<u32, StepTooSmall> {
    let n = y.len();
    let (mut t, mut dt, mut steps) = (t0, 0.1 * (t1 - t0), 0);
    let mut k = [vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]];
    let (mut trial, mut best) = (y.to_vec(), y.to_vec());
    f(t, y, &mut k[0]);
    while t < t1 {
        dt = dt.min(t1 - t);
        for i in 0..n {
            trial[i] = y[i] + 0.5 * dt * k[0][i];
        }
        f(t + 0.5 * dt, &trial, &mut k[1]);
        for i in 0..n {
            trial[i] = y[i] + 0.75 * dt * k[1][i];
        }
        f(t + 0.75 * dt, &trial, &mut k[2]);
        for i in 0..n {
            best[i] = y[i] + dt * (2.0 * k[0][i] + 3.0 * k[1][i] + 4.0 * k[2][i]) / 9.0;
        }
        f(t + dt, &best, &mut k[3]);
        let mut error = 0.0_f64;
        for i in 0..n {
            let e = dt * (-5.0 / 72.0 * k[0][i] + k[1][i] / 12.0 + k[2][i] / 9.0 - k[3][i] / 8.0);
            let allowed = control.absolute + control.relative * y[i].abs().max(best[i].abs());
            let e = (e / allowed).abs();
            error = if e.is_nan() { f64::INFINITY } else { error.max(e) };
        }
        if error <= 1.0 {
            t = if t1 - t <= dt { t1 } else { t + dt };
            y.copy_from_slice(&best);
            k.swap(0, 3);
            steps += 1;
        } else if dt <= control.dt_min {
            return Err(StepTooSmall { t, dt, error });
        }
        dt = (dt * (0.9 * error.max(1e-10).powf(-1.0 / 3.0)).clamp(0.2, 5.0)).max(control.dt_min);
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTROL: Control = Control { relative: 1e-7, absolute: 1e-9, dt_min: 1e-9 };

    #[test]
    fn a_circle_closes_and_a_kink_is_met_with_short_steps() {
        let mut y = [1.0, 0.0];
        let turn = 2.0 * std::f64::consts::PI;
        let steps = integrate((0.0, turn), &mut y, CONTROL, |_, y, dy| (dy[0], dy[1]) = (-y[1], y[0])).expect("smooth");
        assert!((y[0] - 1.0).abs() < 1e-5 && y[1].abs() < 1e-5 && steps > 10, "{y:?} {steps}");
        let mut y = [0.0];
        integrate((0.0, 2.0), &mut y, CONTROL, |t, _, dy| dy[0] = if t < 1.0 { 0.0 } else { 1.0 }).expect("a kink");
        assert!((y[0] - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_blow_up_is_refused() {
        let mut y = [1.0];
        let error = integrate((0.0, 2.0), &mut y, CONTROL, |_, y, dy| dy[0] = y[0] * y[0]).expect_err("1/(1 − t)");
        assert!((error.t - 1.0).abs() < 1e-2);
    }
}

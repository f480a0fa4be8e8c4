//! Newton's method with a line search, for small dense systems and single equations.
//!
//! *Source:* Dennis & Schnabel (1983), *Numerical Methods for Unconstrained Optimization and Nonlinear Equations*,
//! ch. 6.3 (backtracking); Golub & Van Loan (2013), *Matrix Computations*, 3.4 (Gauss with partial pivoting).

/// Why the iteration stopped without an answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NewtonError {
    /// The Jacobian is singular at an unknown.
    #[error("the Jacobian is singular at unknown {unknown}")]
    Singular {
        /// Position of the unknown.
        unknown: usize,
    },
    /// No step makes the residual smaller, or the limit was reached.
    #[error("not converged after {iterations} iterations, residual {residual:.3e}")]
    NotConverged {
        /// Iterations made.
        iterations: u32,
        /// Largest residual.
        residual: f64,
    },
}

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// Largest residual of an answer, in the equations' own scale.
    pub residual: f64,
    /// Iterations before giving up.
    pub iterations: u32,
}

/// Solves the dense system `a·x = b` in place, `a` by rows; `b` becomes `x`.
///
/// # Errors
/// [`NewtonError::Singular`] where no pivot is left.
///
/// # Panics
/// If `a` is not `b.len()²` long.
pub fn solve_dense(a: &mut [f64], b: &mut [f64]) -> Result<(), NewtonError> {
    let n = b.len();
    assert_eq!(a.len(), n * n, "a matrix of another size");
    for column in 0..n {
        let size = |row: usize| a[row * n + column].abs();
        let pivot = (column..n).fold(column, |best, row| if size(row) > size(best) { row } else { best });
        if !(a[pivot * n + column].abs() > 0.0 && a[pivot * n + column].is_finite()) {
            return Err(NewtonError::Singular { unknown: column });
        }
        if pivot != column {
            for j in 0..n {
                a.swap(pivot * n + j, column * n + j);
            }
            b.swap(pivot, column);
        }
        for row in column + 1..n {
            let factor = a[row * n + column] / a[column * n + column];
            for j in column..n {
                a[row * n + j] -= factor * a[column * n + j];
            }
            b[row] -= factor * b[column];
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|j| a[row * n + j] * b[j]).sum();
        b[row] = (b[row] - known) / a[row * n + row];
    }
    Ok(())
}

fn largest(r: &[f64]) -> f64 {
    r.iter().fold(0.0, |m, v| if v.is_nan() { f64::INFINITY } else { f64::max(m, v.abs()) })
}

/// Solves `r(x) = 0`; `f(x, r, jacobian)` writes the residuals and their derivatives by rows. Each step is halved until
/// the sum of squares falls. Returns the iterations made.
///
/// # Errors
/// If the Jacobian is singular or the residual cannot be brought down.
pub fn newton(
    x: &mut [f64],
    stop: Stop,
    mut f: impl FnMut(&[f64], &mut [f64], &mut [f64]),
) -> Result<u32, NewtonError> {
    let n = x.len();
    let (mut r, mut jacobian, mut trial) = (vec![0.0; n], vec![0.0; n * n], vec![0.0; n]);
    let squares = |r: &[f64]| r.iter().map(|v| v * v).sum::<f64>();
    f(x, &mut r, &mut jacobian);
    for iteration in 0..stop.iterations {
        if largest(&r) <= stop.residual {
            return Ok(iteration);
        }
        let before = squares(&r);
        solve_dense(&mut jacobian, &mut r)?;
        let step = r.clone();
        let mut part = 1.0;
        loop {
            for i in 0..n {
                trial[i] = x[i] - part * step[i];
            }
            f(&trial, &mut r, &mut jacobian);
            if squares(&r) <= (1.0 - 1e-4 * part) * before {
                break;
            }
            part *= 0.5;
            if part < 1e-12 {
                return Err(NewtonError::NotConverged { iterations: iteration, residual: before.sqrt() });
            }
        }
        x.copy_from_slice(&trial);
    }
    if largest(&r) <= stop.residual {
        return Ok(stop.iterations);
    }
    Err(NewtonError::NotConverged { iterations: stop.iterations, residual: largest(&r) })
}

/// Solves one equation; `f(x)` gives value and slope.
///
/// # Errors
/// As [`newton`].
pub fn newton_scalar(x: f64, stop: Stop, mut f: impl FnMut(f64) -> (f64, f64)) -> Result<f64, NewtonError> {
    let mut x = [x];
    newton(&mut x, stop, |x, r, j| (r[0], j[0]) = f(x[0]))?;
    Ok(x[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOP: Stop = Stop { residual: 1e-12, iterations: 60 };

    #[test]
    fn a_circle_meets_a_line_and_a_far_start_is_damped() {
        let mut x = [3.0, 0.5];
        newton(&mut x, STOP, |x, r, j| {
            (r[0], r[1]) = (x[0] * x[0] + x[1] * x[1] - 1.0, x[0] - x[1]);
            j.copy_from_slice(&[2.0 * x[0], 2.0 * x[1], 1.0, -1.0]);
        })
        .expect("a root");
        assert!((x[0] - 0.5_f64.sqrt()).abs() < 1e-10 && (x[1] - x[0]).abs() < 1e-10);
        // Undamped, Newton on atan diverges from 2.
        let root = newton_scalar(2.0, STOP, |x| (x.atan(), 1.0 / (1.0 + x * x))).expect("a root");
        assert!(root.abs() < 1e-10);
    }

    #[test]
    fn no_root_and_no_pivot_are_errors() {
        let none = newton_scalar(0.5, STOP, |x| (x * x + 1.0, 2.0 * x));
        assert!(matches!(none, Err(NewtonError::NotConverged { .. } | NewtonError::Singular { .. })));
        let (mut a, mut b) = ([1.0, 2.0, 2.0, 4.0], [1.0, 1.0]);
        assert_eq!(solve_dense(&mut a, &mut b), Err(NewtonError::Singular { unknown: 1 }));
        let (mut a, mut b) = ([0.0, 2.0, 3.0, 1.0], [4.0, 5.0]);
        solve_dense(&mut a, &mut b).expect("a pivot below");
        assert_eq!(b, [1.0, 2.0]);
    }
}

//! One step of an ordinary differential equation by fixed schemes of order 1, 2 and 4.
//!
//! *Source:* Hairer, Nørsett & Wanner (1993), *Solving Ordinary Differential Equations I*, II.1.

/// Which scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Explicit Euler, order 1.
    Euler,
    /// Heun's, order 2.
    Heun,
    /// The classic Runge–Kutta scheme, order 4.
    Rk4,
}

/// Stage derivatives and a trial state, reused from step to step.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    k: [Vec<f64>; 4],
    y: Vec<f64>,
}

impl Stages {
    /// Advances `y` from `t` by `dt`; `f(t, y, dy)` writes the derivative.
    pub fn step(&mut self, scheme: Scheme, t: f64, dt: f64, y: &mut [f64], mut f: impl FnMut(f64, &[f64], &mut [f64])) {
        for k in &mut self.k {
            k.resize(y.len(), 0.0);
        }
        let (nodes, weights): (&[f64], &[f64]) = match scheme {
            Scheme::Euler => (&[0.0], &[1.0]),
            Scheme::Heun => (&[0.0, 1.0], &[0.5, 0.5]),
            Scheme::Rk4 => (&[0.0, 0.5, 0.5, 1.0], &[1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0]),
        };
        for (stage, c) in nodes.iter().enumerate() {
            // In these schemes each stage stands on the one before it alone.
            self.y.clear();
            self.y.extend_from_slice(y);
            if stage > 0 {
                for (trial, k) in self.y.iter_mut().zip(&self.k[stage - 1]) {
                    *trial += c * dt * k;
                }
            }
            f(t + c * dt, &self.y, &mut self.k[stage]);
        }
        for (stage, w) in weights.iter().enumerate() {
            for (value, k) in y.iter_mut().zip(&self.k[stage]) {
                *value += w * dt * k;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Halving the step divides the error by 2 to the order, on y' = −y·cos t, y = exp(−sin t).
    #[test]
    fn every_scheme_has_its_order() {
        for (scheme, order) in [(Scheme::Euler, 1), (Scheme::Heun, 2), (Scheme::Rk4, 4)] {
            let error = |steps: u32| {
                let (mut y, mut stages, dt) = ([1.0], Stages::default(), 2.0 / f64::from(steps));
                for n in 0..steps {
                    stages.step(scheme, dt * f64::from(n), dt, &mut y, |t, y, dy| dy[0] = -y[0] * t.cos());
                }
                (y[0] - (-2.0_f64.sin()).exp()).abs()
            };
            let gain = (error(40) / error(80)).log2();
            assert!((gain - f64::from(order)).abs() < 0.25, "{scheme:?}: {gain}");
        }
    }
}

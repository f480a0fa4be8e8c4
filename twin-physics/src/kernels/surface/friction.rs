//! Bed friction, implicit at a point.
//!
//! *Source:* Manning and Chézy as in J.-M. Hervouet, Hydrodynamics of Free Surface Flows, 2007, § 2.2.4. The implicit
//! relation `q (1 + k |q|) = q*` is solved exactly, so that the friction of a steady flow does not depend on the step
//! (the argument of X. Xia and Q. Liang, A new efficient implicit scheme for discretising the stiff friction terms in
//! the shallow water equations, Adv. Water Resour. 117, 2018).

use serde::{Deserialize, Serialize};

use super::real::Real;

/// The law that all cells of a surface follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FrictionLaw {
    /// Slope `n² u |u| / h^(4/3)`.
    Manning,
    /// Slope `u |u| / (C² h)`.
    Chezy,
}

/// The share of a velocity `speed` [m/s] that friction leaves over `dt` [s] at `depth` > 0 [m]; `coefficient` is `g n²`
/// or `g/C²`.
#[inline(always)]
pub fn left<T: Real>(law: FrictionLaw, coefficient: T, speed: T, depth: T, dt: T) -> T {
    let one = T::of(1.0);
    let by_depth = match law {
        FrictionLaw::Manning => {
            let c = depth.inverse_cbrt();
            (c * c) * (c * c)
        }
        FrictionLaw::Chezy => one / depth,
    };
    let k = dt * coefficient * speed * by_depth;
    T::of(2.0) / (one + (one + T::of(4.0) * k).root())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_flow_down_a_slope_is_left_alone_by_any_step() {
        let (n, h, slope) = (0.03_f64, 0.7_f64, 0.002_f64);
        let g = crate::constants::GRAVITY_MS2;
        let u = h.powf(2.0 / 3.0) * slope.sqrt() / n;
        for dt in [0.01, 1.0, 1000.0] {
            let pulled = u + g * slope * dt;
            let after = pulled * left(FrictionLaw::Manning, g * n * n, pulled, h, dt);
            assert!((after / u - 1.0).abs() < 1e-12, "{dt}: {after} {u}");
        }
    }

    #[test]
    fn what_is_left_solves_the_implicit_relation() {
        let (c, speed, h, dt) = (9.81 / 1600.0, 3.0_f64, 0.2_f64, 4.0);
        let x = left(FrictionLaw::Chezy, c, speed, h, dt);
        assert!((x * (1.0 + dt * c * speed * x / h) - 1.0).abs() < 1e-14);
    }
}

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

/// One over `depth` [m] and over what friction takes in `dt` [s]: what turns a momentum of size `momentum` [m²/s] into
/// the velocity that friction leaves. `coefficient` is `g n²` or `g/C²`.
#[inline(always)]
pub fn freed<T: Real>(law: FrictionLaw, coefficient: T, momentum: T, depth: T, dt: T) -> T {
    let one = T::of(1.0);
    let k = (dt * coefficient) * momentum * by_depth(law, depth);
    T::of(2.0) / (depth * (one + (one + T::of(4.0) * k).root()))
}

/// `h^(−7/3)` or `h^(−2)`: friction on a momentum at depth `h`.
#[inline(always)]
pub fn by_depth<T: Real>(law: FrictionLaw, depth: T) -> T {
    match law {
        FrictionLaw::Manning => {
            let c = depth.inverse_cbrt();
            let square = c * c;
            (square * square) * (square * c)
        }
        FrictionLaw::Chezy => T::of(1.0) / (depth * depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of a velocity that is left.
    fn left(law: FrictionLaw, coefficient: f64, speed: f64, depth: f64, dt: f64) -> f64 {
        depth * freed(law, coefficient, speed * depth, depth, dt)
    }

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

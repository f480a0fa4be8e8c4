//! Head loss of pipes and fittings: value and slope of each law.
//!
//! All laws are odd in the flow, strictly increasing and continuous. Where the slope of a power law falls below a floor
//! the curve is replaced by the straight line from the origin that meets it there, so that a link at rest keeps the
//! matrix regular.
//!
//! *Source:* Rossman et al. (2020), *EPANET 2.2 User Manual*, EPA/600/R-20/133, ch. 3, head-loss formulas; the
//! numerical constants are those of that manual turned to SI, so that answers can be compared digit by digit.

use std::f64::consts::PI;

/// Loss of head and its slope at one flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadLoss {
    /// From first to second node [m].
    pub loss_m: f64,
    /// Its derivative over flow, positive [s·m⁻²].
    pub slope: f64,
}

/// Exponent of the Hazen–Williams law [–].
pub const N_HAZEN_WILLIAMS: f64 = 1.852;
/// Factor of the Hazen–Williams law in SI; 4.727 with feet and ft³·s⁻¹.
pub const K_HAZEN_WILLIAMS: f64 = 10.666_829_488_930_052;
/// Factor of the Chézy–Manning law in SI; (4/1.49π)²·4¹·³³³ with feet and ft³·s⁻¹.
pub const K_MANNING: f64 = 10.236_598_949_422_213;
/// Factor of minor losses, 8/(π²g) in SI; 0.02517 with feet and ft³·s⁻¹.
pub const K_MINOR: f64 = 0.082_578_740_157_480_33;
/// Gravity in the Darcy–Weisbach law: EPANET's 32.2 ft·s⁻² [m·s⁻²]. It is 0.08 % above the standard value, far inside
/// the uncertainty of any wall roughness, and kept so that heads compare.
pub const GRAVITY_FRICTION_MS2: f64 = 32.2 * 0.3048;
/// Slope below which a power law becomes a straight line, EPANET's 1e-7 ft per ft³·s⁻¹ [s·m⁻²].
pub const SLOPE_FLOOR: f64 = 1.076_391_041_670_972_3e-6;
/// Slope of an open valve without losses, EPANET's 1e-6 ft per ft³·s⁻¹ [s·m⁻²].
pub const SLOPE_OPEN_VALVE: f64 = 1.076_391_041_670_972_2e-5;

/// `h = r·q·|q|ⁿ⁻¹`, straight below the slope floor.
///
/// - `flow_m3s`: signed, positive from first to second node
/// - `r`: resistance [m·(m³·s⁻¹)⁻ⁿ]
/// - `n`: exponent, above 1 [–]
#[must_use]
pub fn power_law(flow_m3s: f64, r: f64, n: f64) -> HeadLoss {
    let slope = n * r * flow_m3s.abs().powf(n - 1.0);
    if slope < SLOPE_FLOOR {
        // Where n·r·qⁿ⁻¹ is the floor, the curve itself is floor/n·q: a line of that slope meets it.
        let slope = SLOPE_FLOOR / n;
        return HeadLoss { loss_m: slope * flow_m3s, slope };
    }
    HeadLoss { loss_m: slope * flow_m3s / n, slope }
}

/// `h = m·q·|q|`, straight below the slope floor. For fittings and valves.
#[must_use]
pub fn quadratic(flow_m3s: f64, m: f64) -> HeadLoss {
    let slope = 2.0 * m * flow_m3s.abs();
    let slope_line = SLOPE_FLOOR / 2.0;
    if slope < SLOPE_FLOOR {
        return HeadLoss { loss_m: slope_line * flow_m3s, slope: slope_line };
    }
    HeadLoss { loss_m: slope * flow_m3s / 2.0, slope }
}

/// Resistance of a Hazen–Williams pipe, `K·L·C⁻¹·⁸⁵²·d⁻⁴·⁸⁷¹` [m·(m³·s⁻¹)⁻¹·⁸⁵²].
#[must_use]
pub fn hazen_williams_resistance(length_m: f64, diameter_m: f64, c: f64) -> f64 {
    K_HAZEN_WILLIAMS * length_m * c.powf(-N_HAZEN_WILLIAMS) * diameter_m.powf(-4.871)
}

/// Resistance of a Chézy–Manning pipe flowing full, `K·L·n²·d⁻⁵·³³³` [m·(m³·s⁻¹)⁻²].
#[must_use]
pub fn manning_resistance(length_m: f64, diameter_m: f64, n: f64) -> f64 {
    K_MANNING * length_m * n * n * diameter_m.powf(-5.333)
}

/// Factor of `q²` of a fitting with coefficient `k` on the velocity head [m·(m³·s⁻¹)⁻²].
#[must_use]
pub fn minor_resistance(k: f64, diameter_m: f64) -> f64 {
    K_MINOR * k / diameter_m.powi(4)
}

/// A Darcy–Weisbach pipe reduced to what the law needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DarcyWeisbach {
    /// `L/(2·g·d·A²)`: loss per friction factor and q² [m·(m³·s⁻¹)⁻²].
    pub per_friction: f64,
    /// Roughness over diameter [–].
    pub relative_roughness: f64,
    /// Kinematic viscosity times diameter [m³·s⁻¹].
    pub viscous_flow_m3s: f64,
}

impl DarcyWeisbach {
    /// From geometry, roughness and kinematic viscosity.
    #[must_use]
    pub fn new(length_m: f64, diameter_m: f64, roughness_m: f64, viscosity_m2s: f64) -> Self {
        let area = PI * diameter_m * diameter_m / 4.0;
        Self {
            per_friction: length_m / (2.0 * GRAVITY_FRICTION_MS2 * diameter_m * area * area),
            relative_roughness: roughness_m / diameter_m,
            viscous_flow_m3s: viscosity_m2s * diameter_m,
        }
    }

    /// Head loss: laminar below Re = 2000, Swamee–Jain friction above 4000, Dunlop's cubic between.
    #[must_use]
    pub fn head_loss(&self, flow_m3s: f64) -> HeadLoss {
        let q = flow_m3s.abs();
        let reynolds = 4.0 * q / (PI * self.viscous_flow_m3s);
        if reynolds <= 2000.0 {
            // f = 64/Re makes f·q² linear in q: 16·π·ν·d·q.
            let slope = (16.0 * PI * self.viscous_flow_m3s * self.per_friction).max(SLOPE_FLOOR);
            return HeadLoss { loss_m: slope * flow_m3s, slope };
        }
        let (f, df_dre) = if reynolds < 4000.0 {
            dunlop(reynolds, self.relative_roughness)
        } else {
            swamee_jain(reynolds, self.relative_roughness)
        };
        let loss = f * self.per_friction * q * q;
        let slope = self.per_friction * q * (2.0 * f + df_dre * reynolds);
        HeadLoss { loss_m: loss.copysign(flow_m3s), slope: slope.max(SLOPE_FLOOR) }
    }
}

/// Swamee & Jain (1976): `f = 0.25/log₁₀²(ε/3.7d + 5.74/Re⁰·⁹)` and its derivative over Re.
fn swamee_jain(reynolds: f64, relative_roughness: f64) -> (f64, f64) {
    let turbulent = 5.74 / reynolds.powf(0.9);
    let argument = relative_roughness / 3.7 + turbulent;
    let y = -2.0 / std::f64::consts::LN_10 * argument.ln();
    let f = 1.0 / (y * y);
    let dy_dre = 2.0 / std::f64::consts::LN_10 * 0.9 * turbulent / (reynolds * argument);
    (f, -2.0 * f / y * dy_dre)
}

/// Dunlop (1991): the cubic in Re that meets 64/Re at 2000 and Swamee–Jain at 4000 in value and slope.
fn dunlop(reynolds: f64, relative_roughness: f64) -> (f64, f64) {
    let (fa, dfa) = swamee_jain(4000.0, relative_roughness);
    let fb = 2.0 * fa + 4000.0 * dfa;
    let r = reynolds / 2000.0;
    let x1 = 7.0 * fa - fb;
    let x2 = 0.128 - 17.0 * fa + 2.5 * fb;
    let x3 = -0.128 + 13.0 * fa - 2.0 * fb;
    let x4 = 0.032 - 3.0 * fa + 0.5 * fb;
    let f = x1 + r * (x2 + r * (x3 + r * x4));
    (f, (x2 + r * (2.0 * x3 + 3.0 * r * x4)) / 2000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Law = fn(f64) -> HeadLoss;
    const LAWS: [Law; 4] = [
        |q| power_law(q, hazen_williams_resistance(300.0, 0.3, 120.0), N_HAZEN_WILLIAMS),
        |q| power_law(q, manning_resistance(300.0, 0.3, 0.013), 2.0),
        |q| quadratic(q, minor_resistance(5.0, 0.3)),
        |q| DarcyWeisbach::new(300.0, 0.3, 2e-4, 1e-6).head_loss(q),
    ];

    #[test]
    fn textbook_values() {
        // 1000 m of DN300, C = 130, 100 L/s: 10.67·1000·130^-1.852·0.3^-4.871·0.1^1.852 = 6.43 m.
        let h = power_law(0.1, hazen_williams_resistance(1000.0, 0.3, 130.0), N_HAZEN_WILLIAMS).loss_m;
        assert!((h - 6.43).abs() < 0.01, "{h}");
        // Colebrook–White gives f = 0.01914 at Re = 4.2e5, ε/d = 6.7e-4; Swamee–Jain is within 1 %.
        let (f, _) = swamee_jain(4.24e5, 2e-4 / 0.3);
        assert!((f - 0.0187).abs() < 2e-4, "{f}");
        let k = quadratic(0.1, minor_resistance(2.0, 0.3)).loss_m;
        let v = 0.1 / (PI * 0.0225);
        assert!((k - 2.0 * v * v / (2.0 * 9.81)).abs() < 1e-3, "{k}");
    }

    #[test]
    fn every_switch_point_is_continuous() {
        let dw = DarcyWeisbach::new(300.0, 0.3, 2e-4, 1e-6);
        for reynolds in [2000.0, 4000.0] {
            let q = reynolds * PI * dw.viscous_flow_m3s / 4.0;
            let (below, above) = (dw.head_loss(q * (1.0 - 1e-12)), dw.head_loss(q * (1.0 + 1e-12)));
            assert!((below.loss_m - above.loss_m).abs() < 1e-9 * above.loss_m, "Re {reynolds}");
            assert!((below.slope - above.slope).abs() < 1e-6 * above.slope, "Re {reynolds}");
        }
        let (r, n) = (40.0, N_HAZEN_WILLIAMS);
        let q = (SLOPE_FLOOR / (n * r)).powf(1.0 / (n - 1.0));
        let (below, above) = (power_law(q * (1.0 - 1e-12), r, n), power_law(q * (1.0 + 1e-12), r, n));
        assert!((below.loss_m - above.loss_m).abs() < 1e-9 * above.loss_m);
        let q = SLOPE_FLOOR / (2.0 * r);
        let (below, above) = (quadratic(q * (1.0 - 1e-12), r), quadratic(q * (1.0 + 1e-12), r));
        assert!((below.loss_m - above.loss_m).abs() < 1e-9 * above.loss_m);
    }

    proptest! {
        /// No law has a preferred direction, more flow never costs less head, and the slope is the derivative.
        #[test]
        fn laws_are_odd_increasing_and_differentiable(law in 0_usize..4, e in -9.0..0.5_f64, f in 1.001..3.0_f64) {
            let (q, law) = (10f64.powf(e), LAWS[law]);
            prop_assert_eq!(law(-q).loss_m, -law(q).loss_m);
            prop_assert!(law(q * f).loss_m > law(q).loss_m);
            let dq = 1e-5 * q;
            let (a, b) = (law(q - dq), law(q + dq));
            // Inside one branch only: a central difference across a switch point sees both slopes.
            if (a.slope - b.slope).abs() < 1e-3 * b.slope {
                let slope = (b.loss_m - a.loss_m) / (2.0 * dq);
                prop_assert!((slope - law(q).slope).abs() < 2e-3 * slope, "{} {}", slope, law(q).slope);
            }
        }
    }
}

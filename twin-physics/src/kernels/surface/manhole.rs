//! Exchange between the street and a manhole or inlet.
//!
//! With `h` the depth over the rim on the side the water comes from and `Δ` the driving difference of levels,
//! `Q = G(h)·√Δ`: the street drains with `h = Z − z_c`, `Δ = Z − max(H, z_c)`, a surcharged node spills with
//! `h = H − z_c`, `Δ = H − max(Z, z_c)` and the other sign. `G` is the lesser of weir, `C_w·P·h`, and orifice,
//! `C_o·A·√(2g)`, rounded where they meet, at `h ≈ A/P`. So a free inlet in shallow water is the weir
//! `C_w·P·h^1.5`, one under water the orifice `C_o·A·√(2gΔ)`, and the regimes join without a jump. `√Δ` begins as a
//! cubic, and the node's head passes the rim over a short stretch, so that the slope in the node's head has no jump.
//!
//! What a step may move is bounded softly, `Q/(1 + (Q/Q_max)⁴)^¼`, by what stands on the street and what stands in the
//! node above the rim: the slope stays continuous and never drops to nothing, which a node's iteration needs.
//!
//! *Source:* weir and orifice forms: FHWA, HEC-22 Urban Drainage Design Manual, 4th ed. 2024, ch. 7 (inlets in sag);
//! S. Djordjević et al., SIPSON, Water Sci. Technol. 52, 2005; roundings: own derivation.

use serde::{Deserialize, Serialize};

use super::grid::Grid;
use super::real::Real;
use super::water::Water;
use crate::constants::GRAVITY_MS2;
use crate::num::regular::signed_sqrt;

/// A manhole or inlet as an opening in the street.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// Level of its rim [m].
    pub crest_m: f64,
    /// Length of rim over which water falls in [m].
    pub perimeter_m: f64,
    /// Clear area [m²].
    pub area_m2: f64,
    /// Weir coefficient C_w [m^½/s], 1.7 for a rim of 2⁄3·C_d·√(2g), C_d = 0.58.
    pub weir: f64,
    /// Orifice coefficient C_o [–], 0.6 to 0.7.
    pub orifice: f64,
    /// Difference of levels within which the root is a cubic [m], 0.001 to 0.02.
    pub smooth_m: f64,
}

impl Opening {
    /// An opening with the usual coefficients: C_w = 1.7, C_o = 0.6, 5 mm.
    #[must_use]
    pub fn new(crest_m: f64, perimeter_m: f64, area_m2: f64) -> Self {
        Self { crest_m, perimeter_m, area_m2, weir: 1.7, orifice: 0.6, smooth_m: 0.005 }
    }

    /// A round cover of this diameter [m].
    #[must_use]
    pub fn round(crest_m: f64, diameter_m: f64) -> Self {
        let around = std::f64::consts::PI * diameter_m;
        Self::new(crest_m, around, 0.25 * around * diameter_m)
    }

    /// The first value that makes no sense, with its name.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, f64)> {
        let level = (!self.crest_m.is_finite()).then_some(("rim level", self.crest_m));
        let sizes = [
            ("perimeter", self.perimeter_m),
            ("clear area", self.area_m2),
            ("weir coefficient", self.weir),
            ("orifice coefficient", self.orifice),
            ("smoothing depth", self.smooth_m),
        ];
        level.or_else(|| sizes.into_iter().find(|(_, x)| !(x.is_finite() && *x > 0.0)))
    }
}

/// What stands on both sides of an opening.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sides {
    /// Level of the street's water, its ground where it is dry [m].
    pub street_level_m: f64,
    /// Water of the street that may go within the step [m³].
    pub street_volume_m3: f64,
    /// Head of the node [m].
    pub node_head_m: f64,
    /// Water of the node that may come up within the step [m³]: what stands above the rim and what flows in.
    pub node_volume_m3: f64,
}

/// Flow through an opening.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Exchange {
    /// Into the node; out of it where negative [m³/s].
    pub flow_m3s: f64,
    /// Its derivative by the node's head, at most 0 [m²/s].
    pub slope_m2s: f64,
    /// Its derivative by the street's level, at least 0 [m²/s].
    pub by_street_m2s: f64,
}

/// Flow between street and node over a step of `dt_s`, and its derivatives by both levels. Levels that are not
/// numbers give no flow.
#[must_use]
pub fn exchange(opening: &Opening, sides: Sides, dt_s: f64) -> Exchange {
    let street = sides.street_level_m - opening.crest_m;
    let node = sides.node_head_m - opening.crest_m;
    if !(street.is_finite() && node.is_finite() && dt_s > 0.0) {
        return Exchange::default();
    }
    if street > node.max(0.0) {
        let (drive, by_node, by_street) = over_rim(node, street, opening.smooth_m);
        let (root, slope) = signed_sqrt(street - drive, opening.smooth_m);
        let (capture, rise) = capture(opening, street);
        let slopes = [-capture * slope * by_node, rise * root + capture * slope * (1.0 - by_street)];
        return bounded(capture * root, slopes, sides.street_volume_m3 / dt_s);
    }
    if node > street.max(0.0) {
        let (root, slope) = signed_sqrt(node - street.max(0.0), opening.smooth_m);
        let (capture, rise) = capture(opening, node);
        let by_street = if street > 0.0 { capture * slope } else { 0.0 };
        return bounded(-capture * root, [-(capture * slope + rise * root), by_street], sides.node_volume_m3 / dt_s);
    }
    // At equal levels above the rim only the slope is left.
    let (slope, capture) = (signed_sqrt(0.0, opening.smooth_m).1, capture(opening, street.max(0.0)).0);
    let by_street_m2s = if street >= 0.0 { capture * slope } else { 0.0 };
    Exchange { flow_m3s: 0.0, slope_m2s: if node >= street { -capture * slope } else { 0.0 }, by_street_m2s }
}

/// Lets the flow `exchange` found pass between a cell and a node over a step: books it on the street and returns what
/// the node gets [m³], negative where it gives. The node has to take exactly this.
pub fn pass<T: Real>(water: &mut Water<T>, grid: &Grid<T>, cell: usize, flow: Exchange, dt_s: f64) -> f64 {
    -water.exchange(grid, cell, -flow.flow_m3s * dt_s)
}

/// `G(h)`, the lesser of weir and orifice, and its slope.
fn capture(opening: &Opening, depth_m: f64) -> (f64, f64) {
    let weir = opening.weir * opening.perimeter_m;
    let orifice = opening.orifice * opening.area_m2 * (2.0 * GRAVITY_MS2).sqrt();
    let (value, share) = soft_least(weir * depth_m, orifice);
    (value, share * weir)
}

/// The node's level over the rim as the street feels it, and its slopes by node and street: 0 while the node is low,
/// the level itself from a little above the rim on.
fn over_rim(node: f64, street: f64, smooth_m: f64) -> (f64, f64, f64) {
    // At most half the street's depth, so that equal levels lie beyond the rounding.
    let w = smooth_m * street / (street + 2.0 * smooth_m);
    if node <= -w {
        (0.0, 0.0, 0.0)
    } else if node >= w {
        (node, 1.0, 0.0)
    } else {
        let above = (node + w) / w;
        let widening = 2.0 * (w / street) * (w / street);
        (0.25 * above * above * w, 0.5 * above, (0.5 * above - 0.25 * above * above) * widening)
    }
}

/// `x/(1 + (x/most)⁴)^¼` for x, most ≥ 0, and its derivative by x.
fn soft_least(x: f64, most: f64) -> (f64, f64) {
    if most <= 0.0 {
        return (0.0, 0.0);
    }
    let ratio = x / most;
    if ratio > 1e6 {
        return (most, 0.0);
    }
    let power = (ratio * ratio) * (ratio * ratio);
    let root = (1.0 + power).sqrt().sqrt();
    (x / root, 1.0 / (root * (1.0 + power)))
}

fn bounded(flow: f64, [by_node, by_street]: [f64; 2], most: f64) -> Exchange {
    let (size, share) = soft_least(flow.abs(), most);
    // Rounding must not take more than there is.
    let size = size.min(most * (1.0 - 4.0 * f64::EPSILON));
    Exchange { flow_m3s: size.copysign(flow), slope_m2s: by_node * share, by_street_m2s: by_street * share }
}

#[cfg(test)]
mod tests {
    use super::super::friction::FrictionLaw;
    use super::super::grid::Ground;
    use super::*;
    use proptest::prelude::*;

    fn flow(o: &Opening, street: f64, node: f64) -> Exchange {
        let sides = Sides { street_level_m: street, street_volume_m3: 1e9, node_head_m: node, node_volume_m3: 1e9 };
        exchange(o, sides, 1.0)
    }

    #[test]
    fn each_regime_has_its_formula() {
        let cover = Opening::round(100.0, 0.7);
        // Free weir in 3 cm: 1.7·π·0.7·0.03^1.5.
        let weir = flow(&cover, 100.03, 97.0);
        let want = 1.7 * std::f64::consts::PI * 0.7 * 0.03_f64.powf(1.5);
        assert!((weir.flow_m3s / want - 1.0).abs() < 1e-3 && weir.slope_m2s == 0.0, "{weir:?} {want}");
        // 0.7 m cover at 0.5 m difference under deep water: 0.72 m³/s, as the domain notes have it.
        let orifice = 0.6 * cover.area_m2 * (2.0 * GRAVITY_MS2 * 0.5_f64).sqrt();
        assert!((orifice - 0.72).abs() < 0.005);
        assert!((flow(&cover, 102.0, 101.5).flow_m3s / orifice - 1.0).abs() < 1e-3);
        assert!((flow(&cover, 101.5, 102.0).flow_m3s / -orifice - 1.0).abs() < 1e-3);
        // A dry street, a node below the rim, a street below the rim: nothing.
        for (street, node) in [(100.0, 99.0), (99.5, 99.9), (100.0, 100.0), (f64::NAN, 101.0)] {
            assert_eq!(flow(&cover, street, node).flow_m3s, 0.0);
        }
        assert!(flow(&cover, 100.0, 100.2).flow_m3s < 0.0);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert_eq!(Opening::round(1.0, 0.0).fault(), Some(("perimeter", 0.0)));
        assert!(Opening::new(f64::NAN, 1.0, 1.0).fault().is_some());
        assert_eq!(Opening::round(1.0, 0.7).fault(), None);
    }

    fn cover() -> impl Strategy<Value = Opening> {
        (0.2..4.0_f64, 0.01..1.0_f64).prop_map(|(perimeter, area)| Opening::new(0.0, perimeter, area))
    }

    proptest! {
        /// Water runs down: the sign is that of the difference where the higher side stands over the rim. More street
        /// never gives less, more node never more, nothing jumps, and the slope is the derivative.
        #[test]
        fn flow_is_continuous_monotone_and_its_slope_its_own(
            o in cover(), z in -0.2..2.0_f64, h in -1.0..3.0_f64, e in -5.0..0.0_f64, store in 0.01..50.0_f64,
        ) {
            let q = |z: f64, h: f64| {
                let sides = Sides { street_level_m: z, street_volume_m3: store, node_head_m: h, node_volume_m3: store };
                exchange(&o, sides, 2.0)
            };
            let at = q(z, h).flow_m3s;
            let over = z.max(h) > 0.0;
            prop_assert!(at == 0.0 || over && at.signum() == (z - h).signum(), "{}", at);
            let d = 10f64.powf(e);
            prop_assert!(q(z + d, h).flow_m3s >= at - 1e-12 && q(z, h + d).flow_m3s <= at + 1e-12);
            prop_assert!((q(z + 1e-9, h).flow_m3s - at).abs() < 1e-6 && (q(z, h + 1e-9).flow_m3s - at).abs() < 1e-6);
            let d = 1e-6;
            let (a, b) = (q(z, h - d), q(z, h + d));
            let middle = (b.flow_m3s - a.flow_m3s) / (2.0 * d);
            let spread = (a.slope_m2s - b.slope_m2s).abs();
            let slope = q(z, h).slope_m2s;
            let near = spread + 1e-6 * slope.abs() + 1e-8;
            prop_assert!(slope <= 0.0 && (middle - slope).abs() <= near, "{} {}", middle, slope);
            let (a, b) = (q(z - d, h), q(z + d, h));
            let middle = (b.flow_m3s - a.flow_m3s) / (2.0 * d);
            let spread = (a.by_street_m2s - b.by_street_m2s).abs();
            let slope = q(z, h).by_street_m2s;
            let near = spread + 1e-6 * slope.abs() + 1e-8;
            prop_assert!(slope >= 0.0 && (middle - slope).abs() <= near, "by street {} {}", middle, slope);
        }

        /// At equal levels and where the node passes the rim the slope has no jump.
        #[test]
        fn the_slope_has_no_jump(o in cover(), z in 0.001..2.0_f64) {
            for h in [z, 0.0] {
                let (a, b) = (flow(&o, z, h - 1e-9).slope_m2s, flow(&o, z, h + 1e-9).slope_m2s);
                prop_assert!((a - b).abs() <= 1e-4 * a.abs().max(b.abs()) + 1e-9, "{}: {} {}", h, a, b);
            }
        }

        /// Neither side gives more than it has, however long the step, and both book the same.
        #[test]
        fn no_side_gives_more_than_it_has(
            o in cover(), depth in 0.0..1.0_f64, h in -1.0..2.0_f64, dt in 0.01..1e4_f64, node in 0.0..5.0_f64,
        ) {
            let ground = Ground {
                columns: 1, rows: 1, cell_m: 3.0, bed_m: vec![0.0], roughness: vec![0.02],
                law: FrictionLaw::Manning, walls: Vec::new(),
            };
            let grid = Grid::<f64>::new(&ground).unwrap();
            let mut water = Water::new(&grid, &[depth], &[], &[]);
            let mut stored = node;
            let all = water.volume_m3(&grid) + stored;
            for _ in 0..5 {
                let street_volume_m3 = water.volume_m3(&grid);
                let sides = Sides {
                    street_level_m: water.level_m(&grid, 0), street_volume_m3, node_head_m: h, node_volume_m3: stored,
                };
                let q = exchange(&o, sides, dt);
                prop_assert!(q.flow_m3s * dt <= street_volume_m3 && -q.flow_m3s * dt <= stored);
                stored += pass(&mut water, &grid, 0, q, dt);
                prop_assert!((water.volume_m3(&grid) + stored - all).abs() < 1e-12 * all.max(1.0));
            }
        }
    }
}

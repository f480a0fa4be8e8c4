//! Where a node meets the water on a street: manholes and inlets.
//!
//! The street's level falls by what it gives within the step, or rises by what it gets. So the flow is the root `q` of
//! `q = n·f(Z − q·Δt/A, H)`, which cannot empty a cell below the rim and does not swing however long the step.
//!
//! *Source:* own derivation over the law of [`manhole`](crate::kernels::surface::manhole).

use crate::kernels::surface::manhole::{Exchange, Opening, Sides, exchange};

/// Iterations of the root; halving alone gives fifteen digits.
const ITERATIONS: u32 = 60;

/// A way between a node and the street above it, with what stands there when a routing step begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Door {
    /// The node.
    pub node: u32,
    /// One opening.
    pub opening: Opening,
    /// How many of them.
    pub count: f64,
    /// Level of the street's water [m].
    pub level_m: f64,
    /// Area over which the street's level changes with what passes [m²].
    pub area_m2: f64,
    /// Water of the street that may go [m³].
    pub volume_m3: f64,
}

impl Door {
    /// Flow into the node over a part of the step, with its slope by the node's head, after `taken_m3` went in during
    /// earlier parts.
    #[must_use]
    pub fn flow(&self, taken_m3: f64, head_m: f64, dt_s: f64) -> Exchange {
        let (level_m, volume_m3) = (self.level_m - taken_m3 / self.area_m2, (self.volume_m3 - taken_m3).max(0.0));
        let by_flow = dt_s / self.area_m2;
        let at = |flow_m3s: f64| {
            let sides = Sides {
                street_level_m: level_m - flow_m3s * by_flow,
                street_volume_m3: volume_m3 / self.count,
                node_head_m: head_m,
                node_volume_m3: f64::INFINITY,
            };
            let one = exchange(&self.opening, sides, dt_s);
            Exchange {
                flow_m3s: one.flow_m3s * self.count,
                slope_m2s: one.slope_m2s * self.count,
                by_street_m2s: one.by_street_m2s * self.count,
            }
        };
        let first = at(0.0);
        if first.flow_m3s == 0.0 {
            return Exchange { slope_m2s: first.slope_m2s / (1.0 + by_flow * first.by_street_m2s), ..first };
        }
        // The root lies between no flow and the flow at the first levels, where the difference changes its sign.
        let (mut low, mut high) = (first.flow_m3s.min(0.0), first.flow_m3s.max(0.0));
        let mut flow = first.flow_m3s / (1.0 + by_flow * first.by_street_m2s);
        let mut there = at(flow);
        let mut moved = high - low;
        for _ in 0..ITERATIONS {
            let off = flow - there.flow_m3s;
            if off > 0.0 {
                high = flow;
            } else {
                low = flow;
            }
            if off.abs() <= 1e-12 * first.flow_m3s.abs() {
                break;
            }
            let newton = flow - off / (1.0 + by_flow * there.by_street_m2s);
            // The root of a difference bends both ways, so Newton's steps may circle: they have to halve.
            let halves = newton > low && newton < high && (newton - flow).abs() < 0.5 * moved;
            let next = if halves { newton } else { 0.5 * (low + high) };
            moved = (next - flow).abs();
            flow = next;
            there = at(flow);
        }
        let most_m3s = volume_m3 / dt_s;
        let slope_m2s = there.slope_m2s / (1.0 + by_flow * there.by_street_m2s);
        Exchange { flow_m3s: flow.min(most_m3s), slope_m2s, by_street_m2s: there.by_street_m2s }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What goes in leaves the street at a level from which just that flow follows; the slope is the derivative; a
        /// street never gives more than it has, and never falls below the rim or the node, whichever is higher.
        #[test]
        fn a_door_agrees_with_the_street_it_leaves(
            depth in 0.0..0.5_f64, over in -1.0..1.5_f64, dt in 0.1..30.0_f64, count in 1.0..4.0_f64,
        ) {
            let opening = Opening::round(10.0, 0.7);
            let door = Door {
                node: 0, opening, count: count.floor(), level_m: 10.0 + depth, area_m2: 25.0, volume_m3: 25.0 * depth,
            };
            let at = |h: f64| door.flow(0.0, h, dt);
            let head = 10.0 + over;
            let got = at(head);
            let level = door.level_m - got.flow_m3s * dt / door.area_m2;
            let sides = Sides {
                street_level_m: level, street_volume_m3: door.volume_m3 / door.count, node_head_m: head,
                node_volume_m3: f64::INFINITY,
            };
            let again = exchange(&opening, sides, dt).flow_m3s * door.count;
            prop_assert!((again - got.flow_m3s).abs() <= 1e-9 * again.abs().max(1e-6), "{} {}", again, got.flow_m3s);
            prop_assert!(got.flow_m3s * dt <= door.volume_m3);
            if got.flow_m3s > 0.0 {
                prop_assert!(level >= 10.0_f64.max(head.min(door.level_m)) - 1e-9, "{}", level);
            } else if got.flow_m3s < 0.0 {
                prop_assert!(level <= head + 1e-9, "{} {}", level, head);
            }
            let d = 1e-6;
            let (a, b) = (at(head - d), at(head + d));
            let middle = (b.flow_m3s - a.flow_m3s) / (2.0 * d);
            let near = (a.slope_m2s - b.slope_m2s).abs() + 1e-5 * got.slope_m2s.abs() + 1e-7;
            let slope = got.slope_m2s;
            prop_assert!(slope <= 0.0 && (middle - slope).abs() <= near, "{} {}", middle, slope);
        }

        /// Two parts of a step never take more than the street had.
        #[test]
        fn parts_share_what_there_is(depth in 0.0..0.05_f64, dt in 1.0..100.0_f64) {
            let opening = Opening::new(9.7, 4.0, 0.5);
            let level_m = 10.0 + depth;
            let door = Door { node: 0, opening, count: 3.0, level_m, area_m2: 25.0, volume_m3: 25.0 * depth };
            let first = door.flow(0.0, 8.0, dt).flow_m3s * dt;
            let second = door.flow(first, 8.0, dt).flow_m3s * dt;
            prop_assert!(second >= 0.0 && first + second <= door.volume_m3 * (1.0 + 1e-12));
        }
    }
}

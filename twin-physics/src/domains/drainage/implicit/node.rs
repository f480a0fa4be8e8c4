//! Volume of a node over its head: what Newton's method solves for.
//!
//! A node stores in its own shaft or basin and in the nearer halves of its conduits (the whole of one that falls into
//! an outfall). Above the level at which it spills it widens to [`SPILL_M2`], so that what spills is what stands there
//! at the end of a step; where it ponds, it widens to the ponded area and keeps it. Below its bottom the volume goes on
//! as a line into the negative: a step that asked for a drop too much shows there and is made good by the next.
//! So volume rises strictly with head, everywhere, and the system always has exactly one solution.
//!
//! *Source:* own derivation, after Brugnano & Casulli (2008), *SIAM J. Sci. Comput.* 30, 463–472 (piecewise linear
//! volumes), extended by the spill.

use crate::domains::drainage::network::{NodeClass, NodeData};

/// Area over which what spills is spread [m²].
pub const SPILL_M2: f64 = 1e5;

/// How far above its top an update may carry a node that did not spill [m].
const SPILL_ENTRY_M: f64 = 1e-4;

/// Own volume of a node and its slope, without its conduits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Own {
    /// Volume [m³].
    pub volume_m3: f64,
    /// Surface [m²].
    pub surface_m2: f64,
}

/// Depth above which a node spills; infinite where it ponds [m].
pub fn spill_depth_m(node: &NodeData) -> f64 {
    if node.ponded_area_m2 > 0.0 { f64::INFINITY } else { node.full_depth_m + node.surcharge_depth_m }
}

/// Depths between which a node's surface is of one order: below its bottom and in the shaft above its pipes it is
/// small, in its pipes and where it spills it is large.
///
/// Newton's method meets its solution at once from the side of the large surface, and jumps far beyond it from the side
/// of the small one. So an update goes at most into the next of these regions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kinks {
    /// Crown of the highest pipe, or the ground of a basin [m].
    pub crown_m: f64,
    /// Where it spills or ponds [m].
    pub top_m: f64,
}

impl Kinks {
    /// Those of a node.
    pub fn new(node: &NodeData) -> Self {
        let basin = matches!(node.class, NodeClass::Storage { .. });
        let top_m = if node.ponded_area_m2 > 0.0 { node.full_depth_m } else { spill_depth_m(node) };
        let crown_m = if basin { node.full_depth_m } else { node.crown_depth_m.min(top_m) };
        Self { crown_m, top_m }
    }

    /// Depth that an update from one depth to another may reach.
    pub fn hold(&self, from_m: f64, to_m: f64) -> f64 {
        if self.crown_m <= 0.0 {
            return to_m;
        }
        let middle = 0.5 * self.crown_m;
        if from_m > self.top_m {
            to_m.max(middle.max(2.0 * self.crown_m - self.top_m))
        } else if from_m > self.crown_m {
            to_m.clamp(middle, self.top_m + SPILL_ENTRY_M)
        } else if from_m > 0.0 {
            to_m.clamp(-0.01, self.top_m + SPILL_ENTRY_M)
        } else {
            to_m.min(middle)
        }
    }
}

/// Own volume at a depth; `shaft_m2` is the area of a manhole and the least of a basin.
pub fn own(node: &NodeData, shaft_m2: f64, depth_m: f64) -> Own {
    let top = if node.ponded_area_m2 > 0.0 { node.full_depth_m } else { spill_depth_m(node) };
    let within = depth_m.min(top);
    let mut own = match &node.class {
        NodeClass::Storage { shape, .. } if within > 0.0 => {
            let roof = within.min(node.full_depth_m);
            let above = (within - roof) * shaft_m2;
            let surface = if within > node.full_depth_m { 0.0 } else { shape.area_m2(within) };
            // A shaft below the least area keeps the slope positive where a basin tapers to nothing.
            let least = 0.01 * shaft_m2;
            Own {
                volume_m3: shape.volume_m3(roof) + above + least * within,
                surface_m2: if within > node.full_depth_m { shaft_m2 + least } else { surface + least },
            }
        }
        NodeClass::Storage { .. } => Own { volume_m3: shaft_m2 * within, surface_m2: shaft_m2 },
        _ => Own { volume_m3: shaft_m2 * within, surface_m2: shaft_m2 },
    };
    if depth_m > top {
        let wide = if node.ponded_area_m2 > 0.0 { node.ponded_area_m2 } else { SPILL_M2 };
        own.volume_m3 += wide * (depth_m - top);
        own.surface_m2 = wide;
    }
    own
}

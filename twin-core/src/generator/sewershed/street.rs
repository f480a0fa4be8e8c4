//! Streets with inlets above some side-street sewers: what the inlets do not take runs on along the kerb.

use super::layout::{Node, Role, round};
use crate::generator::chance::Chance;

/// Share of the side streets that get one [–].
const SHARE: f64 = 0.4;
/// Least slope of a kerb [–].
const LEAST_SLOPE: f64 = 0.003;
/// From the lowest manhole to where the street spills onto the bank [m].
const SPILL_M: f64 = 20.0;

/// A street above a side-street sewer.
#[derive(Debug, Clone)]
pub struct Street {
    /// From the lowest point up.
    pub points: Vec<Point>,
    /// Name of the outfall where it spills.
    pub spill: String,
    /// Level there [m].
    pub spill_m: f64,
}

/// A point of a street, over a manhole, and the street from it downhill.
#[derive(Debug, Clone)]
pub struct Point {
    /// The manhole below, which the catchment drained to without a street.
    pub manhole: usize,
    /// Kerb level [m].
    pub level_m: f64,
    /// Length of the street downhill of it [m].
    pub length_m: f64,
    /// The manhole that takes what the inlets of this street catch.
    pub catch: usize,
}

impl Street {
    /// Name of a point, by the name of its manhole.
    pub fn point_id(manhole: &str) -> String {
        format!("K{manhole}")
    }
}

/// Streets above some of the side streets, the first always among them.
pub fn above(nodes: &[Node], seed: u64) -> Vec<Street> {
    let mut chance = Chance::new(seed, "streets");
    let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
    for (ix, node) in nodes.iter().enumerate() {
        if let Role::Side(street) = node.role {
            match found.last_mut().filter(|last| last.0 == street) {
                Some(last) => last.1.push(ix),
                None => found.push((street, vec![ix])),
            }
        }
    }
    let mut streets = Vec::new();
    for (number, manholes) in found {
        let chosen = chance.happens(SHARE);
        if (chosen || number == 0) && manholes.len() > 1 {
            streets.push(street(nodes, &manholes));
        }
    }
    streets
}

fn street(nodes: &[Node], manholes: &[usize]) -> Street {
    let lowest = &nodes[manholes[0]];
    let spill_m = round(lowest.ground_m - SPILL_M * 0.01);
    let mut points: Vec<Point> = Vec::with_capacity(manholes.len());
    let mut below = spill_m;
    for (at, &manhole) in manholes.iter().enumerate() {
        let length_m = if at == 0 { SPILL_M } else { nodes[manhole].pipe.map_or(SPILL_M, |p| p.length_m) };
        let level_m = round(nodes[manhole].ground_m.max(below + LEAST_SLOPE * length_m));
        points.push(Point { manhole, level_m, length_m, catch: manholes[at.saturating_sub(1)] });
        below = level_m;
    }
    Street { points, spill: format!("OK{}", lowest.id), spill_m }
}

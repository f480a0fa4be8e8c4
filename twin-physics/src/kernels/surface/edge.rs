//! The edges of a grid: walls, levels, inflow and free outflow.
//!
//! *Source:* the state beyond an edge follows from what is prescribed and from the Riemann invariant `u ± 2c` that
//! leaves the grid: J. Anastasiou and C. T. Chan, Solution of the 2D shallow water equations using the finite volume
//! method on unstructured triangular meshes, Int. J. Numer. Meth. Fluids 24, 1997, § 5.

use serde::{Deserialize, Serialize};

use super::face::WALL;
use super::grid::Grid;
use super::real::Real;
use super::strip::Field;
use crate::constants::GRAVITY_MS2;

/// An edge of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Smallest x.
    West,
    /// Largest x.
    East,
    /// Smallest y.
    South,
    /// Largest y.
    North,
}

/// What holds along a stretch of an edge. Where none is given there is a wall.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Boundary {
    /// A water level [m]; where the flow leaves faster than its waves, the level has no say.
    Level {
        /// The level [m].
        level_m: f64,
    },
    /// A flow into the grid over the whole stretch [m³/s], negative out of it.
    Flow {
        /// The flow [m³/s].
        flow_m3s: f64,
        /// The level it enters with [m], where it enters faster than its waves.
        level_m: Option<f64>,
    },
    /// Water leaves as if the grid went on; none enters.
    Free,
}

/// A stretch of an edge: its cells counted along the edge, from west or from south.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// The edge.
    pub edge: Edge,
    /// First cell.
    pub from: usize,
    /// One past the last cell.
    pub to: usize,
}

/// The states beyond one edge.
#[derive(Debug, Clone, Default)]
pub struct Beyond<T> {
    /// Depth [m].
    pub depth: Vec<T>,
    /// Velocity across the edge, along x or y [m/s].
    pub across: Vec<T>,
    /// Velocity along the edge [m/s].
    pub along: Vec<T>,
    /// Water through the face, along x or y [m²/s]; at or above [`WALL`] where the states decide.
    pub forced: Vec<T>,
}

/// The states beyond all edges.
#[derive(Debug, Clone, Default)]
pub struct Ghosts<T> {
    /// Beyond the smallest x.
    pub west: Beyond<T>,
    /// Beyond the largest x.
    pub east: Beyond<T>,
    /// Beyond the smallest y.
    pub south: Beyond<T>,
    /// Beyond the largest y.
    pub north: Beyond<T>,
    /// Largest rate at which a wave of the states beyond crosses a cell [1/s].
    pub rate_1s: f64,
}

impl<T: Real> Beyond<T> {
    fn reset(&mut self, n: usize) {
        for row in [&mut self.depth, &mut self.across, &mut self.along] {
            row.clear();
            row.resize(n, T::default());
        }
        self.forced.clear();
        self.forced.resize(n, T::of(WALL));
    }
}

/// Opens the faces of stretches that are not walls.
pub fn open<T: Real>(grid: &mut Grid<T>, stretch: Stretch) {
    let zero = T::default();
    for k in stretch.from..stretch.to {
        if grid.bed_m[cell_at(grid, stretch.edge, k)].is_nan() {
            continue;
        }
        match stretch.edge {
            Edge::West => grid.rise_x[k * (grid.columns + 1)] = zero,
            Edge::East => grid.rise_x[k * (grid.columns + 1) + grid.columns] = zero,
            Edge::South => grid.rise_y[k] = zero,
            Edge::North => grid.rise_y[grid.rows * grid.columns + k] = zero,
        }
    }
}

/// The cell at place `k` of an edge.
#[must_use]
pub fn cell_at<T>(grid: &Grid<T>, edge: Edge, k: usize) -> usize {
    match edge {
        Edge::West => k * grid.columns,
        Edge::East => (k + 1) * grid.columns - 1,
        Edge::South => k,
        Edge::North => (grid.rows - 1) * grid.columns + k,
    }
}

impl<T: Real> Ghosts<T> {
    /// The states beyond the edges now.
    pub fn fill(&mut self, grid: &Grid<T>, field: Field<'_, T>, boundaries: &[(Stretch, Boundary)]) {
        self.west.reset(grid.rows);
        self.east.reset(grid.rows);
        self.south.reset(grid.columns);
        self.north.reset(grid.columns);
        self.rate_1s = 0.0;
        for (stretch, boundary) in boundaries {
            self.stretch(grid, field, *stretch, *boundary);
        }
    }

    fn stretch(&mut self, grid: &Grid<T>, field: Field<'_, T>, stretch: Stretch, boundary: Boundary) {
        let edge = stretch.edge;
        let weights = Weights::of(grid, field, stretch);
        for k in stretch.from..stretch.to {
            let cell = cell_at(grid, edge, k);
            if grid.bed_m[cell].is_nan() {
                continue;
            }
            let (u, v) = (field.u[cell].wide(), field.v[cell].wide());
            // Velocity out of the grid, and along the edge.
            let (sign, out, along) = match edge {
                Edge::West => (-1.0, -u, v),
                Edge::East => (1.0, u, v),
                Edge::South => (-1.0, -v, u),
                Edge::North => (1.0, v, u),
            };
            let inside = Inside { depth: field.depth[cell].wide(), out, bed: grid.bed_m[cell] };
            let (depth, velocity, forced) = beyond(boundary, inside, weights.share(cell, field) / grid.cell_m);
            let rate = (velocity.abs() + along.abs() + 2.0 * (GRAVITY_MS2 * depth).sqrt()) / grid.cell_m;
            self.rate_1s = self.rate_1s.max(rate);
            let side = match edge {
                Edge::West => &mut self.west,
                Edge::East => &mut self.east,
                Edge::South => &mut self.south,
                Edge::North => &mut self.north,
            };
            side.depth[k] = T::of(depth);
            side.across[k] = T::of(sign * velocity);
            side.along[k] = T::of(if velocity > 0.0 { along } else { 0.0 });
            side.forced[k] = T::of(forced.map_or(WALL, |q| sign * q));
        }
    }
}

/// How a flow is shared among the cells of its stretch: by `h^(5/3)` where water stands, evenly where it is dry.
struct Weights {
    total: f64,
    count: usize,
}

impl Weights {
    fn of<T: Real>(grid: &Grid<T>, field: Field<'_, T>, stretch: Stretch) -> Self {
        let cells = (stretch.from..stretch.to).map(|k| cell_at(grid, stretch.edge, k));
        let open = cells.filter(|&c| !grid.bed_m[c].is_nan());
        let (mut total, mut count) = (0.0, 0);
        for cell in open {
            total += conveyance(field.depth[cell].wide());
            count += 1;
        }
        Self { total, count }
    }

    fn share<T: Real>(&self, cell: usize, field: Field<'_, T>) -> f64 {
        if self.total > 0.0 {
            conveyance(field.depth[cell].wide()) / self.total
        } else {
            1.0 / self.count.max(1) as f64
        }
    }
}

fn conveyance(depth: f64) -> f64 {
    if depth < 1e-3 { 0.0 } else { depth * crate::num::cube_root::two_thirds(depth) }
}

/// The cell inside an edge.
#[derive(Clone, Copy)]
struct Inside {
    depth: f64,
    out: f64,
    bed: f64,
}

/// Depth, velocity outwards and, where it is forced, water outwards per metre, beyond a cell; `share` is the part of a
/// stretch's flow per metre [1/m].
fn beyond(boundary: Boundary, inside: Inside, share: f64) -> (f64, f64, Option<f64>) {
    let c = (GRAVITY_MS2 * inside.depth).sqrt();
    match boundary {
        // Nothing stands beyond that could come in: what turns back finds a wall.
        Boundary::Free if inside.out < 0.0 => (inside.depth, -inside.out, Some(0.0)),
        Boundary::Free => (inside.depth, inside.out, None),
        Boundary::Level { level_m } => {
            if inside.out > c && inside.depth > 0.0 {
                return (inside.depth, inside.out, None);
            }
            let depth = (level_m - inside.bed).max(0.0);
            let wave = (GRAVITY_MS2 * depth).sqrt();
            (depth, (inside.out + 2.0 * (c - wave)).clamp(-wave, wave.max(c)), None)
        }
        Boundary::Flow { flow_m3s, level_m } => {
            let q = -flow_m3s * share;
            if q == 0.0 {
                return (inside.depth, -inside.out, Some(0.0));
            }
            let given = level_m.map(|l| l - inside.bed).filter(|&h| h > 0.0);
            let depth = given.unwrap_or_else(|| depth_of_flow(q, inside.out + 2.0 * c));
            // What leaves is bounded by what stands there: as much as a critical section would take.
            let q = if q > 0.0 { q.min(inside.depth * (inside.out.max(0.0) + c)) } else { q };
            (depth, q / depth.max(1e-9), Some(q))
        }
    }
}

/// Depth at which `q` [m²/s, outwards] has the invariant `u + 2c` that leaves the grid; the critical depth where only
/// a faster flow would have it.
fn depth_of_flow(q: f64, invariant: f64) -> f64 {
    let critical = (q * q / GRAVITY_MS2).cbrt();
    // q/h + 2 sqrt(g h) rises with h above the critical depth for outflow, and everywhere for inflow.
    let excess = |h: f64| q / h + 2.0 * (GRAVITY_MS2 * h).sqrt() - invariant;
    if excess(critical) >= 0.0 {
        return critical;
    }
    let mut h = critical * 1.5;
    for _ in 0..50 {
        let slope = (GRAVITY_MS2 / h).sqrt() - q / (h * h);
        let next = (h - excess(h) / slope).clamp(critical, 10.0 * h);
        let done = (next - h).abs() <= 1e-13 * h;
        h = next;
        if done {
            break;
        }
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uniform_flow_goes_through_its_own_boundaries_unchanged() {
        let (h, u) = (2.0, 1.1);
        let upstream = Inside { depth: h, out: -u, bed: 1.0 };
        let (depth, out, q) = beyond(Boundary::Flow { flow_m3s: h * u, level_m: None }, upstream, 1.0);
        assert!((depth - h).abs() < 1e-9 && (out + u).abs() < 1e-9 && q == Some(-h * u));
        let downstream = Inside { depth: h, out: u, bed: 1.0 };
        let (depth, out, _) = beyond(Boundary::Level { level_m: 3.0 }, downstream, 1.0);
        assert!((depth - h).abs() < 1e-12 && (out - u).abs() < 1e-12);
    }

    #[test]
    fn a_free_edge_is_left_and_not_entered() {
        let beyond = |out: f64| beyond(Boundary::Free, Inside { depth: 0.5, out, bed: 2.0 }, 1.0);
        assert_eq!(beyond(3.0), (0.5, 3.0, None));
        assert_eq!(beyond(0.0), (0.5, 0.0, None));
        assert_eq!(beyond(-0.2), (0.5, 0.2, Some(0.0)));
    }

    #[test]
    fn a_fast_outflow_does_not_hear_the_level() {
        let (depth, out, _) = beyond(Boundary::Level { level_m: 9.0 }, Inside { depth: 0.1, out: 3.0, bed: 0.0 }, 1.0);
        assert_eq!((depth, out), (0.1, 3.0));
    }
}

//! Local inertia: the fast scheme, for ponding on flat ground.
//!
//! *Source:* P. D. Bates, M. S. Horritt, T. J. Fewtrell, A simple inertial formulation of the shallow water equations,
//! J. Hydrol. 387, 2010, eq. 11; weights of neighbouring flows: G. A. M. de Almeida et al., Improving the stability of
//! a simple formulation of the shallow water equations, Water Resour. Res. 48, 2012, eq. 7.
//!
//! The advection of momentum is left out, so jumps and fast flow are wrong. Every step reports the largest Froude
//! number, and who runs the scheme has to look at it.

use super::band::Reads;
use super::face;
use super::face::WALL;
use super::friction::FrictionLaw;
use super::grid::{Grid, TILE};
use super::real::Real;
use super::update::{Part, Peaks};
use super::water::two_sum;
use crate::constants::GRAVITY_MS2;

/// Weight of a face's own flow against those of its neighbours.
const OWN: f64 = 0.8;
/// Depth above which a Froude number counts [m].
pub const FROUDE_DEPTH_M: f64 = 0.01;

/// Flows through western and southern faces of cells [m²/s], those through eastern and northern edges after them.
#[derive(Clone, Copy)]
pub struct Flows<'a, T> {
    /// Through western faces, `columns + 1` a row.
    pub x: &'a [T],
    /// Through southern faces, `rows + 1` rows.
    pub y: &'a [T],
}

/// Flow through a face after a step from the depths on both sides and the flows through it and the faces next to it.
#[inline(always)]
fn momentum<T: Real>(a: &Reads<'_, T>, q: [T; 3], [hl, hr, rise, friction]: [T; 4]) -> T {
    let (zero, one) = (T::default(), T::of(1.0));
    let s = &a.advance;
    let level = hr + rise;
    let depth = hl.most(level) - rise.most(zero);
    let flows = depth > s.film && rise < T::of(WALL);
    let safe = if flows { depth } else { one };
    let mean = T::of(OWN) * q[1] + T::of(0.5 * (1.0 - OWN)) * (q[0] + q[2]);
    let by_depth = match s.law {
        FrictionLaw::Manning => {
            let c = safe.inverse_cbrt();
            let square = c * c;
            square * square * square * c
        }
        FrictionLaw::Chezy => one / (safe * safe),
    };
    let pushed = mean - T::of(GRAVITY_MS2) * safe * s.per_cell * (level - hl);
    let out = pushed / (one + s.dt * friction * q[1].size() * by_depth);
    if flows { out } else { zero }
}

/// Flows of the faces that belong to band `band`.
pub fn flows<T: Real>(r: &Reads<'_, T>, old: Flows<'_, T>, band: usize, x: &mut [T], y: &mut [T]) {
    let (grid, h) = (r.grid, r.field.depth);
    let (columns, across) = (grid.columns, grid.tiles_x());
    let (low, high) = (band * TILE, (band * TILE + TILE).min(grid.rows));
    let last = if high == grid.rows { high + 1 } else { high };
    x.fill(T::default());
    y.fill(T::default());
    let half = T::of(0.5);
    for t in (0..across).filter(|t| r.active[band * across + t]) {
        let (from, to) = (t * TILE, ((t + 1) * TILE).min(columns));
        for j in low..high {
            let (at, row) = (j * columns, j * (columns + 1));
            for i in from.max(1)..to {
                let q = [old.x[row + i - 1], old.x[row + i], old.x[row + i + 1]];
                let friction = half * (grid.friction[at + i - 1] + grid.friction[at + i]);
                let ground = [h[at + i - 1], h[at + i], grid.rise_x[row + i], friction];
                x[row - low * (columns + 1) + i] = momentum(r, q, ground);
            }
            if from == 0 {
                x[row - low * (columns + 1)] = edge_x(r, j, true);
            }
            if to == columns {
                x[row - low * (columns + 1) + columns] = edge_x(r, j, false);
            }
        }
        for j in low..last {
            let at = j * columns;
            for i in from..to {
                y[at - low * columns + i] = if j == 0 || j == grid.rows {
                    edge_y(r, i, j == 0)
                } else {
                    let q = [old.y[at - columns + i], old.y[at + i], old.y[at + columns + i]];
                    let friction = half * (grid.friction[at - columns + i] + grid.friction[at + i]);
                    momentum(r, q, [h[at - columns + i], h[at + i], grid.rise_y[at + i], friction])
                };
            }
        }
    }
}

/// Water through an edge, from the full equations.
fn edge_x<T: Real>(r: &Reads<'_, T>, j: usize, west: bool) -> T {
    let grid = r.grid;
    let (side, i) = if west { (&r.ghosts.west, 0) } else { (&r.ghosts.east, grid.columns - 1) };
    if side.forced[j] < T::of(WALL) {
        return side.forced[j];
    }
    let cell = j * grid.columns + i;
    let inside = [r.field.depth[cell], r.field.u[cell], r.field.v[cell]];
    let beyond = [side.depth[j], side.across[j], side.along[j]];
    let rise = grid.rise_x[j * (grid.columns + 1) + if west { 0 } else { grid.columns }];
    let [l, right] = if west { [beyond, inside] } else { [inside, beyond] };
    face::flux(l, right, rise, r.advance.film)[0]
}

fn edge_y<T: Real>(r: &Reads<'_, T>, i: usize, south: bool) -> T {
    let grid = r.grid;
    let (side, j) = if south { (&r.ghosts.south, 0) } else { (&r.ghosts.north, grid.rows - 1) };
    if side.forced[i] < T::of(WALL) {
        return side.forced[i];
    }
    let cell = j * grid.columns + i;
    let inside = [r.field.depth[cell], r.field.v[cell], r.field.u[cell]];
    let beyond = [side.depth[i], side.across[i], side.along[i]];
    let rise = grid.rise_y[if south { i } else { grid.rows * grid.columns + i }];
    let [l, right] = if south { [beyond, inside] } else { [inside, beyond] };
    face::flux(l, right, rise, r.advance.film)[0]
}

/// The share of what a cell should give in a step that it has.
#[inline(always)]
fn share<T: Real>(r: &Reads<'_, T>, q: Flows<'_, T>, i: usize, j: usize) -> T {
    let (zero, one, columns) = (T::default(), T::of(1.0), r.grid.columns);
    let cell = j * columns + i;
    let (west, east) = (q.x[j * (columns + 1) + i], q.x[j * (columns + 1) + i + 1]);
    let (south, north) = (q.y[cell], q.y[cell + columns]);
    let out = r.advance.per_cell * (((-west).most(zero) + east.most(zero)) + ((-south).most(zero) + north.most(zero)));
    let has = r.field.depth[cell];
    if out > has { has / out.most(T::of(1e-30)) * T::of(1.0 - 1e-6) } else { one }
}

/// Shares of all cells of a band.
pub fn shares<T: Real>(r: &Reads<'_, T>, q: Flows<'_, T>, band: usize, out: &mut [T]) {
    let (grid, across) = (r.grid, r.grid.tiles_x());
    out.fill(T::of(1.0));
    for t in (0..across).filter(|t| r.active[band * across + t]) {
        for j in band * TILE..(band * TILE + TILE).min(grid.rows) {
            for i in t * TILE..((t + 1) * TILE).min(grid.columns) {
                out[(j - band * TILE) * grid.columns + i] = share(r, q, i, j);
            }
        }
    }
}

/// A flow held to what its giver has; water from outside is not held.
#[inline(always)]
fn held<T: Real>(q: T, giver: Option<T>, taker: Option<T>) -> T {
    let share = if q >= T::default() { giver } else { taker };
    q * share.unwrap_or(T::of(1.0))
}

/// Western and southern flow of cell `(i, j)`, or of the edge beyond the last one, once held.
#[inline(always)]
pub fn held_flows<T: Real>(grid: &Grid<T>, q: Flows<'_, T>, shares: &[T], i: usize, j: usize) -> [T; 2] {
    let columns = grid.columns;
    let at = |i: usize, j: usize| (i < columns && j < grid.rows).then(|| shares[j * columns + i]);
    let here = at(i, j);
    let x = if j < grid.rows {
        held(q.x[j * (columns + 1) + i], i.checked_sub(1).and_then(|i| at(i, j)), here)
    } else {
        T::default()
    };
    let y = if i < columns {
        held(q.y[j * columns + i], j.checked_sub(1).and_then(|j| at(i, j)), here)
    } else {
        T::default()
    };
    [x, y]
}

/// What a band has done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Done {
    /// In through edges, as depth over one cell [m].
    pub entered_m: f64,
    /// Out through edges [m].
    pub left_m: f64,
    /// Cells computed.
    pub cells: usize,
}

/// New depths of a band, velocities for those who look, and the flows its faces keep.
pub fn update<T: Real>(
    r: &Reads<'_, T>,
    q: Flows<'_, T>,
    shares: &[T],
    band: usize,
    part: &mut Part<'_, T>,
    deepest: &mut [T],
    peaks: &mut Peaks<T>,
) -> Done {
    let (grid, across, columns) = (r.grid, r.grid.tiles_x(), r.grid.columns);
    let low = band * TILE;
    let mut done = Done::default();
    for t in 0..across {
        let tile = band * across + t;
        if r.active[tile] {
            deepest[t] = T::default();
        }
        for j in low..(low + TILE).min(grid.rows) {
            for i in t * TILE..((t + 1) * TILE).min(columns) {
                let (cell, here) = (j * columns + i, (j - low) * columns + i);
                if !r.active[tile] {
                    (part.depth[here], part.rest[here]) = (r.field.depth[cell], r.rest[cell]);
                    (part.u[here], part.v[here]) = (T::default(), T::default());
                    continue;
                }
                let [west, south] = held_flows(grid, q, shares, i, j);
                let east = held_flows(grid, q, shares, i + 1, j)[0];
                let north = held_flows(grid, q, shares, i, j + 1)[1];
                done.book(r, [i, j], [west, east, south, north]);
                let depth = cell_update(r, cell, here, [west, east, south, north], r.rain_m[tile], part, peaks);
                deepest[t] = deepest[t].most(depth);
                done.cells += 1;
            }
        }
    }
    done
}

#[inline(always)]
fn cell_update<T: Real>(
    r: &Reads<'_, T>,
    cell: usize,
    here: usize,
    [west, east, south, north]: [T; 4],
    fall: f64,
    part: &mut Part<'_, T>,
    peaks: &mut Peaks<T>,
) -> T {
    let (zero, half, l) = (T::default(), T::of(0.5), r.advance.per_cell);
    let gain = ((l * west).wide() - (l * east).wide()) + ((l * south).wide() - (l * north).wide());
    let more = r.rest[cell].wide() + gain + fall * r.grid.catch[cell].wide();
    let (sum, lost) = two_sum(r.field.depth[cell].wide(), more);
    let depth = T::of(if sum > 0.0 { sum } else { 0.0 });
    let wet = depth > r.advance.film;
    let (u, v) = if wet { (half * (west + east) / depth, half * (south + north) / depth) } else { (zero, zero) };
    part.depth[here] = depth;
    part.rest[here] = T::of(sum - depth.wide() + lost);
    (part.u[here], part.v[here]) = (u, v);
    let wave = (T::of(GRAVITY_MS2) * depth).root();
    if wet {
        peaks.speed[0] = peaks.speed[0].most(wave + wave);
    }
    if depth > T::of(FROUDE_DEPTH_M) {
        peaks.froude[0] = peaks.froude[0].most((u * u + v * v) / (wave * wave));
    }
    peaks.trace[0] = peaks.trace[0] + (u + v + part.rest[here]);
    depth
}

impl Done {
    #[inline(always)]
    fn book<T: Real>(&mut self, r: &Reads<'_, T>, [i, j]: [usize; 2], q: [T; 4]) {
        let at_edge = [i == 0, i + 1 == r.grid.columns, j == 0, j + 1 == r.grid.rows];
        for ((edge, q), sign) in at_edge.into_iter().zip(q).zip([1.0, -1.0, 1.0, -1.0]) {
            if edge {
                let inflow = sign * (r.advance.per_cell * q).wide();
                self.entered_m += inflow.max(0.0);
                self.left_m += (-inflow).max(0.0);
            }
        }
    }
}

//! Local inertia: the fast scheme, for ponding on flat ground.
//!
//! *Source:* P. D. Bates, M. S. Horritt, T. J. Fewtrell, A simple inertial formulation of the shallow water equations,
//! J. Hydrol. 387, 2010, eq. 11; weights of neighbouring flows: G. A. M. de Almeida et al., Improving the stability of
//! a simple formulation of the shallow water equations, Water Resour. Res. 48, 2012, eq. 7.
//!
//! The advection of momentum is left out, so jumps and fast flow are wrong. Every step reports the largest Froude
//! number, and who runs the scheme has to look at it.

use std::ops::Range;

use super::band::Reads;
use super::face;
use super::face::WALL;
use super::friction;
use super::grid::TILE;
use super::real::Real;
use super::update::{Part, Peaks, Tops, cut};
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
fn momentum<T: Real>(r: &Reads<'_, T>, q: [T; 3], [hl, hr, rise, friction]: [T; 4]) -> T {
    let (zero, one) = (T::default(), T::of(1.0));
    let s = &r.advance[0];
    let level = hr + rise;
    let depth = hl.most(level) - rise.most(zero);
    let flows = (depth > s.film) & (rise < T::of(WALL));
    let safe = if flows { depth } else { one };
    let mean = T::of(OWN) * q[1] + T::of(0.5 * (1.0 - OWN)) * (q[0] + q[2]);
    let pushed = mean - T::of(GRAVITY_MS2) * safe * s.per_cell * (level - hl);
    let out = pushed / (one + s.dt * friction * q[1].size() * friction::by_depth(s.law, safe));
    if flows { out } else { zero }
}

/// The next cells in a row of tiles that are active, as tiles from `t` on.
#[inline(always)]
fn next_run<T>(r: &Reads<'_, T>, across: usize, band: usize, t: usize) -> Option<Range<usize>> {
    let active = &r.pace.due[band * across..(band + 1) * across];
    let from = t + active[t..].iter().position(|&a| a)?;
    Some(from..active[from..].iter().position(|&a| !a).map_or(across, |n| from + n))
}

/// Flows of the faces that belong to band `band`.
#[inline(always)]
pub fn flows<T: Real>(r: &Reads<'_, T>, old: Flows<'_, T>, band: usize, x: &mut [T], y: &mut [T]) {
    let (grid, h) = (r.grid, r.field.depth);
    let (columns, across) = (grid.columns, grid.tiles_x());
    let (low, high) = (band * TILE, (band * TILE + TILE).min(grid.rows));
    let last = if high == grid.rows { high + 1 } else { high };
    x.fill(T::default());
    y.fill(T::default());
    let mut t = 0;
    while let Some(tiles) = next_run(r, across, band, t) {
        t = tiles.end;
        let (from, to) = (tiles.start * TILE, (tiles.end * TILE).min(columns));
        for j in low..high {
            let (at, row, here) = (j * columns, j * (columns + 1), (j - low) * (columns + 1));
            let first = from.max(1);
            let q = [0, 1, 2].map(|k| &old.x[row + first + k - 1..]);
            let sides = [&h[at + first - 1..], &h[at + first..]];
            let friction = [&grid.friction[at + first - 1..], &grid.friction[at + first..]];
            line(r, q, sides, &grid.rise_x[row + first..], friction, &mut x[here + first..here + to]);
            if from == 0 {
                x[here] = edge_x(r, j, true);
            }
            if to == columns {
                x[here + columns] = edge_x(r, j, false);
            }
        }
        for j in low..last {
            let (at, here) = (j * columns, (j - low) * columns);
            let out = &mut y[here + from..here + to];
            if j == 0 || j == grid.rows {
                for (i, out) in (from..to).zip(out) {
                    *out = edge_y(r, i, j == 0);
                }
                continue;
            }
            let below = at - columns;
            let q = [&old.y[below + from..], &old.y[at + from..], &old.y[at + columns + from..]];
            let friction = [&grid.friction[below + from..], &grid.friction[at + from..]];
            line(r, q, [&h[below + from..], &h[at + from..]], &grid.rise_y[at + from..], friction, out);
        }
    }
}

/// Flows of a line of faces.
#[inline(always)]
fn line<T: Real>(r: &Reads<'_, T>, q: [&[T]; 3], depth: [&[T]; 2], rise: &[T], friction: [&[T]; 2], out: &mut [T]) {
    let (n, half) = (out.len(), T::of(0.5));
    let ([qa, qb, qc], [hl, hr], rise) = (q.map(|s| &s[..n]), depth.map(|s| &s[..n]), &rise[..n]);
    let [fl, fr] = friction.map(|s| &s[..n]);
    for i in 0..n {
        out[i] = momentum(r, [qa[i], qb[i], qc[i]], [hl[i], hr[i], rise[i], half * (fl[i] + fr[i])]);
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
    face::flux(l, right, rise, r.advance[0].film)[0]
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
    face::flux(l, right, rise, r.advance[0].film)[0]
}

/// Of what each cell of a band should give in a step, the share that it has.
#[inline(always)]
pub fn shares<T: Real>(r: &Reads<'_, T>, q: Flows<'_, T>, band: usize, out: &mut [T]) {
    let (zero, one, columns) = (T::default(), T::of(1.0), r.grid.columns);
    out.fill(one);
    let mut t = 0;
    while let Some(tiles) = next_run(r, r.grid.tiles_x(), band, t) {
        t = tiles.end;
        let (from, to) = (tiles.start * TILE, (tiles.end * TILE).min(columns));
        for (row, out) in out.chunks_mut(columns).enumerate() {
            let j = band * TILE + row;
            let (cell, face) = (j * columns + from, j * (columns + 1) + from);
            let out = &mut out[from..to];
            let n = out.len();
            let (west, east) = (&q.x[face..face + n], &q.x[face + 1..face + 1 + n]);
            let (south, north) = (&q.y[cell..cell + n], &q.y[cell + columns..cell + columns + n]);
            let has = &r.field.depth[cell..cell + n];
            for i in 0..n {
                let along_x = (-west[i]).most(zero) + east[i].most(zero);
                let gives = r.advance[0].per_cell * (along_x + ((-south[i]).most(zero) + north[i].most(zero)));
                let share = has[i] / gives.most(T::of(1e-30)) * T::of(1.0 - 1e-6);
                out[i] = if gives > has[i] { share } else { one };
            }
        }
    }
}

/// Flows of a band's faces held to what their givers have; water from outside is not held.
#[inline(always)]
pub fn hold<T: Real>(r: &Reads<'_, T>, q: Flows<'_, T>, shares: &[T], band: usize, x: &mut [T], y: &mut [T]) {
    let (columns, zero) = (r.grid.columns, T::default());
    for (row, out) in x.chunks_mut(columns + 1).enumerate() {
        let j = band * TILE + row;
        let (q, s) = (&q.x[j * (columns + 1)..(j + 1) * (columns + 1)], &shares[j * columns..(j + 1) * columns]);
        line_held(&q[1..columns], &s[..columns - 1], &s[1..], &mut out[1..columns]);
        out[0] = if q[0] < zero { q[0] * s[0] } else { q[0] };
        out[columns] = if q[columns] >= zero { q[columns] * s[columns - 1] } else { q[columns] };
    }
    let open = vec![T::of(1.0); columns];
    for (row, out) in y.chunks_mut(columns).enumerate() {
        let at = (band * TILE + row) * columns;
        let below = if at == 0 { &open } else { &shares[at - columns..at] };
        let above = if at == shares.len() { &open } else { &shares[at..at + columns] };
        line_held(&q.y[at..at + columns], below, above, out);
    }
}

#[inline(always)]
fn line_held<T: Real>(q: &[T], giver: &[T], taker: &[T], out: &mut [T]) {
    let n = out.len();
    let (q, giver, taker) = (&q[..n], &giver[..n], &taker[..n]);
    for i in 0..n {
        out[i] = q[i] * if q[i] >= T::default() { giver[i] } else { taker[i] };
    }
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

/// New depths of a band from held flows, and velocities for those who look.
#[inline(always)]
pub fn update<T: Real>(
    r: &Reads<'_, T>,
    q: Flows<'_, T>,
    band: usize,
    part: &mut Part<'_, T>,
    [deepest, fastest]: [&mut [T]; 2],
    peaks: &mut Peaks<T>,
) -> Done {
    let (grid, across, columns) = (r.grid, r.grid.tiles_x(), r.grid.columns);
    let low = band * TILE;
    let high = (low + TILE).min(grid.rows);
    let mut done = Done::default();
    for (t, (deepest, fastest)) in deepest.iter_mut().zip(fastest).enumerate() {
        let tile = band * across + t;
        let (from, to) = (t * TILE, (t * TILE + TILE).min(columns));
        let mut tops = Tops::default();
        for j in low..high {
            let (cell, here, n) = (j * columns + from, (j - low) * columns + from, to - from);
            if !r.pace.due[tile] {
                part.depth[here..here + n].copy_from_slice(&r.field.depth[cell..cell + n]);
                part.rest[here..here + n].copy_from_slice(&r.rest[cell..cell + n]);
                part.u[here..here + n].fill(T::default());
                part.v[here..here + n].fill(T::default());
            } else if n == TILE {
                cells::<T, TILE>(r, q, [cell, here, cell + j], r.rain_m[tile], part, peaks, (&mut tops, 0));
            } else {
                for k in 0..n {
                    let at = [cell + k, here + k, cell + j + k];
                    cells::<T, 1>(r, q, at, r.rain_m[tile], part, peaks, (&mut tops, k));
                }
            }
        }
        if r.pace.due[tile] {
            [*deepest, *fastest] = tops.largest();
            done.cells += (to - from) * (high - low);
        }
    }
    done.book(r, q, low..high);
    done
}

/// New state of `N` cells: `cell` of the grid and `here` of the band; `face` is the first's western.
#[inline(always)]
fn cells<T: Real, const N: usize>(
    r: &Reads<'_, T>,
    q: Flows<'_, T>,
    [cell, here, face]: [usize; 3],
    fall: f64,
    part: &mut Part<'_, T>,
    peaks: &mut Peaks<T>,
    (tops, lane): (&mut Tops<T>, usize),
) {
    let (zero, half, one, l) = (T::default(), T::of(0.5), T::of(1.0), r.advance[0].per_cell);
    let (west, east) = (cut::<T, N>(q.x, face), cut::<T, N>(q.x, face + 1));
    let (south, north) = (cut::<T, N>(q.y, cell), cut::<T, N>(q.y, cell + r.grid.columns));
    let (h, before, catch) =
        (cut::<T, N>(r.field.depth, cell), cut::<T, N>(r.rest, cell), cut::<T, N>(&r.grid.catch, cell));
    // A single's sum is double: it loses nothing that its remainder could hold.
    let exact = size_of::<T>() == size_of::<f64>();
    let (mut depth, mut rest, mut u, mut v) = ([zero; N], [zero; N], [zero; N], [zero; N]);
    let (mut speed, mut froude) = ([zero; N], [zero; N]);
    for k in 0..N {
        let gain = ((l * west[k]).wide() - (l * east[k]).wide()) + ((l * south[k]).wide() - (l * north[k]).wide());
        let more = before[k].wide() + gain + fall * catch[k].wide();
        let (sum, lost) = if exact { two_sum(h[k].wide(), more) } else { (h[k].wide() + more, 0.0) };
        depth[k] = T::of(if sum > 0.0 { sum } else { 0.0 });
        rest[k] = T::of(sum - depth[k].wide() + lost);
    }
    for k in 0..N {
        let wet = depth[k] > r.advance[0].film;
        let share = half / if wet { depth[k] } else { one };
        u[k] = if wet { share * (west[k] + east[k]) } else { zero };
        v[k] = if wet { share * (south[k] + north[k]) } else { zero };
        let gh = T::of(GRAVITY_MS2) * depth[k];
        let wave = gh.root();
        speed[k] = if wet { wave + wave } else { zero };
        froude[k] = if depth[k] > T::of(FROUDE_DEPTH_M) { (u[k] * u[k] + v[k] * v[k]) / gh } else { zero };
    }
    peaks.raise([&speed, &froude, &rest, &depth], tops, lane);
    part.depth[here..here + N].copy_from_slice(&depth);
    part.rest[here..here + N].copy_from_slice(&rest);
    part.u[here..here + N].copy_from_slice(&u);
    part.v[here..here + N].copy_from_slice(&v);
}

impl Done {
    /// Books what crosses the edges of rows `rows`.
    #[inline(always)]
    fn book<T: Real>(&mut self, r: &Reads<'_, T>, q: Flows<'_, T>, rows: Range<usize>) {
        let columns = r.grid.columns;
        let mut one = |q: T, sign: f64| {
            let inflow = sign * (r.advance[0].per_cell * q).wide();
            self.entered_m += inflow.max(0.0);
            self.left_m += (-inflow).max(0.0);
        };
        for j in rows.clone() {
            one(q.x[j * (columns + 1)], 1.0);
            one(q.x[j * (columns + 1) + columns], -1.0);
        }
        if rows.start == 0 {
            q.y[..columns].iter().for_each(|&q| one(q, 1.0));
        }
        if rows.end == r.grid.rows {
            q.y[rows.end * columns..].iter().for_each(|&q| one(q, -1.0));
        }
    }
}

//! A strip of rows under computation: loading, slopes, faces.
//!
//! *Source:* second order: B. van Leer, Towards the ultimate conservative difference scheme V, J. Comput. Phys. 32,
//! 1979 (piecewise linear, here with the minmod limiter), on depth, level and velocity with the centred bed term of
//! E. Audusse et al., SIAM J. Sci. Comput. 25, 2004, § 4.1.

use super::edge::{Beyond, Ghosts};
use super::face::{self, Fluxes, Rule, Side, WALL, fluxes};
use super::grid::Grid;
use super::real::Real;
use super::seam::Seams;
use super::update::Tops;

/// Cells beyond either end of a row that its slopes need.
pub const PAD: usize = 2;

/// Depth and velocity of a whole surface, read only.
#[derive(Clone, Copy)]
pub struct Field<'a, T> {
    /// Depth [m].
    pub depth: &'a [T],
    /// Velocity along x [m/s].
    pub u: &'a [T],
    /// Velocity along y [m/s].
    pub v: &'a [T],
}

/// Part of a row as it stands, read where it lies.
#[derive(Clone, Copy)]
pub struct Cells<'a, T> {
    /// Depth [m].
    pub depth: &'a [T],
    /// Velocity along x [m/s].
    pub u: &'a [T],
    /// Velocity along y [m/s].
    pub v: &'a [T],
}

/// Part of a row with its neighbours, copied for second order, and the slopes across it along y.
#[derive(Debug, Clone, Default)]
pub struct Row<T> {
    /// Depth [m].
    pub depth: Vec<T>,
    /// Velocity along x [m/s].
    pub u: Vec<T>,
    /// Velocity along y [m/s].
    pub v: Vec<T>,
    /// Limited differences along y of depth, level, u and v over a cell.
    pub slopes: Slopes<T>,
}

/// Limited differences over a cell.
#[derive(Debug, Clone, Default)]
pub struct Slopes<T> {
    /// Of the depth [m].
    pub depth: Vec<T>,
    /// Of the water level [m].
    pub level: Vec<T>,
    /// Of u [m/s].
    pub u: Vec<T>,
    /// Of v [m/s].
    pub v: Vec<T>,
}

impl<T: Real> Slopes<T> {
    fn resize(&mut self, n: usize) {
        for row in [&mut self.depth, &mut self.level, &mut self.u, &mut self.v] {
            row.resize(n, T::default());
        }
    }
}

impl<T: Real> Row<T> {
    /// Its cells without the neighbours.
    pub fn cells(&self) -> Cells<'_, T> {
        let [depth, u, v] = [&self.depth, &self.u, &self.v].map(|row| &row[PAD..row.len() - PAD]);
        Cells { depth, u, v }
    }

    /// Loads cells `from − PAD .. to + PAD` of row `j`, which may lie one or two rows outside, as may the cells.
    pub fn load(&mut self, grid: &Grid<T>, field: Field<'_, T>, ghosts: &Ghosts<T>, j: isize, from: usize, to: usize) {
        let n = to - from + 2 * PAD;
        for row in [&mut self.depth, &mut self.u, &mut self.v] {
            row.resize(n, T::default());
        }
        self.slopes.resize(n);
        let Some(j) = usize::try_from(j).ok().filter(|&j| j < grid.rows) else {
            let side = if j < 0 { &ghosts.south } else { &ghosts.north };
            for (k, cell) in self.depth.iter_mut().zip(&mut self.u).zip(&mut self.v).enumerate() {
                let i = (from + k).saturating_sub(PAD).min(grid.columns - 1);
                ((*cell.0.0, *cell.0.1), *cell.1) = ((side.depth[i], side.along[i]), side.across[i]);
            }
            return;
        };
        let start = from.saturating_sub(PAD);
        let end = (to + PAD).min(grid.columns);
        let (first, count) = (start + PAD - from, end - start);
        let at = j * grid.columns + start;
        self.depth[first..first + count].copy_from_slice(&field.depth[at..at + count]);
        self.u[first..first + count].copy_from_slice(&field.u[at..at + count]);
        self.v[first..first + count].copy_from_slice(&field.v[at..at + count]);
        for k in 0..first {
            (self.depth[k], self.u[k], self.v[k]) = (ghosts.west.depth[j], ghosts.west.across[j], ghosts.west.along[j]);
        }
        for k in first + count..n {
            (self.depth[k], self.u[k], self.v[k]) = (ghosts.east.depth[j], ghosts.east.across[j], ghosts.east.along[j]);
        }
    }
}

/// Buffers of one strip.
#[derive(Debug, Clone, Default)]
pub struct Strip<T> {
    /// The rows round the face in work, by row modulo 4.
    pub rows: [Row<T>; 4],
    /// Faces along x of the row in work.
    pub x: Fluxes<T>,
    /// Southern faces of rows, by row modulo 2.
    pub y: [Fluxes<T>; 2],
    /// Slopes along x of the row in work.
    pub along: Slopes<T>,
    /// Largest values of each tile.
    pub tops: Vec<Tops<T>>,
    /// Buffers of faces between tiles of different pace.
    pub seams: Seams<T>,
    left: [Vec<T>; 3],
    right: [Vec<T>; 3],
    rise: Vec<T>,
    /// Bed rises of the row in work with one more face at either end.
    pub rises: Vec<T>,
}

#[inline(always)]
fn minmod<T: Real>(a: T, b: T) -> T {
    let zero = T::default();
    let size = a.size().least(b.size());
    let size = if a * b > zero { size } else { zero };
    if a > zero { size } else { -size }
}

/// Slopes of cells between their neighbours `a` and `c`, 0 beside a wall and beside dry
/// ground; `below` and `above` are the bed's rises to a cell and from it.
#[inline(always)]
fn slopes<T: Real>(cells: [[&[T]; 3]; 3], below: &[T], above: &[T], out: [&mut [T]; 4]) {
    let (zero, wall, dry) = (T::default(), T::of(WALL), T::of(T::DRY_M));
    let n = below.len();
    let [[ha, ua, va], [hb, ub, vb], [hc, uc, vc]] = cells.map(|c| c.map(|s| &s[..n]));
    let above = &above[..n];
    let [depth, level, u, v] = out.map(|s| &mut s[..n]);
    for i in 0..n {
        let (dry, wall) = (ha[i].least(hb[i]).least(hc[i]) <= dry, below[i].most(above[i]) >= wall);
        let keep = !(dry | wall);
        let (left, right) = (hb[i] - ha[i], hc[i] - hb[i]);
        let found = minmod(left, right);
        depth[i] = if keep { found } else { zero };
        let found = minmod(left + below[i], right + above[i]);
        level[i] = if keep { found } else { zero };
        let found = minmod(ub[i] - ua[i], uc[i] - ub[i]);
        u[i] = if keep { found } else { zero };
        let found = minmod(vb[i] - va[i], vc[i] - vb[i]);
        v[i] = if keep { found } else { zero };
    }
}

impl<T: Real> Strip<T> {
    /// Slopes along y of row `j` from the rows on both sides; `below` and `above` are the bed's rises to it and from
    /// it.
    #[inline(always)]
    pub fn slopes_y(&mut self, j: isize, below: &[T], above: &[T]) {
        let at = |j: isize| j.rem_euclid(4) as usize;
        let mut s = std::mem::take(&mut self.rows[at(j)].slopes);
        let cells = [j - 1, j, j + 1].map(|j| {
            let row = &self.rows[at(j)];
            [&row.depth[PAD..], &row.u[PAD..], &row.v[PAD..]]
        });
        let out = [&mut s.depth[PAD..], &mut s.level[PAD..], &mut s.u[PAD..], &mut s.v[PAD..]];
        slopes(cells, below, above, out);
        self.rows[at(j)].slopes = s;
    }

    /// Southern faces of row `j` in second order; `rises` are the bed's.
    #[inline(always)]
    pub fn sloping_faces_y(&mut self, j: isize, rises: &[T], rule: Rule<T>) {
        let (below, above) = ((j - 1).rem_euclid(4) as usize, j.rem_euclid(4) as usize);
        let n = rises.len();
        let out = &mut self.y[j.rem_euclid(2) as usize];
        out.resize(n);
        let (a, b) = (&self.rows[below], &self.rows[above]);
        ends(a, &a.slopes, n, PAD, T::of(0.5), &mut self.left);
        ends(b, &b.slopes, n, PAD, T::of(-0.5), &mut self.right);
        jumps(rises, [&a.slopes, &b.slopes], [PAD, PAD], &mut self.rise);
        let l = Side { depth: &self.left[0], across: &self.left[2], along: &self.left[1] };
        let r = Side { depth: &self.right[0], across: &self.right[2], along: &self.right[1] };
        fluxes(l, r, &self.rise, rule, out.from_face(0));
    }

    /// Faces along x of row `j` in second order: one more than cells; `rises` are the bed's, one more than faces on
    /// either side.
    #[inline(always)]
    pub fn sloping_faces_x(&mut self, j: isize, rises: &[T], rule: Rule<T>) {
        let row = &self.rows[j.rem_euclid(4) as usize];
        let n = rises.len() - 2;
        self.x.resize(n);
        self.along.resize(n + 3);
        let s = &mut self.along;
        let cells = [0, 1, 2].map(|k| [&row.depth[k..], &row.u[k..], &row.v[k..]]);
        let out = [&mut s.depth[1..], &mut s.level[1..], &mut s.u[1..], &mut s.v[1..]];
        slopes(cells, &rises[..=n], &rises[1..n + 2], out);
        ends(row, s, n, PAD - 1, T::of(0.5), &mut self.left);
        ends(row, s, n, PAD, T::of(-0.5), &mut self.right);
        jumps(&rises[1..=n], [s, s], [PAD - 1, PAD], &mut self.rise);
        let l = Side { depth: &self.left[0], across: &self.left[1], along: &self.left[2] };
        let r = Side { depth: &self.right[0], across: &self.right[1], along: &self.right[2] };
        fluxes(l, r, &self.rise, rule, self.x.from_face(0));
    }
}

/// Faces along y between two rows in first order.
#[inline(always)]
pub fn faces_y<T: Real>(below: Cells<'_, T>, above: Cells<'_, T>, rises: &[T], rule: Rule<T>, out: &mut Fluxes<T>) {
    let [l, r] = [below, above].map(|c| Side { depth: c.depth, across: c.v, along: c.u });
    out.resize(rises.len());
    fluxes(l, r, rises, rule, out.from_face(0));
}

/// Faces along x of cells `from..to` of row `j` in first order, one more than cells.
#[inline(always)]
pub fn faces_x<T: Real>(
    (grid, field, ghosts): (&Grid<T>, Field<'_, T>, &Ghosts<T>),
    j: usize,
    [from, to]: [usize; 2],
    rule: Rule<T>,
    out: &mut Fluxes<T>,
) {
    out.resize(to - from + 1);
    let (row, rises) = (j * grid.columns, &grid.rise_x[j * (grid.columns + 1)..]);
    // Faces with a cell of the grid on either side.
    let (first, last) = (from.max(1), to.min(grid.columns - 1));
    if first <= last {
        let [l, r] = [row + first - 1, row + first].map(|at| {
            let [depth, across, along] = [field.depth, field.u, field.v].map(|s| &s[at..=at + last - first]);
            Side { depth, across, along }
        });
        fluxes(l, r, &rises[first..=last], rule, out.from_face(first - from));
    }
    let cell = |i: usize| [field.depth[row + i], field.u[row + i], field.v[row + i]];
    let beyond = |b: &Beyond<T>| [b.depth[j], b.across[j], b.along[j]];
    if from == 0 {
        out.set(0, face::one(beyond(&ghosts.west), cell(0), rises[0], rule));
    }
    if to == grid.columns {
        out.set(to - from, face::one(cell(to - 1), beyond(&ghosts.east), rises[to], rule));
    }
}

/// Depth, u and v of `n` cells at the end of their slopes.
#[inline(always)]
fn ends<T: Real>(row: &Row<T>, s: &Slopes<T>, n: usize, from: usize, share: T, out: &mut [Vec<T>; 3]) {
    let (cells, slopes) = ([&row.depth, &row.u, &row.v], [&s.depth, &s.u, &s.v]);
    for ((out, cell), slope) in out.iter_mut().zip(cells).zip(slopes) {
        out.resize(n, T::default());
        for ((o, &c), &d) in out.iter_mut().zip(&cell[from..from + n]).zip(&slope[from..from + n]) {
            *o = c + share * d;
        }
    }
}

/// What of the bed's rise is left at the faces once the beds of both cells slope.
#[inline(always)]
fn jumps<T: Real>(rises: &[T], slopes: [&Slopes<T>; 2], from: [usize; 2], out: &mut Vec<T>) {
    let (half, wall, n) = (T::of(0.5), T::of(WALL), rises.len());
    out.resize(n, T::default());
    let [[la, da], [lb, db]] =
        [0, 1].map(|k| [&slopes[k].level[from[k]..from[k] + n], &slopes[k].depth[from[k]..from[k] + n]]);
    for (i, o) in out.iter_mut().enumerate() {
        let rise = rises[i];
        let bent = rise - half * ((la[i] - da[i]) + (lb[i] - db[i]));
        *o = if rise >= wall { rise } else { bent };
    }
}

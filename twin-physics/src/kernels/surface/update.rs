//! New depths and velocities of a row from its fluxes and sources.
//!
//! *Source:* finite volumes as in R. J. LeVeque, Finite Volume Methods for Hyperbolic Problems, 2002, § 4.1; two-stage
//! strong-stability-preserving steps: S. Gottlieb, C.-W. Shu, E. Tadmor, SIAM Rev. 43, 2001, eq. 3.2.
//!
//! Depth is kept as a number of the kernel's precision and what it could not hold. Their sum is advanced in double
//! precision, with fluxes both neighbours have rounded alike: single precision loses no water, and a drizzle on a deep
//! lake is not lost in its last place.

use super::face::Fluxes;
use super::friction::{self, FrictionLaw};
use super::grid::TILE;
use super::inertial::FROUDE_DEPTH_M;
use super::real::Real;
use super::strip::{PAD, Row, Slopes};
use super::water::two_sum;
use crate::constants::GRAVITY_MS2;

/// What is the same for all cells in a step.
#[derive(Debug, Clone, Copy)]
pub struct Advance<T> {
    /// Step [s].
    pub dt: T,
    /// Step over the side of a cell [s/m].
    pub per_cell: T,
    /// Depth up to which water does not run [m].
    pub film: T,
    /// The law of friction.
    pub law: FrictionLaw,
}

/// Depth, its remainder, and velocities of part of a row.
#[derive(Debug)]
pub struct Part<'a, T> {
    /// Depth [m].
    pub depth: &'a mut [T],
    /// What `depth` could not hold [m].
    pub rest: &'a mut [T],
    /// Velocity along x [m/s].
    pub u: &'a mut [T],
    /// Velocity along y [m/s].
    pub v: &'a mut [T],
}

/// What a row is advanced from.
#[derive(Clone, Copy)]
pub struct From<'a, T> {
    /// The row itself.
    pub row: &'a Row<T>,
    /// What its depths could not hold [m].
    pub rest: &'a [T],
    /// Faces along x.
    pub x: &'a Fluxes<T>,
    /// Southern faces.
    pub south: &'a Fluxes<T>,
    /// Northern faces.
    pub north: &'a Fluxes<T>,
    /// `g n²` or `g/C²`.
    pub friction: &'a [T],
    /// Share of the rain that falls on a cell.
    pub catch: &'a [T],
    /// Slopes of the row along x, in second order.
    pub along: &'a Slopes<T>,
}

/// Largest rates and depths found, in fixed lanes.
#[derive(Debug, Clone, Copy)]
pub struct Peaks<T> {
    /// Of (|u| + |v| + 2c) [m/s].
    pub speed: [T; TILE],
    /// Of the square of the Froude number where it counts.
    pub froude: [T; TILE],
    /// Sum of all velocities and remainders: finite unless one of them is not.
    pub trace: [T; TILE],
}

impl<T: Copy + Default> Default for Peaks<T> {
    fn default() -> Self {
        Self { speed: [T::default(); TILE], froude: [T::default(); TILE], trace: [T::default(); TILE] }
    }
}

impl<T: Real> Peaks<T> {
    /// The largest Froude number.
    #[must_use]
    pub fn froude(&self) -> f64 {
        self.froude.iter().fold(0.0, |m, s| s.wide().max(m)).sqrt()
    }

    /// The largest speed [m/s].
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.speed.iter().fold(0.0, |m, s| s.wide().max(m))
    }
}

/// Advances a row; `rain` is what falls on each tile in the step [m]. In the second stage `to` holds the state at the
/// start of the step. Returns the largest depth of each tile through `deepest` (raised, not set).
#[inline(always)]
pub fn row<T: Real, const SECOND: bool, const LAST: bool>(
    a: &Advance<T>,
    from: From<'_, T>,
    rain: &[f64],
    to: &mut Part<'_, T>,
    peaks: &mut Peaks<T>,
    deepest: &mut [T],
) {
    let n = to.depth.len();
    for (t, &fall) in rain.iter().enumerate() {
        let start = t * TILE;
        let end = (start + TILE).min(n);
        let mut speeds = [T::default(); TILE];
        let mut depths = [T::default(); TILE];
        if end - start == TILE {
            tile::<T, SECOND, LAST, TILE>(a, &from, fall, start, to, &mut speeds, &mut depths);
        } else {
            for i in start..end {
                let (s, d) = (&mut [speeds[0]], &mut [depths[0]]);
                tile::<T, SECOND, LAST, 1>(a, &from, fall, i, to, s, d);
                (speeds[0], depths[0]) = (speeds[0].most(s[0]), depths[0].most(d[0]));
            }
        }
        for i in start..end {
            peaks.trace[i - start] = peaks.trace[i - start] + (to.u[i] + to.v[i] + to.rest[i]);
        }
        let (least, g) = (T::of(FROUDE_DEPTH_M), T::of(GRAVITY_MS2));
        for (k, i) in (start..end).enumerate() {
            let (h, u, v) = (to.depth[i], to.u[i], to.v[i]);
            let square = if h > least { (u * u + v * v) / (g * h) } else { T::default() };
            peaks.froude[k] = peaks.froude[k].most(square);
        }
        for k in 0..TILE {
            peaks.speed[k] = peaks.speed[k].most(speeds[k]);
            deepest[t] = deepest[t].most(depths[k]);
        }
    }
}

/// `N` values from place `at`.
#[inline(always)]
fn cut<T: Real, const N: usize>(s: &[T], at: usize) -> [T; N] {
    let mut out = [T::default(); N];
    out.copy_from_slice(&s[at..at + N]);
    out
}

/// New depths of `N` cells from `start`: the sums in double precision, split into depth and remainder.
#[inline(always)]
fn depths<T: Real, const LAST: bool, const N: usize>(
    a: &Advance<T>,
    from: &From<'_, T>,
    fall: f64,
    start: usize,
    to: &Part<'_, T>,
) -> [[T; N]; 2] {
    let l = a.per_cell;
    let (h, rest) = (cut::<T, N>(&from.row.depth, start + PAD), cut::<T, N>(from.rest, start));
    let (qw, qe) = (cut::<T, N>(&from.x.water, start), cut::<T, N>(&from.x.water, start + 1));
    let (qs, qn) = (cut::<T, N>(&from.south.water, start), cut::<T, N>(&from.north.water, start));
    let (catch, h0, rest0) =
        (cut::<T, N>(from.catch, start), cut::<T, N>(to.depth, start), cut::<T, N>(to.rest, start));
    // A double has no room beside it: what a sum loses goes to the remainder. A single's sum is double anyway.
    let exact = size_of::<T>() == size_of::<f64>();
    let mut out = [[T::default(); N]; 2];
    for k in 0..N {
        let gain = ((l * qw[k]).wide() - (l * qe[k]).wide()) + ((l * qs[k]).wide() - (l * qn[k]).wide());
        let more = rest[k].wide() + gain + fall * catch[k].wide();
        let (mut sum, mut lost) = if exact { two_sum(h[k].wide(), more) } else { (h[k].wide() + more, 0.0) };
        if LAST {
            let start = if exact { two_sum(sum, h0[k].wide()) } else { (sum + (h0[k].wide() + rest0[k].wide()), 0.0) };
            let rest0 = if exact { rest0[k].wide() } else { 0.0 };
            (sum, lost) = (0.5 * start.0, 0.5 * (lost + start.1 + rest0));
        }
        let depth = T::of(if sum > 0.0 { sum } else { 0.0 });
        out[0][k] = depth;
        out[1][k] = T::of(sum - depth.wide() + lost);
    }
    out
}

/// Momentum of `N` cells from `start` at the end of the stage, before friction.
#[inline(always)]
fn momenta<T: Real, const SECOND: bool, const N: usize>(
    a: &Advance<T>,
    from: &From<'_, T>,
    start: usize,
) -> [[T; N]; 2] {
    let (l, g) = (a.per_cell, T::of(GRAVITY_MS2));
    let row = from.row;
    let h = cut::<T, N>(&row.depth, start + PAD);
    let (u, v) = (cut::<T, N>(&row.u, start + PAD), cut::<T, N>(&row.v, start + PAD));
    let (xw, xe) = (cut::<T, N>(&from.x.second, start), cut::<T, N>(&from.x.first, start + 1));
    let (ys, yn) = (cut::<T, N>(&from.south.second, start), cut::<T, N>(&from.north.first, start));
    let (vw, ve) = (cut::<T, N>(&from.x.along, start), cut::<T, N>(&from.x.along, start + 1));
    let (us, un) = (cut::<T, N>(&from.south.along, start), cut::<T, N>(&from.north.along, start));
    let mut out = [[T::default(); N]; 2];
    for k in 0..N {
        out[0][k] = h[k] * u[k] + l * ((xw[k] - xe[k]) + (us[k] - un[k]));
        out[1][k] = h[k] * v[k] + l * ((ys[k] - yn[k]) + (vw[k] - ve[k]));
    }
    if SECOND {
        let sx = cut::<T, N>(&from.along.level, start + PAD);
        let sy = cut::<T, N>(&row.slopes.level, start + PAD);
        for k in 0..N {
            let pull = l * g * h[k];
            out[0][k] = out[0][k] - pull * sx[k];
            out[1][k] = out[1][k] - pull * sy[k];
        }
    }
    out
}

/// Advances `N` cells from `start`.
#[inline(always)]
fn tile<T: Real, const SECOND: bool, const LAST: bool, const N: usize>(
    a: &Advance<T>,
    from: &From<'_, T>,
    fall: f64,
    start: usize,
    to: &mut Part<'_, T>,
    speeds: &mut [T; N],
    deepest: &mut [T; N],
) {
    let (zero, half, one) = (T::default(), T::of(0.5), T::of(1.0));
    let (g, dry) = (T::of(GRAVITY_MS2), T::of(T::DRY_M).most(a.film));
    let [mx, my] = momenta::<T, SECOND, N>(a, from, start);
    let [depth, rest] = depths::<T, LAST, N>(a, from, fall, start, to);
    let friction = cut::<T, N>(from.friction, start);
    let (h0, u0, v0) = (cut::<T, N>(to.depth, start), cut::<T, N>(to.u, start), cut::<T, N>(to.v, start));
    let (mut u, mut v) = ([zero; N], [zero; N]);
    for k in 0..N {
        let wet = depth[k] > dry;
        // Friction acts on the stage itself, before it is averaged with the start: a steady flow then stays one.
        let staged = if LAST { depth[k] + depth[k] - h0[k] } else { depth[k] };
        let moves = staged > dry;
        let safe = if moves { staged } else { one };
        let inverse = one / safe;
        let (nu, nv) = (mx[k] * inverse, my[k] * inverse);
        let left = friction::left(a.law, friction[k], (nu * nu + nv * nv).root(), safe, a.dt);
        let (nu, nv) = (if moves { nu * left } else { zero }, if moves { nv * left } else { zero });
        if LAST {
            let share = half / if wet { depth[k] } else { one };
            (u[k], v[k]) = (share * (staged * nu + h0[k] * u0[k]), share * (staged * nv + h0[k] * v0[k]));
        } else {
            (u[k], v[k]) = (nu, nv);
        }
        (u[k], v[k]) = (if wet { u[k] } else { zero }, if wet { v[k] } else { zero });
        let wave = (g * depth[k]).root();
        speeds[k] = if wet { u[k].size() + v[k].size() + (wave + wave) } else { zero };
        deepest[k] = depth[k];
    }
    to.depth[start..start + N].copy_from_slice(&depth);
    to.rest[start..start + N].copy_from_slice(&rest);
    to.u[start..start + N].copy_from_slice(&u);
    to.v[start..start + N].copy_from_slice(&v);
}

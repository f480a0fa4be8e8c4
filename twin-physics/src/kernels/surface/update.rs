//! New depths and velocities of a row from its fluxes and sources.
//!
//! *Source:* finite volumes as in R. J. LeVeque, Finite Volume Methods for Hyperbolic Problems, 2002, § 4.1; two-stage
//! strong-stability-preserving steps: S. Gottlieb, C.-W. Shu, E. Tadmor, SIAM Rev. 43, 2001, eq. 3.2.
//!
//! Depth is kept as a number of the kernel's precision and what it could not hold. Their sum is advanced in double
//! precision, with fluxes both neighbours have rounded alike: single precision loses no water, and a drizzle on a deep
//! lake is not lost in its last place.

use super::face::{Fluxes, Rule};
use super::friction::{self, FrictionLaw};
use super::grid::TILE;
use super::inertial::FROUDE_DEPTH_M;
use super::real::Real;
use super::strip::{Cells, PAD, Slopes};
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

impl<T: Real> Advance<T> {
    /// What faces are computed by.
    #[inline(always)]
    pub fn rule(&self) -> Rule<T> {
        Rule { film: self.film, scale: self.per_cell }
    }
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
    pub row: Cells<'a, T>,
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
    /// Slopes of the row along x and along y, in second order.
    pub slopes: [&'a Slopes<T>; 2],
}

/// Largest values of a tile, by place in its rows.
#[derive(Debug, Clone, Copy)]
pub struct Tops<T> {
    /// Of the depth [m].
    pub depth: [T; TILE],
    /// Of (|u| + |v| + 2c) [m/s].
    pub speed: [T; TILE],
}

impl<T: Copy + Default> Default for Tops<T> {
    fn default() -> Self {
        Self { depth: [T::default(); TILE], speed: [T::default(); TILE] }
    }
}

impl<T: Real> Tops<T> {
    /// Largest depth and speed of the tile.
    #[inline(always)]
    pub fn largest(&self) -> [T; 2] {
        [&self.depth, &self.speed].map(|lanes| lanes.iter().fold(T::default(), |most, &x| most.most(x)))
    }
}

/// What bands find beside their tiles, in fixed lanes.
#[derive(Debug, Clone, Copy)]
pub struct Peaks<T> {
    /// Largest value of the square of the Froude number where it counts.
    pub froude: [T; TILE],
    /// Sum of all speeds and remainders: finite unless one of them is not.
    pub trace: [T; TILE],
}

impl<T: Copy + Default> Default for Peaks<T> {
    fn default() -> Self {
        Self { froude: [T::default(); TILE], trace: [T::default(); TILE] }
    }
}

impl<T: Real> Peaks<T> {
    /// Takes in speed, squared Froude number, remainder and depth of `N` cells from place `lane` of their tile.
    #[inline(always)]
    pub(super) fn raise<const N: usize>(&mut self, found: [&[T; N]; 4], tops: &mut Tops<T>, lane: usize) {
        let [speed, froude, rest, depth] = found;
        raise(speed, &mut tops.speed, lane);
        raise(froude, &mut self.froude, lane);
        raise(depth, &mut tops.depth, lane);
        for k in 0..N {
            self.trace[lane + k] = self.trace[lane + k] + (speed[k] + rest[k]);
        }
    }

    /// The largest Froude number.
    #[must_use]
    pub fn froude(&self) -> f64 {
        self.froude.iter().fold(0.0, |m, s| s.wide().max(m)).sqrt()
    }
}

/// Advances a row; `rain` is what falls on each tile in the step [m]. In the second stage `to` holds the state at the
/// start of the step. Largest values go to `tops`, a tile each (raised, not set).
#[inline(always)]
pub fn row<T: Real, const SECOND: bool, const LAST: bool>(
    a: &Advance<T>,
    from: From<'_, T>,
    rain: &[f64],
    to: &mut Part<'_, T>,
    peaks: &mut Peaks<T>,
    tops: &mut [Tops<T>],
) {
    let n = to.depth.len();
    for (t, (&fall, tops)) in rain.iter().zip(tops).enumerate() {
        let start = t * TILE;
        if start + TILE <= n {
            some::<T, SECOND, LAST, TILE>(a, &from, fall, [start, 0], to, peaks, tops);
        } else {
            for k in 0..n - start {
                some::<T, SECOND, LAST, 1>(a, &from, fall, [start + k, k], to, peaks, tops);
            }
        }
    }
}

/// Raises `N` values of a tile to those found. They go to an array of their own first: in place they would be stored
/// only where they grow, and a masked store costs more than all that was computed.
#[inline(always)]
fn raise<T: Real, const N: usize>(found: &[T; N], values: &mut [T; TILE], lane: usize) {
    let (before, mut after) = (cut::<T, N>(&values[..], lane), [T::default(); N]);
    for k in 0..N {
        after[k] = before[k].most(found[k]);
    }
    values[lane..lane + N].copy_from_slice(&after);
}

/// `N` values from place `at`.
#[inline(always)]
pub(super) fn cut<T: Copy + Default, const N: usize>(s: &[T], at: usize) -> [T; N] {
    let mut out = [T::default(); N];
    out.copy_from_slice(&s[at..at + N]);
    out
}

/// New depths of `N` cells from `at`: the sums in double precision, split into depth and remainder.
#[inline(always)]
fn depths<T: Real, const LAST: bool, const N: usize>(
    from: &From<'_, T>,
    fall: f64,
    at: usize,
    to: &Part<'_, T>,
) -> [[T; N]; 2] {
    let (h, rest) = (cut::<T, N>(from.row.depth, at), cut::<T, N>(from.rest, at));
    let (qw, qe) = (cut::<T, N>(&from.x.water, at), cut::<T, N>(&from.x.water, at + 1));
    let (qs, qn) = (cut::<T, N>(&from.south.water, at), cut::<T, N>(&from.north.water, at));
    let (h0, rest0) = (cut::<T, N>(to.depth, at), cut::<T, N>(to.rest, at));
    let mut rain = [0.0; N];
    if fall != 0.0 {
        let catch = cut::<T, N>(from.catch, at);
        for k in 0..N {
            rain[k] = fall * catch[k].wide();
        }
    }
    // A double has no room beside it: what a sum loses goes to the remainder. A single's sum is double anyway.
    let exact = size_of::<T>() == size_of::<f64>();
    let mut out = [[T::default(); N]; 2];
    for k in 0..N {
        let gain = (qw[k].wide() - qe[k].wide()) + (qs[k].wide() - qn[k].wide());
        let more = rest[k].wide() + gain + rain[k];
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

/// Momentum of `N` cells from `at` at the end of the stage, before friction.
#[inline(always)]
fn momenta<T: Real, const SECOND: bool, const N: usize>(a: &Advance<T>, from: &From<'_, T>, at: usize) -> [[T; N]; 2] {
    let row = from.row;
    let h = cut::<T, N>(row.depth, at);
    let (u, v) = (cut::<T, N>(row.u, at), cut::<T, N>(row.v, at));
    let (xw, xe) = (cut::<T, N>(&from.x.second, at), cut::<T, N>(&from.x.first, at + 1));
    let (ys, yn) = (cut::<T, N>(&from.south.second, at), cut::<T, N>(&from.north.first, at));
    let (vw, ve) = (cut::<T, N>(&from.x.along, at), cut::<T, N>(&from.x.along, at + 1));
    let (us, un) = (cut::<T, N>(&from.south.along, at), cut::<T, N>(&from.north.along, at));
    let mut out = [[T::default(); N]; 2];
    for k in 0..N {
        out[0][k] = h[k] * u[k] + ((xw[k] - xe[k]) + (us[k] - un[k]));
        out[1][k] = h[k] * v[k] + ((ys[k] - yn[k]) + (vw[k] - ve[k]));
    }
    if SECOND {
        let [sx, sy] = from.slopes.map(|s| cut::<T, N>(&s.level, at + PAD));
        for k in 0..N {
            let pull = a.per_cell * T::of(GRAVITY_MS2) * h[k];
            out[0][k] = out[0][k] - pull * sx[k];
            out[1][k] = out[1][k] - pull * sy[k];
        }
    }
    out
}

/// Advances `N` cells from place `at` of the row and `lane` of its tile.
#[inline(always)]
fn some<T: Real, const SECOND: bool, const LAST: bool, const N: usize>(
    a: &Advance<T>,
    from: &From<'_, T>,
    fall: f64,
    [at, lane]: [usize; 2],
    to: &mut Part<'_, T>,
    peaks: &mut Peaks<T>,
    tops: &mut Tops<T>,
) {
    let (zero, half, one) = (T::default(), T::of(0.5), T::of(1.0));
    let (g, dry, least) = (T::of(GRAVITY_MS2), T::of(T::DRY_M).most(a.film), T::of(FROUDE_DEPTH_M));
    let [mx, my] = momenta::<T, SECOND, N>(a, from, at);
    let [depth, rest] = depths::<T, LAST, N>(from, fall, at, to);
    let friction = cut::<T, N>(from.friction, at);
    let (h0, u0, v0) = (cut::<T, N>(to.depth, at), cut::<T, N>(to.u, at), cut::<T, N>(to.v, at));
    let (mut u, mut v) = ([zero; N], [zero; N]);
    let (mut speed, mut froude) = ([zero; N], [zero; N]);
    for k in 0..N {
        let wet = depth[k] > dry;
        // Friction acts on the stage itself, before it is averaged with the start: a steady flow then stays one.
        let staged = if LAST { depth[k] + depth[k] - h0[k] } else { depth[k] };
        let moves = staged > dry;
        let safe = if moves { staged } else { one };
        let momentum = (mx[k] * mx[k] + my[k] * my[k]).root();
        let share = friction::freed(a.law, friction[k], momentum, safe, a.dt);
        (u[k], v[k]) = (if moves { mx[k] * share } else { zero }, if moves { my[k] * share } else { zero });
        if LAST {
            let share = half / if wet { depth[k] } else { one };
            let (nu, nv) = (share * (staged * u[k] + h0[k] * u0[k]), share * (staged * v[k] + h0[k] * v0[k]));
            (u[k], v[k]) = (if wet { nu } else { zero }, if wet { nv } else { zero });
        }
        let gh = g * depth[k];
        let wave = gh.root();
        speed[k] = if wet { u[k].size() + v[k].size() + (wave + wave) } else { zero };
        froude[k] = if depth[k] > least { (u[k] * u[k] + v[k] * v[k]) / gh } else { zero };
    }
    peaks.raise([&speed, &froude, &rest, &depth], tops, lane);
    to.depth[at..at + N].copy_from_slice(&depth);
    to.rest[at..at + N].copy_from_slice(&rest);
    to.u[at..at + N].copy_from_slice(&u);
    to.v[at..at + N].copy_from_slice(&v);
}

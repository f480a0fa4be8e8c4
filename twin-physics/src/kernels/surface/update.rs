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
use super::real::Real;
use super::strip::{PAD, Row, Slopes};
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
    /// Sum of all velocities and remainders: finite unless one of them is not.
    pub trace: T,
}

impl<T: Copy + Default> Default for Peaks<T> {
    fn default() -> Self {
        Self { speed: [T::default(); TILE], trace: T::default() }
    }
}

impl<T: Real> Peaks<T> {
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
            peaks.trace = peaks.trace + (to.u[i] + to.v[i] + to.rest[i]);
        }
        for k in 0..TILE {
            peaks.speed[k] = peaks.speed[k].most(speeds[k]);
            deepest[t] = deepest[t].most(depths[k]);
        }
    }
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
    depths: &mut [T; N],
) {
    let (zero, one, half) = (T::default(), T::of(1.0), T::of(0.5));
    let (g, dry) = (T::of(GRAVITY_MS2), T::of(T::DRY_M).most(a.film));
    let l = a.per_cell;
    let cut = |s: &'_ [T]| -> [T; N] { std::array::from_fn(|k| s[start + k]) };
    let padded = |s: &'_ [T]| -> [T; N] { std::array::from_fn(|k| s[start + PAD + k]) };
    let east = |s: &'_ [T]| -> [T; N] { std::array::from_fn(|k| s[start + 1 + k]) };
    let (h, u, v) = (padded(&from.row.depth), padded(&from.row.u), padded(&from.row.v));
    let (rest, friction, catch) = (cut(from.rest), cut(from.friction), cut(from.catch));
    let (qw, qe, qs, qn) = (cut(&from.x.water), east(&from.x.water), cut(&from.south.water), cut(&from.north.water));
    let (xw, xe, ys, yn) = (cut(&from.x.second), east(&from.x.first), cut(&from.south.second), cut(&from.north.first));
    let (vw, ve, us, un) = (cut(&from.x.along), east(&from.x.along), cut(&from.south.along), cut(&from.north.along));
    let zeros = [zero; N];
    let (sx, sy) = if SECOND { (padded(&from.along.level), padded(&from.row.slopes.level)) } else { (zeros, zeros) };
    for k in 0..N {
        let i = start + k;
        let gain = ((l * qw[k]).wide() - (l * qe[k]).wide()) + ((l * qs[k]).wide() - (l * qn[k]).wide());
        let mut sum = h[k].wide() + rest[k].wide() + gain + fall * catch[k].wide();
        let pull = l * g * h[k];
        let mut mx = h[k] * u[k] + l * ((xw[k] - xe[k]) + (us[k] - un[k])) - pull * sx[k];
        let mut my = h[k] * v[k] + l * ((ys[k] - yn[k]) + (vw[k] - ve[k])) - pull * sy[k];
        if LAST {
            sum = 0.5 * (sum + (to.depth[i].wide() + to.rest[i].wide()));
            mx = half * (mx + to.depth[i] * to.u[i]);
            my = half * (my + to.depth[i] * to.v[i]);
        }
        let depth = T::of(if sum > 0.0 { sum } else { 0.0 });
        let wet = depth > dry;
        let safe = if wet { depth } else { one };
        let inverse = one / safe;
        let (nu, nv) = (mx * inverse, my * inverse);
        let left = friction::left(a.law, friction[k], (nu * nu + nv * nv).root(), safe, a.dt);
        let (nu, nv) = if wet { (nu * left, nv * left) } else { (zero, zero) };
        to.depth[i] = depth;
        to.rest[i] = T::of(sum - depth.wide());
        (to.u[i], to.v[i]) = (nu, nv);
        let wave = (g * depth).root();
        speeds[k] = if wet { nu.size() + nv.size() + (wave + wave) } else { zero };
        depths[k] = depth;
    }
}

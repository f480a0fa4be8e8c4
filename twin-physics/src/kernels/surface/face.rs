//! Fluxes across the faces of one row: HLLC with a bed that may step.
//!
//! *Source:* wave speeds and the flux: E. F. Toro, Shock-Capturing Methods for Free-Surface Shallow Flows, 2001, ch. 10
//! (HLLC, two-rarefaction estimates, dry-bed speeds). Bed: E. Audusse et al., A fast and stable well-balanced scheme
//! with hydrostatic reconstruction, SIAM J. Sci. Comput. 25, 2004, in the form of G. Chen and S. Noelle, A new
//! hydrostatic reconstruction scheme based on subcell reconstructions, SIAM J. Numer. Anal. 55, 2017, eq. 2.10–2.14,
//! which keeps the pull of a step that is higher than the water is deep.
//!
//! Only the *difference* of the bed across a face enters, and each momentum flux is taken less the hydrostatic thrust
//! of its own side. So single precision carries a lake at any elevation, and water at rest gives zeros, not
//! differences of large numbers.

use super::real::Real;
use crate::constants::GRAVITY_MS2;

/// A bed difference at or above this is a wall [m].
pub const WALL: f64 = 1e30;

/// Depth and velocities on one side of a row of faces.
#[derive(Clone, Copy)]
pub struct Side<'a, T> {
    /// Depth [m].
    pub depth: &'a [T],
    /// Velocity across the faces [m/s].
    pub across: &'a [T],
    /// Velocity along the faces [m/s].
    pub along: &'a [T],
}

/// Fluxes through a row of faces, per metre of face, times the step over the side of a cell.
#[derive(Debug, Clone, Default)]
pub struct Fluxes<T> {
    /// Water [m].
    pub water: Vec<T>,
    /// Momentum across as the first side sees it, less its own thrust `g h²/2` [m²/s].
    pub first: Vec<T>,
    /// The same as the second side sees it.
    pub second: Vec<T>,
    /// Momentum along [m²/s].
    pub along: Vec<T>,
}

impl<T: Real> Fluxes<T> {
    /// All faces from face `at` on, for [`fluxes`].
    pub fn from_face(&mut self, at: usize) -> [&mut [T]; 4] {
        [&mut self.water, &mut self.first, &mut self.second, &mut self.along].map(|row| &mut row[at..])
    }

    /// Sets face `k`: water, momentum as either side sees it, momentum along.
    pub fn set(&mut self, k: usize, [water, first, second, along]: [T; 4]) {
        (self.water[k], self.first[k], self.second[k], self.along[k]) = (water, first, second, along);
    }

    /// Makes room for `n` faces.
    pub fn resize(&mut self, n: usize) {
        for row in [&mut self.water, &mut self.first, &mut self.second, &mut self.along] {
            row.resize(n, T::default());
        }
    }
}

/// What holds for all faces of a step.
#[derive(Debug, Clone, Copy)]
pub struct Rule<T> {
    /// Depth up to which water does not run [m].
    pub film: T,
    /// What fluxes are multiplied by: step over the side of a cell [s/m].
    pub scale: T,
}

/// Faces that are looked through for walls at a time.
const BLOCK: usize = 16;

/// Fluxes of `n = bed_rise.len()` faces from side `l` to side `r`; no water crosses where both sides are at most a
/// film deep.
#[inline(always)]
pub fn fluxes<T: Real>(l: Side<'_, T>, r: Side<'_, T>, bed_rise: &[T], rule: Rule<T>, out: [&mut [T]; 4]) {
    let n = bed_rise.len();
    let (hl, ul, vl) = (&l.depth[..n], &l.across[..n], &l.along[..n]);
    let (hr, ur, vr) = (&r.depth[..n], &r.across[..n], &r.along[..n]);
    let [water, first, second, along] = out.map(|row| &mut row[..n]);
    for i in 0..n {
        let f = open([hl[i], ul[i], vl[i]], [hr[i], ur[i], vr[i]], bed_rise[i], rule);
        (water[i], first[i], second[i], along[i]) = (f[0], f[1], f[2], f[3]);
    }
    for (block, rises) in bed_rise.chunks(BLOCK).enumerate() {
        if rises.iter().fold(false, |any, &rise| any | (rise >= T::of(WALL))) {
            for i in block * BLOCK..block * BLOCK + rises.len() {
                let f = [water[i], first[i], second[i], along[i]];
                let f = mirror(f, [hl[i], ul[i]], [hr[i], ur[i]], bed_rise[i], rule);
                (water[i], first[i], second[i], along[i]) = (f[0], f[1], f[2], f[3]);
            }
        }
    }
}

/// Flux of an open face from depth, velocity across and along on both sides: water, momentum as either side sees it,
/// momentum along.
#[inline(always)]
fn open<T: Real>([hl, ul, vl]: [T; 3], [hr, ur, vr]: [T; 3], rise: T, rule: Rule<T>) -> [T; 4] {
    let (zero, g, scale) = (T::default(), T::of(GRAVITY_MS2), rule.scale);
    // How far either side's level stands above the other's bed; negative where the water falls off a step.
    let (over_right, over_left) = (hl - rise, hr + rise);
    let (a, b) = (hl.least(over_right.most(zero)), hr.least(over_left.most(zero)));
    let (ca, cb) = ((g * a).root(), (g * b).root());
    // Speeds of the fronts that would run onto dry beds, each seen from its own side; all speeds are taken outwards.
    let (front_r, front_l) = (ul + (ca + ca), (cb + cb) - ur);
    let star = T::of(0.25) * (front_r + front_l);
    let slow = if a > zero { (ca - ul).most(front_l - star) } else { front_l };
    let fast = if b > zero { (cb + ur).most(front_r - star) } else { front_r };
    let (slow, fast) = (slow.most(zero), fast.most(zero));
    let inverse = scale / (slow + fast).most(T::of(1e-20));
    let (from_l, from_r) = (fast * inverse, slow * inverse);
    let spread = slow * from_l;
    let (qa, qb) = (a * ul, b * ur);
    let water = (from_l * qa + from_r * qb) - spread * (b - a);
    let thrust = T::of(0.5 * GRAVITY_MS2) * ((b - a) * (b + a));
    let across = (from_l * (qa * ul) + from_r * (qb * ur + thrust)) - spread * (qb - qa);
    let pull = g * scale;
    let first = across + (pull * hl) * over_left.least(zero);
    let second = (across - scale * thrust) + (pull * hr) * over_right.least(zero);
    let still = hl.most(hr) <= rule.film;
    let water = if still { zero } else { water };
    let along = water * if water >= zero { vl } else { vr };
    [water, if still { zero } else { first }, if still { zero } else { second }, along]
}

/// The flux of a face that may be a wall, which mirrors each side.
#[inline(always)]
fn mirror<T: Real>(f: [T; 4], [hl, ul]: [T; 2], [hr, ur]: [T; 2], rise: T, rule: Rule<T>) -> [T; 4] {
    let (zero, g, half) = (T::default(), T::of(GRAVITY_MS2), T::of(0.5));
    let (cl, cr) = ((g * hl).root(), (g * hr).root());
    let towards = (cl - ul).most(cl + half * ul);
    let away = (cr + ur).most(cr - half * ur);
    let still = hl.most(hr) <= rule.film;
    let first = if still { zero } else { rule.scale * (hl * ul * (ul + towards)) };
    let second = if still { zero } else { rule.scale * (hr * ur * (ur - away)) };
    let wall = rise >= T::of(WALL);
    [
        if wall { zero } else { f[0] },
        if wall { first } else { f[1] },
        if wall { second } else { f[2] },
        if wall { zero } else { f[3] },
    ]
}

/// Flux of one face for a step as long as a cell.
#[inline(always)]
pub(super) fn flux<T: Real>(l: [T; 3], r: [T; 3], bed_rise: T, film: T) -> [T; 4] {
    one(l, r, bed_rise, Rule { film, scale: T::of(1.0) })
}

/// Flux of one face: the same bits as among others.
#[inline(always)]
pub(super) fn one<T: Real>(l: [T; 3], r: [T; 3], bed_rise: T, rule: Rule<T>) -> [T; 4] {
    mirror(open(l, r, bed_rise, rule), [l[0], l[1]], [r[0], r[1]], bed_rise, rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(l: [f64; 3], r: [f64; 3], rise: f64) -> [f64; 4] {
        flux(l, r, rise, 0.0)
    }

    #[test]
    fn water_at_rest_over_a_step_is_at_rest() {
        for (hl, hr, rise) in [(2.0, 1.25, 0.75), (1.0, 3.0, -2.0), (0.5, 0.0, 0.9), (0.0, 0.5, -0.9)] {
            assert_eq!(free([hl, 0.0, 0.0], [hr, 0.0, 0.0], rise), [0.0; 4]);
        }
    }

    #[test]
    fn a_wall_is_a_mirror() {
        let wall = free([1.3, 0.7, 0.2], [0.4, -0.3, 0.1], WALL);
        let left = free([1.3, 0.7, 0.2], [1.3, -0.7, 0.2], 0.0);
        let right = free([0.4, 0.3, 0.1], [0.4, -0.3, 0.1], 0.0);
        assert_eq!(wall[0], 0.0);
        assert!((wall[1] - left[1]).abs() < 1e-12 && (wall[2] - right[2]).abs() < 1e-12, "{wall:?} {left:?} {right:?}");
    }

    #[test]
    fn what_one_side_sees_is_what_the_other_sees_seen_in_a_mirror() {
        let f = free([1.0, 0.4, 0.2], [0.6, -0.1, 0.3], 0.25);
        let m = free([0.6, 0.1, 0.3], [1.0, -0.4, 0.2], -0.25);
        assert!((f[0] + m[0]).abs() < 1e-14 && (f[1] - m[2]).abs() < 1e-14 && (f[2] - m[1]).abs() < 1e-14);
    }

    #[test]
    fn a_dry_bed_is_reached_by_the_fast_wave_of_ritter() {
        // Speeds −c and 2c on depths h and 0 give the water 2/3 h c.
        let f = free([1.0, 0.0, 0.0], [0.0, 0.0, 0.0], 0.0);
        assert!((f[0] - 2.0 / 3.0 * GRAVITY_MS2.sqrt()).abs() < 1e-12, "{f:?}");
    }

    #[test]
    fn a_film_stays_where_it_is() {
        assert_eq!(flux([1e-4, 0.0, 0.0], [5e-4, 0.0, 0.0], -3.0, 1e-3), [0.0; 4]);
        assert!(flux([2e-3, 0.0, 0.0], [5e-4, 0.0, 0.0], -3.0, 1e-3)[0] > 0.0);
    }
}

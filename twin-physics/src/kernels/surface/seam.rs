//! Seams: faces between a tile and one that steps more often.
//!
//! The faster tile finds what passes at each of its steps, the slower one standing where it last was; the slower one
//! takes the sum when its own step comes. In that step both compute the last part alike, so nothing is waited for.
//! Sums are double, and what a face's flux cannot hold of one goes to the cell's remainder: no water is lost.
//!
//! *Source:* as [`super::pace`]; own derivation of the sums.

use super::band::Reads;
use super::face::{self, Fluxes, Rule, Side};
use super::grid::TILE;
use super::pace::NONE;
use super::real::Real;
use super::strip::Cells;

/// Sides of a tile.
pub const SIDES: usize = 4;
const WEST: usize = 0;
const SOUTH: usize = 1;
const EAST: usize = 2;
const NORTH: usize = 3;

/// What passed a seam since the slower tile's step: water, momentum across as that tile sees it, momentum along.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum([[f64; TILE]; 3]);

/// What passed a seam in one step of the faster tile.
#[derive(Debug, Clone)]
pub struct Passed<T> {
    /// Which seam.
    pub seam: u32,
    flux: [[T; TILE]; 3],
}

/// Buffers of a band.
#[derive(Debug, Clone, Default)]
pub struct Seams<T> {
    /// What passed towards slower tiles.
    pub passed: Vec<Passed<T>>,
    /// Seams at the western and eastern end of the run in work, as places in `passed`.
    ends: [Option<usize>; 2],
    /// Cells of the band with what their fluxes could not hold [m].
    rests: Vec<(usize, f64)>,
    faces: Fluxes<T>,
}

impl Sum {
    /// Adds what passed in a step.
    pub fn add<T: Real>(&mut self, passed: &Passed<T>) {
        for (sums, fluxes) in self.0.iter_mut().zip(&passed.flux) {
            for (sum, flux) in sums.iter_mut().zip(fluxes) {
                *sum += flux.wide();
            }
        }
    }
}

/// The tile beyond a side.
pub fn neighbour([across, up]: [usize; 2], t: usize, side: usize) -> Option<usize> {
    let (x, y) = (t % across, t / across);
    match side {
        WEST => (x > 0).then(|| t - 1),
        SOUTH => (y > 0).then(|| t - across),
        EAST => (x + 1 < across).then_some(t + 1),
        _ => (y + 1 < up).then_some(t + across),
    }
}

/// How a tile meets the one beyond a side.
enum Meeting<'a, T> {
    /// It takes what passed, and the last part by the other's rule.
    Takes(&'a Sum, Rule<T>),
    /// It tells what passes.
    Tells(u32),
}

fn meeting<'a, T: Real>(r: &Reads<'a, T>, tile: usize, side: usize) -> Option<Meeting<'a, T>> {
    let pace = r.pace;
    let beyond = neighbour([r.grid.tiles_x(), r.grid.tiles_y()], tile, side)?;
    let own = pace.seam_at[tile][side];
    if own != NONE {
        let rule = r.advance[usize::from(pace.level[beyond])].rule();
        return Some(Meeting::Takes(&pace.sums[own as usize], rule));
    }
    let theirs = pace.seam_at[beyond][(side + 2) % SIDES];
    (theirs != NONE && !pace.due[beyond]).then_some(Meeting::Tells(theirs))
}

/// Sets a flux to a sum and its last part; returns what it cannot hold.
#[inline(always)]
fn take<T: Real>(sum: f64, part: T, flux: &mut T) -> f64 {
    let whole = sum + part.wide();
    *flux = T::of(whole);
    whole - flux.wide()
}

impl<T: Real> Seams<T> {
    /// Begins a run of tiles.
    pub(super) fn begin_run(&mut self, r: &Reads<'_, T>, [first, last]: [usize; 2]) {
        self.rests.clear();
        for (end, (tile, side)) in self.ends.iter_mut().zip([(first, WEST), (last, EAST)]) {
            *end = None;
            if let Some(Meeting::Tells(seam)) = meeting(r, tile, side) {
                *end = Some(self.passed.len());
                self.passed.push(Passed { seam, flux: [[T::default(); TILE]; 3] });
            }
        }
    }

    /// Seams at both ends of a row of a run of tiles: its place in the tiles, its first cell in the band, its first
    /// cell and its first face along x in the grid.
    pub(super) fn ends(
        &mut self,
        r: &Reads<'_, T>,
        [first, last]: [usize; 2],
        [lane, base, start, faces]: [usize; 4],
        x: &mut Fluxes<T>,
    ) {
        let east = x.water.len() - 1;
        let places = [(first, WEST, 0, base, 1.0), (last, EAST, east, base + east - 1, -1.0)];
        for (end, (tile, side, f, cell, sign)) in places.into_iter().enumerate() {
            let west = side == WEST;
            if let Some(at) = self.ends[end] {
                let told = [x.water[f], if west { x.first[f] } else { x.second[f] }, x.along[f]];
                for (lanes, flux) in self.passed[at].flux.iter_mut().zip(told) {
                    lanes[lane] = flux;
                }
            } else if let Some(Meeting::Takes(sum, rule)) = meeting(r, tile, side) {
                let at = |k: usize| [r.field.depth[k], r.field.u[k], r.field.v[k]];
                let part = face::one(at(start + f - 1), at(start + f), r.grid.rise_x[faces + f], rule);
                let own = if west { (&mut x.second[f], part[2]) } else { (&mut x.first[f], part[1]) };
                take(sum.0[1][lane], own.1, own.0);
                take(sum.0[2][lane], part[3], &mut x.along[f]);
                let rest = take(sum.0[0][lane], part[0], &mut x.water[f]);
                self.rests.push((cell, sign * rest));
            }
        }
    }

    /// Seams along the southern or northern faces of a run of tiles from `first`; `base` is its first cell of the
    /// row in its band.
    pub(super) fn along(
        &mut self,
        r: &Reads<'_, T>,
        (first, north): (usize, bool),
        base: usize,
        ([below, above], rises): ([Cells<'_, T>; 2], &[T]),
        y: &mut Fluxes<T>,
    ) {
        let (side, sign) = if north { (NORTH, -1.0) } else { (SOUTH, 1.0) };
        for (k, rises) in rises.chunks(TILE).enumerate() {
            let (at, n) = (k * TILE, rises.len());
            match meeting(r, first + k, side) {
                None => {}
                Some(Meeting::Tells(seam)) => {
                    let mut flux = [[T::default(); TILE]; 3];
                    let theirs = if north { &y.second } else { &y.first };
                    for (lanes, fluxes) in flux.iter_mut().zip([&y.water, theirs, &y.along]) {
                        lanes[..n].copy_from_slice(&fluxes[at..at + n]);
                    }
                    self.passed.push(Passed { seam, flux });
                }
                Some(Meeting::Takes(sum, rule)) => {
                    let [l, r] = [below, above].map(|row| Side {
                        depth: &row.depth[at..],
                        across: &row.v[at..],
                        along: &row.u[at..],
                    });
                    self.faces.resize(n);
                    face::fluxes(l, r, rises, rule, self.faces.from_face(0));
                    let part = &self.faces;
                    for i in 0..n {
                        let own = if north { (&mut y.first, &part.first) } else { (&mut y.second, &part.second) };
                        take(sum.0[1][i], own.1[i], &mut own.0[at + i]);
                        take(sum.0[2][i], part.along[i], &mut y.along[at + i]);
                        let rest = take(sum.0[0][i], part.water[i], &mut y.water[at + i]);
                        self.rests.push((base + at + i, sign * rest));
                    }
                }
            }
        }
    }

    /// Gives the cells what their fluxes could not hold.
    pub(super) fn settle(&mut self, rest: &mut [T]) {
        for (cell, more) in self.rests.drain(..) {
            rest[cell] = T::of(rest[cell].wide() + more);
        }
    }
}

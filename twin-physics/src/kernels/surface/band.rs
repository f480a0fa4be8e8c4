//! One row of tiles, computed by itself: it reads the whole surface and writes its own rows.
//!
//! *Source:* own derivation; the order of work keeps the arithmetic of every face and cell the same in any band.

use super::edge::Ghosts;
use super::face::{Fluxes, WALL};
use super::grid::{Grid, TILE};
use super::pace::{LEVELS, Pace};
use super::real::Real;
use super::strip::{self, Cells, Field, PAD, Strip};
use super::update::{self, Advance, From, Part, Peaks, Tops};

/// Longest run of tiles computed at once, so that its rows stay near the processor.
const RUN: usize = 64;

/// What all bands read.
#[derive(Clone, Copy)]
pub struct Reads<'a, T> {
    /// The ground.
    pub grid: &'a Grid<T>,
    /// Depth and velocities at the start of the stage.
    pub field: Field<'a, T>,
    /// What the depths could not hold.
    pub rest: &'a [T],
    /// Beyond the edges.
    pub ghosts: &'a Ghosts<T>,
    /// Which tiles are computed, and which of them how often.
    pub pace: &'a Pace,
    /// Which tiles at rest have to be copied, because the target holds other values.
    pub stale: &'a [bool],
    /// Rain of the stage on each tile [m].
    pub rain_m: &'a [f64],
    /// The step of each level.
    pub advance: [Advance<T>; LEVELS],
}

/// What one band writes: its rows of the surface, largest values of its tiles.
pub struct Writes<'a, T: Real> {
    /// Rows of the surface.
    pub part: Part<'a, T>,
    /// Largest depth and speed of each of its tiles.
    pub tops: [&'a mut [T]; 2],
    /// Buffers.
    pub strip: &'a mut Strip<T>,
    /// What happened.
    pub report: &'a mut BandReport<T>,
}

/// What happened in a band.
#[derive(Debug, Clone, Default)]
pub struct BandReport<T: Copy + Default> {
    /// Largest Froude number, and whether all is finite.
    pub peaks: Peaks<T>,
    /// In through edges, as depth over one cell [m].
    pub entered_m: f64,
    /// Out through edges, as depth over one cell [m].
    pub left_m: f64,
    /// Cells computed.
    pub cells: usize,
}

/// Computes band `band` for one stage.
#[inline(always)]
pub fn compute<T: Real, const SECOND: bool, const LAST: bool>(r: &Reads<'_, T>, band: usize, w: &mut Writes<'_, T>) {
    *w.report = BandReport::default();
    w.strip.seams.passed.clear();
    let across = r.grid.tiles_x();
    let tiles = band * across..(band + 1) * across;
    let mut t = 0;
    while t < across {
        let tile = tiles.start + t;
        if !r.pace.due[tile] {
            if r.stale[tile] {
                copy(r, band, t, w);
            }
            t += 1;
            continue;
        }
        let mut end = t + 1;
        let like = |other: usize| r.pace.due[other] && r.pace.level[other] == r.pace.level[tile];
        while end < across && end - t < RUN && like(tiles.start + end) {
            end += 1;
        }
        run::<T, SECOND, LAST>(r, band, t, end, w);
        t = end;
    }
}

fn copy<T: Real>(r: &Reads<'_, T>, band: usize, t: usize, w: &mut Writes<'_, T>) {
    let columns = r.grid.columns;
    let (from, to) = (t * TILE, ((t + 1) * TILE).min(columns));
    for j in 0..w.part.depth.len() / columns {
        let (here, there) = (j * columns + from..j * columns + to, (band * TILE + j) * columns);
        let there = there + from..there + to;
        w.part.depth[here.clone()].copy_from_slice(&r.field.depth[there.clone()]);
        w.part.rest[here.clone()].copy_from_slice(&r.rest[there.clone()]);
        w.part.u[here.clone()].copy_from_slice(&r.field.u[there.clone()]);
        w.part.v[here].copy_from_slice(&r.field.v[there]);
    }
}

/// Tiles `t0..t1` of a band.
#[inline(always)]
fn run<T: Real, const SECOND: bool, const LAST: bool>(
    r: &Reads<'_, T>,
    band: usize,
    t0: usize,
    t1: usize,
    w: &mut Writes<'_, T>,
) {
    let (grid, columns) = (r.grid, r.grid.columns);
    let (from, to) = (t0 * TILE, (t1 * TILE).min(columns));
    let (low, high) = (band * TILE, (band * TILE + TILE).min(grid.rows));
    let reach = if SECOND { 2 } else { 1 };
    let first_tile = band * grid.tiles_x() + t0;
    let advance = r.advance[usize::from(r.pace.level[first_tile])];
    let ends = [first_tile, first_tile + (t1 - t0) - 1];
    w.report.cells += (to - from) * (high - low);
    let mut strip = std::mem::take(w.strip);
    strip.tops.clear();
    strip.tops.resize(t1 - t0, Tops::default());
    let seams = !SECOND && !r.pace.is_even();
    if seams {
        strip.seams.begin_run(r, ends);
    }
    for j in low as isize - reach..high as isize + reach {
        if SECOND {
            strip.rows[j.rem_euclid(4) as usize].load(grid, r.field, r.ghosts, j, from, to);
            if j > low as isize - reach + 1 {
                let (below, above) = (rises_y(grid, j - 1, from, to), rises_y(grid, j, from, to));
                strip.slopes_y(j - 1, below, above);
            }
        }
        let face = j - (reach - 1);
        if face < low as isize {
            continue;
        }
        let at = face as usize * columns;
        let rises = &grid.rise_y[at + from..at + to];
        let face = face as usize;
        if SECOND {
            strip.sloping_faces_y(face as isize, rises, advance.rule());
        } else {
            let [below, above] = [face as isize - 1, face as isize].map(|j| cells(r, j, from, to));
            strip::faces_y(below, above, rises, advance.rule(), &mut strip.y[face % 2]);
        }
        edge_y(r, face, from, &mut strip.y[face % 2], w.report);
        if seams && (face == low || face == high) {
            let rows = [face as isize - 1, face as isize].map(|j| cells(r, j, from, to));
            let base = (face.min(high - 1) - low) * columns + from;
            strip.seams.along(r, (first_tile, face == high), base, (rows, rises), &mut strip.y[face % 2]);
        }
        if face > low {
            x_and_update::<T, SECOND, LAST>(r, face - 1, [low, from, to], (&advance, ends, seams), &mut strip, w);
        }
    }
    let [deepest, fastest] = &mut w.tops;
    for ((deepest, fastest), tops) in deepest[t0..t1].iter_mut().zip(&mut fastest[t0..t1]).zip(&strip.tops) {
        [*deepest, *fastest] = tops.largest();
    }
    strip.seams.settle(w.part.rest);
    *w.strip = strip;
}

/// Cells `from..to` of row `j`, which may lie one row outside.
#[inline(always)]
fn cells<'a, T: Real>(r: &Reads<'a, T>, j: isize, from: usize, to: usize) -> Cells<'a, T> {
    let (here, outside) = match usize::try_from(j) {
        Ok(j) if j < r.grid.rows => (j * r.grid.columns, None),
        Ok(_) => (0, Some(&r.ghosts.north)),
        Err(_) => (0, Some(&r.ghosts.south)),
    };
    let [depth, u, v] = match outside {
        None => [r.field.depth, r.field.u, r.field.v],
        Some(side) => [&side.depth[..], &side.along, &side.across],
    }
    .map(|row| &row[here + from..here + to]);
    Cells { depth, u, v }
}

/// Rises at the southern faces of row `j`, 0 beyond the edges, where slopes are not wanted.
#[inline(always)]
fn rises_y<T: Real>(grid: &Grid<T>, j: isize, from: usize, to: usize) -> &[T] {
    let j = j.clamp(0, grid.rows as isize) as usize;
    &grid.rise_y[j * grid.columns + from..j * grid.columns + to]
}

/// Faces along x of row `j`, and its new state; `ends` are the first and last tile of the run.
#[inline(always)]
fn x_and_update<T: Real, const SECOND: bool, const LAST: bool>(
    r: &Reads<'_, T>,
    j: usize,
    [low, from, to]: [usize; 3],
    (advance, ends, seams): (&Advance<T>, [usize; 2], bool),
    strip: &mut Strip<T>,
    w: &mut Writes<'_, T>,
) {
    let (grid, columns) = (r.grid, r.grid.columns);
    if SECOND {
        let mut rises = std::mem::take(&mut strip.rises);
        rises.clear();
        let row = &grid.rise_x[j * (columns + 1)..(j + 1) * (columns + 1)];
        rises.push(if from > 0 { row[from - 1] } else { T::of(WALL) });
        rises.extend_from_slice(&row[from..=to]);
        rises.push(if to < columns { row[to + 1] } else { T::of(WALL) });
        strip.sloping_faces_x(j as isize, &rises, advance.rule());
        strip.rises = rises;
    } else {
        strip::faces_x((grid, r.field, r.ghosts), j, [from, to], advance.rule(), &mut strip.x);
    }
    edge_x(r, j, from, to, &mut strip.x, w.report);
    if seams {
        let places = [j - low, (j - low) * columns + from, j * columns + from, j * (columns + 1) + from];
        strip.seams.ends(r, ends, places, &mut strip.x);
    }
    let at = j * columns + from..j * columns + to;
    let row = &strip.rows[j % 4];
    let source = From {
        row: if SECOND { row.cells() } else { cells(r, j as isize, from, to) },
        rest: &r.rest[at.clone()],
        x: &strip.x,
        south: &strip.y[j % 2],
        north: &strip.y[(j + 1) % 2],
        friction: &grid.friction[at.clone()],
        catch: &grid.catch[at],
        slopes: [&strip.along, &row.slopes],
    };
    let here = (j - low) * columns + from..(j - low) * columns + to;
    let mut part = Part {
        depth: &mut w.part.depth[here.clone()],
        rest: &mut w.part.rest[here.clone()],
        u: &mut w.part.u[here.clone()],
        v: &mut w.part.v[here],
    };
    let (peaks, rain) = (&mut w.report.peaks, &r.rain_m[ends[0]..=ends[1]]);
    update::row::<T, SECOND, LAST>(advance, source, rain, &mut part, peaks, &mut strip.tops);
}

/// Puts forced flows in and books what crosses the western and eastern edge.
#[inline(always)]
fn edge_x<T: Real>(r: &Reads<'_, T>, j: usize, from: usize, to: usize, x: &mut Fluxes<T>, report: &mut BandReport<T>) {
    if from == 0 {
        cross(r, &r.ghosts.west.forced[j..=j], &mut x.water[..1], 1.0, report);
    }
    if to == r.grid.columns {
        let last = to - from;
        cross(r, &r.ghosts.east.forced[j..=j], &mut x.water[last..=last], -1.0, report);
    }
}

/// The same for the southern and northern edge.
#[inline(always)]
fn edge_y<T: Real>(r: &Reads<'_, T>, face: usize, from: usize, y: &mut Fluxes<T>, report: &mut BandReport<T>) {
    let n = y.water.len();
    if face == 0 {
        cross(r, &r.ghosts.south.forced[from..from + n], &mut y.water, 1.0, report);
    }
    if face == r.grid.rows {
        cross(r, &r.ghosts.north.forced[from..from + n], &mut y.water, -1.0, report);
    }
}

fn cross<T: Real>(r: &Reads<'_, T>, forced: &[T], water: &mut [T], inwards: f64, report: &mut BandReport<T>) {
    for (q, &f) in water.iter_mut().zip(forced) {
        if f < T::of(WALL) {
            *q = r.advance[0].per_cell * f;
        }
        let inflow = inwards * (*q).wide();
        if inflow > 0.0 {
            report.entered_m += inflow;
        } else {
            report.left_m -= inflow;
        }
    }
}

const _: () = assert!(PAD == 2, "rows are loaded as far as slopes reach");

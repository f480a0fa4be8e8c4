//! Local time steps: tiles whose waves are slow step less often than those whose waves are fast.
//!
//! # How
//! A round is up to eight steps, each as short as the fastest tile needs. A tile of level `l` takes part in every
//! `2^l`-th of them, over all the time since it last did; the last step of a round brings every tile to the same
//! instant. A tile's level follows from the fastest wave in it and in the eight tiles round it: in a round a wave runs
//! at most 0.8 · 8 cells of a tile's 16, so it never reaches a tile that steps too seldom for it. Tiles at open edges
//! and those that others change within a round take part in every step. What passes a face between two levels is told
//! in [`super::seam`].
//!
//! *Source:* S. Osher, R. Sanders, Numerical approximations to nonlinear conservation laws with locally varying time
//! and space grids, Math. Comput. 41, 1983; for shallow water B. F. Sanders, Integration of a shallow water model with
//! a local time step, J. Hydraul. Res. 46, 2008, § 3. The margin of a tile is ours.

use super::real::Real;
use super::seam::{self, SIDES, Sum};
use super::step::{Buffers, Forcing, Order, Surface};
use super::update::Advance;
use super::water::{Booking, Water};

/// The level of tiles that step least often.
pub const SLOWEST: u8 = 3;
/// How many levels there may be.
pub const LEVELS: usize = SLOWEST as usize + 1;

/// No seam at a side.
pub(super) const NONE: u32 = u32::MAX;

/// Which tiles step when.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// Which tiles run in this round.
    pub active: Vec<bool>,
    /// Which of them take part in this step.
    pub due: Vec<bool>,
    /// Level of each tile.
    pub level: Vec<u8>,
    /// What passed on the sides of each tile whose neighbour is faster.
    pub seam_at: Vec<[u32; SIDES]>,
    /// What passed, by seam.
    pub sums: Vec<Sum>,
    /// The tile a seam belongs to.
    owners: Vec<usize>,
    /// Time since the tiles of a level last took part, this step included [s].
    elapsed_s: [f64; LEVELS],
    moving: Vec<bool>,
    /// Longest step of the round [s].
    longest_s: f64,
    /// Steps of the round, and how many are behind.
    steps: u32,
    behind: u32,
}

impl Pace {
    /// Forgets a round that was left.
    pub fn reset(&mut self, tiles: usize) {
        *self = Self::default();
        for flags in [&mut self.active, &mut self.due, &mut self.moving] {
            flags.resize(tiles, false);
        }
        self.level.resize(tiles, 0);
    }

    /// Whether all tiles step together.
    #[must_use]
    pub fn is_even(&self) -> bool {
        self.sums.is_empty()
    }

    /// How far the next step of the round goes, at most `limit_s` as the waves are now, of `left_s` [s].
    fn step_s(&self, limit_s: f64, left_s: f64) -> f64 {
        let limit_s = limit_s.min(self.longest_s);
        let wanted = (left_s / limit_s - 1e-9).ceil().max(1.0);
        if self.steps > 1 && wanted <= f64::from(self.steps - self.behind) {
            left_s / wanted
        } else {
            left_s.min(limit_s)
        }
    }

    /// Ends a step, the `last` of its round or not: takes in what passed the seams, lets go of what has been used.
    pub(super) fn end_step<'a, T: Real>(&mut self, passed: impl Iterator<Item = &'a seam::Passed<T>>, last: bool) {
        passed.for_each(|p| self.sums[p.seam as usize].add(p));
        for (sum, owner) in self.sums.iter_mut().zip(&self.owners) {
            if self.due[*owner] {
                *sum = Sum::default();
            }
        }
        self.behind = if last { 0 } else { self.behind + 1 };
    }
}

/// Tiles round tile `t` that share a side with it, and where `corners` a corner.
pub(super) fn around([across, up]: [usize; 2], t: usize, corners: bool) -> impl Iterator<Item = usize> {
    let (x, y) = (t % across, t / across);
    let rows = y.saturating_sub(1)..(y + 2).min(up);
    rows.flat_map(move |j| (x.saturating_sub(1)..(x + 2).min(across)).map(move |i| (i, j)))
        .filter(move |&(i, j)| (i, j) != (x, y) && (corners || i == x || j == y))
        .map(move |(i, j)| j * across + i)
}

impl<T: Real> Surface<T> {
    /// How far the next step goes of `left_s`, and whether it brings all tiles to the same instant. Says which tiles
    /// take part, and gives them the rain of their time; the others let it wait.
    pub(super) fn set_pace(
        &self,
        water: &mut Water<T>,
        forcing: Forcing<'_>,
        left_s: f64,
        b: &mut Buffers<T>,
    ) -> (f64, bool) {
        let courant = match self.settings().order {
            Order::First => 0.8,
            Order::Second => 0.45,
            // 0.6 of a cell by a wave, whose speed is counted twice.
            Order::Inertial => 1.2,
        };
        let rate = water.rate_1s(self.grid()).max(b.ghosts.rate_1s);
        let limit_s = self.settings().longest_step_s.min(courant / rate.max(1e-12));
        let p = &mut b.pace;
        if p.behind == 0 {
            self.begin_round(water, forcing, [limit_s, left_s, courant], p);
        }
        let dt = p.step_s(limit_s, left_s);
        let last = p.behind + 1 == p.steps || dt >= left_s;
        let mut due = [true; LEVELS];
        for (level, (due, elapsed)) in due.iter_mut().zip(&mut p.elapsed_s).enumerate() {
            let fresh = p.behind.is_multiple_of(1 << level);
            *elapsed = if fresh { dt } else { *elapsed + dt };
            *due = last || (p.behind + 1).is_multiple_of(1 << level);
        }
        for t in 0..p.active.len() {
            let rain = forcing.rain_on(t) * dt;
            water.waiting_m[t] += rain;
            water.booked.add(Booking::Rain, rain * self.caught(t) * self.grid().area_m2());
            p.due[t] = p.active[t] && due[usize::from(p.level[t])];
            b.rain_m[t] = if p.due[t] { std::mem::take(&mut water.waiting_m[t]) } else { 0.0 };
        }
        (dt, last)
    }

    /// Begins a round: which tiles move in it, and at which level.
    fn begin_round(&self, water: &Water<T>, forcing: Forcing<'_>, [limit_s, left_s, courant]: [f64; 3], p: &mut Pace) {
        let size = [self.grid().tiles_x(), self.grid().tiles_y()];
        let first = self.settings().order == Order::First;
        let levels = if first { u32::from(self.settings().levels.min(SLOWEST)) } else { 0 };
        p.longest_s = limit_s;
        p.steps = (1..=levels).map(|l| 1 << l).take_while(|n| left_s > f64::from(n / 2) * limit_s).last().unwrap_or(1);
        let (film, local) = (self.settings().film_m.max(T::DRY_M), p.steps > 1);
        let span_s = (f64::from(p.steps) * limit_s).min(left_s);
        for t in 0..p.moving.len() {
            let depth = water.deepest[t].wide() + (water.waiting_m[t] + forcing.rain_on(t) * span_s);
            p.moving[t] = depth > film || local && self.is_eager(t);
        }
        for t in 0..p.moving.len() {
            p.active[t] = p.moving[t] || self.is_at_edge(t) || around(size, t, local).any(|n| p.moving[n]);
            p.level[t] = 0;
        }
        p.sums.clear();
        p.owners.clear();
        if !local {
            return;
        }
        let per_s = 1.0 / self.grid().cell_m;
        for t in 0..p.level.len() {
            let fastest = around(size, t, true).fold(water.fastest[t], |most, n| most.most(water.fastest[n]));
            let eager = self.is_eager(t) || around(size, t, true).any(|n| self.is_eager(n));
            let may = |level: u32| f64::from(1_u32 << level) * limit_s * fastest.wide() * per_s <= courant;
            let top = p.steps.trailing_zeros();
            p.level[t] = if eager { 0 } else { (0..=top).rev().find(|l| may(*l)).unwrap_or(0) as u8 };
        }
        p.seam_at.clear();
        p.seam_at.resize(p.level.len(), [NONE; SIDES]);
        for t in (0..p.level.len()).filter(|t| p.active[*t]) {
            for side in 0..SIDES {
                let Some(n) = seam::neighbour(size, t, side) else { continue };
                if p.active[n] && p.level[n] < p.level[t] {
                    p.seam_at[t][side] = p.sums.len() as u32;
                    p.sums.push(Sum::default());
                    p.owners.push(t);
                }
            }
        }
    }

    /// The step of each level.
    pub(super) fn advances(&self, pace: &Pace) -> [Advance<T>; LEVELS] {
        pace.elapsed_s.map(|dt| self.advance_by(dt))
    }
}

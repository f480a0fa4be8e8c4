//! Chains of check dams (淤地坝) off the grid: each fills, overtops, breaches, and loads the next.
//!
//! A dam has a storage by level and volume, a spillway, and a crest that is a broad-crested weir along its length. It
//! fails when the water stands a given depth over the crest; the breach then grows evenly to the width and in the time
//! of Froehlich (2008) for the water behind it at that moment. Outflow goes into the next dam, into a cell of the
//! street grid, or away. Dams are worked off upstream first, so what leaves one in a step reaches the next in the same
//! step; each is stepped in pieces in which it loses at most a twentieth of what stands above its lowest opening. A
//! dam whose storage is the terrain itself is a [`super::barrier::Barrier`] with the same growth.
//!
//! # Limits
//! Clear water: the silt that a breach carries along is not counted. Travel along the gully takes no time; where it
//! matters, let the dam end in a cell and the surface carry the wave.
//! # Source
//! D. C. Froehlich, J. Hydraul. Eng. 134, 2008 (see `breach`); weirs: Bos (1989), see `weir`; breach as a rectangle of
//! mean width growing evenly: D. L. Fread, DAMBRK, NWS 1984.

use serde::{Deserialize, Serialize};

use super::barrier::{Happened, check_fit};
use super::breach::{Bounds, Breach, Growth};
use super::grid::Grid;
use super::real::Real;
use super::step::StepError;
use super::vessel::Vessel;
use super::water::{Water, two_sum};
use super::weir::Crest;
use crate::ledger::ExactSum;
use crate::num::series::Series;

/// A check dam as it is given.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckDam {
    /// What it holds, sediment already taken off.
    pub storage: Vessel,
    /// Level of the crest [m].
    pub crest_m: f64,
    /// Length of the crest [m].
    pub crest_length_m: f64,
    /// Its spillway, if it has one: sill level [m] and width [m].
    pub spillway: Option<[f64; 2]>,
    /// How it fails, if it may.
    pub failure: Option<DamFailure>,
    /// Where its water goes.
    pub next: Next,
}

/// A check dam with what it begins with and what comes into it.
#[derive(Debug, Clone, PartialEq)]
pub struct FedDam {
    /// The dam.
    pub dam: CheckDam,
    /// What stands behind it at the start [m³].
    pub volume_m3: f64,
    /// What comes from outside, not from dams above it [m³/s]; none = nothing.
    pub inflow_m3s: Option<Series>,
}

/// How a check dam fails.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DamFailure {
    /// Depth of water over the crest at which the breach begins [m].
    pub overflow_m: f64,
    /// Level of the breach's bottom [m].
    pub foot_m: f64,
    /// Width [m] and time of formation [s] where they are known; by Froehlich where not.
    pub breach: Option<[f64; 2]>,
}

/// Where the water of a dam goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Next {
    /// Into another dam, by its place in the list.
    Dam(usize),
    /// Onto a cell of the grid; away where that lies outside the ground.
    Cell(usize),
    /// Out of what is modelled.
    Away,
}

/// Why check dams cannot be used; `dam` is the place in the list.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DamError {
    /// A value outside its legal range.
    #[error("{what} of check dam {dam} is {value}")]
    Value {
        /// Which.
        dam: usize,
        /// Which value.
        what: &'static str,
        /// The value.
        value: f64,
    },
    /// The next of each leads round in a circle.
    #[error("the water of check dam {dam} comes back to it")]
    Circle {
        /// One of the circle.
        dam: usize,
    },
}

/// All check dams.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckDams {
    list: Vec<CheckDam>,
    /// Upstream first.
    order: Vec<usize>,
    cells: usize,
}

/// State of one check dam.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct DamState {
    /// Water behind it [m³].
    pub volume_m3: f64,
    /// What `volume_m3` could not hold [m³].
    rest_m3: f64,
    /// What stood behind it at the start [m³].
    pub start_m3: f64,
    /// Share of the spillway's width that is blocked, 0 to 1; set from outside.
    pub blocked_share: f64,
    /// When it was first overtopped [s].
    pub overtopped_s: Option<f64>,
    /// When it failed [s].
    pub failed_s: Option<f64>,
    /// When its breach had grown out [s].
    pub grown_s: Option<f64>,
    /// Its breach.
    pub breach: Breach,
    /// Width the breach will have [m] and time it takes [s], settled when it fails.
    pub final_breach: [f64; 2],
    /// Greatest outflow so far [m³/s].
    pub peak_m3s: f64,
    /// What came from outside [m³].
    pub given_m3: ExactSum,
    /// What came in, from outside and from dams above [m³].
    pub entered_m3: ExactSum,
    /// What went out [m³].
    pub left_m3: ExactSum,
}

/// Something that happened to a check dam.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DamEvent {
    /// Which.
    pub dam: usize,
    /// When [s].
    pub at_s: f64,
    /// What.
    pub what: Happened,
}

/// What a step moved; a buffer that can be used again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DamStep {
    /// Volume that left each dam [m³].
    pub released_m3: Vec<f64>,
    /// Volume that went out of what is modelled [m³].
    pub away_m3: f64,
    /// What happened, in the order from upstream to downstream.
    pub events: Vec<DamEvent>,
    arriving_m3: Vec<f64>,
}

impl CheckDams {
    /// A chain or tree of dams beside a grid of `cells` cells.
    ///
    /// # Errors
    /// [`DamError`]
    pub fn new(cells: usize, list: Vec<CheckDam>) -> Result<Self, DamError> {
        for (dam, d) in list.iter().enumerate() {
            if let Some((what, value)) = d.fault(cells, list.len()) {
                return Err(DamError::Value { dam, what, value });
            }
        }
        let mut waiting = vec![0_usize; list.len()];
        for d in &list {
            if let Next::Dam(k) = d.next {
                waiting[k] += 1;
            }
        }
        let mut order: Vec<usize> = (0..list.len()).filter(|&k| waiting[k] == 0).collect();
        let mut at = 0;
        while at < order.len() {
            if let Next::Dam(k) = list[order[at]].next {
                waiting[k] -= 1;
                if waiting[k] == 0 {
                    order.push(k);
                }
            }
            at += 1;
        }
        match waiting.iter().position(|w| *w > 0) {
            Some(dam) => Err(DamError::Circle { dam }),
            None => Ok(Self { list, order, cells }),
        }
    }

    /// Cells that dams pour onto.
    pub(super) fn cells(&self) -> impl Iterator<Item = usize> {
        self.list.iter().filter_map(|d| if let Next::Cell(cell) = d.next { Some(cell) } else { None })
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The dams.
    #[must_use]
    pub fn list(&self) -> &[CheckDam] {
        &self.list
    }

    /// All whole, with these volumes behind them [m³]; empty where none is given.
    #[must_use]
    pub fn start(&self, volumes_m3: &[f64]) -> Vec<DamState> {
        let one = |(k, d): (usize, &CheckDam)| {
            let given = volumes_m3.get(k).copied().filter(|v| v.is_finite()).unwrap_or(0.0);
            let volume_m3 = given.clamp(0.0, d.storage.capacity_m3());
            DamState { volume_m3, start_m3: volume_m3, ..DamState::default() }
        };
        self.list.iter().enumerate().map(one).collect()
    }

    /// Runs all dams over the `dt_s` up to the water's time, with `inflow_m3s` from outside into each (missing ones 0);
    /// fills `out`. A step of no length does nothing.
    ///
    /// # Errors
    /// [`StepError::Forcing`] where grid or state are not those this was made for; nothing is done then.
    pub fn step<T: Real>(
        &self,
        states: &mut [DamState],
        inflow_m3s: &[f64],
        grid: &Grid<T>,
        water: &mut Water<T>,
        dt_s: f64,
        out: &mut DamStep,
    ) -> Result<(), StepError> {
        out.events.clear();
        out.away_m3 = 0.0;
        for list in [&mut out.released_m3, &mut out.arriving_m3] {
            list.clear();
            list.resize(self.list.len(), 0.0);
        }
        check_fit("check dams", [grid.columns * grid.rows, self.cells], [states.len(), self.list.len()])?;
        if !(dt_s.is_finite() && dt_s > 0.0) {
            return Ok(());
        }
        for &k in &self.order {
            let dam = &self.list[k];
            let next = place(dam.next, grid);
            let tail_m = match next {
                Next::Dam(n) => self.list[n].storage.level_m(states[n].volume_m3),
                Next::Cell(c) => water.level_m(grid, c),
                Next::Away => f64::MIN,
            };
            let own = inflow_m3s.get(k).copied().filter(|q| q.is_finite()).unwrap_or(0.0).max(0.0);
            states[k].given_m3.add(own * dt_s);
            let rate = own + out.arriving_m3[k] / dt_s;
            let mut say = |what, at_s| out.events.push(DamEvent { dam: k, at_s, what });
            let gone = dam.advance(&mut states[k], rate, tail_m, [water.time_s - dt_s, dt_s], &mut say);
            out.released_m3[k] = gone;
            match next {
                Next::Dam(n) => out.arriving_m3[n] += gone,
                Next::Cell(c) => {
                    water.exchange(grid, c, gone);
                }
                Next::Away => out.away_m3 += gone,
            }
        }
        Ok(())
    }
}

/// Where water goes on this ground: a cell without ground takes none.
pub(super) fn place<T: Real>(next: Next, grid: &Grid<T>) -> Next {
    match next {
        Next::Cell(c) if grid.bed_m[c].is_nan() => Next::Away,
        next => next,
    }
}

/// Share of what stands above the lowest opening that may leave in one piece of a step.
const SHARE: f64 = 0.05;
/// Most pieces of a step.
const PIECES: f64 = 400.0;

impl DamState {
    /// Adds to the volume; what it cannot hold waits for the next time.
    fn add(&mut self, change_m3: f64) {
        let (now, lost) = two_sum(self.volume_m3, change_m3 + self.rest_m3);
        self.volume_m3 = now.max(0.0);
        self.rest_m3 = lost + now.min(0.0);
    }
}

impl CheckDam {
    /// Level of the water behind it [m].
    #[must_use]
    pub fn level_m(&self, state: &DamState) -> f64 {
        self.storage.level_m(state.volume_m3)
    }

    fn fault(&self, cells: usize, dams: usize) -> Option<(&'static str, f64)> {
        let positive = |what, x: f64| (!(x.is_finite() && x > 0.0)).then_some((what, x));
        let floor = self.storage.floor_m();
        let next = match self.next {
            Next::Dam(n) if n >= dams => Some(("next dam", n as f64)),
            Next::Cell(c) if c >= cells => Some(("next cell", c as f64)),
            _ => None,
        };
        let above = |what, z: f64| (!(z.is_finite() && z >= floor)).then_some((what, z));
        let spillway = |[sill, width]: [f64; 2]| above("spillway's sill", sill).or(positive("spillway's width", width));
        let failure = |f: DamFailure| {
            let breach = f.breach.and_then(|[width, time]| {
                positive("width of a breach", width).or(positive("duration of a breach", time))
            });
            let height = positive("height of a breach", self.crest_m - f.foot_m);
            positive("overflow at which it fails", f.overflow_m)
                .or(above("foot of a breach", f.foot_m))
                .or(height)
                .or(breach)
        };
        self.storage
            .fault()
            .or(next)
            .or(above("crest", self.crest_m))
            .or(positive("length of the crest", self.crest_length_m))
            .or_else(|| self.spillway.and_then(spillway))
            .or_else(|| self.failure.and_then(failure))
    }

    /// Bottom of the breach [m].
    fn bottom_m(&self, breach: Breach) -> f64 {
        self.failure.map_or(self.crest_m, |f| self.crest_m + breach.depth_share * (f.foot_m - self.crest_m))
    }

    /// Outflow [m³/s] at a level, against the tail water, with a share of the spillway open.
    fn outflow_m3s(&self, level_m: f64, tail_m: f64, breach: Breach, free: f64) -> f64 {
        let over = |sill: f64, width: f64| width * Crest::BROAD.flow_m2s(level_m - sill, tail_m - sill).max(0.0);
        let open = breach.width_m.min(self.crest_length_m);
        let spillway = self.spillway.map_or(0.0, |[sill, width]| over(sill, width * free));
        spillway + over(self.crest_m, self.crest_length_m - open) + over(self.bottom_m(breach), open)
    }

    /// Runs the dam with a constant inflow; returns what left [m³].
    fn advance(
        &self,
        state: &mut DamState,
        inflow: f64,
        tail_m: f64,
        [at_s, dt_s]: [f64; 2],
        say: &mut impl FnMut(Happened, f64),
    ) -> f64 {
        let mut done = 0.0;
        let mut gone = 0.0;
        let free = 1.0 - if state.blocked_share > 0.0 { state.blocked_share.min(1.0) } else { 0.0 };
        while done < dt_s {
            let level = self.storage.level_m(state.volume_m3);
            self.watch(state, level, at_s + done, say);
            let flow = self.outflow_m3s(level, tail_m, state.breach, free);
            let spill = self.spillway.map_or(self.crest_m, |s| s[0].min(self.crest_m));
            let lowest = if state.breach.width_m > 0.0 { self.bottom_m(state.breach).min(spill) } else { spill };
            let above = (state.volume_m3 - self.storage.volume_m3(lowest.max(tail_m))).max(0.0);
            let mut piece = (dt_s - done).min(dt_s.min(30.0));
            if flow > 0.0 {
                piece = piece.min((SHARE * above / flow).max(dt_s / PIECES));
            }
            // The last piece ends with the step: what is left of it beyond round-off brings water too.
            if dt_s - done - piece < 1e-9 * dt_s {
                piece = dt_s - done;
            }
            let out = (flow * piece).min(above);
            let room = self.storage.capacity_m3() - (state.volume_m3 - out);
            // What a full storage cannot hold runs over it.
            let over = (inflow * piece - room).max(0.0);
            state.add(inflow * piece - out - over);
            state.entered_m3.add(inflow * piece);
            state.left_m3.add(out + over);
            state.peak_m3s = state.peak_m3s.max((out + over) / piece);
            gone += out + over;
            self.grow(state, at_s + done, piece, say);
            done = if piece < dt_s - done { done + piece } else { dt_s };
        }
        gone
    }

    fn watch(&self, state: &mut DamState, level: f64, at_s: f64, say: &mut impl FnMut(Happened, f64)) {
        let over = level - self.crest_m;
        if over > 0.0 && state.overtopped_s.is_none() {
            state.overtopped_s = Some(at_s);
            say(Happened::Overtopped(over), at_s);
        }
        let Some(failure) = self.failure.filter(|f| state.failed_s.is_none() && over >= f.overflow_m) else { return };
        let behind = state.volume_m3 - self.storage.volume_m3(failure.foot_m);
        let (width, time) = super::breach::froehlich(behind, self.crest_m - failure.foot_m, true);
        state.final_breach = failure.breach.unwrap_or([width, time]);
        state.final_breach[0] = state.final_breach[0].min(self.crest_length_m);
        state.failed_s = Some(at_s);
        say(Happened::Breached(over), at_s);
    }

    fn grow(&self, state: &mut DamState, at_s: f64, piece_s: f64, say: &mut impl FnMut(Happened, f64)) {
        let (Some(failure), Some(failed_s), None) = (self.failure, state.failed_s, state.grown_s) else { return };
        let [length_m, duration_s] = state.final_breach;
        let bounds = Bounds { length_m, height_m: self.crest_m - failure.foot_m };
        let law = Growth::Linear { duration_s };
        state.breach = law.advance(state.breach, [at_s - failed_s, at_s + piece_s - failed_s], 0.0, bounds);
        if law.is_grown(state.breach, bounds) {
            state.grown_s = Some(at_s + piece_s);
            say(Happened::GrownOut(state.breach.width_m), at_s + piece_s);
        }
    }
}

#[cfg(test)]
#[path = "tests/check_dam.rs"]
mod tests;

//! Underpasses, tunnel portals and basements: volumes the street fills over sills, and that give back.
//!
//! Each portal is a broad-crested weir between a street cell and the water inside, either way, drowned where it has to
//! be. A step moves no more through a portal than brings street and inside to one level, than there is room, and than
//! stands above the sill. Inflow is constant over a step, and within it pump and depth marks are met at their instants.
//!
//! A portal is on one cell of the grid; the floor of the vessel is not the terrain's, so that the street over an
//! underpass can be wet or dry by itself.
//!
//! *Source:* portal weir `Q = C·b·h^1.5`, C = 1.7: Bos (1989), see `weir`; the pump within a step: own derivation.

use serde::{Deserialize, Serialize};

use super::barrier::check_fit;
use super::grid::Grid;
use super::real::Real;
use super::step::StepError;
use super::vessel::Vessel;
use super::water::Water;
use super::weir::Crest;

/// A volume under the street.
#[derive(Debug, Clone, PartialEq)]
pub struct Filling {
    /// What it holds.
    pub vessel: Vessel,
    /// Where the street's water comes in.
    pub portals: Vec<Portal>,
    /// Its pump, if it has one.
    pub pump: Option<Pump>,
    /// Depth over the floor at which it is closed to traffic [m]: 0.25 in Shenyang, 0.27 in Beijing, 0.40 in Zhengzhou.
    pub closure_depth_m: Option<f64>,
    /// Depths whose first time is wanted [m].
    pub marks_m: Vec<f64>,
}

/// A way in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Portal {
    /// The street's cell before it.
    pub cell: usize,
    /// Level of the sill [m].
    pub sill_m: f64,
    /// Width [m].
    pub width_m: f64,
    /// What the sill is like.
    pub crest: Crest,
}

/// A drainage pump.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// What it lifts [m³/s].
    pub rate_m3s: f64,
    /// It starts above this volume [m³].
    pub start_m3: f64,
    /// It stops at this volume [m³], at most `start_m3`.
    pub stop_m3: f64,
}

/// Why a filling cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{what} of filling {filling} is {value}")]
pub struct FillingError {
    /// Which, by its place in the list.
    pub filling: usize,
    /// Which value.
    pub what: &'static str,
    /// The value.
    pub value: f64,
}

/// All fillings of a surface.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fillings {
    list: Vec<Filling>,
    cells: usize,
}

/// State of one filling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FillingState {
    /// What is inside [m³].
    pub volume_m3: f64,
    /// Most that ever was inside [m³].
    pub most_m3: f64,
    /// Share of the pump's rate there is, 0 to 1; set from outside: 0 without power.
    pub pump_share: f64,
    /// Whether the pump runs.
    pub pumping: bool,
    /// Whether it has been full since it last held less than 99 % of what it can.
    pub full: bool,
    /// When it was first closed to traffic [s].
    pub closed_s: Option<f64>,
    /// When each mark was first reached [s].
    pub marked_s: Vec<Option<f64>>,
    /// What came in from the street, and from others by [`FillingState::give`] [m³].
    pub entered_m3: f64,
    /// What went back to the street or was taken by others [m³].
    pub left_m3: f64,
    /// What was pumped away [m³].
    pub pumped_m3: f64,
}

impl FillingState {
    /// Gives water from elsewhere (a sewer, a leak), or takes it; returns what was moved [m³].
    pub fn give(&mut self, filling: &Filling, volume_m3: f64) -> f64 {
        let moved = volume_m3.max(-self.volume_m3).min((filling.vessel.capacity_m3() - self.volume_m3).max(0.0));
        self.volume_m3 += moved;
        self.most_m3 = self.most_m3.max(self.volume_m3);
        if moved > 0.0 {
            self.entered_m3 += moved;
        } else {
            self.left_m3 -= moved;
        }
        moved
    }
}

/// Something that happened to a filling.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FillingEvent {
    /// Which.
    pub filling: usize,
    /// When [s].
    pub at_s: f64,
    /// What.
    pub what: Filled,
}

/// What can happen to a filling.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Filled {
    /// It has to be closed to traffic.
    Closed,
    /// A mark is reached for the first time, this deep [m].
    Mark(f64),
    /// Its pump starts.
    PumpOn,
    /// Its pump stops.
    PumpOff,
    /// It is full to the ceiling; told again after it has held less than 99 %.
    Full,
}

/// What a step moved; a buffer that can be used again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FillingStep {
    /// Volume from the street into each filling, less what went back [m³].
    pub volumes_m3: Vec<f64>,
    /// Volume pumped away [m³].
    pub pumped_m3: Vec<f64>,
    /// What happened, in the order of fillings.
    pub events: Vec<FillingEvent>,
}

impl Fillings {
    /// Puts fillings under a grid of `cells` cells.
    ///
    /// # Errors
    /// [`FillingError`]
    pub fn new(cells: usize, list: Vec<Filling>) -> Result<Self, FillingError> {
        for (filling, f) in list.iter().enumerate() {
            if let Some((what, value)) = f.fault(cells) {
                return Err(FillingError { filling, what, value });
            }
        }
        Ok(Self { list, cells })
    }

    /// The fillings.
    #[must_use]
    pub fn list(&self) -> &[Filling] {
        &self.list
    }

    /// All empty, pumps ready.
    #[must_use]
    pub fn start(&self) -> Vec<FillingState> {
        let one = |f: &Filling| FillingState {
            volume_m3: 0.0,
            most_m3: 0.0,
            pump_share: 1.0,
            pumping: false,
            full: false,
            closed_s: None,
            marked_s: vec![None; f.marks_m.len()],
            entered_m3: 0.0,
            left_m3: 0.0,
            pumped_m3: 0.0,
        };
        self.list.iter().map(one).collect()
    }

    /// Lets water pass portals and pumps run over the `dt_s` up to the water's time; fills `out`. A step of no
    /// length does nothing.
    ///
    /// # Errors
    /// [`StepError::Forcing`] where grid or state are not those this was made for; nothing is done then.
    pub fn step<T: Real>(
        &self,
        states: &mut [FillingState],
        grid: &Grid<T>,
        water: &mut Water<T>,
        dt_s: f64,
        out: &mut FillingStep,
    ) -> Result<(), StepError> {
        out.events.clear();
        for list in [&mut out.volumes_m3, &mut out.pumped_m3] {
            list.clear();
            list.resize(self.list.len(), 0.0);
        }
        check_fit("fillings", [grid.columns * grid.rows, self.cells], [states.len(), self.list.len()])?;
        if !(dt_s.is_finite() && dt_s > 0.0) {
            return Ok(());
        }
        for (filling, (f, state)) in self.list.iter().zip(states).enumerate() {
            let before = state.volume_m3;
            let mut volume = before;
            // A pump that runs makes room over the step.
            let room = if state.pumping { f.pump_m3s(state) * dt_s } else { 0.0 };
            for p in &f.portals {
                let wanted = f.through(p, (volume - room).max(0.0), grid, water, dt_s);
                let moved = -water.exchange(grid, p.cell, -wanted);
                volume += moved;
                if moved > 0.0 {
                    state.entered_m3 += moved;
                } else {
                    state.left_m3 -= moved;
                }
                out.volumes_m3[filling] += moved;
            }
            let pumped_before = state.pumped_m3;
            let rate = (volume - before) / dt_s;
            let mut say = |what, at_s| out.events.push(FillingEvent { filling, at_s, what });
            f.advance(state, rate, water.time_s - dt_s, dt_s, &mut say);
            out.pumped_m3[filling] = state.pumped_m3 - pumped_before;
        }
        Ok(())
    }
}

impl Filling {
    fn fault(&self, cells: usize) -> Option<(&'static str, f64)> {
        let positive = |what, x: f64| (!(x.is_finite() && x > 0.0)).then_some((what, x));
        let portal = |p: &Portal| {
            let off = (p.cell >= cells).then_some(("cell of a portal", p.cell as f64));
            // Under its own floor a filling has no level, so nothing could tell whether its water reaches the sill.
            let low = (!(p.sill_m.is_finite() && p.sill_m >= self.vessel.floor_m())).then_some(("sill", p.sill_m));
            off.or(low).or(positive("portal width", p.width_m)).or(positive("weir coefficient", p.crest.coefficient))
        };
        let pump = |p: Pump| {
            let order = (!(p.stop_m3 >= 0.0 && p.stop_m3 <= p.start_m3)).then_some(("pump's stop", p.stop_m3));
            let start = (!p.start_m3.is_finite()).then_some(("pump's start", p.start_m3));
            positive("pump rate", p.rate_m3s).or(start).or(order)
        };
        // What lies above the ceiling is never reached.
        let depth = |what, d: f64| {
            let highest = self.depth_m(self.vessel.capacity_m3());
            positive(what, d).or((d > highest + 1e-9).then_some((what, d)))
        };
        self.vessel
            .fault()
            .or_else(|| self.portals.iter().find_map(portal))
            .or_else(|| self.pump.and_then(pump))
            .or_else(|| self.closure_depth_m.and_then(|d| depth("closure depth", d)))
            .or_else(|| self.marks_m.iter().find_map(|&d| depth("mark", d)))
    }

    /// Depth over the floor [m].
    #[must_use]
    pub fn depth_m(&self, volume_m3: f64) -> f64 {
        self.vessel.level_m(volume_m3) - self.vessel.floor_m()
    }

    /// What its pump can lift [m³/s]; a share that is not a number is none.
    fn pump_m3s(&self, state: &FillingState) -> f64 {
        let share = if state.pump_share > 0.0 { state.pump_share.min(1.0) } else { 0.0 };
        self.pump.map_or(0.0, |p| p.rate_m3s * share)
    }

    /// What passes a portal into the filling over a step [m³].
    fn through<T: Real>(&self, p: &Portal, volume: f64, grid: &Grid<T>, water: &Water<T>, dt_s: f64) -> f64 {
        let street = water.level_m(grid, p.cell);
        if !street.is_finite() {
            return 0.0;
        }
        let inside = self.vessel.level_m(volume);
        let sill = p.sill_m.max(grid.bed_m[p.cell]);
        let flow = p.width_m * p.crest.flow_m2s(street - sill, inside - sill);
        let even = self.vessel.until_level_m3(volume, street, grid.area_m2());
        let above = (street - sill).max(0.0) * grid.area_m2();
        let over = (volume - self.vessel.volume_m3(sill)).max(0.0);
        (flow * dt_s).clamp(even.min(0.0).max(-over), even.max(0.0).min(above))
    }

    /// Takes in water at a constant rate, with the pump switching and marks passing at their instants.
    fn advance(&self, state: &mut FillingState, rate: f64, at_s: f64, dt_s: f64, say: &mut impl FnMut(Filled, f64)) {
        let lifts = self.pump_m3s(state);
        let mut left = dt_s;
        for legs in 0..=MOST_LEGS {
            if left <= 0.0 {
                break;
            }
            let now = at_s + dt_s - left;
            // What a portal gives back over the step is not there to be pumped.
            let most = if rate < 0.0 { (state.volume_m3 / left + rate).max(0.0) } else { f64::INFINITY };
            let pump = self.pump.map(|p| Pump { rate_m3s: lifts.min(most), ..p });
            let lifted = pump.filter(|_| state.pumping).map_or(0.0, |p| p.rate_m3s);
            let mut net = rate - lifted;
            let mut leg = left;
            let mut switch = None;
            if legs == MOST_LEGS {
                // The rest of the step at once: the pump lifts what comes, as far as it can.
                net = rate - rate.clamp(0.0, pump.map_or(0.0, |p| p.rate_m3s));
            } else if let Some(p) = pump {
                let over = state.volume_m3 - p.stop_m3;
                let slack = 1e-12 * (1.0 + p.stop_m3);
                if state.pumping && over < -slack {
                    (leg, switch) = (0.0, Some(false));
                } else if state.pumping && net < 0.0 {
                    let until = over.max(0.0) / -net;
                    // A pump without hysteresis holds the volume where it is: it lifts what comes.
                    if over <= slack && p.stop_m3 == p.start_m3 && rate >= 0.0 {
                        net = 0.0;
                    } else if until <= left {
                        (leg, switch) = (until, (p.stop_m3 < p.start_m3 || rate < 0.0).then_some(false));
                    }
                } else if !state.pumping && p.rate_m3s > 0.0 && (net > 0.0 || state.volume_m3 > p.start_m3) {
                    let until = (p.start_m3 - state.volume_m3).max(0.0) / net.max(f64::MIN_POSITIVE);
                    if until <= left {
                        (leg, switch) = (until, Some(true));
                    }
                }
            }
            let pumped = (rate - net) * leg;
            let after = (state.volume_m3 + net * leg).max(0.0);
            self.pass(state, after, now, leg, say);
            state.pumped_m3 += pumped;
            left -= leg;
            if let Some(on) = switch {
                state.pumping = on;
                say(if on { Filled::PumpOn } else { Filled::PumpOff }, now + leg);
            }
        }
    }

    /// Goes to a new volume at an even rate and tells of what is passed on the way.
    fn pass(&self, state: &mut FillingState, after: f64, at_s: f64, leg_s: f64, say: &mut impl FnMut(Filled, f64)) {
        let before = state.volume_m3;
        state.volume_m3 = after;
        state.most_m3 = state.most_m3.max(after);
        let capacity = self.vessel.capacity_m3();
        state.full &= after >= 0.99 * capacity;
        if after <= before {
            return;
        }
        let floor = self.vessel.floor_m();
        let when =
            |target: f64| (after >= target).then(|| at_s + leg_s * ((target - before) / (after - before)).max(0.0));
        for (mark, first) in self.marks_m.iter().zip(&mut state.marked_s).filter(|(_, first)| first.is_none()) {
            *first = when(self.vessel.volume_m3(floor + mark));
            if let Some(t) = *first {
                say(Filled::Mark(*mark), t);
            }
        }
        if let (Some(depth), None) = (self.closure_depth_m, state.closed_s) {
            state.closed_s = when(self.vessel.volume_m3(floor + depth));
            if let Some(t) = state.closed_s {
                say(Filled::Closed, t);
            }
        }
        // Round-off must not keep it from being full.
        if let (false, Some(t)) = (state.full, when((1.0 - 1e-9) * capacity)) {
            state.full = true;
            say(Filled::Full, t);
        }
    }
}

/// Most legs of a step: a pump that switches more often than this within one lifts what comes.
const MOST_LEGS: usize = 64;

#[cfg(test)]
#[path = "tests/filling.rs"]
mod tests;

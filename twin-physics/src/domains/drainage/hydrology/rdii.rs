//! Rain-derived infiltration and inflow: three triangular unit hydrographs per group, convolved with net rain.
//!
//! SWMM computes this before a run and holds each value for one wet runoff step. Here it happens as time goes on, so
//! that a run can fork and live rain counts; the values are the same: what holds from a tick on depends only on rain
//! before it.
//!
//! *Source:* EPA/600/R-15/162A, chapter 7; Vallabhaneni, Chan & Burgess (2007), *Computer Tools for Sanitary Sewer
//! System Capacity Analysis and Planning*, EPA/600/R-07/111 (the R-T-K method).

use serde::{Deserialize, Serialize};

use super::super::model::{DrainageModel, UnitResponse};
use super::climate::DATE_LAG_S;
use super::error::HydrologyError;
use super::gage::RainCursor;
use super::replay::RdiiRecord;
use crate::ledger::ExactSum;
use crate::units::{M3_PER_FT3, S_PER_DAY};

/// Flow below this is none: 1e-4 ft³/s [m³/s].
const ZERO_FLOW_M3S: f64 = 1e-4 * M3_PER_FT3;

/// One response with its times in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Response {
    r: f64,
    peak_s: f64,
    base_s: f64,
    abstraction_max_m: f64,
    recovery_ms: f64,
}

impl Response {
    fn new(u: &UnitResponse) -> Self {
        Self {
            r: u.r,
            peak_s: u.t_s.trunc(),
            base_s: (u.t_s * (1.0 + u.k)).trunc(),
            abstraction_max_m: u.abstraction_max_m,
            recovery_ms: u.recovery_ms,
        }
    }

    /// Ordinate at `t_s` after the rain, per volume of net rain [1/s].
    fn ordinate(&self, t_s: f64) -> f64 {
        if t_s >= self.base_s {
            return 0.0;
        }
        let share = if t_s <= self.peak_s {
            t_s / self.peak_s
        } else {
            1.0 - (t_s - self.peak_s) / (self.base_s - self.peak_s)
        };
        share.max(0.0) * 2.0 / self.base_s
    }
}

/// A group of unit hydrographs, compiled.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    gage: usize,
    /// Interval over which rain is gathered [s].
    interval_s: f64,
    /// By month, then short, medium, long.
    months: Vec<[Response; 3]>,
    /// Intervals that each of the three remembers.
    periods: [usize; 3],
    /// Sewershed of all nodes that use it [m²].
    area_m2: f64,
    used: bool,
    start_used_m: [f64; 3],
}

/// RDII of a model, compiled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RdiiData {
    groups: Vec<Group>,
    /// Node, group, area.
    nodes: Vec<(u32, u32, f64)>,
    /// A value holds this long [s].
    tick_s: f64,
    /// Gages that groups use, each with a place of its own in the record.
    gages: Vec<usize>,
    /// Flows that are given in place of all this.
    given: Option<RdiiRecord>,
}

/// Memory of one response.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Memory {
    /// Net rain of past intervals in a ring [m].
    rain_m: Vec<f64>,
    /// Month of each, 0..11.
    month: Vec<u8>,
    /// Slot that is written next.
    next: u32,
    /// Dry time since the last net rain [s].
    dry_s: f64,
    /// Whether any rain remembered still counts.
    wet: bool,
    /// Initial abstraction in use [m].
    abstracted_m: f64,
}

/// State of RDII.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RdiiState {
    /// Place in the record of each gage in use.
    cursors: Vec<RainCursor>,
    memory: Vec<[Memory; 3]>,
    /// Up to where each group has taken rain in.
    rain_until: Vec<Instant>,
    /// Up to where each group's flow stands, on the clock in use.
    flow_until: Vec<f64>,
    /// Flow of each group per area of sewershed at the last tick [m/s].
    flow_ms: Vec<f64>,
    /// Ticks still needed: flows of all groups, one tick after another [m/s].
    window_ms: Vec<f64>,
    /// Number of the first tick in the window.
    first_tick: u64,
    /// Number of the next tick to compute.
    next_tick: u64,
    /// Rain on the sewersheds [m³].
    pub rain_m3: ExactSum,
    /// What of it came as RDII [m³].
    pub rdii_m3: ExactSum,
}

/// An instant on two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Instant {
    /// Model time [s].
    time_s: f64,
    /// What instants are compared by: model time or, where SWMM is to be met tick by tick, its date in days.
    ///
    /// SWMM's date of a tick and its date of the rain interval that ends there are computed in different ways and may
    /// differ in the last bit, which then delays RDII by a tick. From the second day on that happens in most runs.
    clock: f64,
}

impl Instant {
    /// So many seconds after the start, as SWMM dates a tick.
    fn tick(model: &DrainageModel, time_s: f64) -> Self {
        let clock = if model.options.defects.others { start_date(model) + time_s / S_PER_DAY } else { time_s };
        Self { time_s, clock }
    }

    /// So many whole seconds later, as SWMM dates the end of an interval.
    fn after(self, model: &DrainageModel, seconds: f64) -> Self {
        let time_s = self.time_s + seconds;
        if !model.options.defects.others {
            return Self { time_s, clock: time_s };
        }
        let day = self.clock.floor();
        let second = ((self.clock - day) * S_PER_DAY + 0.5).floor().min(S_PER_DAY - 1.0);
        Self { time_s, clock: day + (second + seconds) / S_PER_DAY }
    }
}

/// Start of a run as SWMM's date [d].
fn start_date(model: &DrainageModel) -> f64 {
    model.calendar.start_day as f64 + model.calendar.start_second / S_PER_DAY
}

/// What drives RDII over a step.
#[derive(Debug, Clone, Copy)]
pub struct RdiiDrive<'a> {
    /// End of the runoff step [s].
    pub until_s: f64,
    /// Rain imposed by gage; empty or NaN = the record [m/s].
    pub imposed_ms: &'a [f64],
}

impl RdiiData {
    /// Compiles; `wet_step_s` is the wet runoff step in force.
    ///
    /// # Errors
    /// A reference to nothing, or parameters out of range.
    pub fn new(model: &DrainageModel, wet_step_s: f64) -> Result<Self, HydrologyError> {
        let mut data = Self { tick_s: wet_step_s, ..Self::default() };
        for (at, node) in model.nodes.iter().enumerate() {
            let Some(rdii) = node.rdii else { continue };
            if rdii.hydrograph.at() >= model.unit_hydrographs.len() {
                return Err(HydrologyError::new("node", &node.id, "names a unit hydrograph that does not exist"));
            }
            if rdii.area_m2.is_nan() || rdii.area_m2 < 0.0 {
                return Err(HydrologyError::new("node", &node.id, "needs an RDII area that is not negative"));
            }
            data.nodes.push((at as u32, rdii.hydrograph.0, rdii.area_m2));
        }
        if data.nodes.is_empty() || model.options.ignore.rdii {
            return Ok(Self::default());
        }
        let first_month = usize::from(model.calendar.civil(0.0).month) - 1;
        for index in 0..model.unit_hydrographs.len() {
            let group = data.group(model, index, first_month)?;
            if !data.gages.contains(&group.gage) {
                data.gages.push(group.gage);
            }
            data.groups.push(group);
        }
        Ok(data)
    }

    fn group(&self, model: &DrainageModel, index: usize, first_month: usize) -> Result<Group, HydrologyError> {
        let source = &model.unit_hydrographs[index];
        let fail = |problem: &str| Err(HydrologyError::new("unit hydrograph", &source.id, problem));
        let Some(gage) = source.gage.map(super::super::model::GageIx::at).filter(|g| *g < model.gages.len()) else {
            return fail("needs a rain gage that exists");
        };
        if source.months.len() != 12 {
            return fail("needs responses for 12 months");
        }
        let months: Vec<[Response; 3]> =
            source.months.iter().map(|m| std::array::from_fn(|k| Response::new(&m[k]))).collect();
        let mut interval_s = self.tick_s;
        for month in &months {
            let there = month.iter().filter(|r| r.base_s != 0.0);
            if there.clone().any(|r| !(r.peak_s >= 0.0 && r.base_s >= 0.0 && r.r >= 0.0)) {
                return fail("needs R, T and K that are not negative");
            }
            if there.map(|r| r.r).sum::<f64>() > 1.01 {
                return fail("has responses R that sum to more than 1 in a month");
            }
            for r in month.iter().filter(|r| r.peak_s > 0.0) {
                interval_s = interval_s.min(r.peak_s);
                if r.base_s > r.peak_s {
                    interval_s = interval_s.min(r.base_s - r.peak_s);
                }
            }
        }
        let longest = |k: usize| months.iter().map(|m| (m[k].base_s / interval_s).floor() as usize + 1).max();
        let nodes = self.nodes.iter().filter(|n| n.1 as usize == index);
        Ok(Group {
            gage,
            interval_s,
            periods: std::array::from_fn(|k| longest(k).unwrap_or(1)),
            area_m2: nodes.clone().map(|n| n.2).sum(),
            used: nodes.count() > 0,
            start_used_m: std::array::from_fn(|k| source.months[first_month][k].abstraction_used_m),
            months,
        })
    }

    /// Takes flows as given from here on; nothing is computed any more.
    pub(super) fn give(&mut self, record: RdiiRecord) {
        *self = Self { given: Some(record), ..Self::default() };
    }

    /// Nodes that RDII enters, and how long a value holds [s]; `None` where none is computed.
    pub(super) fn nodes_and_step(&self) -> Option<(Vec<u32>, f64)> {
        let nodes = self.nodes.iter().map(|n| n.0).collect();
        (!self.groups.is_empty()).then_some((nodes, self.tick_s))
    }

    /// Gages that RDII needs.
    #[must_use]
    pub fn gages(&self) -> &[usize] {
        &self.gages
    }

    /// Before the first rain.
    #[must_use]
    pub fn initial(&self, model: &DrainageModel) -> RdiiState {
        let memory = |group: &Group, k: usize| {
            let periods = group.periods[k];
            Memory {
                rain_m: vec![0.0; periods],
                month: vec![0; periods],
                // The first rain begins a new event.
                next: periods as u32 + 1,
                dry_s: periods as f64 * group.interval_s + 1.0,
                wet: false,
                abstracted_m: group.start_used_m[k],
            }
        };
        let mut state = RdiiState {
            cursors: self.gages.iter().map(|g| RainCursor::start(&model.gages[*g], 1.0)).collect(),
            memory: self.groups.iter().map(|g| std::array::from_fn(|k| memory(g, k))).collect(),
            rain_until: vec![Instant::tick(model, 0.0); self.groups.len()],
            flow_until: vec![Instant::tick(model, 0.0).clock; self.groups.len()],
            flow_ms: vec![0.0; self.groups.len()],
            ..RdiiState::default()
        };
        if !self.groups.is_empty() {
            self.tick(model, &mut state, &[]);
        }
        state
    }

    /// Computes all ticks up to the end of a runoff step, and forgets those before `from_s`.
    pub fn advance(&self, model: &DrainageModel, state: &mut RdiiState, from_s: f64, drive: RdiiDrive<'_>) {
        if self.groups.is_empty() {
            return;
        }
        let keep = self.tick_of(from_s);
        if keep > state.first_tick {
            let drop = (keep - state.first_tick).min(state.next_tick - state.first_tick) as usize;
            state.window_ms.drain(..drop * self.groups.len());
            state.first_tick += drop as u64;
        }
        while state.next_tick <= self.tick_of(drive.until_s) {
            self.tick(model, state, drive.imposed_ms);
        }
    }

    fn tick_of(&self, time_s: f64) -> u64 {
        ((time_s + DATE_LAG_S) / self.tick_s).floor().max(0.0) as u64
    }

    /// The tick at time `next_tick·tick_s`: rain before it, then the flow that holds from it on.
    fn tick(&self, model: &DrainageModel, state: &mut RdiiState, imposed_ms: &[f64]) {
        let now = Instant::tick(model, state.next_tick as f64 * self.tick_s);
        let month = usize::from(model.calendar.civil(now.time_s).month) - 1;
        // SWMM looks a gage up once in a tick, so that several intervals, or several groups, share its value.
        let mut looked_up = vec![false; self.gages.len()];
        for (g, group) in self.groups.iter().enumerate() {
            let slot = self.gages.iter().position(|at| *at == group.gage).unwrap_or(0);
            while state.rain_until[g].clock < now.clock {
                let from_s = state.rain_until[g].time_s;
                if !looked_up[slot] || !model.options.defects.others {
                    let factor = model.climate.rain_factor.0[usize::from(model.calendar.civil(from_s).month) - 1];
                    let gage = &model.gages[group.gage];
                    if !model.options.ignore.rainfall {
                        state.cursors[slot].advance(gage, from_s, factor);
                    }
                    looked_up[slot] = true;
                }
                let imposed = imposed_ms.get(group.gage).copied().filter(|r| !r.is_nan());
                let rain_m = imposed.unwrap_or(state.cursors[slot].rate_ms) * group.interval_s;
                state.rain_m3.add(rain_m * group.area_m2);
                let rain_month = usize::from(model.calendar.civil(from_s).month) - 1;
                for k in 0..3 {
                    let net_m = group.abstract_rain(k, rain_month, &mut state.memory[g][k], rain_m);
                    group.remember(k, &mut state.memory[g][k], net_m, month);
                }
                state.rain_until[g] = state.rain_until[g].after(model, group.interval_s);
            }
        }
        for (g, group) in self.groups.iter().enumerate() {
            if group.used && now.clock >= state.flow_until[g] {
                state.flow_until[g] = state.rain_until[g].clock;
                state.flow_ms[g] = (0..3).map(|k| group.convolve(k, &state.memory[g][k])).sum();
            }
        }
        state.window_ms.extend_from_slice(&state.flow_ms);
        for (_, group, area_m2) in &self.nodes {
            let flow = counted(state.flow_ms[*group as usize] * area_m2);
            // The last tick holds to the end of the run only, but SWMM books it whole.
            state.rdii_m3.add(flow * self.tick_s);
        }
        state.next_tick += 1;
    }

    /// Adds each node's RDII at a routing time [m³/s].
    pub fn add_to(&self, state: &RdiiState, time_s: f64, flow_m3s: &mut [f64]) {
        if let Some(given) = &self.given {
            given.add_to(time_s, flow_m3s);
        }
        if self.groups.is_empty() {
            return;
        }
        let count = self.groups.len() as u64;
        let tick = self.tick_of(time_s).clamp(state.first_tick, state.next_tick - 1) - state.first_tick;
        for (node, group, area_m2) in &self.nodes {
            let flow_ms = state.window_ms[(tick * count + u64::from(*group)) as usize];
            flow_m3s[*node as usize] += counted(flow_ms * area_m2);
        }
    }
}

fn counted(flow_m3s: f64) -> f64 {
    if flow_m3s < ZERO_FLOW_M3S { 0.0 } else { flow_m3s }
}

impl Group {
    /// What is left of rain after initial abstraction, which recovers in dry intervals [m].
    fn abstract_rain(&self, k: usize, month: usize, memory: &mut Memory, rain_m: f64) -> f64 {
        let response = &self.months[month][k];
        if rain_m > 0.0 {
            let free_m = (response.abstraction_max_m - memory.abstracted_m).max(0.0);
            let net_m = (rain_m - free_m).max(0.0);
            memory.abstracted_m += rain_m - net_m;
            net_m
        } else {
            memory.abstracted_m = (memory.abstracted_m - self.interval_s * response.recovery_ms).max(0.0);
            0.0
        }
    }

    /// Puts an interval's net rain into the ring; a new event after a dry spell longer than the ring empties it first.
    fn remember(&self, k: usize, memory: &mut Memory, net_m: f64, month: usize) {
        let periods = self.periods[k];
        let span_s = self.interval_s * periods as f64;
        if net_m > 0.0 {
            if memory.dry_s >= span_s {
                memory.rain_m.fill(0.0);
                memory.next = 0;
            }
            memory.dry_s = 0.0;
            memory.wet = true;
        } else {
            memory.dry_s += self.interval_s;
            memory.wet = memory.dry_s < span_s;
        }
        let slot = if memory.next as usize >= periods { 0 } else { memory.next as usize };
        memory.rain_m[slot] = net_m;
        memory.month[slot] = month as u8;
        memory.next = slot as u32 + 1;
    }

    /// Flow per area from all rain remembered [m/s].
    fn convolve(&self, k: usize, memory: &Memory) -> f64 {
        if !memory.wet {
            return 0.0;
        }
        let periods = self.periods[k];
        let mut slot = (memory.next as usize + periods - 1) % periods;
        let mut flow = 0.0;
        for age in 1..periods {
            let rain_m = memory.rain_m[slot];
            if rain_m > 0.0 {
                let response = &self.months[usize::from(memory.month[slot])][k];
                flow += response.ordinate((age as f64 - 0.5) * self.interval_s) * response.r * rain_m;
            }
            slot = if slot == 0 { periods - 1 } else { slot - 1 };
        }
        flow
    }
}

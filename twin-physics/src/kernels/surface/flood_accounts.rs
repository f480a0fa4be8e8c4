//! What a flood holds, and what happened in it, in the words of the contract.
//!
//! *Source:* definitions.

use super::barrier::{BarrierEvent, Happened};
use super::check_dam::DamEvent;
use super::filling::{Filled, FillingEvent};
use super::flood::{Advanced, Flood, FloodState};
use super::real::Real;
use crate::ledger::{Account, Conserved};
use crate::port::Element;
use crate::solver::SolverEvent;

/// First slots of a flood's parts among the elements of who drives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// First link of barriers; none = they are not told of.
    pub barriers: Option<usize>,
    /// First cell of fillings; dams follow them.
    pub fillings: usize,
}

impl<T: Real> Flood<T> {
    /// The accounts of the ground, of fillings where there are any, and of check dams where there are any.
    #[must_use]
    pub fn accounts(&self, state: &FloodState<T>) -> Vec<Account> {
        let (water, booked) = (&state.water, &state.water.booked);
        let mut ground = Account::open(Conserved::WaterVolume, booked.start_m3);
        ground.book(booked.rain_m3 + booked.entered_m3 + booked.given_m3);
        ground.book(-(booked.left_m3 + booked.taken_m3 + booked.soaked_m3));
        ground.stored_now = water.volume_m3(self.grid());
        let mut accounts = vec![ground];
        if !state.fillings.is_empty() {
            let mut inside = Account::open(Conserved::WaterVolume, 0.0);
            for f in &state.fillings {
                inside.book(f.entered_m3);
                inside.book(-f.left_m3 - f.pumped_m3);
                inside.stored_now += f.volume_m3;
            }
            accounts.push(inside);
        }
        if !state.dams.is_empty() {
            accounts.push(self.dam_books(state).account());
        }
        accounts
    }

    /// Ground under water deeper than `threshold_m` now that was not so at the start: rivers and ponds do not count
    /// [m²].
    #[must_use]
    pub fn flooded_m2(&self, now: &FloodState<T>, start: &FloodState<T>, threshold_m: f64) -> f64 {
        let deep = |d: &T| d.wide() > threshold_m;
        let cells = now.water.depth.iter().zip(&start.water.depth);
        cells.filter(|(now, start)| deep(now) && !deep(start)).count() as f64 * self.grid().area_m2()
    }

    /// Turns what happened to barriers, dams and fillings into events of their elements.
    pub fn tell(&self, state: &FloodState<T>, done: &mut Advanced, slots: Slots, events: &mut Vec<SolverEvent>) {
        for event in done.barriers.drain(..) {
            events.extend(slots.barriers.map(|first| barrier(event, first)));
        }
        for event in done.dams.drain(..) {
            let limit_m = self.dams()[event.dam].failure.map_or(0.0, |f| f.overflow_m);
            events.push(dam(event, limit_m, slots.fillings + self.fillings().len()));
        }
        for event in done.fillings.drain(..) {
            events.push(self.filling(state, event, slots.fillings));
        }
    }

    fn filling(&self, state: &FloodState<T>, event: FillingEvent, first: usize) -> SolverEvent {
        let filling = &self.fillings()[event.filling];
        let now_m = filling.depth_m(state.fillings[event.filling].volume_m3);
        let (code, value) = match event.what {
            Filled::Closed => ("underpass-closed", filling.closure_depth_m.unwrap_or(0.0)),
            Filled::Mark(depth_m) => ("underpass-mark", depth_m),
            Filled::PumpOn => ("underpass-pump-on", now_m),
            Filled::PumpOff => ("underpass-pump-off", now_m),
            Filled::Full => ("underpass-full", filling.depth_m(filling.vessel.capacity_m3())),
        };
        let (element, slot) = (Element::Cell, first + event.filling);
        SolverEvent { time_s: event.at_s, code, element, slot, value, threshold: value, unit: "m" }
    }
}

fn barrier(event: BarrierEvent, first: usize) -> SolverEvent {
    let (code, value) = match event.what {
        Happened::Overtopped(over_m) => ("levee-overtopped", over_m),
        Happened::Breached(value) => ("levee-breached", value),
        Happened::GrownOut(width_m) => ("levee-grown-out", width_m),
    };
    let (element, slot) = (Element::Link, first + event.barrier);
    SolverEvent { time_s: event.at_s, code, element, slot, value, threshold: value, unit: "m" }
}

fn dam(event: DamEvent, limit_m: f64, first: usize) -> SolverEvent {
    let (code, value, threshold) = match event.what {
        Happened::Overtopped(over_m) => ("check-dam-overtopped", over_m, 0.0),
        Happened::Breached(over_m) => ("check-dam-breached", over_m, limit_m),
        Happened::GrownOut(width_m) => ("check-dam-grown-out", width_m, width_m),
    };
    let (element, slot) = (Element::Cell, first + event.dam);
    SolverEvent { time_s: event.at_s, code, element, slot, value, threshold, unit: "m" }
}

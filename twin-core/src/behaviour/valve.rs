//! A motorised valve.

use serde::{Deserialize, Serialize};

use super::{Effect, Event, Rank, Role};
use crate::time::SimTime;

/// A motorised valve: it travels at a finite rate, keeps its place without power, and may stick.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Valve {
    /// Opening, 0 closed to 1 open [–].
    pub opening: f64,
    /// Where it was told to go [–].
    pub target: f64,
    /// Travel per second; 1/60 is a minute from end to end [s⁻¹].
    pub rate_per_s: f64,
    /// Whether the motor has power.
    pub powered: bool,
    /// Whether it sticks.
    pub stuck: bool,
    /// Whether it drives its device, or leaves it to the controls below.
    pub engaged: bool,
    /// Last instant heard of.
    pub last: SimTime,
}

impl Valve {
    /// An open, idle valve that takes `travel_s` seconds from end to end.
    #[must_use]
    pub fn new(travel_s: f64) -> Self {
        Self {
            opening: 1.0,
            target: 1.0,
            rate_per_s: if travel_s > 0.0 { 1.0 / travel_s } else { f64::MAX },
            powered: true,
            stuck: false,
            engaged: false,
            last: SimTime::ZERO,
        }
    }

    /// Applies one event. [`Event::Measured`] is the device's status, 0 closed: heard while nobody drives it.
    pub fn on(&mut self, at: SimTime, event: Event, out: &mut Vec<Effect>) {
        self.travel(at.seconds_since(self.last), out);
        self.last = at;
        match event {
            Event::Tick => {}
            Event::Measured(status) if !self.engaged => {
                self.opening = f64::from(u8::from(status > 0.0));
                self.target = self.opening;
            }
            Event::Measured(_) => {}
            Event::Target(opening) => self.aim(opening.clamp(0.0, 1.0), out),
            Event::On => self.aim(1.0, out),
            Event::Off => self.aim(0.0, out),
            Event::Power(powered) => self.powered = powered,
            Event::Fail => self.stuck = true,
            Event::Repair => self.stuck = false,
            Event::Release if self.engaged => {
                self.engaged = false;
                out.push(Effect::Drive { role: Role::Closed, rank: Rank::Manual, value: None });
            }
            Event::Release => {}
        }
        if self.rate_per_s == f64::MAX {
            self.travel(1.0, out); // a hand valve modelled without travel time is where it was put at once
        }
    }

    /// Whether it is on its way.
    #[must_use]
    pub fn in_motion(&self) -> bool {
        self.engaged && self.powered && !self.stuck && self.opening != self.target
    }

    /// Takes the device over where it stands and sets out for a target.
    fn aim(&mut self, target: f64, out: &mut Vec<Effect>) {
        self.target = target;
        if !self.engaged {
            self.engaged = true;
            self.drive(out);
        }
    }

    /// Shut or not shut: what a partly open valve throttles is left to its own setting.
    fn drive(&self, out: &mut Vec<Effect>) {
        let closed = f64::from(u8::from(self.opening == 0.0));
        out.push(Effect::Drive { role: Role::Closed, rank: Rank::Manual, value: Some(closed) });
    }

    fn travel(&mut self, dt_s: f64, out: &mut Vec<Effect>) {
        if !self.in_motion() {
            return;
        }
        let (before, reach) = (self.opening, self.rate_per_s * dt_s);
        self.opening += (self.target - self.opening).clamp(-reach, reach);
        if (before == 0.0) != (self.opening == 0.0) {
            self.drive(out);
        }
        if self.opening != before {
            out.push(Effect::Signal(self.opening));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> SimTime {
        SimTime::from_millis(s * 1000)
    }

    fn closed(value: Option<f64>) -> Effect {
        Effect::Drive { role: Role::Closed, rank: Rank::Manual, value }
    }

    /// A valve of one minute's travel is half shut after 30 s and drives its device shut only at the end.
    #[test]
    fn travels_at_its_rate_and_shuts_at_the_end() {
        let (mut valve, mut out) = (Valve::new(60.0), Vec::new());
        valve.on(at(0), Event::Off, &mut out);
        assert_eq!(out, [closed(Some(0.0))]);
        valve.on(at(30), Event::Tick, &mut out);
        assert!((valve.opening - 0.5).abs() < 1e-12);
        valve.on(at(61), Event::Tick, &mut out);
        assert_eq!(valve.opening, 0.0);
        assert_eq!(out[1..], [Effect::Signal(0.5), closed(Some(1.0)), Effect::Signal(0.0)]);
    }

    /// An order is carried out even where the valve already stands so: shut, released and shut again once did nothing.
    #[test]
    fn an_order_counts_where_it_already_stands_so() {
        let (mut valve, mut out) = (Valve::new(0.0), Vec::new());
        for event in [Event::Off, Event::Release, Event::Off] {
            out.clear();
            valve.on(at(1), event, &mut out);
        }
        assert_eq!(out, [closed(Some(1.0))]);
        // A control below had it closed: told to open, it opens.
        let mut valve = Valve::new(0.0);
        out.clear();
        valve.on(at(1), Event::Measured(0.0), &mut out);
        valve.on(at(1), Event::On, &mut out);
        assert_eq!(out, [closed(Some(1.0)), closed(Some(0.0)), Effect::Signal(1.0)]);
    }

    /// Without power it stays; time without power is not made up.
    #[test]
    fn stays_where_it_is_without_power() {
        let (mut valve, mut out) = (Valve::new(60.0), Vec::new());
        valve.on(at(0), Event::Off, &mut out);
        valve.on(at(30), Event::Power(false), &mut out);
        valve.on(at(300), Event::Power(true), &mut out);
        valve.on(at(315), Event::Tick, &mut out);
        assert!((valve.opening - 0.25).abs() < 1e-12);
    }

    /// A hand valve without travel time is shut in the same instant.
    #[test]
    fn a_hand_valve_shuts_at_once() {
        let (mut valve, mut out) = (Valve::new(0.0), Vec::new());
        valve.on(at(5), Event::Off, &mut out);
        assert_eq!(valve.opening, 0.0);
        assert_eq!(out.last(), Some(&Effect::Signal(0.0)));
    }
}

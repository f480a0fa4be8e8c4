//! A pump with its starter.

use serde::{Deserialize, Serialize};

use super::{Effect, Event, Role};
use crate::time::SimTime;

/// A pump: without power or command it runs down in a finite time, and it starts only with power.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// Relative speed now [–].
    pub speed: f64,
    /// Relative speed asked for while it is on [–].
    pub target: f64,
    /// Time from full speed to rest [s]; 5–20 s is usual (domain notes, C9).
    pub run_down_s: f64,
    /// Whether it is switched on.
    pub on: bool,
    /// Whether it has power.
    pub powered: bool,
    /// Whether it has failed.
    pub failed: bool,
    /// Whether it drives its device, or leaves it to the controls below.
    pub engaged: bool,
    /// Last instant heard of.
    pub last: SimTime,
}

impl Pump {
    /// A pump at full speed that leaves its device to the controls below.
    #[must_use]
    pub fn new(run_down_s: f64) -> Self {
        Self {
            speed: 1.0,
            target: 1.0,
            run_down_s,
            on: true,
            powered: true,
            failed: false,
            engaged: false,
            last: SimTime::ZERO,
        }
    }

    /// Applies one event.
    pub fn on(&mut self, at: SimTime, event: Event, out: &mut Vec<Effect>) {
        self.turn(at.seconds_since(self.last), out);
        self.last = at;
        match event {
            Event::Tick | Event::Measured(_) => {}
            Event::Target(speed) => {
                (self.target, self.on) = (speed.max(0.0), speed > 0.0);
                self.engage(out);
            }
            Event::On => {
                self.on = true;
                self.engage(out);
            }
            Event::Off => {
                self.on = false;
                self.engage(out);
            }
            Event::Power(powered) => {
                self.powered = powered;
                self.engage(out);
            }
            Event::Fail => {
                self.failed = true;
                self.engage(out);
            }
            Event::Repair => {
                self.failed = false;
                self.engage(out);
            }
            Event::Release => {
                self.engaged = false;
                for role in [Role::Closed, Role::Setting] {
                    out.push(Effect::Drive { role, value: None });
                }
            }
        }
        if self.run_down_s <= 0.0 {
            self.turn(1.0, out);
        }
    }

    fn engage(&mut self, out: &mut Vec<Effect>) {
        self.engaged = true;
        self.turn(0.0, out);
    }

    /// Rising speed is taken as immediate: a starter needs seconds, a network answers in as many.
    fn turn(&mut self, dt_s: f64, out: &mut Vec<Effect>) {
        if !self.engaged {
            return;
        }
        let wanted = if self.on && self.powered && !self.failed { self.target } else { 0.0 };
        let before = self.speed;
        if wanted >= self.speed {
            self.speed = wanted;
        } else {
            let reach = if self.run_down_s > 0.0 { dt_s / self.run_down_s } else { f64::MAX };
            self.speed = (self.speed - reach).max(wanted);
        }
        if self.speed != before {
            let closed = f64::from(u8::from(self.speed == 0.0));
            out.push(Effect::Drive { role: Role::Closed, value: Some(closed) });
            out.push(Effect::Drive { role: Role::Setting, value: (self.speed > 0.0).then_some(self.speed) });
            out.push(Effect::Signal(self.speed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loss of power runs a pump down over its time; power alone brings it back because it was still switched on.
    #[test]
    fn runs_down_without_power_and_comes_back() {
        let (mut pump, mut out) = (Pump::new(10.0), Vec::new());
        pump.on(SimTime::ZERO, Event::Power(false), &mut out);
        pump.on(SimTime::from_millis(5_000), Event::Tick, &mut out);
        assert!((pump.speed - 0.5).abs() < 1e-12);
        pump.on(SimTime::from_millis(20_000), Event::Tick, &mut out);
        assert_eq!(out[out.len() - 3], Effect::Drive { role: Role::Closed, value: Some(1.0) });
        pump.on(SimTime::from_millis(21_000), Event::Power(true), &mut out);
        assert_eq!(pump.speed, 1.0);
    }

    /// A failed pump does not start, whatever it is told, until it is mended.
    #[test]
    fn a_failed_pump_stays_down() {
        let (mut pump, mut out) = (Pump::new(0.0), Vec::new());
        pump.on(SimTime::ZERO, Event::Fail, &mut out);
        pump.on(SimTime::ZERO, Event::On, &mut out);
        assert_eq!(pump.speed, 0.0);
        pump.on(SimTime::ZERO, Event::Repair, &mut out);
        assert_eq!(pump.speed, 1.0);
    }
}

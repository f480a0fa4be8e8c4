//! A controller that switches a pump by a tank's level.

use serde::{Deserialize, Serialize};

use super::{Effect, Event, Rank, Role};
use crate::time::SimTime;

/// Two-point control with a dead band: on at or below the low level, off at or above the high one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TankController {
    /// Switches on at or below [m].
    pub low_m: f64,
    /// Switches off at or above [m].
    pub high_m: f64,
    /// What it asks for now.
    pub on: bool,
    /// Whether it acts, or leaves the pump to the controls below.
    pub engaged: bool,
    /// Whether its level reading is frozen.
    pub failed: bool,
    /// Last level heard of [m].
    pub level_m: f64,
}

impl TankController {
    /// A controller at rest, its pump on.
    #[must_use]
    pub fn new(low_m: f64, high_m: f64) -> Self {
        Self { low_m, high_m, on: true, engaged: false, failed: false, level_m: f64::midpoint(low_m, high_m) }
    }

    /// Applies one event. It acts from its first measurement on.
    pub fn on(&mut self, _at: SimTime, event: Event, out: &mut Vec<Effect>) {
        match event {
            Event::Measured(level_m) if !self.failed => {
                self.level_m = level_m;
                self.decide(out);
            }
            Event::Fail => self.failed = true,
            Event::Repair => self.failed = false,
            Event::On | Event::Off => {
                let on = event == Event::On;
                self.command(on, out);
            }
            Event::Release => {
                self.engaged = false;
                out.push(Effect::Drive { role: Role::Closed, rank: Rank::Controller, value: None });
            }
            Event::Tick | Event::Target(_) | Event::Power(_) | Event::Measured(_) => {}
        }
    }

    fn decide(&mut self, out: &mut Vec<Effect>) {
        if self.level_m <= self.low_m {
            self.command(true, out);
        } else if self.level_m >= self.high_m {
            self.command(false, out);
        }
    }

    fn command(&mut self, on: bool, out: &mut Vec<Effect>) {
        if self.engaged && self.on == on {
            return;
        }
        (self.engaged, self.on) = (true, on);
        out.push(Effect::Drive { role: Role::Closed, rank: Rank::Controller, value: Some(f64::from(u8::from(!on))) });
        out.push(Effect::Signal(f64::from(u8::from(on))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Between its levels it keeps what it last decided.
    #[test]
    fn keeps_its_decision_inside_the_dead_band() {
        let (mut c, mut out) = (TankController::new(2.0, 4.0), Vec::new());
        for (level_m, on) in [(3.0, true), (4.0, false), (3.0, false), (2.0, true), (3.0, true)] {
            c.on(SimTime::ZERO, Event::Measured(level_m), &mut out);
            assert_eq!(c.on, on, "at {level_m} m");
        }
    }

    /// A frozen reading is not acted on.
    #[test]
    fn a_failed_sensor_is_not_acted_on() {
        let (mut c, mut out) = (TankController::new(2.0, 4.0), Vec::new());
        c.on(SimTime::ZERO, Event::Measured(4.0), &mut out);
        c.on(SimTime::ZERO, Event::Fail, &mut out);
        c.on(SimTime::ZERO, Event::Measured(1.0), &mut out);
        assert!(!c.on);
    }
}

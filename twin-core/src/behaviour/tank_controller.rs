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
    /// What a person asks for instead; `None` = it decides by itself.
    pub manual: Option<bool>,
    /// Stands aside until a person asks for something or it is mended.
    pub aside: bool,
    /// Whether its level reading is frozen.
    pub failed: bool,
    /// Last level heard of [m].
    pub level_m: f64,
}

impl TankController {
    /// A controller at rest, its pump on.
    #[must_use]
    pub fn new(low_m: f64, high_m: f64) -> Self {
        let level_m = f64::midpoint(low_m, high_m);
        Self { low_m, high_m, on: true, engaged: false, manual: None, aside: false, failed: false, level_m }
    }

    /// Applies one event. It acts from its first measurement beyond a limit on. A person's on or off stands until it is
    /// released; released while it decides by itself, it stands aside.
    pub fn on(&mut self, _at: SimTime, event: Event, out: &mut Vec<Effect>) {
        match event {
            Event::Measured(level_m) if !self.failed => {
                self.level_m = level_m;
                if self.manual.is_none() && !self.aside {
                    self.decide(out);
                }
            }
            Event::Fail => self.failed = true,
            Event::Repair => (self.failed, self.aside) = (false, false),
            Event::On | Event::Off => {
                let on = event == Event::On;
                (self.manual, self.aside) = (Some(on), false);
                out.push(drive(Rank::Manual, Some(on)));
                self.signal(on, out);
            }
            Event::Release if self.manual.is_some() => {
                self.manual = None;
                out.push(drive(Rank::Manual, None));
            }
            Event::Release => {
                (self.engaged, self.aside) = (false, true);
                out.push(drive(Rank::Controller, None));
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
        self.engaged = true;
        out.push(drive(Rank::Controller, Some(on)));
        self.signal(on, out);
    }

    fn signal(&mut self, on: bool, out: &mut Vec<Effect>) {
        self.on = on;
        out.push(Effect::Signal(f64::from(u8::from(on))));
    }
}

fn drive(rank: Rank, on: Option<bool>) -> Effect {
    Effect::Drive { role: Role::Closed, rank, value: on.map(|on| f64::from(u8::from(!on))) }
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

    /// A person's word stands against the level until it is taken back, and a released controller stands aside: both
    /// once lasted one tick.
    #[test]
    fn a_person_outranks_it_and_release_lasts() {
        let (mut c, mut out) = (TankController::new(2.0, 4.0), Vec::new());
        c.on(SimTime::ZERO, Event::Off, &mut out);
        c.on(SimTime::ZERO, Event::Measured(1.0), &mut out);
        assert_eq!(out, [drive(Rank::Manual, Some(false)), Effect::Signal(0.0)]);
        out.clear();
        for event in [Event::Release, Event::Measured(1.0), Event::Release, Event::Measured(5.0)] {
            c.on(SimTime::ZERO, event, &mut out);
        }
        let expected = [
            drive(Rank::Manual, None),
            drive(Rank::Controller, Some(true)),
            Effect::Signal(1.0),
            drive(Rank::Controller, None),
        ];
        assert_eq!(out, expected);
    }
}

//! A pump with its starter.

use serde::{Deserialize, Serialize};

use super::{Effect, Event, Rank, Role};
use crate::time::SimTime;

/// A pump: without power it runs down in a finite time; told by nobody and healthy, it is left to the controls below
/// and only watched.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// Relative speed now: driven by this behaviour, or as last measured [–].
    pub speed: f64,
    /// Relative speed at which it runs when it is switched on [–].
    pub nominal: f64,
    /// Relative speed asked for by hand, 0 = off; `None` = nobody asks [–].
    pub target: Option<f64>,
    /// Time from full speed to rest [s]; 5–20 s is usual (domain notes, C9).
    pub run_down_s: f64,
    /// Whether it has power.
    pub powered: bool,
    /// Whether it has failed.
    pub failed: bool,
    /// Last instant heard of.
    pub last: SimTime,
}

impl Pump {
    /// Highest relative speed it can be told [–].
    pub const SPEED_MAX: f64 = 5.0;

    /// A healthy pump that leaves its device to the controls below.
    #[must_use]
    pub fn new(run_down_s: f64) -> Self {
        Self { speed: 1.0, nominal: 1.0, target: None, run_down_s, powered: true, failed: false, last: SimTime::ZERO }
    }

    /// The same pump with another speed when it is switched on, and whether it runs at the start.
    #[must_use]
    pub fn at(mut self, nominal: f64, runs: bool) -> Self {
        self.nominal = nominal;
        self.speed = if runs { nominal } else { 0.0 };
        self
    }

    /// Applies one event. [`Event::Measured`] is the device's status, 0 at rest.
    pub fn on(&mut self, at: SimTime, event: Event, out: &mut Vec<Effect>) {
        let before = *self;
        self.turn(at.seconds_since(self.last));
        self.last = at;
        match event {
            Event::Tick => {}
            Event::Measured(status) if !self.drives() => {
                self.speed = if status > 0.0 { self.nominal } else { 0.0 };
                return; // watched, not driven: the controls below have their own record
            }
            Event::Measured(_) => {}
            Event::Target(speed) => self.target = Some(speed.clamp(0.0, Self::SPEED_MAX)),
            Event::On => self.target = Some(self.nominal),
            Event::Off => self.target = Some(0.0),
            Event::Release => self.target = None,
            Event::Power(powered) => self.powered = powered,
            Event::Fail => self.failed = true,
            Event::Repair => self.failed = false,
        }
        if before.drives() && !self.drives() {
            self.speed = self.nominal; // the controls below take over; the next measurement says what they make of it
        }
        self.turn(0.0);
        self.tell(&before, out);
    }

    /// Whether it is running down.
    #[must_use]
    pub fn in_motion(&self) -> bool {
        self.wanted() < self.speed
    }

    fn drives(&self) -> bool {
        self.faulty() || self.target.is_some()
    }

    fn faulty(&self) -> bool {
        !self.powered || self.failed
    }

    fn wanted(&self) -> f64 {
        if self.faulty() { 0.0 } else { self.target.unwrap_or(self.speed) }
    }

    /// Rising speed is taken as immediate: a starter needs seconds, a network answers in as many. A fault never raises
    /// it.
    fn turn(&mut self, dt_s: f64) {
        let wanted = self.wanted();
        if wanted >= self.speed || self.run_down_s <= 0.0 {
            self.speed = wanted;
        } else {
            self.speed = (self.speed - dt_s / self.run_down_s).max(wanted);
        }
    }

    /// Says what changed: a fault at its own rank, a command by hand at its own.
    fn tell(&self, before: &Self, out: &mut Vec<Effect>) {
        for (rank, now, was) in [
            (Rank::Fault, self.driven(self.faulty()), before.driven(before.faulty())),
            (Rank::Manual, self.driven(self.target.is_some()), before.driven(before.target.is_some())),
        ] {
            if now != was {
                out.push(Effect::Drive { role: Role::Closed, rank, value: now.map(|s| f64::from(u8::from(s == 0.0))) });
                out.push(Effect::Drive { role: Role::Setting, rank, value: now.filter(|s| *s > 0.0) });
            }
        }
        if self.speed != before.speed {
            out.push(Effect::Signal(self.speed));
        }
    }

    fn driven(&self, by_this: bool) -> Option<f64> {
        by_this.then_some(self.speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(rank: Rank, value: Option<f64>) -> Effect {
        Effect::Drive { role: Role::Closed, rank, value }
    }

    /// Loss of power runs a pump down over its time; power alone gives it back to the controls below.
    #[test]
    fn runs_down_without_power_and_is_handed_back() {
        let (mut pump, mut out) = (Pump::new(10.0), Vec::new());
        pump.on(SimTime::ZERO, Event::Power(false), &mut out);
        pump.on(SimTime::from_millis(5_000), Event::Tick, &mut out);
        assert!((pump.speed - 0.5).abs() < 1e-12);
        pump.on(SimTime::from_millis(20_000), Event::Tick, &mut out);
        assert!(out.contains(&closed(Rank::Fault, Some(1.0))));
        out.clear();
        pump.on(SimTime::from_millis(21_000), Event::Power(true), &mut out);
        assert_eq!(out[0], closed(Rank::Fault, None));
        assert_eq!(pump.speed, 1.0);
    }

    /// Loss of power does not start a pump that stands, nor speed up one that runs slowly: it once did both.
    #[test]
    fn a_power_cut_raises_no_speed() {
        let (mut resting, mut slow, mut out) = (Pump::new(10.0), Pump::new(10.0).at(0.8, true), Vec::new());
        resting.on(SimTime::ZERO, Event::Measured(0.0), &mut out);
        resting.on(SimTime::ZERO, Event::Power(false), &mut out);
        assert_eq!(
            out,
            [closed(Rank::Fault, Some(1.0)), Effect::Drive { role: Role::Setting, rank: Rank::Fault, value: None }]
        );
        out.clear();
        slow.on(SimTime::ZERO, Event::Power(false), &mut out);
        assert!(out.contains(&Effect::Drive { role: Role::Setting, rank: Rank::Fault, value: Some(0.8) }));
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

    /// Switched off by hand it stays off over a power cut.
    #[test]
    fn a_command_outlives_a_power_cut() {
        let (mut pump, mut out) = (Pump::new(0.0), Vec::new());
        for event in [Event::Off, Event::Power(false), Event::Power(true)] {
            pump.on(SimTime::ZERO, event, &mut out);
        }
        assert_eq!(pump.speed, 0.0);
        out.clear();
        pump.on(SimTime::ZERO, Event::Release, &mut out);
        assert_eq!(out[0], closed(Rank::Manual, None));
    }
}

//! Behaviour of assets: plain state machines, testable without a runtime.
//!
//! A behaviour hears [`Event`]s and answers with [`Effect`]s; the world carries the effects out. It knows what the
//! plant would know of it and nothing else. Time comes in the call. Whether an asset lives in its row or in an actor
//! of its own, the same function runs, so the same messages end in the same bits.

mod pump;
mod tank_controller;
mod valve;

pub use pump::Pump;
pub use tank_controller::TankController;
pub use valve::Valve;

use serde::{Deserialize, Serialize};

use crate::time::SimTime;

/// What an asset can be told. One closed set, so that it is easy to journal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Time has passed: sent to every behaviour at the start of each tick.
    Tick,
    /// Go to this opening (valve, 0–1) or relative speed (pump).
    Target(f64),
    /// Open, start, switch on.
    On,
    /// Close, stop, switch off.
    Off,
    /// Power came (true) or went (false).
    Power(bool),
    /// A measured value arrived: level for a tank controller [m].
    Measured(f64),
    /// The device sticks where it is.
    Fail,
    /// The device is mended.
    Repair,
    /// Give the device back to the controls below.
    Release,
}

/// Which of its device's inputs a behaviour drives; the binding says which port that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 1 closed, 0 open.
    Closed,
    /// The device's setting in SI (loss coefficient, pressure head, speed).
    Setting,
    /// 1 with power, 0 without.
    Powered,
}

/// Who speaks, from weakest to strongest. The network's own controls are below all of them: they act where nobody
/// speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// A coupling or a promoted controller.
    Controller,
    /// An operator's rule.
    Operator,
    /// A person, by hand.
    Manual,
    /// Loss of power, damage: physics asks nobody.
    Fault,
}

impl Rank {
    /// All ranks, weakest first.
    pub const ALL: [Self; 4] = [Self::Controller, Self::Operator, Self::Manual, Self::Fault];
}

/// What a behaviour asks the world to do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Drive an input of the device, or hand it back with `None`.
    Drive {
        /// Which input.
        role: Role,
        /// At which rank.
        rank: Rank,
        /// The value in SI.
        value: Option<f64>,
    },
    /// The discrete state others can watch has changed to this.
    Signal(f64),
}

/// A behaviour of one asset.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// A motorised valve.
    Valve(Valve),
    /// A pump with its starter.
    Pump(Pump),
    /// A controller that switches a pump by a tank's level.
    TankController(TankController),
}

impl Behaviour {
    /// Applies one event at an instant; effects are appended in the order they are to be carried out.
    pub fn on(&mut self, at: SimTime, event: Event, out: &mut Vec<Effect>) {
        match self {
            Self::Valve(valve) => valve.on(at, event, out),
            Self::Pump(pump) => pump.on(at, event, out),
            Self::TankController(controller) => controller.on(at, event, out),
        }
    }

    /// Whether an event makes sense to it; the words say why not.
    ///
    /// # Errors
    /// For a value that is not finite or that the device cannot take.
    pub fn hears(&self, event: Event) -> Result<(), String> {
        let (value, max) = match (self, event) {
            (Self::Valve(_), Event::Target(opening)) => (opening, 1.0),
            (Self::Pump(_), Event::Target(speed)) => (speed, Pump::SPEED_MAX),
            (_, Event::Measured(value) | Event::Target(value)) if !value.is_finite() => (value, f64::MAX),
            _ => return Ok(()),
        };
        if (0.0..=max).contains(&value) { Ok(()) } else { Err(format!("{value} is outside 0..{max}")) }
    }

    /// Whether time alone can change it: only then it is sent [`Event::Tick`].
    #[must_use]
    pub fn in_motion(&self) -> bool {
        match self {
            Self::Valve(valve) => valve.in_motion(),
            Self::Pump(pump) => pump.in_motion(),
            Self::TankController(_) => false,
        }
    }

    /// The state others watch: opening of a valve, speed of a pump, 1 or 0 of a controller.
    #[must_use]
    pub fn signal(&self) -> f64 {
        match self {
            Self::Valve(valve) => valve.opening,
            Self::Pump(pump) => pump.speed,
            Self::TankController(controller) => f64::from(u8::from(controller.on)),
        }
    }
}

//! Simple controls: what each asks of its link, when it acts, and when it will act next.
//!
//! *Source:* Rossman et al. (2020), *EPANET 2.2 User Manual*, EPA/600/R-20/133, appendix C.2, section [CONTROLS].

use super::model::{ControlAction, LinkKind, Status, TankScheme, Trigger, WaterModel};
use super::net::Kind;
use super::solve::Solve;
use super::state::{Command, LinkState};
use crate::port::Element;
use crate::solver::SolverEvent;

const DAY_S: f64 = crate::units::S_PER_DAY;
/// Two instants closer than this are one [s].
const SAME_INSTANT_S: f64 = 1e-6;
/// Net inflow of a tank below which its level stands still, EPANET's 1e-6 ft³·s⁻¹ [m³·s⁻¹].
pub(super) const STILL_M3S: f64 = 2.831_684_659_2e-8;

/// The state a command starts a link in.
pub(super) fn commanded(command: Command) -> LinkState {
    match command.status {
        Status::Closed => LinkState::Closed,
        Status::Open => LinkState::Open,
        Status::Active => LinkState::Active,
    }
}

/// What a control makes of a link's own command.
fn command_of(model: &WaterModel, control: usize, now: Command) -> Command {
    let control = &model.controls[control];
    let kind = &model.links[control.link.at()].kind;
    match (control.action, kind) {
        (ControlAction::Open, LinkKind::Pump(pump)) => Command { status: Status::Open, setting: pump.speed },
        (ControlAction::Open, _) => Command { status: Status::Open, ..now },
        // A pump at rest has no speed: closing it twice in two ways is one command.
        (ControlAction::Close, LinkKind::Pump(_)) => Command { status: Status::Closed, setting: 0.0 },
        (ControlAction::Close, _) => Command { status: Status::Closed, ..now },
        (ControlAction::Setting(v), LinkKind::Pump(_)) => {
            Command { status: if v > 0.0 { Status::Open } else { Status::Closed }, setting: v.max(0.0) }
        }
        (ControlAction::Setting(v), _) => Command { status: Status::Active, setting: v },
    }
}

impl Solve<'_> {
    /// Applies the overrides to a link's command again; a changed status starts the link anew. True if it changed.
    pub(super) fn retarget(&mut self, k: usize) -> bool {
        let target = self.drive.target(self.model, k, self.state.own[k]);
        let before = self.state.target[k];
        self.state.target[k] = target;
        if target.status != before.status {
            self.set_status(k, commanded(target));
        }
        target != before
    }

    /// Lets a control act whose condition holds; true if it changed what the link does.
    pub(super) fn act(&mut self, control: usize) -> bool {
        let k = self.model.controls[control].link.at();
        let (before, after) = (self.state.own[k], command_of(self.model, control, self.state.own[k]));
        if before == after {
            return false;
        }
        self.state.own[k] = after;
        let (value, threshold) = match self.model.controls[control].trigger {
            Trigger::Below(n, m) | Trigger::Above(n, m) => (self.state.head[n.at()] - self.net.elevation[n.at()], m),
            Trigger::Time(t) | Trigger::ClockTime(t) => (t, t),
        };
        let unit = match self.model.controls[control].trigger {
            Trigger::Below(..) | Trigger::Above(..) => "m",
            Trigger::Time(_) | Trigger::ClockTime(_) => "s",
        };
        let time_s = self.state.time_s;
        self.events.push(SolverEvent {
            time_s,
            code: "control",
            element: Element::Link,
            slot: k,
            value,
            threshold,
            unit,
        });
        self.retarget(k)
    }

    /// Controls on tank levels and times, at the state's instant.
    pub(super) fn controls(&mut self) {
        for at in 0..self.model.controls.len() {
            if !self.triggered(at) {
                continue;
            }
            self.act(at);
            // A device that closed by itself gets another chance when a control names it.
            let k = self.model.controls[at].link.at();
            let target = self.state.target[k];
            let valve = matches!(self.net.kind[k], Kind::Valve(_)) && target.status == Status::Active;
            if valve || self.state.status[k].passes() != (target.status != Status::Closed) {
                self.set_status(k, commanded(target));
            }
        }
    }

    fn triggered(&self, control: usize) -> bool {
        let t = self.state.time_s;
        let same_clock = |clock: f64| {
            let now = (t + self.model.times.start_clock_s).rem_euclid(DAY_S);
            let apart = (now - clock.rem_euclid(DAY_S)).abs();
            apart <= SAME_INSTANT_S || DAY_S - apart <= SAME_INSTANT_S
        };
        match self.model.controls[control].trigger {
            Trigger::Time(at) => (at - t).abs() <= SAME_INSTANT_S,
            Trigger::ClockTime(clock) => same_clock(clock),
            Trigger::Below(n, level) | Trigger::Above(n, level) => {
                let Some(at) = self.net.tank_of[n.at()] else { return false };
                let at = at as usize;
                // Within one second of the threshold counts as there: times are whole seconds.
                let euler = self.model.options.tank_scheme == TankScheme::Euler;
                let tank = &self.net.tanks[at];
                let near =
                    if euler { self.state.net_inflow[n.at()].abs() } else { 1e-8 * tank.volume_max.abs().max(1.0) };
                let (volume, wanted) = (self.state.volume[at], tank.shape.volume_m3(level));
                match self.model.controls[control].trigger {
                    Trigger::Below(..) => volume <= wanted + near,
                    _ => volume >= wanted - near,
                }
            }
        }
    }

    /// Whether a control would change what the network's own command for its link is.
    fn matters(&self, control: usize) -> bool {
        let own = self.state.own[self.model.controls[control].link.at()];
        command_of(self.model, control, own) != own
    }

    /// The tank and volume a control waits for, and whether from below; `None` if it would change nothing.
    pub(super) fn watched_volume(&self, control: usize) -> Option<(usize, f64, bool)> {
        let (Trigger::Below(n, level) | Trigger::Above(n, level)) = self.model.controls[control].trigger else {
            return None;
        };
        let at = self.net.tank_of[n.at()]? as usize;
        let rising = matches!(self.model.controls[control].trigger, Trigger::Above(..));
        self.matters(control).then(|| (at, self.net.tanks[at].shape.volume_m3(level), rising))
    }

    /// Time to the next instant at which a control changes something, unrounded [s].
    pub(super) fn to_next_control(&self, control: usize) -> Option<f64> {
        let t = self.state.time_s;
        let wait = match self.model.controls[control].trigger {
            Trigger::Time(at) => at - t,
            Trigger::ClockTime(clock) => {
                let now = (t + self.model.times.start_clock_s).rem_euclid(DAY_S);
                let wait = clock.rem_euclid(DAY_S) - now;
                if wait <= SAME_INSTANT_S { wait + DAY_S } else { wait }
            }
            Trigger::Below(n, level) | Trigger::Above(n, level) => {
                let at = self.net.tank_of[n.at()]? as usize;
                let q = self.state.net_inflow[n.at()];
                let rest = self.net.tanks[at].shape.volume_m3(level) - self.state.volume[at];
                let rising = matches!(self.model.controls[control].trigger, Trigger::Above(..));
                let nears = if rising { rest > 0.0 && q > 0.0 } else { rest < 0.0 && q < 0.0 };
                if q.abs() <= STILL_M3S || !nears {
                    return None;
                }
                rest / q
            }
        };
        (wait > 0.0 && self.matters(control)).then_some(wait)
    }
}

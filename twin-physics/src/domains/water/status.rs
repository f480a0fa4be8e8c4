//! Which devices are open, closed or active: rules applied between iterations.
//!
//! The rules and their order are EPANET's, so that a network with several consistent answers lands on the same one:
//! pressure valves after every iteration, the rest every few iterations and once more at convergence.
//!
//! *Source:* Rossman et al. (2020), *EPANET 2.2 User Manual*, EPA/600/R-20/133, ch. 12; behaviour of EPANET 2.3.5.

use super::model::{Status, TankScheme, Trigger, ValveKind};
use super::net::Kind;
use super::solve::Solve;
use super::state::LinkState;

/// Tolerance of heads in status rules, EPANET's 0.0005 ft [m].
pub(super) const HEAD_TOLERANCE_M: f64 = 1.524e-4;
/// Tolerance of flows in status rules, EPANET's 1e-4 ft³·s⁻¹ [m³·s⁻¹].
pub(super) const FLOW_TOLERANCE_M3S: f64 = 2.831_684_659_2e-6;
/// Flow from which a pipe starts that a tank had closed, over the usual one [–].
const SLOW: f64 = 0.01;

/// A pressure-reducing valve: holds `set_m` at its second node.
fn prv(s: LinkState, q: f64, full_loss: f64, set: f64, (h1, h2): (f64, f64)) -> LinkState {
    const T: f64 = HEAD_TOLERANCE_M;
    match s {
        LinkState::Active | LinkState::Open if q < -FLOW_TOLERANCE_M3S => LinkState::Closed,
        LinkState::Active if h1 - full_loss < set - T => LinkState::Open,
        LinkState::Open if h2 >= set + T => LinkState::Active,
        LinkState::Closed if h1 >= set + T && h2 < set - T => LinkState::Active,
        LinkState::Closed if h1 < set - T && h1 > h2 + T => LinkState::Open,
        other => other,
    }
}

/// A pressure-sustaining valve: holds `set_m` at its first node.
fn psv(s: LinkState, q: f64, full_loss: f64, set: f64, (h1, h2): (f64, f64)) -> LinkState {
    const T: f64 = HEAD_TOLERANCE_M;
    match s {
        LinkState::Active | LinkState::Open if q < -FLOW_TOLERANCE_M3S => LinkState::Closed,
        LinkState::Active if h2 + full_loss > set + T => LinkState::Open,
        LinkState::Open if h1 < set - T => LinkState::Active,
        LinkState::Closed if h2 > set + T && h1 > h2 + T => LinkState::Open,
        LinkState::Closed if h1 >= set + T && h1 > h2 + T => LinkState::Active,
        other => other,
    }
}

/// A check valve under head difference `dh` and flow `q`.
fn check_valve(s: LinkState, dh: f64, q: f64) -> LinkState {
    if q < -FLOW_TOLERANCE_M3S || dh < -HEAD_TOLERANCE_M {
        LinkState::Closed
    } else if dh > HEAD_TOLERANCE_M {
        LinkState::Open
    } else {
        s
    }
}

fn flow_valve(s: LinkState, dh: f64, q: f64, setting: f64) -> LinkState {
    if dh < -HEAD_TOLERANCE_M || q < -FLOW_TOLERANCE_M3S {
        LinkState::CannotReachFlow
    } else if s == LinkState::CannotReachFlow && q >= setting {
        LinkState::Active
    } else {
        s
    }
}

impl Solve<'_> {
    /// Pressure valves; true if any changed.
    pub(super) fn valve_status(&mut self) -> bool {
        let mut changed = false;
        for &k in &self.net.valves {
            let k = k as usize;
            let target = self.state.target[k];
            if target.status != Status::Active {
                continue;
            }
            let (i, j) = self.net.ends(k);
            let (q, before) = (self.state.flow[k], self.state.status[k]);
            let heads = (self.state.head[i], self.state.head[j]);
            let full_loss = self.net.minor[k] * q * q;
            let after = match self.net.kind[k] {
                // Nothing stands before the valve: it shuts against what may come from behind.
                Kind::Valve(ValveKind::Prv | ValveKind::Psv) if !self.work.supplied[i] => LinkState::Closed,
                Kind::Valve(ValveKind::Prv) => prv(before, q, full_loss, self.net.elevation[j] + target.setting, heads),
                Kind::Valve(ValveKind::Psv) => psv(before, q, full_loss, self.net.elevation[i] + target.setting, heads),
                _ => continue,
            };
            if after != before {
                self.set_status(k, after);
                changed = true;
            }
        }
        changed
    }

    /// Check valves, pumps, flow control valves and links to tanks; true if any changed.
    pub(super) fn link_status(&mut self) -> bool {
        let mut changed = false;
        for &k in &self.net.checked {
            let k = k as usize;
            let (i, j) = self.net.ends(k);
            let (q, before, target) = (self.state.flow[k], self.state.status[k], self.state.target[k]);
            if target.status == Status::Closed {
                continue;
            }
            let dh = self.state.head[i] - self.state.head[j];
            let mut s = before;
            if matches!(s, LinkState::CannotDeliver | LinkState::TankClosed) {
                s = if target.status == Status::Active { LinkState::Active } else { LinkState::Open };
            }
            match self.net.kind[k] {
                Kind::CheckValve if !self.work.supplied[i] => s = LinkState::Closed,
                Kind::CheckValve => s = check_valve(s, dh, q),
                Kind::Pump if s.passes() && target.setting > 0.0 => {
                    let most = self.net.pump[k].as_ref().map_or(f64::INFINITY, |c| c.max_gain(target.setting));
                    s = if -dh > most + HEAD_TOLERANCE_M { LinkState::CannotDeliver } else { LinkState::Open };
                }
                Kind::Valve(ValveKind::Fcv) if target.status == Status::Active => {
                    s = flow_valve(s, dh, q, target.setting);
                }
                _ => {}
            }
            if s.passes() {
                s = self.tank_status(k, i, j, q, s);
                s = self.tank_status(k, j, i, -q, s);
            }
            if s != before {
                self.set_status(k, s);
                changed = true;
            }
        }
        changed
    }

    /// Closes a link that would fill a full tank or drain an empty one; `q` is the flow out of node `tank`.
    fn tank_status(&self, k: usize, tank: usize, other: usize, q: f64, s: LinkState) -> LinkState {
        let Some(at) = self.net.tank_of[tank] else { return s };
        let at = at as usize;
        let t = &self.net.tanks[at];
        let h = self.state.head[tank] - self.state.head[other];
        let volume = self.state.volume[at];
        // EPANET 2.3 closes at the limit itself; a step by Heun's scheme ends as near to it as its search came.
        let slack = match self.model.options.tank_scheme {
            TankScheme::Euler => 0.0,
            TankScheme::Heun => HEAD_TOLERANCE_M * t.shape.area_m2(volume),
        };
        let started = self.predicting_from.as_ref().map_or(volume, |v| v[at]);
        let pump = self.net.kind[k] == Kind::Pump;
        if volume.min(started) >= t.volume_max - slack && !t.overflows {
            let fills = if pump {
                self.net.to[k] as usize == tank
            } else {
                check_valve(LinkState::Open, h, q) == LinkState::Closed
            };
            if fills {
                return LinkState::TankClosed;
            }
        }
        if volume.max(started) <= t.volume_min + slack {
            let drains = if pump {
                self.net.from[k] as usize == tank
            } else {
                // Through a link without loss no head difference shows that a tank at its bottom still gives water.
                let at_bottom = volume <= t.volume_min + 1e-9 * t.volume_max.abs();
                let runs = at_bottom && self.state.status[k].passes() && q > FLOW_TOLERANCE_M3S;
                runs || check_valve(LinkState::Closed, h, q) == LinkState::Open
            };
            if drains {
                return LinkState::TankClosed;
            }
        }
        s
    }

    /// Controls on the pressure of junctions; true if any acted.
    pub(super) fn pressure_switches(&mut self) -> bool {
        let mut changed = false;
        for at in 0..self.model.controls.len() {
            let control = &self.model.controls[at];
            let holds = match control.trigger {
                Trigger::Below(n, m) if n.at() < self.net.junctions => {
                    self.state.head[n.at()] <= self.net.elevation[n.at()] + m + HEAD_TOLERANCE_M
                }
                Trigger::Above(n, m) if n.at() < self.net.junctions => {
                    self.state.head[n.at()] >= self.net.elevation[n.at()] + m - HEAD_TOLERANCE_M
                }
                _ => false,
            };
            if holds && self.act(at) {
                changed = true;
            }
        }
        changed
    }

    /// Sets a state; a link that opens starts from a usual flow instead of none. A pipe that a full or empty tank had
    /// closed starts from a slow one, towards the lower head: a fast one moves heads so much that it is closed again.
    pub(super) fn set_status(&mut self, k: usize, to: LinkState) {
        let before = self.state.status[k];
        if to.passes() && !before.passes() {
            let (i, j) = self.net.ends(k);
            let scale = match self.net.kind[k] {
                Kind::Pump => self.state.target[k].setting,
                Kind::Pipe if before == LinkState::TankClosed => {
                    if self.state.head[i] < self.state.head[j] {
                        -SLOW
                    } else {
                        SLOW
                    }
                }
                _ => 1.0,
            };
            self.state.flow[k] = self.net.start_flow[k] * scale;
        }
        self.state.status[k] = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reducing_valve_opens_closes_and_reduces() {
        use LinkState::{Active, Closed, Open};
        let (q, set) = (0.01, 50.0);
        assert_eq!(prv(Active, q, 0.0, set, (60.0, 50.0)), Active);
        assert_eq!(prv(Active, q, 0.0, set, (49.0, 50.0)), Open);
        assert_eq!(prv(Active, -q, 0.0, set, (60.0, 50.0)), Closed);
        assert_eq!(prv(Open, q, 0.0, set, (60.0, 59.0)), Active);
        assert_eq!(prv(Closed, 0.0, 0.0, set, (60.0, 40.0)), Active);
        assert_eq!(prv(Closed, 0.0, 0.0, set, (45.0, 40.0)), Open);
        assert_eq!(prv(Closed, 0.0, 0.0, set, (60.0, 55.0)), Closed);
    }

    #[test]
    fn a_sustaining_valve_opens_closes_and_sustains() {
        use LinkState::{Active, Closed, Open};
        let (q, set) = (0.01, 50.0);
        assert_eq!(psv(Active, q, 0.0, set, (50.0, 40.0)), Active);
        assert_eq!(psv(Active, q, 0.0, set, (50.0, 51.0)), Open);
        assert_eq!(psv(Open, q, 0.0, set, (49.0, 48.0)), Active);
        assert_eq!(psv(Closed, 0.0, 0.0, set, (55.0, 40.0)), Active);
        assert_eq!(psv(Open, -q, 0.0, set, (55.0, 56.0)), Closed);
    }
}

//! When routing pauses: between the events of a model, and while its flow is steady.
//!
//! Between events the network is held as it stands: nothing enters it, nothing leaves it, and what runs off then never
//! reaches it. While the flow is steady its heads and flows are held and pollutants move on with them. The flow counts
//! as steady after the start when no setting has changed, what left in the last step differs from what entered by at
//! most the tolerance of the system, and no lateral inflow and no flow through an outfall has changed by more than the
//! other tolerance.
//!
//! Departures from SWMM 5.2.4 (its ways under `defects.others`): of two events that meet, the second begins at once and
//! not a step later; a node's own balance does not go on between events.
//!
//! *Source:* Rossman and Simon (2022), *SWMM User's Manual Version 5.2*, EPA/600/R-22/030, appendix D.2 (`[OPTIONS]`
//! `SKIP_STEADY_STATE`, `SYS_FLOW_TOL`, `LAT_FLOW_TOL`; `[EVENTS]`); behaviour of SWMM 5.2.4.

use serde::{Deserialize, Serialize};

use super::model::Options;
use super::network::{Network, NetworkState, NodeClass, NodeStates};
use super::quality::Snapshot;
use super::totals::Rates;
use crate::units::M3_PER_FT3;

/// Flow that counts as none, SWMM's 10⁻⁶ ft³/s [m³/s].
const NO_FLOW_M3S: f64 = 1e-6 * M3_PER_FT3;
/// Dates stand this much after the time they are computed from, so that round-off decides nothing [s].
const DATE_LAG_S: f64 = 1e-3;

/// When routing pauses, compiled. Immutable.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pauses {
    /// Begin and end of the events, in order and without overlap [s].
    events: Vec<(f64, f64)>,
    /// Tolerances of the steady state: of the system, of lateral inflows and outfalls [–].
    steady: Option<(f64, f64)>,
    /// Whether SWMM 5.2.4's defects are reproduced.
    defects: bool,
}

/// What is kept of it between steps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PauseState {
    /// Whether the last step lay between events.
    between: bool,
    /// Event that is under way or comes next.
    next: usize,
    /// Inflow of nodes before the last step that was routed; empty where the steady state is not looked for [m³/s].
    inflow_old_m3s: Vec<f64>,
    /// The network before that step, where SWMM's transport goes on from there.
    before: Snapshot,
}

impl Pauses {
    /// What the options of a model ask for.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let mut events = options.events.clone();
        events.sort_by(|a, b| a.0.total_cmp(&b.0));
        for at in 1..events.len() {
            events[at - 1].1 = events[at - 1].1.min(events[at].0);
        }
        Self { events, steady: options.skip_steady, defects: options.defects.others }
    }

    /// Whether routing may pause at all.
    #[must_use]
    pub fn any(&self) -> bool {
        self.steady.is_some() || !self.events.is_empty()
    }

    /// At the start of a run.
    #[must_use]
    pub fn initial(&self, state: &NetworkState) -> PauseState {
        let mut own = PauseState { between: !self.events.is_empty(), ..PauseState::default() };
        self.routed(state, &mut own);
        own
    }

    fn next_start_s(&self, own: &PauseState) -> f64 {
        self.events.get(own.next).map_or(f64::INFINITY, |event| event.0)
    }

    /// Length of a step between events [s]; `None` within one, and of the step that reaches one. As far as something
    /// else happens, the next runoff or report at `other_s`, else `fixed_s`.
    #[must_use]
    pub fn step_s(&self, own: &PauseState, now_s: f64, other_s: f64, fixed_s: f64) -> Option<f64> {
        if !own.between {
            return None;
        }
        let before = |time_s: f64| time_s + DATE_LAG_S < self.next_start_s(own);
        if other_s > now_s + DATE_LAG_S && before(other_s) {
            Some(other_s - now_s)
        } else {
            before(now_s + fixed_s).then_some(fixed_s)
        }
    }

    /// Whether the step that begins at a time lies between events.
    pub fn enter(&self, own: &mut PauseState, start_s: f64) -> bool {
        let now_s = start_s + DATE_LAG_S;
        let over = |next: usize| self.events.get(next).is_some_and(|event| now_s > event.1);
        if self.events.is_empty() {
            return false;
        }
        if over(own.next) {
            own.next += 1;
            own.between = true;
            if self.defects {
                // SWMM looks at the next event in the next step.
                return true;
            }
            while over(own.next) {
                own.next += 1;
            }
        }
        if now_s >= self.next_start_s(own) {
            own.between = false;
        }
        own.between
    }

    /// Whether the step can go without routing, given the rates of the step before.
    #[must_use]
    pub fn steady(&self, net: &Network, nodes: &NodeStates, own: &PauseState, last: &Rates) -> bool {
        let Some((system, each)) = self.steady else { return false };
        let same = |old: f64, new: f64| changed(old, new) <= each;
        flow_error(last).abs() <= system
            && net.nodes.iter().enumerate().all(|(at, node)| {
                let leaves = node.class == NodeClass::Outfall || node.degree == 0;
                same(nodes.lateral_old_m3s[at], nodes.lateral_m3s[at])
                    && (!leaves || same(own.inflow_old_m3s[at], nodes.inflow_m3s[at]))
            })
    }

    /// Keeps what the network is before a step is routed.
    pub fn routed(&self, state: &NetworkState, own: &mut PauseState) {
        if self.steady.is_some() {
            own.inflow_old_m3s.clone_from(&state.nodes.inflow_m3s);
            if self.defects {
                own.before.take(state);
            }
        }
    }

    /// The network that transport of a step begins with.
    pub fn before(&self, state: &NetworkState, own: &PauseState, before: &mut Snapshot) {
        if self.steady.is_some() && self.defects {
            before.clone_from(&own.before);
        } else {
            before.take(state);
        }
    }
}

/// Relative change of a flow; 1 where it begins.
fn changed(old: f64, new: f64) -> f64 {
    if old.abs() > NO_FLOW_M3S {
        (new / old - 1.0).abs()
    } else if new.abs() > NO_FLOW_M3S {
        1.0
    } else {
        0.0
    }
}

/// Share of what enters that does not leave [–].
fn flow_error(rates: &Rates) -> f64 {
    let left = rates.flooding_m3s + rates.outflow_m3s + rates.evaporation_m3s + rates.seepage_m3s;
    let entered = rates.net_m3s() + left;
    if entered.abs() > 0.0 {
        1.0 - left / entered
    } else if left.abs() > 0.0 {
        entered / left - 1.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(defects: bool) -> Pauses {
        Pauses { events: vec![(100.0, 200.0), (200.0, 250.0), (400.0, 500.0)], steady: None, defects }
    }

    /// Starts of the steps of 10 s that lie between events.
    fn between(pauses: &Pauses) -> Vec<u32> {
        let mut own = pauses.initial(&NetworkState::default());
        (0..60).map(|i| i * 10).filter(|t| pauses.enter(&mut own, f64::from(*t))).collect()
    }

    #[test]
    fn events_that_meet_leave_no_gap_but_in_swmm() {
        let gaps: Vec<u32> = (0..10).chain(25..40).chain(50..60).map(|i| i * 10).collect();
        assert_eq!(between(&pauses(false)), gaps);
        let mut swmm = gaps;
        swmm.push(200);
        swmm.sort_unstable();
        assert_eq!(between(&pauses(true)), swmm);
    }

    #[test]
    fn steps_between_events_end_where_something_happens() {
        let pauses = pauses(false);
        let mut own = pauses.initial(&NetworkState::default());
        assert_eq!(pauses.step_s(&own, 0.0, 60.0, 10.0), Some(60.0));
        assert_eq!(pauses.step_s(&own, 60.0, 60.0, 10.0), Some(10.0));
        // The step that would pass the beginning of an event is the scheme's own.
        assert_eq!(pauses.step_s(&own, 90.0, 120.0, 10.0), None);
        assert!(!pauses.enter(&mut own, 100.0));
        assert_eq!(pauses.step_s(&own, 100.0, 120.0, 10.0), None);
    }

    #[test]
    fn a_flow_that_begins_has_changed() {
        assert_eq!(changed(0.0, 1e-9), 0.0);
        assert_eq!(changed(0.0, 1e-3), 1.0);
        assert!((changed(2.0, 2.1) - 0.05).abs() < 1e-12);
    }

    #[test]
    fn what_is_stored_is_an_error_of_the_flow() {
        let rates = Rates { external_m3s: 2.0, outflow_m3s: 1.5, seepage_m3s: 0.1, ..Rates::default() };
        assert!((flow_error(&rates) - 0.2).abs() < 1e-12);
        assert_eq!(flow_error(&Rates::default()), 0.0);
    }
}

//! One instant: iterate flows, heads and device states until all agree.
//!
//! *Source:* Todini & Rossman (2013), *Unified framework for deriving simultaneous equation algorithms for water
//! distribution networks*, J. Hydraul. Eng. 139(5), 511–526; the order of status checks is EPANET's.

use super::assemble::Work;
use super::check::{link_name, node_name};
use super::model::{Unbalanced, WaterModel};
use super::net::Net;
use super::outlet::Reach;
use super::ports::Drive;
use super::state::WaterState;
use super::supply::connect;
use crate::num::spd::SpdError;
use crate::solver::{SolveError, SolverEvent};

/// Change of flow [–] and energy residual [m] that end the iteration whatever a file asks for: either pair will do, the
/// second because Newton's next change would be the square of the last.
const TIGHT: [(f64, f64); 2] = [(1e-6, 1e-5), (1e-3, 1e-7)];
/// Mass residual of a node left at most, over the largest flow [–].
const MASS: f64 = 1e-10;
/// Residuals above which an answer is refused at the iteration limit: mass [–] and energy [m].
const REFUSE: (f64, f64) = (1e-6, 1e-3);
/// Trials with frozen states that are always allowed, to polish an answer.
const POLISH: u32 = 20;

/// A solve in progress: the model, what drives it, and the state it changes.
pub(super) struct Solve<'a> {
    pub model: &'a WaterModel,
    pub net: &'a Net,
    pub drive: Drive<'a>,
    pub state: &'a mut WaterState,
    pub work: &'a mut Work,
    pub events: Vec<SolverEvent>,
    pub effort: Effort,
    /// Tank volumes at the start of a step whose end is being predicted: a tank closes its links at a limit only where
    /// it stood there already, so that the end's flows are those just before the event.
    pub predicting_from: Option<Vec<f64>>,
}

/// Cost and quality of the solves of one call.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Effort {
    pub iterations: u32,
    pub solves: u32,
    pub unconverged: u32,
    pub mass: f64,
    pub energy: f64,
}

impl Solve<'_> {
    /// Solves the state's instant for its demands, targets and tank levels.
    pub(super) fn solve(&mut self) -> Result<(), SolveError> {
        self.list_outlets();
        self.reconnect();
        self.work.coefficients(self.net, self.state);
        let before = (self.effort.mass, self.effort.energy);
        let result = self.iterate();
        self.effort.solves += 1;
        let trials = result?;
        // The largest of all solves in a step, not the last.
        self.effort.mass = self.effort.mass.max(before.0);
        self.effort.energy = self.effort.energy.max(before.1);
        self.effort.iterations += trials;
        self.require_finite()?;
        self.refresh();
        Ok(())
    }

    fn iterate(&mut self) -> Result<u32, SolveError> {
        let o = &self.model.options;
        let extra = match o.unbalanced {
            Unbalanced::Stop => 0,
            Unbalanced::Continue(n) => n,
        };
        let mut next_check = o.check_frequency;
        let mut relax = 1.0;
        for trial in 1..=o.trials.saturating_add(extra.max(POLISH)) {
            let frozen = trial > o.trials;
            let done = self.work.trial(self.net, self.state, relax).map_err(|e| self.singular(&e))?;
            let soft = done.relative_change <= o.accuracy && !done.outlet_moved;
            let mut changed = false;
            relax = 1.0;
            if !frozen {
                if o.damp_limit <= 0.0 || done.relative_change <= o.damp_limit {
                    changed |= self.valve_status();
                }
                // Damped near the answer to calm device states, never on the last steps: mass would not close.
                if done.relative_change <= o.damp_limit && done.relative_change > 0.01 * o.damp_limit {
                    relax = 0.6;
                }
                if soft {
                    changed |= self.link_status();
                    changed |= self.pressure_switches();
                    if changed {
                        next_check = trial + o.check_frequency;
                    }
                } else if trial <= o.max_check && trial == next_check {
                    changed |= self.link_status();
                    next_check += o.check_frequency;
                }
            }
            if changed {
                self.reconnect();
            }
            self.work.coefficients(self.net, self.state);
            if soft && !changed && self.is_tight(done.relative_change, done.largest_change) {
                return Ok(trial);
            }
        }
        self.judge(o.trials.saturating_add(extra.max(POLISH)))
    }

    /// Whether the answer holds to the solver's own tolerances and the file's.
    fn is_tight(&mut self, change: f64, largest: f64) -> bool {
        let o = &self.model.options;
        if o.flow_change_m3s > 0.0 && largest > o.flow_change_m3s {
            return false;
        }
        let scale = self.largest_flow();
        let (mass, energy) = self.work.residuals(self.net, self.state);
        (self.effort.mass, self.effort.energy) = (mass.0 / scale, energy.0);
        let asked = if o.head_error_m > 0.0 { o.head_error_m } else { f64::INFINITY };
        let near = |&(flow, head): &(f64, f64)| change <= flow.min(o.accuracy) && energy.0 <= head.min(asked);
        mass.0 <= MASS * scale && TIGHT.iter().any(near)
    }

    /// At the iteration limit: the residuals decide.
    fn judge(&mut self, iterations: u32) -> Result<u32, SolveError> {
        let scale = self.largest_flow();
        let ((mass, node), (energy, link)) = self.work.residuals(self.net, self.state);
        (self.effort.mass, self.effort.energy) = (mass / scale, energy);
        let refuse = |residual, tolerance, at| Err(SolveError::NotConverged { iterations, residual, tolerance, at });
        if mass / scale > REFUSE.0 || mass.is_nan() {
            return refuse(mass / scale, REFUSE.0, node_name(&self.model.nodes[node]));
        }
        if energy > REFUSE.1 || energy.is_nan() {
            return refuse(energy, REFUSE.1, link_name(&self.model.links[link]));
        }
        self.effort.unconverged += 1;
        Ok(iterations)
    }

    fn largest_flow(&self) -> f64 {
        self.state.flow.iter().fold(1e-6_f64, |a, q| a.max(q.abs()))
    }

    /// Finds what is supplied after device states changed; outlets of nodes that lost or found supply follow.
    pub(super) fn reconnect(&mut self) {
        connect(self.net, self.model.options.closed_seepage_m2s, self.state, self.work);
        for outlet in &mut self.work.outlets {
            let node = outlet.node as usize;
            if !self.work.supplied[node] {
                (outlet.reach, outlet.flow_m3s) = (Reach::Dry, 0.0);
            } else if outlet.reach == Reach::Dry && outlet.backflow {
                outlet.reach = Reach::Partial;
            }
        }
    }

    fn singular(&self, error: &SpdError) -> SolveError {
        match error {
            SpdError::NotPositive { unknown } => match self.model.nodes.get(*unknown) {
                Some(node) => SolveError::Singular { at: node_name(node) },
                None => SolveError::Singular { at: "water network".into() },
            },
            other => SolveError::Infeasible { at: "water network".into(), why: other.to_string() },
        }
    }

    fn require_finite(&self) -> Result<(), SolveError> {
        if let Some(i) = self.state.head.iter().position(|h| !h.is_finite()) {
            return Err(SolveError::NonFinite { quantity: "head", at: node_name(&self.model.nodes[i]) });
        }
        if let Some(k) = self.state.flow.iter().position(|q| !q.is_finite()) {
            return Err(SolveError::NonFinite { quantity: "flow", at: link_name(&self.model.links[k]) });
        }
        Ok(())
    }
}

//! One routing step of the implicit scheme.
//!
//! *Source:* own derivation; see [`super`].

use serde::{Deserialize, Serialize};

use super::assemble::Flow;
use super::conduit::ConduitFlow;
use super::node::own;
use super::setup::{Law, Setup};
use crate::domains::drainage::model::DrainageModel;
use crate::domains::drainage::network::{Actions, Network, NetworkState, NodeClass, RoutingStep, routing_step_s};
use crate::num::m_matrix::MFactor;
use crate::num::spd::SpdError;

/// Newton iterations before a step is taken again in halves.
const ITERATIONS: u32 = 12;
/// Halvings before a step is accepted as it is and counted as unconverged.
const HALVINGS: i32 = 5;
/// Iterations of one step spent without convergence beyond which no part of it is halved for that any more.
const WORK: u32 = 60;
/// Error of a head that a part may make, over the depth or the height of the pipes: by measurement the largest that
/// brings most series of the shared models within 1 % of their own answer at a sixteenth of the step.
const ACCURACY: f64 = 3e-4;
/// Least error of a head that counts [m].
const LEAST_ERROR_M: f64 = 5e-4;
/// Error over the tolerance beyond which a part is taken again in halves; below it only the next one is shorter.
const REFUSED: f64 = 16.0;
/// Halvings for the sake of accuracy.
const REFINEMENTS: i32 = 2;
/// Moves of both heads below which a conduit's law is followed along its slopes instead of being evaluated again [m].
pub(super) const SMALL_MOVE_M: f64 = 1e-5;
/// How far from its last value the first guess of a head may lie [m].
const GUESS_M: f64 = 0.2;
/// Depth below which a pump's flow fades: it cannot draw a well dry [m].
pub(super) const FADE_M: f64 = 0.01;
/// Velocity above which a momentum is not believed [m/s].
pub(super) const FASTEST_MS: f64 = 30.0;

/// What the scheme keeps between steps beside the network's state.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ImplicitState {
    /// Volume booked at each node, with its share of its conduits; 0 at outfalls [m³].
    pub volume_m3: Vec<f64>,
    /// Head of each node [m].
    pub head_m: Vec<f64>,
    /// How fast it rose in the last part of a step [m/s].
    pub rise_ms: Vec<f64>,
    /// Length of that part; 0 before the first [s].
    pub last_s: f64,
    /// Length that the next part is tried with; 0 = a whole step [s].
    pub next_s: f64,
}

/// Buffers.
#[derive(Debug, Clone, Default)]
pub struct ImplicitScratch {
    pub(super) factor: MFactor,
    update: Vec<f64>,
    /// By unknown: last change, and the share of the next that is taken.
    turns: Vec<(f64, f64)>,
    change: Vec<f64>,
    /// By node: how far its head moved since the last iteration; NaN before the first [m].
    pub(super) moved_m: Vec<f64>,
    pub(super) volume: Vec<f64>,
    pub(super) slope: Vec<f64>,
    pub(super) residual: Vec<f64>,
    /// By conduit.
    pub(super) flows: Vec<ConduitFlow>,
    /// By link.
    pub(super) others: Vec<Flow>,
    pub(super) momentum: Vec<f64>,
    pub(super) central: Vec<f64>,
    pub(super) falls_m: Vec<f64>,
    pub(super) losses: Vec<[f64; 2]>,
    pub(super) fixed_m3: Vec<f64>,
    /// By door: flow into its node, and its slope by the node's head.
    pub(super) doors: Vec<(f64, f64)>,
    /// By door: what went into its node since the step began [m³].
    pub door_m3: Vec<f64>,
}

/// The scheme for one network.
#[derive(Debug, Clone)]
pub struct ImplicitEngine {
    pub(super) setup: Setup,
    step_s: f64,
    tolerance_m: f64,
}

impl ImplicitEngine {
    /// # Errors
    /// When the system cannot be ordered for want of memory.
    pub fn new(net: &Network, model: &DrainageModel) -> Result<Self, SpdError> {
        let (setup, options) = (Setup::new(net, model)?, &model.options);
        Ok(Self { setup, step_s: routing_step_s(options), tolerance_m: options.head_tolerance_m.min(1e-3) })
    }

    /// The step the scheme would take [s].
    #[must_use]
    pub fn step_length_s(&self) -> f64 {
        self.step_s
    }

    /// Heads and booked volumes that go with a network's state.
    #[must_use]
    pub fn initial(&self, net: &Network, state: &NetworkState) -> ImplicitState {
        let depth = &state.nodes.depth_m;
        let head_m: Vec<f64> = net.nodes.iter().zip(depth).map(|(n, y)| n.invert_m + y).collect();
        let mut scratch = ImplicitScratch::default();
        self.store(net, &head_m, &mut scratch);
        let rise_ms = vec![0.0; head_m.len()];
        ImplicitState { volume_m3: scratch.volume, rise_ms, head_m, last_s: 0.0, next_s: 0.0 }
    }

    /// Volume of each node and its slope at these heads.
    fn store(&self, net: &Network, head_m: &[f64], scratch: &mut ImplicitScratch) {
        self.store_own(net, head_m, scratch);
        for (link, law) in net.links.iter().zip(&self.setup.links) {
            let Law::Conduit(c) = *law else { continue };
            let conduit = &self.setup.conduits[c as usize];
            let table = &self.setup.tables[conduit.table as usize];
            for (end, node) in [link.from, link.to].into_iter().enumerate() {
                let length = conduit.length_m * conduit.barrels * self.setup.shares[c as usize][end];
                let geometry = table.geometry(head_m[node as usize] - conduit.bottom_m[end]);
                scratch.volume[node as usize] += length * geometry.area_m2;
            }
        }
        for (volume, unknown) in scratch.volume.iter_mut().zip(&self.setup.unknown) {
            if unknown.is_none() {
                *volume = 0.0;
            }
        }
    }

    pub(super) fn store_own(&self, net: &Network, head_m: &[f64], scratch: &mut ImplicitScratch) {
        scratch.volume.clear();
        scratch.slope.clear();
        for (node, head) in net.nodes.iter().zip(head_m) {
            let (volume, slope) = if node.class == NodeClass::Outfall {
                (0.0, 0.0)
            } else {
                let own = own(node, self.setup.shaft_m2, head - node.invert_m);
                (own.volume_m3, own.surface_m2)
            };
            scratch.volume.push(volume);
            scratch.slope.push(slope);
        }
    }

    /// Routes one step. `state.nodes.lateral_m3s` is what enters over the step.
    ///
    /// # Errors
    /// When the system has a pivot that is not positive: an input was not finite.
    pub fn step(
        &self,
        net: &Network,
        state: &mut NetworkState,
        own: &mut ImplicitState,
        actions: &Actions,
        dt_s: f64,
        scratch: &mut ImplicitScratch,
    ) -> Result<RoutingStep, SpdError> {
        let mut report = RoutingStep { dt_s, converged: true, ..RoutingStep::default() };
        state.nodes.overflow_m3s.fill(0.0);
        scratch.door_m3.clear();
        scratch.door_m3.resize(actions.doors.len(), 0.0);
        let end_s = state.time_s + dt_s;
        let (smallest_s, finest_s) = (dt_s * 0.5_f64.powi(HALVINGS), dt_s * 0.5_f64.powi(REFINEMENTS));
        let mut part_s = if own.next_s > 0.0 { own.next_s.min(dt_s) } else { dt_s };
        let mut lost = 0;
        let mut tally = Tally::default();
        while state.time_s < end_s {
            let left_s = end_s - state.time_s;
            // What round-off leaves at the end belongs to the last part.
            let this_s = if part_s > left_s - 1e-9 { left_s } else { part_s };
            let last_chance = this_s <= smallest_s * 1.01 || lost >= WORK;
            let demand = Demand { last_chance, rough: this_s <= finest_s * 1.01 };
            match self.part(net, state, own, actions, this_s, demand, scratch)? {
                Outcome::Done { iterations, converged, error } => {
                    report.iterations += iterations;
                    report.converged &= converged;
                    report.parts += 1;
                    if this_s < dt_s {
                        tally.add(state, this_s);
                    }
                    state.time_s = if this_s == left_s { end_s } else { state.time_s + this_s };
                    own.last_s = this_s;
                    // A part that the step's end cut short says nothing against the length it was to have. The error
                    // goes with the square of the length.
                    let whole_s = part_s.max(this_s).min(dt_s);
                    part_s = if error < 0.25 || whole_s < finest_s {
                        (2.0 * whole_s).min(dt_s)
                    } else if error > 1.0 && !demand.rough {
                        0.5 * this_s
                    } else {
                        whole_s
                    };
                }
                Outcome::Rough { iterations } => {
                    report.iterations += iterations;
                    part_s = 0.5 * this_s;
                }
                Outcome::Unconverged => {
                    report.iterations += ITERATIONS;
                    lost += ITERATIONS;
                    part_s = 0.5 * this_s;
                }
            }
        }
        own.next_s = part_s;
        tally.finish(state, dt_s);
        net.set_outfall_depths(state, end_s, &actions.stage_m, false);
        Ok(report)
    }

    /// A part of a step; nothing is changed where it is refused.
    #[allow(clippy::too_many_arguments)] // the step's own arguments and its length
    fn part(
        &self,
        net: &Network,
        state: &mut NetworkState,
        own: &mut ImplicitState,
        actions: &Actions,
        dt_s: f64,
        demand: Demand,
        scratch: &mut ImplicitScratch,
    ) -> Result<Outcome, SpdError> {
        self.begin(net, state, own, actions, dt_s, scratch);
        let mut head: Vec<f64> = std::mem::take(&mut scratch.update);
        head.clear();
        head.extend(own.head_m.iter().zip(&own.rise_ms).map(|(h, rise)| h + (rise * dt_s).clamp(-GUESS_M, GUESS_M)));
        self.outfall_heads(net, state.time_s + dt_s, actions, &mut head);
        scratch.moved_m.clear();
        scratch.moved_m.resize(head.len(), f64::NAN);
        let mut done = Outcome::Unconverged;
        for iteration in 1..=ITERATIONS {
            self.evaluate(net, state, actions, &head, dt_s, scratch);
            self.assemble(net, actions, dt_s, scratch);
            scratch.change.resize(self.setup.pattern.len(), 0.0);
            let mut change = std::mem::take(&mut scratch.change);
            scratch.factor.solve(&self.setup.pattern, &mut change)?;
            // A maximum passes over NaN; a sum does not.
            if !change.iter().sum::<f64>().is_finite() {
                return Ok(Outcome::Unconverged);
            }
            let largest = change.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
            let accept = largest <= self.tolerance_m || (demand.last_chance && iteration == ITERATIONS);
            if iteration == 1 {
                scratch.turns.clear();
                scratch.turns.resize(change.len(), (0.0, 1.0));
            }
            for (node, unknown) in self.setup.unknown.iter().enumerate() {
                let Some(row) = unknown else {
                    scratch.moved_m[node] = 0.0;
                    continue;
                };
                let before_m = head[node];
                let (by, turn) = (change[*row as usize], &mut scratch.turns[*row as usize]);
                // Near a kink Newton may go back and forth between two slopes: half a step, then less, settles it.
                turn.1 = if by * turn.0 < 0.0 { 0.5 * turn.1 } else { (1.5 * turn.1).min(1.0) };
                turn.0 = by;
                let invert_m = net.nodes[node].invert_m;
                let (from_m, to_m) = (head[node] - invert_m, head[node] - invert_m + turn.1 * by);
                head[node] = if largest <= self.tolerance_m {
                    head[node] + by
                } else {
                    invert_m + self.setup.kinks[node].hold(from_m, to_m)
                };
                scratch.moved_m[node] = head[node] - before_m;
            }
            if largest <= self.tolerance_m {
                self.follow(net, actions, &change, scratch);
            } else if accept {
                self.guard(net, actions, dt_s, scratch);
            }
            scratch.change = change;
            if accept {
                let error = self.error(net, own, &head, dt_s);
                done = if error > REFUSED && !demand.rough {
                    Outcome::Rough { iterations: iteration }
                } else {
                    Outcome::Done { iterations: iteration, converged: largest <= self.tolerance_m, error }
                };
                break;
            }
        }
        if matches!(done, Outcome::Done { .. }) {
            self.book(net, actions, state, own, &mut head, dt_s, scratch);
        }
        scratch.update = head;
        Ok(done)
    }

    /// Local error of the heads at the end of a part over the tolerance, the largest of all nodes: half the second
    /// difference in time, `Δt²·(r − r₀)/(Δt + Δt₀)` with the rates of rise r, over the depth or the height of the
    /// pipes, whichever is more.
    fn error(&self, net: &Network, own: &ImplicitState, head: &[f64], dt_s: f64) -> f64 {
        let share = dt_s / (dt_s + own.last_s);
        let mut largest = 0.0_f64;
        for (i, node) in net.nodes.iter().enumerate() {
            if self.setup.unknown[i].is_none() {
                continue;
            }
            let off = (head[i] - own.head_m[i] - own.rise_ms[i] * dt_s).abs() * share;
            let scale = self.setup.kinks[i].crown_m.max(head[i] - node.invert_m);
            largest = largest.max(off / (ACCURACY * scale).max(LEAST_ERROR_M));
        }
        largest
    }
}

/// What is asked of a part of a step.
#[derive(Clone, Copy)]
struct Demand {
    /// It is taken even if it does not converge.
    last_chance: bool,
    /// It is taken whatever its error.
    rough: bool,
}

enum Outcome {
    /// Booked; its error over the tolerance.
    Done {
        iterations: u32,
        converged: bool,
        error: f64,
    },
    /// Converged, and its error is too large.
    Rough {
        iterations: u32,
    },
    Unconverged,
}

/// Means over the parts of a step taken in several: what is booked over the step must be what flowed in all of it.
#[derive(Default)]
struct Tally {
    sums: [Vec<f64>; 6],
}

impl Tally {
    fn values(state: &mut NetworkState) -> [&mut Vec<f64>; 6] {
        let NetworkState { nodes, links, .. } = state;
        [
            &mut nodes.overflow_m3s,
            &mut nodes.inflow_m3s,
            &mut nodes.outflow_m3s,
            &mut links.inflow_m3s,
            &mut links.seepage_m3s,
            &mut links.evaporation_m3s,
        ]
    }

    fn add(&mut self, state: &mut NetworkState, part_s: f64) {
        for (sums, values) in self.sums.iter_mut().zip(Self::values(state)) {
            sums.resize(values.len(), 0.0);
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += *value * part_s;
            }
        }
    }

    fn finish(&self, state: &mut NetworkState, dt_s: f64) {
        for (sums, values) in self.sums.iter().zip(Self::values(state)) {
            for (mean, sum) in values.iter_mut().zip(sums) {
                *mean = sum / dt_s;
            }
        }
    }
}

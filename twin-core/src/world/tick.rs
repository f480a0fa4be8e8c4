//! One tick in six phases, as functions that the headless loop calls in a row and the live coordinator between its
//! messages.
//!
//! 1. **gather**: commands up to now, in total order; the agenda.
//! 2. **behave**: the state machines of assets, in rounds with 3 while time stands still (superdense time).
//! 3. **exchange**: discrete rules each round, until nothing changes; then continuous values and amounts, once.
//! 4. **advance**: each network by the macro step, cut at the next timed input.
//! 5. **observe**: probes and metrics, computed where the fields are.
//! 6. **operate**: health, records, the frame.

use std::sync::Arc;

use twin_physics::ledger::Account;
use twin_physics::port::{Inputs, Outputs};

use super::agenda::Progress;
use super::command::{NetPort, Rank};
use super::core::{Core, Health, Wiring, degraded};
use super::network::{Advance, Network, NetworkError};
use super::observe::{ObservePlan, Observed};
use super::spec::WorldSpec;
use crate::behaviour::{Behaviour, Effect, Event};
use crate::cascade::CascadeRecord;
use crate::cascade::exchange;
use crate::ids::{AssetIx, NetworkIx};
use crate::time::SimTime;

/// Rounds within one instant before it is said not to settle.
pub const ROUNDS_MAX: u32 = 64;

/// Why a tick could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TickError {
    /// Discrete states chase one another without end.
    #[error(
        "TICK-UNSETTLED: at {at} the discrete states did not settle in {ROUNDS_MAX} rounds; still changing: {still}"
    )]
    Unsettled {
        /// The instant.
        at: SimTime,
        /// Assets still being told something.
        still: String,
    },
}

/// Something an asset is told in a round, and the record it goes back to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// The asset.
    pub asset: AssetIx,
    /// What it is told.
    pub event: Event,
    /// The record that caused it.
    pub cause: Option<u64>,
}

/// What an asset answered: its state after, and its effects.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The asset.
    pub asset: AssetIx,
    /// Its behaviour after the events.
    pub behaviour: Behaviour,
    /// What it asks for, in order.
    pub effects: Vec<Effect>,
    /// The record that caused it.
    pub cause: Option<u64>,
}

/// An instant being worked out: what is still to be told, and what has been recorded.
#[derive(Debug, Default)]
pub struct Moment {
    pub(super) queue: Vec<Told>,
    /// Records made so far.
    pub records: Vec<CascadeRecord>,
    pub(super) micro: u32,
}

/// What a network is asked to do in phase 4.
#[derive(Debug, Clone)]
pub struct Job {
    /// Inputs of the step.
    pub inputs: Arc<Inputs>,
    /// Model time to reach [s].
    pub target_s: f64,
    /// Whether to show whole fields after it.
    pub want_fields: bool,
}

/// What it did.
#[derive(Debug)]
pub struct Done {
    /// Success, or why the state is what it was.
    pub result: Result<Advance, NetworkError>,
    /// Outputs of the state it stands at.
    pub outputs: Arc<Outputs>,
    /// What it shows.
    pub observed: Observed,
    /// Its accounts.
    pub accounts: Vec<Account>,
}

/// Everything a tick shows to the outside.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TickFrame {
    /// The instant reached.
    pub now: SimTime,
    /// Number of the tick.
    pub tick: u64,
    /// What happened, in order.
    pub records: Vec<CascadeRecord>,
    /// Whole fields per network, when due.
    pub fields: Vec<(NetworkIx, twin_physics::Quantity, Vec<f64>)>,
}

/// Phases 4 and 5 of one network: a pure function of network, job and plan, run on any thread.
#[must_use]
pub fn run_job(network: &mut dyn Network, job: &Job, plan: &ObservePlan) -> Done {
    let result = network.advance(&job.inputs, job.target_s);
    show(network, result, plan, job.want_fields)
}

/// Phase 5 alone: what a network shows at its present state.
#[must_use]
pub fn show(
    network: &dyn Network,
    result: Result<Advance, NetworkError>,
    plan: &ObservePlan,
    want_fields: bool,
) -> Done {
    let mut outputs = Outputs::new(network.ports().output_len());
    network.outputs(&mut outputs);
    let observed = plan.look(network, &outputs, want_fields);
    Done { result, outputs: Arc::new(outputs), observed, accounts: network.accounts() }
}

/// Runs one asset's state machine over what it is told in one round; `told` is all of one asset, in order.
#[must_use]
pub fn answer(asset: AssetIx, mut behaviour: Behaviour, at: SimTime, told: &[Told]) -> Answer {
    let (mut effects, mut cause) = (Vec::new(), None);
    for told in told {
        behaviour.on(at, told.event, &mut effects);
        cause = told.cause.or(cause);
    }
    Answer { asset, behaviour, effects, cause }
}

/// Runs the state machines of a round in their rows. A live coordinator asks the actors of promoted assets instead.
#[must_use]
pub fn behave(core: &Core, wiring: &Wiring, round: &[Told]) -> Vec<Answer> {
    let of = |told: &[Told]| {
        let asset = told.first()?.asset;
        let row = wiring.row(asset)?;
        Some(answer(asset, core.body.behaviours[row], core.body.now, told))
    };
    round.chunk_by(|a, b| a.asset == b.asset).filter_map(of).collect()
}

impl Core {
    /// Phase 1: takes what is due at this instant, in total order.
    #[must_use]
    pub fn gather(&mut self, spec: &WorldSpec, wiring: &Wiring) -> Moment {
        let mut moment = Moment::default();
        let now = self.body.now;
        let (due, later) = std::mem::take(&mut self.promotions).into_iter().partition(|(at, ..)| *at <= now);
        self.promotions = later;
        for (_, asset, promote) in due {
            if promote {
                self.promoted.insert(asset);
            } else {
                self.promoted.remove(&asset);
            }
        }
        for (row, asset) in wiring.rows.iter().enumerate() {
            let asset_row = spec.register.get(*asset);
            if let Some(port) = asset_row.measures
                && let Some(value) = self.body.outputs[asset_row.network.at()].get(port)
            {
                moment.queue.push(Told { asset: *asset, event: Event::Measured(value), cause: None });
            }
            if self.body.behaviours[row].in_motion() {
                let cause = self.body.blame_asset.get(asset).copied();
                moment.queue.push(Told { asset: *asset, event: Event::Tick, cause });
            }
        }
        while let Some(entry) = self.body.pending.first_entry()
            && entry.key().0 <= now
        {
            let ((_, _, source, _), command) = entry.remove_entry();
            let record = self.note_command(spec, &mut moment, &source, &command);
            self.carry_out(&mut moment, &command, Some(record));
        }
        self.agenda_due(spec, &mut moment);
        moment
    }

    /// Phase 2, first half: what is to be told in this round, by asset; empty when the instant has settled.
    ///
    /// # Errors
    /// [`TickError::Unsettled`] after [`ROUNDS_MAX`] rounds.
    pub fn next_round(&mut self, spec: &WorldSpec, moment: &mut Moment) -> Result<Vec<Told>, TickError> {
        let mut round = std::mem::take(&mut moment.queue);
        round.sort_by_key(|told| told.asset); // stable: what one asset is told keeps its order
        if !round.is_empty() && moment.micro >= ROUNDS_MAX {
            let mut names: Vec<_> = round.iter().map(|t| spec.register.get(t.asset).id.to_string()).collect();
            names.dedup();
            names.truncate(8);
            return Err(TickError::Unsettled { at: self.body.now, still: names.join(", ") });
        }
        Ok(round)
    }

    /// Phase 2, second half, and the discrete part of phase 3: carries the effects out and lets the rules look.
    pub fn settle_round(&mut self, spec: &WorldSpec, wiring: &Wiring, moment: &mut Moment, answers: Vec<Answer>) {
        for answer in answers {
            self.take_answer(spec, wiring, moment, &answer);
        }
        moment.micro += 1;
        self.look_at_rules(spec, wiring, moment);
    }

    fn take_answer(&mut self, spec: &WorldSpec, wiring: &Wiring, moment: &mut Moment, answer: &Answer) {
        let Some(row) = wiring.row(answer.asset) else { return };
        if self.body.behaviours[row] != answer.behaviour {
            Arc::make_mut(&mut self.body.behaviours)[row] = answer.behaviour;
        }
        let asset = spec.register.get(answer.asset);
        for effect in &answer.effects {
            match *effect {
                Effect::Drive { role, rank, value } => {
                    if let Some(port) = asset.roles.get(&role) {
                        self.drive(NetPort { network: asset.network, port: *port }, rank, value);
                        if answer.cause.is_some() {
                            self.body.blame_network[asset.network.at()] = answer.cause;
                        }
                    }
                }
                Effect::Signal(value) => {
                    let what = (value, value, "1");
                    let id = asset.id.as_str();
                    let record = self.note(moment, answer.cause, id, "behaviour", id, "signal", what);
                    self.body.blame_asset.insert(answer.asset, record);
                    self.body.blame_network[asset.network.at()] = Some(record);
                }
            }
        }
    }

    /// Phase 3, continuous part: drives inputs from outputs, shares the amounts, and says what each network has to do.
    pub fn exchange(&mut self, spec: &WorldSpec, limit: SimTime) -> (SimTime, Vec<Job>) {
        let until = self.next_instant(spec, limit);
        for c in &spec.signals {
            let value = self.body.outputs[c.from.network.at()].get(c.from.port).map(|v| v * c.factor);
            self.drive(c.to, Rank::Controller, value);
        }
        let dt_s = until.seconds_since(self.body.now);
        let shares = exchange::share(&spec.amounts, &self.body.outputs, &mut self.body.transits, dt_s);
        let mut rates: Vec<(NetPort, f64)> = Vec::new();
        for (c, share) in spec.amounts.iter().zip(shares) {
            let donor_s = until.seconds_since(self.body.reached[c.stock.network.at()]);
            let receiver_s = until.seconds_since(self.body.reached[c.give.network.at()]);
            let donor = |port| NetPort { network: c.stock.network, port };
            for (port, rate) in [
                (donor(c.take), share.take / donor_s),
                (donor(c.back), share.back / donor_s),
                (c.give, share.give / receiver_s),
            ] {
                // Several couplings may meet in one input: their rates add, in coupling order.
                match rates.iter_mut().find(|(p, _)| *p == port) {
                    Some((_, sum)) => *sum += rate,
                    None => rates.push((port, rate)),
                }
            }
        }
        for (port, rate) in rates {
            self.drive(port, Rank::Controller, Some(rate));
        }
        let want_fields = self.fields_due(spec, until);
        let target_s = until.seconds();
        let jobs = self.body.inputs.iter().map(|i| Job { inputs: Arc::clone(i), target_s, want_fields }).collect();
        (until, jobs)
    }

    fn fields_due(&self, spec: &WorldSpec, until: SimTime) -> bool {
        let every = spec.record_every_ms;
        every > 0 && self.body.fields_at.is_none_or(|last| until.millis() - last.millis() >= every)
    }

    /// The end of this macro step: the next multiple of the macro step, cut at the next timed input or item. The grid
    /// is absolute, so a cut moves no later step.
    fn next_instant(&self, spec: &WorldSpec, limit: SimTime) -> SimTime {
        let now = self.body.now;
        let step = spec.macro_step_ms.max(1);
        let mut until = limit.min(SimTime::from_millis((now.millis().div_euclid(step) + 1) * step));
        let next_input = self.body.pending.keys().map(|key| key.0).find(|at| *at > now);
        let items = spec.agenda.iter().zip(&self.body.agenda).filter(|(_, p)| **p == Progress::Waiting);
        for at in items.filter_map(|(item, _)| self.due(item)).chain(next_input) {
            if at > now {
                until = until.min(at);
            }
        }
        until
    }

    /// Phases 5 and 6: takes in what the networks did and showed, and closes the tick.
    pub fn operate(&mut self, spec: &WorldSpec, mut moment: Moment, until: SimTime, done: Vec<Done>) -> TickFrame {
        let advanced: Vec<bool> = done.iter().map(|d| d.result.is_ok()).collect();
        let mut fields = Vec::new();
        self.body.now = until;
        self.body.ticks += 1;
        moment.micro = 0;
        for (n, done) in done.into_iter().enumerate() {
            self.take_done(spec, &mut moment, NetworkIx::new(n), done, &mut fields);
        }
        let body = &mut self.body;
        exchange::settle(&spec.amounts, &body.outputs, &mut body.transits, |n| advanced[n.at()]);
        if !fields.is_empty() {
            body.fields_at = Some(until);
        }
        TickFrame { now: until, tick: body.ticks, records: moment.records, fields }
    }

    /// Takes what one network did; `fields` gets the whole fields it shows.
    fn take_done(
        &mut self,
        spec: &WorldSpec,
        moment: &mut Moment,
        network: NetworkIx,
        done: Done,
        fields: &mut Vec<(NetworkIx, twin_physics::Quantity, Vec<f64>)>,
    ) {
        let n = network.at();
        let name = &spec.networks[n].name;
        let cause = self.body.blame_network[n];
        match done.result {
            Ok(advance) => {
                if self.body.health[n] != Health::Ok {
                    self.note(moment, cause, name, "supervision", name, "recovered", (1.0, 1.0, "1"));
                }
                self.body.health[n] = Health::Ok;
                self.body.reached[n] = self.body.now;
                self.take_advance(spec, moment, network, &advance);
            }
            Err(error) => {
                let reached = self.body.reached[n];
                let health = degraded(&self.body.health[n], reached, &error);
                // A failure of another kind is news: a network given up must not look like one that is tried again.
                let known = matches!(&self.body.health[n], Health::Degraded { code, .. } if *code == error.code());
                if !known {
                    self.note(moment, cause, name, error.code(), name, "degraded", (1.0, 1.0, "1"));
                }
                self.body.health[n] = health;
                self.body.effort.failed_steps += 1;
            }
        }
        self.body.outputs[n] = done.outputs;
        self.body.accounts[n] = done.accounts;
        for (at, value) in done.observed.probes {
            self.body.probes[at] = value;
        }
        for (at, value) in done.observed.metrics {
            self.body.metrics[at] = value;
        }
        fields.extend(done.observed.fields.into_iter().map(|(q, values)| (network, q, values)));
    }

    fn take_advance(&mut self, spec: &WorldSpec, moment: &mut Moment, network: NetworkIx, advance: &Advance) {
        let effort = &mut self.body.effort;
        effort.steps += u64::from(advance.steps);
        effort.solves += u64::from(advance.solves);
        effort.unconverged += u64::from(advance.unconverged);
        effort.iterations += u64::from(advance.iterations);
        effort.mass_residual = effort.mass_residual.max(advance.mass_residual);
        effort.energy_residual = effort.energy_residual.max(advance.energy_residual);
        let cause = self.body.blame_network[network.at()];
        let name = &spec.networks[network.at()].name;
        for event in &advance.events {
            let target = spec.element_id(network, event.element, event.slot);
            let what = (event.value, event.threshold, event.unit);
            self.note(moment, cause, name, event.code, &target, event.code, what);
            if let (Some(record), Some(t)) = (moment.records.last_mut(), SimTime::from_seconds(event.time_s)) {
                record.t = t;
            }
        }
    }
}

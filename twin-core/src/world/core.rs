//! The state of a world beside its networks: time, inputs, who says what, behaviours, agenda, what is in transit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twin_physics::ledger::Account;
use twin_physics::port::{Inputs, Outputs};

use super::agenda::Progress;
use super::arbiter::Arbiter;
use super::command::{Command, Input, Lane, NetPort, Rank};
use super::network::NetworkError;
use super::spec::WorldSpec;
use crate::behaviour::Behaviour;
use crate::cascade::exchange::Transit;
use crate::cascade::rule::ConditionState;
use crate::ids::{AssetIx, NetworkIx};
use crate::time::SimTime;

/// Health of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Stands at the time of the world.
    Ok,
    /// Stands at its last good state; each tick it is tried again.
    Degraded {
        /// The last good instant.
        since: SimTime,
        /// Tries that failed since.
        failures: u32,
        /// Stable code of the last failure.
        code: String,
        /// What went wrong last.
        error: String,
    },
}

/// Effort and quality of all solves so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    /// Solver steps.
    pub steps: u64,
    /// Solves.
    pub solves: u64,
    /// Solves accepted by their residuals although they missed the tolerance asked for.
    pub unconverged: u64,
    /// Iterations.
    pub iterations: u64,
    /// Macro steps a network could not take.
    pub failed_steps: u64,
    /// Largest mass residual over the largest flow [–].
    pub mass_residual: f64,
    /// Largest energy residual.
    pub energy_residual: f64,
}

/// Everything but the networks. A clone is cheap: large parts are shared until one side changes them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Core {
    /// What the state hash covers.
    pub body: Body,
    /// Assets with an actor of their own; changes no result.
    pub promoted: BTreeSet<AssetIx>,
    /// Last number heard from each source, so that a repeated input is known.
    pub heard: BTreeMap<String, u64>,
    /// Promotions to come; they cut no step.
    pub promotions: Vec<(SimTime, AssetIx, bool)>,
}

/// What makes two worlds the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Body {
    /// The world's instant.
    pub now: SimTime,
    /// Macro steps taken.
    pub ticks: u64,
    /// Inputs per network.
    pub inputs: Vec<Arc<Inputs>>,
    /// Last good outputs per network.
    pub outputs: Vec<Arc<Outputs>>,
    /// Instant each network stands at.
    pub reached: Vec<SimTime>,
    /// Health per network.
    pub health: Vec<Health>,
    /// Accounts per network.
    pub accounts: Vec<Vec<Account>>,
    /// Who says what.
    pub arbiter: Arbiter,
    /// Behaviours, in the order of [`Wiring::rows`].
    pub behaviours: Arc<Vec<Behaviour>>,
    /// Inputs that are still to take effect.
    pub pending: BTreeMap<(SimTime, Lane, String, u64), Command>,
    /// Progress of the agenda.
    pub agenda: Vec<Progress>,
    /// Conditions of the agenda, same order.
    pub agenda_conditions: Vec<ConditionState>,
    /// Conditions of the rules.
    pub rules: Vec<ConditionState>,
    /// Accounts of what crosses.
    pub transits: Vec<Transit>,
    /// Last value of every probe.
    pub probes: Vec<f64>,
    /// Last value of every metric.
    pub metrics: Vec<f64>,
    /// Number of the last record.
    pub records: u64,
    /// Last record that touched an asset.
    pub blame_asset: BTreeMap<AssetIx, u64>,
    /// Last record that drove a network.
    pub blame_network: Vec<Option<u64>>,
    /// Last instant whole fields were recorded at.
    pub fields_at: Option<SimTime>,
    /// Effort so far.
    pub effort: Effort,
}

/// What follows from a specification and does not change either.
#[derive(Debug, Clone, Default)]
pub struct Wiring {
    /// Assets with a behaviour, in register order.
    pub rows: Vec<AssetIx>,
    row_of: BTreeMap<AssetIx, usize>,
}

impl Wiring {
    /// Derives the wiring of a specification.
    #[must_use]
    pub fn of(spec: &WorldSpec) -> Self {
        let assets = spec.register.assets().iter().enumerate();
        let rows: Vec<_> = assets.filter(|(_, a)| a.behaviour.is_some()).map(|(at, _)| AssetIx::new(at)).collect();
        let row_of = rows.iter().enumerate().map(|(row, asset)| (*asset, row)).collect();
        Self { rows, row_of }
    }

    /// The row of an asset's behaviour.
    #[must_use]
    pub fn row(&self, asset: AssetIx) -> Option<usize> {
        self.row_of.get(&asset).copied()
    }
}

/// What became of an input that was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It will take effect at its instant.
    Accepted,
    /// Its instant had passed; it takes effect at the next tick.
    Late,
    /// Its source has sent that number before; nothing happens.
    Duplicate,
    /// It cannot be carried out.
    Rejected(String),
}

impl Core {
    /// The core of a world at its start.
    #[must_use]
    pub fn new(spec: &WorldSpec, outputs: Vec<Arc<Outputs>>, accounts: Vec<Vec<Account>>) -> Self {
        let networks = spec.networks.len();
        let behaviours = spec.register.assets().iter().filter_map(|a| a.behaviour).collect();
        Self {
            body: Body {
                now: SimTime::ZERO,
                ticks: 0,
                inputs: (0..networks).map(|n| Arc::new(spec.silent_inputs(NetworkIx::new(n)))).collect(),
                outputs,
                reached: vec![SimTime::ZERO; networks],
                health: vec![Health::Ok; networks],
                accounts,
                arbiter: Arbiter::default(),
                behaviours: Arc::new(behaviours),
                pending: BTreeMap::new(),
                agenda: vec![Progress::Waiting; spec.agenda.len()],
                agenda_conditions: vec![ConditionState::default(); spec.agenda.len()],
                rules: vec![ConditionState::default(); spec.rules.len()],
                transits: vec![Transit::default(); spec.amounts.len()],
                probes: vec![0.0; spec.probes.len()],
                metrics: vec![0.0; spec.metrics.len()],
                records: 0,
                blame_asset: BTreeMap::new(),
                blame_network: vec![None; networks],
                fields_at: None,
                effort: Effort::default(),
            },
            promoted: BTreeSet::new(),
            heard: BTreeMap::new(),
            promotions: Vec::new(),
        }
    }

    /// What would become of an input if it were submitted now; changes nothing.
    #[must_use]
    pub fn judge(&self, spec: &WorldSpec, wiring: &Wiring, input: &Input) -> Submitted {
        if self.heard.get(&input.source).is_some_and(|last| input.seq <= *last) {
            return Submitted::Duplicate;
        }
        if i64::try_from(input.seq).is_err() {
            return Submitted::Rejected(format!("{} is no number the journal can keep", input.seq));
        }
        match check(spec, wiring, &input.command) {
            Err(why) => Submitted::Rejected(why),
            Ok(()) if input.at < self.body.now => Submitted::Late,
            Ok(()) => Submitted::Accepted,
        }
    }

    /// Takes an input in. It is checked here, so that a tick never meets a bad one.
    pub fn submit(&mut self, spec: &WorldSpec, wiring: &Wiring, mut input: Input) -> Submitted {
        let judged = self.judge(spec, wiring, &input);
        if !matches!(judged, Submitted::Accepted | Submitted::Late) {
            return judged;
        }
        self.heard.insert(input.source.clone(), input.seq);
        input.at = input.at.max(self.body.now);
        match input.command {
            Command::Promote { asset } => self.promotions.push((input.at, asset, true)),
            Command::Demote { asset } => self.promotions.push((input.at, asset, false)),
            command => {
                self.body.pending.insert((input.at, input.lane, input.source, input.seq), command);
            }
        }
        judged
    }

    /// Sets what a rank says about an input, and so the input.
    pub(super) fn drive(&mut self, port: NetPort, rank: Rank, value: Option<f64>) {
        let holds = self.body.arbiter.say(port, rank, value);
        let inputs = &mut self.body.inputs[port.network.at()];
        if inputs.get(port.port) != holds {
            let inputs = Arc::make_mut(inputs);
            match holds {
                Some(value) => inputs.set(port.port, value),
                None => inputs.clear(port.port),
            }
        }
    }
}

/// Why a command cannot be carried out, in plain words.
fn check(spec: &WorldSpec, wiring: &Wiring, command: &Command) -> Result<(), String> {
    match command {
        Command::Drive { port, value, .. } => {
            let Some(network) = spec.networks.get(port.network.at()) else {
                return Err(format!("there is no network number {}", port.network.0));
            };
            let Some((group, _)) = network.ports.input_group(port.port) else {
                return Err(format!("{} has no input number {}", network.name, port.port.0));
            };
            match value {
                Some(v) if !(group.min..=group.max).contains(v) => {
                    Err(format!("{} = {v} is outside {}..{}", spec.port_name(*port), group.min, group.max))
                }
                Some(_) if network.refused.contains(&port.port) => {
                    Err(format!("{} has no meaning for that element", spec.port_name(*port)))
                }
                _ => Ok(()),
            }
        }
        Command::Promote { asset } | Command::Demote { asset } => behaviour_of(spec, wiring, *asset).map(|_| ()),
        Command::Tell { asset, event } => {
            let behaviour = behaviour_of(spec, wiring, *asset)?;
            behaviour.hears(*event).map_err(|why| format!("{}: {why}", spec.register.get(*asset).id))
        }
    }
}

/// The behaviour of an asset that can be told something.
fn behaviour_of<'a>(spec: &'a WorldSpec, wiring: &Wiring, asset: AssetIx) -> Result<&'a Behaviour, String> {
    let Some(known) = spec.register.assets().get(asset.at()) else {
        return Err(format!("there is no asset number {}", asset.0));
    };
    if known.network.at() >= spec.networks.len() {
        return Err(format!("{} is in no network of this world", known.id));
    }
    let behaviour = known.behaviour.as_ref().filter(|_| wiring.row(asset).is_some());
    behaviour.ok_or_else(|| format!("{} has no behaviour of its own", known.id))
}

/// The text of a network's failure as its health shows it.
#[must_use]
pub(super) fn degraded(before: &Health, reached: SimTime, error: &NetworkError) -> Health {
    let failures = if let Health::Degraded { failures, .. } = before { failures + 1 } else { 1 };
    Health::Degraded { since: reached, failures, code: error.code().to_owned(), error: error.to_string() }
}

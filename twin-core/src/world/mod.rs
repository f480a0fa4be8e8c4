//! The world: several networks stepped together, forked, saved and replayed.
//!
//! 1. A [`WorldSpec`] says what there is: networks, assets, couplings, agenda. It never changes and is shared by forks.
//! 2. A [`World`] holds the [`core::Core`] (time, inputs, behaviours, agenda) and the networks with their states.
//! 3. [`World::submit`] takes inputs in; [`World::tick`] takes one macro step in the six phases of [`tick`].
//! 4. [`World::fork`] costs milliseconds; [`World::save`] and [`World::load`] are bytes; [`World::hash`] is the proof
//!    that two worlds are the same.
//!
//! The live runtime calls the same phases with its networks in actors, and ends in the same bits.

pub mod agenda;
pub mod arbiter;
pub mod command;
pub mod core;
pub mod hash;
pub mod journal;
pub mod network;
mod note;
pub mod observe;
mod occur;
pub mod plan;
pub mod sim;
pub mod snapshot;
pub mod spec;
pub mod tick;

use std::sync::Arc;

use rayon::prelude::*;
use twin_physics::ledger::Conserved;
use twin_physics::port::Outputs;

use self::agenda::Progress;
use self::command::Input;
use self::core::{Core, Submitted, Wiring};
use self::network::Network;
use self::observe::ObservePlan;
use self::spec::WorldSpec;
use self::tick::{Done, Job, TickError, TickFrame, behave, run_job, show};
use crate::ids::NetworkIx;
use crate::time::SimTime;

/// Several networks stepped together, headless.
pub struct World {
    spec: Arc<WorldSpec>,
    wiring: Arc<Wiring>,
    plans: Arc<Vec<ObservePlan>>,
    core: Core,
    networks: Vec<Box<dyn Network>>,
    pool: Option<Arc<rayon::ThreadPool>>,
}

/// Why a world could not be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// The networks given are not those of the specification.
    #[error("network {at} is {given}, the specification says {wanted}")]
    Mismatch {
        /// Place in the specification.
        at: usize,
        /// What was given.
        given: String,
        /// What was wanted.
        wanted: String,
    },
    /// Threads could not be started.
    #[error("no thread pool: {0}")]
    Threads(String),
}

/// One line of a world's ledger: a conserved quantity over all networks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LedgerLine {
    /// What is counted.
    pub of: Conserved,
    /// Entered all networks, exchanges among them left out only where they are couplings' own.
    pub entered: f64,
    /// Left all networks.
    pub left: f64,
    /// Stored now.
    pub stored: f64,
    /// On its way between networks.
    pub in_transit: f64,
    /// What the bookings fail to explain, over the largest figure [–].
    pub relative_residual: f64,
}

impl World {
    /// Puts a world together at its start; the networks stand solved at time 0 with nobody speaking.
    ///
    /// # Errors
    /// When the networks are not those of the specification, in its order.
    pub fn new(spec: Arc<WorldSpec>, networks: Vec<Box<dyn Network>>) -> Result<(Self, TickFrame), WorldError> {
        for at in 0..spec.networks.len().max(networks.len()) {
            let wanted = spec.networks.get(at).map_or("nothing", |n| &n.name);
            let given = networks.get(at).map_or("nothing", |n| n.name());
            let same_model = spec.networks.get(at).map(|n| n.fingerprint) == networks.get(at).map(|n| n.fingerprint());
            if wanted != given || !same_model {
                return Err(WorldError::Mismatch { at, given: given.to_owned(), wanted: wanted.to_owned() });
            }
        }
        let wiring = Arc::new(Wiring::of(&spec));
        let plans: Vec<_> = (0..networks.len()).map(|n| ObservePlan::of(&spec, NetworkIx::new(n))).collect();
        let shown: Vec<Done> = networks
            .iter()
            .zip(&plans)
            .map(|(network, plan)| show(&**network, Ok(network::Advance::default()), plan, spec.record_every_ms > 0))
            .collect();
        let outputs: Vec<Arc<Outputs>> = shown.iter().map(|d| Arc::clone(&d.outputs)).collect();
        let accounts = shown.iter().map(|d| d.accounts.clone()).collect();
        let mut core = Core::new(&spec, outputs, accounts);
        let first = core.operate(&spec, tick::Moment::default(), SimTime::ZERO, shown);
        core.body.ticks = 0;
        let first = TickFrame { tick: 0, ..first };
        Ok((Self { spec, wiring, plans: Arc::new(plans), core, networks, pool: None }, first))
    }

    /// Lets networks advance on this many threads. Changes no bit of any result.
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub fn use_threads(&mut self, threads: usize) -> Result<(), WorldError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        self.pool = Some(Arc::new(pool.map_err(|e| WorldError::Threads(e.to_string()))?));
        Ok(())
    }

    /// The specification.
    #[must_use]
    pub fn spec(&self) -> &Arc<WorldSpec> {
        &self.spec
    }

    /// The state beside the networks.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// The networks in order.
    #[must_use]
    pub fn networks(&self) -> &[Box<dyn Network>] {
        &self.networks
    }

    /// The world's instant.
    #[must_use]
    pub fn now(&self) -> SimTime {
        self.core.body.now
    }

    /// Takes an input in; see [`Submitted`].
    pub fn submit(&mut self, input: Input) -> Submitted {
        self.core.submit(&self.spec, &self.wiring, input)
    }

    /// Leaves an item of the agenda out of this world, as a variant does. Too late once it is done.
    pub fn skip(&mut self, item: usize) -> bool {
        match self.core.body.agenda.get_mut(item) {
            Some(progress @ Progress::Waiting) => {
                *progress = Progress::Skipped;
                true
            }
            _ => false,
        }
    }

    /// Whether an item of the agenda will be done at the next tick because its time has come.
    #[must_use]
    pub fn is_due(&self, item: usize) -> bool {
        self.core.is_due(&self.spec, item)
    }

    /// Takes one macro step, at most to `limit`.
    ///
    /// # Errors
    /// When the discrete states of this instant do not settle.
    pub fn tick(&mut self, limit: SimTime) -> Result<TickFrame, TickError> {
        let limit = limit.max(self.now().plus_millis(1)); // time goes on by at least its unit
        let (spec, wiring) = (&*self.spec, &*self.wiring);
        let mut moment = self.core.gather(spec, wiring);
        self.core.look_at_rules(spec, wiring, &mut moment);
        loop {
            let round = self.core.next_round(spec, &mut moment)?;
            if round.is_empty() {
                break;
            }
            let answers = behave(&self.core, wiring, &round);
            self.core.settle_round(spec, wiring, &mut moment, answers);
        }
        let (until, jobs) = self.core.exchange(spec, limit);
        let done = self.advance(&jobs);
        Ok(self.core.operate(&self.spec, moment, until, done))
    }

    fn advance(&mut self, jobs: &[Job]) -> Vec<Done> {
        let (networks, plans) = (&mut self.networks, &*self.plans);
        match &self.pool {
            // Disjoint writes, results in network order: the same bits as in a row.
            Some(pool) => pool.install(|| {
                let all = networks.par_iter_mut().zip(jobs).zip(plans);
                all.map(|((network, job), plan)| run_job(&mut **network, job, plan)).collect()
            }),
            None => {
                let all = networks.iter_mut().zip(jobs).zip(plans);
                all.map(|((network, job), plan)| run_job(&mut **network, job, plan)).collect()
            }
        }
    }

    /// Ticks until an instant, showing every frame. The last step is cut there: `end` is the end of the run. To pause
    /// without changing a bit, call [`World::tick`] with the end of the run and stop between two ticks.
    ///
    /// # Errors
    /// When an instant does not settle.
    pub fn run_until(&mut self, end: SimTime, mut each: impl FnMut(&Self, TickFrame)) -> Result<(), TickError> {
        while self.now() < end {
            let frame = self.tick(end)?;
            each(self, frame);
        }
        Ok(())
    }

    /// An independent world that goes on from here. Shares everything with this one until either moves.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            spec: Arc::clone(&self.spec),
            wiring: Arc::clone(&self.wiring),
            plans: Arc::clone(&self.plans),
            core: self.core.clone(),
            networks: self.networks.iter().map(|n| n.fork()).collect(),
            pool: self.pool.clone(),
        }
    }

    /// The hash of everything that makes two worlds the same.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hash::hash_into(&self.core.body, &mut hasher);
        for network in &self.networks {
            network.hash_into(&mut hasher);
        }
        *hasher.finalize().as_bytes()
    }

    /// The ledger over all networks, a line per conserved quantity.
    #[must_use]
    pub fn ledger(&self) -> Vec<LedgerLine> {
        ledger(&self.spec, &self.core)
    }

    /// Takes the world apart for the live runtime.
    #[must_use]
    pub fn into_parts(self) -> Parts {
        Parts { spec: self.spec, wiring: self.wiring, plans: self.plans, core: self.core, networks: self.networks }
    }

    /// Puts a world together again.
    #[must_use]
    pub fn from_parts(parts: Parts) -> Self {
        let Parts { spec, wiring, plans, core, networks } = parts;
        Self { spec, wiring, plans, core, networks, pool: None }
    }
}

/// A world taken apart.
pub struct Parts {
    /// The specification.
    pub spec: Arc<WorldSpec>,
    /// What follows from it.
    pub wiring: Arc<Wiring>,
    /// What each network is asked to show.
    pub plans: Arc<Vec<ObservePlan>>,
    /// The state beside the networks.
    pub core: Core,
    /// The networks.
    pub networks: Vec<Box<dyn Network>>,
}

/// The ledger of a core; see [`World::ledger`].
#[must_use]
pub fn ledger(spec: &WorldSpec, core: &Core) -> Vec<LedgerLine> {
    let mut lines: Vec<LedgerLine> = Vec::new();
    for account in core.body.accounts.iter().flatten() {
        let at = lines.iter().position(|l| l.of == account.of).unwrap_or_else(|| {
            let (of, zero) = (account.of, 0.0);
            let line =
                LedgerLine { of, entered: zero, left: zero, stored: zero, in_transit: zero, relative_residual: zero };
            lines.push(line);
            lines.len() - 1
        });
        let line = &mut lines[at];
        line.entered += account.entered.value();
        line.left += account.left.value();
        line.stored += account.stored_now;
        line.relative_residual = line.relative_residual.max(account.relative_residual());
    }
    for (coupling, transit) in spec.amounts.iter().zip(&core.body.transits) {
        if let Some(line) = lines.iter_mut().find(|l| l.of == coupling.of) {
            line.in_transit += transit.in_transit();
            let scale = transit.taken.value().abs().max(transit.got.value().abs());
            if scale > 0.0 {
                line.relative_residual = line.relative_residual.max(transit.residual().abs() / scale);
            }
        }
    }
    lines
}

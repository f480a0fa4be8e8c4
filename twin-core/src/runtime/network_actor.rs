//! Level 1: an actor per network. It owns the network, has it solved on a compute thread, and answers for its assets.
//!
//! While a step is being solved the network is away; questions are answered from the state of the last instant, which
//! shares its memory with the one being advanced.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use actix::prelude::{
    Actor, ActorFutureExt, Addr, ArbiterHandle, Context, Handler, Message, ResponseActFuture, WrapFuture,
};
use tokio::sync::oneshot;
use twin_physics::port::{Element, Quantity};

use super::compute::{Compute, Ticket, panic_words};
use crate::ids::NetworkIx;
use crate::world::network::{Network, NetworkError};
use crate::world::observe::ObservePlan;
use crate::world::tick::{Done, Job, run_job};

/// Messages a network's mailbox holds: one step and the questions beside it.
const MAILBOX: usize = 64;

/// Takes one step.
pub(super) struct Advance {
    pub job: Job,
    /// Whether to hand out the bytes of the state after it.
    pub checkpoint: bool,
    pub ticket: Arc<Ticket>,
}

/// What came of a step.
pub(super) struct Advanced {
    pub done: Done,
    /// The state after it, for forks and snapshots.
    pub shown: Box<dyn Network>,
    pub checkpoint: Option<Vec<u8>>,
}

impl Message for Advance {
    type Result = Result<Advanced, NetworkError>;
}

/// Values of one network asked for together.
pub(super) struct AskBatch(pub Vec<(Quantity, Element, usize)>);

impl Message for AskBatch {
    /// A value each, `None` where the network does not know the quantity there.
    type Result = Result<Vec<Option<f64>>, NetworkError>;
}

/// The actor.
pub(super) struct NetworkActor {
    /// Away while a step is being solved, and for good once one has panicked.
    home: Option<Box<dyn Network>>,
    shown: Box<dyn Network>,
    plans: Arc<Vec<ObservePlan>>,
    at: NetworkIx,
    compute: Compute,
}

impl NetworkActor {
    /// Starts the actor of a network on an arbiter.
    pub fn launch(
        network: Box<dyn Network>,
        plans: Arc<Vec<ObservePlan>>,
        at: NetworkIx,
        compute: Compute,
        arbiter: &ArbiterHandle,
    ) -> Addr<Self> {
        Self::start_in_arbiter(arbiter, move |_| {
            let shown = network.fork();
            Self { home: Some(network), shown, plans, at, compute }
        })
    }
}

impl Actor for NetworkActor {
    type Context = Context<Self>;
    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
    }
}

/// A network that is back from a step, with what is to be handed out.
type Back = (Box<dyn Network>, Box<dyn Network>, Advanced);

fn solve(mut network: Box<dyn Network>, job: &Job, plan: &ObservePlan, checkpoint: bool) -> Result<Back, NetworkError> {
    let run = AssertUnwindSafe(|| {
        let done = run_job(&mut *network, job, plan);
        let checkpoint = (checkpoint && done.result.is_ok()).then(|| network.save());
        let (mine, shown) = (network.fork(), network.fork());
        (mine, Advanced { done, shown, checkpoint })
    });
    let (mine, advanced) = catch_unwind(run).map_err(|panic| NetworkError::Panicked(panic_words(&*panic)))?;
    Ok((network, mine, advanced))
}

impl Handler<Advance> for NetworkActor {
    type Result = ResponseActFuture<Self, Result<Advanced, NetworkError>>;

    fn handle(&mut self, msg: Advance, _: &mut Self::Context) -> Self::Result {
        let (answer, answered) = oneshot::channel();
        if let Some(network) = self.home.take() {
            let (plans, at) = (Arc::clone(&self.plans), self.at.at());
            self.compute.run(msg.ticket, move || {
                // Nobody listens any more when the actor was given up meanwhile: the answer is then dropped.
                answer.send(solve(network, &msg.job, &plans[at], msg.checkpoint)).ok();
            });
        }
        let back = answered.into_actor(self).map(|answered, actor, _| {
            let lost = |_| NetworkError::Lost("its thread ended without an answer".to_owned());
            let (network, mine, advanced) = answered.map_err(lost)??;
            (actor.home, actor.shown) = (Some(network), mine);
            Ok(advanced)
        });
        Box::pin(back)
    }
}

impl Handler<AskBatch> for NetworkActor {
    type Result = Result<Vec<Option<f64>>, NetworkError>;

    fn handle(&mut self, AskBatch(asked): AskBatch, _: &mut Self::Context) -> Self::Result {
        let shown = &*self.shown;
        let look = AssertUnwindSafe(|| {
            let value = |(quantity, element, slot): &(Quantity, Element, usize)| {
                let field = shown.field(*quantity).filter(|f| f.element == *element)?;
                field.values.get(*slot).copied()
            };
            asked.iter().map(value).collect()
        });
        catch_unwind(look).map_err(|panic| NetworkError::Panicked(panic_words(&*panic)))
    }
}

/// What a network is rebuilt from.
pub(super) struct Vault {
    template: Box<dyn Network>,
    bytes: Vec<u8>,
    since: Vec<Job>,
}

impl Vault {
    /// With a first checkpoint at the network's present state.
    pub fn of(network: &dyn Network) -> Self {
        Self { template: network.fork(), bytes: network.save(), since: Vec::new() }
    }

    /// Keeps a step that was taken, or the checkpoint that makes those before it needless.
    pub fn keep(&mut self, job: &Job, checkpoint: Option<Vec<u8>>) {
        match checkpoint {
            Some(bytes) => (self.bytes, self.since) = (bytes, Vec::new()),
            None => self.since.push(job.clone()),
        }
    }

    /// Steps since the last checkpoint.
    pub fn steps(&self) -> u64 {
        self.since.len() as u64
    }

    /// Rebuilds the last good state on a compute thread; the answer comes through the channel.
    pub fn rebuild(&self, compute: &Compute, ticket: Arc<Ticket>) -> oneshot::Receiver<Rebuilt> {
        let (answer, answered) = oneshot::channel();
        let template = catch_unwind(AssertUnwindSafe(|| self.template.fork()));
        let (bytes, since) = (self.bytes.clone(), self.since.clone());
        compute.run(ticket, move || {
            let run = AssertUnwindSafe(|| {
                let mut network = template.map_err(|panic| NetworkError::Panicked(panic_words(&*panic)))?;
                network.load(&bytes)?;
                for job in &since {
                    network.advance(&job.inputs, job.target_s)?;
                }
                Ok(network)
            });
            let rebuilt = catch_unwind(run).unwrap_or_else(|p| Err(NetworkError::Panicked(panic_words(&*p))));
            answer.send(rebuilt).ok();
        });
        answered
    }
}

/// A network in its last good state, or why it could not be had.
pub(super) type Rebuilt = Result<Box<dyn Network>, NetworkError>;

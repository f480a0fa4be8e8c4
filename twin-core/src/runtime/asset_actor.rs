//! Level 3: the actor of a promoted asset. Its behaviour runs here; its row in the world follows every answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use actix::prelude::{Actor, Addr, ArbiterHandle, Context, Handler, Message, MessageResult};

use super::compute::panic_words;
use crate::behaviour::Behaviour;
use crate::ids::AssetIx;
use crate::time::SimTime;
use crate::world::tick::{Answer, Told, answer};

/// Messages an asset's mailbox holds: one round, and those who look.
const MAILBOX: usize = 16;

/// What runs the behaviour of a promoted asset.
pub type AssetRunner = Arc<dyn Fn(AssetIx, Behaviour, SimTime, &[Told]) -> Answer + Send + Sync>;

/// The function the rows use too: only with it are promotion and row the same to the bit.
#[must_use]
pub fn plain_runner() -> AssetRunner {
    Arc::new(answer)
}

/// All an asset is told in one round.
pub(super) struct Round {
    pub at: SimTime,
    pub told: Arc<[Told]>,
}

impl Message for Round {
    /// What it answers, or the words of its panic.
    type Result = Result<Answer, String>;
}

/// Asks for the state others watch.
pub(super) struct Show;

impl Message for Show {
    type Result = f64;
}

/// The actor.
pub(super) struct AssetActor {
    asset: AssetIx,
    behaviour: Behaviour,
    runner: AssetRunner,
}

impl AssetActor {
    /// Starts it from its row.
    pub fn launch(asset: AssetIx, behaviour: Behaviour, runner: &AssetRunner, arbiter: &ArbiterHandle) -> Addr<Self> {
        let runner = Arc::clone(runner);
        Self::start_in_arbiter(arbiter, move |_| Self { asset, behaviour, runner })
    }
}

impl Actor for AssetActor {
    type Context = Context<Self>;
    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
    }
}

impl Handler<Round> for AssetActor {
    type Result = Result<Answer, String>;

    fn handle(&mut self, msg: Round, _: &mut Self::Context) -> Self::Result {
        let run = AssertUnwindSafe(|| (self.runner)(self.asset, self.behaviour, msg.at, &msg.told));
        let answer = catch_unwind(run).map_err(|panic| panic_words(&*panic))?;
        self.behaviour = answer.behaviour;
        Ok(answer)
    }
}

impl Handler<Show> for AssetActor {
    type Result = MessageResult<Show>;

    fn handle(&mut self, _: Show, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.behaviour.signal())
    }
}

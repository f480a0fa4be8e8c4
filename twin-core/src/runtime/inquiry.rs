//! Questions to assets. Every asset can be asked; the answer is a real message from whoever owns the value.
//!
//! A physical quantity belongs to the asset's network actor, the signal of a behaviour to the coordinator's row or the
//! asset's own actor. Questions that come while others are under way are put together: one message per owner for up to
//! [`BATCH`] values.

use std::sync::Arc;

use actix::prelude::{Actor, ActorFutureExt, Addr, ArbiterHandle, AsyncContext, Context, Handler, Message, WrapFuture};
use tokio::sync::mpsc;
use twin_physics::port::{Element, Quantity};

use super::coordinator::Control;
use super::intake::{Answer, Refusal, Reply};
use super::network_actor::{AskBatch, NetworkActor};
use crate::ids::{AssetIx, NetworkIx};
use crate::model::Register;

/// Values in one message to an owner.
pub const BATCH: usize = 256;
/// Messages the mailbox holds.
const MAILBOX: usize = 4096;
/// Values that may wait for a round of questions to come back.
const WAITING: usize = 65_536;

/// What can be asked of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A physical quantity, in SI.
    Quantity(Quantity),
    /// The state of its behaviour that others watch.
    Signal,
}

/// Values asked for together, answered together.
pub(super) struct Question {
    pub asked: Vec<(AssetIx, What)>,
    pub answer: Answer<Vec<Option<f64>>>,
}

impl Message for Question {
    type Result = ();
}

/// Sent by the inquiry to itself once its mailbox is empty.
struct Flush;

impl Message for Flush {
    type Result = ();
}

/// A network has a new actor.
pub(super) struct Rehome(pub NetworkIx, pub Addr<NetworkActor>);

impl Message for Rehome {
    type Result = ();
}

/// The service actor.
pub(super) struct Inquiry {
    register: Arc<Register>,
    networks: Vec<Addr<NetworkActor>>,
    coordinator: mpsc::WeakSender<Control>,
    waiting: Vec<Question>,
    values_waiting: usize,
    under_way: bool,
    flush_due: bool,
}

impl Inquiry {
    /// Starts it on an arbiter.
    pub fn launch(
        register: Arc<Register>,
        networks: Vec<Addr<NetworkActor>>,
        coordinator: mpsc::WeakSender<Control>,
        arbiter: &ArbiterHandle,
    ) -> Addr<Self> {
        Self::start_in_arbiter(arbiter, move |_| Self {
            register,
            networks,
            coordinator,
            waiting: Vec::new(),
            values_waiting: 0,
            under_way: false,
            flush_due: false,
        })
    }
}

impl Actor for Inquiry {
    type Context = Context<Self>;
    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
    }
}

impl Handler<Rehome> for Inquiry {
    type Result = ();
    fn handle(&mut self, Rehome(network, address): Rehome, _: &mut Self::Context) {
        self.networks[network.at()] = address;
    }
}

impl Handler<Question> for Inquiry {
    type Result = ();
    fn handle(&mut self, question: Question, ctx: &mut Self::Context) {
        let unknown = question.asked.iter().find(|(asset, _)| asset.at() >= self.register.assets().len());
        if let Some((asset, _)) = unknown {
            question.answer.send(Err(Refusal::UnknownAsset(*asset))).ok();
            return;
        }
        let signals = question.asked.iter().any(|(_, what)| *what == What::Signal);
        if signals {
            // It waits for the end of the tick; the others need not.
            let round = self.round(vec![question]);
            ctx.spawn(round.go().into_actor(self));
        } else if self.values_waiting + question.asked.len() > WAITING {
            question.answer.send(Err(Refusal::Busy("inquiry"))).ok();
        } else {
            self.values_waiting += question.asked.len();
            self.waiting.push(question);
            self.flush_soon(ctx);
        }
    }
}

impl Handler<Flush> for Inquiry {
    type Result = ();
    fn handle(&mut self, _: Flush, ctx: &mut Self::Context) {
        self.flush_due = false;
        if self.under_way || self.waiting.is_empty() {
            return;
        }
        self.under_way = true;
        self.values_waiting = 0;
        let questions = std::mem::take(&mut self.waiting);
        let round = self.round(questions);
        ctx.spawn(round.go().into_actor(self).map(|(), inquiry, ctx| {
            inquiry.under_way = false;
            if !inquiry.waiting.is_empty() {
                inquiry.flush_soon(ctx);
            }
        }));
    }
}

/// Where a value goes: the question, and its place in it.
type Place = (usize, usize);

/// A quantity of an element.
type Value = (Quantity, Element, usize);

/// One round of questions, sorted by owner.
struct Round {
    questions: Vec<Question>,
    owners: Vec<(Addr<NetworkActor>, Vec<Value>, Vec<Place>)>,
    signals: Vec<(AssetIx, Place)>,
    coordinator: mpsc::WeakSender<Control>,
}

impl Inquiry {
    fn flush_soon(&mut self, ctx: &mut Context<Self>) {
        if !self.flush_due && !self.under_way {
            self.flush_due = true;
            ctx.notify(Flush); // handled after the messages that are already here
        }
    }

    fn round(&self, questions: Vec<Question>) -> Round {
        let mut asked: Vec<(Vec<_>, Vec<Place>)> = vec![Default::default(); self.networks.len()];
        let mut signals = Vec::new();
        for (q, question) in questions.iter().enumerate() {
            for (at, (ix, what)) in question.asked.iter().enumerate() {
                let asset = self.register.get(*ix);
                match what {
                    What::Signal => signals.push((*ix, (q, at))),
                    What::Quantity(quantity) => {
                        let (values, places) = &mut asked[asset.network.at()];
                        values.push((*quantity, asset.element, asset.slot as usize));
                        places.push((q, at));
                    }
                }
            }
        }
        let owners = asked.into_iter().zip(&self.networks).filter(|((values, _), _)| !values.is_empty());
        let owners = owners.map(|((values, places), address)| (address.clone(), values, places)).collect();
        Round { questions, owners, signals, coordinator: self.coordinator.clone() }
    }
}

impl Round {
    /// Asks, waits, and hands the answers out.
    async fn go(self) {
        let Self { questions, owners, signals, coordinator } = self;
        let mut answers: Vec<Result<Vec<Option<f64>>, Refusal>> =
            questions.iter().map(|q| Ok(vec![None; q.asked.len()])).collect();
        let mut sent = Vec::new();
        for (address, values, places) in &owners {
            for (values, places) in values.chunks(BATCH).zip(places.chunks(BATCH)) {
                sent.push((address.send(AskBatch(values.to_vec())), places)); // is on its way before it is awaited
            }
        }
        for (request, places) in sent {
            let got = match request.await {
                Ok(Ok(values)) => Ok(values),
                Ok(Err(error)) => Err(Refusal::Unavailable(error.to_string())),
                Err(error) => Err(Refusal::Unavailable(error.to_string())),
            };
            put(&mut answers, places, got);
        }
        if !signals.is_empty() {
            let (assets, places): (Vec<_>, Vec<_>) = signals.into_iter().unzip();
            let got = signals_of(&coordinator, assets).await;
            put(&mut answers, &places, got);
        }
        for (question, answer) in questions.into_iter().zip(answers) {
            question.answer.send(answer).ok(); // who asked may have gone
        }
    }
}

async fn signals_of(
    coordinator: &mpsc::WeakSender<Control>,
    assets: Vec<AssetIx>,
) -> Result<Vec<Option<f64>>, Refusal> {
    let (answer, reply) = Reply::channel();
    let coordinator = coordinator.upgrade().ok_or(Refusal::Ended)?;
    coordinator.try_send(Control::Signals(assets, answer)).map_err(|_| Refusal::Busy("coordinator"))?;
    drop(coordinator);
    reply.await
}

fn put(answers: &mut [Result<Vec<Option<f64>>, Refusal>], places: &[Place], got: Result<Vec<Option<f64>>, Refusal>) {
    match got {
        Ok(values) => {
            for ((question, at), value) in places.iter().zip(values) {
                if let Ok(answer) = &mut answers[*question] {
                    answer[*at] = value;
                }
            }
        }
        Err(refusal) => {
            for (question, _) in places {
                answers[*question] = Err(refusal.clone());
            }
        }
    }
}

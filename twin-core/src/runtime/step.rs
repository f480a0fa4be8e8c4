//! One tick of the live run: the phase functions of [`crate::world::tick`], with networks solving in parallel behind a
//! barrier and promoted assets answering from their actors.

use std::sync::Arc;

use actix::prelude::{Arbiter, MailboxError};

use super::asset_actor::{AssetActor, Round};
use super::compute::Ticket;
use super::coordinator::{AssetSeat, Coordinator};
use super::inquiry::Rehome;
use super::network_actor::{Advance, Advanced, NetworkActor};
use super::supervision::{Tally, Verdict};
use crate::ids::{AssetIx, NetworkIx};
use crate::world::network::NetworkError;
use crate::world::observe::Observed;
use crate::world::tick::{Answer, Done, Job, Moment, TickError, TickFrame, Told, behave};

/// Waits for an answer that may run out while nothing at all moves, before an actor is taken for lost.
const LAPSES_MAX: u32 = 3;
/// Times one round is delivered to an asset before what it is told is put aside as poison.
const DELIVERIES: u32 = 2;

impl Coordinator {
    /// Takes one macro step.
    ///
    /// # Errors
    /// When the discrete states of this instant do not settle.
    pub(super) async fn tick(&mut self) -> Result<TickFrame, TickError> {
        let (spec, wiring) = (Arc::clone(&self.spec), Arc::clone(&self.wiring));
        let limit = self.config.end.max(self.core.body.now.plus_millis(1));
        let mut moment = self.core.gather(&spec, &wiring);
        self.core.look_at_rules(&spec, &wiring, &mut moment);
        loop {
            self.seat_promoted();
            let round = self.core.next_round(&spec, &mut moment)?;
            if round.is_empty() {
                break;
            }
            let answers = self.behave(&mut moment, round).await;
            self.core.settle_round(&spec, &wiring, &mut moment, answers);
        }
        let (until, jobs) = self.core.exchange(&spec, limit);
        let done = self.advance(&jobs).await;
        Ok(self.core.operate(&spec, moment, until, done))
    }

    /// Starts actors of assets promoted since, ends those of assets demoted.
    pub(super) fn seat_promoted(&mut self) {
        let promoted = &self.core.promoted;
        self.assets.retain(|asset, _| promoted.contains(asset)); // an actor ends with its last address
        if self.assets.len() == promoted.len() {
            return;
        }
        let missing: Vec<AssetIx> = promoted.iter().filter(|a| !self.assets.contains_key(a)).copied().collect();
        for asset in missing {
            self.seat_asset(asset, Tally::default());
        }
    }

    fn seat_asset(&mut self, asset: AssetIx, tally: Tally) {
        let Some(row) = self.wiring.row(asset) else { return };
        let behaviour = self.core.body.behaviours[row];
        let address = AssetActor::launch(asset, behaviour, &self.config.asset_runner, &self.asset_thread.handle());
        self.assets.insert(asset, AssetSeat { address, tally });
    }

    /// Phase 2: rows here, promoted assets in their actors, answers in the order of assets.
    async fn behave(&mut self, moment: &mut Moment, round: Vec<Told>) -> Vec<Answer> {
        let (own, rows): (Vec<_>, Vec<_>) = round.into_iter().partition(|told| self.assets.contains_key(&told.asset));
        let mut answers = behave(&self.core, &self.wiring, &rows);
        if own.is_empty() {
            return answers;
        }
        let at = self.core.body.now;
        let mut asked = Vec::new();
        for told in own.chunk_by(|a, b| a.asset == b.asset) {
            let (asset, told): (AssetIx, Arc<[Told]>) = (told[0].asset, told.into());
            let request = self.assets.get_mut(&asset).and_then(|seat| {
                let may_run = seat.tally.may_run(self.core.body.ticks, &self.config.limits);
                may_run.then(|| seat.address.send(Round { at, told: Arc::clone(&told) }))
            });
            asked.push((asset, told, request));
        }
        for (asset, told, request) in asked {
            let answer = match request {
                Some(request) => {
                    let first = tokio::select! {
                        biased;
                        answer = request => said(answer),
                        () = self.clock.patience() => Heard::Nothing,
                    };
                    self.answer_of(moment, asset, &told, first).await
                }
                None => self.last_good(asset, &told),
            };
            answers.extend(answer);
        }
        answers.sort_by_key(|answer| answer.asset);
        answers
    }

    /// The answer of a promoted asset; its actor is rebuilt from the row and told again where the first try failed.
    async fn answer_of(
        &mut self,
        moment: &mut Moment,
        asset: AssetIx,
        told: &Arc<[Told]>,
        first: Heard,
    ) -> Option<Answer> {
        let mut heard = first;
        for delivery in 1.. {
            if let Heard::Answer(answer) = heard {
                return Some(answer);
            }
            let verdict = self.rebuild_asset(asset, matches!(heard, Heard::Nothing));
            let count = self.assets.get(&asset).map_or(0.0, |seat| f64::from(seat.tally.recent() as u32));
            let spec = Arc::clone(&self.spec);
            match verdict {
                Verdict::GiveUp => {
                    self.core.note_supervision(&spec, moment, asset, "ASSET-STALE", "degraded", count);
                    break;
                }
                Verdict::Rebuild if delivery >= DELIVERIES => {
                    self.core.note_supervision(&spec, moment, asset, "ASSET-POISON", "put aside", count);
                    break;
                }
                Verdict::Rebuild => {}
            }
            let round = Round { at: self.core.body.now, told: Arc::clone(told) };
            let request = self.assets.get(&asset)?.address.send(round);
            heard = tokio::select! {
                biased;
                answer = request => said(answer),
                () = self.clock.patience() => Heard::Nothing,
            };
        }
        self.last_good(asset, told)
    }

    /// A new actor from the row. One that said nothing may hold its thread for ever: then all move to a new one.
    fn rebuild_asset(&mut self, asset: AssetIx, silent: bool) -> Verdict {
        let tick = self.core.body.ticks;
        let mut tally = self.assets.remove(&asset).map(|seat| seat.tally).unwrap_or_default();
        let verdict = tally.failed(tick, &self.config.limits);
        if silent && let Ok(fresh) = Arbiter::try_new() {
            std::mem::replace(&mut self.asset_thread, fresh).stop();
            let others: Vec<_> = self.assets.iter().map(|(other, seat)| (*other, seat.tally.clone())).collect();
            for (other, tally) in others {
                self.seat_asset(other, tally);
            }
        }
        self.seat_asset(asset, tally);
        self.rebuilt += 1;
        verdict
    }

    /// An asset that cannot answer stays as it is.
    fn last_good(&self, asset: AssetIx, told: &[Told]) -> Option<Answer> {
        let behaviour = self.core.body.behaviours[self.wiring.row(asset)?];
        Some(Answer { asset, behaviour, effects: Vec::new(), cause: told.iter().rev().find_map(|t| t.cause) })
    }

    /// Phases 4 and 5: every network on a compute thread; the barrier is this function's return.
    async fn advance(&mut self, jobs: &[Job]) -> Vec<Done> {
        let (tick, limits) = (self.core.body.ticks, self.config.limits);
        let mut asked = Vec::with_capacity(jobs.len());
        for (seat, job) in self.networks.iter_mut().zip(jobs) {
            let may_run = seat.tally.may_run(tick, &limits);
            let checkpoint = seat.vault.steps() + 1 >= limits.checkpoint_ticks.max(1);
            let ticket = Ticket::new();
            let advance = Advance { job: job.clone(), checkpoint, ticket: Arc::clone(&ticket) };
            // Sent at once, awaited below: all are under way together.
            let request = seat.address.as_ref().filter(|_| may_run).map(|address| address.send(advance));
            asked.push((may_run, request, ticket));
        }
        let mut done = Vec::with_capacity(jobs.len());
        for (at, (may_run, request, ticket)) in asked.into_iter().enumerate() {
            let outcome = match request {
                Some(request) => self.outcome(request, &ticket).await,
                None if may_run => Err(NetworkError::Lost("its actor could not be rebuilt yet".to_owned())),
                None => {
                    done.push(self.stale(at));
                    continue;
                }
            };
            match outcome {
                Ok(advanced) => done.push(self.take_step(at, &jobs[at], advanced)),
                Err(error) => done.push(self.failed(at, error).await),
            }
        }
        done
    }

    /// Waits for one network, as long as there is patience.
    async fn outcome<F>(&self, request: F, ticket: &Ticket) -> Result<Advanced, NetworkError>
    where
        F: Future<Output = Result<Result<Advanced, NetworkError>, MailboxError>>,
    {
        tokio::pin!(request);
        let mut lapses = 0;
        loop {
            tokio::select! {
                biased;
                answer = &mut request => {
                    return answer.unwrap_or_else(|error| Err(NetworkError::Lost(error.to_string())));
                }
                () = self.clock.patience() => lapses += 1,
            }
            let hung = self.compute.abandon(ticket).map_err(|error| NetworkError::Lost(error.to_string()))?;
            // A job that waits its turn is not to blame for one that hangs.
            if hung || lapses >= LAPSES_MAX {
                return Err(NetworkError::Lost("it did not answer in time".to_owned()));
            }
        }
    }

    fn take_step(&mut self, at: usize, job: &Job, advanced: Advanced) -> Done {
        let seat = &mut self.networks[at];
        if advanced.done.result.is_ok() {
            seat.vault.keep(job, advanced.checkpoint);
            seat.shown = advanced.shown;
        }
        advanced.done
    }

    /// Counts a failure, rebuilds the actor, and says what the world is to see meanwhile.
    async fn failed(&mut self, at: usize, error: NetworkError) -> Done {
        let (tick, limits) = (self.core.body.ticks, self.config.limits);
        let seat = &mut self.networks[at];
        seat.last_error = error.to_string();
        let verdict = seat.tally.failed(tick, &limits);
        self.rebuild_network(at).await;
        match verdict {
            Verdict::Rebuild => self.unchanged(at, error),
            Verdict::GiveUp => self.stale(at),
        }
    }

    async fn rebuild_network(&mut self, at: usize) {
        self.networks[at].address = None; // whatever it still does, nobody hears it
        let ticket = Ticket::new();
        let rebuilt = self.networks[at].vault.rebuild(&self.compute, Arc::clone(&ticket));
        tokio::pin!(rebuilt);
        let network = loop {
            tokio::select! {
                biased;
                answer = &mut rebuilt => break answer.ok().and_then(Result::ok),
                () = self.clock.patience() => {}
            }
            if !matches!(self.compute.abandon(&ticket), Ok(false)) {
                break None;
            }
        };
        let Some(network) = network else { return };
        let (plans, compute, ix) = (Arc::clone(&self.plans), self.compute.clone(), NetworkIx::new(at));
        let address = NetworkActor::launch(network, plans, ix, compute, &self.services.handle());
        self.networks[at].address = Some(address.clone());
        self.rebuilt += 1;
        self.inquiry.send(Rehome(ix, address)).await.ok();
    }

    /// What a network given up shows: its last good state, and that it is stale.
    fn stale(&self, at: usize) -> Done {
        let seat = &self.networks[at];
        self.unchanged(at, NetworkError::GivenUp { failures: seat.tally.recent(), last: seat.last_error.clone() })
    }

    fn unchanged(&self, at: usize, error: NetworkError) -> Done {
        let body = &self.core.body;
        let (outputs, accounts) = (Arc::clone(&body.outputs[at]), body.accounts[at].clone());
        Done { result: Err(error), outputs, observed: Observed::default(), accounts }
    }
}

/// What came of telling an asset.
enum Heard {
    Answer(Answer),
    /// It panicked, or its actor is dead.
    Failure,
    /// Patience ran out.
    Nothing,
}

fn said(answer: Result<Result<Answer, String>, MailboxError>) -> Heard {
    match answer {
        Ok(Ok(answer)) => Heard::Answer(answer),
        Ok(Err(_)) | Err(_) => Heard::Failure,
    }
}

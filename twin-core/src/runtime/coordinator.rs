//! The coordinator: takes the world's tick between messages, in the same phases as the headless loop.
//!
//! 1. Between two ticks it answers its controls, judges the inputs that wait, has them journalled, and acknowledges.
//! 2. It waits for its clock, then takes one tick: see [`super::step`].
//! 3. It publishes the frame.
//!
//! It alone holds the [`Core`]; a network's state belongs to its actor, which hands out a view of it after each step.
//! So a fork is made here, between two ticks, without asking anybody.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::prelude::{Addr, Arbiter};
use tokio::sync::{broadcast, mpsc};

use super::asset_actor::{AssetActor, Show};
use super::clock::Clock;
use super::compute::Compute;
use super::frames::LiveFrame;
use super::inquiry::Inquiry;
use super::intake::{Answer, InputCounts, Lanes, Offer, Refusal};
use super::journal_actor::{Commit, JournalActor};
use super::live::Config;
use super::network_actor::{NetworkActor, Vault};
use super::supervision::Tally;
use crate::ids::{AssetIx, NetworkIx};
use crate::time::SimTime;
use crate::world::core::{Core, Submitted, Wiring};
use crate::world::network::Network;
use crate::world::observe::ObservePlan;
use crate::world::spec::WorldSpec;
use crate::world::{Parts, World};

/// What a coordinator can be told.
pub(super) enum Control {
    Pause(Answer<SimTime>),
    Resume(Answer<SimTime>),
    /// Go on to the first instant at or past this one, and pause there.
    RunTo(SimTime, Answer<SimTime>),
    Fork(Answer<Box<World>>),
    Signals(Vec<AssetIx>, Answer<Vec<Option<f64>>>),
    Status(Answer<Status>),
}

/// Where a live run stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Status {
    /// Instant reached.
    pub now: SimTime,
    /// Ticks taken.
    pub tick: u64,
    /// Whether it waits for [`super::live::LiveHandle::resume`].
    pub paused: bool,
    /// Why it stands still for good, if it does.
    pub halted: Option<String>,
    /// What became of all inputs.
    pub inputs: InputCounts,
    /// Actors rebuilt so far.
    pub rebuilt: u64,
    /// Failures of each network's actor so far.
    pub network_failures: Vec<u64>,
    /// Networks given up, which stand at their last good state.
    pub stale_networks: Vec<NetworkIx>,
    /// Assets with an actor of their own.
    pub promoted: Vec<AssetIx>,
    /// Those of them given up.
    pub stale_assets: Vec<AssetIx>,
}

/// A network's place at the coordinator.
pub(super) struct NetworkSeat {
    /// `None` while it could not be rebuilt.
    pub address: Option<Addr<NetworkActor>>,
    /// The state after its last good step.
    pub shown: Box<dyn Network>,
    pub vault: Vault,
    pub tally: Tally,
    pub last_error: String,
}

/// A promoted asset's place.
pub(super) struct AssetSeat {
    pub address: Addr<AssetActor>,
    pub tally: Tally,
}

pub(super) struct Coordinator {
    pub spec: Arc<WorldSpec>,
    pub wiring: Arc<Wiring>,
    pub plans: Arc<Vec<ObservePlan>>,
    pub core: Core,
    pub networks: Vec<NetworkSeat>,
    pub assets: BTreeMap<AssetIx, AssetSeat>,
    pub compute: Compute,
    pub clock: Box<dyn Clock>,
    pub config: Config,
    pub inquiry: Addr<Inquiry>,
    pub journal: Addr<JournalActor>,
    /// Threads of the services, the journal, and the promoted assets.
    pub services: Arbiter,
    pub journal_thread: Arbiter,
    pub asset_thread: Arbiter,
    pub controls: mpsc::Receiver<Control>,
    pub lanes: Lanes,
    /// Set, and the lanes' bell rung, to end the run.
    pub stop: Arc<AtomicBool>,
    pub frames: broadcast::Sender<Arc<LiveFrame>>,
    pub next_seq: u64,
    pub rebuilt: u64,
    pub paused: bool,
    pub hold: Option<(SimTime, Answer<SimTime>)>,
    pub halted: Option<String>,
}

impl Coordinator {
    /// Runs until it is told to stop, and gives the world back.
    pub async fn run(mut self) -> World {
        self.clock.resume(self.core.body.now);
        loop {
            while let Ok(control) = self.controls.try_recv() {
                self.obey(control).await;
            }
            if self.stop.load(Ordering::Acquire) {
                return self.end();
            }
            self.take_inputs().await;
            self.hold_if_reached();
            let wait = self.may_go().then(|| self.clock.wait(self.next_grid()));
            if wait == Some(Duration::ZERO) {
                self.tick_and_publish().await;
            } else {
                self.rest(wait).await;
            }
        }
    }

    /// Waits for a control, an input, the clock or the end.
    async fn rest(&mut self, wait: Option<Duration>) {
        let wake = Arc::clone(&self.lanes.wake);
        let due = async {
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(control) = self.controls.recv() => self.obey(control).await,
            () = wake.notified() => {}
            () = due => {}
        }
    }

    fn may_go(&self) -> bool {
        let reached = self.core.body.now >= self.config.end;
        !self.paused && self.halted.is_none() && !reached
    }

    /// The end of the macro step under way: what lies before it is taken once the clock is there.
    fn next_grid(&self) -> SimTime {
        let step = self.spec.macro_step_ms.max(1);
        let grid = SimTime::from_millis((self.core.body.now.millis().div_euclid(step) + 1) * step);
        grid.min(self.config.end)
    }

    fn hold_if_reached(&mut self) {
        let now = self.core.body.now;
        let reached = |(at, _): &mut (SimTime, Answer<SimTime>)| now >= *at;
        if let Some(why) = &self.halted {
            if let Some((_, answer)) = self.hold.take() {
                answer.send(Err(Refusal::Halted(why.clone()))).ok();
            }
        } else if let Some((_, answer)) = self.hold.take_if(reached) {
            self.paused = true;
            answer.send(Ok(now)).ok();
        }
    }

    /// Carries out a control.
    async fn obey(&mut self, control: Control) {
        let now = self.core.body.now;
        // Who asked may have gone: an answer nobody takes is no failure.
        match control {
            Control::Pause(answer) => {
                self.paused = true;
                answer.send(Ok(now)).ok();
            }
            Control::Resume(answer) => {
                self.go_on();
                answer.send(Ok(now)).ok();
            }
            Control::RunTo(at, answer) => {
                self.hold = Some((at.min(self.config.end), answer)); // an earlier one learns that it was replaced
                self.go_on();
            }
            Control::Fork(answer) => {
                answer.send(Ok(Box::new(self.fork()))).ok();
            }
            Control::Signals(assets, answer) => {
                let signals = self.signals(&assets).await;
                answer.send(signals).ok();
            }
            Control::Status(answer) => {
                answer.send(Ok(self.status())).ok();
            }
        }
    }

    fn go_on(&mut self) {
        if self.paused {
            self.paused = false;
            self.clock.resume(self.core.body.now);
        }
    }

    /// Judges what waits, has it journalled in one go, and only then takes it in and acknowledges.
    async fn take_inputs(&mut self) {
        let offers = self.lanes.take();
        if offers.is_empty() {
            return;
        }
        let mut fresh: Vec<Offer> = Vec::new();
        let mut last: BTreeMap<String, u64> = BTreeMap::new();
        for mut offer in offers {
            let input = &mut offer.input;
            let repeated = last.get(&input.source).is_some_and(|seq| input.seq <= *seq);
            let judged = if repeated { Submitted::Duplicate } else { self.core.judge(&self.spec, &self.wiring, input) };
            match judged {
                Submitted::Accepted | Submitted::Late => {
                    last.insert(input.source.clone(), input.seq);
                    fresh.push(offer);
                }
                Submitted::Duplicate | Submitted::Rejected(_) => self.acknowledge(offer.answer, judged),
            }
        }
        if fresh.is_empty() {
            return;
        }
        // The journal keeps the instant an input takes effect, so that replaying it needs no clock.
        let now = self.core.body.now;
        let effective = |o: &Offer| crate::world::command::Input { at: o.input.at.max(now), ..o.input.clone() };
        let kept = self.journal.send(Commit(fresh.iter().map(effective).collect())).await;
        let kept = kept.unwrap_or_else(|error| Err(error.to_string()));
        for Offer { input, answer, .. } in fresh {
            match &kept {
                Ok(()) => {
                    let submitted = self.core.submit(&self.spec, &self.wiring, input);
                    self.acknowledge(answer, submitted);
                }
                Err(why) => {
                    self.lanes.counts.unjournalled += 1;
                    answer.send(Err(Refusal::Journal(why.clone()))).ok();
                }
            }
        }
    }

    fn acknowledge(&mut self, answer: Answer<Submitted>, submitted: Submitted) {
        let counts = &mut self.lanes.counts;
        *match &submitted {
            Submitted::Accepted => &mut counts.accepted,
            Submitted::Late => &mut counts.late,
            Submitted::Duplicate => &mut counts.duplicate,
            Submitted::Rejected(_) => &mut counts.rejected,
        } += 1;
        answer.send(Ok(submitted)).ok();
    }

    async fn tick_and_publish(&mut self) {
        let frame = match self.tick().await {
            Ok(frame) => frame,
            Err(error) => {
                self.halted = Some(error.to_string());
                return;
            }
        };
        let body = &self.core.body;
        let every = self.config.hash_every_ticks;
        let stale = self.assets.iter().filter(|(_, seat)| seat.tally.is_given_up()).map(|(asset, _)| *asset).collect();
        let shown = LiveFrame {
            seq: self.next_seq,
            metrics: body.metrics.clone(),
            probes: body.probes.clone(),
            health: body.health.clone(),
            stale,
            hash: (every > 0 && body.ticks.is_multiple_of(every)).then(|| self.fork().hash()),
            frame,
        };
        self.next_seq += 1;
        self.frames.send(Arc::new(shown)).ok(); // without a subscriber nobody misses it
    }

    /// A headless world of the present instant. It has the state and nothing else: no journal, no device.
    fn fork(&self) -> World {
        World::from_parts(Parts {
            spec: Arc::clone(&self.spec),
            wiring: Arc::clone(&self.wiring),
            plans: Arc::clone(&self.plans),
            core: self.core.clone(),
            networks: self.networks.iter().map(|seat| seat.shown.fork()).collect(),
        })
    }

    /// Signals of behaviours: the asset's own actor answers where it has one, its row otherwise.
    async fn signals(&self, assets: &[AssetIx]) -> Result<Vec<Option<f64>>, Refusal> {
        let asked: Vec<_> = assets.iter().map(|a| self.assets.get(a).map(|seat| seat.address.send(Show))).collect();
        let mut signals = Vec::with_capacity(assets.len());
        for (asset, request) in assets.iter().zip(asked) {
            let row = self.wiring.row(*asset).map(|row| self.core.body.behaviours[row].signal());
            let own = match request {
                Some(request) => tokio::select! {
                    biased;
                    signal = request => signal.ok(),
                    () = self.clock.patience() => None, // the next round finds it out
                },
                None => None,
            };
            signals.push(own.or(row));
        }
        Ok(signals)
    }

    fn status(&self) -> Status {
        let stale = |at: &NetworkSeat| at.tally.is_given_up();
        let numbered = self.networks.iter().enumerate().filter(|(_, seat)| stale(seat));
        let stale_assets = self.assets.iter().filter(|(_, seat)| seat.tally.is_given_up());
        Status {
            now: self.core.body.now,
            tick: self.core.body.ticks,
            paused: self.paused,
            halted: self.halted.clone(),
            inputs: self.lanes.counts(),
            rebuilt: self.rebuilt,
            network_failures: self.networks.iter().map(|seat| seat.tally.total()).collect(),
            stale_networks: numbered.map(|(at, _)| NetworkIx::new(at)).collect(),
            promoted: self.assets.keys().copied().collect(),
            stale_assets: stale_assets.map(|(asset, _)| *asset).collect(),
        }
    }

    fn end(self) -> World {
        let world = self.fork();
        self.compute.close();
        let Self { services, journal_thread, asset_thread, inquiry, journal, networks, assets, .. } = self;
        drop((inquiry, journal, networks, assets));
        for thread in [&services, &journal_thread, &asset_thread] {
            thread.stop();
        }
        // The journal's file is closed when this returns. A thread that hangs is not waited for.
        journal_thread.join().ok();
        world
    }
}

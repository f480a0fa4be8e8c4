//! The live run against the headless one: the same bits, whatever the threads, pauses, promotions and restarts.

use proptest::prelude::*;
use twin_core::behaviour::Event;
use twin_core::ids::{AssetIx, NetworkIx};
use twin_core::rehearsal::stage::{Request, Stage};
use twin_core::runtime::clock::{PacedClock, VirtualClock, WallClock};
use twin_core::runtime::{Config, Live, LiveFrame, Refusal, Seen, What, recover};
use twin_core::time::SimTime;
use twin_core::world::World;
use twin_core::world::command::{Command, Input};
use twin_core::world::core::{Health, Submitted};
use twin_core::world::journal::{Journal, JournalError, SqliteJournal};
use twin_core::world::tick::TickFrame;
use twin_physics::port::Quantity;

use crate::toys::{Builder, drive, eventful, input, port, seconds};

pub fn start_with(world: World, end: SimTime, change: impl FnOnce(&mut Config)) -> Live {
    let mut config = Config { end, hash_every_ticks: 1, frames: 4096, ..Config::default() };
    change(&mut config);
    let journal = SqliteJournal::in_memory().expect("memory");
    Live::start(world, Box::new(journal), Box::new(VirtualClock::new()), config).expect("starts")
}

fn start(world: World, end: SimTime) -> Live {
    start_with(world, end, |_| {})
}

pub fn run_to(live: &Live, at: SimTime) -> SimTime {
    live.handle().run_to(at).expect("there is room").wait().expect("it gets there")
}

pub fn submit(live: &Live, input: Input) -> Submitted {
    live.handle().submit(input).expect("there is room").wait().expect("it is journalled")
}

pub fn fork(live: &Live) -> World {
    *live.handle().fork().expect("there is room").wait().expect("it forks")
}

fn run(world: &mut World, end: SimTime) {
    world.run_until(end, |_, _| {}).expect("the instants settle");
}

/// All a tick shows, whoever took it.
#[derive(Debug, PartialEq)]
pub struct Shown {
    frame: TickFrame,
    metrics: Vec<f64>,
    probes: Vec<f64>,
    health: Vec<Health>,
    hash: [u8; 32],
}

pub fn headless(mut world: World, inputs: &[Input], end: SimTime) -> (Vec<Shown>, World) {
    for input in inputs {
        world.submit(input.clone());
    }
    let mut shown = Vec::new();
    world
        .run_until(end, |w, frame| {
            let (metrics, probes) = (w.core().body.metrics.clone(), w.core().body.probes.clone());
            shown.push(Shown { frame, metrics, probes, health: w.core().body.health.clone(), hash: w.hash() });
        })
        .expect("the instants settle");
    (shown, world)
}

fn shown(frame: &LiveFrame) -> Shown {
    let (metrics, probes, health) = (frame.metrics.clone(), frame.probes.clone(), frame.health.clone());
    Shown { frame: frame.frame.clone(), metrics, probes, health, hash: frame.hash.expect("asked for every tick") }
}

/// The flagship law, for any world: a live run under a virtual clock equals the headless run frame by frame, at any
/// number of threads, its inputs taken over the mailbox and every second asset with a behaviour in an actor.
pub fn live_equals_headless(build: &dyn Fn() -> World, inputs: &[Input], end: SimTime) {
    let (wanted, last) = headless(build(), inputs, end);
    assert!(wanted.len() > 3, "a run of {} ticks proves little", wanted.len());
    for threads in [1, 2, 4] {
        let world = build();
        let assets = world.spec().register.assets().iter().enumerate();
        let own: Vec<_> = assets.filter(|(_, a)| a.behaviour.is_some()).map(|(at, _)| AssetIx::new(at)).collect();
        let live = start_with(world, end, |config| config.threads = threads);
        let mut frames = live.handle().subscribe().expect("it runs");
        for (seq, asset) in own.iter().step_by(2).enumerate() {
            let command = Command::Promote { asset: *asset };
            let input = Input { source: "promoter".to_owned(), ..input(seq as u64 + 1, 0, command) };
            assert_eq!(submit(&live, input), Submitted::Accepted);
        }
        for input in inputs {
            submit(&live, input.clone());
        }
        assert_eq!(run_to(&live, end), end);
        for wanted in &wanted {
            let Some(Seen::Frame(got)) = frames.try_next() else { panic!("a frame is missing") };
            assert_eq!(&shown(&got), wanted, "{threads} threads");
        }
        assert_eq!(frames.try_next(), None);
        let status = live.handle().status().expect("room").wait().expect("it runs");
        assert_eq!(status.promoted.len(), own.len().div_ceil(2), "they were in actors");
        assert_eq!(live.stop().expect("it ends").hash(), last.hash());
    }
}

fn some_inputs() -> Vec<Input> {
    let (first, second) = (NetworkIx(0), NetworkIx(1));
    let tell = |asset, event| Command::Tell { asset: AssetIx(asset), event };
    vec![
        input(1, 13, drive(second, port::CLOSED, Some(1.0))),
        input(2, 13, tell(1, Event::Target(0.5))),
        input(3, 44, drive(second, port::CLOSED, None)),
        input(4, 60, tell(0, Event::Off)),
        input(5, 110, drive(first, port::MISBEHAVE, Some(3.0))),
        input(6, 140, drive(first, port::MISBEHAVE, None)),
        input(7, 181, tell(0, Event::Release)),
    ]
}

/// The flagship test on the toy domains: a cascade, an agenda, a network that fails and recovers, faults by hand.
#[test]
fn a_live_run_equals_the_headless_run_frame_by_frame() {
    live_equals_headless(&eventful, &[], seconds(300));
    live_equals_headless(&eventful, &some_inputs(), seconds(300));
}

/// The flagship test on the district: a main bursts and is isolated valve by valve.
#[test]
fn a_live_burst_equals_the_headless_burst() {
    let scenario = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/burst-main/scenario.toml");
    let request = Request { scenario, network: None, city: None, seed: None };
    let stage = Stage::set(&request).unwrap_or_else(|found| panic!("{:?}", found.list()));
    let course = stage.course().unwrap_or_else(|found| panic!("{:?}", found.list()));
    live_equals_headless(&|| course.tracks()[0].world.fork(), &[], seconds(3 * 3600));
}

/// Pausing anywhere, at any speed, changes no hash: neither of the state nor of any frame.
#[test]
fn pause_and_resume_change_no_hash() {
    let end = seconds(200);
    let (wanted, _) = headless(eventful(), &[], end);
    let live = start(eventful(), end);
    let mut frames = live.handle().subscribe().expect("it runs");
    for stop in [1, 33, 77, 78, 150] {
        let at = run_to(&live, seconds(stop));
        assert!(at >= seconds(stop));
        assert!(live.handle().status().expect("room").wait().expect("it runs").paused);
    }
    live.handle().resume().expect("room").wait().expect("it runs");
    live.handle().pause().expect("room").wait().expect("it runs");
    run_to(&live, end);
    for wanted in wanted {
        let Some(Seen::Frame(got)) = frames.try_next() else { panic!("a frame is missing") };
        assert_eq!(got.hash, Some(wanted.hash));
    }
}

/// Paced and wall clocks change when, never what. Both are far ahead, so that the test waits for nothing.
#[test]
fn the_clock_changes_no_bit() {
    let end = seconds(100);
    let (_, wanted) = headless(eventful(), &[], end);
    let patience = std::time::Duration::from_secs(600);
    let clocks: [Box<dyn twin_core::runtime::clock::Clock>; 2] = [
        Box::new(PacedClock::new(5000.0, patience)),
        Box::new(WallClock::new(std::time::SystemTime::UNIX_EPOCH, patience)),
    ];
    for clock in clocks {
        let journal = SqliteJournal::in_memory().expect("memory");
        let live = Live::start(eventful(), Box::new(journal), clock, Config { end, ..Config::default() }).expect("up");
        run_to(&live, end);
        assert_eq!(live.stop().expect("it ends").hash(), wanted.hash());
    }
}

/// The bytes of a live snapshot are a headless one's: the same bytes, and they go on to the same hash.
#[test]
fn a_live_snapshot_goes_on_headless() {
    let end = seconds(300);
    let (_, wanted) = headless(eventful(), &[], end);
    let live = start(eventful(), end);
    let at = run_to(&live, seconds(85));
    let bytes = fork(&live).save();
    let mut same = eventful();
    while same.now() < at {
        same.tick(end).expect("settles");
    }
    assert_eq!(bytes, same.save());
    let mut world = eventful();
    world.load(&bytes).expect("its own kind");
    run(&mut world, end);
    assert_eq!(world.hash(), wanted.hash());
}

/// Inputs that come while the run stands at an instant, late ones among them, end in the hash of the same inputs
/// submitted headless at the same instants; each is answered as the world answers, and the counts add up.
#[test]
fn inputs_over_the_mailbox_end_in_the_same_hash() {
    let end = seconds(200);
    let (mut world, live) = (eventful(), start(eventful(), end));
    let mut known = 0;
    for (stop, batch) in [(0, 0..2), (50, 1..4), (100, 3..7)] {
        let at = run_to(&live, seconds(stop));
        while world.now() < seconds(stop) {
            world.tick(end).expect("settles");
        }
        assert_eq!(world.now(), at);
        for input in &some_inputs()[batch] {
            assert_eq!(submit(&live, input.clone()), world.submit(input.clone()));
            known += 1;
        }
        let bad = input(99, 0, drive(NetworkIx(9), 0, None));
        assert!(matches!(submit(&live, bad), Submitted::Rejected(_)));
    }
    run_to(&live, end);
    run(&mut world, end);
    let c = live.handle().status().expect("room").wait().expect("it runs").inputs;
    assert_eq!((c.received, c.rejected, c.in_flight), (known + 3, 3, 0));
    assert_eq!(c.received, c.accepted + c.late + c.duplicate + c.rejected + c.unjournalled + c.in_flight);
    assert!(c.late > 0 && c.duplicate > 0 && c.accepted > 0);
    assert_eq!(live.stop().expect("it ends").hash(), world.hash());
}

/// After a crash, the last snapshot and the journal give the state of a run that never crashed; so does the journal
/// alone.
#[test]
fn restart_is_snapshot_and_journal() {
    let end = seconds(250);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.db");
    let open = || Box::new(SqliteJournal::open(&path).expect("opens"));
    let config = || Config { end, ..Config::default() };
    let live = Live::start(eventful(), open(), Box::new(VirtualClock::new()), config()).expect("starts");
    let mut snapshot = Vec::new();
    for (n, input) in some_inputs().into_iter().enumerate() {
        // Some in good time, some late: the journal has to know when each took effect.
        let stop = if n % 2 == 0 { input.at.millis() - 5000 } else { input.at.millis() + 13_000 };
        run_to(&live, SimTime::from_millis(stop));
        submit(&live, input);
        if n == 3 {
            run_to(&live, seconds(90));
            snapshot = fork(&live).save();
        }
    }
    run_to(&live, seconds(190));
    let mut wanted = fork(&live);
    drop(live); // what it held is gone but for the file
    run(&mut wanted, end);
    for snapshot in [Some(&*snapshot), None] {
        let mut world = eventful();
        let anew = recover(&mut world, snapshot, &*open()).expect("recovers");
        assert!(anew > 0, "the journal must matter");
        run(&mut world, end);
        assert_eq!(world.hash(), wanted.hash());
        let mut world = eventful();
        recover(&mut world, snapshot, &*open()).expect("recovers");
        let live = Live::start(world, open(), Box::new(VirtualClock::new()), config()).expect("starts");
        run_to(&live, end);
        assert_eq!(live.stop().expect("it ends").hash(), wanted.hash());
    }
}

/// A fork goes its own way while the live run ticks on, and the live run ends as if there had been none.
#[test]
fn a_fork_leaves_the_live_run_alone() {
    let end = seconds(300);
    let (_, wanted) = headless(eventful(), &[], end);
    let live = start(eventful(), end);
    run_to(&live, seconds(50));
    let (mut same, mut other) = (fork(&live), fork(&live));
    let arrived = live.handle().run_to(end).expect("there is room");
    other.submit(input(1, 60, drive(NetworkIx(1), port::CLOSED, Some(1.0))));
    run(&mut other, end);
    run(&mut same, end);
    arrived.wait().expect("it gets there");
    let live = live.stop().expect("it ends");
    assert_eq!(live.hash(), wanted.hash());
    assert_eq!(same.hash(), wanted.hash());
    assert_ne!(other.hash(), wanted.hash());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is told to whom, promoted, demoted or neither: the same bits. Some of it comes late, some twice.
    /// Has caught: nothing yet.
    #[test]
    fn promotion_changes_no_bit(
        acts in proptest::collection::vec((0_i64..120, 0_u32..3, 0_u32..11, 0.0..1.0_f64), 1..25),
        stop in 0_i64..120,
    ) {
        let build = || {
            let mut b = Builder::new();
            let (first, second) = (b.cistern(90.0, 100.0, 3.0, 2), b.cistern(5.0, 50.0, 7.0, 2));
            b.amount(first, second, 0.4);
            b.valve(second, "V1", 25.0);
            b.pump(first, "P1", 8.0);
            b.valve(first, "V2", 0.0);
            b.build().0
        };
        let end = seconds(150);
        let live = start(build(), end);
        let mut world = build();
        let (early, late) = acts.split_at(acts.len() / 2);
        let mut seq = 0;
        for (half, stop) in [(early, 0), (late, stop)] {
            let at = run_to(&live, seconds(stop));
            while world.now() < at {
                world.tick(end).expect("settles");
            }
            for (at_s, asset, what, value) in half {
                seq += 1;
                let asset = AssetIx(*asset);
                let event = match what {
                    0 => Event::On, 1 => Event::Off, 2 => Event::Target(*value), 3 => Event::Power(false),
                    4 => Event::Power(true), 5 => Event::Fail, 6 => Event::Repair, 7 => Event::Release,
                    promote => {
                        let command =
                            if *promote < 10 { Command::Promote { asset } } else { Command::Demote { asset } };
                        prop_assert!(!matches!(submit(&live, input(seq, *at_s, command)), Submitted::Rejected(_)));
                        continue;
                    }
                };
                let told = input(seq, *at_s, Command::Tell { asset, event });
                prop_assert_eq!(submit(&live, told.clone()), world.submit(told));
            }
        }
        run_to(&live, end);
        run(&mut world, end);
        prop_assert_eq!(live.stop().expect("it ends").hash(), world.hash());
    }
}

/// A slow subscriber never holds the run up: it loses frames, and is told which.
#[test]
fn a_slow_subscriber_is_told_what_it_lost() {
    let end = seconds(200);
    let live = start_with(eventful(), end, |config| config.frames = 4);
    let mut frames = live.handle().subscribe().expect("it runs");
    run_to(&live, end);
    let mut next = 0;
    let mut lost = 0;
    while let Some(seen) = frames.try_next() {
        match seen {
            Seen::Frame(frame) => {
                assert_eq!(frame.seq, next);
                next += 1;
            }
            Seen::Gap { from, missed } => {
                assert_eq!(from, next);
                (next, lost) = (next + missed, lost + missed);
            }
        }
    }
    let ticks = live.handle().status().expect("room").wait().expect("it runs").tick;
    assert_eq!((next, lost), (ticks, ticks - 4));
}

/// A journal whose disk fails.
struct Broken;

impl Journal for Broken {
    fn append(&mut self, _: &[Input]) -> Result<usize, JournalError> {
        Err(JournalError::Entry { seq: 1, why: "the disk is gone".to_owned() })
    }
    fn read_from(&self, _: SimTime) -> Result<Vec<Input>, JournalError> {
        Ok(Vec::new())
    }
    fn set_fact(&mut self, _: &str, _: &str) -> Result<(), JournalError> {
        Ok(())
    }
    fn fact(&self, _: &str) -> Result<Option<String>, JournalError> {
        Ok(None)
    }
}

/// What the journal did not keep is neither acknowledged nor taken: the run goes on without it.
#[test]
fn what_is_not_journalled_is_not_taken() {
    let end = seconds(100);
    let (_, wanted) = headless(eventful(), &[], end);
    let config = Config { end, ..Config::default() };
    let live = Live::start(eventful(), Box::new(Broken), Box::new(VirtualClock::new()), config).expect("starts");
    let close = input(1, 5, drive(NetworkIx(1), port::CLOSED, Some(1.0)));
    let refused = live.handle().submit(close).expect("room").wait();
    assert!(matches!(refused, Err(Refusal::Journal(_))), "{refused:?}");
    run_to(&live, end);
    assert_eq!(live.handle().status().expect("room").wait().expect("it runs").inputs.unjournalled, 1);
    assert_eq!(live.stop().expect("it ends").hash(), wanted.hash());
}

/// Two cisterns with 600 cells and an asset each, plus a valve.
fn many() -> World {
    let mut b = Builder::new();
    let nets = [b.cistern(50.0, 100.0, 3.0, 600), b.cistern(5.0, 100.0, 7.0, 600)];
    b.amount(nets[0], nets[1], 0.2);
    for at in 0..600 {
        for network in nets {
            b.cell(network, at);
        }
    }
    b.valve(nets[0], "V1", 30.0);
    b.build().0
}

/// Every asset answers with what its network's field holds, alone or asked in a crowd; promoted or not its signal is
/// the row's; what nobody knows is `None`, and an unknown asset is refused.
#[test]
fn every_asset_can_be_asked() {
    let live = start(many(), seconds(100));
    let valve = AssetIx(1200);
    submit(&live, input(1, 0, Command::Tell { asset: valve, event: Event::Off }));
    run_to(&live, seconds(20));
    let world = fork(&live);
    let depth = |ix: u32| {
        let asset = world.spec().register.get(AssetIx(ix));
        world.networks()[asset.network.at()].field(Quantity::Depth).map(|f| f.values[asset.slot as usize])
    };
    let asked: Vec<_> = (0..1200).map(|ix| (AssetIx(ix), What::Quantity(Quantity::Depth))).collect();
    let crowd = live.handle().ask_many(asked).expect("room").wait().expect("answers");
    assert_eq!(crowd, (0..1200).map(depth).collect::<Vec<_>>());
    let singles: Vec<_> =
        (0..1200).map(|ix| live.handle().ask(AssetIx(ix), &[What::Quantity(Quantity::Depth)]).expect("room")).collect();
    for (ix, reply) in singles.into_iter().enumerate() {
        assert_eq!(reply.wait().expect("answers"), [depth(u32::try_from(ix).expect("few"))]);
    }
    let signal = |live: &Live| {
        let what = [What::Signal, What::Quantity(Quantity::Depth)];
        live.handle().ask(valve, &what).expect("room").wait().expect("answers")
    };
    let before = signal(&live);
    assert!(before[0].is_some_and(|opening| opening > 0.0 && opening < 1.0) && before[1].is_none(), "{before:?}");
    submit(&live, input(2, 20, Command::Promote { asset: valve }));
    run_to(&live, seconds(30));
    assert_eq!(live.handle().status().expect("room").wait().expect("it runs").promoted, [valve]);
    assert_eq!(signal(&live)[0], Some(fork(&live).core().body.behaviours[0].signal()));
    let unknown = live.handle().ask(AssetIx(5000), &[What::Signal]).expect("room").wait();
    assert_eq!(unknown, Err(Refusal::UnknownAsset(AssetIx(5000))));
}

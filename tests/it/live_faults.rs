//! The live run when something fails: panics, hangs, poison, full lanes, an instant that does not settle.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use twin_core::behaviour::Event;
use twin_core::cascade::rule::Rule;
use twin_core::ids::{AssetIx, NetworkIx};
use twin_core::runtime::clock::VirtualClock;
use twin_core::runtime::supervision::Limits;
use twin_core::runtime::{Config, LaneBounds, Live, Refusal, Seen, plain_runner};
use twin_core::world::World;
use twin_core::world::agenda::{Condition, Watch};
use twin_core::world::command::{Command, Input, Lane};
use twin_core::world::core::{Health, Submitted};
use twin_core::world::journal::SqliteJournal;

use crate::live::{fork, headless, run_to, start_with, submit};
use crate::toys::{Ailment, Builder, Frail, drive, eventful, input, port, seconds};

/// A cistern that fails as told, beside a healthy one that it gives to.
fn frail(ailment: &Arc<Ailment>) -> World {
    let mut b = Builder::new();
    let (sick, well) = (b.cistern(100.0, 1000.0, 3.0, 4), b.cistern(5.0, 1000.0, 7.0, 4));
    b.amount(sick, well, 0.5);
    let inner = b.networks.remove(0);
    b.networks.insert(0, Box::new(Frail { inner, ailment: Arc::clone(ailment) }));
    b.build().0
}

fn limits() -> Limits {
    Limits { failures: 3, within_ticks: 10, retry_after_ticks: 6, checkpoint_ticks: 4 }
}

fn health(frame: &Seen) -> &'static str {
    let Seen::Frame(frame) = frame else { return "gap" };
    assert_eq!(frame.health[1], Health::Ok, "the run goes on");
    match &frame.health[0] {
        Health::Ok => "ok",
        Health::Degraded { code, .. } if code == "NET-PANIC" => "panic",
        Health::Degraded { code, .. } if code == "NET-STALE" => "stale",
        Health::Degraded { code, .. } if code == "NET-LOST" => "lost",
        Health::Degraded { .. } => "other",
    }
}

fn rules(frames: &[Seen]) -> Vec<String> {
    let records = frames.iter().filter_map(|s| if let Seen::Frame(f) = s { Some(&f.frame.records) } else { None });
    records.flatten().filter(|r| r.source == "cistern-0").map(|r| r.rule.clone()).collect()
}

fn stored(world: &World) -> (f64, f64) {
    let body = &world.core().body;
    let held = body.accounts.iter().map(|a| a[0].stored_now).sum::<f64>();
    (held + world.ledger()[0].in_transit, world.ledger()[0].relative_residual)
}

/// A network that panics where the driver does not guard is rebuilt from its checkpoint and the steps since, and
/// catches up; nothing is lost or made.
#[test]
fn a_network_that_panics_is_rebuilt_and_catches_up() {
    let live = start_with(frail(&Ailment::panics(2, 65.0)), seconds(120), |config| config.limits = limits());
    let mut frames = live.handle().subscribe().expect("it runs");
    // Filled from outside at times, so that no two steps are alike.
    let give = |seq, at_s, rate| input(seq, at_s, drive(NetworkIx(0), port::GIVE, rate));
    let inputs = [give(1, 0, Some(0.7)), give(2, 20, None), give(3, 50, Some(0.3)), give(4, 60, None)];
    for input in &inputs {
        submit(&live, input.clone());
    }
    run_to(&live, seconds(120));
    let seen: Vec<_> = std::iter::from_fn(|| frames.try_next()).collect();
    let course: Vec<_> = seen.iter().map(health).collect();
    assert_eq!(course, ["ok", "ok", "ok", "ok", "ok", "ok", "panic", "panic", "ok", "ok", "ok", "ok"]);
    assert_eq!(rules(&seen), ["NET-PANIC", "supervision"]);
    let status = live.handle().status().expect("room").wait().expect("it runs");
    assert_eq!((status.rebuilt, status.network_failures), (2, vec![2, 0]));
    let world = live.stop().expect("it ends");
    assert_eq!(world.networks()[0].time_s(), 120.0);
    let (_, quiet) = headless(frail(&Ailment::panics(0, 0.0)), &inputs, seconds(120));
    let ((total, residual), (wanted, _)) = (stored(&world), stored(&quiet));
    assert!((wanted - 122.0).abs() < 1e-10 && (total - wanted).abs() < 1e-10 && residual < 1e-12, "{total}");
}

/// After three failures it is given up: it stands at its last good state, says so, can still be asked, and is tried
/// again later.
#[test]
fn after_repeated_failures_a_network_stands_stale_and_is_tried_again() {
    let live = start_with(frail(&Ailment::panics(3, 25.0)), seconds(140), |config| config.limits = limits());
    let mut frames = live.handle().subscribe().expect("it runs");
    run_to(&live, seconds(70));
    let status = live.handle().status().expect("room").wait().expect("it runs");
    assert_eq!(status.stale_networks, [NetworkIx(0)]);
    let world = fork(&live);
    assert_eq!(world.networks()[0].time_s(), 20.0, "the last good state stays on show");
    assert!(world.core().body.outputs[0].values().iter().any(|v| *v > 0.0), "never a blank city");
    run_to(&live, seconds(140));
    let seen: Vec<_> = std::iter::from_fn(|| frames.try_next()).collect();
    let course: Vec<_> = seen.iter().map(health).collect();
    let stale = ["stale"; 6];
    assert_eq!(course[..4], ["ok", "ok", "panic", "panic"]);
    assert_eq!(course[4..10], stale);
    assert!(course[10..].iter().all(|c| *c == "ok"), "{course:?}");
    assert_eq!(rules(&seen), ["NET-PANIC", "NET-STALE", "supervision"]);
    let (total, residual) = stored(&live.stop().expect("it ends"));
    assert!((total - 105.0).abs() < 1e-10 && residual < 1e-12, "{total}");
}

/// A network that never answers, and takes its only thread with it, is replaced together with the thread.
#[test]
fn a_network_that_hangs_is_replaced() {
    let (held, released) = std::sync::mpsc::channel::<()>();
    let ailment = Arc::new(Ailment { hang: Some(released).into(), ..Ailment::default() });
    let (clock, journal) = (VirtualClock::new(), SqliteJournal::in_memory().expect("memory"));
    let config = Config { end: seconds(60), threads: 1, limits: limits(), ..Config::default() };
    let live = Live::start(frail(&ailment), Box::new(journal), Box::new(clock.clone()), config).expect("starts");
    let mut frames = live.handle().subscribe().expect("it runs");
    let arrived = live.handle().run_to(seconds(60)).expect("room");
    while !ailment.hangs.load(Ordering::SeqCst) {
        std::thread::yield_now();
    }
    clock.lose_patience();
    arrived.wait().expect("it gets there");
    let seen: Vec<_> = std::iter::from_fn(|| frames.try_next()).collect();
    let course: Vec<_> = seen.iter().map(health).collect();
    assert_eq!(course, ["lost", "ok", "ok", "ok", "ok", "ok"]);
    drop(held);
    let (total, residual) = stored(&live.stop().expect("it ends"));
    assert!((total - 105.0).abs() < 1e-10 && residual < 1e-12, "{total}");
}

/// A promoted asset that never answers is rebuilt on another thread, and answers there: the run ends in the same bits.
#[test]
fn an_asset_that_hangs_is_rebuilt_on_another_thread() {
    let end = seconds(100);
    let told = input(1, 5, Command::Tell { asset: AssetIx(0), event: Event::Off });
    let (_, wanted) = headless(eventful(), std::slice::from_ref(&told), end);
    let (held, released) = std::sync::mpsc::channel::<()>();
    let (hangs, is_hanging) = std::sync::mpsc::channel();
    let once = std::sync::Mutex::new(Some((released, hangs)));
    let (plain, clock) = (plain_runner(), VirtualClock::new());
    let config = Config {
        end,
        asset_runner: Arc::new(move |asset, behaviour, at, told| {
            let first = once.lock().expect("unpoisoned").take();
            if let Some((released, hangs)) = first {
                hangs.send(()).expect("the test listens");
                released.recv().ok();
            }
            plain(asset, behaviour, at, told)
        }),
        ..Config::default()
    };
    let journal = SqliteJournal::in_memory().expect("memory");
    let live = Live::start(eventful(), Box::new(journal), Box::new(clock.clone()), config).expect("starts");
    for (seq, asset) in [AssetIx(0), AssetIx(1)].into_iter().enumerate() {
        let promote = input(seq as u64, 0, Command::Promote { asset });
        submit(&live, Input { source: "promoter".to_owned(), ..promote });
    }
    submit(&live, told);
    let arrived = live.handle().run_to(end).expect("room");
    is_hanging.recv().expect("it hangs");
    clock.lose_patience();
    arrived.wait().expect("it gets there");
    assert_eq!(live.handle().status().expect("room").wait().expect("it runs").rebuilt, 1);
    assert_eq!(live.stop().expect("it ends").hash(), wanted.hash());
    drop(held);
}

/// A promoted asset that panics over one message is rebuilt from its row and told once more; what panics again is put
/// aside with a record, and after repeated failures the asset stands at its last good state while the city goes on.
#[test]
fn a_poisoned_asset_is_rebuilt_from_its_row() {
    let end = seconds(200);
    let plain = plain_runner();
    let live = start_with(eventful(), end, |config| {
        config.limits = limits();
        config.asset_runner = Arc::new(move |asset, behaviour, at, told| {
            assert!(told.iter().all(|t| t.event != Event::Target(0.13)), "a poison message");
            plain(asset, behaviour, at, told)
        });
    });
    let mut frames = live.handle().subscribe().expect("it runs");
    let valve = AssetIx(0);
    let tell = |seq, at, opening| input(seq, at, Command::Tell { asset: valve, event: Event::Target(opening) });
    let quiet = [tell(1, 5, 0.5), tell(4, 195, 0.9)];
    let promote = input(1, 0, Command::Promote { asset: valve });
    submit(&live, Input { source: "promoter".to_owned(), ..promote });
    submit(&live, quiet[0].clone());
    submit(&live, tell(2, 15, 0.13));
    submit(&live, tell(3, 25, 0.13));
    run_to(&live, seconds(30));
    let status = live.handle().status().expect("room").wait().expect("it runs");
    assert_eq!((status.stale_assets, status.rebuilt), (vec![valve], 3));
    let opening = fork(&live).core().body.behaviours[0].signal();
    run_to(&live, seconds(50));
    assert_eq!(fork(&live).core().body.behaviours[0].signal(), opening, "it stands where it was last good");
    submit(&live, quiet[1].clone());
    run_to(&live, end);
    let seen: Vec<_> = std::iter::from_fn(|| frames.try_next()).collect();
    let of_valve = |rule: &str| {
        let frames = seen.iter().filter_map(|s| if let Seen::Frame(f) = s { Some(&f.frame.records) } else { None });
        frames.flatten().filter(|r| r.rule == rule && r.target.ends_with("V1")).count()
    };
    assert_eq!((of_valve("ASSET-POISON"), of_valve("ASSET-STALE")), (1, 1));
    let status = live.handle().status().expect("room").wait().expect("it runs");
    assert_eq!(status.stale_assets, [], "it was tried again");
    assert_eq!(live.stop().expect("it ends").now(), end);
}

/// A full lane refuses and keeps what it has; another lane is still open.
#[test]
fn a_full_lane_refuses_and_the_others_stay_open() {
    let (held, released) = std::sync::mpsc::channel::<()>();
    let ailment = Ailment { hang: Some(released).into(), ..Ailment::default() };
    let ailment = Arc::new(ailment);
    let world = frail(&ailment);
    let bounds = LaneBounds { bulk: 3, ..LaneBounds::default() };
    let live = start_with(world, seconds(50), |config| config.lanes = bounds);
    let arrived = live.handle().run_to(seconds(50)).expect("room");
    while !ailment.hangs.load(Ordering::SeqCst) {
        std::thread::yield_now(); // the tick is under way and will not end before `held` is dropped
    }
    let bulk = |seq| Input { lane: Lane::Bulk, ..input(seq, 5, drive(NetworkIx(1), port::CLOSED, Some(1.0))) };
    let taken: Vec<_> = (1..=3).map(|seq| live.handle().submit(bulk(seq)).expect("room")).collect();
    assert_eq!(live.handle().submit(bulk(4)).err(), Some(Refusal::Busy("bulk")));
    let urgent = live.handle().submit(input(5, 5, drive(NetworkIx(1), port::CLOSED, None))).expect("room");
    drop(held);
    for reply in taken {
        assert_eq!(reply.wait(), Ok(Submitted::Late));
    }
    assert_eq!(urgent.wait(), Ok(Submitted::Late), "the source's numbers kept their order");
    arrived.wait().expect("it gets there");
    let counts = live.handle().status().expect("room").wait().expect("it runs").inputs;
    assert_eq!((counts.received, counts.busy, counts.late), (4, 1, 4));
}

/// An instant that does not settle halts the run with its code; the last good state can still be asked and forked.
#[test]
fn an_unsettled_instant_halts_and_says_so() {
    let mut b = Builder::new();
    let network = b.cistern(10.0, 100.0, 60.0, 1);
    let valve = b.valve(network, "V1", 0.0);
    let tell = |event| vec![Command::Tell { asset: valve, event }];
    b.spec.rules.push(Rule {
        id: "flip".to_owned(),
        condition: Condition { watch: Watch::Signal(valve), above: true, threshold: 0.5, hysteresis: 0.0, hold_s: 0.0 },
        on_true: tell(Event::Off),
        on_false: tell(Event::On),
        target: None,
        confidence: 1.0,
    });
    let live = start_with(b.build().0, seconds(50), |_| {});
    let refused = live.handle().run_to(seconds(50)).expect("room").wait();
    assert!(matches!(&refused, Err(Refusal::Halted(why)) if why.starts_with("TICK-UNSETTLED")), "{refused:?}");
    let status = live.handle().status().expect("room").wait().expect("it answers");
    assert!(status.halted.is_some_and(|why| why.contains("V1")));
    assert_eq!(fork(&live).networks()[0].time_s(), 0.0);
}

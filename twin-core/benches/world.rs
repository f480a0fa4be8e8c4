//! Costs of the world and its actors on toy domains: what a fork, a tick and a message cost beside the physics.
//!
//! The state is 100 000 cells and 100 000 valves that have all moved once, so every list that grows with use is full.
#![allow(missing_docs)]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/it/toys.rs"]
mod toys;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use toys::{Builder, input, seconds};
use twin_core::behaviour::{Behaviour, Event, Valve};
use twin_core::ids::AssetIx;
use twin_core::runtime::clock::VirtualClock;
use twin_core::runtime::{Config, Live, What};
use twin_core::time::SimTime;
use twin_core::world::World;
use twin_core::world::command::Command;
use twin_core::world::journal::SqliteJournal;
use twin_physics::port::Quantity;

const ASSETS: u32 = 100_000;
const END: SimTime = SimTime::from_millis(i64::MAX / 4);

/// A cistern of `cells` cells, an asset at each of the first `ASSETS`, and as many valves.
fn city(cells: usize) -> World {
    let mut b = Builder::new();
    let network = b.cistern(50.0, 100.0, 60.0, cells);
    for slot in 0..ASSETS {
        b.cell(network, slot);
    }
    for at in 0..ASSETS {
        b.valve(network, &at.to_string(), 5.0);
    }
    let mut world = b.build().0;
    for at in 0..ASSETS {
        let told = Command::Tell { asset: AssetIx(ASSETS + at), event: Event::Off };
        world.submit(input(u64::from(at) + 1, 0, told));
    }
    world.run_until(seconds(20), |_, _| {}).expect("settles");
    let shut = world.core().body.behaviours.iter().all(|b| b.signal() == 0.0);
    assert!(shut && world.core().body.blame_asset.len() == ASSETS as usize, "all have moved, none moves now");
    world
}

/// Two small cisterns that exchange: next to no physics.
fn village() -> World {
    let mut b = Builder::new();
    let nets = [b.cistern(50.0, 100.0, 60.0, 1), b.cistern(5.0, 100.0, 60.0, 1)];
    b.amount(nets[0], nets[1], 1e-6);
    b.build().0
}

fn live(world: World) -> Live {
    let journal = SqliteJournal::in_memory().expect("memory");
    Live::start(world, Box::new(journal), Box::new(VirtualClock::new()), Config::default()).expect("starts")
}

/// Time of `ticks` ticks of a live run in one go.
#[expect(clippy::disallowed_methods)] // a bench reads the clock
fn live_ticks(live: &Live, at: &mut SimTime, ticks: u64) -> Duration {
    *at = at.plus_millis(10_000 * i64::try_from(ticks).expect("few"));
    let begun = Instant::now();
    live.handle().run_to(*at).expect("room").wait().expect("it gets there");
    begun.elapsed()
}

fn world(c: &mut Criterion) {
    let state = city(ASSETS as usize);
    c.bench_function("world/fork/100k", |b| b.iter_with_large_drop(|| black_box(state.fork())));
    c.bench_function("world/hash/100k", |b| b.iter(|| black_box(state.hash())));
    let mut told = state.fork();
    let seq = u64::from(ASSETS) + 1;
    told.submit(input(seq, 20, Command::Tell { asset: AssetIx(ASSETS), event: Event::On }));
    c.bench_function("world/fork-first-tick/100k", |b| {
        b.iter_batched(|| told.fork(), |mut fork| fork.tick(END).map(|frame| (fork, frame)), BatchSize::PerIteration);
    });
    let mut idle = city(1);
    c.bench_function("world/tick/100k", |b| b.iter(|| idle.tick(END)));
    let mut valve = Valve::new(1e9);
    valve.on(SimTime::ZERO, Event::Off, &mut Vec::new());
    let (mut row, mut effects, mut ms) = (Behaviour::Valve(valve), Vec::new(), 0);
    c.bench_function("world/behaviour/single", |b| {
        b.iter(|| {
            ms += 1;
            effects.clear();
            row.on(SimTime::from_millis(ms), Event::Tick, &mut effects);
            black_box(effects.len())
        });
    });
}

fn actors(c: &mut Criterion) {
    let run = live(city(ASSETS as usize));
    let depth = |at: u32| (AssetIx(at % ASSETS), What::Quantity(Quantity::Depth));
    let mut next = 0;
    c.bench_function("actors/ask/single", |b| {
        b.iter(|| {
            next += 1;
            run.handle().ask_many(vec![depth(next)]).expect("room").wait().expect("answers")
        });
    });
    c.bench_function("actors/ask/batch-256", |b| {
        b.iter(|| {
            next += 256;
            let asked = (next..next + 256).map(depth).collect();
            run.handle().ask_many(asked).expect("room").wait().expect("answers")
        });
    });
    c.bench_function("actors/ask/coalesced-256", |b| {
        b.iter(|| {
            next += 256;
            let asked: Vec<_> =
                (next..next + 256).map(|at| run.handle().ask_many(vec![depth(at)]).expect("room")).collect();
            asked.into_iter().map(|reply| reply.wait().expect("answers").len()).sum::<usize>()
        });
    });
    c.bench_function("actors/fork/100k", |b| {
        b.iter_with_large_drop(|| run.handle().fork().expect("room").wait().expect("forks"));
    });
    drop(run);

    let (run, mut at) = (live(village()), SimTime::ZERO);
    c.bench_function("actors/tick/2", |b| b.iter_custom(|ticks| live_ticks(&run, &mut at, ticks)));
    let mut headless = village();
    c.bench_function("world/tick/2", |b| b.iter(|| headless.tick(END)));

    let state = city(1);
    let mut at = state.now();
    let run = live(state);
    c.bench_function("actors/tick/100k", |b| b.iter_custom(|ticks| live_ticks(&run, &mut at, ticks)));
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = world, actors
}
criterion_main!(benches);

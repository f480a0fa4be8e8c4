//! Costs of the drainage domain: a generated town of 1,800 sewers in a storm.
#![allow(missing_docs)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use twin_core::bindings::drainage::{External, drainage_model};
use twin_core::generator::sewershed::{SewershedOptions, generate};
use twin_core::io::swmm_inp;
use twin_core::world::network::Network;
use twin_core::world::sim::Sim;
use twin_physics::domains::drainage::model::Scheme;
use twin_physics::domains::drainage::solver::{DrainageScratch, DrainageSolver};
use twin_physics::port::{Inputs, Outputs, PortIx, Quantity};
use twin_physics::solver::Solver;

const CONDUITS: usize = 1800;
/// Step of the driver, and of routing [s].
const STEP_S: f64 = 10.0;
/// Where the storm is about its peak [s].
const PEAK_S: f64 = 3000.0;

/// The town's solver in its design storm, its inputs silent.
fn town() -> (Arc<DrainageSolver>, Arc<Inputs>) {
    let options = SewershedOptions::new(CONDUITS, 17).expect("the example formula is sound");
    let deck = generate(&options).expect("a town").deck();
    let (deck, _) = swmm_inp::read_str("bench", deck.as_bytes());
    let mut model = drainage_model(&deck.expect("a sound deck"), &External::default());
    model.options.scheme = Scheme::Implicit;
    model.options.routing_step_s = STEP_S;
    let solver = Arc::new(DrainageSolver::new(model).expect("a sound network"));
    let inputs = Arc::new(Inputs::new(solver.ports().input_len()));
    (solver, inputs)
}

/// Every field of nodes and links that is shown, in place.
const SHOWN: [Quantity; 10] = [
    Quantity::Depth,
    Quantity::Head,
    Quantity::Volume,
    Quantity::NetInflow,
    Quantity::Flooding,
    Quantity::Flow,
    Quantity::Velocity,
    Quantity::Filling,
    Quantity::Setting,
    Quantity::Power,
];

/// One step of the driver against reading all of it: reading every node and link should cost under 2 % of the step.
fn reading(c: &mut Criterion, solver: &Arc<DrainageSolver>, inputs: &Inputs, started: &Sim<DrainageSolver>) {
    let mut group = c.benchmark_group("drainage/step");
    group.sample_size(50);
    group.bench_function("1800-conduits", |b| {
        let mut scratch = DrainageScratch::default();
        let mut state = started.state().clone();
        // The first step fills the buffers.
        solver.step(&mut state, inputs, STEP_S, &mut scratch).expect("a step");
        b.iter_batched_ref(
            || state.clone(),
            |state| solver.step(state, inputs, STEP_S, &mut scratch).expect("a step").iterations,
            criterion::BatchSize::LargeInput,
        );
    });
    group.finish();
    let mut group = c.benchmark_group("drainage/read");
    group.sample_size(50);
    group.bench_function("fields/1800-conduits", |b| {
        b.iter(|| {
            let fields = SHOWN.iter().map(|q| solver.field(started.state(), *q).expect("it is shown"));
            fields.map(|field| field.values.iter().sum::<f64>()).sum::<f64>()
        });
    });
    group.bench_function("ports/1800-conduits", |b| {
        let mut out = Outputs::new(solver.ports().output_len());
        b.iter(|| {
            solver.outputs(started.state(), &mut out);
            black_box(out.get(PortIx(0)))
        });
    });
    group.finish();
}

fn drainage(c: &mut Criterion) {
    let (solver, inputs) = town();
    let mut started = Sim::start("drainage", Arc::clone(&solver), &inputs).expect("it has an answer");
    started.advance(&inputs, PEAK_S).expect("the storm's rise");
    let mut group = c.benchmark_group("drainage/fork");
    // What a fork costs once one side moves: the whole state, copied. Throughput counts the bytes of a snapshot.
    group.throughput(Throughput::Bytes(started.save().len() as u64));
    group.bench_function("1800-conduits", |b| b.iter(|| black_box(started.state().clone())));
    group.finish();
    reading(c, &solver, &inputs, &started);
    c.bench_function("drainage/hour/1800-conduits", |b| {
        b.iter_batched(
            || started.fork(),
            |mut fork| fork.advance(&inputs, PEAK_S + 3600.0).expect("an hour of the storm"),
            criterion::BatchSize::LargeInput,
        );
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = drainage
}
criterion_main!(benches);

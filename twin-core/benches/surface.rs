//! Costs of the surface domain: the valley below a gully while the wave of three check dams is on it.
#![allow(missing_docs)]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use twin_core::bindings::surface;
use twin_core::io::flood_case;
use twin_core::world::network::Network;
use twin_core::world::sim::Sim;
use twin_physics::domains::surface::solver::SurfaceScratch;
use twin_physics::port::{Inputs, Outputs, PortIx};
use twin_physics::solver::Solver;

/// Step of the driver [s].
const STEP_S: f64 = 30.0;
/// When the wave is about its peak in the town [s].
const PEAK_S: f64 = 3300.0;

fn town(c: &mut Criterion) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/surface/gully-town/gully.toml");
    let (case, _) = flood_case::read_file(&file);
    let model = surface::model(case.expect("a sound case"), None);
    let solver = surface::solver("gully.toml", model).expect("a sound surface");
    let mut inputs = Inputs::new(solver.ports().input_len());
    // The spillway of the first dam, behind the only underpass.
    inputs.set(solver.ports().input("blocked", 1).expect("a spillway"), 0.95);
    let inputs = Arc::new(inputs);
    let mut started = Sim::start("ground", Arc::clone(&solver), &inputs).expect("it has an answer");
    started.advance(&inputs, PEAK_S).expect("the wave");
    let mut group = c.benchmark_group("surface/fork");
    // What a fork costs once one side moves: the whole state, copied. Throughput counts the bytes of a snapshot.
    group.throughput(Throughput::Bytes(started.save().len() as u64));
    group.bench_function("gully-town", |b| b.iter(|| black_box(started.state().clone())));
    group.finish();
    c.bench_function("surface/step/gully-town", |b| {
        let mut scratch = SurfaceScratch::default();
        b.iter_batched_ref(
            || started.state().clone(),
            |state| solver.step(state, &inputs, STEP_S, &mut scratch).expect("a step").solves,
            criterion::BatchSize::LargeInput,
        );
    });
    c.bench_function("surface/read/gully-town", |b| {
        let mut out = Outputs::new(solver.ports().output_len());
        b.iter(|| {
            solver.outputs(started.state(), &mut out);
            black_box(out.get(PortIx(0)))
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = town
}
criterion_main!(benches);

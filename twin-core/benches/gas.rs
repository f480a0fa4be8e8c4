//! Costs of the gas domain: a cold day in a small town, its loads changing every hour.
#![allow(missing_docs)]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use twin_core::bindings::gas;
use twin_core::io::pandapipes;
use twin_core::world::network::Network;
use twin_core::world::sim::Sim;
use twin_physics::domains::gas::solver::{GasScratch, GasSettings};
use twin_physics::port::{Inputs, Outputs, PortIx};
use twin_physics::solver::Solver;

/// Step of the driver [s].
const STEP_S: f64 = 60.0;
/// Loads by the hour, over those of a cold morning [–].
const HOURS: [f64; 24] = [
    0.3, 0.3, 0.3, 0.3, 0.35, 0.5, 0.8, 1.0, 0.95, 0.8, 0.75, 0.9, 0.95, 0.75, 0.65, 0.65, 0.75, 0.95, 1.0, 0.95, 0.8,
    0.6, 0.45, 0.35,
];

fn town(c: &mut Criterion) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/gas/town/town.pp.json");
    let (net, _) = pandapipes::read_file(&file);
    let model = Arc::new(net.expect("a sound file").model);
    let solver = gas::solver("town.pp.json", &model, GasSettings::default()).expect("a sound network");
    let hours: Vec<Arc<Inputs>> = HOURS
        .iter()
        .map(|factor| {
            let mut inputs = Inputs::new(solver.ports().input_len());
            for node in 0..model.nodes.len() {
                inputs.set(solver.ports().input("load_factor", node).expect("a factor"), *factor);
            }
            Arc::new(inputs)
        })
        .collect();
    let started = Sim::start("gas", Arc::clone(&solver), &hours[0]).expect("it has an answer");
    c.bench_function("gas/town/day", |b| {
        b.iter_batched(
            || started.fork(),
            |mut day| {
                for (hour, inputs) in hours.iter().enumerate() {
                    for step in 1..=60 {
                        let end_s = 3600.0 * hour as f64 + STEP_S * f64::from(step);
                        day.advance(inputs, end_s).expect("it goes on");
                    }
                }
            },
            BatchSize::LargeInput,
        );
    });
    c.bench_function("gas/town/step", |b| {
        let mut scratch = GasScratch::default();
        b.iter_batched_ref(
            || started.state().clone(),
            |state| solver.step(state, &hours[7], STEP_S, &mut scratch).expect("a step").iterations,
            BatchSize::LargeInput,
        );
    });
    c.bench_function("gas/town/read", |b| {
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

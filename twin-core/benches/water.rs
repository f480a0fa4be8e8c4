//! Costs of the water domain: the fixture's day, and a looped town of ten thousand junctions made here.
#![allow(missing_docs)]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use twin_core::bindings::water;
use twin_core::io;
use twin_core::world::network::Network;
use twin_physics::domains::water::{
    DemandCategory, Junction, Link, LinkKind, Node, NodeIx, NodeKind, Pipe, Reservoir, Status, WaterModel,
};
use twin_physics::port::Inputs;

/// A square of streets with a source at a corner; lengths and diameters vary with the position.
fn town(side: usize) -> WaterModel {
    let mut model = WaterModel::default();
    for at in 0..side * side {
        let demands = vec![DemandCategory { base_m3s: 1e-5, pattern: None, name: String::new() }];
        let kind = NodeKind::Junction(Junction { demands, emitter_coefficient: 0.0 });
        model.nodes.push(Node { id: format!("J{at}"), elevation_m: (at % 7) as f64, kind });
    }
    let source = NodeIx::new(side * side);
    model.nodes.push(Node {
        id: "R".to_owned(),
        elevation_m: 80.0,
        kind: NodeKind::Reservoir(Reservoir { pattern: None }),
    });
    let mut pipe = |from, to, diameter_m| {
        let length_m = 80.0 + (model.links.len() % 5) as f64 * 10.0;
        let kind = LinkKind::Pipe(Pipe { length_m, diameter_m, roughness: 110.0, minor_k: 0.0, check_valve: false });
        model.links.push(Link { id: format!("P{}", model.links.len()), from, to, status: Status::Open, kind });
    };
    pipe(source, NodeIx::new(0), 0.8);
    for row in 0..side {
        for column in 0..side {
            let at = row * side + column;
            let wide = if row % 10 == 0 || column % 10 == 0 { 0.4 } else { 0.15 };
            if column + 1 < side {
                pipe(NodeIx::new(at), NodeIx::new(at + 1), wide);
            }
            if row + 1 < side {
                pipe(NodeIx::new(at), NodeIx::new(at + side), wide);
            }
        }
    }
    model
}

fn started(model: WaterModel) -> (Box<dyn Network>, Arc<Inputs>) {
    let solver = water::solver("bench", model).expect("a sound network");
    let (network, spec) = water::start("bench", "water", &solver).expect("it has an answer");
    (network, Arc::new(Inputs::new(spec.ports.input_len())))
}

fn day(c: &mut Criterion, name: &str, model: WaterModel, step_s: f64, end_s: f64) {
    let (network, inputs) = started(model);
    c.bench_function(name, |b| {
        b.iter(|| {
            let mut fork = network.fork();
            let mut t = 0.0;
            while t < end_s {
                t += step_s;
                fork.advance(&inputs, t).expect("it goes on");
            }
            black_box(fork.time_s())
        });
    });
}

fn water(c: &mut Criterion) {
    let district = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/district");
    let (city, found) = io::city::read(&district);
    let city = city.unwrap_or_else(|| panic!("{:?}", found.list()));
    let network = city.networks.iter().find_map(|n| n.water.as_ref()).expect("a water network");
    day(c, "water/district/day", (*network.model).clone(), 60.0, 86_400.0);
    day(c, "water/town-10k/hour", town(100), 600.0, 3_600.0);
    let (large, _) = started(town(316));
    c.bench_function("water/town-100k/fork", |b| b.iter_with_large_drop(|| black_box(large.fork())));
    c.bench_function("water/town-100k/save", |b| b.iter_with_large_drop(|| black_box(large.save())));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = water
}
criterion_main!(benches);

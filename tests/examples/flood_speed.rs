//! How fast the surface kernel is on a million cells: one JSON object a line for `tests/peers/flood.py`.
//!
//! `cargo run --release -p twin-tests --example flood_speed [COLUMNS]`. Every figure is the best of several rounds;
//! rates are by processor time, `wall_s` a step by the clock. `copy_share` is the time of a plain copy of depth,
//! remainder, u and v over that of a step: what the step makes of the speed of memory.

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use cpu_time::ProcessTime;
use serde_json::json;
use twin_core::rehearsal::threads::Threads;
use twin_physics::kernels::surface::friction::FrictionLaw;
use twin_physics::kernels::surface::grid::Ground;
use twin_physics::kernels::surface::real::Real;
use twin_physics::kernels::surface::step::{Buffers, Forcing, Order, Runner, Serial, Settings, Surface};
use twin_physics::kernels::surface::water::Water;

const CELL_M: f64 = 5.0;
const ROUNDS: usize = 6;
const STEPS: usize = 12;

/// A lake with waves over uneven ground; where `share` < 1, the north stands high and dry.
fn lake<T: Real>(columns: usize, share: f64, order: Order) -> (Surface<T>, Water<T>) {
    let at = |k: usize| (((k % columns) as f64 + 0.5) * CELL_M, ((k / columns) as f64 + 0.5) * CELL_M);
    let shore = share * columns as f64 * CELL_M;
    let bed = |k: usize| {
        let (x, y) = at(k);
        0.3 * ((0.01 * x).sin() + (0.006 * y).cos()) + if y < shore { 0.0 } else { 10.0 }
    };
    let bed_m: Vec<f64> = (0..columns * columns).map(bed).collect();
    let level = |k: usize| 2.0 + 0.2 * (0.02 * at(k).0).sin();
    let depth: Vec<f64> = bed_m.iter().enumerate().map(|(k, z)| (level(k) - z).max(0.0)).collect();
    let (law, walls) = (FrictionLaw::Manning, Vec::new());
    let ground = Ground { columns, rows: columns, cell_m: CELL_M, bed_m, roughness: vec![0.03], law, walls };
    let settings = Settings { order, film_m: 0.0, longest_step_s: 10.0, levels: 0 };
    let surface = Surface::new(&ground, Vec::new(), settings).expect("a sound ground");
    let water = Water::new(surface.grid(), &depth, &[], &[]);
    (surface, water)
}

/// Seconds of processor and clock that `work` takes.
#[expect(clippy::disallowed_methods, reason = "a measurement of time reads the clock")]
fn timed(work: impl FnOnce()) -> [f64; 2] {
    let (clock, cpu) = (Instant::now(), ProcessTime::now());
    work();
    [cpu.elapsed().as_secs_f64(), clock.elapsed().as_secs_f64()]
}

fn hash<T: Real>(water: &Water<T>) -> String {
    let mut hasher = blake3::Hasher::new();
    for value in [&water.depth, &water.rest, &water.u, &water.v].into_iter().flatten() {
        hasher.update(&value.wide().to_bits().to_le_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// One line: steps of a lake in turn with plain copies of its arrays.
fn line<T: Real>(out: &mut impl Write, what: &str, columns: usize, share: f64, order: Order, runner: Arc<dyn Runner>) {
    let (surface, mut water) = lake::<T>(columns, share, order);
    let mut copy = [water.depth.clone(), water.rest.clone(), water.u.clone(), water.v.clone()];
    let mut buffers = Buffers::on(runner);
    surface.begin(&mut buffers);
    let mut computed = 0;
    let mut advance = |water: &mut Water<T>| {
        let forcing = Forcing { boundaries: &[], rain_ms: &[] };
        computed = surface.step(water, forcing, 10.0, &mut buffers).expect("a step").cells;
    };
    advance(&mut water);
    let (mut best, mut best_copy) = ([f64::INFINITY; 2], f64::INFINITY);
    for _ in 0..ROUNDS {
        let took = timed(|| (0..STEPS).for_each(|_| advance(&mut water)));
        best = [0, 1].map(|k| best[k].min(took[k] / STEPS as f64));
        let took = timed(|| {
            for _ in 0..STEPS {
                for (to, from) in copy.iter_mut().zip([&water.depth, &water.rest, &water.u, &water.v]) {
                    to.copy_from_slice(from);
                }
                std::hint::black_box(&mut copy);
            }
        });
        best_copy = best_copy.min(took[0] / STEPS as f64);
    }
    let wet = water.depth.iter().filter(|h| h.wide() > T::DRY_M).count();
    let found = json!({
        "what": what, "cells": columns * columns, "wet_cells": wet, "computed_cells": computed,
        "rate_per_s": computed as f64 / best[0], "step_s": best[0], "wall_s": best[1], "copy_s": best_copy,
        "copy_share": (share >= 1.0).then_some(best_copy / best[0]), "state_hash": hash(&water),
    });
    writeln!(out, "{found}").expect("standard output");
}

fn main() {
    let columns = std::env::args().nth(1).map_or(1024, |n| n.parse().expect("a number of columns"));
    let out = &mut std::io::stdout().lock();
    let two = || Arc::new(Threads::new(2).expect("two threads"));
    line::<f32>(out, "hllc1 f32", columns, 1.0, Order::First, Arc::new(Serial));
    line::<f32>(out, "hllc1 f32, 2 threads", columns, 1.0, Order::First, two());
    line::<f32>(out, "hllc1 f32, a tenth wet", columns, 0.1, Order::First, Arc::new(Serial));
    line::<f64>(out, "hllc1 f64", columns, 1.0, Order::First, Arc::new(Serial));
    line::<f32>(out, "hllc2 f32", columns, 1.0, Order::Second, Arc::new(Serial));
    line::<f32>(out, "inertial f32", columns, 1.0, Order::Inertial, Arc::new(Serial));
}

//! Laws of local time steps.
use std::sync::Arc;

use proptest::prelude::*;

use super::super::edge::{Boundary, Edge, Stretch};
use super::super::grid::Ground;
use super::super::real::Real;
use super::super::step::{Buffers, Forcing, Order, Runner, Settings, Surface};
use super::super::water::Water;
use super::{STILL, ground, settings};

const COLUMNS: usize = 120;
const ROWS: usize = 226;

struct Backwards;
impl Runner for Backwards {
    fn run<'a>(&self, jobs: Vec<Box<dyn FnOnce() + Send + 'a>>) {
        jobs.into_iter().rev().for_each(|job| job());
    }
}

fn local(levels: u8) -> Settings {
    Settings { levels, film_m: 1e-3, ..settings(Order::First) }
}

/// A river that runs at 4 m/s between slopes with hollows.
fn valley() -> Ground {
    let bed = |x: f64, y: f64| {
        let slope = 0.03 * ((y - 325.0).abs() - 25.0).max(-3.0 / 0.03);
        100.0 - 0.008 * x + slope.max(-0.08 * (25.0 - (y - 325.0).abs())) + 0.3 * (0.05 * x).sin() * (0.04 * y).cos()
    };
    Ground { roughness: vec![0.03], ..ground(COLUMNS, ROWS, 5.0, bed) }
}

/// Rain over the valley with a river through it, and a spring that is fed at every step; the water and the cells it
/// took.
fn storm<T: Real>(levels: u8, runner: Option<Arc<dyn Runner>>) -> (Water<T>, Surface<T>, usize) {
    let west = Stretch { edge: Edge::West, from: 62, to: 68 };
    let east = Stretch { edge: Edge::East, from: 60, to: 70 };
    let spring = 20 * COLUMNS + 97;
    let s = Surface::<T>::new(&valley(), vec![west, east], local(levels)).unwrap().with_eager([spring]);
    let mut water = Water::dry(s.grid());
    let boundaries = [Boundary::Flow { flow_m3s: 120.0, level_m: None }, Boundary::Free];
    let forcing = Forcing { boundaries: &boundaries, rain_ms: &[40e-3 / 3600.0] };
    let mut buffers = runner.map_or_else(Buffers::default, Buffers::on);
    s.begin(&mut buffers);
    let mut cells = 0;
    while water.time_s < 400.0 {
        let until_s = water.time_s + 10.0;
        while water.time_s < until_s {
            let left_s = until_s - water.time_s;
            let step = s.step(&mut water, forcing, left_s, &mut buffers).unwrap();
            water.exchange(s.grid(), spring, 0.6 * step.dt_s);
            cells += step.cells;
            assert!(step.even || levels > 0);
        }
    }
    (water, s, cells)
}

fn off<T: Real>(water: &Water<T>, s: &Surface<T>) -> f64 {
    (water.volume_m3(s.grid()) - water.booked.expected_m3()).abs() / water.booked.turnover_m3()
}

#[test]
fn slow_tiles_step_less_often_and_no_water_is_lost() {
    let (all, s, all_cells) = storm::<f64>(0, None);
    let (some, _, some_cells) = storm::<f64>(3, None);
    assert!(off(&some, &s) < 1e-14 && off(&all, &s) < 1e-14, "{} {}", off(&some, &s), off(&all, &s));
    assert!(2 * some_cells < all_cells, "{some_cells} of {all_cells} cells");
    let apart: f64 = some.depth.iter().zip(&all.depth).map(|(a, b)| (a - b).abs()).sum();
    let whole: f64 = all.depth.iter().sum();
    assert!(apart < 0.01 * whole, "{apart} of {whole}");
    let (single, s, _) = storm::<f32>(3, None);
    assert!(off(&single, &s) < 1e-12, "{}", off(&single, &s));
    assert!(single.depth.iter().all(|h| *h >= 0.0));
}

#[test]
fn the_order_of_the_bands_leaves_every_bit() {
    let (one, ..) = storm::<f32>(3, None);
    let (other, ..) = storm::<f32>(3, Some(Arc::new(Backwards)));
    assert!(one == other);
}

#[test]
fn a_lake_beside_a_torrent_rests() {
    // Behind a ridge in the east a lake; in the west a steep chute.
    let g = ground(120, 48, 2.0, |x, _| if x < 100.0 { 10.0 - 0.1 * x } else { (x - 160.0).abs() * 0.02 });
    let g =
        Ground { bed_m: g.bed_m.iter().enumerate().map(|(c, z)| if c % 120 == 50 { 20.0 } else { *z }).collect(), ..g };
    let s = Surface::<f64>::new(&g, Vec::new(), local(3)).unwrap();
    let depth =
        |c: usize| if c % 120 < 8 { 2.0 } else { (1.1 - g.bed_m[c]).max(0.0) * f64::from(u8::from(c % 120 > 50)) };
    let depth: Vec<f64> = (0..g.bed_m.len()).map(depth).collect();
    let mut water = Water::new(s.grid(), &depth, &[], &[]);
    let mut buffers = Buffers::default();
    s.begin(&mut buffers);
    let mut uneven = 0;
    while water.time_s < 60.0 {
        let left_s = 60.0 - water.time_s;
        uneven += usize::from(!s.step(&mut water, STILL, left_s, &mut buffers).unwrap().even);
    }
    let lake = |c: &usize| c % 120 > 50;
    let fastest = (0..depth.len()).filter(lake).fold(0.0_f64, |m, c| m.max(water.u[c].abs()).max(water.v[c].abs()));
    assert!(uneven > 20 && fastest < 1e-10, "{uneven} {fastest}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pools_on_any_ground_keep_their_water(
        waves in prop::collection::vec((0.01..0.4_f64, 0.0..6.3_f64, 0.1..2.0_f64), 4),
        pools in prop::collection::vec((0..90_usize, 0..70_usize, 2..30_usize, 0.01..5.0_f64), 1..6),
        rain in 0.0..1e-4_f64,
        until in 5.0..40.0_f64,
    ) {
        let bed = |x: f64, y: f64| waves.iter().map(|(k, phase, a)| a * ((k * (x + 0.7 * y)) + phase).sin()).sum();
        let g = Ground { roughness: vec![0.03], ..ground(93, 71, 3.0, bed) };
        let mut depth = vec![0.0; g.bed_m.len()];
        for (i, j, size, h) in pools {
            for y in j..(j + size).min(71) {
                depth[y * 93 + i..y * 93 + (i + size).min(93)].fill(h);
            }
        }
        let s = Surface::<f64>::new(&g, Vec::new(), local(3)).unwrap();
        let mut water = Water::new(s.grid(), &depth, &[], &[]);
        let mut buffers = Buffers::default();
        s.begin(&mut buffers);
        while water.time_s < until {
            let left_s = until - water.time_s;
            s.step(&mut water, Forcing { boundaries: &[], rain_ms: &[rain] }, left_s, &mut buffers).unwrap();
        }
        prop_assert!(off(&water, &s) < 1e-13, "{}", off(&water, &s));
        prop_assert!(water.depth.iter().all(|h| *h >= 0.0 && *h < 20.0));
    }
}

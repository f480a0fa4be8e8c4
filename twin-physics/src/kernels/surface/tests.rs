//! Laws of the whole kernel.
use super::edge::{Boundary, Edge, Stretch};
use super::friction::FrictionLaw;
use super::grid::Ground;
use super::real::Real;
use super::record::Record;
use super::soak::{Soak, SoakLaw, Soaked};
use super::step::{Buffers, Forcing, Order, Runner, Serial, Settings, Surface};
use super::water::Water;

mod flood_dams;
mod pace;

fn ground(columns: usize, rows: usize, cell_m: f64, bed: impl Fn(f64, f64) -> f64) -> Ground {
    let at = |k: usize| ((k % columns) as f64 + 0.5, (k / columns) as f64 + 0.5);
    let bed_m = (0..columns * rows).map(|k| bed(at(k).0 * cell_m, at(k).1 * cell_m)).collect();
    Ground { columns, rows, cell_m, bed_m, roughness: vec![0.0], law: FrictionLaw::Manning, walls: Vec::new() }
}

fn settings(order: Order) -> Settings {
    Settings { order, film_m: 0.0, longest_step_s: 10.0, levels: 0 }
}

fn run<T: Real>(s: &Surface<T>, water: &mut Water<T>, forcing: Forcing<'_>, until_s: f64) -> usize {
    let mut buffers = Buffers::default();
    s.begin(&mut buffers);
    let mut steps = 0;
    while water.time_s < until_s - 1e-9 {
        let left = until_s - water.time_s;
        s.step(water, forcing, left, &mut buffers).unwrap();
        steps += 1;
    }
    steps
}

const STILL: Forcing<'_> = Forcing { boundaries: &[], rain_ms: &[] };

#[test]
fn a_lake_with_islands_rests() {
    let hills = |x: f64, y: f64| 1.5 * (0.31 * x).sin() * (0.17 * y).cos() + 812.0;
    for order in [Order::First, Order::Second] {
        let g = ground(61, 47, 1.0, hills);
        let s = Surface::<f64>::new(&g, Vec::new(), settings(order)).unwrap();
        let depth: Vec<f64> = g.bed_m.iter().map(|z| (812.4 - z).max(0.0)).collect();
        let mut water = Water::new(s.grid(), &depth, &[], &[]);
        run(&s, &mut water, STILL, 100.0);
        let fastest = water.u.iter().chain(&water.v).fold(0.0_f64, |m, u| m.max(u.abs()));
        assert!(fastest < 1e-10, "{order:?}: {fastest}");
    }
}

#[test]
fn a_dam_break_keeps_its_water_and_is_near_stoker() {
    for (order, law) in [(Order::First, 0.02), (Order::Second, 0.005)] {
        let g = ground(400, 4, 0.025, |_, _| 0.0);
        let s = Surface::<f64>::new(&g, Vec::new(), settings(order)).unwrap();
        let depth: Vec<f64> = (0..1600).map(|k| if k % 400 < 200 { 0.005 } else { 0.001 }).collect();
        let mut water = Water::new(s.grid(), &depth, &[], &[]);
        run(&s, &mut water, STILL, 6.0);
        let off = (water.volume_m3(s.grid()) / water.booked.expected_m3() - 1.0).abs();
        assert!(off < 1e-12, "{off}");
        let middle = water.depth[220];
        assert!((middle / 0.002_539 - 1.0).abs() < law, "{order:?}: {middle}");
    }
}

#[test]
fn rain_on_a_lake_is_not_lost_in_single_precision() {
    let g = ground(40, 40, 5.0, |_, _| 100.0);
    let s = Surface::<f32>::new(&g, Vec::new(), settings(Order::First)).unwrap();
    let mut water = Water::new(s.grid(), &vec![1.0; 1600], &[], &[]);
    run(&s, &mut water, Forcing { boundaries: &[], rain_ms: &[20e-3 / 3600.0] }, 3600.0);
    let volume = water.volume_m3(s.grid());
    assert!((volume / (1.02 * 40_000.0) - 1.0).abs() < 1e-12, "{volume}");
}

#[test]
fn what_enters_and_leaves_is_booked() {
    let g = Ground { roughness: vec![0.03], ..ground(50, 20, 2.0, |x, _| -0.01 * x) };
    let west = Stretch { edge: Edge::West, from: 5, to: 15 };
    let east = Stretch { edge: Edge::East, from: 0, to: 20 };
    for order in [Order::First, Order::Second] {
        let s = Surface::<f32>::new(&g, vec![west, east], settings(order)).unwrap();
        let mut water = Water::dry(s.grid());
        let boundaries = [Boundary::Flow { flow_m3s: 3.0, level_m: None }, Boundary::Free];
        run(&s, &mut water, Forcing { boundaries: &boundaries, rain_ms: &[] }, 600.0);
        let booked = water.booked;
        assert!((booked.entered_m3 / 1800.0 - 1.0).abs() < 1e-5, "{booked:?}");
        let off = (water.volume_m3(s.grid()) - booked.expected_m3()).abs() / booked.turnover_m3();
        assert!(off < 1e-9 && booked.left_m3 > 1200.0, "{order:?}: {off} {booked:?}");
    }
}

#[test]
fn rain_soaks_into_ground_and_is_booked() {
    let g = Ground { roughness: vec![0.05], ..ground(48, 32, 5.0, |x, _| 0.002 * x) };
    let film = Settings { film_m: 1e-3, ..settings(Order::First) };
    let s = Surface::<f32>::new(&g, Vec::new(), film).unwrap();
    let mut water = Water::dry(s.grid());
    let loam = SoakLaw::GreenAmpt { conductivity_ms: 2e-6, suction_m: 0.1, deficit: 0.3 };
    let class = (0..g.bed_m.len()).map(|c| u8::from(c % 48 > 20)).collect();
    let (soak, mut soaked) = (Soak { laws: vec![SoakLaw::Sealed, loam], class }, Soaked::default());
    let mut record = Record::new(s.grid(), 0.01);
    let mut buffers = Buffers::default();
    while water.time_s < 3600.0 {
        s.begin(&mut buffers);
        let forcing = Forcing { boundaries: &[], rain_ms: &[40e-3 / 3600.0] };
        let until = water.time_s + 10.0;
        while water.time_s < until - 1e-9 {
            let left = until - water.time_s;
            s.step(&mut water, forcing, left, &mut buffers).unwrap();
        }
        soak.step(s.grid(), &mut water, &mut soaked, 0.0, &Serial);
        record.note(s.grid(), &water, 0.0, &Serial);
    }
    let area = 48.0 * 32.0 * 25.0;
    assert!((water.booked.rain_m3 / (0.04 * area) - 1.0).abs() < 1e-9);
    let off = (water.volume_m3(s.grid()) - water.booked.expected_m3()).abs() / water.booked.turnover_m3();
    assert!(off < 1e-9 && water.booked.soaked_m3 > 0.1 * water.booked.rain_m3, "{off} {:?}", water.booked);
    let low = 5 * 48;
    assert!(record.depth_m[low] > 0.02 && record.arrival_s[low] > 0.0 && record.flooded_s[low] > 60.0);
    assert!(record.arrival_s[47] < 0.0, "the upper end only sheds");
}

#[test]
fn bits_do_not_depend_on_who_runs_the_bands() {
    struct Backwards;
    impl Runner for Backwards {
        fn run<'a>(&self, jobs: Vec<Box<dyn FnOnce() + Send + 'a>>) {
            jobs.into_iter().rev().for_each(|job| job());
        }
    }
    let g = Ground { roughness: vec![0.02], ..ground(70, 90, 2.0, |x, y| 0.5 * (0.07 * x).sin() * (0.05 * y).cos()) };
    for order in [Order::First, Order::Second] {
        let s = Surface::<f32>::new(&g, Vec::new(), settings(order)).unwrap();
        let depth: Vec<f64> = (0..g.bed_m.len()).map(|k| if k % 70 < 30 { 1.0 } else { 0.0 }).collect();
        let ends = [Buffers::default(), Buffers::on(std::sync::Arc::new(Backwards))].map(|mut buffers| {
            let mut water = Water::new(s.grid(), &depth, &[], &[]);
            for k in 0..60 {
                if k % 7 == 0 {
                    s.begin(&mut buffers);
                }
                s.step(&mut water, STILL, 1e9, &mut buffers).unwrap();
            }
            water
        });
        assert!(ends[0] == ends[1]);
    }
}

#[test]
fn the_fast_scheme_keeps_its_water_and_runs_down_to_a_level_pond() {
    let g = Ground { roughness: vec![0.04], ..ground(40, 36, 10.0, |x, y| 0.002 * (x - 150.0).abs() + 0.001 * y) };
    let s = Surface::<f64>::new(&g, Vec::new(), settings(Order::Inertial)).unwrap();
    let depth: Vec<f64> = (0..g.bed_m.len()).map(|k| if k % 40 > 30 { 0.8 } else { 0.0 }).collect();
    let mut water = Water::new(s.grid(), &depth, &[], &[]);
    run(&s, &mut water, STILL, 40_000.0);
    let off = (water.volume_m3(s.grid()) / water.booked.expected_m3() - 1.0).abs();
    assert!(off < 1e-12, "{off}");
    let wet: Vec<f64> =
        (0..depth.len()).filter(|&c| water.depth[c] > 0.05).map(|c| water.level_m(s.grid(), c)).collect();
    let (low, high) = wet.iter().fold((f64::MAX, f64::MIN), |(a, b), &l| (a.min(l), b.max(l)));
    assert!(wet.len() > 50 && high - low < 0.01, "{low} {high} {}", wet.len());
}

//! Test 4: a flood that spreads over a flat.
//!
//! Measured at 10 m, hllc1: water reaches the points on the axis after 8, 15, 29, 44 and 60 min, (300, 1300) after 65.

use twin_tests::flood_ea::plain;

use super::{Done, HLLC1, HLLC2, INERTIAL, run, slow};

const F32: &str = "precision = \"f32\"\n";
/// Points on the axis [m], and depths after an hour [m] between which the packages of the report lie, read off its
/// figure 4.13 to about 2 cm.
const HOUR: [(f64, [f64; 2]); 5] =
    [(50.0, [0.29, 0.36]), (100.0, [0.25, 0.29]), (200.0, [0.18, 0.21]), (300.0, [0.11, 0.14]), (400.0, [0.0, 0.04])];
const READING_M: f64 = 0.03;

/// Largest difference of depth between a cell and its mirror image across the axis [m].
fn lopsided(done: &Done, t_s: u32) -> f64 {
    let depth = done.raster(&format!("depth_{t_s}"));
    let rows = depth.chunks(done.case.size[0]);
    let pairs = rows.clone().zip(rows.rev()).flat_map(|(a, b)| a.iter().zip(b));
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn arrivals(done: &Done) -> Vec<f64> {
    (1..=6).map(|id| done.arrival(&id.to_string(), 0.01)).collect()
}

/// Both sides of the axis alike, all water there, a front that arrives in the order of distance and as far in all
/// directions.
fn holds(done: &Done, what: &str, even_m: f64) {
    let hours = done.solved.time_s / 3600.0;
    let off = lopsided(done, 3600);
    assert!(off <= even_m, "{what}: {off} m beside its mirror image");
    // What a trapezoid of the published volume has brought until then.
    let wanted = 20.0 * (3600.0 * (hours - 0.5)).min(285_000.0 / 20.0);
    let entered = done.solved.booked.entered_m3;
    assert!((entered / wanted - 1.0).abs() < 1e-3, "{what}: {entered} m³ of {wanted}");
    let arrive = arrivals(done);
    assert!(arrive.windows(2).all(|p| p[0] < p[1]) && arrive[5] < 7200.0, "{what}: {arrive:?}");
    // The sixth point is 424 m from the breach, off the axis; between the fourth and fifth the front slows evenly.
    let straight = arrive[4] + (arrive[4] - arrive[3]) * (424.26 - 400.0) / 100.0;
    assert!((arrive[5] / straight - 1.0).abs() < 0.05, "{what}: {} s slantwise, {straight} s straight", arrive[5]);
    for (k, (x, [low, high])) in HOUR.into_iter().enumerate() {
        let depth = done.at(&(k + 1).to_string(), 3600.0).depth_m;
        assert!((low - READING_M..=high + READING_M).contains(&depth), "{what}: {depth} m at {x} m after an hour");
    }
}

#[test]
fn a_plain_floods_evenly_to_both_sides() {
    let truth = run(plain(10.0, 1.5, &(HLLC1.to_owned() + F32)), 1);
    holds(&truth, "hllc1", 1e-4);
    let fast = run(plain(10.0, 1.5, &(INERTIAL.to_owned() + F32)), 1);
    holds(&fast, "inertial", 1e-4);
    for (a, b) in arrivals(&truth).iter().zip(arrivals(&fast)) {
        assert!((a - b).abs() <= (0.1 * a).max(120.0), "arrivals {a} s, by local inertia {b} s");
    }
    assert!(fast.solved.max_froude < 1.0 && fast.solved.warnings.is_empty(), "{:?}", fast.solved.warnings);
}

/// The published grid to its end, and the second order.
#[test]
fn the_published_plain_floods_alike() {
    if slow() {
        holds(&run(plain(5.0, 5.0, &(HLLC1.to_owned() + F32)), 2), "hllc1 at 5 m", 1e-4);
        holds(&run(plain(10.0, 1.5, HLLC2), 2), "hllc2 at 10 m", 1e-9);
    }
}

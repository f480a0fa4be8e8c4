//! Test 4: a flood that spreads over a flat.
//!
//! Measured at 10 m: by hllc2 water reaches the points on the axis after 6, 12, 26, 42 and 58 min and (300, 1300) after
//! 63 (at 5 m: 6, 12, 27, 42, 59, 63). hllc1 spreads the front ahead: 5, 10, 22, 35, 50, 55 (at 5 m: 5, 11, 24, 38, 54,
//! 58). Local inertia comes as hllc2 does along the axis and after 58 aslant: each of its faces goes by itself.

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

/// Both sides of the axis alike to `even_m`, all water there, a front that arrives in the order of distance, and aslant
/// as it does straight, to `round` of its time.
fn holds(done: &Done, what: &str, [even_m, round]: [f64; 2]) {
    let hours = done.solved.time_s / 3600.0;
    let off = lopsided(done, 3600);
    assert!(off <= even_m, "{what}: {off} m beside its mirror image");
    // What a trapezoid of the published volume has brought until then.
    let wanted = 20.0 * (3600.0 * (hours - 0.5)).min(285_000.0 / 20.0);
    let entered = done.solved.booked.entered_m3;
    assert!((entered / wanted - 1.0).abs() < 1e-3, "{what}: {entered} m³ of {wanted}");
    let arrive = arrivals(done);
    assert!(arrive[..5].windows(2).all(|p| p[0] < p[1]), "{what}: {arrive:?}");
    // The sixth point is 424 m from the breach, off the axis; between the fourth and fifth the front slows evenly.
    let straight = arrive[4] + (arrive[4] - arrive[3]) * (424.26 - 400.0) / 100.0;
    assert!((arrive[5] / straight - 1.0).abs() < round, "{what}: {} s slantwise, {straight} s straight", arrive[5]);
    for (k, (x, [low, high])) in HOUR.into_iter().enumerate() {
        let depth = done.at(&(k + 1).to_string(), 3600.0).depth_m;
        assert!((low - READING_M..=high + READING_M).contains(&depth), "{what}: {depth} m at {x} m after an hour");
    }
}

#[test]
fn a_plain_floods_evenly_to_both_sides() {
    let truth = run(plain(10.0, 1.5, &(HLLC1.to_owned() + F32)), 1);
    holds(&truth, "hllc1", [1e-4, 0.05]);
    let fast = run(plain(10.0, 1.5, &(INERTIAL.to_owned() + F32)), 1);
    holds(&fast, "inertial", [1e-4, 0.1]);
    let second = arrivals(&run(plain(10.0, 1.5, &(HLLC2.to_owned() + F32)), 1));
    let (first, inertial) = (arrivals(&truth), arrivals(&fast));
    for (k, best) in second.iter().enumerate().take(5) {
        assert!(
            (inertial[k] / best - 1.0).abs() < 0.03,
            "point {}: {best} s, by local inertia {} s",
            k + 1,
            inertial[k]
        );
        assert!((0.8..1.0).contains(&(first[k] / best)), "point {}: {best} s, by hllc1 {} s", k + 1, first[k]);
    }
    assert!(fast.solved.max_froude < 1.0 && fast.solved.warnings.is_empty(), "{:?}", fast.solved.warnings);
}

/// The published grid to its end, and the second order.
#[test]
fn the_published_plain_floods_alike() {
    if slow() {
        holds(&run(plain(5.0, 5.0, &(HLLC1.to_owned() + F32)), 2), "hllc1 at 5 m", [1e-4, 0.05]);
        holds(&run(plain(10.0, 1.5, HLLC2), 2), "hllc2 at 10 m", [1e-9, 0.05]);
    }
}

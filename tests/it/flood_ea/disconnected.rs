//! Test 1: a pond that stays behind.
//!
//! Measured at 10 m: 10.2516 m at both points at the end, by each scheme.

use twin_tests::flood_ea::{SILL_M, disconnected};

use super::{Done, HLLC1, HLLC2, INERTIAL, run, slow};

/// While the edge stands at 10.35 m all ground comes to that level; when it has fallen, the pond stays at the sill, the
/// water before the sill goes with the edge, and nothing swings.
fn holds(done: &Done, what: &str) {
    for id in ["1", "2"] {
        let full = done.at(id, 36_000.0).level_m;
        assert!((full - 10.35).abs() < 0.002, "{what}, point {id}: {full} m under the high level");
        let end = done.at(id, 72_000.0);
        assert!((end.level_m - SILL_M).abs() <= 0.01, "{what}, point {id}: the pond ends at {} m", end.level_m);
        assert!(end.speed_ms < 1e-3, "{what}, point {id}: {} m/s", end.speed_ms);
        let falls = done.gauge(id).into_iter().filter(|r| r.t_s >= 44_000.0);
        let falls: Vec<f64> = falls.map(|r| r.level_m).collect();
        assert!(falls.windows(2).all(|p| p[1] <= p[0] + 1e-6), "{what}, point {id}: the level rises again");
    }
    let depth = done.raster("depth_72000");
    let level = |x: f64| {
        let cell = done.case.size[1] / 2 * done.case.size[0] + (x / done.case.cell_m) as usize;
        done.case.bed_m[cell] + depth[cell]
    };
    assert!((level(15.0) - 9.7).abs() < 0.005, "{what}: {} m at the edge", level(15.0));
    assert!((level(400.0) - level(690.0)).abs() < 1e-3, "{what}: the pond is not level");
}

#[test]
fn the_pond_ends_at_the_sill() {
    for (scheme, what) in [(HLLC1, "hllc1"), (INERTIAL, "inertial")] {
        holds(&run(disconnected(10.0, scheme), 1), what);
    }
}

/// The same by the second order, and where a cell is half as wide.
#[test]
fn the_pond_ends_at_the_sill_on_other_grids() {
    if slow() {
        holds(&run(disconnected(10.0, HLLC2), 1), "hllc2");
        holds(&run(disconnected(5.0, HLLC1), 1), "hllc1 at 5 m");
    }
    holds(&run(disconnected(20.0, HLLC2), 1), "hllc2 at 20 m");
}

//! A dam that is gone at once, in a winding loess valley that falls 10 m per km.

use twin_tests::flood_ea::{FULL_M, GAUGES_M, thalweg, valley};

use super::{Done, HLLC1, HLLC2, run, slow};

const SEED: u64 = 1;
/// Blocks over which depths and arrivals are compared between grids [m]: cells of the coarsest one.
const BLOCK_M: f64 = 40.0;

/// Means over the block around each gauge: greatest depth [m] and arrival [s].
fn blocks(done: &Done) -> Vec<[f64; 2]> {
    let (depth, arrival) = (done.raster("max_depth"), done.raster("arrival_s"));
    let n = (BLOCK_M / done.case.cell_m).round() as usize;
    let mean = |values: &[f64], x: f64| {
        let from = |m: f64| (m / BLOCK_M) as usize * n;
        let (i, j) = (from(x), from(thalweg(x)));
        let cells = (0..n * n).map(|k| values[(j + k / n) * done.case.size[0] + i + k % n]);
        cells.sum::<f64>() / (n * n) as f64
    };
    GAUGES_M.iter().map(|&x| [mean(&depth, x), mean(&arrival, x)]).collect()
}

/// The wave comes to the gauges in their order, lower and slower further down, and leaves by the open edge.
fn in_order(done: &Done, what: &str) {
    let found = blocks(done);
    assert!(found.windows(2).all(|p| p[0][1] < p[1][1]), "{what}: arrivals {found:?}");
    assert!(found[0][0] > found[4][0] && found[4][0] > 0.5, "{what}: depths {found:?}");
    let booked = done.solved.booked;
    // A second-order face may see water turn back within a step: a trace comes in.
    assert!(booked.left_m3 > 0.3 * booked.start_m3 && booked.entered_m3 < 1e-6 * booked.start_m3, "{what}: {booked:?}");
    let start = done.raster("depth_0");
    let highest = start.iter().zip(&done.case.bed_m).filter(|(h, _)| **h > 0.0).map(|(h, z)| h + z);
    assert!(highest.fold(0.0, f64::max) < FULL_M + 1e-6, "{what}: the reservoir is not level");
}

/// Largest and mean change between two grids: of depth relative to the finer one, of arrival [s].
fn change(coarse: &[[f64; 2]], fine: &[[f64; 2]]) -> [f64; 2] {
    let mean = |f: &dyn Fn(&[f64; 2], &[f64; 2]) -> f64| {
        coarse.iter().zip(fine).map(|(a, b)| f(a, b)).sum::<f64>() / fine.len() as f64
    };
    [mean(&|a, b| (a[0] / b[0] - 1.0).abs()), mean(&|a, b| (a[1] - b[1]).abs())]
}

fn converges(cells_m: [f64; 3], how: &str, threads: usize) {
    let grids = cells_m.map(|cell_m| {
        let done = run(valley(cell_m, SEED, false, how), threads);
        in_order(&done, how);
        blocks(&done)
    });
    let (first, second) = (change(&grids[0], &grids[1]), change(&grids[1], &grids[2]));
    for k in 0..2 {
        assert!(second[k] < 0.75 * first[k], "{how}: changes {first:?}, then {second:?}; {grids:?}");
    }
    assert!(second[0] < 0.1 && second[1] < 30.0, "{how}: {second:?}");
}

#[test]
fn a_dam_break_converges_with_the_grid() {
    converges([40.0, 20.0, 10.0], HLLC1, 1);
    converges([40.0, 20.0, 10.0], HLLC2, 1);
}

#[test]
fn a_dam_break_converges_on_fine_grids() {
    if slow() {
        converges([20.0, 10.0, 5.0], HLLC1, 2);
    }
}

/// Both orders tell of the same wave; single precision of the same as double; one thread and two of the same bits.
#[test]
fn a_dam_break_is_the_same_however_it_is_computed() {
    let single = |scheme: &str| scheme.to_owned() + "precision = \"f32\"\n";
    let first = run(valley(20.0, SEED, false, HLLC1), 1);
    let second = run(valley(20.0, SEED, false, HLLC2), 1);
    let [depth, arrival] = change(&blocks(&first), &blocks(&second));
    assert!(depth < 0.1 && arrival < 30.0, "orders differ by {depth} of the depth and {arrival} s");
    let narrow = run(valley(20.0, SEED, false, &single(HLLC1)), 1);
    let [depth, arrival] = change(&blocks(&narrow), &blocks(&first));
    assert!(depth < 1e-3 && arrival < 1.0, "precisions differ by {depth} of the depth and {arrival} s");
    for (one, how) in [(&first, HLLC1.to_owned()), (&second, HLLC2.to_owned()), (&narrow, single(HLLC1))] {
        let two = run(valley(20.0, SEED, false, &how), 2);
        assert_eq!(one.solved, two.solved, "{how}");
    }
}

/// A dam that breaches over five minutes sends a lower wave that comes later than one that is gone at once.
#[test]
fn a_breach_is_kinder_than_a_dam_that_vanishes() {
    let gone = run(valley(20.0, SEED, false, HLLC1), 1);
    let breach = run(valley(20.0, SEED, true, HLLC1), 1);
    in_order(&breach, "breach");
    assert_eq!(breach.solved.events.len(), 2, "it breaches and has grown out: {:?}", breach.solved.events);
    let (gone, breach) = (blocks(&gone), blocks(&breach));
    assert!(gone.iter().zip(&breach).all(|(a, b)| a[1] + 60.0 < b[1]), "{gone:?} {breach:?}");
    assert!(gone[0][0] > breach[0][0], "{gone:?} {breach:?}");
}

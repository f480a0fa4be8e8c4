//! Laws of check dams.

use super::super::dam_books::DamBooks;
use super::super::friction::FrictionLaw;
use super::super::grid::Ground;
use super::*;
use crate::num::curve::Curve;
use proptest::prelude::*;

fn gully() -> (Grid<f64>, Water<f64>) {
    let ground = Ground {
        columns: 1,
        rows: 1,
        cell_m: 1000.0,
        bed_m: vec![900.0],
        roughness: vec![0.04],
        law: FrictionLaw::Manning,
        walls: Vec::new(),
    };
    let grid = Grid::new(&ground).unwrap();
    let water = Water::dry(&grid);
    (grid, water)
}

/// A dam 10 m high that holds 100,000 m³ up to its crest.
fn dam(floor_m: f64, next: Next) -> CheckDam {
    let points = (0..=24).map(|k| f64::from(k) * 0.5).map(|d| (floor_m + d, 1e3 * d * d)).collect();
    CheckDam {
        storage: Vessel::Table(Curve::new(points).unwrap()),
        crest_m: floor_m + 10.0,
        crest_length_m: 80.0,
        spillway: None,
        failure: Some(DamFailure { overflow_m: 0.3, foot_m: floor_m, breach: None }),
        next,
    }
}

fn run(dams: &CheckDams, states: &mut [DamState], inflow: &[f64], dt: f64, steps: usize) -> (Vec<DamEvent>, f64) {
    let (grid, mut water) = gully();
    let (mut out, mut events) = (DamStep::default(), Vec::new());
    for _ in 0..steps {
        water.time_s += dt;
        dams.step(states, inflow, &grid, &mut water, dt, &mut out).unwrap();
        events.extend_from_slice(&out.events);
    }
    (events, water.volume_m3(&grid))
}

/// Overtop, breach, next dam: in a chain of three a flood into the first takes all of them, one after the other.
#[test]
fn a_chain_fails_from_the_top() {
    let list = vec![dam(970.0, Next::Dam(1)), dam(940.0, Next::Dam(2)), dam(910.0, Next::Cell(0))];
    let dams = CheckDams::new(1, list).unwrap();
    let mut states = dams.start(&[95_000.0, 90_000.0, 60_000.0]);
    let (events, below) = run(&dams, &mut states, &[60.0], 5.0, 1440);
    let failed: Vec<f64> = states.iter().map(|s| s.failed_s.unwrap()).collect();
    assert!(failed[0] < failed[1] && failed[1] < failed[2], "{failed:?}");
    for k in 0..3 {
        let order: Vec<_> = events.iter().filter(|e| e.dam == k).map(|e| e.what).collect();
        let right = matches!(order[..], [Happened::Overtopped(_), Happened::Breached(_), Happened::GrownOut(_)]);
        assert!(right, "{k}: {order:?}");
    }
    // The peaks grow down the chain, and all water is below or behind the dams.
    assert!(states[0].peak_m3s > 60.0 && states[2].peak_m3s > states[0].peak_m3s, "{states:?}");
    let stored: f64 = states.iter().map(|s| s.volume_m3).sum();
    assert!(((stored + below) / (245_000.0 + 60.0 * 7200.0) - 1.0).abs() < 1e-12);
}

/// With its own storage alone, the first dam of the chain would have kept the others whole.
#[test]
fn a_dam_that_holds_spares_the_next() {
    let list = vec![CheckDam { failure: None, ..dam(970.0, Next::Dam(1)) }, dam(940.0, Next::Cell(0))];
    let dams = CheckDams::new(1, list).unwrap();
    let mut states = dams.start(&[95_000.0, 70_000.0]);
    run(&dams, &mut states, &[20.0], 5.0, 240);
    assert_eq!((states[0].failed_s, states[1].failed_s), (None, None));
    assert!(states[0].overtopped_s.is_some());
}

/// A spillway that carries the flood keeps its dam; blocked, the same flood takes it.
#[test]
fn a_blocked_spillway_costs_the_dam() {
    let spared = CheckDam { spillway: Some([958.5, 12.0]), ..dam(950.0, Next::Away) };
    let dams = CheckDams::new(1, vec![spared]).unwrap();
    let failed = |blocked_share: f64| {
        let mut states = dams.start(&[70_000.0]);
        states[0].blocked_share = blocked_share;
        run(&dams, &mut states, &[30.0], 5.0, 1440);
        states[0].failed_s.is_some()
    };
    assert!(!failed(0.0) && !failed(f64::NAN) && !failed(-1.0) && failed(1.0) && failed(7.0));
}

/// Width and time are Froehlich's for the water behind the dam, and the peak lies where such dams have had theirs:
/// between a third of and three times Froehlich's own regression of 1995, `0.607·V^0.295·h^1.24`.
#[test]
fn a_breach_is_as_wide_as_froehlich_says() {
    let dams = CheckDams::new(1, vec![dam(950.0, Next::Away)]).unwrap();
    let mut states = dams.start(&[107_000.0]);
    run(&dams, &mut states, &[], 2.0, 2000);
    let s = states[0];
    let volume = s.left_m3.value() + s.volume_m3;
    assert!((volume - 107_000.0).abs() < 1e-6);
    let (width, time) = super::super::breach::froehlich(107_000.0, 10.0, true);
    assert!((s.final_breach[0] / width - 1.0).abs() < 1e-9 && (s.final_breach[1] / time - 1.0).abs() < 1e-9);
    let peak = 0.607 * 107_000.0_f64.powf(0.295) * 10.0_f64.powf(1.24);
    assert!(s.peak_m3s > peak / 3.0 && s.peak_m3s < peak * 3.0, "{} {peak}", s.peak_m3s);
    assert!((s.grown_s.unwrap() - time).abs() < 3.0);
}

/// The outflow does not hang on the step.
#[test]
fn the_peak_is_the_same_with_short_and_long_steps() {
    let peak = |dt: f64, steps| {
        let dams = CheckDams::new(1, vec![dam(950.0, Next::Away)]).unwrap();
        let mut states = dams.start(&[107_000.0]);
        run(&dams, &mut states, &[], dt, steps);
        states[0].peak_m3s
    };
    let (fine, coarse) = (peak(1.0, 2000), peak(60.0, 34));
    assert!((coarse / fine - 1.0).abs() < 0.05, "{fine} {coarse}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let circle = vec![dam(970.0, Next::Dam(1)), dam(940.0, Next::Dam(0)), dam(940.0, Next::Away)];
    assert_eq!(CheckDams::new(1, circle), Err(DamError::Circle { dam: 0 }));
    let what = |d: CheckDam| match CheckDams::new(1, vec![d]) {
        Err(DamError::Value { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    let whole = dam(950.0, Next::Away);
    let zero = DamFailure { overflow_m: 0.3, foot_m: 950.0, breach: Some([0.0, 600.0]) };
    assert_eq!(what(CheckDam { failure: Some(zero), ..whole.clone() }), "width of a breach");
    assert_eq!(what(CheckDam { next: Next::Cell(1), ..whole.clone() }), "next cell");
    assert_eq!(what(CheckDam { next: Next::Dam(3), ..whole.clone() }), "next dam");
    assert_eq!(what(CheckDam { crest_m: 900.0, ..whole }), "crest");
}

proptest! {
    /// Dams, grid and what left keep all water, whatever the inflow and steps.
    #[test]
    fn dams_keep_the_water(
        fill in prop::collection::vec(0.0..1.4e5_f64, 3), inflow in prop::collection::vec(0.0..300.0_f64, 3),
        dt in 0.5..600.0_f64, sill in 7.0..9.9_f64,
    ) {
        let spill = CheckDam { spillway: Some([960.0 + sill, 4.0]), ..dam(960.0, Next::Dam(2)) };
        let dams = CheckDams::new(1, vec![spill, dam(955.0, Next::Dam(2)), dam(920.0, Next::Cell(0))]).unwrap();
        let mut states = dams.start(&fill);
        let start: f64 = states.iter().map(|s| s.volume_m3).sum();
        let (_, below) = run(&dams, &mut states, &inflow, dt, 12);
        let now: f64 = states.iter().map(|s| s.volume_m3).sum::<f64>() + below;
        let all = start + inflow.iter().sum::<f64>() * dt * 12.0;
        prop_assert!((now - all).abs() < 1e-11 * all.max(1.0), "{} {}", now, all);
        prop_assert!(states.iter().all(|s| s.volume_m3 >= 0.0));
        let books = DamBooks::of(&dams, &states, &gully().0);
        prop_assert!((books.poured_m3 - below).abs() < 1e-11 * all.max(1.0), "{:?} {}", books, below);
        prop_assert!(books.residual_m3().abs() < 1e-12 * all.max(1.0), "{:?}", books);
    }
}

//! Streets and sewers of a town in a cloudburst.
//!
//! Measured on the whole town by `cargo run --release -p twin-tests --example cloudburst`.

use std::sync::Arc;

use twin_core::rehearsal::threads::Threads;
use twin_physics::kernels::surface::step::Serial;
use twin_tests::cloudburst::{Town, Weather};

/// 60 conduits under 300 × 180 cells for an hour: all water accounted for, the sewers take and give, and no bit depends
/// on the number of threads.
#[test]
fn a_town_keeps_its_water_through_a_storm() {
    let mut town = Town::new(60, [300, 180], Weather::Storm, Arc::new(Serial));
    let mut other = Town::new(60, [300, 180], Weather::Storm, Arc::new(Threads::new(2).expect("threads")));
    let (mut taken, mut back) = (false, false);
    for k in 0..180 {
        town.step(20.0);
        if k < 90 {
            other.step(20.0);
        }
        if k == 89 {
            assert_eq!(town.state, other.state, "two threads");
        }
        assert!(town.imbalance() < 1e-9, "{} after {} s", town.imbalance(), 20 * k);
        taken |= town.above().into_m3s.iter().any(|q| *q > 1e-3);
        back |= town.above().into_m3s.iter().any(|q| *q < -1e-3);
    }
    assert!(taken && back, "water goes down: {taken}, comes up: {back}");
    assert!(town.wet_share() > 0.2, "{} of the cells are wet", town.wet_share());
}

/// At steady inflow no exchange swings: at most two changes of sign after the first minute, and at the end a ripple of
/// at most 1 % of its mean, or 0.02 L/s where a film still drains.
#[test]
fn exchanges_come_to_rest_at_steady_inflow() {
    let mut town = Town::new(60, [300, 180], Weather::Steady(0.05), Arc::new(Serial));
    let nodes = town.above().into_m3s.len();
    let mut flows = vec![Vec::new(); nodes];
    for _ in 0..1800 {
        town.step(2.0);
        flows.iter_mut().zip(&town.above().into_m3s).for_each(|(list, q)| list.push(*q));
    }
    let doors: Vec<usize> = town.model().doors.iter().map(|d| d.node as usize).collect();
    let mut bad = Vec::new();
    for node in doors {
        let list: Vec<f64> = flows[node][30..].to_vec();
        let signs: Vec<f64> = list.iter().filter(|q| q.abs() > 1e-6).map(|q| q.signum()).collect();
        let turns = signs.windows(2).filter(|p| p[0] != p[1]).count();
        let end = &list[list.len() - 60..];
        let mean = end.iter().sum::<f64>() / end.len() as f64;
        let [low, high] = end.iter().fold([f64::MAX, f64::MIN], |[a, b], q| [a.min(*q), b.max(*q)]);
        if turns > 2 || high - low > 0.01 * mean.abs() + 2e-5 {
            bad.push(format!("node {node}: {turns} changes of sign, {low} to {high} m³/s at the end"));
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(town.imbalance() < 1e-9, "{}", town.imbalance());
}

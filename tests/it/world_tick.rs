//! The world's tick, proven on toy domains: amounts, discrete states, rollback, forks, snapshots.

use proptest::prelude::*;
use twin_core::behaviour::Event;
use twin_core::cascade::rule::Rule;
use twin_core::ids::{AssetIx, NetworkIx};
use twin_core::time::SimTime;
use twin_core::world::World;
use twin_core::world::agenda::{Condition, Watch};
use twin_core::world::command::Command;
use twin_core::world::core::{Health, Submitted};
use twin_core::world::snapshot::SnapshotError;
use twin_core::world::tick::TickError;
use twin_physics::port::PortIx;

use crate::toys::{Builder, drive, eventful, fault, input, port, seconds};

fn stored(world: &World) -> Vec<f64> {
    world.core().body.accounts.iter().map(|a| a[0].stored_now).collect()
}

fn run(world: &mut World, to_s: i64) {
    world.run_until(seconds(to_s), |_, _| {}).expect("the instants settle");
}

/// Ticks towards `end_s` and stops at the first instant at or past `stop_s`.
fn run_past(world: &mut World, stop_s: i64, end_s: i64) {
    while world.now() < seconds(stop_s) {
        world.tick(seconds(end_s)).expect("the instants settle");
    }
}

/// Three receivers want 3 + 2 + 1 m³/s from 12 m³: in a step of 10 s they share it 6 : 4 : 2.
#[test]
fn amounts_are_limited_by_the_donor_and_shared_pro_rata() {
    let mut b = Builder::new();
    let donor = b.cistern(12.0, 100.0, 60.0, 1);
    for rate in [3.0, 2.0, 1.0] {
        let receiver = b.cistern(0.0, 100.0, 60.0, 1);
        b.amount(donor, receiver, rate);
    }
    let (mut world, _) = b.build();
    run(&mut world, 10);
    for (got, wanted) in stored(&world).into_iter().zip([0.0, 6.0, 4.0, 2.0]) {
        assert!((got - wanted).abs() < 1e-12, "{got} for {wanted}");
    }
    run(&mut world, 100);
    assert!((stored(&world)[0]).abs() < 1e-12, "nobody takes what is not there");
}

/// A receiver that is full gives back what it cannot take; the ledger holds it in transit until the donor has it.
#[test]
fn a_full_receiver_gives_back_and_the_ledger_closes() {
    let mut b = Builder::new();
    let (donor, receiver) = (b.cistern(100.0, 1000.0, 3.0, 1), b.cistern(0.0, 25.0, 7.0, 1));
    b.amount(donor, receiver, 1.0);
    let (mut world, _) = b.build();
    run(&mut world, 30);
    let (held, line) = (stored(&world), world.ledger()[0]);
    assert!((held[1] - 25.0).abs() < 1e-12);
    assert!((line.in_transit - 5.0).abs() < 1e-12, "refused in the last step: {}", line.in_transit);
    run(&mut world, 200);
    let (held, line) = (stored(&world), world.ledger()[0]);
    assert!((held[0] + held[1] + line.in_transit - 100.0).abs() < 1e-10);
    assert!(line.relative_residual < 1e-12);
}

/// Power off at a substation stops a pump, which shuts a valve in another network, all at one instant.
#[test]
fn discrete_states_settle_within_one_instant() {
    let mut b = Builder::new();
    let (first, second) = (b.cistern(10.0, 100.0, 60.0, 1), b.cistern(10.0, 100.0, 60.0, 1));
    let (pump, valve) = (b.pump(first, "P1", 0.0), b.valve(second, "V1", 0.0));
    let below =
        |asset| Condition { watch: Watch::Signal(asset), above: false, threshold: 0.5, hysteresis: 0.0, hold_s: 0.0 };
    b.spec.rules.push(Rule {
        id: "pump stops, valve shuts".to_owned(),
        condition: below(pump),
        on_true: vec![Command::Tell { asset: valve, event: Event::Off }],
        on_false: vec![Command::Tell { asset: valve, event: Event::On }],
        target: Some(valve),
        confidence: 1.0,
    });
    let (mut world, _) = b.build();
    let cut = Command::Tell { asset: pump, event: Event::Power(false) };
    assert_eq!(world.submit(input(1, 4, cut)), Submitted::Accepted);
    let mut records = Vec::new();
    world.run_until(seconds(20), |_, frame| records.extend(frame.records)).expect("settles");
    let chain: Vec<_> = records.iter().map(|r| (r.t, r.micro, r.rule.as_str(), r.target.as_str())).collect();
    let at = seconds(4);
    assert_eq!(
        chain,
        [
            (at, 0, "command", "cistern-0/pump/P1"),
            (at, 0, "behaviour", "cistern-0/pump/P1"),
            (at, 1, "pump stops, valve shuts", "cistern-1/valve/V1"),
            (at, 1, "behaviour", "cistern-1/valve/V1"),
        ]
    );
    let parents: Vec<_> = records.iter().map(|r| r.parent).collect();
    assert_eq!(parents, [None, Some(1), Some(2), Some(3)], "each goes back to what caused it");
    assert_eq!(world.core().body.inputs[1].get(PortIx(port::CLOSED)), Some(1.0));
}

/// Two rules that undo one another never settle: a coded error after 64 rounds, naming the assets.
#[test]
fn states_that_chase_one_another_are_a_coded_error() {
    let mut b = Builder::new();
    let network = b.cistern(10.0, 100.0, 60.0, 1);
    let valve = b.valve(network, "V1", 0.0);
    let tell = |event| vec![Command::Tell { asset: valve, event }];
    b.spec.rules.push(Rule {
        id: "flip".to_owned(),
        condition: Condition { watch: Watch::Signal(valve), above: true, threshold: 0.5, hysteresis: 0.0, hold_s: 0.0 },
        on_true: tell(Event::Off),
        on_false: tell(Event::On),
        target: None,
        confidence: 1.0,
    });
    let (mut world, _) = b.build();
    let error = world.tick(seconds(10)).expect_err("it cannot settle");
    let TickError::Unsettled { at, ref still } = error;
    assert_eq!((at, still.as_str()), (SimTime::ZERO, "cistern-0/valve/V1"));
    assert!(error.to_string().starts_with("TICK-UNSETTLED"));
}

/// What a network does when its solver misbehaves from 20 s to 40 s, beside a healthy one.
fn misbehave(kind: f64, code: &str) {
    let build = || {
        let mut b = Builder::new();
        let (sick, well) = (b.cistern(100.0, 1000.0, 3.0, 4), b.cistern(5.0, 1000.0, 7.0, 4));
        b.amount(sick, well, 0.5);
        b.build().0
    };
    let (mut world, mut quiet) = (build(), build());
    run(&mut world, 20);
    let before = world.networks()[0].save();
    world.submit(input(1, 20, drive(NetworkIx(0), port::MISBEHAVE, Some(kind))));
    world.submit(input(2, 40, drive(NetworkIx(0), port::MISBEHAVE, None)));
    run(&mut world, 40);
    assert_eq!(world.networks()[0].save(), before, "the old state is intact");
    let Health::Degraded { since, failures, code: ref got, .. } = world.core().body.health[0] else {
        panic!("the network must be degraded")
    };
    assert_eq!((since, failures, got.as_str()), (seconds(20), 2, code));
    assert_eq!(world.core().body.health[1], Health::Ok, "the run goes on");
    assert_eq!(world.networks()[1].time_s(), 40.0);
    let line = world.ledger()[0];
    let total: f64 = stored(&world).iter().sum::<f64>() + line.in_transit;
    assert!((total - 105.0).abs() < 1e-12, "what the sick donor has not booked is owed: {total}");
    run(&mut world, 80);
    assert_eq!(world.core().body.health[0], Health::Ok, "it recovers and catches up");
    run(&mut quiet, 80);
    for (got, wanted) in stored(&world).into_iter().zip(stored(&quiet)) {
        assert!((got - wanted).abs() < 1e-10, "after recovery {got}, undisturbed {wanted}");
    }
}

/// What a failed donor owes to one receiver is not promised to another: two receivers drew it below nothing.
#[test]
fn what_a_failed_donor_owes_is_promised_once() {
    let mut b = Builder::new();
    let (donor, receiver) = (b.cistern(80.0, 250.0, 1.0, 1), b.cistern(0.0, 250.0, 1.0, 1));
    b.amount(donor, receiver, 2.5);
    b.amount(donor, receiver, 1.5);
    let (mut world, _) = b.build();
    world.submit(input(1, 1, drive(donor, port::MISBEHAVE, Some(fault::PANIC))));
    world.submit(input(2, 60, drive(donor, port::MISBEHAVE, None)));
    run(&mut world, 50);
    assert!((stored(&world)[1] - 80.0).abs() < 1e-9, "all there is has been promised, and no more");
    run(&mut world, 80);
    assert!(stored(&world)[0].abs() < 1e-9, "the donor has given what it had: {}", stored(&world)[0]);
}

/// A solver that panics leaves the old state intact and the domain degraded, and the run goes on.
#[test]
fn a_panic_degrades_and_recovers() {
    misbehave(fault::PANIC, "NET-PANIC");
}

/// A solver that returns NaN leaves the old state intact and the domain degraded, and the run goes on.
#[test]
fn a_nan_degrades_and_recovers() {
    misbehave(fault::NAN, "NET-NON-FINITE");
}

/// A solver that does not converge leaves the old state intact and the domain degraded, and the run goes on.
#[test]
fn no_convergence_degrades_and_recovers() {
    misbehave(fault::NOT_CONVERGED, "NET-NOT-CONVERGED");
}

/// A solver that makes no headway is stopped.
#[test]
fn a_stall_degrades_and_recovers() {
    misbehave(fault::STALL, "NET-STALLED");
}

/// Save → load → continue equals running through, to the bit, with a valve on its way and items still to come.
#[test]
fn saved_and_loaded_equals_running_through() {
    let (mut whole, mut first) = (eventful(), eventful());
    run(&mut whole, 300);
    run_past(&mut first, 85, 300);
    assert!(first.core().body.behaviours.iter().any(|b| b.in_motion()), "something must be on its way");
    let mut second = eventful();
    second.load(&first.save()).expect("its own kind");
    assert_eq!(second.hash(), first.hash());
    run(&mut second, 300);
    run(&mut first, 300);
    assert_eq!(second.hash(), whole.hash());
    assert_eq!(first.hash(), whole.hash());
}

/// Pausing between two ticks, wherever, changes no hash.
#[test]
fn pausing_changes_no_hash() {
    let (mut whole, mut paused) = (eventful(), eventful());
    run(&mut whole, 200);
    for stop in [1, 33, 77, 78, 150] {
        run_past(&mut paused, stop, 200);
    }
    run(&mut paused, 200);
    assert_eq!(paused.hash(), whole.hash());
}

/// A fork goes its own way and leaves its parent's hash unchanged; without a change it stays the same.
#[test]
fn a_fork_leaves_its_parent_alone() {
    let mut parent = eventful();
    run(&mut parent, 50);
    let before = parent.hash();
    let (mut same, mut other) = (parent.fork(), parent.fork());
    assert!(other.skip(2));
    other.submit(input(1, 60, drive(NetworkIx(1), port::CLOSED, Some(1.0))));
    run(&mut other, 200);
    run(&mut same, 200);
    assert_eq!(parent.hash(), before);
    run(&mut parent, 200);
    assert_eq!(parent.hash(), same.hash());
    assert_ne!(parent.hash(), other.hash());
}

/// Threads change no bit.
#[test]
fn threads_change_no_bit() {
    let hashes: Vec<_> = [0, 1, 2, 4]
        .into_iter()
        .map(|threads| {
            let mut world = eventful();
            if threads > 0 {
                world.use_threads(threads).expect("threads start");
            }
            run(&mut world, 300);
            world.hash()
        })
        .collect();
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]));
}

/// Damaged, foreign and later snapshots are refused with their codes and change nothing.
#[test]
fn what_is_not_its_snapshot_is_refused() {
    let mut world = eventful();
    run(&mut world, 30);
    let (bytes, before) = (world.save(), world.hash());
    let mut refused = |bytes: &[u8]| world.load(bytes).expect_err("it must be refused").to_string();
    assert!(refused(b"not a snapshot").starts_with("SNAP-001"));
    let mut later = bytes.clone();
    later[8] = 99;
    assert!(refused(&later).starts_with("SNAP-002"));
    let mut b = Builder::new();
    b.cistern(1.0, 2.0, 3.0, 4);
    assert!(refused(&b.build().0.save()).starts_with("SNAP-003"));
    for at in [13, bytes.len() / 2, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(refused(&damaged).starts_with("SNAP-00"));
        assert!(refused(&bytes[..at]).starts_with("SNAP-00"));
    }
    assert!(matches!(world.load(&bytes[..20]), Err(SnapshotError::Damaged(_))));
    assert_eq!(world.hash(), before);
}

/// Inputs are checked where they come in: duplicates, late ones, values out of range, assets without behaviour.
#[test]
fn inputs_are_judged_where_they_come_in() {
    let mut world = eventful();
    run(&mut world, 30);
    let close = |value| drive(NetworkIx(1), port::CLOSED, Some(value));
    assert_eq!(world.submit(input(5, 40, close(1.0))), Submitted::Accepted);
    assert_eq!(world.submit(input(5, 40, close(1.0))), Submitted::Duplicate);
    assert_eq!(world.submit(input(6, 10, close(1.0))), Submitted::Late);
    for bad in [f64::NAN, f64::INFINITY, -1.0, 2.0] {
        assert!(matches!(world.submit(input(7, 40, close(bad))), Submitted::Rejected(_)), "{bad}");
    }
    // A value that no number is would make the journal unreadable; one out of range would fail every later step.
    for bad in [Event::Target(f64::NAN), Event::Measured(f64::INFINITY), Event::Target(1e300), Event::Target(-1.0)] {
        for asset in [AssetIx(0), AssetIx(1)] {
            let told = input(7, 40, Command::Tell { asset, event: bad });
            assert!(matches!(world.submit(told), Submitted::Rejected(_)), "{bad:?}");
        }
    }
    assert!(matches!(world.submit(input(u64::MAX, 40, close(1.0))), Submitted::Rejected(_)));
    assert!(matches!(world.submit(input(7, 40, drive(NetworkIx(9), 0, None))), Submitted::Rejected(_)));
    assert!(matches!(world.submit(input(7, 40, drive(NetworkIx(0), 99, None))), Submitted::Rejected(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is asked, refused or fails: stores plus what is in transit keep the total, and no account is left open.
    /// Has caught: refusals counted twice, what a failed donor owed promised twice.
    #[test]
    fn the_total_is_kept_whatever_happens(
        stocks in proptest::collection::vec((0.0..200.0_f64, 1.0..60.0_f64), 2..5),
        rates in proptest::collection::vec((0_usize..5, 0_usize..5, 0.0..3.0_f64), 0..6),
        faults in proptest::collection::vec((0_u32..5, 1_i64..90, 0_u32..5), 0..4),
    ) {
        let mut b = Builder::new();
        let total: f64 = stocks.iter().map(|s| s.0).sum();
        let n = stocks.len();
        for (stock, substep_s) in &stocks {
            b.cistern(*stock, 250.0, *substep_s, 2);
        }
        for (from, to, rate) in rates {
            if from % n != to % n {
                b.amount(NetworkIx::new(from % n), NetworkIx::new(to % n), rate);
            }
        }
        let (mut world, _) = b.build();
        for (seq, (network, at_s, kind)) in faults.into_iter().enumerate() {
            let network = NetworkIx(network % u32::try_from(n).expect("few"));
            let command = drive(network, port::MISBEHAVE, Some(f64::from(kind)));
            world.submit(input(seq as u64 + 1, at_s, command));
        }
        run(&mut world, 120);
        let line = world.ledger()[0];
        let held: f64 = stored(&world).iter().sum();
        prop_assert!((held + line.in_transit - total).abs() <= 1e-9 * total.max(1.0), "{held} + {}", line.in_transit);
        prop_assert!(line.relative_residual < 1e-9);
        prop_assert!(stored(&world).iter().all(|s| *s > -1e-9));
    }
}

//! The surface kernel against the analytic cases of shallow water (`flood2d` of the shared data): each at n = 400, or
//! 128 × 128, in double precision by the second-order scheme, unless a test says otherwise.
//!
//! Measured when written (relative L1 of depth): see `cargo run -p twin-tests --example flood_orders`.

use twin_physics::kernels::surface::step::Order;
use twin_tests::flood2d::{Case, Run, folder};

fn solve(name: &str, order: Order, k: usize) -> Option<(Case, Run)> {
    let case = Case::read(&folder()?, name);
    let run = case.run::<f64>(order, k);
    assert!(run.mass_error <= 1e-12, "{name}: mass {}", run.mass_error);
    Some((case, run))
}

fn check(name: &str, order: Order, k: usize, limit: f64) {
    let Some((case, run)) = solve(name, order, k) else { return };
    let error = case.relative_l1(&run, k);
    assert!(error <= limit, "{name} {order:?}: {error} > {limit}");
}

/// Water that rests over an uneven bed stays at rest, covered or with an island.
#[test]
fn lakes_rest() {
    for name in ["lake_immersed_n100", "lake_emerged_n100", "lake_emerged_n400"] {
        for order in [Order::First, Order::Second, Order::Inertial] {
            let Some((case, run)) = solve(name, order, 0) else { return };
            assert!(run.fastest_ms < 1e-10, "{name} {order:?}: {}", run.fastest_ms);
            assert!(case.relative_l1(&run, 0) < 1e-12);
        }
    }
}

/// Dams that break on wet, dry and rough ground; the first order keeps the law too.
#[test]
fn dam_breaks_are_stokers_ritters_and_dresslers() {
    for (name, k) in [("stoker_wet_n400", 3), ("ritter_dry_n400", 3), ("dressler_dry_n400", 2)] {
        check(name, Order::First, k, 0.01);
        check(name, Order::Second, k, 0.005);
    }
}

/// Steady flow over a bump, below critical and through it.
#[test]
fn steady_flow_over_a_bump_has_its_depth() {
    for (name, first, second) in [("bump_subcritical_n100", 0.003, 0.001), ("bump_transcritical_n400", 0.01, 0.001)] {
        check(name, Order::First, 0, first);
        check(name, Order::Second, 0, second);
    }
}

/// The jump behind the bump stands where it must, within a cell.
#[test]
fn the_jump_stands_within_a_cell() {
    let Some((case, run)) = solve("bump_shock_n400", Order::Second, 0) else { return };
    let (error, jump) = (case.relative_l1(&run, 0), case.jump_of(&run));
    let off = (jump - case.x_shock.expect("a jump")) / case.dx;
    assert!(error <= 0.01 && off.abs() <= 1.0, "L1 {error}, off by {off} cells");
}

/// Friction and a slope that varies in balance, below and above critical.
#[test]
fn rough_channels_have_macdonalds_depth() {
    check("macdonald_sub_n400", Order::First, 0, 0.01);
    check("macdonald_sub_n400", Order::Second, 0, 0.01);
    check("macdonald_sup_n400", Order::Second, 0, 0.01);
}

/// A planar surface that circles in a bowl, its shore always moving, after one period.
#[test]
fn a_planar_surface_circles_in_its_bowl() {
    check("thacker_planar_2d_n128", Order::Second, 3, 0.05);
}

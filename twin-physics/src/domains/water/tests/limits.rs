//! Tanks at their limits: when they are met, and what happens to the water there.

use super::*;

/// A reservoir at 100 m, 1000 m of DN300, a tank at 60 m of 20 m across between 1 and 3 m.
fn filling(level_init_m: f64) -> WaterModel {
    let shape = Tank {
        level_init_m,
        level_min_m: 1.0,
        level_max_m: 3.0,
        diameter_m: 20.0,
        volume_min_m3: 0.0,
        volume_curve: None,
        can_overflow: false,
    };
    let mut model = WaterModel {
        nodes: vec![
            junction("A", 50.0, 0.0, 0.0),
            node("R", 100.0, NodeKind::Reservoir(Reservoir::default())),
            node("T", 60.0, NodeKind::Tank(shape)),
        ],
        links: vec![pipe("RT", 1, 2, 1000.0, 0.3), pipe("TA", 2, 0, 100.0, 0.3)],
        ..WaterModel::default()
    };
    model.options.tank_scheme = TankScheme::Heun;
    model
}

/// The same tank without its reservoir, giving 100 m³/h.
fn emptying() -> WaterModel {
    let mut model = filling(1.25);
    model.nodes[0] = junction("A", 50.0, 100.0 / 3600.0, 0.0);
    model.links[0].status = Status::Closed;
    model
}

/// Time to fill from level `a` to `b`: the integral of `A·dL / q`, `q = ((H − L)/r)^(1/n)` [s].
fn time_to_fill(a: f64, b: f64) -> f64 {
    let n = headloss::N_HAZEN_WILLIAMS;
    let r = headloss::hazen_williams_resistance(1000.0, 0.3, 120.0);
    let area = std::f64::consts::PI * 100.0;
    let power = 1.0 - 1.0 / n;
    area * r.powf(1.0 / n) / power * ((40.0 - a).powf(power) - (40.0 - b).powf(power))
}

fn run(model: WaterModel, dt: f64, until: f64) -> (WaterState, Vec<crate::solver::SolverEvent>) {
    let solver = WaterSolver::new(model).expect("a legal model");
    let inputs = Inputs::new(solver.ports().input_len());
    let mut scratch = WaterScratch::default();
    let mut state = solver.initial_state(&inputs, &mut scratch).expect("a solution");
    let mut events = Vec::new();
    while state.time_s() < until - 1e-9 {
        let left = dt.min(until - state.time_s());
        events.extend(solver.step(&mut state, &inputs, left, &mut scratch).expect("a step").events);
    }
    (state, events)
}

#[test]
fn heun_fills_and_empties_a_tank_at_the_true_instant() {
    let instant = |model, code| {
        let (state, events) = run(model, 3600.0, 7200.0);
        let account = state.account;
        assert!(account.relative_residual() < 1e-12 && state.clipped_m3().abs() < 1e-6, "{account:?}");
        events.iter().find(|e| e.code == code).map(|e| e.time_s)
    };
    let (full, empty) = (instant(filling(1.0), "tank-full"), instant(emptying(), "tank-empty"));
    let expected = time_to_fill(1.0, 3.0);
    near(full.expect("the tank fills"), expected, 1e-3 * expected);
    let expected = 0.25 * std::f64::consts::PI * 100.0 / (100.0 / 3600.0);
    near(empty.expect("the tank empties"), expected, 1e-3 * expected);
}

#[test]
fn a_full_tank_stays_full_and_gives_again_when_asked() {
    let (state, _) = run(filling(3.0), 600.0, 3600.0);
    assert_eq!((state.flow[0], state.level[2], state.clipped_m3()), (0.0, 3.0, 0.0));
    let mut model = filling(3.0);
    model.nodes[0] = junction("A", 50.0, 0.01, 0.0);
    model.links[0].status = Status::Closed;
    near(run(model, 600.0, 3600.0).0.level[2], 3.0 - 36.0 / (std::f64::consts::PI * 100.0), 1e-9);
}

#[test]
fn heun_converges_to_the_level_with_the_square_of_the_step() {
    let model = |dt| {
        let mut model = filling(1.0);
        if let NodeKind::Tank(tank) = &mut model.nodes[2].kind {
            (tank.level_max_m, tank.diameter_m) = (45.0, 5.0);
        }
        run(model, dt, 1200.0).0.level[2]
    };
    // The level at which the analytic time is 1200 s, by bisection; a tank of a quarter of the diameter.
    let (mut low, mut high) = (1.0, 40.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if time_to_fill(1.0, middle) / 16.0 < 1200.0 { low = middle } else { high = middle }
    }
    let error = [300.0, 150.0, 75.0].map(|dt| (model(dt) - low).abs());
    for pair in error.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!((1.7..2.6).contains(&order), "{error:?}");
    }
}

#[test]
fn a_hole_between_two_sources_leaks_from_both_and_is_booked() {
    let area = 1e-3;
    let orifice = |share: f64, h: f64| 0.6 * share * area * (2.0 * 9.806_65 * h).sqrt();
    let (solver, state) = solve(filling(2.0), &[("hole_area", 0, area)]);
    // Half at the reservoir, above the bottom of the tank; half at the tank, above its bottom.
    let (reservoir, tank) = (orifice(0.5, 40.0), orifice(0.5, 2.0));
    near(state.hole_flow[0], reservoir + tank, 1e-12);
    near(state.leak[1], reservoir, 1e-12);
    near(state.net_inflow[2], state.flow[0] - tank, 1e-12);
    let mut out = crate::port::Outputs::new(solver.ports().output_len());
    solver.outputs(&state, &mut out);
    near(
        out.get(solver.ports().output("leak_total", 0).expect("an output")).expect("a value"),
        reservoir + tank,
        1e-12,
    );
    let (_, shut) = solve(filling(2.0), &[("hole_area", 0, area), ("isolate_from", 0, 1.0)]);
    near(shut.hole_flow[0], orifice(1.0, 2.0), 1e-12);
    // A tank whose pipe is shut at the junction leaks; with the junction open all of it counts there.
    let (_, far) = solve(filling(2.0), &[("hole_area", 1, area), ("isolate_to", 1, 1.0)]);
    near(far.leak[2], orifice(1.0, 2.0), 1e-12);
    let (_, open) = solve(filling(2.0), &[("hole_area", 1, area)]);
    assert!(open.leak[2] == 0.0 && open.leak[0] > 0.0);
}

#[test]
fn a_leaking_tank_drains_by_torricelli_down_to_its_limit_and_no_further() {
    let mut model = filling(3.0);
    model.links[0].status = Status::Closed;
    let area = 0.02;
    for scheme in [TankScheme::Heun, TankScheme::Euler] {
        model.options.tank_scheme = scheme;
        let solver = WaterSolver::new(model.clone()).expect("a legal model");
        let mut inputs = Inputs::new(solver.ports().input_len());
        inputs.set(solver.ports().input("hole_area", 0).expect("an input"), area);
        inputs.set(solver.ports().input("isolate_from", 0).expect("an input"), 1.0);
        let mut scratch = WaterScratch::default();
        let mut state = solver.initial_state(&inputs, &mut scratch).expect("a solution");
        let mut empty = None;
        while state.time_s() < 36_000.0 {
            let report = solver.step(&mut state, &inputs, 60.0, &mut scratch).expect("a step");
            empty = empty.or(report.events.iter().find(|e| e.code == "tank-empty").map(|e| e.time_s));
        }
        let c = 0.6 * area * (2.0 * 9.806_65_f64).sqrt() / (std::f64::consts::PI * 100.0);
        let expected = 2.0 * (3.0_f64.sqrt() - 1.0) / c;
        near(empty.expect("it empties"), expected, if scheme == TankScheme::Heun { 2.0 } else { 60.0 });
        assert_eq!(state.leak[2], 0.0);
        near(state.level[2], 1.0, 1.6e-4);
        assert!(solver.accounts(&state)[0].relative_residual() < 1e-12);
    }
}

#[test]
fn a_hole_between_two_reservoirs_is_refused_by_name() {
    let mut model = filling(2.0);
    model.nodes.push(node("S", 90.0, NodeKind::Reservoir(Reservoir::default())));
    model.links.push(pipe("RS", 1, 3, 500.0, 0.2));
    let solver = WaterSolver::new(model).expect("a legal model");
    let mut inputs = Inputs::new(solver.ports().input_len());
    inputs.set(solver.ports().input("hole_area", 2).expect("an input"), 1e-3);
    let refused = solver.initial_state(&inputs, &mut WaterScratch::default());
    assert!(matches!(refused, Err(SolveError::Infeasible { ref at, .. }) if at == "pipe RS"), "{refused:?}");
}

#[test]
fn water_set_onto_a_limit_or_spilled_is_shown_outside() {
    let last = |overflows: bool| {
        let mut model = filling(2.9);
        model.options.tank_scheme = TankScheme::Euler;
        if let NodeKind::Tank(tank) = &mut model.nodes[2].kind {
            tank.can_overflow = overflows;
        }
        let (state, _) = run(model.clone(), 100.0, 7200.0);
        let solver = WaterSolver::new(model).expect("a legal model");
        let mut out = crate::port::Outputs::new(solver.ports().output_len());
        solver.outputs(&state, &mut out);
        let read = |name| out.get(solver.ports().output(name, 0).expect("an output")).expect("a value");
        let tail: Vec<_> = solver.ports().outputs.iter().rev().take(2).map(|g| g.name).collect();
        assert_eq!(tail, ["spilled_volume", "clipped_volume"]);
        let (clipped, spilled) = (read("clipped_volume"), read("spilled_volume"));
        assert_eq!((clipped, spilled), (state.clipped_m3(), state.spilled_m3()));
        (clipped, spilled)
    };
    let (clipped, spilled) = last(false);
    assert!(clipped != 0.0 && clipped.abs() < 1.0 && spilled == 0.0, "{clipped} {spilled}");
    assert!(last(true).1 > 100.0);
}

#[test]
fn a_tank_at_its_bottom_leaks_what_it_takes_in() {
    let mut model = filling(1.0);
    for scheme in [TankScheme::Heun, TankScheme::Euler] {
        model.options.tank_scheme = scheme;
        let solver = WaterSolver::new(model.clone()).expect("a legal model");
        let mut inputs = Inputs::new(solver.ports().input_len());
        inputs.set(solver.ports().input("hole_area", 0).expect("an input"), 0.2);
        let mut scratch = WaterScratch::default();
        let mut state = solver.initial_state(&inputs, &mut scratch).expect("a solution");
        let mut steps = 0;
        while state.time_s() < 7200.0 {
            solver.step(&mut state, &inputs, 600.0, &mut scratch).expect("a step");
            steps += 1;
        }
        // The orifice would take 0.1 m² under 1 m, 0.266 m³/s, more than the pipe brings.
        // To what the solver leaves unbalanced at the dead-end junction, 1e-10 of the largest flow.
        near(state.leak[2], state.flow[0], 1e-10);
        assert!(state.flow[0] > 0.2 && state.net_inflow[2] == 0.0 && steps < 20);
        near(state.level[2], 1.0, 1e-9);
        let account = solver.accounts(&state)[0];
        assert!(account.relative_residual() < 1e-9 && state.clipped_m3() == 0.0, "{account:?}");
    }
}

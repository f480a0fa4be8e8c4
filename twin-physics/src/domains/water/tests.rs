//! Laws of the whole solver on small and random networks.

mod inputs;
mod limits;

use proptest::prelude::*;

use super::*;
use crate::port::{Element, Inputs, Quantity};
use crate::solver::{SolveError, Solver};

fn node(id: &str, elevation_m: f64, kind: NodeKind) -> Node {
    Node { id: id.into(), elevation_m, kind }
}

fn junction(id: &str, elevation_m: f64, base_m3s: f64, emitter_coefficient: f64) -> Node {
    let demands = vec![DemandCategory { base_m3s, pattern: None, name: String::new() }];
    node(id, elevation_m, NodeKind::Junction(Junction { demands, emitter_coefficient }))
}

fn tank(id: &str, elevation_m: f64, level: f64) -> Node {
    let tank = Tank {
        level_init_m: level,
        level_min_m: 0.5,
        level_max_m: 6.0,
        diameter_m: 12.0,
        volume_min_m3: 0.0,
        volume_curve: None,
        can_overflow: false,
    };
    node(id, elevation_m, NodeKind::Tank(tank))
}

fn link(id: &str, from: usize, to: usize, kind: LinkKind) -> Link {
    let status = if matches!(kind, LinkKind::Valve(_)) { Status::Active } else { Status::Open };
    Link { id: id.into(), from: NodeIx::new(from), to: NodeIx::new(to), status, kind }
}

fn pipe(id: &str, from: usize, to: usize, length_m: f64, diameter_m: f64) -> Link {
    let pipe = Pipe { length_m, diameter_m, roughness: 120.0, minor_k: 0.0, check_valve: false };
    link(id, from, to, LinkKind::Pipe(pipe))
}

fn valve(id: &str, from: usize, to: usize, kind: ValveKind, setting: f64) -> Link {
    link(id, from, to, LinkKind::Valve(Valve { kind, diameter_m: 0.2, setting, minor_k: 0.0, curve: None }))
}

/// A reservoir at 60 m, two junctions in a row, demands of 10 L/s each.
fn row() -> WaterModel {
    WaterModel {
        nodes: vec![
            junction("A", 0.0, 0.01, 0.0),
            junction("B", 0.0, 0.01, 0.0),
            node("R", 60.0, NodeKind::Reservoir(Reservoir::default())),
        ],
        links: vec![pipe("RA", 2, 0, 1000.0, 0.2), pipe("AB", 0, 1, 1000.0, 0.2)],
        ..WaterModel::default()
    }
}

fn solve(model: WaterModel, set: &[(&str, usize, f64)]) -> (WaterSolver, WaterState) {
    let solver = WaterSolver::new(model).expect("a legal model");
    let mut inputs = Inputs::new(solver.ports().input_len());
    for &(name, slot, value) in set {
        inputs.set(solver.ports().input(name, slot).expect("an input of this name"), value);
    }
    let state = solver.initial_state(&inputs, &mut WaterScratch::default()).expect("a solution");
    (solver, state)
}

fn near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} is not {b}");
}

#[test]
fn a_row_of_pipes_loses_head_by_the_law() {
    let (_, state) = solve(row(), &[]);
    let r = headloss::hazen_williams_resistance(1000.0, 0.2, 120.0);
    let (first, second) = (r * 0.02_f64.powf(1.852), r * 0.01_f64.powf(1.852));
    near(state.heads_m()[0], 60.0 - first, 1e-6);
    near(state.heads_m()[1], 60.0 - first - second, 1e-6);
    near(state.flows_m3s()[0], 0.02, 1e-12);
}

#[test]
fn a_node_cut_off_has_no_pressure_and_no_water() {
    let (solver, state) = solve(row(), &[("isolate_to", 1, 1.0)]);
    let field = |q| solver.field(&state, q).expect("a field of the domain").values;
    assert_eq!(field(Quantity::Supplied), [1.0, 0.0, 1.0]);
    assert_eq!((field(Quantity::PressureHead)[1], field(Quantity::Delivered)[1]), (0.0, 0.0));
    assert_eq!(state.flows_m3s()[1], 0.0);
    near(field(Quantity::NetInflow)[2], -0.01, 1e-12);
}

#[test]
fn a_hole_takes_what_the_orifice_law_gives_and_follows_the_end_valves() {
    let area = 1e-3;
    let (solver, state) = solve(row(), &[("hole_area", 1, area)]);
    let leak = solver.field(&state, Quantity::LeakFlow).expect("a field").values;
    for (end, flow) in leak[..2].iter().enumerate() {
        near(*flow, 0.6 * 0.5 * area * (2.0 * 9.806_65 * state.heads_m()[end]).sqrt(), 1e-9);
    }
    let (_, one) = solve(row(), &[("hole_area", 1, area), ("isolate_to", 1, 1.0)]);
    assert!(one.leak[0] > 1.5 * leak[0] && one.leak[1] == 0.0 && one.flow[1] == 0.0);
    let (_, none) = solve(row(), &[("hole_area", 1, area), ("isolate_from", 1, 1.0), ("isolate_to", 1, 1.0)]);
    assert_eq!(none.leak.iter().sum::<f64>(), 0.0);
}

#[test]
fn a_reducing_valve_holds_exactly_and_an_override_of_its_setting_is_obeyed() {
    let mut model = row();
    model.links[1] = valve("V", 0, 1, ValveKind::Prv, 30.0);
    let (solver, state) = solve(model.clone(), &[]);
    assert_eq!(state.heads_m()[1], 30.0);
    assert_eq!(solver.epanet_status(&state), [3, 4]);
    near(state.flows_m3s()[1], 0.01, 1e-12);
    assert_eq!(solve(model.clone(), &[("setting", 1, 25.0)]).1.heads_m()[1], 25.0);
    assert_eq!(solve(model.clone(), &[("closed", 1, 0.0)]).1.heads_m()[1], 30.0);
    assert_eq!(solve(model, &[("closed", 1, 1.0)]).1.flows_m3s()[1], 0.0);
}

#[test]
fn a_flow_valve_holds_its_flow_in_a_loop() {
    let mut model = row();
    model.links.push(valve("F", 0, 1, ValveKind::Fcv, 0.004));
    let (_, state) = solve(model, &[]);
    near(state.flows_m3s()[2], 0.004, 1e-15);
    near(state.flows_m3s()[1], 0.006, 1e-12);
}

#[test]
fn a_pump_without_power_stands_still_and_its_zone_runs_dry() {
    let mut model = row();
    model.curves.push(Curve { id: "c".into(), points: vec![(0.02, 40.0)] });
    let pump = Pump { law: PumpLaw::Head(CurveIx(0)), speed: 1.0, speed_pattern: None };
    model.links[0] = link("P", 2, 0, LinkKind::Pump(pump));
    let (_, runs) = solve(model.clone(), &[]);
    near(runs.heads_m()[0], 100.0, 1e-6);
    let (_, still) = solve(model, &[("powered", 0, 0.0)]);
    assert_eq!((still.flows_m3s()[0], still.delivered[0], still.supplied[0]), (0.0, 0.0, 0.0));
}

#[test]
fn bad_models_and_inputs_are_refused_by_name() {
    let mut model = row();
    model.links[0] = pipe("RA", 2, 2, -5.0, 0.2);
    model.links.push(valve("V", 0, 2, ValveKind::Prv, 30.0));
    let errors: Vec<String> = WaterSolver::new(model).expect_err("refused").iter().map(ToString::to_string).collect();
    assert!(errors.iter().any(|e| e.contains("pipe RA: starts and ends at the same node")), "{errors:?}");
    assert!(errors.iter().any(|e| e.contains("pipe RA: length is -5")), "{errors:?}");
    let mut model = row();
    model.links.push(valve("V", 0, 2, ValveKind::Prv, 30.0));
    let errors = WaterSolver::new(model).expect_err("refused");
    assert!(errors[0].to_string().contains("valve V: cannot hold the pressure of reservoir R"), "{errors:?}");
    let solver = WaterSolver::new(row()).expect("a legal model");
    let mut inputs = Inputs::new(solver.ports().input_len());
    inputs.set(solver.ports().input("hole_area", 1).expect("an input"), -1.0);
    let refused = solver.initial_state(&inputs, &mut WaterScratch::default());
    assert!(matches!(refused, Err(SolveError::InputOutOfRange { ref port, .. }) if port == "hole_area of pipe AB"));
}

#[test]
fn heun_meets_a_full_tank_at_its_instant_and_is_second_order() {
    let model = |scheme| {
        let mut model = row();
        model.nodes.push(tank("T", 30.0, 5.0));
        model.links.push(pipe("BT", 1, 3, 300.0, 0.2));
        model.options.tank_scheme = scheme;
        model
    };
    let run = |scheme, dt: f64, until: f64| {
        let solver = WaterSolver::new(model(scheme)).expect("a legal model");
        let inputs = Inputs::new(solver.ports().input_len());
        let mut scratch = WaterScratch::default();
        let mut state = solver.initial_state(&inputs, &mut scratch).expect("a solution");
        let mut events = Vec::new();
        while state.time_s() < until - 1e-9 {
            let left = dt.min(until - state.time_s());
            events.extend(solver.step(&mut state, &inputs, left, &mut scratch).expect("a step").events);
        }
        (state, events)
    };
    let exact = run(TankScheme::Heun, 30.0, 3600.0).0.volume[0];
    let error = |scheme, dt| (run(scheme, dt, 3600.0).0.volume[0] - exact).abs();
    let (coarse, fine) = (error(TankScheme::Heun, 1800.0), error(TankScheme::Heun, 900.0));
    assert!(coarse > 3.0 * fine && coarse < 20.0 * fine, "{coarse} {fine}");
    assert!(error(TankScheme::Euler, 900.0) > 10.0 * fine);
    let (state, events) = run(TankScheme::Heun, 3600.0, 36_000.0);
    let full = events.iter().find(|e| e.code == "tank-full").expect("the tank fills");
    assert_eq!((full.element, full.slot), (Element::Node, 3));
    // Within the head tolerance of the state rules.
    near(full.value, 6.0, 1.6e-4);
    near(state.level[3], 6.0, 1.6e-4);
    assert!(state.clipped_m3().abs() < 1e-5 && state.net_inflow[3].abs() < 1e-9);
}

/// A random looped network: a grid of `w × h` junctions, a reservoir at one corner, a tank at the other.
fn grid(w: usize, h: usize, seeds: &[f64], pda: bool, scheme: TankScheme) -> WaterModel {
    let mut at = 0;
    let mut next = || {
        at += 1;
        seeds[at % seeds.len()]
    };
    let mut model = WaterModel::default();
    for i in 0..w * h {
        let emitter = if i % 5 == 3 { 2e-4 * next() } else { 0.0 };
        model.nodes.push(junction(&format!("J{i}"), 10.0 * next(), 0.004 * next(), emitter));
    }
    model.nodes.push(node("R", 55.0, NodeKind::Reservoir(Reservoir::default())));
    model.nodes.push(tank("T", 38.0, 1.0 + 4.0 * next()));
    let mut add = |from: usize, to: usize, length: f64, diameter: f64| {
        let id = format!("P{}", model.links.len());
        model.links.push(pipe(&id, from, to, length, diameter));
    };
    for y in 0..h {
        for x in 0..w {
            let i = y * w + x;
            if x + 1 < w {
                add(i, i + 1, 100.0 + 400.0 * next(), 0.1 + 0.2 * next());
            }
            if y + 1 < h {
                add(i, i + w, 100.0 + 400.0 * next(), 0.1 + 0.2 * next());
            }
        }
    }
    add(w * h, 0, 200.0, 0.3);
    add(w * h - 1, w * h + 1, 200.0, 0.25);
    model.options.tank_scheme = scheme;
    if pda {
        model.options.demand_model = DemandModel::PressureDriven { min_m: 0.0, required_m: 25.0, exponent: 0.5 };
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Water is neither made nor lost: the ledger closes over hours of steps, under holes, emitters and valves shut,
    /// whichever way demand answers to pressure. And buffers are only buffers: dropping them changes no bit.
    #[test]
    fn the_ledger_closes_and_scratch_does_not_matter(
        (w, h) in (2_usize..6, 2_usize..6),
        seeds in prop::collection::vec(0.02..1.0_f64, 40),
        pda: bool,
        heun: bool,
        hole in 0.0..2e-3_f64,
        shut in 0_usize..6,
    ) {
        let scheme = if heun { TankScheme::Heun } else { TankScheme::Euler };
        let solver = WaterSolver::new(grid(w, h, &seeds, pda, scheme)).expect("a legal model");
        let mut inputs = Inputs::new(solver.ports().input_len());
        inputs.set(solver.ports().input("hole_area", 1).expect("an input"), hole);
        inputs.set(solver.ports().input("isolate_to", shut % 3).expect("an input"), 1.0);
        let mut scratch = WaterScratch::default();
        let mut state = solver.initial_state(&inputs, &mut scratch).expect("a solution");
        let mut other = state.clone();
        for dt in [600.0, 37.0, 3600.0, 1800.0, 10.0] {
            let a = solver.step(&mut state, &inputs, dt, &mut scratch).expect("a step");
            let b = solver.step(&mut other, &inputs, dt, &mut WaterScratch::default()).expect("a step");
            prop_assert!(a.mass_residual <= 1e-6, "{}", a.mass_residual);
            prop_assert_eq!(a, b);
            prop_assert!(state == other);
        }
        let account = solver.accounts(&state)[0];
        prop_assert!(account.relative_residual() <= 1e-9, "{:?}", account);
    }
}

use proptest::prelude::*;

use super::super::friction::Friction;
use super::super::model::{Link, LinkKind, Node, Pipe, Regulator};
use super::*;
use crate::medium::gas::{Compressibility, Gas};

fn link(from: usize, to: usize, kind: LinkKind) -> Link {
    Link { id: format!("{from}-{to}"), from, to, kind, open: true }
}

fn pipe(from: usize, to: usize, length_m: f64, diameter_m: f64) -> Link {
    let roughness_m = 1e-4;
    link(from, to, LinkKind::Pipe(Pipe { length_m, diameter_m, roughness_m, loss: 0.0, friction: None }))
}

/// Gate at 8 bar, a main, a valve (link 1), a main behind it, a regulator (3) and a low-pressure pipe.
fn town() -> GasModel {
    let mut model = GasModel::empty(Gas::methane(), Friction::Colebrook);
    model.nodes = (0..6).map(|i| Node::junction(format!("N{i}"))).collect();
    model.nodes[0].source_pa = Some(9e5);
    model.nodes[3].load_kgs = 0.4;
    model.nodes[5].load_kgs = 0.01;
    model.links = vec![
        pipe(0, 1, 9000.0, 0.3),
        link(1, 2, LinkKind::Valve { diameter_m: 0.3, loss: 0.2 }),
        pipe(2, 3, 5000.0, 0.25),
        link(3, 4, LinkKind::Regulator(Regulator::holding(103_500.0))),
        pipe(4, 5, 400.0, 0.1),
    ];
    model
}

struct Run {
    solver: GasSolver,
    inputs: Inputs,
    state: GasState,
    scratch: GasScratch,
    events: Vec<crate::solver::SolverEvent>,
}

impl Run {
    fn of(model: GasModel, cell_m: f64) -> Self {
        let settings = GasSettings { cell_m, ..GasSettings::default() };
        let solver = GasSolver::new(Arc::new(model), settings).expect("a sound model");
        let inputs = Inputs::new(solver.ports().input_len());
        let mut scratch = GasScratch::default();
        let state = solver.initial_state(&inputs, &mut scratch).expect("a state");
        Self { solver, inputs, state, scratch, events: Vec::new() }
    }

    fn set(&mut self, group: &str, slot: usize, value: f64) {
        let port = self.solver.ports().input(group, slot).expect("a port");
        self.inputs.set(port, value);
    }

    fn go(&mut self, until_s: f64, step_s: f64) {
        while self.state.time_s < until_s - 1e-9 {
            let dt = step_s.min(until_s - self.state.time_s);
            let report = self.solver.step(&mut self.state, &self.inputs, dt, &mut self.scratch).expect("a step");
            self.events.extend(report.events);
        }
    }
}

#[test]
fn a_steady_state_stays_and_its_account_closes() {
    let mut run = Run::of(town(), 500.0);
    let before = run.state.clone();
    run.go(6.0 * 3600.0, 60.0);
    for (a, b) in before.pressure.iter().zip(&run.state.pressure) {
        assert!((a - b).abs() < 1e-6 * a, "{a} {b}");
    }
    assert!((run.state.source_kgs - 0.41).abs() < 1e-9);
    assert!(run.state.account.residual().abs() < 1e-12 * run.state.account.stored_start);
}

#[test]
fn a_day_of_changing_loads_keeps_the_line_pack_to_round_off() {
    let mut run = Run::of(town(), 1000.0);
    for minute in 0..24 * 60 {
        let t = f64::from(minute) / 60.0;
        let factor = 1.0 + 0.3 * (std::f64::consts::TAU * t / 24.0).sin();
        run.set("load_factor", 3, factor);
        run.set("load_factor", 5, factor);
        run.go(60.0 * f64::from(minute + 1), 60.0);
    }
    let account = run.state.account;
    assert!(account.residual().abs() < 1e-12 * account.stored_start, "{account:?}");
    assert!(account.left.value() > 0.4 * 86_400.0 && account.entered.value() > 0.39 * 86_400.0);
}

/// Packing a closed pipe: what a wave brings at no friction is `Δp = a Δφ` by Joukowsky.
#[test]
fn a_pipe_that_is_shut_at_its_end_surges_by_its_celerity() {
    let mut model = GasModel::empty(Gas::methane(), Friction::Fixed(1e-6));
    model.gas.compressibility = Compressibility::Constant(1.0);
    model.nodes = vec![Node::junction("A"), Node::junction("B")];
    model.nodes[0].source_pa = Some(5e6);
    model.nodes[1].load_kgs = 20.0;
    model.links = vec![pipe(0, 1, 20_000.0, 0.5)];
    let mut run = Run::of(model, 50.0);
    let before = run.state.pressure[1];
    run.set("load_factor", 1, 0.0);
    let celerity = (run.solver.model().gas.specific_jkgk * 288.15).sqrt();
    run.go(0.8 * 20_000.0 / celerity, 0.1);
    let area = std::f64::consts::FRAC_PI_4 * 0.25;
    let surge = run.state.pressure[1] - before;
    assert!((surge / (celerity * 20.0 / area) - 1.0).abs() < 0.01, "{surge}");
}

#[test]
fn a_hole_lets_gas_out_until_its_pipe_is_isolated_and_empty() {
    let mut run = Run::of(town(), 500.0);
    run.set("hole_area", 2, 3e-4);
    run.go(600.0, 10.0);
    let open_flow = run.state.hole_flow[2];
    // Choked at about 8.9 bar: Cd A p sqrt(k/(R T)) (2/(k+1))^((k+1)/(2(k−1))).
    let p = run.state.z[run.solver.net.middle(2)].sqrt();
    let rt = run.solver.model().gas.specific_jkgk * 288.15;
    let k = 1.31_f64;
    let choked = 0.85 * 3e-4 * p * (k / rt).sqrt() * (2.0 / (k + 1.0)).powf((k + 1.0) / (2.0 * (k - 1.0)));
    assert!((open_flow / choked - 1.0).abs() < 0.02, "{open_flow} {choked}");
    run.set("closed", 1, 1.0);
    run.go(8.0 * 3600.0, 10.0);
    assert!(run.state.hole_flow[2] < 1e-3 * open_flow, "{}", run.state.hole_flow[2]);
    assert!(run.state.pressure[2] - 101_325.0 < 500.0 && run.state.pressure[1] > 8.9e5);
    assert_eq!(run.state.flow[1], 0.0);
    assert!(run.state.delivered[3] < 0.02 * 0.4 && run.state.delivered[5] < 0.01);
    assert!(run.state.account.residual().abs() < 1e-12 * run.state.account.stored_start);
}

#[test]
fn a_slam_shut_falls_once_and_waits_for_its_reset() {
    let mut model = town();
    let regulator = Regulator { slam_shut_pa: Some(106_000.0), ..Regulator::holding(103_500.0) };
    model.links[3].kind = LinkKind::Regulator(regulator);
    let mut run = Run::of(model, 500.0);
    run.set("setting", 3, 2e5);
    run.go(120.0, 1.0);
    assert_eq!(run.events.iter().filter(|e| e.code == "slam-shut").count(), 1);
    assert_eq!((run.state.flow[3], run.state.status[3]), (0.0, 0.0));
    run.set("setting", 3, 103_500.0);
    run.go(1800.0, 10.0);
    assert_eq!(run.state.status[3], 0.0);
    run.set("reset", 3, 1.0);
    run.go(1900.0, 10.0);
    assert!(run.state.flow[3] > 0.0);
}

#[test]
fn a_monitor_takes_over_from_a_regulator_that_fails_open() {
    let mut model = town();
    let regulator = Regulator { monitor_pa: Some(104_500.0), ..Regulator::holding(103_500.0) };
    model.links[3].kind = LinkKind::Regulator(regulator);
    let mut run = Run::of(model, 500.0);
    run.set("setting", 3, 9e5);
    run.go(1200.0, 10.0);
    assert!((run.state.pressure[4] - 104_500.0).abs() < 1.0, "{}", run.state.pressure[4]);
}

#[test]
fn inputs_that_mean_nothing_are_refused() {
    let mut run = Run::of(town(), 500.0);
    run.set("hole_area", 3, 1e-4);
    let refused = run.solver.step(&mut run.state, &run.inputs, 10.0, &mut run.scratch);
    assert!(matches!(refused, Err(SolveError::InputOutOfRange { .. })), "{refused:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is opened, shut, holed and drawn: gas is kept to round-off, no pressure falls below the air's, and a
    /// regulator passes nothing back.
    #[test]
    fn gas_is_kept_whatever_happens(acts in prop::collection::vec((0_usize..5, 0.0..1.0_f64, 1.0..600.0_f64), 1..25)) {
        let mut run = Run::of(town(), 1500.0);
        let mut end = 0.0;
        for (act, size, wait) in acts {
            match act {
                0 => run.set("closed", 1, if size < 0.5 { 1.0 } else { 0.0 }),
                1 => run.set("hole_area", if size < 0.5 { 0 } else { 2 }, 1e-3 * size),
                2 => run.set("load_factor", 3, 3.0 * size),
                3 => run.set("source_pressure", 0, 2e5 + 8e5 * size),
                _ => run.set("setting", 3, 102_000.0 + 5e4 * size),
            }
            end += wait;
            run.go(end, 60.0);
            prop_assert!(run.state.flow[3] >= 0.0);
            prop_assert!(run.state.z.iter().all(|z| z.sqrt() > 101_000.0));
        }
        let account = run.state.account;
        prop_assert!(account.residual().abs() < 1e-12 * account.stored_start.max(account.left.value()),
            "{:?}", account);
    }

    /// A finished step does not depend on what the buffers were used for before.
    #[test]
    fn buffers_change_no_bit(factor in 0.2..2.0_f64) {
        let mut run = Run::of(town(), 1500.0);
        run.set("load_factor", 3, factor);
        run.go(300.0, 60.0);
        let (mut other, mut fresh) = (run.state.clone(), GasScratch::default());
        run.solver.step(&mut run.state, &run.inputs, 60.0, &mut run.scratch).expect("a step");
        run.solver.step(&mut other, &run.inputs, 60.0, &mut fresh).expect("a step");
        prop_assert_eq!(run.state, other);
    }
}

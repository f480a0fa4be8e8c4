//! What inputs mean, and which are refused.

use super::*;

/// Steps through the inputs one after another, a minute each; the state after the last.
fn after(model: WaterModel, script: &[&[(&str, usize, f64)]]) -> (WaterSolver, WaterState) {
    let solver = WaterSolver::new(model).expect("a legal model");
    let mut inputs = Inputs::new(solver.ports().input_len());
    let mut scratch = WaterScratch::default();
    let mut state = solver.initial_state(&inputs, &mut scratch).expect("a solution");
    for set in script {
        for &(name, slot, value) in *set {
            inputs.set(solver.ports().input(name, slot).expect("an input of this name"), value);
        }
        solver.step(&mut state, &inputs, 60.0, &mut scratch).expect("a step");
    }
    (solver, state)
}

fn with_valve(kind: ValveKind, setting: f64) -> WaterModel {
    let mut model = row();
    model.links[1] = valve("V", 0, 1, kind, setting);
    if kind == ValveKind::Fcv {
        model.links.push(pipe("AB", 0, 1, 1000.0, 0.2));
    }
    model
}

fn with_pump(law: PumpLaw, speed: f64) -> WaterModel {
    let mut model = row();
    model.curves.push(Curve { id: "c".into(), points: vec![(0.02, 40.0)] });
    model.links[0] = link("P", 2, 0, LinkKind::Pump(Pump { law, speed, speed_pattern: None }));
    model
}

const SHUT_AND_OPEN: [&[(&str, usize, f64)]; 2] = [&[("closed", 1, 1.0)], &[("closed", 1, 0.0)]];

#[test]
fn a_reducing_valve_told_to_open_again_reduces_as_before() {
    let (_, state) = after(with_valve(ValveKind::Prv, 30.0), &SHUT_AND_OPEN);
    assert_eq!((state.status[1], state.head[1]), (LinkState::Active, 30.0));
    let (_, shut) = after(with_valve(ValveKind::Prv, 30.0), &SHUT_AND_OPEN[..1]);
    assert_eq!(shut.flow[1], 0.0);
    let (_, set) =
        after(with_valve(ValveKind::Prv, 30.0), &[SHUT_AND_OPEN[0], &[("closed", 1, 0.0), ("setting", 1, 20.0)]]);
    assert_eq!(set.head[1], 20.0);
}

#[test]
fn a_valve_shut_by_its_model_follows_its_setting_when_told_to_open() {
    let mut model = with_valve(ValveKind::Prv, 30.0);
    model.links[1].status = Status::Closed;
    assert_eq!(solve(model.clone(), &[("closed", 1, 0.0)]).1.head[1], 30.0);
    model.links[1].status = Status::Open;
    let (_, open) = solve(model, &[("closed", 1, 0.0)]);
    near(open.head[1], open.head[0], 1e-5);
}

#[test]
fn a_flow_valve_told_to_open_again_holds_its_flow() {
    let (_, state) = after(with_valve(ValveKind::Fcv, 0.004), &SHUT_AND_OPEN);
    near(state.flow[1], 0.004, 1e-15);
}

#[test]
fn a_pump_and_a_pipe_told_to_open_again_run_as_before() {
    let mut model = with_pump(PumpLaw::Head(CurveIx(0)), 0.8);
    // A control that stops the pump takes its speed away: the order to open brings back the pump's own.
    let stop = Control { link: LinkIx(0), action: ControlAction::Close, trigger: Trigger::Time(60.0) };
    let start = solve(model.clone(), &[]).1;
    let (_, state) = after(model.clone(), &[&[("closed", 0, 1.0)], &[("closed", 0, 0.0)]]);
    assert_eq!(state.target[0].setting, 0.8);
    near(state.head[0], start.head[0], 1e-9);
    model.controls.push(stop);
    let (_, state) = after(model, &[&[], &[], &[("closed", 0, 0.0)]]);
    assert_eq!(state.target[0], Command { status: Status::Open, setting: 0.8 });
    let (_, state) = after(row(), &SHUT_AND_OPEN);
    near(state.flow[1], 0.01, 1e-12);
}

#[test]
fn a_pump_of_constant_power_shows_that_power_whatever_the_liquid() {
    for specific_gravity in [0.8, 1.0, 1.2] {
        let mut model = with_pump(PumpLaw::Power(10_000.0), 1.0);
        model.options.specific_gravity = specific_gravity;
        let (_, state) = solve(model, &[]);
        near(state.pump_power[0], 10_000.0, 1.0);
    }
}

#[test]
fn a_setting_beyond_what_its_device_can_have_is_refused_by_name() {
    let refused = |model: WaterModel, slot, value| {
        let solver = WaterSolver::new(model).expect("a legal model");
        let mut inputs = Inputs::new(solver.ports().input_len());
        let mut scratch = WaterScratch::default();
        let mut state = solver.initial_state(&inputs, &mut scratch).expect("a solution");
        inputs.set(solver.ports().input("setting", slot).expect("an input"), value);
        match solver.step(&mut state, &inputs, 60.0, &mut scratch) {
            Err(SolveError::InputOutOfRange { port, min, max, .. }) => Some((port, min, max)),
            _ => None,
        }
    };
    let pump = || with_pump(PumpLaw::Head(CurveIx(0)), 1.0);
    for bad in [1e300, 5.1, -0.1] {
        assert_eq!(refused(pump(), 0, bad), Some(("setting of pump P".into(), 0.0, 5.0)));
    }
    assert_eq!(refused(pump(), 0, 1.2), None);
    for (kind, good) in [
        (ValveKind::Prv, 30.0),
        (ValveKind::Psv, 30.0),
        (ValveKind::Pbv, 3.0),
        (ValveKind::Fcv, 0.004),
        (ValveKind::Tcv, 10.0),
    ] {
        for bad in [1e300, -1.0] {
            let (port, min, max) = refused(with_valve(kind, good), 1, bad).expect("refused");
            assert!(port == "setting of valve V" && min == 0.0 && max > good, "{kind:?} {bad}: {port} {min} {max}");
        }
        assert_eq!(refused(with_valve(kind, good), 1, good), None, "{kind:?}");
    }
}

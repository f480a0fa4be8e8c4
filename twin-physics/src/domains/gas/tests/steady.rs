use super::super::friction::Friction;
use super::super::model::{GasModel, Link, LinkKind, Node, Pipe, Regulator};
use super::*;
use crate::medium::gas::{Compressibility, Gas};

fn link(from: usize, to: usize, kind: LinkKind) -> Link {
    Link { id: format!("{from}-{to}"), from, to, kind, open: true }
}

fn pipe(from: usize, to: usize, length_m: f64, diameter_m: f64) -> Link {
    let roughness_m = 1e-4;
    link(from, to, LinkKind::Pipe(Pipe { length_m, diameter_m, roughness_m, loss: 0.0, friction: None }))
}

fn network(nodes: usize, sources: &[(usize, f64)], loads: &[(usize, f64)], links: Vec<Link>) -> GasModel {
    let mut model = GasModel::empty(Gas::methane(), Friction::Colebrook);
    model.nodes = (0..nodes).map(|i| Node::junction(format!("N{i}"))).collect();
    for (i, p) in sources {
        model.nodes[*i].source_pa = Some(*p);
    }
    for (i, q) in loads {
        model.nodes[*i].load_kgs = *q;
    }
    model.links = links;
    model
}

fn solve(model: &GasModel) -> Result<Steady, SteadyError> {
    GasNet::new(model).expect("a sound model").steady(&mut Scratch::default(), None)
}

/// One pipe of an ideal gas at a fixed friction factor: `p₁² − p₂² = λ L/D · R_s T/A² · m²`.
#[test]
fn a_single_pipe_has_its_closed_form() {
    let mut model = network(2, &[(0, 5e5)], &[(1, 0.3)], vec![pipe(0, 1, 2000.0, 0.15)]);
    model.gas.compressibility = Compressibility::Constant(1.0);
    model.friction = Friction::Fixed(0.02);
    let found = solve(&model).expect("a state");
    let area = std::f64::consts::FRAC_PI_4 * 0.15 * 0.15;
    let fall = 0.02 * 2000.0 / 0.15 * model.gas.specific_jkgk * 288.15 / (area * area) * 0.09;
    assert!((found.pressure_pa[1] - (25e10 - fall).sqrt()).abs() < 1e-6);
    assert!((found.flow_kgs[0] - 0.3).abs() < 1e-13 && found.iterations <= 6, "{found:?}");
}

#[test]
fn a_column_of_gas_at_rest_has_the_weight_of_its_height() {
    let mut model = network(2, &[(0, 4e5)], &[], vec![pipe(0, 1, 500.0, 0.1)]);
    model.gas.compressibility = Compressibility::Constant(1.0);
    model.nodes[1].height_m = 300.0;
    let found = solve(&model).expect("a state");
    // The exact column falls by exp(−g h / R_s T); the law takes the mean of both ends, right to third order.
    let x = 9.80665 * 300.0 / (model.gas.specific_jkgk * 288.15);
    assert!((found.pressure_pa[1] / 4e5 / (-x).exp() - 1.0).abs() < x.powi(3), "{found:?}");
    assert!(found.flow_kgs[0].abs() < 1e-12);
}

/// Gate at 8 bar, a medium-pressure ring, two low-pressure districts behind regulators.
fn city() -> GasModel {
    let links = vec![
        pipe(0, 1, 3000.0, 0.3),
        pipe(1, 2, 1500.0, 0.2),
        pipe(0, 2, 4000.0, 0.2),
        link(1, 3, LinkKind::Regulator(Regulator::holding(103_500.0))),
        pipe(3, 4, 300.0, 0.15),
        pipe(4, 5, 200.0, 0.1),
        link(2, 5, LinkKind::Regulator(Regulator::holding(103_500.0))),
        pipe(5, 6, 100.0, 0.05),
    ];
    network(7, &[(0, 9e5)], &[(4, 0.02), (6, 0.004), (2, 0.5)], links)
}

#[test]
fn regulators_hold_their_districts() {
    let found = solve(&city()).expect("a state");
    assert_eq!([found.modes[3], found.modes[6]], [Mode::Active; 2]);
    assert!((found.pressure_pa[3] - 103_500.0).abs() < 1e-9 && (found.pressure_pa[5] - 103_500.0).abs() < 1e-9);
    assert!(found.mass_residual < 1e-14 && found.loss_residual < 1e-14, "{found:?}");
    assert!(found.iterations <= 10, "{}", found.iterations);
}

#[test]
fn a_regulator_never_pushes_gas_back() {
    // The second of two parallel regulators is set 1 kPa below the first.
    for set_pa in [102_500.0, 103_499.0, 103_500.0] {
        let mut model = city();
        model.links.push(link(1, 3, LinkKind::Regulator(Regulator::holding(set_pa))));
        let found = solve(&model).expect("a state");
        let (first, second) = (found.flow_kgs[3], found.flow_kgs[8]);
        assert!(first >= 0.0 && second >= 0.0, "{set_pa}: {first} {second}");
        if set_pa < 103_500.0 {
            assert_eq!((second, found.modes[8]), (0.0, Mode::Closed));
        }
    }
    // One that would have to feed a higher tier stays shut.
    let mut model = city();
    model.links.push(link(4, 1, LinkKind::Regulator(Regulator::holding(2e5))));
    assert_eq!(solve(&model).expect("a state").flow_kgs[8], 0.0);
}

#[test]
fn a_regulator_without_enough_before_it_stands_open() {
    let mut model = network(
        3,
        &[(0, 1.2e5)],
        &[(2, 0.01)],
        vec![pipe(0, 1, 100.0, 0.1), link(1, 2, LinkKind::Regulator(Regulator::holding(3e5)))],
    );
    let found = solve(&model).expect("a state");
    assert_eq!(found.modes[1], Mode::Open);
    assert!((found.pressure_pa[2] - found.pressure_pa[1]).abs() < 1e-6);
    // With droop the outlet falls by the flow.
    model.nodes[0].source_pa = Some(6e5);
    model.links[1].kind = LinkKind::Regulator(Regulator { droop_pa_s_kg: 1e6, ..Regulator::holding(3e5) });
    assert!((solve(&model).expect("a state").pressure_pa[2] - 2.9e5).abs() < 1e-6);
}

#[test]
fn loads_too_large_are_proven_so_and_named() {
    let mut model = city();
    model.nodes[6].load_kgs = 3.0;
    let Err(SteadyError::Starved { nodes }) = solve(&model) else { panic!("{:?}", solve(&model)) };
    assert_eq!(nodes[0], "N6");
}

#[test]
fn what_no_source_reaches_is_named_and_the_rest_is_solved() {
    let mut model = city();
    model.links[7].open = false;
    let found = solve(&model).expect("a state");
    assert_eq!(found.supplied, [true, true, true, true, true, true, false]);
    assert_eq!(found.flow_kgs[7], 0.0);
    // All regulators shut off: two districts without supply.
    model.links[3].open = false;
    model.links[6].open = false;
    assert_eq!(solve(&model).expect("a state").supplied.iter().filter(|s| **s).count(), 3);
}

#[test]
fn any_load_and_law_ends_in_a_state_or_a_named_reason() {
    for friction in [Friction::Nikuradse, Friction::Colebrook, Friction::SwameeJain, Friction::Hofer] {
        for factor in [0.0, 1e-9, 1e-3, 1.0, 3.0, 10.0] {
            let mut model = city();
            model.friction = friction;
            model.nodes.iter_mut().for_each(|n| n.load_kgs *= factor);
            match solve(&model) {
                Ok(found) => assert!(found.iterations <= 12, "{friction:?} {factor}: {}", found.iterations),
                Err(SteadyError::Starved { nodes }) => assert!(!nodes.is_empty()),
                Err(other) => panic!("{friction:?} {factor}: {other}"),
            }
        }
    }
}

#[test]
fn a_warm_start_ends_at_the_same_state() {
    let net = GasNet::new(&city()).expect("a sound model");
    let mut scratch = Scratch::default();
    let cold = net.steady(&mut scratch, None).expect("a state");
    let more: Vec<f64> = net.model().nodes.iter().map(|n| 1.01 * n.load_kgs).collect();
    let (warm, again) = (
        net.steady_under(&more, &mut scratch, Some(&cold)).expect("a state"),
        net.steady_under(&more, &mut scratch, None).expect("a state"),
    );
    assert!(warm.iterations < again.iterations);
    for (a, b) in warm.pressure_pa.iter().zip(&again.pressure_pa) {
        assert!((a - b).abs() < 1e-9 * a);
    }
}

/// A valve's loss once left Z out: 2 % of it at 9 bar.
#[test]
fn an_opening_loses_what_a_pipe_of_no_length_loses() {
    let valve = link(0, 1, LinkKind::Valve { diameter_m: 0.1, loss: 50.0 });
    let mut model = network(2, &[(0, 9e5)], &[(1, 1.5)], vec![valve]);
    let opening = solve(&model).expect("a state").pressure_pa[1];
    let roughness_m = 1e-4;
    model.links[0].kind =
        LinkKind::Pipe(Pipe { length_m: 0.0, diameter_m: 0.1, roughness_m, loss: 50.0, friction: None });
    let pipe = solve(&model).expect("a state").pressure_pa[1];
    assert!((opening - pipe).abs() < 1e-6 && opening < 8.9e5, "{opening} {pipe}");
    model.gas.compressibility = Compressibility::Constant(1.0);
    let ideal = solve(&model).expect("a state").pressure_pa[1];
    let share = (9e5 - opening) / (9e5 - ideal);
    assert!((0.975..0.99).contains(&share), "{share}");
}

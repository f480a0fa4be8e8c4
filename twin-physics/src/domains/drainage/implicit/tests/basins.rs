//! Basins, pumps, surcharged and steep pipes against references computed here.

use super::{Case, channel, conduit, node, outfall};
use crate::constants::GRAVITY_MS2;
use crate::domains::drainage::model::{
    DrainageModel, Link, LinkKind, NodeIx, NodeKind, Orifice, Pump, PumpCurve, Stage, Storage, StorageShape,
};
use crate::domains::drainage::section::Shape;

fn basin(area_m2: f64) -> NodeKind {
    let shape = StorageShape::Functional { a0: area_m2, a1: 0.0, a2: 0.0 };
    NodeKind::Storage(Storage { shape, evaporation: 0.0, exfiltration: None })
}

fn link(from: usize, to: usize, kind: LinkKind) -> Link {
    Link { id: String::from("l"), from: NodeIx::new(from), to: NodeIx::new(to), kind }
}

/// A triangular flood through a basin with an orifice: peak depth within 0.5 % of Runge-Kutta's at 1 s.
#[test]
fn a_basin_cuts_a_flood_as_runge_kutta_has_it() {
    let (area, start, base, peak) = (500.0, 1.0, 0.2, 1.2);
    let mut model = DrainageModel::default();
    model.nodes.push(node(5.0, basin(area)));
    model.nodes.push(node(0.0, outfall(Stage::Fixed(0.0))));
    let orifice = Orifice {
        bottom: true,
        offset_m: 0.0,
        shape: Shape::Circular { diameter_m: 0.3 },
        coefficient: 0.6,
        flap_gate: false,
        travel_s: 0.0,
    };
    model.links.push(link(0, 1, LinkKind::Orifice(orifice)));
    let inflow = |t: f64| base + (peak - base) * (1.0 - (t / 1800.0 - 1.0).abs()).max(0.0);
    let opening = 0.6 * std::f64::consts::PI * 0.15 * 0.15;
    let rise = |t: f64, y: f64| (inflow(t) - opening * (2.0 * GRAVITY_MS2 * y).sqrt()) / area;
    let (mut y, mut expected) = (start, start);
    for i in 0..7200_i32 {
        let t = f64::from(i);
        let k1 = rise(t, y);
        let k2 = rise(t + 0.5, y + 0.5 * k1);
        let k3 = rise(t + 0.5, y + 0.5 * k2);
        let k4 = rise(t + 1.0, y + k3);
        y += (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0;
        expected = f64::max(expected, y);
    }
    let mut case = Case::new(&model, |i| if i == 0 { start } else { 0.0 });
    let mut got = start;
    for i in 0..240_i32 {
        let t = f64::from(i) * 30.0;
        case.state.nodes.lateral_m3s[0] = inflow(t + 15.0);
        case.run(30.0, t + 30.0);
        got = got.max(case.state.nodes.depth_m[0]);
    }
    assert!(expected > 1.5 * start && (got / expected - 1.0).abs() < 5e-3, "{got} {expected}");
    assert_eq!(case.unconverged, 0);
}

/// Two basins joined by a full pipe swing with the period `2π·√(L·A_basin / (2·g·A_pipe))`, within 3 %.
#[test]
fn a_full_pipe_swings_between_two_basins() {
    let (area, length, diameter) = (10.0, 100.0, 0.5);
    let mut model = DrainageModel::default();
    model.nodes.push(node(0.0, basin(area)));
    model.nodes.push(node(0.0, basin(area)));
    model.nodes.push(node(-1.0, outfall(Stage::Free)));
    let shape = Shape::Circular { diameter_m: diameter };
    model.links.push(link(0, 1, conduit(length, 1e-4, shape)));
    let mut case = Case::new(&model, |i| [5.2, 4.8, 0.0][i]);
    let mut crossings = Vec::new();
    let mut before = 0.4;
    for i in 1..=1200_i32 {
        let t = 0.25 * f64::from(i);
        case.run(0.25, t);
        let now = case.state.nodes.depth_m[0] - case.state.nodes.depth_m[1];
        if now * before < 0.0 {
            crossings.push(t - 0.25 * now / (now - before));
        }
        before = now;
    }
    let pipe = std::f64::consts::PI * diameter * diameter / 4.0;
    let expected = std::f64::consts::TAU * (length * area / (2.0 * GRAVITY_MS2 * pipe)).sqrt();
    assert!(crossings.len() >= 4, "{crossings:?}");
    let got = crossings[3] - crossings[1];
    assert!((got / expected - 1.0).abs() < 0.03, "{got} {expected}");
    assert_eq!(case.unconverged, 0);
}

/// A steep pipe wetted and dried three times: nothing below its bottom, nothing lost, still at the end.
#[test]
fn a_steep_pipe_wets_and_dries() {
    let shape = Shape::Circular { diameter_m: 0.6 };
    let model = channel(10, 40.0, 0.05, 0.013, &shape, Stage::Free);
    let mut case = Case::new(&model, |_| 0.0);
    let (mut entered, mut left) = (0.0, 0.0);
    for i in 0..1080_i32 {
        let q = if (i / 60) % 6 == 0 { 0.3 } else { 0.0 };
        case.state.nodes.lateral_m3s[0] = q;
        case.run(10.0, 10.0 * f64::from(i + 1));
        entered += 10.0 * q;
        left += 10.0 * case.state.nodes.inflow_m3s[10];
        for (head, node) in case.own.head_m.iter().zip(&case.net.nodes).take(10) {
            assert!(*head > node.invert_m - 2e-3, "step {i}: {} m below the bottom", node.invert_m - head);
        }
    }
    let stored = case.stored();
    assert!((entered - left - stored).abs() < 1e-9 * entered, "{entered} {left} {stored}");
    assert!(stored < 0.01 * entered && case.state.links.flow_m3s[9] < 1e-3, "{stored}");
    assert_eq!(case.unconverged, 0);
}

/// A pump that empties its well stops, its flow does not rise again by more than the tolerance of heads lets it, and
/// mass closes to 1e-9.
#[test]
fn a_pump_that_empties_its_well_stops() {
    let mut model = DrainageModel::default();
    model.nodes.push(node(0.0, basin(2.0)));
    model.nodes.push(node(4.0, outfall(Stage::Fixed(5.0))));
    let pump = Pump {
        curve: PumpCurve::Head(vec![(0.0, 0.06), (10.0, 0.04)]),
        initial_setting: 1.0,
        startup_depth_m: 0.0,
        shutoff_depth_m: 0.0,
    };
    model.links.push(link(0, 1, LinkKind::Pump(pump)));
    let mut case = Case::new(&model, |i| if i == 0 { 1.0 } else { 0.0 });
    let start = case.stored();
    let (mut entered, mut left, mut last) = (0.0, 0.0, f64::INFINITY);
    for i in 0..120_i32 {
        let q = if i < 30 { 0.02 } else { 0.0 };
        case.state.nodes.lateral_m3s[0] = q;
        case.run(5.0, 5.0 * f64::from(i + 1));
        entered += 5.0 * q;
        left += 5.0 * case.state.nodes.inflow_m3s[1];
        let flow = case.state.links.flow_m3s[0];
        assert!(i < 30 || flow <= last + 5e-5, "step {i}: {flow} after {last}");
        last = flow;
    }
    let residual = start + entered - left - case.stored();
    assert!(residual.abs() < 1e-9 * entered, "{residual}");
    assert!((0.0..1e-5).contains(&last) && case.state.nodes.depth_m[0] < 0.01, "{last}");
    assert_eq!(case.unconverged, 0);
}

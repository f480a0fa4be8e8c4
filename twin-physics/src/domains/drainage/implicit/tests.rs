//! The scheme against analytic references.

mod basins;
mod recession;

use super::{ImplicitEngine, ImplicitScratch, ImplicitState};
use crate::constants::GRAVITY_MS2;
use crate::domains::drainage::model::{
    Conduit, DrainageModel, Link, LinkKind, Node, NodeIx, NodeKind, Orifice, Outfall, Stage, Storage, StorageShape,
};
use crate::domains::drainage::network::{Actions, Network, NetworkState};
use crate::domains::drainage::section::Shape;

fn node(invert_m: f64, kind: NodeKind) -> Node {
    Node {
        id: String::from("n"),
        invert_m,
        full_depth_m: 20.0,
        initial_depth_m: 0.0,
        surcharge_depth_m: 0.0,
        ponded_area_m2: 0.0,
        rdii: None,
        treatment: Vec::new(),
        kind,
    }
}

fn outfall(stage: Stage) -> NodeKind {
    NodeKind::Outfall(Outfall { stage, flap_gate: false, route_to: None })
}

fn conduit(length_m: f64, manning: f64, shape: Shape) -> LinkKind {
    LinkKind::Conduit(Conduit {
        length_m,
        manning,
        offset_from_m: 0.0,
        offset_to_m: 0.0,
        initial_flow_m3s: 0.0,
        max_flow_m3s: None,
        shape,
        barrels: 1,
        force_main: None,
        loss_entrance: 0.0,
        loss_exit: 0.0,
        loss_average: 0.0,
        flap_gate: false,
        seepage_ms: 0.0,
        culvert: 0,
    })
}

/// A channel of equal reaches with a slope, from a junction to an outfall.
fn channel(reaches: usize, dx_m: f64, slope: f64, manning: f64, shape: &Shape, stage: Stage) -> DrainageModel {
    let mut model = DrainageModel::default();
    let top = slope * dx_m * reaches as f64;
    for i in 0..=reaches {
        let kind = if i == reaches { outfall(stage.clone()) } else { NodeKind::Junction };
        model.nodes.push(node(top - slope * dx_m * i as f64, kind));
    }
    for i in 0..reaches {
        model.links.push(Link {
            id: format!("c{i}"),
            from: NodeIx::new(i),
            to: NodeIx::new(i + 1),
            kind: conduit(dx_m, manning, shape.clone()),
        });
    }
    model
}

struct Case {
    net: Network,
    engine: ImplicitEngine,
    state: NetworkState,
    own: ImplicitState,
    scratch: ImplicitScratch,
    unconverged: u32,
    /// Steps taken in parts.
    refined: u32,
}

impl Case {
    fn new(model: &DrainageModel, depths: impl Fn(usize) -> f64) -> Self {
        let net = Network::new(model).expect("a network");
        let mut state = net.initial_state(model);
        for (i, y) in state.nodes.depth_m.iter_mut().enumerate() {
            *y = depths(i);
        }
        let engine = ImplicitEngine::new(&net, model).expect("an engine");
        let own = engine.initial(&net, &state);
        Self { net, engine, state, own, scratch: ImplicitScratch::default(), unconverged: 0, refined: 0 }
    }

    fn run(&mut self, dt_s: f64, until_s: f64) {
        let actions = Actions { conductivity_factor: 1.0, ..Actions::default() };
        while self.state.time_s < until_s - 1e-9 {
            let step = self
                .engine
                .step(&self.net, &mut self.state, &mut self.own, &actions, dt_s, &mut self.scratch)
                .expect("a step");
            self.unconverged += u32::from(!step.converged);
            self.refined += u32::from(step.parts > 1);
        }
    }

    fn stored(&self) -> f64 {
        self.own.volume_m3.iter().sum()
    }
}

const RECTANGLE: Shape = Shape::RectOpen { depth_m: 20.0, width_m: 5.0, sides_ignored: 0 };

/// Normal depth of Manning's formula in a rectangle, by bisection.
fn normal_depth(flow: f64, width: f64, slope: f64, n: f64) -> f64 {
    let (mut low, mut high) = (0.0, 50.0);
    for _ in 0..200 {
        let y = 0.5 * (low + high);
        let area = width * y;
        let q = area * (area / (width + 2.0 * y)).powf(2.0 / 3.0) * f64::sqrt(slope) / n;
        if q < flow { low = y } else { high = y }
    }
    0.5 * (low + high)
}

/// Steady flow in a long channel stands at normal depth, within 0.1 %.
#[test]
fn uniform_flow_stands_at_normal_depth() {
    for slope in [0.0005, 0.002, 0.02] {
        let model = channel(40, 50.0, slope, 0.03, &RECTANGLE, Stage::Normal);
        let mut case = Case::new(&model, |_| 0.5);
        case.state.nodes.lateral_m3s[0] = 10.0;
        case.run(20.0, 6.0 * 3600.0);
        let expected = normal_depth(10.0, 5.0, slope, 0.03);
        let got = case.state.nodes.depth_m[20];
        assert!((got / expected - 1.0).abs() < 1e-3, "slope {slope}: {got} m, Manning {expected} m");
        assert_eq!(case.unconverged, 0);
    }
}

/// A level held downstream: the profile of gradually varied flow at 10 m spacing, within 0.5 % of depth.
#[test]
fn backwater_follows_gradually_varied_flow() {
    let (flow, width, slope, n, dx) = (10.0, 5.0, 0.001, 0.03, 10.0);
    let reaches = 300;
    let model = channel(reaches, dx, slope, n, &RECTANGLE, Stage::Fixed(3.5));
    let mut case = Case::new(&model, |_| 2.0);
    case.state.nodes.lateral_m3s[0] = flow;
    case.run(10.0, 6.0 * 3600.0);
    // Upstream from the held level by fourth-order Runge-Kutta in steps of a tenth of the spacing.
    let slope_of = |y: f64| {
        let (area, perimeter) = (width * y, width + 2.0 * y);
        let friction = (n * flow / area).powi(2) / (area / perimeter).powf(4.0 / 3.0);
        let froude2 = flow * flow * width / (GRAVITY_MS2 * area.powi(3));
        (slope - friction) / (1.0 - froude2)
    };
    let mut y = 3.5;
    let mut worst = 0.0_f64;
    for i in (0..reaches).rev() {
        for _ in 0..10 {
            let h = -dx / 10.0;
            let k1 = slope_of(y);
            let k2 = slope_of(y + 0.5 * h * k1);
            let k3 = slope_of(y + 0.5 * h * k2);
            let k4 = slope_of(y + h * k3);
            y += h * (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0;
        }
        if i > 0 {
            worst = worst.max((case.state.nodes.depth_m[i] / y - 1.0).abs());
        }
    }
    assert!(worst < 5e-3, "{worst}");
}

/// Stoker's dam break: depth behind the front, its speed, from depths up- and downstream.
fn stoker(high: f64, low: f64) -> (f64, f64) {
    let (mut a, mut b) = (low, high);
    for _ in 0..200 {
        let h = 0.5 * (a + b);
        let shock = (h - low) * (0.5 * GRAVITY_MS2 * (h + low) / (h * low)).sqrt();
        let wave = 2.0 * ((GRAVITY_MS2 * high).sqrt() - (GRAVITY_MS2 * h).sqrt());
        if shock < wave { a = h } else { b = h }
    }
    let h = 0.5 * (a + b);
    (h, h * (0.5 * GRAVITY_MS2 * (h + low) / (h * low)).sqrt() * (h - low) / (h - low))
}

/// 10 m of water on 1 m, 2 km long, 10 m spacing, no friction: speed of the front within 2 %, depth behind it within
/// 1 %.
#[test]
fn dam_break_front_runs_at_stokers_speed() {
    let shape = Shape::RectOpen { depth_m: 20.0, width_m: 50.0, sides_ignored: 2 };
    let mut model = channel(200, 10.0, 0.0, 1e-4, &shape, Stage::Fixed(1.0));
    model.options.min_surface_area_m2 = 1e-3;
    let mut case = Case::new(&model, |i| if i <= 100 { 10.0 } else { 1.0 });
    let front = |case: &Case| {
        let y = &case.state.nodes.depth_m;
        let i = (0..200).rev().find(|&i| y[i] > 2.0).expect("a front");
        10.0 * (i as f64 + (y[i] - 2.0) / (y[i] - y[i + 1]))
    };
    case.run(0.2, 20.0);
    let early = front(&case);
    case.run(0.2, 60.0);
    let speed = (front(&case) - early) / 40.0;
    let (depth, _) = stoker(10.0, 1.0);
    let expected = {
        let q = (depth - 1.0) * (0.5 * GRAVITY_MS2 * (depth + 1.0) / (depth * 1.0)).sqrt();
        q * depth / (depth - 1.0)
    };
    let plateau = case.state.nodes.depth_m[130];
    assert!((speed / expected - 1.0).abs() < 0.02, "{speed} {expected}");
    assert!((plateau / depth - 1.0).abs() < 0.01, "{plateau} {depth}");
}

/// What enters is stored, leaves or spills: to 1e-9 of what entered, through surcharge, spilling and drying.
#[test]
fn mass_closes_through_surcharge_spilling_and_drying() {
    let shape = Shape::Circular { diameter_m: 0.5 };
    let mut model = channel(20, 60.0, 0.004, 0.013, &shape, Stage::Free);
    for node in &mut model.nodes[..20] {
        node.full_depth_m = 2.0;
    }
    let mut case = Case::new(&model, |_| 0.0);
    let (mut entered, mut left, mut spilled) = (0.0, 0.0, 0.0);
    let start = case.stored();
    for step in 0..720_i32 {
        let t = f64::from(step) * 10.0;
        let q = if t < 3600.0 { 1.2 * (std::f64::consts::PI * t / 3600.0).sin() } else { 0.0 };
        case.state.nodes.lateral_m3s[0] = q;
        case.run(10.0, t + 10.0);
        entered += 10.0 * q;
        left += 10.0 * case.state.nodes.inflow_m3s[20];
        spilled += 10.0 * case.state.nodes.overflow_m3s.iter().sum::<f64>();
    }
    let residual = entered - left - spilled - (case.stored() - start);
    assert!(spilled > 10.0 && left > 10.0 && case.refined > 0 && case.refined < 360, "{}", case.refined);
    assert!(residual.abs() < 1e-9 * entered, "{residual}");
    assert_eq!(case.unconverged, 0);
}

/// A basin emptying through an orifice follows dV/dt = −C·A·√(2gh): depth within 0.5 % of the start's.
#[test]
fn a_basin_empties_by_torricelli() {
    let mut model = DrainageModel::default();
    let shape = StorageShape::Functional { a0: 500.0, a1: 0.0, a2: 0.0 };
    let basin = Storage { shape, evaporation: 0.0, exfiltration: None };
    model.nodes.push(node(5.0, NodeKind::Storage(basin)));
    model.nodes.push(node(0.0, outfall(Stage::Fixed(0.0))));
    model.nodes[0].full_depth_m = 4.0;
    let orifice = Orifice {
        bottom: true,
        offset_m: 0.0,
        shape: Shape::Circular { diameter_m: 0.3 },
        coefficient: 0.6,
        flap_gate: false,
        travel_s: 0.0,
    };
    model.links.push(Link {
        id: String::from("o"),
        from: NodeIx::new(0),
        to: NodeIx::new(1),
        kind: LinkKind::Orifice(orifice),
    });
    let mut case = Case::new(&model, |i| if i == 0 { 3.0 } else { 0.0 });
    case.run(30.0, 7200.0);
    let area = std::f64::consts::PI * 0.15 * 0.15;
    let root = 3.0_f64.sqrt() - 0.6 * area * (2.0 * GRAVITY_MS2).sqrt() / (2.0 * 500.0) * 7200.0;
    let (got, expected) = (case.state.nodes.depth_m[0], root * root);
    assert!((got - expected).abs() < 0.005 * 3.0, "{got} {expected}");
}

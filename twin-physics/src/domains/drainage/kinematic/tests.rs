//! A tree with every kind of element against SWMM 5.2.4, and what must hold of any.

mod reference;

use super::super::model::{
    Conduit, Divider, DividerLaw, DrainageModel, Exfiltration, Link, LinkIx, LinkKind, Node, NodeIx, NodeKind, Orifice,
    Outfall, Outlet, Pump, PumpCurve, Rating, RatingOn, Routing, Stage, Storage, StorageShape, Weir, WeirKind,
};
use super::super::network::{Actions, LinkClass, Network, NetworkState};
use super::super::section::Shape;
use super::super::structure::StorageUnits;
use super::*;
use crate::units::{M_PER_IN, M3_PER_FT3, S_PER_DAY, S_PER_HOUR};
use reference::Row;

const FT: f64 = M_PER_FT;

fn node(id: &str, invert: f64, depth: f64, initial: f64, kind: NodeKind) -> Node {
    Node {
        id: id.into(),
        invert_m: invert * FT,
        full_depth_m: depth * FT,
        initial_depth_m: initial * FT,
        surcharge_depth_m: 0.0,
        ponded_area_m2: 0.0,
        rdii: None,
        treatment: Vec::new(),
        kind,
    }
}

fn divider(id: &str, invert: f64, link: u32, law: DividerLaw) -> Node {
    node(id, invert, 0.0, 0.0, NodeKind::Divider(Divider { link: Some(LinkIx(link)), law }))
}

fn outfall(id: &str, invert: f64) -> Node {
    node(id, invert, 0.0, 0.0, NodeKind::Outfall(Outfall { stage: Stage::Free, flap_gate: false, route_to: None }))
}

fn nodes() -> Vec<Node> {
    let junction = |id: &str, invert| node(id, invert, 6.0, 0.0, NodeKind::Junction);
    let cone = StorageShape::Quadratic {
        a0: std::f64::consts::PI * 300.0 * FT * FT,
        a1: 2.0 * std::f64::consts::PI * 15.0 * 2.0 * FT,
        a2: std::f64::consts::PI * 15.0 / 20.0 * 4.0,
    };
    let table =
        StorageShape::Tabular([(0.0, 200.0), (3.0, 600.0), (9.0, 700.0)].map(|(d, a)| (d * FT, a * FT * FT)).into());
    let soil = Exfiltration { suction_m: 0.0, conductivity_ms: 0.5 * M_PER_IN / S_PER_HOUR, deficit: 0.0 };
    let store = |shape, evaporation, exfiltration| NodeKind::Storage(Storage { shape, evaporation, exfiltration });
    let weir = DividerLaw::Weir { min_flow_m3s: M3_PER_FT3, max_head_m: 2.0 * FT, coefficient: 1.5 * FT.powf(1.5) };
    vec![
        junction("J1", 20.0),
        junction("J2", 17.0),
        junction("J3", 12.0),
        junction("J4", 19.0),
        junction("J6", 16.0),
        junction("J7", 11.0),
        divider("D1", 18.0, 4, DividerLaw::Cutoff(6.0 * M3_PER_FT3)),
        divider("D2", 18.5, 7, DividerLaw::Overflow),
        divider("D3", 10.0, 11, weir),
        node("ST1", 15.0, 8.0, 1.0, store(cone, 1.0, None)),
        node("ST2", 10.0, 9.0, 0.5, store(table, 0.0, Some(soil))),
        outfall("O1", 9.0),
        outfall("O2", 14.0),
        outfall("O3", 8.0),
    ]
}

fn conduit(length: f64, manning: f64, offsets: [f64; 2], shape: Shape, barrels: u32, seepage: f64) -> LinkKind {
    LinkKind::Conduit(Conduit {
        length_m: length * FT,
        manning,
        offset_from_m: offsets[0] * FT,
        offset_to_m: offsets[1] * FT,
        initial_flow_m3s: 0.0,
        max_flow_m3s: None,
        shape,
        barrels,
        force_main: None,
        loss_entrance: 0.0,
        loss_exit: 0.0,
        loss_average: 0.0,
        flap_gate: false,
        seepage_ms: seepage * M_PER_IN / S_PER_HOUR,
        culvert: 0,
    })
}

fn links(nodes: &[Node]) -> Vec<Link> {
    let round = |diameter: f64| Shape::Circular { diameter_m: diameter * FT };
    let pipe = |length, offsets, diameter| conduit(length, 0.013, offsets, round(diameter), 1, 0.0);
    let ditch = Shape::Trapezoidal { depth_m: 3.0 * FT, bottom_m: 2.0 * FT, left_slope: 2.0, right_slope: 2.0 };
    let boxed = Shape::RectClosed { depth_m: 1.5 * FT, width_m: 2.0 * FT };
    let open = Shape::RectOpen { depth_m: 2.0 * FT, width_m: 2.0 * FT, sides_ignored: 0 };
    let steps = [(1.0, 1.0), (3.0, 2.0), (8.0, 3.0)].map(|(d, q)| (d * FT, q * M3_PER_FT3)).into();
    let pump = Pump {
        curve: PumpCurve::StepDepth(steps),
        initial_setting: 1.0,
        startup_depth_m: FT,
        shutoff_depth_m: 0.5 * FT,
    };
    let slot = Shape::RectClosed { depth_m: 0.5 * FT, width_m: FT };
    let orifice =
        Orifice { bottom: false, offset_m: 0.0, shape: slot, coefficient: 0.65, flap_gate: false, travel_s: 0.0 };
    let weir = Weir {
        kind: WeirKind::Transverse,
        crest_m: 5.0 * FT,
        shape: Shape::RectOpen { depth_m: 2.0 * FT, width_m: 3.0 * FT, sides_ignored: 0 },
        coefficient: 3.33 * FT.sqrt(),
        end_coefficient: 0.0,
        end_contractions: 0.0,
        flap_gate: false,
        can_surcharge: true,
        road_width_m: 0.0,
        road_paved: None,
        coefficient_curve: Vec::new(),
    };
    let rating = Rating::Power { a: 1.2 * FT.powf(2.5), b: 0.5 };
    let outlet = Outlet { offset_m: 3.0 * FT, on: RatingOn::Depth, rating, flap_gate: false };
    [
        ("C1", "J1", "D1", pipe(400.0, [0.0; 2], 1.75)),
        ("C2", "D1", "J2", pipe(300.0, [0.0; 2], 1.5)),
        ("C3", "J2", "ST1", conduit(500.0, 0.03, [0.0, 1.0], ditch, 1, 3.0)),
        ("C4", "J3", "J7", conduit(300.0, 0.015, [0.0; 2], boxed, 1, 0.0)),
        ("C5", "D1", "ST2", pipe(350.0, [0.0, 1.0], 1.5)),
        ("C6", "J6", "O2", conduit(250.0, 0.013, [0.0; 2], Shape::Eggshaped { depth_m: 1.2 * FT }, 2, 0.0)),
        ("C7", "D2", "J2", pipe(200.0, [0.0; 2], 1.0)),
        ("C8", "D2", "J6", conduit(200.0, 0.013, [0.0; 2], open, 1, 0.0)),
        ("C9", "J4", "D2", pipe(200.0, [0.0; 2], 1.5)),
        ("C11", "J7", "D3", pipe(200.0, [0.0; 2], 2.0)),
        ("C12", "D3", "O1", pipe(200.0, [0.0; 2], 1.5)),
        ("C10", "D3", "O3", pipe(200.0, [0.0; 2], 1.5)),
        ("C13", "ST1", "J3", pipe(200.0, [4.0, 0.0], 1.0)),
        ("P1", "ST2", "J6", LinkKind::Pump(pump)),
        ("R1", "ST1", "J3", LinkKind::Orifice(orifice)),
        ("W1", "ST1", "J3", LinkKind::Weir(weir)),
        ("U1", "ST2", "J6", LinkKind::Outlet(outlet)),
    ]
    .into_iter()
    .map(|(id, from, to, kind)| {
        let at = |name| NodeIx::new(nodes.iter().position(|n| n.id == name).unwrap());
        Link { id: id.into(), from: at(from), to: at(to), kind }
    })
    .collect()
}

fn model(routing: Routing, others: bool) -> DrainageModel {
    let nodes = nodes();
    let links = links(&nodes);
    let mut model = DrainageModel { nodes, links, ..DrainageModel::default() };
    model.options.routing = routing;
    model.options.defects.others = others;
    model.options.routing_step_s = 30.0;
    model
}

/// Rises and falls in straight lines [min, ft³/s].
fn inflow(points: &[(f64, f64)], time_s: f64) -> f64 {
    // SWMM reads its series a millisecond late.
    let minute = (time_s + 0.001) / 60.0;
    let last = points[points.len() - 1];
    if minute > last.0 { 0.0 } else { crate::domains::drainage::structure::table::lookup(points, minute) * M3_PER_FT3 }
}

struct Run {
    net: Network,
    engine: KinematicEngine,
    units: StorageUnits,
    actions: Actions,
    state: NetworkState,
    inflow_m3: f64,
    lost_m3: f64,
}

impl Run {
    fn new(model: &DrainageModel) -> Self {
        let net = Network::new(model).unwrap();
        Self {
            engine: KinematicEngine::new(&net, model).unwrap(),
            units: StorageUnits::new(&net),
            actions: Actions {
                evaporation_ms: 2.4 * M_PER_IN / S_PER_DAY,
                evaporates: true,
                conductivity_factor: 1.0,
                ..Actions::default()
            },
            state: net.initial_state(model),
            net,
            inflow_m3: 0.0,
            lost_m3: 0.0,
        }
    }

    fn step(&mut self, dt_s: f64, scratch: &mut KinematicScratch) {
        let Self { net, engine, units, actions, state, .. } = self;
        for (at, link) in net.links.iter().enumerate() {
            if let LinkClass::Structure(i) = link.class
                && let super::super::structure::Structure::Pump(pump) = &net.structures[i as usize]
            {
                state.links.setting[at] =
                    pump.own_target(state.links.setting[at], state.nodes.depth_m[link.from as usize]);
            }
        }
        let mut soils = units.initial();
        let mut losses = vec![Default::default(); soils.len()];
        units.lose(net, state, actions, 1.0, dt_s, (&mut soils, &mut losses));
        state.nodes.lateral_m3s[0] = inflow(&[(0.0, 0.5), (30.0, 14.0), (60.0, 25.0), (120.0, 0.0)], state.time_s);
        state.nodes.lateral_m3s[3] = inflow(&[(0.0, 0.0), (45.0, 9.0), (90.0, 0.0)], state.time_s);
        engine.step(net, state, actions, dt_s, scratch);
        self.inflow_m3 += dt_s * (state.nodes.lateral_m3s[0] + state.nodes.lateral_m3s[3]);
        let nodes = &state.nodes;
        let ends = (11..14).map(|i| nodes.inflow_m3s[i]).sum::<f64>();
        let lost: f64 = nodes.overflow_m3s.iter().sum::<f64>() + nodes.losses_m3s.iter().sum::<f64>();
        let dry: f64 = state.links.evaporation_m3s.iter().chain(&state.links.seepage_m3s).sum();
        self.lost_m3 += dt_s * (ends + lost + dry);
    }

    fn stored_m3(&self) -> f64 {
        self.state.nodes.volume_m3.iter().chain(&self.state.links.volume_m3).sum()
    }
}

fn compare(routing: Routing, flows: &[Row], depths: &[Row], floods: &[Row], tolerance: f64) {
    let model = model(routing, true);
    let mut run = Run::new(&model);
    let mut scratch = KinematicScratch::default();
    let mut worst: Vec<(f64, String)> = Vec::new();
    let mut minute = 0.0;
    for (k, until) in [20.0, 40.0, 60.0, 80.0, 100.0, 120.0, 150.0, 180.0].into_iter().enumerate() {
        while minute < until {
            run.step(30.0, &mut scratch);
            minute += 0.5;
        }
        let mut hold = |kind: &str, id: &str, got: f64, expected: f64, largest: f64| {
            worst.push(((got - expected).abs() / largest, format!("{kind} {id} at {until} min: {got} for {expected}")));
        };
        for (at, link) in model.links.iter().enumerate() {
            let row = flows.iter().find(|r| r.0 == link.id).unwrap();
            hold("flow", row.0, run.state.links.flow_m3s[at] / M3_PER_FT3, row.1[k], 10.0);
        }
        for (at, node) in model.nodes.iter().enumerate() {
            let row = depths.iter().find(|r| r.0 == node.id).unwrap();
            hold("depth", row.0, run.state.nodes.depth_m[at] / FT, row.1[k], 2.0);
            if let Some(row) = floods.iter().find(|r| r.0 == node.id) {
                hold("flooding", row.0, run.state.nodes.overflow_m3s[at] / M3_PER_FT3, row.1[k], 10.0);
            }
        }
    }
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    assert!(worst[0].0 < tolerance, "{:#?}", &worst[..3]);
}

#[test]
fn kinematic_waves_run_as_in_swmm() {
    // SWMM ends the search for a conduit's area within a thousandth of the full one: its noise is that large.
    compare(Routing::Kinematic, &reference::WAVE_FLOWS, &reference::WAVE_DEPTHS, &reference::WAVE_FLOODS, 3e-3);
}

#[test]
fn steady_flow_runs_as_in_swmm() {
    compare(Routing::Steady, &reference::STEADY_FLOWS, &reference::STEADY_DEPTHS, &reference::STEADY_FLOODS, 2e-5);
}

#[test]
fn water_is_neither_made_nor_lost() {
    for routing in [Routing::Kinematic, Routing::Steady] {
        let model = model(routing, false);
        let mut run = Run::new(&model);
        let mut scratch = KinematicScratch::default();
        let before_m3 = run.stored_m3();
        for _ in 0..720 {
            run.step(30.0, &mut scratch);
        }
        // Ends of a conduit are weighted 0.6, its volume is the mean of both: SWMM loses as much.
        let error = (before_m3 + run.inflow_m3 - run.lost_m3 - run.stored_m3()) / run.inflow_m3;
        assert!(run.inflow_m3 > 3_000.0 && error.abs() < 0.006, "{routing:?}: {error}");
    }
}

#[test]
fn the_same_state_gives_the_same_step_and_fresh_scratch_changes_nothing() {
    let model = model(Routing::Kinematic, false);
    let mut run = Run::new(&model);
    let mut scratch = KinematicScratch::default();
    for _ in 0..60 {
        run.step(30.0, &mut scratch);
    }
    let (mut a, mut b) = (run.state.clone(), run.state.clone());
    run.engine.step(&run.net, &mut a, &run.actions, 30.0, &mut scratch);
    run.engine.step(&run.net, &mut b, &run.actions, 30.0, &mut KinematicScratch::default());
    assert_eq!(a, b);
    // A blocked pipe passes its free share, an idle pump nothing.
    run.actions.blocked = vec![0.75; run.net.links.len()];
    run.actions.powered = vec![false; run.net.links.len()];
    for _ in 0..40 {
        run.step(30.0, &mut scratch);
    }
    let LinkClass::Conduit(first) = &run.net.links[0].class else { panic!() };
    assert!((run.state.links.inflow_m3s[0] - 0.25 * first.full_flow_m3s).abs() < 1e-9);
    assert_eq!(run.state.links.flow_m3s[13], 0.0);
}

#[test]
fn loops_and_wrong_dividers_are_named() {
    let fault = |change: &dyn Fn(&mut DrainageModel)| {
        let mut model = model(Routing::Kinematic, false);
        change(&mut model);
        let net = Network::new(&model).unwrap();
        KinematicEngine::new(&net, &model).unwrap_err().to_string()
    };
    let lost = fault(&|m| {
        let NodeKind::Divider(divider) = &mut m.nodes[6].kind else { panic!() };
        divider.link = Some(LinkIx(2));
    });
    assert!(lost.contains("D1") && lost.contains("diversion link"), "{lost}");
    let weak = fault(&|m| {
        let NodeKind::Divider(divider) = &mut m.nodes[8].kind else { panic!() };
        divider.law = DividerLaw::Weir { min_flow_m3s: 9.0, max_head_m: 1.0, coefficient: 1.0 };
    });
    assert!(weak.contains("D3") && weak.contains("smallest flow"), "{weak}");
    let ring = fault(&|m| {
        let at = |name: &str| NodeIx::new(m.nodes.iter().position(|n| n.id == name).unwrap());
        let (j6, st2) = (at("J6"), at("ST2"));
        // The outlet of the second pond leads back to itself through a pump.
        m.links[5].from = j6;
        m.links[5].to = st2;
        let LinkKind::Conduit(pipe) = &mut m.links[5].kind else { panic!() };
        pipe.shape = Shape::Dummy;
    });
    assert!(ring.contains("loop"), "{ring}");
}

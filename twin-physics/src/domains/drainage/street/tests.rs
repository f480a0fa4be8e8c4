//! Inlets against SWMM 5.2.4 and HEC-22's own numbers.

mod reference;

use super::super::model::{
    Conduit, CurbOpening, DrainageModel, Grate, GrateKind, InletDesign, InletIx, InletUsage, Link, LinkIx, LinkKind,
    Node, NodeIx, NodeKind, Outfall, Placement, Stage, Throat,
};
use super::super::network::Network;
use super::super::section::{Shape, Street};
use super::*;
use reference::{CASES, Case};

const FT: f64 = M_PER_FT;
const NAMES: [&str; 9] = ["G1", "G2", "C1", "C2", "CB", "SL", "DG", "DC", "CD"];

fn grate(length: f64, width: f64, kind: GrateKind) -> Grate {
    Grate { kind, length_m: length * FT, width_m: width * FT }
}

fn curb(length: f64, height: f64, throat: Throat) -> CurbOpening {
    CurbOpening { length_m: length * FT, height_m: height * FT, throat }
}

fn design(name: &str) -> InletKind {
    let generic = GrateKind::Generic { open: 0.6, splash_ms: 2.0 * FT };
    let diversion = [(0.0, 0.0), (2.0, 1.5), (10.0, 4.0)];
    let rating = [(0.0, 0.0), (0.5, 2.0), (1.0, 3.0)];
    match name {
        "G1" => InletKind::Grate(grate(2.0, 2.0, GrateKind::P50)),
        "G2" => InletKind::Grate(grate(3.0, 1.5, generic)),
        "C1" => InletKind::Curb(curb(5.0, 0.5, Throat::Vertical)),
        "C2" => InletKind::Curb(curb(14.0, 0.4, Throat::Inclined)),
        "CB" => InletKind::Combination(grate(3.0, 2.0, GrateKind::Reticuline), curb(6.0, 0.5, Throat::Horizontal)),
        "SL" => InletKind::Slotted { length_m: 10.0 * FT, width_m: 0.2 * FT },
        "DG" => InletKind::DropGrate(grate(3.0, 3.0, GrateKind::Tilt30x85)),
        "DC" => InletKind::DropCurb(curb(2.0, 0.5, Throat::Vertical)),
        "CD" => InletKind::CustomDiversion(diversion.map(|(x, q)| (x * M3_PER_FT3, q * M3_PER_FT3)).into()),
        _ => InletKind::CustomRating(rating.map(|(d, q)| (d * FT, q * M3_PER_FT3)).into()),
    }
}

fn shape(name: &str) -> Shape {
    let street = |crown: f64, slope, n, dip: f64, gutter: f64, sides, back: (f64, f64, f64)| {
        Shape::Street(Street {
            crown_width_m: crown * FT,
            curb_height_m: 0.5 * FT,
            cross_slope: slope,
            road_n: n,
            gutter_depression_m: dip * FT,
            gutter_width_m: gutter * FT,
            sides,
            back_width_m: back.0 * FT,
            back_slope: back.1,
            back_n: back.2,
        })
    };
    match name {
        "S1" => street(20.0, 0.04, 0.016, 0.0, 0.0, 2, (0.0, 0.0, 0.0)),
        "S2" => street(16.0, 0.03, 0.015, 0.1667, 2.0, 1, (10.0, 0.02, 0.03)),
        "TR" => Shape::Trapezoidal { depth_m: 3.0 * FT, bottom_m: 2.0 * FT, left_slope: 2.0, right_slope: 1.0 },
        _ => Shape::RectOpen { depth_m: 3.0 * FT, width_m: 4.0 * FT, sides_ignored: 0 },
    }
}

fn node(id: String, invert: f64, kind: NodeKind) -> Node {
    Node {
        id,
        invert_m: invert * FT,
        full_depth_m: 5.0 * FT,
        initial_depth_m: 0.0,
        surcharge_depth_m: 0.0,
        ponded_area_m2: 0.0,
        rdii: None,
        treatment: Vec::new(),
        kind,
    }
}

/// For each case a street from a junction to one behind it, on to an outfall; below it a sewer node with one of its
/// own.
fn model(cases: &[Case], others: bool) -> DrainageModel {
    let mut model = DrainageModel::default();
    model.options.defects.others = others;
    let mut names = NAMES.map(String::from).to_vec();
    names.push("CR".into());
    model.inlets = names.iter().map(|id| InletDesign { id: id.clone(), kind: design(id) }).collect();
    let outfall = || NodeKind::Outfall(Outfall { stage: Stage::Free, flap_gate: false, route_to: None });
    for (n, case) in cases.iter().enumerate() {
        let at = model.nodes.len();
        for (id, invert, kind) in [
            ("J", 12.0, NodeKind::Junction),
            ("K", 8.0, NodeKind::Junction),
            ("O", 4.0, outfall()),
            ("M", 0.0, NodeKind::Junction),
            ("P", -2.0, outfall()),
        ] {
            model.nodes.push(node(format!("{id}{n}"), invert, kind));
        }
        for (from, to, shape) in [(0, 1, shape(case.names.1)), (1, 2, shape(case.names.1)), (3, 4, shape("RO"))] {
            let conduit = Conduit {
                length_m: 400.0 * FT,
                manning: 0.016,
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
            };
            let id = format!("{from}{n}");
            let (from, to) = (NodeIx::new(at + from), NodeIx::new(at + to));
            model.links.push(Link { id, from, to, kind: LinkKind::Conduit(conduit) });
        }
        model.inlet_usage.push(InletUsage {
            link: LinkIx::new(3 * n),
            inlet: InletIx::new(names.iter().position(|name| name == case.names.0).unwrap()),
            to: NodeIx::new(at + 3),
            count: case.count.0,
            clogged: case.count.1,
            max_flow_m3s: case.local[0] * M3_PER_FT3,
            local_depression_m: case.local[1] * FT,
            local_width_m: case.local[2] * FT,
            placement: if case.sag { Placement::OnSag } else { Placement::OnGrade },
        });
    }
    model
}

#[test]
fn inlets_capture_as_in_swmm() {
    let model = model(&CASES, true);
    let net = Network::new(&model).unwrap();
    let inlets = Inlets::new(&model, &net);
    assert_eq!((inlets.len(), inlets.ignored.len()), (CASES.len(), 0));
    let mut state = net.initial_state(&model);
    for (n, case) in CASES.iter().enumerate() {
        state.links.flow_m3s[3 * n] = case.result[0] * M3_PER_FT3;
        state.nodes.depth_m[5 * n + 1] = case.result[1] * FT;
    }
    let mut kept = inlets.initial(&net);
    inlets.capture(&net, &mut state, &mut kept, 1.0);
    for (n, case) in CASES.iter().enumerate() {
        let (down, up) = (state.nodes.lateral_m3s[5 * n + 3], state.nodes.lateral_m3s[5 * n + 1]);
        let got = down / M3_PER_FT3;
        assert!((got - case.result[2]).abs() < 2e-4 * case.result[2] + 2e-4, "{n} {case:?}: {got}");
        assert_eq!(down, -up);
    }
}

/// HEC-22, examples 4-1 and 4-2: 1.8 ft³/s spread 9.0 ft over a plain gutter, 2.3 ft³/s 8.2 ft over one that is 2 in
/// deeper over 2 ft.
#[test]
fn water_spreads_as_in_hec_22() {
    let plain = Gutter::plain(0.02, 0.01, 0.016);
    assert!((plain.spread_m(1.8 * M3_PER_FT3) / FT - 9.0).abs() < 0.05);
    let mut deeper = plain.clone();
    (deeper.depression, deeper.width) = (2.0 / 12.0, 2.0);
    assert!((deeper.spread_m(2.3 * M3_PER_FT3) / FT - 8.2).abs() < 0.15);
    assert_eq!(plain.spread_m(0.0), 0.0);
}

#[test]
fn more_depth_gives_more_and_nothing_takes_more_than_comes() {
    let mut gutter = Gutter::plain(0.03, 0.01, 0.016);
    (gutter.depression, gutter.width) = (0.1, 2.0);
    for name in NAMES.into_iter().chain(["CR"]) {
        let kind = design(name);
        let by_depth = |step: u32| capture_by_depth(&kind, &gutter, 0.005 * f64::from(step));
        assert_eq!(by_depth(0), 0.0, "{name}");
        // HEC-22's laws jump down by up to an eighth where a weir becomes an orifice.
        assert!((1..160).all(|s| by_depth(s) >= 0.85 * by_depth(s - 1) && by_depth(s).is_finite()), "{name}");
        if name.starts_with('D') {
            continue; // In a channel, not in a gutter.
        }
        for q in [0.001, 0.01, 0.05, 0.2, 1.0] {
            let taken = capture_on_grade(&kind, &gutter, q, 0.1);
            assert!((0.0..=q).contains(&taken), "{name} {q}: {taken}");
        }
    }
}

fn one(names: (&'static str, &'static str), sag: bool) -> Case {
    Case { names, sag, count: (1, 0.0), local: [0.0; 3], result: [0.0; 3] }
}

#[test]
fn overflow_of_the_sewer_comes_back_and_is_counted() {
    let mut model = model(&[one(("G1", "S1"), false), one(("CD", "S2"), false)], false);
    // Both above one sewer node: half of its overflow comes up at the grate, half at the custom inlet.
    model.inlet_usage[1].to = model.inlet_usage[0].to;
    let net = Network::new(&model).unwrap();
    let inlets = Inlets::new(&model, &net);
    assert!(inlets.returns_overflow(3) && !inlets.returns_overflow(8));
    let mut state = net.initial_state(&model);
    state.nodes.overflow_m3s[3] = 0.4;
    state.links.flow_m3s[0] = 0.1;
    let mut kept = inlets.initial(&net);
    inlets.capture(&net, &mut state, &mut kept, 1.0);
    assert_eq!([0, 1].map(|i| kept.flows[i].backflow_m3s), [0.2, 0.2]);
    let captured = kept.flows[0].captured_m3s;
    assert!(captured > 0.0 && captured < 0.1);
    assert_eq!(state.nodes.lateral_m3s[1], -(captured - 0.2));
    assert_eq!(state.nodes.lateral_m3s[6], 0.2);
    let mut statistics = InletStatistics::default();
    statistics.add(&kept.flows[0]);
    statistics.add(&InletFlow { approach_m3s: 0.2, captured_m3s: 0.05, ..InletFlow::default() });
    statistics.add(&InletFlow::default());
    assert_eq!((statistics.flow_steps, statistics.capture_steps, statistics.backflow_steps), (2, 1, 1));
    assert_eq!((statistics.mean_share(), statistics.bypass_frequency()), (0.25, 1.0));
    assert_eq!((statistics.backflow_frequency(), statistics.peak_share), (0.5, 0.25));
}

#[test]
fn sags_take_both_sides_and_without_dynamic_wave_no_more_than_is_there() {
    let cases = [one(("SL", "S1"), true), one(("SL", "S2"), true)];
    let take = |routing| {
        let mut model = model(&cases, false);
        model.options.routing = routing;
        let net = Network::new(&model).unwrap();
        let inlets = Inlets::new(&model, &net);
        let mut state = net.initial_state(&model);
        for n in 0..2 {
            state.nodes.depth_m[5 * n + 1] = 0.1;
            state.links.flow_m3s[3 * n] = 0.02;
        }
        let mut kept = inlets.initial(&net);
        inlets.capture(&net, &mut state, &mut kept, 1.0);
        [0, 1].map(|i| kept.flows[i].captured_m3s)
    };
    let [two, one] = take(super::super::model::Routing::Dynamic);
    assert!(one > 0.02 && two == 2.0 * one);
    let held = take(super::super::model::Routing::Kinematic);
    assert!(held.iter().all(|q| (q - 0.02).abs() < 1e-12), "{held:?}");
}

#[test]
fn inlets_that_do_not_fit_are_left_out() {
    let mut model = model(&[one(("G1", "TR"), false), one(("DG", "S1"), false), one(("DG", "RO"), false)], false);
    let net = Network::new(&model).unwrap();
    assert_eq!(Inlets::new(&model, &net).ignored, [0, 1]);
    let again = InletUsage { count: 4, ..model.inlet_usage[2].clone() };
    model.inlet_usage.push(again);
    let inlets = Inlets::new(&model, &net);
    assert_eq!((inlets.ignored.as_slice(), inlets.len()), ([0, 1, 2].as_slice(), 1));
}

//! What preparation does to a network.

use super::super::dynamic::example::extran1;
use super::super::model::*;
use super::super::section::Shape;
use super::*;

fn conduit(model: &mut DrainageModel, at: usize) -> &mut Conduit {
    match &mut model.links[at].kind {
        LinkKind::Conduit(conduit) => conduit,
        _ => unreachable!("all links of the example are conduits"),
    }
}

fn data(net: &Network, at: usize) -> &ConduitData {
    match &net.links[at].class {
        LinkClass::Conduit(conduit) => conduit,
        LinkClass::Structure(_) => unreachable!("all links of the example are conduits"),
    }
}

#[test]
fn slopes_depths_crowns_and_degrees_follow_swmm() {
    let model = extran1();
    let net = Network::new(&model).expect("a valid network");
    let first = data(&net, 0);
    let drop = 6.3_f64;
    assert!((first.slope - drop / (1800.0_f64 * 1800.0 - drop * drop).sqrt()).abs() < 1e-15);
    // The report of SWMM 5.2.4: full flow 73.65 cfs.
    assert!((first.full_flow_m3s / 0.3048_f64.powi(3) - 73.65).abs() < 0.005, "{}", first.full_flow_m3s);
    assert_eq!(net.nodes.iter().map(|n| n.degree).collect::<Vec<_>>(), [-1, 1, -1, 1, 1, 1, 1, 1, 1, 0]);
    assert!((net.nodes[4].crown_depth_m - 6.2 * M_PER_FT).abs() < 1e-12);
    assert!((net.nodes[9].full_depth_m - 9.0 * M_PER_FT).abs() < 1e-12, "an outfall is as deep as its conduit");
    assert_eq!(net.incidence[net.start[4] as usize..net.start[5] as usize], [1, 8]);
    assert_eq!(net.adjustments, []);
}

#[test]
fn an_uphill_conduit_is_turned_round() {
    let mut model = extran1();
    let link = &mut model.links[0];
    (link.from, link.to) = (link.to, link.from);
    conduit(&mut model, 0).loss_entrance = 0.3;
    conduit(&mut model, 0).initial_flow_m3s = 0.2;
    let net = Network::new(&model).expect("a valid network");
    let turned = &net.links[0];
    assert_eq!((turned.from, turned.to, turned.direction), (0, 1, -1.0));
    assert_eq!((data(&net, 0).losses, data(&net, 0).initial_flow_m3s), ([0.0, 0.3, 0.0], -0.2));
    let state = net.initial_state(&model);
    let normal = data(&net, 0).normal_depth(0.2);
    assert!(normal > 0.1 && (state.links.depth_m[0] - normal).abs() < 1e-12);
    assert!((state.nodes.depth_m[0] - normal).abs() < 1e-12, "its only link fills the terminal node");
    let mut model = extran1();
    model.nodes[0].invert_m = 20.0;
    model.options.routing = Routing::Kinematic;
    let refused = Network::new(&model).expect_err("kinematic waves do not run uphill");
    assert!(refused.to_string().contains("C0"), "{refused}");
}

#[test]
fn short_conduits_are_lengthened_without_losing_capacity() {
    let mut model = extran1();
    let plain = Network::new(&model).expect("a valid network");
    model.options.lengthening_step_s = 60.0;
    model.options.routing_step_s = 60.0;
    let net = Network::new(&model).expect("a valid network");
    let (long, short) = (data(&net, 6), data(&plain, 6));
    let ratio = long.modified_length_m / short.length_m;
    assert!(ratio > 1.5 && (long.beta / short.beta - 1.0).abs() < 1e-12);
    assert!((long.rough_factor * ratio / short.rough_factor - 1.0).abs() < 1e-12);
}

#[test]
fn adjustments_are_told() {
    let mut model = extran1();
    model.nodes[0].full_depth_m = 1.0;
    model.nodes[7].invert_m = model.nodes[8].invert_m;
    conduit(&mut model, 2).offset_from_m = -1.0;
    let net = Network::new(&model).expect("a valid network");
    let told = [Adjustment::NegativeOffset(2), Adjustment::SmallestDrop(6), Adjustment::NodeDepthRaised(0)];
    assert_eq!(net.adjustments, told);
    assert!((data(&net, 6).slope * 500.0 - 0.001).abs() < 1e-9);
}

#[test]
fn bad_models_are_refused_by_name() {
    type Change<'a> = &'a dyn Fn(&mut DrainageModel);
    let refuse = |change: &dyn Fn(&mut DrainageModel)| {
        let mut model = extran1();
        change(&mut model);
        Network::new(&model).expect_err("a bad model").to_string()
    };
    let cases: [(Change<'_>, &str); 7] = [
        (&|m| m.nodes[9].kind = NodeKind::Junction, "no outfall"),
        (&|m| m.links[1].to = NodeIx(99), "link C1"),
        (&|m| m.links[1].to = m.links[1].from, "link C1"),
        (&|m| conduit(m, 4).manning = 0.0, "conduit C4"),
        (&|m| conduit(m, 4).shape = Shape::Circular { diameter_m: -1.0 }, "link C4"),
        (&|m| m.nodes[2].initial_depth_m = 99.0, "node 81009"),
        (&|m| m.links[1].to = NodeIx(9), "outfall 10208"),
    ];
    for (change, named) in cases {
        let told = refuse(change);
        assert!(told.contains(named), "{told}");
    }
}

#[test]
fn a_weir_falls_freely_into_its_outfall() {
    for defects in [Defects::default(), Defects::SWMM_5_2] {
        let mut model = extran1();
        model.options.defects = defects;
        model.links[4].kind = LinkKind::Weir(Weir {
            kind: WeirKind::Transverse,
            crest_m: 1.3,
            shape: Shape::RectOpen { depth_m: 2.0, width_m: 3.0, sides_ignored: 0 },
            coefficient: 1.8,
            end_coefficient: 0.0,
            end_contractions: 0.0,
            flap_gate: false,
            can_surcharge: true,
            road_width_m: 0.0,
            road_paved: None,
            coefficient_curve: Vec::new(),
        });
        let net = Network::new(&model).expect("a valid network");
        assert_eq!((net.outfalls[0].offset_m, net.initial_state(&model).nodes.depth_m[9]), (0.0, 0.0));
        // Its crest is 11.7 ft and 1.3 m above the outfall's invert.
        let true_m = 11.7 * M_PER_FT + 1.3;
        let crown_m = if defects.others { 1.3 } else { true_m } + 2.0;
        assert!((net.nodes[9].crown_depth_m - crown_m).abs() < 1e-9, "{}", net.nodes[9].crown_depth_m);
    }
}

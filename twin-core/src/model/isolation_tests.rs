//! Hand-worked networks, and the two laws: shutting the valves separates, and none of them is superfluous.

use proptest::prelude::*;
use twin_physics::domains::water::{Junction, Link, Node, Pipe, Reservoir};

use super::*;
use crate::model::water_assets::IsolationValve;

/// Node 0 is the reservoir; `pipes` join node numbers, 100 m each; `valves` are (pipe, end, stuck).
fn network(nodes: usize, pipes: &[(usize, usize)], valves: &[(usize, End, bool)]) -> (WaterModel, WaterAssets) {
    let node = |n: usize| Node {
        id: format!("n{n}"),
        elevation_m: 0.0,
        kind: if n == 0 { NodeKind::Reservoir(Reservoir::default()) } else { NodeKind::Junction(Junction::default()) },
    };
    let pipe = |(at, &(from, to)): (usize, &(usize, usize))| Link {
        id: format!("p{at}"),
        from: NodeIx::new(from),
        to: NodeIx::new(to),
        status: Status::Open,
        kind: LinkKind::Pipe(Pipe {
            length_m: 100.0,
            diameter_m: 0.2,
            roughness: 130.0,
            minor_k: 0.0,
            check_valve: false,
        }),
    };
    let model = WaterModel {
        nodes: (0..nodes).map(node).collect(),
        links: pipes.iter().enumerate().map(pipe).collect(),
        ..WaterModel::default()
    };
    let valves = valves.iter().enumerate().map(|(at, &(link, end, stuck))| IsolationValve {
        id: format!("v{at}"),
        link: LinkIx::new(link),
        end,
        shut: false,
        stuck,
        travel_s: 0.0,
    });
    let customers = (0..nodes).map(|n| if n == 0 { 0.0 } else { 10.0 }).collect();
    let assets = WaterAssets { valves: valves.collect(), customers, ..WaterAssets::default() };
    (model, assets)
}

fn isolate((model, assets): &(WaterModel, WaterAssets), pipe: usize) -> Isolation {
    IsolationMap::new(model, assets).isolate(Origin::Link(LinkIx::new(pipe)))
}

fn shut(isolation: &Isolation) -> Vec<usize> {
    isolation.shut().collect()
}

const LINE: [(usize, usize); 4] = [(0, 1), (1, 2), (2, 3), (3, 4)];

/// R—1—2—3—4 with valves on both ends of pipe 1–2: only the upstream one is shut, since nothing feeds the far side;
/// pipe 1–2 itself has no customers, the three nodes behind it are cut off.
#[test]
fn a_line_is_isolated_from_upstream_alone() {
    let found = isolate(&network(5, &LINE, &[(1, End::From, false), (1, End::To, false)]), 1);
    assert_eq!(shut(&found), [0]);
    assert_eq!((found.links.len(), found.nodes.len()), (1, 0));
    assert_eq!((found.customers_inside, found.customers_cut_off), (0.0, 30.0));
    assert_eq!(found.cut_off, [NodeIx(2), NodeIx(3), NodeIx(4)]);
    assert_eq!(found.length_m, 100.0);
    assert_eq!(found.critical_lost(&[NodeIx(4), NodeIx(1)]), [NodeIx(4)]);
}

/// A ring R—1—2—3—1 needs both ends of pipe 2–3, nearest first, and takes no customer's water.
#[test]
fn a_ring_needs_both_ends_and_cuts_nobody_off() {
    let ring = network(4, &[(0, 1), (1, 2), (2, 3), (3, 1)], &[(2, End::From, false), (2, End::To, false)]);
    let found = isolate(&ring, 2);
    assert_eq!(shut(&found), [0, 1]);
    assert_eq!(found.steps[0].distance_m, 50.0);
    assert_eq!((found.customers_inside, found.customers_cut_off), (0.0, 0.0));
}

/// With its valve at 2–3 stuck the segment of the ring grows to the next valve, at 1–2: node 2 and pipe 1–2 join it.
/// The stuck valve is on the list, tried in vain.
#[test]
fn a_stuck_valve_merges_two_segments() {
    let valves = [(2, End::From, true), (2, End::To, false), (1, End::From, false)];
    let found = isolate(&network(4, &[(0, 1), (1, 2), (2, 3), (3, 1)], &valves), 2);
    assert_eq!(shut(&found), [1, 2]);
    let tried: Vec<_> = found.steps.iter().map(|s| (s.valve, s.works, s.distance_m)).collect();
    assert_eq!(tried, [(0, false, 50.0), (1, true, 50.0), (2, true, 150.0)]);
    assert_eq!((found.nodes.as_slice(), found.customers_inside), ([NodeIx(2)].as_slice(), 10.0));
    assert_eq!(found.length_m, 200.0);
}

/// Without any valve the segment runs up to the source, which is said.
#[test]
fn without_valves_the_segment_holds_the_source() {
    let found = isolate(&network(5, &LINE, &[]), 2);
    assert!(!found.is_possible());
    assert_eq!((found.sources.as_slice(), found.links.len()), ([NodeIx(0)].as_slice(), 4));
    assert_eq!(shut(&found), [0; 0]);
}

/// A check valve lets no water back: customers before it lose their supply though a second source stands behind it.
#[test]
fn supply_respects_the_direction_of_a_check_valve() {
    let (mut model, assets) = network(4, &[(0, 1), (1, 2), (2, 3)], &[(0, End::From, false), (0, End::To, false)]);
    model.nodes[3].kind = NodeKind::Reservoir(Reservoir::default());
    let found = isolate(&(model.clone(), assets.clone()), 0);
    assert_eq!((shut(&found), found.cut_off.len()), (vec![0, 1], 0));
    if let LinkKind::Pipe(pipe) = &mut model.links[1].kind {
        pipe.check_valve = true;
    }
    let found = isolate(&(model, assets), 0);
    assert_eq!((shut(&found), found.cut_off), (vec![0, 1], vec![NodeIx(1)]));
}

/// A valve already shut bounds the segment and needs nobody; so does a pipe closed for good.
#[test]
fn what_is_shut_already_needs_no_crew() {
    let (mut model, mut assets) =
        network(4, &[(0, 1), (1, 2), (2, 3), (3, 1)], &[(2, End::From, false), (2, End::To, false)]);
    assets.valves[0].shut = true;
    assert_eq!(shut(&isolate(&(model.clone(), assets.clone()), 2)), [1]);
    assets.valves[0].shut = false;
    model.links[1].status = Status::Closed;
    let found = isolate(&(model, assets), 2);
    assert_eq!(shut(&found), [1], "node 2 hangs on the pipe that is out");
    assert_eq!(found.cut_off, [NodeIx(2)]);
}

/// Whether any source is joined to pipe `place` when the given valves are shut: by sweeping until nothing changes, on
/// purpose unlike the search under test.
fn source_reaches(model: &WaterModel, assets: &WaterAssets, place: usize, shut: &[usize]) -> bool {
    let nodes = model.nodes.len();
    let mut wet: Vec<bool> = (0..nodes + model.links.len()).map(|v| v == 0).collect();
    loop {
        let mut changed = false;
        for (at, link) in model.links.iter().enumerate() {
            for (end, node) in [(End::From, link.from.at()), (End::To, link.to.at())] {
                let blocked = shut.iter().any(|&v| assets.valves[v].link.at() == at && assets.valves[v].end == end);
                if !blocked && wet[node] != wet[nodes + at] {
                    (wet[node], wet[nodes + at], changed) = (true, true, true);
                }
            }
        }
        if !changed {
            return wet[nodes + place];
        }
    }
}

proptest! {
    /// After shutting the valves no source reaches the place; leave any one of them open and a source does.
    #[test]
    fn valves_separate_and_none_is_superfluous(
        pipes in prop::collection::vec((0..12_usize, 0..12_usize), 1..24),
        valves in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<bool>(), prop::bool::weighted(0.2)), 0..30),
        place in any::<prop::sample::Index>(),
    ) {
        let valves: Vec<_> = valves
            .iter()
            .map(|(at, to, stuck)| (at.index(pipes.len()), if *to { End::To } else { End::From }, *stuck))
            .collect();
        let (model, assets) = network(12, &pipes, &valves);
        let place = place.index(pipes.len());
        let found = IsolationMap::new(&model, &assets).isolate(Origin::Link(LinkIx::new(place)));
        let all = shut(&found);
        prop_assert!(all.iter().all(|&v| !assets.valves[v].stuck));
        if found.is_possible() {
            prop_assert!(!source_reaches(&model, &assets, place, &all));
            for left in 0..all.len() {
                let others: Vec<usize> = all.iter().copied().filter(|&v| v != all[left]).collect();
                prop_assert!(source_reaches(&model, &assets, place, &others), "valve {} is superfluous", all[left]);
            }
        } else {
            let workable: Vec<usize> = (0..valves.len()).filter(|&v| !valves[v].2).collect();
            prop_assert!(source_reaches(&model, &assets, place, &workable));
        }
    }
}

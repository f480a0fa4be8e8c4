//! Which nodes have a path to a source, and so which links take part in the equations.
//!
//! A node without a path would make the system singular, or get the huge negative head some programs print. Here it is
//! found by search after every change of state and left out: its pressure is 0 and its demand is not delivered.
//!
//! *Source:* breadth-first search over open links, own derivation; what a closed link lets through is EPANET 2.3.5's.

use super::assemble::{Role, Work};
use super::model::{Status, ValveKind};
use super::net::{Kind, Net};
use super::state::{LinkState, WaterState};
use crate::graph::Passage;

fn passage(net: &Net, state: &WaterState, k: usize) -> Passage {
    if !state.status[k].passes() {
        return Passage::Shut;
    }
    match net.kind[k] {
        Kind::CheckValve | Kind::Pump => Passage::Forward,
        Kind::Valve(ValveKind::Prv | ValveKind::Psv | ValveKind::Fcv) if state.target[k].status == Status::Active => {
            Passage::Forward
        }
        _ => Passage::Both,
    }
}

/// Finds the supplied nodes and the role of each link, and sets the head of every node without a path to its elevation.
pub(super) fn connect(net: &Net, seepage: f64, state: &mut WaterState, work: &mut Work) {
    search(net, state, work);
    for node in 0..net.junctions {
        if !work.supplied[node] {
            state.head[node] = net.elevation[node];
        }
    }
    for k in 0..net.kind.len() {
        let (i, j) = net.ends(k);
        let joined = work.supplied[i] && work.supplied[j];
        work.role[k] = if joined && !state.status[k].passes() && seepage > 0.0 {
            Role::Seeps(seepage)
        } else if !joined || !state.status[k].passes() {
            state.flow[k] = 0.0;
            Role::Shut
        } else {
            match (net.kind[k], state.status[k]) {
                (Kind::Valve(ValveKind::Prv), LinkState::Active) => Role::Holds(true),
                (Kind::Valve(ValveKind::Psv), LinkState::Active) => Role::Holds(false),
                (Kind::Valve(ValveKind::Fcv), LinkState::Active) => Role::GivenFlow,
                _ => Role::Law,
            }
        };
        if work.role[k] == Role::Law && state.flow[k] == 0.0 {
            let scale = if net.kind[k] == Kind::Pump { state.target[k].setting } else { 1.0 };
            state.flow[k] = net.start_flow[k] * scale;
        }
    }
    work.hold_nodes(net, state);
}

fn search(net: &Net, state: &WaterState, work: &mut Work) {
    let passes = |k: u32| passage(net, state, k as usize);
    work.search.clear(net.nodes);
    for source in net.junctions..net.nodes {
        work.search.spread(&net.graph, source, passes);
    }
    // A zone that takes water in by a negative demand may feed forward through one-way links.
    let gives = (0..net.junctions).any(|n| state.demand[n] < 0.0 && !work.search.reached()[n]);
    if gives {
        loop {
            let mut grown = None;
            for k in 0..net.kind.len() {
                let (i, j) = net.ends(k);
                let (a, b) = (work.search.reached()[i], work.search.reached()[j]);
                if a != b
                    && passes(u32::try_from(k).unwrap_or(u32::MAX)) != Passage::Shut
                    && zone_gives(net, state, if a { j } else { i }, work)
                {
                    grown = Some(if a { j } else { i });
                    break;
                }
            }
            let Some(node) = grown else { break };
            let open = |k: u32| if passes(k) == Passage::Shut { Passage::Shut } else { Passage::Both };
            work.search.spread(&net.graph, node, open);
        }
    }
    work.supplied.clear();
    work.supplied.extend_from_slice(work.search.reached());
}

/// Whether the unreached zone round a node has a negative demand.
fn zone_gives(net: &Net, state: &WaterState, node: usize, work: &Work) -> bool {
    let reached = work.search.reached();
    let mut zone = crate::graph::Reach::default();
    zone.clear(net.nodes);
    zone.spread(&net.graph, node, |k| {
        let (i, j) = net.ends(k as usize);
        let outside = reached[i] || reached[j] || passage(net, state, k as usize) == Passage::Shut;
        if outside { Passage::Shut } else { Passage::Both }
    });
    (0..net.junctions).any(|n| zone.reached()[n] && state.demand[n] < 0.0)
}

//! What a step tells: flooding, surcharge, pumps, gates, weirs. One bit an element remembers what was told last.
//!
//! *Source:* own thresholds, each with hysteresis so that nothing chatters.

use serde::{Deserialize, Serialize};

use super::network::{DRY_M3S, LinkClass, NetworkState};
use super::routing::Drainage;
use super::shown::{FLOODS_M3S, surcharged};
use super::structure::Structure;
use crate::port::Element;
use crate::solver::SolverEvent;

/// Flow below which flooding has ended [m³/s].
const DRY_AGAIN_M3S: f64 = 0.1 * FLOODS_M3S;
/// Flow above which a weir counts as spilling: 1 L/s [m³/s].
const SPILLS_M3S: f64 = 1e-3;
/// Change of a gate's opening that is told [–].
const MOVED: f64 = 0.01;

/// What was told last.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Watch {
    /// Nodes that flood.
    floods: Vec<bool>,
    /// Conduits that are surcharged, pumps that run, weirs that spill.
    on: Vec<bool>,
    /// Opening of gates.
    opening: Vec<f64>,
}

impl Watch {
    /// At the start of a run: nothing told, gates as they stand.
    pub(super) fn new(drainage: &Drainage, state: &NetworkState) -> Self {
        let mut watch = Self {
            floods: vec![false; drainage.net.nodes.len()],
            on: vec![false; drainage.net.links.len()],
            opening: state.links.setting.clone(),
        };
        watch.look(drainage, state, &mut Vec::new());
        watch
    }

    /// Tells what has changed.
    pub(super) fn look(&mut self, drainage: &Drainage, state: &NetworkState, events: &mut Vec<SolverEvent>) {
        self.nodes(drainage, state, events);
        self.links(drainage, state, events);
    }

    fn nodes(&mut self, drainage: &Drainage, state: &NetworkState, events: &mut Vec<SolverEvent>) {
        for (slot, (node, told)) in drainage.net.nodes.iter().zip(&mut self.floods).enumerate() {
            let (over, depth) = (state.nodes.overflow_m3s[slot], state.nodes.depth_m[slot]);
            let ponds = node.ponded_area_m2 > 0.0 && depth > node.full_depth_m;
            let now = ponds || over > if *told { DRY_AGAIN_M3S } else { FLOODS_M3S };
            if now != *told {
                *told = now;
                let code = if now { "flooding-begins" } else { "flooding-ends" };
                let (value, threshold) = (depth, node.full_depth_m);
                let element = Element::Node;
                events.push(SolverEvent { time_s: state.time_s, code, element, slot, value, threshold, unit: "m" });
            }
        }
    }

    fn links(&mut self, drainage: &Drainage, state: &NetworkState, events: &mut Vec<SolverEvent>) {
        let links = &state.links;
        for (slot, link) in drainage.net.links.iter().enumerate() {
            let flow = links.flow_m3s[slot];
            let told = self.on[slot];
            let mut tell = |code, value, threshold, unit| {
                let element = Element::Link;
                events.push(SolverEvent { time_s: state.time_s, code, element, slot, value, threshold, unit });
            };
            let structure = match &link.class {
                LinkClass::Conduit(_) => {
                    let now = surcharged(links.flags[slot]);
                    if now != told {
                        self.on[slot] = now;
                        let code = if now { "surcharge-begins" } else { "surcharge-ends" };
                        tell(code, links.depth_m[slot], link.full_depth_m, "m");
                    }
                    continue;
                }
                LinkClass::Structure(i) => &drainage.net.structures[*i as usize],
            };
            match structure {
                Structure::Pump(_) => {
                    let now = flow.abs() > DRY_M3S;
                    if now != told {
                        self.on[slot] = now;
                        tell(if now { "pump-on" } else { "pump-off" }, flow, 0.0, "m3/s");
                    }
                    continue;
                }
                Structure::Weir(_) => {
                    let now = flow.abs() > if told { 0.1 * SPILLS_M3S } else { SPILLS_M3S };
                    if now != told {
                        self.on[slot] = now;
                        tell(if now { "weir-spills" } else { "weir-stops" }, flow, SPILLS_M3S, "m3/s");
                    }
                }
                _ => {}
            }
            let opening = links.setting[slot];
            // A gate that travels is told at its ends and at every hundredth between.
            let end = opening == 0.0 || opening == 1.0;
            if (opening - self.opening[slot]).abs() >= MOVED || (end && opening != self.opening[slot]) {
                tell("gate-moved", opening, self.opening[slot], "1");
                self.opening[slot] = opening;
            }
        }
    }
}

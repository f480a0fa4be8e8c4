//! What a link has seen.
//!
//! *Source:* Rossman & Simon (2022), *Storm Water Management Model User's Manual Version 5.2*, EPA-600/R-22/030,
//! chapter 9 (status and summary reports); behaviour of SWMM 5.2.4.

use serde::{Deserialize, Serialize};

use super::super::network::{ConduitData, DRY_M2, FlowClass, LinkClass, LinkData, LinkStates, Network, NetworkState};
use super::super::structure::{PumpLaw, Structure};
use super::LEAST_FLOW_M3S;
use crate::units::{M_PER_FT, M3_PER_FT3};

/// Depth below which SWMM knows no velocity: 0.01 ft [m].
const NO_VELOCITY_M: f64 = 0.01 * M_PER_FT;
/// Change of flow that counts as a turn: 0.001 ft³/s [m³/s].
const TURN_M3S: f64 = 1e-3 * M3_PER_FT3;
/// Power of water lifted, SWMM's 0.7457/8.814 kW per ft⁴/s [kW/(m⁴/s)]: 9.802, ρg/1000 of cold water.
const POWER: f64 = 0.745_7 / 8.814 / (M3_PER_FT3 * M_PER_FT);

/// Statistics of a link.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LinkStatistics {
    /// Largest flow, either way [m³/s].
    pub max_flow_m3s: f64,
    /// When it was [s].
    pub max_flow_s: f64,
    /// Largest velocity; conduits [m/s].
    pub max_velocity_ms: f64,
    /// Largest depth [m].
    pub max_depth_m: f64,
    /// Time in each flow class, in the order of [`FlowClass`]; conduits [s].
    pub class_s: [f64; 7],
    /// Time held to normal flow [s].
    pub normal_limited_s: f64,
    /// Time under inlet control of a culvert [s].
    pub inlet_controlled_s: f64,
    /// Time full at both ends; of a pump, time on [s].
    pub full_s: f64,
    /// Time full at the first end [s].
    pub full_from_s: f64,
    /// Time full at the second end [s].
    pub full_to_s: f64,
    /// Time with at least the full flow [s].
    pub above_full_flow_s: f64,
    /// Time full with a head line steeper than its bed [s].
    pub capacity_limited_s: f64,
    /// How often the flow has turned from rising to falling or back.
    pub turns: u64,
    /// Steps it bounded.
    pub critical_steps: u64,
    /// Pumps.
    pub pump: PumpStatistics,
    /// Flow at the end of the last step [m³/s].
    old_flow_m3s: f64,
    /// Whether it rose (1) or fell (−1) in the last step.
    sense: i8,
}

/// Statistics of a pump.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct PumpStatistics {
    /// Time on [s].
    pub on_s: f64,
    /// Steps on.
    pub on_steps: u64,
    /// Starts.
    pub starts: u64,
    /// Smallest flow while on; 0 before the first [m³/s].
    pub min_flow_m3s: f64,
    /// Flows in the steps on, summed [m³/s].
    pub flows_m3s: f64,
    /// Pumped [m³].
    pub pumped_m3: f64,
    /// Energy given to the water [kWh].
    pub energy_kwh: f64,
    /// Time below the curve [s].
    pub below_curve_s: f64,
    /// Time above the curve [s].
    pub above_curve_s: f64,
}

impl LinkStatistics {
    pub(super) fn new(_net: &Network, at: usize, state: &NetworkState) -> Self {
        Self { old_flow_m3s: state.links.flow_m3s[at], ..Self::default() }
    }

    /// Counts a step, or only remembers its flow; a step that was not routed is no change of flow.
    pub(super) fn observe(
        &mut self,
        net: &Network,
        link: &LinkData,
        state: &NetworkState,
        at: usize,
        dt_s: f64,
        (counts, routed): (bool, bool),
    ) {
        let links = &state.links;
        let flow_m3s = links.flow_m3s[at];
        let change_m3s = flow_m3s - self.old_flow_m3s;
        if counts {
            let amount_m3s = flow_m3s.abs();
            if amount_m3s > self.max_flow_m3s {
                (self.max_flow_m3s, self.max_flow_s) = (amount_m3s, state.time_s);
            }
            self.max_depth_m = self.max_depth_m.max(links.depth_m[at]);
            match &link.class {
                LinkClass::Conduit(conduit) if conduit.dummy => {}
                LinkClass::Conduit(conduit) => self.conduit(conduit, links, at, dt_s),
                LinkClass::Structure(i) => {
                    if let Structure::Pump(pump) = &net.structures[*i as usize] {
                        self.pump(pump, net, link, state, at, dt_s);
                    }
                }
            }
        }
        if counts && routed {
            let sense = if change_m3s == 0.0 { 0 } else { change_m3s.signum() as i8 };
            if change_m3s.abs() > TURN_M3S && self.sense * sense < 0 {
                self.turns += 1;
            }
            self.sense = sense;
        }
        self.old_flow_m3s = flow_m3s;
    }

    fn conduit(&mut self, conduit: &ConduitData, links: &LinkStates, at: usize, dt_s: f64) {
        let (depth_m, flow_m3s) = (links.depth_m[at], links.flow_m3s[at].abs());
        let barrel_m3s = flow_m3s / conduit.barrels;
        if depth_m > NO_VELOCITY_M && barrel_m3s > 0.0 {
            let area_m2 = conduit.section.area(depth_m.min(conduit.section.full_depth_m));
            if area_m2 > DRY_M2 {
                self.max_velocity_ms = self.max_velocity_ms.max(barrel_m3s / area_m2);
            }
        }
        self.class_s[links.class[at] as usize] += dt_s;
        let flags = links.flags[at];
        let on = |bit: u8| if flags & (1 << bit) == 0 { 0.0 } else { dt_s };
        self.normal_limited_s += on(0);
        self.inlet_controlled_s += on(1);
        self.full_from_s += on(2);
        self.full_to_s += on(3);
        self.capacity_limited_s += on(4);
        if flags & 0b1100 == 0b1100 {
            self.full_s += dt_s;
        }
        if barrel_m3s >= conduit.full_flow_m3s {
            self.above_full_flow_s += dt_s;
        }
    }

    fn pump(&mut self, law: &PumpLaw, net: &Network, link: &LinkData, state: &NetworkState, at: usize, dt_s: f64) {
        let flow_m3s = state.links.flow_m3s[at].abs();
        if law.max_flow_m3s().is_some_and(|most| flow_m3s >= most) {
            self.above_full_flow_s += dt_s;
        }
        if flow_m3s <= LEAST_FLOW_M3S {
            return;
        }
        let head_m = |node: u32| net.nodes[node as usize].invert_m + state.nodes.depth_m[node as usize];
        let lift_m = (head_m(link.to) - head_m(link.from)).abs();
        let own = &mut self.pump;
        own.min_flow_m3s = if own.on_steps == 0 { flow_m3s } else { own.min_flow_m3s.min(flow_m3s) };
        own.on_s += dt_s;
        own.on_steps += 1;
        own.flows_m3s += flow_m3s;
        own.pumped_m3 += flow_m3s * dt_s;
        own.energy_kwh += POWER * lift_m * flow_m3s * dt_s / 3600.0;
        match state.links.class[at] {
            FlowClass::DownDry => own.below_curve_s += dt_s,
            FlowClass::UpDry => own.above_curve_s += dt_s,
            _ => {}
        }
        own.starts += u64::from(self.old_flow_m3s < LEAST_FLOW_M3S);
        self.full_s += dt_s;
    }
}

//! Links without a momentum equation: pumps, orifices, weirs, outlets, dummy conduits.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! sections 3.3 and 6.

use super::super::network::{FlowClass, Network};
use super::super::structure::{Ends, Structure, WetWell};
use super::Pass;
use super::momentum::{RELAXATION, TURNING_M3S};
use super::work::{NodeWork, OtherWork};

/// Constants of such a link.
#[derive(Debug, Clone)]
pub struct Other {
    pub from: u32,
    pub to: u32,
    pub link: u32,
    /// Position among the structures; `None` of a dummy conduit.
    pub structure: Option<u32>,
    /// Largest flow of a dummy conduit [m³/s].
    pub max_flow: f64,
    /// Whether its dQ/dH counts at its second node.
    pub acts_on_outlet: bool,
    pub pump: bool,
    /// Storage units keep their own surface.
    pub lends_from: bool,
    pub lends_to: bool,
    pub gates: [bool; 2],
    pub inverts: [f64; 2],
}

impl Other {
    /// Compiles link `link` of the network.
    pub(super) fn new(net: &Network, link: usize, structure: Option<u32>, max_flow: f64, gates: &[bool]) -> Self {
        let data = &net.links[link];
        let ends = [data.from as usize, data.to as usize];
        let is_storage = |at: usize| matches!(net.nodes[at].class, super::NodeClass::Storage { .. });
        let law = structure.map(|at| &net.structures[at as usize]);
        Self {
            from: data.from,
            to: data.to,
            link: link as u32,
            structure,
            max_flow,
            acts_on_outlet: if let Some(Structure::Pump(pump)) = law { pump.acts_on_outlet() } else { true },
            pump: matches!(law, Some(Structure::Pump(_))),
            lends_from: !is_storage(ends[0]),
            lends_to: !is_storage(ends[1]),
            gates: ends.map(|at| gates[at]),
            inverts: ends.map(|at| net.nodes[at].invert_m),
        }
    }
}

/// New flow of such a link from the depths and the flows gathered so far.
pub fn update(pass: &Pass<'_>, other: &Other, work: &mut OtherWork, nodes: &[NodeWork]) {
    let (from, to) = (&nodes[other.from as usize], &nodes[other.to as usize]);
    let last = work.flow;
    let mut flow = match other.structure {
        Some(at) => by_law(pass, other, &pass.net.structures[at as usize], work, from, to),
        None if work.setting == 0.0 => 0.0,
        None => (from.inflow + from.overflow).min(other.max_flow) * work.open,
    };
    if pass.relaxed && !other.pump {
        flow = (1.0 - RELAXATION) * last + RELAXATION * flow;
        if flow * last < 0.0 {
            flow = TURNING_M3S.copysign(flow);
        }
    }
    work.flow = flow;
}

fn by_law(
    pass: &Pass<'_>,
    other: &Other,
    law: &Structure,
    work: &mut OtherWork,
    from: &NodeWork,
    to: &NodeWork,
) -> f64 {
    if other.pump && work.open == 0.0 {
        (work.dqdh, work.class) = (0.0, FlowClass::Dry);
        return 0.0;
    }
    let ends = Ends {
        head_from_m: other.inverts[0] + from.depth,
        head_to_m: other.inverts[1] + to.depth,
        depth_from_m: from.depth,
        depth_to_m: to.depth,
        inflow_from_m3s: from.inflow + from.overflow,
        volume_from_m3: from.volume,
        gate_from: other.gates[0],
        gate_to: other.gates[1],
    };
    let out = law.flow(&ends, work.setting);
    work.dqdh = out.dqdh_m2s * work.open;
    work.depth = out.depth_m;
    work.class = out.class;
    work.surface_from = if other.lends_from { out.surface_from_m2 } else { 0.0 };
    work.surface_to = if other.lends_to { out.surface_to_m2 } else { 0.0 };
    let flow = out.flow_m3s * work.open;
    let Structure::Pump(pump) = law else { return flow };
    let well = WetWell {
        is_storage: !other.lends_from,
        inflow_m3s: from.inflow,
        outflow_m3s: from.outflow,
        net_old_m3s: from.net_old,
        volume_old_m3: from.volume_old,
        full_volume_m3: pass.net.nodes[other.from as usize].full_volume_m3,
        depth_old_m: from.depth_old,
        surface_m2: from.surface,
    };
    pump.limited(flow, &well, pass.dt)
}

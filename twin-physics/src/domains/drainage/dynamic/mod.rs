//! Dynamic wave routing by SWMM's scheme: explicit momentum in the conduits, successive approximation of the depths at
//! the nodes (Picard iteration).
//!
//! The equations, their limits and where this departs from SWMM 5.2 stand in `theory/dynamic.md` of this domain.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 3.

mod class;
mod critical;
#[cfg(test)]
pub(super) mod example;
mod geometry;
mod junction;
mod momentum;
mod pipe;
mod regulator;
mod step;
mod step_length;
#[cfg(test)]
mod tests;
mod work;

use serde::{Deserialize, Serialize};

pub use momentum::{CAPACITY_LIMITED, FULL_FROM, FULL_TO, INLET_LIMITED, NORMAL_LIMITED};
pub use step_length::StepLength;

use super::model::{DrainageModel, ForceMainFriction, InertialDamping, NodeKind, NormalFlowLimit, Options, Surcharge};
use super::network::{LinkClass, Network, NodeClass, routing_step_s};
use crate::units::M_PER_FT;
use geometry::Tables;
use junction::Vertex;
use pipe::{Pipe, Rare};
use regulator::Other;
use work::{NodeWork, OtherWork, PipeWork};

/// SWMM's smallest surface area of a node where the file says 0: 12.566 ft² [m²].
const DEFAULT_SURFACE_M2: f64 = 12.566 * M_PER_FT * M_PER_FT;
/// SWMM's tolerance of depth where the file says 0: 0.005 ft [m].
const DEFAULT_TOLERANCE_M: f64 = 0.005 * M_PER_FT;
/// SWMM's number of trials where the file says 0.
const DEFAULT_TRIALS: u32 = 8;

/// Options as the engine uses them, zeros replaced by SWMM's defaults.
#[derive(Debug, Clone, Copy)]
struct Settings {
    routing_step_s: f64,
    min_step_s: f64,
    courant: f64,
    trials: u32,
    tolerance_m: f64,
    min_surface_m2: f64,
    slot: bool,
    damping: InertialDamping,
    normal_limit: NormalFlowLimit,
    force_main: ForceMainFriction,
    /// [`super::model::Defects::others`].
    defects: bool,
    offset_defect: bool,
}

impl Settings {
    fn new(options: &Options) -> Self {
        let routing_step_s = routing_step_s(options);
        let or = |value: f64, default: f64| if value > 0.0 { value } else { default };
        Self {
            routing_step_s,
            min_step_s: options.min_step_s.min(routing_step_s).max(step_length::SHORTEST_STEP_S),
            courant: options.courant_factor,
            trials: if options.max_trials == 0 { DEFAULT_TRIALS } else { options.max_trials },
            tolerance_m: or(options.head_tolerance_m, DEFAULT_TOLERANCE_M),
            min_surface_m2: or(options.min_surface_area_m2, DEFAULT_SURFACE_M2),
            slot: options.surcharge == Surcharge::Slot,
            damping: options.inertial_damping,
            normal_limit: options.normal_flow_limit,
            force_main: options.force_main,
            defects: options.defects.others,
            offset_defect: options.defects.outfall_offset_depth_zero,
        }
    }
}

/// A network prepared for the scheme. Immutable.
#[derive(Debug, Clone)]
pub struct PicardEngine {
    settings: Settings,
    pipes: Vec<Pipe>,
    rare: Vec<Rare>,
    others: Vec<Other>,
    vertices: Vec<Vertex>,
    tables: Tables,
    /// Position of each link among the pipes; `None` of other links.
    slots: Vec<Option<u32>>,
}

/// What the scheme keeps from step to step beside [`super::network::NetworkState`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PicardState {
    /// Length of the last variable step; 0 before the first [s].
    pub variable_step_s: f64,
    /// Water surface of each node when it was last neither surcharged nor ponded [m²].
    pub surface_old_m2: Vec<f64>,
    /// Speed at which each node's level moved in the last step [m/s].
    pub rise_ms: Vec<f64>,
    /// Whether each node had settled when the last step ended; never an outfall.
    pub converged: Vec<bool>,
}

/// Room to work in. Holds nothing between steps.
#[derive(Debug, Clone, Default)]
pub struct PicardScratch {
    pipes: Vec<PipeWork>,
    others: Vec<OtherWork>,
    nodes: Vec<NodeWork>,
    /// Level outside each outfall end at the end of the step; NaN where it follows from the flow alone [m].
    levels: Vec<f64>,
}

/// What conduits and structures see of a pass.
pub(crate) struct Pass<'a> {
    net: &'a Network,
    tables: &'a Tables,
    rare: &'a [Rare],
    dt: f64,
    gravity_dt: f64,
    /// Not the first pass.
    relaxed: bool,
    slot: bool,
    damping: InertialDamping,
    normal_limit: NormalFlowLimit,
    force_main: ForceMainFriction,
    /// SWMM's small defects are kept.
    keeps_flags: bool,
    rounded_exponent: bool,
    evaporation: f64,
    conductivity: f64,
}

impl PicardEngine {
    /// Prepares a network; `model` must be the one it was compiled from.
    #[must_use]
    pub fn new(net: &Network, model: &DrainageModel) -> Self {
        let options = &model.options;
        let gates: Vec<bool> =
            model.nodes.iter().map(|n| matches!(&n.kind, NodeKind::Outfall(o) if o.flap_gate)).collect();
        let mut engine = Self {
            settings: Settings::new(options),
            pipes: Vec::new(),
            rare: Vec::new(),
            others: Vec::new(),
            vertices: net.nodes.iter().map(|node| Vertex::new(node, options)).collect(),
            tables: Tables::default(),
            slots: Vec::with_capacity(net.links.len()),
        };
        for (at, link) in net.links.iter().enumerate() {
            match &link.class {
                LinkClass::Conduit(conduit) if !conduit.dummy => {
                    let (mut pipe, rare) = Pipe::new(net, at, conduit, &gates, options, &mut engine.tables);
                    if pipe.is_rare() {
                        pipe.rare = engine.rare.len() as u32;
                        engine.rare.push(rare);
                    }
                    engine.slots.push(Some(engine.pipes.len() as u32));
                    engine.pipes.push(pipe);
                }
                LinkClass::Conduit(conduit) => engine.push_other(net, at, None, conduit.max_flow_m3s, &gates),
                LinkClass::Structure(structure) => engine.push_other(net, at, Some(*structure), f64::INFINITY, &gates),
            }
        }
        engine
    }

    fn push_other(&mut self, net: &Network, at: usize, structure: Option<u32>, max_flow: f64, gates: &[bool]) {
        self.slots.push(None);
        self.others.push(Other::new(net, at, structure, max_flow, gates));
    }

    /// The scheme's own state at the start.
    #[must_use]
    pub fn initial_state(&self) -> PicardState {
        let nodes = self.vertices.len();
        PicardState {
            variable_step_s: 0.0,
            surface_old_m2: vec![0.0; nodes],
            rise_ms: vec![0.0; nodes],
            converged: vec![false; nodes],
        }
    }

    /// Room to work in.
    #[must_use]
    pub fn scratch(&self) -> PicardScratch {
        PicardScratch {
            pipes: vec![PipeWork::default(); self.pipes.len()],
            others: vec![OtherWork::default(); self.others.len()],
            nodes: vec![NodeWork::default(); self.vertices.len()],
            levels: Vec::with_capacity(self.vertices.len()),
        }
    }
}

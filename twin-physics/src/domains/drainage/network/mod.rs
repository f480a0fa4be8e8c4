//! The network as the routing schemes see it: compiled from the model once, and the state they share.
//!
//! Every scheme (Picard, implicit, kinematic, steady) reads [`Network`] and writes [`NetworkState`]; structures,
//! control rules, quality and reports read the same two. So a scheme can be changed without anyone noticing.

mod build;
mod conduit;
mod door;
mod error;
mod force_main;
mod initial;
mod layout;
mod outfall;
mod storage;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use door::Door;
pub use error::ModelError;
pub use force_main::{equivalent_manning, friction_factor, full_friction};
pub use initial::HotValues;
pub use outfall::{StageLaw, outfall_depth};

use super::model::{Exfiltration, NodeIx, Options, StorageShape};
use super::section::Section;
use super::structure::Structure;
use crate::units::M_PER_FT;

/// Manning's factor of SWMM, 1.486 ft^⅓/s [m^⅓/s]: 1.000 05 where SI says 1.
///
/// 0.672 984 … is the cube root of 0.3048.
pub const SWMM_MANNING: f64 = 1.486 * 0.672_984_384_975_506_2;
/// Below this a depth counts as nothing: 0.0001 ft [m].
pub const DRY_M: f64 = 1e-4 * M_PER_FT;
/// Below this an area counts as nothing: 0.0001 ft² [m²].
pub const DRY_M2: f64 = 1e-4 * M_PER_FT * M_PER_FT;
/// Below this a flow counts as nothing: 0.0001 ft³/s [m³/s].
pub const DRY_M3S: f64 = 1e-4 * M_PER_FT * M_PER_FT * M_PER_FT;

/// A network, compiled from a model. Immutable.
#[derive(Debug, Clone)]
pub struct Network {
    /// Nodes, in the order of the model.
    pub nodes: Vec<NodeData>,
    /// Links, in the order of the model.
    pub links: Vec<LinkData>,
    /// Pumps, orifices, weirs and outlets, in the order of the links.
    pub structures: Vec<Structure>,
    /// Outfalls that a link reaches, in the order of those links.
    pub outfalls: Vec<OutfallEnd>,
    /// Links at each node: those of node `i` are `incidence[start[i]..start[i + 1]]`, in rising order.
    pub incidence: Vec<u32>,
    /// See [`Network::incidence`]; one entry more than nodes.
    pub start: Vec<u32>,
    /// Elements whose data had to be adjusted, as SWMM's warnings.
    pub adjustments: Vec<Adjustment>,
}

/// An outfall at the end of a link.
#[derive(Debug, Clone, PartialEq)]
pub struct OutfallEnd {
    /// The outfall.
    pub node: u32,
    /// The link that ends there.
    pub link: u32,
    /// Bottom of that link above the outfall's invert [m].
    pub offset_m: f64,
    /// Law of its water level.
    pub law: StageLaw,
}

/// Something in the data that SWMM adjusts with a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// WARNING 02: depth of a node raised to the crown of its highest conduit.
    NodeDepthRaised(u32),
    /// WARNING 03: negative offset of a link taken as 0.
    NegativeOffset(u32),
    /// WARNING 04: drop of a conduit raised to 0.001 ft.
    SmallestDrop(u32),
    /// WARNING 05: slope of a conduit raised to the smallest allowed.
    SmallestSlope(u32),
    /// WARNING 08: drop of a conduit exceeds its length.
    DropExceedsLength(u32),
    /// WARNING 10: crest of a regulator raised to the invert of its second node.
    CrestRaised(u32),
}

/// Largest routing step in force: the routing step, or the runoff step in wet weather where that is shorter [s].
#[must_use]
pub fn routing_step_s(options: &Options) -> f64 {
    if options.wet_step_s > 0.0 { options.routing_step_s.min(options.wet_step_s) } else { options.routing_step_s }
}

/// What a node is for routing.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeClass {
    /// A junction (a divider too, under dynamic wave).
    Junction,
    /// An outfall; which one of the model's.
    Outfall,
    /// A divider.
    Divider,
    /// A storage unit: surface area over depth, evaporating share, seepage.
    Storage {
        /// Surface area over depth.
        shape: StorageShape,
        /// Share of potential evaporation.
        evaporation: f64,
        /// Seepage.
        exfiltration: Option<Exfiltration>,
    },
}

/// A node, compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeData {
    /// Class.
    pub class: NodeClass,
    /// Invert [m].
    pub invert_m: f64,
    /// Depth to the ground, raised to the crown of its highest conduit where the file gives less [m].
    pub full_depth_m: f64,
    /// Extra depth before it floods [m].
    pub surcharge_depth_m: f64,
    /// Area that ponds, 0 where ponding is off [m²].
    pub ponded_area_m2: f64,
    /// Depth of the highest conduit crown above the invert [m].
    pub crown_depth_m: f64,
    /// Volume when full [m³].
    pub full_volume_m3: f64,
    /// Number of links that leave it in the direction of the file; negative where none enters it (an upstream
    /// terminal of a network under dynamic wave).
    pub degree: i32,
}

/// A conduit, compiled. Where the file's conduit falls backwards it is turned round (dynamic wave) and
/// [`LinkData::direction`] is −1: everything here refers to the turned conduit.
#[derive(Debug, Clone)]
pub struct ConduitData {
    /// Cross section of one barrel.
    pub section: Section,
    /// Number of barrels.
    pub barrels: f64,
    /// Length; of a meandering transect that of its flood plain [m].
    pub length_m: f64,
    /// Length used in the momentum equation, lengthened where the option asks for it [m].
    pub modified_length_m: f64,
    /// Manning's n: of the file, of the transect or street, or the equivalent one of a force main.
    pub manning: f64,
    /// g·(n/φ)² with φ = [`SWMM_MANNING`] and the n used (lengthened conduits are smoothed) [m^(1/3)].
    pub rough_factor: f64,
    /// Slope, positive, at least the model's smallest [–].
    pub slope: f64,
    /// φ·√slope / n, so that normal flow is `beta · A · R^(2/3)` [m^(1/3)/s].
    pub beta: f64,
    /// Flow per section factor, `beta` except in force mains (SWMM's A·R^0.63 in feet there): full flow, normal depth.
    pub flow_per_factor: f64,
    /// Full flow of one barrel [m³/s].
    pub full_flow_m3s: f64,
    /// Largest flow of one barrel under kinematic wave [m³/s].
    pub max_normal_flow_m3s: f64,
    /// Largest flow allowed; infinite = unlimited [m³/s].
    pub max_flow_m3s: f64,
    /// Flow at the start [m³/s].
    pub initial_flow_m3s: f64,
    /// Entrance, exit and average loss coefficients.
    pub losses: [f64; 3],
    /// Whether any of them is not 0.
    pub has_losses: bool,
    /// Seepage [m/s].
    pub seepage_ms: f64,
    /// Culvert inlet code; 0 = none.
    pub culvert: u8,
    /// Hazen–Williams C or Darcy–Weisbach roughness [m] of a force main.
    pub force_main: Option<f64>,
    /// Factor of [`full_friction`] in a force main, made up for lengthening.
    pub pressure_factor: f64,
    /// An open section: evaporates, never surcharges.
    pub open: bool,
    /// No geometry: passes on what its first node receives.
    pub dummy: bool,
}

/// What a link is for routing.
#[derive(Debug, Clone)]
pub enum LinkClass {
    /// A conduit.
    Conduit(Box<ConduitData>),
    /// A structure: its position in [`Network::structures`].
    Structure(u32),
}

/// A link, compiled.
#[derive(Debug, Clone)]
pub struct LinkData {
    /// First node, after turning.
    pub from: u32,
    /// Second node, after turning.
    pub to: u32,
    /// −1 where the link was turned round, else 1: a reported flow is `direction · flow`.
    pub direction: f64,
    /// Bottom above the first node's invert [m].
    pub offset_from_m: f64,
    /// Bottom above the second node's invert [m].
    pub offset_to_m: f64,
    /// Full depth of the opening [m].
    pub full_depth_m: f64,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
    /// What it is.
    pub class: LinkClass,
}

/// What flows at a node, one slot per node. SI.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NodeStates {
    /// Depth above the invert [m].
    pub depth_m: Vec<f64>,
    /// Stored volume, ponded water included [m³].
    pub volume_m3: Vec<f64>,
    /// Lateral inflow at the end of the step [m³/s].
    pub lateral_m3s: Vec<f64>,
    /// Lateral inflow at its start [m³/s].
    pub lateral_old_m3s: Vec<f64>,
    /// Total inflow [m³/s].
    pub inflow_m3s: Vec<f64>,
    /// Total outflow [m³/s].
    pub outflow_m3s: Vec<f64>,
    /// Flooding: what is lost, or stored above the ground where it ponds [m³/s].
    pub overflow_m3s: Vec<f64>,
    /// Evaporation and seepage of storage units [m³/s].
    pub losses_m3s: Vec<f64>,
    /// Net inflow of the last step, for schemes that average over the step [m³/s].
    pub net_old_m3s: Vec<f64>,
}

/// Flow class of a conduit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[repr(u8)]
pub enum FlowClass {
    /// Dry.
    #[default]
    Dry,
    /// Upstream end dry.
    UpDry,
    /// Downstream end dry.
    DownDry,
    /// Subcritical.
    Subcritical,
    /// Supercritical.
    Supercritical,
    /// Free fall at the upstream end.
    UpCritical,
    /// Free fall at the downstream end.
    DownCritical,
}

/// What flows in a link, one slot per link. Flows are of all barrels, in the compiled direction. SI.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LinkStates {
    /// Flow [m³/s]. Where inflow and outflow differ (kinematic wave, losses), the outflow; see `inflow_m3s`.
    pub flow_m3s: Vec<f64>,
    /// Flow into the first end; under dynamic wave the mean flow over the step [m³/s].
    pub inflow_m3s: Vec<f64>,
    /// Mean depth [m].
    pub depth_m: Vec<f64>,
    /// Volume of all barrels [m³].
    pub volume_m3: Vec<f64>,
    /// Flow area at the first end, of one barrel [m²].
    pub area_from_m2: Vec<f64>,
    /// Flow area at the second end, of one barrel [m²].
    pub area_to_m2: Vec<f64>,
    /// Flow area at mid length, of one barrel [m²].
    pub area_mid_m2: Vec<f64>,
    /// Froude number.
    pub froude: Vec<f64>,
    /// Flow class.
    pub class: Vec<FlowClass>,
    /// Setting in force: opening or speed, 0..1 and beyond for speeds.
    pub setting: Vec<f64>,
    /// Setting asked for; gates travel towards it.
    pub target: Vec<f64>,
    /// Model time of the last change between 0 and open [s].
    pub changed_s: Vec<f64>,
    /// Evaporation of all barrels [m³/s].
    pub evaporation_m3s: Vec<f64>,
    /// Seepage of all barrels [m³/s].
    pub seepage_m3s: Vec<f64>,
    /// Whether the flow is held to its normal value (bit 0), by inlet control of a culvert (bit 1), full at the first
    /// end (bit 2), full at the second end (bit 3), full with a head line steeper than its bed (bit 4).
    pub flags: Vec<u8>,
}

/// What the routing schemes share.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NetworkState {
    /// Model time [s].
    pub time_s: f64,
    /// Nodes.
    pub nodes: NodeStates,
    /// Links.
    pub links: LinkStates,
}

/// What acts on the network over one routing step, beside the lateral inflows in [`NodeStates`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Actions {
    /// Potential evaporation [m/s].
    pub evaporation_ms: f64,
    /// Whether evaporation occurs now (not while it rains under `dry_only`).
    pub evaporates: bool,
    /// Monthly factor of soil conductivity for seepage [–].
    pub conductivity_factor: f64,
    /// Outfall stages imposed from outside, by node; NaN = the outfall's own law [m].
    pub stage_m: Vec<f64>,
    /// Blocked share of each link's section, 0..1.
    pub blocked: Vec<f64>,
    /// Whether a pump or motor has power.
    pub powered: Vec<bool>,
    /// Ways to the water on the streets; the implicit scheme alone takes them.
    pub doors: Vec<Door>,
}

/// Why a step was not routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// It lies between the model's events.
    BetweenEvents,
    /// The flow was steady.
    Steady,
}

/// How one routing step went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RoutingStep {
    /// Length [s].
    pub dt_s: f64,
    /// Iterations.
    pub iterations: u32,
    /// Whether the iteration met its tolerance.
    pub converged: bool,
    /// Parts it was taken in: more than one where accuracy or convergence asked for it.
    pub parts: u32,
    /// What bounded the step: a node (`Some(Ok(i))`), a link (`Some(Err(i))`), or neither.
    pub bounded_by: Option<Result<NodeIx, u32>>,
    /// Why the network was held as it stood; `None` where it was routed.
    pub pause: Option<Pause>,
}

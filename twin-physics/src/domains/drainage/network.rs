//! The network as the routing schemes see it: compiled from the model once, and the state they share.
//!
//! Every scheme (Picard, implicit, kinematic, steady) reads [`Network`] and writes [`NetworkState`]; structures, control
//! rules, quality and reports read the same two. So a scheme can be changed without anyone noticing.

use serde::{Deserialize, Serialize};

use super::model::{Exfiltration, NodeIx, StorageShape};
use super::section::Section;

/// What a node is for routing.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
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
    /// Number of conduits (and other links) that leave and enter it, as SWMM's degree: negative for a node whose links
    /// all leave it (an upstream terminal), else the number that leave it.
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
    /// Length [m].
    pub length_m: f64,
    /// Length used in the momentum equation, lengthened where the option asks for it [m].
    pub modified_length_m: f64,
    /// Manning's n of the file.
    pub manning: f64,
    /// g·n² with the n used (lengthened conduits are smoothed), in SI [m^(1/3)].
    pub rough_factor: f64,
    /// Slope, positive, at least the model's smallest [–].
    pub slope: f64,
    /// √slope / n, so that normal flow is `beta · A · R^(2/3)` [m^(1/3)/s].
    pub beta: f64,
    /// Full flow of all barrels [m³/s].
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
    /// Superficially an open section: evaporates, never surcharges.
    pub open: bool,
}

/// What a link is for routing. The index of a structure is its position in its own list of the model's kind.
#[derive(Debug, Clone)]
pub enum LinkClass {
    /// A conduit.
    Conduit(Box<ConduitData>),
    /// A structure, `structures[i]` of [`Network`].
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
    /// Flow into the first end (equal to `flow_m3s` under dynamic wave) [m³/s].
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
    /// end (bit 2), full at the second end (bit 3).
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
    /// What bounded the step: a node (`Some(Ok(i))`), a link (`Some(Err(i))`), or neither.
    pub bounded_by: Option<Result<NodeIx, u32>>,
}

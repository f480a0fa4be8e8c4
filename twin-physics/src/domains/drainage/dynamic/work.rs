//! What the inner loop works on: one record per conduit, other link and node, so that a visit touches one place.

use super::super::network::FlowClass;

/// Conduit.
#[derive(Debug, Clone, Default)]
pub struct PipeWork {
    /// Flow of one barrel: last iterate, end of the last step [m³/s].
    pub flow: f64,
    pub flow_old: f64,
    /// Area at mid length: last iterate, end of the last step [m²].
    pub area: f64,
    pub area_old: f64,
    pub area_from: f64,
    pub area_to: f64,
    /// Mean depth [m].
    pub depth: f64,
    pub depth_old: f64,
    /// Volume of all barrels [m³].
    pub volume: f64,
    /// dQ/dH of all barrels [m²/s].
    pub dqdh: f64,
    /// Water surface lent to the first and second node, of one barrel [m²].
    pub surface_from: f64,
    pub surface_to: f64,
    pub froude: f64,
    /// Evaporation and seepage of one barrel [m³/s].
    pub evaporation: f64,
    pub seepage: f64,
    /// Normal and critical depth, and the flows that they belong to.
    pub normal: f64,
    pub normal_of: f64,
    pub critical: f64,
    pub critical_of: f64,
    /// Share of the section that is not blocked; 0 where it is closed.
    pub open: f64,
    pub class: FlowClass,
    pub flags: u8,
    /// Both ends have converged: keep the last iterate.
    pub bypassed: bool,
}

/// Any other link.
#[derive(Debug, Clone, Default)]
pub struct OtherWork {
    pub flow: f64,
    pub depth: f64,
    pub dqdh: f64,
    pub surface_from: f64,
    pub surface_to: f64,
    pub setting: f64,
    /// Share that is not blocked.
    pub open: f64,
    pub class: FlowClass,
    pub bypassed: bool,
}

/// Node.
#[derive(Debug, Clone, Default)]
pub struct NodeWork {
    pub depth: f64,
    pub inflow: f64,
    pub outflow: f64,
    /// Water surface gathered in this pass [m²].
    pub surface: f64,
    /// Sum of dQ/dH [m²/s].
    pub dqdh: f64,
    pub overflow: f64,
    pub volume: f64,
    /// Lateral inflow ≥ 0, and lateral outflow with losses: what a pass starts from [m³/s].
    pub lateral_in: f64,
    pub lateral_out: f64,
    pub depth_old: f64,
    pub volume_old: f64,
    pub net_old: f64,
    pub converged: bool,
}

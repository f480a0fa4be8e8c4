//! New depths at nodes.
//!
//! *Source:* Rossman (2017), EPA/600/R-17/111, sections 3.3.3 (nodes), 3.3.6 (surcharge) and 3.3.7 (ponding).

use super::super::model::{Options, Surcharge};
use super::super::network::{DRY_M, DRY_M3S, NodeClass, NodeData};
use super::momentum::RELAXATION;
use super::work::NodeWork;

/// Share of the correction that an upstream terminal node takes when it is surcharged.
const TERMINAL_CORRECTION: f64 = 0.6;

/// Constants of a node.
#[derive(Debug, Clone)]
pub struct Vertex {
    pub outfall: bool,
    pub storage: bool,
    pub full_depth: f64,
    /// Depth at which it floods [m].
    pub flood_depth: f64,
    /// Depth above which it is surcharged under EXTRAN; infinite where it never is [m].
    pub surcharge_from: f64,
    /// Depth that the surcharge formula refers to [m].
    pub crown: f64,
    /// Highest link crown, for the step length [m].
    pub link_crown: f64,
    pub ponded_area: f64,
    pub full_volume: f64,
    /// Volume per depth of a node that is no storage unit [m²].
    pub well: f64,
    pub correction: f64,
    /// Whether a surcharged unit without links that answer to head goes back to its surface area.
    pub isolates: bool,
}

impl Vertex {
    /// Compiles a node.
    pub(super) fn new(node: &NodeData, options: &Options) -> Self {
        let storage = matches!(node.class, NodeClass::Storage { .. });
        let defect = options.defects.closed_storage_volume;
        // Between the highest link and its roof a closed storage unit has a surface: only SWMM up to 5.2.4 lets it drop
        // straight to that link.
        let crown = if storage && !defect { node.full_depth_m } else { node.crown_depth_m };
        let surcharge_from = match options.surcharge {
            Surcharge::Slot => f64::INFINITY,
            Surcharge::Extran if storage && node.surcharge_depth_m > 0.0 => node.full_depth_m,
            Surcharge::Extran if !storage && node.crown_depth_m > 0.0 => node.crown_depth_m,
            Surcharge::Extran => f64::INFINITY,
        };
        let can_pond = node.ponded_area_m2 > 0.0;
        Self {
            outfall: node.class == NodeClass::Outfall,
            storage,
            full_depth: node.full_depth_m,
            flood_depth: node.full_depth_m + if can_pond { 0.0 } else { node.surcharge_depth_m },
            surcharge_from,
            crown,
            link_crown: node.crown_depth_m,
            ponded_area: node.ponded_area_m2,
            full_volume: node.full_volume_m3,
            well: if node.full_depth_m > 0.0 { node.full_volume_m3 / node.full_depth_m } else { 0.0 },
            correction: if node.degree < 0 { TERMINAL_CORRECTION } else { 1.0 },
            isolates: storage && !defect,
        }
    }

    /// Water surface of the node itself, ponded water included [m²].
    #[inline]
    pub(super) fn surface(&self, node: &NodeData, depth: f64) -> f64 {
        if self.ponded_area > 0.0 && depth > self.full_depth {
            self.ponded_area
        } else if self.storage {
            node.surface_m2(depth)
        } else {
            0.0
        }
    }
}

/// Numbers that all nodes share in a pass.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    pub dt: f64,
    pub relaxed: bool,
    pub min_surface: f64,
    pub tolerance: f64,
}

/// New depth, volume and overflow of a node that is no outfall; whether its depth has settled.
#[inline]
pub fn update(level: &Level, vertex: &Vertex, node: &NodeData, work: &mut NodeWork, surface_old: &mut f64) -> bool {
    let last = work.depth;
    let can_pond = vertex.ponded_area > 0.0;
    let ponded = can_pond && last > vertex.full_depth;
    let surface = work.surface.max(level.min_surface);
    let net = work.inflow - work.outflow;
    let gain = 0.5 * (work.net_old + net) * level.dt;
    work.overflow = 0.0;
    let surcharged = !ponded && last > vertex.surcharge_from && !(vertex.isolates && work.dqdh == 0.0);
    let mut depth = if surcharged {
        let depth = by_slope(level, vertex, work, last, net, *surface_old);
        // A newly ponded node does not shoot above the ground.
        if can_pond && depth > vertex.full_depth { vertex.full_depth + DRY_M } else { depth }
    } else {
        if !ponded {
            *surface_old = surface;
        }
        let mut depth = work.depth_old + gain / surface;
        if level.relaxed {
            depth = (1.0 - RELAXATION) * last + RELAXATION * depth;
        }
        if ponded && depth < vertex.full_depth { vertex.full_depth - DRY_M } else { depth }
    };
    depth = depth.max(0.0);
    if depth > vertex.flood_depth {
        depth = flooded(vertex, work, gain, depth, can_pond, level.dt);
    } else {
        work.volume = if vertex.storage { node.volume_m3(depth) } else { vertex.well * depth };
    }
    work.depth = depth;
    work.converged = (last - depth).abs() <= level.tolerance;
    work.converged
}

/// Depth of a surcharged node by EXTRAN's sum of dQ/dH, which near the crown fades from its last surface area.
#[inline]
fn by_slope(level: &Level, vertex: &Vertex, work: &NodeWork, last: f64, net: f64, surface_old: f64) -> f64 {
    let crown = vertex.crown;
    let mut slope = work.dqdh;
    if last < 1.25 * crown {
        let above = (last - crown) / crown;
        slope += (surface_old / level.dt - slope) * (-15.0 * above).exp();
    }
    let change = if slope == 0.0 { 0.0 } else { vertex.correction * net / slope };
    let depth = last + change;
    if depth < crown { crown - DRY_M } else { depth }
}

/// Volume and overflow of a node whose water stands above where it floods; the depth it is left with.
fn flooded(vertex: &Vertex, work: &mut NodeWork, gain: f64, depth: f64, can_pond: bool, dt: f64) -> f64 {
    let depth = if can_pond {
        work.volume = (work.volume_old + gain).max(vertex.full_volume);
        work.overflow = (work.volume - work.volume_old.max(vertex.full_volume)) / dt;
        depth
    } else {
        work.volume = vertex.full_volume;
        work.overflow = gain / dt;
        vertex.flood_depth
    };
    if work.overflow < DRY_M3S {
        work.overflow = 0.0;
    }
    depth
}

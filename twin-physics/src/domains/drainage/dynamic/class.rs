//! Flow class of a conduit and the water surface that it lends to its end nodes.
//!
//! *Source:* Roesner, Aldrich & Dickinson (1988), *SWMM User's Manual Version 4: EXTRAN Addendum*, EPA/600/3-88/001b;
//! Rossman (2017), EPA/600/R-17/111, section 3.3.4 (table 3-1).

use super::super::network::{DRY_M, FlowClass, LinkClass};
use super::Pass;
use super::critical::Standing;
use super::pipe::{OUTFALL_FROM, OUTFALL_TO, Pipe};
use super::work::PipeWork;

/// Depths and heads at the ends of a conduit; levels in the datum of the network [m].
#[derive(Debug, Clone, Copy)]
pub struct Stations {
    pub head_from: f64,
    pub head_to: f64,
    /// In the conduit, at least the depth that counts as dry.
    pub depth_from: f64,
    pub depth_to: f64,
    /// At the nodes.
    pub node_from: f64,
    pub node_to: f64,
}

/// What the class says about the ends.
#[derive(Debug, Clone, Copy)]
pub struct Classed {
    pub class: FlowClass,
    /// Lesser of normal and critical depth, where a class with critical flow at an end asks for it [m].
    pub critical: f64,
    /// Share of the downstream half that still counts to the downstream node: it fades from the greater of normal and
    /// critical depth to the lesser.
    pub fade: f64,
}

impl Classed {
    const fn plain(class: FlowClass) -> Self {
        Self { class, critical: 0.0, fade: 1.0 }
    }
}

/// Class of the flow from the last iterate.
#[inline]
pub fn classify(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork, at: &Stations) -> Classed {
    let Stations { depth_from: y1, depth_to: y2, .. } = *at;
    let fall_from = || drop(pipe, OUTFALL_FROM, pipe.offset_from, at.node_from);
    let fall_to = || drop(pipe, OUTFALL_TO, pipe.offset_to, at.node_to);
    match (y1 > DRY_M, y2 > DRY_M) {
        (true, true) if work.flow < 0.0 => {
            if y1 < pipe.full_depth && fall_from() > 0.0 && surely_above(pass, pipe, y1, -work.flow) == (false, false) {
                let lesser = lesser_depth(pass, pipe, work).0;
                if y1 < lesser {
                    return Classed { class: FlowClass::UpCritical, critical: lesser, fade: 1.0 };
                }
            }
        }
        (true, true) => {
            if y2 < pipe.full_depth && fall_to() > 0.0 {
                return ahead_of_drop(pass, pipe, work, y2);
            }
        }
        (false, false) => return Classed::plain(FlowClass::Dry),
        (false, true) => {
            if at.head_to < pipe.bottom_from {
                return Classed::plain(FlowClass::UpDry);
            } else if fall_from() > 0.0 {
                let critical = lesser_depth(pass, pipe, work).0;
                return Classed { class: FlowClass::UpCritical, critical, fade: 1.0 };
            }
        }
        (true, false) => {
            if at.head_from < pipe.bottom_to {
                return Classed::plain(FlowClass::DownDry);
            } else if fall_to() > 0.0 {
                let critical = lesser_depth(pass, pipe, work).0;
                return Classed { class: FlowClass::DownCritical, critical, fade: 1.0 };
            }
        }
    }
    Classed::plain(FlowClass::Subcritical)
}

/// Normal direction of flow, both ends wet, an offset at the lower one.
fn ahead_of_drop(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork, y2: f64) -> Classed {
    let above = surely_above(pass, pipe, y2, work.flow);
    if above == (true, true) {
        return Classed::plain(FlowClass::Subcritical);
    }
    let (lesser, is_critical) = lesser_depth(pass, pipe, work);
    if y2 < lesser {
        return Classed { class: FlowClass::DownCritical, critical: lesser, fade: 1.0 };
    }
    if is_critical && above.0 {
        return Classed::plain(FlowClass::Subcritical);
    }
    let greater = normal_depth(pass, pipe, work).max(critical_depth(pass, pipe, work));
    let fade = if y2 >= greater {
        1.0
    } else if greater - lesser < DRY_M {
        0.0
    } else {
        (greater - y2) / (greater - lesser)
    };
    Classed { class: FlowClass::Subcritical, critical: 0.0, fade }
}

/// Whether a depth surely stands above normal, above critical depth of a flow.
fn surely_above(pass: &Pass<'_>, pipe: &Pipe, depth: f64, flow: f64) -> (bool, bool) {
    let wetted = &pipe.wetted(pass.net, pass.tables, depth, false);
    let &Pipe { full_depth, full_area, flow_per_factor, .. } = pipe;
    Standing { depth, full_depth, full_area, flow_per_factor, wetted }.surely_above(flow)
}

/// Height of the conduit's end above the node's bottom, at an outfall above its water.
#[inline]
fn drop(pipe: &Pipe, outfall: u16, offset: f64, node_depth: f64) -> f64 {
    if pipe.has(outfall) { (offset - node_depth).max(0.0) } else { offset }
}

/// Normal depth of the last iterate's flow in one barrel [m].
#[inline(never)]
pub fn normal_depth(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork) -> f64 {
    let flow = work.flow.abs();
    if work.normal_of != flow {
        let LinkClass::Conduit(conduit) = &pass.net.links[pipe.link as usize].class else { return 0.0 };
        work.normal = conduit.normal_depth(flow);
        work.normal_of = flow;
    }
    work.normal
}

/// Critical depth of the last iterate's flow in one barrel [m].
#[inline(never)]
pub fn critical_depth(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork) -> f64 {
    let flow = work.flow.abs();
    if work.critical_of != flow {
        let LinkClass::Conduit(conduit) = &pass.net.links[pipe.link as usize].class else { return 0.0 };
        work.critical = match &pass.rare[pipe.rare as usize].critical {
            Some(table) => table.depth(flow),
            None => conduit.section.critical_depth(flow),
        };
        work.critical_of = flow;
    }
    work.critical
}

/// Lesser of normal and critical depth, and whether it surely is the critical one: then normal depth, which is the
/// dearer, has not been looked for.
pub fn lesser_depth(pass: &Pass<'_>, pipe: &Pipe, work: &mut PipeWork) -> (f64, bool) {
    let critical = critical_depth(pass, pipe, work);
    let wetted = &pipe.wetted(pass.net, pass.tables, critical, false);
    let &Pipe { full_depth, full_area, flow_per_factor, .. } = pipe;
    let standing = Standing { depth: critical, full_depth, full_area, flow_per_factor, wetted };
    if standing.surely_below_normal(work.flow.abs()) {
        return (critical, true);
    }
    (critical.min(normal_depth(pass, pipe, work)), false)
}

//! Length of the next routing step.
//!
//! *Source:* Rossman (2017), EPA/600/R-17/111, section 3.3.8 (equations 3-29 and 3-30).

use super::super::network::{DRY_M, DRY_M2, DRY_M3S, NetworkState};
use super::{PicardEngine, PicardState};
use crate::domains::drainage::model::NodeIx;
use crate::units::M_PER_FT;

/// Shortest step of all: 1 ms [s].
pub const SHORTEST_STEP_S: f64 = 0.001;
/// Share of a node's crown depth that its level may move in a step.
const RISE_SHARE: f64 = 0.25;
/// Rise below which a node does not bound the step: 0.0001 ft/s [m/s].
const SLOW_MS: f64 = 1e-4 * M_PER_FT;

/// A step and what bounds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepLength {
    /// Length [s].
    pub dt_s: f64,
    /// A node (`Ok`), a link (`Err`) or nothing but the options.
    pub bounded_by: Option<Result<NodeIx, u32>>,
}

impl PicardEngine {
    /// Length of the step that begins at `state`; call it once per step.
    ///
    /// Fixed without a Courant factor. Otherwise the shortest step at first, then the least of Courant's condition in
    /// every conduit, of a quarter of the crown depth's rise at every node, and of the option; whole milliseconds.
    #[must_use]
    pub fn step_length(&self, state: &NetworkState, own: &mut PicardState) -> StepLength {
        let fixed = StepLength { dt_s: self.settings.routing_step_s, bounded_by: None };
        if self.settings.courant == 0.0 || fixed.dt_s < SHORTEST_STEP_S {
            return fixed;
        }
        let mut next = if own.variable_step_s == 0.0 {
            StepLength { dt_s: self.settings.min_step_s, bounded_by: None }
        } else {
            let by_links = self.by_links(state, fixed);
            let by_nodes = self.by_nodes(state, own, by_links);
            StepLength { dt_s: by_nodes.dt_s.max(self.settings.min_step_s), ..by_nodes }
        };
        next.dt_s = (1000.0 * next.dt_s).floor() / 1000.0;
        own.variable_step_s = next.dt_s;
        next
    }

    fn by_links(&self, state: &NetworkState, mut least: StepLength) -> StepLength {
        for pipe in &self.pipes {
            let at = pipe.link as usize;
            let (flow, froude) = (state.links.flow_m3s[at].abs() / pipe.barrels, state.links.froude[at]);
            if flow <= DRY_M3S || froude <= 0.01 || state.links.area_mid_m2[at] <= DRY_M2 {
                continue;
            }
            let travel_s = state.links.volume_m3[at] / pipe.barrels / flow * pipe.long / pipe.length;
            let dt_s = travel_s * froude / (1.0 + froude) * self.settings.courant;
            if dt_s < least.dt_s {
                least = StepLength { dt_s, bounded_by: Some(Err(pipe.link)) };
            }
        }
        least
    }

    fn by_nodes(&self, state: &NetworkState, own: &PicardState, mut least: StepLength) -> StepLength {
        for (i, vertex) in self.vertices.iter().enumerate() {
            let (depth, crown, rise) = (state.nodes.depth_m[i], vertex.link_crown, own.rise_ms[i]);
            let most = RISE_SHARE * crown;
            let free = vertex.outfall || depth <= DRY_M || depth + DRY_M >= crown;
            if free || most < DRY_M || rise < SLOW_MS {
                continue;
            }
            if most / rise < least.dt_s {
                least = StepLength { dt_s: most / rise, bounded_by: Some(Ok(NodeIx(i as u32))) };
            }
        }
        least
    }
}

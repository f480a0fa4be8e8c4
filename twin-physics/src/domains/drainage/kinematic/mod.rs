//! Kinematic wave and steady flow routing on tree-like networks.
//!
//! Links are taken in their order from upstream to downstream, each once a step: what enters a link follows from its
//! first node, what leaves it is the second node's inflow. Depth and pressure downstream act on nothing, so levels at
//! outfalls have no effect. See `theory/kinematic.md` beside the drainage domain.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 4.

mod conduit;
mod order;
mod step;
mod storage;
#[cfg(test)]
mod tests;

use super::model::{Divider, DividerLaw, DrainageModel, NodeKind, Options, Routing};
use super::network::{ModelError, Network};
use crate::units::M_PER_FT;

/// Tolerance of a conduit's relative area, SWMM's. A finer one costs four times the trials and leaves more of the
/// scheme's own error (weights 0.6 against mean volumes): −0.2 % against 0.02 % on the detention pond of EPA's samples.
const COARSE: f64 = 1.0e-3;
/// Trials for the depth of a storage unit, SWMM's.
const STORAGE_TRIALS: u32 = 9;
/// Trials otherwise.
const STORAGE_TRIALS_FINE: u32 = 60;
/// Change of depth at which they end, SWMM's 0.005 ft [m].
const STORAGE_TOLERANCE_M: f64 = 0.005 * M_PER_FT;
/// Change of depth at which they end otherwise [m].
const STORAGE_TOLERANCE_FINE_M: f64 = 1.0e-9;

/// A divider at a node.
#[derive(Debug, Clone)]
struct DividerAt {
    law: DividerLaw,
    diversion: u32,
}

/// A network prepared for kinematic or steady routing. Immutable.
#[derive(Debug, Clone)]
pub struct KinematicEngine {
    /// Links from upstream to downstream; those that leave one node stand together.
    order: Vec<u32>,
    /// Number of links that leave each node.
    degree: Vec<u32>,
    dividers: Vec<DividerAt>,
    /// By node, position in `dividers`.
    divider_at: Vec<Option<u32>>,
    steady: bool,
    /// SWMM's tolerances and small defects.
    compat: bool,
}

/// Room to work in. Holds nothing between steps.
#[derive(Debug, Clone, Default)]
pub struct KinematicScratch {
    volume_old_m3: Vec<f64>,
    net_old_m3s: Vec<f64>,
    updated: Vec<bool>,
}

impl KinematicEngine {
    /// Prepares a network for the model's routing; `net` must be compiled from `model`.
    ///
    /// # Errors
    /// [`ModelError`] names a divider without its diversion link or with limits that contradict each other, and a node
    /// on a loop.
    pub fn new(net: &Network, model: &DrainageModel) -> Result<Self, ModelError> {
        let mut dividers = Vec::new();
        let mut divider_at = vec![None; net.nodes.len()];
        for (at, node) in (0_u32..).zip(&model.nodes) {
            if let NodeKind::Divider(divider) = &node.kind {
                divider_at[at as usize] = Some(u32::try_from(dividers.len()).unwrap_or(u32::MAX));
                dividers.push(check(net, at, &node.id, divider)?);
            }
        }
        let diverts =
            |link: u32, node: usize| divider_at[node].is_some_and(|d: u32| dividers[d as usize].diversion == link);
        let order = order::downstream(net, model, diverts)?;
        let mut degree = vec![0; net.nodes.len()];
        for link in &net.links {
            degree[link.from as usize] += 1;
        }
        let Options { routing, defects, .. } = &model.options;
        Ok(Self { order, degree, dividers, divider_at, steady: *routing == Routing::Steady, compat: defects.others })
    }

    fn divider(&self, node: usize) -> Option<&DividerAt> {
        self.divider_at[node].map(|at| &self.dividers[at as usize])
    }
}

fn check(net: &Network, at: u32, id: &str, divider: &Divider) -> Result<DividerAt, ModelError> {
    let element = format!("divider {id}");
    let attached =
        divider.link.filter(|link| net.links.get(link.at()).is_some_and(|data| data.from == at || data.to == at));
    let Some(link) = attached else {
        let what = "its diversion link does not meet it";
        return Err(ModelError::Layout { element, what, remedy: "name a link that leaves the divider" });
    };
    if let DividerLaw::Weir { min_flow_m3s, max_head_m, coefficient } = divider.law {
        if !(max_head_m > 0.0 && coefficient > 0.0) {
            let (what, value) = ("largest head times coefficient", max_head_m * coefficient);
            return Err(ModelError::Value { element, what, value, must_be: "above 0" });
        }
        if min_flow_m3s > coefficient * max_head_m.powf(1.5) {
            let must_be = "at most the flow of its weir at the largest head";
            return Err(ModelError::Value { element, what: "smallest flow", value: min_flow_m3s, must_be });
        }
    }
    Ok(DividerAt { law: divider.law.clone(), diversion: link.0 })
}

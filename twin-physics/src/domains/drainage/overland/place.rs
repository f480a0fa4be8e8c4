//! Where nodes of the network meet cells of the surface.
//!
//! *Source:* definitions.

use crate::domains::drainage::model::{DrainageModel, NodeKind};
use crate::kernels::surface::flood::FloodModel;
use crate::kernels::surface::manhole::Opening;
use crate::solver::SolveError;

/// Height a node with a door may be surcharged to: its lid is the street [m].
const OPEN_TOP_M: f64 = 1e3;

/// Openings of one kind between a node and a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoorPlace {
    /// The node.
    pub node: u32,
    /// The cell.
    pub cell: usize,
    /// One opening; its rim is raised to the cell's bed where it lies deeper.
    pub opening: Opening,
    /// How many.
    pub count: u32,
}

/// A node whose water comes out on a cell without a door: an outfall, or what spills from a basin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouth {
    /// The node.
    pub node: u32,
    /// The cell.
    pub cell: usize,
}

/// The streets over a network.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetModel {
    /// The surface.
    pub flood: FloodModel,
    /// Manholes and inlets.
    pub doors: Vec<DoorPlace>,
    /// Outfalls and basins on the surface.
    pub mouths: Vec<Mouth>,
    /// Rain gage that each tile hears; none = the surface's own rain.
    pub gage_of_tile: Option<Vec<usize>>,
    /// Names of underpasses and basements, in their order.
    pub filling_ids: Vec<String>,
    /// Names of check dams, in their order.
    pub dam_ids: Vec<String>,
    /// Node into which each underpass is pumped; none = away.
    pub pumped_into: Vec<Option<u32>>,
    /// Longest time between two exchanges [s].
    pub every_s: f64,
}

impl StreetModel {
    /// Opens the lids of nodes that have a door: they neither pond by themselves nor spill into nowhere.
    pub fn open(&self, model: &mut DrainageModel) {
        for door in &self.doors {
            if let Some(node) = model.nodes.get_mut(door.node as usize) {
                node.surcharge_depth_m = OPEN_TOP_M;
                node.ponded_area_m2 = 0.0;
            }
        }
    }

    /// Refuses what does not fit the network.
    ///
    /// # Errors
    /// The first of it, by name.
    pub(super) fn check(&self, model: &DrainageModel) -> Result<(), SolveError> {
        let refuse = |at: String, why: String| Err(SolveError::Infeasible { at, why });
        let streets = || String::from("streets");
        if !(self.every_s > 0.0 && self.every_s.is_finite()) {
            return refuse(streets(), format!("exchanges {} s apart make no sense", self.every_s));
        }
        let nodes = model.nodes.len();
        for door in &self.doors {
            let Some(node) = model.nodes.get(door.node as usize) else {
                return refuse(streets(), format!("a door at node {} of {nodes}", door.node));
            };
            if matches!(node.kind, NodeKind::Outfall(_)) {
                return refuse(format!("outfall {}", node.id), "an outfall has no door to the street".into());
            }
            if let Some((what, value)) = door.opening.fault() {
                return refuse(format!("node {}", node.id), format!("the {what} of its door is {value}"));
            }
            if door.count == 0 {
                return refuse(format!("node {}", node.id), "it has a door with no opening".into());
            }
        }
        for (at, mouth) in self.mouths.iter().enumerate() {
            let twice = self.mouths[..at].iter().any(|m| m.node == mouth.node);
            let door = self.doors.iter().any(|d| d.node == mouth.node);
            match model.nodes.get(mouth.node as usize) {
                None => return refuse(streets(), format!("a mouth at node {} of {nodes}", mouth.node)),
                Some(node) if twice || door => {
                    return refuse(format!("node {}", node.id), "it meets the street twice".into());
                }
                Some(_) => {}
            }
        }
        let gages = model.gages.len();
        if let Some(gage) = self.gage_of_tile.iter().flatten().find(|g| **g >= gages) {
            return refuse(streets(), format!("rain gage {gage} of {gages}"));
        }
        let fillings = self.flood.fillings.len();
        let (names, pumped) = (self.filling_ids.len(), self.pumped_into.len());
        if names != fillings || pumped != fillings {
            return refuse(streets(), format!("{fillings} underpasses, {names} names, {pumped} ways of their pumps"));
        }
        let dams = [self.flood.dams.len(), self.dam_ids.len()];
        if dams[0] != dams[1] {
            return refuse(streets(), format!("{} check dams, {} names", dams[0], dams[1]));
        }
        for node in self.pumped_into.iter().flatten() {
            let known = model.nodes.get(*node as usize);
            if known.is_none_or(|n| matches!(n.kind, NodeKind::Outfall(_))) {
                return refuse(streets(), format!("an underpass is pumped into node {node}, which takes no water"));
            }
        }
        Ok(())
    }
}

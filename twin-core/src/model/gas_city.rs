//! What a city knows of a gas network beside its physics: where it lies, and its assets.
//!
//! Names of assets are `network/class/id`. Classes: `source`, `junction`; `pipe`, `valve`, `regulator`, `compressor`,
//! `flow_control`. What each asset drives is wired when a solver is there to say which port is which
//! (`bindings::gas`).

use std::collections::BTreeMap;
use std::sync::Arc;

use twin_physics::domains::gas::model::{GasModel, Link, LinkKind, Node};
use twin_physics::port::Element;

use crate::ids::{AssetId, NetworkIx};
use crate::model::asset::{Asset, Register};
use crate::model::city::{CityNetwork, Point};

/// A gas network as a city holds it.
#[derive(Debug, Clone)]
pub struct GasCity {
    /// The network as equations see it, shared by every run.
    pub model: Arc<GasModel>,
    /// Position of each node, in node order, where the file gives one [m].
    pub coordinates: Vec<Option<Point>>,
}

/// Class of a node's asset.
#[must_use]
pub fn node_class(node: &Node) -> &'static str {
    if node.source_pa.is_some() { "source" } else { "junction" }
}

/// Class of a link's asset.
#[must_use]
pub fn link_class(link: &Link) -> &'static str {
    match link.kind {
        LinkKind::Pipe(_) => "pipe",
        LinkKind::Valve { .. } => "valve",
        LinkKind::Regulator(_) => "regulator",
        LinkKind::Ratio(_) | LinkKind::Booster(_) => "compressor",
        LinkKind::Flow(_) => "flow_control",
    }
}

impl GasCity {
    /// Position of a node.
    #[must_use]
    pub fn at(&self, node: usize) -> Option<Point> {
        self.coordinates.get(node).copied().flatten()
    }

    /// Ends of a link; `None` where one has no position.
    #[must_use]
    pub fn line(&self, link: usize) -> Option<[Point; 2]> {
        let link = self.model.links.get(link)?;
        Some([self.at(link.from)?, self.at(link.to)?])
    }

    /// The point halfway along a link.
    #[must_use]
    pub fn link_middle(&self, link: usize) -> Option<Point> {
        let [a, b] = self.line(link)?;
        Some((f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1)))
    }

    /// Class and name of every node, then of every link: what its assets are called.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let nodes = self.model.nodes.iter().map(|n| (node_class(n), n.id.as_str()));
        nodes.chain(self.model.links.iter().map(|l| (link_class(l), l.id.as_str())))
    }
}

/// Adds every asset of a network in fixed order: nodes, links.
///
/// A name that is taken is left out; readers have refused such files before.
pub fn add_assets(register: &mut Register, network: NetworkIx, city_network: &CityNetwork) {
    let Some(gas) = &city_network.gas else { return };
    let mut add = |class: &str, id: &str, element, slot: usize, position| {
        let Ok(slot) = u32::try_from(slot) else { return };
        register.add(Asset {
            id: AssetId::new(&city_network.name, class, id),
            network,
            element,
            slot,
            position,
            owner: city_network.owner.clone(),
            attributes: BTreeMap::new(),
            behaviour: None,
            roles: BTreeMap::new(),
            measures: None,
        });
    };
    for (at, node) in gas.model.nodes.iter().enumerate() {
        add(node_class(node), &node.id, Element::Node, at, gas.at(at));
    }
    for (at, link) in gas.model.links.iter().enumerate() {
        add(link_class(link), &link.id, Element::Link, at, gas.link_middle(at));
    }
}

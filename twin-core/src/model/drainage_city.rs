//! What a city knows of a drainage network or a surface without its physics: what there is, where it lies, its assets.
//!
//! Names of assets are `network/class/id`. Classes: `junction`, `outfall`, `divider`, `storage`; `conduit`, `pump`,
//! `orifice`, `weir`, `outlet`; `gage` and `subcatchment`, which are cells of the network: gages first; `underpass` and
//! `check_dam` of the streets, cells behind them. What each asset drives is wired when a solver is there to say which
//! port is which (`bindings::drainage`). A surface without sewers has `gauge`, `levee`, `underpass` and `check_dam`.

use std::collections::BTreeMap;

use twin_physics::port::Element;

use crate::ids::{AssetId, NetworkIx};
use crate::model::asset::{Asset, Register};
use crate::model::city::{CityNetwork, Point};

/// A drainage network or a surface as a city holds it, in the order of its file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DrainageCity {
    /// Nodes.
    pub nodes: Vec<DrainagePart>,
    /// Links.
    pub links: Vec<DrainageLine>,
    /// Rain gages, then subcatchments, then underpasses of the streets, then check dams above them.
    pub cells: Vec<DrainagePart>,
}

/// A node, gauge, rain gage, subcatchment, underpass or check dam.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DrainagePart {
    /// Name.
    pub id: String,
    /// Class of its asset.
    pub class: &'static str,
    /// Where it is, of a subcatchment the mean of its corners, where the file says [m].
    pub position: Option<Point>,
}

/// A link.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DrainageLine {
    /// Name.
    pub id: String,
    /// Class of its asset.
    pub class: &'static str,
    /// Positions of its nodes in their list.
    pub ends: [usize; 2],
    /// Bends between its ends [m].
    pub bends: Vec<Point>,
}

impl DrainageCity {
    /// Points along a link, its ends included; `None` where an end has no position.
    #[must_use]
    pub fn line(&self, link: usize) -> Option<Vec<Point>> {
        let link = self.links.get(link)?;
        let [first, last] = link.ends.map(|n| self.nodes.get(n).and_then(|n| n.position));
        let mut line = vec![first?];
        line.extend_from_slice(&link.bends);
        line.push(last?);
        Some(line)
    }

    /// A point in the middle of a link: halfway between its two middle points.
    #[must_use]
    pub fn link_middle(&self, link: usize) -> Option<Point> {
        let line = self.line(link)?;
        let at = line.len() / 2;
        let (a, b) = (line[at - 1], line[at]);
        Some((f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1)))
    }
}

/// Adds every asset of a network in fixed order: nodes, links, gages, subcatchments, underpasses,
/// check dams.
///
/// A name that is taken is left out; readers have refused such files before.
pub fn add_assets(register: &mut Register, network: NetworkIx, city_network: &CityNetwork) {
    let Some(drainage) = &city_network.drainage else { return };
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
    for (at, node) in drainage.nodes.iter().enumerate() {
        add(node.class, &node.id, Element::Node, at, node.position);
    }
    for (at, link) in drainage.links.iter().enumerate() {
        add(link.class, &link.id, Element::Link, at, drainage.link_middle(at));
    }
    for (at, cell) in drainage.cells.iter().enumerate() {
        add(cell.class, &cell.id, Element::Cell, at, cell.position);
    }
}

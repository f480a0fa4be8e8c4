//! Places of a scenario: an asset by name, or by a rule, so that a scenario carries over to another network.

use twin_physics::domains::gas::model::GasModel;
use twin_physics::domains::water::{LinkIx, LinkKind, NodeIx, NodeKind, WaterModel};
use twin_physics::port::{Element, PortTable};

use super::asset::{LookupError, Register};
use super::isolation::{IsolationMap, Origin};
use super::water_assets::WaterAssets;
use super::water_register::{link_class, node_class};
use crate::ids::{AssetIx, NetworkIx};

/// A named place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name, unique in its scenario.
    pub id: String,
    /// How it is found.
    pub rule: PlaceRule,
    /// Line in the scenario's file, 1-based.
    pub line: u32,
}

/// How a place is found. Every rule ends in one asset (but [`PlaceRule::Every`]) and in the same one on every run; ties
/// go to the smaller name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceRule {
    /// The asset with this name.
    Asset(String),
    /// The main whose burst teaches most. Of all distribution mains (open pipes without check valve, between two
    /// junctions that have supply) the widest, of these the longest, of which holds: isolating it by valves is
    /// possible and takes water from somebody, but from at most half of all customers. Where none is that harmless,
    /// the widest and longest that takes water from somebody.
    LargestMain,
    /// The nearest hydrant that keeps its supply when the other place is isolated: the one a fire crew could use.
    NearestHydrant {
        /// Position of the other place in its list.
        near: usize,
    },
    /// The nearest asset of a class, other than the place itself.
    NearestAsset {
        /// Position of the other place in its list.
        near: usize,
        /// Class in the register, for example `pump`.
        class: String,
    },
    /// The junction with the largest base demand over all categories.
    HighestDemandJunction,
    /// The junction with customers that lies highest: where pressure fails first.
    HighestJunction,
    /// Every asset of a class.
    Every {
        /// Class in the register, for example `pump`.
        class: String,
    },
}

/// A network as places and plans see it.
#[derive(Debug, Clone, Copy)]
pub struct WaterSite<'a> {
    /// Its position in the world.
    pub network: NetworkIx,
    /// Its description where it is a water network, an empty one else.
    pub model: &'a WaterModel,
    /// Its description where it is a gas network.
    pub gas: Option<&'a GasModel>,
    /// Its valves, hydrants and customers.
    pub assets: &'a WaterAssets,
    /// Its inputs and outputs.
    pub ports: &'a PortTable,
    /// Position of each node [m], in node order; missing ones are `None` or beyond the end.
    pub coordinates: &'a [Option<(f64, f64)>],
    /// All assets of the city.
    pub register: &'a Register,
}

/// Why a place could not be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The register does not have the asset.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// Nothing on this network fits the rule.
    #[error("{0}")]
    NothingFits(String),
    /// The place it is near to is not one asset of this network.
    #[error("{0}")]
    BadAnchor(String),
}

/// A main to choose from: diameter [m], length [m], link.
type Main = (f64, f64, LinkIx);

impl WaterSite<'_> {
    /// The node or link an asset of this network stands for.
    #[must_use]
    pub fn origin(&self, asset: AssetIx) -> Option<Origin> {
        let asset = self.register.assets().get(asset.at()).filter(|a| a.network == self.network)?;
        let slot = asset.slot as usize;
        match asset.element {
            Element::Node => (slot < self.model.nodes.len()).then(|| Origin::Node(NodeIx::new(slot))),
            Element::Link => (slot < self.model.links.len()).then(|| Origin::Link(LinkIx::new(slot))),
            Element::Network | Element::Cell => None,
        }
    }

    /// The asset that is a node or link itself, not something standing on it.
    #[must_use]
    pub fn asset_of(&self, origin: Origin) -> Option<AssetIx> {
        let (element, slot, class, id) = match origin {
            Origin::Node(n) => {
                let node = self.model.nodes.get(n.at())?;
                (Element::Node, n.0, node_class(&node.kind), &node.id)
            }
            Origin::Link(l) => {
                let link = self.model.links.get(l.at())?;
                (Element::Link, l.0, link_class(&link.kind), &link.id)
            }
        };
        let mut all = self.register.assets().iter();
        let at = all.position(|a| {
            a.network == self.network
                && a.element == element
                && a.slot == slot
                && a.id.class() == class
                && a.id.local() == id
        })?;
        Some(AssetIx::new(at))
    }

    /// Where an asset stands [m]: its own position, else its node's, else the middle between its link's nodes.
    fn position(&self, asset: AssetIx) -> Option<(f64, f64)> {
        let node = |n: NodeIx| self.coordinates.get(n.at()).copied().flatten();
        self.register.get(asset).position.or_else(|| match self.origin(asset)? {
            Origin::Node(n) => node(n),
            Origin::Link(l) => {
                let (a, b) = (node(self.model.links[l.at()].from)?, node(self.model.links[l.at()].to)?);
                Some((f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1)))
            }
        })
    }

    /// All assets of a class on this network, in the register's order.
    fn of_class<'s>(&'s self, class: &'s str) -> impl Iterator<Item = AssetIx> + 's {
        let hit = move |(at, a): (usize, &super::asset::Asset)| {
            (a.network == self.network && a.id.class() == class).then(|| AssetIx::new(at))
        };
        self.register.assets().iter().enumerate().filter_map(hit)
    }

    /// Finds every place of a list; each entry holds one asset, or several for [`PlaceRule::Every`].
    pub fn resolve(&self, places: &[Place], map: &IsolationMap<'_>) -> Vec<Result<Vec<AssetIx>, PlaceError>> {
        let mut found: Vec<Option<Result<Vec<AssetIx>, PlaceError>>> = vec![None; places.len()];
        // A place may be near one that stands below it: as many rounds as there are places find them all.
        for _ in 0..places.len() {
            for (at, place) in places.iter().enumerate() {
                let anchor = match &place.rule {
                    PlaceRule::NearestHydrant { near } | PlaceRule::NearestAsset { near, .. } => Some(*near),
                    _ => None,
                };
                let ready = anchor.is_none_or(|near| found.get(near).is_some_and(Option::is_some));
                if found[at].is_none() && ready {
                    let anchor = anchor.and_then(|near| Some((places.get(near)?, found.get(near)?.clone()?)));
                    found[at] = Some(self.find(&place.rule, anchor, map));
                }
            }
        }
        let circle = || Err(PlaceError::BadAnchor("its chain of near places leads back to itself".into()));
        found.into_iter().map(|f| f.unwrap_or_else(circle)).collect()
    }

    fn find(
        &self,
        rule: &PlaceRule,
        anchor: Option<(&Place, Result<Vec<AssetIx>, PlaceError>)>,
        map: &IsolationMap<'_>,
    ) -> Result<Vec<AssetIx>, PlaceError> {
        let one = |asset: Option<AssetIx>, what: &str| asset.map(|a| vec![a]).ok_or_else(|| nothing(what));
        match rule {
            PlaceRule::Asset(name) => Ok(vec![self.register.find(name)?]),
            PlaceRule::LargestMain => one(
                self.largest_main(map).and_then(|l| self.asset_of(Origin::Link(l))),
                "no distribution main: no open pipe between two junctions whose loss would take water from a customer",
            ),
            PlaceRule::NearestHydrant { .. } => {
                let (asset, origin) = self.anchor(anchor)?;
                let lost = map.isolate(origin);
                let candidates = self.hydrants().into_iter().filter(|&(_, node)| {
                    let out = lost.nodes.binary_search(&node).is_ok() || lost.cut_off.binary_search(&node).is_ok();
                    map.supplied()[node.at()] && !out
                });
                let candidates: Vec<AssetIx> = candidates.map(|(hydrant, _)| hydrant).collect();
                one(self.nearest(asset, origin, &candidates, map), "no hydrant that keeps its supply")
            }
            PlaceRule::NearestAsset { class, .. } => {
                let (asset, origin) = self.anchor(anchor)?;
                let candidates: Vec<AssetIx> = self.of_class(class).filter(|&a| a != asset).collect();
                one(self.nearest(asset, origin, &candidates, map), &format!("no other asset of class {class}"))
            }
            PlaceRule::HighestDemandJunction => one(
                self.best_junction(|n| self.base_demand_m3s(n))
                    .filter(|b| b.1 > 0.0)
                    .and_then(|b| self.node_asset(b.0)),
                "no junction with a demand",
            ),
            PlaceRule::HighestJunction => {
                let height =
                    |n: usize| if self.customers(n) > 0.0 { self.model.nodes[n].elevation_m } else { f64::MIN };
                let best = self.best_junction(height).filter(|b| b.1 > f64::MIN);
                one(best.and_then(|b| self.node_asset(b.0)), "no junction with customers")
            }
            PlaceRule::Every { class } => {
                let all: Vec<AssetIx> = self.of_class(class).collect();
                if all.is_empty() { Err(nothing(&format!("no asset of class {class}"))) } else { Ok(all) }
            }
        }
    }

    fn anchor(
        &self,
        anchor: Option<(&Place, Result<Vec<AssetIx>, PlaceError>)>,
    ) -> Result<(AssetIx, Origin), PlaceError> {
        let bad = |why: String| PlaceError::BadAnchor(why);
        let (place, found) = anchor.ok_or_else(|| bad("it does not say what it is near to".into()))?;
        let found = found.map_err(|_| bad(format!("the place it is near to, {}, was not found", place.id)))?;
        let &[asset] = found.as_slice() else {
            return Err(bad(format!("the place it is near to, {}, is {} assets", place.id, found.len())));
        };
        let origin = self.origin(asset);
        let origin =
            origin.ok_or_else(|| bad(format!("the place it is near to, {}, is not on the water network", place.id)))?;
        Ok((asset, origin))
    }

    /// Hydrants with the junction that feeds them; where the register does not list a hydrant, its junction stands in.
    fn hydrants(&self) -> Vec<(AssetIx, NodeIx)> {
        let registered: Vec<(AssetIx, NodeIx)> = self
            .of_class("hydrant")
            .filter_map(|asset| match self.origin(asset)? {
                Origin::Node(node) => Some((asset, node)),
                Origin::Link(_) => None,
            })
            .collect();
        if !registered.is_empty() {
            return registered;
        }
        let listed = self.assets.hydrants.iter();
        listed.filter_map(|h| Some((self.asset_of(Origin::Node(h.node))?, h.node))).collect()
    }

    /// The nearest of some assets: as the crow flies among those with a position, else along the mains.
    fn nearest(
        &self,
        asset: AssetIx,
        origin: Origin,
        candidates: &[AssetIx],
        map: &IsolationMap<'_>,
    ) -> Option<AssetIx> {
        let here = self.position(asset);
        let flies = |c: &AssetIx| {
            let (a, b) = (here?, self.position(*c)?);
            Some(((a.0 - b.0).hypot(a.1 - b.1), *c))
        };
        let mut ranked: Vec<(f64, AssetIx)> = candidates.iter().filter_map(flies).collect();
        if ranked.is_empty() {
            let along = map.distance_to_nodes_m(origin);
            let runs = |c: &AssetIx| {
                let distance = match self.origin(*c)? {
                    Origin::Node(n) => along[n.at()],
                    Origin::Link(l) => {
                        let link = &self.model.links[l.at()];
                        along[link.from.at()].min(along[link.to.at()])
                    }
                };
                distance.is_finite().then_some((distance, *c))
            };
            ranked = candidates.iter().filter_map(runs).collect();
        }
        let name = |ix: AssetIx| &self.register.get(ix).id;
        ranked.into_iter().min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| name(a.1).cmp(name(b.1)))).map(|r| r.1)
    }

    fn largest_main(&self, map: &IsolationMap<'_>) -> Option<LinkIx> {
        let main = |(at, link): (usize, &twin_physics::domains::water::Link)| {
            let LinkKind::Pipe(pipe) = &link.kind else { return None };
            let served =
                |n: NodeIx| matches!(self.model.nodes[n.at()].kind, NodeKind::Junction(_)) && map.supplied()[n.at()];
            let ix = LinkIx::new(at);
            let fits = !pipe.check_valve && !map.is_shut(ix) && served(link.from) && served(link.to);
            fits.then_some((pipe.diameter_m, pipe.length_m, ix))
        };
        let mut mains: Vec<Main> = self.model.links.iter().enumerate().filter_map(main).collect();
        let id = |m: &Main| &self.model.links[m.2.at()].id;
        mains.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then_with(|| id(a).cmp(id(b))));
        let everyone: f64 = self.assets.customers.iter().sum();
        let mut second_best = None;
        for (_, _, link) in mains {
            let isolation = map.isolate(Origin::Link(link));
            let lost = isolation.customers_inside + isolation.customers_cut_off;
            if isolation.is_possible() && lost > 0.0 {
                if lost <= 0.5 * everyone {
                    return Some(link);
                }
                second_best = second_best.or(Some(link));
            }
        }
        second_best
    }

    /// Customers at a node.
    #[must_use]
    pub fn customers(&self, node: usize) -> f64 {
        self.assets.customers.get(node).copied().unwrap_or(0.0)
    }

    fn base_demand_m3s(&self, node: usize) -> f64 {
        match &self.model.nodes[node].kind {
            NodeKind::Junction(junction) => junction.demands.iter().map(|d| d.base_m3s).sum(),
            NodeKind::Reservoir(_) | NodeKind::Tank(_) => 0.0,
        }
    }

    /// The junction with the largest figure, ties to the smaller name.
    fn best_junction(&self, figure: impl Fn(usize) -> f64) -> Option<(usize, f64)> {
        let nodes = &self.model.nodes;
        let junctions = (0..nodes.len()).filter(|&n| matches!(nodes[n].kind, NodeKind::Junction(_)));
        junctions
            .map(|n| (n, figure(n)))
            .min_by(|a, b| b.1.total_cmp(&a.1).then_with(|| nodes[a.0].id.cmp(&nodes[b.0].id)))
    }

    fn node_asset(&self, node: usize) -> Option<AssetIx> {
        self.asset_of(Origin::Node(NodeIx::new(node)))
    }
}

fn nothing(what: &str) -> PlaceError {
    PlaceError::NothingFits(format!("this network has {what}"))
}

//! Assets of a water network: one per node and link, and what stands on them.
//!
//! Names are `network/class/id`. Classes: `junction`, `reservoir`, `tank`, `pipe`, `pump`, `valve` (control valves) of
//! the model; `isolation_valve`, `hydrant`, `controller` of [`WaterAssets`]; `customer`s are counts, not assets. What
//! each asset drives is wired when a solver is there to say which port is which (`bindings::water_register`).

use std::collections::BTreeMap;

use twin_physics::domains::water::{LinkKind, NodeIx, NodeKind, Status, ValveKind};
use twin_physics::port::Element;

use crate::behaviour::{self, Behaviour, TankController};
use crate::ids::{AssetId, AssetIx, NetworkIx};
use crate::model::asset::{Asset, Register};
use crate::model::city::{CityNetwork, Point, PointAsset, WaterCity};
use crate::model::water_assets::{End, WaterAssets};

/// Attribute of an isolation valve that says at which end of its link it stands: `from` or `to`.
pub const END_ATTRIBUTE: &str = "end";

/// Time a pump takes from full speed to rest without power [s]. *Source:* engineering default, 5–20 s (domain notes,
/// coupling C9).
const PUMP_RUN_DOWN_S: f64 = 10.0;
/// How far from its node an isolation valve is drawn, as a share of its link.
const VALVE_SHARE: f64 = 0.06;

/// Adds every asset of a network in fixed order: nodes, links, isolation valves, hydrants, controllers.
///
/// A name that is taken is left out; readers have refused such files before.
pub fn add_assets(register: &mut Register, network: NetworkIx, city_network: &CityNetwork) {
    let Some(water) = &city_network.water else { return };
    let mut site = Site { register, network, city_network, water };
    site.nodes();
    site.links();
    site.isolation_valves();
    site.hydrants();
    site.controllers();
}

/// Adds the asset of a point that a network serves, at the node that serves it; `None` where none does or the name is
/// taken.
pub fn add_point(register: &mut Register, networks: &[CityNetwork], point: &PointAsset) -> Option<AssetIx> {
    let (network, node) = point.served_by?;
    let city_network = networks.get(network.at())?;
    let mut attributes = point.attributes.clone();
    for (key, value) in [("name_zh", &point.name_zh), ("name_en", &point.name_en)] {
        attributes.insert(key.to_owned(), value.clone());
    }
    if point.population > 0.0 {
        attributes.insert("population".to_owned(), point.population.to_string());
    }
    register.add(Asset {
        id: AssetId::new(&city_network.name, &point.class, &point.id),
        network,
        element: Element::Node,
        slot: node.0,
        position: Some(point.position),
        owner: String::new(),
        attributes,
        behaviour: None,
        roles: BTreeMap::new(),
        measures: None,
    })
}

struct Site<'a> {
    register: &'a mut Register,
    network: NetworkIx,
    city_network: &'a CityNetwork,
    water: &'a WaterCity,
}

impl Site<'_> {
    fn add(&mut self, class: &str, id: &str, at: (Element, usize), position: Option<Point>) -> Option<AssetIx> {
        self.register.add(Asset {
            id: AssetId::new(&self.city_network.name, class, id),
            network: self.network,
            element: at.0,
            slot: u32::try_from(at.1).ok()?,
            position,
            owner: self.city_network.owner.clone(),
            attributes: BTreeMap::new(),
            behaviour: None,
            roles: BTreeMap::new(),
            measures: None,
        })
    }

    fn behave(&mut self, asset: Option<AssetIx>, behaviour: Behaviour) {
        if let Some(ix) = asset {
            self.register.get_mut(ix).behaviour = Some(behaviour);
        }
    }

    fn note(&mut self, asset: Option<AssetIx>, key: &str, value: String) {
        if let Some(ix) = asset {
            self.register.get_mut(ix).attributes.insert(key.to_owned(), value);
        }
    }

    fn node_position(&self, node: usize) -> Option<Point> {
        self.water.coordinates.get(node).copied().flatten()
    }

    fn nodes(&mut self) {
        for (at, node) in self.water.model.nodes.iter().enumerate() {
            let asset = self.add(node_class(&node.kind), &node.id, (Element::Node, at), self.node_position(at));
            self.note(asset, "elevation_m", node.elevation_m.to_string());
            let customers = self.water.assets.customers.get(at).copied().unwrap_or(0.0);
            if customers > 0.0 {
                self.note(asset, "customers", customers.to_string());
            }
        }
    }

    fn links(&mut self) {
        for (at, link) in self.water.model.links.iter().enumerate() {
            let asset = self.add(link_class(&link.kind), &link.id, (Element::Link, at), self.water.link_middle(at));
            match &link.kind {
                LinkKind::Pipe(pipe) => {
                    self.note(asset, "diameter_m", pipe.diameter_m.to_string());
                    self.note(asset, "length_m", pipe.length_m.to_string());
                }
                LinkKind::Pump(pump) => {
                    let runs = link.status != Status::Closed;
                    let behaviour = behaviour::Pump::new(PUMP_RUN_DOWN_S).at(pump.speed, runs);
                    self.behave(asset, Behaviour::Pump(behaviour));
                }
                LinkKind::Valve(valve) => {
                    let motor = self.water.assets.actuators.iter().find(|a| a.link.at() == at);
                    let mut behaviour = behaviour::Valve::new(motor.map_or(0.0, |m| m.travel_s));
                    if link.status == Status::Closed {
                        (behaviour.opening, behaviour.target) = (0.0, 0.0);
                    }
                    self.behave(asset, Behaviour::Valve(behaviour));
                    self.note(asset, "kind", valve_kind(valve.kind).to_owned());
                    self.note(asset, "diameter_m", valve.diameter_m.to_string());
                }
            }
        }
    }

    fn isolation_valves(&mut self) {
        let assets: &WaterAssets = &self.water.assets;
        for valve in &assets.valves {
            let (share, end) = match valve.end {
                End::From => (VALVE_SHARE, "from"),
                End::To => (1.0 - VALVE_SHARE, "to"),
            };
            let position = self.water.along_link(valve.link.at(), share);
            let asset = self.add("isolation_valve", &valve.id, (Element::Link, valve.link.at()), position);
            let mut behaviour = behaviour::Valve::new(valve.travel_s);
            behaviour.stuck = valve.stuck;
            if valve.shut {
                (behaviour.opening, behaviour.target, behaviour.engaged) = (0.0, 0.0, true);
            }
            self.behave(asset, Behaviour::Valve(behaviour));
            self.note(asset, END_ATTRIBUTE, end.to_owned());
            self.note_assumed(asset, assets.assumed_valves);
        }
    }

    fn hydrants(&mut self) {
        let assets: &WaterAssets = &self.water.assets;
        for hydrant in &assets.hydrants {
            let at = hydrant.node.at();
            let asset = self.add("hydrant", &hydrant.id, (Element::Node, at), self.node_position(at));
            self.note_assumed(asset, assets.assumed_hydrants);
        }
    }

    fn controllers(&mut self) {
        let model = self.water.model.clone();
        for controller in &self.water.assets.controllers {
            let at = controller.pump.at();
            let position = self.water.link_middle(at);
            let asset = self.add("controller", &controller.id, (Element::Link, at), position);
            let behaviour = TankController::new(controller.low_m, controller.high_m);
            self.behave(asset, Behaviour::TankController(behaviour));
            if let Some(tank) = model.nodes.get(controller.tank.at()) {
                self.note(asset, "tank", tank.id.clone());
            }
        }
    }

    fn note_assumed(&mut self, asset: Option<AssetIx>, assumed: bool) {
        if assumed {
            self.note(asset, "assumed", "true".to_owned());
        }
    }
}

/// The class of a node's asset.
#[must_use]
pub fn node_class(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Junction(_) => "junction",
        NodeKind::Reservoir(_) => "reservoir",
        NodeKind::Tank(_) => "tank",
    }
}

/// The class of a link's asset.
#[must_use]
pub fn link_class(kind: &LinkKind) -> &'static str {
    match kind {
        LinkKind::Pipe(_) => "pipe",
        LinkKind::Pump(_) => "pump",
        LinkKind::Valve(_) => "valve",
    }
}

fn valve_kind(kind: ValveKind) -> &'static str {
    match kind {
        ValveKind::Prv => "PRV",
        ValveKind::Psv => "PSV",
        ValveKind::Pbv => "PBV",
        ValveKind::Fcv => "FCV",
        ValveKind::Tcv => "TCV",
        ValveKind::Gpv => "GPV",
        ValveKind::Pcv => "PCV",
    }
}

/// The node with this name, if there is one.
#[must_use]
pub fn node_named(water: &WaterCity, id: &str) -> Option<NodeIx> {
    water.model.nodes.iter().position(|n| n.id == id).map(NodeIx::new)
}

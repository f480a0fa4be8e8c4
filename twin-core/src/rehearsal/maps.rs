//! Results of a rehearsal on the map.

use std::collections::BTreeMap;

use twin_physics::Quantity;
use twin_physics::domains::water::{DemandModel, LinkIx, NodeKind};
use twin_physics::port::Element;

use super::course::Track;
use super::drainage;
use super::gas;
use super::stage::Stage;
use super::surface;
use crate::behaviour::Behaviour;
use crate::io::results::{Better, Crs, MapFeature, MapLayer, Marker, MarkerKind, Paint, Shape, Text};
use crate::model::city::WaterCity;
use crate::model::scenario::Action;
use crate::model::water_assets::End;

/// Key of the value a pressure map is painted by.
const MIN_PRESSURE: &str = "min_pressure_head_m";

/// What the slots of a recorded field stand for.
#[must_use]
pub fn element_of(quantity: Quantity) -> Element {
    match quantity {
        Quantity::Flow
        | Quantity::MassFlow
        | Quantity::Velocity
        | Quantity::HeadLoss
        | Quantity::Status
        | Quantity::Setting
        | Quantity::Filling => Element::Link,
        _ => Element::Node,
    }
}

pub(super) fn crs(stage: &Stage) -> Crs {
    match stage.city.crs {
        Some(4326) => Crs::Wgs84,
        Some(code) => Crs::Epsg(code),
        None => Crs::Local,
    }
}

pub(super) fn node_shape(stage: &Stage, node: usize) -> Option<Shape> {
    if let Some(gas) = stage.gas() {
        return gas.at(node).map(|(x, y)| Shape::Point([x, y]));
    }
    let at = match (stage.water(), stage.city.drainage(stage.network)) {
        (Some(water), _) => water.coordinates.get(node).copied().flatten(),
        (None, drainage) => drainage?.nodes.get(node)?.position,
    };
    at.map(|(x, y)| Shape::Point([x, y]))
}

pub(super) fn link_shape(stage: &Stage, link: usize) -> Option<Shape> {
    if let Some(gas) = stage.gas() {
        return gas.line(link).map(|line| Shape::Line(line.map(|(x, y)| [x, y]).to_vec()));
    }
    let line = match (stage.water(), stage.city.drainage(stage.network)) {
        (Some(water), _) => {
            let ends = stage.model.links.get(link)?;
            let at = |node: usize| water.coordinates.get(node).copied().flatten();
            let bends = water.vertices.get(link).map_or(&[][..], Vec::as_slice);
            let mut line = vec![at(ends.from.at())?];
            line.extend_from_slice(bends);
            line.push(at(ends.to.at())?);
            line
        }
        (None, drainage) => drainage?.line(link)?,
    };
    Some(Shape::Line(line.into_iter().map(|(x, y)| [x, y]).collect()))
}

/// The map of the report and how it is painted: lowest pressure of water supply and gas, highest filling of drainage,
/// greatest depth at the gauges of a surface.
#[must_use]
pub fn main(stage: &Stage, track: &Track) -> (MapLayer, Paint) {
    if let Some(city) = stage.gas() {
        return (gas::map(stage, city, track), gas::paint());
    }
    if let Some(solver) = stage.surface() {
        return (surface::map(stage, solver.model(), track), surface::paint());
    }
    match stage.drainage() {
        Some(solver) => (drainage::map(stage, solver.model(), track), drainage::paint()),
        None => (pressure(stage, track), pressure_paint(stage)),
    }
}

/// Every node and link with the lowest pressure head of the run; a link shows the lower of its ends.
#[must_use]
pub fn pressure(stage: &Stage, track: &Track) -> MapLayer {
    let lowest = track.recorder.extreme(stage.network, Quantity::PressureHead, true);
    let low = |node: usize| lowest.get(node).copied();
    let values = |value: Option<(f64, f64)>| {
        let pairs = value.into_iter().flat_map(|(head_m, t_s)| [(MIN_PRESSURE, head_m), ("t_min_s", t_s)]);
        pairs.map(|(key, v)| (key.to_owned(), v)).collect::<BTreeMap<_, _>>()
    };
    let links = stage.model.links.iter().enumerate().map(|(at, link)| {
        let ends = [low(link.from.at()), low(link.to.at())];
        let worst = ends.into_iter().flatten().min_by(|a, b| a.0.total_cmp(&b.0));
        feature(stage, Element::Link, at, link_shape(stage, at), values(worst))
    });
    let nodes = stage.model.nodes.iter().enumerate().map(|(at, node)| {
        // A source's head is given, and its pressure at the water's surface is no service.
        let served = matches!(node.kind, NodeKind::Junction(_));
        feature(stage, Element::Node, at, node_shape(stage, at), values(low(at).filter(|_| served)))
    });
    MapLayer {
        name: "min_pressure".to_owned(),
        title: Text::new("最低水头", "Lowest pressure head"),
        crs: crs(stage),
        features: links.chain(nodes).collect(),
    }
}

pub(super) fn feature(
    stage: &Stage,
    element: Element,
    slot: usize,
    shape: Option<Shape>,
    values: BTreeMap<String, f64>,
) -> MapFeature {
    let id = stage.spec().element_id(stage.network, element, slot);
    let class = id.split('/').nth(1).unwrap_or("").to_owned();
    MapFeature { id, class, name: String::new(), shape, values, state: String::new() }
}

/// Classes of the pressure map: no water, less than half of service pressure, less than service pressure.
#[must_use]
pub fn pressure_paint(stage: &Stage) -> Paint {
    // The city's own standard; where it has none, what the model takes for full service, else GB 55036-2022.
    let standard = |key| stage.city.standards.value(key, "m");
    let service_m = standard("water.service_pressure").unwrap_or(match stage.model.options.demand_model {
        DemandModel::PressureDriven { required_m, .. } => required_m,
        DemandModel::DemandDriven => 14.0,
    });
    let none_m = standard("water.no_water_pressure").unwrap_or(1.0).min(0.5 * service_m);
    Paint {
        value: MIN_PRESSURE.to_owned(),
        title: Text::new("最低水头", "Lowest pressure head"),
        unit: "m".to_owned(),
        limits: vec![none_m, 0.5 * service_m, service_m],
        better: Better::Higher,
    }
}

/// Bursts, shut valves, sources, and junctions that were out of supply.
#[must_use]
pub fn markers(stage: &Stage, track: &Track) -> Vec<Marker> {
    if let Some(city) = stage.gas() {
        return gas::markers(stage, city, track);
    }
    if let Some(solver) = stage.drainage() {
        return drainage::markers(stage, solver.model(), track);
    }
    if let Some(solver) = stage.surface() {
        return surface::markers(stage, solver.model(), track);
    }
    let Some(water) = stage.water() else { return Vec::new() };
    let mut markers = Vec::new();
    let mut mark = |kind, at: Option<(f64, f64)>, id: &str| {
        if let Some((x, y)) = at {
            markers.push(Marker { kind, at: [x, y], id: id.to_owned() });
        }
    };
    for (at, node) in stage.model.nodes.iter().enumerate() {
        if !matches!(node.kind, NodeKind::Junction(_)) {
            let id = stage.spec().element_id(stage.network, Element::Node, at);
            mark(MarkerKind::Source, water.coordinates.get(at).copied().flatten(), &id);
        }
    }
    for (at, hours) in without_water_h(stage, track).into_iter().enumerate() {
        if hours > 0.0 {
            let id = stage.spec().element_id(stage.network, Element::Node, at);
            mark(MarkerKind::NoSupply, water.coordinates.get(at).copied().flatten(), &id);
        }
    }
    for record in &track.recorder.records {
        let Ok(ix) = stage.city.register.find(&record.target) else { continue };
        let asset = stage.city.register.get(ix);
        let shut = matches!(asset.behaviour, Some(Behaviour::Valve(_)))
            && record.effect == "signal"
            && record.value == 0.0
            && asset.id.class() == "isolation_valve";
        let stopped = asset.id.class() == "pump" && record.effect == "signal" && record.value == 0.0;
        if shut || stopped {
            let kind = if shut { MarkerKind::ShutValve } else { MarkerKind::PumpOff };
            let at = asset.position.or_else(|| water.link_middle(asset.slot as usize));
            mark(kind, at, asset.id.as_str());
        }
    }
    for event in &stage.scenario.events {
        if matches!(event.action, Action::Burst(_)) {
            for ix in &stage.plan.places[event.place] {
                let asset = stage.city.register.get(*ix);
                mark(MarkerKind::Burst, water.link_middle(asset.slot as usize), asset.id.as_str());
            }
        }
    }
    markers
}

/// Hours each node with customers got less than a tenth of what it asked for, from the recorded fields.
fn without_water_h(stage: &Stage, track: &Track) -> Vec<f64> {
    let of = |quantity| {
        let shots = track.recorder.fields.iter();
        shots.filter(move |s| s.network == stage.network && s.quantity == quantity)
    };
    let mut hours = vec![0.0; stage.model.nodes.len()];
    let mut before_s: Option<f64> = None;
    for (got, asked) in of(Quantity::Delivered).zip(of(Quantity::Demand)) {
        let dt_h = before_s.map_or(0.0, |t| (got.t_s - t) / 3600.0);
        before_s = Some(got.t_s);
        for (hours, (got, asked)) in hours.iter_mut().zip(got.values.iter().zip(&asked.values)) {
            if *asked > 0.0 && *got < 0.1 * asked {
                *hours += dt_h;
            }
        }
    }
    hours
}

/// Maps beside the one of the report: customers without water, and how bursts are isolated.
#[must_use]
pub fn others(stage: &Stage, track: &Track) -> Vec<MapLayer> {
    if let Some(solver) = stage.drainage() {
        return vec![drainage::other_map(stage, solver.model(), track)];
    }
    let Some(water) = stage.water() else { return Vec::new() };
    let hours = without_water_h(stage, track);
    let customers = &water.assets.customers;
    let served = customers.iter().enumerate().filter(|(_, c)| **c > 0.0).map(|(at, c)| {
        let without_h = hours.get(at).copied().unwrap_or(0.0);
        let values = [("customers".to_owned(), *c), ("hours_without_water".to_owned(), without_h)].into();
        let mut feature = feature(stage, Element::Node, at, node_shape(stage, at), values);
        feature.state = if without_h > 0.0 { "without water" } else { "supplied" }.to_owned();
        feature
    });
    let mut maps = vec![MapLayer {
        name: "customers".to_owned(),
        title: Text::new("停水用户", "Customers without water"),
        crs: crs(stage),
        features: served.collect(),
    }];
    if !stage.plan.isolations.is_empty() {
        maps.push(isolation(stage, water));
    }
    maps
}

/// Segments taken out of service, the valves to shut, and who is cut off behind them.
fn isolation(stage: &Stage, water: &WaterCity) -> MapLayer {
    let mut features = Vec::new();
    let mut add = |mut feature: MapFeature, state: &str| {
        feature.state = state.to_owned();
        features.push(feature);
    };
    for isolation in stage.plan.isolations.values() {
        for link in &isolation.links {
            let shape = link_shape(stage, link.at());
            add(feature(stage, Element::Link, link.at(), shape, BTreeMap::new()), "isolated");
        }
        for (nodes, state) in [(&isolation.nodes, "isolated"), (&isolation.cut_off, "cut off")] {
            for node in nodes {
                let shape = node_shape(stage, node.at());
                add(feature(stage, Element::Node, node.at(), shape, BTreeMap::new()), state);
            }
        }
        for step in &isolation.steps {
            let valve = &water.assets.valves[step.valve];
            let LinkIx(link) = valve.link;
            let share = if valve.end == End::From { 0.1 } else { 0.9 };
            let at = water.along_link(link as usize, share);
            let network = &stage.city.networks[stage.network.at()].name;
            let valve = MapFeature {
                id: format!("{network}/isolation_valve/{}", valve.id),
                class: "isolation_valve".to_owned(),
                shape: at.map(|(x, y)| Shape::Point([x, y])),
                values: [("distance_m".to_owned(), step.distance_m)].into(),
                ..MapFeature::default()
            };
            add(valve, if step.works { "to shut" } else { "stuck" });
        }
    }
    MapLayer {
        name: "isolation".to_owned(),
        title: Text::new("关阀隔离范围", "Isolated segment"),
        crs: crs(stage),
        features,
    }
}

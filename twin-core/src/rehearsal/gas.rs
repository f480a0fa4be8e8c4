//! What a rehearsal on a gas network shows: its map, its marks, its words.

use std::collections::BTreeMap;

use twin_physics::Quantity;
use twin_physics::domains::gas::model::{GasModel, LinkKind};
use twin_physics::port::Element;

use super::course::Track;
use super::maps::{crs, feature, link_shape, node_shape};
use super::stage::Stage;
use crate::io::results::{Better, MapLayer, Marker, MarkerKind, Paint, Text};
use crate::model::gas_city::GasCity;
use crate::model::scenario::Action;

/// Key of the value the map is painted by.
const SHARE: &str = "min_pressure_share";
/// Least gauge pressure at a load where the city's standards say none [Pa]. *Source:* three quarters of the 2.0 kPa
/// that appliances for natural gas are rated at (GB 50028-2006, 10.2).
const LEAST_PA: f64 = 1500.0;

/// Lowest gauge pressure of a node [Pa], what share of that at the start it is [–], and when [s].
#[derive(Debug, Clone, Copy)]
struct Lowest {
    gauge_pa: f64,
    share: f64,
    t_s: f64,
}

fn lowest(stage: &Stage, model: &GasModel, track: &Track) -> Vec<Lowest> {
    let mut shots = track.recorder.fields.iter();
    let first = shots.find(|s| s.network == stage.network && s.quantity == Quantity::Pressure);
    let extreme = track.recorder.extreme(stage.network, Quantity::Pressure, true);
    let of = |(node, (pressure_pa, t_s)): (usize, (f64, f64))| {
        let ambient_pa = model.nodes[node].ambient_pa;
        let began_pa = first.and_then(|s| s.values.get(node)).map_or(0.0, |v| f64::from(*v) - ambient_pa);
        let gauge_pa = (pressure_pa - ambient_pa).max(0.0);
        let share = if began_pa > 0.0 { (gauge_pa / began_pa).min(1.0) } else { 1.0 };
        Lowest { gauge_pa, share, t_s }
    };
    extreme.into_iter().take(model.nodes.len()).enumerate().map(of).collect()
}

/// Every node and link with the lowest pressure of the run as a share of that at the start, so that all tiers of
/// pressure are seen on one map; a link shows the lower of its ends.
#[must_use]
pub fn map(stage: &Stage, city: &GasCity, track: &Track) -> MapLayer {
    let lowest = lowest(stage, &city.model, track);
    let values = |low: Option<&Lowest>| {
        let all = low.into_iter().flat_map(|l| [(SHARE, l.share), ("min_gauge_pa", l.gauge_pa), ("t_min_s", l.t_s)]);
        all.map(|(key, v)| (key.to_owned(), v)).collect::<BTreeMap<_, _>>()
    };
    let links = city.model.links.iter().enumerate().map(|(at, link)| {
        let ends = [lowest.get(link.from), lowest.get(link.to)].into_iter().flatten();
        let worst = ends.min_by(|a, b| a.share.total_cmp(&b.share));
        feature(stage, Element::Link, at, link_shape(stage, at), values(worst))
    });
    let nodes = (0..city.model.nodes.len())
        .map(|at| feature(stage, Element::Node, at, node_shape(stage, at), values(lowest.get(at))));
    MapLayer {
        name: "min_pressure".to_owned(),
        title: Text::new("最低压力占初始压力的比例", "Lowest pressure as a share of that at the start"),
        crs: crs(stage),
        features: links.chain(nodes).collect(),
    }
}

/// Classes of the map: hardly any pressure, less than half, less than nine tenths.
#[must_use]
pub fn paint() -> Paint {
    Paint {
        value: SHARE.to_owned(),
        title: Text::new("最低压力占初始压力的比例", "Lowest pressure as a share of that at the start"),
        unit: "1".to_owned(),
        limits: vec![0.1, 0.5, 0.9],
        better: Better::Higher,
    }
}

/// Sources, loads without pressure, holes, and valves that were shut.
#[must_use]
pub fn markers(stage: &Stage, city: &GasCity, track: &Track) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut mark = |kind, at: Option<(f64, f64)>, id: &str| {
        if let Some((x, y)) = at {
            markers.push(Marker { kind, at: [x, y], id: id.to_owned() });
        }
    };
    let least_pa = stage.city.standards.value("gas.least_pressure", "Pa").unwrap_or(LEAST_PA);
    let lowest = lowest(stage, &city.model, track);
    for (at, node) in city.model.nodes.iter().enumerate() {
        let id = stage.spec().element_id(stage.network, Element::Node, at);
        if node.source_pa.is_some() {
            mark(MarkerKind::Source, city.at(at), &id);
        } else if node.load_kgs > 0.0 && lowest.get(at).is_some_and(|l| l.gauge_pa < least_pa) {
            mark(MarkerKind::NoSupply, city.at(at), &id);
        }
    }
    for event in stage.scenario.events.iter().filter(|e| !e.not_in.contains(&track.name)) {
        for ix in &stage.plan.places[event.place] {
            let asset = stage.city.register.get(*ix);
            let kind = match event.action {
                Action::Burst(_) => MarkerKind::Burst,
                Action::Close if asset.element == Element::Link => MarkerKind::ShutValve,
                _ => continue,
            };
            mark(kind, asset.position, asset.id.as_str());
        }
    }
    markers
}

/// Name of a link with its size: `DN90 燃气管 ring-3`; `None` of what has no words of its own here.
#[must_use]
pub fn link(city: &GasCity, slot: usize, local: &str) -> Option<Text> {
    match &city.model.links.get(slot)?.kind {
        LinkKind::Pipe(pipe) => {
            let dn = (pipe.diameter_m * 1000.0).round();
            Some(Text::new(format!("DN{dn} 燃气管 {local}"), format!("DN{dn} gas pipe {local}")))
        }
        LinkKind::Valve { .. } => Some(Text::new(format!("阀门 {local}"), format!("valve {local}"))),
        _ => None,
    }
}

/// Where it plays, in a sentence.
#[must_use]
pub fn description(stage: &Stage, city: &GasCity) -> (String, String) {
    let (nodes, links) = (city.model.nodes.len(), city.model.links.len());
    let load_kgs: f64 = city.model.nodes.iter().map(|n| n.load_kgs).sum();
    let (zh, en) = (&stage.city.name_zh, &stage.city.name_en);
    (
        format!("{zh}：燃气管网 {nodes} 个节点、{links} 个管段，用气量合计 {load_kgs:.3} kg/s。"),
        format!("{en}: a gas network of {nodes} nodes and {links} links with loads of {load_kgs:.3} kg/s."),
    )
}

/// What was taken for granted.
#[must_use]
pub fn assumptions() -> Vec<Text> {
    vec![
        Text::new(
            "管内等温流动，管存随压力变化；调压器按出口压力设定值理想调节，单向通过。",
            "Flow in pipes is isothermal and their line pack follows the pressure; regulators hold their outlet \
             pressure exactly and pass gas one way.",
        ),
        Text::new(
            "管道破口按孔口出流，破口面积不变；用气量在压力足够时取全量，压力不足时随压力减少。",
            "A hole in a pipe flows as an orifice and does not grow; loads are taken in full while the pressure \
             suffices and fall with it below.",
        ),
    ]
}

/// What the model leaves out.
#[must_use]
pub fn not_modelled() -> Vec<Text> {
    vec![
        Text::new(
            "泄漏气体的扩散、积聚、着火与爆炸，以及对邻近空间和人员的影响未计。",
            "Where the gas goes once it has left the pipe, whether it burns, and what that does to spaces and people \
             nearby is left out.",
        ),
        Text::new(
            "温度变化与气质变化：节流降温、混气未计。",
            "Temperature and composition: cooling by expansion and mixing of gases are left out.",
        ),
        Text::new(
            "户内：灶具熄火后的复位、逐户通气检查未计。",
            "Indoors: flames that went out, and the visit to each home before gas is let in again, are left out.",
        ),
    ]
}

//! What a rehearsal on a drainage network shows: its map, its marks, its words.

use std::collections::BTreeMap;
use std::sync::Arc;

use twin_physics::Quantity;
use twin_physics::domains::drainage::model::{DrainageModel, LinkKind, NodeKind};
use twin_physics::domains::drainage::section::Shape as Opening;
use twin_physics::domains::drainage::solver::DrainageSolver;
use twin_physics::port::Element;

use super::course::Track;
use super::maps::{crs, feature, link_shape, node_shape};
use super::stage::Stage;
use crate::io::results::{Better, MapFeature, MapLayer, Marker, MarkerKind, Paint, Shape, Text};
use crate::model::scenario::Action;

/// Key of the value the map is painted by.
const MAX_FILLING: &str = "max_filling";
/// Flow above which a node counts as flooded [m³/s].
/// Depth on the street from which a node counts as under water [m].
const STREET_M: f64 = 0.05;
const FLOODS_M3S: f64 = 1e-4;

/// Every conduit with its highest filling and every node with what flooded from it.
#[must_use]
pub fn map(stage: &Stage, model: &DrainageModel, track: &Track) -> MapLayer {
    let fullest = track.recorder.extreme(stage.network, Quantity::Filling, false);
    let flooded = flooded_m3(stage, model.nodes.len(), track);
    let links = model.links.iter().enumerate().map(|(at, link)| {
        let conduit = matches!(link.kind, LinkKind::Conduit(_));
        let value = fullest.get(at).filter(|_| conduit);
        let values = value.into_iter().flat_map(|(v, t_s)| [(MAX_FILLING, *v), ("t_max_s", *t_s)]);
        let values: BTreeMap<String, f64> = values.map(|(key, v)| (key.to_owned(), v)).collect();
        feature(stage, Element::Link, at, link_shape(stage, at), values)
    });
    let nodes = flooded.iter().enumerate().map(|(at, volume_m3)| {
        let values = [("flooded_m3".to_owned(), *volume_m3)].into();
        feature(stage, Element::Node, at, node_shape(stage, at), values)
    });
    MapLayer {
        name: "max_filling".to_owned(),
        title: Text::new("最大充满度", "Highest filling"),
        crs: crs(stage),
        features: links.chain(nodes).collect(),
    }
}

/// Classes of the map: full, more than four fifths, more than half.
#[must_use]
pub fn paint() -> Paint {
    Paint {
        value: MAX_FILLING.to_owned(),
        title: Text::new("管道最大充满度", "Highest filling of conduits"),
        unit: "1".to_owned(),
        limits: vec![0.999, 0.8, 0.5],
        better: Better::Lower,
    }
}

/// What flooded from each node over the run, by the recorded fields [m³].
fn flooded_m3(stage: &Stage, nodes: usize, track: &Track) -> Vec<f64> {
    let mut volume = vec![0.0; nodes];
    let mut before_s = 0.0;
    let shots = track.recorder.fields.iter();
    for shot in shots.filter(|s| s.network == stage.network && s.quantity == Quantity::Flooding) {
        for (volume, flow) in volume.iter_mut().zip(&shot.values) {
            *volume += f64::from(*flow) * (shot.t_s - before_s);
        }
        before_s = shot.t_s;
    }
    volume
}

/// Nodes that flooded, conduits that were blocked, pumps that lost their power, outfalls.
#[must_use]
pub fn markers(stage: &Stage, model: &DrainageModel, track: &Track) -> Vec<Marker> {
    let Some(city) = stage.city.drainage(stage.network) else { return Vec::new() };
    let mut markers = Vec::new();
    let mut mark = |kind, at: Option<(f64, f64)>, id: &str| {
        if let Some((x, y)) = at {
            markers.push(Marker { kind, at: [x, y], id: id.to_owned() });
        }
    };
    let most = track.recorder.extreme(stage.network, Quantity::Flooding, false);
    let deepest = track.recorder.extreme(stage.network, Quantity::StreetDepth, false);
    for (at, node) in model.nodes.iter().enumerate() {
        let (id, position) = (stage.spec().element_id(stage.network, Element::Node, at), city.nodes[at].position);
        let outfall = matches!(node.kind, NodeKind::Outfall(_));
        if outfall {
            mark(MarkerKind::Outfall, position, &id);
        }
        let under = !outfall && deepest.get(at).is_some_and(|m| m.0 > STREET_M);
        if under || most.get(at).is_some_and(|m| m.0 > FLOODS_M3S) {
            mark(MarkerKind::Flooded, position, &id);
        }
    }
    for event in stage.scenario.events.iter().filter(|e| !e.not_in.contains(&track.name)) {
        let kind = match event.action {
            Action::Block(_) => MarkerKind::Blocked,
            Action::PowerOff => MarkerKind::PumpOff,
            _ => continue,
        };
        for ix in &stage.plan.places[event.place] {
            let asset = stage.city.register.get(*ix);
            mark(kind, asset.position, asset.id.as_str());
        }
    }
    markers
}

/// Nodes by what flooded from them.
#[must_use]
pub fn other_map(stage: &Stage, model: &DrainageModel, track: &Track) -> MapLayer {
    let flooded = flooded_m3(stage, model.nodes.len(), track);
    let wet = flooded.iter().enumerate().filter(|(_, v)| **v > 0.0);
    let features = wet.map(|(at, volume_m3)| {
        let values = [("flooded_m3".to_owned(), *volume_m3)].into();
        let point = node_shape(stage, at).filter(|s| matches!(s, Shape::Point(_)));
        MapFeature { state: "flooded".to_owned(), ..feature(stage, Element::Node, at, point, values) }
    });
    MapLayer {
        name: "flooded".to_owned(),
        title: Text::new("溢流节点", "Flooded nodes"),
        crs: crs(stage),
        features: features.collect(),
    }
}

/// Name of a conduit with its size: `DN600 雨水管 C12`; `None` of anything else.
#[must_use]
pub fn conduit(solver: &Arc<DrainageSolver>, slot: usize, local: &str) -> Option<Text> {
    let LinkKind::Conduit(conduit) = &solver.model().links.get(slot)?.kind else { return None };
    Some(match conduit.shape {
        Opening::Circular { diameter_m } => {
            let dn = (diameter_m * 1000.0).round();
            Text::new(format!("DN{dn} 排水管 {local}"), format!("DN{dn} sewer {local}"))
        }
        _ => Text::new(format!("排水渠 {local}"), format!("conduit {local}")),
    })
}

/// Where it plays, in a sentence, and what rain falls.
#[must_use]
pub fn description(stage: &Stage, model: &DrainageModel) -> (String, String) {
    let (nodes, links, catchments) = (model.nodes.len(), model.links.len(), model.subcatchments.len());
    let area_ha = model.subcatchments.iter().map(|s| s.area_m2).sum::<f64>() / 1e4;
    let (zh, en) = (&stage.city.name_zh, &stage.city.name_en);
    let rain = stage.scenario.storm.as_ref().map(|storm| {
        let (years, minutes) = (storm.design.years, storm.design.duration_s / 60.0);
        (
            format!("设计降雨：{years} 年一遇，历时 {minutes:.0} min。"),
            format!(" Design storm: once in {years} years, {minutes:.0} min long."),
        )
    });
    let (rain_zh, rain_en) = rain.unwrap_or_default();
    (
        format!("{zh}：排水管网 {nodes} 个节点、{links} 个管段，{catchments} 个汇水区共 {area_ha:.1} ha。{rain_zh}"),
        format!(
            "{en}: a drainage network of {nodes} nodes and {links} links with {catchments} catchments of {area_ha:.1} \
             ha.{rain_en}"
        ),
    )
}

/// What was taken for granted.
#[must_use]
pub fn assumptions(stage: &Stage) -> Vec<Text> {
    let mut all = Vec::new();
    if let Some(storm) = &stage.scenario.storm {
        let (begins_min, formula) = (storm.begins_s / 60.0, &storm.formula);
        all.push(Text::new(
            format!("全域同一场设计降雨，按本市暴雨强度公式 {formula} 推求，第 {begins_min:.0} 分钟开始。"),
            format!(
                "One design storm over all catchments by the city's intensity formula {formula}, beginning at minute \
                 {begins_min:.0}."
            ),
        ));
    }
    all.push(Text::new(
        "堵塞按过水断面比例折减；停电的水泵即停；溢出地面的水不再回流（设有积水面积的节点除外）。",
        "A blockage takes its share of the cross section; a pump without power stops at once; what floods does not \
         come back, but at nodes with a ponded area.",
    ));
    all
}

/// What the model leaves out.
#[must_use]
pub fn not_modelled() -> Vec<Text> {
    vec![
        Text::new(
            "地面漫流：溢出的水在街道上的流动与积水深度未计。",
            "Overland flow: how flood water runs and stands on streets is left out.",
        ),
        Text::new(
            "河道：出口水位按模型给定，不随排入水量变化。",
            "Rivers: levels at outfalls are given and do not answer to what is discharged.",
        ),
        Text::new(
            "耦合：停电原因、积水对道路和地下空间的影响未计。",
            "Coupling: why power fails, and what floods do to roads and underground spaces, is left out.",
        ),
    ]
}

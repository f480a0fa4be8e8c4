//! What a rehearsal on ground without sewers shows: its map, its marks, its words.

use std::collections::BTreeMap;

use twin_physics::Quantity;
use twin_physics::domains::surface::SurfaceModel;
use twin_physics::port::Element;

use super::course::Track;
use super::maps::{crs, feature, node_shape};
use super::stage::Stage;
use crate::io::results::{Better, MapLayer, Marker, MarkerKind, Paint, Text};
use crate::model::scenario::Action;

/// Key of the value the map is painted by.
const MAX_DEPTH: &str = "max_depth_m";
/// Depth from which a gauge counts as under water [m].
const WET_M: f64 = 0.05;

/// Every gauge with its greatest depth, and when; the ground itself is in `maps/street_*`.
#[must_use]
pub fn map(stage: &Stage, model: &SurfaceModel, track: &Track) -> MapLayer {
    let deepest = track.recorder.extreme(stage.network, Quantity::Depth, false);
    let features = (0..model.gauges.len()).map(|at| {
        let value = deepest.get(at).into_iter().flat_map(|(v, t_s)| [(MAX_DEPTH, *v), ("t_max_s", *t_s)]);
        let values: BTreeMap<String, f64> = value.map(|(key, v)| (key.to_owned(), v)).collect();
        feature(stage, Element::Node, at, node_shape(stage, at), values)
    });
    MapLayer {
        name: "max_depth".to_owned(),
        title: Text::new("测点最大水深", "Greatest depth at the gauges"),
        crs: crs(stage),
        features: features.collect(),
    }
}

/// Classes of the map: no road is passed, no car drives, a lane is under water.
#[must_use]
pub fn paint() -> Paint {
    Paint {
        value: MAX_DEPTH.to_owned(),
        title: Text::new("测点最大水深", "Greatest depth at the gauges"),
        unit: "m".to_owned(),
        limits: vec![0.6, 0.3, 0.15],
        better: Better::Lower,
    }
}

/// Gauges and underpasses under water, what was blocked and what lost its power.
#[must_use]
pub fn markers(stage: &Stage, model: &SurfaceModel, track: &Track) -> Vec<Marker> {
    let Some(city) = stage.city.drainage(stage.network) else { return Vec::new() };
    let mut markers = Vec::new();
    let mut mark = |kind, at: Option<(f64, f64)>, id: &str| {
        if let Some((x, y)) = at {
            markers.push(Marker { kind, at: [x, y], id: id.to_owned() });
        }
    };
    let deepest = track.recorder.extreme(stage.network, Quantity::Depth, false);
    for (at, gauge) in city.nodes.iter().enumerate().take(model.gauges.len()) {
        if deepest.get(at).is_some_and(|d| d.0 > WET_M) {
            mark(MarkerKind::Flooded, gauge.position, &stage.spec().element_id(stage.network, Element::Node, at));
        }
    }
    for record in track.recorder.records.iter().filter(|r| r.effect == "underpass-closed") {
        let Ok(ix) = stage.city.register.find(&record.target) else { continue };
        mark(MarkerKind::Flooded, stage.city.register.get(ix).position, &record.target);
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

/// Where it plays, in a sentence, and what rain falls.
#[must_use]
pub fn description(stage: &Stage, model: &SurfaceModel) -> (String, String) {
    let (gauges, dams, underpasses) = (model.gauges.len(), model.dam_ids.len(), model.filling_ids.len());
    let ground = &model.flood.ground;
    let area_ha = (ground.columns * ground.rows) as f64 * ground.cell_m * ground.cell_m / 1e4;
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
        format!("{zh}：地表 {area_ha:.1} ha，测点 {gauges} 个，淤地坝 {dams} 座，地下空间 {underpasses} 处。{rain_zh}"),
        format!(
            "{en}: {area_ha:.1} ha of ground with {gauges} gauges, {dams} check dams and {underpasses} underpasses.\
             {rain_en}"
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
                "One design storm over all the ground by the city's intensity formula {formula}, beginning at minute \
                 {begins_min:.0}."
            ),
        ));
    }
    all.push(Text::new(
        "淤地坝漫顶达到给定水深即溃，溃口按 Froehlich（2008）或给定宽度、历时均匀发展；沟道内传播不计时。",
        "A check dam breaches once water stands a given depth over its crest; the breach grows evenly to Froehlich's \
         (2008) or a given width and time; travel along the gully takes no time.",
    ));
    all
}

/// What the model leaves out.
#[must_use]
pub fn not_modelled() -> Vec<Text> {
    vec![
        Text::new(
            "泥沙：溃坝挟带的泥沙与沟道冲淤未计，按清水计算。",
            "Silt: what a breach carries along and what gullies erode is left out; the water is clear.",
        ),
        Text::new("雨水管网：地表水不进入管网。", "Sewers: water on the ground does not go down into any."),
    ]
}

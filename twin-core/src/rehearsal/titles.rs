//! What things are called for people, in both languages.

use std::collections::BTreeMap;

use twin_physics::domains::water::{DemandModel, LinkKind};
use twin_physics::port::Element;

use super::course::{BASE, Course};
use super::drainage;
use super::gas;
use super::stage::Stage;
use super::surface;
use crate::ids::{AssetId, AssetIx};
use crate::io::results::Text;
use crate::world::core::{Body, Health};

/// Chinese and English name of a class of assets.
fn class(class: &str) -> (&'static str, &'static str) {
    match class {
        "junction" => ("节点", "junction"),
        "reservoir" => ("水源", "reservoir"),
        "tank" => ("水池", "tank"),
        "pipe" => ("管道", "pipe"),
        "pump" => ("水泵", "pump"),
        "valve" => ("控制阀", "control valve"),
        "isolation_valve" => ("检修阀", "isolation valve"),
        "hydrant" => ("消火栓", "hydrant"),
        "controller" => ("控制器", "controller"),
        "outfall" => ("排放口", "outfall"),
        "divider" => ("分流井", "divider"),
        "storage" => ("调蓄池", "storage unit"),
        "conduit" => ("排水管", "conduit"),
        "orifice" => ("孔口", "orifice"),
        "weir" => ("溢流堰", "weir"),
        "outlet" => ("控流口", "outlet"),
        "gage" => ("雨量站", "rain gauge"),
        "subcatchment" => ("汇水区", "catchment"),
        "source" => ("气源", "gas source"),
        "regulator" => ("调压器", "regulator"),
        "compressor" => ("压缩机", "compressor"),
        "flow_control" => ("流量控制器", "flow control"),
        "underpass" => ("地下空间", "underpass"),
        "gauge" => ("测点", "gauge"),
        "levee" => ("堤防", "levee"),
        "check_dam" => ("淤地坝", "check dam"),
        "hospital" => ("医院", "hospital"),
        "school" => ("学校", "school"),
        "fire_station" => ("消防站", "fire station"),
        "heritage_site" => ("革命旧址", "heritage site"),
        "pump_house" => ("泵房", "pump house"),
        _ => ("设施", "asset"),
    }
}

/// Name of an asset: `DN500 管道 P12`, or the name its owner gave it.
#[must_use]
pub fn asset(stage: &Stage, ix: AssetIx) -> Text {
    let asset = stage.city.register.get(ix);
    let local = asset.id.local();
    if let (Some(zh), Some(en)) = (asset.attributes.get("name_zh"), asset.attributes.get("name_en")) {
        return Text::new(zh, en);
    }
    let (zh, en) = class(asset.id.class());
    if asset.network == stage.network
        && asset.element == Element::Link
        && let Some(text) = stage.drainage().and_then(|d| drainage::conduit(d, asset.slot as usize, local))
    {
        return text;
    }
    if asset.network == stage.network
        && asset.element == Element::Link
        && let Some(text) = stage.gas().and_then(|city| gas::link(city, asset.slot as usize, local))
    {
        return text;
    }
    let link = (asset.element == Element::Link).then(|| stage.model.links.get(asset.slot as usize)).flatten();
    match link.map(|l| &l.kind) {
        Some(LinkKind::Pipe(pipe)) if asset.id.class() == "pipe" => {
            let dn = (pipe.diameter_m * 1000.0).round();
            Text::new(format!("DN{dn} {zh} {local}"), format!("DN{dn} {en} {local}"))
        }
        _ => Text::new(format!("{zh} {local}"), format!("{en} {local}")),
    }
}

/// Names of all assets that the records of a course mention.
#[must_use]
pub fn assets(stage: &Stage, course: &Course) -> BTreeMap<String, Text> {
    let mut titles = BTreeMap::new();
    for record in course.tracks().iter().flat_map(|t| &t.recorder.records) {
        for id in [&record.source, &record.target] {
            if !titles.contains_key(id)
                && let Some(ix) = AssetId::parse(id).and_then(|id| stage.city.register.by_id(&id))
            {
                titles.insert(id.clone(), asset(stage, ix));
            }
        }
    }
    let network = &stage.city.networks[stage.network.at()].name;
    let title = if stage.gas().is_some() {
        Text::new(format!("燃气管网 {network}"), format!("gas network {network}"))
    } else if stage.surface().is_some() {
        Text::new(format!("地表水 {network}"), format!("water on the ground {network}"))
    } else if stage.drainage().is_some() {
        Text::new(format!("排水管网 {network}"), format!("drainage network {network}"))
    } else {
        Text::new(format!("供水管网 {network}"), format!("water network {network}"))
    };
    titles.insert(network.clone(), title);
    titles.insert(format!("{network} catchments"), Text::new("汇水区地表水", "surface water of the catchments"));
    titles.insert(format!("{network} groundwater"), Text::new("汇水区地下水", "groundwater of the catchments"));
    titles.insert(format!("{network} streets"), Text::new("街道地表水", "water on the streets"));
    titles.insert(format!("{network} underpasses"), Text::new("下穿道与地下空间", "underpasses and basements"));
    titles.insert(format!("{network} check dams"), Text::new("淤地坝蓄水", "water behind check dams"));
    titles
}

/// Names of the agenda's items.
#[must_use]
pub fn rules(stage: &Stage) -> BTreeMap<String, Text> {
    stage.plan.agenda.iter().map(|item| (item.id.clone(), Text::new(&item.title_zh, &item.title_en))).collect()
}

/// Name of a variant; the base run is what the scenario sets out to do.
#[must_use]
pub fn variant(stage: &Stage, name: &str) -> Text {
    if name == BASE {
        if stage.drainage().is_some() || stage.surface().is_some() {
            return Text::new("按情景设定", "as the scenario has it");
        }
        return Text::new("按方案处置", "as planned");
    }
    let found = stage.plan.variants.iter().find(|v| v.id == name);
    found.map_or_else(|| Text::same(name), |v| Text::new(&v.title.zh, &v.title.en))
}

/// Where it plays, in a sentence.
#[must_use]
pub fn description(stage: &Stage, course: &Course) -> Text {
    let (zh, en) = match (stage.drainage(), stage.gas(), stage.surface()) {
        (Some(solver), ..) => drainage::description(stage, solver.model()),
        (_, Some(city), _) => gas::description(stage, city),
        (.., Some(solver)) => surface::description(stage, solver.model()),
        (None, None, None) => water_description(stage),
    };
    let failed: u64 = course.tracks().iter().map(|t| t.world.core().body.effort.failed_steps).sum();
    let (warn_zh, warn_en) = if failed > 0 {
        (
            format!("注意：有 {failed} 步未能求解，其间显示的是最后一次可信值，结论须慎用。"),
            format!("Caution: {failed} steps could not be solved; the last good values stand there. "),
        )
    } else {
        Default::default()
    };
    Text::new(format!("{warn_zh}{zh}"), format!("{warn_en}{en}"))
}

fn water_description(stage: &Stage) -> (String, String) {
    let (nodes, links) = (stage.model.nodes.len(), stage.model.links.len());
    let customers: f64 = stage.water().map_or(0.0, |water| water.assets.customers.iter().sum());
    let (zh, en) = (&stage.city.name_zh, &stage.city.name_en);
    (
        format!("{zh}：供水管网 {nodes} 个节点、{links} 个管段，用户 {customers:.0} 户。"),
        format!("{en}: a water network of {nodes} nodes and {links} links with {customers:.0} customers."),
    )
}

fn water_assumptions(stage: &Stage) -> Vec<Text> {
    let mut all = Vec::new();
    if stage.water().is_some_and(|w| w.assets.assumed) {
        all.push(Text::new(
            "阀门、消火栓和用户未普查：按每个节点 N−1 个阀门、DN100 及以上管道节点设消火栓、基本需水量每户 0.4 m³/d 推定。",
            "Valves, hydrants and customers were not surveyed: N−1 valves at each junction, a hydrant at each junction \
             on a pipe of DN100 or more, and customers from base demand at 0.4 m³ a day are assumed.",
        ));
    }
    all.push(match stage.model.options.demand_model {
        DemandModel::DemandDriven => Text::new(
            "用水量与压力无关（需水量驱动）：压力不足时仍按全量供水计算。",
            "Demand does not depend on pressure (demand driven): it is met in full whatever the pressure.",
        ),
        DemandModel::PressureDriven { min_m, required_m, exponent } => Text::new(
            format!(
                "压力驱动供水（Wagner）：水头不高于 {min_m} m 时断水，达到 {required_m} m 时足量，其间指数 {exponent}。"
            ),
            format!(
                "Pressure-driven demand (Wagner): nothing at a head of {min_m} m or less, all from {required_m} m on, \
                 exponent {exponent} between."
            ),
        ),
    });
    all.push(Text::new(
        "爆管按孔口出流，流量系数 0.6，破口面积不变；检修阀由人工逐个关闭。",
        "A burst flows as an orifice with a coefficient of 0.6 and a hole that does not grow; isolation valves are \
         shut by hand, one after the other.",
    ));
    all
}

/// What was taken for granted.
#[must_use]
pub fn assumptions(stage: &Stage) -> Vec<Text> {
    let mut all = match (stage.drainage(), stage.gas(), stage.surface()) {
        (Some(_), ..) => drainage::assumptions(stage),
        (_, Some(_), _) => gas::assumptions(),
        (.., Some(_)) => surface::assumptions(stage),
        (None, None, None) => water_assumptions(stage),
    };
    let found = &stage.found;
    if !found.list().is_empty() {
        let n = found.list().len() + found.dropped();
        all.push(Text::new(
            format!("读入文件时有 {n} 条提示，用 twin check 查看。"),
            format!("The files gave {n} remarks when they were read; twin check shows them."),
        ));
    }
    all
}

/// What the model leaves out.
#[must_use]
pub fn not_modelled(stage: &Stage) -> Vec<Text> {
    if stage.drainage().is_some() {
        return drainage::not_modelled();
    }
    if stage.gas().is_some() {
        return gas::not_modelled();
    }
    if stage.surface().is_some() {
        return surface::not_modelled();
    }
    vec![
        Text::new(
            "水锤与瞬变：管网按准稳态求解，关阀、停泵的压力波未计。",
            "Surge: the network is quasi-steady, pressure waves of valves and pumps are left out.",
        ),
        Text::new(
            "水质：余氯、水龄和低压倒灌污染未计。",
            "Water quality: chlorine, age and intrusion at low pressure are left out.",
        ),
        Text::new(
            "耦合：漏出的水对道路、地下空间和其他管线的影响未计。",
            "Coupling: what the lost water does to streets, underground spaces and other lifelines is left out.",
        ),
    ]
}

/// What is wrong with a run's own numbers.
#[must_use]
pub fn warnings(body: &Body) -> Vec<String> {
    let mut warnings = Vec::new();
    for health in &body.health {
        if let Health::Degraded { since, failures, error, .. } = health {
            warnings.push(format!("degraded since {since} after {failures} failures: {error}"));
        }
    }
    if body.effort.failed_steps > 0 {
        let n = body.effort.failed_steps;
        warnings
            .push(format!("{n} macro steps could not be taken when they were due; the last good values stand there"));
    }
    warnings
}

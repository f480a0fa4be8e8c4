//! Pipes with pressures and withdrawals over time.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{Link, LinkKind, Pipe};
use twin_physics::num::series::Series;

use super::list::{Reader, TransientEntry};
use super::{GasTransientCase, Leak, codes, ideal, isothermal, node};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "T")]
    t_k: f64,
    #[serde(rename = "G")]
    gravity: f64,
    /// Speed of sound in place of the one that follows from gravity [m/s].
    a: Option<f64>,
    pipes: BTreeMap<String, PipeValues>,
    p_pa: BTreeMap<String, Points>,
    #[serde(default)]
    withdrawal_kg_s: BTreeMap<String, Points>,
    initial_flow_kg_s: BTreeMap<String, f64>,
    leak: Option<LeakValues>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PipeValues {
    from: u64,
    to: u64,
    length: f64,
    diameter: f64,
    friction_factor: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Points {
    time: Vec<f64>,
    value: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeakValues {
    node: u64,
    #[serde(rename = "cdA")]
    cd_area_m2: f64,
    t_open: f64,
    gamma: f64,
    p_amb: f64,
}

/// Least and greatest pressure [Pa].
const PRESSURE_PA: [f64; 2] = [1e3, 1e8];

pub(super) fn build(
    reader: &mut Reader<'_>,
    entry: &TransientEntry,
    json: Map<String, Value>,
) -> Option<GasTransientCase> {
    let file: File = reader.typed(&entry.file, Value::Object(json))?;
    let t_k = reader.within("T", file.t_k, [150.0, 500.0]);
    let gravity = reader.within("G", file.gravity, [0.05, 3.0]);
    let sound = file.a.map(|a| reader.within("a", a, [50.0, 2000.0]));
    let end_s = reader.within("t_end", entry.t_end, [0.0, 1e9]);
    let every_s = reader.within("output_dt", entry.output_dt, [1e-3, 1e9]);
    let cell_m = entry.dx.and_then(|dx| reader.within("dx", dx, [1e-2, 1e6]));
    let (t_k, gravity) = (t_k?, gravity?);
    let mut gas = ideal(gravity);
    if let Some(sound) = sound {
        gas.specific_jkgk = sound?.powi(2) / t_k;
    }
    let mut case = GasTransientCase {
        sound_ms: (gas.specific_jkgk * t_k).sqrt(),
        model: isothermal(gas),
        nodes: Vec::new(),
        pipes: Vec::new(),
        pressures: Vec::new(),
        withdrawals: Vec::new(),
        initial_flow_kgs: Vec::new(),
        leak: None,
        end_s: end_s?,
        output_every_s: every_s?,
        cell_m,
    };
    let mut places: BTreeMap<u64, usize> = file.pipes.values().flat_map(|p| [(p.from, 0), (p.to, 0)]).collect();
    for (at, (number, place)) in places.iter_mut().enumerate() {
        *place = at;
        case.nodes.push(number.to_string());
        case.model.nodes.push(node(&number.to_string(), t_k));
    }
    for (key, values) in &file.pipes {
        pipe(reader, &mut case, &places, key, values, file.initial_flow_kg_s.get(key).copied());
    }
    schedules(reader, &mut case, &places, &file);
    if let Some(values) = &file.leak {
        case.leak = leak(reader, &places, values);
    }
    Some(case)
}

fn place(reader: &mut Reader<'_>, places: &BTreeMap<u64, usize>, subject: &str, key: &str) -> Option<usize> {
    let found = key.parse().ok().and_then(|number: u64| places.get(&number).copied());
    if found.is_none() {
        let what = format!("names node {key}, at which no pipe ends");
        reader.error(codes::UNKNOWN_NODE, subject, what, "name a node of the pipes");
    }
    found
}

fn pipe(
    reader: &mut Reader<'_>,
    case: &mut GasTransientCase,
    places: &BTreeMap<u64, usize>,
    key: &str,
    values: &PipeValues,
    initial_kgs: Option<f64>,
) {
    let subject = format!("pipe {key}");
    let mut within = |what: &str, x, range| reader.within(&format!("{subject}: {what}"), x, range);
    let length = within("length", values.length, [1e-3, 1e8]);
    let diameter = within("diameter", values.diameter, [1e-4, 10.0]);
    let factor = within("friction_factor", values.friction_factor, [0.0, 10.0]);
    let initial = initial_kgs.and_then(|m| within("initial_flow_kg_s", m, [-1e5, 1e5]));
    if initial_kgs.is_none() {
        let what = "has no initial flow".to_owned();
        reader.error(codes::FLOW_MISSING, &subject, what, "give it in initial_flow_kg_s");
    }
    if values.from == values.to {
        reader.error(codes::SELF_LOOP, &subject, "ends where it begins".to_owned(), "name two nodes");
        return;
    }
    let (Some(length_m), Some(diameter_m), Some(factor), Some(initial)) = (length, diameter, factor, initial) else {
        return;
    };
    let friction = Some(Friction::Fixed(factor));
    let kind = LinkKind::Pipe(Pipe { length_m, diameter_m, roughness_m: 0.0, loss: 0.0, friction });
    let (from, to) = (places[&values.from], places[&values.to]);
    case.model.links.push(Link { id: subject, from, to, kind, open: true });
    case.pipes.push(key.to_owned());
    case.initial_flow_kgs.push(initial);
}

fn schedules(reader: &mut Reader<'_>, case: &mut GasTransientCase, places: &BTreeMap<u64, usize>, file: &File) {
    for (key, points) in &file.p_pa {
        let subject = format!("p_pa {key}");
        let at = place(reader, places, &subject, key);
        if let (Some(at), Some(series)) = (at, series(reader, &subject, points, PRESSURE_PA)) {
            case.model.nodes[at].source_pa = Some(series.at(0.0));
            case.pressures.push((at, series));
        }
    }
    if case.pressures.is_empty() {
        reader.error(codes::NO_SOURCE, "p_pa", "holds no pressure".to_owned(), "give one node its pressure over time");
    }
    for (key, points) in &file.withdrawal_kg_s {
        let subject = format!("withdrawal_kg_s {key}");
        let at = place(reader, places, &subject, key);
        if let (Some(at), Some(series)) = (at, series(reader, &subject, points, [-1e5, 1e5])) {
            case.model.nodes[at].load_kgs += series.at(0.0);
            case.withdrawals.push((at, series));
        }
    }
}

fn series(reader: &mut Reader<'_>, subject: &str, points: &Points, [low, high]: [f64; 2]) -> Option<Series> {
    let series = Series::new(points.time.clone(), points.value.clone());
    let Some(series) = series else {
        let what = "has times that do not rise, or another number of values".to_owned();
        reader.error(codes::SERIES, subject, what, "give a value for each time, times rising");
        return None;
    };
    let [least, most] = series.range();
    reader.within(subject, least, [low, high])?;
    reader.within(subject, most, [low, high])?;
    Some(series)
}

fn leak(reader: &mut Reader<'_>, places: &BTreeMap<u64, usize>, values: &LeakValues) -> Option<Leak> {
    let node = place(reader, places, "leak", &values.node.to_string());
    let cd_area_m2 = reader.within("leak: cdA", values.cd_area_m2, [0.0, 10.0]);
    let opens_s = reader.within("leak: t_open", values.t_open, [0.0, 1e9]);
    let isentropic = reader.within("leak: gamma", values.gamma, [1.01, 2.0]);
    let ambient_pa = reader.within("leak: p_amb", values.p_amb, [1e3, 1e6]);
    Some(Leak {
        node: node?,
        cd_area_m2: cd_area_m2?,
        opens_s: opens_s?,
        isentropic: isentropic?,
        ambient_pa: ambient_pa?,
    })
}

//! Reads a file: fluid, junctions, what holds their pressure and what is taken from them. Links follow in `branches`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};
use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{GasModel, Node, ambient_pa};

use super::fluid::{self, PA_PER_BAR};
use super::table::{Reader, Row, Table};
use super::{ExtGridRow, LoadRow, LoadTables, PandapipesNet, branches, codes, geodata};
use crate::diagnostic::Diagnostics;
use crate::io::loose_json;
use crate::io::text::{self, Notes, quote};

/// Gravity as pandapipes rounds it [m/s²].
const GRAVITY_MS2: f64 = 9.81;
/// Bounds of pressures over the air [bar].
pub(super) const GAUGE_BAR: [f64; 2] = [-0.9, 1000.0];
/// Bounds of a flow [kg/s].
pub(super) const FLOW_KGS: [f64; 2] = [-1e5, 1e5];

/// Tables that are read.
const TABLES: [&str; 11] = [
    "junction",
    "pipe",
    "valve",
    "pump",
    "compressor",
    "press_control",
    "flow_control",
    "ext_grid",
    "sink",
    "source",
    "mass_storage",
];

/// Junctions, links and what they are looked up by while a file is read.
pub(super) struct Builder {
    pub model: GasModel,
    /// Place of a junction by its index.
    pub junctions: BTreeMap<i64, usize>,
    /// Whether each junction is in service by its own row.
    pub in_service: Vec<bool>,
    /// Temperature of each junction by its own row [K]; a source may give its node another.
    pub own_k: Vec<f64>,
}

/// Reads a file; `None` where something in it is an error.
#[must_use]
pub fn read_file(path: &Path) -> (Option<PandapipesNet>, Diagnostics) {
    let mut out = Diagnostics::default();
    let Some(text) = text::read(path, codes::UNREADABLE, &mut out) else { return (None, out) };
    let (net, found) = read_text(&path.display().to_string(), &text);
    out.append(found);
    (net, out)
}

/// Reads a text; `file` is the name that findings give it.
#[must_use]
pub fn read_text(file: &str, text: &str) -> (Option<PandapipesNet>, Diagnostics) {
    let mut out = Diagnostics::default();
    let mut reader = Reader { notes: Notes { file, out: &mut out }, text };
    let net = whole(&mut reader).and_then(|net| read(&mut reader, &net));
    (net.filter(|_| !out.has_errors()), out)
}

/// The law of friction of a word pandapipes knows, and Hofer's.
#[must_use]
pub fn friction_of(word: &str) -> Option<Friction> {
    match word {
        "nikuradse" => Some(Friction::Nikuradse),
        "colebrook" => Some(Friction::Colebrook),
        "swamee-jain" => Some(Friction::SwameeJain),
        "hofer" => Some(Friction::Hofer),
        _ => None,
    }
}

/// The dictionary of the network.
fn whole(reader: &mut Reader<'_>) -> Option<Map<String, Value>> {
    let value: Value = match loose_json::parse(reader.text) {
        Ok(value) => value,
        Err(e) => {
            let remedy = "write the file anew; it may have been cut off";
            reader.notes.error(codes::SYNTAX, e.line, "", quote(&e.message), remedy);
            return None;
        }
    };
    let class = value.get("_class").and_then(Value::as_str).unwrap_or_default();
    if class != "pandapipesNet" {
        let what =
            format!("it holds no network of pandapipes, but {}", quote(if class.is_empty() { "none" } else { class }));
        reader.notes.error(codes::NOT_A_NET, 0, "", what, "give a file written by pandapipes.to_json");
        return None;
    }
    match value.get("_object") {
        Some(Value::Object(net)) => Some(net.clone()),
        Some(Value::String(text)) => match loose_json::parse::<Map<String, Value>>(text) {
            Ok(net) => Some(net),
            Err(e) => {
                reader.notes.error(codes::SYNTAX, 0, "_object", quote(&e.message), "write the file anew");
                None
            }
        },
        _ => {
            let remedy = "give a file written by pandapipes.to_json";
            reader.notes.error(codes::NOT_A_NET, 0, "_object", "is missing".to_owned(), remedy);
            None
        }
    }
}

fn read(reader: &mut Reader<'_>, net: &Map<String, Value>) -> Option<PandapipesNet> {
    refuse_others(reader, net);
    if !net.contains_key("junction") {
        let remedy = "a network has at least junctions and an ext_grid";
        reader.notes.error(codes::MISSING_TABLE, 0, "junction", "the table is missing".to_owned(), remedy);
        return None;
    }
    let table = reader.table(net, "junction")?;
    let (mut nodes, in_service) = junctions(reader, &table)?;
    let grids = reader.table(net, "ext_grid")?;
    let indices: Vec<i64> = table.rows().map(|r| r.index()).collect();
    let places: BTreeMap<i64, usize> = indices.iter().enumerate().map(|(at, i)| (*i, at)).collect();
    let own_k = nodes.iter().map(|n| n.temperature_k).collect();
    let ext_grids = ext_grids(reader, &grids, &places, &mut nodes, &in_service)?;
    if nodes.iter().all(|n| n.source_pa.is_none()) {
        let remedy = "put an ext_grid of type p or pt into service at a junction in service";
        reader.table_error(&grids, codes::NO_SOURCE, "holds no pressure".to_owned(), remedy);
    }
    let range = nodes.iter().fold([f64::MAX, f64::MIN], |[a, b], n| [a.min(n.temperature_k), b.max(n.temperature_k)]);
    let (gas, fluid) = fluid::read(reader, net, range)?;
    let model = GasModel { nodes, gravity_ms2: GRAVITY_MS2, ..GasModel::empty(gas, friction(reader, net)) };
    let mut build = Builder { model, junctions: places, in_service, own_k };
    let (pipes, links) = branches::read(reader, net, &mut build)?;
    tell_revived(reader, &table, &build);
    let coordinates = geodata::read(reader, net, &build.junctions)?;
    let loads = LoadTables {
        sinks: loads(reader, net, "sink", &build.junctions)?,
        sources: loads(reader, net, "source", &build.junctions)?,
        storages: loads(reader, net, "mass_storage", &build.junctions)?,
    };
    let name = net.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (model, junctions) = (build.model, indices);
    let mut net = PandapipesNet { name, fluid, model, junctions, coordinates, pipes, links, ext_grids, loads };
    net.sum_loads();
    Some(net)
}

/// Junctions out of service that open links reach: they take part, as in pandapipes, and their author may not know.
fn tell_revived(reader: &mut Reader<'_>, table: &Table, build: &Builder) {
    let open = build.model.links.iter().filter(|l| l.open);
    let reached: BTreeSet<usize> = open.flat_map(|l| [l.from, l.to]).collect();
    let revived = |(at, _): &(usize, Row<'_>)| !build.in_service[*at] && reached.contains(at);
    let rows: Vec<Row<'_>> = table.rows().enumerate().filter(revived).map(|(_, row)| row).collect();
    for row in rows {
        let what = "is out of service, but links in service end there: it takes part".to_owned();
        row.warn(reader, codes::REVIVED, what, "take its links out of service as well");
    }
}

/// Tables with rows that nothing here computes.
fn refuse_others(reader: &mut Reader<'_>, net: &Map<String, Value>) {
    let known: BTreeSet<&str> = TABLES.into_iter().collect();
    let passed = |name: &str| {
        known.contains(name) || name.ends_with("_geodata") || name.starts_with("res_") || name.starts_with('_')
    };
    for (name, value) in net.iter().filter(|(n, v)| !passed(n) && super::table::is_table(v)) {
        let Some(table) = reader.table(net, name) else { continue };
        let rows = table.len();
        if rows == 0 {
            continue;
        }
        if name == "controller" {
            let what = format!("{rows} of them are not run: the network is solved as it stands");
            let line = reader.line_of(name);
            reader.notes.warn(codes::CONTROLLER, line, name, what, "set the values that they would set");
            continue;
        }
        let heat = ["heat_consumer", "heat_exchanger", "circ_pump_mass", "circ_pump_pressure"].contains(&name.as_str());
        let remedy = if heat { "solve it as a heat network, or take them out" } else { "take them out of the network" };
        let what = format!("has {rows} rows, and gas networks have no such component here");
        reader.table_error(&table, codes::COMPONENT, what, remedy);
        let _ = value;
    }
}

/// The friction law the file asks for; pandapipes' own default where it asks for none.
fn friction(reader: &mut Reader<'_>, net: &Map<String, Value>) -> Friction {
    let asked = net.get("user_pf_options").and_then(|o| o.get("friction_model")).and_then(Value::as_str);
    let Some(word) = asked else { return Friction::Nikuradse };
    friction_of(word).unwrap_or_else(|| {
        let line = reader.line_of("user_pf_options");
        let what = format!("friction_model is {}", quote(word));
        reader.notes.error(codes::FRICTION, line, "user_pf_options", what, "use nikuradse, colebrook or swamee-jain");
        Friction::Nikuradse
    })
}

fn junctions(reader: &mut Reader<'_>, table: &Table) -> Option<(Vec<Node>, Vec<bool>)> {
    if !table.has(reader, &["tfluid_k"]) {
        return None;
    }
    let mut node = |row: Row<'_>| {
        let height_m = row.number_or(reader, "height_m", [-500.0, 9000.0], 0.0);
        let temperature_k = row.number(reader, "tfluid_k", [150.0, 500.0]);
        let in_service = row.flag(reader, "in_service")?;
        let (height_m, temperature_k) = (height_m?, temperature_k?);
        let id = row.name().map_or_else(|| row.id(), str::to_owned);
        let ambient_pa = ambient_pa(height_m);
        Some((Node { height_m, temperature_k, ambient_pa, ..Node::junction(id) }, in_service))
    };
    // All rows are looked at before one of them ends the reading.
    let all: Vec<_> = table.rows().map(&mut node).collect();
    all.into_iter().collect::<Option<Vec<_>>>().map(|all| all.into_iter().unzip())
}

/// Pressures and temperatures that are given at junctions; of several at one junction, their mean.
fn ext_grids(
    reader: &mut Reader<'_>,
    table: &Table,
    places: &BTreeMap<i64, usize>,
    nodes: &mut [Node],
    in_service: &[bool],
) -> Option<Vec<ExtGridRow>> {
    if !table.has(reader, &["junction", "p_bar"]) {
        return None;
    }
    let mut given: BTreeMap<usize, [Vec<f64>; 2]> = BTreeMap::new();
    let mut grid = |row: Row<'_>| {
        let node = row.element(reader, "junction", "junction", places)?;
        let active = row.flag(reader, "in_service")?;
        let kind = if row.text("type").is_empty() { "pt" } else { row.text("type") };
        if !["p", "t", "pt"].contains(&kind) {
            let what = format!("type is {}", quote(kind));
            row.error(reader, codes::TYPE, what, "use p, t or pt");
            return None;
        }
        let (holds_p, holds_t) = (kind.contains('p') && active, kind.contains('t') && active);
        let at = given.entry(node).or_default();
        if holds_p {
            let gauge_bar = row.number(reader, "p_bar", GAUGE_BAR)?;
            at[0].push(gauge_bar * PA_PER_BAR + nodes[node].ambient_pa);
        }
        if holds_t {
            at[1].push(row.number_or(reader, "t_k", [150.0, 500.0], nodes[node].temperature_k)?);
        }
        Some(ExtGridRow { index: row.index(), node, active: holds_p && in_service[node] })
    };
    let rows: Vec<_> = table.rows().map(&mut grid).collect();
    let rows = rows.into_iter().collect::<Option<Vec<_>>>()?;
    let mean = |all: &[f64]| (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64);
    for (node, [pressures, temperatures]) in given {
        nodes[node].source_pa = mean(&pressures).filter(|_| in_service[node]);
        nodes[node].temperature_k = mean(&temperatures).unwrap_or(nodes[node].temperature_k);
    }
    Some(rows)
}

fn loads(
    reader: &mut Reader<'_>,
    net: &Map<String, Value>,
    name: &str,
    places: &BTreeMap<i64, usize>,
) -> Option<Vec<LoadRow>> {
    let table = reader.table(net, name)?;
    if !table.has(reader, &["junction", "mdot_kg_per_s"]) {
        return None;
    }
    let mut load = |row: Row<'_>| {
        let node = row.element(reader, "junction", "junction", places);
        let flow = row.number_or(reader, "mdot_kg_per_s", FLOW_KGS, 0.0);
        let scaling = row.number_or(reader, "scaling", [-100.0, 100.0], 1.0);
        let active = row.flag(reader, "in_service");
        Some(LoadRow { index: row.index(), node: node?, flow_kgs: flow? * scaling?, active: active? })
    };
    let rows: Vec<_> = table.rows().map(&mut load).collect();
    rows.into_iter().collect()
}

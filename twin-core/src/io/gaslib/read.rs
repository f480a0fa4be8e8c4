//! Reads a network and its scenario.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node, ParsingOptions};
use twin_physics::constants::GRAVITY_MS2;
use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{GasModel, Node as GasNode, ambient_pa};

use super::gas::{AIR_KGKMOL, SourceGas};
use super::scenario::{self, Boundary};
use super::xml::{Measure, Reader};
use super::{codes, connections};
use crate::diagnostic::Diagnostics;
use crate::io::gas_case::{Assembly, Options, SteadyCase};
use crate::io::text::{self, Notes, offer, quote};

/// Most elements of a file.
const ELEMENTS: u32 = 20_000_000;

/// A node as the network has it.
struct Place<'d> {
    id: &'d str,
    height_m: f64,
    greatest_pa: Option<f64>,
    gas: Option<SourceGas>,
}

/// Reads a network and its scenario; `None` where something in them is an error.
#[must_use]
pub fn read_file(path: &Path, options: &Options) -> (Option<SteadyCase>, Diagnostics) {
    let mut out = Diagnostics::default();
    let case = both(path, options, &mut out);
    (case.filter(|_| !out.has_errors()), out)
}

/// A text as XML.
pub(super) fn parse<'d>(text: &'d str, file: &str, out: &mut Diagnostics) -> Option<Document<'d>> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: ELEMENTS, ..ParsingOptions::default() };
    match Document::parse_with_options(text, options) {
        Ok(document) => Some(document),
        Err(e) => {
            let what = quote(&e.to_string());
            Notes { file, out }.error(codes::SYNTAX, e.pos().row as usize, "", what, "correct the file there");
            None
        }
    }
}

/// The scenario: the one asked for, or the one of the network's name beside it.
fn scenario_of(path: &Path, options: &Options, out: &mut Diagnostics) -> Option<BTreeMap<String, Boundary>> {
    let beside: PathBuf = options.scenario.clone().unwrap_or_else(|| path.with_extension("scn"));
    if options.scenario.is_none() && !beside.is_file() {
        let file = path.display().to_string();
        let what = format!("{} is not there", beside.display());
        let remedy = "name a scenario with --option scenario=FILE.scn";
        Notes { file: &file, out }.error(codes::NO_SCENARIO, 0, "", what, remedy);
        return None;
    }
    scenario::read(&beside, out)
}

fn both(path: &Path, options: &Options, out: &mut Diagnostics) -> Option<SteadyCase> {
    let text = text::read(path, codes::UNREADABLE, out)?;
    let file = path.display().to_string();
    let document = parse(&text, &file, out)?;
    let boundaries = scenario_of(path, options, out)?;
    let mut reader = Reader { notes: Notes { file: &file, out }, document: &document };
    let root = document.root_element();
    let part = |name: &str| root.children().find(|n| n.tag_name().name() == name);
    let (Some(nodes), Some(links)) = (part("nodes"), part("connections")) else {
        let what = "it has no nodes or no connections".to_owned();
        reader.error(codes::FORM, root, what, "give a .net file of GasLib");
        return None;
    };
    let places: Vec<Place<'_>> =
        nodes.children().filter(Node::is_element).filter_map(|n| place(&mut reader, n)).collect();
    let entering = |id: &str| boundaries.get(id).filter(|b| b.entry).and_then(|b| b.flow).map_or(0.0, |q| q.value);
    let gases: Vec<(SourceGas, f64)> = places.iter().filter_map(|p| Some((p.gas?, entering(p.id)))).collect();
    let Some(gas) = SourceGas::mean(&gases) else {
        let what = "no source says what its gas is".to_owned();
        reader.error(codes::NO_SOURCE, nodes, what, "give one source the values of its gas");
        return None;
    };
    let friction = options.friction.unwrap_or(Friction::Hofer);
    let model = GasModel { gravity_ms2: GRAVITY_MS2, ..GasModel::empty(gas.gas(), friction) };
    let mut build = Assembly::new(model, gas.temperature_k, gas.molar_kgkmol / AIR_KGKMOL);
    for p in &places {
        let node = GasNode {
            height_m: p.height_m,
            temperature_k: gas.temperature_k,
            ambient_pa: ambient_pa(p.height_m),
            ..GasNode::junction(p.id)
        };
        if !build.node(node) {
            reader.error(codes::DUPLICATE, nodes, format!("{} stands twice", quote(p.id)), "name each node once");
        }
    }
    connections::read(&mut reader, links, &options.ratios, &mut build);
    let stations: Vec<&str> = links.children().filter_map(|n| n.attribute("id")).collect();
    for id in options.ratios.keys().filter(|id| !stations.contains(&id.as_str())) {
        let remedy = offer(id, stations.iter().copied(), "name a compressor station of the network");
        reader.error(codes::UNKNOWN_LINK, links, format!("ratio:{id} names no station"), &remedy);
    }
    flows(&mut reader, root, &boundaries, &gas, &mut build);
    slack(&mut reader, nodes, options, &places, &boundaries, &mut build);
    build.case.equations = options.equation.into_iter().collect();
    Some(build.case)
}

fn place<'d>(reader: &mut Reader<'_, 'd>, node: Node<'d, 'd>) -> Option<Place<'d>> {
    let id = reader.attribute(node, "id")?;
    let height = reader.may(node, "height", Measure::Length, [-500.0, 9000.0]);
    let greatest = reader.may(node, "pressureMax", Measure::Pressure, [0.0, 1e8]);
    let gas = match node.tag_name().name() {
        "source" => Some(SourceGas::read(reader, node)?),
        "sink" | "innode" => None,
        _ => {
            let what = "is a kind of node that is not known".to_owned();
            reader.error(codes::ELEMENT, node, what, "use source, sink or innode");
            return None;
        }
    };
    let height_m = height.ok()?.map_or(0.0, |q| q.value);
    Some(Place { id, height_m, greatest_pa: greatest.ok()?.map(|q| q.value), gas })
}

/// Flows of the scenario as loads.
fn flows<'d>(
    reader: &mut Reader<'_, 'd>,
    root: Node<'d, 'd>,
    boundaries: &BTreeMap<String, Boundary>,
    gas: &SourceGas,
    build: &mut Assembly,
) {
    for (id, boundary) in boundaries {
        let Some(at) = build.place(id) else {
            let what = format!("the scenario names {}, which is not a node of it", quote(id));
            let remedy = offer(id, build.names(), "give the scenario of this network");
            reader.error(codes::UNKNOWN_NODE, root, what, &remedy);
            continue;
        };
        let flow = boundary.flow.map_or(0.0, |q| q.value * if q.normal_volume { gas.normal_kgm3 } else { 1.0 });
        build.case.model.nodes[at].load_kgs += if boundary.entry { -flow } else { flow };
    }
}

/// The node that holds a pressure.
fn slack<'d>(
    reader: &mut Reader<'_, 'd>,
    nodes: Node<'d, 'd>,
    options: &Options,
    places: &[Place<'_>],
    boundaries: &BTreeMap<String, Boundary>,
    build: &mut Assembly,
) {
    let flow = |b: &Boundary| b.flow.map_or(0.0, |q| q.value);
    let entries = || boundaries.iter().filter(|(id, b)| b.entry && build.place(id).is_some());
    let largest = entries().max_by(|a, b| flow(a.1).total_cmp(&flow(b.1)).then(b.0.cmp(a.0))).map(|(id, _)| id.clone());
    let Some(id) = options.slack.clone().or(largest) else {
        let what = "the scenario has no entry".to_owned();
        reader.error(codes::NO_SOURCE, nodes, what, "name the node of given pressure with --option slack=ID");
        return;
    };
    let Some(at) = build.place(&id) else {
        let remedy = offer(&id, build.names(), "name a node of the network");
        reader.error(codes::UNKNOWN_NODE, nodes, format!("slack={} is not a node", quote(&id)), &remedy);
        return;
    };
    let of_scenario = boundaries.get(&id).and_then(|b| b.pressure_pa[1]);
    let of_network = places.iter().find(|p| p.id == id).and_then(|p| p.greatest_pa);
    let Some(pressure_pa) = options.slack_pa.or(of_scenario).or(of_network).filter(|p| *p >= 1e3) else {
        let what = format!("nothing says the pressure of {}", quote(&id));
        reader.error(codes::NO_SOURCE, nodes, what, "give it with --option slack_pa=VALUE");
        return;
    };
    if options.slack.is_none() || options.slack_pa.is_none() {
        let what = format!("{} holds {:.4} MPa, its upper bound", quote(&id), pressure_pa / 1e6);
        let remedy = "name node and pressure with --option slack=ID --option slack_pa=VALUE";
        let line = reader.line(nodes);
        reader.notes.warn(codes::ASSUMED, line, "slack", what, remedy);
    }
    let node = &mut build.case.model.nodes[at];
    node.source_pa = Some(pressure_pa);
    // What flows in there follows from the others.
    node.load_kgs = node.load_kgs.max(0.0);
}

//! Connections of a GasLib network.

use std::collections::BTreeMap;

use roxmltree::Node;
use twin_physics::domains::gas::model::{LinkKind, Pipe, Regulator};

use super::codes;
use super::xml::{Measure, Reader};
use crate::io::gas_case::Assembly;
use crate::io::text::quote;

/// What a connection is: its links one after another.
type Parts = Vec<LinkKind>;

/// Adds all connections.
pub(super) fn read<'d>(
    reader: &mut Reader<'_, 'd>,
    connections: Node<'d, 'd>,
    ratios: &BTreeMap<String, f64>,
    build: &mut Assembly,
) {
    let mut stations = Vec::new();
    for node in connections.children().filter(Node::is_element) {
        let kind = node.tag_name().name();
        let parts = match kind {
            "pipe" => pipe(reader, node),
            "shortPipe" | "valve" => Some(vec![free()]),
            "resistor" => resistor(reader, node),
            "controlValve" => control_valve(reader, node),
            "compressorStation" => station(reader, node, ratios, &mut stations),
            _ => {
                let what = "is a kind of element that is not computed here".to_owned();
                reader.error(codes::ELEMENT, node, what, "take it out, or put a known kind in its place");
                None
            }
        };
        let ends = ends(reader, node, build);
        if let (Some(parts), Some(ends), Some(id)) = (parts, ends, reader.attribute(node, "id")) {
            add(build, &format!("{kind}:{id}"), ends, parts);
        }
    }
    if !stations.is_empty() {
        let what = format!("no ratio of pressures is given for {}: it is 1", quote(&stations.join(", ")));
        let remedy = "give it with --option ratio:ID=VALUE";
        let line = reader.line(connections);
        reader.notes.warn(codes::ASSUMED, line, "compressorStation", what, remedy);
    }
}

fn ends<'d>(reader: &mut Reader<'_, 'd>, node: Node<'d, 'd>, build: &Assembly) -> Option<[usize; 2]> {
    let mut end = |name: &str| {
        let id = reader.attribute(node, name)?;
        let place = build.place(id);
        if place.is_none() {
            let what = format!("{name} names {}, which is not a node", quote(id));
            let remedy = crate::io::text::offer(id, build.names(), "name a node of the network");
            reader.error(codes::UNKNOWN_NODE, node, what, &remedy);
        }
        place
    };
    let (from, to) = (end("from"), end("to"));
    let (from, to) = (from?, to?);
    if from == to {
        reader.error(codes::SELF_LOOP, node, "ends where it begins".to_owned(), "name two nodes");
        return None;
    }
    Some([from, to])
}

/// Adds the links of a connection, with nodes between them.
fn add(build: &mut Assembly, id: &str, [from, to]: [usize; 2], parts: Parts) {
    let last = parts.len().saturating_sub(1);
    let mut at = from;
    for (k, kind) in parts.into_iter().enumerate() {
        let next = if k == last { to } else { build.between(at, format!("{id} part {}", k + 1)) };
        let part_id = if last == 0 { id.to_owned() } else { format!("{id} part {}", k + 1) };
        build.link(part_id, [at, next], kind, true);
        at = next;
    }
}

/// What passes without loss.
fn free() -> LinkKind {
    LinkKind::Valve { diameter_m: 1.0, loss: 0.0 }
}

fn pipe<'d>(reader: &mut Reader<'_, 'd>, node: Node<'d, 'd>) -> Option<Parts> {
    let length = reader.must(node, "length", Measure::Length, [0.0, 1e7]);
    let diameter = reader.must(node, "diameter", Measure::Length, [1e-3, 5.0]);
    let roughness = reader.must(node, "roughness", Measure::Length, [0.0, diameter.map_or(1.0, |d| d / 3.0)]);
    let (length_m, diameter_m, roughness_m) = (length?, diameter?, roughness?);
    Some(vec![LinkKind::Pipe(Pipe { length_m, diameter_m, roughness_m, loss: 0.0, friction: None })])
}

/// A loss of drag factor and diameter.
fn drag<'d>(reader: &mut Reader<'_, 'd>, node: Node<'d, 'd>, factor: &str, diameter: &str) -> Option<LinkKind> {
    let loss = reader.must(node, factor, Measure::Plain, [0.0, 1e6]);
    let diameter_m = reader.must(node, diameter, Measure::Length, [1e-3, 5.0]);
    Some(LinkKind::Valve { loss: loss?, diameter_m: diameter_m? })
}

fn resistor<'d>(reader: &mut Reader<'_, 'd>, node: Node<'d, 'd>) -> Option<Parts> {
    if node.children().any(|c| c.tag_name().name() == "pressureLoss") {
        let what = "loses the same pressure at any flow, which is not computed here".to_owned();
        reader.error(codes::ELEMENT, node, what, "give it a dragFactor and a diameter in its place");
        return None;
    }
    drag(reader, node, "dragFactor", "diameter").map(|part| vec![part])
}

fn control_valve<'d>(reader: &mut Reader<'_, 'd>, node: Node<'d, 'd>) -> Option<Parts> {
    let least = reader.may(node, "flowMin", Measure::Flow, [-1e6, 1e6]).ok()?;
    let set_pa = reader.must(node, "pressureOutMax", Measure::Pressure, [1e3, 1e8])?;
    // A valve that gas may pass both ways is no regulator where it stands.
    let both_ways = least.is_some_and(|q| q.value < 0.0);
    Some(vec![if both_ways { free() } else { LinkKind::Regulator(Regulator::holding(set_pa)) }])
}

fn station<'d>(
    reader: &mut Reader<'_, 'd>,
    node: Node<'d, 'd>,
    ratios: &BTreeMap<String, f64>,
    assumed: &mut Vec<String>,
) -> Option<Parts> {
    let id = reader.attribute(node, "id")?;
    let ratio = ratios.get(id).copied();
    if ratio.is_none() {
        assumed.push(id.to_owned());
    }
    let has = |name: &str| node.children().any(|c| c.tag_name().name() == name);
    let mut parts = Vec::new();
    if has("dragFactorIn") {
        parts.push(drag(reader, node, "dragFactorIn", "diameterIn")?);
    }
    parts.push(LinkKind::Ratio(ratio.unwrap_or(1.0)));
    if has("dragFactorOut") {
        parts.push(drag(reader, node, "dragFactorOut", "diameterOut")?);
    }
    Some(parts)
}

//! A network in JSON with a friction factor for each pipe, and what a case says of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use twin_physics::domains::gas::friction::Friction;
use twin_physics::domains::gas::model::{Link, LinkKind, Pipe};

use super::list::{GaslibEntry, Reader};
use super::{SteadyCase, codes, ideal, isothermal, node};
use crate::io::text::quote;

/// Kinds of links, in the order of the result, with the word it has for each.
const KINDS: [(&str, &str); 7] = [
    ("pipes", "pipe"),
    ("compressors", "compressor"),
    ("control_valves", "control_valve"),
    ("short_pipes", "short_pipes"),
    ("resistors", "resistors"),
    ("loss_resistors", "loss_resistors"),
    ("valves", "valves"),
];
/// What stands beside them and is no link.
const OTHERS: [&str; 3] = ["nodes", "entries", "exits"];

/// A pipe; what else its object says is for other uses.
#[derive(Deserialize)]
struct PipeValues {
    fr_node: u64,
    to_node: u64,
    length: f64,
    diameter: f64,
    friction_factor: f64,
}

#[derive(Deserialize)]
struct Ends {
    fr_node: u64,
    to_node: u64,
}

/// A network under construction.
struct Build<'a, 'b> {
    reader: &'a mut Reader<'b>,
    places: BTreeMap<u64, usize>,
    case: SteadyCase,
}

pub(super) fn build(reader: &mut Reader<'_>, entry: &GaslibEntry, json: Map<String, Value>) -> Option<SteadyCase> {
    let t_k = reader.within("T", entry.t_k, [150.0, 500.0]);
    let gravity = reader.within("G", entry.gravity, [0.05, 3.0]);
    let (t_k, gravity) = (t_k?, gravity?);
    for (key, value) in &json {
        let known = OTHERS.contains(&key.as_str()) || KINDS.iter().any(|(kind, _)| kind == key);
        if !known && value.as_object().is_none_or(|o| !o.is_empty()) {
            let remedy = "take them out, or put elements of a known kind in their place";
            reader.error(
                codes::ELEMENT,
                &quote(key),
                "is a kind of element that is not computed here".to_owned(),
                remedy,
            );
        }
    }
    let mut case = SteadyCase {
        t_k,
        gravity,
        nodes: Vec::new(),
        links: Vec::new(),
        model: isothermal(ideal(gravity)),
        equations: Vec::new(),
    };
    let mut places = BTreeMap::new();
    let nodes = json.get("nodes").and_then(Value::as_object);
    for key in nodes.into_iter().flatten().map(|(key, _)| key) {
        let Ok(number) = key.parse::<u64>() else {
            reader.error(codes::FORM, &quote(key), "is no number of a node".to_owned(), "number the nodes");
            continue;
        };
        places.insert(number, case.nodes.len());
        case.nodes.push(key.clone());
        case.model.nodes.push(node(key, t_k));
    }
    let mut build = Build { reader, places, case };
    let mut json = json;
    for (kind, word) in KINDS {
        if let Some(links) = json.remove(kind) {
            build.links(entry, kind, word, links);
        }
    }
    build.boundaries(entry);
    Some(build.case)
}

impl Build<'_, '_> {
    fn place(&mut self, subject: &str, number: u64) -> Option<usize> {
        let found = self.places.get(&number).copied();
        if found.is_none() {
            let what = format!("names node {number}, which does not exist");
            self.reader.error(codes::UNKNOWN_NODE, subject, what, "name a node of the network");
        }
        found
    }

    fn links(&mut self, entry: &GaslibEntry, kind: &str, word: &str, links: Value) {
        let Some(links) = self.reader.typed::<Map<String, Value>>(kind, links) else { return };
        for (key, value) in links {
            let out = kind == "pipes" && key.parse().is_ok_and(|k| entry.pipes_out.contains(&k));
            let id = format!("{word}:{key}");
            if !out && let Some((ends, kind)) = self.link(entry, kind, &id, &key, value) {
                self.add(id, ends, kind);
            }
        }
    }

    fn link(
        &mut self,
        entry: &GaslibEntry,
        kind: &str,
        id: &str,
        key: &str,
        value: Value,
    ) -> Option<([u64; 2], LinkKind)> {
        if kind == "pipes" {
            let p: PipeValues = self.reader.typed(id, value)?;
            let length_m = self.reader.within(&format!("{id}: length"), p.length, [0.0, 1e8]);
            let diameter_m = self.reader.within(&format!("{id}: diameter"), p.diameter, [1e-4, 10.0]);
            let factor = self.reader.within(&format!("{id}: friction_factor"), p.friction_factor, [0.0, 10.0]);
            let (length_m, diameter_m, factor) = (length_m?, diameter_m?, factor?);
            let friction = Some(Friction::Fixed(factor));
            let pipe = Pipe { length_m, diameter_m, roughness_m: 0.0, loss: 0.0, friction };
            return Some(([p.fr_node, p.to_node], LinkKind::Pipe(pipe)));
        }
        let ends: Ends = self.reader.typed(id, value)?;
        let kind = match kind {
            "compressors" => {
                let ratio = entry.compressor_ratio.get(key).copied().unwrap_or(1.0);
                LinkKind::Ratio(self.reader.within(&format!("{id}: compressor_ratio"), ratio, [0.01, 100.0])?)
            }
            "control_valves" => LinkKind::Ratio(1.0),
            _ => LinkKind::Valve { diameter_m: 1.0, loss: 0.0 },
        };
        Some(([ends.fr_node, ends.to_node], kind))
    }

    fn add(&mut self, id: String, [from, to]: [u64; 2], kind: LinkKind) {
        let (Some(from), Some(to)) = (self.place(&id, from), self.place(&id, to)) else { return };
        if from == to {
            self.reader.error(codes::SELF_LOOP, &id, "ends where it begins".to_owned(), "name two nodes");
            return;
        }
        self.case.model.links.push(Link { id: id.clone(), from, to, kind, open: true });
        self.case.links.push(id);
    }

    /// Pressures, feeds, withdrawals; whatever else the case names is there.
    fn boundaries(&mut self, entry: &GaslibEntry) {
        for (key, pressure) in &entry.slack_pa {
            let subject = format!("slack_pa {key}");
            let at = key.parse().ok().and_then(|number| self.place(&subject, number));
            let pressure = self.reader.within(&subject, *pressure, [1e3, 1e8]);
            if let (Some(at), Some(pressure)) = (at, pressure) {
                self.case.model.nodes[at].source_pa = Some(pressure);
            }
        }
        if self.case.model.nodes.iter().all(|n| n.source_pa.is_none()) {
            let remedy = "give a node its pressure in slack_pa";
            self.reader.error(codes::NO_SOURCE, "slack_pa", "holds no pressure".to_owned(), remedy);
        }
        for (key, injection) in &entry.injection_kg_s {
            let subject = format!("injection_kg_s {key}");
            let at = key.parse().ok().and_then(|number| self.place(&subject, number));
            let injection = self.reader.within(&subject, *injection, [-1e5, 1e5]);
            if let (Some(at), Some(injection)) = (at, injection) {
                self.case.model.nodes[at].load_kgs -= injection;
            }
        }
        let named = |key: &String| self.case.links.iter().any(|l| *l == format!("compressor:{key}"));
        let missing: Vec<String> = entry.compressor_ratio.keys().filter(|k| !named(k)).cloned().collect();
        for key in missing {
            let subject = format!("compressor_ratio {key}");
            let what = "names a compressor that does not exist".to_owned();
            self.reader.error(codes::UNKNOWN_LINK, &subject, what, "name a compressor of the network");
        }
    }
}

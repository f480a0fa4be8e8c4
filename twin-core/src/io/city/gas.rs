//! A gas network of a city: its model, and where its nodes lie.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::codes;
use crate::diagnostic::Diagnostics;
use crate::io::pandapipes::{self, PandapipesNet};
use crate::io::text::Notes;
use crate::model::Point;
use crate::model::gas_city::GasCity;

/// Reads a gas network as pandapipes writes it.
pub fn read(file: &Path, out: &mut Diagnostics) -> Option<GasCity> {
    let (net, findings) = pandapipes::read_file(file);
    out.append(findings);
    let net = net?;
    let coordinates = places(&net);
    let city = GasCity { model: Arc::new(net.model), coordinates };
    let shown = file.display().to_string();
    let mut notes = Notes { file: &shown, out };
    let (placed, all) = (city.coordinates.iter().flatten().count(), city.coordinates.len());
    if placed < all {
        let message = format!("{} of {all} nodes have no coordinates", all - placed);
        let remedy = "add them to junction_geodata for maps and nearest queries";
        notes.info(codes::NO_POSITIONS, 0, "", message, remedy);
    }
    let mut seen = BTreeSet::new();
    let mut alone = true;
    for (class, id) in city.names() {
        if !seen.insert((class, id)) {
            let message = format!("two parts are called {class} {id}");
            notes.error(codes::TWINS, 0, id, message, "give each a name of its own");
            alone = false;
        }
    }
    alone.then_some(city)
}

/// Positions of all nodes: junctions as given, nodes behind valves at their junctions, nodes within pipes on the line
/// between the ends.
fn places(net: &PandapipesNet) -> Vec<Option<Point>> {
    let mut at = net.coordinates.clone();
    at.resize(net.model.nodes.len(), None);
    for valve in &net.links.valves {
        let link = &net.model.links[valve.link];
        if at[link.to].is_none() {
            at[link.to] = at[link.from];
        }
    }
    for pipe in &net.pipes {
        let links = &net.model.links[pipe.first..pipe.first + pipe.sections];
        let ends = links.first().zip(links.last()).and_then(|(a, b)| at[a.from].zip(at[b.to]));
        let Some((a, b)) = ends else { continue };
        for (part, link) in links.iter().enumerate().take(pipe.sections - 1) {
            let share = (part + 1) as f64 / pipe.sections as f64;
            at[link.to] = Some((a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1)));
        }
    }
    at
}

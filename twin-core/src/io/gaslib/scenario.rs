//! A scenario: flow and pressure at entries and exits.

use std::collections::BTreeMap;
use std::path::Path;

use roxmltree::Node;

use super::codes;
use super::xml::{Measure, Quantity, Reader};
use crate::diagnostic::Diagnostics;
use crate::io::text::{self, Notes};

/// What a scenario says of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Boundary {
    /// Whether gas flows in.
    pub entry: bool,
    /// The flow, in the direction of its kind: kg/s, or m³/s at normal state.
    pub flow: Option<Quantity>,
    /// Bounds of the pressure [Pa].
    pub pressure_pa: [Option<f64>; 2],
    /// Line in the scenario.
    pub line: usize,
}

/// Lower and upper bound of a child of a node.
fn bounds<'d>(
    reader: &mut Reader<'_, 'd>,
    node: Node<'d, 'd>,
    name: &str,
    measure: Measure,
    range: [f64; 2],
) -> [Option<Quantity>; 2] {
    let mut found = [None; 2];
    for child in node.children().filter(|c| c.tag_name().name() == name) {
        let value = reader.number(child, measure, range);
        match child.attribute("bound").unwrap_or("both") {
            "lower" => found[0] = value,
            "upper" => found[1] = value,
            _ => found = [value; 2],
        }
    }
    found
}

fn boundary<'d>(reader: &mut Reader<'_, 'd>, node: Node<'d, 'd>) -> Option<(String, Boundary)> {
    let id = reader.attribute(node, "id")?.to_owned();
    let entry = match reader.attribute(node, "type")? {
        "entry" => true,
        "exit" => false,
        other => {
            let what = format!("is of the type {:?}", text::quote(other));
            reader.error(codes::FORM, node, what, "use entry or exit");
            return None;
        }
    };
    let flow = bounds(reader, node, "flow", Measure::Flow, [-1e6, 1e6]);
    if let [Some(low), Some(high)] = flow
        && (high.value - low.value).abs() > 1e-9 * high.value.abs().max(low.value.abs())
    {
        let what = format!("its flow may lie between {} and {}: the upper bound is taken", low.value, high.value);
        let line = reader.line(node);
        reader.notes.warn(codes::BOUNDS, line, &format!("node {id}"), what, "give one flow");
    }
    let pressure = bounds(reader, node, "pressure", Measure::Pressure, [0.0, 1e8]);
    let line = reader.line(node);
    let pressure_pa = pressure.map(|p| p.map(|q| q.value).filter(|p| *p >= 1e3));
    Some((id, Boundary { entry, flow: flow[1].or(flow[0]), pressure_pa, line }))
}

/// Reads a scenario: boundaries by the name of their node.
pub(super) fn read(path: &Path, out: &mut Diagnostics) -> Option<BTreeMap<String, Boundary>> {
    let text = text::read(path, codes::UNREADABLE, out)?;
    let file = path.display().to_string();
    let document = super::read::parse(&text, &file, out)?;
    let mut reader = Reader { notes: Notes { file: &file, out }, document: &document };
    let scenario = document.descendants().find(|n| n.tag_name().name() == "scenario");
    let Some(scenario) = scenario else {
        let what = "it holds no scenario".to_owned();
        reader.error(codes::FORM, document.root_element(), what, "give a .scn file of GasLib");
        return None;
    };
    let mut all = BTreeMap::new();
    for node in scenario.children().filter(|n| n.tag_name().name() == "node") {
        let Some((id, boundary)) = boundary(&mut reader, node) else { continue };
        if all.insert(id, boundary).is_some() {
            reader.error(codes::DUPLICATE, node, "stands twice".to_owned(), "name each node once");
        }
    }
    Some(all)
}

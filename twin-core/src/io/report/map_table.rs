//! What the map shows, as a table: the worst places by name and value.

use std::cmp::Ordering;
use std::fmt::Write;

use super::catalogue::Msg;
use super::format::Shown;
use super::html::{both, escape, say};
use super::map::{CALM, class_of, value_of};
use super::story::{pick, words};
use crate::io::results::{Better, MapFeature, RunFacts, Shape, VariantFacts};

const ROWS_MAX: usize = 40;

/// The places of a variant's map that are not calm, worst first, folded; empty where all is calm.
pub(super) fn worst_places(facts: &RunFacts, variant: &VariantFacts) -> String {
    let (Some(map), Some(paint)) = (&variant.map, &variant.paint) else { return String::new() };
    let bad = |f: &MapFeature| value_of(f, Some(paint)).filter(|v| class_of(paint, *v) < CALM);
    // Where links and nodes both carry the value, nodes say it once.
    let is_node = |f: &MapFeature| matches!(f.shape, Some(Shape::Point(_)));
    let nodes_alone = map.features.iter().any(|f| is_node(f) && value_of(f, Some(paint)).is_some());
    let asked = map.features.iter().filter(|f| !nodes_alone || is_node(f));
    let mut places: Vec<(&MapFeature, f64)> = asked.filter_map(|f| bad(f).map(|v| (f, v))).collect();
    if places.is_empty() {
        return String::new();
    }
    let worst_first =
        |a: f64, b: f64| -> Ordering { if paint.better == Better::Higher { a.total_cmp(&b) } else { b.total_cmp(&a) } };
    places.sort_by(|a, b| worst_first(a.1, b.1).then_with(|| a.0.id.cmp(&b.0.id)));
    let counts = [places.len().min(ROWS_MAX).to_string(), places.len().to_string()];
    let head = both(|l| Msg::MapTable.with(l, &[&counts[0], &counts[1]]));
    let mut out = format!(
        "<details><summary>{head}</summary><table><thead><tr><th>{}</th><th>{}</th></tr></thead><tbody>",
        say(Msg::TimeWhere),
        both(|l| pick(&paint.title, l).to_owned())
    );
    let shown = Shown::of(&paint.unit, &paint.value);
    for (feature, value) in places.into_iter().take(ROWS_MAX) {
        let name =
            both(|l| if feature.name.is_empty() { words(facts).asset(&feature.id, l) } else { feature.name.clone() });
        let value = both(|l| shown.text(value, l));
        let _ = write!(out, "<tr><td title=\"{}\">{name}</td><td>{value}</td></tr>", escape(&feature.id));
    }
    out + "</tbody></table></details>"
}

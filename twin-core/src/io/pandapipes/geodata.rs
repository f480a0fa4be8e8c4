//! Where junctions lie: the table `junction_geodata`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::codes;
use super::table::Reader;

/// Bounds of a coordinate [m].
const FAR: [f64; 2] = [-1e9, 1e9];

/// Position of each junction, in their order; none where the table says nothing of it.
pub(super) fn read(
    reader: &mut Reader<'_>,
    net: &Map<String, Value>,
    places: &BTreeMap<i64, usize>,
) -> Option<Vec<Option<(f64, f64)>>> {
    let table = reader.table(net, "junction_geodata")?;
    if !table.has(reader, &["x", "y"]) {
        return None;
    }
    let mut at = vec![None; places.len()];
    for row in table.rows() {
        let x = row.number_or(reader, "x", FAR, f64::NAN)?;
        let y = row.number_or(reader, "y", FAR, f64::NAN)?;
        let Some(&junction) = places.get(&row.index()) else {
            let what = "belongs to no junction".to_owned();
            row.warn(reader, codes::UNKNOWN_ELEMENT, what, "leave it out, or add the junction");
            continue;
        };
        at[junction] = (x.is_finite() && y.is_finite()).then_some((x, y));
    }
    Some(at)
}

//! `points/*.csv`: what stands at a point. Header `id,class,x,y,name_zh,name_en,network,on,population`, any further
//! column is kept as an attribute. `network` and `on` name the node that serves the point; both may be empty.

use std::collections::BTreeMap;

use twin_physics::domains::water::NodeIx;

use crate::ids::NetworkIx;
use crate::io::csv_text::{self, Row, Shape, TableCodes};
use crate::io::text::{Notes, offer, quote};
use crate::model::city::{City, PointAsset};
use crate::model::water_register::node_named;

/// Codes of the findings.
pub mod codes {
    /// A column is missing or doubled.
    pub const HEADER: &str = "CITY-121";
    /// A row cannot be read or a number is not one.
    pub const ROW: &str = "CITY-122";
    /// Two points of one class and name.
    pub const DUPLICATE: &str = "CITY-123";
    /// A network that the city has not.
    pub const NETWORK: &str = "CITY-124";
    /// A node that the network has not.
    pub const NODE: &str = "CITY-125";
}

const SHAPE: Shape = Shape {
    required: &["id", "class", "x", "y", "name_zh", "name_en"],
    optional: &["network", "on", "population"],
    open: true,
};
/// Classes of the networks' own assets, which no point may take.
const TAKEN: [&str; 13] = [
    "junction",
    "reservoir",
    "tank",
    "pipe",
    "pump",
    "valve",
    "isolation_valve",
    "hydrant",
    "controller",
    "source",
    "regulator",
    "compressor",
    "flow_control",
];

/// Adds the points of a table to the city; rows with an error are noted and left out.
pub fn read(text: &str, city: &mut City, notes: &mut Notes<'_>) {
    let codes = TableCodes { header: codes::HEADER, row: codes::ROW };
    csv_text::rows(text, SHAPE, codes, notes, |row, notes| {
        if let Some(point) = point(row, city, notes) {
            city.points.push(point);
        }
    });
}

fn point(row: &Row<'_>, city: &City, notes: &mut Notes<'_>) -> Option<PointAsset> {
    let (id, class) = (row.get("id"), row.get("class"));
    let plain = |text: &str| !text.is_empty() && !text.contains('/');
    if !plain(id) || !plain(class) {
        let message = "id and class must not be empty and hold no /".to_owned();
        notes.error(codes::ROW, row.line, id, message, "name both");
        return None;
    }
    if TAKEN.contains(&class) {
        let message = format!("{class} is a class of the networks' own assets");
        notes.error(codes::ROW, row.line, id, message, "use another word, for example pump_house");
        return None;
    }
    if city.points.iter().any(|p| p.id == id && p.class == class) {
        notes.error(codes::DUPLICATE, row.line, id, format!("a {class} of this name stood before"), "rename one");
        return None;
    }
    let position = (number(row, "x", notes)?, number(row, "y", notes)?);
    let population = if row.get("population").is_empty() { 0.0 } else { number(row, "population", notes)? };
    if population < 0.0 {
        notes.error(codes::ROW, row.line, id, format!("population is {population}"), "give a number from 0");
        return None;
    }
    let further = row
        .fields()
        .filter(|(name, value)| !value.is_empty() && !SHAPE.required.contains(name) && !SHAPE.optional.contains(name));
    let attributes: BTreeMap<String, String> = further.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    Some(PointAsset {
        id: id.to_owned(),
        class: class.to_owned(),
        position,
        name_zh: row.get("name_zh").to_owned(),
        name_en: row.get("name_en").to_owned(),
        served_by: served_by(row, city, notes)?,
        population,
        attributes,
        asset: None,
    })
}

/// The node that serves a point; the outer `None` is an error.
#[allow(clippy::option_option)] // "nobody serves it" and "the row is wrong" are different answers
fn served_by(row: &Row<'_>, city: &City, notes: &mut Notes<'_>) -> Option<Option<(NetworkIx, NodeIx)>> {
    let (id, network, on) = (row.get("id"), row.get("network"), row.get("on"));
    if network.is_empty() && on.is_empty() {
        return Some(None);
    }
    let Some(ix) = city.network(network) else {
        let remedy = offer(network, city.networks.iter().map(|n| n.name.as_str()), "name a network of the city");
        notes.error(
            codes::NETWORK,
            row.line,
            id,
            format!("`{}` is not a network of the city", quote(network)),
            &remedy,
        );
        return None;
    };
    let water = city.water(ix)?;
    let Some(node) = node_named(water, on) else {
        let remedy = offer(on, water.model.nodes.iter().map(|n| n.id.as_str()), "name a node of that network");
        notes.error(codes::NODE, row.line, id, format!("`{}` is not a node of {network}", quote(on)), &remedy);
        return None;
    };
    Some(Some((ix, node)))
}

fn number(row: &Row<'_>, column: &str, notes: &mut Notes<'_>) -> Option<f64> {
    let value = row.get(column).parse::<f64>().ok().filter(|v| v.is_finite());
    if value.is_none() {
        let message = format!("{column} is `{}`", quote(row.get(column)));
        notes.error(codes::ROW, row.line, row.get("id"), message, "give a finite number");
    }
    value
}

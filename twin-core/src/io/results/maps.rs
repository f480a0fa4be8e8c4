//! `maps/*.geojson`: results on the network, for any GIS.
//!
//! Coordinates are written as the network has them. RFC 7946 knows WGS 84 alone; a projected system is named in a `crs`
//! member as the 2008 specification has it, which QGIS, GDAL and PostGIS read. Local coordinates have `"crs": null`.

use std::collections::BTreeMap;

use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position};
use serde_json::{Value, json};

use super::facts::Text;

/// What the coordinates of a map are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Crs {
    /// Metres in nobody knows which system.
    #[default]
    Local,
    /// Longitude and latitude in WGS 84.
    Wgs84,
    /// Another system by its EPSG number.
    Epsg(u32),
}

/// Where a feature is.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A node.
    Point([f64; 2]),
    /// A link with its vertices, end nodes included.
    Line(Vec<[f64; 2]>),
}

impl Shape {
    /// Its points in order.
    #[must_use]
    pub fn points(&self) -> &[[f64; 2]] {
        match self {
            Self::Point(p) => std::slice::from_ref(p),
            Self::Line(points) => points,
        }
    }
    fn drawable(&self) -> bool {
        let points = self.points();
        points.len() > usize::from(matches!(self, Self::Line(_))) && points.iter().flatten().all(|c| c.is_finite())
    }
}

/// A node or link of a map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MapFeature {
    /// The asset.
    pub id: String,
    /// Its class, for example `pipe`.
    pub class: String,
    /// Its name for people, may be empty.
    pub name: String,
    /// Where it is; none where the network has no coordinates for it.
    pub shape: Option<Shape>,
    /// Values by key in SI, for example `min_pressure_head_m`.
    pub values: BTreeMap<String, f64>,
    /// Its state in a word, may be empty.
    pub state: String,
}

/// One map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MapLayer {
    /// File name without ending.
    pub name: String,
    /// For people.
    pub title: Text,
    /// What the coordinates are.
    pub crs: Crs,
    /// Nodes and links in a fixed order.
    pub features: Vec<MapFeature>,
}

/// What became of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapWritten {
    /// It was written.
    Written {
        /// Features in the file.
        features: usize,
        /// Features left out, having no coordinates.
        without_place: usize,
        /// Values that were not finite and stand as `null`.
        nulls: usize,
    },
    /// No feature has coordinates, so there is no file.
    NoCoordinates,
}

impl MapLayer {
    /// The features that can be drawn.
    pub fn drawable(&self) -> impl Iterator<Item = (&MapFeature, &Shape)> + '_ {
        self.features.iter().filter_map(|f| f.shape.as_ref().filter(|s| s.drawable()).map(|s| (f, s)))
    }

    /// The map as GeoJSON, and what became of it.
    #[must_use]
    pub fn to_geojson(&self) -> (FeatureCollection, MapWritten) {
        let mut nulls = 0;
        let features: Vec<Feature> = self.drawable().map(|(f, s)| feature(f, s, &mut nulls)).collect();
        if features.is_empty() {
            return (FeatureCollection::new(features), MapWritten::NoCoordinates);
        }
        let written = MapWritten::Written {
            features: features.len(),
            without_place: self.features.len() - features.len(),
            nulls,
        };
        let mut members = JsonObject::new();
        members.insert("name".to_owned(), json!(self.name));
        members.insert("title_zh".to_owned(), json!(self.title.zh));
        members.insert("title_en".to_owned(), json!(self.title.en));
        let (crs, note) = self.crs.members();
        if let Some(crs) = crs {
            members.insert("crs".to_owned(), crs);
        }
        members.insert("crs_note".to_owned(), json!(note));
        let mut collection = FeatureCollection::new(features);
        collection.foreign_members = Some(members);
        (collection, written)
    }
}

impl Crs {
    fn members(self) -> (Option<Value>, String) {
        match self {
            Self::Wgs84 => (None, "longitude and latitude, WGS 84".to_owned()),
            Self::Local => (Some(Value::Null), "local coordinates of the network, not georeferenced".to_owned()),
            Self::Epsg(code) => (
                Some(json!({ "type": "name", "properties": { "name": format!("urn:ogc:def:crs:EPSG::{code}") } })),
                format!("projected coordinates as the network has them, EPSG:{code}"),
            ),
        }
    }
}

fn feature(feature: &MapFeature, shape: &Shape, nulls: &mut usize) -> Feature {
    let mut properties = JsonObject::new();
    for (key, text) in [("id", &feature.id), ("class", &feature.class), ("name", &feature.name)] {
        properties.insert(key.to_owned(), json!(text));
    }
    if !feature.state.is_empty() {
        properties.insert("state".to_owned(), json!(feature.state));
    }
    for (key, &value) in &feature.values {
        *nulls += usize::from(!value.is_finite());
        let value = if value.is_finite() { json!(value) } else { Value::Null };
        properties.insert(key.clone(), value);
    }
    let value = match shape {
        Shape::Point(p) => GeometryValue::Point { coordinates: Position::from(*p) },
        Shape::Line(points) => {
            GeometryValue::LineString { coordinates: points.iter().map(|p| Position::from(*p)).collect() }
        }
    };
    Feature { geometry: Some(Geometry::new(value)), properties: Some(properties), ..Feature::default() }
}

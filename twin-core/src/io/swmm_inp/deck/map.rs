//! The map and other rows of no effect on results, kept so that they are written again.

use serde::{Deserialize, Serialize};

use super::Row;

/// A position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// What is there.
    pub id: String,
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
}

/// A text on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
    /// Text.
    pub text: String,
    /// Anchor, font, size, bold, italic: as written.
    pub rest: Vec<String>,
}

/// What a tag is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum TagOf {
    Node,
    Link,
    Subcatchment,
    Gage,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// What kind of object.
    pub of: TagOf,
    /// Its id.
    pub id: String,
    /// The tag.
    pub text: String,
}

/// Sections of the map.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MapRows {
    /// `[MAP]`, word by word.
    pub settings: Vec<Row<Vec<String>>>,
    /// Node positions.
    pub coordinates: Vec<Row<Point>>,
    /// Bends of links.
    pub vertices: Vec<Row<Point>>,
    /// Corners of subcatchments.
    pub polygons: Vec<Row<Point>>,
    /// Gauge positions.
    pub symbols: Vec<Row<Point>>,
    /// Labels.
    pub labels: Vec<Row<Label>>,
    /// `[BACKDROP]`, word by word.
    pub backdrop: Vec<Row<Vec<String>>>,
    /// `[PROFILES]`, word by word.
    pub profiles: Vec<Row<Vec<String>>>,
    /// Tags.
    pub tags: Vec<Row<Tag>>,
}

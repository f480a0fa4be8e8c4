//! Classes of a raster as polygons: cells of one class that share sides become one polygon, with its holes.
//!
//! Rings follow the sides of cells, so the area of a class is that of its cells, and no piece is lost between two
//! classes. Outer rings run counter-clockwise, holes clockwise (RFC 7946, § 3.1.6).

use std::collections::BTreeMap;

use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, LineStringType, Position};
use serde_json::json;

use super::Raster;

/// Depths that part the classes of a flood map [m].
pub const DEPTHS_M: [f64; 6] = [0.05, 0.15, 0.3, 0.5, 1.0, 2.0];

/// A closed ring [m], its first point repeated at its end.
pub type Ring = Vec<[f64; 2]>;

/// One class: values from `from` up to, but not including, `to`.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Least value.
    pub from: f64,
    /// Greatest value, infinite in the last class.
    pub to: f64,
    /// Polygons: the outer ring, then its holes.
    pub polygons: Vec<Vec<Ring>>,
    /// Area [m²].
    pub area_m2: f64,
}

/// The classes that limits part, from the first limit up; one without cells has no polygon.
#[must_use]
pub fn bands(raster: &Raster, limits: &[f64]) -> Vec<Band> {
    let class = |value: f64| limits.iter().take_while(|l| value >= **l).count();
    let classes: Vec<usize> = raster.values.iter().map(|v| class(*v)).collect();
    let labels = label(raster, &classes);
    let of = |k: usize, from: f64| {
        let to = limits.get(k + 1).copied().unwrap_or(f64::INFINITY);
        let cells = classes.iter().filter(|c| **c == k + 1).count();
        let area_m2 = cells as f64 * raster.frame.cell_m * raster.frame.cell_m;
        Band { from, to, polygons: polygons(raster, &classes, &labels, k + 1), area_m2 }
    };
    limits.iter().enumerate().map(|(k, from)| of(k, *from)).collect()
}

/// Classes as GeoJSON, one feature each that has a polygon; `quantity` names the value, with its unit.
#[must_use]
pub fn to_geojson(bands: &[Band], quantity: &str, epsg: Option<u32>) -> FeatureCollection {
    let features = bands.iter().filter(|b| !b.polygons.is_empty()).map(|band| {
        let mut properties = JsonObject::new();
        properties.insert(format!("{quantity}_from"), json!(band.from));
        properties.insert(format!("{quantity}_to"), if band.to.is_finite() { json!(band.to) } else { json!(null) });
        properties.insert("area_m2".to_owned(), json!(band.area_m2));
        let ring = |r: &Ring| -> LineStringType { r.iter().map(|p| Position::from(*p)).collect() };
        let coordinates = band.polygons.iter().map(|p| p.iter().map(ring).collect()).collect();
        let geometry = Some(Geometry::new(GeometryValue::MultiPolygon { coordinates }));
        Feature { geometry, properties: Some(properties), ..Feature::default() }
    });
    let mut collection = FeatureCollection::new(features.collect::<Vec<_>>());
    let crs = epsg.map_or(
        json!(null),
        |code| json!({ "type": "name", "properties": { "name": format!("urn:ogc:def:crs:EPSG::{code}") } }),
    );
    collection.foreign_members = Some(JsonObject::from_iter([("crs".to_owned(), crs)]));
    collection
}

/// For every cell the first cell of its piece: cells of one class joined by their sides.
fn label(raster: &Raster, classes: &[usize]) -> Vec<usize> {
    let columns = raster.frame.columns;
    let mut labels = vec![usize::MAX; classes.len()];
    let mut open = Vec::new();
    for first in 0..classes.len() {
        if labels[first] != usize::MAX {
            continue;
        }
        labels[first] = first;
        open.push(first);
        while let Some(at) = open.pop() {
            let steps = [
                (at % columns > 0).then(|| at - 1),
                (at % columns + 1 < columns).then(|| at + 1),
                at.checked_sub(columns),
                (at + columns < classes.len()).then(|| at + columns),
            ];
            for next in steps.into_iter().flatten() {
                if classes[next] == classes[first] && labels[next] == usize::MAX {
                    labels[next] = first;
                    open.push(next);
                }
            }
        }
    }
    labels
}

/// Ways along the sides of cells.
const EAST: usize = 0;
const NORTH: usize = 1;
const WEST: usize = 2;
const SOUTH: usize = 3;

/// Sides of the cells of one class that part them from others, by the corner they begin at; the cell lies to the left.
struct Sides {
    columns: usize,
    /// Bit `1 << way` at each corner.
    from: Vec<u8>,
}

impl Sides {
    fn new(raster: &Raster, classes: &[usize], class: usize) -> Self {
        let (columns, rows) = (raster.frame.columns, raster.frame.rows);
        let mut from = vec![0_u8; (columns + 1) * (rows + 1)];
        let is = |at: Option<usize>| at.is_some_and(|at| classes[at] == class);
        for at in (0..classes.len()).filter(|&at| classes[at] == class) {
            let (row, column) = (at / columns, at % columns);
            let corner = |r: usize, c: usize| r * (columns + 1) + c;
            if !is((row + 1 < rows).then(|| at + columns)) {
                from[corner(row + 1, column)] |= 1 << EAST;
            }
            if !is((column + 1 < columns).then(|| at + 1)) {
                from[corner(row + 1, column + 1)] |= 1 << NORTH;
            }
            if !is(at.checked_sub(columns)) {
                from[corner(row, column + 1)] |= 1 << WEST;
            }
            if !is((column > 0).then(|| at - 1)) {
                from[corner(row, column)] |= 1 << SOUTH;
            }
        }
        Self { columns, from }
    }

    fn next(&self, corner: usize, way: usize) -> usize {
        match way {
            EAST => corner + 1,
            NORTH => corner - (self.columns + 1),
            WEST => corner - 1,
            _ => corner + self.columns + 1,
        }
    }

    /// The cell to the left of a side.
    fn cell(&self, corner: usize, way: usize) -> usize {
        let (row, column) = (corner / (self.columns + 1), corner % (self.columns + 1));
        let (row, column) = match way {
            EAST => (row - 1, column),
            NORTH => (row - 1, column - 1),
            WEST => (row, column - 1),
            _ => (row, column),
        };
        row * self.columns + column
    }

    /// Takes the ring that begins at a corner; only the corners where it turns.
    fn take(&mut self, start: usize, first: usize) -> Vec<usize> {
        let (mut corner, mut way, mut ring) = (start, first, Vec::new());
        let mut before = usize::MAX;
        loop {
            self.from[corner] &= !(1 << way);
            if way != before {
                ring.push(corner);
            }
            before = way;
            corner = self.next(corner, way);
            // To the left first: where two cells touch at a corner alone, the ring stays with its own.
            let turns = [(way + 1) % 4, way, (way + 3) % 4];
            match turns.into_iter().find(|&w| self.from[corner] & (1 << w) != 0) {
                Some(w) => way = w,
                None => break,
            }
        }
        if before == first && ring.len() > 1 {
            ring.remove(0);
        }
        ring
    }
}

fn polygons(raster: &Raster, classes: &[usize], labels: &[usize], class: usize) -> Vec<Vec<Ring>> {
    let f = raster.frame;
    let mut sides = Sides::new(raster, classes, class);
    let north_m = f.south_m + f.rows as f64 * f.cell_m;
    let point = |corner: usize| {
        let (row, column) = (corner / (f.columns + 1), corner % (f.columns + 1));
        [f.west_m + column as f64 * f.cell_m, north_m - row as f64 * f.cell_m]
    };
    let mut pieces: BTreeMap<usize, Vec<Ring>> = BTreeMap::new();
    for start in 0..sides.from.len() {
        while sides.from[start] != 0 {
            let way = sides.from[start].trailing_zeros() as usize;
            let piece = labels[sides.cell(start, way)];
            let mut ring: Ring = sides.take(start, way).into_iter().map(point).collect();
            ring.extend(ring.first().copied());
            let rings = pieces.entry(piece).or_default();
            if doubled_area(&ring) > 0.0 {
                rings.insert(0, ring);
            } else {
                rings.push(ring);
            }
        }
    }
    pieces.into_values().collect()
}

/// Twice the area of a ring, positive counter-clockwise [m²].
#[must_use]
pub fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    let [x0, y0] = ring.first().copied().unwrap_or_default();
    ring.windows(2).map(|p| (p[0][0] - x0) * (p[1][1] - y0) - (p[1][0] - x0) * (p[0][1] - y0)).sum()
}

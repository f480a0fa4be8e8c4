//! Outlines of buildings as blocked faces: GeoJSON polygons.

use std::path::Path;

use geojson::{GeoJson, Geometry, GeometryValue, Position};
use twin_physics::kernels::surface::crest_line::faces_along;
use twin_physics::kernels::surface::grid::Face;

use super::codes;
use crate::diagnostic::Diagnostics;
use crate::io::text::{self, Notes};
use crate::model::terrain::GridFrame;

/// Reads outlines and gives the faces they block.
pub fn read(path: &Path, frame: GridFrame, out: &mut Diagnostics) -> Option<Vec<(usize, Face)>> {
    let text = text::read(path, codes::UNREADABLE, out)?;
    let file = path.display().to_string();
    let mut notes = Notes { file: &file, out };
    let json = match text.parse::<GeoJson>() {
        Ok(json) => json,
        Err(error) => {
            let message = format!("is not GeoJSON: {}", text::quote(&error.to_string()));
            notes.error(codes::BUILDINGS, 0, "", message, "give a collection of polygons");
            return None;
        }
    };
    let geometries: Vec<Geometry> = match json {
        GeoJson::Geometry(g) => vec![g],
        GeoJson::Feature(f) => f.geometry.into_iter().collect(),
        GeoJson::FeatureCollection(all) => all.features.into_iter().filter_map(|f| f.geometry).collect(),
    };
    let mut rings = Vec::new();
    for (at, geometry) in geometries.iter().enumerate() {
        if !outlines(geometry, &mut rings) {
            let subject = format!("feature {}", at + 1);
            notes.error(codes::BUILDINGS, 0, &subject, "is not a polygon".to_owned(), "leave it out, or close it");
            return None;
        }
    }
    let mut walls = Vec::new();
    for ring in &rings {
        let points: Vec<[f64; 2]> = ring.iter().map(|p| [p[0] - frame.west_m, p[1] - frame.south_m]).collect();
        let faces = faces_along(frame.columns, frame.rows, frame.cell_m, &points);
        walls.extend(faces.into_iter().map(|f| (f.cell, f.face)));
    }
    walls.sort_unstable();
    walls.dedup();
    if walls.is_empty() {
        let message = format!("none of its {} outlines blocks a face of the grid", rings.len());
        notes.warn(codes::BUILDINGS, 0, "", message, "check its coordinates: they are those of the terrain");
    }
    Some(walls)
}

/// Adds the rings of a geometry; false where it holds anything but polygons.
fn outlines(geometry: &Geometry, rings: &mut Vec<Vec<[f64; 2]>>) -> bool {
    let point = |p: &Position| -> [f64; 2] {
        let at = |k: usize| p.as_slice().get(k).copied().unwrap_or(f64::NAN);
        [at(0), at(1)]
    };
    match &geometry.value {
        GeometryValue::Polygon { coordinates } => {
            rings.extend(coordinates.iter().map(|ring| ring.iter().map(point).collect::<Vec<_>>()));
            true
        }
        GeometryValue::MultiPolygon { coordinates } => {
            rings.extend(coordinates.iter().flatten().map(|ring| ring.iter().map(point).collect::<Vec<_>>()));
            true
        }
        GeometryValue::GeometryCollection { geometries } => geometries.iter().all(|g| outlines(g, rings)),
        _ => false,
    }
}

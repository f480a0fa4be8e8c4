//! A network of a city: its model, positions and assets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::codes;
use crate::diagnostic::Diagnostics;
use crate::io::assets_csv;
use crate::io::inp;
use crate::io::text::{self, Notes};
use crate::model::water_assets::WaterAssets;
use crate::model::{Point, WaterCity};

/// Reads a water network; its table of assets is `assets`, or `NET.assets.csv` beside it where there is one.
pub fn read_water(file: &Path, assets: Option<&Path>, out: &mut Diagnostics) -> Option<WaterCity> {
    let (inp, findings) = inp::read_file(file);
    let refused = findings.has_errors();
    out.append(findings);
    let inp = inp.filter(|_| !refused)?;
    let (model, findings) = inp::to_water_model(&inp);
    let refused = findings.has_errors();
    out.append(findings);
    if refused {
        return None;
    }
    let shown = file.display().to_string();
    // The last coordinates of a node count, as in EPANET; bends are kept in their order.
    let at: BTreeMap<&str, Point> =
        inp.coordinates.iter().map(|row| (&*row.value.id, (row.value.x, row.value.y))).collect();
    let coordinates: Vec<_> = model.nodes.iter().map(|n| at.get(n.id.as_str()).copied()).collect();
    let mut bends: BTreeMap<&str, Vec<Point>> = BTreeMap::new();
    for row in &inp.vertices {
        bends.entry(&row.value.id).or_default().push((row.value.x, row.value.y));
    }
    let placed = coordinates.iter().flatten().count();
    if placed < coordinates.len() {
        let message = format!("{} of {} nodes have no coordinates", coordinates.len() - placed, coordinates.len());
        let mut notes = Notes { file: &shown, out };
        notes.info(codes::NO_POSITIONS, 0, "", message, "add them to [COORDINATES] for maps and nearest queries");
    }
    let vertices = model.links.iter().map(|l| bends.remove(l.id.as_str()).unwrap_or_default()).collect();
    let assets = read_assets(file, assets, &model, out)?;
    Some(WaterCity { model: Arc::new(model), coordinates, vertices, assets })
}

fn read_assets(
    file: &Path,
    assets: Option<&Path>,
    model: &twin_physics::domains::water::WaterModel,
    out: &mut Diagnostics,
) -> Option<WaterAssets> {
    let path: PathBuf = assets.map_or_else(|| file.with_extension("assets.csv"), Path::to_path_buf);
    if assets.is_none() && !path.exists() {
        return Some(WaterAssets::assume(model));
    }
    let text = text::read(&path, assets_csv::codes::FILE, out)?;
    let shown = path.display().to_string();
    Some(assets_csv::read(&text, model, &mut Notes { file: &shown, out }))
}

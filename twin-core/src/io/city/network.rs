//! A network of a city: its model, positions and assets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use twin_physics::kernels::surface::check_dam::Next;

use super::codes;
use crate::diagnostic::Diagnostics;
use crate::io::assets_csv;
use crate::io::flood_case::{self, FloodCase, Gauge};
use crate::io::inp;
use crate::io::swmm_inp;
use crate::io::swmm_inp::deck::{LinkKind, NodeKind};
use crate::io::text::{self, Notes};
use crate::model::drainage_city::{DrainageCity, DrainageLine, DrainagePart};
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

/// Reads what there is of a drainage network and where it lies; its physics is read by who solves it.
pub fn read_drainage(file: &Path, out: &mut Diagnostics) -> Option<DrainageCity> {
    let (deck, findings) = swmm_inp::read_file(file);
    out.append(findings);
    let deck = deck?;
    let positions = |rows: &[inp::Row<swmm_inp::deck::Point>]| -> BTreeMap<String, Vec<Point>> {
        let mut at: BTreeMap<String, Vec<Point>> = BTreeMap::new();
        for row in rows {
            at.entry(row.id.clone()).or_default().push((row.x, row.y));
        }
        at
    };
    let map = &deck.map;
    let (nodes_at, gages_at) = (positions(&map.coordinates), positions(&map.symbols));
    let (mut bends, corners) = (positions(&map.vertices), positions(&map.polygons));
    // The last coordinates of a node count, as in SWMM.
    let last = |at: &BTreeMap<String, Vec<Point>>, id: &str| at.get(id).and_then(|p| p.last().copied());
    let nodes = deck.nodes.iter().map(|node| {
        let class = match node.kind {
            NodeKind::Junction(_) => "junction",
            NodeKind::Outfall(_) => "outfall",
            NodeKind::Divider(_) => "divider",
            NodeKind::Storage(_) => "storage",
        };
        DrainagePart { id: node.id.clone(), class, position: last(&nodes_at, &node.id) }
    });
    let links = deck.links.iter().map(|link| {
        let class = match link.kind {
            LinkKind::Conduit(_) => "conduit",
            LinkKind::Pump(_) => "pump",
            LinkKind::Orifice(_) => "orifice",
            LinkKind::Weir(_) => "weir",
            LinkKind::Outlet(_) => "outlet",
        };
        let bends = bends.remove(&link.id).unwrap_or_default();
        DrainageLine { id: link.id.clone(), class, ends: [link.from.0, link.to.0], bends }
    });
    let gages = deck.gages.iter().map(|gage| {
        let position = last(&gages_at, &gage.id);
        DrainagePart { id: gage.id.clone(), class: "gage", position }
    });
    let catchments = deck.subcatchments.iter().map(|catchment| {
        let position = corners.get(&catchment.id).map(|corners| middle(corners));
        DrainagePart { id: catchment.id.clone(), class: "subcatchment", position }
    });
    Some(DrainageCity { nodes: nodes.collect(), links: links.collect(), cells: gages.chain(catchments).collect() })
}

/// Reads what there is of a surface without sewers and where it lies: gauges, levees, underpasses, check dams.
pub fn read_ground(file: &Path, out: &mut Diagnostics) -> Option<DrainageCity> {
    let (case, findings) = flood_case::read_file(file);
    out.append(findings);
    let case = case?;
    let at = places(&case);
    let gauge = |g: &Gauge| DrainagePart { id: g.id.clone(), class: "gauge", position: Some(at(g.cell)) };
    // Their lines belong to the flood case: no gauge is at their ends.
    let nowhere = [usize::MAX; 2];
    let levee = |id: &String| DrainageLine { id: id.clone(), class: "levee", ends: nowhere, bends: Vec::new() };
    Some(DrainageCity {
        nodes: case.gauges.iter().map(gauge).collect(),
        links: case.barrier_ids.iter().map(levee).collect(),
        cells: cells(&case),
    })
}

/// Adds the underpasses and check dams of the streets over a network to what there is of it, behind its catchments.
pub fn read_surface(file: &Path, city: &mut DrainageCity, out: &mut Diagnostics) {
    let (case, findings) = flood_case::read_file(file);
    out.append(findings);
    city.cells.extend(case.iter().flat_map(cells));
}

/// The middle of a cell of the ground.
fn places(case: &FloodCase) -> impl Fn(usize) -> Point {
    let frame = case.dem.frame;
    let middle = move |k: usize, from_m: f64| from_m + (k as f64 + 0.5) * frame.cell_m;
    move |cell| (middle(cell % frame.columns, frame.west_m), middle(cell / frame.columns, frame.south_m))
}

/// Underpasses, then check dams. A dam lies where it pours onto the ground; one that pours into another has no place of
/// its own.
fn cells(case: &FloodCase) -> Vec<DrainagePart> {
    let at = places(case);
    let underpasses = case.underpass_ids.iter().zip(&case.model.fillings).map(|(id, filling)| {
        let position = filling.portals.first().map(|p| at(p.cell));
        DrainagePart { id: id.clone(), class: "underpass", position }
    });
    let dams = case.dam_ids.iter().zip(&case.model.dams).map(|(id, fed)| {
        let position = if let Next::Cell(cell) = fed.dam.next { Some(at(cell)) } else { None };
        DrainagePart { id: id.clone(), class: "check_dam", position }
    });
    underpasses.chain(dams).collect()
}

/// Mean of some points; there is at least one.
fn middle(points: &[Point]) -> Point {
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    (x / points.len() as f64, y / points.len() as f64)
}

//! From a flood case and the deck under it to streets over sewers.
//!
//! Every junction and divider that lies on the terrain has a manhole; inlets of the deck are openings of the node they
//! lead to; outfalls and storage units give their water to the cell they lie in. With streets over it, a network's
//! inlets take no water from its street conduits.

use std::collections::BTreeMap;

use twin_physics::domains::drainage::model::{DrainageModel, NodeKind};
use twin_physics::domains::drainage::overland::{DoorPlace, Mouth, StreetModel, opening};
use twin_physics::kernels::surface::grid::TILE;
use twin_physics::kernels::surface::manhole::Opening;

use crate::io::flood_case::FloodCase;
use crate::io::inp::Row;
use crate::io::swmm_inp::deck::{Point, SwmmDeck};
use crate::model::terrain::GridFrame;

/// Streets over a network, and the nodes that do not meet them, by name: they lie nowhere, or off the terrain.
///
/// # Errors
/// Why the two do not fit.
pub fn streets(
    deck: &SwmmDeck,
    model: &mut DrainageModel,
    case: &FloodCase,
) -> Result<(StreetModel, Vec<String>), String> {
    let frame = case.dem.frame;
    let at = positions(&deck.map.coordinates);
    let bed = &case.model.ground.bed_m;
    let cell_of = |id: &str| at.get(id).and_then(|at| cell(&frame, *at)).filter(|c| !bed[*c].is_nan());
    let (mut doors, mut mouths, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
    for (node, given) in model.nodes.iter().enumerate() {
        let Some(cell) = cell_of(&given.id) else {
            elsewhere.push(given.id.clone());
            continue;
        };
        let node = u32::try_from(node).map_err(|e| e.to_string())?;
        match given.kind {
            NodeKind::Junction | NodeKind::Divider(_) => {
                let opening = Opening::round(bed[cell], case.sewers.manhole_m);
                doors.push(DoorPlace { node, cell, opening, count: 1 });
            }
            NodeKind::Outfall(_) | NodeKind::Storage(_) => mouths.push(Mouth { node, cell }),
        }
    }
    if doors.is_empty() {
        return Err("no manhole of the network lies on its terrain: are both in the same coordinates?".into());
    }
    for usage in model.inlet_usage.drain(..) {
        let (node, design) = (usage.to.at(), &model.inlets[usage.inlet.at()]);
        let found = doors.iter().find(|d| d.node as usize == node).map(|d| d.cell);
        let Some(cell) = found else { continue };
        let Some(opening) = opening(&design.kind, bed[cell], usage.clogged) else {
            return Err(format!(
                "inlet {}: a rating of a channel's flow says nothing of water on a surface",
                design.id
            ));
        };
        // On both sides of the street.
        doors.push(DoorPlace { node: doors_node(node), cell, opening, count: 2 * usage.count.max(1) });
    }
    let gage_of_tile = if case.sewers.hears_gages { Some(hearing(deck, &frame)?) } else { None };
    let into = case.pumped_into.iter().zip(&case.underpass_ids).map(|(into, id)| match into {
        None => Ok(None),
        Some(name) => match model.nodes.iter().position(|n| n.id == *name) {
            Some(node) => u32::try_from(node).map(Some).map_err(|e| e.to_string()),
            None => Err(format!("underpass {id} is pumped into {name}, which the network does not have")),
        },
    });
    let pumped_into = into.collect::<Result<_, String>>()?;
    let streets = StreetModel {
        flood: case.model.clone(),
        doors,
        mouths,
        gage_of_tile,
        filling_ids: case.underpass_ids.clone(),
        dam_ids: case.dam_ids.clone(),
        pumped_into,
        every_s: case.sewers.every_s,
    };
    Ok((streets, elsewhere))
}

#[allow(clippy::cast_possible_truncation)] // it was counted in as many bits
fn doors_node(node: usize) -> u32 {
    node as u32
}

/// The last coordinates of a name count, as in SWMM.
fn positions(rows: &[Row<Point>]) -> BTreeMap<&str, [f64; 2]> {
    rows.iter().map(|row| (row.id.as_str(), [row.x, row.y])).collect()
}

/// The cell at a place, counted from the south-west.
fn cell(frame: &GridFrame, [x, y]: [f64; 2]) -> Option<usize> {
    let place = |at: f64, from: f64, count: usize| {
        let k = ((at - from) / frame.cell_m).floor();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        (k >= 0.0 && k < count as f64).then_some(k as usize)
    };
    Some(place(y, frame.south_m, frame.rows)? * frame.columns + place(x, frame.west_m, frame.columns)?)
}

/// For each tile the nearest gage to its middle; of several gages all have to lie somewhere.
fn hearing(deck: &SwmmDeck, frame: &GridFrame) -> Result<Vec<usize>, String> {
    let at = positions(&deck.map.symbols);
    let tiles = [frame.columns.div_ceil(TILE), frame.rows.div_ceil(TILE)];
    match deck.gages.len() {
        0 => return Err("rain comes from the gages, and the network has none".into()),
        1 => return Ok(vec![0; tiles[0] * tiles[1]]),
        _ => {}
    }
    let gages: Option<Vec<[f64; 2]>> = deck.gages.iter().map(|g| at.get(g.id.as_str()).copied()).collect();
    let gages = gages.ok_or("of several rain gages each needs a place in [SYMBOLS]")?;
    let middle = |k: usize, from: f64| from + (k as f64 + 0.5) * TILE as f64 * frame.cell_m;
    let mut heard = Vec::with_capacity(tiles[0] * tiles[1]);
    for (j, i) in (0..tiles[1]).flat_map(|j| (0..tiles[0]).map(move |i| (j, i))) {
        let (x, y) = (middle(i, frame.west_m), middle(j, frame.south_m));
        let away = |g: &usize| (gages[*g][0] - x).powi(2) + (gages[*g][1] - y).powi(2);
        heard.push((0..gages.len()).min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(0));
    }
    Ok(heard)
}

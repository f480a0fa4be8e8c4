//! What can be wrong with a raster that was read: its system, its cells, its values.

use super::{Raster, codes};
use crate::io::text::Notes;

/// Slope between two neighbouring cells from which the ground is called a cliff [m/m]: 79°.
pub const CLIFF_SLOPE: f64 = 5.0;

/// Lowest and highest ground there is on land [m], with room for a mine and a tower.
const GROUND_M: [f64; 2] = [-1000.0, 9000.0];

/// Whether a raster has the system demanded; one that does not say is taken with an error.
pub fn demand_crs(raster: &Raster, epsg: u32, notes: &mut Notes<'_>) -> bool {
    let message = match raster.epsg {
        Some(code) if code == epsg => return true,
        Some(code) => format!("its coordinates are EPSG:{code}, EPSG:{epsg} is demanded"),
        None => {
            let message = format!("it does not say its system, EPSG:{epsg} is demanded");
            notes.error(codes::CRS_MISSING, 0, "", message, "give a GeoTIFF with its EPSG code, or demand none");
            return false;
        }
    };
    notes.error(codes::CRS_OTHER, 0, "", message, "project it, or correct `crs`");
    false
}

/// Whether a raster lies on the same cells as the ground.
pub fn same_cells(raster: &Raster, ground: &Raster, notes: &mut Notes<'_>) -> bool {
    let (a, b) = (raster.frame, ground.frame);
    let near = |p: f64, q: f64| (p - q).abs() <= 1e-3 * b.cell_m;
    let sizes = (a.columns, a.rows) == (b.columns, b.rows);
    if sizes && near(a.cell_m, b.cell_m) && near(a.west_m, b.west_m) && near(a.south_m, b.south_m) {
        return true;
    }
    let frame = |f: crate::model::terrain::GridFrame| {
        format!("{} × {} cells of {} m from x {}, y {}", f.columns, f.rows, f.cell_m, f.west_m, f.south_m)
    };
    let message = format!("{}; the ground has {}", frame(a), frame(b));
    notes.error(codes::FRAME, 0, "", message, "cut or resample it to the cells of the ground");
    false
}

/// Whether every value lies in a range, and stands wherever the ground has one.
pub fn demand_range(
    raster: &Raster,
    ground: &Raster,
    [low, high]: [f64; 2],
    what: &str,
    notes: &mut Notes<'_>,
) -> bool {
    for (at, (value, z)) in raster.values.iter().zip(&ground.values).enumerate() {
        if z.is_nan() {
            continue;
        }
        if value.is_nan() {
            let remedy = "fill it, or leave the ground out there too";
            notes.error(codes::UNKNOWN, 0, &raster.place(at), format!("has no {what}"), remedy);
            return false;
        }
        if !(low..=high).contains(value) {
            let message = format!("the {what} is {value}, outside {low} to {high}");
            notes.error(codes::RANGE, 0, &raster.place(at), message, "correct the value");
            return false;
        }
    }
    true
}

/// Notes what is odd about ground levels: impossible ones (an error), holes and cliffs (warnings). True without errors.
pub fn bed_findings(raster: &Raster, notes: &mut Notes<'_>) -> bool {
    let known = raster.values.iter().position(|z| !z.is_nan());
    if known.is_none() {
        notes.error(codes::EMPTY, 0, "", "no cell has a level".to_owned(), "give a raster with levels");
        return false;
    }
    let [low, high] = GROUND_M;
    if let Some(at) = raster.values.iter().position(|z| !z.is_nan() && !(low..=high).contains(z)) {
        let message = format!("the level is {} m, outside {low} to {high}", raster.values[at]);
        let remedy = "name it as the no-data value if it stands for no data, else correct it";
        notes.error(codes::RANGE, 0, &raster.place(at), message, remedy);
        return false;
    }
    holes(raster, notes);
    cliffs(raster, notes);
    true
}

/// Cells without a level that no way over such cells joins to the rim.
fn holes(raster: &Raster, notes: &mut Notes<'_>) {
    let (columns, rows) = (raster.frame.columns, raster.frame.rows);
    let unknown = |at: usize| raster.values[at].is_nan();
    let mut outside = vec![false; columns * rows];
    let mut open: Vec<usize> = Vec::new();
    for at in (0..columns * rows).filter(|&at| unknown(at)) {
        let (row, column) = (at / columns, at % columns);
        if row == 0 || column == 0 || row + 1 == rows || column + 1 == columns {
            outside[at] = true;
            open.push(at);
        }
    }
    while let Some(at) = open.pop() {
        let (row, column) = (at / columns, at % columns);
        let steps = [
            (column > 0).then(|| at - 1),
            (column + 1 < columns).then(|| at + 1),
            (row > 0).then(|| at - columns),
            (row + 1 < rows).then(|| at + columns),
        ];
        for next in steps.into_iter().flatten().filter(|&n| unknown(n)) {
            if !outside[next] {
                outside[next] = true;
                open.push(next);
            }
        }
    }
    let mut inside = (0..columns * rows).filter(|&at| unknown(at) && !outside[at]);
    let Some(first) = inside.next() else { return };
    let count = 1 + inside.count();
    let message = format!("{count} cells inside have no level; water is kept out of them as by walls");
    notes.warn(codes::HOLE, 0, &raster.place(first), message, "fill them, unless they are buildings");
}

fn cliffs(raster: &Raster, notes: &mut Notes<'_>) {
    let (columns, rows) = (raster.frame.columns, raster.frame.rows);
    let (mut count, mut worst) = (0_usize, (0.0_f64, 0));
    for at in 0..columns * rows {
        let right = (at % columns + 1 < columns).then(|| at + 1);
        let below = (at / columns + 1 < rows).then(|| at + columns);
        for next in [right, below].into_iter().flatten() {
            let slope = (raster.values[next] - raster.values[at]).abs() / raster.frame.cell_m;
            if slope > CLIFF_SLOPE {
                count += 1;
                if slope > worst.0 {
                    worst = (slope, at);
                }
            }
        }
    }
    if count > 0 {
        let message = format!("{count} steps steeper than {CLIFF_SLOPE} m/m, the steepest {:.1} m/m here", worst.0);
        notes.warn(codes::CLIFF, 0, &raster.place(worst.1), message, "check it for spikes; walls may be meant");
    }
}

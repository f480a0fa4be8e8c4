//! Values by class of land: a raster of whole numbers and a table with a row for each.

use std::collections::BTreeMap;
use std::path::Path;

use super::codes;
use crate::diagnostic::Diagnostics;
use crate::io::csv_text::{self, Shape, TableCodes};
use crate::io::raster::Raster;
use crate::io::text::{self, Notes};

const TABLE: TableCodes = TableCodes { header: codes::TABLE_ROW, row: codes::TABLE_ROW };

/// Values of the columns `names` for each class.
pub type Classes = BTreeMap<i64, Vec<f64>>;

/// Reads a table with a column `class` and columns `names` of numbers from 0.
pub fn read(path: &Path, shape: Shape, names: &[&str], out: &mut Diagnostics) -> Option<Classes> {
    let text = text::read(path, codes::UNREADABLE, out)?;
    let file = path.display().to_string();
    let mut notes = Notes { file: &file, out };
    let (mut classes, mut sound) = (Classes::new(), true);
    let usable = csv_text::rows(&text, shape, TABLE, &mut notes, |row, notes| {
        let class = row.get("class").parse::<i64>().ok();
        let number = |name: &&str| row.get(name).parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
        let values: Option<Vec<f64>> = names.iter().map(number).collect();
        let (Some(class), Some(values)) = (class, values) else {
            let message = "wants a whole class and numbers from 0".to_owned();
            notes.error(codes::TABLE_ROW, row.line, row.get("class"), message, "correct the row");
            sound = false;
            return;
        };
        if classes.insert(class, values).is_some() {
            let message = "has two rows".to_owned();
            notes.error(codes::DUPLICATE, row.line, row.get("class"), message, "leave one of them out");
            sound = false;
        }
    });
    (usable && sound).then_some(classes)
}

/// The place of each cell's class in the table, from the south; 0 where there is no ground.
pub fn places(land: &Raster, dem: &Raster, classes: &Classes, notes: &mut Notes<'_>) -> Option<Vec<usize>> {
    let keys: Vec<i64> = classes.keys().copied().collect();
    let mut places = Vec::with_capacity(land.values.len());
    for (at, (value, z)) in land.values.iter().zip(&dem.values).enumerate() {
        #[allow(clippy::cast_possible_truncation)] // a class that does not fit has no row
        let place = if z.is_nan() { Some(0) } else { keys.binary_search(&(value.round() as i64)).ok() };
        let Some(place) = place.filter(|_| z.is_nan() || !value.is_nan()) else {
            let message = format!("class {value} has no row in the table");
            notes.error(codes::CLASS, 0, &land.place(at), message, "add the row, or correct the raster");
            return None;
        };
        places.push(place);
    }
    let columns = dem.frame.columns.max(1);
    Some(places.chunks(columns).rev().flatten().copied().collect())
}

//! Series in time: `t_s,value`, times rising.

use twin_physics::num::series::Series;

use super::codes;
use crate::io::csv_text::{self, Shape, TableCodes};
use crate::io::text::Notes;

/// Codes of a series' table.
const TABLE: TableCodes = TableCodes { header: codes::SERIES, row: codes::SERIES };

/// Reads a series, or notes what is wrong with it.
pub fn read(text: &str, notes: &mut Notes<'_>) -> Option<Series> {
    let rows = rows(text, "value", notes)?;
    let mut t_s = Vec::with_capacity(rows.len());
    let mut values = Vec::with_capacity(rows.len());
    for (line, time, word) in rows {
        let Some(value) = word.parse::<f64>().ok().filter(|v| v.is_finite()) else {
            notes.error(codes::SERIES, line, &word, "is not a finite number".to_owned(), "correct the row");
            return None;
        };
        t_s.push(time);
        values.push(value);
    }
    Series::new(t_s, values)
}

/// Line, instant and word of each row of a table `t_s,NAME` with rising times.
pub fn rows(text: &str, name: &'static str, notes: &mut Notes<'_>) -> Option<Vec<(usize, f64, String)>> {
    let mut rows: Vec<(usize, f64, String)> = Vec::new();
    let mut sound = true;
    let shape = Shape { required: if name == "value" { &["t_s", "value"] } else { &["t_s", "raster"] }, ..OPEN };
    let usable = csv_text::rows(text, shape, TABLE, notes, |row, notes| {
        let Some(t_s) = row.get("t_s").parse::<f64>().ok().filter(|t| t.is_finite()) else {
            notes.error(
                codes::SERIES,
                row.line,
                row.get("t_s"),
                "is not a time in seconds".to_owned(),
                "correct the row",
            );
            sound = false;
            return;
        };
        if let Some((_, before, _)) = rows.last().filter(|(_, before, _)| t_s <= *before) {
            let message = format!("{t_s} s does not come after {before} s");
            notes.error(codes::SERIES_ORDER, row.line, "t_s", message, "sort the rows by time, one row an instant");
            sound = false;
        }
        rows.push((row.line, t_s, row.get(name).to_owned()));
    });
    if usable && sound && rows.is_empty() {
        notes.error(codes::SERIES_EMPTY, 0, "", "it has no row".to_owned(), "write at least one row under the header");
    }
    (usable && sound && !rows.is_empty()).then_some(rows)
}

const OPEN: Shape = Shape { required: &[], optional: &[], open: false };

//! ESRI ASCII grids (`.asc`): a header of `ncols`, `nrows`, `xllcorner`/`xllcenter`, `yllcorner`/`yllcenter`,
//! `cellsize`, optional `NODATA_value`, then the values row by row from the north.
//!
//! *Source:* Esri, ArcGIS documentation, "Esri ASCII raster format".

use std::collections::BTreeMap;

use crate::io::text::{Notes, offer};
use crate::model::terrain::{GridFrame, Terrain};

/// Most cells a grid may have.
pub const LIMIT_CELLS: usize = 100_000_000;
/// Value that stands for "unknown" where the header names none.
const NODATA: f64 = -9999.0;
const KEYS: [&str; 8] =
    ["ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "nodata_value"];

/// Codes of a grid's findings.
pub mod codes {
    /// A header line is wrong, missing or unknown.
    pub const HEADER: &str = "CITY-141";
    /// A value is not a finite number.
    pub const VALUE: &str = "CITY-142";
    /// There are more or fewer values than the header says.
    pub const COUNT: &str = "CITY-143";
}

/// Codes under which the findings of one kind of grid go.
#[derive(Debug, Clone, Copy)]
pub struct GridCodes {
    /// A header line is wrong, missing or unknown.
    pub header: &'static str,
    /// A value is not a finite number.
    pub value: &'static str,
    /// There are more or fewer values than the header says.
    pub count: &'static str,
    /// There are more cells than a grid may have.
    pub size: &'static str,
}

/// Codes of a city's terrain.
const CITY: GridCodes =
    GridCodes { header: codes::HEADER, value: codes::VALUE, count: codes::COUNT, size: codes::HEADER };

/// Reads a city's terrain, or notes what is wrong with it.
pub fn read(text: &str, notes: &mut Notes<'_>) -> Option<Terrain> {
    read_as(text, CITY, notes)
}

/// Reads a grid, or notes what is wrong with it under the codes given.
pub fn read_as(text: &str, codes: GridCodes, notes: &mut Notes<'_>) -> Option<Terrain> {
    let (header, body) = read_header(text, codes, notes)?;
    let (frame, nodata) = frame_of(&header, codes, notes)?;
    let cells = frame.columns * frame.rows;
    // A header may promise what the text cannot hold: two characters at least for a value.
    let mut values = Vec::with_capacity(cells.min(text.len() / 2 + 1));
    for (at, line) in text.lines().enumerate().skip(body) {
        for word in line.split_ascii_whitespace() {
            let Some(value) = word.parse::<f64>().ok().filter(|v| v.is_finite()) else {
                notes.error(codes.value, at + 1, word, "is not a finite number".to_owned(), "correct the value");
                return None;
            };
            if values.len() == cells {
                let message = format!("there are more than {} × {} values", frame.rows, frame.columns);
                notes.error(codes.count, at + 1, "", message, "correct ncols and nrows, or the rows");
                return None;
            }
            values.push(if value == nodata { f64::NAN } else { value });
        }
    }
    if values.len() < cells {
        let message = format!("{} values, the header says {} × {}", values.len(), frame.rows, frame.columns);
        notes.error(codes.count, text.lines().count(), "", message, "correct ncols and nrows, or the rows");
        return None;
    }
    Terrain::new(frame, values)
}

/// Keys in lower case with value and line, and the position of the first line of values.
type Header = BTreeMap<String, (f64, usize)>;

fn read_header(text: &str, codes: GridCodes, notes: &mut Notes<'_>) -> Option<(Header, usize)> {
    let mut header = Header::new();
    for (at, line) in text.lines().enumerate() {
        let mut words = line.split_ascii_whitespace();
        let Some(first) = words.next() else { continue };
        if first.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
            return Some((header, at));
        }
        let key = first.to_ascii_lowercase();
        if !KEYS.contains(&key.as_str()) {
            let remedy = offer(&key, KEYS, "write the header of an ESRI ASCII grid");
            notes.error(codes.header, at + 1, first, "is not a header key".to_owned(), &remedy);
            return None;
        }
        let Some(value) = words.next().and_then(|w| w.parse::<f64>().ok()).filter(|v| v.is_finite()) else {
            notes.error(codes.header, at + 1, first, "has no number".to_owned(), "write one number after it");
            return None;
        };
        if header.insert(key, (value, at + 1)).is_some() {
            notes.error(codes.header, at + 1, first, "stands twice".to_owned(), "leave one of them out");
            return None;
        }
    }
    notes.error(codes.header, 0, "", "the grid has no values".to_owned(), "write the rows after the header");
    None
}

fn frame_of(header: &Header, codes: GridCodes, notes: &mut Notes<'_>) -> Option<(GridFrame, f64)> {
    let mut get = |keys: [&str; 2]| {
        let found = keys.iter().find_map(|key| header.get(*key).map(|&(value, line)| (value, line, *key == keys[0])));
        if found.is_none() {
            notes.error(codes.header, 0, keys[0], "is missing".to_owned(), "add it to the header");
        }
        found
    };
    let (columns, rows) = (get(["ncols", "ncols"])?, get(["nrows", "nrows"])?);
    let (west, south) = (get(["xllcorner", "xllcenter"])?, get(["yllcorner", "yllcenter"])?);
    let cell = get(["cellsize", "cellsize"])?;
    for (value, line, key) in [(columns.0, columns.1, "ncols"), (rows.0, rows.1, "nrows")] {
        if value < 1.0 || value.fract() != 0.0 || value > 1e9 {
            let message = format!("is {value}, not a whole number from 1");
            notes.error(codes.header, line, key, message, "correct the header");
            return None;
        }
    }
    if cell.0 <= 0.0 {
        notes.error(codes.header, cell.1, "cellsize", format!("is {}", cell.0), "give the side of a cell in metres");
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, 1 to 1e9
    let (columns_n, rows_n) = (columns.0 as usize, rows.0 as usize);
    if columns_n.saturating_mul(rows_n) > LIMIT_CELLS {
        let message = format!("{rows_n} × {columns_n} cells are more than {LIMIT_CELLS}");
        notes.error(codes.size, columns.1, "ncols", message, "give a coarser grid");
        return None;
    }
    let corner = |(value, _, is_corner): (f64, usize, bool)| if is_corner { value } else { value - cell.0 / 2.0 };
    let frame =
        GridFrame { columns: columns_n, rows: rows_n, west_m: corner(west), south_m: corner(south), cell_m: cell.0 };
    Some((frame, header.get("nodata_value").map_or(NODATA, |n| n.0)))
}

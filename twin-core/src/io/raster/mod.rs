//! Rasters: one number a cell on a grid of square cells, as ESRI ASCII grids and GeoTIFF.
//!
//! Row 0 is the northern one, as both formats have it; `NaN` stands where nothing is known. Coordinates are metres.

pub mod bands;
mod check;
pub mod codes;
mod geotiff;
mod geotiff_write;
pub mod picture;
#[cfg(test)]
mod tests;
mod write;

use std::path::Path;

use crate::diagnostic::Diagnostics;
use crate::io::esri_ascii::{self, GridCodes};
use crate::io::text::{self, Notes};
use crate::model::terrain::GridFrame;

pub use check::{CLIFF_SLOPE, bed_findings, demand_crs, demand_range, same_cells};
pub use geotiff_write::write_geotiff;
pub use write::write_ascii;

/// Value written where nothing is known.
pub const NODATA: f64 = -9999.0;

/// Largest GeoTIFF that is read [bytes].
const LIMIT_BYTES: u64 = 2 * 1024 * 1024 * 1024;

const ASCII: GridCodes =
    GridCodes { header: codes::HEADER, value: codes::VALUE, count: codes::COUNT, size: codes::SIZE };

/// A raster.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    /// Where it lies.
    pub frame: GridFrame,
    /// EPSG code of its coordinates, where it says so.
    pub epsg: Option<u32>,
    /// Row by row from the north, `NaN` where nothing is known.
    pub values: Vec<f64>,
}

impl Raster {
    /// Values row by row from the south.
    #[must_use]
    pub fn from_south(&self) -> Vec<f64> {
        self.values.chunks(self.frame.columns.max(1)).rev().flatten().copied().collect()
    }

    /// A raster of values row by row from the south.
    #[must_use]
    pub fn of_south(frame: GridFrame, epsg: Option<u32>, from_south: &[f64]) -> Self {
        let values = from_south.chunks(frame.columns.max(1)).rev().flatten().copied().collect();
        Self { frame, epsg, values }
    }

    /// Row and column of a cell in words, for a person with the file open: counted from 1 and from the north-west.
    #[must_use]
    pub fn place(&self, at: usize) -> String {
        let f = self.frame;
        let (row, column) = (at / f.columns, at % f.columns);
        let x = f.west_m + (column as f64 + 0.5) * f.cell_m;
        let y = f.south_m + ((f.rows - row) as f64 - 0.5) * f.cell_m;
        format!("row {}, column {} (x {x}, y {y})", row + 1, column + 1)
    }
}

/// Reads a raster by the ending of its name: `.asc` or `.txt`, `.tif` or `.tiff`. What is wrong with it is noted.
pub fn read(path: &Path, out: &mut Diagnostics) -> Option<Raster> {
    let file = path.display().to_string();
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "asc" | "txt" => {
            let text = text::read(path, codes::UNREADABLE, out)?;
            read_ascii(&text, &mut Notes { file: &file, out })
        }
        "tif" | "tiff" => {
            let mut notes = Notes { file: &file, out };
            match text::read_bounded(path, LIMIT_BYTES) {
                Ok(bytes) if bytes.len() as u64 > LIMIT_BYTES => {
                    notes.error(codes::SIZE, 0, "", "it has more than 2 GiB".to_owned(), "give a smaller raster");
                    None
                }
                Ok(bytes) => geotiff::read(&bytes, &mut notes),
                Err(error) => {
                    let message = format!("cannot be read: {error}");
                    notes.error(codes::UNREADABLE, 0, "", message, "check the name and the permissions");
                    None
                }
            }
        }
        _ => {
            let message = format!("`.{}` is not a raster that is read here", text::quote(&ending));
            let remedy = "give an ESRI ASCII grid (.asc) or a GeoTIFF (.tif)";
            Notes { file: &file, out }.error(codes::FORMAT, 0, "", message, remedy);
            None
        }
    }
}

/// Reads the text of an ESRI ASCII grid.
pub fn read_ascii(text: &str, notes: &mut Notes<'_>) -> Option<Raster> {
    let terrain = esri_ascii::read_as(text, ASCII, notes)?;
    Some(Raster { frame: terrain.frame(), epsg: None, values: terrain.elevations_m().to_vec() })
}

/// Reads the bytes of a GeoTIFF.
pub fn read_geotiff(bytes: &[u8], notes: &mut Notes<'_>) -> Option<Raster> {
    geotiff::read(bytes, notes)
}

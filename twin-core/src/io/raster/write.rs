//! Writes a raster as ESRI ASCII grid.

use std::io::{self, Write};

use super::{NODATA, Raster};

/// Writes a raster; a value has as many digits as single precision needs to come back as it is, and all of its own
/// where single precision does not reach.
///
/// # Errors
/// Those of the writer.
pub fn write_ascii<W: Write>(raster: &Raster, mut out: W) -> io::Result<()> {
    let f = raster.frame;
    writeln!(out, "ncols {}\nnrows {}\nxllcorner {}\nyllcorner {}", f.columns, f.rows, f.west_m, f.south_m)?;
    writeln!(out, "cellsize {}\nNODATA_value {NODATA}", f.cell_m)?;
    for row in raster.values.chunks(f.columns.max(1)) {
        for (at, value) in row.iter().enumerate() {
            if at > 0 {
                out.write_all(b" ")?;
            }
            #[allow(clippy::cast_possible_truncation)] // single precision is what is written
            match *value as f32 {
                _ if value.is_nan() => write!(out, "{NODATA}")?,
                0.0 => out.write_all(b"0")?,
                v if v.is_infinite() => write!(out, "{value:e}")?,
                v if v.abs() < 1e-4 => write!(out, "{v:e}")?,
                v => write!(out, "{v}")?,
            }
        }
        out.write_all(b"\n")?;
    }
    out.flush()
}

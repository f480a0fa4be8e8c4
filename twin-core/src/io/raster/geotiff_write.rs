//! Writes a raster as GeoTIFF: single precision, deflated, pixel is area.
//!
//! *Source:* OGC GeoTIFF Standard 1.1 (OGC 19-008r4), § 7 and annex B; GDAL, GeoTIFF driver, `GDAL_NODATA`.

use std::io::{Seek, Write};

use tiff::TiffResult;
use tiff::encoder::colortype::Gray32Float;
use tiff::encoder::compression::DeflateLevel;
use tiff::encoder::{Compression, TiffEncoder};
use tiff::tags::Tag;

use super::{NODATA, Raster};

/// Writes a raster; values are rounded to single precision.
///
/// # Errors
/// Those of the writer, and of a raster with more cells than the format can count.
pub fn write_geotiff<W: Write + Seek>(raster: &Raster, out: W) -> TiffResult<()> {
    let f = raster.frame;
    let (columns, rows) = (u32::try_from(f.columns)?, u32::try_from(f.rows)?);
    #[allow(clippy::cast_possible_truncation)] // single precision is what is written
    let data: Vec<f32> = raster.values.iter().map(|v| if v.is_nan() { NODATA as f32 } else { *v as f32 }).collect();
    let compression = Compression::Deflate(DeflateLevel::Balanced);
    let mut file = TiffEncoder::new(out)?.with_compression(compression);
    let mut image = file.new_image::<Gray32Float>(columns, rows)?;
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[f.cell_m, f.cell_m, 0.0][..])?;
    let north_m = f.south_m + f.rows as f64 * f.cell_m;
    tags.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, f.west_m, north_m, 0.0][..])?;
    tags.write_tag(Tag::GeoKeyDirectoryTag, &keys(raster.epsg)[..])?;
    tags.write_tag(Tag::GdalNodata, NODATA.to_string().as_str())?;
    image.write_data(&data)
}

/// Projected or unknown, pixel is area, and the code.
fn keys(epsg: Option<u32>) -> Vec<u16> {
    let code = epsg.and_then(|code| u16::try_from(code).ok());
    let mut entries = vec![[1024, 0, 1, if code.is_some() { 1 } else { 32767 }], [1025, 0, 1, 1]];
    entries.extend(code.map(|code| [3072, 0, 1, code]));
    #[allow(clippy::cast_possible_truncation)] // three at most
    let header = [1, 1, 1, entries.len() as u16];
    std::iter::once(header).chain(entries).flatten().collect()
}

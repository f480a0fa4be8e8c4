//! GeoTIFF: one band of numbers in strips or tiles, with its place and its EPSG code.
//!
//! *Source:* OGC GeoTIFF Standard 1.1 (OGC 19-008r4), § 7 (keys) and annex B (tags); GDAL, GeoTIFF driver,
//! `GDAL_NODATA`.

use std::io::Cursor;

use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use super::{Raster, codes};
use crate::io::esri_ascii::LIMIT_CELLS;
use crate::io::text::Notes;
use crate::model::terrain::GridFrame;

/// `GTModelTypeGeoKey`.
const MODEL_TYPE: u16 = 1024;
/// `GTRasterTypeGeoKey`.
const RASTER_TYPE: u16 = 1025;
/// `ProjectedCRSGeoKey`.
const PROJECTED: u16 = 3072;
/// `ProjLinearUnitsGeoKey`.
const LINEAR_UNITS: u16 = 3076;
/// A value that means "defined by the user".
const USER_DEFINED: u16 = 32767;
const METRE: u16 = 9001;
const GEOGRAPHIC: u16 = 2;
const PIXEL_IS_POINT: u16 = 2;

/// Ratio by which the sides of a cell may differ.
const SQUARE: f64 = 1e-6;

type Tiff<'a> = Decoder<Cursor<&'a [u8]>>;

/// Reads the first image of a file.
pub fn read(bytes: &[u8], notes: &mut Notes<'_>) -> Option<Raster> {
    let broken = |error: tiff::TiffError, notes: &mut Notes<'_>| {
        let message = format!("cannot be decoded: {error}");
        notes.error(codes::TRUNCATED, 0, "", message, "write the file again, uncompressed or with deflate or LZW");
    };
    let opened = Decoder::new(Cursor::new(bytes)).and_then(|mut d| d.dimensions().map(|size| (d, size)));
    let (decoder, (columns, rows)) = opened.map_err(|error| broken(error, notes)).ok()?;
    let (columns, rows) = (columns as usize, rows as usize);
    if columns.saturating_mul(rows) > LIMIT_CELLS || columns == 0 || rows == 0 {
        let message = format!("{rows} × {columns} cells; at most {LIMIT_CELLS} are read");
        notes.error(codes::SIZE, 0, "", message, "give a coarser or a smaller raster");
        return None;
    }
    let mut limits = Limits::default();
    limits.decoding_buffer_size = LIMIT_CELLS * 8;
    let mut decoder = decoder.with_limits(limits);
    match decoder.colortype() {
        Ok(ColorType::Gray(_)) => {}
        Ok(other) => {
            let message = format!("it holds {other:?}, not one band of numbers");
            notes.error(codes::FORMAT, 0, "", message, "export one band of numbers");
            return None;
        }
        Err(error) => {
            broken(error, notes);
            return None;
        }
    }
    let keys = Keys::read(&mut decoder);
    keys.metres(notes)?;
    let frame = frame_of(&mut decoder, keys.of(RASTER_TYPE) == Some(PIXEL_IS_POINT), columns, rows, notes)?;
    let nodata = nodata_of(&mut decoder);
    let decoded = decoder.read_image().map_err(|error| broken(error, notes)).ok()?;
    let mut values = numbers(decoded);
    if values.len() != columns * rows {
        let message = format!("{} values for {rows} × {columns} cells", values.len());
        notes.error(codes::COUNT, 0, "", message, "write the file again");
        return None;
    }
    let mut raster = Raster { frame, epsg: keys.epsg(), values: Vec::new() };
    for (at, value) in values.iter_mut().enumerate() {
        if nodata.is_some_and(|n| *value == n || n.is_nan() && value.is_nan()) {
            *value = f64::NAN;
        } else if !value.is_finite() {
            let subject = raster.place(at);
            let remedy = "correct the value, or name it as the file's no-data value";
            notes.error(codes::VALUE, 0, &subject, format!("is {value}"), remedy);
            return None;
        }
    }
    raster.values = values;
    Some(raster)
}

fn numbers(decoded: DecodingResult) -> Vec<f64> {
    #[allow(clippy::cast_precision_loss)] // no elevation or depth is beyond 2^53
    match decoded {
        DecodingResult::U8(v) => v.into_iter().map(f64::from).collect(),
        DecodingResult::U16(v) => v.into_iter().map(f64::from).collect(),
        DecodingResult::U32(v) => v.into_iter().map(f64::from).collect(),
        DecodingResult::U64(v) => v.into_iter().map(|x| x as f64).collect(),
        DecodingResult::I8(v) => v.into_iter().map(f64::from).collect(),
        DecodingResult::I16(v) => v.into_iter().map(f64::from).collect(),
        DecodingResult::I32(v) => v.into_iter().map(f64::from).collect(),
        DecodingResult::I64(v) => v.into_iter().map(|x| x as f64).collect(),
        DecodingResult::F16(v) => v.into_iter().map(f64::from).collect(),
        // The text of the no-data value is compared in the file's own precision, which this keeps.
        DecodingResult::F32(v) => v.into_iter().map(f64::from).collect(),
        DecodingResult::F64(v) => v,
    }
}

/// The no-data value as the cells hold it.
fn nodata_of(decoder: &mut Tiff<'_>) -> Option<f64> {
    let text = decoder.find_tag(Tag::GdalNodata).ok()??.into_string().ok()?;
    let value: f64 = text.trim_matches(|c: char| c.is_whitespace() || c == '\0').parse().ok()?;
    let single = decoder.find_tag_unsigned_vec::<u16>(Tag::SampleFormat).ok().flatten().is_some_and(|f| f == [3])
        && decoder.colortype().is_ok_and(|c| c.bit_depth() == 32);
    #[allow(clippy::cast_possible_truncation)] // as the file was written
    Some(if single { f64::from(value as f32) } else { value })
}

/// The key directory: key and value of those that hold a short number.
struct Keys(Vec<(u16, u16)>);

impl Keys {
    fn read(decoder: &mut Tiff<'_>) -> Self {
        let all = decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default();
        let entries = all.get(4..).unwrap_or_default().chunks_exact(4);
        Self(entries.filter(|e| e[1] == 0).map(|e| (e[0], e[3])).collect())
    }

    fn of(&self, key: u16) -> Option<u16> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, value)| *value)
    }

    fn epsg(&self) -> Option<u32> {
        self.of(PROJECTED).filter(|&code| code != 0 && code != USER_DEFINED).map(u32::from)
    }

    fn metres(&self, notes: &mut Notes<'_>) -> Option<()> {
        let what = match (self.of(MODEL_TYPE), self.of(LINEAR_UNITS)) {
            (Some(GEOGRAPHIC), _) => "degrees of longitude and latitude".to_owned(),
            (_, Some(unit)) if unit != METRE && unit != USER_DEFINED => format!("in the unit EPSG:{unit}"),
            _ => return Some(()),
        };
        let message = format!("its coordinates are {what}");
        notes.error(codes::UNITS, 0, "", message, "project it to a system in metres");
        None
    }
}

fn frame_of(
    decoder: &mut Tiff<'_>,
    at_centres: bool,
    columns: usize,
    rows: usize,
    notes: &mut Notes<'_>,
) -> Option<GridFrame> {
    let mut numbers = |tag| decoder.get_tag_f64_vec(tag).unwrap_or_default();
    let (scale, tie, matrix) =
        (numbers(Tag::ModelPixelScaleTag), numbers(Tag::ModelTiepointTag), numbers(Tag::ModelTransformationTag));
    // Size of a cell along x and down y, and the place of the corner (or centre) of the north-western cell.
    let (dx, dy, x, y, turned) = if scale.len() >= 2 && tie.len() >= 6 {
        (scale[0], scale[1], tie[3] - tie[0] * scale[0], tie[4] + tie[1] * scale[1], false)
    } else if matrix.len() == 16 {
        (matrix[0], -matrix[5], matrix[3], matrix[7], matrix[1] != 0.0 || matrix[4] != 0.0)
    } else {
        notes.error(codes::PLACE, 0, "", "it has no pixel scale with a tie point".to_owned(), "write it as GeoTIFF");
        return None;
    };
    let sound = [dx, dy, x, y].iter().all(|v| v.is_finite()) && dx > 0.0 && dy > 0.0;
    if !sound || turned || (dx - dy).abs() > SQUARE * dx {
        let message = format!("cells of {dx} m by {dy} m{}", if turned { ", turned" } else { "" });
        notes.error(codes::SQUARE, 0, "", message, "resample it to square cells, north upwards");
        return None;
    }
    let shift = if at_centres { 0.5 } else { 0.0 };
    let (west_m, north_m) = (x - shift * dx, y + shift * dx);
    Some(GridFrame { columns, rows, west_m, south_m: north_m - rows as f64 * dx, cell_m: dx })
}

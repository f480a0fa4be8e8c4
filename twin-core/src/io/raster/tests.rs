use super::bands::{bands, doubled_area};
use super::*;

fn raster(columns: usize, values: &[f64]) -> Raster {
    let frame = GridFrame { columns, rows: values.len() / columns, west_m: 500_000.25, south_m: 30.5, cell_m: 2.5 };
    Raster { frame, epsg: Some(4547), values: values.to_vec() }
}

fn reads(text: &str) -> (Option<Raster>, Diagnostics) {
    let mut out = Diagnostics::default();
    let read = read_ascii(text, &mut Notes { file: "a.asc", out: &mut out });
    (read, out)
}

fn tiff(raster: &Raster) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    write_geotiff(raster, &mut bytes).expect("written");
    bytes.into_inner()
}

/// What is written comes back, cell by cell, with place, system and holes.
#[test]
fn both_formats_come_back_as_they_were_written() {
    let given = raster(3, &[1.0, 2.5, f64::NAN, -0.125, 1e-7, 812.400_024_414_062_5]);
    let mut text = Vec::new();
    write_ascii(&given, &mut text).expect("written");
    let (ascii, found) = reads(std::str::from_utf8(&text).expect("text"));
    let ascii = ascii.unwrap_or_else(|| panic!("{found:?}"));
    let mut out = Diagnostics::default();
    let image = read_geotiff(&tiff(&given), &mut Notes { file: "a.tif", out: &mut out });
    let image = image.unwrap_or_else(|| panic!("{out:?}"));
    assert_eq!((image.epsg, ascii.epsg), (Some(4547), None));
    for back in [ascii, image] {
        assert_eq!(back.frame, given.frame);
        for (a, b) in back.values.iter().zip(&given.values) {
            assert!(a.is_nan() && b.is_nan() || (*a as f32) == (*b as f32), "{a} {b}");
        }
    }
}

/// A value beyond single precision was written as `inf`, which no reader takes. (Found by fuzzing.)
#[test]
fn a_value_beyond_single_precision_comes_back() {
    let mut text = Vec::new();
    write_ascii(&raster(2, &[1e110, -4.0]), &mut text).expect("written");
    let (back, found) = reads(std::str::from_utf8(&text).expect("text"));
    assert_eq!(back.unwrap_or_else(|| panic!("{found:?}")).values, [1e110, -4.0]);
}

/// A GeoTIFF cut anywhere is told to be broken, and nothing panics.
#[test]
fn a_geotiff_cut_anywhere_is_survived() {
    let whole = tiff(&raster(20, &vec![7.25; 400]));
    for at in 0..whole.len() {
        let mut out = Diagnostics::default();
        let read = read_geotiff(&whole[..at], &mut Notes { file: "cut.tif", out: &mut out });
        assert!(read.is_none() == out.has_errors(), "{at}: {out:?}");
    }
}

/// The area of polygons is that of the cells, holes taken off, also where cells touch at corners alone.
#[test]
fn bands_have_the_area_of_their_cells() {
    #[rustfmt::skip]
    let given = raster(6, &[
        1.0, 1.0, 1.0, 0.0, 3.0, 0.0,
        1.0, 0.0, 1.0, 3.0, 0.0, 3.0,
        1.0, 1.0, 0.0, 1.0, 3.0, 0.0,
        1.0, 1.0, 1.0, 1.0, 0.0, f64::NAN,
    ]);
    let found = bands(&given, &[0.5, 2.0]);
    for (band, cells) in found.iter().zip([12.0, 4.0]) {
        let rings = band.polygons.iter().flatten();
        let area: f64 = rings.map(|r| 0.5 * doubled_area(r)).sum();
        assert!((area - cells * 6.25).abs() < 1e-6 && band.area_m2 == cells * 6.25, "{band:?}");
        for polygon in &band.polygons {
            assert!(doubled_area(&polygon[0]) > 0.0 && polygon[1..].iter().all(|h| doubled_area(h) < 0.0));
            assert!(polygon.iter().all(|r| r.first() == r.last() && r.len() >= 5));
        }
    }
    assert_eq!(found[1].polygons.len(), 4, "four cells that touch at corners");
}

/// A picture is a PNG that another reader opens, with the map's colours in it.
#[test]
fn a_picture_shows_its_classes() {
    let map = raster(8, &(0..64).map(|k| f64::from(k) / 20.0).collect::<Vec<_>>());
    let mut bytes = Vec::new();
    picture::write_png(&map, &map, &bands::DEPTHS_M, "m", &mut bytes).expect("written");
    let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("a frame");
    for colour in [[222, 235, 247], [8, 40, 100]] {
        assert!(pixels.chunks(3).any(|p| p == colour), "{colour:?}");
    }
}

/// Holes and cliffs are told with their place; what lies outside is no hole.
#[test]
fn holes_and_cliffs_are_told_with_their_place() {
    #[rustfmt::skip]
    let given = raster(4, &[
        f64::NAN, 1.0, 1.0, 1.0,
        1.0, f64::NAN, 1.0, 60.0,
        1.0, 1.0, 1.0, 1.0,
    ]);
    let mut out = Diagnostics::default();
    assert!(bed_findings(&given, &mut Notes { file: "a.asc", out: &mut out }));
    let told: Vec<_> = out.list().iter().map(|d| (d.code.as_str(), d.subject.as_str())).collect();
    assert_eq!(told.len(), 2, "{out:?}");
    assert!(told[0].0 == codes::HOLE && told[0].1.starts_with("row 2, column 2"), "{told:?}");
    assert!(told[1].0 == codes::CLIFF && told[1].1.starts_with("row 1, column 4"), "{told:?}");
}

/// A GeoTIFF of four cells with any scale and keys.
fn odd_tiff(scale: Option<[f64; 3]>, keys: &[u16]) -> Vec<u8> {
    use tiff::encoder::{TiffEncoder, colortype::Gray32Float};
    use tiff::tags::Tag;
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut file = TiffEncoder::new(&mut bytes).expect("a file");
    let mut image = file.new_image::<Gray32Float>(2, 2).expect("an image");
    if let Some(scale) = scale {
        image.encoder().write_tag(Tag::ModelPixelScaleTag, &scale[..]).expect("a tag");
        image.encoder().write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, 10.0, 20.0, 0.0][..]).expect("a tag");
    }
    image.encoder().write_tag(Tag::GeoKeyDirectoryTag, keys).expect("a tag");
    image.write_data(&[1.0, 2.0, 3.0, 4.0]).expect("written");
    bytes.into_inner()
}

/// Degrees, feet, oblong cells and no place at all are refused; cell centres as reference points are understood.
#[test]
fn a_geotiff_says_where_it_lies_in_metres() {
    let square = Some([5.0, 5.0, 0.0]);
    for (scale, keys, code) in [
        (square, vec![1, 1, 1, 1, 1024, 0, 1, 2], codes::UNITS),
        (square, vec![1, 1, 1, 1, 3076, 0, 1, 9003], codes::UNITS),
        (Some([5.0, 6.0, 0.0]), vec![1, 1, 1, 0], codes::SQUARE),
        (None, vec![1, 1, 1, 0], codes::PLACE),
    ] {
        let mut out = Diagnostics::default();
        let read = read_geotiff(&odd_tiff(scale, &keys), &mut Notes { file: "a.tif", out: &mut out });
        assert!(read.is_none() && out.list()[0].code == code, "{code}: {out:?}");
    }
    let mut out = Diagnostics::default();
    let keys = [1, 1, 1, 1, 1025, 0, 1, 2];
    let read = read_geotiff(&odd_tiff(square, &keys), &mut Notes { file: "a.tif", out: &mut out }).expect("a raster");
    assert_eq!((read.frame.west_m, read.frame.south_m), (7.5, 12.5));
}

/// A system that is demanded must be there and be the one.
#[test]
fn a_system_that_is_demanded_must_be_the_one() {
    let given = raster(2, &[1.0, 2.0]);
    for (epsg, code) in [(None, codes::CRS_MISSING), (Some(4326), codes::CRS_OTHER)] {
        let mut out = Diagnostics::default();
        let other = Raster { epsg, ..given.clone() };
        assert!(!demand_crs(&other, 4547, &mut Notes { file: "a.tif", out: &mut out }));
        assert_eq!(out.list()[0].code, code);
    }
}

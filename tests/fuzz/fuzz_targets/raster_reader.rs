//! Any bytes as a raster, an ESRI ASCII grid or a GeoTIFF: refused or read, never a panic; an ASCII grid that reads is
//! written so that it reads the same. Run: `make fuzz-readers`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twin_core::diagnostic::Diagnostics;
use twin_core::io::raster::{self, Raster};
use twin_core::io::text::Notes;

fn ascii(text: &str) -> Option<Raster> {
    let mut out = Diagnostics::default();
    let raster = raster::read_ascii(text, &mut Notes { file: "fuzz.asc", out: &mut out });
    assert_eq!(raster.is_none(), out.has_errors());
    raster
}

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"II") || bytes.starts_with(b"MM") {
        let mut out = Diagnostics::default();
        let raster = raster::read_geotiff(bytes, &mut Notes { file: "fuzz.tif", out: &mut out });
        assert_eq!(raster.is_none(), out.has_errors());
    } else if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(raster) = ascii(text)
    {
        let mut written = Vec::new();
        raster::write_ascii(&raster, &mut written).expect("memory takes what is written");
        let again = ascii(std::str::from_utf8(&written).expect("text")).expect("what was written is sound");
        assert_eq!((again.frame, again.values.len()), (raster.frame, raster.values.len()));
        assert!(again.values.iter().zip(&raster.values).all(|(a, b)| a.is_nan() == b.is_nan()));
    }
});

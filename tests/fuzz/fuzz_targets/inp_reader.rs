//! Any bytes as an `.inp` file: never a panic, and what reads is written so that it reads the same.
//! Run: `make fuzz-readers`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twin_core::io::inp;

fuzz_target!(|bytes: &[u8]| {
    let (file, found) = inp::read_str("fuzz.inp", bytes);
    assert_eq!(file.is_none(), found.has_errors());
    if let Some(file) = file {
        let _ = inp::to_water_model(&file);
        let again = inp::read_str("fuzz.inp", inp::write(&file).as_bytes()).0;
        assert_eq!(again.as_ref(), Some(&file));
    }
});

//! Any bytes as an EPANET result file: refused or read, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twin_core::io::epanet_out;

fuzz_target!(|bytes: &[u8]| {
    let _ = epanet_out::read(bytes);
});

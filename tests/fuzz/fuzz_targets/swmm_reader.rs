//! Any bytes as a SWMM deck: never a panic, and what reads is written so that it reads the same.
//! Run: `make fuzz-readers`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twin_core::io::swmm_inp;

fuzz_target!(|bytes: &[u8]| {
    let (deck, found) = swmm_inp::read_str("fuzz.inp", bytes);
    assert_eq!(deck.is_none(), found.has_errors());
    if let Some(deck) = deck {
        let again = swmm_inp::read_str("fuzz.inp", swmm_inp::write(&deck).as_bytes()).0;
        assert_eq!(again.as_ref(), Some(&deck));
    }
});

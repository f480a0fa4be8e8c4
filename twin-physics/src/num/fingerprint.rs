//! A number that identifies a description.

use std::fmt::{self, Debug, Write};

/// FNV-1a over text. *Source:* Fowler, Noll & Vo (1991), 64-bit parameters.
struct Fnv(u64);

impl Write for Fnv {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        for byte in s.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}

/// Changes with anything that the debug form of a value shows; a number's is its shortest exact one.
#[must_use]
pub fn fingerprint(value: &impl Debug) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    // Writing into a hash cannot fail.
    let _ = write!(hash, "{value:?}");
    hash.0
}

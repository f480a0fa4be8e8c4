//! What holds for every sewershed, whatever its seed.

use proptest::prelude::*;

use super::layout::Kind;
use super::*;

fn options(conduits: usize, seed: u64) -> SewershedOptions {
    SewershedOptions::new(conduits, seed).expect("the example formula is sound")
}

fn made(conduits: usize, seed: u64) -> Sewershed {
    generate(&options(conduits, seed)).expect("in range")
}

/// The same options give the same bytes.
#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(made(300, 7).deck(), made(300, 7).deck());
    assert_ne!(made(300, 7).deck(), made(300, 8).deck());
}

//! Readers of what the program itself or EPANET wrote, given anything else: an answer or an error, never a panic.

use proptest::prelude::*;
use twin_core::io::epanet_out;
use twin_core::io::results::parse_events;
use twin_core::rehearsal::course::Course;
use twin_core::world::snapshot::{pack, unpack};

use crate::toys::{eventful, seconds};

const PRINT: u64 = 0x1234;

/// A snapshot of three parts.
fn snapshot() -> Vec<u8> {
    pack(PRINT, &[vec![1, 2, 3], Vec::new(), vec![9; 40]])
}

/// The head of an EPANET result file: magic, version and counts, then bytes of any kind.
fn epanet_like() -> impl Strategy<Value = Vec<u8>> {
    let counts = prop::collection::vec(prop_oneof![0..6_i32, any::<i32>()], 13);
    (counts, prop::collection::vec(any::<u8>(), 0..4000)).prop_map(|(counts, tail)| {
        let magic = 516_114_521_i32.to_le_bytes();
        let mut bytes = [magic, 20_012_i32.to_le_bytes()].concat();
        bytes.extend(counts.iter().flat_map(|c| c.to_le_bytes()));
        bytes.extend(tail);
        bytes.extend([0_i32.to_le_bytes(), 0_i32.to_le_bytes(), magic].concat());
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_the_epanet_reader_panic(
        bytes in prop_oneof![epanet_like(), prop::collection::vec(any::<u8>(), 0..600)],
    ) {
        let _ = epanet_out::read(&bytes);
    }

    #[test]
    fn no_text_makes_the_event_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = parse_events(&bytes, "events.jsonl");
    }

    /// One bit or a cut anywhere is an error, whatever it hits.
    #[test]
    fn no_damaged_snapshot_is_taken(at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<bool>()) {
        let mut bytes = snapshot();
        prop_assert_eq!(unpack(&bytes, PRINT).unwrap().len(), 3);
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        prop_assert!(unpack(&bytes, PRINT).is_err());
    }

    #[test]
    fn no_bytes_make_a_paused_course_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut b = crate::toys::Builder::new();
        b.cistern(1.0, 2.0, 3.0, 1);
        let (world, first) = b.build();
        let mut course = Course::new(world, first, Vec::new(), seconds(10), Vec::new());
        prop_assert!(course.load(&bytes).is_err());
        let mut world = eventful();
        prop_assert!(world.load(&bytes).is_err());
    }
}

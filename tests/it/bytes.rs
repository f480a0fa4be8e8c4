//! Readers of what the program itself, EPANET or SWMM wrote, given anything else: an answer or an error, never a panic.

use proptest::prelude::*;
use twin_core::io::results::parse_events;
use twin_core::io::swmm_hotstart::{self, HotStartShape};
use twin_core::io::swmm_inp::weather_rain;
use twin_core::io::swmm_interface::{read_rainfall, read_rdii, read_routing, read_runoff};
use twin_core::io::swmm_out::FlowUnits;
use twin_core::io::{epanet_out, swmm_out};
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

/// A stamp, then counts that are mostly small, then bytes of any kind.
fn stamped(stamp: &'static [u8], counts: usize) -> impl Strategy<Value = Vec<u8>> {
    let counts = prop::collection::vec(prop_oneof![4 => 0..4_i32, 1 => any::<i32>()], counts);
    (counts, prop::collection::vec(any::<u8>(), 0..2000)).prop_map(move |(counts, tail)| {
        let counts: Vec<u8> = counts.iter().flat_map(|c| c.to_le_bytes()).collect();
        [stamp, &counts, &tail].concat()
    })
}

/// A SWMM result file of one node, without or with a few bytes changed: most damage leaves the close as it was.
fn swmm_like() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    (changes, 0..3_usize).prop_map(|(changes, periods)| {
        let node = swmm_out::NodeEntry {
            name: "n".to_owned(),
            kind: swmm_out::NodeKind::Outfall,
            invert: 0.0,
            max_depth: 1.0,
            reported: true,
        };
        let description = swmm_out::SwmmOutDescription {
            flow_units: FlowUnits::Cms,
            subcatchments: Vec::new(),
            nodes: vec![node],
            links: Vec::new(),
            pollutants: Vec::new(),
            start_days: 0.0,
            report_step_s: 60,
        };
        let mut w = swmm_out::SwmmOutWriter::new(Vec::new(), &description).unwrap();
        for _ in 0..periods {
            let system = &[0.0_f32; swmm_out::SYSTEM_VARIABLES];
            let period =
                swmm_out::OutPeriod { date_days: 1.0, subcatchments: &[], nodes: &[0.0; 6], links: &[], system };
            w.period(&period).unwrap();
        }
        let mut bytes = w.finish(0).unwrap();
        let last = bytes.len() - 4;
        changes.iter().for_each(|(at, to)| bytes[at.index(last)] = *to);
        bytes
    })
}

/// Lines of a routing file, some of them replaced by anything.
fn routing_like() -> impl Strategy<Value = Vec<u8>> {
    let lines = "SWMM5 x\ntitle\n60 - s\n2 - of\nFLOW CFS\nTSS MG/L\n1 - of\nn\nNode\n\
        n 2020 1 1 0 0 0 1.0 2.0\nn 2020 1 1 0 1 0 1 2";
    prop::collection::vec((0..11_usize, "[ -~]{0,40}"), 0..3).prop_map(move |changes| {
        let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
        changes.into_iter().for_each(|(at, to)| lines[at] = to);
        lines.join("\n").into_bytes()
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
    fn no_bytes_make_the_swmm_reader_panic(
        bytes in prop_oneof![swmm_like(), prop::collection::vec(any::<u8>(), 0..600)],
    ) {
        if let Ok(results) = swmm_out::read(&bytes) {
            let _ = results.node(0, results.periods());
        }
    }

    /// No answer without soundness, no silence without an answer.
    #[test]
    fn no_bytes_make_the_hot_start_reader_panic(
        bytes in prop_oneof![
            stamped(b"SWMM5-HOTSTART", 4),
            stamped(b"SWMM5-HOTSTART2", 5),
            stamped(b"SWMM5-HOTSTART4", 6),
        ],
        pollutants in 0..3_usize,
    ) {
        let shape = HotStartShape {
            subcatchments: vec![(true, true); pollutants],
            land_uses: 1,
            storage_nodes: vec![true, false],
            links: 1,
            pollutants,
            flow_units: FlowUnits::Cfs,
        };
        let (answer, found) = swmm_hotstart::read("any", &bytes, &shape);
        prop_assert_eq!(answer.is_none(), found.has_errors());
    }

    #[test]
    fn no_bytes_make_the_interface_readers_panic(
        bytes in prop_oneof![
            stamped(b"SWMM5-RAIN", 1),
            stamped(b"SWMM5-RUNOFF", 4),
            stamped(b"SWMM5-RDII", 3),
            routing_like(),
            prop::collection::vec(any::<u8>(), 0..600),
        ],
    ) {
        let (answer, found) = read_rainfall("any", &bytes);
        prop_assert_eq!(answer.is_none(), found.has_errors());
        let (answer, found) = read_runoff("any", &bytes);
        prop_assert_eq!(answer.is_none(), found.has_errors());
        let (answer, found) = read_rdii("any", &bytes, 3);
        prop_assert_eq!(answer.is_none(), found.has_errors());
        let (answer, found) = read_routing("any", &bytes);
        prop_assert_eq!(answer.is_none(), found.has_errors());
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

    /// Rain files of weather services, some bytes changed or the end cut off.
    #[test]
    fn no_text_makes_the_weather_reader_panic(
        which in 0..4_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 0..4),
        length in 0..800_usize,
    ) {
        let mut text: Vec<char> = [
            "412797 01 HPCP HI 1998 03 01 0100     25     0200  99999 M   0500  99999 a   0700     90 A  \n".to_owned(),
            "HPD41279701HPCPHI19980300010040100000025  0200099999M 0500099999a 0700000090A \n".to_owned(),
            "STATION NAME DATE           HPCP\nCOOP:412797  19980302 00:00 0.10     \n".to_owned(),
            format!("615873319980301159{}\n", "000127 ".repeat(96)),
        ][which].chars().collect();
        for (at, to) in changes {
            let at = at.index(text.len());
            text[at] = to;
        }
        let text: String = text.into_iter().take(length).collect();
        if let Some(form) = weather_rain::form(&text) {
            let _ = weather_rain::read(&text, form, None);
        }
    }
}

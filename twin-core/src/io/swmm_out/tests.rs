//! Result files: what is written is read, what is not reported is left out, and a broken file is refused.

use super::*;

fn description() -> SwmmOutDescription {
    let node = |name: &str, kind, reported| NodeEntry {
        name: name.to_owned(),
        kind,
        invert: 100.25,
        max_depth: 12.5,
        reported,
    };
    let link = |name: &str, kind, length, reported| LinkEntry {
        name: name.to_owned(),
        kind,
        offset_inlet: 0.5,
        offset_outlet: 0.25,
        max_depth: 3.0,
        length,
        reported,
    };
    SwmmOutDescription {
        flow_units: FlowUnits::Lps,
        subcatchments: vec![SubcatchmentEntry { name: "S 1".to_owned(), area: 4.5, reported: true }],
        nodes: vec![
            node("a", NodeKind::Junction, true),
            node("hidden", NodeKind::Divider, false),
            node("überlauf", NodeKind::Storage, true),
            node("out", NodeKind::Outfall, true),
        ],
        links: vec![link("c", LinkKind::Conduit, 400.0, true), link("w", LinkKind::Weir, 0.0, false)],
        pollutants: vec![
            PollutantEntry { name: "TSS".to_owned(), units: ConcentrationUnits::MgPerL },
            PollutantEntry { name: "coli".to_owned(), units: ConcentrationUnits::CountsPerL },
        ],
        start_days: 36_526.0,
        report_step_s: 900,
    }
}

fn counting(n: usize, from: f64) -> Vec<f64> {
    (0..n).map(|i| from + i as f64).collect()
}

fn written(periods: usize) -> Vec<u8> {
    let mut w = SwmmOutWriter::new(Vec::new(), &description()).expect("memory");
    for k in 0..periods {
        let from = 1000.0 * k as f64;
        let system: [f64; SYSTEM_VARIABLES] = std::array::from_fn(|i| from + 900.0 + i as f64);
        let period = OutPeriod {
            date_days: 36_526.0 + (k + 1) as f64 / 96.0,
            subcatchments: &counting(10, from),
            nodes: &counting(4 * 8, from + 100.0),
            links: &counting(2 * 7, from + 200.0),
            system: &system,
        };
        w.period(&period).expect("memory");
    }
    assert_eq!(w.periods(), i32::try_from(periods).expect("few"));
    w.finish(0).expect("memory")
}

#[test]
fn what_is_written_is_read_without_the_unreported() {
    let r = read(&written(3)).expect("just written");
    let mut expected = description();
    expected.nodes.remove(1);
    expected.links.remove(1);
    assert_eq!(r.description, expected);
    assert_eq!((r.version, r.error_code, r.periods()), (52_004, 0, 3));
    assert_eq!(r.dates_days[2], 36_526.0 + 3.0 / 96.0);
    assert_eq!(r.subcatchment(0, 1)[0], 1000.0);
    // The third node of the model is the second of the file.
    assert_eq!(r.node(1, 0), [116.0, 117.0, 118.0, 119.0, 120.0, 121.0, 122.0, 123.0]);
    assert_eq!(r.node_series(1, NodeVariable::Head), [117.0, 1117.0, 2117.0]);
    assert_eq!(r.link_series(0, LinkVariable::Capacity), [204.0, 1204.0, 2204.0]);
    assert_eq!(r.link_quality(0, 1), [206.0, 1206.0, 2206.0]);
    assert_eq!(r.node_quality(2, 0), [130.0, 1130.0, 2130.0]);
    assert_eq!(r.subcatchment_quality(0, 1), [9.0, 1009.0, 2009.0]);
    assert_eq!(r.subcatchment_series(0, SubcatchmentVariable::Runoff), [4.0, 1004.0, 2004.0]);
    assert_eq!(r.system_series(SystemVariable::PotentialEvaporation), [914.0, 1914.0, 2914.0]);
    assert_eq!(r.system(2).len(), 15);
}

#[test]
fn nothing_is_found_beyond_the_last_object_or_period() {
    let r = read(&written(2)).expect("just written");
    assert!(r.node(3, 0).is_empty() && r.node(0, 2).is_empty() && r.link(usize::MAX, 0).is_empty());
    assert!(r.link_quality(0, 2).is_empty() && r.node_series(9, NodeVariable::Depth).is_empty());
    let none = read(&written(0)).expect("just written");
    assert_eq!(none.periods(), 0);
    assert!(none.system(0).is_empty());
}

#[test]
fn a_period_of_another_model_is_refused() {
    let mut w = SwmmOutWriter::new(Vec::new(), &description()).expect("memory");
    let period = OutPeriod {
        date_days: 0.0,
        subcatchments: &[0.0_f32; 10],
        nodes: &[0.0; 8],
        links: &[0.0; 14],
        system: &[0.0; 15],
    };
    assert_eq!(w.period(&period).expect_err("too few nodes").kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = written(2);
    assert!((0..bytes.len()).all(|n| read(&bytes[..n]).is_err()));
    let mut longer = bytes.clone();
    longer.splice(bytes.len() - CLOSE_BYTES..bytes.len() - CLOSE_BYTES, [0; 4]);
    assert!(matches!(read(&longer), Err(OutError::Size { .. })));
    let mut other = bytes;
    other[8] = 9;
    assert!(matches!(read(&other), Err(OutError::Damaged { at: 8, .. })));
}

#[test]
fn the_origin_is_the_start_or_a_step_before_reporting_begins() {
    assert_eq!(report_origin_days(100.0, 100.0, 3600), 100.0);
    assert_eq!(report_origin_days(100.0, 100.01, 3600), 100.0);
    // Six hours later by hourly steps: the origin is at five.
    assert_eq!(report_origin_days(100.0, 100.25, 3600), 100.0 + 5.0 / 24.0);
}

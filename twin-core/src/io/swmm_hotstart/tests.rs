//! Hot start files: every version is read, the newest is written, what does not fit is refused.

use super::*;

fn shape() -> HotStartShape {
    HotStartShape {
        subcatchments: vec![(true, false), (false, true)],
        land_uses: 2,
        storage_nodes: vec![false, true],
        links: 1,
        pollutants: 2,
        flow_units: FlowUnits::Lps,
    }
}

fn state() -> HotStart {
    let land = |from: f64| HotLandUse { buildup: vec![from, from + 1.0], last_swept_days: 43_831.0 };
    let quality = vec![0.5, 0.25];
    let first = HotSubcatchment {
        depth_ft: [0.1, 0.2, 0.3],
        runoff_cfs: 4.0,
        infiltration: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        groundwater: Some(HotGroundwater {
            moisture: 0.3,
            water_table_ft: 5.0,
            flow_fts: 1e-6,
            capacity_ft: Some(7.8),
        }),
        snow: None,
        runoff_quality: vec![1.5, 2.5],
        ponded_quality: vec![3.5, 4.5],
        land_uses: vec![land(10.0), land(20.0)],
    };
    let second = HotSubcatchment {
        groundwater: None,
        snow: Some([[1.0, 2.0, 3.0, 4.0, 5.0], [6.0; 5], [7.0; 5]]),
        ..first.clone()
    };
    HotStart {
        version: 4,
        subcatchments: vec![first, second],
        nodes: vec![
            HotNode { depth_ft: 1.0, lateral_inflow_cfs: 2.0, residence_s: None, quality: quality.clone() },
            HotNode { depth_ft: 3.0, lateral_inflow_cfs: 4.0, residence_s: Some(600.0), quality: quality.clone() },
        ],
        links: vec![HotLink { flow_cfs: 5.0, depth_ft: 6.0, setting: 0.5, quality }],
    }
}

fn written() -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, &state(), &shape()).expect("memory");
    bytes
}

fn codes_of(bytes: &[u8], shape: &HotStartShape) -> Vec<String> {
    let (answer, found) = read("a.hsf", bytes, shape);
    assert_eq!(answer.is_none(), found.has_errors());
    found.list().iter().map(|d| d.code.clone()).collect()
}

#[test]
fn what_is_written_is_read() {
    let (hot, found) = read("a.hsf", &written(), &shape());
    assert_eq!(hot, Some(state()));
    assert!(found.list().is_empty());
    // 15 + 24 bytes of header; 19 + 30 doubles; 4 + 5 and 5 singles.
    assert_eq!(written().len(), 39 + 8 * (24 + 35) + 4 * (4 + 5 + 5));
}

#[test]
fn repeated_build_ups_of_swmm_5_2_4_are_read_once() {
    let mut bytes = b"SWMM5-HOTSTART4".to_vec();
    bytes.extend([1, 1, 0, 0, 2, 0].iter().flat_map(|n: &i32| n.to_le_bytes()));
    let values = [0.0; 14].iter().chain(&[173.0, -1.0, 9.0, -1.0, 43_831.0]);
    bytes.extend(values.flat_map(|v: &f64| v.to_le_bytes()));
    let shape = HotStartShape {
        subcatchments: vec![(false, false)],
        land_uses: 1,
        storage_nodes: Vec::new(),
        links: 0,
        pollutants: 2,
        flow_units: FlowUnits::Cfs,
    };
    let (hot, found) = read("a.hsf", &bytes, &shape);
    let land = &hot.expect("it is read").subcatchments[0].land_uses[0];
    assert_eq!((land.buildup.as_slice(), land.last_swept_days), ([173.0, 9.0].as_slice(), 43_831.0));
    assert_eq!(found.list()[0].code, REPEATED);
}

#[test]
fn older_versions_are_read() {
    let shape = HotStartShape { subcatchments: vec![(true, false); 50], pollutants: 1, ..shape() };
    let nodes: Vec<f32> = vec![1.0, 2.0, 0.5, 0.0, 3.0, 4.0, 0.25, 0.0, 5.0, 6.0, 1.0, 0.125];
    let tail: Vec<u8> = nodes.iter().flat_map(|v| v.to_le_bytes()).collect();
    let ints = |n: &[i32]| n.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let first = [STAMP, &ints(&[2, 1, 1, 4]), &tail].concat();
    let hot = read("a.hsf", &first, &shape).0.expect("version 1");
    assert_eq!((hot.version, hot.subcatchments.len(), hot.nodes[1].quality[0]), (1, 0, 0.25));
    assert_eq!((hot.nodes[1].residence_s, hot.links[0].quality[0]), (None, 0.125));
    let water: Vec<u8> = [0.3_f32, 5.0].repeat(50).iter().flat_map(|v| v.to_le_bytes()).collect();
    let second = [STAMP, b"2", &ints(&[50, 2, 1, 1, 4]), &water, &tail].concat();
    let hot = read("a.hsf", &second, &shape).0.expect("version 2");
    let g = hot.subcatchments[49].groundwater.expect("groundwater");
    assert_eq!((hot.version, g.water_table_ft, g.capacity_ft), (2, 5.0, None));
    // Fifty nodes make the first byte of a version 1 count the letter 2.
    let many = HotStartShape { storage_nodes: vec![false; 50], links: 0, pollutants: 0, ..shape };
    let bytes = [STAMP, &ints(&[50, 0, 0, 4]), &vec![0; 400]].concat();
    assert_eq!(read("a.hsf", &bytes, &many).0.expect("version 1").version, 1);
}

#[test]
fn what_does_not_fit_is_refused_with_its_code() {
    let bytes = written();
    assert_eq!(codes_of(b"SWMM5-RUNOFF", &shape()), [NOT_HOT_START]);
    assert_eq!(codes_of(&bytes, &HotStartShape { links: 2, ..shape() }), [OTHER_MODEL]);
    assert_eq!(codes_of(&bytes[..bytes.len() - 1], &shape()), [SIZE]);
    let snowless = HotStartShape { subcatchments: vec![(true, false); 2], ..shape() };
    assert_eq!(codes_of(&bytes, &snowless), [SIZE]);
    let mut nan = bytes;
    let at = nan.len() - 4;
    nan[at..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(codes_of(&nan, &shape()), [NOT_FINITE]);
    let short = HotStart { links: Vec::new(), ..state() };
    let refused = write(Vec::new(), &short, &shape()).expect_err("a link is missing");
    assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
}

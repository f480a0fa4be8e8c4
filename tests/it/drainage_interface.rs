//! SWMM's interface files in `twin solve drainage`, by the library: what is saved against what SWMM 5.2.4 saves of the
//! same deck, and runs that use SWMM's files against SWMM's own results. Figures: `fixtures/drainage/interface`.

use std::path::{Path, PathBuf};

use twin_core::bindings::drainage::{External, hot_start};
use twin_core::diagnostic::Diagnostics;
use twin_core::io::swmm_hotstart::{self, HotStart};
use twin_core::io::swmm_inp::deck::SwmmDeck;
use twin_core::io::swmm_inp::{self, external};
use twin_core::io::swmm_interface::{
    RdiiFile, RoutingFile, RunoffFile, read_rainfall, read_rdii, read_routing, read_runoff, write_rdii, write_runoff,
};
use twin_core::io::swmm_out::{self, LinkVariable, NodeVariable, SubcatchmentVariable, SwmmResults};
use twin_core::rehearsal::drainage_files;
use twin_core::rehearsal::solve_drainage;
use twin_core::rehearsal::solve_water::Watch;
use twin_physics::domains::drainage::routing::Drainage;

struct Still;

impl Watch for Still {
    fn at(&mut self, _now_s: f64) {}
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/drainage/interface")
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect("the fixture")
}

fn town() -> String {
    String::from_utf8(bytes("town.inp")).expect("text")
}

/// The town with rows in its `[FILES]`.
fn with(rows: &str) -> String {
    town().replacen("[FILES]\n", &format!("[FILES]\n{rows}\n"), 1)
}

/// The town with its gauge on a file.
fn gauged(rows: &str, file: &str, station: &str) -> String {
    with(rows).replacen("TIMESERIES STORM", &format!("FILE {file} {station} MM"), 1)
}

/// The town without RDII, from one time to another.
fn between(start: &str, end: &str, rows: &str) -> String {
    let mut text = with(rows);
    let (from, to) = (text.find("[RDII]").expect("it has"), text.find("[TIMESERIES]").expect("it has"));
    text.replace_range(from..to, "");
    let text = text.replace("START_TIME 00:00:00", &format!("START_TIME {start}"));
    text.replace("END_TIME 03:00:00", &format!("END_TIME {end}"))
}

fn parse(text: &str) -> SwmmDeck {
    let (deck, found) = swmm_inp::read_str("town.inp", text.as_bytes());
    deck.filter(|_| !found.has_errors()).unwrap_or_else(|| panic!("{found:?}"))
}

/// Runs a deck whose files lie in a folder; what it saves goes to another.
fn run_in(text: &str, folder: &Path, beside: &Path, compat: bool) -> SwmmResults {
    let deck = parse(text);
    let (files, found) = external::read(&deck, folder);
    assert!(!found.has_errors(), "{found:?}");
    let mut external = External::new(&deck, &files);
    let (files, found) = drainage_files::open(&deck, folder, beside, compat);
    assert!(!found.has_errors(), "{found:?}");
    files.supply(&mut external);
    let model = solve_drainage::model_of(&deck, &external, compat);
    let drainage = files.equip(Drainage::new(model).expect("a sound model"));
    let mut out = Vec::new();
    let extras = files.extras(&deck, &drainage);
    let ended =
        solve_drainage::run(&drainage, &deck, std::io::Cursor::new(&mut out), extras, &mut Still).expect("it runs");
    drainage_files::save(&files, &deck, &external, &drainage, &ended).expect("a folder");
    swmm_out::read(&out).expect("its own file")
}

fn run(text: &str) -> SwmmResults {
    run_in(text, &folder(), Path::new(""), true)
}

/// Runs a deck that saves one file, and gives its bytes.
fn saved(text: &str, name: &str) -> Vec<u8> {
    let beside = tempfile::tempdir().expect("a folder");
    run_in(text, &folder(), beside.path(), true);
    std::fs::read(beside.path().join(name)).expect("it was saved")
}

/// The columns of the references.
fn columns(r: &SwmmResults) -> [Vec<f32>; 10] {
    use NodeVariable as N;
    use SubcatchmentVariable as S;
    [
        r.subcatchment_series(0, S::Runoff),
        r.subcatchment_quality(0, 0),
        r.subcatchment_quality(0, 2),
        r.subcatchment_series(1, S::GroundwaterFlow),
        r.node_series(4, N::Depth),
        r.node_series(0, N::TotalInflow),
        r.node_quality(4, 0),
        r.node_quality(4, 1),
        r.node_quality(4, 2),
        r.link_series(2, LinkVariable::Flow),
    ]
}

/// Largest difference of two series over the largest value.
fn apart(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let size = a.iter().fold(1e-9_f32, |m, v| m.max(v.abs()));
    f64::from(a.iter().zip(b).fold(0.0_f32, |m, (a, b)| m.max((a - b).abs())) / size)
}

/// Fails where a result departs from SWMM's by more than a share of the largest value.
fn agrees(results: &SwmmResults, reference: &str, share: f64) {
    let text = String::from_utf8(bytes(reference)).expect("text");
    let rows: Vec<Vec<f32>> =
        text.lines().skip(1).map(|l| l.split(',').map(|v| v.parse().expect("a number")).collect()).collect();
    for (at, ours) in columns(results).iter().enumerate() {
        let swmm: Vec<f32> = rows.iter().map(|r| r[at]).collect();
        let off = apart(&swmm, ours);
        assert!(off < share, "column {at} of {reference}: {off}");
    }
}

#[test]
fn rdii_is_saved_and_used_as_by_swmm() {
    assert_eq!(saved(&with("SAVE RDII rdii.dat"), "rdii.dat"), bytes("rdii.dat"));
    agrees(&run(&with("USE RDII rdii.dat")), "through.csv", 1e-5);
    // Twice the flows, by a text: it is the file that counts.
    let Some(twin_core::io::swmm_interface::Rdii::Binary(file)) = read_rdii("r", &bytes("rdii.dat"), 5).0 else {
        panic!("binary")
    };
    let beside = tempfile::tempdir().expect("a folder");
    let text = RoutingFile {
        title: String::new(),
        step_s: file.step_s as u32,
        flow_units: swmm_out::FlowUnits::Cfs,
        pollutants: Vec::new(),
        nodes: vec!["J1".to_owned(), "J2".to_owned()],
        records: file.records.iter().map(|r| (r.0, r.1.iter().map(|q| 2.0 * f64::from(*q)).collect())).collect(),
    };
    let to = std::fs::File::create(beside.path().join("rdii.txt")).expect("a file");
    twin_core::io::swmm_interface::write_routing(to, &text).expect("a file");
    let (once, twice) = (run(&town()), run_in(&with("USE RDII rdii.txt"), beside.path(), beside.path(), true));
    let lateral = |r: &SwmmResults| r.node_series(0, NodeVariable::LateralInflow);
    let at = once.periods() / 2;
    let gained = lateral(&twice)[at] - lateral(&once)[at];
    let record = file.records.iter().rev().find(|r| r.0 <= 45_352.0 + ((at + 1) as f64 * 300.0 - 4.0) / 86_400.0);
    let given = record.expect("a record").1[0];
    assert!(given > 0.01 && (gained / given - 1.0).abs() < 1e-3, "{gained} of {given}");
}

#[test]
fn rainfall_is_saved_and_used_as_by_swmm() {
    let ours = saved(&gauged("SAVE RAINFALL rainfall.dat", "rain.dat", "STA7"), "rainfall.dat");
    let read = |bytes: &[u8]| read_rainfall("rain", bytes).0.expect("sound");
    let (ours, swmm) = (read(&ours), read(&bytes("rainfall.dat")));
    assert_eq!((ours.gauges.len(), ours.gauges[0].interval_s), (1, 300));
    assert_eq!((&ours.gauges[0].station, ours.gauges[0].records.len()), (&swmm.gauges[0].station, 7));
    for (a, b) in ours.gauges[0].records.iter().zip(&swmm.gauges[0].records) {
        assert!((a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 2e-8, "{a:?} is not {b:?}");
    }
    agrees(&run(&gauged("", "rain.dat", "STA7")), "from_file.csv", 1e-5);
    agrees(&run(&gauged("USE RAINFALL rainfall.dat", "nowhere.dat", "STA7")), "from_file.csv", 1e-5);
}

#[test]
fn runoff_is_saved_and_used_as_by_swmm() {
    let read = |bytes: &[u8]| read_runoff("runoff", bytes).0.expect("sound");
    let ours = read(&saved(&with("SAVE RUNOFF runoff.dat"), "runoff.dat"));
    let swmm = read(&bytes("runoff.dat"));
    let lengths = |f: &RunoffFile| f.steps.iter().map(|s| s.0).collect::<Vec<_>>();
    assert_eq!((lengths(&ours), ours.pollutants), (lengths(&swmm), 3));
    // All but rain, which SWMM takes at the report and does not read again.
    for column in (0..22).filter(|c| c % 11 != 0) {
        let series = |f: &RunoffFile| f.steps.iter().map(|s| s.1[column]).collect::<Vec<_>>();
        let off = apart(&series(&swmm), &series(&ours));
        assert!(off < 1e-5, "column {column}: {off}");
    }
    // Runoff below 0.001 in/h is 0 in the file: SWMM's own second run departs by 4e-4 of depth.
    agrees(&run(&with("USE RUNOFF runoff.dat")), "through.csv", 6e-3);
}

#[test]
fn routing_files_carry_pollutants_as_swmms_do() {
    let read = |bytes: &[u8]| read_routing("flows", bytes).0.expect("sound");
    let (ours, swmm) = (read(&saved(&with("SAVE OUTFLOWS o.txt"), "o.txt")), read(&bytes("outflows.txt")));
    assert_eq!((&ours.nodes, &ours.pollutants, ours.records.len()), (&swmm.nodes, &swmm.pollutants, 37));
    for column in 0..8 {
        let series = |f: &RoutingFile| f.records.iter().map(|r| r.1[column] as f32).collect::<Vec<_>>();
        let off = apart(&series(&swmm), &series(&ours));
        assert!(off < 1e-5, "column {column}: {off}");
    }
    let given = run(&with("USE INFLOWS inflows.txt"));
    agrees(&given, "with_inflows.csv", 1e-5);
    // By the scheme that conserves, too: all that comes in by the file arrives at the node.
    let beside = tempfile::tempdir().expect("a folder");
    let own = run_in(&town(), beside.path(), beside.path(), false);
    let more = run_in(&with("USE INFLOWS inflows.txt"), &folder(), beside.path(), false);
    let load = |r: &SwmmResults, at: usize| {
        f64::from(r.node_series(0, NodeVariable::LateralInflow)[at]) * f64::from(r.node_quality(0, 2)[at])
    };
    let given = |at: usize| swmm.records[at].1[0] * swmm.records[at].1[3];
    let at = (0..own.periods()).max_by(|a, b| given(a + 1).total_cmp(&given(b + 1))).expect("periods");
    let gained = load(&more, at) - load(&own, at);
    assert!((gained / given(at + 1) - 1.0).abs() < 0.1, "{gained} of {}", given(at + 1));
}

fn hot(deck: &SwmmDeck, bytes: &[u8]) -> HotStart {
    let (hot, found) = swmm_hotstart::read("hot", bytes, &hot_start::shape(deck));
    hot.unwrap_or_else(|| panic!("{found:?}"))
}

fn near(ours: &[f64], swmm: &[f64], what: &str) {
    assert_eq!(ours.len(), swmm.len(), "{what}");
    for (a, b) in ours.iter().zip(swmm) {
        assert!((a - b).abs() <= 2e-5 * b.abs() + 1e-7, "{what}: {ours:?} is not {swmm:?}");
    }
}

#[test]
fn a_hot_start_holds_what_swmms_holds() {
    let text = between("00:00:00", "01:00:00", "SAVE HOTSTART a.hsf");
    let deck = parse(&text);
    let (ours, swmm) = (hot(&deck, &saved(&text, "a.hsf")), hot(&deck, &bytes("hour1.hsf")));
    for (a, b) in ours.subcatchments.iter().zip(&swmm.subcatchments) {
        near(&a.depth_ft, &b.depth_ft, "depth");
        near(&[a.runoff_cfs], &[b.runoff_cfs], "runoff");
        near(&a.runoff_quality, &b.runoff_quality, "runoff's quality");
        near(&a.ponded_quality, &b.ponded_quality, "ponded load");
        for (a, b) in a.land_uses.iter().zip(&b.land_uses) {
            near(&a.buildup, &b.buildup, "build-up");
            near(&[a.last_swept_days], &[b.last_swept_days], "sweeping");
        }
        let water = |g: &Option<swmm_hotstart::HotGroundwater>| {
            g.map_or_else(Vec::new, |g| vec![g.moisture, g.water_table_ft, g.flow_fts])
        };
        near(&water(&a.groundwater), &water(&b.groundwater), "groundwater");
        for (a, b) in a.snow.iter().flatten().zip(b.snow.iter().flatten()) {
            near(&a[..3], &b[..3], "snow");
        }
    }
    let wide = |q: &[f32]| q.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
    for (a, b) in ours.nodes.iter().zip(&swmm.nodes) {
        near(&wide(&a.quality), &wide(&b.quality), "node");
        near(
            &wide(&[a.depth_ft, a.residence_s.unwrap_or(0.0)]),
            &wide(&[b.depth_ft, b.residence_s.unwrap_or(0.0)]),
            "S",
        );
    }
    for (a, b) in ours.links.iter().zip(&swmm.links) {
        near(&wide(&a.quality), &wide(&b.quality), "link");
        near(&wide(&[a.flow_cfs, a.depth_ft, a.setting]), &wide(&[b.flow_cfs, b.depth_ft, b.setting]), "link");
    }
}

#[test]
fn a_run_goes_on_with_its_pollutants() {
    let beside = tempfile::tempdir().expect("a folder");
    let whole = run_in(
        &between("00:00:00", "03:00:00", "SAVE HOTSTART a.hsf 03/01/2024 01:00:00"),
        beside.path(),
        beside.path(),
        true,
    );
    // A state taken on the way is the last one of a run that ends there.
    let text = between("00:00:00", "01:00:00", "SAVE HOTSTART a.hsf");
    let deck = parse(&text);
    let on_the_way = std::fs::read(beside.path().join("a.hsf")).expect("it was saved");
    assert_eq!(hot(&deck, &on_the_way).nodes, hot(&deck, &saved(&text, "a.hsf")).nodes);
    std::fs::write(beside.path().join("swmm.hsf"), bytes("hour1.hsf")).expect("a folder");
    for file in ["a.hsf", "swmm.hsf"] {
        let text = between("01:00:00", "03:00:00", &format!("USE HOTSTART {file}"));
        let part = run_in(&text, beside.path(), beside.path(), true);
        let late = whole.periods() - part.periods();
        assert_eq!(late, 12);
        for (at, (all, rest)) in columns(&whole).iter().zip(&columns(&part)).enumerate() {
            // SWMM's own second run, from a file without snow cover and runoff between areas, departs by as much:
            // 9e-3 of flow, 2.2e-2 of concentrations, and by half of the groundwater flow at its first report.
            let off = apart(&all[late..], rest);
            assert!(off < 1.4e-2, "column {at} from {file}: {off}");
        }
    }
}

fn found_in(text: &str, folder: &Path) -> Vec<String> {
    let found: Diagnostics = drainage_files::open(&parse(text), folder, Path::new("results"), true).1;
    found.list().iter().map(|d| d.code.clone()).collect()
}

#[test]
fn files_of_other_models_are_refused_by_their_codes() {
    let beside = tempfile::tempdir().expect("a folder");
    let said = |row: &str, content: &[u8]| {
        std::fs::write(beside.path().join("f"), content).expect("a folder");
        found_in(&with(row), beside.path())
    };
    let runoff = read_runoff("r", &bytes("runoff.dat")).0.expect("sound");
    let of = |f: &RunoffFile| {
        let mut out = Vec::new();
        write_runoff(&mut out, f).expect("memory");
        out
    };
    let short = RunoffFile { steps: runoff.steps[..20].to_vec(), ..runoff.clone() };
    assert_eq!(said("USE RUNOFF f", &of(&short)), [drainage_files::TOO_SHORT]);
    let metric = RunoffFile { flow_units: swmm_out::FlowUnits::Lps, ..runoff };
    assert_eq!(said("USE RUNOFF f", &of(&metric)), [drainage_files::MISMATCH]);
    assert_eq!(said("USE RUNOFF f", &bytes("rdii.dat")), ["IFC-102"]);
    let flows = String::from_utf8(bytes("inflows.txt")).expect("text");
    assert_eq!(said("USE INFLOWS f", flows.replace("ZN UG/L", "ZN MG/L").as_bytes()), [drainage_files::MISMATCH]);
    assert_eq!(said("USE INFLOWS f", flows.replace("J2", "J9").as_bytes()), [drainage_files::UNKNOWN_NODE]);
    assert_eq!(said("USE INFLOWS f", flows.replacen("2024", "year", 1).as_bytes()), ["IFC-107"]);
    let mut rdii = Vec::new();
    write_rdii(&mut rdii, &RdiiFile { step_s: 60, nodes: vec![4], records: vec![(45_352.0, vec![0.1])] })
        .expect("memory");
    assert_eq!(said("USE RDII f", &rdii), [drainage_files::MISMATCH]);
    assert_eq!(said("USE RDII f", &rdii[..20]), ["IFC-105"]);
    assert_eq!(said("USE HOTSTART f", &bytes("hour1.hsf")[..900]), ["HOT-103", drainage_files::PARTIAL]);
    let rain = gauged("USE RAINFALL f", "nowhere.dat", "STA9");
    std::fs::write(beside.path().join("f"), bytes("rainfall.dat")).expect("a folder");
    assert_eq!(found_in(&rain, beside.path()), [drainage_files::NO_STATION]);
    assert_eq!(found_in(&with("SAVE RAINFALL f"), beside.path()), [drainage_files::NOTHING]);
}

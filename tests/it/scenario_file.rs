//! The scenario file: what is read, what is refused and how it is said. Malformed files stand in
//! `fixtures/malformed/scenario/`, each with one fault put into the same small scenario.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use twin_core::diagnostic::Diagnostics;
use twin_core::ids::NetworkIx;
use twin_core::io::city;
use twin_core::io::scenario::{SIZE_MAX, open, read};
use twin_core::model::City;
use twin_core::model::place::WaterSite;
use twin_core::model::scenario::{Action, Hole, Scenario, Site, Start};
use twin_core::time::SimTime;
use twin_core::world::plan::{Plan, compile};
use twin_physics::domains::water::{DemandModel, LinkIx, LinkKind, NodeKind, WaterSolver};
use twin_physics::solver::Solver as _;

/// File, code, line, and what the message must name: the offending word or the nearest valid one.
const MALFORMED: &[(&str, &str, u32, &str)] = &[
    ("bad_date.toml", "SCN-302", 4, "start"),
    ("bad_name.toml", "SCN-303", 1, "../case"),
    ("binary_noise.toml", "SCN-102", 1, "UTF-8"),
    ("city_and_network.toml", "SCN-109", 3, "network"),
    ("dangling_event.toml", "SCN-203", 21, "the nearest one is burst"),
    ("dangling_metric.toml", "SCN-205", 14, "the nearest one is short"),
    ("dangling_place.toml", "SCN-202", 16, "the nearest one is main"),
    ("dangling_variant.toml", "SCN-204", 25, "the nearest one is do-nothing"),
    ("deep_nesting.toml", "SCN-103", 1, "recurs"),
    ("duplicate_event.toml", "SCN-201", 20, "at line 13"),
    ("duplicate_key.toml", "SCN-103", 15, "duplicate key"),
    ("duplicate_place.toml", "SCN-201", 13, "at line 9"),
    ("empty.toml", "SCN-101", 0, "empty"),
    ("event_after_end.toml", "SCN-304", 14, "at_s"),
    ("event_circle.toml", "SCN-206", 14, "burst"),
    ("event_waits_for_itself.toml", "SCN-206", 21, "isolate"),
    ("foreign_key.toml", "SCN-108", 18, "flow_m3s"),
    ("infinite_duration.toml", "SCN-301", 5, "duration_s"),
    ("missing_do.toml", "SCN-106", 12, "do"),
    ("missing_key.toml", "SCN-106", 1, "macro_step_s"),
    ("nan.toml", "SCN-301", 17, "hole_share"),
    ("negative_seed.toml", "SCN-105", 7, "0 or more"),
    ("negative_time.toml", "SCN-301", 14, "at_s"),
    ("not_utf8.toml", "SCN-102", 29, "UTF-8"),
    ("nul_bytes.toml", "SCN-103", 1, "TOML"),
    ("place_circle.toml", "SCN-207", 9, "main"),
    ("pressure_law.toml", "SCN-301", 11, "required_pressure_m"),
    ("record_between_steps.toml", "SCN-305", 32, "every_s"),
    ("share_above_one.toml", "SCN-301", 17, "at most 1"),
    ("truncated.toml", "SCN-103", 17, "digits"),
    ("truncated_table.toml", "SCN-103", 31, "unclosed"),
    ("two_holes.toml", "SCN-109", 12, "burst"),
    ("two_starts.toml", "SCN-109", 12, "burst"),
    ("unknown_action.toml", "SCN-107", 23, "the nearest one is isolate"),
    ("unknown_key.toml", "SCN-104", 17, "the nearest one is hole_share"),
    ("unknown_key_top.toml", "SCN-104", 5, "the nearest one is duration_s"),
    ("unknown_quantity.toml", "SCN-208", 36, "the nearest one is pressure_head"),
    ("unknown_rule.toml", "SCN-107", 10, "the nearest one is largest_main"),
    ("variant_base.toml", "SCN-303", 28, "base"),
    ("variant_leaves_gap.toml", "SCN-209", 22, "do-nothing"),
    ("variant_same_as_base.toml", "SCN-210", 27, "do-nothing"),
    ("wrong_type.toml", "SCN-105", 14, "a number"),
    ("wrong_type_table.toml", "SCN-105", 12, "double brackets"),
    ("zero_step.toml", "SCN-301", 6, "macro_step_s"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn drill() -> Vec<u8> {
    std::fs::read(root().join("scenarios/burst-main/scenario.toml")).unwrap()
}

fn said(found: &Diagnostics) -> String {
    found.list().iter().map(|d| format!("{d}\n")).collect()
}

fn edited(from: &str, to: &str) -> Result<Scenario, Diagnostics> {
    let text = String::from_utf8(drill()).unwrap();
    assert!(text.contains(from), "{from}");
    read(text.replacen(from, to, 1).as_bytes(), "scenario.toml")
}

/// Every malformed file is refused with its code at its line, naming what is wrong or what was probably meant.
#[test]
fn malformed_files_are_refused_by_name_and_line() {
    let folder = root().join("fixtures/malformed/scenario");
    let mut wrong = String::new();
    for &(file, code, line, names) in MALFORMED {
        let path = folder.join(file);
        let found = open(&path).expect_err(file);
        let first = &found.list()[0];
        let text = first.to_string();
        let fits = first.code == code && first.line == line && text.contains(names) && first.file.ends_with(file);
        if !fits {
            wrong += &format!("wanted {code} line {line} naming {names:?}, got {text}\n");
        }
        assert!(text.len() < 1000, "{file}: {} bytes", text.len());
    }
    assert!(wrong.is_empty(), "{wrong}");
    let mut on_disk: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    on_disk.sort();
    let listed: Vec<&str> = MALFORMED.iter().map(|m| m.0).collect();
    assert_eq!(on_disk, listed, "every file is tested, in order of name");
}

/// The drill as it ships: its clock, its actions, its order, what the variant leaves out.
#[test]
fn the_drill_says_what_it_says() {
    let scenario = open(&root().join("scenarios/burst-main")).unwrap_or_else(|found| panic!("{}", said(&found)));
    assert_eq!((scenario.name.as_str(), scenario.seed), ("burst-main", 1));
    assert_eq!(scenario.start.to_string(), "2026-01-15T06:00:00");
    assert_eq!((scenario.duration.seconds(), scenario.macro_step.seconds()), (43_200.0, 60.0));
    let law = DemandModel::PressureDriven { min_m: 0.0, required_m: 14.0, exponent: 0.5 };
    assert_eq!(scenario.demand_model, Some(law));
    let ids: Vec<&str> = scenario.events.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids, ["burst", "isolate", "fire", "repair"]);
    assert_eq!(scenario.events[0].start, Start::At(SimTime::from_millis(3_600_000)));
    assert_eq!(scenario.events[0].action, Action::Burst(Hole::Share(0.5)));
    assert_eq!(scenario.events[3].start, Start::After { event: 1, delay_s: 14_400.0 });
    let left_out: Vec<&str> =
        scenario.events.iter().filter(|e| e.not_in == ["do-nothing"]).map(|e| e.id.as_str()).collect();
    assert_eq!(left_out, ["isolate", "repair"]);
    let Some(Site::City(city)) = scenario.site else { panic!("no city") };
    assert_eq!(Path::new(&city), root().join("scenarios/burst-main/../../fixtures/district"));
}

/// The demand model of the network file is kept unless the scenario says otherwise.
#[test]
fn the_demand_model_is_a_choice() {
    let text = String::from_utf8(drill()).unwrap();
    let (head, rest) = text.split_once("[water]").unwrap();
    let (_, tail) = rest.split_once("\n\n").unwrap();
    assert_eq!(read(format!("{head}{tail}").as_bytes(), "f").unwrap().demand_model, None);
    let as_file = format!("{head}[water]\ndemand_model = \"as_file\"\n{tail}");
    assert_eq!(read(as_file.as_bytes(), "f").unwrap().demand_model, None);
    let found = edited("demand_model = \"pressure_driven\"", "demand_model = \"as_file\"").unwrap_err();
    assert!(found.list().iter().all(|d| d.code == "SCN-108") && found.error_count() == 3, "{}", said(&found));
}

/// A missing file and a folder without one are told apart from an empty one by what the system says.
#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let found = open(&folder.path().join("none.toml")).unwrap_err();
    assert_eq!((found.list()[0].code.as_str(), found.list()[0].line), ("SCN-101", 0));
    let found = open(folder.path()).unwrap_err();
    assert!(found.list()[0].file.ends_with("scenario.toml"), "{}", said(&found));
}

/// Ten megabytes in one line are refused unread; one megabyte, as a value, as a key and as a word, is refused in a
/// message a person can read.
#[test]
fn an_endless_line_is_refused_in_a_short_message() {
    let long = "x".repeat(1 << 20);
    let over = "x".repeat(10_000_000);
    assert!(over.len() as u64 > SIZE_MAX);
    for (from, to, code) in [
        ("name = \"burst-main\"", format!("name = \"{over}\""), "SCN-101"),
        ("name = \"burst-main\"", format!("name = \"{long}\""), "SCN-303"),
        ("seed = 1", format!("{long} = 1"), "SCN-104"),
        ("do = \"burst\"", format!("do = \"{long}\""), "SCN-107"),
        ("place = \"main\"", format!("place = \"{long}\""), "SCN-202"),
        ("seed = 1", format!("seed = \"{long}\""), "SCN-105"),
    ] {
        let found = edited(from, &to).unwrap_err();
        assert_eq!(found.list()[0].code, code, "{}", said(&found).chars().take(500).collect::<String>());
        assert!(said(&found).len() < 1000, "{} bytes about {code}", said(&found).len());
    }
}

/// Windows line ends, a byte-order mark and whole numbers for seconds are what editors write, and are read.
#[test]
fn what_editors_write_is_read() {
    let text = String::from_utf8(drill()).unwrap();
    let plain = read(text.as_bytes(), "f").unwrap();
    let lines = |s: &Scenario| s.events.iter().map(|e| e.line).collect::<Vec<_>>();
    for other in [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.replace("43200.0", "43200")] {
        let read = read(other.as_bytes(), "f").unwrap_or_else(|found| panic!("{}", said(&found)));
        assert_eq!((&read, lines(&read)), (&plain, lines(&plain)));
    }
}

/// The plan of the drill on a city's first network.
fn plan(city: &City) -> Plan {
    let water = city.water(NetworkIx(0)).expect("a water network");
    let solver = WaterSolver::new(water.model.as_ref().clone()).expect("the network has an answer");
    let site = WaterSite {
        gas: None,
        network: NetworkIx(0),
        model: solver.model(),
        assets: &water.assets,
        ports: solver.ports(),
        coordinates: &water.coordinates,
        register: &city.register,
    };
    let drill = open(&root().join("scenarios/burst-main")).unwrap_or_else(|found| panic!("{}", said(&found)));
    compile(&drill, &site).unwrap_or_else(|found| panic!("{}", said(&found)))
}

/// The drill carries over to the district and to two real networks: its main is a pipe between two junctions, whose
/// isolation takes water from somebody but from at most half of the customers, with a handful of valves; the hydrant
/// keeps its water.
#[test]
fn the_drill_carries_over_to_other_networks() {
    let mut cities = vec![("district", city::read(&root().join("fixtures/district")).0.expect("the district"))];
    let beside = || root().join("../shared");
    let shared = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    for name in ["L-TOWN", "PacificCity"] {
        let file = shared.join(format!("networks/water/{name}.inp"));
        if file.is_file() {
            cities.push((name, city::from_network(&file).0.expect(name)));
        } else {
            eprintln!("skipped: no {}", file.display());
        }
    }
    for (name, city) in &cities {
        let (plan, water) = (plan(city), city.water(NetworkIx(0)).unwrap());
        let [main] = plan.places[0].as_slice() else { panic!("{name}: {:?}", plan.places) };
        let link = &water.model.links[LinkIx(city.register.get(*main).slot).at()];
        assert!(matches!(link.kind, LinkKind::Pipe(_)), "{name}: {link:?}");
        for node in [link.from, link.to] {
            assert!(matches!(water.model.nodes[node.at()].kind, NodeKind::Junction(_)), "{name}: {link:?}");
        }
        let isolation = &plan.isolations[main];
        let (lost, all) =
            (isolation.customers_inside + isolation.customers_cut_off, water.assets.customers.iter().sum::<f64>());
        let valves = isolation.shut().count();
        assert!(lost > 0.0 && lost <= 0.5 * all, "{name}: {lost} of {all} customers");
        assert!((1..=12).contains(&valves), "{name}: {valves} valves");
        let hydrant = city.register.get(plan.places[1][0]);
        assert_eq!(hydrant.id.class(), "hydrant", "{name}");
        assert!(isolation.nodes.iter().chain(&isolation.cut_off).all(|n| n.0 != hydrant.slot), "{name}");
        let (tried, opened) = (isolation.steps.len(), valves);
        assert_eq!(plan.variants[0].leaves_out.len(), 2 + tried + opened, "{name}");
    }
}

/// Bytes that mean something to TOML, and some that mean nothing.
const BYTES: &[u8] = b"\0\n\"'[]{}=.,-+#_09aenf\xff\xe4";

proptest! {
    /// A time of whole milliseconds comes out of the file as it went in.
    #[test]
    fn times_survive_the_file_to_the_millisecond(ms in 0..43_200_000_i64, delay_ms in 0..1_000_000_000_i64) {
        let at = SimTime::from_millis(ms);
        let text = String::from_utf8(drill()).unwrap();
        let delay = SimTime::from_millis(delay_ms);
        let text = text.replacen("at_s = 3600.0", &format!("at_s = {}", at.seconds()), 1);
        let text = text.replacen("delay_s = 1800.0", &format!("delay_s = {}", delay.seconds()), 1);
        let scenario = read(text.as_bytes(), "f").unwrap();
        prop_assert_eq!(&scenario.events[0].start, &Start::At(at));
        let Start::After { delay_s, .. } = scenario.events[1].start else { panic!("{:?}", scenario.events[1]) };
        prop_assert_eq!(SimTime::from_seconds(delay_s), Some(delay));
    }

    /// Noise never gets through, and never without an error that names the file.
    #[test]
    fn noise_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let found = read(&bytes, "noise.toml").unwrap_err();
        prop_assert!(found.has_errors() && found.list().iter().all(|d| d.file == "noise.toml"));
    }

    /// The drill with some bytes put in, taken out or changed is read or refused, never more; what is read keeps to its
    /// bounds, and what is refused has a line that the file has.
    #[test]
    fn a_damaged_drill_is_read_or_refused(
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..3_u8, prop::sample::select(BYTES.to_vec())), 1..6),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = drill();
        for (at, how, byte) in edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
        match read(&bytes, "f") {
            Ok(scenario) => {
                prop_assert!(scenario.duration > SimTime::ZERO && scenario.macro_step <= scenario.duration);
                prop_assert_eq!(scenario.record_every.millis() % scenario.macro_step.millis(), 0);
                for event in &scenario.events {
                    prop_assert!(event.place < scenario.places.len());
                }
            }
            Err(found) => {
                prop_assert!(found.has_errors());
                prop_assert!(found.list().iter().all(|d| d.line as usize <= lines && d.code.starts_with("SCN-")));
            }
        }
    }
}

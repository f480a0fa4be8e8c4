//! City folders: the district is read whole, every fault in the malformed corpus is said with code, file and line, and
//! no bytes make a reader panic.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use twin_core::behaviour::{Behaviour, Role};
use twin_core::bindings::water_register::{connect, initial_drives};
use twin_core::diagnostic::{Diagnostics, Severity};
use twin_core::ids::NetworkIx;
use twin_core::io::text::Notes;
use twin_core::io::{assets_csv, city, esri_ascii};
use twin_core::model::spatial::Place;
use twin_core::model::standards::WarningLevel;
use twin_core::model::storm::{DesignStorm, StormKind, worst_signal};
use twin_core::model::water_assets::{End, WaterAssets};
use twin_core::model::{City, LookupError};
use twin_physics::domains::water::WaterSolver;
use twin_physics::port::PortTable;
use twin_physics::solver::Solver as _;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn district() -> City {
    let (city, found) = city::read(&fixtures().join("district"));
    let said = found.list().iter().fold(String::new(), |mut text, d| {
        let _ = writeln!(text, "{d}");
        text
    });
    assert!(found.list().iter().all(|d| d.severity == Severity::Info), "{said}");
    city.expect("the district is sound")
}

const WATER: NetworkIx = NetworkIx(0);

/// The port table of the water solver of a city.
fn ports(city: &City) -> PortTable {
    let model = city.water(WATER).unwrap().model.as_ref().clone();
    WaterSolver::new(model).expect("the network has an answer").ports().clone()
}

/// Every class a water network can have is there, in the numbers its files say.
#[test]
fn the_district_has_every_class() {
    let city = district();
    let count = |class: &str| city.register.assets().iter().filter(|a| a.id.class() == class).count();
    let counts = [
        ("junction", 63),
        ("reservoir", 1),
        ("tank", 2),
        ("pipe", 83),
        ("pump", 2),
        ("valve", 2),
        ("isolation_valve", 29),
        ("hydrant", 33),
        ("controller", 1),
        ("hospital", 1),
        ("school", 2),
        ("fire_station", 1),
        ("heritage_site", 1),
        ("pump_house", 1),
    ];
    for (class, expected) in counts {
        assert_eq!(count(class), expected, "{class}");
    }
    assert_eq!(city.register.assets().len(), counts.iter().map(|c| c.1).sum::<usize>());
    assert!(city.register.assets().iter().all(|a| a.position.is_some()));
    assert_eq!(city.points.iter().filter(|p| p.asset.is_none()).count(), 1, "the market is served by no node");
    let water = city.water(WATER).unwrap();
    assert!(!water.assets.assumed);
    assert_eq!(water.assets.customers.iter().sum::<f64>(), 6000.0);
    assert_eq!(water.assets.valves.iter().filter(|v| v.stuck).count(), 1);
    assert_eq!(city.crs, Some(4545));
    assert_eq!(city.name_zh, "黄土川道片区");
}

/// Standards are found by name, warnings by what they reach.
#[test]
fn the_district_has_standards() {
    let standards = district().standards;
    assert_eq!(standards.value("water.service_pressure", "m"), Some(14.0));
    assert_eq!(standards.value("water.service_pressure", "Pa"), None);
    assert_eq!(standards.value("fire.hydrant_flow", "m3/s"), Some(0.015));
    let reached = standards.warning("water.customers_without_water", 2000.0).unwrap();
    assert_eq!(reached.level, Some(WarningLevel::Orange));
    assert!(standards.entries().iter().all(|e| !e.zh.is_empty() && !e.en.is_empty() && !e.source.is_empty()));
}

/// The district has a formula and four levels of rain warning: the storm of every year reaches none of them, that of a
/// hundred years orange, that of a thousand red.
#[test]
fn the_district_has_storms_and_rain_signals() {
    let standards = district().standards;
    let formula = standards.storms()[0].formula().unwrap();
    let rain = |years, hours: f64| {
        let kind = StormKind::Chicago;
        DesignStorm { years, duration_s: hours * 3600.0, step_s: 300.0, peak: 0.4, kind }.rain(&formula).unwrap()
    };
    assert_eq!(standards.rain_signals().len(), 4);
    let worst = |years, hours| worst_signal(standards.rain_signals(), &rain(years, hours)).map(|s| s.level);
    assert_eq!(worst(1.0, 2.0), None); // 22 mm
    assert_eq!(worst(100.0, 2.0), Some(WarningLevel::Orange)); // 79 mm in two hours
    assert_eq!(worst(100.0, 3.0), Some(WarningLevel::Orange));
    assert_eq!(worst(1000.0, 3.0), Some(WarningLevel::Red));
}

/// Junctions stand on the ground of the terrain to within what a 50 m grid can show.
#[test]
fn junctions_stand_on_the_ground() {
    let city = district();
    let water = city.water(WATER).unwrap();
    for (node, at) in water.model.nodes.iter().zip(&water.coordinates) {
        let ground_m = city.ground_m(at.unwrap()).unwrap();
        if node.id.starts_with(['H', 'L', 'J']) {
            assert!((ground_m - node.elevation_m).abs() < 4.0, "{}: {} on {ground_m}", node.id, node.elevation_m);
        }
    }
}

/// Names: whole, by class, alone where unique; otherwise both candidates or the nearest name are told.
#[test]
fn assets_are_found_by_name() {
    let city = district();
    let find = |text: &str| city.register.find(text).map(|ix| city.register.get(ix).id.to_string());
    assert_eq!(find("water/pipe/P008").unwrap(), "water/pipe/P008");
    assert_eq!(find("pipe/P008").unwrap(), "water/pipe/P008");
    assert_eq!(find("P008").unwrap(), "water/pipe/P008");
    assert_eq!(find("hospital/HOSP1").unwrap(), "water/hospital/HOSP1");
    let Err(LookupError::Unknown { nearest, .. }) = find("TCV2") else { panic!("there is no TCV2") };
    assert_eq!(nearest.unwrap().as_str(), "water/valve/TCV1");
    let (small, _) = city::read(&fixtures().join("malformed/city/base"));
    let mut small = small.unwrap();
    small.points[0].id = "J1".to_owned();
    small.index();
    assert!(matches!(small.register.find("J1"), Err(LookupError::Ambiguous { .. })));
    assert!(small.register.find("junction/J1").is_ok());
}

/// Nearest and within agree with a search through all.
#[test]
fn places_are_found_by_position() {
    let city = district();
    let hospital = city.points.iter().find(|p| p.class == "hospital").unwrap();
    let (Place::Asset(found), far_m) = city.spatial.nearest("hydrant", hospital.position).unwrap() else {
        panic!("a hydrant is an asset")
    };
    let distance = |at: (f64, f64)| (at.0 - hospital.position.0).hypot(at.1 - hospital.position.1);
    let hydrants = city.register.assets().iter().filter(|a| a.id.class() == "hydrant");
    let nearest = hydrants.min_by(|a, b| distance(a.position.unwrap()).total_cmp(&distance(b.position.unwrap())));
    assert_eq!(city.register.get(found).id, nearest.unwrap().id);
    assert_eq!(far_m, distance(nearest.unwrap().position.unwrap()));
    assert!(matches!(city.spatial.nearest("market", hospital.position), Some((Place::Point(_), _))));
    assert_eq!(city.spatial.nearest("castle", hospital.position), None);
    assert_eq!(city.spatial.nearest("pipe", (f64::NAN, 0.0)), None);
    let (x, y) = hospital.position;
    let within = city.spatial.within((x - 250.0, y - 250.0), (x + 250.0, y + 250.0));
    let inside = |at: (f64, f64)| (at.0 - x).abs() <= 250.0 && (at.1 - y).abs() <= 250.0;
    let counted = city.register.assets().iter().filter(|a| inside(a.position.unwrap())).count();
    assert!(counted > 5);
    assert_eq!(within.len(), counted);
}

/// Behaviours drive the ports that the solver's own table names, and a table of another network is refused.
#[test]
fn assets_are_wired_by_port_names() {
    let mut city = district();
    let ports = ports(&city);
    connect(&mut city, WATER, &ports).unwrap();
    let at = |name: &str| city.register.get(city.register.find(name).unwrap());
    let pump = at("pump/PU1");
    let slot = pump.slot as usize;
    for (role, port) in [(Role::Closed, "closed"), (Role::Setting, "setting"), (Role::Powered, "powered")] {
        assert_eq!(pump.roles.get(&role).copied(), ports.input(port, slot));
    }
    let Some(Behaviour::Pump(behaviour)) = pump.behaviour else { panic!("a pump has its behaviour") };
    assert_eq!(behaviour.run_down_s, 10.0);
    let controller = at("controller/K-PU1");
    assert_eq!(controller.roles.get(&Role::Closed).copied(), ports.input("closed", slot));
    assert_eq!(controller.measures, ports.output("level", at("tank/T1").slot as usize));
    assert_eq!(at("valve/PRV1").roles.get(&Role::Closed).copied(), ports.input("closed", at("PRV1").slot as usize));
    let water = city.water(WATER).unwrap();
    for valve in &water.assets.valves {
        let port = if valve.end == End::From { "isolate_from" } else { "isolate_to" };
        let asset = at(&format!("isolation_valve/{}", valve.id));
        assert_eq!(asset.roles.get(&Role::Closed).copied(), ports.input(port, valve.link.at()), "{}", valve.id);
    }
    assert_eq!(initial_drives(&city, WATER), []);
    let stuck = at("isolation_valve/V-P008-HM6");
    assert!(matches!(stuck.behaviour, Some(Behaviour::Valve(v)) if v.stuck && v.opening == 1.0));
    let (small, _) = city::read(&fixtures().join("malformed/city/base"));
    let refused = connect(&mut city, WATER, &self::ports(&small.unwrap())).unwrap_err();
    assert!(refused.to_string().contains("water/"), "{refused}");
}

/// A valve that the survey found shut is driven shut from the first instant.
#[test]
fn a_valve_found_shut_is_driven_shut() {
    let folder = overlay("base");
    let table = folder.path().join("net.assets.csv");
    let text = fs::read_to_string(&table).unwrap().replace("0.1,open", "0.9,shut");
    fs::write(&table, text).unwrap();
    let mut city = city::read(folder.path()).0.unwrap();
    let ports = ports(&city);
    connect(&mut city, WATER, &ports).unwrap();
    let drives = initial_drives(&city, WATER);
    assert_eq!(drives.len(), 1);
    assert_eq!((Some(drives[0].1), drives[0].2), (ports.input("isolate_to", 0), 1.0));
}

/// A network alone makes a city; what stands beside it is read, what is missing is assumed and marked.
#[test]
fn a_network_alone_makes_a_city() {
    let file = fixtures().join("district/networks/water.inp");
    let city = city::from_network(&file).0.unwrap();
    assert_eq!(city.water(WATER).unwrap().assets, district().water(WATER).unwrap().assets);
    let folder = overlay("base");
    fs::remove_file(folder.path().join("net.assets.csv")).unwrap();
    let city = city::from_network(&folder.path().join("net.inp")).0.unwrap();
    let assets = &city.water(WATER).unwrap().assets;
    assert!(assets.assumed && assets.assumed_valves && assets.assumed_hydrants && assets.assumed_customers);
    // J2 alone has two pipes, so one valve; of equally wide ones the first goes without.
    let ids: Vec<&str> = assets.valves.iter().map(|v| v.id.as_str()).collect();
    assert_eq!(ids, ["V-P2-J2"]);
    assert_eq!(assets.hydrants.len(), 2);
    // 1 and 2 L/s are 86.4 and 172.8 m³ a day.
    assert_eq!(assets.customers, [216.0, 432.0, 0.0, 0.0]);
    assert!(city.register.assets().iter().any(|a| a.attributes.get("assumed").is_some_and(|v| v == "true")));
    let (none, found) = city::from_network(&folder.path().join("none.inp"));
    assert!(none.is_none() && found.has_errors());
}

/// A copy of the sound small city with the files of one case over it.
fn overlay(case: &str) -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &to);
            } else {
                fs::write(to, fs::read(entry.path()).unwrap()).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let corpus = fixtures().join("malformed/city");
    copy(&corpus.join("base"), folder.path());
    copy(&corpus.join(case), folder.path());
    folder
}

/// Folder, code, file, line, and what the message must name.
const MALFORMED: &[(&str, &str, &str, u32, &str)] = &[
    ("assets_after_comments", "CITY-153", "net.assets.csv", 9, "J7"),
    ("assets_column", "CITY-151", "net.assets.csv", 1, "the nearest one is position"),
    ("assets_controller_levels", "CITY-155", "net.assets.csv", 5, "switches on at 4 m and off at 2 m"),
    ("assets_controller_pump", "CITY-153", "net.assets.csv", 5, "P1 is not a pump"),
    ("assets_controller_tank", "CITY-153", "net.assets.csv", 5, "the nearest one is T1"),
    ("assets_count", "CITY-155", "net.assets.csv", 4, "count is `-3`"),
    ("assets_duplicate", "CITY-154", "net.assets.csv", 4, "a hydrant of this name stood before"),
    ("assets_fields", "CITY-152", "net.assets.csv", 2, "8 fields under 6 columns"),
    ("assets_hydrant_on_tank", "CITY-153", "net.assets.csv", 3, "T1 is not a junction"),
    ("assets_kind", "CITY-156", "net.assets.csv", 3, "the nearest one is hydrant"),
    ("assets_no_column", "CITY-151", "net.assets.csv", 1, "the nearest one is on"),
    ("assets_position", "CITY-155", "net.assets.csv", 2, "position is `1.5`"),
    ("assets_same_end", "CITY-158", "net.assets.csv", 3, "another valve stands at that end of P1"),
    ("assets_state", "CITY-156", "net.assets.csv", 2, "the nearest one is open"),
    ("assets_unknown_link", "CITY-153", "net.assets.csv", 2, "the nearest one is P1"),
    ("assets_unknown_node", "CITY-153", "net.assets.csv", 3, "X9 is neither a node nor a link of the network"),
    ("bad_crs", "CITY-105", "city.toml", 3, "7 is not an EPSG code"),
    ("binary", "CITY-101", "city.toml", 1, "it is not UTF-8 text"),
    ("binary_terrain", "CITY-101", "terrain.asc", 1, "it is not UTF-8 text"),
    ("broken_network", "INP-203", "net.inp", 12, "node `J9` does not exist"),
    ("duplicate_network", "CITY-107", "city.toml", 14, "two networks have this name"),
    ("empty", "CITY-104", "city.toml", 1, "is missing"),
    ("empty_assets", "CITY-151", "net.assets.csv", 0, "the table is empty"),
    ("grid_elsewhere", "CITY-144", "city.toml", 4, "does not cover 4 nodes of water, the first is J1"),
    ("grid_header_only", "CITY-141", "terrain.asc", 0, "the grid has no values"),
    ("grid_huge", "CITY-141", "terrain.asc", 1, "900000 × 900000 cells are more than 100000000"),
    ("grid_key", "CITY-141", "terrain.asc", 5, "the nearest one is cellsize"),
    ("grid_long", "CITY-143", "terrain.asc", 10, "there are more than 3 × 4 values"),
    ("grid_short", "CITY-143", "terrain.asc", 10, "14 values, the header says 4 × 4"),
    ("grid_value", "CITY-142", "terrain.asc", 9, "is not a finite number"),
    ("grid_zero", "CITY-141", "terrain.asc", 5, "is 0"),
    ("missing_assets", "CITY-101", "city.toml", 12, "the nearest one is net.assets.csv"),
    ("missing_key", "CITY-104", "city.toml", 1, "is missing"),
    ("missing_network_file", "CITY-101", "city.toml", 11, "the nearest one is net.inp"),
    ("missing_terrain", "CITY-101", "city.toml", 4, "the nearest one is terrain.asc"),
    ("network_name", "CITY-108", "city.toml", 9, "`wa/ter` cannot be the name of a network"),
    ("no_network", "CITY-106", "city.toml", 0, "the city has no network"),
    ("not_toml", "CITY-102", "city.toml", 2, "unexpected key or value, expected newline, `#`"),
    ("not_utf8_points", "CITY-101", "points.csv", 3, "it is not UTF-8 text"),
    ("nul_terrain", "CITY-142", "terrain.asc", 7, "is not a finite number"),
    ("other_domain", "CITY-110", "city.toml", 9, "networks of the domain heat are not read yet"),
    ("outside", "CITY-109", "city.toml", 5, "leads out of the city folder"),
    ("point_class", "CITY-122", "points.csv", 3, "pump is a class of the networks' own assets"),
    ("point_duplicate", "CITY-123", "points.csv", 3, "a hospital of this name stood before"),
    ("point_number", "CITY-122", "points.csv", 2, "y is `north`"),
    ("point_off_terrain", "CITY-144", "city.toml", 4, "does not cover the point market/M1"),
    ("point_unknown_network", "CITY-124", "points.csv", 2, "the nearest one is water"),
    ("point_unknown_node", "CITY-125", "points.csv", 2, "the nearest one is J1"),
    ("rain_signal_duplicate", "CITY-135", "standards/storm.toml", 10, "this level of the rain warning stood before"),
    ("rain_signal_value", "CITY-134", "standards/storm.toml", 1, "50 mm in 0 h is no rain"),
    ("standard_confidence", "CITY-134", "standards/water.toml", 7, "is not a word known here"),
    ("standard_duplicate", "CITY-135", "standards/water.toml", 11, "another entry has this key and level"),
    ("standard_key", "CITY-132", "standards/water.toml", 7, "the nearest one is confidence"),
    ("standard_level", "CITY-136", "standards/water.toml", 1, "a warning has a level, and nothing else has one"),
    ("standard_missing", "CITY-133", "standards/water.toml", 1, "is missing"),
    ("standard_value", "CITY-134", "standards/water.toml", 1, "its value is NaN"),
    ("storm_coefficient", "CITY-134", "standards/storm.toml", 1, "A1 is -5; give a number above 0"),
    ("storm_duplicate", "CITY-135", "standards/storm.toml", 12, "another formula has this key"),
    ("unknown_domain", "CITY-105", "city.toml", 10, "the nearest one is water"),
    ("unknown_key", "CITY-103", "city.toml", 12, "the nearest one is owner"),
    ("unknown_top_key", "CITY-103", "city.toml", 4, "the nearest one is terrain"),
    ("wrong_type", "CITY-105", "city.toml", 3, "string \"EPSG:4545\", expected a whole number"),
];

/// Every fault is an error with its code, at its file and line, in words that help; and no case is left out.
#[test]
fn malformed_folders_are_refused_with_file_and_line() {
    let mut wrong = String::new();
    for &(case, code, file, line, words) in MALFORMED {
        let (city, found) = city::read(overlay(case).path());
        let first = found.list().iter().find(|d| d.severity == Severity::Error);
        let fits = first.is_some_and(|d| {
            d.code == code && Path::new(&d.file).ends_with(file) && d.line == line && d.to_string().contains(words)
        });
        if city.is_some() || !fits {
            let said = first.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let _ = writeln!(wrong, "{case}: {said}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let folders = fs::read_dir(fixtures().join("malformed/city")).unwrap().flatten().filter(|e| e.path().is_dir());
    let mut names: Vec<String> = folders.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "base" && !MALFORMED.iter().any(|case| case.0 == name));
    assert_eq!(names, Vec::<String>::new());
    assert!(city::read(overlay("base").path()).0.is_some());
}

/// A file that is not there is an error, not a panic.
#[test]
fn a_folder_without_a_city_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (city, found) = city::read(folder.path());
    assert!(city.is_none());
    assert_eq!(found.list()[0].code, "CITY-101");
}

fn grid(text: &str) -> Diagnostics {
    let mut out = Diagnostics::default();
    let read = esri_ascii::read(text, &mut Notes { file: "grid.asc", out: &mut out });
    assert_eq!(read.is_none(), out.has_errors(), "a grid or an error, never both or neither");
    out
}

/// Text with some characters of it replaced, doubled or left out.
fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    let edit = (0..text.chars().count(), prop::option::of(any::<char>()), any::<bool>());
    prop::collection::vec(edit, 1..6).prop_map(move |edits| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, put, keep) in edits {
            let at = at.min(chars.len().saturating_sub(1));
            match put {
                Some(c) if keep => chars.insert(at, c),
                Some(c) => chars[at] = c,
                None => {
                    chars.truncate(if keep { at.max(1) } else { chars.len() });
                }
            }
        }
        chars.into_iter().collect()
    })
}

const CITY_TOML: &str = include_str!("../../fixtures/malformed/city/base/city.toml");
const ASSETS: &str = include_str!("../../fixtures/malformed/city/base/net.assets.csv");
const GRID: &str = include_str!("../../fixtures/malformed/city/base/terrain.asc");
const POINTS: &str = include_str!("../../fixtures/malformed/city/base/points.csv");

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands in city.toml, there is a city or an error.
    #[test]
    fn no_city_toml_makes_the_reader_panic(
        bytes in prop_oneof![
            mutated(CITY_TOML).prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..400),
        ]
    ) {
        let folder = overlay("base");
        fs::write(folder.path().join("city.toml"), bytes).unwrap();
        let (city, found) = city::read(folder.path());
        prop_assert_eq!(city.is_none(), found.has_errors());
    }

    /// Whatever stands in the table of points, there is a city or an error.
    #[test]
    fn no_table_of_points_makes_the_reader_panic(text in prop_oneof![mutated(POINTS), any::<String>()]) {
        let folder = overlay("base");
        fs::write(folder.path().join("points.csv"), text).unwrap();
        let (city, found) = city::read(folder.path());
        prop_assert_eq!(city.is_none(), found.has_errors());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands in a table of assets, the result fits its network.
    #[test]
    fn no_table_of_assets_makes_the_reader_panic(text in prop_oneof![mutated(ASSETS), any::<String>()]) {
        let model = small_model();
        let mut out = Diagnostics::default();
        let assets = assets_csv::read(&text, &model, &mut Notes { file: "net.assets.csv", out: &mut out });
        prop_assert_eq!(assets.customers.len(), model.nodes.len());
        prop_assert!(assets.customers.iter().all(|c| c.is_finite() && *c >= 0.0));
        prop_assert!(assets.valves.iter().all(|v| v.link.at() < model.links.len()));
    }

    /// Whatever stands in a grid, there is a terrain or an error.
    #[test]
    fn no_grid_makes_the_reader_panic(text in prop_oneof![mutated(GRID), any::<String>()]) {
        grid(&text);
    }
}

fn small_model() -> twin_physics::domains::water::WaterModel {
    let (file, _) = twin_core::io::inp::read_file(&fixtures().join("malformed/city/base/net.inp"));
    twin_core::io::inp::to_water_model(&file.unwrap()).0
}

/// The rules that stand in for a survey are the same on every run and never leave a junction without its N − 1 valves.
#[test]
fn assumed_valves_are_one_less_than_pipes() {
    let city = district();
    let model = &city.water(WATER).unwrap().model;
    let assets = WaterAssets::assume(model);
    assert_eq!(assets, WaterAssets::assume(model));
    for (at, node) in model.nodes.iter().enumerate().filter(|(_, n)| n.id.starts_with(['H', 'L', 'J'])) {
        let is_pipe = |link: &&twin_physics::domains::water::Link| {
            matches!(link.kind, twin_physics::domains::water::LinkKind::Pipe(_))
        };
        let pipes = model.links.iter().filter(is_pipe).filter(|l| l.from.at() == at || l.to.at() == at).count();
        let here = |v: &&twin_core::model::water_assets::IsolationValve| {
            let link = &model.links[v.link.at()];
            (if v.end == End::From { link.from } else { link.to }).at() == at
        };
        assert_eq!(assets.valves.iter().filter(here).count(), pipes.saturating_sub(1), "{}", node.id);
    }
}

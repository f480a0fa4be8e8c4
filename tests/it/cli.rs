//! The program as people and scripts meet it: the real `twin`, its exit codes, its streams and what it writes.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use twin_core::io::epanet_out::{self, NodeQuantity, OutFile};
use twin_core::io::inp;
use twin_core::io::results::{read_events, read_series, read_series_file};

use crate::rehearsal::{drill, root};

/// The program beside this test. One that was built from other sources would prove nothing.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("twin").with_extension(std::env::consts::EXE_EXTENSION);
    let built = std::fs::metadata(&path).and_then(|m| m.modified());
    let built = built.unwrap_or_else(|e| panic!("run make build first: {}: {e}", path.display()));
    let newest = ["twin-core/src", "twin-physics/src"].map(|p| newest(&root().join(p))).into_iter().max().unwrap();
    assert!(built >= newest, "run make build first: {} is older than the sources", path.display());
    path
}

fn newest(folder: &Path) -> SystemTime {
    let changed = |entry: std::fs::DirEntry| {
        if entry.path().is_dir() { newest(&entry.path()) } else { entry.metadata().unwrap().modified().unwrap() }
    };
    std::fs::read_dir(folder).unwrap().map(|e| changed(e.unwrap())).max().unwrap_or(SystemTime::UNIX_EPOCH)
}

/// `twin` with these arguments, run from the root of the tree.
pub fn command<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program());
    command.args(args).env("LC_ALL", "C").current_dir(root()).stdin(Stdio::null());
    command
}

/// What a command said and how it ended.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(mut command: Command) -> Self {
        let output = command.output().expect("it starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// It did, and said nothing of an error.
    fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert!(!self.err.contains("error"), "{self:?}");
        self
    }

    /// It failed with this code, naming all of this on standard error.
    fn badly(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word} is not in {self:?}");
        }
        self
    }

    /// The one JSON object on standard output.
    fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        assert!(value.is_object(), "{self:?}");
        value
    }
}

fn twin<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Said {
    Said::of(command(args))
}

fn words<'a>(line: &'a str, paths: &[&'a Path]) -> Vec<&'a OsStr> {
    let mut paths = paths.iter();
    line.split_whitespace().map(|w| if w == "@" { paths.next().unwrap().as_os_str() } else { OsStr::new(w) }).collect()
}

/// `twin LINE` where each `@` is the next path.
fn say(line: &str, paths: &[&Path]) -> Said {
    twin(words(line, paths))
}

fn numbers(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value[key].is_number(), "{key} is no number in {value}");
    }
}

fn state_hash(dir: &Path) -> (Value, Value) {
    let summary: Value = serde_json::from_slice(&std::fs::read(dir.join("summary.json")).unwrap()).unwrap();
    (summary["state_hash"].clone(), summary["variants"]["do-nothing"]["state_hash"].clone())
}

fn temp() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Bad usage is 2 and says how it is used.
#[test]
fn bad_usage_is_two() {
    for line in [
        "",
        "run",
        "run scenarios/burst-main --frobnicate",
        "run scenarios/burst-main --pause-at nan",
        "run scenarios/burst-main --pause-at=-5",
        "run scenarios/burst-main --seed x",
        "run scenarios/burst-main --resume runs/x",
        "run scenarios/burst-main --network a.inp --city b",
        "--threads 0 check scenarios/burst-main",
        "--lang fr check scenarios/burst-main",
        "solve water fixtures/district/networks/water.inp",
        "solve water fixtures/district/networks/water.inp -o x.out --compat swmm",
        "export runs/x --what everything -o x",
        "compare runs/x",
    ] {
        let said = say(line, &[]);
        assert_eq!(said.code, Some(2), "{line}: {said:?}");
        assert!(said.out.is_empty() && !said.err.is_empty(), "{line}: {said:?}");
    }
    assert!(say("--help", &[]).well().out.contains("replay"));
    assert!(say("--version", &[]).well().out.starts_with("twin "));
}

/// What is wrong with a file is told with its line and the nearest valid word, and nothing is run.
#[test]
fn a_bad_file_is_named_with_its_line() {
    let folder = temp();
    let bad = drill(folder.path(), &[("hole_share = 0.5 ", "hole_shere = 0.5 ")]);
    let text = std::fs::read_to_string(&bad).unwrap();
    let line = text.lines().position(|l| l.contains("hole_shere")).unwrap() + 1;
    let place = format!("scenario.toml:{line}");
    let out = folder.path().join("out");
    say("run @ -o @", &[&bad, &out]).badly(1, &[&place, "hole_shere", "the nearest one is hole_share"]);
    assert!(!out.exists());

    let said = say("check @", &[&bad]);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains(&place) && said.err.contains("1 error"), "{said:?}");
    let said = say("--json check @ scenarios/burst-main", &[&bad]);
    assert_eq!(said.code, Some(1));
    let files = said.json()["files"].clone();
    assert_eq!((&files[0]["usable"], &files[1]["usable"]), (&Value::Bool(false), &Value::Bool(true)));
    assert_eq!(files[0]["diagnostics"][0]["line"], line);

    say("run @ -o @", &[&folder.path().join("none"), &out]).badly(1, &["none"]);
    say("solve water @ -o @", &[&folder.path().join("none.inp"), &out]).badly(1, &["none.inp"]);
    say("check fixtures/malformed/inp/negative_diameter.inp fixtures/malformed/city/unknown_key", &[]).badly(1, &[]);
    say("check fixtures/district fixtures/district/networks/water.inp scenarios/burst-main", &[]).well();
}

/// A place that cannot be written is named before anything is computed.
#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = temp();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "mine").unwrap();
    let inside = file.join("out");
    say("run scenarios/burst-main -o @", &[&inside]).badly(1, &["a-file"]);
    say("solve water fixtures/district/networks/water.inp -o @", &[&inside]).badly(1, &["a-file"]);
    std::fs::create_dir(folder.path().join("thesis")).unwrap();
    std::fs::write(folder.path().join("thesis/chapter.tex"), "mine").unwrap();
    say("run scenarios/burst-main -o @", &[&folder.path().join("thesis")]).badly(1, &["thesis", "no result of a run"]);
    assert_eq!(std::fs::read(folder.path().join("thesis/chapter.tex")).unwrap(), b"mine");
}

/// One JSON object on standard output, the same as the summary in the folder, and the folder as others know it.
#[test]
fn a_run_leaves_the_folder_that_others_read() {
    let folder = temp();
    let dir = folder.path().join("result");
    let said = say("--json run scenarios/burst-main -o @", &[&dir]).well();
    let told = said.json();
    assert_eq!(said.out.trim_end().lines().count(), 1);
    let summary: Value = serde_json::from_slice(&std::fs::read(dir.join("summary.json")).unwrap()).unwrap();
    for (key, value) in summary.as_object().unwrap() {
        assert_eq!(&told[key], value, "{key}");
    }
    assert_eq!(told["complete"], true);
    assert_eq!(told["state_hash"].as_str().unwrap().len(), 64);
    numbers(&told, &["cpu_s", "wall_s", "duration_s"]);
    numbers(&told["ledgers"]["water"], &["in", "out", "stored", "relative_residual"]);
    numbers(&told["solver"], &["iterations", "steps", "unconverged_steps"]);
    numbers(&told["solver"]["residuals"], &["mass", "energy_m"]);
    assert_eq!(told["solver"]["warnings"], Value::Array(Vec::new()));
    numbers(&told["metrics"]["customers_low_pressure"], &["max", "t_max_s", "last", "integral"]);

    for place in [dir.clone(), dir.join("variants/do-nothing")] {
        for name in ["metrics", "probes", "fields"] {
            assert!(!read_series(&place, name).unwrap().is_empty(), "{name} in {}", place.display());
        }
        let records = read_events(&place.join("events.jsonl")).unwrap().records;
        assert!(records.iter().all(|r| r.parent.is_none_or(|p| p < r.id)));
        assert!(records.iter().any(|r| r.rule == "burst" && r.target.starts_with("water/pipe/")));
        let map: Value =
            serde_json::from_slice(&std::fs::read(place.join("maps/min_pressure.geojson")).unwrap()).unwrap();
        assert!(map["features"].as_array().unwrap().len() > 63);
    }
    for name in ["journal.db", "request.json", "snapshots/base.snap", "snapshots/do-nothing.snap"] {
        assert!(dir.join(name).is_file(), "{name}");
    }
    // What is passed on to others names no folder of this machine; the request alone keeps them, for the replay.
    let here = root().canonicalize().unwrap().display().to_string();
    let text = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
    for name in ["summary.json", "events.jsonl", "report.html", "maps/isolation.geojson"] {
        assert!(!text(name).contains(&here), "{name} names {here}");
    }
    assert!(text("request.json").contains(&here));
    let report = text("report.html");
    let fetched = ["src=\"http", "href=\"http", "<link", "@import"];
    assert!(report.contains("<svg") && fetched.iter().all(|f| !report.contains(f)));
}

/// Without `-o` a run goes to `runs/<name>-<seed>/` and says where; `--lang` chooses the words.
#[test]
fn words_and_places_are_as_asked() {
    let folder = temp();
    let scenario = root().join("scenarios/burst-main").canonicalize().unwrap();
    let mut zh = command(words("run --seed 5 --lang zh @", &[&scenario]));
    let zh = Said::of({
        zh.current_dir(folder.path());
        zh
    })
    .well();
    assert!(folder.path().join("runs/burst-main-5/report.html").is_file());
    assert!(zh.out.contains("主干管爆裂") && zh.out.contains("结果") && zh.out.contains("runs/burst-main-5"), "{zh:?}");
    let en = say("run scenarios/burst-main --lang en -o @", &[&folder.path().join("en")]).well();
    assert!(en.out.contains("The main bursts") && en.out.contains("result: "), "{en:?}");
    assert!(!en.out.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{en:?}");
    say("check none.inp --lang zh", &[]).badly(1, &["错误"]);
}

/// Paused and resumed is run straight; a finished run is not resumed; a replay is equal until a file changes.
#[test]
fn pausing_resuming_and_replaying_change_nothing() {
    let folder = temp();
    let at = |name: &str| folder.path().join(name);
    let scenario = drill(folder.path(), &[("[water]\n", "[water]\ndemand_spread = 0.2\n")]);
    let (straight, paused) = (at("straight"), at("paused"));
    say("run @ -o @ --threads 2", &[&scenario, &straight]).well();
    let said = say("--json run @ -o @ --pause-at 9300", &[&scenario, &paused]).well().json();
    assert_eq!((&said["complete"], &said["duration_s"]), (&Value::Bool(false), &Value::from(9300.0)));
    say("replay @", &[&paused]).well();
    let cost = said["cpu_s"].as_f64().unwrap();
    let said = say("--json run --resume @", &[&paused]).well().json();
    assert_eq!(said["complete"], true);
    assert!(said["cpu_s"].as_f64().unwrap() > cost, "the cost of both parts");
    assert_eq!(state_hash(&paused), state_hash(&straight));
    assert_eq!(say("--json compare @ @", &[&paused, &straight]).well().json()["same"], true);
    say("run --resume @", &[&paused]).badly(1, &["paused", "finished"]);
    say("run --resume @", &[&at("nowhere")]).badly(1, &["nowhere"]);

    // From another folder: the request knows where its files are.
    let mut replay = command(words("--json replay @", &[&paused]));
    replay.current_dir(folder.path());
    let told = Said::of(replay).well().json();
    assert_eq!((&told["equal"], &told["tracks"]["do-nothing"]["equal"]), (&Value::Bool(true), &Value::Bool(true)));
    drill(folder.path(), &[("[water]\n", "[water]\ndemand_spread = 0.2\n"), ("hole_share = 0.5", "hole_share = 0.4")]);
    say("replay @", &[&paused]).badly(1, &["paused", "changed"]);
    say("replay @", &[&at("nowhere")]).badly(1, &["nowhere"]);
}

/// Another seed into the same folder is a run of its own: its replay knows nothing of the first.
#[test]
fn a_run_into_an_old_folder_stands_alone() {
    let folder = temp();
    let dir = folder.path().join("result");
    let scenario = drill(folder.path(), &[("[water]\n", "[water]\ndemand_spread = 0.2\n")]);
    say("run @ -o @ --seed 1 --pause-at 6000", &[&scenario, &dir]).well();
    say("run @ -o @ --seed 2", &[&scenario, &dir]).well();
    say("replay @", &[&dir]).well();
    say("run --resume @", &[&dir]).badly(1, &["finished"]);
    let other = folder.path().join("other");
    say("run @ -o @ --seed 1", &[&scenario, &other]).well();
    let told = say("--json compare @ @", &[&dir, &other]).well().json();
    assert_eq!(told["same"], false);
    assert!(told["parts"][0]["hash_equal"] == false && told["parts"].as_array().unwrap().len() == 2);
    assert_eq!(say("--json compare @ @", &[&dir, &dir]).well().json()["same"], true);
    say("compare @ @", &[&dir, folder.path()]).badly(1, &["summary.json"]);
}

/// Every export can be read by others.
#[test]
fn exports_can_be_read() {
    let folder = temp();
    let at = |name: &str| folder.path().join(name);
    let dir = at("result");
    say("run scenarios/burst-main -o @", &[&dir]).well();
    say("export @ --what series -o @", &[&dir, &at("series")]).well();
    let csv = std::fs::read_to_string(at("series/probes.csv")).unwrap();
    let rows = read_series_file(&dir.join("series/probes.parquet")).unwrap().len();
    assert_eq!(csv.lines().next(), Some("t_s,id,quantity,unit,value"));
    assert_eq!(csv.lines().count(), rows + 1);
    assert!(at("series/do-nothing-metrics.csv").is_file());

    say("export @ --what maps -o @", &[&dir, &at("maps")]).well();
    let map: Value = serde_json::from_slice(&std::fs::read(at("maps/isolation.geojson")).unwrap()).unwrap();
    assert_eq!(map["type"], "FeatureCollection");

    say("export @ --what events -o @", &[&dir, &at("events.csv")]).well();
    let records = read_events(&dir.join("events.jsonl")).unwrap().records;
    let csv = std::fs::read_to_string(at("events.csv")).unwrap();
    assert!(csv.starts_with("id,parent,t,micro,source,rule,target,effect,value,threshold,unit,confidence\n"));
    assert_eq!(csv.lines().count(), records.len() + 1);

    say("export @ --what inp -o @", &[&dir, &at("net.inp")]).well();
    let (ours, found) = inp::read_file(&root().join("fixtures/district/networks/water.inp"));
    let (theirs, again) = inp::read_file(&at("net.inp"));
    assert!(!found.has_errors() && !again.has_errors());
    let model = |file: Option<inp::InpFile>| inp::to_water_model(&file.unwrap()).0;
    let (ours, theirs) = (model(ours), model(theirs));
    assert_eq!((ours.nodes, ours.links), (theirs.nodes, theirs.links));
    say("export @ --what inp -o @", &[folder.path(), &at("x.inp")]).badly(1, &["not a result folder"]);
    say("export @ --what events -o @", &[&dir, &at("none/x.csv")]).badly(1, &["none"]);
}

fn solved(line: &str, out: &Path) -> (Value, OutFile) {
    let told = say(line, &[out]).well().json();
    let file = epanet_out::read(&std::fs::read(out).unwrap()).expect("a whole file");
    (told, file)
}

/// Both ways of solving write EPANET's file: every reporting time, finite heads, and the same day.
#[test]
fn a_network_is_solved_to_epanets_file() {
    let folder = temp();
    let (tight, loose, report) =
        (folder.path().join("a.out"), folder.path().join("b.out"), folder.path().join("a.rpt"));
    let line = "--json solve water fixtures/district/networks/water.inp -o @";
    let (told, ours) = solved(line, &tight);
    numbers(&told, &["cpu_s", "wall_s"]);
    assert!(told["cpu_s"].as_f64().unwrap() > 0.0);
    numbers(&told["solver"], &["iterations", "steps", "unconverged_steps"]);
    numbers(&told["solver"]["residuals"], &["mass", "energy_m"]);
    assert!(told["solver"]["warnings"].is_array());
    assert_eq!(told["solver"]["unconverged_steps"], 0);
    assert_eq!(told["periods"], 25);
    assert!(told["ledgers"]["water"]["relative_residual"].as_f64().unwrap() <= 1e-9);

    let (_, theirs) = solved(&format!("{line} --compat epanet"), &loose);
    let mut apart = 0.0_f32;
    for file in [&ours, &theirs] {
        assert_eq!((file.periods, file.report_step_s, file.duration_s), (25, 3600, 86_400));
        assert_eq!(file.node_ids.len(), 66);
    }
    for period in 0..25 {
        let heads = [&ours, &theirs].map(|f| f.nodes(period, NodeQuantity::Head));
        assert_eq!(heads.map(<[f32]>::len), [66, 66]);
        for (a, b) in heads[0].iter().zip(heads[1]) {
            assert!(a.is_finite() && (900.0..1200.0).contains(a), "{a} m");
            apart = apart.max((a - b).abs());
        }
    }
    assert!(apart > 0.0 && apart < 0.5, "Heun and Euler tanks are {apart} m apart");

    let said = say("solve water fixtures/district/networks/water.inp -o @ --report @", &[&tight, &report]).well();
    assert!(said.out.contains("25 reported times"), "{said:?}");
    let report = std::fs::read_to_string(&report).unwrap();
    assert!(report.contains("Number of Junctions............... 63") && report.contains("J02"), "{report}");
    say("solve water fixtures/malformed/inp/no_source.inp -o @", &[&loose]).badly(1, &["no_source.inp"]);
}

/// A flood tells what happened to gates and underpasses, in the order of time and by their names.
#[test]
fn a_flood_tells_what_happened_to_its_underpass() {
    let folder = tempfile::tempdir().unwrap();
    let dem = "ncols 6\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 5\n4 4 4 4 4 4\n";
    let case = "dem = \"dem.asc\"\nfriction = { manning = 0.02 }\nduration_s = 300\ngauge_every_s = 100\n\
        [[inflow]]\nx = 2\ny = 2\nseries = 0.2\n\
        [[wall]]\nid = \"gate\"\nline = [[20, 0], [20, 5]]\ncrest = 9\ntrigger = { time_s = 280 }\n\
        [[underpass]]\nid = \"bore\"\nfloor_m = 0\nceiling_m = 4\narea_m2 = 5\nclosure_depth_m = 0.27\n\
        marks_m = [0.5]\npump = { rate_m3s = 0.01, start_m3 = 1, stop_m3 = 0 }\n\
        [[underpass.portal]]\nx = 17\ny = 2\nsill_m = 4.02\nwidth_m = 3\n";
    std::fs::write(folder.path().join("dem.asc"), dem).unwrap();
    let path = folder.path().join("case.toml");
    std::fs::write(&path, case).unwrap();
    say("solve flood @ -o @", &[&path, &folder.path().join("out")]).well();
    let summary = std::fs::read(folder.path().join("out/summary.json")).unwrap();
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    let events = summary["events"].as_array().unwrap();
    let told: Vec<_> = events.iter().map(|e| (e["id"].as_str().unwrap(), e["what"].as_str().unwrap_or("-"))).collect();
    let bore = ["pump_on", "closed", "mark", "full"].map(|what| ("bore", what));
    assert!(told[..4] == bore && told.len() > 4 && told[4..].iter().all(|e| e.0 == "gate"), "{told:?}");
    assert!(events.windows(2).all(|w| w[0]["t_s"].as_f64() <= w[1]["t_s"].as_f64()), "{events:?}");
    assert_eq!(events[2]["depth_m"], 0.5);
    let under = &summary["underpasses"][0];
    assert_eq!((&under["id"], &under["closed_s"]), (&Value::from("bore"), &events[1]["t_s"]));
    assert_eq!(
        (&under["volume_m3"], &summary["volumes_m3"]["pumped"]),
        (&summary["volumes_m3"]["in_underpasses"], &under["pumped_m3"])
    );
    assert!(under["greatest_depth_m"].as_f64().unwrap() > 3.99 && summary["mass_error_rel"].as_f64().unwrap() <= 1e-12);
    let rows = std::fs::read_to_string(folder.path().join("out/underpasses.csv")).unwrap();
    assert_eq!(rows.lines().count(), 5, "{rows}");
}

/// Ends what a test that failed left running.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Ctrl-C: 130, a folder that can be read, and the run goes on from there to the same bits.
#[cfg(unix)]
#[test]
fn a_run_stopped_by_ctrl_c_is_usable() {
    let folder = temp();
    let (dir, straight) = (folder.path().join("stopped"), folder.path().join("straight"));
    // Thirty years: it cannot end by itself before it is stopped.
    let long =
        drill(folder.path(), &[("duration_s = 43200.0", "duration_s = 1e9"), ("every_s = 300.0", "every_s = 3600.0")]);
    let mut long_run = command(words("--json run @ -o @", &[&long, &dir]));
    let mut running = Running(long_run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    // The request is written once Ctrl-C is listened to.
    while !dir.join("request.json").is_file() {
        assert!(running.0.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    let kill = Command::new("sh").args(["-c", &format!("kill -INT {}", running.0.id())]).status().unwrap();
    assert!(kill.success());
    let (mut told, mut said) = (String::new(), String::new());
    running.0.stdout.as_mut().unwrap().read_to_string(&mut told).unwrap();
    running.0.stderr.as_mut().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(running.0.wait().unwrap().code(), Some(130), "{said}");
    for words in ["Ctrl-C again to leave at once", "partial result", "--resume"] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    let told: Value = serde_json::from_str(&told).expect("one object");
    assert_eq!(told["complete"], false);

    let summary: Value = serde_json::from_slice(&std::fs::read(dir.join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["complete"], false);
    let reached_s = summary["duration_s"].as_f64().unwrap();
    assert!(!read_series(&dir, "metrics").unwrap().is_empty());
    let further = format!("{}", reached_s + 3600.0);
    say(&format!("run --resume @ --pause-at {further}"), &[&dir]).well();
    say(&format!("run @ -o @ --pause-at {further}"), &[&long, &straight]).well();
    assert_eq!(state_hash(&dir), state_hash(&straight));
}

/// A design storm from a city or from coefficients, as a table, as JSON, and in three forms of file.
#[test]
fn a_design_storm_is_told_and_written() {
    let folder = temp();
    let told = say("storm fixtures/district --minutes 60 --years 5", &[]).well();
    assert!(told.out.contains("depth ") && told.out.lines().count() == 14, "{told:?}");
    let json = say("--json storm fixtures/district --minutes 120 --years 100", &[]).well().json();
    assert_eq!(json["mm_per_h"].as_array().unwrap().len(), 24);
    assert_eq!(json["rain_signals"][2]["level"], "orange");
    assert!(json["formula"]["source"].as_str().unwrap().contains("example formula"));
    let depth_mm = json["depth_mm"].as_f64().unwrap();
    for (name, step_h) in [("rain.csv", 1.0 / 12.0), ("rain.dat", 1.0 / 12.0), ("gauge.rain", 1.0 / 12.0)] {
        let path = folder.path().join(name);
        say("storm --a1 5.582 --c 1.292 --b 8.22 --n 0.7 --years 100 -o @", &[&path]).well();
        let text = std::fs::read_to_string(&path).unwrap();
        let rows = text.lines().filter(|l| !l.starts_with(';') && !l.starts_with("t_s"));
        let last = |l: &str| l.rsplit([' ', ',']).next().and_then(|v| v.parse::<f64>().ok()).unwrap();
        let written_mm: f64 = rows.map(|l| last(l) * step_h).sum();
        assert!((written_mm - depth_mm).abs() < 1e-4, "{name}: {written_mm} for {depth_mm}");
    }
    let x = folder.path().join("x.xls");
    say("storm fixtures/district -o @", &[&x]).badly(2, &["x.xls", ".csv, .dat, .rain"]);
    say("storm fixtures/district --step-minutes 0.5 -o @", &[&folder.path().join("x.rain")])
        .badly(2, &["whole minutes"]);
    say("storm", &[]).badly(2, &["--a1"]);
    say("storm --a1 5 --c 1 --b 8", &[]).badly(2, &["--n"]);
    say("storm fixtures/district --peak 2", &[]).badly(2, &["the place of the peak is 2"]);
    say("storm fixtures/malformed/city/base", &[]).badly(1, &["[[storm]]"]);
}

/// A sewershed is written, counted, and the same each time.
#[test]
fn a_sewershed_is_made_from_its_seed() {
    let folder = temp();
    let (a, b) = (folder.path().join("a.inp"), folder.path().join("b.inp"));
    let line = "--json city sewershed --conduits 120 --seed 4 --storm-years 50 --lid 0.5 --dual -o @";
    let told = say(line, &[&a]).well().json();
    say(line, &[&b]).well();
    assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
    assert_eq!(told["counts"]["sewers"], 120);
    assert!(told["counts"]["streets"].as_u64().unwrap() > 0 && told["counts"]["measures"].as_u64().unwrap() > 30);
    say("city sewershed --conduits 120 --seed 5 --city fixtures/district -o @", &[&b]).well();
    assert_ne!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
    say("city sewershed --conduits 3 --seed 4 -o @", &[&a]).badly(2, &["10 to 100000"]);
    say("city sewershed --conduits 30 --seed 4 --lid 2 -o @", &[&a]).badly(2, &["0 to 1"]);
    say("city sewershed --conduits 30 --seed 4 -o @", &[&folder.path().join("none/a.inp")]).badly(1, &["none"]);
    let bare = Path::new("fixtures/malformed/city/base");
    say("city sewershed --conduits 30 --seed 4 --city @ -o @", &[bare, &a]).badly(1, &["[[storm]]"]);
}

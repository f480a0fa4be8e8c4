//! Drainage models against SWMM 5.2.4 (`reference/*.npz` beside the models, made by `make_reference.py` there).
//!
//! The law, by the better of the default run and the run with `--compat swmm5.2`:
//! - tier A: root mean square of the difference over the largest value within 1 % on 95 % of the series of node depth,
//!   of link flow and of runoff, each group by itself; peaks within 1 % on 90 %; volumes to outfalls and of flooding
//!   within 0.5 % or the reference's own continuity error, whichever is larger;
//! - tier B (more than 1 % of the reference's steps did not converge): peaks and volumes;
//! - tier C (the reference is suspect): shown only.
//!
//! A series below 1 mm or 1e-4 of the model's largest flow on both sides is left out and counted; one that is below on
//! the reference's side alone is judged by that limit. Rows are those of `kept_rows`, peaks and volumes over all.

use std::path::{Path, PathBuf};

use npyz::npz::NpzArchive;
use twin_core::bindings::drainage::{Opened, open};
use twin_core::io::swmm_out::{self, LinkVariable, NodeKind, NodeVariable, SubcatchmentVariable, SwmmResults};
use twin_core::rehearsal::solve_drainage::{self, Ended, Solved};
use twin_core::rehearsal::solve_water::Watch;
use twin_physics::domains::drainage::routing::Drainage;

const SERIES: f64 = 0.01;
const SERIES_SHARE: f64 = 0.95;
const PEAK: f64 = 0.01;
const PEAK_SHARE: f64 = 0.90;
const VOLUME: f64 = 0.005;
const DEPTH_LEAST_M: f64 = 0.001;
/// Share of the model's largest flow, and of all volume that leaves it.
const FLOW_LEAST: f64 = 1e-4;
const FT_M: f64 = 0.3048;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tier {
    A,
    B,
    C,
}

/// Models compared; tiers as in `SOURCES.md` beside them.
const CASES: &[(&str, Tier)] = &[
    ("app_detention_pond_kw", Tier::A),
    ("app_groundwater", Tier::A),
    ("app_inlet_drains", Tier::A),
    ("app_pump_control", Tier::A),
    ("epa_bioretention", Tier::A),
    ("epa_cos_outlets_mid", Tier::B),
    ("epa_example1_kw_wq", Tier::A),
    ("epa_example4_lid", Tier::A),
    ("epa_extran1", Tier::B),
    ("epa_extran4_weir", Tier::B),
    ("epa_extran6_pump", Tier::B),
    ("epa_extran8a_transects", Tier::A),
    ("epa_gate_control_rtc", Tier::A),
    ("epa_storage_shapes", Tier::A),
    ("epa_street_inlet_9a", Tier::A),
    ("epa_user3_pumps", Tier::A),
    ("epa_user5_transects", Tier::A),
    ("s5p_ttt_slot", Tier::C),
];

fn drainage() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("LIFELINE_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("networks/drainage");
    folder.is_dir().then_some(folder)
}

/// One quantity of one class of objects.
#[derive(Debug, Clone, Default)]
struct Group {
    ids: Vec<String>,
    /// Kept rows, one after another.
    rows: Vec<f32>,
    /// Largest magnitude over all periods.
    peaks: Vec<f64>,
}

impl Group {
    fn largest(&self) -> f64 {
        self.peaks.iter().fold(0.0, |m: f64, p| m.max(*p))
    }

    fn series(&self, i: usize) -> impl Iterator<Item = f64> {
        self.rows.iter().skip(i).step_by(self.ids.len()).map(|v| f64::from(*v))
    }
}

/// What a reference file says of one model.
#[derive(Debug, Clone, Default)]
struct Reference {
    time_h: Vec<f64>,
    kept: Vec<usize>,
    node_kinds: Vec<i8>,
    depth: Group,
    flow: Group,
    runoff: Group,
    inflow_means: Vec<f64>,
    flooding_means: Vec<f64>,
    /// Continuity error of routing [%].
    error_percent: f64,
    /// One unit of length [m].
    length_m: f64,
}

fn column<T: npyz::Deserialize>(path: &Path, name: &str) -> Option<Vec<T>> {
    let mut archive = NpzArchive::open(path).expect("a readable npz");
    let array = archive.by_name(name).expect("a readable array")?;
    Some(array.into_vec().expect("an array of this type"))
}

fn group(path: &Path, ids: &str, name: &str) -> Group {
    let Some(rows) = column::<f32>(path, name) else { return Group::default() };
    let of = |end: &str| column::<f32>(path, &format!("{name}_{end}")).expect("beside its series");
    let peaks = of("max").iter().zip(of("min")).map(|(a, b)| f64::from(a.abs().max(b.abs()))).collect();
    Group { ids: column(path, ids).expect("names"), rows, peaks }
}

impl Reference {
    fn read(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("reference/{name}.npz"));
        let path = path.as_path();
        let text = std::fs::read_to_string(folder.join("reference/summary.json")).expect("a summary");
        let summary: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let of = &summary[name];
        let si = ["CMS", "LPS", "MLD"].contains(&of["flow_units"].as_str().expect("units"));
        let kept: Vec<i32> = column(path, "kept_rows").expect("rows");
        Self {
            time_h: column(path, "time_h").expect("times"),
            kept: kept.into_iter().map(|k| usize::try_from(k).expect("a row")).collect(),
            node_kinds: column(path, "node_type").expect("kinds"),
            depth: group(path, "node_ids", "node_depth"),
            flow: group(path, "link_ids", "link_flow"),
            runoff: group(path, "sub_ids", "sub_runoff"),
            inflow_means: column(path, "node_inflow_mean").expect("inflow"),
            flooding_means: column(path, "node_flooding_mean").expect("flooding"),
            error_percent: of["routing_err_pct"][0].as_f64().unwrap_or(0.0),
            length_m: if si { 1.0 } else { FT_M },
        }
    }

    /// Mean flow to outfalls and mean flooding over all periods.
    fn volumes(&self) -> [f64; 2] {
        let outfall = i8::try_from(NodeKind::Outfall.code()).expect("small");
        let outfalls = self.node_kinds.iter().zip(&self.inflow_means).filter(|(k, _)| **k == outfall);
        [outfalls.map(|(_, q)| q).sum(), self.flooding_means.iter().sum()]
    }
}

/// How one group of series compares.
#[derive(Debug, Clone, Default, PartialEq)]
struct Tally {
    compared: usize,
    left_out: usize,
    close: usize,
    peaks_close: usize,
    worst: f64,
    worst_id: String,
}

impl Tally {
    fn misses(&self, name: &str, tier: Tier) -> Option<String> {
        let all = self.compared as f64;
        let series = tier == Tier::A && (self.close as f64) < SERIES_SHARE * all;
        let peaks = (self.peaks_close as f64) < PEAK_SHARE * all;
        (tier != Tier::C && (series || peaks)).then(|| format!("{name}: {self:?}"))
    }
}

fn judge(reference: &Group, kept: &[usize], least: f64, ours: impl Fn(usize) -> Vec<f32>) -> Tally {
    let mut tally = Tally::default();
    for (i, id) in reference.ids.iter().enumerate() {
        let mine = ours(i);
        let peak = mine.iter().fold(0.0, |m: f64, v| m.max(f64::from(v.abs())));
        if reference.peaks[i] < least && peak < least {
            tally.left_out += 1;
            continue;
        }
        tally.compared += 1;
        // A value that is no number must not pass.
        let apart = |r: f64, row: usize| mine.get(row).map_or(f64::INFINITY, |m| f64::from(*m) - r);
        let squares: f64 = reference.series(i).zip(kept).map(|(r, row)| apart(r, *row).powi(2)).sum();
        let largest = reference.series(i).fold(least, |m, v| m.max(v.abs()));
        let off = (squares / kept.len() as f64).sqrt() / largest;
        tally.close += usize::from(off <= SERIES);
        let limit = PEAK * reference.peaks[i].max(least);
        tally.peaks_close += usize::from((peak - reference.peaks[i]).abs() <= limit);
        if off > tally.worst || off.is_nan() {
            (tally.worst, tally.worst_id) = (off, id.clone());
        }
    }
    tally
}

/// One run against the reference.
#[derive(Debug, Clone, Default)]
struct Verdict {
    depth: Tally,
    flow: Tally,
    runoff: Tally,
    /// Difference of the volume to outfalls and of flooding, relative; 0 where there is next to none.
    volumes: [f64; 2],
    misses: Vec<String>,
}

/// Whether the run reports the same objects at the same times.
fn strangeness(reference: &Reference, ours: &SwmmResults) -> Option<String> {
    let d = &ours.description;
    let nodes = d.nodes.iter().map(|n| &n.name).eq(&reference.depth.ids);
    let links = reference.flow.ids.is_empty() || d.links.iter().map(|l| &l.name).eq(&reference.flow.ids);
    let subs = reference.runoff.ids.is_empty() || d.subcatchments.iter().map(|s| &s.name).eq(&reference.runoff.ids);
    if !(nodes && links && subs) {
        return Some("other objects than the reference, or in another order".to_owned());
    }
    if reference.kept.last().is_none_or(|last| last + 1 != ours.periods()) {
        return Some(format!("{} periods, the reference ends at row {:?}", ours.periods(), reference.kept.last()));
    }
    let hours = |row: &usize| (ours.dates_days[*row] - d.start_days) * 24.0;
    let same = reference.kept.iter().zip(&reference.time_h).all(|(row, t)| (hours(row) - t).abs() < 1e-3);
    (!same).then(|| "other reporting times than the reference".to_owned())
}

fn volumes(ours: &SwmmResults) -> [f64; 2] {
    let mean = |series: Vec<f32>| series.iter().map(|v| f64::from(*v)).sum::<f64>() / series.len() as f64;
    let nodes = ours.description.nodes.iter().enumerate();
    let outfalls = nodes.clone().filter(|(_, n)| n.kind == NodeKind::Outfall);
    let outflow = outfalls.map(|(i, _)| mean(ours.node_series(i, NodeVariable::TotalInflow))).sum();
    [outflow, nodes.map(|(i, _)| mean(ours.node_series(i, NodeVariable::Flooding))).sum()]
}

fn compare(reference: &Reference, ours: &SwmmResults, tier: Tier) -> Verdict {
    if let Some(strange) = strangeness(reference, ours) {
        return Verdict { misses: vec![strange], ..Verdict::default() };
    }
    let kept = &reference.kept;
    let least_flow = FLOW_LEAST * reference.flow.largest().max(reference.runoff.largest());
    let depth = |i| ours.node_series(i, NodeVariable::Depth);
    let flow = |i| ours.link_series(i, LinkVariable::Flow);
    let runoff = |i| ours.subcatchment_series(i, SubcatchmentVariable::Runoff);
    let mut v = Verdict {
        depth: judge(&reference.depth, kept, DEPTH_LEAST_M / reference.length_m, depth),
        flow: judge(&reference.flow, kept, least_flow, flow),
        runoff: judge(&reference.runoff, kept, least_flow, runoff),
        ..Verdict::default()
    };
    v.misses.extend([v.depth.misses("depth", tier), v.flow.misses("flow", tier)].into_iter().flatten());
    v.misses.extend(v.runoff.misses("runoff", tier));
    let (theirs, mine) = (reference.volumes(), volumes(ours));
    let least = FLOW_LEAST * (theirs[0] + theirs[1]);
    let allowed = VOLUME.max(reference.error_percent.abs() / 100.0);
    for (i, name) in ["outfall volume", "flooding volume"].into_iter().enumerate() {
        if theirs[i] > least || mine[i] > least || mine[i].is_nan() {
            v.volumes[i] = (mine[i] - theirs[i]) / theirs[i].max(least);
            if tier != Tier::C && (v.volumes[i].is_nan() || v.volumes[i].abs() > allowed) {
                v.misses.push(format!("{name} off by {:.3} %", 100.0 * v.volumes[i]));
            }
        }
    }
    v
}

/// Largest continuity error of a default run where the reference has a smaller one [%].
const ERROR_PERCENT: f64 = 0.1;
/// Largest share of steps of a default run that do not converge.
const UNCONVERGED: f64 = 0.01;

fn slow() -> bool {
    std::env::var_os("TWIN_SLOW").is_some_and(|v| v == "1")
}

struct Silent;

impl Watch for Silent {
    fn at(&mut self, _: f64) {}
}

/// Runs a deck from its text to the bytes of its result file, as `twin solve drainage` does.
pub(super) fn run_deck(deck: &Path, compat: bool) -> Result<(SwmmResults, Solved), String> {
    run_whole(deck, compat).map(|(results, ended)| (results, ended.solved))
}

/// The same with all that is known at the end.
pub(super) fn run_whole(deck: &Path, compat: bool) -> Result<(SwmmResults, Ended), String> {
    let (opened, found, of_files) = open(deck);
    let Some(Opened { deck, external }) = opened else {
        return Err(format!("{:?} {:?}", found.list(), of_files.list()));
    };
    let physics = solve_drainage::model_of(&deck, &external, compat);
    let drainage = Drainage::new(physics).map_err(|e| e.to_string())?;
    let mut bytes = Vec::new();
    let extras = solve_drainage::Extras::default();
    let ended = solve_drainage::run(&drainage, &deck, &mut bytes, extras, &mut Silent).map_err(|e| e.to_string())?;
    Ok((swmm_out::read(&bytes).map_err(|e| e.to_string())?, ended))
}

/// Holds every model against its reference; `run` runs one, by SWMM's own rules where asked, or says why not. The
/// default run is made only where the other misses.
/// What misses the law, in words.
fn hold(
    folder: &Path,
    cases: &[(&str, Tier)],
    run: impl Fn(&Path, bool) -> Result<SwmmResults, String>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for &(name, tier) in cases {
        let reference = Reference::read(folder, name);
        let deck = folder.join(format!("{name}.inp"));
        let verdict = |compat| match run(&deck, compat) {
            Ok(results) => compare(&reference, &results, tier),
            Err(why) => Verdict { misses: vec![why], ..Verdict::default() },
        };
        let compat = verdict(true);
        show(name, tier, "compat", &compat);
        if compat.misses.is_empty() {
            continue;
        }
        let default = verdict(false);
        show(name, tier, "default", &default);
        if !default.misses.is_empty() {
            wrong.push(format!("{name}: default: {:?}; compat: {:?}", default.misses, compat.misses));
        }
    }
    wrong
}

/// A line of the table of shares.
fn show(name: &str, tier: Tier, mode: &str, v: &Verdict) {
    let of = |t: &Tally| {
        format!(
            "{}/{} peaks {} out {} worst {:.1e} {}",
            t.close, t.compared, t.peaks_close, t.left_out, t.worst, t.worst_id
        )
    };
    let [outfall, flooding] = v.volumes.map(|x| format!("{:+.4} %", 100.0 * x));
    eprintln!(
        "{name} ({tier:?}) {mode}: depth {}; flow {}; runoff {}; outfall {outfall}, flooding {flooding}; {}",
        of(&v.depth),
        of(&v.flow),
        of(&v.runoff),
        if v.misses.is_empty() { String::from("holds") } else { format!("misses {:?}", v.misses) }
    );
}

/// One model by the better run; with `TWIN_SLOW=1` also the default run by its own law.
fn hold_shared(name: &str) {
    let Some(folder) = drainage() else {
        eprintln!("skipped: no shared networks");
        return;
    };
    let case = *CASES.iter().find(|c| c.0 == name).expect("a case");
    let wrong = hold(&folder, &[case], |deck, compat| run_deck(deck, compat).map(|r| r.0));
    assert_eq!(wrong, Vec::<String>::new());
    if !slow() {
        return;
    }
    let reference = Reference::read(&folder, name);
    let (results, solved) = run_deck(&folder.join(format!("{name}.inp")), false).expect("a default run");
    show(name, case.1, "default", &compare(&reference, &results, case.1));
    let unconverged = solved.unconverged as f64 / solved.steps.max(1) as f64;
    eprintln!("{name}: default: continuity {:.4} %, unconverged {unconverged:.4}", solved.routing_error_percent);
    assert!(unconverged <= UNCONVERGED, "{unconverged}");
    if case.1 != Tier::C {
        let allowed = reference.error_percent.abs().max(ERROR_PERCENT);
        assert!(solved.routing_error_percent.abs() <= allowed, "{} %", solved.routing_error_percent);
    }
}

/// One test a model, so that the runner spreads them.
macro_rules! shared {
    ($($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            hold_shared(stringify!($name));
        })+

        #[test]
        fn every_case_has_its_test() {
            assert!(CASES.iter().map(|c| c.0).eq([$(stringify!($name)),+]));
        }
    };
}

shared! {
    app_detention_pond_kw,
    app_groundwater,
    app_inlet_drains,
    app_pump_control,
    epa_bioretention,
    epa_cos_outlets_mid,
    epa_example1_kw_wq,
    epa_example4_lid,
    epa_extran1,
    epa_extran4_weir,
    epa_extran6_pump,
    epa_extran8a_transects,
    epa_gate_control_rtc,
    epa_storage_shapes,
    epa_street_inlet_9a,
    epa_user3_pumps,
    epa_user5_transects,
    s5p_ttt_slot,
}

mod echo;

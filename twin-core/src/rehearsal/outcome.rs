//! From a course to its result folder: series, events, maps, summary, journal, report.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use twin_physics::port::PortIx;

use super::course::{Course, Track};
use super::maps;
use super::stage::{Request, Stage};
use super::street_maps;
use super::titles;
use crate::io::report::{self, Clock, Lang, Timeline, Words};
use crate::io::results::{
    Better, LedgerFigures, MetricSeries, ResultError, ResultFolder, RunFacts, SolverFigures, Text, VariantFacts,
};
use crate::world::hash;
use crate::world::journal::{Journal, JournalError, SqliteJournal};
use crate::world::observe::MetricLaw;

/// What it took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Processor time of the simulation [s].
    pub cpu_s: f64,
    /// Time on the wall [s].
    pub wall_s: f64,
}

/// Why a result folder could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutcomeError {
    /// A file.
    #[error(transparent)]
    Result(#[from] ResultError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Anything else on disk.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// File that keeps a course under way, inside `snapshots/`.
pub const PAUSED: &str = "paused.bin";
/// File that keeps the request.
pub const REQUEST: &str = "request.json";

/// The facts of a course, for summary, report and terminal.
#[must_use]
pub fn facts(stage: &Stage, course: &Course, cost: Cost, complete: bool) -> RunFacts {
    let scenario = &stage.scenario;
    RunFacts {
        name: scenario.name.clone(),
        title: Text::new(&scenario.title.zh, &scenario.title.en),
        description: titles::description(stage, course),
        seed: stage.seed,
        start: scenario.start,
        duration_s: course.now().seconds(),
        complete,
        variants: course.tracks().iter().map(|track| variant(stage, track)).collect(),
        asset_titles: titles::assets(stage, course),
        rule_titles: titles::rules(stage),
        assumptions: titles::assumptions(stage),
        not_modelled: titles::not_modelled(stage),
        cpu_s: cost.cpu_s,
        wall_s: cost.wall_s,
    }
}

fn variant(stage: &Stage, track: &Track) -> VariantFacts {
    let body = &track.world.core().body;
    let effort = body.effort;
    let residuals = [("mass", effort.mass_residual), ("energy_m", effort.energy_residual)];
    let names = (0..stage.spec().networks.len()).map(|at| stage.account_names(at));
    let accounts = names.zip(&body.accounts).flat_map(|(names, accounts)| {
        let one = |(name, account)| (name, LedgerFigures::from(account));
        names.into_iter().zip(accounts).map(one).collect::<Vec<_>>()
    });
    let (map, paint) = maps::main(stage, track);
    VariantFacts {
        name: track.name.clone(),
        title: titles::variant(stage, &track.name),
        records: track.recorder.records.clone(),
        metrics: metrics(stage, track),
        probes: probes(stage, track),
        ledgers: accounts.collect(),
        solver: SolverFigures {
            iterations: effort.iterations,
            steps: effort.steps,
            unconverged_steps: effort.failed_steps + effort.unconverged,
            residuals: residuals.into_iter().map(|(name, r)| (name.to_owned(), r)).collect(),
            warnings: titles::warnings(body),
        },
        state_hash: hash::hex(&track.world.hash()),
        map: Some(map),
        paint: Some(paint),
        markers: maps::markers(stage, track),
    }
}

fn metrics(stage: &Stage, track: &Track) -> Vec<MetricSeries> {
    let series = |(metric, values): (&crate::world::observe::Metric, &Vec<f64>)| MetricSeries {
        name: metric.name.clone(),
        title_zh: metric.title_zh.clone(),
        title_en: metric.title_en.clone(),
        unit: metric.unit.clone(),
        t_s: track.recorder.t_s.clone(),
        value: values.clone(),
        better: match metric.law {
            MetricLaw::Min { .. } | MetricLaw::MinOver { .. } => Better::Higher,
            MetricLaw::Output(port) if floods(stage, port) || loses_gas(stage, port) => Better::Lower,
            MetricLaw::Output(_) => Better::Neither,
            MetricLaw::OutputDifference(..)
            | MetricLaw::WeightBelow { .. }
            | MetricLaw::WeightBelowEach { .. }
            | MetricLaw::WeightShort { .. } => Better::Lower,
        },
    };
    stage.plan.metrics.iter().zip(&track.recorder.metrics).map(series).collect()
}

/// Whether an output tells of flooding or surcharge: the less, the better.
fn floods(stage: &Stage, port: PortIx) -> bool {
    let group = stage.solver_ports().output_group(port);
    group.is_some_and(|(g, _)| {
        matches!(g.name, "flooded_volume" | "flooded_nodes" | "flooding_flow" | "surcharged_links")
    })
}

/// Whether an output tells of gas lost.
fn loses_gas(stage: &Stage, port: PortIx) -> bool {
    let group = stage.solver_ports().output_group(port).filter(|_| stage.gas().is_some());
    group.is_some_and(|(g, _)| matches!(g.name, "leak_total" | "hole_flow"))
}

fn probes(stage: &Stage, track: &Track) -> Vec<MetricSeries> {
    let series = |(probe, values): (&crate::world::observe::Probe, &Vec<f64>)| {
        let asset = stage.spec().register.get(probe.asset);
        let title = titles::asset(stage, probe.asset);
        MetricSeries {
            name: format!("{} {}", asset.id, probe.quantity.key()),
            title_zh: format!("{} {}", title.zh, probe.quantity.zh()),
            title_en: format!("{} {}", title.en, probe.quantity.key().replace('_', " ")),
            unit: probe.quantity.unit().to_owned(),
            t_s: track.recorder.t_s.clone(),
            value: values.clone(),
            better: Better::Neither,
        }
    };
    stage.plan.probes.iter().zip(&track.recorder.probes).map(series).collect()
}

/// The folder of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    dir: PathBuf,
}

impl Place {
    /// Makes the folder ready for a new run: what an earlier run left there goes, its journal and snapshots too, and
    /// the request is kept. A folder that cannot be written is found out here, before anything is computed.
    ///
    /// # Errors
    /// When the folder holds something else than a result, or cannot be written.
    pub fn fresh(dir: &Path, stage: &Stage, request: &Request) -> Result<Self, OutcomeError> {
        ResultFolder::create(dir, &stage.scenario.name, stage.seed)?;
        for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
            remove(&dir.join(name))?;
        }
        let kept = dir.join("snapshots");
        if kept.is_dir() {
            let entries = fs::read_dir(&kept).map_err(|e| io(&kept, e))?;
            let old = |p: &PathBuf| p.extension().is_some_and(|e| e == "snap") || p.ends_with(PAUSED);
            for path in entries.flatten().map(|e| e.path()).filter(old) {
                remove(&path)?;
            }
        }
        let path = dir.join(REQUEST);
        let asked = serde_json::to_string_pretty(request).unwrap_or_default();
        fs::write(&path, asked).map_err(|e| io(&path, e))?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// The folder of a run that was paused or stopped, to go on with: its journal stays.
    ///
    /// # Errors
    /// When there is no result.
    pub fn again(dir: &Path) -> Result<Self, OutcomeError> {
        ResultFolder::open(dir)?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

fn io(path: &Path, source: std::io::Error) -> OutcomeError {
    OutcomeError::Io { path: path.display().to_string(), source }
}

/// Removes a file, if there is one.
fn remove(path: &Path) -> Result<(), OutcomeError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(io(path, e)),
        _ => Ok(()),
    }
}

/// Writes the whole result into its place and returns its facts.
///
/// # Errors
/// When a file cannot be written.
pub fn write(
    place: &Place,
    stage: &Stage,
    course: &Course,
    cost: Cost,
    complete: bool,
    lang: Lang,
) -> Result<RunFacts, OutcomeError> {
    let dir = place.dir();
    let facts = facts(stage, course, cost, complete);
    let folder = ResultFolder::create(dir, &facts.name, facts.seed)?;
    for (at, (track, told)) in course.tracks().iter().zip(&facts.variants).enumerate() {
        let place = if at == 0 { None } else { Some(folder.variant(&track.name)?) };
        let place = place.as_ref().unwrap_or(&folder);
        series(place, stage, track, told)?;
        let mut events = place.events()?;
        for record in &told.records {
            events.write(record)?;
        }
        for map in told.map.iter().chain(&maps::others(stage, track)) {
            place.write_map(map)?;
        }
        street_maps::write(place.dir(), stage, track).map_err(|e| io(place.dir(), e))?;
    }
    journal(dir, stage, course)?;
    snapshots(dir, course, complete)?;
    folder.write_report(&report::render_report(&facts, lang))?;
    folder.write_summary(&facts.summary())?; // last: it says whether the folder is whole
    Ok(facts)
}

fn series(place: &ResultFolder, stage: &Stage, track: &Track, told: &VariantFacts) -> Result<(), OutcomeError> {
    let mut metrics = place.series("metrics")?;
    for series in &told.metrics {
        for (t, value) in series.samples() {
            metrics.push(t, &series.name, &series.name, &series.unit, value)?;
        }
    }
    metrics.finish()?;
    let mut probes = place.series("probes")?;
    for (probe, series) in stage.plan.probes.iter().zip(&told.probes) {
        let id = stage.spec().register.get(probe.asset).id.as_str();
        for (t, value) in series.samples() {
            probes.push(t, id, probe.quantity.key(), &series.unit, value)?;
        }
    }
    probes.finish()?;
    let mut fields = place.series("fields")?;
    let mut ids: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for shot in &track.recorder.fields {
        let element = maps::element_of(shot.quantity);
        let count = shot.values.len();
        let spec = stage.spec();
        let ids = ids
            .entry((shot.network, element as u8))
            .or_insert_with(|| (0..count).map(|slot| spec.element_id(shot.network, element, slot)).collect());
        for (id, value) in ids.iter().zip(&shot.values) {
            fields.push(shot.t_s, id, shot.quantity.key(), shot.quantity.unit(), f64::from(*value))?;
        }
    }
    fields.finish()?;
    Ok(())
}

/// The journal of the run: what it was told, and what came of it. After a resume it has the inputs already.
fn journal(dir: &Path, stage: &Stage, course: &Course) -> Result<(), OutcomeError> {
    let mut journal = SqliteJournal::open(&dir.join("journal.db"))?;
    journal.append(course.inputs())?;
    journal.set_fact("fingerprint", &format!("{:016x}", stage.spec().fingerprint()))?;
    journal.set_fact("end_ms", &course.now().millis().to_string())?;
    for track in course.tracks() {
        journal.set_fact(&format!("state_hash {}", track.name), &hash::hex(&track.world.hash()))?;
    }
    Ok(())
}

/// The end states, and the course itself where it can go on.
fn snapshots(dir: &Path, course: &Course, complete: bool) -> Result<(), OutcomeError> {
    let dir = dir.join("snapshots");
    fs::create_dir_all(&dir).map_err(|e| io(&dir, e))?;
    for track in course.tracks() {
        let path = dir.join(format!("{}.snap", track.name));
        fs::write(&path, track.world.save()).map_err(|e| io(&path, e))?;
    }
    let paused = dir.join(PAUSED);
    if complete { remove(&paused) } else { fs::write(&paused, course.save()).map_err(|e| io(&paused, e)) }
}

/// What happened in the base run, for the terminal: the timeline and the story.
#[must_use]
pub fn text(facts: &RunFacts, lang: Lang) -> String {
    let clock = Clock { start: Some(facts.start) };
    let timeline = Timeline { clock, words: Words { assets: &facts.asset_titles, rules: &facts.rule_titles } };
    let records = facts.variants.first().map_or(&[][..], |v| v.records.as_slice());
    let mut text = timeline.render(records, lang);
    for sentence in report::story(facts, lang) {
        text.push('\n');
        text.push_str(&sentence);
    }
    text
}

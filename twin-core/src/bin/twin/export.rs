//! `twin export DIR --what series|maps|events|inp -o …`: a result folder in another form.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use serde_json::json;
use twin_core::io::{inp, results};

use crate::Failure;
use crate::console::Console;
use crate::run;

/// Options of `twin export`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The result folder.
    dir: PathBuf,
    /// What is wanted.
    #[arg(long, value_enum)]
    what: What,
    /// Where to: a folder for maps and series, a file for events and inp.
    #[arg(short, long)]
    out: PathBuf,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// All series as CSV, one file each.
    Series,
    /// All maps as GeoJSON.
    Maps,
    /// The cascade record as CSV.
    Events,
    /// The network the run was made on, as EPANET `.inp`.
    Inp,
}

/// Exports one thing.
pub fn export(console: &Console, args: &Args) -> Result<(), Failure> {
    if !args.dir.join("summary.json").is_file() {
        return Err(Failure::Failed(anyhow!("{}: not a result folder: it has no summary.json", args.dir.display())));
    }
    let written = match args.what {
        What::Series => series(&args.dir, &args.out)?,
        What::Maps => maps(&args.dir, &args.out)?,
        What::Events => vec![events(&args.dir, &args.out)?],
        What::Inp => vec![network(console, &args.dir, &args.out)?],
    };
    for path in &written {
        console.say(&path.display().to_string());
    }
    console.object(&json!({ "written": written.iter().map(|p| p.display().to_string()).collect::<Vec<_>>() }));
    Ok(())
}

/// Files of one part of the folder and of its variants: name for the export, path.
fn parts(dir: &Path, part: &str, ending: &str) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut places = vec![(String::new(), dir.to_owned())];
    let variants = dir.join("variants");
    if variants.is_dir() {
        for entry in fs::read_dir(&variants).with_context(|| variants.display().to_string())?.flatten() {
            places.push((format!("{}-", entry.file_name().to_string_lossy()), entry.path()));
        }
    }
    let mut files = Vec::new();
    for (prefix, place) in places {
        let place = place.join(part);
        if !place.is_dir() {
            continue;
        }
        for path in fs::read_dir(&place).with_context(|| place.display().to_string())?.flatten().map(|e| e.path()) {
            if path.extension().is_some_and(|e| e == ending)
                && let Some(stem) = path.file_stem()
            {
                files.push((format!("{prefix}{}", stem.to_string_lossy()), path));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn series(dir: &Path, out: &Path) -> anyhow::Result<Vec<PathBuf>> {
    fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let mut written = Vec::new();
    for (name, path) in parts(dir, "series", "parquet")? {
        let to = out.join(format!("{name}.csv"));
        let mut csv = csv::Writer::from_path(&to).with_context(|| to.display().to_string())?;
        csv.write_record(["t_s", "id", "quantity", "unit", "value"])?;
        for row in results::read_series_file(&path)?.rows() {
            let (t, value) = (row.t_s.to_string(), row.value.to_string());
            csv.write_record([t.as_str(), &row.id, &row.quantity, &row.unit, value.as_str()])?;
        }
        csv.flush()?;
        written.push(to);
    }
    Ok(written)
}

fn maps(dir: &Path, out: &Path) -> anyhow::Result<Vec<PathBuf>> {
    fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let mut written = Vec::new();
    for (name, path) in parts(dir, "maps", "geojson")? {
        let to = out.join(format!("{name}.geojson"));
        fs::copy(&path, &to).with_context(|| to.display().to_string())?;
        written.push(to);
    }
    Ok(written)
}

fn events(dir: &Path, out: &Path) -> anyhow::Result<PathBuf> {
    let read = results::read_events(&dir.join("events.jsonl"))?;
    let mut csv = csv::Writer::from_path(out).with_context(|| out.display().to_string())?;
    let head = ["id", "parent", "t", "micro", "source", "rule", "target", "effect", "value", "threshold", "unit"];
    csv.write_record(head.into_iter().chain(["confidence"]))?;
    for r in &read.records {
        let parent = r.parent.map(|p| p.to_string()).unwrap_or_default();
        csv.write_record([
            r.id.to_string(),
            parent,
            r.t.seconds().to_string(),
            r.micro.to_string(),
            r.source.clone(),
            r.rule.clone(),
            r.target.clone(),
            r.effect.clone(),
            r.value.to_string(),
            r.threshold.to_string(),
            r.unit.clone(),
            r.confidence.to_string(),
        ])?;
    }
    csv.flush()?;
    Ok(out.to_owned())
}

/// Writes the network file the run was made on, read and written anew.
fn network(console: &Console, dir: &Path, out: &Path) -> anyhow::Result<PathBuf> {
    let request = run::stored_request(dir)?;
    let stage = run::set(console, &request).map_err(|_| anyhow!("the run's files can no longer be read"))?;
    let source = &stage.city.networks[stage.network.at()].file;
    let (file, _) = inp::read_file(source);
    let file = file.ok_or_else(|| anyhow!("{}: can no longer be read", source.display()))?;
    fs::write(out, inp::write(&file)).with_context(|| out.display().to_string())?;
    Ok(out.to_owned())
}

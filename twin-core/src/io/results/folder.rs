//! The folder itself: made, cleared of an earlier result, found again.

use std::fs;
use std::path::{Path, PathBuf};

use super::events::EventWriter;
use super::maps::{MapLayer, MapWritten};
use super::series::{SeriesWriter, part_path};
use super::{ResultError, Summary};

const SUMMARY: &str = "summary.json";
const EVENTS: &str = "events.jsonl";

/// The result folder of one run, or of one variant within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultFolder {
    dir: PathBuf,
    resumed: bool,
}

impl ResultFolder {
    /// Makes the folder and a summary that says the run is not complete. An earlier result at the same place is
    /// replaced: its summary, events, report, series, maps and variants go; journal and snapshots stay.
    ///
    /// # Errors
    /// When the folder holds something else than a result, or cannot be written.
    pub fn create(dir: &Path, name: &str, seed: u64) -> Result<Self, ResultError> {
        if dir.is_dir() && !is_empty(dir)? {
            if !dir.join(SUMMARY).is_file() {
                return Err(ResultError::NotAResult { path: dir.display().to_string() });
            }
            clear(dir)?;
        }
        let folder = Self { dir: dir.to_owned(), resumed: false };
        folder.make()?;
        folder.write_summary(&Summary { name: name.to_owned(), seed, ..Summary::default() })?;
        Ok(folder)
    }

    /// Finds a result again, to read it or to go on with it: events are appended, series go into further parts.
    ///
    /// # Errors
    /// When there is no result.
    pub fn open(dir: &Path) -> Result<Self, ResultError> {
        if !dir.join(SUMMARY).is_file() {
            return Err(ResultError::NoResult { path: dir.display().to_string() });
        }
        Ok(Self { dir: dir.to_owned(), resumed: true })
    }

    fn make(&self) -> Result<(), ResultError> {
        for part in ["series", "maps"] {
            let path = self.dir.join(part);
            fs::create_dir_all(&path).map_err(|e| ResultError::io("make the folder", &path, e))?;
        }
        Ok(())
    }

    /// The folder of another variant of the run, `variants/NAME`, with the same files but no summary of its own.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn variant(&self, name: &str) -> Result<Self, ResultError> {
        let folder = Self { dir: Self::variant_dir(&self.dir, name), resumed: self.resumed };
        folder.make()?;
        Ok(folder)
    }

    /// Where the files of a variant lie within the result at `dir`; the base case has none of its own.
    #[must_use]
    pub fn variant_dir(dir: &Path, name: &str) -> PathBuf {
        dir.join("variants").join(file_name(name))
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Starts `series/NAME.parquet`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn series(&self, name: &str) -> Result<SeriesWriter, ResultError> {
        let name = file_name(name);
        let mut part = 1;
        while self.resumed && part_path(&self.dir, &name, part).exists() {
            part += 1;
        }
        SeriesWriter::create(&part_path(&self.dir, &name, part))
    }

    /// Starts `events.jsonl`, or goes on with it in a resumed run.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn events(&self) -> Result<EventWriter, ResultError> {
        let path = self.dir.join(EVENTS);
        if self.resumed { EventWriter::resume(&path) } else { EventWriter::create(&path) }
    }

    /// Writes `maps/NAME.geojson`, unless no feature has coordinates.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_map(&self, map: &MapLayer) -> Result<MapWritten, ResultError> {
        let (collection, written) = map.to_geojson();
        if written != MapWritten::NoCoordinates {
            let path = self.dir.join("maps").join(format!("{}.geojson", file_name(&map.name)));
            replace(&path, collection.to_string().as_bytes())?;
        }
        Ok(written)
    }

    /// Writes `summary.json` in one piece. Numbers that are not finite become `null` and are counted in `non_finite`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), ResultError> {
        let path = self.dir.join(SUMMARY);
        let mut settled = summary.clone();
        settled.settle();
        let mut text = serde_json::to_vec_pretty(&settled).map_err(|source| ResultError::Json {
            path: path.display().to_string(),
            line: 0,
            source,
        })?;
        text.push(b'\n');
        replace(&path, &text)
    }

    /// Reads `summary.json`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_summary(&self) -> Result<Summary, ResultError> {
        let path = self.dir.join(SUMMARY);
        let bytes = fs::read(&path).map_err(|e| ResultError::io("read the file", &path, e))?;
        serde_json::from_slice(&bytes).map_err(|source| ResultError::Json {
            path: path.display().to_string(),
            line: source.line(),
            source,
        })
    }

    /// Writes `report.html`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_report(&self, html: &str) -> Result<(), ResultError> {
        replace(&self.dir.join("report.html"), html.as_bytes())
    }
}

fn is_empty(dir: &Path) -> Result<bool, ResultError> {
    let mut entries = fs::read_dir(dir).map_err(|e| ResultError::io("list the folder", dir, e))?;
    Ok(entries.next().is_none())
}

/// Takes away what this module wrote, and nothing else.
fn clear(dir: &Path) -> Result<(), ResultError> {
    for file in [EVENTS, "report.html"] {
        let path = dir.join(file);
        if path.is_file() {
            fs::remove_file(&path).map_err(|e| ResultError::io("remove the old file", &path, e))?;
        }
    }
    for (part, ending) in [("series", "parquet"), ("maps", "geojson")] {
        let path = dir.join(part);
        if !path.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&path).map_err(|e| ResultError::io("list the folder", &path, e))?;
        for file in entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == ending)) {
            fs::remove_file(&file).map_err(|e| ResultError::io("remove the old file", &file, e))?;
        }
    }
    let variants = dir.join("variants");
    if variants.is_dir() {
        let entries = fs::read_dir(&variants).map_err(|e| ResultError::io("list the folder", &variants, e))?;
        for variant in entries.flatten().map(|e| e.path()).filter(|p| p.is_dir()) {
            clear(&variant)?;
            // A variant that is gone leaves no folder; one with somebody's own files in it stays.
            for part in ["series", "maps", ""] {
                let _ = fs::remove_dir(variant.join(part));
            }
        }
    }
    Ok(())
}

/// Writes beside the file and then puts it in its place, so that a reader never sees half of it.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), ResultError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    fs::write(&beside, bytes).map_err(|e| ResultError::io("write the file", &beside, e))?;
    fs::rename(&beside, path).map_err(|e| ResultError::io("put the file in its place", path, e))
}

/// A name that is a file name everywhere: letters, digits, `-`, `_` and `.`; anything else becomes `_`.
fn file_name(name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect();
    if safe.trim_matches('.').is_empty() { format!("_{safe}") } else { safe }
}

//! `events.jsonl`: the cascade record, one JSON object a line.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::ResultError;
use crate::cascade::CascadeRecord;
use crate::diagnostic::{Diagnostic, Severity};

/// Appends records; every line reaches the operating system before the call returns.
#[derive(Debug)]
pub struct EventWriter {
    file: File,
    path: PathBuf,
    line: Vec<u8>,
}

impl EventWriter {
    pub(super) fn create(path: &Path) -> Result<Self, ResultError> {
        let file = File::create(path).map_err(|e| ResultError::io("create the file", path, e))?;
        Ok(Self { file, path: path.to_owned(), line: Vec::new() })
    }

    /// Goes on with a file, without a last line that was cut off.
    pub(super) fn resume(path: &Path) -> Result<Self, ResultError> {
        if !path.exists() {
            return Self::create(path);
        }
        let bytes = std::fs::read(path).map_err(|e| ResultError::io("read the file", path, e))?;
        let keep = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let file = File::options().append(true).open(path).map_err(|e| ResultError::io("open the file", path, e))?;
        file.set_len(keep as u64).map_err(|e| ResultError::io("shorten the file", path, e))?;
        Ok(Self { file, path: path.to_owned(), line: Vec::new() })
    }

    /// Writes one record.
    ///
    /// # Errors
    /// When a number of it is not finite (nothing is written then), or the file cannot be written.
    pub fn write(&mut self, record: &CascadeRecord) -> Result<(), ResultError> {
        let numbers = [("value", record.value), ("threshold", record.threshold), ("confidence", record.confidence)];
        if let Some((what, _)) = numbers.into_iter().find(|(_, v)| !v.is_finite()) {
            return Err(ResultError::NonFinite {
                path: self.path.display().to_string(),
                id: record.id,
                rule: record.rule.clone(),
                target: record.target.clone(),
                what,
            });
        }
        self.line.clear();
        serde_json::to_writer(&mut self.line, record).map_err(|source| ResultError::Json {
            path: self.path.display().to_string(),
            line: 0,
            source,
        })?;
        self.line.push(b'\n');
        // One write a line, so that a stopped run cuts between lines.
        self.file.write_all(&self.line).map_err(|e| ResultError::io("write the file", &self.path, e))
    }
}

/// What [`read_events`] found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventsRead {
    /// The records in the order of the file.
    pub records: Vec<CascadeRecord>,
    /// What was skipped, and why.
    pub notes: Vec<Diagnostic>,
}

/// Reads `events.jsonl`. A last line without its end was cut off by a stopped run: it is skipped with a note.
///
/// # Errors
/// When the file cannot be read, or a whole line is not a record.
pub fn read_events(path: &Path) -> Result<EventsRead, ResultError> {
    let bytes = std::fs::read(path).map_err(|e| ResultError::io("read the file", path, e))?;
    parse_events(&bytes, &path.display().to_string())
}

/// Reads the bytes of an `events.jsonl`; `file` is its name for messages.
///
/// # Errors
/// When a whole line is not a record.
pub fn parse_events(bytes: &[u8], file: &str) -> Result<EventsRead, ResultError> {
    let mut read = EventsRead::default();
    for (at, raw) in bytes.split_inclusive(|&b| b == b'\n').enumerate() {
        let line = raw.trim_ascii();
        if line.is_empty() {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(record) => read.records.push(record),
            Err(_) if !raw.ends_with(b"\n") => read.notes.push(Diagnostic {
                severity: Severity::Info,
                code: "RES-101".to_owned(),
                file: file.to_owned(),
                line: u32::try_from(at + 1).unwrap_or(u32::MAX),
                subject: String::new(),
                message: "the last line is cut off and was skipped".to_owned(),
                remedy: "the run was stopped while writing it; run it again for the whole record".to_owned(),
            }),
            Err(source) => return Err(ResultError::Json { path: file.to_owned(), line: at + 1, source }),
        }
    }
    Ok(read)
}

//! Reader of `scenario.toml`.
//!
//! Three passes, each with its own codes: the text must be TOML of the right keys and types (`SCN-1xx`), every name
//! must lead somewhere (`SCN-2xx`), every value must make sense (`SCN-3xx`). Whether the scenario can be carried over
//! to a network is asked later, by [`crate::world::plan`] (`SCN-4xx`). The first pass stops at its first finding, the
//! other two report all they find.
//!
//! # Limits
//! Files above [`SIZE_MAX`] bytes are refused unread: a scenario is written by a person.

mod check;
mod check_event;
mod raw;
mod report;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use report::{choose, nearest, quote};

use crate::diagnostic::Diagnostics;
use crate::model::scenario::{Scenario, Site};
use report::Report;

/// Largest file that is read [bytes].
pub const SIZE_MAX: u64 = 4 << 20;

/// Reads the file, or `scenario.toml` in the folder, that `path` names. The scenario's site is made a path that holds
/// from the current folder.
///
/// # Errors
/// All findings, each with code, file and line; `SCN-101` where there is no such file.
pub fn open(path: &Path) -> Result<Scenario, Diagnostics> {
    let file = file_of(path);
    let name = file.display().to_string();
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know; a huge or endless file is not read to its end.
    if let Err(error) = fs::File::open(&file).and_then(|f| f.take(SIZE_MAX + 1).read_to_end(&mut bytes)) {
        let mut report = Report::new(&name, &[]);
        report.whole(
            "SCN-101",
            format!("cannot be read: {error}"),
            "give a folder that holds scenario.toml, or that file",
        );
        return Err(report.finish());
    }
    let mut scenario = read(&bytes, &name)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    if let Some(Site::City(place) | Site::Network(place)) = &mut scenario.site {
        *place = folder.join(&*place).display().to_string();
    }
    Ok(scenario)
}

/// The file a user means by a scenario: the file itself, or `scenario.toml` in the folder.
#[must_use]
pub fn file_of(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("scenario.toml") } else { path.to_owned() }
}

/// Reads a scenario from bytes; `file` is named in messages.
///
/// # Errors
/// All findings, each with code, file and line.
pub fn read(bytes: &[u8], file: &str) -> Result<Scenario, Diagnostics> {
    let mut report = Report::new(file, bytes);
    let read = parse(bytes, &mut report).and_then(|raw| check::scenario(&raw, file, &mut report));
    match read {
        Some(scenario) if !report.has_errors() => Ok(scenario),
        _ => Err(report.finish()),
    }
}

fn parse(bytes: &[u8], report: &mut Report) -> Option<raw::File> {
    if bytes.len() as u64 > SIZE_MAX {
        report.whole("SCN-101", format!("is larger than {SIZE_MAX} bytes"), "a scenario is a short file");
        return None;
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        report.whole("SCN-101", "is empty", "`twin scenario new` writes one to begin with");
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            report.at("SCN-102", at..at, "", "is not UTF-8 text", "save it as UTF-8");
            return None;
        }
    };
    let document = match toml::Deserializer::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let span = error.span().unwrap_or(text.len()..text.len());
            report.at("SCN-103", span, "", format!("is not TOML: {}", quote(error.message())), "");
            return None;
        }
    };
    match raw::File::deserialize(document) {
        Ok(file) => Some(file),
        Err(error) => {
            shape(&error, text, report);
            None
        }
    }
}

/// Says in a planner's words what serde found wrong with keys and types. The words of serde's messages are fixed by
/// `serde::de::Error`: unknown field, missing field, unknown variant, invalid type, invalid value.
fn shape(error: &toml::de::Error, text: &str, report: &mut Report) {
    let (message, span) = (error.message(), error.span().unwrap_or(0..0));
    let mut names = message.split('`').skip(1).step_by(2);
    let subject = names.next().unwrap_or_default().to_owned();
    let others: Vec<&str> = names.collect();
    if message.starts_with("unknown field") {
        report.at("SCN-104", span, &subject, "there is no such key here", &choose(&subject, others));
    } else if message.starts_with("unknown variant") {
        report.at("SCN-107", span, &subject, "there is no such word here", &choose(&subject, others));
    } else if message.starts_with("missing field") {
        report.at("SCN-106", span, &subject, "the key is missing", "add it here");
    } else {
        let here = text.get(span.clone()).unwrap_or_default();
        report.at("SCN-105", span, here.trim(), quote(&plain(message)), "");
    }
}

/// What serde expected, in words a planner knows.
fn plain(message: &str) -> String {
    let Some((_, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let wanted = match expected {
        "f64" => "a number",
        "u64" => "a whole number of 0 or more",
        "a string" | "a borrowed string" => "a text in quotes",
        "a sequence" => "a list, or [[…]] in double brackets",
        "map" | "a map" => "a table { … }",
        other if other.starts_with("struct") => "a table { … }",
        other if other.starts_with("enum") => "one of the words for this key",
        other => other,
    };
    format!("is not {wanted}")
}

//! `standards/*.toml`: `[[standard]]` entries, every key as in [`Standard`].

use serde::Deserialize;
use toml::Spanned;

use crate::io::text::{Notes, line_of};
use crate::io::toml_text::{self, TomlCodes};
use crate::model::standards::{Standard, StandardKind, Standards};

/// Codes of the findings.
pub mod codes {
    /// Not TOML.
    pub const SYNTAX: &str = "CITY-131";
    /// A key that is not known.
    pub const UNKNOWN_KEY: &str = "CITY-132";
    /// A key that is missing.
    pub const MISSING_KEY: &str = "CITY-133";
    /// A value of the wrong type or out of its words.
    pub const VALUE: &str = "CITY-134";
    /// Two entries of one key and level.
    pub const DUPLICATE: &str = "CITY-135";
    /// A warning without a level, or a level without a warning.
    pub const LEVEL: &str = "CITY-136";
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    standard: Vec<Spanned<Standard>>,
}

const CODES: TomlCodes = TomlCodes {
    syntax: codes::SYNTAX,
    unknown_key: codes::UNKNOWN_KEY,
    missing_key: codes::MISSING_KEY,
    value: codes::VALUE,
};

/// Adds the entries of a file, or notes what is wrong with them.
pub fn read(text: &str, standards: &mut Standards, notes: &mut Notes<'_>) {
    let Some(file) = toml_text::read::<File>(text, CODES, notes) else { return };
    for entry in file.standard {
        let line = line_of(text, entry.span().start);
        let entry = entry.into_inner();
        let key = entry.key.clone();
        if !entry.value.is_finite() {
            notes.error(codes::VALUE, line, &key, format!("its value is {}", entry.value), "give a finite number");
        } else if (entry.kind == StandardKind::Warning) != entry.level.is_some() {
            let message = "a warning has a level, and nothing else has one".to_owned();
            notes.error(codes::LEVEL, line, &key, message, "write kind = \"warning\" and level = \"blue\" … \"red\"");
        } else if entry.source.trim().is_empty() {
            notes.error(codes::VALUE, line, &key, "has no source".to_owned(), "name the standard or the reasoning");
        } else if standards.add(entry).is_err() {
            let message = "another entry has this key and level".to_owned();
            notes.error(codes::DUPLICATE, line, &key, message, "keep one of them");
        }
    }
}

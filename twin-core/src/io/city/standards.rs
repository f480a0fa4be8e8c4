//! `standards/*.toml`: `[[standard]]` entries, every key as in [`Standard`]; the city's intensity formulas as
//! `[[storm]]` ([`StormStandard`]) and the levels of its rain warning as `[[rain_signal]]` ([`RainSignal`]).

use serde::Deserialize;
use toml::Spanned;

use crate::io::text::{Notes, line_of};
use crate::io::toml_text::{self, TomlCodes};
use crate::model::standards::{Standard, StandardKind, Standards};
use crate::model::storm::{RainSignal, StormStandard};

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
    #[serde(default)]
    storm: Vec<Spanned<StormStandard>>,
    #[serde(default)]
    rain_signal: Vec<Spanned<RainSignal>>,
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
    read_storms(text, file.storm, standards, notes);
    read_rain_signals(text, file.rain_signal, standards, notes);
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

fn read_storms(text: &str, storms: Vec<Spanned<StormStandard>>, standards: &mut Standards, notes: &mut Notes<'_>) {
    for storm in storms {
        let line = line_of(text, storm.span().start);
        let storm = storm.into_inner();
        let key = storm.key.clone();
        if let Err(error) = storm.formula() {
            notes.error(codes::VALUE, line, &key, error.to_string(), "give the coefficients as they are published");
        } else if storm.source.trim().is_empty() {
            notes.error(codes::VALUE, line, &key, "has no source".to_owned(), "name where the formula is published");
        } else if standards.add_storm(storm).is_err() {
            let message = "another formula has this key".to_owned();
            notes.error(codes::DUPLICATE, line, &key, message, "keep one of them");
        }
    }
}

fn read_rain_signals(text: &str, signals: Vec<Spanned<RainSignal>>, standards: &mut Standards, notes: &mut Notes<'_>) {
    for signal in signals {
        let line = line_of(text, signal.span().start);
        let signal = signal.into_inner();
        let level = signal.level.key();
        let good = |value: f64| value.is_finite() && value > 0.0;
        if !good(signal.depth_mm) || !good(signal.window_h) {
            let message = format!("{} mm in {} h is no rain", signal.depth_mm, signal.window_h);
            notes.error(codes::VALUE, line, level, message, "give a depth and a window above 0");
        } else if signal.source.trim().is_empty() {
            notes.error(codes::VALUE, line, level, "has no source".to_owned(), "name the standard or the reasoning");
        } else if standards.add_rain_signal(signal).is_err() {
            let message = "this level of the rain warning stood before".to_owned();
            notes.error(codes::DUPLICATE, line, level, message, "keep one of them");
        }
    }
}

//! EPANET `.inp` files, versions 2.0 to 2.3: read, checked, turned into a water model, written.
//!
//! 1. [`read_str`] or [`read_file`] gives an [`InpFile`]: every section, typed, in the file's own units, each row with
//!    its line and its owner's note. A file with an error gives none, but all its findings.
//! 2. [`to_water_model`] turns it into SI and EPANET's defaults into plain values; what is read but not solved yet is
//!    said, one finding (`INP-4xx`) for each feature in use.
//! 3. [`write`] writes it again; reading that gives the same file.
//!
//! All codes stand in [`codes::TABLE`].
//!
//! # Where this differs from EPANET
//! A section may stand before the nodes it names. Ids may have any length (EPANET: 31 bytes). Times in controls are
//! rounded to the second, not cut off. What EPANET passes over in silence (a demand at a tank, a setting of a pipe, a
//! pattern that continues elsewhere) is said.
//!
//! # Source
//! Rossman et al. (2020), *EPANET 2.2 User Manual*, EPA/600/R-20/133, appendix C; EPANET 2.3 release notes (2025).

mod check;
pub mod codes;
mod file;
mod file_settings;
pub(super) mod lex;
mod model;
mod read;
mod read_network;
mod read_options;
mod read_quality;
mod read_tables;
mod section;
#[cfg(test)]
mod tests;
mod units;
mod write;

use std::borrow::Cow;
use std::path::Path;

pub use file::{
    Clause, ClauseValue, ClauseWord, Control, Curve, Demand, Emitter, Energy, Field, FieldRule, InitialQuality,
    InitialStatus, InpFile, Junction, Label, Leakage, Line, Link, LinkKind, Mixing, MixingModel, Note, Options,
    Pattern, Pipe, PipeStatus, Point, Pump, PumpEnergy, PumpEnergyWhat, QualityOption, Reaction, ReactionKind,
    Reactions, Report, Row, Rule, Selection, Set, Source, SourceKind, Statistic, StatusReport, Storage, StorageKind,
    Tag, Tank, Times, Valve, When,
};
pub use model::{pressure_units, to_water_model, to_water_model_with};
pub use section::Section;
pub use units::{Constants, FlowUnits, PressureUnits, Units};
pub use write::write;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Largest file read [bytes]: some hundred times the largest network known.
const FILE_MAX: u64 = 512 * 1024 * 1024;

/// Reads a text; `name` is what the user calls the file. `None` if any finding is an error.
#[must_use]
pub fn read_str(name: &str, text: &[u8]) -> (Option<InpFile>, Diagnostics) {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if let Some(at) = text.iter().position(|b| *b == 0) {
        let utf16 = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
        let remedy = if utf16 { "it is UTF-16: save it as UTF-8" } else { "give the .inp text, not a binary file" };
        let message = "the file is not text: it holds zero bytes";
        return refuse(name, codes::BINARY, line_of(text, at), message, remedy);
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return refuse(name, codes::EMPTY, 0, "the file is empty", "give a network");
    }
    let mut before = Diagnostics::default();
    let text = match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(e) => {
            let message = "not UTF-8: each byte is taken as one Latin-1 letter, so names may look wrong".to_owned();
            before.push(Diagnostic {
                severity: Severity::Warning,
                code: codes::NOT_UTF8.to_owned(),
                file: name.to_owned(),
                line: line_of(text, e.valid_up_to()),
                subject: String::new(),
                message,
                remedy: "save the file as UTF-8".to_owned(),
            });
            // One letter per byte keeps different names different, whatever the encoding was.
            Cow::Owned(text.iter().map(|b| char::from(*b)).collect::<String>())
        }
    };
    let (file, found) = read::Reader::read(name, &text);
    before.append(found);
    check::check(&file, &mut before);
    let usable = !before.has_errors();
    (usable.then_some(file), before)
}

/// Reads a file; see [`read_str`]. A file that cannot be read is a finding too.
#[must_use]
pub fn read_file(path: &Path) -> (Option<InpFile>, Diagnostics) {
    let name = path.display().to_string();
    match super::text::read_bounded(path, FILE_MAX) {
        Ok(text) if text.len() as u64 > FILE_MAX => {
            refuse(&name, codes::TOO_LARGE, 0, "the file has more than 512 MiB", "give one network")
        }
        Ok(text) => read_str(&name, &text),
        Err(e) => refuse(&name, codes::UNREADABLE, 0, &e.to_string(), "check the path and its permissions"),
    }
}

fn line_of(text: &[u8], at: usize) -> u32 {
    let lines = text[..at].iter().filter(|b| **b == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX - 1) + 1
}

fn refuse(name: &str, code: &str, line: u32, message: &str, remedy: &str) -> (Option<InpFile>, Diagnostics) {
    let mut out = Diagnostics::default();
    out.push(Diagnostic {
        severity: Severity::Error,
        code: code.to_owned(),
        file: name.to_owned(),
        line,
        subject: String::new(),
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    });
    (None, out)
}

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

use super::text::{InpCodes, inp_bytes, inp_text};
use crate::diagnostic::Diagnostics;

/// What is told of a file that is no text.
const CODES: InpCodes = InpCodes {
    binary: codes::BINARY,
    empty: codes::EMPTY,
    not_utf8: codes::NOT_UTF8,
    too_large: codes::TOO_LARGE,
    unreadable: codes::UNREADABLE,
    word: "network",
};

/// Reads a text; `name` is what the user calls the file. `None` if any finding is an error.
#[must_use]
pub fn read_str(name: &str, text: &[u8]) -> (Option<InpFile>, Diagnostics) {
    let mut before = Diagnostics::default();
    let Some(text) = inp_text(name, text, &CODES, &mut before) else { return (None, before) };
    let (file, found) = read::Reader::read(name, &text);
    before.append(found);
    check::check(&file, &mut before);
    let usable = !before.has_errors();
    (usable.then_some(file), before)
}

/// Reads a file; see [`read_str`]. A file that cannot be read is a finding too.
#[must_use]
pub fn read_file(path: &Path) -> (Option<InpFile>, Diagnostics) {
    match inp_bytes(path, &CODES) {
        Ok(text) => read_str(&path.display().to_string(), &text),
        Err(why) => (None, Diagnostics::of(vec![*why])),
    }
}

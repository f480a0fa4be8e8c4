//! SWMM 5.2 `.inp` decks: read, checked, written.
//!
//! 1. [`read_str`] or [`read_file`] gives a [`SwmmDeck`]: every section, typed, in the file's own units, names
//!    resolved. A deck with an error gives none, but all its findings.
//! 2. [`write`] writes it again; reading that gives an equal deck.
//! 3. [`external`] reads the files a deck names: time series, rain, climate.
//!
//! All codes stand in [`codes::TABLE`]; those from 101 on are SWMM's own error numbers.
//!
//! # Where this differs from SWMM
//! Names may have any length and hold blanks, in quotes. What SWMM passes over in silence (a row that replaces another,
//! fields beyond a row's, a name in the map that is of nothing) is said. A transect is checked wherever it stands (SWMM
//! leaves out the last if its section is the last). `P_BAR-50x100` is told from `P_BAR-50`, for which SWMM 5.2.4 takes
//! it. Notes at the end of rows that add to an object (`[SUBAREAS]`, `[XSECTIONS]`, …) are not kept.
//!
//! # Source
//! Rossman & Simon (2022), *Storm Water Management Model User's Manual, version 5.2*, EPA-600/R-22/030, appendices D
//! (file) and E (errors).

mod check;
mod check_land;
pub mod codes;
pub mod deck;
mod expression;
pub mod external;
mod names;
mod read;
mod read_climate;
mod read_inflow;
mod read_land;
mod read_lid;
mod read_links;
mod read_map;
mod read_nodes;
mod read_options;
mod read_quality;
mod read_rules;
mod read_shapes;
mod read_state;
mod section;
#[cfg(test)]
mod tests;
pub mod weather_rain;
mod when;
mod write;
mod write_links;
mod write_rest;

use std::borrow::Cow;
use std::path::Path;

pub use deck::SwmmDeck;
pub use section::Section;
pub use write::write;

use super::inp::lex;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Largest file read [bytes].
const FILE_MAX: u64 = 512 * 1024 * 1024;

/// Reads a text; `name` is what the user calls the file. `None` if any finding is an error.
#[must_use]
pub fn read_str(name: &str, text: &[u8]) -> (Option<SwmmDeck>, Diagnostics) {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if let Some(at) = text.iter().position(|b| *b == 0) {
        let utf16 = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
        let remedy = if utf16 { "it is UTF-16: save it as UTF-8" } else { "give the .inp text, not a binary file" };
        let message = "the file is not text: it holds zero bytes";
        return refuse(name, codes::BINARY, line_of(text, at), message, remedy);
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return refuse(name, codes::EMPTY, 0, "the file is empty", "give a deck");
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
    let (mut deck, found) = read::Reader::read(name, &text);
    before.append(found);
    // Places in a deck with errors may lie outside of its tables: it is not looked at further.
    if before.has_errors() {
        return (None, before);
    }
    check::check(&mut deck, &mut before);
    let usable = !before.has_errors();
    (usable.then_some(deck), before)
}

/// Reads a file; see [`read_str`]. A file that cannot be read is a finding too.
#[must_use]
pub fn read_file(path: &Path) -> (Option<SwmmDeck>, Diagnostics) {
    let name = path.display().to_string();
    match super::text::read_bounded(path, FILE_MAX) {
        Ok(text) if text.len() as u64 > FILE_MAX => {
            refuse(&name, codes::TOO_LARGE, 0, "the file has more than 512 MiB", "give one deck")
        }
        Ok(text) => read_str(&name, &text),
        Err(e) => refuse(&name, codes::UNREADABLE, 0, &e.to_string(), "check the path and its permissions"),
    }
}

fn line_of(text: &[u8], at: usize) -> u32 {
    let lines = text[..at].iter().filter(|b| **b == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX - 1) + 1
}

fn refuse(name: &str, code: &str, line: u32, message: &str, remedy: &str) -> (Option<SwmmDeck>, Diagnostics) {
    let mut finding = Diagnostic::of_file(name, code, message, remedy);
    finding.line = line;
    (None, Diagnostics::of(vec![finding]))
}

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

use std::path::Path;

pub use deck::SwmmDeck;
pub use section::Section;
pub use write::write;

use super::inp::lex;
use super::text::{InpCodes, inp_bytes, inp_text};
use crate::diagnostic::Diagnostics;

/// What is told of a file that is no text.
const CODES: InpCodes = InpCodes {
    binary: codes::BINARY,
    empty: codes::EMPTY,
    not_utf8: codes::NOT_UTF8,
    too_large: codes::TOO_LARGE,
    unreadable: codes::UNREADABLE,
    word: "deck",
};

/// Reads a text; `name` is what the user calls the file. `None` if any finding is an error.
#[must_use]
pub fn read_str(name: &str, text: &[u8]) -> (Option<SwmmDeck>, Diagnostics) {
    let mut before = Diagnostics::default();
    let Some(text) = inp_text(name, text, &CODES, &mut before) else { return (None, before) };
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
    match inp_bytes(path, &CODES) {
        Ok(text) => read_str(&path.display().to_string(), &text),
        Err(why) => (None, Diagnostics::of(vec![*why])),
    }
}

//! SWMM 5.2 `.inp` decks: read, checked, written.
//!
//! # Source
//! Rossman & Simon (2022), *Storm Water Management Model User's Manual, version 5.2*, EPA-600/R-22/030, appendix D.

pub mod deck;
mod section;

pub use deck::SwmmDeck;
pub use section::Section;

use super::inp::lex;

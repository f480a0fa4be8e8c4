//! A deck with the files it names: the one way in for whoever runs it.

use std::path::Path;

use twin_physics::domains::drainage::model::DrainageModel;

use super::{External, drainage_model};
use crate::diagnostic::Diagnostics;
use crate::io::swmm_inp::{self, deck::SwmmDeck, external};

/// A deck and what its rain, climate and series files hold. Interface files (`[FILES]`) are not among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The deck.
    pub deck: SwmmDeck,
    /// What stands in its files.
    pub external: External,
}

impl Opened {
    /// The physics of the deck.
    #[must_use]
    pub fn model(&self) -> DrainageModel {
        drainage_model(&self.deck, &self.external)
    }
}

/// Reads a deck, and from its folder the files it names. The findings are those of the deck, then those of its files.
///
/// The answer is `None` exactly where one of the findings is an error.
#[must_use]
pub fn open(file: &Path) -> (Option<Opened>, Diagnostics, Diagnostics) {
    let (deck, found) = swmm_inp::read_file(file);
    let Some(deck) = deck else { return (None, found, Diagnostics::default()) };
    let (files, of_files) = external::read(&deck, file.parent().unwrap_or(Path::new("")));
    if of_files.has_errors() {
        return (None, found, of_files);
    }
    let external = External::new(&deck, &files);
    (Some(Opened { deck, external }), found, of_files)
}

//! What a model cannot be routed with.

use super::super::section::SectionError;
use super::super::structure::StructureError;

/// A model that no routing scheme can take. Each names the element and what to change.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A cross section that cannot be compiled.
    #[error("link {link}: {source}; correct its cross section")]
    Section {
        /// Link.
        link: String,
        /// What is wrong with it.
        source: SectionError,
    },
    /// A pump, orifice, weir or outlet that cannot be compiled.
    #[error("{0}; correct it")]
    Structure(#[from] StructureError),
    /// A number outside its range.
    #[error("{element}: {what} is {value}, but must be {must_be}")]
    Value {
        /// Element.
        element: String,
        /// Quantity.
        what: &'static str,
        /// Value given.
        value: f64,
        /// Range allowed, in words.
        must_be: &'static str,
    },
    /// A reference to a node or link beyond the lists of the model.
    #[error("{element} refers to {kind} number {index}, but there are only {count}; correct the reference")]
    Reference {
        /// Element.
        element: String,
        /// Kind of thing referred to.
        kind: &'static str,
        /// Its number, from 0.
        index: u32,
        /// How many there are.
        count: usize,
    },
    /// An arrangement of links that the routing method does not allow.
    #[error("{element}: {what}; {remedy}")]
    Layout {
        /// Element.
        element: String,
        /// What stands against it.
        what: &'static str,
        /// What to change.
        remedy: &'static str,
    },
    /// No node at which water could leave.
    #[error("the network has no outfall; give it at least one, dynamic wave routing cannot do without")]
    NoOutfall,
}

//! What is refused before anything is computed.

/// Something in a model that has no physical answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{element}: {problem}")]
pub struct HydrologyError {
    /// Kind and name of the element, for example `subcatchment S12`.
    pub element: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl HydrologyError {
    /// An error of the element `kind` `id`.
    #[must_use]
    pub fn new(kind: &str, id: &str, problem: impl Into<String>) -> Self {
        Self { element: format!("{kind} {id}"), problem: problem.into() }
    }
}

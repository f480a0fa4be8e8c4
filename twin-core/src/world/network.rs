//! A network as the world sees it: something that takes inputs, advances, and shows outputs and fields.

use std::sync::Arc;

use twin_physics::Domain;
use twin_physics::ledger::Account;
use twin_physics::port::{Element, FieldView, Inputs, Outputs, PortTable, Quantity};
use twin_physics::solver::{SolveError, SolverEvent};

/// One solvable network with its state, its equations hidden.
pub trait Network: Send {
    /// Its name in the city, for example `water`.
    fn name(&self) -> &str;
    /// Which lifeline.
    fn domain(&self) -> Domain;
    /// Its inputs and outputs.
    fn ports(&self) -> &PortTable;
    /// Model time of its state [s].
    fn time_s(&self) -> f64;
    /// Advances to `target_s` under `inputs`. On any error the state is what it was before.
    ///
    /// # Errors
    /// When the equations have no acceptable answer, a solver panics, or a result is not finite.
    fn advance(&mut self, inputs: &Arc<Inputs>, target_s: f64) -> Result<Advance, NetworkError>;
    /// Writes all outputs of the present state.
    fn outputs(&self, out: &mut Outputs);
    /// A value per element of the present state.
    fn field(&self, quantity: Quantity) -> Option<FieldView<'_>>;
    /// Accounts of what the domain conserves.
    fn accounts(&self) -> Vec<Account>;
    /// Name of an element for messages.
    fn element_name(&self, element: Element, slot: usize) -> String;
    /// A network with the same model and an independent copy of the state. Costs no copy until one of them moves.
    fn fork(&self) -> Box<dyn Network>;
    /// The state's bytes.
    fn save(&self) -> Vec<u8>;
    /// Takes a state from its bytes.
    ///
    /// # Errors
    /// When the bytes are not a state of this model; the present state is then untouched.
    fn load(&mut self, bytes: &[u8]) -> Result<(), NetworkError>;
    /// Adds the state to a hash.
    fn hash_into(&self, hasher: &mut blake3::Hasher);
    /// Identifies the model.
    fn fingerprint(&self) -> u64;
}

/// What one advance did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Advance {
    /// Solver steps taken.
    pub steps: u32,
    /// Solves made.
    pub solves: u32,
    /// Solves accepted by their residuals although they missed the tolerance asked for.
    pub unconverged: u32,
    /// Iterations of all solves.
    pub iterations: u32,
    /// Largest mass residual over the largest flow [–].
    pub mass_residual: f64,
    /// Largest energy residual, in the domain's own unit.
    pub energy_residual: f64,
    /// What happened inside, in order.
    pub events: Vec<SolverEvent>,
}

/// Why a network could not be advanced or restored.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The equations have no acceptable answer.
    #[error(transparent)]
    Solve(#[from] SolveError),
    /// The solver panicked; its scratch was thrown away.
    #[error("the solver panicked: {0}")]
    Panicked(String),
    /// The solver makes no headway.
    #[error("the solver stands still at {time_s} s after {steps} steps")]
    Stalled {
        /// Model time [s].
        time_s: f64,
        /// Steps taken.
        steps: u32,
    },
    /// An output is not finite.
    #[error("output {port} is not finite")]
    NonFinite {
        /// Name of the output.
        port: String,
    },
    /// Bytes that are not a state of this model.
    #[error("not a state of this network: {0}")]
    BadState(String),
    /// Its actor died or did not answer; it was rebuilt from its last good state.
    #[error("the network's actor was lost: {0}")]
    Lost(String),
    /// It failed so often that it is left at its last good state until it is tried again.
    #[error("given up after {failures} failures, stands at its last good state; the last was: {last}")]
    GivenUp {
        /// Failures within the limit's window.
        failures: usize,
        /// The last of them.
        last: String,
    },
}

impl NetworkError {
    /// Stable code for records and alarms.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Solve(SolveError::NotConverged { .. }) => "NET-NOT-CONVERGED",
            Self::Solve(SolveError::NonFinite { .. }) | Self::NonFinite { .. } => "NET-NON-FINITE",
            Self::Solve(_) => "NET-SOLVE",
            Self::Panicked(_) => "NET-PANIC",
            Self::Stalled { .. } => "NET-STALLED",
            Self::BadState(_) => "NET-BAD-STATE",
            Self::Lost(_) => "NET-LOST",
            Self::GivenUp { .. } => "NET-STALE",
        }
    }
}

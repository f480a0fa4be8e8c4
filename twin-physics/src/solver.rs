//! The law of the physics: model / state / scratch.
//!
//! `self` is the model, shared by the live run and every fork. All that changes with time is `State`: cloning it is a
//! fork, its bytes are a snapshot. `Scratch` holds buffers and factorisations; dropping it changes no bit of any
//! result. Faults and commands are inputs, never edits of the model.

use serde::{Serialize, de::DeserializeOwned};

use crate::domain::Domain;
use crate::ledger::Account;
use crate::port::{FieldView, Inputs, Outputs, PortTable, Quantity};

/// A domain's equations.
pub trait Solver: Send + Sync + 'static {
    /// Everything that changes with time, last solution and model time included.
    type State: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Buffers; dropping them changes no result.
    type Scratch: Default + Send + 'static;
    /// Which lifeline this is.
    const DOMAIN: Domain;

    /// Named inputs and outputs in fixed order.
    fn ports(&self) -> &PortTable;

    /// The state at model time 0, solved.
    ///
    /// # Errors
    /// When the equations have no acceptable solution at the start.
    fn initial_state(&self, inputs: &Inputs, scratch: &mut Self::Scratch) -> Result<Self::State, SolveError>;

    /// Advances by at most `dt_s`, stopping early at the solver's own events. `0 < advanced_s ≤ dt_s`; the driver goes
    /// on from there. With `dt_s = 0` the state is re-solved at its instant under new inputs.
    ///
    /// # Errors
    /// Any error leaves `state` undefined; the driver restores its snapshot of the macro step.
    fn step(
        &self,
        state: &mut Self::State,
        inputs: &Inputs,
        dt_s: f64,
        scratch: &mut Self::Scratch,
    ) -> Result<StepReport, SolveError>;

    /// Whether an input means anything for its element: a pipe has no setting. What is not accepted is refused where it
    /// is submitted, and by [`Solver::step`].
    fn accepts(&self, _input: crate::port::PortIx) -> bool {
        true
    }

    /// Model time of a state since its start [s].
    fn time_s(&self, state: &Self::State) -> f64;

    /// Writes every output of `state`; `out` has the length of the port table.
    fn outputs(&self, state: &Self::State, out: &mut Outputs);

    /// A value per element without copying, or `None` if the domain does not know the quantity.
    fn field<'a>(&self, state: &'a Self::State, quantity: Quantity) -> Option<FieldView<'a>>;

    /// The accounts of what the domain conserves, in fixed order.
    fn accounts(&self, state: &Self::State) -> Vec<Account>;

    /// Identifies the model a state belongs to: a snapshot of another model is refused. It must change when anything
    /// that alters results changes.
    fn fingerprint(&self) -> u64;

    /// The name of an element for messages, for example `junction J12`.
    fn element_name(&self, element: crate::port::Element, slot: usize) -> String;
}

/// What one call of [`Solver::step`] did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepReport {
    /// How far the state went [s].
    pub advanced_s: f64,
    /// Iterations of all solves in the call.
    pub iterations: u32,
    /// Solves in the call.
    pub solves: u32,
    /// Solves accepted by their residuals although they missed the tolerance asked for.
    pub unconverged: u32,
    /// Largest mass residual at a node, over the largest flow [–].
    pub mass_residual: f64,
    /// Largest energy residual on a link [m of head, or the domain's own unit].
    pub energy_residual: f64,
    /// What happened inside, in order.
    pub events: Vec<SolverEvent>,
}

/// Something a solver noticed or did by itself: a tank filled, a control acted, a node lost its supply.
#[derive(Debug, Clone, PartialEq)]
pub struct SolverEvent {
    /// Model time [s].
    pub time_s: f64,
    /// Stable machine code, for example `tank-full`.
    pub code: &'static str,
    /// Kind of element.
    pub element: crate::port::Element,
    /// Its slot.
    pub slot: usize,
    /// The value that mattered.
    pub value: f64,
    /// The threshold it met, NaN-free; equal to `value` where there is none.
    pub threshold: f64,
    /// SI unit of both.
    pub unit: &'static str,
}

/// Why a step could not be taken. The driver restores the state of the last macro step.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// The iteration did not reach its tolerance.
    #[error(
        "not converged after {iterations} iterations: residual {residual:.3e}, tolerance {tolerance:.3e}, worst at {at}"
    )]
    NotConverged {
        /// Iterations made.
        iterations: u32,
        /// Residual reached.
        residual: f64,
        /// Tolerance asked for.
        tolerance: f64,
        /// The element with the largest residual.
        at: String,
    },
    /// The linear system is singular at an element.
    #[error("the equations are singular at {at}: it has no path to a fixed head or pressure")]
    Singular {
        /// The element.
        at: String,
    },
    /// A result is NaN or infinite.
    #[error("non-finite {quantity} at {at}")]
    NonFinite {
        /// What is not finite.
        quantity: &'static str,
        /// Where.
        at: String,
    },
    /// An input is outside its legal range.
    #[error("input {port} = {value} is outside {min}..{max}")]
    InputOutOfRange {
        /// Name of the port group and its element.
        port: String,
        /// The value given.
        value: f64,
        /// Smallest legal value.
        min: f64,
        /// Largest legal value.
        max: f64,
    },
    /// The model asks for something impossible.
    #[error("{at}: {why}")]
    Infeasible {
        /// The element.
        at: String,
        /// The reason in plain words.
        why: String,
    },
}

//! The equations of a city's lifelines as pure, deterministic step functions.
//!
//! A domain is a [`Solver`]: an immutable *model*, one cloneable *state*, and a *scratch* of buffers that can be
//! dropped at any time without changing a bit of any result. The crate knows no files, text formats, clocks, async
//! runtimes, actors or drawing, and no domain knows another. SI units throughout; a unit is the suffix of a name.

pub mod constants;
pub mod domain;
pub mod domains;
pub mod graph;
pub mod kernels;
pub mod ledger;
pub mod medium;
pub mod num;
pub mod port;
pub mod solver;
pub mod units;

pub use domain::Domain;
pub use ledger::{Account, Conserved, ExactSum};
pub use port::{FieldView, Inputs, Outputs, PortGroup, PortIx, PortTable, Quantity};
pub use solver::{SolveError, Solver, StepReport};

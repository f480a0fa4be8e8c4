//! Graphs of networks: incidence and connectivity.

mod components;
mod incidence;
mod reach;

pub use components::components;
pub use incidence::{Incidence, Incident};
pub use reach::{Passage, Reach};

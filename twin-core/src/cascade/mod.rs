//! Couplings between networks, and the record of what caused what.

pub mod exchange;
pub mod record;
pub mod rule;
pub mod support;

pub use record::CascadeRecord;

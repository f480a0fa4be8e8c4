//! Couplings between networks, and the record of what caused what.

pub mod record;

pub use record::CascadeRecord;

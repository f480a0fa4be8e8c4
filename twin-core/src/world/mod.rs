//! The world: several networks stepped together, forked, saved and replayed.

pub mod agenda;
pub mod command;
pub mod observe;

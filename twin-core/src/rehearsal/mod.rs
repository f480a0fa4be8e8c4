//! Rehearsals: from a scenario and a city to worlds, from worlds to a result folder.

pub mod course;
pub mod recorder;

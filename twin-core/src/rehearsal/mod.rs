//! Rehearsals: from a scenario and a city to worlds, from worlds to a result folder.
//!
//! 1. [`stage::Stage::set`] reads what a [`stage::Request`] names and carries the scenario over to the city.
//! 2. [`stage::Stage::course`] starts its world; [`course::Course::run`] runs base and variants side by side.
//! 3. [`outcome::write`] writes the result folder; a course that was stopped half-way is kept there and goes on.

pub mod beginning;
pub mod course;
mod drainage;
pub mod drainage_averages;
mod drainage_described;
pub mod drainage_files;
pub mod drainage_report;
pub mod flood_files;
mod gas;
pub mod live_deck;
pub mod maps;
pub mod outcome;
pub mod played;
pub mod recorder;
pub mod solve_drainage;
pub mod solve_flood;
pub mod solve_gas;
pub mod solve_water;
pub mod sponge;
pub mod stage;
mod street_maps;
mod surface;
pub mod threads;
pub mod titles;

//! All integration tests in one binary: it links once.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, missing_docs)]

mod bad_inp;
mod city;
mod inp_networks;
mod scenario_file;
mod tidy;
mod toys;
mod world_tick;

mod results;

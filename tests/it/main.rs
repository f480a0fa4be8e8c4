//! All integration tests in one binary: it links once.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, missing_docs)]

mod bad_deck;
mod bad_gas;
mod bad_inp;
mod bad_swmm;
mod bytes;
mod check_dam_chain;
mod city;
mod cli;
mod cloudburst;
mod drainage_features;
mod drainage_interface;
mod drainage_lid;
mod drainage_options;
mod drainage_report;
mod flood_analytic;
mod flood_case;
mod flood_dams;
mod flood_ea;
mod gas_leak;
mod golden_drainage;
mod golden_gas;
mod golden_water;
mod hazard_checks;
mod inp_networks;
mod live;
mod live_deck;
mod live_faults;
mod rehearsal;
mod scenario_file;
mod sponge;
mod storm_sewer;
mod swmm_networks;
mod tidy;
mod toys;
mod valley_town;
mod world_tick;

mod results;

//! Readers and writers.

pub mod assets_csv;
pub mod city;
pub mod compare;
pub mod csv_text;
pub mod epanet_out;
pub mod epanet_rpt;
pub mod esri_ascii;
pub mod inp;
pub mod rain_file;
pub mod report;
pub mod results;
pub mod scenario;
pub mod text;
pub mod toml_text;

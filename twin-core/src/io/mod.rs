//! Readers and writers.

pub mod assets_csv;
pub mod city;
pub mod csv_text;
pub mod epanet_out;
pub mod esri_ascii;
pub mod inp;
pub mod text;
pub mod toml_text;

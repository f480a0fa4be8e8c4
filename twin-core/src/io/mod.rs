//! Readers and writers.

pub mod assets_csv;
pub mod city;
pub mod compare;
pub mod csv_text;
pub mod epanet_out;
pub mod epanet_rpt;
pub mod esri_ascii;
pub mod flood_case;
pub mod inp;
pub mod rain_file;
pub mod raster;
pub mod report;
pub mod results;
pub mod scenario;
pub(crate) mod swmm_bytes;
pub mod swmm_date;
pub mod swmm_hotstart;
pub mod swmm_inp;
pub mod swmm_interface;
pub mod swmm_out;
pub mod swmm_rpt;
pub mod text;
pub mod toml_text;

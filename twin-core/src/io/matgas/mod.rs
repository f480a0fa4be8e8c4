//! Networks in the matgas form of GasModels.jl: a MATLAB function of scalars and tables, columns by their place.
//!
//! Read are `junction`, `pipe`, `compressor`, `short_pipe`, `resistor`, `valve`, `regulator`, `receipt`, `delivery` and
//! `transfer`, in SI units; `junction_data` with a column `elevation`. Candidates for new elements (`ne_…`) are not
//! built. The file is made for optimisation: it bounds ratios and flows where a steady solve needs numbers. Flows are
//! the nominal ones, junctions of type 1 hold their nominal pressure, compressors have the least ratio they may have
//! unless the user asks for another (`ratio:ID`), regulators pass. What is assumed is told.
//!
//! *Source of the format:* GasModels.jl documentation, "MatGas Format (.m)".

mod build;
pub mod codes;
mod parse;
#[cfg(test)]
mod tests;

pub use build::{read_file, read_text};

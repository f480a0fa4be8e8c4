//! Networks of GasLib: `.net` with nodes and connections, `.scn` with what flows in and out.
//!
//! A scenario gives flows; at least one pressure is needed as well. It is that of the entry with the largest flow, at
//! the upper bound of its pressure, unless the user says otherwise (`slack`, `slack_pa`). Compressor stations raise the
//! pressure by no more than the user asks (`ratio:ID`). Control valves hold their greatest outlet pressure. What is
//! assumed is told. Short pipes and valves pass freely; a resistor has the loss of its drag factor, those of a station
//! stand before and behind it. The gas is the mean of what flows in, with Papay's equation of state.

pub mod codes;
mod connections;
mod gas;
mod read;
mod scenario;
#[cfg(test)]
mod tests;
mod xml;

pub use read::read_file;

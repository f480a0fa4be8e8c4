//! Invented places of any size from a seed: what is computed has the right order of magnitude, and no real place in it.
//!
//! The same options give the same bytes; another seed gives another place. Each purpose draws from a stream of its own,
//! so that switching one feature on leaves the others as they were.

mod chance;
pub mod sewershed;

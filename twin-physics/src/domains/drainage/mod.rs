//! Drainage: sewers and open channels, with SWMM 5.2 as the reference.

pub mod section;

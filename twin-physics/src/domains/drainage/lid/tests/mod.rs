//! LID units against SWMM 5.2.4, and their laws.

mod balance;
mod case;
mod catchment;
mod reference;

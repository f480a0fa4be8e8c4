//! Drainage: rain on catchments, runoff, sewers, channels, storage, structures, control and quality.
//!
//! From rain to outfall in five parts, each a module with a state of its own:
//! 1. [`hydrology`] turns rain into runoff, seepage and groundwater (with [`lid`] units in the catchments), on steps of
//!    its own; 2. [`inflow`] gathers what enters each node; 3. [`control`] sets gates, pumps and weirs; 4. a routing
//!    scheme moves water through the [`network`]; 5. [`quality`] carries pollutants along.
//!
//! [`solver`] puts them together behind the contract of every domain.

pub mod control;
pub mod dynamic;
pub mod hydrology;
pub mod implicit;
pub mod inflow;
pub mod kinematic;
pub mod lid;
pub mod model;
pub mod network;
pub mod overland;
pub mod pause;
mod ports;
pub mod quality;
pub mod routing;
pub mod scheme;
pub mod section;
mod shown;
pub mod solver;
pub mod statistics;
pub mod street;
pub mod structure;
pub mod totals;
mod watch;

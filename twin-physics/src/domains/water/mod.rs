#![doc = include_str!("theory.md")]

mod advance;
mod assemble;
mod check;
mod control;
mod demand;
pub mod headloss;
mod model;
mod net;
pub mod outlet;
mod ports;
pub mod pump;
mod refresh;
mod solve;
mod solver;
mod state;
mod status;
mod supply;
pub mod tank;
#[cfg(test)]
mod tests;

pub use check::ModelError;
pub use model::{
    Control, ControlAction, Curve, CurveIx, DemandCategory, DemandModel, EPANET_SEEPAGE_M2S, HeadLossLaw,
    HydraulicOptions, Junction, Link, LinkIx, LinkKind, Node, NodeIx, NodeKind, Pattern, PatternIx, Pipe, Pump,
    PumpLaw, Reservoir, Status, Tank, TankScheme, Times, Trigger, Unbalanced, Valve, ValveKind, WaterModel,
};
pub use solver::{WaterScratch, WaterSolver};
pub use state::{Command, LinkState, WaterState};

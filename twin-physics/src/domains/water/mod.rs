//! Drinking-water supply: pressurised networks in quasi-steady state, solved by the global gradient algorithm.

mod model;

pub use model::{
    Control, ControlAction, Curve, CurveIx, DemandCategory, DemandModel, HeadLossLaw, HydraulicOptions, Junction, Link,
    LinkIx, LinkKind, Node, NodeIx, NodeKind, Pattern, PatternIx, Pipe, Pump, PumpLaw, Reservoir, Status, Tank,
    TankScheme, Times, Trigger, Unbalanced, Valve, ValveKind, WaterModel,
};

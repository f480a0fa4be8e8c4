//! Ponds with orifice and weir, and the pump stations of underpasses.
//!
//! # Source
//! Orifice `Q = C·A·√(2gh)` and weir `Q = C·L·h^(3/2)`, as in SWMM Reference Manual volume II, EPA/600/R-17/111 (2017),
//! chapter 6; wet well of constant-speed pumps: volume = flow × cycle / 4 (own derivation: filling at half the flow
//! takes as long as emptying).

use super::layout::{Kind, Node, round};
use super::sizing::{Load, Onward};
use crate::model::storm::DepthCurve;

const GRAVITY_MS2: f64 = 9.806_65;
/// Coefficients of orifice [–] and weir [m^½/s].
pub const ORIFICE: f64 = 0.65;
pub const WEIR: f64 = 1.84;
/// Share of the design flow that the orifice lets through when the weir begins to run [–].
const THROTTLE: f64 = 0.3;
/// Share of the runoff of two hours that the pond holds below the weir [–].
const HOLD: f64 = 0.25;
/// Floor of a pond below the sewer that fills it [m].
const POND_M: f64 = 1.0;
/// Head over the weir at the design flow [m].
const OVER_WEIR_M: f64 = 0.4;
/// Floor of a wet well below the sewer that fills it [m].
const WELL_M: f64 = 2.6;
/// Shortest time between two starts of a pump [s].
const CYCLE_S: f64 = 480.0;

/// A pond: a floor with walls that widen upwards, an orifice at the floor and a weir.
#[derive(Debug, Clone, Default)]
pub struct Pond {
    /// [m]
    pub floor_m: f64,
    /// Surface at the height of the weir's crest [m²].
    pub area_m2: f64,
    /// Crest of the weir above the floor [m].
    pub crest_m: f64,
    /// Length of the weir [m].
    pub weir_m: f64,
    /// Diameter of the orifice [m].
    pub orifice_m: f64,
}

/// The wet well of a pump station.
#[derive(Debug, Clone, Default)]
pub struct WetWell {
    /// [m]
    pub floor_m: f64,
    /// [m²]
    pub area_m2: f64,
    /// Flow of each of the two pumps at the design lift [m³/s].
    pub pump_m3s: f64,
    /// Design lift [m].
    pub lift_m: f64,
}

/// To the centimetre.
fn coarse(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Sizes a pond.
pub fn pond(node: &mut Node, load: &Load, design: &DepthCurve) -> Onward {
    let flow_m3s = load.flow_m3s(design);
    let floor_m = round(load.invert_m - POND_M);
    let crest_m = coarse(POND_M + 0.3);
    let area_m2 = (HOLD * load.runoff_area_m2 * design.depth_m(7200.0) / crest_m).max(40.0).ceil();
    let weir_m = coarse((flow_m3s / (WEIR * OVER_WEIR_M.powf(1.5))).max(1.0));
    let hole_m2 = THROTTLE * flow_m3s / (ORIFICE * (2.0 * GRAVITY_MS2 * crest_m).sqrt());
    let orifice_m = coarse((hole_m2 * 4.0 / std::f64::consts::PI).sqrt().max(0.15));
    node.kind = Kind::Pond(Pond { floor_m, area_m2, crest_m, weir_m, orifice_m });
    Onward::at_level(floor_m - 0.1)
}

/// Sizes the wet well and pumps of an underpass: both pumps together lift what comes within five minutes.
pub fn wet_well(nodes: &mut [Node], ix: usize, down: usize, load: &Load, design: &DepthCurve) -> Onward {
    let floor_m = round(load.invert_m - WELL_M);
    let pump_m3s = (0.5 * load.runoff_area_m2 * design.intensity_ms(300.0) * 1000.0).ceil().max(8.0) / 1000.0;
    let area_m2 = (pump_m3s * CYCLE_S / 4.0 / 0.8).max(6.0).ceil();
    let lift_m = coarse((nodes[down].ground_m - 2.5 - floor_m - 1.0).max(2.0));
    nodes[ix].kind = Kind::WetWell(WetWell { floor_m, area_m2, pump_m3s, lift_m });
    Onward::FROM_ABOVE
}

//! Vegetative swales: a grassed channel of trapezoidal section.
//!
//! Volume follows `dV/dt = inflow − evaporation − infiltration − outflow`, the last by Manning's law over the wetted
//! section. It is solved implicitly in short parts of a step, so that flows and volume agree; SWMM's own scheme, which
//! follows the depth and loses volume on the banks, serves to compare with it.
//!
//! *Source:* EPA/600/R-16/093, chapter 6 (geometry, Manning's law); SWMM 5.2.4 for its modified Puls scheme.

use super::{Evaluation, ZERO_M};
use crate::domains::drainage::lid::design::Unit;
use crate::domains::drainage::lid::state::LidFluxes;
use crate::units::M_PER_FT;

/// Least width of top and bottom, SWMM's 0.5 ft [m].
const MIN_WIDTH_M: f64 = 0.5 * M_PER_FT;
/// SWMM's tolerance of depth, 0.00328 ft [m].
const TOLERANCE_M: f64 = 0.003_28 * M_PER_FT;
/// SWMM's trials of the modified Puls method.
const TRIALS: usize = 19;
/// Longest part of a step [s].
const PART_S: f64 = 30.0;
/// Parts of a step at most.
const PARTS: f64 = 60.0;

/// Geometry of one swale.
#[derive(Debug, Clone, Copy)]
struct Channel {
    bottom_m: f64,
    side: f64,
    length_m: f64,
    void: f64,
    alpha: f64,
    full_m: f64,
    area_m2: f64,
}

impl Channel {
    fn new(unit: &Unit) -> Self {
        let (full_m, mut side) = (unit.surface.thickness_m, unit.surface.side_slope);
        let top_m = unit.width_m.max(MIN_WIDTH_M);
        let mut bottom_m = top_m - 2.0 * side * full_m;
        if bottom_m < MIN_WIDTH_M {
            bottom_m = MIN_WIDTH_M;
            side = 0.5 * (top_m - MIN_WIDTH_M) / full_m;
        }
        let area_m2 = unit.one_m2;
        Self {
            bottom_m,
            side,
            length_m: area_m2 / top_m,
            void: unit.surface.void,
            alpha: unit.surface.alpha,
            full_m,
            area_m2,
        }
    }

    /// Water surface [m²].
    fn surface_m2(&self, depth_m: f64) -> f64 {
        self.length_m * (self.bottom_m + 2.0 * self.side * depth_m)
    }

    /// Flow section between the plants [m²].
    fn section_m2(&self, depth_m: f64) -> f64 {
        depth_m * (self.bottom_m + self.side * depth_m) * self.void
    }

    fn volume_m3(&self, depth_m: f64) -> f64 {
        self.length_m * self.section_m2(depth_m)
    }

    /// Depth at a volume; the full depth above it.
    fn depth_m(&self, volume_m3: f64) -> f64 {
        let section_m2 = volume_m3 / (self.length_m * self.void);
        // The root that does not cancel when the banks are steep.
        let half = self.bottom_m + (self.bottom_m * self.bottom_m + 4.0 * self.side * section_m2).sqrt();
        (2.0 * section_m2 / half).clamp(0.0, self.full_m)
    }

    /// Outflow by Manning's law [m³/s].
    fn outflow_m3s(&self, depth_m: f64) -> f64 {
        if depth_m <= ZERO_M {
            return 0.0;
        }
        let section_m2 = self.section_m2(depth_m);
        let wetted_m = self.bottom_m + 2.0 * depth_m * (1.0 + self.side * self.side).sqrt();
        self.alpha * section_m2 * (section_m2 / wetted_m).powf(2.0 / 3.0)
    }
}

/// Water in a swale over its full area [m].
pub(in super::super) fn stored_m(unit: &Unit, depth_m: f64) -> f64 {
    let channel = Channel::new(unit);
    channel.volume_m3(depth_m) / channel.area_m2
}

/// Takes a swale over a step. Returns the depth [m] and, for SWMM's scheme, its rise [m/s].
pub(super) fn advance(at: &Evaluation<'_>, fluxes: &mut LidFluxes) -> (f64, f64) {
    let channel = Channel::new(at.unit);
    if at.step.swmm { puls(at, &channel, fluxes) } else { (implicit(at, &channel, fluxes), 0.0) }
}

/// Losses at a depth, as flows [m³/s].
struct Losses {
    evap: f64,
    infiltration: f64,
    outflow: f64,
}

impl Losses {
    /// What the soil and the air would take of the wetted surface, and what runs off.
    fn at(channel: &Channel, depth_m: f64, evap_ms: f64, infiltration_ms: f64) -> Self {
        let surface_m2 = channel.surface_m2(depth_m);
        Self {
            evap: evap_ms * surface_m2,
            infiltration: infiltration_ms * surface_m2,
            outflow: channel.outflow_m3s(depth_m),
        }
    }

    fn sum(&self) -> f64 {
        self.evap + self.infiltration + self.outflow
    }
}

/// Implicit steps of at most [`PART_S`]; the mean flows go into `fluxes`.
fn implicit(at: &Evaluation<'_>, channel: &Channel, fluxes: &mut LidFluxes) -> f64 {
    let step = at.step;
    let infiltration_ms = fluxes.infiltration_ms;
    let parts = (step.dt_s / PART_S).ceil().clamp(1.0, PARTS);
    let dt_s = step.dt_s / parts;
    let inflow = step.inflow_ms * channel.area_m2;
    let full_m3 = channel.volume_m3(channel.full_m);
    let mut depth_m = at.layers.surface_m.min(channel.full_m);
    let mut total = Losses { evap: 0.0, infiltration: 0.0, outflow: 0.0 };
    let mut done = 0.0;
    while done < parts {
        let start_m3 = channel.volume_m3(depth_m);
        let (end_m, losses) = part(channel, start_m3 + inflow * dt_s, full_m3, dt_s, step.evap_ms, infiltration_ms);
        depth_m = end_m;
        total.evap += losses.evap / parts;
        total.infiltration += losses.infiltration / parts;
        total.outflow += losses.outflow / parts;
        done += 1.0;
    }
    fluxes.surface_evap_ms = total.evap / channel.area_m2;
    fluxes.exfiltration_ms = total.infiltration / channel.area_m2;
    fluxes.infiltration_ms = fluxes.exfiltration_ms;
    fluxes.outflow_ms = total.outflow / channel.area_m2;
    depth_m
}

/// One implicit part: the depth `y` at which `V(y) + dt·losses(y)` uses up what there is, or empty, or full.
fn part(channel: &Channel, supply_m3: f64, full_m3: f64, dt_s: f64, evap_ms: f64, infil_ms: f64) -> (f64, Losses) {
    let losses_at = |depth_m| Losses::at(channel, depth_m, evap_ms, infil_ms);
    let dry = losses_at(0.0);
    if supply_m3 <= dry.sum() * dt_s {
        let evap = dry.evap.min(supply_m3 / dt_s).max(0.0);
        return (0.0, Losses { evap, infiltration: (supply_m3 / dt_s - evap).max(0.0), outflow: 0.0 });
    }
    let full = losses_at(channel.full_m);
    if supply_m3 >= full_m3 + full.sum() * dt_s {
        let outflow = (supply_m3 - full_m3) / dt_s - full.evap - full.infiltration;
        return (channel.full_m, Losses { outflow, ..full });
    }
    let (mut low_m, mut high_m) = (0.0, channel.full_m);
    let mut depth_m = channel.depth_m(supply_m3);
    for _ in 0..60 {
        let excess_m3 = channel.volume_m3(depth_m) + losses_at(depth_m).sum() * dt_s - supply_m3;
        if excess_m3 > 0.0 {
            high_m = depth_m;
        } else {
            low_m = depth_m;
        }
        if excess_m3.abs() <= 1e-14 * supply_m3 || high_m - low_m <= 1e-15 * channel.full_m {
            break;
        }
        let step_m = 1e-7 * channel.full_m;
        let ahead_m3 = channel.volume_m3(depth_m + step_m) + losses_at(depth_m + step_m).sum() * dt_s - supply_m3;
        let newton_m = depth_m - excess_m3 * step_m / (ahead_m3 - excess_m3);
        depth_m = if newton_m > low_m && newton_m < high_m { newton_m } else { 0.5 * (low_m + high_m) };
    }
    let mut losses = losses_at(depth_m);
    // The rest of the search goes into the outflow, so that the volume is accounted for to round-off.
    losses.outflow = (supply_m3 - channel.volume_m3(depth_m)) / dt_s - losses.evap - losses.infiltration;
    (depth_m, losses)
}

/// SWMM's modified Puls method on the depth, weighted half and half with the rise of the last step.
fn puls(at: &Evaluation<'_>, channel: &Channel, fluxes: &mut LidFluxes) -> (f64, f64) {
    let step = at.step;
    let infiltration_ms = fluxes.infiltration_ms;
    let inflow = step.inflow_ms * channel.area_m2;
    let start_m = at.layers.surface_m;
    let (mut depth_m, mut last_m, mut rise_ms) = (start_m, start_m, 0.0);
    for _ in 0..TRIALS {
        let wet_m = depth_m.min(channel.full_m);
        let mut losses = Losses::at(channel, wet_m, step.evap_ms, infiltration_ms);
        losses.evap = losses.evap.min(channel.volume_m3(wet_m) / step.dt_s);
        let mut change = inflow - losses.sum();
        if depth_m >= channel.full_m && change > 0.0 {
            losses.outflow += change;
            change = 0.0;
        }
        fluxes.surface_evap_ms = losses.evap / channel.area_m2;
        fluxes.exfiltration_ms = losses.infiltration / channel.area_m2;
        fluxes.outflow_ms = losses.outflow / channel.area_m2;
        rise_ms = change / channel.surface_m2(wet_m);
        depth_m = (start_m + 0.5 * (at.state.rise_ms + rise_ms) * step.dt_s).max(0.0);
        if (depth_m - last_m).abs() <= TOLERANCE_M {
            break;
        }
        last_m = depth_m;
    }
    (depth_m, rise_ms)
}

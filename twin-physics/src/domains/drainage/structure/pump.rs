//! Pumps of SWMM's five types, and the ideal one.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! section 6.2.

use super::super::model::{Pump, PumpCurve};
use super::super::network::FlowClass;
use super::table::{is_valid, lookup, slope, step};
use super::{Ends, StructureError, StructureFlow};
use crate::units::M_PER_FT;

/// Rise of depth by which the slope of a type 4 pump is taken, SWMM's 0.001 ft [m].
const DEPTH_STEP_M: f64 = 1.0e-3 * M_PER_FT;

/// A compiled pump.
#[derive(Debug, Clone, PartialEq)]
pub struct PumpLaw {
    /// The file's curve.
    pub curve: PumpCurve,
    /// Depth above which it starts; 0 = none [m].
    pub startup_depth_m: f64,
    /// Depth below which it stops; 0 = none [m].
    pub shutoff_depth_m: f64,
}

/// What a pump's inlet node can give over a step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WetWell {
    /// Whether it is a storage unit.
    pub is_storage: bool,
    /// Inflow so far in this pass [m³/s].
    pub inflow_m3s: f64,
    /// Outflow so far in this pass [m³/s].
    pub outflow_m3s: f64,
    /// Net inflow at the start of the step [m³/s].
    pub net_old_m3s: f64,
    /// Volume at the start of the step [m³].
    pub volume_old_m3: f64,
    /// Volume when full; 0 = the node stores nothing [m³].
    pub full_volume_m3: f64,
    /// Depth at the start of the step [m].
    pub depth_old_m: f64,
    /// Surface area gathered so far in this pass [m²].
    pub surface_m2: f64,
}

impl WetWell {
    /// A flow held to inflow and stored volume; to inflow ≥ 0 only where the node stores nothing.
    #[must_use]
    pub fn at_most(&self, flow_m3s: f64, dt_s: f64) -> f64 {
        let available_m3s = self.inflow_m3s + self.volume_old_m3 / dt_s;
        if self.full_volume_m3 > 0.0 && flow_m3s > available_m3s {
            return available_m3s.max(0.0);
        }
        flow_m3s.max(0.0)
    }
}

impl PumpLaw {
    /// Compiles a pump.
    ///
    /// # Errors
    /// A curve without points or whose first column does not rise; a start depth at or below the stop depth.
    pub fn new(id: &str, pump: &Pump) -> Result<Self, StructureError> {
        let ok = match &pump.curve {
            PumpCurve::Ideal => true,
            PumpCurve::StepVolume(c)
            | PumpCurve::StepDepth(c)
            | PumpCurve::Head(c)
            | PumpCurve::Depth(c)
            | PumpCurve::Affinity(c) => is_valid(c),
        };
        if !ok {
            return Err(StructureError::Curve { id: id.to_owned(), kind: "pump" });
        }
        if pump.startup_depth_m > 0.0 && pump.startup_depth_m <= pump.shutoff_depth_m {
            return Err(StructureError::Value {
                id: id.to_owned(),
                kind: "pump",
                what: "startup depth [m]",
                value: pump.startup_depth_m,
                must_be: "above its shutoff depth, or 0",
            });
        }
        Ok(Self {
            curve: pump.curve.clone(),
            startup_depth_m: pump.startup_depth_m,
            shutoff_depth_m: pump.shutoff_depth_m,
        })
    }

    /// Setting it takes by its own depths, control rules aside: off below the shutoff, on (1) above the startup depth.
    #[must_use]
    pub fn own_target(&self, setting: f64, depth_m: f64) -> f64 {
        if self.shutoff_depth_m > 0.0 && setting > 0.0 && depth_m < self.shutoff_depth_m {
            return 0.0;
        }
        if self.startup_depth_m > 0.0 && setting == 0.0 && depth_m > self.startup_depth_m {
            return 1.0;
        }
        setting
    }

    /// Largest flow of the curve, `None` of an ideal pump [m³/s].
    #[must_use]
    pub fn max_flow_m3s(&self) -> Option<f64> {
        self.points().map(|c| c.iter().fold(f64::NEG_INFINITY, |most, p| most.max(p.1)))
    }

    /// Largest volume of the curve of a type 1 pump: what its inlet node holds when full, if it is no storage unit
    /// [m³].
    #[must_use]
    pub fn well_volume_m3(&self) -> Option<f64> {
        match &self.curve {
            PumpCurve::StepVolume(c) => c.last().map(|p| p.0),
            _ => None,
        }
    }

    /// Whether its dQ/dH counts at the outlet node too (not of a type 4 pump, whose flow follows from the inlet alone).
    #[must_use]
    pub fn acts_on_outlet(&self) -> bool {
        !matches!(self.curve, PumpCurve::Depth(_))
    }

    pub(super) fn points(&self) -> Option<&[(f64, f64)]> {
        match &self.curve {
            PumpCurve::Ideal => None,
            PumpCurve::StepVolume(c)
            | PumpCurve::StepDepth(c)
            | PumpCurve::Head(c)
            | PumpCurve::Depth(c)
            | PumpCurve::Affinity(c) => Some(c),
        }
    }

    /// Flow by the curve.
    #[must_use]
    pub fn flow(&self, ends: &Ends, setting: f64) -> StructureFlow {
        let mut out = StructureFlow::default();
        if setting == 0.0 {
            return out;
        }
        let flow_m3s = match &self.curve {
            PumpCurve::Ideal => ends.inflow_from_m3s,
            PumpCurve::StepVolume(c) => {
                out.class = beyond(c, ends.volume_from_m3);
                step(c, ends.volume_from_m3)
            }
            PumpCurve::StepDepth(c) => {
                out.class = beyond(c, ends.depth_from_m);
                step(c, ends.depth_from_m)
            }
            PumpCurve::Head(c) | PumpCurve::Affinity(c) => {
                let speed = if matches!(self.curve, PumpCurve::Affinity(_)) { setting } else { 1.0 };
                let lift_m = ((ends.head_to_m - ends.head_from_m) / (speed * speed)).max(0.0);
                out.class = beyond(c, lift_m);
                out.dqdh_m2s = -slope(c, lift_m) / speed;
                lookup(c, lift_m)
            }
            PumpCurve::Depth(c) => {
                let depth_m = ends.depth_from_m;
                out.class = match beyond(c, depth_m) {
                    FlowClass::UpDry if depth_m < c[0].0 => FlowClass::DownDry,
                    other => other,
                };
                let flow_m3s = lookup(c, depth_m);
                out.dqdh_m2s = (lookup(c, depth_m + DEPTH_STEP_M) - flow_m3s) / DEPTH_STEP_M;
                flow_m3s
            }
        };
        out.flow_m3s = flow_m3s.max(0.0) * setting;
        out
    }

    /// Flow held to what the well can give over a step, as SWMM does under dynamic wave.
    #[must_use]
    pub fn limited(&self, flow_m3s: f64, well: &WetWell, dt_s: f64) -> f64 {
        if flow_m3s == 0.0 {
            return 0.0;
        }
        if well.is_storage || matches!(self.curve, PumpCurve::StepVolume(_)) {
            return well.at_most(flow_m3s, dt_s);
        }
        match self.curve {
            PumpCurve::StepDepth(_) | PumpCurve::Head(_) | PumpCurve::Depth(_) => {
                let net_m3s = well.inflow_m3s - well.outflow_m3s - flow_m3s;
                let change_m3 = 0.5 * (well.net_old_m3s + net_m3s) * dt_s;
                if well.depth_old_m + change_m3 / well.surface_m2 <= 0.0 { well.inflow_m3s } else { flow_m3s }
            }
            _ => flow_m3s,
        }
    }
}

/// `UpDry`, SWMM's mark, where `x` lies beyond the curve.
fn beyond(curve: &[(f64, f64)], x: f64) -> FlowClass {
    match curve {
        [first, .., last] if x < first.0 || x > last.0 => FlowClass::UpDry,
        [only] if x != only.0 => FlowClass::UpDry,
        _ => FlowClass::Dry,
    }
}

#![doc = include_str!("theory/lid.md")]

mod design;
mod flux;
pub mod sponge;
mod state;
#[cfg(test)]
mod tests;

use std::ops::Range;

use design::Unit;
use flux::Step;

pub use state::{LidBalance, LidFluxes, LidLayers, LidUnitState};

use super::model::{DrainageModel, Options, Receiver};
use crate::units::{M_PER_FT, S_PER_DAY};

/// Slowest flow that keeps a unit wet, 0.001 in/hr [m/s].
const WET_MS: f64 = 2.3e-8 * M_PER_FT;
/// Rain that ends a dry spell, 0.001 in/hr [m/s].
const RAIN_MS: f64 = 2.314_81e-8 * M_PER_FT;

/// Why the LID units of a model cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LidError {
    /// A design is wrong.
    #[error("LID control {control}: {problem}")]
    Control {
        /// Its name.
        control: String,
        /// What is wrong and what it needs.
        problem: &'static str,
    },
    /// A use of a design is wrong.
    #[error("LID control {control} in subcatchment {catchment}: {problem}")]
    Unit {
        /// Subcatchment.
        catchment: String,
        /// Design.
        control: String,
        /// What is wrong and what it needs.
        problem: &'static str,
    },
    /// The units of a subcatchment do not fit it.
    #[error("LID units of subcatchment {catchment}: {problem}")]
    Catchment {
        /// Subcatchment.
        catchment: String,
        /// What is wrong and what it needs.
        problem: &'static str,
    },
}

impl LidError {
    fn control(control: &str, problem: &'static str) -> Self {
        Self::Control { control: control.to_owned(), problem }
    }

    fn unit(catchment: &str, control: &str, problem: &'static str) -> Self {
        Self::Unit { catchment: catchment.to_owned(), control: control.to_owned(), problem }
    }
}

/// What drives the units of a subcatchment over a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LidInput {
    /// Start of the step since the start of the run [s].
    pub time_s: f64,
    /// Step [s], above 0.
    pub dt_s: f64,
    /// Precipitation, snow included, without melt [m/s].
    pub rain_ms: f64,
    /// Runon from other subcatchments; reaches the units only where they take up the whole subcatchment [m³/s].
    pub runon_m3s: f64,
    /// Runoff of the impervious area without LID that would leave for the outlet [m³/s].
    pub impervious_runoff_m3s: f64,
    /// Runoff of the pervious area without LID that would leave for the outlet [m³/s].
    pub pervious_runoff_m3s: f64,
    /// Potential evaporation, 0 while it rains where that is asked for [m/s].
    pub evap_ms: f64,
    /// Infiltration of the area without LID over that area; where none of it is pervious, what the native soil would
    /// take of rain, runon and [`Lids::surface_depth_m`] [m/s].
    pub native_infiltration_ms: f64,
    /// Most that groundwater lets through the bottom of a unit; infinite where nothing limits it [m/s].
    pub native_limit_ms: f64,
    /// Monthly multiplier of conductivity [–].
    pub conductivity_factor: f64,
    /// Monthly multiplier of the recovery of infiltration capacity [–].
    pub recovery_factor: f64,
}

/// What the units of a subcatchment did over a step, all designs together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LidOutput {
    /// Runoff taken from the area without LID [m³/s].
    pub captured_m3s: f64,
    /// Surface outflow that goes to the subcatchment's outlet [m³/s].
    pub surface_m3s: f64,
    /// Outflow that returns to the pervious area in the next step [m³/s].
    pub to_pervious_m3s: f64,
    /// Flow of the drains, without what returns to the pervious area; by unit in [`LidUnitState::drain_m3s`] [m³/s].
    pub drain_m3s: f64,
    /// Evaporation [m³/s].
    pub evaporation_m3s: f64,
    /// That part of it which comes from units that water can pass through, for groundwater [m³/s].
    pub pervious_evaporation_m3s: f64,
    /// Exfiltration into the native soil [m³/s].
    pub infiltration_m3s: f64,
    /// Stored at the end [m³].
    pub stored_m3: f64,
    /// Stored at the end less stored at the start [m³].
    pub stored_change_m3: f64,
    /// Whether water still moves, so that runoff is computed at its wet step.
    pub is_wet: bool,
}

/// Units of one subcatchment.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    units: Range<usize>,
    area_m2: f64,
    /// Area of the units [m²].
    lid_m2: f64,
    /// Whether nothing else is in the subcatchment.
    is_whole: bool,
}

/// The LID units of a model. Their states stand in one vector, those of a subcatchment together ([`Lids::range`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Lids {
    groups: Vec<Group>,
    units: Vec<Unit>,
    options: Options,
}

impl Lids {
    /// Checks the designs and their uses.
    ///
    /// # Errors
    /// What is missing or out of range, named with the control and the subcatchment.
    pub fn new(model: &DrainageModel) -> Result<Self, LidError> {
        let mut lids = Self { groups: Vec::new(), units: Vec::new(), options: model.options.clone() };
        for at in &model.subcatchments {
            let start = lids.units.len();
            for unit in at.lid_units.iter().filter(|u| u.count > 0) {
                let Some(control) = model.lid_controls.get(unit.control.at()) else {
                    return Err(LidError::unit(&at.id, "?", "names a LID control that does not exist"));
                };
                lids.units.push(Unit::new(at, unit, control, model.options.defects.others)?);
            }
            let units = start..lids.units.len();
            lids.groups.push(group(&at.id, at.area_m2, units.clone(), &lids.units[units])?);
        }
        Ok(lids)
    }

    /// States of all units before the first step.
    #[must_use]
    pub fn initial(&self) -> Vec<LidUnitState> {
        self.units.iter().map(|u| u.initial(&self.options)).collect()
    }

    /// Where the states of a subcatchment's units stand. Uses of a design with no copies are left out.
    #[must_use]
    pub fn range(&self, catchment: usize) -> Range<usize> {
        self.groups[catchment].units.clone()
    }

    /// Area of a subcatchment's units, its whole area where they take up 99.9 % of it [m²].
    #[must_use]
    pub fn area_m2(&self, catchment: usize) -> f64 {
        self.groups[catchment].lid_m2
    }

    /// Area of those units that water can pass through [m²].
    #[must_use]
    pub fn pervious_area_m2(&self, catchment: usize) -> f64 {
        self.units[self.range(catchment)].iter().filter(|u| u.is_pervious()).map(|u| u.area_m2).sum()
    }

    /// Area of one use of a design [m²].
    #[must_use]
    pub fn unit_area_m2(&self, unit: usize) -> f64 {
        self.units[unit].area_m2
    }

    /// Where a unit's drain goes; `None` = nowhere, as the subcatchment's own runoff.
    #[must_use]
    pub fn drain_to(&self, unit: usize) -> Option<Receiver> {
        self.units[unit].drain_to
    }

    /// Share of a pollutant that a unit removes from its drain's flow, 0..1.
    #[must_use]
    pub fn removal(&self, unit: usize, pollutant: usize) -> f64 {
        self.units[unit].removal.get(pollutant).copied().unwrap_or(0.0)
    }

    /// Whether a unit's outflow returns to the pervious area.
    #[must_use]
    pub fn returns(&self, catchment: usize, unit: usize) -> bool {
        self.units[unit].to_pervious && !self.groups[catchment].is_whole
    }

    /// Whether some unit holds water before the first step.
    #[must_use]
    pub fn is_wet_at_start(&self) -> bool {
        self.units.iter().any(Unit::is_wet_at_start)
    }

    /// Volume of ponded water over the area of a subcatchment's units [m].
    #[must_use]
    pub fn surface_depth_m(&self, catchment: usize, states: &[LidUnitState]) -> f64 {
        let group = &self.groups[catchment];
        if group.lid_m2 == 0.0 {
            return 0.0;
        }
        let units = self.units[group.units.clone()].iter().zip(states);
        units.map(|(u, s)| s.layers.surface_m * u.surface.void * u.area_m2).sum::<f64>() / group.lid_m2
    }

    /// Water in a subcatchment's units [m³].
    #[must_use]
    pub fn stored_m3(&self, catchment: usize, states: &[LidUnitState]) -> f64 {
        self.units[self.range(catchment)].iter().zip(states).map(|(u, s)| s.balance.stored_m * u.area_m2).sum()
    }

    /// Makes the present drain flows the old ones. To be called for all units when a runoff step begins.
    pub fn begin_step(states: &mut [LidUnitState]) {
        for state in states {
            state.drain_old_m3s = state.drain_m3s;
            state.drain_m3s = 0.0;
        }
    }

    /// Takes the units of a subcatchment over a step. `states` are those of [`Self::range`].
    pub fn step(&self, catchment: usize, states: &mut [LidUnitState], input: &LidInput) -> LidOutput {
        let group = &self.groups[catchment];
        let mut out = LidOutput::default();
        let runon_ms = if group.is_whole { input.runon_m3s / group.area_m2 } else { 0.0 };
        for (unit, state) in self.units[group.units.clone()].iter().zip(states) {
            if unit.area_m2 <= 0.0 {
                continue;
            }
            let (impervious_m3s, pervious_m3s) =
                if group.is_whole { (0.0, 0.0) } else { (input.impervious_runoff_m3s, input.pervious_runoff_m3s) };
            let captured_m3s = impervious_m3s * unit.from_impervious + pervious_m3s * unit.from_pervious;
            // What falls on a covered barrel runs off it; SWMM forgets it.
            let lid_ms = if unit.storage.covered { input.rain_ms } else { 0.0 };
            let step = Step {
                dt_s: input.dt_s,
                start_d: input.time_s / S_PER_DAY,
                inflow_ms: captured_m3s / unit.area_m2 + (input.rain_ms - lid_ms) + runon_ms,
                evap_ms: input.evap_ms,
                native_ms: input.native_infiltration_ms,
                native_limit_ms: input.native_limit_ms,
                conductivity_factor: input.conductivity_factor,
                recovery_factor: input.recovery_factor,
                swmm: self.options.defects.others,
            };
            let before_m = state.balance.stored_m;
            unit.advance(state, &step);
            let passed_ms = if step.swmm { 0.0 } else { lid_ms };
            out.captured_m3s += captured_m3s;
            out.stored_change_m3 += (state.balance.stored_m - before_m) * unit.area_m2;
            settle(unit, state, group.is_whole, passed_ms, &step, &mut out);
            state.dry_s = if input.rain_ms > RAIN_MS { 0.0 } else { state.dry_s + input.dt_s };
        }
        out
    }
}

/// Sends a unit's outflows where they belong.
fn settle(unit: &Unit, state: &mut LidUnitState, is_whole: bool, passed_ms: f64, step: &Step, out: &mut LidOutput) {
    let fluxes = state.fluxes;
    let area_m2 = unit.area_m2;
    let mut drain_m3s = fluxes.drain_ms * area_m2;
    let surface_m3s = (fluxes.outflow_ms + passed_ms) * area_m2;
    state.drain_open = drain_m3s > 0.0;
    if unit.to_pervious && !is_whole {
        out.to_pervious_m3s += surface_m3s;
        if unit.drain_to_outlet {
            out.to_pervious_m3s += drain_m3s;
            drain_m3s = 0.0;
            // SWMM takes a drain whose flow it returned for one that was closed.
            state.drain_open &= !step.swmm;
        }
    } else {
        out.surface_m3s += surface_m3s;
    }
    state.drain_m3s = drain_m3s;
    out.drain_m3s += drain_m3s;
    let evaporation_m3s = fluxes.evaporation_ms() * area_m2;
    out.evaporation_m3s += evaporation_m3s;
    if unit.is_pervious() {
        out.pervious_evaporation_m3s += evaporation_m3s;
    }
    out.infiltration_m3s += fluxes.exfiltration_ms * area_m2;
    out.stored_m3 += state.balance.stored_m * area_m2;
    let rates = [fluxes.inflow_ms, fluxes.outflow_ms, fluxes.drain_ms, fluxes.exfiltration_ms, fluxes.evaporation_ms()];
    out.is_wet |= rates.iter().any(|r| *r >= WET_MS);
}

fn group(catchment: &str, area_m2: f64, units: Range<usize>, designs: &[Unit]) -> Result<Group, LidError> {
    let fail = |problem| Err(LidError::Catchment { catchment: catchment.to_owned(), problem });
    let mut lid_m2: f64 = designs.iter().map(|u| u.area_m2).sum();
    if lid_m2 > 1.001 * area_m2 {
        return fail("their area exceeds the subcatchment's; make them fewer or smaller");
    }
    let treated = |share: fn(&Unit) -> f64| designs.iter().map(share).sum::<f64>();
    if treated(|u| u.from_impervious) > 1.001 || treated(|u| u.from_pervious) > 1.001 {
        return fail("together they treat more than all of the impervious or pervious area; lower the shares");
    }
    if lid_m2 > 0.999 * area_m2 {
        lid_m2 = area_m2;
    }
    Ok(Group { units, area_m2, lid_m2, is_whole: lid_m2 > 0.0 && lid_m2 >= area_m2 })
}

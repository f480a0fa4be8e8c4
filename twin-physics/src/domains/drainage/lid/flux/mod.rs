//! Flows between the layers of a unit over one step.
//!
//! Each kind has its own file with SWMM's order of limits: nominal rates first, then what the layer below can take and
//! the layer above can give. Rates are per area of the unit and hold over the whole step.

mod bioretention;
mod green_roof;
mod limit;
mod pavement;
mod simple;
pub(super) mod swale;
mod trench;

use super::LidUnitState;
use super::design::Unit;
use super::state::{LidFluxes, LidLayers};
use crate::domains::drainage::hydrology::infiltration::SoilFactors;
use crate::domains::drainage::model::{LidKind, LidSoil};
use crate::units::M_PER_FT;

/// Least head that drives a drain, SWMM's 1e-10 ft [m].
const ZERO_M: f64 = 1e-10 * M_PER_FT;

/// What drives one unit over a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub dt_s: f64,
    /// Start of the step, days since the start of the run [d].
    pub start_d: f64,
    pub inflow_ms: f64,
    pub evap_ms: f64,
    pub native_ms: f64,
    pub native_limit_ms: f64,
    pub conductivity_factor: f64,
    pub recovery_factor: f64,
    /// Whether SWMM's defects are reproduced.
    pub swmm: bool,
}

/// One evaluation: a unit, what drives it, and what it held at the start of the step.
struct Evaluation<'a> {
    unit: &'a Unit,
    state: &'a LidUnitState,
    step: &'a Step,
    layers: LidLayers,
    /// Permeability of the pavement as it is clogged [m/s].
    permeability_ms: f64,
}

impl Unit {
    /// Takes the unit over a step: layers, flows and account of `state`.
    pub(super) fn advance(&self, state: &mut LidUnitState, step: &Step) {
        let surface_ms = self.surface_infiltration_ms(state, step);
        let permeability_ms = self.permeability_ms(state, step);
        let mut fluxes = LidFluxes { inflow_ms: step.inflow_ms, infiltration_ms: surface_ms, ..LidFluxes::default() };
        let at = Evaluation { unit: self, state, step, layers: state.layers, permeability_ms };
        let mut layers = state.layers;
        let mut rise_ms = 0.0;
        if self.kind == LidKind::VegetativeSwale {
            (layers.surface_m, rise_ms) = swale::advance(&at, &mut fluxes);
        } else {
            match self.kind {
                LidKind::Bioretention | LidKind::RainGarden => bioretention::fluxes(&at, &mut fluxes),
                LidKind::GreenRoof => green_roof::fluxes(&at, &mut fluxes),
                LidKind::InfiltrationTrench => trench::fluxes(&at, &mut fluxes),
                LidKind::PermeablePavement => pavement::fluxes(&at, &mut fluxes),
                LidKind::RainBarrel => simple::barrel(&at, &mut fluxes),
                LidKind::RooftopDisconnection | LidKind::VegetativeSwale => simple::roof(&at, &mut fluxes),
            }
            if !step.swmm {
                limit::complete(&at, &mut fluxes);
            }
            layers = at.end(&fluxes);
        }
        at.overflow(&mut layers, &mut fluxes);
        let stored_m = self.stored_m(&layers);
        state.layers = layers;
        state.rise_ms = rise_ms;
        state.fluxes = fluxes;
        state.treated_m += fluxes.inflow_ms * step.dt_s;
        state.balance.book(&fluxes, stored_m, step.dt_s);
    }

    /// Water that would pass the surface: Green–Ampt where a soil lies below, else the native rate; a pavement goes by
    /// its permeability.
    fn surface_infiltration_ms(&self, state: &mut LidUnitState, step: &Step) -> f64 {
        let (Some(law), Some(soil)) = (&self.infiltration, &mut state.soil) else {
            return if self.kind == LidKind::PermeablePavement { 0.0 } else { step.native_ms };
        };
        let factors = SoilFactors { conductivity: step.conductivity_factor, recovery: step.recovery_factor };
        law.rate_ms(soil, step.dt_s, step.inflow_ms, state.layers.surface_m, factors)
    }

    /// Permeability of the pavement's pervious part after clogging and cleaning [m/s].
    fn permeability_ms(&self, state: &mut LidUnitState, step: &Step) -> f64 {
        let Some(pavement) = &self.pavement else { return 0.0 };
        if pavement.clog_m <= 0.0 {
            return pavement.permeability_ms;
        }
        if pavement.cleaning_days > 0.0 && step.start_d >= state.next_cleaning_d {
            state.treated_m *= 1.0 - pavement.cleaning;
            state.next_cleaning_d += pavement.cleaning_days;
        }
        pavement.permeability_ms * (1.0 - (state.treated_m / pavement.clog_m).min(1.0))
    }
}

impl Evaluation<'_> {
    /// Void share that turns flows into the rise of ponded water.
    fn surface_void(&self) -> f64 {
        // SWMM forgets the plants on a pavement, where there should be none.
        match self.unit.kind {
            LidKind::PermeablePavement | LidKind::RooftopDisconnection if self.step.swmm => 1.0,
            _ => self.unit.surface.void,
        }
    }

    /// Water on the surface [m].
    fn surface_volume_m(&self) -> f64 {
        match self.unit.kind {
            LidKind::RooftopDisconnection => self.layers.surface_m * self.surface_void(),
            _ => self.layers.surface_m * self.unit.surface.void,
        }
    }

    /// Water in the storage layer [m].
    fn storage_volume_m(&self) -> f64 {
        self.layers.storage_m * self.unit.storage.void
    }

    /// Evaporation of all layers, from the top down until the potential is used up.
    ///
    /// `pavement_m`, `soil_m`, `storage_m`: water these layers can give. Nothing evaporates below a surface through
    /// which water passes.
    fn evaporate(&self, fluxes: &mut LidFluxes, pavement_m: f64, soil_m: f64, storage_m: f64, pervious: f64) {
        let dt_s = self.step.dt_s;
        let mut left = self.step.evap_ms;
        let mut take = |volume_m: f64| {
            let taken = left.min(volume_m / dt_s);
            left = (left - taken).max(0.0);
            taken
        };
        fluxes.surface_evap_ms = take(self.surface_volume_m()).max(0.0);
        if fluxes.infiltration_ms > 0.0 {
            return;
        }
        left *= pervious;
        let mut take = |volume_m: f64| {
            let taken = left.min(volume_m / dt_s);
            left = (left - taken).max(0.0);
            taken
        };
        fluxes.pavement_evap_ms = take(pavement_m);
        fluxes.soil_evap_ms = take(soil_m);
        fluxes.storage_evap_ms = take(storage_m);
    }

    /// Percolation out of the soil by its unsaturated conductivity, at most what stands above field capacity.
    fn soil_percolation_ms(&self, soil: &LidSoil, evap_ms: f64) -> f64 {
        let theta = self.layers.moisture;
        if theta <= soil.field_capacity {
            return 0.0;
        }
        let nominal = soil.conductivity_ms * (-(soil.porosity - theta) * soil.conductivity_slope).exp();
        let drainable_m = (theta - soil.field_capacity) * soil.thickness_m;
        nominal.min(drainable_m / self.step.dt_s - evap_ms).max(0.0)
    }

    /// Exfiltration through the bottom as it is clogged, at most what groundwater lets through.
    fn exfiltration_ms(&self) -> f64 {
        let storage = &self.unit.storage;
        if storage.seepage_ms == 0.0 || self.step.native_limit_ms == 0.0 {
            return 0.0;
        }
        let clogged =
            if storage.clog_m > 0.0 { (self.state.balance.inflow_m.value() / storage.clog_m).min(1.0) } else { 0.0 };
        (storage.seepage_ms * (1.0 - clogged)).min(self.step.native_limit_ms)
    }

    /// Head on the underdrain above the bottom: the storage layer and what is saturated above it [m].
    fn drain_head_m(&self) -> f64 {
        let (unit, layers) = (self.unit, &self.layers);
        let mut head_m = layers.storage_m;
        if head_m < unit.storage.thickness_m || unit.kind == LidKind::RainBarrel {
            return head_m;
        }
        let above_m = unit.pavement.as_ref().map_or(layers.surface_m, |p| {
            layers.pavement_m + if layers.pavement_m >= p.thickness_m { layers.surface_m } else { 0.0 }
        });
        if let Some(soil) = &unit.soil {
            if layers.moisture > soil.field_capacity {
                let free = (layers.moisture - soil.field_capacity) / (soil.porosity - soil.field_capacity);
                head_m += free * soil.thickness_m;
                if layers.moisture >= soil.porosity {
                    head_m += above_m;
                }
            }
        } else if unit.pavement.is_some() {
            head_m += above_m;
        }
        head_m
    }

    /// Flow of the underdrain by its power law, with its heads of opening and closing and its control curve [m/s].
    fn drain_ms(&self) -> f64 {
        let Some(drain) = self.unit.drain.as_ref().filter(|d| d.coefficient > 0.0) else { return 0.0 };
        let head_m = self.drain_head_m();
        let threshold_m = if self.state.drain_open { drain.close_head_m } else { drain.open_head_m };
        if head_m <= threshold_m {
            return 0.0;
        }
        let head_m = head_m - drain.offset_m;
        if head_m <= ZERO_M {
            return 0.0;
        }
        let flow = drain.coefficient * (head_m * drain.head_factor).powf(drain.exponent);
        flow * lookup(&drain.curve, head_m) * drain.flow_factor
    }

    /// Underdrain's flow, at most what stands above its offset after the other losses of the storage layer.
    ///
    /// `through_ms`: inflow that passes straight through a full storage layer.
    fn limited_drain_ms(&self, drain_ms: f64, through_ms: f64, fluxes: &LidFluxes) -> f64 {
        if drain_ms <= 0.0 {
            return drain_ms;
        }
        let storage = &self.unit.storage;
        let offset_m = self.unit.drain.as_ref().map_or(0.0, |d| d.offset_m);
        let mut most = -fluxes.exfiltration_ms - fluxes.storage_evap_ms;
        if self.layers.storage_m >= storage.thickness_m {
            most += through_ms;
        }
        if offset_m <= self.layers.storage_m {
            most += (self.layers.storage_m - offset_m) * storage.void / self.step.dt_s;
        }
        drain_ms.min(most.max(0.0))
    }

    /// Runoff from the surface by overland flow above the berm, at most what stands there [m/s].
    fn surface_outflow_ms(&self) -> f64 {
        let unit = self.unit;
        let above_m = self.layers.surface_m - unit.surface.thickness_m;
        if above_m < 0.0 {
            return 0.0;
        }
        let flow = unit.surface.alpha * above_m.powf(5.0 / 3.0) * unit.width_m / unit.one_m2;
        flow.min(above_m / self.step.dt_s)
    }

    /// Rates of change of the layers: surface [m/s], pavement [m/s], moisture [1/s], storage [m/s].
    fn changes(&self, fluxes: &LidFluxes) -> [f64; 4] {
        let unit = self.unit;
        let roof_drain = if unit.kind == LidKind::RooftopDisconnection { fluxes.drain_ms } else { 0.0 };
        let surface =
            fluxes.inflow_ms - fluxes.surface_evap_ms - fluxes.infiltration_ms - fluxes.outflow_ms - roof_drain;
        let mut passed = fluxes.infiltration_ms;
        let mut changes = [surface / self.surface_void(), 0.0, 0.0, 0.0];
        if let Some(pavement) = &unit.pavement {
            changes[1] = (passed - fluxes.pavement_evap_ms - fluxes.pavement_perc_ms) / pavement.void;
            passed = fluxes.pavement_perc_ms;
        }
        if let Some(soil) = &unit.soil {
            changes[2] = (passed - fluxes.soil_evap_ms - fluxes.soil_perc_ms) / soil.thickness_m;
            passed = fluxes.soil_perc_ms;
        }
        // Where nothing lies below the soil, what percolates is gone.
        if unit.storage.thickness_m > 0.0 || unit.pavement.is_some() {
            changes[3] =
                (passed - fluxes.storage_evap_ms - fluxes.exfiltration_ms - fluxes.drain_ms) / unit.storage.void;
        }
        changes
    }

    /// Layers at the end of the step, within their bounds.
    fn end(&self, fluxes: &LidFluxes) -> LidLayers {
        let unit = self.unit;
        let [surface, pavement, moisture, storage] = self.changes(fluxes).map(|rate| rate * self.step.dt_s);
        let start = &self.layers;
        LidLayers {
            surface_m: (start.surface_m + surface).max(0.0),
            pavement_m: unit.pavement.as_ref().map_or(0.0, |p| (start.pavement_m + pavement).clamp(0.0, p.thickness_m)),
            moisture: unit.soil.map_or(0.0, |s| (start.moisture + moisture).clamp(s.wilting_point, s.porosity)),
            storage_m: (start.storage_m + storage).clamp(0.0, self.storage_top_m()),
        }
    }

    fn storage_top_m(&self) -> f64 {
        let top_m = self.unit.storage.thickness_m;
        if top_m > 0.0 || !self.step.swmm { top_m } else { f64::INFINITY }
    }

    /// Lets run off at once what stands above the berm of a surface without overland flow.
    fn overflow(&self, layers: &mut LidLayers, fluxes: &mut LidFluxes) {
        let unit = self.unit;
        let above_m = layers.surface_m - unit.surface.thickness_m;
        if above_m <= 0.0 || !(unit.surface.can_overflow || unit.width_m == 0.0) {
            return;
        }
        layers.surface_m = unit.surface.thickness_m;
        let void = if unit.kind == LidKind::VegetativeSwale && !self.step.swmm { 0.0 } else { unit.surface.void };
        let mut excess_ms = above_m * void / self.step.dt_s;
        if unit.kind == LidKind::RooftopDisconnection && !self.step.swmm {
            let drain_ms = (simple::roof_drain_limit_ms(unit) - fluxes.drain_ms).clamp(0.0, excess_ms);
            fluxes.drain_ms += drain_ms;
            excess_ms -= drain_ms;
        }
        fluxes.outflow_ms += excess_ms;
    }
}

/// Multiplier of a control curve over head, constant beyond its ends; 1 without a curve.
fn lookup(curve: &[(f64, f64)], head_m: f64) -> f64 {
    let (Some(first), Some(last)) = (curve.first(), curve.last()) else { return 1.0 };
    if head_m <= first.0 {
        return first.1;
    }
    curve
        .windows(2)
        .find(|w| head_m <= w[1].0)
        .map_or(last.1, |w| w[0].1 + (head_m - w[0].0) / (w[1].0 - w[0].0) * (w[1].1 - w[0].1))
}

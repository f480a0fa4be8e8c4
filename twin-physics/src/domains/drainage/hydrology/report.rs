//! What others read: inflow to nodes between runoff times, results at report times, what is stored.
//!
//! *Source:* Rossman & Huber (2016), *Storm Water Management Model Reference Manual*, vol. I Hydrology,
//! EPA/600/R-15/162A, chapter 3; behaviour of SWMM 5.2.4.

use super::super::model::{DrainageModel, Receiver};
use super::compile::Hydrology;
use super::forcing::{CatchmentResult, LateralInflow};
use super::snow;
use super::state::HydrologyState;
use super::totals::Stored;
use crate::units::{M_PER_FT, M3_PER_FT3};

/// Flow that counts as inflow of groundwater: 1e-5 ft³/s [m³/s].
const FLOW_TOLERANCE_M3S: f64 = 1e-5 * M3_PER_FT3;
/// Runoff below this is reported as none: 0.001 in/h [m/s].
const MIN_RUNOFF_MS: f64 = 2.314_81e-8 * M_PER_FT;

impl Hydrology {
    /// Inflow to every node at a routing time, linear between the start and the end of the last runoff step. RDII holds
    /// over wet steps instead.
    pub fn lateral(&self, state: &HydrologyState, time_s: f64, out: &mut LateralInflow) {
        out.reset(self.nodes());
        let f = state.fraction(time_s);
        let between = |old: f64, new: f64| (1.0 - f) * old + f * new;
        for (c, data) in self.catchments.iter().enumerate() {
            if data.area_m2 == 0.0 {
                continue;
            }
            let at = &state.catchments[c];
            if let Some(node) = data.node {
                out.runoff_m3s[node as usize] += between(at.old_runoff_m3s, at.runoff_m3s);
            }
            for unit in self.lids.range(c) {
                if let Some(Receiver::Node(node)) = self.lids.drain_to(unit) {
                    let unit = &state.lids[unit];
                    out.drains_m3s[node.at()] += between(unit.drain_old_m3s, unit.drain_m3s);
                }
            }
            if let Some(index) = data.aquifer
                && let Some(node) = self.aquifers[index as usize].node
            {
                let ground = &state.groundwater[index as usize];
                let flow_m3s = between(ground.old_flow_ms, ground.flow_ms) * data.area_m2;
                if flow_m3s.abs() >= FLOW_TOLERANCE_M3S {
                    out.groundwater_m3s[node as usize] += flow_m3s;
                }
            }
        }
        self.rdii.add_to(&state.rdii, time_s, &mut out.rdii_m3s);
    }

    /// Results of a catchment at a report time within the last runoff step: snow, runoff and groundwater flow linear in
    /// time, losses, moisture and water table as at its end.
    #[must_use]
    pub fn result(&self, state: &HydrologyState, catchment: usize, time_s: f64) -> CatchmentResult {
        let (data, at) = (&self.catchments[catchment], &state.catchments[catchment]);
        let f = state.fraction(time_s);
        let between = |old: f64, new: f64| (1.0 - f) * old + f * new;
        let runoff_m3s = between(at.old_runoff_m3s + at.old_drain_m3s, at.runoff_m3s + at.drain_m3s);
        let mut result = CatchmentResult {
            rain_ms: data.gage.map_or(0.0, |g| state.gages[g as usize].report_ms(time_s)),
            snow_m: between(at.old_snow_m, at.snow_m),
            evaporation_ms: at.evaporation_ms,
            infiltration_ms: at.infiltration_ms,
            runoff_m3s: if runoff_m3s < MIN_RUNOFF_MS * data.area_m2 { 0.0 } else { runoff_m3s },
            ..CatchmentResult::default()
        };
        if let Some(index) = data.aquifer {
            let (aquifer, ground) = (&self.aquifers[index as usize], &state.groundwater[index as usize]);
            result.groundwater_m3s = between(ground.old_flow_ms, ground.flow_ms) * data.area_m2;
            result.water_table_m = aquifer.bottom_m + ground.lower_depth_m;
            result.soil_moisture = ground.moisture;
        }
        result
    }

    /// Evaporation out of the ground below a catchment over the last runoff step; 0 without groundwater [m/s].
    #[must_use]
    pub fn groundwater_evaporation_ms(&self, state: &HydrologyState, catchment: usize) -> f64 {
        let aquifer = self.catchments.get(catchment).and_then(|c| c.aquifer);
        aquifer.map_or(0.0, |index| state.groundwater[index as usize].evaporation_ms)
    }

    /// Water above ground now.
    #[must_use]
    pub fn stored(&self, state: &HydrologyState) -> Stored {
        let mut stored = Stored::default();
        for (c, data) in self.catchments.iter().enumerate() {
            let at = &state.catchments[c];
            stored.surface_m3 += data.mean_depth_m(&at.depth_m) * data.open_m2;
            stored.surface_m3 += self.lids.stored_m3(c, &state.lids[self.lids.range(c)]);
            stored.snow_m3 += snow::water_m(&state.snow[c]) * data.area_m2;
            stored.transit_m3 += at.transit_m3s * state.dt_s();
        }
        stored
    }

    /// Groundwater in all aquifers now [m³].
    #[must_use]
    pub fn groundwater_stored_m3(&self, model: &DrainageModel, state: &HydrologyState) -> f64 {
        let water = |(data, ground): (&super::AquiferData, &super::GroundwaterState)| {
            data.water_m(ground, &model.aquifers[data.aquifer as usize]) * data.area_m2
        };
        self.aquifers.iter().zip(&state.groundwater).map(water).sum()
    }

    /// Rain at a gage in the last 1 to 48 full hours, for control rules; 0 for other numbers [m].
    #[must_use]
    pub fn past_rain_m(&self, state: &HydrologyState, gage: usize, hours: usize) -> f64 {
        state.gages.get(gage).map_or(0.0, |g| g.past_rain_m(hours))
    }
}

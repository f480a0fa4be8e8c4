//! Bioretention cells and rain gardens: ponding over soil over gravel with an underdrain, or over native soil.

use super::Evaluation;
use crate::domains::drainage::lid::state::LidFluxes;

/// Flows of a step. `fluxes` comes with inflow and infiltration through the surface.
pub(super) fn fluxes(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    let Some(soil) = &at.unit.soil else { return };
    let (layers, storage, dt_s) = (&at.layers, &at.unit.storage, at.step.dt_s);
    let is_saturated = layers.moisture >= soil.porosity;
    at.evaporate(fluxes, 0.0, (layers.moisture - soil.wilting_point) * soil.thickness_m, at.storage_volume_m(), 1.0);
    if is_saturated {
        fluxes.storage_evap_ms = 0.0;
    }
    fluxes.soil_perc_ms = at.soil_percolation_ms(soil, fluxes.soil_evap_ms);
    fluxes.exfiltration_ms = at.exfiltration_ms();
    fluxes.drain_ms = at.drain_ms();
    let soil_room_ms = (soil.porosity - layers.moisture) * soil.thickness_m / dt_s + fluxes.soil_evap_ms;
    if storage.thickness_m == 0.0 {
        without_storage(at, fluxes);
        fluxes.infiltration_ms = fluxes.infiltration_ms.min(soil_room_ms + fluxes.soil_perc_ms);
    } else if is_saturated && layers.storage_m >= storage.thickness_m {
        full(fluxes);
    } else {
        let volume_ms = at.storage_volume_m() / dt_s;
        let most = fluxes.soil_perc_ms - fluxes.storage_evap_ms + volume_ms;
        fluxes.exfiltration_ms = fluxes.exfiltration_ms.min(most).max(0.0);
        fluxes.drain_ms = at.limited_drain_ms(fluxes.drain_ms, fluxes.soil_perc_ms, fluxes);
        let room_ms = (storage.thickness_m - layers.storage_m) * storage.void / dt_s;
        let below_ms = fluxes.exfiltration_ms + fluxes.drain_ms + fluxes.storage_evap_ms + room_ms;
        fluxes.soil_perc_ms = fluxes.soil_perc_ms.min(below_ms);
        fluxes.infiltration_ms = fluxes.infiltration_ms.min(soil_room_ms + fluxes.soil_perc_ms);
    }
    fluxes.outflow_ms = at.surface_outflow_ms();
}

/// Soil right on native ground: what percolates leaves.
fn without_storage(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    fluxes.storage_evap_ms = 0.0;
    if at.step.swmm {
        // SWMM lets a drain run without taking its water from anywhere.
        fluxes.exfiltration_ms = fluxes.soil_perc_ms.min(fluxes.exfiltration_ms);
        fluxes.soil_perc_ms = fluxes.exfiltration_ms;
    } else {
        fluxes.soil_perc_ms = fluxes.soil_perc_ms.min(fluxes.exfiltration_ms + fluxes.drain_ms);
        fluxes.exfiltration_ms = fluxes.exfiltration_ms.min(fluxes.soil_perc_ms);
        fluxes.drain_ms = fluxes.soil_perc_ms - fluxes.exfiltration_ms;
    }
}

/// Soil and storage saturated: one rate through all of it, first into the ground, then into the drain.
fn full(fluxes: &mut LidFluxes) {
    let mut rate = fluxes.exfiltration_ms + fluxes.drain_ms;
    if fluxes.soil_perc_ms < rate {
        rate = fluxes.soil_perc_ms;
        fluxes.drain_ms = (rate - fluxes.exfiltration_ms).max(0.0);
        fluxes.exfiltration_ms = fluxes.exfiltration_ms.min(rate);
    } else {
        fluxes.soil_perc_ms = rate;
    }
    fluxes.infiltration_ms = fluxes.infiltration_ms.min(rate);
}

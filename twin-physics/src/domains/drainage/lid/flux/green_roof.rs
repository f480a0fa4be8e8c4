//! Green roofs: soil over a drainage mat.
//!
//! *Source:* EPA/600/R-16/093, chapter 6, and SWMM 5.2.4.

use super::Evaluation;
use crate::domains::drainage::lid::state::LidFluxes;

/// Flows of a step. `fluxes` comes with inflow and infiltration through the surface.
pub(super) fn fluxes(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    let Some(soil) = &at.unit.soil else { return };
    let (layers, mat, dt_s) = (&at.layers, &at.unit.storage, at.step.dt_s);
    let is_saturated = layers.moisture >= soil.porosity;
    let mat_is_full = layers.storage_m >= mat.thickness_m;
    at.evaporate(fluxes, 0.0, (layers.moisture - soil.wilting_point) * soil.thickness_m, at.storage_volume_m(), 1.0);
    if is_saturated {
        fluxes.storage_evap_ms = 0.0;
    }
    fluxes.soil_perc_ms = at.soil_percolation_ms(soil, fluxes.soil_evap_ms);
    fluxes.drain_ms = mat_flow_ms(at, fluxes.soil_perc_ms);
    if is_saturated && mat_is_full {
        let rate = fluxes.soil_perc_ms.min(fluxes.drain_ms);
        fluxes.soil_perc_ms = rate;
        fluxes.drain_ms = rate;
        fluxes.infiltration_ms = fluxes.infiltration_ms.min(rate);
    } else {
        let through_ms = if mat_is_full { fluxes.soil_perc_ms } else { 0.0 };
        let most = at.storage_volume_m() / dt_s - fluxes.storage_evap_ms + through_ms;
        fluxes.drain_ms = fluxes.drain_ms.min(most.max(0.0));
        let room_ms = (mat.thickness_m - layers.storage_m) * mat.void / dt_s;
        fluxes.soil_perc_ms = fluxes.soil_perc_ms.min(room_ms + fluxes.drain_ms + fluxes.storage_evap_ms);
        let soil_room_ms = (soil.porosity - layers.moisture) * soil.thickness_m / dt_s;
        let most = soil_room_ms + fluxes.soil_perc_ms + fluxes.soil_evap_ms;
        fluxes.infiltration_ms = fluxes.infiltration_ms.min(most);
    }
    fluxes.outflow_ms = at.surface_outflow_ms();
}

/// Flow along the mat by Manning's law for a wide sheet; without a roughness it passes what percolates.
fn mat_flow_ms(at: &Evaluation<'_>, perc_ms: f64) -> f64 {
    let unit = at.unit;
    if unit.mat_alpha <= 0.0 {
        return perc_ms;
    }
    unit.mat_alpha * at.layers.storage_m.powf(5.0 / 3.0) * unit.width_m / unit.one_m2 * unit.storage.void
}

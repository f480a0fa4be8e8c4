//! Permeable pavements: pavers over gravel, with a filter soil between them or none.

use super::Evaluation;
use crate::domains::drainage::lid::design::Pavement;
use crate::domains::drainage::lid::state::LidFluxes;
use crate::domains::drainage::model::LidSoil;

/// Flows of a step. `fluxes` comes with inflow.
pub(super) fn fluxes(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    let Some(pavement) = &at.unit.pavement else { return };
    let (layers, dt_s) = (&at.layers, at.step.dt_s);
    let water_m = layers.pavement_m * pavement.void;
    let soil = at.unit.soil.as_ref();
    let soil_m = soil.map_or(0.0, |s| (layers.moisture - s.wilting_point) * s.thickness_m);
    at.evaporate(fluxes, water_m, soil_m, at.storage_volume_m(), pavement.pervious);
    let soil_is_full = soil.is_some_and(|s| layers.moisture >= s.porosity);
    let pavement_is_full = layers.pavement_m >= pavement.thickness_m;
    let storage_is_full = layers.storage_m >= at.unit.storage.thickness_m;
    if pavement_is_full || soil_is_full {
        fluxes.storage_evap_ms = 0.0;
    }
    let permeability_ms = at.permeability_ms * pavement.pervious;
    fluxes.infiltration_ms = (fluxes.inflow_ms + at.surface_volume_m() / dt_s).min(permeability_ms);
    let most = (water_m / dt_s + fluxes.infiltration_ms - fluxes.pavement_evap_ms).max(0.0);
    fluxes.pavement_perc_ms = permeability_ms.min(most);
    fluxes.soil_perc_ms = soil.map_or(fluxes.pavement_perc_ms, |s| at.soil_percolation_ms(s, fluxes.soil_evap_ms));
    fluxes.exfiltration_ms = at.exfiltration_ms();
    fluxes.drain_ms = at.drain_ms();
    match (soil, storage_is_full, soil_is_full, pavement_is_full) {
        (None, true, _, true) => full_without_soil(fluxes),
        (Some(_), true, true, true) => full(fluxes),
        (Some(_), true, true, false) => full_below(at, pavement, fluxes),
        (Some(_), false, true, true) => full_above(at, fluxes),
        _ => open(at, pavement, soil, fluxes),
    }
    if soil.is_none() {
        fluxes.soil_perc_ms = 0.0;
    }
    fluxes.outflow_ms = at.surface_outflow_ms();
}

/// Pavement and gravel saturated, no soil between them.
fn full_without_soil(fluxes: &mut LidFluxes) {
    let most = fluxes.storage_evap_ms + fluxes.drain_ms + fluxes.exfiltration_ms;
    if fluxes.pavement_perc_ms > most {
        fluxes.pavement_perc_ms = most;
    } else {
        fluxes.exfiltration_ms = fluxes.exfiltration_ms.min(fluxes.pavement_perc_ms);
        fluxes.drain_ms = fluxes.pavement_perc_ms - fluxes.exfiltration_ms;
    }
    fluxes.infiltration_ms = fluxes.infiltration_ms.min(fluxes.pavement_perc_ms);
}

/// Everything saturated: the slowest layer sets one rate.
fn full(fluxes: &mut LidFluxes) {
    let below = fluxes.exfiltration_ms + fluxes.drain_ms;
    let rate = if fluxes.soil_perc_ms < below { fluxes.soil_perc_ms } else { below.min(fluxes.pavement_perc_ms) };
    fluxes.drain_ms = (rate - fluxes.exfiltration_ms).max(0.0);
    fluxes.exfiltration_ms = fluxes.exfiltration_ms.min(rate);
    fluxes.soil_perc_ms = rate;
    fluxes.pavement_perc_ms = rate;
    fluxes.infiltration_ms = fluxes.infiltration_ms.min(rate);
}

/// Soil and gravel saturated, room in the pavement.
fn full_below(at: &Evaluation<'_>, pavement: &Pavement, fluxes: &mut LidFluxes) {
    let below = fluxes.exfiltration_ms + fluxes.drain_ms;
    if fluxes.soil_perc_ms > below {
        fluxes.soil_perc_ms = below;
    } else {
        fluxes.exfiltration_ms = fluxes.exfiltration_ms.min(fluxes.soil_perc_ms);
        fluxes.drain_ms = fluxes.soil_perc_ms - fluxes.exfiltration_ms;
    }
    fluxes.pavement_perc_ms = fluxes.pavement_perc_ms.min(fluxes.soil_perc_ms);
    limit_infiltration(at, pavement, fluxes);
}

/// Pavement and soil saturated over gravel that is not.
fn full_above(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    fluxes.pavement_perc_ms = fluxes.pavement_perc_ms.min(fluxes.soil_perc_ms);
    fluxes.soil_perc_ms = fluxes.pavement_perc_ms;
    fluxes.infiltration_ms = fluxes.infiltration_ms.min(fluxes.pavement_perc_ms);
    let most = at.storage_volume_m() / at.step.dt_s + fluxes.soil_perc_ms - fluxes.storage_evap_ms;
    fluxes.exfiltration_ms = fluxes.exfiltration_ms.min(most.max(0.0));
    if !at.step.swmm {
        // SWMM's drain takes here what the gravel does not hold.
        fluxes.drain_ms = at.limited_drain_ms(fluxes.drain_ms, fluxes.soil_perc_ms, fluxes);
    }
}

/// No two neighbours saturated.
fn open(at: &Evaluation<'_>, pavement: &Pavement, soil: Option<&LidSoil>, fluxes: &mut LidFluxes) {
    let (layers, storage, dt_s) = (&at.layers, &at.unit.storage, at.step.dt_s);
    let most = fluxes.soil_perc_ms - fluxes.storage_evap_ms + at.storage_volume_m() / dt_s;
    fluxes.exfiltration_ms = fluxes.exfiltration_ms.min(most.max(0.0));
    fluxes.drain_ms = at.limited_drain_ms(fluxes.drain_ms, fluxes.soil_perc_ms, fluxes);
    let room_ms = (storage.thickness_m - layers.storage_m) * storage.void / dt_s;
    let mut most = (room_ms + fluxes.storage_evap_ms + fluxes.drain_ms + fluxes.exfiltration_ms).max(0.0);
    if let Some(soil) = soil {
        fluxes.soil_perc_ms = fluxes.soil_perc_ms.min(most);
        most = (soil.porosity - layers.moisture) * soil.thickness_m / dt_s + fluxes.soil_perc_ms;
    }
    fluxes.pavement_perc_ms = fluxes.pavement_perc_ms.min(most);
    limit_infiltration(at, pavement, fluxes);
}

/// Lets no more through the surface than the pavement can take.
fn limit_infiltration(at: &Evaluation<'_>, pavement: &Pavement, fluxes: &mut LidFluxes) {
    let room_ms = (pavement.thickness_m - at.layers.pavement_m) * pavement.void / at.step.dt_s;
    let most = room_ms + fluxes.pavement_perc_ms + fluxes.pavement_evap_ms;
    fluxes.infiltration_ms = fluxes.infiltration_ms.min(most);
}

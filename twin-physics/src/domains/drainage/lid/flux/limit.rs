//! What SWMM's limits leave open: no layer gives water it does not hold or takes water it has no room for.
//!
//! From the top down each layer's outflows are cut, in a fixed order, to what it holds and receives; then from the
//! bottom up its inflow is cut to the room it has. The second pass only adds to layers above, so both hold at the end,
//! and the account of the unit closes without clipping any state. *Source:* conservation of volume, layer by layer.

use super::Evaluation;
use crate::domains::drainage::lid::state::LidFluxes;
use crate::domains::drainage::model::LidKind;

/// Takes `flow` out of `left`, as far as it goes.
fn take(left: &mut f64, flow: &mut f64) {
    *flow = flow.clamp(0.0, left.max(0.0));
    *left -= *flow;
}

/// Cuts flows to what the layers hold and have room for.
pub(super) fn complete(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    give(at, fluxes);
    receive(at, fluxes);
}

/// From the top down: evaporation first, then what goes down, then what runs off.
fn give(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    let (unit, layers, dt_s) = (at.unit, &at.layers, at.step.dt_s);
    let mut left = fluxes.inflow_ms + at.surface_volume_m() / dt_s;
    take(&mut left, &mut fluxes.surface_evap_ms);
    take(&mut left, &mut fluxes.infiltration_ms);
    if unit.kind == LidKind::RooftopDisconnection {
        take(&mut left, &mut fluxes.drain_ms);
    }
    take(&mut left, &mut fluxes.outflow_ms);
    if unit.kind == LidKind::RooftopDisconnection {
        return;
    }
    let mut passed = fluxes.infiltration_ms;
    if let Some(pavement) = &unit.pavement {
        left = passed + layers.pavement_m * pavement.void / dt_s;
        take(&mut left, &mut fluxes.pavement_evap_ms);
        take(&mut left, &mut fluxes.pavement_perc_ms);
        passed = fluxes.pavement_perc_ms;
    }
    if let Some(soil) = &unit.soil {
        left = passed + (layers.moisture - soil.wilting_point) * soil.thickness_m / dt_s;
        take(&mut left, &mut fluxes.soil_evap_ms);
        take(&mut left, &mut fluxes.soil_perc_ms);
        passed = fluxes.soil_perc_ms;
    }
    left = passed + at.storage_volume_m() / dt_s;
    take(&mut left, &mut fluxes.storage_evap_ms);
    take(&mut left, &mut fluxes.exfiltration_ms);
    take(&mut left, &mut fluxes.drain_ms);
}

/// From the bottom up: what does not fit stays above.
fn receive(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    let (unit, layers, dt_s) = (at.unit, &at.layers, at.step.dt_s);
    if unit.kind == LidKind::RooftopDisconnection {
        return;
    }
    let room = (unit.storage.thickness_m - layers.storage_m) * unit.storage.void / dt_s;
    let mut most = room + fluxes.storage_evap_ms + fluxes.exfiltration_ms + fluxes.drain_ms;
    if let Some(soil) = &unit.soil {
        fluxes.soil_perc_ms = fluxes.soil_perc_ms.min(most);
        let room = (soil.porosity - layers.moisture) * soil.thickness_m / dt_s;
        most = room + fluxes.soil_evap_ms + fluxes.soil_perc_ms;
    }
    if let Some(pavement) = &unit.pavement {
        fluxes.pavement_perc_ms = fluxes.pavement_perc_ms.min(most);
        let room = (pavement.thickness_m - layers.pavement_m) * pavement.void / dt_s;
        most = room + fluxes.pavement_evap_ms + fluxes.pavement_perc_ms;
    }
    fluxes.infiltration_ms = fluxes.infiltration_ms.min(most);
}

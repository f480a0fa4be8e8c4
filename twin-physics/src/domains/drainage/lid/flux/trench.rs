//! Infiltration trenches: gravel open to the surface.

use super::Evaluation;
use crate::domains::drainage::lid::state::LidFluxes;

/// Flows of a step. `fluxes` comes with inflow, and with the native rate as infiltration.
pub(super) fn fluxes(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    let (layers, storage, dt_s) = (&at.layers, &at.unit.storage, at.step.dt_s);
    at.evaporate(fluxes, 0.0, 0.0, at.storage_volume_m(), 1.0);
    if layers.surface_m > 0.0 {
        fluxes.storage_evap_ms = 0.0;
    }
    let mut into_ms = fluxes.inflow_ms + at.surface_volume_m() / dt_s;
    let most = into_ms - fluxes.storage_evap_ms + at.storage_volume_m() / dt_s;
    fluxes.exfiltration_ms = at.exfiltration_ms().min(most).max(0.0);
    fluxes.drain_ms = at.limited_drain_ms(at.drain_ms(), into_ms, fluxes);
    let room_ms = (storage.thickness_m - layers.storage_m) * storage.void / dt_s;
    into_ms = into_ms.min(room_ms + fluxes.exfiltration_ms + fluxes.storage_evap_ms + fluxes.drain_ms);
    fluxes.infiltration_ms = into_ms;
    fluxes.outflow_ms = at.surface_outflow_ms();
}

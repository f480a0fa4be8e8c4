//! Rain barrels and rooftop disconnection: one store each.
//!
//! *Source:* EPA/600/R-16/093, chapter 6, and SWMM 5.2.4.

use super::Evaluation;
use crate::domains::drainage::lid::design::Unit;
use crate::domains::drainage::lid::state::LidFluxes;

/// Flows of a barrel: its spigot opens some time after rain; what does not fit runs over.
pub(super) fn barrel(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    let (unit, level_m, dt_s) = (at.unit, at.layers.storage_m, at.step.dt_s);
    fluxes.infiltration_ms = 0.0;
    if let Some(drain) = &unit.drain {
        let head_m = level_m - drain.offset_m;
        if head_m > 0.0 && (drain.delay_s == 0.0 || at.state.dry_s >= drain.delay_s) {
            fluxes.drain_ms = at.drain_ms().min(head_m / dt_s);
        }
    }
    let most = (unit.storage.thickness_m - level_m) / dt_s + fluxes.drain_ms;
    fluxes.infiltration_ms = fluxes.inflow_ms.min(most);
}

/// Flows of a roof: overland flow, of which gutters and downspouts carry up to their limit.
pub(super) fn roof(at: &Evaluation<'_>, fluxes: &mut LidFluxes) {
    fluxes.infiltration_ms = 0.0;
    at.evaporate(fluxes, 0.0, 0.0, 0.0, 1.0);
    if at.unit.surface.alpha > 0.0 {
        fluxes.outflow_ms = at.surface_outflow_ms();
    }
    fluxes.drain_ms = roof_drain_limit_ms(at.unit).min(fluxes.outflow_ms);
    fluxes.outflow_ms -= fluxes.drain_ms;
}

/// Largest flow of a roof drain [m/s].
pub(super) fn roof_drain_limit_ms(unit: &Unit) -> f64 {
    unit.drain.as_ref().map_or(0.0, |d| d.coefficient * d.flow_factor)
}

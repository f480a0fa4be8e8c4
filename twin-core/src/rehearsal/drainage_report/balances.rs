//! Balances and what happened above the pipes.

use super::Teller;
use crate::io::swmm_rpt::{
    GroundwaterContinuity, GroundwaterRow, LidRow, RdiiSummary, RoutingContinuity, RunoffContinuity, SubcatchmentRow,
};

/// Volume over land, and as depth over an area.
fn over(t: &Teller<'_>, m3: f64, area_m2: f64) -> [f64; 2] {
    [t.land_volume(m3), if area_m2 > 0.0 { t.depth(m3 / area_m2) } else { 0.0 }]
}

fn both(t: &Teller<'_>, m3: f64) -> [f64; 2] {
    [t.land_volume(m3), t.litres(m3)]
}

pub(super) fn runoff(t: &Teller<'_>) -> RunoffContinuity {
    let (drainage, state) = (t.facts.drainage, t.facts.state);
    let totals = &state.hydrology.totals;
    let stored = drainage.hydrology.stored(&state.hydrology);
    let area_m2: f64 = t.model().subcatchments.iter().map(|s| s.area_m2).sum();
    let pair = |m3: f64| over(t, m3, area_m2);
    let snows = !(t.model().snowpacks.is_empty() || t.model().options.ignore.snowmelt);
    let snow = [totals.initial_snow_m3, totals.snow_removed_m3.value(), stored.snow_m3].map(pair);
    RunoffContinuity {
        initial_lid_storage: pair(totals.initial_storage_m3),
        snow: snows.then_some(snow),
        precipitation: pair(totals.rain_m3.value()),
        outfall_runon: pair(totals.runon_m3.value()),
        evaporation: pair(totals.evaporation_m3.value()),
        infiltration: pair(totals.infiltration_m3.value()),
        runoff: pair(totals.runoff_m3.value()),
        lid_drainage: pair(totals.drains_m3.value()),
        final_storage: pair(stored.surface_m3),
        error_percent: 100.0 * totals.continuity_error(stored),
    }
}

pub(super) fn groundwater(t: &Teller<'_>) -> Option<GroundwaterContinuity> {
    let (drainage, state) = (t.facts.drainage, t.facts.state);
    let area_m2: f64 = drainage.hydrology.aquifers.iter().map(|a| a.area_m2).sum();
    if area_m2 <= 0.0 || t.model().options.ignore.groundwater {
        return None;
    }
    let totals = &state.hydrology.groundwater_totals;
    let stored_m3 = drainage.hydrology.groundwater_stored_m3(t.model(), &state.hydrology);
    let pair = |m3: f64| over(t, m3, area_m2);
    Some(GroundwaterContinuity {
        initial_storage: pair(totals.initial_m3),
        infiltration: pair(totals.infiltration_m3.value()),
        upper_zone_et: pair(totals.upper_evaporation_m3.value()),
        lower_zone_et: pair(totals.lower_evaporation_m3.value()),
        deep_percolation: pair(totals.deep_m3.value()),
        groundwater_flow: pair(totals.lateral_m3.value()),
        final_storage: pair(stored_m3),
        error_percent: 100.0 * totals.continuity_error(stored_m3),
    })
}

pub(super) fn routing(t: &Teller<'_>) -> RoutingContinuity {
    let totals = &t.facts.state.totals;
    let stored_m3 = t.facts.drainage.stored_m3(t.facts.state);
    let pair = |m3: f64| both(t, m3);
    RoutingContinuity {
        dry_weather_inflow: pair(totals.dry_weather.value()),
        wet_weather_inflow: pair(totals.wet_weather.value()),
        groundwater_inflow: pair(totals.groundwater.value()),
        rdii_inflow: pair(totals.rdii.value()),
        external_inflow: pair(totals.external.value() + totals.exchange.value()),
        external_outflow: pair(totals.outflow.value()),
        flooding_loss: pair(totals.flooding.value()),
        evaporation_loss: pair(totals.evaporation.value()),
        exfiltration_loss: pair(totals.seepage.value()),
        initial_stored: pair(totals.initial_m3),
        final_stored: pair(stored_m3),
        error_percent: totals.continuity_percent(stored_m3),
    }
}

pub(super) fn rdii(t: &Teller<'_>) -> RdiiSummary {
    let rdii = &t.facts.state.hydrology.rdii;
    RdiiSummary { rainfall: both(t, rdii.rain_m3.value()), rdii: both(t, rdii.rdii_m3.value()) }
}

pub(super) fn subcatchments(t: &Teller<'_>) -> Vec<SubcatchmentRow> {
    let all = t.model().subcatchments.iter().zip(&t.facts.state.hydrology.statistics);
    let row = |(s, seen): (&_, &twin_physics::domains::drainage::hydrology::CatchmentStatistics)| {
        let s: &twin_physics::domains::drainage::model::Subcatchment = s;
        let depth = |m3: f64| t.depth(m3 / s.area_m2);
        let entered_m3 = seen.rain_m3 + seen.runon_m3;
        SubcatchmentRow {
            name: s.id.clone(),
            precipitation: depth(seen.rain_m3),
            runon: depth(seen.runon_m3),
            evaporation: depth(seen.evaporation_m3),
            infiltration: depth(seen.infiltration_m3),
            impervious_runoff: depth(seen.impervious_runoff_m3),
            pervious_runoff: depth(seen.pervious_runoff_m3),
            runoff: depth(seen.runoff_m3),
            runoff_volume: t.litres(seen.runoff_m3),
            peak_runoff: t.flow(seen.peak_runoff_m3s),
            coefficient: if entered_m3 > 0.0 { seen.runoff_m3 / entered_m3 } else { 0.0 },
        }
    };
    all.filter(|(s, _)| s.area_m2 > 0.0).map(row).collect()
}

pub(super) fn lids(t: &Teller<'_>) -> Vec<LidRow> {
    let (model, lids, states) = (t.model(), &t.facts.drainage.hydrology.lids, &t.facts.state.hydrology.lids);
    let mut rows = Vec::new();
    for (at, s) in model.subcatchments.iter().enumerate() {
        for (unit, used) in lids.range(at).zip(s.lid_units.iter().filter(|u| u.count > 0)) {
            let b = &states[unit].balance;
            let entered_m = b.inflow_m.value() + b.initial_m;
            rows.push(LidRow {
                subcatchment: s.id.clone(),
                control: model.lid_controls[used.control.at()].id.clone(),
                inflow: t.depth(b.inflow_m.value()),
                evaporation: t.depth(b.evaporation_m.value()),
                infiltration: t.depth(b.infiltration_m.value()),
                surface_outflow: t.depth(b.surface_m.value()),
                drain_outflow: t.depth(b.drain_m.value()),
                initial_storage: t.depth(b.initial_m),
                final_storage: t.depth(b.stored_m),
                error_percent: if entered_m > 0.0 { -100.0 * b.residual_m() / entered_m } else { 0.0 },
            });
        }
    }
    rows
}

pub(super) fn aquifers(t: &Teller<'_>) -> Vec<GroundwaterRow> {
    if t.model().options.ignore.groundwater {
        return Vec::new();
    }
    let (hydrology, state) = (&t.facts.drainage.hydrology, &t.facts.state.hydrology);
    let all = hydrology.aquifers.iter().zip(&state.groundwater).zip(&state.aquifer_statistics);
    let row = |((a, now), seen): ((&_, &_), &twin_physics::domains::drainage::hydrology::AquiferStatistics)| {
        let a: &twin_physics::domains::drainage::hydrology::AquiferData = a;
        let now: &twin_physics::domains::drainage::hydrology::GroundwaterState = now;
        let mean = |sum: f64| if seen.time_s > 0.0 { sum / seen.time_s } else { 0.0 };
        GroundwaterRow {
            name: t.model().subcatchments[a.catchment as usize].id.clone(),
            infiltration: t.depth(seen.infiltration_m),
            evaporation: t.depth(seen.evaporation_m),
            lower_seepage: t.depth(seen.deep_m),
            lateral_outflow: t.depth(seen.lateral_m),
            max_lateral_outflow: t.flow(seen.peak_lateral_ms * a.area_m2),
            average_moisture: mean(seen.moisture_s),
            average_water_table: t.length(mean(seen.water_table_ms)),
            final_moisture: now.moisture,
            final_water_table: t.length(a.bottom_m + now.lower_depth_m),
        }
    };
    all.map(row).collect()
}

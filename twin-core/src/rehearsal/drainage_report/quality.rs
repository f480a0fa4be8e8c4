//! Balances and tables of pollutants.

use twin_physics::units::M3_PER_FT3;

use super::Teller;
use crate::bindings::drainage::{Units, load_of_unit};
use crate::io::swmm_inp::deck::ConcentrationUnits as DeckUnits;
use crate::io::swmm_out::{ConcentrationUnits, PollutantEntry};
use crate::io::swmm_rpt::{LoadRow, LoadingContinuity, QualityContinuity};

/// Difference between what came and what went that tells nothing: of surfaces in lbs, kg or counts, and of the network
/// in units of concentration times ft³; SWMM's.
const NO_DIFFERENCE: f64 = 1e-3;

/// Pollutants in the order of all loads; listed even where quality is left out, as SWMM's table of outfalls has them.
pub(super) fn pollutants(t: &Teller<'_>) -> Vec<PollutantEntry> {
    let entry = |p: &crate::io::inp::Row<crate::io::swmm_inp::deck::Pollutant>| PollutantEntry {
        name: p.id.clone(),
        units: match p.units {
            DeckUnits::MgPerL => ConcentrationUnits::MgPerL,
            DeckUnits::UgPerL => ConcentrationUnits::UgPerL,
            DeckUnits::CountPerL => ConcentrationUnits::CountsPerL,
        },
    };
    t.facts.deck.pollutants.iter().map(entry).collect()
}

/// Load of a pound, a kilogram or a count of each pollutant.
fn units(t: &Teller<'_>) -> Vec<f64> {
    let flow = t.facts.deck.options.flow_units;
    // The mass of SWMM's pound, which the model was bound with.
    let units = if t.compat() { Units::of_swmm(flow) } else { t.units };
    t.facts.deck.pollutants.iter().map(|p| load_of_unit(p.units, &units)).collect()
}

fn told(error_percent: f64, entered: f64, left: f64, least: f64) -> f64 {
    if (entered - left).abs() < least { 0.0 } else { error_percent }
}

/// Loads on the surfaces, where there are any.
pub(super) fn surfaces(t: &Teller<'_>) -> Vec<LoadingContinuity> {
    if t.model().subcatchments.is_empty() {
        return Vec::new();
    }
    let (quality, state) = (&t.facts.drainage.quality, &t.facts.state.quality);
    let row = |(p, (account, unit)): (usize, (&_, f64))| {
        let a: &twin_physics::domains::drainage::quality::RunoffLoads = account;
        let on_surfaces = quality.on_surfaces(state, p);
        // In SWMM what falls dry remains.
        let remaining = on_surfaces + a.dried.value();
        let entered = a.initial + a.buildup.value() + a.deposition.value();
        let left = entered - a.expected() + on_surfaces;
        LoadingContinuity {
            initial_buildup: a.initial / unit,
            surface_buildup: a.buildup.value() / unit,
            wet_deposition: a.deposition.value() / unit,
            sweeping_removal: a.sweeping.value() / unit,
            infiltration_loss: a.infiltration.value() / unit,
            bmp_removal: a.bmp.value() / unit,
            surface_runoff: a.runoff.value() / unit,
            remaining_buildup: remaining / unit,
            error_percent: told(a.continuity_percent(on_surfaces), entered, left, NO_DIFFERENCE * unit),
        }
    };
    state.surfaces.iter().zip(units(t)).enumerate().map(row).collect()
}

/// Loads in the network.
pub(super) fn network(t: &Teller<'_>) -> Vec<QualityContinuity> {
    if t.model().nodes.is_empty() || t.model().options.ignore.routing {
        return Vec::new();
    }
    let (quality, state) = (&t.facts.drainage.quality, t.facts.state);
    let row = |(p, (account, unit)): (usize, (&_, f64))| {
        let a: &twin_physics::domains::drainage::quality::RoutingLoads = account;
        let stored = quality.stored(&state.network, state.engine.reactors(), &state.quality, p);
        let difference = a.expected() - stored;
        QualityContinuity {
            dry_weather_inflow: a.dry_weather.value() / unit,
            wet_weather_inflow: a.wet_weather.value() / unit,
            groundwater_inflow: a.groundwater.value() / unit,
            rdii_inflow: a.rdii.value() / unit,
            external_inflow: (a.external.value() + a.exchange.value()) / unit,
            external_outflow: a.outflow.value() / unit,
            flooding_loss: a.flooding.value() / unit,
            exfiltration_loss: a.seepage.value() / unit,
            mass_reacted: a.reacted.value() / unit,
            initial_stored: a.initial / unit,
            // In SWMM what falls dry remains.
            final_stored: (stored + a.dried.value()) / unit,
            error_percent: told(a.continuity_percent(stored), difference, 0.0, NO_DIFFERENCE * M3_PER_FT3),
        }
    };
    state.quality.network.iter().zip(units(t)).enumerate().map(row).collect()
}

/// A table of loads, `row * pollutants + pollutant`, in rows by name.
fn rows<'a>(t: &Teller<'_>, names: impl Iterator<Item = &'a String>, loads: &[f64]) -> Vec<LoadRow> {
    let (pollutants, units) = (t.facts.drainage.quality.pollutants(), units(t));
    if pollutants == 0 {
        return Vec::new();
    }
    let row = |(name, loads): (&String, &[f64])| LoadRow {
        name: name.clone(),
        loads: loads.iter().zip(&units).map(|(load, unit)| load / unit).collect(),
    };
    names.zip(loads.chunks(pollutants)).map(row).collect()
}

/// Loads that left each subcatchment.
pub(super) fn washoff(t: &Teller<'_>) -> Vec<LoadRow> {
    rows(t, t.model().subcatchments.iter().map(|s| &s.id), &t.facts.state.quality.washed)
}

/// Loads that each link has carried.
pub(super) fn carried(t: &Teller<'_>) -> Vec<LoadRow> {
    rows(t, t.model().links.iter().map(|l| &l.id), &t.facts.state.quality.carried)
}

/// Loads that left by the outfalls, in the order of the nodes; nothing where quality is left out.
pub(super) fn outfalls(t: &Teller<'_>) -> impl Iterator<Item = Vec<f64>> {
    let units = units(t);
    let none = vec![0.0; units.len()];
    let mut loads = t.facts.statistics.outfall_loads.chunks(units.len().max(1));
    std::iter::repeat_with(move || loads.next().unwrap_or(&none).iter().zip(&units).map(|(v, unit)| v / unit).collect())
}

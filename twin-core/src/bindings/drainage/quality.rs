//! Pollutants, land uses and treatment of a deck.

use twin_physics::domains::drainage::model as m;

use super::{Binder, Units, expression};
use crate::io::inp::Row;
use crate::io::swmm_inp::deck as d;

/// Own units of a pollutant in a milligram (or a count) of it: loads are concentration times m³.
fn load_of_mass(units: d::ConcentrationUnits) -> f64 {
    match units {
        // mg/L · m³ = g.
        d::ConcentrationUnits::MgPerL | d::ConcentrationUnits::CountPerL => 1e-3,
        // µg/L · m³ = mg.
        d::ConcentrationUnits::UgPerL => 1.0,
    }
}

/// Load, in a pollutant's own unit times m³, of one lb, kg or (units `#/L`) count.
#[must_use]
pub fn load_of_unit(concentration: d::ConcentrationUnits, units: &Units) -> f64 {
    let mass = if concentration == d::ConcentrationUnits::CountPerL { 1.0 } else { units.mass_mg };
    mass * load_of_mass(concentration)
}

/// Load of one unit of build-up.
fn load_of_buildup(binder: &Binder<'_>, pollutant: d::PollutantIx) -> f64 {
    load_of_unit(binder.deck.pollutants[pollutant.0].units, &binder.units)
}

/// Pollutants.
pub fn pollutants(binder: &Binder<'_>) -> Vec<m::Pollutant> {
    let one = |p: &Row<d::Pollutant>| m::Pollutant {
        id: p.id.clone(),
        unit: match p.units {
            d::ConcentrationUnits::MgPerL => m::ConcentrationUnit::MgPerL,
            d::ConcentrationUnits::UgPerL => m::ConcentrationUnit::UgPerL,
            d::ConcentrationUnits::CountPerL => m::ConcentrationUnit::CountPerL,
        },
        rain: p.rain,
        groundwater: p.groundwater,
        rdii: p.rdii,
        dry_weather: p.dry_weather,
        initial: p.initial,
        decay_per_s: p.decay / 86_400.0,
        snow_only: p.snow_only,
        co_pollutant: p.co_pollutant.map(|c| (m::PollutantIx::new(c.0), p.co_fraction)),
    };
    binder.deck.pollutants.iter().map(one).collect()
}

/// Build-up at the start of a subcatchment [own unit · m³ per m²].
pub fn initial_buildup(binder: &Binder<'_>, loadings: &[(d::PollutantIx, f64)]) -> Vec<f64> {
    if loadings.is_empty() {
        return Vec::new();
    }
    let mut out = vec![0.0; binder.deck.pollutants.len()];
    for (pollutant, amount) in loadings {
        out[pollutant.0] = amount * load_of_buildup(binder, *pollutant) / binder.units.land_m2;
    }
    out
}

/// Land uses.
pub fn land_uses(binder: &Binder<'_>) -> Vec<m::LandUse> {
    let count = binder.deck.pollutants.len();
    let one = |land: &Row<d::Landuse>| {
        let mut bound = m::LandUse {
            id: land.id.clone(),
            sweep_interval_d: land.sweep_interval_days,
            sweep_availability: land.sweep_availability,
            last_swept_d: land.last_swept_days,
            buildup: vec![None; count],
            washoff: vec![None; count],
        };
        for row in &land.buildup {
            bound.buildup[row.pollutant.0] = buildup(binder, row);
        }
        for row in &land.washoff {
            bound.washoff[row.pollutant.0] = washoff(binder, row);
        }
        bound
    };
    binder.deck.landuses.iter().map(one).collect()
}

fn buildup(binder: &Binder<'_>, row: &d::Buildup) -> Option<m::Buildup> {
    let per_curb = row.per == d::Normalizer::Curb;
    // Per area of the deck's land unit; per curb in whatever unit curbs are given.
    let unit = load_of_buildup(binder, row.pollutant) / if per_curb { 1.0 } else { binder.units.land_m2 };
    let law = match row.function {
        d::BuildupFunction::None => return None,
        d::BuildupFunction::Power { max, rate, exponent } => {
            m::BuildupLaw::Power { max: max * unit, rate: rate * unit, exponent }
        }
        d::BuildupFunction::Exponential { max, rate } => {
            m::BuildupLaw::Exponential { max: max * unit, rate_per_d: rate }
        }
        d::BuildupFunction::Saturation { max, half_days } => {
            m::BuildupLaw::Saturation { max: max * unit, half_d: half_days }
        }
        d::BuildupFunction::External { max, scaling, series } => {
            m::BuildupLaw::External { max: max * unit, factor: scaling * unit, series: m::SeriesIx::new(series.0) }
        }
    };
    Some(m::Buildup { law, per_curb })
}

fn washoff(binder: &Binder<'_>, row: &d::Washoff) -> Option<m::Washoff> {
    let units = binder.deck.pollutants[row.pollutant.0].units;
    let law = match row.function {
        d::WashoffFunction::None => return None,
        d::WashoffFunction::Exponential { coefficient, exponent } => {
            m::WashoffLaw::Exponential { coefficient, exponent, rate_factor: 1.0 / binder.units.rate_ms }
        }
        d::WashoffFunction::Rating { coefficient, exponent } => m::WashoffLaw::Rating {
            coefficient,
            exponent,
            flow_factor: 1.0 / binder.units.flow_m3s,
            // Mass in the pollutant's own unit (mg, µg, counts) per second.
            load_factor: match units {
                d::ConcentrationUnits::UgPerL => 1e-3,
                _ => load_of_mass(units),
            },
        },
        d::WashoffFunction::Emc(concentration) => m::WashoffLaw::Emc { concentration },
    };
    Some(m::Washoff {
        law,
        sweep_efficiency: row.sweep_efficiency_pct / 100.0,
        bmp_efficiency: row.bmp_efficiency_pct / 100.0,
    })
}

/// Treatment at a node.
pub fn treatment(binder: &Binder<'_>, treatment: &d::Treatment) -> m::Treatment {
    let u = &binder.units;
    let variable = |v: d::TreatmentVariable| {
        expression::one(match v {
            d::TreatmentVariable::ResidenceTime => m::TreatmentVariable::ResidenceTime,
            d::TreatmentVariable::Step => m::TreatmentVariable::Step,
            d::TreatmentVariable::Flow => m::TreatmentVariable::Flow(1.0 / u.flow_m3s),
            d::TreatmentVariable::Depth => m::TreatmentVariable::Depth(1.0 / u.length_m),
            d::TreatmentVariable::Area => m::TreatmentVariable::Area(1.0 / u.area_m2()),
            d::TreatmentVariable::Concentration(p) => m::TreatmentVariable::Concentration(m::PollutantIx::new(p.0)),
            d::TreatmentVariable::Removal(p) => m::TreatmentVariable::Removal(m::PollutantIx::new(p.0)),
        })
    };
    m::Treatment {
        removal: treatment.kind == d::TreatmentKind::Removal,
        formula: expression::program(&treatment.expression, &variable),
    }
}

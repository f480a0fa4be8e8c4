//! What a quality model may say.

use super::super::model::{DrainageModel, InflowKind, PollutantIx};
use super::super::network::ModelError;

/// Checks references and numbers.
pub(super) fn model(model: &DrainageModel) -> Result<(), ModelError> {
    let (pollutants, lands) = (model.pollutants.len(), model.land_uses.len());
    for p in &model.pollutants {
        let element = format!("pollutant {}", p.id);
        let given = [p.rain, p.groundwater, p.rdii, p.dry_weather, p.initial];
        if let Some(bad) = given.into_iter().find(|c| !c.is_finite() || *c < 0.0) {
            return Err(value(element, "a concentration", bad, "0 or more"));
        }
        if !p.decay_per_s.is_finite() {
            return Err(value(element, "its decay", p.decay_per_s, "a finite number"));
        }
        if let Some((with, share)) = p.co_pollutant {
            reference(&element, with, pollutants)?;
            if !share.is_finite() || share < 0.0 {
                return Err(value(element, "the share of its co-pollutant", share, "0 or more"));
            }
        }
    }
    for land in &model.land_uses {
        let element = format!("land use {}", land.id);
        let shares = land.washoff.iter().flatten().flat_map(|w| [w.sweep_efficiency, w.bmp_efficiency]);
        if let Some(bad) = shares.chain([land.sweep_availability]).find(|s| !(0.0..=1.0).contains(s)) {
            return Err(value(element, "an efficiency", bad, "between 0 and 1"));
        }
        if !land.sweep_interval_d.is_finite() || land.sweep_interval_d < 0.0 {
            return Err(value(element, "its sweeping interval", land.sweep_interval_d, "0 or more"));
        }
    }
    for catchment in &model.subcatchments {
        let element = || format!("subcatchment {}", catchment.id);
        for (land, share) in &catchment.coverage {
            if land.at() >= lands {
                let (index, count) = (land.0, lands);
                return Err(ModelError::Reference { element: element(), kind: "land use", index, count });
            }
            if !(0.0..=1.0).contains(share) {
                return Err(value(element(), "the share of a land use", *share, "between 0 and 1"));
            }
        }
    }
    for inflow in &model.inflows {
        if let InflowKind::Concentration(p) | InflowKind::Mass(p) = inflow.kind {
            reference("an inflow", p, pollutants)?;
        }
    }
    Ok(())
}

fn value(element: String, what: &'static str, value: f64, must_be: &'static str) -> ModelError {
    ModelError::Value { element, what, value, must_be }
}

pub(super) fn reference(element: &str, p: PollutantIx, count: usize) -> Result<(), ModelError> {
    if p.at() < count {
        return Ok(());
    }
    Err(ModelError::Reference { element: element.to_owned(), kind: "pollutant", index: p.0, count })
}

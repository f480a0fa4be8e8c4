//! The hydrology of a model, compiled once; the state at the start.
//!
//! *Source:* Rossman & Huber (2016), *Storm Water Management Model Reference Manual*, vol. I Hydrology,
//! EPA/600/R-15/162A, chapter 3.

use super::super::lid::Lids;
use super::super::model::{DrainageModel, Rule};
use super::climate::ClimateState;
use super::error::HydrologyError;
use super::gage::GageState;
use super::groundwater::AquiferData;
use super::rdii::RdiiData;
use super::state::{CatchmentState, HydrologyState, StepVolumes, Wetness};
use super::surface::CatchmentData;
use super::totals::{AquiferStatistics, CatchmentStatistics, GroundwaterTotals, RunoffTotals};
use super::{RdiiState, SnowState, snow};

/// The hydrology of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Hydrology {
    /// Catchments, as in the model.
    pub catchments: Vec<CatchmentData>,
    /// Groundwater of the catchments that have it.
    pub aquifers: Vec<AquiferData>,
    /// LID units.
    pub lids: Lids,
    pub(super) rdii: RdiiData,
    /// Whether a gage is read by a catchment or a unit hydrograph.
    pub(super) gage_used: Vec<bool>,
    /// Outfalls that discharge onto a catchment: node, catchment.
    pub(super) outfalls: Vec<(u32, u32)>,
    pub(super) wet_step_s: f64,
    pub(super) dry_step_s: f64,
    nodes: usize,
}

impl Hydrology {
    /// Checks and compiles everything above the pipes.
    ///
    /// # Errors
    /// What has no answer, named with its element.
    pub fn new(model: &DrainageModel) -> Result<Self, HydrologyError> {
        for at in &model.subcatchments {
            if !at.area_m2.is_finite() || at.area_m2 < 0.0 {
                return Err(HydrologyError::new("subcatchment", &at.id, "needs an area that is not negative"));
            }
        }
        let lids =
            Lids::new(model).map_err(|e| HydrologyError { element: "LID units".into(), problem: e.to_string() })?;
        check_climate(model)?;
        let mut catchments = Vec::with_capacity(model.subcatchments.len());
        let mut aquifers = Vec::new();
        for index in 0..model.subcatchments.len() {
            let mut data = CatchmentData::new(model, index, lids.area_m2(index))?;
            let open_m2 = (1.0 - data.impervious) * data.open_m2 + lids.pervious_area_m2(index);
            let pervious = if data.lid_m2 > 0.0 { (open_m2 / data.area_m2).min(1.0) } else { 1.0 - data.impervious };
            if !model.options.ignore.groundwater
                && let Some(aquifer) = AquiferData::new(model, index, pervious)?
            {
                data.aquifer = Some(aquifers.len() as u32);
                aquifers.push(aquifer);
            }
            catchments.push(data);
        }
        for pack in &model.snowpacks {
            check_pack(model, pack)?;
        }
        let gage_used = gages_in_use(model);
        // SWMM lets no wet step exceed the interval of a series gage, and no dry step fall below the wet one.
        let series = model.gages.iter().zip(&gage_used).filter(|(g, used)| **used && !g.from_file);
        let wet_step_s = series.map(|(g, _)| g.interval_s).fold(model.options.wet_step_s, f64::min);
        if wet_step_s.is_nan() || wet_step_s <= 0.0 {
            return Err(HydrologyError::new("option", "WET_STEP", "needs a wet step and gage intervals above 0"));
        }
        let rdii = RdiiData::new(model, wet_step_s)?;
        Ok(Self {
            rdii,
            outfalls: outfalls_onto_catchments(model)?,
            catchments,
            aquifers,
            lids,
            gage_used,
            wet_step_s,
            dry_step_s: model.options.dry_step_s.max(model.options.wet_step_s),
            nodes: model.nodes.len(),
        })
    }

    /// Wet runoff step in force, which may be shorter than the option's [s].
    #[must_use]
    pub fn wet_step_s(&self) -> f64 {
        self.wet_step_s
    }

    /// Number of nodes that lateral inflow is given for.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// Lets gages follow their records although no catchment hears them.
    pub fn hear(&mut self, gages: impl IntoIterator<Item = usize>) {
        for gage in gages {
            self.gage_used[gage] = true;
        }
    }

    /// State at the start of a run.
    #[must_use]
    pub fn initial(&self, model: &DrainageModel) -> HydrologyState {
        let climate = ClimateState::start(model);
        let gages = model.gages.iter().map(|g| GageState::start(g, 1.0)).collect();
        let snow: Vec<SnowState> = (0..self.catchments.len()).map(|c| self.initial_snow(model, c)).collect();
        let mut state = HydrologyState {
            old_time_s: 0.0,
            time_s: 0.0,
            wetness: Wetness { lids: self.lids.is_wet_at_start(), ..Wetness::default() },
            climate,
            gages,
            catchments: self.catchments.iter().zip(&snow).map(|(c, s)| initial_catchment(c, s)).collect(),
            snow,
            groundwater: self.aquifers.iter().map(|a| a.initial(&model.aquifers[a.aquifer as usize])).collect(),
            lids: self.lids.initial(),
            rdii: if self.rdii.gages().is_empty() { RdiiState::default() } else { self.rdii.initial(model) },
            totals: RunoffTotals::default(),
            groundwater_totals: GroundwaterTotals::default(),
            statistics: vec![CatchmentStatistics::default(); self.catchments.len()],
            aquifer_statistics: vec![AquiferStatistics::default(); self.aquifers.len()],
            peak_runoff_m3s: 0.0,
        };
        let stored = self.stored(&state);
        state.totals.initial_storage_m3 = stored.surface_m3;
        state.totals.initial_snow_m3 = stored.snow_m3;
        state.groundwater_totals.initial_m3 = self.groundwater_stored_m3(model, &state);
        state
    }

    fn initial_snow(&self, model: &DrainageModel, catchment: usize) -> SnowState {
        match model.subcatchments[catchment].snowpack {
            Some(pack) => snow::start(&model.snowpacks[pack.at()], self.catchments[catchment].impervious),
            None => SnowState::default(),
        }
    }
}

fn initial_catchment(data: &CatchmentData, pack: &SnowState) -> CatchmentState {
    let snow_m = snow::depth_m(pack);
    CatchmentState {
        depth_m: [0.0; 3],
        subarea_runoff_ms: [0.0; 3],
        inflow_ms: [0.0; 3],
        soil: data.law.initial(),
        rain_ms: 0.0,
        runon_ms: 0.0,
        old_runoff_m3s: 0.0,
        runoff_m3s: 0.0,
        generated_ms: 0.0,
        evaporation_ms: 0.0,
        infiltration_ms: 0.0,
        old_snow_m: 0.0,
        snow_m,
        old_drain_m3s: 0.0,
        drain_m3s: 0.0,
        lid_return_m3s: 0.0,
        transit_m3s: 0.0,
        volumes: StepVolumes::default(),
    }
}

fn gages_in_use(model: &DrainageModel) -> Vec<bool> {
    let mut used = vec![false; model.gages.len()];
    let by_catchments = model.subcatchments.iter().filter_map(|s| s.gage);
    // SWMM takes a gage that rules alone read for dry.
    let by_rules = model.rules.iter().filter(|_| !model.options.defects.others).flat_map(Rule::gages);
    for gage in by_catchments.chain(model.unit_hydrographs.iter().filter_map(|u| u.gage)).chain(by_rules) {
        if let Some(flag) = used.get_mut(gage.at()) {
            *flag = true;
        }
    }
    used
}

fn outfalls_onto_catchments(model: &DrainageModel) -> Result<Vec<(u32, u32)>, HydrologyError> {
    use super::super::model::NodeKind;
    let mut pairs = Vec::new();
    for (at, node) in model.nodes.iter().enumerate() {
        let NodeKind::Outfall(outfall) = &node.kind else { continue };
        let Some(catchment) = outfall.route_to else { continue };
        if catchment.at() >= model.subcatchments.len() {
            return Err(HydrologyError::new("outfall", &node.id, "is routed to a subcatchment that does not exist"));
        }
        pairs.push((at as u32, catchment.0));
    }
    Ok(pairs)
}

fn check_climate(model: &DrainageModel) -> Result<(), HydrologyError> {
    use super::super::model::{Evaporation, Temperature, Wind};
    let (climate, series) = (&model.climate, model.series.len());
    let fail = |problem: &str| Err(HydrologyError::new("section", "climate", problem));
    let missing = |s: super::super::model::SeriesIx| s.at() >= series;
    if matches!(climate.evaporation, Evaporation::Series(s, _) if missing(s))
        || matches!(climate.temperature, Temperature::Series(s, ..) if missing(s))
    {
        return fail("names a time series that does not exist");
    }
    let from_file = matches!(climate.evaporation, Evaporation::File(_) | Evaporation::Temperature)
        || matches!(climate.temperature, Temperature::File)
        || matches!(climate.wind, Wind::File);
    if from_file && climate.daily.is_empty() {
        return fail("takes values from a climate file, but there is none");
    }
    let snow = &climate.snow;
    if !(0.0..=1.0).contains(&snow.antecedent_weight) || !(0.0..=1.0).contains(&snow.negative_melt_ratio) {
        return fail("needs snow melt weights between 0 and 1");
    }
    if snow.latitude_deg.abs() >= 89.99 || snow.latitude_deg.is_nan() {
        return fail("needs a latitude between -89.99 and 89.99 degrees");
    }
    Ok(())
}

fn check_pack(model: &DrainageModel, pack: &super::super::model::Snowpack) -> Result<(), HydrologyError> {
    let fail = |problem: &str| Err(HydrologyError::new("snow pack", &pack.id, problem));
    let share = |x: f64| (0.0..=1.0).contains(&x);
    if pack.surfaces.iter().any(|s| s.melt_min > s.melt_max || !share(s.free_water)) {
        return fail("needs a smallest melt coefficient not above the largest and free water between 0 and 1");
    }
    if !share(pack.plowable) || pack.removal.iter().sum::<f64>() > 1.01 {
        return fail("needs a plowable share between 0 and 1 and removal shares that sum to 1 at most");
    }
    match pack.removal_to {
        Some(to) if to.at() >= model.subcatchments.len() => fail("sends snow to a subcatchment that does not exist"),
        None if pack.removal[4] > 0.0 => fail("sends snow to another subcatchment without naming it"),
        _ => Ok(()),
    }
}

//! One runoff step: its length, what arrives from elsewhere, every catchment in turn.
//!
//! *Source:* Rossman & Huber (2016), *Storm Water Management Model Reference Manual*, vol. I Hydrology,
//! EPA/600/R-15/162A, chapter 3; behaviour of SWMM 5.2.4.

use super::super::lid::Lids;
use super::super::model::{DrainageModel, Receiver, SubareaRouting};
use super::climate::DATE_LAG_S;
use super::compile::Hydrology;
use super::forcing::{RunoffStep, SurfaceForcing};
use super::rdii::RdiiDrive;
use super::state::{HydrologyState, IMPERVIOUS, IMPERVIOUS_BARE, PERVIOUS};
use super::{HydrologyScratch, snow};

/// A step that ends so close before a limit ends at it [s].
const LIMIT_MARGIN_S: f64 = 1e-6;

/// What all catchments share in a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// Start [s].
    pub time_s: f64,
    /// Length [s].
    pub dt_s: f64,
    /// Month of the start, 0..11.
    pub month: usize,
    /// Month of the end, 0..11.
    pub month_end: usize,
}

impl Hydrology {
    /// Takes the state over one runoff step of a length it chooses.
    ///
    /// The step ends at the next change of rain or evaporation, after the wet step while anything is wet, else after
    /// the dry step, and not beyond the end of the run or the limit of `forcing`. A run that is at its end goes on as
    /// if it had none, and so does a limit that is passed.
    pub fn advance(
        &self,
        model: &DrainageModel,
        state: &mut HydrologyState,
        forcing: &SurfaceForcing<'_>,
        scratch: &mut HydrologyScratch,
    ) -> RunoffStep {
        let last_dt_s = state.dt_s();
        self.set_weather(model, state, forcing);
        let (own_s, wet) = self.step_length(model, state);
        let left_s = forcing.limit_s - state.time_s;
        let limited = left_s > 0.0 && own_s > left_s - LIMIT_MARGIN_S;
        let dt_s = if limited { left_s } else { own_s };
        let now = Now {
            time_s: state.time_s,
            dt_s,
            month: month_of(model, state.time_s),
            month_end: month_of(model, state.time_s + dt_s),
        };
        // A routing step may begin before this runoff step: RDII of the last one is kept.
        let keep_from_s = state.old_time_s;
        (state.old_time_s, state.time_s) = (state.time_s, if limited { forcing.limit_s } else { state.time_s + dt_s });
        for gage in &mut state.gages {
            gage.remember(dt_s);
        }
        self.rdii.advance(
            model,
            &mut state.rdii,
            keep_from_s,
            RdiiDrive { until_s: state.time_s, imposed_ms: forcing.rain_override_ms },
        );
        begin_step(state, now.dt_s, last_dt_s);
        self.take_outfalls(model, state, forcing, last_dt_s, dt_s);
        scratch.precipitation.clear();
        scratch.precipitation.extend(state.gages.iter().enumerate().map(|(g, gage)| {
            let (rate, ignore) = (gage.rate_ms(), model.options.ignore.snowmelt);
            let cold = !ignore && state.climate.temperature_c <= model.climate.snow.snow_temp_c;
            if cold { (0.0, rate * model.gages[g].snow_catch) } else { (rate, 0.0) }
        }));
        self.route_between(state);
        self.plow(model, state, scratch, dt_s);
        let mut step = RunoffStep { dt_s, wet, runoff_m3s: 0.0 };
        (state.wetness.snow, state.wetness.runoff, state.wetness.lids) = (false, false, false);
        for c in 0..self.catchments.len() {
            if self.catchments[c].area_m2 > 0.0 {
                self.catchment_step(model, state, forcing, scratch, c, now);
                step.runoff_m3s += state.catchments[c].runoff_m3s;
            }
        }
        state.peak_runoff_m3s = state.peak_runoff_m3s.max(step.runoff_m3s);
        step
    }

    /// Climate and gages at the start of the step.
    pub(super) fn set_weather(&self, model: &DrainageModel, state: &mut HydrologyState, forcing: &SurfaceForcing<'_>) {
        let time_s = state.time_s;
        state.climate.advance(model, time_s);
        if !forcing.evaporation_override_ms.is_nan() {
            state.climate.evaporation_ms = forcing.evaporation_override_ms;
        }
        if !forcing.temperature_override_c.is_nan() {
            state.climate.temperature_c = forcing.temperature_override_c;
        }
        state.wetness.raining = false;
        for (g, gage) in state.gages.iter_mut().enumerate() {
            gage.imposed_ms = forcing.rain_override_ms.get(g).copied().filter(|r| !r.is_nan());
            if model.options.ignore.rainfall {
                gage.imposed_ms = Some(0.0);
            } else if self.gage_used[g] {
                gage.cursor.advance(&model.gages[g], time_s + DATE_LAG_S, state.climate.rain_factor);
            }
            state.wetness.raining |= gage.rate_ms() > 0.0;
        }
    }

    /// Length of the step, and whether the wet step rules.
    fn step_length(&self, model: &DrainageModel, state: &HydrologyState) -> (f64, bool) {
        let time_s = state.time_s;
        let w = state.wetness;
        let wet = w.raining || w.runoff || w.snow || w.lids;
        let mut dt_s = if wet { self.wet_step_s } else { self.dry_step_s };
        if self.catchments.is_empty() {
            dt_s = self.dry_step_s;
        } else {
            let mut bound = |change_s: f64| {
                // Changes are looked for in whole seconds.
                let ahead_s = (change_s - time_s + 0.5).floor();
                if ahead_s > 0.0 {
                    dt_s = dt_s.min(ahead_s);
                }
            };
            bound(state.climate.next_evaporation_s);
            for (g, gage) in state.gages.iter().enumerate() {
                if self.gage_used[g] && gage.imposed_ms.is_none() {
                    let _ = gage.cursor.next_change_s(time_s + DATE_LAG_S).map(&mut bound);
                }
            }
        }
        let end_s = model.options.duration_s;
        if time_s < end_s && time_s + dt_s > end_s {
            dt_s = end_s - time_s;
        }
        (dt_s, wet)
    }

    /// Water that left outfalls since the last step arrives on their catchments.
    fn take_outfalls(
        &self,
        model: &DrainageModel,
        state: &mut HydrologyState,
        forcing: &SurfaceForcing<'_>,
        last_dt_s: f64,
        dt_s: f64,
    ) {
        if last_dt_s <= 0.0 {
            return;
        }
        // SWMM takes the rate over the last step, so that steps of different lengths make or lose water.
        let over_s = if model.options.defects.others { last_dt_s } else { dt_s };
        for &(node, catchment) in &self.outfalls {
            let volume_m3 = forcing.outfall_volume_m3.get(node as usize).copied().unwrap_or(0.0);
            if volume_m3 == 0.0 || self.catchments[catchment as usize].area_m2 == 0.0 {
                continue;
            }
            self.add_runon(state, catchment as usize, volume_m3 / over_s);
            state.totals.runon_m3.add(volume_m3);
            state.totals.scheme_m3.add(volume_m3 / over_s * dt_s - volume_m3);
        }
    }

    /// Spreads a flow over the area of a catchment without LID, or all of it. Says whether there is any.
    fn add_runon(&self, state: &mut HydrologyState, catchment: usize, flow_m3s: f64) -> bool {
        let data = &self.catchments[catchment];
        if data.area_m2 <= 0.0 {
            return false;
        }
        let rate_ms = flow_m3s / if data.open_m2 > 0.0 { data.open_m2 } else { data.area_m2 };
        let to = &mut state.catchments[catchment];
        to.runon_ms += rate_ms;
        for inflow in &mut to.inflow_ms {
            *inflow += rate_ms;
        }
        true
    }

    /// Runoff of the last step arrives at other catchments and at other areas of the same.
    fn route_between(&self, state: &mut HydrologyState) {
        for (c, data) in self.catchments.iter().enumerate() {
            if data.area_m2 == 0.0 {
                continue;
            }
            if let Some(to) = data.downstream {
                let flow_m3s = state.catchments[c].old_runoff_m3s;
                self.add_runon(state, to as usize, flow_m3s);
            }
            for unit in self.lids.range(c) {
                if let Some(Receiver::Catchment(to)) = self.lids.drain_to(unit)
                    && to.at() != c
                {
                    let flow_m3s = state.lids[unit].drain_old_m3s;
                    self.add_runon(state, to.at(), flow_m3s);
                }
            }
            let at = &mut state.catchments[c];
            let (share, runoff) = (&data.share, at.subarea_runoff_ms);
            match data.routing {
                SubareaRouting::ToPervious if data.impervious < 1.0 => {
                    let flow =
                        runoff[IMPERVIOUS_BARE] * share[IMPERVIOUS_BARE] + runoff[IMPERVIOUS] * share[IMPERVIOUS];
                    at.inflow_ms[PERVIOUS] += flow * (1.0 - data.to_outlet[IMPERVIOUS]) / share[PERVIOUS];
                }
                SubareaRouting::ToImpervious if share[IMPERVIOUS] > 0.0 => {
                    let flow = runoff[PERVIOUS] * (1.0 - data.to_outlet[PERVIOUS]) * share[PERVIOUS];
                    at.inflow_ms[IMPERVIOUS] += flow / share[IMPERVIOUS];
                }
                _ => {}
            }
            let pervious_m2 = share[PERVIOUS] * data.open_m2;
            if data.lid_m2 > 0.0 && pervious_m2 > 0.0 {
                at.inflow_ms[PERVIOUS] += at.lid_return_m3s / pervious_m2;
            }
        }
    }

    /// Snow falls on packs and is plowed, catchment after catchment as in SWMM.
    fn plow(&self, model: &DrainageModel, state: &mut HydrologyState, scratch: &HydrologyScratch, dt_s: f64) {
        if model.options.ignore.snowmelt {
            return;
        }
        for (c, data) in self.catchments.iter().enumerate() {
            let Some(pack) = model.subcatchments[c].snowpack else { continue };
            if data.area_m2 == 0.0 {
                continue;
            }
            let pack = &model.snowpacks[pack.at()];
            let snowfall_m = data.gage.map_or(0.0, |g| scratch.precipitation[g as usize].1) * dt_s;
            let to = pack.removal_to.map(super::super::model::CatchmentIx::at);
            let room = to.is_some_and(|to| state.snow[to][PERVIOUS].share > 0.0 && self.catchments[to].area_m2 > 0.0);
            let plowed = snow::fall_and_plow(&mut state.snow[c], pack, snowfall_m, room, dt_s);
            state.totals.snow_removed_m3.add(plowed.removed_m * data.area_m2);
            if let (Some(to), true) = (to, plowed.sent_m > 0.0) {
                let (sent_m3, to_m2) = (plowed.sent_m * data.area_m2, self.catchments[to].area_m2);
                // SWMM passes the depth on as if both catchments had one area.
                let depth_m = if model.options.defects.others { plowed.sent_m } else { sent_m3 / to_m2 };
                let pervious = &mut state.snow[to][PERVIOUS];
                pervious.snow_m += depth_m / pervious.share;
                state.totals.scheme_m3.add(depth_m * to_m2 - sent_m3);
            }
        }
    }
}

/// Makes new results old, and settles what was under way for the difference of the two steps.
fn begin_step(state: &mut HydrologyState, dt_s: f64, last_dt_s: f64) {
    Lids::begin_step(&mut state.lids);
    for at in &mut state.catchments {
        at.old_runoff_m3s = at.runoff_m3s;
        at.old_drain_m3s = at.drain_m3s;
        at.old_snow_m = at.snow_m;
        at.inflow_ms = [0.0; 3];
        at.runon_ms = 0.0;
        // It left over the last step at this rate, and arrives over this one.
        state.totals.scheme_m3.add(at.transit_m3s * (dt_s - last_dt_s));
        at.transit_m3s = 0.0;
    }
}

/// Month of a time, 0..11.
fn month_of(model: &DrainageModel, time_s: f64) -> usize {
    usize::from(model.calendar.civil(time_s + DATE_LAG_S).month) - 1
}

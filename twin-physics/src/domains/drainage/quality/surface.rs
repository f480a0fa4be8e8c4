//! Surfaces over one runoff step: build-up, sweeping, wash-off, standing water, LID units.
//!
//! *Source:* EPA/600/R-16/093, chapters 3 to 5; section 6.3 (LID units).

use super::super::hydrology::{CatchmentState, Hydrology, HydrologyState};
use super::super::model::{BuildupLaw, DrainageModel, LandUseIx, NodeKind, Receiver};
use super::land::Wash;
use super::{DATE_LAG_S, MIN_RUNOFF_MS, Quality, QualityState};
use crate::units::M_PER_FT;

/// Snow on the plowable area above which nothing is swept: SWMM's 0.05 in [m].
const SNOW_M: f64 = 0.004_167 * M_PER_FT;
/// Snow that counts for pollutants which build up on snow only: 0.001 in [m].
const SOME_SNOW_M: f64 = 0.001 / 12.0 * M_PER_FT;

/// A catchment's runoff step.
struct Step<'a> {
    c: usize,
    area_m2: f64,
    open_m2: f64,
    lid_m2: f64,
    /// Mean depth of standing water at the end [m].
    depth_m: f64,
    end_s: f64,
    dt_s: f64,
    at: &'a CatchmentState,
}

impl Quality {
    /// Build-up of the dry days before the start, or what the model gives.
    pub(super) fn build_up_before(&self, model: &DrainageModel, state: &mut QualityState) {
        let dry_s = model.options.dry_days * 86_400.0;
        for (c, catchment) in model.subcatchments.iter().enumerate() {
            for (land, use_) in model.land_uses.iter().enumerate() {
                state.swept_s[c * self.land_uses + land] = -use_.last_swept_d * 86_400.0;
            }
            for &(land, share) in &catchment.coverage {
                for p in 0..self.pollutants {
                    let (area_m2, curb) = (share * catchment.area_m2, share * catchment.curb_length);
                    let given = catchment.initial_buildup.get(p).copied().unwrap_or(0.0);
                    let law = model.land_uses[land.at()].buildup.get(p).cloned().flatten();
                    let unit = law.as_ref().map_or(0.0, |l| if l.per_curb { curb } else { area_m2 });
                    let load = match law {
                        _ if given > 0.0 => given * area_m2,
                        // A series has no say before the start.
                        Some(law) if dry_s > 0.0 && !matches!(law.law, BuildupLaw::External { .. }) => {
                            law.law.grown(model, 0.0, (0.0, dry_s), self.defects) * unit
                        }
                        _ => 0.0,
                    };
                    state.buildup[(c * self.land_uses + land.at()) * self.pollutants + p] = load;
                    state.surfaces[p].initial += load;
                }
            }
        }
    }

    /// Takes the surfaces over the runoff step that the hydrology has just made.
    pub fn runoff_step(
        &self,
        model: &DrainageModel,
        hydrology: &Hydrology,
        water: &HydrologyState,
        state: &mut QualityState,
    ) {
        let n = self.pollutants;
        if n == 0 {
            return;
        }
        let dt_s = water.dt_s();
        std::mem::swap(&mut state.runoff_old, &mut state.runoff);
        state.runoff.fill(0.0);
        self.run_on(model, hydrology, water, state, dt_s);
        let season = in_season(model, water.old_time_s);
        let mut loads = vec![0.0; n];
        for (c, at) in water.catchments.iter().enumerate() {
            let data = &hydrology.catchments[c];
            if data.area_m2 == 0.0 {
                continue;
            }
            let step = Step {
                c,
                area_m2: data.area_m2,
                open_m2: data.open_m2,
                lid_m2: data.lid_m2,
                depth_m: data.mean_depth_m(&at.depth_m),
                end_s: water.time_s,
                dt_s,
                at,
            };
            if at.generated_ms < MIN_RUNOFF_MS {
                self.build_up(model, state, &step);
            }
            let cleared = model.subcatchments[c].snowpack.is_none() || water.snow[c][0].snow_m <= SNOW_M;
            if season && cleared && at.rain_ms <= MIN_RUNOFF_MS {
                self.sweep(model, state, c, water.old_time_s);
            }
            self.wash_off(model, state, &step, &mut loads);
            self.drain_loads(hydrology, water, state, &step);
        }
        state.runoff_dt_s = dt_s;
    }

    /// Loads that arrive from outfalls, other catchments and LID drains, as rates in `state.runoff` until it is needed
    /// for concentrations.
    fn run_on(
        &self,
        model: &DrainageModel,
        hydrology: &Hydrology,
        water: &HydrologyState,
        state: &mut QualityState,
        dt_s: f64,
    ) {
        let n = self.pollutants;
        let over_s = if self.defects { state.runoff_dt_s } else { dt_s };
        for (node, data) in model.nodes.iter().enumerate() {
            let NodeKind::Outfall(outfall) = &data.kind else { continue };
            let Some(to) = outfall.route_to.filter(|_| state.runoff_dt_s > 0.0) else { continue };
            for p in 0..n {
                let load = std::mem::take(&mut state.outfall_load[node * n + p]);
                state.surfaces[p].deposition.add(load);
                state.runoff[to.at() * n + p] += load / over_s;
            }
        }
        for (c, at) in water.catchments.iter().enumerate() {
            if hydrology.catchments[c].area_m2 == 0.0 {
                continue;
            }
            if let Some(to) = hydrology.catchments[c].downstream {
                for p in 0..n {
                    state.runoff[to as usize * n + p] += at.old_runoff_m3s * state.runoff_old[c * n + p];
                }
            }
            for unit in hydrology.lids.range(c) {
                let Some(Receiver::Catchment(to)) = hydrology.lids.drain_to(unit) else { continue };
                for p in (0..n).filter(|_| to.at() != c) {
                    let kept = 1.0 - hydrology.lids.removal(unit, p);
                    state.runoff[to.at() * n + p] +=
                        water.lids[unit].drain_old_m3s * state.runoff_old[c * n + p] * kept;
                }
            }
        }
    }

    fn build_up(&self, model: &DrainageModel, state: &mut QualityState, step: &Step<'_>) {
        let catchment = &model.subcatchments[step.c];
        for &(land, share) in catchment.coverage.iter().filter(|l| l.1 > 0.0) {
            for p in 0..self.pollutants {
                if model.pollutants[p].snow_only && step.at.snow_m < SOME_SNOW_M {
                    continue;
                }
                let Some(Some(law)) = model.land_uses[land.at()].buildup.get(p) else { continue };
                let unit = share * if law.per_curb { catchment.curb_length } else { catchment.area_m2 };
                let load = &mut state.buildup[(step.c * self.land_uses + land.at()) * self.pollutants + p];
                if unit <= 0.0 {
                    continue;
                }
                let new = law.law.grown(model, *load / unit, (step.end_s, step.dt_s), self.defects) * unit;
                let new = new.max(*load);
                state.surfaces[p].buildup.add(new - *load);
                *load = new;
            }
        }
    }

    fn sweep(&self, model: &DrainageModel, state: &mut QualityState, c: usize, now_s: f64) {
        for &(land, _) in model.subcatchments[c].coverage.iter().filter(|l| l.1 > 0.0) {
            let data = &model.land_uses[land.at()];
            let swept_s = &mut state.swept_s[c * self.land_uses + land.at()];
            if data.sweep_interval_d == 0.0 || now_s - *swept_s < data.sweep_interval_d * 86_400.0 - DATE_LAG_S {
                continue;
            }
            *swept_s = now_s;
            for p in 0..self.pollutants {
                let efficiency = data.washoff.get(p).copied().flatten().map_or(0.0, |w| w.sweep_efficiency);
                let load = &mut state.buildup[(c * self.land_uses + land.at()) * self.pollutants + p];
                let removed = *load * (data.sweep_availability * efficiency).clamp(0.0, 1.0);
                *load -= removed;
                state.surfaces[p].sweeping.add(removed);
            }
        }
    }

    /// Concentration of the runoff, from wash-off, standing water, rain and run-on.
    fn wash_off(&self, model: &DrainageModel, state: &mut QualityState, step: &Step<'_>, loads: &mut [f64]) {
        let (n, v, dt_s) = (self.pollutants, &step.at.volumes, step.dt_s);
        loads.fill(0.0);
        if step.at.generated_ms >= MIN_RUNOFF_MS {
            self.washed(model, state, step, loads);
        }
        let lid_rain_m3 = step.at.rain_ms * step.lid_m2 * dt_s;
        let all_lid = step.lid_m2 > 0.0 && step.open_m2 <= 0.0;
        let lid_runon_m3 = if all_lid { step.at.runon_ms * step.area_m2 * dt_s } else { 0.0 };
        let before_m3 = v.outflow_m3 + lid_rain_m3 + lid_runon_m3;
        let surface_m3 = step.at.runoff_m3s * dt_s;
        let leaving_m3 = surface_m3 + v.lid_drain_m3;
        let runs = leaving_m3 > MIN_RUNOFF_MS * step.area_m2 * dt_s;
        let outlet = model.subcatchments[step.c].outlet;
        let stays = matches!(outlet, Some(Receiver::Catchment(to)) if to.at() != step.c);
        for (p, load) in loads.iter_mut().enumerate() {
            let runon = state.runoff[step.c * n + p] * dt_s;
            if step.open_m2 > 0.0 {
                *load += self.standing(model, state, step, (p, runon));
            }
            if step.lid_m2 > 0.0 {
                let rain = model.pollutants[p].rain * lid_rain_m3;
                state.surfaces[p].deposition.add(rain);
                *load += rain + if all_lid { runon } else { 0.0 };
            }
            let c_out = if before_m3 > 0.0 { *load / before_m3 } else { 0.0 };
            let account = &mut state.surfaces[p];
            if step.lid_m2 > 0.0 {
                account.bmp.add((c_out * (before_m3 - leaving_m3)).max(0.0));
            }
            if !stays {
                account.runoff.add(c_out * surface_m3);
            }
            state.washed[step.c * n + p] += c_out * leaving_m3;
            state.runoff[step.c * n + p] = if runs { c_out } else { 0.0 };
        }
    }

    /// Loads washed off all land uses, with what comes along with co-pollutants.
    fn washed(&self, model: &DrainageModel, state: &mut QualityState, step: &Step<'_>, loads: &mut [f64]) {
        for &(land, share) in model.subcatchments[step.c].coverage.iter().filter(|l| l.1 > 0.0) {
            for (p, load) in loads.iter_mut().enumerate() {
                *load += self.washed_from(model, state, step, (land.at(), share, p));
            }
        }
        // In the order of the pollutants, so one may pass on what it was given.
        for p in 0..loads.len() {
            if let Some((with, share)) = model.pollutants[p].co_pollutant {
                let more = share * loads[with.at()];
                state.surfaces[p].buildup.add(more);
                loads[p] += more;
            }
        }
    }

    /// Load of a pollutant washed off a land use and past its best practice.
    fn washed_from(
        &self,
        model: &DrainageModel,
        state: &mut QualityState,
        step: &Step<'_>,
        (land, share, p): (usize, f64, usize),
    ) -> f64 {
        let data = &model.land_uses[land];
        let Some(Some(washoff)) = data.washoff.get(p) else { return 0.0 };
        let builds = data.buildup.get(p).is_some_and(Option::is_some);
        let built = &mut state.buildup[(step.c * self.land_uses + land) * self.pollutants + p];
        if builds && *built == 0.0 {
            return 0.0;
        }
        let wash = Wash { runoff_ms: step.at.generated_ms, area_m2: share * step.area_m2, buildup: *built };
        let mut load = washoff.law.concentration(wash) * step.at.volumes.outflow_m3 * share;
        let account = &mut state.surfaces[p];
        if builds || *built > load {
            load = load.min(*built);
            *built -= load;
        } else {
            // SWMM books all of it as built up, and forgets the rest of a build-up given at the start.
            account.buildup.add(if self.defects { load } else { load - *built });
            *built = 0.0;
        }
        let removed = washoff.bmp_efficiency * load;
        account.bmp.add(removed);
        load - removed
    }

    /// Load that leaves with standing water, after rain and run-on mixed into it.
    fn standing(
        &self,
        model: &DrainageModel,
        state: &mut QualityState,
        step: &Step<'_>,
        (p, runon): (usize, f64),
    ) -> f64 {
        let v = &step.at.volumes;
        let (account, ponded) = (&mut state.surfaces[p], &mut state.ponded[step.c * self.pollutants + p]);
        let rain = model.pollutants[p].rain * step.at.rain_ms * step.open_m2 * step.dt_s;
        account.deposition.add(rain);
        if v.inflow_m3 == 0.0 {
            account.dried.add(*ponded + if self.defects { 0.0 } else { rain + runon });
            *ponded = 0.0;
            return 0.0;
        }
        let all = *ponded + rain + runon;
        let mixed = all / v.inflow_m3;
        let infiltrated = (mixed * v.infiltration_m3).min(all);
        account.infiltration.add(infiltrated);
        let mut out = (mixed * v.outflow_m3).min(all - infiltrated);
        // SWMM keeps the concentration and loses what evaporation leaves behind; here the load stays.
        *ponded = if self.defects { mixed * step.depth_m * step.open_m2 } else { all - infiltrated - out };
        let coverage = &model.subcatchments[step.c].coverage;
        let of = |&(land, share): &(LandUseIx, f64)| {
            share * model.land_uses[land.at()].washoff.get(p).copied().flatten().map_or(0.0, |w| w.bmp_efficiency)
        };
        let removed = coverage.iter().map(of).sum::<f64>() * out;
        account.bmp.add(removed);
        out -= removed;
        out
    }

    /// Books what LID drains carry, and what is removed from it.
    fn drain_loads(&self, hydrology: &Hydrology, water: &HydrologyState, state: &mut QualityState, step: &Step<'_>) {
        for unit in hydrology.lids.range(step.c) {
            let out = match hydrology.lids.drain_to(unit) {
                Some(Receiver::Catchment(to)) => to.at() == step.c,
                Some(Receiver::Node(_)) => true,
                None => false,
            };
            for p in 0..self.pollutants {
                let load = water.lids[unit].drain_m3s * state.runoff[step.c * self.pollutants + p] * step.dt_s;
                let removal = hydrology.lids.removal(unit, p);
                state.surfaces[p].bmp.add(removal * load);
                if out {
                    state.surfaces[p].runoff.add((1.0 - removal) * load);
                }
            }
        }
    }
}

/// Whether streets are swept on the day of a time; a season may pass the turn of the year.
fn in_season(model: &DrainageModel, time_s: f64) -> bool {
    let (from, to) = model.options.sweeping_season;
    let day = model.calendar.civil(time_s + DATE_LAG_S).day_of_year;
    if from <= to { day >= from && day <= to } else { day <= to || day >= from }
}

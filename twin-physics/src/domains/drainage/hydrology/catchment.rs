//! One catchment over one runoff step: precipitation, subareas, LID units, groundwater, accounts.
//!
//! *Source:* Rossman & Huber (2016), *Storm Water Management Model Reference Manual*, vol. I Hydrology,
//! EPA/600/R-15/162A, chapter 3.

use super::super::lid::{LidInput, LidOutput};
use super::super::model::{DrainageModel, Receiver, SubareaRouting};
use super::HydrologyScratch;
use super::compile::Hydrology;
use super::forcing::SurfaceForcing;
use super::groundwater::{Drive, Fluxes};
use super::infiltration::{SoilFactors, WaterOffered};
use super::snow::{self, Weather};
use super::state::{HydrologyState, IMPERVIOUS, IMPERVIOUS_BARE, PERVIOUS, StepVolumes};
use super::step::Now;

/// What a catchment's step works with beside its state.
struct Work {
    c: usize,
    now: Now,
    /// Potential evaporation, 0 in rain where that is asked for [m/s].
    evaporation_ms: f64,
    /// Month's factors of the soil.
    soil: SoilFactors,
    /// Rain and melt onto each subarea [m/s].
    precipitation_ms: [f64; 3],
    /// Largest infiltration that groundwater leaves room for [m/s].
    room_ms: f64,
    /// Water the scheme made [m³].
    scheme_m3: f64,
    v: StepVolumes,
}

impl Hydrology {
    /// Takes a catchment over a step.
    pub(super) fn catchment_step(
        &self,
        model: &DrainageModel,
        state: &mut HydrologyState,
        forcing: &SurfaceForcing<'_>,
        scratch: &HydrologyScratch,
        c: usize,
        now: Now,
    ) {
        let mut w = self.prepare(model, state, c, now);
        self.precipitate(model, state, scratch, &mut w);
        let dry_only = model.climate.dry_only && state.catchments[c].rain_ms > 0.0;
        w.evaporation_ms = if dry_only { 0.0 } else { state.climate.evaporation_ms };
        let runoff_m3s = self.subareas(model, state, &mut w);
        let lid = self.lid_units(model, state, &mut w);
        self.groundwater(model, state, forcing, &mut w);
        self.settle(state, &mut w, lid, runoff_m3s);
    }

    fn prepare(&self, model: &DrainageModel, state: &HydrologyState, c: usize, now: Now) -> Work {
        let (data, at) = (&self.catchments[c], &state.catchments[c]);
        let room_m = data.aquifer.map_or(f64::MAX, |a| state.groundwater[a as usize].room_m);
        let inflow_m3 = (at.runon_ms * now.dt_s + data.mean_depth_m(&at.depth_m)) * data.open_m2;
        Work {
            c,
            now,
            evaporation_ms: 0.0,
            soil: SoilFactors {
                conductivity: data.conductivity_factor(model, now.month, state.climate.conductivity_factor),
                recovery: state.climate.recovery,
            },
            precipitation_ms: [0.0; 3],
            room_ms: room_m / now.dt_s,
            scheme_m3: 0.0,
            v: StepVolumes { inflow_m3, ..StepVolumes::default() },
        }
    }

    /// Rain, or what passes the snow pack, onto each subarea.
    fn precipitate(&self, model: &DrainageModel, state: &mut HydrologyState, scratch: &HydrologyScratch, w: &mut Work) {
        let (c, dt_s) = (w.c, w.now.dt_s);
        let data = &self.catchments[c];
        let (rain_ms, snowfall_ms) = data.gage.map_or((0.0, 0.0), |g| scratch.precipitation[g as usize]);
        state.catchments[c].rain_ms = rain_ms + snowfall_ms;
        let pack = model.subcatchments[c].snowpack.filter(|_| !model.options.ignore.snowmelt);
        let Some(pack) = pack else {
            w.precipitation_ms = [rain_ms + snowfall_ms; 3];
            return;
        };
        let weather = Weather { rain_ms, snowfall_ms, climate: &state.climate, place: &model.climate.snow, dt_s };
        let reaches = snow::melt(&mut state.snow[c], &model.snowpacks[pack.at()], &weather);
        let packs = &state.snow[c];
        w.precipitation_ms[PERVIOUS] = reaches[2];
        if data.impervious > 0.0 {
            let both = (reaches[0] * packs[0].share + reaches[1] * packs[1].share) / data.impervious;
            w.precipitation_ms[IMPERVIOUS_BARE] = both;
            w.precipitation_ms[IMPERVIOUS] = both;
        }
        state.catchments[c].snow_m = snow::depth_m(packs);
        // A pack lies on the whole catchment, but passes its water to the area without LID only, while the units take
        // precipitation as it falls.
        let left_m3 = (0..3).map(|i| reaches[i] * packs[i].share).sum::<f64>() * data.area_m2 * dt_s;
        let reached_m3 = (0..3).map(|i| w.precipitation_ms[i] * data.share[i]).sum::<f64>() * data.open_m2 * dt_s;
        w.scheme_m3 += reached_m3 + (rain_ms + snowfall_ms) * data.lid_m2 * dt_s - left_m3;
    }

    /// Runs the subareas; returns their runoff before any routing between them [m³/s].
    fn subareas(&self, model: &DrainageModel, state: &mut HydrologyState, w: &mut Work) -> f64 {
        let (data, at, dt_s) = (&self.catchments[w.c], &mut state.catchments[w.c], w.now.dt_s);
        if data.open_m2 <= 0.0 {
            return 0.0;
        }
        let statistics = &mut state.statistics[w.c];
        let mut total_m3s = 0.0;
        for i in [IMPERVIOUS_BARE, IMPERVIOUS, PERVIOUS] {
            let area_m2 = data.open_m2 * data.share[i];
            if area_m2 == 0.0 {
                at.subarea_runoff_ms[i] = 0.0;
                continue;
            }
            let before_m = at.depth_m[i];
            let evaporation_ms = (before_m / dt_s).min(w.evaporation_ms);
            let mut infiltration_ms = 0.0;
            if i == PERVIOUS {
                let water =
                    WaterOffered { dt_s, rain_ms: w.precipitation_ms[i], runon_ms: at.inflow_ms[i], depth_m: before_m };
                infiltration_ms = data.law.rate_ms(&mut at.soil, water, w.soil).min(w.room_ms);
            }
            let inflow_ms = at.inflow_ms[i] + w.precipitation_ms[i];
            let losses_ms = evaporation_ms + infiltration_ms;
            let reservoir = data.reservoir(model, i, w.now.month);
            let runoff_ms = if losses_ms >= before_m / dt_s + inflow_ms {
                at.depth_m[i] = 0.0;
                reservoir.runoff_ms(&mut at.depth_m[i], dt_s)
            } else {
                reservoir.step(&mut at.depth_m[i], inflow_ms - losses_ms, dt_s)
            };
            at.subarea_runoff_ms[i] = runoff_ms;
            w.v.inflow_m3 += w.precipitation_ms[i] * area_m2 * dt_s;
            w.v.evaporation_m3 += evaporation_ms * area_m2 * dt_s;
            if i == PERVIOUS {
                // SWMM 5.2.4 counts the evaporation of all three subareas against groundwater's.
                let all = model.options.defects.others;
                w.v.pervious_evaporation_m3 += if all { w.v.evaporation_m3 } else { evaporation_ms * area_m2 * dt_s };
                statistics.pervious_runoff_m3 += runoff_ms * area_m2 * dt_s;
            } else {
                statistics.impervious_runoff_m3 += runoff_ms * area_m2 * dt_s;
            }
            w.v.infiltration_m3 += infiltration_ms * area_m2 * dt_s;
            w.v.outflow_m3 += data.to_outlet[i] * runoff_ms * area_m2 * dt_s;
            // The end's runoff stands for the step's, and losses may exceed what there is.
            let unexplained_ms = (at.depth_m[i] - before_m) / dt_s + runoff_ms + losses_ms - inflow_ms;
            w.scheme_m3 += unexplained_ms * area_m2 * dt_s;
            total_m3s += runoff_ms * area_m2;
        }
        total_m3s
    }

    /// Runoff that would leave for the outlet from the impervious and the pervious area [m³/s].
    fn treatable_m3s(&self, state: &HydrologyState, c: usize) -> (f64, f64) {
        let (data, runoff) = (&self.catchments[c], &state.catchments[c].subarea_runoff_ms);
        let of = |i: usize| runoff[i] * data.share[i] * data.to_outlet[i] * data.open_m2;
        (of(IMPERVIOUS_BARE) + of(IMPERVIOUS), of(PERVIOUS))
    }

    /// Runs the LID units: the only place where they and the catchment meet.
    fn lid_units(&self, model: &DrainageModel, state: &mut HydrologyState, w: &mut Work) -> LidOutput {
        let (data, dt_s, range) = (&self.catchments[w.c], w.now.dt_s, self.lids.range(w.c));
        if data.lid_m2 <= 0.0 || range.is_empty() {
            return LidOutput::default();
        }
        let (rain_ms, runon_ms) = (state.catchments[w.c].rain_ms, state.catchments[w.c].runon_ms);
        let native_infiltration_ms = if data.open_m2 > 0.0 && data.impervious < 1.0 {
            w.v.infiltration_m3 / data.open_m2 / dt_s
        } else {
            let depth_m = self.lids.surface_depth_m(w.c, &state.lids[range.clone()]);
            let water = WaterOffered { dt_s, rain_ms, runon_ms, depth_m };
            data.law.rate_ms(&mut state.catchments[w.c].soil, water, w.soil)
        };
        let (impervious_runoff_m3s, pervious_runoff_m3s) = self.treatable_m3s(state, w.c);
        let input = LidInput {
            time_s: w.now.time_s,
            dt_s,
            rain_ms,
            runon_m3s: runon_ms * data.area_m2,
            impervious_runoff_m3s,
            pervious_runoff_m3s,
            evap_ms: w.evaporation_ms,
            native_infiltration_ms,
            native_limit_ms: if data.aquifer.is_some() { w.room_ms } else { f64::INFINITY },
            conductivity_factor: w.soil.conductivity,
            recovery_factor: w.soil.recovery,
        };
        let out = self.lids.step(w.c, &mut state.lids[range.clone()], &input);
        w.v.lid_inflow_m3 = out.captured_m3s * dt_s;
        w.v.lid_outflow_m3 = out.surface_m3s * dt_s;
        w.v.lid_drain_m3 = out.drain_m3s * dt_s;
        w.v.lid_return_m3 = out.to_pervious_m3s * dt_s;
        w.v.lid_infiltration_m3 = out.infiltration_m3s * dt_s;
        w.v.evaporation_m3 += out.evaporation_m3s * dt_s;
        w.v.pervious_evaporation_m3 += out.pervious_evaporation_m3s * dt_s;
        state.catchments[w.c].lid_return_m3s = out.to_pervious_m3s;
        state.wetness.lids |= out.is_wet;
        let fell_m3s = rain_ms * data.lid_m2 + if data.open_m2 <= 0.0 { input.runon_m3s } else { 0.0 };
        let left_m3s =
            out.surface_m3s + out.to_pervious_m3s + out.drain_m3s + out.evaporation_m3s + out.infiltration_m3s;
        w.scheme_m3 += out.stored_change_m3 + (left_m3s - out.captured_m3s - fell_m3s) * dt_s;
        for unit in range {
            let drain_m3 = state.lids[unit].drain_m3s * dt_s;
            match self.lids.drain_to(unit) {
                Some(Receiver::Node(_)) => state.totals.drains_m3.add(drain_m3),
                Some(Receiver::Catchment(to)) if to.at() != w.c && self.catchments[to.at()].area_m2 > 0.0 => {
                    state.catchments[w.c].transit_m3s += state.lids[unit].drain_m3s;
                }
                // Out of the model: SWMM's balance forgets it.
                _ if model.options.defects.others => w.scheme_m3 -= drain_m3,
                _ => state.totals.drains_m3.add(drain_m3),
            }
        }
        out
    }

    fn groundwater(
        &self,
        model: &DrainageModel,
        state: &mut HydrologyState,
        forcing: &SurfaceForcing<'_>,
        w: &mut Work,
    ) {
        let data = &self.catchments[w.c];
        let Some(index) = data.aquifer else { return };
        let (index, dt_s) = (index as usize, w.now.dt_s);
        let aquifer = &self.aquifers[index];
        let rate = |volume_m3: f64| volume_m3 / data.area_m2 / dt_s;
        let of_node = |values: &[f64]| aquifer.node.and_then(|n| values.get(n as usize)).copied().unwrap_or(0.0);
        let supply_m3s = of_node(forcing.node_inflow_m3s) + of_node(forcing.node_volume_m3) / dt_s;
        let drive = Drive {
            dt_s,
            infiltration_ms: rate(w.v.infiltration_m3 + w.v.lid_infiltration_m3),
            surface_evaporation_ms: rate(w.v.pervious_evaporation_m3),
            evaporation_ms: state.climate.evaporation_ms,
            month: w.now.month_end,
            node_depth_m: of_node(forcing.node_depth_m),
            node_supply_ms: supply_m3s / data.area_m2,
        };
        let (soil, ground) = (&model.aquifers[aquifer.aquifer as usize], &mut state.groundwater[index]);
        let before_m = aquifer.water_m(ground, soil);
        let Some(fluxes) = aquifer.step(model, &model.subcatchments[w.c], ground, &drive) else { return };
        let lateral_m = f64::midpoint(ground.old_flow_ms, ground.flow_ms) * dt_s;
        let change_m = aquifer.water_m(ground, soil) - before_m;
        book_groundwater(state, index, aquifer.bottom_m, &fluxes, lateral_m, change_m, (data.area_m2, dt_s));
    }

    /// Results, accounts and statistics of the step.
    fn settle(&self, state: &mut HydrologyState, w: &mut Work, lid: LidOutput, runoff_m3s: f64) {
        let (data, dt_s, c) = (&self.catchments[w.c], w.now.dt_s, w.c);
        let v = w.v;
        let at = &mut state.catchments[c];
        at.volumes = v;
        at.drain_m3s = lid.drain_m3s;
        at.generated_ms = runoff_m3s / data.area_m2;
        at.evaporation_ms = v.evaporation_m3 / dt_s / data.area_m2;
        at.infiltration_ms = (v.infiltration_m3 + v.lid_infiltration_m3) / dt_s / data.area_m2;
        let left_m3 = v.outflow_m3 - v.lid_inflow_m3 + v.lid_outflow_m3;
        at.runoff_m3s = left_m3 / dt_s;
        let rain_m3 = at.rain_ms * dt_s * data.area_m2;
        let runon_m2 = if data.open_m2 > 0.0 { data.open_m2 } else { data.area_m2 };
        let s = &mut state.statistics[c];
        s.rain_m3 += rain_m3;
        s.runon_m3 += at.runon_ms * dt_s * runon_m2;
        s.evaporation_m3 += v.evaporation_m3;
        s.infiltration_m3 += v.infiltration_m3 + v.lid_infiltration_m3;
        s.runoff_m3 += left_m3 + v.lid_drain_m3;
        s.peak_runoff_m3s = s.peak_runoff_m3s.max(at.runoff_m3s + v.lid_drain_m3 / dt_s);
        let t = &mut state.totals;
        t.rain_m3.add(rain_m3);
        t.evaporation_m3.add(v.evaporation_m3);
        t.infiltration_m3.add(v.infiltration_m3 + v.lid_infiltration_m3);
        match data.downstream {
            None => t.runoff_m3.add(left_m3),
            Some(to) if self.catchments[to as usize].area_m2 > 0.0 => at.transit_m3s += at.runoff_m3s,
            Some(_) => w.scheme_m3 -= left_m3,
        }
        let (sent, arrives) = self.internal_m3s(at, c);
        at.transit_m3s += arrives;
        w.scheme_m3 += (arrives - sent) * dt_s;
        t.scheme_m3.add(w.scheme_m3);
        state.wetness.runoff |= at.generated_ms > 0.0;
        state.wetness.snow |= at.snow_m > 0.0;
    }

    /// What left a subarea or the LID units for another area of the same catchment, and what of it will arrive [m³/s].
    fn internal_m3s(&self, at: &super::CatchmentState, c: usize) -> (f64, f64) {
        let data = &self.catchments[c];
        let off = |i: usize| at.subarea_runoff_ms[i] * (1.0 - data.to_outlet[i]) * data.share[i] * data.open_m2;
        let sent = off(IMPERVIOUS_BARE) + off(IMPERVIOUS) + off(PERVIOUS);
        let lost = data.routing == SubareaRouting::ToImpervious && data.share[IMPERVIOUS] == 0.0;
        let back = if data.lid_m2 > 0.0 { at.lid_return_m3s } else { 0.0 };
        let back_arrives = if data.share[PERVIOUS] * data.open_m2 > 0.0 { back } else { 0.0 };
        (sent + back, if lost { back_arrives } else { sent + back_arrives })
    }
}

fn book_groundwater(
    state: &mut HydrologyState,
    index: usize,
    bottom_m: f64,
    f: &Fluxes,
    lateral_m: f64,
    change_m: f64,
    (area_m2, dt_s): (f64, f64),
) {
    let evaporation_ms = f.upper_evaporation_ms + f.lower_evaporation_ms;
    let explained_m = (f.infiltration_ms - evaporation_ms - f.deep_ms) * dt_s - lateral_m;
    let t = &mut state.groundwater_totals;
    t.infiltration_m3.add(f.infiltration_ms * area_m2 * dt_s);
    t.upper_evaporation_m3.add(f.upper_evaporation_ms * area_m2 * dt_s);
    t.lower_evaporation_m3.add(f.lower_evaporation_ms * area_m2 * dt_s);
    t.deep_m3.add(f.deep_ms * area_m2 * dt_s);
    t.lateral_m3.add(lateral_m * area_m2);
    t.scheme_m3.add((change_m - explained_m) * area_m2);
    let (s, ground) = (&mut state.aquifer_statistics[index], &state.groundwater[index]);
    s.infiltration_m += f.infiltration_ms * dt_s;
    s.evaporation_m += evaporation_ms * dt_s;
    s.lateral_m += f.lateral_ms * dt_s;
    s.deep_m += f.deep_ms * dt_s;
    s.moisture_s += ground.moisture * dt_s;
    s.water_table_ms += (bottom_m + ground.lower_depth_m) * dt_s;
    s.time_s += dt_s;
    if f.lateral_ms.abs() > s.peak_lateral_ms.abs() {
        s.peak_lateral_ms = f.lateral_ms;
    }
}

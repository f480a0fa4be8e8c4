//! Runoff and RDII that were computed before: kept step by step, and played again in place of the hydrology.
//!
//! *Source:* Rossman & Simon (2022), *SWMM User's Manual version 5.2*, EPA/600/R-22/030, "Interface files"; behaviour
//! of SWMM 5.2.4, which also plays runoff by the steps that made it.

use super::super::model::DrainageModel;
use super::climate::DATE_LAG_S;
use super::compile::Hydrology;
use super::forcing::{CatchmentResult, LateralInflow, RunoffStep, SurfaceForcing};
use super::rdii::RdiiDrive;
use super::state::HydrologyState;

/// What a runoff step ended with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunoffSlice {
    /// Length of the step [s].
    pub dt_s: f64,
    /// Catchments at its end, as in the model.
    pub catchments: Vec<CatchmentResult>,
    /// Concentrations in their runoff: `catchment * pollutants + pollutant`; empty = clean.
    pub quality: Vec<f64>,
}

/// Runoff of a whole run, from its start on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunoffRecord {
    ends_s: Vec<f64>,
    slices: Vec<RunoffSlice>,
}

impl RunoffRecord {
    /// Slices that follow one another from model time 0.
    #[must_use]
    pub fn new(slices: Vec<RunoffSlice>) -> Self {
        let mut end_s = 0.0;
        let end = |slice: &RunoffSlice| {
            end_s += slice.dt_s;
            end_s
        };
        Self { ends_s: slices.iter().map(end).collect(), slices }
    }

    /// Up to where it reaches [s].
    #[must_use]
    pub fn end_s(&self) -> f64 {
        self.ends_s.last().copied().unwrap_or(0.0)
    }

    /// The slice that begins at a time, and its end; `None` beyond the record.
    fn from(&self, time_s: f64) -> Option<(f64, &RunoffSlice)> {
        let at = self.ends_s.partition_point(|end_s| *end_s <= time_s + DATE_LAG_S);
        Some((*self.ends_s.get(at)?, &self.slices[at]))
    }

    /// Concentrations of the slice that ends at a time or soon after.
    #[must_use]
    pub fn quality_until(&self, time_s: f64) -> &[f64] {
        let at = self.ends_s.partition_point(|end_s| *end_s < time_s - DATE_LAG_S);
        self.slices.get(at).map_or(&[], |slice| &slice.quality)
    }
}

/// RDII of a whole run: each value holds for one step from its time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RdiiRecord {
    /// Step [s].
    pub step_s: f64,
    /// Nodes.
    pub nodes: Vec<u32>,
    /// Begin of a step [s] and the flow into each node [m³/s], in order of time; steps without flow may be left out.
    pub records: Vec<(f64, Vec<f64>)>,
}

impl RdiiRecord {
    /// Adds each node's flow at a time [m³/s].
    pub(super) fn add_to(&self, time_s: f64, flow_m3s: &mut [f64]) {
        let now_s = time_s + DATE_LAG_S;
        let next = self.records.partition_point(|r| r.0 <= now_s);
        let Some((begin_s, flows)) = next.checked_sub(1).map(|at| &self.records[at]) else { return };
        if now_s < begin_s + self.step_s {
            for (node, flow) in self.nodes.iter().zip(flows) {
                flow_m3s[*node as usize] += flow;
            }
        }
    }
}

impl Hydrology {
    /// The last runoff step as a slice, with the concentrations it ended with.
    #[must_use]
    pub fn slice(&self, state: &HydrologyState, quality: &[f64]) -> RunoffSlice {
        let result = |at| self.result(state, at, state.time_s);
        RunoffSlice {
            dt_s: state.dt_s(),
            catchments: (0..self.catchments.len()).map(result).collect(),
            quality: quality.to_vec(),
        }
    }

    /// Takes the state over the next step of a record instead of computing it; beyond its end no water runs off.
    ///
    /// Climate, gages and RDII go on by themselves; nothing is booked in the accounts of the surface.
    pub fn replay(
        &self,
        model: &DrainageModel,
        state: &mut HydrologyState,
        forcing: &SurfaceForcing<'_>,
        record: &RunoffRecord,
    ) -> RunoffStep {
        self.set_weather(model, state, forcing);
        let begin_s = state.time_s;
        let none = RunoffSlice::default();
        let (mut end_s, slice) = record.from(begin_s).unwrap_or((begin_s + self.dry_step_s, &none));
        let last_s = model.options.duration_s;
        if begin_s < last_s {
            end_s = end_s.min(last_s);
        }
        let keep_from_s = state.old_time_s;
        (state.old_time_s, state.time_s) = (begin_s, end_s);
        let dt_s = end_s - begin_s;
        for gage in &mut state.gages {
            gage.remember(dt_s);
        }
        let drive = RdiiDrive { until_s: end_s, imposed_ms: forcing.rain_override_ms };
        self.rdii.advance(model, &mut state.rdii, keep_from_s, drive);
        let mut step = RunoffStep { dt_s, wet: false, runoff_m3s: 0.0 };
        let dry = CatchmentResult::default();
        for (c, data) in self.catchments.iter().enumerate() {
            let now = slice.catchments.get(c).unwrap_or(&dry);
            let at = &mut state.catchments[c];
            (at.old_runoff_m3s, at.runoff_m3s) = (at.runoff_m3s, now.runoff_m3s);
            // Drains are part of the runoff in a record.
            (at.old_drain_m3s, at.drain_m3s) = (0.0, 0.0);
            (at.old_snow_m, at.snow_m) = (at.snow_m, now.snow_m);
            (at.evaporation_ms, at.infiltration_ms) = (now.evaporation_ms, now.infiltration_ms);
            step.runoff_m3s += now.runoff_m3s;
            if let Some(index) = data.aquifer
                && data.area_m2 > 0.0
            {
                let (aquifer, ground) = (&self.aquifers[index as usize], &mut state.groundwater[index as usize]);
                ground.old_flow_ms = ground.flow_ms;
                ground.flow_ms = now.groundwater_m3s / data.area_m2;
                ground.lower_depth_m = now.water_table_m - aquifer.bottom_m;
                ground.moisture = now.soil_moisture;
            }
        }
        state.peak_runoff_m3s = state.peak_runoff_m3s.max(step.runoff_m3s);
        step
    }

    /// The same hydrology with RDII that is given instead of computed.
    #[must_use]
    pub fn with_rdii(mut self, record: RdiiRecord) -> Self {
        self.rdii.give(record);
        self
    }

    /// RDII of the model's whole run by its own rain; steps without any are left out. `None` without RDII.
    #[must_use]
    pub fn rdii_history(&self, model: &DrainageModel) -> Option<RdiiRecord> {
        let (nodes, step_s) = self.rdii.nodes_and_step()?;
        let mut state = self.rdii.initial(model);
        let mut flows = LateralInflow::default();
        let mut record = RdiiRecord { step_s, nodes, records: Vec::new() };
        let count = (model.options.duration_s / step_s + 1e-9).floor().max(0.0) as u64;
        for tick in 0..=count {
            let time_s = tick as f64 * step_s;
            self.rdii.advance(model, &mut state, time_s, RdiiDrive { until_s: time_s, imposed_ms: &[] });
            flows.reset(self.nodes());
            self.rdii.add_to(&state, time_s, &mut flows.rdii_m3s);
            let row: Vec<f64> = record.nodes.iter().map(|node| flows.rdii_m3s[*node as usize]).collect();
            if row.iter().any(|flow| *flow > 0.0) {
                record.records.push((time_s, row));
            }
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_by_its_steps() {
        let slice = |dt_s, c: f64| RunoffSlice { dt_s, quality: vec![c], ..RunoffSlice::default() };
        let record = RunoffRecord::new(vec![slice(60.0, 1.0), slice(300.0, 2.0)]);
        assert_eq!(record.end_s(), 360.0);
        assert_eq!(record.from(0.0).map(|f| f.0), Some(60.0));
        assert_eq!(record.from(60.0).map(|f| (f.0, f.1.dt_s)), Some((360.0, 300.0)));
        assert_eq!(record.from(360.0), None);
        assert_eq!((record.quality_until(60.0), record.quality_until(360.0)), (&[1.0][..], &[2.0][..]));
        assert!(record.quality_until(400.0).is_empty());
    }

    #[test]
    fn rdii_holds_for_its_step_alone() {
        let records = vec![(300.0, vec![0.5]), (900.0, vec![0.25])];
        let record = RdiiRecord { step_s: 300.0, nodes: vec![1], records };
        let at = |time_s| {
            let mut flows = [0.0; 2];
            record.add_to(time_s, &mut flows);
            flows
        };
        assert_eq!([0.0, 300.0, 599.0, 600.0, 900.0, 1200.0].map(|t| at(t)[1]), [0.0, 0.5, 0.5, 0.0, 0.25, 0.0]);
        assert_eq!(at(300.0)[0], 0.0);
    }
}

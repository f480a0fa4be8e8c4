//! The surface as a [`Solver`]: the flood of `kernels::surface`, in single precision with remainders as the streets
//! over sewers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::model::SurfaceModel;
use super::ports::{check, drive, placed, table};
use crate::domain::Domain;
use crate::kernels::surface::flood::{Advanced, Flood, FloodScratch, FloodState};
use crate::kernels::surface::flood_accounts::Slots;
use crate::kernels::surface::step::{Runner, Serial};
use crate::ledger::Account;
use crate::num::fingerprint::fingerprint;
use crate::port::{Element, FieldView, Inputs, Outputs, PortIx, PortTable, Quantity};
use crate::solver::{SolveError, Solver, StepReport};

/// A surface ready to be driven from outside.
pub struct SurfaceSolver {
    model: SurfaceModel,
    flood: Flood<f32>,
    begins: FloodState<f32>,
    ports: PortTable,
    fingerprint: u64,
    runner: Arc<dyn Runner>,
}

impl std::fmt::Debug for SurfaceSolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SurfaceSolver").field("gauges", &self.model.gauges.len()).finish_non_exhaustive()
    }
}

/// A state with what is read of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurfaceState {
    /// The flood.
    pub flood: FloodState<f32>,
    /// Depth at each gauge [m].
    pub depth_m: Vec<f64>,
    /// Depth over the floor in each underpass, then behind each check dam [m].
    pub inside_m: Vec<f64>,
    /// What left each cell, mean over the last step; pumps of underpasses included [m³/s].
    pub outflow_m3s: Vec<f64>,
}

/// Buffers.
#[derive(Debug, Default)]
pub struct SurfaceScratch {
    flood: Option<FloodScratch<f32>>,
}

impl SurfaceSolver {
    /// Compiles a surface, computed on the threads of `runner`; no bit depends on it.
    ///
    /// # Errors
    /// What cannot be computed, in words.
    pub fn new(mut model: SurfaceModel, runner: Option<Arc<dyn Runner>>) -> Result<Self, SolveError> {
        let refuse = |why| SolveError::Infeasible { at: "surface".into(), why };
        if let Some(why) = model.fault() {
            return Err(refuse(why));
        }
        let flood = Flood::new(&model.flood).map_err(|e| refuse(e.to_string()))?;
        let (begins, ports, fingerprint) = (flood.start(&model.flood), table(&model), fingerprint(&model));
        // The ground as it was given is compiled; what is left of it would only weigh.
        model.flood.ground.bed_m = Vec::new();
        model.flood.depth_m = Vec::new();
        Ok(Self { model, flood, begins, ports, fingerprint, runner: runner.unwrap_or_else(|| Arc::new(Serial)) })
    }

    /// Names and times; the ground is that of [`SurfaceSolver::flood`].
    #[must_use]
    pub fn model(&self) -> &SurfaceModel {
        &self.model
    }

    /// The flood.
    #[must_use]
    pub fn flood(&self) -> &Flood<f32> {
        &self.flood
    }

    /// What left each cell since the start [m³].
    fn left_m3(state: &FloodState<f32>) -> Vec<f64> {
        let fillings = state.fillings.iter().map(|f| f.left_m3 + f.pumped_m3);
        fillings.chain(state.dams.iter().map(|d| d.left_m3.value())).collect()
    }

    fn show(&self, state: &mut SurfaceState) {
        let SurfaceState { flood: now, depth_m, inside_m, .. } = state;
        let depth = |cell| now.water.depth_m(self.flood.grid(), cell).max(0.0);
        depth_m.clear();
        depth_m.extend(self.model.gauges.iter().map(|g| depth(g.cell)));
        let fillings = self.flood.fillings().iter().zip(&now.fillings).map(|(f, now)| f.depth_m(now.volume_m3));
        let dams = self.flood.dams().iter().zip(&now.dams).map(|(d, now)| d.level_m(now) - d.storage.floor_m());
        inside_m.clear();
        inside_m.extend(fillings.chain(dams));
    }

    /// Lets the surface run until an instant.
    fn advance(
        &self,
        state: &mut SurfaceState,
        until_s: f64,
        rain_ms: Option<f64>,
        scratch: &mut SurfaceScratch,
    ) -> Result<StepReport, SolveError> {
        let (before, dt_s) = (Self::left_m3(&state.flood), until_s - state.flood.water.time_s);
        let flood = scratch.flood.get_or_insert_with(|| FloodScratch::on(self.runner.clone()));
        let mut done = Advanced::default();
        self.flood.begin(flood);
        let rain = rain_ms.as_ref().map(std::slice::from_ref);
        self.flood
            .advance(&mut state.flood, until_s, rain, flood, &mut done)
            .map_err(|e| SolveError::Infeasible { at: "surface".into(), why: e.to_string() })?;
        self.flood.look(&mut state.flood, flood, &mut done);
        let left = Self::left_m3(&state.flood);
        state.outflow_m3s = left.iter().zip(before).map(|(now, before)| (now - before) / dt_s).collect();
        let mut report = StepReport::default();
        let slots = Slots { barriers: Some(0), fillings: 0 };
        self.flood.tell(&state.flood, &mut done, slots, &mut report.events);
        report.solves = u32::try_from(done.steps).unwrap_or(u32::MAX);
        Ok(report)
    }
}

impl Solver for SurfaceSolver {
    type State = SurfaceState;
    type Scratch = SurfaceScratch;
    const DOMAIN: Domain = Domain::Surface;

    fn ports(&self) -> &PortTable {
        &self.ports
    }

    fn initial_state(&self, inputs: &Inputs, _: &mut SurfaceScratch) -> Result<SurfaceState, SolveError> {
        check(&self.model, &self.ports, inputs)?;
        let cells = self.flood.fillings().len() + self.flood.dams().len();
        let (flood, outflow_m3s) = (self.begins.clone(), vec![0.0; cells]);
        let mut state = SurfaceState { flood, depth_m: Vec::new(), inside_m: Vec::new(), outflow_m3s };
        drive(&self.ports, inputs, &mut state.flood);
        self.show(&mut state);
        Ok(state)
    }

    fn step(
        &self,
        state: &mut SurfaceState,
        inputs: &Inputs,
        dt_s: f64,
        scratch: &mut SurfaceScratch,
    ) -> Result<StepReport, SolveError> {
        if !(dt_s >= 0.0 && dt_s.is_finite()) {
            let why = format!("a step of {dt_s} s cannot be taken");
            return Err(SolveError::Infeasible { at: "surface".into(), why });
        }
        check(&self.model, &self.ports, inputs)?;
        let rain_ms = drive(&self.ports, inputs, &mut state.flood);
        let until_s = state.flood.water.time_s + dt_s;
        let report = if dt_s > 0.0 { self.advance(state, until_s, rain_ms, scratch)? } else { StepReport::default() };
        self.show(state);
        Ok(StepReport { advanced_s: dt_s, ..report })
    }

    fn accepts(&self, input: PortIx) -> bool {
        self.ports.input_group(input).is_none_or(|(group, slot)| placed(&self.model, group.name, slot))
    }

    fn time_s(&self, state: &SurfaceState) -> f64 {
        state.flood.water.time_s
    }

    fn outputs(&self, state: &SurfaceState, out: &mut Outputs) {
        let (now, grid) = (&state.flood, self.flood.grid());
        let in_fillings = now.fillings.iter().map(|f| f.volume_m3);
        let behind = now.dams.iter().map(|d| d.volume_m3);
        let flooded_m2 = self.flood.flooded_m2(now, &self.begins, self.model.flood.threshold_m);
        let net = [now.water.volume_m3(grid), flooded_m2, in_fillings.clone().sum(), behind.clone().sum()];
        let speed = |g: &super::GaugePlace| f64::from(now.water.u[g.cell]).hypot(f64::from(now.water.v[g.cell]));
        let values = net
            .into_iter()
            .chain(state.depth_m.iter().copied())
            .chain(self.model.gauges.iter().map(speed))
            .chain(state.inside_m.iter().copied())
            .chain(in_fillings.chain(behind))
            .chain(state.outflow_m3s.iter().copied());
        values.enumerate().for_each(|(at, value)| out.set(PortIx(at), value));
    }

    fn field<'a>(&self, state: &'a SurfaceState, quantity: Quantity) -> Option<FieldView<'a>> {
        let (element, values) = match quantity {
            Quantity::Depth => (Element::Node, &state.depth_m),
            Quantity::Level => (Element::Cell, &state.inside_m),
            _ => return None,
        };
        Some(FieldView { element, values })
    }

    fn accounts(&self, state: &SurfaceState) -> Vec<Account> {
        self.flood.accounts(&state.flood)
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    fn element_name(&self, element: Element, slot: usize) -> String {
        let name = match element {
            Element::Node => self.model.gauges.get(slot).map(|g| format!("gauge {}", g.id)),
            Element::Link => self.model.barrier_ids.get(slot).map(|id| format!("levee {id}")),
            Element::Cell => self.model.cell_name(slot),
            Element::Network => None,
        };
        name.unwrap_or_else(|| "surface".into())
    }
}

//! The surface beside the network, step by step.
//!
//! *Source:* own derivation; what is booked is what was moved.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::place::StreetModel;
use crate::domains::drainage::network::{Door, NodeClass};
use crate::domains::drainage::routing::{Drainage, DrainageState, Outside, RoutingScratch};
use crate::kernels::surface::check_dam::CheckDam;
use crate::kernels::surface::dam_books::DamBooks;
use crate::kernels::surface::filling::{Filling, FillingState};
use crate::kernels::surface::flood::{Advanced, Flood, FloodScratch, FloodState};
use crate::kernels::surface::flood_accounts::Slots;
use crate::kernels::surface::grid::Grid;
use crate::kernels::surface::step::{Runner, Serial};
use crate::kernels::surface::water::Water;
use crate::ledger::ExactSum;
use crate::solver::{SolveError, SolverEvent};

/// Depth from which an outfall stands in the surface's water [m].
const STAGE_M: f64 = 0.01;

/// Streets over a network, compiled. Immutable.
pub struct Streets {
    model: StreetModel,
    flood: Flood<f32>,
    begins: FloodState<f32>,
    /// How many doors share the cell of each.
    sharing: Vec<f64>,
    /// Whether each node meets the street.
    meets: Vec<bool>,
    runner: Arc<dyn Runner>,
}

impl std::fmt::Debug for Streets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streets").field("doors", &self.model.doors.len()).finish_non_exhaustive()
    }
}

/// Everything of the streets that changes with time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StreetState {
    /// The surface.
    pub flood: FloodState<f32>,
    /// What each door, then each mouth still owes its cell; negative where the cell owes [m³].
    pub owed_m3: Vec<f64>,
    /// What came out of mouths onto the surface, less what they took back [m³].
    pub spilled: ExactSum,
    /// What pumps of underpasses have lifted and the network has not had yet [m³].
    pub lifted_m3: Vec<f64>,
    /// Depth of the street's water at each node; 0 where it does not meet the street [m].
    pub depth_m: Vec<f64>,
    /// Flow from the street into each node, mean over the last step [m³/s].
    pub into_m3s: Vec<f64>,
    /// Depth in each cell as the network counts them, with underpasses and check dams behind gages and
    /// catchments [m].
    pub level_m: Vec<f64>,
}

/// Buffers.
#[derive(Debug, Default)]
pub struct StreetScratch {
    flood: Option<FloodScratch<f32>>,
    stage_m: Vec<f64>,
    given_m3s: Vec<f64>,
    rain_ms: Vec<f64>,
    done: Advanced,
}

impl Streets {
    /// Compiles streets for a network whose lids [`StreetModel::open`] has opened.
    ///
    /// # Errors
    /// What does not fit, by name.
    pub fn new(mut model: StreetModel, drainage: &Drainage) -> Result<Self, SolveError> {
        let refuse = |why: String| SolveError::Infeasible { at: "streets".into(), why };
        if !drainage.engine.takes_doors() {
            return Err(refuse("they need the implicit dynamic wave: leave out --compat and kinematic routing".into()));
        }
        model.check(&drainage.model)?;
        let flood = Flood::<f32>::new(&model.flood).map_err(|e| refuse(e.to_string()))?;
        let grid = flood.grid();
        let cells = grid.columns * grid.rows;
        let places = model.doors.iter().map(|d| (d.node, d.cell)).chain(model.mouths.iter().map(|m| (m.node, m.cell)));
        for (node, cell) in places {
            if cell >= cells || grid.bed_m[cell].is_nan() {
                let why = "it meets the street outside the terrain".into();
                return Err(SolveError::Infeasible { at: drainage.model.nodes[node as usize].id.clone(), why });
            }
        }
        let tiles = grid.tiles_x() * grid.tiles_y();
        if let Some(given) = model.gage_of_tile.as_ref().map(Vec::len).filter(|n| *n != tiles) {
            return Err(refuse(format!("{given} tiles hear a gage, there are {tiles}")));
        }
        for door in &mut model.doors {
            door.opening.crest_m = door.opening.crest_m.max(grid.bed_m[door.cell]);
        }
        let mut in_cell = std::collections::BTreeMap::<usize, f64>::new();
        model.doors.iter().for_each(|d| *in_cell.entry(d.cell).or_default() += 1.0);
        let sharing = model.doors.iter().map(|d| in_cell[&d.cell]).collect();
        let mut meets = vec![false; drainage.model.nodes.len()];
        let nodes = model.doors.iter().map(|d| d.node).chain(model.mouths.iter().map(|m| m.node));
        nodes.for_each(|node| meets[node as usize] = true);
        let begins = flood.start(&model.flood);
        // The surface as it was given is compiled; what is left of it would only weigh.
        model.flood.ground.bed_m = Vec::new();
        model.flood.depth_m = Vec::new();
        Ok(Self { model, flood, begins, sharing, meets, runner: Arc::new(Serial) })
    }

    /// The same with its surface computed on the threads of `runner`; no bit depends on it.
    #[must_use]
    pub fn on(mut self, runner: Arc<dyn Runner>) -> Self {
        self.runner = runner;
        self
    }

    /// Doors, mouths, names and times; the surface is that of [`Streets::grid`].
    #[must_use]
    pub fn model(&self) -> &StreetModel {
        &self.model
    }

    /// Whether each node meets the street.
    pub(in crate::domains::drainage) fn meets(&self) -> &[bool] {
        &self.meets
    }

    /// Ground under water deeper than the threshold now that was not so at the start: rivers and ponds do not count
    /// [m²].
    pub(in crate::domains::drainage) fn flooded_m2(&self, state: &StreetState) -> f64 {
        self.flood.flooded_m2(&state.flood, &self.begins, self.model.flood.threshold_m)
    }

    /// The surface.
    pub(super) fn flood(&self) -> &Flood<f32> {
        &self.flood
    }

    /// The ground.
    #[must_use]
    pub fn grid(&self) -> &Grid<f32> {
        self.flood.grid()
    }

    /// Underpasses and basements.
    #[must_use]
    pub fn fillings(&self) -> &[Filling] {
        self.flood.fillings()
    }

    /// Check dams above the streets.
    #[must_use]
    pub fn dams(&self) -> &[CheckDam] {
        self.flood.dams()
    }

    /// What all check dams together had and have.
    #[must_use]
    pub fn dam_books(&self, state: &StreetState) -> DamBooks {
        self.flood.dam_books(&state.flood)
    }

    /// The state at model time 0.
    pub(in crate::domains::drainage) fn start(&self, drainage: &Drainage) -> StreetState {
        let (nodes, cells) = (drainage.model.nodes.len(), self.first_dam(drainage) + self.dams().len());
        let mut state = StreetState {
            flood: self.begins.clone(),
            owed_m3: vec![0.0; self.model.doors.len() + self.model.mouths.len()],
            spilled: ExactSum::default(),
            lifted_m3: vec![0.0; self.fillings().len()],
            depth_m: vec![0.0; nodes],
            into_m3s: vec![0.0; nodes],
            level_m: vec![0.0; cells],
        };
        self.show(drainage, &mut state);
        state
    }

    /// Slot of the first underpass among the cells.
    pub(in crate::domains::drainage) fn first_underpass(&self, drainage: &Drainage) -> usize {
        drainage.model.gages.len() + drainage.model.subcatchments.len()
    }

    /// Slot of the first check dam among the cells.
    pub(in crate::domains::drainage) fn first_dam(&self, drainage: &Drainage) -> usize {
        self.first_underpass(drainage) + self.fillings().len()
    }

    /// Prepares a step of the solver: what acts from outside is kept beside what the streets add.
    pub(in crate::domains::drainage) fn begin(
        &self,
        state: &mut StreetState,
        outside: &Outside,
        scratch: &mut StreetScratch,
    ) {
        let flood = scratch.flood.get_or_insert_with(|| FloodScratch::on(self.runner.clone()));
        self.flood.begin(flood);
        scratch.stage_m.clone_from(&outside.stage_m);
        scratch.given_m3s.clone_from(&outside.given_m3s);
        scratch.done = Advanced::default();
        state.into_m3s.fill(0.0);
    }

    /// Tells the network what stands on the street, for a step of at most `span_s`.
    pub(in crate::domains::drainage) fn offer(
        &self,
        state: &mut StreetState,
        drainage: &Drainage,
        span_s: f64,
        outside: &mut Outside,
        scratch: &StreetScratch,
    ) {
        let (grid, nodes) = (self.grid(), drainage.model.nodes.len());
        let water = &mut state.flood.water;
        for place in &self.model.doors {
            water.pour(grid, grid.tile_of(place.cell));
        }
        outside.doors.clear();
        outside.doors.extend(self.model.doors.iter().zip(&self.sharing).map(|(place, sharing)| {
            let depth_m = water.depth_m(grid, place.cell).max(0.0);
            Door {
                node: place.node,
                opening: place.opening,
                count: f64::from(place.count),
                level_m: grid.bed_m[place.cell] + depth_m,
                area_m2: grid.area_m2() / sharing,
                volume_m3: depth_m * grid.area_m2() / sharing,
            }
        }));
        outside.stage_m.clone_from(&scratch.stage_m);
        outside.stage_m.resize(nodes, f64::NAN);
        for mouth in &self.model.mouths {
            let (stage_m, depth_m) = (&mut outside.stage_m[mouth.node as usize], water.depth_m(grid, mouth.cell));
            if depth_m > STAGE_M && stage_m.is_nan() {
                *stage_m = grid.bed_m[mouth.cell] + depth_m;
            }
        }
        outside.given_m3s.clone_from(&scratch.given_m3s);
        if self.model.pumped_into.iter().any(Option::is_some) {
            outside.given_m3s.resize(nodes, 0.0);
            for (node, lifted_m3) in self.model.pumped_into.iter().zip(&state.lifted_m3) {
                if let Some(node) = node {
                    outside.given_m3s[*node as usize] += lifted_m3 / span_s;
                }
            }
        }
    }

    /// Books what passed in the network's last step of `dt_s`, offered for `span_s`, and lets the surface follow.
    ///
    /// # Errors
    /// Those of the surface.
    pub(in crate::domains::drainage) fn follow(
        &self,
        state: &mut StreetState,
        (drainage, routed): (&Drainage, &DrainageState),
        (dt_s, span_s): (f64, f64),
        routing: &RoutingScratch,
        scratch: &mut StreetScratch,
    ) -> Result<(), SolveError> {
        let grid = self.grid();
        let (doors, nodes) = (self.model.doors.len(), &routed.network.nodes);
        for (at, (place, into_m3)) in self.model.doors.iter().zip(routing.door_m3()).enumerate() {
            pay(&mut state.flood.water, grid, place.cell, -into_m3, &mut state.owed_m3[at]);
            state.into_m3s[place.node as usize] += into_m3;
        }
        for (at, mouth) in self.model.mouths.iter().enumerate() {
            let node = mouth.node as usize;
            let out_m3s = match drainage.net.nodes[node].class {
                NodeClass::Outfall => nodes.inflow_m3s[node] - nodes.outflow_m3s[node],
                _ if drainage.net.nodes[node].ponded_area_m2 > 0.0 => 0.0,
                _ => nodes.overflow_m3s[node],
            };
            pay(&mut state.flood.water, grid, mouth.cell, out_m3s * dt_s, &mut state.owed_m3[doors + at]);
            state.into_m3s[node] -= out_m3s * dt_s;
            state.spilled.add(out_m3s * dt_s);
        }
        let pumped = |f: &FillingState| f.pumped_m3;
        let before: Vec<f64> = state.flood.fillings.iter().map(pumped).collect();
        let until_s = routed.network.time_s;
        let rain = self.rain(routed, &mut scratch.rain_ms);
        let flood = scratch.flood.get_or_insert_with(|| FloodScratch::on(self.runner.clone()));
        self.flood
            .advance(&mut state.flood, until_s, rain.then_some(&scratch.rain_ms[..]), flood, &mut scratch.done)
            .map_err(|e| SolveError::Infeasible { at: "streets".into(), why: e.to_string() })?;
        let ways = self.model.pumped_into.iter().zip(&mut state.lifted_m3);
        for ((node, lifted_m3), (now, before)) in ways.zip(state.flood.fillings.iter().zip(before)) {
            if node.is_some() {
                *lifted_m3 += now.pumped_m3 - before - *lifted_m3 / span_s * dt_s;
            }
        }
        Ok(())
    }

    /// What is read of the streets after a step of the solver, and what happened in it.
    pub(in crate::domains::drainage) fn finish(
        &self,
        state: &mut StreetState,
        drainage: &Drainage,
        whole_s: f64,
        scratch: &mut StreetScratch,
        events: &mut Vec<SolverEvent>,
    ) {
        state.into_m3s.iter_mut().for_each(|flow| *flow /= whole_s);
        let flood = scratch.flood.get_or_insert_with(|| FloodScratch::on(self.runner.clone()));
        self.flood.look(&mut state.flood, flood, &mut scratch.done);
        self.show(drainage, state);
        let slots = Slots { barriers: None, fillings: self.first_underpass(drainage) };
        self.flood.tell(&state.flood, &mut scratch.done, slots, events);
    }

    fn show(&self, drainage: &Drainage, state: &mut StreetState) {
        let (grid, water) = (self.grid(), &state.flood.water);
        let doors = self.model.doors.iter().map(|d| (d.node, d.cell));
        for (node, cell) in doors.chain(self.model.mouths.iter().map(|m| (m.node, m.cell))) {
            state.depth_m[node as usize] = water.depth_m(grid, cell).max(0.0);
        }
        let first = self.first_underpass(drainage);
        for (at, (filling, now)) in self.fillings().iter().zip(&state.flood.fillings).enumerate() {
            state.level_m[first + at] = filling.depth_m(now.volume_m3);
        }
        let first = self.first_dam(drainage);
        for (at, (dam, now)) in self.dams().iter().zip(&state.flood.dams).enumerate() {
            state.level_m[first + at] = dam.level_m(now) - dam.storage.floor_m();
        }
    }

    /// Rain on each tile from the network's gages; whether they are heard.
    fn rain(&self, routed: &DrainageState, rain_ms: &mut Vec<f64>) -> bool {
        let Some(gages) = &self.model.gage_of_tile else { return false };
        let heard = &routed.hydrology.gages;
        rain_ms.clear();
        if heard.iter().any(|g| g.rate_ms() > 0.0) {
            rain_ms.extend(gages.iter().map(|g| heard[*g].rate_ms()));
        }
        true
    }
}

/// Gives a cell water or takes it, with what was owed; what the cell does not have stays owed.
fn pay(water: &mut Water<f32>, grid: &Grid<f32>, cell: usize, volume_m3: f64, owed_m3: &mut f64) {
    let due = volume_m3 + *owed_m3;
    if due != 0.0 {
        *owed_m3 = due - water.exchange(grid, cell, due);
    }
}

//! A valley town of any size with its river, streets and sewers, under rain on every cell.

use std::sync::Arc;

use twin_core::bindings::drainage::streets::streets;
use twin_core::bindings::drainage::{External, drainage_model};
use twin_core::generator::sewershed::{SewershedOptions, generate};
use twin_core::io::flood_case::{self, FloodCase, Sewers};
use twin_core::io::raster::Raster;
use twin_core::io::swmm_inp;
use twin_core::model::terrain::GridFrame;
use twin_physics::domains::drainage::model::Scheme;
use twin_physics::domains::drainage::overland::{StreetModel, StreetState};
use twin_physics::domains::drainage::solver::{DrainageScratch, DrainageSolver, LiveState};
use twin_physics::kernels::surface::drive::{Inflow, OpenEdge, OpenKind, Rain};
use twin_physics::kernels::surface::edge::{Edge, Stretch};
use twin_physics::kernels::surface::flood::FloodModel;
use twin_physics::kernels::surface::friction::FrictionLaw;
use twin_physics::kernels::surface::grid::Ground;
use twin_physics::kernels::surface::soak::{Soak, SoakLaw};
use twin_physics::kernels::surface::step::{Order, Runner, Settings};
use twin_physics::num::series::Series;
use twin_physics::port::Inputs;
use twin_physics::solver::Solver;

const CELL_M: f64 = 5.0;
const SEED: u64 = 4;
/// Ordinary flow of the river [m³/s].
const RIVER_M3S: f64 = 8.0;
/// From the river's axis to the foot of the hills [m]: beyond, loess takes water in.
const TOWN_M: f64 = 800.0;

/// What rains and runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weather {
    /// The generated storm on every cell.
    Storm,
    /// No rain; a steady flow [m³/s] into the street at every tenth manhole.
    Steady(f64),
}

/// A town under way.
pub struct Town {
    /// Its solver.
    pub solver: DrainageSolver,
    /// Its state.
    pub state: LiveState,
    inputs: Inputs,
    scratch: DrainageScratch,
}

impl Town {
    /// A town of so many conduits in the middle of `columns` × `rows` cells.
    #[must_use]
    pub fn new(conduits: usize, [columns, rows]: [usize; 2], weather: Weather, runner: Arc<dyn Runner>) -> Self {
        let mut options = SewershedOptions::new(conduits, SEED).expect("the example formula is sound");
        (options.storm_years, options.storm_s) = (50.0, 10_800.0);
        let town = generate(&options).expect("a town");
        let (deck, _) = swmm_inp::read_str("town", town.deck().as_bytes());
        let deck = deck.expect("a sound deck");
        let mut model = drainage_model(&deck, &External::default());
        // The rain falls on cells.
        model.subcatchments.clear();
        (model.options.scheme, model.options.routing_step_s) = (Scheme::Implicit, 2.0);
        model.options.ignore.rainfall = false;
        let frame = GridFrame {
            columns,
            rows,
            west_m: -0.1 * columns as f64 * CELL_M,
            south_m: -0.5 * rows as f64 * CELL_M,
            cell_m: CELL_M,
        };
        let flood = flood(frame, town.ground(&frame));
        let hears_gages = weather == Weather::Storm;
        let case = case(frame, flood, hears_gages);
        let (mut above, elsewhere) = streets(&deck, &mut model, &case).expect("streets over the town");
        assert!(elsewhere.is_empty(), "the terrain is too small for {elsewhere:?}");
        if let Weather::Steady(flow_m3s) = weather {
            let cells: Vec<usize> = above.doors.iter().step_by(10).map(|d| d.cell).collect();
            let flow_m3s = Series::constant(flow_m3s);
            above.flood.inflows.extend(cells.into_iter().map(|cell| Inflow { cell, flow_m3s: flow_m3s.clone() }));
        }
        Self::of(DrainageSolver::under(model, above, Some(runner)).expect("a sound town"))
    }

    fn of(solver: DrainageSolver) -> Self {
        let inputs = Inputs::new(solver.ports().input_len());
        let mut scratch = DrainageScratch::default();
        let state = solver.initial_state(&inputs, &mut scratch).expect("a state");
        Self { solver, state, inputs, scratch }
    }

    /// Goes on by `dt_s`.
    pub fn step(&mut self, dt_s: f64) {
        self.solver.step(&mut self.state, &self.inputs, dt_s, &mut self.scratch).expect("a step");
    }

    /// The streets now.
    #[must_use]
    pub fn above(&self) -> &StreetState {
        self.state.streets.as_ref().expect("streets")
    }

    /// What holds of the streets.
    #[must_use]
    pub fn model(&self) -> &StreetModel {
        self.solver.streets().expect("streets").model()
    }

    /// What is missing or too much in streets and sewers together.
    #[must_use]
    pub fn imbalance(&self) -> f64 {
        let streets = self.solver.streets().expect("streets");
        streets.imbalance(self.solver.drainage(), &self.state.routed, self.above())
    }

    /// Share of cells deeper than a millimetre.
    #[must_use]
    pub fn wet_share(&self) -> f64 {
        let depth = &self.above().flood.water.depth;
        depth.iter().filter(|d| **d > 1e-3).count() as f64 / depth.len() as f64
    }
}

/// Doors of a town of 60 conduits: manholes alone, and with the inlets of streets over the sewers.
#[must_use]
pub fn doors() -> [Vec<(u32, u32)>; 2] {
    [false, true].map(|dual| {
        let options = SewershedOptions { dual, ..SewershedOptions::new(60, SEED).expect("a sound formula") };
        let town = generate(&options).expect("a town");
        let (deck, _) = swmm_inp::read_str("town", town.deck().as_bytes());
        let deck = deck.expect("a sound deck");
        let mut model = drainage_model(&deck, &External::default());
        let frame = town.frame(CELL_M);
        let case = case(frame, flood(frame, town.ground(&frame)), false);
        let (above, _) = streets(&deck, &mut model, &case).expect("streets over the town");
        assert!(model.inlet_usage.is_empty(), "inlets take from the surface, not from street conduits");
        let inlets = above.doors.iter().filter(|d| d.opening.weir < 1.7);
        inlets.map(|d| (d.node, d.count)).collect()
    })
}

/// The surface: a river from west to east that is left by a free edge, paved town, loess hills.
fn flood(frame: GridFrame, bed_m: Vec<f64>) -> FloodModel {
    let (columns, rows) = (frame.columns, frame.rows);
    let from_river = |row: usize| (frame.south_m + (row as f64 + 0.5) * CELL_M).abs();
    let class = (0..columns * rows).map(|c| u8::from(from_river(c / columns) > TOWN_M)).collect();
    let loess = SoakLaw::GreenAmpt { conductivity_ms: 2e-6, suction_m: 0.17, deficit: 0.25 };
    let in_bed = |row: &usize| from_river(*row) < 20.0;
    let bed: Vec<usize> = (0..rows).filter(in_bed).collect();
    let (from, to) = (bed.first().copied().unwrap_or(0), bed.last().map_or(rows, |k| k + 1));
    let river = OpenKind::Flow(Series::constant(RIVER_M3S), None);
    FloodModel {
        ground: Ground {
            columns,
            rows,
            cell_m: CELL_M,
            bed_m,
            roughness: vec![0.03],
            law: FrictionLaw::Manning,
            walls: Vec::new(),
        },
        depth_m: Vec::new(),
        u_ms: Vec::new(),
        v_ms: Vec::new(),
        settings: Settings { order: Order::First, film_m: 1e-3, longest_step_s: 10.0, levels: 3 },
        threshold_m: 0.05,
        edges: vec![
            OpenEdge { stretch: Stretch { edge: Edge::West, from, to }, kind: river },
            OpenEdge { stretch: Stretch { edge: Edge::East, from: 0, to: rows }, kind: OpenKind::Free },
        ],
        inflows: Vec::new(),
        rain: Rain::default(),
        soak: Some(Soak { laws: vec![SoakLaw::Sealed, loess], class }),
        barriers: Vec::new(),
        fillings: Vec::new(),
        dams: Vec::new(),
    }
}

fn case(frame: GridFrame, model: FloodModel, hears_gages: bool) -> FloodCase {
    FloodCase {
        dem: Raster::of_south(frame, None, &model.ground.bed_m),
        model,
        duration_s: 10_800.0,
        output_every_s: None,
        gauge_every_s: 600.0,
        precision: flood_case::Precision::F32,
        format: flood_case::RasterFormat::Asc,
        barrier_ids: Vec::new(),
        underpass_ids: Vec::new(),
        dam_ids: Vec::new(),
        pumped_into: Vec::new(),
        gauges: Vec::new(),
        sewers: Sewers { hears_gages, ..Sewers::default() },
    }
}

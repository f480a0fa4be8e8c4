//! Streets and sewers together: what one side gives the other has.

use proptest::prelude::*;

use super::super::model::{DrainageModel, DryWeather, NodeIx, NodeKind};
use super::super::solver::tests::model::{conduit, gage, link, node, outfall, town};
use super::super::solver::{DrainageScratch, DrainageSolver, LiveState};
use super::*;
use crate::kernels::surface::drive::{Inflow, OpenEdge, OpenKind, Rain};
use crate::kernels::surface::edge::{Edge, Stretch};
use crate::kernels::surface::filling::{Filling, Portal, Pump};
use crate::kernels::surface::flood::FloodModel;
use crate::kernels::surface::friction::FrictionLaw;
use crate::kernels::surface::grid::Ground;
use crate::kernels::surface::manhole::Opening;
use crate::kernels::surface::step::{Order, Settings};
use crate::kernels::surface::vessel::Vessel;
use crate::kernels::surface::weir::Crest;
use crate::num::series::Series;
use crate::port::Inputs;
use crate::solver::Solver;

mod dams;

const CELL_M: f64 = 5.0;

/// A street that falls from west to east at `slope`, `over` metres above the eastern end's zero, without an open edge.
fn street([columns, rows]: [usize; 2], slope: f64, over: f64) -> StreetModel {
    let bed = |i: usize| over + slope * CELL_M * (columns - i) as f64;
    let ground = Ground {
        columns,
        rows,
        cell_m: CELL_M,
        bed_m: (0..columns * rows).map(|c| bed(c % columns)).collect(),
        roughness: vec![0.02],
        law: FrictionLaw::Manning,
        walls: Vec::new(),
    };
    StreetModel {
        flood: FloodModel {
            ground,
            depth_m: Vec::new(),
            u_ms: Vec::new(),
            v_ms: Vec::new(),
            settings: Settings { order: Order::First, film_m: 0.0, longest_step_s: 10.0, levels: 0 },
            threshold_m: 0.05,
            edges: Vec::new(),
            inflows: Vec::new(),
            rain: Rain::default(),
            soak: None,
            barriers: Vec::new(),
            fillings: Vec::new(),
            dams: Vec::new(),
        },
        doors: Vec::new(),
        mouths: Vec::new(),
        gage_of_tile: None,
        filling_ids: Vec::new(),
        dam_ids: Vec::new(),
        pumped_into: Vec::new(),
        every_s: 2.0,
    }
}

fn manhole(node: u32, cell: usize) -> DoorPlace {
    DoorPlace { node, cell, opening: Opening::round(-1e3, 0.7), count: 1 }
}

struct Run {
    solver: DrainageSolver,
    state: LiveState,
    inputs: Inputs,
    scratch: DrainageScratch,
}

impl Run {
    fn of(model: DrainageModel, streets: StreetModel) -> Self {
        let solver = DrainageSolver::under(model, streets, None).unwrap();
        let inputs = Inputs::new(solver.ports().input_len());
        let mut scratch = DrainageScratch::default();
        let state = solver.initial_state(&inputs, &mut scratch).unwrap();
        Self { solver, state, inputs, scratch }
    }

    fn step(&mut self, dt_s: f64) {
        self.solver.step(&mut self.state, &self.inputs, dt_s, &mut self.scratch).unwrap();
    }

    fn above(&self) -> &StreetState {
        self.state.streets.as_ref().unwrap()
    }

    /// What is missing or too much in streets, underpasses and sewers together, over all that came.
    fn joint_error(&self) -> f64 {
        let streets = self.solver.streets().unwrap();
        streets.imbalance(self.solver.drainage(), &self.state.routed, self.above())
    }

    fn taken(&self, node: usize) -> f64 {
        self.above().into_m3s[node]
    }
}

/// A sewer of three manholes under a street of forty cells; the outfall lies low beside it.
fn sewer(diameter_m: f64) -> DrainageModel {
    let mut model = DrainageModel::default();
    for i in 0..3 {
        model.nodes.push(node(&format!("M{i}"), 2.0 - 0.5 * f64::from(i), 3.0, NodeKind::Junction));
    }
    model.nodes.push(outfall("out", 0.4));
    for i in 0..3 {
        model.links.push(link(&format!("C{i}"), i, i + 1, conduit(70.0, diameter_m)));
    }
    model.options.routing_step_s = 5.0;
    model.options.duration_s = 1e6;
    model
}

fn three_doors(mut streets: StreetModel) -> StreetModel {
    streets.doors = vec![manhole(0, 42), manhole(1, 56), manhole(2, 70)];
    streets
}

/// Largest number of changes of sign of any exchange after the first minute, and the largest ripple over the last two
/// minutes relative to its mean.
fn unrest(run: &mut Run, nodes: usize, minutes: usize) -> (usize, f64) {
    let mut flows = vec![Vec::new(); nodes];
    for _ in 0..minutes * 30 {
        run.step(2.0);
        flows.iter_mut().enumerate().for_each(|(n, list)| list.push(run.taken(n)));
    }
    let turns = |list: &[f64]| {
        let signs: Vec<f64> = list.iter().filter(|q| q.abs() > 1e-6).map(|q| q.signum()).collect();
        signs.windows(2).filter(|p| p[0] != p[1]).count()
    };
    let ripple = |list: &[f64]| {
        let mean = list.iter().sum::<f64>() / list.len() as f64;
        let [low, high] = list.iter().fold([f64::MAX, f64::MIN], |[a, b], q| [a.min(*q), b.max(*q)]);
        if mean.abs() < 1e-6 { 0.0 } else { (high - low) / mean.abs() }
    };
    let most = flows.iter().map(|list| turns(&list[30..])).max().unwrap_or(0);
    (most, flows.iter().map(|list| ripple(&list[list.len() - 60..])).fold(0.0, f64::max))
}

/// Water poured on the street runs down into the sewer; neither side swings at a steady inflow.
#[test]
fn a_street_drains_into_its_sewer_without_swinging() {
    for (diameter, flow) in [(0.8, 0.15), (0.3, 0.15), (0.3, 0.4)] {
        let mut streets = three_doors(street([40, 3], 0.005, 4.0));
        streets.flood.inflows = vec![Inflow { cell: 41, flow_m3s: Series::constant(flow) }];
        streets.flood.edges =
            vec![OpenEdge { stretch: Stretch { edge: Edge::East, from: 0, to: 3 }, kind: OpenKind::Free }];
        let mut run = Run::of(sewer(diameter), streets);
        let (turns, ripple) = unrest(&mut run, 3, 30);
        assert!(turns <= 2 && ripple <= 0.01, "{diameter} m, {flow} m³/s: {turns} turns, ripple {ripple}");
        assert!(run.joint_error() < 1e-12, "{}", run.joint_error());
        let taken: f64 = (0..3).map(|n| run.taken(n)).sum();
        assert!(taken > 0.02 && taken <= flow * (1.0 + 1e-3), "{taken} of {flow} m³/s");
    }
}

/// A sewer that is given too much comes up in the street and goes down again where there is room.
#[test]
fn a_surcharged_sewer_comes_up_and_goes_down_again() {
    let mut model = sewer(0.5);
    model.links[1] = link("C1", 1, 2, conduit(70.0, 0.15));
    model.dry_weather.push(DryWeather { node: NodeIx::new(0), pollutant: None, mean: 0.2, patterns: Vec::new() });
    let mut run = Run::of(model, three_doors(street([40, 3], 0.005, 4.0)));
    for _ in 0..180 {
        run.step(60.0);
    }
    let up = run.taken(0) + run.taken(1);
    assert!(up < -0.1, "comes up: {} and {}", run.taken(0), run.taken(1));
    assert!((run.taken(2) + up).abs() < 0.01 * up.abs(), "goes down: {} of {up}", run.taken(2));
    assert!(run.joint_error() < 1e-12, "{}", run.joint_error());
    assert_eq!(run.state.routed.totals.flooding.value(), 0.0, "nothing is lost above the ground");
}

/// A river over the outfall holds the sewer back, and gives it no more than it has.
#[test]
fn water_over_an_outfall_goes_back_into_the_sewer() {
    let mut streets = street([40, 3], 0.005, -0.2);
    streets.doors = vec![manhole(0, 42)];
    streets.mouths = vec![Mouth { node: 3, cell: 79 }];
    streets.flood.inflows = vec![Inflow { cell: 78, flow_m3s: Series::constant(2.5) }];
    let mut run = Run::of(sewer(0.6), streets);
    let mut least: f64 = 0.0;
    for _ in 0..90 {
        run.step(20.0);
        least = least.max(run.taken(3));
        assert!(run.joint_error() < 1e-10, "{}", run.joint_error());
    }
    assert!(least > 0.0, "it never flowed back");
    assert!(run.state.routed.network.nodes.depth_m[2] > 0.5, "{:?}", run.state.routed.network.nodes.depth_m);
}

/// An underpass fills from the street, and its pump gives the water to the sewer.
#[test]
fn an_underpass_is_pumped_into_the_sewer() {
    let mut streets = three_doors(street([40, 3], 0.005, 4.0));
    streets.flood.inflows = vec![Inflow { cell: 119, flow_m3s: Series::constant(0.1) }];
    streets.flood.fillings = vec![Filling {
        vessel: Vessel::Prism { floor_m: 0.0, area_m2: 60.0, height_m: 4.0 },
        portals: vec![Portal { cell: 119, sill_m: 4.1, width_m: 6.0, crest: Crest::BROAD }],
        pump: Some(Pump { rate_m3s: 0.05, start_m3: 10.0, stop_m3: 2.0 }),
        closure_depth_m: Some(0.27),
        marks_m: Vec::new(),
    }];
    streets.filling_ids = vec!["U1".into()];
    streets.pumped_into = vec![Some(2)];
    let mut run = Run::of(sewer(0.5), streets);
    let mut events = Vec::new();
    for _ in 0..60 {
        events.extend(run.solver.step(&mut run.state, &run.inputs, 30.0, &mut run.scratch).unwrap().events);
        assert!(run.joint_error() < 1e-12, "{}", run.joint_error());
    }
    let told: Vec<_> = events.iter().filter(|e| e.code.starts_with("underpass")).collect();
    assert!(told.iter().any(|e| e.code == "underpass-closed" && (e.value - 0.27).abs() < 1e-12), "{told:?}");
    assert_eq!(run.solver.element_name(told[0].element, told[0].slot), "underpass U1");
    let f = &run.above().flood.fillings[0];
    assert!(f.pumped_m3 > 50.0 && run.state.routed.totals.exchange.value() > 0.9 * f.pumped_m3);
}

/// Rain of the network's gage falls on the street.
#[test]
fn the_street_hears_the_gage() {
    let mut model = sewer(0.5);
    model.gages.push(gage(1e-5, 0.0, 600.0));
    let mut streets = three_doors(street([40, 3], 0.005, 4.0));
    streets.gage_of_tile = Some(vec![0; 3]);
    let mut run = Run::of(model, streets);
    for _ in 0..20 {
        run.step(60.0);
    }
    let rain_m3 = run.above().flood.water.booked.rain_m3;
    let fell_m3 = 1e-5 * 600.0 * 40.0 * 3.0 * 25.0;
    assert!((rain_m3 / fell_m3 - 1.0).abs() < 1e-9, "{rain_m3} of {fell_m3}");
    assert!(run.joint_error() < 1e-12);
}

/// What does not fit is refused by name.
#[test]
fn what_does_not_fit_is_refused() {
    let refused = |change: &dyn Fn(&mut StreetModel)| {
        let mut streets = three_doors(street([40, 3], 0.005, 4.0));
        change(&mut streets);
        DrainageSolver::under(sewer(0.5), streets, None).unwrap_err().to_string()
    };
    assert!(refused(&|s| s.doors[0].node = 9).contains("node 9"));
    assert!(refused(&|s| s.doors[0].node = 3).contains("outfall out"));
    assert!(refused(&|s| s.doors[1].cell = 999).contains("M1"));
    assert!(refused(&|s| s.doors[2].opening.area_m2 = 0.0).contains("clear area"));
    assert!(refused(&|s| s.mouths = vec![Mouth { node: 0, cell: 1 }]).contains("twice"));
    assert!(refused(&|s| s.gage_of_tile = Some(vec![0; 3])).contains("rain gage 0 of 0"));
    assert!(refused(&|s| s.every_s = 0.0).contains("0 s apart"));
    let mut kinematic = sewer(0.5);
    kinematic.options.routing = super::super::model::Routing::Kinematic;
    let error = DrainageSolver::under(kinematic, street([40, 3], 0.005, 4.0), None).unwrap_err();
    assert!(error.to_string().contains("implicit"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// Whatever the town and the storm: both sides book the same, a fork with fresh
    /// buffers goes on with the same bits.
    #[test]
    fn a_town_and_its_streets_keep_their_water(town in town(), fall in 0.001..0.05_f64, step in 7.0..90.0_f64) {
        let model = town.model();
        let reaches = town.reaches;
        let mut streets = street([4 * reaches + 20, 4], fall, town.depth_m);
        let cell = |i: usize| 4 * i + (i % 4) * (4 * reaches + 20);
        streets.doors = (0..reaches).map(|i| manhole(i as u32, cell(i))).collect();
        streets.mouths = vec![Mouth { node: reaches as u32, cell: 4 * reaches + 3 }];
        let mut run = Run::of(model, streets);
        let mut other = None;
        for k in 0..40 {
            if k == 20 {
                other = Some(run.state.clone());
            }
            run.step(step);
            if let Some(state) = &mut other {
                run.solver.step(state, &run.inputs, step, &mut DrainageScratch::default()).unwrap();
            }
            prop_assert!(run.joint_error() < 1e-9, "{}", run.joint_error());
        }
        prop_assert!(other.as_ref() == Some(&run.state));
    }
}

//! Laws of the surface as a solver.

use proptest::prelude::*;

use super::model::{GaugePlace, SurfaceModel};
use super::solver::{SurfaceScratch, SurfaceSolver, SurfaceState};
use crate::kernels::surface::check_dam::{CheckDam, DamFailure, FedDam, Next};
use crate::kernels::surface::drive::{OpenEdge, OpenKind, Rain};
use crate::kernels::surface::edge::{Edge, Stretch};
use crate::kernels::surface::filling::{Filling, Portal, Pump};
use crate::kernels::surface::flood::FloodModel;
use crate::kernels::surface::friction::FrictionLaw;
use crate::kernels::surface::grid::Ground;
use crate::kernels::surface::step::{Order, Settings};
use crate::kernels::surface::vessel::Vessel;
use crate::kernels::surface::weir::Crest;
use crate::num::series::Series;
use crate::port::{Element, Inputs, Outputs, Quantity};
use crate::solver::{SolveError, Solver, SolverEvent};

const COLUMNS: usize = 40;
const ROWS: usize = 12;

fn dam(floor_m: f64, volume_m3: f64, next: Next) -> FedDam {
    let dam = CheckDam {
        storage: Vessel::Prism { floor_m, area_m2: 900.0, height_m: 10.0 },
        crest_m: floor_m + 5.0,
        crest_length_m: 20.0,
        spillway: Some([floor_m + 4.0, 6.0]),
        failure: Some(DamFailure { overflow_m: 0.2, foot_m: floor_m, breach: Some([6.0, 120.0]) }),
        next,
    };
    FedDam { dam, volume_m3, inflow_m3s: None }
}

/// Two dams above a valley that falls to its eastern edge, with an underpass beside the gauge of its town.
fn valley(slope: f64, open: bool) -> SurfaceModel {
    let bed = |c: usize| 20.0 - slope * 5.0 * (c % COLUMNS) as f64 + 0.2 * ((c / COLUMNS) as f64 - 5.5).abs();
    let ground = Ground {
        columns: COLUMNS,
        rows: ROWS,
        cell_m: 5.0,
        bed_m: (0..COLUMNS * ROWS).map(bed).collect(),
        roughness: vec![0.03],
        law: FrictionLaw::Manning,
        walls: Vec::new(),
    };
    let town = 5 * COLUMNS + 35;
    let sill_m = ground.bed_m[town] + 0.05;
    let east = OpenEdge { stretch: Stretch { edge: Edge::East, from: 0, to: ROWS }, kind: OpenKind::Free };
    let top = FedDam { inflow_m3s: Some(Series::constant(6.0)), ..dam(60.0, 3_900.0, Next::Dam(1)) };
    SurfaceModel {
        flood: FloodModel {
            ground,
            depth_m: Vec::new(),
            u_ms: Vec::new(),
            v_ms: Vec::new(),
            settings: Settings { order: Order::First, film_m: 1e-3, longest_step_s: 10.0, levels: 3 },
            threshold_m: 0.05,
            edges: if open { vec![east] } else { Vec::new() },
            inflows: Vec::new(),
            rain: Rain::default(),
            soak: None,
            barriers: Vec::new(),
            fillings: vec![Filling {
                vessel: Vessel::Prism { floor_m: sill_m - 4.0, area_m2: 50.0, height_m: 4.0 },
                portals: vec![Portal { cell: town, sill_m, width_m: 3.0, crest: Crest::BROAD }],
                pump: Some(Pump { rate_m3s: 0.2, start_m3: 5.0, stop_m3: 1.0 }),
                closure_depth_m: Some(0.27),
                marks_m: Vec::new(),
            }],
            dams: vec![top, dam(40.0, 3_500.0, Next::Cell(5 * COLUMNS + 1))],
        },
        gauges: vec![GaugePlace { id: "town".into(), cell: town }],
        barrier_ids: Vec::new(),
        filling_ids: vec!["low-road".into()],
        dam_ids: vec!["upper".into(), "lower".into()],
    }
}

struct Run {
    solver: SurfaceSolver,
    state: SurfaceState,
    inputs: Inputs,
    scratch: SurfaceScratch,
}

impl Run {
    fn of(model: SurfaceModel) -> Self {
        let solver = SurfaceSolver::new(model, None).unwrap();
        let inputs = Inputs::new(solver.ports().input_len());
        let mut scratch = SurfaceScratch::default();
        let state = solver.initial_state(&inputs, &mut scratch).unwrap();
        Self { solver, state, inputs, scratch }
    }

    fn set(&mut self, name: &str, slot: usize, value: f64) {
        self.inputs.set(self.solver.ports().input(name, slot).unwrap(), value);
    }

    fn step(&mut self, dt_s: f64) -> Vec<SolverEvent> {
        self.solver.step(&mut self.state, &self.inputs, dt_s, &mut self.scratch).unwrap().events
    }

    fn shown(&self, name: &str, slot: usize) -> f64 {
        let mut out = Outputs::new(self.solver.ports().output_len());
        self.solver.outputs(&self.state, &mut out);
        out.get(self.solver.ports().output(name, slot).unwrap()).unwrap()
    }

    fn residual(&self) -> f64 {
        self.solver.accounts(&self.state).iter().map(|a| a.relative_residual()).fold(0.0, f64::max)
    }
}

/// A blocked spillway costs the upper dam, that costs the lower one, and the wave closes the low road; each is told by
/// its name. With free spillways the same flood passes both dams.
#[test]
fn a_blocked_spillway_costs_the_town_its_road() {
    let told = |blocked: bool| {
        let mut run = Run::of(valley(0.01, true));
        if blocked {
            run.set("blocked", 1, 1.0);
        }
        let events: Vec<_> = (0..60).flat_map(|_| run.step(30.0)).collect();
        let name = |e: &SolverEvent| (run.solver.element_name(e.element, e.slot), e.code, e.time_s);
        (events.iter().map(name).collect::<Vec<_>>(), run)
    };
    let (events, run) = told(true);
    let when = |name: &str, code: &str| events.iter().find(|e| e.0 == name && e.1 == code).map(|e| e.2);
    let upper = when("check dam upper", "check-dam-breached").expect("it fails");
    let lower = when("check dam lower", "check-dam-breached").expect("it follows");
    let road = when("underpass low-road", "underpass-closed").expect("the wave comes");
    assert!(upper < lower && lower < road, "{events:?}");
    assert!(run.residual() < 1e-12, "{}", run.residual());
    let (events, free) = told(false);
    assert!(!events.iter().any(|e| e.1 == "check-dam-breached"), "{events:?}");
    assert!((free.shown("outflow", 1) - 6.0).abs() < 0.05, "it passes what comes: {}", free.shown("outflow", 1));
}

/// Imposed rain takes the place of the model's own, and a pump without power stands.
#[test]
fn rain_and_power_are_imposed() {
    let mut model = valley(0.005, false);
    model.flood.dams.clear();
    model.dam_ids.clear();
    let mut run = Run::of(model);
    run.set("rain", 0, 5e-5);
    run.set("powered", 0, 0.0);
    (0..20).for_each(|_| drop(run.step(60.0)));
    let fell_m3 = 5e-5 * 1200.0 * (COLUMNS * ROWS) as f64 * 25.0;
    assert!((run.state.flood.water.booked.rain_m3 / fell_m3 - 1.0).abs() < 1e-9);
    let pumped = |run: &Run| run.state.flood.fillings[0].pumped_m3;
    assert!(run.shown("held", 0) > 5.0 && pumped(&run) == 0.0, "{}", run.shown("held", 0));
    run.set("powered", 0, 1.0);
    run.step(60.0);
    assert!(pumped(&run) > 1.0 && run.residual() < 1e-12);
    let depth = run.solver.field(&run.state, Quantity::Depth).expect("gauges");
    assert_eq!((depth.element, depth.values), (Element::Node, &[run.shown("depth", 0)][..]));
}

/// What means nothing for its element, or is no value of it, is refused by name and changes nothing.
#[test]
fn inputs_that_mean_nothing_are_refused() {
    let refused = |name: &str, slot: usize, value: f64| {
        let mut run = Run::of(valley(0.01, true));
        run.set(name, slot, value);
        let port = run.solver.ports().input(name, slot).unwrap();
        let error = run.solver.step(&mut run.state, &run.inputs, 60.0, &mut run.scratch).unwrap_err();
        (error.to_string(), run.solver.accepts(port))
    };
    let (why, accepts) = refused("blocked", 0, 1.0);
    assert!(why.contains("underpass low-road") && !accepts, "{why}");
    let (why, accepts) = refused("powered", 2, 0.0);
    assert!(why.contains("check dam lower") && !accepts, "{why}");
    assert!(refused("rain", 0, 0.1).0.contains("rain of surface"));
    let mut nameless = valley(0.01, true);
    nameless.dam_ids.pop();
    let error = SurfaceSolver::new(nameless, None).unwrap_err();
    assert!(matches!(error, SolveError::Infeasible { ref why, .. } if why == "2 check dams, 1 names"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// Whatever the valley, the rain and the steps: every account closes, and a fork with fresh buffers goes on with
    /// the same bits.
    #[test]
    fn a_valley_under_dams_keeps_its_water(
        slope in 0.001..0.03_f64, open: bool, rain in 0.0..1e-4_f64, blocked in 0.0..1.0_f64, step in 5.0..120.0_f64,
    ) {
        let mut run = Run::of(valley(slope, open));
        run.set("rain", 0, rain);
        run.set("blocked", 1, blocked);
        let mut other = None;
        for k in 0..16 {
            if k == 8 {
                other = Some(run.state.clone());
            }
            run.step(step);
            if let Some(state) = &mut other {
                run.solver.step(state, &run.inputs, step, &mut SurfaceScratch::default()).unwrap();
            }
            prop_assert!(run.residual() < 1e-12, "{} after {} steps", run.residual(), k);
        }
        prop_assert!(other.as_ref() == Some(&run.state));
    }
}

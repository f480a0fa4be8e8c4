//! Against SWMM 5.2.4 by process, the water accounts, and what SWMM has no word for: imposed weather, forks.

mod account;
mod gages;
mod ground;
mod infiltration;
mod lid;
mod reference;
mod routing;
mod winter;

use super::{CatchmentResult, Hydrology, HydrologyScratch, HydrologyState, LateralInflow, SurfaceForcing};
use crate::domains::drainage::model::{
    Calendar, CatchmentIx, Defects, DrainageModel, Evaporation, Gage, GageIx, Infiltration, Node, NodeIx, NodeKind,
    Receiver, SubareaRouting, Subcatchment,
};

const MM: f64 = 1e-3;
const MM_H: f64 = 1e-3 / 3600.0;
const MM_D: f64 = 1e-3 / 86_400.0;
const MIN: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;
/// Hectare as SWMM converts it [m²].
const HA: f64 = 0.3048 * 0.3048 / 0.929_03e-5;
/// Days from 1899-12-30 to 2020-06-01.
const JUNE_2020: i64 = 43_983;

/// The storms of most decks: minutes, mm/h.
const STORMS: [(f64, f64); 11] = [
    (30.0, 10.0),
    (45.0, 40.0),
    (60.0, 80.0),
    (75.0, 25.0),
    (90.0, 5.0),
    (360.0, 60.0),
    (375.0, 30.0),
    (390.0, 0.0),
    (1200.0, 90.0),
    (1215.0, 90.0),
    (1230.0, 12.0),
];

fn storms() -> Gage {
    let record = STORMS.iter().map(|(t, i)| (t * MIN, i * MM_H)).collect();
    Gage { id: "R1".into(), interval_s: 15.0 * MIN, snow_catch: 1.0, record, ..Gage::default() }
}

fn horton(max_infiltration_m: f64, modified: bool) -> Infiltration {
    Infiltration::Horton {
        max_rate_ms: 60.0 * MM_H,
        min_rate_ms: 6.0 * MM_H,
        decay_per_s: 4.0 / HOUR,
        dry_time_s: 5.0 * DAY,
        max_infiltration_m,
        modified,
    }
}

fn green_ampt(modified: bool) -> Infiltration {
    Infiltration::GreenAmpt { suction_m: 110.0 * MM, conductivity_ms: 7.0 * MM_H, deficit: 0.3, modified }
}

fn catchment(infiltration: Infiltration) -> Subcatchment {
    Subcatchment {
        id: "S1".into(),
        gage: Some(GageIx(0)),
        outlet: Some(Receiver::Node(NodeIx(0))),
        area_m2: 2.0 * HA,
        impervious: 0.4,
        width_m: 120.0,
        slope: 0.015,
        curb_length: 0.0,
        manning_impervious: 0.015,
        manning_pervious: 0.2,
        storage_impervious_m: 1.5 * MM,
        storage_pervious_m: 4.0 * MM,
        zero_storage: 0.25,
        subarea_routing: SubareaRouting::ToOutlet,
        routed: 1.0,
        infiltration,
        groundwater: None,
        snowpack: None,
        lid_units: Vec::new(),
        coverage: Vec::new(),
        initial_buildup: Vec::new(),
        adjustments: [None; 3],
    }
}

fn junction(id: &str) -> Node {
    Node {
        id: id.into(),
        invert_m: 10.0,
        full_depth_m: 2.0,
        initial_depth_m: 0.0,
        surcharge_depth_m: 0.0,
        ponded_area_m2: 0.0,
        rdii: None,
        treatment: Vec::new(),
        kind: NodeKind::Junction,
    }
}

/// One catchment of 2 ha from 2020-06-01 on, for a day, as SWMM computes it.
fn base(infiltration: Infiltration) -> DrainageModel {
    let mut model = DrainageModel {
        calendar: Calendar { start_day: JUNE_2020, start_second: 0.0 },
        gages: vec![storms()],
        subcatchments: vec![catchment(infiltration)],
        nodes: vec![junction("J1")],
        ..DrainageModel::default()
    };
    model.options.duration_s = DAY;
    model.options.wet_step_s = 300.0;
    model.options.dry_step_s = HOUR;
    model.options.defects = Defects::SWMM_5_2;
    model.climate.evaporation = Evaporation::Constant(6.0 * MM_D);
    model
}

/// A run, step after step.
struct Run {
    model: DrainageModel,
    hydrology: Hydrology,
    state: HydrologyState,
    scratch: HydrologyScratch,
}

impl Run {
    fn new(model: DrainageModel) -> Self {
        let hydrology = Hydrology::new(&model).expect("a valid model");
        let state = hydrology.initial(&model);
        Self { model, hydrology, state, scratch: HydrologyScratch::default() }
    }

    fn step(&mut self, forcing: &SurfaceForcing<'_>) -> f64 {
        self.hydrology.advance(&self.model, &mut self.state, forcing, &mut self.scratch).dt_s
    }

    fn to(&mut self, time_s: f64) {
        while self.state.time_s < time_s {
            self.step(&SurfaceForcing::default());
        }
    }

    fn result(&self, catchment: usize, time_s: f64) -> CatchmentResult {
        self.hydrology.result(&self.state, catchment, time_s)
    }

    fn lateral(&self, time_s: f64) -> LateralInflow {
        let mut out = LateralInflow::default();
        self.hydrology.lateral(&self.state, time_s, &mut out);
        out
    }

    /// Both accounts close to round-off.
    fn assert_closed(&self) {
        let account = self.state.totals.account(self.hydrology.stored(&self.state));
        assert!(account.relative_residual() < 1e-12, "surface: {:e}", account.relative_residual());
        let stored = self.hydrology.groundwater_stored_m3(&self.model, &self.state);
        let account = self.state.groundwater_totals.account(stored);
        assert!(account.relative_residual() < 1e-12, "ground: {:e}", account.relative_residual());
    }
}

/// A result in SWMM's units, in SWMM's order.
fn in_swmm_units(r: &CatchmentResult) -> [f64; 8] {
    // SWMM has 0.02832 m³ in a ft³ where flow is in m³/s.
    let flow = 0.028_32 / (0.3048 * 0.3048 * 0.3048);
    [
        r.rain_ms / MM_H,
        r.snow_m / MM,
        r.evaporation_ms / MM_D,
        r.infiltration_ms / MM_H,
        r.runoff_m3s * flow,
        r.groundwater_m3s * flow,
        r.water_table_m,
        r.soil_moisture,
    ]
}

/// Compares a catchment with SWMM at all times of a reference, to 2e-6 of each value (single precision has 6e-8).
fn compare<const N: usize>(name: &str, model: DrainageModel, catchment: usize, reference: &[(f64, [f64; N])]) {
    let mut run = Run::new(model);
    let mut worst = (0.0_f64, String::new());
    for (time_s, expected) in reference {
        run.to(*time_s);
        let found = in_swmm_units(&run.result(catchment, *time_s));
        for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
            let error = (found - expected).abs() / expected.abs().max(1e-4);
            if error.is_nan() || error > worst.0 {
                worst = (error, format!("{name} at {time_s} s, column {i}: {found} for {expected}"));
            }
        }
    }
    assert!(worst.0 < 2e-6, "{:e}: {}", worst.0, worst.1);
    run.to(run.model.options.duration_s);
    run.assert_closed();
}

fn second_catchment(infiltration: Infiltration) -> Subcatchment {
    Subcatchment {
        id: "S2".into(),
        area_m2: HA,
        impervious: 0.1,
        width_m: 80.0,
        slope: 0.02,
        ..catchment(infiltration)
    }
}

fn to_catchment(index: u32) -> Option<Receiver> {
    Some(Receiver::Catchment(CatchmentIx(index)))
}

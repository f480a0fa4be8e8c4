//! Groundwater and RDII.

use super::*;
use crate::domains::drainage::model::{
    Aquifer, AquiferIx, Expression, Function, Groundwater, GroundwaterVariable, Op, Pattern, PatternIx, PatternKind,
    Rdii, UnitHydrograph, UnitHydrographIx, UnitResponse,
};

/// Square metres in a hectare, as `1/HA` in SWMM's units.
const PER_HA: f64 = 1.0 / HA;

fn aquifer() -> Aquifer {
    Aquifer {
        id: "A1".into(),
        porosity: 0.46,
        wilting_point: 0.12,
        field_capacity: 0.28,
        conductivity_ms: 8.0 * MM_H,
        conductivity_slope: 12.0,
        tension_slope_m: 4.0,
        upper_evap_share: 0.35,
        lower_evap_depth_m: 3.0,
        lower_loss_ms: 0.02 * MM_H,
        bottom_m: 4.0,
        water_table_m: 8.5,
        upper_moisture: 0.34,
        upper_evap_pattern: None,
    }
}

/// Coefficients as in a deck in SI: flow in m³/s per hectare, lengths in m.
fn groundwater(a1: f64, b1: f64, a2: f64, b2: f64, a3: f64, fixed_depth_m: f64) -> Groundwater {
    let per_m2 = GW_FLOW;
    Groundwater {
        aquifer: AquiferIx(0),
        node: Some(NodeIx(0)),
        surface_m: 12.0,
        a1: a1 * per_m2,
        b1,
        a2: a2 * per_m2,
        b2,
        a3: a3 * per_m2,
        fixed_depth_m,
        threshold_m: Some(8.0),
        bottom_m: None,
        water_table_m: None,
        upper_moisture: None,
        lateral: None,
        deep: None,
        length_factor: 1.0,
        rate_factor: 1.0 / MM_H,
        area_factor: PER_HA,
    }
}

/// From SWMM's m³/s per hectare to m/s.
const GW_FLOW: f64 = 1e-4;

fn with(ground: Groundwater) -> DrainageModel {
    let mut model = base(horton(0.0, false));
    model.aquifers = vec![aquifer()];
    model.subcatchments[0].groundwater = Some(ground);
    model
}

#[test]
fn groundwater_follows_swmm() {
    compare("groundwater", with(groundwater(0.001, 1.2, 0.0, 0.0, 0.0, 0.0)), 0, reference::GW);
}

#[test]
fn surface_water_terms_follow_swmm() {
    let mut ground = groundwater(0.002, 1.5, 0.000_02, 1.1, 0.0, 0.4);
    ground.threshold_m = Some(8.2);
    compare("surface water", with(ground), 0, reference::GWSURFACE);
    let mut ground = groundwater(0.003, 2.0, 0.0, 0.0, 0.0002, 0.3);
    (ground.bottom_m, ground.water_table_m, ground.upper_moisture) = (Some(3.0), Some(9.0), Some(0.30));
    compare("interaction", with(ground), 0, reference::GWINTERACT);
}

#[test]
fn evaporation_from_both_zones_follows_swmm() {
    let mut model = with(groundwater(0.001, 1.2, 0.0, 0.0, 0.0, 0.0));
    model.climate.evaporation = Evaporation::Constant(60.0 * MM_D);
    let mut factors = vec![1.0; 12];
    factors[5] = 1.5;
    model.patterns = vec![Pattern { id: "UP".into(), kind: PatternKind::Monthly, factors }];
    model.aquifers[0].upper_evap_pattern = Some(PatternIx(0));
    compare("evaporation", model, 0, reference::GWEVAP);
}

#[test]
fn a_full_aquifer_limits_infiltration_as_in_swmm() {
    let mut ground = groundwater(0.01, 1.0, 0.0, 0.0, 0.0, 0.0);
    (ground.threshold_m, ground.water_table_m, ground.upper_moisture) = (None, Some(11.9), Some(0.44));
    let mut model = with(ground);
    model.subcatchments[0].infiltration =
        Infiltration::GreenAmpt { suction_m: 110.0 * MM, conductivity_ms: 30.0 * MM_H, deficit: 0.3, modified: false };
    compare("shallow", model, 0, reference::GWSHALLOW);
}

#[test]
fn users_formulas_follow_swmm() {
    use GroundwaterVariable as V;
    let (number, variable) = (Op::Number, Op::Variable);
    let head = [variable(V::WaterTable), variable(V::ChannelBottom), Op::Subtract];
    // 0.002 * (HGW - HCB)^1.5 * STEP(HGW - HCB) + 0.0001*A*THETA
    let mut lateral = vec![number(0.002)];
    lateral.extend(head);
    lateral.extend([number(1.5), Op::Power, Op::Multiply]);
    lateral.extend(head);
    lateral.extend([Op::Apply(Function::Step), Op::Multiply, number(0.0001), variable(V::Area), Op::Multiply]);
    lateral.extend([variable(V::Moisture), Op::Multiply, Op::Add]);
    // 0.01*HGW/HGS + 0.001*K + 0.1*FU*(PHI-THETA)
    let deep = vec![
        number(0.01),
        variable(V::WaterTable),
        Op::Multiply,
        variable(V::GroundSurface),
        Op::Divide,
        number(0.001),
        variable(V::Conductivity),
        Op::Multiply,
        Op::Add,
        number(0.1),
        variable(V::UpperPercolation),
        Op::Multiply,
        variable(V::Porosity),
        variable(V::Moisture),
        Op::Subtract,
        Op::Multiply,
        Op::Add,
    ];
    let mut ground = groundwater(0.001, 1.0, 0.0, 0.0, 0.0, 0.0);
    ground.lateral = Some((Expression { program: lateral }, GW_FLOW));
    ground.deep = Some((Expression { program: deep }, MM_H));
    compare("formulas", with(ground), 0, reference::GWCUSTOM);
}

#[test]
fn a_node_that_floods_the_ground_gives_no_more_than_it_has() {
    let mut ground = groundwater(0.0, 1.0, 0.01, 1.0, 0.0, 0.0);
    ground.threshold_m = Some(8.0);
    let mut run = Run::new(with(ground));
    let forcing = SurfaceForcing { node_depth_m: &[3.0], node_volume_m3: &[36.0], ..SurfaceForcing::default() };
    let dt_s = run.step(&forcing);
    let flow_m3s = run.lateral(dt_s).groundwater_m3s[0];
    assert!((flow_m3s + 36.0 / dt_s).abs() < 1e-12, "{flow_m3s}");
    run.assert_closed();
}

fn response(r: f64, t_h: f64, k: f64, abstraction: [f64; 3]) -> UnitResponse {
    UnitResponse {
        r,
        t_s: t_h * HOUR,
        k,
        abstraction_max_m: abstraction[0] * MM,
        recovery_ms: abstraction[1] * MM_D,
        abstraction_used_m: abstraction[2] * MM,
    }
}

/// Two groups on one gage; the second's times are shorter than the wet step.
fn rdii() -> DrainageModel {
    let mut model = base(horton(0.0, false));
    let all = [
        response(0.05, 0.5, 1.5, [3.0, 2.0, 1.0]),
        response(0.08, 2.0, 2.0, [4.0, 3.0, 0.0]),
        response(0.1, 6.0, 3.0, [5.0, 1.0, 2.0]),
    ];
    let mut months = vec![all; 12];
    months[5][0] = response(0.06, 0.4, 2.0, [2.0, 12.0, 1.5]);
    let short = [response(0.1, 0.03, 1.0, [0.0; 3]), UnitResponse::default(), UnitResponse::default()];
    let group = |id: &str, months| UnitHydrograph { id: id.into(), gage: Some(GageIx(0)), months };
    model.unit_hydrographs = vec![group("UH1", months), group("UH2", vec![short; 12])];
    let node = |id: &str, hydrograph, area_ha: f64| Node {
        rdii: Some(Rdii { hydrograph: UnitHydrographIx(hydrograph), area_m2: area_ha * HA }),
        ..junction(id)
    };
    model.nodes = vec![node("J1", 0, 40.0), node("J2", 1, 10.0)];
    model.subcatchments[0].outlet = Some(Receiver::Node(NodeIx(1)));
    model
}

/// RDII of the first node and of both [m³/s of SWMM] at times [s].
fn compare_rdii(model: DrainageModel, reference: &[(f64, f64, f64)], produced_m3: [f64; 2]) {
    let mut run = Run::new(model);
    for &(time_s, first, both) in reference {
        run.to(time_s);
        // SWMM's routing step of 60 s takes what enters at its start.
        let found = run.lateral(time_s - 60.0).rdii_m3s;
        let flow = 0.028_32 / (0.3048 * 0.3048 * 0.3048);
        let (a, b) = (found[0] * flow, (found[0] + found[1]) * flow);
        assert!((a - first).abs() <= 1e-6 * first.max(1e-3), "{time_s} s: {a} for {first}");
        assert!((b - both).abs() <= 1e-6 * both.max(1e-3), "{time_s} s: {b} for {both}");
    }
    run.to(run.model.options.duration_s);
    let totals = [run.state.rdii.rain_m3.value(), run.state.rdii.rdii_m3.value()];
    for (found, expected) in totals.iter().zip(produced_m3) {
        assert!((found / expected - 1.0).abs() < 1e-4, "{totals:?} for {produced_m3:?}");
    }
}

#[test]
fn rdii_follows_swmm() {
    compare_rdii(rdii(), RDII, [55_394.0, 9144.0]);
}

#[test]
fn rdii_across_a_month_follows_swmm() {
    let mut model = rdii();
    model.calendar = Calendar { start_day: JUNE_2020 - 1, start_second: 23.0 * HOUR + 10.0 * MIN };
    compare_rdii(model.clone(), RDII_ACROSS, [55_294.0, 9376.0]);
    // On the second day SWMM's dates differ in their last bits.
    model.options.duration_s = 2.0 * DAY;
    compare_rdii(model, RDII_SECOND_DAY, [55_294.0, 11_217.0]);
}

#[test]
fn rdii_of_imposed_rain_is_that_of_the_same_record() {
    let mut model = rdii();
    model.options.dry_step_s = 300.0;
    let (mut recorded, mut dry) = (Run::new(model.clone()), model);
    dry.gages[0].record.clear();
    let mut imposed = Run::new(dry);
    for _ in 0..60 {
        let rain = [imposed_rain(imposed.state.time_s)];
        imposed.step(&SurfaceForcing { rain_override_ms: &rain, ..SurfaceForcing::default() });
        recorded.to(imposed.state.time_s);
        let time_s = imposed.state.time_s;
        assert_eq!(imposed.lateral(time_s).rdii_m3s, recorded.lateral(time_s).rdii_m3s, "{time_s}");
    }
}

/// The storms as a value at a time.
fn imposed_rain(time_s: f64) -> f64 {
    let at = |(t, _): &&(f64, f64)| t * MIN <= time_s && time_s < (t + 15.0) * MIN;
    STORMS.iter().find(at).map_or(0.0, |(_, i)| i * MM_H)
}

/// Time [s], RDII of J1, of both [m³/s of SWMM].
const RDII: &[(f64, f64, f64)] = &[
    (3000.0, 0.0043407632, 0.032121647),
    (3600.0, 0.028498368, 0.1396219),
    (3900.0, 0.052583653, 0.16370718),
    (4200.0, 0.086813465, 0.30906054),
    (4800.0, 0.18954261, 0.41178969),
    (5400.0, 0.29147431, 0.36092654),
    (6300.0, 0.32865414, 0.34254459),
    (9300.0, 0.093327984, 0.093327984),
    (15300.0, 0.096417747, 0.096417747),
    (21900.0, 0.057986777, 0.057986777),
    (22800.0, 0.096157774, 0.26284307),
    (24300.0, 0.24233873, 0.24233873),
    (30300.0, 0.10145961, 0.10145961),
    (45300.0, 0.044349313, 0.044349313),
    (60300.0, 0.031637397, 0.031637397),
    (72900.0, 0.050461866, 0.30048981),
    (74100.0, 0.31086108, 0.56088901),
    (78300.0, 0.12818354, 0.12818354),
    (86400.0, 0.11732127, 0.11732127),
];

/// Time [s], RDII of J1, of both [m³/s of SWMM].
const RDII_ACROSS: &[(f64, f64, f64)] = &[
    (3000.0, 0.0, 0.027780883),
    (3600.0, 0.033796612, 0.14492014),
    (3900.0, 0.033796612, 0.14492014),
    (4200.0, 0.11313055, 0.33537763),
    (4800.0, 0.23230924, 0.45455632),
    (5400.0, 0.34038118, 0.40983337),
    (6300.0, 0.35398513, 0.36787558),
    (9300.0, 0.10005847, 0.10005847),
    (15300.0, 0.1070058, 0.1070058),
    (21900.0, 0.064541757, 0.064541757),
    (22800.0, 0.10722701, 0.27391231),
    (24300.0, 0.26603162, 0.26603162),
    (30300.0, 0.1120776, 0.1120776),
    (45300.0, 0.048875771, 0.048875771),
    (60300.0, 0.034824856, 0.034824856),
    (72900.0, 0.05252457, 0.30255252),
    (74100.0, 0.2301925, 0.48022044),
    (78300.0, 0.11691491, 0.11691491),
    (86400.0, 0.10247046, 0.10247046),
];

/// The same over two days.
const RDII_SECOND_DAY: &[(f64, f64, f64)] = &[
    (6300.0, 0.35398513, 0.36787558),
    (21900.0, 0.064541757, 0.064541757),
    (30300.0, 0.1120776, 0.1120776),
    (72900.0, 0.05252457, 0.30255252),
    (78300.0, 0.11691491, 0.11691491),
    (86400.0, 0.10247046, 0.10247046),
    (87300.0, 0.095833451, 0.095833451),
    (87600.0, 0.095833451, 0.095833451),
    (88800.0, 0.086984105, 0.086984105),
    (90300.0, 0.075972177, 0.075972177),
    (93300.0, 0.053198904, 0.053198904),
    (96300.0, 0.041857965, 0.041857965),
    (100200.0, 0.038103748, 0.038103748),
    (104400.0, 0.034156781, 0.034156781),
    (108300.0, 0.030491738, 0.030491738),
    (114300.0, 0.026495669, 0.026495669),
    (120300.0, 0.022985546, 0.022985546),
    (126300.0, 0.019475421, 0.019475421),
    (135300.0, 0.014385743, 0.014385743),
    (144300.0, 0.0091205593, 0.0091205593),
    (150300.0, 0.0056104362, 0.0056104362),
];

//! LID units in a catchment, and outfalls that discharge onto one.

use super::*;
use crate::domains::drainage::model::{
    LidControl, LidDrain, LidIx, LidKind, LidSoil, LidStorage, LidSurface, LidUnit, Outfall, Stage,
};

/// Four bioretention cells of 200 m² that treat 40 % of the impervious and 10 % of the pervious runoff.
fn cells(to_pervious: bool, drain_to: Option<Receiver>) -> DrainageModel {
    let mut model = base(horton(0.0, false));
    model.lid_controls = vec![LidControl {
        id: "BC".into(),
        kind: LidKind::Bioretention,
        surface: LidSurface { storage_m: 0.15, void_fraction: 0.9, manning: 0.1, slope: 0.01, side_slope: 5.0 },
        soil: Some(LidSoil {
            thickness_m: 0.5,
            porosity: 0.45,
            field_capacity: 0.2,
            wilting_point: 0.1,
            conductivity_ms: 50.0 * MM_H,
            conductivity_slope: 10.0,
            suction_m: 80.0 * MM,
        }),
        pavement: None,
        storage: Some(LidStorage {
            thickness_m: 0.2,
            void_fraction: 0.75 / 1.75,
            seepage_ms: 5.0 * MM_H,
            ..LidStorage::default()
        }),
        drain: Some(LidDrain {
            coefficient: 5.0,
            exponent: 0.5,
            head_factor: 1000.0,
            flow_factor: MM_H,
            offset_m: 0.05,
            ..LidDrain::default()
        }),
        mat: None,
        removal: Vec::new(),
    }];
    model.subcatchments[0].lid_units = vec![LidUnit {
        control: LidIx(0),
        count: 4,
        area_m2: 200.0,
        width_m: 10.0,
        initial_saturation: 0.2,
        from_impervious: 0.4,
        from_pervious: 0.1,
        to_pervious,
        drain_to,
    }];
    model
}

#[test]
fn cells_that_return_their_outflow_follow_swmm() {
    compare("returning cells", cells(true, None), 0, reference::LIDRETURN);
}

#[test]
fn cells_with_a_drain_to_a_node_follow_swmm() {
    compare("drained cells", cells(false, Some(Receiver::Node(NodeIx(0)))), 0, reference::LIDOUTLET);
}

#[test]
fn drain_flow_is_told_apart_from_runoff() {
    let mut run = Run::new(cells(false, Some(Receiver::Node(NodeIx(0)))));
    while run.state.catchments[0].drain_m3s * run.state.catchments[0].runoff_m3s <= 0.0 {
        assert!(run.state.time_s < DAY, "drains and runoff never flow together");
        run.step(&SurfaceForcing::default());
    }
    let out = run.lateral(run.state.time_s);
    assert_eq!(out.wet_weather_m3s(0), out.drains_m3s[0] + out.runoff_m3s[0]);
    assert_eq!(out.drains_m3s[0], run.state.catchments[0].drain_m3s);
}

#[test]
fn outfall_water_arrives_whole_unless_swmms_defect_is_asked_for() {
    for defects in [Defects::default(), Defects::SWMM_5_2] {
        let mut model = base(horton(0.0, false));
        model.options.defects = defects;
        let kind = NodeKind::Outfall(Outfall { stage: Stage::Free, flap_gate: false, route_to: Some(CatchmentIx(0)) });
        model.nodes.push(Node { kind, ..junction("O1") });
        let mut run = Run::new(model);
        run.to(5.0 * HOUR);
        let (runon_before, from_s) = (run.state.statistics[0].runon_m3, run.state.time_s);
        let mut volume_m3 = 0.0;
        while run.state.time_s < 8.0 * HOUR {
            let volumes = [0.0, 0.01 * run.state.dt_s()];
            volume_m3 += volumes[1];
            run.step(&SurfaceForcing { outfall_volume_m3: &volumes, ..SurfaceForcing::default() });
        }
        let arrived_m3 = run.state.statistics[0].runon_m3 - runon_before;
        assert!((run.state.totals.runon_m3.value() - volume_m3).abs() < 1e-9 && volume_m3 > 0.0, "{from_s}");
        assert_eq!((arrived_m3 - volume_m3).abs() < 1e-9, !defects.others, "{arrived_m3} {volume_m3}");
        run.assert_closed();
    }
}

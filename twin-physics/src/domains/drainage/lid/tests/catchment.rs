//! Units within a subcatchment: what they take, where their water goes, and what is refused.

use super::case::{control, model, still, subcatchment};
use crate::domains::drainage::lid::{LidInput, Lids};
use crate::domains::drainage::model::*;

const MM_H: f64 = 1e-3 / 3600.0;

fn unit(area_m2: f64) -> LidUnit {
    LidUnit {
        control: LidIx::new(0),
        count: 1,
        area_m2,
        width_m: 0.0,
        initial_saturation: 0.0,
        from_impervious: 0.0,
        from_pervious: 0.0,
        to_pervious: false,
        drain_to: None,
    }
}

fn barrel(height_m: f64, covered: bool) -> LidControl {
    let storage = LidStorage { thickness_m: height_m, void_fraction: 1.0, covered, ..LidStorage::default() };
    LidControl { storage: Some(storage), ..control(LidKind::RainBarrel) }
}

fn with(design: LidControl, units: Vec<LidUnit>) -> DrainageModel {
    let mut at = subcatchment(10_000.0, 1e-6, units);
    at.impervious = 0.5;
    DrainageModel { lid_controls: vec![design], subcatchments: vec![at], ..DrainageModel::default() }
}

/// A share of the runoff beside the rain reaches a unit, and what runs over it leaves for the outlet.
#[test]
fn a_unit_takes_its_shares() {
    let share = LidUnit { from_impervious: 0.4, from_pervious: 0.25, count: 10, ..unit(5.0) };
    let model = with(barrel(1.0, false), vec![share]);
    let lids = Lids::new(&model).expect("sound");
    let mut states = lids.initial();
    let input = LidInput {
        rain_ms: 36.0 * MM_H,
        runon_m3s: 1.0,
        impervious_runoff_m3s: 0.1,
        pervious_runoff_m3s: 0.02,
        ..still(300.0)
    };
    let out = lids.step(0, &mut states, &input);
    assert!((out.captured_m3s - 0.045).abs() < 1e-15);
    let inflow_m3s = 0.045 + 50.0 * 1e-5;
    assert!((out.stored_m3 - inflow_m3s * 300.0).abs() < 1e-12 && out.surface_m3s == 0.0);
    for _ in 0..4 {
        lids.step(0, &mut states, &input);
    }
    let out = lids.step(0, &mut states, &input);
    assert!((out.stored_m3 - 50.0).abs() < 1e-12);
    assert!((out.surface_m3s - inflow_m3s).abs() < 1e-12, "{out:?}");
}

/// Runon from upstream reaches the units only where nothing else is in the subcatchment.
#[test]
fn runon_reaches_units_that_are_all_there_is() {
    let inflow = |area_m2: f64| {
        let lids = Lids::new(&with(barrel(1.0, false), vec![unit(area_m2)])).expect("sound");
        let mut states = lids.initial();
        lids.step(0, &mut states, &LidInput { runon_m3s: 2.0, impervious_runoff_m3s: 9.0, ..still(60.0) });
        (states[0].fluxes.inflow_ms, lids.area_m2(0))
    };
    assert_eq!(inflow(9_000.0), (0.0, 9_000.0));
    // 99.95 % counts as all of it.
    assert_eq!(inflow(9_995.0), (2.0 / 10_000.0, 10_000.0));
}

/// Outflow returns to the pervious area with the drain's, unless the drain ends elsewhere or no such area is left.
#[test]
fn outflow_returns_to_the_pervious_area() {
    let mut design = barrel(0.1, false);
    design.drain = Some(LidDrain { coefficient: 36.0, head_factor: 1e3, flow_factor: MM_H, ..LidDrain::default() });
    let run = |change: fn(&mut DrainageModel)| {
        let back = LidUnit { to_pervious: true, initial_saturation: 1.0, ..unit(100.0) };
        let mut model = with(design.clone(), vec![back]);
        change(&mut model);
        let lids = Lids::new(&model).expect("sound");
        let mut states = lids.initial();
        let out = lids.step(0, &mut states, &LidInput { rain_ms: 72.0 * MM_H, ..still(60.0) });
        (out, states[0].drain_m3s, lids.drain_to(0))
    };
    let (out, drain_m3s, _) = run(|_| {});
    assert!((out.to_pervious_m3s - 2e-3).abs() < 1e-15 && out.surface_m3s == 0.0 && drain_m3s == 0.0);
    let (out, drain_m3s, to) = run(|m| {
        m.subcatchments[0].lid_units[0].drain_to = Some(Receiver::Node(NodeIx::new(7)));
    });
    assert!((out.to_pervious_m3s - 1e-3).abs() < 1e-15 && (drain_m3s - 1e-3).abs() < 1e-15);
    assert_eq!(to, Some(Receiver::Node(NodeIx::new(7))));
    let (out, drain_m3s, _) = run(|m| m.subcatchments[0].impervious = 1.0);
    assert!(out.to_pervious_m3s == 0.0 && (out.surface_m3s - 1e-3).abs() < 1e-15 && (drain_m3s - 1e-3).abs() < 1e-15);
}

/// Rain on a covered barrel runs off it. SWMM loses it (USEPA issue 166).
#[test]
fn rain_on_a_cover_runs_off() {
    let run = |defects| {
        let mut model = model(barrel(1.0, true), 10.0, 0.0, 0.0, 1e-6);
        model.options.defects = defects;
        let lids = Lids::new(&model).expect("sound");
        let mut states = lids.initial();
        let out = lids.step(0, &mut states, &LidInput { rain_ms: 36.0 * MM_H, ..still(60.0) });
        (out.surface_m3s, out.stored_m3)
    };
    assert_eq!(run(Defects::SWMM_5_2), (0.0, 0.0));
    let (surface_m3s, stored_m3) = run(Defects::default());
    assert!((surface_m3s - 1e-4).abs() < 1e-18 && stored_m3 == 0.0);
}

/// A spigot opens only when it has not rained for its delay.
#[test]
fn a_spigot_waits() {
    let mut design = barrel(1.0, false);
    design.drain = Some(LidDrain {
        coefficient: 36.0,
        head_factor: 1e3,
        flow_factor: MM_H,
        delay_s: 3_600.0,
        ..LidDrain::default()
    });
    let lids = Lids::new(&with(design, vec![LidUnit { initial_saturation: 0.5, ..unit(10.0) }])).expect("sound");
    let mut states = lids.initial();
    lids.step(0, &mut states, &LidInput { rain_ms: 36.0 * MM_H, ..still(600.0) });
    for step in 0..8 {
        let out = lids.step(0, &mut states, &still(600.0));
        assert_eq!(out.drain_m3s > 0.0, step >= 6, "step {step}");
    }
}

/// What is missing or out of range is named with control and subcatchment.
#[test]
fn unsound_designs_are_refused() {
    let refused = |change: fn(&mut DrainageModel), words: &str| {
        let mut model = with(barrel(1.0, false), vec![unit(10.0)]);
        change(&mut model);
        let error = Lids::new(&model).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    };
    refused(|m| m.lid_controls[0].kind = LidKind::Bioretention, "LID control L: a soil layer is missing");
    refused(|m| m.lid_controls[0].kind = LidKind::PermeablePavement, "a pavement layer is missing");
    refused(|m| m.lid_controls[0].kind = LidKind::VegetativeSwale, "in subcatchment C: a swale needs its top width");
    refused(|m| m.subcatchments[0].lid_units[0].count = 1_100, "area exceeds");
    refused(
        |m| m.subcatchments[0].lid_units = vec![LidUnit { from_impervious: 0.6, ..unit(1.0) }; 2],
        "treat more than all",
    );
    refused(|m| m.subcatchments[0].lid_units[0].initial_saturation = f64::NAN, "within 0..1");
    refused(|m| m.subcatchments[0].lid_units[0].control = LidIx::new(4), "does not exist");
    let gate = |m: &mut DrainageModel| {
        let drain =
            LidDrain { head_factor: 1.0, flow_factor: 1.0, open_head_m: 0.1, close_head_m: 0.2, ..LidDrain::default() };
        m.lid_controls[0].drain = Some(drain);
    };
    refused(gate, "opens it must lie above");
}

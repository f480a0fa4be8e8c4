//! Cases that break other engines, and what the ports promise.

use super::Run;
use super::model::{basin, catchment, conduit, gage, link, node, orifice, outfall, pump, weir};
use crate::domains::drainage::model::{
    DrainageModel, DryWeather, Exfiltration, LinkKind, Node, NodeIx, NodeKind, Storage, StorageShape,
};
use crate::domains::drainage::solver::DrainageSolver;
use crate::port::{Element, Quantity};
use crate::solver::Solver;

/// Constant inflow of a node.
fn inflow(model: &mut DrainageModel, node: usize, mean: f64) {
    model.dry_weather.push(DryWeather { node: NodeIx::new(node), pollutant: None, mean, patterns: Vec::new() });
}

fn blank() -> DrainageModel {
    let mut model = DrainageModel::default();
    model.options.routing_step_s = 10.0;
    model.options.duration_s = 1e6;
    model
}

fn hours(run: &mut Run, hours: u32) {
    for _ in 0..hours * 60 {
        run.step(60.0);
        assert!(run.residual() <= 1e-9, "{:?}", run.solver.accounts(&run.state));
        assert!(run.state.routed.network.nodes.depth_m.iter().all(|d| *d >= 0.0));
    }
    assert_eq!(run.report.unconverged, 0);
}

/// A basin with an orifice at its bottom and a weir above settles where both together carry the inflow.
#[test]
fn storage_with_orifice_and_weir() {
    let mut model = blank();
    model.nodes = vec![node("basin", 10.0, 4.0, basin(200.0)), node("pit", 5.0, 3.0, NodeKind::Junction)];
    model.nodes.push(outfall("out", 4.0));
    model.links = vec![
        link("orifice", 0, 1, orifice(0.0, 0.3)),
        link("weir", 0, 1, weir(2.0, 1.5, 2.0)),
        link("pipe", 1, 2, conduit(50.0, 1.0)),
    ];
    inflow(&mut model, 0, 0.8);
    let mut run = Run::of(model);
    hours(&mut run, 6);
    let depth_m = run.output("depth", 0);
    let (through, over) = (run.output("flow", 0), run.output("flow", 1));
    let opening_m2 = std::f64::consts::PI * 0.15 * 0.15;
    let orifice_m3s = 0.65 * opening_m2 * (2.0 * 9.81 * (depth_m - 0.15)).sqrt();
    let weir_m3s = 1.84 * 2.0 * (depth_m - 2.0).powf(1.5);
    assert!((through - orifice_m3s).abs() < 0.01 * orifice_m3s, "{through} against {orifice_m3s}");
    assert!((over - weir_m3s).abs() < 0.02 * weir_m3s, "{over} against {weir_m3s}");
    assert!((through + over - 0.8).abs() < 1e-4 * 0.8);
    assert_eq!(run.told("weir-spills"), 1);
}

/// A closed basin whose pipe is too small fills, stands under pressure below its surcharge depth, and gives all back.
#[test]
fn closed_storage_under_surcharge() {
    let mut model = blank();
    let mut closed = node("chamber", 10.0, 2.0, basin(30.0));
    closed.surcharge_depth_m = 8.0;
    model.nodes = vec![closed, node("pit", 9.5, 12.0, NodeKind::Junction), outfall("out", 9.0)];
    model.links = vec![link("pipe", 0, 1, conduit(100.0, 0.3)), link("last", 1, 2, conduit(100.0, 0.3))];
    model.nodes[0].initial_depth_m = 1.0;
    let mut run = Run::of(model);
    run.set("exchange_in", 0, 0.2);
    hours(&mut run, 1);
    let depth_m = run.output("depth", 0);
    assert!(depth_m > 2.0 && depth_m < 10.0, "depth {depth_m} m");
    let (volume, shape_m3) = (run.state.routed.network.nodes.volume_m3[0], 30.0 * 2.0);
    assert!((volume - shape_m3).abs() < 1e-6, "a closed basin holds {shape_m3}, not {volume} m3");
    assert!((run.output("flow", 1) - 0.2).abs() < 1e-3, "{}", run.output("flow", 1));
    assert!(run.told("surcharge-begins") >= 2 && run.told("flooding-begins") == 0);
    run.set("exchange_in", 0, 0.0);
    hours(&mut run, 12);
    assert!(run.output("depth", 0) < 0.05, "depth {}", run.output("depth", 0));
    assert_eq!(run.output("not_taken", 0), 0.0);
}

fn seeping(area_m2: f64) -> Node {
    let shape = StorageShape::Functional { a0: area_m2, a1: 0.0, a2: 0.0 };
    let soil = Exfiltration { suction_m: 0.0, conductivity_ms: 1e-4, deficit: 0.0 };
    node("pond", 0.0, 3.0, NodeKind::Storage(Storage { shape, evaporation: 0.0, exfiltration: Some(soil) }))
}

/// A basin that could lose ten times what it gets loses what it gets, and never falls below its bottom.
#[test]
fn seepage_larger_than_inflow() {
    let mut model = blank();
    model.nodes = vec![seeping(500.0), outfall("out", 0.5)];
    model.links = vec![link("pipe", 0, 1, conduit(50.0, 0.3))];
    if let LinkKind::Conduit(pipe) = &mut model.links[0].kind {
        pipe.offset_from_m = 1.0;
    }
    model.nodes[0].initial_depth_m = 0.2;
    inflow(&mut model, 0, 0.005);
    let mut run = Run::of(model);
    hours(&mut run, 24);
    let depth_m = run.output("depth", 0);
    assert!(depth_m < 1e-3, "depth {depth_m} m");
    let totals = &run.state.routed.totals;
    let (seeped, entered) = (totals.seepage.value(), totals.dry_weather.value() + 0.2 * 500.0);
    assert!((seeped - entered).abs() < 0.01 * entered, "seeped {seeped} of {entered} m3");
    assert_eq!(totals.outflow.value(), 0.0);
}

/// A basin without any link fills at its inflow and spills at its rim; others may draw on it.
#[test]
fn isolated_storage() {
    let mut model = blank();
    model.nodes = vec![node("tank", 0.0, 2.0, basin(100.0)), outfall("out", 0.0)];
    inflow(&mut model, 0, 0.05);
    let mut run = Run::of(model);
    hours(&mut run, 1);
    // The least area of a basin, 1 % of a manhole's, adds to it.
    assert!((run.output("depth", 0) - 1.8).abs() < 1e-3, "depth {}", run.output("depth", 0));
    hours(&mut run, 1);
    assert!((run.output("depth", 0) - 2.0).abs() < 1e-9);
    assert!((run.output("overflow", 0) - 0.05).abs() < 1e-6);
    assert!((run.output("flooded_volume", 0) - (7200.0 * 0.05 - 200.0)).abs() < 0.1);
    assert_eq!(run.told("flooding-begins"), 1);
    run.set("exchange_out", 0, 0.2);
    hours(&mut run, 1);
    assert!(run.output("depth", 0) < 1e-6);
    let drawn_m3 = 200.0 + 3600.0 * 0.05;
    assert!((run.output("not_taken", 0) - (3600.0 * 0.2 - drawn_m3)).abs() < 0.1);
}

fn street(rain_ms: f64) -> DrainageModel {
    let mut model = blank();
    model.nodes = vec![node("M", 2.0, 2.0, NodeKind::Junction), outfall("out", 1.5)];
    model.links = vec![link("pipe", 0, 1, conduit(50.0, 0.6))];
    model.gages = vec![gage(rain_ms, 0.0, 3600.0)];
    model.subcatchments = vec![catchment("S", 20_000.0, 0)];
    model.options.wet_step_s = 300.0;
    model
}

/// Rain that is imposed in a dry hour runs off within the step, although the file's dry step is an hour.
#[test]
fn imposed_rain_runs_off_at_once() {
    let mut run = Run::new(DrainageSolver::new(street(0.0)).expect("a model").following_rain());
    run.step(60.0);
    run.set("rain", 0, 60.0 / 3.6e6);
    run.step(60.0);
    assert!((run.output("rain", 0) - 60.0 / 3.6e6).abs() < 1e-15);
    assert!(run.output("runoff_total", 0) > 1e-3, "{}", run.output("runoff_total", 0));
    for _ in 0..60 {
        run.step(60.0);
    }
    // 61 minutes at 60 mm/h on 2 ha.
    let rained = run.state.routed.hydrology.totals.rain_m3.value();
    assert!((rained - 61.0 / 1000.0 * 20_000.0).abs() < 1e-6, "{rained} m3 of rain");
    assert!(run.output("flow", 0) > 0.2, "{}", run.output("flow", 0));
    assert!(run.residual() <= 1e-9);
}

/// Who imposes nothing gets what the file says, whatever steps the driver takes.
#[test]
fn without_overrides_runoff_is_the_files() {
    let (mut one, mut many) = (Run::of(street(1e-5)), Run::of(street(1e-5)));
    for _ in 0..12 {
        one.step(600.0);
        (0..60).for_each(|_| many.step(10.0));
    }
    assert_eq!(one.state.routed.hydrology, many.state.routed.hydrology);
}

/// Without power a pump stands; with it, it runs again, and the water's gain of power is shown.
#[test]
fn power_moves_a_pump() {
    let mut model = blank();
    model.nodes = vec![node("well", 0.0, 3.0, basin(20.0)), node("high", 6.0, 2.0, NodeKind::Junction)];
    model.nodes.push(outfall("out", 5.0));
    model.links = vec![link("pump", 0, 1, pump(1.0, 0.3, 0.1)), link("pipe", 1, 2, conduit(50.0, 0.5))];
    inflow(&mut model, 0, 0.02);
    let mut run = Run::of(model);
    hours(&mut run, 2);
    let starts = run.told("pump-on");
    assert!(starts >= 2, "it started {starts} times");
    run.set("powered", 0, 0.0);
    hours(&mut run, 1);
    assert_eq!(run.output("flow", 0), 0.0);
    assert!(run.output("overflow", 0) > 0.0 && run.told("flooding-begins") == 1);
    run.set("powered", 0, 1.0);
    run.step(60.0);
    let lift_m = run.output("head", 1) - run.output("head", 0);
    let water_w = 1000.0 * 9.806_65 * run.output("flow", 0) * lift_m;
    assert!(water_w > 1000.0 && (run.output("pump_power", 0) - water_w).abs() < 1e-6);
}

/// Inputs where they mean nothing and values out of range are refused by name, and a field shows what an output shows.
#[test]
fn ports_are_checked_and_fields_agree() {
    let mut run = Run::of(street(1e-5));
    for _ in 0..30 {
        run.step(60.0);
    }
    let flows = run.solver.field(&run.state, Quantity::Flow).expect("flows");
    assert_eq!((flows.element, flows.values[0]), (Element::Link, run.output("flow", 0)));
    let rain = run.solver.field(&run.state, Quantity::Rain).expect("rain");
    assert_eq!((rain.element, rain.values), (Element::Cell, &[1e-5, 1e-5][..]));
    assert!(run.solver.field(&run.state, Quantity::PressureHead).is_none());
    assert_eq!(run.solver.element_name(Element::Cell, 1), "subcatchment S");
    for (name, slot, value, word) in [
        ("stage", 0, 1.0, "junction M"),
        ("powered", 0, 1.0, "conduit pipe"),
        ("setting", 0, 1.5, "conduit pipe"),
        ("blocked", 0, -0.1, "conduit pipe"),
        ("rain", 0, 1.0, "rain gage rain"),
    ] {
        let kept = run.inputs.clone();
        run.set(name, slot, value);
        let error = run.try_step(1.0).expect_err(name).to_string();
        assert!(error.contains(word), "{error}");
        run.inputs = kept;
    }
}

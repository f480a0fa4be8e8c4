//! Layout: every line of `layout.txt` is one that SWMM 5.2.4 wrote for a small model of pipes, a store, a pump,
//! groundwater, RDII and two pollutants, or has the form of one where that model has no such object.

use super::*;
use crate::io::swmm_out::{ConcentrationUnits, FlowUnits, NodeKind, PollutantEntry};

const START_DAYS: f64 = 43_831.0;

fn name(s: &str) -> String {
    s.to_owned()
}

fn base() -> SwmmReport {
    SwmmReport {
        program: name("a test"),
        title: vec![name("Test of reports")],
        warnings: vec![name("02: maximum depth increased for Node a")],
        element_count: Some(ElementCount {
            rain_gages: 1,
            subcatchments: 2,
            nodes: 4,
            links: 4,
            pollutants: 2,
            land_uses: 1,
        }),
        options: AnalysisOptions {
            flow_units: FlowUnits::Lps,
            rainfall_runoff: true,
            rdii: true,
            snowmelt: false,
            groundwater: true,
            ponding: Some(false),
            quality: true,
            hydrology: Some(HydrologyOptions {
                infiltration: name("GREEN_AMPT"),
                wet_step_s: 300.0,
                dry_step_s: 3600.0,
            }),
            routing: Some(RoutingOptions {
                method: name("DYNWAVE"),
                step_s: 30.0,
                dynamic_wave: Some(DynamicWaveOptions {
                    surcharge_method: name("EXTRAN"),
                    variable_step: true,
                    max_trials: 8,
                    threads: 1,
                    head_tolerance: 0.001_524,
                }),
            }),
            start_days: START_DAYS,
            end_days: START_DAYS + 1.0,
            antecedent_dry_days: 0.0,
            report_step_s: 3600.0,
        },
        pollutants: vec![
            PollutantEntry { name: name("TSS"), units: ConcentrationUnits::MgPerL },
            PollutantEntry { name: name("COLI"), units: ConcentrationUnits::CountsPerL },
        ],
        rdii: Some(RdiiSummary { rainfall: [0.015, 0.15], rdii: [0.0015, 0.015] }),
        control_actions: Some(vec![ControlAction {
            date_days: START_DAYS + (17.0 * 60.0 + 37.0) / 86_400.0,
            link: name("p"),
            setting: 1.0,
            rule: name("r1"),
        }]),
        continuity: true,
        runoff: None,
        runoff_quality: Vec::new(),
        groundwater: None,
        routing: None,
        routing_quality: Vec::new(),
        steps: None,
        subcatchments: Vec::new(),
        lids: Vec::new(),
        groundwater_rows: Vec::new(),
        washoff: Vec::new(),
        network: None,
        timing: None,
    }
}

/// Lines below a heading of `layout.txt`.
fn layout(part: &str) -> impl Iterator<Item = &'static str> {
    let lines = include_str!("layout.txt").lines().skip_while(move |l| l.strip_prefix("# ") != Some(part)).skip(1);
    lines.take_while(|l| !l.starts_with("# "))
}

/// That the lines of a part stand in the text one after another, what is between them left open.
fn expect(text: &str, part: &str) {
    assert!(layout(part).count() > 0, "no part {part}");
    let mut rest = text.lines();
    for line in layout(part) {
        assert!(rest.any(|l| l.trim_end() == line.trim_end()), "not found or not in order:\n{line}\nin\n{text}");
    }
}

#[test]
fn head_options_and_actions() {
    expect(&base().to_text(), "head_options_and_actions");
}

#[test]
fn balances() {
    let mut r = base();
    r.runoff =
        Some(RunoffContinuity { precipitation: [0.075, 5.0], error_percent: -2.948, ..RunoffContinuity::default() });
    let count =
        LoadingContinuity { wet_deposition: 7_498_942.0, error_percent: -2.125, ..LoadingContinuity::default() };
    let load = LoadingContinuity { surface_buildup: 173.229, ..LoadingContinuity::default() };
    r.runoff_quality = vec![load, count];
    r.groundwater = Some(GroundwaterContinuity { initial_storage: [24.0, 2400.0], ..GroundwaterContinuity::default() });
    r.routing = Some(RoutingContinuity {
        groundwater_inflow: [5.9, 58.999],
        error_percent: -0.022,
        ..RoutingContinuity::default()
    });
    r.routing_quality = vec![QualityContinuity::default(); 2];
    let text = r.to_text();
    expect(&text, "balances");
    assert!(!text.contains("LID") && !text.contains("Snow Cover"), "what is 0 or not simulated is left out");
    r.continuity = false;
    assert!(!r.to_text().contains("Continuity"));
}

#[test]
fn steps() {
    let mut r = base();
    r.steps = Some(StepSummary {
        continuity_errors: vec![(name("5"), 2.12)],
        critical: Some(vec![("Link", name("c3"), 94.8)]),
        nonconverging: Some(vec![(name("b"), 0.08)]),
        min_step_s: 5.32,
        average_step_s: 23.16,
        max_step_s: 30.0,
        average_iterations: 2.12,
        nonconverging_percent: 0.08,
        frequencies: vec![(30.0, 13.228, 99.76), (13.228, 5.833, 0.21)],
        ..StepSummary::default()
    });
    expect(&r.to_text(), "steps");
}

#[test]
fn subcatchment_tables() {
    let mut r = base();
    let runoff = SubcatchmentRow {
        name: name("S1"),
        precipitation: 5.0,
        infiltration: 2.5,
        impervious_runoff: 2.6,
        runoff: 2.6,
        runoff_volume: 0.26,
        peak_runoff: 297.49,
        coefficient: 0.52,
        ..SubcatchmentRow::default()
    };
    r.subcatchments = vec![runoff];
    let lid = LidRow { subcatchment: name("Yard"), control: name("Barrels"), inflow: 108.95, ..LidRow::default() };
    r.lids = vec![lid];
    r.groundwater_rows = vec![GroundwaterRow {
        name: name("S1"),
        infiltration: 2.5,
        lower_seepage: 0.01,
        lateral_outflow: 590.03,
        max_lateral_outflow: 2955.34,
        average_moisture: 0.3,
        average_water_table: 0.68,
        final_moisture: 0.3,
        final_water_table: 0.04,
        ..GroundwaterRow::default()
    }];
    let row = |n: &str, coli: f64| LoadRow { name: name(n), loads: vec![0.0, coli] };
    r.washoff = vec![row("S1", 2_552_701.0), row("S2", 1_324_342.0)];
    expect(&r.to_text(), "subcatchment_tables");
}

fn network() -> NetworkTables {
    let node = NodeRow {
        name: name("b"),
        kind: NodeKind::Junction,
        average_depth: 1.46,
        max_depth: 1.98,
        max_head: 2.48,
        max_depth_s: 75.0,
        max_reported_depth: 1.63,
        max_lateral_inflow: 2.49,
        max_inflow: 137.45,
        max_inflow_s: 89.0,
        lateral_volume: 0.015,
        inflow_volume: 7.861,
        balance: NodeBalance::Percent(0.031),
    };
    let dry = NodeRow { balance: NodeBalance::Volume(0.0), inflow_volume: 0.0, lateral_volume: 1.2e-7, ..node.clone() };
    let surcharged =
        SurchargeRow { name: name("b"), kind: NodeKind::Junction, hours: 22.84, above_crown: 1.675, below_rim: 1.025 };
    NetworkTables {
        nodes: vec![node, dry],
        surcharged: Some(vec![surcharged]),
        flooded: vec![FloodingRow {
            name: name("a"),
            hours: 19.43,
            max_rate: 2890.62,
            max_rate_s: 3900.0,
            volume: 51.954,
            max_ponded: 0.0,
        }],
        storage: vec![StorageRow {
            name: name("st"),
            average_volume: 0.084,
            average_percent: 20.9,
            max_volume: 0.092,
            max_percent: 23.1,
            max_volume_s: 9300.0,
            max_outflow: 97.05,
            ..StorageRow::default()
        }],
        outfalls: vec![OutfallRow {
            name: name("o"),
            frequency_percent: 99.87,
            average_flow: 86.68,
            max_flow: 92.07,
            volume: 7.423,
            loads: vec![0.0, 139_637.0],
        }],
        max_system_outflow: 92.07,
        streets: vec![StreetRow {
            name: name("Street1"),
            peak_flow: 7.291,
            max_spread: 7.826,
            max_depth: 0.313,
            inlet: Some(StreetInlet {
                design: name("ComboInlet"),
                location: name("ON-GRADE"),
                count: 1,
                peak_capture_percent: 60.82,
                average_capture_percent: 92.23,
                bypass_percent: 61.63,
                backflow_percent: 0.0,
                peak_capture_per_inlet: 2.22,
                peak_bypass: 2.86,
            }),
        }],
        ..NetworkTables::default()
    }
}

#[test]
fn node_tables() {
    let r = SwmmReport { network: Some(network()), ..base() };
    expect(&r.to_text(), "node_tables");
    let none = SwmmReport {
        network: Some(NetworkTables { surcharged: Some(Vec::new()), ..NetworkTables::default() }),
        ..base()
    };
    expect(&none.to_text(), "nothing_happened");
}

#[test]
fn link_tables() {
    let link = |n: &str, kind, velocity, flow_ratio, depth_ratio| LinkRow {
        name: name(n),
        kind,
        max_flow: 137.45,
        max_flow_s: 60.0,
        max_velocity: velocity,
        flow_ratio,
        depth_ratio,
    };
    let tables = NetworkTables {
        links: vec![
            link("c1", "CONDUIT", Some(2.38), Some(2.01), Some(1.0)),
            link("p", "PUMP", None, Some(0.75), None),
            link("wild", "CHANNEL", Some(51.0), Some(0.5), Some(0.5)),
        ],
        flow_classes: Some(vec![FlowClassRow {
            name: name("c1"),
            length_ratio: 1.0,
            fractions: [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
            normal_limited: 0.07,
            inlet_controlled: 0.0,
        }]),
        surcharged_conduits: vec![ConduitSurchargeRow {
            name: name("c3"),
            full_upstream: 23.07,
            above_normal_flow: 23.69,
            ..ConduitSurchargeRow::default()
        }],
        pumps: vec![PumpRow {
            name: name("p"),
            utilized_percent: 89.35,
            start_ups: 1,
            average_flow: 5.14,
            max_flow: 7.5,
            volume: 0.398,
            energy_kwh: 1.04,
            ..PumpRow::default()
        }],
        loads: vec![LoadRow { name: name("c1"), loads: vec![12_345.6, 140_281.0] }],
        ..network()
    };
    expect(&SwmmReport { network: Some(tables), ..base() }.to_text(), "link_tables");
}

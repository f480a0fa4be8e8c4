//! Layout: every line expected here is one that SWMM 5.2.4 wrote for a small model of pipes, a store, a pump,
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

/// That the lines stand in the text one after another, what is between them left open.
fn expect(text: &str, lines: &[&str]) {
    let mut rest = text.lines();
    for line in lines {
        assert!(rest.any(|l| l.trim_end() == line.trim_end()), "not found or not in order:\n{line}\nin\n{text}");
    }
}

#[test]
fn head_options_and_actions() {
    expect(
        &base().to_text(),
        &[
            "  Test of reports",
            "  WARNING 02: maximum depth increased for Node a",
            "  Number of rain gages ...... 1",
            "  Number of land uses ....... 1",
            "  Analysis Options",
            "  Flow Units ............... LPS",
            "  Process Models:",
            "    Rainfall/Runoff ........ YES",
            "    RDII ................... YES",
            "    Snowmelt ............... NO",
            "    Groundwater ............ YES",
            "    Flow Routing ........... YES",
            "    Ponding Allowed ........ NO",
            "    Water Quality .......... YES",
            "  Infiltration Method ...... GREEN_AMPT",
            "  Flow Routing Method ...... DYNWAVE",
            "  Surcharge Method ......... EXTRAN",
            "  Starting Date ............ 01/01/2020 00:00:00",
            "  Ending Date .............. 01/02/2020 00:00:00",
            "  Antecedent Dry Days ...... 0.0",
            "  Report Time Step ......... 01:00:00",
            "  Wet Time Step ............ 00:05:00",
            "  Dry Time Step ............ 01:00:00",
            "  Routing Time Step ........ 30.00 sec",
            "  Variable Time Step ....... YES",
            "  Maximum Trials ........... 8",
            "  Number of Threads ........ 1",
            "  Head Tolerance ........... 0.001524 m",
            "  **********************           Volume        Volume",
            "  Rainfall Dependent I/I        hectare-m      10^6 ltr",
            "  **********************        ---------     ---------",
            "  Sewershed Rainfall ......         0.015         0.150",
            "  RDII Ratio ..............         0.100",
            "  *********************",
            "  Control Actions Taken",
            "   01/01/2020: 00:17:37 Link p setting changed to   1.00 by Control r1",
        ],
    );
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
    expect(
        &text,
        &[
            "  **************************        Volume         Depth",
            "  Runoff Quantity Continuity     hectare-m            mm",
            "  **************************     ---------       -------",
            "  Total Precipitation ......         0.075         5.000",
            "  Continuity Error (%) .....        -2.948",
            "  **************************           TSS          COLI",
            "  Runoff Quality Continuity             kg          LogN",
            "  **************************    ----------    ----------",
            "  Surface Buildup ..........       173.229         0.000",
            "  Wet Deposition ...........         0.000         6.875",
            "  Continuity Error (%) .....         0.000        -2.125",
            "  Groundwater Continuity         hectare-m            mm",
            "  Initial Storage ..........        24.000      2400.000",
            "  **************************        Volume        Volume",
            "  Flow Routing Continuity        hectare-m      10^6 ltr",
            "  **************************     ---------     ---------",
            "  Groundwater Inflow .......         5.900        58.999",
            "  Continuity Error (%) .....        -0.022",
            "  Quality Routing Continuity            kg          LogN",
            "  Mass Reacted .............         0.000         0.000",
        ],
    );
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
    expect(
        &r.to_text(),
        &[
            "  *************************",
            "  Highest Continuity Errors",
            "  *************************",
            "  Node 5 (2.12%)",
            "  Time-Step Critical Elements",
            "  Link c3 (94.80%)",
            "  Highest Flow Instability Indexes",
            "  All links are stable.",
            "  Most Frequent Nonconverging Nodes",
            "  Node b (0.08%)",
            "  Routing Time Step Summary",
            "  Minimum Time Step           :     5.32 sec",
            "  % of Time in Steady State   :     0.00",
            "  Average Iterations per Step :     2.12",
            "  % of Steps Not Converging   :     0.08",
            "  Time Step Frequencies       :",
            "     30.000 - 13.228 sec      :    99.76 %",
            "     13.228 -  5.833 sec      :     0.21 %",
        ],
    );
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
    expect(
        &r.to_text(),
        &[
            "  ------------------------------------------------------------------------------------------------------------------------------",
            "                            Total      Total      Total      Total     Imperv       Perv      Total       Total     Peak  Runoff",
            "                           Precip      Runon       Evap      Infil     Runoff     Runoff     Runoff      Runoff   Runoff   Coeff",
            "  Subcatchment                 mm         mm         mm         mm         mm         mm         mm    10^6 ltr      LPS",
            "  S1                         5.00       0.00       0.00       2.50       2.60       0.00       2.60        0.26   297.49   0.520",
            "  LID Performance Summary",
            "  --------------------------------------------------------------------------------------------------------------------",
            "                                         Total      Evap     Infil   Surface    Drain    Initial     Final  Continuity",
            "                                        Inflow      Loss      Loss   Outflow   Outflow   Storage   Storage       Error",
            "  Subcatchment      LID Control             mm        mm        mm        mm        mm        mm        mm           %",
            "  Yard              Barrels             108.95      0.00      0.00      0.00      0.00      0.00      0.00        0.00",
            "                                            Total    Total  Maximum  Average  Average    Final    Final",
            "                          Total    Total    Lower  Lateral  Lateral    Upper    Water    Upper    Water",
            "                          Infil     Evap  Seepage  Outflow  Outflow   Moist.    Table   Moist.    Table",
            "  Subcatchment               mm       mm       mm       mm      LPS                 m                 m",
            "  S1                       2.50     0.00     0.01   590.03  2955.34     0.30     0.68     0.30     0.04",
            "                                 TSS          COLI",
            "  Subcatchment                    kg          LogN",
            "  S1                           0.000         6.407",
            "  System                       0.000         6.589",
        ],
    );
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
    expect(
        &r.to_text(),
        &[
            "                                 Average  Maximum  Maximum  Time of Max    Reported",
            "                                   Depth    Depth      HGL   Occurrence   Max Depth",
            "  Node                 Type       Meters   Meters   Meters  days hr:min      Meters",
            "  b                    JUNCTION     1.46     1.98     2.48     0  00:01        1.63",
            "                                  Maximum  Maximum                  Lateral       Total        Flow",
            "                                  Lateral    Total  Time of Max      Inflow      Inflow     Balance",
            "                                   Inflow   Inflow   Occurrence      Volume      Volume       Error",
            "  Node                 Type           LPS      LPS  days hr:min    10^6 ltr    10^6 ltr     Percent",
            "  b                    JUNCTION      2.49   137.45     0  00:01       0.015        7.86       0.031",
            "  b                    JUNCTION      2.49   137.45     0  00:01     1.2e-07           0       0.000 ltr",
            "  Surcharging occurs when water rises above the top of the highest conduit.",
            "                                               Max. Height   Min. Depth",
            "                                   Hours       Above Crown    Below Rim",
            "  Node                 Type      Surcharged         Meters       Meters",
            "  b                    JUNCTION       22.84          1.675        1.025",
            "                                                             Total   Maximum",
            "                                 Maximum   Time of Max       Flood    Ponded",
            "                        Hours       Rate    Occurrence      Volume     Depth",
            "  Node                 Flooded       LPS   days hr:min    10^6 ltr    Meters",
            "  a                      19.43   2890.62      0  01:05      51.954     0.000",
            "                         Average    Avg   Evap  Exfil     Maximum    Max    Time of Max    Maximum",
            "                          Volume   Pcnt   Pcnt   Pcnt      Volume   Pcnt     Occurrence    Outflow",
            "  Storage Unit           1000 m³   Full   Loss   Loss     1000 m³   Full    days hr:min        LPS",
            "  st                       0.084   20.9    0.0    0.0       0.092   23.1       0  02:35      97.05",
            "                         Flow       Avg       Max       Total         Total         Total",
            "                         Freq      Flow      Flow      Volume           TSS          COLI",
            "  Outfall Node           Pcnt       LPS       LPS    10^6 ltr            kg          LogN",
            "  o                     99.87     86.68     92.07       7.423         0.000         5.145",
            "  System                99.87     86.68     92.07       7.423         0.000         5.145",
        ],
    );
    let none = SwmmReport {
        network: Some(NetworkTables { surcharged: Some(Vec::new()), ..NetworkTables::default() }),
        ..base()
    };
    expect(
        &none.to_text(),
        &["  No nodes were surcharged.", "  No nodes were flooded.", "  No conduits were surcharged."],
    );
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
    expect(
        &SwmmReport { network: Some(tables), ..base() }.to_text(),
        &[
            "                                                                                        Peak     Avg.   Bypass     Back     Peak     Peak",
            "                        Peak   Maximum   Maximum                                        Flow     Flow     Flow     Flow  Capture   Bypass",
            "                        Flow    Spread     Depth  Inlet             Inlet     Inlet  Capture  Capture     Freq     Freq  / Inlet     Flow",
            "  Street Conduit         LPS         m         m  Design            Location  Count     Pcnt     Pcnt     Pcnt     Pcnt      LPS      LPS",
            "  Street1              7.291     7.826     0.313  ComboInlet        ON-GRADE      1    60.82    92.23    61.63     0.00     2.22     2.86",
            "  ********************",
            "  Link Flow Summary",
            "                                 Maximum  Time of Max   Maximum    Max/    Max/",
            "                                  |Flow|   Occurrence   |Veloc|    Full    Full",
            "  Link                 Type          LPS  days hr:min     m/sec    Flow   Depth",
            "  c1                   CONDUIT    137.45     0  00:01      2.38    2.01    1.00",
            "  p                    PUMP       137.45     0  00:01              0.75",
            "  wild                 CHANNEL    137.45     0  00:01    >50.00    0.50    0.50",
            "                      Adjusted    ---------- Fraction of Time in Flow Class ----------",
            "                       /Actual         Up    Down  Sub   Sup   Up    Down  Norm  Inlet",
            "  Conduit               Length    Dry  Dry   Dry   Crit  Crit  Crit  Crit  Ltd   Ctrl",
            "  c1                      1.00   0.00  0.00  0.00  1.00  0.00  0.00  0.00  0.07  0.00",
            "                                                           Hours        Hours",
            "                         --------- Hours Full --------   Above Full   Capacity",
            "  Conduit                Both Ends  Upstream  Dnstream   Normal Flow   Limited",
            "  c3                          0.01     23.07      0.01     23.69         0.01",
            "                                                  Min       Avg       Max     Total     Power    % Time Off",
            "                        Percent   Number of      Flow      Flow      Flow    Volume     Usage    Pump Curve",
            "  Pump                 Utilized   Start-Ups       LPS       LPS       LPS  10^6 ltr     Kw-hr    Low   High",
            "  p                       89.35           1      0.00      5.14      7.50     0.398      1.04    0.0    0.0",
            "  Link                            kg          LogN",
            "  c1                       1.235e+04         5.147",
        ],
    );
}

//! From file to model: each of EPANET's conventions once, by number.

use twin_physics::domains::water::{
    ControlAction, DemandModel, LinkKind, NodeKind, PatternIx, PumpLaw, Status, Trigger, Unbalanced, ValveKind,
    WaterModel,
};

use super::*;

/// A network with some rows of more sections.
fn model(more: &str) -> WaterModel {
    let base = "[JUNCTIONS]\n A 100 10\n B 90 5 day\n C 80\n[RESERVOIRS]\n R 200\n[TANKS]\n T 150 10 2 20 30\n\
[PIPES]\n 1 R A 1000 12 100\n 2 B T 500 8 100\n 3 A C 100 6 90 0 CV\n 4 A B 50 6 90\n[PUMPS]\n U A B HEAD H\n\
[VALVES]\n V C B 6 PRV 40\n[PATTERNS]\n day 1 2\n 1 3\n[CURVES]\n H 448.831 100\n";
    let (file, found) = read_str("test.inp", format!("{base}{more}\n[END]\n").as_bytes());
    to_water_model(&file.unwrap_or_else(|| panic!("{found:#?}"))).0
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-12), "{a} is not {b}");
}

const CFS: f64 = twin_physics::units::M3_PER_FT3;
const GPM: f64 = CFS / 448.831;
const FT: f64 = 0.3048;
const PSI: f64 = FT / 0.4333;

fn valve_setting(m: &WaterModel) -> f64 {
    m.links.iter().find_map(|l| if let LinkKind::Valve(v) = &l.kind { Some(v.setting) } else { None }).expect("a valve")
}

fn demands(m: &WaterModel, at: usize) -> Vec<(f64, Option<PatternIx>)> {
    let NodeKind::Junction(j) = &m.nodes[at].kind else { panic!("no junction") };
    j.demands.iter().map(|d| (d.base_m3s, d.pattern)).collect()
}

#[test]
fn us_and_si_units_become_si() {
    let m = model("");
    near(m.nodes[0].elevation_m, 100.0 * FT);
    near(valve_setting(&m), 40.0 * PSI);
    near(m.curves[0].points[0].0, CFS);
    let LinkKind::Pipe(p) = &m.links[0].kind else { panic!("no pipe") };
    near(p.diameter_m, 12.0 * 0.0254);
    near(p.roughness, 100.0);

    let m = model("[OPTIONS]\n Units CMH\n Headloss D-W\n Specific Gravity 0.8");
    near(demands(&m, 0)[0].0, 10.0 * CFS / 101.94);
    near(valve_setting(&m), 40.0 / 0.8);
    let LinkKind::Pipe(p) = &m.links[0].kind else { panic!("no pipe") };
    near(p.diameter_m, 0.012);
    near(p.roughness, 0.1);

    near(valve_setting(&model("[OPTIONS]\n Units LPS\n Pressure KPA")), 40.0 / (6.895 * 0.4333) * FT);
    near(valve_setting(&model("[OPTIONS]\n Units LPS\n Pressure PSI")), 40.0 * PSI);
    let exact = |units: &str| {
        let text = format!("[JUNCTIONS]\n A 1 1\n[RESERVOIRS]\n R 1\n[PIPES]\n P A R 1 1 1\n[OPTIONS]\n Units {units}");
        let file = read_str("test.inp", text.as_bytes()).0.expect("valid");
        demands(&to_water_model_with(&file, Constants::Exact).0, 0)[0].0
    };
    near(exact("LPS"), 1e-3);
    near(exact("SI"), 1e-3);
    near(exact("GPM"), 231.0 * 0.0254_f64.powi(3) / 60.0);
    near(exact("AFD"), 43_560.0 * CFS / 86_400.0);
}

#[test]
fn demand_rows_replace_the_demand_of_the_junction() {
    let (day, one) = (Some(PatternIx(0)), Some(PatternIx(1)));
    let m = model("[DEMANDS]\n A 4 day ;homes\n A 3\n");
    assert_eq!(demands(&m, 0).iter().map(|d| d.1).collect::<Vec<_>>(), [day, one]);
    near(demands(&m, 0)[0].0, 4.0 * GPM);
    near(demands(&m, 1)[0].0, 5.0 * GPM);
    assert_eq!((demands(&m, 1)[0].1, demands(&m, 2).len()), (day, 0));
    let NodeKind::Junction(a) = &m.nodes[0].kind else { panic!("no junction") };
    assert_eq!(a.demands[0].name, "homes");
    // Without the option the pattern `1` is the default; a named one that is missing leaves demands constant.
    assert_eq!(demands(&model(""), 0)[0].1, one);
    assert_eq!(demands(&model("[OPTIONS]\n Pattern day"), 0)[0].1, day);
    assert_eq!(demands(&model("[OPTIONS]\n Pattern none"), 0)[0].1, None);
    near(model("[DEMANDS]\n MULTIPLY 1.5").options.demand_multiplier, 1.5);
}

#[test]
fn statuses_are_set_as_epanet_sets_them() {
    let status = |m: &WaterModel, id: &str| m.links.iter().find(|l| l.id == id).expect("a link").status;
    let speed = |m: &WaterModel| {
        m.links.iter().find_map(|l| if let LinkKind::Pump(p) = &l.kind { Some(p.speed) } else { None }).expect("a pump")
    };
    let m = model("");
    assert_eq!((status(&m, "V"), status(&m, "U"), speed(&m)), (Status::Active, Status::Open, 1.0));
    let m = model("[STATUS]\n U 0.7\n V Open");
    assert_eq!((status(&m, "V"), status(&m, "U"), speed(&m)), (Status::Open, Status::Open, 0.7));
    assert_eq!(status(&model("[STATUS]\n U 0"), "U"), Status::Closed);
    near(valve_setting(&model("[STATUS]\n V 50")), 50.0 * PSI);
    // A range by number leaves out ids without one, and the check valve 3.
    let m = model("[STATUS]\n 2 4 Closed");
    let closed: Vec<&str> = m.links.iter().filter(|l| l.status == Status::Closed).map(|l| l.id.as_str()).collect();
    assert_eq!(closed, ["2", "4"]);
}

#[test]
fn controls_are_read_in_all_forms() {
    let m = model(
        "[CONTROLS]\n LINK U OPEN IF NODE T BELOW 5\n PUMP U CLOSED IF NODE A ABOVE 30\n valve V 35 at time 7:20\n\
         LINK 4 CLOSED AT CLOCKTIME 12 am\n LINK V OPEN AT CLOCKTIME 26\n PIPE 4 1 AT TIME 90 MIN",
    );
    let got: Vec<_> = m.controls.iter().map(|c| (c.action, c.trigger)).collect();
    let (t, a) = (twin_physics::domains::water::NodeIx(4), twin_physics::domains::water::NodeIx(0));
    let expected = [
        (ControlAction::Setting(1.0), Trigger::Below(t, 5.0 * FT)),
        (ControlAction::Close, Trigger::Above(a, 30.0 * (FT / 0.4333))),
        (ControlAction::Setting(35.0 * PSI), Trigger::Time(26_400.0)),
        (ControlAction::Close, Trigger::ClockTime(0.0)),
        (ControlAction::Open, Trigger::ClockTime(7_200.0)),
        (ControlAction::Open, Trigger::Time(5_400.0)),
    ];
    assert_eq!(got, expected);
}

#[test]
fn options_and_times_are_adjusted_as_epanet_does() {
    let viscosity = |text: &str| model(&format!("[OPTIONS]\n{text}")).options.viscosity_m2s;
    let default = 1.1e-5 * FT * FT;
    near(viscosity(""), default);
    near(viscosity(" Viscosity 1.5"), 1.5 * default);
    near(viscosity(" Viscosity 2e-5"), 2e-5 * FT * FT);
    near(viscosity(" Units LPS\n Viscosity 1e-6"), 1e-6);
    let o = model("[OPTIONS]\n Demand Model PDA\n Minimum Pressure 5\n Accuracy 1\n Unbalanced Continue 7").options;
    let DemandModel::PressureDriven { min_m, required_m, exponent } = o.demand_model else { panic!("no PDA") };
    near(min_m, 5.0 * PSI);
    near(required_m, 5.1 * PSI);
    assert_eq!((exponent, o.accuracy, o.unbalanced, o.trials), (0.5, 0.1, Unbalanced::Continue(7), 200));
    assert_eq!(model("").options.unbalanced, Unbalanced::Stop);

    let t =
        model("[TIMES]\n Duration 2 days\n Hydraulic Timestep 2:00\n Pattern Timestep 3\n Report Timestep 1:30").times;
    assert_eq!((t.duration_s, t.hydraulic_step_s, t.pattern_step_s), (172_800.0, 5_400.0, 10_800.0));
    let t = model("[TIMES]\n Report Timestep 0\n Pattern Timestep 0:30\n Report Start 5\n Start ClockTime 1 pm").times;
    assert_eq!((t.report_step_s, t.hydraulic_step_s), (1_800.0, 1_800.0));
    assert_eq!((t.report_start_s, t.start_clock_s), (0.0, 46_800.0));
}

#[test]
fn emitters_and_tanks_keep_their_meaning() {
    let m = model("[EMITTERS]\n A 3\n[OPTIONS]\n Emitter Exponent 0.6");
    let NodeKind::Junction(j) = &m.nodes[0].kind else { panic!("no junction") };
    // At 20 psi of pressure the flow is 3 · 20^0.6 gpm.
    near(j.emitter_coefficient * (20.0 * PSI).powf(0.6), 3.0 * 20.0_f64.powf(0.6) * GPM);
    let NodeKind::Tank(t) = &m.nodes[4].kind else { panic!("no tank") };
    near(t.level_init_m, 10.0 * FT);
    near(t.diameter_m, 30.0 * FT);
    // A row of two or three fields is a reservoir, and so is a tank without size, at its level.
    let m = model("[TANKS]\n X 120\n Y 120 5 0 9 0\n[PIPES]\n 8 X A 1 1 1\n 9 Y A 1 1 1");
    assert!(m.nodes[5..].iter().all(|n| matches!(n.kind, NodeKind::Reservoir(_))));
    near(m.nodes[5].elevation_m, 120.0 * FT);
    near(m.nodes[6].elevation_m, 125.0 * FT);
}

/// EPANET 1 gave a pump's curve on its row; a curve of two uses is converted for each.
#[test]
fn old_pumps_and_shared_curves_are_converted() {
    let m = model(
        "[PUMPS]\n X A B 7.5\n Y A B 90 120\n Z A B 100 90 448.831 60 900\n\
         [VALVES]\n G A B 6 GPV H\n P A B 6 PCV 70 0 H",
    );
    let law = |id: &str| match &m.links.iter().find(|l| l.id == id).expect("a link").kind {
        LinkKind::Pump(p) => p.law.clone(),
        _ => panic!("no pump"),
    };
    assert_eq!(law("X"), PumpLaw::Power(7.5 * 745.7));
    let points = |law: PumpLaw| match law {
        PumpLaw::Head(c) => m.curves[c.at()].points.clone(),
        PumpLaw::Power(_) => panic!("no curve"),
    };
    near(points(law("Y"))[0].0, 120.0 * GPM);
    let z = points(law("Z"));
    near(z[1].0, CFS);
    assert_eq!((z.len(), z[0].0, z[0].1), (3, 0.0, 100.0 * FT));
    let curve = |kind: ValveKind| {
        let valves = m.links.iter().filter_map(|l| if let LinkKind::Valve(v) = &l.kind { Some(v) } else { None });
        let at = valves.filter(|v| v.kind == kind).find_map(|v| v.curve).expect("a curve");
        m.curves[at.at()].points[0]
    };
    near(curve(ValveKind::Gpv).0, CFS);
    assert_eq!(curve(ValveKind::Pcv), (448.831, 100.0));
}

#[test]
fn the_map_is_looked_up() {
    let text = "[JUNCTIONS]\n A 1 1\n[RESERVOIRS]\n R 1\n[PIPES]\n P A R 1 1 1\n[COORDINATES]\n A 1 2\n[VERTICES]\n\
P 3 4\n P 5 6\n[TAGS]\n NODE A old\n LINK P \"main 1\"\n";
    let file = read_str("test.inp", text.as_bytes()).0.expect("valid");
    assert_eq!((file.coordinates_of("A"), file.coordinates_of("R")), (Some((1.0, 2.0)), None));
    assert_eq!(file.vertices_of("P"), [(3.0, 4.0), (5.0, 6.0)]);
    assert_eq!((file.node_tag("A"), file.link_tag("P"), file.node_tag("P")), (Some("old"), Some("main 1"), None));
}

/// Files of old Macintosh programs, of Windows, and with a byte-order mark read alike.
#[test]
fn line_ends_make_no_difference() {
    let text = "[JUNCTIONS]\n A 1 1\n[RESERVOIRS]\n R 1\n[PIPES]\n P A R 1 1 1 ;note\n[END]\n";
    let plain = read_str("test.inp", text.as_bytes()).0.expect("valid");
    for other in [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("\u{feff}{text}")] {
        assert_eq!(read_str("test.inp", other.as_bytes()).0.as_ref(), Some(&plain), "{other:?}");
    }
}

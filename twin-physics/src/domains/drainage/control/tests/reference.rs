//! Settings of every step of a run of SWMM 5.2.4, given its depths and flows.
//!
//! Deck: a storage unit with a pump (speed by curve), an orifice under a PID controller, a weir by series, a gate that
//! times itself, an outlet under named expressions and rain; start 2020-03-01 22:00, routing step 120 s, US units.

use super::*;

const TRACE: &str = include_str!("swmm524.csv");

fn rules() -> Vec<Rule> {
    use ClockAttribute::{ClockTime, DayOfYear, Month, Time, Weekday};
    use Relation::{Equal, Greater, GreaterOrEqual, Less, NotEqual};
    let link = |attribute| value(Quantity::Link(R2, attribute), 1.0);
    let head = value(Quantity::Node(T1, NodeAttribute::Head), 1.0 / M_PER_FT);
    let in_per_hr = 3600.0 * 12.0 / M_PER_FT;
    let rain = value(Quantity::Gage(GageIx(0), None), in_per_hr);
    let past = value(Quantity::Gage(GageIx(0), Some(2)), 12.0 / M_PER_FT);
    let curve = Setting::Curve(vec![(1.0, 0.0), (2.0, 0.6), (3.0, 1.2)]);
    let pid = Setting::Pid { gain: -0.8, integral_min: 10.0, derivative_min: 0.5 };
    let dated = vec![
        when(past, Greater, 0.1),
        when(clock(Month), Equal, 3.0),
        when(clock(Weekday), Equal, 2.0),
        when(clock(DayOfYear), Equal, 62.0),
        when(clock(Time), Greater, 4.5),
    ];
    let late = vec![when(clock(ClockTime), GreaterOrEqual, 23.0 + 1.0 / 6.0), or(when(clock(ClockTime), Less, 2.0))];
    let deep =
        vec![when(depth(), Greater, 0.5), or(when(clock(Time), Greater, 100.0)), when(depth(), GreaterOrEqual, 0.4)];
    let closes = vec![when(link(LinkAttribute::TimeClosed), GreaterOrEqual, 0.5), when(head, Greater, 101.0)];
    vec![
        rule("pid", vec![when(depth(), NotEqual, 2.5)], vec![set(R1, pid)]),
        Rule { otherwise: vec![to(P1, 0.0)], ..rule("speed", deep, vec![set(P1, curve)]) },
        Rule { otherwise: vec![to(W1, 0.9)], ..rule("weirseries", late, vec![set(W1, Setting::Series(SeriesIx(0)))]) },
        Rule {
            priority: 2.0,
            ..rule("gateA", vec![when(link(LinkAttribute::TimeOpen), GreaterOrEqual, 1.0 / 3.0)], vec![to(R2, 0.0)])
        },
        Rule { priority: 2.0, ..rule("gateB", closes, vec![to(R2, 0.7)]) },
        Rule { priority: 5.0, ..rule("gateC", vec![when(clock(Time), Equal, 3.0)], vec![to(R2, 0.3), to(R2, 0.4)]) },
        Rule { otherwise: vec![to(L1, 0.75)], ..rule("outA", vec![when(formula(), Greater, 0.0)], vec![to(L1, 0.25)]) },
        Rule { priority: 1.0, ..rule("outB", vec![when(rain, Greater, 0.5)], vec![to(L1, 0.5)]) },
        Rule { priority: 3.0, ..rule("outC", dated, vec![to(L1, 0.1)]) },
        rule("same1", vec![when(clock(Time), Greater, 0.0)], vec![to(C2, 1.0)]),
        rule("same2", vec![when(clock(Time), Greater, 0.0)], vec![to(C2, 0.0)]),
    ]
}

/// `Q - 1.2*D^2 + H` as SWMM reads it: `^` before `*`, the time in days.
fn formula() -> Operand {
    let variable = |quantity, factor| Op::Variable(Scaled { quantity, factor });
    Operand::Formula(Expression {
        program: vec![
            variable(Quantity::Link(C1, LinkAttribute::Flow), 1.0 / CFS),
            Op::Number(1.2),
            variable(Quantity::Node(T1, NodeAttribute::Depth), 1.0 / M_PER_FT),
            Op::Number(2.0),
            Op::Power,
            Op::Multiply,
            Op::Subtract,
            variable(Quantity::Clock(ClockAttribute::Time), 1.0),
            Op::Add,
        ],
    })
}

fn rig() -> Rig {
    let in_per_hr = M_PER_FT / 12.0 / 3600.0;
    let record = [(0.0, 0.0), (1800.0, 1.5), (2700.0, 0.8), (3600.0, 0.0), (10_800.0, 0.7), (12_600.0, 0.0)];
    let gage = Gage {
        id: String::from("G1"),
        interval_s: 900.0,
        record: record.iter().map(|(t, v)| (*t, v * in_per_hr)).collect(),
        ..Gage::default()
    };
    let points = vec![(3600.0, 0.2), (7200.0, 1.0), (10_800.0, 0.4)];
    let series = TimeSeries { id: String::from("WS"), points };
    // What reads the gage in the deck is a catchment; here it is enough that something does.
    let reader = UnitHydrograph { gage: Some(GageIx(0)), ..UnitHydrograph::default() };
    let unit_hydrographs = vec![reader];
    let base = DrainageModel { unit_hydrographs, ..model() };
    let mut rig = Rig::new(DrainageModel { rules: rules(), gages: vec![gage], series: vec![series], ..base });
    // The pump is off at the start.
    (rig.state.links.setting[P1.at()], rig.state.links.target[P1.at()]) = (0.0, 0.0);
    rig
}

/// Takes the rig through all steps of the trace.
fn replay(rig: &mut Rig, mut after: impl FnMut(&Rig, &[f64])) {
    let mut runoff_s = 0.0;
    for line in TRACE.lines().skip(1) {
        let row: Vec<f64> = line.split(',').map(|x| x.parse().unwrap()).collect();
        while runoff_s < row[0] + 120.0 {
            rig.gages[0].cursor.advance(&rig.model.gages[0], runoff_s + 1e-3, 1.0);
            rig.gages[0].remember(300.0);
            runoff_s += 300.0;
        }
        rig.state.nodes.depth_m[T1.at()] = row[1] * M_PER_FT;
        rig.state.links.flow_m3s[C1.at()] = row[2] * CFS;
        rig.step(row[0], 120.0);
        after(rig, &row);
    }
}

#[test]
fn every_setting_of_a_run_is_swmms() {
    let mut rig = rig();
    let mut seen = 0;
    replay(&mut rig, |rig, row| {
        for (link, expected) in [C2, P1, R1, R2, W1, L1].into_iter().zip(&row[3..]) {
            let got = rig.state.links.setting[link.at()];
            // 1e-7: the series is read 1 ms late in both, but SWMM's day numbers keep only 6 µs.
            let name = &rig.model.links[link.at()].id;
            assert!((got - expected).abs() < 1e-7, "{name} at {} s: {got} {expected}", row[0]);
        }
        seen += 1;
    });
    assert_eq!(seen, 150);
}

#[test]
fn the_log_is_swmms_table_of_control_actions() {
    let mut rig = rig();
    replay(&mut rig, |_, _| {});
    // 24 lines in the report; the first and last of each kind here, in minutes since the start.
    assert_eq!(rig.log.len(), 24);
    let name = |a: &ControlAction| {
        let link = &rig.model.links[a.link.at()].id;
        (a.time_s / 60.0, link.clone(), a.value, rig.model.rules[a.rule as usize].id.clone())
    };
    let lines: Vec<_> = rig.log.iter().map(name).collect();
    let said = |minute: f64, link: &str, value: f64, rule: &str| {
        assert!(
            lines.contains(&(minute, link.into(), value, rule.into())),
            "{minute} {link} {value} {rule}\n{lines:?}"
        );
    };
    said(0.0, "L1", 0.75, "outA");
    said(0.0, "R2", 0.0, "gateA");
    said(0.0, "W1", 0.9, "weirseries");
    said(4.0, "L1", 0.25, "outA");
    said(30.0, "R2", 0.7, "gateB");
    said(30.0, "L1", 0.5, "outB");
    said(180.0, "R2", 0.4, "gateC");
    said(240.0, "W1", 0.9, "weirseries");
    said(270.0, "L1", 0.1, "outC");
    said(284.0, "R2", 0.7, "gateB");
}

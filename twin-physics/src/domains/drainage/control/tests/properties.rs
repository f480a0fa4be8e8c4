//! What rules may never do, and what they must refuse.

use super::*;

fn corrected() -> DrainageModel {
    let mut model = model();
    model.options.defects = Defects::default();
    model
}

#[test]
fn modulated_settings_stay_within_their_links_range() {
    let wild = || Setting::Curve(vec![(0.0, -3.0), (1.0, 5.0)]);
    let pid = || Setting::Pid { gain: 40.0, integral_min: 0.2, derivative_min: 3.0 };
    let all = [C2, P1, R1, R2, W1, L1];
    for setting in [wild(), pid(), Setting::Series(SeriesIx(0))] {
        let then = all.iter().map(|l| set(*l, setting.clone())).collect();
        let points = vec![(0.0, -2.0), (3000.0, 7.0)];
        let series = vec![TimeSeries { id: String::from("S"), points }];
        let rules = vec![rule("wild", vec![when(depth(), Relation::NotEqual, 0.5)], then)];
        let mut rig = Rig::new(DrainageModel { rules, series, ..corrected() });
        let mut moved = false;
        for k in 0..60 {
            rig.state.nodes.depth_m[T1.at()] = 0.5 + 0.5 * (f64::from(k) * 0.7).sin();
            rig.step(f64::from(k) * 60.0, 60.0);
            for link in all {
                let got = rig.state.links.setting[link.at()];
                moved |= got != 1.0;
                let legal = match link {
                    P1 => got >= 0.0 && got.is_finite(),
                    C2 => got == 0.0 || got == 1.0,
                    _ => (0.0..=1.0).contains(&got),
                };
                assert!(legal, "{link:?} {got}");
            }
        }
        assert!(moved);
    }
}

#[test]
fn an_or_rescues_only_what_failed_before_it() {
    // False AND … is not looked at further, so the OR behind it cannot help; in front it can.
    let yes = || when(clock(ClockAttribute::Month), Relation::Equal, 3.0);
    let no = || when(clock(ClockAttribute::Month), Relation::Equal, 4.0);
    let holds = |premises: Vec<Premise>| {
        let mut rig = Rig::new(DrainageModel { rules: vec![rule("r", premises, vec![to(R1, 0.5)])], ..corrected() });
        rig.step(0.0, 60.0);
        rig.state.links.setting[R1.at()] == 0.5
    };
    assert!(holds(vec![yes()]) && !holds(vec![no()]));
    assert!(holds(vec![no(), or(yes())]));
    assert!(!holds(vec![no(), yes(), or(yes())]));
    assert!(!holds(vec![yes(), or(no()), no()]));
    assert!(holds(vec![no(), or(yes()), yes()]));
    assert!(holds(Vec::new()));
}

#[test]
fn what_does_not_exist_makes_a_premise_false() {
    let setting = |link| value(Quantity::Link(link, LinkAttribute::Setting), 1.0);
    let run = |mut model: DrainageModel, left: Operand| {
        model.rules = vec![rule("r", vec![when(left, Relation::Greater, -1e11)], vec![to(R1, 0.5)])];
        let mut rig = Rig::new(model);
        rig.step(0.0, 60.0);
        rig.state.links.setting[R1.at()] == 0.5
    };
    assert!(!run(corrected(), setting(C2)) && run(corrected(), setting(W1)));
    // SWMM accepts rules on the setting of an outlet, and never finds one true.
    assert!(run(corrected(), setting(L1)) && !run(model(), setting(L1)));
    let closed = Scaled { quantity: Quantity::Link(R2, LinkAttribute::TimeClosed), factor: 1.0 };
    let formula = || Operand::Formula(Expression { program: vec![Op::Variable(closed), Op::Number(1.0), Op::Add] });
    assert!(!run(corrected(), formula()) && run(model(), formula()));
}

#[test]
fn the_state_survives_a_restart() {
    let pid = Setting::Pid { gain: -0.3, integral_min: 5.0, derivative_min: 1.0 };
    let rules = vec![rule("pid", vec![when(depth(), Relation::NotEqual, 2.0)], vec![set(R1, pid)])];
    let mut rig = Rig::new(DrainageModel { rules, ..corrected() });
    let drive = |rig: &mut Rig, k: i32| {
        rig.state.nodes.depth_m[T1.at()] = 0.4 + 0.01 * f64::from(k);
        rig.step(f64::from(k) * 60.0, 60.0);
    };
    (0..5).for_each(|k| drive(&mut rig, k));
    let restored = rig.control.clone();
    let (mut links, before) = (rig.state.links.clone(), rig.control.clone());
    (5..9).for_each(|k| drive(&mut rig, k));
    let expected = rig.state.links.setting[R1.at()];
    std::mem::swap(&mut rig.state.links, &mut links);
    rig.control = restored;
    assert_eq!(rig.control, before);
    (5..9).for_each(|k| drive(&mut rig, k));
    assert_eq!(rig.state.links.setting[R1.at()], expected);
}

#[test]
fn rules_that_cannot_be_are_refused_by_name() {
    let refuse = |rule: Rule, says: &str| {
        let model = DrainageModel { rules: vec![rule], ..corrected() };
        let net = Network::new(&model).unwrap();
        let text = Controls::new(&model, &net).unwrap_err().to_string();
        assert!(text.contains("rule bad") && text.contains(says), "{text}");
    };
    let bad = |then| rule("bad", Vec::new(), vec![then]);
    refuse(bad(to(LinkIx(99), 1.0)), "link");
    refuse(bad(to(R1, 1.5)), "between 0 and 1");
    refuse(bad(to(P1, -1.0)), "0 or more");
    refuse(bad(to(C1, 0.5)), "0 or 1");
    refuse(bad(set(R1, Setting::Series(SeriesIx(3)))), "time series");
    refuse(bad(set(R1, Setting::Curve(vec![(1.0, 0.0), (1.0, 1.0)]))), "curve");
    let nan = Setting::Pid { gain: f64::NAN, integral_min: 1.0, derivative_min: 1.0 };
    refuse(bad(set(R1, nan)), "finite");
    let broken = Operand::Formula(Expression { program: vec![Op::Add] });
    refuse(rule("bad", vec![when(broken, Relation::Less, 0.0)], Vec::new()), "formula");
    let nowhere = value(Quantity::Node(NodeIx(77), NodeAttribute::Depth), 1.0);
    refuse(rule("bad", vec![when(nowhere, Relation::Less, 0.0)], Vec::new()), "node");
}

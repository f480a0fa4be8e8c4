//! A scenario on a small network worked by hand.
//!
//! ```text
//!  R ──r── a ──big── b ──ring── c        valves (v): v1 at big's end at a, v2 at ring's end at b,
//!          └──────────loop──────┘                    v3 at loop's end at c, v4 at loop's end at a
//!  pump P lifts from c to d
//! ```
//! `big` is DN 400, `r` is DN 500 but starts at the reservoir, all others DN 200. Isolating `big` takes b with it.

use proptest::prelude::*;
use twin_physics::domains::water::{
    DemandCategory, Junction, Link, LinkIx, LinkKind, Node, NodeIx, NodeKind, Pipe, Pump, PumpLaw, Reservoir, Status,
    WaterModel,
};
use twin_physics::port::{Element, PortGroup, PortTable, Quantity};

use super::*;
use crate::behaviour::{Behaviour, Event, Valve};
use crate::ids::{AssetId, NetworkIx};
use crate::io::scenario::read;
use crate::model::asset::{Asset, Register};
use crate::model::water_assets::{End, Hydrant, IsolationValve, WaterAssets};
use crate::world::observe::MetricLaw;

const NODES: [&str; 5] = ["a", "b", "c", "d", "R"];
const LINKS: [(&str, usize, usize, f64); 5] =
    [("r", 4, 0, 0.5), ("big", 0, 1, 0.4), ("ring", 1, 2, 0.2), ("loop", 2, 0, 0.2), ("P", 2, 3, 0.0)];

struct Town {
    model: WaterModel,
    assets: WaterAssets,
    ports: PortTable,
    register: Register,
    coordinates: Vec<Option<(f64, f64)>>,
}

fn town() -> Town {
    let node = |(at, id): (usize, &&str)| Node {
        id: (*id).to_owned(),
        elevation_m: at as f64,
        kind: if at == 4 {
            NodeKind::Reservoir(Reservoir::default())
        } else {
            let demands =
                vec![DemandCategory { base_m3s: 0.001 * (at + 1) as f64, pattern: None, name: String::new() }];
            NodeKind::Junction(Junction { demands, emitter_coefficient: 0.0 })
        },
    };
    let link = |(id, from, to, diameter_m): &(&str, usize, usize, f64)| Link {
        id: (*id).to_owned(),
        from: NodeIx::new(*from),
        to: NodeIx::new(*to),
        status: Status::Open,
        kind: if *id == "P" {
            LinkKind::Pump(Pump { law: PumpLaw::Power(1000.0), speed: 1.0, speed_pattern: None })
        } else {
            let (length_m, roughness) = (100.0, 130.0);
            LinkKind::Pipe(Pipe { length_m, diameter_m: *diameter_m, roughness, minor_k: 0.0, check_valve: false })
        },
    };
    let model = WaterModel {
        nodes: NODES.iter().enumerate().map(node).collect(),
        links: LINKS.iter().map(link).collect(),
        ..WaterModel::default()
    };
    let assets = WaterAssets {
        valves: [("v1", 1, End::From), ("v2", 2, End::From), ("v3", 3, End::From), ("v4", 3, End::To)]
            .map(|(id, link, end)| valve(id, link, end))
            .to_vec(),
        hydrants: [1, 2].map(|n| Hydrant { id: format!("h{n}"), node: NodeIx::new(n) }).to_vec(),
        customers: vec![10.0, 20.0, 30.0, 40.0, 0.0],
        ..WaterAssets::default()
    };
    let mut register = Register::default();
    NODES
        .iter()
        .enumerate()
        .for_each(|(at, id)| add(&mut register, if at == 4 { "reservoir" } else { "junction" }, id, Element::Node, at));
    LINKS
        .iter()
        .enumerate()
        .for_each(|(at, l)| add(&mut register, if l.0 == "P" { "pump" } else { "pipe" }, l.0, Element::Link, at));
    assets.hydrants.iter().for_each(|h| add(&mut register, "hydrant", &h.id, Element::Node, h.node.at()));
    let coordinates = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (200.0, 100.0), (-100.0, 0.0)].map(Some).to_vec();
    Town { model, assets, ports: ports(), register, coordinates }
}

fn valve(id: &str, link: usize, end: End) -> IsolationValve {
    IsolationValve { id: id.to_owned(), link: LinkIx::new(link), end, shut: false, stuck: false, travel_s: 0.0 }
}

fn add(register: &mut Register, class: &str, id: &str, element: Element, slot: usize) {
    let asset = Asset {
        id: AssetId::new("water", class, id),
        network: NetworkIx(0),
        element,
        slot: slot as u32,
        position: None,
        owner: String::new(),
        attributes: BTreeMap::default(),
        behaviour: None,
        roles: BTreeMap::default(),
        measures: None,
    };
    assert!(register.add(asset).is_some());
}

fn ports() -> PortTable {
    let link = |name, quantity| PortGroup::signal(name, quantity, Element::Link, 5).within(0.0, 1e6);
    let whole = |name, quantity| PortGroup::signal(name, quantity, Element::Network, 1);
    PortTable {
        inputs: vec![
            link("closed", Quantity::Closed),
            link("setting", Quantity::Setting),
            link("powered", Quantity::Powered),
            link("hole_area", Quantity::HoleArea),
            link("isolate_from", Quantity::Closed),
            link("isolate_to", Quantity::Closed),
            PortGroup::signal("extra_demand", Quantity::Demand, Element::Node, 4),
        ],
        outputs: vec![
            whole("demand_total", Quantity::Demand),
            whole("delivered_total", Quantity::Delivered),
            whole("leak_total", Quantity::LeakFlow),
            PortGroup::signal("pressure_head", Quantity::PressureHead, Element::Node, 5),
        ],
    }
}

impl Town {
    fn site(&self) -> WaterSite<'_> {
        WaterSite {
            gas: None,
            network: NetworkIx(0),
            model: &self.model,
            assets: &self.assets,
            ports: &self.ports,
            coordinates: &self.coordinates,
            register: &self.register,
        }
    }
    fn plan(&self, body: &str) -> Result<Plan, Diagnostics> {
        let head = "name = \"t\"\ntitle = { zh = \"\", en = \"\" }\nstart = \"2026-01-15T06:00:00\"\n\
                    duration_s = 36000.0\n\
                    macro_step_s = 60.0\nrecord = { every_s = 60.0 }\n";
        let scenario = read(format!("{head}{body}").as_bytes(), "t.toml").unwrap_or_else(|found| panic!("{found:?}"));
        compile(&scenario, &self.site())
    }
    fn names(&self, plan: &Plan, place: usize) -> Vec<String> {
        plan.places[place].iter().map(|a| self.register.get(*a).id.to_string()).collect()
    }
}

const DRILL: &str = r#"
[[place]]
id = "main"
rule = "largest_main"
[[event]]
id = "repair"
after = "isolate"
delay_s = 60.0
do = "repair"
place = "main"
crew_s_per_valve = 100.0
not_in = ["nothing"]
[[event]]
id = "isolate"
after = "burst"
delay_s = 600.0
do = "isolate"
place = "main"
travel_s = 300.0
crew_s_per_valve = 200.0
not_in = ["nothing"]
[[event]]
id = "burst"
at_s = 1000.0
do = "burst"
place = "main"
hole_share = 1.0
[[variant]]
id = "nothing"
title = { zh = "", en = "" }
"#;

fn drive(name: &str, slot: usize, rank: Rank, value: Option<f64>) -> Command {
    let port = ports().input(name, slot).expect("a port of the town");
    Command::Drive { port: NetPort { network: NetworkIx(0), port }, rank, value }
}

/// The main is `big`, not the wider pipe at the reservoir; it is isolated by v1 and v2 in that order, v2 being one node
/// further; each valve waits for the one before; repair waits for the last and opens them again, the last one first.
#[test]
fn a_burst_is_isolated_valve_by_valve_and_opened_again() {
    let town = town();
    let plan = town.plan(DRILL).expect("it carries over");
    assert_eq!(town.names(&plan, 0), ["water/pipe/big"]);
    let shown: Vec<_> = plan.agenda.iter().map(|i| (i.id.as_str(), i.trigger.clone(), i.commands.clone())).collect();
    let after = |item, delay_s| Trigger::After { item, delay_s };
    let area_m2 = 0.25 * std::f64::consts::PI * 0.4 * 0.4;
    let hole = |value| vec![drive("hole_area", 1, Rank::Fault, value)];
    let v1 = |value| vec![drive("isolate_from", 1, Rank::Manual, value)];
    let v2 = |value| vec![drive("isolate_from", 2, Rank::Manual, value)];
    assert_eq!(
        shown,
        [
            ("repair", after(5, 60.0), hole(None)),
            ("repair/1", after(0, 100.0), v2(None)),
            ("repair/2", after(1, 100.0), v1(None)),
            ("isolate", after(6, 600.0), vec![]),
            ("isolate/1", after(3, 500.0), v1(Some(1.0))),
            ("isolate/2", after(4, 200.0), v2(Some(1.0))),
            ("burst", Trigger::At(SimTime::from_millis(1_000_000)), hole(Some(area_m2))),
        ]
    );
    assert_eq!(plan.agenda[4].title_en, "Valve v1 is shut (1 of 2)");
    let isolation = plan.isolations.values().next().expect("one place is isolated");
    assert_eq!((isolation.customers_inside, isolation.customers_cut_off), (20.0, 0.0));
}

/// The variant leaves out both events with all their valves, and is the base run up to the crew's departure.
#[test]
fn a_variant_leaves_out_every_part_of_an_event() {
    let plan = town().plan(DRILL).expect("it carries over");
    let [variant] = plan.variants.as_slice() else { panic!("{:?}", plan.variants) };
    assert_eq!(variant.leaves_out, [0, 1, 2, 3, 4, 5]);
    assert_eq!(variant.forks_at, SimTime::from_millis(1_600_000));
}

/// A stuck valve with a behaviour is told to shut all the same, then the crew goes on to the next.
#[test]
fn a_stuck_valve_is_tried_and_the_next_is_shut() {
    let mut town = town();
    town.assets.valves[1].stuck = true;
    add(&mut town.register, "isolation_valve", "v2", Element::Link, 2);
    let v2 = town.register.find("isolation_valve/v2").expect("just added");
    town.register.get_mut(v2).behaviour = Some(Behaviour::Valve(Valve { stuck: true, ..Valve::new(0.0) }));
    let plan = town.plan(DRILL).expect("it carries over");
    let steps: Vec<_> = plan.agenda.iter().filter(|i| i.id.starts_with("isolate/")).collect();
    let told = vec![Command::Tell { asset: v2, event: Event::Off }];
    assert_eq!(steps[1].commands, told);
    assert_eq!(steps[1].title_en, "Valve v2 is stuck and cannot be shut (2 of 3)");
    assert_eq!(steps[2].commands, [drive("isolate_from", 3, Rank::Manual, Some(1.0))], "v3 stands behind it");
    assert_eq!(plan.agenda.iter().filter(|i| i.id.starts_with("repair/")).count(), 2, "the stuck one is not opened");
}

/// Every rule finds what its words say.
#[test]
fn rules_find_their_places() {
    let town = town();
    let place = |id: &str, rule: &str| format!("[[place]]\nid = \"{id}\"\n{rule}\n");
    let rules = [
        ("rule = \"asset\"\nasset = \"pipe/ring\"", vec!["water/pipe/ring"]),
        ("rule = \"largest_main\"", vec!["water/pipe/big"]),
        ("rule = \"highest_demand_junction\"", vec!["water/junction/d"]),
        ("rule = \"every\"\nclass = \"hydrant\"", vec!["water/hydrant/h1", "water/hydrant/h2"]),
    ];
    for (rule, found) in rules {
        let plan = town.plan(&place("p", rule)).expect(rule);
        assert_eq!(town.names(&plan, 0), found, "{rule}");
    }
    let near = place("near", "rule = \"nearest_hydrant\"\nnear = \"p\"") + &place("p", "rule = \"largest_main\"");
    let plan = town.plan(&near).expect("a hydrant");
    assert_eq!(town.names(&plan, 0), ["water/hydrant/h2"], "h1 is nearer but dry once the main is isolated");
}

/// Power, switching, setting, drawing and telling reach the inputs their words mean.
#[test]
fn actions_reach_their_inputs() {
    let town = town();
    let one = |asset: &str, action: &str| {
        let text = format!(
            "[[place]]\nid = \"p\"\nrule = \"asset\"\nasset = \"{asset}\"\n\
             [[event]]\nid = \"e\"\nat_s = 0.0\nplace = \"p\"\n{action}\n"
        );
        town.plan(&text).map(|plan| plan.agenda)
    };
    let cases = [
        ("P", "do = \"power_off\"", drive("powered", 4, Rank::Fault, Some(0.0))),
        ("P", "do = \"power_on\"", drive("powered", 4, Rank::Fault, None)),
        ("P", "do = \"close\"", drive("closed", 4, Rank::Manual, Some(1.0))),
        ("P", "do = \"set\"\nsetting = 0.8", drive("setting", 4, Rank::Manual, Some(0.8))),
        ("ring", "do = \"open\"", drive("closed", 2, Rank::Manual, Some(0.0))),
        ("h2", "do = \"demand\"\nflow_m3s = 0.01", drive("extra_demand", 2, Rank::Operator, Some(0.01))),
    ];
    for (asset, action, command) in cases {
        assert_eq!(one(asset, action).expect(action)[0].commands, [command], "{action}");
    }
    let drawn = one("h2", "do = \"demand\"\nflow_m3s = 0.01\nduration_s = 60.0").expect("a hydrant");
    assert_eq!((drawn[1].id.as_str(), &drawn[1].trigger), ("e/end", &Trigger::After { item: 0, delay_s: 60.0 }));
    assert_eq!(drawn[1].commands, [drive("extra_demand", 2, Rank::Operator, None)]);
}

/// Metrics weigh customers at junctions; conditions watch a metric or an output of a place.
#[test]
fn metrics_and_watches_find_their_outputs() {
    let body = r#"
[[place]]
id = "p"
rule = "asset"
asset = "junction/c"
[[event]]
id = "e"
when = { place = "p", quantity = "pressure_head", below = 10.0, hold_s = 120.0 }
do = "demand"
place = "p"
flow_m3s = 0.01
not_in = ["v"]
[[variant]]
id = "v"
title = { zh = "", en = "" }
[[metric]]
name = "short"
kind = "customers_short"
ratio = 0.1
[[metric]]
name = "lost"
kind = "shortfall"
"#;
    let town = town();
    let plan = town.plan(body).expect("it carries over");
    let port = town.ports.output("pressure_head", 2).expect("a port of the town");
    let Trigger::When(condition) = &plan.agenda[0].trigger else { panic!("{:?}", plan.agenda) };
    assert_eq!((condition.watch, condition.above), (Watch::Output(NetworkIx(0), port), false));
    assert_eq!(plan.variants[0].forks_at, SimTime::from_millis(120_000));
    let MetricLaw::WeightShort { weights, .. } = &plan.metrics[0].law else { panic!("{:?}", plan.metrics) };
    assert_eq!(&weights[..], [10.0, 20.0, 30.0, 40.0, 0.0]);
    assert_eq!(plan.metrics[1].law, MetricLaw::OutputDifference(PortIx(0), PortIx(1)));
}

/// What cannot be carried over says so by code, at the line it was written in.
#[test]
fn what_cannot_be_carried_over_is_named() {
    let town = town();
    let at = |asset: &str, action: &str| {
        format!(
            "[[place]]\nid = \"p\"\nrule = \"asset\"\nasset = \"{asset}\"\n\
             [[event]]\nid = \"e\"\nat_s = 0.0\nplace = \"p\"\n{action}\n"
        )
    };
    let cases = [
        (at("pipe/bgi", "do = \"open\""), "SCN-401", 7, "water/pipe/big"),
        ("[[place]]\nid = \"p\"\nrule = \"every\"\nclass = \"tank\"\n".to_owned(), "SCN-402", 7, "tank"),
        (at("P", "do = \"burst\"\nhole_share = 0.5"), "SCN-403", 11, "needs a pipe"),
        (at("big", "do = \"tell\"\ntell = \"fail\""), "SCN-403", 11, "behaviour"),
        ("[[metric]]\nname = \"m\"\nkind = \"output\"\nport = \"leek_total\"\n".to_owned(), "SCN-404", 7, "leak_total"),
        (at("r", "do = \"isolate\""), "SCN-405", 11, "the source R"),
        (at("big", "do = \"burst\"\nhole_diameter_m = 1.2"), "SCN-406", 11, "DN 400"),
        (at("P", "do = \"set\"\nsetting = -1.0"), "SCN-408", 11, "outside"),
    ];
    for (text, code, line, names) in cases {
        let found = town.plan(&text).expect_err(code);
        let first = &found.list()[0];
        assert_eq!((first.code.as_str(), first.line, first.file.as_str()), (code, line, "t.toml"), "{first}");
        assert!(first.to_string().contains(names), "{first}");
    }
    let every = at("big", "do = \"burst\"\nhole_share = 0.5")
        .replace("rule = \"asset\"\nasset = \"big\"", "rule = \"every\"\nclass = \"pipe\"");
    assert_eq!(town.plan(&every).expect_err("four pipes").list()[0].code, "SCN-407");
}

proptest! {
    /// However delays are chosen, everything happens in the order of its chain, at the sum of its delays.
    #[test]
    fn items_are_due_at_the_sum_of_their_delays(
        burst in 0..10_000_i64, wait in 0..100_000_i64, travel in 0..100_000_i64, crew in 0..100_000_i64,
    ) {
        let text = DRILL
            .replace("at_s = 1000.0", &format!("at_s = {burst}"))
            .replace("delay_s = 600.0", &format!("delay_s = {wait}"))
            .replace("travel_s = 300.0", &format!("travel_s = {travel}"))
            .replace("crew_s_per_valve = 200.0", &format!("crew_s_per_valve = {crew}"));
        let plan = town().plan(&text).expect("it carries over");
        let mut due = vec![None; plan.agenda.len()];
        for _ in 0..plan.agenda.len() {
            for (at, item) in plan.agenda.iter().enumerate() {
                due[at] = match item.trigger {
                    Trigger::At(t) => Some(t.millis() / 1000),
                    Trigger::After { item, delay_s } => due[item].map(|d: i64| d + delay_s as i64),
                    Trigger::When(_) => None,
                };
            }
        }
        let shut = burst + wait + travel + 2 * crew;
        let wanted = [shut + 60, shut + 160, shut + 260, burst + wait, shut - crew, shut, burst];
        prop_assert_eq!(due, wanted.map(Some).to_vec());
    }
}

//! Rules against SWMM 5.2.4, and what they may never do.

mod properties;
mod reference;

use super::super::hydrology::GageState;
use super::super::model::*;
use super::super::network::{Network, NetworkState};
use super::super::section::Shape;
use super::*;
use crate::units::M_PER_FT;

pub(super) const CFS: f64 = M_PER_FT * M_PER_FT * M_PER_FT;

/// Links of [`model`], in order.
pub(super) const C1: LinkIx = LinkIx(0);
pub(super) const C2: LinkIx = LinkIx(1);
pub(super) const P1: LinkIx = LinkIx(2);
pub(super) const R1: LinkIx = LinkIx(3);
pub(super) const R2: LinkIx = LinkIx(4);
pub(super) const W1: LinkIx = LinkIx(5);
pub(super) const L1: LinkIx = LinkIx(6);
/// The storage unit.
pub(super) const T1: NodeIx = NodeIx(2);

fn node(id: &str, invert_ft: f64, kind: NodeKind) -> Node {
    Node {
        id: id.to_owned(),
        invert_m: invert_ft * M_PER_FT,
        full_depth_m: 8.0 * M_PER_FT,
        rdii: None,
        initial_depth_m: 0.0,
        surcharge_depth_m: 0.0,
        ponded_area_m2: 0.0,
        kind,
        treatment: Vec::new(),
    }
}

fn outfall(id: &str) -> Node {
    let kind = NodeKind::Outfall(Outfall { stage: Stage::Free, flap_gate: false, route_to: None });
    node(id, 97.0, kind)
}

fn link(id: &str, from: u32, to: u32, kind: LinkKind) -> Link {
    Link { id: id.to_owned(), from: NodeIx(from), to: NodeIx(to), kind }
}

fn conduit(length_ft: f64) -> LinkKind {
    LinkKind::Conduit(Conduit {
        length_m: length_ft * M_PER_FT,
        manning: 0.013,
        offset_from_m: 0.0,
        offset_to_m: 0.0,
        initial_flow_m3s: 0.0,
        max_flow_m3s: None,
        shape: Shape::Circular { diameter_m: 2.0 * M_PER_FT },
        barrels: 1,
        force_main: None,
        loss_entrance: 0.0,
        loss_exit: 0.0,
        loss_average: 0.0,
        flap_gate: false,
        seepage_ms: 0.0,
        culvert: 0,
    })
}

fn orifice() -> LinkKind {
    LinkKind::Orifice(Orifice {
        bottom: false,
        offset_m: 0.0,
        shape: Shape::Circular { diameter_m: M_PER_FT },
        coefficient: 0.65,
        flap_gate: false,
        travel_s: 0.0,
    })
}

fn weir() -> LinkKind {
    LinkKind::Weir(Weir {
        kind: WeirKind::Transverse,
        crest_m: 4.0 * M_PER_FT,
        shape: Shape::RectOpen { depth_m: M_PER_FT, width_m: 3.0 * M_PER_FT, sides_ignored: 0 },
        coefficient: 1.84,
        end_coefficient: 0.0,
        end_contractions: 0.0,
        flap_gate: false,
        can_surcharge: true,
        road_width_m: 0.0,
        road_paved: None,
        coefficient_curve: Vec::new(),
    })
}

/// A storage unit with one link of every kind, no rules.
pub(super) fn model() -> DrainageModel {
    let storage = Storage {
        shape: StorageShape::Functional { a0: 185.8, a1: 0.0, a2: 0.0 },
        evaporation: 0.0,
        exfiltration: None,
    };
    let pump = Pump {
        curve: PumpCurve::Head(vec![(0.0, 0.085), (3.0, 0.014)]),
        initial_setting: 1.0,
        startup_depth_m: 0.0,
        shutoff_depth_m: 0.0,
    };
    let rating = Rating::Power { a: 0.01, b: 0.5 };
    let outlet = Outlet { offset_m: 0.3, on: RatingOn::Depth, rating, flap_gate: false };
    let mut model = DrainageModel {
        calendar: Calendar { start_day: 43_891, start_second: 79_200.0 },
        nodes: vec![
            node("J1", 102.0, NodeKind::Junction),
            node("J2", 98.0, NodeKind::Junction),
            node("T1", 100.0, NodeKind::Storage(storage)),
            outfall("O1"),
            outfall("O2"),
            outfall("O3"),
        ],
        links: vec![
            link("C1", 0, 2, conduit(200.0)),
            link("C2", 1, 3, conduit(300.0)),
            link("P1", 2, 4, LinkKind::Pump(pump)),
            link("R1", 2, 1, orifice()),
            link("R2", 2, 1, orifice()),
            link("W1", 2, 1, weir()),
            link("L1", 2, 5, LinkKind::Outlet(outlet)),
        ],
        ..DrainageModel::default()
    };
    model.options.defects = Defects::SWMM_5_2;
    model
}

pub(super) fn value(quantity: Quantity, factor: f64) -> Operand {
    Operand::Value(Scaled { quantity, factor })
}

pub(super) fn clock(attribute: ClockAttribute) -> Operand {
    value(Quantity::Clock(attribute), 1.0)
}

pub(super) fn depth() -> Operand {
    value(Quantity::Node(T1, NodeAttribute::Depth), 1.0 / M_PER_FT)
}

pub(super) fn when(left: Operand, relation: Relation, right: f64) -> Premise {
    Premise { or: false, left, relation, right: Operand::Number(right) }
}

pub(super) fn or(premise: Premise) -> Premise {
    Premise { or: true, ..premise }
}

pub(super) fn set(link: LinkIx, setting: Setting) -> Action {
    Action { link, setting }
}

pub(super) fn to(link: LinkIx, value: f64) -> Action {
    set(link, Setting::Value(value))
}

pub(super) fn rule(id: &str, premises: Vec<Premise>, then: Vec<Action>) -> Rule {
    Rule { id: id.to_owned(), premises, then, otherwise: Vec::new(), priority: 0.0 }
}

/// A model under control, without hydraulics.
pub(super) struct Rig {
    pub model: DrainageModel,
    pub net: Network,
    pub controls: Controls,
    pub control: ControlState,
    pub state: NetworkState,
    pub gages: Vec<GageState>,
    pub log: Vec<ControlAction>,
}

impl Rig {
    pub fn new(model: DrainageModel) -> Self {
        let net = Network::new(&model).unwrap();
        let controls = Controls::new(&model, &net).unwrap();
        let state = net.initial_state(&model);
        let gages = model.gages.iter().map(|g| GageState::start(g, 1.0)).collect();
        let control = controls.initial();
        Self { model, net, controls, control, state, gages, log: Vec::new() }
    }

    /// Evaluates rules at a time and puts the new settings in force.
    pub fn step(&mut self, time_s: f64, dt_s: f64) {
        let mut targets = self.state.links.target.clone();
        let view = ControlView { time_s, dt_s, gages: &self.gages };
        let (net, state, log) = (&self.net, &self.state, Some(&mut self.log));
        self.controls.evaluate(&self.model, net, state, &mut self.control, view, &mut targets, log);
        let links = &mut self.state.links;
        for (at, target) in targets.iter().enumerate() {
            if *target != links.setting[at] {
                if target * links.setting[at] == 0.0 {
                    links.changed_s[at] = time_s;
                }
                links.setting[at] = *target;
            }
        }
        links.target = targets;
    }
}

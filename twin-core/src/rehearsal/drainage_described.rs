//! What a SWMM result file says of its model before the first period.

use twin_physics::domains::drainage::routing::Drainage;

use super::solve_drainage::start_days;
use crate::bindings::drainage::Units;
use crate::io::swmm_inp::deck::{self, SwmmDeck};
use crate::io::swmm_out::{
    self, ConcentrationUnits, LinkEntry, LinkKind, NodeEntry, NodeKind, PollutantEntry, SubcatchmentEntry,
    SwmmOutDescription,
};

fn picked<T: PartialEq>(selection: &deck::Selection<T>, at: &T) -> bool {
    match selection {
        deck::Selection::None => false,
        deck::Selection::All => true,
        deck::Selection::Some(list) => list.contains(at),
    }
}

/// What the result file says of the model before its first period.
pub(super) fn describe(deck: &SwmmDeck, drainage: &Drainage) -> SwmmOutDescription {
    let u = Units::new(deck.options.flow_units);
    let report = &deck.report;
    let start_days = start_days(deck);
    let options = &drainage.model.options;
    let report_step_s = options.report_step_s as i32;
    SwmmOutDescription {
        flow_units: deck.options.flow_units,
        subcatchments: named(&deck.subcatchments, |at, s| SubcatchmentEntry {
            name: s.id.clone(),
            area: s.area,
            reported: picked(&report.subcatchments, &deck::SubcatchmentIx(at)),
        }),
        nodes: named(&deck.nodes, |at, node| NodeEntry {
            name: node.id.clone(),
            kind: match node.kind {
                deck::NodeKind::Junction(_) => NodeKind::Junction,
                deck::NodeKind::Outfall(_) => NodeKind::Outfall,
                deck::NodeKind::Divider(_) => NodeKind::Divider,
                deck::NodeKind::Storage(_) => NodeKind::Storage,
            },
            invert: node.invert,
            max_depth: drainage.net.nodes[at].full_depth_m / u.length_m,
            reported: picked(&report.nodes, &deck::NodeIx(at)),
        }),
        links: named(&deck.links, |at, link| {
            link_entry(drainage, &u, at, link, picked(&report.links, &deck::LinkIx(at)))
        }),
        pollutants: named(&deck.pollutants, |_, p| PollutantEntry {
            name: p.id.clone(),
            units: match p.units {
                deck::ConcentrationUnits::MgPerL => ConcentrationUnits::MgPerL,
                deck::ConcentrationUnits::UgPerL => ConcentrationUnits::UgPerL,
                deck::ConcentrationUnits::CountPerL => ConcentrationUnits::CountsPerL,
            },
        }),
        start_days: swmm_out::report_origin_days(
            start_days,
            start_days + options.report_start_s / 86_400.0,
            report_step_s,
        ),
        report_step_s,
    }
}

fn named<T, U>(rows: &[crate::io::inp::Row<T>], entry: impl Fn(usize, &T) -> U) -> Vec<U> {
    rows.iter().enumerate().map(|(at, row)| entry(at, row)).collect()
}

fn link_entry(drainage: &Drainage, u: &Units, at: usize, link: &deck::Link, reported: bool) -> LinkEntry {
    let data = &drainage.net.links[at];
    let (kind, length) = match &link.kind {
        deck::LinkKind::Conduit(c) => (LinkKind::Conduit, c.length),
        deck::LinkKind::Pump(_) => (LinkKind::Pump, 0.0),
        deck::LinkKind::Orifice(_) => (LinkKind::Orifice, 0.0),
        deck::LinkKind::Weir(_) => (LinkKind::Weir, 0.0),
        deck::LinkKind::Outlet(_) => (LinkKind::Outlet, 0.0),
    };
    LinkEntry {
        name: link.id.clone(),
        kind,
        offset_inlet: data.offset_from_m / u.length_m,
        offset_outlet: data.offset_to_m / u.length_m,
        max_depth: data.full_depth_m / u.length_m,
        length,
        reported,
    }
}

//! Tables of links.

use twin_physics::domains::drainage::model::{Link, LinkKind};
use twin_physics::domains::drainage::network::{ConduitData, LinkClass, LinkData};
use twin_physics::domains::drainage::section::Shape;
use twin_physics::domains::drainage::statistics::LinkStatistics;
use twin_physics::domains::drainage::structure::Structure;

use super::Teller;
use crate::io::swmm_rpt::{ConduitSurchargeRow, FlowClassRow, LinkRow, PumpRow, StreetInlet, StreetRow};

const HOUR_S: f64 = 3600.0;

/// A link as the model, the network and the statistics know it.
type Known<'a> = (usize, &'a Link, &'a LinkData, &'a LinkStatistics);

fn all<'a>(t: &Teller<'a>) -> impl Iterator<Item = Known<'a>> + use<'a> {
    let links = t.facts.drainage.net.links.iter().zip(&t.facts.statistics.links);
    t.model().links.iter().zip(links).enumerate().map(|(at, (link, (data, seen)))| (at, link, data, seen))
}

/// The conduits with a section.
fn conduits<'a>(t: &Teller<'a>) -> impl Iterator<Item = (Known<'a>, &'a ConduitData)> + use<'a> {
    all(t).filter_map(|known| match &known.2.class {
        LinkClass::Conduit(conduit) if !conduit.dummy => Some((known, conduit.as_ref())),
        _ => None,
    })
}

fn word(link: &Link) -> &'static str {
    match &link.kind {
        LinkKind::Conduit(c) if matches!(c.shape, Shape::Dummy) => "DUMMY",
        LinkKind::Conduit(c) if matches!(c.shape, Shape::Irregular { .. }) => "CHANNEL",
        LinkKind::Conduit(_) => "CONDUIT",
        LinkKind::Pump(_) => "PUMP",
        LinkKind::Orifice(_) => "ORIFICE",
        LinkKind::Weir(_) => "WEIR",
        LinkKind::Outlet(_) => "OUTLET",
    }
}

pub(super) fn links(t: &Teller<'_>) -> Vec<LinkRow> {
    let row = |(_, link, data, seen): Known<'_>| {
        let mut row = LinkRow {
            name: link.id.clone(),
            kind: word(link),
            max_flow: t.flow(seen.max_flow_m3s),
            max_flow_s: seen.max_flow_s,
            ..LinkRow::default()
        };
        let full = data.full_depth_m;
        let depth_ratio = (full > 0.0).then(|| seen.max_depth_m / full);
        match &link.kind {
            LinkKind::Conduit(_) => {
                if let LinkClass::Conduit(conduit) = &data.class
                    && !conduit.dummy
                {
                    row.max_velocity = Some(t.length(seen.max_velocity_ms));
                    row.flow_ratio = Some(seen.max_flow_m3s / conduit.full_flow_m3s / conduit.barrels);
                    row.depth_ratio = depth_ratio;
                }
            }
            LinkKind::Pump(_) => row.flow_ratio = pump_flow(t, data).map(|most_m3s| seen.max_flow_m3s / most_m3s),
            LinkKind::Orifice(orifice) if orifice.bottom => {}
            LinkKind::Orifice(_) | LinkKind::Weir(_) => row.depth_ratio = depth_ratio,
            LinkKind::Outlet(_) => {}
        }
        row
    };
    all(t).map(row).collect()
}

/// Largest flow of a pump's curve [m³/s].
fn pump_flow(t: &Teller<'_>, data: &LinkData) -> Option<f64> {
    let LinkClass::Structure(at) = data.class else { return None };
    let Structure::Pump(pump) = &t.facts.drainage.net.structures[at as usize] else { return None };
    pump.max_flow_m3s().filter(|most| *most > 0.0)
}

pub(super) fn classes(t: &Teller<'_>) -> Vec<FlowClassRow> {
    let time_s = t.facts.statistics.steps.time_s;
    let share = |s: f64| if time_s > 0.0 { s / time_s } else { 0.0 };
    let row = |((_, link, _, seen), conduit): (Known<'_>, &ConduitData)| FlowClassRow {
        name: link.id.clone(),
        length_ratio: conduit.modified_length_m / conduit.length_m,
        fractions: seen.class_s.map(share),
        normal_limited: share(seen.normal_limited_s),
        inlet_controlled: share(seen.inlet_controlled_s),
    };
    conduits(t).map(row).collect()
}

pub(super) fn surcharged(t: &Teller<'_>) -> Vec<ConduitSurchargeRow> {
    let row = |((_, link, data, seen), _): (Known<'_>, &ConduitData)| {
        let ends = [seen.full_from_s, seen.full_to_s];
        // Seen in the direction of the file.
        let [upstream, downstream] = if data.direction < 0.0 && !t.compat() { [ends[1], ends[0]] } else { ends };
        ConduitSurchargeRow {
            name: link.id.clone(),
            full_both_ends: seen.full_s / HOUR_S,
            full_upstream: upstream / HOUR_S,
            full_downstream: downstream / HOUR_S,
            above_normal_flow: seen.above_full_flow_s / HOUR_S,
            capacity_limited: seen.capacity_limited_s / HOUR_S,
        }
    };
    let noted = |seen: &LinkStatistics| seen.full_s + seen.full_from_s + seen.full_to_s + seen.above_full_flow_s > 0.0;
    conduits(t).filter(|((_, _, _, seen), _)| noted(seen)).map(row).collect()
}

pub(super) fn pumps(t: &Teller<'_>) -> Vec<PumpRow> {
    let time_s = t.facts.statistics.steps.time_s;
    let percent = |part: f64, whole: f64| if whole > 0.0 { 100.0 * part / whole } else { 0.0 };
    let row = |(_, link, _, seen): Known<'_>| {
        let p = &seen.pump;
        PumpRow {
            name: link.id.clone(),
            utilized_percent: percent(p.on_s, time_s),
            start_ups: u32::try_from(p.starts).unwrap_or(u32::MAX),
            // SWMM begins with 0 and so never finds a smaller flow.
            min_flow: if t.compat() { 0.0 } else { t.flow(p.min_flow_m3s) },
            average_flow: t.flow(p.flows_m3s / p.on_steps.max(1) as f64),
            max_flow: if p.on_steps > 0 { t.flow(seen.max_flow_m3s) } else { 0.0 },
            volume: t.litres(p.pumped_m3),
            energy_kwh: p.energy_kwh,
            below_curve_percent: percent(p.below_curve_s, p.on_s),
            above_curve_percent: percent(p.above_curve_s, p.on_s),
        }
    };
    all(t).filter(|(_, link, _, _)| matches!(link.kind, LinkKind::Pump(_))).map(row).collect()
}

pub(super) fn streets(t: &Teller<'_>) -> Vec<StreetRow> {
    let mut rows = Vec::new();
    for ((at, link, _, seen), conduit) in conduits(t) {
        let LinkKind::Conduit(described) = &link.kind else { continue };
        let Shape::Street(street) = &described.shape else { continue };
        let width_m = conduit.section.width(seen.max_depth_m.min(conduit.section.full_depth_m));
        rows.push(StreetRow {
            name: link.id.clone(),
            peak_flow: t.flow(seen.max_flow_m3s),
            max_spread: t.length((width_m / f64::from(street.sides)).min(street.crown_width_m)),
            max_depth: t.length(seen.max_depth_m),
            inlet: inlet(t, at, f64::from(street.sides)),
        });
    }
    rows
}

fn inlet(t: &Teller<'_>, link: usize, sides: f64) -> Option<StreetInlet> {
    let inlets = &t.facts.drainage.inlets;
    let site = inlets.places().position(|(conduit, _, _)| conduit == link)?;
    let usage = t.model().inlet_usage.iter().rev().find(|usage| usage.link.at() == link)?;
    let seen = &t.facts.statistics.inlets[site];
    let captured_m3s = seen.peak_flow_m3s * seen.peak_share;
    let count = f64::from(usage.count) * sides;
    Some(StreetInlet {
        design: t.model().inlets[usage.inlet.at()].id.clone(),
        location: if inlets.on_sag(site) { "ON-SAG" } else { "ON-GRADE" }.to_owned(),
        count: usage.count,
        peak_capture_percent: 100.0 * seen.peak_share,
        average_capture_percent: 100.0 * seen.mean_share(),
        bypass_percent: 100.0 * seen.bypass_frequency(),
        backflow_percent: 100.0 * seen.backflow_frequency(),
        peak_capture_per_inlet: t.flow(captured_m3s / count),
        peak_bypass: t.flow(seen.peak_flow_m3s - captured_m3s),
    })
}

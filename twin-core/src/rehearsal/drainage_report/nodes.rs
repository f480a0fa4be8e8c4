//! Tables of nodes.

use twin_physics::domains::drainage::network::{NodeClass, NodeData};
use twin_physics::domains::drainage::statistics::NodeStatistics;
use twin_physics::units::{M3_PER_FT3, M3_PER_GAL};

use super::{Teller, quality};
use crate::io::swmm_inp::deck::UnitSystem;
use crate::io::swmm_out::NodeKind;
use crate::io::swmm_rpt::{FloodingRow, NodeBalance, NodeRow, OutfallRow, StorageRow, SurchargeRow};

const HOUR_S: f64 = 3600.0;
/// Inflow below which a node's balance tells nothing, SWMM's 0.1 ft³ [m³].
const LEAST_INFLOW_M3: f64 = 0.1 * M3_PER_FT3;

/// Name, data and statistics of the nodes, with their positions.
fn all<'a>(t: &Teller<'a>) -> impl Iterator<Item = (usize, &'a str, &'a NodeData, &'a NodeStatistics)> + use<'a> {
    let nodes = t.facts.drainage.net.nodes.iter().zip(&t.facts.statistics.nodes).enumerate();
    let model = t.model();
    nodes.map(|(at, (data, seen))| (at, model.nodes[at].id.as_str(), data, seen))
}

const fn kind(data: &NodeData) -> NodeKind {
    match data.class {
        NodeClass::Junction => NodeKind::Junction,
        NodeClass::Outfall => NodeKind::Outfall,
        NodeClass::Divider => NodeKind::Divider,
        NodeClass::Storage { .. } => NodeKind::Storage,
    }
}

/// The mean over the counted steps.
fn mean(t: &Teller<'_>, sum: f64) -> f64 {
    sum / t.facts.statistics.steps.steps.max(1) as f64
}

/// Volume that the node holds as its scheme counts it [m³].
fn held_m3(t: &Teller<'_>, at: usize) -> f64 {
    t.facts.state.network.nodes.volume_m3[at]
}

/// Share of a node's inflow that its outflow and storage do not explain [%], where that means something.
pub(super) fn continuity_errors(t: &Teller<'_>) -> Vec<(usize, f64)> {
    let passing = all(t).filter(|(_, _, data, seen)| data.degree > 0 && seen.inflow_m3 > LEAST_INFLOW_M3);
    let error = |(at, _, _, seen): (usize, &str, &NodeData, &NodeStatistics)| {
        (at, 100.0 * seen.balance_error(held_m3(t, at)).0 / seen.inflow_m3)
    };
    passing.map(error).collect()
}

pub(super) fn nodes(t: &Teller<'_>) -> Vec<NodeRow> {
    let row = |(at, name, data, seen): (usize, &str, &NodeData, &NodeStatistics)| {
        let (missing_m3, left_m3) = seen.balance_error(held_m3(t, at));
        let litre_m3 = if t.units.system == UnitSystem::Us { M3_PER_GAL } else { 1e-3 };
        NodeRow {
            name: name.to_owned(),
            kind: kind(data),
            average_depth: t.length(mean(t, seen.depths_m)),
            max_depth: t.length(seen.max_depth_m),
            max_head: t.length(seen.max_depth_m + data.invert_m),
            max_depth_s: seen.max_depth_s,
            max_reported_depth: t.length(seen.max_reported_depth_m),
            max_lateral_inflow: t.flow(seen.max_lateral_m3s),
            max_inflow: t.flow(seen.max_inflow_m3s),
            max_inflow_s: seen.max_inflow_s,
            lateral_volume: t.litres(seen.lateral_m3),
            inflow_volume: t.litres(seen.inflow_m3),
            balance: if left_m3.abs() < M3_PER_FT3 {
                NodeBalance::Volume(missing_m3 / litre_m3)
            } else {
                NodeBalance::Percent(100.0 * missing_m3 / left_m3)
            },
        }
    };
    all(t).map(row).collect()
}

pub(super) fn surcharged(t: &Teller<'_>) -> Vec<SurchargeRow> {
    let row = |(_, name, data, seen): (usize, &str, &NodeData, &NodeStatistics)| SurchargeRow {
        name: name.to_owned(),
        kind: kind(data),
        hours: seen.surcharged_s / HOUR_S,
        above_crown: t.length(seen.max_depth_m - data.crown_depth_m),
        below_rim: t.length(data.full_depth_m - seen.max_depth_m),
    };
    all(t).filter(|(_, _, _, seen)| seen.surcharged_s > 0.0).map(row).collect()
}

pub(super) fn flooded(t: &Teller<'_>) -> Vec<FloodingRow> {
    let row = |(_, name, data, seen): (usize, &str, &NodeData, &NodeStatistics)| FloodingRow {
        name: name.to_owned(),
        hours: seen.flooded_s / HOUR_S,
        max_rate: t.flow(seen.max_flooding_m3s),
        max_rate_s: seen.max_flooding_s,
        volume: t.litres(seen.flooded_m3),
        max_ponded: if t.dynamic() {
            t.length(seen.max_depth_m - data.full_depth_m)
        } else {
            seen.max_ponded_m3 / t.units.length_m.powi(3) / 1e3
        },
    };
    all(t).filter(|(_, _, _, seen)| seen.flooded_s > 0.0).map(row).collect()
}

pub(super) fn storage(t: &Teller<'_>) -> Vec<StorageRow> {
    let row = |(_, name, data, seen): (usize, &str, &NodeData, &NodeStatistics)| {
        let average_m3 = mean(t, seen.volumes_m3);
        let of = |part: f64, whole: f64| if whole > 0.0 { 100.0 * part / whole } else { 0.0 };
        let thousand = |m3: f64| m3 / t.units.length_m.powi(3) / 1e3;
        StorageRow {
            name: name.to_owned(),
            average_volume: thousand(average_m3),
            average_percent: of(average_m3, data.full_volume_m3),
            evaporation_percent: of(seen.evaporation_m3, seen.inflow_m3),
            exfiltration_percent: of(seen.seepage_m3, seen.inflow_m3),
            max_volume: thousand(seen.max_volume_m3),
            max_percent: of(seen.max_volume_m3, data.full_volume_m3),
            max_volume_s: seen.max_volume_s,
            max_outflow: t.flow(seen.max_outflow_m3s),
        }
    };
    all(t).filter(|(_, _, data, _)| kind(data) == NodeKind::Storage).map(row).collect()
}

pub(super) fn outfalls(t: &Teller<'_>) -> Vec<OutfallRow> {
    let mut loads = quality::outfalls(t);
    let row = |(_, name, _, seen): (usize, &str, &NodeData, &NodeStatistics)| {
        let o = &seen.outfall;
        OutfallRow {
            name: name.to_owned(),
            frequency_percent: 100.0 * mean(t, o.flow_steps as f64),
            average_flow: t.flow(o.flows_m3s / o.flow_steps.max(1) as f64),
            max_flow: t.flow(o.max_flow_m3s),
            volume: t.litres(seen.inflow_m3),
            loads: loads.next().unwrap_or_default(),
        }
    };
    all(t).filter(|(_, _, data, _)| kind(data) == NodeKind::Outfall).map(row).collect()
}

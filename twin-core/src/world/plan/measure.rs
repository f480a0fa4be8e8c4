//! Probes, metrics and watches of a scenario on a network.

use std::sync::Arc;

use twin_physics::domains::gas::model::GasModel;
use twin_physics::domains::water::NodeKind;
use twin_physics::port::{Element, PortGroup, PortIx, Quantity};

use super::Compiler;
use crate::io::scenario::choose;
use crate::model::scenario::{MetricKind, MetricSpec, RecordedOf, ScenarioEvent, Title};
use crate::world::agenda::Watch;
use crate::world::observe::{Metric, MetricLaw, Probe};

/// Every recorded quantity of every recorded asset, in file order, each once.
pub(super) fn probes(c: &mut Compiler<'_>) -> Vec<Probe> {
    let scenario = c.scenario;
    let mut probes: Vec<Probe> = Vec::new();
    for recorded in &scenario.record {
        let assets = match &recorded.of {
            RecordedOf::Place(place) => c.places[*place].clone().unwrap_or_default(),
            RecordedOf::Asset(name) => match c.site.register.find(name) {
                Ok(asset) => vec![asset],
                Err(error) => {
                    let remedy = "name an asset of this network, or a place";
                    c.error("SCN-401", recorded.line, "record.asset", error.to_string(), remedy);
                    continue;
                }
            },
        };
        for asset in assets {
            for &quantity in &recorded.quantities {
                let probe = Probe { asset, quantity };
                if !probes.contains(&probe) {
                    probes.push(probe);
                }
            }
        }
    }
    probes
}

/// All metrics in file order; one that the network cannot show is reported.
pub(super) fn metrics(c: &mut Compiler<'_>) -> Vec<Metric> {
    let scenario = c.scenario;
    scenario.metrics.iter().filter_map(|spec| metric(c, spec)).collect()
}

fn metric(c: &mut Compiler<'_>, spec: &MetricSpec) -> Option<Metric> {
    let (law, unit) = match &spec.kind {
        MetricKind::CustomersShort { ratio } => {
            let (got, asked, weights) = (Quantity::Delivered, Quantity::Demand, customers(c));
            (MetricLaw::WeightShort { got, asked, ratio: *ratio, weights }, Quantity::Customers.unit())
        }
        MetricKind::CustomersBelowPressure { pressure_m } => {
            (below(*pressure_m, customers(c)), Quantity::Customers.unit())
        }
        MetricKind::NodesBelowPressure { pressure_m } => (below(*pressure_m, served(c)), "1"),
        MetricKind::LoadsBelowPressure { pressure_pa } => {
            let Some(gas) = c.site.gas else {
                let message = "the network has no loads of gas";
                c.error("SCN-404", spec.line, &spec.name, message, "use customers_below_pressure");
                return None;
            };
            let thresholds = gas.nodes.iter().map(|n| n.ambient_pa + pressure_pa).collect();
            (MetricLaw::WeightBelowEach { quantity: Quantity::Pressure, thresholds, weights: loads(gas) }, "1")
        }
        MetricKind::MinPressure if c.site.gas.is_some() => {
            let (quantity, gas) = (Quantity::Pressure, c.site.gas?);
            let datum = gas.nodes.iter().map(|n| n.ambient_pa).collect();
            (MetricLaw::MinOver { quantity, datum, weights: loads(gas) }, quantity.unit())
        }
        MetricKind::MinPressure => {
            let quantity = Quantity::PressureHead;
            (MetricLaw::Min { quantity, weights: served(c) }, quantity.unit())
        }
        MetricKind::Output { port, place } => {
            let at = match place {
                Some(place) => output_of(c, spec, port, *place)?,
                None => output(c, spec, port, None)?,
            };
            (MetricLaw::Output(at), unit_of(c, at))
        }
        MetricKind::Leak => {
            let at = output(c, spec, "leak_total", Some(Quantity::LeakFlow))?;
            (MetricLaw::Output(at), unit_of(c, at))
        }
        MetricKind::Shortfall => {
            let asked = if c.site.gas.is_some() { "load_total" } else { "demand_total" };
            let asked = output(c, spec, asked, Some(Quantity::Demand))?;
            let got = output(c, spec, "delivered_total", Some(Quantity::Delivered))?;
            (MetricLaw::OutputDifference(asked, got), unit_of(c, asked))
        }
    };
    let title = spec.title.clone().unwrap_or_else(|| title(&spec.kind));
    Some(Metric {
        name: spec.name.clone(),
        network: c.site.network,
        unit: unit.to_owned(),
        law,
        title_zh: title.zh,
        title_en: title.en,
    })
}

fn unit_of(c: &Compiler<'_>, port: PortIx) -> &'static str {
    c.site.ports.output_group(port).map_or("1", |(g, _)| g.quantity.unit())
}

/// 1 at every node that gas is taken from.
fn loads(gas: &GasModel) -> Arc<[f64]> {
    gas.nodes.iter().map(|n| f64::from(u8::from(n.load_kgs > 0.0))).collect()
}

fn below(threshold: f64, weights: Arc<[f64]>) -> MetricLaw {
    MetricLaw::WeightBelow { quantity: Quantity::PressureHead, threshold, weights }
}

/// Customers per node, none at reservoirs and tanks.
fn customers(c: &Compiler<'_>) -> Arc<[f64]> {
    let at = |n: usize| match c.site.model.nodes[n].kind {
        NodeKind::Junction(_) => c.site.customers(n),
        NodeKind::Reservoir(_) | NodeKind::Tank(_) => 0.0,
    };
    (0..c.site.model.nodes.len()).map(at).collect()
}

/// 1 at every junction with customers: pump stations and valve chambers owe nobody a service pressure.
fn served(c: &Compiler<'_>) -> Arc<[f64]> {
    customers(c).iter().map(|&customers| f64::from(u8::from(customers > 0.0))).collect()
}

/// An output of the whole network by its name, else the only one that carries the quantity.
fn output(c: &mut Compiler<'_>, spec: &MetricSpec, name: &str, carries: Option<Quantity>) -> Option<PortIx> {
    let ports = c.site.ports;
    let whole = |g: &&PortGroup| g.element == Element::Network;
    if let Some(group) = ports.outputs.iter().filter(whole).find(|g| g.name == name) {
        return ports.output(group.name, 0);
    }
    let mut like = ports.outputs.iter().filter(whole).filter(|g| Some(g.quantity) == carries);
    if let (Some(only), None) = (like.next(), like.next()) {
        return ports.output(only.name, 0);
    }
    let remedy = choose(name, ports.outputs.iter().filter(whole).map(|g| g.name));
    c.error("SCN-404", spec.line, &spec.name, format!("the network has no output {name}"), &remedy);
    None
}

/// An output of the one asset a place is, by its name.
fn output_of(c: &mut Compiler<'_>, spec: &MetricSpec, name: &str, place: usize) -> Option<PortIx> {
    let ix = c.one(place, spec.line, &spec.name)?;
    let (ports, asset) = (c.site.ports, c.site.register.get(ix));
    let here = |g: &&PortGroup| g.element == asset.element && (asset.slot as usize) < g.count;
    let group = ports.outputs.iter().filter(here).find(|g| g.name == name);
    let port = group.and_then(|g| ports.output(g.name, asset.slot as usize));
    let port = port.filter(|_| asset.network == c.site.network);
    if port.is_none() {
        let message = format!("{} has no output {name}", asset.id);
        let remedy = choose(name, ports.outputs.iter().filter(here).map(|g| g.name));
        c.error("SCN-404", spec.line, &spec.name, message, &remedy);
    }
    port
}

/// The output that carries a quantity of the one asset a place is.
pub(super) fn watch(c: &mut Compiler<'_>, event: &ScenarioEvent, place: usize, quantity: Quantity) -> Option<Watch> {
    let ix = c.one(place, event.line, &event.id)?;
    let (ports, asset) = (c.site.ports, c.site.register.get(ix));
    let here = |g: &&PortGroup| g.element == asset.element && (asset.slot as usize) < g.count;
    let group = ports.outputs.iter().filter(here).find(|g| g.quantity == quantity);
    let port =
        group.and_then(|g| ports.output(g.name, asset.slot as usize)).filter(|_| asset.network == c.site.network);
    if port.is_none() {
        let message = format!("{} shows no {} to watch", asset.id, quantity.key());
        let remedy = choose(quantity.key(), ports.outputs.iter().filter(here).map(|g| g.quantity.key()));
        c.error("SCN-404", event.line, &event.id, message, &remedy);
    }
    port.map(|port| Watch::Output(c.site.network, port))
}

fn title(kind: &MetricKind) -> Title {
    match kind {
        MetricKind::CustomersShort { ratio } => Title::new(
            format!("供水不足需水量 {:.0}% 的用户", ratio * 100.0),
            format!("Customers who get less than {:.0}% of what they ask for", ratio * 100.0),
        ),
        MetricKind::CustomersBelowPressure { pressure_m } => Title::new(
            format!("水头低于 {pressure_m} m 的用户"),
            format!("Customers below {pressure_m} m of pressure head"),
        ),
        MetricKind::NodesBelowPressure { pressure_m } => Title::new(
            format!("水头低于 {pressure_m} m 的节点"),
            format!("Junctions below {pressure_m} m of pressure head"),
        ),
        MetricKind::LoadsBelowPressure { pressure_pa } => Title::new(
            format!("表压低于 {pressure_pa} Pa 的用气点"),
            format!("Loads below {pressure_pa} Pa of gauge pressure"),
        ),
        MetricKind::Output { port, .. } => Title::new(port.clone(), port.clone()),
        MetricKind::Shortfall => Title::new("缺供流量", "Demand not delivered"),
        MetricKind::Leak => Title::new("漏失流量", "Flow lost through holes"),
        MetricKind::MinPressure => Title::new("用户最低水头", "Lowest pressure head at customers"),
    }
}

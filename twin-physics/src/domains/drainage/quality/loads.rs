//! Loads that enter nodes with their lateral inflows.
//!
//! *Source:* Rossman & Huber (2016), *Storm Water Management Model Reference Manual*, vol. III Water Quality,
//! EPA/600/R-16/093, chapter 5.

use super::super::hydrology::{Hydrology, HydrologyState, LateralInflow};
use super::super::inflow;
use super::super::model::{DrainageModel, InflowKind, PollutantIx, Receiver};
use super::super::network::{Network, NetworkState, NodeClass};
use super::totals::Rates;
use super::{Quality, QualityState};

/// Litres in a cubic foot, as SWMM rounds them.
const L_PER_FT3: f64 = 28.317;

/// Lateral inflows of a step by origin, a slot per node; an empty slice where there are none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NodeFlows<'a> {
    /// User-given [m³/s].
    pub external_m3s: &'a [f64],
    /// Dry weather [m³/s].
    pub dry_weather_m3s: &'a [f64],
    /// Exchange with other networks, positive into the node [m³/s].
    pub exchange_m3s: &'a [f64],
    /// Concentrations of what other networks give: `node * pollutants + pollutant`.
    pub exchange: &'a [f64],
}

fn at(flows: &[f64], node: usize) -> f64 {
    flows.get(node).copied().unwrap_or(0.0)
}

impl Quality {
    /// Opens a step: what is new becomes old, and the loads of all lateral inflows gather at the nodes.
    ///
    /// `time_s` is the start of the step and `state` the network as it was then.
    #[allow(clippy::too_many_arguments)] // Three parts of a model, three of its state.
    pub fn node_loads(
        &self,
        model: &DrainageModel,
        net: &Network,
        hydrology: (&Hydrology, &HydrologyState, &LateralInflow),
        flows: &NodeFlows<'_>,
        state: &NetworkState,
        quality: &mut QualityState,
        time_s: f64,
    ) {
        let n = self.pollutants;
        std::mem::swap(&mut quality.node_old, &mut quality.node);
        std::mem::swap(&mut quality.link_old, &mut quality.link);
        quality.node.fill(0.0);
        std::mem::swap(&mut quality.rates_old, &mut quality.rates);
        quality.rates.fill(Rates::default());
        if n == 0 {
            return;
        }
        let now = inflow::civil(&model.calendar, time_s);
        for given in &model.inflows {
            let (InflowKind::Concentration(p) | InflowKind::Mass(p)) = given.kind else { continue };
            let node = given.node.at();
            let value = inflow::external_value(model, given, time_s, &now);
            let flow_m3s = at(flows.external_m3s, node) + self.back_m3s(net, state, node);
            let load = match given.kind {
                // SWMM 5.2.4 converts a mass rate per litre to one per cubic foot twice.
                InflowKind::Mass(_) if self.defects => value / L_PER_FT3,
                InflowKind::Mass(_) => value,
                _ => value * flow_m3s,
            };
            quality.node[node * n + p.at()] += load;
            quality.rates[p.at()].external += load;
        }
        for (node, flow_m3s) in flows.dry_weather_m3s.iter().enumerate().filter(|f| *f.1 > 0.0) {
            for p in 0..n {
                let c = inflow::dry_weather_concentration(model, node, PollutantIx::new(p), &now);
                quality.node[node * n + p] += flow_m3s * c;
                quality.rates[p].dry_weather += flow_m3s * c;
            }
        }
        self.wet_weather(hydrology.0, hydrology.1, quality, time_s);
        for node in 0..net.nodes.len() {
            let ground = at(&hydrology.2.groundwater_m3s, node).max(0.0);
            let rdii = at(&hydrology.2.rdii_m3s, node).max(0.0);
            let exchange = at(flows.exchange_m3s, node).max(0.0);
            for (p, data) in model.pollutants.iter().enumerate().take(n) {
                let given = exchange * at(flows.exchange, node * n + p);
                quality.node[node * n + p] += ground * data.groundwater + rdii * data.rdii + given;
                let rates = &mut quality.rates[p];
                rates.groundwater += ground * data.groundwater;
                rates.rdii += rdii * data.rdii;
                rates.exchange += given;
            }
        }
    }

    /// What flows back into the network through an outfall [m³/s].
    fn back_m3s(&self, net: &Network, state: &NetworkState, node: usize) -> f64 {
        if net.nodes[node].class != NodeClass::Outfall {
            return 0.0;
        }
        // SWMM takes the flow of the step before the last.
        let nodes = &state.nodes;
        let net_m3s =
            if self.defects { nodes.net_old_m3s[node] } else { nodes.inflow_m3s[node] - nodes.outflow_m3s[node] };
        (-net_m3s).max(0.0)
    }

    /// Runoff and LID drains, between the last two runoff steps as the flows are.
    fn wet_weather(&self, hydrology: &Hydrology, water: &HydrologyState, quality: &mut QualityState, time_s: f64) {
        let n = self.pollutants;
        let f = water.fraction(time_s);
        for (c, data) in hydrology.catchments.iter().enumerate().filter(|c| c.1.area_m2 > 0.0) {
            let at = &water.catchments[c];
            for p in 0..n {
                let (old, new) = (quality.runoff_old[c * n + p], quality.runoff[c * n + p]);
                if let Some(node) = data.node {
                    let load = (1.0 - f) * at.old_runoff_m3s * old + f * at.runoff_m3s * new;
                    quality.node[node as usize * n + p] += load;
                    quality.rates[p].wet_weather += load;
                }
                for unit in hydrology.lids.range(c) {
                    let Some(Receiver::Node(node)) = hydrology.lids.drain_to(unit) else { continue };
                    let drain = &water.lids[unit];
                    let load = (1.0 - f) * drain.drain_old_m3s * old + f * drain.drain_m3s * new;
                    let load = load * (1.0 - hydrology.lids.removal(unit, p));
                    quality.node[node.at() * n + p] += load;
                    quality.rates[p].wet_weather += load;
                }
            }
        }
    }
}

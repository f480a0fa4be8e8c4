//! Running statistics of a run, what SWMM's report tells beside the balances: peaks, means, shares of time.
//!
//! They stand outside [`DrainageState`]: who wants a report keeps them and lets them [observe](Statistics::observe)
//! every step; who does not pays nothing. Times, counts and means begin with the report, as in SWMM; balances of nodes
//! and lengths of steps with the run.
//!
//! *Source:* what is counted and when follows reports of SWMM 5.2.4; L. A. Rossman and M. A. Simon (2022), *SWMM User's
//! Manual Version 5.2*, EPA/600/R-22/030, "Viewing summary results".

mod link;
mod node;
mod steps;

use serde::{Deserialize, Serialize};

pub use link::{LinkStatistics, PumpStatistics};
pub use node::{NodeStatistics, OutfallStatistics};
pub use steps::{INTERVALS, StepStatistics};

use super::network::{Network, NodeClass, Pause, RoutingStep};
use super::routing::{Drainage, DrainageState};
use super::scheme::EngineState;
use super::street::{InletStatistics, LEAST_FLOW_M3S};

/// Positions of the outfalls among the nodes.
fn outfalls(net: &Network) -> impl Iterator<Item = usize> {
    net.nodes.iter().enumerate().filter(|(_, node)| node.class == NodeClass::Outfall).map(|(at, _)| at)
}

/// Statistics of a run so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// Nodes, as in the network.
    pub nodes: Vec<NodeStatistics>,
    /// Links, as in the network.
    pub links: Vec<LinkStatistics>,
    /// Inlets, as [`super::street::Inlets::places`].
    pub inlets: Vec<InletStatistics>,
    /// Routing steps.
    pub steps: StepStatistics,
    /// Largest sum of all outfalls' flows at one time [m³/s].
    pub max_outfall_m3s: f64,
    /// Load that left by each outfall: `outfall * pollutants + pollutant`, outfalls in the order of the nodes; empty
    /// without quality [own unit · m³].
    pub outfall_loads: Vec<f64>,
}

impl Statistics {
    /// Nothing observed yet; `state` is that at the start of the run.
    #[must_use]
    pub fn new(drainage: &Drainage, state: &DrainageState) -> Self {
        let (net, network) = (&drainage.net, &state.network);
        Self {
            nodes: (0..net.nodes.len()).map(|at| NodeStatistics::new(&net.nodes[at], &network.nodes, at)).collect(),
            links: (0..net.links.len()).map(|at| LinkStatistics::new(net, at, network)).collect(),
            inlets: vec![InletStatistics::default(); drainage.inlets.len()],
            steps: StepStatistics::new(&drainage.model.options),
            max_outfall_m3s: 0.0,
            outfall_loads: vec![0.0; outfalls(net).count() * drainage.quality.pollutants()],
        }
    }

    /// Adds what the step has carried out by each outfall.
    fn outfall_loads(&mut self, net: &Network, state: &DrainageState, pollutants: usize, dt_s: f64) {
        for (loads, at) in self.outfall_loads.chunks_mut(pollutants).zip(outfalls(net)) {
            let volume_m3 = state.network.nodes.inflow_m3s[at] * dt_s;
            for (load, c) in loads.iter_mut().zip(&state.quality.node[at * pollutants..]) {
                *load += volume_m3 * c;
            }
        }
    }

    /// Counts the step that has just led to `state`.
    pub fn observe(&mut self, drainage: &Drainage, state: &DrainageState, step: &RoutingStep) {
        let (net, network) = (&drainage.net, &state.network);
        let (time_s, dt_s) = (network.time_s, step.dt_s);
        let (end_rates, between) = (drainage.engine.books_end_rates(), step.pause == Some(Pause::BetweenEvents));
        // SWMM goes on to book what flowed at the end of the last event.
        if !between || drainage.model.options.defects.others {
            for (at, (own, node)) in self.nodes.iter_mut().zip(&net.nodes).enumerate() {
                own.balance(node, &network.nodes, at, dt_s, end_rates);
            }
        }
        if between {
            return;
        }
        // SWMM's dates are rounded to the second below a millisecond.
        let counts = time_s + 1e-3 >= drainage.model.options.report_start_s;
        self.steps.count(step, time_s, counts);
        if counts {
            let mut outfalls_m3s = 0.0;
            for (at, (own, node)) in self.nodes.iter_mut().zip(&net.nodes).enumerate() {
                outfalls_m3s += own.count(node, state, at, dt_s);
            }
            self.max_outfall_m3s = self.max_outfall_m3s.max(outfalls_m3s);
            for (inlet, flow) in self.inlets.iter_mut().zip(&state.inlets.flows) {
                inlet.add(flow);
            }
            if !self.outfall_loads.is_empty() {
                self.outfall_loads(net, state, drainage.quality.pollutants(), dt_s);
            }
        }
        for (at, (own, link)) in self.links.iter_mut().zip(&net.links).enumerate() {
            own.observe(net, link, network, at, dt_s, (counts, step.pause.is_none()));
        }
        self.blame(state, step);
    }

    /// Who bounded the step, and who did not converge in it.
    fn blame(&mut self, state: &DrainageState, step: &RoutingStep) {
        match step.bounded_by {
            Some(Ok(node)) => self.nodes[node.at()].critical_steps += 1,
            Some(Err(link)) => self.links[link as usize].critical_steps += 1,
            None => {}
        }
        if step.converged {
            return;
        }
        if let EngineState::Picard(own) = &state.engine {
            for (node, converged) in self.nodes.iter_mut().zip(&own.converged) {
                node.unconverged_steps += u64::from(!converged);
            }
        }
    }

    /// Takes the depths at a reporting time [m].
    pub fn report_depths(&mut self, depths_m: impl Iterator<Item = f64>) {
        for (node, depth_m) in self.nodes.iter_mut().zip(depths_m) {
            node.max_reported_depth_m = node.max_reported_depth_m.max(depth_m);
        }
    }
}

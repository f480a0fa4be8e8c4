//! Pollutants: build-up and wash-off on land uses, loads into nodes, transport, decay and treatment in the network.
//!
//! A concentration is in its pollutant's own unit, a load is that unit times m³. Water moves elsewhere; here its flows
//! and volumes at both ends of a step are taken as they are, whichever scheme found them. See `theory/quality.md`.
//!
//! *Source:* Rossman, Huber (2016), *SWMM Reference Manual vol. III – Water Quality*, EPA/600/R-16/093.

mod check;
mod conserve;
mod land;
mod loads;
mod mix;
mod route;
mod surface;
#[cfg(test)]
mod tests;
mod totals;
mod treatment;

use serde::{Deserialize, Serialize};

pub use conserve::{QualityScratch, Reactors};
pub use loads::NodeFlows;
pub use route::{Aside, Snapshot, Transfer};
pub use totals::{RoutingLoads, RunoffLoads};

use super::model::{DrainageModel, Routing};
use super::network::{ModelError, Network, NetworkState};
use mix::NO_DEPTH_M;
use totals::Rates;
use treatment::Treatments;

/// Runoff below which SWMM sees none: 0.001 in/h, 2.314 81e-8 ft/s [m/s].
const MIN_RUNOFF_MS: f64 = 2.314_81e-8 * crate::units::M_PER_FT;
/// SWMM reads every date one millisecond late [s].
const DATE_LAG_S: f64 = 1e-3;

/// The quality part of a model, checked and compiled. Immutable.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// Number of pollutants.
    pollutants: usize,
    /// Number of land uses.
    land_uses: usize,
    /// How flow is routed: it decides what a conduit's inflow is.
    routing: Routing,
    /// Whether SWMM 5.2.4's defects are reproduced.
    defects: bool,
    treatments: Treatments,
}

/// Concentrations, build-up and accounts. Tables are rows of pollutants: `row * pollutants + pollutant`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct QualityState {
    /// In nodes, at the start of the last step and now.
    pub node_old: Vec<f64>,
    /// See [`QualityState::node_old`].
    pub node: Vec<f64>,
    /// In links, at the start of the last step and now.
    pub link_old: Vec<f64>,
    /// See [`QualityState::link_old`].
    pub link: Vec<f64>,
    /// In the runoff of catchments, before and after the last runoff step.
    pub runoff_old: Vec<f64>,
    /// See [`QualityState::runoff_old`].
    pub runoff: Vec<f64>,
    /// Load in the water that stands on catchments.
    pub ponded: Vec<f64>,
    /// Load built up: `(catchment * land_uses + land_use) * pollutants + pollutant`.
    pub buildup: Vec<f64>,
    /// When each land use of each catchment was swept last [s].
    pub swept_s: Vec<f64>,
    /// Load that left each catchment since the start.
    pub washed: Vec<f64>,
    /// Load that left outfalls towards catchments since the last runoff step, by node.
    pub outfall_load: Vec<f64>,
    /// Load carried by each link since the start.
    pub carried: Vec<f64>,
    /// Mean age of water in storage units, by node [s].
    pub residence_s: Vec<f64>,
    /// Account of the surfaces, by pollutant.
    pub surfaces: Vec<RunoffLoads>,
    /// Account of the network, by pollutant.
    pub network: Vec<RoutingLoads>,
    /// Rates of the step before, by pollutant.
    rates_old: Vec<Rates>,
    /// Rates of the last step, by pollutant.
    rates: Vec<Rates>,
    /// Length of the last runoff step [s].
    runoff_dt_s: f64,
}

impl Quality {
    /// Checks and compiles the pollutants of a model.
    ///
    /// # Errors
    /// What refers to nothing, has no value, or removals at a node that depend on each other in a circle.
    pub fn new(model: &DrainageModel, net: &Network) -> Result<Self, ModelError> {
        check::model(model)?;
        Ok(Self {
            pollutants: if model.options.ignore.quality { 0 } else { model.pollutants.len() },
            land_uses: model.land_uses.len(),
            routing: model.options.routing,
            defects: model.options.defects.others,
            treatments: Treatments::new(model, net)?,
        })
    }

    /// Whether there is nothing to do: no pollutants, or quality left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pollutants == 0
    }

    /// Number of pollutants that are computed; 0 where quality is left out.
    #[must_use]
    pub fn pollutants(&self) -> usize {
        self.pollutants
    }

    /// State at model time 0; for `reactors` see [`Quality::stored`].
    #[must_use]
    pub fn initial(&self, model: &DrainageModel, state: &NetworkState, reactors: Option<&[f64]>) -> QualityState {
        let n = self.pollutants;
        let (nodes, links, catchments) = (model.nodes.len(), model.links.len(), model.subcatchments.len());
        let wet = |depths: &[f64]| -> Vec<f64> {
            let of = |depth: &f64| {
                let wet = *depth > NO_DEPTH_M;
                model.pollutants.iter().take(n).map(move |p| if wet { p.initial } else { 0.0 })
            };
            depths.iter().flat_map(of).collect()
        };
        let (node, link) = (wet(&state.nodes.depth_m), wet(&state.links.depth_m));
        let mut out = QualityState {
            node_old: node.clone(),
            node,
            link_old: link.clone(),
            link,
            runoff_old: vec![0.0; catchments * n],
            runoff: vec![0.0; catchments * n],
            ponded: vec![0.0; catchments * n],
            buildup: vec![0.0; catchments * self.land_uses * n],
            swept_s: vec![0.0; catchments * self.land_uses],
            washed: vec![0.0; catchments * n],
            outfall_load: vec![0.0; nodes * n],
            carried: vec![0.0; links * n],
            residence_s: vec![0.0; nodes],
            surfaces: vec![RunoffLoads::default(); n],
            network: vec![RoutingLoads::default(); n],
            rates_old: vec![Rates::default(); n],
            rates: vec![Rates::default(); n],
            runoff_dt_s: 0.0,
        };
        self.build_up_before(model, &mut out);
        for p in 0..n {
            out.network[p].initial = self.stored(state, reactors, &out, p);
        }
        out
    }

    /// Passes a step between events, in which nothing moves; schemes that book the mean of two rates book their last
    /// half.
    pub fn pause(&self, dt_s: f64, means: bool, quality: &mut QualityState) {
        if self.defects {
            // SWMM makes room for new concentrations that then do not come: pollutants are lost.
            std::mem::swap(&mut quality.node_old, &mut quality.node);
            std::mem::swap(&mut quality.link_old, &mut quality.link);
            quality.node.fill(0.0);
            quality.link.fill(0.0);
        }
        for (total, rates) in quality.network.iter_mut().zip(&mut quality.rates) {
            let last = std::mem::take(rates);
            if means {
                total.add(&last, 0.5 * dt_s);
            }
        }
    }

    /// Load of a pollutant in the network's nodes and links; with `reactors`, the volumes of nodes and their shares of
    /// the conduits that [`Quality::route_conserving`] works on [m³], in those.
    #[must_use]
    pub fn stored(
        &self,
        state: &NetworkState,
        reactors: Option<&[f64]>,
        quality: &QualityState,
        pollutant: usize,
    ) -> f64 {
        let row = |volumes: &[f64], c: &[f64]| -> f64 {
            volumes.iter().zip(c.iter().skip(pollutant).step_by(self.pollutants)).map(|(v, c)| v * c).sum()
        };
        if let Some(volumes) = reactors {
            return row(volumes, &quality.node);
        }
        let nodes = row(&state.nodes.volume_m3, &quality.node);
        // Steady flow stores nothing in conduits.
        if self.routing == Routing::Steady { nodes } else { nodes + row(&state.links.volume_m3, &quality.link) }
    }

    /// Begins the accounts with what is there now, as after a hot start.
    pub fn restart(&self, state: &NetworkState, reactors: Option<&[f64]>, quality: &mut QualityState) {
        quality.node_old.clone_from(&quality.node);
        quality.link_old.clone_from(&quality.link);
        quality.runoff_old.clone_from(&quality.runoff);
        for p in 0..self.pollutants {
            quality.network[p].initial = self.stored(state, reactors, quality, p);
            quality.surfaces[p].initial = self.on_surfaces(quality, p);
        }
    }

    /// Takes the concentrations of a runoff step of so many seconds as given, catchment by catchment; an empty list is
    /// clean water.
    pub fn replay(&self, runoff: &[f64], dt_s: f64, quality: &mut QualityState) {
        if self.pollutants == 0 {
            return;
        }
        std::mem::swap(&mut quality.runoff_old, &mut quality.runoff);
        quality.runoff.fill(0.0);
        for (to, from) in quality.runoff.iter_mut().zip(runoff) {
            *to = *from;
        }
        quality.runoff_dt_s = dt_s;
    }

    /// Load of a pollutant on the surfaces: built up, and in standing water.
    #[must_use]
    pub fn on_surfaces(&self, quality: &QualityState, pollutant: usize) -> f64 {
        let sum = |v: &[f64]| v.iter().skip(pollutant).step_by(self.pollutants).sum::<f64>();
        sum(&quality.buildup) + sum(&quality.ponded)
    }
}

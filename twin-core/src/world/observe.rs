//! What is looked at after each macro step: probes (one value) and metrics (one figure over a whole field).
//!
//! Both are computed by the network that owns the field, so that fields never cross between threads.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twin_physics::port::{Element, Outputs, PortGroup, PortIx, Quantity};

use super::network::Network;
use super::spec::WorldSpec;
use crate::ids::{AssetIx, NetworkIx};

/// One quantity of one asset, recorded over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// The asset.
    pub asset: AssetIx,
    /// What of it.
    pub quantity: Quantity,
}

/// One figure for a network, recorded over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metric {
    /// Key in results, for example `customers_without_water`.
    pub name: String,
    /// Network it is taken of.
    pub network: NetworkIx,
    /// SI unit of the figure.
    pub unit: String,
    /// How it is computed.
    pub law: MetricLaw,
    /// What it means, in Chinese.
    pub title_zh: String,
    /// What it means, in English.
    pub title_en: String,
}

/// How a metric is computed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum MetricLaw {
    /// An output of the network.
    Output(PortIx),
    /// One output less another.
    OutputDifference(PortIx, PortIx),
    /// Sum of the weights of elements whose value is below the threshold.
    WeightBelow {
        /// The field.
        quantity: Quantity,
        /// Threshold in SI.
        threshold: f64,
        /// A weight per element; 0 leaves an element out.
        weights: Arc<[f64]>,
    },
    /// Sum of the weights of elements that get less than `ratio` of what they ask for.
    WeightShort {
        /// What they get.
        got: Quantity,
        /// What they ask for.
        asked: Quantity,
        /// Share below which they count [–].
        ratio: f64,
        /// A weight per element.
        weights: Arc<[f64]>,
    },
    /// Sum of the weights of elements whose value is below a threshold of their own.
    WeightBelowEach {
        /// The field.
        quantity: Quantity,
        /// A threshold per element, in SI.
        thresholds: Arc<[f64]>,
        /// A weight per element; 0 leaves an element out.
        weights: Arc<[f64]>,
    },
    /// Smallest value over a datum of its own among elements with a positive weight, not below 0.
    MinOver {
        /// The field.
        quantity: Quantity,
        /// What is taken off each element's value, in SI.
        datum: Arc<[f64]>,
        /// A weight per element.
        weights: Arc<[f64]>,
    },
    /// Smallest value among elements with a positive weight, not below 0: a negative pressure head means that the main
    /// runs empty there, how negative is no service.
    Min {
        /// The field.
        quantity: Quantity,
        /// A weight per element.
        weights: Arc<[f64]>,
    },
}

/// What one network is asked to show after each step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ObservePlan {
    /// Single values.
    probes: Vec<Looked>,
    /// Metrics of this network, with their place among all metrics.
    metrics: Vec<(usize, MetricLaw)>,
    /// Fields recorded from time to time.
    fields: Vec<Quantity>,
}

/// Where the value of one probe is found: in the field of its quantity, if that is of the asset's kind of element, else
/// at the output that carries it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Looked {
    /// Place of the value among all probes.
    at: usize,
    quantity: Quantity,
    element: Element,
    slot: usize,
    output: Option<PortIx>,
}

impl Looked {
    fn value(&self, network: &dyn Network, outputs: &Outputs) -> Option<f64> {
        match network.field(self.quantity).filter(|f| f.element == self.element) {
            Some(field) => field.values.get(self.slot).copied(),
            None => outputs.get(self.output?),
        }
    }
}

/// What it showed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// Place among all probes, and the value; absent where the network does not know the quantity.
    pub probes: Vec<(usize, f64)>,
    /// Place among all metrics, and the value.
    pub metrics: Vec<(usize, f64)>,
    /// Whole fields, when asked for.
    pub fields: Vec<(Quantity, Vec<f64>)>,
}

impl ObservePlan {
    /// The plan of one network.
    #[must_use]
    pub fn of(spec: &WorldSpec, network: NetworkIx) -> Self {
        let looked = |(at, probe): (usize, &Probe)| {
            let asset = spec.register.get(probe.asset);
            let (quantity, element, slot) = (probe.quantity, asset.element, asset.slot as usize);
            let ports = &spec.networks.get(network.at())?.ports;
            let shows = |g: &&PortGroup| g.quantity == quantity && g.element == element;
            let output = ports.outputs.iter().find(shows).and_then(|g| ports.output(g.name, slot));
            (asset.network == network).then_some(Looked { at, quantity, element, slot, output })
        };
        Self {
            probes: spec.probes.iter().enumerate().filter_map(looked).collect(),
            metrics: spec
                .metrics
                .iter()
                .enumerate()
                .filter(|(_, m)| m.network == network)
                .map(|(at, m)| (at, m.law.clone()))
                .collect(),
            fields: spec.fields.clone(),
        }
    }

    /// Looks at a network.
    #[must_use]
    pub fn look(&self, network: &dyn Network, outputs: &Outputs, want_fields: bool) -> Observed {
        let fields = self.fields.iter().filter(|_| want_fields);
        Observed {
            probes: self.probes.iter().filter_map(|p| Some((p.at, p.value(network, outputs)?))).collect(),
            metrics: self.metrics.iter().map(|(at, law)| (*at, law.figure(network, outputs))).collect(),
            fields: fields.filter_map(|&q| Some((q, network.field(q)?.values.to_vec()))).collect(),
        }
    }
}

/// The least of some values, not below 0; 0 of none.
fn not_below_0(min: f64) -> f64 {
    if min.is_finite() { min.max(0.0) } else { 0.0 }
}

impl MetricLaw {
    /// The figure now; sums run in element order.
    #[must_use]
    pub fn figure(&self, network: &dyn Network, outputs: &Outputs) -> f64 {
        let field = |quantity| network.field(quantity).map_or(&[] as &[f64], |f| f.values);
        match self {
            Self::Output(port) => outputs.get_or(*port, 0.0),
            Self::OutputDifference(a, b) => outputs.get_or(*a, 0.0) - outputs.get_or(*b, 0.0),
            Self::WeightBelow { quantity, threshold, weights } => {
                let values = field(*quantity).iter().zip(&**weights);
                values.filter(|(v, w)| **w != 0.0 && **v < *threshold).fold(0.0, |sum, (_, w)| sum + w)
            }
            Self::WeightShort { got, asked, ratio, weights } => {
                let pairs = field(*got).iter().zip(field(*asked)).zip(&**weights);
                pairs
                    .filter(|((got, asked), _)| **asked > 0.0 && **got < ratio * **asked)
                    .fold(0.0, |sum, (_, w)| sum + w)
            }
            Self::WeightBelowEach { quantity, thresholds, weights } => {
                let values = field(*quantity).iter().zip(&**thresholds).zip(&**weights);
                let below = values.filter(|((v, threshold), w)| **w != 0.0 && v < threshold);
                below.fold(0.0, |sum, (_, w)| sum + w)
            }
            Self::MinOver { quantity, datum, weights } => {
                let values = field(*quantity).iter().zip(&**datum).zip(&**weights).filter(|(_, w)| **w > 0.0);
                not_below_0(values.fold(f64::INFINITY, |a, ((v, datum), _)| a.min(v - datum)))
            }
            Self::Min { quantity, weights } => {
                let values = field(*quantity).iter().zip(&**weights).filter(|(_, w)| **w > 0.0);
                not_below_0(values.fold(f64::INFINITY, |a, (v, _)| a.min(*v)))
            }
        }
    }
}

//! What is looked at after each macro step: probes (one value) and metrics (one figure over a whole field).
//!
//! Both are computed by the network that owns the field, so that fields never cross between threads.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twin_physics::port::{PortIx, Quantity};

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
#[derive(Debug, Clone, PartialEq)]
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
#[derive(Debug, Clone, PartialEq)]
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
    /// Smallest value among elements with a positive weight.
    Min {
        /// The field.
        quantity: Quantity,
        /// A weight per element.
        weights: Arc<[f64]>,
    },
}

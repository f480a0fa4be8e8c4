//! What a water utility has on its pipes beyond the hydraulic model: isolation valves, hydrants, customers.
//!
//! They come from `NET.assets.csv` beside the network, or are assumed: N − 1 valves at each junction of N pipes, a
//! hydrant at each junction on a pipe of at least DN 100, customers from base demand at 0.4 m³ a day.

use serde::{Deserialize, Serialize};
use twin_physics::domains::water::{LinkIx, NodeIx};

/// An end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// At its first node.
    From,
    /// At its second node.
    To,
}

/// An isolation valve at one end of a pipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsolationValve {
    /// Name given by its owner, or made from pipe and node where assumed.
    pub id: String,
    /// The pipe it stands on.
    pub link: LinkIx,
    /// The end it stands at.
    pub end: End,
    /// Whether it is known to be shut.
    pub shut: bool,
    /// Whether it is known not to move.
    pub stuck: bool,
}

/// A hydrant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hydrant {
    /// Name.
    pub id: String,
    /// The junction that feeds it.
    pub node: NodeIx,
}

/// Everything on one network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WaterAssets {
    /// Isolation valves.
    pub valves: Vec<IsolationValve>,
    /// Hydrants.
    pub hydrants: Vec<Hydrant>,
    /// Customers per node, in node order.
    pub customers: Vec<f64>,
    /// True where nothing was surveyed and the rules above were used.
    pub assumed: bool,
}

//! What can be told to a world, by whom, and who wins.

use serde::{Deserialize, Serialize};
use twin_physics::port::PortIx;

pub use crate::behaviour::Rank;

use crate::behaviour::Event;
use crate::ids::{AssetIx, NetworkIx};
use crate::time::SimTime;

/// An input port of one network of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NetPort {
    /// The network.
    pub network: NetworkIx,
    /// The port within it.
    pub port: PortIx,
}

/// One thing a world can be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Says what an input is, at a rank; `None` hands the input back to whoever stands below.
    Drive {
        /// The input.
        port: NetPort,
        /// Who says so.
        rank: Rank,
        /// The value in SI, or `None` to hand back.
        value: Option<f64>,
    },
    /// Tells an asset's behaviour something.
    Tell {
        /// The asset.
        asset: AssetIx,
        /// What it is told.
        event: Event,
    },
    /// Gives an asset an actor of its own. Changes no result.
    Promote {
        /// The asset.
        asset: AssetIx,
    },
    /// Takes the actor away again. Changes no result.
    Demote {
        /// The asset.
        asset: AssetIx,
    },
}

/// Lanes by urgency: within one instant a lower lane is applied first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Commands of people and rules.
    Control,
    /// Acknowledgements and alarms.
    Alarm,
    /// Device and boundary states.
    State,
    /// Everything else.
    Bulk,
}

/// A command as the journal keeps it. The derived order (time, lane, source, number) is the order of application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// When it takes effect.
    pub at: SimTime,
    /// Its lane.
    pub lane: Lane,
    /// Who sent it, for example `scenario` or `operator:zhang`.
    pub source: String,
    /// Number within its source; a repeated number is a duplicate.
    pub seq: u64,
    /// What is to be done.
    pub command: Command,
}

impl Input {
    /// The key by which inputs are put in total order and duplicates are known.
    #[must_use]
    pub fn key(&self) -> (SimTime, Lane, &str, u64) {
        (self.at, self.lane, &self.source, self.seq)
    }
}

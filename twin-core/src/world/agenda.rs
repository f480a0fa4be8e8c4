//! The agenda of a world: what is to happen by itself, at an instant, under a condition, or after something else.
//!
//! The list is part of the specification, its progress part of the state, so a fork and a restored snapshot go on with
//! the same agenda.

use serde::{Deserialize, Serialize};
use twin_physics::port::PortIx;

use crate::ids::{AssetIx, NetworkIx};
use crate::time::SimTime;
use crate::world::command::Command;

/// What can be watched.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Watch {
    /// An output of a network.
    Output(NetworkIx, PortIx),
    /// The signal of an asset's behaviour.
    Signal(AssetIx),
    /// A metric, by its place in the specification.
    Metric(usize),
}

/// A comparison with a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What is compared.
    pub watch: Watch,
    /// True when the value is above the threshold; otherwise when below.
    pub above: bool,
    /// The threshold in SI.
    pub threshold: f64,
    /// Once true, it stays true until the value is this far back on the other side.
    pub hysteresis: f64,
    /// How long it must hold before it counts [s].
    pub hold_s: f64,
}

/// When an item is due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Trigger {
    /// At an instant.
    At(SimTime),
    /// Once, when a condition has held long enough.
    When(Condition),
    /// A delay after another item was done.
    After {
        /// Place of the other item in the agenda.
        item: usize,
        /// Delay [s], to the millisecond.
        delay_s: f64,
    },
}

/// One item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Name, unique in its agenda.
    pub id: String,
    /// When.
    pub trigger: Trigger,
    /// What, in order.
    pub commands: Vec<Command>,
    /// What it means, in Chinese.
    pub title_zh: String,
    /// What it means, in English.
    pub title_en: String,
    /// The asset it is about, for the record and the map.
    pub target: Option<AssetIx>,
    /// Which variants of a scenario leave it out.
    pub not_in: Vec<String>,
}

/// How far an item has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub enum Progress {
    /// Not yet done.
    #[default]
    Waiting,
    /// Done at an instant, under a record of the cascade.
    Done {
        /// When.
        at: SimTime,
        /// The record.
        record: u64,
    },
    /// Left out of this variant.
    Skipped,
}

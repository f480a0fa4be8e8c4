//! All of a water network that changes with time.

use serde::{Deserialize, Serialize};

use super::model::Status;
use crate::ledger::Account;

/// Hydraulic state of a link; the numbers are EPANET's status codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum LinkState {
    /// A pump that cannot deliver the head asked of it: closed.
    CannotDeliver = 0,
    /// Closed while a tank at its end is full or empty.
    TankClosed = 1,
    /// Closed.
    Closed = 2,
    /// Open.
    Open = 3,
    /// A control valve holding its setting.
    Active = 4,
    /// A flow control valve that cannot reach its flow: fully open.
    CannotReachFlow = 6,
}

impl LinkState {
    /// Whether water may pass.
    #[must_use]
    pub fn passes(self) -> bool {
        self > Self::Closed
    }
}

/// What a link is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Closed, open (a valve: fully, whatever its setting; a pump: running) or following its setting.
    pub status: Status,
    /// Speed of a pump, setting of a valve, in SI.
    pub setting: f64,
}

/// A solved network at one instant, with all it needs to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaterState {
    pub(super) time_s: f64,
    // Per link.
    pub(super) flow: Vec<f64>,
    pub(super) status: Vec<LinkState>,
    /// What the network's own controls say.
    pub(super) own: Vec<Command>,
    /// The same under the inputs' overrides.
    pub(super) target: Vec<Command>,
    pub(super) hole_area: Vec<f64>,
    /// Share of the hole's area at the first and second node [m²].
    pub(super) hole_ends: Vec<[f64; 2]>,
    pub(super) velocity: Vec<f64>,
    pub(super) head_loss: Vec<f64>,
    pub(super) status_field: Vec<f64>,
    pub(super) setting_field: Vec<f64>,
    pub(super) hole_flow: Vec<f64>,
    pub(super) pump_power: Vec<f64>,
    // Per node.
    pub(super) head: Vec<f64>,
    pub(super) demand: Vec<f64>,
    pub(super) delivered: Vec<f64>,
    pub(super) emitter: Vec<f64>,
    pub(super) node_hole: Vec<f64>,
    pub(super) leak: Vec<f64>,
    pub(super) net_inflow: Vec<f64>,
    pub(super) pressure_head: Vec<f64>,
    pub(super) supplied: Vec<f64>,
    pub(super) level: Vec<f64>,
    /// Volume of each tank in node order [m³].
    pub(super) volume: Vec<f64>,
    /// Spilled by full tanks so far [m³].
    pub(super) spilled_m3: f64,
    /// Added to (positive) or taken from tanks whose level was set to a limit it had passed within a step [m³].
    pub(super) clipped_m3: f64,
    pub(super) account: Account,
}

impl WaterState {
    /// Model time since the start [s].
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.time_s
    }
    /// Head of every node [m].
    #[must_use]
    pub fn heads_m(&self) -> &[f64] {
        &self.head
    }
    /// Flow of every link, positive from first to second node [m³·s⁻¹].
    #[must_use]
    pub fn flows_m3s(&self) -> &[f64] {
        &self.flow
    }
    /// Hydraulic state of every link.
    #[must_use]
    pub fn link_states(&self) -> &[LinkState] {
        &self.status
    }
    /// Water that limits of tank levels have added (positive) since the start [m³]. EPANET's whole-second scheme may
    /// drain a tank past its bottom within a step, and leaves what seeps through a tank's closed links out of its
    /// volume; both are booked here and in the account.
    #[must_use]
    pub fn clipped_m3(&self) -> f64 {
        self.clipped_m3
    }
    /// Water spilled over the rims of full tanks since the start [m³].
    #[must_use]
    pub fn spilled_m3(&self) -> f64 {
        self.spilled_m3
    }
}

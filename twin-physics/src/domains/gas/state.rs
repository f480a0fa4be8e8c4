//! All of a gas network that changes with time.

use serde::{Deserialize, Serialize};

use super::element::Mode;
use crate::ledger::Account;

/// A gas network at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GasState {
    pub(super) time_s: f64,
    /// `p|p|` of every node, those between segments behind those of the model [Pa²].
    pub(super) z: Vec<f64>,
    /// Flow of every segment [kg/s].
    pub(super) m: Vec<f64>,
    /// What regulators do, by segment.
    pub(super) mode: Vec<Mode>,
    /// Mass of every node as it is booked [kg]: what a step leaves unbalanced in the last digits goes into the next.
    pub(super) mass_kg: Vec<f64>,
    /// Slam-shuts that have fallen, by link.
    pub(super) shut: Vec<bool>,
    /// Inputs the state was solved under, by link: whether it can be passed, and the area of its hole [m²].
    pub(super) open: Vec<bool>,
    pub(super) hole_m2: Vec<f64>,
    // Shown, by node of the model and by link.
    pub(super) pressure: Vec<f64>,
    pub(super) supplied: Vec<f64>,
    pub(super) wanted: Vec<f64>,
    pub(super) delivered: Vec<f64>,
    pub(super) flow: Vec<f64>,
    pub(super) hole_flow: Vec<f64>,
    pub(super) status: Vec<f64>,
    /// Gauge pressure appliances need, by node [Pa]; 0 = any.
    pub(super) needed_pa: Vec<f64>,
    /// Flow out of all sources together [kg/s].
    pub(super) source_kgs: f64,
    pub(super) account: Account,
}

impl GasState {
    /// Model time since the start [s].
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.time_s
    }
    /// Absolute pressure of every node of the model [Pa].
    #[must_use]
    pub fn pressures_pa(&self) -> &[f64] {
        &self.pressure
    }
    /// Flow of every link in its middle, positive from first to second node [kg/s].
    #[must_use]
    pub fn flows_kgs(&self) -> &[f64] {
        &self.flow
    }
    /// What is taken out at every node [kg/s].
    #[must_use]
    pub fn delivered_kgs(&self) -> &[f64] {
        &self.delivered
    }
    /// What leaves through the hole of every link [kg/s].
    #[must_use]
    pub fn hole_flows_kgs(&self) -> &[f64] {
        &self.hole_flow
    }
    /// Gas in the network, sources included [kg].
    #[must_use]
    pub fn line_pack_kg(&self) -> f64 {
        self.account.stored_now
    }
}

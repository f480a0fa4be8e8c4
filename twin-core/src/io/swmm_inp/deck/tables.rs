//! Curves, time series, events.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Kind of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CurveKind {
    /// Area against depth.
    Storage,
    /// Diverted flow against inflow.
    Diversion,
    /// Stage against hour of the day.
    Tidal,
    /// Flow against head or depth.
    Rating,
    /// Setting against a controller variable.
    Control,
    /// Width against depth, both over full depth.
    Shape,
    /// Weir coefficient against head.
    Weir,
    /// Flow against volume, in steps.
    Pump1,
    /// Flow against depth, in steps.
    Pump2,
    /// Head against flow.
    Pump3,
    /// Flow against depth, continuous.
    Pump4,
    /// Head against flow at nominal speed, variable speed.
    Pump5,
}

/// A curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: CurveKind,
    /// Points.
    pub points: Vec<(f64, f64)>,
}

/// A time series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Id.
    pub id: String,
    /// Its data.
    pub data: SeriesData,
}

/// Data of a time series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SeriesData {
    /// In the deck.
    Points(Vec<SeriesPoint>),
    /// In an external file: path as written. See [`external::read`](super::super::external::read).
    File(String),
}

/// A point of a time series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SeriesPoint {
    /// The date its hours count from, at midnight; `None` = they count from the start of the simulation.
    pub date: Option<Date>,
    /// Hours.
    pub hours: f64,
    /// Value.
    pub value: f64,
}

impl SeriesPoint {
    /// Seconds from the start of the simulation (negative before it).
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // seconds of some thousand years
    pub fn seconds_from(&self, start: DateTime) -> f64 {
        let base = self.date.map_or(0, |d| d.at(0, 0, 0, 0).duration_since(start).as_secs());
        base as f64 + self.hours * 3600.0
    }
}

/// A period in which flows are routed in full; outside of all of them, flow is held steady.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// From.
    pub start: DateTime,
    /// To.
    pub end: DateTime,
}

//! The cascade record: every transition with its time, source, rule, value against threshold, and parent.

use serde::{Deserialize, Serialize};

use crate::time::SimTime;

/// One transition. `events.jsonl` holds one a line, with exactly these keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CascadeRecord {
    /// Number within its run, from 1.
    pub id: u64,
    /// The record that caused this one.
    pub parent: Option<u64>,
    /// When [ms since the start]; written as seconds.
    #[serde(with = "as_seconds")]
    pub t: SimTime,
    /// Round within the instant.
    pub micro: u32,
    /// What it came from: an asset, a network, the scenario, an operator.
    pub source: String,
    /// The rule, coupling, event or solver code that made it.
    pub rule: String,
    /// The asset or network it acts on.
    pub target: String,
    /// What happened to the target, in words that stay the same.
    pub effect: String,
    /// The value that mattered.
    pub value: f64,
    /// The threshold it met; equal to `value` where there is none.
    pub threshold: f64,
    /// SI unit of both.
    pub unit: String,
    /// How sure: 1 for the model's own physics, less for estimates [–].
    pub confidence: f64,
}

mod as_seconds {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::time::SimTime;

    pub fn serialize<S: Serializer>(t: &SimTime, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_f64(t.seconds())
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<SimTime, D::Error> {
        let s = f64::deserialize(d)?;
        SimTime::from_seconds(s).ok_or_else(|| serde::de::Error::custom("time out of range"))
    }
}

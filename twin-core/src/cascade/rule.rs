//! Discrete couplings: when something passes a threshold, something else is told.

use serde::{Deserialize, Serialize};

use crate::ids::AssetIx;
use crate::time::SimTime;
use crate::world::agenda::Condition;
use crate::world::command::Command;

/// A rule: a condition, and what happens when it comes and when it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Name, unique in its world, for example `C9 power → pump`.
    pub id: String,
    /// What is watched.
    pub condition: Condition,
    /// What is done when it comes true.
    pub on_true: Vec<Command>,
    /// What is done when it ceases.
    pub on_false: Vec<Command>,
    /// The asset it acts on, for the record.
    pub target: Option<AssetIx>,
    /// How sure the rule is, 1 for physics [–].
    pub confidence: f64,
}

/// Where a condition stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ConditionState {
    /// Beyond the threshold since, if it is.
    since: Option<SimTime>,
    /// Whether it counts, the hold time included.
    pub holds: bool,
}

impl ConditionState {
    /// Looks at a value; returns true when `holds` changed.
    pub fn look(&mut self, condition: &Condition, value: f64, at: SimTime) -> bool {
        let sign = if condition.above { 1.0 } else { -1.0 };
        let excess = sign * (value - condition.threshold);
        let beyond = excess > 0.0 || (self.holds && excess > -condition.hysteresis);
        let before = self.holds;
        if beyond {
            let since = *self.since.get_or_insert(at);
            self.holds = self.holds || at.seconds_since(since) >= condition.hold_s;
        } else {
            *self = Self::default();
        }
        self.holds != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::agenda::Watch;

    /// It counts only after its hold time, and ends only beyond its hysteresis.
    #[test]
    fn holds_after_its_time_and_ends_beyond_its_hysteresis() {
        let condition =
            Condition { watch: Watch::Metric(0), above: true, threshold: 10.0, hysteresis: 2.0, hold_s: 60.0 };
        let mut state = ConditionState::default();
        let seen: Vec<bool> = [(0, 11.0), (30, 12.0), (60, 11.0), (90, 9.0), (120, 7.9), (150, 9.0), (180, 10.5)]
            .into_iter()
            .map(|(s, value)| {
                state.look(&condition, value, SimTime::from_millis(s * 1000));
                state.holds
            })
            .collect();
        assert_eq!(seen, [false, false, true, true, false, false, false]);
    }
}

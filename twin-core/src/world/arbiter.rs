//! Who wins on one device.
//!
//! Several parties may say what an input is; the strongest rank that says anything wins, and when it hands back the
//! next one below is heard again. Where nobody speaks the input is invalid and the network's own controls decide.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::command::{NetPort, Rank};

/// What each rank says about each input that anybody speaks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Arbiter {
    said: BTreeMap<NetPort, [Option<f64>; Rank::ALL.len()]>,
}

impl Arbiter {
    /// Takes note of what a rank says, and returns what holds now: the strongest value, or `None`.
    pub fn say(&mut self, port: NetPort, rank: Rank, value: Option<f64>) -> Option<f64> {
        let ranks = self.said.entry(port).or_default();
        ranks[rank as usize] = value;
        let holds = ranks.iter().rev().find_map(|v| *v);
        if holds.is_none() {
            self.said.remove(&port);
        }
        holds
    }

    /// Who is heard on an input, and what they say.
    #[must_use]
    pub fn heard(&self, port: NetPort) -> Option<(Rank, f64)> {
        let ranks = self.said.get(&port)?;
        Rank::ALL.into_iter().rev().find_map(|rank| ranks[rank as usize].map(|value| (rank, value)))
    }
}

#[cfg(test)]
mod tests {
    use twin_physics::port::PortIx;

    use super::*;
    use crate::ids::NetworkIx;

    /// Fault over manual over rule over controller; handing back lets the next one below be heard.
    #[test]
    fn the_strongest_rank_wins_and_hands_back() {
        let port = NetPort { network: NetworkIx(0), port: PortIx(3) };
        let mut arbiter = Arbiter::default();
        assert_eq!(arbiter.say(port, Rank::Manual, Some(1.0)), Some(1.0));
        assert_eq!(arbiter.say(port, Rank::Controller, Some(0.0)), Some(1.0));
        assert_eq!(arbiter.say(port, Rank::Fault, Some(0.5)), Some(0.5));
        assert_eq!(arbiter.heard(port), Some((Rank::Fault, 0.5)));
        assert_eq!(arbiter.say(port, Rank::Fault, None), Some(1.0));
        assert_eq!(arbiter.say(port, Rank::Manual, None), Some(0.0));
        assert_eq!(arbiter.say(port, Rank::Controller, None), None);
        assert_eq!(arbiter, Arbiter::default());
    }
}

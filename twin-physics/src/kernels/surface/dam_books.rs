//! What check dams had, received, gave and have, all together: what they give one another cancels.
//!
//! *Source:* definitions.

use serde::{Deserialize, Serialize};

use super::check_dam::{CheckDams, DamState, Next, place};
use super::grid::Grid;
use super::real::Real;
use crate::ledger::{Account, Conserved, ExactSum};

/// Volumes of all check dams since the start [m³].
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct DamBooks {
    /// What stood behind them at the start.
    pub start_m3: f64,
    /// What came from outside.
    pub given_m3: f64,
    /// What went onto the ground.
    pub poured_m3: f64,
    /// What went out of what is modelled.
    pub away_m3: f64,
    /// What stands behind them now.
    pub stored_m3: f64,
}

impl DamBooks {
    /// The books of dams over the grid they pour onto.
    #[must_use]
    pub fn of<T: Real>(dams: &CheckDams, states: &[DamState], grid: &Grid<T>) -> Self {
        let mut sums = [ExactSum::default(); 5];
        for (dam, state) in dams.list().iter().zip(states) {
            let left = state.left_m3.value();
            let [poured, away] = match place(dam.next, grid) {
                Next::Cell(_) => [left, 0.0],
                Next::Away => [0.0, left],
                Next::Dam(_) => [0.0, 0.0],
            };
            let parts = [state.start_m3, state.given_m3.value(), poured, away, state.volume_m3];
            sums.iter_mut().zip(parts).for_each(|(sum, part)| sum.add(part));
        }
        let [start_m3, given_m3, poured_m3, away_m3, stored_m3] = sums.map(ExactSum::value);
        Self { start_m3, given_m3, poured_m3, away_m3, stored_m3 }
    }

    /// The same as an account.
    #[must_use]
    pub fn account(&self) -> Account {
        let mut account = Account::open(Conserved::WaterVolume, self.start_m3);
        account.book(self.given_m3);
        account.book(-self.poured_m3 - self.away_m3);
        account.stored_now = self.stored_m3;
        account
    }

    /// What stands behind them that the bookings do not explain [m³].
    #[must_use]
    pub fn residual_m3(&self) -> f64 {
        self.account().residual()
    }
}

//! Ledgers of conserved quantities.
//!
//! A solver books every amount that enters or leaves it, and says what it stores. The account closes when
//! `stored_start + entered − left = stored_now` to round-off; its residual is published with every result.

use serde::{Deserialize, Serialize};

/// What a ledger is kept of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conserved {
    /// Volume of water of constant density [m³].
    WaterVolume,
    /// Mass of gas [kg].
    GasMass,
    /// Heat or other energy [J].
    Energy,
    /// A dimensionless count, for example of people or vehicles.
    Count,
}

impl Conserved {
    /// The SI unit in which amounts are booked.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::WaterVolume => "m3",
            Self::GasMass => "kg",
            Self::Energy => "J",
            Self::Count => "1",
        }
    }
}

/// A sum that keeps what plain addition would lose, so that a year of small steps still closes.
///
/// *Source:* Neumaier (1974), *ZAMM* 54, 39–51, improved Kahan–Babuška summation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ExactSum {
    sum: f64,
    lost: f64,
}

impl ExactSum {
    /// Adds one amount.
    pub fn add(&mut self, amount: f64) {
        let total = self.sum + amount;
        self.lost +=
            if self.sum.abs() >= amount.abs() { (self.sum - total) + amount } else { (amount - total) + self.sum };
        self.sum = total;
    }

    /// The total so far.
    #[must_use]
    pub fn value(self) -> f64 {
        self.sum + self.lost
    }
}

/// The account of one conserved quantity in one network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// What is counted.
    pub of: Conserved,
    /// Stored when the account was opened.
    pub stored_start: f64,
    /// Stored now, as the state says, not as the bookings imply.
    pub stored_now: f64,
    /// All that entered since.
    pub entered: ExactSum,
    /// All that left since.
    pub left: ExactSum,
}

impl Account {
    /// Opens an account on what is stored now.
    #[must_use]
    pub fn open(of: Conserved, stored: f64) -> Self {
        Self { of, stored_start: stored, stored_now: stored, entered: ExactSum::default(), left: ExactSum::default() }
    }

    /// Books a signed amount: positive entered, negative left.
    pub fn book(&mut self, amount: f64) {
        if amount >= 0.0 {
            self.entered.add(amount);
        } else {
            self.left.add(-amount);
        }
    }

    /// What the bookings fail to explain, `stored_now − (stored_start + entered − left)`.
    #[must_use]
    pub fn residual(&self) -> f64 {
        let mut sum = ExactSum::default();
        for part in [self.stored_now, -self.stored_start, -self.entered.value(), self.left.value()] {
            sum.add(part);
        }
        sum.value()
    }

    /// The residual against the largest figure of the account [–]; 0 for an account that never moved.
    #[must_use]
    pub fn relative_residual(&self) -> f64 {
        let scale = [self.stored_start, self.stored_now, self.entered.value(), self.left.value()]
            .into_iter()
            .fold(0.0_f64, |a, b| a.max(b.abs()));
        if scale == 0.0 { 0.0 } else { self.residual().abs() / scale }
    }
}

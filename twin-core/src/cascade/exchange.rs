//! What crosses from one network to another over a macro step, and the account of what is on its way.
//!
//! What crosses is an amount (m³, kg, J). It is limited by the donor's stock at the start of the step and shared pro
//! rata among those who want it. A receiver gives back what it cannot take; that amount is in transit until the donor
//! has it again. So both sides close, and nothing is clipped in silence. All couplings read outputs at the start of the
//! step (Jacobi), so their order does not matter.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twin_physics::ledger::{Conserved, ExactSum};
use twin_physics::port::{Outputs, PortIx};

use crate::ids::NetworkIx;
use crate::world::command::NetPort;

/// A coupling that moves an amount.
#[derive(Clone)]
pub struct AmountCoupling {
    /// Name, unique in its world, for example `C1 rain → sewer`.
    pub id: String,
    /// What is moved.
    pub of: Conserved,
    /// Output of the donor: what it has to give [m³, kg, J].
    pub stock: NetPort,
    /// Input of the donor: the rate at which it is drawn on over the step.
    pub take: PortIx,
    /// Input of the donor: the rate at which it gets back what was refused.
    pub back: PortIx,
    /// Input of the receiver: the rate at which it is given to.
    pub give: NetPort,
    /// Output of the receiver: running total of what it could not take.
    pub returned: PortIx,
    /// How fast it wants to cross.
    pub law: Arc<dyn ExchangeLaw>,
}

/// The rate at which an amount wants to cross, from the outputs of donor and receiver.
pub trait ExchangeLaw: Send + Sync {
    /// Rate [amount·s⁻¹]; negative and non-finite rates count as none.
    fn rate(&self, donor: &Outputs, receiver: &Outputs) -> f64;
}

/// A coupling that copies a continuous value from an output to an input, scaled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignalCoupling {
    /// Name, unique in its world.
    pub id: String,
    /// Output read.
    pub from: NetPort,
    /// Input driven, at [`crate::behaviour::Rank::Controller`].
    pub to: NetPort,
    /// Factor.
    pub factor: f64,
}

/// The account of one amount coupling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Transit {
    /// Booked by the donor as taken.
    pub taken: ExactSum,
    /// Booked by the receiver as got, less what it gave back.
    pub got: ExactSum,
    /// Booked by the donor as come back.
    pub came_back: ExactSum,
    /// On its way back to the donor.
    pub returning: f64,
    /// On its way to the receiver: a receiver that failed has not booked it yet.
    pub waiting: f64,
    /// Given to the receiver, but not yet booked by a donor that failed.
    pub owed: f64,
    /// Running total of refusals seen so far.
    refused_seen: f64,
    /// Offered in the step under way: what the donor is to book as taken and as come back, the receiver as got.
    offered: (f64, f64, f64),
}

impl Transit {
    /// What is on its way: taken and not yet booked anywhere else.
    #[must_use]
    pub fn in_transit(&self) -> f64 {
        self.returning + self.waiting - self.owed
    }

    /// `taken − came back − got − in transit`: 0 to round-off, whatever failed.
    #[must_use]
    pub fn residual(&self) -> f64 {
        let mut sum = ExactSum::default();
        for part in
            [self.taken.value(), -self.came_back.value(), -self.got.value(), -self.returning, -self.waiting, self.owed]
        {
            sum.add(part);
        }
        sum.value()
    }
}

/// What the amounts of one step are, in coupling order: what the donor is to book as taken and as come back, and what
/// the receiver is to book as got.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Share {
    /// Taken from the donor, arrears of a failed step included.
    pub take: f64,
    /// Come back to the donor.
    pub back: f64,
    /// Given to the receiver, arrears included.
    pub give: f64,
}

/// Shares out the stocks for a step of `dt_s` and notes the offers in `transits`.
#[must_use]
pub fn share(
    couplings: &[AmountCoupling],
    outputs: &[Arc<Outputs>],
    transits: &mut [Transit],
    dt_s: f64,
) -> Vec<Share> {
    let of = |network: NetworkIx| &*outputs[network.at()];
    let wanted: Vec<f64> = couplings
        .iter()
        .map(|c| {
            let rate = c.law.rate(of(c.stock.network), of(c.give.network));
            if rate.is_finite() { (rate * dt_s).max(0.0) } else { 0.0 }
        })
        .collect();
    let owed: Vec<f64> = transits.iter().map(|t| t.owed).collect();
    let rows = couplings.iter().zip(transits).zip(&wanted);
    rows.map(|((c, transit), &want)| {
        // Everyone who draws on the same stock, and all that the donor still owes of failed steps.
        let drawn = |of: &[f64]| -> f64 {
            couplings.iter().zip(of).filter(|(o, _)| o.stock == c.stock).map(|(_, amount)| amount).sum()
        };
        let all = drawn(&wanted);
        let stock = (of(c.stock.network).get_or(c.stock.port, 0.0) - drawn(&owed)).max(0.0);
        let granted = if all > stock { want * (stock / all) } else { want };
        transit.offered = (granted, transit.returning, granted);
        Share { take: granted + transit.owed, back: transit.returning, give: granted + transit.waiting }
    })
    .collect()
}

/// Books what happened to the offers of a step: who advanced, and what receivers gave back. What one receiver refused
/// is shared among its givers pro rata to what each gave.
pub fn settle(
    couplings: &[AmountCoupling],
    outputs: &[Arc<Outputs>],
    transits: &mut [Transit],
    advanced: impl Fn(NetworkIx) -> bool,
) {
    let given: Vec<f64> = transits.iter().map(|t| t.offered.2 + t.waiting).collect();
    for (at, (c, transit)) in couplings.iter().zip(transits).enumerate() {
        let (granted, back, give) = std::mem::take(&mut transit.offered);
        if advanced(c.stock.network) {
            transit.taken.add(granted + transit.owed);
            transit.owed = 0.0;
            transit.came_back.add(back);
            transit.returning -= back;
        } else {
            transit.owed += granted;
        }
        if advanced(c.give.network) {
            let total = outputs[c.give.network.at()].get_or(c.returned, transit.refused_seen);
            let same = |o: &AmountCoupling| o.give.network == c.give.network && o.returned == c.returned;
            let all: f64 = couplings.iter().zip(&given).filter(|(o, _)| same(o)).map(|(_, g)| g).sum();
            let share = if all > 0.0 { given[at] / all } else { 0.0 };
            let refused = (total - transit.refused_seen) * share;
            transit.refused_seen = total;
            transit.got.add(given[at]);
            transit.got.add(-refused);
            transit.waiting = 0.0;
            transit.returning += refused;
        } else {
            transit.waiting += give;
        }
    }
}

//! What streets, underpasses, check dams and sewers hold together.
//!
//! *Source:* definitions.

use super::couple::{StreetState, Streets};
use crate::domains::drainage::routing::{Drainage, DrainageState};
use crate::ledger::Account;

impl Streets {
    /// The accounts of surface, underpasses, check dams, and what is on its way between them and the network.
    pub(in crate::domains::drainage) fn accounts(&self, state: &StreetState) -> Vec<Account> {
        self.flood().accounts(&state.flood)
    }

    /// What is missing or too much in streets, underpasses, dams and sewers together, over all that came: what they
    /// exchange cancels, so nothing of it may be lost or made. Inflow that others give to the network is taken to stay
    /// there.
    #[must_use]
    pub fn imbalance(&self, drainage: &Drainage, routed: &DrainageState, state: &StreetState) -> f64 {
        let (totals, booked) = (&routed.totals, &state.flood.water.booked);
        let now_s = routed.network.time_s;
        let sources: f64 = self.model().flood.inflows.iter().map(|i| i.flow_m3s.integral(0.0, now_s)).sum();
        let runoff = [&totals.dry_weather, &totals.wet_weather, &totals.groundwater, &totals.rdii, &totals.external];
        let given: f64 = runoff.into_iter().map(|sum| sum.value()).sum();
        let dams = self.dam_books(state);
        let had = totals.initial_m3 + booked.start_m3 + dams.start_m3;
        let came = had + given + booked.rain_m3 + booked.entered_m3 + sources + dams.given_m3;
        let surface = booked.expected_m3() - booked.exchanged_m3() + sources;
        let ways = state.flood.fillings.iter().zip(&self.model().pumped_into);
        let away: f64 = ways.filter(|(_, into)| into.is_none()).map(|(f, _)| f.pumped_m3).sum();
        // Outfalls and spills count as lost to the network although some of it came out on the street.
        let lost = [&totals.outflow, &totals.flooding, &totals.evaporation, &totals.seepage];
        let gone = lost.into_iter().map(|sum| sum.value()).sum::<f64>() - state.spilled.value();
        let inside: f64 = state.flood.fillings.iter().map(|f| f.volume_m3).sum();
        let between = state.owed_m3.iter().sum::<f64>() + state.lifted_m3.iter().sum::<f64>();
        let above = state.flood.water.volume_m3(self.grid()) + inside + dams.stored_m3;
        let stands = drainage.stored_m3(routed) + above + between;
        let from_dams = dams.start_m3 + dams.given_m3 - dams.away_m3;
        let should = (totals.initial_m3 + given - gone) + (surface - away) + from_dams;
        (stands - should).abs() / came.abs().max(1.0)
    }
}

//! The two accounts of each pollutant, as SWMM reports them: runoff quality and quality routing.
//!
//! *Source:* Rossman & Huber (2016), *Storm Water Management Model Reference Manual*, vol. III Water Quality,
//! EPA/600/R-16/093, chapters 4 and 5.

use serde::{Deserialize, Serialize};

use crate::ledger::ExactSum;

/// Account of a pollutant on the surfaces [load].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RunoffLoads {
    /// Built up at the start.
    pub initial: f64,
    /// Built up since, and what washes off without having been built up.
    pub buildup: ExactSum,
    /// Brought by rain, and by outfalls that discharge onto a catchment.
    pub deposition: ExactSum,
    /// Removed by street sweeping.
    pub sweeping: ExactSum,
    /// Infiltrated.
    pub infiltration: ExactSum,
    /// Removed by best practice and LID units.
    pub bmp: ExactSum,
    /// Washed into the network or out of the model.
    pub runoff: ExactSum,
    /// Left behind where surfaces fell dry.
    pub dried: ExactSum,
}

impl RunoffLoads {
    /// Everything that came, less everything that went [load]: what should be on the surfaces, and under way between
    /// catchments.
    #[must_use]
    pub fn expected(&self) -> f64 {
        let mut sum = ExactSum::default();
        sum.add(self.initial);
        [self.buildup, self.deposition].iter().for_each(|s| sum.add(s.value()));
        [self.sweeping, self.infiltration, self.bmp, self.runoff, self.dried].iter().for_each(|s| sum.add(-s.value()));
        sum.value()
    }

    /// SWMM's continuity error [%], given what is on the surfaces.
    #[must_use]
    pub fn continuity_percent(&self, on_surfaces: f64) -> f64 {
        let entered = self.initial + self.buildup.value() + self.deposition.value();
        percent(entered, entered - self.expected() + on_surfaces)
    }
}

/// Account of a pollutant in the network [load].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RoutingLoads {
    /// Stored at the start.
    pub initial: f64,
    /// With dry-weather inflow.
    pub dry_weather: ExactSum,
    /// With runoff and LID drains.
    pub wet_weather: ExactSum,
    /// With groundwater.
    pub groundwater: ExactSum,
    /// With RDII.
    pub rdii: ExactSum,
    /// User-given.
    pub external: ExactSum,
    /// Exchanged with other networks: what they give, less what they take.
    pub exchange: ExactSum,
    /// Lost by flooding.
    pub flooding: ExactSum,
    /// Through outfalls, and with negative inflows.
    pub outflow: ExactSum,
    /// Decayed or treated.
    pub reacted: ExactSum,
    /// With seepage.
    pub seepage: ExactSum,
    /// Left behind where links and nodes fell dry.
    pub dried: ExactSum,
}

impl RoutingLoads {
    fn sums(&self) -> ([ExactSum; 6], [ExactSum; 5]) {
        (
            [self.dry_weather, self.wet_weather, self.groundwater, self.rdii, self.external, self.exchange],
            [self.flooding, self.outflow, self.reacted, self.seepage, self.dried],
        )
    }

    /// Everything that came, less everything that went [load]: what should be stored.
    #[must_use]
    pub fn expected(&self) -> f64 {
        let (entered, left) = self.sums();
        let mut sum = ExactSum::default();
        sum.add(self.initial);
        entered.iter().for_each(|s| sum.add(s.value()));
        left.iter().for_each(|s| sum.add(-s.value()));
        sum.value()
    }

    /// SWMM's continuity error [%], given what is stored.
    #[must_use]
    pub fn continuity_percent(&self, stored: f64) -> f64 {
        let (entered, left) = self.sums();
        let entered = self.initial + entered.iter().map(|s| s.value()).sum::<f64>();
        percent(entered, left.iter().map(|s| s.value()).sum::<f64>() + stored)
    }

    /// Books rates over a time.
    pub(super) fn add(&mut self, rates: &Rates, over_s: f64) {
        self.dry_weather.add(rates.dry_weather * over_s);
        self.wet_weather.add(rates.wet_weather * over_s);
        self.groundwater.add(rates.groundwater * over_s);
        self.rdii.add(rates.rdii * over_s);
        self.external.add(rates.external * over_s);
        self.exchange.add(rates.exchange * over_s);
        self.flooding.add(rates.flooding * over_s);
        self.outflow.add(rates.outflow * over_s);
        self.reacted.add(rates.reacted * over_s);
        self.seepage.add(rates.seepage * over_s);
    }
}

fn percent(entered: f64, left: f64) -> f64 {
    if entered > 0.0 {
        100.0 * (1.0 - left / entered)
    } else if left > 0.0 {
        100.0 * (entered / left - 1.0)
    } else {
        0.0
    }
}

/// Rates of one step [load/s].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Rates {
    pub dry_weather: f64,
    pub wet_weather: f64,
    pub groundwater: f64,
    pub rdii: f64,
    pub external: f64,
    pub exchange: f64,
    pub flooding: f64,
    pub outflow: f64,
    pub reacted: f64,
    pub seepage: f64,
    /// Left behind dry, a load and not a rate.
    pub dried: f64,
}

//! The water account of the network.
//!
//! Each scheme has its own sense of what flows over a step: the implicit one takes the rates of its end over the whole
//! step and closes to round-off; SWMM's schemes take the mean of the rates at both ends, and what that fails to explain
//! is their continuity error.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! section 3.5 (continuity errors).

use serde::{Deserialize, Serialize};

use crate::ledger::{Account, Conserved, ExactSum};

/// Rates at which the network gains and loses water [m³/s].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Rates {
    /// Dry-weather inflow.
    pub dry_weather_m3s: f64,
    /// Runoff and LID drains.
    pub wet_weather_m3s: f64,
    /// Groundwater.
    pub groundwater_m3s: f64,
    /// Rain-derived infiltration and inflow.
    pub rdii_m3s: f64,
    /// User-given inflow and what flows back in through outfalls.
    pub external_m3s: f64,
    /// Exchange with other networks: what they give, less what they take.
    pub exchange_m3s: f64,
    /// Lost by flooding.
    pub flooding_m3s: f64,
    /// Through outfalls.
    pub outflow_m3s: f64,
    /// Evaporated.
    pub evaporation_m3s: f64,
    /// Seeped.
    pub seepage_m3s: f64,
}

impl Rates {
    /// Everything that enters, less everything that leaves.
    #[must_use]
    pub fn net_m3s(&self) -> f64 {
        self.dry_weather_m3s
            + self.wet_weather_m3s
            + self.groundwater_m3s
            + self.rdii_m3s
            + self.external_m3s
            + self.exchange_m3s
            - self.flooding_m3s
            - self.outflow_m3s
            - self.evaporation_m3s
            - self.seepage_m3s
    }
}

/// Volumes since the start [m³].
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Dry-weather inflow.
    pub dry_weather: ExactSum,
    /// Runoff and LID drains.
    pub wet_weather: ExactSum,
    /// Groundwater.
    pub groundwater: ExactSum,
    /// RDII.
    pub rdii: ExactSum,
    /// User-given, and back through outfalls.
    pub external: ExactSum,
    /// Exchange with other networks.
    pub exchange: ExactSum,
    /// Lost by flooding.
    pub flooding: ExactSum,
    /// Through outfalls.
    pub outflow: ExactSum,
    /// Evaporated.
    pub evaporation: ExactSum,
    /// Seeped.
    pub seepage: ExactSum,
    /// Stored at the start [m³].
    pub initial_m3: f64,
    /// Rates at the end of the last step.
    pub rates: Rates,
}

impl Totals {
    /// Adds rates over a time.
    pub fn add(&mut self, rates: &Rates, dt_s: f64) {
        self.dry_weather.add(rates.dry_weather_m3s * dt_s);
        self.wet_weather.add(rates.wet_weather_m3s * dt_s);
        self.groundwater.add(rates.groundwater_m3s * dt_s);
        self.rdii.add(rates.rdii_m3s * dt_s);
        self.external.add(rates.external_m3s * dt_s);
        self.exchange.add(rates.exchange_m3s * dt_s);
        self.flooding.add(rates.flooding_m3s * dt_s);
        self.outflow.add(rates.outflow_m3s * dt_s);
        self.evaporation.add(rates.evaporation_m3s * dt_s);
        self.seepage.add(rates.seepage_m3s * dt_s);
    }

    fn sums(&self) -> ([ExactSum; 6], [ExactSum; 4]) {
        (
            [self.dry_weather, self.wet_weather, self.groundwater, self.rdii, self.external, self.exchange],
            [self.flooding, self.outflow, self.evaporation, self.seepage],
        )
    }

    /// The account, given what is stored now.
    #[must_use]
    pub fn account(&self, stored_m3: f64) -> Account {
        let mut account = Account::open(Conserved::WaterVolume, self.initial_m3);
        let (entered, left) = self.sums();
        entered.into_iter().for_each(|v| account.book(v.value()));
        left.into_iter().for_each(|v| account.book(-v.value()));
        account.stored_now = stored_m3;
        account
    }

    /// SWMM's routing continuity error [%]: `100·(1 − out/in)`, both with storage.
    #[must_use]
    pub fn continuity_percent(&self, stored_m3: f64) -> f64 {
        let (entered, left) = self.sums();
        let entered = entered.into_iter().map(ExactSum::value).sum::<f64>() + self.initial_m3;
        let left = left.into_iter().map(ExactSum::value).sum::<f64>() + stored_m3;
        // A cubic foot is nothing.
        if (entered - left).abs() < crate::units::M3_PER_FT3 {
            0.0
        } else if entered.abs() > 0.0 {
            100.0 * (1.0 - left / entered)
        } else if left.abs() > 0.0 {
            100.0 * (entered / left - 1.0)
        } else {
            0.0
        }
    }
}

//! How likely a release is to find a flame, at once or later.
//!
//! *Source:* by the rate of release: A. W. Cox, F. P. Lees, M. L. Ang, Classification of Hazardous Locations, IChemE
//! 1990, ch. 15: ignition of gas 0.01 below 1 kg/s, 0.07 from 1 to 50, 0.3 above, and their line through these points,
//! `0.0158·ṁ^0.6415`; explosion once ignited 0.04, 0.12 and 0.3. By sources in the cloud: TNO, Guidelines for
//! Quantitative Risk Assessment (Purple Book), CPR 18E, 1999, appendix 4.A: `P·(1 − e^(−ω·t))`. Averages over plants
//! and pipes in the open: a street, a manhole or a house wants its own numbers, which is why all of them are arguments.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, not_negative, positive, share};

/// A probability over the rate of release, `factor·ṁ^power`, at most `most`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RateLaw {
    /// Probability at 1 kg/s.
    pub factor: f64,
    /// Power of the rate.
    pub power: f64,
    /// Largest probability it may give.
    pub most: f64,
}

impl RateLaw {
    /// Ignition of gas by Cox, Lees and Ang, held to 1.
    pub const COX_LEES_ANG: Self = Self { factor: 0.0158, power: 0.6415, most: 1.0 };

    /// The probability.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn probability(&self, flow_kgs: f64) -> Result<f64, HazardError> {
        not_negative("factor of ignition", self.factor)?;
        not_negative("power of ignition", self.power)?;
        let most = share("largest probability of ignition", self.most)?;
        Ok((self.factor * not_negative("release", flow_kgs)?.powf(self.power)).min(most))
    }
}

/// Classes of release by rate, each with a probability.
///
/// *Source of values:* Cox, Lees & Ang 1990, ch. 15.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RateClasses {
    /// Rates that part them [kg/s].
    pub limits_kgs: [f64; 2],
    /// Probabilities below, between and above.
    pub probabilities: [f64; 3],
}

impl RateClasses {
    /// Ignition of a gas.
    pub const IGNITION: Self = Self { limits_kgs: [1.0, 50.0], probabilities: [0.01, 0.07, 0.3] };
    /// Explosion, given that it is ignited.
    pub const EXPLOSION: Self = Self { limits_kgs: [1.0, 50.0], probabilities: [0.04, 0.12, 0.3] };

    /// The probability of the release's class.
    #[must_use]
    pub fn probability(&self, flow_kgs: f64) -> f64 {
        self.probabilities[self.limits_kgs.iter().filter(|&&l| flow_kgs >= l).count()]
    }
}

/// What becomes of a release.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Burns at once: a jet fire.
    pub immediate: f64,
    /// Burns later without blast: a flash fire.
    pub flash: f64,
    /// Burns later with blast.
    pub explosion: f64,
    /// Never burns.
    pub none: f64,
}

/// Splits a total probability: `immediate_share` of it at once, of the rest `explosion_share` with blast.
///
/// *Source:* event tree of CCPS, Guidelines for Consequence Analysis, 1999, § 3; own derivation.
///
/// # Errors
/// If one of them is no share.
pub fn outcome(total: f64, immediate_share: f64, explosion_share: f64) -> Result<Outcome, HazardError> {
    share("probability of ignition", total)?;
    share("share ignited at once", immediate_share)?;
    share("share that explodes", explosion_share)?;
    let immediate = total * immediate_share;
    let delayed = total - immediate;
    let explosion = delayed * explosion_share;
    Ok(Outcome { immediate, flash: delayed - explosion, explosion, none: 1.0 - total })
}

/// A source of ignition within a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spark {
    /// Probability that it is there.
    pub present: f64,
    /// Its effect: how often it would ignite in a flammable cloud [1/s].
    pub rate_1s: f64,
    /// How many of them, such as cars or people; parts are means.
    pub number: f64,
}

impl Spark {
    /// A source that ignites with this probability within this time.
    ///
    /// *Source:* CPR 18E, appendix 4.A, gives 0.4 in a minute for a motor vehicle, 0.01 for a resident.
    ///
    /// # Errors
    /// If the probability is 1 or no probability.
    pub fn within(probability: f64, time_s: f64, number: f64) -> Result<Self, HazardError> {
        share("probability of ignition", probability)?;
        let rate_1s = -(-probability).ln_1p() / positive("time of ignition", time_s)?;
        not_negative("rate of ignition", rate_1s)?;
        Ok(Self { present: 1.0, rate_1s, number: not_negative("number of sources", number)? })
    }

    /// Probability that one of them has ignited after `time_s` in the cloud.
    ///
    /// # Errors
    /// If a value makes no sense.
    pub fn probability(&self, time_s: f64) -> Result<f64, HazardError> {
        let present = share("presence of a source", self.present)?;
        let rate = not_negative("rate of ignition", self.rate_1s)?;
        let each = -present * (-rate * not_negative("time in the cloud", time_s)?).exp_m1();
        let number = not_negative("number of sources", self.number)?;
        if number == 0.0 || each == 0.0 {
            return Ok(0.0);
        }
        Ok(-(number * (-each).ln_1p()).exp_m1())
    }
}

/// Probability that any of several independent events happens, `1 − Π(1 − p)`.
///
/// # Errors
/// If one is no probability.
pub fn any_of(probabilities: impl IntoIterator<Item = f64>) -> Result<f64, HazardError> {
    let mut none = 1.0;
    for p in probabilities {
        none *= 1.0 - share("probability", p)?;
    }
    Ok(1.0 - none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_line_goes_through_the_classes_of_cox_lees_and_ang() {
        let law = RateLaw::COX_LEES_ANG;
        for (rate, p) in [(0.5, 0.01), (10.0, 0.07), (100.0, 0.3)] {
            assert!((law.probability(rate).unwrap() / p - 1.0).abs() < 0.02, "{rate}");
            assert_eq!(RateClasses::IGNITION.probability(rate), p);
        }
        assert_eq!(RateClasses::EXPLOSION.probability(1.0), 0.12);
        assert_eq!(RateLaw { most: 0.5, ..law }.probability(1e4).unwrap(), 0.5);
        assert!(law.probability(-1.0).is_err());
    }

    #[test]
    fn sources_add_up_over_time() {
        // Purple Book: a car ignites with 0.4 in a minute, so in two with 0.64; three cars in one with 1 − 0.6³.
        let car = Spark::within(0.4, 60.0, 1.0).unwrap();
        assert!((car.probability(120.0).unwrap() - 0.64).abs() < 1e-12);
        let three = Spark { number: 3.0, ..car }.probability(60.0).unwrap();
        assert!((three - 0.784).abs() < 1e-12);
        assert!((any_of([0.4, 0.4, 0.4]).unwrap() - three).abs() < 1e-12);
        assert!(Spark::within(1.0, 60.0, 1.0).is_err() && any_of([1.1]).is_err());
        assert_eq!(any_of([]).unwrap(), 0.0);
    }

    proptest! {
        /// What becomes of a release adds up to one.
        #[test]
        fn outcomes_add_up(total in 0.0..=1.0_f64, at_once in 0.0..=1.0_f64, blast in 0.0..=1.0_f64) {
            let o = outcome(total, at_once, blast).unwrap();
            let parts = [o.immediate, o.flash, o.explosion, o.none];
            prop_assert!(parts.iter().all(|p| (-1e-15..=1.0).contains(p)));
            prop_assert!((parts.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }

        /// A probability that never falls with rate, time or number.
        #[test]
        fn probabilities_rise(rate in 0.0..1e4_f64, p in 0.0..0.99_f64, t in 0.0..1e4_f64, n in 0.0..50.0_f64) {
            let law = RateLaw::COX_LEES_ANG;
            let at = law.probability(rate).unwrap();
            prop_assert!((0.0..=1.0).contains(&at) && law.probability(rate + 1.0).unwrap() >= at);
            let source = Spark::within(p, 60.0, n).unwrap();
            let here = source.probability(t).unwrap();
            prop_assert!((0.0..=1.0).contains(&here) && source.probability(t + 10.0).unwrap() >= here - 1e-15);
        }
    }
}

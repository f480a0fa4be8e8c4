//! What a push does to houses and people, as bands and as probabilities, and who stands inside.
//!
//! *Source:* bands: V. J. Clancey, Diagnostic features of explosion damage, 6th Int. Meeting of Forensic Sciences,
//! 1972, as tabulated in CCPS, Guidelines for Consequence Analysis, 1999. Probits over overpressure alone: N. A.
//! Eisenberg, C. J. Lynch, R. J. Breeding, Vulnerability Model, US Coast Guard CG-D-136-75, 1975. Over overpressure and
//! impulse: TNO, Methods for the Determination of Possible Damage (Green Book), CPR 16E, 1992, ch. 2 and 3. Probits
//! rest on few and mostly military data; they hold for open ground and not for a person behind a falling wall.

use serde::{Deserialize, Serialize};

use super::error::{HazardError, not_negative, positive, share};

/// A band of damage, from its overpressure upwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Overpressure from which it holds [Pa].
    pub from_pa: f64,
    /// What is seen.
    pub damage: String,
    /// Where the number comes from.
    pub source: String,
}

/// Bands in rising order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bands(Vec<Band>);

impl Bands {
    /// Bands, checked.
    ///
    /// # Errors
    /// If there is none, or overpressures are not positive and rising.
    pub fn new(bands: Vec<Band>) -> Result<Self, HazardError> {
        positive("number of bands", bands.len() as f64)?;
        let mut last = 0.0;
        for band in &bands {
            positive("step between bands", band.from_pa - last)?;
            last = band.from_pa;
        }
        Ok(Self(bands))
    }

    /// A default: data, not a law; any city may bring its own.
    ///
    /// *Source:* Clancey 1972 in CCPS 1999.
    #[must_use]
    pub fn clancey() -> Self {
        let band = |from_pa, damage: &str| Band {
            from_pa,
            damage: damage.to_owned(),
            source: "Clancey 1972 in CCPS 1999".to_owned(),
        };
        Self(vec![
            band(2_070.0, "some window glass broken, a tenth of the panes"),
            band(4_800.0, "minor damage to houses"),
            band(6_900.0, "houses partly demolished, not habitable"),
            band(13_800.0, "walls and roofs of houses partly collapse"),
            band(34_500.0, "houses nearly destroyed"),
            band(68_900.0, "buildings probably destroyed"),
        ])
    }

    /// The bands.
    #[must_use]
    pub fn bands(&self) -> &[Band] {
        &self.0
    }

    /// Position of the band of an overpressure; `None` below the first.
    #[must_use]
    pub fn of(&self, overpressure_pa: f64) -> Option<usize> {
        self.0.iter().rposition(|b| overpressure_pa >= b.from_pa)
    }
}

/// A probit over the logarithm of one cause, `Pr = a + b·ln(x)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Probit {
    /// Its value at 1.
    pub a: f64,
    /// Its slope.
    pub b: f64,
}

impl Probit {
    /// Death by lung haemorrhage over the overpressure in Pa. *Source:* Eisenberg et al. 1975.
    pub const LUNG_EISENBERG: Self = Self { a: -77.1, b: 6.91 };
    /// Rupture of an eardrum over the overpressure in Pa. *Source:* Eisenberg et al. 1975.
    pub const EARDRUM_EISENBERG: Self = Self { a: -15.6, b: 1.93 };
    /// Broken glass over the overpressure in Pa. *Source:* Eisenberg et al. 1975.
    pub const GLASS_EISENBERG: Self = Self { a: -18.1, b: 2.79 };
    /// Damage to structures over the overpressure in Pa. *Source:* Eisenberg et al. 1975.
    pub const STRUCTURE_EISENBERG: Self = Self { a: -23.8, b: 2.92 };
    /// Rupture of an eardrum over the overpressure in Pa. *Source:* TNO Green Book, CPR 16E, 1992.
    pub const EARDRUM_TNO: Self = Self { a: -12.6, b: 1.524 };

    /// Probability for a cause of this size; 0 for none.
    ///
    /// # Errors
    /// If the cause is negative or not a number.
    pub fn probability(&self, cause: f64) -> Result<f64, HazardError> {
        let cause = not_negative("cause of a probit", cause)?;
        Ok(if cause > 0.0 { normal(self.a + self.b * cause.ln()) } else { 0.0 })
    }
}

/// Probability of a probit: the standard normal distribution of `probit − 5`.
///
/// *Source:* D. J. Finney, Probit Analysis, 3rd ed. 1971.
#[must_use]
pub fn normal(probit: f64) -> f64 {
    0.5 * libm::erfc((5.0 - probit) * std::f64::consts::FRAC_1_SQRT_2)
}

/// Death by damage to the lungs from overpressure and impulse: `Pr = 5 − 5.74·ln(4.2/p̄ + 1.3/ī)`, `p̄ = p/p₀`,
/// `ī = i/(√p₀·∛m)`; `impulse_pas` that of the push felt, for a body lengthwise to it half of p·t.
///
/// *Source:* TNO Green Book, CPR 16E, 1992, ch. 3.
///
/// # Errors
/// If a value makes no sense.
pub fn lung_tno(overpressure_pa: f64, impulse_pas: f64, ambient_pa: f64, body_kg: f64) -> Result<f64, HazardError> {
    let p = not_negative("overpressure", overpressure_pa)? / positive("ambient pressure", ambient_pa)?;
    let i = not_negative("impulse", impulse_pas)? / (ambient_pa.sqrt() * positive("body", body_kg)?.cbrt());
    if p == 0.0 || i == 0.0 {
        return Ok(0.0);
    }
    Ok(normal(5.0 - 5.74 * (4.2 / p + 1.3 / i).ln()))
}

/// How badly a house is hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HouseDamage {
    /// Minor.
    Minor,
    /// Major.
    Major,
    /// It collapses.
    Collapse,
}

/// Probability that a house of masonry up to four storeys is hit at least so, by overpressure and impulse.
///
/// *Source:* TNO Green Book, CPR 16E, 1992, ch. 2.
///
/// # Errors
/// If a value makes no sense.
pub fn house_tno(kind: HouseDamage, overpressure_pa: f64, impulse_pas: f64) -> Result<f64, HazardError> {
    let p = not_negative("overpressure", overpressure_pa)?;
    let i = not_negative("impulse", impulse_pas)?;
    if p == 0.0 || i == 0.0 {
        return Ok(0.0);
    }
    let (slope, [p0, np], [i0, ni]) = match kind {
        HouseDamage::Minor => (0.26, [4_600.0, 3.9], [110.0, 5.0]),
        HouseDamage::Major => (0.26, [17_500.0, 8.4], [290.0, 9.3]),
        HouseDamage::Collapse => (0.22, [40_000.0, 7.4], [460.0, 11.3]),
    };
    let v = f64::powf(p0 / p, np) + f64::powf(i0 / i, ni);
    Ok(normal(5.0 - slope * v.ln()))
}

/// People at one place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// Distance from the centre [m].
    pub distance_m: f64,
    /// How many.
    pub number: f64,
}

/// People inside a radius, its edge included.
///
/// # Errors
/// If a number makes no sense.
pub fn inside(people: &[People], radius_m: f64) -> Result<f64, HazardError> {
    let mut sum = 0.0;
    for p in people {
        sum +=
            if not_negative("distance", p.distance_m)? <= radius_m { not_negative("people", p.number)? } else { 0.0 };
    }
    Ok(sum)
}

/// How many are hit where each is with the probability that `risk` gives for the distance.
///
/// # Errors
/// If `risk` refuses or gives no probability.
pub fn expected(people: &[People], risk: impl Fn(f64) -> Result<f64, HazardError>) -> Result<f64, HazardError> {
    let mut sum = 0.0;
    for p in people {
        sum += not_negative("people", p.number)? * share("probability", risk(p.distance_m)?)?;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn probits_have_their_medians() {
        // Half at e^((5 − a)/b): lungs 144 kPa, eardrums 43.2 kPa (Eisenberg) and 104 kPa (TNO), glass 3.94 kPa.
        for (probit, kpa) in [
            (Probit::LUNG_EISENBERG, 144.3),
            (Probit::EARDRUM_EISENBERG, 43.2),
            (Probit::GLASS_EISENBERG, 3.944),
            (Probit::EARDRUM_TNO, 103.8),
        ] {
            let median = ((5.0 - probit.a) / probit.b).exp();
            assert!((median / 1e3 / kpa - 1.0).abs() < 2e-2, "{median}");
            assert!((probit.probability(median).unwrap() - 0.5).abs() < 1e-12);
        }
        // Finney's table: probit 2.67 is 1 %, 7.33 is 99 %.
        assert!((normal(2.67) - 0.01).abs() < 2e-4 && (normal(7.33) - 0.99).abs() < 2e-4);
        assert_eq!(Probit::LUNG_EISENBERG.probability(0.0).unwrap(), 0.0);
        assert!(Probit::LUNG_EISENBERG.probability(f64::NAN).is_err());
    }

    #[test]
    fn houses_and_lungs_by_pressure_and_impulse() {
        // Long pushes: half of the houses where the pressure term is 1.
        let p = house_tno(HouseDamage::Collapse, 40e3, 1e9).unwrap();
        assert!((p - 0.5).abs() < 1e-9);
        assert!(
            house_tno(HouseDamage::Minor, 10e3, 500.0).unwrap() > house_tno(HouseDamage::Major, 10e3, 500.0).unwrap()
        );
        let half = lung_tno(4.2 * 101_325.0, 1e9, 101_325.0, 70.0).unwrap();
        assert!((half - 0.5).abs() < 1e-5, "{half}");
        assert_eq!(lung_tno(0.0, 0.0, 101_325.0, 70.0).unwrap(), 0.0);
    }

    #[test]
    fn bands_are_data_in_order() {
        let bands = Bands::clancey();
        assert_eq!(bands.of(1_000.0), None);
        assert_eq!(bands.of(7_000.0).map(|k| bands.bands()[k].from_pa), Some(6_900.0));
        assert_eq!(bands.of(1e6), Some(5));
        let again = Bands::new(bands.bands().to_vec()).unwrap();
        assert_eq!(again, bands);
        assert!(Bands::new(bands.bands().iter().rev().cloned().collect()).is_err() && Bands::new(vec![]).is_err());
        let people = [People { distance_m: 18.0, number: 3.0 }, People { distance_m: 92.0, number: 40.0 }];
        assert_eq!(inside(&people, 18.0).unwrap(), 3.0);
        assert!((expected(&people, |r| Ok(if r < 20.0 { 0.5 } else { 0.1 })).unwrap() - 5.5).abs() < 1e-12);
        assert!(expected(&people, |_| Ok(2.0)).is_err());
    }

    proptest! {
        /// Probabilities that never fall with pressure or impulse.
        #[test]
        fn harder_is_worse(p in 0.0..1e6_f64, i in 0.0..1e5_f64, more in 1.0..2.0_f64) {
            for probit in [Probit::LUNG_EISENBERG, Probit::GLASS_EISENBERG, Probit::EARDRUM_TNO] {
                let at = probit.probability(p).unwrap();
                prop_assert!((0.0..=1.0).contains(&at) && probit.probability(more * p).unwrap() >= at);
            }
            let kinds = [HouseDamage::Collapse, HouseDamage::Major, HouseDamage::Minor];
            let at = |k, p, i| house_tno(k, p, i).unwrap();
            for kind in kinds {
                prop_assert!((0.0..=1.0).contains(&at(kind, p, i)));
                prop_assert!(at(kind, more * p, more * i) >= at(kind, p, i));
            }
            let lung = |p, i| lung_tno(p, i, 101_325.0, 70.0).unwrap();
            prop_assert!(lung(more * p, i) >= lung(p, i) && lung(p, more * i) >= lung(p, i));
        }

        /// A larger circle holds no fewer, and the expected number is at most all.
        #[test]
        fn circles_are_nested(
            people in prop::collection::vec((0.0..500.0_f64, 0.0..50.0_f64), 0..30), r in 0.0..500.0_f64,
            p in 0.0..=1.0_f64,
        ) {
            let people: Vec<_> = people.iter().map(|&(distance_m, number)| People { distance_m, number }).collect();
            let all = inside(&people, 1e9).unwrap();
            let here = inside(&people, r).unwrap();
            prop_assert!(here <= inside(&people, 1.5 * r).unwrap() && here <= all);
            prop_assert!(expected(&people, |_| Ok(p)).unwrap() <= all * (1.0 + 1e-12));
        }
    }
}

//! Stability of people who stand or wade in moving water.
//!
//! *Source:* R. J. Cox, T. D. Shand and M. J. Blacka, Australian Rainfall and Runoff, Project 10: Appropriate safety
//! criteria for people, stage 1 report P10/S1/006, 2010, table of flow hazard regimes. By depth times velocity [m²/s]:
//!
//! | | infants, frail and older people (height × mass ≤ 25 m·kg) | children (25–50) | adults (> 50) |
//! |---|---|---|---|
//! | 0 | safe | safe | safe |
//! | to 0.4 | extreme | low | low |
//! | to 0.6 | extreme | significant | low |
//! | to 0.8 | extreme | extreme | moderate |
//! | to 1.2 | extreme | extreme | significant |
//! | over | extreme | extreme | extreme |
//!
//! The regimes hold up to 0.5 m for children, 1.2 m for adults, and 3 m/s; beyond, nobody was tested, and the hazard is
//! counted as extreme.

use serde::{Deserialize, Serialize};

/// Water in which even the weakest are as on dry ground [m]: a wet road, less than the sole of a shoe. The source gives
/// no depth to its "0"; this one is an engineering default.
const WET_ROAD_M: f64 = 0.02;
/// Fastest flow tested [m/s].
const FASTEST_MS: f64 = 3.0;

/// Who stands in the water.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// An infant or small child.
    Infant,
    /// A child.
    Child,
    /// An adult.
    Adult,
    /// A frail or older person; as unsafe as an infant.
    Elderly,
}

/// How dangerous the flow is to a person, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonHazard {
    /// Safe.
    Safe,
    /// Low: stability is not impaired.
    Low,
    /// Moderate: dangerous to some; the working limit of trained and equipped people.
    Moderate,
    /// Significant: dangerous to most.
    Significant,
    /// Extreme: dangerous to all.
    Extreme,
}

impl Person {
    /// All.
    pub const ALL: [Self; 4] = [Self::Infant, Self::Child, Self::Adult, Self::Elderly];

    /// The class of a sound person by height [m] and mass [kg].
    #[must_use]
    pub fn of(height_m: f64, mass_kg: f64) -> Self {
        let size = height_m * mass_kg;
        if size > 50.0 {
            Self::Adult
        } else if size > 25.0 {
            Self::Child
        } else {
            Self::Infant
        }
    }

    /// The Chinese term.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Infant => "婴幼儿",
            Self::Child => "儿童",
            Self::Adult => "成人",
            Self::Elderly => "老年人或体弱者",
        }
    }

    /// The English term.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Infant => "infant or small child",
            Self::Child => "child",
            Self::Adult => "adult",
            Self::Elderly => "frail or older person",
        }
    }

    /// Greatest depth at which this class was tested [m].
    #[must_use]
    pub const fn deepest_m(self) -> f64 {
        match self {
            Self::Adult => 1.2,
            Self::Infant | Self::Child | Self::Elderly => 0.5,
        }
    }

    /// How dangerous water of this depth [m] and velocity [m/s] is to this person.
    #[must_use]
    pub fn hazard(self, depth_m: f64, velocity_ms: f64) -> PersonHazard {
        let Some((depth, speed)) = super::clean(depth_m, velocity_ms) else { return PersonHazard::Extreme };
        if depth <= WET_ROAD_M {
            return PersonHazard::Safe;
        }
        if depth > self.deepest_m() || speed > FASTEST_MS {
            return PersonHazard::Extreme;
        }
        let product = depth * speed;
        if product == 0.0 {
            return PersonHazard::Safe;
        }
        let bounds: &[(f64, PersonHazard)] = match self {
            Self::Infant | Self::Elderly => &[],
            Self::Child => &[(0.4, PersonHazard::Low), (0.6, PersonHazard::Significant)],
            Self::Adult => &[(0.6, PersonHazard::Low), (0.8, PersonHazard::Moderate), (1.2, PersonHazard::Significant)],
        };
        bounds.iter().find(|(limit, _)| product <= *limit).map_or(PersonHazard::Extreme, |(_, h)| *h)
    }
}

impl PersonHazard {
    /// The Chinese term.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Safe => "安全",
            Self::Low => "低危险",
            Self::Moderate => "中等危险(部分人)",
            Self::Significant => "显著危险(多数人)",
            Self::Extreme => "极度危险(所有人)",
        }
    }

    /// The English term.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Low => "low hazard",
            Self::Moderate => "moderate hazard, dangerous to some",
            Self::Significant => "significant hazard, dangerous to most",
            Self::Extreme => "extreme hazard, dangerous to all",
        }
    }
}

/// Whether a street may be waded by design: depth times velocity at most 0.4 m²/s, depth at most 1.2 m, velocity at
/// most 0.8 m/s.
///
/// *Source:* the same report, § on existing guidelines (Australian Rainfall and Runoff 1987; Emergency Management
/// Australia 1999).
#[must_use]
pub fn may_be_waded(depth_m: f64, velocity_ms: f64) -> bool {
    super::clean(depth_m, velocity_ms)
        .is_some_and(|(depth, speed)| depth * speed <= 0.4 && depth <= 1.2 && speed <= 0.8 || depth == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the report, just within and just beyond each bound.
    #[test]
    fn the_published_regimes() {
        use PersonHazard::{Extreme, Low, Moderate, Safe, Significant};
        // At 0.4 m: velocities for the products 0.39, 0.41, 0.59, 0.61, 0.79, 0.81, 1.19.
        let at = |p: Person| [0.39, 0.41, 0.59, 0.61, 0.79, 0.81, 1.19].map(|dv| p.hazard(0.4, dv / 0.4));
        assert_eq!(at(Person::Adult), [Low, Low, Low, Moderate, Moderate, Significant, Significant]);
        assert_eq!(at(Person::Child), [Low, Significant, Significant, Extreme, Extreme, Extreme, Extreme]);
        assert_eq!(at(Person::Infant), [Extreme; 7]);
        assert_eq!(at(Person::Elderly), [Extreme; 7]);
        assert_eq!(Person::Adult.hazard(0.41, 2.95), Extreme);
        for p in Person::ALL {
            assert_eq!(p.hazard(0.4, 0.0), Safe);
            assert_eq!(p.hazard(-0.1, 5.0), Safe);
        }
    }

    #[test]
    fn beyond_what_was_tested_is_extreme() {
        assert_eq!(Person::Adult.hazard(1.19, 0.3), PersonHazard::Low);
        assert_eq!(Person::Adult.hazard(1.21, 0.0), PersonHazard::Extreme);
        assert_eq!(Person::Child.hazard(0.51, 0.1), PersonHazard::Extreme);
        assert_eq!(Person::Adult.hazard(0.05, 3.1), PersonHazard::Extreme);
        assert_eq!(Person::Adult.hazard(f64::NAN, 0.0), PersonHazard::Extreme);
        assert_eq!(Person::Adult.hazard(0.3, -1.0), Person::Adult.hazard(0.3, 1.0));
    }

    #[test]
    fn classes_by_height_and_mass() {
        // 1.0 m and 16 kg; 1.2 m and 25 kg; 1.7 m and 60 kg.
        assert_eq!(Person::of(1.0, 16.0), Person::Infant);
        assert_eq!(Person::of(1.2, 25.0), Person::Child);
        assert_eq!(Person::of(1.7, 60.0), Person::Adult);
    }

    #[test]
    fn wading_has_three_limits() {
        assert!(may_be_waded(0.5, 0.8) && !may_be_waded(0.51, 0.8));
        assert!(may_be_waded(1.2, 0.0) && !may_be_waded(1.21, 0.0));
        assert!(!may_be_waded(0.1, 0.81) && may_be_waded(0.0, 9.0) && !may_be_waded(f64::NAN, 0.0));
    }
}

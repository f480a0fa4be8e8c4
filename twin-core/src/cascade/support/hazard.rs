//! Hazard of a place by depth and velocity, whoever is there.
//!
//! *Source:* classes H1 to H6: Australian Institute for Disaster Resilience, Guideline 7-3 Flood Hazard, 2nd ed. 2017,
//! tables 1 and 2 (after G. P. Smith, E. K. Davey and R. J. Cox 2014). Rating `h·(v + 0.5)` + debris: Defra and
//! Environment Agency, Flood risks to people FD2321/TR1, 2006, and its supplementary note, 2008.

use serde::{Deserialize, Serialize};

/// General hazard, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HazardClass {
    /// Safe for vehicles, people and buildings.
    H1,
    /// Unsafe for small vehicles.
    H2,
    /// Unsafe for vehicles, children and the elderly.
    H3,
    /// Unsafe for people and vehicles.
    H4,
    /// Unsafe for people and vehicles; buildings may be damaged, weak ones fail.
    H5,
    /// Unsafe for people and vehicles; all kinds of buildings may fail.
    H6,
}

/// Class, and its limits of depth times velocity [m²/s], of still depth [m] and of velocity [m/s].
const CLASSES: [(HazardClass, f64, f64, f64); 5] = [
    (HazardClass::H1, 0.3, 0.3, 2.0),
    (HazardClass::H2, 0.6, 0.5, 2.0),
    (HazardClass::H3, 0.6, 1.2, 2.0),
    (HazardClass::H4, 1.0, 2.0, 2.0),
    (HazardClass::H5, 4.0, 4.0, 4.0),
];

impl HazardClass {
    /// The class of a place.
    #[must_use]
    pub fn of(depth_m: f64, velocity_ms: f64) -> Self {
        let Some((depth, speed)) = super::clean(depth_m, velocity_ms) else { return Self::H6 };
        if depth == 0.0 {
            return Self::H1;
        }
        let holds = |c: &&(Self, f64, f64, f64)| depth * speed <= c.1 && depth <= c.2 && speed <= c.3;
        CLASSES.iter().find(holds).map_or(Self::H6, |c| c.0)
    }

    /// The Chinese term.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::H1 => "对人员、车辆和建筑总体安全",
            Self::H2 => "小型车辆不安全",
            Self::H3 => "车辆、儿童和老年人不安全",
            Self::H4 => "人员和车辆不安全",
            Self::H5 => "人员和车辆不安全,建筑可能受损",
            Self::H6 => "人员和车辆不安全,各类建筑均可能倒塌",
        }
    }

    /// The English term.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::H1 => "generally safe for vehicles, people and buildings",
            Self::H2 => "unsafe for small vehicles",
            Self::H3 => "unsafe for vehicles, children and the elderly",
            Self::H4 => "unsafe for vehicles and people",
            Self::H5 => "unsafe for vehicles and people, buildings may be damaged",
            Self::H6 => "unsafe for vehicles and people, all buildings may fail",
        }
    }
}

/// Danger by the British hazard rating, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardRating {
    /// Under 0.75: caution.
    Caution,
    /// To 1.25: dangerous for some.
    Some,
    /// To 2: dangerous for most.
    Most,
    /// Over 2: dangerous for all.
    All,
}

/// Hazard `h·(v + 0.5)` with a debris factor of 0, 0.5 or 1 where there is water [m²/s].
#[must_use]
pub fn hazard_m2s(depth_m: f64, velocity_ms: f64, debris: f64) -> f64 {
    match super::clean(depth_m, velocity_ms) {
        Some((depth, speed)) if depth > 0.0 => depth * (speed + 0.5) + debris,
        Some(_) => 0.0,
        None => f64::INFINITY,
    }
}

impl HazardRating {
    /// The rating of a hazard [m²/s].
    #[must_use]
    pub fn of(hazard_m2s: f64) -> Self {
        if hazard_m2s < 0.75 {
            Self::Caution
        } else if hazard_m2s < 1.25 {
            Self::Some
        } else if hazard_m2s <= 2.0 {
            Self::Most
        } else {
            Self::All
        }
    }

    /// The Chinese term.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Caution => "注意",
            Self::Some => "对部分人危险",
            Self::Most => "对多数人危险",
            Self::All => "对所有人危险",
        }
    }

    /// The English term.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Caution => "caution",
            Self::Some => "danger for some",
            Self::Most => "danger for most",
            Self::All => "danger for all",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The limits of the guideline's table, on and beyond each.
    #[test]
    fn the_published_classes() {
        use HazardClass::{H1, H2, H3, H4, H5, H6};
        let still = [0.3, 0.301, 0.5, 0.501, 1.2, 1.201, 2.0, 2.001, 4.0, 4.001].map(|h| HazardClass::of(h, 0.0));
        assert_eq!(still, [H1, H2, H2, H3, H3, H4, H4, H5, H5, H6]);
        let shallow = [2.0, 2.01, 4.0, 4.01].map(|v| HazardClass::of(0.1, v));
        assert_eq!(shallow, [H1, H5, H5, H6]);
        assert_eq!(HazardClass::of(0.3, 1.01), H2);
        assert_eq!(HazardClass::of(0.4, 1.51), H4);
        assert_eq!(HazardClass::of(0.6, 1.67), H5);
        assert_eq!(HazardClass::of(2.0, 2.01), H6);
        assert_eq!((HazardClass::of(0.0, 9.0), HazardClass::of(f64::NAN, 0.0)), (H1, H6));
    }

    #[test]
    fn the_published_ratings() {
        // 1 m at 1 m/s is 1.5, with debris 2.5; 0.25 m standing is 0.125.
        assert_eq!(hazard_m2s(1.0, -1.0, 0.0), 1.5);
        assert_eq!(HazardRating::of(hazard_m2s(1.0, 1.0, 0.0)), HazardRating::Most);
        assert_eq!(HazardRating::of(hazard_m2s(1.0, 1.0, 1.0)), HazardRating::All);
        assert_eq!(HazardRating::of(hazard_m2s(0.25, 0.0, 0.0)), HazardRating::Caution);
        assert_eq!(HazardRating::of(0.75), HazardRating::Some);
        assert_eq!(HazardRating::of(f64::NAN), HazardRating::All);
        assert_eq!(hazard_m2s(0.0, 5.0, 1.0), 0.0);
    }
}

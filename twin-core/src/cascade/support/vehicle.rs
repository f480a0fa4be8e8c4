//! Stability of vehicles in moving water, and which of them still get through.
//!
//! *Source:* stationary vehicles: T. D. Shand, R. J. Cox, M. J. Blacka and G. P. Smith, Australian Rainfall and
//! Runoff, Project 10: Appropriate safety criteria for vehicles, stage 2 report P10/S2/020, 2011, table of interim
//! criteria. Passing: M. Kramer, K. Terheiden and S. Wieprecht, Safety criteria for the trafficability of inundated
//! roads in urban floodings, Int. J. Disaster Risk Reduction 17, 2016: total head `h + v²/2g` at most 0.3 m for
//! cars, 0.6 m for rescue vehicles.

use serde::{Deserialize, Serialize};
use twin_physics::constants::GRAVITY_MS2;

/// A class of vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vehicle {
    /// Small passenger car: shorter than 4.3 m, lighter than 1,250 kg, clearance under 0.12 m.
    SmallCar,
    /// Large passenger car: longer, heavier, clearance over 0.12 m.
    LargeCar,
    /// Large off-road vehicle: longer than 4.5 m, heavier than 2,000 kg, clearance over 0.22 m.
    OffRoad,
}

/// Limits up to which a stationary vehicle stays where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VehicleLimits {
    /// Depth of still water [m].
    pub still_depth_m: f64,
    /// Velocity [m/s].
    pub velocity_ms: f64,
    /// Depth times velocity [m²/s].
    pub product_m2s: f64,
}

impl Vehicle {
    /// All, lightest first.
    pub const ALL: [Self; 3] = [Self::SmallCar, Self::LargeCar, Self::OffRoad];

    /// Its limits.
    #[must_use]
    pub const fn limits(self) -> VehicleLimits {
        let (still_depth_m, product_m2s) = match self {
            Self::SmallCar => (0.3, 0.3),
            Self::LargeCar => (0.4, 0.45),
            Self::OffRoad => (0.5, 0.6),
        };
        VehicleLimits { still_depth_m, velocity_ms: 3.0, product_m2s }
    }

    /// Whether it stays where it is.
    #[must_use]
    pub fn is_stable(self, depth_m: f64, velocity_ms: f64) -> bool {
        self.load(depth_m, velocity_ms) <= 1.0
    }

    /// How far its limits are used: 1 where it begins to float or slide, infinite for what is not a number.
    #[must_use]
    pub fn load(self, depth_m: f64, velocity_ms: f64) -> f64 {
        let Some((depth, speed)) = super::clean(depth_m, velocity_ms) else { return f64::INFINITY };
        if depth == 0.0 {
            return 0.0;
        }
        let limits = self.limits();
        let by_depth = depth / limits.still_depth_m;
        by_depth.max(speed / limits.velocity_ms).max(depth * speed / limits.product_m2s)
    }

    /// The Chinese term.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::SmallCar => "小型轿车",
            Self::LargeCar => "大型轿车",
            Self::OffRoad => "大型越野车",
        }
    }

    /// The English term.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::SmallCar => "small car",
            Self::LargeCar => "large car",
            Self::OffRoad => "large off-road vehicle",
        }
    }
}

/// Total head over the road, `h + v²/2g` [m]; 0 on a dry road, infinite for what is not a number.
#[must_use]
pub fn total_head_m(depth_m: f64, velocity_ms: f64) -> f64 {
    match super::clean(depth_m, velocity_ms) {
        Some((depth, speed)) if depth > 0.0 => depth + speed * speed / (2.0 * GRAVITY_MS2),
        Some(_) => 0.0,
        None => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the report: still depth, depth at 3 m/s, and the product between.
    #[test]
    fn the_published_limits() {
        for (v, still, fast, product) in [
            (Vehicle::SmallCar, 0.3, 0.1, 0.3),
            (Vehicle::LargeCar, 0.4, 0.15, 0.45),
            (Vehicle::OffRoad, 0.5, 0.2, 0.6),
        ] {
            assert!(v.is_stable(still - 1e-9, 0.0) && !v.is_stable(still + 1e-9, 0.0));
            assert!(v.is_stable(fast - 1e-9, 3.0) && !v.is_stable(fast + 1e-9, 3.0));
            assert!(!v.is_stable(0.01, 3.01));
            let depth = 0.8 * still;
            assert!(v.is_stable(depth, product / depth - 1e-9) && !v.is_stable(depth, product / depth + 1e-9));
        }
        assert!(Vehicle::SmallCar.is_stable(0.0, 9.0) && !Vehicle::OffRoad.is_stable(f64::NAN, 0.0));
    }

    #[test]
    fn heavier_vehicles_bear_more() {
        for depth in [0.05, 0.2, 0.45, 0.8] {
            let loads = Vehicle::ALL.map(|v| v.load(depth, 1.3));
            assert!(loads[0] >= loads[1] && loads[1] >= loads[2]);
        }
    }

    #[test]
    fn head_is_depth_and_velocity() {
        assert!((total_head_m(0.2, 1.4) - (0.2 + 1.96 / 19.613_3)).abs() < 1e-12);
        assert_eq!((total_head_m(0.0, 2.0), total_head_m(0.1, f64::NAN)), (0.0, f64::INFINITY));
    }
}

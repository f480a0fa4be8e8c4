//! How fast a flooded road can be driven, and by whom.
//!
//! *Source:* speed over still water: M. Pregnolato, A. Ford, S. M. Wilkinson and R. J. Dawson, The impact of flooding
//! on road transport: a depth-disruption function, Transportation Research D 55, 2017, eq. 2:
//! `v = 0.0009·w² − 0.5529·w + 86.9448` km/h with w in mm, nothing from 300 mm on. Who gets through: Kramer et al. 2016
//! (see `vehicle`). Ponding by design: GB 50014 (one lane at most 15 cm deep). Closures of underpasses: practice of
//! Shenyang (25 cm), Beijing (27 cm) and Zhengzhou (40 cm).

use serde::{Deserialize, Serialize};

use super::vehicle::total_head_m;
use crate::model::standards::Standards;

const MS_PER_KMH: f64 = 1.0 / 3.6;

/// Limits of traffic on a flooded road; the defaults are the sources', a city may have its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoadLimits {
    /// Depth at which cars stop [m].
    pub stop_depth_m: f64,
    /// Total head up to which cars pass [m].
    pub car_head_m: f64,
    /// Total head up to which rescue vehicles pass [m].
    pub rescue_head_m: f64,
    /// Depth on a lane that a drainage design allows [m].
    pub lane_depth_m: f64,
    /// Depth at which an underpass is closed [m].
    pub underpass_depth_m: f64,
}

impl Default for RoadLimits {
    fn default() -> Self {
        Self { stop_depth_m: 0.3, car_head_m: 0.3, rescue_head_m: 0.6, lane_depth_m: 0.15, underpass_depth_m: 0.27 }
    }
}

/// Who can still use a road, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passability {
    /// All, as fast as on a dry road.
    Free,
    /// All, more slowly.
    Slow,
    /// Rescue vehicles only.
    RescueOnly,
    /// Nobody.
    Impassable,
}

impl Passability {
    /// The Chinese term.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Free => "正常通行",
            Self::Slow => "减速通行",
            Self::RescueOnly => "仅救援车辆可通行",
            Self::Impassable => "中断",
        }
    }

    /// The English term.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Free => "passable",
            Self::Slow => "passable at lower speed",
            Self::RescueOnly => "passable to rescue vehicles only",
            Self::Impassable => "impassable",
        }
    }
}

impl RoadLimits {
    /// The defaults, replaced by what a city's standards say under `road.stop_depth`, `road.car_head`,
    /// `road.rescue_head`, `road.lane_depth` and `road.underpass_depth`, all in m.
    #[must_use]
    pub fn of(standards: &Standards) -> Self {
        let own = Self::default();
        let value = |key: &str, other: f64| standards.value(key, "m").unwrap_or(other);
        Self {
            stop_depth_m: value("road.stop_depth", own.stop_depth_m),
            car_head_m: value("road.car_head", own.car_head_m),
            rescue_head_m: value("road.rescue_head", own.rescue_head_m),
            lane_depth_m: value("road.lane_depth", own.lane_depth_m),
            underpass_depth_m: value("road.underpass_depth", own.underpass_depth_m),
        }
    }

    /// Speed of cars on a road with this speed limit [m/s]; 0 where they cannot pass.
    #[must_use]
    pub fn speed_ms(&self, depth_m: f64, velocity_ms: f64, limit_ms: f64) -> f64 {
        let wet = depth_m.max(0.0);
        if depth_m.is_nan() || wet >= self.stop_depth_m || total_head_m(depth_m, velocity_ms) > self.car_head_m {
            return 0.0;
        }
        limit_ms.max(0.0).min(depth_speed_ms(wet))
    }

    /// Who can use the road.
    #[must_use]
    pub fn passability(&self, depth_m: f64, velocity_ms: f64, limit_ms: f64) -> Passability {
        let speed = self.speed_ms(depth_m, velocity_ms, limit_ms);
        let head = total_head_m(depth_m, velocity_ms);
        if depth_m.is_nan() || head > self.rescue_head_m {
            Passability::Impassable
        } else if depth_m >= self.stop_depth_m || head > self.car_head_m {
            Passability::RescueOnly
        } else if speed < limit_ms {
            Passability::Slow
        } else {
            Passability::Free
        }
    }

    /// Whether an underpass with this depth on its road is to be closed.
    #[must_use]
    pub fn closes_underpass(&self, depth_m: f64) -> bool {
        depth_m.is_nan() || depth_m >= self.underpass_depth_m
    }

    /// Whether a lane stands deeper than a drainage design allows.
    #[must_use]
    pub fn exceeds_lane(&self, depth_m: f64) -> bool {
        depth_m.is_nan() || depth_m > self.lane_depth_m
    }
}

/// Speed that is safe and kept by control in still water of this depth [m/s], whatever the road's limit.
#[must_use]
pub fn depth_speed_ms(depth_m: f64) -> f64 {
    let w = depth_m.max(0.0) * 1000.0;
    if depth_m.is_nan() || w >= 300.0 {
        return 0.0;
    }
    (0.000_9 * w * w - 0.552_9 * w + 86.944_8).max(0.0) * MS_PER_KMH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::standards::{Confidence, Side, Standard, StandardKind};

    /// The curve of the paper: 86.9 km/h dry, 61.5 at 5 cm, 40.7 at 10 cm, 12.4 at 20 cm, none at 30 cm.
    #[test]
    fn the_published_speeds() {
        for (depth, kmh) in [(0.0, 86.9448), (0.05, 61.5498), (0.1, 40.6548), (0.2, 12.3648), (0.3, 0.0), (0.8, 0.0)] {
            assert!((depth_speed_ms(depth) * 3.6 - kmh).abs() < 1e-9, "{depth}");
        }
        let mut last = f64::MAX;
        for mm in 0..400 {
            let v = depth_speed_ms(f64::from(mm) / 1000.0);
            assert!(v <= last && v >= 0.0);
            last = v;
        }
    }

    #[test]
    fn a_road_goes_from_free_to_impassable() {
        let limits = RoadLimits::default();
        let limit = 50.0 / 3.6;
        let at = |h, v| limits.passability(h, v, limit);
        assert_eq!(at(0.0, 0.0), Passability::Free);
        assert_eq!(at(0.05, 0.0), Passability::Free);
        assert_eq!(at(0.1, 0.0), Passability::Slow);
        assert_eq!(at(0.3, 0.0), Passability::RescueOnly);
        // 0.2 m at 1.5 m/s has a head of 0.31 m.
        assert_eq!(at(0.2, 1.5), Passability::RescueOnly);
        assert_eq!(at(0.59, 0.0), Passability::RescueOnly);
        assert_eq!(at(0.61, 0.0), Passability::Impassable);
        assert_eq!(at(0.4, 2.1), Passability::Impassable);
        assert_eq!(at(f64::NAN, 0.0), Passability::Impassable);
        assert_eq!((limits.speed_ms(0.05, 0.0, limit), limits.speed_ms(0.2, 1.5, limit)), (limit, 0.0));
        assert!(limits.closes_underpass(0.27) && !limits.closes_underpass(0.26));
        assert!(limits.exceeds_lane(0.16) && !limits.exceeds_lane(0.15));
    }

    #[test]
    fn a_city_may_have_its_own_limits() {
        let mut standards = Standards::default();
        let own = Standard {
            key: "road.underpass_depth".to_owned(),
            kind: StandardKind::Threshold,
            level: None,
            side: Side::Above,
            value: 0.4,
            unit: "m".to_owned(),
            source: "test".to_owned(),
            confidence: Confidence::E,
            zh: String::new(),
            en: String::new(),
        };
        standards.add(own).expect("the first");
        let limits = RoadLimits::of(&standards);
        assert_eq!(limits, RoadLimits { underpass_depth_m: 0.4, ..RoadLimits::default() });
    }
}

//! How much water an underground space or a reservoir holds up to a level.
//!
//! *Source:* own derivation; the V-shaped sag: two ramps of one grade `i` and width `W` hold `W·d²/i` at depth `d`.

use crate::num::curve::{Beyond, Curve};

/// A space that fills from below.
#[derive(Debug, Clone, PartialEq)]
pub enum Vessel {
    /// Straight walls: a basement, a tunnel of even floor.
    Prism {
        /// Level of the floor [m].
        floor_m: f64,
        /// Plan area [m²].
        area_m2: f64,
        /// Height up to the ceiling [m].
        height_m: f64,
    },
    /// An underpass between two ramps, with a sump under its lowest point.
    VSag {
        /// Level of the road's lowest point [m].
        floor_m: f64,
        /// Width of the road with its verges [m].
        width_m: f64,
        /// Grade of both ramps [–].
        grade: f64,
        /// What the sump holds under the road [m³].
        sump_m3: f64,
        /// Height of the ramps [m].
        height_m: f64,
    },
    /// Volume [m³] over level [m], both rising; the first volume is what is held under the first level.
    Table(Curve),
}

impl Vessel {
    /// The first value that makes no sense, with its name.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, f64)> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let bad = |list: &[(&'static str, f64)]| list.iter().copied().find(|(_, x)| !positive(*x));
        match self {
            Self::Prism { floor_m, area_m2, height_m } => {
                let floor = (!floor_m.is_finite()).then_some(("floor", *floor_m));
                floor.or_else(|| bad(&[("area", *area_m2), ("height", *height_m)]))
            }
            Self::VSag { floor_m, width_m, grade, sump_m3, height_m } => {
                let floor = (!floor_m.is_finite()).then_some(("floor", *floor_m));
                let sump = (!(sump_m3.is_finite() && *sump_m3 >= 0.0)).then_some(("sump", *sump_m3));
                let rest = [("width", *width_m), ("grade", *grade), ("height", *height_m)];
                floor.or(sump).or_else(|| bad(&rest))
            }
            Self::Table(curve) => {
                let first = curve.points()[0].1;
                if first < 0.0 || curve.rises() != Some(true) { Some(("volume over level", first)) } else { None }
            }
        }
    }

    /// Level of the floor, below which levels are not told apart [m].
    #[must_use]
    pub fn floor_m(&self) -> f64 {
        match self {
            Self::Prism { floor_m, .. } | Self::VSag { floor_m, .. } => *floor_m,
            Self::Table(curve) => curve.points()[0].0,
        }
    }

    /// All it can hold [m³].
    #[must_use]
    pub fn capacity_m3(&self) -> f64 {
        match self {
            Self::Prism { area_m2, height_m, .. } => area_m2 * height_m,
            Self::VSag { width_m, grade, sump_m3, height_m, .. } => sump_m3 + width_m * height_m * height_m / grade,
            Self::Table(curve) => curve.points()[curve.points().len() - 1].1,
        }
    }

    /// Level of the water's surface with this volume inside [m], from floor to ceiling.
    #[must_use]
    pub fn level_m(&self, volume_m3: f64) -> f64 {
        let volume = volume_m3.clamp(0.0, self.capacity_m3());
        match self {
            Self::Prism { floor_m, area_m2, .. } => floor_m + volume / area_m2,
            Self::VSag { floor_m, width_m, grade, sump_m3, .. } => {
                floor_m + ((volume - sump_m3).max(0.0) * grade / width_m).sqrt()
            }
            Self::Table(curve) => curve.inverse(volume).map_or(curve.points()[0].0, |z| z.max(curve.points()[0].0)),
        }
    }

    /// Volume inside up to a level [m³]; what a sump holds is full at the floor.
    #[must_use]
    pub fn volume_m3(&self, level_m: f64) -> f64 {
        let volume = match self {
            Self::Prism { floor_m, area_m2, .. } => area_m2 * (level_m - floor_m).max(0.0),
            Self::VSag { floor_m, width_m, grade, sump_m3, .. } => {
                let depth = (level_m - floor_m).max(0.0);
                sump_m3 + width_m * depth * depth / grade
            }
            Self::Table(curve) => curve.at(level_m, Beyond::Hold).0,
        };
        volume.min(self.capacity_m3())
    }

    /// Volume that would have to go from water of level `from_m` on the area `area_m2` into the vessel holding
    /// `volume_m3` until both stand at one level [m³]; negative the other way; 0 where the vessel is lower but full.
    #[must_use]
    pub fn until_level_m3(&self, volume_m3: f64, from_m: f64, area_m2: f64) -> f64 {
        let own = self.level_m(volume_m3);
        let (mut low, mut high) = if from_m > own {
            let room = self.capacity_m3() - volume_m3;
            (0.0, room.min(area_m2 * (from_m - own)).max(0.0))
        } else {
            (-(volume_m3 - self.volume_m3(from_m)).clamp(0.0, area_m2 * (own - from_m)), 0.0)
        };
        let apart = |x: f64| from_m - x / area_m2 - self.level_m(volume_m3 + x);
        if apart(high) >= 0.0 {
            return high;
        }
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if apart(middle) > 0.0 { low = middle } else { high = middle }
        }
        // The end nearer to nothing, so that levels never change places.
        if low >= 0.0 { low } else { high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> [Vessel; 3] {
        let table = Curve::new(vec![(1.0, 0.0), (2.0, 50.0), (4.0, 400.0)]).unwrap();
        [
            Vessel::Prism { floor_m: 1.0, area_m2: 30.0, height_m: 4.0 },
            Vessel::VSag { floor_m: 1.0, width_m: 26.2, grade: 0.05, sump_m3: 60.0, height_m: 5.0 },
            Vessel::Table(table),
        ]
    }

    #[test]
    fn level_and_volume_are_inverse() {
        for v in all() {
            assert_eq!(v.fault(), None);
            for k in 1..20 {
                let level = 1.0 + 0.15 * f64::from(k);
                assert!((v.level_m(v.volume_m3(level)) - level).abs() < 1e-12, "{v:?} {level}");
            }
            assert_eq!(v.level_m(0.0), 1.0);
            assert!((v.volume_m3(99.0) - v.capacity_m3()).abs() < 1e-9);
        }
    }

    #[test]
    fn what_evens_the_levels_evens_them() {
        for v in all() {
            let volume = v.volume_m3(2.0);
            for from in [1.2, 1.9, 2.0, 2.4, 3.0] {
                let x = v.until_level_m3(volume, from, 40.0);
                let (street, own) = (from - x / 40.0, v.level_m(volume + x));
                assert!((street - own).abs() < 1e-9, "{v:?} {from}: {x} {street} {own}");
            }
            assert_eq!(v.until_level_m3(v.capacity_m3(), 50.0, 40.0), 0.0);
        }
    }

    #[test]
    fn a_vessel_without_size_is_refused() {
        assert!(Vessel::Prism { floor_m: 0.0, area_m2: 0.0, height_m: 1.0 }.fault().is_some());
        let sag = Vessel::VSag { floor_m: 0.0, width_m: 9.0, grade: 0.0, sump_m3: 0.0, height_m: 4.0 };
        assert_eq!(sag.fault(), Some(("grade", 0.0)));
        assert!(Vessel::Table(Curve::new(vec![(0.0, 5.0), (1.0, 4.0)]).unwrap()).fault().is_some());
    }
}

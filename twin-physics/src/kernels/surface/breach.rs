//! How a breach grows in a levee, a wall or a dam.
//!
//! *Source:* linear growth of width and depth: D. L. Fread, DAMBRK, NWS 1984, § 3. Levees in sand and clay: H. J.
//! Verheij, Aanpassen van het bresgroeimodel in HIS-OM, Delft Hydraulics Q3299, 2003 (Verheij and van der Knaap):
//! deepening at the first width, then `B = 1.3·√g·Δh^1.5/u_c·log₁₀(1 + 0.04·g·t/u_c)` with t in hours. Dams: D. C.
//! Froehlich, Embankment dam breach parameters and their uncertainties, J. Hydraul. Eng. 134, 2008: `B =
//! 0.27·k·V^0.32·h^0.04`, k = 1.3 where it was overtopped, `t = 63.2·√(V/(g·h²))`.

use serde::{Deserialize, Serialize};

use crate::constants::GRAVITY_MS2;

const VERHEIJ_WIDTH: f64 = 1.3;
const VERHEIJ_TIME_1H: f64 = 0.04;

/// What a levee is built of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Soil {
    /// Sand: u_c = 0.2 m/s.
    Sand,
    /// Compacted loess: u_c = 0.3 m/s. No value is published for this law; this one lies between sand with silt
    /// (0.23) and poor clay (0.4), and wants calibration.
    Loess,
    /// Clay: u_c = 0.5 m/s.
    Clay,
    /// Critical velocity at which it begins to erode [m/s]: 0.16 (clean sand) to 1.0 (compact clay).
    Critical(f64),
}

impl Soil {
    /// Critical velocity [m/s].
    #[must_use]
    pub fn critical_ms(self) -> f64 {
        match self {
            Self::Sand => 0.2,
            Self::Loess => 0.3,
            Self::Clay => 0.5,
            Self::Critical(u) => u,
        }
    }
}

/// The law by which a breach grows from crest to foot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Growth {
    /// Gone at once over the whole length: a wall that falls.
    Sudden,
    /// Width and depth grow evenly until the whole length is gone.
    Linear {
        /// How long that takes [s].
        duration_s: f64,
    },
    /// Verheij and van der Knaap: a levee.
    Verheij {
        /// What it is built of.
        soil: Soil,
        /// Width while it deepens [m].
        first_width_m: f64,
        /// How long it deepens [s].
        deepening_s: f64,
    },
    /// Froehlich 2008: an embankment dam.
    Froehlich {
        /// Water above the breach's foot when it begins [m³].
        reservoir_m3: f64,
        /// Whether it was overtopped, not piped.
        overtopped: bool,
    },
}

/// A breach as it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Breach {
    /// Mean width [m].
    pub width_m: f64,
    /// Share of the height from crest to foot that is gone, 0 to 1.
    pub depth_share: f64,
}

/// What bounds a breach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Length that can go [m].
    pub length_m: f64,
    /// Height of the crest over the foot [m].
    pub height_m: f64,
}

impl Growth {
    /// The first value that makes no sense, with its name; a breach without width is none.
    #[must_use]
    pub fn fault(&self, bounds: Bounds) -> Option<(&'static str, f64)> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let mut values = vec![("length of a breach", bounds.length_m), ("height of a breach", bounds.height_m)];
        match *self {
            Self::Sudden => {}
            Self::Linear { duration_s } => values.push(("duration of a breach", duration_s)),
            Self::Verheij { soil, first_width_m, deepening_s } => {
                values.push(("critical velocity of a levee", soil.critical_ms()));
                values.push(("first width of a breach", first_width_m));
                values.push(("time in which a breach deepens", deepening_s));
            }
            Self::Froehlich { reservoir_m3, .. } => values.push(("volume behind a breach", reservoir_m3)),
        }
        values.into_iter().find(|(_, x)| !positive(*x))
    }

    /// The breach at the end of a step, from `now`; `age_s` is the time since it began, at the step's start and end,
    /// `head_m` the difference of levels over it.
    #[must_use]
    pub fn advance(&self, now: Breach, age_s: [f64; 2], head_m: f64, bounds: Bounds) -> Breach {
        let evenly = |width_m: f64, duration_s: f64| {
            let share = (age_s[1] / duration_s).min(1.0);
            Breach { width_m: (share * width_m).min(bounds.length_m), depth_share: share }
        };
        match *self {
            Self::Sudden => Breach { width_m: bounds.length_m, depth_share: 1.0 },
            Self::Linear { duration_s } => evenly(bounds.length_m, duration_s),
            Self::Froehlich { reservoir_m3, overtopped } => {
                let (width_m, duration_s) = froehlich(reservoir_m3, bounds.height_m, overtopped);
                evenly(width_m, duration_s)
            }
            Self::Verheij { soil, first_width_m, deepening_s } => {
                let depth_share = (age_s[1] / deepening_s).min(1.0);
                let since = |age: f64| (age - deepening_s).max(0.0);
                let wider = verheij_m(soil, head_m, since(age_s[1])) - verheij_m(soil, head_m, since(age_s[0]));
                let width_m = now.width_m.max(first_width_m) + wider;
                Breach { width_m: width_m.min(bounds.length_m), depth_share }
            }
        }
    }

    /// Whether a breach of this age will not grow any more by this law.
    #[must_use]
    pub fn is_grown(&self, now: Breach, bounds: Bounds) -> bool {
        let wide = match *self {
            Self::Froehlich { reservoir_m3, overtopped } => froehlich(reservoir_m3, bounds.height_m, overtopped).0,
            _ => bounds.length_m,
        };
        now.depth_share >= 1.0 && now.width_m >= wide.min(bounds.length_m)
    }
}

/// Width [m] of a breach after widening for `time_s` under a constant difference of levels.
#[must_use]
pub fn verheij_m(soil: Soil, head_m: f64, time_s: f64) -> f64 {
    let u = soil.critical_ms();
    let head = head_m.max(0.0);
    let scale = VERHEIJ_WIDTH * GRAVITY_MS2.sqrt() * head * head.sqrt() / u;
    scale * (VERHEIJ_TIME_1H * GRAVITY_MS2 / u * time_s / 3600.0).ln_1p() / std::f64::consts::LN_10
}

/// Mean width [m] and time of formation [s] of a breach in an embankment dam.
#[must_use]
pub fn froehlich(reservoir_m3: f64, height_m: f64, overtopped: bool) -> (f64, f64) {
    let mode = if overtopped { 1.3 } else { 1.0 };
    let width = 0.27 * mode * reservoir_m3.powf(0.32) * height_m.powf(0.04);
    (width, 63.2 * (reservoir_m3 / (GRAVITY_MS2 * height_m * height_m)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { length_m: 120.0, height_m: 5.0 };

    #[test]
    fn froehlich_has_his_values() {
        // With g = 9.81: 4035.64 s for 1e6 m³ behind 5 m; 0.27·1.3·1e6^0.32·5^0.04 = 31.136 m.
        let (width, time) = froehlich(1e6, 5.0, true);
        assert!((time * (GRAVITY_MS2 / 9.81).sqrt() - 4_035.641_415).abs() < 1e-5, "{time}");
        assert!((width - 31.136_222).abs() < 1e-6, "{width}");
    }

    #[test]
    fn verheij_has_his_values_whatever_the_steps() {
        // Sand, 3 m, 10 h: 1.3·√g·3^1.5/0.2·log₁₀(1 + 0.4·g/0.2) = 138.995 m.
        let once = verheij_m(Soil::Sand, 3.0, 36_000.0);
        assert!((once - 138.995_166).abs() < 1e-6, "{once}");
        let law = Growth::Verheij { soil: Soil::Clay, first_width_m: 10.0, deepening_s: 600.0 };
        let grow = |n: i32| {
            let dt = 7200.0 / f64::from(n);
            (0..n)
                .fold(Breach::default(), |b, k| law.advance(b, [f64::from(k) * dt, f64::from(k + 1) * dt], 2.0, BOUNDS))
        };
        let (coarse, fine) = (grow(1), grow(900));
        assert!((coarse.width_m - fine.width_m).abs() < 1e-9 && coarse.width_m > 10.0, "{coarse:?} {fine:?}");
        let early = law.advance(Breach::default(), [0.0, 300.0], 2.0, BOUNDS);
        assert_eq!(early, Breach { width_m: 10.0, depth_share: 0.5 });
        // Soft soil widens faster, and without a difference of levels nothing widens.
        assert!(verheij_m(Soil::Sand, 2.0, 3600.0) > verheij_m(Soil::Loess, 2.0, 3600.0));
        assert!(verheij_m(Soil::Loess, 2.0, 3600.0) > verheij_m(Soil::Clay, 2.0, 3600.0));
        assert_eq!(law.advance(fine, [7200.0, 9000.0], 0.0, BOUNDS).width_m, fine.width_m);
    }

    #[test]
    fn even_growth_ends_at_the_bounds() {
        let law = Growth::Linear { duration_s: 100.0 };
        let half = law.advance(Breach::default(), [0.0, 50.0], 1.0, BOUNDS);
        assert_eq!(half, Breach { width_m: 60.0, depth_share: 0.5 });
        let whole = law.advance(half, [50.0, 150.0], 1.0, BOUNDS);
        assert!(law.is_grown(whole, BOUNDS) && !law.is_grown(half, BOUNDS));
        assert!(Growth::Sudden.is_grown(Growth::Sudden.advance(half, [0.0, 0.0], 0.0, BOUNDS), BOUNDS));
    }

    #[test]
    fn a_breach_without_width_is_refused() {
        assert!(Growth::Sudden.fault(Bounds { length_m: 0.0, height_m: 1.0 }).is_some());
        let law = Growth::Verheij { soil: Soil::Sand, first_width_m: 0.0, deepening_s: 60.0 };
        assert_eq!(law.fault(BOUNDS), Some(("first width of a breach", 0.0)));
        assert_eq!(Growth::Froehlich { reservoir_m3: 1e5, overtopped: true }.fault(BOUNDS), None);
        assert!(Growth::Linear { duration_s: f64::NAN }.fault(BOUNDS).is_some());
    }
}

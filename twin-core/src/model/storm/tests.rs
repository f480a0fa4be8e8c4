//! Depths, peaks and levels against what can be worked out by hand.

use proptest::prelude::*;

use super::*;
use crate::model::standards::WarningLevel;

fn formula() -> IntensityFormula {
    IntensityFormula::new(5.582, 1.292, 8.22, 0.7).expect("in range")
}

fn storm(kind: StormKind) -> DesignStorm {
    DesignStorm { years: 3.0, duration_s: 7200.0, step_s: 300.0, peak: 0.4, kind }
}

const KINDS: [StormKind; 3] = [StormKind::Chicago, StormKind::Block, StormKind::Alternating];

/// A formula as hydrologists write it, in L/(s·ha) for t in minutes: q = 167·i.
///
/// Beijing q = 2001(1 + 0.811 lg P)/(t + 8)^0.711 (给水排水设计手册 volume 5) at P = 1 and t = 5 is worked out here by
/// logarithms: 2001 / 13^0.711 = 2001 / 6.1946 = 323.0 L/(s·ha).
#[test]
fn the_formula_gives_what_is_worked_out_by_hand() {
    let beijing = IntensityFormula::new(2001.0 / 167.0, 0.811, 8.0, 0.711).expect("in range");
    let i_mm_min = beijing.at_years(1.0).expect("rain").intensity_ms(300.0) / MS_PER_MM_MIN;
    assert!((i_mm_min * 167.0 - 323.0).abs() < 0.1, "{}", i_mm_min * 167.0);
    // Ten years are 1 + C of one year, whatever the duration.
    let ratio = |t| beijing.at_years(10.0).unwrap().depth_m(t) / beijing.at_years(1.0).unwrap().depth_m(t);
    assert!((ratio(60.0) - 1.811).abs() < 1e-12 && (ratio(1e5) - 1.811).abs() < 1e-12);
}

/// A formula out of its range is refused, and says what is wrong.
#[test]
fn bad_coefficients_are_refused() {
    for (a1, c, b, n, word) in [
        (0.0, 1.0, 8.0, 0.7, "A1"),
        (f64::NAN, 1.0, 8.0, 0.7, "A1"),
        (5.0, -1.0, 8.0, 0.7, "C is"),
        (5.0, 1.0, -8.0, 0.7, "b is"),
        (5.0, 1.0, 0.0, 1.0, "b is"),
        (5.0, 1.0, 8.0, f64::INFINITY, "n is"),
    ] {
        let error = IntensityFormula::new(a1, c, b, n).expect_err(word).to_string();
        assert!(error.contains(word), "{error}");
    }
    let never = formula().at_years(1e-3).expect_err("too short a period");
    assert_eq!(never, StormError::NoRain { years: 1e-3 });
    let steep = IntensityFormula::new(20.0, 1.0, 10.0, 1.2).expect("in range");
    let falls = storm(StormKind::Chicago).rain(&steep).expect_err("120 min are too many");
    assert!(matches!(falls, StormError::DepthFalls { falls_from_min } if (falls_from_min - 50.0).abs() < 1e-9));
    for bad in [
        DesignStorm { step_s: 0.0, ..storm(StormKind::Block) },
        DesignStorm { step_s: 1e-6, ..storm(StormKind::Block) },
        DesignStorm { duration_s: f64::INFINITY, ..storm(StormKind::Block) },
        DesignStorm { peak: 1.1, ..storm(StormKind::Block) },
        DesignStorm { years: f64::NAN, ..storm(StormKind::Block) },
    ] {
        assert!(bad.rain(&formula()).is_err(), "{bad:?}");
    }
}

/// About the peak of a Chicago storm every window, cut as r to 1 − r, holds the design depth of its length.
#[test]
fn every_window_of_a_chicago_storm_holds_its_design_depth() {
    let rain = DesignStorm { step_s: 60.0, ..storm(StormKind::Chicago) }.rain(&formula()).expect("rain");
    let curve = formula().at_years(3.0).expect("rain");
    for minutes in [5_usize, 10, 30, 60, 90, 120] {
        let from = 48 - minutes * 2 / 5;
        let depth_m = rain.intensity_ms[from..from + minutes].iter().sum::<f64>() * 60.0;
        let wanted_m = curve.depth_m(minutes as f64 * 60.0);
        assert!((depth_m - wanted_m).abs() < 1e-12 * wanted_m, "{minutes} min: {depth_m} for {wanted_m}");
    }
}

/// The blocks of an alternating storm are the design depths of one, two, three … steps, joined at the peak.
#[test]
fn alternating_blocks_hold_the_design_depths() {
    let rain = storm(StormKind::Alternating).rain(&formula()).expect("rain");
    let curve = formula().at_years(3.0).expect("rain");
    let (at, _) = rain.peak().expect("steps");
    assert_eq!(at, 9); // 0.4 of 24 steps
    let depth = |from: usize, to: usize| rain.intensity_ms[from..to].iter().sum::<f64>() * 300.0;
    for (from, to) in [(9, 10), (9, 11), (8, 11), (8, 12), (0, 24)] {
        let wanted = curve.depth_m(300.0 * (to - from) as f64);
        assert!((depth(from, to) - wanted).abs() < 1e-12, "{from}..{to}");
    }
}

/// A last step that the duration does not fill holds the rest of the depth.
#[test]
fn a_step_that_does_not_divide_the_duration_loses_nothing() {
    for kind in KINDS {
        let rain = DesignStorm { step_s: 420.0, ..storm(kind) }.rain(&formula()).expect("rain");
        assert_eq!(rain.intensity_ms.len(), 18);
        let wanted = formula().at_years(3.0).expect("rain").depth_m(7200.0);
        assert!((rain.depth_m() - wanted).abs() < 1e-12, "{kind:?}");
    }
}

fn signal(level: WarningLevel, depth_mm: f64, window_h: f64) -> RainSignal {
    let (source, zh, en) = ("test".to_owned(), String::new(), String::new());
    RainSignal { level, depth_mm, window_h, source, confidence: Confidence::E, zh, en }
}

/// Rain of 10 mm/h reaches 50 mm in 12 h after 5 h and never 50 mm in 3 h; 20 mm/h reaches it after 2.5 h.
#[test]
fn levels_are_reached_when_the_depth_has_fallen() {
    let signals = [
        signal(WarningLevel::Blue, 50.0, 12.0),
        signal(WarningLevel::Yellow, 50.0, 6.0),
        signal(WarningLevel::Orange, 50.0, 3.0),
        signal(WarningLevel::Red, 100.0, 3.0),
    ];
    let steady = RainSeries::from_mm_per_h(3600.0, &[10.0; 12]);
    let reached = signals_reached(&signals, &steady);
    assert_eq!(reached.iter().map(|s| s.level).collect::<Vec<_>>(), [WarningLevel::Blue, WarningLevel::Yellow]);
    assert!(reached.iter().all(|s| (s.at_s - 18_000.0).abs() < 1e-3), "{reached:?}");
    // A dry hour, a light one, then 40 mm/h: 3 h hold 50 mm when 45 mm of the heavy rain are down.
    let late = RainSeries::from_mm_per_h(3600.0, &[0.0, 5.0, 40.0, 40.0, 40.0]);
    let orange = signals[2].reached_s(&late).expect("it is reached");
    assert!((orange - (2.0 + 45.0 / 40.0) * 3600.0).abs() < 1e-3, "{orange}");
    assert_eq!(worst_signal(&signals, &late).map(|s| s.level), Some(WarningLevel::Red));
    // The window forgets: 40 mm, seven dry hours, 40 mm are 80 mm in a day and no 50 mm in 6 h.
    let apart = RainSeries::from_mm_per_h(3600.0, &[40.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 40.0]);
    assert_eq!(signals[1].reached_s(&apart), None);
    assert!((signals[0].reached_s(&apart).expect("reached") - 8.25 * 3600.0).abs() < 1e-3);
    assert_eq!(worst_signal(&signals, &RainSeries::from_mm_per_h(60.0, &[])), None);
}

/// A level whose window is no multiple of the step, against a fine search.
#[test]
fn a_window_across_steps_is_exact() {
    let rain = RainSeries::from_mm_per_h(700.0, &[3.0, 50.0, 0.0, 9.0, 80.0, 20.0, 60.0, 0.0]);
    let level = signal(WarningLevel::Red, 13.0, 0.25);
    let fallen = |t: f64| -> f64 {
        let part = |k: usize| (t - k as f64 * 700.0).clamp(0.0, 700.0);
        rain.mm_per_h().enumerate().map(|(k, i)| i * part(k) / 3600.0).sum()
    };
    let first = (0..56_000).map(|k| f64::from(k) * 0.1).find(|&t| fallen(t) - fallen(t - 900.0) >= 13.0);
    let found = level.reached_s(&rain).expect("reached");
    assert!((found - first.expect("reached")).abs() <= 0.1, "{found} against {first:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the storm, its depth is the formula's, no step is negative, and the peak stands where it was asked for.
    #[test]
    fn depth_is_kept_and_the_peak_in_its_place(
        a1 in 1.0..60.0_f64, c in 0.0..2.0_f64, b in 0.5..40.0_f64, n in 0.3..1.0_f64,
        years in 1.0..100.0_f64, minutes in 10.0..1440.0_f64, step in 0.5..30.0_f64, peak in 0.0..=1.0_f64,
    ) {
        let formula = IntensityFormula::new(a1, c, b, n).unwrap();
        let total_m = formula.at_years(years).unwrap().depth_m(minutes * 60.0);
        for kind in KINDS {
            let storm = DesignStorm { years, duration_s: minutes * 60.0, step_s: step * 60.0, peak, kind };
            let rain = storm.rain(&formula).unwrap();
            prop_assert!((rain.depth_m() - total_m).abs() <= 1e-9 * total_m, "{kind:?}");
            prop_assert!(rain.intensity_ms.iter().all(|i| *i >= 0.0 && i.is_finite()));
            prop_assert!(rain.end_s() >= minutes * 60.0 * (1.0 - 1e-9) && rain.end_s() < minutes * 60.0 + step * 60.0);
            if kind == StormKind::Chicago && step * 4.0 < minutes {
                let (at, _) = rain.peak().unwrap();
                let peak_s = peak * minutes * 60.0;
                let (from, to) = (at as f64 * step * 60.0, (at + 1) as f64 * step * 60.0);
                let near = step * 60.0; // the heaviest step holds the peak or touches the one that does
                prop_assert!(from - near <= peak_s && peak_s <= to + near, "{at}: {peak_s}");
            }
        }
    }

    /// A rarer storm rains more in every step, and a longer one more in all.
    #[test]
    fn rarer_and_longer_storms_hold_more(
        years in 1.0..50.0_f64, more in 1.0..50.0_f64, minutes in 10.0..720.0_f64, longer in 1.0..720.0_f64,
        peak in 0.0..=1.0_f64,
    ) {
        for kind in KINDS {
            let of = |years, minutes: f64| {
                DesignStorm { years, duration_s: minutes * 60.0, step_s: 300.0, peak, kind }.rain(&formula()).unwrap()
            };
            let (rain, rarer) = (of(years, minutes), of(years + more, minutes));
            prop_assert!(rain.intensity_ms.iter().zip(&rarer.intensity_ms).all(|(a, b)| a < b));
            prop_assert!(of(years, minutes + longer).depth_m() > rain.depth_m());
        }
    }

    /// A level that is reached is reached no later by a heavier rain, and its window then holds its depth.
    #[test]
    fn heavier_rain_is_warned_of_no_later(
        mm_h in prop::collection::vec(0.0..120.0_f64, 1..40), step in 60.0..7200.0_f64, factor in 1.0..3.0_f64,
        depth in 5.0..100.0_f64, window in 0.2..12.0_f64,
    ) {
        let level = signal(WarningLevel::Blue, depth, window);
        let rain = RainSeries::from_mm_per_h(step, &mm_h);
        let heavy = RainSeries::from_mm_per_h(step, &mm_h.iter().map(|i| i * factor).collect::<Vec<_>>());
        if let Some(at) = level.reached_s(&rain) {
            prop_assert!(level.reached_s(&heavy).is_some_and(|t| t <= at + 1e-6));
            prop_assert!(at > 0.0 && at <= rain.end_s());
        } else {
            prop_assert!(rain.depth_m() < depth * 1e-3 || window * 3600.0 < rain.end_s());
        }
    }
}

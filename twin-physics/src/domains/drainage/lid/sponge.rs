//! What sponge-city (海绵城市) measures achieve, in the figures of the Chinese guideline and standard.
//!
//! | figure | Chinese term | function |
//! |---|---|---|
//! | control ratio of annual runoff | 年径流总量控制率 | [`control_ratio`], [`Controlled`] |
//! | depth of rain that a ratio stands for | 设计降雨量 | [`DailyRain`] |
//! | volume to be held for a design rain | 设计调蓄容积 | [`design_volume_m3`], [`controlled_depth_m`] |
//! | cut of the peak | 峰值流量削减率 | [`Peak`] |
//! | removal of suspended solids | 年SS总量去除率 | [`tss_removal`] |
//!
//! *Source:* Ministry of Housing and Urban–Rural Development (2014), *海绵城市建设技术指南——低影响开发雨水系统构建(试行)*,
//! chapters 3 and 4; GB/T 51345-2018, *海绵城市建设评价标准*, for the figures of a built place.

use crate::ledger::ExactSum;

/// Daily rain that makes no runoff and does not count [m].
const COUNTED_M: f64 = 2e-3;
/// Record that the guideline asks for at least [a].
pub const RECORD_YEARS: u32 = 30;

/// Share of rain that does not leave as runoff, `1 − outflow / rain`; `None` without rain.
///
/// `outflow_m3` is what leaves for the sewers over the same time, underdrains that end in a sewer included, upstream
/// runon excluded. The result lies below 0 where more leaves than fell.
#[must_use]
pub fn control_ratio(rain_m3: f64, outflow_m3: f64) -> Option<f64> {
    (rain_m3 > 0.0).then(|| 1.0 - outflow_m3 / rain_m3)
}

/// Rain and outflow of many subcatchments since the start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Controlled {
    rain_m3: Vec<ExactSum>,
    outflow_m3: Vec<ExactSum>,
}

impl Controlled {
    /// Empty sums of so many subcatchments.
    #[must_use]
    pub fn new(catchments: usize) -> Self {
        Self { rain_m3: vec![ExactSum::default(); catchments], outflow_m3: vec![ExactSum::default(); catchments] }
    }

    /// Adds what fell on a subcatchment and what left it [m³].
    pub fn add(&mut self, catchment: usize, rain_m3: f64, outflow_m3: f64) {
        self.rain_m3[catchment].add(rain_m3);
        self.outflow_m3[catchment].add(outflow_m3);
    }

    /// Control ratio of a subcatchment; `None` without rain.
    #[must_use]
    pub fn of(&self, catchment: usize) -> Option<f64> {
        control_ratio(self.rain_m3[catchment].value(), self.outflow_m3[catchment].value())
    }

    /// Control ratio of all, each weighted by its rain; `None` without rain.
    #[must_use]
    pub fn total(&self) -> Option<f64> {
        let sum = |of: &[ExactSum]| {
            let mut all = ExactSum::default();
            of.iter().for_each(|s| all.add(s.value()));
            all.value()
        };
        control_ratio(sum(&self.rain_m3), sum(&self.outflow_m3))
    }
}

/// The curve between control ratio and design rain depth of a place.
///
/// Days of 2 mm or less are left out; the caller leaves out snow. Holding the first `h` of every day's rain keeps
/// `R(h) = (Σ_{x ≤ h} x + h·n_{x > h}) / Σx` of it. Between two days of the record the curve is a straight line, so
/// that both directions are exact.
#[derive(Debug, Clone, PartialEq)]
pub struct DailyRain {
    /// Counted days, rising [m].
    days_m: Vec<f64>,
    /// Rain held when the depth of each day is held [m].
    held_m: Vec<f64>,
}

impl DailyRain {
    /// Sorts a record of daily rain \[m\]; the guideline asks for [`RECORD_YEARS`] of it. `None` where no day exceeds
    /// 2 mm or a value is not a finite depth.
    #[must_use]
    pub fn new(record_m: &[f64]) -> Option<Self> {
        if record_m.iter().any(|x| !(x.is_finite() && *x >= 0.0)) {
            return None;
        }
        let mut days_m: Vec<f64> = record_m.iter().copied().filter(|x| *x > COUNTED_M).collect();
        if days_m.is_empty() {
            return None;
        }
        days_m.sort_by(f64::total_cmp);
        let mut below_m = ExactSum::default();
        let mut held_m = Vec::with_capacity(days_m.len());
        let mut larger = days_m.len();
        for &day_m in &days_m {
            below_m.add(day_m);
            larger -= 1;
            held_m.push(below_m.value() + day_m * count(larger));
        }
        Some(Self { days_m, held_m })
    }

    /// Counted days.
    #[must_use]
    pub fn days(&self) -> usize {
        self.days_m.len()
    }

    /// All counted rain [m].
    fn total_m(&self) -> f64 {
        self.held_m.last().copied().unwrap_or(0.0)
    }

    /// Control ratio of holding the first `depth_m` of every day, 0..1.
    #[must_use]
    pub fn ratio(&self, depth_m: f64) -> f64 {
        let depth_m = depth_m.max(0.0);
        let at = self.days_m.partition_point(|x| *x <= depth_m);
        if at == self.days_m.len() {
            return 1.0;
        }
        let (from_m, held_m) = self.knot(at);
        (held_m + (depth_m - from_m) * count(self.days_m.len() - at)) / self.total_m()
    }

    /// Design rain depth of a control ratio [m]; `None` outside 0..1.
    #[must_use]
    pub fn depth_m(&self, ratio: f64) -> Option<f64> {
        if !(0.0..=1.0).contains(&ratio) {
            return None;
        }
        let wanted_m = ratio * self.total_m();
        let at = self.held_m.partition_point(|x| *x < wanted_m).min(self.days_m.len() - 1);
        let (from_m, held_m) = self.knot(at);
        Some((from_m + (wanted_m - held_m) / count(self.days_m.len() - at)).min(self.days_m[at]))
    }

    /// Depth and rain held where the straight line that ends at a day begins [m].
    fn knot(&self, day: usize) -> (f64, f64) {
        if day == 0 { (0.0, 0.0) } else { (self.days_m[day - 1], self.held_m[day - 1]) }
    }
}

/// A number of days as a factor; records of more than 2⁵³ days do not exist.
#[allow(clippy::cast_precision_loss)]
fn count(days: usize) -> f64 {
    days as f64
}

/// Volume to be held for a design rain, `V = H·φ·F` [m³] (guideline equation 4-1 in SI).
///
/// `runoff_coefficient`: of volume, weighted over the area, 0..1.
#[must_use]
pub fn design_volume_m3(depth_m: f64, runoff_coefficient: f64, area_m2: f64) -> f64 {
    depth_m * runoff_coefficient * area_m2
}

/// Rain depth that a volume holds back from an area, `H = V / (φ·F)` [m]; `None` where no runoff arises.
///
/// With [`DailyRain::ratio`] it gives the control ratio that a place was built for.
#[must_use]
pub fn controlled_depth_m(volume_m3: f64, runoff_coefficient: f64, area_m2: f64) -> Option<f64> {
    let per_depth_m2 = runoff_coefficient * area_m2;
    (per_depth_m2 > 0.0).then(|| volume_m3 / per_depth_m2)
}

/// Control ratio of a region, its parts weighted by area; `None` without area.
#[must_use]
pub fn area_weighted(parts: impl IntoIterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut sum, mut area) = (ExactSum::default(), ExactSum::default());
    for (area_m2, ratio) in parts {
        sum.add(area_m2 * ratio);
        area.add(area_m2);
    }
    (area.value() > 0.0).then(|| sum.value() / area.value())
}

/// The peak of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Peak {
    /// Largest flow [m³/s].
    pub flow_m3s: f64,
    /// When it first came, since the start [s].
    pub time_s: f64,
}

impl Peak {
    /// Takes note of a flow.
    pub fn see(&mut self, time_s: f64, flow_m3s: f64) {
        if flow_m3s > self.flow_m3s {
            *self = Self { flow_m3s, time_s };
        }
    }

    /// Cut of this peak against the one of the same model without measures, `1 − with/without`; `None` without a peak.
    #[must_use]
    pub fn cut_against(&self, without: &Self) -> Option<f64> {
        (without.flow_m3s > 0.0).then(|| 1.0 - self.flow_m3s / without.flow_m3s)
    }

    /// How much later it comes than without measures [s].
    #[must_use]
    pub fn delay_against_s(&self, without: &Self) -> f64 {
        self.time_s - without.time_s
    }
}

/// Removal of total suspended solids of a year: control ratio times the mean removal of the measures.
///
/// `measures`: water that each treats [m³] and the share of solids it removes, 0..1. `None` where they treat nothing.
#[must_use]
pub fn tss_removal(control_ratio: f64, measures: impl IntoIterator<Item = (f64, f64)>) -> Option<f64> {
    Some(control_ratio * area_weighted(measures)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A record worked by hand: 2 mm and less do not count; 10 mm hold 5 + 10 + 10 of 5 + 10 + 25.
    #[test]
    fn design_rain_by_hand() {
        let rain = DailyRain::new(&[0.025, 0.0, 0.002, 0.005, 0.001, 0.010]).expect("rain");
        assert_eq!(rain.days(), 3);
        for (depth_m, held_mm) in
            [(0.0, 0.0), (0.004, 12.0), (0.005, 15.0), (0.010, 25.0), (0.020, 35.0), (0.025, 40.0)]
        {
            assert!((rain.ratio(depth_m) - held_mm / 40.0).abs() < 1e-15, "{depth_m}");
            assert!((rain.depth_m(held_mm / 40.0).expect("a depth") - depth_m).abs() < 1e-15, "{depth_m}");
        }
        assert_eq!(rain.ratio(1.0), 1.0);
        assert_eq!(rain.depth_m(1.01), None);
        assert_eq!(DailyRain::new(&[0.002, 0.001]), None);
        assert_eq!(DailyRain::new(&[0.01, f64::NAN]), None);
    }

    /// Ratio and volume per subcatchment and in total, with a subcatchment on which nothing fell.
    #[test]
    fn ratios_weight_by_rain() {
        let mut sums = Controlled::new(3);
        sums.add(0, 100.0, 20.0);
        sums.add(0, 100.0, 0.0);
        sums.add(1, 50.0, 50.0);
        assert_eq!((sums.of(0), sums.of(1), sums.of(2)), (Some(0.9), Some(0.0), None));
        assert!((sums.total().expect("rain") - 0.72).abs() < 1e-15);
        assert_eq!(Controlled::new(2).total(), None);
    }

    /// 26.7 mm on 2 ha at φ = 0.6 need 320.4 m³, and that volume gives the depth back.
    #[test]
    fn volume_and_depth_are_inverse() {
        let volume_m3 = design_volume_m3(0.0267, 0.6, 20_000.0);
        assert!((volume_m3 - 320.4).abs() < 1e-9);
        assert!((controlled_depth_m(volume_m3, 0.6, 20_000.0).expect("runoff") - 0.0267).abs() < 1e-15);
        assert_eq!(controlled_depth_m(1.0, 0.0, 5.0), None);
    }

    /// A lower, later peak; solids follow the ratio.
    #[test]
    fn peaks_and_solids() {
        let (mut with, mut without) = (Peak::default(), Peak::default());
        for (time_s, a, b) in [(0.0, 0.0, 0.0), (300.0, 1.0, 4.0), (600.0, 3.0, 2.0), (900.0, 3.0, 1.0)] {
            with.see(time_s, a);
            without.see(time_s, b);
        }
        assert_eq!((with.cut_against(&without), with.delay_against_s(&without)), (Some(0.25), 300.0));
        assert_eq!(with.cut_against(&Peak::default()), None);
        assert_eq!(tss_removal(0.8, [(30.0, 0.9), (10.0, 0.5)]), Some(0.8 * 0.8));
        assert_eq!(tss_removal(0.8, []), None);
    }

    proptest! {
        /// The curve rises from 0 to 1, is concave, and both directions agree.
        #[test]
        fn curve_is_monotone_and_invertible(
            record in prop::collection::vec(0.0..0.15_f64, 1..200),
            a in 0.0..0.2_f64,
            b in 0.0..0.2_f64,
            ratio in 0.0..1.0_f64,
        ) {
            let Some(rain) = DailyRain::new(&record) else { return Ok(()) };
            prop_assert!((a <= b) == (rain.ratio(a) <= rain.ratio(b)) || rain.ratio(a) == rain.ratio(b));
            prop_assert!(rain.ratio(0.5 * (a + b)) >= 0.5 * (rain.ratio(a) + rain.ratio(b)) - 1e-12);
            let depth_m = rain.depth_m(ratio).expect("within 0..1");
            prop_assert!((rain.ratio(depth_m) - ratio).abs() < 1e-12);
            let held: f64 = record.iter().filter(|x| **x > 2e-3).map(|x| x.min(a)).sum();
            let all: f64 = record.iter().filter(|x| **x > 2e-3).sum();
            prop_assert!((rain.ratio(a) - held / all).abs() < 1e-12);
        }
    }
}

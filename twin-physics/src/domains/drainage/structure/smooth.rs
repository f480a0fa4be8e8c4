//! The laws as an implicit scheme needs them: continuous, monotone in both heads, with exact slopes.
//!
//! Away from changes of regime they are SWMM's laws. They depart where those jump: 1. a drowned weir or a drowned
//! orifice that is not quite covered passes into an orifice over half a height of its opening instead of at its crown;
//! 2. where both heads are nearly equal the root that makes the slope infinite gives way to an odd cubic with the same
//! value and slope at its end; 3. a bottom orifice needs no submergence factor, its head being measured from the
//! tailwater; 4. an outlet rated on depth fades where both heads become equal; 5. a gate shuts at equal heads, where
//! nothing flows.
//!
//! *Source:* own derivation from the laws of Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II
//! Hydraulics, EPA/600/R-17/111, chapter 6.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::super::model::{PumpCurve, Rating, RatingOn, WeirKind};
use super::super::section::SWMM_GRAVITY_MS2;
use super::orifice::OrificeLaw;
use super::outlet::OutletLaw;
use super::pump::PumpLaw;
use super::table::{lookup, slope, step};
use super::weir::{END_POWER, WeirLaw};
use super::{Ends, SmoothFlow, Structure, roadway};
use crate::units::M_PER_FT;

/// Share of a drowned head below which the root is replaced.
const NEAR_EQUAL: f64 = 0.01;
/// Height over which a drowned opening that is just covered turns into an orifice, in openings.
const BLEND: f64 = 0.5;
/// Head over which an outlet's flow fades at equal heads [m].
const FADE_M: f64 = 0.01;

/// A value with its slopes by the higher and the lower head.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Dual {
    v: f64,
    high: f64,
    low: f64,
}

impl Dual {
    fn constant(v: f64) -> Self {
        Self { v, high: 0.0, low: 0.0 }
    }

    /// `f(self)`, given its value and slope.
    fn chain(self, v: f64, slope: f64) -> Self {
        Self { v, high: slope * self.high, low: slope * self.low }
    }

    fn scaled(self, by: f64) -> Self {
        self.chain(self.v * by, by)
    }

    fn powf(self, n: f64) -> Self {
        if self.v <= 0.0 {
            return Self::constant(0.0);
        }
        let v = self.v.powf(n);
        self.chain(v, n * v / self.v)
    }

    fn exp(self) -> Self {
        let v = self.v.exp();
        self.chain(v, v)
    }

    fn max(self, other: Self) -> Self {
        if self.v >= other.v { self } else { other }
    }

    fn min(self, other: Self) -> Self {
        if self.v <= other.v { self } else { other }
    }
}

impl Add for Dual {
    type Output = Self;
    fn add(self, b: Self) -> Self {
        Self { v: self.v + b.v, high: self.high + b.high, low: self.low + b.low }
    }
}

impl Sub for Dual {
    type Output = Self;
    fn sub(self, b: Self) -> Self {
        self + -b
    }
}

impl Neg for Dual {
    type Output = Self;
    fn neg(self) -> Self {
        self.scaled(-1.0)
    }
}

impl Mul for Dual {
    type Output = Self;
    fn mul(self, b: Self) -> Self {
        Self { v: self.v * b.v, high: self.high * b.v + self.v * b.high, low: self.low * b.v + self.v * b.low }
    }
}

impl Div for Dual {
    type Output = Self;
    fn div(self, b: Self) -> Self {
        self * b.chain(1.0 / b.v, -1.0 / (b.v * b.v))
    }
}

/// `xⁿ` for n < 1, below `x0` the odd cubic that meets it there with its slope.
fn soft_power(x: Dual, n: f64, x0: f64) -> Dual {
    if x.v >= x0 {
        return x.powf(n);
    }
    let cubic = (n - 1.0) / 2.0;
    let u = x.v.max(0.0) / x0;
    let end = x0.powf(n);
    x.chain(end * u * (1.0 - cubic + cubic * u * u), end / x0 * (1.0 - cubic + 3.0 * cubic * u * u))
}

/// Villemonte's factor without its infinite slope at equal heads.
fn villemonte(ratio: Dual, power: f64) -> Dual {
    if ratio.v <= 0.0 {
        return Dual::constant(1.0);
    }
    soft_power(Dual::constant(1.0) - ratio.powf(power), 0.385, NEAR_EQUAL)
}

/// From 0 to 1 with level ends while `x` goes from 0 to 1.
fn ramp(x: Dual) -> Dual {
    let u = x.v.clamp(0.0, 1.0);
    x.chain(u * u * (3.0 - 2.0 * u), 6.0 * u * (1.0 - u))
}

/// Head left after a flap gate, for a flow through an area (ARMCO's formula as SWMM has it).
fn after_gate(head: Dual, flow: Dual, area: Dual) -> Dual {
    if flow.v <= 0.0 || area.v <= 0.0 {
        return head;
    }
    let velocity = flow / area;
    let ratio = velocity / head.scaled(1.0 / M_PER_FT).powf(0.5);
    let loss = velocity * velocity * ratio.scaled(-1.15 / M_PER_FT).exp();
    (head - loss.scaled(4.0 / SWMM_GRAVITY_MS2)).max(Dual::constant(0.0))
}

impl Structure {
    /// Flow of the continuous law and its slopes.
    ///
    /// Steps of a pump (types 1 and 2) and the flow of an ideal one have no slope: take them as given over a step. What
    /// a pump's well can give is not part of it.
    #[must_use]
    pub fn smooth_flow(&self, ends: &Ends, setting: f64) -> SmoothFlow {
        if setting <= 0.0 {
            return SmoothFlow::default();
        }
        let forward = ends.head_from_m >= ends.head_to_m;
        let (sign, high_m, low_m) =
            if forward { (1.0, ends.head_from_m, ends.head_to_m) } else { (-1.0, ends.head_to_m, ends.head_from_m) };
        let high = Dual { v: high_m, high: 1.0, low: 0.0 };
        let low = Dual { v: low_m, high: 0.0, low: 1.0 };
        let shut = |gate| if forward { ends.gate_from } else { ends.gate_to || gate };
        let flow = match self {
            Self::Pump(law) => return law.smooth(ends, setting),
            Self::Orifice(law) if !shut(law.flap_gate) => law.smooth(high, low, setting),
            Self::Weir(law) if !shut(law.flap_gate) => law.smooth(high, low, sign, setting),
            Self::Outlet(law) if !shut(law.flap_gate) => law.smooth(high, low).scaled(setting),
            _ => Dual::constant(0.0),
        };
        let (by_from, by_to) = if forward { (flow.high, flow.low) } else { (-flow.low, -flow.high) };
        SmoothFlow { flow_m3s: sign * flow.v, by_head_from_m2s: by_from, by_head_to_m2s: by_to }
    }
}

impl PumpLaw {
    fn smooth(&self, ends: &Ends, setting: f64) -> SmoothFlow {
        let (flow, by_from, by_to) = match &self.curve {
            PumpCurve::Ideal => (ends.inflow_from_m3s, 0.0, 0.0),
            PumpCurve::StepVolume(c) => (step(c, ends.volume_from_m3), 0.0, 0.0),
            PumpCurve::StepDepth(c) => (step(c, ends.depth_from_m), 0.0, 0.0),
            PumpCurve::Depth(c) => {
                let within = ends.depth_from_m > c[0].0;
                (lookup(c, ends.depth_from_m), if within { slope(c, ends.depth_from_m) } else { 0.0 }, 0.0)
            }
            PumpCurve::Head(c) | PumpCurve::Affinity(c) => {
                let speed = if matches!(self.curve, PumpCurve::Affinity(_)) { setting } else { 1.0 };
                let lift_m = ((ends.head_to_m - ends.head_from_m) / (speed * speed)).max(0.0);
                let falls = if lift_m > c[0].0 { slope(c, lift_m) / (speed * speed) } else { 0.0 };
                (lookup(c, lift_m), -falls, falls)
            }
        };
        if flow <= 0.0 {
            return SmoothFlow::default();
        }
        SmoothFlow { flow_m3s: flow * setting, by_head_from_m2s: by_from * setting, by_head_to_m2s: by_to * setting }
    }
}

impl OrificeLaw {
    fn smooth(&self, high: Dual, low: Dual, setting: f64) -> Dual {
        let opening = self.opening(setting);
        let crest = Dual::constant(self.place.crest_m());
        let weir = |head: Dual| head.scaled(1.0 / opening.critical_m).powf(1.5).scaled(opening.critical_flow_m3s);
        let gated = |head: Dual, flow: Dual| {
            if self.flap_gate { after_gate(head, flow, Dual::constant(opening.area_m2)) } else { head }
        };
        if self.bottom {
            let head = high - low.max(crest);
            let law = |head: Dual| {
                if head.v < opening.critical_m { weir(head) } else { head.powf(0.5).scaled(opening.factor) }
            };
            return law(gated(head, law(head)));
        }
        let head = high - crest;
        if head.v <= 0.0 {
            return Dual::constant(0.0);
        }
        let height_m = opening.height_m;
        let uncovered = || {
            // Above the crown it goes on as an orifice, so that blending starts from the same flow.
            let free = |head: Dual| {
                let above = head - Dual::constant(height_m / 2.0);
                if head.v < height_m { weir(head) } else { above.powf(0.5).scaled(opening.factor) }
            };
            free(gated(head, free(head))) * villemonte((low - crest) / head, 1.5)
        };
        let orifice = || {
            let over = high - low.max(Dual::constant(crest.v + height_m / 2.0));
            let flow = |over: Dual| soft_power(over, 0.5, NEAR_EQUAL * height_m).scaled(opening.factor);
            flow(gated(over, flow(over)))
        };
        blend(head, height_m, uncovered, orifice)
    }
}

impl WeirLaw {
    fn smooth(&self, high: Dual, low: Dual, sign: f64, setting: f64) -> Dual {
        if self.kind == WeirKind::Roadway {
            return self.smooth_road(high, low);
        }
        let crest = Dual::constant(self.place.crest_m() + self.lift_m(setting));
        let head = high - crest;
        let height_m = setting * self.section.full_depth_m;
        if head.v <= 0.0 || height_m <= 0.0 {
            return Dual::constant(0.0);
        }
        let factor = self.surcharge_factor(setting);
        let over_crest = || {
            // Above the crown it goes on as an orifice, so that blending starts from the same flow, or as the full
            // weir.
            let free = |head: Dual| {
                let above = head - Dual::constant(height_m / 2.0);
                if self.can_surcharge && head.v > height_m {
                    return (above.powf(0.5).scaled(factor), Dual::constant(0.0));
                }
                self.smooth_free(head.min(Dual::constant(height_m)), sign, setting)
            };
            let (mut centre, mut ends) = free(head);
            if self.flap_gate {
                let top = if self.can_surcharge { head } else { head.min(Dual::constant(height_m)) };
                (centre, ends) = free(after_gate(top, centre + ends, self.smooth_area(head, setting)));
            }
            let ratio = (low - crest) / head;
            centre * villemonte(ratio, self.submergence_power()) + ends * villemonte(ratio, END_POWER)
        };
        if !self.can_surcharge {
            return over_crest();
        }
        let orifice = || {
            let over = high - low.max(Dual::constant(crest.v + height_m / 2.0));
            let flow = |over: Dual| soft_power(over, 0.5, NEAR_EQUAL * height_m).scaled(factor);
            let free = flow(over);
            let area = Dual::constant(self.open_area(height_m, setting));
            if self.flap_gate { flow(after_gate(over, free, area)) } else { free }
        };
        blend(head, height_m, over_crest, orifice)
    }

    /// Area of flow below a head.
    fn smooth_area(&self, head: Dual, setting: f64) -> Dual {
        let top_m = self.lift_m(setting) + head.v;
        let inside = top_m < self.section.full_depth_m;
        head.chain(self.open_area(head.v, setting), if inside { self.section.width(top_m) } else { 0.0 })
    }

    /// Free flow of centre and ends; the slope of a coefficient curve and of contractions by a difference, for they are
    /// broken lines.
    fn smooth_free(&self, head: Dual, sign: f64, setting: f64) -> (Dual, Dual) {
        let at = |h: f64| self.free(h, sign, setting);
        let (centre, ends) = at(head.v);
        let step_m = 1.0e-6 * head.v.max(1.0e-3);
        let (more, less) = (at(head.v + step_m), at(head.v - step_m));
        let slope = |more: f64, less: f64| (more - less) / (2.0 * step_m);
        (head.chain(centre, slope(more.0, less.0)), head.chain(ends, slope(more.1, less.1)))
    }

    fn smooth_road(&self, high: Dual, low: Dual) -> Dual {
        let crest = Dual::constant(self.place.crest_m());
        let head = high - crest;
        if head.v <= 0.0 {
            return Dual::constant(0.0);
        }
        let Some((width_m, paved)) = self.road else {
            return head.powf(1.5).scaled(self.coefficient * self.section.max_width_m) * equal_fade(high - low);
        };
        let step_m = 1.0e-6 * head.v;
        let c = |h: f64| roadway::free_coefficient(h, width_m, paved);
        let coefficient = head.chain(c(head.v), (c(head.v + step_m) - c(head.v - step_m)) / (2.0 * step_m));
        let curve = roadway::drowned_curve(paved);
        let ratio = (low - crest) / head;
        let drowned = if ratio.v > curve[0].0 {
            ratio.chain(lookup(curve, ratio.v), slope(curve, ratio.v))
        } else {
            Dual::constant(1.0)
        };
        // The submergence factor ends at 0.4 or 0.24 of the free flow where both heads are equal.
        head.powf(1.5).scaled(self.section.max_width_m) * coefficient * drowned * equal_fade(high - low)
    }
}

/// From 0 at equal heads to 1 a centimetre apart.
fn equal_fade(apart: Dual) -> Dual {
    soft_power(apart.scaled(1.0 / FADE_M).min(Dual::constant(1.0)), 0.5, 0.25)
}

/// From the law of an opening that is not covered to that of an orifice.
fn blend(head: Dual, height_m: f64, uncovered: impl Fn() -> Dual, orifice: impl Fn() -> Dual) -> Dual {
    let x = (head - Dual::constant(height_m)).scaled(1.0 / (BLEND * height_m));
    if x.v <= 0.0 {
        return uncovered();
    }
    if x.v >= 1.0 {
        return orifice();
    }
    let share = ramp(x);
    uncovered() * (Dual::constant(1.0) - share) + orifice() * share
}

impl OutletLaw {
    fn smooth(&self, high: Dual, low: Dual) -> Dual {
        let crest = Dual::constant(self.place.crest_m());
        let head = match self.on {
            RatingOn::Head => high - low.max(crest),
            RatingOn::Depth => high - crest,
        };
        if head.v <= 0.0 {
            return Dual::constant(0.0);
        }
        let rated = match &self.rating {
            Rating::Power { a, b } if *b < 1.0 => soft_power(head, *b, FADE_M).scaled(*a),
            Rating::Power { a, b } => head.powf(*b).scaled(*a),
            Rating::Table(points) => {
                let inside = head.v > points[0].0;
                head.chain(lookup(points, head.v), if inside { slope(points, head.v) } else { 0.0 })
            }
        };
        match self.on {
            RatingOn::Head => rated,
            RatingOn::Depth => rated * equal_fade(high - low),
        }
    }
}

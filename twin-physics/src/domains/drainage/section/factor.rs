//! The section factor's slope and inverse.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5 (cross-section geometry).

use super::boxes::{RECT_CROWN, SHAPED_CROWN};
use super::circle;
use super::compiled::{Kind, Section};
use super::table::{inverse, slope};
use crate::num::cube_root::two_thirds;

/// Below this relative area the closed forms of the slope lose their meaning.
const NO_AREA: f64 = 1e-30;

/// 1 ft^(0.63 − 2/3) in metres: SWMM's slope of a nearly empty main is that of the exponent 2/3, taken in feet.
const MAIN_UNIT: f64 = 1.044_526_5;

impl Section {
    /// Slope of the section factor by area [m^(2/3)].
    #[must_use]
    pub fn dsda(&self, area_m2: f64) -> f64 {
        let alpha = area_m2 / self.full_area_m2;
        let analytic = alpha > NO_AREA;
        match self.kind {
            Kind::Circular => circle::factor_slope(self, area_m2, 1.0),
            Kind::ForceMain => circle::factor_slope(self, area_m2, MAIN_UNIT),
            Kind::Table(table) if !table.factor.is_empty() => {
                slope(alpha.max(0.0), table.factor) * self.full_section_factor / self.full_area_m2
            }
            Kind::RectClosed if alpha > RECT_CROWN => self.crown_slope(RECT_CROWN),
            Kind::RectTriangular(_) | Kind::RectRound(_) if alpha > SHAPED_CROWN => self.crown_slope(SHAPED_CROWN),
            Kind::RectClosed if analytic => self.slope_by_perimeter(area_m2, 2.0 / self.max_width_m),
            Kind::RectOpen(walls) if analytic => self.slope_by_perimeter(area_m2, walls / self.max_width_m),
            Kind::RectTriangular(low) if analytic => {
                self.slope_by_perimeter(area_m2, low.perimeter_slope(self, area_m2))
            }
            Kind::RectRound(arc) if area_m2 > arc.area_m2 => self.slope_by_perimeter(area_m2, 2.0 / self.max_width_m),
            Kind::ModBasket(arc) if analytic && area_m2 <= self.full_area_m2 - arc.area_m2 => {
                self.slope_by_perimeter(area_m2, 2.0 / self.max_width_m)
            }
            Kind::Prism(prism) if analytic => self.slope_by_perimeter(area_m2, prism.perimeter_slope(area_m2)),
            _ => self.slope_by_difference(area_m2),
        }
    }

    /// dS/dA = (5/3 − 2/3·R·dP/dA)·R^(2/3).
    fn slope_by_perimeter(&self, area_m2: f64, perimeter_slope: f64) -> f64 {
        let radius = self.radius_of_area(area_m2);
        (5.0 / 3.0 - 2.0 / 3.0 * perimeter_slope * radius) * two_thirds(radius)
    }

    fn crown_slope(&self, crown: f64) -> f64 {
        (self.full_section_factor - self.max_section_factor) / ((1.0 - crown) * self.full_area_m2)
    }

    /// Central difference over 0.2 % of the full area.
    fn slope_by_difference(&self, area_m2: f64) -> f64 {
        let alpha = area_m2 / self.full_area_m2;
        let low = (alpha - 0.001).max(0.0) * self.full_area_m2;
        let high = (alpha + 0.001) * self.full_area_m2;
        (self.section_factor_of_area(high) - self.section_factor_of_area(low)) / (high - low)
    }

    /// Area that carries a section factor [m²]; the area of greatest flow beyond the greatest factor.
    ///
    /// For the shapes without a table of their own the answer is SWMM's: within 1e-4 of the full area.
    #[must_use]
    pub fn area_of_section_factor(&self, factor: f64) -> f64 {
        if factor <= 0.0 {
            return 0.0;
        }
        let psi = factor / self.full_section_factor;
        match self.kind {
            Kind::Dummy => 0.0,
            Kind::Circular | Kind::ForceMain => {
                self.full_area_m2 * circle::relative_area(psi.min(self.max_section_factor / self.full_section_factor))
            }
            Kind::Table(table) if !table.factor.is_empty() => self.full_area_m2 * inverse(psi, table.factor),
            _ => self.area_by_search(factor.min(self.max_section_factor)),
        }
    }

    /// Depth of uniform flow with a section factor A·R^(2/3) = Q·n/√S₀ [m].
    #[must_use]
    pub fn normal_depth(&self, factor: f64) -> f64 {
        self.depth_of_area(self.area_of_section_factor(factor))
    }

    /// Newton with bisection as its safeguard, from the middle of the bracket.
    fn area_by_search(&self, factor: f64) -> f64 {
        // Above the full section factor the larger of two areas is meant: between full and greatest.
        let falling = factor >= self.full_section_factor && self.max_section_factor != self.full_section_factor;
        let mut low = if falling { self.full_area_m2 } else { 0.0 };
        let mut high = self.area_at_max_flow_m2;
        let tolerance = 1e-4 * self.full_area_m2;
        let mut x = 0.5 * (low + high);
        let mut step_before = (high - low).abs();
        let mut step = step_before;
        let mut f = self.section_factor_of_area(x) - factor;
        let mut df = self.dsda(x);
        for _ in 0..60 {
            let outside = ((x - high) * df - f) * ((x - low) * df - f) >= 0.0;
            let old = x;
            if outside || (2.0 * f).abs() > (step_before * df).abs() {
                step_before = step;
                step = 0.5 * (high - low);
                x = low + step;
                if x == low {
                    break;
                }
            } else {
                step_before = step;
                step = f / df;
                x -= step;
                if x == old {
                    break;
                }
            }
            if step.abs() < tolerance {
                break;
            }
            f = self.section_factor_of_area(x) - factor;
            df = self.dsda(x);
            if f < 0.0 { low = x } else { high = x }
        }
        x
    }
}

//! Circular section: the angle of the wetted arc, and the circle with sediment.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5 (cross-section geometry).

use std::f64::consts::{PI, TAU};

use super::compiled::Section;
use super::data_round::{AREA_CIRCULAR, DEPTH_CIRCULAR, FACTOR_CIRCULAR, RADIUS_CIRCULAR, WIDTH_CIRCULAR};
use super::table::{inverse, lookup, slope};
use crate::num::cube_root::two_thirds;

/// Below this relative area SWMM leaves its tables for the formula of the circle.
const SMALL_AREA: f64 = 0.04;
/// Below this relative section factor likewise.
const SMALL_FACTOR: f64 = 0.015;
/// Below these the leading term of the series is used.
const SERIES_AREA: f64 = 1e-5;
const SERIES_FACTOR: f64 = 1e-6;
/// SWMM's 12π and 2π·6^(5/3), to its digits.
const SERIES_AREA_SCALE: f64 = 37.6911;
const SERIES_FACTOR_SCALE: f64 = 124.4797;

/// Angle θ of the wetted arc with θ − sin θ = 2π·alpha, alpha in [0, 1].
pub fn angle_of_area(alpha: f64) -> f64 {
    if alpha >= 1.0 {
        return TAU;
    }
    if alpha <= 0.0 {
        return 0.0;
    }
    if alpha > 0.5 {
        return TAU - angle_of_area(1.0 - alpha);
    }
    let target = TAU * alpha;
    // θ − sin θ ≈ θ³/6 from above, so Newton from the cube root rises monotonically after its first step.
    let mut theta = (6.0 * target).cbrt();
    for _ in 0..20 {
        let step = (excess(theta) - target) / (1.0 - theta.cos());
        theta -= step;
        if step.abs() <= 1e-13 * theta {
            break;
        }
    }
    theta
}

/// θ − sin θ without cancellation at small angles.
pub fn excess(theta: f64) -> f64 {
    if theta < 0.05 {
        let t2 = theta * theta;
        return theta * t2 / 6.0 * (1.0 - t2 / 20.0 * (1.0 - t2 / 42.0 * (1.0 - t2 / 72.0)));
    }
    theta - theta.sin()
}

/// Angle with (θ − sin θ)^(5/3) / θ^(2/3) = 2π·psi, for small psi.
fn angle_of_factor(psi: f64) -> f64 {
    let target = (TAU * psi).ln();
    let mut theta = (SERIES_FACTOR_SCALE * psi).powf(3.0 / 13.0);
    for _ in 0..20 {
        let gap = excess(theta);
        let value = 5.0 / 3.0 * gap.ln() - 2.0 / 3.0 * theta.ln() - target;
        let step = value / (5.0 / 3.0 * (1.0 - theta.cos()) / gap - 2.0 / 3.0 / theta);
        theta -= step;
        if step.abs() <= 1e-12 * theta {
            break;
        }
    }
    theta
}

/// Depth over diameter by relative area.
pub(super) fn relative_depth(alpha: f64) -> f64 {
    if alpha >= SMALL_AREA {
        return lookup(alpha, &DEPTH_CIRCULAR);
    }
    small_depth(alpha)
}

fn small_depth(alpha: f64) -> f64 {
    if alpha <= SERIES_AREA {
        let theta = (SERIES_AREA_SCALE * alpha.max(0.0)).cbrt();
        return theta * theta / 16.0;
    }
    0.5 * (1.0 - (0.5 * angle_of_area(alpha)).cos())
}

/// Section factor over that of the full circle by relative area.
pub(super) fn relative_factor(alpha: f64) -> f64 {
    if alpha >= SMALL_AREA {
        return lookup(alpha, &FACTOR_CIRCULAR);
    }
    if alpha <= SERIES_AREA {
        let theta = (SERIES_AREA_SCALE * alpha.max(0.0)).cbrt();
        return theta.powf(13.0 / 3.0) / SERIES_FACTOR_SCALE;
    }
    let theta = angle_of_area(alpha);
    excess(theta).powf(5.0 / 3.0) / TAU / two_thirds(theta)
}

/// Relative area by relative section factor, on the rising branch; full from psi = 1 on.
pub(super) fn relative_area(psi: f64) -> f64 {
    if psi <= 0.0 {
        return 0.0;
    }
    if psi >= 1.0 {
        return 1.0;
    }
    if psi > SMALL_FACTOR {
        return inverse(psi, &FACTOR_CIRCULAR);
    }
    if psi <= SERIES_FACTOR {
        let theta = (SERIES_FACTOR_SCALE * psi).powf(3.0 / 13.0);
        return theta * theta * theta / SERIES_AREA_SCALE;
    }
    excess(angle_of_factor(psi)) / TAU
}

/// Slope of the section factor by area [m^(2/3)]; that of the formula for little water is multiplied by `unit`.
pub(super) fn factor_slope(section: &Section, area_m2: f64, unit: f64) -> f64 {
    let alpha = area_m2 / section.full_area_m2;
    if alpha <= 1e-30 {
        return 1e-30;
    }
    if alpha >= SMALL_AREA {
        return slope(alpha, &FACTOR_CIRCULAR) * section.full_section_factor / section.full_area_m2;
    }
    let theta = angle_of_area(alpha);
    let radius = area_m2 / (0.5 * theta * section.full_depth_m);
    let perimeter_slope = 4.0 / section.full_depth_m / (1.0 - theta.cos());
    unit * (5.0 / 3.0 - 2.0 / 3.0 * perimeter_slope * radius) * two_thirds(radius)
}

/// What the sediment takes from a circle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filled {
    pub diameter_m: f64,
    pub circle_area_m2: f64,
    pub fill_m: f64,
    pub fill_area_m2: f64,
    /// Surface of the sediment that counts as wall [m]. SWMM 5.2.4 takes it at the height 2·fill of a circle that is
    /// higher by the fill, not at the fill; kept for agreement.
    pub fill_width_m: f64,
    /// Wall below the sediment [m].
    pub fill_perimeter_m: f64,
}

impl Filled {
    pub fn new(diameter_m: f64, fill_m: f64) -> Self {
        let rel = fill_m / diameter_m;
        let circle_area_m2 = 0.25 * PI * diameter_m * diameter_m;
        let fill_area_m2 = if fill_m > 0.0 { circle_area_m2 * lookup(rel, &AREA_CIRCULAR) } else { 0.0 };
        Self {
            diameter_m,
            circle_area_m2,
            fill_m,
            fill_area_m2,
            fill_width_m: diameter_m * lookup(2.0 * fill_m / (diameter_m + fill_m), &WIDTH_CIRCULAR),
            fill_perimeter_m: fill_area_m2 / (0.25 * diameter_m * lookup(rel, &RADIUS_CIRCULAR)),
        }
    }

    pub fn area(&self, depth_m: f64) -> f64 {
        self.circle_area_m2 * lookup((depth_m + self.fill_m) / self.diameter_m, &AREA_CIRCULAR) - self.fill_area_m2
    }

    pub fn width(&self, depth_m: f64) -> f64 {
        self.diameter_m * lookup((depth_m + self.fill_m) / self.diameter_m, &WIDTH_CIRCULAR)
    }

    pub fn radius(&self, section: &Section, depth_m: f64) -> f64 {
        if self.fill_m == 0.0 {
            return section.full_radius_m * lookup(depth_m / section.full_depth_m, &RADIUS_CIRCULAR);
        }
        let rel = (depth_m + self.fill_m) / self.diameter_m;
        let area = self.circle_area_m2 * lookup(rel, &AREA_CIRCULAR);
        let perimeter = area / (0.25 * self.diameter_m * lookup(rel, &RADIUS_CIRCULAR));
        (area - self.fill_area_m2) / (perimeter - self.fill_perimeter_m + self.fill_width_m)
    }

    pub fn depth_of_area(&self, area_m2: f64) -> f64 {
        self.diameter_m * relative_depth((area_m2 + self.fill_area_m2) / self.circle_area_m2) - self.fill_m
    }
}

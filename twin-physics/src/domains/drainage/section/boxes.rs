//! Rectangles, closed: with flat, triangular or round bottom, or with a round roof.
//!
//! A wet roof adds its width to the perimeter at once. SWMM lets it in linearly over the last 2 or 3 % of the area, so
//! that the section factor has its maximum at a stated area; the same is done here.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5 (cross-section geometry).

use std::f64::consts::PI;

use super::circle::{excess, relative_depth, relative_factor};
use super::compiled::Section;

/// Relative area at which the roof of a closed rectangle begins to count.
pub(super) const RECT_CROWN: f64 = 0.97;
/// The same for the rectangles with triangular and round bottom.
pub(super) const SHAPED_CROWN: f64 = 0.98;

/// Share of the roof that counts as wet.
fn wet_roof(section: &Section, area_m2: f64, crown: f64) -> f64 {
    let over = (area_m2 / section.full_area_m2 - crown) / (1.0 - crown);
    if over > 0.0 { over * section.max_width_m } else { 0.0 }
}

pub(super) fn rect_closed_radius(section: &Section, area_m2: f64) -> f64 {
    let width = section.max_width_m;
    area_m2 / (width + 2.0 * area_m2 / width + wet_roof(section, area_m2, RECT_CROWN))
}

/// Triangular bottom of a rectangle.
#[derive(Debug, Clone, Copy)]
pub(super) struct TriangleBox {
    pub depth_m: f64,
    pub area_m2: f64,
    /// Half width per depth.
    pub slope: f64,
    /// Length of one side per depth.
    pub side: f64,
}

impl TriangleBox {
    pub fn new(width_m: f64, triangle_m: f64) -> Self {
        let slope = 0.5 * width_m / triangle_m;
        Self { depth_m: triangle_m, area_m2: 0.5 * triangle_m * width_m, slope, side: slope.hypot(1.0) }
    }

    pub fn area(&self, section: &Section, depth_m: f64) -> f64 {
        if depth_m <= self.depth_m {
            return depth_m * depth_m * self.slope;
        }
        self.area_m2 + (depth_m - self.depth_m) * section.max_width_m
    }

    pub fn width(&self, section: &Section, depth_m: f64) -> f64 {
        if depth_m <= self.depth_m { 2.0 * self.slope * depth_m } else { section.max_width_m }
    }

    pub fn radius(&self, section: &Section, depth_m: f64) -> f64 {
        if depth_m <= self.depth_m {
            return depth_m * self.slope / (2.0 * self.side);
        }
        let area = self.area(section, depth_m);
        area / self.perimeter_above(section, depth_m, area)
    }

    fn perimeter_above(&self, section: &Section, depth_m: f64, area_m2: f64) -> f64 {
        2.0 * (self.depth_m * self.side + depth_m - self.depth_m) + wet_roof(section, area_m2, SHAPED_CROWN)
    }

    pub fn depth_of_area(&self, section: &Section, area_m2: f64) -> f64 {
        if area_m2 <= self.area_m2 {
            return (area_m2 / self.slope).sqrt();
        }
        self.depth_m + (area_m2 - self.area_m2) / section.max_width_m
    }

    pub fn radius_of_area(&self, section: &Section, area_m2: f64) -> f64 {
        let depth = self.depth_of_area(section, area_m2);
        if depth <= self.depth_m {
            return area_m2 / (2.0 * depth * self.side);
        }
        area_m2 / self.perimeter_above(section, depth, area_m2)
    }

    /// Growth of the wetted perimeter per area [m⁻¹].
    pub fn perimeter_slope(&self, section: &Section, area_m2: f64) -> f64 {
        if area_m2 > self.area_m2 { 2.0 / section.max_width_m } else { self.side / (area_m2 * self.slope).sqrt() }
    }
}

/// Circular bottom or roof of a rectangle.
#[derive(Debug, Clone, Copy)]
pub(super) struct ArcBox {
    pub radius_m: f64,
    /// Angle the arc spans at its centre.
    pub angle: f64,
    /// Height of the segment [m].
    pub depth_m: f64,
    /// Area of the segment [m²].
    pub area_m2: f64,
}

impl ArcBox {
    pub fn new(width_m: f64, radius_m: f64) -> Self {
        let radius_m = radius_m.max(0.5 * width_m);
        let angle = 2.0 * (0.5 * width_m / radius_m).min(1.0).asin();
        Self {
            radius_m,
            angle,
            depth_m: radius_m * (1.0 - (0.5 * angle).cos()),
            area_m2: 0.5 * radius_m * radius_m * excess(angle),
        }
    }

    fn circle_area(&self) -> f64 {
        PI * self.radius_m * self.radius_m
    }

    /// Angle of the segment of a height, 0 to 2π.
    fn angle_at(&self, height_m: f64) -> f64 {
        2.0 * (1.0 - height_m / self.radius_m).clamp(-1.0, 1.0).acos()
    }

    fn segment_area(&self, height_m: f64) -> f64 {
        0.5 * self.radius_m * self.radius_m * excess(self.angle_at(height_m))
    }

    fn segment_width(&self, height_m: f64) -> f64 {
        2.0 * (height_m * (2.0 * self.radius_m - height_m)).max(0.0).sqrt()
    }

    /// Height of the segment with an area.
    fn segment_height(&self, area_m2: f64) -> f64 {
        2.0 * self.radius_m * relative_depth(area_m2.max(0.0) / self.circle_area())
    }

    /// Section factor of a segment: that of the whole circle times the relative one.
    pub fn factor(&self, area_m2: f64) -> f64 {
        let full = self.circle_area() * (0.5 * self.radius_m).powf(2.0 / 3.0);
        full * relative_factor(area_m2 / self.circle_area())
    }
}

pub(super) fn round_area(section: &Section, arc: &ArcBox, depth_m: f64) -> f64 {
    if depth_m > arc.depth_m {
        return arc.area_m2 + (depth_m - arc.depth_m) * section.max_width_m;
    }
    arc.segment_area(depth_m)
}

pub(super) fn round_width(section: &Section, arc: &ArcBox, depth_m: f64) -> f64 {
    if depth_m > arc.depth_m { section.max_width_m } else { arc.segment_width(depth_m) }
}

/// SWMM 5.2.4 has r·(1 − sin θ)/(2θ) where the segment's radius is r·(1 − sin θ/θ)/2; kept for agreement.
pub(super) fn round_radius(section: &Section, arc: &ArcBox, depth_m: f64) -> f64 {
    if depth_m <= 0.0 {
        return 0.0;
    }
    if depth_m > arc.depth_m {
        return round_radius_of_area(section, arc, round_area(section, arc, depth_m));
    }
    let angle = arc.angle_at(depth_m);
    0.5 * arc.radius_m * (1.0 - angle.sin()) / angle
}

pub(super) fn round_depth(section: &Section, arc: &ArcBox, area_m2: f64) -> f64 {
    if area_m2 > arc.area_m2 {
        return arc.depth_m + (area_m2 - arc.area_m2) / section.max_width_m;
    }
    arc.segment_height(area_m2)
}

pub(super) fn round_radius_of_area(section: &Section, arc: &ArcBox, area_m2: f64) -> f64 {
    if area_m2 > arc.area_m2 {
        let wall = (area_m2 - arc.area_m2) / section.max_width_m;
        let perimeter = arc.radius_m * arc.angle + 2.0 * wall;
        return area_m2 / (perimeter + wet_roof(section, area_m2, SHAPED_CROWN));
    }
    area_m2 / (arc.radius_m * arc.angle_at(arc.segment_height(area_m2)))
}

pub(super) fn basket_area(section: &Section, arc: &ArcBox, depth_m: f64) -> f64 {
    if depth_m <= section.full_depth_m - arc.depth_m {
        return depth_m * section.max_width_m;
    }
    section.full_area_m2 - arc.segment_area((section.full_depth_m - depth_m).max(0.0))
}

pub(super) fn basket_width(section: &Section, arc: &ArcBox, depth_m: f64) -> f64 {
    if depth_m <= 0.0 {
        return 0.0;
    }
    if depth_m <= section.full_depth_m - arc.depth_m {
        return section.max_width_m;
    }
    arc.segment_width((section.full_depth_m - depth_m).max(0.0))
}

pub(super) fn basket_depth(section: &Section, arc: &ArcBox, area_m2: f64) -> f64 {
    if area_m2 <= section.full_area_m2 - arc.area_m2 {
        return area_m2 / section.max_width_m;
    }
    section.full_depth_m - arc.segment_height(section.full_area_m2 - area_m2)
}

/// Wetted perimeter at a depth, without the tables that the depth of an area takes in SWMM [m].
pub(super) fn basket_perimeter(section: &Section, arc: &ArcBox, depth_m: f64) -> f64 {
    let wall = section.full_depth_m - arc.depth_m;
    if depth_m <= wall {
        return section.max_width_m + 2.0 * depth_m;
    }
    let empty = arc.angle_at((section.full_depth_m - depth_m).max(0.0));
    (arc.angle - empty) * arc.radius_m + 2.0 * wall + section.max_width_m
}

pub(super) fn basket_radius_of_area(section: &Section, arc: &ArcBox, area_m2: f64) -> f64 {
    let width = section.max_width_m;
    if area_m2 <= section.full_area_m2 - arc.area_m2 {
        return area_m2 / (width + 2.0 * area_m2 / width);
    }
    let empty = arc.angle_at(section.full_depth_m - basket_depth(section, arc, area_m2));
    let wall = section.full_depth_m - arc.depth_m;
    area_m2 / ((arc.angle - empty) * arc.radius_m + 2.0 * wall + width)
}

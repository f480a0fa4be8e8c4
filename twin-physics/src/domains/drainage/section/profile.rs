//! A cross-section whose area is the integral of its width.
//!
//! An implicit scheme solves for depths with the volume A(y)·L and its derivative W(y)·L; if the two disagree, Newton's
//! method loses its order and the balance of mass its closure. Here A = ∫ W dy holds to round-off for every shape:
//! circle and ellipse, the prisms, parabola, power law and the composed rectangles in closed form; the others by a
//! piecewise linear width over [`CELLS`] equal cells, integrated exactly and scaled to the full area of [`Section`].
//!
//! *Source:* A. Preissmann's slot: J. A. Cunge, F. M. Holly, A. Verwey, Practical Aspects of Computational River
//! Hydraulics (1980), section 2.4.

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use super::circle::excess;
use super::compiled::{Kind, Section};
use super::shape::{PipeSize, SectionError, Shape};
use super::{boxes, standard, transect};
use crate::constants::GRAVITY_MS2;
use crate::num::root::brent;

/// Cells of the sampled width.
pub const CELLS: usize = 200;

/// Width and area at the levels of a sampled shape.
#[derive(Debug, PartialEq)]
pub(super) struct Samples {
    /// Width at the level i/CELLS of full depth [m].
    width: Vec<f64>,
    /// Area below the level [m²].
    area: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Outline {
    /// Circle of which the lowest part is filled.
    Circle {
        radius_m: f64,
        fill_m: f64,
        fill_area_m2: f64,
    },
    /// Half axes, vertical and horizontal [m].
    Ellipse {
        a_m: f64,
        b_m: f64,
    },
    /// Closed forms shared with [`Section`].
    Closed,
    Sampled,
}

/// A compiled cross-section with one consistent geometry; immutable, cheap to clone.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Depth when full [m].
    pub full_depth_m: f64,
    /// Area when full, without a slot [m²].
    pub full_area_m2: f64,
    /// Hydraulic radius when full [m].
    pub full_radius_m: f64,
    /// Width of the Preissmann slot, 0 without [m].
    pub slot_width_m: f64,
    /// Depth from which on the slot is the width [m].
    slot_depth_m: f64,
    slot_area_m2: f64,
    /// Depth of the greatest section factor [m].
    peak_depth_m: f64,
    outline: Outline,
    section: Section,
    samples: Option<Arc<Samples>>,
}

impl Profile {
    /// Compiles a shape.
    ///
    /// # Errors
    /// As [`Section::new`].
    pub fn new(shape: &Shape) -> Result<Self, SectionError> {
        let section = Section::new(shape)?;
        let (mut outline, mut samples) = (Outline::Closed, None);
        match shape {
            Shape::Circular { diameter_m } | Shape::ForceMain { diameter_m } => {
                outline = Outline::Circle { radius_m: 0.5 * diameter_m, fill_m: 0.0, fill_area_m2: 0.0 };
            }
            Shape::FilledCircular { diameter_m, fill_m } => {
                let radius_m = 0.5 * diameter_m;
                let fill_area_m2 = segment_area(radius_m, *fill_m);
                outline = Outline::Circle { radius_m, fill_m: *fill_m, fill_area_m2 };
            }
            Shape::HorizEllipse(PipeSize::Axes { depth_m, width_m })
            | Shape::VertEllipse(PipeSize::Axes { depth_m, width_m }) => {
                outline = Outline::Ellipse { a_m: 0.5 * depth_m, b_m: 0.5 * width_m };
            }
            Shape::Irregular(_) | Shape::Street(_) => {
                let widths = transect::widths(shape, CELLS)?;
                samples = Some(sample(&section, widths));
            }
            _ => {}
        }
        if samples.is_none() && matches!(section.kind, Kind::Own | Kind::Table(_)) && outline == Outline::Closed {
            let widths = (0..=CELLS).map(|i| standard::smooth_width(&section, i as f64 / CELLS as f64)).collect();
            samples = Some(sample(&section, widths));
        }
        if samples.is_some() {
            outline = Outline::Sampled;
        }
        Ok(Self::assemble(section, outline, samples))
    }

    fn assemble(section: Section, outline: Outline, samples: Option<Arc<Samples>>) -> Self {
        let mut profile = Self {
            full_depth_m: section.full_depth_m,
            full_area_m2: section.full_area_m2,
            full_radius_m: section.full_radius_m,
            slot_width_m: 0.0,
            slot_depth_m: section.full_depth_m,
            slot_area_m2: 0.0,
            peak_depth_m: section.full_depth_m,
            outline,
            section,
            samples,
        };
        profile.full_area_m2 = profile.area_inside(profile.full_depth_m);
        profile.full_radius_m = profile.radius_inside(profile.full_depth_m);
        profile.slot_area_m2 = profile.full_area_m2;
        profile.peak_depth_m = profile.find_peak();
        profile
    }

    /// Adds a slot above the crown of a closed section; an open one stays as it is.
    ///
    /// The slot begins where the roof becomes narrower than it, so that width has no gap and area no jump.
    #[must_use]
    pub fn with_slot(mut self, width_m: f64) -> Self {
        if self.section.is_open() || width_m <= 0.0 || !width_m.is_finite() {
            return self;
        }
        let top = self.full_depth_m;
        let (mut low, mut high) = (self.section.depth_at_max_width_m.min(top), top);
        if self.width_inside(top) < width_m {
            for _ in 0..80 {
                let middle = 0.5 * (low + high);
                if self.width_inside(middle) > width_m { low = middle } else { high = middle }
            }
        }
        self.slot_width_m = width_m;
        self.slot_depth_m = high;
        self.slot_area_m2 = self.area_inside(high);
        self
    }

    /// True for a section without a roof.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.section.is_open()
    }

    /// Area below a depth [m²]. Above the crown a closed section adds its slot, an open one vertical walls.
    #[must_use]
    pub fn area(&self, depth_m: f64) -> f64 {
        self.area_width(depth_m).0
    }

    /// Width of the surface, the derivative of the area [m].
    #[must_use]
    pub fn width(&self, depth_m: f64) -> f64 {
        self.area_width(depth_m).1
    }

    /// Area [m²] and width [m] at a depth.
    #[inline]
    #[must_use]
    pub fn area_width(&self, depth_m: f64) -> (f64, f64) {
        if depth_m <= 0.0 {
            return (0.0, self.width_inside(0.0));
        }
        if depth_m >= self.slot_depth_m {
            let width = if self.is_open() { self.width_inside(self.full_depth_m) } else { self.slot_width_m };
            return (self.slot_area_m2 + width * (depth_m - self.slot_depth_m), width);
        }
        (self.area_inside(depth_m), self.width_inside(depth_m))
    }

    /// Hydraulic radius [m]: of the full section above its crown, with the walls of an open one above its banks.
    #[must_use]
    pub fn radius(&self, depth_m: f64) -> f64 {
        if depth_m <= 0.0 {
            return 0.0;
        }
        if depth_m < self.full_depth_m {
            return self.radius_inside(depth_m);
        }
        if !self.is_open() {
            return self.full_radius_m;
        }
        let walls = 2.0 * (depth_m - self.full_depth_m);
        self.area(depth_m) / (self.full_area_m2 / self.full_radius_m + walls)
    }

    /// Section factor A·R^(2/3) at a depth [m^(8/3)].
    #[must_use]
    pub fn section_factor(&self, depth_m: f64) -> f64 {
        self.area(depth_m) * self.radius(depth_m).powf(2.0 / 3.0)
    }

    /// Depth below which an area lies [m]; without a slot a closed section has none above its full depth.
    #[must_use]
    pub fn depth_of_area(&self, area_m2: f64) -> f64 {
        if area_m2 <= 0.0 {
            return 0.0;
        }
        if area_m2 >= self.slot_area_m2 {
            let width = self.area_width(self.slot_depth_m).1;
            let above = if width > 0.0 { (area_m2 - self.slot_area_m2) / width } else { 0.0 };
            return self.slot_depth_m + above;
        }
        let (mut low, mut high) = (0.0, self.slot_depth_m);
        let mut depth = self.section.depth_of_area(area_m2).clamp(1e-12 * high, high * (1.0 - 1e-12));
        for _ in 0..100 {
            let gap = self.area_inside(depth) - area_m2;
            if gap < 0.0 {
                low = depth
            } else {
                high = depth
            }
            let newton = depth - gap / self.width_inside(depth);
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            if (next - depth).abs() <= 1e-15 * self.full_depth_m {
                return next;
            }
            depth = next;
        }
        depth
    }

    /// Depth with Q²·W = g·A³, at most the full depth [m].
    #[must_use]
    pub fn critical_depth(&self, flow_m3s: f64) -> f64 {
        if flow_m3s == 0.0 {
            return 0.0;
        }
        let top = self.slot_depth_m.min(self.full_depth_m);
        let square = flow_m3s * flow_m3s / GRAVITY_MS2;
        let over = |depth: f64| {
            let (area, width) = (self.area_inside(depth), self.width_inside(depth));
            area * area * area - square * width
        };
        if over(top) <= 0.0 {
            return top;
        }
        brent(0.0, top, 1e-14 * top, |depth| if depth == 0.0 { -square } else { over(depth) }).unwrap_or(top)
    }

    /// Depth of uniform flow with a section factor A·R^(2/3) = Q·n/√S₀, on the rising branch [m]; the depth of greatest
    /// flow if the section cannot carry it.
    #[must_use]
    pub fn normal_depth(&self, factor: f64) -> f64 {
        if factor <= 0.0 {
            return 0.0;
        }
        let top = self.peak_depth_m;
        if factor >= self.section_factor(top) {
            return top;
        }
        brent(0.0, top, 1e-14 * top, |depth| self.section_factor(depth) - factor).unwrap_or(top)
    }

    fn find_peak(&self) -> f64 {
        let at = |i: usize| self.full_depth_m * i as f64 / 1000.0;
        let mut best = 1000;
        for i in 1..1000 {
            if self.section_factor(at(i)) > self.section_factor(at(best)) {
                best = i;
            }
        }
        at(best)
    }

    fn area_inside(&self, depth_m: f64) -> f64 {
        match self.outline {
            Outline::Circle { radius_m, fill_m, fill_area_m2 } => {
                segment_area(radius_m, depth_m + fill_m) - fill_area_m2
            }
            Outline::Ellipse { a_m, b_m } => segment_area(a_m, depth_m) * b_m / a_m,
            Outline::Closed => self.section.area(depth_m),
            Outline::Sampled => self.samples.as_ref().map_or(0.0, |s| s.area(depth_m / self.full_depth_m)),
        }
    }

    fn width_inside(&self, depth_m: f64) -> f64 {
        match self.outline {
            Outline::Circle { radius_m, fill_m, .. } => segment_width(radius_m, depth_m + fill_m),
            Outline::Ellipse { a_m, b_m } => segment_width(a_m, depth_m) * b_m / a_m,
            // Up to the roof a closed rectangle has its width; the section has none at the roof itself.
            Outline::Closed if matches!(self.section.kind, Kind::RectClosed) => self.section.max_width_m,
            Outline::Closed => self.section.width(depth_m),
            Outline::Sampled => self.samples.as_ref().map_or(0.0, |s| s.width(depth_m / self.full_depth_m)),
        }
    }

    fn radius_inside(&self, depth_m: f64) -> f64 {
        match (self.outline, self.section.kind) {
            (Outline::Circle { radius_m, fill_m, .. }, _) => {
                let arc = radius_m * (segment_angle(radius_m, depth_m + fill_m) - segment_angle(radius_m, fill_m));
                let sediment = if fill_m > 0.0 { segment_width(radius_m, fill_m) } else { 0.0 };
                self.area_inside(depth_m) / (arc + sediment)
            }
            (Outline::Ellipse { a_m, b_m }, _) => self.area_inside(depth_m) / ellipse_arc(a_m, b_m, depth_m),
            (Outline::Closed, Kind::RectRound(arc)) if depth_m <= arc.depth_m => {
                self.area_inside(depth_m) / (arc.radius_m * segment_angle(arc.radius_m, depth_m))
            }
            (Outline::Closed, Kind::ModBasket(arc)) => {
                self.area_inside(depth_m) / boxes::basket_perimeter(&self.section, &arc, depth_m)
            }
            _ => self.section.radius(depth_m),
        }
    }
}

/// Angle of the segment of a height in a circle.
fn segment_angle(radius_m: f64, height_m: f64) -> f64 {
    let rel = (height_m / (2.0 * radius_m)).clamp(0.0, 1.0);
    // The half-angle form keeps its digits at both ends, where the cosine is flat.
    if rel <= 0.5 { 4.0 * rel.sqrt().asin() } else { TAU - 4.0 * (1.0 - rel).sqrt().asin() }
}

fn segment_area(radius_m: f64, height_m: f64) -> f64 {
    let angle = segment_angle(radius_m, height_m);
    let half = 0.5 * radius_m * radius_m;
    if angle > PI { half * (TAU - excess(TAU - angle)) } else { half * excess(angle) }
}

fn segment_width(radius_m: f64, height_m: f64) -> f64 {
    2.0 * (height_m * (2.0 * radius_m - height_m)).max(0.0).sqrt()
}

/// Arc of an ellipse below a depth, by Simpson's rule in the eccentric angle: an integrand without corners [m].
fn ellipse_arc(a_m: f64, b_m: f64, depth_m: f64) -> f64 {
    let half = 0.5 * segment_angle(a_m, depth_m);
    let speed = |t: f64| (a_m * t.sin()).hypot(b_m * t.cos());
    let pieces = 16;
    let h = half / f64::from(pieces);
    let mut sum = speed(0.0) + speed(half);
    for i in 1..pieces {
        sum += speed(f64::from(i) * h) * if i % 2 == 1 { 4.0 } else { 2.0 };
    }
    2.0 * sum * h / 3.0
}

fn sample(section: &Section, width: Vec<f64>) -> Arc<Samples> {
    let step = section.full_depth_m / CELLS as f64;
    let mut area = Vec::with_capacity(width.len());
    let mut sum = 0.0;
    area.push(0.0);
    for pair in width.windows(2) {
        sum += 0.5 * step * (pair[0] + pair[1]);
        area.push(sum);
    }
    let scale = section.full_area_m2 / sum;
    Arc::new(Samples {
        width: width.iter().map(|w| w * scale).collect(),
        area: area.iter().map(|a| a * scale).collect(),
    })
}

impl Samples {
    fn place(rel: f64) -> (usize, f64) {
        let t = rel.clamp(0.0, 1.0) * CELLS as f64;
        let i = (t as usize).min(CELLS - 1);
        (i, t - i as f64)
    }

    fn width(&self, rel: f64) -> f64 {
        let (i, f) = Self::place(rel);
        self.width[i] + f * (self.width[i + 1] - self.width[i])
    }

    /// The integral of the line through the cell, as the cell's own share of its area.
    fn area(&self, rel: f64) -> f64 {
        let (i, f) = Self::place(rel);
        let (w0, w1) = (self.width[i], self.width[i + 1]);
        if w0 + w1 == 0.0 {
            return self.area[i];
        }
        let share = f * (2.0 * w0 + f * (w1 - w0)) / (w0 + w1);
        self.area[i] + share * (self.area[i + 1] - self.area[i])
    }
}

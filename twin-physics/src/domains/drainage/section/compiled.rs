//! A cross-section that answers as SWMM 5.2 does.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5 (cross-section geometry).

use std::sync::Arc;

use super::boxes::{ArcBox, TriangleBox};
use super::channel::{PowerLaw, Prism};
use super::circle::{self, Filled};
use super::data_round as data;
use super::table::{at_fraction, inverse, lookup};
use super::{boxes, channel};
use crate::num::cube_root::two_thirds;
use crate::units::M_PER_FT;

/// Entries of the tables made for transects and shape curves.
pub(super) const OWN_ENTRIES: usize = 51;

/// Below this a length, an area or a section factor counts as nothing: 1e-6 in feet and their powers.
const TINY_M: f64 = 1e-6 * M_PER_FT;
const TINY_M2: f64 = TINY_M * M_PER_FT;
/// 1e-6 ft^(8/3); M_PER_FT^(8/3) is 0.042 080.
const TINY_FACTOR: f64 = 1e-6 * 0.042_077;

/// 1e-6 ft^2.63; M_PER_FT^2.63 is 0.043 954.
const TINY_MAIN_FACTOR: f64 = 1e-6 * 0.043_950;

/// Relative geometry of one shape; an empty table is one that the shape does without.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableRef<'a> {
    /// Area by depth.
    pub area: &'a [f64],
    /// Hydraulic radius by depth.
    pub radius: &'a [f64],
    /// Width by depth.
    pub width: &'a [f64],
    /// Depth by area.
    pub depth: &'a [f64],
    /// Section factor by area.
    pub factor: &'a [f64],
}

/// Relative geometry of a transect or a shape curve.
#[derive(Debug, PartialEq)]
pub(super) struct OwnTables {
    pub area: [f64; OWN_ENTRIES],
    pub radius: [f64; OWN_ENTRIES],
    pub width: [f64; OWN_ENTRIES],
}

/// Which formulas apply, with the numbers they need.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Dummy,
    Circular,
    /// Circle whose section factors follow Hazen–Williams.
    ForceMain,
    Filled(Filled),
    /// Tables of a standard shape.
    Table(&'static TableRef<'static>),
    /// Tables of its own.
    Own,
    RectClosed,
    /// Number of side walls with friction.
    RectOpen(f64),
    RectTriangular(TriangleBox),
    RectRound(ArcBox),
    ModBasket(ArcBox),
    Prism(Prism),
    /// Half width over the square root of depth.
    Parabolic(f64),
    Power(PowerLaw),
}

/// A compiled cross-section with SWMM 5.2's geometry; immutable, cheap to clone.
///
/// Section factors are A·R^(2/3) [m^(8/3)] (of a force main A·R^0.63 [m^2.63] for the full and the greatest one).
#[derive(Debug, Clone)]
pub struct Section {
    /// Depth when full [m].
    pub full_depth_m: f64,
    /// Area when full [m²].
    pub full_area_m2: f64,
    /// Hydraulic radius when full [m].
    pub full_radius_m: f64,
    /// Greatest width [m].
    pub max_width_m: f64,
    /// Depth where the section is widest [m].
    pub depth_at_max_width_m: f64,
    /// Section factor when full.
    pub full_section_factor: f64,
    /// Greatest section factor.
    pub max_section_factor: f64,
    /// Area where the section factor is greatest, the full area of an open section [m²].
    pub area_at_max_flow_m2: f64,
    /// Manning's n that the section itself brings (main channel of a transect, road of a street) [s·m⁻¹ᐟ³].
    pub manning_n: Option<f64>,
    /// Length of the meandering channel over that of the conduit [-]; 1 except for transects.
    pub length_factor: f64,
    pub(super) open: bool,
    pub(super) kind: Kind,
    pub(super) own: Option<Arc<OwnTables>>,
}

impl Section {
    /// True for a section without a roof.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// True for a full circle, a force main's too.
    #[must_use]
    pub fn is_circle(&self) -> bool {
        matches!(self.kind, Kind::Circular | Kind::ForceMain)
    }

    /// Area below a depth [m²]; zero below the invert, nothing added above the crown of a tabulated shape.
    #[must_use]
    pub fn area(&self, depth_m: f64) -> f64 {
        if depth_m <= 0.0 {
            return 0.0;
        }
        let rel = depth_m / self.full_depth_m;
        match self.kind {
            Kind::Dummy => 0.0,
            Kind::Circular | Kind::ForceMain => self.full_area_m2 * lookup(rel, &data::AREA_CIRCULAR),
            Kind::Filled(filled) => filled.area(depth_m),
            Kind::Table(table) => self.full_area_m2 * table_area(table, rel),
            Kind::Own => self.full_area_m2 * table_area(&self.own_table(), rel),
            Kind::RectClosed | Kind::RectOpen(_) => depth_m * self.max_width_m,
            Kind::RectTriangular(low) => low.area(self, depth_m),
            Kind::RectRound(arc) => boxes::round_area(self, &arc, depth_m),
            Kind::ModBasket(arc) => boxes::basket_area(self, &arc, depth_m),
            Kind::Prism(prism) => prism.area(depth_m),
            Kind::Parabolic(scale) => channel::parabola_area(scale, depth_m),
            Kind::Power(law) => law.area(depth_m),
        }
    }

    /// Width of the water surface at a depth [m].
    #[must_use]
    pub fn width(&self, depth_m: f64) -> f64 {
        let rel = depth_m / self.full_depth_m;
        match self.kind {
            Kind::Dummy => 0.0,
            Kind::Circular | Kind::ForceMain => self.max_width_m * lookup(rel, &data::WIDTH_CIRCULAR),
            Kind::Filled(filled) => filled.width(depth_m),
            Kind::Table(table) => self.max_width_m * lookup(rel, table.width),
            Kind::Own => self.max_width_m * lookup(rel, self.own_table().width),
            // A roof at exactly full depth: nothing can rise there.
            Kind::RectClosed if rel == 1.0 => 0.0,
            Kind::RectClosed | Kind::RectOpen(_) => self.max_width_m,
            Kind::RectTriangular(low) => low.width(self, depth_m),
            Kind::RectRound(arc) => boxes::round_width(self, &arc, depth_m),
            Kind::ModBasket(arc) => boxes::basket_width(self, &arc, depth_m),
            Kind::Prism(prism) => prism.width(depth_m),
            Kind::Parabolic(scale) => 2.0 * scale * depth_m.max(0.0).sqrt(),
            Kind::Power(law) => law.width(depth_m),
        }
    }

    /// Hydraulic radius at a depth [m].
    #[must_use]
    pub fn radius(&self, depth_m: f64) -> f64 {
        let rel = depth_m / self.full_depth_m;
        match self.kind {
            Kind::Circular | Kind::ForceMain => self.full_radius_m * lookup(rel, &data::RADIUS_CIRCULAR),
            Kind::Filled(filled) => filled.radius(self, depth_m),
            Kind::Table(table) if !table.radius.is_empty() => self.full_radius_m * lookup(rel, table.radius),
            Kind::Own => self.full_radius_m * lookup(rel, self.own_table().radius),
            Kind::RectTriangular(low) => low.radius(self, depth_m),
            Kind::RectRound(arc) => boxes::round_radius(self, &arc, depth_m),
            Kind::Prism(prism) => prism.radius(depth_m),
            Kind::Parabolic(scale) => channel::parabola_radius(scale, depth_m),
            Kind::Power(law) => law.radius(depth_m),
            _ => self.radius_of_area(self.area(depth_m)),
        }
    }

    /// Area [m²], width [m] and hydraulic radius [m] at a depth: one call for the inner loop of a dynamic wave.
    #[inline]
    #[must_use]
    pub fn area_width_radius(&self, depth_m: f64) -> (f64, f64, f64) {
        if matches!(self.kind, Kind::Circular | Kind::ForceMain) {
            return self.circle_at(depth_m);
        }
        (self.area(depth_m), self.width(depth_m), self.radius(depth_m))
    }

    /// The three tables of the circle have the same spacing: one search serves them.
    #[inline]
    fn circle_at(&self, depth_m: f64) -> (f64, f64, f64) {
        if depth_m <= 0.0 {
            return (0.0, self.width(depth_m), self.radius(depth_m));
        }
        let last = data::AREA_CIRCULAR.len() - 1;
        let t = depth_m / self.full_depth_m * last as f64;
        let i = t as usize;
        if i >= last {
            return (self.full_area_m2, 0.0, self.full_radius_m);
        }
        let f = t - i as f64;
        (
            self.full_area_m2 * at_fraction(i, f, &data::AREA_CIRCULAR),
            self.max_width_m * at_fraction(i, f, &data::WIDTH_CIRCULAR),
            self.full_radius_m * at_fraction(i, f, &data::RADIUS_CIRCULAR),
        )
    }

    /// Depth below which an area lies [m].
    #[must_use]
    pub fn depth_of_area(&self, area_m2: f64) -> f64 {
        if area_m2 <= 0.0 {
            return 0.0;
        }
        let alpha = area_m2 / self.full_area_m2;
        match self.kind {
            Kind::Dummy => 0.0,
            Kind::Circular | Kind::ForceMain => self.full_depth_m * circle::relative_depth(alpha),
            Kind::Filled(filled) => filled.depth_of_area(area_m2),
            Kind::Table(table) => self.full_depth_m * table_depth(table, alpha),
            Kind::Own => self.full_depth_m * table_depth(&self.own_table(), alpha),
            Kind::RectClosed | Kind::RectOpen(_) => area_m2 / self.max_width_m,
            Kind::RectTriangular(low) => low.depth_of_area(self, area_m2),
            Kind::RectRound(arc) => boxes::round_depth(self, &arc, area_m2),
            Kind::ModBasket(arc) => boxes::basket_depth(self, &arc, area_m2),
            Kind::Prism(prism) => prism.depth_of_area(area_m2),
            Kind::Parabolic(scale) => channel::parabola_depth(scale, area_m2),
            Kind::Power(law) => law.depth_of_area(area_m2),
        }
    }

    /// Hydraulic radius of the flow with an area [m].
    #[must_use]
    pub fn radius_of_area(&self, area_m2: f64) -> f64 {
        if area_m2 <= 0.0 {
            return 0.0;
        }
        match self.kind {
            Kind::Own | Kind::Filled(_) => self.radius(self.depth_of_area(area_m2)),
            Kind::Table(table) if table.factor.is_empty() => self.radius(self.depth_of_area(area_m2)),
            Kind::RectClosed => boxes::rect_closed_radius(self, area_m2),
            Kind::RectOpen(walls) => area_m2 / (self.max_width_m + walls * area_m2 / self.max_width_m),
            Kind::RectTriangular(low) => low.radius_of_area(self, area_m2),
            Kind::RectRound(arc) => boxes::round_radius_of_area(self, &arc, area_m2),
            Kind::ModBasket(arc) => boxes::basket_radius_of_area(self, &arc, area_m2),
            Kind::Prism(prism) => prism.radius_of_area(area_m2),
            Kind::Parabolic(scale) => channel::parabola_radius(scale, channel::parabola_depth(scale, area_m2)),
            Kind::Power(law) => law.radius(law.depth_of_area(area_m2)),
            // SWMM takes the power 3/2 of a main's factor per area too, in feet, though its exponent is 0.63.
            Kind::ForceMain => {
                let factor = self.section_factor_of_area(area_m2);
                if factor < TINY_MAIN_FACTOR || area_m2 < TINY_M2 {
                    return 0.0;
                }
                (factor / area_m2 / M_PER_FT.powf(0.63)).powf(1.5) * M_PER_FT
            }
            Kind::Dummy | Kind::Circular | Kind::Table(_) => {
                let factor = self.section_factor_of_area(area_m2);
                if factor < TINY_FACTOR || area_m2 < TINY_M2 {
                    return 0.0;
                }
                let ratio = factor / area_m2;
                ratio * ratio.sqrt()
            }
        }
    }

    /// Section factor A·R^(2/3) of the flow with an area [m^(8/3)].
    #[must_use]
    pub fn section_factor_of_area(&self, area_m2: f64) -> f64 {
        if area_m2 <= 0.0 {
            return 0.0;
        }
        let alpha = area_m2 / self.full_area_m2;
        match self.kind {
            Kind::Dummy => 0.0,
            Kind::Circular | Kind::ForceMain => self.full_section_factor * circle::relative_factor(alpha),
            Kind::Table(table) if !table.factor.is_empty() => self.full_section_factor * lookup(alpha, table.factor),
            Kind::RectClosed | Kind::RectTriangular(_) | Kind::RectRound(_) if alpha > self.crown_alpha() => {
                let over = (alpha - self.crown_alpha()) / (1.0 - self.crown_alpha());
                self.max_section_factor + (self.full_section_factor - self.max_section_factor) * over
            }
            Kind::RectRound(arc) if area_m2 <= arc.area_m2 => arc.factor(area_m2),
            _ => {
                let radius = self.radius_of_area(area_m2);
                if radius < TINY_M { 0.0 } else { area_m2 * two_thirds(radius) }
            }
        }
    }

    /// Relative area from which on SWMM lets the wet roof in linearly.
    pub(super) fn crown_alpha(&self) -> f64 {
        self.area_at_max_flow_m2 / self.full_area_m2
    }

    /// Tables of a transect or a shape curve.
    pub(super) fn own_table(&self) -> TableRef<'_> {
        match &self.own {
            Some(own) => TableRef { area: &own.area, radius: &own.radius, width: &own.width, depth: &[], factor: &[] },
            // Not reached: a section of this kind is only built together with its tables.
            None => TableRef {
                area: &data::AREA_CIRCULAR,
                radius: &data::RADIUS_CIRCULAR,
                width: &data::WIDTH_CIRCULAR,
                depth: &[],
                factor: &[],
            },
        }
    }
}

fn table_area(table: &TableRef<'_>, rel_depth: f64) -> f64 {
    if table.area.is_empty() { inverse(rel_depth, table.depth) } else { lookup(rel_depth, table.area) }
}

fn table_depth(table: &TableRef<'_>, alpha: f64) -> f64 {
    if table.depth.is_empty() { inverse(alpha, table.area) } else { lookup(alpha, table.depth) }
}

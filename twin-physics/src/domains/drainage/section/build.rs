//! From the description of a shape to its compiled form.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5 (cross-section geometry).

use std::f64::consts::PI;

use super::boxes::{ArcBox, RECT_CROWN, SHAPED_CROWN, TriangleBox};
use super::channel::{PowerLaw, Prism};
use super::circle::Filled;
use super::compiled::{Kind, Section};
use super::shape::{SectionError, Shape};
use super::{standard, street, transect};
use crate::units::M_PER_FT;

/// Relative area of greatest flow in a circle.
const CIRCLE_CROWN: f64 = 0.9756;
/// The same in a rectangle with a round roof.
const BASKET_CROWN: f64 = 0.96;

impl Section {
    /// Compiles a shape.
    ///
    /// # Errors
    /// [`SectionError`] names the shape, the dimension that is out of range, and the range.
    pub fn new(shape: &Shape) -> Result<Self, SectionError> {
        match shape {
            Shape::Dummy => Ok(dummy()),
            Shape::Circular { diameter_m } => Ok(circular(check("CIRCULAR", "diameter", *diameter_m)?)),
            Shape::ForceMain { diameter_m } => Ok(force_main(check("FORCE_MAIN", "diameter", *diameter_m)?)),
            Shape::FilledCircular { diameter_m, fill_m } => filled(*diameter_m, *fill_m),
            Shape::RectClosed { depth_m, width_m } => rect_closed(*depth_m, *width_m),
            Shape::RectOpen { depth_m, width_m, sides_ignored } => rect_open(*depth_m, *width_m, *sides_ignored),
            Shape::Trapezoidal { depth_m, bottom_m, left_slope, right_slope } => {
                trapezoidal(*depth_m, *bottom_m, *left_slope, *right_slope)
            }
            Shape::Triangular { depth_m, top_width_m } => triangular(*depth_m, *top_width_m),
            Shape::Parabolic { depth_m, top_width_m } => parabolic(*depth_m, *top_width_m),
            Shape::Power { depth_m, top_width_m, exponent } => power(*depth_m, *top_width_m, *exponent),
            Shape::RectTriangular { depth_m, width_m, triangle_m } => rect_triangular(*depth_m, *width_m, *triangle_m),
            Shape::RectRound { depth_m, width_m, bottom_radius_m } => rect_round(*depth_m, *width_m, *bottom_radius_m),
            Shape::ModBasket { depth_m, width_m, top_radius_m } => mod_basket(*depth_m, *width_m, *top_radius_m),
            Shape::Irregular(survey) => transect::compile(survey),
            Shape::Custom { depth_m, curve } => super::custom::compile(*depth_m, curve),
            Shape::Street(street) => street::compile(street),
            tabulated => standard::compile(tabulated),
        }
    }
}

/// The value, if it is a finite number above zero.
pub(super) fn check(shape: &'static str, what: &'static str, value: f64) -> Result<f64, SectionError> {
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(SectionError::Dimension { shape, what, value, must_be: "above 0" })
}

/// The value, if it is a finite number not below zero.
pub(super) fn check_zero(shape: &'static str, what: &'static str, value: f64) -> Result<f64, SectionError> {
    if value.is_finite() && value >= 0.0 {
        return Ok(value);
    }
    Err(SectionError::Dimension { shape, what, value, must_be: "0 or more" })
}

/// An open section that is widest at the top; the other builders change what differs.
pub(super) fn base(kind: Kind, depth_m: f64, width_m: f64, area_m2: f64, radius_m: f64) -> Section {
    let factor = area_m2 * radius_m.powf(2.0 / 3.0);
    Section {
        full_depth_m: depth_m,
        full_area_m2: area_m2,
        full_radius_m: radius_m,
        max_width_m: width_m,
        depth_at_max_width_m: depth_m,
        full_section_factor: factor,
        max_section_factor: factor,
        area_at_max_flow_m2: area_m2,
        manning_n: None,
        length_factor: 1.0,
        open: true,
        kind,
        own: None,
    }
}

/// Closes the roof: the greatest section factor is that of the relative area `crown`.
fn close(section: &mut Section, crown: f64) {
    section.open = false;
    let area = crown * section.full_area_m2;
    section.max_section_factor = area * section.radius_of_area(area).powf(2.0 / 3.0);
    section.area_at_max_flow_m2 = area;
}

fn dummy() -> Section {
    let tiny = 1e-6 * M_PER_FT;
    base(Kind::Dummy, tiny, tiny, tiny * tiny, tiny)
}

fn circular(diameter_m: f64) -> Section {
    let area = 0.25 * PI * diameter_m * diameter_m;
    let mut section = base(Kind::Circular, diameter_m, diameter_m, area, 0.25 * diameter_m);
    section.open = false;
    section.depth_at_max_width_m = 0.5 * diameter_m;
    section.max_section_factor = 1.08 * section.full_section_factor;
    section.area_at_max_flow_m2 = CIRCLE_CROWN * area;
    section
}

/// Its section factors follow the exponent of Hazen–Williams.
fn force_main(diameter_m: f64) -> Section {
    let mut section = circular(diameter_m);
    section.kind = Kind::ForceMain;
    section.full_section_factor = section.full_area_m2 * section.full_radius_m.powf(0.63);
    section.max_section_factor = 1.06949 * section.full_section_factor;
    section
}

fn filled(diameter_m: f64, fill_m: f64) -> Result<Section, SectionError> {
    let shape = "FILLED_CIRCULAR";
    check(shape, "diameter", diameter_m)?;
    check_zero(shape, "height of the fill", fill_m)?;
    if fill_m >= diameter_m {
        return Err(SectionError::Dimension {
            shape,
            what: "height of the fill",
            value: fill_m,
            must_be: "less than the diameter",
        });
    }
    let fill = Filled::new(diameter_m, fill_m);
    let area = fill.circle_area_m2 - fill.fill_area_m2;
    let radius = area / (PI * diameter_m - fill.fill_perimeter_m + fill.fill_width_m);
    let mut section = base(Kind::Filled(fill), diameter_m - fill_m, diameter_m, area, radius);
    section.open = false;
    section.depth_at_max_width_m = 0.5 * section.full_depth_m;
    section.max_section_factor = 1.08 * section.full_section_factor;
    section.area_at_max_flow_m2 = CIRCLE_CROWN * area;
    Ok(section)
}

fn rect_closed(depth_m: f64, width_m: f64) -> Result<Section, SectionError> {
    let (depth, width) = (check("RECT_CLOSED", "height", depth_m)?, check("RECT_CLOSED", "width", width_m)?);
    let area = depth * width;
    let mut section = base(Kind::RectClosed, depth, width, area, area / (2.0 * (depth + width)));
    close(&mut section, RECT_CROWN);
    Ok(section)
}

fn rect_open(depth_m: f64, width_m: f64, sides_ignored: u8) -> Result<Section, SectionError> {
    let shape = "RECT_OPEN";
    let (depth, width) = (check(shape, "height", depth_m)?, check(shape, "width", width_m)?);
    if sides_ignored > 2 {
        let value = f64::from(sides_ignored);
        return Err(SectionError::Dimension { shape, what: "number of sides ignored", value, must_be: "0, 1 or 2" });
    }
    let walls = 2.0 - f64::from(sides_ignored);
    let area = depth * width;
    Ok(base(Kind::RectOpen(walls), depth, width, area, area / (walls * depth + width)))
}

fn trapezoidal(depth_m: f64, bottom_m: f64, left: f64, right: f64) -> Result<Section, SectionError> {
    let shape = "TRAPEZOIDAL";
    let depth = check(shape, "height", depth_m)?;
    check_zero(shape, "bottom width", bottom_m)?;
    check_zero(shape, "left slope", left)?;
    check_zero(shape, "right slope", right)?;
    if bottom_m == 0.0 && left + right == 0.0 {
        return Err(SectionError::Empty { shape });
    }
    let side = left.hypot(1.0) + right.hypot(1.0);
    Ok(prism(Prism { bottom_m, slope: 0.5 * (left + right), side, triangle: false }, depth))
}

fn triangular(depth_m: f64, top_width_m: f64) -> Result<Section, SectionError> {
    let depth = check("TRIANGULAR", "height", depth_m)?;
    let slope = 0.5 * check("TRIANGULAR", "top width", top_width_m)? / depth;
    Ok(prism(Prism { bottom_m: 0.0, slope, side: 2.0 * slope.hypot(1.0), triangle: true }, depth))
}

fn prism(prism: Prism, depth_m: f64) -> Section {
    base(Kind::Prism(prism), depth_m, prism.width(depth_m), prism.area(depth_m), prism.radius(depth_m))
}

fn parabolic(depth_m: f64, top_width_m: f64) -> Result<Section, SectionError> {
    let depth = check("PARABOLIC", "height", depth_m)?;
    let width = check("PARABOLIC", "top width", top_width_m)?;
    let scale = 0.5 * width / depth.sqrt();
    let radius = super::channel::parabola_radius(scale, depth);
    Ok(base(Kind::Parabolic(scale), depth, width, 2.0 / 3.0 * depth * width, radius))
}

fn power(depth_m: f64, top_width_m: f64, exponent: f64) -> Result<Section, SectionError> {
    let depth = check("POWER", "height", depth_m)?;
    let width = check("POWER", "top width", top_width_m)?;
    let law = PowerLaw::new(depth, width, check("POWER", "exponent", exponent)?);
    Ok(base(Kind::Power(law), depth, width, depth * width / (law.exponent + 1.0), law.radius(depth)))
}

fn rect_triangular(depth_m: f64, width_m: f64, triangle_m: f64) -> Result<Section, SectionError> {
    let shape = "RECT_TRIANGULAR";
    let (depth, width) = (check(shape, "height", depth_m)?, check(shape, "width", width_m)?);
    let low = TriangleBox::new(width, check(shape, "height of the triangle", triangle_m)?);
    at_most_height(shape, "height of the triangle", triangle_m, depth)?;
    let area = width * (depth - 0.5 * triangle_m);
    let perimeter = 2.0 * (triangle_m * low.side + depth - triangle_m) + width;
    let mut section = base(Kind::RectTriangular(low), depth, width, area, area / perimeter);
    close(&mut section, SHAPED_CROWN);
    Ok(section)
}

fn rect_round(depth_m: f64, width_m: f64, radius_m: f64) -> Result<Section, SectionError> {
    let shape = "RECT_ROUND";
    let (depth, width) = (check(shape, "height", depth_m)?, check(shape, "width", width_m)?);
    let arc = ArcBox::new(width, check_zero(shape, "radius of the bottom", radius_m)?);
    at_most_height(shape, "rise of the round bottom", arc.depth_m, depth)?;
    let wall = depth - arc.depth_m;
    let area = width * wall + arc.area_m2;
    let perimeter = arc.radius_m * arc.angle + 2.0 * wall + width;
    let mut section = base(Kind::RectRound(arc), depth, width, area, area / perimeter);
    close(&mut section, SHAPED_CROWN);
    Ok(section)
}

fn mod_basket(depth_m: f64, width_m: f64, radius_m: f64) -> Result<Section, SectionError> {
    let shape = "MODBASKETHANDLE";
    let (depth, width) = (check(shape, "height", depth_m)?, check(shape, "width", width_m)?);
    let arc = ArcBox::new(width, check_zero(shape, "radius of the roof", radius_m)?);
    at_most_height(shape, "rise of the round roof", arc.depth_m, depth)?;
    let wall = depth - arc.depth_m;
    let area = wall * width + arc.area_m2;
    let perimeter = arc.radius_m * arc.angle + 2.0 * wall + width;
    let mut section = base(Kind::ModBasket(arc), depth, width, area, area / perimeter);
    section.depth_at_max_width_m = wall;
    close(&mut section, BASKET_CROWN);
    Ok(section)
}

/// SWMM takes a part higher than the whole and goes on with negative walls; that has no meaning.
fn at_most_height(shape: &'static str, what: &'static str, value: f64, depth_m: f64) -> Result<(), SectionError> {
    if value <= depth_m * (1.0 + 1e-9) {
        return Ok(());
    }
    Err(SectionError::Dimension { shape, what, value, must_be: "at most the height of the section" })
}

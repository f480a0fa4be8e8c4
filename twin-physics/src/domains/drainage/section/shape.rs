//! The description of a cross-section: plain data in SI, as a reader or a generator fills it.

use serde::{Deserialize, Serialize};

/// Outline of a conduit's cross-section.
///
/// The names follow SWMM's keywords. Depths are inside heights at the centre line, widths are inside spans.
/// *Source:* EPA SWMM 5.2 User's Manual (EPA-600/R-22/030), appendix D, `[XSECTIONS]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Shape {
    /// No geometry: the conduit passes its inflow on.
    Dummy,
    /// Circle.
    Circular {
        /// Inside diameter [m], > 0.
        diameter_m: f64,
    },
    /// Circle of a pressure main: Manning while it is part full, the force-main law when full.
    ForceMain {
        /// Inside diameter [m], > 0.
        diameter_m: f64,
    },
    /// Circle with sediment up to a level.
    FilledCircular {
        /// Inside diameter [m], > 0.
        diameter_m: f64,
        /// Height of the sediment [m], 0 ≤ fill < diameter.
        fill_m: f64,
    },
    /// Rectangle with a roof.
    RectClosed {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width [m], > 0.
        width_m: f64,
    },
    /// Rectangle without a roof.
    RectOpen {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width [m], > 0.
        width_m: f64,
        /// Side walls without friction: 0, 1 or 2.
        sides_ignored: u8,
    },
    /// Trapezium, wider at the top.
    Trapezoidal {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width of the bottom [m], ≥ 0.
        bottom_m: f64,
        /// Run over rise of the left bank [-], ≥ 0.
        left_slope: f64,
        /// Run over rise of the right bank [-], ≥ 0.
        right_slope: f64,
    },
    /// Triangle standing on its corner.
    Triangular {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width at full depth [m], > 0.
        top_width_m: f64,
    },
    /// Parabola with a vertical axis.
    Parabolic {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width at full depth [m], > 0.
        top_width_m: f64,
    },
    /// Half width proportional to depth to the power 1/exponent.
    Power {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width at full depth [m], > 0.
        top_width_m: f64,
        /// Exponent of the outline y ∝ xⁿ [-], > 0: 1 is a triangle, 2 a parabola.
        exponent: f64,
    },
    /// Closed rectangle with a triangular bottom.
    RectTriangular {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width [m], > 0.
        width_m: f64,
        /// Height of the triangle [m], > 0 and at most `depth_m`.
        triangle_m: f64,
    },
    /// Closed rectangle with a circular bottom.
    RectRound {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width [m], > 0.
        width_m: f64,
        /// Radius of the bottom [m]; less than half the width is taken as half the width.
        bottom_radius_m: f64,
    },
    /// Rectangle with a circular roof.
    ModBasket {
        /// Height [m], > 0.
        depth_m: f64,
        /// Width [m], > 0.
        width_m: f64,
        /// Radius of the roof [m]; less than half the width is taken as half the width.
        top_radius_m: f64,
    },
    /// Ellipse lying on its long side.
    HorizEllipse(PipeSize),
    /// Ellipse standing on its short side.
    VertEllipse(PipeSize),
    /// Arch pipe.
    Arch(PipeSize),
    /// Egg, narrow at the bottom.
    Eggshaped {
        /// Height [m], > 0.
        depth_m: f64,
    },
    /// Horseshoe.
    Horseshoe {
        /// Height [m], > 0.
        depth_m: f64,
    },
    /// Gothic arch.
    Gothic {
        /// Height [m], > 0.
        depth_m: f64,
    },
    /// Catenary.
    Catenary {
        /// Height [m], > 0.
        depth_m: f64,
    },
    /// Semi-elliptical arch.
    SemiElliptical {
        /// Height [m], > 0.
        depth_m: f64,
    },
    /// Basket handle.
    BasketHandle {
        /// Height [m], > 0.
        depth_m: f64,
    },
    /// Semi-circular arch.
    SemiCircular {
        /// Height [m], > 0.
        depth_m: f64,
    },
    /// Natural channel.
    Irregular(Transect),
    /// Closed conduit given by its width over its height.
    Custom {
        /// Height [m], > 0.
        depth_m: f64,
        /// (height, width) over the full height [-, -]: heights not decreasing from ≥ 0, widths ≥ 0.
        curve: Vec<(f64, f64)>,
    },
    /// Street with curb, gutter and backing.
    Street(Street),
}

/// Size of an elliptical or arch pipe.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum PipeSize {
    /// Any size.
    Axes {
        /// Height [m], > 0.
        depth_m: f64,
        /// Span [m], > 0.
        width_m: f64,
    },
    /// Code of a standard size, from 1 (23 ellipses, 102 arches).
    Standard(u8),
}

/// A surveyed profile across a channel, in the manner of HEC-2.
///
/// *Source:* EPA SWMM 5.2 User's Manual (EPA-600/R-22/030), appendix D, `[TRANSECTS]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transect {
    /// (station, elevation) from left to right [m, m]: at least two, stations not decreasing.
    pub points: Vec<(f64, f64)>,
    /// Station where the left overbank ends [m], before `station_factor`.
    pub left_bank_m: f64,
    /// Station where the right overbank begins [m], before `station_factor`.
    pub right_bank_m: f64,
    /// Manning's n of the left overbank [s·m⁻¹ᐟ³]; 0 is that of the channel.
    pub left_n: f64,
    /// Manning's n of the right overbank [s·m⁻¹ᐟ³]; 0 is that of the channel.
    pub right_n: f64,
    /// Manning's n of the channel [s·m⁻¹ᐟ³], > 0.
    pub channel_n: f64,
    /// Length of the meandering channel over that of the flood plain [-]; 0 is 1.
    pub length_factor: f64,
    /// Multiplier of every station [-]; 0 is 1.
    pub station_factor: f64,
    /// Added to every elevation [m].
    pub elevation_offset_m: f64,
}

/// Half or whole street.
///
/// *Source:* EPA SWMM 5.2 User's Manual (EPA-600/R-22/030), appendix D, `[STREETS]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Street {
    /// Distance from curb to crown [m], > 0.
    pub crown_width_m: f64,
    /// Height of the curb [m], > 0.
    pub curb_height_m: f64,
    /// Rise over run from the curb to the crown [-], > 0.
    pub cross_slope: f64,
    /// Manning's n of the road [s·m⁻¹ᐟ³], > 0.
    pub road_n: f64,
    /// Depth of the gutter below the road's slope at the curb [m], ≥ 0.
    pub gutter_depression_m: f64,
    /// Width of the depressed gutter [m], ≥ 0.
    pub gutter_width_m: f64,
    /// Sides of the crown that carry flow: 1 or 2.
    pub sides: u8,
    /// Width of the backing behind the curb [m], ≥ 0.
    pub back_width_m: f64,
    /// Rise over run of the backing [-], > 0 if there is one.
    pub back_slope: f64,
    /// Manning's n of the backing [s·m⁻¹ᐟ³], > 0 if there is one.
    pub back_n: f64,
}

/// Why a cross-section cannot be compiled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SectionError {
    /// A dimension outside its range.
    #[error("{shape}: {what} is {value}, but must be {must_be}")]
    Dimension {
        /// Keyword of the shape.
        shape: &'static str,
        /// Name of the dimension.
        what: &'static str,
        /// Value given.
        value: f64,
        /// Range allowed, in words.
        must_be: &'static str,
    },
    /// No such standard size.
    #[error("{shape}: there is no standard size {code}; give a code from 1 to {count}, or height and width")]
    NoSuchSize {
        /// Keyword of the shape.
        shape: &'static str,
        /// Code given.
        code: u8,
        /// Number of standard sizes.
        count: usize,
    },
    /// Too few or too many points in a transect or a shape curve.
    #[error("{shape}: {count} points given, {must_be} needed")]
    PointCount {
        /// Keyword of the shape.
        shape: &'static str,
        /// Points given.
        count: usize,
        /// Count allowed, in words.
        must_be: &'static str,
    },
    /// Points out of order.
    #[error("{shape}: point {index} (counted from 1) stands before the point given ahead of it; put them in order")]
    Order {
        /// Keyword of the shape.
        shape: &'static str,
        /// Position of the point, from 1.
        index: usize,
    },
    /// An outline without area.
    #[error("{shape}: the outline encloses no area; check its heights and widths")]
    Empty {
        /// Keyword of the shape.
        shape: &'static str,
    },
}

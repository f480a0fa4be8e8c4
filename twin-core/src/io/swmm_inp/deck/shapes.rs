//! Cross sections, transects, streets, inlet designs.

use serde::{Deserialize, Serialize};

use super::{CurveIx, StreetIx, TransectIx};

/// A cross section. Lengths in ft or m.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Xsection {
    /// Shape.
    pub shape: Shape,
    /// Number of barrels, at least 1.
    pub barrels: u32,
    /// FHWA culvert code; 0 = not a culvert.
    pub culvert: u32,
}

/// Shape of a cross section. `height` is its full depth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // fields are lengths and slopes of the shape's name, as in the User's Manual, table D-1
pub enum Shape {
    /// Passes flow on without routing.
    Dummy,
    /// Circle.
    Circular { diameter: f64 },
    /// Circle filled with sediment.
    FilledCircular { diameter: f64, filled_depth: f64 },
    /// Closed rectangle.
    RectClosed { height: f64, width: f64 },
    /// Open rectangle; `sides_removed` is 0, 1 or 2.
    RectOpen { height: f64, width: f64, sides_removed: f64 },
    /// Trapezoid; slopes are run over rise.
    Trapezoidal { height: f64, bottom_width: f64, left_slope: f64, right_slope: f64 },
    /// Triangle.
    Triangular { height: f64, top_width: f64 },
    /// Parabola.
    Parabolic { height: f64, top_width: f64 },
    /// Power law.
    Power { height: f64, top_width: f64, exponent: f64 },
    /// Rectangle over triangle.
    RectTriangular { height: f64, top_width: f64, triangle_height: f64 },
    /// Rectangle over a round bottom.
    RectRound { height: f64, top_width: f64, bottom_radius: f64 },
    /// Modified basket handle.
    ModBasketHandle { height: f64, bottom_width: f64, top_radius: f64 },
    /// Horizontal ellipse; `standard_size` is a code of the table, 0 = by height and width.
    HorizEllipse { height: f64, max_width: f64, standard_size: u32 },
    /// Vertical ellipse.
    VertEllipse { height: f64, max_width: f64, standard_size: u32 },
    /// Arch.
    Arch { height: f64, max_width: f64, standard_size: u32 },
    /// Egg.
    Egg { height: f64 },
    /// Horseshoe.
    Horseshoe { height: f64 },
    /// Gothic.
    Gothic { height: f64 },
    /// Catenary.
    Catenary { height: f64 },
    /// Semi-elliptical.
    SemiElliptical { height: f64 },
    /// Basket handle.
    BasketHandle { height: f64 },
    /// Semi-circular.
    SemiCircular { height: f64 },
    /// By a transect.
    Irregular { transect: TransectIx },
    /// By a shape curve.
    Custom { height: f64, curve: CurveIx },
    /// Circular force main; `roughness` is C (Hazen–Williams) or height [in or mm] (Darcy–Weisbach).
    ForceMain { diameter: f64, roughness: f64 },
    /// A street.
    Street { street: StreetIx },
}

/// A transect, as HEC-2 gives it. Values are as written; multipliers are not yet applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transect {
    /// Id.
    pub id: String,
    /// Manning's n of the left overbank (0 in the file = that of the channel, filled in).
    pub n_left: f64,
    /// Manning's n of the right overbank (0 in the file = that of the channel, filled in).
    pub n_right: f64,
    /// Manning's n of the channel.
    pub n_channel: f64,
    /// Station of the left bank [ft or m].
    pub left_bank: f64,
    /// Station of the right bank [ft or m].
    pub right_bank: f64,
    /// Length of the meandering channel over that of the flood plain; 0 = 1.
    pub meander: f64,
    /// Factor of the distances between stations; 0 = 1.
    pub width_factor: f64,
    /// Added to all elevations [ft or m].
    pub elevation_offset: f64,
    /// (station, elevation) from left to right [ft or m].
    pub stations: Vec<(f64, f64)>,
}

/// A street cross section. Lengths in ft or m, slopes in %.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Street {
    /// Id.
    pub id: String,
    /// Curb to crown.
    pub crown_width: f64,
    /// Height of the curb.
    pub curb_height: f64,
    /// Cross slope [%].
    pub cross_slope_pct: f64,
    /// Manning's n of the road.
    pub roughness: f64,
    /// Depression of the gutter, given in the file's small unit [in or mm].
    pub gutter_depression: f64,
    /// Width of the depressed gutter.
    pub gutter_width: f64,
    /// 1 or 2 sides.
    pub sides: u32,
    /// Width of the backing.
    pub back_width: f64,
    /// Slope of the backing [%].
    pub back_slope_pct: f64,
    /// Manning's n of the backing.
    pub back_roughness: f64,
}

/// An inlet design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inlet {
    /// Id.
    pub id: String,
    /// Design.
    pub design: InletDesign,
}

/// Design of an inlet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum InletDesign {
    /// Grate.
    Grate(Grate),
    /// Curb opening.
    Curb(CurbOpening),
    /// Grate and curb opening.
    Combination(Grate, CurbOpening),
    /// Slotted drain.
    Slotted(SlottedDrain),
    /// Drop inlet with a grate.
    DropGrate(Grate),
    /// Drop inlet with a curb opening.
    DropCurb(CurbOpening),
    /// By a diversion or rating curve.
    Custom(CurveIx),
}

/// Kind of grate (HEC-22).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum GrateKind {
    /// `P_BAR-50`.
    PBar50,
    /// `P_BAR-50x100`.
    PBar50x100,
    /// `P_BAR-30`.
    PBar30,
    /// `CURVED_VANE`.
    CurvedVane,
    /// `TILT_BAR-45`.
    TiltBar45,
    /// `TILT_BAR-30`.
    TiltBar30,
    /// `RETICULINE`.
    Reticuline,
    /// `GENERIC`.
    Generic {
        /// Open share of its area.
        open: f64,
        /// Splash-over velocity [ft/s or m/s]; 0 = never.
        splash_velocity: f64,
    },
}

/// A grate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grate {
    /// Length along the street [ft or m].
    pub length: f64,
    /// Width [ft or m].
    pub width: f64,
    /// Kind.
    pub kind: GrateKind,
}

/// Throat of a curb opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CurbThroat {
    /// Horizontal.
    Horizontal,
    /// Inclined.
    Inclined,
    /// Vertical.
    #[default]
    Vertical,
}

/// A curb opening.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurbOpening {
    /// Length [ft or m].
    pub length: f64,
    /// Height [ft or m].
    pub height: f64,
    /// Throat; of no effect for a drop inlet.
    pub throat: CurbThroat,
}

/// A slotted drain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SlottedDrain {
    /// Length [ft or m].
    pub length: f64,
    /// Width [ft or m].
    pub width: f64,
}

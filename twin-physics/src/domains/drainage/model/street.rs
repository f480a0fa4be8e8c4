//! Storm drain inlets of streets and channels (HEC-22).
//!
//! *Source:* Brown, Schall, Morris et al. (2009), *Urban Drainage Design Manual*, HEC-22 third edition,
//! FHWA-NHI-10-009.

use serde::{Deserialize, Serialize};

use super::{InletIx, LinkIx, NodeIx};

/// Pattern of a grate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum GrateKind {
    /// P-1-7/8.
    P50,
    /// P-1-7/8-4.
    P50x100,
    /// P-1-1/8.
    P30,
    /// Curved vane.
    CurvedVane,
    /// 45° tilt bar, 2-1/4 spacing.
    Tilt45x60,
    /// 45° tilt bar, 3-1/4 spacing.
    Tilt45x85,
    /// 30° tilt bar.
    Tilt30x85,
    /// Reticuline.
    Reticuline,
    /// Any other: open share [–] and splash-over velocity [m/s].
    Generic {
        /// Open share.
        open: f64,
        /// Splash-over velocity [m/s].
        splash_ms: f64,
    },
}

/// A grate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grate {
    /// Pattern.
    pub kind: GrateKind,
    /// Length along the street [m].
    pub length_m: f64,
    /// Width [m].
    pub width_m: f64,
}

/// Throat of a curb opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Throat {
    /// Horizontal.
    Horizontal,
    /// Inclined.
    Inclined,
    /// Vertical.
    Vertical,
}

/// A curb opening.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurbOpening {
    /// Length [m].
    pub length_m: f64,
    /// Height [m].
    pub height_m: f64,
    /// Throat.
    pub throat: Throat,
}

/// What an inlet is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum InletKind {
    /// Grate.
    Grate(Grate),
    /// Curb opening.
    Curb(CurbOpening),
    /// Grate and curb opening.
    Combination(Grate, CurbOpening),
    /// Slotted drain: length and width [m].
    Slotted {
        /// Length [m].
        length_m: f64,
        /// Width [m].
        width_m: f64,
    },
    /// Drop inlet with a grate, in a channel.
    DropGrate(Grate),
    /// Drop inlet with curb openings, in a channel.
    DropCurb(CurbOpening),
    /// Captured over approaching flow [m³/s → m³/s].
    CustomDiversion(Vec<(f64, f64)>),
    /// Captured over depth at the inlet [m → m³/s].
    CustomRating(Vec<(f64, f64)>),
}

/// An inlet design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InletDesign {
    /// Name.
    pub id: String,
    /// What it is.
    pub kind: InletKind,
}

/// Where an inlet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Placement {
    /// By the slopes of the conduits at its node.
    #[default]
    Automatic,
    /// On a continuous grade.
    OnGrade,
    /// In a sag.
    OnSag,
}

/// Inlets of a street or channel conduit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InletUsage {
    /// The street or channel conduit.
    pub link: LinkIx,
    /// Design.
    pub inlet: InletIx,
    /// Node of the sewer that receives what is captured.
    pub to: NodeIx,
    /// Number of inlets on each side.
    pub count: u32,
    /// Share that is clogged, 0..1.
    pub clogged: f64,
    /// Largest captured flow of one; 0 = unlimited [m³/s].
    pub max_flow_m3s: f64,
    /// Height of a local gutter depression [m].
    pub local_depression_m: f64,
    /// Width of a local gutter depression [m].
    pub local_width_m: f64,
    /// Where it stands.
    pub placement: Placement,
}

//! Links: conduits, pumps, orifices, weirs, outlets.

use serde::{Deserialize, Serialize};

use super::super::section::Shape;
use super::NodeIx;

/// A link from one node to another; positive flow runs that way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Name.
    pub id: String,
    /// First node.
    pub from: NodeIx,
    /// Second node.
    pub to: NodeIx,
    /// What it is.
    pub kind: LinkKind,
}

/// What a link is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LinkKind {
    /// A conduit.
    Conduit(Conduit),
    /// A pump.
    Pump(Pump),
    /// An orifice.
    Orifice(Orifice),
    /// A weir.
    Weir(Weir),
    /// An outlet with a rating curve.
    Outlet(Outlet),
}

/// A conduit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conduit {
    /// Length [m].
    pub length_m: f64,
    /// Manning's n; of a force main see [`Conduit::force_main`].
    pub manning: f64,
    /// Height of its bottom above the first node's invert [m].
    pub offset_from_m: f64,
    /// Height of its bottom above the second node's invert [m].
    pub offset_to_m: f64,
    /// Flow at the start [m³/s].
    pub initial_flow_m3s: f64,
    /// Largest flow allowed; `None` = unlimited [m³/s].
    pub max_flow_m3s: Option<f64>,
    /// Cross section of one barrel.
    pub shape: Shape,
    /// Number of equal barrels.
    pub barrels: u32,
    /// Hazen–Williams C or Darcy–Weisbach roughness [m] of a force main.
    pub force_main: Option<f64>,
    /// Entrance loss coefficient [–].
    pub loss_entrance: f64,
    /// Exit loss coefficient [–].
    pub loss_exit: f64,
    /// Average loss coefficient [–].
    pub loss_average: f64,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
    /// Seepage per area of wetted width [m/s].
    pub seepage_ms: f64,
    /// Culvert inlet code, 1..57 (FHWA HDS-5 charts); 0 = none.
    pub culvert: u8,
}

/// A pump.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// How flow follows from head or volume.
    pub curve: PumpCurve,
    /// Speed or status at the start, 0..1.
    pub initial_setting: f64,
    /// Depth at the inlet node above which it starts; 0 = none [m].
    pub startup_depth_m: f64,
    /// Depth at the inlet node below which it stops; 0 = none [m].
    pub shutoff_depth_m: f64,
}

/// Pump curve by SWMM's types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PumpCurve {
    /// Flow equals the inlet node's inflow.
    Ideal,
    /// Steps: flow [m³/s] over volume of the wet well [m³] (type 1).
    StepVolume(Vec<(f64, f64)>),
    /// Steps: flow [m³/s] over depth at the inlet [m] (type 2).
    StepDepth(Vec<(f64, f64)>),
    /// Flow [m³/s] over head difference [m], falling (type 3).
    Head(Vec<(f64, f64)>),
    /// Flow [m³/s] over depth at the inlet [m], continuous (type 4).
    Depth(Vec<(f64, f64)>),
    /// As type 3 with affinity laws for speed (type 5).
    Affinity(Vec<(f64, f64)>),
}

/// An orifice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Orifice {
    /// In the bottom (`true`) or in a side wall.
    pub bottom: bool,
    /// Height of its invert above the first node's invert [m].
    pub offset_m: f64,
    /// Circular or closed rectangular opening.
    pub shape: Shape,
    /// Discharge coefficient [–].
    pub coefficient: f64,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
    /// Time from closed to open; 0 = at once [s].
    pub travel_s: f64,
}

/// Kind of a weir.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeirKind {
    /// Across the flow.
    Transverse,
    /// Along the flow.
    SideFlow,
    /// V-notch.
    VNotch,
    /// Trapezoidal.
    Trapezoidal,
    /// Over a road (FHWA HDS-5).
    Roadway,
}

/// A weir.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weir {
    /// Kind.
    pub kind: WeirKind,
    /// Height of its crest above the first node's invert [m].
    pub crest_m: f64,
    /// Opening: rectangular, triangular or trapezoidal.
    pub shape: Shape,
    /// Discharge coefficient `q = c·L·h^1.5` [m^½/s].
    pub coefficient: f64,
    /// Coefficient of the triangular ends of a trapezoidal weir [m^½/s].
    pub end_coefficient: f64,
    /// Number of end contractions, 0..2.
    pub end_contractions: f64,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
    /// Whether it acts as an orifice when the water stands above its opening.
    pub can_surcharge: bool,
    /// Width of a road [m].
    pub road_width_m: f64,
    /// Whether a road is paved (`Some(true)`) or of gravel.
    pub road_paved: Option<bool>,
    /// Coefficient over head [m → m^½/s]; empty = constant.
    pub coefficient_curve: Vec<(f64, f64)>,
}

/// What head a rating refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RatingOn {
    /// Depth above the outlet's offset.
    Depth,
    /// Difference of heads.
    Head,
}

/// An outlet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outlet {
    /// Height above the first node's invert [m].
    pub offset_m: f64,
    /// What head the rating refers to.
    pub on: RatingOn,
    /// Flow over that head.
    pub rating: Rating,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
}

/// Rating of an outlet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Rating {
    /// `q = a·h^b`, a in SI [m^(3−b)/s].
    Power {
        /// Coefficient.
        a: f64,
        /// Exponent.
        b: f64,
    },
    /// Points (head [m], flow [m³/s]), linear.
    Table(Vec<(f64, f64)>),
}

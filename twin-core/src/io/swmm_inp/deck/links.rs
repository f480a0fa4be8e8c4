//! Conduits, pumps, orifices, weirs, outlets, losses, inlets in use.

use serde::{Deserialize, Serialize};

use super::{CurveIx, InletIx, NodeIx, Xsection};

/// A link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Id.
    pub id: String,
    /// First node.
    pub from: NodeIx,
    /// Second node.
    pub to: NodeIx,
    /// What it is.
    pub kind: LinkKind,
    /// Cross section; always there for conduits, orifices and weirs, none for pumps and outlets.
    pub xsection: Option<Xsection>,
    /// Losses of a conduit; `None` = no row.
    pub losses: Option<Losses>,
    /// Street or channel inlets in a conduit; a later row replaces an earlier.
    pub inlets: Option<Inlets>,
}

/// Kind of a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LinkKind {
    /// Conduit.
    Conduit(Conduit),
    /// Pump.
    Pump(Pump),
    /// Orifice.
    Orifice(Orifice),
    /// Weir.
    Weir(Weir),
    /// Outlet.
    Outlet(OutletLink),
}

/// A conduit. Offsets are as [`Options::link_offsets`](super::Options::link_offsets) says; `None` = `*`, the node's
/// invert.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Conduit {
    /// Length [ft or m].
    pub length: f64,
    /// Manning's n.
    pub roughness: f64,
    /// Offset at the first node [ft or m].
    pub inlet_offset: Option<f64>,
    /// Offset at the second node [ft or m].
    pub outlet_offset: Option<f64>,
    /// Flow at the start.
    pub initial_flow: f64,
    /// Greatest flow; 0 = no limit.
    pub max_flow: f64,
}

/// A pump.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// Curve; its kind is the pump's. `None` = ideal.
    pub curve: Option<CurveIx>,
    /// On at the start.
    pub on: bool,
    /// Depth at the inlet node at which it starts [ft or m]; 0 = none.
    pub startup_depth: f64,
    /// Depth at which it stops [ft or m]; 0 = none.
    pub shutoff_depth: f64,
}

/// Where an orifice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrificeKind {
    /// In the side.
    Side,
    /// In the bottom.
    Bottom,
}

/// An orifice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Orifice {
    /// Where.
    pub kind: OrificeKind,
    /// Offset [ft or m]; `None` = `*`.
    pub offset: Option<f64>,
    /// Discharge coefficient.
    pub coefficient: f64,
    /// Flap gate.
    pub gated: bool,
    /// Time to open or close fully [h]; 0 = at once.
    pub open_close_h: f64,
}

/// Kind of a weir.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeirKind {
    /// Transverse.
    Transverse,
    /// Side flow.
    SideFlow,
    /// V-notch.
    VNotch,
    /// Trapezoidal.
    Trapezoidal,
    /// Roadway (FHWA HDS-5).
    Roadway,
}

/// Surface of a roadway weir.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoadSurface {
    /// Paved.
    Paved,
    /// Gravel.
    Gravel,
}

/// A weir.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weir {
    /// Kind.
    pub kind: WeirKind,
    /// Offset of the crest [ft or m]; `None` = `*`.
    pub offset: Option<f64>,
    /// Discharge coefficient.
    pub coefficient: f64,
    /// Flap gate.
    pub gated: bool,
    /// Number of end contractions.
    pub end_contractions: f64,
    /// Coefficient of a trapezoidal weir's ends; 0 = as the middle.
    pub end_coefficient: f64,
    /// Whether it may surcharge (turn into an orifice).
    pub can_surcharge: bool,
    /// Width of the road [ft or m].
    pub road_width: f64,
    /// Surface of the road.
    pub road_surface: Option<RoadSurface>,
    /// Coefficient against head.
    pub coefficient_curve: Option<CurveIx>,
}

/// What an outlet's discharge is rated by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RatedBy {
    /// Depth above its offset at the first node.
    Depth,
    /// Head between its ends.
    Head,
}

/// Rating of an outlet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Discharge {
    /// `coefficient · y^exponent`, flow units.
    Functional {
        /// Coefficient.
        coefficient: f64,
        /// Exponent.
        exponent: f64,
    },
    /// Rating curve.
    Tabular(CurveIx),
}

/// An outlet link.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OutletLink {
    /// Offset [ft or m]; `None` = `*`.
    pub offset: Option<f64>,
    /// What it is rated by.
    pub rated_by: RatedBy,
    /// Rating.
    pub discharge: Discharge,
    /// Flap gate.
    pub gated: bool,
}

/// Losses of a conduit.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Losses {
    /// Entrance coefficient.
    pub entry: f64,
    /// Exit coefficient.
    pub exit: f64,
    /// Average coefficient along it.
    pub average: f64,
    /// Flap gate.
    pub gated: bool,
    /// Seepage [in/h or mm/h].
    pub seepage: f64,
}

/// Where an inlet lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Placement {
    /// By the slopes around it.
    #[default]
    Automatic,
    /// On a grade.
    OnGrade,
    /// In a sag.
    OnSag,
}

/// Inlets in a conduit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Inlets {
    /// Design.
    pub inlet: InletIx,
    /// Node that receives what they capture.
    pub node: NodeIx,
    /// Number (on each side of a two-sided street).
    pub number: u32,
    /// Clogged share [%].
    pub clogged_pct: f64,
    /// Most flow each captures; 0 = no limit.
    pub max_flow: f64,
    /// Local depression of the gutter [ft or m].
    pub local_depression: f64,
    /// Width of the local depression [ft or m].
    pub local_width: f64,
    /// Where they lie.
    pub placement: Placement,
}

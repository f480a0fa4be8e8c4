//! Junctions, outfalls, dividers, storage.

use serde::{Deserialize, Serialize};

use super::{CurveIx, LinkIx, SeriesIx, SubcatchmentIx};

/// A node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Id.
    pub id: String,
    /// Elevation of its invert [ft or m].
    pub invert: f64,
    /// What it is.
    pub kind: NodeKind,
}

/// Kind of a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum NodeKind {
    /// Junction.
    Junction(Junction),
    /// Outfall.
    Outfall(Outfall),
    /// Divider.
    Divider(Divider),
    /// Storage.
    Storage(Storage),
}

/// A junction.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Junction {
    /// Greatest depth [ft or m]; 0 = up to the highest crown.
    pub max_depth: f64,
    /// Depth at the start [ft or m].
    pub initial_depth: f64,
    /// Depth above the greatest before it floods [ft or m].
    pub surcharge_depth: f64,
    /// Ponded area [ft² or m²].
    pub ponded_area: f64,
}

/// Stage at an outfall.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum OutfallStage {
    /// Lesser of critical and normal depth.
    Free,
    /// Normal depth.
    Normal,
    /// Fixed elevation [ft or m].
    Fixed(f64),
    /// Tide by the hour of the day.
    Tidal(CurveIx),
    /// Time series.
    Series(SeriesIx),
}

/// An outfall.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outfall {
    /// Stage.
    pub stage: OutfallStage,
    /// Flap gate.
    pub gated: bool,
    /// Subcatchment onto which it discharges.
    pub route_to: Option<SubcatchmentIx>,
}

/// A divider.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Divider {
    /// The link that receives the diverted flow; `None` = `*`.
    pub link: Option<LinkIx>,
    /// How flow is divided.
    pub kind: DividerKind,
    /// As a junction.
    pub junction: Junction,
}

/// How a divider divides.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum DividerKind {
    /// All above this flow.
    Cutoff(f64),
    /// All above the capacity of the other link.
    Overflow,
    /// By a curve of diverted flow against inflow.
    Tabular(CurveIx),
    /// By a weir.
    Weir {
        /// Flow at which diversion begins.
        min_flow: f64,
        /// Depth at full flow [ft or m].
        max_depth: f64,
        /// Coefficient.
        coefficient: f64,
    },
}

/// Shape of a storage unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum StorageShape {
    /// Area against depth.
    Tabular(CurveIx),
    /// `area = constant + coefficient · depth^exponent` [ft² or m²].
    Functional {
        /// Coefficient.
        coefficient: f64,
        /// Exponent.
        exponent: f64,
        /// Constant.
        constant: f64,
    },
    /// Elliptical cylinder.
    Cylindrical {
        /// Major axis [ft or m].
        length: f64,
        /// Minor axis [ft or m].
        width: f64,
    },
    /// Truncated elliptical cone.
    Conical {
        /// Major axis of the base [ft or m].
        length: f64,
        /// Minor axis of the base [ft or m].
        width: f64,
        /// Run over rise of the side.
        side_slope: f64,
    },
    /// Elliptical paraboloid.
    Paraboloid {
        /// Major axis at full height [ft or m].
        length: f64,
        /// Minor axis at full height [ft or m].
        width: f64,
        /// Full height [ft or m].
        height: f64,
    },
    /// Truncated rectangular pyramid, or a box.
    Pyramidal {
        /// Length of the base [ft or m].
        length: f64,
        /// Width of the base [ft or m].
        width: f64,
        /// Run over rise of the sides.
        side_slope: f64,
    },
}

/// Exfiltration from a storage unit (Green–Ampt; with conductivity alone a constant rate).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Exfiltration {
    /// Suction head [in or mm].
    pub suction: f64,
    /// Saturated conductivity [in/h or mm/h].
    pub conductivity: f64,
    /// Initial moisture deficit.
    pub deficit: f64,
}

/// A storage unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Storage {
    /// Greatest depth [ft or m].
    pub max_depth: f64,
    /// Depth at the start [ft or m].
    pub initial_depth: f64,
    /// Depth above the greatest before it floods [ft or m].
    pub surcharge_depth: f64,
    /// Shape.
    pub shape: StorageShape,
    /// Share of evaporation that is realised.
    pub evaporation: f64,
    /// Exfiltration.
    pub exfiltration: Option<Exfiltration>,
}

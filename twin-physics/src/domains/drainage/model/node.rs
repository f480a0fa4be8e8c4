//! Nodes: junctions, outfalls, dividers, storage units.

use serde::{Deserialize, Serialize};

use super::{CatchmentIx, LinkIx, PollutantIx, Rdii, SeriesIx, Treatment};

/// A node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Name.
    pub id: String,
    /// Invert [m].
    pub invert_m: f64,
    /// Depth from invert to ground (or rim); 0 = up to the crown of its highest link [m].
    pub full_depth_m: f64,
    /// Depth at the start [m].
    pub initial_depth_m: f64,
    /// Extra depth above the ground before it floods [m].
    pub surcharge_depth_m: f64,
    /// Area that ponds above the ground, where ponding is allowed [m²].
    pub ponded_area_m2: f64,
    /// RDII.
    pub rdii: Option<Rdii>,
    /// Treatment, by pollutant.
    pub treatment: Vec<(PollutantIx, Treatment)>,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum NodeKind {
    /// A junction.
    Junction,
    /// An outfall.
    Outfall(Outfall),
    /// A divider (steady and kinematic routing only; a junction otherwise).
    Divider(Divider),
    /// A storage unit.
    Storage(Storage),
}

/// An outfall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outfall {
    /// Its water level.
    pub stage: Stage,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
    /// Subcatchment onto which it discharges.
    pub route_to: Option<CatchmentIx>,
}

/// Water level of an outfall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Stage {
    /// Lesser of critical and normal depth in its conduit.
    Free,
    /// Normal depth in its conduit.
    Normal,
    /// Fixed [m].
    Fixed(f64),
    /// By hour of day: points (hour, level [m]), linear, repeating daily.
    Tidal(Vec<(f64, f64)>),
    /// Series of levels, linear, with the factor to m.
    Series(SeriesIx, f64),
}

/// A flow divider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Divider {
    /// The diversion link.
    pub link: Option<LinkIx>,
    /// How flow is divided.
    pub law: DividerLaw,
}

/// How a divider divides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DividerLaw {
    /// All above this flow is diverted [m³/s].
    Cutoff(f64),
    /// What the main link cannot take is diverted.
    Overflow,
    /// Diverted over total inflow [m³/s → m³/s].
    Tabular(Vec<(f64, f64)>),
    /// As a weir: smallest flow [m³/s], largest head [m], coefficient [m^½/s, crest length included].
    Weir {
        /// Smallest flow at which it diverts [m³/s].
        min_flow_m3s: f64,
        /// Head at full diversion [m].
        max_head_m: f64,
        /// Coefficient times length in `q = c·h^1.5` [m^1.5/s].
        coefficient: f64,
    },
}

/// A storage unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Storage {
    /// Surface area over depth.
    pub shape: StorageShape,
    /// Share of potential evaporation that occurs, 0..1.
    pub evaporation: f64,
    /// Seepage through bottom and banks.
    pub exfiltration: Option<Exfiltration>,
}

/// Surface area of a storage unit over depth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum StorageShape {
    /// `area = a0 + a1·depth^a2`, coefficients in SI; also cylinder (a1 = 0).
    Functional {
        /// Constant [m²].
        a0: f64,
        /// Coefficient [m^(2−a2)].
        a1: f64,
        /// Exponent [–].
        a2: f64,
    },
    /// `area = a0 + a1·depth + a2·depth²` (cone, pyramid frustum and paraboloid in one form), in SI.
    Quadratic {
        /// [m²].
        a0: f64,
        /// [m].
        a1: f64,
        /// [–].
        a2: f64,
    },
    /// Points (depth [m], area [m²]), linear; constant beyond the last where it would fall, as SWMM does.
    Tabular(Vec<(f64, f64)>),
}

/// Green–Ampt seepage of a storage unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Exfiltration {
    /// Suction head [m].
    pub suction_m: f64,
    /// Saturated conductivity [m/s].
    pub conductivity_ms: f64,
    /// Moisture deficit [–].
    pub deficit: f64,
}

//! Structures: pumps, orifices, weirs, outlets, storage units, culvert inlets and dividers as pure laws.
//!
//! Every law is a function of heads, depths and a setting; none keeps state, none knows the network. A [`Structure`] is
//! compiled once from the model's link and answers in two manners:
//! * [`Structure::flow`] as SWMM 5.2 does it, with its changes of regime and its dQ/dH, for the Picard and kinematic
//!   schemes;
//! * [`Structure::smooth_flow`] as one continuous, monotone law with both partial derivatives, for an implicit scheme.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 6 (pumps and regulators) and chapter 3.

pub mod culvert;
mod culvert_codes;
pub mod divider;
pub mod storage;

mod orifice;
mod outlet;
mod pump;
mod roadway;
pub mod seepage;
mod smooth;
pub mod table;
#[cfg(test)]
mod tests;
mod units;
mod weir;

pub use orifice::OrificeLaw;
pub use outlet::OutletLaw;
pub use pump::{PumpLaw, WetWell};
pub use units::StorageUnits;
pub use weir::WeirLaw;

use super::model::{Link, LinkKind, Node, Options, Routing};
use super::network::FlowClass;
use super::section::{SWMM_GRAVITY_MS2, Section, SectionError};
use crate::units::M_PER_FT;

/// Below this a head, a depth or an overflow counts as nothing: SWMM's 0.0001 ft [m].
pub const FUDGE_M: f64 = 1.0e-4 * M_PER_FT;

/// Shortest equivalent length of a regulator, SWMM's 200 ft [m].
const MIN_EQUIVALENT_M: f64 = 200.0 * M_PER_FT;

/// What a structure sees of its two end nodes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ends {
    /// Head at the first node [m].
    pub head_from_m: f64,
    /// Head at the second node; under kinematic and steady routing the first node's invert, for no tailwater acts [m].
    pub head_to_m: f64,
    /// Depth at the first node [m].
    pub depth_from_m: f64,
    /// Depth at the second node [m].
    pub depth_to_m: f64,
    /// Total inflow and overflow of the first node, what an ideal pump takes [m³/s].
    pub inflow_from_m3s: f64,
    /// Volume stored at the first node [m³].
    pub volume_from_m3: f64,
    /// Whether the first node is an outfall whose gate lets nothing in.
    pub gate_from: bool,
    /// Whether the second node is an outfall whose gate lets nothing in.
    pub gate_to: bool,
}

/// What a structure does.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StructureFlow {
    /// Flow, positive from the first node to the second [m³/s].
    pub flow_m3s: f64,
    /// Magnitude of the change of flow with head as SWMM takes it (0 where SWMM takes none: outlets) [m²/s].
    pub dqdh_m2s: f64,
    /// Depth of flow in the opening [m].
    pub depth_m: f64,
    /// Water surface that the structure lends to the first node; not to a storage unit [m²].
    pub surface_from_m2: f64,
    /// Water surface that the structure lends to the second node; not to a storage unit [m²].
    pub surface_to_m2: f64,
    /// Flow class; of a pump `UpDry` or `DownDry` where it works beyond its curve.
    pub class: FlowClass,
}

/// Flow of the continuous law with its slopes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SmoothFlow {
    /// Flow, positive from the first node to the second [m³/s].
    pub flow_m3s: f64,
    /// Change of flow with the first node's head, ≥ 0 [m²/s].
    pub by_head_from_m2s: f64,
    /// Change of flow with the second node's head, ≤ 0 [m²/s].
    pub by_head_to_m2s: f64,
}

/// Why a structure cannot be compiled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StructureError {
    /// The link is a conduit.
    #[error("link {id} is a conduit, not a pump, orifice, weir or outlet")]
    NotAStructure {
        /// Link.
        id: String,
    },
    /// The opening has a shape its kind does not allow.
    #[error("{kind} {id}: its opening must be {must_be}")]
    Shape {
        /// Link.
        id: String,
        /// Kind of structure.
        kind: &'static str,
        /// Shapes allowed, in words.
        must_be: &'static str,
    },
    /// The opening is no valid section.
    #[error("{id}: {source}")]
    Section {
        /// Link.
        id: String,
        /// What is wrong.
        source: SectionError,
    },
    /// A curve is empty or its first column does not rise.
    #[error("{kind} {id}: its curve needs at least one point, and values that rise in its first column")]
    Curve {
        /// Link.
        id: String,
        /// Kind of structure.
        kind: &'static str,
    },
    /// A value outside its range.
    #[error("{kind} {id}: {what} is {value}, but must be {must_be}")]
    Value {
        /// Link.
        id: String,
        /// Kind of structure.
        kind: &'static str,
        /// Quantity.
        what: &'static str,
        /// Value given.
        value: f64,
        /// Range allowed, in words.
        must_be: &'static str,
    },
}

/// A compiled pump, orifice, weir or outlet.
#[derive(Debug, Clone)]
pub enum Structure {
    /// Pump.
    Pump(PumpLaw),
    /// Orifice.
    Orifice(OrificeLaw),
    /// Weir.
    Weir(WeirLaw),
    /// Outlet.
    Outlet(OutletLaw),
}

impl Structure {
    /// Compiles a link. Under dynamic wave a crest below the second node's invert is raised to it, as SWMM does.
    ///
    /// # Errors
    /// [`StructureError`] naming the link, where its opening or its curve cannot be used, or it is a conduit.
    pub fn new(link: &Link, nodes: &[Node], options: &Options) -> Result<Self, StructureError> {
        let invert_from_m = nodes[link.from.at()].invert_m;
        let invert_to_m = nodes[link.to.at()].invert_m;
        let offset = |given_m: f64| {
            let given_m = given_m.max(0.0);
            if options.routing == Routing::Dynamic { given_m.max(invert_to_m - invert_from_m) } else { given_m }
        };
        let place = |offset_m: f64| Place { offset_m: offset(offset_m), invert_m: invert_from_m };
        let step_s = options.routing_step_s;
        Ok(match &link.kind {
            LinkKind::Conduit(_) => return Err(StructureError::NotAStructure { id: link.id.clone() }),
            LinkKind::Pump(pump) => Self::Pump(PumpLaw::new(&link.id, pump)?),
            LinkKind::Orifice(orifice) => {
                Self::Orifice(OrificeLaw::new(&link.id, orifice, place(orifice.offset_m), step_s)?)
            }
            LinkKind::Weir(weir) => Self::Weir(WeirLaw::new(&link.id, weir, place(weir.crest_m))?),
            LinkKind::Outlet(outlet) => Self::Outlet(OutletLaw::new(&link.id, outlet, place(outlet.offset_m))?),
        })
    }

    /// Height of the opening's bottom above the first node's invert [m].
    #[must_use]
    pub fn offset_m(&self) -> f64 {
        match self {
            Self::Pump(_) => 0.0,
            Self::Orifice(law) => law.place.offset_m,
            Self::Weir(law) => law.place.offset_m,
            Self::Outlet(law) => law.place.offset_m,
        }
    }

    /// Full height of the opening [m].
    #[must_use]
    pub fn full_depth_m(&self) -> f64 {
        match self {
            Self::Pump(_) | Self::Outlet(_) => 0.0,
            Self::Orifice(law) => law.section.full_depth_m,
            Self::Weir(law) => law.section.full_depth_m,
        }
    }

    /// Flow at a setting as SWMM 5.2 has it, before relaxation between iterations.
    ///
    /// Of a pump this is the curve's flow: [`PumpLaw::limited`] then holds it to what its well can give.
    #[must_use]
    pub fn flow(&self, ends: &Ends, setting: f64) -> StructureFlow {
        match self {
            Self::Pump(law) => law.flow(ends, setting),
            Self::Orifice(law) => law.flow(ends, setting),
            Self::Weir(law) => law.flow(ends, setting),
            Self::Outlet(law) => law.flow(ends, setting),
        }
    }

    /// Setting in force after a step on the way to `target`: at once, except for orifices with a travel time.
    #[must_use]
    pub fn travel(&self, setting: f64, target: f64, dt_s: f64) -> f64 {
        match self {
            Self::Orifice(law) => law.travel(setting, target, dt_s),
            _ => target,
        }
    }
}

/// Where an opening stands.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    /// Above the first node's invert [m].
    offset_m: f64,
    /// That invert [m].
    invert_m: f64,
}

impl Place {
    fn crest_m(self) -> f64 {
        self.invert_m + self.offset_m
    }
}

/// Heads ordered by the direction of flow.
#[derive(Debug, Clone, Copy)]
struct Directed {
    /// 1 or −1.
    sign: f64,
    /// Higher head [m].
    high_m: f64,
    /// Lower head [m].
    low_m: f64,
    /// Depth where the head is higher [m].
    depth_m: f64,
    /// Whether a gate at an end or in the structure shuts this direction.
    shut: bool,
}

impl Directed {
    fn new(ends: &Ends, forward: bool, flap_gate: bool) -> Self {
        if forward {
            Self {
                sign: 1.0,
                high_m: ends.head_from_m,
                low_m: ends.head_to_m,
                depth_m: ends.depth_from_m,
                shut: ends.gate_from,
            }
        } else {
            Self {
                sign: -1.0,
                high_m: ends.head_to_m,
                low_m: ends.head_from_m,
                depth_m: ends.depth_to_m,
                shut: flap_gate || ends.gate_to,
            }
        }
    }

    /// Subcritical, or free fall at the lower end.
    fn class(&self, crest_m: f64) -> FlowClass {
        match (crest_m > self.low_m, self.sign > 0.0) {
            (false, _) => FlowClass::Subcritical,
            (true, true) => FlowClass::DownCritical,
            (true, false) => FlowClass::UpCritical,
        }
    }
}

/// Villemonte's factor for a crest with its tailwater above it, `(1 − rⁿ)^0.385`.
///
/// *Source:* Villemonte (1947), *Submerged-weir discharge studies*, Engineering News-Record 139.
fn villemonte(ratio: f64, power: f64) -> f64 {
    (1.0 - ratio.powf(power)).max(0.0).powf(0.385)
}

/// Head lost by a flap gate at a velocity under a head, ARMCO's formula as SWMM has it [m].
///
/// *Source:* EPA/600/R-17/111, section 6.5; its 1.15 is in ft^½/s.
fn flap_gate_loss_m(velocity_ms: f64, head_m: f64) -> f64 {
    let ratio = velocity_ms / (head_m / M_PER_FT).sqrt() / M_PER_FT;
    4.0 / SWMM_GRAVITY_MS2 * velocity_ms * velocity_ms * (-1.15 * ratio).exp()
}

fn compile_section(id: &str, shape: &super::section::Shape) -> Result<Section, StructureError> {
    Section::new(shape).map_err(|source| StructureError::Section { id: id.to_owned(), source })
}

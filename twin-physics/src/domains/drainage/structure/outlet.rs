//! Outlets with a rating curve.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! section 6.5.

use super::super::model::{Outlet, Rating, RatingOn};
use super::super::network::FlowClass;
use super::table::{is_valid, lookup};
use super::{Directed, Ends, FUDGE_M, Place, StructureError, StructureFlow};

/// A compiled outlet.
#[derive(Debug, Clone, PartialEq)]
pub struct OutletLaw {
    /// What head the rating refers to.
    pub on: RatingOn,
    /// Flow over that head.
    pub rating: Rating,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
    pub(super) place: Place,
}

impl OutletLaw {
    pub(super) fn new(id: &str, outlet: &Outlet, place: Place) -> Result<Self, StructureError> {
        if matches!(&outlet.rating, Rating::Table(points) if !is_valid(points)) {
            return Err(StructureError::Curve { id: id.to_owned(), kind: "outlet" });
        }
        Ok(Self { on: outlet.on, rating: outlet.rating.clone(), flap_gate: outlet.flap_gate, place })
    }

    /// Flow by the rating, fully open [m³/s].
    #[must_use]
    pub fn rated(&self, head_m: f64) -> f64 {
        match &self.rating {
            Rating::Power { a, b } => a * head_m.powf(*b),
            Rating::Table(points) => lookup(points, head_m),
        }
    }

    pub(super) fn flow(&self, ends: &Ends, setting: f64) -> StructureFlow {
        if setting == 0.0 {
            return StructureFlow::default();
        }
        let way = Directed::new(ends, ends.head_from_m >= ends.head_to_m, self.flap_gate);
        let crest_m = self.place.crest_m();
        let head_m = match self.on {
            RatingOn::Head => way.high_m - way.low_m.max(crest_m),
            RatingOn::Depth => way.high_m - crest_m,
        };
        if head_m <= FUDGE_M || way.depth_m <= FUDGE_M || way.shut {
            return StructureFlow::default();
        }
        StructureFlow {
            flow_m3s: way.sign * setting * self.rated(head_m),
            depth_m: head_m,
            class: FlowClass::Subcritical,
            ..StructureFlow::default()
        }
    }
}

//! Weirs: transverse, side-flow, V-notch, trapezoidal; over roads see `roadway.rs`.
//!
//! *Source:* EPA/600/R-17/111, section 6.3; side-flow: Metcalf & Eddy (1972), *Wastewater Engineering*, p. 164.

use super::super::model::{Weir, WeirKind};
use super::super::network::FlowClass;
use super::super::section::{Section, Shape};
use super::table::{is_valid, lookup};
use super::{
    Directed, Ends, FUDGE_M, Place, StructureError, StructureFlow, compile_section, flap_gate_loss_m, roadway,
    villemonte,
};
use crate::units::M_PER_FT;

/// Below this an area counts as nothing, SWMM's 1e-6 ft² [m²].
const TINY_M2: f64 = 1.0e-6 * M_PER_FT * M_PER_FT;
/// Villemonte's exponent of the triangular ends of a trapezoidal weir.
pub(super) const END_POWER: f64 = 2.5;

/// A compiled weir.
#[derive(Debug, Clone)]
pub struct WeirLaw {
    /// Opening.
    pub section: Section,
    /// Kind.
    pub kind: WeirKind,
    /// Discharge coefficient `q = c·L·h^1.5` [m^½/s].
    pub coefficient: f64,
    /// Coefficient of the triangular ends [m^½/s].
    pub end_coefficient: f64,
    /// Number of end contractions, 0..2.
    pub end_contractions: f64,
    /// Run over rise of the sides, mean of both [–].
    pub side_slope: f64,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
    /// Whether it acts as an orifice when the water stands above its opening.
    pub can_surcharge: bool,
    /// Width and surface of a road where its coefficient follows from them: width [m], paved (`true`) or gravel.
    pub road: Option<(f64, bool)>,
    /// Coefficient over head [m → m^½/s]; empty = constant.
    pub coefficient_curve: Vec<(f64, f64)>,
    pub(super) place: Place,
}

impl WeirLaw {
    pub(super) fn new(id: &str, weir: &Weir, place: Place) -> Result<Self, StructureError> {
        let wrong = |must_be| StructureError::Shape { id: id.to_owned(), kind: "weir", must_be };
        let side_slope = match (weir.kind, &weir.shape) {
            (WeirKind::Transverse | WeirKind::SideFlow | WeirKind::Roadway, Shape::RectOpen { .. }) => 0.0,
            (WeirKind::VNotch, Shape::Triangular { depth_m, top_width_m }) => top_width_m / depth_m / 2.0,
            (WeirKind::Trapezoidal, Shape::Trapezoidal { left_slope, right_slope, .. }) => {
                (left_slope + right_slope) / 2.0
            }
            (WeirKind::VNotch, _) => return Err(wrong("TRIANGULAR")),
            (WeirKind::Trapezoidal, _) => return Err(wrong("TRAPEZOIDAL")),
            _ => return Err(wrong("RECT_OPEN")),
        };
        if !weir.coefficient_curve.is_empty() && !is_valid(&weir.coefficient_curve) {
            return Err(StructureError::Curve { id: id.to_owned(), kind: "weir" });
        }
        Ok(Self {
            section: compile_section(id, &weir.shape)?,
            kind: weir.kind,
            coefficient: weir.coefficient,
            end_coefficient: weir.end_coefficient,
            end_contractions: weir.end_contractions,
            side_slope,
            flap_gate: weir.flap_gate,
            can_surcharge: weir.can_surcharge,
            road: weir.road_paved.filter(|_| weir.road_width_m > 0.0).map(|paved| (weir.road_width_m, paved)),
            coefficient_curve: weir.coefficient_curve.clone(),
            place,
        })
    }

    /// Height by which a setting lifts the crest [m].
    pub(super) fn lift_m(&self, setting: f64) -> f64 {
        (1.0 - setting) * self.section.full_depth_m
    }

    /// Exponent of Villemonte's factor for the central part.
    pub(super) fn submergence_power(&self) -> f64 {
        match self.kind {
            WeirKind::SideFlow => 5.0 / 3.0,
            WeirKind::VNotch => 2.5,
            _ => 1.5,
        }
    }

    pub(super) fn flow(&self, ends: &Ends, setting: f64) -> StructureFlow {
        if setting == 0.0 {
            return StructureFlow::default();
        }
        let way = Directed::new(ends, ends.head_from_m > ends.head_to_m, self.flap_gate);
        let full_m = self.section.full_depth_m;
        if self.kind == WeirKind::Roadway {
            return roadway::flow(self, &way);
        }
        let crown_m = self.place.crest_m() + full_m;
        let crest_m = self.place.crest_m() + self.lift_m(setting);
        let mut head_m = way.high_m - crest_m;
        if head_m <= FUDGE_M || crest_m >= crown_m || way.shut {
            return StructureFlow::default();
        }
        let class = way.class(crest_m);
        if way.high_m >= crown_m {
            if self.can_surcharge {
                return self.surcharged(&way, crest_m, crown_m, setting, class);
            }
            head_m = crown_m - crest_m;
        }
        let ((mut centre, mut ends), dqdh_m2s) = self.discharge(head_m, way.sign, setting);
        if way.low_m > crest_m {
            let ratio = (way.low_m - crest_m) / (way.high_m - crest_m);
            centre *= villemonte(ratio, self.submergence_power());
            ends *= villemonte(ratio, END_POWER);
        }
        StructureFlow {
            flow_m3s: way.sign * (centre + ends),
            dqdh_m2s,
            depth_m: (way.high_m - crest_m).min(full_m),
            class,
            ..StructureFlow::default()
        }
    }

    /// Flow through centre and ends with the flap gate's loss, and dQ/dH.
    fn discharge(&self, head_m: f64, sign: f64, setting: f64) -> ((f64, f64), f64) {
        let mut head_m = head_m;
        let mut parts = self.free(head_m, sign, setting);
        if self.flap_gate {
            let area_m2 = self.open_area(head_m, setting);
            if area_m2 > TINY_M2 {
                let loss_m = flap_gate_loss_m((parts.0 + parts.1) / area_m2, head_m);
                head_m = (head_m - loss_m).max(0.0);
                parts = self.free(head_m, sign, setting);
            }
        }
        (parts, self.slope(parts, head_m, sign))
    }

    /// Free flow through the centre and the triangular ends [m³/s].
    pub(super) fn free(&self, head_m: f64, sign: f64, setting: f64) -> (f64, f64) {
        if head_m <= 0.0 {
            return (0.0, 0.0);
        }
        let c =
            if self.coefficient_curve.is_empty() { self.coefficient } else { lookup(&self.coefficient_curve, head_m) };
        let contracted_m = || (self.section.max_width_m - 0.1 * self.end_contractions * head_m).max(0.0);
        match self.kind {
            WeirKind::SideFlow if sign > 0.0 => (c * contracted_m().powf(0.83) * head_m.powf(1.67), 0.0),
            WeirKind::VNotch if setting >= 1.0 => (c * self.side_slope * head_m.powf(2.5), 0.0),
            WeirKind::VNotch | WeirKind::Trapezoidal => {
                let width_m = self.section.width(self.lift_m(setting));
                let ends = self.end_coefficient * self.side_slope * head_m.powf(2.5);
                (c * width_m * head_m.powf(1.5), ends)
            }
            _ => (c * contracted_m() * head_m.powf(1.5), 0.0),
        }
    }

    /// dQ/dH as SWMM takes it: by the exponents alone [m²/s].
    fn slope(&self, (centre, ends): (f64, f64), head_m: f64, sign: f64) -> f64 {
        if head_m.abs() < FUDGE_M {
            return 0.0;
        }
        let (centre, ends) = ((centre / head_m).abs(), (ends / head_m).abs());
        match self.kind {
            WeirKind::SideFlow if sign > 0.0 => 1.67 * centre,
            WeirKind::VNotch if ends == 0.0 => 2.5 * centre,
            WeirKind::VNotch | WeirKind::Trapezoidal => 1.5 * centre + 2.5 * ends,
            _ => 1.5 * centre,
        }
    }

    /// Factor of the orifice that gives the same flow when the water stands at the crown [m^2.5/s].
    pub(super) fn surcharge_factor(&self, setting: f64) -> f64 {
        let height_m = setting * self.section.full_depth_m;
        let (centre, ends) = self.free(height_m, 1.0, setting);
        (centre + ends) / (height_m / 2.0).sqrt()
    }

    /// As an orifice, when the water stands above the opening.
    fn surcharged(&self, way: &Directed, crest_m: f64, crown_m: f64, setting: f64, class: FlowClass) -> StructureFlow {
        let height_m = crown_m - crest_m;
        let mut head_m = way.high_m - way.low_m.max((crest_m + crown_m) / 2.0);
        let factor = self.surcharge_factor(setting);
        let mut flow_m3s = factor * head_m.sqrt();
        if self.flap_gate {
            let area_m2 = self.open_area(height_m, setting);
            if area_m2 > 0.0 {
                head_m = (head_m - flap_gate_loss_m(flow_m3s / area_m2, height_m)).max(0.0);
                flow_m3s = factor * head_m.sqrt();
            }
        }
        StructureFlow {
            flow_m3s: way.sign * flow_m3s,
            dqdh_m2s: if head_m > 0.0 { flow_m3s / (2.0 * head_m) } else { 0.0 },
            depth_m: height_m,
            class,
            ..StructureFlow::default()
        }
    }

    /// Area between the crest and a height above it [m²].
    pub(super) fn open_area(&self, height_m: f64, setting: f64) -> f64 {
        let lift_m = self.lift_m(setting);
        let top_m = (lift_m + height_m).min(self.section.full_depth_m);
        self.section.area(top_m) - self.section.area(lift_m)
    }
}

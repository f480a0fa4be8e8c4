//! Orifices in a wall or a floor, with weir flow while they are not covered.
//!
//! *Source:* EPA/600/R-17/111, section 6.2.

use super::super::model::Orifice;
use super::super::network::FlowClass;
use super::super::section::{SWMM_GRAVITY_MS2, Section, Shape};
use super::{
    Directed, Ends, FUDGE_M, MIN_EQUIVALENT_M, Place, StructureError, StructureFlow, compile_section, flap_gate_loss_m,
    villemonte,
};

/// Coefficient of a sharp crest over √(2g), SWMM's 0.414.
const SHARP_CREST: f64 = 0.414;

/// A compiled orifice.
#[derive(Debug, Clone)]
pub struct OrificeLaw {
    /// Opening.
    pub section: Section,
    /// In the floor (`true`) or in a wall.
    pub bottom: bool,
    /// Discharge coefficient [–].
    pub coefficient: f64,
    /// Whether a gate keeps water from flowing back.
    pub flap_gate: bool,
    /// Time from closed to open; 0 = at once [s].
    pub travel_s: f64,
    /// Length of conduit that it stands for in a node's surface area [m].
    pub equivalent_length_m: f64,
    pub(super) circular: bool,
    pub(super) place: Place,
}

/// The opening at one setting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    /// Height [m].
    pub height_m: f64,
    /// Area [m²].
    pub area_m2: f64,
    /// `C·A·√(2g)` [m^2.5/s].
    pub factor: f64,
    /// Head at which weir flow becomes orifice flow [m].
    pub critical_m: f64,
    /// Weir flow at that head [m³/s].
    pub critical_flow_m3s: f64,
}

impl OrificeLaw {
    pub(super) fn new(id: &str, orifice: &Orifice, place: Place, step_s: f64) -> Result<Self, StructureError> {
        let circular = matches!(orifice.shape, Shape::Circular { .. });
        if !circular && !matches!(orifice.shape, Shape::RectClosed { .. }) {
            return Err(StructureError::Shape {
                id: id.to_owned(),
                kind: "orifice",
                must_be: "CIRCULAR or RECT_CLOSED",
            });
        }
        let section = compile_section(id, &orifice.shape)?;
        let length_m = 2.0 * step_s * (SWMM_GRAVITY_MS2 * section.full_depth_m).sqrt();
        Ok(Self {
            bottom: orifice.bottom,
            coefficient: orifice.coefficient,
            flap_gate: orifice.flap_gate,
            travel_s: orifice.travel_s,
            equivalent_length_m: length_m.max(MIN_EQUIVALENT_M),
            circular,
            place,
            section,
        })
    }

    pub(super) fn travel(&self, setting: f64, target: f64, dt_s: f64) -> f64 {
        let way = target - setting;
        let step = if self.travel_s > 0.0 && dt_s > 0.0 { dt_s / self.travel_s } else { f64::INFINITY };
        // SWMM's margin of a thousandth spares a last sliver of a step.
        if step + 0.001 >= way.abs() { target } else { setting + step.copysign(way) }
    }

    pub(super) fn opening(&self, setting: f64) -> Opening {
        let height_m = setting * self.section.full_depth_m;
        let area_m2 = self.section.area(height_m);
        let factor = self.coefficient * area_m2 * (2.0 * SWMM_GRAVITY_MS2).sqrt();
        let (critical_m, head_m) = if self.bottom {
            let width_m = self.section.max_width_m;
            let area_per_rim_m =
                if self.circular { height_m / 4.0 } else { height_m * width_m / (2.0 * (height_m + width_m)) };
            let critical_m = self.coefficient / SHARP_CREST * area_per_rim_m;
            (critical_m, critical_m)
        } else {
            (height_m, height_m / 2.0)
        };
        Opening { height_m, area_m2, factor, critical_m, critical_flow_m3s: factor * head_m.sqrt() }
    }

    pub(super) fn flow(&self, ends: &Ends, setting: f64) -> StructureFlow {
        let dry = StructureFlow {
            surface_from_m2: FUDGE_M * self.equivalent_length_m / 2.0,
            surface_to_m2: FUDGE_M * self.equivalent_length_m / 2.0,
            ..StructureFlow::default()
        };
        if setting == 0.0 {
            return dry;
        }
        let way = Directed::new(ends, ends.head_from_m >= ends.head_to_m, self.flap_gate);
        let crest_m = self.place.crest_m();
        let opening = self.opening(setting);
        let (head_m, filled) = if self.bottom {
            self.head_on_floor(&way, crest_m, &opening)
        } else {
            Self::head_on_wall(&way, crest_m, opening.height_m)
        };
        if head_m <= FUDGE_M || way.depth_m <= FUDGE_M || way.shut {
            return dry;
        }
        let class = way.class(crest_m);
        let (depth_m, surface_m2) = if self.bottom {
            (opening.height_m, opening.area_m2)
        } else {
            let depth_m = opening.height_m * filled;
            (depth_m, self.section.width(depth_m) * self.equivalent_length_m)
        };
        let (mut flow_m3s, dqdh_m2s) = self.discharge(&opening, head_m, filled);
        if filled < 1.0 && way.low_m > crest_m {
            flow_m3s *= villemonte((way.low_m - crest_m) / (way.high_m - crest_m), 1.5);
        }
        StructureFlow {
            flow_m3s: way.sign * flow_m3s,
            dqdh_m2s,
            depth_m,
            surface_from_m2: if class == FlowClass::UpCritical { 0.0 } else { surface_m2 / 2.0 },
            surface_to_m2: if class == FlowClass::DownCritical { 0.0 } else { surface_m2 / 2.0 },
            class,
        }
    }

    /// Head on an opening in the floor, and its share of the critical head.
    fn head_on_floor(&self, way: &Directed, crest_m: f64, opening: &Opening) -> (f64, f64) {
        let head_m = if way.high_m < crest_m { 0.0 } else { way.high_m - way.low_m.max(crest_m) };
        (head_m, (head_m / opening.critical_m).min(1.0))
    }

    /// Head on an opening in a wall, and how much of its height is covered.
    fn head_on_wall(way: &Directed, crest_m: f64, height_m: f64) -> (f64, f64) {
        let crown_m = crest_m + height_m;
        if way.high_m < crown_m && crown_m > crest_m {
            return (way.high_m - crest_m, (way.high_m - crest_m) / height_m);
        }
        (way.high_m - way.low_m.max((crest_m + crown_m) / 2.0), 1.0)
    }

    /// Free flow and dQ/dH, the flap gate's loss included.
    fn discharge(&self, opening: &Opening, head_m: f64, filled: f64) -> (f64, f64) {
        let (flow_m3s, dqdh_m2s) = discharge(opening, head_m, filled);
        if !self.flap_gate || flow_m3s == 0.0 {
            return (flow_m3s, dqdh_m2s);
        }
        let loss_m = flap_gate_loss_m(flow_m3s / opening.area_m2, head_m);
        if filled < 1.0 {
            discharge(opening, head_m, (filled - loss_m / opening.critical_m).max(0.0))
        } else {
            discharge(opening, (head_m - loss_m).max(0.0), filled)
        }
    }
}

/// Weir flow below the critical head, orifice flow above it.
fn discharge(opening: &Opening, head_m: f64, filled: f64) -> (f64, f64) {
    if head_m == 0.0 || filled <= 0.0 {
        return (0.0, 0.0);
    }
    if filled < 1.0 {
        let flow_m3s = opening.critical_flow_m3s * filled.powf(1.5);
        return (flow_m3s, 1.5 * flow_m3s / (filled * opening.critical_m));
    }
    let flow_m3s = opening.factor * head_m.sqrt();
    (flow_m3s, flow_m3s / (2.0 * head_m))
}

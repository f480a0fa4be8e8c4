//! Low-impact development (sponge city) controls: designs made of layers, and their units in subcatchments.

use serde::{Deserialize, Serialize};

use super::{LidIx, Receiver};

/// Kind of a LID control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LidKind {
    /// Bioretention cell.
    Bioretention,
    /// Rain garden.
    RainGarden,
    /// Green roof.
    GreenRoof,
    /// Infiltration trench.
    InfiltrationTrench,
    /// Permeable pavement.
    PermeablePavement,
    /// Rain barrel.
    RainBarrel,
    /// Rooftop disconnection.
    RooftopDisconnection,
    /// Vegetative swale.
    VegetativeSwale,
}

/// Surface layer.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidSurface {
    /// Height of berm or depression storage [m].
    pub storage_m: f64,
    /// Share of volume not taken by plants (SWMM's 1 − vegetation fraction), 0..1.
    pub void_fraction: f64,
    /// Manning's n.
    pub manning: f64,
    /// Slope [–].
    pub slope: f64,
    /// Side slope of a swale, run over rise [–].
    pub side_slope: f64,
}

/// Soil layer.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidSoil {
    /// Thickness [m].
    pub thickness_m: f64,
    /// Porosity [–].
    pub porosity: f64,
    /// Field capacity [–].
    pub field_capacity: f64,
    /// Wilting point [–].
    pub wilting_point: f64,
    /// Saturated conductivity [m/s].
    pub conductivity_ms: f64,
    /// Slope of log conductivity against moisture [–].
    pub conductivity_slope: f64,
    /// Suction head [m].
    pub suction_m: f64,
}

/// Pavement layer.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidPavement {
    /// Thickness [m].
    pub thickness_m: f64,
    /// Voids over solids turned into voids over volume [–].
    pub void_fraction: f64,
    /// Impervious share, 0..1.
    pub impervious: f64,
    /// Permeability [m/s].
    pub permeability_ms: f64,
    /// Clogging factor; 0 = none [–].
    pub clog_factor: f64,
    /// Days between regenerations; 0 = none [d].
    pub regeneration_days: f64,
    /// Share of permeability regained [–].
    pub regeneration: f64,
}

/// Storage layer.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidStorage {
    /// Thickness; height of a barrel [m].
    pub thickness_m: f64,
    /// Voids over volume [–].
    pub void_fraction: f64,
    /// Seepage into native soil [m/s].
    pub seepage_ms: f64,
    /// Clogging factor; 0 = none [–].
    pub clog_factor: f64,
    /// Whether a barrel is covered.
    pub covered: bool,
}

/// Underdrain, or roof drain of a disconnection (its largest flow is `coefficient`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LidDrain {
    /// Flow coefficient for head in the file's unit and flow in the file's rate unit.
    pub coefficient: f64,
    /// Flow exponent [–].
    pub exponent: f64,
    /// From head [m] to the unit the coefficient is for.
    pub head_factor: f64,
    /// From the coefficient's flow unit (in/hr or mm/hr) to m/s.
    pub flow_factor: f64,
    /// Offset above the bottom [m].
    pub offset_m: f64,
    /// Delay of a barrel's drain after rain [s].
    pub delay_s: f64,
    /// Head at which a closed drain opens; 0 = none [m].
    pub open_head_m: f64,
    /// Head at which an open drain closes; 0 = none [m].
    pub close_head_m: f64,
    /// Multiplier of the coefficient over head [m → –]; empty = 1.
    pub curve: Vec<(f64, f64)>,
}

/// Drainage mat of a green roof.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LidMat {
    /// Thickness [m].
    pub thickness_m: f64,
    /// Voids over volume [–].
    pub void_fraction: f64,
    /// Manning's n.
    pub manning: f64,
}

/// A design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LidControl {
    /// Name.
    pub id: String,
    /// Kind.
    pub kind: LidKind,
    /// Surface layer.
    pub surface: LidSurface,
    /// Soil layer.
    pub soil: Option<LidSoil>,
    /// Pavement layer.
    pub pavement: Option<LidPavement>,
    /// Storage layer.
    pub storage: Option<LidStorage>,
    /// Underdrain.
    pub drain: Option<LidDrain>,
    /// Drainage mat.
    pub mat: Option<LidMat>,
    /// Share of each pollutant removed from underdrain flow, 0..1.
    pub removal: Vec<f64>,
}

/// Units of one design in a subcatchment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LidUnit {
    /// Design.
    pub control: LidIx,
    /// How many.
    pub count: u32,
    /// Area of one [m²].
    pub area_m2: f64,
    /// Width of overland flow of one [m].
    pub width_m: f64,
    /// Saturation at the start, 0..1.
    pub initial_saturation: f64,
    /// Share of the impervious area without LID that it treats, 0..1.
    pub from_impervious: f64,
    /// Share of the pervious area that it treats, 0..1.
    pub from_pervious: f64,
    /// Whether its surface outflow returns to the pervious area.
    pub to_pervious: bool,
    /// Where its drain goes; `None` = to the subcatchment's outlet.
    pub drain_to: Option<Receiver>,
}

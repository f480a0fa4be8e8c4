//! LID controls and their use.

use serde::{Deserialize, Serialize};

use super::{CurveIx, LidIx, Outlet, PollutantIx, SubcatchmentIx};

/// Kind of a LID control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum LidKind {
    /// `BC`.
    #[default]
    Bioretention,
    /// `RG`.
    RainGarden,
    /// `GR`.
    GreenRoof,
    /// `IT`.
    InfiltrationTrench,
    /// `PP`.
    PermeablePavement,
    /// `RB`.
    RainBarrel,
    /// `VS`.
    VegetativeSwale,
    /// `RD`.
    RooftopDisconnection,
}

/// A LID control with its layers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LidControl {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: LidKind,
    /// Surface.
    pub surface: Option<LidSurface>,
    /// Pavement.
    pub pavement: Option<LidPavement>,
    /// Soil.
    pub soil: Option<LidSoil>,
    /// Storage.
    pub storage: Option<LidStorage>,
    /// Underdrain; of a rooftop disconnection the roof drain.
    pub drain: Option<LidDrain>,
    /// Drainage mat.
    pub drain_mat: Option<LidDrainMat>,
    /// Removal in the underdrain [%].
    pub removals: Vec<(PollutantIx, f64)>,
}

/// Surface layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LidSurface {
    /// Berm height or storage depth [in or mm].
    pub storage_height: f64,
    /// Volume share of vegetation, below 1.
    pub vegetation: f64,
    /// Manning's n.
    pub roughness: f64,
    /// Slope [%].
    pub slope_pct: f64,
    /// Run over rise of a swale's sides.
    pub side_slope: f64,
}

/// Pavement layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LidPavement {
    /// Thickness [in or mm].
    pub thickness: f64,
    /// Void ratio (voids over solids).
    pub void_ratio: f64,
    /// Impervious share of a modular system.
    pub impervious: f64,
    /// Permeability [in/h or mm/h].
    pub permeability: f64,
    /// Clogging factor; 0 = none.
    pub clogging: f64,
    /// Days between regenerations; 0 = none.
    pub regeneration_days: f64,
    /// Share of permeability regained, 0 to 1.
    pub regeneration_degree: f64,
}

/// Soil layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LidSoil {
    /// Thickness [in or mm].
    pub thickness: f64,
    /// Porosity.
    pub porosity: f64,
    /// Field capacity.
    pub field_capacity: f64,
    /// Wilting point.
    pub wilting_point: f64,
    /// Saturated conductivity [in/h or mm/h].
    pub conductivity: f64,
    /// Slope of ln conductivity against moisture deficit.
    pub conductivity_slope: f64,
    /// Suction head [in or mm].
    pub suction: f64,
}

/// Storage layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LidStorage {
    /// Thickness, or height of a barrel [in or mm].
    pub thickness: f64,
    /// Void ratio (voids over solids); of no effect for a rain barrel.
    pub void_ratio: f64,
    /// Seepage rate [in/h or mm/h].
    pub seepage: f64,
    /// Clogging factor; 0 = none.
    pub clogging: f64,
    /// Whether a rain barrel is covered (SWMM 5.2.3).
    pub covered: bool,
}

/// Underdrain: flow [in/h or mm/h] is `coefficient · (head − offset)^exponent`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LidDrain {
    /// Coefficient; of a rooftop disconnection the roof drain's capacity [in/h or mm/h].
    pub coefficient: f64,
    /// Exponent.
    pub exponent: f64,
    /// Height above the bottom [in or mm].
    pub offset: f64,
    /// Delay of a rain barrel's drain [h].
    pub delay_h: f64,
    /// Head at which it opens [in or mm]; 0 = none.
    pub open_level: f64,
    /// Head at which it closes [in or mm]; 0 = none.
    pub close_level: f64,
    /// Control curve: factor of flow against head.
    pub curve: Option<CurveIx>,
}

/// Drainage mat.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LidDrainMat {
    /// Thickness [in or mm].
    pub thickness: f64,
    /// Void share.
    pub void_fraction: f64,
    /// Manning's n.
    pub roughness: f64,
}

/// LID units in a subcatchment. SWMM evaluates those of a subcatchment in reverse order of their rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LidUsage {
    /// Subcatchment.
    pub subcatchment: SubcatchmentIx,
    /// Control.
    pub lid: LidIx,
    /// Number of units, at least 1.
    pub number: u32,
    /// Area of each [ft² or m²].
    pub area: f64,
    /// Outflow width of each [ft or m].
    pub width: f64,
    /// Saturation at the start [%].
    pub saturation_pct: f64,
    /// Share of impervious runoff treated [%].
    pub from_impervious_pct: f64,
    /// Whether outflow goes to the pervious area.
    pub to_pervious: bool,
    /// Detailed report file.
    pub report_file: Option<String>,
    /// Where underdrain flow goes; `None` = where the subcatchment's does.
    pub drain_to: Option<Outlet>,
    /// Share of pervious runoff treated [%].
    pub from_pervious_pct: f64,
}

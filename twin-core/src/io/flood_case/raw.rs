//! A flood case as it stands in its file, every value with its place.

use serde::Deserialize;
use toml::Spanned;
use twin_physics::kernels::surface::edge::Edge;

/// A number with its place.
pub type Num = Spanned<f64>;
/// A word with its place.
pub type Word = Spanned<String>;

/// A number, or the name of a file that holds one a cell or one an instant.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a number or the name of a file")]
pub enum NumOrFile {
    Num(f64),
    File(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub dem: Word,
    pub crs: Option<Word>,
    pub friction: Spanned<Friction>,
    pub initial: Option<Spanned<Initial>>,
    pub duration_s: Num,
    pub output_every_s: Option<Num>,
    pub gauge_every_s: Option<Num>,
    pub scheme: Option<Scheme>,
    pub local_steps: Option<Spanned<bool>>,
    pub precision: Option<Precision>,
    pub film_m: Option<Num>,
    pub threshold_m: Option<Num>,
    pub raster: Option<RasterFormat>,
    pub buildings: Option<Word>,
    pub infiltration: Option<Spanned<Infiltration>>,
    #[serde(default)]
    pub boundary: Vec<Spanned<Boundary>>,
    #[serde(default)]
    pub inflow: Vec<Spanned<Inflow>>,
    #[serde(default)]
    pub rain: Vec<Spanned<Rain>>,
    #[serde(default)]
    pub breach: Vec<Spanned<Barrier>>,
    #[serde(default)]
    pub wall: Vec<Spanned<Barrier>>,
    #[serde(default)]
    pub underpass: Vec<Spanned<Underpass>>,
    #[serde(default)]
    pub check_dam: Vec<Spanned<CheckDam>>,
    #[serde(default)]
    pub gauge: Vec<Spanned<Gauge>>,
    pub sewers: Option<Spanned<Sewers>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sewers {
    pub manhole_diameter_m: Option<Num>,
    pub exchange_every_s: Option<Num>,
    pub rain: Option<SewerRain>,
}

/// Where the rain on the streets comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SewerRain {
    /// From the gages of the sewers: each tile hears the nearest.
    Gages,
    /// From the case; catchments of the sewers bring the rest.
    #[default]
    Case,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    #[default]
    Hllc1,
    Hllc2,
    Inertial,
}

/// What depths and velocities are computed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Single precision, volumes in double.
    F32,
    /// Double precision.
    #[default]
    F64,
}

/// What rasters are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RasterFormat {
    /// ESRI ASCII grid.
    Asc,
    /// GeoTIFF.
    Tif,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Friction {
    pub manning: Option<Spanned<NumOrFile>>,
    pub chezy: Option<Spanned<NumOrFile>>,
    pub land: Option<Word>,
    pub table: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Initial {
    pub level_m: Option<Num>,
    pub depth: Option<Spanned<NumOrFile>>,
    pub u: Option<Spanned<NumOrFile>>,
    pub v: Option<Spanned<NumOrFile>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Infiltration {
    pub rate_mm_h: Option<Num>,
    pub conductivity_mm_h: Option<Num>,
    pub suction_mm: Option<Num>,
    pub deficit: Option<Num>,
    pub land: Option<Word>,
    pub table: Option<Word>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Level,
    Flow,
    Free,
    Wall,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Boundary {
    pub edge: Edge,
    pub from_m: Option<Num>,
    pub to_m: Option<Num>,
    pub kind: Kind,
    pub series: Option<Spanned<NumOrFile>>,
    pub level: Option<Spanned<NumOrFile>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inflow {
    pub x: f64,
    pub y: f64,
    pub series: Spanned<NumOrFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rain {
    pub series: Option<Spanned<NumOrFile>>,
    pub x: Option<f64>,
    pub y: Option<f64>,
    pub raster: Option<Word>,
    pub grids: Option<Word>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gauge {
    pub id: Word,
    pub x: f64,
    pub y: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Barrier {
    pub id: Option<Word>,
    pub line: Vec<[f64; 2]>,
    pub crest: CrestValue,
    pub form: Option<Form>,
    pub coefficient: Option<f64>,
    pub trigger: Option<Trigger>,
    pub growth: Option<Growth>,
    pub foot_m: Option<f64>,
    pub span_m: Option<[f64; 2]>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a level, a level for each point, or { over_ground_m = … }")]
pub enum CrestValue {
    Level(f64),
    AtPoints(Vec<f64>),
    OverGround { over_ground_m: f64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Broad,
    Sharp,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    pub head_m: Option<f64>,
    pub time_s: Option<f64>,
    pub overflow_m: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrowthKind {
    Sudden,
    Linear,
    Verheij,
    Froehlich,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Soil {
    Sand,
    Loess,
    Clay,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Growth {
    pub kind: GrowthKind,
    pub duration_s: Option<f64>,
    pub soil: Option<Soil>,
    pub critical_ms: Option<f64>,
    pub first_width_m: Option<f64>,
    pub deepening_s: Option<f64>,
    pub reservoir_m3: Option<f64>,
    #[serde(default)]
    pub overtopped: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Underpass {
    pub id: Word,
    pub floor_m: Option<Num>,
    pub ceiling_m: Option<Num>,
    pub area_m2: Option<Num>,
    pub width_m: Option<Num>,
    pub grade: Option<Num>,
    pub sump_m3: Option<Num>,
    pub storage: Option<Word>,
    pub portal: Vec<Spanned<Portal>>,
    pub pump: Option<Pump>,
    pub closure_depth_m: Option<Num>,
    #[serde(default)]
    pub marks_m: Vec<Num>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckDam {
    pub id: Word,
    pub storage: Option<Word>,
    pub floor_m: Option<Num>,
    pub area_m2: Option<Num>,
    pub crest_m: Num,
    pub crest_length_m: Num,
    pub spillway: Option<Spillway>,
    pub failure: Option<Spanned<DamFailure>>,
    /// Another dam that its water goes into.
    pub into: Option<Word>,
    pub x: Option<f64>,
    pub y: Option<f64>,
    pub inflow: Option<Spanned<NumOrFile>>,
    pub volume_m3: Option<Num>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spillway {
    pub sill_m: Num,
    pub width_m: Num,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DamFailure {
    pub overflow_m: Num,
    pub foot_m: Num,
    pub breach_width_m: Option<Num>,
    pub breach_time_s: Option<Num>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portal {
    pub x: f64,
    pub y: f64,
    pub sill_m: Num,
    pub width_m: Num,
    pub coefficient: Option<Num>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pump {
    pub rate_m3s: Num,
    pub start_m3: Num,
    pub stop_m3: Num,
    /// Node of the sewers in a city that takes it.
    pub into: Option<String>,
}

//! Flood cases: a terrain with friction, what drives the water, and what is to be written.
//!
//! A case is a TOML file; the files it names lie relative to it. Keys that are not known are errors. Coordinates are
//! those of the terrain. Rows are counted from the south in what is read here, as the kernel does.
//!
//! # Rain
//! Several `[[rain]]` add up, but of those with `x` and `y` each tile of 16 × 16 cells hears the nearest alone.
//! `raster` holds factors of a series, taken as their mean over a tile; `grids` is a table `t_s,raster` of rasters in
//! mm/h. Rain holds from its row until the next.
//! # Sewers
//! In a city a case may lie over a drainage network (`surface` of its `[[network]]`). `[sewers]` then says how they
//! meet: `manhole_diameter_m` (0.7), `exchange_every_s` (2) and where rain on the streets comes from, `rain = "gages"`
//! of the network or `"case"`. Duration, precision, gauges and intervals of output are for a case that runs by itself.
//! Where a city has no sewers, its case is a network of its own (`domain = "surface"`), and its gauges are read there.
//! # Buildings
//! Water does not pass the outline of a building: the faces along it are blocked. What rains on a roof stays there.
//! # Underpasses
//! `[[underpass]]` is a volume under the street: an underpass, a tunnel, a basement. Its `id` is its own. Its shape is
//! one of three: straight walls (`floor_m`, `ceiling_m`, `area_m2`); two ramps of one grade with a sump under their
//! lowest point (`floor_m`, `ceiling_m`, `width_m`, `grade`, `sump_m3`, 0 if not said); or a table
//! `storage = "FILE.csv"` of `level_m,volume_m3`, both rising, from floor to ceiling.
//!
//! Each `[[underpass.portal]]` is a sill of `sill_m` and `width_m` at the cell of `x`, `y`, which water passes either
//! way; `coefficient` is that of its weir, 1.7 m^½/s if not said. Where the street lies above the sill, water passes
//! from the street's level on. `pump = { rate_m3s, start_m3, stop_m3 }` lifts water out of the model, or in a city with
//! `into = "NODE"` into its sewers.
//! `closure_depth_m` over the floor closes it to traffic; the first time of each depth of `marks_m` is told.
//! # Check dams
//! `[[check_dam]]` is a dam (淤地坝) in a gully off the terrain. What it holds is a table `storage = "FILE.csv"` of
//! `level_m,volume_m3`, which reaches above the crest, or straight walls on `floor_m` with `area_m2`; `volume_m3` of it
//! is there at the start (0), and `inflow` comes from outside: m³/s, or a file `t_s,value`. Water leaves over the crest
//! (`crest_m`, `crest_length_m`) and `spillway = { sill_m, width_m }`. With `failure = { overflow_m, foot_m }` it
//! breaches down to the foot when water stands so deep over the crest; width and time of the breach are
//! `breach_width_m` and `breach_time_s`, or Froehlich's where neither is given. All that leaves it goes into the dam
//! named by `into`, onto the cell at `x`, `y`, or, where neither is said, away.

mod barriers;
mod build;
mod buildings;
mod check_dam;
pub mod codes;
mod land;
mod rain;
mod raw;
mod read;
mod series;
#[cfg(test)]
mod tests;
mod underpass;

use twin_physics::kernels::surface::flood::FloodModel;

use super::raster::Raster;

pub use raw::{Precision, RasterFormat};
pub use read::read_file;

/// A case, ready to be run.
#[derive(Debug, Clone)]
pub struct FloodCase {
    /// The terrain as it was read.
    pub dem: Raster,
    /// What is computed.
    pub model: FloodModel,
    /// How long it runs [s].
    pub duration_s: f64,
    /// Interval of depth rasters [s]; none = the final one alone.
    pub output_every_s: Option<f64>,
    /// Interval of gauge rows [s].
    pub gauge_every_s: f64,
    /// What it is computed in.
    pub precision: Precision,
    /// What rasters are written as.
    pub format: RasterFormat,
    /// Names of levees and walls, in their order.
    pub barrier_ids: Vec<String>,
    /// Names of underpasses, in their order.
    pub underpass_ids: Vec<String>,
    /// Names of check dams, in their order.
    pub dam_ids: Vec<String>,
    /// Node of the sewers into which each underpass is pumped; none = away.
    pub pumped_into: Vec<Option<String>>,
    /// Gauges.
    pub gauges: Vec<Gauge>,
    /// How it meets the sewers of a city.
    pub sewers: Sewers,
}

/// How a surface meets the sewers under it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sewers {
    /// Diameter of a manhole's opening [m].
    pub manhole_m: f64,
    /// Longest time between two exchanges [s].
    pub every_s: f64,
    /// Whether rain comes from the gages of the sewers.
    pub hears_gages: bool,
}

impl Default for Sewers {
    fn default() -> Self {
        Self { manhole_m: 0.7, every_s: 2.0, hears_gages: false }
    }
}

/// A place whose water is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gauge {
    /// Its name.
    pub id: String,
    /// The cell.
    pub cell: usize,
}

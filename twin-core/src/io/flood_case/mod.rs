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
//! # Buildings
//! Water does not pass the outline of a building: the faces along it are blocked. What rains on a roof stays there.

mod barriers;
mod build;
mod buildings;
pub mod codes;
mod land;
mod rain;
mod raw;
mod read;
mod series;
#[cfg(test)]
mod tests;

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

//! Flood cases: a terrain with friction, what drives the water, and what is to be written.
//!
//! A case is a TOML file; the files it names lie relative to it. Keys that are not known are errors. Coordinates are
//! those of the terrain. Rows are counted from the south in what is read here, as the kernel does.
//!
//! # Rain
//! Several `[[rain]]` add up, but of those with `x` and `y` each tile of 16 × 16 cells hears the nearest alone.
//! `raster` holds factors of a series, taken as their mean over a tile; `grids` is a table `t_s,raster` of rasters in
//! mm/h. Rain holds from its row until the next.
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

use twin_physics::kernels::surface::barrier::Barrier;
use twin_physics::kernels::surface::edge::Stretch;
use twin_physics::kernels::surface::grid::Ground;
use twin_physics::kernels::surface::soak::Soak;
use twin_physics::kernels::surface::step::Order;

use super::raster::Raster;

pub use rain::Rain;
pub use raw::{Precision, RasterFormat};
pub use read::read_file;
pub use series::Series;

/// A case, ready to be run.
#[derive(Debug, Clone)]
pub struct FloodCase {
    /// The terrain as it was read.
    pub dem: Raster,
    /// The ground: bed, friction, walls of buildings and barriers.
    pub ground: Ground,
    /// Depth at the start [m], from the south.
    pub depth_m: Vec<f64>,
    /// Velocity along x at the start [m/s]; empty = at rest.
    pub u_ms: Vec<f64>,
    /// Velocity along y at the start [m/s]; empty = at rest.
    pub v_ms: Vec<f64>,
    /// How long it runs [s].
    pub duration_s: f64,
    /// Interval of depth rasters [s]; none = the final one alone.
    pub output_every_s: Option<f64>,
    /// Interval of gauge rows [s].
    pub gauge_every_s: f64,
    /// The scheme.
    pub order: Order,
    /// What it is computed in.
    pub precision: Precision,
    /// Depth up to which water does not run [m].
    pub film_m: f64,
    /// Depth from which ground counts as flooded [m].
    pub threshold_m: f64,
    /// What rasters are written as.
    pub format: RasterFormat,
    /// What holds along open edges.
    pub boundaries: Vec<OpenEdge>,
    /// Point sources.
    pub inflows: Vec<Inflow>,
    /// Rain.
    pub rain: Rain,
    /// Infiltration.
    pub soak: Option<Soak>,
    /// Levees and walls.
    pub barriers: Vec<Barrier>,
    /// Their names, in the same order.
    pub barrier_ids: Vec<String>,
    /// Gauges.
    pub gauges: Vec<Gauge>,
}

/// An open stretch of an edge.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenEdge {
    /// Where.
    pub stretch: Stretch,
    /// What holds there.
    pub kind: OpenKind,
}

/// What holds along a stretch.
#[derive(Debug, Clone, PartialEq)]
pub enum OpenKind {
    /// A level [m].
    Level(Series),
    /// A flow over the whole stretch [m³/s], and the level [m] it enters with where it enters faster than its waves.
    Flow(Series, Option<Series>),
    /// Water leaves freely.
    Free,
}

/// A point source.
#[derive(Debug, Clone, PartialEq)]
pub struct Inflow {
    /// The cell.
    pub cell: usize,
    /// Flow [m³/s].
    pub flow_m3s: Series,
}

/// A place whose water is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gauge {
    /// Its name.
    pub id: String,
    /// The cell.
    pub cell: usize,
}

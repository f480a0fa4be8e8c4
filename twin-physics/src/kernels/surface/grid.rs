//! The ground: bed differences, walls and friction on a Cartesian grid of square cells.
//!
//! *Source:* own derivation; finite volumes need the differences of the bed alone.

use super::face::WALL;
use super::friction::FrictionLaw;
use super::real::Real;
use crate::constants::GRAVITY_MS2;

/// Cells along one side of a tile, the unit of what is computed and what rests.
pub const TILE: usize = 16;

/// The ground as it is given: rows from south to north, cells from west to east.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// Cells along x.
    pub columns: usize,
    /// Cells along y.
    pub rows: usize,
    /// Side of a cell [m].
    pub cell_m: f64,
    /// Bed level of each cell [m]; NaN = outside, behind a wall.
    pub bed_m: Vec<f64>,
    /// Manning's n [s/m^(1/3)] or Chézy's C [m^(1/2)/s]; one number, or one a cell.
    pub roughness: Vec<f64>,
    /// What `roughness` is.
    pub law: FrictionLaw,
    /// Faces no water passes: `(cell, Face::West | Face::South)` names the face on that side of the cell.
    pub walls: Vec<(usize, Face)>,
}

/// A face of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Face {
    /// Towards smaller x.
    West,
    /// Towards smaller y.
    South,
}

/// Why a ground cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GroundError {
    /// Arrays and sizes disagree, or there is no cell.
    #[error("{what}: {given} values for {wanted} cells")]
    Size {
        /// Which array.
        what: &'static str,
        /// Its length.
        given: usize,
        /// The number of cells.
        wanted: usize,
    },
    /// A value outside its legal range.
    #[error("{what} of cell {cell} is {value}")]
    Value {
        /// Which value.
        what: &'static str,
        /// The cell.
        cell: usize,
        /// The value.
        value: f64,
    },
    /// Every cell is outside.
    #[error("no cell of the ground has a level")]
    Empty,
}

/// The ground as the kernel reads it.
#[derive(Debug, Clone)]
pub struct Grid<T> {
    /// Cells along x.
    pub columns: usize,
    /// Cells along y.
    pub rows: usize,
    /// Side of a cell [m].
    pub cell_m: f64,
    /// Bed of a cell less that of its western neighbour [m], `columns + 1` a row; [`WALL`] where nothing passes.
    pub rise_x: Vec<T>,
    /// Bed of a cell less that of its southern neighbour [m], `rows + 1` rows.
    pub rise_y: Vec<T>,
    /// `g n²` or `g/C²`.
    pub friction: Vec<T>,
    /// The law of friction.
    pub law: FrictionLaw,
    /// Share of the rain over a cell that falls on it: 0 outside.
    pub catch: Vec<T>,
    /// Bed level [m]; NaN outside.
    pub bed_m: Vec<f64>,
}

impl<T: Real> Grid<T> {
    /// Compiles a ground.
    ///
    /// # Errors
    /// [`GroundError`] where sizes disagree or a value makes no sense.
    pub fn new(ground: &Ground) -> Result<Self, GroundError> {
        check(ground)?;
        let (columns, rows) = (ground.columns, ground.rows);
        let bed = |i: usize, j: usize| ground.bed_m[j * columns + i];
        let rise = |from: f64, to: f64| T::of(if (to - from).is_finite() { to - from } else { WALL });
        let wall = T::of(WALL);
        let mut rise_x = vec![wall; (columns + 1) * rows];
        let mut rise_y = vec![wall; columns * (rows + 1)];
        for j in 0..rows {
            for i in 1..columns {
                rise_x[j * (columns + 1) + i] = rise(bed(i - 1, j), bed(i, j));
            }
        }
        for j in 1..rows {
            for i in 0..columns {
                rise_y[j * columns + i] = rise(bed(i, j - 1), bed(i, j));
            }
        }
        for &(cell, face) in &ground.walls {
            match face {
                Face::West => rise_x[cell / columns * (columns + 1) + cell % columns] = wall,
                Face::South => rise_y[cell] = wall,
            }
        }
        let one = |r: &f64| match ground.law {
            FrictionLaw::Manning => T::of(GRAVITY_MS2 * r * r),
            FrictionLaw::Chezy => T::of(GRAVITY_MS2 / (r * r)),
        };
        let mut friction: Vec<T> = ground.roughness.iter().map(one).collect();
        if friction.len() == 1 {
            friction.resize(columns * rows, friction[0]);
        }
        let catch = ground.bed_m.iter().map(|z| T::of(if z.is_nan() { 0.0 } else { 1.0 })).collect();
        let (cell_m, law, bed_m) = (ground.cell_m, ground.law, ground.bed_m.clone());
        Ok(Self { columns, rows, cell_m, rise_x, rise_y, friction, law, catch, bed_m })
    }

    /// Tiles along x.
    #[must_use]
    pub fn tiles_x(&self) -> usize {
        self.columns.div_ceil(TILE)
    }

    /// Tiles along y.
    #[must_use]
    pub fn tiles_y(&self) -> usize {
        self.rows.div_ceil(TILE)
    }

    /// The tile of a cell.
    #[must_use]
    pub fn tile_of(&self, cell: usize) -> usize {
        cell / self.columns / TILE * self.tiles_x() + cell % self.columns / TILE
    }

    /// Area of a cell [m²].
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.cell_m * self.cell_m
    }
}

fn check(ground: &Ground) -> Result<(), GroundError> {
    let cells = ground.columns * ground.rows;
    let size = |what, given, wanted| Err(GroundError::Size { what, given, wanted });
    if cells == 0 || ground.bed_m.len() != cells {
        return size("bed level", ground.bed_m.len(), cells);
    }
    if ground.roughness.len() != 1 && ground.roughness.len() != cells {
        return size("roughness", ground.roughness.len(), cells);
    }
    if !(ground.cell_m.is_finite() && ground.cell_m > 0.0) {
        return Err(GroundError::Value { what: "side", cell: 0, value: ground.cell_m });
    }
    let chezy = ground.law == FrictionLaw::Chezy;
    for (cell, &value) in ground.roughness.iter().enumerate() {
        let outside = ground.roughness.len() == cells && ground.bed_m[cell].is_nan();
        if !outside && !(value.is_finite() && (value > 0.0 || value == 0.0 && !chezy)) {
            return Err(GroundError::Value { what: "roughness", cell, value });
        }
    }
    if let Some(cell) = ground.bed_m.iter().position(|z| z.is_infinite() || z.abs() > 1e5) {
        return Err(GroundError::Value { what: "bed level", cell, value: ground.bed_m[cell] });
    }
    if let Some(&(cell, _)) = ground.walls.iter().find(|(cell, _)| *cell >= cells) {
        return size("wall", cell, cells);
    }
    if ground.bed_m.iter().all(|z| z.is_nan()) { Err(GroundError::Empty) } else { Ok(()) }
}

//! Terrain: ground elevation on a regular grid.
//!
//! Cells are squares; a value stands at the centre of its cell. Row 0 is the northern one, as ESRI grids are written.
//! Between centres the surface is bilinear; within half a cell of the border the nearest centres are used.

/// A regular grid of ground elevations.
#[derive(Debug, Clone, PartialEq)]
pub struct Terrain {
    columns: usize,
    rows: usize,
    west_m: f64,
    south_m: f64,
    cell_m: f64,
    /// Row by row from the north; `NaN` where nothing is known.
    elevations_m: Vec<f64>,
}

/// Where a grid lies and how fine it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridFrame {
    /// Number of columns, at least 1.
    pub columns: usize,
    /// Number of rows, at least 1.
    pub rows: usize,
    /// Western border of the grid in city coordinates [m].
    pub west_m: f64,
    /// Southern border of the grid in city coordinates [m].
    pub south_m: f64,
    /// Side of a cell, positive [m].
    pub cell_m: f64,
}

impl Terrain {
    /// A grid from its cells, row by row from the north, `NaN` where nothing is known; `None` if the number of cells
    /// does not fit, the frame is not finite, or the cell side is not positive.
    #[must_use]
    pub fn new(frame: GridFrame, elevations_m: Vec<f64>) -> Option<Self> {
        let GridFrame { columns, rows, west_m, south_m, cell_m } = frame;
        let cells = columns.checked_mul(rows)?;
        let sound = cells > 0 && cells == elevations_m.len() && cell_m > 0.0;
        (sound && [west_m, south_m, cell_m].iter().all(|v| v.is_finite())).then_some(Self {
            columns,
            rows,
            west_m,
            south_m,
            cell_m,
            elevations_m,
        })
    }

    /// Where the grid lies and how fine it is.
    #[must_use]
    pub fn frame(&self) -> GridFrame {
        GridFrame {
            columns: self.columns,
            rows: self.rows,
            west_m: self.west_m,
            south_m: self.south_m,
            cell_m: self.cell_m,
        }
    }

    /// Eastern border [m].
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a grid has far fewer than 2^53 columns
    pub fn east_m(&self) -> f64 {
        self.west_m + self.columns as f64 * self.cell_m
    }

    /// Northern border [m].
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn north_m(&self) -> f64 {
        self.south_m + self.rows as f64 * self.cell_m
    }

    /// Whether a point lies on the grid, borders included.
    #[must_use]
    pub fn covers(&self, x_m: f64, y_m: f64) -> bool {
        x_m >= self.west_m && x_m <= self.east_m() && y_m >= self.south_m && y_m <= self.north_m()
    }

    /// Elevation of one cell, row 0 in the north [m]; `None` off the grid or where nothing is known.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Option<f64> {
        if row >= self.rows || column >= self.columns {
            return None;
        }
        Some(self.elevations_m[row * self.columns + column]).filter(|z| z.is_finite())
    }

    /// All cells, row by row from the north, `NaN` where nothing is known [m].
    #[must_use]
    pub fn elevations_m(&self) -> &[f64] {
        &self.elevations_m
    }

    /// Ground elevation at a point [m], bilinear between cell centres.
    ///
    /// Where some of the four centres are unknown, the known ones are weighted alone; `None` off the grid or where all
    /// four are unknown.
    #[must_use]
    pub fn elevation_m(&self, x_m: f64, y_m: f64) -> Option<f64> {
        if !self.covers(x_m, y_m) {
            return None;
        }
        let (left, right, fx) = centres((x_m - self.west_m) / self.cell_m, self.columns);
        let (upper, lower, fy) = centres((self.north_m() - y_m) / self.cell_m, self.rows);
        let corners = [
            (upper, left, (1.0 - fx) * (1.0 - fy)),
            (upper, right, fx * (1.0 - fy)),
            (lower, left, (1.0 - fx) * fy),
            (lower, right, fx * fy),
        ];
        let (mut sum, mut weights) = (0.0, 0.0);
        for (row, column, weight) in corners {
            if let Some(z) = self.cell(row, column) {
                sum += weight * z;
                weights += weight;
            }
        }
        (weights > 0.0).then(|| sum / weights)
    }
}

/// The two centres a coordinate (in cells from the border) lies between, and its share of the way to the second.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // clamped to the grid
fn centres(cells: f64, count: usize) -> (usize, usize, f64) {
    let at = (cells - 0.5).clamp(0.0, (count - 1) as f64);
    let first = at.floor() as usize;
    (first, (first + 1).min(count - 1), at - at.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane() -> Terrain {
        let frame = GridFrame { columns: 4, rows: 3, west_m: 100.0, south_m: 200.0, cell_m: 10.0 };
        let z = |row: usize, column: usize| {
            let (x, y) = (105.0 + 10.0 * column as f64, 225.0 - 10.0 * row as f64);
            1000.0 + 0.5 * x - 0.25 * y
        };
        let cells = (0..3).flat_map(|r| (0..4).map(move |c| z(r, c))).collect();
        Terrain::new(frame, cells).expect("a sound grid")
    }

    /// Bilinear sampling returns a plane exactly between the outermost centres.
    #[test]
    fn a_plane_is_sampled_exactly() {
        let grid = plane();
        for (x, y) in [(105.0, 205.0), (117.3, 211.9), (135.0, 225.0), (120.0, 215.0)] {
            let z = grid.elevation_m(x, y).expect("on the grid");
            assert!((z - (1000.0 + 0.5 * x - 0.25 * y)).abs() < 1e-9, "at {x}, {y}: {z}");
        }
    }

    /// Off the grid nothing is known, on its border the nearest centre is.
    #[test]
    fn nothing_is_known_off_the_grid() {
        let grid = plane();
        assert_eq!(grid.elevation_m(99.9, 210.0), None);
        assert_eq!(grid.elevation_m(f64::NAN, 210.0), None);
        assert_eq!(grid.elevation_m(100.0, 230.0), grid.cell(0, 0));
        assert_eq!(grid.cell(3, 0), None);
    }

    /// An unknown cell is left out of the average, not taken as a number.
    #[test]
    fn unknown_cells_are_left_out() {
        let frame = GridFrame { columns: 2, rows: 1, west_m: 0.0, south_m: 0.0, cell_m: 1.0 };
        let grid = Terrain::new(frame, vec![f64::NAN, 7.0]).expect("a sound grid");
        assert_eq!(grid.elevation_m(0.9, 0.5), Some(7.0));
        assert_eq!(grid.elevation_m(0.2, 0.5), None);
    }

    /// A frame that does not fit its cells is refused.
    #[test]
    fn a_frame_that_does_not_fit_is_refused() {
        let frame = GridFrame { columns: 2, rows: 2, west_m: 0.0, south_m: 0.0, cell_m: 1.0 };
        assert!(Terrain::new(frame, vec![0.0; 3]).is_none());
        assert!(Terrain::new(GridFrame { cell_m: 0.0, ..frame }, vec![0.0; 4]).is_none());
        assert!(Terrain::new(GridFrame { columns: usize::MAX, ..frame }, vec![0.0; 4]).is_none());
    }
}

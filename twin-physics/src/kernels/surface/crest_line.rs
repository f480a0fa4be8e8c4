//! A line on the plan as a closed staircase of faces of the grid.
//!
//! Corners of the grid nearest to the line are joined along faces, so that no water slips through between two of them.
//! A staircase is longer than its line; each face therefore stands for the piece of the line it lies on, a share
//! `|cos θ|` of its own length for faces along x and `|sin θ|` for faces along y, which add up to the line.
//!
//! *Source:* own derivation; the rule of the nearest corner is that of J. E. Bresenham, Algorithm for computer control
//! of a digital plotter, IBM Systems Journal 4, 1965, for steps along one axis at a time.

use std::collections::BTreeSet;

use super::grid::Face;

/// A face that carries a piece of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineFace {
    /// The cell whose face it is.
    pub cell: usize,
    /// Which of its faces.
    pub face: Face,
    /// The cell to the left of the line, as one walks along it.
    pub left: usize,
    /// The cell to its right.
    pub right: usize,
    /// Where its piece begins, along the line [m].
    pub from_m: f64,
    /// Where it ends [m].
    pub to_m: f64,
}

/// Faces of a grid of `columns` by `rows` cells of side `cell_m` along the line through `points` [m, from the grid's
/// south-western corner], in the order of the line. What lies off the grid or on its rim has no face. A face met twice
/// counts once. Points that are not finite are left out.
#[must_use]
pub fn faces_along(columns: usize, rows: usize, cell_m: f64, points: &[[f64; 2]]) -> Vec<LineFace> {
    let mut walk = Walk { columns, rows, seen: BTreeSet::new(), faces: Vec::new() };
    let finite: Vec<_> = points.iter().filter(|p| p[0].is_finite() && p[1].is_finite()).collect();
    let mut along_m = 0.0;
    for pair in finite.windows(2) {
        let [[ax, ay], [bx, by]] = [*pair[0], *pair[1]];
        let length_m = (bx - ax).hypot(by - ay);
        let size = [columns as f64 * cell_m, rows as f64 * cell_m];
        if let Some([t0, t1]) = inside([ax, ay], [bx, by], size) {
            let corner = |t: f64| [nearest(ax + t * (bx - ax), cell_m), nearest(ay + t * (by - ay), cell_m)];
            walk.segment(corner(t0), corner(t1), [along_m + t0 * length_m, along_m + t1 * length_m]);
        }
        along_m += length_m;
    }
    walk.faces
}

/// Length of a line [m].
#[must_use]
pub fn length_m(points: &[[f64; 2]]) -> f64 {
    points.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum()
}

#[allow(clippy::cast_possible_truncation, reason = "clipped to the grid before")]
fn nearest(x_m: f64, cell_m: f64) -> i64 {
    (x_m / cell_m).round() as i64
}

/// The part of a segment inside the box from the origin to `size`, as shares of the segment (Liang and Barsky).
fn inside(a: [f64; 2], b: [f64; 2], size: [f64; 2]) -> Option<[f64; 2]> {
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let d = b[axis] - a[axis];
        if d == 0.0 {
            if a[axis] < 0.0 || a[axis] > size[axis] {
                return None;
            }
            continue;
        }
        let (s, t) = (-a[axis] / d, (size[axis] - a[axis]) / d);
        from = from.max(s.min(t));
        to = to.min(s.max(t));
    }
    (from <= to).then_some([from, to])
}

struct Walk {
    columns: usize,
    rows: usize,
    seen: BTreeSet<(usize, Face)>,
    faces: Vec<LineFace>,
}

impl Walk {
    fn segment(&mut self, a: [i64; 2], b: [i64; 2], along_m: [f64; 2]) {
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let (nx, ny) = (dx.abs(), dy.abs());
        // Pieces of faces along x are to those along y as cos² to sin², over all of them.
        let whole = (nx * nx + ny * ny) as f64;
        let piece = |n: i64| (along_m[1] - along_m[0]) * n as f64 / whole;
        let (mut at, mut from_m) = (a, along_m[0]);
        let (mut gone_x, mut gone_y) = (0, 0);
        while gone_x < nx || gone_y < ny {
            // The step after which the corner is nearer to the segment.
            let off = |gx: i64, gy: i64| (gx * ny - gy * nx).abs();
            let x_first = gone_y == ny || (gone_x < nx && off(gone_x + 1, gone_y) <= off(gone_x, gone_y + 1));
            let (step, long) = if x_first { ([dx.signum(), 0], piece(nx)) } else { ([0, dy.signum()], piece(ny)) };
            self.cross(at, step, [from_m, from_m + long]);
            at = [at[0] + step[0], at[1] + step[1]];
            from_m += long;
            if x_first {
                gone_x += 1;
            } else {
                gone_y += 1;
            }
        }
    }

    /// Takes the face between the corner `at` and the one a step away.
    fn cross(&mut self, at: [i64; 2], step: [i64; 2], [from_m, to_m]: [f64; 2]) {
        let i = at[0].min(at[0] + step[0]);
        let j = at[1].min(at[1] + step[1]);
        let (face, other) = if step[1] == 0 { (Face::South, [i, j - 1]) } else { (Face::West, [i - 1, j]) };
        let (Some(cell), Some(other)) = (self.cell([i, j]), self.cell(other)) else { return };
        if self.seen.insert((cell, face)) {
            // Walking east has the northern cell on the left, walking north the western one.
            let own_left = if face == Face::South { step[0] > 0 } else { step[1] < 0 };
            let (left, right) = if own_left { (cell, other) } else { (other, cell) };
            self.faces.push(LineFace { cell, face, left, right, from_m, to_m });
        }
    }

    fn cell(&self, [i, j]: [i64; 2]) -> Option<usize> {
        let (i, j) = (usize::try_from(i).ok()?, usize::try_from(j).ok()?);
        (i < self.columns && j < self.rows).then_some(j * self.columns + i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_along_the_grid_is_a_row_of_faces() {
        let faces = faces_along(10, 4, 2.0, &[[4.0, 3.9], [10.1, 4.2]]);
        let cells: Vec<_> = faces.iter().map(|f| (f.cell, f.face, f.left, f.right)).collect();
        assert_eq!(cells, [22, 23, 24].map(|c| (c, Face::South, c, c - 10)));
        let back = faces_along(10, 4, 2.0, &[[10.0, 4.0], [4.0, 4.0]]);
        assert_eq!((back[0].left, back[0].right), (14, 24));
        assert!(faces_along(10, 4, 2.0, &[[-50.0, 1.0], [-1.0, 1.0]]).is_empty());
        assert!(faces_along(10, 4, 2.0, &[[0.0, 0.0], [20.0, 0.0]]).is_empty());
    }

    /// Cells that can be reached from cell 0 without crossing a face of the list.
    fn reached(columns: usize, rows: usize, faces: &[LineFace]) -> usize {
        let closed: BTreeSet<_> = faces.iter().map(|f| (f.cell, f.face)).collect();
        let mut seen = vec![false; columns * rows];
        let mut queue = vec![0];
        seen[0] = true;
        while let Some(c) = queue.pop() {
            let (i, j) = (c % columns, c / columns);
            let mut go = |next: usize, through: (usize, Face)| {
                if !closed.contains(&through) && !seen[next] {
                    seen[next] = true;
                    queue.push(next);
                }
            };
            if i > 0 {
                go(c - 1, (c, Face::West));
            }
            if i + 1 < columns {
                go(c + 1, (c + 1, Face::West));
            }
            if j > 0 {
                go(c - columns, (c, Face::South));
            }
            if j + 1 < rows {
                go(c + columns, (c + columns, Face::South));
            }
        }
        seen.iter().filter(|s| **s).count()
    }

    proptest! {
        /// A line from one edge to the other parts the grid, and its pieces follow one another.
        #[test]
        fn a_line_is_tight(
            y in 1.0..19.0_f64, bend in 1.0..19.0_f64, x in 2.0..28.0_f64, end in 1.0..19.0_f64,
        ) {
            let line = [[-3.0, y], [x, bend], [33.0, end]];
            let faces = faces_along(30, 20, 1.0, &line);
            let count = reached(30, 20, &faces);
            prop_assert!(count > 0 && count < 600, "{}", count);
            prop_assert!(faces.windows(2).all(|w| w[1].from_m >= w[0].to_m - 1e-9));
            let pieces: f64 = faces.iter().map(|f| f.to_m - f.from_m).sum();
            prop_assert!(pieces <= length_m(&line) && pieces > 29.0, "{}", pieces);
        }

        /// All pieces of a line that lies inside are its length, whatever its direction.
        #[test]
        fn pieces_add_up(ax in 1.0..29.0_f64, ay in 1.0..19.0_f64, bx in 1.0..29.0_f64, by in 1.0..19.0_f64) {
            let line = [[ax, ay], [bx, by]];
            let faces = faces_along(30, 20, 1.0, &line);
            prop_assume!(!faces.is_empty());
            let pieces: f64 = faces.iter().map(|f| f.to_m - f.from_m).sum();
            prop_assert!((pieces - length_m(&line)).abs() < 1e-9, "{} {}", pieces, length_m(&line));
        }
    }
}

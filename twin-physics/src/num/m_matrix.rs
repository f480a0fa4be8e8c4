//! Sparse unsymmetric systems of a symmetric pattern whose columns are diagonally dominant.
//!
//! Flow that rises with the head at one end of a link and falls with the head at the other gives such a matrix: each
//! link adds `a ≥ 0` and `b ≥ 0` to the diagonals of its ends and takes them off the same columns elsewhere, storage
//! adds to the diagonal alone. For it Gaussian elimination is stable in any order without pivoting, so order and fill
//! are found once ([`MPattern`]) and each factorisation is a fixed walk through flat arrays. Libraries pivot, which
//! costs several times the arithmetic on networks that are nearly trees; that is why this one is ours.
//!
//! *Source:* ordering Amestoy, Davis & Duff (1996), *SIAM J. Matrix Anal. Appl.* 17, 886–905, as implemented by the
//! crate `faer`; elimination without pivoting Higham (2002), *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
//! theorem 9.9 (column diagonal dominance).

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::sparse::SymbolicSparseColMatRef;
use faer::sparse::linalg::amd;

use super::spd::SpdError;

/// Order and fill of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct MPattern {
    /// Row in which an unknown is eliminated.
    row: Vec<u32>,
    /// Where the later rows of each pivot begin.
    start: Vec<u32>,
    /// Later rows of each pivot, rising.
    later: Vec<u32>,
    /// Slot of each edge in `later`'s numbering; `NO_SLOT` where it has none.
    edge: Vec<u32>,
    /// Whether an edge's first unknown is eliminated before its second.
    forward: Vec<bool>,
}

/// Marks an edge that has no place in the matrix.
const NO_SLOT: u32 = u32::MAX;

/// Numbers of a matrix, and of its factors after [`MFactor::factorise`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MFactor {
    diagonal: Vec<f64>,
    /// Entries right of the diagonal in the pivot's row.
    upper: Vec<f64>,
    /// Entries below the diagonal in the pivot's column.
    lower: Vec<f64>,
    rhs: Vec<f64>,
}

fn order(unknowns: usize, edges: &[Option<(u32, u32)>]) -> Result<Vec<u32>, SpdError> {
    let too_large = |e: &dyn std::fmt::Display| SpdError::TooLarge(e.to_string());
    let mut columns: Vec<Vec<u32>> = vec![Vec::new(); unknowns];
    for &(a, b) in edges.iter().flatten().filter(|(a, b)| a != b) {
        columns[a as usize].push(b);
        columns[b as usize].push(a);
    }
    let mut col_ptr = vec![0_u32];
    let mut row_idx = Vec::new();
    for column in &mut columns {
        column.sort_unstable();
        column.dedup();
        row_idx.extend_from_slice(column);
        col_ptr.push(u32::try_from(row_idx.len()).map_err(|e| too_large(&e))?);
    }
    let pattern = SymbolicSparseColMatRef::new_checked(unknowns, unknowns, &col_ptr, None, &row_idx);
    let (mut perm, mut inverse) = (vec![0_u32; unknowns], vec![0_u32; unknowns]);
    let scratch = amd::order_maybe_unsorted_scratch::<u32>(unknowns, row_idx.len());
    let mut memory = MemBuffer::try_new(scratch).map_err(|e| SpdError::TooLarge(format!("{e:?}")))?;
    let stack = MemStack::new(&mut memory);
    amd::order_maybe_unsorted(&mut perm, &mut inverse, pattern, amd::Control::default(), stack)
        .map_err(|e| too_large(&e))?;
    Ok(inverse)
}

/// Later rows of each pivot with the fill that elimination brings.
fn fill(unknowns: usize, row: &[u32], edges: &[Option<(u32, u32)>]) -> Vec<Vec<u32>> {
    let mut later: Vec<Vec<u32>> = vec![Vec::new(); unknowns];
    for &(a, b) in edges.iter().flatten().filter(|(a, b)| a != b) {
        let (a, b) = (row[a as usize], row[b as usize]);
        later[a.min(b) as usize].push(a.max(b));
    }
    for pivot in 0..unknowns {
        later[pivot].sort_unstable();
        later[pivot].dedup();
        // What is left of a pivot's rows is coupled through the first of them.
        if let Some((&parent, rest)) = later[pivot].split_first() {
            let rest = rest.to_vec();
            later[parent as usize].extend(rest);
        }
    }
    later
}

impl MPattern {
    /// Orders a matrix of `unknowns` rows with two entries for each edge; `None` and loops have none.
    ///
    /// # Errors
    /// If an edge names an unknown that does not exist, or memory is exhausted.
    pub fn new(unknowns: usize, edges: &[Option<(u32, u32)>]) -> Result<Self, SpdError> {
        for (edge, pair) in edges.iter().enumerate() {
            if pair.is_some_and(|(a, b)| a.max(b) as usize >= unknowns) {
                return Err(SpdError::OutOfRange { edge, unknowns });
            }
        }
        let row = order(unknowns, edges)?;
        let lists = fill(unknowns, &row, edges);
        let mut start = vec![0_u32];
        let mut later = Vec::new();
        for list in &lists {
            later.extend_from_slice(list);
            let end = u32::try_from(later.len()).map_err(|e| SpdError::TooLarge(e.to_string()))?;
            start.push(end);
        }
        let mut pattern = Self { row, start, later, edge: Vec::new(), forward: Vec::new() };
        for pair in edges {
            let (slot, forward) = match *pair {
                Some((a, b)) if a != b => pattern.place(a, b),
                _ => (NO_SLOT, true),
            };
            pattern.edge.push(slot);
            pattern.forward.push(forward);
        }
        Ok(pattern)
    }

    fn place(&self, a: u32, b: u32) -> (u32, bool) {
        let (ra, rb) = (self.row[a as usize], self.row[b as usize]);
        let (first, second) = (ra.min(rb) as usize, ra.max(rb));
        let begin = self.start[first] as usize;
        let rows = &self.later[begin..self.start[first + 1] as usize];
        let at = rows.partition_point(|&r| r < second);
        ((begin + at) as u32, ra < rb)
    }

    /// Number of unknowns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.row.len()
    }

    /// Whether there are no unknowns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.row.is_empty()
    }

    /// Entries off the diagonal on each side, fill included.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.later.len()
    }
}

impl MFactor {
    /// Sets every number to 0 for a new matrix of this pattern.
    pub fn clear(&mut self, pattern: &MPattern) {
        for (values, len) in [
            (&mut self.diagonal, pattern.len()),
            (&mut self.rhs, pattern.len()),
            (&mut self.upper, pattern.entries()),
            (&mut self.lower, pattern.entries()),
        ] {
            values.clear();
            values.resize(len, 0.0);
        }
    }

    /// Adds to the diagonal and the right-hand side of an unknown.
    pub fn add_node(&mut self, pattern: &MPattern, unknown: usize, diagonal: f64, rhs: f64) {
        let row = pattern.row[unknown] as usize;
        self.diagonal[row] += diagonal;
        self.rhs[row] += rhs;
    }

    /// Adds to the two entries of an edge: the one in the row of its first unknown and column of its second, and the
    /// one in the row of its second and column of its first.
    pub fn add_edge(&mut self, pattern: &MPattern, edge: usize, first_row: f64, second_row: f64) {
        let slot = pattern.edge[edge] as usize;
        if pattern.forward[edge] {
            self.upper[slot] += first_row;
            self.lower[slot] += second_row;
        } else {
            self.lower[slot] += first_row;
            self.upper[slot] += second_row;
        }
    }

    /// Factors in place and solves for the right-hand side; `x` has a slot per unknown.
    ///
    /// # Errors
    /// [`SpdError::NotPositive`] where a pivot is not positive, which a matrix of the kind above never has.
    pub fn solve(&mut self, pattern: &MPattern, x: &mut [f64]) -> Result<(), SpdError> {
        let n = pattern.len();
        for pivot in 0..n {
            let d = self.diagonal[pivot];
            if d.is_nan() || d <= 0.0 {
                let unknown = pattern.row.iter().position(|&r| r as usize == pivot).unwrap_or(pivot);
                return Err(SpdError::NotPositive { unknown });
            }
            let (begin, end) = (pattern.start[pivot] as usize, pattern.start[pivot + 1] as usize);
            let rhs = self.rhs[pivot];
            for at in begin..end {
                let i = pattern.later[at] as usize;
                // Column below the pivot over the pivot: what row i loses of the pivot's row.
                let below = self.lower[at] / d;
                self.lower[at] = below;
                self.rhs[i] -= below * rhs;
                self.diagonal[i] -= below * self.upper[at];
                self.spread(pattern, i, at, end, below, self.upper[at] / d);
            }
        }
        for pivot in (0..n).rev() {
            let (begin, end) = (pattern.start[pivot] as usize, pattern.start[pivot + 1] as usize);
            let mut sum = self.rhs[pivot];
            for at in begin..end {
                sum -= self.upper[at] * self.rhs[pattern.later[at] as usize];
            }
            self.rhs[pivot] = sum / self.diagonal[pivot];
        }
        for (unknown, row) in pattern.row.iter().enumerate() {
            x[unknown] = self.rhs[*row as usize];
        }
        Ok(())
    }

    /// Takes the pivot's row and column off those of row `i`, for the rows after `i` in the pivot's list.
    fn spread(&mut self, pattern: &MPattern, i: usize, at: usize, end: usize, below: f64, right: f64) {
        let mut slot = pattern.start[i] as usize;
        for other in at + 1..end {
            let j = pattern.later[other];
            while pattern.later[slot] < j {
                slot += 1;
            }
            self.upper[slot] -= below * self.upper[other];
            // `lower` of the pivot is not divided yet beyond `at`.
            self.lower[slot] -= right * self.lower[other];
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn residual(edges: &[Option<(u32, u32)>], n: usize, seed: &[f64]) -> f64 {
        let pattern = MPattern::new(n, edges).expect("a pattern");
        let mut factor = MFactor::default();
        factor.clear(&pattern);
        let mut dense = vec![vec![0.0; n]; n];
        let b: Vec<f64> = (0..n).map(|i| seed[i % seed.len()] - 0.3).collect();
        for i in 0..n {
            dense[i][i] += 0.01 + seed[(3 * i) % seed.len()];
            factor.add_node(&pattern, i, dense[i][i], b[i]);
        }
        for (k, edge) in edges.iter().enumerate() {
            let Some((a, c)) = *edge else { continue };
            let (a, c) = (a as usize, c as usize);
            if a == c {
                continue;
            }
            let (out, back) = (seed[k % seed.len()] * 5.0, seed[(7 * k + 1) % seed.len()]);
            // Flow a → c: out·x_a − back·x_c.
            dense[a][a] += out;
            dense[c][a] -= out;
            dense[c][c] += back;
            dense[a][c] -= back;
            factor.add_node(&pattern, a, out, 0.0);
            factor.add_node(&pattern, c, back, 0.0);
            factor.add_edge(&pattern, k, -back, -out);
        }
        let mut x = vec![0.0; n];
        factor.solve(&pattern, &mut x).expect("solvable");
        let row = |i: usize| dense[i].iter().zip(&x).map(|(m, x)| m * x).sum::<f64>() - b[i];
        (0..n).map(|i| row(i).abs()).fold(0.0, f64::max)
    }

    proptest! {
        /// Any network with storage at its nodes: the solution satisfies every row.
        #[test]
        fn solutions_satisfy_every_row(
            n in 1_usize..40,
            pairs in prop::collection::vec((0_u32..40, 0_u32..40), 0..80),
            seed in prop::collection::vec(0.0..1.0_f64, 5..30),
        ) {
            let wrap = |v: u32| v % n as u32;
            let edges: Vec<_> = pairs.iter().map(|&(a, b)| Some((wrap(a), wrap(b)))).collect();
            prop_assert!(residual(&edges, n, &seed) < 1e-9);
        }
    }

    #[test]
    fn an_unknown_that_does_not_exist_is_refused() {
        assert_eq!(MPattern::new(2, &[Some((0, 2))]), Err(SpdError::OutOfRange { edge: 0, unknowns: 2 }));
    }

    #[test]
    fn a_pivot_of_nothing_names_its_unknown() {
        let pattern = MPattern::new(2, &[]).expect("a pattern");
        let mut factor = MFactor::default();
        factor.clear(&pattern);
        factor.add_node(&pattern, 0, 1.0, 1.0);
        assert_eq!(factor.solve(&pattern, &mut [0.0; 2]), Err(SpdError::NotPositive { unknown: 1 }));
    }
}

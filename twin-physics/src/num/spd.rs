//! Sparse symmetric positive-definite systems of a fixed pattern, solved many times.
//!
//! A network gives the same pattern at every iteration: one row per node and one off-diagonal entry per pair of
//! neighbours. [`SpdPattern`] orders it once by approximate minimum degree and finds the fill; [`SpdFactor`] holds the
//! numbers and buffers and is refactored in place. Everything runs on one thread, so the same numbers give the same
//! bits.
//!
//! *Source:* Amestoy, Davis & Duff (1996), *SIAM J. Matrix Anal. Appl.* 17, 886–905 (ordering); Davis (2006),
//! *Direct Methods for Sparse Linear Systems*, ch. 4 (up-looking Cholesky). Both as implemented by the crate `faer`.

use std::fmt;

use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::cholesky::llt::factor::LltError as PivotError;
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, LltRef, SymbolicCholesky, SymmetricOrdering, factorize_symbolic_cholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use faer::{Conj, MatMut, Par, Side};

/// Marks an edge that has no place in the matrix.
pub const NO_SLOT: u32 = u32::MAX;

/// Why a system could not be prepared or factored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpdError {
    /// The matrix is not positive definite: the pivot of an unknown is zero, negative or NaN.
    #[error("the pivot of unknown {unknown} is not positive")]
    NotPositive {
        /// The unknown, in the caller's numbering.
        unknown: usize,
    },
    /// An edge names an unknown that does not exist.
    #[error("edge {edge} names an unknown outside 0..{unknowns}")]
    OutOfRange {
        /// Position of the edge.
        edge: usize,
        /// Number of unknowns.
        unknowns: usize,
    },
    /// Memory or index range is exhausted.
    #[error("the pattern is too large to be factored: {0}")]
    TooLarge(String),
}

/// The pattern of a symmetric matrix, ordered and analysed once.
pub struct SpdPattern {
    row: Vec<u32>,
    col_ptr: Vec<u32>,
    row_idx: Vec<u32>,
    diagonal: Vec<u32>,
    edge: Vec<u32>,
    symbolic: SymbolicCholesky<u32>,
}

impl fmt::Debug for SpdPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpdPattern")
            .field("unknowns", &self.len())
            .field("entries", &self.row_idx.len())
            .field("factor_entries", &self.symbolic.len_val())
            .finish_non_exhaustive()
    }
}

/// Upper triangle by columns: column pointers, sorted rows, the slot of each diagonal and of each edge.
struct Upper {
    col_ptr: Vec<u32>,
    row_idx: Vec<u32>,
    diagonal: Vec<u32>,
    edge: Vec<u32>,
}

fn index(at: usize) -> Result<u32, SpdError> {
    u32::try_from(at).map_err(|_| SpdError::TooLarge(format!("{at} entries")))
}

/// Builds the upper triangle of a matrix whose unknown `i` stands in row `row[i]`.
fn upper_triangle(row: &[u32], edges: &[Option<(u32, u32)>]) -> Result<Upper, SpdError> {
    let n = row.len();
    let mut entries: Vec<(u32, u32, u32)> = Vec::with_capacity(n + edges.len());
    entries.extend(row.iter().map(|&r| (r, r, NO_SLOT)));
    for (k, edge) in edges.iter().enumerate() {
        if let Some((i, j)) = *edge
            && i != j
        {
            let (a, b) = (row[i as usize], row[j as usize]);
            entries.push((a.max(b), a.min(b), index(k)?));
        }
    }
    entries.sort_unstable();
    let mut upper = Upper {
        col_ptr: vec![0; n + 1],
        row_idx: Vec::with_capacity(entries.len()),
        diagonal: vec![0; n],
        edge: vec![NO_SLOT; edges.len()],
    };
    let mut last = None;
    let mut diagonal_of_row = vec![0_u32; n];
    for (column, r, k) in entries {
        if last != Some((column, r)) {
            last = Some((column, r));
            upper.row_idx.push(r);
            upper.col_ptr[column as usize + 1] = index(upper.row_idx.len())?;
        }
        let slot = index(upper.row_idx.len() - 1)?;
        if k == NO_SLOT {
            diagonal_of_row[r as usize] = slot;
        } else {
            upper.edge[k as usize] = slot;
        }
    }
    for (i, &r) in row.iter().enumerate() {
        upper.diagonal[i] = diagonal_of_row[r as usize];
    }
    Ok(upper)
}

fn analyse(upper: &Upper, ordering: SymmetricOrdering<'_, u32>) -> Result<SymbolicCholesky<u32>, SpdError> {
    let n = upper.diagonal.len();
    let pattern = SymbolicSparseColMatRef::new_checked(n, n, &upper.col_ptr, None, &upper.row_idx);
    factorize_symbolic_cholesky(pattern, Side::Upper, ordering, CholeskySymbolicParams::default())
        .map_err(|e| SpdError::TooLarge(e.to_string()))
}

impl SpdPattern {
    /// Orders and analyses a matrix of `unknowns` rows with an entry for each edge. `None` and loops have no entry;
    /// edges between the same two unknowns share one.
    ///
    /// # Errors
    /// If an edge names an unknown that does not exist, or memory is exhausted.
    pub fn new(unknowns: usize, edges: &[Option<(u32, u32)>]) -> Result<Self, SpdError> {
        for (edge, pair) in edges.iter().enumerate() {
            if pair.is_some_and(|(i, j)| i.max(j) as usize >= unknowns) {
                return Err(SpdError::OutOfRange { edge, unknowns });
            }
        }
        let natural: Vec<u32> = (0..unknowns).map(index).collect::<Result<_, _>>()?;
        let first = analyse(&upper_triangle(&natural, edges)?, SymmetricOrdering::Amd)?;
        let row = first.perm().map_or(natural, |p| p.arrays().1.to_vec());
        // Stored in the order of elimination, so that no factorisation has to permute anything.
        let upper = upper_triangle(&row, edges)?;
        let symbolic = analyse(&upper, SymmetricOrdering::Identity)?;
        let Upper { col_ptr, row_idx, diagonal, edge } = upper;
        Ok(Self { row, col_ptr, row_idx, diagonal, edge, symbolic })
    }

    /// Number of unknowns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.row.len()
    }
    /// Whether there is no unknown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.row.is_empty()
    }
    /// Row of each unknown: where its right-hand side and its solution stand.
    #[must_use]
    pub fn row(&self) -> &[u32] {
        &self.row
    }
    /// Slot of each unknown's diagonal in [`SpdFactor::values`].
    #[must_use]
    pub fn diagonal(&self) -> &[u32] {
        &self.diagonal
    }
    /// Slot of each edge in [`SpdFactor::values`]; [`NO_SLOT`] for loops and `None`.
    #[must_use]
    pub fn edge(&self) -> &[u32] {
        &self.edge
    }
}

/// Numbers, factor and buffers of one system.
pub struct SpdFactor {
    /// Values of the upper triangle, addressed by [`SpdPattern::diagonal`] and [`SpdPattern::edge`].
    pub values: Vec<f64>,
    factor: Vec<f64>,
    buffer: MemBuffer,
}

impl fmt::Debug for SpdFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpdFactor").field("entries", &self.values.len()).finish_non_exhaustive()
    }
}

impl SpdFactor {
    /// Room for systems of this pattern, all zero.
    #[must_use]
    pub fn new(pattern: &SpdPattern) -> Self {
        let need = StackReq::any_of(&[
            pattern.symbolic.factorize_numeric_llt_scratch::<f64>(Par::Seq, faer::Spec::default()),
            pattern.symbolic.solve_in_place_scratch::<f64>(1, Par::Seq),
        ]);
        Self {
            values: vec![0.0; pattern.row_idx.len()],
            factor: vec![0.0; pattern.symbolic.len_val()],
            buffer: MemBuffer::new(need),
        }
    }

    /// Whether this holds systems of that pattern's size.
    #[must_use]
    pub fn is_for(&self, pattern: &SpdPattern) -> bool {
        self.values.len() == pattern.row_idx.len() && self.factor.len() == pattern.symbolic.len_val()
    }

    /// Factors the matrix in [`SpdFactor::values`].
    ///
    /// # Errors
    /// [`SpdError::NotPositive`] naming the unknown whose pivot failed.
    pub fn factorise(&mut self, pattern: &SpdPattern) -> Result<(), SpdError> {
        let n = pattern.len();
        if n == 0 {
            return Ok(());
        }
        let shape = SymbolicSparseColMatRef::new_checked(n, n, &pattern.col_ptr, None, &pattern.row_idx);
        let done = pattern.symbolic.factorize_numeric_llt(
            &mut self.factor,
            SparseColMatRef::new(shape, &self.values),
            Side::Upper,
            faer::linalg::cholesky::llt::factor::LltRegularization::default(),
            Par::Seq,
            MemStack::new(&mut self.buffer),
            faer::Spec::default(),
        );
        match done {
            Ok(_) => Ok(()),
            Err(PivotError::NonPositivePivot { index }) => {
                let row = index.saturating_sub(1);
                let unknown = pattern.row.iter().position(|&r| r as usize == row).unwrap_or(row);
                Err(SpdError::NotPositive { unknown })
            }
        }
    }

    /// Solves with the last factor, in place; `rhs` is in row order ([`SpdPattern::row`]).
    ///
    /// # Panics
    /// If `rhs` is not as long as the pattern.
    pub fn solve(&mut self, pattern: &SpdPattern, rhs: &mut [f64]) {
        let n = pattern.len();
        assert_eq!(rhs.len(), n, "right-hand side of another system");
        if n > 0 {
            LltRef::new(&pattern.symbolic, &self.factor).solve_in_place_with_conj(
                Conj::No,
                MatMut::from_column_major_slice_mut(rhs, n, 1),
                Par::Seq,
                MemStack::new(&mut self.buffer),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path of unit conductances grounded at its head: solution is the running sum of flows.
    fn path(n: usize, ground: f64) -> (SpdPattern, SpdFactor) {
        let edges: Vec<_> = (1..n).map(|i| Some((i as u32 - 1, i as u32))).collect();
        let pattern = SpdPattern::new(n, &edges).expect("pattern");
        let mut factor = SpdFactor::new(&pattern);
        for k in 0..edges.len() {
            factor.values[pattern.edge()[k] as usize] -= 1.0;
            factor.values[pattern.diagonal()[k] as usize] += 1.0;
            factor.values[pattern.diagonal()[k + 1] as usize] += 1.0;
        }
        factor.values[pattern.diagonal()[0] as usize] += ground;
        (pattern, factor)
    }

    #[test]
    fn a_path_has_its_analytic_solution_and_can_be_refactored() {
        for n in [1, 2, 7, 400] {
            let (pattern, mut factor) = path(n, 1.0);
            for _ in 0..2 {
                factor.factorise(&pattern).expect("positive definite");
                let mut x = vec![0.0; n];
                x[pattern.row()[n - 1] as usize] = 1.0;
                factor.solve(&pattern, &mut x);
                for i in 0..n {
                    let exact = (i + 1) as f64;
                    assert!((x[pattern.row()[i] as usize] - exact).abs() < 1e-9 * exact, "{i} of {n}");
                }
            }
        }
    }

    #[test]
    fn a_singular_system_names_an_unknown_and_parallel_edges_share_a_slot() {
        let pattern = SpdPattern::new(3, &[Some((0, 1)), Some((1, 0)), None, Some((2, 2))]).expect("pattern");
        assert_eq!(pattern.edge()[0], pattern.edge()[1]);
        assert_eq!(pattern.edge()[2..], [NO_SLOT, NO_SLOT]);
        let mut factor = SpdFactor::new(&pattern);
        for i in 0..2 {
            factor.values[pattern.diagonal()[i] as usize] = 1.0;
        }
        assert_eq!(factor.factorise(&pattern), Err(SpdError::NotPositive { unknown: 2 }));
        assert!(matches!(SpdPattern::new(1, &[Some((0, 1))]), Err(SpdError::OutOfRange { edge: 0, .. })));
    }

    #[test]
    fn a_dense_block_takes_the_supernodal_path_and_is_right() {
        let n = 60_u32;
        let mut edges = Vec::new();
        for i in 0..n {
            edges.extend((0..i).map(|j| Some((j, i))));
        }
        let pattern = SpdPattern::new(n as usize, &edges).expect("pattern");
        let mut factor = SpdFactor::new(&pattern);
        for &slot in pattern.edge() {
            factor.values[slot as usize] = -1.0;
        }
        for &slot in pattern.diagonal() {
            factor.values[slot as usize] = f64::from(n);
        }
        factor.factorise(&pattern).expect("positive definite");
        let mut x = vec![1.0; n as usize];
        factor.solve(&pattern, &mut x);
        assert!(x.iter().all(|v| (v - 1.0).abs() < 1e-12)); // row sums are 1
    }
}

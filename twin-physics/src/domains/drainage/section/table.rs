//! Interpolation in tables of equal spacing over [0, 1], the way SWMM 5.2 does it.
//!
//! Linear between entries; a parabola through three entries in the two lowest intervals, where the relative error of a
//! straight line is largest; the inverse is linear everywhere. *Source:* Reference Manual vol. II (EPA/600/R-17/111),
//! appendix of cross-section geometry, and the behaviour of SWMM 5.2.4.

/// Entry of `table` at `x`, 0 at the first and 1 at the last entry; held beyond the last.
#[inline]
#[must_use]
pub fn lookup(x: f64, table: &[f64]) -> f64 {
    let last = table.len() - 1;
    let t = x * last as f64;
    let i = t as usize;
    if i >= last {
        return table[last];
    }
    at_fraction(i, t - i as f64, table)
}

/// Entry `f` of the way from entry `i` to the next; `i` is below the last.
#[inline]
pub fn at_fraction(i: usize, f: f64, table: &[f64]) -> f64 {
    let y = table[i] + f * (table[i + 1] - table[i]);
    if i >= 2 {
        return y.max(0.0);
    }
    let bent = y + f * (f - 1.0) * (0.5 * table[i] - table[i + 1] + 0.5 * table[i + 2]);
    if bent > 0.0 { bent } else { y.max(0.0) }
}

/// Where `table` takes the value `y`, in [0, 1].
///
/// The table rises, or rises up to its third entry from the end and falls from there (all tables of section factors).
/// In the latter case every `y` above the last entry is answered with the place of the maximum, as SWMM 5.2.4 does:
/// a pipe that carries more than when full is taken to be as full as at its greatest flow.
#[must_use]
pub fn inverse(y: f64, table: &[f64]) -> f64 {
    let n = table.len();
    let dx = 1.0 / (n - 1) as f64;
    let falls = table[n - 3] > table[n - 1];
    let top = if falls { n - 3 } else { n - 1 };
    let i = if falls && y > table[n - 1] { top } else { locate(y, &table[..=top]) };
    if i >= top {
        return top as f64 * dx;
    }
    let rise = table[i + 1] - table[i];
    let f = if rise == 0.0 { 0.0 } else { (y - table[i]) / rise };
    ((i as f64 + f) * dx).clamp(0.0, 1.0)
}

/// Highest entry not above `y`, 0 below the first.
fn locate(y: f64, table: &[f64]) -> usize {
    table.partition_point(|entry| *entry <= y).saturating_sub(1)
}

/// Slope of the table at `x`, per unit of x.
#[inline]
#[must_use]
pub fn slope(x: f64, table: &[f64]) -> f64 {
    let last = table.len() - 1;
    let i = ((x * last as f64) as usize).min(last - 1);
    (table[i + 1] - table[i]) * last as f64
}

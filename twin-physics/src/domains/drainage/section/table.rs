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
/// In the latter case a `y` above the last entry is looked for in the falling part: the flow at a given section factor
/// is then the one with the larger area.
#[must_use]
pub fn inverse(y: f64, table: &[f64]) -> f64 {
    let n = table.len();
    let dx = 1.0 / (n - 1) as f64;
    let falls = table[n - 3] > table[n - 1];
    let rising = if falls { n - 2 } else { n };
    let i = if falls && y > table[n - 1] {
        if y >= table[n - 3] {
            return (rising - 1) as f64 * dx;
        }
        if y <= table[n - 2] { n - 2 } else { n - 3 }
    } else {
        let i = locate(y, &table[..rising]);
        if i >= rising - 1 {
            return (rising - 1) as f64 * dx;
        }
        i
    };
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

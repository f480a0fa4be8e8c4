//! The two precisions the surface is computed in.
//!
//! *Source:* own derivation; the cube root follows the double precision one of `num`.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use serde::{Serialize, de::DeserializeOwned};

use super::step::{Buffers, Forcing, StepError, Stepped, Surface};
use super::water::Water;
use crate::num::cube_root;

/// A floating-point number of the kernel: `f32` for speed, `f64` for reference.
///
/// Every operation is one IEEE operation, so a result does not depend on the width of the vectors it was computed in.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Serialize
    + DeserializeOwned
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// Depth under which a cell is dry: its water stays, its velocity is zero [m].
    const DRY_M: f64;

    /// The nearest number of this precision.
    fn of(x: f64) -> Self;
    /// The same number in double precision.
    fn wide(self) -> f64;
    /// Absolute value.
    #[must_use]
    fn size(self) -> Self;
    /// Square root.
    fn root(self) -> Self;
    /// `x^(−1/3)` of a positive normal number, to a few units in the last place.
    fn inverse_cbrt(self) -> Self;

    /// [`Surface::step`]: a method of the precision, so that it is compiled, and optimised, with this crate and not
    /// with each crate that steps a surface.
    ///
    /// # Errors
    /// As [`Surface::step`].
    fn step(
        surface: &Surface<Self>,
        water: &mut Water<Self>,
        forcing: Forcing<'_>,
        dt_s: f64,
        buffers: &mut Buffers<Self>,
    ) -> Result<Stepped, StepError>;

    /// The smaller of two numbers.
    #[inline(always)]
    #[must_use]
    fn least(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
    /// The larger of two numbers.
    #[inline(always)]
    #[must_use]
    fn most(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
}

impl Real for f64 {
    const DRY_M: f64 = 1e-10;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
    #[inline(always)]
    fn size(self) -> Self {
        self.abs()
    }
    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn inverse_cbrt(self) -> Self {
        cube_root::inverse_cbrt(self)
    }
    fn step(
        surface: &Surface<Self>,
        water: &mut Water<Self>,
        forcing: Forcing<'_>,
        dt_s: f64,
        buffers: &mut Buffers<Self>,
    ) -> Result<Stepped, StepError> {
        surface.step_here(water, forcing, dt_s, buffers)
    }
}

impl Real for f32 {
    const DRY_M: f64 = 1e-6;

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "rounding to single precision is what it is for")]
    fn of(x: f64) -> Self {
        x as f32
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn size(self) -> Self {
        self.abs()
    }
    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn inverse_cbrt(self) -> Self {
        // A guess within 4 % by a third of the exponent, then the series of (1 − e)^(−1/3), fitted for |e| < 0.113.
        let y = Self::from_bits(0x54a2_0000 - (self.to_bits() >> 16) * 21_845);
        let e = 1.0 - self * y * (y * y);
        let high = 0.222_244_6 + e * (0.174_625_96 + e * 0.142_519_78);
        y * (0.999_999_97 + e * (0.333_328_2 + e * high))
    }
    fn step(
        surface: &Surface<Self>,
        water: &mut Water<Self>,
        forcing: Forcing<'_>,
        dt_s: f64,
        buffers: &mut Buffers<Self>,
    ) -> Result<Stepped, StepError> {
        surface.step_here(water, forcing, dt_s, buffers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_single_cube_root_is_good_to_its_last_places() {
        let mut x = 1e-7_f32;
        while x < 1e5 {
            let off = x.inverse_cbrt().wide() * x.wide().cbrt() - 1.0;
            assert!(off.abs() < 4e-7, "{x}: {off}");
            x *= 1.003_7;
        }
    }
}

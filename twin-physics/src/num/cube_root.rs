//! Cube roots and a coarse logarithm without a call to the library's power.

/// `x^(−1/3)` of a positive normal number, to 1e-15.
///
/// A guess from the bits (within 4 %), then Householder's method of third order twice: no division.
#[inline]
#[must_use]
pub fn inverse_cbrt(x: f64) -> f64 {
    let mut y = f64::from_bits(0x553e_f0ff_289d_d796 - x.to_bits() / 3);
    for _ in 0..2 {
        let e = 1.0 - x * y * y * y;
        y += y * e * (1.0 / 3.0 + e * (2.0 / 9.0 + e * (14.0 / 81.0)));
    }
    y
}

/// `x^(2/3)` of a number ≥ 0, to 1e-15.
#[inline]
#[must_use]
pub fn two_thirds(x: f64) -> f64 {
    if x > 1e-290 { x * inverse_cbrt(x) } else { 0.0 }
}

/// Natural logarithm of a positive normal number, to 3e-7: enough where it is divided by 300 000.
///
/// The exponent's part from the bits, the mantissa's by a polynomial of seventh degree fitted on [1, 2].
#[inline]
#[must_use]
pub fn coarse_ln(x: f64) -> f64 {
    const C: [f64; 7] = [
        0.999_978_512_971_972,
        -0.499_423_225_773_417_4,
        0.327_936_671_326_626,
        -0.225_005_269_292_403_3,
        0.133_348_439_095_432_6,
        -0.054_172_966_296_487,
        0.010_485_195_563_243_6,
    ];
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as f64 - 1023.0;
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000) - 1.0;
    let m2 = m * m;
    let high = (C[3] + m * C[4]) + m2 * (C[5] + m * C[6]);
    exponent * std::f64::consts::LN_2 + m * (C[0] + m * C[1] + m2 * (C[2] + m * high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_agree_with_the_library() {
        let mut x = 1e-9;
        while x < 1e6 {
            assert!((inverse_cbrt(x) * x.cbrt() - 1.0).abs() < 2e-15, "{x}");
            assert!((two_thirds(x) / x.powf(2.0 / 3.0) - 1.0).abs() < 2e-15, "{x}");
            assert!((coarse_ln(x) - x.ln()).abs() < 3e-7, "{x}");
            x *= 1.001_37;
        }
    }
}

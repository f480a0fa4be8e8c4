//! Conversion factors to SI. The only place in the physics where another unit is named.
//!
//! *Source:* NIST SP 811 (2008), appendix B: foot, inch, gallon and pound are exact there.

/// Foot [m].
pub const M_PER_FT: f64 = 0.3048;
/// Inch [m].
pub const M_PER_IN: f64 = 0.0254;
/// US gallon [m³].
pub const M3_PER_GAL: f64 = 3.785_411_784e-3;
/// Imperial gallon [m³].
pub const M3_PER_IMP_GAL: f64 = 4.546_09e-3;
/// Cubic foot [m³].
pub const M3_PER_FT3: f64 = M_PER_FT * M_PER_FT * M_PER_FT;
/// Acre-foot [m³].
pub const M3_PER_ACRE_FT: f64 = 43_560.0 * M3_PER_FT3;
/// Pound-force per square inch [Pa].
pub const PA_PER_PSI: f64 = 6_894.757_293_168_361;
/// Horsepower, mechanical (550 ft·lbf/s) [W].
pub const W_PER_HP: f64 = 745.699_871_582_270_2;
/// Hour [s].
pub const S_PER_HOUR: f64 = 3_600.0;
/// Day [s].
pub const S_PER_DAY: f64 = 86_400.0;

//! Physical constants that more than one domain needs.

/// Standard gravity [m·s⁻²]. *Source:* 3rd CGPM (1901), conventional value.
pub const GRAVITY_MS2: f64 = 9.806_65;

/// Density of cold fresh water at 4 °C, for converting head to pressure [kg·m⁻³].
pub const WATER_DENSITY_KGM3: f64 = 1000.0;

/// Kinematic viscosity of water at 20 °C, the value EPANET scales by its option VISCOSITY [m²·s⁻¹].
///
/// *Source:* EPANET 2.2 User Manual (EPA/600/R-20/133), appendix C: 1.1e-5 ft²·s⁻¹.
pub const WATER_VISCOSITY_M2S: f64 = 1.1e-5 * crate::units::M_PER_FT * crate::units::M_PER_FT;

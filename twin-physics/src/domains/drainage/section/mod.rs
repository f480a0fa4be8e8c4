//! Cross-sections of conduits: every shape of SWMM 5.2, in SI.
//!
//! A [`Shape`] is the description. It compiles to one of two forms:
//!
//! * [`Section`] answers as SWMM 5.2 does: tables with its number of entries and its interpolation where it uses
//!   tables, closed forms where it does, and its approximations near the crown. Area, width and radius of a tabulated
//!   shape come from separate rounded tables and disagree with each other by up to 3 % of the full area (gothic,
//!   ellipse). It is the form for results that must equal SWMM's.
//! * [`Profile`] is one consistent geometry: area is the integral of width over depth to round-off, so that a volume
//!   and its derivative in an implicit scheme agree. Circles, ellipses and prisms are exact; a crown can carry a
//!   Preissmann slot. It is the form for the default engine.
//!
//! SWMM's slips that are kept in [`Section`] and absent from [`Profile`]: the hydraulic radius in a round bottom, the
//! surface of the sediment in a filled circle, the area of an ellipse of any axes, the dead falling branch of the
//! section factor near the crown, the factor (1.486/1.49)^1.5 in the hydraulic radius of transects (kept in both).
//!
//! *Source:* L. A. Rossman, Storm Water Management Model Reference Manual, vol. II Hydraulics (EPA/600/R-17/111, 2017),
//! chapter 5 (cross-section geometry) and its appendix.

mod boxes;
mod build;
mod channel;
mod circle;
mod compiled;
mod critical;
mod custom;
mod data_round;
mod data_size;
mod data_vault;
mod factor;
mod profile;
mod shape;
mod standard;
mod street;
mod table;
#[cfg(test)]
mod tests;
mod transect;

pub use compiled::Section;
pub use profile::Profile;
pub use shape::{PipeSize, SectionError, Shape, Street, Transect};

use crate::units::M_PER_FT;

/// Gravity as SWMM 5.2 has it, 32.2 ft·s⁻² [m·s⁻²].
pub const SWMM_GRAVITY_MS2: f64 = 32.2 * M_PER_FT;

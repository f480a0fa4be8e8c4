//! Why a law refuses to answer. *Source:* own derivation; there is no physics here.

use crate::num::root::RootError;
use crate::num::spd::SpdError;

/// A refused answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HazardError {
    /// An argument lies outside what the law is valid for.
    #[error("{name} is {value}, it must be {must}")]
    Argument {
        /// What it is.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What the law asks for.
        must: &'static str,
    },
    /// A part of a network has no way to the open air, so displaced gas could not leave it.
    #[error("zone {zone} has no way to the open air")]
    NoWayOut {
        /// The zone.
        zone: usize,
    },
    /// A link or opening names a zone that does not exist.
    #[error("{what} {at} names a zone outside 0..{zones}")]
    NoZone {
        /// Link, opening or fan.
        what: &'static str,
        /// Its position.
        at: usize,
        /// Zones there are.
        zones: usize,
    },
    /// The equation has no root where one was looked for.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The matrix of a network could not be solved.
    #[error(transparent)]
    Matrix(#[from] SpdError),
}

/// A finite value above 0, or a refusal that names it.
///
/// # Errors
/// If it is not.
pub fn positive(name: &'static str, value: f64) -> Result<f64, HazardError> {
    keep(value.is_finite() && value > 0.0, name, value, "above 0")
}

/// A finite value of at least 0, or a refusal that names it.
///
/// # Errors
/// If it is not.
pub fn not_negative(name: &'static str, value: f64) -> Result<f64, HazardError> {
    keep(value.is_finite() && value >= 0.0, name, value, "at least 0")
}

/// A share from 0 to 1, or a refusal that names it.
///
/// # Errors
/// If it is not.
pub fn share(name: &'static str, value: f64) -> Result<f64, HazardError> {
    keep((0.0..=1.0).contains(&value), name, value, "from 0 to 1")
}

/// `value` where `holds`, else a refusal.
///
/// # Errors
/// If it does not hold.
pub fn keep(holds: bool, name: &'static str, value: f64, must: &'static str) -> Result<f64, HazardError> {
    if holds { Ok(value) } else { Err(HazardError::Argument { name, value, must }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_number_is_refused_by_name() {
        assert_eq!(positive("length", 2.0), Ok(2.0));
        assert!(positive("length", 0.0).is_err() && positive("length", f64::INFINITY).is_err());
        assert!(not_negative("depth", f64::NAN).is_err() && not_negative("depth", 0.0).is_ok());
        let refused = share("yield", 1.5).expect_err("above 1");
        assert_eq!(refused.to_string(), "yield is 1.5, it must be from 0 to 1");
    }
}

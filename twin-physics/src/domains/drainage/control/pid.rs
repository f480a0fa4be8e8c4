//! The controller of a modulated setting.

use super::super::model::Setting;

/// Difference of two sides that counts as none.
const SMALL: f64 = 1e-6;
/// Change of error, and of setting, that counts as none.
const TOLERANCE: f64 = 1e-4;

/// A controller's inputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    /// What is measured.
    pub value: f64,
    /// What it should be.
    pub set_point: f64,
    /// Target setting of the link now.
    pub target: f64,
    /// Routing step [min].
    pub dt_min: f64,
}

/// New setting, before it is held to its range, by the recursive form of the PID equation; updates the errors.
///
/// The error is relative to the set point (to the value where that is 0), so a positive gain opens while the value is
/// below its set point. *Source:* EPA-600/R-22/030, section C.3 (PID control); EPA/600/R-17/111, section 6.7.
pub(super) fn setting(law: &Setting, errors: &mut [f64; 2], reading: Reading) -> Option<f64> {
    let Setting::Pid { gain, integral_min, derivative_min } = *law else { return None };
    let mut error = reading.set_point - reading.value;
    if error.abs() > SMALL {
        error /= if reading.set_point == 0.0 { reading.value } else { reading.set_point };
    }
    // A controller that no longer moves its value starts afresh.
    if (error - errors[0]).abs() < TOLERANCE {
        *errors = [0.0; 2];
    }
    let proportional = error - errors[0];
    let integral = if integral_min == 0.0 { 0.0 } else { error * reading.dt_min / integral_min };
    let derivative = derivative_min * (error - 2.0 * errors[0] + errors[1]) / reading.dt_min;
    let change = gain * (proportional + integral + derivative);
    *errors = [error, errors[0]];
    Some(if change.abs() < TOLERANCE { reading.target } else { reading.target + change })
}

//! What water on a street does to people, vehicles and traffic: pure functions of depth and velocity.
//!
//! Every limit names its source; those of traffic are data a city may replace. Depths are in metres, velocities in
//! metres a second, both at the place and moment in question. A negative depth counts as dry, the sign of a velocity
//! does not matter, and what is not a number counts as the worst.

pub mod hazard;
pub mod people;
pub mod road;
pub mod vehicle;

/// Depth and speed as the laws take them; `None` where one is not a number.
fn clean(depth_m: f64, velocity_ms: f64) -> Option<(f64, f64)> {
    (!depth_m.is_nan() && !velocity_ms.is_nan()).then(|| (depth_m.max(0.0), velocity_ms.abs()))
}

//! Turning the network's equations into linear systems.

mod gga;

pub(super) use gga::{Role, Work};

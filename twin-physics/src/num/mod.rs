//! Numerics shared by the networks.

//! Couplings between networks, and the record of what caused what.

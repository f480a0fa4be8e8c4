//! The live runtime: actors round the same world tick.

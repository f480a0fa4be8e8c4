//! The world: several networks stepped together, forked, saved and replayed.

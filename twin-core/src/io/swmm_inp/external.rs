//! Files that a deck names.

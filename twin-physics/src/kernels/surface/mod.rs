//! Shallow water on a grid of square cells.

pub mod band;
pub mod barrier;
pub mod breach;
pub mod check_dam;
pub mod crest_line;
pub mod dam_books;
pub mod drive;
pub mod edge;
pub mod face;
pub mod filling;
pub mod flood;
pub mod flood_accounts;
pub mod friction;
pub mod grid;
pub mod inertial;
mod inertial_step;
pub mod manhole;
pub mod pace;
pub mod real;
pub mod record;
pub mod seam;
pub mod soak;
pub mod step;
pub mod strip;
pub mod update;
pub mod vessel;
pub mod water;
pub mod weir;

#[cfg(test)]
mod tests;

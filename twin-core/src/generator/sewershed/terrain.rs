//! The ground over a sewershed, for water that runs on it.

use super::Sewershed;
use super::layout::{Node, Role};
use crate::model::terrain::GridFrame;

/// Half the length of an underpass along its road [m].
const SAG_M: f64 = 12.0;

/// Free ground round the town [m].
const MARGIN_M: f64 = 100.0;

impl Sewershed {
    /// Cells that hold the whole town, with some ground round it.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a town is finite
    pub fn frame(&self, cell_m: f64) -> GridFrame {
        let least = |f: fn(&Node) -> f64| self.nodes.iter().map(f).fold(f64::INFINITY, f64::min) - MARGIN_M;
        let most = |f: fn(&Node) -> f64| self.nodes.iter().map(f).fold(f64::NEG_INFINITY, f64::max) + MARGIN_M;
        let from = |m: f64| (m / cell_m).floor() * cell_m;
        let (west_m, south_m) = (from(least(|n| n.x)), from(least(|n| n.y)));
        let count = |to: f64, from: f64| ((to - from) / cell_m).ceil() as usize;
        let (columns, rows) = (count(most(|n| n.x), west_m), count(most(|n| n.y), south_m));
        GridFrame { columns, rows, west_m, south_m, cell_m }
    }

    /// Level of the ground in every cell, row by row from the south-west [m]: the valleys with their rivers, terraces
    /// and hills, and the low underpasses, whose manholes lie at their bottom.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // bounded by the frame
    pub fn ground(&self, frame: &GridFrame) -> Vec<f64> {
        let centre = |k: usize, from_m: f64| from_m + (k as f64 + 0.5) * frame.cell_m;
        let mut ground = Vec::with_capacity(frame.columns * frame.rows);
        for j in 0..frame.rows {
            let y = centre(j, frame.south_m);
            let near = self.valleys.iter().min_by(|a, b| (a.y - y).abs().total_cmp(&(b.y - y).abs()));
            for i in 0..frame.columns {
                let x = centre(i, frame.west_m);
                ground.push(near.map_or(0.0, |valley| valley.ground_m(x, (y - valley.y).abs())));
            }
        }
        for node in self.nodes.iter().filter(|n| n.role == Role::Sag && n.pipe.is_some()) {
            let cells = |at_m: f64, count: usize| {
                let cell = |m: f64| ((m / frame.cell_m).floor().max(0.0) as usize).min(count);
                cell(at_m - SAG_M)..cell(at_m + SAG_M + frame.cell_m)
            };
            for j in cells(node.y - frame.south_m, frame.rows) {
                for i in cells(node.x - frame.west_m, frame.columns) {
                    // What lies nearer to another manhole is not the underpass.
                    let away = |n: &Node| (n.x - centre(i, frame.west_m)).hypot(n.y - centre(j, frame.south_m));
                    if self.nodes.iter().any(|n| n.role != Role::Sag && away(n) < away(node)) {
                        continue;
                    }
                    let level = &mut ground[j * frame.columns + i];
                    *level = level.min(node.ground_m);
                }
            }
        }
        ground
    }
}

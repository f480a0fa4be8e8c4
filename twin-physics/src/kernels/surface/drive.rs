//! What drives the water on a surface in time: rain, what holds along its edges, point sources.
//!
//! *Source:* own derivation; rain holds from a row until the next, everything else runs straight between two.

use super::edge::{Boundary, Stretch};
use crate::num::series::Series;

/// An open stretch of an edge.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenEdge {
    /// Where.
    pub stretch: Stretch,
    /// What holds there.
    pub kind: OpenKind,
}

/// What holds along a stretch.
#[derive(Debug, Clone, PartialEq)]
pub enum OpenKind {
    /// A level [m].
    Level(Series),
    /// A flow over the whole stretch [m³/s], and the level [m] it enters with where it enters faster than its waves.
    Flow(Series, Option<Series>),
    /// Water leaves freely.
    Free,
}

impl OpenEdge {
    /// What holds at an instant.
    #[must_use]
    pub fn at(&self, t_s: f64) -> Boundary {
        match &self.kind {
            OpenKind::Level(level) => Boundary::Level { level_m: level.at(t_s) },
            OpenKind::Flow(flow, level) => {
                Boundary::Flow { flow_m3s: flow.at(t_s), level_m: level.as_ref().map(|l| l.at(t_s)) }
            }
            OpenKind::Free => Boundary::Free,
        }
    }
}

/// A point source.
#[derive(Debug, Clone, PartialEq)]
pub struct Inflow {
    /// The cell.
    pub cell: usize,
    /// Flow [m³/s].
    pub flow_m3s: Series,
}

/// All rain on a surface.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rain {
    /// Series [m/s] with a weight for each tile.
    pub series: Vec<(Series, Vec<f64>)>,
    /// Instants [s] with the intensity of each tile [m/s], held until the next.
    pub grids: Vec<Vec<(f64, Vec<f64>)>>,
}

impl Rain {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty() && self.grids.is_empty()
    }

    /// Intensity of every tile at an instant [m/s]; nothing where it does not rain anywhere.
    pub fn at(&self, t_s: f64, tiles: usize, out: &mut Vec<f64>) {
        out.clear();
        let mut add = |weights: &[f64], factor: f64| {
            out.resize(tiles, 0.0);
            for (o, w) in out.iter_mut().zip(weights) {
                *o += w * factor;
            }
        };
        for (series, weights) in &self.series {
            let now = series.held(t_s);
            if now > 0.0 {
                add(weights, now);
            }
        }
        for grids in &self.grids {
            if let Some((_, tiles)) = grids.iter().rev().find(|(t, _)| *t <= t_s) {
                add(tiles, 1.0);
            }
        }
    }

    /// The next instant after `t_s` at which it may change.
    #[must_use]
    pub fn next_change(&self, t_s: f64) -> Option<f64> {
        let series = self.series.iter().filter_map(|(s, _)| s.next_row(t_s));
        let grids = self.grids.iter().filter_map(|g| g.iter().map(|(t, _)| *t).find(|t| *t > t_s));
        series.chain(grids).reduce(f64::min)
    }
}

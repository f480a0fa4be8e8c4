//! Depth at outfalls.
//!
//! *Source:* Rossman (2017), *SWMM Reference Manual vol. II – Hydraulics*, EPA/600/R-17/111, section 2.1 (outfalls);
//! behaviour of SWMM 5.2.4.

use super::super::model::{DrainageModel, Outfall, Stage};
use super::{ConduitData, LinkClass, Network, NetworkState};
use crate::units::{S_PER_DAY, S_PER_HOUR};

/// Law of an outfall's water level, compiled: times are model time.
#[derive(Debug, Clone, PartialEq)]
pub enum StageLaw {
    /// Lesser of critical and normal depth.
    Free,
    /// Normal depth.
    Normal,
    /// Constant [m].
    Fixed(f64),
    /// Points (second of the day since `origin_s` [s], level [m]).
    Tidal {
        /// Points.
        points: Vec<(f64, f64)>,
        /// Seconds from midnight to model time 0.
        origin_s: f64,
    },
    /// Points (model time [s], level [m]).
    Series(Vec<(f64, f64)>),
}

impl StageLaw {
    /// Compiles the law of an outfall.
    pub(super) fn new(outfall: &Outfall, model: &DrainageModel) -> Self {
        match &outfall.stage {
            Stage::Free => Self::Free,
            Stage::Normal => Self::Normal,
            Stage::Fixed(level_m) => Self::Fixed(*level_m),
            Stage::Tidal(hours) => Self::Tidal {
                points: hours.iter().map(|&(hour, level_m)| (hour * S_PER_HOUR, level_m)).collect(),
                // SWMM counts the hours of a tide from the start of the run, not from midnight.
                origin_s: if model.options.defects.others { 0.0 } else { model.calendar.start_second },
            },
            Stage::Series(series, factor) => Self::Series(
                model.series[series.at()].points.iter().map(|&(time_s, value)| (time_s, value * factor)).collect(),
            ),
        }
    }

    /// Water level at a model time; `None` where it follows from the flow alone [m].
    #[must_use]
    pub fn level_m(&self, time_s: f64) -> Option<f64> {
        match self {
            Self::Free | Self::Normal => None,
            Self::Fixed(level_m) => Some(*level_m),
            Self::Tidal { points, origin_s } => {
                let first = points.first().map_or(0.0, |p| p.0);
                Some(linear(points, first + (origin_s + time_s).rem_euclid(S_PER_DAY)))
            }
            Self::Series(points) => Some(linear(points, time_s)),
        }
    }
}

/// Linear between points, held beyond them.
fn linear(points: &[(f64, f64)], x: f64) -> f64 {
    let at = points.partition_point(|p| p.0 <= x);
    match (at.checked_sub(1).map(|i| points[i]), points.get(at)) {
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
        (Some(end), None) | (None, Some(&end)) => end.1,
        (None, None) => 0.0,
    }
}

/// Depth at an outfall whose conduit ends `offset_m` above its invert, for normal and critical depth in that conduit.
///
/// `level_m` is the water level outside, `None` for a free outfall or one at normal depth (`normal_only`).
#[must_use]
pub fn outfall_depth(
    level_m: Option<f64>,
    normal_only: bool,
    invert_m: f64,
    offset_m: f64,
    normal_m: f64,
    critical_m: f64,
) -> f64 {
    let free_m = normal_m.min(critical_m);
    match level_m {
        None => offset_m + if normal_only { normal_m } else { free_m },
        Some(level_m) if free_m + offset_m + invert_m < level_m => level_m - invert_m,
        Some(level_m) if offset_m > 0.0 && level_m < invert_m + offset_m => (level_m - invert_m).max(0.0),
        Some(_) => offset_m + free_m,
    }
}

impl ConduitData {
    /// Normal depth of a flow of one barrel, at most that of the greatest normal flow [m].
    #[must_use]
    pub fn normal_depth(&self, flow_m3s: f64) -> f64 {
        let flow = flow_m3s.abs().min(self.max_normal_flow_m3s);
        if flow <= 0.0 || self.dummy {
            return 0.0;
        }
        self.section.depth_of_area(self.section.area_of_section_factor(flow / self.flow_per_factor))
    }
}

impl Network {
    /// Sets the depth at every outfall from the flow in its link and the levels outside at `time_s`.
    ///
    /// `imposed_m` are levels from outside by node, NaN or missing where there are none.
    pub fn set_outfall_depths(&self, state: &mut NetworkState, time_s: f64, imposed_m: &[f64], offset_defect: bool) {
        for end in &self.outfalls {
            let node = end.node as usize;
            let imposed = imposed_m.get(node).copied().filter(|level| !level.is_nan());
            let level_m = imposed.or_else(|| end.law.level_m(time_s));
            let normal_only = end.law == StageLaw::Normal;
            let (normal_m, critical_m) = match &self.links[end.link as usize].class {
                LinkClass::Conduit(conduit) => {
                    let flow = (state.links.flow_m3s[end.link as usize] / conduit.barrels).abs();
                    (conduit.normal_depth(flow), conduit.section.critical_depth(flow))
                }
                LinkClass::Structure(_) => (0.0, 0.0),
            };
            let invert_m = self.nodes[node].invert_m;
            state.nodes.depth_m[node] = if level_m.is_none() && offset_defect && end.offset_m > 0.0 {
                0.0
            } else {
                outfall_depth(level_m, normal_only, invert_m, end.offset_m, normal_m, critical_m)
            };
        }
    }
}

//! The gutter in front of an inlet: how wide the water spreads and how much of it runs in the gutter.
//!
//! HEC-22's formulas have their constants in feet: everything in here is in feet and ft³/s.
//!
//! *Source:* Brown et al. (2009), *Urban Drainage Design Manual*, HEC-22 third edition, FHWA-NHI-10-009, chapter 4
//! (equation numbers in the code).

use super::super::network::ConduitData;
use super::super::section::{Section, Shape};
use crate::units::{M_PER_FT, M3_PER_FT3};

/// Trials for the spread of a depressed gutter.
const SPREAD_TRIALS: u32 = 10;
/// Manning's factor in feet.
const PHI: f64 = 1.486;

/// A gutter or channel with an inlet.
#[derive(Debug, Clone)]
pub struct Gutter {
    /// Cross slope of the street [–].
    pub(super) cross_slope: f64,
    /// Slope along the street [–].
    pub(super) slope: f64,
    /// Depression of the gutter, a local one included [ft].
    pub(super) depression: f64,
    /// Width of that depression [ft].
    pub(super) width: f64,
    /// Manning's n.
    pub(super) manning: f64,
    /// Sides of the street that carry flow.
    pub(super) sides: f64,
    /// Distance from curb to crown [ft].
    pub(super) crown: f64,
    /// Q = factor · spread^2.67 (4-2).
    pub(super) factor: f64,
    /// What a drop inlet stands in.
    pub(super) channel: Option<Channel>,
}

/// A rectangular or trapezoidal channel.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub section: Section,
    /// Width of the bottom [ft] and mean run over rise of the banks, of a trapezium.
    pub banks: Option<(f64, f64)>,
}

impl Gutter {
    /// The gutter of a street conduit or the channel of another, with a local depression (height, width) [m].
    pub(super) fn new(shape: &Shape, conduit: &ConduitData, local_m: (f64, f64)) -> Self {
        let slope = conduit.slope.abs();
        let Shape::Street(street) = shape else {
            let banks = match shape {
                Shape::Trapezoidal { bottom_m, left_slope, right_slope, .. } => {
                    Some((bottom_m / M_PER_FT, 0.5 * (left_slope + right_slope)))
                }
                _ => None,
            };
            let channel = Some(Channel { section: conduit.section.clone(), banks });
            return Self { channel, ..Self::plain(0.01, slope, conduit.manning) };
        };
        let mut gutter = Self::plain(street.cross_slope, slope, street.road_n);
        gutter.sides = f64::from(street.sides);
        gutter.crown = street.crown_width_m / M_PER_FT;
        gutter.depression = street.gutter_depression_m / M_PER_FT;
        gutter.width = street.gutter_width_m / M_PER_FT;
        if local_m.0 * local_m.1 > 0.0 {
            gutter.depression += local_m.0 / M_PER_FT;
            gutter.width = local_m.1 / M_PER_FT;
        }
        gutter
    }

    /// One side of a street without a depression and without a crown in reach.
    #[must_use]
    pub fn plain(cross_slope: f64, slope: f64, manning: f64) -> Self {
        Self {
            cross_slope,
            slope,
            depression: 0.0,
            width: 0.0,
            manning,
            sides: 1.0,
            crown: f64::INFINITY,
            factor: 0.56 / manning * slope.sqrt() * cross_slope.powf(1.67),
            channel: None,
        }
    }

    /// Slope of the depressed gutter.
    pub(super) fn gutter_slope(&self) -> f64 {
        if self.width * self.depression > 0.0 {
            self.cross_slope + self.depression / self.width
        } else {
            self.cross_slope
        }
    }

    /// `√slope·1.486/n`.
    pub(super) fn conveyance(&self) -> f64 {
        PHI * self.slope.sqrt() / self.manning
    }

    /// Width of the water on one side for a flow on it [m].
    #[must_use]
    pub fn spread_m(&self, flow_m3s: f64) -> f64 {
        if self.channel.is_some() || flow_m3s <= 0.0 { 0.0 } else { self.spread(flow_m3s / M3_PER_FT3) * M_PER_FT }
    }

    /// The same in feet.
    pub(super) fn spread(&self, flow: f64) -> f64 {
        let uniform = |flow: f64| (flow / self.factor).powf(0.375); // (4-2)
        if self.depression == 0.0 || self.width == 0.0 {
            return uniform(flow).min(self.crown);
        }
        let steep = self.factor * (self.depression / self.width / self.cross_slope).powf(1.67);
        let within = (flow / steep).powf(0.375);
        if within <= self.width {
            return within.min(self.crown);
        }
        let ratio = self.gutter_slope() / self.cross_slope;
        let mut beyond = uniform(flow) - self.width;
        if beyond <= 0.0 {
            beyond = within - self.width;
        }
        for _ in 0..SPREAD_TRIALS {
            let side_flow = (1.0 - gutter_share(ratio, beyond, self.width)) * flow; // (4-6)
            let next = uniform(side_flow);
            let change = (next - beyond).abs();
            beyond = next;
            if change < 0.01 {
                break;
            }
        }
        (beyond + self.width).min(self.crown)
    }

    /// Share of the flow over a width from the curb, for a spread.
    pub(super) fn share_over(&self, width: f64, spread: f64) -> f64 {
        if spread <= width {
            1.0
        } else if self.depression > 0.0 {
            gutter_share(self.gutter_slope() / self.cross_slope, spread - width, width)
        } else {
            1.0 - (1.0 - width / spread).powf(2.67) // (4-16)
        }
    }

    /// Area over a grate's width per area over the depressed gutter.
    pub(super) fn area_share(&self, grate_width: f64, area: f64, spread: f64) -> f64 {
        if grate_width >= self.width || spread <= grate_width {
            return 1.0;
        }
        if spread <= self.width {
            return grate_width / spread;
        }
        let beyond = 0.5 * (spread - self.width).powi(2) * self.cross_slope;
        let grate =
            grate_width * (spread * self.cross_slope + self.depression - grate_width * self.gutter_slope() / 2.0);
        grate / (area - beyond)
    }
}

/// Share of the flow in a gutter of a width with so much water beyond it (4-4).
fn gutter_share(slope_ratio: f64, beyond: f64, width: f64) -> f64 {
    let x = (1.0 + slope_ratio / (beyond / width)).powf(2.67) - 1.0;
    1.0 / (1.0 + slope_ratio / x)
}

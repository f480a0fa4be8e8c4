//! Size and level of every sewer, from the heads of the network down to the outfalls.
//!
//! # Source
//! Rational method and velocities: GB 50014-2021, design of storm sewers; full flow: Manning,
//! `Q = A·R^(2/3)·√S / n`.

use std::f64::consts::PI;

use super::layout::{Kind, Node, round};
use super::works;
use crate::model::storm::DepthCurve;

/// Manning's n of concrete [s/m^(1/3)].
pub const ROUGHNESS: f64 = 0.013;
/// Time for water to reach the manhole of its catchment [s].
const INLET_TIME_S: f64 = 300.0;
/// A pipe running full carries this times what it has to.
const MARGIN: f64 = 1.1;
/// Least cover over a crown [m].
const COVER_M: f64 = 1.2;
/// Least and greatest velocity of a pipe running full [m/s].
const VELOCITY_MS: (f64, f64) = (0.75, 5.0);
/// Least slope whatever the velocity: what can be laid [–].
const LEAST_SLOPE: f64 = 0.001;

/// Sections in the order they are tried: circles, then boxes (width, height) [m].
const SECTIONS: [Section; 21] = [
    Section::Circle(0.3),
    Section::Circle(0.4),
    Section::Circle(0.5),
    Section::Circle(0.6),
    Section::Circle(0.7),
    Section::Circle(0.8),
    Section::Circle(0.9),
    Section::Circle(1.0),
    Section::Circle(1.2),
    Section::Circle(1.4),
    Section::Circle(1.5),
    Section::Circle(1.6),
    Section::Circle(1.8),
    Section::Circle(2.0),
    Section::Circle(2.2),
    Section::Circle(2.4),
    Section::Box(3.0, 2.4),
    Section::Box(3.6, 2.4),
    Section::Box(4.4, 2.4),
    Section::Box(5.4, 2.4),
    Section::Box(6.0, 3.0),
];

/// A cross-section.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Section {
    /// Diameter [m].
    Circle(f64),
    /// Width and height [m].
    Box(f64, f64),
}

impl Section {
    /// Height [m].
    pub const fn height_m(self) -> f64 {
        match self {
            Self::Circle(d) => d,
            Self::Box(_, h) => h,
        }
    }

    fn area_m2(self) -> f64 {
        match self {
            Self::Circle(d) => 0.25 * PI * d * d,
            Self::Box(w, h) => w * h,
        }
    }

    /// Full flow at a slope of 1; at a slope S it is this times √S [m³/s].
    fn conveyance_m3s(self) -> f64 {
        self.area_m2() * self.radius_m().powf(2.0 / 3.0) / ROUGHNESS
    }

    fn radius_m(self) -> f64 {
        match self {
            Self::Circle(d) => 0.25 * d,
            Self::Box(w, h) => w * h / (2.0 * (w + h)),
        }
    }

    /// Slope at which it runs full with a velocity [–].
    fn slope_at(self, velocity_ms: f64) -> f64 {
        (velocity_ms * ROUGHNESS / self.radius_m().powf(2.0 / 3.0)).powi(2)
    }
}

/// A sewer from a node to the one it drains to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pipe {
    pub length_m: f64,
    pub section: Section,
    /// Equal pipes side by side.
    pub barrels: u32,
    /// Invert at its upper end [m].
    pub from_m: f64,
    /// Invert at its lower end [m].
    pub to_m: f64,
}

impl Pipe {
    /// A pipe that has a length and no size yet.
    pub const fn of_length(length_m: f64) -> Self {
        Self { length_m, section: SECTIONS[0], barrels: 1, from_m: 0.0, to_m: 0.0 }
    }
}

/// What has come down to a node.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Σψ·A [m²].
    pub runoff_area_m2: f64,
    /// Longest time of concentration [s].
    pub time_s: f64,
    /// Place of the largest section that comes in.
    section: usize,
    /// Lowest invert that comes in [m].
    pub invert_m: f64,
    /// Lowest crown that comes in [m].
    crown_m: f64,
}

impl Load {
    const NONE: Self =
        Self { runoff_area_m2: 0.0, time_s: INLET_TIME_S, section: 0, invert_m: f64::INFINITY, crown_m: f64::INFINITY };

    /// Design flow [m³/s].
    pub fn flow_m3s(&self, design: &DepthCurve) -> f64 {
        self.runoff_area_m2 * design.intensity_ms(self.time_s)
    }
}

/// Sizes everything. Nodes come after those they drain to, so from the last to the first all that comes in is known.
pub fn size(nodes: &mut [Node], design: &DepthCurve) {
    let mut loads = vec![Load::NONE; nodes.len()];
    for ix in (0..nodes.len()).rev() {
        let mut load = loads[ix];
        load.runoff_area_m2 += nodes[ix].catchment.as_ref().map_or(0.0, super::catchment::Catchment::runoff_area_m2);
        let Some(down) = nodes[ix].down else { continue };
        let on = match nodes[ix].kind {
            Kind::Manhole => lay(nodes, ix, down, load, design),
            Kind::Pond(_) => works::pond(&mut nodes[ix], &load, design),
            Kind::WetWell(_) => works::wet_well(nodes, ix, down, &load, design),
            Kind::Outfall(_) => continue,
        };
        let to = &mut loads[down];
        to.runoff_area_m2 += load.runoff_area_m2;
        to.time_s = to.time_s.max(load.time_s + on.travel_s);
        to.section = to.section.max(on.section);
        to.invert_m = to.invert_m.min(on.invert_m);
        to.crown_m = to.crown_m.min(on.crown_m);
    }
}

/// What leads on from a node, as the next one meets it.
#[derive(Debug, Clone, Copy)]
pub struct Onward {
    pub travel_s: f64,
    section: usize,
    invert_m: f64,
    crown_m: f64,
}

impl Onward {
    /// Water that does not care how deep the next node is.
    pub const FROM_ABOVE: Self = Self { travel_s: 60.0, section: 0, invert_m: f64::INFINITY, crown_m: f64::INFINITY };

    /// Water that arrives at a level of its own.
    pub const fn at_level(invert_m: f64) -> Self {
        Self { invert_m, ..Self::FROM_ABOVE }
    }
}

/// Chooses the smallest section that carries the load and lays it.
fn lay(nodes: &mut [Node], ix: usize, down: usize, load: Load, design: &DepthCurve) -> Onward {
    let flow_m3s = MARGIN * load.flow_m3s(design);
    let length_m = nodes[ix].pipe.map_or(10.0, |p| p.length_m);
    let ground_down_m = match nodes[down].kind {
        Kind::Outfall(_) => f64::INFINITY,      // the mouth is in the open
        Kind::WetWell(_) => nodes[ix].ground_m, // as low as the underpass
        _ => nodes[down].ground_m,
    };
    let mut chosen = SECTIONS.len() - 1;
    let mut levels = (0.0, 0.0);
    for (at, section) in SECTIONS.into_iter().enumerate().skip(load.section) {
        levels = grade(section, length_m, nodes[ix].ground_m, ground_down_m, &load);
        let slope = (levels.0 - levels.1) / length_m;
        if section.conveyance_m3s() * slope.sqrt() >= flow_m3s {
            chosen = at;
            break;
        }
    }
    let section = SECTIONS[chosen];
    let full_m3s = section.conveyance_m3s() * ((levels.0 - levels.1) / length_m).sqrt();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few
    let barrels = (flow_m3s / full_m3s).ceil().clamp(1.0, 99.0) as u32;
    let pipe = Pipe { length_m, section, barrels, from_m: levels.0, to_m: levels.1 };
    nodes[ix].pipe = Some(pipe);
    let velocity_ms = full_m3s / section.area_m2();
    Onward {
        travel_s: length_m / velocity_ms,
        section: chosen,
        invert_m: pipe.to_m,
        crown_m: pipe.to_m + section.height_m(),
    }
}

/// Inverts at both ends [m]: under the cover, crowns no higher than what comes in, slope within both velocities. A
/// street steeper than the greatest velocity allows gets its drop in the upper manhole.
fn grade(section: Section, length_m: f64, ground_m: f64, ground_down_m: f64, load: &Load) -> (f64, f64) {
    let height_m = section.height_m();
    let least = section.slope_at(VELOCITY_MS.0).max(LEAST_SLOPE);
    let most = section.slope_at(VELOCITY_MS.1).max(2.0 * least);
    let from_m = (ground_m - COVER_M - height_m).min(load.crown_m - height_m).min(load.invert_m);
    let to_m = (from_m - least * length_m).min(ground_down_m - COVER_M - height_m);
    let from_m = from_m.min(to_m + most * length_m);
    // Towards more slope, so that rounding leaves none without.
    (round(from_m), round(to_m - 0.0005))
}

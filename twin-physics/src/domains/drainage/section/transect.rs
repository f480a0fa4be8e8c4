//! Natural channels: tables of area, conveyance radius and width from a surveyed profile.
//!
//! *Source:* Reference Manual vol. II (EPA/600/R-17/111), section on irregular natural channels: the conveyances of the
//! parts of a channel are summed, and the hydraulic radius of the whole is the one that carries their sum with the
//! channel's own n.
//!
//! The profile is worked out in feet. Where a point stands exactly at the level of a table entry, or exactly at a bank,
//! the last bit of its coordinate decides how the parts are divided; in SWMM's unit, and in its order of operations,
//! ties fall as they do there.

use std::sync::Arc;

use super::build::base;
use super::compiled::{Kind, OWN_ENTRIES, OwnTables, Section};
use super::shape::{SectionError, Shape, Transect};
use crate::units::M_PER_FT;

/// Fewest and most points that SWMM takes.
const POINTS: std::ops::Range<usize> = 2..1500;

/// SWMM sums conveyances with 1.486/n and takes the radius back out with 1.49/n: its radii are smaller by this factor,
/// (1.486/1.49)^1.5.
const UNIT_SLIP: f64 = 1.486 / 1.49;

/// A coordinate in feet. Figures that were feet with up to six decimals are restored to the bit.
pub(super) fn feet(metres: f64) -> f64 {
    let value = metres / M_PER_FT;
    let decimal = (value * 1e6).round() / 1e6;
    if (value - decimal).abs() <= 4.0 * f64::EPSILON * value.abs() { decimal } else { value }
}

/// A profile in feet with the walls at its ends, ready for its tables.
pub(super) struct Profiled {
    pub shape: &'static str,
    pub points: Vec<(f64, f64)>,
    pub left_bank: f64,
    pub right_bank: f64,
    pub left_n: f64,
    pub right_n: f64,
    /// Of the main channel, with its meanders.
    pub channel_n: f64,
}

/// Compiles a transect.
pub(super) fn compile(survey: &Transect) -> Result<Section, SectionError> {
    let profiled = prepare(survey)?;
    let mut section = tabulate(&profiled)?;
    section.manning_n = Some(survey.channel_n);
    section.length_factor = one_if_zero(survey.length_factor);
    Ok(section)
}

fn one_if_zero(value: f64) -> f64 {
    if value == 0.0 { 1.0 } else { value }
}

fn prepare(survey: &Transect) -> Result<Profiled, SectionError> {
    let shape = "IRREGULAR";
    let count = survey.points.len();
    if !POINTS.contains(&count) {
        return Err(SectionError::PointCount { shape, count, must_be: "from 2 to 1499" });
    }
    super::build::check(shape, "Manning's n of the channel", survey.channel_n)?;
    super::build::check_zero(shape, "Manning's n of the left overbank", survey.left_n)?;
    super::build::check_zero(shape, "Manning's n of the right overbank", survey.right_n)?;
    super::build::check_zero(shape, "length factor", survey.length_factor)?;
    super::build::check_zero(shape, "station factor", survey.station_factor)?;
    let stretch = one_if_zero(survey.station_factor);
    let or_channel = |n: f64| if n == 0.0 { survey.channel_n } else { n };
    if survey.left_bank_m > survey.right_bank_m {
        let value = survey.left_bank_m;
        return Err(SectionError::Dimension { shape, what: "left bank", value, must_be: "left of the right bank" });
    }
    let points: Vec<_> =
        survey.points.iter().map(|(x, z)| (feet(x * stretch), feet(z + survey.elevation_offset_m))).collect();
    Ok(Profiled {
        shape,
        points: walled(&points),
        left_bank: feet(survey.left_bank_m) * stretch,
        right_bank: feet(survey.right_bank_m) * stretch,
        left_n: or_channel(survey.left_n),
        right_n: or_channel(survey.right_n),
        channel_n: survey.channel_n * one_if_zero(survey.length_factor).sqrt(),
    })
}

/// Makes the tables of a profile and the open section that goes with them.
pub(super) fn tabulate(profile: &Profiled) -> Result<Section, SectionError> {
    let shape = profile.shape;
    for (at, pair) in profile.points.windows(2).enumerate() {
        if pair[1].0 < pair[0].0 {
            return Err(SectionError::Order { shape, index: at + 2 });
        }
    }
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for &(x, z) in &profile.points {
        if !x.is_finite() || !z.is_finite() {
            return Err(SectionError::Dimension { shape, what: "a point", value: x + z, must_be: "a finite number" });
        }
        low = low.min(z);
        high = high.max(z);
    }
    if low >= high {
        return Err(SectionError::Empty { shape });
    }
    let mut tables = OwnTables { area: [0.0; OWN_ENTRIES], radius: [0.0; OWN_ENTRIES], width: [0.0; OWN_ENTRIES] };
    let step = (high - low) / (OWN_ENTRIES - 1) as f64;
    let mut level = low;
    for i in 1..OWN_ENTRIES {
        level += step;
        let (area, width, conveyance) = at_level(profile, level);
        tables.area[i] = area;
        tables.width[i] = width;
        tables.radius[i] = if area == 0.0 {
            tables.radius[i - 1]
        } else {
            (UNIT_SLIP * conveyance * profile.channel_n / area).powf(1.5)
        };
    }
    own_section(shape, high - low, tables)
}

/// Widths of a transect or a street at equal steps of depth, from just above the invert to the top [m].
pub(super) fn widths(shape: &Shape, cells: usize) -> Result<Vec<f64>, SectionError> {
    let profile = match shape {
        Shape::Irregular(survey) => prepare(survey)?,
        Shape::Street(street) => super::street::profile(street)?,
        _ => return Ok(Vec::new()),
    };
    let elevations = profile.points.iter().map(|point| point.1);
    let low = elevations.clone().fold(f64::INFINITY, f64::min);
    let rise = elevations.fold(f64::NEG_INFINITY, f64::max) - low;
    // A flat bottom is wet as soon as there is any water.
    let level = |i: usize| low + rise * (i as f64 / cells as f64).max(1e-9);
    Ok((0..=cells).map(|i| at_level(&profile, level(i)).1 * M_PER_FT).collect())
}

/// The profile with a vertical wall up to the highest point at each end.
fn walled(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let high = points.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
    let mut walled = Vec::with_capacity(points.len() + 2);
    walled.extend(points.first().map(|first| (first.0, high)));
    walled.extend_from_slice(points);
    walled.extend(points.last().map(|last| (last.0, high)));
    walled
}

/// Area, width and conveyance ΣA·R^(2/3)/n of the water below a level.
fn at_level(profile: &Profiled, level: f64) -> (f64, f64, f64) {
    let points = &profile.points;
    let (mut area, mut width, mut conveyance) = (0.0, 0.0, 0.0);
    let (mut part_area, mut part_perimeter) = (0.0, 0.0);
    for k in 1..points.len() {
        let (before, here) = (points[k - 1], points[k]);
        if before.1.min(here.1) >= level {
            continue;
        }
        let slice = slice(before, here, level);
        area += slice.area;
        width += slice.width;
        part_area += slice.area;
        part_perimeter += slice.perimeter;
        if here.1 >= level || ends_part(profile, points, k) {
            let carried = part_conveyance(profile, before.0, here.0, part_area, part_perimeter);
            if carried > 0.0 {
                conveyance += carried;
                part_area = 0.0;
                part_perimeter = 0.0;
            }
        }
    }
    (area, width, conveyance)
}

/// True where the roughness changes after point `k`, or the profile ends.
fn ends_part(profile: &Profiled, points: &[(f64, f64)], k: usize) -> bool {
    let x = points[k].0;
    if k == points.len() - 2 {
        true
    } else if x == profile.left_bank {
        profile.left_n != profile.channel_n && x != points[k - 1].0
    } else if x == profile.right_bank {
        profile.right_n != profile.channel_n && points.get(k + 1).is_some_and(|next| next.0 != x)
    } else {
        false
    }
}

fn part_conveyance(profile: &Profiled, before_x: f64, here_x: f64, area: f64, perimeter: f64) -> f64 {
    let mut n = profile.channel_n;
    if before_x < profile.left_bank {
        n = profile.left_n;
    }
    if here_x > profile.right_bank {
        n = profile.right_n;
    }
    if perimeter > 0.0 { area * (area / perimeter).powf(2.0 / 3.0) / n } else { 0.0 }
}

struct Slice {
    area: f64,
    width: f64,
    perimeter: f64,
}

/// The water between two neighbouring points.
fn slice(before: (f64, f64), here: (f64, f64), level: f64) -> Slice {
    let (low, high) = (before.1.min(here.1), before.1.max(here.1));
    let width = (here.0 - before.0).abs();
    let perimeter = width.hypot(high - low);
    if level > high {
        return Slice { area: width * 0.5 * ((level - high) + (level - low)), width, perimeter };
    }
    if high > low {
        let wet = (level - low) / (high - low);
        return Slice { area: 0.5 * width * (high - low) * wet * wet, width: width * wet, perimeter: perimeter * wet };
    }
    Slice { area: 0.0, width, perimeter }
}

/// An open section from a depth and tables in feet, which are made relative here.
fn own_section(shape: &'static str, depth: f64, mut tables: OwnTables) -> Result<Section, SectionError> {
    let last = OWN_ENTRIES - 1;
    let (area, radius, width) = (tables.area[last], tables.radius[last], tables.width[last]);
    if !(area > 0.0 && radius > 0.0 && width > 0.0) {
        return Err(SectionError::Empty { shape });
    }
    let (mut max_factor, mut max_area) = (0.0, 0.0);
    for i in 1..OWN_ENTRIES {
        let factor = tables.area[i] * tables.radius[i].powf(2.0 / 3.0);
        if factor > max_factor {
            (max_factor, max_area) = (factor, tables.area[i]);
        }
    }
    for i in 1..OWN_ENTRIES {
        tables.area[i] /= area;
        tables.radius[i] /= radius;
        tables.width[i] /= width;
    }
    // A channel has a bottom: its width is that of the first entry.
    tables.width[0] = tables.width[1];
    let square = M_PER_FT * M_PER_FT;
    let mut section = base(Kind::Own, depth * M_PER_FT, width * M_PER_FT, area * square, radius * M_PER_FT);
    section.max_section_factor = max_factor * square * M_PER_FT.powf(2.0 / 3.0);
    section.area_at_max_flow_m2 = max_area * square;
    section.depth_at_max_width_m = section.full_depth_m * lowest_widest(&tables.width) as f64 / last as f64;
    section.own = Some(Arc::new(tables));
    Ok(section)
}

/// Entry up to which the width does not fall.
pub(super) fn lowest_widest(width: &[f64]) -> usize {
    width.windows(2).position(|pair| pair[1] < pair[0]).unwrap_or(width.len() - 1)
}

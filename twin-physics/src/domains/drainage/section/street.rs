//! Streets: a profile of backing, curb, gutter and road, compiled as a transect.
//!
//! *Source:* EPA SWMM 5.2 User's Manual (EPA-600/R-22/030), section 3.3.6 and `[STREETS]`.

use super::build::{check, check_zero};
use super::compiled::Section;
use super::shape::{SectionError, Street};
use super::transect::{Profiled, tabulate};

const SHAPE: &str = "STREET";

/// Compiles a street.
pub(super) fn compile(street: &Street) -> Result<Section, SectionError> {
    let mut section = tabulate(&profile(street)?)?;
    section.manning_n = Some(street.road_n);
    Ok(section)
}

/// The profile from the left backing over the crown: the invert is the gutter at the curb, elevation 0.
pub(super) fn profile(street: &Street) -> Result<Profiled, SectionError> {
    let road = check(SHAPE, "distance from curb to crown", street.crown_width_m)?;
    let curb = check(SHAPE, "curb height", street.curb_height_m)?;
    let slope = check(SHAPE, "cross slope", street.cross_slope)?;
    let road_n = check(SHAPE, "Manning's n of the road", street.road_n)?;
    let depression = check_zero(SHAPE, "gutter depression", street.gutter_depression_m)?;
    let gutter = check_zero(SHAPE, "gutter width", street.gutter_width_m)?;
    let back = check_zero(SHAPE, "width of the backing", street.back_width_m)?;
    if !(1..=2).contains(&street.sides) {
        let value = f64::from(street.sides);
        return Err(SectionError::Dimension { shape: SHAPE, what: "number of sides", value, must_be: "1 or 2" });
    }
    if gutter > road {
        let must_be = "at most the distance from curb to crown";
        return Err(SectionError::Dimension { shape: SHAPE, what: "gutter width", value: gutter, must_be });
    }
    let (mut back_slope, mut back_n) = (0.0, road_n);
    if back > 0.0 {
        back_slope = check(SHAPE, "slope of the backing", street.back_slope)?;
        back_n = check(SHAPE, "Manning's n of the backing", street.back_n)?;
    }
    let curb_top = curb + depression;
    let mut points = vec![
        (0.0, curb_top + back_slope * back),
        (back, curb_top),
        (back, 0.0),
        (back + gutter, depression + slope * gutter),
        (back + road, depression + slope * road),
    ];
    let mut right_bank_m = back + road;
    if street.sides == 2 {
        let width = 2.0 * (back + road);
        let mirrored: Vec<_> = points.iter().rev().skip(1).map(|(x, z)| (width - x, *z)).collect();
        points.extend(mirrored);
        right_bank_m = back + 2.0 * road;
    }
    Ok(Profiled {
        shape: SHAPE,
        points,
        left_bank_m: back,
        right_bank_m,
        left_n: back_n,
        right_n: back_n,
        channel_n: road_n,
    })
}

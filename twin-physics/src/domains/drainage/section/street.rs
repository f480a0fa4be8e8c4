//! Streets: a profile of backing, curb, gutter and road, compiled as a transect.
//!
//! *Source:* EPA SWMM 5.2 User's Manual (EPA-600/R-22/030), section 3.3.6 and `[STREETS]`.

use super::build::{check, check_zero};
use super::compiled::Section;
use super::shape::{SectionError, Street};
use super::transect::{Profiled, feet, tabulate};

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
    Ok(outline(&Outline {
        road: feet(road),
        curb: feet(curb),
        slope,
        depression: feet(depression),
        gutter: feet(gutter),
        back: feet(back),
        back_slope,
        road_n,
        back_n,
        two_sided: street.sides == 2,
    }))
}

/// A street in feet.
struct Outline {
    road: f64,
    curb: f64,
    slope: f64,
    depression: f64,
    gutter: f64,
    back: f64,
    back_slope: f64,
    road_n: f64,
    back_n: f64,
    two_sided: bool,
}

/// One side ends with a wall at the crown; two sides end with the far backing, without a wall.
fn outline(street: &Outline) -> Profiled {
    let (back, road) = (street.back, street.road);
    let curb_top = street.curb + street.depression;
    let top = street.back_slope * back + curb_top;
    let gutter_end = street.depression + street.slope * street.gutter;
    let crown = gutter_end + street.slope * (road - street.gutter);
    let high = top.max(crown);
    let mut points = vec![
        (0.0, high),
        (0.0, top),
        (back, curb_top),
        (back, 0.0),
        (back + street.gutter, gutter_end),
        (back + road, crown),
    ];
    let right_bank;
    if street.two_sided {
        right_bank = back + road + road;
        points.extend([
            (right_bank - street.gutter, gutter_end),
            (right_bank, 0.0),
            (right_bank, curb_top),
            (right_bank + back, top),
        ]);
    } else {
        right_bank = back + road;
        points.push((back + road, high));
    }
    Profiled {
        shape: SHAPE,
        points,
        left_bank: back,
        right_bank,
        left_n: street.back_n,
        right_n: street.back_n,
        channel_n: street.road_n,
    }
}

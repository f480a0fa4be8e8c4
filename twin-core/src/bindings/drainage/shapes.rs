//! Cross sections of a deck.

use twin_physics::domains::drainage::section::{PipeSize, Shape, Street, Transect};

use super::Binder;
use crate::io::swmm_inp::deck as d;

fn pipe_size(height: f64, width: f64, code: u32, length_m: f64) -> PipeSize {
    match u8::try_from(code) {
        Ok(code) if code > 0 => PipeSize::Standard(code),
        _ => PipeSize::Axes { depth_m: height * length_m, width_m: width * length_m },
    }
}

/// A shape of the deck.
pub fn shape(binder: &Binder<'_>, shape: &d::Shape) -> Shape {
    let l = binder.units.length_m;
    match *shape {
        d::Shape::Dummy => Shape::Dummy,
        d::Shape::Circular { diameter } => Shape::Circular { diameter_m: diameter * l },
        d::Shape::ForceMain { diameter, .. } => Shape::ForceMain { diameter_m: diameter * l },
        d::Shape::FilledCircular { diameter, filled_depth } => {
            Shape::FilledCircular { diameter_m: diameter * l, fill_m: filled_depth * l }
        }
        d::Shape::RectClosed { height, width } => Shape::RectClosed { depth_m: height * l, width_m: width * l },
        d::Shape::RectOpen { height, width, sides_removed } => {
            Shape::RectOpen { depth_m: height * l, width_m: width * l, sides_ignored: sides_removed as u8 }
        }
        d::Shape::Trapezoidal { height, bottom_width, left_slope, right_slope } => {
            Shape::Trapezoidal { depth_m: height * l, bottom_m: bottom_width * l, left_slope, right_slope }
        }
        d::Shape::Triangular { height, top_width } => {
            Shape::Triangular { depth_m: height * l, top_width_m: top_width * l }
        }
        d::Shape::Parabolic { height, top_width } => {
            Shape::Parabolic { depth_m: height * l, top_width_m: top_width * l }
        }
        d::Shape::Power { height, top_width, exponent } => {
            Shape::Power { depth_m: height * l, top_width_m: top_width * l, exponent }
        }
        d::Shape::RectTriangular { height, top_width, triangle_height } => {
            Shape::RectTriangular { depth_m: height * l, width_m: top_width * l, triangle_m: triangle_height * l }
        }
        d::Shape::RectRound { height, top_width, bottom_radius } => {
            Shape::RectRound { depth_m: height * l, width_m: top_width * l, bottom_radius_m: bottom_radius * l }
        }
        d::Shape::ModBasketHandle { height, bottom_width, top_radius } => {
            Shape::ModBasket { depth_m: height * l, width_m: bottom_width * l, top_radius_m: top_radius * l }
        }
        d::Shape::HorizEllipse { height, max_width, standard_size } => {
            Shape::HorizEllipse(pipe_size(height, max_width, standard_size, l))
        }
        d::Shape::VertEllipse { height, max_width, standard_size } => {
            Shape::VertEllipse(pipe_size(height, max_width, standard_size, l))
        }
        d::Shape::Arch { height, max_width, standard_size } => {
            Shape::Arch(pipe_size(height, max_width, standard_size, l))
        }
        d::Shape::Egg { height } => Shape::Eggshaped { depth_m: height * l },
        d::Shape::Horseshoe { height } => Shape::Horseshoe { depth_m: height * l },
        d::Shape::Gothic { height } => Shape::Gothic { depth_m: height * l },
        d::Shape::Catenary { height } => Shape::Catenary { depth_m: height * l },
        d::Shape::SemiElliptical { height } => Shape::SemiElliptical { depth_m: height * l },
        d::Shape::BasketHandle { height } => Shape::BasketHandle { depth_m: height * l },
        d::Shape::SemiCircular { height } => Shape::SemiCircular { depth_m: height * l },
        d::Shape::Irregular { transect } => Shape::Irregular(transect_of(binder, transect)),
        d::Shape::Custom { height, curve } => {
            Shape::Custom { depth_m: height * l, curve: binder.curve(curve, 1.0, 1.0) }
        }
        d::Shape::Street { street } => Shape::Street(street_of(binder, street)),
    }
}

fn transect_of(binder: &Binder<'_>, transect: d::TransectIx) -> Transect {
    let l = binder.units.length_m;
    let t = &binder.deck.transects[transect.0];
    Transect {
        points: t.stations.iter().map(|p| (p.0 * l, p.1 * l)).collect(),
        left_bank_m: t.left_bank * l,
        right_bank_m: t.right_bank * l,
        left_n: t.n_left,
        right_n: t.n_right,
        channel_n: t.n_channel,
        length_factor: t.meander,
        station_factor: t.width_factor,
        elevation_offset_m: t.elevation_offset * l,
    }
}

fn street_of(binder: &Binder<'_>, street: d::StreetIx) -> Street {
    let u = &binder.units;
    let s = &binder.deck.streets[street.0];
    Street {
        crown_width_m: s.crown_width * u.length_m,
        curb_height_m: s.curb_height * u.length_m,
        cross_slope: s.cross_slope_pct / 100.0,
        road_n: s.roughness,
        gutter_depression_m: s.gutter_depression * u.length_m,
        gutter_width_m: s.gutter_width * u.length_m,
        sides: s.sides as u8,
        back_width_m: s.back_width * u.length_m,
        back_slope: s.back_slope_pct / 100.0,
        back_n: s.back_roughness,
    }
}

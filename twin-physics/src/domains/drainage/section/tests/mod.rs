mod geometry;
mod swmm;

use super::{PipeSize, Shape, Street, Transect};

/// The conduits of the fixture `swmm524.csv`, by its names.
pub fn shapes() -> Vec<(&'static str, Shape)> {
    let mut all = prisms();
    all.extend(tabulated());
    all.extend(own());
    all
}

fn prisms() -> Vec<(&'static str, Shape)> {
    vec![
        ("circular", Shape::Circular { diameter_m: 0.9 }),
        ("force_main", Shape::ForceMain { diameter_m: 0.6 }),
        ("filled", Shape::FilledCircular { diameter_m: 1.2, fill_m: 0.25 }),
        ("rect_closed", Shape::RectClosed { depth_m: 1.5, width_m: 2.0 }),
        ("rect_open0", Shape::RectOpen { depth_m: 1.2, width_m: 3.0, sides_ignored: 0 }),
        ("rect_open1", Shape::RectOpen { depth_m: 1.2, width_m: 3.0, sides_ignored: 1 }),
        ("trapezoidal", Shape::Trapezoidal { depth_m: 1.5, bottom_m: 2.0, left_slope: 1.5, right_slope: 2.5 }),
        ("triangular", Shape::Triangular { depth_m: 1.0, top_width_m: 4.0 }),
        ("parabolic", Shape::Parabolic { depth_m: 1.2, top_width_m: 3.0 }),
        ("power", Shape::Power { depth_m: 1.2, top_width_m: 3.0, exponent: 1.7 }),
        ("rect_triangular", Shape::RectTriangular { depth_m: 2.0, width_m: 1.5, triangle_m: 0.4 }),
        ("rect_round", Shape::RectRound { depth_m: 2.0, width_m: 1.5, bottom_radius_m: 1.0 }),
        ("mod_basket", Shape::ModBasket { depth_m: 1.8, width_m: 1.6, top_radius_m: 1.0 }),
    ]
}

fn tabulated() -> Vec<(&'static str, Shape)> {
    let depth_m = 1.5;
    vec![
        ("horiz_ellipse", Shape::HorizEllipse(PipeSize::Axes { depth_m: 0.8, width_m: 1.3 })),
        ("horiz_ellipse_7", Shape::HorizEllipse(PipeSize::Standard(7))),
        ("vert_ellipse", Shape::VertEllipse(PipeSize::Axes { depth_m: 1.3, width_m: 0.8 })),
        ("vert_ellipse_5", Shape::VertEllipse(PipeSize::Standard(5))),
        ("arch", Shape::Arch(PipeSize::Axes { depth_m: 1.0, width_m: 1.6 })),
        ("arch_40", Shape::Arch(PipeSize::Standard(40))),
        ("egg", Shape::Eggshaped { depth_m }),
        ("horseshoe", Shape::Horseshoe { depth_m }),
        ("gothic", Shape::Gothic { depth_m }),
        ("catenary", Shape::Catenary { depth_m }),
        ("semi_elliptical", Shape::SemiElliptical { depth_m }),
        ("basket_handle", Shape::BasketHandle { depth_m }),
        ("semi_circular", Shape::SemiCircular { depth_m }),
    ]
}

/// Shapes that bring tables of their own.
fn own() -> Vec<(&'static str, Shape)> {
    let banks = Transect {
        points: vec![
            (0.0, 5.0),
            (10.0, 3.0),
            (15.0, 1.0),
            (18.0, 0.0),
            (22.0, 0.0),
            (26.0, 1.2),
            (30.0, 3.0),
            (45.0, 4.5),
        ],
        left_bank_m: 10.0,
        right_bank_m: 30.0,
        left_n: 0.06,
        right_n: 0.05,
        channel_n: 0.03,
        length_factor: 0.0,
        station_factor: 0.0,
        elevation_offset_m: 0.0,
    };
    let adjusted = Transect {
        points: vec![(0.0, 8.0), (4.0, 6.0), (6.0, 3.0), (9.0, 3.53), (12.0, 3.2), (14.0, 6.0), (20.0, 7.0)],
        left_bank_m: 4.0,
        right_bank_m: 14.0,
        left_n: 0.08,
        right_n: 0.07,
        channel_n: 0.035,
        length_factor: 1.4,
        station_factor: 2.0,
        elevation_offset_m: -2.0,
    };
    let pools = Transect {
        points: vec![(0.0, 2.0), (2.0, 0.0), (4.0, 1.03), (7.0, 0.0), (10.0, 2.0)],
        left_bank_m: 0.0,
        right_bank_m: 10.0,
        left_n: 0.0,
        right_n: 0.0,
        channel_n: 0.03,
        ..banks.clone()
    };
    let kink = vec![(0.0, 0.2), (0.3, 0.8), (0.63, 1.0), (0.9, 0.55), (1.0, 0.1)];
    let short = vec![(0.05, 0.5), (0.4, 1.1), (0.95, 0.3)];
    vec![
        ("transect_banks", Shape::Irregular(banks)),
        ("transect_adjusted", Shape::Irregular(adjusted)),
        ("transect_two_pools", Shape::Irregular(pools)),
        ("street_two_sides", Shape::Street(two_sided())),
        ("street_one_side", Shape::Street(Street { sides: 1, ..low_curb() })),
        ("street_backed", Shape::Street(backed())),
        ("street_low_curb", Shape::Street(low_curb())),
        ("street_two_curbs", Shape::Street(Street { back_width_m: 0.0, ..two_sided() })),
        ("custom_kink", Shape::Custom { depth_m: 1.5, curve: kink }),
        ("custom_short", Shape::Custom { depth_m: 2.0, curve: short }),
    ]
}

fn two_sided() -> Street {
    Street {
        crown_width_m: 6.0,
        curb_height_m: 0.15,
        cross_slope: 0.02,
        road_n: 0.016,
        gutter_depression_m: 0.05,
        gutter_width_m: 0.6,
        sides: 2,
        back_width_m: 3.0,
        back_slope: 0.04,
        back_n: 0.02,
    }
}

/// The crown stands higher than the curbs, and there is nothing behind them.
fn low_curb() -> Street {
    Street {
        crown_width_m: 9.0,
        curb_height_m: 0.2,
        cross_slope: 0.03,
        road_n: 0.015,
        gutter_depression_m: 0.0,
        gutter_width_m: 0.0,
        sides: 2,
        back_width_m: 0.0,
        back_slope: 0.0,
        back_n: 0.0,
    }
}

fn backed() -> Street {
    Street {
        crown_width_m: 4.0,
        curb_height_m: 0.12,
        cross_slope: 0.025,
        road_n: 0.013,
        gutter_depression_m: 0.03,
        gutter_width_m: 0.5,
        sides: 1,
        back_width_m: 2.0,
        back_slope: 0.02,
        back_n: 0.03,
    }
}

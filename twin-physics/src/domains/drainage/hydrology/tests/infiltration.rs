//! The five laws through three storms and the dry times between them.

use super::*;

#[test]
fn horton_follows_swmm() {
    compare("horton", base(horton(0.0, false)), 0, reference::HORTON);
}

#[test]
fn horton_with_a_largest_volume_follows_swmm() {
    compare("horton to 30 mm", base(horton(30.0 * MM, false)), 0, reference::HORTONMAX);
}

#[test]
fn modified_horton_follows_swmm() {
    compare("modified horton", base(horton(0.0, true)), 0, reference::MODHORTON);
}

#[test]
fn modified_horton_keeps_swmm_524s_defect_where_asked() {
    compare("modified horton to 30 mm", base(horton(30.0 * MM, true)), 0, reference::MODHORTONMAX);
}

#[test]
fn green_ampt_follows_swmm() {
    compare("green-ampt", base(green_ampt(false)), 0, reference::GA);
}

#[test]
fn modified_green_ampt_follows_swmm() {
    compare("modified green-ampt", base(green_ampt(true)), 0, reference::MODGA);
}

#[test]
fn curve_number_follows_swmm() {
    compare("curve number", base(Infiltration::CurveNumber { number: 80.0, dry_time_s: 4.0 * DAY }), 0, reference::CN);
}

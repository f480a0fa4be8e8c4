//! A tunnel that runs empty, against characteristics of the kinematic wave.

use super::{Case, channel};
use crate::domains::drainage::model::Stage;
use crate::domains::drainage::section::Shape;

const DIAMETER_M: f64 = 5.5;
const SLOPE: f64 = 0.0026;
const MANNING: f64 = 0.013;

/// Area and normal flow of a circle filled to an angle.
fn normal(angle: f64) -> (f64, f64) {
    let area = DIAMETER_M * DIAMETER_M / 8.0 * (angle - angle.sin());
    let radius = area / (0.5 * DIAMETER_M * angle);
    (area, area * radius.powf(2.0 / 3.0) * SLOPE.sqrt() / MANNING)
}

/// Normal flow whose wave, of speed dQ/dA, is as fast as asked.
fn flow_of_speed(speed_ms: f64) -> f64 {
    let (mut low, mut high) = (1e-3, std::f64::consts::PI);
    for _ in 0..200 {
        let angle = 0.5 * (low + high);
        let ((a, q), (b, r)) = (normal(angle * (1.0 - 1e-5)), normal(angle * (1.0 + 1e-5)));
        if (r - q) / (b - a) < speed_ms { low = angle } else { high = angle }
    }
    normal(0.5 * (low + high)).1
}

/// Inflow that ends leaves a fan of waves, `x = (t − t_end)·dQ/dA`: a thin sheet in a large tunnel, as in the shared
/// deck `epa_gate_control_rtc`, follows it over a decade of flows. The speed that goes with the flow seen 3 km down is
/// within 8 % of that of the wave due there (diffusion moves the source a little; the flow goes with its power 3.25).
#[test]
fn a_thin_sheet_recedes_along_characteristics() {
    let (dt_s, dx_m, end_s) = (4.0, 40.0, 1800.0);
    let shape = Shape::Circular { diameter_m: DIAMETER_M };
    let mut model = channel(100, dx_m, SLOPE, MANNING, &shape, Stage::Free);
    model.options.min_surface_area_m2 = 0.01;
    let mut case = Case::new(&model, |_| 0.0);
    case.state.nodes.lateral_m3s[0] = 1.0;
    case.run(dt_s, end_s);
    case.state.nodes.lateral_m3s[0] = 0.0;
    let mut seen = Vec::new();
    for after_s in [2700.0, 3600.0, 4800.0, 6000.0] {
        case.run(dt_s, end_s + after_s);
        let expected = flow_of_speed(80.5 * dx_m / after_s);
        seen.push((expected, case.state.links.flow_m3s[80]));
    }
    assert!(seen[0].0 > 10.0 * seen[3].0, "{seen:?}");
    assert!(seen.iter().all(|(due, got)| ((got / due).powf(1.0 / 3.25) - 1.0).abs() < 0.08), "{seen:?}");
    assert_eq!(case.unconverged, 0);
}
